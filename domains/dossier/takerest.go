package dossier

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/gen/ent/firmrole"
	recordrow "github.com/minzhengtong/minzhengtong/gen/ent/record"
)

// FirmEntry is one firm as the register lists it.
type FirmEntry struct {
	Code     document.Number
	Name     string
	Category string
	Area     string // GB/T 2260
	State    document.Status
	// Registered is the day on which the firm was registered; zero where unknown.
	Registered civil.Date
	// Representative is the document under which the register knows the legal
	// representative.
	Representative document.Number
	// Address, Scope and Phone are "" where the register does not say: what it
	// said before holds. The phone is in the form of [ReadPhone].
	Address, Scope, Phone string
}

// data are the collect-once items that the entry lists.
func (e FirmEntry) data() map[string]string {
	return map[string]string{"registered_address": e.Address, "business_scope": e.Scope, "contact_phone": e.Phone}
}

// TakeFirms takes over firms that a register lists, as TakeDocuments does. A
// firm whose legal representative is not on file is left out with
// [ErrPersonUnknown]: import the persons first, then the same file again.
func (s *Service) TakeFirms(ctx context.Context, entries []FirmEntry) ([]Taken, error) {
	taken := make([]Taken, len(entries))
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		codes := make([]document.Number, len(entries))
		for i, e := range entries {
			codes[i] = e.Code
		}
		known, err := s.byNumbers(ctx, codes)
		if err != nil {
			return err
		}
		fresh, err := s.spare(ctx, len(entries)-len(known))
		if err != nil {
			return err
		}
		for i, e := range entries {
			if taken[i], err = s.takeFirm(ctx, e, fresh); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take firms: %w", err)
	}
	return taken, nil
}

func (s *Service) takeFirm(ctx context.Context, e FirmEntry, fresh *spares) (Taken, error) {
	person, err := s.byNumbers(ctx, []document.Number{e.Representative})
	if err != nil {
		return Taken{}, err
	}
	representative, ok := person[e.Representative.Canonical()]
	if !ok {
		return Taken{Fault: ErrPersonUnknown.On("representative_number")}, nil
	}
	known, err := s.byNumbers(ctx, []document.Number{e.Code})
	if err != nil {
		return Taken{}, err
	}
	code, ok := known[e.Code.Canonical()]
	var taken Taken
	if ok {
		taken, err = s.updateFirm(ctx, code, e, representative)
	} else {
		code, taken, err = s.addFirm(ctx, e, representative, fresh)
	}
	if err != nil {
		return Taken{}, err
	}
	changed, err := s.keepRegistered(ctx, code, e.data())
	if changed && taken.Effect == Unchanged {
		taken.Effect = Changed
	}
	return taken, err
}

// keepRegistered keeps what a register lists, by code, and reports whether any of
// it was new. Empty values say nothing.
func (s *Service) keepRegistered(ctx context.Context, d Document, values map[string]string) (bool, error) {
	changed := false
	for code, value := range values {
		if value == "" {
			continue
		}
		kept, err := s.keepDatum(ctx, d, place{code: code}, value, FromRegister, "")
		if err != nil {
			return false, err
		}
		changed = changed || kept
	}
	return changed, nil
}

// addFirm opens a firm's file and returns the firm's document.
func (s *Service) addFirm(ctx context.Context, e FirmEntry, representative Document, fresh *spares) (Document, Taken, error) {
	paper := Document{Number: e.Code, Validity: Validity{From: e.Registered}, Area: e.Area, recorded: e.State}
	code, err := s.insertDocument(ctx, fresh.give(paper), "register")
	if err != nil {
		return Document{}, Taken{}, err
	}
	err = s.db.Client(ctx).Firm.Create().SetID(string(code.origin)).SetName(e.Name).
		SetCategory(e.Category).SetArea(e.Area).Exec(ctx)
	if err != nil {
		return Document{}, Taken{}, fmt.Errorf("create firm: %w", err)
	}
	return code, Taken{Effect: Added}, s.insertRole(ctx, code.origin, representative.ID)
}

// updateFirm brings a firm on file to what the register lists.
func (s *Service) updateFirm(ctx context.Context, code Document, e FirmEntry, representative Document) (Taken, error) {
	c := s.db.Client(ctx)
	f, err := c.Firm.Get(ctx, string(code.origin))
	if err != nil {
		return Taken{}, fmt.Errorf("read firm: %w", err)
	}
	effect := Unchanged
	if f.Name != e.Name || f.Category != e.Category || f.Area != e.Area {
		effect = Changed
		if err := f.Update().SetName(e.Name).SetCategory(e.Category).SetArea(e.Area).AddVersion(1).Exec(ctx); err != nil {
			return Taken{}, fmt.Errorf("save firm: %w", err)
		}
	}
	if code.recorded != e.State || code.Area != e.Area {
		effect = Changed
		code.recorded, code.Area = e.State, e.Area
		if err := s.saveDocument(ctx, code); err != nil {
			return Taken{}, err
		}
	}
	roles, err := c.FirmRole.Query().Where(firmrole.FirmID(f.ID), firmrole.Role(LegalRepresentative), firmrole.EndTimeIsNil()).All(ctx)
	if err != nil {
		return Taken{}, fmt.Errorf("read roles: %w", err)
	}
	if len(roles) == 1 && roles[0].DocumentID == string(representative.ID) {
		return Taken{Effect: effect}, nil
	}
	for _, r := range roles {
		if err := r.Update().SetEndTime(s.time()).Exec(ctx); err != nil {
			return Taken{}, fmt.Errorf("end role: %w", err)
		}
	}
	return Taken{Effect: Changed}, s.insertRole(ctx, code.origin, representative.ID)
}

