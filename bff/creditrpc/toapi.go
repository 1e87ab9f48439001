package creditrpc

import (
	"cmp"
	"context"
	"encoding/hex"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/credit"
	"github.com/minzhengtong/minzhengtong/domains/rules"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credit/v1"
)

// written is the language in which sources and rules write.
const written = "zh-Hans"

var (
	subjects = map[credit.Kind]pb.SubjectKind{
		credit.Person: pb.SubjectKind_SUBJECT_KIND_PERSON, credit.Firm: pb.SubjectKind_SUBJECT_KIND_FIRM,
	}
	states = map[credit.State]pb.SectionState{
		credit.Read: pb.SectionState_SECTION_STATE_READ, credit.Unknown: pb.SectionState_SECTION_STATE_UNKNOWN,
		credit.Gap: pb.SectionState_SECTION_STATE_GAP, credit.NotAuthorised: pb.SectionState_SECTION_STATE_NOT_AUTHORISED,
	}
	queryKinds = map[credit.QueryKind]pb.QueryKind{
		credit.Obtained: pb.QueryKind_QUERY_KIND_OBTAIN, credit.ReadBy: pb.QueryKind_QUERY_KIND_READ,
	}
	results = map[credit.Result]pb.QueryResult{
		credit.Started: pb.QueryResult_QUERY_RESULT_STARTED, credit.Made: pb.QueryResult_QUERY_RESULT_MADE,
		credit.Unchanged: pb.QueryResult_QUERY_RESULT_UNCHANGED, credit.Shown: pb.QueryResult_QUERY_RESULT_SHOWN,
		credit.Refused: pb.QueryResult_QUERY_RESULT_REFUSED,
	}
)

// reader words a report for one caller.
type reader struct {
	ctx       context.Context //nolint:containedctx // for one translation: it says in which script the caller reads
	catalogue credit.Catalogue
}

// in is a text of the catalogue in the caller's language.
func (r reader) in(t credit.Text) string { return t.In(string(call.Language(r.ctx))) }

// Report translates a report for a reader.
func Report(ctx context.Context, from credit.Report) (*pb.Report, error) {
	r := reader{ctx, credit.Shipped()}
	out := &pb.Report{
		Id: string(from.ID), Version: from.Number, Subject: subjects[from.Content.Subject], KindText: r.in(r.catalogue.Kind),
		HowText: r.in(r.catalogue.How), CreateTime: contract.Time(from.Created), ConfirmTime: contract.Time(from.Confirmed),
		ExpireTime: contract.Time(from.Until()), ConsentId: string(from.Consent), Voucher: from.Voucher,
		Sections: contract.Each(from.Content.Sections, r.section),
	}
	if from.Digest != [32]byte{} {
		out.Digest = hex.EncodeToString(from.Digest[:])
	}
	for _, x := range from.Readings {
		for _, s := range out.GetSections() {
			if s.GetSource() == string(x.Source) {
				s.CheckTime = contract.Time(x.Checked)
			}
		}
	}
	var err error
	out.Grade, err = r.grade(from.Content.Grade, from.Trace)
	return out, err
}

// section translates a section. Of a source that is not in the catalogue any more its codes
// are shown.
func (r reader) section(s credit.Section) *pb.Section {
	source, _ := r.catalogue.Source(s.Source)
	return &pb.Section{
		Source: string(s.Source), Title: cmp.Or(r.in(source.Title), string(s.Source)), Owner: r.in(source.Owner), Dispute: r.in(source.Dispute),
		Illustrative: source.Status == rules.Illustrative, State: states[s.State], GapReason: string(s.Why), GapSince: contract.Time(s.Since),
		More: s.More, Facts: contract.Each(s.Facts, func(f credit.Fact) *pb.Fact { return r.fact(source, f) }),
		Notable: contract.Each(s.Notable, func(n credit.Notable) *pb.Notable {
			rule, _ := source.Rule(n.Rule)
			return &pb.Notable{Rule: n.Rule, Title: cmp.Or(r.in(rule.Title), n.Rule), References: n.References}
		}),
	}
}

