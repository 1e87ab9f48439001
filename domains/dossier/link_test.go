package dossier_test

import (
	"slices"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// linked fails unless a pair is one file by one link on this level.
func linked(t *testing.T, w *dossiertest.World, p dossiertest.Person, level dossier.Level) dossier.Link {
	t.Helper()
	oneFile(t, w, p.Pass, p.Permit)
	file := w.File(p.Permit)
	if len(file.Links) != 1 || !file.Links[0].Holds() || file.Links[0].Level != level || file.Links[0].Proof == "" {
		t.Fatalf("links are %+v, want one that holds on %s", file.Links, level)
	}
	if !slices.Equal(file.Powers, level.Powers()) {
		t.Errorf("powers of the file are %v, want those of %s", file.Powers, level)
	}
	proof, err := w.DB.Client(t.Context()).Proof.Get(t.Context(), string(file.Links[0].Proof))
	must(t, "read the proof", err)
	if len(proof.NoteSealed) == 0 && proof.FirstOfficer == "" {
		t.Error("the proof names neither an answer nor an officer")
	}
	return file.Links[0]
}

func TestPermitThatNamesThePass(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		w.Know(p, p.Pass)
		got := ask(t, w, p.Pass, p.Permit)
		link := linked(t, w, p, dossier.PermitNamesPass)
		if got.inquiry.State != dossier.Done || got.link.ID != link.ID || got.inquiry.Link != link.ID {
			t.Errorf("answer is %s %s, want done and the link", got.inquiry.State, got.link.ID)
		}
		if n := w.Authorities.Calls(upstream.NationalCheck); n != 0 {
			t.Errorf("the national check was asked %d times, want 0: the permit said it", n)
		}
		calls := w.Authorities.Calls(upstream.PoliceOffice)
		for _, pair := range [][2]string{{p.Pass, p.Permit}, {p.Permit, p.Pass}} {
			if again := ask(t, w, pair[0], pair[1]); again.link.ID != link.ID || again.inquiry.ID != "" {
				t.Errorf("asked again: inquiry %q, link %s; want the same link and no inquiry", again.inquiry.ID, again.link.ID)
			}
		}
		if n := w.Authorities.Calls(upstream.PoliceOffice); n != calls {
			t.Errorf("asking for what is linked called the police %d times", n-calls)
		}
	})
}

// TestOtherDocumentNotOnFile: the authority describes it, and it gets on file.
func TestOtherDocumentNotOnFile(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Know(p, p.Pass)
		w.Know(q, q.Pass)
		w.Take(w.PassEntry(p), w.PermitEntry(q, ""))
		ask(t, w, p.Pass, p.Permit)
		linked(t, w, p, dossier.PermitNamesPass)
		ask(t, w, q.Permit, q.Pass)
		linked(t, w, q, dossier.PermitNamesPass)
		if n := len(w.File(q.Pass).Documents); n != 2 {
			t.Errorf("%d documents are on file, want 2", n)
		}
	})
}

