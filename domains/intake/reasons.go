package intake

import "github.com/minzhengtong/minzhengtong/domains/fault"

// Why a row was rejected, beside the faults of packages document, dossier and tax.
// Each names its column.
var (
	// ErrRow: broken quotes, or not as many fields as the header.
	ErrRow = fault.New(fault.Invalid, "IMPORT_ROW")
	// ErrRowTooLong: more than [MaxRow] bytes; often a quote that is not closed.
	ErrRowTooLong = fault.New(fault.Invalid, "IMPORT_ROW_TOO_LONG")
	// ErrFieldMissing: a field that every row needs is empty.
	ErrFieldMissing = fault.New(fault.Invalid, "IMPORT_FIELD_MISSING")
	// ErrFieldTooLong: longer than what is stored; the argument "Bytes" is the
	// limit in UTF-8.
	ErrFieldTooLong = fault.New(fault.Invalid, "IMPORT_FIELD_TOO_LONG")
	// ErrCharacter: a control character, an invisible one, or the mark of one
	// that was lost on the way.
	ErrCharacter = fault.New(fault.Invalid, "IMPORT_CHARACTER")
	// ErrName: neither a name in Han characters nor one in Latin letters.
	ErrName = fault.New(fault.Invalid, "IMPORT_NAME")
	// ErrDate: neither YYYY-MM-DD nor YYYYMMDD, no such day, a last day before
	// the first, or a birth date before 1900 or after today.
	ErrDate = fault.New(fault.Invalid, "IMPORT_DATE")
	// ErrTime: not RFC 3339.
	ErrTime = fault.New(fault.Invalid, "IMPORT_TIME")
	// ErrState: none of issued, replaced, lost and revoked.
	ErrState = fault.New(fault.Invalid, "IMPORT_STATE")
	// ErrSex: none of M, F, 男 and 女.
	ErrSex = fault.New(fault.Invalid, "IMPORT_SEX")
	// ErrIssueCount: not two digits, or another count than in the number.
	ErrIssueCount = fault.New(fault.Invalid, "IMPORT_ISSUE_COUNT")
	// ErrArea: not six digits.
	ErrArea = fault.New(fault.Invalid, "IMPORT_AREA")
	// ErrAmount: not a whole number of fen.
	ErrAmount = fault.New(fault.Invalid, "IMPORT_AMOUNT")
	// ErrOutcome: neither accepted nor rejected.
	ErrOutcome = fault.New(fault.Invalid, "IMPORT_OUTCOME")
	// ErrNumberDiffers: the number itself states another birth date or sex.
	ErrNumberDiffers = fault.New(fault.Invalid, "IMPORT_NUMBER_DIFFERS")
)
