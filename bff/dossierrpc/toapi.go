package dossierrpc

import (
	"context"
	"strings"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	"github.com/minzhengtong/minzhengtong/i18n/hanname"
)

var (
	levels = map[dossier.Level]pb.ProofLevel{
		dossier.PermitNamesPass:  pb.ProofLevel_PROOF_LEVEL_PERMIT_NAMES_PASS,
		dossier.NationalCheck:    pb.ProofLevel_PROOF_LEVEL_NATIONAL_CHECK,
		dossier.BothAtWindow:     pb.ProofLevel_PROOF_LEVEL_BOTH_AT_WINDOW,
		dossier.PaperTwoOfficers: pb.ProofLevel_PROOF_LEVEL_PAPER_TWO_OFFICERS,
		dossier.WeakMatch:        pb.ProofLevel_PROOF_LEVEL_WEAK_MATCH,
	}
	inquiryKinds = map[dossier.InquiryKind]pb.InquiryKind{
		dossier.LinkInquiry:    pb.InquiryKind_INQUIRY_KIND_LINK,
		dossier.RenewalInquiry: pb.InquiryKind_INQUIRY_KIND_RENEWAL,
	}
	inquiryStates = map[dossier.InquiryState]pb.InquiryState{
		dossier.Pending:  pb.InquiryState_INQUIRY_STATE_PENDING,
		dossier.Done:     pb.InquiryState_INQUIRY_STATE_DONE,
		dossier.Refused:  pb.InquiryState_INQUIRY_STATE_REFUSED,
		dossier.InReview: pb.InquiryState_INQUIRY_STATE_IN_REVIEW,
	}
	dossierKinds = map[dossier.Kind]pb.DossierKind{
		dossier.Person: pb.DossierKind_DOSSIER_KIND_PERSON,
		dossier.Firm:   pb.DossierKind_DOSSIER_KIND_FIRM,
	}
	reviewKinds = map[dossier.ReviewKind]pb.ReviewKind{
		dossier.Proposal:      pb.ReviewKind_REVIEW_KIND_PROPOSAL,
		dossier.Contradiction: pb.ReviewKind_REVIEW_KIND_CONTRADICTION,
	}
	reviewStates = map[dossier.ReviewState]pb.ReviewState{
		dossier.Open:   pb.ReviewState_REVIEW_STATE_OPEN,
		dossier.Linked: pb.ReviewState_REVIEW_STATE_LINKED,
		dossier.Apart:  pb.ReviewState_REVIEW_STATE_KEPT_APART,
	}
)

// fromReviewKind is the domain's word; unspecified is "".
func fromReviewKind(k pb.ReviewKind) dossier.ReviewKind {
	for domain, contract := range reviewKinds {
		if contract == k {
			return domain
		}
	}
	return ""
}

// dossierToAPI translates a file. Only for its holder are the numbers whole.
func dossierToAPI(file dossier.Dossier, forHolder bool) *pb.Dossier {
	out := &pb.Dossier{
		Id: string(file.ID), Kind: dossierKinds[file.Kind], Documents: contract.Documents(file.Documents),
		Links: contract.Each(file.Links, linkToAPI), Inquiries: contract.Each(file.Inquiries, inquiryToAPI),
		Records: contract.Each(file.Records, contract.Record), RecordCount: int32(file.RecordCount),
		Data: contract.Each(file.Data, contract.Datum), FirmRoles: contract.Each(file.Roles, contract.FirmRole),
		Powers: contract.Each(file.Powers, contract.Power),
	}
	if forHolder {
		for i, d := range file.Documents {
			out.Documents[i].Number = d.Number.Canonical()
		}
	}
	return out
}

func linkToAPI(l dossier.Link) *pb.Link {
	return &pb.Link{
		Id: string(l.ID), DocumentIds: []string{string(l.First), string(l.Second)}, Level: levels[l.Level],
		Powers: contract.Each(l.Level.Powers(), contract.Power), ProofId: string(l.Proof),
		CreateTime: contract.Time(l.Made), CutTime: contract.Time(l.Cut),
	}
}

// linkOrNone translates a link; the zero link is unset.
func linkOrNone(l dossier.Link) *pb.Link {
	if l.ID == "" {
		return nil
	}
	return linkToAPI(l)
}

// inquiryToAPI translates an inquiry for its holder, who is not told what was
// found: it would say something about somebody else's document.
func inquiryToAPI(q dossier.Inquiry) *pb.Inquiry {
	out := &pb.Inquiry{
		Id: string(q.ID), Kind: inquiryKinds[q.Kind], State: inquiryStates[q.State],
		CreateTime: contract.Time(q.Asked), LinkId: string(q.Link),
	}
	if q.State == dossier.Pending {
		out.NextTryTime = contract.Time(q.NextTry)
	}
	return out
}

// nameGrades are the grades in the contract.
var nameGrades = map[hanname.Grade]pb.NameGrade{
	hanname.Exact:    pb.NameGrade_NAME_GRADE_IDENTICAL,
	hanname.Script:   pb.NameGrade_NAME_GRADE_SCRIPT_VARIANT,
	hanname.Variant:  pb.NameGrade_NAME_GRADE_CHARACTER_VARIANT,
	hanname.Spelling: pb.NameGrade_NAME_GRADE_SPELLING_VARIANT,
	hanname.None:     pb.NameGrade_NAME_GRADE_DIFFERENT,
}

// comparisonToAPI words how alike two names are; unset where nothing was compared.
func comparisonToAPI(ctx context.Context, r hanname.Result) *pb.NameComparison {
	if r == (hanname.Result{}) {
		return nil
	}
	return &pb.NameComparison{
		Grade: nameGrades[r.Grade], Reason: string(r.Reason),
		Text: call.Text(ctx, "NAME_REASON_"+strings.ToUpper(string(r.Reason)), nil),
	}
}

func reviewToAPI(ctx context.Context, v dossier.Review) *pb.Review {
	return &pb.Review{
		Id: string(v.ID), Kind: reviewKinds[v.Kind], State: reviewStates[v.State],
		Reasons: contract.Each(v.Findings, func(f dossier.Finding) string { return string(f) }),
		Sides:   contract.Documents(v.Sides), CreateTime: contract.Time(v.Opened), CloseTime: contract.Time(v.Closed),
		Names: comparisonToAPI(ctx, v.CompareNames()),
	}
}
