package languagerpc_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/language/v1"
	policyv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1"
)

// each runs f in a house of its own.
func each(t *testing.T, f func(t *testing.T, s *bfftest.Server)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) { f(t, bfftest.New(t, db, bfftest.Options{})) })
}

// languages are what four readers ask for.
var languages = []string{"zh-CN", "zh-TW", "en-GB", "nan-Hant-TW"}

// TestOneCallInFourLanguages: the same call, its answer and its refusal, for four
// readers. What Minnan has no text of its own for comes in Taiwan's words, and
// says so.
func TestOneCallInFourLanguages(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server) {
		prompts := []string{"早上好", "早安", "morning", "𠢕早"}
		refusals := []struct{ text, locale string }{{"登录", "zh-Hans"}, {"登入", "zh-Hant-TW"}, {"sign in", "en"}, {"登入", "zh-Hant-TW"}}
		for i, language := range languages {
			c := s.Clients("", language)
			got, err := c.Language.WordPrompt(t.Context(), &pb.WordPromptRequest{Id: "PROMPT_GREET_MORNING"})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got.GetText(), prompts[i]) {
				t.Errorf("%s: greeted with %q, want %q in it", language, got.GetText(), prompts[i])
			}
			_, err = c.Home.GetHome(t.Context(), &homev1.GetHomeRequest{})
			if f := bfftest.Explain(t, err); !strings.Contains(f.Text, refusals[i].text) || f.Locale != refusals[i].locale {
				t.Errorf("%s: refused with %q in %s, want %q in %s", language, f.Text, f.Locale, refusals[i].text, refusals[i].locale)
			}
		}
	})
}

// TestSettingComesFirst: what a person has set holds against the header, by either
// document, also for refusals, and until it is taken back.
func TestSettingComesFirst(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server) {
		p := bfftest.Person(0)
		s.Settle(t, p)
		ctx := t.Context()
		c := s.Clients(s.Holder(t, p.Passes[0].Number), "en")
		set := func(p *pb.Preference) {
			t.Helper()
			if _, err := c.Preference.SetPreference(ctx, &pb.SetPreferenceRequest{Preference: p}); err != nil {
				t.Fatal(err)
			}
		}
		refusal := func() string {
			t.Helper()
			_, err := c.Preference.SetPreference(ctx, &pb.SetPreferenceRequest{Preference: &pb.Preference{Language: "tlh"}})
			f := bfftest.Explain(t, err)
			if f.Reason != "LANGUAGE_UNKNOWN" || f.Fields != "preference.language=LANGUAGE_UNKNOWN" {
				t.Errorf("refused with %+v", f)
			}
			return f.Locale
		}
		if got := refusal(); got != "en" {
			t.Errorf("before: answered in %s, want what the header asks for", got)
		}
		set(&pb.Preference{Language: "zh-Hans", Calendar: pb.Calendar_CALENDAR_REPUBLIC})
		if got := refusal(); got != "zh-Hans" {
			t.Errorf("set: answered in %s, want zh-Hans", got)
		}
		got, err := c.Preference.GetPreference(ctx, &pb.GetPreferenceRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if got.GetPreference().GetCalendar() != pb.Calendar_CALENDAR_REPUBLIC || got.GetLanguage() != "zh-Hans" {
			t.Errorf("the setting is %v", got)
		}
		set(&pb.Preference{})
		if got := refusal(); got != "en" {
			t.Errorf("taken back: answered in %s, want what the header asks for", got)
		}
	})
}

// TestYearsOfTheRepublic: whoever chose them reads dates so, in every language
// that has them.
func TestYearsOfTheRepublic(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server) {
		p := bfftest.Person(0)
		p.Passes[0].ValidTo = civil.Date{Year: 2026, Month: time.December, Day: 1}
		s.Settle(t, p)
		c := s.Clients(s.Holder(t, p.Passes[0].Number), "")
		for language, want := range map[string]string{"zh-Hant-TW": "民國115年12月1日", "zh-Hans": "民国115年12月1日"} {
			_, err := c.Preference.SetPreference(t.Context(), &pb.SetPreferenceRequest{
				Preference: &pb.Preference{Language: language, Calendar: pb.Calendar_CALENDAR_REPUBLIC},
			})
			if err != nil {
				t.Fatal(err)
			}
			home, err := c.Home.GetHome(t.Context(), &homev1.GetHomeRequest{})
			if err != nil {
				t.Fatal(err)
			}
			if text := home.GetAttentions()[0].GetText(); !strings.Contains(text, want) {
				t.Errorf("%s: %q lacks %s", language, text, want)
			}
		}
	})
}

// TestContentLanguage: the header of an answer says what it is in.
func TestContentLanguage(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server) {
		for accept, want := range map[string]string{"zh-HK": "zh-Hant-TW", "zh-SG,en": "zh-Hans", "en;q=0.5,zh;q=0.1": "en", "x;;q=y": "zh-Hant-TW", "nan": "zh-Hant-TW"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/minzhengtong.language.v1.LanguageService/ListLanguages", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Accept-Language", accept)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if got := res.Header.Get("Content-Language"); got != want {
				t.Errorf("%q is answered in %q, want %q", accept, got, want)
			}
		}
	})
}

