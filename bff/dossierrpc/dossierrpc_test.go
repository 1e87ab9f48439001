package dossierrpc_test

import (
	"testing"

	"github.com/golang-sql/civil"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
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
		s.Take(t, person)
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
