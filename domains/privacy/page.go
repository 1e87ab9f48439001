package privacy

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed page.html
var pageFile string

// pageTemplate is the page. The file is part of the program and read by a test,
// so a mistake in it is a bug.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageFile))
})

// Worder words a message in the language of the reader.
type Worder func(id string, args map[string]string) string

// page is what the template fills in.
type page struct {
	Language, Title, Intro, Shortened, None string

	Sections []section
}

// section is one list of an export.
type section struct {
	ID, Title string
	Entries   [][]cell
}

// cell is one field of an entry.
type cell struct{ Label, Value string }

// HTML is the export as one page that needs nothing else: no scripts, no other
// files. It shows every field that JSON has, empty ones left out; times are those
// of the service's zone.
func (e Export) HTML(text Worder) ([]byte, error) {
	p := page{
		Language: text("EXPORT_LANGUAGE", nil), Title: text("EXPORT_TITLE", nil), None: text("EXPORT_NONE", nil),
		Intro: text("EXPORT_INTRO", map[string]string{"Time": clock(e.Made, e.zone), "File": e.File}),
	}
	var longer []string
	list := reflect.ValueOf(e)
	for i := range list.NumField() {
		name := jsonName(list.Type().Field(i))
		field := list.Field(i)
		if field.Kind() != reflect.Slice || name == "shortened" {
			continue
		}
		s := section{ID: name, Title: text("EXPORT_LIST_"+strings.ToUpper(name), nil)}
		for j := range field.Len() {
			s.Entries = append(s.Entries, cells(field.Index(j), e.zone, text))
		}
		for _, cut := range e.Shortened {
			if cut == name {
				longer = append(longer, s.Title)
			}
		}
		p.Sections = append(p.Sections, s)
	}
	if len(longer) > 0 {
		p.Shortened = text("EXPORT_SHORTENED", map[string]string{"Lists": strings.Join(longer, " · ")})
	}
	var out bytes.Buffer
	if err := pageTemplate().Execute(&out, p); err != nil {
		return nil, fmt.Errorf("write export: %w", err)
	}
	return out.Bytes(), nil
}

// Messages are the IDs of all messages that name a list or a field of an export.
func Messages() []string {
	var ids []string
	export := reflect.TypeFor[Export]()
	for i := range export.NumField() {
		field := export.Field(i)
		if field.Type.Kind() != reflect.Slice || field.Type.Elem().Kind() != reflect.Struct {
			continue
		}
		ids = append(ids, "EXPORT_LIST_"+strings.ToUpper(jsonName(field)))
		for j := range field.Type.Elem().NumField() {
			ids = append(ids, "EXPORT_FIELD_"+strings.ToUpper(jsonName(field.Type.Elem().Field(j))))
		}
	}
	return ids
}

// cells are the fields of an entry that hold something.
func cells(entry reflect.Value, zone *time.Location, text Worder) []cell {
	var all []cell
	for i := range entry.NumField() {
		field := entry.Type().Field(i)
		value := shown(entry.Field(i), zone, text)
		switch field.Tag.Get("show") {
		case "kind":
			value = text("EXPORT_KIND", map[string]string{"Kind": value})
		case "obligation":
			if value != "" {
				value = text("EXPORT_OBLIGATION_KIND", map[string]string{"ObligationKind": value})
			}
		case "word":
			if value != "" {
				value = text("EXPORT_WORD", map[string]string{"Word": value})
			}
		}
		if value != "" {
			all = append(all, cell{text("EXPORT_FIELD_"+strings.ToUpper(jsonName(field)), nil), value})
		}
	}
	return all
}

// shown is a field's value as people read it.
func shown(v reflect.Value, zone *time.Location, text Worder) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return clock(x, zone)
	case bool:
		if x {
			return text("EXPORT_YES", nil)
		}
		return text("EXPORT_NO", nil)
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case json.RawMessage:
		var out bytes.Buffer
		if json.Indent(&out, x, "", "  ") != nil {
			return string(x) // nothing, or nothing that reads better
		}
		return out.String()
	case *int64:
		if x == nil {
			return ""
		}
		return strconv.FormatInt(*x, 10)
	case []string:
		return strings.Join(x, ", ")
	}
	return v.String()
}

// clock writes a moment; zero is empty.
func clock(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format("2006-01-02 15:04:05")
}

// jsonName is the name of a field in JSON.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
