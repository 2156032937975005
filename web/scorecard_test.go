package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// scoreScreens are the screens of thi đua, for an administrator.
func scoreScreens() []string {
	return []string{
		"/thi-dua", "/thi-dua/2026-11", "/thi-dua/2026-10", "/thi-dua/2026-Q4", "/thi-dua/2026-11?cha=160", "/thi-dua/2026-11?cap=district&ket_qua=missed", "/thi-dua/2026-11?cha=khong&trang=99",
		"/thi-dua/2026-11/in", "/thi-dua/2026-11/05700", "/thi-dua/2026-11/05702", "/thi-dua/2026-11/05700/1-1", "/thi-dua/2026-11/05700/1-2", "/thi-dua/2026-11/05700/1-3", "/thi-dua/2026-11/05700/1-4",
		"/thi-dua/2026-Q4/05700/1-3", "/thi-dua/2026-11/05712/1-2", "/thi-dua/tieu-chi?dot=1&ky=2026-11", "/thi-dua/2026-11/chot",
	}
}

func TestTheScreensOfThiDuaAreDrawnWhole(t *testing.T) {
	h := open(t)
	for _, lang := range []string{"vi", "en"} {
		r := h.as("admin@mau.vn")
		r.post("/ngon-ngu", "tieng", lang, "ve", "/")
		for _, path := range scoreScreens() {
			a := r.get(path)
			a.whole(t, lang)
			if len(a.html) > 60_000 {
				t.Errorf("%s: %d bytes of HTML, at most 60,000", path, len(a.html))
			}
		}
	}
}

func TestScorecardTable(t *testing.T) {
	h := open(t)
	a := h.as("lanhdao@mau.vn").get("/thi-dua/2026-11")
	a.has(t, ".when", "Thi đua truyền thông · Tháng 11/2026")
	a.has(t, "h1", "Đạt ")
	a.has(t, "h1", "/20")
	a.has(t, ".lead", "tính đến 06:00 23/11/2026 · đang chạy, hết ngày 30/11")
	if n := a.Find("table.score tbody tr:not(.of)").Length(); n != 20 {
		t.Errorf("%d units in the table, want 20", n)
	}
	if n := a.Find("table.score td[data-h] a[href]").Length(); n != 80 {
		t.Errorf("%d cells that open their evidence, want 80", n)
	}
	a.Find("table.score td[data-h] a i").Each(func(_ int, s *goquery.Selection) {
		if strings.TrimSpace(s.Text()) == "" {
			t.Error("a cell without a word for its state")
		}
	})
	if strings.Contains(a.text("main"), "hạng 1") || a.Find("[name=sap_xep]").Length() != 0 {
		t.Error("units are ranked")
	}
	if a.Find(`a[href*="/chot"]`).Length()+a.Find(`a[href*="tieu-chi"]`).Length() != 0 {
		t.Error("a leader is offered what only the administrator may do")
	}
	a = h.as("lanhdao@mau.vn").get("/thi-dua/2026-11?cha=160&cap=commune")
	if got := len(a.texts("table.score tbody tr:not(.of)")); got != 6 {
		t.Errorf("%d communes below huyện Sông Mẫu, want 6", got)
	}
	for _, path := range []string{"/thi-dua/2026-13", "/thi-dua/2027-05", "/thi-dua/2026-11?dot=99", "/thi-dua/2026-11/99999/1-1", "/thi-dua/2026-11/05700/1-99", "/thi-dua/2026-11/05700/x"} {
		if got := h.as("lanhdao@mau.vn").get(path); got.status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, got.status)
		}
	}
}

