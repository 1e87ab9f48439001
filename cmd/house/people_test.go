//go:build unix

package house_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/alarm/alarmtest"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// person is somebody in the test: how reminded, how reached, and what is due.
type person struct {
	id      actor.DocumentID
	habit   alarmtest.Habit
	browser *noticetest.Browser
	mail    string
	phone   string
	codes   int   // messages that proved the phone
	seen    int64 // the last sequence that was compared
}

// plan says who is who. Passes run out on a leap day, on the last day of a month
// and in holidays.
var plan = []struct {
	habit      alarmtest.Habit
	passTo     string
	push       bool
	mail       string
	phone      string
	registered []registered
}{
	{
		alarmtest.Habit{Leads: []int{7, 3, 1, 0}, Hour: 9 * time.Hour},
		"2024-02-29", true, "a@example.org", "+886912345671", nil,
	}, {
		alarmtest.Habit{Leads: []int{60, 20, 0}, Hour: 23*time.Hour + 59*time.Minute},
		"2024-08-31", false, "b@example.org", "+886912345672", []registered{{"stamp_duty", tax.Quarterly}},
	}, {
		alarmtest.Habit{Hour: 9 * time.Hour, Mondays: true},
		"2025-10-03", false, "", "+886912345673", []registered{{"vat_general", tax.Monthly}},
	}, {
		alarmtest.Habit{Leads: []int{2, 1}},
		"2026-02-17", true, "", "", []registered{{"vat_small", tax.Monthly}, {"surcharges", tax.Monthly}},
	}, {
		alarmtest.Habit{Leads: []int{3, 0}, Hour: 7*time.Hour + 30*time.Minute},
		"2024-03-31", true, "c@example.org", "", []registered{{"vat_general", tax.Monthly}},
	}, {
		alarmtest.Habit{Leads: []int{5, 1}, Hour: 20 * time.Hour},
		"2025-02-28", false, "d@example.org", "", []registered{{"surcharges", tax.Monthly}, {"statements_interim", tax.Monthly}},
	}, {
		alarmtest.Habit{Leads: []int{8, 4, 0}, Hour: 12 * time.Hour},
		"2026-01-01", true, "", "+886912345674", []registered{{"social_insurance", tax.Monthly}},
	}, {
		alarmtest.Habit{Leads: []int{10, 6}, Hour: 6 * time.Hour},
		"2025-05-01", true, "", "", []registered{{"vat_small", tax.Monthly}},
	},
}

// ofFirm is what the firm files, of which the first two hear.
var ofFirm = []registered{{"vat_small", tax.Monthly}, {"iit_withholding", tax.Monthly}}

// registered is a tax that somebody files.
type registered struct {
	kind  tax.Kind
	cycle tax.Cycle
}

// settle puts everybody on file, registers what they file, and sets how they are
// reminded and reached.
func (m *machine) settle() {
	m.t.Helper()
	for i, p := range plan {
		m.people = append(m.people, &person{id: m.takePass(i, date(p.passTo)), habit: p.habit})
		m.register(m.people[i].id, p.registered)
	}
	m.firm = m.takeFirm()
	m.register(m.firm, ofFirm)
	for i, p := range plan {
		who := m.people[i]
		_, err := m.Alarms.Set(m.t.Context(), as(who.id), p.habit.Setting())
		must(m.t, "set alarms", err)
		if p.push {
			who.browser = m.push.Browser(m.t)
			_, err := m.Notices.AddEndpoint(m.t.Context(), as(who.id), notice.Address{Push: who.browser.Subscription()})
			must(m.t, "add a browser", err)
		}
		if who.mail = p.mail; p.mail != "" {
			m.reach(who, notice.Address{Mail: p.mail})
		}
		if who.phone = p.phone; p.phone != "" {
			m.reach(who, notice.Address{Phone: p.phone})
		}
	}
	m.proofs = len(m.smtp.Taken())
	m.collect()
	for _, p := range m.people {
		p.codes = len(m.texts[p.phone])
	}
}

