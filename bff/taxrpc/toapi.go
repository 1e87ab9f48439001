package taxrpc

import (
	"context"
	"strings"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/calendar"
	"github.com/minzhengtong/minzhengtong/domains/tax"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/tax/v1"
)

var (
	bases = map[tax.Basis]pb.Basis{
		tax.Local: pb.Basis_BASIS_LOCAL, tax.National: pb.Basis_BASIS_NATIONAL, tax.Computed: pb.Basis_BASIS_COMPUTED,
		tax.Provisional: pb.Basis_BASIS_PROVISIONAL, tax.Printed: pb.Basis_BASIS_PRINTED,
	}
	cycles = map[tax.Cycle]pb.Cycle{
		tax.Monthly: pb.Cycle_CYCLE_MONTH, tax.Quarterly: pb.Cycle_CYCLE_QUARTER,
		tax.Yearly: pb.Cycle_CYCLE_YEAR, tax.ByEvent: pb.Cycle_CYCLE_EVENT,
	}
	states = map[tax.State]pb.ObligationState{
		tax.Open: pb.ObligationState_OBLIGATION_STATE_OPEN, tax.Done: pb.ObligationState_OBLIGATION_STATE_DONE,
		tax.Void: pb.ObligationState_OBLIGATION_STATE_VOID,
	}
)

// The sides of the contract.
const (
	mainland = "CN"
	taiwan   = "TW"
)

// Title is what a kind of obligation is called, for the caller.
func Title(ctx context.Context, kind tax.Kind) string {
	return call.Text(ctx, "OBLIGATION_KIND_"+strings.ToUpper(string(kind)), nil)
}

// period is the period that is filed; a document's last day is none.
func period(o tax.Obligation) string {
	if o.Basis == tax.Printed {
		return ""
	}
	return string(o.Period)
}

func obligationToAPI(ctx context.Context, o tax.Listed) *pb.Obligation {
	return &pb.Obligation{
		Id: string(o.ID), Kind: string(o.Kind), Title: Title(ctx, o.Kind), Period: period(o.Obligation),
		DueDate: contract.Date(o.Due), Basis: bases[o.Basis], State: states[o.State], Overdue: o.Overdue,
		WorkdaysLeft: int32(o.WorkdaysLeft), FirmId: string(o.Firm), FirmName: o.FirmName,
		DoneTime: contract.Time(o.DoneAt), Filed: o.DoneBy == tax.ByFiling, Name: o.Name,
	}
}

func registrationToAPI(ctx context.Context, r tax.Registered) *pb.Registration {
	return &pb.Registration{
		Id: string(r.ID), Tax: string(r.Tax), Title: Title(ctx, r.Tax), Cycle: cycles[r.Cycle], Area: r.Area,
		FirmId: string(r.Firm), ValidFrom: contract.Date(r.From), ValidTo: contract.Date(r.To),
	}
}

// stepsToAPI words the steps to a date. Names of festivals and papers come from
// data, in Simplified characters.
func stepsToAPI(ctx context.Context, steps []calendar.Step) []*pb.Step {
	return contract.Each(steps, func(s calendar.Step) *pb.Step {
		args := make(map[string]string, len(s.Params))
		for name, value := range s.Params {
			if name == "Name" || name == "Notice" {
				value = fromData(ctx, value)
			}
			args[name] = value
		}
		return &pb.Step{Id: s.Key, Text: call.Text(ctx, s.Key, args)}
	})
}

// fromData is a text of the calendar's or the catalogue's data for the caller.
func fromData(ctx context.Context, stored string) string {
	return contract.DataText(ctx, stored, "zh-Hans").GetText()
}

// source is the paper or the law that a date rests on.
func source(ctx context.Context, e tax.Explanation) string {
	if e.Info.Rule == tax.OnPaper {
		return ""
	}
	text := fromData(ctx, e.Info.Source)
	if e.Notice.Number != "" {
		text = fromData(ctx, e.Notice.Number) + "\n" + text
	}
	if e.Info.Illustrative {
		text += "\n" + call.Text(ctx, "OBLIGATION_ILLUSTRATIVE", nil)
	}
	return text
}

// late says what being late means, and what to do.
func late(ctx context.Context, o tax.Explained) string {
	switch {
	case o.Info.Rule == tax.OnPaper:
		return call.Text(ctx, "OBLIGATION_LATE_DOCUMENT", nil)
	case o.Info.LateFee:
		return call.Text(ctx, "OBLIGATION_LATE", nil)
	}
	return call.Text(ctx, "OBLIGATION_LATE_REPORT", nil)
}

func deadlineToAPI(ctx context.Context, e tax.YearEntry) *pb.Deadline {
	out := &pb.Deadline{
		Kind: string(e.Kind), Title: call.Text(ctx, "DEADLINE_FILING", nil), Period: string(e.Period), DueDate: contract.Date(e.Date),
		Basis: bases[e.Basis], Steps: stepsToAPI(ctx, e.Steps), Source: fromData(ctx, e.Notice.Number), Side: mainland,
	}
	if e.Kind != "" {
		out.Title = Title(ctx, e.Kind)
	}
	return out
}

func taiwanToAPI(ctx context.Context, d calendar.TaiwanDate) *pb.Deadline {
	return &pb.Deadline{
		Kind: d.Tax, Title: call.Text(ctx, "TAIWAN_TAX_"+strings.ToUpper(strings.TrimPrefix(d.Tax, "tw_")), nil), DueDate: contract.Date(d.Date),
		Steps: stepsToAPI(ctx, d.Steps()), Source: d.Source, Side: taiwan,
	}
}
