package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// settled gives every channel of the house its weeks, as the nightly roll-up would: with the posts that lie in the
// store, and the state of now for all weeks but those that a test changes.
func (h *house) settled(change func(ch lantoa.Channel, w *lantoa.ChannelWeek)) {
	h.t.Helper()
	ctx := context.Background()
	n, err := h.Desk.Network(ctx)
	must(h.t, err)
	var all []lantoa.ChannelWeek
	for _, ch := range n.Channels {
		if ch.FirstRead.IsZero() {
			continue
		}
		for _, w := range n.Calendar {
			row := lantoa.ChannelWeek{Channel: ch.ID, Week: w, UpTo: w.Settled(h.Zone), State: ch.Alive, Days: ch.Days, Usual: ch.Usual}
			if row.UpTo.After(storetest.Now) {
				row.UpTo = storetest.Now
			}
			posts, err := h.Store.PostsBetween(ctx, ch.ID, w.Start(h.Zone), w.End(h.Zone))
			must(h.t, err)
			row.Posts, row.Own = len(posts), len(posts)
			for range posts {
				f := lantoa.PostFigure{}
				if ch.Kind == lantoa.FacebookPage {
					f = lantoa.PostFigure{Interactions: lantoa.Of(12), Followers: lantoa.Of(600)}
				}
				row.Each = append(row.Each, f)
			}
			if ch.Kind == lantoa.FacebookPage {
				row.Followers, row.Source, row.Gained = lantoa.Of(600), lantoa.FromPlatform, lantoa.Of(int64(20*len(posts)))
			}
			if change != nil {
				change(ch.Channel, &row)
			}
			all = append(all, row)
		}
	}
	must(h.t, h.Store.SaveChannelWeeks(ctx, all, storetest.Now))
	h.Desk.Forget()
}

// contact says who is in charge of a unit.
func (h *house) contact(unit string, c lantoa.Contact) {
	h.t.Helper()
	must(h.t, h.Store.SaveContacts(context.Background(), h.units[unit].ID, []lantoa.Contact{c}, "test"))
}

func week(t *testing.T, s string) lantoa.Week {
	t.Helper()
	w, err := lantoa.ParseWeek(s)
	must(t, err)
	return w
}

// names are the units of the list in their order.
func (a answer) names() []string { return a.texts(".units tbody th > a:first-child") }

func TestActivityOpensLevelByLevel(t *testing.T) {
	h := open(t)
	h.settled(nil)
	r := h.as("lanhdao@mau.vn")
	a := r.get("/hoat-dong")
	a.whole(t, "vi")
	a.has(t, "h1", "13 trên 20 trang đang hoạt động")
	a.has(t, ".when", "4 tuần, từ 26/10/2026 đến 22/11/2026 · số liệu tính đến 06:00 23/11/2026")
	if got := a.text(".tile b"); got != "13 | 2 | 2 | 2" {
		t.Errorf("tiles %s", got)
	}
	a.has(t, ".beside", "1 kênh lưu trữ") // 13 + 2 + 2 + 2 + 1 = 20
	if got := a.names(); !slices.Equal(got, []string{"tỉnh Chè Mẫu", "huyện Sông Mẫu", "huyện Rừng Mẫu", "thành phố Suối Mẫu"}) {
		t.Errorf("the tree begins with %q", got)
	}
	a.has(t, ".units tbody tr:nth-child(1)", "riêng đơn vị này")
	a.has(t, ".units tbody tr:nth-child(2) .open", "Xem 6 đơn vị")
	below, _ := a.Find(".units tbody tr:nth-child(2) .open").Attr("href")
	a = r.get("/hoat-dong" + below)
	if got := a.names(); len(got) != 7 || got[0] != "huyện Sông Mẫu" || !slices.Contains(got, "xã Đồng Mẫu") {
		t.Errorf("below the district stand %q", got)
	}
	a.has(t, "nav.beside", "tỉnh Chè Mẫu › huyện Sông Mẫu")
	if got := a.Find(`.units svg.chart[role=img][aria-label*="12 tuần"]`).Length(); got != 7 {
		t.Errorf("%d strips of twelve weeks, want 7", got)
	}
	a.has(t, "#n-median", "lấy bài đứng giữa")
	a.has(t, "#n-reach", "Không bao giờ cộng")
	a.has(t, ".behind table", "Đơn vị")
}

