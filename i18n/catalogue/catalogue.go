// Package catalogue looks after the files i18n/locales/<language>.json, which
// package i18n reads when the program runs. It is for whoever writes and
// translates texts: the program itself needs none of it.
//
// # Words
//
// The source is zh-Hans.json. With each message it has a description for
// translators. Every other file is a translation, and has with each text the hash
// of the source from which the text was made. A message is missing where a
// language should have it and does not, stale where the source has changed since,
// and orphaned where there is no source for it. It is unused when nothing in the
// Go sources asks for it, and unknown when something asks for it that is not there.
//
// # Files
//
// The files are go-i18n's. Their canonical form has IDs and members in
// alphabetical order, an indent of two spaces, a line feed at the end, and nothing
// escaped that need not be, so that every change shows as itself.
package catalogue

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // go-i18n's hash, see SourceHash
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Message is one message of a file, with go-i18n's members that we use.
type Message struct {
	// Description says where the text is shown, what each parameter holds and what
	// must not be said. Only the source has one.
	Description string `json:"description,omitempty"`
	// Hash is the [Message.SourceHash] of the source from which a translation was
	// made. The source has none.
	Hash string `json:"hash,omitempty"`
	// One is the form for one, in languages that have such a form.
	One string `json:"one,omitempty"`
	// Other is the text.
	Other string `json:"other"`
}

// SourceHash is the hash of a source message as go-i18n's merge computes it:
// SHA-1 of description and text. A changed description makes translations stale
// too, since it may say that they are wrong. It protects nothing.
func (m Message) SourceHash() string {
	return fmt.Sprintf("sha1-%x", sha1.Sum([]byte(m.Description+m.Other))) //nolint:gosec // as above
}

// Messages are the messages of one file by ID.
type Messages map[string]Message

var wellFormedID = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)

// Parse reads a file, in canonical form or not. It fails on what is not JSON or
// has other members than [Message], on IDs that are not UPPER_SNAKE_CASE and on
// one that stands there twice; the error names the message.
func Parse(text []byte) (Messages, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("want a JSON object with one member for each message")
	}
	messages, last := Messages{}, "the beginning"
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("after %s: %w", last, err)
		}
		id, _ := key.(string) // an object's keys are strings
		if _, twice := messages[id]; twice || !wellFormedID.MatchString(id) {
			return nil, fmt.Errorf("message %q stands there twice or is not UPPER_SNAKE_CASE", id)
		}
		var m Message
		if err := d.Decode(&m); err != nil {
			return nil, fmt.Errorf("message %s: %w", id, err)
		}
		messages[id], last = m, id
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("after %s: %w", last, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("want nothing after the object of messages")
	}
	return messages, nil
}

// Encode writes the messages in canonical form.
func (m Messages) Encode() []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(m) // texts can always be encoded, and memory be written to
	return out.Bytes()
}
