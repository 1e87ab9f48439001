package dossier_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// action is what a move does.
type action string

const (
	doTake   action = "take"
	doRecord action = "record"
	doDatum  action = "datum"
	doFirm   action = "firm"
	doLink   action = "link"
	doSwitch action = "switch"
	doFinish action = "finish"
	doWindow action = "window"
	doPaper  action = "paper"
	doUnlink action = "unlink"
	doRenew  action = "renew"
	doLoss   action = "loss"
	doApart  action = "apart"
)

var actions = []action{
	doTake, doTake, doTake, doTake, doRecord, doRecord, doDatum, doFirm, doLink, doLink, doLink, doSwitch,
	doFinish, doFinish, doWindow, doWindow, doPaper, doPaper, doUnlink, doUnlink, doRenew, doRenew, doLoss, doApart,
}

// authorities are those that can be switched off.
var authorities = []upstream.Authority{upstream.PoliceOffice, upstream.NationalCheck, upstream.ExitEntryOffice}

// move is one step. Its numbers mean what the action makes of them, so that a
// move still means something when others are left out.
type move struct {
	do      action
	a, b, c int
}

// draw makes a sequence of a seed.
func draw(seed uint64, steps int) []move {
	r := rand.New(rand.NewPCG(seed, 0))
	moves := make([]move, steps)
	for i := range moves {
		moves[i] = move{actions[r.IntN(len(actions))], r.IntN(1000), r.IntN(1000), r.IntN(1000)}
	}
	return moves
}

// make does one move. A fault that the model does not expect, and whatever is no
// fault of the domain, is an error.
func (m *model) make(ctx context.Context, x move) error {
	m.clock++
	a, b := x.a%len(m.numbers), x.b%len(m.numbers)
	switch x.do {
	case doTake:
		return m.take(ctx, a, x)
	case doRecord:
		return m.record(ctx, a, x)
	case doDatum:
		return m.datum(ctx, a, x)
	case doFirm:
		return m.firm(ctx, a, x)
	case doLink:
		if x.c%3 > 0 { // mostly within one person
			b = a/5*5 + b%5
		}
		_, _, err := m.w.LinkDocument(ctx, m.actor(a), m.numbers[b])
		return allowed(err, dossier.ErrNotFound, dossier.ErrNotConfirmed, dossier.ErrLinkKinds, dossier.ErrSameDocument, dossier.ErrNotUsable)
	case doSwitch:
		i := x.a % len(authorities)
		m.down[i] = !m.down[i]
		m.w.Authorities.SetDown(authorities[i], m.down[i])
		return nil
	case doFinish:
		m.w.Clock.Advance(time.Duration(x.a) * time.Second)
		_, err := m.w.FinishInquiries(ctx, 10)
		return err
	case doWindow:
		link, err := m.w.LinkAtWindow(ctx, dossiertest.Officer("a"), m.numbers[a], m.numbers[b], "")
		return m.joined(link, err, a, b)
	case doPaper:
		return m.paper(ctx, x)
	case doUnlink:
		return m.unlink(ctx, x)
	case doRenew:
		return m.renew(ctx, a, x)
	case doLoss:
		return m.loss(ctx, a)
	default:
		return m.apart(ctx, x)
	}
}

// actor is the holder of a number, perhaps of one that is not on file.
func (m *model) actor(n int) actor.Actor {
	return actor.Actor{Role: actor.Person, Document: dossier.DocumentID(m.ids[n])}
}

// allowed passes what the model lets happen.
func allowed(err error, faults ...error) error {
	if slices.ContainsFunc(faults, func(f error) bool { return errors.Is(err, f) }) {
		return nil
	}
	return err
}

// want compares a fault with the one that the model expects.
func want(err, expected error) error {
	if !errors.Is(err, expected) {
		return fmt.Errorf("%w, want %w", orNone(err), orNone(expected))
	}
	return nil
}

func orNone(err error) error {
	if err == nil {
		return errors.New("no fault")
	}
	return err
}

