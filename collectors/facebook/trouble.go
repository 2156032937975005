package facebook

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Action is what is to be done about an answer that is no success.
type Action string

const (
	Retry          Action = "retry"            // wait and ask again, three times in all
	RetryOnce      Action = "retry_once"       // an unknown code: once more, then leave it
	HalveLimit     Action = "halve_limit"      // asked for too much at once; repeating unchanged never works
	NarrowWindow   Action = "narrow_window"    // paged too deep: go on by time
	ProbeMetrics   Action = "probe_metrics"    // one name in the list is dead and blanks all the others
	Backoff        Action = "backoff"          // asked too often: stop, calls made now lengthen the block
	BackoffLong    Action = "backoff_long"     // publishing is blocked, an hour or more
	Reconnect      Action = "reconnect"        // the token is dead: a person is needed
	Permission     Action = "permission"       // the token lives, the right is missing
	Fix            Action = "fix"              // wrong request: never repeat it unchanged
	GoneAfterCheck Action = "gone_after_check" // deleted, or not visible, or the wrong edge: look at the page first
	CheckPublished Action = "check_published"  // it may have been published: look before anything else
)

// Scope is what an action is about: other pages go on when one page is blocked.
type Scope string

const (
	OfCall    Scope = "call"
	OfObject  Scope = "object"
	OfMetrics Scope = "metric_list"
	OfPage    Scope = "page"
	OfToken   Scope = "token"
	OfApp     Scope = "app"
	OfPublish Scope = "publish"
)

// Verdict is an answer that is no success, sorted.
type Verdict struct {
	Action  Action
	Scope   Scope
	Code    int // 0 when the body was not Facebook's JSON
	Subcode int
	Status  int
	Type    string
	Message string // as the platform wrote it; see clean before showing it
	Trace   string // fbtrace_id, what Meta's support asks for
	garbled bool   // a body that is not JSON, though the status promised success
	silent  bool   // no answer came at all
	unasked bool   // the limits were closed, so that nothing was asked
	until   time.Time
}

// body of an error. Numbers come as strings now and then, and any field but message and code may be missing.
type errorBody struct {
	Error *struct {
		Message   string `json:"message"`
		Type      string `json:"type"`
		Code      number `json:"code"`
		Subcode   number `json:"error_subcode"`
		Inner     number `json:"subcode"` // debug_token spells it so
		Transient bool   `json:"is_transient"`
		Trace     string `json:"fbtrace_id"`
	} `json:"error"`
	LoginType    string `json:"error_type"` // the login endpoints have a shape of their own
	LoginMessage string `json:"error_message"`
}

// Classify sorts an answer by what is to be done about it. The code and subcode in the body decide, not the
// status: a 200 can carry an error. ok is true for a success, and there is nothing to do.
func Classify(status int, header http.Header, body []byte) (v Verdict, ok bool) {
	v = Verdict{Status: status, Scope: OfCall, Action: Retry}
	trimmed := bytes.TrimSpace(body)
	if len(trimmed) == 0 || !json.Valid(trimmed) || !jsonType(header) {
		if v.garbled = status < 500; status == http.StatusTooManyRequests {
			v.Action, v.Scope = Backoff, OfPage
		}
		return v, false
	}
	if trimmed[0] != '{' { // an array, as a batch answers
		return v, status < 400
	}
	if status < 300 && !bytes.Contains(trimmed, []byte(`"error`)) {
		return Verdict{}, true
	}
	var e errorBody
	if err := json.Unmarshal(trimmed, &e); err != nil {
		v.garbled = status < 500
		return v, false
	}
	if e.LoginType != "" || e.LoginMessage != "" {
		v.Type, v.Message, v.Action = e.LoginType, e.LoginMessage, Fix
		return v, false
	}
	if e.Error == nil {
		if status < 300 {
			return Verdict{}, true
		}
		v.garbled = status < 500
		return v, false
	}
	v.Code, v.Subcode = int(e.Error.Code.N), int(e.Error.Subcode.N)
	if v.Subcode == 0 {
		v.Subcode = int(e.Error.Inner.N)
	}
	v.Type, v.Message, v.Trace = e.Error.Type, e.Error.Message, e.Error.Trace
	v.Action, v.Scope = judge(v.Code, v.Subcode, v.Message, e.Error.Transient)
	return v, false
}

