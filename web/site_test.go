package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestAWebsiteIsTriedBeforeItIsSaved(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	url := h.channelURL(site)
	const address = "https://suoimau.example/tin-tuc"
	form := func(viec string, more ...string) answer {
		return r.post(url+"/trang-tin", append([]string{"viec", viec, "dia_chi", address}, more...)...)
	}
	value := func(a answer, name string) string {
		return a.Find("#trang-tin input[name="+name+"]").AttrOr("value", "?")
	}
	saved := func() string {
		ch, err := h.Store.Channel(t.Context(), h.channels[site].ID)
		must(t, err)
		return ch.Config
	}
	a := r.get(url)
	if got := value(a, "dia_chi"); got != address || a.Find("button[value=luu]").Length() > 0 {
		t.Errorf("address %q, and there is something to save that was not tried: %d", got, a.Find("button[value=luu]").Length())
	}
	a = form("tim")
	if value(a, "item") != ".list li" || a.Find("button[value=luu]").Length() > 0 {
		t.Errorf("found %q", value(a, "item"))
	}
	a.has(t, "#trang-tin .notice", "Bấm “Thử”")
	t.Run("a trial shows what there is and which field found nothing, and keeps what was filled in", func(t *testing.T) {
		a := form("thu", "item", ".list li", "date", ".gio")
		a.has(t, "#trang-tin h3", "Lấy được 5 bài để xem thử, trong 12 bài trên danh sách")
		a.has(t, "#trang-tin .fault", "Ngày đăng: chỉ tìm thấy ở 0 trong 5 chỗ đã xem.")
		a.has(t, "#trang-tin ol", "Bài thứ 1không tìm thấy ngày đăng · có ảnhChị em góp vốn, <b>cùng làm</b>.")
		if value(a, "date") != ".gio" || a.Find("input[name=date][aria-invalid]").Length() != 1 {
			t.Errorf("the field holds %q", value(a, "date"))
		}
		if a.Find("button[value=luu]").Length() > 0 {
			t.Error("articles without a date can be saved")
		}
		form("luu", "item", ".list li", "date", ".gio").has(t, ".notice.bad", "Bấm “Thử” trước")
		a = form("thu", "item", ".sai")
		a.has(t, "#trang-tin .fault", "Một bài trong danh sách: chỉ tìm thấy ở 0 trong 1 chỗ đã xem.")
	})
	t.Run("exactly what was tried is saved, and the site is read", func(t *testing.T) {
		a := form("thu", "item", ".list li", "date", ".ngay")
		a.has(t, "#trang-tin ol", "Bài thứ 115:15 20/11/2026 · có ảnh")
		if a.Find("button[value=luu]").Length() != 1 {
			t.Fatal("it cannot be saved")
		}
		form("luu", "item", ".list li", "date", ".khac").has(t, ".notice.bad", "đã sửa sau khi thử")
		r.post(url+"/trang-tin", "viec", "luu", "dia_chi", "https://other.example", "item", ".list li", "date", ".ngay").has(t, ".notice.bad", "đã sửa sau khi thử")
		if saved() != "" {
			t.Fatalf("saved %s", saved())
		}
		a = form("luu", "item", ".list li", "date", ".ngay")
		a.has(t, ".notice", "Đã lưu cách lấy bài")
		if !strings.Contains(saved(), ".ngay") || len(h.asked) != 1 || h.asked[0] != h.channels[site].ID {
			t.Errorf("saved %s, asked %v", saved(), h.asked)
		}
		if value(a, "date") != ".ngay" {
			t.Errorf("the page shows %q", value(a, "date"))
		}
		form("luu", "item", ".list li", "date", ".ngay").has(t, ".notice.bad", "Chưa lưu")
	})
	t.Run("the address can be put right with it", func(t *testing.T) {
		const better = "https://suoimau.example/hoat-dong"
		r.post(url+"/trang-tin", "viec", "thu", "dia_chi", better, "item", ".list li", "date", ".ngay")
		r.post(url+"/trang-tin", "viec", "luu", "dia_chi", better, "item", ".list li", "date", ".ngay").has(t, ".notice", "Đã lưu")
		ch, err := h.Store.Channel(t.Context(), h.channels[site].ID)
		must(t, err)
		if ch.URL != better || h.sites.address != better {
			t.Errorf("%s, asked %s", ch.URL, h.sites.address)
		}
	})
	t.Run("what a site answers badly is told, and what was filled in stays", func(t *testing.T) {
		h.sites.err = &lantoa.Trouble{Kind: lantoa.Forbidden, What: "inside_address"}
		for _, viec := range []string{"tim", "thu"} {
			a := form(viec, "item", ".x", "body", ".y")
			a.has(t, "#trang-tin .notice.bad", "Lan tỏa không mở kênh này (địa chỉ dẫn vào mạng nội bộ).")
			if value(a, "body") != ".y" {
				t.Errorf("%s: the field holds %q", viec, value(a, "body"))
			}
		}
		before := h.sites.address
		a := r.post(url+"/trang-tin", "viec", "thu", "dia_chi", "file:///etc/passwd", "item", ".x")
		a.has(t, "#trang-tin .notice.bad", "Địa chỉ chưa đúng")
		if h.sites.address != before {
			t.Error("an address that is none was asked")
		}
	})
	t.Run("only who manages the unit's channels sees and sends the form", func(t *testing.T) {
		h.person("phuong@mau.vn", "phường Suối Mẫu", lantoa.Admin)
		if h.as("phuong@mau.vn").get(url).Find("#trang-tin").Length() != 1 {
			t.Error("the ward's own administrator does not see it")
		}
		for _, email := range []string{"truyenthong@mau.vn", "lanhdao@mau.vn", "canbo@mau.vn"} {
			r := h.as(email)
			if r.get(url).Find("#trang-tin").Length() > 0 {
				t.Errorf("%s sees the form", email)
			}
			if a := r.post(url+"/trang-tin", "viec", "thu", "dia_chi", address); a.status != http.StatusForbidden {
				t.Errorf("%s: %d", email, a.status)
			}
		}
		if a := r.post(h.channelURL("Phụ nữ xã Đồng Mẫu")+"/trang-tin", "viec", "thu"); a.status != http.StatusConflict {
			t.Errorf("a page is no website: %d", a.status)
		}
	})
}

