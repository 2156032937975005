package website

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/hoiphunu/lantoa"
)

func TestAListAndItsArticles(t *testing.T) {
	s := portal(t)
	ch := s.channel(chosen)
	haul, err := s.c.Visit(t.Context(), ch, full, noon)
	if err != nil {
		t.Fatal(err)
	}
	if got := externals(haul.Posts); got != "/tin/6 /tin/5 /tin/4 /tin/3 /tin/2 /tin/1" {
		t.Errorf("articles %s", got)
	}
	if !haul.Complete || !haul.From.IsZero() || haul.Calls != 9 || len(haul.Warnings) > 0 {
		t.Errorf("complete %v, from %v, calls %d, warnings %v", haul.Complete, haul.From, haul.Calls, haul.Warnings)
	}
	want := lantoa.Post{
		External: "https://" + s.Listener.Addr().String() + "/tin/6", Type: lantoa.Photo,
		Text:      "Bài số 6 của hội viên xã Đồng Mẫu\n\nChị Hoa nuôi lợn đất.\n\nĐoạn thứ nhất, có nhiều chữ.\n\nĐoạn thứ hai\nhai dòng.\n\nChị Hoa và đàn lợn đất",
		Permalink: s.URL + "/tin/6?utm_source=trang-chu", PublishedAt: time.Date(2026, 11, 25, 1, 15, 0, 0, time.UTC),
		Media: []lantoa.Media{{Kind: "photo", URL: s.URL + "/anh/6.jpg", Title: "Chị Hoa và đàn lợn đất"}},
	}
	if diff := cmp.Diff(want, haul.Posts[0].Post); diff != "" {
		t.Error(diff)
	}
	if haul.Posts[0].HasCount || haul.Size != nil {
		t.Error("figures that no site gives")
	}
}

