package dossierrpc_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/document"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
)

// TestLinkAndUnlink walks through a file's life: link by a number in full-width
// digits, see records of both, ask again, cut, cut again.
func TestLinkAndUnlink(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.records(t, permit(w.mine), 0, 1, func(int) time.Time { return bfftest.Start })
		w.records(t, pass(w.mine), 1, 1, func(int) time.Time { return bfftest.Start.Add(-time.Hour) })
		linked := link(t, w.me, wide(permit(w.mine)))
		if linked.GetInquiry().GetState() != pb.InquiryState_INQUIRY_STATE_DONE || linked.GetInquiry().GetLinkId() != linked.GetLink().GetId() ||
			linked.GetLink().GetLevel() != pb.ProofLevel_PROOF_LEVEL_NATIONAL_CHECK || linked.GetLink().GetProofId() == "" {
			t.Errorf("inquiry is %v, link %v", linked.GetInquiry(), linked.GetLink())
		}
		got, err := w.me.Dossier.GetInquiry(t.Context(), &pb.GetInquiryRequest{Id: linked.GetInquiry().GetId()})
		must(t, "get the inquiry", err)
		if !proto.Equal(got.GetInquiry(), linked.GetInquiry()) {
			t.Errorf("the inquiry is %v, want %v", got.GetInquiry(), linked.GetInquiry())
		}
		joint := file(t, w.me)
		if len(joint.GetDocuments()) != 2 || joint.GetRecordCount() != 2 || joint.GetRecords()[0].GetDocumentId() != w.id(t, permit(w.mine)) {
			t.Errorf("the file has %d documents and %d records", len(joint.GetDocuments()), joint.GetRecordCount())
		}
		if again := link(t, w.me, permit(w.mine)); again.GetLink().GetId() != linked.GetLink().GetId() {
			t.Error("asking for what is linked makes another link")
		}
		cut := &pb.UnlinkDocumentsRequest{LinkId: linked.GetLink().GetId(), Reason: "not mine"}
		first, err := w.me.Dossier.UnlinkDocuments(t.Context(), cut)
		must(t, "unlink", err)
		w.Advance(time.Minute)
		second, err := w.me.Dossier.UnlinkDocuments(t.Context(), cut)
		must(t, "unlink again", err)
		if !proto.Equal(first, second) || first.GetLink().GetCutTime() == nil {
			t.Error("cutting twice differs from cutting once")
		}
		if alone := file(t, w.me); len(alone.GetDocuments()) != 1 || alone.GetRecordCount() != 1 {
			t.Errorf("after the cut the file has %d documents and %d records, want 1 and 1", len(alone.GetDocuments()), alone.GetRecordCount())
		}
	})
}

// TestSameFileByteForByte: whichever document somebody signed in by, the answers
// are the same to the last byte.
func TestSameFileByteForByte(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.records(t, permit(w.mine), 0, 30, func(i int) time.Time { return bfftest.Start.Add(time.Duration(i%3) * time.Minute) })
		w.firm(t, pass(w.mine))
		link(t, w.me, permit(w.mine))
		for _, procedure := range []string{"dossier.v1.DossierService/GetDossier", "dossier.v1.DossierService/ListRecords", "home.v1.HomeService/GetHome"} {
			one, two := w.post(t, procedure, pass(w.mine)), w.post(t, procedure, permit(w.mine))
			if len(one) < 100 || !bytes.Equal(one, two) {
				t.Errorf("%s: %d bytes by the pass and %d by the permit, which differ or are too few", procedure, len(one), len(two))
			}
		}
	})
}

// post calls a procedure with an empty JSON request, as the holder of a number.
func (w world) post(t *testing.T, procedure, number string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/minzhengtong."+procedure, strings.NewReader("{}"))
	must(t, "make a request", err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.Holder(t, number))
	res, err := http.DefaultClient.Do(req)
	must(t, procedure, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(t, procedure, err)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d", procedure, res.StatusCode)
	}
	return body
}

