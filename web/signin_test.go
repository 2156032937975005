package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func (r *reader) cookie() string {
	u, err := url.Parse(r.url)
	must(r.t, err)
	for _, c := range r.client.Jar.Cookies(u) {
		if c.Name == "lantoa" {
			return c.Value
		}
	}
	return ""
}

func TestSignIn(t *testing.T) {
	h := open(t)
	t.Run("who has not signed in is led to the door and back to where she wanted to go", func(t *testing.T) {
		r := h.visit()
		a := r.get("/kenh?trang_thai=silent")
		if a.at != "/dang-nhap?den=%2Fkenh%3Ftrang_thai%3Dsilent" {
			t.Fatalf("led to %s", a.at)
		}
		back := a.Find("input[name=den]").AttrOr("value", "")
		if a := r.post("/dang-nhap", "email", " Admin@Mau.VN ", "mat_khau", password, "den", back); a.at != "/kenh?trang_thai=silent" {
			t.Errorf("after signing in at %s", a.at)
		}
	})
	t.Run("nobody is led to another site", func(t *testing.T) {
		for _, evil := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", "evil"} {
			if a := h.visit().post("/dang-nhap", "email", "admin@mau.vn", "mat_khau", password, "den", evil); a.at != "/" {
				t.Errorf("%q leads to %s", evil, a.at)
			}
		}
	})
	t.Run("a wrong password and an unknown address get the same answer", func(t *testing.T) {
		r := h.visit()
		wrong := r.post("/dang-nhap", "email", "lanhdao@mau.vn", "mat_khau", "sai")
		unknown := r.post("/dang-nhap", "email", "khongco@mau.vn", "mat_khau", "sai")
		if wrong.status != http.StatusUnauthorized || unknown.status != wrong.status || wrong.text(".notice") != unknown.text(".notice") || wrong.text(".notice") == "" {
			t.Errorf("%d %q, %d %q", wrong.status, wrong.text(".notice"), unknown.status, unknown.text(".notice"))
		}
	})
	t.Run("after too many wrong ones not even the right one opens", func(t *testing.T) {
		r := h.visit()
		for range wrongByTrial {
			r.post("/dang-nhap", "email", "xem@mau.vn", "mat_khau", "sai")
		}
		a := r.post("/dang-nhap", "email", "xem@mau.vn", "mat_khau", password)
		if a.status != http.StatusTooManyRequests {
			t.Errorf("status %d", a.status)
		}
		a.has(t, ".notice", "Chờ mười phút")
		h.as("admin@mau.vn") // somebody else at the same place still gets in
	})
	t.Run("the session is a new one at sign-in, and over at sign-out", func(t *testing.T) {
		r := h.as("admin@mau.vn")
		before := r.cookie()
		r.post("/dang-nhap", "email", "admin@mau.vn", "mat_khau", password)
		after := r.cookie()
		if before == after || after == "" {
			t.Error("the session is the old one")
		}
		r.post("/dang-xuat").has(t, ".notice", "Đã đăng xuất")
		u, _ := url.Parse(h.url)
		r.client.Jar.SetCookies(u, []*http.Cookie{{Name: "lantoa", Value: after, Path: "/"}})
		if a := r.get("/kenh"); !strings.HasPrefix(a.at, "/dang-nhap") {
			t.Errorf("the old cookie still opens %s", a.at)
		}
	})
	t.Run("the first password must be changed before anything else", func(t *testing.T) {
		r := h.visit()
		a := r.post("/dang-nhap", "email", "moi@mau.vn", "mat_khau", password)
		if a.at != "/mat-khau" {
			t.Fatalf("led to %s", a.at)
		}
		if a := r.get("/kenh"); a.at != "/mat-khau" {
			t.Errorf("the channels open: %s", a.at)
		}
		for _, x := range [][2]string{{"ngắn", "ngắn"}, {"một câu đủ dài", "một câu khác hẳn"}, {password, password}, {"moi@mau.vn", "moi@mau.vn"}} {
			if a := r.post("/mat-khau", "moi", x[0], "lai", x[1]); a.text(".notice") == "" || a.at != "/mat-khau" {
				t.Errorf("%q was taken", x[0])
			}
		}
		if a := r.post("/mat-khau", "moi", "một câu đủ dài", "lai", "một câu đủ dài"); a.at != "/" {
			t.Errorf("led to %s: %s", a.at, a.text(".notice"))
		}
		if a := h.visit().post("/dang-nhap", "email", "moi@mau.vn", "mat_khau", "một câu đủ dài"); a.at != "/" {
			t.Errorf("the new password leads to %s", a.at)
		}
	})
	t.Run("a disabled person's session ends at once", func(t *testing.T) {
		r := h.as("canbo@mau.vn")
		user, err := h.Store.UserByEmail(t.Context(), "canbo@mau.vn")
		must(t, err)
		must(t, h.Store.Disable(t.Context(), user.ID, true))
		if a := r.get("/"); !strings.HasPrefix(a.at, "/dang-nhap") {
			t.Errorf("still inside at %s", a.at)
		}
	})
	t.Run("a new password given by an administrator ends every session of before, and opens none", func(t *testing.T) {
		r, other := h.as("lanhdao@mau.vn"), h.as("lanhdao@mau.vn")
		user, err := h.Store.UserByEmail(t.Context(), "lanhdao@mau.vn")
		must(t, err)
		hash, err := h.Store.PasswordHash(t.Context(), user.ID)
		must(t, err)
		must(t, h.Store.SetPassword(t.Context(), user.ID, hash, true))
		for _, r := range []*reader{r, other} {
			if a := r.get("/kenh"); !strings.HasPrefix(a.at, "/dang-nhap") {
				t.Errorf("still inside at %s", a.at)
			}
			if a := r.post("/mat-khau", "moi", "kẻ gian chọn câu này", "lai", "kẻ gian chọn câu này"); a.at != "/" && !strings.HasPrefix(a.at, "/dang-nhap") {
				t.Errorf("an old session changed the password: %s", a.at)
			}
		}
		if now, err := h.Store.PasswordHash(t.Context(), user.ID); err != nil || now != hash {
			t.Error("the password is another one", err)
		}
	})
	t.Run("the database holds no session that a browser could send", func(t *testing.T) {
		r := h.as("admin@mau.vn")
		if _, found, err := h.Store.Sessions().Find(r.cookie()); err != nil || found {
			t.Errorf("the cookie stands in the store as it is (%v)", err)
		}
	})
	t.Run("behind a proxy of this machine one place does not shut out another", func(t *testing.T) {
		from := func(place string) *http.Request {
			req, err := http.NewRequest("GET", "/", nil)
			must(t, err)
			req.RemoteAddr = "127.0.0.1:4711"
			req.Header.Set("X-Forwarded-For", place)
			return req
		}
		if a, b := address(from("203.0.113.7")), address(from("198.51.100.1, 203.0.113.8")); a != "203.0.113.7" || b != "203.0.113.8" {
			t.Errorf("%s, %s", a, b)
		}
		far := from("203.0.113.7")
		far.RemoteAddr = "198.51.100.9:4711"
		if a := address(far); a != "198.51.100.9" {
			t.Errorf("a stranger's word of himself is believed: %s", a)
		}
	})
	t.Run("it is all in the log", func(t *testing.T) {
		lines, err := h.Store.AuditLog(t.Context(), 200, h.Now().AddDate(0, 0, 1))
		must(t, err)
		seen := map[string]bool{}
		for _, l := range lines {
			seen[l.Action] = true
			if strings.Contains(l.Subject+l.Detail, password) {
				t.Error("a password stands in the log")
			}
		}
		for _, want := range []string{"sign_in", "sign_in_failed", "sign_in_limited", "sign_out", "password_changed"} {
			if !seen[want] {
				t.Errorf("no line %q", want)
			}
		}
	})
}

