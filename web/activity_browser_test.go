package web

import (
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
)

// The chair in a car: from the first page to a call, and what she sees on the way.
func TestTheChairsMinuteInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := open(t)
			w46 := week(t, "2026-W46")
			h.settled(func(ch lantoa.Channel, w *lantoa.ChannelWeek) {
				if ch.Unit.Name == "xã Khe Mẫu" && w.Week == w46 {
					w.State = lantoa.Active
				}
				if ch.Unit.Name == "xã Núi Mẫu" && w.Week.Compare(w46) > 0 {
					w.Posts, w.Each, w.Lost = 0, nil, 7
				}
			})
			h.contact("xã Khe Mẫu", lantoa.Contact{Name: "Ma Thị Khe", Duty: "Chủ tịch Hội LHPN xã", Phone: "0912 345 678"})
			b := browse.Open(t, h.url, size)
			signIn(b, "lanhdao@mau.vn")
			b.Open("/lanh-dao")
			b.Fits("lanh-dao")

			// Two taps to a call: the tile, and the button.
			b.Click("a.tile.s-silent")
			b.Until(`location.pathname === "/hoat-dong/trang-thai/silent"`)
			b.Fits("im-lang")
			b.Until(`document.querySelector("a[href='tel:0912345678']").getBoundingClientRect().height >= 44`)
			b.Click(".care details summary")
			b.Fits("im-lang-zalo")
			b.Click(".care form.do button")
			b.Until(`document.querySelector(".notice")?.textContent.includes("Đã ghi")`)
			b.Fits("da-nhac")
			b.Open("/hoat-dong/trang-thai/disconnected")
			b.Fits("mat-ket-noi")

			b.Open("/hoat-dong")
			b.Fits("hoat-dong")
			b.Click(".units .open")
			b.Until(`location.search.includes("don_vi=")`)
			b.Fits("hoat-dong-huyen")
			b.Open("/hoat-dong?xep=im_lang&loai=tat_ca&tuan=12")
			b.Fits("hoat-dong-xep")
			b.Open("/hoat-dong/so-sanh?a=05700&b=05701")
			b.Fits("so-sanh")
			b.Open("/hoat-dong/so-sanh?a=05700&b=05701&so=tiep_can")
			b.Fits("so-sanh-tiep-can")
			b.Open("/bao-nghi")
			b.Fits("bao-nghi")
			b.Open("/hoat-dong/man-hinh")
			b.Fits("man-hinh")
			b.Dark(true)
			b.Open("/hoat-dong")
			b.Shoot("hoat-dong-toi")
			b.Open("/hoat-dong/man-hinh")
			b.Shoot("man-hinh-toi")
		})
	}
}
