package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// rolled has the weeks of all channels rolled up, as the night does.
func (h *house) rolled() *house {
	h.t.Helper()
	w := &queue.Worker{Store: h.Store, Now: h.Now, Zone: h.Zone}
	must(h.t, w.RollUp(context.Background()))
	return h
}

// unitURLOf is the address of the page of a unit of the small province.
func (h *house) unitURLOf(name string) string { return "/don-vi/" + h.units[name].Code }

func TestThePageOfAUnitTellsHowItDoes(t *testing.T) {
	h := open(t).rolled()
	r := h.as("lanhdao@mau.vn")
	t.Run("where it stands, its channels and their states", func(t *testing.T) {
		a := r.get(h.unitURLOf("xã Đồng Mẫu"))
		a.whole(t, "vi")
		a.has(t, "h1", "Xã Đồng Mẫu")
		a.has(t, ".when", "Tỉnh Chè Mẫu › Huyện Sông Mẫu")
		a.has(t, ".row.at", "Phụ nữ xã Đồng MẫuTrang Facebook · Hoạt động")
		a.has(t, ".row.at", "Nhóm Zalo Hội LHPN xã Đồng MẫuNhóm Zalo")
		a.has(t, ".figures", "bài đăng")
		a.has(t, "main", "số liệu tính đến 06:00 23/11/2026")
		a.has(t, ".up", "gấp 4,2 lần mức thường")
		a.has(t, "[aria-labelledby=h-chuyen]", "Mô hình nuôi lợn đất")
		if n := len(a.html); n > 60_000 {
			t.Errorf("%d bytes of HTML, at most 60,000", n)
		}
		if got := a.Find(".when a[href='/don-vi/160']").Length(); got != 1 {
			t.Errorf("no way to the district above: %s", a.text(".when"))
		}
	})
	t.Run("a district's page leads to the units below it", func(t *testing.T) {
		a := r.get(h.unitURLOf("huyện Sông Mẫu"))
		a.whole(t, "vi")
		if got := a.Find(".below a").Length(); got != 6 {
			t.Errorf("%d units below, want 6: %s", got, a.text(".below"))
		}
	})
	t.Run("a page that cannot be read is never called silent", func(t *testing.T) {
		a := r.get(h.unitURLOf("xã Núi Mẫu"))
		a.whole(t, "vi")
		a.has(t, ".row.at", "Mất kết nối")
		a.has(t, ".row.at", "không phải lỗi của đơn vị")
		a.has(t, ".cal", "4 ngày chưa đọc được.")
		a.has(t, ".legend", "không đọc được")
		if strings.Contains(a.text(".row.at"), "im lặng") {
			t.Errorf("silent: %s", a.text(".row.at"))
		}
		if a.Find("svg path.dx").Length() == 0 {
			t.Error("the days that could not be read are not hatched")
		}
	})
	t.Run("the period is chosen, and the longest is half a year", func(t *testing.T) {
		a := r.get(h.unitURLOf("xã Đồng Mẫu") + "?tuan=12")
		a.has(t, ".tabs a[aria-current]", "12 tuần")
		a.has(t, "main", "Bài đăng trong kỳ 31/08–22/11/2026")
		for _, wrong := range []string{"x", "-1", "9999999999999999999", "7"} {
			r.get(h.unitURLOf("xã Đồng Mẫu")+"?tuan="+wrong).has(t, ".tabs a[aria-current]", "4 tuần")
		}
		if a := r.get(h.unitURLOf("xã Đồng Mẫu") + "?ngay=2026-13-77"); a.status != http.StatusBadRequest {
			t.Errorf("a day that is none: status %d", a.status)
		}
		if a := r.get("/don-vi/khongco"); a.status != http.StatusNotFound {
			t.Errorf("a unit that is none: status %d", a.status)
		}
	})
	t.Run("units are compared with medians, and nobody is ranked", func(t *testing.T) {
		a := r.get(h.unitURLOf("xã Bãi Mẫu"))
		a.has(t, "[aria-labelledby=h-so]", "Cùng cấp")
		a.has(t, "[aria-labelledby=h-so] tbody th", "bài một tuần")
		if strings.Contains(a.html, "hạng") || strings.Contains(a.html, "thứ 1") {
			t.Error("a rank stands on the page")
		}
	})
}

