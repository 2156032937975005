package facebook

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/hoiphunu/lantoa"
)

// Options of a client. GraphURL, Version and Token are needed.
type Options struct {
	GraphURL  string // https://graph.facebook.com, or the sandbox
	Version   string // v25.0
	AppID     string
	AppSecret string // signs every call when it is there
	// Token gives the token of a page by the page's id at Facebook.
	Token func(ctx context.Context, page string) (string, error)
	// Now is the clock of posts and limits. Waiting for an answer goes by the machine's.
	Now func() time.Time
	// Budget is shared by all that ask on behalf of the same app; nil remembers nothing between visits.
	Budget Budget
	// Metrics keeps which metrics are dead; nil keeps it until the process ends.
	Metrics MetricBook
	// Known says which of these ids of a channel are stored. It keeps a reel that came alone from being stored a
	// second time under the id of its post; without it that is left to chance.
	Known  func(ctx context.Context, ch lantoa.ChannelID, externals []string) (map[string]bool, error)
	WebURL string        // where a share link is looked up; https://www.facebook.com if empty
	HTTP   *http.Client  // nil for one of our own
	Wait   time.Duration // between two tries of one call, doubled each time; zero for half a second
	// Patience is how long one answer is waited for, by the machine's clock; zero for 30 seconds.
	Patience time.Duration
}

// Budget is what the client tells and asks about the platform's limits. A scope is the app, a page or a
// token; see collectors.Budget.
type Budget interface {
	Note(scope string, share int, wait time.Duration, now time.Time)
	Refuse(scope string, wait time.Duration, now time.Time) (until time.Time)
	Ask(now time.Time, scopes ...string) (until time.Time, tight bool)
	Share(now time.Time, scopes ...string) int
}

const (
	answerLimit = 16 << 20         // bytes; a full piece of 100 posts has some 400,000
	patience    = 30 * time.Second // for one answer, unless the options say otherwise
)

// Client speaks with the Graph API. It is safe for several workers, and keeps in memory only what spares
// needless calls: which metrics are dead, and how much at once a page can be asked for.
type Client struct {
	opt  Options
	http *resty.Client

	mu     sync.Mutex
	dead   map[string]time.Time // what the book of metrics last said
	pages  map[string]manner    // page → how it wants to be asked
	served string               // the version that answered, when it is not the one we asked for
}

// manner is how a page has to be asked, learnt from its refusals and forgotten after a day.
type manner struct {
	limit      int // posts at once
	limitAt    time.Time
	noInsights time.Time // when it refused the figures of its posts
	noReels    time.Time // when it refused the list of its reels
}

// New makes a client.
func New(opt Options) *Client {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Budget == nil {
		opt.Budget = forgetful{}
	}
	if opt.Metrics == nil {
		opt.Metrics = &memory{dead: map[string]time.Time{}}
	}
	if opt.WebURL == "" {
		opt.WebURL = "https://www.facebook.com"
	}
	if opt.Wait == 0 {
		opt.Wait = 500 * time.Millisecond
	}
	if opt.Patience == 0 {
		opt.Patience = patience
	}
	if opt.HTTP == nil {
		opt.HTTP = &http.Client{Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			MaxIdleConns:          32,
			MaxIdleConnsPerHost:   32, // as many as there are workers, or each call shakes hands anew
			IdleConnTimeout:       90 * time.Second,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: opt.Patience,
			ForceAttemptHTTP2:     true,
		}}
	}
	opt.GraphURL = strings.TrimRight(opt.GraphURL, "/")
	own := *opt.HTTP // resty writes its settings into the client it is given
	rest := resty.NewWithClient(&own).
		SetTimeout(opt.Patience).
		SetResponseBodyLimit(answerLimit).
		SetRedirectPolicy(resty.NoRedirectPolicy()). // a token follows no one elsewhere
		SetHeader("Accept", "application/json").
		SetLogger(mute{}).SetDisableWarn(true)
	return &Client{opt: opt, http: rest, pages: map[string]manner{}}
}

// reply is one answer, of a call or of a part of a batch. Without a status it has not been given.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// talk is a conversation about one page with one token.
type talk struct {
	c        *Client
	page     string
	token    string
	now      time.Time
	calls    int
	warnings []lantoa.Trouble
}

// talkAbout begins a conversation about a page, if its limits are open and there is a token for it.
func (c *Client) talkAbout(ctx context.Context, page string, now time.Time) (*talk, error) {
	if page == "" {
		return nil, lantoa.Problem(lantoa.Refused, "page", "no page id")
	}
	if until, _ := c.opt.Budget.Ask(now, scopes(page)...); !until.IsZero() {
		return nil, &lantoa.Trouble{Kind: lantoa.Limited, What: "usage", Until: until}
	}
	token, err := c.opt.Token(ctx, page)
	switch {
	case lantoa.KindOf(err) == lantoa.NotFound, err == nil && token == "":
		return nil, lantoa.Problem(lantoa.Expired, "token", "no token for this page")
	case err != nil:
		return nil, err
	}
	return &talk{c: c, page: page, token: token, now: now}, nil
}

