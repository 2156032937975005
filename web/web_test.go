package web

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// reader is a person with a browser that runs no scripts.
type reader struct {
	*house
	client http.Client
}

// answer is a page that came back.
type answer struct {
	*goquery.Document
	status int
	header http.Header
	html   string
	at     string // path and query after redirects
}

// visit begins as somebody who has not signed in.
func (h *house) visit() *reader {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	must(h.t, err)
	return &reader{house: h, client: http.Client{Jar: jar}}
}

// as begins as a person who has signed in.
func (h *house) as(email string) *reader {
	h.t.Helper()
	r := h.visit()
	if a := r.post("/dang-nhap", "email", email, "mat_khau", password); a.at == "/dang-nhap" {
		h.t.Fatalf("%s could not sign in: %s", email, a.Find(".notice").Text())
	}
	return r
}

func (r *reader) do(req *http.Request) answer {
	r.t.Helper()
	res, err := r.client.Do(req)
	must(r.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(r.t, err)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	must(r.t, err)
	if strings.Contains(string(body), "⟦") {
		r.t.Errorf("%s shows a text that is not in the catalogue: %s", req.URL, around(string(body), "⟦"))
	}
	return answer{Document: doc, status: res.StatusCode, header: res.Header, html: string(body), at: res.Request.URL.RequestURI()}
}

func around(s, what string) string {
	i := strings.Index(s, what)
	return s[max(0, i-40):min(len(s), i+60)]
}

func (r *reader) get(path string, header ...string) answer {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodGet, r.url+path, nil)
	must(r.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return r.do(req)
}

func (r *reader) post(path string, form ...string) answer {
	r.t.Helper()
	return r.postWith(path, nil, form...)
}

func (r *reader) postWith(path string, header map[string]string, form ...string) answer {
	r.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		v.Add(form[i], form[i+1])
	}
	req, err := http.NewRequest(http.MethodPost, r.url+path, strings.NewReader(v.Encode()))
	must(r.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for k, x := range header {
		req.Header.Set(k, x)
	}
	return r.do(req)
}

// texts are the texts of what a selector finds, spaces made single.
func (a answer) texts(selector string) []string {
	var out []string
	a.Find(selector).Each(func(_ int, s *goquery.Selection) { out = append(out, strings.Join(strings.Fields(s.Text()), " ")) })
	return out
}

func (a answer) text(selector string) string { return strings.Join(a.texts(selector), " | ") }

func (a answer) has(t *testing.T, selector, want string) {
	t.Helper()
	if got := a.text(selector); !strings.Contains(got, want) {
		t.Errorf("%s: %s is %q, want it to say %q", a.at, selector, got, want)
	}
}

func (h *house) storyURL(key string) string { return "/cau-chuyen/" + string(h.stories[key]) }
func (h *house) postURL(key string) string  { return "/bai-viet/" + string(h.posts[key]) }
func (h *house) channelURL(name string) string {
	return "/kenh/" + string(h.channels[name].ID)
}

// screens are all pages, with awkward ones among them.
func (h *house) screens() []string {
	out := []string{
		"/", "/tim-kiem", "/tim-kiem?q=ph%E1%BB%A5+n%E1%BB%AF", "/tim-kiem?q=khongcogihetvaykia+zzzz", "/tim-kiem?q=%3Cscript%3E&cap=commune&trang=9999",
		"/tim-kiem?q=%22&tu=2026-13-45&den=x&thang=-3&noi_bat=9&sap_xep=y&don_vi=zz&trang=-1&x=1", "/cau-chuyen", "/cau-chuyen?muc=dismissed", "/cau-chuyen?tuan=2026-W47",
		"/cau-chuyen?muc=approved&tuan=2020-W53", "/kenh", "/kenh?trang_thai=silent", "/kenh?ten=khongco", "/kenh?loai=zalo_group&cap=commune&trang=2",
	}
	for key := range h.stories {
		out = append(out, h.storyURL(key))
	}
	for key := range h.posts {
		out = append(out, h.postURL(key))
	}
	for _, name := range []string{"Phụ nữ xã Núi Mẫu", "Phụ nữ xã Đồng Mẫu", "Nhóm Zalo Hội LHPN xã Thác Mẫu", "Phụ nữ xã Cầu Mẫu", "Nhóm Zalo Hội LHPN xã Hạ Mẫu"} {
		out = append(out, h.channelURL(name))
	}
	return out
}

func TestEveryScreenIsDrawnWholeInBothLanguages(t *testing.T) {
	h := open(t)
	for _, lang := range []string{"vi", "en"} {
		r := h.as("truyenthong@mau.vn")
		if lang == "en" {
			r.post("/ngon-ngu", "tieng", "en", "ve", "/")
		}
		for _, path := range h.screens() {
			a := r.get(path)
			a.whole(t, lang)
			// A post's own text is shown whole, however long.
			if len(a.html) > 60_000 && path != h.postURL("long") {
				t.Errorf("%s: %d bytes of HTML, at most 60,000", path, len(a.html))
			}
		}
	}
}

// On a day without anything and on one on which much has happened, the screens of administration and of what is told
// to us directly are whole too.
func TestTheScreensOfAdministrationAreDrawnWhole(t *testing.T) {
	for name, h := range map[string]*house{"empty": open(t), "busy": openBusy(t)} {
		paths := []string{"/quan-tri/ket-noi", "/quan-tri/thong-bao", "/quan-tri/nhap", "/hop-cau-chuyen", "/hop-cau-chuyen?muc=tat_ca", "/ke-chuyen", "/", "/kenh"}
		if name == "busy" {
			h.expected()
			h.many()
			paths = append(paths, h.channelURL(site), h.channelURL("Phụ nữ xã Đồng Mẫu"), h.channelURL("Nhóm Zalo Hội LHPN xã Đồng Mẫu"), h.postURL("lợn đất"), h.storyURL("lợn đất"))
		} else {
			h.account.stateErr = lantoa.Missing("oa", "")
		}
		for _, lang := range []string{"vi", "en"} {
			r := h.as("admin@mau.vn")
			r.post("/ngon-ngu", "tieng", lang, "ve", "/")
			if name == "busy" {
				r.post("/quan-tri/ket-noi/facebook", "ma", secret).whole(t, lang)
			}
			for _, path := range paths {
				a := r.get(path)
				a.whole(t, lang)
				if len(a.html) > 60_000 {
					t.Errorf("%s: %d bytes of HTML, at most 60,000", path, len(a.html))
				}
			}
		}
	}
}

// whole checks what is true of every page.
func (a answer) whole(t *testing.T, lang string) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Errorf("%s: status %d: %s", a.at, a.status, a.text("main"))
	}
	if got := a.Find("html").AttrOr("lang", ""); got != lang {
		t.Errorf("%s: language %q, want %q", a.at, got, lang)
	}
	if a.Find("h1").Length() != 1 || a.Find("main").Length() != 1 || a.Find("nav").Length() < 1 || a.Find("a.skip").Length() != 1 {
		t.Errorf("%s: not one h1, one main, a nav and a skip link", a.at)
	}
	if n := a.Find("script:not([src]),style,[style],[onclick],[onerror],img:not([src^='/anh/'],[src^='/cam-on/']),img:not([alt]),iframe").Length(); n > 0 {
		t.Errorf("%s: %d pieces that the Content-Security-Policy refuses or foreign text made", a.at, n)
	}
	a.Find("[href],[src],[action]").Each(func(_ int, s *goquery.Selection) {
		for _, k := range []string{"href", "src", "action"} {
			if v := s.AttrOr(k, "/"); strings.HasPrefix(v, "javascript:") || s.Is("link,script,use") && !strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "#") {
				t.Errorf("%s leads to %q", a.at, v)
			}
		}
	})
	ids := map[string]bool{}
	a.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if ids[id] {
			t.Errorf("%s: the id %q stands twice", a.at, id)
		}
		ids[id] = true
	})
	a.Find("input:not([type=hidden]),select,textarea").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("label").Length() == 0 && a.Find(`label[for="`+s.AttrOr("id", "?")+`"]`).Length() == 0 {
			html, _ := goquery.OuterHtml(s)
			t.Errorf("%s: no label for %s", a.at, html)
		}
	})
	a.Find("svg.chart").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-label", "") == "" || s.AttrOr("role", "") != "img" {
			t.Errorf("%s: a chart without a name", a.at)
		}
	})
}

