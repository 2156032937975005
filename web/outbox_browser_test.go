package web

import (
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestMailsAreLetGoInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h, letters := openPost(t)
			u, err := h.Store.UserByEmail(t.Context(), "admin@mau.vn")
			must(t, err)
			b := browse.Open(t, h.url, size)
			signIn(b, "admin@mau.vn")
			b.Open("/quan-tri/thu")
			b.Fits("thu")
			b.Dark(true)
			b.Shoot("thu-toi")
			b.Dark(false)
			b.Type("input[name=so_nguoi]", "1")
			b.Click("form[action$='/mo'] button")
			b.Until(`document.querySelector("main > .notice")`)
			b.Reads("main > .notice", "Đã mở gửi thư. 1 thư")
			b.Open("/quan-tri/thu/" + string(letters[lantoa.LetterUnknown].ID))
			b.Until(`document.querySelector("iframe")`)
			b.Fits("thu-mot-la")
			b.Click(".tick input")
			b.Click("button[value=gui_lai]")
			b.Until(`document.querySelector("main > .notice")`)
			b.Reads("main > .notice", "Thư sẽ được gửi lại.")
			b.Open("/thu-cua-toi")
			b.Fits("thu-toi-nhan")
			b.Open("/thoi-nhan/" + h.Store.SignUnsubscribe(string(u.ID), lantoa.LetterDigest, storetest.Now))
			b.Fits("thoi-nhan")
			b.Click("button[name=nhan_lai]")
			b.Until(`document.querySelector(".notice")`)
			b.Reads(".notice", "Đã thôi nhận: Bản tin tuần.")
		})
	}
}
