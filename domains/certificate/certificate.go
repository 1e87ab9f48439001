// Package certificate issues proofs of what an authority knows about somebody, in one step
// and on nobody's paper: the certificate of tax paid (稅費證明).
//
// Words. A certificate is a licence of package credential whose matter is a file and a
// year. It covers all documents of the file, whichever one the holder came by.
//
// What never happens: an authority is asked about somebody else than who asks; one that
// does not answer is taken for nothing paid; the same facts make a second certificate; what
// the authority said is kept anywhere but in the certificate.
package certificate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// TaxPayment is the type of the certificate of tax paid.
const TaxPayment credential.TypeCode = "tax_payment"

// firstYear is the earliest of which the bureau is asked.
const firstYear = 2000

// The faults.
var (
	// ErrYear: no year of which the bureau can know anything.
	ErrYear = fault.New(fault.Invalid, "CERTIFICATE_YEAR_WRONG")
	// ErrDocuments: the file has no document by which the bureau knows its holder.
	ErrDocuments = fault.New(fault.Precondition, "CERTIFICATE_NO_DOCUMENT")
	// ErrDiffers: the bureau says two things of one receipt, so it is asked to look.
	ErrDiffers = fault.New(fault.Precondition, "CERTIFICATE_RECORDS_DIFFER")
)

// Files is who is who. Package dossier does it.
type Files interface {
	DocumentsOf(ctx context.Context, id actor.DocumentID) ([]dossier.Document, error)
}

// Credentials issues. Package credential does it.
type Credentials interface {
	Issue(ctx context.Context, by actor.Actor, d credential.Draft) (credential.Credential, error)
	Amend(ctx context.Context, by actor.Actor, number credential.Number, a credential.Amendment) (credential.Credential, error)
}

// Service issues certificates. It is safe for concurrent use and holds no state.
type Service struct {
	files       Files
	bureau      upstream.TaxBureau
	credentials Credentials
	now         func() time.Time
}

// New returns a service. Everything is required.
func New(files Files, bureau upstream.TaxBureau, credentials Credentials, now func() time.Time) (*Service, error) {
	if files == nil || bureau == nil || credentials == nil || now == nil {
		return nil, errors.New("certificate: every dependency is required")
	}
	return &Service{files, bureau, credentials, now}, nil
}

// TaxPaid certifies what tax on income the actor paid in a year, under all documents of the
// file together, as the tax bureau knows it now. Asking again returns the same certificate
// while the bureau says the same and it has not run out, and its next edition otherwise.
//
// It must not be called in a transaction. It fails as [guard.Own] does, with [ErrYear],
// [ErrDocuments], [ErrDiffers], upstream.ErrUnavailable, and as package credential does.
func (s *Service) TaxPaid(ctx context.Context, by actor.Actor, year int) (credential.Credential, error) {
	if err := guard.Own(ctx, by); err != nil {
		return credential.Credential{}, err
	}
	if year < firstYear || year > calendar.On(s.now()).Year {
		return credential.Credential{}, ErrYear.On("year")
	}
	file, err := s.files.DocumentsOf(ctx, by.Document)
	if err != nil {
		return credential.Credential{}, err
	}
	values, err := s.taxPaid(ctx, file, year)
	if err != nil {
		return credential.Credential{}, fmt.Errorf("certify tax paid: %w", err)
	}
	c, err := s.credentials.Issue(ctx, by, credential.Draft{
		Type: TaxPayment, Document: by.Document, Matter: credential.Matter{Kind: string(TaxPayment), ID: matter(file, year)}, Values: values,
	})
	if err != nil || s.stands(c, values) {
		return c, err
	}
	return s.credentials.Amend(ctx, by, c.Number, credential.Amendment{Edition: c.Edition, Renewal: true, Values: values})
}

// stands reports whether a certificate says what the bureau says, and has not run out.
func (s *Service) stands(c credential.Credential, values credential.Values) bool {
	return (c.Until.IsZero() || s.now().Before(c.Until)) && reflect.DeepEqual(c.Values, values)
}

// matter names a file and a year: the file by its first document, which it keeps whichever
// of them the holder comes by.
func matter(file []dossier.Document, year int) string {
	first := slices.MinFunc(file, func(a, b dossier.Document) int { return cmp.Compare(a.ID, b.ID) })
	return string(first.ID) + "/" + strconv.Itoa(year)
}

// taxPaid asks the bureau about the documents that it knows people by.
func (s *Service) taxPaid(ctx context.Context, file []dossier.Document, year int) (credential.Values, error) {
	var questions []upstream.YearQuestion
	var documents []credential.Row
	for _, d := range file {
		if k := d.Kind(); k == document.TaiwanPass || k == document.TaiwanPermit {
			questions = append(questions, upstream.YearQuestion{Kind: k, Number: d.Number.Canonical(), Year: year})
			documents = append(documents, credential.Row{"kind": string(k), "number": d.Number.Canonical()})
		}
	}
	if len(questions) == 0 {
		return nil, ErrDocuments
	}
	answers, err := s.bureau.TaxPayments(ctx, questions)
	if err != nil {
		return nil, err
	}
	payments, err := once(answers)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(documents, func(a, b credential.Row) int { return cmp.Compare(a["number"].(string), b["number"].(string)) })
	values := credential.Values{"holder_name": nameOf(file), "year": int64(year), "documents": documents}
	var paid, refunded int64
	rows := []credential.Row{}
	for _, p := range payments {
		paid, refunded = paid+p.PaidFen, refunded+p.RefundedFen
		rows = append(rows, credential.Row{
			"receipt": p.Receipt, "category": p.Category, "area": p.Area, "day": calendar.On(p.Paid).String(),
			"paid": p.PaidFen, "refunded": p.RefundedFen,
		})
	}
	values["paid"], values["refunded"], values["payments"] = paid, refunded, rows
	return values, nil
}

// once are the payments that the bureau named, each receipt once, in the order of days and
// receipts: one that two documents show was paid once. It fails with [ErrDiffers].
func once(answers []upstream.TaxPayments) ([]upstream.TaxPayment, error) {
	seen := map[string]upstream.TaxPayment{}
	var list []upstream.TaxPayment
	for _, a := range answers {
		for _, p := range a.Payments {
			before, there := seen[p.Receipt]
			if there && before != p {
				return nil, ErrDiffers
			}
			if !there {
				seen[p.Receipt], list = p, append(list, p)
			}
		}
	}
	slices.SortFunc(list, func(a, b upstream.TaxPayment) int {
		return cmp.Or(a.Paid.Compare(b.Paid), cmp.Compare(a.Receipt, b.Receipt))
	})
	return list, nil
}

// nameOf is how the holder is called, in Han characters where the file has them.
func nameOf(file []dossier.Document) string {
	for _, d := range file {
		if han := d.Holder.Names.Han(); len(han) > 0 {
			return han[0]
		}
	}
	return file[0].Holder.Names.Roman
}
