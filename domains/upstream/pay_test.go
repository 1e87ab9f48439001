package upstream_test

import (
	"errors"
	"net/http"
	"testing"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	"github.com/minzhengtong/minzhengtong/domains/upstream/sandbox"
)

const accountNumber = "9990000000000000001"

// openAccount makes an account of a person's exist and registers it.
func openAccount(t *testing.T, box *sandbox.Sandbox, clients *upstream.Clients) (token string) {
	t.Helper()
	p, pass, permit := personWith(t, synthetic.Plain)
	box.AddAccount(upstream.BankAccount, accountNumber, p.Names.Mainland, pass.Number)
	got, err := clients.RegisterAccount(t.Context(), upstream.AccountQuestion{
		Key: newKey(), Kind: upstream.BankAccount, Number: accountNumber, HolderName: p.Names.Taiwan, DocumentNumber: permit.Number,
	})
	if err != nil || got.Verdict != upstream.Match || got.Token == "" || got.Tail != "0001" {
		t.Fatalf("the account is %v, %v, want a match", got, err)
	}
	return got.Token
}

func orderTo(token string) upstream.PaymentOrder {
	return upstream.PaymentOrder{Key: newKey(), Account: token, Fen: 480_000, Memo: "补贴"}
}

func TestRegisterAccount(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	p, pass, permit := personWith(t, synthetic.Plain)
	other, _, _ := personWith(t, synthetic.PassOnly)
	box.AddAccount(upstream.ECNYWallet, "0000111122223333", p.Names.Mainland, pass.Number)
	question := func(number, name, document string) upstream.AccountQuestion {
		return upstream.AccountQuestion{Key: newKey(), Kind: upstream.ECNYWallet, Number: number, HolderName: name, DocumentNumber: document}
	}
	tests := []struct {
		name     string
		question upstream.AccountQuestion
		want     upstream.Verdict
	}{
		{"by the pass", question("0000111122223333", p.Names.Mainland, pass.Number), upstream.Match},
		{"by the permit, in the other script", question("0000111122223333", p.Names.Taiwan, permit.Number), upstream.Match},
		{"somebody else's document", question("0000111122223333", p.Names.Mainland, other.Passes[0].Number), upstream.Mismatch},
		{"another name", question("0000111122223333", "测试测试", pass.Number), upstream.Mismatch},
		{"no such wallet", question("0000111122223334", p.Names.Mainland, pass.Number), upstream.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := clients.RegisterAccount(t.Context(), tt.question)
			if err != nil || got.Verdict != tt.want || (got.Token != "") != (tt.want == upstream.Match) || (got.Tail == "3333") != (tt.want == upstream.Match) {
				t.Fatalf("%v, %v, want %s", got, err, tt.want)
			}
			again, err := clients.RegisterAccount(t.Context(), tt.question)
			if err != nil || again != got {
				t.Errorf("the same key: %v, %v, want the first answer", again, err)
			}
		})
	}
}

// TestPay pays once however often the order comes, and refuses another order
// under the same key.
func TestPay(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	order := orderTo(openAccount(t, box, clients))
	if _, err := clients.Payment(t.Context(), order.Key); !errors.Is(err, upstream.ErrNoPayment) {
		t.Errorf("before it was ordered: %v, want %v", err, upstream.ErrNoPayment)
	}
	first, err := clients.Pay(t.Context(), order)
	want := upstream.PaymentAnswer{Key: order.Key, Reference: first.Reference, Fen: 480_000, State: upstream.PaymentPaid, Time: moment}
	if err != nil || first != want {
		t.Fatalf("%v, %v, want it paid", first, err)
	}
	for range 3 {
		if again, err := clients.Pay(t.Context(), order); err != nil || again != first {
			t.Errorf("again: %v, %v, want the first answer", again, err)
		}
	}
	if got, err := clients.Payment(t.Context(), order.Key); err != nil || got != first {
		t.Errorf("asked: %v, %v, want the first answer", got, err)
	}
	for what, change := range map[string]func(*upstream.PaymentOrder){
		"amount": func(o *upstream.PaymentOrder) { o.Fen++ }, "account": func(o *upstream.PaymentOrder) { o.Account += "x" },
		"memo": func(o *upstream.PaymentOrder) { o.Memo = "" },
	} {
		other := order
		change(&other)
		if got, err := clients.Pay(t.Context(), other); !errors.Is(err, upstream.ErrPaymentDiffers) || got != (upstream.PaymentAnswer{}) {
			t.Errorf("another %s: %v, %v, want %v", what, got, err, upstream.ErrPaymentDiffers)
		}
	}
	paid := box.Paid(accountNumber)
	if box.PaidByKey(order.Key) != 1 || len(paid) != 1 || paid[0].Fen != order.Fen || paid[0].Memo != order.Memo || !paid[0].Time.Equal(moment) {
		t.Errorf("%d payments, want the one that was ordered", len(paid))
	}
}

// TestPayTriesOnce: whatever happens, one call is one attempt.
func TestPayTriesOnce(t *testing.T) {
	t.Parallel()
	for _, broken := range []sandbox.Fault{sandbox.Gone, sandbox.Error, sandbox.DoneUnsaid, sandbox.Garbage, sandbox.Wrong} {
		t.Run(string(broken), func(t *testing.T) {
			t.Parallel()
			box, clients := start(t)
			order := orderTo(openAccount(t, box, clients))
			before := box.Count(upstream.PaymentGateway).Received
			box.SetFault(upstream.PaymentGateway, broken, 0)
			_, err := clients.Pay(t.Context(), order)
			wantUnavailable(t, err, upstream.PaymentGateway)
			if got := box.Count(upstream.PaymentGateway).Received - before; got != 1 {
				t.Errorf("tried %d times, want once", got)
			}
			box.SetFault(upstream.PaymentGateway, sandbox.Healthy, 0)
			settleUnknown(t, clients, order)
			if got := box.PaidByKey(order.Key); got != 1 {
				t.Errorf("paid %d times, want once", got)
			}
		})
	}
}

// settleUnknown does what a caller does after an order of which nobody knows
// what became: it asks, and sends it again only when there is none.
func settleUnknown(t *testing.T, clients *upstream.Clients, order upstream.PaymentOrder) {
	t.Helper()
	got, err := clients.Payment(t.Context(), order.Key)
	if errors.Is(err, upstream.ErrNoPayment) {
		got, err = clients.Pay(t.Context(), order)
	}
	if err != nil || got.State != upstream.PaymentPaid || got.Fen != order.Fen {
		t.Errorf("in the end: %v, %v, want it paid", got, err)
	}
}

// TestPayDiffersIsAnAnswer: it does not shut the gateway.
func TestPayDiffersIsAnAnswer(t *testing.T) {
	t.Parallel()
	box, clients := start(t)
	order := orderTo(openAccount(t, box, clients))
	if _, err := clients.Pay(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	order.Fen++
	for range 20 {
		if _, err := clients.Pay(t.Context(), order); !errors.Is(err, upstream.ErrPaymentDiffers) {
			t.Fatalf("%v, want %v", err, upstream.ErrPaymentDiffers)
		}
	}
	// Only the gateway itself may say so: a status without its words is none.
	conflict := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusConflict) }
	_, err := dial(t, serve(t, http.HandlerFunc(conflict)), nil).Pay(t.Context(), order)
	wantUnavailable(t, err, upstream.PaymentGateway)
	if errors.Is(err, upstream.ErrPaymentDiffers) || connect.IsWireError(err) {
		t.Error("a bare status is taken for the gateway's word")
	}
}
