package bff

import (
	"context"
	"fmt"

	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
)

// kept are the attributes that spans and metrics may carry: what was called, how
// and with what result, never by whom.
var kept = map[attribute.Key]bool{
	"rpc.system.name":           true,
	"rpc.method":                true,
	"rpc.response.status_code":  true,
	"http.response.status_code": true,
	"error.type":                true,
}

// telemetry makes the interceptor for spans and durations, and the counter for
// calls that are refused before it. A caller's trace is linked, not joined:
// anybody may call.
func (s *server) telemetry(deps Deps) (connect.Interceptor, error) {
	var err error
	s.refused, err = deps.Meters.Meter("minzhengtong/bff").Int64Counter("rpc.server.refused",
		metric.WithDescription("Requests answered with an error before a handler ran."))
	if err != nil {
		return nil, fmt.Errorf("make counter of refusals: %w", err)
	}
	interceptor, err := otelconnect.NewInterceptor(
		otelconnect.WithMeterProvider(deps.Meters),
		otelconnect.WithTracerProvider(deps.Traces),
		otelconnect.WithPropagator(propagation.TraceContext{}),
		otelconnect.WithAttributeFilter(func(_ connect.Spec, a attribute.KeyValue) bool { return kept[a.Key] }),
	)
	if err != nil {
		return nil, fmt.Errorf("make telemetry: %w", err)
	}
	return interceptor, nil
}

// count notes a refusal under the RPC's name, or none for paths outside the
// contract, so that nobody can fill the metrics with made-up names.
func (s *server) count(ctx context.Context) {
	x := exchangeFrom(ctx)
	s.refused.Add(ctx, 1, metric.WithAttributes(
		attribute.String("rpc.method", x.procedure),
		attribute.String("reason", x.reason)))
}
