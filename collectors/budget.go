package collectors

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
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
// the whole app, one page, one token; each has a limit of its own. What closes or opens a scope is written to the
// keeper before the answer is worked on, so that neither a restart nor another process asks while it is closed.
// It is safe for several workers.
type Budget struct {
	mu     sync.Mutex
	limits map[string]lantoa.Limit
	keeper Keeper
	told   func(error)
}

// Keeper keeps limits over restarts and for other processes; the store is one.
type Keeper interface {
	Limits(ctx context.Context) ([]lantoa.Limit, error)
	SaveLimit(ctx context.Context, l lantoa.Limit) error
}

// NewBudget is a budget of which nothing is used, as far as the keeper knows. A nil keeper remembers nothing. told
// hears of a keeper that fails; the limit then holds in this process.
func NewBudget(keeper Keeper, told func(error)) *Budget {
	return &Budget{limits: map[string]lantoa.Limit{}, keeper: keeper, told: told}
}

// Load takes in what the keeper knows: what this process noted before it was started anew, and what others did.
func (b *Budget) Load(ctx context.Context) error {
	if b.keeper == nil {
		return nil
	}
	kept, err := b.keeper.Limits(ctx)
	if err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range kept {
		mine := b.limits[l.Scope]
		until := later(mine.Until, l.Until)
		if mine.SaidAt.After(l.SaidAt) {
			l = mine
		}
		l.Until = until
		b.limits[l.Scope] = l
	}
	return nil
}

// keep takes a limit down here, and at the keeper when it says something new: a scope that is closed for longer or
// that the platform refused, or a share that crossed a line or moved by a tenth of the limit.
func (b *Budget) keep(was, is lantoa.Limit) {
	b.limits[is.Scope] = is
	news := is.Until.After(was.Until) || is.Refused != was.Refused ||
		(is.Share >= tightShare) != (was.Share >= tightShare) || is.Share-was.Share >= 10 || was.Share-is.Share >= 10
	if b.keeper == nil || !news {
		return
	}
	// The answer that brought the news is worked on only after it is written: who is killed now must not ask again.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := b.keeper.SaveLimit(ctx, is); err != nil && b.told != nil {
		b.told(fmt.Errorf("keep the limit of %s: %w", is.Scope, err))
	}
}

// Note takes down that share per cent of the scope's limit are used. From 95 on the scope is closed for
// wait, for an hour if wait is zero.
func (b *Budget) Note(scope string, share int, wait time.Duration, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.limits[scope]
	l := was
	l.Scope, l.Share, l.SaidAt = scope, share, now
	if share >= spentShare {
		if wait <= 0 {
			wait = firstWait
		}
		l.Until = later(l.Until, now.Add(wait))
	} else {
		l.Refused = 0
	}
	b.keep(was, l)
}

// Refuse takes down that the platform refused a call because of the scope's limit, and says until when the
// scope is closed. A wait of zero is one the platform did not name.
func (b *Budget) Refuse(scope string, wait time.Duration, now time.Time) (until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.limits[scope]
	l := was
	l.Scope = scope
	if wait <= 0 {
		// The parts of one call, refused together, are one refusal.
		if l.Refused == 0 || !l.RefusedAt.Equal(now) {
			l.Refused, l.RefusedAt = l.Refused+1, now
		}
		wait = min(firstWait<<min(l.Refused-1, 5), longestWait)
	}
	l.Share, l.SaidAt = max(l.Share, 100), now
	l.Until = later(l.Until, now.Add(wait))
	b.keep(was, l)
	return l.Until
}

// Ask says until when the scopes are closed, zero if all of them are open, and whether one of them is
// tight, so that we should come half as often.
func (b *Budget) Ask(now time.Time, scopes ...string) (until time.Time, tight bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, scope := range scopes {
		l := b.limits[scope]
		if l.Until.After(now) {
			until = later(until, l.Until)
		}
		if share(l, now) >= tightShare {
			tight = true
		}
	}
	return until, tight
}

// Share is how many per cent of the fullest of the scopes' limits are used, as far as is known.
func (b *Budget) Share(now time.Time, scopes ...string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	most := 0
	for _, scope := range scopes {
		most = max(most, share(b.limits[scope], now))
	}
	return most
}

// share is what is used of a limit. What was said a day ago is no longer true: limits are counted over a day at most.
func share(l lantoa.Limit, now time.Time) int {
	if now.Sub(l.SaidAt) >= 24*time.Hour {
		return 0
	}
	return l.Share
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
