package authority_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
)

// otherwise are the writes that are not one transaction with their key and their
// answer, each with what the contract says instead, and why.
var otherwise = map[string]string{
	"session.v1.SessionService/StartSignIn":            "public: there is nobody yet whose key it could be; each call sends a code, within the limits",
	"session.v1.SessionService/StartRegistration":      "public: as StartSignIn",
	"session.v1.SessionService/CompleteSignIn":         "public: a code works once, and tokens are not given twice",
	"session.v1.SessionService/CompleteRegistration":   "public: a code works once, and tokens are not given twice",
	"session.v1.SessionService/RefreshSession":         "public: a token that comes twice ends its session",
	"session.v1.SessionService/SignInOfficer":          "public: a code works once, and tokens are not given twice",
	"session.v1.SessionService/ChangePassword":         "public: the old password opens nothing a second time",
	"session.v1.SessionService/StartProviderSignIn":    "public: each sign-in has a state of its own",
	"session.v1.SessionService/CompleteProviderSignIn": "public: a state works once, and tokens are not given twice",
	"session.v1.SessionService/SignInSystem":           "public: an assertion works once, and tokens are not given twice",

	"staff.v1.StaffAdminService/CreateOfficer":    "unkeyed: the first password is shown once, and a login is there once",
	"staff.v1.StaffAdminService/ResetCredentials": "unkeyed: the first password is shown once",
	"privacy.v1.PrivacyService/ExportData":        "unkeyed: everything about a person is not kept a second time",
	"privacy.v1.PrivacyService/EraseData":         "unkeyed: the caller and the key to the answer are gone afterwards",
	"sharing.v1.SharingService/ReadData":          "unkeyed: each read is decided anew, and what was read is not kept",
	"sharing.v1.SharingService/ReadDataForSystem": "unkeyed: as ReadData",

	"dossier.v1.DossierService/LinkDocument":  "staged: authorities are asked between the key and the answer; until it is there, a repetition asks again",
	"dossier.v1.DossierService/RenewDocument": "staged: as LinkDocument",

	"subsidy.v1.SubsidyService/SetPayeeAccount":     "staged: the bank is asked between the key and the answer; setting the same account again changes nothing for the payee",
	"subsidy.v1.SubsidyAuditService/ExportDecision": "unkeyed: what a decision rests on is not kept a second time",
	"subsidy.v1.PaymentEventService/ReportPayment":  "public: an event changes nothing the second time",

	"credential.v1.CredentialService/ShowCode":                   "unkeyed: the code is shown once",
	"credential.v1.CredentialService/CreateShare":                "unkeyed: the address is shown once",
	"credential.v1.CredentialService/ShowFirmCode":               "unkeyed: as ShowCode",
	"credential.v1.CredentialService/CreateFirmShare":            "unkeyed: as CreateShare",
	"credential.v1.CredentialService/IssueTaxCertificate":        "staged: the bureau is asked, then it is stored and signed; the same facts are the same certificate",
	"credential.v1.VerificationService/OpenPresentation":         "public: a code works once, and a share is looked at anew each time",
	"credential.v1.CredentialSystemService/QueryCredential":      "unkeyed: each call is decided anew, and what was read is not kept",
	"credential.v1.CredentialSystemService/FetchCredential":      "unkeyed: as QueryCredential",
	"credential.v1.CredentialDeskService/OpenPresentationAtDesk": "unkeyed: as OpenPresentation; what was shown is not kept",
	"credential.v1.CredentialDeskService/IssueCredential":        "staged: stored, then signed; the same matter again is the same licence",
	"credential.v1.CredentialDeskService/AmendCredential":        "staged: stored, then signed; the same amendment again is the same edition",
	"credit.v1.CreditService/ObtainReport":                       "unkeyed: each query asks the sources anew, and what they say is not kept a second time",
	"credit.v1.CreditService/ObtainFirmReport":                   "unkeyed: as ObtainReport",
	"credit.v1.CreditDeskService/ReadReport":                     "unkeyed: each read is decided anew, and what was read is not kept",

	"finance.v1.FinanceDeskService/ReviewApplication": "unkeyed: each read is decided anew, and what was read is not kept",
	"finance.v1.FinanceDeskService/DecideApplication": "staged: the report is read, the decision stored, then the certificate issued; the same decision again finishes it",
	"finance.v1.FinanceDeskService/RevokeCertificate": "staged: the certificate is revoked, then the application says so; again, it changes nothing",

	"lending.v1.LendingDeskService/OpenCase":  "unkeyed: each read is decided anew, and what was read is not kept",
	"lending.v1.LendingDeskService/ReadPaper": "unkeyed: as OpenCase",

	"alarm.v1.AlarmService/CreateFeed":       "unkeyed: the address is shown once",
	"notice.v1.NoticeService/VerifyEndpoint": "staged: a failed try is counted though the call fails; verifying what is active changes nothing",
}

// instead is what the contract says of a write that is not one transaction with
// its key, or "".
func (p procedure) instead() string {
	switch {
	case p.public():
		return "public"
	case p.unkeyed:
		return "unkeyed"
	case p.staged:
		return "staged"
	}
	return ""
}

