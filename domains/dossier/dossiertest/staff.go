package dossiertest

import (
	"context"
	"slices"
	"sync"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
)

// Staff is what the guard is told about officers. To begin with everybody may
// work in every region and has declared nobody.
type Staff struct {
	mu    sync.Mutex // guards what follows
	areas map[actor.OfficerID][]string
	ties  map[actor.OfficerID][]document.Number
}

// Limit lets an officer work in these regions only.
func (s *Staff) Limit(officer actor.OfficerID, areas ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.areas == nil {
		s.areas = map[actor.OfficerID][]string{}
	}
	s.areas[officer] = areas
}

// Tie has an officer declare a document.
func (s *Staff) Tie(officer actor.OfficerID, number document.Number) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ties == nil {
		s.ties = map[actor.OfficerID][]document.Number{}
	}
	s.ties[officer] = append(s.ties[officer], number)
}

// Reaches implements guard.Staff. What has no region is everybody's.
func (s *Staff) Reaches(_ context.Context, by actor.Actor, areas ...string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine, limited := s.areas[by.Officer]
	if !limited || len(areas) == 0 {
		return true, nil
	}
	return slices.ContainsFunc(areas, func(area string) bool { return slices.Contains(mine, area) }), nil
}

// Tied implements guard.Staff.
func (s *Staff) Tied(_ context.Context, officer actor.OfficerID, numbers ...document.Number) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.ties[officer], func(tie document.Number) bool { return slices.Contains(numbers, tie) }), nil
}
