package alarm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

// due is an alarm whose time has come.
type due struct {
	id         string
	document   actor.DocumentID
	obligation tax.ID
	slot       string
	at         time.Time
}

// Ring rings everything that is due at this moment and says how many alarms rang.
// It works in transactions of about limit alarms, each with all that is due for
// its people, so that a person gets one digest. It may be stopped and repeated
// anywhere, and run by several processes at once.
//
// Where a transaction fails, its people are tried one by one; who fails then is
// passed over until the next call and is part of the error, and the others ring.
func (s *Service) Ring(ctx context.Context, limit int) (int, error) {
	now, rang := s.time(), 0
	var after place
	var failed []error
	for {
		batch, err := s.due(ctx, now, after, limit)
		if err != nil || len(batch) == 0 {
			return rang, errors.Join(append(failed, err)...)
		}
		n, err := s.ring(ctx, batch, now)
		if err != nil && ctx.Err() == nil {
			n, err = s.ringEach(ctx, batch, now)
		}
		if ctx.Err() != nil {
			return rang, ctx.Err()
		}
		if err != nil {
			failed = append(failed, err)
		}
		if err != nil || n == 0 {
			after = batch[len(batch)-1] // another process was first, or it fails
		}
		rang += n
	}
}

// ringEach rings for one person after the other.
func (s *Service) ringEach(ctx context.Context, batch []place, now time.Time) (int, error) {
	rang := 0
	var failed []error
	tried := map[actor.DocumentID]bool{}
	for _, p := range batch {
		if tried[p.document] {
			continue
		}
		tried[p.document] = true
		n, err := s.ring(ctx, []place{p}, now)
		if err != nil {
			failed = append(failed, err)
		}
		rang += n
	}
	return rang, errors.Join(failed...)
}

// ring rings what is due for the people of a batch, in one transaction.
func (s *Service) ring(ctx context.Context, batch []place, now time.Time) (int, error) {
	rang := 0
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		rang = 0
		taken, err := s.take(ctx, batch, now)
		if err != nil || len(taken) == 0 {
			return err
		}
		ds, overtaken, err := s.digests(ctx, taken, now)
		if err != nil {
			return err
		}
		if err := s.overtake(ctx, overtaken, now); err != nil {
			return err
		}
		rang = len(taken) - len(overtaken)
		return s.tell(ctx, ds)
	})
	if err != nil {
		return 0, fmt.Errorf("ring: %w", err)
	}
	return rang, nil
}

// digest is what one person is told at once.
type digest struct {
	document actor.DocumentID
	lines    []line
}

// line is one obligation of a digest and the alarm that rings for it.
type line struct {
	tax.Obligation
	rings   due
	overdue bool
}

// digests sorts what is due by person, in the order of the due dates. Overtaken is
// what does not ring: an earlier ring of the same obligation, one that is not open,
// one whose holder the person is not any more.
func (s *Service) digests(ctx context.Context, taken []due, now time.Time) (ds []digest, overtaken []due, err error) {
	known, holders, err := s.concerned(ctx, taken)
	if err != nil {
		return nil, nil, err
	}
	type who struct {
		file       actor.DocumentID // the first document of the file
		obligation tax.ID
	}
	lines, today := map[who]line{}, calendar.On(now)
	var order []who
	for _, d := range taken {
		o, ok := known[d.obligation]
		h, holds := personOf(holders[o.Document], d.document)
		if !ok || o.State != tax.Open || !holds {
			overtaken = append(overtaken, d)
			continue
		}
		at := who{h.file[0], d.obligation}
		before, ok := lines[at]
		switch {
		case !ok:
			order = append(order, at)
		case before.rings.at.After(d.at):
			overtaken = append(overtaken, d)
			continue
		default:
			overtaken = append(overtaken, before.rings)
		}
		lines[at] = line{o, d, o.Overdue(today)}
	}
	places := map[actor.DocumentID]int{}
	for _, at := range order {
		i, ok := places[at.file]
		if !ok {
			i = len(ds)
			places[at.file] = i
			ds = append(ds, digest{document: lines[at].rings.document})
		}
		ds[i].lines = append(ds[i].lines, lines[at])
	}
	return ds, overtaken, nil
}

// concerned reads what alarms are about, and who answers for it now.
func (s *Service) concerned(ctx context.Context, taken []due) (map[tax.ID]tax.Obligation, map[actor.DocumentID][]holder, error) {
	seen := map[tax.ID]bool{}
	var ids []tax.ID
	for _, d := range taken {
		if !seen[d.obligation] {
			seen[d.obligation] = true
			ids = append(ids, d.obligation)
		}
	}
	obligations, err := s.obligationsByID(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	known := make(map[tax.ID]tax.Obligation, len(obligations))
	subjects := make([]actor.DocumentID, len(obligations))
	for i, o := range obligations {
		known[o.ID], subjects[i] = o, o.Document
	}
	holders, err := s.holdersOf(ctx, each(subjects))
	return known, holders, err
}

// personOf is the person of a document, if one of the holders.
func personOf(holders []holder, id actor.DocumentID) (holder, bool) {
	i := slices.IndexFunc(holders, func(h holder) bool { return h.has(id) })
	if i < 0 {
		return holder{}, false
	}
	return holders[i], true
}