func TestActivityFiltersAndSorts(t *testing.T) {
	h := open(t)
	h.settled(nil)
	r := h.as("lanhdao@mau.vn")
	for _, tt := range []struct {
		name, query string
		want        []string // the first of the list
		n           int
	}{
		{"the silent longest first, then what cannot be read", "xep=im_lang", []string{"xã Thượng Mẫu", "xã Khe Mẫu", "xã Núi Mẫu"}, 20},
		{"only the silent", "trang_thai=silent", []string{"xã Thượng Mẫu", "xã Khe Mẫu"}, 2},
		{"a commune by its name without marks", "ten=khe mau", []string{"xã Khe Mẫu"}, 1},
		{"by its code", "ten=05701", []string{"xã Khe Mẫu"}, 1},
		{"by name, without the word for its kind", "xep=ten&cap=commune", []string{"xã Bãi Mẫu", "xã Bến Mẫu"}, 16},
		{"districts only", "cap=district&xep=bai", nil, 3},
		{"nothing", "ten=khong co dau", nil, 0},
		{"within a district", "don_vi=160&xep=ten", nil, 7},
		{"nonsense is as if it were not there", "tuan=-3&den=2026-W99&cap=x&loai=y&trang_thai=z&xep=q&don_vi=zz&trang=99&to_chuc=p", []string{"tỉnh Chè Mẫu"}, 4},
		{"as it was then", "to_chuc=khi_do", []string{"tỉnh Chè Mẫu"}, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := url.ParseQuery(tt.query)
			must(t, err)
			a := r.get("/hoat-dong?" + q.Encode())
			a.whole(t, "vi")
			got := a.names()
			if len(got) != tt.n || len(got) >= len(tt.want) && !slices.Equal(got[:len(tt.want)], tt.want) {
				t.Errorf("%d units: %q; want %d, the first %q", len(got), got, tt.n, tt.want)
			}
			if tt.n == 0 {
				a.has(t, ".empty", "Không có đơn vị nào như vậy")
			}
		})
	}
	t.Run("groups have no interactions, and the page says why", func(t *testing.T) {
		a := r.get("/hoat-dong?loai=zalo_group&ten=khe+mau")
		a.has(t, "main", "Zalo không cho số tương tác")
		a.has(t, ".units tbody td:nth-child(5)", "–")
	})
	t.Run("a period in the address is kept", func(t *testing.T) {
		a := r.get("/hoat-dong?tuan=8&den=2026-W46")
		a.has(t, ".when", "8 tuần, từ 21/09/2026 đến 15/11/2026 · số liệu tính đến 06:00 16/11/2026")
		if got := a.Find(`select[name=den] option[selected]`).AttrOr("value", ""); got != "2026-W46" {
			t.Errorf("the picker says %q", got)
		}
		r.get("/hoat-dong?den=2026-W48").has(t, ".when", "đến 23/11/2026")
	})
}

func TestActivityComparesWithThePeriodOfTheSameLength(t *testing.T) {
	h := open(t)
	w47 := week(t, "2026-W47")
	h.settled(func(ch lantoa.Channel, w *lantoa.ChannelWeek) {
		if ch.Unit.Name != "xã Đồng Mẫu" || ch.Kind != lantoa.FacebookPage {
			return
		}
		w.Posts, w.Each = 2, []lantoa.PostFigure{{Interactions: lantoa.Of(10), Followers: lantoa.Of(1000)}, {Interactions: lantoa.Of(30), Followers: lantoa.Of(1000)}}
		if activity.PeriodOf(w47, 4).Has(w.Week) {
			w.Posts, w.Stories, w.Followers, w.Source = 3, 1, lantoa.Of(700), lantoa.FromReport
			w.Each = append(w.Each, lantoa.PostFigure{Interactions: lantoa.Of(2300), Followers: lantoa.Of(1000)})
		}
	})
	a := h.as("lanhdao@mau.vn").get("/hoat-dong?ten=dong+mau")
	for i, want := range []string{"12 +4kỳ trước 8", "30", "3 %", "700 +100tự báo", "4"} {
		if got := a.texts(".units tbody td.num")[i]; got != want {
			t.Errorf("column %d says %q, want %q", i, got, want)
		}
	}
}

