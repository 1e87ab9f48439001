package creditrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/table"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
)

// sectionStates are the messages that say what a section is worth.
var sectionStates = map[pb.SectionState]string{
	pb.SectionState_SECTION_STATE_READ:           "CREDIT_SECTION_READ",
	pb.SectionState_SECTION_STATE_UNKNOWN:        "CREDIT_SECTION_UNKNOWN",
	pb.SectionState_SECTION_STATE_GAP:            "CREDIT_SECTION_GAP",
	pb.SectionState_SECTION_STATE_NOT_AUTHORISED: "CREDIT_SECTION_NOT_AUTHORISED",
}

// asTable is a report as a table: a row for each field of each fact, and one for each section
// without any. Amounts are in fen of CNY.
func asTable(ctx context.Context, from credit.Report) ([]byte, error) {
	r, err := Report(ctx, from)
	if err != nil {
		return nil, err
	}
	say := func(id string) table.Cell { return table.Text(call.Text(ctx, id, nil)) }
	rows := [][]table.Cell{{
		say("CREDIT_TABLE_SOURCE"), say("CREDIT_TABLE_STATE"), say("CREDIT_TABLE_REFERENCE"), say("CREDIT_TABLE_DAY"), say("CREDIT_TABLE_FIELD"),
		say("CREDIT_TABLE_VALUE"),
	}}
	for _, s := range r.GetSections() {
		head := []table.Cell{table.Text(s.GetTitle()), say(sectionStates[s.GetState()])}
		n := len(rows)
		for _, f := range s.GetFacts() {
			for _, field := range f.GetFields() {
				rows = append(rows, []table.Cell{
					head[0], head[1], table.Text(f.GetReference()), table.Text(f.GetDay()), table.Text(field.GetTitle()), valueOf(field),
				})
			}
		}
		if len(rows) == n {
			none := table.Text("")
			rows = append(rows, []table.Cell{head[0], head[1], none, none, none, none})
		}
	}
	return table.Write(rows...)
}

// valueOf is what a field says.
func valueOf(f *pb.Field) table.Cell {
	switch v := f.GetValue().(type) {
	case *pb.Field_Fen:
		return table.Number(v.Fen)
	case *pb.Field_Count:
		return table.Number(v.Count)
	case *pb.Field_Word:
		return table.Text(v.Word.GetTitle())
	case *pb.Field_Day:
		return table.Text(v.Day)
	case *pb.Field_Text:
		return table.Text(v.Text.GetText())
	}
	return table.Text("")
}
