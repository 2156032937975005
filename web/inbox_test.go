package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestTheBoxOfStories(t *testing.T) {
	h := openBusy(t)
	r := h.as("truyenthong@mau.vn")
	r.get("/cau-chuyen").has(t, ".tabs", "Hộp câu chuyện3")
	a := r.get("/hop-cau-chuyen")
	a.has(t, ".tabs [aria-current]", "Hộp câu chuyện3")
	if got := a.text("article h2"); got != "C-0001 · Hội LHPN xã Đồng Mẫu | C-0002 · chưa rõ đơn vị | C-0003 · Hội LHPN xã Đồng Mẫu" {
		t.Errorf("newest first: %s", got)
	}
	a.has(t, "article", `Kính gửi Hội <script>alert("x")</script>`)
	a.has(t, "article .notice", "Người gửi chưa nối Zalo với đơn vị")
	a.has(t, "article .tag", "có thông tin cá nhân")
	if links := a.Find(`article .links a[target]`); links.Length() != 2 || links.First().AttrOr("href", "") != "https://photo.example/1.jpg" {
		t.Errorf("%d pictures: what is no web address is no link", links.Length())
	}
	if a.Find("img").Length() > 0 || strings.Contains(a.html, "sister-dong") {
		t.Error("a foreign picture or who sent it is on the page")
	}
	id := strings.TrimPrefix(a.Find("article").First().AttrOr("id", ""), "s-")
	move := func(viec string, more ...string) answer {
		return r.post("/hop-cau-chuyen/"+id, append([]string{"viec", viec, "ve", "/hop-cau-chuyen?muc=tat_ca"}, more...)...)
	}
	t.Run("the words to send name the story and the unit", func(t *testing.T) {
		words := a.texts("article:first-of-type textarea")
		if len(words) != 3 || !strings.Contains(words[0], "C-0001 “Chi hội Bãi Đá mở lớp đan lưới") || !strings.Contains(words[1], "Nhờ xã Đồng Mẫu đăng") {
			t.Errorf("%q", words)
		}
	})
	t.Run("taken, asked, returned and back again, with counts", func(t *testing.T) {
		a := move("taken")
		a.has(t, ".notice", "Đã nhận C-0001.")
		a.has(t, "article:first-of-type .state", "Đã nhận")
		a.has(t, ".states", "Đã nhận 1")
		move("returned", "ghi_chu", "Nhờ đơn vị đăng").has(t, "article:first-of-type", "Ghi chú: Nhờ đơn vị đăng")
		move("asked", "ghi_chu", "Hỏi thêm số chị").has(t, ".states", "Đang hỏi thêm 1")
		a = move("new")
		a.has(t, ".notice", "trở lại mục Mới")
		a.has(t, ".states", "Mới 3")
	})
	t.Run("it is not set aside without why", func(t *testing.T) {
		move("declined", "ghi_chu", "  ").has(t, ".notice.bad", "vì sao chưa dùng")
		move("declined", "ghi_chu", "Chuyện đã kể tháng trước").has(t, ".states", "Chưa dùng 1")
		move("new")
	})
	t.Run("who it is not for gets neither the list nor its hand on it", func(t *testing.T) {
		for _, email := range []string{"lanhdao@mau.vn", "canbo@mau.vn", "xem@mau.vn"} {
			r := h.as(email)
			if a := r.get("/hop-cau-chuyen"); a.status != http.StatusForbidden {
				t.Errorf("%s reads the box: %d", email, a.status)
			}
			if a := r.post("/hop-cau-chuyen/"+id, "viec", "taken"); a.status != http.StatusForbidden {
				t.Errorf("%s moves a story: %d", email, a.status)
			}
			if strings.Contains(r.get("/cau-chuyen").html, "/hop-cau-chuyen") {
				t.Errorf("%s is shown the way", email)
			}
		}
		h.person("huyen@mau.vn", "huyện Rừng Mẫu", lantoa.Communications) // not xã Đồng Mẫu's district
		far := h.as("huyen@mau.vn")
		if a := far.get("/hop-cau-chuyen"); a.Find("article").Length() != 0 || a.status != http.StatusOK {
			t.Errorf("another district sees %d stories", a.Find("article").Length())
		}
		if a := far.post("/hop-cau-chuyen/"+id, "viec", "taken"); a.status != http.StatusForbidden {
			t.Errorf("another district moves it: %d", a.status)
		}
		h.person("song@mau.vn", "huyện Sông Mẫu", lantoa.Communications)
		near := h.as("song@mau.vn")
		a := near.get("/hop-cau-chuyen")
		if got := a.text("article h2"); strings.Contains(got, "chưa rõ") || a.Find("article").Length() != 2 {
			t.Errorf("her own district sees %s", got)
		}
		nobodys, _, err := h.Store.Submissions(t.Context(), lantoa.Everything, lantoa.SubmissionNew, 10, time.Time{})
		must(t, err)
		for _, sub := range nobodys {
			if sub.Unit == "" {
				if a := near.post("/hop-cau-chuyen/"+string(sub.ID), "viec", "taken"); a.status != http.StatusForbidden {
					t.Errorf("a district moves a story of nobody yet: %d", a.status)
				}
			}
		}
	})
	t.Run("one that its teller took back shows nothing of it and moves no more", func(t *testing.T) {
		_, err := h.Store.Erase(t.Context(), []string{"sister-dong"}, storetest.Now, "zalo", "user_withdraw")
		must(t, err)
		a := r.get("/hop-cau-chuyen?muc=withdrawn")
		a.has(t, "article", "Người gửi đã rút lại")
		if strings.Contains(a.html, "đan lưới") || a.Find("article form").Length() > 0 {
			t.Error("her words are still here, or something can be done with them")
		}
		if a := move("taken"); a.status != http.StatusConflict {
			t.Errorf("it moves: %d", a.status)
		}
	})
	for path, want := range map[string]int{"/hop-cau-chuyen?muc=gi": http.StatusBadRequest, "/hop-cau-chuyen?truoc=hom-qua": http.StatusBadRequest, "/hop-cau-chuyen?muc=declined": http.StatusOK} {
		if a := r.get(path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	if a := r.post("/hop-cau-chuyen/khongco", "viec", "taken"); a.status != http.StatusNotFound {
		t.Errorf("an unknown story: %d", a.status)
	}
}

func TestTheBoxGoesOnPageByPage(t *testing.T) {
	h := open(t)
	for i := range submissionsPerPage + 3 {
		must(t, h.Store.SaveSubmission(t.Context(), &lantoa.Submission{Via: "zalo_bot", Sender: "s" + string(rune('a'+i)), Externals: []string{"e" + string(rune('a'+i))},
			Text: "Chuyện", ToldAt: storetest.Now.Add(-time.Duration(i) * time.Hour)}))
	}
	r := h.as("truyenthong@mau.vn")
	seen := map[string]bool{}
	a := r.get("/hop-cau-chuyen")
	for range 3 {
		for _, c := range a.texts("article h2 b") {
			seen[c] = true
		}
		more, ok := a.Find(".pages a").Attr("href")
		if !ok {
			break
		}
		a = r.get(more)
	}
	if len(seen) != submissionsPerPage+3 {
		t.Errorf("%d of %d stories were seen", len(seen), submissionsPerPage+3)
	}
	a.has(t, "article", "gửi cho trợ lý trong nhóm")
}

func TestAnEmptyBoxSaysHowStoriesGetThere(t *testing.T) {
	a := open(t).as("truyenthong@mau.vn").get("/hop-cau-chuyen")
	a.has(t, ".empty", "Chưa có câu chuyện nào được gửi tới")
	if a.Find(`.empty a[href="/ke-chuyen"]`).Length() != 1 {
		t.Error("no way to what is to be done")
	}
}

var codeLine = regexp.MustCompile(`NOI-[2-9A-Z]{6}`)

func TestAnOfficerLinksHerZalo(t *testing.T) {
	h := openBusy(t)
	r := h.as("canbo@mau.vn")
	r.get("/").has(t, ".places", "Kể chuyện")
	a := r.get("/ke-chuyen")
	a.has(t, "h2", "1 người đã nối")
	if a.Find("select").Length() != 0 {
		t.Error("she is offered other units")
	}
	a = r.post("/ke-chuyen/ma")
	code := codeLine.FindString(a.text(".huge"))
	if code == "" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("code %q, %s", a.text(".huge"), a.header.Get("Cache-Control"))
	}
	a.has(t, ".steps", "Nhắn đúng một dòng: "+code)
	if strings.Contains(r.get("/ke-chuyen").html, code) {
		t.Error("the code is shown twice")
	}
	teller, err := h.Store.LinkTeller(t.Context(), code, "another-sister", storetest.Now)
	must(t, err)
	if teller.Unit != h.units["xã Đồng Mẫu"].ID {
		t.Errorf("linked to %s", teller.Unit)
	}
	r.get("/ke-chuyen").has(t, "h2", "2 người đã nối")
	a = r.post("/ke-chuyen/go", "nguoi", "another-sister")
	a.has(t, ".notice", "Đã gỡ nối")
	a.has(t, "h2", "1 người đã nối")

	t.Run("she makes no code for another unit and unlinks nobody of one", func(t *testing.T) {
		if a := r.post("/ke-chuyen/ma", "don_vi", string(h.units["xã Khe Mẫu"].ID)); a.status != http.StatusForbidden {
			t.Errorf("a code for another unit: %d", a.status)
		}
		admin := h.as("admin@mau.vn")
		a := admin.post("/ke-chuyen/ma", "don_vi", string(h.units["xã Khe Mẫu"].ID))
		a.has(t, "h2", "Mã nối của Hội LHPN xã Khe Mẫu")
		_, err := h.Store.LinkTeller(t.Context(), codeLine.FindString(a.text(".huge")), "sister-khe", storetest.Now)
		must(t, err)
		if a := r.post("/ke-chuyen/go", "nguoi", "sister-khe"); a.status != http.StatusForbidden {
			t.Errorf("she unlinks another unit's: %d", a.status)
		}
		if strings.Contains(r.get("/ke-chuyen").html, "Khe Mẫu") {
			t.Error("she sees who tells for another unit")
		}
	})
	for _, email := range []string{"lanhdao@mau.vn", "xem@mau.vn"} {
		r := h.as(email)
		if a := r.get("/ke-chuyen"); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", email, a.status)
		}
		if a := r.post("/ke-chuyen/ma"); a.status != http.StatusForbidden {
			t.Errorf("%s makes a code: %d", email, a.status)
		}
	}
}
