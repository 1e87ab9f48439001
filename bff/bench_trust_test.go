package bff_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/dossierrpc"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
)

// BenchmarkTrust measures what the layers in front of a handler cost: limits,
// the token and its session, the audience, the entry in the audit log that is
// written before the answer leaves, and all else that the server does. Beside it
// stands the same handler of GetDossier without any of them, told by a map who
// calls. Both are asked by the same clients in turns; an iteration is two rounds.
func BenchmarkTrust(b *testing.B) {
	people := 2000
	if testing.Short() {
		people = few
	}
	for _, store := range stores {
		b.Run(store.name, func(b *testing.B) { benchmarkTrust(b, newContest(b, store.open(b), people)) })
	}
}

func benchmarkTrust(b *testing.B, c *contest) {
	bare := httptest.NewServer(c.withoutTrust(b))
	b.Cleanup(bare.Close)
	procedure := dossierv1connect.DossierServiceGetDossierProcedure
	with, without := newCrowd(b, c.ours), newCrowd(b, newTarget(b, bare.URL, procedure, c.tokens))
	with.round(b, roundRequests)
	without.round(b, roundRequests)
	var paces, bares, ratios, costs []float64
	for b.Loop() {
		x, y := with.round(b, roundRequests), without.round(b, roundRequests)
		paces, bares, ratios = append(paces, x), append(bares, y), append(ratios, x/y)
		// Both cores work, so a request takes twice the time between two answers.
		costs = append(costs, 2e6*(1/x-1/y))
	}
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(median(paces), "with-req/s")
	b.ReportMetric(median(bares), "without-req/s")
	b.ReportMetric(median(costs), "core-µs/req")
}

// withoutTrust is the handler alone.
func (c *contest) withoutTrust(b *testing.B) http.Handler {
	callers := map[string]actor.Actor{}
	for _, token := range c.tokens {
		by, err := c.server.Sessions.Authenticate(b.Context(), token)
		must(b, err)
		callers["Bearer "+token] = by
	}
	_, handler := dossierv1connect.NewDossierServiceHandler(
		&dossierrpc.Handler{Files: c.server.Files, Cursors: cursor.Codec{Keys: c.server.Keys}})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(actor.With(r.Context(), callers[r.Header.Get("Authorization")])))
	})
}
