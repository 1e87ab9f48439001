package rules

import (
	"errors"
	"fmt"
	"math/big"
)

// Rounding says what becomes of the rest of a division.
type Rounding string

// The roundings. Half of a negative number goes away from zero, as commerce has it.
const (
	HalfUp Rounding = "half_up" // to the nearest; the half away from zero
	Down   Rounding = "down"    // towards zero
	Up     Rounding = "up"      // away from zero
)

func (r Rounding) known() bool { return r == HalfUp || r == Down || r == Up }

var (
	errZero = errors.New("division by zero")
	errWide = errors.New("a number does not fit into 64 bits")
)

// divide is a/b, rounded.
func divide(a, b int64, r Rounding) (int64, error) {
	if b == 0 {
		return 0, errZero
	}
	n, d := big.NewInt(a), big.NewInt(b)
	quotient, rest := new(big.Int).QuoRem(n, d, new(big.Int))
	sign := int64(n.Sign() * d.Sign())
	twice := new(big.Int).Abs(rest)
	twice.Lsh(twice, 1)
	if rest.Sign() != 0 && (r == Up || r == HalfUp && twice.CmpAbs(d) >= 0) {
		quotient.Add(quotient, big.NewInt(sign))
	}
	if !quotient.IsInt64() {
		return 0, errWide
	}
	return quotient.Int64(), nil
}

// exact words a division before it is rounded: 25080/10000.
func exact(a, b int64) string { return fmt.Sprintf("%d/%d", a, b) }
