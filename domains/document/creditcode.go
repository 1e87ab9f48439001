package document

import "strings"

// WarningInnerCheck says that the organisation code inside a credit code fails
// its own check while the code as a whole is right. Such codes exist: accept
// them, and tell an officer.
const WarningInnerCheck = "CREDIT_CODE_INNER_CHECK"

const (
	// creditAlphabet leaves out I, O, S, V and Z; a character's place is its
	// value in the outer check.
	creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	// The area code takes characters 3 to 8, the organisation code 9 to 17, of
	// which the last is its own check character.
	creditArea = 2
	orgStart   = 8
	orgCheck   = 16
)

// parseCreditCode reads a normalised code of 18 characters.
//
// Source: GB 32100-2015: 1 registering department, 1 category, 6 area digits
// (GB/T 2260), 9 organisation code (GB 11714-1997), 1 check character. A wrong
// outer check is refused; a wrong inner one is only a warning.
func parseCreditCode(s string) (Number, error) {
	switch {
	case len(s) == legacyID && allDigits(s):
		return Number{}, ErrLegacy
	case len(s) != longLength:
		return Number{}, ErrLength
	}
	if err := checkCreditBody(s); err != nil {
		return Number{}, err
	}
	if creditCheck(s[:bodyLength]) != s[bodyLength] {
		return Number{}, ErrCheckCharacter
	}
	n := newNumber(CreditCode, "", s)
	n.innerWrong = organisationCheck(s[orgStart:orgCheck]) != s[orgCheck]
	return n, nil
}

// checkCreditBody refuses characters outside the alphabet and letters in the
// area code. It takes whole codes and codes that still lack their check
// characters.
func checkCreditBody(s string) error {
	for i := range len(s) {
		if strings.IndexByte(creditAlphabet, s[i]) < 0 {
			return ErrAlphabet
		}
	}
	if !allDigits(s[creditArea:orgStart]) {
		return ErrArea
	}
	return nil
}

// creditCheck is the check character of the first 17: weights 3^(i-1) mod 31
// (GB 32100-2015). It finds every single wrong character and every swap of two
// neighbours.
func creditCheck(body string) byte {
	sum, weight := 0, 1
	for i := range len(body) {
		sum += weight * strings.IndexByte(creditAlphabet, body[i])
		weight = weight * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31]
}

// organisationCheck is the check character of the eight characters of an
// organisation code, digits as they are and A=10 to Z=35 (GB 11714-1997).
func organisationCheck(body string) byte {
	weights := [...]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * base36(body[i])
	}
	return "0X987654321"[sum%11]
}

func base36(c byte) int {
	if isDigit(c) {
		return int(c - '0')
	}
	return int(c-'A') + 10
}
