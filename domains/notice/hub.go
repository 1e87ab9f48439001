package notice

import (
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// hub wakes the watchers of this process. mu guards both maps.
type hub struct {
	mu       sync.Mutex
	watchers map[actor.DocumentID]map[chan struct{}]bool
	listens  map[chan struct{}][]actor.DocumentID
}

func newHub() *hub {
	return &hub{watchers: map[actor.DocumentID]map[chan struct{}]bool{}, listens: map[chan struct{}][]actor.DocumentID{}}
}

// join returns what a watcher waits on. It has room for one, so that a wake-up
// that comes while the watcher reads is kept.
func (h *hub) join() chan struct{} { return make(chan struct{}, 1) }

// listen has a watcher woken for these documents and no others.
func (h *hub) listen(wake chan struct{}, documents []actor.DocumentID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(wake)
	for _, id := range documents {
		if h.watchers[id] == nil {
			h.watchers[id] = map[chan struct{}]bool{}
		}
		h.watchers[id][wake] = true
	}
	h.listens[wake] = documents
}

func (h *hub) leave(wake chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(wake)
}

// forget needs the lock.
func (h *hub) forget(wake chan struct{}) {
	for _, id := range h.listens[wake] {
		delete(h.watchers[id], wake)
		if len(h.watchers[id]) == 0 {
			delete(h.watchers, id)
		}
	}
	delete(h.listens, wake)
}

func (h *hub) wake(documents []actor.DocumentID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range documents {
		for wake := range h.watchers[id] {
			select {
			case wake <- struct{}{}:
			default:
			}
		}
	}
}
