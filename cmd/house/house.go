// Package house puts the rooms together. The program and the tests of whole
// requests both build on it, so that what is tested is what runs.
package house

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/minzhengtong/minzhengtong/bff"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/bff/dossierrpc"
	"github.com/minzhengtong/minzhengtong/bff/homerpc"
	"github.com/minzhengtong/minzhengtong/bff/sessionrpc"
	"github.com/minzhengtong/minzhengtong/domains/access"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/intake"
	"github.com/minzhengtong/minzhengtong/domains/keyring"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1/dossierv1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/jobs"
)

// Authorities are the ports to the authorities.
type Authorities interface {
	upstream.ExitEntry
	upstream.Police
	upstream.LinkCheck
	upstream.Messages
}

// Parts are what a house is built of. All are required but Limits, Origins and
// Reflection.
type Parts struct {
	DB          *entdb.DB
	Keys        *keyring.Keyring
	Tokens      *access.Tokens
	Authorities Authorities
	Words       *i18n.Bundle
	Logger      *slog.Logger
	Meters      metric.MeterProvider
	Traces      trace.TracerProvider
	Now         func() time.Time
	NewID       func() string
	NewCode     func() string
	Zone        *time.Location
	Limits      bff.Limits
	Origins     []string
	Reflection  bool
}

// House is the rooms, ready to be used.
type House struct {
	Files    *dossier.Service
	Sessions *access.Service
	Intake   *intake.Service
	Jobs     *jobs.Runner
	// Handler serves the main port.
	Handler http.Handler
	// Ready says whether the database answers.
	Ready func(context.Context) error
}

// Build puts a house together. It starts nothing.
func Build(p Parts) (*House, error) {
	files, err := dossier.New(dossier.Deps{
		DB: p.DB, Keys: p.Keys, ExitEntry: p.Authorities, Police: p.Authorities, LinkCheck: p.Authorities,
		Now: p.Now, NewID: p.NewID, Zone: p.Zone, Log: p.Logger,
	})
	if err != nil {
		return nil, err
	}
	sessions, err := access.New(access.Deps{
		DB: p.DB, Keys: p.Keys, Files: files, Messages: p.Authorities, Tokens: p.Tokens,
		Word: func(language, id string, args map[string]string) string {
			return p.Words.Text(i18n.Language(language), id, args)
		},
		NewCode: p.NewCode, Now: p.Now, NewID: p.NewID, Log: p.Logger,
	})
	if err != nil {
		return nil, err
	}
	h := &House{
		Files: files, Sessions: sessions, Intake: intake.New(p.DB, files, p.Now, p.NewID),
		Ready: func(ctx context.Context) error { return answers(ctx, p.DB) },
	}
	if h.Jobs, err = jobs.New(jobs.Table(files, sessions, p.Keys), p.Now, p.Logger); err != nil {
		return nil, err
	}
	h.Handler, err = bff.New(bff.Deps{
		Services: h.services(p), Authenticator: sessions, Words: p.Words, Logger: p.Logger,
		Meters: p.Meters, Traces: p.Traces, Ready: h.Ready, Now: p.Now, NewID: p.NewID,
		Limits: p.Limits, Origins: p.Origins, Reflection: p.Reflection,
	})
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	return h, nil
}

// answers fails unless the database answers.
func answers(ctx context.Context, db *entdb.DB) error {
	var one int
	return db.SQL(ctx).QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// services are the contract's services with their handlers.
func (h *House) services(p Parts) []bff.Service {
	cursors := cursor.Codec{Keys: p.Keys}
	session := &sessionrpc.Handler{Access: h.Sessions, Files: h.Files}
	file := &dossierrpc.Handler{Files: h.Files, Cursors: cursors}
	desk := &dossierrpc.Desk{Files: h.Files, Cursors: cursors}
	home := &homerpc.Handler{Files: h.Files, Zone: p.Zone}
	return []bff.Service{
		{Name: sessionv1connect.SessionServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return sessionv1connect.NewSessionServiceHandler(session, o...)
		}},
		{Name: dossierv1connect.DossierServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return dossierv1connect.NewDossierServiceHandler(file, o...)
		}},
		{Name: dossierv1connect.DeskServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return dossierv1connect.NewDeskServiceHandler(desk, o...)
		}},
		{Name: homev1connect.HomeServiceName, Handler: func(o ...connect.HandlerOption) (string, http.Handler) {
			return homev1connect.NewHomeServiceHandler(home, o...)
		}},
	}
}
