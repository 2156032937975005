package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var digestWeek = lantoa.Week{Year: 2026, Number: 47}

// drafted is the province on Monday morning, its weeks rolled up and the draft made.
func drafted(t *testing.T) *house {
	t.Helper()
	h := open(t)
	w := &queue.Worker{Store: h.Store, Now: h.Now, Zone: h.Zone, Log: slog.New(slog.DiscardHandler), Desk: h.Desk, BaseURL: h.BaseURL}
	must(t, w.Digest(context.Background()))
	return h
}

func (h *house) edition() lantoa.Edition {
	e, err := h.Store.Edition(context.Background(), digestWeek)
	must(h.t, err)
	return e
}

func (h *house) digestLetters() []lantoa.Letter {
	list, err := h.Store.Letters(context.Background(), store.LetterFilter{Kind: lantoa.LetterDigest}, 100)
	must(h.t, err)
	return list
}

func TestMakingUpTheDigest(t *testing.T) {
	h := drafted(t)
	r := h.as("truyenthong@mau.vn")
	a := r.get("/ban-tin")
	a.has(t, "h1", "Bản tin")
	a.has(t, ".when", "Tuần 47 · 16–22/11/2026")
	a.has(t, "#h-go + p + .do", "Duyệt và gửi (6 người)")
	titles := func(a answer) string { return strings.Join(a.texts("[data-sort] li a"), " | ") }
	if got := titles(a); !strings.HasPrefix(got, "Mô hình nuôi lợn đất") {
		t.Errorf("first stands %s", got)
	}
	if strings.Contains(titles(a), "Mẹ đỡ đầu") {
		t.Error("a story that may not be shown is in the digest")
	}
	form := func(a answer, viec string) answer {
		t.Helper()
		fields := []string{"ban", a.Find("[name=ban]").First().AttrOr("value", ""), "viec", viec, "loi_chao", "Chào các chị", "ky_ten", "Trần Thị Hoa"}
		for _, id := range a.attrs("[name=chuyen]", "value") {
			fields = append(fields, "chuyen", id)
		}
		return r.post("/ban-tin/2026-W47", fields...)
	}
	ids := a.attrs("[name=chuyen]", "value")
	if len(ids) < 3 {
		t.Fatalf("%d stories", len(ids))
	}
	t.Run("up, down, out and in again, without a script", func(t *testing.T) {
		a = form(a, "len:"+ids[1])
		if got := a.attrs("[name=chuyen]", "value"); got[0] != ids[1] || got[1] != ids[0] {
			t.Errorf("%v", got)
		}
		a = form(a, "xuong:"+ids[1])
		a = form(a, "bo:"+ids[2])
		if got := a.attrs("[name=chuyen]", "value"); len(got) != len(ids)-1 || got[0] != ids[0] {
			t.Errorf("%v", got)
		}
		a.has(t, "details", "Thêm")
		a = form(a, "them:"+ids[2])
		if got := a.attrs("[name=chuyen]", "value"); got[len(got)-1] != ids[2] {
			t.Errorf("%v", got)
		}
		a.has(t, "textarea", "Chào các chị")
	})
	t.Run("the later of two editors loses nothing and is told", func(t *testing.T) {
		old := h.edition().Version - 1
		a := r.post("/ban-tin/2026-W47", "ban", fmt.Sprint(old), "viec", "luu", "chuyen", ids[0], "tieu_de."+ids[0], "con lợn đất", "loi_chao", "Chữ tôi vừa gõ")
		if a.status != http.StatusConflict {
			t.Errorf("%d", a.status)
		}
		a.has(t, ".notice.bad", "Trần Thị Hoa đã lưu bản nháp trong lúc chị sửa")
		a.has(t, "textarea", "Chữ tôi vừa gõ")
		if got := a.attrs("[name='tieu_de."+ids[0]+"']", "value"); len(got) != 1 || got[0] != "con lợn đất" {
			t.Errorf("%v", got)
		}
	})
	t.Run("the preview is the mail of whoever is chosen, in a frame of its own", func(t *testing.T) {
		officer, err := h.Store.UserByEmail(context.Background(), "canbo@mau.vn")
		must(t, err)
		a := r.get("/ban-tin/xem-truoc?nguoi=" + string(officer.ID))
		a.has(t, "p", "xã Đồng Mẫu đăng")
		frame := a.attrs("iframe", "src")[0]
		if a.attrs("iframe", "width")[0] != "390" || a.attrs("iframe", "sandbox")[0] == "" {
			t.Error("the frame is not a phone's, or not shut off")
		}
		m := r.get(frame)
		m.has(t, "body", "Kênh của đơn vị")
		if csp := m.header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s", csp)
		}
	})
	t.Run("a trial goes to whoever asks for it and to nobody else", func(t *testing.T) {
		r.post("/ban-tin/2026-W47/thu").has(t, ".notice", "truyenthong@mau.vn")
		list := h.digestLetters()
		if len(list) != 1 || list[0].Email != "truyenthong@mau.vn" || !list[0].Pass || list[0].State != lantoa.LetterWaiting {
			t.Errorf("%+v", list)
		}
	})
	t.Run("who does not make it up cannot touch it, nor see it before it goes out", func(t *testing.T) {
		h.person("huyen@mau.vn", "huyện Rừng Mẫu", lantoa.Communications)
		for _, email := range []string{"lanhdao@mau.vn", "canbo@mau.vn", "xem@mau.vn", "huyen@mau.vn"} {
			o := h.as(email)
			for _, path := range []string{"/ban-tin/xem", "/ban-tin/xem-truoc", "/ban-tin/nguoi-nhan", "/ban-tin/lich-su", "/ban-tin/2026-W47/duyet"} {
				if a := o.get(path); a.status != http.StatusForbidden {
					t.Errorf("%s gets %s: %d", email, path, a.status)
				}
			}
			for _, path := range []string{"/ban-tin/2026-W47", "/ban-tin/2026-W47/duyet", "/ban-tin/2026-W47/thu", "/ban-tin/2026-W47/giu", "/ban-tin/2026-W47/nhap"} {
				if a := o.post(path, "ban", "1"); a.status != http.StatusForbidden {
					t.Errorf("%s posts %s: %d", email, path, a.status)
				}
			}
			o.get("/ban-tin").has(t, ".empty", "Chưa có bản tin nào")
			if a := o.get("/ban-tin/2026-W47"); a.status != http.StatusNotFound {
				t.Errorf("%s reads a draft: %d", email, a.status)
			}
		}
	})
}

