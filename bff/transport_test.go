package bff_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"
	"connectrpc.com/grpcreflect"

	"github.com/minzhengtong/minzhengtong/bff"
	homev1 "github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1"
	"github.com/minzhengtong/minzhengtong/gen/proto/minzhengtong/home/v1/homev1connect"
)

const getHome = "/minzhengtong.home.v1.HomeService/GetHome"

// TestOddRequests sends what Connect would answer by itself, or nobody.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	secret := "SECRET7700"
	tests := []struct {
		name, method, path string
		body               string
		headers            []string
		status             int
		want               string
	}{
		{"malformed JSON", "POST", startSignIn, `{"document":{"number":` + secret, []string{"Content-Type", "application/json"}, 400, "REQUEST_INVALID"},
		{"wrong type", "POST", startSignIn, `{"document":{"number":["` + secret + `"]}}`, []string{"Content-Type", "application/json"}, 400, "REQUEST_INVALID"},
		{"malformed binary", "POST", startSignIn, "\x0a\xff" + secret, []string{"Content-Type", "application/proto"}, 400, "REQUEST_INVALID"},
		{"not gzip", "POST", startSignIn, secret, []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}, 400, "REQUEST_INVALID"},
		{"unknown compression", "POST", startSignIn, "{}", []string{"Content-Type", "application/json", "Content-Encoding", secret}, 400, "REQUEST_INVALID"},
		{"malformed timeout", "POST", startSignIn, "{}", []string{"Content-Type", "application/json", "Connect-Timeout-Ms", secret}, 400, "REQUEST_INVALID"},
		{"media type", "POST", startSignIn, secret, []string{"Content-Type", "text/plain"}, 415, "REQUEST_INVALID"},
		{"no media type", "POST", startSignIn, secret, nil, 415, "REQUEST_INVALID"},
		{"GET of a write", "GET", startSignIn + "?message=" + secret, "", nil, 405, "METHOD_UNKNOWN"},
		{"PUT", "PUT", startSignIn, secret, nil, 405, "METHOD_UNKNOWN"},
		{"malformed GET", "GET", getHome + "?encoding=json&message=" + secret, "", []string{"Authorization", "Bearer " + personToken}, 400, "REQUEST_INVALID"},
		{"unknown method", "POST", "/minzhengtong.home.v1.HomeService/" + secret, "{}", []string{"Content-Type", "application/json"}, 501, "METHOD_UNKNOWN"},
		{"unknown service", "POST", "/" + secret + "/Get", "{}", []string{"Content-Type", "application/json"}, 501, "METHOD_UNKNOWN"},
		{"unknown page", "GET", "/" + secret, "", nil, 404, "NOT_FOUND"},
		{"root", "GET", "/", "", nil, 404, "NOT_FOUND"},
	}
	for _, tt := range tests {
		res := send(t, tt.method, f.url+tt.path, strings.NewReader(tt.body), append(tt.headers, "Accept-Language", "zh-CN")...)
		body := text(t, res)
		if res.StatusCode != tt.status {
			t.Errorf("%s: status is %d, want %d", tt.name, res.StatusCode, tt.status)
		}
		if !strings.Contains(body, `"reason":"`+tt.want+`"`) && !strings.Contains(body, `"reason": "`+tt.want+`"`) || !strings.Contains(body, "zh-Hans") {
			t.Errorf("%s: the answer does not say %s in Chinese: %s", tt.name, tt.want, body)
		}
		if strings.Contains(body, secret) || strings.Contains(body, "unmarshal") {
			t.Errorf("%s: the answer quotes what was sent", tt.name)
		}
		if tt.status == 405 && res.Header.Get("Allow") == "" || tt.status == 415 && res.Header.Get("Accept-Post") == "" {
			t.Errorf("%s: the answer does not say what is allowed", tt.name)
		}
		checkHeaders(t, tt.name, res.Header)
		if got := res.Header.Values("Accept-Encoding"); len(got) > 0 {
			t.Errorf("%s: headers of the replaced answer are left: %q", tt.name, got)
		}
	}
	if strings.Contains(f.logs.String(), secret) {
		t.Error("the log quotes what was sent")
	}
}

