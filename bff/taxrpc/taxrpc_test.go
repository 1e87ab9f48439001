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

// TestLicencesAreTold: two licences of a person that end on one day are two entries,
// each with its name; taxes have none.
func TestLicencesAreTold(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		number := p.Passes[0].Number
		id, _, err := s.Files.Locate(t.Context(), s.Number(t, number))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"食品经营许可证", "营业执照"} {
			err := s.Tax.Raise(t.Context(), tax.Paper{
				Document: id, Kind: tax.LicenceRenewal, Name: name, Last: s.Tax.Today().AddDays(30),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		c := s.Clients(s.Holder(t, number), "zh-TW")
		list, err := c.Tax.ListObligations(t.Context(), &pb.ListObligationsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, o := range list.GetObligations() {
			one, err := c.Tax.GetObligation(t.Context(), &pb.GetObligationRequest{Id: o.GetId()})
			if err != nil {
				t.Fatal(err)
			}
			if one.GetObligation().GetName() != o.GetName() || o.GetPeriod() != "" || o.GetTitle() == "" {
				t.Errorf("listed is %v, got is %v", o, one.GetObligation())
			}
			names = append(names, o.GetName())
		}
		slices.Sort(names)
		if want := []string{"营业执照", "食品经营许可证"}; !slices.Equal(names, want) {
			t.Errorf("licences are %q, want %q", names, want)
		}
	})
}
