package privacy

import (
	"encoding/hex"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credit"
)

func exportCreditReport(h credit.HeldReport) ExportCreditReport {
	return ExportCreditReport{
		ID: string(h.ID), Document: string(h.Document), Version: h.Number, Consent: string(h.Consent), Voucher: h.Voucher,
		Digest: hex.EncodeToString(h.Digest[:]), Created: h.Created, Confirmed: h.Confirmed, Content: h.Raw, Trace: h.Rule,
		Readings: each(h.Readings, func(r credit.Reading) string { return string(r.Source) + ": " + r.Checked.Format(time.RFC3339) }),
	}
}

func exportCreditQuery(q credit.Query) ExportCreditQuery {
	return ExportCreditQuery{
		ID: q.ID, Document: string(q.Document), Kind: string(q.Kind), Result: string(q.Result), Reason: q.Reason, Purpose: string(q.Purpose),
		Party:     string(q.Party),
		PartyName: q.PartyName, Office: q.Office, Consent: string(q.Consent), Voucher: q.Voucher, Version: q.Number, Asked: q.Asked,
	}
}
