package dossierrpc_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// TestWindow: find by any number, link at the counter, unlink for cause.
func TestWindow(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		at := &pb.LinkAtWindowRequest{First: ref(wide(pass(w.mine))), Second: ref(permit(w.mine)), Note: "both originals seen"}
		made, err := w.desk.Desk.LinkAtWindow(ctx, at)
		must(t, "link at the window", err)
		if made.GetLink().GetLevel() != pb.ProofLevel_PROOF_LEVEL_BOTH_AT_WINDOW {
			t.Errorf("level is %v", made.GetLink().GetLevel())
		}
		again, err := w.desk.Desk.LinkAtWindow(ctx, at)
		must(t, "link again", err)
		if !proto.Equal(made, again) {
			t.Error("linking twice differs from linking once")
		}
		found, err := w.desk.Desk.FindDossier(ctx, &pb.FindDossierRequest{Document: ref(wide(permit(w.mine))), Purpose: "at the window"})
		must(t, "find", err)
		if found.GetDossier().GetId() != file(t, w.me).GetId() || len(found.GetDossier().GetDocuments()) != 2 {
			t.Error("the desk sees another file than the holder")
		}
		cut, err := w.desk.Desk.Unlink(ctx, &pb.UnlinkRequest{LinkId: made.GetLink().GetId(), Reason: "a mistake"})
		must(t, "unlink", err)
		if cut.GetLink().GetCutTime() == nil || len(file(t, w.me).GetDocuments()) != 1 {
			t.Error("the link holds")
		}
	})
}

// TestPaper: two officers, one paper.
func TestPaper(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		paper := &pb.EnterPaperResultRequest{Pass: ref(pass(w.mine)), Permit: ref(permit(w.mine)), PaperNumber: "MT-2026-0001", PaperDate: "2026-11-20"}
		for range 2 {
			got, err := w.desk.Desk.EnterPaperResult(ctx, paper)
			must(t, "enter the paper", err)
			if !got.GetSecondEntryNeeded() || got.GetLink() != nil {
				t.Error("one officer links")
			}
		}
		second := w.Clients(w.Officer(t, "two", actor.Review), "en")
		other := proto.CloneOf(paper)
		other.PaperDate = "2026-11-21"
		_, err := second.Desk.EnterPaperResult(ctx, other)
		bfftest.Fails(t, "another date", err, "PAPER_RESULT_DIFFERS")
		other.PaperDate = "2026-02-30"
		_, err = second.Desk.EnterPaperResult(ctx, other)
		if f := bfftest.Fails(t, "no such date", err, "DATE_INVALID"); f.Fields != "paper_date=DATE_INVALID" {
			t.Errorf("fields are %q", f.Fields)
		}
		got, err := second.Desk.EnterPaperResult(ctx, paper)
		must(t, "enter the paper", err)
		if got.GetSecondEntryNeeded() || got.GetLink().GetLevel() != pb.ProofLevel_PROOF_LEVEL_PAPER_TWO_OFFICERS {
			t.Errorf("link is %v", got.GetLink())
		}
	})
}

// TestReviews: a contradiction is shown with both sides, and decided once.
func TestReviews(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		inquiry := w.contradict(t, w.mine)
		list := func(kind pb.ReviewKind) []*pb.Review {
			t.Helper()
			got, err := w.desk.Desk.ListReviews(ctx, &pb.ListReviewsRequest{Kind: kind})
			must(t, "list reviews", err)
			return got.GetReviews()
		}
		if n := len(list(pb.ReviewKind_REVIEW_KIND_PROPOSAL)); n != 0 {
			t.Errorf("%d proposals, want 0", n)
		}
		open := list(pb.ReviewKind_REVIEW_KIND_CONTRADICTION)
		if len(open) != 1 || len(open[0].GetSides()) != 2 || len(open[0].GetReasons()) == 0 || open[0].GetState() != pb.ReviewState_REVIEW_STATE_OPEN {
			t.Fatalf("the queue is %v", open)
		}
		shown, err := w.desk.Desk.GetReview(ctx, &pb.GetReviewRequest{Id: open[0].GetId()})
		must(t, "get the review", err)
		if !proto.Equal(shown.GetReview(), open[0]) {
			t.Error("the review differs from the one in the list")
		}
		for range 2 {
			closed, err := w.desk.Desk.CloseReview(ctx, &pb.CloseReviewRequest{Id: open[0].GetId(), Reason: "two persons"})
			must(t, "close the review", err)
			if closed.GetReview().GetState() != pb.ReviewState_REVIEW_STATE_KEPT_APART || closed.GetReview().GetCloseTime() == nil {
				t.Errorf("state is %v", closed.GetReview().GetState())
			}
		}
		if n := len(list(0)); n != 0 {
			t.Errorf("%d reviews are open, want 0", n)
		}
		got, err := w.me.Dossier.GetInquiry(ctx, &pb.GetInquiryRequest{Id: inquiry.GetId()})
		must(t, "get the inquiry", err)
		if got.GetInquiry().GetState() != pb.InquiryState_INQUIRY_STATE_REFUSED {
			t.Errorf("the holder's inquiry is %v, want refused", got.GetInquiry().GetState())
		}
	})
}

