// Package statuslist writes and reads which credentials of a list still hold, as the
// IETF's draft Token Status List (draft-ietf-oauth-status-list) does: two bits for each
// place, compressed, in a signed token that says when it was made and until when it may
// be relied on.
package statuslist

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/minzhengtong/minzhengtong/domains/credential/sdjwt"
	"github.com/minzhengtong/minzhengtong/domains/credential/suite"
)

// Type is what the header of a list says that it is, MediaType what a server says.
const (
	Type      = "statuslist+jwt"
	MediaType = "application/statuslist+jwt"
)

// Status is what a place in a list says.
type Status byte

// The statuses. The last one is free for applications; here another edition of the
// credential stands in the place of this one.
const (
	Valid      Status = 0
	Invalid    Status = 1
	Suspended  Status = 2
	Superseded Status = 3
)

const (
	bits    = 2
	perByte = 8 / bits
	// longest is how many bytes a list unpacks to: four million places.
	longest = 1 << 20
)

// The errors of reading, beside those of [sdjwt.CheckJWT].
var (
	// ErrForm: it is a token, and no list.
	ErrForm = errors.New("statuslist: not a status list")
	// ErrNoPlace: the list has no such place.
	ErrNoPlace = errors.New("statuslist: the list has no such place")
)

// List is the statuses of many credentials at a moment.
type List struct {
	// URI names the list.
	URI string
	// Made is when it was true, Expires until when it may be relied on, and Keep how
	// long a reader may use it before asking for a newer one.
	Made, Expires time.Time
	Keep          time.Duration
	packed        []byte
}

// New is a list of a size where everything holds.
func New(uri string, size int, made, expires time.Time, keep time.Duration) List {
	return List{URI: uri, Made: made, Expires: expires, Keep: keep, packed: make([]byte, (size+perByte-1)/perByte)}
}

// Set says what a place comes to. A place outside of the list is passed over.
func (l List) Set(index int, status Status) {
	if l.has(index) {
		shift := index % perByte * bits
		l.packed[index/perByte] = l.packed[index/perByte]&^(3<<shift) | byte(status)<<shift
	}
}

// At is what a place says. It fails with [ErrNoPlace].
func (l List) At(index int) (Status, error) {
	if !l.has(index) {
		return 0, ErrNoPlace
	}
	return Status(l.packed[index/perByte] >> (index % perByte * bits) & 3), nil
}

func (l List) has(index int) bool { return index >= 0 && index/perByte < len(l.packed) }

// claims is a list as its token has it.
type claims struct {
	Sub string `json:"sub"`
	Iat int64  `json:"iat"`
	Exp int64  `json:"exp"`
	TTL int64  `json:"ttl"`
	Lst packed `json:"status_list"`
}

type packed struct {
	Bits int    `json:"bits"`
	Lst  string `json:"lst"`
}

// Sign writes the list. The same list is written the same but for the signature.
func (l List) Sign(key suite.Key) (string, error) {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(l.packed); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return sdjwt.SignJWT(Type, claims{
		Sub: l.URI, Iat: l.Made.Unix(), Exp: l.Expires.Unix(), TTL: int64(l.Keep / time.Second),
		Lst: packed{Bits: bits, Lst: base64.RawURLEncoding.EncodeToString(b.Bytes())},
	}, key)
}

// Read reads a list under the keys that its reader trusts. Whether it is still fresh is
// for the reader to say. It fails as [sdjwt.CheckJWT] does, or with [ErrForm]: also for
// one that unpacks to more than a megabyte, or that is packed otherwise than ours are.
func Read(token string, keys func(id string) (suite.Public, bool)) (List, error) {
	raw, _, err := sdjwt.CheckJWT(Type, token, keys)
	if err != nil {
		return List{}, err
	}
	text, err := json.Marshal(raw)
	if err != nil {
		return List{}, ErrForm
	}
	var c claims
	if err := json.Unmarshal(text, &c); err != nil || c.Lst.Bits != bits || c.Sub == "" || c.Exp == 0 {
		return List{}, ErrForm
	}
	l := List{URI: c.Sub, Made: time.Unix(c.Iat, 0).UTC(), Expires: time.Unix(c.Exp, 0).UTC(), Keep: time.Duration(c.TTL) * time.Second}
	if l.packed, err = unpack(c.Lst.Lst); err != nil {
		return List{}, ErrForm
	}
	return l, nil
}

func unpack(text string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	r, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	list, err := io.ReadAll(io.LimitReader(r, longest+1))
	if err == nil && len(list) > longest {
		err = ErrForm
	}
	return list, err
}
