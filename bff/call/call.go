// Package call tells a handler about the call that it answers: what the
// transport has settled before the handler runs, and nothing about messages. Who
// calls is not here but in domains/actor.
package call

import (
	"cmp"
	"context"

	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/i18n"
	"github.com/minzhengtong/minzhengtong/i18n/form"
)

// ErrNotAllowed: the caller is signed in, but the procedure is not for such a
// caller.
var ErrNotAllowed = fault.New(fault.Denied, "NOT_ALLOWED")

// Call is what the transport knows about one request.
type Call struct {
	// RequestID is a UUID or whatever well-formed name the client gave. It
	// stands in the logs and in the answer's X-Request-Id.
	RequestID string
	// Reader is how the caller is answered.
	Reader i18n.Reader

	words *i18n.Bundle
}

// New describes a request whose answers are worded from the bundle.
func New(requestID string, language i18n.Language, words *i18n.Bundle) Call {
	return Call{requestID, i18n.Reader{Language: language}, words}
}

type key struct{}

// With returns a context that carries the call. The transport calls it once per
// request; tests of handlers may.
func With(ctx context.Context, c Call) context.Context { return context.WithValue(ctx, key{}, c) }

// From returns the context's call. Outside a request it is the zero Call.
func From(ctx context.Context) Call {
	c, _ := ctx.Value(key{}).(Call)
	return c
}

// For returns a context whose call is answered for another reader: the one who
// has been found to call.
func For(ctx context.Context, reader i18n.Reader) context.Context {
	c := From(ctx)
	c.Reader = reader
	return With(ctx, c)
}

// RequestID returns the name of the request, or "" outside one.
func RequestID(ctx context.Context) string { return From(ctx).RequestID }

// Language returns the caller's language, or the default one outside a request.
func Language(ctx context.Context) i18n.Language { return Reader(ctx).Language }

// Calendar returns how the caller counts years: the Gregorian way unless set
// otherwise.
func Calendar(ctx context.Context) form.Calendar { return Reader(ctx).Calendar }

// Reader returns how the caller reads, nothing of it empty.
func Reader(ctx context.Context) i18n.Reader {
	r := From(ctx).Reader
	return i18n.Reader{Language: cmp.Or(r.Language, i18n.Default), Calendar: cmp.Or(r.Calendar, form.Gregorian)}
}

// Text words a message of the catalogue for the caller. Dates and the like are
// passed in their plain form and written as the caller reads them. Outside a request, where
// there is no catalogue, it is the ID.
func Text(ctx context.Context, id string, args map[string]string) string {
	c := From(ctx)
	if c.words == nil {
		return id
	}
	return c.words.For(c.Reader, id, args)
}