// get asks for one thing once, if nobody closed what it is about meanwhile. ok is false when the answer is no success.
func (t *talk) get(ctx context.Context, p part) (reply, Verdict, bool) {
	if v, closed := t.closed(p); closed {
		return reply{}, v, false
	}
	t.calls++
	res, err := t.c.request(ctx, t.tokenOf(p)).SetQueryParamsFromValues(t.signed(p, true)).Get(t.c.address(p.path))
	return t.about(p).hear(res, err)
}

// getPatiently asks until there is an answer worth having: three times in all.
func (t *talk) getPatiently(ctx context.Context, p part) (reply, Verdict, bool) {
	for try := 1; ; try++ {
		r, v, ok := t.get(ctx, p)
		if ok || !t.again(ctx, v, try) {
			return r, v, ok
		}
	}
}

// tokenOf is the token that a part is asked with.
func (t *talk) tokenOf(p part) string { return cmp.Or(p.token, t.token) }

// signed are the parameters of a part, with the proof of its token: of each call, and in a batch of each part that
// has a token of its own.
func (t *talk) signed(p part, alone bool) url.Values {
	q := maps.Clone(p.query)
	if q == nil {
		q = url.Values{}
	}
	if t.c.opt.AppSecret != "" && (alone || p.token != "") {
		q.Set("appsecret_proof", t.c.proof(t.tokenOf(p)))
	}
	return q
}

// again says whether a call that ended so is worth another try after so many, and waits before it.
func (t *talk) again(ctx context.Context, v Verdict, tries int) bool {
	most := map[Action]int{Retry: 3, RetryOnce: 2}[v.Action]
	if v.silent || tries >= most {
		return false // nobody there: the next visit will see, other channels need the worker
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(t.c.opt.Wait << (tries - 1)):
		return true
	}
}

// hear takes an answer in: its usage, its version, and whether it is a success.
func (t *talk) hear(res *resty.Response, err error) (reply, Verdict, bool) {
	if err != nil {
		return reply{}, silence(err), false
	}
	r := reply{status: res.StatusCode(), header: res.Header(), body: res.Body()}
	v, ok := t.weigh(r)
	return r, v, ok
}

// weigh sorts an answer, notes what its headers say, and closes what it says is closed.
func (t *talk) weigh(r reply) (Verdict, bool) {
	t.noteUsage(r.header)
	t.noteVersion(r.header)
	v, ok := Classify(r.status, r.header, r.body)
	return t.heed(v, r.header), ok
}

// silence is the verdict on a call that brought no answer. The error's own words are not used: net/http
// puts the whole address into them.
func silence(err error) Verdict {
	v := Verdict{Action: Retry, Scope: OfCall, silent: true, Message: "no answer"}
	var u *url.Error
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		v.Action, v.Message = HalveLimit, "the answer is too large"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		v.silent, v.garbled, v.Message = false, true, "half an answer"
	case errors.As(err, &u) && u.Timeout(), errors.Is(err, context.DeadlineExceeded):
		v.Message = "no answer in time"
	case errors.As(err, &u):
		v.Message = u.Err.Error()
	}
	return v
}

// trouble is a verdict as the visit's trouble.
func (t *talk) trouble(v Verdict, what string) *lantoa.Trouble {
	if v.unasked {
		return &lantoa.Trouble{Kind: lantoa.Limited, What: "usage", Until: v.until}
	}
	return v.Trouble(what, v.until)
}

// warn adds a warning, once: several windows and lists may meet with the same.
func (t *talk) warn(w *lantoa.Trouble) {
	for _, old := range t.warnings {
		if old.Kind == w.Kind && old.What == w.What && old.Note == w.Note {
			return
		}
	}
	t.warnings = append(t.warnings, *w)
}

func (c *Client) request(ctx context.Context, token string) *resty.Request {
	return c.http.R().SetContext(ctx).SetHeader("Authorization", "Bearer "+token)
}

func (c *Client) address(path string) string {
	return c.opt.GraphURL + "/" + c.opt.Version + "/" + path
}

// proof shows that whoever holds the token also holds the app's secret.
func (c *Client) proof(token string) string {
	mac := hmac.New(sha256.New, []byte(c.opt.AppSecret))
	mac.Write([]byte(token)) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// manner says how a page wants to be asked.
func (c *Client) manner(page string) manner {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pages[page]
}

func (c *Client) learn(page string, change func(*manner)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.pages[page]
	change(&m)
	c.pages[page] = m
}

// mute is for resty's own log: an address in it would carry a token.
type mute struct{}

func (mute) Errorf(string, ...any) {}
func (mute) Warnf(string, ...any)  {}
func (mute) Debugf(string, ...any) {}
