// Package call tells a handler about the call that it answers: what the
// transport has settled before the handler runs, and nothing about messages. Who
// calls is not here but in domains/actor.
package call

import (
	"context"

	"github.com/minzhengtong/minzhengtong/i18n"
)

// Call is what the transport knows about one request.
type Call struct {
	// RequestID is a UUID or whatever well-formed name the client gave. It
	// stands in the logs and in the answer's X-Request-Id.
	RequestID string
	// Language is the one in which the caller is answered.
	Language i18n.Language

	words *i18n.Bundle
}

// New describes a request whose answers are worded from the bundle.
func New(requestID string, language i18n.Language, words *i18n.Bundle) Call {
	return Call{requestID, language, words}
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

// RequestID returns the name of the request, or "" outside one.
func RequestID(ctx context.Context) string { return From(ctx).RequestID }

// Language returns the caller's language, or the default one outside a request.
func Language(ctx context.Context) i18n.Language {
	if language := From(ctx).Language; language != "" {
		return language
	}
	return i18n.Default
}

// Text words a message of the catalogue for the caller. Outside a request, where
// there is no catalogue, it is the ID.
func Text(ctx context.Context, id string, args map[string]string) string {
	c := From(ctx)
	if c.words == nil {
		return id
	}
	return c.words.Text(c.Language, id, args)
}