func TestAFreshVisitReadsTheNewestPageAndWhatIsNewOnIt(t *testing.T) {
	s := portal(t)
	ch := s.channel(chosen)
	if _, err := s.c.Visit(t.Context(), ch, fresh, noon); err != nil {
		t.Fatal(err)
	}
	s.log()
	haul, err := s.c.Visit(t.Context(), ch, fresh, noon.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.log(); got != "304 /" {
		t.Errorf("asked %s", got)
	}
	if got := externals(haul.Posts); got != "/tin/6 /tin/5 /tin/4" {
		t.Errorf("articles %s", got)
	}
	if want := time.Date(2026, 11, 23, 8, 15, 0, 0, vietnam); !haul.From.Equal(want) || haul.Complete {
		t.Errorf("whole since %v, complete %v", haul.From, haul.Complete)
	}

	// The list has changed and shows one more; it alone is read.
	list := s.pages["/"]
	list.body = strings.Replace(list.body, `<div class="ds">`, `<div class="ds"><div class="tin"><h3><a href="/tin/7">Bài mới của hội viên</a></h3><span class="ngay">26/11/2026 10:00</span></div>`, 1)
	list.etag = `"l2"`
	s.set("/", list)
	s.set("/tin/7", answer{body: articlePage(7)})
	haul, err = s.c.Visit(t.Context(), ch, fresh, noon.Add(2*time.Minute))
	if got := s.log(); err != nil || got != "GET /, GET /tin/7" || !strings.HasPrefix(externals(haul.Posts), "/tin/7 /tin/6") {
		t.Errorf("asked %s, articles %s, %v", got, externals(haul.Posts), err)
	}

	// A day later the young ones are looked at again, and only the changed one is sent.
	changed := s.pages["/tin/6?utm_source=trang-chu"]
	changed.body, changed.etag = strings.Replace(changed.body, "Đoạn thứ hai", "Đoạn đã sửa", 1), `"a6b"`
	s.set("/tin/6?utm_source=trang-chu", changed)
	s.now = noon.Add(24 * time.Hour)
	haul, err = s.c.Visit(t.Context(), ch, fresh, s.now)
	if got := s.log(); err != nil || got != "304 /, GET /tin/7, GET /tin/6?utm_source=trang-chu, 304 /tin/5?utm_source=trang-chu, 304 /tin/4?utm_source=trang-chu" {
		t.Errorf("asked %s, %v", got, err)
	}
	if !strings.Contains(haul.Posts[1].Text, "Đoạn đã sửa") || !strings.Contains(haul.Posts[2].Text, "Đoạn thứ hai") {
		t.Errorf("%q", haul.Posts[1].Text)
	}
}

func TestAWeekOfSilenceIsMadeUpForWithOlderPages(t *testing.T) {
	s := portal(t)
	ask := fresh
	ask.Since = time.Date(2026, 11, 21, 0, 0, 0, 0, vietnam)
	haul, err := s.c.Visit(t.Context(), s.channel(chosen), ask, noon)
	if err != nil || externals(haul.Posts) != "/tin/6 /tin/5 /tin/4 /tin/3 /tin/2 /tin/1" {
		t.Errorf("articles %s, %v", externals(haul.Posts), err)
	}
}

func TestLosingWhatIsRememberedCostsRequestsOnly(t *testing.T) {
	s := portal(t)
	ch := s.channel(chosen)
	small := s.client(Options{Memory: 1})
	a, err := small.Visit(t.Context(), ch, fresh, noon)
	if err != nil {
		t.Fatal(err)
	}
	b, err := small.Visit(t.Context(), ch, fresh, noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Posts, b.Posts); diff != "" || len(small.known.at) != 0 {
		t.Errorf("%d are remembered; %s", len(small.known.at), diff)
	}
}

func TestFeeds(t *testing.T) {
	const rss = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Xã Đồng Mẫu</title><link>HOST</link>
<item><title>Chị Hoa nuôi lợn đất</title><link>HOST/bai/1?utm_source=rss&amp;id=5#top</link><pubDate>Wed, 25 Nov 2026 08:15:00 +0700</pubDate>
<description><![CDATA[<a href="x"><img src="/anh/1.jpg"></a><br/>Tóm tắt &amp; giới thiệu.]]></description><content:encoded><![CDATA[<p>Đoạn một.</p><p>Đoạn hai.</p>]]></content:encoded></item>
<item><title>Giờ địa phương</title><link>/bai/2</link><pubDate>25/11/2026 7:00:00 SA</pubDate><description>Chỉ có tóm tắt</description><enclosure url="HOST/anh/2.jpg" type="image/jpeg" length="1"/></item>
<item><title>Không múi giờ</title><guid>HOST/bai/3</guid><pubDate>Wed, 25 Nov 2026 06:00:00</pubDate></item>
<item><title>Trùng</title><link>http://HOSTNAME/bai/2?fbclid=1</link><pubDate>Wed, 25 Nov 2026 06:00:00 +0700</pubDate></item>
<item><title>Không ngày</title><link>/bai/4</link></item></channel></rss>`
	const atom = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Xã Đồng Mẫu</title><entry><title type="html">Chị Hoa &lt;b&gt;nuôi&lt;/b&gt; lợn đất</title>
<link rel="alternate" href="HOST/bai/1"/><updated>2026-11-26T01:00:00Z</updated><published>2026-11-25T01:15:00Z</published><content type="html">&lt;p&gt;Đoạn một.&lt;/p&gt;</content></entry></feed>`
	t.Run("RSS", func(t *testing.T) {
		s := newSite(t, nil)
		s.set("/rss", answer{kind: "application/rss+xml", body: strings.ReplaceAll(rss, "HOSTNAME", s.Listener.Addr().String()), since: "Wed, 25 Nov 2026 01:00:00 GMT"})
		ch := s.channel(Config{Feed: "HOST/rss"})
		haul, err := s.c.Visit(t.Context(), ch, full, noon)
		if err != nil {
			t.Fatal(err)
		}
		if got := externals(haul.Posts); got != "/bai/1?id=5 /bai/2 /bai/3" {
			t.Errorf("articles %s", got)
		}
		p := haul.Posts[0]
		if p.Text != "Chị Hoa nuôi lợn đất\n\nTóm tắt & giới thiệu.\n\nĐoạn một.\n\nĐoạn hai." || p.Media[0].URL != s.URL+"/anh/1.jpg" {
			t.Errorf("%q %v", p.Text, p.Media)
		}
		for i, want := range []string{"08:15", "07:00", "06:00"} {
			if got := haul.Posts[i].PublishedAt.In(vietnam).Format("15:04"); got != want {
				t.Errorf("article %d is of %s, want %s", i, got, want)
			}
		}
		if haul.Posts[1].Media[0].URL != s.URL+"/anh/2.jpg" || haul.Complete || haul.Name != "Xã Đồng Mẫu" {
			t.Errorf("%v, complete %v, name %q", haul.Posts[1].Media, haul.Complete, haul.Name)
		}
		if len(haul.Warnings) != 1 || haul.Warnings[0].What != "date" {
			t.Errorf("warnings %v", haul.Warnings)
		}
		s.log()
		again, err := s.c.Visit(t.Context(), ch, fresh, noon)
		if diff := cmp.Diff(haul.Posts, again.Posts); err != nil || diff != "" || s.log() != "304 /rss" {
			t.Errorf("an unchanged feed: %v %s", err, diff)
		}
	})
	t.Run("Atom", func(t *testing.T) {
		s := newSite(t, map[string]answer{"/atom": {kind: "text/xml", body: atom}})
		haul, err := s.c.Visit(t.Context(), s.channel(Config{Feed: "HOST/atom"}), full, noon)
		if err != nil || len(haul.Posts) != 1 || haul.Posts[0].Text != "Chị Hoa nuôi lợn đất\n\nĐoạn một." {
			t.Fatalf("%+v, %v", haul.Posts, err)
		}
		if got := haul.Posts[0].PublishedAt.In(vietnam).Format("02 15:04"); got != "25 08:15" {
			t.Errorf("of %s", got)
		}
	})
	t.Run("with the article pages for the whole text", func(t *testing.T) {
		s := portal(t)
		s.set("/rss", answer{kind: "text/xml", body: `<rss><channel><title>x</title><item><title>Bài số 6 của hội viên xã Đồng Mẫu</title><link>HOST/tin/6</link><pubDate>Wed, 25 Nov 2026 08:20:00 +0700</pubDate><description>Ngắn…</description></item></channel></rss>`})
		haul, err := s.c.Visit(t.Context(), s.channel(Config{Feed: "HOST/rss", Body: ".noidung-bai"}), full, noon)
		if err != nil || len(haul.Posts) != 1 || !strings.Contains(haul.Posts[0].Text, "Đoạn thứ hai") || strings.Contains(haul.Posts[0].Text, "Ngắn") {
			t.Errorf("%+v, %v", haul.Posts, err)
		}
	})
}

func TestOldEncodings(t *testing.T) {
	const title, body = "Hội Phụ nữ xã Đồng Mẫu tặng quà", "Chị Hoa được vay 50 triệu đồng để nuôi gà, nay đã có hơn hai trăm con. Mỗi tháng chị để dành cho tổ tiết kiệm."
	page := func(charset, title, body string) string {
		return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=` + charset + `"><title>x</title></head><body><h1>` + title + `</h1><div class=date>25/11/2026</div><div class=nd>` + body + `</div></body></html>`
	}
	const tcvnTitle, tcvnBody = "Héi Phô n÷ x· §ång MÉu tÆng quµ", "ChÞ Hoa ®\u00adîc vay 50 triÖu ®ång ®Ó nu«i gµ, nay ®· cã h¬n hai tr¨m con. Mçi th¸ng chÞ ®Ó dµnh cho tæ tiÕt kiÖm."
	const vniTitle, vniBody = "Hoäi Phuï nöõ xaõ Ñoàng Maãu taëng quaø", "Chò Hoa ñöôïc vay 50 trieäu ñoàng ñeå nuoâi gaø, nay ñaõ coù hôn hai traêm con. Moãi thaùng chò ñeå daønh cho toå tieát kieäm."
	w1252 := func(s string) string { return windows(t, charmap.Windows1252, s) }
	for _, tt := range []struct{ name, kind, page string }{
		{"UTF-8", "text/html; charset=utf-8", page("utf-8", title, body)},
		{"UTF-8 that says nothing", "text/html", page("", title, body)},
		{"UTF-8 that claims to be Western", "text/html; charset=iso-8859-1", page("iso-8859-1", title, body)},
		{"UTF-8 with a byte order mark", "text/html", "\uFEFF" + page("", title, body)},
		{"windows-1258 in the header", "text/html; charset=windows-1258", windows(t, charmap.Windows1258, page("", title, body))},
		{"windows-1258 in the page", "text/html", windows(t, charmap.Windows1258, page("windows-1258", title, body))},
		{"windows-1258 that says nothing", "text/html", windows(t, charmap.Windows1258, page("", title, body))},
		{"windows-1258 that claims to be Western", "text/html", windows(t, charmap.Windows1258, page("iso-8859-1", title, body))},
		{"windows-1258 that claims to be UTF-8", "text/html; charset=utf-8", windows(t, charmap.Windows1258, page("utf-8", title, body))},
		{"TCVN3 as it was served", "text/html", w1252(page("x-user-defined", tcvnTitle, tcvnBody))},
		{"TCVN3 that claims to be Western", "text/html; charset=windows-1252", w1252(page("windows-1252", tcvnTitle, tcvnBody))},
		{"TCVN3 in a page of UTF-8", "text/html; charset=utf-8", page("utf-8", tcvnTitle, tcvnBody)},
		{"VNI as it was served", "text/html", w1252(page("", vniTitle, vniBody))},
		{"VNI in a page of UTF-8", "text/html; charset=utf-8", page("utf-8", vniTitle, vniBody)},
		{"VNI with entities", "text/html", page("", "Ho&auml;i Phu&iuml; n&ouml;&otilde; xa&otilde; &Ntilde;o&agrave;ng Ma&atilde;u ta&euml;ng qua&oslash;", vniBody)},
		{"an old article under a new menu", "text/html; charset=utf-8", strings.Replace(page("utf-8", tcvnTitle, tcvnBody), "<h1>", strings.Repeat("<p>Trang thông tin điện tử, tin tức và sự kiện của địa phương</p>", 20)+"<h1>", 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, map[string]answer{
				"/":    {body: `<ul><li class=i><a href="/1">` + title + `</a></li></ul>`},
				"/1":   {kind: tt.kind, body: tt.page},
				"/rss": {kind: "text/xml", body: ""},
			})
			haul, err := s.c.Visit(t.Context(), s.channel(Config{Item: ".i", Title: "h1", Date: ".date", Body: ".nd"}), full, noon)
			if err != nil || len(haul.Posts) != 1 {
				t.Fatalf("%+v, %v", haul, err)
			}
			if got := haul.Posts[0].Text; got != title+"\n\n"+body {
				t.Errorf("%q", got)
			}
		})
	}
	t.Run("French is left alone", func(t *testing.T) {
		const french = "L'été dernier, les élèves de l'école ont visité la forêt ; où étaient-ils déjà allés à Noël ?"
		for _, said := range []string{"iso-8859-1", "windows-1252"} {
			if got := decode([]byte(w1252(page(said, french, french))), "text/html"); !strings.Contains(got, french) {
				t.Errorf("%s: %q", said, got)
			}
		}
		if got := tongueOf(french).read(french); got != french {
			t.Errorf("%q", got)
		}
	})
	t.Run("a feed in TCVN3", func(t *testing.T) {
		s := newSite(t, map[string]answer{"/rss": {kind: "text/xml", body: w1252(`<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><title>X· §ång MÉu</title><item><title>` + tcvnTitle + `</title><link>/1</link><pubDate>25/11/2026</pubDate><description>` + tcvnBody + `</description></item></channel></rss>`)}})
		haul, err := s.c.Visit(t.Context(), s.channel(Config{Feed: "HOST/rss"}), full, noon)
		if err != nil || len(haul.Posts) != 1 || haul.Posts[0].Text != title+"\n\n"+body || haul.Name != "Xã Đồng Mẫu" {
			t.Errorf("%+v, %v", haul, err)
		}
	})
}

