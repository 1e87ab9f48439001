package dossierrpc_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// TestSomebodyElses: what is somebody else's is refused exactly as what does not
// exist, and the owner notices nothing.
func TestSomebodyElses(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		theirs := link(t, w.them, permit(w.other)).GetLink().GetId()
		firm := w.firm(t, pass(w.other))
		third := bfftest.Person(2)
		w.Settle(t, third)
		w.Sandbox.SetFault(upstream.PoliceOffice, sandbox.Gone, 0)
		inquiry := link(t, w.by(t, pass(third)), permit(third)).GetInquiry().GetId()
		w.Sandbox.SetFault(upstream.PoliceOffice, sandbox.Healthy, 0)
		before := file(t, w.them)
		tests := map[string]struct {
			reason, theirs, nobodys string
			call                    func(id string) error
		}{
			"link to a document": {"LINK_NOT_CONFIRMED", permit(w.other), permit(bfftest.Person(99)), func(number string) error {
				_, err := w.me.Dossier.LinkDocument(ctx, &pb.LinkDocumentRequest{Document: ref(number)})
				return err
			}},
			"renew to a document": {"RENEWAL_NOT_CONFIRMED", pass(w.other), pass(bfftest.Person(99)), func(number string) error {
				_, err := w.me.Dossier.RenewDocument(ctx, &pb.RenewDocumentRequest{DocumentId: w.id(t, pass(w.mine)), NewNumber: number})
				return err
			}},
			"renew": {"DOSSIER_NOT_FOUND", w.id(t, pass(w.other)), absent, func(id string) error {
				_, err := w.me.Dossier.RenewDocument(ctx, &pb.RenewDocumentRequest{DocumentId: id, NewNumber: pass(w.other)})
				return err
			}},
			"report a loss": {"DOSSIER_NOT_FOUND", w.id(t, permit(w.other)), absent, func(id string) error {
				_, err := w.me.Dossier.ReportLoss(ctx, &pb.ReportLossRequest{DocumentId: id})
				return err
			}},
			"unlink": {"LINK_NOT_FOUND", theirs, absent, func(id string) error {
				_, err := w.me.Dossier.UnlinkDocuments(ctx, &pb.UnlinkDocumentsRequest{LinkId: id, Reason: "mischief"})
				return err
			}},
			"get an inquiry": {"DOSSIER_NOT_FOUND", inquiry, absent, func(id string) error {
				_, err := w.me.Dossier.GetInquiry(ctx, &pb.GetInquiryRequest{Id: id})
				return err
			}},
			"get a firm": {"DOSSIER_NOT_FOUND", firm, absent, func(id string) error {
				_, err := w.me.Dossier.GetFirm(ctx, &pb.GetFirmRequest{FirmId: id})
				return err
			}},
			"save a firm's data": {"DOSSIER_NOT_FOUND", firm, absent, func(id string) error {
				_, err := w.me.Dossier.SaveFirmData(ctx, &pb.SaveFirmDataRequest{FirmId: id, Items: []*pb.FirmDatumInput{{Code: "email", Value: "a@example.com"}}})
				return err
			}},
			"get a person as a firm": {"DOSSIER_NOT_FOUND", before.GetId(), absent, func(id string) error {
				_, err := w.me.Dossier.GetFirm(ctx, &pb.GetFirmRequest{FirmId: id})
				return err
			}},
		}
		for name, tt := range tests {
			one := bfftest.Fails(t, name, tt.call(tt.theirs), tt.reason)
			two := bfftest.Fails(t, name+", nobody's", tt.call(tt.nobodys), tt.reason)
			if one != two {
				t.Errorf("%s: somebody else's fails as %+v, nobody's as %+v", name, one, two)
			}
		}
		if after := file(t, w.them); !proto.Equal(before, after) {
			t.Error("the owner's file was changed")
		}
		if mine := file(t, w.me); len(mine.GetInquiries()) != 0 || len(mine.GetDocuments()) != 1 {
			t.Error("something of it stays in the own file")
		}
	})
}

