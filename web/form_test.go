package web

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// openForms is the small province with the gate of stories, and a group of xã Đồng Mẫu that no platform tells us of.
func openForms(t *testing.T) (*house, lantoa.Channel) {
	t.Helper()
	h := open(t)
	h.Gate = collectors.AcceptSubmission
	ch := lantoa.Channel{Kind: lantoa.ZaloGroup, Name: "Nhóm Zalo chi hội Bãi Đá", Unit: h.units["xã Đồng Mẫu"], External: "by-hand", CreatedAt: storetest.Now.AddDate(0, -6, 0)}
	must(t, h.Store.SaveChannel(t.Context(), &ch))
	_, _, err := h.Store.SaveChannelMonths(t.Context(), []lantoa.ChannelMonth{{Channel: ch.ID, Month: "2026-10", Metric: "members", Value: lantoa.Of(312), At: storetest.Now.AddDate(0, 0, -20)}})
	must(t, err)
	return h, ch
}

func (h *house) formURL(unit string) string {
	return "/phieu/" + h.Store.SignLink(lantoa.FormLink, string(h.units[unit].ID), storetest.Now.Add(lantoa.FormLinkLife))
}

// hand sends a form with pictures as a browser does.
func (r *reader) hand(path string, pictures [][]byte, fields ...string) answer {
	r.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		must(r.t, w.WriteField(fields[i], fields[i+1]))
	}
	for i, p := range pictures {
		part, err := w.CreateFormFile("anh", fmt.Sprintf("IMG_%d.jpg", i))
		must(r.t, err)
		part.Write(p)
	}
	w.Close()
	req, err := http.NewRequest(http.MethodPost, r.url+path, &body)
	must(r.t, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return r.do(req)
}

// taken is a picture as a telephone takes it, with the place in it.
func taken(t *testing.T, wide, high int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, wide, high))
	for x := range wide {
		img.Set(x, x%high, color.RGBA{uint8(x), 90, 60, 255})
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00GPS 21.59N 105.84E SAMSUNG")
	segment := append([]byte{0xff, 0xe1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)}, exif...)
	return append(append([]byte{0xff, 0xd8}, segment...), b.Bytes()[2:]...)
}

