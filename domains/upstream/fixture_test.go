package upstream_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/golang-sql/civil"
	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

const token = "test-token"

var moment = time.Date(2026, time.November, 2, 3, 4, 5, 0, time.UTC)

func now() time.Time { return moment }

var population = synthetic.New(synthetic.Options{Seed: 11, People: 3000})

// start serves a sandbox on loopback, with clients that try three times in a
// quarter of a second.
func start(t *testing.T) (*sandbox.Sandbox, *upstream.Clients) {
	t.Helper()
	box := sandbox.New(population, now, token, nil)
	return box, dial(t, serve(t, box), nil)
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func dial(t *testing.T, url string, change func(*upstream.Config)) *upstream.Clients {
	t.Helper()
	conf := upstream.Config{BaseURL: url, Token: token, Now: now, Limit: 5 * time.Second}
	if change != nil {
		change(&conf)
	}
	clients, err := upstream.New(conf, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	return clients
}

// inProcess carries requests to a handler without a network, so that tests may
// run under a clock that jumps.
type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (res *http.Response, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			res, err = nil, errors.New("connection dropped")
		}
	}()
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	return w.Result(), nil
}

// personWith is the first person of a case, with both documents.
func personWith(t *testing.T, c synthetic.Case) (p synthetic.Person, pass, permit synthetic.Document) {
	t.Helper()
	for i := range population.People() {
		if p = population.Person(i); p.Case == c {
			pass, _ = p.Pass()
			permit, _ = p.Permit()
			return p, pass, permit
		}
	}
	t.Fatalf("nobody has the case %s", c)
	return p, pass, permit
}

func newKey() string { return uuid.NewString() }

// calls asks each authority once, about people who exist.
func calls(t *testing.T, c *upstream.Clients) map[upstream.Authority]func() error {
	t.Helper()
	_, pass, permit := personWith(t, synthetic.Plain)
	key := newKey()
	return map[upstream.Authority]func() error{
		upstream.ExitEntryOffice: func() error {
			_, err := c.CheckPass(t.Context(), upstream.PassQuestion{Number: pass.Number, Name: pass.Names.Mainland})
			return err
		},
		upstream.PoliceOffice: func() error {
			_, err := c.CheckPermits(t.Context(), []upstream.PermitQuestion{{Number: permit.Number}})
			return err
		},
		upstream.NationalCheck: func() error {
			_, err := c.CheckLink(t.Context(), upstream.LinkQuestion{Key: key, Pass: pass.Number, Permit: permit.Number})
			return err
		},
		upstream.MessageGateway: func() error {
			_, err := c.Send(t.Context(), upstream.Message{Key: newKey(), Phone: "+8612000000001", Text: "test"})
			return err
		},
		upstream.TaxOffice: func() error {
			_, err := c.TaxPayments(t.Context(), yearOf(pass, permit))
			return err
		},
		upstream.TaiwanAffairsOffice: func() error {
			_, err := c.Engagements(t.Context(), yearOf(pass, permit))
			return err
		},
		upstream.PaymentGateway: func() error {
			_, err := c.Statement(t.Context(), today, "")
			return err
		},
	}
}

// today is the day of the moment in Asia/Shanghai.
var today = civil.Date{Year: 2026, Month: time.November, Day: 2}

// yearOf asks about the year 2025.
func yearOf(documents ...synthetic.Document) []upstream.YearQuestion {
	var qs []upstream.YearQuestion
	for _, d := range documents {
		qs = append(qs, upstream.YearQuestion{Kind: d.Kind, Number: d.Number, Year: 2025})
	}
	return qs
}

// port is one method of one authority.
type port struct {
	name      string
	authority upstream.Authority
	call      func() error
}

// ports asks by every method, each authority's first one included.
func ports(t *testing.T, c *upstream.Clients) []port {
	t.Helper()
	_, pass, permit := personWith(t, synthetic.Plain)
	key := newKey()
	list := []port{
		{"MainlandDays", upstream.ExitEntryOffice, func() error {
			_, err := c.MainlandDays(t.Context(), yearOf(pass, permit))
			return err
		}},
		{"RegisterAccount", upstream.PaymentGateway, func() error {
			_, err := c.RegisterAccount(t.Context(), upstream.AccountQuestion{
				Key: key, Kind: upstream.ECNYWallet, Number: "0000111122223333", HolderName: pass.Names.Mainland, DocumentNumber: pass.Number,
			})
			return err
		}},
		{"Pay", upstream.PaymentGateway, func() error {
			_, err := c.Pay(t.Context(), upstream.PaymentOrder{Key: key, Account: "token", Fen: 100, Memo: "test"})
			return err
		}},
		{"Payment", upstream.PaymentGateway, func() error {
			_, err := c.Payment(t.Context(), newKey())
			if errors.Is(err, upstream.ErrNoPayment) {
				return nil // an answer
			}
			return err
		}},
	}
	first := calls(t, c)
	for _, authority := range upstream.Authorities() {
		list = append(list, port{"first", authority, first[authority]})
	}
	return list
}