func TestAVoteIsShownAndCountsNowhere(t *testing.T) {
	h := open(t)
	ch := h.channels["Phụ nữ phường Suối Mẫu"]
	at := storetest.Now.AddDate(0, 0, -3)
	_, err := h.Store.SavePosts(context.Background(), ch.ID, []lantoa.Incoming{{
		Post:     lantoa.Post{External: "vote", Type: lantoa.Photo, Text: "Bình chọn áo dài đẹp", PublishedAt: at},
		HasCount: true, Numbers: lantoa.Snapshot{At: storetest.Now.Add(-time.Hour), Reactions: lantoa.Of(2300), Source: lantoa.FromPlatform},
	}}, storetest.Now)
	must(t, err)
	must(t, h.Store.SaveVotes(context.Background(), map[lantoa.PostID]bool{h.find(ch, "vote"): true}))
	h.rolled()
	a := h.as("lanhdao@mau.vn").get(h.unitURLOf("phường Suối Mẫu"))
	a.has(t, "[aria-labelledby=h-bai]", "2.300 tương tácbình chọn — không tính")
	a.has(t, "main", "1 bài bình chọn — không tính vào số liệu nào.")
	if table := a.text("[aria-labelledby=h-thuong] td"); strings.Contains(table, "2.300") {
		t.Error("the contest lies over the normal band")
	}
}

func TestAUnitIsSeenByItsOwnPeopleAndThoseAbove(t *testing.T) {
	h := open(t).rolled()
	h.person("huyen@mau.vn", "huyện Rừng Mẫu", lantoa.Leader)
	for _, tt := range []struct {
		who, unit string
		want      int
	}{
		{"canbo@mau.vn", "xã Đồng Mẫu", http.StatusOK},
		{"canbo@mau.vn", "xã Khe Mẫu", http.StatusForbidden},
		{"canbo@mau.vn", "huyện Sông Mẫu", http.StatusForbidden},
		{"xem@mau.vn", "xã Khe Mẫu", http.StatusOK},
		{"huyen@mau.vn", "huyện Sông Mẫu", http.StatusForbidden},
		{"huyen@mau.vn", "xã Đồng Mẫu", http.StatusForbidden},
		{"huyen@mau.vn", "xã Khe Mẫu", http.StatusOK},
		{"lanhdao@mau.vn", "xã Khe Mẫu", http.StatusOK},
	} {
		a := h.as(tt.who).get(h.unitURLOf(tt.unit))
		if a.status != tt.want {
			t.Errorf("%s at %s: status %d, want %d", tt.who, tt.unit, a.status, tt.want)
		}
	}
	// The unit above is named, and is no way to go for whom it is shut.
	a := h.as("canbo@mau.vn").get(h.unitURLOf("xã Đồng Mẫu"))
	if a.Find(".when a[href='/don-vi/160']").Length() != 0 {
		t.Error("an officer is led to the district's page")
	}
	a.has(t, ".when", "Huyện Sông Mẫu")
	if a := h.visit().get(h.unitURLOf("xã Đồng Mẫu")); !strings.HasPrefix(a.at, "/dang-nhap") {
		t.Errorf("without signing in: %s", a.at)
	}
}

func TestWhoIsInChargeIsToldToThoseWhoMayCare(t *testing.T) {
	h := open(t).rolled()
	u := h.units["xã Đồng Mẫu"]
	must(t, h.Store.SaveContacts(context.Background(), u.ID, []lantoa.Contact{
		{Name: "Hoàng Thị <b>Đào</b>", Duty: "Chủ tịch Hội LHPN xã", Phone: "0912 345 678", Zalo: "javascript:alert(1)"},
	}, "test"))
	a := h.as("lanhdao@mau.vn").get(h.unitURLOf("xã Đồng Mẫu"))
	a.whole(t, "vi")
	a.has(t, ".row", "Hoàng Thị <b>Đào</b>")
	if got := a.Find("a[href='tel:0912345678']").Text(); got != "Gọi" {
		t.Errorf("no way to call: %q", got)
	}
	if got := a.Find("a[href='https://zalo.me/0912345678']").Text(); got != "Nhắn Zalo" {
		t.Errorf("no way to write: %q", got)
	}
	for _, who := range []string{"canbo@mau.vn"} {
		if strings.Contains(h.as(who).get(h.unitURLOf("xã Đồng Mẫu")).html, "0912") {
			t.Errorf("%s reads telephone numbers", who)
		}
	}
}

// merge has three communes become one that bears the code of the first, from a day.
func (h *house) merge(day time.Time) (old []lantoa.Unit, made lantoa.Unit) {
	h.t.Helper()
	ctx := context.Background()
	for _, name := range []string{"xã Bãi Mẫu", "xã Vườn Mẫu", "xã Thác Mẫu"} {
		old = append(old, h.units[name])
	}
	made = lantoa.Unit{ID: "new", Code: old[0].Code, Name: "xã Liên Mẫu", Level: lantoa.Commune, Parent: old[0].Parent, From: day}
	units := []lantoa.Unit{made}
	for _, u := range old {
		u.To, u.Successors = day, []lantoa.UnitID{"new"}
		units = append(units, u)
	}
	must(h.t, h.Store.SaveUnits(ctx, units))
	for _, u := range units[1:] {
		must(h.t, h.Store.SaveSuccessors(ctx, u.ID, u.Successors))
	}
	return old, made
}