func TestAWeekThatWasNotRolledUpIsAGap(t *testing.T) {
	h := open(t)
	r := h.as("lanhdao@mau.vn")
	a := r.get("/hoat-dong")
	a.whole(t, "vi")
	a.has(t, ".notice", "Số liệu tuần chưa được tổng hợp lần nào")
	if got := a.text(".units tbody tr:nth-child(2) td:nth-child(4)"); !strings.HasPrefix(got, "–") {
		t.Errorf("posts of weeks that were not rolled up: %q, want none", got)
	}
	h.settled(func(ch lantoa.Channel, w *lantoa.ChannelWeek) {
		if ch.Unit.Name == "xã Núi Mẫu" && w.Week == week(t, "2026-W47") {
			w.Posts, w.Lost = 0, 7
		}
	})
	label := r.get("/hoat-dong?ten=nui+mau").Find(".units .strip svg").AttrOr("aria-label", "")
	if !strings.HasSuffix(label, " –") {
		t.Errorf("the lost week is told as %q", label)
	}
}

func TestStatesOpenTheirLists(t *testing.T) {
	h := open(t)
	h.settled(nil)
	h.contact("xã Khe Mẫu", lantoa.Contact{Name: "Ma Thị Khe", Duty: "Chủ tịch Hội LHPN xã", Phone: "0912 345 678"})
	h.contact("xã Núi Mẫu", lantoa.Contact{Name: "Lò Thị Núi", Phone: "javascript:alert(1)", Zalo: "https://zalo.me/0987654321"})
	r := h.as("lanhdao@mau.vn")
	a := r.get("/lanh-dao")
	silent, _ := a.Find("a.tile.s-silent").Attr("href")
	a = r.get(silent)
	a.whole(t, "vi")
	a.has(t, "h1", "Im lặng: 2 kênh")
	khe := a.Find("article").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.Contains(s.Text(), "Khe Mẫu") })
	for _, want := range []string{"Hội LHPN xã Khe Mẫu", "Im lặng 9 ngày, thường đăng hằng ngày", "Ma Thị Khe", "Chủ tịch Hội LHPN xã", "Chị có cần hỗ trợ gì không?"} {
		if !strings.Contains(khe.Text(), want) {
			t.Errorf("the card of Khe Mẫu does not say %q: %s", want, khe.Text())
		}
	}
	if got := khe.Find("a.btn.first").AttrOr("href", ""); got != "tel:0912345678" {
		t.Errorf("Gọi leads to %q", got)
	}
	if got := khe.Find(`a[target=_blank]`).AttrOr("href", ""); got != "https://zalo.me/0912345678" {
		t.Errorf("Nhắn Zalo leads to %q", got)
	}
	if strings.Contains(a.text("article"), "Núi Mẫu") {
		t.Error("a page that cannot be read stands among the silent")
	}
	lost := r.get("/hoat-dong/trang-thai/disconnected")
	lost.whole(t, "vi")
	nui := lost.Find("article").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.Contains(s.Text(), "Núi Mẫu") })
	if !strings.Contains(nui.Text(), "Không phải lỗi của xã.") || strings.Contains(strings.ToLower(nui.Text()), "im lặng") {
		t.Errorf("the card of Núi Mẫu says %s", nui.Text())
	}
	if nui.Find("a.btn.first").Length() != 0 || nui.Find(`a[target=_blank]`).AttrOr("href", "") != "https://zalo.me/0987654321" {
		t.Error("what is no phone number became a link, or the link to Zalo is missing")
	}
	t.Run("every state has its list, and their numbers add up", func(t *testing.T) {
		sum := 0
		for _, state := range aliveStates {
			a := r.get("/hoat-dong/trang-thai/" + string(state))
			a.whole(t, "vi")
			sum += a.Find("article").Length()
		}
		if sum != 20 {
			t.Errorf("%d channels in all lists together, want 20", sum)
		}
		if got := r.get("/hoat-dong/trang-thai/dead").status; got != http.StatusNotFound {
			t.Errorf("a state that is none: %d", got)
		}
	})
	t.Run("the lists go by what the tree is cut to", func(t *testing.T) {
		a := r.get("/hoat-dong/trang-thai/active?cap=district&don_vi=160")
		a.has(t, "h1", "Hoạt động: 1 kênh")
		a.has(t, ".pick", "huyện Sông Mẫu · Huyện")
		r.get("/hoat-dong/trang-thai/waiting?loai=zalo_group").has(t, "article", "Thác Mẫu")
	})
}

