package facebook

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// batchLimit is how many parts Facebook takes in one batch.
const batchLimit = 50

// part is one thing asked, alone or in a batch: a path below the version, and its parameters.
type part struct {
	path   string
	query  url.Values
	page   string // the page it is about, and its token, where that is not the page of the conversation
	token  string
	secret bool // a parameter is a secret, so that it is asked in a batch only: alone it would stand in an address
}

// batch asks for several things in one call and returns the answers in the same order; each is to be
// weighed by its own code. A part that was not finished in time is asked again, at last alone. When the
// batch itself is refused it is halved, down to single calls. ok is false when the whole of it came to
// nothing, and the verdict says why.
func (t *talk) batch(ctx context.Context, parts []part) ([]reply, Verdict, bool) {
	if len(parts) > batchLimit {
		return t.halves(ctx, parts, batchLimit)
	}
	replies, header, v, ok := t.batchPatiently(ctx, parts)
	switch {
	case !ok && len(parts) > 1 && ofBatchItself(v):
		return t.halves(ctx, parts, len(parts)/2)
	case !ok && ofBatchItself(v):
		if parts[0].secret {
			return []reply{{header: header}}, v, false
		}
		r, v, _ := t.getPatiently(ctx, parts[0])
		// An answer that is too large is left unanswered here: whoever asked asks for less.
		return []reply{r}, v, r.status != 0 || v.Action == HalveLimit
	case !ok:
		return []reply{{header: header}}, v, false
	}
	for try := 1; try <= 2; try++ {
		unfinished := indexes(replies)
		if len(unfinished) == 0 {
			return replies, Verdict{}, true
		}
		var again []part
		for _, i := range unfinished {
			again = append(again, parts[i])
		}
		answers, _, _, ok := t.batchPatiently(ctx, again)
		if !ok {
			break
		}
		for n, i := range unfinished {
			replies[i] = answers[n]
		}
	}
	for _, i := range indexes(replies) {
		if parts[i].secret {
			continue
		}
		if r, _, _ := t.getPatiently(ctx, parts[i]); r.status != 0 {
			replies[i] = r
		}
	}
	return replies, Verdict{}, true
}

func (t *talk) halves(ctx context.Context, parts []part, at int) ([]reply, Verdict, bool) {
	first, v, ok := t.batch(ctx, parts[:at])
	if !ok {
		return first, v, false
	}
	second, v, ok := t.batch(ctx, parts[at:])
	return append(first, second...), v, ok
}

func (t *talk) batchPatiently(ctx context.Context, parts []part) ([]reply, http.Header, Verdict, bool) {
	for try := 1; ; try++ {
		replies, header, v, ok := t.batchOnce(ctx, parts)
		if ok || ofBatchItself(v) || !t.again(ctx, v, try) {
			return replies, header, v, ok
		}
	}
}

// batchOnce is one call. The token goes in the body, never in an address.
func (t *talk) batchOnce(ctx context.Context, parts []part) ([]reply, http.Header, Verdict, bool) {
	if v, closed := t.closed(parts...); closed {
		return nil, nil, v, false
	}
	type request struct {
		Method string `json:"method"`
		URL    string `json:"relative_url"`
		Token  string `json:"access_token,omitempty"`
	}
	requests := make([]request, len(parts))
	for i, p := range parts {
		requests[i] = request{Method: http.MethodGet, URL: p.path, Token: p.token}
		if q := t.signed(p, false); len(q) > 0 {
			requests[i].URL += "?" + q.Encode()
		}
	}
	text, err := json.Marshal(requests)
	if err != nil {
		panic(err) // two strings can always be written
	}
	form := url.Values{"batch": {string(text)}, "access_token": {t.token}, "include_headers": {"true"}}
	if t.c.opt.AppSecret != "" {
		form.Set("appsecret_proof", t.c.proof(t.token))
	}
	t.calls++
	res, err := t.c.request(ctx, t.token).SetFormDataFromValues(form).Post(t.c.address(""))
	if err != nil {
		return nil, nil, silence(err), false
	}
	header := res.Header()
	t.noteUsage(header)
	t.noteVersion(header)
	body := bytes.TrimSpace(res.Body())
	if len(body) == 0 || body[0] != '[' || !jsonType(header) {
		v, ok := Classify(res.StatusCode(), header, body)
		if ok { // an object that is no error is not what was agreed
			v = Verdict{Action: Retry, Scope: OfCall, Status: res.StatusCode(), garbled: true}
		}
		return nil, header, t.heed(v, header), false
	}
	replies, ok := unwrap(body, len(parts))
	if !ok {
		return nil, header, Verdict{Action: Retry, Scope: OfCall, Status: res.StatusCode(), garbled: true}, false
	}
	for i, r := range replies {
		// A limit that a part met is heeded at once: what was not finished would be asked again before the part is read.
		about := t.about(parts[i])
		if r.status >= 400 || r.status > 0 && len(r.body) < 4<<10 {
			about.weigh(r)
		} else {
			about.noteUsage(r.header)
		}
	}
	return replies, header, Verdict{}, true
}

// about is the conversation about the page of a part.
func (t *talk) about(p part) *talk {
	if p.page == "" || p.page == t.page {
		return t
	}
	return &talk{c: t.c, page: p.page, token: p.token, now: t.now}
}

// unwrap reads the answer of a batch: one element for each part, null for one that was not finished, the
// part's own JSON inside a string.
func unwrap(body []byte, parts int) ([]reply, bool) {
	var elements []*struct {
		Code    number `json:"code"`
		Headers []struct{ Name, Value string }
		Body    text `json:"body"`
	}
	if json.Unmarshal(body, &elements) != nil || len(elements) != parts {
		return nil, false
	}
	replies := make([]reply, parts)
	for i, e := range elements {
		if e == nil {
			continue
		}
		h := make(http.Header, len(e.Headers))
		for _, f := range e.Headers {
			h.Add(f.Name, f.Value)
		}
		replies[i] = reply{status: int(e.Code.N), header: h, body: e.Body}
	}
	return replies, true
}

// text is the JSON inside a string, as bytes. Some servers leave it unwrapped.
type text []byte

func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '"' {
		*t = slices.Clone(b)
		return nil
	}
	var s string
	err := json.Unmarshal(b, &s)
	*t = []byte(s)
	return err
}

// ofBatchItself says whether the refusal is about the batch and not about token, page or app.
func ofBatchItself(v Verdict) bool {
	return v.Type == "GraphBatchException" || v.Action == Fix || v.Action == HalveLimit ||
		v.Action == RetryOnce && v.Code != 0 || strings.Contains(v.Message, "batch")
}

// indexes of the parts that were not finished.
func indexes(replies []reply) (unfinished []int) {
	for i, r := range replies {
		if r.status == 0 {
			unfinished = append(unfinished, i)
		}
	}
	return unfinished
}
