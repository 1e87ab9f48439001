package subsidy_test

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// TestRunLastYear: each programme is decided for the year that ended last in Shanghai, and
// not for one before its first.
func TestRunLastYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.person(t, 0)
		w.works(p.Pass).payments = []upstream.TaxPayment{wages("A1", 100_000, 0)}
		for i, tt := range []struct {
			at   string // of Shanghai's clock
			want subsidy.Tally
		}{
			{"2025-12-31 23:59", subsidy.Tally{NotYet: 1, Changed: 1}}, // of 2024 nobody knows anything
			{"2026-01-01 00:00", subsidy.Tally{Entitled: 1, Fen: 20_000, Changed: 1}},
			{"2026-06-30 12:00", subsidy.Tally{Entitled: 1, Fen: 20_000}},
			{"2024-12-31 23:59", subsidy.Tally{}}, // 2023 is none of the programme's
		} {
			deps := w.deps
			at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, dossiertest.Zone)
			must(t, "read a time", err)
			deps.Now = at.UTC
			s, err := subsidy.New(deps)
			must(t, "make the service", err)
			got, err := s.RunLastYear(t.Context(), 2)
			must(t, "run", err)
			if got != tt.want {
				t.Errorf("%d, at %s: %+v, want %+v", i, tt.at, got, tt.want)
			}
		}
		w.down = upstream.ErrUnavailable
		_, err := w.RunLastYear(t.Context(), 2)
		fails(t, "nobody answers", err, upstream.ErrUnavailable)
	})
}
