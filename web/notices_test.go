package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestNotices(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	a := r.get("/quan-tri/thong-bao")
	a.has(t, "h1", "4 việc cần người xử lý")
	rows := strings.Join(a.texts(".incident"), "\n")
	for _, want := range []string{
		"Phụ nữ xã Núi Mẫu: Facebook không còn cho Lan tỏa quyền đọc trang này từ 18/11/2026 (thiếu quyền đọc bài và tương tác).",
		"Người quản trị trang của Hội LHPN xã Núi Mẫu. Nhờ người quản lý của kênh cấp lại quyền",
		"từ 06:00 18/11/2026",
		"12 kênh cùng mất kết nối: mã truy cập không còn dùng được.",
		"Mã của người dùng hệ thống hết hạn ngày 02/12/2026.",
		"Facebook không còn cho một số liệu: số người thấy nội dung của trang.",
		"Nhóm Zalo Hội LHPN xã Hạ Mẫu: ",
		"Đã nối lại lúc 10:00 22/11/2026.",
	} {
		if !strings.Contains(rows, want) {
			t.Errorf("no line says %q:\n%s", want, rows)
		}
	}
	if got := a.Find(".incident").Length(); got != 5 {
		t.Errorf("%d lines for 5 incidents", got)
	}
	t.Run("the home page of an administrator tells the newest and leads to all", func(t *testing.T) {
		a := r.get("/")
		a.has(t, "#h-notices", "Xem cả 4")
		if got := a.Find("section[aria-labelledby=h-notices] .row").Length(); got != 3 {
			t.Errorf("%d lines", got)
		}
		if got := a.Find(`.places a[href="/quan-tri/thong-bao"] .n`).Text(); got != "4" {
			t.Errorf("the navigation counts %q", got)
		}
	})
	t.Run("one that was read is told no more on the home page, and stays on the list", func(t *testing.T) {
		id := a.Find(".incident button[name=thong_bao]").First().AttrOr("value", "")
		a := r.post("/quan-tri/thong-bao", "thong_bao", id)
		if a.Find(".incident.seen").Length() != 1 || a.Find(".incident").Length() != 5 {
			t.Errorf("%d are marked of %d", a.Find(".incident.seen").Length(), a.Find(".incident").Length())
		}
		r.get("/").has(t, "#h-notices", "Xem cả 3")
		r.post("/quan-tri/thong-bao", "thong_bao", "tat_ca")
		if a := r.get("/"); a.Find("#h-notices").Length() > 0 || a.Find(`.places .n[title*="xử lý"]`).Length() > 0 {
			t.Error("what was read is still told")
		}
		if a := r.post("/quan-tri/thong-bao", "thong_bao", "khongco"); a.status != http.StatusNotFound {
			t.Errorf("an unknown one: %d", a.status)
		}
	})
}

func TestNoNoticesIsGoodNews(t *testing.T) {
	a := open(t).as("admin@mau.vn").get("/quan-tri/thong-bao")
	a.has(t, "h1", "Mọi kết nối đang tốt")
	a.has(t, ".empty", "Không có thông báo nào đang mở")
}

// Every kind of notice, alone and for many, has its words, names who can mend it, and says nothing in the platforms'
// own names where the catalogue has a word.
func TestEveryKindOfNoticeHasItsWords(t *testing.T) {
	for _, lang := range words.Languages {
		p := Page{Catalog: words.For(lang), Now: storetest.Now}
		s := &Server{}
		for _, kind := range []lantoa.NoticeKind{lantoa.LostChannel, lantoa.LostMany, lantoa.TokenEnding, lantoa.TokenLacks, lantoa.DeadMetric, lantoa.OldVersion,
			lantoa.NoWebhook, lantoa.YearFull, lantoa.MailAway, lantoa.GroupEnding, lantoa.AppTrouble, lantoa.WithdrawnNote, "of_a_newer_program"} {
			for _, trouble := range []lantoa.Kind{lantoa.Expired, lantoa.NoRight, lantoa.Gone, lantoa.GroupDead} {
				for _, count := range []int{0, 1, 12} {
					n := lantoa.Notice{Kind: kind, Count: count, BeganAt: storetest.Now, Trouble: lantoa.Trouble{Kind: trouble, What: "read_insights", Until: storetest.Now}}
					row, err := s.noticeRow(t.Context(), p, n)
					must(t, err)
					all := row.What + row.Who + row.Do + row.Since
					if strings.Contains(all, "⟦") || row.What == "" || row.Who == "" || row.Do == "" || strings.Contains(all, "{") || strings.Contains(all, "read_insights") {
						t.Errorf("%s %s %s %d: %+v", lang, kind, trouble, count, row)
					}
				}
			}
		}
	}
}

