package upstream

import (
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
)

// PassQuestion describes a pass.
type PassQuestion struct {
	Number string     // the eight digits
	Name   string     // in either script; "" asks for no comparison
	Birth  civil.Date // zero asks for no comparison
}

// PermitQuestion describes a permit.
type PermitQuestion struct {
	Number string // the eighteen characters, X in upper case
	Name   string // in either script; "" asks for no comparison
}

// LinkQuestion names two documents.
type LinkQuestion struct {
	// Key is the idempotency key, a UUID. Choose and commit it before the first
	// try, and use it for every further one.
	Key    string
	Pass   string // the eight digits
	Permit string // the eighteen characters
}

// Message is one short message.
type Message struct {
	// Key is the idempotency key, a UUID. Choose and commit it before the first
	// try, and use it for every further one.
	Key   string
	Phone string // with country code, without spaces: +8869…
	Text  string // at most 1000 characters
}

// YearQuestion asks about one document in one calendar year; of tax, in the
// year that it was due for.
type YearQuestion struct {
	Kind   document.Kind // [document.TaiwanPass] or [document.TaiwanPermit]
	Number string        // the eight digits, or the eighteen characters
	Year   int           // 2000 to 2100
}

// AccountKind says what money is paid to. Its text is stored and never renamed.
type AccountKind string

// The kinds of account.
const (
	BankAccount AccountKind = "bank_account"
	ECNYWallet  AccountKind = "ecny_wallet"
)

// AccountQuestion names an account or wallet, and who is said to hold it.
type AccountQuestion struct {
	// Key is the idempotency key, a UUID. Choose and commit it before the first
	// try, and use it for every further one.
	Key            string
	Kind           AccountKind
	Number         string // the number of the account or wallet
	HolderName     string // in either script
	DocumentNumber string // a document of the holder's
}

// PaymentOrder is an order to pay.
type PaymentOrder struct {
	// Key is the idempotency key, a UUID. Choose and commit it before the first
	// try, and use it for every further one.
	Key     string
	Account string // the token of [AccountAnswer]
	Fen     int64  // of CNY, more than 0
	Memo    string // what the holder reads on the statement; at most 100 characters
}
