package paper

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// The limits of an archive: what an office's paper of two megabytes does not reach.
const (
	mostEntries  = 1000
	mostUnpacked = 64 << 20
)

// encrypted is the flag of an entry that needs a password.
const encrypted = 0x1

// archive unpacks every entry of an office's paper, and keeps nothing. What an archive says
// about its own sizes is not believed.
func archive(content []byte) error {
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return ErrBroken
	}
	if len(r.File) > mostEntries {
		return ErrUnpacks
	}
	left := int64(mostUnpacked)
	for _, f := range r.File {
		if err := harmless(f); err != nil {
			return err
		}
		n, err := unpack(f, left)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// harmless looks at what an entry says of itself.
func harmless(f *zip.File) error {
	name := strings.ToLower(path.Base(f.Name))
	switch {
	case f.Flags&encrypted != 0, strings.Contains(f.Name, ".."), path.IsAbs(f.Name):
		return ErrBroken
	case name == "vbaproject.bin", strings.Contains(strings.ToLower(f.Name), "activex/"):
		return ErrActive
	case slices.Contains([]string{".zip", ".gz", ".7z", ".rar", ".exe", ".dll"}, path.Ext(name)):
		return ErrActive
	}
	return nil
}

// unpack counts the bytes of an entry, and fails with [ErrUnpacks] beyond what is left.
func unpack(f *zip.File, left int64) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, ErrBroken
	}
	defer func() { _ = r.Close() }() // it was only read
	n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
	switch {
	case n > left:
		return 0, ErrUnpacks
	case err != nil && !errors.Is(err, io.EOF):
		return 0, ErrBroken
	}
	return n, nil
}
