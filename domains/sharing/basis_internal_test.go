package sharing

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// at is a service that only knows the bases and a day in Shanghai.
func at(year int, month time.Month, day, hour int) *Service {
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	now := time.Date(year, month, day, hour, 0, 0, 0, zone).UTC()
	return &Service{bases: shipped(), now: func() time.Time { return now }, zone: zone}
}

func TestBasesAreWhole(t *testing.T) {
	t.Parallel()
	for _, b := range shipped() {
		if b.Code == "" || b.Source == "" || !b.From.IsValid() || b.Confidence == "" {
			t.Errorf("%s lacks source, date or confidence", b.Code)
		}
		for _, language := range []string{"zh-Hans", "zh-Hant-TW", "en"} {
			if b.Title[language] == "" {
				t.Errorf("%s has no title in %s", b.Code, language)
			}
		}
		// What a rule covers is our choice, and says so.
		if b.Covers.Confidence != "illustrative" || len(b.Covers.Purposes) == 0 || len(b.Covers.Scopes) == 0 {
			t.Errorf("%s covers nothing, or does not say that this is our choice", b.Code)
		}
		for _, code := range b.Covers.Scopes {
			if code != consent.Records && !slices.Contains(dossier.Codes(), code) {
				t.Errorf("%s covers %q, which is no data", b.Code, code)
			}
		}
	}
}

// TestBasisIsDated: order 809 is in force from 1 August 2025 in Shanghai, which
// begins while it is July in UTC.
func TestBasisIsDated(t *testing.T) {
	t.Parallel()
	q := Query{Basis: "government_data_sharing", Purpose: "window_check", Scopes: []string{"records"}}
	for name, x := range map[string]struct {
		service *Service
		want    error
		listed  int
	}{
		"the first hour":  {at(2025, time.August, 1, 0), nil, 2},
		"the hour before": {at(2025, time.July, 31, 23), ErrBasisUnknown, 1},
		"before any law":  {at(2020, time.January, 1, 0), ErrBasisUnknown, 0},
	} {
		if err := x.service.covered(q); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
		if got := x.service.Bases("en"); len(got) != x.listed {
			t.Errorf("%s: %d bases are listed, want %d", name, len(got), x.listed)
		}
	}
}

func TestBasisCovers(t *testing.T) {
	t.Parallel()
	s := at(2026, time.March, 1, 0)
	for name, x := range map[string]struct {
		q    Query
		want error
	}{
		"covered":         {Query{Basis: "statutory_duty", Purpose: "window_check", Scopes: []string{"records"}}, nil},
		"no such basis":   {Query{Basis: "none", Purpose: "window_check", Scopes: []string{"records"}}, ErrBasisUnknown},
		"another purpose": {Query{Basis: "statutory_duty", Purpose: "credit_report", Scopes: []string{"records"}}, ErrBasisNotValid},
		"other data":      {Query{Basis: "statutory_duty", Purpose: "window_check", Scopes: []string{"records", "bank_account"}}, ErrBasisNotValid},
	} {
		if err := s.covered(x.q); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
	if got := s.Bases("fr"); got[0].Title != shipped()[0].Title["zh-Hant-TW"] {
		t.Errorf("without a title in the language it is %q", got[0].Title)
	}
}
