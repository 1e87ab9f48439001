package credential

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/limit"
)

// CheckPath begins the address that stands in QR codes; a token follows.
const CheckPath = "/v/"

// longestToken is more than any address in a QR code of ours has.
const longestToken = 400

// Seen is one licence as somebody is shown it.
type Seen struct {
	Number   Number
	Edition  int
	Type     Type
	Standing check.Standing
	From     time.Time
	Until    time.Time
	// Values are what is shown: what is open, and what the holder chose.
	Values Values
	// Text is the same as a signed presentation, for verifying it elsewhere and later; ""
	// while the licence does not hold.
	Text string
}

// View is what a presentation shows.
type View struct {
	Way     Way
	Purpose string
	Seen    []Seen
}

// LogValue keeps what is shown out of logs.
func (View) LogValue() slog.Value { return slog.StringValue("a view") }

// Open shows what a token of a code, a share or a sheet leads to, and writes down who
// looked: an officer by name and office, anybody else as nobody known. The token may stand
// in an address, as QR codes have it. Officers of a department that may not ask, and the
// public where only some departments may, see what is open alone.
//
// It fails with [ErrPresentation], and with limit.ErrTooOften for an address from which
// too many tokens came that show nothing.
func (s *Service) Open(ctx context.Context, by actor.Actor, token string) (View, error) {
	if err := s.mayGuess(ctx, by, s.Limits.Check); err != nil {
		return View{}, err
	}
	if i := strings.LastIndex(token, CheckPath); i >= 0 {
		token = token[i+len(CheckPath):]
	}
	view, err := s.open(ctx, by, token)
	if errors.Is(err, ErrPresentation) {
		if counted := s.mayGuess(ctx, by, s.Limits.Spend); counted != nil {
			return View{}, counted
		}
	}
	if err != nil {
		return View{}, fmt.Errorf("open a presentation: %w", err)
	}
	return view, nil
}

// mayGuess asks for or counts a token that shows nothing. Whoever has signed in is counted
// call by call, and known by name: a hall with many expired codes is no attack.
func (s *Service) mayGuess(ctx context.Context, by actor.Actor, count func(context.Context, limit.Name, string) error) error {
	if by.ID() != "" {
		return nil
	}
	return count(ctx, limit.PresentationFailAddress, limit.From(ctx).Address)
}

func (s *Service) open(ctx context.Context, by actor.Actor, token string) (v View, err error) {
	if token == "" || len(token) > longestToken {
		return View{}, ErrPresentation
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		p, err := s.spend(ctx, token)
		if errors.Is(err, ErrPresentation) {
			p, err = s.paper(ctx, token)
		}
		if err != nil {
			return err
		}
		v, err = s.view(ctx, by, p)
		return err
	})
	return v, err
}

// paper is what the QR code on a sheet shows: the licence, and nothing that is hidden. It
// fails with [ErrPresentation].
func (s *Service) paper(ctx context.Context, token string) (Presentation, error) {
	c, err := s.byCheck(ctx, token)
	if err != nil {
		return Presentation{}, err
	}
	return Presentation{Way: ByPaper, Document: c.Document, Choices: []Choice{{Number: c.Number, edition: c.Edition}}}, nil
}

// view is what a presentation shows now, and writes down that it was seen.
func (s *Service) view(ctx context.Context, by actor.Actor, p Presentation) (View, error) {
	audit.Concerns(ctx, p.Document)
	if p.ID != "" {
		audit.On(ctx, audit.Presented(p.ID))
	}
	v := View{Way: p.Way, Purpose: p.Purpose}
	uses := make([]Use, 0, len(p.Choices))
	for _, one := range p.Choices {
		c, err := s.chosen(ctx, one)
		if err != nil {
			return View{}, err
		}
		seen, err := s.see(c, by, one.Fields)
		if err != nil {
			return View{}, err
		}
		v.Seen = append(v.Seen, seen)
		uses = append(uses, Use{
			Number: c.Number, Way: p.Way, Department: by.Department, Office: by.Office, Standing: seen.Standing,
			Shown: fieldsOf(c.Type, seen.Values), document: c.Document, presentation: p.ID, officer: by.Officer,
		})
	}
	return v, s.insertUses(ctx, uses)
}

