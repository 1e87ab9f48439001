package redact

import (
	"encoding/json"
	"strconv"
	"strings"
)

// quoted are the forms of a text inside quotation marks, where they differ from
// the text itself: Go's, Go's in ASCII, and JSON's.
func quoted(plain string) []string {
	candidates := []string{strconv.Quote(plain), strconv.QuoteToASCII(plain)}
	if asJSON, err := json.Marshal(plain); err == nil {
		candidates = append(candidates, string(asJSON))
	}
	var forms []string
	for _, c := range candidates {
		if inner := strings.TrimSuffix(strings.TrimPrefix(c, `"`), `"`); inner != plain {
			forms = append(forms, inner)
		}
	}
	return forms
}
