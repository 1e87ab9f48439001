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
	roams map[actor.OfficerID]map[string]actor.GrantID // by region
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

// Roam lets an officer, whom [Staff.Limit] keeps to some regions, work in one
// more by a grant.
func (s *Staff) Roam(officer actor.OfficerID, area string, grant actor.GrantID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roams == nil {
		s.roams = map[actor.OfficerID]map[string]actor.GrantID{}
	}
	if s.roams[officer] == nil {
		s.roams[officer] = map[string]actor.GrantID{}
	}
	s.roams[officer][area] = grant
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
func (s *Staff) Reaches(_ context.Context, by actor.Actor, areas ...string) (bool, actor.GrantID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine, limited := s.areas[by.Officer]
	if !limited || len(areas) == 0 || slices.ContainsFunc(areas, func(area string) bool { return slices.Contains(mine, area) }) {
		return true, "", nil
	}
	for _, area := range areas {
		if grant := s.roams[by.Officer][area]; grant != "" {
			return true, grant, nil
		}
	}
	return false, "", nil
}

// Tied implements guard.Staff.
func (s *Staff) Tied(_ context.Context, officer actor.OfficerID, numbers ...document.Number) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.ties[officer], func(tie document.Number) bool { return slices.Contains(numbers, tie) }), nil
}
