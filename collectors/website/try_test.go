package website

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// long makes articles of the portal long enough to stand out from their page.
func long(s *site) {
	for path, a := range s.pages {
		if strings.HasPrefix(path, "/tin/") {
			a.body = strings.Replace(a.body, "nhiều chữ.", "nhiều chữ. "+strings.Repeat("Chị kể chuyện nuôi lợn đất với các chị trong tổ. ", 8), 1)
			s.set(path, a)
		}
	}
}

func TestDiscover(t *testing.T) {
	rss := answer{kind: "application/rss+xml", body: `<rss><channel><title>x</title><item><title>Bài số 6</title><link>HOST/tin/6</link><pubDate>Wed, 25 Nov 2026 08:15:00 +0700</pubDate></item></channel></rss>`}
	t.Run("a feed that the page names", func(t *testing.T) {
		s := portal(t)
		long(s)
		list := s.pages["/"]
		list.body = strings.Replace(list.body, "<head>", `<head><link rel="alternate" type="application/rss+xml" href="/tin.rss"><link rel="alternate" hreflang="en" href="/en">`, 1)
		s.set("/", list)
		s.set("/tin.rss", rss)
		cfg, err := s.c.Discover(t.Context(), s.URL)
		if err != nil || cfg.Feed != s.URL+"/tin.rss" || cfg.Body != "div.noidung-bai" {
			t.Errorf("%+v, %v", cfg, err)
		}
	})
	t.Run("a feed at a usual place", func(t *testing.T) {
		s := portal(t)
		s.set("/rss", answer{body: "<html>không có</html>"})
		s.set("/feed", rss)
		cfg, err := s.c.Discover(t.Context(), s.URL)
		if err != nil || cfg.Feed != s.URL+"/feed" {
			t.Errorf("%+v, %v", cfg, err)
		}
	})
	t.Run("the address of a feed", func(t *testing.T) {
		s := newSite(t, map[string]answer{"/x": rss})
		cfg, err := s.c.Discover(t.Context(), s.URL+"/x")
		if err != nil || cfg != (Config{Feed: s.URL + "/x"}) {
			t.Errorf("%+v, %v", cfg, err)
		}
	})
	t.Run("selectors that bring the articles", func(t *testing.T) {
		s := portal(t)
		long(s)
		cfg, err := s.c.Discover(t.Context(), s.URL)
		if err != nil || cfg.Feed != "" || cfg.Item != "div.tin" || cfg.Body != "div.noidung-bai" || cfg.Lead != "p.sapo" || cfg.Title != "h1" {
			t.Fatalf("%+v, %v", cfg, err)
		}
		haul, err := s.c.Visit(t.Context(), s.channel(cfg), fresh, noon)
		if err != nil || externals(haul.Posts) != "/tin/6 /tin/5 /tin/4" || !strings.Contains(haul.Posts[0].Text, "Chị Hoa nuôi lợn đất.\n\nĐoạn thứ nhất") {
			t.Errorf("%+v, %v", haul, err)
		}
	})
	t.Run("a channel of which nothing but the address is known", func(t *testing.T) {
		s := portal(t)
		long(s)
		haul, err := s.c.Visit(t.Context(), s.channel(Config{}), fresh, noon)
		if err != nil || externals(haul.Posts) != "/tin/6 /tin/5 /tin/4" {
			t.Errorf("%+v, %v", haul, err)
		}
		s.log()
		if _, err := s.c.Visit(t.Context(), s.channel(Config{}), fresh, noon); err != nil || strings.Contains(s.log(), "rss") {
			t.Errorf("it was looked for again, %v", err)
		}
	})
	t.Run("a table of old, without classes", func(t *testing.T) {
		var rows strings.Builder
		s := newSite(t, nil)
		for i := range 5 {
			fmt.Fprintf(&rows, `<tr><td><a href="chi-tiet.asp?id=%d">Hội viên xã Đồng Mẫu làm việc tốt số %d</a></td></tr>`, i, i)
			s.set(fmt.Sprintf("/chi-tiet.asp?id=%d", i), answer{body: articlePage(i)})
		}
		s.set("/", answer{body: `<html><table id="tin">` + rows.String() + `</table></html>`})
		haul, err := s.c.Visit(t.Context(), s.channel(Config{}), full, noon)
		if err != nil || len(haul.Posts) != 5 {
			t.Errorf("%+v, %v", haul, err)
		}
	})
	t.Run("nothing that looks like articles", func(t *testing.T) {
		s := newSite(t, map[string]answer{"/": {body: "<html><p>Trang đang xây dựng</p></html>"}})
		if _, err := s.c.Discover(t.Context(), s.URL); lantoa.KindOf(err) != lantoa.Garbled {
			t.Error(err)
		}
	})
}

