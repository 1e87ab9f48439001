package dossier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	datumrow "github.com/minzhengtong/minzhengtong/gen/ent/datum"
)

// Faults of taking rows over from a register. A row with a fault is left out
// whole; the others are taken.
var (
	// ErrRegisterDiffers: the register now states another birth date or sex
	// for a number that is on file.
	ErrRegisterDiffers = fault.New(fault.Conflict, "REGISTER_DIFFERS")
	// ErrPersonUnknown: the row names a person whose document is not on file.
	ErrPersonUnknown = fault.New(fault.Precondition, "REGISTER_PERSON_UNKNOWN")
	// ErrRecordDiffers: the source sends another content under a reference that
	// is on file. Records are never edited; a correction is a new record.
	ErrRecordDiffers = fault.New(fault.Conflict, "REGISTER_RECORD_DIFFERS")
)

// Effect says what taking a row over did.
type Effect string

// The effects. A row with a fault had none.
const (
	Added     Effect = "added"
	Changed   Effect = "changed"
	Unchanged Effect = "unchanged"
)

// Taken is what became of one row: an effect, or the fault that kept it out.
type Taken struct {
	Effect Effect
	Fault  *fault.Fault
}

// Entry is one document as a register lists it.
type Entry struct {
	Number   document.Number
	Validity Validity
	Holder   Holder
	// Area is where the document was issued, GB/T 2260; "" where the register
	// does not say.
	Area string
	// State is [document.Valid] for one that was issued and not taken back.
	State document.Status
	// NamesPass is the pass that a permit carries; the zero Number for none.
	NamesPass document.Number
	// Phone is in the form of [ReadPhone], or "".
	Phone string
	// Replaces is the number that this document replaced; zero for none.
	Replaces document.Number
}

// LogValue keeps an entry out of logs.
func (Entry) LogValue() slog.Value { return slog.StringValue("[entry]") }

