package dossierrpc_test

import (
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// TestAuthorityGone: reading goes on, a link waits and finishes by itself.
func TestAuthorityGone(t *testing.T) {
	for _, authority := range []upstream.Authority{upstream.PoliceOffice, upstream.NationalCheck} {
		t.Run(string(authority), func(t *testing.T) {
			each(t, func(t *testing.T, w world) {
				w.Sandbox.SetFault(authority, sandbox.Gone, 0)
				asked := link(t, w.me, permit(w.mine))
				q := asked.GetInquiry()
				if q.GetState() != pb.InquiryState_INQUIRY_STATE_PENDING || asked.GetLink() != nil || !q.GetNextTryTime().AsTime().After(w.Now()) {
					t.Errorf("inquiry is %v, want one that is pending and tried again", q)
				}
				if again := link(t, w.me, permit(w.mine)).GetInquiry(); again.GetId() != q.GetId() {
					t.Error("asking again opens another inquiry")
				}
				waiting := file(t, w.me)
				if len(waiting.GetDocuments()) != 1 || len(waiting.GetInquiries()) != 1 || waiting.GetInquiries()[0].GetId() != q.GetId() {
					t.Error("the file does not show the document and the inquiry")
				}
				w.finish(t) // in vain
				w.Sandbox.SetFault(authority, sandbox.Healthy, 0)
				w.finish(t)
				got, err := w.me.Dossier.GetInquiry(t.Context(), &pb.GetInquiryRequest{Id: q.GetId()})
				must(t, "get the inquiry", err)
				if got.GetInquiry().GetState() != pb.InquiryState_INQUIRY_STATE_DONE || got.GetInquiry().GetLinkId() == "" {
					t.Errorf("inquiry is %v, want it done", got.GetInquiry())
				}
				if done := file(t, w.me); len(done.GetDocuments()) != 2 || len(done.GetInquiries()) != 0 {
					t.Errorf("%d documents and %d inquiries, want 2 and 0", len(done.GetDocuments()), len(done.GetInquiries()))
				}
			})
		})
	}
}

// finish lets time pass and has what is due taken up.
func (w world) finish(t *testing.T) {
	t.Helper()
	w.Advance(2 * time.Minute)
	n, err := w.Files.FinishInquiries(t.Context(), 10)
	if err != nil || n != 1 {
		t.Errorf("%d inquiries were taken up (%v), want 1", n, err)
	}
}

// TestRenewalWaits: so does a renewal.
func TestRenewalWaits(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		issued, err := w.Sandbox.IssueAnew(document.TaiwanPass, pass(w.mine), false)
		must(t, "issue anew", err)
		w.Sandbox.SetFault(upstream.ExitEntryOffice, sandbox.Gone, 0)
		asked, err := w.me.Dossier.RenewDocument(t.Context(), &pb.RenewDocumentRequest{DocumentId: w.id(t, pass(w.mine)), NewNumber: pass(w.mine)})
		must(t, "renew", err)
		if asked.GetInquiry().GetState() != pb.InquiryState_INQUIRY_STATE_PENDING || asked.GetDocument() != nil {
			t.Errorf("inquiry is %v, want it pending", asked.GetInquiry())
		}
		w.Sandbox.SetFault(upstream.ExitEntryOffice, sandbox.Healthy, 0)
		w.finish(t)
		d := file(t, w.me).GetDocuments()[0]
		if d.GetIssueCount() != issued.IssueCount || len(d.GetEarlier()) != 1 || d.GetEarlier()[0].GetIssueCount() != "01" {
			t.Errorf("issue %s with %d earlier printings, want %s and 1", d.GetIssueCount(), len(d.GetEarlier()), issued.IssueCount)
		}
	})
}
