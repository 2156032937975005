package facebook

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// ledger is a budget that writes down what it is told. The real one is the collectors' own, and is tried
// together with this client there.
type ledger struct {
	mu     sync.Mutex
	shares map[string]int
	closed map[string]time.Time
}

func newLedger() *ledger { return &ledger{shares: map[string]int{}, closed: map[string]time.Time{}} }

func (l *ledger) Note(scope string, share int, wait time.Duration, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shares[scope] = share
	if share >= 95 {
		l.closed[scope] = now.Add(max(wait, time.Minute))
	}
}

func (l *ledger) Refuse(scope string, wait time.Duration, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait == 0 {
		wait = time.Hour
	}
	l.closed[scope] = now.Add(wait)
	return l.closed[scope]
}

func (l *ledger) Ask(now time.Time, scopes ...string) (until time.Time, tight bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range scopes {
		if l.closed[s].After(now) {
			until = l.closed[s]
		}
		tight = tight || l.shares[s] >= 75
	}
	return until, tight
}

func (l *ledger) Share(_ time.Time, scopes ...string) (most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range scopes {
		most = max(most, l.shares[s])
	}
	return most
}

func TestAPageWhoseLimitIsAlmostUsedUpIsReadFreshOnly(t *testing.T) {
	read := channel
	read.FirstRead, read.LastRead = now.AddDate(0, -6, 0), now.Add(-50*time.Hour)
	for share, want := range map[int]lantoa.Depth{89: "", 90: lantoa.Fresh, 94: lantoa.Fresh} {
		for _, scope := range []string{pageScope(aPage), appScope} {
			l := newLedger()
			l.shares[scope] = share
			g := newGraph(t, serving(many(60, nil)))
			haul, err := g.client(func(o *Options) { o.Budget = l }).Visit(t.Context(), read, lantoa.Ask{Depth: lantoa.Season, Newest: 100, Since: now.AddDate(0, 0, -90)}, now)
			if err != nil || haul.Depth != want || want == lantoa.Fresh && (g.calls > 2 || haul.From.IsZero()) {
				t.Errorf("at %d per cent of %s: depth %q in %d calls, %v", share, scope, haul.Depth, g.calls, err)
			}
			if first, err := g.client(func(o *Options) { o.Budget = l }).Visit(t.Context(), channel, everything, now); err != nil || first.Depth != "" {
				t.Errorf("a first visit at %d per cent: %q, %v", share, first.Depth, err)
			}
		}
	}
}

