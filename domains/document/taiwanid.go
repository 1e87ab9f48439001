package document

import "strings"

const taiwanIDLength = 10

// CheckTaiwanNationalID returns the number of a Taiwan national ID
// (國民身分證統一編號) or of a new-format resident certificate (統一證號, since
// 2021-01-02) in upper case, if its check digit is right.
//
// Source: the numbering rule of Taiwan's household registration: a letter, 1 or
// 2 (nationals) or 8 or 9 (certificates), seven digits, a check digit.
//
// The number is optional on the mainland side, never required and never a key,
// which is why it is no [Kind]. The answer is personal data in the clear:
// encrypt it at rest, and never log it.
//
// It fails with [ErrEmpty], [ErrAlphabet], [ErrLength], [ErrLegacy] for the old
// certificate with two letters, [ErrForm], [ErrDigits] or [ErrCheckCharacter].
func CheckTaiwanNationalID(raw string) (string, error) {
	s, err := normalise(raw)
	switch {
	case err != nil:
		return "", err
	case len(s) != taiwanIDLength:
		return "", ErrLength
	case isLetter(s[0]) && isLetter(s[1]) && allDigits(s[2:]):
		return "", ErrLegacy
	case !isLetter(s[0]) || strings.IndexByte("1289", s[1]) < 0:
		return "", ErrForm
	case !allDigits(s[1:]):
		return "", ErrDigits
	case taiwanSum(s)%10 != 0:
		return "", ErrCheckCharacter
	}
	return s, nil
}

// taiwanSum weighs the two digits that the letter stands for (A=10 to O=35, in
// the order of the offices) and the nine digits after it; the sum of a right
// number ends in 0.
func taiwanSum(s string) int {
	letter := 10 + strings.IndexByte("ABCDEFGHJKLMNPQRSTUVXYWZIO", s[0])
	sum := letter/10 + letter%10*9
	for i, w := range [...]int{8, 7, 6, 5, 4, 3, 2, 1, 1} {
		sum += w * int(s[i+1]-'0')
	}
	return sum
}
