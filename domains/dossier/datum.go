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
	"github.com/minzhengtong/minzhengtong/domains/entdb"
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
	Code string
	// Item says which of several things the value belongs to: all values of one
	// vehicle have the same. "" where there is but one.
	Item     string
	Value    string
	Origin   Origin
	Document DocumentID
	Recorded time.Time
	Proof    ProofID // "" where no authority confirmed it
}

// LogValue keeps the value out of logs.
func (d Datum) LogValue() slog.Value { return slog.StringValue(d.Code) }

// place is where a value stands: the code, and which of several things it is of.
type place struct{ code, item string }

// Input is one item as a person typed it.
type Input struct {
	Code, Value string
	// Plate is, for an item of a vehicle other than the plate itself, that of the
	// vehicle; else "".
	Plate string
}

// LogValue keeps the value out of logs.
func (i Input) LogValue() slog.Value { return slog.StringValue(i.Code) }

// SaveData keeps what the actor typed, under the document that the actor signed
// in by, and returns all items of the file as they hold now. The same value
// again changes nothing; another value supersedes the earlier one. All items
// are kept or none. It fails with [ErrDatumUnknown] or [ErrDatumInvalid].
func (s *Service) SaveData(ctx context.Context, by actor.Actor, inputs []Input) ([]Datum, error) {
	var now []Datum
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		documents, me, err := s.ownReadable(ctx, by)
		if err != nil {
			return err
		}
		if err := s.saveInputs(ctx, documents, me, inputs); err != nil {
			return err
		}
		now, err = s.dataOf(ctx, documents)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("save data: %w", err)
	}
	return now, nil
}

// saveInputs keeps what was typed, under one document of a file. A fault names
// the input.
func (s *Service) saveInputs(ctx context.Context, documents []Document, under Document, inputs []Input) error {
	for i, input := range inputs {
		held, err := s.dataOf(ctx, documents)
		if err != nil {
			return err
		}
		at, value, err := input.read(under.fileKind(), held)
		if err != nil {
			return fault.On("items["+strconv.Itoa(i)+"]", err)
		}
		if at.item == newThing {
			at.item = s.newID()
		}
		if err := s.saveTyped(ctx, held, under, at, value); err != nil {
			return err
		}
	}
	return nil
}

// newThing stands for a thing that is not on file yet.
const newThing = "new"

// read brings an input for a file of a kind, which holds these data, into form
// and says where it belongs.
func (i Input) read(kind Kind, held []Datum) (place, string, error) {
	it, ok := itemOf(kind, i.Code)
	if !ok {
		return place{}, "", ErrDatumUnknown.On("code")
	}
	value, err := it.read(i.Value)
	if err == nil && !it.Typed {
		err = ErrDatumInvalid.With("Code", it.Code)
	}
	if err != nil {
		return place{}, "", fault.On("value", err)
	}
	at, err := it.place(held, value, i.Plate)
	return at, value, err
}

// place is where a value of the item stands in a file that holds these data. It
// fails with [ErrThingUnknown] where the value belongs to a thing that is not
// there, unless it is the key of a new one.
func (it item) place(held []Datum, value, plate string) (place, error) {
	if it.Thing == "" {
		return place{code: it.Code}, nil
	}
	key := it.key()
	if it.Key {
		return place{it.Code, cmp.Or(thingOf(held, key.Code, value), newThing)}, nil
	}
	name, err := key.read(plate)
	thing := thingOf(held, key.Code, name)
	if err != nil || thing == "" {
		return place{}, ErrThingUnknown.On("plate")
	}
	return place{it.Code, thing}, nil
}

// thingOf is the thing that has this value for its key, or "".
func thingOf(held []Datum, key, value string) string {
	for _, d := range held {
		if d.Code == key && d.Value == value {
			return d.Item
		}
	}
	return ""
}