func TestRecordedLimits(t *testing.T) {
	recordedHead := func(t *testing.T, name, body string) answer {
		t.Helper()
		status, h := headersOf(t, name)
		return answer{status: status, header: h, body: body}
	}
	visit := func(a answer) (*ledger, *Client, *graph, lantoa.Haul, error) {
		g := newGraph(t, serving(func(url.Values) answer { return a }))
		l := newLedger()
		c := g.client(func(o *Options) { o.Budget = l })
		haul, err := c.Visit(t.Context(), known, recent, now)
		noSecrets(t, haul, err)
		return l, c, g, haul, err
	}

	t.Run("80001 closes this page for the minutes of its own entry, and no other page", func(t *testing.T) {
		l, c, g, _, err := visit(recordedHead(t, "rate-limited-80001.headers", `{"error":{"code":80001,"message":"too many calls to this Page account"}}`))
		trouble := lantoa.AsTrouble(err, "")
		if trouble.Kind != lantoa.Limited || !trouble.Until.Equal(now.Add(37*time.Minute)) {
			t.Errorf("%+v", trouble)
		}
		if l.shares[pageScope(aPage)] != 103 {
			t.Errorf("shares %v", l.shares)
		}
		calls := g.calls
		if _, err := c.Visit(t.Context(), known, recent, now.Add(36*time.Minute)); lantoa.KindOf(err) != lantoa.Limited || g.calls != calls {
			t.Errorf("asked while blocked: %v, %d calls", err, g.calls-calls)
		}
		g.answer = serving(many(1, nil))
		other := known
		other.External = "104000000000922"
		if _, err := c.Visit(t.Context(), other, recent, now.Add(time.Minute)); err != nil {
			t.Errorf("another page: %v", err)
		}
		if _, err := c.Visit(t.Context(), known, recent, now.Add(38*time.Minute)); err != nil {
			t.Errorf("after its time: %v", err)
		}
	})
	t.Run("the app's limit stops every page", func(t *testing.T) {
		l, c, g, _, err := visit(recordedHead(t, "rate-limited-4-app.headers", `{"error":{"code":4,"message":"(#4) Application request limit reached"}}`))
		if lantoa.KindOf(err) != lantoa.Limited || l.shares[appScope] != 100 {
			t.Errorf("%v, shares %v", err, l.shares)
		}
		calls := g.calls
		other := known
		other.External = "104000000000922"
		if _, err := c.Visit(t.Context(), other, recent, now.Add(time.Minute)); lantoa.KindOf(err) != lantoa.Limited || g.calls != calls {
			t.Errorf("another page was asked: %v", err)
		}
	})
	t.Run("at 78 per cent the visit is good and says that we come too often", func(t *testing.T) {
		l, _, _, haul, err := visit(recordedHead(t, "ok-near-limit.headers", `{"data":[]}`))
		if err != nil || l.shares[pageScope(aPage)] != 78 || l.shares[appScope] != 3 || !warned(haul, lantoa.Limited, "usage") {
			t.Errorf("%v, shares %v, warnings %v", err, l.shares, haul.Warnings)
		}
	})
	t.Run("headers that cannot be read are ignored", func(t *testing.T) {
		l, _, _, haul, err := visit(recordedHead(t, "usage-malformed.headers", `{"data":[]}`))
		if err != nil || len(l.shares) != 0 || warned(haul, lantoa.Limited, "usage") {
			t.Errorf("%v, shares %v", err, l.shares)
		}
	})
	t.Run("another version than asked is told to the operator", func(t *testing.T) {
		_, c, _, haul, err := visit(recordedHead(t, "version-fallback.headers", `{"data":[]}`))
		if err != nil || !warned(haul, lantoa.Conflict, "version") {
			t.Errorf("%v, warnings %v", err, haul.Warnings)
		}
		if n := c.Notices(); len(n) != 1 || !strings.Contains(n[0].Note, "v22.0") {
			t.Errorf("notices %v", n)
		}
	})
}

func TestALimitInTheMiddleKeepsWhatCame(t *testing.T) {
	g := newGraph(t, serving(func(q url.Values) answer {
		a := many(250, nil)(q)
		if q.Get("after") == "100" {
			a.header = map[string]string{"X-Business-Use-Case-Usage": `{"` + aPage + `":[{"type":"pages","call_count":96,"estimated_time_to_regain_access":20}]}`}
		}
		return a
	}))
	haul, err := g.client(func(o *Options) { o.Budget = newLedger() }).Visit(t.Context(), channel, everything, now)
	trouble := lantoa.AsTrouble(err, "")
	if trouble.Kind != lantoa.Limited || !trouble.Until.Equal(now.Add(20*time.Minute)) || len(haul.Posts) != 200 || haul.Complete || !haul.From.Equal(now.AddDate(0, 0, -199).Add(time.Second)) {
		t.Errorf("%v with %d posts, complete %v from %v", err, len(haul.Posts), haul.Complete, haul.From)
	}
}

func TestUsageOfABusiness(t *testing.T) {
	h := map[string][]string{"X-Business-Use-Case-Usage": {`{"700000000000009":[{"type":"pages","call_count":80},{"type":"ads_management","call_count":99}]}`}}
	if u, said := pageUsage(h, aPage); !said || u.share() != 80 {
		t.Errorf("%+v, %v", u, said)
	}
}
