package form_test

import (
	"errors"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n/form"
)

func FuzzParseDate(f *testing.F) {
	f.Add("民國115年11月24日")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := form.ParseDate(text)
		if err != nil {
			return
		}
		if !d.IsValid() || d.Year < 1 || d.Year > 9999 {
			t.Fatalf("ParseDate(%q) is %v", text, d)
		}
		for _, s := range styles {
			if d.Year > 2910 && s.Calendar == form.Republic {
				continue // four digits of the Republic's are not read
			}
			if again, err := form.ParseDate(form.Date(s, d)); err != nil || again != d {
				t.Fatalf("%q in %+v came back as %v, %v", form.Date(s, d), s, again, err)
			}
		}
	})
}

func FuzzParseCapital(f *testing.F) {
	f.Add("人民币壹仟贰佰叁拾肆元伍角陆分")
	f.Fuzz(func(t *testing.T, text string) {
		minor, c, err := form.ParseCapital(text)
		if err != nil {
			return
		}
		for _, s := range styles {
			shown, err := form.Capital(s, minor, c)
			if err != nil {
				t.Fatalf("%q is %d %s, which is not written: %v", text, minor, c, err)
			}
			if again, c2, err := form.ParseCapital(shown); err != nil || again != minor || c2 != c {
				t.Fatalf("%q came back as %d %s, %v", shown, again, c2, err)
			}
		}
	})
}

func FuzzParsePhone(f *testing.F) {
	f.Add("0912-345-678", "TW")
	f.Fuzz(func(t *testing.T, text, region string) {
		e164, err := form.ParsePhone(text, region)
		if err != nil {
			return
		}
		if again, err := form.ParsePhone(e164, ""); err != nil || again != e164 {
			t.Fatalf("%q is %q, which came back as %q, %v", text, e164, again, err)
		}
		if again, err := form.ParsePhone(form.Phone(en, e164), ""); err != nil || again != e164 {
			t.Fatalf("%q is shown as %q, which came back as %q, %v", e164, form.Phone(en, e164), again, err)
		}
	})
}

func FuzzParseTaiwanPostcode(f *testing.F) {
	f.Add("100-206")
	f.Fuzz(func(t *testing.T, text string) {
		code, err := form.ParseTaiwanPostcode(text)
		if errors.Is(err, form.ErrPostcode) {
			return
		}
		if again, err := form.ParseTaiwanPostcode(code); err != nil || again != code {
			t.Fatalf("%q is %q, which came back as %q, %v", text, code, again, err)
		}
	})
}

func FuzzArgument(f *testing.F) {
	f.Add("Date", "2026-11-24")
	f.Fuzz(func(t *testing.T, name, value string) {
		for _, s := range styles {
			if got, ok := form.Argument(s, name, value); !ok && got != value || ok && got == "" {
				t.Fatalf("Argument(%q, %q) is %q, %t", name, value, got, ok)
			}
			form.Phone(s, value)
		}
	})
}
