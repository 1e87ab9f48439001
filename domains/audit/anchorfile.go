package audit

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The anchor file begins with anchorHeader. Records follow, one for each
// checkpoint:
//
//	4 bytes   length of the payload
//	payload   8 bytes   position of its first leaf
//	          4 bytes   number of leaves
//	          32 bytes  for each leaf: the hash of an entry's body (RFC 6962)
//	          the rest  the checkpoint: a signed note of the tree they complete
//	4 bytes   CRC-32C of length and payload
//
// Numbers are unsigned and big-endian. The file only grows; what a power cut left
// of a last record is cut off by the next writer and passed over by readers.
const anchorHeader = "minzhengtong audit anchor 1\n"

const (
	anchorFixed   = 8 + 4   // of a payload
	anchorLongest = 1 << 30 // longer payloads are not written
	leafSize      = 32
)

// errAnchor: the anchor file is not what was written, and it is not that the end
// of it is missing.
var errAnchor = errors.New("audit: the anchor file is damaged; compare it with its copies")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// anchored is one record: a checkpoint and the leaves that it adds.
type anchored struct {
	first  int64
	leaves []byte // 32 bytes each
	note   []byte
}

// count is how many leaves the record has.
func (a anchored) count() int64 { return int64(len(a.leaves) / leafSize) }

// leaf is the one at a position.
func (a anchored) leaf(position int64) tlog.Hash {
	from := (position - a.first) * leafSize
	return tlog.Hash(a.leaves[from : from+leafSize])
}

// bytes is the record as it is written.
func (a anchored) bytes() ([]byte, error) {
	size := anchorFixed + len(a.leaves) + len(a.note)
	if size > anchorLongest {
		return nil, errors.New("audit: a checkpoint adds too many entries for the anchor file")
	}
	out := make([]byte, 0, 4+size+4)
	out = binary.BigEndian.AppendUint32(out, uint32(size))
	out = binary.BigEndian.AppendUint64(out, uint64(a.first))
	out = binary.BigEndian.AppendUint32(out, uint32(a.count()))
	out = append(append(out, a.leaves...), a.note...)
	return binary.BigEndian.AppendUint32(out, crc32.Checksum(out, castagnoli)), nil
}

// parseAnchored reads a payload.
func parseAnchored(payload []byte) (anchored, error) {
	if len(payload) < anchorFixed {
		return anchored{}, errAnchor
	}
	first, n := binary.BigEndian.Uint64(payload), uint64(binary.BigEndian.Uint32(payload[8:]))
	rest := payload[anchorFixed:]
	if n == 0 || first > 1<<62 || n*leafSize > uint64(len(rest)) {
		return anchored{}, errAnchor
	}
	return anchored{first: int64(first), leaves: rest[:n*leafSize], note: rest[n*leafSize:]}, nil
}

// anchorReader reads the records of an anchor file one after the other, and
// checks that they make one signed tree.
type anchorReader struct {
	in       *bufio.Reader
	verifier note.Verifier
	left     int64 // bytes that were not read yet
	end      int64 // of the last good record
	torn     bool  // the last record is not complete
	tree     tree
	note     []byte // the last good record's
}

// readAnchor starts to read a file of that size. An empty file, and one that
// ends within the header, has no records.
func readAnchor(in io.Reader, size int64, verifier note.Verifier) (*anchorReader, error) {
	r := &anchorReader{in: bufio.NewReaderSize(in, 1<<16), verifier: verifier, left: size}
	start := make([]byte, min(size, int64(len(anchorHeader))))
	if err := r.read(start); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix([]byte(anchorHeader), start) {
		return nil, errAnchor
	}
	if len(start) < len(anchorHeader) {
		r.torn, r.left = size > 0, 0
		return r, nil
	}
	r.end = int64(len(anchorHeader))
	return r, nil
}

func (r *anchorReader) read(into []byte) error {
	n, err := io.ReadFull(r.in, into)
	r.left -= int64(n)
	if err != nil {
		return fmt.Errorf("read the anchor file: %w", err)
	}
	return nil
}

// next returns the next record, or false at the end.
func (r *anchorReader) next() (anchored, bool, error) {
	if r.left == 0 {
		return anchored{}, false, nil
	}
	raw, err := r.record()
	if err != nil || raw == nil {
		return anchored{}, false, err
	}
	a, err := parseAnchored(raw[4 : len(raw)-4])
	if err != nil || a.first != r.tree.size {
		return anchored{}, false, errAnchor
	}
	if err := r.check(a); err != nil {
		return anchored{}, false, err
	}
	r.end += int64(len(raw))
	r.note = a.note
	return a, true, nil
}

// record reads the bytes of a record; nil for one that was torn.
func (r *anchorReader) record() ([]byte, error) {
	if r.left < 4 {
		return nil, r.tear()
	}
	raw := make([]byte, 4)
	if err := r.read(raw); err != nil {
		return nil, err
	}
	size := int64(binary.BigEndian.Uint32(raw))
	switch {
	case size == 0:
		return nil, r.blank()
	case size > r.left-4:
		return nil, r.tear()
	}
	raw = append(raw, make([]byte, size+4)...)
	if err := r.read(raw[4:]); err != nil {
		return nil, err
	}
	body, sum := raw[:len(raw)-4], binary.BigEndian.Uint32(raw[len(raw)-4:])
	if crc32.Checksum(body, castagnoli) == sum {
		return raw, nil
	}
	if r.left == 0 {
		return nil, r.tear()
	}
	return nil, errAnchor
}

// tear notes that the rest of the file is part of a record.
func (r *anchorReader) tear() error {
	r.torn, r.left = true, 0
	return nil
}

// blank takes zeros up to the end as torn: a file can have grown before its
// content came.
func (r *anchorReader) blank() error {
	for r.left > 0 {
		part := make([]byte, min(r.left, 1<<16))
		if err := r.read(part); err != nil {
			return err
		}
		if len(bytes.Trim(part, "\x00")) > 0 {
			return errAnchor
		}
	}
	return r.tear()
}

// check adds the record's leaves to the tree and compares it with the note.
func (r *anchorReader) check(a anchored) error {
	for i := range a.count() {
		if _, err := r.tree.add(a.leaf(a.first + i)); err != nil {
			return err
		}
	}
	signed, err := openCheckpoint(a.note, r.verifier)
	if err != nil {
		return errAnchor
	}
	root, err := r.tree.root()
	if err != nil {
		return err
	}
	if signed.N != r.tree.size || signed.Hash != root {
		return errAnchor
	}
	return nil
}
