package web

import (
	"testing"

	"github.com/hoiphunu/lantoa/internal/browse"
)

// signIn comes in by the door as a person would.
func signIn(b *browse.Browser, email string) {
	b.Open("/dang-nhap")
	b.Type("#email", email)
	b.Type("#mat_khau", password)
	b.Click("button.first")
	b.Until(`location.pathname === "/"`)
}

func TestAWeekOfWorkInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := open(t)
			b := browse.Open(t, h.url, size)
			b.Open("/dang-nhap")
			b.Fits("dang-nhap")
			signIn(b, "truyenthong@mau.vn")
			b.Fits("tuan-nay")

			// Search while typing: the address keeps up.
			b.Open("/tim-kiem")
			b.Type("#q", "nuoi lon dat")
			b.Until(`document.querySelector(".hit mark") && location.search.includes("q=nuoi")`)
			b.Until(`document.querySelector("#q").value === "nuoi lon dat" && !document.querySelector("[aria-busy]")`)
			b.Fits("tim-kiem")
			b.Open("/tim-kiem?q=phụ nữ&cap=commune")
			b.Fits("tim-kiem-loc")
			b.Open("/tim-kiem?q=khongcogica")
			b.Fits("tim-kiem-khong-co")

			// Decide on the first story, and take it back.
			b.Open("/cau-chuyen")
			b.Fits("cau-chuyen")
			first := browse.Eval[string](b, `document.querySelector("[data-card]").id`)
			b.Click("[data-card] button[value=approve]")
			b.Until(`!document.getElementById("` + first + `") && document.querySelector("#live [data-notice]")`)
			b.Until(`document.querySelector(".tabs [data-count=approved]").textContent === "1"`)
			b.Shoot("cau-chuyen-da-chon")
			b.Click("#live button[value=undo]")
			b.Until(`document.getElementById("` + first + `") && document.querySelector(".tabs [data-count=approved]").textContent === "0"`)

			b.Open("/cau-chuyen/" + string(h.stories["lợn đất"]))
			b.Fits("mot-cau-chuyen")
			b.Open("/cau-chuyen/" + string(h.stories["mẹ đỡ đầu"]))
			b.Fits("mot-cau-chuyen-han-che")
			b.Open("/bai-viet/" + string(h.posts["lợn đất"]))
			b.Fits("bai-viet")
			b.Open("/bai-viet/" + string(h.posts["word"]))
			b.Fits("bai-viet-chu-dai")
			b.Open("/kenh")
			b.Fits("kenh")
			b.Open("/kenh/" + string(h.channels["Phụ nữ xã Núi Mẫu"].ID))
			b.Fits("mot-kenh")
			b.Dark(true)
			b.Open("/")
			b.Shoot("tuan-nay-toi")
			b.Open("/cau-chuyen")
			b.Shoot("cau-chuyen-toi")
			b.Open("/bai-viet/" + string(h.posts["lợn đất"]))
			b.Shoot("bai-viet-toi")

			b.Open("/")
			browse.Eval[bool](b, `document.querySelector("form[action='/dang-xuat']").requestSubmit() === undefined`)
			b.Until(`location.pathname === "/dang-nhap"`)
			signIn(b, "canbo@mau.vn")
			b.Fits("tuan-nay-can-bo")
			browse.Eval[bool](b, `document.querySelector("form[action='/ngon-ngu'] button").click() === undefined`)
			b.Until(`document.documentElement?.lang === "en"`)
			b.Open("/cau-chuyen")
			b.Fits("stories-english")

			b.Expect("404 (Not Found)")
			b.Open("/khong-co")
			b.Shoot("khong-co")
		})
	}
}
