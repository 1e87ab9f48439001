package dossier

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"slices"
	"strconv"

	"entgo.io/ent/dialect/sql"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/datum"
	"github.com/minzhengtong/minzhengtong/gen/ent/firm"
	"github.com/minzhengtong/minzhengtong/gen/ent/firmrole"
)

// LegalRepresentative is the role of the person whom the register names as a
// firm's legal representative (法定代表人).
const LegalRepresentative = "legal_representative"

// vehiclePlate is the item by which a firm's vehicles are told apart.
const vehiclePlate = "vehicle_plate"

// ErrReadsOnly: the role lets its holder see the firm's file, and not act for
// the firm.
var ErrReadsOnly = fault.New(fault.Denied, "FIRM_ROLE_READS_ONLY")

// acts reports whether one of the roles is one that acts for the firm. Any other
// role reads only.
func acts(roles []string) bool { return slices.Contains(roles, LegalRepresentative) }

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
	Data       []Datum
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

// SaveFirmData keeps what somebody who acts for a firm typed, under the firm's
// document, and returns all items of the firm's file as they hold now, as
// [Service.SaveData] does. A plate that is on file names the vehicle that has it.
// Vehicles with one of the gone plates are no longer the firm's: their data end.
//
// It fails with [ErrNotFound] for whoever holds no role in the firm, with
// [ErrReadsOnly] for a role that does not act for it, and with [ErrDatumUnknown],
// [ErrDatumInvalid] or [ErrThingUnknown].
func (s *Service) SaveFirmData(ctx context.Context, by actor.Actor, firm ID, inputs []Input, gone []string) ([]Datum, error) {
	var now []Datum
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		paper, roles, err := s.RoleIn(ctx, by, firm)
		if err != nil {
			return err
		}
		if !acts(roles) {
			return ErrReadsOnly
		}
		file := []Document{paper}
		if err := s.endVehicles(ctx, paper, gone); err != nil {
			return err
		}
		if err := s.saveInputs(ctx, file, paper, inputs); err != nil {
			return err
		}
		now, err = s.dataOf(ctx, file)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("save a firm's data: %w", err)
	}
	return now, nil
}

// endVehicles ends all data of the vehicles with these plates. Plates that are
// not on file are passed over.
func (s *Service) endVehicles(ctx context.Context, paper Document, plates []string) error {
	if len(plates) == 0 {
		return nil
	}
	held, err := s.dataOf(ctx, []Document{paper})
	if err != nil {
		return err
	}
	plate, _ := itemOf(Firm, vehiclePlate)
	for i, raw := range plates {
		value, err := plate.read(raw)
		if err != nil {
			return fault.On("gone_plates["+strconv.Itoa(i)+"]", err)
		}
		vehicle := thingOf(held, plate.Code, value)
		if vehicle == "" {
			continue
		}
		err = s.db.Client(ctx).Datum.Update().Where(datum.DocumentID(string(paper.ID)), datum.Item(vehicle), datum.EndTimeIsNil()).
			SetEndTime(s.time()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("end a vehicle's data: %w", err)
		}
	}
	return nil
}

// fillFirm reads what the register says, what was collected and what was done.
func (s *Service) fillFirm(ctx context.Context, file FirmFile, paper Document) (FirmFile, error) {
	r, err := s.db.Client(ctx).Firm.Get(ctx, string(file.ID))
	if ent.IsNotFound(err) {
		return FirmFile{}, ErrNotFound
	}
	if err != nil {
		return FirmFile{}, fmt.Errorf("read firm: %w", err)
	}
	file.Name, file.Category, file.Area = r.Name, r.Category, r.Area
	if file.Data, err = s.dataOf(ctx, []Document{paper}); err != nil {
		return FirmFile{}, err
	}
	file.Records, _, err = s.recordsOf(ctx, []Document{paper}, RecordCursor{}, FirstRecords)
	return file, err
}

// rolesOf returns the roles that stand under some documents.
func (s *Service) rolesOf(ctx context.Context, documents []Document) ([]Role, error) {
	rows, err := s.db.Client(ctx).FirmRole.Query().
		Where(firmrole.DocumentIDIn(entdb.Texts(documentIDs(documents))...), firmrole.EndTimeIsNil()).
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

// Subject is a document under which something may be due: one of a person's own,
// or a firm's.
type Subject struct {
	Document DocumentID
	// Firm and FirmName are those of a firm's; "" for the own.
	Firm     ID
	FirmName string
}

// Subjects returns the documents of the actor's file, and after them the documents
// of the firms in which the actor holds a role under any of them. It fails with
// [ErrNotFound] for whoever has no file.
func (s *Service) Subjects(ctx context.Context, by actor.Actor) ([]Subject, error) {
	mine, _, err := s.ownReadable(ctx, by)
	if err != nil {
		return nil, err
	}
	var subjects []Subject
	for _, d := range mine {
		subjects = append(subjects, Subject{Document: d.ID})
	}
	roles, err := s.rolesOf(ctx, mine)
	if err != nil || len(roles) == 0 {
		return subjects, err
	}
	names := map[ID]string{}
	var firms []ID
	for _, r := range roles {
		if _, seen := names[r.Firm]; !seen {
			firms = append(firms, r.Firm)
		}
		names[r.Firm] = r.FirmName
	}
	documents, err := s.inFiles(ctx, firms...)
	if err != nil || len(documents) == 0 {
		return subjects, err
	}
	for _, d := range documents {
		subjects = append(subjects, Subject{Document: d.ID, Firm: d.Dossier, FirmName: names[d.Dossier]})
	}
	return subjects, s.admit(ctx, by, audit.FirmRole, documents)
}

// Holders returns for each of some documents those of the people to be told about
// it: itself for a person's, those of whoever holds a role now for a firm's.
// Documents that were forgotten, or are not there, are left out. It is one query.
func (s *Service) Holders(ctx context.Context, documents []DocumentID) (map[DocumentID][]DocumentID, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	among, ids := s.db.OneOf(entdb.Texts(documents))
	text := `SELECT id AS subject, id AS holder FROM documents
			WHERE kind <> 'credit_code' AND erase_time IS NULL AND id ` + among + `
		UNION SELECT f.id, r.document_id FROM documents f
			JOIN firm_roles r ON r.firm_id = f.dossier_id AND r.end_time IS NULL
			JOIN documents h ON h.id = r.document_id AND h.erase_time IS NULL
			WHERE f.kind = 'credit_code' AND f.erase_time IS NULL AND f.id ` + among + `
		ORDER BY subject, holder`
	type pair struct{ subject, holder DocumentID }
	pairs, err := entdb.Query(ctx, s.db, text, []any{ids, ids}, func(rows *stdsql.Rows) (p pair, err error) {
		return p, rows.Scan(&p.subject, &p.holder)
	})
	if err != nil {
		return nil, fmt.Errorf("read holders: %w", err)
	}
	holders := make(map[DocumentID][]DocumentID, len(documents))
	for _, p := range pairs {
		holders[p.subject] = append(holders[p.subject], p.holder)
	}
	return holders, nil
}
