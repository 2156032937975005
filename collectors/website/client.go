package website

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
)

// Options is what a client works with.
type Options struct {
	HTTP *safehttp.Client // nil: one of its own
	Now  func() time.Time
	// Pace is the time between two requests to one host; 0: a second; below 0: none, for tests.
	Pace time.Duration
	// Patience is how long one visit goes on reading before it leaves the rest to the next; 0: four minutes.
	Patience time.Duration
	Memory   int // bytes of what was read that are kept, for what has not changed; 0: 32 MB
}

const (
	usualPace     = time.Second
	longestPace   = 30 * time.Second // of what robots.txt may ask
	usualPatience = 4 * time.Minute  // a task has ten
	usualMemory   = 32 << 20
	robotName     = "lantoa" // by which robots.txt may address us
	robotsLife    = 24 * time.Hour
	robotsLimit   = 500 << 10
	mostHosts     = 4096
)

// Client reads websites. It may be used by many visits at once.
type Client struct {
	opt   Options
	known *memory

	mu    sync.Mutex
	hosts map[string]*host
}

// host is one server and how it wants to be treated.
type host struct {
	free    time.Time // by the clock on the wall: the next request may be made then
	rules   robots
	rulesAt time.Time
	turn    chan struct{} // one fetches robots.txt, the others wait
}

// New makes a client. It asks nothing yet.
func New(opt Options) *Client {
	if opt.HTTP == nil {
		opt.HTTP = safehttp.New(safehttp.Options{})
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Pace == 0 {
		opt.Pace = usualPace
	}
	if opt.Patience == 0 {
		opt.Patience = usualPatience
	}
	if opt.Memory == 0 {
		opt.Memory = usualMemory
	}
	return &Client{opt: opt, known: newMemory(opt.Memory), hosts: map[string]*host{}}
}

// asker makes the requests of one visit and counts them.
type asker struct {
	c     *Client
	calls int
}

// get asks for a page as often and as fast as its site allows. An answer that is no success is a trouble about the
// page; before is what is kept of the page, and a 304 comes back as such.
func (a *asker) get(ctx context.Context, address, about string, before *kept) (*safehttp.Response, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, lantoa.Problem(lantoa.Invalid, "address", "")
	}
	rules, err := a.rules(ctx, u)
	if err != nil {
		return nil, err
	}
	if !rules.allows(u.RequestURI()) {
		return nil, lantoa.Problem(lantoa.NoRight, "robots", about)
	}
	header := http.Header{"Accept": {"text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5"}, "Accept-Language": {"vi,en;q=0.5"}}
	if before != nil {
		if before.etag != "" {
			header.Set("If-None-Match", before.etag)
		}
		if before.modified != "" {
			header.Set("If-Modified-Since", before.modified)
		}
	}
	if err := a.c.wait(ctx, u, rules); err != nil {
		return nil, err
	}
	a.calls++
	r, err := a.c.opt.HTTP.Get(ctx, address, header)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, transport(err)
	}
	if err := refusal(r, about, a.c.opt.Now()); err != nil {
		return nil, err
	}
	if at, err := url.Parse(r.URL); err == nil && isLogin(at) && !isLogin(u) {
		return nil, lantoa.Problem(lantoa.NoRight, "login", about)
	} else if err == nil && !sameSite(at, u) {
		return nil, lantoa.Problem(lantoa.Garbled, "redirect", lantoa.Cut(at.Hostname(), 80))
	}
	if r.Status == http.StatusNotModified && before == nil {
		return nil, lantoa.Problem(lantoa.Garbled, about, "304")
	}
	return r, nil
}

// wait takes the next free moment of a host.
func (c *Client) wait(ctx context.Context, u *url.URL, rules robots) error {
	pace := c.opt.Pace
	if pace > 0 {
		pace = max(pace, min(rules.delay, longestPace))
	}
	if pace <= 0 {
		return ctx.Err()
	}
	h := c.host(u)
	c.mu.Lock()
	now := time.Now()
	at := h.free
	if at.Before(now) {
		at = now
	}
	h.free = at.Add(pace)
	c.mu.Unlock()
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

func (c *Client) host(u *url.URL) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := u.Scheme + "://" + strings.ToLower(u.Host)
	h := c.hosts[key]
	if h == nil {
		if len(c.hosts) >= mostHosts {
			for k, old := range c.hosts { // any that nobody waits for: its rules are fetched again when needed
				if old.free.Before(time.Now()) && len(old.turn) == 0 {
					delete(c.hosts, k)
					break
				}
			}
		}
		h = &host{turn: make(chan struct{}, 1)}
		c.hosts[key] = h
	}
	return h
}

// rules are what robots.txt says to us. A file that is not there allows all; a server that
// fails to say is not asked for more (RFC 9309), unless it said something before.
func (a *asker) rules(ctx context.Context, u *url.URL) (robots, error) {
	h := a.c.host(u)
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return robots{}, context.Cause(ctx)
	}
	now := a.c.opt.Now()
	if age := now.Sub(h.rulesAt); !h.rulesAt.IsZero() && age >= 0 && age < robotsLife {
		return h.rules, nil
	}
	if err := a.c.wait(ctx, u, robots{}); err != nil {
		return robots{}, err
	}
	a.calls++
	r, err := a.c.opt.HTTP.First(ctx, u.Scheme+"://"+u.Host+"/robots.txt", nil, robotsLimit)
	switch {
	case err != nil && ctx.Err() != nil:
		return robots{}, context.Cause(ctx)
	case err != nil && !h.rulesAt.IsZero():
		return h.rules, nil
	case err != nil:
		return robots{}, transport(err)
	case r.Status >= 500 || r.Status == http.StatusTooManyRequests:
		if !h.rulesAt.IsZero() {
			return h.rules, nil
		}
		return robots{}, refusal(r, "robots", now)
	}
	h.rules, h.rulesAt = robots{}, now
	if r.Status < 300 {
		h.rules = parseRobots(string(r.Body), robotName)
	}
	return h.rules, nil
}