func TestApprovingTheDigest(t *testing.T) {
	h := drafted(t)
	r := h.as("truyenthong@mau.vn")
	a := r.get("/ban-tin/2026-W47/duyet")
	a.has(t, ".lead", "Gửi tới 6 người")
	a.has(t, "main", "16–22/11/2026")
	a.has(t, "main", "trang hoạt động")
	a.has(t, ".notice", "Thư đang ở chế độ giữ")
	version := a.Find("[name=ban]").First().AttrOr("value", "")

	// A story that is deleted at its source after the draft was made is in no mail.
	must(t, h.Store.MarkRemoved(context.Background(), h.channels["Phụ nữ phường Suối Mẫu"].ID, []string{"tale1"}, storetest.Now))

	var wg sync.WaitGroup
	for _, email := range []string{"truyenthong@mau.vn", "admin@mau.vn", "truyenthong@mau.vn"} {
		o := h.as(email)
		wg.Go(func() {
			if a := o.post("/ban-tin/2026-W47/duyet", "ban", version); a.status != http.StatusOK {
				t.Errorf("%s: %d", email, a.status)
			}
		})
	}
	wg.Wait()
	if list := h.digestLetters(); len(list) != 6 {
		t.Errorf("%d letters for six people", len(list))
	}
	r.post("/ban-tin/2026-W47/duyet", "ban", version).has(t, ".notice", "không có thư nào được gửi thêm")
	a = r.get("/ban-tin")
	a.has(t, "#h-sent", "Đã gửi")
	a.has(t, "section", "6 thư đang được giữ")
	if a.Find("[data-sort]").Length() > 0 {
		t.Error("what was sent can still be edited")
	}
	r.get("/ban-tin/lich-su").has(t, "main", "6 đang giữ")
	r.get("/ban-tin/nguoi-nhan").has(t, "h1", "6 người nhận")

	t.Run("everybody reads her own, with the figures of the mail", func(t *testing.T) {
		e := h.edition()
		for _, email := range []string{"lanhdao@mau.vn", "canbo@mau.vn", "xem@mau.vn", "truyenthong@mau.vn"} {
			who, err := h.Store.UserByEmail(context.Background(), email)
			must(t, err)
			d := digest.Build(*e.Material, e, who)
			a := h.as(email).get("/ban-tin/2026-W47")
			for _, say := range digest.Sentences(d, words.For("vi").In(h.Zone)) {
				a.has(t, ".lead", say)
			}
			if strings.Contains(a.html, "Ngôi nhà xanh") {
				t.Errorf("%s reads of a story that is gone", email)
			}
			if len(a.html) > 60_000 {
				t.Errorf("%s: %d bytes", email, len(a.html))
			}
		}
	})
	t.Run("the personal link opens for seven days, for reading, without signing in", func(t *testing.T) {
		who, err := h.Store.UserByEmail(context.Background(), "canbo@mau.vn")
		must(t, err)
		token := h.Store.SignLink(digestLink, string(who.ID)+" 2026-W47", h.Now().AddDate(0, 0, 7))
		a := h.visit().get("/tuan/" + token)
		a.has(t, "h1", "xã Đồng Mẫu")
		a.has(t, "main", "Đăng nhập để xem thêm")
		if a.status != http.StatusOK || a.Find("form").Length() > 0 || a.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%d, %d forms, %s", a.status, a.Find("form").Length(), a.header.Get("Referrer-Policy"))
		}
		for name, path := range map[string]string{
			"of another purpose":        h.Store.SignLink("form", string(who.ID)+" 2026-W47", h.Now().AddDate(0, 0, 7)),
			"that is over":              h.Store.SignLink(digestLink, string(who.ID)+" 2026-W47", h.Now().Add(-time.Minute)),
			"of a week that is not out": h.Store.SignLink(digestLink, string(who.ID)+" 2026-W46", h.Now().AddDate(0, 0, 7)),
			"that is made up":           "abc",
		} {
			if a := h.visit().get("/tuan/" + path); a.status != http.StatusGone && a.status != http.StatusNotFound || strings.Contains(a.html, "Đồng Mẫu") {
				t.Errorf("a link %s: %d", name, a.status)
			}
		}
		must(t, h.Store.Disable(context.Background(), who.ID, true))
		if a := h.visit().get("/tuan/" + token); a.status != http.StatusGone || strings.Contains(a.html, "Đồng Mẫu") {
			t.Errorf("somebody who was shut out: %d", a.status)
		}
	})
}

