package sandbox

import (
	"crypto/sha256"
	"errors"
	"sync"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
)

const maxKeys = 100_000

// memory remembers what was answered under each idempotency key, the oldest
// forgotten first. mu also makes callers with one key wait for each other.
type memory struct {
	mu      sync.Mutex
	entries map[string]*remembered
	order   []string // a ring of keys once it is full
	oldest  int
}

type remembered struct {
	question [sha256.Size]byte
	answer   proto.Message
	arrivals int
}

var errOtherQuestion = errors.New("the key was used for another question")

func newMemory() *memory { return &memory{entries: map[string]*remembered{}} }

// once acts on the first arrival of a key and repeats the answer on others.
func once[T proto.Message](m *memory, key string, question proto.Message, act func() T) (T, error) {
	var none T
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(question)
	if err != nil {
		return none, connect.NewError(connect.CodeInternal, errors.New("sandbox cannot encode the question"))
	}
	print := sha256.Sum256(raw)
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[key]
	if !ok {
		e = &remembered{question: print, answer: act()}
		m.keep(key, e)
	}
	e.arrivals++
	answer, ok := e.answer.(T)
	if e.question != print || !ok {
		return none, connect.NewError(connect.CodeAlreadyExists, errOtherQuestion)
	}
	return answer, nil
}

// keep needs the lock.
func (m *memory) keep(key string, e *remembered) {
	m.entries[key] = e
	if len(m.order) < maxKeys {
		m.order = append(m.order, key)
		return
	}
	delete(m.entries, m.order[m.oldest])
	m.order[m.oldest] = key
	m.oldest = (m.oldest + 1) % maxKeys
}

// Arrivals is how often an idempotency key reached its service, refused and
// repeated calls included, or 0 for a key that was never seen or is forgotten.
func (s *Sandbox) Arrivals(key string) int { return s.memory.arrivals(key) + s.till.arrivals(key) }

func (m *memory) arrivals(key string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.entries[key]; ok {
		return e.arrivals
	}
	return 0
}

// Count is what happened at one authority.
type Count struct {
	Received int // calls with a valid token, whatever became of them
	Done     int // questions answered, links checked, messages delivered, payments made
}

// counts are since the start; mu guards the map.
type counts struct {
	mu sync.Mutex
	of map[upstream.Authority]Count
}

func newCounts() *counts { return &counts{of: map[upstream.Authority]Count{}} }

func (c *counts) received(a upstream.Authority) { c.add(a, Count{Received: 1}) }

func (c *counts) done(a upstream.Authority, n int) { c.add(a, Count{Done: n}) }

func (c *counts) add(a upstream.Authority, more Count) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.of[a]
	c.of[a] = Count{now.Received + more.Received, now.Done + more.Done}
}

// Count is what happened at an authority since the start.
func (s *Sandbox) Count(a upstream.Authority) Count {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	return s.counts.of[a]
}
