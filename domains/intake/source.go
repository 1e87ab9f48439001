package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// source is the file as it was when it was examined.
type source struct {
	io.ReadSeeker
	charset charset
	info    fs.FileInfo // nil for a reader that was handed in
	digest  string
	size    int64
	close   func() error
}

// openSource opens the file.
func openSource(o Options) (*source, error) {
	c, err := newCharset(o.Encoding)
	if err != nil {
		return nil, err
	}
	if o.Path == "" && (o.Source == nil || o.Rejects == "") {
		return nil, fmt.Errorf("%w: name the file", ErrOptions)
	}
	if o.Source != nil {
		return &source{ReadSeeker: o.Source, charset: c, close: func() error { return nil }}, nil
	}
	file, err := os.Open(o.Path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: it is read twice, so it must be a plain file", ErrOptions)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &source{ReadSeeker: file, charset: c, info: info, close: file.Close}, nil
}

// examine reads the whole file once, for its digest and for bytes that are not
// text.
func (s *source) examine(ctx context.Context) error {
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	digest := sha256.New()
	text := transform.NewReader(io.TeeReader(s, digest), s.charset.check())
	lines := &lineCounter{ctx: ctx}
	_, err := io.Copy(lines, text)
	switch {
	case errors.Is(err, encoding.ErrInvalidUTF8):
		return fmt.Errorf("%w: line %d is not %s%s", ErrEncoding, lines.ends+1, s.charset.name, s.charset.hint)
	case ctx.Err() != nil:
		return fmt.Errorf("%w before anything was written: %w", ErrStopped, context.Cause(ctx))
	case err != nil:
		return fmt.Errorf("read the file: %w", err)
	}
	s.digest = hex.EncodeToString(digest.Sum(nil))
	s.size, err = s.Seek(0, io.SeekCurrent)
	if err == nil && s.size == 0 {
		err = fmt.Errorf("%w: the file is empty", ErrHeader)
	}
	return err
}

// start is the offset of the first line.
func (s *source) start() (int64, error) {
	head := make([]byte, len(s.charset.bom))
	if _, err := s.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	if !bytes.Equal(head[:n], s.charset.bom) {
		return 0, nil
	}
	return int64(n), nil
}

// lineCounter counts the line ends that are written to it, until ctx ends.
type lineCounter struct {
	ctx  context.Context
	ends int64
}

// Write implements io.Writer.
func (c *lineCounter) Write(part []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	c.ends += int64(bytes.Count(part, []byte{'\n'}))
	return len(part), nil
}
