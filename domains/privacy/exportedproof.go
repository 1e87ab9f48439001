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
)