func TestTheFormOfAUnit(t *testing.T) {
	h, ch := openForms(t)
	r := h.visit()
	at := h.formURL("xã Đồng Mẫu")
	field := string(ch.ID) + "."
	months := func() map[string]int64 {
		t.Helper()
		out := map[string]int64{}
		all, err := h.Store.ChannelMonths(t.Context(), ch.ID, "2026-11", "2026-11")
		must(t, err)
		for _, m := range all {
			out[m.Metric] = m.Value.N
		}
		return out
	}
	a := r.get(at)
	if a.status != http.StatusOK || a.header.Get("Cache-Control") != "no-store" || len(a.header.Values("Set-Cookie")) > 0 {
		t.Errorf("%d %v: a form needs no cookie and is kept nowhere", a.status, a.header)
	}
	a.has(t, "h1", "Hội LHPN xã Đồng Mẫu")
	a.has(t, ".tabs [aria-current]", "Tháng 11/2026")
	a.has(t, "legend", "Nhóm Zalo chi hội Bãi Đá")
	a.has(t, "form small", "tháng 10/2026: 312")
	a.has(t, ".form > p", "Nộp và sửa được đến hết ngày 05/12/2026.")
	if a.Find("form[data-keep]").Length() != 1 || a.Find(`form input[inputmode=decimal]`).Length() != 7 || a.Find("nav.places").Length() > 0 {
		t.Errorf("the form asks for %d figures", a.Find(`form input[inputmode=decimal]`).Length())
	}
	key := a.Find("input[name=khoa]").AttrOr("value", "")

	t.Run("numbers are taken as they are written, and what is empty is absent", func(t *testing.T) {
		a := r.hand(at, nil, "thang", "2026-11", "khoa", key, "ten", "Hoàng Thị Đào", field+"members", "1,2K", field+"posts", "12", field+"messages", "", field+"interactions", "0", field+"views", "12 nghìn", "dung", field+"members=1200")
		a.has(t, "[role=status]", "Đã nhận, mã PB-1126-057"+h.units["xã Đồng Mẫu"].Code[3:]+".")
		if got := fmt.Sprint(months()); got != "map[interactions:0 members:1200 posts:12 views:12000]" {
			t.Error(got)
		}
		r.get(at).has(t, "fieldset .small", "Hoàng Thị Đào báo lúc")
	})
	t.Run("a figure ten times the last is asked about, and taken when it is meant", func(t *testing.T) {
		send := func(members string, more ...string) answer {
			return r.hand(at, nil, append([]string{"thang", "2026-11", "khoa", "another-key-of-a-form", "ten", "Đào", field + "members", members}, more...)...)
		}
		a := send("3.500")
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("taken without a word: %d", a.status)
		}
		a.has(t, ".notice.warn", "Chị kiểm tra lại giúp: tháng trước là 312.")
		if v := a.Find(`input[name="`+field+`members"]`).AttrOr("value", ""); v != "3.500" || months()["members"] != 1200 {
			t.Errorf("shows %q, kept %v", v, months())
		}
		sure := a.Find("input[name=dung]").AttrOr("value", "")
		if a := send("35.000", "dung", sure); a.status != http.StatusUnprocessableEntity {
			t.Error("the word for one number served for another")
		}
		send("3.500", "dung", sure).has(t, "[role=status]", "Đã nhận")
		if months()["members"] != 3500 {
			t.Errorf("kept %v", months())
		}
		send("330").has(t, "[role=status]", "Đã nhận")
	})
	t.Run("the first form, held back by the signal, does not undo what came after it", func(t *testing.T) {
		r.hand(at, nil, "thang", "2026-11", "khoa", key, "ten", "Đào", field+"members", "1,2K", "dung", field+"members=1200").has(t, "[role=status]", "Đã nhận")
		if months()["members"] != 330 {
			t.Errorf("now %v", months())
		}
	})
	t.Run("what is no number is said at its field, and nothing is kept", func(t *testing.T) {
		before := fmt.Sprint(months())
		for typed, say := range map[string]string{"khoảng 300": "đúng một con số", "nhiều": "Chưa đọc được", "-3": "Chưa đọc được", "1.23": "Chưa đọc được", `"><script>alert(1)</script>`: "Chưa đọc được"} {
			a := r.hand(at, nil, "thang", "2026-11", "khoa", "yet-another-form-key", "ten", `<b>Đào</b>`, field+"members", typed)
			a.has(t, ".fault", say)
			if a.status != http.StatusUnprocessableEntity || strings.Contains(a.html, "<script>alert") || strings.Contains(a.html, "<b>Đào") {
				t.Errorf("%q: %d", typed, a.status)
			}
		}
		if after := fmt.Sprint(months()); after != before {
			t.Errorf("%s became %s", before, after)
		}
	})
	t.Run("what it says is marked as reported by herself", func(t *testing.T) {
		sizes, err := h.Store.ChannelSnapshots(t.Context(), ch.ID, time.Time{}, time.Time{})
		must(t, err)
		if n := len(sizes); n == 0 || sizes[n-1].Source != lantoa.FromReport || sizes[n-1].At.After(storetest.Now) {
			t.Errorf("sizes %+v", sizes)
		}
	})
	t.Run("a closed month is read, not written", func(t *testing.T) {
		a := r.get(at + "?thang=2026-10")
		a.has(t, ".notice", "Số liệu tháng 10/2026 đã chốt ngày 05/11/2026")
		a.has(t, ".row", "Số thành viên của nhóm")
		if a.Find("form input[inputmode]").Length() > 0 {
			t.Error("fields are left")
		}
		a = r.hand(at, nil, "thang", "2026-10", "khoa", key+"x", "ten", "Đào", field+"members", "313")
		if a.status != http.StatusConflict {
			t.Errorf("%d", a.status)
		}
		got, err := h.Store.ChannelMonths(t.Context(), ch.ID, "2026-10", "2026-10")
		if must(t, err); got[0].Value.N != 312 {
			t.Errorf("now %v", got)
		}
		for _, month := range []string{"2026-12", "2025-09", "thang"} {
			if a := r.get(at + "?thang=" + month); a.status != http.StatusBadRequest {
				t.Errorf("%s: %d", month, a.status)
			}
		}
	})
}

