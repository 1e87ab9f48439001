package audit

import "fmt"

// Damage says what is wrong with the log, and where first.
type Damage struct {
	// Position is the first place at which the log is not what was signed or
	// anchored, or Unnumbered for an entry that has none.
	Position int64
	// EntryID is the entry there, where one is.
	EntryID string
	// Checkpoint is the size of the checkpoint that is wrong, where it is a
	// checkpoint; the entries from Position on are those it stands for.
	Checkpoint int64
	// What says what is wrong.
	What string
}

// Error implements error.
func (d *Damage) Error() string {
	where := fmt.Sprintf("position %d", d.Position)
	if d.Position == Unnumbered {
		where = "not numbered"
	}
	if d.EntryID != "" {
		where += ", entry " + d.EntryID
	}
	if d.Checkpoint != 0 {
		where += fmt.Sprintf(", checkpoint %d", d.Checkpoint)
	}
	return "the audit log is damaged: " + where + ": " + d.What
}
