package web

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// signal switches the telephone's line off and on.
func signal(b *browse.Browser, on bool) {
	var rules []*network.Conditions
	if !on {
		rules = append(rules, &network.Conditions{URLPattern: "http://127.0.0.1:*/*", Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules})
		return err
	}))
	if on { // the page is told only when the line is really there
		b.Until(`location.href === "about:blank" || (fetch("/favicon.ico").then(() => { window.up = true }, () => {}), window.up)`)
	}
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}

func TestTheFormOnAnOldTelephone(t *testing.T) {
	h, ch := openForms(t)
	b := browse.Open(t, h.url, browse.Phone)
	at := h.formURL("xã Đồng Mẫu")
	members := `[name="` + string(ch.ID) + `.members"]`
	b.Open(at)
	if n := browse.Eval[float64](b, `performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation")).reduce((n, e) => n + e.transferSize, 0)`); n > 100_000 {
		t.Errorf("opening the form costs %v bytes", n)
	}
	if small := browse.Eval[float64](b, `Math.min(...[...document.querySelectorAll("input.big")].filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().height))`); small < 50 {
		t.Errorf("a field is %v px high", small)
	}
	b.Fits("phieu")
	b.Type(members, "330")
	b.Type("#chuyen", "Chi hoi Bai Da mo lop dan luoi cho 12 chi")
	b.Type("#ten", "Dao")

	// The signal goes, and she presses all the same.
	b.Expect("ERR_INTERNET_DISCONNECTED")
	b.Expect("Failed to load resource")
	signal(b, false)
	b.Click("button.first")
	b.Until(`document.querySelector("[data-said]")`)
	b.Shoot("phieu-mat-song")
	if got, err := h.Store.ReportVersions(t.Context(), ch.ID, "2026-11"); err != nil || len(got) > 0 {
		t.Fatalf("%v %v", got, err)
	}
	// It comes back, and the form goes off by itself, once.
	signal(b, true)
	b.Until(`document.querySelector("[role=status]")?.textContent.includes("Đã nhận, mã")`)
	b.Reads("[role=status]", "Đã nhận, mã PB-1126-", "Đã nhận câu chuyện, mã C-0001")
	b.Fits("phieu-da-nhan")
	_, total, err := h.Store.Submissions(t.Context(), lantoa.Everything, "", 10, time.Time{})
	if must(t, err); total != 1 {
		t.Errorf("told %d times", total)
	}

	// It goes again, and this time she shuts the page before it comes back.
	b.Open(at)
	browse.Eval[string](b, `document.querySelector('`+members+`').value = "331"`)
	signal(b, false)
	b.Click("button.first")
	b.Until(`document.querySelector("[data-said]").textContent !== ""`)
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.Navigate, page.NavigateParams{URL: "about:blank"})
		return err
	}))
	signal(b, true)
	b.Open(at)
	b.Until(`Object.keys(localStorage).length === 0`)
	if got, err := h.Store.ReportVersions(t.Context(), ch.ID, "2026-11"); err != nil || len(got) != 2 || got[1].Figures["members"] != 331 {
		t.Errorf("what she sent before shutting the page: %+v %v", got, err)
	}

	// A slip of the hand is asked about, with a picture on the way.
	b.Open(at)
	photo := filepath.Join(t.TempDir(), "IMG_1.jpg")
	must(t, os.WriteFile(photo, append(taken(t, 3000, 2000), make([]byte, 3<<20)...), 0o600)) // as heavy as a telephone makes it
	b.Do(chromedp.SetUploadFiles(chromedp.CSS("#anh"), []string{photo}))
	b.Type("#chuyen", "To tiet kiem mo heo")
	browse.Eval[string](b, `document.querySelector('`+members+`').value = "33000"`)
	b.Expect("422 (Unprocessable")
	b.Click("button.first")
	b.Until(`document.querySelector(".notice.warn")`)
	if told, err := h.Store.FormStories(t.Context(), h.units["xã Đồng Mẫu"].ID, "2026-11"); err != nil || len(told) != 2 || len(told[1].Media) != 1 {
		t.Errorf("the picture is not there: %+v %v", told, err)
	}
	b.Reads(".notice.warn", "Chị kiểm tra lại giúp: tháng trước là 312.", "Số 33.000 là đúng")
	if said := browse.Eval[string](b, `document.querySelector("#chuyen").value`); said != "" {
		t.Errorf("the story that was received is asked for again: %q", said)
	}
	b.Fits("phieu-hoi-lai")
	b.Click(`input[name=dung]`)
	b.Click("button.first")
	b.Until(`document.querySelector("[role=status]")?.textContent.includes("Đã nhận, mã")`)
	versions, err := h.Store.ReportVersions(t.Context(), ch.ID, "2026-11")
	if must(t, err); len(versions) != 3 || versions[2].Figures["members"] != 33000 {
		t.Errorf("%+v", versions)
	}
	if _, total, err := h.Store.Submissions(t.Context(), lantoa.Everything, "", 10, time.Time{}); err != nil || total != 2 {
		t.Errorf("told %d times: %v", total, err)
	}
	b.Open(at)
	if kept := browse.Eval[float64](b, `Object.keys(localStorage).length`); kept != 0 {
		t.Errorf("%v forms are still kept on the telephone", kept)
	}
	b.Open(at + "?thang=2026-10")
	b.Fits("phieu-da-chot")
	b.Dark(true)
	b.Open(at)
	b.Shoot("phieu-toi")
	b.Expect("404 (Not Found)")
	b.Open(at[:len(at)-3] + "AAA")
	b.Fits("phieu-sai")
	b.Open("/noi-trang/" + at[len("/phieu/"):])
	b.Fits("phieu-noi-trang")
}

func TestTheMonthsOfFormsInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h, ch := openForms(t)
			h.person("thac@mau.vn", "xã Thác Mẫu", lantoa.Officer)
			r := lantoa.MonthReport{Channel: ch.ID, Month: "2026-11", Unit: h.units["xã Đồng Mẫu"].ID, Figures: lantoa.Figures{"members": 330, "posts": 12}, Sender: "Hoàng Thị Đào", At: storetest.Now.Add(-3 * time.Hour)}
			_, err := h.Store.SaveReport(t.Context(), &r, 5)
			must(t, err)
			b := browse.Open(t, h.url, size)
			signIn(b, "admin@mau.vn")
			b.Open("/phieu/thang/2026-11")
			b.Fits("phieu-thang")
			b.Click(`form[action="/phieu/thang/2026-11"] button`)
			b.Until(`document.querySelector("textarea")`)
			b.Fits("phieu-lien-ket")
			b.Open("/phieu/thang/2026-11?muc=reported")
			b.Fits("phieu-thang-da-bao")
		})
	}
}

func TestTheOfficersFormAndTheBoxInABrowser(t *testing.T) {
	h, ch := openForms(t)
	photo := taken(t, 1600, 1200)
	h.visit().hand(h.formURL("xã Đồng Mẫu"), [][]byte{photo, photo}, "thang", "2026-11", "khoa", "0123456789abcdef", "ten", "Hoàng Thị Đào", "dong_y", "1",
		"chuyen", "Chi hội Bãi Đá mở lớp đan lưới cho 12 chị\nMỗi tuần ba buổi, sau hai tháng ai cũng có thu nhập thêm.", string(ch.ID)+".members", "330")
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			b := browse.Open(t, h.url, size)
			signIn(b, "canbo@mau.vn")
			b.Open("/phieu")
			b.Fits("phieu-can-bo")
			browse.Eval[bool](b, `document.querySelector("form[action='/dang-xuat']").requestSubmit() === undefined`)
			b.Until(`location.pathname === "/dang-nhap"`)
			signIn(b, "truyenthong@mau.vn")
			b.Open("/hop-cau-chuyen")
			b.Until(`[...document.querySelectorAll("article img")].every((e) => e.complete && e.naturalWidth > 0)`)
			b.Fits("hop-cau-chuyen-phieu")
		})
	}
}
