package i18n_test

import (
	"slices"
	"testing"

	"github.com/minzhengtong/minzhengtong/i18n"
)

// TestPrompts shows that prompts are what a partial language has, and that they
// ask for what halls and hotlines can give.
func TestPrompts(t *testing.T) {
	t.Parallel()
	b := load(t)
	tests := []struct {
		prompt i18n.Prompt
		want   []string
	}{
		{i18n.Welcome, nil},
		{i18n.QueueTicket, []string{"Ticket"}},
		{i18n.QueueAhead, []string{"Count"}},
		{i18n.QueueCall, []string{"Ticket", "Window"}},
		{i18n.QueueNext, []string{"Ticket"}},
		{i18n.QueueMissed, []string{"Ticket"}},
		{i18n.HotlineMenu, nil},
	}
	for _, tt := range tests {
		if got := b.Parameters(tt.prompt.ID()); !slices.Equal(got, tt.want) {
			t.Errorf("%s wants %q, want %q", tt.prompt.ID(), got, tt.want)
		}
		for _, lang := range i18n.Languages() {
			if got := b.LanguageOf(lang, tt.prompt.ID()); got != lang {
				t.Errorf("%s is said in %s, want %s", tt.prompt.ID(), got, lang)
			}
		}
	}
	if got := b.LanguageOf(i18n.Minnan, "SIGN_IN_REQUIRED"); got != i18n.HantTW {
		t.Errorf("what is not spoken is said in %s, want %s", got, i18n.HantTW)
	}
}

func TestParametersOf(t *testing.T) {
	t.Parallel()
	got, err := i18n.ParametersOf("{{.B}} and {{.A}} and {{.B}}")
	if want := []string{"B", "A"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("ParametersOf = %q, %v, want %q", got, err, want)
	}
	for _, text := range []string{"{{B}}", "{{.B", "{{.}}", "{{.B1}}", "{{ .B }}"} {
		if _, err := i18n.ParametersOf(text); err == nil {
			t.Errorf("ParametersOf(%q) does not fail", text)
		}
	}
}
