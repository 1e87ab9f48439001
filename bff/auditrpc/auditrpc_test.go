package auditrpc_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/minzhengtong/minzhengtong/bff/auditrpc"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/audit/audittest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/gen/ent/document"
	"github.com/minzhengtong/minzhengtong/gen/ent/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1/auditv1connect"
)

var (
	_ auditv1connect.AuditServiceHandler         = (*auditrpc.Handler)(nil)
	_ auditv1connect.ObjectionDeskServiceHandler = (*auditrpc.Desk)(nil)
	_ auditv1connect.AuditorServiceHandler       = (*auditrpc.Auditor)(nil)
)

const (
	mine   = "01890000-0000-7000-8000-000000000001"
	theirs = "01890000-0000-7000-8000-000000000002"
)

type files struct{}

func (files) FileDocuments(_ context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	return []actor.DocumentID{id}, nil
}

// world is the three handlers on one log.
type world struct {
	*audittest.World
	person  auditrpc.Handler
	desk    auditrpc.Desk
	auditor auditrpc.Auditor
}

func each(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		log := audittest.New(t, db)
		reader, err := audit.NewReader(audit.ReaderDeps{
			Log: log.Service, Files: files{}, Zone: time.UTC,
			Enter:   func(context.Context, actor.Actor, ...actor.DocumentID) error { return nil },
			Checker: func(actor.Actor, ...string) error { return nil },
		})
		must(t, "reader", err)
		cursors := cursor.Codec{Keys: log.Keys}
		f(t, world{log, auditrpc.Handler{Log: reader, Cursors: cursors}, auditrpc.Desk{Log: reader, Cursors: cursors},
			auditrpc.Auditor{Log: log.Service, Cursors: cursors}})
	})
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// as is the context of a call by somebody.
func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

var (
	holder  = actor.Actor{Role: actor.Person, Document: mine}
	officer = actor.Actor{Role: actor.Officer, Officer: "o1", Office: "c1", Department: "tax", Duty: actor.Review}
	second  = actor.Actor{Role: actor.Officer, Officer: "o2", Office: "c1", Duty: actor.Review}
	auditor = actor.Actor{Role: actor.Auditor, Officer: "a1", Duty: actor.Audit}
)

// look writes an entry.
func (w world) look(t *testing.T, by actor.Actor, why string, documents ...actor.DocumentID) {
	t.Helper()
	ctx, l := audit.Begin(t.Context(), by, "dossier.v1.DeskService/FindDossier", "")
	audit.Concerns(ctx, documents...)
	l.Why(why)
	must(t, "finish", w.Finish(ctx, l, audit.OK))
}

func TestLooksAndProof(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for range 3 {
			w.look(t, officer, "窗口", mine)
			w.look(t, holder, "")
			w.look(t, officer, "", theirs)
		}
		ctx := as(t, holder)
		var got []*pb.Entry
		var request pb.ListLooksRequest
		request.PageSize = 2
		for {
			page, err := w.person.ListLooks(ctx, &request)
			must(t, "list looks", err)
			got = append(got, page.GetEntries()...)
			if request.PageToken = page.GetNextPageToken(); request.PageToken == "" {
				break
			}
		}
		if len(got) != 6 {
			t.Fatalf("%d entries, want 6", len(got))
		}
		own, others := got[0], got[1]
		if !own.GetOwn() || own.GetActorId() != "" || own.GetBasis() != "own" || own.Position != nil {
			t.Errorf("own entry: %v", own)
		}
		if others.GetWhy() != "窗口" || others.GetActorId() != "o1" || others.GetOfficeId() != "c1" || others.GetDepartmentId() != "tax" ||
			others.GetBasis() != "duty/review" || others.GetOutcome() != "ok" || !slices.Equal(others.GetDocumentIds(), []string{mine}) ||
			!others.GetTime().AsTime().Equal(audittest.Start) {
			t.Errorf("an officer's entry: %v", others)
		}
		page, err := w.person.ListLooks(ctx, &pb.ListLooksRequest{OthersOnly: true, PageSize: 1})
		must(t, "list others' looks", err)
		if len(page.GetEntries()) != 1 || page.GetEntries()[0].GetOwn() || page.GetNextPageToken() == "" {
			t.Errorf("others' looks: %v", page)
		}
		_, err = w.person.ListLooks(as(t, actor.Actor{Role: actor.Person, Document: theirs}), &pb.ListLooksRequest{PageToken: page.GetNextPageToken()})
		if !errors.Is(err, cursor.ErrToken) {
			t.Errorf("somebody else's page token: %v", err)
		}
		ask := &pb.GetLookProofRequest{EntryId: others.GetId()}
		if _, err := w.person.GetLookProof(ctx, ask); !errors.Is(err, audit.ErrNotNumbered) {
			t.Errorf("a proof too early: %v", err)
		}
		_, err = w.Number(t.Context(), 100)
		must(t, "number", err)
		proof, err := w.person.GetLookProof(ctx, ask)
		must(t, "prove", err)
		verifier, err := note.NewVerifier(proof.GetVerifierKey())
		must(t, "verifier", err)
		_, err = note.Open(proof.GetCheckpoint(), note.VerifierList(verifier))
		must(t, "open the checkpoint", err)
		if len(proof.GetHashes()) == 0 || len(proof.GetHashes()[0]) != tlog.HashSize || len(proof.GetBody()) == 0 {
			t.Errorf("proof: %d hashes, %d bytes", len(proof.GetHashes()), len(proof.GetBody()))
		}
	})
}

