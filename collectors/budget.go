package collectors

import (
	"sync"
	"time"
)

// From these shares of a limit on we come less often, or not at all.
const (
	tightShare = 75 // per cent
	spentShare = 95
)

// A wait that the platform did not name: an hour, doubled each time it says stop again, up to a day.
// Calls made while blocked lengthen the block.
const (
	firstWait   = time.Hour
	longestWait = 24 * time.Hour
)

// Budget remembers what the platforms' usage headers say is left. A scope is whatever a limit belongs to:
// the whole app, one page, one token; each has a limit of its own. It lives in memory: after a restart the
// first answer's headers tell it again. It is safe for several workers.
type Budget struct {
	mu     sync.Mutex
	limits map[string]limit
}

type limit struct {
	share  int // per cent used, as last said
	saidAt time.Time
	until  time.Time // nothing may be asked before
	// How often in a row the platform said stop without saying for how long, and when it did last: the
	// parts of one call, refused together, are one refusal.
	refused   int
	refusedAt time.Time
}

// NewBudget is a budget of which nothing is used.
func NewBudget() *Budget { return &Budget{limits: map[string]limit{}} }

// Note takes down that share per cent of the scope's limit are used. From 95 on the scope is closed for
// wait, for an hour if wait is zero.
func (b *Budget) Note(scope string, share int, wait time.Duration, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.limits[scope]
	l.share, l.saidAt = share, now
	if share >= spentShare {
		if wait <= 0 {
			wait = firstWait
		}
		l.until = later(l.until, now.Add(wait))
	} else {
		l.refused = 0
	}
	b.limits[scope] = l
}

// Refuse takes down that the platform refused a call because of the scope's limit, and says until when the
// scope is closed. A wait of zero is one the platform did not name.
func (b *Budget) Refuse(scope string, wait time.Duration, now time.Time) (until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.limits[scope]
	if wait <= 0 {
		if l.refused == 0 || !l.refusedAt.Equal(now) {
			l.refused, l.refusedAt = l.refused+1, now
		}
		wait = min(firstWait<<min(l.refused-1, 5), longestWait)
	}
	l.share, l.saidAt = max(l.share, 100), now
	l.until = later(l.until, now.Add(wait))
	b.limits[scope] = l
	return l.until
}

// Ask says until when the scopes are closed, zero if all of them are open, and whether one of them is
// tight, so that we should come half as often.
func (b *Budget) Ask(now time.Time, scopes ...string) (until time.Time, tight bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, scope := range scopes {
		l := b.limits[scope]
		if l.until.After(now) {
			until = later(until, l.until)
		}
		// What was said a day ago is no longer true: limits are counted over a day at most.
		if l.share >= tightShare && now.Sub(l.saidAt) < 24*time.Hour {
			tight = true
		}
	}
	return until, tight
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