func TestAddingAWebsite(t *testing.T) {
	h := openBusy(t)
	r := h.as("admin@mau.vn")
	unit := string(h.units["xã Bãi Mẫu"].ID)
	a := r.get("/kenh")
	if a.Find("#them form").Length() != 1 {
		t.Fatal("no form")
	}
	for _, odd := range []string{"", "không phải địa chỉ", "javascript:alert(1)", "https://ten:mat-khau@baimau.example", "https://localhost/", "ftp://baimau.example"} {
		r.post("/kenh/them", "don_vi", unit, "dia_chi", odd).has(t, ".notice.bad", "Địa chỉ chưa đúng")
	}
	r.post("/kenh/them", "don_vi", "", "dia_chi", "baimau.example").has(t, ".notice.bad", "Chưa chọn đơn vị")
	a = r.post("/kenh/them", "don_vi", unit, "dia_chi", "BaiMau.example/tin-tuc/")
	a.has(t, ".notice", "Đã thêm Hội LHPN xã Bãi Mẫu")
	a.has(t, "#trang-tin", "Tìm giúp")
	ch, err := h.Store.ChannelByExternal(t.Context(), lantoa.Website, "baimau.example/tin-tuc")
	must(t, err)
	if ch.URL != "https://baimau.example/tin-tuc" || !ch.NextRead.Equal(storetest.Now.Add(time.Hour)) {
		t.Errorf("%s, first read at %s: it waits to be tried", ch.URL, ch.NextRead)
	}
	a = r.post("/kenh/them", "don_vi", unit, "dia_chi", "https://baimau.example/tin-tuc")
	a.has(t, ".notice.bad", "đã là kênh “Hội LHPN xã Bãi Mẫu”")
	for _, email := range []string{"truyenthong@mau.vn", "canbo@mau.vn"} {
		if a := h.as(email).post("/kenh/them", "don_vi", unit, "dia_chi", "x.example"); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", email, a.status)
		}
	}
	h.person("phuong@mau.vn", "phường Suối Mẫu", lantoa.Admin)
	ward := h.as("phuong@mau.vn")
	if a := ward.post("/kenh/them", "don_vi", unit, "dia_chi", "x.example"); a.status != http.StatusForbidden {
		t.Errorf("another unit's administrator: %d", a.status)
	}
	if a := ward.post("/kenh/them", "don_vi", string(h.units["phường Suối Mẫu"].ID), "dia_chi", "baimau.example/tin-tuc"); a.status != http.StatusOK || strings.Contains(a.text(".notice"), "Bãi") {
		t.Errorf("%d, told of another unit's channel: %s", a.status, a.text(".notice"))
	}
}
