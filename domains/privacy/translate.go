package privacy

import (
	"encoding/hex"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/audit"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
)

func exportDocument(d dossier.HeldDocument) ExportDocument {
	return ExportDocument{
		ID: string(d.ID), Kind: string(d.Kind()), Number: d.Number.Canonical(), NamesPass: d.NamesPass,
		NameMainland: d.Holder.Names.Mainland, NameTaiwan: d.Holder.Names.Taiwan, NameRoman: d.Holder.Names.Roman,
		BirthDate: day(d.Holder.Birth), Sex: string(d.Holder.Sex), IssueCount: d.Validity.IssueCount,
		ValidFrom: day(d.Validity.From), ValidTo: day(d.Validity.To), Status: string(d.Status),
		ReplacedBy: string(d.ReplacedBy), Area: d.Area, Origin: d.Origin, Created: d.Created,
	}
}

func exportPrinting(p dossier.HeldPrinting) ExportPrinting {
	return ExportPrinting{
		Document: string(p.Document), IssueCount: p.IssueCount, ValidFrom: day(p.From), ValidTo: day(p.To), Ended: p.Ended,
	}
}

func exportLink(l dossier.HeldLink) ExportLink {
	return ExportLink{
		ID: string(l.ID), First: string(l.First), Second: string(l.Second), Level: string(l.Level), Created: l.Made, Cut: l.Cut,
		CutReason: l.CutReason, ProofKind: l.ProofKind, ProofTrace: l.ProofTrace, ProofTime: l.ProofTime, ProofNote: l.ProofNote,
	}
}

func exportInquiry(q dossier.HeldInquiry) ExportInquiry {
	return ExportInquiry{
		ID: string(q.ID), Kind: string(q.Kind), Document: string(q.Document), AskedBy: q.AskedBy, Target: q.Target,
		State: string(q.State), Created: q.Asked, Closed: q.Closed,
	}
}

func exportReview(v dossier.HeldReview) ExportReview {
	return ExportReview{
		ID: string(v.ID), Kind: string(v.Kind), Document: string(v.Document), Other: string(v.Other), State: string(v.State),
		Created: v.Opened, Closed: v.Closed, Reason: v.Reason,
	}
}

func exportDatum(d dossier.HeldDatum) ExportDatum {
	return ExportDatum{
		Document: string(d.Document), Code: d.Code, Value: d.Value, Origin: string(d.Origin), Recorded: d.Recorded, Ended: d.Ended,
	}
}

func exportRecord(r dossier.HeldRecord) ExportRecord {
	return ExportRecord{
		ID: r.ID, Document: string(r.Document), Kind: r.Kind, Title: r.Title, Authority: r.Authority,
		Occurred: r.Occurred, AmountFen: r.AmountFen, Source: r.Source, SourceRef: r.SourceRef,
	}
}

func exportRole(r dossier.HeldRole) ExportRole {
	return ExportRole{
		Firm: string(r.Firm), FirmName: r.FirmName, Role: r.Role.Role, Document: string(r.Document), Created: r.Created, Ended: r.Ended,
	}
}

func exportConsent(c consent.Consent) ExportConsent {
	return ExportConsent{
		ID: string(c.ID), Document: string(c.Document), Delegation: string(c.Delegation), Party: string(c.Party),
		PartyName: c.PartyName, Purpose: string(c.Purpose), Scopes: c.Scopes, TextVersion: c.TextVersion,
		TextHash: hex.EncodeToString(c.TextHash[:]), Created: c.Created, Expires: c.Expires, Revoked: c.Revoked, Uses: c.Uses,
	}
}

func exportUse(u consent.Use) ExportUse {
	return ExportUse{
		Voucher: u.Voucher, Document: string(u.Document), Decided: u.Decided, Party: string(u.Party), PartyName: u.PartyName,
		Office: u.Office, Purpose: string(u.Purpose), Scopes: u.Scopes, Consent: string(u.Consent), Law: u.Law,
	}
}

func exportDelegation(d consent.Delegation) ExportDelegation {
	return ExportDelegation{
		ID: string(d.ID), Matter: string(d.Matter), Given: d.Given, Other: d.Other, Created: d.Created, Expires: d.Expires, Revoked: d.Revoked,
		Licences: d.Licences,
	}
}

func exportCorrection(c Correction) ExportCorrection {
	return ExportCorrection{
		ID: string(c.ID), Document: string(c.Document), Item: c.Item, Before: c.Before, Value: c.Value, Reason: c.Reason,
		State: string(c.State), Created: c.Created, Decided: c.Decided, Answer: c.Answer,
	}
}

func exportSession(v Session) ExportSession {
	return ExportSession{
		ID: v.ID, Document: string(v.Document), Device: v.Device, Created: v.Created, Used: v.Used, Expires: v.Expires, Ended: v.Ended,
	}
}

func exportLook(e audit.Shown) ExportLook {
	return ExportLook{
		ID: e.ID, Time: e.Time, Role: string(e.Role), Own: e.Own, Office: e.Office, Department: e.Department, Duty: string(e.Duty),
		Action: e.Action, Documents: entdb.Texts(e.Subjects), Why: e.Why, Basis: string(e.Basis), Outcome: e.Outcome, Objection: string(e.Objection),
	}
}

func exportObjection(o audit.Objection) ExportObjection {
	return ExportObjection{
		ID: string(o.ID), Entry: o.EntryID, Text: o.Text, Created: o.Created.UTC(), Due: o.Due.UTC(), Answered: o.Answered,
		Answer: o.Answer, Finding: string(o.Finding),
	}
}

// day writes a date; zero is empty.
func day(d civil.Date) string {
	if !d.IsValid() {
		return ""
	}
	return d.String()
}
