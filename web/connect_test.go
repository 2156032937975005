package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

const secret = "EAABtokenThatNobodyMaySee0123456789"

// adminScreens are the places of administration with the forms on them.
var adminScreens = map[string]string{
	"/quan-tri/ket-noi": "GET", "/quan-tri/ket-noi/facebook": "POST", "/quan-tri/ket-noi/facebook/trang": "POST",
	"/quan-tri/ket-noi/facebook/nhan": "POST", "/quan-tri/ket-noi/facebook/tin-bao": "POST", "/quan-tri/ket-noi/zalo/cho-phep": "GET",
	"/quan-tri/ket-noi/zalo/xong?code=a&state=b": "GET", "/quan-tri/ket-noi/khoa": "POST", "/quan-tri/thong-bao": "GET",
	"/quan-tri/nhap": "GET", "/quan-tri/nhap/abc/hoan-tac": "POST",
}

func TestOnlyTheRootsAdministratorsConnect(t *testing.T) {
	h := openBusy(t)
	h.person("huyen@mau.vn", "huyện Sông Mẫu", lantoa.Admin)
	for _, email := range []string{"truyenthong@mau.vn", "lanhdao@mau.vn", "canbo@mau.vn", "xem@mau.vn", "huyen@mau.vn"} {
		r := h.as(email)
		for path, method := range adminScreens {
			a := r.get
			got := 0
			if method == "POST" {
				got = r.post(path, "ma", secret, "thu", "canbo@mau.vn", "trang", "1").status
			} else {
				got = a(path).status
			}
			if got != http.StatusForbidden {
				t.Errorf("%s, %s: %d, want 403", email, path, got)
			}
		}
		home := r.get("/")
		if home.Find(`.places a[href^="/quan-tri"]`).Length() > 0 || home.Find("#h-notices").Length() > 0 {
			t.Errorf("%s is shown the way to administration", email)
		}
	}
	if len(h.graph.tokens)+len(h.graph.taken)+h.graph.asks+len(h.account.redeemed) > 0 {
		t.Error("somebody who may not was obeyed")
	}
	nobody := h.visit()
	if a := nobody.get("/quan-tri/ket-noi"); !strings.HasPrefix(a.at, "/dang-nhap") {
		t.Errorf("nobody came to %s", a.at)
	}
}

