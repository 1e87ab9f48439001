package authority_test

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/gen/ent/review"
	auditv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	dossierv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	privacyv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1"
	sharingv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1"
)

// What the requests point at. All of it comes about as it does in life: through
// the services, by somebody who may.

func ref(number string) *commonv1.DocumentRef { return &commonv1.DocumentRef{Number: number} }

func (h *house) inAnHour() *timestamppb.Timestamp { return timestamppb.New(h.Now().Add(time.Hour)) }

// fill puts a record and an item under a document, each with a canary.
func (h *house) fill(s side) {
	h.t.Helper()
	ctx := h.t.Context()
	taken, err := h.Files.TakeRecords(ctx, []dossier.RecordEntry{{
		Number: h.Number(h.t, s.number()), Kind: "tax_payment", Title: s.canary(), Authority: "tax", Occurred: h.Now(),
		Source: "tax", SourceRef: s.canary(),
	}})
	h.must("take a record", err)
	if taken[0].Fault != nil {
		h.t.Fatalf("the record is left out: %v", taken[0].Fault)
	}
	_, err = h.Files.SaveData(ctx, h.actor(s), []dossier.Input{{Code: "occupation", Value: s.canary()}})
	h.must("save data", err)
}

// join links a person's documents, as the holder of one of them who asks.
func (h *house) join(by side) {
	h.t.Helper()
	got, err := h.holder(by).Dossier.LinkDocument(h.t.Context(), &dossierv1.LinkDocumentRequest{Document: ref(by.other().number())})
	h.must("link documents", err)
	by.link, by.inquiry = got.GetLink().GetId(), got.GetInquiry().GetId()
	if by.link == "" {
		h.t.Fatal("the documents are not linked")
	}
}

// sever takes a person's documents apart.
func (h *house) sever(p *human) {
	h.t.Helper()
	_, err := h.holder(side{p, false}).Dossier.UnlinkDocuments(h.t.Context(), &dossierv1.UnlinkDocumentsRequest{LinkId: p.link, Reason: "not mine"})
	h.must("take documents apart", err)
	p.cut = true
}

// erase forgets a person, by each file that the person has.
func (h *house) erase(p *human) {
	h.t.Helper()
	sides := []side{{p, false}}
	if p.link == "" || p.cut {
		sides = append(sides, side{p, true})
	}
	for _, s := range sides {
		c := h.holder(s)
		preview, err := c.Privacy.PreviewErasure(h.t.Context(), &privacyv1.PreviewErasureRequest{})
		h.must("preview an erasure", err)
		_, err = c.Privacy.EraseData(h.t.Context(), &privacyv1.EraseDataRequest{Phrase: preview.GetPhrase()})
		h.must("erase", err)
	}
	p.gone = true
}

// terms are what a consent for a department says.
func (h *house) terms(c bfftest.Clients, party string) *consentv1.GiveConsentRequest {
	h.t.Helper()
	text, err := c.Consent.GetConsentText(h.t.Context(), &consentv1.GetConsentTextRequest{Purpose: "window_check"})
	h.must("read the text", err)
	return &consentv1.GiveConsentRequest{
		PartyId: party, Purpose: "window_check", Scopes: []string{"occupation", "records"}, ExpireTime: h.inAnHour(), TextVersion: text.GetVersion(),
	}
}

// consent lets a department read.
func (h *house) consent(s side, party string) string {
	h.t.Helper()
	c := h.holder(s)
	got, err := c.Consent.GiveConsent(h.t.Context(), h.terms(c, party))
	h.must("give a consent", err)
	return got.GetConsent().GetId()
}

// firm is one that somebody represents.
func (h *house) firm(s side) string {
	h.t.Helper()
	h.made++
	code, err := document.ComposeCreditCode(fmt.Sprintf("91350128MA%06d", h.made) + "1")
	h.must("compose a credit code", err)
	taken, err := h.Files.TakeFirms(h.t.Context(), []dossier.FirmEntry{{
		Code: h.Number(h.t, code), Name: s.canary(), Category: "taiwan_invested", Area: here, State: document.Valid,
		Representative: h.Number(h.t, s.number()),
	}})
	h.must("take a firm", err)
	if taken[0].Fault != nil {
		h.t.Fatalf("the firm is left out: %v", taken[0].Fault)
	}
	_, id, err := h.Files.Locate(h.t.Context(), h.Number(h.t, code))
	h.must("locate a firm", err)
	return string(id)
}

// firmConsent is a firm and a consent of it, as pair splits them.
func (h *house) firmConsent(s side) string {
	h.t.Helper()
	c, firm := h.holder(s), h.firm(s)
	got, err := c.Consent.GiveFirmConsent(h.t.Context(), &consentv1.GiveFirmConsentRequest{FirmId: firm, Consent: h.terms(c, tax.Department)})
	h.must("give a firm's consent", err)
	return firm + "/" + got.GetConsent().GetId()
}

