package web

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/store"
)

// pretendedLists stands for the reading of files: a row is "code;name", and what has no code is bad.
type pretendedLists struct{ *house }

func (l pretendedLists) Units(ctx context.Context, file string, r io.Reader, by string, write bool) (UnitList, error) {
	text, err := io.ReadAll(r)
	if err != nil || !strings.HasSuffix(file, ".csv") {
		return UnitList{}, lantoa.Problem(lantoa.Invalid, "units", "")
	}
	var out UnitList
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		code, name, ok := strings.Cut(line, ";")
		if !ok || code == "" {
			out.Faults = append(out.Faults, ListFault{Line: i + 1, Kind: "missing", Field: "code"})
			continue
		}
		out.Good, out.New = out.Good+1, out.New+1
		out.Rows = append(out.Rows, lantoa.Unit{Code: code, Name: name, Level: lantoa.Commune, Parent: "d0"})
	}
	if write {
		in := lantoa.Import{Kind: "units", File: file, By: by}
		if err := l.Store.BeginImport(ctx, &in); err != nil {
			return out, err
		}
		return out, l.Store.SaveUnits(store.OfImport(ctx, in.ID), out.Rows)
	}
	return out, nil
}

func (l pretendedLists) Mergers(_ context.Context, _ string, r io.Reader, day time.Time, _ []lantoa.Level) (lantoa.Reform, []ListFault, error) {
	text, err := io.ReadAll(r)
	if strings.Contains(string(text), "sai") {
		return lantoa.Reform{Day: day, Ends: []lantoa.Ending{{Unit: "c0", Heirs: []lantoa.UnitID{"c3"}}}}, []ListFault{{Line: 3, Kind: "unit", Field: "old_code", Value: "99999"}}, err
	}
	return lantoa.Reform{Day: day, Ends: []lantoa.Ending{{Unit: "c0", Heirs: []lantoa.UnitID{"c3"}}}}, nil, err
}

// upload sends a file as a browser does.
func (r *reader) upload(path, file, body string, fields ...string) answer {
	r.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		must(r.t, w.WriteField(fields[i], fields[i+1]))
	}
	part, err := w.CreateFormFile("tep", file)
	must(r.t, err)
	_, err = part.Write([]byte(body))
	must(r.t, err)
	must(r.t, w.Close())
	req, err := http.NewRequest(http.MethodPost, r.url+path, &b)
	must(r.t, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return r.do(req)
}

func (h *house) unitURL(name string) string { return "/quan-tri/don-vi/" + string(h.units[name].ID) }

func TestOnlyTheAdministratorKeepsTheTree(t *testing.T) {
	h := open(t)
	h.Lists = pretendedLists{h}
	for _, who := range []string{"truyenthong@mau.vn", "lanhdao@mau.vn", "canbo@mau.vn", "xem@mau.vn"} {
		r := h.as(who)
		for _, path := range []string{"/quan-tri/don-vi", "/quan-tri/don-vi/sap-xep", h.unitURL("xã Đồng Mẫu")} {
			if a := r.get(path); a.status != http.StatusForbidden {
				t.Errorf("%s got %s: %d", who, path, a.status)
			}
		}
		for _, path := range []string{"/quan-tri/don-vi/sap-xep", "/quan-tri/don-vi/nguoi", h.unitURL("xã Đồng Mẫu") + "/phu-trach", "/quan-tri/don-vi/sap-xep/x/hoan-tac"} {
			if a := r.post(path, "viec", "lam", "cu", "c0", "nguoi", "x"); a.status != http.StatusForbidden {
				t.Errorf("%s sent %s: %d", who, path, a.status)
			}
		}
		if a := r.upload("/quan-tri/don-vi/tep", "x.csv", "1;x"); a.status != http.StatusForbidden {
			t.Errorf("%s uploaded: %d", who, a.status)
		}
	}
}