func TestForeignTextIsShownAsItWasWritten(t *testing.T) {
	r := open(t).as("truyenthong@mau.vn")
	a := r.get(r.postURL("script"))
	a.has(t, ".text", `<script>alert("x")</script><img src=x onerror=alert(1)> Bài của chị <b>Mẫu</b> & "bạn"`)
	if a.Find("a[rel]").Length() != 0 {
		t.Error("an address that is none of the web's became a link")
	}
	a = r.get(r.postURL("long"))
	if got := len(a.Find(".text").Text()); got < 70_000 {
		t.Errorf("of 70,000 letters %d are shown", got)
	}
	a = r.get(r.postURL("rtl"))
	a.has(t, ".text", "\u202Etxet sdrawkcab\u202C Phụ nữ")
	if a.Find(".text").AttrOr("dir", "") != "auto" {
		t.Error("a text does not choose its own direction")
	}
	a = r.get(r.postURL("nfd"))
	a.has(t, ".text", "Mô hình nuôi lợn đất ở chi hội Hoà Bình")
	r.get(r.postURL("empty")).has(t, ".text", "Bài không có chữ")
}

func TestHome(t *testing.T) {
	h := open(t)
	t.Run("the communications officer sees the state of all pages and the best five stories", func(t *testing.T) {
		a := h.as("truyenthong@mau.vn").get("/")
		a.has(t, "h1", "13 trên 20 trang đang hoạt động")
		a.has(t, ".when", "Tuần 47 · 16–22/11/2026 · số đến 06:00 hôm nay")
		a.has(t, ".lead", "2 trang im lặng; 2 trang mất kết nối, không phải lỗi của đơn vị.")
		if got := a.text(".tile b"); got != "13 | 2 | 2 | 2" {
			t.Errorf("tiles %s", got)
		}
		a.has(t, ".beside", "1 trang lưu trữ") // 13 + 2 + 2 + 2 + 1 = 20
		if got := a.Find("[data-card]").Length(); got != 5 {
			t.Errorf("%d stories, want 5", got)
		}
		first := a.Find("[data-card]").First()
		for _, want := range []string{"Hội LHPN xã Đồng Mẫu", "gấp 4,2 lần", "so với 34 bài của chính trang", "4 trang đăng"} {
			if !strings.Contains(first.Text(), want) {
				t.Errorf("the first card does not say %q", want)
			}
		}
		if first.Find("button[value=approve]").Length() != 1 {
			t.Error("no button to choose with one tap")
		}
		a.has(t, ".row", "Facebook báo mã truy cập của trang này đã hết hạn từ 20/11/2026.")
		a.has(t, ".level .num", "9/15")
	})
	t.Run("a leader sees the same figures, the network before the stories, and nothing to press", func(t *testing.T) {
		a := h.as("lanhdao@mau.vn").get("/")
		a.has(t, "h1", "13 trên 20 trang")
		if a.Find("form[data-decide]").Length() != 0 {
			t.Error("a leader is offered to decide")
		}
		if strings.Index(a.html, `id="h-levels"`) > strings.Index(a.html, `id="h-stories"`) {
			t.Error("stories stand before the network")
		}
	})
	t.Run("a commune's officer sees her own week and no other unit", func(t *testing.T) {
		a := h.as("canbo@mau.vn").get("/")
		a.has(t, "h1", "Xã Đồng Mẫu: ")
		a.has(t, ".own", "Phụ nữ xã Đồng Mẫu")
		a.has(t, ".row .up", "gấp 4,2 lần")
		if strings.Contains(a.html, "Khe Mẫu") || strings.Contains(a.html, "Núi Mẫu") {
			t.Error("another commune stands on her page")
		}
	})
	t.Run("while the first collection runs its progress is shown and asked for", func(t *testing.T) {
		h.progress = Progress{Share: 0.42, Day: h.Now().AddDate(0, -2, 0), Until: h.Now()}
		defer func() { h.progress = Progress{Done: true} }()
		r := h.as("truyenthong@mau.vn")
		a := r.get("/")
		a.has(t, "#progress[data-running]", "23/09/2026")
		if got := a.Find("progress").AttrOr("value", ""); got != "420" {
			t.Errorf("value %s", got)
		}
		if !strings.Contains(a.html, `<noscript><meta http-equiv="refresh" content="5"></noscript>`) {
			t.Error("without JavaScript the page does not come back by itself")
		}
		a = r.get("/", "X-Fragment", "progress")
		if a.header.Get("X-Fragment") != "progress" || a.Find("main").Length() != 0 || a.Find("progress").Length() != 1 {
			t.Errorf("the fragment is %s", a.html)
		}
	})
}