func TestWhoDidNotGetTheDigestIsNamed(t *testing.T) {
	h := drafted(t)
	ctx := context.Background()
	r := h.as("truyenthong@mau.vn")
	r.post("/ban-tin/2026-W47/duyet", "ban", "1")
	_, err := h.Store.OpenGate(ctx, "x", 6)
	must(t, err)
	claim, letters, err := h.Store.ClaimLetters(ctx, h.Now(), 10)
	must(t, err)
	for _, l := range letters {
		l.State, l.DoneAt = lantoa.LetterSent, h.Now()
		if l.Email == "xem@mau.vn" {
			l.State, l.Why = lantoa.LetterSkipped, "no_email"
		}
		must(t, h.Store.SettleLetter(ctx, claim, l, false))
	}
	_, _, err = h.Store.BounceLetter(ctx, store.LetterBounce{Email: "canbo@mau.vn", Hard: true, Code: 550, At: h.Now()})
	must(t, err)
	a := r.get("/ban-tin")
	a.has(t, ".figures", "4đã nhận")
	a.has(t, ".figures", "1thư trả lại")
	a.has(t, ".figures", "1thiếu địa chỉ")
	a.has(t, ".row", "Hoàng Thị Đào")
	a.has(t, ".row", "Vi Thị Xem")
	r.get("/ban-tin/lich-su").has(t, ".row", "4 đã nhận · 1 thư trả lại · 1 thiếu địa chỉ")
}