func TestTheTreeOnADay(t *testing.T) {
	h := open(t)
	r := h.as("admin@mau.vn")
	a := r.get("/quan-tri/don-vi")
	a.has(t, ".lead", "20 đơn vị vào ngày 23/11/2026: 1 tỉnh, 3 huyện, 16 xã.")
	a.has(t, "table.cards", "Huyện Sông Mẫu")
	a.has(t, ".tabs [aria-current]", "Đơn vị")
	if n := len(a.texts("table.cards tbody tr")); n != 4 {
		t.Errorf("%d rows, want the province and its districts", n)
	}
	a = r.get("/quan-tri/don-vi?trong=d0")
	a.has(t, "table.cards", "Xã Đồng Mẫu")
	a.has(t, ".crumbs", "Tỉnh Chè Mẫu")
	r.get("/quan-tri/don-vi?tim=dong+mau").has(t, "table.cards", "Xã Đồng MẫuXã · 05700")
	r.get("/quan-tri/don-vi?tim=05703").has(t, "table.cards", "Xã Dốc Mẫu")
	r.get("/quan-tri/don-vi?ngay=2019-01-01").has(t, ".empty", "Không có đơn vị nào")
	for _, odd := range []string{"?ngay=x&tim=%22%3E&trong=zz&trang=-4", "?trang=99999", "/zz", "/sap-xep?cu=zz&cu=%22"} {
		if a := r.get("/quan-tri/don-vi" + odd); a.status >= 500 {
			t.Errorf("%s: %d", odd, a.status)
		}
	}
}

func TestWhoIsInChargeIsEdited(t *testing.T) {
	h := open(t)
	r := h.as("admin@mau.vn")
	path := h.unitURL("xã Đồng Mẫu")
	r.get(path).has(t, "h1", "Xã Đồng Mẫu")
	a := r.post(path+"/phu-trach", "ten_0", "Chị Hoa", "chuc_0", "Chủ tịch Hội", "dt_0", "0912 345.678", "thu_0", "hoa@mau.vn", "ten_1", "Chị Lý <b>", "zalo_1", "zalo.me/0912345679")
	a.has(t, ".notice", "Đã lưu người phụ trách")
	contacts, err := h.Store.ContactsOf(context.Background(), h.units["xã Đồng Mẫu"].ID)
	must(t, err)
	if len(contacts) != 2 || contacts[0].Phone != "0912345678" || contacts[1].Zalo != "https://zalo.me/0912345679" {
		t.Errorf("%+v", contacts)
	}
	if strings.Contains(r.get(path).html, "<b>\"") {
		t.Error("a name came through as markup")
	}
	a = r.post(path+"/phu-trach", "ma_0", contacts[0].ID, "ten_0", "Chị Hoa", "dt_0", "gọi sau")
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("a number that is none: %d", a.status)
	}
	a.has(t, ".notice.bad", "Số điện thoại của Chị Hoa không gọi được")
	if v, _ := a.Find("input[name=dt_0]").Attr("value"); v != "gọi sau" {
		t.Errorf("what was typed is lost: %q", v)
	}
	r.post(path+"/phu-trach", "ma_0", contacts[0].ID, "ten_0", "", "ma_1", contacts[1].ID, "ten_1", "Chị Lý")
	if contacts, _ = h.Store.ContactsOf(context.Background(), h.units["xã Đồng Mẫu"].ID); len(contacts) != 1 || contacts[0].Name != "Chị Lý" {
		t.Errorf("after one was taken off: %+v", contacts)
	}
}

// twoBecomeOne is the form of a reform: Đồng Mẫu and Dốc Mẫu become one that bears the code of Đồng Mẫu.
func twoBecomeOne(h *house) []string {
	return []string{
		"cu", string(h.units["xã Đồng Mẫu"].ID), "cu", string(h.units["xã Dốc Mẫu"].ID), "thanh", "moi", "ten_1", "Xã Đồng Mẫu", "ma_1", "05700", "cap_1", "commune",
		"ngay", "2026-07-01", "nghi_quyet", "12/NQ-HĐND",
		"kenh_" + string(h.channels["Phụ nữ xã Dốc Mẫu"].ID), "luu_tru",
		"kenh_" + string(h.channels["Phụ nữ xã Đồng Mẫu"].ID), "doi_ten", "tenkenh_" + string(h.channels["Phụ nữ xã Đồng Mẫu"].ID), "Phụ nữ Đồng Mẫu mới",
	}
}