func TestWhoSeesWhichScorecard(t *testing.T) {
	h := open(t)
	officer := h.as("canbo@mau.vn")
	for _, path := range []string{"/thi-dua", "/thi-dua/2026-11", "/thi-dua/2026-Q4", "/thi-dua/2026-11/05700"} {
		a := officer.get(path)
		a.whole(t, "vi")
		a.has(t, "h1", "Hội LHPN xã Đồng Mẫu")
		if strings.Contains(a.text("main"), "xã Khe Mẫu") {
			t.Errorf("%s names another commune", path)
		}
	}
	officer.get("/thi-dua").has(t, "main", "Đề nghị xem lại")
	for _, path := range []string{"/thi-dua/2026-11/05701", "/thi-dua/2026-11/05701/1-2", "/thi-dua/tieu-chi", "/thi-dua/2026-11/chot"} {
		if a := officer.get(path); a.status != http.StatusForbidden || strings.Contains(a.text("main"), "Khe Mẫu") {
			t.Errorf("%s: an officer of another commune gets status %d", path, a.status)
		}
	}
	if a := officer.get("/thi-dua/2026-11/in"); a.Find("table.sheet tbody tr").Length() > 2 || strings.Contains(a.text("main"), "Khe Mẫu") {
		t.Error("her print shows others")
	}
	for _, post := range []string{"/thi-dua/2026-11/05701/1-2/xem-lai", "/thi-dua/2026-11/05700/1-2/ghi", "/thi-dua/2026-11/05700/1-2/sua", "/thi-dua/chot/2026-11", "/thi-dua/tieu-chi", "/thi-dua/dot", "/thi-dua/dot/ten"} {
		if a := officer.post(post, "noi_dung", "x", "lan", "1", "ky", "2026-11", "ten", "x"); a.status != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", post, a.status)
		}
	}
	for _, who := range []string{"truyenthong@mau.vn", "lanhdao@mau.vn"} {
		if a := h.as(who).post("/thi-dua/chot/2026-11", "lan", "1"); a.status != http.StatusForbidden {
			t.Errorf("%s may fix the figures: %d", who, a.status)
		}
	}
	a := h.as("xem@mau.vn").get("/thi-dua/2026-11")
	if got := a.texts("table.score tbody tr:not(.of) th"); len(got) != 1 || !strings.Contains(got[0], "Xã Khe Mẫu") {
		t.Errorf("a viewer of xã Khe Mẫu sees %v", got)
	}
	if a := h.as("xem@mau.vn").post("/thi-dua/2026-11/05701/1-2/xem-lai", "noi_dung", "x"); a.status != http.StatusForbidden {
		t.Errorf("a viewer asks to look again: %d", a.status)
	}
	if _, err := h.Store.Scorecard(t.Context(), "1", lantoa.Term{Year: 2026, Number: 11}); lantoa.KindOf(err) != lantoa.NotFound {
		t.Errorf("somebody fixed the figures: %v", err)
	}
}

func TestAskingToLookAgain(t *testing.T) {
	h := open(t)
	officer := h.as("canbo@mau.vn")
	cell := "/thi-dua/2026-11/05700/1-4"
	a := officer.post(cell+"/xem-lai", "noi_dung", "Phiếu đã gửi ngày 20/11", "duong_dan", "xem ảnh")
	if a.status != http.StatusBadRequest || a.text("textarea[name=noi_dung]") != "Phiếu đã gửi ngày 20/11" {
		t.Errorf("a bad link: status %d, what she typed is %q", a.status, a.text("textarea[name=noi_dung]"))
	}
	a = officer.post(cell+"/xem-lai", "noi_dung", `Phiếu <b>đã gửi</b> ngày 20/11`, "duong_dan", "https://www.facebook.com/1")
	a.has(t, ".notice", "Câu trả lời hiện ở đây, chậm nhất ngày 26/11/2026.")
	a.has(t, "#xem-lai", `Phiếu <b>đã gửi</b> ngày 20/11`)
	if a.Find("#xem-lai form[action*='de-nghi']").Length() != 0 {
		t.Error("she may answer herself")
	}

	office := h.as("truyenthong@mau.vn")
	a = office.get("/thi-dua/2026-11")
	a.has(t, "#de-nghi", "Xã Đồng Mẫu · Nộp phiếu số liệu")
	a.has(t, "#de-nghi", "trả lời chậm nhất 26/11/2026")
	answer, _ := a.Find("#de-nghi form").Attr("action")
	if b := officer.post(answer, "tra_loi", "Tự trả lời"); b.status != http.StatusForbidden {
		t.Errorf("an officer answers: %d", b.status)
	}
	office.post(answer, "tra_loi", "Đã thấy phiếu, cảm ơn chị.").has(t, ".notice", "Đã trả lời.")
	office.post(answer, "tra_loi", "Lần nữa").has(t, ".notice", "vừa có người trả lời")
	a = officer.get("/thi-dua")
	a.has(t, "main", "Đã thấy phiếu, cảm ơn chị.")
	a.has(t, "main", "Trần Thị Hoa trả lời lúc")
}

