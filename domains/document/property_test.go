package document_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

const typable = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// eachGoodNumber calls check with every well formed 18-character vector.
func eachGoodNumber(t *testing.T, check func(t *testing.T, kind document.Kind, good string)) {
	t.Helper()
	for name, kind := range longVectors {
		for _, row := range readVectors(t, name) {
			if n, err := document.Parse(kind, row["value"], today); err == nil {
				check(t, kind, n.Canonical())
			}
		}
	}
}

func TestEveryWrongCharacterIsRefused(t *testing.T) {
	t.Parallel()
	eachGoodNumber(t, func(t *testing.T, kind document.Kind, good string) {
		for i := range len(good) {
			for j := range len(typable) {
				bad := []byte(good)
				bad[i] = typable[j]
				_, err := document.Parse(kind, string(bad), today)
				if bad[i] != good[i] && err == nil {
					t.Errorf("%s: another character at place %d is accepted", kind, i+1)
				}
			}
		}
	})
}

func TestEverySwapOfNeighboursIsRefused(t *testing.T) {
	t.Parallel()
	eachGoodNumber(t, func(t *testing.T, kind document.Kind, good string) {
		for i := range len(good) - 1 {
			bad := []byte(good)
			bad[i], bad[i+1] = bad[i+1], bad[i]
			_, err := document.Parse(kind, string(bad), today)
			if bad[i] != bad[i+1] && err == nil {
				t.Errorf("%s: swapped places %d and %d are accepted", kind, i+1, i+2)
			}
		}
	})
}

func TestComposedPermitsAreRead(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, seed))
	areas := map[string]document.Kind{
		"830000": document.TaiwanPermit, "810000": document.HKMOPermit, "820000": document.HKMOPermit,
		"350128": document.ResidentID, "935392": document.ForeignPermanent,
	}
	first := civil.Date{Year: 1900, Month: 1, Day: 1}
	for area, kind := range areas {
		for range 500 {
			birth, sequence := first.AddDays(random.IntN(today.DaysSince(first)+1)), random.IntN(1000)
			number, err := document.ComposePermit(area, birth, sequence)
			if err != nil {
				t.Fatalf("seed %d, %s: ComposePermit: %v", seed, area, err)
			}
			n, err := document.Guess(number, today)
			if err != nil || n.Kind() != kind || n.Canonical() != number {
				t.Fatalf("seed %d, %s: Guess: kind %q, %v", seed, area, n.Kind(), err)
			}
			if got, ok := n.BirthDate(); !ok || got != birth {
				t.Errorf("seed %d, %s: the birth date changed", seed, area)
			}
			if male := n.Sex() == document.Male; n.Sex() != "" && male != (sequence%2 == 1) {
				t.Errorf("seed %d, %s: sequence parity and sex %q disagree", seed, area, n.Sex())
			}
		}
	}
}

func TestComposedCreditCodesAreRead(t *testing.T) {
	t.Parallel()
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, seed))
	for range 1000 {
		body := []byte("91350128MA000000")
		for i := 10; i < len(body); i++ {
			body[i] = alphabet[random.IntN(len(alphabet))]
		}
		whole := compose(t, string(body))
		n, err := document.Parse(document.CreditCode, whole, today)
		if err != nil || n.Canonical() != whole || len(n.Warnings()) != 0 {
			t.Fatalf("seed %d: Parse: %v, warnings %q", seed, err, n.Warnings())
		}
		odd := compose(t, whole[:16]+other(whole[16]))
		n, err = document.Parse(document.CreditCode, odd, today)
		if err != nil || len(n.Warnings()) != 1 {
			t.Fatalf("seed %d: wrong inner check: %v, warnings %q", seed, err, n.Warnings())
		}
	}
}

func TestComposeRefuses(t *testing.T) {
	t.Parallel()
	day := civil.Date{Year: 1990, Month: 1, Day: 1}
	permits := []struct {
		name     string
		area     string
		birth    civil.Date
		sequence int
		err      error
	}{
		{"area too short", "83000", day, 1, document.ErrArea},
		{"letter in the area", "83000O", day, 1, document.ErrArea},
		{"no area", "", day, 1, document.ErrArea},
		{"area of no kind", "840000", day, 1, document.ErrArea},
		{"no such day", "830000", civil.Date{Year: 2023, Month: 2, Day: 29}, 1, document.ErrBirthDate},
		{"before 1900", "830000", civil.Date{Year: 1899, Month: 12, Day: 31}, 1, document.ErrBirthDate},
		{"year of five digits", "830000", civil.Date{Year: 10000, Month: 1, Day: 1}, 1, document.ErrBirthDate},
		{"negative sequence", "830000", day, -1, document.ErrDigits},
		{"sequence of four digits", "830000", day, 1000, document.ErrDigits},
	}
	for _, tt := range permits {
		if got, err := document.ComposePermit(tt.area, tt.birth, tt.sequence); got != "" || !errors.Is(err, tt.err) {
			t.Errorf("%s: ComposePermit gives %v, want %v", tt.name, err, tt.err)
		}
	}
	for body, want := range map[string]error{
		"":                  document.ErrLength,
		"91350128MAYYY00":   document.ErrLength,
		"91350128MAYYY001I": document.ErrAlphabet,
		"91350128mayyy0013": document.ErrAlphabet,
		"9135012AMAYYY0013": document.ErrArea,
	} {
		if got, err := document.ComposeCreditCode(body); got != "" || !errors.Is(err, want) {
			t.Errorf("a body of %d characters: ComposeCreditCode gives %v, want %v", len(body), err, want)
		}
	}
}
