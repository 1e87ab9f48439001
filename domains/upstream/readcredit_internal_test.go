package upstream

import (
	"testing"
	"time"

	"github.com/golang-sql/civil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/upstream/v1"
)

// FuzzReadCredit: whatever a source sends is taken whole, each part within its bounds, or
// not at all.
func FuzzReadCredit(f *testing.F) {
	now := time.Date(2026, time.November, 2, 3, 4, 5, 0, time.UTC)
	c := &Clients{now: func() time.Time { return now }}
	seed, err := proto.Marshal(&pb.ListCreditFactsResponse{
		Source: "penalties", CheckTime: timestamppb.New(now), TraceId: "trace",
		Answers: []*pb.CreditAnswer{{Verdict: pb.Verdict_VERDICT_MATCH, Facts: []*pb.CreditFact{{Reference: "R", Day: "2026-11-02", Fields: []*pb.CreditField{
			{Name: "amount", Value: &pb.CreditField_Fen{Fen: 1}}, {Name: "until", Value: &pb.CreditField_Day{Day: "2027-01-01"}},
			{Name: "cause", Value: &pb.CreditField_Text{Text: "事由"}}, {Name: "state", Value: &pb.CreditField_Code{Code: "open"}},
			{Name: "n", Value: &pb.CreditField_Count{Count: 1}},
		}}}}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte("\xff\xfe\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var res pb.ListCreditFactsResponse
		if proto.Unmarshal(raw, &res) != nil {
			return
		}
		r, err := c.readCredit(&res, "penalties", 1)
		if err != nil {
			if len(r.Answers) > 0 {
				t.Error("an answer came with the error")
			}
			return
		}
		for _, fact := range r.Answers[0].Facts {
			if fact.Reference == "" || !fact.Day.IsValid() || fact.Day.After(civil.DateOf(now.Add(clockSkew).In(shanghai))) {
				t.Error("a fact without reference or day was taken")
			}
			for _, x := range fact.Fields {
				if x.Name == "" || x.Number < 0 || x.Number > maxFen || len(x.Text) > 4*maxCreditText {
					t.Error("a field beyond its bounds was taken")
				}
			}
		}
	})
}
