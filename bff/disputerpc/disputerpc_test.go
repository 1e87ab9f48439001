package disputerpc_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dispute/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	noticev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/notice/v1"
)

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// police own people's documents.
var police = staff.Office{ID: "police", Name: "Police", Department: "public-security", DepartmentName: "Public security", Area: "350000"}

// world is a running house with a person and officers of two departments.
type world struct {
	*bfftest.Server
	me, owner, hall bfftest.Clients
	document        string
}

func newWorld(t *testing.T, db *entdb.DB) world {
	t.Helper()
	s, p := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0)
	s.Settle(t, p)
	w := world{
		Server: s, me: s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW"),
		owner: s.Clients(s.Token(t, s.Employ(t, police, "owner", actor.Review).Actor()), "en"),
		hall:  s.Clients(s.Officer(t, "hall", actor.Review), "en"),
	}
	file, err := w.me.Dossier.GetDossier(t.Context(), &dossierv1.GetDossierRequest{})
	must(t, "read the file", err)
	w.document = file.GetDossier().GetDocuments()[0].GetId()
	return w
}

func (w world) wrong(reason string) *pb.FileDisputeRequest {
	return &pb.FileDisputeRequest{Subject: &pb.Subject{Kind: "document", Id: w.document}, Reason: reason}
}

// TestFromDisputeToAnswer: a person says what is wrong; the owner alone sees and answers it;
// the person reads the answer and is told in Taiwan's words.
func TestFromDisputeToAnswer(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w, ctx := newWorld(t, db), t.Context()
		filed, err := w.me.Dispute.FileDispute(ctx, w.wrong("雀 misspelt"))
		must(t, "file", err)
		d := filed.GetDispute()
		if d.GetState() != pb.DisputeState_DISPUTE_STATE_OPEN || !d.GetIllustrative() || d.GetDepartmentId() != police.Department ||
			d.GetDocumentId() != w.document || !d.GetDueTime().AsTime().After(w.Now().AddDate(0, 0, 20)) {
			t.Errorf("filed %v", d)
		}
		again, err := w.me.Dispute.FileDispute(ctx, w.wrong("雀 other words"))
		if err != nil || !proto.Equal(again.GetDispute(), d) {
			t.Errorf("again: %v (%v), want the first one", again, err)
		}
		theirs, err := w.hall.DisputeDesk.ListOpenDisputes(ctx, &pb.ListOpenDisputesRequest{})
		if err != nil || len(theirs.GetDisputes()) != 0 {
			t.Errorf("another department is shown %d (%v)", len(theirs.GetDisputes()), err)
		}
		answer := &pb.DecideDisputeRequest{Id: d.GetId(), Corrected: true, Answer: "雀 put right"}
		_, err = w.hall.DisputeDesk.DecideDispute(ctx, answer)
		bfftest.Fails(t, "another department", err, "DISPUTE_NOT_FOUND")
		queue, err := w.owner.DisputeDesk.ListOpenDisputes(ctx, &pb.ListOpenDisputesRequest{})
		if err != nil || len(queue.GetDisputes()) != 1 || !proto.Equal(queue.GetDisputes()[0], d) {
			t.Errorf("the owner is shown %v (%v)", queue, err)
		}
		decided, err := w.owner.DisputeDesk.DecideDispute(ctx, answer)
		must(t, "answer", err)
		_, err = w.owner.DisputeDesk.DecideDispute(ctx, answer)
		bfftest.Fails(t, "a second answer", err, "DISPUTE_DECIDED")
		mine, err := w.me.Dispute.ListDisputes(ctx, &pb.ListDisputesRequest{})
		if err != nil || len(mine.GetDisputes()) != 1 || !proto.Equal(mine.GetDisputes()[0], decided.GetDispute()) ||
			mine.GetDisputes()[0].GetAnswer() != answer.GetAnswer() || mine.GetDisputes()[0].GetDecideTime() == nil {
			t.Errorf("mine are %v (%v), want %v", mine, err, decided)
		}
		w.told(t, "您提出的異議已核實並更正")
	})
}

// told wants the newest notice to have a title.
func (w world) told(t *testing.T, title string) {
	t.Helper()
	list, err := w.me.Notice.ListNotices(t.Context(), &noticev1.ListNoticesRequest{})
	must(t, "list notices", err)
	if len(list.GetNotices()) == 0 || list.GetNotices()[0].GetTitle() != title {
		t.Errorf("told %v, want %s", list.GetNotices(), title)
	}
}

