package search

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostGrams bounds the grams of a form that are looked up in the index; the rest
// is left to the comparison with the keys.
const mostGrams = 8

// statement is SQL with its arguments.
type statement struct {
	sql  strings.Builder
	args []any
}

// add appends SQL and its arguments.
func (s *statement) add(sql string, args ...any) {
	s.sql.WriteString(sql)
	s.args = append(s.args, args...)
}

// form is one way to write a query.
type form struct {
	words []string
	// grams are those that a text must have, the rarest first.
	grams []string
	// open are the words that the grams do not settle: those that are no gram
	// themselves.
	open []string
}

// The places of a hit: those with all words in the head come first.
const (
	inHead = 0
	inText = 1
)

// listing lists all texts of a kind.
func listing(kind Kind, page Page) *statement {
	var s statement
	s.add(`SELECT t."owner_id", t."order_time", `+strconv.Itoa(inText)+` FROM "search_texts" t WHERE t."kind" = ?`, string(kind))
	if after := page.After; !after.IsZero() {
		s.add(` AND `)
		s.later(after)
	}
	s.add(` ORDER BY t."order_time" DESC, t."owner_id" LIMIT ?`, page.Limit)
	return &s
}

// finding finds the texts that hold one of the forms.
func finding(kind Kind, forms []form, page Page) *statement {
	var s statement
	s.add(`SELECT t."owner_id", t."order_time", h."place" FROM (SELECT "id", MIN("place") AS "place" FROM (`)
	for i, f := range forms {
		if i > 0 {
			s.add(` UNION ALL `)
		}
		s.form(kind, f)
	}
	s.add(`) AS "forms" GROUP BY "id") AS h JOIN "search_texts" t ON t."id" = h."id"`)
	if after := page.After; !after.IsZero() {
		s.add(` WHERE (h."place" > ? OR h."place" = ? AND `, after.Place, after.Place)
		s.later(after)
		s.add(`)`)
	}
	s.add(` ORDER BY h."place", t."order_time" DESC, t."owner_id" LIMIT ?`, page.Limit)
	return &s
}

// later keeps what comes after a position, at the same place.
func (s *statement) later(after Position) {
	s.add(`(t."order_time" < ? OR t."order_time" = ? AND t."owner_id" > ?)`, after.Order, after.Order, after.Owner)
}

// form finds the texts that hold one form: through the rarest gram, those of them
// that have the others, and of these those that really hold the open words.
func (s *statement) form(kind Kind, f form) {
	s.add(`SELECT x."id", CASE WHEN `)
	for i, w := range f.words {
		if i > 0 {
			s.add(` AND `)
		}
		s.holds("head_key", w)
	}
	s.add(` THEN ` + strconv.Itoa(inHead) + ` ELSE ` + strconv.Itoa(inText) + ` END AS "place"`)
	s.add(` FROM "search_grams" g JOIN "search_texts" x ON x."id" = g."text_id" WHERE g."kind" = ? AND g."gram" = ?`, string(kind), f.grams[0])
	for _, gram := range f.grams[1:] {
		s.add(` AND EXISTS (SELECT 1 FROM "search_grams" e WHERE e."kind" = ? AND e."gram" = ? AND e."text_id" = g."text_id")`, string(kind), gram)
	}
	for _, w := range f.open {
		s.add(` AND (`)
		s.holds("head_key", w)
		s.add(` OR `)
		s.holds("body_key", w)
		s.add(`)`)
	}
}

// counting counts the texts of each gram, which it names by its place.
func counting(kind Kind, grams []string) *statement {
	var s statement
	for i, g := range grams {
		if i > 0 {
			s.add(` UNION ALL `)
		}
		s.add(`SELECT `+strconv.Itoa(i)+`, (SELECT COUNT(*) FROM (SELECT 1 FROM "search_grams" WHERE "kind" = ? AND "gram" = ? LIMIT `+
			strconv.Itoa(fewEnough)+`) AS "some")`, string(kind), g)
	}
	return &s
}

// holds compares a word with a key: Han characters may stand anywhere, another
// word at the beginning of one.
func (s *statement) holds(column, word string) {
	if first, _ := utf8.DecodeRuneInString(word); unicode.Is(unicode.Han, first) {
		s.add(`x."`+column+`" LIKE ? ESCAPE '!'`, "%"+escaper.Replace(word)+"%")
		return
	}
	s.add(`' ' || x."`+column+`" LIKE ? ESCAPE '!'`, "% "+escaper.Replace(word)+"%")
}

var escaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