func TestTry(t *testing.T) {
	s := portal(t)
	t.Run("all well", func(t *testing.T) {
		trial, err := s.c.Try(t.Context(), s.URL, chosen)
		if err != nil || len(trial.Faults) > 0 || trial.Items != 3 || len(trial.Articles) != 3 {
			t.Fatalf("%+v, %v", trial, err)
		}
		want := Sample{URL: s.URL + "/tin/6?utm_source=trang-chu", Title: "Bài số 6 của hội viên xã Đồng Mẫu", At: time.Date(2026, 11, 25, 8, 15, 0, 0, vietnam),
			Lead: "Chị Hoa nuôi lợn đất.", Text: "Đoạn thứ nhất, có nhiều chữ.\n\nĐoạn thứ hai\nhai dòng.\n\nChị Hoa và đàn lợn đất", Picture: s.URL + "/anh/6.jpg"}
		if diff := cmp.Diff(want, trial.Articles[0]); diff != "" {
			t.Error(diff)
		}
	})
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   []Fault
	}{
		{"an item that is not there", func(c *Config) { c.Item = ".khac" }, []Fault{{Field: "item", Selector: ".khac", Why: FoundNothing}}},
		{"a link that is not there", func(c *Config) { c.Link = ".khac" }, []Fault{{Field: "link", Selector: ".khac", Of: 3, Why: FoundNothing}}},
		{"a next page that is not there", func(c *Config) { c.Next = ".khac" }, []Fault{{Field: "next", Selector: ".khac", Of: 1, Why: FoundNothing}}},
		{"a body that is not there", func(c *Config) { c.Body = ".khac" }, []Fault{{Field: "body", Selector: ".khac", Of: 3, Why: FoundNothing}}},
		{"a date that is none", func(c *Config) { c.Date = "h1" }, []Fault{{Field: "date", Selector: "h1", Of: 3, Why: NotADate}}},
		{"a selector that is none", func(c *Config) { c.Body = "div[" }, []Fault{{Field: "body", Selector: "div[", Why: NotASelector}}},
		{"an address that is none", func(c *Config) { c.Feed = "rss" }, []Fault{{Field: "feed", Selector: "rss", Why: NotASelector}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := chosen
			tt.change(&cfg)
			trial, err := s.c.Try(t.Context(), s.URL, cfg)
			if diff := cmp.Diff(tt.want, trial.Faults); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
	t.Run("a date that stands in the list", func(t *testing.T) {
		cfg := chosen
		cfg.Date = ".ngay"
		trial, err := s.c.Try(t.Context(), s.URL, cfg)
		if err != nil || len(trial.Faults) > 0 || trial.Articles[0].At.IsZero() {
			t.Errorf("%+v, %v", trial, err)
		}
	})
	t.Run("a feed that cannot be read", func(t *testing.T) {
		trial, err := s.c.Try(t.Context(), s.URL, Config{Feed: s.URL + "/rss"})
		if err != nil || len(trial.Faults) != 1 || trial.Faults[0].Why != Unreadable || trial.Faults[0].Trouble.Kind != lantoa.Gone {
			t.Errorf("%+v, %v", trial, err)
		}
	})
}

func TestPreview(t *testing.T) {
	for _, tt := range []struct {
		name string
		page answer
		want lantoa.Preview
		kind lantoa.Kind
	}{
		{"Open Graph", answer{body: `<meta property="og:title" content="Chị Hoa &amp; lợn đất"><meta property="og:description" content="Mô tả"><meta property="og:site_name" content="Đồng Mẫu"><meta property="og:image" content="/a.jpg"><title>x</title>`},
			lantoa.Preview{Title: "Chị Hoa & lợn đất", Description: "Mô tả", Site: "Đồng Mẫu", Image: "HOST/a.jpg"}, ""},
		{"Twitter's", answer{body: `<meta name="twitter:title" content="Chị Hoa"><meta name="twitter:description" content="Mô tả"><meta name="twitter:image" content="https://x.example/a.jpg">`},
			lantoa.Preview{Title: "Chị Hoa", Description: "Mô tả", Site: "127.0.0.1", Image: "https://x.example/a.jpg"}, ""},
		{"a page of old", answer{body: `<title> Chị
 Hoa </title><meta name="Description" content="Mô tả">`}, lantoa.Preview{Title: "Chị Hoa", Description: "Mô tả", Site: "127.0.0.1"}, ""},
		{"TCVN3", answer{body: `<title>Héi Liªn hiÖp Phô n÷ x· §ång MÉu</title>`}, lantoa.Preview{Title: "Hội Liên hiệp Phụ nữ xã Đồng Mẫu", Site: "127.0.0.1"}, ""},
		{"an address that is no picture's", answer{body: `<title>x</title><meta property="og:image" content="javascript:alert(1)">`}, lantoa.Preview{Title: "x", Site: "127.0.0.1"}, ""},
		{"a picture", answer{kind: "image/jpeg", body: "\xff\xd8"}, lantoa.Preview{Site: "127.0.0.1", Image: "HOST/"}, ""},
		{"a document", answer{kind: "application/pdf", body: "%PDF"}, lantoa.Preview{}, lantoa.Garbled},
		{"nothing", answer{body: ""}, lantoa.Preview{Site: "127.0.0.1"}, lantoa.Garbled},
		{"gone", answer{status: 404}, lantoa.Preview{}, lantoa.Gone},
		{"a page without end: the beginning is enough", answer{do: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, "<title>Đầu trang</title>")
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("<p>chữ</p>", 1000)); err != nil {
					return
				}
			}
		}}, lantoa.Preview{Title: "Đầu trang", Site: "127.0.0.1"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, map[string]answer{"/": tt.page})
			got, err := s.c.Preview(t.Context(), s.URL+"/")
			if lantoa.KindOf(err) != tt.kind || (got.Trouble == nil) != (err == nil) {
				t.Errorf("%v, %v", err, got.Trouble)
			}
			tt.want.URL, tt.want.FetchedAt, got.Trouble = s.URL+"/", noon, nil
			tt.want.Image = strings.ReplaceAll(tt.want.Image, "HOST", s.URL)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for address, want := range map[string]lantoa.Kind{
		"http://127.0.0.1/": lantoa.Forbidden, "http://[::ffff:10.0.0.1]/": lantoa.Forbidden, "http://169.254.169.254/latest": lantoa.Forbidden,
		"ftp://example.org/": lantoa.Invalid, "x": lantoa.Invalid, "http://a:b@example.org/": lantoa.Invalid,
	} {
		if _, err := newSite(t, nil).c.Preview(t.Context(), address); lantoa.KindOf(err) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestOneArticleHasOneAddress(t *testing.T) {
	base, err := url.Parse("http://www.dongmau.example/tin/")
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"1.html":                                "https://dongmau.example/tin/1.html",
		"/a b?x=1":                              "https://dongmau.example/a%20b?x=1",
		"HTTPS://DongMau.Example:443/A#top":     "https://dongmau.example/A",
		"http://dongmau.example:80/A":           "https://dongmau.example/A",
		"https://dongmau.example:8443/A":        "https://dongmau.example:8443/A",
		"/A?utm_source=x&UTM_Medium=y&fbclid=z": "https://dongmau.example/A",
		"/A?id=2&cat=1&zarsrc=30":               "https://dongmau.example/A?cat=1&id=2",
		"/A;jsessionid=0123?id=1":               "https://dongmau.example/A?id=1",
		"/tin-tức":                              "https://dongmau.example/tin-t%E1%BB%A9c",
		"/tin-t%E1%BB%A9c":                      "https://dongmau.example/tin-t%E1%BB%A9c",
		"http://dongmau.example":                "https://dongmau.example/",
		"http://dongmau.example./A":             "https://dongmau.example/A",
	} {
		u, ok := resolve(base, link)
		if !ok || canonical(u) != want {
			t.Errorf("%q: %q, want %q", link, canonical(u), want)
			continue
		}
		again, ok := resolve(base, want)
		if !ok || canonical(again) != want {
			t.Errorf("%q changes into %q", want, canonical(again))
		}
	}
	for _, link := range []string{"", "#top", "javascript:void(0)", "mailto:a@b.c", "tel:123", "data:text/html,x", "http://a:b@c/"} {
		if u, ok := resolve(base, link); ok {
			t.Errorf("%q was taken for %v", link, u)
		}
	}
	if got := addressOf("https://dongmau.example/A?id=1", base); got != "http://www.dongmau.example/A?id=1" {
		t.Errorf("asked for at %q", got)
	}
	if got := addressOf("https://tin.dongmau.example/A", base); got != "http://tin.dongmau.example/A" {
		t.Errorf("asked for at %q", got)
	}
}

func FuzzArticle(f *testing.F) {
	for _, s := range []string{articlePage(1), "<table><tr><td><a href='x.asp?id=1'>Một bài dài hơn hai mươi lăm chữ</a></td></tr></table>",
		"<meta property=og:title content=x><h1>\x00</h1><base href='//['><img srcset=', ,'>", "<script type='application/ld+json'>[{\"datePublished\":\"2026-11-25\"}]</script>",
		"Héi Liªn hiÖp Phô n÷", "<li class=tin><a href=/1>a<li class=tin><a href=/2>b<li class=tin><a href=/3>c"} {
		f.Add(s, "text/html", ".tin", ".date")
	}
	at, err := url.Parse("http://dongmau.example/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body, kind, item, date string) {
		cfg := Config{Item: item, Date: date}
		if cfg.Check() != nil {
			return
		}
		p, err := parsePage(decode([]byte(body), kind), at)
		if err != nil {
			return
		}
		for _, e := range append(p.list(cfg, noon).entries, p.list(Config{}, noon).entries...) {
			if u, err := url.Parse(e.external); err != nil || u.Scheme != "https" || !within(u, at) {
				t.Errorf("an article at %q", e.external)
			}
		}
		a := p.read(cfg, entry{external: "x"}, noon)
		in := a.incoming()
		if len(in.Text) > 3*mostText {
			t.Errorf("%d bytes of text", len(in.Text))
		}
		for _, m := range in.Media {
			if u, err := url.Parse(m.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("a picture at %q", m.URL)
			}
		}
		if s := p.guessItem(); s != "" && !readable(s) {
			t.Errorf("the guess %q is no selector", s)
		}
		if s := p.selectorOf(p.guessBody()); s != "" && !readable(s) {
			t.Errorf("the guess %q is no selector", s)
		}
	})
}

func FuzzFeed(f *testing.F) {
	for _, s := range []string{
		`<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><item><title>a</title><link>/1</link><pubDate>Wed, 25 Nov 2026 08:15:00 +0700</pubDate><description>&lt;img src=/a.jpg&gt;b</description></item></channel></rss>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div>a</div></title><link href="http://x/1"/><updated>2026-11-25T01:15:00Z</updated></entry></feed>`,
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item><title>a</title><link>http://x/1</link></item></rdf:RDF>`,
		`<rss><channel><item><link>http://[::1</link><enclosure type="image/png"/></item>`, "<rss><!DOCTYPE a [<!ENTITY b \"c\">]><channel>&b;",
	} {
		f.Add(s)
	}
	at, err := url.Parse("http://dongmau.example/rss")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := parseFeed(text, at, noon)
		if err != nil && lantoa.KindOf(err) == "" {
			t.Errorf("an error that nobody can read: %v", err)
		}
		for _, e := range l.entries {
			if u, err := url.Parse(e.external); err != nil || u.Scheme != "https" || u.Host == "" || e.address == "" {
				t.Errorf("an article at %q", e.external)
			}
			e.fromFeedOnly(noon).incoming()
		}
	})
}