// chosen is the edition that is shown.
func (s *Service) chosen(ctx context.Context, one Choice) (Credential, error) {
	if one.edition > 0 {
		return s.editionOf(ctx, one.Number, one.edition)
	}
	return s.latest(ctx, one.Number)
}

// see is what somebody is shown of an edition.
func (s *Service) see(c Credential, by actor.Actor, chosen []string) (Seen, error) {
	seen := Seen{Number: c.Number, Edition: c.Edition, Type: c.Type, Standing: s.standing(c), From: c.From, Until: c.Until, Values: Values{}}
	if !c.Type.MayAsk(by.Department) {
		chosen = nil
	}
	for _, f := range c.Type.Fields {
		if value, there := c.Values[f.Name]; there && (!f.Hidden || slices.Contains(chosen, f.Name)) {
			seen.Values[f.Name] = value
		}
	}
	if seen.Standing != check.Authentic || c.Token == "" {
		return seen, nil
	}
	var err error
	seen.Text, err = sdjwt.Present(c.Token, chosen...)
	return seen, err
}

// standing is what an edition is worth now.
func (s *Service) standing(c Credential) check.Standing {
	now := s.Now()
	switch {
	case c.State == Revoked:
		return check.Revoked
	case c.State == Superseded:
		return check.Superseded
	case c.State == Suspended:
		return check.Suspended
	case !c.Until.IsZero() && !now.Before(c.Until):
		return check.Expired
	case now.Before(c.From):
		return check.NotYet
	case c.State == Pending:
		return check.Unknown
	}
	if key, ok := s.Keys.set.Load().byID[c.key]; ok && !key.believed(now) {
		return check.Untrusted
	}
	return check.Authentic
}

// fieldsOf are the names of the fields that are shown, as the type has them in order.
func fieldsOf(t Type, values Values) []string {
	names := []string{}
	for _, f := range t.Fields {
		if _, there := values[f.Name]; there {
			names = append(names, f.Name)
		}
	}
	return names
}

// Judged is what somebody's file is worth.
type Judged struct {
	check.Verdict
	// Type and Shown are the type and what the file shows of it, as [Values] are.
	Type  Type
	Shown Values
}

// Verify says what a text is worth that somebody holds, as of now. It asks the database,
// so a revocation counts at once. Nobody is told that it was looked at: whoever has the
// text can verify it without the house.
func (s *Service) Verify(ctx context.Context, text string) (Judged, error) {
	return s.judged(ctx, check.Read(text, s.Keys.Believed(ctx), s.Now()))
}

// VerifySheet says the same of a sheet and the signature beside it.
func (s *Service) VerifySheet(ctx context.Context, sheet []byte, signature string) (Judged, error) {
	return s.judged(ctx, check.ReadSheet(sheet, signature, s.Keys.Believed(ctx), s.Now()))
}

// judged is a verdict with the row of the edition looked at. One without a row, or that
// names another place in the lists, was never issued by this house as it stands.
func (s *Service) judged(ctx context.Context, v check.Verdict) (Judged, error) {
	changed := Judged{Verdict: check.Verdict{Standing: check.Changed}}
	if v.Number == "" {
		return Judged{Verdict: v}, nil
	}
	c, err := s.editionOf(ctx, Number(v.Number), v.Edition)
	if errors.Is(err, ErrNotFound) {
		return changed, nil
	}
	if err != nil {
		return Judged{}, err
	}
	if v.Status.Index != c.place.index || !strings.HasSuffix(v.Status.URI, listPath(c.place.list)) {
		return changed, nil // the address before it may have been another one then
	}
	v.Standing, v.Listed = s.standing(c), s.time()
	j := Judged{Verdict: v, Type: c.Type, Shown: Values{}}
	for name := range v.Fields {
		if value, there := c.Values[name]; there {
			j.Shown[name] = value
		}
	}
	return j, nil
}

// CheckURL is the address that stands in the QR code of an edition on paper; "" where it
// was forgotten.
func (s *Service) CheckURL(c Credential) string {
	if c.content.Check == "" {
		return ""
	}
	return s.Issuer + CheckPath + c.content.Check
}