func TestALateDigestIsSentOnlyWhenSaid(t *testing.T) {
	h := drafted(t)
	h.Server.Now = func() time.Time { return storetest.Now.AddDate(0, 0, 3) } // Thursday
	h.Desk.Now = h.Server.Now
	r := h.as("truyenthong@mau.vn")
	a := r.get("/ban-tin/2026-W47/duyet")
	a.has(t, "form", "Gửi muộn")
	version := a.Find("[name=ban]").First().AttrOr("value", "")
	r.post("/ban-tin/2026-W47/duyet", "ban", version).has(t, ".notice.bad", "Đã quá thứ Tư")
	if n := len(h.digestLetters()); n != 0 {
		t.Errorf("%d letters", n)
	}
	r.post("/ban-tin/2026-W47/duyet", "ban", version, "gui_muon", "1").has(t, ".notice", "Đã duyệt. 6 thư")
	r.get("/ban-tin/2026-W47").has(t, ".notice", "gửi muộn")
}

func TestKeepingADigestBack(t *testing.T) {
	h := drafted(t)
	r := h.as("admin@mau.vn")
	a := r.post("/ban-tin/2026-W47/giu", "ban", "1", "giu", "1")
	a.has(t, ".notice", "đang được giữ lại")
	a = r.post("/ban-tin/2026-W47/giu", "ban", "2")
	if a.Find(".notice.warn").Length() > 0 || h.edition().State != lantoa.EditionDraft {
		t.Error("it is still kept back")
	}
}

func TestAWeekWithoutADraftCanBeMade(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	r.get("/ban-tin").has(t, ".empty", "Tuần này chưa có bản nháp")
	r.post("/ban-tin/2026-W47/nhap").has(t, "main", "Bản nháp làm lúc")
	if a := r.post("/ban-tin/2026-W48/nhap"); a.status != http.StatusBadRequest {
		t.Errorf("the draft of a week that runs: %d", a.status)
	}
}

func TestTheDigestInABrowser(t *testing.T) {
	h := drafted(t)
	for _, size := range []browse.Size{browse.Phone, browse.Desk} {
		b := browse.Open(t, h.url, size)
		signIn(b, "truyenthong@mau.vn")
		for _, path := range []string{"/ban-tin", "/ban-tin/xem-truoc", "/ban-tin/2026-W47/duyet", "/ban-tin/nguoi-nhan", "/ban-tin/lich-su", "/ban-tin/2026-W47"} {
			b.Open(path)
			b.Fits(strings.ReplaceAll(path[1:], "/", "-"))
		}
	}
}

func TestAStoryIsDraggedToAnotherPlace(t *testing.T) {
	h := drafted(t)
	b := browse.Open(t, h.url, browse.Desk)
	signIn(b, "truyenthong@mau.vn")
	b.Open("/ban-tin")
	order := `[...document.querySelectorAll("[data-sort] [name=chuyen]")].map(e => e.value).join(" ")`
	before := strings.Fields(browse.Eval[string](b, order))
	// As a mouse does: the grip of the last row is taken, carried over the first and let go.
	browse.Eval[bool](b, `(() => {
		const rows = [...document.querySelectorAll("[data-sort] li")], last = rows.at(-1), first = rows[0], data = new DataTransfer();
		const at = (e, type, y) => e.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data, clientY: y }));
		last.querySelector("[data-grip]").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
		at(last, "dragstart");
		at(first, "dragover", first.getBoundingClientRect().top + 1);
		at(first, "drop");
		at(last, "dragend");
		return true;
	})()`)
	last := before[len(before)-1]
	if got := strings.Fields(browse.Eval[string](b, order)); got[0] != last || len(got) != len(before) {
		t.Fatalf("%v, before %v", got, before)
	}
	b.Click(".make .btn.first")
	b.Until(`document.querySelector(".notice")?.textContent.includes("Đã lưu")`)
	if e := h.edition(); string(e.Edits.Stories[0]) != last {
		t.Errorf("saved as %v", e.Edits.Stories)
	}
}

// attrs are what an attribute says on each of what a selector finds.
func (a answer) attrs(selector, name string) []string {
	var out []string
	a.Find(selector).Each(func(_ int, s *goquery.Selection) { out = append(out, s.AttrOr(name, "")) })
	return out
}
