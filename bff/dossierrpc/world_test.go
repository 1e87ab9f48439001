package dossierrpc_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/document"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/entdb"
	"github.com/minzhengtong/minzhengtong/domains/entdb/entdbtest"
	"github.com/minzhengtong/minzhengtong/domains/synthetic"
	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
)

// absent is an ID that nothing has.
const absent = "01890000-0000-7000-8000-000000000000"

// world is a house with two people whose documents are on file, not linked.
type world struct {
	*bfftest.Server
	mine, other synthetic.Person
	// me and them are signed in by their passes, desk accepts and reviews.
	me, them, desk bfftest.Clients
}

func each(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	t.Parallel()
	entdbtest.Each(t, func(t *testing.T, db *entdb.DB) {
		s := bfftest.New(t, db, bfftest.Options{})
		w := world{Server: s, mine: bfftest.Person(0), other: bfftest.Person(1)}
		s.Settle(t, w.mine, w.other)
		w.me, w.them = w.by(t, w.mine.Passes[0].Number), w.by(t, w.other.Passes[0].Number)
		w.desk = s.Clients(s.Officer(t, "one", actor.Accept, actor.Review), "en")
		f(t, w)
	})
}

// by signs the holder of a document in.
func (w world) by(t *testing.T, number string) bfftest.Clients {
	t.Helper()
	return w.Clients(w.Holder(t, number), "en")
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func ref(number string) *commonv1.DocumentRef { return &commonv1.DocumentRef{Number: number} }

func pass(p synthetic.Person) string   { return p.Passes[0].Number }
func permit(p synthetic.Person) string { return p.Permits[0].Number }

// id is the document with this number.
func (w world) id(t *testing.T, number string) string {
	t.Helper()
	id, _, err := w.Files.Locate(t.Context(), w.Number(t, number))
	must(t, "locate a document", err)
	return string(id)
}

// file reads the caller's own file.
func file(t *testing.T, c bfftest.Clients) *pb.Dossier {
	t.Helper()
	got, err := c.Dossier.GetDossier(t.Context(), &pb.GetDossierRequest{})
	must(t, "get the file", err)
	return got.GetDossier()
}

// link asks for the other document, which must not fail.
func link(t *testing.T, c bfftest.Clients, number string) *pb.LinkDocumentResponse {
	t.Helper()
	got, err := c.Dossier.LinkDocument(t.Context(), &pb.LinkDocumentRequest{Document: ref(number)})
	must(t, "link a document", err)
	return got
}

// contradict brings a pair into the officers' queue: the national check says two
// persons, the registers show one.
func (w world) contradict(t *testing.T, p synthetic.Person) *pb.Inquiry {
	t.Helper()
	w.Sandbox.SetTruth(pass(p), permit(p), false)
	return link(t, w.by(t, pass(p)), permit(p)).GetInquiry()
}

// firm puts a firm on file that a person represents, and returns its ID.
func (w world) firm(t *testing.T, representative string) string {
	t.Helper()
	code, err := document.ComposeCreditCode("91350128MAYYY001")
	must(t, "compose a credit code", err)
	taken, err := w.Files.TakeFirms(t.Context(), []dossier.FirmEntry{{
		Code: w.Number(t, code), Name: "平潭一號商行", Category: "taiwan_invested", Area: "350128",
		State: document.Valid, Representative: w.Number(t, representative),
	}})
	must(t, "take a firm", err)
	if taken[0].Fault != nil {
		t.Fatalf("the firm is left out: %v", taken[0].Fault)
	}
	_, id, err := w.Files.Locate(t.Context(), w.Number(t, code))
	must(t, "locate the firm", err)
	return string(id)
}

// records puts n records under a document, from the given number on; at says
// when each was done.
func (w world) records(t *testing.T, number string, from, n int, at func(i int) time.Time) {
	t.Helper()
	entries := make([]dossier.RecordEntry, n)
	for i := range entries {
		fen := int64(from + i)
		entries[i] = dossier.RecordEntry{
			Number: w.Number(t, number), Kind: "tax_payment", Title: fmt.Sprintf("缴纳%d", from+i), Authority: "税务局",
			Occurred: at(from + i), AmountFen: &fen, Source: "tax", SourceRef: fmt.Sprint(from + i),
		}
	}
	_, err := w.Files.TakeRecords(t.Context(), entries)
	must(t, "take records", err)
}

// wide is a text in full-width characters.
func wide(text string) string {
	out := []rune(text)
	for i, r := range out {
		out[i] = r - '!' + '！'
	}
	return string(out)
}

// spoilt is a number with another check character.
func spoilt(number string) string {
	last := "0"
	if number[len(number)-1:] == last {
		last = "1"
	}
	return number[:len(number)-1] + last
}