// saveTyped keeps a value that a person typed, unless it is what the file holds.
// One that held under this document, but not in the file, is given anew.
func (s *Service) saveTyped(ctx context.Context, held []Datum, under Document, at place, value string) error {
	if slices.ContainsFunc(held, func(d Datum) bool { return d.at() == at && d.Value == value }) {
		return nil
	}
	err := s.db.Client(ctx).Datum.Update().Where(datum.DocumentID(string(under.ID)), datum.Code(at.code), datum.Item(at.item),
		datum.OriginEQ(datum.OriginPerson), datum.EndTimeIsNil()).SetEndTime(s.time()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end datum: %w", err)
	}
	_, err = s.keepDatum(ctx, under, at, value, FromPerson, "")
	return err
}

// at is where the value stands.
func (d Datum) at() place { return place{d.Code, d.Item} }

// keepDatum writes a value unless it holds already, and ends the one that held.
// It reports whether anything was written.
func (s *Service) keepDatum(ctx context.Context, d Document, at place, value string, from Origin, on ProofID) (bool, error) {
	c := s.db.Client(ctx)
	rows, err := c.Datum.Query().Where(datum.DocumentID(string(d.ID)), datum.Code(at.code), datum.Item(at.item),
		datum.OriginEQ(datum.Origin(from)), datum.EndTimeIsNil()).All(ctx)
	if err != nil {
		return false, fmt.Errorf("read data: %w", err)
	}
	for _, r := range rows {
		held, err := d.open(r.ValueSealed, "datum", r.ID, "value")
		if err != nil {
			return false, err
		}
		if held == value {
			return false, nil
		}
		if err := c.Datum.UpdateOneID(r.ID).SetEndTime(s.time()).Exec(ctx); err != nil {
			return false, fmt.Errorf("end datum %s: %w", r.ID, err)
		}
	}
	row := s.newID()
	sealed, err := d.seal(value, "datum", row, "value")
	if err != nil {
		return false, err
	}
	err = c.Datum.Create().SetID(row).SetDocumentID(string(d.ID)).SetCode(at.code).SetItem(at.item).SetValueSealed(sealed).
		SetOrigin(datum.Origin(from)).SetProofID(string(on)).SetRecordTime(s.time()).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("keep datum: %w", err)
	}
	return true, nil
}

// dataOf returns the items that hold in a file: of each code, and of each of
// several things, the one recorded last, whichever document it was given under.
// They are sorted by code. What was given under a document that was forgotten is
// not among them.
func (s *Service) dataOf(ctx context.Context, documents []Document) ([]Datum, error) {
	among, args := oneOf("document_id", documents)
	text := `SELECT id, document_id, code, item, value_sealed, origin, proof_id, record_time FROM data WHERE ` + among + ` AND end_time IS NULL`
	rows, err := entdb.Query(ctx, s.db, text, args, func(rows *sql.Rows) (r ent.Datum, err error) {
		err = rows.Scan(&r.ID, &r.DocumentID, &r.Code, &r.Item, &r.ValueSealed, &r.Origin, &r.ProofID, &r.RecordTime)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("read data: %w", err)
	}
	// Two of one moment are told apart by ID, so that every reader sees the same.
	slices.SortFunc(rows, func(a, b ent.Datum) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Item, b.Item), b.RecordTime.Compare(a.RecordTime), cmp.Compare(b.ID, a.ID))
	})
	keys := keysOf(documents)
	rows = slices.DeleteFunc(rows, func(r ent.Datum) bool { return keys.Shredded(r.DocumentID) })
	rows = slices.CompactFunc(rows, func(a, b ent.Datum) bool { return a.Code == b.Code && a.Item == b.Item })
	data := make([]Datum, len(rows))
	for i, r := range rows {
		value, err := keys.Unseal(r.DocumentID, r.ValueSealed, sealContext("datum", r.ID, "value"))
		if err != nil {
			return nil, fmt.Errorf("open datum %s: %w", r.ID, err)
		}
		data[i] = Datum{
			Code: r.Code, Item: r.Item, Value: string(value), Origin: Origin(r.Origin),
			Document: DocumentID(r.DocumentID), Recorded: r.RecordTime.UTC(), Proof: ProofID(r.ProofID),
		}
	}
	return data, nil
}