func TestUnitsAreReformedOnTheScreenAndPutBack(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	r := h.as("admin@mau.vn")
	a := r.post("/quan-tri/don-vi/sap-xep", "cu", "c0", "tim", "doc mau", "viec", "tim")
	a.has(t, "form", "Xã Dốc Mẫu")
	if n := a.Find("input[name=cu][checked]").Length(); n != 1 {
		t.Errorf("%d chosen, want 1", n)
	}
	a = r.post("/quan-tri/don-vi/sap-xep", append(twoBecomeOne(h), "viec", "xem")...)
	a.has(t, ".lead", "Từ 01/07/2026, nghị quyết 12/NQ-HĐND: 2 đơn vị cũ, 1 đơn vị mới.")
	a.has(t, "table.cards", "Xã Đồng Mẫu05700xã Đồng Mẫu, xã Dốc MẫuHuyện Sông Mẫu")
	a.has(t, "section.card", "2 kênh giữ, 1 kênh đổi tên, 1 kênh lưu trữ.")
	a.has(t, "section.card", "Hoàng Thị Đào")
	if units, _ := h.Store.Units(ctx, lantoa.Everything, time.Time{}); len(units) != 20 {
		t.Fatal("looking wrote something")
	}
	// The page carries the form along: its button does it.
	again := url.Values{}
	a.Find("form[action$=sap-xep] input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
		again.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	fields := []string{"viec", "lam"}
	for k, vs := range again {
		for _, v := range vs {
			fields = append(fields, k, v)
		}
	}
	a = r.post("/quan-tri/don-vi/sap-xep", fields...)
	a.has(t, ".notice", "Đã sắp xếp theo nghị quyết 12/NQ-HĐND")
	a.has(t, "#sap-xep", "xã Đồng Mẫu")
	if ch, err := h.Store.Channel(ctx, h.channels["Phụ nữ xã Dốc Mẫu"].ID); err != nil || !ch.Archived {
		t.Errorf("the page of Dốc Mẫu goes on: %v", err)
	}
	ch, err := h.Store.Channel(ctx, h.channels["Phụ nữ xã Đồng Mẫu"].ID)
	must(t, err)
	if ch.Name != "Phụ nữ Đồng Mẫu mới" || ch.Unit.ID == "c0" {
		t.Errorf("the page of Đồng Mẫu: %+v", ch)
	}
	r.get("/quan-tri/don-vi?tim=doc+mau&ngay=2026-06-30").has(t, "table.cards", "Xã Dốc Mẫu")
	r.get("/quan-tri/don-vi?tim=doc+mau").has(t, ".empty", "Không có đơn vị nào")
	one := r.get("/quan-tri/don-vi/" + string(ch.Unit.ID))
	one.has(t, "section.card", "Tiếp nối các đơn vị")
	one.has(t, "section.card", "Xã Dốc Mẫu")
	r.get("/quan-tri/don-vi/c3").has(t, "section.card", "Được nhập vào")
	if h.as("canbo@mau.vn").get("/kenh/"+string(ch.ID)).status != http.StatusOK {
		t.Error("the officer of the old commune sees her page no more")
	}

	undo, _ := r.get("/quan-tri/don-vi").Find("#sap-xep form").Attr("action")
	r.post(undo).has(t, ".notice.bad", "tích")
	must(t, h.Store.SaveContacts(ctx, ch.Unit.ID, []lantoa.Contact{{Name: "Chị Mới"}}, "x"))
	r.post(undo, "chac_chan", "1").has(t, ".notice.bad", "Chưa hoàn tác: xã Đồng Mẫu đã có người phụ trách khác")
	must(t, h.Store.SaveContacts(ctx, ch.Unit.ID, nil, "x"))
	r.post(undo, "chac_chan", "1").has(t, ".notice", "Đã hoàn tác cả lần sắp xếp")
	if units, _ := h.Store.Units(ctx, lantoa.Everything, time.Time{}); len(units) != 20 {
		t.Errorf("%d units after undoing", len(units))
	}
	r.get("/quan-tri/nhap").has(t, "table.cards", "sắp xếp đơn vị")
}

func TestAFormThatCannotBeSaysWhyAndKeepsWhatWasTyped(t *testing.T) {
	h := open(t)
	r := h.as("admin@mau.vn")
	for want, change := range map[string][]string{
		"Chưa ghi ngày có hiệu lực":                  {"ngay", ""},
		"Chưa ghi số nghị quyết":                     {"nghi_quyet", " "},
		"Mã này đang thuộc về một đơn vị khác":       {"ma_1", "05701"},
		"Không tìm thấy đơn vị Cung trăng":           {"tren_1", "Cung trăng"},
		"Chưa ghi tên mới của kênh Phụ nữ xã Đồng M": {"tenkenh_" + string(h.channels["Phụ nữ xã Đồng Mẫu"].ID), ""},
	} {
		fields := twoBecomeOne(h)
		found := false
		for i := 0; i < len(fields); i += 2 {
			if fields[i] == change[0] {
				fields[i+1], found = change[1], true
			}
		}
		if !found {
			fields = append(fields, change...)
		}
		for _, do := range []string{"xem", "lam"} {
			a := r.post("/quan-tri/don-vi/sap-xep", append(fields, "viec", do)...)
			if a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", want, a.status)
			}
			a.has(t, ".notice.bad", want)
			if v, _ := a.Find("input[name=ten_1]").Attr("value"); v != "Xã Đồng Mẫu" {
				t.Errorf("%s: what was typed is lost: %q", want, v)
			}
		}
	}
}