// TestHolderBadInput gives each RPC each bad input that it can get.
func TestHolderBadInput(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		linkTo := func(d *commonv1.DocumentRef) func() error {
			return func() error {
				_, err := w.me.Dossier.LinkDocument(ctx, &pb.LinkDocumentRequest{Document: d})
				return err
			}
		}
		save := func(items ...*pb.DatumInput) func() error {
			return func() error {
				_, err := w.me.Dossier.SaveData(ctx, &pb.SaveDataRequest{Items: items})
				return err
			}
		}
		renew := func(id, number string) func() error {
			return func() error {
				_, err := w.me.Dossier.RenewDocument(ctx, &pb.RenewDocumentRequest{DocumentId: id, NewNumber: number})
				return err
			}
		}
		page := func(size int32, token string) func() error {
			return func() error {
				_, err := w.me.Dossier.ListRecords(ctx, &pb.ListRecordsRequest{PageSize: size, PageToken: token})
				return err
			}
		}
		good := &pb.DatumInput{Code: "email", Value: "mei@example.com"}
		mine := w.id(t, pass(w.mine))
		const invalid = "REQUEST_INVALID"
		tests := map[string]struct {
			call           func() error
			reason, fields string
		}{
			"check character":   {linkTo(ref(spoilt(permit(w.mine)))), "DOCUMENT_CHECK_CHARACTER", "document.number=DOCUMENT_CHECK_CHARACTER"},
			"another kind":      {linkTo(&commonv1.DocumentRef{Kind: commonv1.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS, Number: permit(w.mine)}), "DOCUMENT_OTHER_KIND", "document.number=DOCUMENT_OTHER_KIND"},
			"no such kind":      {linkTo(&commonv1.DocumentRef{Kind: 99, Number: permit(w.mine)}), invalid, "document.kind=VALIDATION_ENUM_DEFINED_ONLY"},
			"no document":       {linkTo(nil), invalid, "document=VALIDATION_REQUIRED"},
			"no number":         {linkTo(ref("")), invalid, "document.number=VALIDATION_STRING_MIN_LEN"},
			"a long number":     {linkTo(ref(strings.Repeat("8", 65))), invalid, "document.number=VALIDATION_STRING_MAX_LEN"},
			"own document":      {linkTo(ref(pass(w.mine))), "LINK_SAME_DOCUMENT", "document=LINK_SAME_DOCUMENT"},
			"another pass":      {linkTo(ref(pass(w.other))), "LINK_KINDS", "document=LINK_KINDS"},
			"a firm's code":     {linkTo(ref("91350128MAYYY00131")), "LINK_KINDS", "document=LINK_KINDS"},
			"unknown item":      {save(good, &pb.DatumInput{Code: "shoe_size", Value: "43"}), "DATUM_UNKNOWN", "items[1].code=DATUM_UNKNOWN"},
			"item in bad form":  {save(good, &pb.DatumInput{Code: "bank_account", Value: "none"}), "DATUM_INVALID", "items[1].value=DATUM_INVALID"},
			"blank item":        {save(good, &pb.DatumInput{Code: "occupation", Value: " \t"}), "DATUM_INVALID", "items[1].value=DATUM_INVALID"},
			"typed phone":       {save(good, &pb.DatumInput{Code: "mobile_phone", Value: "+886912345678"}), "DATUM_INVALID", "items[1].value=DATUM_INVALID"},
			"long item":         {save(good, &pb.DatumInput{Code: "occupation", Value: strings.Repeat("字", 501)}), invalid, "items[1].value=VALIDATION_STRING_MAX_LEN"},
			"no items":          {save(), invalid, "items=VALIDATION_REPEATED_MIN_ITEMS"},
			"renew, check":      {renew(mine, "7100000"), "DOCUMENT_LENGTH", "new_number=DOCUMENT_LENGTH"},
			"renew, other kind": {renew(mine, permit(w.mine)), "DOCUMENT_OTHER_KIND", "new_number=DOCUMENT_OTHER_KIND"},
			"renew, no ID":      {renew("me", pass(w.mine)), invalid, "document_id=VALIDATION_STRING_UUID"},
			"garbage page":      {page(0, "garbage"), "PAGE_TOKEN_INVALID", "page_token=PAGE_TOKEN_INVALID"},
			"long page token":   {page(0, strings.Repeat("A", 401)), invalid, "page_token=VALIDATION_STRING_MAX_LEN"},
			"negative page":     {page(-1, ""), invalid, "page_size=VALIDATION_RANGE"},
			"no reason": {func() error {
				_, err := w.me.Dossier.UnlinkDocuments(ctx, &pb.UnlinkDocumentsRequest{LinkId: absent})
				return err
			}, invalid, "reason=VALIDATION_STRING_MIN_LEN"},
		}
		before := file(t, w.me)
		for name, tt := range tests {
			if f := bfftest.Fails(t, name, tt.call(), tt.reason); f.Fields != tt.fields {
				t.Errorf("%s: fields are %q, want %q", name, f.Fields, tt.fields)
			}
		}
		if after := file(t, w.me); !proto.Equal(before, after) {
			t.Error("something was half written")
		}
	})
}

