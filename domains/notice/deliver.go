package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/work"
)

// The moments of a delivery at which a test may end it.
const (
	afterCommit = "after-commit"
	afterSend   = "after-send"
)

// Deliver carries one notice on as far as it goes now, and is the handler of
// [DeliverWork]. It returns nil when nothing is left to do, and work.Later when
// something has to be waited for. It may be killed at any point, repeated, and
// run by several processes at once.
func (s *Service) Deliver(ctx context.Context, id string) error {
	for {
		claimed, err := s.claim(ctx, ID(id))
		if err != nil {
			return fmt.Errorf("deliver notice %s: %w", id, err)
		}
		switch {
		case claimed.step.wait > 0:
			return work.Later(claimed.step.wait)
		case claimed.step.send == nil:
			return nil
		}
		if err := s.send(ctx, claimed); err != nil {
			return fmt.Errorf("deliver notice %s: %w", id, err)
		}
	}
}

// claim is a step of a notice, with its delivery committed as sending.
type claim struct {
	notice Notice
	step   step
}

// claim decides the next step and commits it, before anything leaves.
func (s *Service) claim(ctx context.Context, id ID) (claim, error) {
	var c claim
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		c = claim{}
		n, found, err := s.noticeByID(ctx, id)
		if err != nil || !found {
			return err
		}
		now := s.time()
		if err := s.rebase(ctx, id, now); err != nil {
			return err
		}
		if err := s.interrupt(ctx, id, now.Add(-lease)); err != nil {
			return err
		}
		d, err := s.delivering(ctx, n)
		if err != nil {
			return err
		}
		c = claim{n, d.next(now)}
		switch {
		case c.step.send != nil:
			return s.commitSending(ctx, id, c.step.send, now)
		case c.step.wait == 0:
			return s.drop(ctx, n, now)
		}
		return nil
	})
	return c, err
}

// delivering reads what the next step depends on.
func (s *Service) delivering(ctx context.Context, n Notice) (delivering, error) {
	documents, err := s.file(ctx, n.Document)
	if err != nil {
		return delivering{}, err
	}
	d := delivering{topic: n.Topic, read: !n.Read.IsZero()}
	if d.order, err = s.chosen(ctx, n.Topic, documents); err != nil {
		return delivering{}, err
	}
	all, err := s.endpointsOf(ctx, documents)
	if err != nil {
		return delivering{}, err
	}
	for _, e := range all {
		if e.active() && s.suppliers[e.address.Channel()] != nil {
			d.endpoints = append(d.endpoints, e)
		}
	}
	d.deliveries, err = s.deliveriesOf(ctx, n.ID)
	return d, err
}

// send hands the letter over and notes what became of it. That the caller leaves
// meanwhile makes the outcome unclear, but it is noted.
func (s *Service) send(ctx context.Context, c claim) error {
	if err := s.moment(afterCommit); err != nil {
		return err
	}
	letter, err := s.letter(ctx, c)
	var out Outcome
	if err != nil {
		out = Outcome{Result: Busy, Err: err} // nothing has left
	} else {
		out = s.hand(ctx, letter)
	}
	if err := s.moment(afterSend); err != nil {
		return err
	}
	s.report(ctx, c, out)
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := s.note(noting, c, out); err != nil {
		return err
	}
	return ctx.Err()
}

// hand gives a letter to its supplier, unless the supplier keeps failing.
func (s *Service) hand(ctx context.Context, l Letter) Outcome {
	supplier := s.suppliers[l.To.Channel()]
	if supplier == nil {
		return Outcome{Result: Busy, Err: errors.New("no supplier")}
	}
	breaker := s.breakers.of(l.To.host())
	if !breaker.TryAcquirePermit() {
		return Outcome{Result: Busy, Err: errors.New("circuit breaker is open")}
	}
	ctx, cancel := context.WithTimeout(ctx, s.sendLimit)
	defer cancel()
	out := supplier.Send(ctx, l)
	record(breaker, out.Result)
	return out
}

// letter words a notice for the channel of a claim.
func (s *Service) letter(ctx context.Context, c claim) (Letter, error) {
	p, err := s.files.PreferenceOf(ctx, c.notice.Document)
	if err != nil {
		return Letter{}, err
	}
	w := s.words.For(p, c.notice)
	l := Letter{
		Key: c.step.send.id, To: c.step.to.address, Notice: c.notice.ID, Topic: c.notice.Topic, About: c.notice.About,
		Title: cut(w.Title, 100), Body: w.Body, Language: w.Language,
	}
	switch c.step.send.channel {
	case SMS:
		l.Body = cut(s.words.text(p, "NOTICE_SMS", map[string]string{"Title": l.Title, "Body": cut(w.Body, 300)}), 1000)
	case Mail:
		l.Unsubscribe = s.unsubscribe(c.step.to.token)
		l.Body = s.words.text(p, "NOTICE_MAIL_BODY", map[string]string{"Body": w.Body, "Link": l.Unsubscribe})
		if s.attach != nil {
			l.Calendar, err = s.attach(ctx, c.notice)
		}
	case Push:
		l.Body = cut(w.Body, 500)
	}
	return l, err
}

// report logs what did not go well.
func (s *Service) report(ctx context.Context, c claim, out Outcome) {
	if out.Result == Taken {
		return
	}
	result := string(out.Result)
	if out.Result == Unclear {
		result = "unclear"
	}
	s.log.WarnContext(ctx, "notice not delivered", slog.String("delivery", c.step.send.id),
		slog.String("channel", string(c.step.send.channel)), slog.String("result", result), slog.Any("error", out.Err))
}

// moment lets a test end a delivery.
func (s *Service) moment(name string) error {
	if s.at == nil {
		return nil
	}
	return s.at(name)
}

// mostFailures is how many letters in a row an endpoint may fail to take.
const mostFailures = 10

// note writes what became of a letter, and what it says about the endpoint.
func (s *Service) note(ctx context.Context, c claim, out Outcome) error {
	v := c.step.send
	state, cause := settle(*v, out)
	return s.db.InTx(ctx, func(ctx context.Context) error {
		now := s.time()
		if err := s.settled(ctx, v.id, state, cause, out.Ref, now); err != nil {
			return err
		}
		switch {
		case out.Result == Taken:
			return s.works(ctx, c.step.to.id)
		case out.Result == Dead:
			return s.kill(ctx, c.step.to.id, out.Cause, now)
		case out.Result == Rejected, state == Failed && v.channel == Push:
			return s.countFailure(ctx, c.step.to, now)
		}
		return nil
	})
}

// settle is the state of a delivery after an outcome.
func settle(v attempt, out Outcome) (State, Cause) {
	switch out.Result {
	case Taken:
		return Sent, ""
	case Busy:
		// Once a letter of unknown outcome is not taken, it still may have been
		// the first time.
		if v.state == Unknown {
			return Unknown, unanswered
		}
		if int(v.attempts) > len(pauses) {
			return Failed, unavailable
		}
		return Queued, unavailable
	case Rejected:
		return Failed, rejected
	case Dead:
		return Failed, out.Cause
	default:
		return Unknown, unanswered
	}
}
