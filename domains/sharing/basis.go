package sharing

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of legal bases.
var (
	// ErrBasisUnknown: there is no such basis, or it does not hold yet.
	ErrBasisUnknown = fault.New(fault.Invalid, "LEGAL_BASIS_UNKNOWN")
	// ErrBasisNotValid: the basis does not cover the purpose or the data.
	ErrBasisNotValid = fault.New(fault.Denied, "LEGAL_BASIS_NOT_VALID")
)

// BasisCode names a legal basis of data/bases.json.
type BasisCode string

// Basis is a rule of law that allows a read without a consent.
type Basis struct {
	Code BasisCode
	// Title is what it is, in the language that was asked for.
	Title string
	// Source is the rule as it is cited.
	Source string
	// From is the first day on which it holds.
	From civil.Date
}

// basis is one entry of the file. Rules and dates come from the facts that the
// project was given, with their marks of confidence; which purposes and data a
// rule covers is not in them and is marked illustrative.
type basis struct {
	Code       BasisCode         `json:"code"`
	Title      map[string]string `json:"title"`
	Source     string            `json:"source"`
	From       civil.Date        `json:"valid_from"`
	Confidence string            `json:"confidence"`
	Covers     struct {
		Confidence string   `json:"confidence"`
		Purposes   []string `json:"purposes"`
		Scopes     []string `json:"scopes"`
	} `json:"covers"`
}

//go:embed data/bases.json
var basesFile []byte

// shipped are the legal bases by code. The file is part of the program and read
// by a test, so a mistake in it is a bug.
var shipped = sync.OnceValue(func() []basis {
	var bases []basis
	if err := json.Unmarshal(basesFile, &bases); err != nil {
		panic(fmt.Sprintf("sharing: data/bases.json: %v", err))
	}
	slices.SortFunc(bases, func(a, b basis) int { return cmp.Compare(a.Code, b.Code) })
	return bases
})

// fallback is the language of a title where the caller's has none.
const fallback = "zh-Hant-TW"

// today is the date in Asia/Shanghai.
func (s *Service) today() civil.Date { return civil.DateOf(s.now().In(s.zone)) }

// Bases lists the legal bases that hold today, by code, titled in a language
// or, where there is no title in it, in Traditional Chinese.
func (s *Service) Bases(language string) []Basis {
	var held []Basis
	for _, b := range s.bases {
		if b.From.After(s.today()) {
			continue
		}
		held = append(held, Basis{
			Code: b.Code, Title: cmp.Or(b.Title[language], b.Title[fallback]), Source: b.Source, From: b.From,
		})
	}
	return held
}

// covered fails with [ErrBasisUnknown] or [ErrBasisNotValid] unless the legal
// basis that a query names allows the query.
func (s *Service) covered(q Query) error {
	i := slices.IndexFunc(s.bases, func(b basis) bool { return b.Code == q.Basis })
	if i < 0 || s.bases[i].From.After(s.today()) {
		return ErrBasisUnknown.On("legal_basis")
	}
	b := s.bases[i]
	if !slices.Contains(b.Covers.Purposes, string(q.Purpose)) {
		return ErrBasisNotValid.On("purpose")
	}
	for j, code := range q.Scopes {
		if !slices.Contains(b.Covers.Scopes, code) {
			return ErrBasisNotValid.On("scopes[" + strconv.Itoa(j) + "]")
		}
	}
	return nil
}
