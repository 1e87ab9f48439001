package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// accounts are the bank accounts and wallets; mu guards the maps and what they
// hold.
type accounts struct {
	mu      sync.RWMutex
	byName  map[accountName]*account
	byToken map[string]*account
}

type accountName struct {
	kind   upstream.AccountKind
	number string
}

type account struct {
	accountName
	holder   string
	document string
	token    string
	closed   bool
}

var accountKinds = []upstream.AccountKind{upstream.BankAccount, upstream.ECNYWallet}

func newAccounts() *accounts {
	return &accounts{byName: map[accountName]*account{}, byToken: map[string]*account{}}
}

// AddAccount makes an account or wallet exist, open, and held by whoever has
// that document: any document of the person, with any form of the name, is the
// holder's. One that exists already gets this holder from now on, and is opened
// again; its token stays.
func (s *Sandbox) AddAccount(kind upstream.AccountKind, number, holderName, documentNumber string) {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	name := accountName{kind, number}
	a := &account{accountName: name, holder: holderName, document: documentNumber, token: name.token()}
	s.accounts.byName[name], s.accounts.byToken[a.token] = a, a
}

// token is the gateway's name for an account: the same in another process, since the
// house keeps it and the sandbox keeps nothing.
func (n accountName) token() string {
	sum := sha256.Sum256([]byte(string(n.kind) + "/" + n.number))
	return hex.EncodeToString(sum[:16])
}

// CloseAccount closes the accounts and wallets of a number: orders to pay to
// them are refused from now on, with ACCOUNT_CLOSED.
func (s *Sandbox) CloseAccount(number string) {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	for _, kind := range accountKinds {
		if a, ok := s.accounts.byName[accountName{kind, number}]; ok {
			a.closed = true
		}
	}
}

// find copies an account.
func (a *accounts) find(kind upstream.AccountKind, number string) (account, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	found, ok := a.byName[accountName{kind, number}]
	if !ok {
		return account{}, false
	}
	return *found, true
}

// refusal is why nothing is paid to a token, or "".
func (a *accounts) refusal(token string) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	switch found, ok := a.byToken[token]; {
	case !ok:
		return "ACCOUNT_UNKNOWN"
	case found.closed:
		return "ACCOUNT_CLOSED"
	default:
		return ""
	}
}

// tokens are the tokens of a number, or the token itself.
func (a *accounts) tokens(of string) []string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	list := []string{of}
	for _, kind := range accountKinds {
		if found, ok := a.byName[accountName{kind, of}]; ok {
			list = append(list, found.token)
		}
	}
	return list
}

// RegisterAccount implements the procedure.
func (s payments) RegisterAccount(_ context.Context, req *pb.RegisterAccountRequest) (*pb.RegisterAccountResponse, error) {
	return once(s.memory, req.GetIdempotencyKey(), req, func() *pb.RegisterAccountResponse {
		kind := upstream.BankAccount
		if req.GetKind() == pb.AccountKind_ACCOUNT_KIND_ECNY_WALLET {
			kind = upstream.ECNYWallet
		}
		found, ok := s.accounts.find(kind, req.GetNumber())
		verdict := pb.Verdict_VERDICT_MATCH
		switch {
		case !ok:
			verdict = pb.Verdict_VERDICT_NOT_FOUND
			found.token = traceID() // of nothing, for a lie
		case !s.register.holds(found, req.GetHolderName(), req.GetDocumentNumber()):
			verdict = pb.Verdict_VERDICT_MISMATCH
		}
		res := &pb.RegisterAccountResponse{
			Verdict: s.say(upstream.PaymentGateway, verdict), CheckTime: timestamppb.New(s.now()), TraceId: traceID(),
		}
		if res.GetVerdict() == pb.Verdict_VERDICT_MATCH {
			number := req.GetNumber()
			res.Token, res.Tail = found.token, number[len(number)-4:] // four at least, says the contract
		}
		return res
	})
}

// holds reports whether a person, by any document and any form of the name, is
// the holder of an account.
func (r *register) holds(a account, name, number string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	own, known := r.find(kindOf(a.document), a.document)
	named := plainName(name) == plainName(a.holder) || known && r.isName(own.holder, name)
	if number == a.document {
		return named
	}
	other, ok := r.find(kindOf(number), number)
	return named && known && ok && own.holder == other.holder
}
