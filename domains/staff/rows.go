package staff

import (
	"context"
	"encoding/json"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqljson"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	officerrow "github.com/minzhengtong/minzhengtong/gen/ent/officer"
	"github.com/minzhengtong/minzhengtong/gen/ent/predicate"
)

// officers reads accounts with their offices in one query.
const officers = `SELECT o."id", o."login", o."name", o."office_id", f."name", f."department_id", f."area", o."duties", o."state",
	o."language", o."calendar"
FROM "officers" AS o JOIN "offices" AS f ON f."id" = o."office_id" `

// Get returns one account, whatever its state. It is asked at every call of an
// officer, so it is one query. It fails with [ErrNotFound].
func (s *Service) Get(ctx context.Context, id actor.OfficerID) (Officer, error) {
	return s.one(ctx, `WHERE o."id" = ?`, string(id))
}

// ByLogin returns one account, whatever its state. It fails with [ErrNotFound].
func (s *Service) ByLogin(ctx context.Context, login string) (Officer, error) {
	return s.one(ctx, `WHERE o."login" = ?`, canonicalLogin(login))
}

// List returns accounts after a login, by login, at most limit of them, and
// whether there are more.
func (s *Service) List(ctx context.Context, after string, limit int) ([]Officer, bool, error) {
	rows, err := s.db.SQL(ctx).QueryContext(ctx, s.db.Rebind(officers+`WHERE o."login" > ? ORDER BY o."login" LIMIT ?`), after, limit+1)
	if err != nil {
		return nil, false, fmt.Errorf("read officers: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says what went wrong
	var list []Officer
	for rows.Next() {
		o, err := scanOfficer(rows)
		if err != nil {
			return nil, false, fmt.Errorf("read officers: %w", err)
		}
		list = append(list, o)
	}
	if err := rows.Err(); err != nil {
		return nil, false, fmt.Errorf("read officers: %w", err)
	}
	if len(list) > limit {
		return list[:limit], true, nil
	}
	return list, false, nil
}

func (s *Service) one(ctx context.Context, where, key string) (Officer, error) {
	o, err := scanOfficer(s.db.SQL(ctx).QueryRowContext(ctx, s.db.Rebind(officers+where), key))
	if entdb.IsNotFound(err) {
		return Officer{}, ErrNotFound
	}
	if err != nil {
		return Officer{}, fmt.Errorf("read officer: %w", err)
	}
	return o, nil
}

// scanOfficer reads one row of officers.
func scanOfficer(row interface{ Scan(to ...any) error }) (Officer, error) {
	var o Officer
	var duties []byte
	err := row.Scan(&o.ID, &o.Login, &o.Name, &o.Office, &o.OfficeName, &o.Department, &o.Area, &duties, &o.State,
		&o.Preference.Language, &o.Preference.Calendar)
	if err != nil {
		return Officer{}, err
	}
	return o, json.Unmarshal(duties, &o.Duties)
}

// row reads the whole row of an account, credentials included. It fails with
// [ErrNotFound].
func (s *Service) row(ctx context.Context, id actor.OfficerID) (*ent.Officer, error) {
	r, err := s.db.Client(ctx).Officer.Get(ctx, string(id))
	if ent.IsNotFound(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read officer: %w", err)
	}
	return r, nil
}

// administratorBeside checks that somebody else can administer. In a transaction
// two administrators cannot take each other's right away.
func (s *Service) administratorBeside(ctx context.Context, id actor.OfficerID) error {
	found, err := s.administrator(ctx, id)
	if err == nil && !found {
		return ErrLast
	}
	return err
}

// administrator reports whether an active account other than one administers.
func (s *Service) administrator(ctx context.Context, except actor.OfficerID) (bool, error) {
	found, err := s.db.Client(ctx).Officer.Query().
		Where(officerrow.StateEQ(officerrow.StateActive), officerrow.IDNEQ(string(except)), hasDuty(actor.Administer)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("count administrators: %w", err)
	}
	return found, nil
}

// hasDuty matches accounts with a duty.
func hasDuty(d actor.Duty) predicate.Officer {
	return func(q *sql.Selector) { q.Where(sqljson.ValueContains(officerrow.FieldDuties, string(d))) }
}

func fromDuties(duties []actor.Duty) []string {
	texts := make([]string, len(duties))
	for i, d := range duties {
		texts[i] = string(d)
	}
	return texts
}

func toDuties(texts []string) []actor.Duty {
	duties := make([]actor.Duty, len(texts))
	for i, t := range texts {
		duties[i] = actor.Duty(t)
	}
	return duties
}