func TestRobotsAreObeyed(t *testing.T) {
	s := portal(t)
	s.set("/robots.txt", answer{kind: "text/plain", body: "User-agent: *\nDisallow: /tin/5\n"})
	ch := s.channel(chosen)
	haul, err := s.c.Visit(t.Context(), ch, fresh, noon)
	if err != nil || externals(haul.Posts) != "/tin/6 /tin/4" {
		t.Errorf("articles %s, %v", externals(haul.Posts), err)
	}
	if len(haul.Warnings) != 1 || haul.Warnings[0].Kind != lantoa.NoRight || haul.Warnings[0].What != "robots" {
		t.Errorf("warnings %v", haul.Warnings)
	}
	if strings.Contains(s.log(), "/tin/5") {
		t.Error("a page was asked for that robots.txt forbids")
	}

	s.set("/robots.txt", answer{kind: "text/plain", body: "User-agent: lantoa\nDisallow: /\n"})
	if _, err := s.c.Visit(t.Context(), ch, fresh, noon.Add(23*time.Hour)); err != nil {
		t.Errorf("the rules of less than a day ago: %v", err)
	}
	s.log()
	s.now = noon.Add(25 * time.Hour)
	haul, err = s.c.Visit(t.Context(), ch, fresh, s.now)
	if lantoa.KindOf(err) != lantoa.NoRight || len(haul.Posts) > 0 || s.log() != "" {
		t.Errorf("the new rules: %v", err)
	}

	for status, want := range map[int]lantoa.Kind{500: lantoa.Away, 404: "", 403: "", 429: lantoa.Limited} {
		s.set("/robots.txt", answer{status: status, body: "User-agent: *\nDisallow: /\n"})
		if _, err := s.client(Options{}).Visit(t.Context(), ch, fresh, noon); lantoa.KindOf(err) != want {
			t.Errorf("robots.txt answers %d: %v", status, err)
		}
	}
}