func TestSearch(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	for _, q := range []string{"nuôi lợn đất", "nuoi lon dat", "nuo\u0302i lo\u031b\u0323n \u0111a\u0302\u0301t"} {
		a := r.get("/tim-kiem?q=" + url.QueryEscape(q))
		a.has(t, ".found", "tìm thấy 5 bài trong ")
		a.has(t, ".hit mark", "nuôi lợn đất")
	}
	t.Run("the last page has rows, and a page beyond it is the last", func(t *testing.T) {
		a := r.get("/tim-kiem?q=ph%E1%BB%A5+n%E1%BB%AF")
		last := a.Find(".pages a:not([rel])").Last()
		a = r.get("/tim-kiem" + last.AttrOr("href", ""))
		if a.Find(".hit").Length() == 0 || a.Find(".pages a[aria-current]").Text() != last.Text() {
			t.Errorf("page %s of %s: %d rows", last.Text(), a.at, a.Find(".hit").Length())
		}
		if a = r.get("/tim-kiem?q=ph%E1%BB%A5+n%E1%BB%AF&trang=99999"); a.Find(".hit").Length() == 0 {
			t.Error("a page beyond the last is empty")
		}
	})
	t.Run("filters narrow, stay in the address, and can be taken off one by one", func(t *testing.T) {
		a := r.get("/tim-kiem?q=l%E1%BB%A3n+%C4%91%E1%BA%A5t&cap=commune&cap=province&noi_bat=2&cau_chuyen=1")
		a.has(t, ".found", "tìm thấy 1 bài")
		a.has(t, ".chosen", "từ 2 lần mức thường")
		if got := a.Find("input:checked").Length(); got != 5 { // two levels, any time, score, stories
			t.Errorf("%d filters are ticked, want 5", got)
		}
		href := a.Find(".chosen a").First().AttrOr("href", "")
		if v, err := url.ParseQuery(strings.TrimPrefix(href, "?")); err != nil || v.Get("q") != "lợn đất" || len(v["cap"]) != 1 {
			t.Errorf("taking off the first leads to %s", href)
		}
		a.has(t, ".hit", "gấp 4,2 lần")
	})
	t.Run("a script gets the results alone", func(t *testing.T) {
		a := r.get("/tim-kiem?q=l%E1%BB%A3n", "X-Fragment", "results")
		if a.header.Get("X-Fragment") != "results" || a.Find("main").Length() != 0 || a.Find(".hit").Length() == 0 {
			t.Errorf("fragment: %.200s", a.html)
		}
	})
	t.Run("an officer finds her own unit's posts only, in rows and in counts", func(t *testing.T) {
		a := h.as("canbo@mau.vn").get("/tim-kiem?q=ph%E1%BB%A5+n%E1%BB%AF")
		for _, who := range a.texts(".hit .who b") {
			if who != "Hội LHPN xã Đồng Mẫu" {
				t.Errorf("she finds a post of %s", who)
			}
		}
		if strings.Contains(a.text("select[name=don_vi]"), "Khe") || a.Find(".hit").Length() == 0 {
			t.Error("she is shown another unit's count, or nothing")
		}
	})
	t.Run("nothing found says what to do", func(t *testing.T) {
		a := r.get("/tim-kiem?q=zzzzqqqq&cap=commune")
		a.has(t, ".empty", "Không tìm thấy bài nào")
		a.has(t, ".empty a", "Bỏ mọi bộ lọc")
	})
}

