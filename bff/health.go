package bff

import (
	"context"
	"errors"
	"slices"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"
)

// health answers grpc.health.v1 for the server and for each service: they are
// well or ill together, because they stand on one database.
type health struct {
	services []string
	ready    func(context.Context) error
}

func newHealth(services []string, ready func(context.Context) error) health {
	return health{services, ready}
}

// Check implements [grpchealth.Checker]. Why the server is not ready is nobody's
// business outside.
func (h health) Check(ctx context.Context, req *grpchealth.CheckRequest) (*grpchealth.CheckResponse, error) {
	if req.Service != "" && !slices.Contains(h.services, req.Service) {
		return nil, connect.NewError(connect.CodeNotFound, errors.New("unknown service"))
	}
	if h.ready(ctx) != nil {
		return &grpchealth.CheckResponse{Status: grpchealth.StatusNotServing}, nil //nolint:nilerr // being asked went well
	}
	return &grpchealth.CheckResponse{Status: grpchealth.StatusServing}, nil
}