func TestTwoRequestsToOneHostAreApart(t *testing.T) {
	s := portal(t)
	c := s.client(Options{Pace: 20 * time.Millisecond})
	began := time.Now()
	haul, err := c.Visit(t.Context(), s.channel(chosen), fresh, noon)
	if took := time.Since(began); err != nil || took < time.Duration(haul.Calls-1)*20*time.Millisecond {
		t.Errorf("%d requests in %v, %v", haul.Calls, took, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Visit(ctx, s.channel(chosen), fresh, noon); !errors.Is(err, context.Canceled) {
		t.Errorf("a visit that was given up: %v", err)
	}
}

func TestWhatGoesWrongWithAListOrFeed(t *testing.T) {
	const item = `<div class="tin"><h3><a href="/tin/1">Bài</a></h3></div>`
	for _, tt := range []struct {
		name string
		feed bool
		a    answer
		kind lantoa.Kind
		what string
	}{
		{"500", false, answer{status: 500, body: "oops"}, lantoa.Away, "list"},
		{"503 for a while", false, answer{status: 503, header: map[string]string{"Retry-After": "120"}}, lantoa.Limited, "list"},
		{"429", false, answer{status: 429}, lantoa.Limited, "list"},
		{"403", false, answer{status: 403}, lantoa.NoRight, "list"},
		{"404", false, answer{status: 404}, lantoa.Gone, "list"},
		{"410 of a feed", true, answer{status: 410}, lantoa.Gone, "feed"},
		{"400", false, answer{status: 400}, lantoa.Refused, "list"},
		{"another layout", false, answer{body: "<html><div class=khac>…</div></html>"}, lantoa.Garbled, "list"},
		{"a login in its place", false, answer{body: "<form><input type=password></form>"}, lantoa.NoRight, "login"},
		{"a redirect to the login", false, answer{do: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/dang-nhap?returnUrl=/", http.StatusFound)
		}}, lantoa.NoRight, "login"},
		{"a redirect in a circle", false, answer{do: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }}, lantoa.Garbled, "redirect"},
		{"a redirect into our own network", false, answer{do: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}}, lantoa.Forbidden, "inside_address"},
		{"a picture", false, answer{kind: "image/png", body: "\x89PNG"}, lantoa.Garbled, "content_type"},
		{"HTML in place of a feed", true, answer{body: "<!DOCTYPE html><html><body>" + item}, lantoa.Garbled, "feed"},
		{"HTML that calls itself a feed", true, answer{kind: "application/rss+xml", body: "<html><body>404</body></html>"}, lantoa.Garbled, "feed"},
		{"half a feed", true, answer{kind: "text/xml", body: "<rss><channel><title>x</title><item><title>Bài"}, lantoa.Garbled, "half_body"},
		{"nothing at all in place of a feed", true, answer{kind: "text/xml"}, lantoa.Garbled, "feed"},
		{"half a page by its length", false, answer{do: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "9999")
			io.WriteString(w, "<html>"+item)
		}}, lantoa.Garbled, "half_body"},
		{"half a page without a length", false, answer{do: func(w http.ResponseWriter, r *http.Request) {
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				io.WriteString(conn, "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"+item)
				conn.Close()
			}
		}}, lantoa.Garbled, "half_body"},
		{"a page without end", false, answer{do: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat(item, 1000)); err != nil {
					return
				}
			}
		}}, lantoa.TooLarge, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, map[string]answer{"/": tt.a, "/dang-nhap?returnUrl=/": {body: "<input type=password>"}})
			cfg := chosen
			if tt.feed {
				cfg = Config{Feed: "HOST/"}
			}
			haul, err := s.c.Visit(t.Context(), s.channel(cfg), full, noon)
			var trouble *lantoa.Trouble
			if !errors.As(err, &trouble) || trouble.Kind != tt.kind || trouble.What != tt.what {
				t.Errorf("%v, want %s (%s)", err, tt.kind, tt.what)
			}
			if trouble != nil && trouble.Kind == lantoa.Limited && !trouble.Until.After(noon) {
				t.Errorf("until %v", trouble.Until)
			}
			if len(haul.Posts) > 0 {
				t.Errorf("articles all the same: %s", externals(haul.Posts))
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		s := newSite(t, nil)
		ch := s.channel(chosen)
		s.Close()
		if _, err := s.c.Visit(t.Context(), ch, full, noon); lantoa.KindOf(err) != lantoa.Away {
			t.Error(err)
		}
	})
	t.Run("an inside address as channel", func(t *testing.T) {
		s := newSite(t, nil)
		ch := lantoa.Channel{URL: "http://10.0.0.1/", Config: chosen.String()}
		if _, err := s.c.Visit(t.Context(), ch, full, noon); lantoa.KindOf(err) != lantoa.Forbidden {
			t.Error(err)
		}
	})
	t.Run("a Config that cannot be", func(t *testing.T) {
		s := newSite(t, nil)
		for _, conf := range []string{"{", `{"item":"div["}`, `{"feed":"javascript:1"}`} {
			if _, err := s.c.Visit(t.Context(), lantoa.Channel{URL: s.URL, Config: conf}, full, noon); lantoa.KindOf(err) != lantoa.Invalid {
				t.Errorf("%s: %v", conf, err)
			}
		}
		if s.log() != "" {
			t.Error("the site was asked all the same")
		}
	})
}

