package dossier

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/firm"
	"github.com/minzhengtong/minzhengtong/gen/ent/firmrole"
)

// LegalRepresentative is the role of the person whom the register names as a
// firm's legal representative (法定代表人).
const LegalRepresentative = "legal_representative"

// Role is a person's role in a firm, known under one document.
type Role struct {
	Firm     ID
	FirmName string
	Role     string
	Document DocumentID
}

// FirmFile is a firm's file (一企一檔).
type FirmFile struct {
	ID         ID
	Name       string
	CreditCode string // public
	Category   string
	Area       string // GB/T 2260
	Roles      []string
	Records    []Record // the newest, at most [FirstRecords]
}

// GetFirm returns a firm's file to an actor who holds a role in it under any
// document of the own file. It fails with [ErrNotFound] for anybody else.
func (s *Service) GetFirm(ctx context.Context, by actor.Actor, id ID) (FirmFile, error) {
	paper, roles, err := s.RoleIn(ctx, by, id)
	if err != nil {
		return FirmFile{}, err
	}
	return s.fillFirm(ctx, FirmFile{ID: id, CreditCode: paper.Number.Canonical(), Roles: roles}, paper)
}

// fillFirm reads what the register says and what was done.
func (s *Service) fillFirm(ctx context.Context, file FirmFile, paper Document) (FirmFile, error) {
	r, err := s.db.Client(ctx).Firm.Get(ctx, string(file.ID))
	if ent.IsNotFound(err) {
		return FirmFile{}, ErrNotFound
	}
	if err != nil {
		return FirmFile{}, fmt.Errorf("read firm: %w", err)
	}
	file.Name, file.Category, file.Area = r.Name, r.Category, r.Area
	file.Records, _, err = s.recordsOf(ctx, []Document{paper}, RecordCursor{}, FirstRecords)
	return file, err
}

// rolesOf returns the roles that stand under some documents.
func (s *Service) rolesOf(ctx context.Context, documents []Document) ([]Role, error) {
	rows, err := s.db.Client(ctx).FirmRole.Query().
		Where(firmrole.DocumentIDIn(texts(documentIDs(documents))...), firmrole.EndTimeIsNil()).
		Order(firmrole.ByID(sql.OrderAsc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.FirmID
	}
	firms, err := s.db.Client(ctx).Firm.Query().Where(firm.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read firms: %w", err)
	}
	names := make(map[string]string, len(firms))
	for _, f := range firms {
		names[f.ID] = f.Name
	}
	roles := make([]Role, len(rows))
	for i, r := range rows {
		roles[i] = Role{Firm: ID(r.FirmID), FirmName: names[r.FirmID], Role: r.Role, Document: DocumentID(r.DocumentID)}
	}
	return roles, nil
}
