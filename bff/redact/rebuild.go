package redact

import (
	"log/slog"
	"reflect"
)

// rebuild copies a value that reaches a message into maps and slices.
func (w *walk) rebuild(v reflect.Value, depth int) any {
	if !v.IsValid() {
		return nil
	}
	if m, ok := asMessage(v); ok {
		return Message(m)
	}
	if !w.spend(depth) || !v.CanInterface() {
		return Mark
	}
	if depth > 0 {
		switch known := v.Interface().(type) {
		case error:
			return Error(known)
		case slog.LogValuer:
			return plain(attr(slog.Any("", known)).Value)
		}
	}
	return w.inner(v, depth)
}

// inner rebuilds what is neither a message nor able to speak for itself.
func (w *walk) inner(v reflect.Value, depth int) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return w.rebuild(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Interface()
		}
		items := make([]any, v.Len())
		for i := range items {
			items[i] = w.rebuild(v.Index(i), depth+1)
		}
		return items
	case reflect.Struct:
		fields := map[string]any{}
		children(v, func(name string, child reflect.Value) {
			if child.CanInterface() {
				fields[name] = w.rebuild(child, depth+1)
			}
		})
		return fields
	case reflect.Map:
		entries := map[string]any{}
		children(v, func(name string, child reflect.Value) {
			entries[name] = w.rebuild(child, depth+1)
		})
		return entries
	default:
		return v.Interface()
	}
}

// plain turns a log value into something that fmt and encoding/json print alike.
func plain(v slog.Value) any {
	if v.Kind() != slog.KindGroup {
		return v.Any()
	}
	members := map[string]any{}
	for _, a := range v.Group() {
		members[a.Key] = plain(a.Value)
	}
	return members
}
