// Package texter sends notices as short messages through the message gateway.
//
// The gateway takes a message once for each key, so whatever is not its word
// that it has the message is unclear, and asked again by the same key.
package texter

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// Texter is the supplier of short messages. It is safe for concurrent use.
type Texter struct{ messages upstream.Messages }

// New returns a texter over the gateway.
func New(messages upstream.Messages) *Texter { return &Texter{messages} }

// Send implements [notice.Supplier]. A phone that the gateway refuses is dead.
func (t *Texter) Send(ctx context.Context, l notice.Letter) notice.Outcome {
	ref, err := t.messages.Send(ctx, upstream.Message{Key: l.Key, Phone: l.To.Phone, Text: l.Body})
	switch {
	case err == nil:
		return notice.Outcome{Result: notice.Taken, Ref: ref}
	case errors.Is(err, upstream.ErrRefused):
		return notice.Outcome{Result: notice.Dead, Cause: notice.Refused, Err: err}
	}
	return notice.Outcome{Result: notice.Unclear, Err: err}
}
