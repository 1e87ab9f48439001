package bff

import (
	"net/http"
	"net/netip"
	"testing"
)

// TestAddress: only what our own gateways say about a client is believed.
func TestAddress(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, tt := range map[string]struct {
		remote    string
		forwarded []string
		want      string
	}{
		"no gateway":                   {"192.0.2.7:4711", nil, "192.0.2.7"},
		"a stranger's own word":        {"192.0.2.7:4711", []string{"198.51.100.1"}, "192.0.2.7"},
		"behind a gateway":             {"10.1.1.1:4711", []string{"198.51.100.1"}, "198.51.100.1"},
		"behind two gateways":          {"10.1.1.1:4711", []string{"198.51.100.1, 10.2.2.2"}, "198.51.100.1"},
		"in two headers":               {"10.1.1.1:4711", []string{"198.51.100.1", "10.2.2.2"}, "198.51.100.1"},
		"a forged beginning":           {"10.1.1.1:4711", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		"a gateway that says nothing":  {"10.1.1.1:4711", nil, "10.1.1.1"},
		"a gateway that says nonsense": {"10.1.1.1:4711", []string{"nobody"}, "10.1.1.1"},
		"with a port":                  {"10.1.1.1:4711", []string{"198.51.100.1:99"}, "198.51.100.1"},
		"IPv6, as a network":           {"[2001:db8:1:2:3:4:5:6]:4711", nil, "2001:db8:1:2::/64"},
		"IPv6 behind a gateway":        {"[fd00::1]:4711", []string{"2001:db8:1:2:ffff::1"}, "2001:db8:1:2::/64"},
		"IPv4 in IPv6":                 {"[::ffff:192.0.2.7]:4711", nil, "192.0.2.7"},
		"no address":                   {"@", nil, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{"X-Forwarded-For": tt.forwarded}}
			if got := addressOf(r, trusted); got != tt.want {
				t.Errorf("the address is %q, want %q", got, tt.want)
			}
		})
	}
}