// take imports a document. A permit may carry the own pass, none, or another
// person's, and the police may say the same or nothing.
func (m *model) take(ctx context.Context, n int, x move) error {
	p := dossiertest.NewPerson(m.people[n])
	e := dossier.Entry{Number: m.numbers[n], Validity: p.Validity(0), Holder: p.Holder(), State: document.Valid, Phone: p.Phone}
	paper := p.Paper(0)
	if m.kind(n) == document.TaiwanPermit {
		carried := []int{n / 5 * 5, n/5*5 + 1, (n/5 + 1) % 3 * 5}[x.b%3]
		if x.c%3 > 0 {
			e.NamesPass = m.numbers[carried]
		}
		if x.c%3 > 1 {
			paper.Names = m.numbers[carried].Canonical()
		}
		m.w.Authorities.SetPermit(m.numbers[n].Canonical(), paper)
		verdicts := []upstream.Verdict{upstream.Match, upstream.Mismatch, upstream.NotFound}
		for i := range 2 {
			m.w.Authorities.SetLink(m.numbers[n/5*5+i].Canonical(), m.numbers[n].Canonical(), verdicts[(x.b/3+i)%3])
		}
	} else {
		m.w.Authorities.SetPass(m.numbers[n].Canonical(), paper)
	}
	taken, err := m.w.TakeDocuments(ctx, []dossier.Entry{e})
	if err == nil && taken[0].Fault != nil {
		return taken[0].Fault
	}
	return err
}

func (m *model) record(ctx context.Context, n int, x move) error {
	reference, amount := strconv.Itoa(m.clock), int64(x.b)
	taken, err := m.w.TakeRecords(ctx, []dossier.RecordEntry{{
		Number: m.numbers[n], Kind: "subsidy", Title: "補助", Authority: "人社局", Occurred: m.w.Clock.Now(),
		AmountFen: &amount, Source: "hr", SourceRef: reference,
	}})
	if err != nil {
		return err
	}
	if m.ids[n] == "" {
		return want(taken[0].Fault, dossier.ErrPersonUnknown)
	}
	m.records[reference] = mrecord{n, amount}
	return nil
}

func (m *model) datum(ctx context.Context, n int, x move) error {
	text := strconv.Itoa(x.b % 4)
	_, err := m.w.SaveData(ctx, m.actor(n), []dossier.Input{{Code: "occupation", Value: text}})
	if m.ids[n] == "" {
		return want(err, dossier.ErrNotFound)
	}
	if m.newest(n) != text {
		m.typed[n] = mdatum{text, m.clock}
	}
	return err
}

func (m *model) firm(ctx context.Context, n int, x move) error {
	i := x.b % 3
	code, err := document.ComposeCreditCode(fmt.Sprintf("91350128MAYYY%03d", i))
	if err != nil {
		return err
	}
	// The file of a firm has no place in the model: it is there from the start.
	if m.ids[n] == "" {
		return nil
	}
	number, err := document.Parse(document.CreditCode, code, civil.DateOf(dossiertest.Start))
	if err != nil {
		return err
	}
	if _, err := m.w.TakeFirms(ctx, []dossier.FirmEntry{{Code: number, Name: "商行", State: document.Valid, Representative: m.numbers[n]}}); err != nil {
		return err
	}
	m.firms[i] = n
	return nil
}

// joined compares what became of two documents that officers linked.
func (m *model) joined(link dossier.Link, err error, a, b int) error {
	usable := func(n int) bool { _, replaced := m.next[n]; return !replaced && !m.lost[n] }
	var expected error
	switch {
	case a == b:
		expected = dossier.ErrSameDocument
	case m.kind(a) == m.kind(b):
		expected = dossier.ErrLinkKinds
	case m.ids[a] == "" || m.ids[b] == "":
		expected = dossier.ErrNotFound
	case !usable(a) || !usable(b):
		expected = dossier.ErrNotUsable
	case m.component(a)[b]:
		if have := m.linkOf(m.component(a), m.kind(a), m.kind(b)); string(link.ID) != have {
			return fmt.Errorf("linking %d and %d again gives another link: %w", a, b, orNone(err))
		}
	case m.crowded(a, b):
		expected = dossier.ErrContradicted
	}
	return want(err, expected)
}

