package document_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// today is the day on which every test reads numbers.
var today = civil.Date{Year: 2026, Month: 11, Day: 23}

// readVectors returns the rows of a file of synthetic numbers, each as column
// name to value. A row is named by its line, never by the number in it.
func readVectors(t testing.TB, name string) []map[string]string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// refusals says which fault each reason of the 18-character vectors stands for.
// A reason with no entry fails the test. An entry with the name of a file goes
// before one without: in the permits' files the changed digit lies in the area,
// which is checked before the check character.
var refusals = map[string]error{
	"tw_residence_permit: one body digit changed, check digit stale":    document.ErrArea,
	"hk_mo_residence_permit: one body digit changed, check digit stale": document.ErrArea,
	"check digit wrong":                                        document.ErrCheckCharacter,
	"one body digit changed, check digit stale":                document.ErrCheckCharacter,
	"sequence digit changed, check digit stale":                document.ErrCheckCharacter,
	"17 characters: check digit missing":                       document.ErrLength,
	"17 characters":                                            document.ErrLength,
	"19 characters":                                            document.ErrLength,
	"birth date does not exist (Feb 30), check digit right":    document.ErrBirthDate,
	"birth date does not exist":                                document.ErrBirthDate,
	"month 00, check digit right":                              document.ErrBirthDate,
	"month 13, check digit right":                              document.ErrBirthDate,
	"month 13":                                                 document.ErrBirthDate,
	"birth date in the future, check digit right":              document.ErrBirthDate,
	"birth date in the future":                                 document.ErrBirthDate,
	"1901 is not a leap year, check digit right":               document.ErrBirthDate,
	"letter O inside the body":                                 document.ErrDigits,
	"letter in the body":                                       document.ErrDigits,
	"well formed but Hong Kong (810000), not Taiwan":           document.ErrOtherKind,
	"well formed but a mainland resident ID (Pingtan 350128)":  document.ErrOtherKind,
	"a Taiwan residence permit, a different document type":     document.ErrOtherKind,
	"area code 840000 is not assigned to permits":              document.ErrArea,
	"area code 000000":                                         document.ErrArea,
	"first digit is not 9":                                     document.ErrArea,
	"2017 edition, 15 characters: a legacy type, not this one": document.ErrLegacy,
	"check character wrong":                                    document.ErrCheckCharacter,
	"two characters swapped":                                   document.ErrCheckCharacter,
	"letter I is outside the alphabet":                         document.ErrAlphabet,
	"letter O is outside the alphabet":                         document.ErrAlphabet,
	"letter S is outside the alphabet":                         document.ErrAlphabet,
	"letter V is outside the alphabet":                         document.ErrAlphabet,
	"letter Z is outside the alphabet":                         document.ErrAlphabet,
	"15-digit business registration number: a legacy type":     document.ErrLegacy,
}

// longVectors names the files of 18-character numbers and their kinds.
var longVectors = map[string]document.Kind{
	"tw_residence_permit":        document.TaiwanPermit,
	"hk_mo_residence_permit":     document.HKMOPermit,
	"cn_resident_id":             document.ResidentID,
	"foreign_permanent_resident": document.ForeignPermanent,
	"usci":                       document.CreditCode,
}

func TestLongVectors(t *testing.T) {
	t.Parallel()
	for name, kind := range longVectors {
		for i, row := range readVectors(t, name) {
			t.Run(fmt.Sprintf("%s/line %d", name, i+2), func(t *testing.T) {
				t.Parallel()
				n, err := document.Parse(kind, row["value"], today)
				if row["valid"] == "false" {
					checkRefused(t, n, err, name, row["reason"])
					return
				}
				checkAccepted(t, n, err, row)
				if guessed, err := document.Guess(row["value"], today); guessed != n {
					t.Errorf("Guess gives kind %q and %v, want %q", guessed.Kind(), err, kind)
				}
			})
		}
	}
}

func checkRefused(t *testing.T, n document.Number, err error, file, reason string) {
	t.Helper()
	want, ok := refusals[file+": "+reason]
	if !ok {
		want, ok = refusals[reason]
	}
	if !ok {
		t.Fatalf("the test knows no fault for %q", reason)
	}
	if !errors.Is(err, want) {
		t.Errorf("Parse: %v, want %v (%s)", err, want, reason)
	}
	if n != (document.Number{}) {
		t.Error("a refused number is not the zero Number")
	}
}

