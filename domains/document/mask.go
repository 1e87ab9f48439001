package document

import (
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
)

// Characters that a mask leaves to be seen. Of a personal number two: four
// would be sequence and check character, and whoever knows the birth date of
// the holder of a permit could then write down the rest. Credit codes are
// published by the register.
const (
	shownOfPerson = 2
	shownOfFirm   = 4
)

// Masked is the number with all but its end starred out, in its full length:
// the last 2 characters of a personal number, the last 4 of a credit code. It
// helps a person to recognise the document and finds nobody.
func (n Number) Masked() string {
	shown := shownOfPerson
	if n.kind.OfFirm() {
		shown = shownOfFirm
	}
	s := n.Canonical()
	hidden := max(len(s)-shown, 0)
	return strings.Repeat("*", hidden) + s[hidden:]
}

// String is [Number.Masked].
func (n Number) String() string { return n.Masked() }

// GoString is [Number.Masked], for printers that ask for Go syntax.
func (n Number) GoString() string { return n.Masked() }

// Format prints [Number.Masked] for every verb, quoted for %q, and pays no heed
// to width or flags. Without it fmt would print the fields for verbs that are
// not meant for text.
func (n Number) Format(f fmt.State, verb rune) {
	text := n.Masked()
	if verb == 'q' {
		text = strconv.Quote(text)
	}
	// fmt.State keeps no error, and Format has nobody to tell.
	_, _ = io.WriteString(f, text)
}

// MarshalText gives [Number.Masked] to JSON and other encoders. There is no
// UnmarshalText: a mask cannot be read back, and what is stored is
// [Number.Canonical], encrypted.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.Masked()), nil }

// LogValue is [Number.Masked], for log/slog.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.Masked()) }
