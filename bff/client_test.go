package bff_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
	sessionv1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/session/v1/sessionv1connect"
)

// wire is one way to call the server; it remembers the raw answers.
type wire struct {
	name    string
	http    *http.Client
	options []connect.ClientOption
	seen    *recorder
}

// wires are all protocols that the server speaks.
func wires(t *testing.T) []wire {
	t.Helper()
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	list := []wire{
		{name: "connect json", options: []connect.ClientOption{connect.WithProtoJSON()}},
		{name: "connect get", options: []connect.ClientOption{connect.WithHTTPGet()}},
		{name: "grpc", options: []connect.ClientOption{connect.WithGRPC()}},
		{name: "grpc-web", options: []connect.ClientOption{connect.WithGRPCWeb()}},
	}
	for i := range list {
		transport := &http.Transport{}
		if list[i].name == "grpc" {
			transport.Protocols = &h2c
		}
		t.Cleanup(transport.CloseIdleConnections)
		list[i].seen = &recorder{next: transport}
		list[i].http = &http.Client{Transport: list[i].seen}
	}
	return list
}

func (w wire) home(f *fixture) homev1connect.HomeServiceClient {
	return homev1connect.NewHomeServiceClient(w.http, f.url, w.options...)
}

func (w wire) session(f *fixture) sessionv1connect.SessionServiceClient {
	return sessionv1connect.NewSessionServiceClient(w.http, f.url, w.options...)
}

// getHome calls GetHome with a token and a language.
func (w wire) getHome(ctx context.Context, f *fixture, token, language string) (*homev1.GetHomeResponse, error) {
	ctx, info := connect.NewClientContext(ctx)
	if token != "" {
		info.RequestHeader().Set("Authorization", "Bearer "+token)
	}
	info.RequestHeader().Set("Accept-Language", language)
	return w.home(f).GetHome(ctx, &homev1.GetHomeRequest{})
}

// startSignIn calls StartSignIn in a language.
func (w wire) startSignIn(ctx context.Context, f *fixture, language string, req *sessionv1.StartSignInRequest) error {
	ctx, info := connect.NewClientContext(ctx)
	info.RequestHeader().Set("Accept-Language", language)
	_, err := w.session(f).StartSignIn(ctx, req)
	return err
}

// detail returns the error's detail of a type, or nil.
func detail[T proto.Message](err error) (found T) {
	broken, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return found
	}
	for _, d := range broken.Details() {
		if value, err := d.Value(); err == nil {
			if m, ok := value.(T); ok {
				return m
			}
		}
	}
	return found
}

// checkError compares what every error must carry.
func checkError(t *testing.T, err error, code connect.Code, reason, locale string) {
	t.Helper()
	if got := connect.CodeOf(err); err == nil || got != code {
		t.Fatalf("code is %v, want %v", got, code)
	}
	info, worded := detail[*errdetails.ErrorInfo](err), detail[*errdetails.LocalizedMessage](err)
	if info.GetReason() != reason || info.GetDomain() != "minzhengtong" {
		t.Errorf("ErrorInfo is %q of %q, want %q of minzhengtong", info.GetReason(), info.GetDomain(), reason)
	}
	if worded.GetLocale() != locale {
		t.Errorf("locale is %q, want %q", worded.GetLocale(), locale)
	}
	broken, _ := errors.AsType[*connect.Error](err)
	if broken.Message() != worded.GetMessage() || broken.Message() == "" {
		t.Errorf("message is %q, LocalizedMessage %q", broken.Message(), worded.GetMessage())
	}
	if bundle, _ := words(); !strings.Contains(fmt.Sprint(bundle.IDs()), reason) {
		t.Errorf("%s has no message", reason)
	}
}

// recorder keeps headers, bodies and trailers of all answers.
type recorder struct {
	next http.RoundTripper
	mu   sync.Mutex
	text bytes.Buffer
	last http.Header
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = res.Header.Clone()
	fmt.Fprint(&r.text, res.Header)
	res.Body = &recordedBody{res.Body, r, res}
	return res, nil
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

type recordedBody struct {
	io.ReadCloser
	r   *recorder
	res *http.Response
}

func (b *recordedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.r.mu.Lock()
	defer b.r.mu.Unlock()
	b.r.text.Write(p[:n])
	if errors.Is(err, io.EOF) {
		fmt.Fprint(&b.r.text, b.res.Trailer)
	}
	return n, err
}

// post sends raw bytes, as a client that does not know the contract would.
func post(t *testing.T, f *fixture, path, contentType string, body io.Reader, headers ...string) *http.Response {
	t.Helper()
	return send(t, http.MethodPost, f.url+path, body, append(headers, "Content-Type", contentType)...)
}

// send makes any request; headers are names and values in turn.
func send(t *testing.T, method, url string, body io.Reader, headers ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// text reads an answer's body.
func text(t *testing.T, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// detailsOf opens every detail of an error.
func detailsOf(err error) []proto.Message {
	broken, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return nil
	}
	var list []proto.Message
	for _, d := range broken.Details() {
		if m, err := d.Value(); err == nil {
			list = append(list, m)
		}
	}
	return list
}
