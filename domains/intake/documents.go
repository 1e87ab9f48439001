package intake

import (
	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
)

// The columns of the files of documents. All of them are needed but the area of
// a permit, which older files do not have.
var (
	passColumns = []string{"number", "issue_count", "name_mainland", "name_taiwan", "name_roman", "birth_date", "sex",
		"valid_from", "valid_to", "state", "phone", "replaces_number"}
	permitColumns = []string{"number", "issue_count", "name_mainland", "name_roman", "birth_date", "sex",
		"valid_from", "valid_to", "state", "exit_entry_number", "phone", "replaces_number"}
	permitOptional = []string{"area"}
)

// maxName is what a name column holds, in bytes.
const maxName = 200

// readPass reads a row of the register of passes.
func readPass(r *row, today civil.Date) dossier.Entry {
	names := dossier.Names{
		Mainland: r.text("name_mainland", maxName), Taiwan: r.text("name_taiwan", maxName), Roman: r.text("name_roman", maxName),
	}
	e := readEntry(r, document.TaiwanPass, names, today)
	checkOldForm(r, &e)
	return e
}

// readPermit reads a row of the register of permits.
func readPermit(r *row, today civil.Date) dossier.Entry {
	names := dossier.Names{Mainland: r.text("name_mainland", maxName), Roman: r.text("name_roman", maxName)}
	e := readEntry(r, document.TaiwanPermit, names, today)
	e.NamesPass = r.numberIfAny("exit_entry_number", document.TaiwanPass, today)
	e.Area = r.areaIfAny("area")
	return e
}

// readEntry reads what passes and permits share.
func readEntry(r *row, kind document.Kind, names dossier.Names, today civil.Date) dossier.Entry {
	e := dossier.Entry{
		Number:   r.number("number", kind, today),
		Validity: r.validity(),
		Holder:   dossier.Holder{Names: names, Birth: r.date("birth_date"), Sex: r.sex("sex")},
		State:    r.state("state"),
		Phone:    r.phone("phone"),
		Replaces: r.numberIfAny("replaces_number", kind, today),
	}
	if names == (dossier.Names{}) {
		r.fail("name_mainland", ErrName)
	}
	if born := e.Holder.Birth; born.IsValid() && (born.Year < earliestBirth || born.After(today)) {
		r.fail("birth_date", ErrDate)
	}
	// Some registers repeat the number of a document that was renewed under it.
	if e.Replaces.Canonical() == e.Number.Canonical() {
		e.Replaces = document.Number{}
	}
	checkHolder(r, &e)
	return e
}

// checkHolder compares the holder with what the number itself states, and fills
// in from it what the row leaves open.
func checkHolder(r *row, e *dossier.Entry) {
	if born, ok := e.Number.BirthDate(); ok {
		if e.Holder.Birth.IsValid() && e.Holder.Birth != born {
			r.fail("birth_date", ErrNumberDiffers)
		}
		e.Holder.Birth = born
	}
	if sex := e.Number.Sex(); sex != "" {
		if e.Holder.Sex != "" && e.Holder.Sex != sex {
			r.fail("sex", ErrNumberDiffers)
		}
		e.Holder.Sex = sex
	}
}

// checkOldForm takes the issue count from a pass number of before 2008. No such
// pass is valid any more, so one that was never taken back is refused.
func checkOldForm(r *row, e *dossier.Entry) {
	if !e.Number.Historic() {
		return
	}
	if e.State == document.Valid {
		r.fail("number", document.ErrLegacy)
	}
	if e.Validity.IssueCount != "" && e.Validity.IssueCount != e.Number.IssueCount() {
		r.fail("issue_count", ErrIssueCount)
	}
	e.Validity.IssueCount = e.Number.IssueCount()
}
