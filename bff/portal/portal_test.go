package portal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/bff/portal"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	credentialv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
	lendingv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
	"github.com/minzhengtong/minzhengtong/i18n/han"
)

// TestServed: the page answers for every room, files for their own names alone, nothing is
// left without the policy, and what has a digest in its name is kept.
func TestServed(t *testing.T) {
	t.Parallel()
	app, err := portal.New()
	must(t, err)
	get := func(method, target, encoding string) *http.Response {
		r := httptest.NewRequest(method, target, nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		return w.Result()
	}
	for _, room := range []string{"/", "/file", "/a/b/c"} {
		got := get(http.MethodGet, room, "")
		if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") || got.Header.Get("Cache-Control") != "no-cache" ||
			!strings.Contains(got.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d %v", room, got.StatusCode, got.Header)
		}
	}
	for _, missing := range []string{"/x.js", "/assets/x.css", "/../portal.go"} {
		if got := get(http.MethodGet, missing, ""); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", missing, got.StatusCode)
		}
	}
	if got := get(http.MethodPost, "/", ""); got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a POST: %d", got.StatusCode)
	}
	name := script.FindString(read(t, get(http.MethodGet, "/", "")))
	got := get(http.MethodGet, name, "gzip")
	if got.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %v", name, got.Header)
	}
}

// TestFirstScreen: what the first screen loads is at most 160 KB as it is sent.
func TestFirstScreen(t *testing.T) {
	t.Parallel()
	app, err := portal.New()
	must(t, err)
	var sum int
	for _, name := range append([]string{"/"}, first(t)...) {
		r := httptest.NewRequest(http.MethodGet, name, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", name, w.Code)
		}
		sum += w.Body.Len()
	}
	t.Logf("the first screen takes %d bytes", sum)
	if sum > 160_000 {
		t.Errorf("the first screen takes %d bytes, want 160,000 at most", sum)
	}
}

var script = regexp.MustCompile(`/assets/[^"]+\.js`)

