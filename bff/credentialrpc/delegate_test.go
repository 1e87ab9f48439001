package credentialrpc_test

import (
	"context"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	consentv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/consent/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// on has calls name a delegation.
func on(id string) connect.ClientOption {
	return connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			req.Header().Set("Minzhengtong-Delegation", id)
			return next(ctx, req)
		}
	}))
}

// TestDelegateOneLicence: who is charged with one licence has that one, and loses it with
// the charge; a licence that is another's cannot be delegated, nor one in another matter.
func TestDelegateOneLicence(t *testing.T) {
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s, p, other := bfftest.New(t, db, bfftest.Options{}), bfftest.Person(0), bfftest.Person(1)
		s.Settle(t, p, other)
		var numbers []string
		for _, matter := range []string{"case-1", "case-2"} {
			id, _, err := s.Files.Locate(t.Context(), s.Number(t, p.Passes[0].Number))
			must(t, "locate", err)
			c, err := s.Credentials.Issue(t.Context(), actor.Actor{Role: actor.System, Officer: "register"}, credential.Draft{
				Type: "practice_licence", Document: id, Matter: credential.Matter{Kind: "test", ID: matter},
				Values: credential.Values{
					"holder_name": "林雅婷", "profession": "导游", "workplace": "旅行社", "register_number": "D-7", "registered": "2026-03-02",
				},
			})
			must(t, "issue", err)
			numbers = append(numbers, string(c.Number))
		}
		me, they := s.Clients(s.Holder(t, p.Passes[0].Number), "zh-Hant-TW"), s.Holder(t, other.Passes[0].Number)
		charge := &consentv1.GiveDelegationRequest{
			Delegate: &commonv1.DocumentRef{Number: other.Passes[0].Number}, Matter: commonv1.Matter_MATTER_LICENCES,
			ExpireTime: timestamppb.New(s.Now().Add(time.Hour)), Licences: numbers[:1],
		}
		_, err := s.Clients(they, "en").Consent.GiveDelegation(t.Context(), &consentv1.GiveDelegationRequest{
			Delegate: &commonv1.DocumentRef{Number: p.Passes[0].Number}, Matter: charge.GetMatter(), ExpireTime: charge.GetExpireTime(), Licences: numbers[:1],
		})
		bfftest.Fails(t, "a licence of somebody else's", err, "DELEGATION_LICENCES_WRONG")
		given, err := me.Consent.GiveDelegation(t.Context(), charge)
		must(t, "delegate", err)
		id := given.GetDelegation().GetId()
		list, err := s.Clients(they, "en").Consent.ListDelegations(t.Context(), &consentv1.ListDelegationsRequest{})
		must(t, "list delegations", err)
		if l := list.GetDelegations(); len(l) != 1 || len(l[0].GetLicences()) != 1 || l[0].GetLicences()[0] != numbers[0] {
			t.Errorf("the delegate holds %v", l)
		}
		delegate := s.Clients(they, "en", on(id)).Credential
		seen, err := delegate.ListCredentials(t.Context(), &pb.ListCredentialsRequest{})
		must(t, "list", err)
		if l := seen.GetCredentials(); len(l) != 1 || l[0].GetNumber() != numbers[0] {
			t.Errorf("the delegate sees %v", l)
		}
		_, err = delegate.ShowCode(t.Context(), &pb.ShowCodeRequest{Choices: []*pb.Choice{{Number: numbers[0]}}})
		must(t, "show the one", err)
		_, err = delegate.GetCredential(t.Context(), &pb.GetCredentialRequest{Number: numbers[1]})
		bfftest.Fails(t, "the other one", err, "CREDENTIAL_NOT_FOUND")
		_, err = me.Consent.RevokeDelegation(t.Context(), &consentv1.RevokeDelegationRequest{DelegationId: id})
		must(t, "end it", err)
		_, err = delegate.GetCredential(t.Context(), &pb.GetCredentialRequest{Number: numbers[0]})
		bfftest.Fails(t, "after the end", err, "DELEGATION_NOT_FOUND")
	})
}
