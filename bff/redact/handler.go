package redact

import (
	"context"
	"log/slog"
)

// Handler is a [slog.Handler] that redacts every attribute before it hands the
// record on. Messages are found wherever they stand in an attribute: in groups,
// slices, maps, pointers, structs and errors. The record's own text is passed on
// as it is; it is a constant of the source.
type Handler struct{ next slog.Handler }

// NewHandler returns a handler in front of next. A handler that redacts already
// is returned as it is.
func NewHandler(next slog.Handler) *Handler {
	if h, ok := next.(*Handler); ok {
		return h
	}
	return &Handler{next}
}

// Enabled implements [slog.Handler].
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h *Handler) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, record.Message, record.PC)
	record.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

// WithAttrs implements [slog.Handler].
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{h.next.WithAttrs(all(attrs))}
}

// WithGroup implements [slog.Handler].
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.next.WithGroup(name)}
}

func all(attrs []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = attr(a)
	}
	return clean
}

func attr(a slog.Attr) slog.Attr {
	value := a.Value.Resolve()
	switch value.Kind() {
	case slog.KindGroup:
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(all(value.Group())...)}
	case slog.KindAny:
		return slog.Any(a.Key, Value(value.Any()))
	default:
		return slog.Attr{Key: a.Key, Value: value}
	}
}
