package credentialrpc

import (
	"context"
	"maps"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// Desk is for officers.
type Desk struct {
	Credentials *credential.Service
	Files       *dossier.Service
}

// OpenPresentationAtDesk implements the procedure.
func (h *Desk) OpenPresentationAtDesk(ctx context.Context, req *pb.OpenPresentationAtDeskRequest) (*pb.OpenPresentationAtDeskResponse, error) {
	v, err := h.Credentials.Open(ctx, actor.From(ctx), req.GetToken())
	if err != nil {
		return nil, err
	}
	return &pb.OpenPresentationAtDeskResponse{Way: ways[v.Way], Purpose: v.Purpose, Credentials: contract.Each(v.Seen, in(ctx).seen)}, nil
}

// GetIssuedCredential implements the procedure.
func (h *Desk) GetIssuedCredential(ctx context.Context, req *pb.GetIssuedCredentialRequest) (*pb.GetIssuedCredentialResponse, error) {
	story, err := h.Credentials.DeskStory(ctx, actor.From(ctx), credential.Number(req.GetNumber()))
	if err != nil {
		return nil, err
	}
	return &pb.GetIssuedCredentialResponse{Editions: contract.Each(story, in(ctx).edition)}, nil
}

// IssueCredential implements the procedure.
func (h *Desk) IssueCredential(ctx context.Context, req *pb.IssueCredentialRequest) (*pb.IssueCredentialResponse, error) {
	holder, err := contract.Number(h.Files, "holder", req.GetHolder())
	if err != nil {
		return nil, err
	}
	c, err := h.Credentials.DeskIssue(ctx, actor.From(ctx), holder, credential.Draft{
		Type: credential.TypeCode(req.GetType()), Matter: credential.Matter{ID: req.GetMatter()}, Values: values(req.GetFields()),
		From: moment(req.GetFromTime()), Until: moment(req.GetUntilTime()),
	})
	if err != nil {
		return nil, err
	}
	return &pb.IssueCredentialResponse{Credential: in(ctx).licence(h.Credentials.Standing(c))}, nil
}

// AmendCredential implements the procedure.
func (h *Desk) AmendCredential(ctx context.Context, req *pb.AmendCredentialRequest) (*pb.AmendCredentialResponse, error) {
	c, err := h.Credentials.DeskAmend(ctx, actor.From(ctx), credential.Number(req.GetNumber()), credential.Amendment{
		Edition: int(req.GetEdition()), Renewal: req.GetRenewal(), From: moment(req.GetFromTime()), Until: moment(req.GetUntilTime()),
		Values: values(req.GetFields()), Note: req.GetNote(),
	})
	if err != nil {
		return nil, err
	}
	return &pb.AmendCredentialResponse{Credential: in(ctx).licence(h.Credentials.Standing(c))}, nil
}

var moves = map[pb.Move]credential.State{
	pb.Move_MOVE_SUSPEND: credential.Suspended, pb.Move_MOVE_RESUME: credential.Valid, pb.Move_MOVE_REVOKE: credential.Revoked,
}

// MoveCredential implements the procedure.
func (h *Desk) MoveCredential(ctx context.Context, req *pb.MoveCredentialRequest) (*pb.MoveCredentialResponse, error) {
	c, err := h.Credentials.DeskMove(ctx, actor.From(ctx), credential.Number(req.GetNumber()), moves[req.GetMove()], req.GetNote())
	if err != nil {
		return nil, err
	}
	return &pb.MoveCredentialResponse{Credential: in(ctx).licence(h.Credentials.Standing(c))}, nil
}

// values are what an officer typed; nil where nothing was.
func values(inputs []*pb.FieldInput) credential.Values {
	if len(inputs) == 0 {
		return nil
	}
	out := credential.Values{}
	for _, f := range inputs {
		switch kind := f.GetKind().(type) {
		case *pb.FieldInput_Text:
			out[f.GetName()] = kind.Text
		case *pb.FieldInput_Number:
			out[f.GetName()] = kind.Number
		}
	}
	return out
}

// moment is a time that may be missing.
func moment(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

// Auditor is for auditors.
type Auditor struct {
	Credentials *credential.Service
	Cursors     cursor.Codec
}

// ListKeyCredentials implements the procedure.
func (h *Auditor) ListKeyCredentials(ctx context.Context, req *pb.ListKeyCredentialsRequest) (*pb.ListKeyCredentialsResponse, error) {
	list, by := "key_credentials/"+req.GetKeyId(), actor.From(ctx).ID()
	var after credential.ID
	if err := h.Cursors.Read(list, by, req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	size := cursor.Rows.Size(req.GetPageSize())
	found, err := h.Credentials.UnderKey(ctx, req.GetKeyId(), after, size+1)
	if err != nil {
		return nil, err
	}
	out := &pb.ListKeyCredentialsResponse{}
	if len(found) > size {
		found = found[:size]
		out.NextPageToken, err = h.Cursors.Write(list, by, found[size-1].ID)
	}
	out.Credentials = contract.Each(found, func(l credential.Listing) *pb.KeyCredential {
		return &pb.KeyCredential{Number: string(l.Number), Edition: int32(l.Edition), State: string(l.State)}
	})
	return out, err
}

// GetCredentialFigures implements the procedure.
func (h *Auditor) GetCredentialFigures(ctx context.Context, req *pb.GetCredentialFiguresRequest) (*pb.GetCredentialFiguresResponse, error) {
	from, err := contract.Day("from", req.GetFrom())
	if err != nil {
		return nil, err
	}
	to, err := contract.Day("to", req.GetTo())
	if err != nil {
		return nil, err
	}
	counts, err := h.Credentials.Count(ctx, calendar.Begins(from), calendar.Begins(to.AddDays(1)))
	if err != nil {
		return nil, err
	}
	out := &pb.GetCredentialFiguresResponse{}
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		for _, kind := range slices.Sorted(maps.Keys(counts[code])) {
			out.Figures = append(out.Figures, &pb.CredentialFigure{Type: string(code), Kind: kind, Count: int64(counts[code][kind])})
		}
	}
	return out, nil
}