// TestPolicyForBothShores: one text, stored once, found in either script and by
// either shore's word, read in the reader's script with its terms marked, and a
// tap on a term explains it.
func TestPolicyForBothShores(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server) {
		author := s.Employ(t, bfftest.Office, "author", actor.Review).Actor()
		publisher := s.Employ(t, bfftest.Office, "publisher", actor.Approve).Actor()
		if err := s.Policies.Seed(t.Context(), author, publisher); err != nil {
			t.Fatal(err)
		}
		id := string(policy.SampleID("示例第1号"))
		for _, query := range []string{"增值税 起征点", "增值稅 起徵點"} {
			found, err := s.Clients("", "zh-TW").Policy.SearchPolicies(t.Context(), &policyv1.SearchPoliciesRequest{Query: query})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(found.GetPolicies(), func(p *policyv1.Policy) bool { return p.GetId() == id }) {
				t.Errorf("%q does not find the text", query)
			}
		}
		read := func(language string) *policyv1.Policy {
			t.Helper()
			got, err := s.Clients("", language).Policy.GetPolicy(t.Context(), &policyv1.GetPolicyRequest{Id: id})
			if err != nil {
				t.Fatal(err)
			}
			return got.GetPolicy()
		}
		taiwan, mainland := read("zh-TW").GetBody(), read("zh-CN").GetBody()
		for _, want := range []string{"增值稅", "個人所得稅", "預設", "登入", "品質"} {
			if !strings.Contains(taiwan.GetText(), want) {
				t.Errorf("Taiwan does not read %s", want)
			}
		}
		if taiwan.GetLanguage() != "zh-Hant-TW" || mainland.GetLanguage() != "zh-Hans" || !strings.Contains(mainland.GetText(), "默认") {
			t.Errorf("read in %s and %s", taiwan.GetLanguage(), mainland.GetLanguage())
		}
		terms := map[string]string{}
		var whole strings.Builder
		for _, run := range taiwan.GetRuns() {
			whole.WriteString(run.GetText())
			if run.GetTermId() != "" {
				terms[run.GetTermId()] = run.GetText()
			}
		}
		if whole.String() != taiwan.GetText() || len(terms) < 10 {
			t.Errorf("%d terms are marked, want ten or more, and the pieces to be the text", len(terms))
		}
		for term, text := range terms {
			got, err := s.Clients("", "zh-TW").Language.GetTerm(t.Context(), &pb.GetTermRequest{Id: term})
			if err != nil || got.GetTerm().GetDefinition() == "" {
				t.Errorf("a tap on %s explains nothing: %v", text, err)
			}
		}
	})
}

// TestBadPrompts: each mistake names itself.
func TestBadPrompts(t *testing.T) {
	each(t, func(t *testing.T, s *bfftest.Server) {
		tests := []struct {
			name   string
			req    *pb.WordPromptRequest
			reason string
		}{
			{"no such prompt", &pb.WordPromptRequest{Id: "PROMPT_NO_SUCH"}, "UNKNOWN_PROMPT"},
			{"a message that is not spoken", &pb.WordPromptRequest{Id: "INTERNAL"}, "UNKNOWN_PROMPT"},
			{"nothing to say", &pb.WordPromptRequest{Id: "PROMPT_QUEUE_CALL"}, "UNFIT_ARGUMENT"},
			{"a count that is none", &pb.WordPromptRequest{Id: "PROMPT_QUEUE_AHEAD", Arguments: map[string]string{"Count": "-1"}}, "UNFIT_ARGUMENT"},
			{"two lines", &pb.WordPromptRequest{Id: "PROMPT_QUEUE_TICKET", Arguments: map[string]string{"Ticket": "A\n1"}}, "UNFIT_ARGUMENT"},
			{"no such language", &pb.WordPromptRequest{Id: "PROMPT_WELCOME", Language: "zh"}, "LANGUAGE_UNKNOWN"},
		}
		for _, tt := range tests {
			_, err := s.Clients("", "en").Language.WordPrompt(t.Context(), tt.req)
			if _, ok := errors.AsType[*connect.Error](err); !ok {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			if f := bfftest.Explain(t, err); f.Reason != tt.reason {
				t.Errorf("%s: %s, want %s", tt.name, f.Reason, tt.reason)
			}
		}
		list, err := s.Clients("", "zh-TW").Language.ListPrompts(t.Context(), &pb.ListPromptsRequest{Language: "nan-Hant"})
		if err != nil || len(list.GetPrompts()) != 20 || list.GetLanguage() != "nan-Hant" {
			t.Errorf("prompts: %d in %s, %v; want the twenty of i18n", len(list.GetPrompts()), list.GetLanguage(), err)
		}
	})
}
