package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// callBook counts the calls that came in.
type callBook struct {
	http, graph, zalo, oauth atomic.Int64
	mu                       sync.Mutex
	pages                    map[string]int
}

// page counts a call on a page's quota and says how many there have been.
func (c *callBook) page(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pages == nil {
		c.pages = map[string]int{}
	}
	c.pages[id]++
	return c.pages[id]
}

func (s *Sandbox) routes() {
	s.mux = http.NewServeMux()
	wait := func(h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			s.calls.http.Add(1)
			if s.opt.Latency > 0 {
				select {
				case <-time.After(s.opt.Latency):
				case <-r.Context().Done():
					return
				}
			}
			h(w, r)
		}
	}
	s.mux.HandleFunc("/graph/", wait(s.serveGraph))
	s.mux.HandleFunc("/graph", wait(s.serveGraph))
	s.mux.HandleFunc("/zalo/", wait(s.serveZalo))
	s.mux.HandleFunc("/zalo-oauth/", wait(s.serveZaloOAuth))
	s.mux.HandleFunc("/media/", s.serveMedia)
	s.mux.HandleFunc("/control", s.serveControl)
	s.mux.HandleFunc("/control/", s.serveControl)
}

var versionPath = regexp.MustCompile(`^v\d+\.\d+$`)

// split takes the version off a Graph path.
func split(path string) (version, rest string) {
	path = strings.Trim(path, "/")
	first, rest, _ := strings.Cut(path, "/")
	if versionPath.MatchString(first) {
		return first, rest
	}
	return "v25.0", path
}

func tokenOf(r *http.Request, q url.Values) string {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(t)
	}
	return q.Get("access_token")
}

// maxBody bounds what is read of a request, maxUpload of one that brings a picture.
const (
	maxBody   = 1 << 20
	maxUpload = 12 << 20
)

func (s *Sandbox) serveGraph(w http.ResponseWriter, r *http.Request) {
	version, path := split(strings.TrimPrefix(r.URL.Path, "/graph"))
	limit := int64(maxBody)
	if strings.HasSuffix(path, "/photos") {
		limit = maxUpload
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	q, err := graphParams(r)
	if err != nil {
		refused := graphError{status: 400, code: 100, message: "(#100) " + err.Error()}.answer()
		s.send(w, r, graphCall{method: http.MethodGet, version: "v25.0"}, "", func(graphCall) answer { return refused })
		return
	}
	c := graphCall{method: r.Method, path: path, version: version, q: q, token: tokenOf(r, q), base: baseOf(r), now: s.now()}
	if q.Has("batch") && r.Method == http.MethodPost {
		c.path = "batch"
		s.send(w, r, c, "", s.batch)
		return
	}
	if c.source, err = sourceOf(r); err != nil {
		c.source = nil // an upload that broke off is none
	}
	s.calls.graph.Add(1)
	s.send(w, r, c, s.channelOf(path), s.graph)
}

// sourceOf is the file that came with a form, nil if none did.
func sourceOf(r *http.Request) ([]byte, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File) == 0 {
		return nil, nil
	}
	for _, name := range []string{"source", "file"} {
		f, _, err := r.FormFile(name)
		if errors.Is(err, http.ErrMissingFile) {
			continue
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(f)
	}
	return nil, nil
}

// graphParams gathers the parameters of the address and of a form or JSON body.
func graphParams(r *http.Request) (url.Values, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		q := r.URL.Query()
		var body map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, err
		}
		for k, v := range body {
			var text string
			if json.Unmarshal(v, &text) != nil {
				text = string(v)
			}
			q.Set(k, text)
		}
		return q, nil
	}
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(maxBody)
	} else {
		err = r.ParseForm()
	}
	return r.Form, err
}

func baseOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// channelOf is the page a Graph path is about, "" for none.
func (s *Sandbox) channelOf(path string) string {
	id, _, _ := strings.Cut(path, "/")
	page, _, _ := strings.Cut(id, "_")
	if s.byPage[page] != nil {
		return page
	}
	return ""
}

// send does what a Graph call asks and writes the answer, spoilt by a fault where there is one. What publishes is not
// done when a fault is to keep it from being done.
func (s *Sandbox) send(w http.ResponseWriter, r *http.Request, c graphCall, channel string, do func(graphCall) answer) {
	kind := ""
	if channel != "" {
		kind = "facebook_page"
	}
	a := undone()
	if !c.writes() || c.path == "batch" { // the parts of a batch meet their faults one by one
		a = do(c)
	}
	f, hit := s.faults.strike(c.method, kind, channel, "/graph/"+c.path, s.now())
	left := int64(0)
	if !hit {
		left = s.blocks.closed(channel, s.now())
	}
	if hit && f.Kind == "slow" {
		time.Sleep(time.Duration(f.Seconds) * time.Second)
	}
	if c.writes() && c.path != "batch" && left <= 0 && (!hit || f.lets()) {
		a = do(c)
	}
	if hit {
		switch f.Kind {
		case "timeout", "timeout-after":
			hang(r)
			return
		case "reset", "reset-after":
			cutOff(w, a.body)
			return
		}
		a = f.spoil(a, channel)
		s.block(f, channel)
	} else if left > 0 {
		a = Fault{Kind: "80001", Minutes: int(left+59) / 60}.spoil(a, channel)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=UTF-8")
	h.Set("Facebook-Api-Version", c.version)
	for k, v := range s.usage(a) {
		h.Set(k, v)
	}
	for k, v := range a.header {
		h.Set(k, v)
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// block notes whom a fault asked to stay away, and for how long.
func (s *Sandbox) block(f Fault, page string) {
	switch f.Kind {
	case "80001", "page-limit-80001":
		s.blocks.close(page, s.now(), int64(f.minutes())*60)
	case "429", "page-limit-32", "custom-limit-613": // says no time: an hour at least is meant
		s.blocks.close(page, s.now(), 3600)
	case "4", "app-limit-4", "app-limit-341", "volume-613-1996":
		s.blocks.close("app", s.now(), 3600)
	}
}

// usage is the headers that say how much of the quota is used: percentages.
func (s *Sandbox) usage(a answer) map[string]string {
	h := map[string]string{}
	n := s.calls.graph.Load()
	if n > 20 {
		h["X-App-Usage"] = `{"call_count":` + strconv.FormatInt(min(28, n/400), 10) + `,"total_time":9,"total_cputime":4}`
	}
	if a.page != "" {
		used := min(41, s.calls.page(a.page)/60)
		h["X-Business-Use-Case-Usage"] = `{"` + a.page + `":[{"type":"pages","call_count":` + strconv.Itoa(used) + `,"total_cputime":3,"total_time":6,"estimated_time_to_regain_access":0}]}`
	}
	return h
}

// cutOff sends half an answer and closes the connection.
func cutOff(w http.ResponseWriter, body []byte) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	buf.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)+1) + "\r\n\r\n")
	buf.Write(body[:len(body)/2])
	buf.Flush()
}

// hang keeps a request open until the caller gives up.
func hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(2 * time.Minute):
	}
}
