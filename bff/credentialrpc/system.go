package credentialrpc

import (
	"context"
	"errors"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/fault"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// System is for programs of departments.
type System struct {
	Calls *credential.Calls
	// Files reads the numbers that people type.
	Files *dossier.Service
}

// QueryCredential implements the procedure.
func (h *System) QueryCredential(ctx context.Context, req *pb.QueryCredentialRequest) (*pb.QueryCredentialResponse, error) {
	c, err := h.call(req.GetCall())
	if err != nil {
		return nil, err
	}
	voucher, found, err := h.Calls.Query(ctx, actor.From(ctx), c)
	if err != nil {
		return nil, inCall(err)
	}
	return &pb.QueryCredentialResponse{Voucher: voucher, Credentials: contract.Each(found, in(ctx).licence)}, nil
}

// FetchCredential implements the procedure.
func (h *System) FetchCredential(ctx context.Context, req *pb.FetchCredentialRequest) (*pb.FetchCredentialResponse, error) {
	c, err := h.call(req.GetCall())
	if err != nil {
		return nil, err
	}
	voucher, seen, err := h.Calls.Fetch(ctx, actor.From(ctx), c, credential.Number(req.GetNumber()))
	if err != nil {
		return nil, inCall(err)
	}
	return &pb.FetchCredentialResponse{Voucher: voucher, Credential: in(ctx).seen(seen)}, nil
}

// call is what a program asks for.
func (h *System) call(c *pb.Call) (credential.Call, error) {
	number, err := contract.Number(h.Files, "call.holder", c.GetHolder())
	return credential.Call{Holder: number, Type: credential.TypeCode(c.GetType()), Consent: consent.ID(c.GetConsentId())}, err
}

// inCall says of a field at fault that it is one of the call's.
func inCall(err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Field() != "" {
		return f.On("call")
	}
	return err
}