// first are the files that the page names, and all scripts that are not of a room of their
// own: more than any one screen loads.
func first(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../gen/portal/dist/assets/*")
	must(t, err)
	var names []string
	for _, f := range files {
		name := filepath.Base(f)
		if !strings.HasPrefix(name, "Licences") && !strings.HasPrefix(name, "Loans") {
			names = append(names, "/assets/"+name)
		}
	}
	return names
}

// TestLocales: the three languages say the same things, Traditional in Traditional characters
// and Simplified in Simplified ones.
func TestLocales(t *testing.T) {
	t.Parallel()
	all := map[string]map[string]string{}
	for _, language := range []string{"zh-Hans", "zh-Hant-TW", "en"} {
		raw, err := os.ReadFile("src/locales/" + language + ".json")
		must(t, err)
		var rooms map[string]map[string]string
		must(t, json.Unmarshal(raw, &rooms))
		all[language] = map[string]string{}
		for room, words := range rooms {
			for key, text := range words {
				all[language][room+"."+key] = text
			}
		}
	}
	for key, hans := range all["zh-Hans"] {
		hant, en := all["zh-Hant-TW"][key], all["en"][key]
		if hant == "" || en == "" {
			t.Errorf("%s is not said in every language", key)
		}
		if han.Convert(han.ToSimplified, hans) != hans {
			t.Errorf("%s is not in Simplified characters: %s", key, hans)
		}
		if got := han.Convert(han.ToTaiwanScript, hant); got != hant {
			t.Errorf("%s is not in Traditional characters: %s, %s", key, hant, got)
		}
	}
	if len(all["zh-Hant-TW"]) != len(all["zh-Hans"]) || len(all["en"]) != len(all["zh-Hans"]) {
		t.Error("a language says more than another")
	}
}

// TestJourney walks through the portal in Chromium against a running house: signs in by
// keyboard, links two documents at a desk, subscribes to the deadlines, sees every room in both scripts and English at phone size without a reload, in
// large type at 320 pixels in the dark, loses the house and finds it again, and signs out in
// another tab. Nothing overflows, axe finds nothing, no page asks anybody else, and no
// character of the other script is shown beside names and numbers as printed.
func TestJourney(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	s, p, apart := bfftest.New(t, entdbtest.New(t), bfftest.Options{}), bfftest.Person(0), bfftest.Person(1)
	s.Settle(t, p, apart)
	s.Join(t, p.Passes[0].Number, p.Permits[0].Number)
	for _, source := range sandbox.CreditSources() {
		s.Sandbox.SetCreditFacts(source, p.Passes[0].Number, nil)
		s.Sandbox.SetCreditFacts(source, p.Permits[0].Number, nil)
	}
	bank := s.Clients(s.Token(t, s.Employ(t, coast, "bank", actor.Review).Actor()), "en")
	world := http.NewServeMux()
	world.HandleFunc("/code", func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.Sessions.SendCodes(r.Context(), 100); err != nil {
			http.Error(w, "no code", http.StatusInternalServerError)
			return
		}
		messages := s.Sandbox.Messages(r.FormValue("phone"))
		_, _ = fmt.Fprint(w, regexp.MustCompile(`[0-9]{6}`).FindString(messages[0].Text))
	})
	world.HandleFunc("/offer", func(w http.ResponseWriter, r *http.Request) {
		if err := offer(r.Context(), bank, s.Now()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	codes := httptest.NewServer(world)
	t.Cleanup(codes.Close)
	pictures := os.Getenv("MINZHENGTONG_TEST_PICTURES")
	if pictures == "" {
		pictures = t.TempDir()
	}
	var people []map[string]string
	for _, one := range []synthetic.Person{p, apart} {
		people = append(people, map[string]string{"phone": one.Phone, "pass": one.Passes[0].Number, "permit": one.Permits[0].Number})
	}
	walk, err := json.Marshal(map[string]any{"house": s.URL, "codes": codes.URL, "people": people, "licence": licence(t, s, p), "pictures": pictures})
	must(t, err)
	const journey = "testdata/journey.mjs"
	_, err = os.ReadFile(journey) // a cached result goes stale when the walk changes
	must(t, err)
	cmd := exec.CommandContext(t.Context(), "node", journey, string(walk))
	cmd.Env = append(os.Environ(), "CHROMIUM="+browser)
	var out, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &wrong
	if err := cmd.Run(); err != nil {
		t.Errorf("the walk broke off: %v\n%s", err, wrong.String())
	}
	var done bool
	for line := range strings.Lines(out.String()) {
		var f struct{ Kind, At, What string }
		must(t, json.Unmarshal([]byte(line), &f))
		switch f.Kind {
		case "done":
			done = true
		case "text":
			scripts(t, f.At, f.What)
		case "console":
			if !expected(f.What) {
				t.Errorf("%s: the console says %s", f.At, f.What)
			}
		default:
			t.Errorf("%s at %s: %s", f.Kind, f.At, f.What)
		}
	}
	if !done {
		t.Error("the walk did not come to its end")
	}
}

// coast is a bank.
var coast = staff.Office{ID: "coast-bank", Name: "海岸示例银行", Area: "350000", Department: "coast-bank", DepartmentName: "海岸示例银行"}

// offer has a bank offer on the newest case that it has.
func offer(ctx context.Context, bank bfftest.Clients, now time.Time) error {
	list, err := bank.LendingDesk.ListCases(ctx, &lendingv1.ListCasesRequest{})
	if err != nil {
		return err
	}
	_, err = bank.LendingDesk.MakeOffer(ctx, &lendingv1.MakeOfferRequest{
		Id: list.GetCases()[0].GetId(), Fen: 8_000_00, RateBp: 385, Months: 12, LastDay: now.AddDate(0, 0, 7).Format(time.DateOnly),
	})
	return err
}

// licence is one that somebody holds, as a signed text.
func licence(t *testing.T, s *bfftest.Server, p synthetic.Person) string {
	t.Helper()
	hall := staff.Office{ID: "hall", Name: "平潭行政服务中心", Area: "350000", Department: "service-hall", DepartmentName: "行政服务中心"}
	registrar := s.Clients(s.Token(t, s.Employ(t, hall, "registrar", actor.Approve).Actor()), "en")
	text := func(name, value string) *credentialv1.FieldInput {
		return &credentialv1.FieldInput{Name: name, Kind: &credentialv1.FieldInput_Text{Text: value}}
	}
	got, err := registrar.Licences.IssueCredential(t.Context(), &credentialv1.IssueCredentialRequest{
		Holder: &commonv1.DocumentRef{Number: p.Passes[0].Number}, Type: "practice_licence", Matter: "walk", Fields: []*credentialv1.FieldInput{
			text("holder_name", p.Names.Mainland), text("profession", "导游"), text("workplace", "平潭海峡旅行社"), text("register_number", "D-7"),
			text("registered", "2026-03-02"),
		},
	})
	must(t, err)
	me := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW")
	file, err := me.Credential.DownloadCredential(t.Context(), &credentialv1.DownloadCredentialRequest{
		Number: got.GetCredential().GetNumber(), Format: credentialv1.Format_FORMAT_SD_JWT,
	})
	must(t, err)
	return string(file.GetContent())
}

// expected are complaints of the browser about calls that the house refuses, or that were cut
// off on purpose.
func expected(complaint string) bool { return strings.HasPrefix(complaint, "Failed to load resource") }

// untranslated is a message's name where its text should be.
var untranslated = regexp.MustCompile(`\b[a-z][A-Za-z]+\.[a-z][A-Za-z_]+\b`)

// scripts fails where a page shows the other script, or the name of a message.
func scripts(t *testing.T, at, text string) {
	t.Helper()
	if name := untranslated.FindString(text); name != "" {
		t.Errorf("%s shows %q", at, name)
	}
	to := han.ToTaiwanScript
	if strings.HasPrefix(at, "hans") {
		to = han.ToSimplified
	} else if strings.HasPrefix(at, "en") {
		return
	}
	for line := range strings.Lines(text) {
		if got := han.Convert(to, line); got != line {
			t.Errorf("%s shows the other script: %q, not %q", at, line, got)
		}
	}
}

// chromium finds the browser, or skips and says how to have it.
func chromium(t *testing.T) string {
	t.Helper()
	const how = "skipped: the walk needs node, Debian's package chromium, and npm ci --prefix bff/portal"
	found, err := exec.LookPath("chromium")
	if err == nil {
		_, err = exec.LookPath("node")
	}
	if err == nil {
		_, err = os.Stat("node_modules/playwright-core")
	}
	if err != nil && strings.Contains(os.Getenv("MINZHENGTONG_TEST_REQUIRE"), "chromium") {
		t.Fatal(how)
	}
	if err != nil {
		t.Skip(how)
	}
	return found
}

func read(t *testing.T, r *http.Response) string {
	t.Helper()
	var b bytes.Buffer
	_, err := b.ReadFrom(r.Body)
	must(t, err)
	return b.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
