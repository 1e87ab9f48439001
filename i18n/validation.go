package i18n

import (
	"regexp"
	"strings"
)

// rangeRule matches protovalidate's rules on the size of a number, a duration or
// a moment, such as int64.gte_lte, double.gt and timestamp.lt_now.
var rangeRule = regexp.MustCompile(`^([su]?int(32|64)|s?fixed(32|64)|float|double|duration|timestamp)\.(gt|lt|within)`)

// ValidationID is the ID of the message for a violated rule of protovalidate,
// given its rule ID ("string.max_len"). A rule without a message of its own, one
// that a contract adds included, gets VALIDATION_OTHER.
func (b *Bundle) ValidationID(rule string) string {
	if rangeRule.MatchString(rule) {
		return "VALIDATION_RANGE"
	}
	rule = strings.TrimSuffix(rule, "_empty") // string.uuid_empty is string.uuid
	id := "VALIDATION_" + strings.ToUpper(strings.ReplaceAll(rule, ".", "_"))
	if !b.Has(id) {
		return "VALIDATION_OTHER"
	}
	return id
}
