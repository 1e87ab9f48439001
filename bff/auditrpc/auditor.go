package auditrpc

import (
	"context"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/audit"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/audit/v1"
)

// Auditor is the auditors' side.
type Auditor struct {
	Log     *audit.Service
	Cursors cursor.Codec
}

// ListEntries implements the procedure.
func (h *Auditor) ListEntries(ctx context.Context, req *pb.ListEntriesRequest) (*pb.ListEntriesResponse, error) {
	const list = "entries"
	by := string(actor.From(ctx).Officer)
	page := audit.Page{Limit: cursor.Rows.Size(req.GetPageSize())}
	if err := h.Cursors.Read(list, by, req.GetPageToken(), &page.After); err != nil {
		return nil, err
	}
	entries, more, err := h.Log.ListEntries(ctx, audit.Filter{Actor: req.GetActorId(), Action: req.GetAction()}, page)
	if err != nil {
		return nil, err
	}
	out := &pb.ListEntriesResponse{Entries: contract.Each(entries, auditedToAPI)}
	if more {
		out.NextPageToken, err = h.Cursors.Write(list, by, entries[len(entries)-1].ID)
	}
	return out, err
}

// GetCheckpoint implements the procedure.
func (h *Auditor) GetCheckpoint(ctx context.Context, _ *pb.GetCheckpointRequest) (*pb.GetCheckpointResponse, error) {
	waiting, err := h.Log.Pending(ctx)
	if err != nil {
		return nil, err
	}
	now, err := h.Log.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	return &pb.GetCheckpointResponse{
		Checkpoint: now.Note, Size: now.Size, Unnumbered: int64(waiting.Unnumbered), VerifierKey: h.Log.VerifierKey(),
	}, nil
}