func TestOneBadArticleIsNotTheWholeVisit(t *testing.T) {
	s := portal(t)
	s.set("/tin/5?utm_source=trang-chu", answer{status: 500})
	haul, err := s.c.Visit(t.Context(), s.channel(chosen), fresh, noon)
	if err != nil || externals(haul.Posts) != "/tin/6 /tin/4" {
		t.Errorf("articles %s, %v", externals(haul.Posts), err)
	}
	if len(haul.Warnings) != 1 || haul.Warnings[0].Kind != lantoa.Away || haul.Warnings[0].What != "article_page" {
		t.Errorf("warnings %v", haul.Warnings)
	}
	t.Run("one that was read before stays in the haul", func(t *testing.T) {
		s.set("/tin/5?utm_source=trang-chu", answer{body: articlePage(5)})
		if _, err := s.c.Visit(t.Context(), s.channel(chosen), fresh, noon); err != nil {
			t.Fatal(err)
		}
		s.set("/tin/5?utm_source=trang-chu", answer{status: 500})
		haul, err := s.c.Visit(t.Context(), s.channel(chosen), fresh, noon.Add(48*time.Hour))
		if err != nil || externals(haul.Posts) != "/tin/6 /tin/5 /tin/4" || len(haul.Warnings) != 1 {
			t.Errorf("articles %s, %v, %v", externals(haul.Posts), haul.Warnings, err)
		}
	})
	t.Run("a site that goes away meanwhile is left alone", func(t *testing.T) {
		for i := range 7 {
			s.set(fmt.Sprintf("/tin/%d?utm_source=trang-chu", i), answer{status: 502})
		}
		s.log()
		_, err := s.client(Options{}).Visit(t.Context(), s.channel(chosen), full, noon)
		if got := s.log(); lantoa.KindOf(err) != lantoa.Away || strings.Count(got, "/tin/") != patientWith {
			t.Errorf("%v after %s", err, got)
		}
	})
}