func TestFixingTheFiguresOnce(t *testing.T) {
	h := open(t)
	admin := h.as("admin@mau.vn")
	before := admin.get("/thi-dua/2026-11").text("h1")
	a := admin.get("/thi-dua/2026-11/chot")
	a.has(t, "h1", "Chốt số tháng 11/2026?")
	a.has(t, "form button", "Chốt số "+strings.TrimPrefix(before, "Đạt "))
	a.has(t, ".warn", "Tháng 11/2026 chưa hết")
	action, revision := a.Find("main form").AttrOr("action", ""), a.Find("[name=lan]").AttrOr("value", "")

	const people = 4
	var wg sync.WaitGroup
	readers := make([]*reader, people)
	for i := range readers {
		readers[i] = h.as("admin@mau.vn")
	}
	notices := make([]string, people)
	for i, r := range readers {
		wg.Go(func() { notices[i] = r.post(action, "lan", revision).text(".notice") })
	}
	wg.Wait()
	done := 0
	for _, n := range notices {
		if strings.Contains(n, "Đã chốt số") {
			done++
		} else if !strings.Contains(n, "đã được chốt trước đó") {
			t.Errorf("somebody is told %q", n)
		}
	}
	if done != 1 {
		t.Errorf("fixed %d times: %q", done, notices)
	}
	a = admin.get("/thi-dua/2026-11")
	if a.text("h1") != before {
		t.Errorf("fixed %q, was %q", a.text("h1"), before)
	}
	a.has(t, ".lead", "Đã chốt số lúc 06:00 23/11/2026, người chốt: Nguyễn Thị Quản")
	if a.Find(`a[href*="/chot"]`).Length() != 0 {
		t.Error("what is fixed can be fixed again")
	}

	// The criteria can no longer be changed for it.
	admin.get("/thi-dua/tieu-chi?dot=1&ky=2026-11").has(t, ".notice", "Tháng 11/2026 đã chốt số")
	admin.post("/thi-dua/tieu-chi", "dot", "1", "ky", "2026-11", "lan", revision, "viec", "bo", "tieu_chi", "1-1").has(t, ".notice.bad", "không sửa được")

	// What happens afterwards changes nothing of it.
	ch := h.channels["Phụ nữ xã Thượng Mẫu"]
	cell := "/thi-dua/2026-11/05706/1-2"
	was := admin.get(cell).text(".lead")
	for d := range 21 {
		_, err := h.Store.SavePosts(t.Context(), ch.ID, []lantoa.Incoming{{Post: lantoa.Post{External: fmt.Sprint("muon", d), Type: lantoa.Text, Text: "Bài muộn", PublishedAt: storetest.Now.AddDate(0, 0, -d)}}}, storetest.Now)
		must(t, err)
	}
	if now := admin.get(cell).text(".lead"); now != was || !strings.Contains(was, "– chưa đạt") {
		t.Errorf("a fixed figure became %q, was %q", now, was)
	}

	// A correction keeps the old figure, the reason and the name.
	a = admin.get(cell)
	form := []string{"cu", a.Find("[name=cu]").AttrOr("value", ""), "so_cu", a.Find("[name=so_cu]").AttrOr("value", ""), "ket_qua", "met", "so_moi", "3", "ly_do", "Trang đăng đủ, Facebook cho đọc muộn"}
	admin.post(cell+"/sua", form...).has(t, ".notice", "Số cũ vẫn được giữ")
	admin.post(cell+"/sua", form...).has(t, ".notice.bad", "vừa được người khác sửa")
	a = admin.get(cell)
	a.has(t, ".lead", "✓ đạt")
	a.has(t, ".line", "chưa đạt (0/3) → đạt (3/3)")
	a.has(t, ".line", "Nguyễn Thị Quản")
	a.has(t, ".line", "Trang đăng đủ, Facebook cho đọc muộn")
	admin.get("/thi-dua/2026-11").has(t, "main", "Đã sửa sau khi chốt (1)")
	admin.get("/thi-dua").has(t, "main", "đã chốt 23/11/2026")
}

