package audit

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/actor"
)

// Look is what one call is about to do. The transport makes it with [Begin], the
// domains fill it through the context, and [Service.Finish] writes it down. It
// is safe for concurrent use.
type Look struct {
	by        actor.Actor
	action    string
	requestID string

	mu       sync.Mutex // guards what follows
	subjects map[actor.DocumentID]struct{}
	bases    []Basis
	why      string
}

type key struct{}

// Begin returns a context that carries a new Look, which [Concerns] and [On]
// fill. The action is what was called, such as
// dossier.v1.DeskService/FindDossier.
func Begin(ctx context.Context, by actor.Actor, action, requestID string) (context.Context, *Look) {
	l := &Look{by: by, action: action, requestID: requestID, subjects: map[actor.DocumentID]struct{}{}}
	return context.WithValue(ctx, key{}, l), l
}

// Aside returns a context under which what is noted stays out of the call's entry,
// and a function that adds it after all: for a list that tries more than it shows.
// Adding twice adds it once.
func Aside(ctx context.Context) (aside context.Context, keep func()) {
	l := &Look{subjects: map[actor.DocumentID]struct{}{}}
	return context.WithValue(ctx, key{}, l), func() {
		Concerns(ctx, l.Subjects()...)
		for _, basis := range l.stands() {
			On(ctx, basis)
		}
	}
}

// from returns the call's Look, or nil outside of one.
func from(ctx context.Context) *Look {
	l, _ := ctx.Value(key{}).(*Look)
	return l
}

// Concerns notes whose data the call touches. Naming a document again changes
// nothing; outside of a call nothing happens.
func Concerns(ctx context.Context, documents ...actor.DocumentID) {
	if l := from(ctx); l != nil {
		l.concerns(documents)
	}
}

// On notes the basis of the call. Where a call stands on several, all are kept,
// in order. None is not noted; outside of a call nothing happens.
func On(ctx context.Context, basis Basis) {
	if l := from(ctx); l != nil {
		l.on(basis)
	}
}

// Why notes what the caller gave as the reason. It is sealed before it is
// written. The last one counts.
func (l *Look) Why(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.why = text
}

// Subjects are the documents that the call has named so far, sorted.
func (l *Look) Subjects() []actor.DocumentID {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.subjects))
}

// stands are the bases that the call has named so far, in order.
func (l *Look) stands() []Basis {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.bases)
}

// LogValue implements slog.LogValuer: the reason is not for logs.
func (l *Look) LogValue() slog.Value { return slog.StringValue(l.action) }

func (l *Look) concerns(documents []actor.DocumentID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range documents {
		if d != "" {
			l.subjects[d] = struct{}{}
		}
	}
}

func (l *Look) on(basis Basis) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if basis != None && !slices.Contains(l.bases, basis) {
		l.bases = append(l.bases, basis)
	}
}

// entry is what is to be written, but for its ID, time and outcome, and the
// reason in clear. A person's call that named no subject is about the person,
// that of a delegate about the principal.
func (l *Look) entry() (Entry, string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := entryBy(l.by, l.action)
	e.Request, e.Subjects = l.requestID, slices.Sorted(maps.Keys(l.subjects))
	if len(l.bases) > 0 {
		e.Basis = join(l.bases)
	}
	if len(e.Subjects) == 0 && l.by.Document != "" {
		e.Subjects = []actor.DocumentID{l.by.Document}
	}
	return e, l.why
}