func TestAReminderHidesTheButtonsForEverybody(t *testing.T) {
	h := open(t)
	h.settled(nil)
	h.contact("xã Khe Mẫu", lantoa.Contact{Name: "Ma Thị Khe", Phone: "0912345678"})
	lan, hoa := h.as("lanhdao@mau.vn"), h.as("truyenthong@mau.vn")
	to := h.channelURL("Phụ nữ xã Khe Mẫu") + "/nhac"
	card := func(r *reader) *goquery.Selection {
		return r.get("/hoat-dong/trang-thai/silent").Find("#k-" + string(h.channels["Phụ nữ xã Khe Mẫu"].ID))
	}
	if card(hoa).Find("form").Length() != 2 {
		t.Fatal("there is nothing to press")
	}
	a := lan.post(to, "cach", "call", "ve", "/hoat-dong/trang-thai/silent")
	a.has(t, ".notice", "Đã ghi: chị đã hỏi thăm về Phụ nữ xã Khe Mẫu")
	if c := card(hoa); c.Find("form").Length() != 0 || !strings.Contains(c.Text(), "đã nhắc hôm nay: Lê Thị Lan") {
		t.Errorf("another person still sees the buttons: %s", c.Text())
	}
	hoa.post(to, "cach", "zalo").has(t, ".notice.bad", "đã nhắc hôm nay: Lê Thị Lan. Không ghi thêm")
	if got := hoa.post(to + "/hoan-tac").status; got != http.StatusForbidden {
		t.Errorf("taking back what another noted: %d, want 403", got)
	}
	lan.post(to+"/hoan-tac").has(t, ".notice", "Đã bỏ ghi nhắc")
	if card(hoa).Find("form").Length() != 2 {
		t.Error("the buttons did not come back")
	}
	log, err := h.Store.AuditLog(context.Background(), 10, time.Time{})
	must(t, err)
	var deeds []string
	for _, x := range log {
		if strings.HasPrefix(x.Action, "nudge") {
			deeds = append(deeds, x.Who+" "+x.Action)
		}
	}
	if !slices.Contains(deeds, "lanhdao@mau.vn nudge") || !slices.Contains(deeds, "lanhdao@mau.vn nudge_undone") || len(deeds) != 2 {
		t.Errorf("the log says %q", deeds)
	}
}