// TestLate: what waits longer than it should says so to both sides.
func TestLate(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db)
		filed, err := w.me.Dispute.FileDispute(t.Context(), w.wrong("雀 misspelt"))
		must(t, "file", err)
		w.Advance(filed.GetDispute().GetDueTime().AsTime().Sub(w.Now()) + time.Second)
		n, err := w.Disputes.Remind(t.Context(), 10)
		if err != nil || n != 1 {
			t.Errorf("%d are reminded of (%v)", n, err)
		}
		again := newClients(t, w)
		mine, err := again.me.Dispute.ListDisputes(t.Context(), &pb.ListDisputesRequest{})
		if err != nil || len(mine.GetDisputes()) != 1 || !mine.GetDisputes()[0].GetLate() {
			t.Errorf("mine are %v (%v)", mine, err)
		}
		queue, err := again.owner.DisputeDesk.ListOpenDisputes(t.Context(), &pb.ListOpenDisputesRequest{})
		if err != nil || len(queue.GetDisputes()) != 1 || !queue.GetDisputes()[0].GetLate() {
			t.Errorf("the owner is shown %v (%v)", queue, err)
		}
		again.told(t, "您提出的異議尚未按期答覆")
	})
}

// newClients signs everybody in again, weeks later.
func newClients(t *testing.T, w world) world {
	t.Helper()
	w.me = w.Clients(w.Holder(t, bfftest.Person(0).Passes[0].Number), "zh-Hant-TW")
	w.owner = w.Clients(w.Token(t, w.Employ(t, police, "owner", actor.Review).Actor()), "en")
	return w
}

// TestPages: both lists lead on with a token until their end.
func TestPages(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w, ctx := newWorld(t, db), t.Context()
		for range 3 {
			filed, err := w.me.Dispute.FileDispute(ctx, w.wrong("雀"))
			must(t, "file", err)
			_, err = w.owner.DisputeDesk.DecideDispute(ctx, &pb.DecideDisputeRequest{Id: filed.GetDispute().GetId(), Answer: "雀"})
			must(t, "answer", err)
		}
		seen, token := map[string]bool{}, ""
		for page := 1; ; page++ {
			got, err := w.me.Dispute.ListDisputes(ctx, &pb.ListDisputesRequest{PageSize: 2, PageToken: token})
			must(t, "list", err)
			for _, d := range got.GetDisputes() {
				seen[d.GetId()] = true
			}
			if token = got.GetNextPageToken(); token == "" {
				if page != 2 || len(seen) != 3 {
					t.Errorf("%d disputes on %d pages, want 3 on 2", len(seen), page)
				}
				break
			}
		}
		_, err := w.me.Dispute.ListDisputes(ctx, &pb.ListDisputesRequest{PageToken: "invented"})
		bfftest.Fails(t, "an invented token", err, "PAGE_TOKEN_INVALID")
	})
}

// TestWhatIsRefused: requests that say too little or too much, and what is not there.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db)
		for name, c := range map[string]struct {
			req    *pb.FileDisputeRequest
			reason string
		}{
			"no words":       {w.wrong(""), "REQUEST_INVALID"},
			"too many words": {w.wrong(strings.Repeat("雀", 1001)), "REQUEST_INVALID"},
			"no subject":     {&pb.FileDisputeRequest{Reason: "雀"}, "REQUEST_INVALID"},
			"no kind":        {&pb.FileDisputeRequest{Subject: &pb.Subject{Id: w.document}, Reason: "雀"}, "REQUEST_INVALID"},
			"no id":          {&pb.FileDisputeRequest{Subject: &pb.Subject{Kind: "document"}, Reason: "雀"}, "REQUEST_INVALID"},
			"another kind":   {&pb.FileDisputeRequest{Subject: &pb.Subject{Kind: "house", Id: w.document}, Reason: "雀"}, "DISPUTE_SUBJECT_NOT_FOUND"},
			"nobody's":       {&pb.FileDisputeRequest{Subject: &pb.Subject{Kind: "document", Id: "x"}, Reason: "雀"}, "DISPUTE_SUBJECT_NOT_FOUND"},
		} {
			_, err := w.me.Dispute.FileDispute(t.Context(), c.req)
			bfftest.Fails(t, name, err, c.reason)
		}
		_, err := w.owner.Dispute.FileDispute(t.Context(), w.wrong("雀"))
		bfftest.Fails(t, "an officer", err, "NOT_ALLOWED")
		_, err = w.me.DisputeDesk.ListOpenDisputes(t.Context(), &pb.ListOpenDisputesRequest{})
		bfftest.Fails(t, "a person at the desk", err, "NOT_ALLOWED")
	})
}