func TestConnectionsAreGuardedFromOtherSites(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	for path, method := range adminScreens {
		if method != "POST" {
			continue
		}
		if a := r.postWith(path, map[string]string{"Sec-Fetch-Site": "cross-site"}, "ma", secret); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, path := range []string{"/hop-cau-chuyen/abc", "/ke-chuyen/ma", "/ke-chuyen/go", "/kenh/them", "/kenh/abc/trang-tin"} {
		if a := r.postWith(path, map[string]string{"Origin": "https://evil.example"}, "don_vi", "u19"); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// expected puts into the pretended Graph what a token opens: one page surely ours, two doubtful, one that lacks a
// task, and one that is none of ours.
func (h *house) expected() {
	id := func(name string) lantoa.ChannelID { return h.channels[name].ID }
	// Nothing has been read yet, so that what was found counts and not what was read.
	h.graph.found = Found{
		Pages: []FoundPage{
			{Channel: id("Phụ nữ xã Thác Mẫu"), Page: "901", Name: "Phụ nữ xã Thác Mẫu", Ready: true},
			{Channel: id("Phụ nữ xã Núi Mẫu"), Page: "902", Name: "Phụ nữ Núi Mẫu", Maybe: true},
			{Channel: id("Phụ nữ xã Gò Mẫu"), Page: "903", Name: "Hội LHPN <b>Gò</b>", Maybe: true},
		},
		Foreign:  []FoundPage{{Page: "999", Name: "Shop quần áo Mẫu"}},
		Warnings: []lantoa.Trouble{{Kind: lantoa.NoRight, What: "business_management"}},
	}
}

func TestFindingThePages(t *testing.T) {
	h := openBusy(t)
	h.expected()
	r := h.as("admin@mau.vn")
	a := r.get("/quan-tri/ket-noi")
	if a.Find("input[name=ma]").AttrOr("type", "") != "password" {
		t.Error("a token is typed for all to see")
	}
	t.Run("what was pasted is tried, told of, and never shown", func(t *testing.T) {
		a := r.post("/quan-tri/ket-noi/facebook", "ma", " "+secret+" ")
		a.has(t, ".notice", "Đã nhận mã: 1 trang")
		a.has(t, "#facebook h3", "17 trong 19 trang đã tìm thấy. Còn 2:")
		a.has(t, "#facebook .notice", "Có danh sách trang chưa đọc được: thiếu quyền quản lý danh mục trang. Vì vậy có thể còn thiếu trang.")
		a.has(t, "#facebook", "Shop quần áo Mẫu · 999")
		if len(h.graph.tokens) != 1 || h.graph.tokens[0] != secret {
			t.Errorf("tried %q", h.graph.tokens)
		}
		for _, path := range []string{"/quan-tri/ket-noi", "/", "/quan-tri/thong-bao"} {
			if strings.Contains(r.get(path).html, secret) {
				t.Errorf("the token stands on %s", path)
			}
		}
		kept, err := h.Store.GetMeta(t.Context(), metaFound)
		must(t, err)
		lines, err := h.Store.AuditLog(t.Context(), 50, h.Now().AddDate(0, 0, 1))
		must(t, err)
		if i := slices.IndexFunc(lines, func(l lantoa.Audit) bool { return l.Action == "connect" }); i < 0 || strings.Contains(kept+fmt.Sprint(lines), secret) {
			t.Errorf("kept %s, noted %+v", kept, lines)
		}
	})
	t.Run("who has never been read is told with why, whose it is and what to tick", func(t *testing.T) {
		h.graph.found.Pages = []FoundPage{{Channel: h.channels["Phụ nữ xã Núi Mẫu"].ID, Page: "902", Why: lantoa.Trouble{Kind: lantoa.NoRight, What: "CREATE_CONTENT"}}}
		a := r.post("/quan-tri/ket-noi/facebook", "ma", secret)
		reasons := a.texts("#facebook details.version")
		want := []string{"1 trang · có trang nhưng thiếu quyền đọc bài", "tích “Nội dung”", "Xã Núi Mẫu"}
		for _, w := range want {
			if !strings.Contains(strings.Join(reasons, "\n"), w) {
				t.Errorf("%q is not among the reasons %q", w, reasons)
			}
		}
		if !strings.Contains(strings.Join(reasons, "\n"), "mã này không thấy trang") || !strings.Contains(strings.Join(reasons, "\n"), "Xã Gò Mẫu") {
			t.Errorf("a page that the search did not tell of is not missed: %q", reasons)
		}
		h.expected()
		r.post("/quan-tri/ket-noi/facebook", "ma", secret)
	})
	t.Run("a doubtful one is asked of a person, one by one or all together", func(t *testing.T) {
		a := r.get("/quan-tri/ket-noi")
		a.has(t, "#facebook .row", "Hội LHPN <b>Gò</b>")
		a.has(t, "button[value=tat_ca]", "Đúng cả 2")
		h.graph.takeErr = map[string]error{"903": lantoa.Problem(lantoa.NoRight, "published_posts", "")}
		a = r.post("/quan-tri/ket-noi/facebook/nhan", "nhan", "tat_ca")
		a.has(t, ".notice", "Đã nối 1 trang. Chưa nối được: 1")
		if got := strings.Join(h.graph.taken, ","); got != "902" {
			t.Errorf("taken %s", got)
		}
		a.has(t, "#facebook .row .fault", "quyền đọc trang này")
		if a.Find("#facebook .row .fault").Length() != 1 {
			t.Error("the one that was taken is still doubtful")
		}
		a = r.post("/quan-tri/ket-noi/facebook/nhan", "nhan", "khong", "kenh", string(h.channels["Phụ nữ xã Gò Mẫu"].ID), "trang", "903")
		a.has(t, ".notice", "Đã bỏ qua")
		if a.Find("#facebook .fault").Length() != 0 {
			t.Error("what was denied is still asked")
		}
	})
	t.Run("another unit's page is not taken, and the platform's no is told", func(t *testing.T) {
		h.graph.takeErr = map[string]error{"5": lantoa.Problem(lantoa.Conflict, "channel", ""), "6": lantoa.Problem(lantoa.Expired, "token", "")}
		nui := h.channels["Phụ nữ xã Núi Mẫu"]
		r.post("/quan-tri/ket-noi/facebook/nhan", "nhan", "co", "kenh", string(nui.ID), "don_vi", string(nui.Unit.ID), "trang", "5").has(t, ".notice.bad", "đã là kênh của một đơn vị khác")
		r.post("/quan-tri/ket-noi/facebook/nhan", "nhan", "co", "kenh", string(nui.ID), "don_vi", string(nui.Unit.ID), "trang", "6").has(t, ".notice.bad", "Chưa nối được. Facebook báo mã truy cập")
		if a := r.post("/quan-tri/ket-noi/facebook/nhan", "nhan", "gi", "trang", "6"); a.status != http.StatusBadRequest {
			t.Errorf("an unknown answer: %d", a.status)
		}
	})
	t.Run("what is no token is not sent to Facebook", func(t *testing.T) {
		before := len(h.graph.tokens)
		for _, odd := range []string{"", "  ", "two words", "two\nlines"} {
			r.post("/quan-tri/ket-noi/facebook", "ma", odd).has(t, ".notice.bad", "trống hoặc có dấu cách")
		}
		h.graph.findErr = lantoa.Problem(lantoa.Expired, "expired", "")
		r.post("/quan-tri/ket-noi/facebook", "ma", secret).has(t, ".notice.bad", "Chưa nhận mã này. Facebook báo mã truy cập của trang này đã hết hạn (mã đã quá hạn dùng).")
		if len(h.graph.tokens) != before+1 {
			t.Error("an odd token was tried")
		}
	})
}

func TestALongSearchShowsHowFarItIs(t *testing.T) {
	h := openBusy(t)
	h.expected()
	h.graph.wait = make(chan struct{})
	r := h.as("admin@mau.vn")
	a := r.post("/quan-tri/ket-noi/facebook", "ma", secret)
	a.has(t, "#progress[data-running]", "Đang tìm trang")
	if !strings.Contains(a.html, `<noscript><meta http-equiv="refresh" content="5"></noscript>`) {
		t.Error("without JavaScript the page does not come back by itself")
	}
	until(t, func() bool {
		a = r.get("/quan-tri/ket-noi", "X-Fragment", "progress")
		return strings.Contains(a.text("#progress"), "25 trang")
	})
	if a.Find("main").Length() != 0 || a.Find("progress").AttrOr("value", "") != "25" {
		t.Errorf("the fragment is %s", a.html)
	}
	r.post("/quan-tri/ket-noi/facebook", "ma", secret).has(t, ".notice.bad", "đang chạy")
	if len(h.graph.tokens) != 1 {
		t.Error("a second search began beside the first")
	}
	close(h.graph.wait)
	until(t, func() bool {
		a = r.get("/quan-tri/ket-noi")
		return a.Find("#progress[data-running]").Length() == 0
	})
	a.has(t, "#facebook h3", "trang đã tìm thấy")

	t.Run("a no that came when nobody waited is told on the page", func(t *testing.T) {
		h.graph.wait, h.graph.findErr = make(chan struct{}), lantoa.Problem(lantoa.Expired, "expired", "")
		r.post("/quan-tri/ket-noi/facebook", "ma", secret)
		close(h.graph.wait)
		until(t, func() bool { a = r.get("/quan-tri/ket-noi"); return a.Find("#progress[data-running]").Length() == 0 })
		a.has(t, "#facebook .notice.bad", "Chưa nhận mã này.")
	})
	t.Run("a search whose process is gone says so and lets the next begin", func(t *testing.T) {
		must(t, h.keepWork(t.Context(), work{Task: "find", N: 25, Beat: time.Now().Add(-time.Minute)}))
		r.get("/quan-tri/ket-noi").has(t, "#facebook .notice.bad", "bị ngắt giữa chừng")
		h.graph.wait, h.graph.findErr = nil, nil
		a := r.post("/quan-tri/ket-noi/facebook", "ma", secret)
		a.has(t, ".notice", "Đã nhận mã")
		if a.Find("#facebook .notice.bad").Length() != 0 {
			t.Error("what was cut off is still told of")
		}
	})
}

// until waits for a condition, at most ten seconds.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came")
		}
	}
}

