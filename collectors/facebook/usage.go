package facebook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Limits belong to the app, to a page, or to a token; each has a scope of its own in the budget. What is asked with
// a person's token, or with the app's, is about no page. No scope holds anything of a token.
const (
	appScope    = "facebook app"
	personScope = "facebook token"
)

func pageScope(page string) string    { return "facebook page " + page }
func tokenScope(page string) string   { return "facebook token of " + page }
func publishScope(page string) string { return "facebook publishing of " + page }

func scopes(page string) []string {
	if page == "" {
		return []string{appScope, personScope}
	}
	return []string{appScope, pageScope(page), tokenScope(page)}
}

func scopeOf(s Scope, page string) string {
	switch {
	case s == OfApp:
		return appScope
	case page == "":
		return personScope
	case s == OfToken:
		return tokenScope(page)
	case s == OfPublish:
		return publishScope(page)
	}
	return pageScope(page)
}

// closed says whether nothing may be asked now. Every call asks first, also in the middle of a visit: another worker
// may have met the limit meanwhile, and calls made while blocked lengthen the block.
func (t *talk) closed(parts ...part) (Verdict, bool) {
	until, _ := t.c.opt.Budget.Ask(t.now, scopes(t.page)...)
	for _, p := range parts {
		if p.page != "" && until.IsZero() {
			until, _ = t.c.opt.Budget.Ask(t.now, scopes(p.page)...)
		}
	}
	return Verdict{Action: Backoff, Scope: OfPage, until: until, unasked: true}, !until.IsZero()
}

// heed closes what a refusal says is closed, for the time its headers name.
func (t *talk) heed(v Verdict, h http.Header) Verdict {
	if v.Action == Backoff || v.Action == BackoffLong {
		wait := waitOf(h, t.page)
		if v.Action == BackoffLong {
			wait = max(wait, time.Hour)
		}
		v.until = t.c.opt.Budget.Refuse(scopeOf(v.Scope, t.page), wait, t.now)
	}
	return v
}

// usage is one usage header's figures: per cent of each of three limits, the fullest of which counts.
type usage struct {
	Type    string `json:"type"`
	Calls   number `json:"call_count"`
	CPU     number `json:"total_cputime"`
	Time    number `json:"total_time"`
	Minutes number `json:"estimated_time_to_regain_access"`
}

func (u usage) share() int { return int(max(u.Calls.N, u.CPU.N, u.Time.N)) }

// noteUsage tells the budget what the headers say. A header that cannot be read is ignored.
func (t *talk) noteUsage(h http.Header) {
	var app usage
	if s := h.Get("X-App-Usage"); s != "" && json.Unmarshal([]byte(s), &app) == nil {
		t.c.opt.Budget.Note(appScope, app.share(), 0, t.now)
	}
	if t.page == "" {
		return // asked with a person's or the app's token
	}
	page, said := pageUsage(h, t.page)
	var old usage // the form of 2016, still sent
	if s := h.Get("X-Page-Usage"); s != "" && json.Unmarshal([]byte(s), &old) == nil {
		page.Calls.N, said = max(page.Calls.N, int64(old.share())), true
	}
	if said {
		t.c.opt.Budget.Note(pageScope(t.page), page.share(), time.Duration(page.Minutes.N)*time.Minute, t.now)
	}
}

// pageUsage is the entry for pages of the usage header: that of this page, or of the business it belongs
// to. Entries of other products are none of ours.
func pageUsage(h http.Header, page string) (u usage, said bool) {
	var all map[string][]usage
	s := h.Get("X-Business-Use-Case-Usage")
	if s == "" || json.Unmarshal([]byte(s), &all) != nil {
		return usage{}, false
	}
	if own, ok := all[page]; ok {
		all = map[string][]usage{page: own}
	}
	for _, entries := range all {
		for _, e := range entries {
			if e.Type == "pages" && (!said || e.share() > u.share()) {
				u, said = e, true
			}
		}
	}
	return u, said
}

// waitOf is how long the headers of a refusal ask us to wait, zero if they do not say.
func waitOf(h http.Header, page string) time.Duration {
	u, _ := pageUsage(h, page)
	return time.Duration(u.Minutes.N) * time.Minute
}

// noteVersion notices when another version answers than the one we asked for: an expired one is served by
// the oldest that is still alive, without a word.
func (t *talk) noteVersion(h http.Header) {
	served := h.Get("Facebook-Api-Version")
	if served == "" || served == t.c.opt.Version {
		return
	}
	t.c.mu.Lock()
	t.c.served = served
	t.c.mu.Unlock()
	for _, w := range t.warnings {
		if w.What == "version" {
			return
		}
	}
	t.warn(lantoa.Problem(lantoa.Conflict, "version", fmt.Sprintf("asked %s, served %s", t.c.opt.Version, served)))
}

// forgetful is the budget of a client that was given none.
type forgetful struct{}

func (forgetful) Note(string, int, time.Duration, time.Time) {}
func (forgetful) Refuse(_ string, wait time.Duration, now time.Time) time.Time {
	if wait <= 0 {
		wait = time.Hour
	}
	return now.Add(wait)
}
func (forgetful) Ask(time.Time, ...string) (time.Time, bool) { return time.Time{}, false }
func (forgetful) Share(time.Time, ...string) int             { return 0 }
