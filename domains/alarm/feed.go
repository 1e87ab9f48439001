package alarm

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/tax"
)

const (
	mostFeeds = 5
	// useEvery is how exactly it is kept when a feed was used: phones ask often,
	// and most answers should write nothing.
	useEvery = time.Hour
	// longestToken is more than NewSecret makes.
	longestToken = 200
	// daysBack and daysAhead bound a calendar.
	daysBack, daysAhead = 92, 400
)

// FeedID names a feed. It is a UUID and opens nothing.
type FeedID string

// Feed is one address in use.
type Feed struct {
	ID       FeedID
	Document actor.DocumentID
	Created  time.Time
	Used     time.Time // when a calendar asked last, to the hour; zero before
	Ended    time.Time // when it was revoked; zero while it is in use
}

// Calendar is an iCalendar file.
type Calendar struct {
	Content []byte // text/calendar; charset=utf-8
	// ETag is a strong one, with its quotes: the same content has the same.
	ETag string
}

// CreateFeed makes an address and returns the token in it, which is not kept and
// shown this once. Whoever has it reads the actor's calendar until it is revoked.
// It fails with [ErrFeedTooMany] and [guard.ErrNotFound].
func (s *Service) CreateFeed(ctx context.Context, by actor.Actor) (Feed, string, error) {
	token := s.newSecret()
	f := Feed{ID: FeedID(s.newID()), Document: by.Document, Created: s.time()}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		file, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		used, err := s.feedsOf(ctx, file)
		if err != nil {
			return err
		}
		if len(used) >= mostFeeds {
			return ErrFeedTooMany
		}
		return s.insertFeed(ctx, f, hashOf(token))
	})
	if err != nil {
		return Feed{}, "", fmt.Errorf("create a feed: %w", err)
	}
	return f, token, nil
}

// Feeds lists the actor's addresses in use, the newest first. It fails with
// [guard.ErrNotFound].
func (s *Service) Feeds(ctx context.Context, by actor.Actor) ([]Feed, error) {
	file, err := s.own(ctx, by)
	if err != nil {
		return nil, err
	}
	return s.feedsOf(ctx, file)
}

// RevokeFeed ends an address: the next question is not answered. Repeating it
// changes nothing. It fails with [ErrFeedNotFound] and [guard.ErrNotFound].
func (s *Service) RevokeFeed(ctx context.Context, by actor.Actor, id FeedID) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		file, err := s.own(ctx, by)
		if err != nil {
			return err
		}
		return s.endFeed(ctx, file, id)
	})
	if err != nil {
		return fmt.Errorf("revoke a feed: %w", err)
	}
	return nil
}

// Feed is the calendar that a token opens, as it is now. It fails with
// [ErrFeedNotFound], the one answer to a token that is malformed, unknown or
// revoked: each costs the same look-up by hash.
func (s *Service) Feed(ctx context.Context, token string) (Calendar, error) {
	f, hash, err := s.feedByHash(ctx, hashOf(token))
	if err != nil {
		return Calendar{}, fmt.Errorf("open a feed: %w", err)
	}
	given := hashOf(token)
	if subtle.ConstantTimeCompare(hash, given[:]) != 1 || !f.Ended.IsZero() {
		return Calendar{}, ErrFeedNotFound
	}
	c, err := s.calendarOf(ctx, f.Document)
	if gone(err) {
		return Calendar{}, ErrFeedNotFound
	}
	if err != nil {
		return Calendar{}, fmt.Errorf("open a feed: %w", err)
	}
	if now := s.time(); now.Sub(f.Used) >= useEvery {
		if err := s.db.InTx(ctx, func(ctx context.Context) error { return s.useFeed(ctx, f.ID, now) }); err != nil {
			return Calendar{}, fmt.Errorf("open a feed: %w", err)
		}
	}
	return c, nil
}

// hashOf is what stays of a token. It is random, so it needs no key.
func hashOf(token string) [sha256.Size]byte {
	return sha256.Sum256([]byte(token[:min(len(token), longestToken)]))
}

// Export is the actor's calendar as a file, the same as a feed's. It fails with
// [guard.ErrNotFound].
func (s *Service) Export(ctx context.Context, by actor.Actor) (Calendar, error) {
	if _, err := s.own(ctx, by); err != nil {
		return Calendar{}, err
	}
	return s.calendarOf(ctx, by.Document)
}

// Attach is the calendar file that goes with the mail of a notice of ours: what it
// lists. It is nil for other notices, and where nothing is there any more.
func (s *Service) Attach(ctx context.Context, n notice.Notice) ([]byte, error) {
	if n.Kind != kindAlarm && n.Kind != kindOverdue && n.Kind != kindMoved {
		return nil, nil
	}
	ids := make([]tax.ID, len(n.Lines))
	for i, l := range n.Lines {
		ids[i] = tax.ID(l["ID"])
	}
	obligations, err := s.obligationsByID(ctx, ids)
	if err != nil || len(obligations) == 0 {
		return nil, err
	}
	c, err := s.draw(ctx, n.Document, obligations)
	return c.Content, err
}

// calendarOf is the calendar of the person of a document.
func (s *Service) calendarOf(ctx context.Context, id actor.DocumentID) (Calendar, error) {
	charges, err := s.charges(ctx, holderOf(id))
	if err != nil {
		return Calendar{}, err
	}
	today := calendar.On(s.now())
	obligations, err := s.obligationsUnder(ctx, charges, today.AddDays(-daysBack), today.AddDays(daysAhead))
	if err != nil {
		return Calendar{}, err
	}
	return s.draw(ctx, id, obligations)
}

// draw writes obligations as a calendar for the holder of a document.
func (s *Service) draw(ctx context.Context, id actor.DocumentID, obligations []tax.Obligation) (Calendar, error) {
	file, err := s.files.FileDocuments(ctx, id)
	if err != nil {
		return Calendar{}, err
	}
	kept, err := s.kept(ctx, file)
	if err != nil {
		return Calendar{}, err
	}
	d := drawing{settings: byScope(kept), words: s.words}
	if d.calendar, err = s.taxes.Calendar(ctx); err != nil {
		return Calendar{}, err
	}
	if d.reader, err = s.files.PreferenceOf(ctx, id); err != nil {
		return Calendar{}, err
	}
	if d.firms, err = s.firmsOf(ctx, obligations); err != nil {
		return Calendar{}, err
	}
	content := d.draw(obligations)
	sum := sha256.Sum256(content)
	return Calendar{content, `"` + hex.EncodeToString(sum[:16]) + `"`}, nil
}
