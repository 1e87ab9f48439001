package credential

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	row "github.com/minzhengtong/minzhengtong/gen/ent/credential"
)

// Licence is a licence as its holder and its issuer see it.
type Licence struct {
	Credential
	Standing check.Standing
}

// Standing is an edition with what it is worth now.
func (s *Service) Standing(c Credential) Licence { return Licence{c, s.standing(c)} }

// Mine returns the licences of the actor's file, or of a firm in which the actor holds a
// role, each in its latest edition, the newest first, a thousand at most. To a delegate who
// was charged with some licences all others are not there, here and in what follows.
func (s *Service) Mine(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]Licence, error) {
	r, err := s.reach(ctx, by, firm)
	if err != nil {
		return nil, err
	}
	list, err := s.within(ctx, r)
	if err != nil {
		return nil, err
	}
	return s.latestOf(list), nil
}

// latestOf keeps the latest edition of each licence; while one is being signed, the one
// before it stands.
func (s *Service) latestOf(list []Credential) []Licence {
	var out []Licence
	for _, c := range list {
		i := slices.IndexFunc(out, func(l Licence) bool { return l.Number == c.Number })
		switch {
		case i < 0:
			out = append(out, s.Standing(c))
		case out[i].State == Pending || out[i].Edition < c.Edition && c.State != Pending:
			out[i] = s.Standing(c)
		}
	}
	return out
}

// History is an edition with what happened to it.
type History struct {
	Licence
	Events []Event
}

// Story returns all editions of a licence of the file, the latest first, with what
// happened to each. It fails with [ErrNotFound].
func (s *Service) Story(ctx context.Context, by actor.Actor, firm actor.DossierID, number Number) ([]History, error) {
	r, err := s.reach(ctx, by, firm)
	if err != nil {
		return nil, err
	}
	return s.story(ctx, number, func(c Credential) bool { return slices.Contains(r.file, c.Document) && r.to(c.Number) })
}

func (s *Service) story(ctx context.Context, number Number, mayRead func(Credential) bool) ([]History, error) {
	list, err := s.list(ctx, s.DB.Client(ctx).Credential.Query().Where(row.Number(string(number))).Limit(mostAtOnce))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || !mayRead(list[0]) {
		return nil, ErrNotFound
	}
	events, err := s.events(ctx, list...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b Credential) int { return b.Edition - a.Edition })
	out := make([]History, len(list))
	for i, c := range list {
		out[i] = History{s.Standing(c), events[c.ID]}
	}
	return out, nil
}

// Mined returns one licence of the file as it is now, with its signed text. It fails with
// [ErrNotFound] and [ErrPending].
func (s *Service) Mined(ctx context.Context, by actor.Actor, firm actor.DossierID, number Number) (Licence, error) {
	list, err := s.Mine(ctx, by, firm)
	if err != nil {
		return Licence{}, err
	}
	i := slices.IndexFunc(list, func(l Licence) bool { return l.Number == number })
	if i < 0 {
		return Licence{}, ErrNotFound
	}
	if list[i].Token == "" {
		return Licence{}, ErrPending
	}
	return list[i], nil
}

// Listing is one edition as whoever looks after keys sees it.
type Listing struct {
	ID      ID
	Number  Number
	Edition int
	State   State
}

// UnderKey lists what stands under an issuer key, after an edition in the order of IDs, at
// most limit of them. The cost does not grow with what stands under other keys.
func (s *Service) UnderKey(ctx context.Context, key string, after ID, limit int) ([]Listing, error) {
	rows, err := s.DB.Client(ctx).Credential.Query().Select(row.FieldID, row.FieldNumber, row.FieldEdition, row.FieldState).
		Where(row.KeyID(key), row.IDGT(string(after))).Order(row.ByID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list what stands under a key: %w", err)
	}
	list := make([]Listing, len(rows))
	for i, r := range rows {
		list[i] = Listing{ID(r.ID), Number(r.Number), r.Edition, State(r.State)}
	}
	return list, nil
}

// SignAnew signs what stands under a key that was given away under the present one, at
// most limit editions after one in the order of IDs, and returns the last that it looked
// at, "" at the end. Numbers, contents and places stay; what holders have downloaded is to
// be downloaded anew. What is revoked or superseded stays as it is. It may be repeated.
func (s *Service) SignAnew(ctx context.Context, key string, after ID, limit int) (last ID, signed int, err error) {
	list, err := s.list(ctx, s.DB.Client(ctx).Credential.Query().
		Where(row.KeyID(key), row.IDGT(string(after))).Order(row.ByID()).Limit(limit))
	if err != nil {
		return "", 0, err
	}
	for _, c := range list {
		last = c.ID
		if c.Token == "" || c.State != Valid && c.State != Suspended {
			continue
		}
		if err := s.signAnew(ctx, c); err != nil {
			return last, signed, fmt.Errorf("sign credential %s anew: %w", c.ID, err)
		}
		signed++
	}
	return last, signed, nil
}

// Count counts what happened from a moment until before another one, by type and kind of
// event. The same events give the same figures whenever they are counted.
func (s *Service) Count(ctx context.Context, from, until time.Time) (map[TypeCode]map[string]int, error) {
	rows, err := s.countEvents(ctx, from, until)
	if err != nil {
		return nil, err
	}
	counts := map[TypeCode]map[string]int{}
	for _, r := range rows {
		code := TypeCode(r.TypeCode)
		if counts[code] == nil {
			counts[code] = map[string]int{}
		}
		counts[code][r.Kind] = r.Count
	}
	return counts, nil
}

// StandsOn says under which of some documents a licence stands, and which department
// issues it. It fails with [ErrNotFound].
func (s *Service) StandsOn(ctx context.Context, documents []actor.DocumentID, number Number) (actor.DocumentID, string, error) {
	c, err := s.latest(ctx, number)
	if err == nil && (!slices.Contains(documents, c.Document) || c.Values == nil) {
		err = ErrNotFound
	}
	if err != nil {
		return "", "", err
	}
	return c.Document, c.Type.Issuer, nil
}

// Makers are the officers who issued the editions of a licence, as [actor.Actor.ID] gave
// them.
func (s *Service) Makers(ctx context.Context, number Number) ([]string, error) {
	makers, err := s.DB.Client(ctx).Credential.Query().Where(row.Number(string(number)), row.MakerNEQ("")).
		Unique(true).Select(row.FieldMaker).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("read who issued a credential: %w", err)
	}
	return makers, nil
}
