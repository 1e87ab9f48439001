package notice

import (
	"crypto/ecdh"
	"encoding/base64"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/text/width"
)

// Subscription is what a browser gives: PushSubscription.toJSON.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"` // base64url
	Auth     string `json:"auth"`   // base64url
}

// Address is where a person is reached. One field is set.
type Address struct {
	Push  *Subscription `json:"push,omitempty"`
	Mail  string        `json:"mail,omitempty"`
	Phone string        `json:"phone,omitempty"` // with country code, without spaces
}

// LogValue keeps the address out of logs.
func (a Address) LogValue() slog.Value { return slog.StringValue(string(a.Channel())) }

// String keeps the address out of texts.
func (a Address) String() string { return string(a.Channel()) }

// Channel is the channel of the address, "" of none.
func (a Address) Channel() Channel {
	switch {
	case a.Push != nil:
		return Push
	case a.Mail != "":
		return Mail
	case a.Phone != "":
		return SMS
	}
	return ""
}

// name is what makes two addresses the same.
func (a Address) name() string {
	if a.Push != nil {
		return string(Push) + "/" + a.Push.Endpoint
	}
	return string(a.Channel()) + "/" + a.Mail + a.Phone
}

// host is whose trouble is whose: that of a push service is its own.
func (a Address) host() string {
	if a.Push != nil {
		u, err := url.Parse(a.Push.Endpoint)
		if err == nil {
			return u.Host
		}
	}
	return string(a.Channel())
}

// masked is enough of it to be recognised.
func (a Address) masked() string {
	switch a.Channel() {
	case Push:
		return a.host()
	case Mail:
		local, domain, _ := strings.Cut(a.Mail, "@")
		return local[:1] + "***@" + domain
	case SMS:
		country := "+86"
		if strings.HasPrefix(a.Phone, "+886") {
			country = "+886"
		}
		return country + " *** *** " + a.Phone[len(a.Phone)-3:]
	}
	return ""
}

// normalise returns the address in the one form in which it is kept, or
// [ErrAddress]. With loopback, push may go to this machine.
func (a Address) normalise(loopback bool) (Address, error) {
	switch {
	case a.Push != nil && a.Mail == "" && a.Phone == "":
		return a, a.Push.check(loopback)
	case a.Push == nil && a.Mail != "" && a.Phone == "":
		return normaliseMail(a.Mail)
	case a.Push == nil && a.Mail == "" && a.Phone != "":
		return normalisePhone(a.Phone)
	}
	return Address{}, ErrAddress
}

var (
	mailForm = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)
	// Mobile numbers: Taiwan's begin with 9, perhaps after a 0 that is only
	// dialled at home, the mainland's with 1.
	phoneForm = regexp.MustCompile(`^\+(8860?(9[0-9]{8})|86(1[0-9]{10}))$`)
	spaces    = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "")
)

// normaliseMail keeps the case before the @, which some hosts tell apart.
// Addresses beyond ASCII are refused: many servers do not take them.
func normaliseMail(text string) (Address, error) {
	if len(text) > 254 {
		return Address{}, ErrAddress
	}
	local, domain, _ := strings.Cut(strings.TrimSpace(text), "@")
	plain := local + "@" + strings.ToLower(domain)
	if !mailForm.MatchString(plain) {
		return Address{}, ErrAddress
	}
	if parsed, err := mail.ParseAddress(plain); err != nil || parsed.Address != plain {
		return Address{}, ErrAddress
	}
	return Address{Mail: plain}, nil
}

func normalisePhone(text string) (Address, error) {
	if len(text) > 60 {
		return Address{}, ErrAddress
	}
	found := phoneForm.FindStringSubmatch(spaces.Replace(width.Narrow.String(text)))
	switch {
	case found == nil:
		return Address{}, ErrAddress
	case found[2] != "":
		return Address{Phone: "+886" + found[2]}, nil
	}
	return Address{Phone: "+86" + found[3]}, nil
}

// check fails with [ErrAddress] unless the subscription can be sent to. That
// its host does not lead to this machine or network is checked again when it is
// sent to, because names can change.
func (p Subscription) check(loopback bool) error {
	u, err := url.Parse(p.Endpoint)
	if err != nil || len(p.Endpoint) > 1000 || u.User != nil || u.Hostname() == "" || u.Fragment != "" {
		return ErrAddress
	}
	if !loopback && (u.Scheme != "https" || !public(u.Hostname())) {
		return ErrAddress
	}
	key, err := decode(p.P256dh)
	if err != nil {
		return ErrAddress
	}
	if _, err := ecdh.P256().NewPublicKey(key); err != nil {
		return ErrAddress
	}
	if secret, err := decode(p.Auth); err != nil || len(secret) != 16 {
		return ErrAddress
	}
	return nil
}

// decode reads base64url with or without padding.
func decode(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}

// public reports whether a host may be one on the internet.
func public(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return PublicIP(ip)
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	last := host[strings.LastIndex(host, ".")+1:]
	return strings.Contains(host, ".") && last != "localhost" && last != "local" && last != "internal" &&
		net.ParseIP(host) == nil && !numeric.MatchString(last)
}

// numeric is how the end of an IPv4 address in one of its odd forms looks.
var numeric = regexp.MustCompile(`^(0x[0-9a-f]*|[0-9]+)$`)

// reserved are networks that are nobody's on the internet and are not found by
// netip: shared, protocol, documentation, benchmark, reserved, and the ways in
// which IPv6 carries IPv4.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("::/96"),
}

// PublicIP reports whether an address is one on the internet: not of this
// machine, its network, or a network that is nobody's.
func PublicIP(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Zone() != "" {
		return false
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