func TestStoriesAreDecided(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	a := r.get("/cau-chuyen?tuan=2026-W47")
	a.has(t, "[data-card] h3", "Mô hình nuôi lợn đất tiết kiệm")
	if got := a.Find("[data-card]").First().AttrOr("data-card", ""); got != string(h.stories["lợn đất"]) {
		t.Error("the best story is not first")
	}
	a.has(t, ".tabs a[aria-current]", "Gợi ý")
	a.has(t, "option[selected]", "Tuần 47 · 16–22/11/2026")
	a.has(t, "[data-card]", "chưa đủ lịch sử")

	url := h.storyURL("lợn đất") + "/quyet-dinh"
	t.Run("chosen without scripts: back in the list, with a notice that takes it back", func(t *testing.T) {
		a := r.post(url, "quyet_dinh", "approve", "ve", "/cau-chuyen?tuan=2026-W47")
		if a.at != "/cau-chuyen?tuan=2026-W47" {
			t.Errorf("led to %s", a.at)
		}
		a.has(t, ".notice", "Đã chọn: Mô hình nuôi lợn đất")
		a.has(t, ".tabs [data-count=approved]", "1")
		if a.Find("#c-"+string(h.stories["lợn đất"])).Length() != 0 {
			t.Error("it still stands among the suggestions")
		}
		form := a.Find(".notice form")
		if form.AttrOr("action", "") != url || form.Find("button[value=undo]").Length() != 1 {
			t.Error("no way back")
		}
		if r.get("/cau-chuyen").Find(".notice").Length() != 0 {
			t.Error("the notice stays")
		}
		r.post(url, "quyet_dinh", "undo", "ve", "/cau-chuyen").has(t, ".tabs [data-count=approved]", "0")
	})
	t.Run("with scripts the notice comes alone, with the new counts", func(t *testing.T) {
		a := r.postWith(url, map[string]string{"X-Fragment": "notice"}, "quyet_dinh", "later", "ve", "/cau-chuyen")
		n := a.Find("[data-notice]")
		if n.AttrOr("data-n-shortlisted", "") != "1" || a.Find("main").Length() != 0 {
			t.Errorf("fragment: %s", a.html)
		}
		r.post(url, "quyet_dinh", "undo")
	})
	t.Run("decisions so far are on the story's page", func(t *testing.T) {
		a := r.get(h.storyURL("lợn đất"))
		if got := a.Find("section:last-of-type .line li").Length(); got < 4 {
			t.Errorf("%d decisions", got)
		}
		a.has(t, ".line", "Trần Thị Hoa")
	})
	for _, x := range []struct {
		name, email, verdict string
		want                 int
	}{
		{"a leader may not decide", "lanhdao@mau.vn", "approve", http.StatusForbidden},
		{"a commune's officer may not decide", "canbo@mau.vn", "approve", http.StatusForbidden},
		{"a viewer may not decide", "xem@mau.vn", "approve", http.StatusForbidden},
		{"an unknown verdict is refused", "truyenthong@mau.vn", "burn", http.StatusBadRequest},
		{"what was taken back already cannot be taken back", "truyenthong@mau.vn", "undo", http.StatusConflict},
	} {
		t.Run(x.name, func(t *testing.T) {
			if a := h.as(x.email).post(url, "quyet_dinh", x.verdict); a.status != x.want || a.Find("h1").Length() != 1 {
				t.Errorf("status %d, want %d, in words", a.status, x.want)
			}
		})
	}
	t.Run("the consent for a restricted story wants its tick, and stores who", func(t *testing.T) {
		url := h.storyURL("mẹ đỡ đầu")
		r.get(url).has(t, ".notice", "Hạn chế")
		if a := r.post(url+"/quyet-dinh", "quyet_dinh", "consent"); a.status != http.StatusBadRequest {
			t.Errorf("without the tick: %d", a.status)
		}
		a := r.post(url+"/quyet-dinh", "quyet_dinh", "consent", "da_xin_phep", "1")
		a.has(t, ".notice.warn", "Trần Thị Hoa đã ghi nhận việc xin phép")
	})
}