func TestAPageByItsAddress(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	unit := string(h.units["xã Thác Mẫu"].ID)
	look := func(address, unit string) answer {
		return r.post("/quan-tri/ket-noi/facebook/trang", "dia_chi", address, "don_vi", unit)
	}
	look("https://fb.com/x", "").has(t, ".notice.bad", "Chưa chọn đơn vị")
	for what, want := range map[string]string{"profile": "trang cá nhân", "group": "nhóm Facebook", "host": "không phải của Facebook", "address": "Không nhận ra trang", "share_link": "Đường dẫn chia sẻ"} {
		h.graph.lookErr = lantoa.Problem(lantoa.Invalid, what, "")
		look("https://fb.com/x", unit).has(t, ".notice.bad", want)
	}
	h.graph.lookErr = lantoa.Problem(lantoa.Limited, "usage", "")
	look("https://fb.com/x", unit).has(t, ".notice.bad", "Chưa nối được. Facebook báo đã hỏi quá nhiều lần")
	h.graph.lookErr, h.graph.look = nil, FoundPage{Page: "777", Name: "Phụ nữ Thác <Mẫu>"}
	a := look("m.facebook.com/profile.php?id=777", unit)
	a.has(t, "#facebook .notice", "Trang “Phụ nữ Thác <Mẫu>” là của Hội LHPN xã Thác Mẫu?")
	if len(h.graph.taken) != 0 {
		t.Error("the page was taken before anybody confirmed it")
	}
	a = r.post("/quan-tri/ket-noi/facebook/nhan", "nhan", "co", "don_vi", unit, "trang", "777")
	a.has(t, ".notice", "Đã đọc được trang Trang mới")
	if len(h.graph.taken) != 1 || a.Find("#facebook .notice").Length() != 0 {
		t.Errorf("taken %v, still asked: %s", h.graph.taken, a.text("#facebook .notice"))
	}
}