func TestAMergerIsToldFromBothSides(t *testing.T) {
	h := open(t)
	day := time.Date(2025, 7, 1, 0, 0, 0, 0, h.Zone)
	old, made := h.merge(day)
	h.rolled()
	r := h.as("lanhdao@mau.vn")

	a := r.get("/don-vi/" + made.Code)
	a.whole(t, "vi")
	a.has(t, "h1", "Xã Liên Mẫu")
	a.has(t, "[aria-labelledby=h-truoc]", "Nhận từ:")
	for _, u := range old {
		a.has(t, "[aria-labelledby=h-truoc]", upperFirst(u.Name))
		if a.Find(fmt.Sprintf("[aria-labelledby=h-truoc] a[href='/don-vi/%s?ngay=2025-06-30']", u.Code)).Length() != 1 {
			t.Errorf("no way to %s as it was", u.Name)
		}
	}
	a.has(t, "[aria-labelledby=h-truoc]", "đến 30/06/2025")
	a.has(t, ".row.at", "Phụ nữ xã Bãi MẫuTrang Facebook · Lưu trữ")

	// The code is borne twice: the day says by whom.
	a = r.get("/don-vi/" + made.Code + "?ngay=2025-06-30")
	a.whole(t, "vi")
	a.has(t, "h1", "Xã Bãi Mẫu")
	a.has(t, ".notice", "Từ 01/07/2025 thuộc Xã Liên Mẫu.")
	a.has(t, "[aria-labelledby=h-chuyen]", "Tổ công nghệ số của các bà")
	if a.Find(".notice a[href='/don-vi/"+made.Code+"']").Length() != 1 {
		t.Error("no way to the unit that took it in")
	}
	a = r.get("/don-vi/" + made.Code + "?ngay=2025-07-01")
	a.has(t, "h1", "Xã Liên Mẫu")
	// What an old unit told is told by the new one's page too.
	a.has(t, "[aria-labelledby=h-chuyen]", "Tổ công nghệ số của các bà")
	// A code that only the old unit bore leads to its page.
	r.get("/don-vi/"+old[1].Code).has(t, ".notice", "thuộc Xã Liên Mẫu")
}

func TestAUnitIsFoundByName(t *testing.T) {
	h := open(t)
	h.merge(time.Date(2025, 7, 1, 0, 0, 0, 0, h.Zone))
	r := h.as("lanhdao@mau.vn")
	for _, q := range []string{"suối mẫu", "suoi mau", "suo\u0302\u0301i ma\u0302\u0303u", "SUỐI", "phường suoi", "05704"} {
		a := r.get("/don-vi?q=" + url.QueryEscape(q))
		a.whole(t, "vi")
		if a.Find(".row[href='/don-vi/05704']").Length() != 1 {
			t.Errorf("%q does not find phường Suối Mẫu: %s", q, a.text(".row"))
		}
	}
	t.Run("what is written just so stands first", func(t *testing.T) {
		a := r.get("/don-vi?q=" + url.QueryEscape("bến"))
		if got := a.Find(".row b").First().Text(); got != "Xã Bến Mẫu" {
			t.Errorf("first is %q", got)
		}
	})
	t.Run("a unit that is no more is found with what it became", func(t *testing.T) {
		a := r.get("/don-vi?q=" + url.QueryEscape("vườn mẫu"))
		a.has(t, ".row", "từ 01/07/2025 thuộc xã Liên Mẫu")
		if got := a.Find(".row").First().AttrOr("href", ""); !strings.HasSuffix(got, "?ngay=2025-06-30") {
			t.Errorf("it leads to %q", got)
		}
	})
	t.Run("nothing found says what to try", func(t *testing.T) {
		r.get("/don-vi?q="+url.QueryEscape("<b>không có</b>")).has(t, ".empty", "Không có đơn vị nào tên “<b>không có</b>”")
	})
	t.Run("only units of the scope are found", func(t *testing.T) {
		a := h.as("canbo@mau.vn").get("/don-vi?q=mau")
		if got := a.text(".row b"); got != "Xã Đồng Mẫu" {
			t.Errorf("an officer finds %s", got)
		}
	})
}

