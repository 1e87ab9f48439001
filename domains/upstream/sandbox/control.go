package sandbox

import (
	"context"
	"errors"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/upstream"
	common "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sandbox/v1"
)

// control is SandboxService, which steers the others.
type control struct{ *Sandbox }

var authorities = map[pb.Authority]upstream.Authority{
	pb.Authority_AUTHORITY_EXIT_ENTRY:     upstream.ExitEntryOffice,
	pb.Authority_AUTHORITY_POLICE:         upstream.PoliceOffice,
	pb.Authority_AUTHORITY_LINK_CHECK:     upstream.NationalCheck,
	pb.Authority_AUTHORITY_MESSAGE:        upstream.MessageGateway,
	pb.Authority_AUTHORITY_TAX_BUREAU:     upstream.TaxOffice,
	pb.Authority_AUTHORITY_TAIWAN_AFFAIRS: upstream.TaiwanAffairsOffice,
	pb.Authority_AUTHORITY_PAYMENT:        upstream.PaymentGateway,

	pb.Authority_AUTHORITY_CREDIT_CONTRACTS:        upstream.CreditSource("contracts").Authority(),
	pb.Authority_AUTHORITY_CREDIT_CUSTOMS:          upstream.CreditSource("customs").Authority(),
	pb.Authority_AUTHORITY_CREDIT_JUDGMENTS:        upstream.CreditSource("judgments").Authority(),
	pb.Authority_AUTHORITY_CREDIT_LICENCES:         upstream.CreditSource("licences").Authority(),
	pb.Authority_AUTHORITY_CREDIT_PENALTIES:        upstream.CreditSource("penalties").Authority(),
	pb.Authority_AUTHORITY_CREDIT_SOCIAL_INSURANCE: upstream.CreditSource("social_insurance").Authority(),
	pb.Authority_AUTHORITY_CREDIT_TAX_FILING:       upstream.CreditSource("tax_filing").Authority(),
	pb.Authority_AUTHORITY_CREDIT_TAX_PAYMENTS:     upstream.CreditSource("tax_payments").Authority(),
	pb.Authority_AUTHORITY_CREDIT_UTILITIES:        upstream.CreditSource("utilities").Authority(),
}

var faultKinds = map[pb.FaultKind]Fault{
	pb.FaultKind_FAULT_KIND_UNSPECIFIED: Healthy,
	pb.FaultKind_FAULT_KIND_SLOW:        Slow,
	pb.FaultKind_FAULT_KIND_WRONG:       Wrong,
	pb.FaultKind_FAULT_KIND_DUPLICATE:   Duplicate,
	pb.FaultKind_FAULT_KIND_GONE:        Gone,
	pb.FaultKind_FAULT_KIND_ERROR:       Error,
	pb.FaultKind_FAULT_KIND_DONE_UNSAID: DoneUnsaid,
	pb.FaultKind_FAULT_KIND_GARBAGE:     Garbage,
}

// SetFault implements the procedure.
func (c control) SetFault(_ context.Context, req *pb.SetFaultRequest) (*pb.SetFaultResponse, error) {
	authority, known := authorities[req.GetAuthority()]
	fault, knownFault := faultKinds[req.GetKind()]
	if !known || !knownFault {
		return nil, connect.NewError(connect.CodeUnimplemented, errors.New("this sandbox does not know that authority or fault"))
	}
	c.Sandbox.SetFault(authority, fault, req.GetDelay().AsDuration())
	c.log.Info("sandbox fault", "authority", string(authority), "fault", string(fault))
	return &pb.SetFaultResponse{}, nil
}

// IssueAnew implements the procedure.
func (c control) IssueAnew(_ context.Context, req *pb.IssueAnewRequest) (*pb.IssueAnewResponse, error) {
	number, err := c.readNumber(req.GetDocument())
	if err != nil {
		return nil, connect.NewError(connect.CodeInvalidArgument, err)
	}
	issued, err := c.Sandbox.IssueAnew(number.Kind(), number.Canonical(), req.GetNewNumber())
	switch {
	case errors.Is(err, ErrNoDocument):
		return nil, connect.NewError(connect.CodeNotFound, err)
	case err != nil:
		return nil, connect.NewError(connect.CodeFailedPrecondition, err)
	}
	return &pb.IssueAnewResponse{
		Number:     issued.Number,
		IssueCount: issued.IssueCount,
		ValidFrom:  issued.ValidFrom.String(),
		ValidTo:    issued.ValidTo.String(),
	}, nil
}

// readNumber reads a number as typed; its faults hold nothing of it.
func (c control) readNumber(ref *common.DocumentRef) (document.Number, error) {
	switch ref.GetKind() {
	case common.DocumentKind_DOCUMENT_KIND_TAIWAN_PASS:
		return document.Parse(document.TaiwanPass, ref.GetNumber(), c.today())
	case common.DocumentKind_DOCUMENT_KIND_TAIWAN_PERMIT:
		return document.Parse(document.TaiwanPermit, ref.GetNumber(), c.today())
	default:
		return document.Guess(ref.GetNumber(), c.today())
	}
}

// ListMessages implements the procedure.
func (c control) ListMessages(_ context.Context, req *pb.ListMessagesRequest) (*pb.ListMessagesResponse, error) {
	res := &pb.ListMessagesResponse{}
	for _, m := range c.Messages(req.GetPhone()) {
		res.Messages = append(res.Messages, &pb.Message{Text: m.Text, ReceiveTime: timestamppb.New(m.ReceiveTime)})
	}
	return res, nil
}
