package dossier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/golang-sql/civil"
	"golang.org/x/text/unicode/norm"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/gen/ent/datum"
)

// Faults of corrections.
var (
	// ErrItemUnknown: there is no such item, or its holder types it.
	ErrItemUnknown = fault.New(fault.Invalid, "ITEM_UNKNOWN")
	// ErrValue: the value has not the form that the item needs.
	ErrValue = fault.New(fault.Invalid, "CORRECTION_VALUE_INVALID")
	// ErrValueNumber: the document's number itself states another one.
	ErrValueNumber = fault.New(fault.Invalid, "CORRECTION_NUMBER_DIFFERS")
	// ErrValueHeld: that is what the file says.
	ErrValueHeld = fault.New(fault.Invalid, "CORRECTION_UNCHANGED")
)

// The items of a holder that can be corrected. The others are codes of
// collect-once items.
const (
	ItemNameMainland = "name_mainland"
	ItemNameTaiwan   = "name_taiwan"
	ItemNameRoman    = "name_roman"
	ItemBirthDate    = "birth_date"
	ItemSex          = "sex"
)

const (
	maxName       = 200 // bytes, as a register's row
	earliestBirth = 1900
)

// CheckCorrection says what a document holds for an item, and brings the value
// that it should hold into form, by the rules for rows of a register. Whoever
// asks has been let into the file.
//
// It fails with [ErrItemUnknown], also for collected data that is not there or
// that its holder types; with [ErrValue], [ErrValueNumber], [ErrValueHeld] and
// [ErrDatumInvalid] for the field value; and with [ErrNotFound].
func (s *Service) CheckCorrection(ctx context.Context, id DocumentID, item, raw string) (before, value string, err error) {
	d, err := s.byID(ctx, id)
	if err == nil && d.erased() {
		err = ErrNotFound
	}
	if err != nil {
		return "", "", err
	}
	if holderItem(item) {
		before = d.field(item)
		value, err = s.readHolderItem(d, item, raw)
	} else {
		before, value, err = s.readDatumItem(ctx, d, item, raw)
	}
	if err == nil && before == value {
		err = ErrValueHeld.On("value")
	}
	return before, value, err
}

// holderItem reports whether an item is one of the holder's.
func holderItem(item string) bool {
	return slices.Contains([]string{ItemNameMainland, ItemNameTaiwan, ItemNameRoman, ItemBirthDate, ItemSex}, item)
}

// field is what a document holds for an item of the holder's.
func (d Document) field(item string) string {
	switch item {
	case ItemNameMainland:
		return d.Holder.Names.Mainland
	case ItemNameTaiwan:
		return d.Holder.Names.Taiwan
	case ItemNameRoman:
		return d.Holder.Names.Roman
	case ItemBirthDate:
		return toDate(d.Holder.Birth)
	case ItemSex:
		return string(d.Holder.Sex)
	}
	return ""
}

// readHolderItem reads a value as the intake reads that column of a register.
func (s *Service) readHolderItem(d Document, item, raw string) (string, error) {
	if d.Kind().OfFirm() {
		return "", ErrItemUnknown.On("item")
	}
	value := strings.TrimSpace(norm.NFC.String(raw))
	switch item {
	case ItemBirthDate:
		return s.readBirth(d, value)
	case ItemSex:
		sex := document.Sex(strings.ToUpper(value))
		if sex != document.Male && sex != document.Female {
			return "", ErrValue.On("value")
		}
		if stated := d.Number.Sex(); stated != "" && stated != sex {
			return "", ErrValueNumber.On("value")
		}
		return string(sex), nil
	}
	if value == "" || len(value) > maxName || strings.ContainsFunc(value, unicode.IsControl) {
		return "", ErrValue.On("value")
	}
	return value, nil
}

// readBirth reads a birth date, YYYY-MM-DD.
func (s *Service) readBirth(d Document, value string) (string, error) {
	born, err := civil.ParseDate(value)
	if err != nil || born.Year < earliestBirth || born.After(s.Today()) {
		return "", ErrValue.On("value")
	}
	if stated, ok := d.Number.BirthDate(); ok && stated != born {
		return "", ErrValueNumber.On("value")
	}
	return born.String(), nil
}

// readDatumItem is for an item that a register or an officer entered under the
// document, or that nobody can just type.
func (s *Service) readDatumItem(ctx context.Context, d Document, code, raw string) (before, value string, err error) {
	it, known := itemOf(d.fileKind(), code)
	if !known || it.Thing != "" { // which of several things is not said
		return "", "", ErrItemUnknown.On("item")
	}
	held, err := s.dataOf(ctx, []Document{d})
	if err != nil {
		return "", "", err
	}
	i := slices.IndexFunc(held, func(h Datum) bool { return h.Code == code })
	if i < 0 || it.Typed && held[i].Origin == FromPerson {
		return "", "", ErrItemUnknown.On("item")
	}
	value, err = it.read(raw)
	return held[i].Value, value, fault.On("value", err)
}

// Correct writes what a document should hold for an item, in the caller's
// transaction if there is one. The value is checked again, because the file may
// have changed; holding it already is fine. It fails as [Service.CheckCorrection]
// does, and with [ErrStale].
//
// A corrected item counts more than what the register listed before: collected
// data by being the newer, the register's value staying beside it so that a
// register that is behind brings nothing back.
func (s *Service) Correct(ctx context.Context, id DocumentID, item, raw string) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		_, value, err := s.CheckCorrection(ctx, id, item, raw)
		switch {
		case errors.Is(err, ErrValueHeld):
			return nil
		case err != nil:
			return err
		}
		d, err := s.byID(ctx, id)
		if err != nil {
			return err
		}
		if !holderItem(item) {
			return s.correctDatum(ctx, d, item, value)
		}
		corrected := d.corrected(item, value)
		if err := s.saveDocument(ctx, corrected); err != nil {
			return err
		}
		return s.renamed(ctx, corrected, d.Holder)
	})
	if err != nil {
		return fmt.Errorf("correct document %s: %w", id, err)
	}
	return nil
}

// corrected is the document with another value in a field of the holder's.
func (d Document) corrected(item, value string) Document {
	switch item {
	case ItemNameMainland:
		d.Holder.Names.Mainland = value
	case ItemNameTaiwan:
		d.Holder.Names.Taiwan = value
	case ItemNameRoman:
		d.Holder.Names.Roman = value
	case ItemBirthDate:
		d.Holder.Birth = fromDate(value)
	case ItemSex:
		d.Holder.Sex = document.Sex(value)
	}
	return d
}

// correctDatum keeps a value as an officer's, newer than all others, and ends
// the one that an officer entered before.
func (s *Service) correctDatum(ctx context.Context, d Document, code, value string) error {
	err := s.db.Client(ctx).Datum.Update().Where(datum.DocumentID(string(d.ID)), datum.Code(code),
		datum.OriginEQ(datum.OriginOfficer), datum.EndTimeIsNil()).SetEndTime(s.time()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end datum: %w", err)
	}
	_, err = s.keepDatum(ctx, d, place{code: code}, value, FromOfficer, "")
	return err
}
