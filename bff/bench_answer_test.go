package bff_test

import "time"

// The answer as the reference encodes it, field for field what the contract
// says of GetDossierResponse in JSON.
type (
	fileJSON struct {
		ID          string          `json:"id,omitempty"`
		Kind        string          `json:"kind,omitempty"`
		Documents   []*documentJSON `json:"documents,omitempty"`
		Links       []linkJSON      `json:"links,omitempty"`
		Inquiries   []inquiryJSON   `json:"inquiries,omitempty"`
		Records     []recordJSON    `json:"records,omitempty"`
		RecordCount int             `json:"recordCount,omitempty"`
		Data        []datumJSON     `json:"data,omitempty"`
		FirmRoles   []roleJSON      `json:"firmRoles,omitempty"`
		Powers      []string        `json:"powers,omitempty"`
	}
	documentJSON struct {
		ID           string         `json:"id,omitempty"`
		Kind         string         `json:"kind,omitempty"`
		MaskedNumber string         `json:"maskedNumber,omitempty"`
		Number       string         `json:"number,omitempty"`
		IssueCount   string         `json:"issueCount,omitempty"`
		Status       string         `json:"status,omitempty"`
		ValidFrom    string         `json:"validFrom,omitempty"`
		ValidTo      string         `json:"validTo,omitempty"`
		Name         nameJSON       `json:"name"`
		BirthDate    string         `json:"birthDate,omitempty"`
		Sex          string         `json:"sex,omitempty"`
		ReplacedBy   string         `json:"replacedBy,omitempty"`
		Earlier      []printingJSON `json:"earlier,omitempty"`
	}
	nameJSON struct {
		Mainland string `json:"mainland,omitempty"`
		Taiwan   string `json:"taiwan,omitempty"`
		Roman    string `json:"roman,omitempty"`
	}
	printingJSON struct {
		IssueCount string `json:"issueCount,omitempty"`
		ValidFrom  string `json:"validFrom,omitempty"`
		ValidTo    string `json:"validTo,omitempty"`
	}
	linkJSON struct {
		ID          string   `json:"id,omitempty"`
		DocumentIDs []string `json:"documentIds,omitempty"`
		Level       string   `json:"level,omitempty"`
		Powers      []string `json:"powers,omitempty"`
		ProofID     string   `json:"proofId,omitempty"`
		CreateTime  string   `json:"createTime,omitempty"`
		CutTime     string   `json:"cutTime,omitempty"`
	}
	inquiryJSON struct {
		ID          string `json:"id,omitempty"`
		Kind        string `json:"kind,omitempty"`
		State       string `json:"state,omitempty"`
		CreateTime  string `json:"createTime,omitempty"`
		NextTryTime string `json:"nextTryTime,omitempty"`
		LinkID      string `json:"linkId,omitempty"`
	}
	recordJSON struct {
		ID         string `json:"id,omitempty"`
		DocumentID string `json:"documentId,omitempty"`
		Kind       string `json:"kind,omitempty"`
		Title      string `json:"title,omitempty"`
		Authority  string `json:"authority,omitempty"`
		OccurTime  string `json:"occurTime,omitempty"`
		AmountFen  *int64 `json:"amountFen,string,omitempty"`
	}
	datumJSON struct {
		Code       string `json:"code,omitempty"`
		Value      string `json:"value,omitempty"`
		Origin     string `json:"origin,omitempty"`
		DocumentID string `json:"documentId,omitempty"`
		RecordTime string `json:"recordTime,omitempty"`
		ProofID    string `json:"proofId,omitempty"`
	}
	roleJSON struct {
		FirmID     string `json:"firmId,omitempty"`
		FirmName   string `json:"firmName,omitempty"`
		Role       string `json:"role,omitempty"`
		DocumentID string `json:"documentId,omitempty"`
	}
)

var (
	allPowers   = []string{"POWER_READ", "POWER_SIGN_IN", "POWER_APPLY", "POWER_ISSUE", "POWER_PAY"}
	paperPowers = allPowers[:3]
)

// stamp writes a moment as JSON of protobuf does, with no, three, six or nine
// digits behind the point.
func stamp(t time.Time) string {
	switch t = t.UTC(); {
	case t.Nanosecond() == 0:
		return t.Format("2006-01-02T15:04:05Z")
	case t.Nanosecond()%1e6 == 0:
		return t.Format("2006-01-02T15:04:05.000Z")
	default:
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
}
