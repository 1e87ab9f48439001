package authority_test

import (
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// callConsent lets the programs of a department call licences to practise.
func (h *house) callConsent(s side, party string) string {
	h.t.Helper()
	c := h.holder(s)
	text, err := c.Consent.GetConsentText(h.t.Context(), &consentv1.GetConsentTextRequest{Purpose: "licence_call"})
	h.must("read the text", err)
	got, err := c.Consent.GiveConsent(h.t.Context(), &consentv1.GiveConsentRequest{
		PartyId: party, Purpose: "licence_call", Scopes: []string{"practice_licence"}, ExpireTime: h.inAnHour(), TextVersion: text.GetVersion(),
	})
	h.must("consent to calls", err)
	return got.GetConsent().GetId()
}

// called is a licence and the consent on which the hall calls it, as a slash splits them:
// given to it; to another department; by somebody else; or taken back since.
func called(c *cell, of side) string {
	c.t.Helper()
	var id string
	switch c.rel {
	case another:
		id = c.callConsent(of, tax.Department)
	case otherConsent:
		id = c.callConsent(side{c.person(here), false}, hall.Department)
	default:
		id = c.callConsent(of, hall.Department)
	}
	if c.rel == consentOver {
		c.takeBack(of, id)
	}
	return licence(c, of) + "/" + id
}

// calledRows are those of departments' programs that call licences.
func calledRows() map[string]row {
	const service = "credential.v1.CredentialSystemService/"
	unknown := func(*cell) string { return "0000-0000-0000-0000/" + uuid.NewString() }
	open := map[relation]string{elsewhere: "a system belongs to no region: the consent decides"}
	call := func(c *cell) (number string, call *pb.Call) {
		number, id, _ := strings.Cut(c.target, "/")
		return number, &pb.Call{Holder: ref(c.number()), Type: "practice_licence", ConsentId: id, Reason: "a matter"}
	}
	return map[string]row{
		service + "QueryCredential": {
			target: called, guess: unknown, extra: []relation{another, consentOver, otherConsent}, open: open,
			request: func(c *cell) proto.Message {
				_, what := call(c)
				return &pb.QueryCredentialRequest{Call: what}
			},
		},
		service + "FetchCredential": {
			shows: true, target: called, guess: unknown, extra: []relation{another, consentOver, otherConsent}, open: open,
			request: func(c *cell) proto.Message {
				number, what := call(c)
				return &pb.FetchCredentialRequest{Call: what, Number: number}
			},
		},
	}
}
