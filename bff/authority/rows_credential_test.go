package authority_test

import (
	"context"
	"fmt"
	"strings"

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

// firmLicence is a firm and its certificate for lenders, as a slash splits them.
func firmLicence(c *cell, of side) string {
	c.t.Helper()
	firm := c.firm(of)
	return firm + "/" + c.issueTo(of, firm)
}

// issueTo issues a firm a certificate, and returns its number.
func (h *house) issueTo(of side, firm string) string {
	h.t.Helper()
	d, _, err := h.Files.RoleIn(h.t.Context(), h.actor(of), actor.DossierID(firm))
	h.must("find a firm", err)
	issued, err := h.Credentials.Issue(h.t.Context(), actor.Actor{Role: actor.System, Officer: "register"}, credential.Draft{
		Type: "finance_credit", Document: d.ID, Matter: credential.Matter{Kind: "test", ID: uuid.NewString()},
		Values: credential.Values{
			"holder_name": of.canary(), "purpose": of.canary(), "gaps": int64(0), "report_version": int64(1), "report_day": "2026-03-02",
			"report_digest": "digest", "application": "application",
		},
	})
	h.must("issue a firm's certificate", err)
	return string(issued.Number)
}

// firmShare is a firm and a share of its certificate, and the token of that.
func (h *house) firmShare(of side, firm string) (id, token string) {
	h.t.Helper()
	choices := []credential.Choice{{Number: credential.Number(h.issueTo(of, firm)), Fields: []string{"purpose"}}}
	p, token, err := h.Credentials.Share(h.t.Context(), h.actor(of), actor.DossierID(firm), choices, "a matter", h.inAnHour().AsTime())
	h.must("share a firm's certificate", err)
	return string(p.ID), token
}

// firmUsed has somebody look at a certificate of a firm.
func (h *house) firmUsed(of side, firm string) {
	h.t.Helper()
	_, token := h.firmShare(of, firm)
	_, err := h.Credentials.Open(limit.With(context.WithoutCancel(h.t.Context()), limit.Caller{Address: "192.0.2.7"}), actor.Actor{}, token)
	h.must("look at a firm's certificate", err)
}

// firmCredentialRows are those of the licences of firms.
func firmCredentialRows() map[string]row {
	const mine = "credential.v1.CredentialService/"
	firm := func(c *cell, of side) string { return c.firm(of) }
	unknown := func(*cell) string { return uuid.NewString() + "/0000-0000-0000-0000" }
	pair := func(*cell) string { return uuid.NewString() + "/" + uuid.NewString() }
	share := func(c *cell, of side) string {
		firm := c.firm(of)
		id, _ := c.firmShare(of, firm)
		return firm + "/" + id
	}
	parts := func(c *cell) (firm, thing string) {
		firm, thing, _ = strings.Cut(c.target, "/")
		return firm, thing
	}
	chosen := func(c *cell) (firm string, choices []*pb.Choice) {
		firm, number := parts(c)
		return firm, []*pb.Choice{{Number: number}}
	}
	return map[string]row{
		mine + "ListFirmCredentials": {target: firm, request: func(c *cell) proto.Message {
			return &pb.ListFirmCredentialsRequest{FirmId: c.target}
		}},
		mine + "GetFirmCredential": {target: firmLicence, guess: unknown, request: func(c *cell) proto.Message {
			firm, number := parts(c)
			return &pb.GetFirmCredentialRequest{FirmId: firm, Number: number}
		}},
		mine + "DownloadFirmCredential": {target: firmLicence, guess: unknown, request: func(c *cell) proto.Message {
			firm, number := parts(c)
			return &pb.DownloadFirmCredentialRequest{FirmId: firm, Number: number, Format: pb.Format_FORMAT_SD_JWT}
		}},
		mine + "ShowFirmCode": {target: firmLicence, guess: unknown, request: func(c *cell) proto.Message {
			firm, choices := chosen(c)
			return &pb.ShowFirmCodeRequest{FirmId: firm, Choices: choices}
		}},
		mine + "CreateFirmShare": {target: firmLicence, guess: unknown, request: func(c *cell) proto.Message {
			firm, choices := chosen(c)
			return &pb.CreateFirmShareRequest{FirmId: firm, Choices: choices, Purpose: "a matter", ExpireTime: c.inAnHour()}
		}},
		mine + "ListFirmShares": {target: firm, request: func(c *cell) proto.Message { return &pb.ListFirmSharesRequest{FirmId: c.target} }},
		mine + "RevokeFirmShare": {target: share, guess: pair, request: func(c *cell) proto.Message {
			firm, id := parts(c)
			return &pb.RevokeFirmShareRequest{FirmId: firm, Id: id}
		}},
		mine + "ListFirmCredentialUses": {target: firm, request: func(c *cell) proto.Message {
			return &pb.ListFirmCredentialUsesRequest{FirmId: c.target}
		}},
	}
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
