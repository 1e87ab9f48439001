package bff_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
)

// mostTokens is how many people are asked about: enough that neighbours in the
// database are rarely asked about together.
const mostTokens = 20_000

// mostDecided is how many people have all their questions decided, which takes
// some milliseconds each.
const mostDecided = 100_000

// contest is a population with the server and the reference that answer about
// it.
type contest struct {
	server          *bfftest.Server
	byHand          http.Handler
	ours, reference target
	tokens          []string
}

// newContest imports a population, has its documents linked and starts both
// sides.
func newContest(t testing.TB, d database, people int) *contest {
	t.Helper()
	pop := synthetic.New(synthetic.Options{Seed: 1, People: people, Firms: people / 25})
	c := &contest{server: bfftest.New(t, d.db, bfftest.Options{Population: pop})}
	populate(t, c.server, pop)
	d.settle(t)
	tokens := linkedPeople(t, c.server)
	c.tokens = tokens
	c.byHand = newReference(t, c.server, d)
	byHand := httptest.NewServer(c.byHand)
	t.Cleanup(byHand.Close)
	c.ours = newTarget(t, c.server.URL, dossierv1connect.DossierServiceGetDossierProcedure, tokens)
	c.reference = newTarget(t, byHand.URL, "/dossier", tokens)
	return c
}

// populate imports the registers and decides every question that they raise.
func populate(t testing.TB, s *bfftest.Server, pop *synthetic.Population) {
	t.Helper()
	start := time.Now()
	for _, register := range []struct {
		kind  intake.Kind
		write func(io.Writer, *synthetic.Population) (synthetic.Tally, error)
	}{
		{intake.Passes, synthetic.WritePasses}, {intake.Permits, synthetic.WritePermits},
		{intake.Firms, synthetic.WriteFirms}, {intake.Records, synthetic.WriteRecords},
	} {
		path := filepath.Join(t.TempDir(), string(register.kind)+".csv")
		file, err := os.Create(path)
		must(t, err)
		_, err = register.write(file, pop)
		must(t, err)
		must(t, file.Close())
		_, err = s.Intake.Run(t.Context(), intake.Options{Kind: register.kind, Path: path, Batch: 5000})
		must(t, err)
		must(t, os.Remove(path))
	}
	imported := time.Since(start)
	if pop.People() > mostDecided {
		linkSome(t, s, pop)
	} else {
		decideAll(t, s)
	}
	t.Logf("imported %d people in %v, linked in %v", pop.People(), imported.Round(time.Second), (time.Since(start) - imported).Round(time.Second))
}

// decideAll has the authorities asked about everybody.
func decideAll(t testing.TB, s *bfftest.Server) {
	t.Helper()
	for {
		n, err := s.Files.FinishInquiries(t.Context(), 1000)
		must(t, err)
		if n == 0 {
			return
		}
	}
}

// linkSome links as many people as are asked about, spread over the whole
// population, as an officer does at a window. Who cannot be linked so, because a
// document is lost or expired, is passed over.
func linkSome(t testing.TB, s *bfftest.Server, pop *synthetic.Population) {
	t.Helper()
	officer := s.Employ(t, bfftest.Office, "window", actor.Accept).Actor()
	officer.Duty = actor.Accept
	step := pop.People() / (2 * mostTokens) // about two thirds can be linked
	for from := 0; from < pop.People(); from += 100 * step {
		// One transaction for many of them, which the service joins.
		must(t, s.DB.InTx(t.Context(), func(ctx context.Context) error {
			for i := from; i < min(from+100*step, pop.People()); i += step {
				pass, ok := pop.Person(i).Pass()
				permit, both := pop.Person(i).Permit()
				if !ok || !both {
					continue
				}
				first, err := s.Files.Parse(pass.Kind, pass.Number)
				must(t, err)
				second, err := s.Files.Parse(permit.Kind, permit.Number)
				must(t, err)
				if _, err = s.Files.LinkAtWindow(ctx, officer, first, second, ""); err != nil && !refused(err) {
					return err
				}
			}
			return nil
		}))
	}
}

// refused reports whether an error is an answer of the house and no failure.
func refused(err error) bool {
	var f *fault.Fault
	return errors.As(err, &f)
}

// linkedPeople returns tokens of people whose two documents are linked, in
// random order.
func linkedPeople(t testing.TB, s *bfftest.Server) []string {
	t.Helper()
	rows, err := s.DB.SQL(t.Context()).QueryContext(t.Context(),
		`SELECT d.id, d.dossier_id FROM links l JOIN documents d ON d.id = l.first_id WHERE l.cut_time IS NULL`)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var people []actor.Actor
	for rows.Next() {
		a := actor.Actor{Role: actor.Person}
		must(t, rows.Scan(&a.Document, &a.Dossier))
		people = append(people, a)
	}
	must(t, rows.Err())
	if len(people) == 0 {
		t.Fatal("nobody's documents are linked")
	}
	rand.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	people = people[:min(len(people), mostTokens)]
	tokens := make([]string, len(people))
	for i, a := range people {
		tokens[i] = s.Token(t, a)
	}
	return tokens
}

// compare fails unless both sides say the same of the first n people, byte for
// byte but for the spaces that protojson strews in.
func (c *contest) compare(t testing.TB, n int) {
	t.Helper()
	ours, reference := newCrowd(t, c.ours), newCrowd(t, c.reference)
	for i := range min(n, len(c.ours.requests)) {
		var got bytes.Buffer
		must(t, json.Compact(&got, ours.body(t, i)))
		if want := reference.body(t, i); !bytes.Equal(got.Bytes(), want) {
			t.Fatalf("file %d: the server's answer has %d bytes and differs from the reference's, which has %d", i, got.Len(), len(want))
		}
	}
}

// allocs is how many allocations a handler makes for one request, those of a
// recorder included.
func (c *contest) allocs(t testing.TB, h http.Handler, to target) float64 {
	t.Helper()
	before, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(to.requests[0])))
	must(t, err)
	return testing.AllocsPerRun(100, func() {
		req := before.Clone(t.Context())
		req.Body = io.NopCloser(strings.NewReader("{}"))
		h.ServeHTTP(httptest.NewRecorder(), req)
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