func TestTheBoardCountsAsConnectedWhatHasBeenRead(t *testing.T) {
	h := openBusy(t)
	a := h.as("admin@mau.vn").get("/quan-tri/ket-noi")
	// 20 pages and 19 groups, two of them put away, and a website: two pages and a group are lost, a group and the
	// website have never been read.
	if got := a.text(".tile b"); got != "33 | 2 | 3" {
		t.Errorf("the board says %s", got)
	}
	a.has(t, "#facebook details", "17 trong 19 trang đã đọc được")
	a.has(t, "#facebook details", "Phụ nữ xã Đồng Mẫu · 05:20 23/11/2026")
	a.has(t, "#zalo", "16 trong 18 nhóm đã đọc được")
}

func TestTokensAreToldInWords(t *testing.T) {
	h := openBusy(t)
	a := h.as("admin@mau.vn").get("/quan-tri/ket-noi")
	rows := strings.Join(a.texts("#ma .row"), "\n")
	for _, want := range []string{
		"Phụ nữ xã Đồng MẫuDùng được đến 02/12/2026, còn 9 ngày.Lấy mã mới và dán trước ngày ấy",
		"Sắp hết hạn", "Mã của người dùng hệ thốngKhông có ngày hết hạn.",
		"Thiếu quyền đọc bài và tương tác; thiếu quyền đọc số liệu.", "Thiếu quyền",
		"Facebook báo mã truy cập của trang này đã hết hạn từ 20/11/2026 (người kết nối đã đổi mật khẩu).", "Không dùng được",
		"Mã của Zalo OADùng được đến 23/01/2027.Hỏi lần cuối 04:00 23/11/2026",
	} {
		if !strings.Contains(rows, want) {
			t.Errorf("no row says %q:\n%s", want, rows)
		}
	}
	a.has(t, "#ma", "1 mã của trang còn tốt, đủ quyền.")
	if !strings.HasPrefix(a.texts("#ma .row")[0], "Phụ nữ xã Gò Mẫu") {
		t.Error("the dead token does not stand first")
	}
}

