package staff

import (
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"
)

// Parameters that every authenticator knows (RFC 6238): SHA-1, six digits, a new
// code every 30 seconds; the neighbouring ones count for clocks that differ.
const (
	codePeriod = 30
	codeSkew   = 1
	codeIssuer = "Minzhengtong"
)

// newTOTP makes a secret and the URI that an authenticator reads.
func newTOTP(login string) (secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: codeIssuer, AccountName: login, Period: codePeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", "", fmt.Errorf("make an authenticator's secret: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// stepOf returns the time step that a code belongs to, or 0 where it is none of
// those that count now. It computes all of them, whichever it is.
func stepOf(secret, typed string, now time.Time) (int64, error) {
	code := strings.TrimSpace(norm.NFKC.String(typed)) // full-width digits too
	present := now.Unix() / codePeriod
	var found int64
	for step := present - codeSkew; step <= present+codeSkew; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("compute a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 {
			found = step
		}
	}
	return found, nil
}
