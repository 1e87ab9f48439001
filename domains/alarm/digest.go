package alarm

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// The kinds of our notices; see package notice for their messages. Title and body
// get Count and DueDate, the earliest; a line gets Firm, ObligationKind, Period, DueDate and
// ID, one of kind deadline_moved Notice besides.
const (
	kindAlarm   = "alarm"
	kindOverdue = "alarm_overdue" // some date of the digest has passed
	kindMoved   = "deadline_moved"
)

// mostLines is how many obligations a notice lists; Count counts all.
const mostLines = 40

// longestFirm bounds a firm's name in a line.
const longestFirm = 30

// compare orders alarms by time, person, obligation and slot.
func (d due) compare(e due) int {
	return cmp.Or(d.at.Compare(e.at), cmp.Compare(d.document, e.document), cmp.Compare(d.obligation, e.obligation), cmp.Compare(d.slot, e.slot))
}

// tell tells each person what rings.
func (s *Service) tell(ctx context.Context, ds []digest) error {
	if len(ds) == 0 {
		return nil
	}
	var others []tax.Obligation // what stands under the own document is no firm's
	for _, d := range ds {
		for _, l := range d.lines {
			if l.Document != l.rings.document {
				others = append(others, l.Obligation)
			}
		}
	}
	firms, err := s.firmsOf(ctx, others)
	if err != nil {
		return err
	}
	messages := make([]notice.Message, len(ds))
	for i, d := range ds {
		messages[i] = d.message(firms)
	}
	_, err = s.notices.TellMany(ctx, messages)
	return err
}

// message is a digest as a notice. Its key is made of what rings and when, so
// telling the same again tells nothing.
func (d digest) message(firms map[actor.DocumentID]string) notice.Message {
	m := notice.Message{Document: d.document, Kind: kindAlarm, Topic: notice.Deadline}
	rings := make([]string, len(d.lines))
	obligations := make([]tax.Obligation, len(d.lines))
	for i, l := range d.lines {
		rings[i] = strings.Join([]string{string(l.ID), l.rings.slot, strconv.FormatInt(l.rings.at.Unix(), 10)}, "/")
		obligations[i] = l.Obligation
		if l.overdue {
			m.Kind = kindOverdue
		}
	}
	m.Key = key("alarm", d.document, rings)
	fill(&m, obligations, firms)
	return m
}

// fill writes obligations into a notice, the earliest due date first.
func fill(m *notice.Message, obligations []tax.Obligation, firms map[actor.DocumentID]string) {
	slices.SortFunc(obligations, func(a, b tax.Obligation) int {
		return cmp.Or(cmp.Compare(a.Due.String(), b.Due.String()), cmp.Compare(a.Document, b.Document), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Period, b.Period), cmp.Compare(a.Name, b.Name))
	})
	m.Args = map[string]string{"Count": strconv.Itoa(len(obligations)), "DueDate": obligations[0].Due.String()}
	if len(obligations) == 1 {
		m.About = string(obligations[0].ID)
	}
	for _, o := range obligations[:min(len(obligations), mostLines)] {
		m.Lines = append(m.Lines, args(o, firms))
	}
}

// args are what messages are told of an obligation. Period is the tax period, or the
// name of the licence that runs out. Firm is followed by a dot in
// the middle, which every language of ours writes alike.
func args(o tax.Obligation, firms map[actor.DocumentID]string) map[string]string {
	a := map[string]string{"Firm": "", "ObligationKind": string(o.Kind), "Period": string(o.Period), "DueDate": o.Due.String(), "ID": string(o.ID)}
	if name := []rune(firms[o.Document]); len(name) > 0 {
		a["Firm"] = string(name[:min(len(name), longestFirm)]) + " · "
	}
	if o.Basis == tax.Printed { // the period is the date; which paper it is, its name says
		a["Period"] = o.Name
	}
	return a
}

// firmsOf names the firms whose obligations these are.
func (s *Service) firmsOf(ctx context.Context, obligations []tax.Obligation) (map[actor.DocumentID]string, error) {
	subjects := make([]actor.DocumentID, len(obligations))
	for i, o := range obligations {
		subjects[i] = o.Document
	}
	return s.firmNames(ctx, each(subjects))
}

// key is the key of a notice to a person about some things.
func key(about string, id actor.DocumentID, things []string) string {
	slices.Sort(things)
	sum := sha256.Sum256([]byte(string(id) + "\n" + strings.Join(things, "\n")))
	return about + "/" + hex.EncodeToString(sum[:16])
}
