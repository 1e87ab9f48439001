package privacy

import (
	"encoding/json"
	"time"
)

// The entries about what is vouched for, reported and disputed.
type (
	// ExportLicence is one edition of a licence of the person's.
	ExportLicence struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Number   string    `json:"number"`
		Edition  int       `json:"edition"`
		Type     string    `json:"type"`
		State    string    `json:"state" show:"word"`
		Matter   string    `json:"matter"`
		Text     string    `json:"text"`
		From     time.Time `json:"valid_from"`
		Until    time.Time `json:"valid_to,omitzero"`
		Created  time.Time `json:"create_time"`
		Signed   time.Time `json:"sign_time,omitzero"`
	}
	// ExportLicenceEvent is something that happened to a licence.
	ExportLicenceEvent struct {
		Number  string    `json:"number"`
		Edition int       `json:"edition"`
		Kind    string    `json:"kind" show:"word"`
		Note    string    `json:"note"`
		Created time.Time `json:"create_time"`
	}
	// ExportPresentation is leave to see licences that the person gave.
	ExportPresentation struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Kind     string    `json:"kind" show:"word"`
		Text     string    `json:"text"`
		Purpose  string    `json:"purpose"`
		Count    int       `json:"uses"`
		Created  time.Time `json:"create_time"`
		Expires  time.Time `json:"expire_time"`
		Revoked  time.Time `json:"revoke_time,omitzero"`
	}
	// ExportLicenceUse is a time that somebody looked at a licence.
	ExportLicenceUse struct {
		ID         string    `json:"id"`
		Document   string    `json:"document"`
		Number     string    `json:"number"`
		Kind       string    `json:"kind" show:"word"`
		Department string    `json:"department"`
		Office     string    `json:"office"`
		Outcome    string    `json:"outcome"`
		Text       string    `json:"text"`
		Created    time.Time `json:"create_time"`
	}
	// ExportCreditReport is one version of the report on the person, with how its grade came
	// about.
	ExportCreditReport struct {
		ID        string    `json:"id"`
		Document  string    `json:"document"`
		Version   int64     `json:"version"`
		Consent   string    `json:"consent"`
		Voucher   string    `json:"voucher"`
		Digest    string    `json:"digest"`
		Created   time.Time `json:"create_time"`
		Confirmed time.Time `json:"confirm_time"`
		// Readings are the sources that answered, each with when.
		Readings []string        `json:"readings"`
		Content  json.RawMessage `json:"content"`
		Trace    json.RawMessage `json:"trace"`
	}
	// ExportCreditQuery is a try to obtain or read a report, refused ones as well.
	ExportCreditQuery struct {
		ID        string    `json:"id"`
		Document  string    `json:"document"`
		Kind      string    `json:"kind" show:"word"`
		Result    string    `json:"result" show:"word"`
		Reason    string    `json:"reason"`
		Purpose   string    `json:"purpose"`
		Party     string    `json:"party"`
		PartyName string    `json:"party_name"`
		Office    string    `json:"office"`
		Consent   string    `json:"consent"`
		Voucher   string    `json:"voucher"`
		Version   int64     `json:"version"`
		Asked     time.Time `json:"query_time"`
	}
	// ExportDispute is what the person said is wrong on the file.
	ExportDispute struct {
		ID         string    `json:"id"`
		Document   string    `json:"document"`
		Kind       string    `json:"kind"`
		Subject    string    `json:"subject"`
		Department string    `json:"department"`
		State      string    `json:"state" show:"word"`
		Reason     string    `json:"reason"`
		Created    time.Time `json:"create_time"`
		Due        time.Time `json:"due_time"`
		Decided    time.Time `json:"decide_time,omitzero"`
		Answer     string    `json:"answer"`
	}
	// ExportFinance is what the person applied for a certificate for lenders with, and what
	// became of it.
	ExportFinance struct {
		ID          string    `json:"id"`
		Document    string    `json:"document"`
		Report      string    `json:"report"`
		State       string    `json:"state" show:"word"`
		Purpose     string    `json:"purpose"`
		Finding     string    `json:"finding"`
		Answer      string    `json:"answer"`
		Created     time.Time `json:"create_time"`
		Due         time.Time `json:"due_time"`
		Reviewed    time.Time `json:"review_time,omitzero"`
		Decided     time.Time `json:"decide_time,omitzero"`
		Certificate string    `json:"certificate"`
		Edition     int64     `json:"edition"`
		Issued      time.Time `json:"issue_time,omitzero"`
		Revoked     time.Time `json:"revoke_time,omitzero"`
	}
	// ExportLendingCase is a need for a loan that the person, or a firm through the person,
	// sent to a bank.
	ExportLendingCase struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Firm     string    `json:"firm"`
		Bank     string    `json:"bank"`
		Product  string    `json:"product"`
		State    string    `json:"state" show:"word"`
		Name     string    `json:"name"`
		Fen      int64     `json:"amount_fen"`
		Months   int64     `json:"months"`
		Use      string    `json:"use" show:"word"`
		Words    string    `json:"words"`
		Answer   string    `json:"answer"`
		Granted  int64     `json:"granted_fen"`
		Created  time.Time `json:"create_time"`
		Accepted time.Time `json:"accept_time,omitzero"`
		Ended    time.Time `json:"end_time,omitzero"`
	}
	// ExportLendingOffer is what a bank offered.
	ExportLendingOffer struct {
		ID       string    `json:"id"`
		Case     string    `json:"case"`
		State    string    `json:"state" show:"word"`
		Fen      int64     `json:"amount_fen"`
		RateBP   int64     `json:"rate_bp"`
		Months   int64     `json:"months"`
		Terms    string    `json:"terms"`
		Until    time.Time `json:"until_time"`
		Created  time.Time `json:"create_time"`
		Answered time.Time `json:"answer_time,omitzero"`
	}
	// ExportLendingNote is what was said about it, or a paper by its name: its holder gets
	// the paper itself from the case.
	ExportLendingNote struct {
		ID      string    `json:"id"`
		Case    string    `json:"case"`
		Side    string    `json:"side" show:"word"`
		About   string    `json:"about"`
		Text    string    `json:"text"`
		Paper   string    `json:"paper_name"`
		Media   string    `json:"media_type"`
		Size    int64     `json:"size"`
		Created time.Time `json:"create_time"`
	}
)
