package document

import "github.com/golang-sql/civil"

// Status is the state of a document. Its text is stored and sent, and never
// renamed.
type Status string

// The states of a document. All but Expired are recorded when an authority or
// the holder says so; Expired follows from the day, see [StatusOn].
const (
	// Valid: in force.
	Valid Status = "valid"
	// Expired: past its last day of validity. Derived, never stored.
	Expired Status = "expired"
	// Replaced: a later issue took its place; its number still finds the file.
	Replaced Status = "replaced"
	// Lost: reported lost.
	Lost Status = "lost"
	// Revoked: withdrawn or declared void by the authority.
	Revoked Status = "revoked"
)

// StatusOn is the state of a document on a day, both dates in Asia/Shanghai.
//
// ValidTo is the last day of validity, and the document is still valid on it; a
// zero validTo is open-ended. Only a document recorded as Valid can be valid or
// expire: every other recorded state, an unknown one included, is returned as
// it is, whatever the day.
func StatusOn(day civil.Date, recorded Status, validTo civil.Date) Status {
	if recorded == Valid && !validTo.IsZero() && day.After(validTo) {
		return Expired
	}
	return recorded
}
