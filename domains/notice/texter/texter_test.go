package texter_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/texter"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

// gateway answers each message with an error, nil for none.
type gateway struct{ err error }

// Send implements [upstream.Messages].
func (g gateway) Send(_ context.Context, m upstream.Message) (string, error) {
	return "ref-" + m.Key, g.err
}

func TestSend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want notice.Outcome
	}{
		{"taken", nil, notice.Outcome{Result: notice.Taken, Ref: "ref-key"}},
		{"unavailable", upstream.ErrUnavailable, notice.Outcome{Err: upstream.ErrUnavailable}},
		{"refused", fmt.Errorf("wrapped: %w", upstream.ErrRefused), notice.Outcome{Result: notice.Dead, Cause: notice.Refused}},
	}
	for _, tt := range tests {
		got := texter.New(gateway{tt.err}).Send(t.Context(), notice.Letter{Key: "key"})
		if got.Result != tt.want.Result || got.Ref != tt.want.Ref || got.Cause != tt.want.Cause || (got.Err == nil) != (tt.err == nil) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