func TestAStoryNamesItsFirstTeller(t *testing.T) {
	h := open(t)
	a := h.as("truyenthong@mau.vn").get(h.storyURL("lợn đất"))
	if got := a.texts(".line a"); len(got) != 4 || got[0] != "Phụ nữ xã Đồng Mẫu" || got[1] != "Phụ nữ xã Bãi Mẫu" {
		t.Errorf("tellings %v, want Đồng Mẫu first of four", got)
	}
	a.has(t, ".line .first", "kể đầu tiên")
	a.has(t, ".reasons", "Gấp 4,2 lần mức thường, so với 34 bài của chính trang")
	if a.Find(".big svg.chart .c-band").Length() != 1 || a.Find(".behind tbody tr").Length() < 5 {
		t.Error("no curve over the normal band, or no table behind it")
	}
}

func TestAPost(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	t.Run("absent figures are a dash with why", func(t *testing.T) {
		a := r.get(h.postURL("lợn đất"))
		if got := a.texts(".figures b"); got[4] != "–" {
			t.Errorf("figures %q", got)
		}
		a.has(t, ".figures small", "nền tảng không cho số liệu này")
		if link := a.Find("a[rel~=noopener]"); link.AttrOr("href", "") == "" {
			t.Error("no link to the original")
		}
		if a.Find("svg.c-series .c-line").Length() != 3 {
			t.Error("the chart has not its three lines")
		}
		a.has(t, ".line .first", "Phụ nữ xã Đồng Mẫu")
	})
	t.Run("a vote is marked and unmarked by those who may", func(t *testing.T) {
		url := h.postURL("ngôi nhà xanh")
		r.post(url+"/binh-chon", "binh_chon", "1").has(t, ".notice", "Bình chọn")
		r.get(url).has(t, "form button[name=binh_chon]", "Bỏ dấu bình chọn")
		r.post(url+"/binh-chon", "binh_chon", "0")
		if a := r.get(url); strings.Contains(a.text(".notice"), "Bình chọn:") {
			t.Error("the mark stays")
		}
		if a := r.post(url+"/binh-chon", "binh_chon", "x"); a.status != http.StatusBadRequest {
			t.Errorf("status %d", a.status)
		}
		if a := h.as("lanhdao@mau.vn").post(url+"/binh-chon", "binh_chon", "1"); a.status != http.StatusForbidden {
			t.Errorf("a leader: %d", a.status)
		}
	})
	t.Run("who sees it for being chosen sees public counters only", func(t *testing.T) {
		viewer := h.as("xem@mau.vn")
		if a := viewer.get(h.postURL("ngôi nhà xanh")); a.status != http.StatusForbidden {
			t.Errorf("before it is chosen: %d", a.status)
		}
		r.post(h.storyURL("ngôi nhà xanh")+"/quyet-dinh", "quyet_dinh", "approve")
		a := viewer.get(h.postURL("ngôi nhà xanh"))
		if a.status != http.StatusOK {
			t.Fatalf("chosen: %d", a.status)
		}
		if got := a.texts(".figures b"); got[3] != "–" || got[0] == "–" {
			t.Errorf("figures %q", got)
		}
		if strings.Contains(a.text(".behind th"), "lượt xem") {
			t.Error("views stand in the table")
		}
		if a := viewer.get(h.storyURL("ngôi nhà xanh")); a.status != http.StatusOK || a.Find("form[data-decide]").Length() != 0 {
			t.Errorf("the story: %d", a.status)
		}
	})
}

