package privacy

import "github.com/minzhengtong/minzhengtong/domains/subsidy"

func exportDecision(h subsidy.HeldDecision) ExportDecision {
	return ExportDecision{
		ID: string(h.ID), Document: string(h.Document), Policy: string(h.Policy), Period: string(h.Period), Latest: h.Latest,
		Outcome: string(h.Outcome), Fen: h.Fen, Version: h.Version, Created: h.Made, Voucher: h.Voucher, Trace: h.Trace,
		LeftOut: each(h.LeftOut, func(l subsidy.LeftOut) string { return l.Receipt + ": " + string(l.Why) }),
	}
}

func exportClaim(h subsidy.HeldClaim) ExportClaim {
	return ExportClaim{
		ID: h.ID, Document: string(h.Document), Decision: string(h.Decision), Policy: string(h.Policy), Period: string(h.Period),
		Fen: h.Fen, Payout: h.Payout, Created: h.Made,
	}
}

func exportReceipt(h subsidy.HeldReceipt) ExportReceipt {
	return ExportReceipt{
		ID: h.ID, Document: string(h.Document), Policy: string(h.Policy), Period: string(h.Period), Hash: h.Hash, Created: h.Made,
	}
}

func exportAccount(h subsidy.HeldAccount) ExportAccount {
	return ExportAccount{
		ID: h.ID, Document: string(h.Document), Kind: h.Kind, Tail: h.Tail, State: h.State, Created: h.Made, Changed: h.Changed,
	}
}

func exportPayout(h subsidy.HeldPayout) ExportPayout {
	return ExportPayout{
		ID: h.ID, Document: string(h.Document), Batch: h.Batch, Account: h.Account, Policy: string(h.Policy), Fen: h.Fen, State: h.State,
		Cause: h.Cause, Reference: h.Reference, Created: h.Made, Sent: h.Sent, Settled: h.Settled, Changed: h.Changed,
	}
}

func exportTask(h subsidy.HeldTask) ExportTask {
	return ExportTask{
		ID: h.ID, Payout: h.Payout, Kind: h.Kind, Expected: h.Expected, Found: h.Found, Note: h.Note, Created: h.Made, Closed: h.Closed,
	}
}

func exportDecisionObjection(o subsidy.Objection) ExportDecisionObjection {
	return ExportDecisionObjection{
		ID: string(o.ID), Document: string(o.Document), Decision: string(o.Decision), State: string(o.State), Reason: o.Reason,
		Created: o.Filed, Due: o.Due, Decided: o.Decided, Answer: o.Answer,
	}
}
