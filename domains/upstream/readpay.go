package upstream

import (
	"strings"
	"time"

	"github.com/golang-sql/civil"
	"github.com/google/uuid"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const (
	maxToken   = 128 // bytes
	tailLength = 4
	maxReason  = 64
	maxLines   = 1000
	maxCursor  = 512 // bytes
)

// shanghai is the zone of statements, without summer time since 1992. It is
// written out so that no zone data is needed.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func (c *Clients) readAccount(res *pb.RegisterAccountResponse, number string) (AccountAnswer, error) {
	// A repeated registration answers with the time of the first.
	if _, err := c.readProof(res, replayAge); err != nil {
		return AccountAnswer{}, err
	}
	verdict, err := readVerdict(res.GetVerdict())
	token, tail := res.GetToken(), res.GetTail()
	switch {
	case err != nil:
		return AccountAnswer{}, err
	case verdict != Match && token+tail != "":
		return AccountAnswer{}, unreadable("a token without a match")
	case verdict != Match:
		return AccountAnswer{Verdict: verdict}, nil
	case token == "" || len(token) > maxToken:
		return AccountAnswer{}, unreadable("a match without a token")
	case len(tail) != tailLength || !strings.HasSuffix(number, tail):
		return AccountAnswer{}, unreadable("a match with another number's end")
	}
	return AccountAnswer{Verdict: verdict, Token: token, Tail: tail}, nil
}

// readPaymentOf reads the payment of one order, as it is now.
func (c *Clients) readPaymentOf(p *pb.Payment, key string) (PaymentAnswer, error) {
	answer, err := readPayment(p)
	switch {
	case err != nil:
		return PaymentAnswer{}, err
	case answer.Key != key:
		return PaymentAnswer{}, unreadable("another key")
	case answer.Time.After(c.now().Add(clockSkew)):
		return PaymentAnswer{}, unreadable("a time to come")
	}
	return answer, nil
}

// readPayment checks what can be known without the order and the time.
func readPayment(p *pb.Payment) (PaymentAnswer, error) {
	state := readState(p.GetState())
	final := state == PaymentRefused || state == PaymentReturned
	switch {
	case !isUUID(p.GetIdempotencyKey()):
		return PaymentAnswer{}, unreadable("no key")
	case p.GetReference() == "" || len(p.GetReference()) > maxTrace:
		return PaymentAnswer{}, unreadable("no reference")
	case p.GetCurrency() != currency:
		return PaymentAnswer{}, unreadable("another currency")
	case p.GetFen() <= 0 || p.GetFen() > maxFen:
		return PaymentAnswer{}, unreadable("an impossible amount")
	case state == "":
		return PaymentAnswer{}, unreadable("no state")
	case final && !isReason(p.GetReason()) || !final && p.GetReason() != "":
		return PaymentAnswer{}, unreadable("a reason that does not fit")
	case p.GetChangeTime() == nil || !p.GetChangeTime().IsValid():
		return PaymentAnswer{}, unreadable("no time")
	}
	return PaymentAnswer{
		Key: p.GetIdempotencyKey(), Reference: p.GetReference(), Fen: p.GetFen(), State: state, Reason: p.GetReason(),
		Time: p.GetChangeTime().AsTime().Truncate(time.Microsecond),
	}, nil
}

func (c *Clients) readStatement(res *pb.ListSettlementsResponse, day civil.Date, cursor string) (StatementPage, error) {
	next := res.GetNextCursor()
	switch {
	case res.GetDay() != day.String():
		return StatementPage{}, unreadable("another day")
	case len(res.GetPayments()) > maxLines:
		return StatementPage{}, unreadable("more lines than a page has")
	case len(next) > maxCursor || next != "" && (next == cursor || len(res.GetPayments()) == 0):
		return StatementPage{}, unreadable("a cursor that leads nowhere")
	}
	page, seen := StatementPage{Next: next}, map[line]bool{}
	for _, p := range res.GetPayments() {
		answer, err := readPayment(p)
		if err != nil {
			return StatementPage{}, err
		}
		this := line{answer.Reference, answer.State}
		switch {
		case answer.State != PaymentPaid && answer.State != PaymentReturned:
			return StatementPage{}, unreadable("a line that settles nothing")
		case civil.DateOf(answer.Time.In(shanghai)) != day:
			return StatementPage{}, unreadable("a line of another day")
		case seen[this]:
			return StatementPage{}, unreadable("a line twice")
		}
		seen[this] = true
		page.Lines = append(page.Lines, answer)
	}
	return page, nil
}

// line tells the lines of a page apart. A gateway that paid one order twice has
// two lines for it: a caller that reconciles must see both.
type line struct {
	reference string
	state     PaymentState
}

func readState(s pb.PaymentState) PaymentState {
	switch s {
	case pb.PaymentState_PAYMENT_STATE_PENDING:
		return PaymentPending
	case pb.PaymentState_PAYMENT_STATE_PAID:
		return PaymentPaid
	case pb.PaymentState_PAYMENT_STATE_REFUSED:
		return PaymentRefused
	case pb.PaymentState_PAYMENT_STATE_RETURNED:
		return PaymentReturned
	default:
		return ""
	}
}

// isUUID accepts the one form in which keys are sent.
func isUUID(text string) bool {
	const length = 36
	return len(text) == length && uuid.Validate(text) == nil
}

// isReason accepts a stable code, which can hold no words about a person.
func isReason(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'A' || c > 'Z') && (i == 0 || (c < '0' || c > '9') && c != '_') {
			return false
		}
	}
	return text != "" && len(text) <= maxReason
}
