package rules

import (
	"math"
	"math/big"
	"testing"
)

// naive rounds an exact fraction by comparing it with its neighbours.
func naive(a, b int64, r Rounding) *big.Int {
	x := new(big.Rat).SetFrac(big.NewInt(a), big.NewInt(b))
	sign := x.Sign()
	x.Abs(x)
	down := new(big.Int).Div(x.Num(), x.Denom())
	rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(down))
	if rest.Sign() > 0 && (r == Up || r == HalfUp && rest.Cmp(big.NewRat(1, 2)) >= 0) {
		down.Add(down, big.NewInt(1))
	}
	return down.Mul(down, big.NewInt(int64(sign)))
}

func FuzzDivide(f *testing.F) {
	for _, seed := range [][2]int64{{5, 10}, {-5, 10}, {15, -10}, {4, 10}, {math.MaxInt64, 2}, {math.MinInt64, -1}, {math.MinInt64, math.MinInt64}, {1, math.MinInt64}, {0, 7}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b int64) {
		for _, r := range []Rounding{HalfUp, Down, Up} {
			got, err := divide(a, b, r)
			if b == 0 {
				if err == nil {
					t.Fatal("divided by zero")
				}
				continue
			}
			want := naive(a, b, r)
			if (err == nil) != want.IsInt64() || err == nil && got != want.Int64() {
				t.Fatalf("%d/%d %s is %d, %v; want %s", a, b, r, got, err, want)
			}
		}
	})
}