// takePass puts the i-th person's pass on file, which runs out on a day.
func (m *machine) takePass(i int, to civil.Date) actor.DocumentID {
	m.t.Helper()
	p := dossiertest.NewPerson(i)
	number, err := m.Files.Parse("", p.Pass)
	must(m.t, "read a number", err)
	taken, err := m.Files.TakeDocuments(m.t.Context(), []dossier.Entry{{
		Number: number, Holder: p.Holder(), State: document.Valid,
		Validity: dossier.Validity{IssueCount: "01", From: date("2021-01-01"), To: to},
	}})
	must(m.t, "take a pass", err)
	if taken[0].Fault != nil {
		m.t.Fatal(taken[0].Fault)
	}
	id, _, err := m.Files.Locate(m.t.Context(), number)
	must(m.t, "locate a pass", err)
	return id
}

// takeFirm puts a firm on file, in which the first two people hold roles.
func (m *machine) takeFirm() actor.DocumentID {
	m.t.Helper()
	raw, err := document.ComposeCreditCode("91350128MAYYY001")
	must(m.t, "compose a code", err)
	code, err := m.Files.Parse("", raw)
	must(m.t, "read a code", err)
	first, err := m.Files.Parse("", dossiertest.NewPerson(0).Pass)
	must(m.t, "read a number", err)
	taken, err := m.Files.TakeFirms(m.t.Context(), []dossier.FirmEntry{{
		Code: code, Name: "示例商行", Area: area, State: document.Valid, Representative: first,
	}})
	must(m.t, "take a firm", err)
	if taken[0].Fault != nil {
		m.t.Fatal(taken[0].Fault)
	}
	id, file, err := m.Files.Locate(m.t.Context(), code)
	must(m.t, "locate a firm", err)
	must(m.t, "give a role", m.db.InTx(m.t.Context(), func(ctx context.Context) error {
		return m.db.Client(ctx).FirmRole.Create().SetID(newID()).SetFirmID(string(file)).SetDocumentID(string(m.people[1].id)).
			SetRole("accountant").SetCreateTime(m.clock.now()).Exec(ctx)
	}))
	return id
}

// area is where everybody files.
const area = "350128"

func (m *machine) register(id actor.DocumentID, list []registered) {
	m.t.Helper()
	for _, r := range list {
		taken, err := m.Tax.Take(m.t.Context(), []tax.Registration{{
			Document: id, Tax: r.kind, Cycle: r.cycle, Area: area, From: date("2020-01-01"),
			Source: "test", Ref: fmt.Sprint(id, "/", r.kind),
		}})
		must(m.t, "register", err)
		if taken[0].Fault != nil {
			m.t.Fatal(taken[0].Fault)
		}
	}
}

var digits = regexp.MustCompile(`\b[0-9]{6}\b`)

// reach adds an address and proves it by the code that came to it.
func (m *machine) reach(p *person, a notice.Address) {
	m.t.Helper()
	e, err := m.Notices.AddEndpoint(m.t.Context(), as(p.id), a)
	must(m.t, "add an address", err)
	must(m.t, "send a code", m.Notices.SendCode(m.t.Context(), string(e.ID)))
	var text string
	if a.Phone != "" {
		text = m.gateway.Messages(a.Phone)[0].Text
	} else {
		_, text, _ = strings.Cut(m.smtp.Taken()[len(m.smtp.Taken())-1].Raw, "\r\n\r\n")
	}
	e, err = m.Notices.VerifyEndpoint(m.t.Context(), as(p.id), e.ID, digits.FindString(text))
	must(m.t, "prove an address", err)
	if !e.Active {
		m.t.Fatalf("%s does not hold", a.Channel())
	}
}

func as(id actor.DocumentID) actor.Actor { return actor.Actor{Role: actor.Person, Document: id} }

func date(text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil {
		panic(err) // of the test itself
	}
	return d
}

func must(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}
