package dossiertest

import (
	"sync"
	"time"
)

// Zone is Asia/Shanghai, which has had no other offset since 1991.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Start is when every [World] begins: a working morning.
var Start = time.Date(2026, time.March, 30, 9, 0, 0, 0, Zone)

// Clock stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