// TestEveryWriteIsDoneOnce: each write of the contract answers the same input
// under the same key as the first time, does nothing more, and refuses other
// input under that key; or it is named above, and keeps no key unless it is staged.
func TestEveryWriteIsDoneOnce(t *testing.T) {
	t.Parallel()
	unknown := map[string]bool{}
	for name := range otherwise {
		unknown[name] = true
	}
	var writes []procedure
	for _, p := range contract() {
		if p.writes {
			writes = append(writes, p)
			if kind, _, _ := strings.Cut(otherwise[p.name], ":"); kind != p.instead() {
				t.Errorf("%s is %q in the contract and %q here", p.name, p.instead(), otherwise[p.name])
			}
			delete(unknown, p.name)
		}
	}
	for name := range unknown {
		t.Errorf("there is no write %s", name)
	}
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		h := newHouse(t, db)
		for _, p := range writes {
			c := &cell{house: h, proc: p, row: rows()[p.name], role: p.usual(), rel: own, key: uuid.NewString()}
			if p.name == "dossier.v1.DossierService/ReportLoss" {
				c.rel = merged // nobody signs in by a document that was lost
			}
			c.setUp()
			if p.public() || p.unkeyed {
				c.keepsNoKey()
			} else {
				c.once()
			}
		}
	})
}

// keepsNoKey calls with a key, and finds none kept.
func (c *cell) keepsNoKey() {
	c.t.Helper()
	req := c.row.request(c)
	before := c.keys()
	a := c.call(req)
	if c.keys() != before || !a.ok && a.reason != "PROVIDER_NOT_CONFIGURED" {
		c.t.Errorf("%s: %s keeps its key, or does not succeed", c, a.outcome())
	}
}

// once calls, repeats, and calls with other input, all under one key.
func (c *cell) once() {
	c.t.Helper()
	req := c.row.request(c)
	before := c.keys()
	first := c.call(req)
	if !first.ok || c.keys() != before+1 {
		c.t.Errorf("%s: %s, or its key is not kept", c, first.outcome())
		return
	}
	c.token = c.Token(c.t, c.by) // the call may have ended the session
	held := c.held()
	c.replays(req, first, held)
	refused := c.proc.input.Fields().Len() == 0 // there is no other input
	for _, other := range others(req) {
		a := c.call(other)
		if a.reason == "REQUEST_INVALID" {
			continue
		}
		refused = true
		if a.reason != "IDEMPOTENCY_KEY_REUSED" || c.held() != held {
			c.t.Errorf("%s: other input under the key is %s, or leaves something", c, a.outcome())
		}
	}
	if !refused {
		c.t.Errorf("%s: no other input was tried", c)
	}
	c.replays(req, first, held)
}

// replays repeats a call: it is answered as the first time, nothing more is done,
// and the log says so.
func (c *cell) replays(req proto.Message, first answer, held string) {
	c.t.Helper()
	_, n := c.written(-1)
	a := c.call(req)
	if !a.ok || !bytes.Equal(a.raw, first.raw) || c.held() != held {
		c.t.Errorf("%s: the repetition is %s, another answer, or does something more", c, a.outcome())
	}
	outcome := "replayed"
	if c.proc.staged {
		outcome = "ok"
	}
	if fresh, _ := c.written(n); len(fresh) != 1 || fresh[0].outcome != outcome {
		c.t.Errorf("%s: the repetition left the entries %v, want one, %s", c, fresh, outcome)
	}
}

// keys counts the keys that are kept.
func (h *house) keys() int {
	h.t.Helper()
	n, err := h.DB.Client(h.t.Context()).WriteKey.Query().Count(h.t.Context())
	h.must("count keys", err)
	return n
}

// others are copies of a request, each with one field changed that is set.
func others(req proto.Message) []proto.Message {
	var all []proto.Message
	for n := 0; ; n++ {
		left, other := n, proto.Clone(req)
		if !change(other.ProtoReflect(), &left) {
			return all
		}
		all = append(all, other)
	}
}

// change changes a field after passing over so many, and reports whether there
// was one.
func change(m protoreflect.Message, left *int) bool {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case !m.Has(f):
		case f.Message() != nil && f.IsList():
			for j := range m.Get(f).List().Len() {
				if change(m.Mutable(f).List().Get(j).Message(), left) {
					return true
				}
			}
		case f.Message() != nil && !f.IsMap():
			if change(m.Mutable(f).Message(), left) {
				return true
			}
		case f.IsList() && f.Kind() == protoreflect.StringKind && *left == 0:
			list := m.Mutable(f).List()
			list.Set(0, changed(f, list.Get(0)))
			return true
		case f.IsList() || f.IsMap():
		case *left > 0:
			*left--
		default:
			m.Set(f, changed(f, m.Get(f)))
			return true
		}
	}
	return false
}

// changed is another value of the same kind. It may be one that the contract does
// not take.
func changed(f protoreflect.FieldDescriptor, v protoreflect.Value) protoreflect.Value {
	switch f.Kind() { //nolint:exhaustive // no request of ours has the others
	case protoreflect.StringKind:
		text := []rune(v.String())
		if last := &text[len(text)-1]; *last == '1' {
			*last = '2'
		} else {
			*last = '1'
		}
		return protoreflect.ValueOfString(string(text))
	case protoreflect.BytesKind:
		raw := bytes.Clone(v.Bytes())
		raw[len(raw)-1]++
		return protoreflect.ValueOfBytes(raw)
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(!v.Bool())
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(v.Enum() + 1)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(v.Int()) + 1)
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(v.Int() + 1)
	}
	panic("no other value of " + f.FullName())
}
