package intake

import (
	"context"
	"fmt"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// table is how the rows of one kind of file are read and taken over.
type table interface {
	columns() []string
	// optional are columns that a file may leave out.
	optional() []string
	// add reads a row and keeps it for take, unless it has faults.
	add(r *row) []*fault.Fault
	// take takes over the rows that were kept, and says what became of each. It
	// may be called again.
	take(ctx context.Context) ([]dossier.Taken, error)
	// clear forgets the rows that were kept.
	clear()
}

// newTable returns the table of a kind. Today is the date in Asia/Shanghai.
func (s *Service) newTable(kind Kind) (table, error) {
	today := s.files.Today()
	switch kind {
	case Passes:
		return &entries[dossier.Entry]{passColumns, nil, today, readPass, s.files.TakeDocuments, nil}, nil
	case Permits:
		return &entries[dossier.Entry]{permitColumns, permitOptional, today, readPermit, s.files.TakeDocuments, nil}, nil
	case Firms:
		return &entries[dossier.FirmEntry]{firmColumns, firmOptional, today, readFirm, s.files.TakeFirms, nil}, nil
	case Records:
		return &entries[dossier.RecordEntry]{recordColumns, nil, today, readRecord, s.files.TakeRecords, nil}, nil
	case Registrations:
		return &entries[registration]{registrationColumns, nil, today, readRegistration, s.takeRegistrations, nil}, nil
	case Filings:
		return &entries[filing]{filingColumns, nil, today, readFiling, s.takeFilings, nil}, nil
	}
	return nil, fmt.Errorf("%w: the kind must be %s, %s, %s, %s, %s or %s",
		ErrOptions, Passes, Permits, Firms, Records, Registrations, Filings)
}

// entries implements table with entries of type E.
type entries[E any] struct {
	names  []string
	extras []string
	today  civil.Date
	read   func(r *row, today civil.Date) E
	accept func(ctx context.Context, list []E) ([]dossier.Taken, error)
	list   []E
}

func (t *entries[E]) columns() []string { return t.names }

func (t *entries[E]) optional() []string { return t.extras }

func (t *entries[E]) clear() { clear(t.list); t.list = t.list[:0] }

func (t *entries[E]) add(r *row) []*fault.Fault {
	e := t.read(r, t.today)
	if len(r.faults) == 0 {
		t.list = append(t.list, e)
	}
	return r.faults
}

func (t *entries[E]) take(ctx context.Context) ([]dossier.Taken, error) {
	if len(t.list) == 0 {
		return nil, nil
	}
	return t.accept(ctx, t.list)
}
