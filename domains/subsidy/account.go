package subsidy

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/guard"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/gen/ent"
	row "github.com/minzhengtong/minzhengtong/gen/ent/payeeaccount"
)

// AccountID names an account of a payee.
type AccountID string

// AccountKind says what money is paid to.
type AccountKind = upstream.AccountKind

// The kinds of account.
const (
	BankAccount = upstream.BankAccount
	ECNYWallet  = upstream.ECNYWallet
)

// Account is where somebody wants to be paid.
type Account struct {
	ID   AccountID
	Kind AccountKind
	// Tail is the last four characters of its number.
	Tail    string
	Created time.Time
}

// LogValue keeps an account out of logs.
func (a Account) LogValue() slog.Value { return slog.StringValue(string(a.ID)) }

// SetAccount makes a bank account or an e-CNY wallet the one to which the actor's file is
// paid, in place of the one before. The gateway is asked whether it is the holder's own;
// its number goes there and is kept nowhere. Asking with the same number again sets it
// again.
//
// It fails as [guard.Own] does, with [ErrAccountUnknown] and [ErrAccountOther], and with
// upstream.ErrUnavailable.
func (s *Service) SetAccount(ctx context.Context, by actor.Actor, kind AccountKind, number string) (Account, error) {
	file, own, err := s.own(ctx, by)
	if err != nil {
		return Account{}, err
	}
	a := Account{ID: AccountID(s.NewID()), Kind: kind, Created: s.time()}
	answer, err := s.Payments.RegisterAccount(ctx, upstream.AccountQuestion{
		Key: string(a.ID), Kind: kind, Number: number, HolderName: nameOf(own), DocumentNumber: own.Number.Canonical(),
	})
	switch {
	case err != nil:
		return Account{}, err
	case answer.Verdict == upstream.NotFound:
		return Account{}, ErrAccountUnknown.On("number")
	case answer.Verdict != upstream.Match:
		return Account{}, ErrAccountOther.On("number")
	}
	a.Tail = answer.Tail
	if err := s.saveAccount(ctx, by, ids(file), a, answer.Token); err != nil {
		return Account{}, fmt.Errorf("set account: %w", err)
	}
	return a, nil
}

// own lets a person into the own file, and returns its documents and the one by which the
// person came.
func (s *Service) own(ctx context.Context, by actor.Actor) (file []dossier.Document, own dossier.Document, err error) {
	if err := guard.Own(ctx, by); err != nil {
		return nil, own, err
	}
	if file, err = s.Files.DocumentsOf(ctx, by.Document); err != nil {
		return nil, own, err
	}
	for _, d := range file {
		if d.ID == by.Document {
			own = d
		}
	}
	return file, own, nil
}

// nameOf is a name by which a holder may be known.
func nameOf(d dossier.Document) string {
	if han := d.Holder.Names.Han(); len(han) > 0 {
		return han[0]
	}
	return d.Holder.Names.Roman
}

func ids(file []dossier.Document) []actor.DocumentID {
	list := make([]actor.DocumentID, len(file))
	for i, d := range file {
		list[i] = d.ID
	}
	return list
}

// saveAccount writes an account in place of those that the file had.
func (s *Service) saveAccount(ctx context.Context, by actor.Actor, file []actor.DocumentID, a Account, token string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		owner := string(by.Document)
		keys, err := s.Vault.Make(ctx, owner)
		if err != nil {
			return err
		}
		sealedToken, err := keys.Seal(owner, []byte(token), "payee_account/"+string(a.ID)+"/token")
		if err != nil {
			return err
		}
		sealedTail, err := keys.Seal(owner, []byte(a.Tail), tailPlace(string(a.ID)))
		if err != nil {
			return err
		}
		c := s.DB.Client(ctx)
		err = c.PayeeAccount.Update().Where(row.DocumentIDIn(entdb.Texts(file)...), row.StateEQ(row.StateActive)).
			SetState(row.StateRemoved).SetChangeTime(a.Created).AddVersion(1).Exec(ctx)
		if err != nil {
			return err
		}
		err = c.PayeeAccount.Create().SetID(string(a.ID)).SetDocumentID(owner).SetKind(row.Kind(a.Kind)).SetTokenSealed(sealedToken).
			SetTailSealed(sealedTail).SetState(row.StateActive).SetCreateTime(a.Created).SetChangeTime(a.Created).Exec(ctx)
		if err != nil {
			return err
		}
		return s.Audit.Change(ctx, "subsidy.set_account", by, file...)
	})
}

// Account returns where the actor's file is paid; without one, there is no ID. It fails
// as [guard.Own] does.
func (s *Service) Account(ctx context.Context, by actor.Actor) (Account, error) {
	file, _, err := s.own(ctx, by)
	if err != nil {
		return Account{}, err
	}
	rows, err := s.DB.Client(ctx).PayeeAccount.Query().Where(row.DocumentIDIn(entdb.Texts(ids(file))...), row.StateEQ(row.StateActive)).
		Order(row.ByCreateTime()).All(ctx)
	if err != nil || len(rows) == 0 {
		return Account{}, err
	}
	return s.openAccount(ctx, rows[len(rows)-1]) // files that came together bring one each
}

// tokens opens the gateway's tokens of accounts.
func (s *Service) tokens(ctx context.Context, accounts []*ent.PayeeAccount) (map[AccountID]string, error) {
	owners := make([]string, len(accounts))
	for i, a := range accounts {
		owners[i] = a.DocumentID
	}
	keys, err := s.Vault.Keys(ctx, owners...)
	if err != nil {
		return nil, err
	}
	tokens := make(map[AccountID]string, len(accounts))
	for _, a := range accounts {
		token, err := keys.Unseal(a.DocumentID, a.TokenSealed, "payee_account/"+a.ID+"/token")
		if err != nil {
			return nil, fmt.Errorf("open account %s: %w", a.ID, err)
		}
		tokens[AccountID(a.ID)] = string(token)
	}
	return tokens, nil
}
