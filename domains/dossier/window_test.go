package dossier_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// residentID is a mainland identity card of the person's.
func residentID(t *testing.T, p dossiertest.Person) string {
	t.Helper()
	number, err := document.ComposePermit("350128", p.Birth, 2)
	must(t, "compose a number", err)
	return number
}

func TestWindow(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		w.Settle(q)
		link := func(a, b string) (dossier.Link, error) {
			return w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(a), w.Number(b), "both seen")
		}
		first, err := link(p.Pass, p.Permit)
		must(t, "link", err)
		linked(t, w, p, dossier.BothAtWindow)
		again, err := link(p.Permit, p.Pass)
		must(t, "link the other way round", err)
		if again.ID != first.ID {
			t.Error("linking the other way round made another link")
		}
		for what, c := range map[string]struct {
			a, b string
			err  error
		}{
			"itself":               {p.Pass, p.Pass, dossier.ErrSameDocument},
			"two passes":           {p.Pass, q.Pass, dossier.ErrLinkKinds},
			"a firm":               {p.Pass, firmCode(t, w, 1).Canonical(), dossier.ErrLinkKinds},
			"a document not taken": {p.Pass, p.PermitNo(7), dossier.ErrNotFound},
			"linked to another":    {p.Pass, q.Permit, dossier.ErrContradicted},
			"the same, turned":     {q.Permit, p.Pass, dossier.ErrContradicted},
		} {
			_, err := link(c.a, c.b)
			fails(t, what, err, c.err)
		}
		apart(t, w, p.Pass, q.Pass, q.Permit)
		card := p
		card.Permit = residentID(t, p)
		w.Take(w.PermitEntry(card, ""))
		_, err = link(card.Permit, p.Permit)
		must(t, "link any two kinds", err)
		oneFile(t, w, p.Pass, p.Permit, card.Permit)
		_, err = link(card.Permit, q.Pass)
		fails(t, "a card whose file has another pass", err, dossier.ErrContradicted)
		apart(t, w, card.Permit, q.Pass)
	})
}

// TestWindowAfterReplacementElsewhere: a pass whose permit was replaced by one
// that nobody listed is still linked to a permit.
func TestWindowAfterReplacementElsewhere(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Join(p)
		entry := w.PermitEntry(p, "")
		entry.State = document.Replaced
		w.Take(entry)
		next := p
		next.Permit = p.PermitNo(1)
		w.Take(w.PermitEntry(next, ""))
		_, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(p.Pass), w.Number(next.Permit), "")
		fails(t, "a second permit", err, dossier.ErrContradicted)
		apart(t, w, p.Pass, next.Permit)
	})
}

func TestWindowClosesTheReview(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		got := ask(t, w, p.Pass, p.Permit)
		v := inQueue(t, w, dossier.Proposal, p.Pass, p.Permit, dossier.NamesAgree)
		link, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(p.Pass), w.Number(p.Permit), "")
		must(t, "link", err)
		if n := len(queue(t, w)); n != 0 {
			t.Errorf("%d reviews are open, want none", n)
		}
		if v, err = w.GetReview(t.Context(), dossiertest.Officer("a"), v.ID); err != nil || v.State != dossier.Linked || v.Closed.IsZero() {
			t.Errorf("review is %s (%v), want linked", v.State, err)
		}
		q, err := w.GetInquiry(t.Context(), w.Holder(p.Permit), got.inquiry.ID)
		if err != nil || q.State != dossier.Done || q.Link != link.ID {
			t.Errorf("inquiry is %s (%v), want done with the link", q.State, err)
		}
		_, err = w.KeepApart(t.Context(), dossiertest.Officer("b"), v.ID, "")
		fails(t, "keep apart what is linked", err, dossier.ErrReviewClosed)
	})
}

