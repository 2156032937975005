package website

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
)

// site is a commune's portal on this machine, in whatever guise a test gives it.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]answer
	asked []string // "GET /x" in order; "304 /x" where nothing had changed
	now   time.Time
	c     *Client
}

// answer is what the site says to one address.
type answer struct {
	status int // 0: 200
	kind   string
	body   string
	etag   string
	since  string // Last-Modified
	header map[string]string
	do     http.HandlerFunc
}

func newSite(t testing.TB, pages map[string]answer) *site {
	t.Helper()
	s := &site{pages: pages, now: noon}
	if s.pages == nil {
		s.pages = map[string]answer{}
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	s.c = s.client(Options{})
	return s
}

func (s *site) client(opt Options) *Client {
	opt.HTTP = safehttp.New(safehttp.Options{Allow: []string{s.Listener.Addr().String()}, Patience: 3 * time.Second, Limit: 2 << 20})
	opt.Now = func() time.Time { return s.now }
	if opt.Pace == 0 {
		opt.Pace = -1
	}
	return New(opt)
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	a, ok := s.pages[r.URL.RequestURI()]
	verb := "GET "
	if ok && (a.etag != "" && r.Header.Get("If-None-Match") == a.etag || a.since != "" && r.Header.Get("If-Modified-Since") == a.since) {
		verb = "304 "
	}
	s.asked = append(s.asked, verb+r.URL.RequestURI())
	s.mu.Unlock()
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case verb == "304 ":
		w.WriteHeader(http.StatusNotModified)
		return
	case a.do != nil:
		a.do(w, r)
		return
	}
	if a.kind == "" {
		a.kind = "text/html; charset=utf-8"
	}
	w.Header().Set("Content-Type", a.kind)
	if a.etag != "" {
		w.Header().Set("ETag", a.etag)
	}
	if a.since != "" {
		w.Header().Set("Last-Modified", a.since)
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	fmt.Fprint(w, strings.ReplaceAll(a.body, "HOST", s.URL))
}

func (s *site) set(path string, a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = a
}

// log is what was asked since the last look, without robots.txt.
func (s *site) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, a := range s.asked {
		if !strings.HasSuffix(a, "/robots.txt") {
			out = append(out, a)
		}
	}
	s.asked = nil
	return strings.Join(out, ", ")
}

func (s *site) channel(cfg Config) lantoa.Channel {
	conf := cfg.String()
	if cfg == (Config{}) {
		conf = ""
	}
	return lantoa.Channel{ID: "c1", Kind: lantoa.Website, URL: s.URL, Config: strings.ReplaceAll(conf, "HOST", s.URL)}
}

var (
	full  = lantoa.Ask{Depth: lantoa.Full}
	fresh = lantoa.Ask{Depth: lantoa.Fresh, Newest: 25, Since: noon.Add(-24 * time.Hour)}
)

// externals are the articles of a haul by the path of their address.
func externals(posts []lantoa.Incoming) string {
	var out []string
	for _, p := range posts {
		path := p.External[strings.Index(p.External, "//")+2:]
		out = append(out, path[strings.Index(path, "/"):])
	}
	return strings.Join(out, " ")
}

// portal is a site with a list of two pages and six articles.
func portal(t testing.TB) *site {
	pages := map[string]answer{}
	page := func(from, to int, next string) string {
		var b strings.Builder
		b.WriteString(`<html><head><title>Tin tức – Xã Đồng Mẫu</title></head><body><nav><a href="/gioi-thieu">Giới thiệu chung về xã Đồng Mẫu</a></nav><div class="ds">`)
		for i := from; i >= to; i-- {
			fmt.Fprintf(&b, `<div class="tin"><h3><a href="/tin/%d?utm_source=trang-chu">Bài số %d của hội viên xã Đồng Mẫu</a></h3><span class="ngay">%02d/11/2026 08:15</span></div>`, i, i, 19+i)
		}
		b.WriteString(`<a href="https://example.org/ngoai">Một tờ báo khác viết về xã Đồng Mẫu</a></div>` + next + `</body></html>`)
		return b.String()
	}
	pages["/"] = answer{body: page(6, 4, `<a class="sau" href="/?trang=2">Sau</a>`), etag: `"l1"`}
	pages["/?trang=2"] = answer{body: page(3, 1, "")}
	for i := 1; i <= 6; i++ {
		pages[fmt.Sprintf("/tin/%d?utm_source=trang-chu", i)] = answer{body: articlePage(i), etag: fmt.Sprintf(`"a%d"`, i)}
		pages[fmt.Sprintf("/tin/%d", i)] = answer{body: articlePage(i), etag: fmt.Sprintf(`"a%d"`, i)}
	}
	return newSite(t, pages)
}

func articlePage(i int) string {
	return fmt.Sprintf(`<!DOCTYPE html><html><head><title>x | Xã Đồng Mẫu</title><script>var a = "không phải bài";</script></head><body>
<header><span class="today">Thứ năm, 26/11/2026</span></header>
<h1>Bài số %d của hội viên xã Đồng Mẫu</h1><div class="date">Thứ ba, %02d/11/2026 - 08:15</div>
<p class="sapo">Chị Hoa nuôi lợn đất.</p>
<div class="noidung-bai"><p>Đoạn thứ nhất,&nbsp;có   nhiều chữ.</p><p>Đoạn thứ hai<br>hai dòng.</p><style>.x{}</style>
<figure><img src="/anh/%d.jpg" alt="Chị Hoa"><figcaption>Chị Hoa và đàn lợn đất</figcaption></figure><img src="/logo.png"><img width="1" src="/dem.gif">
<p style="display: none">giấu đi</p></div><footer>Bản quyền</footer></body></html>`, i, 19+i, i)
}

// chosen are the selectors of the portal.
var chosen = Config{Item: ".tin", Link: "h3 a", Title: "h1", Date: ".date", Lead: ".sapo", Body: ".noidung-bai", Next: "a.sau"}

// windows puts a text into one of the code pages of Windows, as old sites serve it. In 1258 tones are letters of
// their own behind the vowel; hats, breves and horns are not.
func windows(t testing.TB, m *charmap.Charmap, s string) string {
	t.Helper()
	if m == charmap.Windows1258 {
		var b strings.Builder
		for _, r := range norm.NFC.String(s) {
			letter, tone := "", ""
			for _, d := range norm.NFD.String(string(r)) {
				if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", d) {
					tone = string(d)
				} else {
					letter += string(d)
				}
			}
			b.WriteString(norm.NFC.String(letter) + tone)
		}
		s = b.String()
	}
	out, err := m.NewEncoder().String(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return out
}