// TakeDocuments takes over documents that a register lists, in the caller's
// transaction if there is one, and returns what became of each. Taking the same
// entries again changes nothing. A later printing renews the document, an
// earlier one changes nothing. A permit that carries the number of a pass
// raises an inquiry, which links the two once the police confirm it; an import
// alone links nothing.
func (s *Service) TakeDocuments(ctx context.Context, entries []Entry) ([]Taken, error) {
	entries = slices.Clone(entries)
	for i, e := range entries {
		if sameNumber(e.Number, e.Replaces) { // issued anew under its number
			entries[i].Replaces = document.Number{}
		}
	}
	taken := make([]Taken, len(entries))
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		for _, places := range rounds(entries) {
			part, became := make([]Entry, len(places)), make([]Taken, len(places))
			for i, at := range places {
				part[i] = entries[at]
			}
			if err := s.takeDistinct(ctx, part, became); err != nil {
				return err
			}
			for i, at := range places {
				taken[at] = became[i]
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take documents: %w", err)
	}
	return taken, nil
}

// rounds sorts entries into rounds in which no number is listed or replaced
// twice. Entries that share a number keep their order.
func rounds(entries []Entry) [][]int {
	var all [][]int
	next := make(map[string]int, len(entries))
	for i, e := range entries {
		round := 0
		var keys []string
		for _, n := range []document.Number{e.Number, e.Replaces} {
			if n != (document.Number{}) {
				key := indexText(n.Kind(), n.Canonical())
				keys = append(keys, key)
				round = max(round, next[key])
			}
		}
		for _, key := range keys {
			next[key] = round + 1
		}
		if round == len(all) {
			all = append(all, nil)
		}
		all[round] = append(all[round], i)
	}
	return all
}

// takeDistinct takes entries that do not depend on each other.
func (s *Service) takeDistinct(ctx context.Context, entries []Entry, taken []Taken) error {
	numbers := make([]document.Number, len(entries))
	for i, e := range entries {
		numbers[i] = e.Number
	}
	known, err := s.byNumbers(ctx, numbers)
	if err != nil {
		return err
	}
	phones, err := s.registeredPhones(ctx, known)
	if err != nil {
		return err
	}
	fresh, err := s.spare(ctx, successors(entries, known))
	if err != nil {
		return err
	}
	var plain []Entry
	for i, e := range entries {
		d, ok := known[e.Number.Canonical()]
		switch {
		case !ok && e.Replaces == (document.Number{}):
			plain = append(plain, e)
			taken[i].Effect = Added
		case e.Replaces == (document.Number{}):
			taken[i], err = s.update(ctx, d, e, phones[d.ID])
		default:
			taken[i], err = s.replaceWhole(ctx, d, e, phones[d.ID], fresh)
		}
		if err != nil {
			return err
		}
	}
	return s.insertEntries(ctx, plain)
}

// successors is how many documents may come to be because entries replace
// others: each unknown one, and one before it.
func successors(entries []Entry, known map[string]Document) int {
	n := 0
	for _, e := range entries {
		if _, ok := known[e.Number.Canonical()]; !ok && e.Replaces != (document.Number{}) {
			n += 2
		}
	}
	return n
}

// byNumbers returns the documents on file with these numbers, by canonical
// number. All numbers are of one kind or tell themselves apart.
func (s *Service) byNumbers(ctx context.Context, numbers []document.Number) (map[string]Document, error) {
	var hashes [][]byte
	for _, n := range numbers {
		hashes = append(hashes, s.hashes(purposeNumber, n.Kind(), n.Canonical())...)
	}
	found, err := s.find(ctx, located(purposeNumber, hashes))
	if err != nil {
		return nil, err
	}
	known := make(map[string]Document, len(found))
	for _, d := range found {
		if !d.erased() {
			known[d.Number.Canonical()] = d
		}
	}
	return known, nil
}

// update brings a document on file to what the register lists. Phone is the one
// that the register listed before.
func (s *Service) update(ctx context.Context, d Document, e Entry, phone string) (Taken, error) {
	if len(differences(d.Holder, e.Holder)) > 0 {
		return Taken{Fault: ErrRegisterDiffers}, nil
	}
	after, err := s.reprint(ctx, d, e.document())
	if err != nil {
		return Taken{}, err
	}
	changed := after.version != d.version
	if e.Area != "" && e.Area != after.Area {
		changed = true
		after.Area = e.Area
		if err := s.saveDocument(ctx, after); err != nil {
			return Taken{}, err
		}
		after.version++
	}
	if e.Phone != "" && e.Phone != phone {
		changed = true
		if _, err := s.keepDatum(ctx, d, place{code: MobilePhone}, e.Phone, FromRegister, ""); err != nil {
			return Taken{}, err
		}
	}
	if pass := e.NamesPass.Canonical(); pass != "" && pass != d.namesPass && e.State == document.Valid {
		changed = true
		if err := s.carry(ctx, after, pass); err != nil {
			return Taken{}, err
		}
	}
	if changed {
		return Taken{Effect: Changed}, nil
	}
	return Taken{Effect: Unchanged}, nil
}

// registeredPhones are the phones that registers listed for some documents.
func (s *Service) registeredPhones(ctx context.Context, known map[string]Document) (map[DocumentID]string, error) {
	if len(known) == 0 {
		return nil, nil
	}
	of := make(map[string]Document, len(known))
	for _, d := range known {
		of[string(d.ID)] = d
	}
	ids := slices.Collect(maps.Keys(of))
	rows, err := s.db.Client(ctx).Datum.Query().Where(datumrow.DocumentIDIn(ids...), datumrow.Code(MobilePhone),
		datumrow.OriginEQ(datumrow.OriginRegister), datumrow.EndTimeIsNil()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read phones: %w", err)
	}
	phones := make(map[DocumentID]string, len(rows))
	for _, r := range rows {
		value, err := of[r.DocumentID].open(r.ValueSealed, "datum", r.ID, "value")
		if err != nil {
			return nil, err
		}
		phones[DocumentID(r.DocumentID)] = value
	}
	return phones, nil
}

// replaceWhole takes over a document that took another one's place, on file or
// not, or nothing of the row where that contradicts what is on file.
func (s *Service) replaceWhole(ctx context.Context, d Document, e Entry, phone string, fresh *spares) (Taken, error) {
	var taken Taken
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var err error
		if d.ID != "" {
			if taken, err = s.update(ctx, d, e, phone); err != nil || taken.Fault != nil {
				return err
			}
		}
		var effect Effect
		if effect, err = s.replace(ctx, d, e, fresh); effect != Unchanged {
			taken.Effect = effect
		}
		return err
	})
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Kind() != fault.Unavailable {
		return Taken{Fault: f}, nil
	}
	return taken, err
}

// replace records that a document took another one's place under a new number.
// A predecessor that nobody listed is kept as a replaced document, so that its
// number still finds the file.
func (s *Service) replace(ctx context.Context, known Document, e Entry, fresh *spares) (Effect, error) {
	old, err := s.predecessor(ctx, e, fresh)
	switch {
	case err != nil:
		return "", err
	case known.ID != "" && old.ReplacedBy == known.ID:
		return Unchanged, nil
	case len(differences(old.Holder, e.Holder)) > 0:
		return "", ErrRegisterDiffers
	}
	next, err := s.succeed(ctx, old, fresh.give(e.document()), "register")
	if err != nil || known.ID != "" {
		return Changed, err
	}
	if e.Phone != "" {
		if _, err := s.keepDatum(ctx, next, place{code: MobilePhone}, e.Phone, FromRegister, ""); err != nil {
			return "", err
		}
	}
	return Added, s.raiseFor(ctx, next)
}

// predecessor is the document that an entry replaced.
func (s *Service) predecessor(ctx context.Context, e Entry, fresh *spares) (Document, error) {
	known, err := s.byNumbers(ctx, []document.Number{e.Replaces})
	if err != nil {
		return Document{}, err
	}
	if old, ok := known[e.Replaces.Canonical()]; ok {
		return old, nil
	}
	gone := Document{Number: e.Replaces, Holder: e.Holder, recorded: document.Replaced}
	return s.insertDocument(ctx, fresh.give(gone), "register")
}

// document is what the entry would be on file.
func (e Entry) document() Document {
	return Document{
		Number: e.Number, Validity: e.Validity, Holder: e.Holder, Area: e.Area,
		recorded: e.State, namesPass: e.NamesPass.Canonical(),
	}
}
