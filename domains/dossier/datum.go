package dossier

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	"github.com/minzhengtong/minzhengtong/gen/ent/datum"
)

// Origin says where a datum came from.
type Origin string

// The origins.
const (
	FromRegister Origin = "register"
	FromPerson   Origin = "person"
	FromOfficer  Origin = "officer"
)

// Datum is one collect-once item (數據最多採一次) with its origin.
type Datum struct {
	Code     string
	Value    string
	Origin   Origin
	Document DocumentID
	Recorded time.Time
	Proof    ProofID // "" where no authority confirmed it
}

// LogValue keeps the value out of logs.
func (d Datum) LogValue() slog.Value { return slog.StringValue(d.Code) }

// Input is one item as a person typed it.
type Input struct{ Code, Value string }

// LogValue keeps the value out of logs.
func (i Input) LogValue() slog.Value { return slog.StringValue(i.Code) }

// SaveData keeps what the actor typed, under the document that the actor signed
// in by, and returns all items of the file as they hold now. The same value
// again changes nothing; another value supersedes the earlier one. All items
// are kept or none. It fails with [ErrDatumUnknown] or [ErrDatumInvalid].
func (s *Service) SaveData(ctx context.Context, by actor.Actor, inputs []Input) ([]Datum, error) {
	var now []Datum
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		documents, me, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		for i, input := range inputs {
			it, ok := catalogue()[input.Code]
			if !ok {
				return ErrDatumUnknown.On("items[" + strconv.Itoa(i) + "].code")
			}
			value, err := it.read(input.Value)
			if err == nil && !it.Typed {
				err = ErrDatumInvalid.With("Code", it.Code)
			}
			if err != nil {
				return fault.On("items["+strconv.Itoa(i)+"].value", err)
			}
			if err := s.saveTyped(ctx, documents, me, it.Code, value); err != nil {
				return err
			}
		}
		now, err = s.dataOf(ctx, documents)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("save data: %w", err)
	}
	return now, nil
}

// saveTyped keeps a value that a person typed, unless it is what the file holds.
// One that held under this document, but not in the file, is given anew.
func (s *Service) saveTyped(ctx context.Context, documents []Document, me Document, code, value string) error {
	held, err := s.dataOf(ctx, documents)
	if err != nil || slices.ContainsFunc(held, func(d Datum) bool { return d.Code == code && d.Value == value }) {
		return err
	}
	err = s.db.Client(ctx).Datum.Update().Where(datum.DocumentID(string(me.ID)), datum.Code(code),
		datum.OriginEQ(datum.OriginPerson), datum.EndTimeIsNil()).SetEndTime(s.time()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end datum: %w", err)
	}
	return s.keepDatum(ctx, me, code, value, FromPerson, "")
}

// keepDatum writes a value unless it holds already, and ends the one that held.
func (s *Service) keepDatum(ctx context.Context, d Document, code, value string, from Origin, on ProofID) error {
	c := s.db.Client(ctx)
	rows, err := c.Datum.Query().Where(datum.DocumentID(string(d.ID)), datum.Code(code),
		datum.OriginEQ(datum.Origin(from)), datum.EndTimeIsNil()).All(ctx)
	if err != nil {
		return fmt.Errorf("read data: %w", err)
	}
	for _, r := range rows {
		held, err := d.open(r.ValueSealed, "datum", r.ID, "value")
		if err != nil {
			return err
		}
		if held == value {
			return nil
		}
		if err := c.Datum.UpdateOneID(r.ID).SetEndTime(s.time()).Exec(ctx); err != nil {
			return fmt.Errorf("end datum %s: %w", r.ID, err)
		}
	}
	row := s.newID()
	sealed, err := d.seal(value, "datum", row, "value")
	if err != nil {
		return err
	}
	err = c.Datum.Create().SetID(row).SetDocumentID(string(d.ID)).SetCode(code).SetValueSealed(sealed).
		SetOrigin(datum.Origin(from)).SetProofID(string(on)).SetRecordTime(s.time()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep datum: %w", err)
	}
	return nil
}

// dataOf returns the items that hold in a file: of each code the one recorded
// last, whichever document it was given under. They are sorted by code. What was
// given under a document that was forgotten is not among them.
func (s *Service) dataOf(ctx context.Context, documents []Document) ([]Datum, error) {
	among, args := oneOf("document_id", documents)
	text := `SELECT id, document_id, code, value_sealed, origin, proof_id, record_time FROM data WHERE ` + among + ` AND end_time IS NULL`
	rows, err := query(ctx, s, text, args, func(rows *sql.Rows) (r ent.Datum, err error) {
		err = rows.Scan(&r.ID, &r.DocumentID, &r.Code, &r.ValueSealed, &r.Origin, &r.ProofID, &r.RecordTime)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("read data: %w", err)
	}
	// Two of one moment are told apart by ID, so that every reader sees the same.
	slices.SortFunc(rows, func(a, b ent.Datum) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), b.RecordTime.Compare(a.RecordTime), cmp.Compare(b.ID, a.ID))
	})
	keys := keysOf(documents)
	rows = slices.DeleteFunc(rows, func(r ent.Datum) bool { return keys.Shredded(r.DocumentID) })
	rows = slices.CompactFunc(rows, func(a, b ent.Datum) bool { return a.Code == b.Code })
	data := make([]Datum, len(rows))
	for i, r := range rows {
		value, err := keys.Unseal(r.DocumentID, r.ValueSealed, sealContext("datum", r.ID, "value"))
		if err != nil {
			return nil, fmt.Errorf("open datum %s: %w", r.ID, err)
		}
		data[i] = Datum{
			Code: r.Code, Value: string(value), Origin: Origin(r.Origin),
			Document: DocumentID(r.DocumentID), Recorded: r.RecordTime.UTC(), Proof: ProofID(r.ProofID),
		}
	}
	return data, nil
}
