package contract

import (
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

var statuses = map[document.Status]pb.DocumentStatus{
	document.Valid:    pb.DocumentStatus_DOCUMENT_STATUS_VALID,
	document.Expired:  pb.DocumentStatus_DOCUMENT_STATUS_EXPIRED,
	document.Replaced: pb.DocumentStatus_DOCUMENT_STATUS_REPLACED,
	document.Lost:     pb.DocumentStatus_DOCUMENT_STATUS_LOST,
	document.Revoked:  pb.DocumentStatus_DOCUMENT_STATUS_REVOKED,
}

var origins = map[dossier.Origin]pb.DatumOrigin{
	dossier.FromRegister: pb.DatumOrigin_DATUM_ORIGIN_REGISTER,
	dossier.FromPerson:   pb.DatumOrigin_DATUM_ORIGIN_PERSON,
	dossier.FromOfficer:  pb.DatumOrigin_DATUM_ORIGIN_OFFICER,
}

var powers = map[dossier.Power]pb.Power{
	dossier.MayRead:   pb.Power_POWER_READ,
	dossier.MaySignIn: pb.Power_POWER_SIGN_IN,
	dossier.MayApply:  pb.Power_POWER_APPLY,
	dossier.MayIssue:  pb.Power_POWER_ISSUE,
	dossier.MayPay:    pb.Power_POWER_PAY,
}

// Power is what a link may be used for, in the contract.
func Power(p dossier.Power) pb.Power { return powers[p] }

// Document is a document in the contract, with its number masked.
func Document(d dossier.Document) *pb.Document {
	out := &pb.Document{
		Id: string(d.ID), Kind: Kind(d.Kind()), MaskedNumber: d.Number.Masked(),
		IssueCount: d.Validity.IssueCount, Status: statuses[d.Status],
		ValidFrom: Date(d.Validity.From), ValidTo: Date(d.Validity.To),
		Name:      &pb.Name{Mainland: d.Holder.Names.Mainland, Taiwan: d.Holder.Names.Taiwan, Roman: d.Holder.Names.Roman},
		BirthDate: Date(d.Holder.Birth), Sex: Sex(d.Holder.Sex), ReplacedBy: string(d.ReplacedBy),
	}
	for _, v := range d.Earlier {
		out.Earlier = append(out.Earlier, &pb.Printing{IssueCount: v.IssueCount, ValidFrom: Date(v.From), ValidTo: Date(v.To)})
	}
	return out
}

// Documents are documents in the contract, with their numbers masked.
func Documents(documents []dossier.Document) []*pb.Document { return Each(documents, Document) }

// FirmRole is a role in the contract.
func FirmRole(r dossier.Role) *pb.FirmRole {
	return &pb.FirmRole{FirmId: string(r.Firm), FirmName: r.FirmName, Role: r.Role, DocumentId: string(r.Document)}
}

// Datum is a collect-once item in the contract.
func Datum(d dossier.Datum) *pb.Datum {
	return &pb.Datum{
		Code: d.Code, Value: d.Value, Origin: origins[d.Origin], DocumentId: string(d.Document),
		RecordTime: Time(d.Recorded), ProofId: string(d.Proof), Item: d.Item,
	}
}

// Record is a record in the contract.
func Record(r dossier.Record) *pb.Record {
	return &pb.Record{
		Id: r.ID, DocumentId: string(r.Document), Kind: r.Kind, Title: r.Title, Authority: r.Authority,
		OccurTime: Time(r.Occurred), AmountFen: r.AmountFen,
	}
}

// Each applies a translation to a list.
func Each[D, P any](list []D, translate func(D) P) []P {
	out := make([]P, len(list))
	for i, x := range list {
		out[i] = translate(x)
	}
	return out
}