func TestAStoryThatComesWithAForm(t *testing.T) {
	h, ch := openForms(t)
	r := h.visit()
	at := h.formURL("xã Đồng Mẫu")
	key := r.get(at).Find("input[name=khoa]").AttrOr("value", "")
	story := "Chi hội Bãi Đá mở lớp đan lưới cho 12 chị, gọi chị Sen 0912345678.\r\n<img src=x onerror=alert(1)>"
	send := func(key string, pictures ...[]byte) answer {
		return r.hand(at, pictures, "thang", "2026-11", "khoa", key, "ten", "Hoàng Thị Đào", "chuyen", story, "dong_y", "1")
	}
	photo := taken(t, 2000, 900)
	a := send(key, photo, photo, []byte("not a picture"))
	a.has(t, "[role=status]", "Đã nhận câu chuyện, mã C-0001, 2 ảnh.")
	a.has(t, ".notice.warn", "Có ảnh không đọc được")
	send(key, photo, photo).has(t, "[role=status]", "C-0001")
	send("key-of-a-second-page", photo, photo).has(t, "[role=status]", "C-0001")
	all, total, err := h.Store.Submissions(t.Context(), lantoa.Everything, "", 10, time.Time{})
	must(t, err)
	if total != 1 || strings.Contains(all[0].Text, "345678") || all[0].Unit != h.units["xã Đồng Mẫu"].ID || len(all[0].Media) != 2 {
		t.Fatalf("%d stories: %+v", total, all)
	}
	pic, err := h.Store.SubmissionPicture(t.Context(), all[0].ID, 0)
	must(t, err)
	if pic.Width != 1280 || bytes.Contains(pic.Data, []byte("GPS")) || bytes.Contains(pic.Data, []byte("Exif")) {
		t.Errorf("%d pixels wide; place and telephone are still in it: %v", pic.Width, bytes.Contains(pic.Data, []byte("GPS")))
	}
	t.Run("it lies in the box with its pictures, for those of its unit", func(t *testing.T) {
		staff := h.as("truyenthong@mau.vn")
		a := staff.get("/hop-cau-chuyen")
		a.has(t, "article", "gửi bằng phiếu")
		a.has(t, "article", "Hoàng Thị Đào · Người trong ảnh đã đồng ý.")
		a.has(t, "article .text", "<img src=x onerror=alert(1)>")
		src := a.Find("article img").AttrOr("src", "")
		if a.Find("article img").Length() != 2 {
			t.Fatalf("%d pictures", a.Find("article img").Length())
		}
		if p := staff.get(src); p.status != http.StatusOK || p.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s: %d", src, p.status)
		}
		for _, email := range []string{"canbo@mau.vn", "xem@mau.vn", "lanhdao@mau.vn"} {
			if p := h.as(email).get(src); p.status != http.StatusForbidden {
				t.Errorf("%s sees it: %d", email, p.status)
			}
		}
		h.person("rung@mau.vn", "huyện Rừng Mẫu", lantoa.Communications)
		if p := h.as("rung@mau.vn").get(src); p.status != http.StatusForbidden {
			t.Errorf("another district sees it: %d", p.status)
		}
		if p := h.visit().get(src); p.at != "/dang-nhap?den="+url.QueryEscape(src) {
			t.Errorf("a stranger is led to %s", p.at)
		}
	})
	t.Run("its teller sees what became of it", func(t *testing.T) {
		r.get(at).has(t, ".line", "đã nhận")
		must(t, h.Store.MoveSubmission(t.Context(), all[0].ID, lantoa.SubmissionDeclined, "Chuyện đã kể tháng trước", lantoa.User{Email: "t@mau.vn"}, storetest.Now))
		r.get(at).has(t, ".line", "vì Chuyện đã kể tháng trước")
	})
	t.Run("a doubtful figure does not hold it back, and the next one on that page is another", func(t *testing.T) {
		story = "Tổ tiết kiệm của chi hội Đầm mở heo"
		a := r.hand(at, nil, "thang", "2026-11", "khoa", "key-of-a-third-page", "ten", "Đào", "chuyen", story, string(ch.ID)+".members", "9999")
		a.has(t, "[role=status]", "C-0002")
		a.has(t, ".notice.warn", "tháng trước là 312")
		if k := a.Find("input[name=khoa]").AttrOr("value", ""); k == "key-of-a-third-page" || a.Find("textarea").Text() != "" {
			t.Errorf("key %s, text %q", k, a.Find("textarea").Text())
		}
	})
	t.Run("pictures without a word of consent make it one to be asked about", func(t *testing.T) {
		r.hand(at, [][]byte{photo}, "thang", "2026-11", "khoa", "key-of-a-fourth-page", "ten", "Đào", "chuyen", "Chỉ có ảnh")
		all, _, err := h.Store.Submissions(t.Context(), lantoa.Everything, "", 1, time.Time{})
		must(t, err)
		if !all[0].Sensitive {
			t.Error("it may be shown to all")
		}
	})
	t.Run("five pictures, one too large, one that claims gigabytes: the words are received all the same", func(t *testing.T) {
		bomb, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAA//8AAP//CAYAAAA=")
		must(t, err)
		for name, pictures := range map[string][][]byte{"many": {photo, photo, photo, photo, photo}, "large": {bytes.Repeat([]byte{0xff}, formPhotoMax+10)}, "unread": {bomb}} {
			story = "Chuyện thứ " + name
			a := send("key-for-"+name+"-pictures", pictures...)
			a.has(t, "[role=status]", "Đã nhận câu chuyện")
			if a.Find(".notice.warn").Length() != 1 {
				t.Errorf("%s: nothing is said of it", name)
			}
		}
	})
	t.Run("more than a form may be is said in words", func(t *testing.T) {
		big := bytes.Repeat([]byte{1}, formPhotoMax-1)
		if a := r.hand(at, [][]byte{big, big, big, big, big}, "khoa", "key-of-a-huge-form-1"); a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%d", a.status)
		}
	})
}

