package pusher_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/minzhengtong/minzhengtong/domains/notice"
	"github.com/minzhengtong/minzhengtong/domains/notice/noticetest"
	"github.com/minzhengtong/minzhengtong/domains/notice/pusher"
)

func start(t *testing.T, loopback bool) (*pusher.Pusher, *noticetest.PushService) {
	t.Helper()
	public, private, err := pusher.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	p, err := pusher.New(pusher.Config{Contact: "ops@example.org", Public: public, Private: private, Loopback: loopback})
	if err != nil {
		t.Fatal(err)
	}
	return p, noticetest.NewPushService(t, public)
}

func letter(to *notice.Subscription, body string) notice.Letter {
	return notice.Letter{Key: "key", Notice: "notice", Topic: notice.Deadline, To: notice.Address{Push: to}, Title: "題", Body: body}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	p, service := start(t, true)
	to := service.Browser(t).Subscription()
	tests := []struct {
		status int
		want   notice.Result
	}{
		{0, notice.Taken},
		{http.StatusFound, notice.Rejected}, {http.StatusBadRequest, notice.Rejected}, {http.StatusForbidden, notice.Rejected}, {http.StatusRequestEntityTooLarge, notice.Rejected},
		{http.StatusNotFound, notice.Dead}, {http.StatusGone, notice.Dead},
		{http.StatusTooManyRequests, notice.Busy}, {http.StatusServiceUnavailable, notice.Busy},
		{http.StatusInternalServerError, notice.Unclear}, {http.StatusBadGateway, notice.Unclear}, {http.StatusGatewayTimeout, notice.Unclear},
	}
	for _, tt := range tests {
		service.Behave(tt.status)
		out := p.Send(t.Context(), letter(to, "x"))
		if out.Result != tt.want || out.Result != notice.Taken && out.Err == nil {
			t.Errorf("%d gives %q, %v; want %q", tt.status, out.Result, out.Err, tt.want)
		}
		if out.Err != nil && strings.Contains(out.Err.Error(), "/push/") {
			t.Errorf("%d: the error shows the address", tt.status)
		}
	}
	service.TakeUnsaid()
	if out := p.Send(t.Context(), letter(to, "x")); out.Result != notice.Unclear || strings.Contains(out.Err.Error(), "/push/") {
		t.Errorf("taken and not said: %q, %v", out.Result, out.Err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if out := p.Send(ended, letter(to, "x")); out.Result != notice.Busy {
		t.Errorf("ended before: %q, want %q", out.Result, notice.Busy)
	}
}

// TestLongTexts: what is too long is cut, not refused, and stays UTF-8.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	p, service := start(t, true)
	b := service.Browser(t)
	for _, body := range []string{strings.Repeat("稅", 5000), strings.Repeat("\"", 5000), ""} {
		if out := p.Send(t.Context(), letter(b.Subscription(), body)); out.Result != notice.Taken {
			t.Errorf("%d bytes: %q, %v", len(body), out.Result, out.Err)
		}
	}
	for _, raw := range b.Got(t) {
		if !json.Valid(raw) || !utf8.Valid(raw) {
			t.Errorf("a browser got %.40q…", raw)
		}
	}
}

// TestOnlyTheInternet: a subscription that leads to this machine is not sent to,
// whatever its name, and a redirect leads nowhere.
func TestOnlyTheInternet(t *testing.T) {
	t.Parallel()
	p, service := start(t, false)
	to := service.Browser(t).Subscription()
	for _, host := range []string{"", "localhost"} {
		if host != "" {
			to.Endpoint = strings.Replace(to.Endpoint, "127.0.0.1", host, 1)
		}
		if out := p.Send(t.Context(), letter(to, "x")); out.Result != notice.Busy {
			t.Errorf("%s: %q, %v", host, out.Result, out.Err)
		}
	}
	if n := service.Tries(); n != 0 {
		t.Errorf("%d connections came through", n)
	}
	open, target := start(t, true)
	redirect := httptest.NewServer(http.RedirectHandler(target.URL+"/push", http.StatusTemporaryRedirect))
	t.Cleanup(redirect.Close)
	to.Endpoint = redirect.URL + "/x"
	if out := open.Send(t.Context(), letter(to, "x")); out.Result != notice.Rejected || target.Tries() != 0 {
		t.Errorf("a redirect: %q, %d tries at its end", out.Result, target.Tries())
	}
}

func TestPublicIP(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true,
		"127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "0.0.0.0": false,
		"100.64.0.1": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false, "::1": false, "::": false, "fe80::1": false,
		"fd00::1": false, "::ffff:127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "ff02::1": false, "::7f00:1": false,
	} {
		if got := notice.PublicIP(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	public, private, err := pusher.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := pusher.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]pusher.Config{
		"nothing":         {},
		"no contact":      {Public: public, Private: private},
		"no pair":         {Contact: "ops@example.org", Public: other, Private: private},
		"no base64":       {Contact: "ops@example.org", Public: public, Private: "!"},
		"too short a key": {Contact: "ops@example.org", Public: public, Private: "AAAA"},
	} {
		if _, err := pusher.New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	p, err := pusher.New(pusher.Config{Contact: "ops@example.org", Public: public, Private: private})
	if err != nil || p.PublicKey() != public {
		t.Errorf("a good one: %v", err)
	}
}