func TestWhoMayNotCareSeesNoTelephone(t *testing.T) {
	h := open(t)
	h.settled(nil)
	h.contact("xã Khe Mẫu", lantoa.Contact{Name: "Ma Thị Khe", Phone: "0912345678"})
	h.person("xemtinh@mau.vn", "tỉnh Chè Mẫu", lantoa.Viewer)
	h.person("huyen@mau.vn", "huyện Sông Mẫu", lantoa.Leader)
	to := h.channelURL("Phụ nữ xã Khe Mẫu") + "/nhac"
	for _, who := range []string{"xemtinh@mau.vn", "canbo@mau.vn", "huyen@mau.vn"} {
		r := h.as(who)
		for _, path := range []string{"/", "/lanh-dao", "/hoat-dong", "/hoat-dong?don_vi=05701", "/hoat-dong/trang-thai/silent", "/hoat-dong/man-hinh", "/bao-nghi", "/hoat-dong/so-sanh?a=05700&b=05701"} {
			a := r.get(path)
			if strings.Contains(a.html, "0912345678") || strings.Contains(a.html, "Ma Thị Khe") {
				t.Errorf("%s reads on %s who is in charge of Khe Mẫu", who, path)
			}
			// Khe Mẫu lies in another district, and the commune's officer sees her own unit only.
			if who != "xemtinh@mau.vn" && strings.Contains(strings.ReplaceAll(a.html, `value="05701"`, ""), "Khe Mẫu") {
				t.Errorf("%s reads of Khe Mẫu on %s: %s", who, path, around(a.html, "Khe Mẫu"))
			}
		}
		for _, form := range []string{to, to + "/hoan-tac"} {
			if got := r.post(form).status; got != http.StatusForbidden {
				t.Errorf("%s posts to %s: %d, want 403", who, form, got)
			}
		}
	}
	if got := h.visit().get("/hoat-dong").at; !strings.HasPrefix(got, "/dang-nhap") {
		t.Errorf("a stranger comes to %s", got)
	}
}

func TestALeaveKeepsAUnitApart(t *testing.T) {
	h := open(t)
	h.settled(nil)
	r := h.as("lanhdao@mau.vn")
	a := r.get("/bao-nghi")
	a.whole(t, "vi")
	a.has(t, ".empty", "Chưa có đơn vị nào báo nghỉ")
	a = r.post("/bao-nghi", "don_vi", "xã Khe Mẫu · 05701", "tu", "2026-11-15", "den", "2026-11-30", "ly_do", `mưa lũ <b>`)
	a.has(t, ".notice", "Đã báo nghỉ cho xã Khe Mẫu từ 15/11/2026 đến 30/11/2026.")
	a.has(t, ".row", "mưa lũ <b> · Lê Thị Lan báo")
	a = r.get("/hoat-dong/trang-thai/silent")
	a.has(t, "h1", "Im lặng: 2 kênh")
	a.has(t, "main > h2", "Có báo nghỉ trước: 1")
	a.has(t, "main > h2 + .grid", "có báo nghỉ đến 30/11")
	if strings.Contains(a.Find(".grid").First().Text(), "Khe Mẫu") {
		t.Error("who told beforehand stands among those to be asked")
	}
	r.get("/hoat-dong?ten=khe").has(t, ".units td", "có báo nghỉ đến 30/11")

	officer := h.as("canbo@mau.vn")
	a = officer.get("/bao-nghi")
	a.whole(t, "vi")
	if strings.Contains(a.html, "Khe Mẫu") || a.Find("input[name=don_vi]").Length() != 0 {
		t.Error("an officer sees another unit's days, or may choose one")
	}
	officer.post("/bao-nghi", "don_vi", "05701", "tu", "2026-11-23", "den", "2026-11-25").has(t, ".notice", "Đã báo nghỉ cho xã Đồng Mẫu")
	leaves, err := h.Store.Leaves(context.Background(), storetest.Now)
	must(t, err)
	if len(leaves) != 2 || leaves[1].Unit != h.units["xã Đồng Mẫu"].ID {
		t.Fatalf("the leaves are %+v", leaves)
	}
	if got := officer.post("/bao-nghi/" + leaves[0].ID + "/ket-thuc").status; got != http.StatusForbidden {
		t.Errorf("an officer ends another unit's leave: %d, want 403", got)
	}
	for _, tt := range []struct{ unit, from, to, says string }{
		{"xã Khe Mẫu · 05701", "2026-11-30", "2026-11-25", "Ngày chưa đúng"},
		{"khe mau", "x", "", "Ngày chưa đúng"},
		{"nơi không có", "2026-11-23", "2026-11-25", "Chưa rõ đơn vị nào"},
		{"Mẫu", "2026-11-23", "2026-11-25", "Chưa rõ đơn vị nào"},
		{"05701", "2026-09-01", "2026-11-25", "đã qua"},
		{"05701", "2026-11-23", "2027-11-25", "dài nhất 92 ngày"},
	} {
		a := r.post("/bao-nghi", "don_vi", tt.unit, "tu", tt.from, "den", tt.to, "ly_do", "nghỉ ốm")
		a.has(t, ".notice.bad", tt.says)
		if a.Find("input[name=ly_do]").AttrOr("value", "") != "nghỉ ốm" {
			t.Errorf("%q %q: what she typed is lost", tt.unit, tt.from)
		}
	}
	for _, who := range []string{"xem@mau.vn"} {
		if got := h.as(who).post("/bao-nghi", "tu", "2026-11-23", "den", "2026-11-25").status; got != http.StatusForbidden {
			t.Errorf("%s tells of days away: %d, want 403", who, got)
		}
	}
	r.post("/bao-nghi/"+leaves[0].ID+"/ket-thuc").has(t, ".notice", "Đã kết thúc báo nghỉ của xã Khe Mẫu")
	if n := r.get("/hoat-dong/trang-thai/silent").Find("main > h2").Length(); n != 0 {
		t.Error("a leave that was ended keeps the unit apart")
	}
}