func TestLinksThatOpenNoForm(t *testing.T) {
	h, ch := openForms(t)
	r := h.visit()
	unit := h.units["xã Đồng Mẫu"]
	good := h.formURL("xã Đồng Mẫu")
	for name, x := range map[string]struct {
		path, say string
		code      int
	}{
		"forged":           {good[:len(good)-3] + "AAA", "không mở được phiếu nào", http.StatusNotFound},
		"cut":              {good[:20], "chép thiếu", http.StatusNotFound},
		"expired":          {"/phieu/" + h.Store.SignLink(lantoa.FormLink, string(unit.ID), storetest.Now), "đã hết hạn", http.StatusGone},
		"another purpose":  {"/phieu/" + h.Store.SignLink("digest", string(unit.ID), storetest.Now.AddDate(0, 1, 0)), "không mở được", http.StatusNotFound},
		"no unit any more": {"/phieu/" + h.Store.SignLink(lantoa.FormLink, "nobody", storetest.Now.AddDate(0, 1, 0)), "đã sáp nhập", http.StatusGone},
	} {
		a := r.get(x.path)
		if a.status != x.code || !strings.Contains(a.text(".door"), x.say) || !strings.Contains(a.text(".door"), "Hội cấp trên") && name != "cut" {
			t.Errorf("%s: %d %s", name, a.status, a.text(".door"))
		}
		if a := r.hand(x.path, nil, "thang", "2026-11", "khoa", "0123456789abcdef", string(ch.ID)+".members", "5"); a.status != x.code {
			t.Errorf("%s sends: %d", name, a.status)
		}
	}
	t.Run("a unit's link writes nothing of another's channels", func(t *testing.T) {
		r.hand(h.formURL("xã Khe Mẫu"), nil, "thang", "2026-11", "khoa", "0123456789abcdefg", "ten", "X", string(ch.ID)+".members", "5")
		if got, err := h.Store.ReportVersions(t.Context(), ch.ID, "2026-11"); err != nil || len(got) > 0 {
			t.Errorf("%+v %v", got, err)
		}
		if strings.Contains(r.get(h.formURL("xã Khe Mẫu")).html, "Bãi Đá") {
			t.Error("she sees another unit's channel")
		}
	})
	t.Run("another site cannot have it sent", func(t *testing.T) {
		if a := r.postWith(good, map[string]string{"Sec-Fetch-Site": "cross-site"}, "khoa", "0123456789abcdef", "ten", "X"); a.status != http.StatusForbidden {
			t.Errorf("%d", a.status)
		}
	})
	t.Run("sending comes to an end", func(t *testing.T) {
		last := 0
		for range 50 {
			last = r.hand(h.formURL("xã Bãi Mẫu"), nil, "thang", "2026-11", "khoa", "0123456789abcdef", "ten", "X").status
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("the fiftieth form: %d", last)
		}
		if a := r.get(h.formURL("xã Bãi Mẫu")); a.status != http.StatusOK {
			t.Errorf("reading it: %d", a.status)
		}
	})
	t.Run("guessing links comes to an end", func(t *testing.T) {
		last := 0
		for range 70 {
			last = r.get("/phieu/AAAA").status
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("the seventieth guess: %d", last)
		}
		if a := r.get(good); a.status != http.StatusOK {
			t.Errorf("a good link from the same place: %d", a.status)
		}
	})
}

