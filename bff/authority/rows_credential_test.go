package authority_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/limit"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// licence is one that somebody holds, and returns its number.
func licence(c *cell, of side) string {
	c.t.Helper()
	issued, err := c.Credentials.Issue(c.t.Context(), actor.Actor{Role: actor.System, Officer: "register"}, credential.Draft{
		Type: "practice_licence", Document: actor.DocumentID(c.id(of)), Matter: credential.Matter{Kind: "test", ID: uuid.NewString()},
		Values: credential.Values{
			"holder_name": of.canary(), "profession": "导游", "workplace": of.canary(), "register_number": "D-1", "registered": "2026-03-02",
		},
	})
	c.must("issue a licence", err)
	return string(issued.Number)
}

// shared is a share of a licence, and its token.
func shared(c *cell, of side) (id, token string) {
	c.t.Helper()
	number := credential.Number(licence(c, of))
	p, token, err := c.Credentials.Share(c.t.Context(), c.actor(of), "", []credential.Choice{{Number: number, Fields: []string{"workplace"}}},
		"a matter", c.inAnHour().AsTime())
	c.must("share a licence", err)
	return string(p.ID), token
}

// used is a licence at which somebody looked, and returns its number.
func used(c *cell, of side) string {
	c.t.Helper()
	_, token := shared(c, of)
	v, err := c.Credentials.Open(limit.With(context.WithoutCancel(c.t.Context()), limit.Caller{Address: "192.0.2.7"}), actor.Actor{}, token)
	c.must("look at a licence", err)
	return string(v.Seen[0].Number)
}

func credentialRows() map[string]row {
	const mine, verify, desk = "credential.v1.CredentialService/", "credential.v1.VerificationService/", "credential.v1.CredentialDeskService/"
	const audit = "credential.v1.CredentialAuditService/"
	share := func(c *cell, of side) string {
		id, _ := shared(c, of)
		return id
	}
	token := func(c *cell) string { // of what shows nothing that is hidden
		of := side{c.person(here), false}
		choice := credential.Choice{Number: credential.Number(licence(c, of))}
		_, token, err := c.Credentials.Share(c.t.Context(), c.actor(of), "", []credential.Choice{choice}, "a matter", c.inAnHour().AsTime())
		c.must("share a licence", err)
		return token
	}
	number := func(*cell) string { return "0000-0000-0000-0000" }
	choices := func(c *cell) []*pb.Choice { return []*pb.Choice{{Number: c.target}} }
	fields := []*pb.FieldInput{
		{Name: "holder_name", Kind: &pb.FieldInput_Text{Text: "somebody"}}, {Name: "profession", Kind: &pb.FieldInput_Text{Text: "导游"}},
		{Name: "workplace", Kind: &pb.FieldInput_Text{Text: "office"}}, {Name: "register_number", Kind: &pb.FieldInput_Text{Text: "D-2"}},
		{Name: "registered", Kind: &pb.FieldInput_Text{Text: "2026-03-02"}},
	}
	return map[string]row{
		mine + "ListCredentials": {mark: licence, request: func(*cell) proto.Message { return &pb.ListCredentialsRequest{} }},
		mine + "GetCredential": {target: licence, guess: number, request: func(c *cell) proto.Message {
			return &pb.GetCredentialRequest{Number: c.target}
		}},
		mine + "DownloadCredential": {target: licence, guess: number, request: func(c *cell) proto.Message {
			return &pb.DownloadCredentialRequest{Number: c.target, Format: pb.Format_FORMAT_SD_JWT}
		}},
		mine + "IssueTaxCertificate": {request: func(*cell) proto.Message { return &pb.IssueTaxCertificateRequest{Year: 2025} }},
		mine + "ShowCode": {target: licence, guess: number, request: func(c *cell) proto.Message {
			return &pb.ShowCodeRequest{Choices: choices(c)}
		}},
		mine + "CreateShare": {target: licence, guess: number, request: func(c *cell) proto.Message {
			return &pb.CreateShareRequest{Choices: choices(c), Purpose: "a matter", ExpireTime: c.inAnHour()}
		}},
		mine + "ListShares": {mark: share, request: func(*cell) proto.Message { return &pb.ListSharesRequest{} }},
		mine + "RevokeShare": {target: share, request: func(c *cell) proto.Message {
			return &pb.RevokeShareRequest{Id: c.target}
		}},
		mine + "ListCredentialUses": {mark: used, request: func(*cell) proto.Message { return &pb.ListCredentialUsesRequest{} }},

		verify + "OpenPresentation": {request: func(c *cell) proto.Message { return &pb.OpenPresentationRequest{Token: token(c)} }},
		verify + "VerifyCredential": {request: func(*cell) proto.Message {
			return &pb.VerifyCredentialRequest{File: &pb.VerifyCredentialRequest_Presentation{Presentation: "a.b.c~"}}
		}},
		verify + "ListCredentialTypes": {request: func(*cell) proto.Message { return &pb.ListCredentialTypesRequest{} }},

		desk + "OpenPresentationAtDesk": {request: func(c *cell) proto.Message { return &pb.OpenPresentationAtDeskRequest{Token: token(c)} }},
		desk + "GetIssuedCredential": {shows: true, target: licence, guess: number, request: func(c *cell) proto.Message {
			return &pb.GetIssuedCredentialRequest{Number: c.target, Reason: "a matter"}
		}},
		desk + "IssueCredential": {target: byNumber, guess: freeNumber, request: func(c *cell) proto.Message {
			c.made++
			return &pb.IssueCredentialRequest{Type: "practice_licence", Holder: ref(c.target), Matter: fmt.Sprint("case-", c.made), Fields: fields}
		}},
		desk + "AmendCredential": {shows: true, target: licence, guess: number, request: func(c *cell) proto.Message {
			return &pb.AmendCredentialRequest{Number: c.target, Edition: 1, Note: "a matter"}
		}},
		desk + "MoveCredential": {shows: true, target: licence, guess: number, request: func(c *cell) proto.Message {
			return &pb.MoveCredentialRequest{Number: c.target, Move: pb.Move_MOVE_SUSPEND, Note: "a matter"}
		}},

		audit + "ListKeyCredentials": {request: func(c *cell) proto.Message {
			return &pb.ListKeyCredentialsRequest{KeyId: c.Credentials.Keys.Published()[0].Kid}
		}},
		audit + "GetCredentialFigures": {request: func(c *cell) proto.Message {
			day := c.Now().Format("2006-01-02")
			return &pb.GetCredentialFiguresRequest{From: day, To: day}
		}},
	}
}