func checkAccepted(t *testing.T, n document.Number, err error, row map[string]string) {
	t.Helper()
	if err != nil {
		t.Fatalf("Parse: %v, want no fault (%s)", err, row["reason"])
	}
	if row["valid"] == "warn" {
		if got := n.Warnings(); !slices.Equal(got, []string{document.WarningInnerCheck}) {
			t.Errorf("warnings are %q, want the inner check", got)
		}
		return
	}
	if n.Canonical() != row["normalizes_to"] {
		t.Error("the canonical form is not the one of the row")
	}
	if len(n.Warnings()) != 0 {
		t.Errorf("warnings are %q, want none", n.Warnings())
	}
	if _, sex, ok := strings.Cut(row["reason"], "ok sex="); ok && string(n.Sex()) != sex {
		t.Errorf("sex is %q, want %q", n.Sex(), sex)
	}
}

func TestPassVectors(t *testing.T) {
	t.Parallel()
	refused := map[string]error{
		"7 digits":                                document.ErrLength,
		"9 digits":                                document.ErrLength,
		"letter inside an 8-character number":     document.ErrDigits,
		"a Hong Kong home-return permit shape":    document.ErrNotAccepted,
		"a Macao home-return permit shape":        document.ErrNotAccepted,
		"a mainland HK/Macao exit permit shape":   document.ErrNotAccepted,
		"a mainland-resident Taiwan permit shape": document.ErrNotAccepted,
		"a Taiwan National ID, not a pass":        document.ErrNotAccepted,
		"empty":                                   document.ErrEmpty,
		"bracket not closed":                      document.ErrForm,
		"11 bare digits: a mobile number; a digit issuer code needs its brackets": document.ErrLength,
	}
	for i, row := range readVectors(t, "mtp") {
		t.Run(fmt.Sprintf("line %d", i+2), func(t *testing.T) {
			t.Parallel()
			n, err := document.Parse(document.TaiwanPass, row["value"], today)
			if row["valid"] == "false" {
				want, ok := refused[row["reason"]]
				if !ok || !errors.Is(err, want) {
					t.Errorf("Parse: %v, want %v (%s)", err, want, row["reason"])
				}
				return
			}
			if err != nil {
				t.Fatalf("Parse: %v, want no fault (%s)", err, row["reason"])
			}
			checkPass(t, n, row)
			if guessed, err := document.Guess(row["value"], today); guessed != n {
				t.Errorf("Guess gives kind %q and %v, want the same pass", guessed.Kind(), err)
			}
		})
	}
}

func checkPass(t *testing.T, n document.Number, row map[string]string) {
	t.Helper()
	if string(n.Form()) != row["form"] || n.IssueCount() != row["issue_count"] || n.IssuerCode() != row["issuer_code"] {
		t.Errorf("form %q, issue %q, issuer %q; want %q, %q, %q",
			n.Form(), n.IssueCount(), n.IssuerCode(), row["form"], row["issue_count"], row["issuer_code"])
	}
	if n.Canonical() != row["canonical8"] {
		t.Error("the canonical form is not the one of the row")
	}
	if want := row["form"] != string(document.Card8); n.Historic() != want {
		t.Errorf("historic is %t, want %t", n.Historic(), want)
	}
}

func TestTaiwanNationalIDVectors(t *testing.T) {
	t.Parallel()
	refused := map[string]error{
		"check digit wrong": document.ErrCheckCharacter,
		"9 characters":      document.ErrLength,
		"11 characters":     document.ErrLength,
		"second character must be 1/2 (nationals) or 8/9 (UI numbers)": document.ErrForm,
		"first character must be a letter":                             document.ErrForm,
		"letter O in the digits":                                       document.ErrDigits,
		"two digits swapped":                                           document.ErrForm,
		"old two-letter UI number: a legacy type":                      document.ErrLegacy,
		"empty":              document.ErrEmpty,
		"not a Latin letter": document.ErrAlphabet,
	}
	for i, row := range readVectors(t, "tw_national_id") {
		t.Run(fmt.Sprintf("line %d", i+2), func(t *testing.T) {
			t.Parallel()
			got, err := document.CheckTaiwanNationalID(row["value"])
			if row["valid"] == "true" {
				if err != nil || got != row["normalizes_to"] {
					t.Errorf("refused or changed: %v (%s)", err, row["reason"])
				}
				return
			}
			want, ok := refused[row["reason"]]
			if !ok || !errors.Is(err, want) || got != "" {
				t.Errorf("CheckTaiwanNationalID: %v, want %v (%s)", err, want, row["reason"])
			}
		})
	}
}
