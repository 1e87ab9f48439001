package privacyrpc_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/privacyrpc"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/dispute"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/finance"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/lending"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/privacy"
	"github.com/minzhengtong/minzhengtong/domains/sharing"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1/privacyv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// house is both handlers behind a listener. The interceptors of the transport are
// not here, but for the caller and the language.
type house struct {
	files *dossiertest.World
	words *i18n.Bundle
	url   string
	by    actor.Actor
	lang  i18n.Language
}

// nobodyIn is a house in which nobody has sessions.
type nobodyIn struct{}

func (nobodyIn) Sessions(context.Context, []actor.DocumentID, int) ([]privacy.Session, error) {
	return nil, nil
}
func (nobodyIn) EndSessions(context.Context, []actor.DocumentID) error { return nil }

// nothing is a house in which nothing is due, rings, is told or is paid.
type nothing[Holdings any] struct{}

func (nothing[Holdings]) Holdings(context.Context, int, ...actor.DocumentID) (held Holdings, err error) {
	return held, nil
}
func (nothing[Holdings]) Forget(context.Context, ...actor.DocumentID) error { return nil }

func newHouse(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	db := entdbtest.New(t)
	h := &house{files: dossiertest.New(t, db), lang: i18n.English}
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	gate, err := guard.New(h.files.Staff)
	must(t, err)
	consents, err := consent.New(consent.Deps{
		DB: db, Vault: h.files.Vault, Audit: h.files.Audit, Files: sharing.Files(h.files.Service), Now: h.files.Clock.Now, Queue: noticetest.NewQueue(db, h.files.Clock.Now), NewID: newID,
	})
	must(t, err)
	reader, err := audit.NewReader(audit.ReaderDeps{
		Log: h.files.Audit, Files: h.files, Checker: gate.Checker, Zone: dossiertest.Zone,
		Enter: func(context.Context, actor.Actor, ...actor.DocumentID) error { return nil },
	})
	must(t, err)
	service, err := privacy.New(privacy.Deps{
		DB: db, Vault: h.files.Vault, Files: h.files.Service, Guard: gate, Audit: h.files.Audit, Looks: reader, Consents: consents,
		Sessions: nobodyIn{}, Notices: nothing[notice.Holdings]{}, Alarms: nothing[alarm.Holdings]{}, Taxes: nothing[tax.Holdings]{},
		Subsidies: nothing[subsidy.Holdings]{}, Credentials: nothing[credential.Holdings]{}, Credits: nothing[credit.Holdings]{},
		Disputes: nothing[[]dispute.Dispute]{}, Finance: nothing[[]finance.Application]{}, Lending: nothing[[]lending.Held]{},
		Now: h.files.Clock.Now, NewID: newID, Zone: dossiertest.Zone, Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	h.words, err = i18n.Load()
	must(t, err)
	caller := connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			ctx, _ = audit.Begin(ctx, h.by, req.Spec().Procedure, "request")
			return next(call.With(actor.With(ctx, h.by), call.New("request", h.lang, h.words)), req)
		}
	}))
	mux := http.NewServeMux()
	mux.Handle(privacyv1connect.NewPrivacyServiceHandler(&privacyrpc.Handler{Privacy: service}, caller))
	mux.Handle(privacyv1connect.NewCorrectionDeskServiceHandler(&privacyrpc.Desk{Privacy: service, Cursors: cursor.Codec{Keys: h.files.Keys}}, caller))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCorrectionFromWishToAnswer(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	person := privacyv1connect.NewPrivacyServiceClient(http.DefaultClient, h.url)
	desk := privacyv1connect.NewCorrectionDeskServiceClient(http.DefaultClient, h.url)
	officer := dossiertest.Officer("one")
	var people []actor.Actor
	for i := range 3 {
		p := dossiertest.NewPerson(i)
		h.files.Settle(p)
		h.by = h.files.Holder(p.Pass)
		people = append(people, h.by)
		h.files.Clock.Advance(1e9)
		res, err := person.RequestCorrection(ctx, &pb.RequestCorrectionRequest{
			DocumentId: string(h.by.Document), Item: dossier.ItemNameRoman, Value: "NEW NAME", Reason: "because",
		})
		must(t, err)
		if c := res.GetCorrection(); c.GetBefore() != p.Names.Roman || c.GetState() != pb.CorrectionState_CORRECTION_STATE_OPEN || c.GetDecideTime() != nil {
			t.Error("the request is shown as another one")
		}
	}
	h.by = officer
	var open []*pb.Correction
	for token, pages := "", 0; ; pages++ {
		page, err := desk.ListOpenCorrections(ctx, &pb.ListOpenCorrectionsRequest{PageSize: 2, PageToken: token})
		must(t, err)
		open = append(open, page.GetCorrections()...)
		if token = page.GetNextPageToken(); token == "" || pages > 3 {
			break
		}
	}
	if len(open) != 3 || open[0].GetDocumentId() != string(people[0].Document) {
		t.Fatalf("%d in the queue, want 3, the oldest first", len(open))
	}
	if _, err := desk.ListOpenCorrections(ctx, &pb.ListOpenCorrectionsRequest{PageToken: "x"}); err == nil {
		t.Error("any page token is good")
	}
	for i, accept := range []bool{true, false} {
		_, err := desk.DecideCorrection(ctx, &pb.DecideCorrectionRequest{CorrectionId: open[i].GetId(), Accept: accept, Answer: "seen"})
		must(t, err)
		h.by = people[i]
		list, err := person.ListCorrections(ctx, &pb.ListCorrectionsRequest{})
		must(t, err)
		want := map[bool]pb.CorrectionState{true: pb.CorrectionState_CORRECTION_STATE_ACCEPTED, false: pb.CorrectionState_CORRECTION_STATE_REFUSED}[accept]
		if c := list.GetCorrections()[0]; c.GetState() != want || c.GetAnswer() != "seen" || c.GetValue() != "NEW NAME" || c.GetDecideTime() == nil {
			t.Errorf("the person is shown %v", c.GetState())
		}
		h.by = officer
	}
}

