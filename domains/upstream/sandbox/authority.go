package sandbox

import (
	"context"
	"errors"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// The services; each is the sandbox under another face.
type (
	exitEntry     struct{ *Sandbox }
	police        struct{ *Sandbox }
	linkCheck     struct{ *Sandbox }
	messages      struct{ *Sandbox }
	taxBureau     struct{ *Sandbox }
	taiwanAffairs struct{ *Sandbox }
	payments      struct{ *Sandbox }
)

// CheckPass implements the procedure.
func (s exitEntry) CheckPass(_ context.Context, req *pb.CheckPassRequest) (*pb.CheckPassResponse, error) {
	verdict, found := s.compare(upstream.ExitEntryOffice, document.TaiwanPass, req.GetNumber(), req.GetName(), req.GetBirthDate())
	res := &pb.CheckPassResponse{Verdict: verdict, CheckTime: timestamppb.New(s.now()), TraceId: traceID()}
	if verdict == pb.Verdict_VERDICT_MATCH {
		res.Holder, res.Issue = toHolder(found.doc), toIssue(found.doc)
	}
	s.did(upstream.ExitEntryOffice, 1)
	return res, nil
}

// CheckPermits implements the procedure.
func (s police) CheckPermits(_ context.Context, req *pb.CheckPermitsRequest) (*pb.CheckPermitsResponse, error) {
	res := &pb.CheckPermitsResponse{}
	for _, q := range req.GetQuestions() {
		verdict, found := s.compare(upstream.PoliceOffice, document.TaiwanPermit, q.GetNumber(), q.GetName(), "")
		answer := &pb.PermitAnswer{Verdict: verdict, CheckTime: timestamppb.New(s.now()), TraceId: traceID()}
		if verdict == pb.Verdict_VERDICT_MATCH {
			answer.Holder, answer.Issue = toHolder(found.doc), toIssue(found.doc)
			answer.ExitEntryNumber = found.doc.ExitEntryNumber
		}
		res.Answers = append(res.Answers, answer)
	}
	s.did(upstream.PoliceOffice, len(res.GetAnswers()))
	return res, nil
}

// CheckLink implements the procedure.
func (s linkCheck) CheckLink(_ context.Context, req *pb.CheckLinkRequest) (*pb.CheckLinkResponse, error) {
	return once(s.memory, req.GetIdempotencyKey(), req, func() *pb.CheckLinkResponse {
		s.did(upstream.NationalCheck, 1)
		verdict := pb.Verdict_VERDICT_NOT_FOUND
		switch exist, same := s.register.samePerson(req.GetPassNumber(), req.GetPermitNumber()); {
		case exist && same:
			verdict = pb.Verdict_VERDICT_MATCH
		case exist:
			verdict = pb.Verdict_VERDICT_MISMATCH
		}
		return &pb.CheckLinkResponse{
			Verdict:   s.say(upstream.NationalCheck, verdict),
			CheckTime: timestamppb.New(s.now()),
			TraceId:   traceID(),
		}
	})
}

// SendMessage implements the procedure.
func (s messages) SendMessage(_ context.Context, req *pb.SendMessageRequest) (*pb.SendMessageResponse, error) {
	if s.mailbox.refuses(req.GetPhone()) {
		return nil, connect.NewError(connect.CodeFailedPrecondition, errors.New("no such phone"))
	}
	return once(s.memory, req.GetIdempotencyKey(), req, func() *pb.SendMessageResponse {
		if fault, _ := s.faults.of(upstream.MessageGateway); fault != Wrong {
			for range s.did(upstream.MessageGateway, 1) {
				s.mailbox.deliver(req.GetPhone(), Message{Text: req.GetText(), ReceiveTime: s.now()})
			}
		}
		return &pb.SendMessageResponse{MessageId: traceID()}
	})
}

// did counts what was done and returns how often that is: twice as often under
// [Duplicate].
func (s *Sandbox) did(a upstream.Authority, n int) int {
	if fault, _ := s.faults.of(a); fault == Duplicate {
		n *= 2
	}
	s.counts.done(a, n)
	return n
}

// compare looks a document up and says, truly or under [Wrong], whether all
// that was asked agrees. With a match it returns a document, invented if need
// be.
func (s *Sandbox) compare(a upstream.Authority, kind document.Kind, number, name, birth string) (pb.Verdict, held) {
	found, exists, named := s.register.look(kind, number, name)
	verdict := pb.Verdict_VERDICT_MATCH
	switch {
	case !exists:
		verdict = pb.Verdict_VERDICT_NOT_FOUND
		found.doc = invented(kind, number)
	case !named || (birth != "" && birth != found.doc.Birth.String()):
		verdict = pb.Verdict_VERDICT_MISMATCH
	}
	return s.say(a, verdict), found
}

// say gives the verdict, or under [Wrong] its opposite.
func (s *Sandbox) say(a upstream.Authority, v pb.Verdict) pb.Verdict {
	fault, _ := s.faults.of(a)
	switch {
	case fault != Wrong || v == pb.Verdict_VERDICT_MISMATCH:
		return v
	case v == pb.Verdict_VERDICT_MATCH:
		return pb.Verdict_VERDICT_NOT_FOUND
	default:
		return pb.Verdict_VERDICT_MATCH
	}
}

func traceID() string { return "sandbox-" + uuid.NewString() }
