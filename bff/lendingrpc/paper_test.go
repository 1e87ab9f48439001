package lendingrpc_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"testing"

	"github.com/minzhengtong/minzhengtong/bff/bfftest"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/lending/v1"
)

// TestPapersThatAreNotTaken: a flood, a paper that is not what its name says, one that leads
// elsewhere, one too many: each is refused with a reason, on both sides, and nothing is kept.
func TestPapersThatAreNotTaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, _ := w.sent(t)
		for reason, p := range map[string]*pb.Paper{
			"PAPER_UNPACKS_TOO_LARGE": {Name: "a.xlsx", Content: flood(t)},
			"PAPER_NOT_ITS_NAME":      {Name: "a.png", Content: pdf()},
			"PAPER_KIND_UNKNOWN":      {Name: "a.exe", Content: pdf()},
			"PAPER_NAME_WRONG":        {Name: "../a.pdf", Content: pdf()},
			"PAPER_BROKEN":            {Name: "a.pdf"},
			"PAPER_TOO_LARGE":         {Name: "a.pdf", Content: append(pdf(), make([]byte, 2<<20)...)},
		} {
			_, err := w.me.Lending.AddNote(t.Context(), &pb.AddNoteRequest{Id: id, Words: &pb.Words{Paper: p}})
			bfftest.Fails(t, "the person's", err, reason)
			_, err = w.coast.LendingDesk.AddBankNote(t.Context(), &pb.AddBankNoteRequest{Id: id, Words: &pb.Words{Paper: p}})
			bfftest.Fails(t, "the bank's", err, reason)
		}
		_, err := w.me.Lending.AddNote(t.Context(), &pb.AddNoteRequest{Id: id, Words: &pb.Words{}})
		bfftest.Fails(t, "nothing at all", err, "LENDING_NOTE_WRONG")
		_, err = w.me.Lending.AddNote(t.Context(), &pb.AddNoteRequest{Id: id, Words: &pb.Words{About: "gossip", Text: "雀"}})
		bfftest.Fails(t, "about no source", err, "LENDING_NOTE_WRONG")
		for i := range 20 {
			_, err := w.me.Lending.AddNote(t.Context(), &pb.AddNoteRequest{Id: id, Words: &pb.Words{Paper: &pb.Paper{Name: fmt.Sprintf("%d.pdf", i), Content: pdf()}}})
			must(t, "put a paper in", err)
		}
		_, err = w.me.Lending.AddNote(t.Context(), &pb.AddNoteRequest{Id: id, Words: &pb.Words{Paper: &pb.Paper{Name: "one.pdf", Content: pdf()}}})
		bfftest.Fails(t, "one too many", err, "LENDING_CASE_FULL")
		mine, err := w.me.Lending.GetCase(t.Context(), &pb.GetCaseRequest{Id: id})
		if err != nil || len(mine.GetNotes()) != 20 {
			t.Errorf("%d notes were kept (%v), want 20", len(mine.GetNotes()), err)
		}
		_, err = w.me.Lending.GetPaper(t.Context(), &pb.GetPaperRequest{Id: id, NoteId: id})
		bfftest.Fails(t, "no paper", err, "LENDING_CASE_NOT_FOUND")
	})
}

// flood is a small sheet that unpacks into 65 MiB.
func flood(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for name, size := range map[string]int{"[Content_Types].xml": 1, "xl/workbook.xml": 1, "xl/flood.xml": 65 << 20} {
		part, err := archive.Create(name)
		must(t, "begin a part", err)
		_, err = part.Write(make([]byte, size))
		must(t, "write a part", err)
	}
	must(t, "end the archive", archive.Close())
	return b.Bytes()
}
