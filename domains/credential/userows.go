package credential

import (
	"context"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	credentialrow "github.com/minzhengtong/minzhengtong/gen/ent/credential"
	row "github.com/minzhengtong/minzhengtong/gen/ent/credentialuse"
)

// Use is one time that somebody looked at a licence.
type Use struct {
	ID     string
	Number Number
	Way    Way
	// Department and Office are where an officer looked; "" where nobody had signed in.
	Department, Office string
	Standing           check.Standing
	// Shown are the names of the fields that were shown.
	Shown []string
	At    time.Time

	document     actor.DocumentID
	presentation PresentationID
	officer      actor.OfficerID
}

// UseCursor is where a page of uses ends: the last use shown.
type UseCursor struct {
	At time.Time
	ID string
}

func (s *Service) insertUses(ctx context.Context, uses []Use) error {
	c := s.DB.Client(ctx).CredentialUse
	create := make([]*ent.CredentialUseCreate, len(uses))
	for i, u := range uses {
		create[i] = c.Create().SetID(s.NewID()).SetDocumentID(string(u.document)).SetNumber(string(u.Number)).SetWay(row.Way(u.Way)).
			SetPresentationID(string(u.presentation)).SetDepartmentID(u.Department).SetOfficeID(u.Office).SetOfficerID(string(u.officer)).
			SetResult(string(u.Standing)).SetShown(u.Shown).SetCreateTime(s.time())
	}
	if err := c.CreateBulk(create...).Exec(ctx); err != nil {
		return fmt.Errorf("write down who looked: %w", err)
	}
	return nil
}

// Uses returns who looked at the licences of a file (用碼記錄), after the cursor, the newest
// first, at most limit of them, and whether there are more.
func (s *Service) Uses(ctx context.Context, by actor.Actor, firm actor.DossierID, after UseCursor, limit int) ([]Use, bool, error) {
	r, err := s.reach(ctx, by, firm)
	if err != nil {
		return nil, false, err
	}
	q := s.DB.Client(ctx).CredentialUse.Query().Where(row.DocumentIDIn(entdb.Texts(r.file)...))
	if len(r.only) > 0 {
		q = q.Where(row.NumberIn(r.only...))
	}
	if after.ID != "" {
		q = q.Where(row.Or(row.CreateTimeLT(after.At), row.And(row.CreateTimeEQ(after.At), row.IDLT(after.ID))))
	}
	rows, err := q.Order(row.ByCreateTime(entsql.OrderDesc()), row.ByID(entsql.OrderDesc())).Limit(limit + 1).All(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("read who looked: %w", err)
	}
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	list := make([]Use, len(rows))
	for i, r := range rows {
		list[i] = useFromRow(r)
	}
	return list, more, nil
}

func useFromRow(r *ent.CredentialUse) Use {
	return Use{
		ID: r.ID, Number: Number(r.Number), Way: Way(r.Way), Department: r.DepartmentID, Office: r.OfficeID,
		Standing: check.Standing(r.Result), Shown: r.Shown, At: r.CreateTime.UTC(),
	}
}

// byCheck returns the edition in whose QR code a token stands. It fails with
// [ErrPresentation].
func (s *Service) byCheck(ctx context.Context, token string) (Credential, error) {
	list, err := s.list(ctx, s.DB.Client(ctx).Credential.Query().Where(credentialrow.CheckHash(hashOf(token))))
	if err != nil {
		return Credential{}, err
	}
	if len(list) == 0 || list[0].Values == nil {
		return Credential{}, ErrPresentation
	}
	return list[0], nil
}

// editionOf returns one edition of a licence, opened. It fails with [ErrNotFound].
func (s *Service) editionOf(ctx context.Context, number Number, edition int) (Credential, error) {
	return s.one(ctx, credentialrow.Number(string(number)), credentialrow.Edition(edition))
}
