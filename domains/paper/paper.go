// Package paper says whether a paper that somebody hands in may be kept: it is of a kind that
// officers open, small, whole, what its name says, and does not unpack into a flood.
//
// It finds no viruses. Whoever hands a paper out does so as a file to be saved, under the
// kind that is found here and never under one that its sender named.
package paper

import (
	"bytes"
	"image"
	_ "image/jpeg" // decodes the headers of photographs
	_ "image/png"  // decodes the headers of scans
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"github.com/minzhengtong/minzhengtong/domains/fault"
)

// The limits.
const (
	// MostBytes is how large a paper may be.
	MostBytes = 2 << 20
	// MostName is how many characters its name may have.
	MostName = 120
	// mostPixels is how large a picture may be: an A4 page at 600 dpi has 35 million.
	mostPixels = 50_000_000
)

// The faults.
var (
	// ErrName: the name is empty or too long, holds a slash or a control character, or is
	// none of a file.
	ErrName = fault.New(fault.Invalid, "PAPER_NAME_WRONG")
	// ErrKind: papers of the kind that the name says are not taken.
	ErrKind = fault.New(fault.Invalid, "PAPER_KIND_UNKNOWN")
	// ErrTooLarge: it has more than [MostBytes], or a picture too many pixels.
	ErrTooLarge = fault.New(fault.Invalid, "PAPER_TOO_LARGE")
	// ErrNotItsName: the content is something else than the name says.
	ErrNotItsName = fault.New(fault.Invalid, "PAPER_NOT_ITS_NAME")
	// ErrBroken: the content is empty or breaks off, or cannot be read without a password.
	ErrBroken = fault.New(fault.Invalid, "PAPER_BROKEN")
	// ErrUnpacks: it unpacks into more than a paper can hold.
	ErrUnpacks = fault.New(fault.Invalid, "PAPER_UNPACKS_TOO_LARGE")
	// ErrActive: it holds a program.
	ErrActive = fault.New(fault.Invalid, "PAPER_HOLDS_PROGRAM")
)

// Media is what a paper is: a media type.
type Media string

// What is taken.
const (
	PDF  Media = "application/pdf"
	PNG  Media = "image/png"
	JPEG Media = "image/jpeg"
	XLSX Media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	DOCX Media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// endings are what names end in, and checks what is looked at beyond the first bytes.
var (
	endings = map[string]Media{".pdf": PDF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".xlsx": XLSX, ".docx": DOCX}
	checks  = map[Media]func(content []byte) error{PDF: wholePDF, PNG: picture, JPEG: picture, XLSX: archive, DOCX: archive}
)

// Check returns what a paper is. It fails with the faults of this package.
func Check(name string, content []byte) (Media, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	media, ok := endings[strings.ToLower(path.Ext(name))]
	switch {
	case !ok:
		return "", ErrKind
	case len(content) == 0:
		return "", ErrBroken
	case len(content) > MostBytes:
		return "", ErrTooLarge
	}
	// An archive is looked at first: what is a flood is not unpacked to see what it is.
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		if err := archive(content); err != nil {
			return "", err
		}
	}
	if !mimetype.Detect(content).Is(string(media)) {
		return "", ErrNotItsName
	}
	return media, checks[media](content)
}

// checkName looks at a name. It is only ever shown: nothing is stored under it.
func checkName(name string) error {
	wrong := func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`/\:`, r)
	}
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > MostName || strings.ContainsFunc(name, wrong) ||
		strings.TrimSuffix(name, path.Ext(name)) == "" {
		return ErrName
	}
	return nil
}

// picture reads the head of a picture: how many pixels it would unpack into.
func picture(content []byte) error {
	head, _, err := image.DecodeConfig(bytes.NewReader(content))
	switch {
	case err != nil || head.Width <= 0 || head.Height <= 0:
		return ErrBroken
	case head.Width > mostPixels/head.Height:
		return ErrTooLarge
	}
	return nil
}

// wholePDF sees that a PDF has its end.
func wholePDF(content []byte) error {
	tail := content[max(0, len(content)-1024):]
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return ErrBroken
	}
	return nil
}
