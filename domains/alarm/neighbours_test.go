package alarm_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	documentrow "github.com/minzhengtong/minzhengtong/gen/ent/document"
	noticerow "github.com/minzhengtong/minzhengtong/gen/ent/notice"
)

// Calendar implements [alarm.Taxes].
func (w *world) Calendar(context.Context) (calendar.Calendar, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calendar, nil
}

// Explain implements [alarm.Taxes].
func (w *world) Explain(ctx context.Context, o tax.Obligation) (tax.Explanation, error) {
	c, _ := w.Calendar(ctx)
	return tax.Explanation{Notice: c.Filing(calendar.MonthOf(o.Due), calendar.Where{Area: o.Area}).Notice}, nil
}

// FileDocuments implements [alarm.Files].
func (w *world) FileDocuments(ctx context.Context, id actor.DocumentID) ([]actor.DocumentID, error) {
	c := w.db.Client(ctx)
	r, err := c.Document.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return nil, errNoFile
	}
	if err != nil {
		return nil, err
	}
	all, err := c.Document.Query().Where(documentrow.DossierID(r.DossierID)).Order(documentrow.ByID()).IDs(ctx)
	ids := []actor.DocumentID{id}
	for _, other := range all {
		if other != string(id) {
			ids = append(ids, actor.DocumentID(other))
		}
	}
	return ids, err
}

// Holders implements [alarm.Files].
func (w *world) Holders(_ context.Context, documents []actor.DocumentID) (map[actor.DocumentID][]actor.DocumentID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	holders := map[actor.DocumentID][]actor.DocumentID{}
	for _, d := range documents {
		if d == "firm" {
			holders[d] = slices.Clone(w.roles[d])
		} else {
			holders[d] = []actor.DocumentID{d}
		}
	}
	return holders, nil
}

// Subjects implements [alarm.Files].
func (w *world) Subjects(ctx context.Context, by actor.Actor) ([]dossier.Subject, error) {
	mine, err := w.FileDocuments(ctx, by.Document)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []dossier.Subject
	for _, d := range mine {
		list = append(list, dossier.Subject{Document: d})
	}
	for firm, persons := range w.roles {
		if slices.ContainsFunc(persons, func(p actor.DocumentID) bool { return slices.Contains(mine, p) }) {
			list = append(list, dossier.Subject{Document: firm, Firm: "file-firm"})
		}
	}
	return list, nil
}

// PreferenceOf implements [alarm.Files].
func (w *world) PreferenceOf(context.Context, actor.DocumentID) (actor.Preference, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return actor.Preference{Language: w.language}, nil
}

// TellMany implements [alarm.Notices].
func (w *world) TellMany(ctx context.Context, messages []notice.Message) (int, error) {
	w.mu.Lock()
	spoil := w.spoil
	w.mu.Unlock()
	told := 0
	for _, m := range messages {
		if spoil != nil {
			if err := spoil(m); err != nil {
				return 0, err
			}
		}
		there, err := w.db.Client(ctx).Notice.Query().Where(noticerow.Key(m.Key)).Exist(ctx)
		if err != nil {
			return 0, err
		}
		if there {
			continue
		}
		raw, err := json.Marshal(m)
		if err != nil {
			return 0, err
		}
		err = w.db.Client(ctx).Notice.Create().SetID(w.newID()).SetDocumentID(string(m.Document)).SetSequence(w.sequence.Add(1)).
			SetKey(m.Key).SetKind(m.Kind).SetTopic(string(m.Topic)).SetBodySealed(raw).SetAbout(m.About).SetCreateTime(w.clock()).Exec(ctx)
		if err != nil {
			return 0, err
		}
		told++
	}
	return told, nil
}

// told are the notices of a document, in order.
func (w *world) told(t testing.TB, id actor.DocumentID) []notice.Message {
	t.Helper()
	rows, err := w.db.Client(t.Context()).Notice.Query().Where(noticerow.DocumentID(string(id))).Order(noticerow.BySequence()).All(t.Context())
	must(t, "read notices", err)
	list := make([]notice.Message, len(rows))
	for i, r := range rows {
		list[i] = read(t, r.BodySealed)
	}
	return list
}

// read is a notice as it was told.
func read(t testing.TB, raw []byte) (m notice.Message) {
	t.Helper()
	must(t, "read a notice", json.Unmarshal(raw, &m))
	return m
}

// word writes a message's ID and arguments, in two scripts.
func (w *world) word(p actor.Preference, id string, args map[string]string) (string, string) {
	names := map[string]map[string]string{
		"zh-Hans":    {"vat_small": "增值税（小规模纳税人）", "iit_withholding": "个人所得税扣缴", "FEED_NAME": "闽政通办税日历", "FEED_PROVISIONAL": "当年放假安排尚未公布，日期可能变动。", "due": "截止日"},
		"zh-Hant-TW": {"vat_small": "增值稅（小規模納稅人）", "iit_withholding": "個人所得稅扣繳", "FEED_NAME": "閩政通辦稅行事曆", "FEED_PROVISIONAL": "當年放假安排尚未公布，日期可能變動。", "due": "截止日"},
	}[p.Language]
	if text, ok := names[id]; ok {
		return text, p.Language
	}
	text := args["Firm"] + names[args["ObligationKind"]] + " " + args["Period"]
	switch id {
	case "FEED_SUMMARY_DONE":
		text = "✓ " + text
	case "FEED_DESCRIPTION":
		text += "; " + names["due"] + ", " + args["DueDate"]
	}
	return text, p.Language
}