func TestWritingCriteriaOnTheScreen(t *testing.T) {
	h := open(t)
	admin := h.as("admin@mau.vn")
	edit := "/thi-dua/tieu-chi"
	revision := func() string {
		return admin.get(edit+"?dot=1&ky=2026-11").Find("[name=lan]").First().AttrOr("value", "")
	}
	fields := func(viec, id, kind, n, name string) []string {
		return []string{"dot", "1", "ky", "2026-11", "lan", revision(), "viec", viec, "tieu_chi", id, "loai", kind, "n", n, "phan_tram", "100", "diem", "10", "ten", name, "cap", "commune"}
	}
	admin.get("/thi-dua").has(t, "main", "mẫu, sửa được")
	a := admin.post(edit, fields("xem", "", "posts_per_month", "5", "")...)
	a.has(t, "#them .notice", "Với tiêu chí này: ")
	a.has(t, "#them .notice", "/16 đơn vị đạt tiêu chí")
	if n := admin.get(edit + "?dot=1&ky=2026-11").Find("form.grid").Length(); n != 5 {
		t.Errorf("looking ahead saved something: %d forms, want four and one to add", n)
	}
	if a = admin.post(edit, fields("luu", "", "posts_per_month", "0", "")...); a.status != http.StatusBadRequest {
		t.Errorf("no posts at all: %d", a.status)
	}
	a.has(t, ".notice.bad", "Số lượng từ 1 đến 200.")
	admin.post(edit, fields("luu", "", "posts_per_month", "5", "Năm bài <i>mỗi tháng</i>")...).has(t, ".notice", "Đã lưu tiêu chí.")
	a = admin.get("/thi-dua/2026-11")
	a.has(t, ".asked", "Năm bài <i>mỗi tháng</i>")
	a.has(t, ".asked", "Mỗi tháng có ít nhất 5 bài tự viết trên trang. Tính cho: xã. 10 điểm.")
	a.has(t, "table.score thead", "Điểm")
	old := revision()
	admin.post(edit, fields("bo", "1-4", "", "", "")...).has(t, ".notice", "Đã bỏ tiêu chí.")
	admin.post(edit, "dot", "1", "ky", "2026-11", "lan", old, "viec", "bo", "tieu_chi", "1-3").has(t, ".notice.bad", "Người khác vừa sửa đợt này")
	if a = admin.get("/thi-dua/2026-11/05700/1-4"); a.status != http.StatusNotFound {
		t.Errorf("a criterion that was taken away: %d", a.status)
	}

	// One by hand: a sentence and a name.
	admin.post(edit, fields("luu", "", "manual", "1", "Cán bộ đã tập huấn")...)
	cell := "/thi-dua/2026-11/05700/1-6"
	admin.get(cell).has(t, ".lead", "Chưa có ai ghi kết quả.")
	admin.post(cell+"/ghi", "ket_qua", "met", "minh_chung", "").has(t, ".notice.bad", "minh chứng")
	h.as("truyenthong@mau.vn").post(cell+"/ghi", "ket_qua", "met", "minh_chung", "Giấy chứng nhận ngày 12/11").has(t, ".lead", "Trần Thị Hoa ghi ngày 23/11/2026: Giấy chứng nhận ngày 12/11")

	// A second campaign stands beside the first.
	admin.post("/thi-dua/dot", "ten", "Tháng hành động vì bình đẳng giới").has(t, ".notice", "Đã mở đợt mới")
	admin.get("/thi-dua/2026-11?dot=2").has(t, ".when", "Tháng hành động vì bình đẳng giới")
	admin.get("/thi-dua/2026-11").has(t, ".tabs", "Tháng hành động vì bình đẳng giới")
}

