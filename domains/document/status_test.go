package document_test

import (
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

func TestStatusOn(t *testing.T) {
	t.Parallel()
	last := civil.Date{Year: 2026, Month: 2, Day: 28}
	tests := []struct {
		name     string
		day      civil.Date
		recorded document.Status
		validTo  civil.Date
		want     document.Status
	}{
		{"before the last day", last.AddDays(-1), document.Valid, last, document.Valid},
		{"on the last day", last, document.Valid, last, document.Valid},
		{"on the day after", last.AddDays(1), document.Valid, last, document.Expired},
		{"open-ended", last, document.Valid, civil.Date{}, document.Valid},
		{"lost, in its time", last, document.Lost, last, document.Lost},
		{"lost, past its time", last.AddDays(1), document.Lost, last, document.Lost},
		{"replaced, past its time", last.AddDays(1), document.Replaced, last, document.Replaced},
		{"revoked, open-ended", last, document.Revoked, civil.Date{}, document.Revoked},
		{"nothing recorded is never valid", last, "", last, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := document.StatusOn(tt.day, tt.recorded, tt.validTo); got != tt.want {
				t.Errorf("status is %q, want %q", got, tt.want)
			}
		})
	}
}
