package lending

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/rules"
)

//go:embed products/*.yaml products/banks.json
var productFiles embed.FS

// Products are the products that the program brings along, and Banks the departments that
// are their banks. They are part of it and read by a test, so a mistake in them is a bug.
var (
	Products = sync.OnceValue(func() *rules.Book { return mustRead(readProducts) })
	Banks    = sync.OnceValue(func() map[ProductCode]string { return mustRead(readBanks) })
)

func mustRead[T any](read func(fs.FS) (T, error)) T {
	folder, err := fs.Sub(productFiles, "products")
	if err != nil {
		panic(err)
	}
	found, err := read(folder)
	if err != nil {
		panic(err)
	}
	return found
}

func readProducts(folder fs.FS) (*rules.Book, error) { return rules.Load(folder) }

func readBanks(folder fs.FS) (map[ProductCode]string, error) {
	raw, err := fs.ReadFile(folder, "banks.json")
	if err != nil {
		return nil, err
	}
	banks := map[ProductCode]string{}
	return banks, json.Unmarshal(raw, &banks)
}

// ProductCode names a product: the name of its policy.
type ProductCode string

// Product is something that a bank lends on, as it holds today.
type Product struct {
	Code ProductCode
	Bank string
	// Trace is what its rule says of a need that nobody knows: its figures and conditions.
	Trace rules.Trace
	// Illustrative: something of it is not confirmed.
	Illustrative bool
}

// All returns the products of all banks that hold today in Asia/Shanghai, in the order of
// their codes.
func (s *Service) All(ctx context.Context) ([]Product, error) {
	var list []Product
	for _, p := range s.Products.Policies() {
		m, ok, err := s.weigh(ctx, p, rules.Facts{})
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, m.Product)
		}
	}
	return list, nil
}

// Product finds one of [Service.All], or fails with [ErrProduct].
func (s *Service) Product(ctx context.Context, code ProductCode) (Product, error) {
	m, err := s.matchOne(ctx, code, rules.Facts{})
	return m.Product, err
}

// weigh works out what a product makes of facts, of which it is told those that it asks for.
// It reports whether the product holds today.
func (s *Service) weigh(ctx context.Context, p rules.Policy, facts rules.Facts) (Match, bool, error) {
	today := calendar.On(s.Now())
	version, ok := p.On(today)
	bank := s.Banks[ProductCode(p.Name)]
	if !ok || bank == "" {
		return Match{}, false, nil
	}
	asked := rules.Facts{}
	for _, f := range version.Facts {
		if value, known := facts[f.Name]; known {
			asked[f.Name] = value
		}
	}
	trace, err := version.Evaluate(ctx, asked, today)
	if err != nil {
		return Match{}, false, fmt.Errorf("weigh %s: %w", version.Name, err)
	}
	product := Product{Code: ProductCode(p.Name), Bank: bank, Trace: trace, Illustrative: version.Illustrative()}
	return Match{product, fitOf(trace.Outcome)}, true, nil
}