func TestWhoIsLeftWithoutAUnitIsSaidAloud(t *testing.T) {
	h := open(t)
	h.person("huyen@mau.vn", "huyện Sông Mẫu", lantoa.Leader)
	r := h.as("admin@mau.vn")
	form := []string{"cu", "d0", "thanh", "khong", "ngay", "2026-07-01", "nghi_quyet", "12/NQ"}
	a := r.post("/quan-tri/don-vi/sap-xep", append(form, "viec", "xem")...)
	a.has(t, "section.card", "Chưa có đơn vị mới:")
	a.has(t, "section.card", "Người huyen@mau.vn")
	a.has(t, "main", "6 đơn vị giữ nguyên tên và mã, chỉ đổi cấp trên")
	r.post("/quan-tri/don-vi/sap-xep", append(form, "viec", "lam")...).has(t, "#nguoi", "huyen@mau.vn")
	left, _ := r.get("/quan-tri/don-vi").Find("#nguoi button").Attr("value")
	r.post("/quan-tri/don-vi/nguoi", "nguoi", left, "don_vi", "mặt trăng").has(t, ".notice.bad", "Không có đơn vị nào")
	r.post("/quan-tri/don-vi/nguoi", "nguoi", left, "don_vi", "rừng mẫu").has(t, ".notice.bad", "Không có đơn vị nào")
	a = r.post("/quan-tri/don-vi/nguoi", "nguoi", left, "don_vi", "Huyện Rừng Mẫu")
	a.has(t, ".notice", "Đã giao cho huyện Rừng Mẫu")
	if a.Find("#nguoi").Length() != 0 {
		t.Error("she is still on the list")
	}
	if w, err := h.Store.UserByEmail(context.Background(), "huyen@mau.vn"); err != nil || w.Unit.ID != "d1" {
		t.Errorf("%v %v", w.Unit, err)
	}
}

