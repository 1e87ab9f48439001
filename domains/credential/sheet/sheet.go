// Package sheet draws a credential (電子證照) or a proof (電子證明) as a PDF that can be
// read on a phone and printed.
//
// # Words
//
// A sheet is one credential on paper: a title, rows of a label and a value, a close with
// issuer, number, validity and a code, and on every page a frame, the notice and the page.
// Words stand in the reader's script first and in the other one beside it; values stand as
// issued. A rare character (生僻字) is one that the font has no glyph for.
//
// # What always holds
//
//   - The same sheet gives the same bytes, in every process of one build: dates are handed
//     in, nothing is random, and what is listed is sorted. Another release of Go may
//     compress differently.
//   - No character becomes a box or vanishes. In the value of a row a rare one is written
//     as 〓[U+20BB7], and what that means stands below the rows. In a word of ours it is
//     a mistake, see [CharactersError].
//   - The text of the sheet can be searched and copied.
//   - What a viewer shows without opening the page, title, language and time, holds no
//     personal data as long as [Sheet.Title] holds none.
//   - An error names fields and never quotes a value.
//
// The package computes and nothing else: no clock, no database, no file, no network.
package sheet

import "time"

// Sheet is what one credential says. Texts are bounded, see [ErrBounds]; line breaks
// count in values alone.
type Sheet struct {
	// Lang is the reader's language as a tag of BCP 47: zh-Hans, zh-Hant-TW, en. Required.
	Lang string
	// Title is what kind of credential it is. It is shown by viewers and file managers too,
	// so it must not name a person. Required.
	Title Text
	// Notice stands above everything on each page, and behind it as a watermark; for
	// example that a figure is illustrative. Without one there is neither.
	Notice Text
	// Rows are what the credential says, in this order.
	Rows []Row
	// Issuer, Number and Validity close the sheet; the number is on each page. Their values
	// are words of ours. A row whose value is empty is left out.
	Issuer, Number, Validity Row
	// Code is what the QR code says, usually an address to verify the credential at, in
	// printable ASCII, because phones guess how anything else is meant; empty for none. Hint
	// stands below it.
	Code string
	Hint Text
	// Rare explains 〓[U+20BB7]. It is drawn when a value has a rare character.
	Rare Text
	// Drawn is written into the file as its time of making, in UTC and to the second.
	// Required: a sheet that took the time by itself would never be the same twice.
	Drawn time.Time
}

// Text is words in the reader's script, and the same in the other one. An Other that is
// empty or equal is not drawn.
type Text struct{ First, Other string }

// both reports whether there is something to draw beside.
func (t Text) both() bool { return t.Other != "" && t.Other != t.First }

// Row is one line of the credential: what it is, and what was issued. In [Sheet.Rows] a
// value may be of any length up to the sheet's bound, and of any characters.
type Row struct {
	Label Text
	Value string
}

// Draw returns the sheet as a PDF (application/pdf) of one or more pages A5, upright.
// Repeating gives the same bytes. It fails with [ErrBounds] or a [*CharactersError], and
// is safe for concurrent use.
func Draw(s Sheet) ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	pages, err := compose(s)
	if err != nil {
		return nil, err
	}
	return paint(s, pages)
}
