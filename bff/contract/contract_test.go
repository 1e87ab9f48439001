package contract_test

import (
	"testing"
	"time"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

func TestEveryKindHasAWord(t *testing.T) {
	t.Parallel()
	seen := map[commonv1.DocumentKind]document.Kind{}
	for _, k := range []document.Kind{
		document.TaiwanPass, document.TaiwanPermit, document.HKMOPermit, document.ResidentID, document.ForeignPermanent, document.CreditCode,
	} {
		word := contract.Kind(k)
		if other, twice := seen[word]; word == 0 || twice {
			t.Errorf("%s is %v, as is %q", k, word, other)
		}
		seen[word] = k
	}
	if n := len(commonv1.DocumentKind_name) - 1; n != len(seen) {
		t.Errorf("the contract has %d kinds, the domain %d", n, len(seen))
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	number, err := document.Parse(document.TaiwanPermit, "830000190102280029", civil.Date{Year: 2026, Month: 1, Day: 1})
	if err != nil {
		t.Fatal(err)
	}
	out := contract.Document(dossier.Document{
		ID: "document", Number: number, Status: document.Lost, ReplacedBy: "other",
		Validity: dossier.Validity{IssueCount: "02", From: civil.Date{Year: 2024, Month: 2, Day: 29}},
		Holder:   dossier.Holder{Names: dossier.Names{Mainland: "一", Taiwan: "二", Roman: "SAN"}, Sex: document.Female},
		Earlier:  []dossier.Validity{{IssueCount: "01", To: civil.Date{Year: 2024, Month: 1, Day: 1}}},
	})
	if out.GetNumber() != "" || out.GetMaskedNumber() != "****************29" {
		t.Error("the number is not masked")
	}
	if out.GetStatus() != pb.DocumentStatus_DOCUMENT_STATUS_LOST || out.GetSex() != commonv1.Sex_SEX_FEMALE ||
		out.GetReplacedBy() != "other" || out.GetIssueCount() != "02" || out.GetBirthDate() != "" {
		t.Errorf("status %v, sex %v, replaced by %q, issue %q", out.GetStatus(), out.GetSex(), out.GetReplacedBy(), out.GetIssueCount())
	}
	if out.GetValidFrom() != "2024-02-29" || out.GetValidTo() != "" {
		t.Errorf("valid from %q to %q, want 2024-02-29 and unknown", out.GetValidFrom(), out.GetValidTo())
	}
	if n := out.GetName(); n.GetMainland() != "一" || n.GetTaiwan() != "二" || n.GetRoman() != "SAN" {
		t.Error("the forms of the name changed places")
	}
	if len(out.GetEarlier()) != 1 || out.GetEarlier()[0].GetIssueCount() != "01" || out.GetEarlier()[0].GetValidTo() != "2024-01-01" {
		t.Error("the earlier printing is another one")
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for status, want := range map[document.Status]pb.DocumentStatus{
		document.Valid: pb.DocumentStatus_DOCUMENT_STATUS_VALID, document.Expired: pb.DocumentStatus_DOCUMENT_STATUS_EXPIRED,
		document.Replaced: pb.DocumentStatus_DOCUMENT_STATUS_REPLACED, document.Lost: pb.DocumentStatus_DOCUMENT_STATUS_LOST,
		document.Revoked: pb.DocumentStatus_DOCUMENT_STATUS_REVOKED,
	} {
		if got := contract.Document(dossier.Document{Status: status}).GetStatus(); got != want {
			t.Errorf("%s is %v, want %v", status, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	if contract.Time(time.Time{}) != nil || contract.Date(civil.Date{}) != "" {
		t.Error("what is unknown is told")
	}
	moment := time.Date(2026, time.November, 23, 9, 0, 0, 123_000, time.FixedZone("", 8*60*60))
	if got := contract.Time(moment).AsTime(); !got.Equal(moment) {
		t.Errorf("%v, want %v", got, moment)
	}
	if contract.Sex("") != commonv1.Sex_SEX_UNSPECIFIED || contract.Sex(document.Male) != commonv1.Sex_SEX_MALE {
		t.Error("sexes are told wrongly")
	}
}
