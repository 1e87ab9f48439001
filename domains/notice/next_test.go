package notice

import (
	"slices"
	"testing"
	"time"
)

// TestNext: what is done next with a notice, by what became of it so far. The
// person has two browsers p and q, mailboxes m and the newer n, and a phone s.
func TestNext(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 30, 1, 0, 0, 0, time.UTC)
	all := []endpoint{
		{id: "p", address: Address{Push: &Subscription{Endpoint: "https://one.example.org"}}},
		{id: "q", address: Address{Push: &Subscription{Endpoint: "https://two.example.org"}}},
		{id: "m", address: Address{Mail: "old@example.org"}},
		{id: "n", address: Address{Mail: "new@example.org"}},
		{id: "s", address: Address{Phone: "+886912345678"}},
	}
	at := func(e EndpointID, ch Channel, s State, attempts int64, ago time.Duration) attempt {
		return attempt{id: string(e), endpoint: e, channel: ch, state: s, attempts: attempts, changed: now.Add(-ago)}
	}
	done := []attempt{at("p", Push, Failed, 1, 0), at("q", Push, Failed, 1, 0)}
	mailed := slices.Concat(done, []attempt{at("n", Mail, Failed, 1, 0), at("m", Mail, Failed, 1, 0)})
	tests := []struct {
		name  string
		topic Topic
		read  bool
		made  []attempt
		to    EndpointID
		wait  time.Duration
	}{
		{name: "new", to: "p"},
		{name: "read", read: true},
		{name: "read while under way", read: true, made: []attempt{at("p", Push, Sending, 1, 20*time.Second)}, wait: 40 * time.Second},
		{name: "one browser has it", made: []attempt{at("p", Push, Sent, 1, 0)}, to: "q"},
		{name: "one browser is unknown", made: []attempt{at("p", Push, Unknown, 1, 0)}, to: "q"},
		{name: "both have it", made: []attempt{at("p", Push, Sent, 1, 0), at("q", Push, Sent, 1, 0)}},
		{name: "one has it and one has not", made: []attempt{at("p", Push, Failed, 1, 0), at("q", Push, Sent, 1, 0)}},
		{name: "one has it and one is busy", made: []attempt{at("p", Push, Queued, 1, 10*time.Second), at("q", Push, Sent, 1, 0)}, wait: 20 * time.Second},
		{name: "busy, and over", made: []attempt{at("p", Push, Queued, 1, time.Minute), at("q", Push, Sent, 1, 0)}, to: "p"},
		{name: "both failed", made: done, to: "n"},
		{name: "one unknown", made: []attempt{at("p", Push, Failed, 1, 0), at("q", Push, Unknown, 1, time.Minute)}, wait: 9 * time.Minute},
		{name: "one unknown for long", made: []attempt{at("p", Push, Failed, 1, 0), at("q", Push, Unknown, 1, UnknownPause)}, to: "n"},
		{name: "one unknown of a campaign", topic: Campaign, made: []attempt{at("p", Push, Failed, 1, 0), at("q", Push, Unknown, 1, UnknownPause)}},
		{name: "the newer mailbox failed", made: append(done[:2:2], at("n", Mail, Failed, 1, 0)), to: "m"},
		{name: "the newer mailbox is unknown", made: append(done[:2:2], at("n", Mail, Unknown, 1, 0)), wait: UnknownPause},
		{name: "the newer mailbox is unknown for long", made: append(done[:2:2], at("n", Mail, Unknown, 1, UnknownPause)), to: "s"},
		{name: "a mail is under way", made: append(done[:2:2], at("n", Mail, Sending, 1, 0)), wait: time.Minute},
		{name: "a message is unknown", made: append(mailed[:4:4], at("s", SMS, Unknown, 1, 0)), wait: 30 * time.Second},
		{name: "a message is to be asked for", made: append(mailed[:4:4], at("s", SMS, Unknown, 1, 30*time.Second)), to: "s"},
		{name: "a message was asked for four times", made: append(mailed[:4:4], at("s", SMS, Unknown, 5, 0)), wait: UnknownPause},
		{name: "all is lost", made: append(mailed[:4:4], at("s", SMS, Failed, 1, 0))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := delivering{topic: tt.topic, read: tt.read, order: []Channel{Push, Mail, SMS}, endpoints: all, deliveries: tt.made}
			got := d.next(now)
			to := EndpointID("")
			if got.send != nil {
				to = got.to.id
			}
			if to != tt.to || got.wait != tt.wait {
				t.Errorf("send to %q, wait %s; want %q and %s", to, got.wait, tt.to, tt.wait)
			}
		})
	}
}
