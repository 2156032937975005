package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
)

// Faults is a list of things that go wrong on purpose.
type Faults struct {
	Faults []Fault `json:"fault" toml:"fault"`
}

// Fault is one of them: what goes wrong, for whom, and when by the sandbox clock. A fault that names no
// channel and no place is everybody's.
type Fault struct {
	// Kind: html, truncated, empty, garbage (JSON of another shape), 500, reduce (code 1, "reduce the amount
	// of data"), 429 (code 32, this page), 4 (application limit: every page), 80001 (page limit, with header), timeout
	// (no answer until the caller gives up), 190 (token); every name of named.go, such as token-190-463, and every code of
	// Zalo's; slow (by Seconds), reset (the connection is cut in the middle), usage and usage-app (Percent of the page's
	// or the app's limit stand in the headers), usage-malformed, version (Other one answers), metric (Other is no
	// longer valid), unlisted (the page is missing from me/accounts, and found through its business), no-task and
	// no-scope (Other is what the token lacks), login-shape, code-as-string, inside-200 (an error with status 200).
	//
	// A call that publishes, changes or removes is not carried out when one of these strikes, but for slow, usage…
	// and version, which change only the answer. Carried out it is with timeout-after (done, then no answer),
	// reset-after (then the connection is cut), 500-after (then a gateway's error), 2-after (then Facebook's code 2;
	// of Zalo the gateway's error) and garbage-after (then JSON of another shape). pace lets a page publish one post
	// a minute: the second gets 368/1390008. late shows a page's new posts only Seconds after they were published.
	Kind string `json:"kind" toml:"kind"`
	// Channel is an external id, or facebook_page or zalo_group for all of a kind; all if empty.
	Channel string `json:"channel,omitempty" toml:"channel"`
	// Path must stand in the request's path, if set: "published_posts", "insights", "conversation", "oauth".
	Path string `json:"path,omitempty" toml:"path"`
	// Method is the HTTP method that it strikes, such as POST; every one if empty.
	Method string `json:"method,omitempty" toml:"method"`
	// From and To bound it on the sandbox clock; open where zero.
	From time.Time `json:"from,omitzero" toml:"from"`
	To   time.Time `json:"to,omitzero" toml:"to"`
	// Every lets it strike at every n-th request only, Times at most that often; 0 and 1 are always.
	Every int `json:"every,omitempty" toml:"every"`
	Times int `json:"times,omitempty" toml:"times"`
	// Share lets it strike at random at such a part of the requests, 0.1 at one of ten; 0 is always.
	Share float64 `json:"share,omitempty" toml:"share"`
	// Minutes is what the header of 80001 says until when; 37 if 0.
	Minutes int `json:"minutes,omitempty" toml:"minutes"`
	Seconds int `json:"seconds,omitempty" toml:"seconds"`
	Percent int `json:"percent,omitempty" toml:"percent"`
	// Other is the version, metric, task or permission that a fault is about.
	Other string `json:"other,omitempty" toml:"other"`
}

var faultKinds = strings.Fields("html truncated empty garbage 500 reduce 429 4 80001 timeout 190 -32 -216 -237 slow reset usage usage-app usage-malformed version metric unlisted no-task no-scope login-shape code-as-string inside-200 timeout-after reset-after 500-after 2-after garbage-after pace late")

// ReadFaults reads faults from a TOML file ([[fault]] tables) or a JSON file ({"fault":[…]}).
func ReadFaults(path string) (Faults, error) {
	var f Faults
	b, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("faults: %w", err)
	}
	if strings.HasPrefix(strings.TrimSpace(string(b)), "{") {
		err = json.Unmarshal(b, &f)
	} else {
		var meta toml.MetaData
		if meta, err = toml.Decode(string(b), &f); err == nil && len(meta.Undecoded()) > 0 {
			err = fmt.Errorf("unknown key %s", meta.Undecoded()[0])
		}
	}
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return f, fmt.Errorf("faults %s: %w", path, err)
	}
	return f, nil
}

func (f Faults) check() error {
	for _, one := range f.Faults {
		if !knownFault(one.Kind) {
			return fmt.Errorf("unknown kind %q, known are %s", one.Kind, faultNames())
		}
	}
	return nil
}

// faultBoard keeps the faults in force and how often each has been met.
type faultBoard struct {
	mu     sync.Mutex
	list   []Fault
	met    []int
	struck []int
}

func newFaultBoard(f Faults) *faultBoard {
	b := &faultBoard{}
	b.set(f.Faults)
	return b
}

func (b *faultBoard) set(list []Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list, b.met, b.struck = slices.Clone(list), make([]int, len(list)), make([]int, len(list))
}

func (b *faultBoard) all() []Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.list)
}

// strike says what goes wrong with a request for a channel, if something does.
func (b *faultBoard) strike(method, kind, channel, path string, now int64) (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, f := range b.list {
		if standing[f.Kind] || f.Channel != "" && f.Channel != channel && f.Channel != kind || !strings.Contains(path, f.Path) ||
			f.Method != "" && !strings.EqualFold(f.Method, method) ||
			!f.From.IsZero() && now < f.From.Unix() || !f.To.IsZero() && now >= f.To.Unix() {
			continue
		}
		b.met[i]++
		if f.Every > 1 && b.met[i]%f.Every != 0 || f.Times > 0 && b.struck[i] >= f.Times {
			continue
		}
		if f.Share > 0 && throw(47, 83, int64(i), int64(b.met[i])).f() >= f.Share {
			continue
		}
		b.struck[i]++
		return f, true
	}
	return Fault{}, false
}

