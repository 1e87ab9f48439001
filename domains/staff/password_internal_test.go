package staff

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestPHC(t *testing.T) {
	t.Parallel()
	h, err := newHasher(Cost{Memory: 64, Time: 1, Threads: 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	const password = "a long walk by the sea"
	phc, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.hash(t.Context(), password)
	if err != nil || again == phc {
		t.Errorf("the salt is always the same: %v", err)
	}
	if ok, due, err := h.matches(t.Context(), password, phc); !ok || due || err != nil {
		t.Errorf("the right password: %v, due %v, %v", ok, due, err)
	}
	if ok, _, err := h.matches(t.Context(), password+" ", phc); ok || err != nil {
		t.Errorf("a wrong password: %v, %v", ok, err)
	}
	// The reference implementation, libargon2: argon2 somesalt -id -t 2 -m 16 -p 1.
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, due, err := h.matches(t.Context(), "password", reference); !ok || due || err != nil {
		t.Errorf("the reference's hash: %v, due %v, %v", ok, due, err)
	}
	for name, damaged := range map[string]string{
		"nothing": "", "argon2i": strings.Replace(phc, "argon2id", "argon2i", 1), "another version": strings.Replace(phc, "v=19", "v=16", 1),
		"no memory": strings.Replace(phc, "m=64", "m=0", 1), "all memory": strings.Replace(phc, "m=64", "m=4294967295", 1),
		"for ever": strings.Replace(phc, "t=1", "t=4294967295", 1), "no thread": strings.Replace(phc, "p=1", "p=0", 1),
		"many threads": strings.Replace(phc, "p=1", "p=256", 1), "no sum": phc[:strings.LastIndexByte(phc, '$')+1],
		"cut": phc[:strings.LastIndexByte(phc, '$')], "no base64": phc + "!",
	} {
		if ok, _, err := h.matches(t.Context(), password, damaged); ok || !errors.Is(err, errPHC) {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
}

// TestPasswordsWaitForASlot: no more passwords are tried at once than there are
// slots, and whoever leaves the line is let go.
func TestPasswordsWaitForASlot(t *testing.T) {
	t.Parallel()
	h, err := newHasher(Cost{Memory: 64, Time: 1, Threads: 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	h.slots <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("in line: %v, want canceled", err)
	}
	<-h.slots
	if _, err := h.hash(t.Context(), "x"); err != nil {
		t.Errorf("with a free slot: %v", err)
	}
}

func TestCostIsBounded(t *testing.T) {
	t.Parallel()
	if h, err := newHasher(Cost{}, 0); err != nil || h.cost != DefaultCost || cap(h.slots) < 1 {
		t.Errorf("the zero settings do not work: %v", err)
	}
	for _, c := range []Cost{{Memory: 1, Time: 1, Threads: 1}, {Memory: 64, Threads: 1}, {Memory: 64, Time: 1}, {Memory: 1 << 31, Time: 1, Threads: 1}} {
		if _, err := newHasher(c, 1); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}

// BenchmarkPassword is what one try of a password costs.
func BenchmarkPassword(b *testing.B) {
	h, err := newHasher(DefaultCost, 1)
	if err != nil {
		b.Fatal(err)
	}
	phc, err := h.hash(b.Context(), "a long walk by the sea")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if ok, _, err := h.matches(b.Context(), "a long walk by the sea", phc); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