// delegation charges the holder of to in a matter, for so long.
func (h *house) delegation(from, to side, matter commonv1.Matter, last time.Duration) string {
	h.t.Helper()
	got, err := h.holder(from).Consent.GiveDelegation(h.t.Context(), &consentv1.GiveDelegationRequest{
		Delegate: ref(to.number()), Matter: matter, ExpireTime: timestamppb.New(h.Now().Add(last)),
	})
	h.must("give a delegation", err)
	return got.GetDelegation().GetId()
}

// look has an officer look at the file of a document and returns the entry, as
// the holder finds it.
func (h *house) look(s side) string {
	h.t.Helper()
	office := hall
	if s.area == far {
		office = there
	}
	return h.lookBy(h.officer(office, actor.Accept), s)
}

func (h *house) lookBy(by actor.Actor, s side) string {
	h.t.Helper()
	_, err := h.as(by).Desk.FindDossier(h.t.Context(), &dossierv1.FindDossierRequest{Document: ref(s.number()), Purpose: "a matter"})
	h.must("look", err)
	return h.newestLook(s)
}

// newestLook is the newest entry that somebody else left on a file.
func (h *house) newestLook(s side) string {
	h.t.Helper()
	list, err := h.holder(s).Audit.ListLooks(h.t.Context(), &auditv1.ListLooksRequest{OthersOnly: true, PageSize: 1})
	h.must("list looks", err)
	if len(list.GetEntries()) != 1 {
		h.t.Fatal("the look left no entry")
	}
	_, err = h.Audit.Number(h.t.Context(), 100_000)
	h.must("number the log", err)
	return list.GetEntries()[0].GetId()
}

// objection is one to an officer's look.
func (h *house) objection(s side) string {
	h.t.Helper()
	return h.object(s, h.look(s))
}

func (h *house) object(s side, entry string) string {
	h.t.Helper()
	got, err := h.holder(s).Audit.ObjectToLook(h.t.Context(), &auditv1.ObjectToLookRequest{EntryId: entry, Text: s.canary()})
	h.must("object", err)
	return got.GetObjection().GetId()
}

// correction is a wish to have a name corrected.
func (h *house) correction(s side) string {
	h.t.Helper()
	got, err := h.holder(s).Privacy.RequestCorrection(h.t.Context(), &privacyv1.RequestCorrectionRequest{
		DocumentId: h.id(s), Item: dossier.ItemNameRoman, Value: s.canary(), Reason: "a slip",
	})
	h.must("request a correction", err)
	return got.GetCorrection().GetId()
}

// review brings a person's documents, which are not linked, into the queue.
func (h *house) review(s side) string {
	h.t.Helper()
	ctx := h.t.Context()
	h.Sandbox.SetTruth(s.Passes[0].Number, s.Permits[0].Number, false)
	_, err := h.holder(s).Dossier.LinkDocument(ctx, &dossierv1.LinkDocumentRequest{Document: ref(s.other().number())})
	h.must("ask for a link", err)
	id := h.id(s)
	r, err := h.DB.Client(ctx).Review.Query().Where(review.Or(review.FirstID(id), review.SecondID(id))).Only(ctx)
	h.must("find the review", err)
	return r.ID
}

// voucher is that of a read that an officer of an office did on a consent.
func (h *house) voucher(s side, office staff.Office) string {
	h.t.Helper()
	got, err := h.as(h.officer(office, actor.Accept)).Sharing.ReadData(h.t.Context(), &sharingv1.ReadDataRequest{
		Query: query(s.number(), h.consent(s, office.Department)),
	})
	h.must("read data", err)
	return got.GetAnswer().GetVoucher().GetNumber()
}

// query asks for what fill put under a document.
func query(number, consent string) *sharingv1.Query {
	return &sharingv1.Query{
		Document: ref(number), Purpose: "window_check", Scopes: []string{"occupation", "records"}, ConsentId: consent, Reason: "a matter",
	}
}

// session is another sign-in of somebody.
func (h *house) session(by actor.Actor) string {
	h.t.Helper()
	before := h.sessions()
	h.Token(h.t, by)
	for id := range h.sessions() {
		if !before[id] {
			return id
		}
	}
	h.t.Fatal("no session was opened")
	return ""
}

// sessions are all there are.
func (h *house) sessions() map[string]bool {
	h.t.Helper()
	ids := map[string]bool{}
	h.inTx("read sessions", func(ctx context.Context) error {
		list, err := h.DB.Client(ctx).Session.Query().IDs(ctx)
		for _, id := range list {
			ids[id] = true
		}
		return err
	})
	return ids
}