func (f Fault) minutes() int {
	if f.Minutes == 0 {
		return 37
	}
	return f.Minutes
}

// standing are the kinds that change what the platform knows, not one answer.
var standing = map[string]bool{"metric": true, "unlisted": true, "no-task": true, "no-scope": true, "pace": true, "late": true}

// lets says whether a call that publishes is carried out though this fault strikes it.
func (f Fault) lets() bool {
	switch f.Kind {
	case "slow", "usage", "usage-app", "usage-malformed", "version":
		return true
	}
	return strings.HasSuffix(f.Kind, "-after")
}

// undone stands where the answer of a call would that was not carried out, for faults that cut an answer short.
func undone() answer { return ok([]byte(`{"id":"0"}`), "") }

// stands finds a fault of such a kind that is in force for a page.
func (b *faultBoard) stands(kind, page string, now int64) (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.list {
		if f.Kind == kind && (f.Channel == "" || f.Channel == page || f.Channel == "facebook_page") &&
			(f.From.IsZero() || now >= f.From.Unix()) && (f.To.IsZero() || now < f.To.Unix()) {
			return f, true
		}
	}
	return Fault{}, false
}

// retired says whether a fault has put a metric out of use.
func (b *faultBoard) retired(metric, page string, now int64) bool {
	b.mu.Lock()
	list := b.list
	b.mu.Unlock()
	for _, f := range list {
		if f.Kind == "metric" && f.Other == metric && (f.Channel == "" || f.Channel == page || f.Channel == "facebook_page") &&
			(f.From.IsZero() || now >= f.From.Unix()) && (f.To.IsZero() || now < f.To.Unix()) {
			return true
		}
	}
	return false
}

// tokenEvent is the error of a page's token that a fault has put in force.
func (b *faultBoard) tokenEvent(page string, now int64) (graphError, bool) {
	for kind, e := range named {
		if e.code == 190 {
			if f, ok := b.stands(kind, page, now); ok && f.Path == "" && f.Every <= 1 && f.Share == 0 {
				return e, true
			}
		}
	}
	return graphError{}, false
}

func (a answer) with(header, value string) answer {
	h := map[string]string{header: value}
	for k, v := range a.header {
		if k != header {
			h[k] = v
		}
	}
	a.header = h
	return a
}

// spoil turns a good answer into the one of the fault, for Graph.
func (f Fault) spoil(a answer, page string) answer {
	if e, ok := named[f.Kind]; ok {
		return e.answer()
	}
	switch f.Kind {
	case "usage":
		return a.with("X-Business-Use-Case-Usage", fmt.Sprintf(`{"%s":[{"type":"pages","call_count":%d,"total_cputime":3,"total_time":6,"estimated_time_to_regain_access":0}],"999":[{"type":"ads_management","call_count":100}]}`, page, f.Percent))
	case "usage-app":
		return a.with("X-App-Usage", fmt.Sprintf(`{"call_count":%d,"total_cputime":3,"total_time":6}`, f.Percent))
	case "usage-malformed":
		return a.with("X-Business-Use-Case-Usage", `{"`+page+`":[{"type":`).with("X-App-Usage", `"full"`)
	case "version":
		return a.with("Facebook-Api-Version", f.Other)
	case "login-shape":
		return answer{status: 400, body: []byte(`{"error_type":"OAuthException","code":400,"error_message":"Invalid request"}`)}
	case "code-as-string":
		return answer{status: 400, body: []byte(`{"error":{"message":"Error validating access token","type":"OAuthException","code":"190","error_subcode":"463"}}`)}
	case "inside-200":
		a = named["page-limit-80001"].answer()
		a.status = 200
		return a
	case "html":
		return answer{status: 502, body: []byte("<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"), header: map[string]string{"Content-Type": "text/html"}}
	case "truncated":
		a.body = a.body[:len(a.body)*2/3]
		return a
	case "empty":
		return answer{status: 500}
	case "500-after":
		return answer{status: 500, body: []byte("<html><head><title>500 Internal Server Error</title></head><body></body></html>"), header: map[string]string{"Content-Type": "text/html"}}
	case "garbage", "garbage-after":
		return answer{status: 200, body: []byte(`{"data":"<?xml version=\"1.0\"?>","paging":7}`)}
	case "500", "2-after":
		return graphError{status: 500, code: 2, message: "An unexpected error has occurred. Please retry your request later.", transient: true}.answer()
	case "reduce":
		return answer{status: 500, body: []byte(`{"error":{"code":1,"message":"Please reduce the amount of data you're asking for, then retry your request"}}`)}
	case "429": // of this page alone, without a word of how long
		return graphError{status: 429, code: 32, message: "(#32) Page request limit reached"}.answer()
	case "4":
		a = graphError{status: 403, code: 4, message: "(#4) Application request limit reached", transient: true}.answer()
		a.header = map[string]string{"X-App-Usage": `{"call_count":100,"total_cputime":35,"total_time":42}`}
		return a
	case "80001":
		minutes := f.minutes()
		a = graphError{status: 400, code: 80001, message: "(#80001) There have been too many calls to this Page account. Wait a bit and try again. For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting."}.answer()
		a.header = map[string]string{"X-Business-Use-Case-Usage": fmt.Sprintf(`{"%s":[{"type":"pages","call_count":103,"total_cputime":44,"total_time":61,"estimated_time_to_regain_access":%d}]}`, page, minutes)}
		a.page = ""
		return a
	case "190":
		return graphError{status: 400, code: 190, subcode: 460, message: "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons."}.answer()
	}
	return a
}