func TestOtherSitesCanDoNothing(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	url := h.storyURL("lợn đất") + "/quyet-dinh"
	for _, head := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}} {
		if a := r.postWith(url, head, "quyet_dinh", "approve"); a.status != http.StatusForbidden || a.Find("h1").Length() != 1 {
			t.Errorf("%v: status %d", head, a.status)
		}
	}
	st, err := h.Store.Story(t.Context(), h.stories["lợn đất"])
	must(t, err)
	if st.State != lantoa.Suggested {
		t.Errorf("the story is %s", st.State)
	}
	a := r.get("/")
	policy := a.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s", want)
		}
	}
	if strings.Contains(policy, "unsafe") || a.header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(a.header.Get("Cache-Control"), "private") {
		t.Errorf("headers %v", a.header)
	}
	if got := r.postWith("/dang-nhap", nil, "email", strings.Repeat("x", 100_000)); got.status != http.StatusRequestEntityTooLarge && got.status != http.StatusBadRequest {
		t.Errorf("a huge form: %d", got.status)
	}
}

func TestStaticFilesMayBeKeptForEver(t *testing.T) {
	h := open(t)
	r := h.visit()
	a := r.get("/dang-nhap")
	budget := map[string]int{"link[rel=stylesheet]": 25_000, "script": 20_000, "link[rel=icon]": 2_000}
	for selector, most := range budget {
		s := a.Find(selector)
		file := r.get(s.AttrOr("href", s.AttrOr("src", "")))
		if file.status != http.StatusOK || !strings.Contains(file.header.Get("Cache-Control"), "immutable") || len(file.html) > most || len(file.html) < 100 {
			t.Errorf("%s: status %d, %s, %d bytes, at most %d", selector, file.status, file.header.Get("Cache-Control"), len(file.html), most)
		}
	}
	if got := r.get("/static/app.css"); got.status != http.StatusNotFound {
		t.Errorf("a file without its hash: %d", got.status)
	}
}
