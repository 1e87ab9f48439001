package dossierrpc_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/policy"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	policyv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/policy/v1"
)

// TestDatabaseFull: when the disk is full, callers are told in their language to
// come again, nothing is half written, and reading goes on: one's own file until
// there is no room for the entry that says who read it, and what is public
// throughout. With room again everything is as it was, and goes on.
func TestDatabaseFull(t *testing.T) {
	t.Parallel()
	s, p := bfftest.New(t, entdbtest.New(t), bfftest.Options{}), bfftest.Person(0)
	s.Settle(t, p)
	id := published(t, s)
	token := s.Holder(t, pass(p))
	me, anyone := s.Clients(token, "en"), s.Clients("", "en")
	save := func(c bfftest.Clients, value string) error {
		_, err := c.Dossier.SaveData(t.Context(), &pb.SaveDataRequest{Items: []*pb.DatumInput{{Code: "occupation", Value: value}}})
		return err
	}
	read := func() error {
		_, err := me.Dossier.GetDossier(t.Context(), &pb.GetDossierRequest{})
		return err
	}
	public := func() error {
		_, err := anyone.Policy.GetPolicy(t.Context(), &policyv1.GetPolicyRequest{Id: id})
		return err
	}
	value := func(n int) string { return strings.Repeat("字", 490) + strconv.Itoa(n) }
	must(t, "save", save(me, value(0)))
	pages(t, s, 1) // SQLite takes the present size for the least

	kept := value(untilRefused(t, "save", func(n int) error { return save(me, value(n)) }))
	must(t, "read a public text", public())
	untilRefused(t, "read", func(int) error { return read() })
	texts := map[string]bool{}
	for language, locale := range map[string]string{"zh-TW": "zh-Hant-TW", "zh-CN": "zh-Hans", "en": "en"} {
		f := bfftest.Fails(t, language, save(s.Clients(token, language), "refused"), storage)
		if f.Code != connect.CodeUnavailable || f.Locale != locale || f.Text == "" || f.Fields != "" {
			t.Errorf("%s: %+v", language, f)
		}
		texts[f.Text] = true
	}
	if len(texts) != 3 {
		t.Errorf("%d sentences in three languages", len(texts))
	}
	must(t, "read a public text still", public())

	pages(t, s, 1<<20)
	if got := occupations(t, me); !slices.Equal(got, []string{kept}) {
		t.Errorf("%q is on file, want what was acknowledged last", got)
	}
	must(t, "save again", save(me, "after"))
	if got := occupations(t, me); !slices.Equal(got, []string{"after"}) {
		t.Errorf("%q is on file, want what was saved last", got)
	}
}

// occupations are what the caller's own file says.
func occupations(t *testing.T, c bfftest.Clients) []string {
	t.Helper()
	var all []string
	for _, d := range file(t, c).GetData() {
		if d.GetCode() == "occupation" {
			all = append(all, d.GetValue())
		}
	}
	return all
}

// storage is the reason of what the database cannot do now.
const storage = "STORAGE_UNAVAILABLE"

// untilRefused calls with 1, 2 and so on until there is no room any more, and
// returns the last for which there was.
func untilRefused(t *testing.T, what string, call func(n int) error) int {
	t.Helper()
	for n := range 1000 {
		if err := call(n + 1); err != nil {
			bfftest.Fails(t, what, err, storage)
			return n
		}
	}
	t.Fatalf("%s: there is always room", what)
	return 0
}

// pages sets how large the database may grow.
func pages(t *testing.T, s *bfftest.Server, limit int) {
	t.Helper()
	must(t, "set the limit", s.DB.InTx(t.Context(), func(ctx context.Context) error {
		var got int64
		return s.DB.SQL(ctx).QueryRowContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", limit)).Scan(&got)
	}))
}

// published is a policy that anybody may read.
func published(t *testing.T, s *bfftest.Server) string {
	t.Helper()
	by := func(login string, duty actor.Duty) actor.Actor {
		officer := s.Employ(t, bfftest.Office, login, duty).Actor()
		officer.Duty = duty
		return officer
	}
	made, err := s.Policies.Draft(t.Context(), by("author", actor.Review), policy.Draft{
		Title: "惠台政策", Body: "全文。", Language: "zh-Hans", Issuer: "Hall",
	})
	must(t, "draft a policy", err)
	_, err = s.Policies.Publish(t.Context(), by("publisher", actor.Approve), made.ID)
	must(t, "publish it", err)
	return string(made.ID)
}
