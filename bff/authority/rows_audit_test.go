package authority_test

import (
	"google.golang.org/protobuf/proto"

	"github.com/minzhengtong/minzhengtong/domains/dossier"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
	privacyv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/privacy/v1"
)

func auditRows() map[string]row {
	const service, desk, auditors = "audit.v1.AuditService/", "audit.v1.ObjectionDeskService/", "audit.v1.AuditorService/"
	look := func(c *cell, of side) string { return c.look(of) }
	objection := func(c *cell, of side) string {
		if c.rel == maker {
			return c.object(of, c.lookBy(c.by, of))
		}
		return c.objection(of)
	}
	return map[string]row{
		service + "ListLooks": {mark: look, request: func(*cell) proto.Message { return &pb.ListLooksRequest{} }},
		service + "GetLookProof": {
			target:  look,
			request: func(c *cell) proto.Message { return &pb.GetLookProofRequest{EntryId: c.target} },
		},
		service + "ObjectToLook": {
			target:  look,
			request: func(c *cell) proto.Message { return &pb.ObjectToLookRequest{EntryId: c.target, Text: "why"} },
		},
		service + "ListObjections": {mark: objection, request: func(*cell) proto.Message { return &pb.ListObjectionsRequest{} }},
		desk + "ListOpenObjections": {
			shows: true,
			list:  true, target: objection,
			request: func(*cell) proto.Message { return &pb.ListOpenObjectionsRequest{PageSize: 200} },
		},
		desk + "AnswerObjection": {
			shows:  true,
			target: objection, extra: []relation{maker},
			request: func(c *cell) proto.Message {
				return &pb.AnswerObjectionRequest{ObjectionId: c.target, Finding: pb.Finding_FINDING_JUSTIFIED, Answer: "in order"}
			},
		},
		auditors + "ListEntries":   {request: func(*cell) proto.Message { return &pb.ListEntriesRequest{Reason: "a sample"} }},
		auditors + "GetCheckpoint": {request: func(*cell) proto.Message { return &pb.GetCheckpointRequest{} }},
	}
}

func privacyRows() map[string]row {
	const service, desk = "privacy.v1.PrivacyService/", "privacy.v1.CorrectionDeskService/"
	correction := func(c *cell, of side) string { return c.correction(of) }
	return map[string]row{
		service + "ExportData": {shows: true, request: func(*cell) proto.Message { return &privacyv1.ExportDataRequest{} }},
		service + "RequestCorrection": {
			target: byID,
			request: func(c *cell) proto.Message {
				return &privacyv1.RequestCorrectionRequest{DocumentId: c.target, Item: dossier.ItemNameRoman, Value: "LIN", Reason: "a slip"}
			},
		},
		service + "ListCorrections": {mark: correction, request: func(*cell) proto.Message { return &privacyv1.ListCorrectionsRequest{} }},
		service + "PreviewErasure":  {request: func(*cell) proto.Message { return &privacyv1.PreviewErasureRequest{} }},
		service + "EraseData": {request: func(c *cell) proto.Message {
			// The phrase is the caller's own, where the caller is somebody.
			phrase := "1"
			if c.me != nil && !c.me.gone {
				preview, err := c.holder(side{c.me, false}).Privacy.PreviewErasure(c.t.Context(), &privacyv1.PreviewErasureRequest{})
				c.must("preview an erasure", err)
				phrase = preview.GetPhrase()
			}
			return &privacyv1.EraseDataRequest{Phrase: phrase}
		}},
		service + "ListRetention": {request: func(*cell) proto.Message { return &privacyv1.ListRetentionRequest{} }},
		desk + "ListOpenCorrections": {
			shows: true,
			list:  true, target: correction,
			request: func(*cell) proto.Message { return &privacyv1.ListOpenCorrectionsRequest{PageSize: 200} },
		},
		desk + "DecideCorrection": {
			shows:  true,
			target: correction,
			request: func(c *cell) proto.Message {
				return &privacyv1.DecideCorrectionRequest{CorrectionId: c.target, Accept: true, Answer: "seen"}
			},
		},
	}
}
