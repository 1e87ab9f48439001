package sharing

import (
	"crypto/rand"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// ErrVoucherWrong: what was typed is no voucher's number: too long, too short, a
// character that none holds, or the check character does not fit.
var ErrVoucherWrong = fault.New(fault.Invalid, "VOUCHER_NUMBER_WRONG")

// A voucher's number is 15 random characters and a check character (ISO 7064,
// MOD 37,36), written in four groups: 7K3M-0QXA-94ZT-H2RC. It says nothing about
// the read, and its 75 bits are not guessed. Digits and letters without I, L, O
// and U are used, the check character included: a number that would need one of
// these is drawn again. Typed, I and L stand for 1 and O for 0.
const (
	voucherAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	checkAlphabet   = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	voucherLength   = 16
	voucherGroup    = 4
	maxTyped        = 128 // bytes; full width with spaces between fits
)

// NewVoucher draws the number of a read.
func NewVoucher() (string, error) {
	var raw [voucherLength - 1]byte
	for {
		if _, err := rand.Read(raw[:]); err != nil {
			return "", fmt.Errorf("draw a voucher's number: %w", err)
		}
		for i, b := range raw {
			raw[i] = voucherAlphabet[int(b)%len(voucherAlphabet)] // 256 is a multiple of 32
		}
		check := checkCharacter(string(raw[:]))
		if strings.IndexByte(voucherAlphabet, check) >= 0 {
			return grouped(string(raw[:]) + string(check)), nil
		}
	}
}

// grouped writes a number in groups.
func grouped(number string) string {
	var b strings.Builder
	for i := 0; i < len(number); i += voucherGroup {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(number[i : i+voucherGroup])
	}
	return b.String()
}

// parseVoucher reads a number as people type it: lower case, full width, with
// spaces or dashes anywhere or nowhere. It fails with [ErrVoucherWrong].
func parseVoucher(typed string) (string, error) {
	if len(typed) > maxTyped {
		return "", ErrVoucherWrong
	}
	var b strings.Builder
	for _, r := range typed {
		if folded := width.LookupRune(r).Folded(); folded != 0 {
			r = folded
		}
		if unicode.IsSpace(r) || unicode.Is(unicode.Dash, r) {
			continue
		}
		if 'a' <= r && r <= 'z' {
			r += 'A' - 'a'
		}
		switch r {
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		if !strings.ContainsRune(voucherAlphabet, r) {
			return "", ErrVoucherWrong
		}
		b.WriteRune(r)
	}
	number := b.String()
	if len(number) != voucherLength || checkCharacter(number[:voucherLength-1]) != number[voucherLength-1] {
		return "", ErrVoucherWrong
	}
	return grouped(number), nil
}

// checkCharacter is that of ISO 7064, MOD 37,36, for digits and capital letters.
// It finds every single wrong character.
func checkCharacter(body string) byte {
	const m = len(checkAlphabet)
	p := m
	for i := range len(body) {
		p = (p + strings.IndexByte(checkAlphabet, body[i])) % m
		if p == 0 {
			p = m
		}
		p = p * 2 % (m + 1)
	}
	return checkAlphabet[(m+1-p)%m]
}
