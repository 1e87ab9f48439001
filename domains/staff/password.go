package staff

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // the list of common passwords
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// Faults of new passwords.
var (
	// ErrLength: a password has 12 to 200 characters.
	ErrLength = fault.New(fault.Invalid, "PASSWORD_LENGTH")
	// ErrGuessable: everybody tries this one first.
	ErrGuessable = fault.New(fault.Invalid, "PASSWORD_GUESSABLE")
	// ErrUnchanged: it is the present one.
	ErrUnchanged = fault.New(fault.Invalid, "PASSWORD_UNCHANGED")
)

// Cost is what it takes to try one password with argon2id.
type Cost struct {
	// Memory is in KiB.
	Memory uint32
	// Time is how often the memory is gone over.
	Time uint32
	// Threads work at once.
	Threads uint8
}

// DefaultCost is the least that OWASP's Password Storage Cheat Sheet asks for.
var DefaultCost = Cost{Memory: 19 << 10, Time: 2, Threads: 1}

// Bounds of a password and of its stored form.
const (
	shortestPassword = 12
	longestPassword  = 200
	longestInput     = 4 * longestPassword // bytes, before anything looks at them
	leastCharacters  = 5
	saltSize         = 16
	hashSize         = 32
	mostMemory       = 1 << 20 // KiB
	mostTime         = 64
)

// weaker reports whether a stored hash is cheaper to try than it should be.
func (c Cost) weaker(than Cost) bool { return c.Memory < than.Memory || c.Time < than.Time }

func (c Cost) valid() bool {
	return c.Threads > 0 && c.Time > 0 && c.Time <= mostTime && c.Memory >= 8*uint32(c.Threads) && c.Memory <= mostMemory
}

// hasher hashes passwords, so many at once.
type hasher struct {
	cost  Cost
	slots chan struct{}
}

func newHasher(cost Cost, slots int) (*hasher, error) {
	if cost == (Cost{}) {
		cost = DefaultCost
	}
	if slots == 0 {
		slots = runtime.GOMAXPROCS(0)
	}
	if !cost.valid() || slots < 0 {
		return nil, errors.New("the cost of passwords is out of range")
	}
	return &hasher{cost: cost, slots: make(chan struct{}, slots)}, nil
}

// derive waits for a slot and computes. It fails only when ctx ends first.
func (h *hasher) derive(ctx context.Context, password string, salt []byte, c Cost, size uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, size), nil
}

// hash returns a password in PHC form, with a salt of its own.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // it never fails
	sum, err := h.derive(ctx, password, salt, h.cost, hashSize)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Time, h.cost.Threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// matches compares a password with its PHC form, at the cost that stands there.
// Due says that the form is cheaper than it should be.
func (h *hasher) matches(ctx context.Context, password, phc string) (ok, due bool, err error) {
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, password, salt, cost, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, cost.weaker(h.cost), nil
}

var errPHC = errors.New("a stored password hash is damaged")

// parsePHC reads $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func parsePHC(phc string) (c Cost, salt, sum []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return Cost{}, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil || !c.valid() {
		return Cost{}, nil, nil, errPHC
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil || len(salt) < 8 {
		return Cost{}, nil, nil, errPHC
	}
	sum, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(sum) < 16 || len(sum) > 64 {
		return Cost{}, nil, nil, errPHC
	}
	return c, salt, sum, nil
}

// normalPassword is the form in which a password is hashed, so that every
// keyboard types the same; false for what is too long to look at.
func normalPassword(typed string) (string, bool) {
	if len(typed) > longestInput || !utf8.ValidString(typed) {
		return "", false
	}
	return norm.NFKC.String(typed), true
}

//go:embed data/common.txt
var commonList string

var common = func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			set[line] = true
		}
	}
	return set
}()

// checkPassword returns a new password as it is to be hashed. It fails with
// [ErrLength] or [ErrGuessable].
func checkPassword(login, typed string) (string, error) {
	password, ok := normalPassword(typed)
	if n := utf8.RuneCountInString(password); !ok || n < shortestPassword || n > longestPassword {
		return "", ErrLength.On("new_password")
	}
	if guessable(login, strings.ToLower(password)) {
		return "", ErrGuessable.On("new_password")
	}
	return password, nil
}

// guessable reports whether a password in lower case is the login, is common,
// or is one of these with digits and signs around it; or few characters, a row
// of the keyboard or a short text over and over.
func guessable(login, password string) bool {
	core := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, text := range []string{password, core, unit(password), unit(core)} {
		if text != "" && (text == login || common[text]) {
			return true
		}
	}
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen) < leastCharacters || utf8.RuneCountInString(unit(password)) < 8 || consecutive(password)
}

// unit is the shortest text of which the whole is a repetition.
func unit(text string) string {
	runes := []rune(text)
	for n := 1; n <= len(runes)/2; n++ {
		if first := string(runes[:n]); len(runes)%n == 0 && strings.Repeat(first, len(runes)/n) == text {
			return first
		}
	}
	return text
}

// consecutive reports whether each character follows the one before, up or down,
// with 0 after 9.
func consecutive(text string) bool {
	runes := []rune(text)
	run := func(step rune) bool {
		for i := 1; i < len(runes); i++ {
			d := runes[i] - runes[i-1]
			if d != step && d != -9*step {
				return false
			}
		}
		return true
	}
	return run(1) || run(-1)
}