func TestComparingTwoUnits(t *testing.T) {
	h := open(t)
	h.settled(nil)
	r := h.as("lanhdao@mau.vn")
	r.get("/hoat-dong/so-sanh").whole(t, "vi")
	for _, q := range []string{"a=05700&b=05701", "a=đồng mẫu&b=khe mau", "a=xã Đồng Mẫu · 05700&b=xã Khe Mẫu · 05701"} {
		v, err := url.ParseQuery(q)
		must(t, err)
		a := r.get("/hoat-dong/so-sanh?" + v.Encode())
		a.whole(t, "vi")
		a.has(t, "section thead", "xã Đồng Mẫuxã Khe Mẫu")
		a.has(t, ".legend", "xã Khe Mẫu")
		if got := a.Find(".c-series .c-line.c-2").Length(); got == 0 {
			t.Errorf("%s: the second line is missing", q)
		}
	}
	a := r.get("/hoat-dong/so-sanh?a=05700&b=05701&so=tiep_can")
	a.whole(t, "vi")
	if a.Find(".c-break").Length() == 0 || a.Find(".c-line").Length() < 4 {
		t.Error("figures that count otherwise are joined, or their break is not drawn")
	}
	for _, so := range []string{"trung_vi", "theo_doi", "x"} {
		r.get("/hoat-dong/so-sanh?a=160&b=161&so="+so).whole(t, "vi")
	}
	r.get("/hoat-dong/so-sanh?a=160&b=%3Cb%3E").has(t, ".notice", "Không rõ “<b>” là đơn vị nào")
}

