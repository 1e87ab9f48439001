package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/objection"
)

// Faults of objections.
var (
	// ErrObjectionNotFound: no such objection, or not one that the caller may see.
	ErrObjectionNotFound = fault.New(fault.NotFound, "OBJECTION_NOT_FOUND")
	// ErrObjectionAnswered: it was answered in another way before.
	ErrObjectionAnswered = fault.New(fault.Precondition, "OBJECTION_ANSWERED")
)

// ObjectionID names one objection.
type ObjectionID string

// Finding says whether a look was in order.
type Finding string

// The findings.
const (
	Justified    Finding = "justified"
	NotJustified Finding = "not_justified"
)

// Objection is what a person has against an entry about the own file.
type Objection struct {
	ID       ObjectionID
	EntryID  string
	Document actor.DocumentID // the person's, that the entry is about
	// Text and Answer are empty where the document's data key was destroyed.
	Text    string
	Created time.Time
	// Due is by when it is to be answered: the end of a day in Shanghai.
	// Illustrative says that the number of days is an example.
	Due          time.Time
	Illustrative bool
	Answered     time.Time // zero while it is open
	AnsweredBy   string
	Answer       string
	Finding      Finding
}

// LogValue implements slog.LogValuer: only the ID is for logs.
func (o Objection) LogValue() slog.Value { return slog.StringValue(string(o.ID)) }

// Object raises an objection to an entry about the caller's file. An entry has
// one objection from a file: objecting again returns the first one. It fails
// with [ErrEntryNotFound].
func (r *Reader) Object(ctx context.Context, by actor.Actor, entryID, text string) (Objection, error) {
	e, documents, err := r.mine(ctx, by, entryID)
	if err != nil {
		return Objection{}, err
	}
	i := slices.IndexFunc(e.Subjects, func(d actor.DocumentID) bool { return slices.Contains(documents, d) })
	if i < 0 { // its rows were tampered with
		return Objection{}, ErrEntryNotFound
	}
	document := e.Subjects[i]
	Concerns(ctx, document)
	now := r.moment()
	o := Objection{
		ID: ObjectionID(r.newID()), EntryID: e.ID, Document: document, Text: text, Created: now,
		Due: civil.DateOf(now.In(r.zone)).AddDays(r.days + 1).In(r.zone).UTC(), Illustrative: r.example,
	}
	set, err := r.vault.Make(ctx, string(document))
	if err != nil {
		return Objection{}, err
	}
	sealed, err := set.Seal(string(document), []byte(text), objectionContext(o.ID, "text"))
	if err != nil {
		return Objection{}, fmt.Errorf("seal an objection: %w", err)
	}
	var before *ent.Objection
	write := func(ctx context.Context) error {
		before, err = r.db.Client(ctx).Objection.Query().
			Where(objection.EntryID(e.ID), objection.DocumentIDIn(plain(documents)...)).First(ctx)
		if !ent.IsNotFound(err) {
			return err
		}
		before = nil
		return r.db.Client(ctx).Objection.Create().SetID(string(o.ID)).SetEntryID(e.ID).SetDocumentID(string(document)).
			SetTextSealed(sealed).SetState(objection.StateOpen).SetCreateTime(o.Created).SetDueTime(o.Due).Exec(ctx)
	}
	err = r.db.InTx(ctx, write)
	if entdb.IsUniqueViolation(err) {
		err = r.db.InTx(ctx, write) // the same person at the same moment
	}
	if err != nil {
		return Objection{}, fmt.Errorf("write an objection: %w", err)
	}
	if before != nil {
		return r.one(ctx, before)
	}
	return o, nil
}

// List lists the objections to entries about the caller's file, the newest
// first, a thousand at most.
func (r *Reader) List(ctx context.Context, by actor.Actor) ([]Objection, error) {
	documents, err := r.files.FileDocuments(ctx, by.Document)
	if err != nil {
		return nil, err
	}
	rows, err := r.db.Client(ctx).Objection.Query().Where(objection.DocumentIDIn(plain(documents)...)).
		Order(objection.ByCreateTime(newest), objection.ByID(newest)).Limit(1000).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read objections: %w", err)
	}
	return r.objections(ctx, rows)
}

// one is a row with its texts.
func (r *Reader) one(ctx context.Context, row *ent.Objection) (Objection, error) {
	list, err := r.objections(ctx, []*ent.Objection{row})
	if err != nil {
		return Objection{}, err
	}
	return list[0], nil
}

// objections are rows with their texts.
func (r *Reader) objections(ctx context.Context, rows []*ent.Objection) ([]Objection, error) {
	owners := make([]string, len(rows))
	for i, row := range rows {
		owners[i] = row.DocumentID
	}
	set, err := r.vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	out := make([]Objection, len(rows))
	for i, row := range rows {
		o := Objection{
			ID: ObjectionID(row.ID), EntryID: row.EntryID, Document: actor.DocumentID(row.DocumentID),
			Created: row.CreateTime, Due: row.DueTime, Illustrative: r.example, AnsweredBy: row.AnsweredBy,
		}
		if row.Finding != nil {
			o.Finding, o.Answered = Finding(*row.Finding), *row.AnswerTime
		}
		if o.Text, err = unsealText(set, o, "text", row.TextSealed); err != nil {
			return nil, err
		}
		if o.Answer, err = unsealText(set, o, "answer", row.AnswerSealed); err != nil {
			return nil, err
		}
		out[i] = o
	}
	return out, nil
}

// unsealText opens a text of an objection; it is empty where there is none, or
// none any more.
func unsealText(set vault.Set, o Objection, field string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	raw, err := set.Unseal(string(o.Document), sealed, objectionContext(o.ID, field))
	if err != nil && !errors.Is(err, vault.ErrShredded) {
		return "", fmt.Errorf("open the %s of objection %s: %w", field, o.ID, err)
	}
	return string(raw), nil
}

// objectionContext binds a sealed text to its row and field.
func objectionContext(id ObjectionID, field string) string {
	return "objection/" + string(id) + "/" + field
}
