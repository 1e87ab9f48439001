package catalogue

import (
	"slices"
	"strings"
)

// family is IDs that the sources put together from a prefix and a word in
// capitals, as "KIND_" and taiwan_pass. A prefix that stands in a sum in the
// sources must be declared here. A literal that begins with one is taken for an ID.
type family struct {
	prefix string
	// words says where the words are declared:
	//
	//	domains/document.Kind           the string constants of a type, or one constant
	//	domains/schema.Values           what is handed to calls of Values: a column's words
	//	domains/privacy/exported.go     the names in JSON of the fields of a file's types
	//
	// Each must have a message. Without any, IDs are written out whole.
	words []string
	// optional: a word may have no message.
	optional bool
	// open: the words are not ours, and any message counts as used.
	open bool
}

var families = []family{
	{prefix: "ATTENTION_"},
	{prefix: "DATA_KIND_", words: []string{"domains/privacy.Kind"}},
	// What was erased before has no line in the preview of an erasure.
	{prefix: "ERASURE_", words: []string{"domains/privacy.Kind"}, optional: true},
	{prefix: "EXPORT_"},
	{prefix: "EXPORT_FIELD_", words: []string{
		"domains/privacy/exported.go", "domains/privacy/exportedmoney.go", "domains/privacy/exportedproof.go",
	}},
	// What is no list has no heading.
	{prefix: "EXPORT_LIST_", words: []string{"domains/privacy/export.go"}, optional: true},
	{prefix: "KIND_", words: []string{"domains/document.Kind"}},
	{prefix: "NAME_REASON_", words: []string{"i18n/hanname.Reason"}},
	// The words are templates of domains that tell people things.
	{prefix: "NOTICE_", open: true},
	// The words are the catalogue of domains/tax, in JSON, and Taiwan's taxes in the
	// data of domains/calendar; bff/taxrpc tests that each has a message.
	{prefix: "OBLIGATION_KIND_", open: true},
	{prefix: "POWER_", words: []string{"domains/dossier.Power"}},
	{prefix: "PROMPT_", words: []string{"i18n.Prompt"}},
	// The words are the catalogue of domains/scene, in JSON; bff/scenerpc tests that
	// each has a message.
	{prefix: "SCENE_TITLE_", open: true},
	{prefix: "SMS_"},
	{prefix: "STANDING_", words: []string{"domains/credential/check.Standing"}},
	{prefix: "TAIWAN_TAX_", open: true},
	// The words are protovalidate's rules; what has no message is VALIDATION_OTHER.
	{prefix: "VALIDATION_", open: true},
	// A code without a message is shown as it is.
	{prefix: "WORD_", optional: true, words: []string{
		"domains/schema.Values", "domains/actor.Role", "domains/document.Sex", "domains/document.Status",
		"domains/dossier.LegalRepresentative", "domains/dossier.Level", "domains/lending.Use", "domains/notice.Topic",
	}},
}

// inFamily reports whether an ID begins with the prefix of a family.
func inFamily(id string) bool {
	return slices.ContainsFunc(families, func(f family) bool { return strings.HasPrefix(id, f.prefix) })
}

// isPrefix reports whether a text is the prefix of a family.
func isPrefix(text string) bool {
	return slices.ContainsFunc(families, func(f family) bool { return f.prefix == text })
}
