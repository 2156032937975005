package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
)

// unitOf is the address of the page of the unit that a planted page belongs to.
func (p *province) unitOf(t *testing.T, plant string) string {
	t.Helper()
	ch, err := p.app.Store.ChannelByExternal(context.Background(), lantoa.FacebookPage, p.plant(t, plant).Channels[0])
	if err != nil {
		t.Fatal(err)
	}
	return "/don-vi/" + ch.Unit.Code
}

// read is a page as somebody of a role reads it, without a script.
func (p *province) read(t *testing.T, client *http.Client, path string) *goquery.Document {
	t.Helper()
	res, err := client.Get(p.service.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	html, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s (%v)", path, res.Status, err)
	}
	if len(html) > 60_000 {
		t.Errorf("%s: %d bytes of HTML, at most 60,000", path, len(html))
	}
	if i := strings.Index(string(html), "⟦"); i >= 0 {
		t.Errorf("%s shows a text that is not in the catalogue: %s", path, html[i:i+60])
	}
	d, err := goquery.NewDocumentFromReader(strings.NewReader(string(html)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// says fails where what a selector finds does not hold the words, or holds those that follow "not".
func says(t *testing.T, d *goquery.Document, selector string, words ...string) {
	t.Helper()
	text, want := strings.Join(strings.Fields(d.Find(selector).Text()), " "), true
	for _, w := range words {
		if w == "not" {
			want = false
			continue
		}
		if strings.Contains(text, w) != want {
			t.Errorf("%s says %q: %q is in it: %v", selector, text, w, !want)
		}
	}
}

func TestThePagesOfThePlantedUnits(t *testing.T) {
	p := theProvince(t)
	leader := signedIn(t, p, lantoa.Leader)
	t.Run("P4: the contest is shown and counts nowhere", func(t *testing.T) {
		d := p.read(t, leader, p.unitOf(t, "P4"))
		says(t, d, "h1", "Phường Suối Mẫu")
		says(t, d, "[aria-labelledby=h-bai]", "2.300 tương tác", "bình chọn — không tính")
		says(t, d, "[aria-labelledby=h-thuong] table", "not", "2.300")
		says(t, d, "main", "1 bài bình chọn — không tính vào số liệu nào.")
	})
	t.Run("P5: silent for nine days, and every day of it could be read", func(t *testing.T) {
		d := p.read(t, leader, p.unitOf(t, "P5"))
		says(t, d, ".row.at", "im lặng 9 ngày", "thường đăng hằng ngày")
		if d.Find(".cal").First().Find("path.dx").Length() != 0 {
			t.Error("days without a post are drawn as if they could not be read")
		}
	})
	t.Run("P6: disconnected, never silent, its days hatched and out of the rates", func(t *testing.T) {
		d := p.read(t, leader, p.unitOf(t, "P6"))
		says(t, d, ".row.at", "Mất kết nối", "không phải lỗi của đơn vị", "not", "im lặng")
		says(t, d, "main", "4 ngày không đọc được kênh; những ngày này không tính vào tỉ lệ nào.")
		if d.Find(".cal").First().Find("path.dx").Length() != 1 {
			t.Error("no day is hatched")
		}
	})
	t.Run("P7: a page that posts every three weeks is normal", func(t *testing.T) {
		d := p.read(t, leader, p.unitOf(t, "P7"))
		says(t, d, ".row.at:first-of-type", "Hoạt động", "not", "im lặng", "thưa")
	})
	t.Run("P9: a page of four days has no history, and days before it are empty", func(t *testing.T) {
		d := p.read(t, leader, p.unitOf(t, "P9"))
		says(t, d, "main", "hưa đủ lịch sử")
		cells := d.Find(".cal").First().Find("tbody tr").Last().Find("td")
		if cells.Length() != 7 || strings.TrimSpace(cells.Text()) != "" {
			t.Errorf("the first week of the calendar says %q before the page was known", cells.Text())
		}
	})
	t.Run("P10: the retired figure ends at its break", func(t *testing.T) {
		d := p.read(t, leader, p.unitOf(t, "P1"))
		says(t, d, "[aria-labelledby=h-tiep]", "Từ 15/06/2026 Facebook bỏ cách đo cũ", "không nối lại")
		if d.Find("[aria-labelledby=h-tiep] path.c-break").Length() != 1 {
			t.Error("the break is not drawn")
		}
	})
	t.Run("P11: three units became one, told from both sides", func(t *testing.T) {
		d := p.read(t, leader, "/don-vi/05755")
		says(t, d, "[aria-labelledby=h-truoc]", "Nhận từ:", "05749", "05755", "05758", "đến 30/06/2025")
		if n := d.Find(".row.at svg.s-archived").Length(); n < 2 {
			t.Errorf("%d channels are kept only, want the two pages nobody uses", n)
		}
		for _, old := range []string{"/don-vi/05749", "/don-vi/05755?ngay=2025-06-30", "/don-vi/05758"} {
			was := p.read(t, leader, old)
			says(t, was, ".notice", "Từ 01/07/2025 thuộc")
			if was.Find(".notice a[href='/don-vi/05755']").Length() != 1 {
				t.Errorf("%s does not lead to what it became", old)
			}
		}
	})
	t.Run("every unit's page stays within its budget", func(t *testing.T) {
		units, err := p.app.Store.Units(context.Background(), lantoa.Everything, p.app.Now())
		if err != nil {
			t.Fatal(err)
		}
		for i, u := range units {
			if i < 12 || i%12 == 0 {
				p.read(t, leader, "/don-vi/"+u.Code+"?tuan=25")
			}
		}
	})
}

func TestTheWeekOfTheCommuneOfP1(t *testing.T) {
	p := theProvince(t)
	d := p.read(t, signedIn(t, p, lantoa.Officer), "/xa-toi")
	says(t, d, "h1", "Xã Đồng Mẫu: 4 bài trong tuần")
	// The sandbox's page has its first post on 5 June.
	says(t, d, ".lead", "đều đặn ✓", "nuôi lợn đất", "gấp 4,2 lần mức thường — tốt nhất từ tháng 6.")
	says(t, d, "main", "Gợi ý cho chị", "Không có việc nào chờ chị.", "not", "hạng", "thứ hạng")
}
