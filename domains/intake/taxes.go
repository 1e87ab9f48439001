package intake

import (
	"context"
	"log/slog"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// The columns of the files of taxes, all of them needed.
var (
	registrationColumns = []string{"document_kind", "document_number", "tax", "cycle", "area",
		"valid_from", "valid_to", "source", "source_ref"}
	filingColumns = []string{"document_kind", "document_number", "tax", "period", "outcome", "return_ref", "decide_time"}
)

// registration is a registration whose document is a number yet.
type registration struct {
	number document.Number
	tax.Registration
}

// LogValue keeps a registration out of logs.
func (registration) LogValue() slog.Value { return slog.StringValue("[registration]") }

// readRegistration reads a row of a list of tax registrations. Which taxes, cycles
// and days there are is decided by package tax.
func readRegistration(r *row, today civil.Date) registration {
	return registration{r.owner(today), tax.Registration{
		Tax:    tax.Kind(r.needed("tax", maxKeyword)),
		Cycle:  tax.Cycle(r.code("cycle")),
		Area:   r.area("area"),
		From:   r.date("valid_from"),
		To:     r.date("valid_to"),
		Source: r.needed("source", maxKeyword),
		Ref:    r.needed("source_ref", maxSourceRef),
	}}
}

// takeRegistrations takes over registrations in the caller's transaction.
func (s *Service) takeRegistrations(ctx context.Context, list []registration) ([]dossier.Taken, error) {
	documents, err := s.owners(ctx, len(list), func(i int) document.Number { return list[i].number })
	if err != nil {
		return nil, err
	}
	taxes := make([]tax.Registration, len(list))
	for i, r := range list {
		taxes[i] = r.Registration
		taxes[i].Document = documents[i]
	}
	return s.taxes.Take(ctx, taxes)
}

// filing is a decision on a return whose document is a number yet.
type filing struct {
	number document.Number
	tax.Filing
}

// LogValue keeps a filing out of logs.
func (filing) LogValue() slog.Value { return slog.StringValue("[filing]") }

// readFiling reads a row of a list of decisions on returns.
func readFiling(r *row, today civil.Date) filing {
	return filing{r.owner(today), tax.Filing{
		Kind:     tax.Kind(r.needed("tax", maxKeyword)),
		Period:   tax.Period(r.code("period")),
		Accepted: r.outcome("outcome"),
		Ref:      r.needed("return_ref", maxSourceRef),
		At:       r.time("decide_time"),
	}}
}

// takeFilings takes over decisions in the caller's transaction.
func (s *Service) takeFilings(ctx context.Context, list []filing) ([]dossier.Taken, error) {
	documents, err := s.owners(ctx, len(list), func(i int) document.Number { return list[i].number })
	if err != nil {
		return nil, err
	}
	filings := make([]tax.Filing, len(list))
	for i, f := range list {
		filings[i] = f.Filing
		filings[i].Document = documents[i]
	}
	return s.taxes.TakeFilings(ctx, filings)
}

// owners finds the documents of n rows by their numbers; "" stands for one that is
// not on file, which package tax leaves out.
func (s *Service) owners(ctx context.Context, n int, number func(i int) document.Number) ([]dossier.DocumentID, error) {
	numbers := make([]document.Number, n)
	for i := range numbers {
		numbers[i] = number(i)
	}
	found, err := s.files.LocateAll(ctx, numbers)
	if err != nil {
		return nil, err
	}
	documents := make([]dossier.DocumentID, n)
	for i, number := range numbers {
		documents[i] = found[number.Canonical()]
	}
	return documents, nil
}

// outcome reads what the authority decided.
func (r *row) outcome(column string) (accepted bool) {
	switch r.code(column) {
	case "accepted":
		return true
	case "rejected":
	case "":
		r.fail(column, ErrFieldMissing)
	default:
		r.fail(column, ErrOutcome)
	}
	return false
}
