package noticetest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/minzhengtong/minzhengtong/domains/notice"
)

// PushService takes pushes for browsers, as RFC 8030 has it, and opens them as
// the browsers would. mu guards what follows it.
type PushService struct {
	URL string
	// Key is the server's public key that must have signed, base64url.
	key string

	mu       sync.Mutex
	browsers map[string]*Browser
	status   int
	unsaid   bool
	hang     chan struct{}
	tries    int
	taken    func()
}

// Browser is one that subscribed. The push service guards got.
type Browser struct {
	service *PushService
	path    string
	private *ecdh.PrivateKey
	auth    []byte
	got     [][]byte
	faults  []error
}

// NewPushService starts one that ends with the test and believes the key.
func NewPushService(t testing.TB, key string) *PushService {
	t.Helper()
	s := &PushService{key: key, browsers: map[string]*Browser{}}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Behave(0)
		server.Close()
	})
	s.URL = server.URL
	return s
}

// Behave has it answer every push with a status, without taking it; 0 is as it
// should be. What hangs goes on.
func (s *PushService) Behave(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hang != nil {
		close(s.hang)
	}
	s.status, s.unsaid, s.hang = status, false, nil
}

// TakeUnsaid has it take pushes and drop the connection.
func (s *PushService) TakeUnsaid() {
	s.Behave(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaid = true
}

// Hang has it take nothing and say nothing.
func (s *PushService) Hang() {
	s.Behave(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hang = make(chan struct{})
}

// OnTaken has it call f after each push that it took, before it says so.
func (s *PushService) OnTaken(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = f
}

// Tries is how often it was asked.
func (s *PushService) Tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries
}

// Browser subscribes a browser.
func (s *PushService) Browser(t testing.TB) *Browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{service: s, private: key, auth: make([]byte, 16)}
	if _, err := rand.Read(b.auth); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b.path = fmt.Sprintf("/push/%s/%d", rand.Text(), len(s.browsers))
	s.browsers[b.path] = b
	return b
}

// Subscription is what the browser gives.
func (b *Browser) Subscription() *notice.Subscription {
	return &notice.Subscription{
		Endpoint: b.service.URL + b.path,
		P256dh:   base64.RawURLEncoding.EncodeToString(b.private.PublicKey().Bytes()),
		Auth:     base64.RawURLEncoding.EncodeToString(b.auth),
	}
}

// Got is what the browser was shown. A push that it could not open, or that was
// not signed, fails the test.
func (b *Browser) Got(t testing.TB) [][]byte {
	t.Helper()
	b.service.mu.Lock()
	defer b.service.mu.Unlock()
	if err := errors.Join(b.faults...); err != nil {
		t.Errorf("a push cannot be read: %v", err)
	}
	return append([][]byte(nil), b.got...)
}

// ServeHTTP takes a push.
func (s *PushService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	s.mu.Lock()
	s.tries++
	b, hang, status, unsaid, taken := s.browsers[r.URL.Path], s.hang, s.status, s.unsaid, s.taken
	s.mu.Unlock()
	switch {
	case hang != nil:
		select {
		case <-hang:
		case <-r.Context().Done():
		}
		return
	case status != 0:
		w.WriteHeader(status)
		return
	case err != nil || b == nil:
		w.WriteHeader(http.StatusGone)
		return
	}
	s.take(b, r, raw)
	if taken != nil {
		taken()
	}
	if unsaid {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(http.StatusCreated)
}

func (s *PushService) take(b *Browser, r *http.Request, raw []byte) {
	err := s.signed(r)
	var plain []byte
	if err == nil {
		plain, err = b.open(raw)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		b.faults = append(b.faults, err)
		return
	}
	b.got = append(b.got, plain)
}

// signed checks the VAPID header (RFC 8292).
func (s *PushService) signed(r *http.Request) error {
	if r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") == "" {
		return errors.New("headers are missing")
	}
	token, key, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	if !ok || key != s.key {
		return errors.New("another server's key")
	}
	point, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return err
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return err
	}
	_, err = jwt.Parse(token, func(*jwt.Token) (any, error) { return public, nil },
		jwt.WithValidMethods([]string{"ES256"}), jwt.WithAudience(s.URL), jwt.WithExpirationRequired())
	return err
}

// open decrypts a push (RFC 8188 and RFC 8291).
func (b *Browser) open(raw []byte) ([]byte, error) {
	if len(raw) < 86 || raw[20] != 65 || len(raw) > 4096 {
		return nil, errors.New("not one record")
	}
	salt, size, sender := raw[:16], binary.BigEndian.Uint32(raw[16:20]), raw[21:86]
	if int(size) < len(raw)-86 {
		return nil, errors.New("more than one record")
	}
	from, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	shared, err := b.private.ECDH(from)
	if err != nil {
		return nil, err
	}
	info := "WebPush: info\x00" + string(b.private.PublicKey().Bytes()) + string(sender)
	ikm, err := hkdf.Key(sha256.New, shared, b.auth, info, 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	padded, err := gcm.Open(nil, nonce, raw[86:], nil)
	if err != nil {
		return nil, err
	}
	text := strings.TrimRight(string(padded), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		return nil, errors.New("the padding does not end")
	}
	return []byte(text[:len(text)-1]), nil
}
