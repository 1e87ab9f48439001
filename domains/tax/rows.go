package tax

import (
	"context"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/obligation"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// isOpen is written out, so that both databases see that the index of the open
// ones serves.
var isOpen predicate.Obligation = func(q *entsql.Selector) { q.Where(entsql.ExprP("state = 'open'")) }

// key is what there is one obligation of.
type key struct {
	document actor.DocumentID
	kind     Kind
	period   Period
	name     string
}

func (o Obligation) key() key { return key{o.Document, o.Kind, o.Period, o.Name} }

// known reads the obligations that there are of some documents for some periods.
func (s *Service) known(ctx context.Context, documents []actor.DocumentID, periods []Period) (map[key]Obligation, error) {
	if len(documents) == 0 || len(periods) == 0 {
		return nil, nil
	}
	rows, err := s.db.Client(ctx).Obligation.Query().
		Where(row.DocumentIDIn(entdb.Texts(documents)...), row.PeriodIn(entdb.Texts(periods)...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read obligations: %w", err)
	}
	known := make(map[key]Obligation, len(rows))
	for _, r := range rows {
		o := fromRow(r)
		known[o.key()] = o
	}
	return known, nil
}

// obligation reads one. It fails with [ErrNotFound].
func (s *Service) obligation(ctx context.Context, id ID) (Obligation, error) {
	r, err := s.db.Client(ctx).Obligation.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return Obligation{}, ErrNotFound
	}
	if err != nil {
		return Obligation{}, fmt.Errorf("read obligation: %w", err)
	}
	return fromRow(r), nil
}

// openBetween reads open obligations after a place, up to a day, in order.
func (s *Service) openBetween(ctx context.Context, after Cursor, last civil.Date, limit int) ([]Obligation, error) {
	rows, err := s.db.Client(ctx).Obligation.Query().Where(isOpen, after.passed(), row.DueDateLTE(last.String())).
		Order(row.ByDueDate(), row.ByID()).Limit(limit).All(ctx)
	return fromRows(rows, err)
}

// openOf reads the open obligations of documents that came of registrations.
func (s *Service) openOf(ctx context.Context, documents []actor.DocumentID) ([]Obligation, error) {
	rows, err := s.db.Client(ctx).Obligation.Query().Where(row.DocumentIDIn(entdb.Texts(documents)...),
		row.StateEQ(row.StateOpen), row.RegistrationIDNEQ("")).Order(row.ByDueDate(), row.ByID()).All(ctx)
	return fromRows(rows, err)
}

// raised reads what was raised under a document and name, whatever became of it.
func (s *Service) raised(ctx context.Context, p Paper) ([]Obligation, error) {
	return fromRows(s.db.Client(ctx).Obligation.Query().Where(row.DocumentID(string(p.Document)),
		row.Kind(string(p.Kind)), row.Name(p.Name)).Order(row.ByPeriod()).All(ctx))
}

// passed matches what lies behind the cursor.
func (c Cursor) passed() predicate.Obligation {
	day := c.Due.String()
	return row.And(row.DueDateGTE(day), row.Or(row.DueDateGT(day), row.IDGT(string(c.ID))))
}

// insert writes new obligations in few statements.
func (s *Service) insert(ctx context.Context, list []Obligation) error {
	rows := entdb.NewBulk(row.Table, row.FieldID, row.FieldDocumentID, row.FieldKind, row.FieldPeriod, row.FieldName,
		row.FieldRegistrationID, row.FieldArea, row.FieldDueDate, row.FieldBasis, row.FieldState, row.FieldDoneBy, row.FieldDoneTime, row.FieldDoneRef,
		row.FieldCreateTime, row.FieldChangeTime)
	for _, o := range list {
		rows.Add(string(o.ID), string(o.Document), string(o.Kind), string(o.Period), o.Name,
			o.registration, o.Area, o.Due.String(), string(o.Basis), string(o.State), o.DoneBy, moment(o.DoneAt), o.ref, o.Changed, o.Changed)
	}
	_, err := rows.Flush(ctx, s.db)
	return err
}

// save writes what may change in an obligation, if nobody changed it since it was
// read, and returns it as it is now. It fails with [ErrStale].
func (s *Service) save(ctx context.Context, o Obligation) (Obligation, error) {
	o.Changed = s.time()
	update := s.db.Client(ctx).Obligation.Update().Where(row.ID(string(o.ID)), row.Version(o.version)).
		SetDueDate(o.Due.String()).SetBasis(row.Basis(o.Basis)).SetMoves(o.Moves).SetState(row.State(o.State)).
		SetDoneBy(o.DoneBy).SetDoneRef(o.ref).SetChangeTime(o.Changed).AddVersion(1)
	if o.DoneAt.IsZero() {
		update.ClearDoneTime()
	} else {
		update.SetDoneTime(o.DoneAt)
	}
	n, err := update.Save(ctx)
	if err == nil && n == 0 {
		err = ErrStale
	}
	o.version++
	return o, err
}

// saveDate gives open obligations a date.
func (s *Service) saveDate(ctx context.Context, ids []string, to Obligation) error {
	err := s.db.Client(ctx).Obligation.Update().Where(row.IDIn(ids...), row.StateEQ(row.StateOpen)).
		SetDueDate(to.Due.String()).SetBasis(row.Basis(to.Basis)).SetMoves(to.Moves).SetChangeTime(to.Changed).
		AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save dates: %w", err)
	}
	return nil
}

func fromRows(rows []*ent.Obligation, err error) ([]Obligation, error) {
	if err != nil {
		return nil, fmt.Errorf("read obligations: %w", err)
	}
	list := make([]Obligation, len(rows))
	for i, r := range rows {
		list[i] = fromRow(r)
	}
	return list, nil
}

func fromRow(r *ent.Obligation) Obligation {
	o := Obligation{
		ID: ID(r.ID), Document: actor.DocumentID(r.DocumentID), Kind: Kind(r.Kind), Period: Period(r.Period), Name: r.Name,
		Area: r.Area, Due: day(r.DueDate), Basis: Basis(r.Basis), Moves: r.Moves, State: State(r.State), DoneBy: r.DoneBy,
		Changed: r.ChangeTime.UTC(), registration: r.RegistrationID, ref: r.DoneRef, version: r.Version,
	}
	if r.DoneTime != nil {
		o.DoneAt = r.DoneTime.UTC()
	}
	return o
}

// day reads a day as rows keep it; "" is the zero day. Rows hold only what written
// wrote.
func day(text string) civil.Date {
	d, err := civil.ParseDate(text)
	if err != nil {
		return civil.Date{}
	}
	return d
}

// written is a day as rows keep it.
func written(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// moment is a time as a row keeps it that may be missing.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
