package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/ledger"
)

var start = time.Date(2026, time.November, 2, 1, 0, 0, 0, time.UTC)

// books are the books on a real database, with a budget of 1000 fen, of which policy
// may give what it gets.
type books struct {
	*ledger.Service
	db   *entdb.DB
	now  atomic.Int64 // seconds since start
	made atomic.Int64
}

func each(t *testing.T, f func(t *testing.T, b *books)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		b := &books{db: db}
		var err error
		b.Service, err = ledger.New(ledger.Deps{DB: db, Now: b.clock, NewID: b.newID})
		must(t, err)
		must(t, b.Open(t.Context(), accounts...))
		b.book(t, move("fund", "budget", "policy", 1000))
		f(t, b)
	})
}

var accounts = []ledger.Account{
	{Code: "budget", Kind: ledger.Budget}, {Code: "policy", Kind: ledger.Policy, Capped: true},
	{Code: "payable", Kind: ledger.Payable, Capped: true}, {Code: "payee", Kind: ledger.Payee},
}

func (b *books) clock() time.Time { return start.Add(time.Duration(b.now.Load()) * time.Second) }

func (b *books) newID() string { return fmt.Sprintf("01957000-0000-7000-8000-%012x", b.made.Add(1)) }

func (b *books) book(t testing.TB, transfers ...ledger.Transfer) int {
	t.Helper()
	n, err := b.Book(t.Context(), transfers...)
	must(t, err)
	return n
}

func (b *books) balance(t testing.TB, code string) ledger.Balance {
	t.Helper()
	got, err := b.Balance(t.Context(), code)
	must(t, err)
	return got
}

// sound fails unless the books add up, to zero in all.
func (b *books) sound(t testing.TB) {
	t.Helper()
	found, err := b.Verify(t.Context())
	must(t, err)
	var net int64
	for _, a := range accounts {
		net += b.balance(t, a.Code).Net()
	}
	if len(found) > 0 || net != 0 {
		t.Errorf("the books differ by %d, and in %v", net, found)
	}
}

func move(id, from, to string, fen int64) ledger.Transfer {
	return ledger.Transfer{ID: ledger.TransferID(id), Step: ledger.Move, Debit: from, Credit: to, Fen: fen, Reason: "test", About: "row"}
}

func reserve(id string, fen int64) ledger.Transfer {
	t := move(id, "policy", "payable", fen)
	t.Step = ledger.Reserve
	return t
}

func settle(id string, step ledger.Step, of string) ledger.Transfer {
	return ledger.Transfer{ID: ledger.TransferID(id), Step: step, Reserve: ledger.TransferID(of), Reason: "test", About: "row"}
}

func TestReservePostRelease(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		b.book(t, reserve("r1", 600), reserve("r2", 400))
		if got := b.balance(t, "policy"); got.Free() != 0 || got.Net() != 1000 {
			t.Errorf("after reserving everything: %+v", got)
		}
		b.book(t, settle("p1", ledger.Post, "r1"), settle("x2", ledger.Release, "r2"))
		if got := b.balance(t, "policy"); got.Free() != 400 || got.Net() != 400 {
			t.Errorf("after posting 600 and releasing 400: %+v", got)
		}
		if got := b.balance(t, "payable"); got.Net() != 600 || got.ReservedCredits != 0 {
			t.Errorf("payable: %+v", got)
		}
		b.sound(t)
	})
}

func TestTransferIsBookedOnce(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		all := []ledger.Transfer{reserve("r1", 600), settle("p1", ledger.Post, "r1"), move("m1", "payable", "payee", 600)}
		if n := b.book(t, all...); n != 3 {
			t.Errorf("booked %d, want 3", n)
		}
		if n := b.book(t, all...); n != 0 {
			t.Errorf("booked %d once more", n)
		}
		list, err := b.About(t.Context(), "row")
		must(t, err)
		if len(list) != 4 || b.balance(t, "payee").Net() != 600 {
			t.Errorf("%d transfers are booked, payee has %+v", len(list), b.balance(t, "payee"))
		}
		b.sound(t)
	})
}