func (r reader) fact(source credit.Source, f credit.Fact) *pb.Fact {
	return &pb.Fact{
		Reference: f.Reference, Day: f.Day, MaskedNumbers: f.Under, Differs: f.Differs,
		Fields: contract.Each(f.Fields, func(x credit.Field) *pb.Field { return r.field(source, x) }),
	}
}

func (r reader) field(source credit.Source, f credit.Field) *pb.Field {
	rule, _ := source.Field(f.Name)
	out := &pb.Field{Code: f.Name, Title: cmp.Or(r.in(rule.Title), f.Name)}
	switch f.Kind {
	case credit.Money:
		out.Value = &pb.Field_Fen{Fen: f.Number}
	case credit.Count:
		out.Value = &pb.Field_Count{Count: f.Number}
	case credit.Code:
		out.Value = &pb.Field_Word{Word: &pb.Word{Code: f.Text, Title: cmp.Or(r.in(rule.Codes[f.Text]), f.Text)}}
	case credit.Day:
		out.Value = &pb.Field_Day{Day: f.Text}
	case credit.Words:
		out.Value = &pb.Field_Text{Text: contract.DataText(r.ctx, f.Text, written)}
	}
	return out
}

// grade translates a grade with its trace; where there is no rule there is nothing.
func (r reader) grade(g credit.Grade, t *rules.Trace) (*pb.Grade, error) {
	if g.Policy == "" {
		return nil, nil //nolint:nilnil // an unset message is how the contract says it
	}
	out := &pb.Grade{
		Policy: g.Policy, Version: g.Version, Illustrative: g.Illustrative, Value: g.Value, Hidden: g.Hidden,
		Missing: contract.Each(g.Missing, func(fact string) *pb.MissingFact {
			source, rule, _ := r.catalogue.Counting(fact)
			return &pb.MissingFact{Title: cmp.Or(r.in(rule.Title), fact), Source: string(source.Code)}
		}),
	}
	if t == nil {
		return out, nil
	}
	out.Title, out.Source = contract.DataText(r.ctx, t.Title, written), t.Source
	out.Counted = r.counted(*t)
	return out, r.trace(out, *t)
}

// counted are the counts that went into a rule, in the order of the catalogue.
func (r reader) counted(t rules.Trace) (list []*pb.Counted) {
	for _, source := range r.catalogue.Sources {
		for _, rule := range source.Notable {
			if n, ok := t.Facts[rule.Code].(int64); ok {
				list = append(list, &pb.Counted{Title: r.in(rule.Title), Count: n, Source: string(source.Code)})
			}
		}
	}
	return list
}

// trace adds figures and steps.
func (r reader) trace(out *pb.Grade, t rules.Trace) error {
	for _, p := range t.Parameters {
		value, err := contract.JSON(p.Value)
		if err != nil {
			return err
		}
		out.Figures = append(out.Figures, &pb.Figure{
			Title: contract.DataText(r.ctx, p.Title, written), ValueJson: value, Unit: p.Unit, Source: p.Source, Illustrative: p.Status == rules.Illustrative,
		})
	}
	for _, s := range t.Steps {
		value, err := contract.JSON(s.Value)
		if err != nil {
			return err
		}
		out.Steps = append(out.Steps, &pb.Step{Title: contract.DataText(r.ctx, s.Title, written), Expression: s.Is, ValueJson: value})
	}
	return nil
}

func version(r credit.Report) *pb.Version {
	return &pb.Version{Id: string(r.ID), Version: r.Number, CreateTime: contract.Time(r.Created), ConfirmTime: contract.Time(r.Confirmed)}
}

func query(q credit.Query) *pb.Query {
	return &pb.Query{
		Id: q.ID, Kind: queryKinds[q.Kind], Result: results[q.Result], Reason: q.Reason, Purpose: string(q.Purpose),
		PartyId: string(q.Party), PartyName: q.PartyName, OfficeId: q.Office, ConsentId: string(q.Consent), Voucher: q.Voucher,
		Version: q.Number, QueryTime: contract.Time(q.Asked),
	}
}
