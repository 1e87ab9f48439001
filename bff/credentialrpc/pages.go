package credentialrpc

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/statuslist"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	"github.com/minzhengtong/minzhengtong/i18n"
)

// IssuerPath is where verifiers find the keys of an issuer of SD-JWT VC.
const IssuerPath = "/.well-known/jwt-vc-issuer"

// Issuer publishes the keys that verify licences. A new key is published minutes before it
// signs, so the answer may be kept for one.
func Issuer(credentials *credential.Service, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := json.Marshal(map[string]any{
			"issuer": credentials.Issuer, "jwks": map[string]any{"keys": credentials.Keys.Published()},
		})
		if err != nil {
			log.ErrorContext(r.Context(), "the issuer's keys were not written", "error", err)
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=60")
		_, _ = w.Write(raw) // the client may be gone
	})
}

// Lists publishes status lists.
func Lists(credentials *credential.Service, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.Atoi(r.PathValue("number"))
		if err != nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(w, r)
			return
		}
		token, made, err := credentials.List(r.Context(), number)
		switch {
		case errors.Is(err, credential.ErrList):
			http.NotFound(w, r)
		case err != nil:
			log.ErrorContext(r.Context(), "a status list was not answered; the verifier asks again", "error", err)
			http.Error(w, "try again", http.StatusServiceUnavailable)
		default:
			w.Header().Set("Content-Type", statuslist.MediaType)
			w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(int(credential.ListKeep/time.Second)))
			w.Header().Set("Last-Modified", made.Format(http.TimeFormat))
			_, _ = w.Write([]byte(token))
		}
	})
}

// Record keeps the audit log. Package audit does it.
type Record interface {
	Finish(ctx context.Context, look *audit.Look, outcome string) error
}

// Checks is the page to which QR codes lead: it shows what a token shows, to anybody with a
// browser. A GET opens nothing, because phones look ahead and a code works once: it asks
// for the tap. The token is all the proof there is, and the path is never logged.
func Checks(credentials *credential.Service, record Record, texts *i18n.Bundle, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Type", "text/html; charset=utf-8")
		header.Set("Cache-Control", "no-store")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Content-Security-Policy", pagePolicy)
		p := newPage(r.Context(), texts)
		if r.Method == http.MethodPost {
			w.WriteHeader(p.open(r, credentials, record, log))
		}
		if err := pages.Execute(w, p); err != nil {
			log.ErrorContext(r.Context(), "a page of a licence was not written", "error", err)
		}
	})
}

// open has the page show what the token shows, and returns the status.
func (p *page) open(r *http.Request, credentials *credential.Service, record Record, log *slog.Logger) int {
	ctx, look := audit.Begin(r.Context(), actor.Actor{}, "credential.v1.VerificationPage", call.RequestID(r.Context()))
	v, err := credentials.Open(ctx, actor.Actor{}, r.PathValue("token"))
	status, outcome := http.StatusOK, audit.OK
	switch {
	case errors.Is(err, credential.ErrPresentation):
		p.Sorry, status, outcome = p.word("PRESENTATION_NOT_FOUND"), http.StatusNotFound, credential.ErrPresentation.Reason()
	case errors.Is(err, limit.ErrTooOften):
		p.Sorry, status, outcome = p.word("VERIFY_PAGE_TOO_OFTEN"), http.StatusTooManyRequests, limit.ErrTooOften.Reason()
	case err != nil:
		log.ErrorContext(ctx, "a licence was not shown", "error", err)
		p.Sorry, status, outcome = p.word("VERIFY_PAGE_AGAIN"), http.StatusServiceUnavailable, "INTERNAL"
	}
	if recorded := record.Finish(context.WithoutCancel(ctx), look, outcome); recorded != nil {
		log.ErrorContext(ctx, "a look was not recorded, so nothing was shown", "error", recorded)
		p.Sorry = p.word("VERIFY_PAGE_AGAIN")
		return http.StatusServiceUnavailable
	}
	if p.Sorry == "" {
		p.show(v, credentials.Now())
	}
	return status
}