// TestOneOfFifty: of fifty who book the same, and of fifty who settle one reserve,
// one does.
func TestOneOfFifty(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		var booked atomic.Int64
		atOnce(50, func(int) {
			n, err := b.Book(t.Context(), reserve("r1", 600))
			if err != nil {
				t.Error(err)
			}
			booked.Add(int64(n))
		})
		if booked.Load() != 1 {
			t.Errorf("booked %d times", booked.Load())
		}
		var settled atomic.Int64
		atOnce(50, func(i int) {
			step := []ledger.Step{ledger.Post, ledger.Release}[i%2]
			_, err := b.Book(t.Context(), settle(fmt.Sprint("s", i), step, "r1"))
			switch {
			case err == nil:
				settled.Add(1)
			case !errors.Is(err, ledger.ErrSettled):
				t.Error(err)
			}
		})
		if settled.Load() != 1 {
			t.Errorf("settled %d times", settled.Load())
		}
		b.sound(t)
	})
}

// TestCapHolds: forty who want 100 of a thousand get it ten times, to the fen.
func TestCapHolds(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		var granted atomic.Int64
		atOnce(40, func(i int) {
			_, err := b.Book(t.Context(), reserve(fmt.Sprint("r", i), 100))
			switch {
			case err == nil:
				granted.Add(1)
			case !errors.Is(err, ledger.ErrCap):
				t.Error(err)
			}
		})
		if granted.Load() != 10 || b.balance(t, "policy").Free() != 0 {
			t.Errorf("granted %d times, %+v is left", granted.Load(), b.balance(t, "policy"))
		}
		_, err := b.Book(t.Context(), reserve("more", 1))
		fails(t, "a fen more", err, ledger.ErrCap)
		b.sound(t)
	})
}

func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		b.book(t, reserve("r1", 600))
		without := func(change func(*ledger.Transfer)) ledger.Transfer {
			x := move("x", "policy", "payable", 1)
			change(&x)
			return x
		}
		for name, tt := range map[string]struct {
			transfer ledger.Transfer
			want     error
		}{
			"nothing":                        {move("x", "policy", "payable", 0), ledger.ErrTransfer},
			"less than nothing":              {move("x", "policy", "payable", -1), ledger.ErrTransfer},
			"to itself":                      {move("x", "policy", "policy", 1), ledger.ErrTransfer},
			"without a name":                 {without(func(t *ledger.Transfer) { t.ID = "" }), ledger.ErrTransfer},
			"without a reason":               {without(func(t *ledger.Transfer) { t.Reason = "" }), ledger.ErrTransfer},
			"of no account":                  {move("x", "policy", "nowhere", 1), ledger.ErrAccount},
			"of no reserve":                  {settle("x", ledger.Post, "none"), ledger.ErrReserve},
			"of a reserve that is none":      {settle("x", ledger.Post, "fund"), ledger.ErrReserve},
			"another amount under the name":  {reserve("r1", 601), ledger.ErrDiffers},
			"another account under the name": {move("r1", "policy", "payee", 600), ledger.ErrDiffers},
		} {
			_, err := b.Book(t.Context(), reserve("with-it", 1), tt.transfer)
			fails(t, name, err, tt.want)
		}
		if got := b.balance(t, "policy"); got.ReservedDebits != 600 {
			t.Errorf("what was refused left %+v", got)
		}
		fails(t, "an account of another kind", b.Open(t.Context(), ledger.Account{Code: "policy", Kind: ledger.Budget}), ledger.ErrDiffers)
		must(t, b.Open(t.Context(), accounts...))
	})
}