// TestOddCalls does the same in the protocols that need a client.
func TestOddCalls(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	for _, w := range wires(t) {
		for _, path := range []string{"/minzhengtong.home.v1.HomeService/Nothing", "/nobody.v1.Service/Nothing"} {
			client := connect.NewClient[homev1.GetHomeRequest, homev1.GetHomeResponse](w.http, f.url+path, w.options...)
			_, err := client.CallUnary(signedIn(t.Context()), connect.NewRequest(&homev1.GetHomeRequest{}))
			checkError(t, err, connect.CodeUnimplemented, "METHOD_UNKNOWN", "en")
		}
		checkHeaders(t, w.name, w.seen.last)
	}
	for _, kind := range []string{"application/grpc-web+proto", "application/grpc"} {
		res := post(t, f, startSignIn, kind, strings.NewReader("\x00\x00\x00\x00\x02\x0a\xff"))
		_ = text(t, res)
		if got := res.Header.Get("Grpc-Status") + res.Trailer.Get("Grpc-Status"); got != "3" {
			t.Errorf("%s, malformed: grpc status is %q, want 3", kind, got)
		}
	}
}

// checkHeaders wants what every answer carries.
func checkHeaders(t *testing.T, name string, h http.Header) {
	t.Helper()
	for header, want := range map[string]string{
		"X-Content-Type-Options":    "nosniff",
		"Referrer-Policy":           "no-referrer",
		"Cache-Control":             "no-store",
		"Content-Security-Policy":   "default-src 'none'; frame-ancestors 'none'",
		"Strict-Transport-Security": "",
	} {
		if got := h.Get(header); got != want {
			t.Errorf("%s: %s is %q, want %q", name, header, got, want)
		}
	}
	if len(h.Get("X-Request-Id")) < 32 {
		t.Errorf("%s: no X-Request-Id", name)
	}
}

func TestHeadersOfGoodAnswers(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	for _, w := range wires(t) {
		if _, err := w.getHome(t.Context(), f, personToken, "en"); err != nil {
			t.Fatal(err)
		}
		checkHeaders(t, w.name, w.seen.last)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	tests := []struct {
		name, id string
		kept     bool
	}{
		{"UUID", "0199f3a1-7c00-7abc-8def-0123456789ab", true},
		{"trace ID", "0af7651916cd43dd8448eb211c80319c", true},
		{"none", "", false},
		{"a document number", "830000199001011234", false},
		{"a sentence", "please log this sentence of 32 c", false},
		{"too long", strings.Repeat("a", 100), false},
	}
	for _, tt := range tests {
		res := post(t, f, startSignIn, "application/json", strings.NewReader(`{"document":{"number":"A1"}}`), "X-Request-Id", tt.id)
		got := res.Header.Get("X-Request-Id")
		if (got == tt.id) != tt.kept || len(got) < 32 {
			t.Errorf("%s: kept is %v, want %v", tt.name, got == tt.id, tt.kept)
		}
		if !strings.Contains(f.logs.String(), `"request_id":"`+got+`"`) {
			t.Errorf("%s: the name of the answer is not in the log", tt.name)
		}
	}
}

func TestLogLine(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{})
	res := post(t, f, getHome, "application/json", strings.NewReader("{}"), "Authorization", "Bearer "+officerToken)
	_ = text(t, res)
	var line map[string]any
	if err := json.Unmarshal([]byte(strings.TrimSpace(f.logs.String())), &line); err != nil {
		t.Fatalf("want one line of JSON: %v", err)
	}
	for key, want := range map[string]any{
		"msg": "request", "procedure": getHome, "code": "permission_denied", "reason": "NOT_ALLOWED", "protocol": "connect",
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	if d, ok := line["duration"].(float64); !ok || d <= 0 {
		t.Errorf("duration is %v", line["duration"])
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{home: func(context.Context) (*homev1.GetHomeResponse, error) { panic("disk on fire") }},
		func(d *bff.Deps) {
			d.Portal = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/late" {
					_, _ = w.Write([]byte("half an ans"))
					_ = http.NewResponseController(w).Flush()
				}
				panic(errors.New("portal on fire"))
			})
		})
	for _, w := range wires(t) {
		for range 2 {
			_, err := w.getHome(t.Context(), f, personToken, "en")
			checkError(t, err, connect.CodeInternal, "INTERNAL", "en")
		}
		if strings.Contains(w.seen.String(), "on fire") {
			t.Errorf("%s: the answer quotes the panic", w.name)
		}
	}
	res := send(t, http.MethodGet, f.url+"/early", nil)
	if body := text(t, res); res.StatusCode != http.StatusInternalServerError || !strings.Contains(body, "INTERNAL") {
		t.Errorf("portal: status is %d, want 500 with INTERNAL", res.StatusCode)
	}
	late := send(t, http.MethodGet, f.url+"/late", nil)
	if _, err := new(bytes.Buffer).ReadFrom(late.Body); err == nil {
		t.Error("half an answer looked like a whole one")
	}
	for _, part := range []string{"disk on fire", "portal on fire", "transport_test.go", `"stack":`} {
		if !strings.Contains(f.logs.String(), part) {
			t.Errorf("the log does not hold %q", part)
		}
	}
}

