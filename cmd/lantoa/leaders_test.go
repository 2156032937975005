package main

import (
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
)

// The chair's Monday: sixty seconds, a telephone, and the province as it was planted.

func TestTheChairKnowsInAMinuteWhomToCall(t *testing.T) {
	onDeskAndPhone(t, lantoa.Leader, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open("/lanh-dao")
		b.Reads("h1", "151 trên 187 trang đang hoạt động")
		if got := b.Text(".tile b"); got != "151 | 20 | 9 | 5" {
			t.Errorf("the tiles say %s", got)
		}
		b.Reads(".beside", "2 trang lưu trữ") // 151 + 20 + 9 + 5 + 2 = 187
		b.Reads(".levels", "1/1", "8/9", "142/175")
		b.Reads("section[aria-labelledby=h-figures]", "Số liệu tuần 47", "so với tuần trước")
		b.Fits("tinh-lanh-dao")

		// P5: two taps to a call, and friendly words to send.
		b.Click("a.tile.s-silent")
		b.Until(`location.pathname === "/hoat-dong/trang-thai/silent" && document.querySelector("article")`)
		b.Reads("main", "Hội LHPN xã Khe Mẫu", "Im lặng 9 ngày, thường đăng hằng ngày", "Ma Thị Khe (mẫu)", "Nhắn Zalo")
		if !browse.Eval[bool](b, `!!document.querySelector("a[href='tel:0000005728']")`) {
			t.Error("P5 cannot be called")
		}
		if got := browse.Eval[int](b, `document.querySelectorAll("article").length`); got != 9 {
			t.Errorf("%d cards, the tile said 9", got)
		}
		// P6 cannot be read, P7 is as usual, P11's two pages are put away: none of them is silent.
		for plant, unit := range map[string]string{"P6": "Núi Mẫu", "P7": "Dốc Mẫu"} {
			if strings.Contains(b.Text("article"), unit) {
				t.Errorf("%s stands among the silent", plant)
			}
		}
		b.Fits("tinh-im-lang")
		b.Open("/hoat-dong/trang-thai/disconnected")
		b.Reads("main", "Phụ nữ xã Núi Mẫu", "Không phải lỗi của xã.")
		if strings.Contains(b.Text("article"), "Dốc Mẫu") {
			t.Error("P7 stands among the disconnected")
		}
		b.Fits("tinh-mat-ket-noi")
		b.Open("/hoat-dong/trang-thai/archived")
		if got := browse.Eval[int](b, `document.querySelectorAll("article").length`); got != 2 {
			t.Errorf("%d pages are archived, want P11's two", got)
		}
	})
}

func TestTheTreeOpensDownToACommune(t *testing.T) {
	onDeskAndPhone(t, lantoa.Leader, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open("/hoat-dong")
		b.Reads("h1", "151 trên 187 trang đang hoạt động")
		b.Reads(".when", "số liệu tính đến 06:00 23/11/2026")
		if got := browse.Eval[int](b, `document.querySelectorAll(".units tbody tr").length`); got != 10 {
			t.Errorf("%d rows, want the province and its nine districts", got)
		}
		b.Fits("tinh-hoat-dong")
		b.Click(".units .open")
		b.Until(`location.search.includes("don_vi=")`)
		b.Fits("tinh-hoat-dong-huyen")
		b.Open("/hoat-dong?trang_thai=silent")
		if got := browse.Eval[int](b, `document.querySelectorAll(".units tbody tr").length`); got != 9 {
			t.Errorf("%d silent units, want 9", got)
		}
		b.Open("/hoat-dong?ten=doc+mau")
		b.Reads(".units", "Hoạt động")
		// P11: the new unit is there once, under the code of one that it took in.
		b.Open("/hoat-dong?ten=05755")
		if got := browse.Eval[int](b, `document.querySelectorAll(".units tbody tr").length`); got != 1 {
			t.Errorf("%d units bear 05755 today, want the new one", got)
		}
		b.Open("/hoat-dong?xep=im_lang")
		b.Fits("tinh-hoat-dong-xep")
		// P10: what Facebook counted otherwise from 15/06/2026 on is another line, with a break between.
		b.Open("/hoat-dong/so-sanh?a=05722&b=05728&so=tiep_can")
		b.Until(`document.querySelector(".c-series .c-break")`)
		b.Reads("main", "15/06/2026")
		b.Fits("tinh-so-sanh")
		b.Open("/hoat-dong/so-sanh?a=05722&b=05728")
		b.Fits("tinh-so-sanh-bai")
		b.Open("/hoat-dong/man-hinh")
		b.Fits("tinh-man-hinh")
	})
}

func TestAnOfficerSeesNoOtherCommunesActivity(t *testing.T) {
	onDeskAndPhone(t, lantoa.Officer, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open("/hoat-dong")
		b.Reads(".units", "xã Đồng Mẫu")
		if got := browse.Eval[int](b, `document.querySelectorAll(".units tbody tr").length`); got != 1 {
			t.Errorf("she sees %d units", got)
		}
		b.Fits("can-bo-hoat-dong")
		b.Open("/bao-nghi")
		b.Fits("can-bo-bao-nghi")
	})
}