func TestKeepApart(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		got := ask(t, w, p.Pass, p.Permit)
		v := inQueue(t, w, dossier.Proposal, p.Pass, p.Permit, dossier.NamesAgree)
		for range 2 {
			closed, err := w.KeepApart(t.Context(), dossiertest.Officer("a"), v.ID, "two persons")
			must(t, "keep apart", err)
			if closed.State != dossier.Apart {
				t.Errorf("review is %s, want kept apart", closed.State)
			}
		}
		q, err := w.GetInquiry(t.Context(), w.Holder(p.Pass), got.inquiry.ID)
		if err != nil || q.State != dossier.Refused {
			t.Errorf("inquiry is %s (%v), want refused", q.State, err)
		}
		w.Know(p, p.Pass)
		_, _, err = w.LinkDocument(t.Context(), w.Holder(p.Pass), w.Number(p.Permit))
		fails(t, "link what an officer keeps apart", err, dossier.ErrNotConfirmed)
		if n := len(queue(t, w)); n != 0 {
			t.Errorf("%d reviews are open, want none", n)
		}
		_, err = w.KeepApart(t.Context(), dossiertest.Officer("a"), "no-review", "")
		fails(t, "no review", err, dossier.ErrNotFound)
		_, err = w.LinkAtWindow(t.Context(), dossiertest.Officer("b"), w.Number(p.Pass), w.Number(p.Permit), "")
		must(t, "an officer who sees both may still link", err)
	})
}

// TestDecidingOnePairLeavesTheOthers: one pass waits for officers with two
// permits; what is decided about one says nothing about the other.
func TestDecidingOnePairLeavesTheOthers(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		second := p
		second.Permit = p.PermitNo(1)
		w.Settle(p)
		w.Settle(second)
		first, other := ask(t, w, p.Pass, p.Permit), ask(t, w, p.Pass, second.Permit)
		reviews := queue(t, w)
		if len(reviews) != 2 {
			t.Fatalf("%d reviews are open, want 2", len(reviews))
		}
		_, err := w.KeepApart(t.Context(), dossiertest.Officer("a"), reviews[0].ID, "")
		must(t, "keep apart", err)
		state := func(q dossier.Inquiry) dossier.InquiryState {
			q, err := w.GetInquiry(t.Context(), w.Holder(p.Pass), q.ID)
			must(t, "get an inquiry", err)
			return q.State
		}
		if a, b := state(first.inquiry), state(other.inquiry); a != dossier.Refused || b != dossier.InReview {
			t.Errorf("inquiries are %s and %s, want refused and in_review", a, b)
		}
	})
}

func TestReviewPages(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		const pairs = 5
		for i := range pairs {
			p := dossiertest.NewPerson(i)
			w.Settle(p)
			if i%2 == 1 {
				w.Know(p, "99999999")
			}
			ask(t, w, p.Pass, p.Permit)
			if i == 2 {
				w.Clock.Advance(time.Minute)
			}
		}
		var after dossier.ReviewCursor
		seen := map[dossier.ReviewID]bool{}
		for range 3 {
			page, more, err := w.ListReviews(t.Context(), dossiertest.Officer("a"), "", after, 2)
			must(t, "list reviews", err)
			for _, v := range page {
				seen[v.ID] = true
				after = dossier.ReviewCursor{Opened: v.Opened, ID: v.ID}
			}
			if more != (len(seen) < pairs) {
				t.Errorf("after %d reviews there are more: %v", len(seen), more)
			}
		}
		if len(seen) != pairs {
			t.Errorf("%d reviews are listed, want %d", len(seen), pairs)
		}
		for kind, want := range map[dossier.ReviewKind]int{dossier.Proposal: 3, dossier.Contradiction: 2} {
			page, _, err := w.ListReviews(t.Context(), dossiertest.Officer("a"), kind, dossier.ReviewCursor{}, 10)
			if err != nil || len(page) != want {
				t.Errorf("%d %ss are open (%v), want %d", len(page), kind, err, want)
			}
		}
	})
}