func TestWhatIsGone(t *testing.T) {
	s := portal(t)
	ch := s.channel(chosen)
	id := func(path string) string { return "https://" + s.Listener.Addr().String() + path }

	s.set("/tin/1", answer{status: 404})
	s.set("/tin/2", answer{status: 410})
	s.set("/tin/3", answer{status: 500})
	s.set("/tin/4", answer{do: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }})
	gone, err := s.c.Confirm(t.Context(), ch, []string{id("/tin/6"), id("/tin/1"), id("/tin/4"), id("/tin/2"), id("/tin/3"), id("/tin/5")})
	if diff := cmp.Diff([]string{id("/tin/1"), id("/tin/2")}, gone); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}

	s.log()
	if gone, err := s.c.Confirm(t.Context(), ch, []string{id("/tin/6"), id("/tin/1")}); err != nil || len(gone) != 1 || s.log() != "GET /tin/1" {
		t.Errorf("what was there a moment ago was asked after again: %v, %v", gone, err)
	}

	haul, err := s.c.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Fresh, Since: noon.Add(-24 * time.Hour), Posts: []string{id("/tin/1"), id("/tin/4"), id("/tin/2"), id("/khac/9")}}, noon)
	if err != nil || externals(haul.Posts) != "/tin/6 /tin/5 /tin/4" || strings.Join(haul.Gone, " ") != strings.Join([]string{id("/tin/1"), id("/tin/2"), id("/khac/9")}, " ") {
		t.Errorf("articles %s, gone %v, %v", externals(haul.Posts), haul.Gone, err)
	}
	t.Run("a list that is shorter than it was makes nothing gone", func(t *testing.T) {
		list := s.pages["/"]
		list.body, list.etag = strings.Replace(list.body, "/tin/5?utm_source=trang-chu", "/tin/6", 1), `"l9"`
		s.set("/", list)
		haul, err := s.c.Visit(t.Context(), ch, fresh, noon)
		if err != nil || len(haul.Gone) > 0 || externals(haul.Posts) != "/tin/6 /tin/4" {
			t.Errorf("articles %s, gone %v, %v", externals(haul.Posts), haul.Gone, err)
		}
	})
	t.Run("an article that was asked for", func(t *testing.T) {
		haul, err := s.c.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Fresh, Since: noon, Posts: []string{id("/tin/5")}}, noon)
		if err != nil || externals(haul.Posts) != "/tin/6 /tin/4 /tin/5" {
			t.Errorf("articles %s, %v", externals(haul.Posts), err)
		}
	})
}