// TestWordedInThreeLanguages: one mistake, one reason and field, three sentences.
func TestWordedInThreeLanguages(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		token := w.Holder(t, pass(w.mine))
		for language, want := range map[string][2]string{
			"zh-TW": {"zh-Hant-TW", "檢核未通過"}, "zh-CN": {"zh-Hans", "校验不通过"}, "en": {"en", "does not add up"}, "ja": {"zh-Hant-TW", "檢核未通過"},
		} {
			_, err := w.Clients(token, language).Dossier.LinkDocument(t.Context(), &pb.LinkDocumentRequest{Document: ref(spoilt(permit(w.mine)))})
			f := bfftest.Fails(t, language, err, "DOCUMENT_CHECK_CHARACTER")
			if f.Locale != want[0] || !strings.Contains(f.Text, want[1]) || f.Fields != "document.number=DOCUMENT_CHECK_CHARACTER" {
				t.Errorf("%s: %+v, want it in %s", language, f, want[0])
			}
		}
	})
}

// TestLostDocumentLinksNothing: nor does one that the authority revoked.
func TestLostDocumentLinksNothing(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, err := w.me.Dossier.ReportLoss(t.Context(), &pb.ReportLossRequest{DocumentId: w.id(t, pass(w.mine))})
		must(t, "report a loss", err)
		_, err = w.me.Dossier.LinkDocument(t.Context(), &pb.LinkDocumentRequest{Document: ref(permit(w.mine))})
		bfftest.Fails(t, "link by a lost pass", err, "TOKEN_INVALID") // the loss ended the session
		_, err = w.by(t, permit(w.mine)).Dossier.LinkDocument(t.Context(), &pb.LinkDocumentRequest{Document: ref(pass(w.mine))})
		bfftest.Fails(t, "link to a lost pass", err, "LINK_NOT_CONFIRMED")
	})
}

// TestAudience: a person does not reach the desk, an officer no person's file,
// and no officer what another duty is for.
func TestAudience(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		_, err := w.me.Desk.FindDossier(t.Context(), &pb.FindDossierRequest{Document: ref(pass(w.other)), Purpose: "curiosity"})
		bfftest.Fails(t, "a person at the desk", err, "NOT_ALLOWED")
		_, err = w.desk.Dossier.GetDossier(t.Context(), &pb.GetDossierRequest{})
		bfftest.Fails(t, "an officer as a person", err, "NOT_ALLOWED")
		accepts := w.Clients(w.Officer(t, "two", actor.Accept), "en")
		_, err = accepts.Desk.ListReviews(t.Context(), &pb.ListReviewsRequest{})
		bfftest.Fails(t, "an officer without the duty", err, "NOT_ALLOWED")
		_, err = w.Clients("", "en").Dossier.GetDossier(t.Context(), &pb.GetDossierRequest{})
		bfftest.Fails(t, "nobody", err, "SIGN_IN_REQUIRED")
	})
}
