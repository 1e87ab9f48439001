// Package search finds texts by words in either script.
//
// # Words
//
// A text belongs to an owner, such as a policy, of some kind. It has a head,
// which is its title or name, and a body. What is stored of it is its key: folded
// to Simplified characters and lower case, marks turned into spaces (package
// searchkey). A gram is a character, a pair of characters or the beginning of a
// word that the key holds. A word is what stands between spaces.
//
// # What is found
//
// A text is found when it holds every word of the query, in the head or in the
// body: a word of Han characters anywhere, another word at the beginning of one.
// The query is tried in a few forms, in the characters and in the vocabulary of
// either shore, and a text that holds one of them is found. Texts with all words
// in the head come first, then the newest, then by owner. Both databases give the
// same answer in the same order.
package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/i18n/searchkey"
)

// mostRunes is how much of a query is looked at, in characters.
const mostRunes = 200

// Kind says what kind of thing a text is of. It has 16 bytes at most.
type Kind string

// Service keeps texts and finds them. It is safe for concurrent use and holds no
// state of its own.
type Service struct {
	db    *entdb.DB
	newID func() string
}

// New returns a service on a database. newID makes the IDs of rows. Both are
// required.
func New(db *entdb.DB, newID func() string) (*Service, error) {
	if db == nil || newID == nil {
		return nil, errors.New("search: every dependency is required")
	}
	return &Service{db: db, newID: newID}, nil
}

// Text is what can be found.
type Text struct {
	Kind  Kind
	Owner string
	// Head and Body are as written, in either script.
	Head, Body string
	// Order places the text among others: the newest come first.
	Order time.Time
}

// Index makes a text findable and replaces what stood for its owner. It must be
// called in a transaction, best in the one that writes the text itself: else it
// fails, and so it does for a text without kind or owner.
func (s *Service) Index(ctx context.Context, t Text) error {
	if t.Kind == "" || t.Owner == "" {
		return errors.New("search: a text without kind or owner")
	}
	if err := s.index(ctx, t); err != nil {
		return fmt.Errorf("index %s %s: %w", t.Kind, t.Owner, err)
	}
	return nil
}

// Remove makes an owner's text findable no more. Removing what is not there
// succeeds. It must be called in a transaction.
func (s *Service) Remove(ctx context.Context, kind Kind, owner string) error {
	if err := s.remove(ctx, kind, owner); err != nil {
		return fmt.Errorf("remove %s %s from the index: %w", kind, owner, err)
	}
	return nil
}

// Position is where a page ends. The zero Position is the beginning. It is made
// by [Service.Find] alone and can be kept as JSON; it holds no words of a text.
type Position struct {
	Place int       `json:"p,omitempty"`
	Order time.Time `json:"t,omitzero"`
	Owner string    `json:"o,omitempty"`
}

// IsZero reports whether it is the beginning.
func (p Position) IsZero() bool { return p.Owner == "" }

// Page says which part of what is found is wanted.
type Page struct {
	// Limit is how many owners at most, 1 or more.
	Limit int
	// After is where the last page of the same query ended.
	After Position
}

// Find returns the owners of the texts that a query finds, and where to go on: the
// zero Position at the end. What stays as it was comes exactly once over all
// pages, whatever is added meanwhile.
//
// Without a query it lists all texts of the kind, the newest first. A query of
// nothing but marks finds nothing. Of a long query the first 200 characters
// count. No query is an error.
func (s *Service) Find(ctx context.Context, kind Kind, query string, page Page) ([]string, Position, error) {
	hits, err := s.hits(ctx, kind, shorten(query), Page{Limit: max(page.Limit, 1) + 1, After: page.After})
	if err != nil {
		return nil, Position{}, fmt.Errorf("find %s: %w", kind, err)
	}
	var next Position
	if len(hits) > max(page.Limit, 1) {
		hits = hits[:len(hits)-1]
		next = hits[len(hits)-1]
	}
	owners := make([]string, len(hits))
	for i, h := range hits {
		owners[i] = h.Owner
	}
	return owners, next, nil
}

// hits reads where the texts stand that a query finds.
func (s *Service) hits(ctx context.Context, kind Kind, query string, page Page) ([]Position, error) {
	if strings.TrimSpace(query) == "" {
		return s.read(ctx, listing(kind, page))
	}
	var forms []form
	for _, key := range searchkey.Queries(query) {
		f, possible, err := s.plan(ctx, kind, key)
		if err != nil {
			return nil, err
		}
		if possible {
			forms = append(forms, f)
		}
	}
	if len(forms) == 0 {
		return nil, nil
	}
	return s.read(ctx, finding(kind, forms, page))
}

// shorten is the part of a query that counts.
func shorten(query string) string {
	query = clean(query)
	if utf8.RuneCountInString(query) <= mostRunes {
		return query
	}
	return string([]rune(query)[:mostRunes])
}

// clean turns what PostgreSQL cannot hold into spaces.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, " "), "\x00", " ")
}