func TestPaper(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		w.Settle(q)
		paper := dossier.Paper{Pass: w.Number(p.Pass), Permit: w.Number(p.Permit), Number: "2026-0001",
			Date: civil.Date{Year: 2026, Month: 3, Day: 27}}
		enter := func(officer string, x dossier.Paper) (dossier.Link, bool, error) {
			return w.EnterPaper(t.Context(), dossiertest.Officer(officer), x)
		}
		for range 2 {
			link, waiting, err := enter("a", paper)
			if err != nil || !waiting || link.ID != "" {
				t.Errorf("the first officer: waiting %v, %v; want to wait", waiting, err)
			}
		}
		apart(t, w, p.Pass, p.Permit)
		otherDay, otherPair := paper, paper
		otherDay.Date.Day--
		otherPair.Permit = w.Number(q.Permit)
		for _, officer := range []string{"a", "b"} {
			_, _, err := enter(officer, otherDay)
			fails(t, "another date by "+officer, err, dossier.ErrPaperDiffers)
			_, _, err = enter(officer, otherPair)
			fails(t, "another permit by "+officer, err, dossier.ErrPaperDiffers)
		}
		apart(t, w, p.Pass, p.Permit, q.Permit)
		made, waiting, err := enter("b", paper)
		if err != nil || waiting {
			t.Fatalf("the second officer: waiting %v, %v; want a link", waiting, err)
		}
		link := linked(t, w, p, dossier.PaperTwoOfficers)
		for _, officer := range []string{"a", "b", "c"} {
			if again, _, err := enter(officer, paper); err != nil || again.ID != link.ID || made.ID != link.ID {
				t.Errorf("entered again by %s: %v, want the same link", officer, err)
			}
		}
		proof, err := w.DB.Client(t.Context()).Proof.Get(t.Context(), string(link.Proof))
		if err != nil || proof.FirstOfficer != "a" || proof.SecondOfficer != "b" {
			t.Errorf("the proof names not the two officers: %v", err)
		}
		_, _, err = enter("a", dossier.Paper{Pass: w.Number(q.Pass), Permit: w.Number(p.PermitNo(9)), Number: "2", Date: paper.Date})
		fails(t, "a document that is not on file", err, dossier.ErrNotFound)
	})
}

// TestPaperNumberIsSealed: a paper's number, as long as it may be, lies nowhere in
// clear, is found across a rotation of keys, and is told to the holder.
func TestPaperNumberIsSealed(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		ctx, p := t.Context(), dossiertest.NewPerson(0)
		w.Settle(p)
		number := strings.Repeat("閩", 64)
		paper := dossier.Paper{Pass: w.Number(p.Pass), Permit: w.Number(p.Permit), Number: number, Date: w.Today()}
		_, waiting, err := w.EnterPaper(ctx, dossiertest.Officer("a"), paper)
		if err != nil || !waiting {
			t.Fatalf("the first officer: waiting %v, %v; want to wait", waiting, err)
		}
		for _, which := range []keyring.Which{keyring.Sealing, keyring.Indexing} {
			next, err := w.Keys.Add(which)
			must(t, "add a key", err)
			must(t, "promote it", w.Keys.Promote(which, next))
		}
		_, waiting, err = w.EnterPaper(ctx, dossiertest.Officer("b"), paper)
		if err != nil || waiting {
			t.Fatalf("the second officer after a rotation: waiting %v, %v; want a link", waiting, err)
		}
		for _, e := range w.DB.Client(ctx).PaperEntry.Query().AllX(ctx) {
			if strings.Contains(fmt.Sprint(e), "閩") {
				t.Error("an entry has the number in clear")
			}
		}
		for _, r := range w.DB.Client(ctx).Proof.Query().AllX(ctx) {
			if r.TraceID != "" || strings.Contains(string(r.NoteSealed), "閩") {
				t.Error("the proof has the number in clear")
			}
		}
		held, err := w.Holdings(ctx, 10, w.ID(p.Pass), w.ID(p.Permit))
		must(t, "holdings", err)
		if len(held.Links) != 1 || held.Links[0].ProofTrace != number || held.Links[0].ProofNote != "" {
			t.Error("the holder is not told the number of the paper")
		}
		counted, err := w.Count(ctx, w.ID(p.Pass), w.ID(p.Permit))
		must(t, "count", err)
		if counted.Notes != 2 {
			t.Errorf("%d notes are counted, want the two entries", counted.Notes)
		}
	})
}

func TestWindowNeedsNoAuthority(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		for _, who := range upstream.Authorities() {
			w.Authorities.SetDown(who, true)
		}
		p := dossiertest.NewPerson(0)
		w.Join(p)
		linked(t, w, p, dossier.BothAtWindow)
	})
}
