package keyring

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
)

// TestFirstStartsAgree opens an empty folder from many sides at once, each with
// its own KEK value and file handles, as separate processes have them.
func TestFirstStartsAgree(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir := filepath.Join(root, "keys")
	keyrings := make([]*Keyring, 20)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range keyrings {
		all.Go(func() {
			<-start
			kek, err := LocalKEK(filepath.Join(root, "kek"))
			if err != nil {
				t.Errorf("LocalKEK: %v", err)
				return
			}
			if keyrings[i], err = Open(dir, kek); err != nil {
				t.Errorf("Open: %v", err)
			}
		})
	}
	close(start)
	all.Wait()
	if t.Failed() {
		return
	}
	for i, k := range keyrings {
		if err := sameKeys(keyrings[0], k); err != nil {
			t.Errorf("process %d: %v", i, err)
		}
	}
}

// TestRotationUnderLoad has three processes read and write while a fourth goes
// through two rotations in the order that the package demands.
func TestRotationUnderLoad(t *testing.T) {
	t.Parallel()
	dir, kek := t.TempDir(), newKEK(t)
	operator := mustOpen(t, dir, kek)
	workers := []*Keyring{mustOpen(t, dir, kek), mustOpen(t, dir, kek), mustOpen(t, dir, kek)}
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i, writer := range workers {
		reader := workers[(i+1)%len(workers)]
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := exchange(writer, reader); err != nil {
					t.Errorf("worker %d: %v", i, err)
					return
				}
			}
		})
	}
	// A sealed field lives here for one exchange only, so nothing is left to be
	// sealed again before Retire once every process has reloaded; a field in
	// flight at that moment may meet the retirement, see exchange.
	for range 2 {
		for _, which := range []Which{Sealing, Indexing} {
			old := operator.SealingKey()
			if which == Indexing {
				old = operator.IndexKeys()[0]
			}
			added := mustAdd(t, operator, which)
			reloadAll(t, workers)
			must(t, "Promote", operator.Promote(which, added))
			reloadAll(t, workers)
			must(t, "Retire", operator.Retire(which, old))
			reloadAll(t, workers)
		}
	}
	close(stop)
	all.Wait()
}

func reloadAll(t *testing.T, keyrings []*Keyring) {
	t.Helper()
	for _, k := range keyrings {
		must(t, "Reload", k.Reload())
	}
}

// exchange has reader open and find what writer has written.
func exchange(writer, reader *Keyring) error {
	sealed, err := writer.Seal([]byte("00000001"), place)
	if err != nil {
		return err
	}
	err = opens(reader, sealed, "00000001")
	if errors.Is(err, ErrRetired) {
		if by, _ := SealedBy(sealed); by != writer.SealingKey() {
			return nil // its key went out of use after it was sealed, as Retire warns
		}
	}
	return err
}

// TestTwoOperatorsLoseNoStep lets two processes change one keyset at once.
func TestTwoOperatorsLoseNoStep(t *testing.T) {
	t.Parallel()
	one, other := pair(t)
	const each = 5
	var all sync.WaitGroup
	for _, k := range []*Keyring{one, other} {
		all.Go(func() {
			for range each {
				if _, err := k.Add(Indexing); err != nil {
					t.Errorf("Add: %v", err)
				}
			}
		})
	}
	all.Wait()
	must(t, "Reload", one.Reload())
	must(t, "Reload", other.Reload())
	if got := len(one.IndexKeys()); got != 1+2*each {
		t.Errorf("%d indexing keys, want %d", got, 1+2*each)
	}
	must(t, "same keys", sameKeys(one, other))
}
