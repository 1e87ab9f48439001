package subsidyrpc

import (
	"context"
	"maps"
	"slices"

	"github.com/minzhengtong/minzhengtong/bff/contract"
	"github.com/minzhengtong/minzhengtong/bff/cursor"
	"github.com/minzhengtong/minzhengtong/domains/actor"
	"github.com/minzhengtong/minzhengtong/domains/dossier"
	"github.com/minzhengtong/minzhengtong/domains/subsidy"
	pb "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/subsidy/v1"
)

// Desk is the officers' desk for payouts.
type Desk struct {
	Subsidies *subsidy.Service
	Files     *dossier.Service
	Cursors   cursor.Codec
}

// PreviewBatch implements the procedure.
func (h *Desk) PreviewBatch(ctx context.Context, req *pb.PreviewBatchRequest) (*pb.PreviewBatchResponse, error) {
	v, err := h.Subsidies.Preview(ctx, actor.From(ctx), subsidy.PolicyName(req.GetPolicy()))
	if err != nil {
		return nil, err
	}
	out := &pb.PreviewBatchResponse{Payouts: int64(v.Payouts), Fen: v.Fen, LargestFen: v.Largest, FreeFen: v.Free, Digest: v.Digest[:]}
	for _, why := range slices.Sorted(maps.Keys(v.Held)) {
		out.Held = append(out.Held, &pb.Held{Why: string(why), Payees: int64(v.Held[why])})
	}
	if v.Before.ID != "" {
		out.Before = batch(v.Before)
	}
	return out, nil
}

// PrepareBatch implements the procedure.
func (h *Desk) PrepareBatch(ctx context.Context, req *pb.PrepareBatchRequest) (*pb.PrepareBatchResponse, error) {
	b, err := h.Subsidies.Prepare(ctx, actor.From(ctx), subsidy.PolicyName(req.GetPolicy()), [32]byte(req.GetDigest()))
	if err != nil {
		return nil, err
	}
	return &pb.PrepareBatchResponse{Batch: batch(b)}, nil
}

// ApproveBatch implements the procedure.
func (h *Desk) ApproveBatch(ctx context.Context, req *pb.ApproveBatchRequest) (*pb.ApproveBatchResponse, error) {
	b, err := h.Subsidies.Approve(ctx, actor.From(ctx), subsidy.BatchID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.ApproveBatchResponse{Batch: batch(b)}, nil
}

// WithdrawBatch implements the procedure.
func (h *Desk) WithdrawBatch(ctx context.Context, req *pb.WithdrawBatchRequest) (*pb.WithdrawBatchResponse, error) {
	b, err := h.Subsidies.Withdraw(ctx, actor.From(ctx), subsidy.BatchID(req.GetId()))
	if err != nil {
		return nil, err
	}
	return &pb.WithdrawBatchResponse{Batch: batch(b)}, nil
}

// ListBatches implements the procedure.
func (h *Desk) ListBatches(ctx context.Context, req *pb.ListBatchesRequest) (*pb.ListBatchesResponse, error) {
	list, err := h.Subsidies.Batches(ctx, actor.From(ctx), subsidy.PolicyName(req.GetPolicy()))
	if err != nil {
		return nil, err
	}
	return &pb.ListBatchesResponse{Batches: contract.Each(list, batch)}, nil
}

// ListLatePayouts implements the procedure.
func (h *Desk) ListLatePayouts(ctx context.Context, req *pb.ListLatePayoutsRequest) (*pb.ListLatePayoutsResponse, error) {
	from, err := contract.Day("from", req.GetFrom())
	if err != nil {
		return nil, err
	}
	to, err := contract.Day("to", req.GetTo())
	if err != nil {
		return nil, err
	}
	list, err := h.Subsidies.Late(ctx, actor.From(ctx), subsidy.PolicyName(req.GetPolicy()), from, to)
	if err != nil {
		return nil, err
	}
	return &pb.ListLatePayoutsResponse{Payouts: contract.Each(list, payout)}, nil
}

// ListPayoutTasks implements the procedure.
func (h *Desk) ListPayoutTasks(ctx context.Context, _ *pb.ListPayoutTasksRequest) (*pb.ListPayoutTasksResponse, error) {
	list, err := h.Subsidies.Tasks(ctx, actor.From(ctx))
	if err != nil {
		return nil, err
	}
	return &pb.ListPayoutTasksResponse{Tasks: contract.Each(list, task)}, nil
}

// ListPayouts implements the procedure.
func (h *Desk) ListPayouts(ctx context.Context, req *pb.ListPayoutsRequest) (*pb.ListPayoutsResponse, error) {
	const list = "payouts"
	by := actor.From(ctx)
	var after subsidy.Position
	if err := h.Cursors.Read(list, by.ID(), req.GetPageToken(), &after); err != nil {
		return nil, err
	}
	states := contract.Each(req.GetStates(), func(s pb.PayoutState) subsidy.PayoutState { return payoutStatesOf[s] })
	found, more, err := h.Subsidies.Payouts(ctx, by, subsidy.PolicyName(req.GetPolicy()), states, after, cursor.Rows.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	out := &pb.ListPayoutsResponse{Payouts: contract.Each(found, payout)}
	if more {
		last := found[len(found)-1]
		out.NextPageToken, err = h.Cursors.Write(list, by.ID(), subsidy.Position{Created: last.Created, ID: last.ID})
	}
	return out, err
}

// FindPayouts implements the procedure.
func (h *Desk) FindPayouts(ctx context.Context, req *pb.FindPayoutsRequest) (*pb.FindPayoutsResponse, error) {
	number, err := contract.Number(h.Files, "document", req.GetDocument())
	if err != nil {
		return nil, err
	}
	found, err := h.Subsidies.Find(ctx, actor.From(ctx), number)
	if err != nil {
		return nil, err
	}
	return &pb.FindPayoutsResponse{Payouts: contract.Each(found, payout)}, nil
}

// ClosePayoutTask implements the procedure.
func (h *Desk) ClosePayoutTask(ctx context.Context, req *pb.ClosePayoutTaskRequest) (*pb.ClosePayoutTaskResponse, error) {
	if err := h.Subsidies.CloseTask(ctx, actor.From(ctx), subsidy.TaskID(req.GetId()), req.GetNote()); err != nil {
		return nil, err
	}
	return &pb.ClosePayoutTaskResponse{}, nil
}

// FundPolicy implements the procedure.
func (h *Desk) FundPolicy(ctx context.Context, req *pb.FundPolicyRequest) (*pb.FundPolicyResponse, error) {
	if err := h.Subsidies.Fund(ctx, actor.From(ctx), subsidy.PolicyName(req.GetPolicy()), req.GetFen(), req.GetPaper()); err != nil {
		return nil, err
	}
	return &pb.FundPolicyResponse{}, nil
}
