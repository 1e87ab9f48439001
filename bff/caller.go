package bff

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/minzhengtong/minzhengtong/domains/limit"
)

// headerDevice carries the device token that a sign-in handed out.
const headerDevice = "Minzhengtong-Device"

// caller is from where a request comes: for limits, and for nothing else.
func (s *server) caller(r *http.Request) limit.Caller {
	device, known := s.trust.Devices.ReadDevice(r.Header.Get(headerDevice))
	return limit.Caller{Address: addressOf(r, s.proxies), Device: device, Known: known}
}

// addressOf is the client's, as the nearest gateway that we trust saw it. Of
// X-Forwarded-For only what those gateways appended counts, since the rest is
// the client's own word. An IPv6 address is cut to the network of 64 bits that
// one subscriber has.
func addressOf(r *http.Request, trusted []netip.Prefix) string {
	at := parseAddress(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(at) }) {
			break
		}
		next := parseAddress(strings.TrimSpace(hop))
		if !next.IsValid() {
			break
		}
		at = next
	}
	if !at.IsValid() {
		return "unknown"
	}
	if at.Is6() {
		network, _ := at.Prefix(64) // 64 is a length of IPv6
		return network.Masked().String()
	}
	return at.String()
}

// parseAddress reads an address with or without a port; the zero Addr where it
// is neither.
func parseAddress(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	at, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return at.Unmap().WithZone("")
}