func TestSilentPermit(t *testing.T) {
	tests := []struct {
		name  string
		says  upstream.Verdict
		other bool // the documents belong to two persons who look nothing alike
		state dossier.InquiryState
		err   error
		kind  dossier.ReviewKind
		why   dossier.Finding
	}{
		{"one person", upstream.Match, false, dossier.Done, nil, "", ""},
		{"two persons who look the same", upstream.Mismatch, false, dossier.InReview, nil, dossier.Contradiction, dossier.NationalSaysNo},
		{"two persons", upstream.Mismatch, true, "", dossier.ErrNotConfirmed, "", ""},
		{"unknown pair that looks the same", upstream.NotFound, false, dossier.InReview, nil, dossier.Proposal, dossier.NamesAgree},
		{"unknown pair", upstream.NotFound, true, "", dossier.ErrNotConfirmed, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *dossiertest.World) {
				p := dossiertest.NewPerson(0)
				if tt.other {
					p.Permit = dossiertest.NewPerson(1).Permit
					w.Settle(dossiertest.NewPerson(1))
				}
				if !tt.other {
					w.Settle(p)
				} else {
					w.Take(w.PassEntry(p))
				}
				w.Authorities.SetLink(p.Pass, p.Permit, tt.says)
				q, _, err := w.LinkDocument(t.Context(), w.Holder(p.Pass), w.Number(p.Permit))
				fails(t, "link", err, tt.err)
				if q.State != tt.state {
					t.Errorf("inquiry is %q, want %q", q.State, tt.state)
				}
				if tt.state == dossier.Done {
					linked(t, w, p, dossier.NationalCheck)
				} else {
					apart(t, w, p.Pass, p.Permit)
				}
				if tt.kind != "" {
					inQueue(t, w, tt.kind, p.Pass, p.Permit, tt.why)
				} else if n := len(queue(t, w)); n != 0 {
					t.Errorf("%d reviews are open, want none", n)
				}
			})
		})
	}
}

// TestSameQuestionSameAnswer: asking again about a pair that an officer looks at
// waits for the officer again, and opens no second review.
func TestSameQuestionSameAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Settle(p)
		w.Know(p, "99999999")
		for range 3 {
			if got := ask(t, w, p.Pass, p.Permit); got.inquiry.State != dossier.InReview {
				t.Errorf("inquiry is %q, want that an officer looks at it", got.inquiry.State)
			}
		}
		inQueue(t, w, dossier.Contradiction, p.Pass, p.Permit, dossier.PermitNamesOtherPass)
	})
}

func TestLinkRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p, q := dossiertest.NewPerson(0), dossiertest.NewPerson(1)
		w.Settle(p)
		w.Settle(q)
		ctx := t.Context()
		link := func(own, target string) error {
			_, _, err := w.LinkDocument(ctx, w.Holder(own), w.Number(target))
			return err
		}
		fails(t, "itself", link(p.Pass, p.Pass), dossier.ErrSameDocument)
		fails(t, "two passes", link(p.Pass, q.Pass), dossier.ErrLinkKinds)
		fails(t, "a firm", link(p.Pass, firmCode(t, w, 1).Canonical()), dossier.ErrLinkKinds)
		fails(t, "a permit that nobody knows", link(p.Pass, p.PermitNo(7)), dossier.ErrNotConfirmed)
		fails(t, "a stranger's permit", link(p.Pass, q.Permit), dossier.ErrNotConfirmed)
		_, err := w.ReportLoss(ctx, w.Holder(q.Pass), w.ID(q.Pass))
		must(t, "report a loss", err)
		fails(t, "by a lost pass", link(q.Pass, q.Permit), dossier.ErrNotUsable)
		fails(t, "to a lost pass", link(q.Permit, q.Pass), dossier.ErrNotConfirmed)
		apart(t, w, p.Pass, p.Permit, q.Pass, q.Permit)
	})
}

