package credential

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/guard"
)

// CallPurpose is the purpose of the consents on which departments' systems call licences
// (證照調用). Its scopes are codes of types.
const CallPurpose consent.PurposeCode = "licence_call"

// Consents decides reads. Package consent does it.
type Consents interface {
	Use(ctx context.Context, by actor.Actor, c consent.Claim) (consent.Use, error)
}

// Calls lets departments' systems ask for licences on a consent of the holder. It is safe
// for concurrent use.
//
// Whether the consent holds, the rows that say so and the read of the licences are one
// transaction: what is answered was allowed at that moment, and the holder sees it among the
// uses of the consent and, for each licence, among who looked.
type Calls struct {
	licences   *Service
	consents   Consents
	newVoucher func() (string, error)
}

// NewCalls returns the calls of a service. newVoucher draws numbers of reads.
func NewCalls(licences *Service, consents Consents, newVoucher func() (string, error)) (*Calls, error) {
	if licences == nil || consents == nil || newVoucher == nil {
		return nil, errors.New("credential: every dependency of calls is required")
	}
	return &Calls{licences, consents, newVoucher}, nil
}

// Call is a department's system that asks for licences of a type.
type Call struct {
	// Holder is the number of any document of the holder's.
	Holder  document.Number
	Type    TypeCode
	Consent consent.ID
}

// Query says which licences of a type a holder has, and what each is worth now, and not
// what they say. It returns the voucher's number too. Each call is another read.
//
// It fails with [ErrType], as guard.Guard.Enter does, and with consent.ErrNotValid, also
// where there is no such holder: a system must not find out who is on file.
func (c *Calls) Query(ctx context.Context, by actor.Actor, q Call) (voucher string, found []Licence, err error) {
	voucher, err = c.read(ctx, by, q, func(list []Licence) ([]Use, error) {
		found = nil
		uses := make([]Use, len(list))
		for i, l := range list {
			uses[i] = c.use(by, l.Credential, l.Standing, nil)
			l.Values, l.Token, l.content = nil, "", content{}
			found = append(found, l)
		}
		return uses, nil
	})
	if err != nil {
		return "", nil, fmt.Errorf("query licences: %w", err)
	}
	return voucher, found, nil
}

// Fetch returns one licence of a type with all that it says, and with the text that was
// signed while it holds; of a type that only some departments may ask for, others get what
// is open. It fails as [Calls.Query] does, and with [ErrNotFound] and [ErrPending].
func (c *Calls) Fetch(ctx context.Context, by actor.Actor, q Call, number Number) (voucher string, seen Seen, err error) {
	voucher, err = c.read(ctx, by, q, func(list []Licence) ([]Use, error) {
		i := slices.IndexFunc(list, func(l Licence) bool { return l.Number == number })
		if i < 0 {
			return nil, ErrNotFound
		}
		l := list[i].Credential
		if l.Token == "" {
			return nil, ErrPending
		}
		var err error
		if seen, err = c.licences.see(l, by, l.Type.hidden()); err != nil {
			return nil, err
		}
		return []Use{c.use(by, l, seen.Standing, fieldsOf(l.Type, seen.Values))}, nil
	})
	if err != nil {
		return "", Seen{}, fmt.Errorf("fetch a licence: %w", err)
	}
	return voucher, seen, nil
}

// read decides a call, hands on the licences of the type, and writes down what was seen.
func (c *Calls) read(ctx context.Context, by actor.Actor, q Call, see func([]Licence) ([]Use, error)) (string, error) {
	audit.On(ctx, audit.Consented(q.Consent))
	if by.Department == "" {
		return "", guard.ErrNotFound
	}
	if _, err := c.licences.Type(q.Type); err != nil {
		return "", err
	}
	voucher, err := c.newVoucher()
	if err != nil {
		return "", err
	}
	return voucher, c.licences.DB.InTx(ctx, func(ctx context.Context) error {
		r, err := c.enter(ctx, by, q)
		if err != nil {
			return err
		}
		if _, err = c.consents.Use(ctx, by, consent.Claim{
			Voucher: voucher, Document: r.own, File: r.file, Party: consent.PartyID(by.Department), Purpose: CallPurpose,
			Scopes: []string{string(q.Type)}, Consent: q.Consent,
		}); err != nil {
			return err
		}
		list, err := c.licences.within(ctx, r)
		if err != nil {
			return err
		}
		uses, err := see(c.licences.latestOf(slices.DeleteFunc(list, func(l Credential) bool { return l.Type.Code != q.Type })))
		if err != nil || len(uses) == 0 {
			return err
		}
		return c.licences.insertUses(ctx, uses)
	})
}

// enter is the file of the holder, if the actor may touch it.
func (c *Calls) enter(ctx context.Context, by actor.Actor, q Call) (reach, error) {
	id, _, err := c.licences.Files.Locate(ctx, q.Holder)
	if errors.Is(err, dossier.ErrNotFound) {
		return reach{}, consent.ErrNotValid
	}
	if err != nil {
		return reach{}, err
	}
	file, err := c.licences.Files.DocumentsOf(ctx, id)
	if err != nil {
		return reach{}, err
	}
	return reach{file: ids(file), own: id}, c.licences.Guard.Enter(ctx, by, audit.Consented(q.Consent), held(file)...)
}

// use is one licence that a system was told of.
func (c *Calls) use(by actor.Actor, l Credential, standing check.Standing, shown []string) Use {
	return Use{
		Number: l.Number, Way: BySystem, Department: by.Department, Office: by.Office, Standing: standing, Shown: shown,
		document: l.Document, officer: by.Officer,
	}
}