func TestOfficersAndStaffReachTheForms(t *testing.T) {
	h, ch := openForms(t)
	officer := h.as("canbo@mau.vn")
	a := officer.get("/phieu")
	a.has(t, "h1", "Hội LHPN xã Đồng Mẫu")
	if a.Find("#ten").AttrOr("value", "") != "Hoàng Thị Đào" {
		t.Error("her name is not there")
	}
	who, err := h.Store.UserByEmail(t.Context(), "canbo@mau.vn")
	must(t, err)
	on := func(day int) bool { // of December
		h.Server.Now = func() time.Time { return time.Date(2026, 12, day, 9, 0, 0, 0, h.Zone) }
		defer func() { h.Server.Now = func() time.Time { return storetest.Now } }()
		due, err := h.formDue(t.Context(), who)
		must(t, err)
		return due != nil
	}
	if !on(2) || on(7) {
		t.Error("the form of November is due until the fifth of December")
	}
	a = officer.hand("/phieu", nil, "thang", "2026-11", "khoa", "0123456789abcdefgh", "ten", "Hoàng Thị Đào", string(ch.ID)+".members", "320")
	a.has(t, "[role=status]", "Đã nhận")
	if on(2) || on(7) {
		t.Error("the form is due though she has reported")
	}
	for _, email := range []string{"xem@mau.vn", "lanhdao@mau.vn"} {
		for _, path := range []string{"/phieu", "/phieu/thang/2026-11"} {
			if a := h.as(email).get(path); a.status != http.StatusForbidden {
				t.Errorf("%s at %s: %d", email, path, a.status)
			}
		}
	}
	if a := officer.get("/phieu/thang/2026-11"); a.status != http.StatusForbidden {
		t.Errorf("an officer sees the others: %d", a.status)
	}
	staff := h.as("truyenthong@mau.vn")
	a = staff.get("/phieu")
	if a.at != "/phieu/thang/2026-10" {
		t.Errorf("staff are led to %s", a.at)
	}
	a = staff.get("/phieu/thang/2026-11?muc=reported")
	a.has(t, "section", "320 thành viên")
	a.has(t, "section .tag", "tự báo")
	a.has(t, ".lead", "1 trên 4 đơn vị đã báo")
	a = staff.get("/phieu/thang/2026-11")
	a.has(t, "h2", "Hội LHPN xã Thác Mẫu") // its group was never read
	t.Run("links are made, shown, and sent by nobody", func(t *testing.T) {
		a := staff.post("/phieu/thang/2026-11", "muc", "reported")
		a.has(t, ".notice", "không do hệ thống gửi")
		text := a.text("textarea")
		i := strings.Index(text, "https://lantoa.example/phieu/")
		if i < 0 {
			t.Fatal(text)
		}
		link := strings.Fields(text[i:])[0]
		h.visit().get(strings.TrimPrefix(link, "https://lantoa.example")).has(t, "h1", "Hội LHPN xã Đồng Mẫu")
		log, err := h.Store.AuditLog(t.Context(), 100, time.Time{})
		must(t, err)
		if said := fmt.Sprintf("%+v", log); !strings.Contains(said, "report_links") || strings.Contains(said, link[len(link)-10:]) {
			t.Errorf("the log says %s", said)
		}
		h.person("rung@mau.vn", "huyện Rừng Mẫu", lantoa.Communications)
		if a := h.as("rung@mau.vn").post("/phieu/thang/2026-11", "muc", "reported"); strings.Contains(a.html, "Đồng Mẫu") {
			t.Error("another district makes its link")
		}
	})
	t.Run("a unit with an address is reminded once a week", func(t *testing.T) {
		a := staff.post("/phieu/thang/2026-11/nhac")
		a.has(t, ".notice.bad", "Chưa nhắc ai")
		h.person("thac@mau.vn", "xã Thác Mẫu", lantoa.Officer)
		staff.get("/phieu/thang/2026-11").has(t, "button", "Nhắc 1 đơn vị")
		staff.post("/phieu/thang/2026-11/nhac", "don_vi", string(h.units["xã Thác Mẫu"].ID)).has(t, ".notice", "Đã đưa lời nhắc 1 đơn vị")
		staff.post("/phieu/thang/2026-11/nhac").has(t, ".notice.bad", "Chưa nhắc ai")
		if a := officer.post("/phieu/thang/2026-11/nhac"); a.status != http.StatusForbidden {
			t.Errorf("an officer reminds: %d", a.status)
		}
	})
	t.Run("an administrator opens a closed month again", func(t *testing.T) {
		if a := staff.post("/phieu/thang/2026-10/dong", "den", "2026-11-25"); a.status != http.StatusForbidden {
			t.Errorf("others too: %d", a.status)
		}
		admin := h.as("admin@mau.vn")
		admin.post("/phieu/thang/2026-10/dong", "den", "2026-11-20").has(t, ".notice.bad", "Chưa mở")
		admin.post("/phieu/thang/2026-10/dong", "den", "2026-11-25").has(t, ".notice", "Tháng 10/2026 mở đến hết ngày 25/11/2026.")
		a := h.visit().get(h.formURL("xã Đồng Mẫu"))
		a.has(t, ".tabs [aria-current]", "Tháng 10/2026")
		admin.post("/phieu/thang/2026-10/dong", "viec", "dong").has(t, ".notice", "Đã chốt tháng 10/2026.")
	})
}
