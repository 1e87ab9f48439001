package vault_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/minzhengtong/minzhengtong/domains/vault"
	"github.com/minzhengtong/minzhengtong/domains/vault/vaulttest"
)

// benchEach runs f on each kind of vault with 10,000 keys in it.
func benchEach(b *testing.B, f func(b *testing.B, v *vault.Vault)) {
	urls := map[string]string{"sqlite": "sqlite:" + filepath.Join(b.TempDir(), "vault.db")}
	if server := os.Getenv("MINZHENGTONG_TEST_POSTGRES"); server != "" {
		urls["postgres"] = server
		b.Cleanup(func() { dropVault(b, server) })
	}
	for name, url := range urls {
		b.Run(name, func(b *testing.B) {
			v := vaulttest.Open(b, url, newKeys(b))
			var owners []string
			for i := range 10_000 {
				owners = append(owners, fmt.Sprint("bench ", b.Name(), i))
			}
			mustMake(b, v, owners...)
			f(b, v)
		})
	}
}

func dropVault(b *testing.B, server string) {
	session, err := pgx.Connect(context.Background(), server)
	if err != nil {
		b.Fatal(err)
	}
	defer session.Close(context.Background())
	if _, err := session.Exec(context.Background(), "DROP SCHEMA IF EXISTS vault CASCADE"); err != nil {
		b.Error(err)
	}
}

// BenchmarkKeys reads the keys of a file with two documents.
func BenchmarkKeys(b *testing.B) {
	benchEach(b, func(b *testing.B, v *vault.Vault) {
		one, two := fmt.Sprint("bench ", b.Name(), 17), fmt.Sprint("bench ", b.Name(), 8017)
		for b.Loop() {
			if set := mustKeys(b, v, one, two); !set.Has(one) || !set.Has(two) {
				b.Fatal("a key is missing")
			}
		}
	})
}

// BenchmarkMake makes a thousand keys, as an import does.
func BenchmarkMake(b *testing.B) {
	benchEach(b, func(b *testing.B, v *vault.Vault) {
		round := 0
		for b.Loop() {
			owners := make([]string, 1000)
			for i := range owners {
				owners[i] = fmt.Sprintf("made %s %08d %04d", b.Name(), round, i)
			}
			mustMake(b, v, owners...)
			round++
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/key")
	})
}

// BenchmarkUnseal opens one number.
func BenchmarkUnseal(b *testing.B) {
	set := mustMake(b, vaulttest.New(b, newKeys(b)), "a")
	sealed := mustSeal(b, set, "a", "830000190505312460")
	for b.Loop() {
		if _, err := set.Unseal("a", sealed, place); err != nil {
			b.Fatal(err)
		}
	}
}
