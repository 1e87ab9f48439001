package sandbox

import (
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

func toHolder(d synthetic.Document) *pb.Holder {
	h := &pb.Holder{
		NameMainland: d.Names.Mainland,
		NameTaiwan:   d.Names.Taiwan,
		NameRoman:    d.Names.Roman,
		BirthDate:    d.Birth.String(),
	}
	switch d.Sex {
	case document.Male:
		h.Sex = common.Sex_SEX_MALE
	case document.Female:
		h.Sex = common.Sex_SEX_FEMALE
	}
	return h
}

func toIssue(d synthetic.Document) *pb.Issue {
	return &pb.Issue{
		IssueCount:     d.IssueCount,
		ValidFrom:      d.ValidFrom.String(),
		ValidTo:        d.ValidTo.String(),
		State:          toState(d.State),
		ReplacesNumber: d.Replaces,
	}
}

func toState(s synthetic.State) pb.DocumentState {
	switch s {
	case synthetic.StateReplaced:
		return pb.DocumentState_DOCUMENT_STATE_REPLACED
	case synthetic.StateLost:
		return pb.DocumentState_DOCUMENT_STATE_LOST
	case synthetic.StateRevoked:
		return pb.DocumentState_DOCUMENT_STATE_REVOKED
	default:
		return pb.DocumentState_DOCUMENT_STATE_ISSUED
	}
}

// invented is what a lying authority says of a document that does not exist.
func invented(kind document.Kind, number string) synthetic.Document {
	return synthetic.Document{
		Kind:       kind,
		Number:     number,
		IssueCount: "01",
		Names:      synthetic.Names{Mainland: "测试", Taiwan: "測試", Roman: "TSE, SHIH"},
		Birth:      civil.Date{Year: 1900, Month: time.January, Day: 1},
		Sex:        document.Female,
		ValidFrom:  civil.Date{Year: 2025, Month: time.January, Day: 1},
		ValidTo:    civil.Date{Year: 2029, Month: time.December, Day: 31},
		State:      synthetic.StateIssued,
	}
}