func TestWhatWasCopiedIsNamed(t *testing.T) {
	h := open(t).rolled()
	a := h.as("lanhdao@mau.vn").get(h.unitURLOf("xã Vườn Mẫu"))
	a.has(t, "[aria-labelledby=h-tu-viet]", "chép của xã Đồng Mẫu")
	// An officer whose page copied it is not told who told it first, before the story was chosen.
	h.person("vuon@mau.vn", "xã Vườn Mẫu", lantoa.Officer)
	a = h.as("vuon@mau.vn").get(h.unitURLOf("xã Vườn Mẫu"))
	a.has(t, "[aria-labelledby=h-tu-viet]", "chép của một đơn vị khác")
	if strings.Contains(a.html, "Đồng Mẫu") {
		t.Error("the first teller is named")
	}
}

// choose has a story be chosen by the communications officer.
func (h *house) choose(key string) {
	h.t.Helper()
	r := h.as("truyenthong@mau.vn")
	if a := r.post(h.storyURL(key)+"/quyet-dinh", "quyet_dinh", "approve"); a.status != http.StatusOK {
		h.t.Fatalf("choosing %s: %d", key, a.status)
	}
}

func TestTheWeekOfACommuneAndIdeasForIt(t *testing.T) {
	h := open(t).rolled()
	h.choose("ngôi nhà xanh")
	h.choose("công nghệ số")
	h.choose("không số") // of a district
	r := h.as("canbo@mau.vn")
	a := r.get("/xa-toi")
	a.whole(t, "vi")
	a.has(t, "h1", "Xã Đồng Mẫu: ")
	a.has(t, ".lead", "Tuần nào cũng có bài: đều đặn ✓.")
	a.has(t, ".lead b", "Mô hình nuôi lợn đất")
	a.has(t, ".lead b", "gấp 4,2 lần mức thường")
	a.has(t, "main", "Không có việc nào chờ chị.")
	if got := a.text("[aria-labelledby=h-y] .who b"); got != "Hội LHPN xã Bãi Mẫu | Hội LHPN phường Suối Mẫu" && got != "Hội LHPN phường Suối Mẫu | Hội LHPN xã Bãi Mẫu" {
		t.Errorf("the ideas are of %s, want two communes", got)
	}
	if strings.Contains(a.text("[aria-labelledby=h-y]"), "lần mức thường") {
		t.Error("how another page does against its usual is told")
	}
	if h.as("canbo@mau.vn").get("/").text("h1") != a.text("h1") {
		t.Error("her first page is another one")
	}

	save := "/y-tuong/" + string(h.stories["ngôi nhà xanh"])
	for range 2 { // the form that comes twice
		a = r.post(save, "luu", "1", "ve", "/xa-toi")
		a.has(t, "[aria-labelledby=h-luu] h3", "Ngôi nhà xanh bằng chai nhựa")
	}
	a = r.get("/xa-toi")
	if n := a.Find("[aria-labelledby=h-luu] article").Length(); n != 1 {
		t.Errorf("%d ideas are kept, want 1", n)
	}
	if strings.Contains(a.text("[aria-labelledby=h-y]"), "Ngôi nhà xanh") {
		t.Error("what is kept is offered again")
	}
	a = r.post(save, "luu", "0", "ve", "/xa-toi")
	a.has(t, ".notice", "Đã bỏ lưu.")
	if a.Find("[aria-labelledby=h-luu]").Length() != 0 {
		t.Error("it is still on the list")
	}

	t.Run("what she may not see cannot be kept", func(t *testing.T) {
		for path, want := range map[string]int{
			"/y-tuong/" + string(h.stories["trang mới"]): http.StatusForbidden,
			"/y-tuong/xxxxxxxxxxxxxxxxxxxxxxxxxx":        http.StatusNotFound,
		} {
			if a := r.post(path, "luu", "1"); a.status != want {
				t.Errorf("%s: status %d, want %d", path, a.status, want)
			}
		}
		if a := r.post(save, "luu", "vielleicht"); a.status != http.StatusBadRequest {
			t.Errorf("status %d", a.status)
		}
	})
	t.Run("a lost connection is the one thing to do", func(t *testing.T) {
		h.person("nui@mau.vn", "xã Núi Mẫu", lantoa.Officer)
		a := h.as("nui@mau.vn").get("/")
		a.has(t, ".notice.warn", "Nối lại trang")
		a.has(t, ".notice.warn", "Facebook không còn cho Lan tỏa quyền đọc trang này")
	})
	t.Run("who answers for more is led to the unit's page", func(t *testing.T) {
		a := h.as("lanhdao@mau.vn").get("/xa-toi")
		if a.at != "/don-vi/19" {
			t.Errorf("led to %s", a.at)
		}
	})
}