func TestNewsAtOnce(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	r.get("/quan-tri/ket-noi").has(t, "#facebook", "Chưa hỏi Facebook trang nào báo tin ngay")
	h.graph.events = &PageEvents{At: storetest.Now.Add(-3 * time.Hour)}
	r.get("/quan-tri/ket-noi").has(t, "#facebook", "Chưa khai mã xác minh")
	dong, bai := h.channels["Phụ nữ xã Đồng Mẫu"], h.channels["Phụ nữ xã Bãi Mẫu"]
	h.graph.events = &PageEvents{At: storetest.Now.Add(-3 * time.Hour), Wanted: true, On: []lantoa.ChannelID{dong.ID}, Off: []lantoa.ChannelID{bai.ID}}
	a := r.get("/quan-tri/ket-noi")
	a.has(t, "#facebook", "Đang bật ở 1 trong 2 trang, hỏi lúc 03:00 23/11/2026.")
	a.has(t, "#facebook details", "1 trang chưa báo tin")
	r.get(h.channelURL(dong.Name)).has(t, "main", "Báo tin ngay: đang bật (hỏi lúc 03:00 23/11/2026).")
	r.get(h.channelURL(bai.Name)).has(t, "main", "Báo tin ngay: chưa bật")
	if strings.Contains(h.as("canbo@mau.vn").get(h.channelURL(dong.Name)).html, "Báo tin ngay") {
		t.Error("an officer is told what only an administrator can change")
	}
	r.post("/quan-tri/ket-noi/facebook/tin-bao").has(t, ".notice", "Đã hỏi: 2 trong 2 trang đang báo tin.")
}

