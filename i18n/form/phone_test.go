package form_test

import (
	"errors"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, e164, hant, hans, en string }{
		{"Taiwan mobile", "+886912345678", "0912-345-678", "+886 912 345 678", "+886 912 345 678"},
		{"Taipei", "+886223456789", "02-2345-6789", "+886 2 2345 6789", "+886 2 2345 6789"},
		{"Changhua, seven digits", "+88647232345", "04-723-2345", "+886 4 723 2345", "+886 4 723 2345"},
		{"Nantou", "+886492345678", "049-234-5678", "+886 49 234 5678", "+886 49 234 5678"},
		{"Kinmen", "+88682323456", "082-323-456", "+886 82 323 456", "+886 82 323 456"},
		{"Pingtung", "+88687321234", "08-732-1234", "+886 8 732 1234", "+886 8 732 1234"},
		{"Matsu", "+88683623456", "0836-23456", "+886 836 23456", "+886 836 23456"},
		{"Taiwan, free of charge", "+886800123456", "0800-123-456", "+886 800 123 456", "+886 800 123 456"},
		{"Taiwan, another kind", "+8867012345678", "070-1234-5678", "+886 70 1234 5678", "+886 70 1234 5678"},
		{"mainland mobile", "+8613900001234", "+86 139 0000 1234", "139 0000 1234", "+86 139 0000 1234"},
		{"Fuzhou", "+8659187654321", "+86 591 8765 4321", "0591 8765 4321", "+86 591 8765 4321"},
		{"Hong Kong", "+85223456789", "+852 2345 6789", "+852 2345 6789", "+852 2345 6789"},
		{"no plus", "0912345678", "0912345678", "0912345678", "0912345678"},
		{"no number", "+abc", "+abc", "+abc", "+abc"},
		{"empty", "", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for style, want := range map[form.Style]string{hant: tt.hant, nan: tt.hant, hans: tt.hans, en: tt.en} {
				if got := form.Phone(style, tt.e164); got != want {
					t.Errorf("for %s it is %q, want %q", style.Language, got, want)
				}
			}
		})
	}
}

func TestParsePhone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, region, want string
		err                      error
	}{
		{"Taiwan mobile", "0912-345-678", "TW", "+886912345678", nil},
		{"Taiwan mobile, no region", "0912-345-678", "", "+886912345678", nil},
		{"Taiwan mobile on the mainland", "0912-345-678", "CN", "", form.ErrPhoneForm},
		{"zero in brackets", "+886 (0)912-345-678", "", "+886912345678", nil},
		{"full-width", "０９１２－３４５－６７８", "TW", "+886912345678", nil},
		{"full-width plus", "＋８８６９１２３４５６７８", "CN", "+886912345678", nil},
		{"Taipei", "(02) 2345-6789", "TW", "+886223456789", nil},
		{"Nantou", "049-2345678", "TW", "+886492345678", nil},
		{"mainland mobile", "139 0000 1234", "CN", "+8613900001234", nil},
		{"mainland mobile, no region", "13900001234", "", "+8613900001234", nil},
		{"mainland mobile in Taiwan", "13900001234", "TW", "", form.ErrPhoneForm},
		{"its code without plus", "8613900001234", "", "+8613900001234", nil},
		{"Fuzhou", "0591-87654321", "CN", "+8659187654321", nil},
		{"Fuzhou with code and zero", "+86 0591 8765 4321", "", "+8659187654321", nil},
		{"dialled from the mainland", "00886912345678", "CN", "+886912345678", nil},
		{"dialled from Taiwan", "002 86 139 0000 1234", "TW", "+8613900001234", nil},
		{"another country", "+852 2345 6789", "TW", "+85223456789", nil},
		{"either shore", "07-2296526", "", "", form.ErrPhoneAmbiguous},
		{"the same, region known", "07-2296526", "TW", "+88672296526", nil},
		{"no area", "87654321", "CN", "", form.ErrPhoneForm},
		{"short number", "110", "CN", "", form.ErrPhoneForm},
		{"a digit too many", "139000012345", "CN", "", form.ErrPhoneForm},
		{"extension", "02-2345-6789 #12", "TW", "", form.ErrPhoneForm},
		{"letters", "0912-ABC-678", "TW", "", form.ErrPhoneForm},
		{"two numbers", "0912-345-678/0912-345-679", "TW", "", form.ErrPhoneForm},
		{"no digits", "+()", "", "", form.ErrPhoneForm},
		{"empty", "", "TW", "", form.ErrPhoneForm},
		{"a region of neither shore", "13900001234", "HK", "", form.ErrPhoneRegion},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := form.ParsePhone(tt.text, tt.region)
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("ParsePhone is %q, %v, want %q, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

func TestPhonesComeBack(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	found := 0
	for range 3000 {
		text := "0"
		for range 8 + r.IntN(4) {
			text += string(rune('0' + r.IntN(10)))
		}
		for _, region := range []string{"CN", "TW"} {
			want, err := form.ParsePhone(text, region)
			if err != nil {
				continue
			}
			found++
			comesBack(t, want, region)
		}
	}
	if found == 0 {
		t.Error("no number was tried")
	}
}

// comesBack reads a number again from how readers see it. Region is its shore.
func comesBack(t *testing.T, e164, region string) {
	t.Helper()
	for _, s := range styles {
		shown := form.Phone(s, e164)
		if got, err := form.ParsePhone(shown, region); err != nil || got != e164 {
			t.Fatalf("%s: %q came back as %q, %v", e164, shown, got, err)
		}
	}
}