func TestObjection(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		must(t, "write a document", w.DB.InTx(t.Context(), func(ctx context.Context) error {
			c := w.DB.Client(ctx)
			if err := c.Dossier.Create().SetID(mine).SetKind(dossier.KindPerson).SetCreateTime(w.Now()).Exec(ctx); err != nil {
				return err
			}
			return c.Document.Create().SetID(mine).SetKind(document.KindTaiwanPass).SetDossierID(mine).SetOriginID(mine).
				SetNumberSealed([]byte("-")).SetRecorded(document.RecordedValid).SetOrigin(document.OriginRegister).SetCreateTime(w.Now()).Exec(ctx)
		}))
		w.look(t, officer, "窗口", mine)
		w.look(t, officer, "窗口", mine)
		looks, err := w.person.ListLooks(as(t, holder), &pb.ListLooksRequest{})
		must(t, "list looks", err)
		for _, e := range looks.GetEntries() {
			_, err := w.person.ObjectToLook(as(t, holder), &pb.ObjectToLookRequest{EntryId: e.GetId(), Text: "我沒去過"})
			must(t, "object", err)
		}
		page, err := w.desk.ListOpenObjections(as(t, second), &pb.ListOpenObjectionsRequest{PageSize: 1})
		must(t, "list open objections", err)
		if len(page.GetObjections()) != 1 || page.GetNextPageToken() == "" {
			t.Fatalf("the queue's first page: %v", page)
		}
		open := page.GetObjections()[0]
		if open.GetEntry().GetWhy() != "" || open.GetEntry().GetActorId() != "o1" || open.GetObjection().GetText() != "我沒去過" ||
			!open.GetObjection().GetDueTimeIllustrative() || open.GetObjection().GetAnswerTime() != nil {
			t.Errorf("an open objection: %v", open)
		}
		last, err := w.desk.ListOpenObjections(as(t, second), &pb.ListOpenObjectionsRequest{PageSize: 1, PageToken: page.GetNextPageToken()})
		if err != nil || len(last.GetObjections()) != 1 || last.GetNextPageToken() != "" {
			t.Errorf("the queue's last page: %v, %v", last, err)
		}
		answered, err := w.desk.AnswerObjection(as(t, second), &pb.AnswerObjectionRequest{
			ObjectionId: open.GetObjection().GetId(), Finding: pb.Finding_FINDING_NOT_JUSTIFIED, Answer: "沒有依據",
		})
		must(t, "answer", err)
		if o := answered.GetObjection(); o.GetAnswer() != "沒有依據" || o.GetFinding() != pb.Finding_FINDING_NOT_JUSTIFIED || o.GetAnswerTime() == nil {
			t.Errorf("the answer: %v", o)
		}
		list, err := w.person.ListObjections(as(t, holder), &pb.ListObjectionsRequest{})
		if err != nil || len(list.GetObjections()) != 2 {
			t.Errorf("the person's list: %v, %v", list, err)
		}
		looks, err = w.person.ListLooks(as(t, holder), &pb.ListLooksRequest{})
		if err != nil || looks.GetEntries()[0].GetObjectionId() == "" {
			t.Errorf("the list does not name the objection: %v", err)
		}
	})
}

func TestAuditor(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for range 3 {
			w.look(t, officer, "窗口", mine)
			w.look(t, second, "", theirs)
		}
		ctx := as(t, auditor)
		page, err := w.auditor.ListEntries(ctx, &pb.ListEntriesRequest{ActorId: "o1", PageSize: 2, Reason: "抽查"})
		must(t, "list entries", err)
		if len(page.GetEntries()) != 2 || page.GetEntries()[0].GetWhy() != "窗口" || page.GetEntries()[0].GetActorId() != "o1" {
			t.Errorf("the officer's entries: %v", page)
		}
		last, err := w.auditor.ListEntries(ctx, &pb.ListEntriesRequest{ActorId: "o1", PageSize: 2, PageToken: page.GetNextPageToken()})
		if err != nil || len(last.GetEntries()) != 1 || last.GetNextPageToken() != "" {
			t.Errorf("the last page: %v, %v", last, err)
		}
		empty, err := w.auditor.GetCheckpoint(ctx, &pb.GetCheckpointRequest{})
		if err != nil || empty.GetSize() != 0 || empty.GetUnnumbered() != 6 || len(empty.GetCheckpoint()) != 0 {
			t.Errorf("before numbering: %v, %v", empty, err)
		}
		_, err = w.Number(t.Context(), 100)
		must(t, "number", err)
		head, err := w.auditor.GetCheckpoint(ctx, &pb.GetCheckpointRequest{})
		if err != nil || head.GetSize() != 6 || head.GetUnnumbered() != 0 || head.GetVerifierKey() != w.VerifierKey() {
			t.Errorf("after numbering: %v, %v", head, err)
		}
	})
}
