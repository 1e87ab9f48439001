package notice

import (
	"slices"
	"time"
)

// How a delivery is carried on.
const (
	// UnknownPause is how long nobody is told by another channel when a letter's
	// outcome is unknown: the person may have it, and read the notice.
	UnknownPause = 10 * time.Minute
	// lease is how long a delivery may be under way before it is taken for
	// interrupted. It is longer than any call of a supplier.
	lease = time.Minute
)

// pauses are how long a letter waits that a supplier was too busy for; after the
// last one it has failed.
var pauses = []time.Duration{30 * time.Second, 2 * time.Minute}

// questions are how long the gateway of short messages is left alone before it
// is asked again what became of a letter.
var questions = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// attempt is one row of deliveries.
type attempt struct {
	id       string
	endpoint EndpointID
	channel  Channel
	place    int64
	state    State
	attempts int64
	changed  time.Time
	version  int64
}

// delivering is all on which the next step of a notice depends.
type delivering struct {
	topic      Topic
	read       bool
	order      []Channel
	endpoints  []endpoint // active ones, the oldest first
	deliveries []attempt
}

// step is what to do next. The zero value is nothing: the notice has got as far
// as it will.
type step struct {
	wait time.Duration // positive: look again then
	send *attempt      // to be committed as sending, and sent; without an ID it is new
	to   endpoint
}

// next decides. A push goes to every browser of the person. A mail or a short
// message goes to the newest address, and to an older one when that fails.
func (d delivering) next(now time.Time) step {
	if d.read {
		return d.end(now)
	}
	for place, ch := range d.order {
		if s, over := d.through(ch, int64(place), now); over {
			if s.send == nil && s.wait == 0 {
				break
			}
			return s
		}
	}
	return d.end(now)
}

// end is nothing to do, once nothing is under way any more.
func (d delivering) end(now time.Time) step {
	var t tried
	for _, v := range d.deliveries {
		if v.state == Sending {
			t.wait(v.changed.Add(lease).Sub(now))
		}
	}
	return t.again
}

// through decides about one channel, and says over unless the next one has to
// be tried.
func (d delivering) through(ch Channel, place int64, now time.Time) (step, bool) {
	c := d.look(ch, now)
	switch fresh, ok := d.fresh(ch); {
	case c.again.send != nil:
		return c.again, true
	case c.got && ch != Push:
		return step{}, true
	case ok && (ch == Push || c.again.wait == 0 && !c.unknown):
		return step{send: &attempt{endpoint: fresh.id, channel: ch, place: place, state: Sending}, to: fresh}, true
	case c.again.wait > 0:
		return c.again, true
	case c.got:
		return step{}, true
	case c.unknown && d.topic == Campaign:
		return step{}, true
	case c.unknown && now.Before(c.since.Add(UnknownPause)):
		return step{wait: c.since.Add(UnknownPause).Sub(now)}, true
	}
	return step{}, false
}

// tried is what became of the deliveries of one channel.
type tried struct {
	got     bool      // one was taken
	unknown bool      // of one nobody knows
	since   time.Time // since when
	again   step      // one is to be sent again, or waited for
}

func (d delivering) look(ch Channel, now time.Time) tried {
	var t tried
	for i := range d.deliveries {
		v := &d.deliveries[i]
		if v.channel != ch {
			continue
		}
		switch v.state {
		case Sent, Delivered:
			t.got = true
		case Sending:
			t.wait(v.changed.Add(lease).Sub(now))
		case Queued:
			d.repeat(&t, v, pauses, now)
		case Unknown:
			if ch == SMS && d.repeat(&t, v, questions, now) {
				continue
			}
			t.unknown = true
			if v.changed.After(t.since) {
				t.since = v.changed
			}
		case Failed, Dropped:
		}
	}
	return t
}

// repeat has a letter sent again, or waited for, and reports whether there is a
// try left.
func (d delivering) repeat(t *tried, v *attempt, pauses []time.Duration, now time.Time) bool {
	to := slices.IndexFunc(d.endpoints, func(e endpoint) bool { return e.id == v.endpoint })
	if v.attempts < 1 || int(v.attempts) > len(pauses) || to < 0 {
		return false
	}
	rest := v.changed.Add(pauses[v.attempts-1]).Sub(now)
	if rest > 0 {
		t.wait(rest)
	} else if t.again.send == nil {
		t.again = step{send: v, to: d.endpoints[to]}
	}
	return true
}

// wait notes the shortest time to wait, where nothing is to be sent.
func (t *tried) wait(d time.Duration) {
	d = max(d, time.Second)
	if t.again.send == nil && (t.again.wait == 0 || d < t.again.wait) {
		t.again.wait = d
	}
}

// fresh is an endpoint of a channel to which the notice has not gone, and whose
// address it has not gone to either: two documents may know one address.
func (d delivering) fresh(ch Channel) (endpoint, bool) {
	gone := map[string]bool{}
	for _, e := range d.endpoints {
		if slices.ContainsFunc(d.deliveries, func(v attempt) bool { return v.endpoint == e.id }) {
			gone[e.address.name()] = true
		}
	}
	var found endpoint
	for _, e := range d.endpoints {
		if e.address.Channel() == ch && !gone[e.address.name()] {
			found = e
			if ch == Push {
				break
			}
		}
	}
	return found, found.id != ""
}
