package sharing

import (
	"errors"
	"strings"
	"testing"
)

// TestCheckCharacter uses the example of the Global Release Identifier, which
// takes its check character from ISO 7064, MOD 37,36: A1-2425G-ABC1234002-M.
func TestCheckCharacter(t *testing.T) {
	t.Parallel()
	if got := checkCharacter("A12425GABC1234002"); got != 'M' {
		t.Errorf("check character %c, want M", got)
	}
}

func draw(t *testing.T) string {
	t.Helper()
	number, err := NewVoucher()
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func TestNewVoucher(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2000 {
		number := draw(t)
		if len(number) != 19 || seen[number] || strings.ContainsAny(number, "ILOU") {
			t.Fatalf("drew %s", number)
		}
		seen[number] = true
		if got, err := parseVoucher(number); err != nil || got != number {
			t.Fatalf("%s is read as %q, %v", number, got, err)
		}
	}
}

func TestVoucherAsTyped(t *testing.T) {
	t.Parallel()
	number := draw(t)
	wide := []rune(number)
	for i, r := range wide {
		wide[i] = r - '!' + '！'
	}
	for name, typed := range map[string]string{
		"lower case":     strings.ToLower(number),
		"without dashes": strings.ReplaceAll(number, "-", ""),
		"with spaces":    " " + strings.ReplaceAll(number, "-", " ") + "\t",
		"full width":     string(wide),
		"other dashes":   strings.ReplaceAll(number, "-", "–"),
		"wide spaces":    strings.ReplaceAll(number, "-", "\u3000"),
		"O and I":        strings.ReplaceAll(strings.ReplaceAll(number, "0", "o"), "1", "I"),
		"l for 1":        strings.ReplaceAll(number, "1", "l"),
	} {
		if got, err := parseVoucher(typed); err != nil || got != number {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, typed := range map[string]string{
		"nothing": "", "too short": number[:18], "too long": number + "0", "much too long": strings.Repeat("0", 1000),
		"a character of none": "U" + number[1:], "Han": "證" + number[1:], "no text": "\xff" + number[1:],
	} {
		if got, err := parseVoucher(typed); !errors.Is(err, ErrVoucherWrong) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestEverySlipIsFound replaces each character by each other one, and swaps
// neighbours: of these the check character finds nearly all.
func TestEverySlipIsFound(t *testing.T) {
	t.Parallel()
	swaps, missed := 0, 0
	for range 50 {
		number := strings.ReplaceAll(draw(t), "-", "")
		for i := range number {
			for _, c := range voucherAlphabet {
				slip := number[:i] + string(c) + number[i+1:]
				if _, err := parseVoucher(slip); err == nil && slip != number {
					t.Fatalf("%s passes for %s", slip, number)
				}
			}
			if i+1 < len(number) && number[i] != number[i+1] {
				swaps++
				if _, err := parseVoucher(number[:i] + string(number[i+1]) + string(number[i]) + number[i+2:]); err == nil {
					missed++
				}
			}
		}
	}
	if missed*50 > swaps {
		t.Errorf("%d of %d swaps were missed", missed, swaps)
	}
}

func FuzzParseVoucher(f *testing.F) {
	f.Add("7K3M-0QXA-94ZT-H2RC")
	f.Add("７ｋ３ｍ　０ｑｘａ")
	f.Fuzz(func(t *testing.T, typed string) {
		number, err := parseVoucher(typed)
		if err != nil {
			return
		}
		if again, err := parseVoucher(number); err != nil || again != number {
			t.Errorf("%q is read as %q, and that as %q, %v", typed, number, again, err)
		}
	})
}
