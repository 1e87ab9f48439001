package privacy

import "github.com/minzhengtong/minzhengtong/domains/dispute"

func exportDispute(d dispute.Dispute) ExportDispute {
	return ExportDispute{
		ID: string(d.ID), Document: string(d.Document), Kind: string(d.Subject.Kind), Subject: d.Subject.ID, Department: string(d.Owner),
		State: string(d.State), Reason: d.Reason, Created: d.Filed, Due: d.Due, Decided: d.Decided, Answer: d.Answer,
	}
}