func TestChannels(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	t.Run("the states add up to all channels", func(t *testing.T) {
		a := r.get("/kenh")
		a.has(t, "h1", "39 kênh")
		if got := a.text(".states b"); got != "39 | 22 | 4 | 7 | 3 | 2 | 1" {
			t.Errorf("states %s", got)
		}
		if got := a.Find("tbody tr").Length(); got != 39 {
			t.Errorf("%d rows", got)
		}
	})
	t.Run("they are filtered by name without marks, by kind and by state", func(t *testing.T) {
		a := r.get("/kenh?ten=khe+mau&loai=facebook_page&trang_thai=silent")
		if got := a.text("tbody tr th a"); got != "Phụ nữ xã Khe Mẫu" {
			t.Errorf("rows %s", got)
		}
		a.has(t, "tbody", "im lặng 9 ngày, thường đăng hằng ngày")
	})
	t.Run("a page that lost its permission is disconnected, with what to do", func(t *testing.T) {
		a := r.get(h.channelURL("Phụ nữ xã Núi Mẫu"))
		a.has(t, ".title .state", "Mất kết nối")
		a.has(t, ".notice", "Facebook không còn cho Lan tỏa quyền đọc trang này từ 18/11/2026 (thiếu quyền đọc bài và tương tác).")
		if strings.Contains(a.text("main"), "pages_read") {
			t.Error("the page speaks in the platform's names")
		}
		a.has(t, ".lead", "không phải lỗi của đơn vị")
		if a.Find(".c-break").Length() != 1 {
			t.Error("no line where Facebook changed its measure")
		}
		if got := a.Find(".c-series").Last().Find("path.c-line").Length(); got != 3 {
			t.Errorf("%d stretches of reach, want 3: a break and a gap join nothing", got)
		}
		if got := a.Find("tbody").Last().Find("tr").Length(); got != 3 {
			t.Errorf("%d visits", got)
		}
	})
	t.Run("what goes wrong the same way again and again is told once", func(t *testing.T) {
		ch, now := h.channels["Phụ nữ xã Gò Mẫu"], storetest.Now
		for i := range 5 {
			must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: ch.ID, At: now.Add(time.Duration(i-30) * time.Minute), Next: now,
				Trouble: &lantoa.Trouble{Kind: lantoa.Expired, What: "password", Since: now.AddDate(0, 0, -3)}}))
		}
		a := r.get(h.channelURL(ch.Name))
		a.has(t, ".long", "đã hết hạn từ 20/11/2026 (người kết nối đã đổi mật khẩu). Như vậy 5 lần liền")
		if got := a.Find(".long").Length(); got != 2 {
			t.Errorf("%d rows of trouble, want the five in one and the one before them", got)
		}
	})
	t.Run("read now is asked of the queue and noted", func(t *testing.T) {
		a := r.post(h.channelURL("Phụ nữ xã Đồng Mẫu") + "/doc-ngay")
		a.has(t, ".notice", "Đang đọc Phụ nữ xã Đồng Mẫu")
		if len(h.asked) != 1 || h.asked[0] != h.channels["Phụ nữ xã Đồng Mẫu"].ID {
			t.Errorf("asked %v", h.asked)
		}
		for _, x := range []struct {
			email, channel string
			want           int
		}{
			{"lanhdao@mau.vn", "Phụ nữ xã Đồng Mẫu", http.StatusForbidden},
			{"canbo@mau.vn", "Phụ nữ xã Khe Mẫu", http.StatusForbidden},
			{"truyenthong@mau.vn", "Phụ nữ xã Cầu Mẫu", http.StatusConflict},
		} {
			if a := h.as(x.email).post(h.channelURL(x.channel) + "/doc-ngay"); a.status != x.want {
				t.Errorf("%s, %s: %d, want %d", x.email, x.channel, a.status, x.want)
			}
		}
		if len(h.asked) != 1 {
			t.Error("somebody who may not was obeyed")
		}
	})
}