func TestTheFirstPageOfLeaders(t *testing.T) {
	h := open(t)
	w46 := week(t, "2026-W46")
	h.settled(func(ch lantoa.Channel, w *lantoa.ChannelWeek) {
		page := ch.Kind == lantoa.FacebookPage
		switch {
		case page && ch.Unit.Name == "xã Khe Mẫu" && w.Week == w46:
			w.State = lantoa.Active
		case page && ch.Unit.Name == "xã Bãi Mẫu" && w.Week.Compare(w46) > 0:
			w.Each = []lantoa.PostFigure{{Interactions: lantoa.Of(400)}}
		}
	})
	h.contact("xã Khe Mẫu", lantoa.Contact{Name: "Ma Thị Khe", Phone: "0912345678"})
	for _, path := range []string{"/", "/lanh-dao"} {
		a := h.as("lanhdao@mau.vn").get(path)
		a.whole(t, "vi")
		a.has(t, "h1", "13 trên 20 trang đang hoạt động")
		a.has(t, ".lead", "Ít hơn tuần trước 1 trang hoạt động.")
		a.has(t, ".tile.s-silent", "+1 so với tuần trước")
		a.has(t, ".tile.s-thinning", "0 so với tuần trước")
		a.has(t, "section[aria-labelledby=h-fallen] .row", "Phụ nữ xã Khe MẫuIm lặng 9 ngày, thường đăng hằng ngày")
		if got := a.Find("section[aria-labelledby=h-fallen] a.btn").AttrOr("href", ""); got != "tel:0912345678" {
			t.Errorf("%s: the call is %q", path, got)
		}
		if a.Find("section[aria-labelledby=h-fallen] .row").Length() != 1 {
			t.Error("who was silent before is told of as new")
		}
		a.has(t, "section[aria-labelledby=h-movers] .row", "xã Bãi Mẫu400 tương tác trong tuần")
		a.has(t, "section[aria-labelledby=h-figures]", "Số liệu tuần 47")
		if got := a.Find("section[aria-labelledby=h-figures] .figures svg.chart").Length(); got != 3 {
			t.Errorf("%d sparks, want 3", got)
		}
		if strings.Contains(a.text("section[aria-labelledby=h-fallen]"), "Núi Mẫu") || strings.Contains(a.html, "Cầu Mẫu") {
			t.Error("a page that cannot be read, or an archived one, stands among those to be asked")
		}
	}
	t.Run("without rolled weeks nothing is compared", func(t *testing.T) {
		a := open(t).as("lanhdao@mau.vn").get("/lanh-dao")
		a.whole(t, "vi")
		if strings.Contains(a.text(".tiles"), "tuần trước") {
			t.Error("a change was made up")
		}
		a.has(t, ".figures b", "–")
	})
	t.Run("an officer is led to her own page", func(t *testing.T) {
		if got := h.as("canbo@mau.vn").get("/lanh-dao").at; got == "/lanh-dao" {
			t.Error("she stays")
		}
	})
}

func TestTheWallRefreshesItself(t *testing.T) {
	h := open(t)
	h.settled(nil)
	r := h.as("lanhdao@mau.vn")
	a := r.get("/hoat-dong/man-hinh")
	a.whole(t, "vi")
	if got := a.text(".tile b"); got != "13 | 2 | 2 | 2" {
		t.Errorf("tiles %s", got)
	}
	a.has(t, ".when", "Cập nhật lúc 06:00 23/11/2026")
	if !strings.Contains(a.html, `<noscript><meta http-equiv="refresh" content="60"></noscript>`) {
		t.Error("without JavaScript the wall stands still")
	}
	a.has(t, ".row", "công nghệ số")
	if strings.Contains(a.html, "Mẹ đỡ đầu") {
		t.Error("a story of children that nobody was asked about hangs on the wall")
	}
	if strings.Contains(a.text(".notice"), "Nhờ người quản trị") {
		t.Error("fresh figures are called stale")
	}
	a = r.get("/hoat-dong/man-hinh", "X-Fragment", "board")
	if a.header.Get("X-Fragment") != "board" || a.Find("main").Length() != 0 || a.Find(".tile").Length() != 4 {
		t.Errorf("the fragment is %s", a.html)
	}
	now := storetest.Now
	h.Server.Desk.Now = func() time.Time { return now.Add(40 * time.Hour) }
	r.get("/hoat-dong/man-hinh").has(t, ".notice", "chưa đọc được kênh nào")
}

func TestScreensOfANetworkWithNothingInIt(t *testing.T) {
	h := open(t)
	far := lantoa.Unit{ID: "far", Code: "99", Name: "tỉnh Xa Mẫu", Level: lantoa.Province, From: storetest.Now.AddDate(-1, 0, 0)}
	must(t, h.Store.SaveUnits(context.Background(), []lantoa.Unit{far}))
	h.units[far.Name] = far
	u, err := h.Store.Unit(context.Background(), "far")
	must(t, err)
	h.units[far.Name] = u
	h.person("xa@mau.vn", far.Name, lantoa.Leader)
	r := h.as("xa@mau.vn")
	for _, path := range []string{"/lanh-dao", "/hoat-dong", "/hoat-dong?xep=im_lang", "/hoat-dong/trang-thai/silent", "/hoat-dong/so-sanh?a=99&b=99", "/hoat-dong/man-hinh", "/bao-nghi"} {
		a := r.get(path)
		a.whole(t, "vi")
		if strings.Contains(a.html, "Khe Mẫu") {
			t.Errorf("%s shows another province", path)
		}
	}
	r.get("/hoat-dong").has(t, ".units", "chưa có kênh")
}