func TestEvidenceOpensFromItsCell(t *testing.T) {
	h := open(t)
	ch := h.channels["Phụ nữ xã Khe Mẫu"]
	at := storetest.Now.AddDate(0, 0, -10)
	_, err := h.Store.SavePosts(t.Context(), ch.ID, []lantoa.Incoming{{Post: lantoa.Post{External: "chidao", Type: lantoa.Text, Text: "Công văn của tỉnh", PublishedAt: at}}}, storetest.Now)
	must(t, err)
	must(t, h.Store.SaveJudgements(t.Context(), map[lantoa.PostID]lantoa.Judgement{h.find(ch, "chidao"): {FromAbove: true}}))
	a := h.as("lanhdao@mau.vn").get("/thi-dua/2026-11/05701/1-2")
	a.has(t, "main", "Không tính (1)")
	a.has(t, "main li", "Công văn của tỉnh")
	a.has(t, "main", "truyền đạt từ cấp trên")
	a.has(t, ".parts", "Tuần 47 (16/11–22/11)")
	if a.Find("main .row a[href^='/bai-viet/']").Length() < 5 {
		t.Errorf("few posts: %s", a.text("main .row"))
	}
	h.as("lanhdao@mau.vn").get("/thi-dua/2026-11/05700/1-3").has(t, "main", "Được tính")
}

func TestTheScorecardOfAWholeProvinceFitsThePage(t *testing.T) {
	h := open(t)
	since := time.Date(2020, 1, 1, 0, 0, 0, 0, h.Zone)
	var list []lantoa.Unit
	for i := range 165 {
		list = append(list, lantoa.Unit{ID: lantoa.UnitID(fmt.Sprintf("n%d", i)), Code: fmt.Sprintf("9%04d", i), Name: fmt.Sprintf("xã Rất Dài Tên Mẫu %d", i), Level: lantoa.Commune, Parent: lantoa.UnitID(fmt.Sprintf("d%d", i%3)), From: since})
	}
	must(t, h.Store.SaveUnits(t.Context(), list))
	admin := h.as("admin@mau.vn")
	admin.post("/thi-dua/tieu-chi", "dot", "1", "ky", "2026-11", "lan", "1", "viec", "luu", "loai", "posts_per_month", "n", "4", "phan_tram", "100", "diem", "10")
	seen := map[string]bool{}
	for page := 1; page <= 6; page++ {
		a := admin.get(fmt.Sprint("/thi-dua/2026-11?trang=", page))
		if len(a.html) > 60_000 {
			t.Errorf("page %d: %d bytes of HTML, at most 60,000", page, len(a.html))
		}
		for _, name := range a.texts("table.score tbody tr:not(.of) th") {
			seen[name] = true
		}
	}
	if len(seen) != 185 {
		t.Errorf("%d units on all pages, want 185", len(seen))
	}
	a := admin.get("/thi-dua/2026-11/in")
	if n := a.Find("table.sheet tbody tr td:first-child").Length(); n != 185 || len(a.html) > 60_000 {
		t.Errorf("the sheet to print has %d units and %d bytes", n, len(a.html))
	}
}

func TestThiDuaInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := open(t)
			h.as("canbo@mau.vn").post("/thi-dua/2026-11/05700/1-4/xem-lai", "noi_dung", "Phiếu tháng 10 đã gửi ngày 03/11 nhưng chưa thấy.", "duong_dan", "https://www.facebook.com/1")
			b := browse.Open(t, h.url, size)
			signIn(b, "admin@mau.vn")
			b.Open("/thi-dua")
			b.Fits("thi-dua-dot")
			b.Open("/thi-dua/2026-11")
			b.Fits("thi-dua")
			b.Open("/thi-dua/2026-11/05701/1-2")
			b.Fits("thi-dua-minh-chung")
			b.Open("/thi-dua/tieu-chi?dot=1&ky=2026-11")
			b.Click("#them summary")
			b.Fits("thi-dua-tieu-chi")
			b.Click("#them button[value=xem]")
			b.Until(`document.querySelector("#them .notice")`)
			b.Open("/thi-dua/2026-11/in")
			b.Fits("thi-dua-in")
			b.Open("/thi-dua/2026-11/chot")
			b.Fits("thi-dua-chot")
			b.Click("main form button.first")
			b.Until(`location.pathname === "/thi-dua/2026-11"`)
			b.Open("/thi-dua/2026-11/05706/1-2")
			b.Fits("thi-dua-sua-so")
			b.Dark(true)
			b.Open("/thi-dua/2026-11")
			b.Shoot("thi-dua-toi")
			b.Dark(false)
			browse.Eval[bool](b, `document.querySelector("form[action='/dang-xuat']").requestSubmit() === undefined`)
			b.Until(`location.pathname === "/dang-nhap"`)
			signIn(b, "canbo@mau.vn")
			b.Open("/thi-dua/2026-Q4")
			b.Fits("thi-dua-cua-xa")
		})
	}
}

func TestTheTableOfThiDuaIsTakenAwayAsItIsSeen(t *testing.T) {
	h := open(t)
	r := h.as("lanhdao@mau.vn")
	for _, address := range []string{"", "?cha=160&cap=commune", "?ket_qua=missed"} {
		shown := r.get("/thi-dua/2026-11" + address)
		names := shown.texts("table.score tbody tr:not(.of) th a")
		results := shown.texts("table.score tbody tr:not(.of) td:last-child")
		link, is := shown.Find(`a[href*="/xuat"][href*="xlsx"]`).Attr("href")
		if !is || len(names) == 0 {
			t.Fatalf("%q shows %d units and a file: %v", address, len(names), is)
		}
		rows := carried(t, r.get(link), sheet.XLSX)
		if got := columnOf(t, rows, "Đơn vị"); !slices.Equal(got, names) {
			t.Errorf("%q: the file has %q, the screen %q", address, got, names)
		}
		for i, got := range columnOf(t, rows, "Kết quả") {
			if !strings.HasSuffix(results[i], got) {
				t.Errorf("%q: %s is %q in the file and %q on the screen", address, names[i], got, results[i])
			}
		}
		paper, _ := shown.Find(`a[href*="/xuat"][href*="docx"]`).Attr("href")
		text, _ := document(t, r.get(paper))
		for _, name := range names {
			if !strings.Contains(text, name) {
				t.Errorf("%q: the paper leaves out %s", address, name)
			}
		}
	}
	text, _ := document(t, r.get("/thi-dua/2026-11/xuat?tep=docx"))
	if head := r.get("/thi-dua/2026-11").text("h1"); !strings.Contains(text, head) {
		t.Errorf("the paper does not say %q", head)
	}
	if a := h.as("canbo@mau.vn").get("/thi-dua/2026-11/xuat?tep=xlsx"); a.status != http.StatusForbidden {
		t.Errorf("an officer takes away the others' results: %d", a.status)
	}
	rows := carried(t, h.as("xem@mau.vn").get("/thi-dua/2026-11/xuat?tep=csv"), sheet.CSV)
	if got := columnOf(t, rows, "Đơn vị"); len(got) != 1 || got[0] != "Xã Khe Mẫu" {
		t.Errorf("a viewer of xã Khe Mẫu takes away %q", got)
	}
}