func TestWhatIsOutsideTheScopeIsRefusedByAddress(t *testing.T) {
	h := open(t)
	r := h.as("canbo@mau.vn") // xã Đồng Mẫu
	for path, want := range map[string]int{
		h.channelURL("Phụ nữ xã Đồng Mẫu"): http.StatusOK, h.postURL("lợn đất"): http.StatusOK, h.storyURL("lợn đất"): http.StatusOK,
		h.channelURL("Phụ nữ xã Khe Mẫu"): http.StatusForbidden, h.channelURL("Phụ nữ tỉnh Chè Mẫu"): http.StatusForbidden,
		h.postURL("công nghệ số"): http.StatusForbidden, h.storyURL("công nghệ số"): http.StatusForbidden,
		"/kenh/khongco": http.StatusNotFound, "/bai-viet/khongco": http.StatusNotFound, "/cau-chuyen/khongco": http.StatusNotFound,
		"/bai-viet/..%2F..%2Fetc": http.StatusNotFound, "/khong-co": http.StatusNotFound, "/cau-chuyen?tuan=2026-W99": http.StatusBadRequest,
		"/cau-chuyen?muc=abc": http.StatusBadRequest,
	} {
		a := r.get(path)
		if a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
		if want != http.StatusOK && (a.Find("h1").Text() == "" || a.Find("main p").Length() < 2) {
			t.Errorf("%s does not say what happened and what to do", path)
		}
	}
	a := r.get("/kenh")
	if got := a.Find("tbody tr").Length(); got != 2 {
		t.Errorf("she sees %d channels, want her two", got)
	}
	if got := r.get("/cau-chuyen").Find("[data-card]").Length(); got != 1 {
		t.Errorf("she sees %d stories, want her own", got)
	}
}