func TestBestSince(t *testing.T) {
	at := func(days int) time.Time { return storetest.Now.AddDate(0, 0, -days) }
	posts := func(had map[int]int64) (list []lantoa.Measured) {
		for d := 300; d > 0; d-- {
			if n, is := had[d]; is {
				list = append(list, lantoa.Measured{Post: lantoa.Post{ToldAt: at(d)}, Numbers: lantoa.Snapshot{Reactions: lantoa.Of(n)}})
			}
		}
		return list
	}
	many := map[int]int64{170: 10, 150: 15, 120: 10, 100: 20, 80: 10, 60: 10, 40: 10, 30: 12, 3: 42}
	with := func(day int, n int64) map[int]int64 {
		out := map[int]int64{day: n}
		for d, s := range many {
			if d != day {
				out[d] = s
			}
		}
		return out
	}
	for _, tt := range []struct {
		name string
		had  map[int]int64
		want time.Time
	}{
		{"never better: since the first that is known", many, at(170)},
		{"one in summer was better", with(100, 50), at(100)},
		{"one of three weeks ago was better: nothing to say", with(21, 50), time.Time{}},
		{"an equal one counts as as good", with(80, 42), at(80)},
		{"too few are known to say it", map[int]int64{170: 10, 3: 42}, time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := posts(tt.had)
			if got := bestSince(list[len(list)-1], list); !got.Equal(tt.want) {
				t.Errorf("since %v, want %v", got, tt.want)
			}
		})
	}
}

func TestMatchingUnits(t *testing.T) {
	tree := lantoa.TreeOf([]lantoa.Unit{
		{ID: "p", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province, Path: "p"},
		{ID: "a", Code: "1", Name: "phường Suối Mẫu", Level: lantoa.Commune, Path: "p.a"},
		{ID: "b", Code: "2", Name: "xã Hoà Bình", Level: lantoa.Commune, Path: "p.b"},
		{ID: "c", Code: "3", Name: "xã Hóa Binh", Level: lantoa.Commune, Path: "p.c"},
		{ID: "d", Code: "4", Name: "phường 1", Level: lantoa.Commune, Path: "p.d"},
		{ID: "e", Code: "5", Name: "phường 11", Level: lantoa.Commune, Path: "p.e"},
	})
	for question, want := range map[string]string{
		"hòa bình":   "xã Hoà Bình xã Hóa Binh",
		"hoa binh":   "xã Hoà Bình xã Hóa Binh",
		"phuong 1":   "phường 1",
		"PHƯỜNG 11":  "phường 11",
		"mau suoi":   "phường Suối Mẫu",
		"thai ng":    "tỉnh Thái Nguyên",
		"5":          "phường 11",
		"không thấy": "",
	} {
		var names []string
		for _, u := range matchUnits(tree, lantoa.Everything, question) {
			names = append(names, u.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q finds %q, want %q", question, got, want)
		}
	}
}

func (h *house) user(email string) lantoa.User {
	h.t.Helper()
	u, err := h.Store.UserByEmail(context.Background(), email)
	must(h.t, err)
	return u
}

// With and without rolled weeks, in both languages, for every kind of unit and of person.
func TestTheScreensOfUnitsAreDrawnWhole(t *testing.T) {
	for name, h := range map[string]*house{"new": open(t), "rolled": open(t).rolled(), "busy": openBusy(t).rolled()} {
		for _, lang := range []string{"vi", "en"} {
			for _, who := range []string{"lanhdao@mau.vn", "admin@mau.vn", "canbo@mau.vn", "xem@mau.vn"} {
				r := h.as(who)
				r.post("/ngon-ngu", "tieng", lang, "ve", "/")
				paths := []string{"/", "/don-vi", "/don-vi?q=khongco", "/don-vi?q=mau", "/xa-toi"}
				user := h.user(who)
				for _, u := range h.units {
					if user.May(lantoa.See, h.pathOf(u)) {
						paths = append(paths, "/don-vi/"+u.Code, "/don-vi/"+u.Code+"?tuan=25&ngay=2021-01-01")
					}
				}
				for _, path := range paths {
					a := r.get(path)
					a.whole(t, lang)
					if len(a.html) > 60_000 {
						t.Errorf("%s, %s: %d bytes of HTML, at most 60,000", name, path, len(a.html))
					}
				}
			}
		}
	}
}

func (h *house) pathOf(u lantoa.Unit) string {
	h.t.Helper()
	fresh, err := h.Store.Unit(context.Background(), u.ID)
	must(h.t, err)
	return fresh.Path
}