func TestPagingHasAnEnd(t *testing.T) {
	page := func(n int, next string) answer {
		return answer{body: fmt.Sprintf(`<html><div class="tin"><h3><a href="/tin/%d">Bài số %d của hội viên</a></h3></div><a class=sau href="%s">Sau</a></html>`, n, n, next)}
	}
	t.Run("a calendar without articles", func(t *testing.T) {
		s := newSite(t, nil)
		s.set("/tin/1", answer{body: articlePage(1)})
		for n := range 100 {
			s.set(fmt.Sprintf("/?p=%d", n), page(1, fmt.Sprintf("/?p=%d", n+1)))
		}
		s.set("/", page(1, "/?p=1"))
		haul, err := s.c.Visit(t.Context(), s.channel(chosen), full, noon)
		if err != nil || haul.Complete || len(haul.Warnings) != 1 || haul.Warnings[0].What != "paging" || haul.Calls > 5 {
			t.Errorf("%d calls, complete %v, warnings %v, %v", haul.Calls, haul.Complete, haul.Warnings, err)
		}
	})
	t.Run("a circle", func(t *testing.T) {
		s := newSite(t, map[string]answer{"/tin/1": {body: articlePage(1)}, "/tin/2": {body: articlePage(2)}})
		s.set("/", page(2, "/?p=2"))
		s.set("/?p=2", page(1, "/"))
		haul, err := s.c.Visit(t.Context(), s.channel(Config{List: "HOST/", Item: ".tin", Date: ".date", Next: ".sau"}), full, noon)
		if err != nil || haul.Complete || len(haul.Warnings) != 1 || externals(haul.Posts) != "/tin/2 /tin/1" {
			t.Errorf("articles %s, complete %v, warnings %v, %v", externals(haul.Posts), haul.Complete, haul.Warnings, err)
		}
	})
	t.Run("more than is read at once", func(t *testing.T) {
		s := newSite(t, nil)
		for n := range mostPages + 5 {
			s.set(fmt.Sprintf("/?p=%d", n), page(n, fmt.Sprintf("/?p=%d", n+1)))
			s.set(fmt.Sprintf("/tin/%d", n), answer{body: articlePage(1)})
		}
		haul, err := s.c.Visit(t.Context(), s.channel(Config{List: "HOST/?p=0", Item: ".tin", Date: ".date", Next: ".sau"}), full, noon)
		if err != nil || haul.Complete || len(haul.Posts) != mostPages || len(haul.Warnings) != 1 || haul.Warnings[0].Kind != lantoa.TooLarge {
			t.Errorf("%d articles, complete %v, warnings %v, %v", len(haul.Posts), haul.Complete, haul.Warnings, err)
		}
	})
}