// TestAuthorityDown: the inquiry waits, is tried at the times that the backoff
// says, and finishes once by itself.
func TestAuthorityDown(t *testing.T) {
	for _, who := range []upstream.Authority{upstream.PoliceOffice, upstream.NationalCheck} {
		t.Run(string(who), func(t *testing.T) {
			each(t, func(t *testing.T, w *dossiertest.World) {
				p := dossiertest.NewPerson(0)
				w.Settle(p)
				w.Authorities.SetLink(p.Pass, p.Permit, upstream.Match)
				w.Authorities.SetDown(who, true)
				got := ask(t, w, p.Pass, p.Permit)
				if got.inquiry.State != dossier.Pending || got.link.ID != "" {
					t.Fatalf("inquiry is %s, want pending", got.inquiry.State)
				}
				if again := ask(t, w, p.Pass, p.Permit); again.inquiry.ID != got.inquiry.ID {
					t.Error("asking again opened another inquiry")
				}
				backoff(t, w, got.inquiry, who)
				w.Authorities.SetDown(who, false)
				w.Clock.Advance(10 * time.Minute)
				w.Finish()
				link := linked(t, w, p, dossier.NationalCheck)
				q, err := w.GetInquiry(t.Context(), w.Holder(p.Permit), got.inquiry.ID)
				must(t, "get the inquiry by the other document", err)
				if q.State != dossier.Done || q.Link != link.ID {
					t.Errorf("inquiry is %s, want done with the link", q.State)
				}
				calls := w.Authorities.Calls(who)
				w.Clock.Advance(time.Hour)
				w.Finish()
				if n := w.Authorities.Calls(who); n != calls {
					t.Errorf("a finished inquiry was asked %d times more", n-calls)
				}
				for _, key := range w.Authorities.Keys() {
					if key != string(got.inquiry.ID) {
						t.Error("the national check saw a key that is not the inquiry's")
					}
				}
			})
		})
	}
}

// backoff moves the clock through the tries of an inquiry while an authority
// is gone.
func backoff(t *testing.T, w *dossiertest.World, q dossier.Inquiry, who upstream.Authority) {
	t.Helper()
	waits := []time.Duration{15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute,
		8 * time.Minute, 10 * time.Minute, 10 * time.Minute}
	for i, wait := range waits {
		if got := q.NextTry.Sub(w.Clock.Now()); got != wait {
			t.Errorf("try %d: asked again after %v, want %v", i, got, wait)
		}
		w.Clock.Advance(wait - time.Microsecond)
		calls := w.Authorities.Calls(who)
		w.Finish()
		if n := w.Authorities.Calls(who); n != calls {
			t.Errorf("try %d: asked before its time", i)
		}
		w.Clock.Advance(time.Microsecond)
		w.Finish()
		if n := w.Authorities.Calls(who); n != calls+1 {
			t.Errorf("try %d: asked %d times when due, want once", i, n-calls)
		}
		var err error
		q, err = w.GetInquiry(t.Context(), w.Holder(dossiertest.NewPerson(0).Pass), q.ID)
		must(t, "get the inquiry", err)
		if q.State != dossier.Pending {
			t.Fatalf("try %d: inquiry is %s, want pending", i, q.State)
		}
	}
}

// TestRegisterInquiries: what an import raises is asked in batches and decided
// without anybody waiting.
func TestRegisterInquiries(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		const people = 230
		for i := range people {
			p := dossiertest.NewPerson(i)
			w.Know(p, p.Pass)
			w.Take(w.PassEntry(p), w.PermitEntry(p, p.Pass))
		}
		unlinked := dossiertest.NewPerson(people)
		w.Know(unlinked, "") // the register says that it names the pass; the police do not
		w.Take(w.PassEntry(unlinked), w.PermitEntry(unlinked, unlinked.Pass))
		for total := 0; total < people+1; {
			n, err := w.FinishInquiries(t.Context(), 200)
			must(t, "finish inquiries", err)
			if n == 0 {
				t.Fatalf("%d inquiries were taken up, want %d", total, people+1)
			}
			total += n
		}
		if n := w.Authorities.Calls(upstream.PoliceOffice); n != 3 {
			t.Errorf("the police were called %d times, want 3: a hundred questions in a call", n)
		}
		for _, i := range []int{0, 99, 100, people - 1} {
			linked(t, w, dossiertest.NewPerson(i), dossier.PermitNamesPass)
		}
		inQueue(t, w, dossier.Proposal, unlinked.Pass, unlinked.Permit, dossier.NamesAgree)
		if n := w.Authorities.Calls(upstream.NationalCheck); n != 0 {
			t.Errorf("the national check was called %d times for a register, want 0", n)
		}
	})
}

