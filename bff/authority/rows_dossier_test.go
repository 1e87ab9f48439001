package authority_test

import (
	"slices"

	"google.golang.org/protobuf/proto"

	commonv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/common/v1"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/dossier/v1"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
)

// byNumber is the target of requests that name a document by its number.
func byNumber(_ *cell, of side) string { return of.number() }

// byID is that of requests that name it by its ID.
func byID(c *cell, of side) string { return c.id(of) }

func freeNumber(c *cell) string { return c.number() }

func dossierRows() map[string]row {
	const service = "dossier.v1.DossierService/"
	return map[string]row{
		"home.v1.HomeService/GetHome": {shows: true, mark: byID, request: func(*cell) proto.Message { return &homev1.GetHomeRequest{} }},
		service + "GetDossier":        {shows: true, request: func(*cell) proto.Message { return &pb.GetDossierRequest{} }},
		service + "ListRecords":       {shows: true, request: func(*cell) proto.Message { return &pb.ListRecordsRequest{} }},
		service + "LinkDocument": {
			// The target is the permit: one's own other document, or another's.
			target:  func(_ *cell, of side) string { return side{of.human, true}.number() },
			guess:   unknownPermit,
			request: func(c *cell) proto.Message { return &pb.LinkDocumentRequest{Document: ref(c.target)} },
			open:    map[relation]string{unlinked: "the holder may link again what the holder took apart"},
			leaves:  "a question is kept before the authorities are asked",
		},
		service + "GetInquiry": {
			target: func(c *cell, of side) string {
				c.join(of)
				return of.inquiry
			},
			request: func(c *cell) proto.Message { return &pb.GetInquiryRequest{Id: c.target} },
		},
		service + "UnlinkDocuments": {
			target: func(c *cell, of side) string {
				c.join(of)
				return of.link
			},
			request: func(c *cell) proto.Message { return &pb.UnlinkDocumentsRequest{LinkId: c.target, Reason: "not mine"} },
			open:    map[relation]string{unlinked: "each side still sees the link that was, and cutting twice succeeds"},
		},
		service + "RenewDocument": {
			target: byID,
			request: func(c *cell) proto.Message {
				return &pb.RenewDocumentRequest{DocumentId: c.target, NewNumber: c.number()}
			},
		},
		service + "ReportLoss": {
			target:  byID,
			request: func(c *cell) proto.Message { return &pb.ReportLossRequest{DocumentId: c.target} },
		},
		service + "SaveData": {request: func(*cell) proto.Message {
			return &pb.SaveDataRequest{Items: []*pb.DatumInput{{Code: "vehicle_plate", Value: "A1"}}}
		}},
		service + "GetFirm": {
			shows:   true,
			target:  func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message { return &pb.GetFirmRequest{FirmId: c.target} },
		},
		service + "SaveFirmData": {
			target: func(c *cell, of side) string { return c.firm(of) },
			request: func(c *cell) proto.Message {
				return &pb.SaveFirmDataRequest{FirmId: c.target, Items: []*pb.FirmDatumInput{{Code: "vehicle_plate", Value: "A1"}}}
			},
		},
	}
}

// unknownPermit is the number of a permit that no register has.
func unknownPermit(c *cell) string { return c.nobody().Permits[0].Number }

// pair are the documents that an officer has on the counter: of one person, or
// a good pass with a permit that the officer may not know.
func (c *cell) pair() (pass, permit *commonv1.DocumentRef) {
	c.t.Helper()
	permit = ref(unknownPermit(c))
	if c.owner != nil {
		permit = ref(c.owner.Permits[0].Number)
	}
	if c.owner == nil || slices.Contains(hidden(), c.rel) {
		return ref(c.person(here).Passes[0].Number), permit
	}
	return ref(c.owner.Passes[0].Number), permit
}

func deskRows() map[string]row {
	const service = "dossier.v1.DeskService/"
	review := func(c *cell, of side) string { return c.review(of) }
	freed := map[relation]string{unlinked: "a pass whose permit was cut off belongs to no region"}
	return map[string]row{
		service + "FindDossier": {
			shows:  true,
			target: byNumber, guess: freeNumber, open: freed,
			request: func(c *cell) proto.Message {
				return &pb.FindDossierRequest{Document: ref(c.target), Purpose: "a matter"}
			},
		},
		service + "FindByName": {
			shows: true,
			list:  true, target: byNumber, guess: freeNumber,
			request: func(c *cell) proto.Message {
				of := c.nobody()
				if c.owner != nil {
					of = c.owner.Person
				}
				return &pb.FindByNameRequest{Name: of.Names.Taiwan, BirthDate: of.Birth.String(), Purpose: "a matter"}
			},
		},
		service + "LinkAtWindow": {
			target: byNumber, guess: freeNumber, apart: true,
			request: func(c *cell) proto.Message {
				pass, permit := c.pair()
				return &pb.LinkAtWindowRequest{First: permit, Second: pass, Note: "both seen"}
			},
		},
		service + "EnterPaperResult": {
			target: byNumber, guess: freeNumber, apart: true,
			request: func(c *cell) proto.Message {
				pass, permit := c.pair()
				return &pb.EnterPaperResultRequest{Pass: pass, Permit: permit, PaperNumber: pass.GetNumber(), PaperDate: "2026-11-20"}
			},
		},
		service + "ListReviews": {
			shows: true,
			list:  true, target: review, apart: true,
			request: func(*cell) proto.Message { return &pb.ListReviewsRequest{PageSize: 200} },
		},
		service + "GetReview": {
			shows:  true,
			target: review, apart: true,
			request: func(c *cell) proto.Message { return &pb.GetReviewRequest{Id: c.target} },
		},
		service + "CloseReview": {
			target: review, apart: true,
			request: func(c *cell) proto.Message { return &pb.CloseReviewRequest{Id: c.target, Reason: "two persons"} },
		},
		service + "Unlink": {
			target: func(c *cell, of side) string {
				c.join(of)
				return of.link
			},
			request: func(c *cell) proto.Message { return &pb.UnlinkRequest{LinkId: c.target, Reason: "two persons"} },
		},
	}
}