func TestPortal(t *testing.T) {
	t.Parallel()
	f := start(t, stubs{}, func(d *bff.Deps) {
		d.Portal = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "max-age=60")
			_, _ = w.Write([]byte("portal " + r.URL.Path))
		})
	})
	res := send(t, http.MethodGet, f.url+"/tasks", nil)
	if got := text(t, res); got != "portal /tasks" || res.Header.Get("Cache-Control") != "max-age=60" {
		t.Errorf("GET /tasks = %q", got)
	}
	if _, err := wires(t)[0].getHome(t.Context(), f, personToken, "en"); err != nil {
		t.Errorf("GetHome beside the portal: %v", err)
	}
	if res := post(t, f, "/nobody.v1.Service/Nothing", "application/json", strings.NewReader("{}")); res.StatusCode != http.StatusNotImplemented {
		t.Errorf("an unknown RPC beside the portal: status is %d, want 501", res.StatusCode)
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	const ours = "https://portal.example"
	f := start(t, stubs{}, func(d *bff.Deps) { d.Origins = []string{ours} })
	preflight := func(origin, headers string) *http.Response {
		return send(t, http.MethodOptions, f.url+getHome, nil, "Origin", origin,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", headers)
	}
	res := preflight(ours, "accept-language,authorization,connect-protocol-version,content-type,idempotency-key,x-request-id")
	if got := res.Header.Get("Access-Control-Allow-Origin"); got != ours || res.StatusCode != http.StatusNoContent {
		t.Errorf("preflight: status is %d, allowed origin %q", res.StatusCode, got)
	}
	checkHeaders(t, "preflight", res.Header)
	for _, refused := range []*http.Response{preflight("https://evil.example", "content-type"), preflight(ours, "x-evil")} {
		if got := refused.Header.Get("Access-Control-Allow-Headers") + refused.Header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("a strange preflight was allowed: %q", got)
		}
	}
	res = post(t, f, getHome, "application/json", strings.NewReader("{}"), "Origin", ours)
	if res.StatusCode != http.StatusUnauthorized || res.Header.Get("Access-Control-Allow-Origin") != ours ||
		!strings.Contains(strings.ToLower(res.Header.Get("Access-Control-Expose-Headers")), "x-request-id") {
		t.Errorf("a refusal must be readable by the page: status %d", res.StatusCode)
	}
}

func TestHealthAndReflection(t *testing.T) {
	t.Parallel()
	ready := errors.New("database SECRET7700 is gone")
	f := start(t, stubs{}, func(d *bff.Deps) {
		d.Reflection = true
		d.Ready = func(context.Context) error { return ready }
	})
	for _, w := range wires(t) {
		client := grpchealth.NewClient(w.http, f.url, w.options...)
		res, err := client.Check(t.Context(), &grpchealth.CheckRequest{Service: homev1connect.HomeServiceName})
		if err != nil || res.Status != grpchealth.StatusNotServing {
			t.Errorf("%s: Check = %v, %v, want not serving", w.name, res, err)
		}
		if _, err := client.Check(t.Context(), &grpchealth.CheckRequest{Service: "nobody"}); connect.CodeOf(err) != connect.CodeNotFound {
			t.Errorf("%s: an unknown service is %v, want not found", w.name, err)
		}
		if strings.Contains(w.seen.String(), "SECRET7700") {
			t.Errorf("%s: health tells why", w.name)
		}
		if w.name != "grpc" {
			continue
		}
		stream := grpcreflect.NewClient(w.http, f.url, w.options...).NewStream(t.Context())
		if names, err := stream.ListServices(); err != nil || len(names) != 4 {
			t.Errorf("ListServices = %v, %v, want four", names, err)
		}
		_, _ = stream.Close()
	}
	off := start(t, stubs{})
	if res := post(t, off, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "application/grpc", nil); res.Header.Get("Content-Type") != "application/grpc" || res.StatusCode != http.StatusOK {
		t.Errorf("reflection that is off: status is %d", res.StatusCode)
	} else if _ = text(t, res); res.Trailer.Get("Grpc-Status") != "12" {
		t.Errorf("reflection that is off: grpc status is %q, want 12", res.Trailer.Get("Grpc-Status"))
	}
}