// TestRenewAndLose: a renewed document keeps its place under another number, and
// its loss shows.
func TestRenewAndLose(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		link(t, w.me, permit(w.mine))
		old := w.id(t, permit(w.mine))
		issued, err := w.Sandbox.IssueAnew(document.TaiwanPermit, permit(w.mine), true)
		must(t, "issue anew", err)
		for range 2 {
			got, err := w.me.Dossier.RenewDocument(t.Context(), &pb.RenewDocumentRequest{DocumentId: old, NewNumber: wide(issued.Number)})
			must(t, "renew", err)
			if got.GetInquiry().GetState() != pb.InquiryState_INQUIRY_STATE_DONE || got.GetDocument().GetId() != w.id(t, issued.Number) || got.GetDocument().GetNumber() != "" {
				t.Errorf("renewal: %v", got.GetInquiry())
			}
		}
		lost, err := w.me.Dossier.ReportLoss(t.Context(), &pb.ReportLossRequest{DocumentId: w.id(t, pass(w.mine))})
		must(t, "report a loss", err)
		if lost.GetDocument().GetStatus() != pb.DocumentStatus_DOCUMENT_STATUS_LOST {
			t.Errorf("status is %v, want lost", lost.GetDocument().GetStatus())
		}
		status := map[string]pb.DocumentStatus{}
		for _, d := range file(t, w.by(t, issued.Number)).GetDocuments() { // the loss ended the pass's session
			status[d.GetNumber()] = d.GetStatus()
		}
		if len(status) != 3 || status[permit(w.mine)] != pb.DocumentStatus_DOCUMENT_STATUS_REPLACED ||
			status[issued.Number] != pb.DocumentStatus_DOCUMENT_STATUS_VALID || status[pass(w.mine)] != pb.DocumentStatus_DOCUMENT_STATUS_LOST {
			t.Errorf("%d documents, or their states differ from lost, replaced and valid", len(status))
		}
	})
}

// TestRareCharacters: names and data beyond the BMP come back as they went in.
func TestRareCharacters(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := bfftest.Person(50)
		p.Names.Taiwan, p.Passes[0].Names.Taiwan, p.Passes[0].Names.Mainland = "𠮷𡈽㛢", "𠮷𡈽㛢", "𠮷土娟"
		w.Settle(t, p)
		c := w.by(t, pass(p))
		saved, err := c.Dossier.SaveData(t.Context(), &pb.SaveDataRequest{Items: []*pb.DatumInput{{Code: "emergency_contact", Value: "𪚥𠔻"}}})
		must(t, "save data", err)
		got := file(t, c)
		if n := got.GetDocuments()[0].GetName(); n.GetTaiwan() != p.Names.Taiwan || n.GetMainland() != "𠮷土娟" {
			t.Error("a name came back changed")
		}
		if v := saved.GetData()[0].GetValue(); v != "𪚥𠔻" || got.GetData()[0].GetValue() != v {
			t.Error("a datum came back changed")
		}
	})
}

func TestSaveDataAndFirm(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		items := []*pb.DatumInput{{Code: "email", Value: "ｍei@example.com"}, {Code: "bank_account", Value: "６２１７ 0000-1111"}}
		for range 2 {
			_, err := w.me.Dossier.SaveData(t.Context(), &pb.SaveDataRequest{Items: items})
			must(t, "save data", err)
		}
		values := map[string]*pb.Datum{}
		for _, d := range file(t, w.me).GetData() {
			values[d.GetCode()] = d
		}
		if values["email"].GetValue() != "mei@example.com" || values["bank_account"].GetValue() != "621700001111" ||
			values["email"].GetOrigin() != pb.DatumOrigin_DATUM_ORIGIN_PERSON || len(values) != 3 {
			t.Errorf("%d items, or not in the form of the catalogue", len(values))
		}
		id := w.firm(t, pass(w.mine))
		got, err := w.me.Dossier.GetFirm(t.Context(), &pb.GetFirmRequest{FirmId: id})
		must(t, "get the firm", err)
		if f := got.GetFirm(); f.GetId() != id || f.GetName() != "平潭一號商行" || len(f.GetRoles()) != 1 || len(f.GetCreditCode()) != 18 {
			t.Errorf("the firm is %v", f)
		}
	})
}

