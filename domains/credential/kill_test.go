package credential_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/dossier/dossiertest"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	row "github.com/minzhengtong/minzhengtong/gen/ent/credential"
	eventrow "github.com/minzhengtong/minzhengtong/gen/ent/credentialevent"
)

const (
	// fewestKills is how often a process is killed at least, and fewestLeft how many
	// licences all of them together leave stored and not signed.
	fewestKills, fewestLeft = 16, 3
	// mostKills is when the test gives up to catch one between the two.
	mostKills = 100
)

// TestKilledWhileIssuing: two processes issue licences, some for the same matters, and sign
// what was left, and are killed at random moments. After the job each licence is signed
// once, whatever was handed out is what is kept, and all verify.
func TestKilledWhileIssuing(t *testing.T) {
	t.Parallel()
	entdbtest.EachURL(t, func(t *testing.T, url string) {
		at := newSite(t, url)
		s, err := at.open(t.Context())
		must(t, "open the site", err)
		t.Cleanup(func() { must(t, "close the site", s.close()) })
		f := &fates{handed: map[credential.Number]string{}}
		kills, left := 0, map[string]bool{}
		for ; kills < fewestKills || len(left) < fewestLeft; kills += 2 {
			if kills > mostKills {
				t.Fatalf("%d kills left %d licences that were not signed", kills, len(left))
			}
			var pair sync.WaitGroup
			for range 2 {
				pair.Go(func() { f.live(t, at) })
			}
			pair.Wait()
			for _, id := range s.pending(t) {
				left[id] = true
			}
		}
		for n := 1; n > 0; {
			n, err = s.FinishPending(t.Context(), 50)
			must(t, "finish", err)
		}
		t.Logf("%d kills left %d licences that were not signed; %d had been handed out", kills, len(left), len(f.handed))
		f.hold(t, s)
	})
}

// newSite puts a holder on file, whose licences have keys that processes can open.
func newSite(t *testing.T, url string) site {
	t.Helper()
	db, err := entdb.Open(t.Context(), entdb.Config{URL: url, NoSync: true}, quiet)
	must(t, "open the database", err)
	files, p := dossiertest.New(t, db), dossiertest.NewPerson(1)
	files.Settle(p)
	at := site{URL: url, Folder: t.TempDir(), Holder: files.ID(p.Pass)}
	must(t, "close the database", db.Close())
	return at
}

// fates is what processes said before they were killed.
type fates struct {
	mu     sync.Mutex
	handed map[credential.Number]string // signed texts
}

// live runs a process, kills it at a random moment after its first licence, and notes
// what it handed out.
func (f *fates) live(t *testing.T, at site) {
	raw, err := json.Marshal(at)
	if err != nil {
		t.Error(err)
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env, child.Stderr = append(os.Environ(), siteVariable+"="+string(raw)), os.Stderr
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Error(err)
		return
	}
	begun := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if !begun {
			begun = true
			time.AfterFunc(time.Duration(rand.IntN(60_000))*time.Microsecond, func() { _ = child.Process.Kill() })
		}
		f.note(t, lines.Bytes())
	}
	if err := child.Wait(); !begun || child.ProcessState.Exited() {
		t.Errorf("the process ended by itself: %v", err)
	}
}

// note keeps what a process handed out. What it was about to say when it died is cut off.
func (f *fates) note(t *testing.T, line []byte) {
	var g given
	if json.Unmarshal(line, &g) != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if before, there := f.handed[g.Number]; there && before != g.Token {
		t.Errorf("%s was handed out with two signatures", g.Number)
	}
	f.handed[g.Number] = g.Token
}

// hold holds everything that is stored against what was said.
func (f *fates) hold(t *testing.T, s *process) {
	t.Helper()
	rows, err := s.db.Client(t.Context()).Credential.Query().All(t.Context())
	must(t, "read the licences", err)
	seen := map[string]bool{}
	once := func(what string, which any) {
		t.Helper()
		key := fmt.Sprint(what, " ", which)
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
	}
	for _, r := range rows {
		once("number", r.Number)
		once("matter", r.MatterID)
		once("place", [2]int{r.ListNumber, r.ListIndex})
		c, err := s.Edition(t.Context(), credential.ID(r.ID))
		must(t, "read a licence", err)
		if text, there := f.handed[c.Number]; there && text != c.Token {
			t.Errorf("%s was handed out with another signature than the one that is kept", c.Number)
		}
		delete(f.handed, c.Number)
		once("signature", c.Token)
		signedOnce(t, s, c)
	}
	if len(f.handed) > 0 {
		t.Errorf("%d were handed out and are nowhere", len(f.handed))
	}
}

// signedOnce wants a licence signed one time, and authentic to the house and far away.
func signedOnce(t *testing.T, s *process, c credential.Credential) {
	t.Helper()
	n, err := s.db.Client(t.Context()).CredentialEvent.Query().Where(eventrow.CredentialID(string(c.ID))).Count(t.Context())
	must(t, "count what happened", err)
	if c.State != credential.Valid || n != 1 {
		t.Errorf("%s is %s and was signed %d times", c.Number, c.State, n)
	}
	near, err := s.Verify(t.Context(), c.Token)
	must(t, "verify", err)
	far := check.Read(c.Token, s.Keys.Believed(t.Context()), standing())
	var list int
	if _, err := fmt.Sscanf(strings.TrimPrefix(far.Status.URI, issuer+credential.ListPath), "%d", &list); err != nil {
		t.Fatalf("%s names the list %q", c.Number, far.Status.URI)
	}
	text, _, err := s.List(t.Context(), list)
	must(t, "get the list", err)
	far = check.Listed(far, text, s.Keys.Believed(t.Context()), standing())
	if near.Standing != check.Authentic || far.Standing != check.Authentic {
		t.Errorf("%s is %s to the house, %s far away", c.Number, near.Standing, far.Standing)
	}
}

// pending are the licences that are stored and not signed.
func (p *process) pending(t *testing.T) []string {
	t.Helper()
	ids, err := p.db.Client(t.Context()).Credential.Query().Where(row.StateEQ(row.StatePending)).IDs(t.Context())
	must(t, "read what is not signed", err)
	return ids
}