func TestAListIsLookedAtBeforeItIsBroughtIn(t *testing.T) {
	h := open(t)
	h.Lists = pretendedLists{h}
	r := h.as("admin@mau.vn")
	a := r.upload("/quan-tri/don-vi/tep", "don-vi.csv", "05790;xã Một Mẫu\n;xã Hai Mẫu\n05791;xã <i>Ba</i>", "loai", "don_vi")
	a.has(t, ".lead", "2 dòng tốt, 1 dòng lỗi.")
	a.has(t, "section.card", "Dòng 2Thiếu mã.")
	if strings.Contains(a.html, "<i>Ba") {
		t.Error("a name came through as markup")
	}
	kept, _ := a.Find("input[name=giu]").Attr("value")
	if units, _ := h.Store.Units(context.Background(), lantoa.Everything, time.Time{}); len(units) != 20 {
		t.Fatal("looking wrote something")
	}
	h.person("admin2@mau.vn", "tỉnh Chè Mẫu", lantoa.Admin)
	h.as("admin2@mau.vn").post("/quan-tri/don-vi/tep", "giu", kept).has(t, ".notice.bad", "Chọn lại tệp")
	r.post("/quan-tri/don-vi/tep", "giu", kept).has(t, ".notice", "Đã nhập 2 đơn vị, bỏ 1 dòng lỗi")
	r.get("/quan-tri/don-vi?tim=mot+mau").has(t, "table.cards", "Xã Một Mẫu")
	r.upload("/quan-tri/don-vi/tep", "don-vi.docx", "x", "loai", "don_vi").has(t, ".notice.bad", "Không đọc được tệp")
	r.post("/quan-tri/don-vi/tep", "loai", "don_vi").has(t, ".notice.bad", "Chưa chọn tệp")

	a = r.upload("/quan-tri/don-vi/tep", "sap-xep.csv", "sai", "loai", "sap_xep", "ngay", "2026-07-01", "nghi_quyet", "12/NQ")
	a.has(t, "section.card", "Không có đơn vị nào mang mã")
	if a.Find("button[value=lam]").Length() != 0 {
		t.Error("a file with a bad row can be carried out")
	}
	a = r.upload("/quan-tri/don-vi/tep", "sap-xep.csv", "x", "loai", "sap_xep", "ngay", "2026-07-01", "nghi_quyet", "12/NQ")
	a.has(t, "table.cards", "Xã Dốc Mẫu")
	kept, _ = a.Find("input[name=giu]").Attr("value")
	r.post("/quan-tri/don-vi/tep", "giu", kept, "viec", "lam").has(t, ".notice", "Đã sắp xếp theo nghị quyết 12/NQ")
}

func TestTheTreeInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := openBusy(t)
			h.Lists = pretendedLists{h}
			must(t, h.Store.SaveContacts(t.Context(), "c0", []lantoa.Contact{{Name: "Hoàng Thị Đào", Duty: "Chủ tịch Hội LHPN xã", Phone: "0912345678"}}, "x"))
			b := browse.Open(t, h.url, size)
			signIn(b, "admin@mau.vn")
			b.Open("/quan-tri/don-vi")
			b.Fits("don-vi")
			b.Open("/quan-tri/don-vi?trong=d0")
			b.Fits("don-vi-huyen")
			b.Open("/quan-tri/don-vi/c0")
			b.Fits("don-vi-mot")
			b.Click(`a[href*="sap-xep?cu=c0"]`)
			b.Until(`location.pathname === "/quan-tri/don-vi/sap-xep" && document.querySelector("input[name=cu][checked]")`)
			b.Type("input[name=tim]", "doc mau")
			b.Click("button[value=tim]")
			b.Until(`document.querySelector("input[name=cu]:not([checked])")`)
			b.Click("input[name=cu]:not([checked])")
			b.Click("button.slim[value=tim]")
			b.Until(`document.querySelectorAll("input[name=cu][checked]").length === 2`)
			b.Type("input[name=ten_1]", "Xã Đồng Mẫu")
			b.Type("input[name=ma_1]", "05700")
			b.Type("input[name=nghi_quyet]", "12/NQ-HĐND")
			browse.Eval[string](b, `document.querySelector("input[name=ngay]").value = "2026-07-01"`)
			b.Fits("sap-xep")
			b.Click("button[value=xem]")
			b.Until(`document.querySelector("button[value=lam]")`)
			b.Fits("sap-xep-xem")
			b.Click("button[value=lam]")
			b.Until(`document.querySelector("main > .notice")`)
			b.Reads("main > .notice", "Đã sắp xếp")
			b.Fits("don-vi-sau")
			b.Click("#sap-xep details summary")
			b.Click("#sap-xep input[name=chac_chan]")
			b.Click("#sap-xep form button")
			b.Until(`document.querySelector("main > .notice")?.textContent.includes("hoàn tác")`)
			b.Dark(true)
			b.Open("/quan-tri/don-vi/sap-xep?cu=c0")
			b.Shoot("sap-xep-toi")
		})
	}
}
