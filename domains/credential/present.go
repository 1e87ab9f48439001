package credential

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Bounds of showing. They are ours.
const (
	// CodeLife is how long a code on the screen lives.
	CodeLife = time.Minute
	// LongestShare is how far ahead a share may end.
	LongestShare = 90 * 24 * time.Hour
	// mostChosen is how many licences are shown at once, mostShares how many shares of a
	// file are open at a time.
	mostChosen = 10
	mostShares = 100
)

// The faults of showing.
var (
	// ErrPresentation: what was scanned shows nothing: it is over, taken back, used up, or
	// was never there. Which of these is not told.
	ErrPresentation = fault.New(fault.NotFound, "PRESENTATION_NOT_FOUND")
	// ErrShareEnd: a share must end in the future, and within [LongestShare].
	ErrShareEnd = fault.New(fault.Invalid, "SHARE_END_WRONG")
	// ErrShares: so many shares are open that one has to be taken back first.
	ErrShares = fault.New(fault.Exhausted, "SHARES_TOO_MANY")
)

// PresentationID names a presentation; it opens nothing.
type PresentationID string

// Way is how somebody came to see a licence. Its text is stored and never renamed.
type Way string

// The ways.
const (
	ByCode  Way = "code"
	ByShare Way = "share"
	ByPaper Way = "paper" // by the QR code on a sheet
	// BySystem: a program of a department, on a consent; see [Calls].
	BySystem Way = "system"
)

// Choice is what the holder shows: a licence, and which of its hidden fields. What is not
// hidden is always shown.
type Choice struct {
	Number Number   `json:"number"`
	Fields []string `json:"fields"`
	// edition is the one on paper; 0 is the latest.
	edition int
}

// Presentation is leave to see what was chosen.
type Presentation struct {
	ID       PresentationID
	Way      Way
	Document actor.DocumentID
	Choices  []Choice
	// Purpose is what it is for, in the holder's words; "" for a code.
	Purpose          string
	Created, Expires time.Time
	Revoked          time.Time // zero while it was not taken back
	Uses             int
	Used             time.Time // zero before the first use

	delegation actor.DelegationID
}

// LogValue keeps what was chosen out of logs.
func (p Presentation) LogValue() slog.Value { return slog.StringValue(string(p.ID)) }

// choice is what of a presentation is sealed.
type choice struct {
	Choices []Choice `json:"choices"`
	Purpose string   `json:"purpose,omitempty"`
}

// ShowCode makes a code for the screen: whoever scans it within [CodeLife] sees what was
// chosen, once. The code is returned and not kept. It fails as [Service.Share] does.
func (s *Service) ShowCode(ctx context.Context, by actor.Actor, firm actor.DossierID, choices []Choice) (Presentation, string, error) {
	p := Presentation{Way: ByCode, Choices: choices, Expires: s.time().Add(CodeLife)}
	return s.present(ctx, by, firm, p)
}

// Share lets whoever has the token see what was chosen, for a purpose and until a time. The
// token is returned and not kept. Each call makes another share. A licence that is amended
// meanwhile is shown as it is then.
//
// It fails with [ErrNotFound] for a licence that is not of the file, [ErrField] for a field
// that it has not, [ErrShareEnd] and [ErrShares].
func (s *Service) Share(ctx context.Context, by actor.Actor, firm actor.DossierID, choices []Choice, purpose string, until time.Time) (Presentation, string, error) {
	now := s.time()
	if !until.After(now) || until.After(now.Add(LongestShare)) {
		return Presentation{}, "", ErrShareEnd.On("expire_time")
	}
	p := Presentation{Way: ByShare, Choices: choices, Purpose: purpose, Expires: until.UTC().Truncate(time.Microsecond)}
	return s.present(ctx, by, firm, p)
}

func (s *Service) present(ctx context.Context, by actor.Actor, firm actor.DossierID, p Presentation) (Presentation, string, error) {
	token := s.NewSecret()
	p.ID, p.Created, p.delegation = PresentationID(s.NewID()), s.time(), by.Delegation
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		r, err := s.reach(ctx, by, firm)
		if err != nil {
			return err
		}
		p.Document = r.own
		if err := s.mayShow(ctx, r, p); err != nil {
			return err
		}
		if err := s.insertPresentation(ctx, p, token); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "credential.show_"+string(p.Way), by, r.file...)
	})
	if err != nil {
		return Presentation{}, "", fmt.Errorf("show credentials: %w", err)
	}
	return p, token, nil
}

// mayShow says whether what is to be shown is within reach.
func (s *Service) mayShow(ctx context.Context, r reach, p Presentation) error {
	if len(p.Choices) == 0 || len(p.Choices) > mostChosen {
		return ErrNotFound
	}
	list, err := s.within(ctx, r)
	if err != nil {
		return err
	}
	for _, one := range p.Choices {
		i := slices.IndexFunc(list, func(c Credential) bool { return c.Number == one.Number })
		if i < 0 {
			return ErrNotFound
		}
		for _, name := range one.Fields {
			if f, ok := list[i].Type.Field(name); !ok || !f.Hidden {
				return ErrField.On(name)
			}
		}
	}
	if p.Way != ByShare {
		return nil
	}
	open, err := s.openShares(ctx, r.file)
	if err == nil && open >= mostShares {
		err = ErrShares
	}
	return err
}

// Shares lists the shares of a file, those that are over included, the newest first. A
// delegate who was charged with some licences sees those that show nothing else.
func (s *Service) Shares(ctx context.Context, by actor.Actor, firm actor.DossierID) ([]Presentation, error) {
	r, err := s.reach(ctx, by, firm)
	if err != nil {
		return nil, err
	}
	return s.sharesOf(ctx, r)
}

// Unshare takes a share back: from now on it shows nothing. Taking back twice succeeds and
// changes nothing. It fails with [ErrPresentation].
func (s *Service) Unshare(ctx context.Context, by actor.Actor, firm actor.DossierID, id PresentationID) error {
	err := s.DB.InTx(ctx, func(ctx context.Context) error {
		r, err := s.reach(ctx, by, firm)
		if err != nil {
			return err
		}
		if err := s.revokePresentation(ctx, r, id); err != nil {
			return err
		}
		return s.Audit.Change(ctx, "credential.unshare", by, r.file...)
	})
	if err != nil {
		return fmt.Errorf("take back a share: %w", err)
	}
	return nil
}
