package audit

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/minzhengtong/minzhengtong/domains/vault"
)

// whyContext binds a sealed reason to its entry.
func whyContext(id string) string { return "audit/" + id + "/why" }

// sealWhy seals the reason under the data key of the first subject that has one,
// so that it goes with that key, else under the keyring.
func (s *Service) sealWhy(ctx context.Context, e *Entry, why string) error {
	if why == "" {
		return nil
	}
	owners := make([]string, len(e.Subjects))
	for i, d := range e.Subjects {
		owners[i] = string(d)
	}
	set, err := s.vault.Keys(ctx, owners...)
	if err != nil {
		return fmt.Errorf("seal the reason of an audit entry: %w", err)
	}
	for _, d := range e.Subjects {
		if set.Has(string(d)) {
			e.sealedFor = d
			break
		}
	}
	if e.sealedFor != "" {
		e.sealed, err = set.Seal(string(e.sealedFor), []byte(why), whyContext(e.ID))
	} else {
		e.sealed, err = s.keys.Seal([]byte(why), whyContext(e.ID))
	}
	if err != nil {
		return fmt.Errorf("seal the reason of an audit entry: %w", err)
	}
	return nil
}

// openWhys fills in the reasons whose keys there still are.
func (s *Service) openWhys(ctx context.Context, entries []Entry) error {
	var owners []string
	for _, e := range entries {
		if e.sealedFor != "" {
			owners = append(owners, string(e.sealedFor))
		}
	}
	set, err := s.vault.Keys(ctx, owners...)
	if err != nil {
		return fmt.Errorf("open the reasons of audit entries: %w", err)
	}
	for i := range entries {
		s.openWhy(ctx, &entries[i], set)
	}
	return nil
}

// openWhy opens one reason. One that cannot be opened hides no entry.
func (s *Service) openWhy(ctx context.Context, e *Entry, set vault.Set) {
	if len(e.sealed) == 0 || set.Shredded(string(e.sealedFor)) {
		return
	}
	var plain []byte
	var err error
	if e.sealedFor == "" {
		plain, err = s.keys.Unseal(e.sealed, whyContext(e.ID))
	} else {
		plain, err = set.Unseal(string(e.sealedFor), e.sealed, whyContext(e.ID))
	}
	if err != nil {
		s.log.WarnContext(ctx, "the reason of an audit entry does not open", slog.String("entry", e.ID), slog.Any("error", err))
	}
	e.Why = string(plain)
}