// judge is Meta's table of codes. Text decides only where one code means several things: 1, 100, 368, 2500.
func judge(code, subcode int, message string, transient bool) (Action, Scope) {
	says := func(s string) bool { return strings.Contains(strings.ToLower(message), s) }
	switch {
	case code == 1 && says("reduce the amount of data"):
		return HalveLimit, OfPage
	case code == 1, code == 2:
		return Retry, OfCall
	case code == 3, code == 10:
		return Permission, OfPage
	case code == 4, code == 341, code == 613 && subcode == 1996:
		return Backoff, OfApp
	case code == 17:
		return Backoff, OfToken
	case code == 32, code == 613, code >= 80000 && code <= 80014:
		return Backoff, OfPage
	case code == 33, code == 100 && subcode == 33:
		return GoneAfterCheck, OfObject
	case code == 100 && says("valid insights metric"):
		return ProbeMetrics, OfMetrics
	case code == 100 && says("cursor") && says("exceeds"):
		return NarrowWindow, OfPage
	case code == 100 && says("publish time"), code == 1609005:
		return Fix, OfPublish
	case code == 190 && subcode == 492: // the person lost the role on this one page
		return Reconnect, OfPage
	case code == 2500 && says("unknown path"):
		return Fix, OfCall
	case code == 102, code == 190, code == 2500:
		return Reconnect, OfToken
	case code == 803:
		return Fix, OfPage
	case code == 12, code == 100, code == 110, code == 210, code == 3001:
		return Fix, OfCall
	case code >= 200 && code <= 299:
		return Permission, OfPage
	case code == 368 && says("already posted"), code == 506:
		return CheckPublished, OfPublish
	case code == 368:
		return BackoffLong, OfPublish
	case transient:
		return Retry, OfCall
	}
	return RetryOnce, OfCall
}

// Publishing is the verdict for a call that was to change something at Facebook: what did not answer clearly may
// have been done all the same, and is never repeated unseen. What is only a way of reading is wrong here.
func (v Verdict) Publishing() Verdict {
	switch {
	case v.Action == Retry, v.Action == RetryOnce, v.Action == HalveLimit:
		v.Action, v.Scope = CheckPublished, OfPublish
	case v.Action == NarrowWindow, v.Action == ProbeMetrics:
		v.Action, v.Scope = Fix, OfPublish
	case v.Code == 210: // a page's own token is asked for
		v.Action, v.Scope = Permission, OfPage
	}
	return v
}

// stands says that Facebook refused because the same was published before.
func (v Verdict) stands() bool { return v.Code == 506 || v.Code == 368 }

// Trouble is the verdict as somebody will read it. until says when to go on, for a limit.
func (v Verdict) Trouble(what string, until time.Time) *lantoa.Trouble {
	t := &lantoa.Trouble{Kind: lantoa.Refused, What: what, Note: v.note()}
	switch v.Action {
	case Retry, RetryOnce:
		if t.Kind = lantoa.Away; v.garbled {
			t.Kind = lantoa.Garbled
		}
	case Backoff, BackoffLong:
		t.Kind, t.Until = lantoa.Limited, until
	case Reconnect:
		t.Kind, t.What = lantoa.Expired, cause(v.Subcode)
	case Permission:
		t.Kind, t.What = lantoa.NoRight, permission(v.Message, what)
	case GoneAfterCheck:
		t.Kind = lantoa.Gone
	case HalveLimit:
		t.Kind = lantoa.TooLarge
	case CheckPublished:
		if t.Kind = lantoa.Unclear; v.stands() {
			t.Kind = lantoa.Duplicate
		}
	}
	return t
}

// cause names why a token died, as far as Facebook tells.
func cause(subcode int) string {
	switch subcode {
	case 458:
		return "app_removed"
	case 459, 464:
		return "checkpoint"
	case 460:
		return "password"
	case 463:
		return "expired"
	case 467:
		return "logged_out"
	case 492:
		return "role"
	}
	return "token"
}

var permissionName = regexp.MustCompile(`\b(?:pages|read|business|instagram|publish)_[a-z_]+`)

// permission is the right the message asks for, or the thing that was asked when it names none.
func permission(message, what string) string {
	if name := permissionName.FindString(message); name != "" {
		return name
	}
	return what
}

// note is the platform's code and words, fit to be stored and shown.
func (v Verdict) note() string {
	switch {
	case v.silent:
		return lantoa.Cut(clean(v.Message), 200)
	case v.Code == 0 && v.Message == "":
		return "HTTP " + strconv.Itoa(v.Status)
	}
	s := strconv.Itoa(v.Code)
	if v.Subcode != 0 {
		s += "/" + strconv.Itoa(v.Subcode)
	}
	return lantoa.Cut(s+" "+clean(v.Message), 200)
}

var secrets = regexp.MustCompile(`(?i)(access_token|appsecret_proof|client_secret|input_token)(=|%3D|["']?\s*:\s*["']?)[^&\s"']*|\bEA[A-Za-z0-9]{12,}|\b\d{8,20}(\||%7C)[A-Za-z0-9_-]{8,}`)

// clean takes tokens out of words that came from the platform or from the network: Facebook repeats a
// malformed token in its message, and the net package an address in its error.
func clean(s string) string { return secrets.ReplaceAllString(s, "…") }

// jsonType says whether the answer calls itself JSON. Meta says text/javascript in the parts of a batch and
// of old versions; a part of a batch may come without any header, which is no contradiction.
func jsonType(h http.Header) bool {
	t, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch strings.ToLower(strings.TrimSpace(t)) {
	case "application/json", "text/javascript", "application/javascript":
		return true
	}
	return len(h.Values("Content-Type")) == 0
}
