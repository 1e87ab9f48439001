package privacy

import "github.com/minzhengtong/minzhengtong/domains/finance"

func exportFinance(a finance.Application) ExportFinance {
	return ExportFinance{
		ID: string(a.ID), Document: string(a.Document), Report: string(a.Report), State: string(a.State), Purpose: a.Purpose,
		Finding: a.Finding, Answer: a.Answer, Created: a.Created, Due: a.Due, Reviewed: a.Reviewed, Decided: a.Decided,
		Certificate: string(a.Number), Edition: int64(a.Edition), Issued: a.Issued, Revoked: a.Revoked,
	}
}
