package sandbox

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// batch answers up to 50 calls in one: a list in the order of the calls, each with its body as JSON inside
// a string. The outer status is 200 whatever became of them.
func (s *Sandbox) batch(c graphCall) answer {
	var calls []struct {
		Method      string `json:"method"`
		RelativeURL string `json:"relative_url"`
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(c.q.Get("batch")), &calls); err != nil {
		return graphError{status: 400, code: 1, kind: "GraphBatchException", message: "Invalid batch: " + err.Error()}.answer()
	}
	if len(calls) > 50 {
		return graphError{status: 400, code: 1, kind: "GraphBatchException", message: "Too many requests in batch message. Maximum batch size is 50"}.answer()
	}
	headers := c.q.Get("include_headers") != "false"
	b := []byte{'['}
	for _, one := range calls {
		s.calls.graph.Add(1)
		path, query, _ := strings.Cut(one.RelativeURL, "?")
		q, err := url.ParseQuery(query)
		if err != nil {
			q = url.Values{}
		}
		sub := graphCall{method: strings.ToUpper(one.Method), q: q, base: c.base, now: c.now}
		sub.version, sub.path = split(path)
		if !versionPath.MatchString(strings.SplitN(strings.Trim(path, "/"), "/", 2)[0]) {
			sub.version = c.version
		}
		if sub.method == "" {
			sub.method = "GET"
		}
		for _, t := range []string{one.AccessToken, q.Get("access_token"), c.token} {
			if t != "" {
				sub.token = t
				break
			}
		}
		channel := s.channelOf(sub.path)
		f, hit := s.faults.strike(sub.method, "facebook_page", channel, "/graph/"+sub.path, c.now)
		a := undone()
		if !sub.writes() || !hit || f.lets() {
			a = s.graph(sub)
		}
		if hit {
			if f.Kind == "timeout" || f.Kind == "timeout-after" { // not finished in time: a hole in the list
				b = append(next(b), "null"...)
				continue
			}
			a = f.spoil(a, channel)
			defer s.block(f, channel) // the other parts of this call were on their way already
		} else if left := s.blocks.closed(channel, c.now); left > 0 {
			a = Fault{Kind: "80001", Minutes: int(left+59) / 60}.spoil(a, channel)
		}
		b = numberField(append(next(b), '{'), "code", a.status)
		if headers {
			b = append(key(b, "headers"), '[')
			all := s.usage(a)
			all["Facebook-API-Version"] = sub.version
			all["Content-Type"] = "text/javascript; charset=UTF-8"
			for k, v := range a.header {
				all[k] = v
			}
			var names []string
			for k := range all {
				names = append(names, k)
			}
			slices.Sort(names)
			for _, k := range names {
				b = append(textField(textField(append(next(b), '{'), "name", k), "value", all[k]), '}')
			}
			b = append(b, ']')
		}
		b = append(textField(b, "body", string(a.body)), '}')
	}
	return answer{status: 200, body: append(b, ']'), header: map[string]string{"X-Batch-Size": strconv.Itoa(len(calls))}}
}