func (m *model) paper(ctx context.Context, x move) error {
	person := x.a % 3
	pass, permit := person*5+x.b%2, person*5+2+x.b%3
	number, officer := x.a%4, x.c%3
	link, waiting, err := m.w.EnterPaper(ctx, dossiertest.Officer(strconv.Itoa(officer)), dossier.Paper{
		Pass: m.numbers[pass], Permit: m.numbers[permit], Number: strconv.Itoa(number), Date: civil.DateOf(dossiertest.Start),
	})
	if e := m.joined(link, nil, pass, permit); e != nil && errors.Is(e, dossier.ErrNotFound) || errors.Is(e, dossier.ErrNotUsable) {
		return allowed(err, dossier.ErrNotFound, dossier.ErrNotUsable)
	}
	before, ok := m.papers[number]
	switch {
	case !ok:
		m.papers[number] = mpaper{pass, permit, map[int]bool{officer: true}}
	case before.pass != pass || before.permit != permit:
		return want(err, dossier.ErrPaperDiffers)
	case len(before.officers) > 1 || !before.officers[officer]:
		err := m.joined(link, err, pass, permit)
		if err == nil && link.ID != "" {
			before.officers[officer] = true
		}
		return err
	}
	if !waiting {
		return fmt.Errorf("one officer's entry does not wait: %w", orNone(err))
	}
	return err
}

func (m *model) unlink(ctx context.Context, x move) error {
	ids := make([]string, 0, len(m.links))
	for id := range m.links {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	id := ids[x.a%len(ids)]
	by := m.actor(m.links[id].a)
	if x.b%2 == 0 {
		by = dossiertest.Officer("a")
	}
	m.links[id].cut = true
	_, err := m.w.Unlink(ctx, by, dossier.LinkID(id), "wrong")
	return err
}

// renew has a holder renew a document to another number of the same person and
// kind, as the authority says or does not say.
func (m *model) renew(ctx context.Context, n int, x move) error {
	base, count := n/5*5, 2
	if m.kind(n) == document.TaiwanPermit {
		base, count = n/5*5+2, 3
	}
	next := base + x.b%count
	if m.ids[n] == "" || next == n {
		return nil
	}
	p := dossiertest.NewPerson(m.people[n])
	if paper := p.Paper(0); x.c%4 > 0 {
		paper.Issue.ReplacesNumber = m.numbers[n].Canonical()
		if m.kind(n) == document.TaiwanPermit {
			m.w.Authorities.SetPermit(m.numbers[next].Canonical(), paper)
		} else {
			m.w.Authorities.SetPass(m.numbers[next].Canonical(), paper)
		}
	}
	_, _, err := m.w.Renew(ctx, m.actor(n), dossier.DocumentID(m.ids[n]), m.numbers[next].Canonical())
	return allowed(err, dossier.ErrRenewal)
}

func (m *model) loss(ctx context.Context, n int) error {
	_, err := m.w.ReportLoss(ctx, m.actor(n), dossier.DocumentID(m.ids[n]))
	_, replaced := m.next[n]
	switch {
	case m.ids[n] == "":
		return want(err, dossier.ErrNotFound)
	case replaced:
		return want(err, dossier.ErrNotUsable)
	}
	m.lost[n] = true
	return err
}

func (m *model) apart(ctx context.Context, x move) error {
	reviews, _, err := m.w.ListReviews(ctx, dossiertest.Officer("a"), "", dossier.ReviewCursor{}, 100)
	if err != nil || len(reviews) == 0 {
		return err
	}
	_, err = m.w.KeepApart(ctx, dossiertest.Officer("a"), reviews[x.a%len(reviews)].ID, "two persons")
	return err
}
