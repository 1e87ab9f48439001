package upstream

import (
	"time"

	"github.com/golang-sql/civil"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

const (
	// clockSkew is how far an authority's clock may be from ours.
	clockSkew = 5 * time.Minute
	// replayAge is how old a repeated link check may be: it answers with the
	// time of the first one, and an unknown outcome is asked for again for days.
	replayAge = 30 * 24 * time.Hour
	maxTrace  = 128
)

// unreadable says what an answer lacks. It is a constant text, so that nothing
// of the answer gets into an error.
type unreadable string

func (u unreadable) Error() string { return "unreadable answer: " + string(u) }

func (c *Clients) readPass(res *pb.CheckPassResponse) (PassAnswer, error) {
	at, err := c.readProof(res, clockSkew)
	if err != nil {
		return PassAnswer{}, err
	}
	answer := PassAnswer{CheckTime: at, TraceID: res.GetTraceId()}
	if answer.Verdict, err = readVerdict(res.GetVerdict()); err != nil || answer.Verdict != Match {
		return answer, err
	}
	answer.Holder, answer.Issue, err = readMatch(res.GetHolder(), res.GetIssue())
	return answer, err
}

func (c *Clients) readPermits(res *pb.CheckPermitsResponse, asked int) ([]PermitAnswer, error) {
	if len(res.GetAnswers()) != asked {
		return nil, unreadable("not as many answers as questions")
	}
	answers := make([]PermitAnswer, asked)
	for i, a := range res.GetAnswers() {
		var err error
		if answers[i], err = c.readPermit(a); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func (c *Clients) readPermit(res *pb.PermitAnswer) (PermitAnswer, error) {
	at, err := c.readProof(res, clockSkew)
	if err != nil {
		return PermitAnswer{}, err
	}
	answer := PermitAnswer{CheckTime: at, TraceID: res.GetTraceId()}
	if answer.Verdict, err = readVerdict(res.GetVerdict()); err != nil || answer.Verdict != Match {
		return answer, err
	}
	answer.ExitEntryNumber = res.GetExitEntryNumber()
	answer.Holder, answer.Issue, err = readMatch(res.GetHolder(), res.GetIssue())
	return answer, err
}

func (c *Clients) readLink(res *pb.CheckLinkResponse) (LinkAnswer, error) {
	at, err := c.readProof(res, replayAge)
	if err != nil {
		return LinkAnswer{}, err
	}
	verdict, err := readVerdict(res.GetVerdict())
	return LinkAnswer{Verdict: verdict, CheckTime: at, TraceID: res.GetTraceId()}, err
}

// proof is what an answer carries to be pointed at.
type proof interface {
	GetCheckTime() *timestamppb.Timestamp
	GetTraceId() string
}

// readProof returns the check time. An answer without a credible time and a
// trace id cannot be pointed at later, so it is none.
func (c *Clients) readProof(res proof, oldest time.Duration) (time.Time, error) {
	now, stamp := c.now(), res.GetCheckTime()
	at := stamp.AsTime()
	switch {
	case stamp == nil || !stamp.IsValid():
		return time.Time{}, unreadable("no check time")
	case at.Before(now.Add(-oldest)) || at.After(now.Add(clockSkew)):
		return time.Time{}, unreadable("check time far away")
	case res.GetTraceId() == "" || len(res.GetTraceId()) > maxTrace:
		return time.Time{}, unreadable("no trace id")
	}
	return at.Truncate(time.Microsecond), nil
}

func readVerdict(v pb.Verdict) (Verdict, error) {
	switch v {
	case pb.Verdict_VERDICT_MATCH:
		return Match, nil
	case pb.Verdict_VERDICT_MISMATCH:
		return Mismatch, nil
	case pb.Verdict_VERDICT_NOT_FOUND:
		return NotFound, nil
	default:
		return "", unreadable("no verdict")
	}
}

// readMatch reads what comes with a match. A match without it is no match.
func readMatch(h *pb.Holder, i *pb.Issue) (Holder, Issue, error) {
	birth, errBirth := civil.ParseDate(h.GetBirthDate())
	from, errFrom := civil.ParseDate(i.GetValidFrom())
	to, errTo := civil.ParseDate(i.GetValidTo())
	status := readStatus(i.GetState())
	switch {
	case errBirth != nil || errFrom != nil || errTo != nil:
		return Holder{}, Issue{}, unreadable("a match without its dates")
	case h.GetNameMainland()+h.GetNameTaiwan()+h.GetNameRoman() == "":
		return Holder{}, Issue{}, unreadable("a match without a name")
	case status == "":
		return Holder{}, Issue{}, unreadable("a match without a document state")
	}
	holder := Holder{
		NameMainland: h.GetNameMainland(),
		NameTaiwan:   h.GetNameTaiwan(),
		NameRoman:    h.GetNameRoman(),
		Birth:        birth,
		Sex:          readSex(h.GetSex()),
	}
	return holder, Issue{
		IssueCount:     i.GetIssueCount(),
		ValidFrom:      from,
		ValidTo:        to,
		Status:         status,
		ReplacesNumber: i.GetReplacesNumber(),
	}, nil
}

func readStatus(s pb.DocumentState) document.Status {
	switch s {
	case pb.DocumentState_DOCUMENT_STATE_ISSUED:
		return document.Valid
	case pb.DocumentState_DOCUMENT_STATE_REPLACED:
		return document.Replaced
	case pb.DocumentState_DOCUMENT_STATE_LOST:
		return document.Lost
	case pb.DocumentState_DOCUMENT_STATE_REVOKED:
		return document.Revoked
	default:
		return ""
	}
}

func readSex(s common.Sex) document.Sex {
	switch s {
	case common.Sex_SEX_MALE:
		return document.Male
	case common.Sex_SEX_FEMALE:
		return document.Female
	default:
		return ""
	}
}