func TestBalanceAtAMoment(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		for i, fen := range []int64{100, 200, 300} {
			b.now.Store(int64(10 * (i + 1)))
			b.book(t, move(fmt.Sprint("m", i), "policy", "payable", fen))
		}
		for second, want := range map[int]int64{9: 0, 10: 100, 19: 100, 20: 300, 29: 300, 30: 600, 99: 600} {
			got, err := b.BalanceAt(t.Context(), "payable", start.Add(time.Duration(second)*time.Second))
			must(t, err)
			if got.Net() != want {
				t.Errorf("after %d seconds: %d, want %d", second, got.Net(), want)
			}
		}
		_, err := b.BalanceAt(t.Context(), "nowhere", start)
		fails(t, "no account", err, ledger.ErrAccount)
	})
}

// TestDatabaseKeepsTheBooks: what the program would never do, the database refuses,
// and what somebody does to the totals is found.
func TestDatabaseKeepsTheBooks(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		b.book(t, reserve("r1", 600))
		for _, statement := range []string{
			`UPDATE ledger_transfers SET fen = 1 WHERE id = 'r1'`,
			`DELETE FROM ledger_transfers WHERE id = 'r1'`,
			`UPDATE ledger_accounts SET reserved_debits = 1001 WHERE code = 'policy'`,
			`UPDATE ledger_accounts SET credits = -1 WHERE code = 'payee'`,
			`INSERT INTO ledger_transfers (id, kind, debit_id, credit_id, fen, reason, about, create_time)
				SELECT 'x', kind, debit_id, credit_id, 0, reason, about, create_time FROM ledger_transfers WHERE id = 'r1'`,
			`INSERT INTO ledger_transfers (id, kind, debit_id, credit_id, fen, reason, about, create_time)
				SELECT 'x', kind, debit_id, debit_id, 1, reason, about, create_time FROM ledger_transfers WHERE id = 'r1'`,
		} {
			if err := b.exec(t, statement); err == nil {
				t.Errorf("the database took %s", statement)
			}
		}
		b.sound(t)
		must(t, b.exec(t, `UPDATE ledger_accounts SET credits = credits + 1 WHERE code = 'payee'`))
		found, err := b.Verify(t.Context())
		must(t, err)
		if len(found) != 1 || found[0].Code != "payee" || found[0].Kept.Credits != 1 {
			t.Errorf("found %+v", found)
		}
	})
}

// TestRandomBookings holds the books against a model of four numbers.
func TestRandomBookings(t *testing.T) {
	each(t, func(t *testing.T, b *books) {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		free, owed, open := int64(1000), int64(0), map[string]int64{}
		for i := range 120 {
			id := fmt.Sprint("t", i)
			fen := 1 + r.Int64N(300)
			switch r.IntN(3) {
			case 0:
				_, err := b.Book(t.Context(), reserve(id, fen))
				if enough := fen <= free; enough != (err == nil) || !enough && !errors.Is(err, ledger.ErrCap) {
					t.Fatalf("seed %d: reserved %d of %d: %v", seed, fen, free, err)
				} else if enough {
					free, open[id] = free-fen, fen
				}
			case 1:
				for of, fen := range open {
					step := []ledger.Step{ledger.Post, ledger.Release}[r.IntN(2)]
					b.book(t, settle(id, step, of))
					if delete(open, of); step == ledger.Post {
						owed += fen
					} else {
						free += fen
					}
					break
				}
			case 2:
				_, err := b.Book(t.Context(), move(id, "payable", "payee", fen))
				if enough := fen <= owed; enough != (err == nil) {
					t.Fatalf("seed %d: paid %d of %d: %v", seed, fen, owed, err)
				} else if enough {
					owed -= fen
				}
			}
		}
		if got := b.balance(t, "policy").Free(); got != free || b.balance(t, "payable").Net() != owed {
			t.Errorf("seed %d: %d is free, want %d", seed, got, free)
		}
		b.sound(t)
	})
}

func (b *books) exec(t testing.TB, statement string) error {
	t.Helper()
	return b.db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := b.db.SQL(ctx).ExecContext(ctx, statement)
		return err
	})
}

// atOnce runs n at once.
func atOnce(n int, f func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fails(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error is %v, want %v", what, err, want)
	}
}