func TestWarningsAreToldInWords(t *testing.T) {
	h := openBusy(t)
	a := h.as("truyenthong@mau.vn").get(h.channelURL("Phụ nữ xã Đồng Mẫu"))
	a.has(t, ".notice.note", "Trang dưới 100 lượt thích: Facebook không cho số liệu.")
	a.has(t, ".notice.note", "Facebook lần này không cho: một phần số liệu.")
	if strings.Contains(a.html, "page_odd_metric") {
		t.Error("the page speaks in the platform's names")
	}
	a.has(t, "main", "đọc đủ lần cuối 21:00 22/11/2026")
	for _, lang := range words.Languages {
		p := channelPage{Page: Page{Catalog: words.For(lang)}}
		ch := lantoa.Channel{Kind: lantoa.FacebookPage, Followers: lantoa.Of(4000)}
		for _, kind := range []lantoa.Kind{lantoa.NotFound, lantoa.Forbidden, lantoa.Invalid, lantoa.Conflict, lantoa.Expired, lantoa.NoRight, lantoa.Limited, lantoa.Away,
			lantoa.Garbled, lantoa.Gone, lantoa.GroupDead, lantoa.Refused, lantoa.TooLarge, lantoa.Busy} {
			for _, what := range []string{"", "insights", "read_insights", "posts_per_year", "created_time", "date", "version", "robots", "published_posts", "x,y"} {
				ch.Warnings = append(ch.Warnings, lantoa.Trouble{Kind: kind, What: what, Until: storetest.Now})
			}
		}
		p.warnings(ch)
		for i, w := range p.Warnings {
			if strings.Contains(w.What+w.Do, "⟦") || strings.Contains(w.What+w.Do, "{") || w.What == "" || w.Do == "" {
				t.Errorf("%s %+v: %+v", lang, ch.Warnings[i], w)
			}
			if ch.Warnings[i].Kind == lantoa.NotFound && strings.Contains(w.What, "100") {
				t.Errorf("a page with 4,000 followers is called small: %+v", w)
			}
		}
	}
}

func TestAChannelTellsWhatItsUnitReportedAndWhatIsGone(t *testing.T) {
	h := openBusy(t)
	r := h.as("truyenthong@mau.vn")
	a := r.get(h.channelURL("Nhóm Zalo Hội LHPN xã Đồng Mẫu"))
	a.has(t, "section:contains('tự báo') thead", "ThángThành viênTin")
	rows := a.texts("section:contains('tự báo') tbody tr")
	if want := []string{"10/20264321.250", "09/2026410–"}; !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q: the newest first, and absent what was not reported", rows, want)
	}
	khe := h.channels["Phụ nữ xã Khe Mẫu"]
	posts, err := h.Store.PostsBetween(t.Context(), khe.ID, storetest.Now.AddDate(0, 0, -30), storetest.Now)
	must(t, err)
	must(t, h.Store.MarkRemoved(t.Context(), khe.ID, []string{posts[0].External, posts[1].External}, storetest.Now))
	r.get(h.channelURL(khe.Name)).has(t, "main", "Trong 26 tuần: 2 bài đã gỡ ở nguồn, 0 bài đang ẩn.")
	if strings.Contains(r.get(h.channelURL("Phụ nữ xã Bãi Mẫu")).html, "đã gỡ ở nguồn") {
		t.Error("where nothing is gone something is said of it")
	}
}

func TestImportsAreTakenBackWhole(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	r.get("/quan-tri/nhap").has(t, ".empty", "Chưa nhập tệp nào")
	i := lantoa.Import{Kind: "channels", File: `kênh <b>2026</b>.xlsx`, At: storetest.Now.AddDate(0, 0, -1), By: "admin@mau.vn"}
	must(t, h.Store.BeginImport(t.Context(), &i))
	ch := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Trang nhập nhầm", External: "nham", Unit: h.units["xã Bãi Mẫu"], CreatedAt: storetest.Now}
	must(t, h.Store.SaveChannel(store.OfImport(t.Context(), i.ID), &ch))
	i.Good, i.Bad = 1, 2
	must(t, h.Store.EndImport(t.Context(), i))
	a := r.get("/quan-tri/nhap")
	a.has(t, "tbody tr", "kênh <b>2026</b>.xlsxdanh sách kênh")
	a.has(t, "tbody tr", "admin@mau.vn")
	undo := "/quan-tri/nhap/" + string(i.ID) + "/hoan-tac"
	r.post(undo).has(t, ".notice.bad", "tích “Tôi chắc chắn” trước")
	if _, err := h.Store.Channel(t.Context(), ch.ID); err != nil {
		t.Error("it was undone without being confirmed")
	}
	a = r.post(undo, "chac_chan", "1")
	a.has(t, ".notice", "Đã hoàn tác: bỏ 1, trả lại 0, giữ nguyên 0")
	a.has(t, "tbody tr", "Đã hoàn tác lúc 06:00 23/11/2026")
	if a.Find("tbody form").Length() > 0 {
		t.Error("it can be undone twice")
	}
	if _, err := h.Store.Channel(t.Context(), ch.ID); lantoa.KindOf(err) != lantoa.NotFound {
		t.Error("what came by the file is still there")
	}
	r.post(undo, "chac_chan", "1").has(t, ".notice.bad", "đã được hoàn tác trước đó")
	if a := r.post("/quan-tri/nhap/khongco/hoan-tac", "chac_chan", "1"); a.status != http.StatusNotFound {
		t.Errorf("an unknown file: %d", a.status)
	}
}
