package staff

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
)

// health is what a call has seen of the provider.
type health struct {
	mu   sync.Mutex // guards gone
	gone bool
}

type healthKey struct{}

// healthOf is the health that a call watches, or nil.
func healthOf(ctx context.Context) *health {
	h, _ := ctx.Value(healthKey{}).(*health)
	return h
}

func (h *health) away() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gone
}

// note takes nil for a call that nobody watches.
func (h *health) note() {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gone = true
}

// unreachable says that a request got no answer of the provider's. Its text holds
// no URL, and so no code.
type unreachable struct{ status int }

func (u *unreachable) Error() string {
	if u.status != 0 {
		return fmt.Sprintf("the provider answers with status %d", u.status)
	}
	return "the provider does not answer"
}

// bounded passes requests on, reads no more than so much of an answer, and
// notes when there is none.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(req)
	away := &unreachable{}
	if err == nil {
		if res.StatusCode < http.StatusInternalServerError {
			res.Body = struct {
				io.Reader
				io.Closer
			}{io.LimitReader(res.Body, largestAnswer), res.Body}
			return res, nil
		}
		away.status = res.StatusCode
		_ = res.Body.Close() // nothing of it is read
	}
	healthOf(req.Context()).note()
	return nil, away
}

// watched are the provider's keys. They are fetched under a context of their own,
// for all calls at once, so what fails there is told to each call here.
type watched struct{ keys oidc.KeySet }

// VerifySignature implements [oidc.KeySet].
func (w watched) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := w.keys.VerifySignature(ctx, token)
	if _, away := errors.AsType[*unreachable](err); away {
		healthOf(ctx).note()
	}
	return payload, err
}
