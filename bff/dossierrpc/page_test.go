package dossierrpc_test

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// TestPagesOfRecords pages through records of which many were done at one moment,
// while more come in before, between and after: none of those that were there is
// shown twice or left out.
func TestPagesOfRecords(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		link(t, w.me, permit(w.mine))
		moment := func(i int) time.Time { return bfftest.Start.Add(time.Duration(i%5) * time.Second) }
		w.records(t, pass(w.mine), 0, 150, moment)
		w.records(t, permit(w.mine), 150, 100, moment)
		seen := map[int64]int{}
		var last time.Time
		token := ""
		for pages := 0; ; pages++ {
			got, err := w.me.Dossier.ListRecords(t.Context(), &pb.ListRecordsRequest{PageSize: 20, PageToken: token})
			must(t, "list records", err)
			for _, r := range got.GetRecords() {
				seen[r.GetAmountFen()]++
				at := r.GetOccurTime().AsTime()
				if !last.IsZero() && at.After(last) {
					t.Fatalf("a record of %v follows one of %v", at, last)
				}
				last = at
			}
			if token = got.GetNextPageToken(); token == "" {
				break
			}
			w.records(t, pass(w.mine), 1000+10*pages, 5, moment)
			w.records(t, permit(w.mine), 1005+10*pages, 5, func(int) time.Time { return bfftest.Start.Add(-time.Duration(pages) * time.Hour) })
		}
		for i := range int64(250) {
			if seen[i] != 1 {
				t.Errorf("record %d was shown %d times, want once", i, seen[i])
			}
		}
		for i, n := range seen {
			if n > 1 {
				t.Errorf("record %d was shown %d times", i, n)
			}
		}
	})
}

// TestPageSizes: 0 means 50, more than 200 means 200; a full last page has no
// next one.
func TestPageSizes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.records(t, pass(w.mine), 0, 200, func(int) time.Time { return bfftest.Start })
		for asked, want := range map[int32]int{0: 50, 1: 1, 199: 199, 200: 200, 1 << 30: 200} {
			got, err := w.me.Dossier.ListRecords(t.Context(), &pb.ListRecordsRequest{PageSize: asked})
			must(t, "list records", err)
			if n := len(got.GetRecords()); n != want || (got.GetNextPageToken() == "") != (want == 200) {
				t.Errorf("a page of %d has %d records, want %d; more: %v", asked, n, want, got.GetNextPageToken() != "")
			}
		}
		if got := file(t, w.me); got.GetRecordCount() != 200 || len(got.GetRecords()) != 20 {
			t.Errorf("the file shows %d of %d records, want 20 of 200", len(got.GetRecords()), got.GetRecordCount())
		}
	})
}

// TestPagesOfReviews pages through a queue that was filled at one moment.
func TestPagesOfReviews(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		const n = 12
		for i := range n {
			p := bfftest.Person(200 + i)
			w.Settle(t, p)
			w.contradict(t, p)
		}
		seen := map[string]bool{}
		token, count := "", 0
		for {
			got, err := w.desk.Desk.ListReviews(t.Context(), &pb.ListReviewsRequest{PageSize: 5, PageToken: token})
			must(t, "list reviews", err)
			for _, v := range got.GetReviews() {
				seen[v.GetId()] = true
				count++
			}
			if token = got.GetNextPageToken(); token == "" {
				break
			}
		}
		if count != n || len(seen) != n {
			t.Errorf("%d reviews were shown, %d of them different, want %d", count, len(seen), n)
		}
	})
}

// TestPageTokensAreBound: a token leads on in one list, for one caller.
func TestPageTokensAreBound(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.records(t, pass(w.mine), 0, 3, func(int) time.Time { return bfftest.Start })
		first, err := w.me.Dossier.ListRecords(t.Context(), &pb.ListRecordsRequest{PageSize: 1})
		must(t, "list records", err)
		w.contradict(t, w.mine)
		w.contradict(t, w.other)
		queue, err := w.desk.Desk.ListReviews(t.Context(), &pb.ListReviewsRequest{PageSize: 1})
		must(t, "list reviews", err)
		records, reviews := first.GetNextPageToken(), queue.GetNextPageToken()
		if records == "" || reviews == "" {
			t.Fatal("there is no next page")
		}
		colleague := w.Clients(w.Officer(t, "two", actor.Review), "en")
		for name, call := range map[string]func() error{
			"another holder": func() error {
				_, err := w.them.Dossier.ListRecords(t.Context(), &pb.ListRecordsRequest{PageToken: records})
				return err
			},
			"another list": func() error {
				_, err := w.me.Dossier.ListRecords(t.Context(), &pb.ListRecordsRequest{PageToken: reviews})
				return err
			},
			"another officer": func() error {
				_, err := colleague.Desk.ListReviews(t.Context(), &pb.ListReviewsRequest{PageToken: reviews})
				return err
			},
		} {
			if f := bfftest.Fails(t, name, call(), "PAGE_TOKEN_INVALID"); f.Fields != "page_token=PAGE_TOKEN_INVALID" {
				t.Errorf("%s: fields are %q", name, f.Fields)
			}
		}
		_, err = w.me.Dossier.ListRecords(t.Context(), &pb.ListRecordsRequest{PageToken: records})
		must(t, "the own token", err)
	})
}
