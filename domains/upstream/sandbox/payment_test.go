package sandbox_test

import (
	"crypto/ed25519"
	"errors"
	"testing"

	"github.com/golang-sql/civil"
	"github.com/google/uuid"

	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

const account = "9990000000000000001"

// open makes an account exist and registers it.
func open(t *testing.T, box *sandbox.Sandbox, clients *upstream.Clients) (token string) {
	t.Helper()
	box.AddAccount(upstream.BankAccount, account, "欧阳测试", "99000001")
	got, err := clients.RegisterAccount(t.Context(), upstream.AccountQuestion{
		Key: uuid.NewString(), Kind: upstream.BankAccount, Number: account, HolderName: "欧阳测试", DocumentNumber: "99000001",
	})
	if err != nil || got.Verdict != upstream.Match {
		t.Fatalf("%v, %v, want a match", got, err)
	}
	return got.Token
}

func orderTo(token string) upstream.PaymentOrder {
	return upstream.PaymentOrder{Key: uuid.NewString(), Account: token, Fen: 480_000, Memo: "补贴"}
}

// pay orders and wants a state and a reason.
func pay(t *testing.T, clients *upstream.Clients, o upstream.PaymentOrder, state upstream.PaymentState, reason string) {
	t.Helper()
	if got, err := clients.Pay(t.Context(), o); err != nil || got.State != state || got.Reason != reason {
		t.Errorf("paid: %v, %v, want %s %s", got, err, state, reason)
	}
}

// wantPayment asks what became of an order.
func wantPayment(t *testing.T, clients *upstream.Clients, key string, state upstream.PaymentState, reason string) {
	t.Helper()
	if got, err := clients.Payment(t.Context(), key); err != nil || got.State != state || got.Reason != reason {
		t.Errorf("asked: %v, %v, want %s %s", got, err, state, reason)
	}
}

// read reads all events of a sandbox.
func read(t *testing.T, box *sandbox.Sandbox) []upstream.PaymentEvent {
	t.Helper()
	var list []upstream.PaymentEvent
	for _, e := range box.PaymentEvents(0) {
		got, err := upstream.ReadPaymentEvent(e.Raw, e.Signature, []ed25519.PublicKey{box.PaymentKey()})
		if err != nil {
			t.Fatalf("an event of the sandbox: %v", err)
		}
		list = append(list, got)
	}
	return list
}

func TestClosedAccount(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	token := open(t, box, clients)
	box.CloseAccount(account)
	closed, unknown := orderTo(token), orderTo("nobody's")
	pay(t, clients, closed, upstream.PaymentRefused, "ACCOUNT_CLOSED")
	pay(t, clients, unknown, upstream.PaymentRefused, "ACCOUNT_UNKNOWN")
	wantPayment(t, clients, closed.Key, upstream.PaymentRefused, "ACCOUNT_CLOSED")
	if len(box.Paid(account)) != 0 || box.PaidByKey(closed.Key) != 0 {
		t.Error("something was paid to a closed account")
	}
	if events := read(t, box); len(events) != 2 || events[0].Payment.State != upstream.PaymentRefused {
		t.Errorf("%d events, want two refusals", len(events))
	}
	box.AddAccount(upstream.BankAccount, account, "欧阳测试", "99000001")
	pay(t, clients, orderTo(token), upstream.PaymentPaid, "")
	pay(t, clients, closed, upstream.PaymentRefused, "ACCOUNT_CLOSED") // as the first time
}

// TestPending: what was held is settled, refused or returned later, once.
func TestPending(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	token := open(t, box, clients)
	box.HoldPayments(true)
	settled, refused, returned, both := orderTo(token), orderTo(token), orderTo(token), orderTo(token)
	for _, o := range []upstream.PaymentOrder{settled, refused, returned, both} {
		pay(t, clients, o, upstream.PaymentPending, "")
		wantPayment(t, clients, o.Key, upstream.PaymentPending, "")
	}
	if len(box.Paid(token)) != 0 || len(box.PaymentEvents(0)) != 0 {
		t.Error("pending orders moved money or made events")
	}
	if !box.Settle(settled.Key) || !box.RefuseLater(refused.Key, "ACCOUNT_FROZEN") || !box.Return(returned.Key, "NAME_DIFFERS") ||
		!box.Settle(both.Key) || !box.Return(both.Key, "ACCOUNT_CLOSED") {
		t.Error("a change of a pending order was not made")
	}
	for _, done := range []bool{
		box.Settle(settled.Key), box.Settle(refused.Key), box.Settle("none"), box.RefuseLater(settled.Key, "X"),
		box.Return(refused.Key, "X"), box.Return(returned.Key, "X"), box.Return(both.Key, "X"),
	} {
		if done {
			t.Error("an order changed that was final")
		}
	}
	wantPayment(t, clients, settled.Key, upstream.PaymentPaid, "")
	wantPayment(t, clients, refused.Key, upstream.PaymentRefused, "ACCOUNT_FROZEN")
	wantPayment(t, clients, returned.Key, upstream.PaymentReturned, "NAME_DIFFERS")
	wantPayment(t, clients, both.Key, upstream.PaymentReturned, "ACCOUNT_CLOSED")
	pay(t, clients, settled, upstream.PaymentPending, "") // as the first time
	paid := box.Paid(account)
	if len(paid) != 2 || paid[0].Key != settled.Key || !paid[0].Returned.IsZero() || paid[1].Key != both.Key || !paid[1].Returned.Equal(now()) {
		t.Errorf("%d payments happened, want that of the settled order and the one that came back", len(paid))
	}
	page, err := clients.Statement(t.Context(), civil.Date{Year: 2026, Month: 11, Day: 2}, "")
	if err != nil || len(page.Lines) != 4 || page.Next != "" {
		t.Errorf("the statement has %v, %v, want two payments and two returns", page, err)
	}
	if got := len(read(t, box)); got != 5 {
		t.Errorf("%d events, want one for each of five changes", got)
	}
}

// TestDuplicatePayment: the gateway's own mistake can be seen by whoever
// reconciles.
func TestDuplicatePayment(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	order := orderTo(open(t, box, clients))
	box.SetFault(upstream.PaymentGateway, sandbox.Duplicate, 0)
	pay(t, clients, order, upstream.PaymentPaid, "")
	pay(t, clients, order, upstream.PaymentPaid, "")
	page, err := clients.Statement(t.Context(), civil.Date{Year: 2026, Month: 11, Day: 2}, "")
	if err != nil || len(page.Lines) != 2 || page.Lines[0].Key != order.Key || page.Lines[1].Key != order.Key || page.Lines[0].Reference == page.Lines[1].Reference {
		t.Errorf("the statement: %v, %v, want the key twice", page, err)
	}
	if events := read(t, box); box.PaidByKey(order.Key) != 2 || len(box.Paid(account)) != 2 || len(events) != 2 || events[0].ID == events[1].ID {
		t.Errorf("paid %d times with %d events, want twice", box.PaidByKey(order.Key), len(events))
	}
}

// TestWrongPayment: another amount is said than was paid, everywhere.
func TestWrongPayment(t *testing.T) {
	t.Parallel()
	box, clients, _ := start(t)
	order := orderTo(open(t, box, clients))
	box.SetFault(upstream.PaymentGateway, sandbox.Wrong, 0)
	if _, err := clients.Pay(t.Context(), order); !errors.Is(err, upstream.ErrUnavailable) {
		t.Errorf("an answer with another amount: %v", err)
	}
	asked, err := clients.Payment(t.Context(), order.Key)
	page, errPage := clients.Statement(t.Context(), civil.Date{Year: 2026, Month: 11, Day: 2}, "")
	events := read(t, box)
	if err != nil || errPage != nil || len(page.Lines) != 1 || len(events) != 1 {
		t.Fatal(err, errPage, page, len(events))
	}
	for what, fen := range map[string]int64{"answer": asked.Fen, "statement": page.Lines[0].Fen, "event": events[0].Payment.Fen} {
		if fen == order.Fen {
			t.Errorf("the %s tells the truth", what)
		}
	}
	if paid := box.Paid(account); len(paid) != 1 || paid[0].Fen != order.Fen {
		t.Errorf("%d payments, want one of the amount that was ordered", len(paid))
	}
}
