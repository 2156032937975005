package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestTheAdministratorsFirstDayInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := openBusy(t)
			h.expected()
			h.graph.events = &PageEvents{At: storetest.Now.Add(-3 * time.Hour), Wanted: true, On: []lantoa.ChannelID{h.channels["Phụ nữ xã Đồng Mẫu"].ID}, Off: []lantoa.ChannelID{h.channels["Phụ nữ xã Bãi Mẫu"].ID}}
			h.account.state = OAState{GrantedAt: storetest.Now.Add(-9 * time.Hour), ExpiresAt: storetest.Now.Add(16 * time.Hour), RefreshBy: storetest.Now.AddDate(0, 0, 80)}
			b := browse.Open(t, h.url, size)
			signIn(b, "admin@mau.vn")
			b.Fits("quan-tri-tuan-nay")
			way := `.places a[href^="/quan-tri"]`
			if size == browse.Phone { // the bar has five places: the rest stand behind its last
				b.Click(`.places a[href="/them"]`)
				b.Until(`location.pathname === "/them"`)
				b.Fits("them")
				way = `main a[href^="/quan-tri"]`
			}
			b.Click(way)
			b.Until(`location.pathname === "/quan-tri/thong-bao" && document.querySelectorAll(".incident").length === 5`)
			b.Fits("thong-bao")
			b.Click(".incident button")
			b.Until(`document.querySelector(".incident.seen")`)

			// Connecting: the token is pasted, how far the search is can be seen, then what it brought.
			b.Click(`.tabs a[href="/quan-tri/ket-noi"]`)
			b.Until(`location.pathname === "/quan-tri/ket-noi" && document.querySelector("#khoa button")`)
			b.Fits("ket-noi")
			h.graph.wait = make(chan struct{})
			b.Type("input[name=ma]", secret)
			b.Click("#facebook form button.first")
			b.Until(`document.querySelector("#progress[data-running]")`)
			b.Until(`document.querySelector("#progress .small").textContent.includes("25 trang")`)
			b.Fits("ket-noi-dang-tim")
			close(h.graph.wait)
			b.Until(`!document.querySelector("#progress[data-running]") && document.querySelector("#facebook h3")`)
			b.Reads("#facebook h3", "17 trong 19 trang đã tìm thấy.")
			b.Reads("#facebook .row", "có thể là trang Phụ nữ Núi Mẫu")
			browse.Eval[int](b, `[...document.querySelectorAll("#facebook details")].map(d => d.open = true).length`)
			b.Fits("ket-noi-da-tim")
			if strings.Contains(browse.Eval[string](b, "document.documentElement.outerHTML"), secret) {
				t.Error("the token is on the page")
			}
			b.Click("#facebook .row button[value=co]")
			b.Until(`document.querySelector(".notice") && document.querySelectorAll("#facebook .row").length === 1`)
			b.Reads(".notice", "Đã đọc được trang")
			h.graph.look = FoundPage{Page: "777", Name: "Phụ nữ Thác Mẫu"}
			b.Type("input[name=dia_chi]", "m.facebook.com/profile.php?id=777")
			browse.Eval[string](b, `document.querySelector("#facebook select").value = "`+string(h.units["xã Thác Mẫu"].ID)+`"`)
			b.Click(`form[action$="/facebook/trang"] button`)
			b.Until(`document.querySelector("#facebook .notice.note")`)
			b.Reads("#facebook .notice.note", "Phụ nữ Thác Mẫu")
			b.Shoot("ket-noi-dia-chi")
			b.Click("#facebook .notice.note button[value=co]")
			b.Until(`document.querySelector("main > .notice")`)

			// A key for a program is shown once.
			b.Type("#khoa input[name=thu]", "canbo@mau.vn")
			b.Click("#khoa button[value=cap]")
			b.Until(`document.querySelector("main > .notice code")`)
			b.Shoot("ket-noi-khoa")

			b.Dark(true)
			b.Open("/quan-tri/ket-noi")
			b.Shoot("ket-noi-toi")
			b.Open("/hop-cau-chuyen")
			b.Shoot("hop-cau-chuyen-toi")
			b.Dark(false)

			i := lantoa.Import{Kind: "metrics", File: "so-lieu-thang-10.xlsx", At: storetest.Now.AddDate(0, 0, -1), By: "admin@mau.vn"}
			must(t, h.Store.BeginImport(t.Context(), &i))
			i.Good, i.Bad = 187, 3
			must(t, h.Store.EndImport(t.Context(), i))
			b.Open("/quan-tri/nhap")
			b.Click("details.version summary")
			b.Fits("tep-da-nhap")
			b.Click("input[name=chac_chan]")
			b.Click("details.version button")
			b.Until(`document.querySelector(".notice")`)
			b.Reads(".notice", "Đã hoàn tác")
		})
	}
}

