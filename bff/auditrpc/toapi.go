package auditrpc

import (
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
)

var findings = map[audit.Finding]pb.Finding{
	audit.Justified:    pb.Finding_FINDING_JUSTIFIED,
	audit.NotJustified: pb.Finding_FINDING_NOT_JUSTIFIED,
}

// fromFinding is the domain's word; unspecified is "".
func fromFinding(f pb.Finding) audit.Finding {
	for domain, contract := range findings {
		if contract == f {
			return domain
		}
	}
	return ""
}

// entryToAPI translates what everybody may see of an entry.
func entryToAPI(e audit.Entry) *pb.Entry {
	out := &pb.Entry{
		Id: e.ID, Time: contract.Time(e.Time), Role: string(e.Role), OfficeId: e.Office, DepartmentId: e.Department,
		Action: e.Action, Basis: string(e.Basis), Outcome: e.Outcome,
		DocumentIds: contract.Each(e.Subjects, func(d actor.DocumentID) string { return string(d) }),
	}
	if e.Role != actor.Person {
		out.ActorId = e.Actor
	}
	if e.Position != audit.Unnumbered {
		out.Position = &e.Position
	}
	return out
}

func shownToAPI(s audit.Shown) *pb.Entry {
	out := entryToAPI(s.Entry)
	out.Why, out.Own, out.ObjectionId = s.Why, s.Own, string(s.Objection)
	return out
}

// auditedToAPI translates an entry for an auditor.
func auditedToAPI(e audit.Entry) *pb.Entry {
	out := entryToAPI(e)
	out.Why = e.Why
	return out
}

func objectionToAPI(o audit.Objection) *pb.Objection {
	return &pb.Objection{
		Id: string(o.ID), EntryId: o.EntryID, Text: o.Text, CreateTime: contract.Time(o.Created), DueTime: contract.Time(o.Due),
		AnswerTime: contract.Time(o.Answered), Answer: o.Answer, Finding: findings[o.Finding], DueTimeIllustrative: o.Illustrative,
	}
}

func openToAPI(o audit.OpenObjection) *pb.OpenObjection {
	return &pb.OpenObjection{Objection: objectionToAPI(o.Objection), Entry: entryToAPI(o.Entry)}
}
