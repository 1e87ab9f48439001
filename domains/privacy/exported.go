package privacy

import "time"

// The entries of an export's lists. A field that is shown as a word has a
// message WORD_… for each of its codes, where people should read one.
type (
	// ExportDocument is one document with its holder.
	ExportDocument struct {
		ID           string    `json:"id"`
		Kind         string    `json:"kind" show:"kind"`
		Number       string    `json:"number"`
		NamesPass    string    `json:"names_pass"`
		NameMainland string    `json:"name_mainland"`
		NameTaiwan   string    `json:"name_taiwan"`
		NameRoman    string    `json:"name_roman"`
		BirthDate    string    `json:"birth_date"`
		Sex          string    `json:"sex" show:"word"`
		IssueCount   string    `json:"issue_count"`
		ValidFrom    string    `json:"valid_from"`
		ValidTo      string    `json:"valid_to"`
		Status       string    `json:"status" show:"word"`
		ReplacedBy   string    `json:"replaced_by"`
		Area         string    `json:"area"`
		Origin       string    `json:"origin" show:"word"`
		Created      time.Time `json:"create_time"`
	}
	// ExportPrinting is an earlier issue of a document.
	ExportPrinting struct {
		Document   string    `json:"document"`
		IssueCount string    `json:"issue_count"`
		ValidFrom  string    `json:"valid_from"`
		ValidTo    string    `json:"valid_to"`
		Ended      time.Time `json:"end_time"`
	}
	// ExportLink is a link with the proof on which it stands.
	ExportLink struct {
		ID         string    `json:"id"`
		First      string    `json:"first"`
		Second     string    `json:"second"`
		Level      string    `json:"level" show:"word"`
		Created    time.Time `json:"create_time"`
		Cut        time.Time `json:"cut_time,omitzero"`
		CutReason  string    `json:"cut_reason"`
		ProofKind  string    `json:"proof_kind" show:"word"`
		ProofTrace string    `json:"proof_trace"`
		ProofTime  time.Time `json:"proof_time"`
		ProofNote  string    `json:"proof_note"`
	}
	// ExportInquiry is a question that authorities had to answer.
	ExportInquiry struct {
		ID       string    `json:"id"`
		Kind     string    `json:"kind" show:"word"`
		Document string    `json:"document"`
		AskedBy  string    `json:"asked_by" show:"word"`
		Target   string    `json:"target"`
		State    string    `json:"state" show:"word"`
		Created  time.Time `json:"create_time"`
		Closed   time.Time `json:"close_time,omitzero"`
	}
	// ExportReview is a pair at which officers had to look. The other document
	// is named where it is the person's own.
	ExportReview struct {
		ID       string    `json:"id"`
		Kind     string    `json:"kind" show:"word"`
		Document string    `json:"document"`
		Other    string    `json:"other"`
		State    string    `json:"state" show:"word"`
		Created  time.Time `json:"create_time"`
		Closed   time.Time `json:"close_time,omitzero"`
		Reason   string    `json:"reason"`
	}
	// ExportDatum is one value of a collect-once item, earlier ones included.
	ExportDatum struct {
		Document string    `json:"document"`
		Code     string    `json:"code"`
		Value    string    `json:"value"`
		Origin   string    `json:"origin" show:"word"`
		Recorded time.Time `json:"record_time"`
		Ended    time.Time `json:"end_time,omitzero"`
	}
	// ExportRecord is something that was done.
	ExportRecord struct {
		ID        string    `json:"id"`
		Document  string    `json:"document"`
		Kind      string    `json:"kind"`
		Title     string    `json:"title"`
		Authority string    `json:"authority"`
		Occurred  time.Time `json:"occur_time"`
		AmountFen *int64    `json:"amount_fen"`
		Source    string    `json:"source"`
		SourceRef string    `json:"source_ref"`
	}
	// ExportRole is a role in a firm, ended ones included.
	ExportRole struct {
		Firm     string    `json:"firm"`
		FirmName string    `json:"firm_name"`
		Role     string    `json:"role" show:"word"`
		Document string    `json:"document"`
		Created  time.Time `json:"create_time"`
		Ended    time.Time `json:"end_time,omitzero"`
	}
	// ExportConsent is a consent that the person gave.
	ExportConsent struct {
		ID          string    `json:"id"`
		Document    string    `json:"document"`
		Delegation  string    `json:"delegation"`
		Party       string    `json:"party"`
		PartyName   string    `json:"party_name"`
		Purpose     string    `json:"purpose"`
		Scopes      []string  `json:"scopes"`
		TextVersion string    `json:"text_version"`
		TextHash    string    `json:"text_hash"`
		Created     time.Time `json:"create_time"`
		Expires     time.Time `json:"expire_time"`
		Revoked     time.Time `json:"revoke_time,omitzero"`
		Uses        int       `json:"uses"`
	}
	// ExportUse is one read across departments.
	ExportUse struct {
		Voucher   string    `json:"voucher"`
		Document  string    `json:"document"`
		Decided   time.Time `json:"decide_time"`
		Party     string    `json:"party"`
		PartyName string    `json:"party_name"`
		Office    string    `json:"office"`
		Purpose   string    `json:"purpose"`
		Scopes    []string  `json:"scopes"`
		Consent   string    `json:"consent"`
		Law       string    `json:"legal_basis"`
	}
	// ExportDelegation is a charge that the person gave or holds. The other
	// side's number is masked.
	ExportDelegation struct {
		ID      string    `json:"id"`
		Matter  string    `json:"matter"`
		Given   bool      `json:"given"`
		Other   string    `json:"masked_number"`
		Created time.Time `json:"create_time"`
		Expires time.Time `json:"expire_time"`
		Revoked time.Time `json:"revoke_time,omitzero"`
		// Licences are those to which it is limited.
		Licences []string `json:"licences,omitempty"`
	}
	// ExportCorrection is a correction that the person asked for.
	ExportCorrection struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Item     string    `json:"item"`
		Before   string    `json:"before"`
		Value    string    `json:"value"`
		Reason   string    `json:"reason"`
		State    string    `json:"state" show:"word"`
		Created  time.Time `json:"create_time"`
		Decided  time.Time `json:"decide_time,omitzero"`
		Answer   string    `json:"answer"`
	}
	// ExportSession is one sign-in on one device.
	ExportSession struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Device   string    `json:"device"`
		Created  time.Time `json:"create_time"`
		Used     time.Time `json:"refresh_time"`
		Expires  time.Time `json:"expire_time"`
		Ended    time.Time `json:"end_time,omitzero"`
	}
	// ExportLook is one entry of the log: an officer's office and department,
	// and not who the officer is.
	ExportLook struct {
		ID         string    `json:"id"`
		Time       time.Time `json:"time"`
		Role       string    `json:"role" show:"word"`
		Own        bool      `json:"own"`
		Office     string    `json:"office"`
		Department string    `json:"department"`
		Duty       string    `json:"duty"`
		Action     string    `json:"action"`
		Documents  []string  `json:"documents"`
		Why        string    `json:"why"`
		Basis      string    `json:"basis"`
		Outcome    string    `json:"outcome"`
		Objection  string    `json:"objection"`
	}
	// ExportObjection is what the person has against an entry.
	ExportObjection struct {
		ID       string    `json:"id"`
		Entry    string    `json:"entry"`
		Text     string    `json:"text"`
		Created  time.Time `json:"create_time"`
		Due      time.Time `json:"due_time"`
		Answered time.Time `json:"answer_time,omitzero"`
		Answer   string    `json:"answer"`
		Finding  string    `json:"finding" show:"word"`
	}
	// ExportNotice is something that the person was told: the text of a message
	// to many, or the values that its own message was filled with.
	ExportNotice struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Kind     string    `json:"kind"`
		Topic    string    `json:"topic" show:"word"`
		Title    string    `json:"title"`
		Text     string    `json:"text"`
		Values   []string  `json:"values"`
		Created  time.Time `json:"create_time"`
		Read     time.Time `json:"read_time,omitzero"`
		// Channels are those that it went through, each with how far it got.
		Channels []string `json:"channels"`
	}
	// ExportAddress is where the person is reached, in full.
	ExportAddress struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Channel  string    `json:"channel" show:"word"`
		Value    string    `json:"value"`
		State    string    `json:"state" show:"word"`
		Reason   string    `json:"reason"`
		Created  time.Time `json:"create_time"`
	}
	// ExportChannels are those that were chosen for a topic.
	ExportChannels struct {
		Document string    `json:"document"`
		Topic    string    `json:"topic" show:"word"`
		Channels []string  `json:"channels"`
		Recorded time.Time `json:"record_time"`
	}
	// ExportRegistration is a tax that the person has to file.
	ExportRegistration struct {
		ID        string `json:"id"`
		Document  string `json:"document"`
		Kind      string `json:"kind" show:"obligation"`
		Cycle     string `json:"cycle" show:"word"`
		Area      string `json:"area"`
		ValidFrom string `json:"valid_from"`
		ValidTo   string `json:"valid_to"`
		Source    string `json:"source"`
		SourceRef string `json:"source_ref"`
	}
	// ExportObligation is something that is due.
	ExportObligation struct {
		ID       string `json:"id"`
		Document string `json:"document"`
		Kind     string `json:"kind" show:"obligation"`
		Period   string `json:"period"`
		Name     string `json:"name"`
		Area     string `json:"area"`
		Due      string `json:"due_date"`
		Basis    string `json:"basis" show:"word"`
		State    string `json:"state" show:"word"`
		// Outcome says how it was done: filing or hand.
		Outcome string    `json:"outcome"`
		Closed  time.Time `json:"close_time,omitzero"`
	}
	// ExportAlarmSetting is how the person is reminded. Without a kind it is for
	// every one, without a firm for everything.
	ExportAlarmSetting struct {
		Document  string    `json:"document"`
		Kind      string    `json:"kind" show:"obligation"`
		Firm      string    `json:"firm"`
		Off       bool      `json:"off"`
		Leads     []string  `json:"leads"`
		At        string    `json:"at"`
		Cron      string    `json:"cron"`
		QuietFrom string    `json:"quiet_from"`
		QuietTo   string    `json:"quiet_to"`
		Recorded  time.Time `json:"record_time"`
	}
	// ExportAlarm is one ring; its code says which of the obligation's.
	ExportAlarm struct {
		Document   string    `json:"document"`
		Obligation string    `json:"obligation"`
		Code       string    `json:"code"`
		Time       time.Time `json:"time"`
		State      string    `json:"state"`
		Ended      time.Time `json:"end_time,omitzero"`
	}
	// ExportFeed is an address at which a calendar reads what is due. The address
	// itself is not kept.
	ExportFeed struct {
		ID       string    `json:"id"`
		Document string    `json:"document"`
		Created  time.Time `json:"create_time"`
		Used     time.Time `json:"refresh_time,omitzero"`
		Ended    time.Time `json:"end_time,omitzero"`
	}
)
