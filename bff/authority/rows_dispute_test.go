package authority_test

import (
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/staff"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dispute/v1"
)

// police own people's documents, and answer what is said about them.
var police = staff.Office{ID: "police", Name: "Police", Department: "public-security", DepartmentName: "Public security", Area: here}

// wrong says that a document is wrong.
func wrong(document, reason string) *pb.FileDisputeRequest {
	return &pb.FileDisputeRequest{Subject: &pb.Subject{Kind: "document", Id: document}, Reason: reason}
}

// disputed is a dispute about a document, by its holder.
func disputed(c *cell, of side) string {
	c.t.Helper()
	got, err := c.holder(of).Dispute.FileDispute(c.t.Context(), wrong(c.id(of), of.canary()))
	c.must("dispute a document", err)
	return got.GetDispute().GetId()
}

// answered is a dispute that was answered, so that another one may follow.
func answered(c *cell, of side) {
	c.t.Helper()
	id := disputed(c, of)
	_, err := c.as(c.officer(police, actor.Review)).DisputeDesk.DecideDispute(c.t.Context(), &pb.DecideDisputeRequest{Id: id, Answer: "looked into"})
	c.must("answer a dispute", err)
}

func disputeRows() map[string]row {
	const people, desk = "dispute.v1.DisputeService/", "dispute.v1.DisputeDeskService/"
	return map[string]row{
		people + "FileDispute": {target: byID, request: func(c *cell) proto.Message { return wrong(c.target, "misspelt") }},
		people + "ListDisputes": {
			mark: disputed, request: func(*cell) proto.Message { return &pb.ListDisputesRequest{PageSize: 100} },
		},
		desk + "ListOpenDisputes": {
			office: &police, shows: true, list: true, target: disputed,
			request: func(*cell) proto.Message { return &pb.ListOpenDisputesRequest{PageSize: 100} },
		},
		desk + "DecideDispute": {
			office: &police, shows: true, target: disputed,
			request: func(c *cell) proto.Message {
				return &pb.DecideDisputeRequest{Id: c.target, Corrected: true, Answer: "looked into"}
			},
		},
	}
}
