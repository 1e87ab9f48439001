package credentialrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/call"
	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/domains/credential"
	"github.com/minzhengtong/minzhengtong/domains/credential/check"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/credential/v1"
)

// words is the language in which a caller reads, as a BCP 47 tag.
type words string

func in(ctx context.Context) words { return words(call.Language(ctx)) }

var standings = map[check.Standing]pb.Standing{
	check.Authentic: pb.Standing_STANDING_AUTHENTIC, check.Changed: pb.Standing_STANDING_CHANGED,
	check.Unreadable: pb.Standing_STANDING_UNREADABLE, check.Untrusted: pb.Standing_STANDING_UNTRUSTED,
	check.NotYet: pb.Standing_STANDING_NOT_YET, check.Expired: pb.Standing_STANDING_EXPIRED,
	check.Suspended: pb.Standing_STANDING_SUSPENDED, check.Revoked: pb.Standing_STANDING_REVOKED,
	check.Superseded: pb.Standing_STANDING_SUPERSEDED, check.Unknown: pb.Standing_STANDING_UNKNOWN,
}

var ways = map[credential.Way]pb.Way{
	credential.ByCode: pb.Way_WAY_CODE, credential.ByShare: pb.Way_WAY_SHARE, credential.ByPaper: pb.Way_WAY_PAPER,
	credential.BySystem: pb.Way_WAY_SYSTEM,
}

func (w words) licence(l credential.Licence) *pb.Credential {
	return w.seen(credential.Seen{
		Number: l.Number, Edition: l.Edition, Type: l.Type, Standing: l.Standing, From: l.From, Until: l.Until, Values: l.Values,
	})
}

func (w words) seen(s credential.Seen) *pb.Credential {
	return &pb.Credential{
		Number: string(s.Number), Edition: int32(s.Edition), Type: string(s.Type.Code),
		TypeTitle: s.Type.Title.In(string(w)), Issuer: s.Type.IssuerName.In(string(w)), Standing: standings[s.Standing],
		FromTime: contract.Time(s.From), UntilTime: contract.Time(s.Until), Illustrative: s.Type.Illustrative,
		Values: w.values(s.Type.Fields, s.Values), Presentation: s.Text,
	}
}

// judged is what a file comes to; of one that is not as it was issued the standing alone.
func (w words) judged(j credential.Judged) *pb.Credential {
	if j.Number == "" {
		return &pb.Credential{Standing: standings[j.Standing]}
	}
	return w.seen(credential.Seen{
		Number: credential.Number(j.Number), Edition: j.Edition, Type: j.Type, Standing: j.Standing, From: j.From, Until: j.Until, Values: j.Shown,
	})
}

func (w words) edition(h credential.History) *pb.Edition {
	return &pb.Edition{Credential: w.licence(h.Licence), Events: contract.Each(h.Events, func(e credential.Event) *pb.Event {
		return &pb.Event{Kind: e.Kind, Note: e.Note, CreateTime: contract.Time(e.At)}
	})}
}

// values are those of some fields that are there, in the order of the type.
func (w words) values(fields []credential.Field, values map[string]any) []*pb.Value {
	var out []*pb.Value
	for _, f := range fields {
		if value, there := values[f.Name]; there {
			out = append(out, w.value(f, value))
		}
	}
	return out
}

func (w words) value(f credential.Field, value any) *pb.Value {
	v := &pb.Value{Name: f.Name, Title: f.Title.In(string(w))}
	switch x := value.(type) {
	case string:
		v.Kind = &pb.Value_Text{Text: x}
		if f.Kind == credential.Code {
			v.Kind = &pb.Value_Code{Code: &pb.CodeValue{Code: x, Title: f.Values[x].In(string(w))}}
		}
	case int64:
		v.Kind = &pb.Value_Count{Count: x}
		if f.Kind == credential.Fen {
			v.Kind = &pb.Value_Fen{Fen: x}
		}
	case []credential.Row:
		rows := contract.Each(x, func(r credential.Row) *pb.RowValue { return &pb.RowValue{Columns: w.values(f.Columns, r)} })
		v.Kind = &pb.Value_Table{Table: &pb.TableValue{Rows: rows}}
	}
	return v
}

func (w words) kind(t credential.Type) *pb.CredentialType {
	return &pb.CredentialType{
		Code: string(t.Code), Version: int32(t.Version), Title: t.Title.In(string(w)), Issuer: t.IssuerName.In(string(w)),
		Basis: t.Basis.In(string(w)), Kind: t.Kind(), Days: int32(t.Days), Illustrative: t.Illustrative,
		Fields: contract.Each(t.Fields, func(f credential.Field) *pb.TypeField {
			return &pb.TypeField{Name: f.Name, Title: f.Title.In(string(w)), Hidden: f.Hidden}
		}),
	}
}

func choice(c *pb.Choice) credential.Choice {
	return credential.Choice{Number: credential.Number(c.GetNumber()), Fields: c.GetFields()}
}

func share(p credential.Presentation) *pb.Share {
	return &pb.Share{
		Id: string(p.ID), Purpose: p.Purpose, CreateTime: contract.Time(p.Created), ExpireTime: contract.Time(p.Expires),
		RevokeTime: contract.Time(p.Revoked), Uses: int32(p.Uses), UseTime: contract.Time(p.Used),
		Choices: contract.Each(p.Choices, func(c credential.Choice) *pb.Choice {
			return &pb.Choice{Number: string(c.Number), Fields: c.Fields}
		}),
	}
}

func use(u credential.Use) *pb.CredentialUse {
	return &pb.CredentialUse{
		Number: string(u.Number), Way: ways[u.Way], Department: u.Department, Office: u.Office, Standing: standings[u.Standing],
		Fields: u.Shown, CreateTime: contract.Time(u.At),
	}
}
