package sandbox

import (
	"sync"
	"time"
)

// Clock is a clock that can be set. It runs with the machine's time from where it was set, or stands still
// when held. Safe for use by several goroutines.
type Clock struct {
	mu   sync.Mutex
	at   time.Time // what it showed when it was last set
	from time.Time // the machine's time at that moment; zero while held
}

// NewClock is a clock that shows start now and runs on.
func NewClock(start time.Time) *Clock { return &Clock{at: start, from: time.Now()} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.from.IsZero() {
		return c.at
	}
	return c.at.Add(time.Since(c.from))
}

// Set moves the clock to t, from where it runs on.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.from = t, time.Now()
}

// Hold moves the clock to t, where it stands still until Set or Hold is called again.
func (c *Clock) Hold(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.from = t, time.Time{}
}
