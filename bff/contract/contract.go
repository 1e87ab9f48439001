// Package contract turns the domains' words into the contract's and back, where
// several services share them.
package contract

import (
	"time"

	"github.com/golang-sql/civil"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
)

var kinds = map[document.Kind]commonv1.DocumentKind{
	document.TaiwanPass:       commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS,
	document.TaiwanPermit:     commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT,
	document.HKMOPermit:       commonv1.DocumentKind_DOCUMENT_KIND_HKMO_PERMIT,
	document.ResidentID:       commonv1.DocumentKind_DOCUMENT_KIND_RESIDENT_ID,
	document.ForeignPermanent: commonv1.DocumentKind_DOCUMENT_KIND_FOREIGN_PERMANENT,
	document.CreditCode:       commonv1.DocumentKind_DOCUMENT_KIND_CREDIT_CODE,
}

var kindsOf = Reverse(kinds)

// Kind is a document's kind in the contract.
func Kind(k document.Kind) commonv1.DocumentKind { return kinds[k] }

// fromKind is the reverse; unspecified is "".
func fromKind(k commonv1.DocumentKind) document.Kind { return kindsOf[k] }

// Sex is a holder's sex in the contract.
func Sex(s document.Sex) commonv1.Sex {
	switch s {
	case document.Male:
		return commonv1.Sex_SEX_MALE
	case document.Female:
		return commonv1.Sex_SEX_FEMALE
	default:
		return commonv1.Sex_SEX_UNSPECIFIED
	}
}

// Number reads a document that a caller typed. A fault names the field: its
// path in the request, and the number or the kind in it.
func Number(files *dossier.Service, field string, ref *commonv1.DocumentRef) (document.Number, error) {
	number, err := files.Parse(fromKind(ref.GetKind()), ref.GetNumber())
	return number, fault.On(field+".number", err)
}

// Date writes a date; zero is empty.
func Date(d civil.Date) string {
	if !d.IsValid() {
		return ""
	}
	return d.String()
}

// ErrDate: it is no day of the calendar.
var ErrDate = fault.New(fault.Invalid, "DATE_INVALID")

// Day reads a day of a field, YYYY-MM-DD. It fails with [ErrDate] on that field.
func Day(field, text string) (civil.Date, error) {
	d, err := civil.ParseDate(text)
	if err != nil {
		return civil.Date{}, ErrDate.On(field)
	}
	return d, nil
}

// Time writes a moment; zero is unset.
func Time(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// Reverse is a table of words, read the other way.
func Reverse[K, V comparable](table map[K]V) map[V]K {
	reversed := make(map[V]K, len(table))
	for k, v := range table {
		reversed[v] = k
	}
	return reversed
}
