package limit

import (
	"fmt"
	"slices"
	"time"
)

// Name names a rule. It stands in rows and in the configuration.
type Name string

// The rules. What is limited by each, its key, stands beside it.
const (
	CallPerson  Name = "call.person"  // a person's file
	CallOfficer Name = "call.officer" // an officer
	CallSystem  Name = "call.system"  // another system
	CallDevice  Name = "call.device"  // a device that has signed in
	CallAddress Name = "call.address" // an address, whoever is behind it

	CodeDocumentKnown    Name = "code.document.known"    // a document, asked for from a known device
	CodeDocumentStranger Name = "code.document.stranger" // a document, asked for from any other
	CodePhone            Name = "code.phone"             // a phone
	CodeAddressStranger  Name = "code.address.stranger"  // an address, asked from an unknown device

	SignInFailLogin   Name = "sign_in.fail.login"   // a login or document, from unknown devices
	SignInFailDevice  Name = "sign_in.fail.device"  // a known device
	SignInFailAddress Name = "sign_in.fail.address" // an address, from unknown devices

	RegisterAddressStranger Name = "register.address.stranger" // an address, from an unknown device

	PresentationFailAddress Name = "presentation.fail.address" // an address from which tokens come that show nothing
)

// Rule is how often something may happen: Burst times at once, and once more
// for each Every.
type Rule struct {
	Name  Name
	Burst int
	// Every is the time in which one token comes back, in whole microseconds.
	Every time.Duration
	// CountOnly lets everything through and counts what it would refuse.
	CountOnly bool
	// Durable rules are decided in the database.
	Durable bool
}

// Override replaces parts of a rule. Zero values leave the default.
type Override struct {
	Burst     int
	Every     time.Duration
	CountOnly bool
}

// Rules are the default rules. The page of this package says how the figures
// were chosen.
func Rules() []Rule {
	return []Rule{
		{Name: CallPerson, Burst: 100, Every: 100 * time.Millisecond},
		{Name: CallOfficer, Burst: 200, Every: 50 * time.Millisecond},
		{Name: CallSystem, Burst: 1000, Every: 5 * time.Millisecond},
		{Name: CallDevice, Burst: 200, Every: 50 * time.Millisecond},
		{Name: CallAddress, Burst: 6000, Every: 5 * time.Millisecond},

		{Name: CodeDocumentKnown, Burst: 5, Every: 3 * time.Minute, Durable: true},
		{Name: CodeDocumentStranger, Burst: 5, Every: 3 * time.Minute, Durable: true},
		{Name: CodePhone, Burst: 10, Every: 6 * time.Minute, Durable: true},
		{Name: CodeAddressStranger, Burst: 300, Every: 2 * time.Second, Durable: true},

		{Name: SignInFailLogin, Burst: 10, Every: 6 * time.Minute, Durable: true},
		{Name: SignInFailDevice, Burst: 20, Every: time.Minute, Durable: true},
		{Name: SignInFailAddress, Burst: 50, Every: 30 * time.Second, Durable: true},

		{Name: RegisterAddressStranger, Burst: 30, Every: 2 * time.Minute, Durable: true},

		{Name: PresentationFailAddress, Burst: 50, Every: 30 * time.Second, Durable: true},
	}
}

// longest is the longest time that an empty bucket may take to be full again.
// It keeps sums of microseconds far from overflowing.
const longest = 10 * 365 * 24 * time.Hour

// rulesWith are the default rules with what replaces parts of them.
func rulesWith(overrides map[Name]Override) ([]Rule, error) {
	rules := Rules()
	for name, o := range overrides {
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("%w: %q", ErrNoRule, name)
		}
		r := &rules[i]
		if o.Burst != 0 {
			r.Burst = o.Burst
		}
		if o.Every != 0 {
			r.Every = o.Every
		}
		r.CountOnly = o.CountOnly
	}
	for _, r := range rules {
		if r.Burst < 1 || r.Every < time.Microsecond || r.Every%time.Microsecond != 0 || r.Every > longest/time.Duration(r.Burst) {
			return nil, fmt.Errorf("limit: rule %s: a burst of %d, one per %s, cannot be kept", r.Name, r.Burst, r.Every)
		}
	}
	return rules, nil
}
