package privacy

import (
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/credential"
)

func exportLicence(h credential.HeldLicence) ExportLicence {
	return ExportLicence{
		ID: string(h.ID), Document: string(h.Document), Number: string(h.Number), Edition: h.Edition, Type: string(h.Type.Code),
		State: string(h.State), Matter: h.Matter.Kind + "/" + h.Matter.ID, Text: h.Text, From: h.From, Until: h.Until,
		Created: h.Created, Signed: h.Signed,
	}
}

func exportLicenceEvent(h credential.HeldEvent) ExportLicenceEvent {
	return ExportLicenceEvent{Number: string(h.Number), Edition: h.Edition, Kind: h.Kind, Note: h.Note, Created: h.At}
}

func exportPresentation(p credential.Presentation) ExportPresentation {
	chosen := each(p.Choices, func(c credential.Choice) string { return string(c.Number) + ": " + strings.Join(c.Fields, ", ") })
	return ExportPresentation{
		ID: string(p.ID), Document: string(p.Document), Kind: string(p.Way), Text: strings.Join(chosen, "; "), Purpose: p.Purpose,
		Count: p.Uses, Created: p.Created, Expires: p.Expires, Revoked: p.Revoked,
	}
}

func exportLicenceUse(h credential.HeldUse) ExportLicenceUse {
	return ExportLicenceUse{
		ID: h.ID, Document: string(h.Document), Number: string(h.Number), Kind: string(h.Way), Department: h.Department,
		Office: h.Office, Outcome: string(h.Standing), Text: strings.Join(h.Shown, ", "), Created: h.At,
	}
}
