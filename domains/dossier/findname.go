package dossier

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/gen/ent/locator"
	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

// Faults of finding by a name.
var (
	// ErrName: nothing is left of the name, or a character of it stands for one
	// that somebody could not write.
	ErrName = fault.New(fault.Invalid, "NAME_INVALID")
	// ErrNameCommon: more than [MostNamesakes] files that the officer may see have
	// this name and birth date.
	ErrNameCommon = fault.New(fault.Precondition, "NAME_TOO_COMMON")
)

// MostNamesakes is how many files a name finds at most. It is our choice and no
// legal figure: more are no help at a counter, and too much to show.
const MostNamesakes = 20

// nameKeys are what a holder is found by beside the number: each printed form,
// folded to Simplified, with the birth date. Forms in Latin letters count where
// there is no other. There are none without a birth date, and none of a form that
// cannot be read.
func (h Holder) nameKeys() []string {
	if !h.Birth.IsValid() {
		return nil
	}
	forms := h.Names.Han()
	if len(forms) == 0 {
		forms = []string{h.Names.Roman}
	}
	keys := make([]string, 0, len(forms))
	for _, form := range forms {
		if key, ok := nameKey(form, h.Birth); ok && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// nameKey is the text under which a name and a birth date are found.
func nameKey(name string, birth civil.Date) (key string, ok bool) {
	if hanname.Compare(name, name).Grade != hanname.Exact {
		return "", false
	}
	return hanname.Fold(name) + "/" + birth.String(), true
}

// nameHashes are the blind indexes of a name key under every enabled key.
func (s *Service) nameHashes(key string) [][]byte {
	indexes := s.keys.Indexes(purposeHolderName, key)
	all := make([][]byte, len(indexes))
	for i, index := range indexes {
		all[i] = index.Hash
	}
	return all
}

// FindByName returns the files of people with a name, in either script, and a
// birth date, as [Service.Find] does, older files first. Names are equal once
// folded to Simplified.
//
// Files that the officer may not see are left out, and counted nowhere: whether
// somebody elsewhere has the name changes neither the answer nor its fault. It
// fails with [ErrName] for the field name, and with [ErrNameCommon].
func (s *Service) FindByName(ctx context.Context, by actor.Actor, name string, birth civil.Date) ([]Dossier, error) {
	key, ok := nameKey(name, birth)
	if !ok {
		return nil, ErrName.On("name")
	}
	namesakes, err := s.namesakes(ctx, by, key)
	if err != nil {
		return nil, fmt.Errorf("find by name: %w", err)
	}
	files := make([]Dossier, len(namesakes))
	for i, f := range namesakes {
		f.keep()
		if files[i], err = s.fill(ctx, f.surveyed); err != nil {
			return nil, fmt.Errorf("find by name: %w", err)
		}
	}
	return files, nil
}

// namesake is a file that a name found, and what notes it in the call's audit
// entry.
type namesake struct {
	surveyed
	keep func()
}

// namesakes surveys the files that a name key finds and the officer may see. The
// call's audit entry names only what is shown, so they are tried outside of it.
func (s *Service) namesakes(ctx context.Context, by actor.Actor, key string) ([]namesake, error) {
	found, err := s.find(ctx, located(purposeHolderName, s.nameHashes(key)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, olderFile)
	var seen []namesake
	var last ID
	for _, d := range found {
		// What it was called when it was indexed may have been corrected since.
		if d.Dossier == last || d.erased() || !slices.Contains(d.Holder.nameKeys(), key) {
			continue
		}
		last = d.Dossier
		f, err := s.survey(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		aside, keep := audit.Aside(ctx)
		switch err := s.admit(aside, by, audit.None, f.documents); {
		case errors.Is(err, ErrNotFound), errors.Is(err, guard.ErrConflict):
		case err != nil:
			return nil, err
		case len(seen) == MostNamesakes:
			return nil, ErrNameCommon
		default:
			seen = append(seen, namesake{f, keep})
		}
	}
	return seen, nil
}

// olderFile orders documents by file, older files first.
func olderFile(a, b Document) int {
	switch {
	case a.Dossier < b.Dossier:
		return -1
	case a.Dossier > b.Dossier:
		return 1
	default:
		return 0
	}
}

// renamed has a document be found by its holder's present names, where they or
// the birth date are others than before.
func (s *Service) renamed(ctx context.Context, d Document, before Holder) error {
	if slices.Equal(d.Holder.nameKeys(), before.nameKeys()) {
		return nil
	}
	_, err := s.db.Client(ctx).Locator.Delete().
		Where(locator.DocumentID(string(d.ID)), locator.PurposeEQ(locator.PurposeHolderName)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("index document %s: %w", d.ID, err)
	}
	finders := newLocatorBulk()
	for _, r := range s.locatorsOf(d) {
		if r.purpose == purposeHolderName {
			finders.Add(r.purpose, r.key, r.hash, string(d.ID))
		}
	}
	_, err = finders.Flush(ctx, s.db)
	return err
}
