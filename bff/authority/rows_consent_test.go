package authority_test

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/staff"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	sharingv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/sharing/v1"
)

// offered are the terms of a consent, as anybody who is shown the text names
// them.
func (c *cell) offered() *pb.GiveConsentRequest {
	c.t.Helper()
	return c.terms(c.holder(side{c.person(here), false}), tax.Department)
}

// toTax is the target of requests about a consent.
func toTax(c *cell, of side) string { return c.consent(of, tax.Department) }

// charge is a delegation to somebody.
func charge(c *cell, of side) string {
	return c.house.delegation(of, side{c.person(here), false}, commonv1.Matter_MATTER_DATA, time.Hour)
}

func consentRows() map[string]row {
	const service = "consent.v1.ConsentService/"
	return map[string]row{
		service + "GetConsentText": {request: func(*cell) proto.Message { return &pb.GetConsentTextRequest{Purpose: "window_check"} }},
		service + "ListOffers":     {request: func(*cell) proto.Message { return &pb.ListOffersRequest{} }},
		service + "GiveConsent":    {request: func(c *cell) proto.Message { return c.offered() }},
		service + "RevokeConsent": {
			target:  toTax,
			request: func(c *cell) proto.Message { return &pb.RevokeConsentRequest{ConsentId: c.target} },
		},
		service + "ListConsents": {mark: toTax, request: func(*cell) proto.Message { return &pb.ListConsentsRequest{} }},
		service + "ListUses": {
			target:  toTax,
			request: func(c *cell) proto.Message { return &pb.ListUsesRequest{ConsentId: c.target} },
		},
		service + "GiveFirmConsent": {
			target: func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message {
				return &pb.GiveFirmConsentRequest{FirmId: c.target, Consent: c.offered()}
			},
		},
		service + "RevokeFirmConsent": {
			target: func(c *cell, of side) string { return c.firmConsent(of) },
			guess:  func(*cell) string { return uuid.NewString() + "/" + uuid.NewString() },
			request: func(c *cell) proto.Message {
				firm, consent, _ := strings.Cut(c.target, "/")
				return &pb.RevokeFirmConsentRequest{FirmId: firm, ConsentId: consent}
			},
		},
		service + "ListFirmConsents": {
			target:  func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message { return &pb.ListFirmConsentsRequest{FirmId: c.target} },
		},
		service + "GiveDelegation": {
			// The target is the delegate: anybody, known or not.
			target: func(c *cell, _ side) string {
				to := c.person(here)
				if c.rel == deleted {
					c.erase(to)
				}
				return to.Passes[0].Number
			},
			guess: freeNumber,
			open: map[relation]string{
				guessed: "the answer is the same for a document on no file", another: "anybody can be a delegate",
				elsewhere: "anybody can be a delegate", deleted: "the answer is the same for a document on no file",
				unlinked: "anybody can be a delegate",
			},
			request: func(c *cell) proto.Message {
				return &pb.GiveDelegationRequest{Delegate: ref(c.target), Matter: commonv1.Matter_MATTER_DATA, ExpireTime: c.inAnHour()}
			},
		},
		service + "RevokeDelegation": {
			target:  charge,
			request: func(c *cell) proto.Message { return &pb.RevokeDelegationRequest{DelegationId: c.target} },
		},
		service + "ListDelegations": {mark: charge, request: func(*cell) proto.Message { return &pb.ListDelegationsRequest{} }},
	}
}

// endDelegation ends a delegation as who gave it.
func (h *house) endDelegation(by side, id string) {
	h.t.Helper()
	_, err := h.holder(by).Consent.RevokeDelegation(h.t.Context(), &pb.RevokeDelegationRequest{DelegationId: id})
	h.must("end a delegation", err)
}

// takeBack takes a consent back.
func (h *house) takeBack(by side, id string) {
	h.t.Helper()
	_, err := h.holder(by).Consent.RevokeConsent(h.t.Context(), &pb.RevokeConsentRequest{ConsentId: id})
	h.must("take a consent back", err)
}

// toHall is the consent on which the hall reads: given to it; to another
// department; by somebody else; or taken back since.
func toHall(c *cell, of side) string {
	c.t.Helper()
	switch c.rel {
	case another:
		return c.consent(of, tax.Department)
	case consentOver:
		id := c.consent(of, hall.Department)
		c.takeBack(of, id)
		return id
	case otherConsent:
		return c.consent(side{c.person(here), false}, hall.Department)
	}
	return c.consent(of, hall.Department)
}

// otherConsent: the consent that is named is somebody else's.
const otherConsent relation = "consent-of-another"

func sharingRows() map[string]row {
	const service = "sharing.v1.SharingService/"
	reads := []relation{another, consentOver, otherConsent}
	told := "who reaches the file is told that the consent does not hold"
	return map[string]row{
		service + "ReadData": {
			shows:  true,
			target: toHall, extra: reads,
			open: map[relation]string{another: told},
			request: func(c *cell) proto.Message {
				return &sharingv1.ReadDataRequest{Query: query(c.number(), c.target)}
			},
		},
		service + "ReadDataForSystem": {
			shows:  true,
			target: toHall, extra: reads,
			open: map[relation]string{elsewhere: "a system belongs to no region: the consent decides"},
			request: func(c *cell) proto.Message {
				return &sharingv1.ReadDataForSystemRequest{Query: query(c.number(), c.target)}
			},
		},
		service + "GetVoucher": {
			target: func(c *cell, of side) string {
				office := map[string]staff.Office{here: hall, far: there}[of.area]
				if c.rel == another {
					office = tax
				}
				if c.rel == unlinked || of.area == far {
					c.join(of)
				}
				return c.voucher(of, office)
			},
			guess: func(*cell) string { return "0000-0000-0000-000N" },
			extra: []relation{another},
			open: map[relation]string{
				elsewhere: "a voucher belongs to the department", deleted: "a voucher holds nothing of the person",
				roamingExpired: "a voucher belongs to the department", roamingRevoked: "a voucher belongs to the department",
				roamingOther: "a voucher belongs to the department",
			},
			request: func(c *cell) proto.Message { return &sharingv1.GetVoucherRequest{Number: c.target} },
		},
		service + "ListLegalBases": {request: func(*cell) proto.Message { return &sharingv1.ListLegalBasesRequest{} }},
	}
}