func TestScreensOfTheNetworkAreDrawnWholeInEnglish(t *testing.T) {
	h := open(t)
	h.settled(nil)
	r := h.as("truyenthong@mau.vn")
	r.post("/ngon-ngu", "tieng", "en", "ve", "/")
	for _, path := range []string{"/lanh-dao", "/hoat-dong", "/hoat-dong?xep=thay_doi", "/hoat-dong/trang-thai/silent", "/hoat-dong/trang-thai/disconnected", "/hoat-dong/so-sanh?a=05700&b=05701", "/hoat-dong/man-hinh", "/bao-nghi"} {
		a := r.get(path)
		a.whole(t, "en")
		if len(a.html) > 60_000 {
			t.Errorf("%s: %d bytes of HTML, at most 60,000", path, len(a.html))
		}
	}
}

// On 12/10/2026 two communes became one: today the page is filed under the new one, with a line where it began; as of a
// week before, under the one that it belonged to then.
func TestTheTreeOfTodayAndOfThatTime(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	day := time.Date(2026, 10, 12, 0, 0, 0, 0, h.Zone)
	merged := lantoa.Unit{ID: "new", Code: "05790", Name: "xã Bến Gò Mẫu", Level: lantoa.Commune, Parent: "d1", From: day}
	old := h.units["xã Bến Mẫu"]
	old.To, old.Successors = day, []lantoa.UnitID{"new"}
	must(t, h.Store.SaveUnits(ctx, []lantoa.Unit{merged, old}))
	now, err := h.Store.Unit(ctx, "new")
	must(t, err)
	h.channel(now, lantoa.FacebookPage, "Phụ nữ xã Bến Gò Mẫu")
	h.settled(nil)
	r := h.as("lanhdao@mau.vn")
	a := r.get("/hoat-dong?ten=ben")
	if got := a.names(); !slices.Equal(got, []string{"xã Bến Gò Mẫu"}) {
		t.Errorf("today there are %q", got)
	}
	a.has(t, ".units th small", "thành lập 12/10/2026")
	if a.Find(".units .strip .c-break").Length() != 1 {
		t.Error("no line stands where the unit began")
	}
	if got := r.get("/hoat-dong/trang-thai/archived?ten=ben").Find("article").Length(); got != 1 {
		t.Errorf("%d archived pages are filed under the new commune, want that of the old one", got)
	}
	a = r.get("/hoat-dong?ten=ben&to_chuc=khi_do&den=2026-W41")
	if got := a.names(); !slices.Equal(got, []string{"xã Bến Mẫu"}) {
		t.Errorf("in October there were %q", got)
	}
	a.has(t, "select[name=to_chuc] option[selected]", "tổ chức tại thời điểm")
	r.get("/hoat-dong/so-sanh?a=05790&b=05700").has(t, ".c-breaks", "thành lập 12/10/2026")
}

func TestWhoSignsInForAUnitIsInChargeWhereNobodyElseIs(t *testing.T) {
	h := open(t)
	h.person("thuong@mau.vn", "xã Thượng Mẫu", lantoa.Officer)
	a := h.as("lanhdao@mau.vn").get("/hoat-dong/trang-thai/silent")
	a.has(t, "article", "Phụ trách: Người thuong@mau.vn")
	if got := a.text("article"); strings.Contains(got, "Chưa ghi ai") || !strings.Contains(got, "Chào chị Người thuong@mau.vn, tôi là Lê Thị Lan, Hội LHPN tỉnh Chè Mẫu.") {
		t.Errorf("the cards say %q", got)
	}
}
