package dossierrpc_test

import (
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// TestTwoDocumentsAreOneFile is the reason for the whole house: somebody who
// signed in by the pass links the permit, and sees the same file by either.
func TestTwoDocumentsAreOneFile(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		pop := synthetic.New(synthetic.Options{People: 300})
		s := bfftest.New(t, db, bfftest.Options{Population: pop})
		person := silent(t, pop)
		take(t, s, person)
		ctx := t.Context()
		pass, _ := person.Pass()
		permit, _ := person.Permit()

		byPass := s.Clients(s.SignIn(ctx, t, pass.Number, person.Phone), "zh-TW")
		linked, err := byPass.Dossier.LinkDocument(ctx, &pb.LinkDocumentRequest{Document: &commonv1.DocumentRef{Number: permit.Number}})
		if err != nil {
			t.Fatal(err)
		}
		if got := linked.GetLink().GetLevel(); got != pb.ProofLevel_PROOF_LEVEL_NATIONAL_CHECK {
			t.Errorf("level is %v, want the national check", got)
		}
		byPermit := s.Clients(s.SignIn(ctx, t, permit.Number, person.Phone), "zh-CN")
		first, err := byPass.Dossier.GetDossier(ctx, &pb.GetDossierRequest{})
		if err != nil {
			t.Fatal(err)
		}
		second, err := byPermit.Dossier.GetDossier(ctx, &pb.GetDossierRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if first.GetDossier().GetId() != second.GetDossier().GetId() || len(second.GetDossier().GetDocuments()) != 2 {
			t.Errorf("the pass shows file %s, the permit %s with %d documents; want one file with two",
				first.GetDossier().GetId(), second.GetDossier().GetId(), len(second.GetDossier().GetDocuments()))
		}
	})
}

// silent is a person whose permit names no pass, with both documents in force.
func silent(t *testing.T, pop *synthetic.Population) synthetic.Person {
	t.Helper()
	for i := range pop.People() {
		p := pop.Person(i)
		pass, _ := p.Pass()
		permit, _ := p.Permit()
		today := civil.DateOf(bfftest.Start)
		if p.Case == synthetic.PermitSilent && pass.ValidTo.After(today) && permit.ValidTo.After(today) {
			return p
		}
	}
	t.Fatal("nobody has a silent permit")
	return synthetic.Person{}
}

// take imports a person's current documents.
func take(t *testing.T, s *bfftest.Server, p synthetic.Person) {
	t.Helper()
	var entries []dossier.Entry
	for _, d := range p.Documents() {
		number, err := s.Files.Parse(d.Kind, d.Number)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, dossier.Entry{
			Number: number, State: document.Valid, Phone: p.Phone,
			Validity: dossier.Validity{IssueCount: d.IssueCount, From: d.ValidFrom, To: d.ValidTo},
			Holder: dossier.Holder{
				Names: dossier.Names{Mainland: d.Names.Mainland, Taiwan: d.Names.Taiwan, Roman: d.Names.Roman},
				Birth: d.Birth, Sex: d.Sex,
			},
		})
	}
	if _, err := s.Files.TakeDocuments(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}