func TestExportAndErase(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	client := privacyv1connect.NewPrivacyServiceClient(http.DefaultClient, h.url)
	p := dossiertest.NewPerson(1)
	h.files.Join(p)
	h.by = h.files.Holder(p.Permit)
	for lang, title := range map[i18n.Language]string{i18n.English: "Everything held about you", i18n.Hans: "关于您的全部资料", i18n.HantTW: "關於您的全部資料"} {
		h.lang = lang
		res, err := client.ExportData(ctx, &pb.ExportDataRequest{})
		must(t, err)
		page := string(res.GetHtml())
		if !strings.Contains(page, title) || !strings.Contains(page, p.Pass) || !strings.Contains(string(res.GetJson()), p.Permit) || strings.Contains(res.GetFileName(), p.Pass) {
			t.Errorf("%s: the export is not whole", lang)
		}
		if fallback := h.words.Text(lang, "FALLBACK", nil); strings.Contains(page, fallback) {
			t.Errorf("%s: something on the page has no words", lang)
		}
		preview, err := client.PreviewErasure(ctx, &pb.PreviewErasureRequest{})
		must(t, err)
		for _, l := range preview.GetLines() {
			for _, text := range []string{l.GetTitle(), l.GetExplanation()} {
				if text == "" || text == h.words.Text(lang, "FALLBACK", nil) {
					t.Errorf("%s: %s has no words", lang, l.GetKind())
				}
			}
		}
	}
	if _, err := client.EraseData(ctx, &pb.EraseDataRequest{Phrase: "1"}); err == nil {
		t.Error("any phrase erases")
	}
	preview, err := client.PreviewErasure(ctx, &pb.PreviewErasureRequest{})
	must(t, err)
	done, err := client.EraseData(ctx, &pb.EraseDataRequest{Phrase: preview.GetPhrase()})
	must(t, err)
	if done.GetErasureId() == "" || len(done.GetLines()) != len(preview.GetLines()) {
		t.Error("the receipt is not whole")
	}
	if _, err := client.ExportData(ctx, &pb.ExportDataRequest{}); err == nil {
		t.Error("there still is an export")
	}
}

// TestEverythingIsWorded: every list, field, kind and code has a message.
func TestEverythingIsWorded(t *testing.T) {
	h := newHouse(t)
	client := privacyv1connect.NewPrivacyServiceClient(http.DefaultClient, h.url)
	res, err := client.ListRetention(t.Context(), &pb.ListRetentionRequest{})
	must(t, err)
	if len(res.GetRules()) != len(privacy.Retention()) {
		t.Errorf("%d rules, want %d", len(res.GetRules()), len(privacy.Retention()))
	}
	for _, r := range res.GetRules() {
		if id := "DATA_KIND_" + strings.ToUpper(r.GetKind()); !h.words.Has(id) || r.GetSource() == "" {
			t.Errorf("%s is not worded or has no source", id)
		}
	}
	for _, id := range privacy.Messages() {
		if !h.words.Has(id) {
			t.Errorf("there is no message %s", id)
		}
	}
}