func TestAllowingZalo(t *testing.T) {
	h := openBusy(t)
	h.account.stateErr = lantoa.Missing("oa", "")
	r := h.as("admin@mau.vn")
	r.client.CheckRedirect = func(req *http.Request, _ []*http.Request) error {
		if req.URL.Host == "oauth.example" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	r.get("/quan-tri/ket-noi").has(t, "#zalo", "Chưa nối Chưa được nối.")
	setOut := func() string {
		to := r.get("/quan-tri/ket-noi/zalo/cho-phep").header.Get("Location")
		state, ok := strings.CutPrefix(to, "https://oauth.example/permission?state=")
		if !ok || len(state) < 20 {
			t.Fatalf("led to %q", to)
		}
		return state
	}
	state := setOut()
	if h.account.redirect != "https://lantoa.example/quan-tri/ket-noi/zalo/xong" {
		t.Errorf("comes back to %s", h.account.redirect)
	}
	if strings.Contains(r.get("/quan-tri/ket-noi").html, "verifier-") {
		t.Error("the verifier is on a page")
	}
	t.Run("another state than the one that was sent out takes nothing, and spends the true one", func(t *testing.T) {
		r.get("/quan-tri/ket-noi/zalo/xong?code=abc&state=other").has(t, ".notice.bad", "không bắt đầu từ màn hình của chị")
		r.get("/quan-tri/ket-noi/zalo/xong?code=abc&state="+state).has(t, ".notice.bad", "không bắt đầu từ màn hình của chị")
		r.get("/quan-tri/ket-noi/zalo/xong?code=abc").has(t, ".notice.bad", "không bắt đầu từ màn hình của chị")
		if len(h.account.redeemed) > 0 {
			t.Error("a foreign code was redeemed")
		}
	})
	t.Run("who did not agree is told how to begin again", func(t *testing.T) {
		r.get("/quan-tri/ket-noi/zalo/xong?state="+setOut()).has(t, ".notice.bad", "chưa được đồng ý")
	})
	t.Run("Zalo's no leaves what was there", func(t *testing.T) {
		h.account.refuses = lantoa.Problem(lantoa.Refused, "zalo_code", "")
		r.get("/quan-tri/ket-noi/zalo/xong?code=abc&state="+setOut()).has(t, ".notice.bad", "Mã cũ, nếu có, vẫn giữ nguyên")
		h.account.refuses = nil
	})
	t.Run("the code is redeemed once, with the verifier that went out with it", func(t *testing.T) {
		state := setOut()
		h.account.stateErr, h.account.state = nil, OAState{GrantedAt: storetest.Now, ExpiresAt: storetest.Now.Add(25 * time.Hour), RefreshBy: storetest.Now.AddDate(0, 0, 90), Bot: true}
		a := r.get("/quan-tri/ket-noi/zalo/xong?code=abc&state=" + state)
		a.has(t, ".notice", "Đã nối Zalo OA")
		a.has(t, "#zalo", "Đang nối Mã mới nhất có từ 06:00 23/11/2026.")
		a.has(t, "#zalo", "trước ngày 21/02/2027")
		a.has(t, "#zalo", "Zalo Bot): đã khai")
		if len(h.account.redeemed) != 1 || h.account.redeemed[0] != [2]string{"abc", "verifier-" + state} {
			t.Errorf("redeemed %v", h.account.redeemed)
		}
		if a.at != "/quan-tri/ket-noi" || strings.Contains(a.html, "code=abc") {
			t.Errorf("the code stays at %s", a.at)
		}
		r.get("/quan-tri/ket-noi/zalo/xong?code=abc&state="+state).has(t, ".notice.bad", "đã dùng rồi")
	})
	t.Run("what is wrong is told in words", func(t *testing.T) {
		h.account.state.RefreshBy = storetest.Now.AddDate(0, 0, 5)
		r.get("/quan-tri/ket-noi").has(t, "#zalo", "Sắp hết hạn")
		h.account.state.Trouble = &lantoa.Trouble{Kind: lantoa.Expired, What: "zalo", Since: storetest.Now.AddDate(0, 0, -1)}
		a := r.get("/quan-tri/ket-noi")
		a.has(t, "#zalo", "Mất kết nối Zalo báo mã truy cập của kênh này đã hết hạn từ 22/11/2026 (tài khoản Zalo OA cần kết nối lại).")
		a.has(t, "#zalo .btn.first", "Cho phép trên Zalo")
	})
}

func TestKeysForProgramsAreShownOnce(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	user, err := h.Store.UserByEmail(t.Context(), "canbo@mau.vn")
	must(t, err)
	a := r.post("/quan-tri/ket-noi/khoa", "thu", " Canbo@mau.vn", "viec", "cap")
	a.has(t, "main > .notice", "Khóa của Hoàng Thị Đào. Chép ngay")
	codes := a.texts("main > .notice code")
	if len(codes) != 2 || len(codes[1]) < 20 || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%q, %s", codes, a.header.Get("Cache-Control"))
	}
	key, secret, err := h.Store.IngestKey(t.Context(), codes[0])
	if err != nil || secret != codes[1] || key.User != user.ID {
		t.Errorf("the key shown is not the one kept: %v", err)
	}
	if html := r.get("/quan-tri/ket-noi").html; strings.Contains(html, codes[1]) || strings.Contains(html, codes[0]) {
		t.Error("it is shown twice")
	}
	r.post("/quan-tri/ket-noi/khoa", "thu", "khongco@mau.vn", "viec", "cap").has(t, ".notice.bad", "Không có người nào dùng địa chỉ thư này")
	r.post("/quan-tri/ket-noi/khoa", "thu", " Canbo@mau.vn", "viec", "thu_hoi").has(t, ".notice", "Đã thu hồi khóa của Hoàng Thị Đào")
	if _, _, err := h.Store.IngestKey(t.Context(), codes[0]); err == nil {
		t.Error("a revoked key still serves")
	}
}

func TestWhatIsNotSetUpSaysWhatIsMissing(t *testing.T) {
	h := openBusy(t)
	h.Server.Facebook, h.Server.Zalo, h.Server.Websites = nil, nil, nil
	r := h.as("admin@mau.vn")
	a := r.get("/quan-tri/ket-noi")
	a.has(t, "#facebook", "facebook.app_id")
	a.has(t, "#zalo", "zalo.app_id")
	if a.Find("input[name=ma],a[href$=cho-phep]").Length() > 0 {
		t.Error("there is a button for what cannot be done")
	}
	for path, method := range adminScreens {
		if method == "POST" && strings.Contains(path, "facebook") {
			if a := r.post(path, "ma", secret); a.status != http.StatusServiceUnavailable {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
	if r.get("/kenh").Find("#them").Length() > 0 || r.get(h.channelURL(site)).Find("#trang-tin").Length() > 0 {
		t.Error("websites are offered where none may be asked")
	}
}
