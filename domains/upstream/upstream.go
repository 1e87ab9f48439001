// Package upstream asks the authorities: exit-entry, which issues passes and
// counts days of stay; the police, who issue permits; the national check of
// whether two documents are one person's; the gateway that sends short
// messages; the tax bureau; the Taiwan-affairs department; the gateway that
// pays to bank accounts and e-CNY wallets; and the sources of public-credit data.
//
// Words. An [Authority] is one of these seven, or one [CreditSource]. A [Verdict] is what it says of
// what was asked. The interfaces are the ports that a domain declares itself to
// need; [Clients] is all of them over Connect, against the gateways' contract
// minzhengtong.upstream.v1. No type of that contract leaves this package.
//
// Invariants:
//   - an authority that does not answer is never a yes: whatever is not a
//     complete, timely and readable answer is [ErrUnavailable];
//   - no call outlasts its context or the configured limit, retries included;
//   - one authority's trouble stays its own: connections, retries and circuit
//     breaker are per authority;
//   - no error, log line or printed value of this package holds a number, a
//     name, a phone or a text, and nothing that a gateway worded;
//   - an order to pay is sent once per call. Every other call may be repeated
//     and is.
package upstream

import (
	"context"
	"errors"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrUnavailable: an authority gave no answer that can be relied on. The
// argument "Authority" names it; while its circuit breaker is open the fault
// says after what time a call makes sense.
//
// It says nothing about whether the call had an effect. A message may have been
// sent, a link may have been checked: repeat with the same idempotency key.
var ErrUnavailable = fault.New(fault.Unavailable, "AUTHORITY_UNAVAILABLE")

// ErrRefused: the message gateway said that it does not send to this phone, such as
// one that exists no more. Nothing was sent, and repeating is in vain.
var ErrRefused = errors.New("the message gateway does not send to this phone")

// Why the payment gateway does not carry out or does not know an order. Both are
// answers: the gateway is well, and asking again is answered the same.
var (
	// ErrPaymentDiffers: the gateway holds another order under that key. It did
	// nothing now, and the key is spoilt for this order.
	ErrPaymentDiffers = errors.New("the payment gateway holds another order under this key")
	// ErrNoPayment: the gateway has no order under that key. By contract it has
	// done nothing for it, and an order with that key may be sent (again).
	ErrNoPayment = errors.New("the payment gateway has no order under this key")
)

// ErrEvent: what came as an event of the payment gateway is none. It does not
// say why, and holds nothing of what came.
var ErrEvent = errors.New("no event of the payment gateway")

// Authority names one of the authorities, in faults and in logs.
type Authority string

// The authorities.
const (
	ExitEntryOffice     Authority = "exit_entry"
	PoliceOffice        Authority = "police"
	NationalCheck       Authority = "link_check"
	MessageGateway      Authority = "message"
	TaxOffice           Authority = "tax_bureau"
	TaiwanAffairsOffice Authority = "taiwan_affairs"
	PaymentGateway      Authority = "payment"
)

// Authorities lists every authority but the sources of public-credit data, which are data
// of whoever asks them. The slice belongs to the caller.
func Authorities() []Authority {
	return []Authority{
		ExitEntryOffice, PoliceOffice, NationalCheck, MessageGateway, TaxOffice, TaiwanAffairsOffice, PaymentGateway,
	}
}

// ExitEntry is the exit-entry administration.
type ExitEntry interface {
	// CheckPass says whether a pass is as described. It changes nothing and may
	// be repeated. It fails with [ErrUnavailable], or with the context's error
	// when the context ends first.
	CheckPass(ctx context.Context, q PassQuestion) (PassAnswer, error)
	// MainlandDays says how many days the holder of each document was in the
	// mainland in the year, in the order of the questions. The days are the
	// holder's: who asks about both documents of a person hears the same days
	// twice and must not add them up. It changes nothing and may be repeated; no
	// questions get no answers without a call. It fails as a whole, with
	// [ErrUnavailable] or the context's error.
	MainlandDays(ctx context.Context, qs []YearQuestion) ([]StayAnswer, error)
}

// Police is the public-security authority that issues residence permits.
type Police interface {
	// CheckPermits answers each question in its order. It changes nothing and
	// may be repeated; no questions get no answers without a call. It fails as a
	// whole, with [ErrUnavailable] or the context's error.
	CheckPermits(ctx context.Context, qs []PermitQuestion) ([]PermitAnswer, error)
}

// LinkCheck is the national check.
type LinkCheck interface {
	// CheckLink says whether a pass and a permit are one person's. Only the
	// holder may start it. Repeating it with the same key answers as the first
	// time, with that time. It fails with [ErrUnavailable] or the context's
	// error.
	CheckLink(ctx context.Context, q LinkQuestion) (LinkAnswer, error)
}

// Messages is the short message gateway.
type Messages interface {
	// Send has a text delivered at most once per key and returns the gateway's
	// name for the message. It fails with [ErrRefused]; after any other error the
	// message may or may not have been sent: repeat with the same key. Those are
	// [ErrUnavailable] and the context's error.
	Send(ctx context.Context, m Message) (string, error)
}

// TaxBureau is the tax authority.
type TaxBureau interface {
	// TaxPayments says what individual income tax of the year was declared and
	// paid under each document, in the order of the questions. The payments are
	// the document's: those of a person are the ones of both documents. It
	// changes nothing and may be repeated; no questions get no answers without a
	// call. It fails as a whole, with [ErrUnavailable] or the context's error.
	TaxPayments(ctx context.Context, qs []YearQuestion) ([]TaxPayments, error)
	// Payers names, page by page, the documents under which individual income tax of
	// a year was paid in an area (six digits, GB/T 2260), and nothing of how much:
	// those whom the bureau wants told that something may be due to them. Begin with
	// the cursor ""; the last page has none. It changes nothing and may be repeated.
	// It fails with [ErrUnavailable] or the context's error.
	Payers(ctx context.Context, area string, year int, cursor string) (PayersPage, error)
}

// TaiwanAffairs is the Taiwan-affairs department.
type TaiwanAffairs interface {
	// Engagements says where the holder of each document worked in the year, in
	// the order of the questions. What is said is the holder's: both documents
	// of a person are answered alike. It changes nothing and may be repeated; no
	// questions get no answers without a call. It fails as a whole, with
	// [ErrUnavailable] or the context's error.
	Engagements(ctx context.Context, qs []YearQuestion) ([]Engagement, error)
}

// Payments is the payment gateway, which pays to bank accounts and e-CNY wallets.
type Payments interface {
	// RegisterAccount proves that an account or wallet is the holder's, and gets
	// the gateway's token for it. Repeating it with the same key answers as the
	// first time. It fails with [ErrUnavailable] or the context's error.
	RegisterAccount(ctx context.Context, q AccountQuestion) (AccountAnswer, error)
	// Pay has an order carried out at most once per key. It makes exactly one
	// attempt: nothing is repeated inside, because after any error but
	// [ErrPaymentDiffers] the order may or may not have been taken. Ask with
	// Payment before sending it again, with the same key and nothing changed.
	// Those errors are [ErrUnavailable] and the context's error.
	Pay(ctx context.Context, o PaymentOrder) (PaymentAnswer, error)
	// Payment says what became of an order. It changes nothing and may be
	// repeated. [ErrNoPayment] means that the gateway has no order under that
	// key: an order with it may be sent again. It fails also with
	// [ErrUnavailable] or the context's error, which say nothing about the order.
	//
	// The caller compares the amount with what was ordered; Pay does so itself.
	Payment(ctx context.Context, key string) (PaymentAnswer, error)
	// Statement lists, page by page, what was settled on a day of Asia/Shanghai:
	// a line for each order that was paid and a line for each that was returned
	// that day, so that an order paid and returned on one day has two. Begin with
	// the cursor ""; the last page has none. It changes nothing and may be
	// repeated. It fails with [ErrUnavailable] or the context's error.
	Statement(ctx context.Context, day civil.Date, cursor string) (StatementPage, error)
}
