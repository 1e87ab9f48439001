package dossier

import (
	"cmp"
	"slices"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// ExpiryNotice is how many days before its last day a document is announced as
// expiring. It is our choice and no legal figure: issuing a permit may take 20
// working days by statute, and people travel meanwhile.
const ExpiryNotice = 90

// AttentionKind tells attentions apart.
type AttentionKind string

// The kinds of attention.
const (
	LinkSecondDocument AttentionKind = "link_second_document"
	LinkPending        AttentionKind = "link_pending"
	LinkInReview       AttentionKind = "link_review"
	DocumentExpires    AttentionKind = "document_expires"
	DocumentExpired    AttentionKind = "document_expired"
	DocumentLost       AttentionKind = "document_lost"
)

// Urgency orders attentions: the higher, the more urgent.
type Urgency int

// The urgencies.
const (
	Info Urgency = iota + 1
	Soon
	Now
)

// Attention is one thing that the person should know or do.
type Attention struct {
	Kind     AttentionKind
	Urgency  Urgency
	Document Document // zero where no document is concerned
	Inquiry  InquiryID
	Due      civil.Date // the last day on which to act; zero where there is none
	Days     int        // from today to Due
}

// Attentions works out what needs attention in a person's file on a day, most
// urgent first.
func Attentions(file Dossier, today civil.Date) []Attention {
	var list []Attention
	for _, d := range file.Documents {
		if a, ok := d.attention(today); ok {
			list = append(list, a)
		}
	}
	list = append(list, linkAttentions(file)...)
	slices.SortStableFunc(list, func(a, b Attention) int { return cmp.Compare(b.Urgency, a.Urgency) })
	return list
}

// attention is what a document itself calls for.
func (d Document) attention(today civil.Date) (Attention, bool) {
	a := Attention{Document: d, Due: d.Validity.To}
	if a.Due.IsValid() {
		a.Days = a.Due.DaysSince(today)
	}
	switch {
	case d.Status == document.Lost:
		a.Kind, a.Urgency, a.Due, a.Days = DocumentLost, Now, civil.Date{}, 0
	case d.Status == document.Expired:
		a.Kind, a.Urgency = DocumentExpired, Now
	case d.Status == document.Valid && a.Due.IsValid() && a.Days <= ExpiryNotice:
		a.Kind, a.Urgency = DocumentExpires, Soon
	default:
		return Attention{}, false
	}
	return a, true
}

// linkAttentions are what the state of linking calls for: an open inquiry, or
// the second document that is missing.
func linkAttentions(file Dossier) []Attention {
	var list []Attention
	for _, q := range file.Inquiries {
		if q.Kind != LinkInquiry {
			continue
		}
		a := Attention{Kind: LinkPending, Urgency: Info, Inquiry: q.ID}
		if q.State == InReview {
			a.Kind, a.Urgency = LinkInReview, Soon
		}
		list = append(list, a)
	}
	has := func(kind document.Kind) bool {
		return slices.ContainsFunc(file.Documents, func(d Document) bool { return d.Kind() == kind && d.current() })
	}
	if len(list) == 0 && has(document.TaiwanPass) != has(document.TaiwanPermit) {
		list = append(list, Attention{Kind: LinkSecondDocument, Urgency: Soon})
	}
	return list
}
