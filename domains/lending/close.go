package lending

import (
	"context"
	"fmt"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// The kinds of notices.
const (
	kindNote    = "lending_note"
	kindOffer   = "lending_offer"
	kindRefused = "lending_refused"
	kindGranted = "lending_granted"
)

// tell tells the applicant of a case something, once for each key.
func (s *Service) tell(ctx context.Context, c Case, kind, key string) error {
	_, err := s.Notices.TellMany(ctx, []notice.Message{{
		Document: c.applicant, Key: kind + "/" + key, Kind: kind, Topic: notice.File, About: string(c.ID),
	}})
	return err
}

// Close says what came of a case, and tells the applicant: so many fen of CNY were paid out,
// or, for 0, the bank refuses, with an answer that says why. It shows nothing of the case, so
// it needs no authorisation. The same again by the same officer changes nothing.
//
// It fails with guard.ErrNotFound for whoever is no officer of a bank with the duty to
// review, [ErrNotFound], guard.ErrConflict, [ErrClosed], [ErrNotAccepted] and [ErrOutcome].
func (s *Service) Close(ctx context.Context, by actor.Actor, id ID, fen int64, answer string) (c Case, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if c, err = s.theirs(ctx, by, id); err != nil {
			return err
		}
		if _, err := s.enter(ctx, by, c, audit.None); err != nil {
			return err
		}
		end := outcome{fen, answer}
		if end.made(c, by) {
			return nil
		}
		if err := end.check(c); err != nil {
			return err
		}
		c.State, c.Granted, c.Answer, c.Ended, c.endedBy = end.state(), fen, answer, s.time(), by.ID()
		if err := s.saveEnd(ctx, c); err != nil {
			return err
		}
		if err := s.tell(ctx, c, end.kind(), string(c.ID)); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "lending.close", by, c.Document)
	})
	if err != nil {
		return Case{}, fmt.Errorf("close a case: %w", err)
	}
	return c.bare(), nil
}

// outcome is what a bank says came of a case.
type outcome struct {
	fen    int64
	answer string
}

func (o outcome) state() State {
	if o.fen > 0 {
		return Granted
	}
	return Refused
}

func (o outcome) kind() string {
	if o.fen > 0 {
		return kindGranted
	}
	return kindRefused
}

// made reports whether an officer ended a case so.
func (o outcome) made(c Case, by actor.Actor) bool {
	return c.State == o.state() && c.endedBy == by.ID() && c.Granted == o.fen && c.Answer == o.answer
}

// check says whether a case may end so.
func (o outcome) check(c Case) error {
	switch {
	case c.over():
		return ErrClosed
	case o.fen == 0 && o.answer == "":
		return ErrOutcome.On("answer")
	case o.fen == 0:
		return nil
	case o.answer != "":
		return ErrOutcome.On("answer")
	case c.State != Accepted:
		return ErrNotAccepted
	case o.fen > c.accepted():
		return ErrOutcome.On("granted_fen")
	}
	return nil
}