// insertRole begins a role, and says so.
func (s *Service) insertRole(ctx context.Context, firm ID, person DocumentID) error {
	err := s.db.Client(ctx).FirmRole.Create().SetID(s.newID()).SetFirmID(string(firm)).SetDocumentID(string(person)).
		SetRole(LegalRepresentative).SetCreateTime(s.time()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("create role: %w", err)
	}
	return s.hear(ctx, []DocumentID{person})
}

// RecordEntry is one record as its source lists it.
type RecordEntry struct {
	Number    document.Number
	Kind      string
	Title     string
	Authority string
	Occurred  time.Time
	AmountFen *int64 // fen of RMB; nil where it is not about money
	Source    string
	SourceRef string // the source's own name for it
}

// LogValue keeps an entry out of logs.
func (RecordEntry) LogValue() slog.Value { return slog.StringValue("[record]") }

// TakeRecords takes over records, each under the document with which it was
// done, as TakeDocuments does. A record with an unknown document is left out
// with [ErrPersonUnknown], one that differs from what is on file under its
// reference with [ErrRecordDiffers].
func (s *Service) TakeRecords(ctx context.Context, entries []RecordEntry) ([]Taken, error) {
	taken := make([]Taken, len(entries))
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		numbers := make([]document.Number, len(entries))
		for i, e := range entries {
			numbers[i] = e.Number
		}
		owners, err := s.byNumbers(ctx, numbers)
		if err != nil {
			return err
		}
		known, err := s.recordsByRef(ctx, entries, owners)
		if err != nil {
			return err
		}
		rows := newRecordBulk()
		for i, e := range entries {
			if taken[i], err = s.takeRecord(rows, known, owners, e); err != nil {
				return err
			}
		}
		_, err = rows.Flush(ctx, s.db)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("take records: %w", err)
	}
	return taken, nil
}

// ref is how a source names a record.
type ref struct{ source, name string }

// takeRecord adds a record to rows unless it is known.
func (s *Service) takeRecord(rows *entdb.Bulk, known map[ref]Record, owners map[string]Document, e RecordEntry) (Taken, error) {
	owner, ok := owners[e.Number.Canonical()]
	if !ok {
		return Taken{Fault: ErrPersonUnknown.On("document_number")}, nil
	}
	record := Record{
		ID: s.newID(), Document: owner.ID, Kind: e.Kind, Title: e.Title, Authority: e.Authority,
		Occurred: e.Occurred.UTC().Truncate(time.Microsecond), AmountFen: e.AmountFen,
	}
	at := ref{e.Source, e.SourceRef}
	if before, ok := known[at]; ok {
		if !before.equal(record) {
			return Taken{Fault: ErrRecordDiffers.On("source_ref")}, nil
		}
		return Taken{Effect: Unchanged}, nil
	}
	known[at] = record
	title, err := owner.seal(e.Title, "record", record.ID, "title")
	if err != nil {
		return Taken{}, err
	}
	var amount any
	if e.AmountFen != nil {
		amount = *e.AmountFen
	}
	rows.Add(record.ID, string(owner.ID), e.Kind, title, e.Authority, record.Occurred, amount, e.Source, e.SourceRef)
	return Taken{Effect: Added}, nil
}

// equal reports whether two records say the same.
func (r Record) equal(o Record) bool {
	return r.Document == o.Document && r.Kind == o.Kind && r.Title == o.Title && r.Authority == o.Authority &&
		r.Occurred.Equal(o.Occurred) && (r.AmountFen == nil) == (o.AmountFen == nil) &&
		(r.AmountFen == nil || *r.AmountFen == *o.AmountFen)
}

// recordsByRef returns what is on file under the entries' references. The titles
// of records that are none of the owners' are left closed.
func (s *Service) recordsByRef(ctx context.Context, entries []RecordEntry, owners map[string]Document) (map[ref]Record, error) {
	refs := make(map[string][]any)
	for _, e := range entries {
		refs[e.Source] = append(refs[e.Source], e.SourceRef)
	}
	keys := keysOf(slices.Collect(maps.Values(owners)))
	known := make(map[ref]Record)
	for source, names := range refs {
		rows, err := s.db.Client(ctx).Record.Query().Where(recordrow.Source(source), func(q *sql.Selector) {
			q.Where(sql.In(q.C(recordrow.FieldSourceRef), names...))
		}).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("read records: %w", err)
		}
		for _, r := range rows {
			record := Record{
				ID: r.ID, Document: DocumentID(r.DocumentID), Kind: r.Kind,
				Authority: r.Authority, Occurred: r.OccurTime.UTC(), AmountFen: r.AmountFen,
			}
			if keys.Has(r.DocumentID) {
				if record.Title, err = openTitle(keys, record, r.TitleSealed); err != nil {
					return nil, err
				}
			}
			known[ref{r.Source, r.SourceRef}] = record
		}
	}
	return known, nil
}