// TestPickThePlate: what a firm typed once is there the next time: whoever picks a
// plate has the firm, the plate and the permit, from one answer.
func TestPickThePlate(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.firm(t, pass(w.mine))
		req := &pb.SaveFirmDataRequest{FirmId: id, Items: []*pb.FirmDatumInput{
			{Code: "vehicle_plate", Value: "闽Ａ00001"},
			{Code: "road_transport_permit", Value: "350000000001", Plate: "闽A-00001"},
			{Code: "vehicle_plate", Value: "闽A00002"},
		}}
		for range 2 {
			_, err := w.me.Dossier.SaveFirmData(t.Context(), req)
			must(t, "save a firm's data", err)
		}
		got, err := w.me.Dossier.GetFirm(t.Context(), &pb.GetFirmRequest{FirmId: id})
		must(t, "get the firm", err)
		vehicles := map[string]map[string]string{} // by item, values by code
		for _, d := range got.GetFirm().GetData() {
			if vehicles[d.GetItem()] == nil {
				vehicles[d.GetItem()] = map[string]string{}
			}
			vehicles[d.GetItem()][d.GetCode()] = d.GetValue()
		}
		permits := map[string]string{}
		for _, v := range vehicles {
			permits[v["vehicle_plate"]] = v["road_transport_permit"]
		}
		if want := map[string]string{"闽A00001": "350000000001", "闽A00002": ""}; !maps.Equal(permits, want) || got.GetFirm().GetName() == "" {
			t.Errorf("%d vehicles of %q, or not with their own permits", len(vehicles), got.GetFirm().GetName())
		}
		_, err = w.them.Dossier.SaveFirmData(t.Context(), req)
		bfftest.Fails(t, "another's firm", err, "DOSSIER_NOT_FOUND")
		_, err = w.me.Dossier.SaveFirmData(t.Context(), &pb.SaveFirmDataRequest{FirmId: id})
		bfftest.Fails(t, "nothing", err, "REQUEST_INVALID")
		saved, err := w.me.Dossier.SaveFirmData(t.Context(), &pb.SaveFirmDataRequest{FirmId: id, GonePlates: []string{"闽A00001"}})
		must(t, "say that a vehicle is gone", err)
		if n := len(saved.GetData()); n != 1 {
			t.Errorf("%d items are left, want the other plate", n)
		}
	})
}

// TestNumbersAreMasked: only the holder's own GetDossier tells a whole number.
func TestNumbersAreMasked(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		inquiry := w.contradict(t, w.other)
		if inquiry.GetState() != pb.InquiryState_INQUIRY_STATE_IN_REVIEW {
			t.Fatalf("inquiry is %v, want one in review", inquiry.GetState())
		}
		linked := link(t, w.me, permit(w.mine))
		renewed, err := w.me.Dossier.RenewDocument(t.Context(), &pb.RenewDocumentRequest{DocumentId: w.id(t, pass(w.mine)), NewNumber: pass(w.mine)})
		must(t, "renew", err)
		lost, err := w.me.Dossier.ReportLoss(t.Context(), &pb.ReportLossRequest{DocumentId: w.id(t, permit(w.mine))})
		must(t, "report a loss", err)
		found, err := w.desk.Desk.FindDossier(t.Context(), &pb.FindDossierRequest{Document: ref(pass(w.mine)), Purpose: "an inquiry"})
		must(t, "find", err)
		reviews, err := w.desk.Desk.ListReviews(t.Context(), &pb.ListReviewsRequest{})
		must(t, "list reviews", err)
		review, err := w.desk.Desk.GetReview(t.Context(), &pb.GetReviewRequest{Id: reviews.GetReviews()[0].GetId()})
		must(t, "get a review", err)
		home, err := w.me.Home.GetHome(t.Context(), &homev1.GetHomeRequest{})
		must(t, "get home", err)
		for _, answer := range []proto.Message{linked, renewed, lost, found, reviews, review, home, inquiry} {
			text, err := protojson.Marshal(answer)
			must(t, "write an answer", err)
			for _, number := range []string{pass(w.mine), permit(w.mine), pass(w.other), permit(w.other)} {
				if bytes.Contains(text, []byte(number)) {
					t.Errorf("%s tells a whole number", answer.ProtoReflect().Descriptor().Name())
				}
			}
		}
		if d := found.GetDossier().GetDocuments()[0]; !strings.HasPrefix(d.GetMaskedNumber(), "******") {
			t.Error("the masked number is missing")
		}
	})
}