func TestAVisitThatRunsOutOfTimeGoesOnAtTheNext(t *testing.T) {
	s := portal(t)
	ch := s.channel(chosen)
	slow := s.client(Options{Patience: time.Second})
	s.set("/tin/4?utm_source=trang-chu", answer{do: func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(1100 * time.Millisecond)
		io.WriteString(w, articlePage(4))
	}})
	haul, err := slow.Visit(t.Context(), ch, full, noon)
	if err != nil || haul.Depth != lantoa.Fresh || haul.Complete || haul.From.IsZero() || externals(haul.Posts) != "/tin/6 /tin/5 /tin/4" {
		t.Errorf("articles %s, depth %q, complete %v, from %v, %v", externals(haul.Posts), haul.Depth, haul.Complete, haul.From, err)
	}
	haul, err = slow.Visit(t.Context(), ch, full, noon.Add(time.Minute))
	if err != nil || haul.Depth != "" || !haul.Complete || len(haul.Posts) != 6 {
		t.Errorf("articles %s, depth %q, complete %v, %v", externals(haul.Posts), haul.Depth, haul.Complete, err)
	}
}

func TestAPinnedArticleDoesNotMakeThePastSuspect(t *testing.T) {
	v := visit{now: noon}
	day := func(n int) time.Time { return noon.AddDate(0, 0, -n) }
	for _, tt := range []struct {
		name string
		days []int
		want time.Time
	}{
		{"none", nil, noon},
		{"in order", []int{1, 2, 3}, day(3)},
		{"one pinned to the head", []int{900, 1, 2, 3, 4, 5}, day(5)},
		{"no order at all", []int{5, 900, 2, 70, 1}, noon},
	} {
		v.dates = nil
		for _, n := range tt.days {
			v.dates = append(v.dates, day(n))
		}
		if got := v.whole(); !got.Equal(tt.want) {
			t.Errorf("%s: whole since %v, want %v", tt.name, got, tt.want)
		}
	}
}

// One day of a portal that shows 25 articles, one of them new each day, visited as the rhythm has it: every hour by
// day, every four at night.
func BenchmarkChannelDay(b *testing.B) {
	for _, marks := range []bool{true, false} {
		b.Run(fmt.Sprintf("says-what-has-not-changed=%v", marks), func(b *testing.B) {
			s := newSite(b, nil)
			var list strings.Builder
			for i := 25; i > 0; i-- {
				fmt.Fprintf(&list, `<div class="tin"><h3><a href="/tin/%d">Bài số %d của hội viên</a></h3><span class="ngay">%s</span></div>`, i, i, noon.AddDate(0, 0, i-26).Format("02/01/2006 15:04"))
				a := answer{body: strings.Replace(articlePage(i), `class="date"`, `class="nothing"`, 1)}
				if marks {
					a.etag = fmt.Sprintf(`"%d"`, i)
				}
				s.set(fmt.Sprintf("/tin/%d", i), a)
			}
			a := answer{body: list.String()}
			if marks {
				a.etag = `"list"`
			}
			s.set("/", a)
			cfg := chosen
			cfg.Date, cfg.Next = ".ngay", ""
			ch := s.channel(cfg)
			if _, err := s.c.Visit(b.Context(), ch, full, noon.AddDate(0, 0, -1)); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				calls := 0
				s.asked = nil
				for h := range 24 {
					if s.now = noon.Add(time.Duration(h-12) * time.Hour); s.now.Hour() < 6 && h%4 != 0 {
						continue
					}
					ask := fresh
					ask.Since = s.now.Add(-24 * time.Hour)
					haul, err := s.c.Visit(b.Context(), ch, ask, s.now)
					if err != nil {
						b.Fatal(err)
					}
					calls += haul.Calls
				}
				b.ReportMetric(float64(calls), "calls/day")
				b.ReportMetric(float64(strings.Count(strings.Join(s.asked, " "), "304")), "unchanged/day")
			}
		})
	}
}
