package entdb

import (
	"context"
	"database/sql"
	"sync"
)

// What is kept prepared: no more texts than a program writes down, and none of
// those that a long list of arguments makes.
const (
	mostStatements   = 256
	longestStatement = 4096
)

// statements keeps queries prepared. SQLite spends more time on reading the text
// of a small query than on running it; the driver of PostgreSQL keeps its own.
// They end with the handle.
type statements struct {
	db *sql.DB

	mu     sync.RWMutex // guards byText
	byText map[string]*sql.Stmt
}

func newStatements(db *sql.DB) *statements {
	return &statements{db: db, byText: map[string]*sql.Stmt{}}
}

// get returns the prepared query, or nil for one that is not kept.
func (s *statements) get(ctx context.Context, text string) (*sql.Stmt, error) {
	if s == nil || len(text) > longestStatement {
		return nil, nil //nolint:nilnil // none is an answer
	}
	s.mu.RLock()
	known, full := s.byText[text], len(s.byText) >= mostStatements
	s.mu.RUnlock()
	if known != nil || full {
		return known, nil
	}
	fresh, err := s.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.byText[text]; known != nil {
		_ = fresh.Close() //nolint:sqlclosecheck // another goroutine was first
		return known, nil
	}
	s.byText[text] = fresh
	return fresh, nil
}
