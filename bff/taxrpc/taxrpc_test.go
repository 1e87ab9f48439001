package taxrpc_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/tax/v1"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// TestEveryKindHasAName: of ours, and of Taiwan's like taxes.
func TestEveryKindHasAName(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tax.Kinds() {
		if id := "OBLIGATION_KIND_" + strings.ToUpper(string(k.ID)); !words.Has(id) {
			t.Errorf("there is no message %s", id)
		}
	}
	for _, d := range calendar.Taiwan(2026) {
		if id := "TAIWAN_TAX_" + strings.ToUpper(strings.TrimPrefix(d.Tax, "tw_")); !words.Has(id) {
			t.Errorf("there is no message %s", id)
		}
	}
}

// TestCalendarOfTheYear: the notice's dates for 2026, worded for both shores, and
// a year whose notice is not there yet says so.
func TestCalendarOfTheYear(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s := bfftest.New(t, db, bfftest.Options{})
		year := func(n int32, language string) *pb.GetTaxCalendarResponse {
			t.Helper()
			got, err := s.Clients("", language).Tax.GetTaxCalendar(t.Context(), &pb.GetTaxCalendarRequest{Year: n})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		got := year(2026, "zh-TW")
		i := slices.IndexFunc(got.GetDeadlines(), func(d *pb.Deadline) bool { return d.GetDueDate() == "2026-02-24" && d.GetSide() == "CN" })
		if i < 0 || got.GetProvisional() {
			t.Fatalf("February 2026 is not due on the 24th, or provisional: %v", got.GetProvisional())
		}
		d := got.GetDeadlines()[i]
		if d.GetBasis() != pb.Basis_BASIS_NATIONAL || !strings.Contains(d.GetSource(), "64号") {
			t.Errorf("it rests on %s, %s", d.GetBasis(), d.GetSource())
		}
		for _, step := range d.GetSteps() {
			if step.GetText() == "" || strings.Contains(step.GetText(), "…") {
				t.Errorf("step %s reads %q", step.GetId(), step.GetText())
			}
		}
		if !slices.ContainsFunc(got.GetDeadlines(), func(d *pb.Deadline) bool { return d.GetSide() == "TW" && d.GetTitle() != "" }) {
			t.Error("Taiwan's dates are not beside it")
		}
		if !year(2027, "en").GetProvisional() {
			t.Error("2027 is not provisional")
		}
	})
}
