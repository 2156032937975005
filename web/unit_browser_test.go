package web

import (
	"testing"

	"github.com/hoiphunu/lantoa/internal/browse"
)

func TestTheWeekOfACommuneWithTheSignalDropping(t *testing.T) {
	for _, size := range []browse.Size{browse.Phone, browse.Desk} {
		t.Run(size.Name, func(t *testing.T) {
			h := open(t).rolled()
			h.choose("ngôi nhà xanh")
			h.choose("công nghệ số")
			b := browse.Open(t, h.url, size)
			signIn(b, "canbo@mau.vn")
			b.Open("/xa-toi")
			b.Reads(".lead", "đều đặn", "gấp 4,2 lần mức thường")
			b.Fits("xa-toi")
			idea := `form[action="/y-tuong/` + string(h.stories["ngôi nhà xanh"]) + `"]`

			// The signal drops, the press of the button is kept, and goes off when there is a signal again.
			signal(b, false)
			b.Expect("ERR_INTERNET_DISCONNECTED")
			b.Expect("Failed to load resource")
			b.Click(idea + " button")
			b.Until(`document.querySelector('` + idea + ` [data-said]')?.textContent === "Đã giữ trên máy, sẽ gửi khi có mạng."`)
			if list, err := h.Store.Ideas(t.Context(), h.user("canbo@mau.vn")); err != nil || len(list) != 0 {
				t.Fatalf("%d ideas are kept without a signal (%v)", len(list), err)
			}
			b.Shoot("xa-toi-mat-mang")
			signal(b, true)
			b.Until(`document.querySelector("#h-luu") && document.querySelector(".notice")`)
			b.Reads(".notice", "Đã lưu ý tưởng.")
			b.Reads("[aria-labelledby=h-luu]", "Ngôi nhà xanh bằng chai nhựa")
			if n := browse.Eval[int](b, `Object.keys(localStorage).length`); n != 0 {
				t.Errorf("%d things still lie on the device", n)
			}
			b.Fits("xa-toi-da-luu")

			// Taken back with a signal: one press, and the page says so.
			b.Click(idea + " button")
			b.Until(`document.querySelector(".notice")?.textContent.includes("Đã bỏ lưu")`)
		})
	}
}

func TestWhatWasTypedComesBackWithThePage(t *testing.T) {
	h := open(t).rolled()
	b := browse.Open(t, h.url, browse.Phone)
	signIn(b, "canbo@mau.vn")
	b.Open("/bao-nghi")
	if browse.Eval[int](b, `document.querySelectorAll("form[data-keep] [name=ly_do]").length`) != 1 {
		t.Fatal("the form in which a leave is said is not one that is kept")
	}
	b.Type("[name=ly_do]", "Lũ về, cả xã đi giúp dân")
	b.Open("/xa-toi")
	b.Open("/bao-nghi")
	b.Until(`document.querySelector("[name=ly_do]").value === "Lũ về, cả xã đi giúp dân"`)
	b.Reads("form[data-keep]", "Đã lấy lại những gì chị gõ dở.")

	// Sent without a signal, closed, and opened again where there is one: it goes off by itself, once.
	browse.Eval[bool](b, `(() => { for (const n of ["tu", "den"]) { const i = document.querySelector("[name=" + n + "]"); i.value = "2026-11-2" + (n === "tu" ? 4 : 6); i.dispatchEvent(new Event("input", {bubbles: true})); } return true; })()`)
	signal(b, false)
	b.Expect("ERR_INTERNET_DISCONNECTED")
	b.Expect("Failed to load resource")
	b.Click("form[data-keep] button")
	b.Until(`document.querySelector("form[data-keep] [data-said]")?.textContent.startsWith("Đã giữ trên máy")`)
	signal(b, true)
	b.Open("/xa-toi")
	b.Until(`Object.keys(localStorage).length === 0`)
	leaves, err := h.Store.Leaves(t.Context(), h.Now().AddDate(0, 0, -7))
	must(t, err)
	if len(leaves) != 1 || leaves[0].Reason != "Lũ về, cả xã đi giúp dân" {
		t.Errorf("the leaves are %+v, want the one that was typed", leaves)
	}
}

func TestAUnitsPageInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Phone, browse.Desk} {
		t.Run(size.Name, func(t *testing.T) {
			h := open(t).rolled()
			b := browse.Open(t, h.url, size)
			signIn(b, "lanhdao@mau.vn")
			b.Open("/don-vi")
			b.Type("#q", "dong mau")
			b.Click("form[role=search] button")
			b.Until(`location.search.includes("dong")`)
			b.Fits("tim-don-vi")
			b.Click(".row")
			b.Until(`location.pathname === "/don-vi/05700"`)
			b.Fits("don-vi")
			b.Click(".cal summary")
			b.Until(`document.querySelector(".cal details").open`)
			b.Fits("don-vi-bang")
			b.Open(h.unitURLOf("xã Núi Mẫu"))
			b.Fits("don-vi-mat-ket-noi")
			b.Dark(true)
			b.Shoot("don-vi-toi")
		})
	}
}
