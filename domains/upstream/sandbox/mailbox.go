package sandbox

import (
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	maxPhones   = 10_000
	maxMessages = 100 // per phone
)

// Message is a short message as a phone received it.
type Message struct {
	Text        string
	ReceiveTime time.Time
}

// LogValue hides the text.
func (m Message) LogValue() slog.Value { return slog.TimeValue(m.ReceiveTime) }

// mailbox holds the messages of the phones, oldest first; mu guards it.
type mailbox struct {
	mu     sync.Mutex
	phones map[string][]Message
	refuse map[string]bool
	order  []string // a ring of phones once it is full
	oldest int
}

func newMailbox() *mailbox {
	return &mailbox{phones: map[string][]Message{}, refuse: map[string]bool{}}
}

func (b *mailbox) deliver(phone string, m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known := b.phones[phone]; !known {
		b.admit(phone)
	}
	b.phones[phone] = append(b.phones[phone], m)
	if more := len(b.phones[phone]) - maxMessages; more > 0 {
		b.phones[phone] = slices.Delete(b.phones[phone], 0, more)
	}
}

// admit makes room for a new phone. It needs the lock.
func (b *mailbox) admit(phone string) {
	if len(b.order) < maxPhones {
		b.order = append(b.order, phone)
		return
	}
	delete(b.phones, b.order[b.oldest])
	b.order[b.oldest] = phone
	b.oldest = (b.oldest + 1) % maxPhones
}

// Refuse has the message gateway refuse a phone from now on.
func (s *Sandbox) Refuse(phone string) {
	s.mailbox.mu.Lock()
	defer s.mailbox.mu.Unlock()
	s.mailbox.refuse[phone] = true
}

func (b *mailbox) refuses(phone string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refuse[phone]
}

// Messages is what a phone received, newest first, the last hundred at most.
// The slice belongs to the caller.
func (s *Sandbox) Messages(phone string) []Message {
	s.mailbox.mu.Lock()
	defer s.mailbox.mu.Unlock()
	received := slices.Clone(s.mailbox.phones[phone])
	slices.Reverse(received)
	return received
}