// TestHolderOvertakesTheRegister: a register's question that is still open does
// not stand in for the holder's, who alone may start the national check.
func TestHolderOvertakesTheRegister(t *testing.T) {
	each(t, func(t *testing.T, w *dossiertest.World) {
		p := dossiertest.NewPerson(0)
		w.Know(p, "")
		w.Authorities.SetLink(p.Pass, p.Permit, upstream.Match)
		w.Take(w.PassEntry(p), w.PermitEntry(p, p.Pass))
		if got := ask(t, w, p.Permit, p.Pass); got.inquiry.State != dossier.Done {
			t.Fatalf("inquiry is %s, want done at once", got.inquiry.State)
		}
		w.Finish()
		linked(t, w, p, dossier.NationalCheck)
	})
}

func TestContradictionsBlock(t *testing.T) {
	tests := []struct {
		name  string
		setup func(t *testing.T, w *dossiertest.World, p dossiertest.Person)
		why   []dossier.Finding
	}{
		{"birth date", func(_ *testing.T, w *dossiertest.World, p dossiertest.Person) {
			said := p.Paper(0)
			said.Names, said.Holder.Birth = p.Pass, civil.Date{Year: 1999, Month: 9, Day: 9}
			w.Authorities.SetPermit(p.Permit, said)
		}, []dossier.Finding{dossier.BirthDateDiffers}},
		{"sex", func(_ *testing.T, w *dossiertest.World, p dossiertest.Person) {
			said := p.Paper(0)
			said.Names, said.Holder.Sex = p.Pass, document.Male
			w.Authorities.SetPermit(p.Permit, said)
		}, []dossier.Finding{dossier.SexDiffers}},
		{"a second permit names the pass", func(_ *testing.T, w *dossiertest.World, p dossiertest.Person) {
			other := p
			other.Permit = p.PermitNo(3)
			w.Take(w.PermitEntry(other, p.Pass))
		}, []dossier.Finding{dossier.PassNamedTwice}},
		{"the pass is linked elsewhere", func(t *testing.T, w *dossiertest.World, p dossiertest.Person) {
			other := dossiertest.NewPerson(1)
			w.Take(w.PermitEntry(other, ""))
			_, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(p.Pass), w.Number(other.Permit), "")
			must(t, "link at a window", err)
		}, []dossier.Finding{dossier.LinkedElsewhere}},
		{"the permit is linked elsewhere", func(t *testing.T, w *dossiertest.World, p dossiertest.Person) {
			other := dossiertest.NewPerson(1)
			w.Take(w.PassEntry(other))
			_, err := w.LinkAtWindow(t.Context(), dossiertest.Officer("a"), w.Number(other.Pass), w.Number(p.Permit), "")
			must(t, "link at a window", err)
		}, []dossier.Finding{dossier.LinkedElsewhere}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *dossiertest.World) {
				p := dossiertest.NewPerson(0)
				w.Settle(p)
				w.Know(p, p.Pass)
				tt.setup(t, w, p)
				own := p.Pass
				if len(w.File(p.Pass).Documents) > 1 {
					own = p.Permit
				}
				target := map[string]string{p.Pass: p.Permit, p.Permit: p.Pass}[own]
				if got := ask(t, w, own, target); got.inquiry.State != dossier.InReview {
					t.Errorf("inquiry is %s, want that an officer looks at it", got.inquiry.State)
				}
				apart(t, w, p.Pass, p.Permit)
				v := inQueue(t, w, dossier.Contradiction, p.Pass, p.Permit, tt.why...)
				if got := ask(t, w, own, target); got.inquiry.State != dossier.InReview {
					t.Errorf("asked again: inquiry is %s, want that an officer looks at it", got.inquiry.State)
				}
				if again := inQueue(t, w, dossier.Contradiction, p.Pass, p.Permit, tt.why...); again.ID != v.ID {
					t.Error("asking again opened another review")
				}
			})
		})
	}
}
