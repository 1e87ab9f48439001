package subsidy

import (
	"cmp"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// pingtan is where the measure counts, and where people are asked to have worked.
const pingtan = "350128"

// answers is what the authorities said of the documents of one file, in their order.
type answers struct {
	payments    []upstream.TaxPayments
	stays       []upstream.StayAnswer
	engagements []upstream.Engagement
}

// shown is a receipt with the document under which it stands.
type shown struct {
	upstream.TaxPayment
	under dossier.DocumentID
}

// facts are what the authorities know of one person, as the rule asks for it. What they
// do not know, or contradict each other in, is left out and so unknown. Receipts that
// spent names are left out, with the reason; so is what both documents show. The order of
// documents and receipts makes no difference.
func (a answers) facts(file []dossier.Document, spent func(receipt string) bool) (f rules.Facts, receipts []shown, out []LeftOut) {
	f = rules.Facts{"taiwan_resident": resident(file)}
	receipts, out, known := a.receipts(file)
	receipts = slices.DeleteFunc(receipts, func(r shown) bool {
		if spent(r.Receipt) {
			out = append(out, LeftOut{r.Receipt, Spent})
			return true
		}
		return false
	})
	if known {
		list := make([]any, len(receipts))
		for i, r := range receipts {
			list[i] = map[string]any{
				"number": r.Receipt, "category": r.Category, "area": r.Area, "currency": "CNY",
				"paid_fen": r.PaidFen, "refunded_fen": r.RefundedFen,
			}
		}
		f["receipts"] = list
	}
	if days, ok := a.days(); ok {
		f["mainland_days"] = int64(days)
	}
	if e, ok := a.engagement(); ok {
		f["works_in_pingtan"] = slices.Contains(e.Areas, pingtan)
		f["similar_benefit"] = e.SimilarBenefit
	}
	slices.SortFunc(out, func(a, b LeftOut) int { return cmp.Or(cmp.Compare(a.Receipt, b.Receipt), cmp.Compare(a.Why, b.Why)) })
	return f, receipts, out
}

// resident reports whether a file has a document of a Taiwan resident.
func resident(file []dossier.Document) bool {
	return slices.ContainsFunc(file, func(d dossier.Document) bool {
		return d.Kind() == document.TaiwanPass || d.Kind() == document.TaiwanPermit
	})
}

// receipts are each receipt once, in the order of their numbers. They are not known where
// two documents show one with different figures, until somebody looks into it, and where
// the tax bureau knows none of the documents.
func (a answers) receipts(file []dossier.Document) (list []shown, out []LeftOut, known bool) {
	seen := map[string]upstream.TaxPayment{}
	agree := true
	for i, answer := range a.payments {
		known = known || answer.Verdict == upstream.Match
		for _, p := range answer.Payments {
			before, twice := seen[p.Receipt]
			switch {
			case !twice:
				seen[p.Receipt] = p
				list = append(list, shown{p, file[i].ID})
			case sameFigures(before, p):
				out = append(out, LeftOut{p.Receipt, Repeated})
			default:
				out = append(out, LeftOut{p.Receipt, Differs})
				agree = false
			}
		}
	}
	slices.SortFunc(list, func(a, b shown) int { return cmp.Compare(a.Receipt, b.Receipt) })
	return list, out, known && agree
}

// sameFigures reports whether two answers say the same of a receipt.
func sameFigures(a, b upstream.TaxPayment) bool {
	return a.Category == b.Category && a.Area == b.Area && a.PaidFen == b.PaidFen && a.RefundedFen == b.RefundedFen
}

// days are those of the person: each document answers for the holder, so they are not
// added up. Answers that differ are no answer.
func (a answers) days() (days int, ok bool) {
	for _, s := range a.stays {
		if !s.Known {
			continue
		}
		if ok && s.Days != days {
			return 0, false
		}
		days, ok = s.Days, true
	}
	return days, ok
}

// engagement is where the person worked: at all places that any answer names.
func (a answers) engagement() (all upstream.Engagement, ok bool) {
	for _, e := range a.engagements {
		if !e.Known {
			continue
		}
		ok = true
		all.Areas = append(all.Areas, e.Areas...)
		all.SimilarBenefit = all.SimilarBenefit || e.SimilarBenefit
	}
	return all, ok
}
