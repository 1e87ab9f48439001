// Package notice tells people things: in their inbox, and through the channels
// that they chose.
//
// # Words
//
// A notice (通知) is something that a person was told. It stands in the inbox of a
// document, at a sequence, and has a key under which it is said once. An endpoint
// is an address at which a person is reached: a browser's push subscription, a
// mail address, a phone of either shore. Channels are chosen for each topic, in
// an order. A delivery is one notice on its way to one endpoint; its ID is the
// key that the supplier gets. A position is how far somebody has read the
// inboxes of a file.
//
// # Delivery
//
// [Service.Deliver] does the work [DeliverWork] of one notice. It commits a
// delivery in the state sending before anything leaves, sends outside of any
// transaction, and notes what became of it. A delivery that is found in the state
// sending once its lease is over has an unknown outcome.
//
// What is unknown is never sent again blindly. The gateway of short messages
// takes a message once for each key, so there the question is the same message
// under the same key. Push and mail cannot be asked: the next channel is tried
// after [UnknownPause], unless the person has read the notice by then, because
// hearing twice by two ways is better than missing a deadline. A campaign is not
// worth that, and ends there.
//
// # What never happens
//
//   - a key is told twice, or a sequence is left out or given twice
//   - a notice is sent to the same endpoint twice, unless the supplier said that
//     it did not take it, or is asked by the same key
//   - anything is sent that was not committed before
//   - an address, a code, a title or a body is in the database in clear, in a
//     log or in an error
//   - somebody else's notice or endpoint looks different from one that is not there
package notice

import (
	"log/slog"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of endpoints and channels.
var (
	// ErrTopic: no such topic, or the channel is not for it.
	ErrTopic = fault.New(fault.Invalid, "CHANNEL_TOPIC")
	// ErrAddress: not an address of the kind, or one at which nobody is reached.
	ErrAddress = fault.New(fault.Invalid, "ENDPOINT_ADDRESS")
	// ErrTooMany: ten endpoints stand already, or thirty were added in a day.
	ErrTooMany = fault.New(fault.Precondition, "ENDPOINT_TOO_MANY")
	// ErrEndpointNotFound: not there, or somebody else's.
	ErrEndpointNotFound = fault.New(fault.NotFound, "ENDPOINT_NOT_FOUND")
	// ErrCode: wrong, used up or over. One answer for all causes.
	ErrCode = fault.New(fault.Invalid, "ENDPOINT_CODE")
)

// ID names a notice.
type ID string

// Topic is what channels are chosen for. Its text is stored and never renamed.
type Topic string

// The topics.
const (
	Deadline Topic = "deadline" // what is due
	Money    Topic = "money"    // money
	File     Topic = "file"     // the file itself
	Campaign Topic = "campaign" // messages to many, which can be turned off
)

// Topics lists every topic. The slice belongs to the caller.
func Topics() []Topic { return []Topic{Deadline, Money, File, Campaign} }

// Channel is a way to a person beside the inbox. Its text is stored and never
// renamed.
type Channel string

// The channels.
const (
	Push Channel = "push" // Web Push
	Mail Channel = "mail" // mail
	SMS  Channel = "sms"  // a short message
)

// Text is a title and a body that are data and not messages of the catalogue:
// those of a campaign.
type Text struct {
	Title    string `json:"title"`
	Body     string `json:"body"`
	Language string `json:"language"` // BCP 47 tag
}

// Message is what is to be told.
type Message struct {
	// Document is in whose inbox it goes.
	Document actor.DocumentID
	// Key says what it is about, 1 to 120 bytes: telling it again does nothing,
	// whatever the document. It holds no personal data.
	Key string
	// Kind is its template, a_to_z with underscores, at most 48: the messages
	// NOTICE_<KIND>_TITLE, _BODY and, for lines, _LINE.
	Kind  string
	Topic Topic
	// Args fill title and body. A title must not show a name: it is the
	// subject of mails.
	Args map[string]string
	// Lines follow the body, each from its own arguments.
	Lines []map[string]string
	// Text stands in place of the kind's messages where it is set.
	Text *Text
	// About is the ID of what it leads to, or "".
	About string
}

// LogValue keeps the content out of logs.
func (m Message) LogValue() slog.Value { return slog.StringValue(m.Kind) }

// Notice is something that a person was told.
type Notice struct {
	ID       ID
	Document actor.DocumentID
	// Sequence is its place in the inbox of its document, from 1.
	Sequence int64
	Kind     string
	Topic    Topic
	About    string
	Args     map[string]string
	Lines    []map[string]string
	Text     *Text
	Created  time.Time
	Read     time.Time // zero before
	// Deliveries are in the order in which channels were tried. Watch and
	// After leave them out.
	Deliveries []Delivery
}

// LogValue keeps the content out of logs.
func (n Notice) LogValue() slog.Value { return slog.StringValue(string(n.ID)) }

// State says how far a delivery got. Its text is stored and never renamed.
type State string

// The states.
const (
	Queued    State = "queued"    // not taken by the supplier; to be tried again
	Sending   State = "sending"   // about to be sent, or being sent
	Sent      State = "sent"      // the supplier took it
	Delivered State = "delivered" // it arrived
	Failed    State = "failed"    // it did not arrive
	Unknown   State = "unknown"   // it may have arrived
	Dropped   State = "dropped"   // not sent: the notice was read, or the endpoint went
)

// Delivery is a notice on its way through a channel.
type Delivery struct {
	Channel Channel
	State   State
	Changed time.Time
}