func TestDeskBadInput(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ctx := t.Context()
		find := func(req *pb.FindDossierRequest) func() error {
			return func() error { _, err := w.desk.Desk.FindDossier(ctx, req); return err }
		}
		join := func(first, second string) func() error {
			return func() error {
				_, err := w.desk.Desk.LinkAtWindow(ctx, &pb.LinkAtWindowRequest{First: ref(first), Second: ref(second), Note: "seen"})
				return err
			}
		}
		enter := func(req *pb.EnterPaperResultRequest) func() error {
			return func() error { _, err := w.desk.Desk.EnterPaperResult(ctx, req); return err }
		}
		unknown := bfftest.Person(99)
		tests := map[string]struct {
			call           func() error
			reason, fields string
		}{
			"find, check character": {find(&pb.FindDossierRequest{Document: ref(spoilt(permit(w.mine))), Purpose: "at the window"}), "DOCUMENT_CHECK_CHARACTER", "document.number=DOCUMENT_CHECK_CHARACTER"},
			"find, unknown":         {find(&pb.FindDossierRequest{Document: ref(pass(unknown)), Purpose: "at the window"}), "DOSSIER_NOT_FOUND", ""},
			"find, no purpose":      {find(&pb.FindDossierRequest{Document: ref(pass(w.mine))}), "REQUEST_INVALID", "purpose=VALIDATION_STRING_MIN_LEN"},
			"second check":          {join(pass(w.mine), spoilt(permit(w.mine))), "DOCUMENT_CHECK_CHARACTER", "second.number=DOCUMENT_CHECK_CHARACTER"},
			"first unknown":         {join(pass(unknown), permit(w.mine)), "DOSSIER_NOT_FOUND", "first=DOSSIER_NOT_FOUND"},
			"same document":         {join(pass(w.mine), pass(w.mine)+"01"), "LINK_SAME_DOCUMENT", ""},
			"two passes":            {join(pass(w.mine), pass(w.other)), "LINK_KINDS", ""},
			"linked elsewhere":      {join(pass(w.other), permit(w.mine)), "LINK_CONTRADICTED", ""},
			"paper, check character": {enter(&pb.EnterPaperResultRequest{Pass: ref(pass(w.mine)), Permit: ref(spoilt(permit(w.mine))), PaperNumber: "MT-1", PaperDate: "2026-11-20"}),
				"DOCUMENT_CHECK_CHARACTER", "permit.number=DOCUMENT_CHECK_CHARACTER"},
			"paper, date": {enter(&pb.EnterPaperResultRequest{Pass: ref(pass(w.mine)), Permit: ref(permit(w.mine)), PaperNumber: "MT-1", PaperDate: "today"}),
				"REQUEST_INVALID", "paper_date=VALIDATION_STRING_PATTERN"},
			"no review": {func() error { _, err := w.desk.Desk.GetReview(ctx, &pb.GetReviewRequest{Id: absent}); return err }, "DOSSIER_NOT_FOUND", ""},
			"close none": {func() error {
				_, err := w.desk.Desk.CloseReview(ctx, &pb.CloseReviewRequest{Id: absent, Reason: "two persons"})
				return err
			}, "DOSSIER_NOT_FOUND", ""},
			"unlink none": {func() error {
				_, err := w.desk.Desk.Unlink(ctx, &pb.UnlinkRequest{LinkId: absent, Reason: "a mistake"})
				return err
			}, "LINK_NOT_FOUND", ""},
			"garbage page": {func() error {
				_, err := w.desk.Desk.ListReviews(ctx, &pb.ListReviewsRequest{PageToken: "x"})
				return err
			}, "PAGE_TOKEN_INVALID", "page_token=PAGE_TOKEN_INVALID"},
		}
		w.Join(t, pass(w.other), permit(w.other))
		for name, tt := range tests {
			if f := bfftest.Fails(t, name, tt.call(), tt.reason); f.Fields != tt.fields {
				t.Errorf("%s: fields are %q, want %q", name, f.Fields, tt.fields)
			}
		}
		if n := len(file(t, w.me).GetLinks()); n != 0 {
			t.Errorf("%d links were made, want 0", n)
		}
	})
}
