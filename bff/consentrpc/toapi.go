package consentrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/consent"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
)

var matters = map[consent.Matter]commonv1.Matter{
	consent.ReadFile:      commonv1.Matter_MATTER_READ_FILE,
	consent.KeepDocuments: commonv1.Matter_MATTER_DOCUMENTS,
	consent.KeepData:      commonv1.Matter_MATTER_DATA,
	consent.GiveConsents:  commonv1.Matter_MATTER_CONSENT,
	consent.ShowLicences:  commonv1.Matter_MATTER_LICENCES,
}

// fromMatter is the domain's word; unspecified is "".
func fromMatter(m commonv1.Matter) consent.Matter {
	for domain, contract := range matters {
		if contract == m {
			return domain
		}
	}
	return ""
}

// terms reads what a consent is given for. The text was shown in the caller's
// language.
func terms(ctx context.Context, req *pb.GiveConsentRequest) consent.Terms {
	return consent.Terms{
		Party: consent.PartyID(req.GetPartyId()), Purpose: consent.PurposeCode(req.GetPurpose()), Scopes: req.GetScopes(),
		Expires: req.GetExpireTime().AsTime(), TextVersion: req.GetTextVersion(), TextLanguage: language(ctx),
	}
}

func (h *Handler) toAPI(ctx context.Context, c consent.Consent) *pb.Consent {
	return &pb.Consent{
		Id: string(c.ID), DocumentId: string(c.Document), PartyId: string(c.Party), PartyName: c.PartyName,
		Purpose: string(c.Purpose), PurposeText: h.Consents.Title(c.Purpose, language(ctx)), Scopes: c.Scopes,
		TextVersion: c.TextVersion, TextLanguage: c.TextLanguage,
		CreateTime: contract.Time(c.Created), ExpireTime: contract.Time(c.Expires), RevokeTime: contract.Time(c.Revoked),
		Uses: int32(c.Uses), UseTime: contract.Time(c.Used), DelegationId: string(c.Delegation),
	}
}

func (h *Handler) eachToAPI(ctx context.Context, list []consent.Consent) []*pb.Consent {
	return contract.Each(list, func(c consent.Consent) *pb.Consent { return h.toAPI(ctx, c) })
}

func useToAPI(u consent.Use) *pb.Use {
	return &pb.Use{
		Voucher: u.Voucher, DecideTime: contract.Time(u.Decided), PartyId: string(u.Party), PartyName: u.PartyName,
		OfficeId: u.Office, Purpose: string(u.Purpose), Scopes: u.Scopes, ConsentId: string(u.Consent), LegalBasis: u.Law,
	}
}

func delegationToAPI(d consent.Delegation) *pb.Delegation {
	return &pb.Delegation{
		Id: string(d.ID), Matter: matters[d.Matter], Given: d.Given, MaskedNumber: d.Other,
		CreateTime: contract.Time(d.Created), ExpireTime: contract.Time(d.Expires), RevokeTime: contract.Time(d.Revoked),
		Licences: d.Licences,
	}
}
