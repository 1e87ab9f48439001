package redact_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// personal are words by which a field's name says that its value is somebody's.
var personal = []string{
	"name", "names", "number", "numbers", "phone", "mobile", "mail", "email", "address", "birth", "birthday", "sex",
	"gender", "login", "password", "secret", "totp", "account", "signature", "photo",
}

// notPersonal are fields with such a name that may be logged, with the reason.
var notPersonal = map[protoreflect.FullName]string{
	"minzhengtong.lending.v1.Offer.number":                                "counts the offers of a case",
	"minzhengtong.consent.v1.Consent.party_name":                          "a department's name",
	"minzhengtong.consent.v1.Offer.party_name":                            "a department's name",
	"minzhengtong.consent.v1.Use.party_name":                              "a department's name",
	"minzhengtong.consent.v1.Delegation.masked_number":                    "masked so that it may be shown",
	"minzhengtong.dossier.v1.Document.masked_number":                      "masked so that it may be shown",
	"minzhengtong.staff.v1.Relation.masked_number":                        "masked so that it may be shown",
	"minzhengtong.dossier.v1.Firm.name":                                   "a firm's name, which its register publishes",
	"minzhengtong.dossier.v1.FirmRole.firm_name":                          "a firm's name, which its register publishes",
	"minzhengtong.language.v1.Language.name":                              "a language's own name",
	"minzhengtong.language.v1.Term.name":                                  "a term of law",
	"minzhengtong.notice.v1.Endpoint.masked_address":                      "masked so that it may be shown",
	"minzhengtong.policy.v1.Policy.document_number":                       "the number of a published policy",
	"minzhengtong.policy.v1.DraftPolicyRequest.document_number":           "the number of a published policy",
	"minzhengtong.privacy.v1.ExportDataResponse.file_name":                "a file's name, made of the time alone",
	"minzhengtong.sharing.v1.Voucher.number":                              "a voucher's own number, random",
	"minzhengtong.sharing.v1.GetVoucherRequest.number":                    "a voucher's own number, random",
	"minzhengtong.subsidy.v1.ReportPaymentRequest.signature":              "a signature of the payment gateway's, which tells of nobody",
	"minzhengtong.credential.v1.GetIssuedCredentialRequest.number":        "a licence's own number, random",
	"minzhengtong.credential.v1.GetCredentialRequest.number":              "a licence's own number, random",
	"minzhengtong.credential.v1.FetchCredentialRequest.number":            "a licence's own number, random",
	"minzhengtong.credential.v1.GetFirmCredentialRequest.number":          "a licence's own number, random",
	"minzhengtong.credential.v1.DownloadFirmCredentialRequest.number":     "a licence's own number, random",
	"minzhengtong.credential.v1.KeyCredential.number":                     "a licence's own number, random",
	"minzhengtong.credential.v1.AmendCredentialRequest.number":            "a licence's own number, random",
	"minzhengtong.credential.v1.MoveCredentialRequest.number":             "a licence's own number, random",
	"minzhengtong.credential.v1.DownloadCredentialRequest.number":         "a licence's own number, random",
	"minzhengtong.credential.v1.Credential.number":                        "a licence's own number, random",
	"minzhengtong.credential.v1.CredentialUse.number":                     "a licence's own number, random",
	"minzhengtong.credential.v1.Choice.number":                            "a licence's own number, random",
	"minzhengtong.credential.v1.DownloadCredentialResponse.file_name":     "a file's name, made of the licence's number",
	"minzhengtong.credential.v1.DownloadFirmCredentialResponse.file_name": "a file's name, made of the licence's number",
	"minzhengtong.credential.v1.Value.name":                               "the name of a field of a type",
	"minzhengtong.credential.v1.FieldInput.name":                          "the name of a field of a type",
	"minzhengtong.credential.v1.TypeField.name":                           "the name of a field of a type",
	"minzhengtong.staff.v1.Officer.office_name":                           "an office's name",
	"minzhengtong.credit.v1.Fact.masked_numbers":                          "masked so that they may be shown",
	"minzhengtong.credit.v1.Query.party_name":                             "a department's name",
	"minzhengtong.upstream.v1.CreditField.name":                           "the name of a field, agreed with a source",
}

// TestPersonalFieldsAreMarked: a field that sounds personal is marked, or stands
// above with the reason why not.
func TestPersonalFieldsAreMarked(t *testing.T) {
	t.Parallel()
	unused := map[protoreflect.FullName]bool{}
	for name := range notPersonal {
		unused[name] = true
	}
	kinds(func(kind protoreflect.MessageType) {
		fields := kind.Descriptor().Fields()
		for i := range fields.Len() {
			field := fields.Get(i)
			if !soundsPersonal(field) || marked(field) {
				continue
			}
			if notPersonal[field.FullName()] == "" {
				t.Errorf("%s sounds personal: mark it with debug_redact, or say here why it may be logged", field.FullName())
			}
			delete(unused, field.FullName())
		}
	})
	for name := range unused {
		t.Errorf("%s is no field that needs a reason: take it off the list", name)
	}
}

// soundsPersonal reports whether a field can hold a value and is named as if it
// were somebody's. Messages of the contract are looked at by their own fields.
func soundsPersonal(field protoreflect.FieldDescriptor) bool {
	if field.Kind() == protoreflect.BoolKind || field.Message() != nil && ours(field.Message()) && !field.IsMap() {
		return false
	}
	return slices.ContainsFunc(strings.Split(string(field.Name()), "_"), func(word string) bool {
		return slices.Contains(personal, word)
	})
}