// Zalo's page leads back to ours, over a real redirect.
func TestAllowingZaloInABrowser(t *testing.T) {
	h := openBusy(t)
	h.account.stateErr = lantoa.Missing("oa", "")
	zalo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/permission" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		http.Redirect(w, r, h.url+zaloReturn+"?code=abc&oa_id=1&state="+r.URL.Query().Get("state"), http.StatusFound)
	}))
	defer zalo.Close()
	h.account.page = zalo.URL + "/permission"
	b := browse.Open(t, h.url, browse.Phone)
	signIn(b, "admin@mau.vn")
	b.Open("/quan-tri/ket-noi")
	h.account.stateErr, h.account.state = nil, OAState{GrantedAt: storetest.Now, RefreshBy: storetest.Now.AddDate(0, 0, 90)}
	b.Click(`#zalo a[href$="/cho-phep"]`)
	b.Until(`document.querySelector("main > .notice")`)
	b.Reads("main > .notice", "Đã nối Zalo OA")
	if browse.Eval[bool](b, `location.href.includes("abc")`) || len(h.account.redeemed) != 1 {
		t.Errorf("redeemed %v; the code is in the address", h.account.redeemed)
	}
}

func TestAStoryThatWasSentInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := openBusy(t)
			b := browse.Open(t, h.url, size)
			signIn(b, "truyenthong@mau.vn")
			b.Open("/cau-chuyen")
			b.Click(`.tabs a[href="/hop-cau-chuyen"]`)
			b.Until(`location.pathname === "/hop-cau-chuyen" && document.querySelectorAll("article h2").length === 3`)
			b.Reads("article h2", "C-0001", "chưa rõ đơn vị")
			browse.Eval[int](b, `[...document.querySelector("article").querySelectorAll("details")].map(d => d.open = true).length`)
			b.Fits("hop-cau-chuyen")
			b.Click("article [data-copy]")
			b.Until(`document.querySelector("article [data-copy]").textContent === "Đã chép"`)
			b.Click("article button[value=taken]")
			b.Until(`document.querySelector("main > .notice")`)
			b.Reads("main > .notice", "Đã nhận C-0001.")
			b.Click(`.states a[href$="taken"]`)
			b.Until(`location.search === "?muc=taken" && document.querySelectorAll("article h2").length === 1`)
			b.Reads("article", "Đã nhận", "đan lưới")
			b.Click("article button[value=new]")
			b.Until(`location.search === "?muc=taken" && document.querySelector(".empty")`)
			b.Fits("hop-cau-chuyen-trong")

			b.Open("/")
			browse.Eval[bool](b, `document.querySelector("form[action='/dang-xuat']").requestSubmit() === undefined`)
			b.Until(`location.pathname === "/dang-nhap"`)
			signIn(b, "canbo@mau.vn")
			b.Click(`.places a[href="/ke-chuyen"]`)
			b.Until(`location.pathname === "/ke-chuyen" && document.querySelector("form[action='/ke-chuyen/ma']")`)
			b.Click(`form[action="/ke-chuyen/ma"] button`)
			b.Until(`document.querySelector(".huge")`)
			b.Fits("ke-chuyen")
		})
	}
}

func TestTryingAWebsiteInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := openBusy(t)
			b := browse.Open(t, h.url, size)
			signIn(b, "admin@mau.vn")
			b.Open("/kenh")
			b.Click("#them summary")
			b.Type("#them input[name=dia_chi]", "baimau.example/tin-tuc")
			browse.Eval[string](b, `document.querySelector("#them select").value = "`+string(h.units["xã Bãi Mẫu"].ID)+`"`)
			b.Fits("kenh-them")
			b.Click("#them button")
			b.Until(`document.querySelector("#trang-tin")`)
			b.Click("button[value=tim]")
			b.Until(`document.querySelector("input[name=item]")?.value === ".list li"`)
			b.Click("button[value=thu]")
			b.Until(`document.querySelector("#trang-tin .fault")`)
			b.Fits("trang-tin-thu-hong")
			b.Type("input[name=date]", ".ngay")
			b.Click("button[value=thu]")
			b.Until(`document.querySelector("button[value=luu]")`)
			b.Reads("#trang-tin ol", "Bài thứ 1", "15:15 20/11/2026")
			b.Fits("trang-tin-thu")
			b.Click("button[value=luu]")
			b.Until(`document.querySelector("main > .notice")`)
			b.Reads("main > .notice", "Đã lưu cách lấy bài")

			b.Open("/kenh/" + string(h.channels["Phụ nữ xã Đồng Mẫu"].ID))
			b.Fits("mot-kenh-luu-y")
			b.Open("/kenh/" + string(h.channels["Nhóm Zalo Hội LHPN xã Đồng Mẫu"].ID))
			b.Fits("mot-nhom-tu-bao")
			b.Open("/bai-viet/" + string(h.posts["lợn đất"]))
			b.Fits("bai-viet-anh")
			b.Open("/cau-chuyen")
			b.Until(`[...document.querySelectorAll("img")].every(i => i.complete)`)
			b.Fits("cau-chuyen-anh")
		})
	}
}
