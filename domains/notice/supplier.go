package notice

import (
	"context"
	"log/slog"
)

// Supplier sends through one channel. It is called outside of any transaction,
// with a context that ends in time, from many goroutines.
type Supplier interface {
	// Send hands a letter over and says what became of it. It never claims
	// [Taken] without the supplier's word, and says [Unclear] whenever the
	// letter may have left.
	Send(ctx context.Context, l Letter) Outcome
}

// Letter is what is sent.
type Letter struct {
	// Key is the delivery's ID, the same for each try: a UUID.
	Key string
	To  Address
	// Notice, Topic and About are empty in a letter with a code.
	Notice ID
	Topic  Topic
	About  string
	// Title is the subject of a mail and is not in a short message.
	Title    string
	Body     string
	Language string
	// Unsubscribe is the address that ends mails, for one click (RFC 8058).
	Unsubscribe string
	// Calendar is an iCalendar file that goes with a mail, or nil.
	Calendar []byte
}

// LogValue keeps the letter out of logs.
func (l Letter) LogValue() slog.Value { return slog.StringValue(l.Key) }

// String keeps the letter out of texts.
func (l Letter) String() string { return l.Key }

// Result is what became of a letter.
type Result string

// The results.
const (
	// Unclear: nobody knows whether it was taken. It is the result of whatever
	// is not one of the others.
	Unclear Result = ""
	// Taken: the supplier has it.
	Taken Result = "taken"
	// Busy: not taken; the same letter may be taken later.
	Busy Result = "busy"
	// Rejected: not taken, and never will be. The address may be good.
	Rejected Result = "rejected"
	// Dead: not taken, because the address does not work any more.
	Dead Result = "dead"
)

// Cause says why an endpoint is dead, or a delivery did not go well. Its text is
// stored and never renamed.
type Cause string

// The causes.
const (
	Gone         Cause = "gone"         // the browser's subscription is over
	Bounced      Cause = "bounced"      // the mail host knows no such address
	Refused      Cause = "refused"      // the gateway does not send to the phone, or ten letters in a row failed
	Unsubscribed Cause = "unsubscribed" // the person said so

	unavailable Cause = "unavailable" // the supplier was busy or away at every try
	rejected    Cause = "rejected"    // this letter was not taken
	unanswered  Cause = "unanswered"  // sent, without an answer
	interrupted Cause = "interrupted" // the process died on the way
	wasRead     Cause = "read"        // the person had read it
	endpointOff Cause = "endpoint"    // the endpoint is not there any more
)

// Outcome is a result with its details.
type Outcome struct {
	Result Result
	// Ref is the supplier's name for the letter, of [Taken], at most 100 bytes.
	Ref string
	// Cause is of [Dead].
	Cause Cause
	// Err is for the log alone. It holds no address and no text.
	Err error
}
