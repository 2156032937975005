package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// openPost is a house with letters in every state, and something that composes them.
func openPost(t *testing.T) (h *house, letters map[lantoa.LetterState]lantoa.Letter) {
	h = open(t)
	ctx := context.Background()
	h.Outbox = Outbox{Server: "smtp.phunu.example:587", From: "Hội LHPN tỉnh <bantin@phunu.example>", Trouble: "mail_trouble",
		Compose: func(_ context.Context, l lantoa.Letter, to lantoa.User) (mail.Message, error) {
			if l.Body != "" {
				return mail.Message{Subject: l.Subject, Text: l.Body}, nil
			}
			return mail.Message{Subject: "Tuần 47: bản tin cho " + to.Name, Text: "Chào " + to.Name,
				HTML:   `<html><head></head><body><img src="cid:bieu-do" alt="Biểu đồ"><script>alert(1)</script></body></html>`,
				Inline: []mail.Inline{{CID: "bieu-do", Type: "image/png", Data: []byte("png")}}}, nil
		}}
	letters = map[lantoa.LetterState]lantoa.Letter{}
	for i, state := range lantoa.LetterStates {
		l := lantoa.Letter{ID: lantoa.LetterID(lantoa.NewID(storetest.Now)), Kind: lantoa.LetterDigest, Ref: "2026-W47", State: state,
			Email: fmt.Sprintf("chi%d@xa.example", i), Name: fmt.Sprintf("Chị <b>%d", i), AddedAt: storetest.Now, DoneAt: storetest.Now}
		if state == lantoa.LetterSkipped {
			l.Why = "opted_out"
		}
		_, err := h.Store.AddLetters(ctx, []lantoa.Letter{l})
		must(t, err)
		letters[state] = l
	}
	return h, letters
}

func TestTheOutboxTellsOfEachLetterWhatBecameOfIt(t *testing.T) {
	h, letters := openPost(t)
	must(t, h.Store.SetMeta(context.Background(), "mail_trouble", "2026-11-23T01:00:00Z 535 Authentication failed"))
	r := h.as("admin@mau.vn")
	a := r.get("/quan-tri/thu")
	a.has(t, "h1", "1 thư đang giữ, chờ cho đi")
	a.has(t, ".notice.bad", "Máy chủ thư không dùng được từ 08:00 23/11/2026: 535 Authentication failed.")
	a.has(t, "main", "Gửi qua smtp.phunu.example:587, người gửi Hội LHPN tỉnh <bantin@phunu.example>.")
	if n := a.Find("tbody tr").Length(); n != len(lantoa.LetterStates) {
		t.Errorf("%d rows for %d letters", n, len(lantoa.LetterStates))
	}
	a.has(t, "tbody", "Người này đã thôi nhận loại thư này.")
	a.has(t, "tbody th", "Chị <b>0")
	a = r.get("/quan-tri/thu?trang_thai=unknown")
	if a.Find("tbody tr").Length() != 1 || a.text(".states [aria-current]") != "không rõ 1" {
		t.Errorf("%d rows, %q is lit", a.Find("tbody tr").Length(), a.text(".states [aria-current]"))
	}
	r.get("/quan-tri/thu?trang_thai=zz&truoc=%27&cua=x").has(t, ".empty", "Không có thư nào như vậy")

	a = r.get("/quan-tri/thu/" + string(letters[lantoa.LetterHeld].ID))
	a.has(t, "h1", "Tuần 47: bản tin cho Chị <b>0")
	frame := a.Find("iframe")
	src := frame.AttrOr("src", "")
	if box := frame.AttrOr("sandbox", "none"); strings.Contains(box, "script") || strings.Contains(box, "same-origin") || box == "none" {
		t.Errorf("the frame's box is %q", box)
	}
	if !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-src 'self'") {
		t.Error("the page may not show the frame")
	}
	a = r.get(src)
	if p := a.header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || !strings.Contains(p, "sandbox") || strings.Contains(p, "script") {
		t.Errorf("in the frame holds %q", p)
	}
	if !strings.Contains(a.html, `src="data:image/png;base64,cG5n"`) {
		t.Error("the picture is not in it")
	}
	t.Run("nobody but an administrator of the whole tree sees it", func(t *testing.T) {
		for _, who := range []string{"truyenthong@mau.vn", "canbo@mau.vn", "lanhdao@mau.vn"} {
			other := h.as(who)
			for _, path := range []string{"/quan-tri/thu", "/quan-tri/thu/" + string(letters[lantoa.LetterSent].ID), src} {
				if a := other.get(path); a.status != http.StatusForbidden {
					t.Errorf("%s at %s: %d", who, path, a.status)
				}
			}
			for _, path := range []string{"/quan-tri/thu/mo", "/quan-tri/thu/giu", "/quan-tri/thu/thu", "/quan-tri/thu/dia-chi", "/quan-tri/thu/" + string(letters[lantoa.LetterUnknown].ID)} {
				if a := other.post(path, "so_nguoi", "1", "viec", "gui_lai", "chac_chan", "1"); a.status != http.StatusForbidden {
					t.Errorf("%s at %s: %d", who, path, a.status)
				}
			}
		}
	})
}

func TestMailsGoWhenTheNumberOfRecipientsIsTyped(t *testing.T) {
	h, letters := openPost(t)
	ctx := context.Background()
	soon := 0
	h.Outbox.Soon = func(context.Context) error { soon++; return nil }
	r := h.as("admin@mau.vn")
	for _, typed := range []string{"", "x", "2", "-1"} {
		r.post("/quan-tri/thu/mo", "so_nguoi", typed).has(t, ".notice.bad", "Số người nhận hiện nay là 1.")
	}
	if g, err := h.Store.Gate(ctx); err != nil || g.Open || soon > 0 {
		t.Fatalf("%+v, %v", g, err)
	}
	r.post("/quan-tri/thu/mo", "so_nguoi", " 1 ").has(t, ".notice", "Đã mở gửi thư. 1 thư")
	if g, err := h.Store.Gate(ctx); err != nil || !g.Open || g.By != "admin@mau.vn" || soon != 1 {
		t.Fatalf("%+v, %v", g, err)
	}
	r.get("/quan-tri/thu").has(t, "main", "admin@mau.vn đã chọn như vậy lúc")
	r.post("/quan-tri/thu/giu").has(t, ".notice", "Đã giữ thư.")
	log, err := h.Store.AuditLog(ctx, 10, storetest.Now.AddDate(1, 0, 0))
	must(t, err)
	deeds := ""
	for _, l := range log {
		deeds += " " + l.Action
	}
	if !strings.Contains(deeds, "mail_open") || !strings.Contains(deeds, "mail_hold") {
		t.Errorf("the log has%s", deeds)
	}

	unknown := "/quan-tri/thu/" + string(letters[lantoa.LetterUnknown].ID)
	r.post(unknown, "viec", "gui_lai").has(t, ".notice.bad", "Đánh dấu vào ô xác nhận trước.")
	r.get(unknown).has(t, "form.ask", "Tôi hiểu người nhận có thể nhận hai lần")
	r.post(unknown, "viec", "gui_lai", "chac_chan", "1").has(t, ".notice", "Thư sẽ được gửi lại.")
	if l, err := h.Store.Letter(ctx, letters[lantoa.LetterUnknown].ID); err != nil || l.State != lantoa.LetterWaiting {
		t.Errorf("%+v, %v", l, err)
	}
	r.post(unknown, "viec", "gui_lai", "chac_chan", "1").has(t, ".notice.bad", "Thư đã chuyển sang tình trạng khác.")
	sent := "/quan-tri/thu/" + string(letters[lantoa.LetterSent].ID)
	r.post(sent, "viec", "gui_lai", "chac_chan", "1").has(t, ".notice.bad", "Thư đã chuyển sang tình trạng khác.")
	if r.get(sent).Find("form.ask").Length() > 0 {
		t.Error("a letter that was sent can be sent again")
	}
	held := "/quan-tri/thu/" + string(letters[lantoa.LetterHeld].ID)
	r.post(held, "viec", "cho_di").has(t, ".notice", "Thư đang được gửi đi.")
	r.post(held, "viec", "giu").has(t, ".notice", "Đã giữ thư này lại.")
	r.post(held, "viec", "bo", "chac_chan", "1").has(t, ".notice", "Đã bỏ thư này.")
	if a := r.post(held, "viec", "?"); a.status != http.StatusBadRequest {
		t.Errorf("no such deed: %d", a.status)
	}
}

func TestATrialMailGoesToTheOneWhoAsksThoughMailsAreHeld(t *testing.T) {
	h, _ := openPost(t)
	ctx := context.Background()
	r := h.as("admin@mau.vn")
	a := r.post("/quan-tri/thu/thu")
	a.has(t, ".notice", "Thư thử gửi tới admin@mau.vn đã vào hộp thư.")
	a.has(t, "main", "Thư này được gửi lúc")
	_, due, err := h.Store.ClaimLetters(ctx, storetest.Now, 10)
	must(t, err)
	if len(due) != 1 || due[0].Email != "admin@mau.vn" {
		t.Errorf("%+v", due)
	}
}

func TestAnAddressThatSentMailsBackIsToldAndForgiven(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	for _, ref := range []string{"2026-W46", "2026-W47"} {
		id := lantoa.LetterID(lantoa.NewID(storetest.Now))
		_, err := h.Store.AddLetters(ctx, []lantoa.Letter{{ID: id, Kind: lantoa.LetterDigest, Ref: ref, Email: "chi@xa.example", State: lantoa.LetterSent}})
		must(t, err)
		_, _, err = h.Store.BounceLetter(ctx, store.LetterBounce{Letter: id, Hard: true, Code: 550, Said: "No <such> user", At: storetest.Now})
		must(t, err)
	}
	r := h.as("admin@mau.vn")
	a := r.get("/quan-tri/thu")
	a.has(t, "main", "Địa chỉ trả thư lại")
	a.has(t, ".row small", "2 lần, gần nhất 06:00 23/11/2026 | No <such> user")
	a.has(t, "tbody", "Máy chủ nói không có hộp thư này. Máy chủ trả lời: 550 No <such> user")
	a = r.post("/quan-tri/thu/dia-chi", "dia_chi", "chi@xa.example")
	if strings.Contains(a.text("main"), "Địa chỉ trả thư lại") {
		t.Error("it is still said to fail")
	}
}

func TestAnEmptyOutboxSaysWhatWillBeThere(t *testing.T) {
	a := open(t).as("admin@mau.vn").get("/quan-tri/thu")
	a.has(t, "h1", "Chưa có thư nào")
	a.has(t, ".empty", "Bản tin đã duyệt và thư nhắc sẽ nằm ở đây trước khi gửi.")
	a.has(t, "main", "Chưa có máy chủ thư: thư được lưu thành tệp")
}

func TestALongOutboxStaysShort(t *testing.T) {
	h := open(t)
	var all []lantoa.Letter
	for i := range 130 {
		all = append(all, lantoa.Letter{Kind: lantoa.LetterDigest, Ref: "2026-W47", Email: fmt.Sprintf("chihoi.truong.%03d@phunu.example", i), Name: "Nguyễn Thị Hồng Nhung thôn Đồng Mẫu",
			Subject: "Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay", State: lantoa.LetterFailed, Why: "tired", DoneAt: storetest.Now})
	}
	_, err := h.Store.AddLetters(context.Background(), all)
	must(t, err)
	r := h.as("admin@mau.vn")
	seen := map[string]bool{}
	next := "/quan-tri/thu"
	for next != "" {
		a := r.get(next)
		if len(a.html) > 60_000 {
			t.Errorf("%s has %d bytes", next, len(a.html))
		}
		for _, name := range a.texts("tbody th small") {
			if seen[name] {
				t.Errorf("%s stands twice", name)
			}
			seen[name] = true
		}
		more, ok := a.Find(".pages a").Attr("href")
		if next = ""; ok {
			next = "/quan-tri/thu" + more
		}
	}
	if len(seen) != 130 {
		t.Errorf("%d of 130", len(seen))
	}
}

func TestAMailProgramStopsMailsWithOnePost(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	u, err := h.Store.UserByEmail(ctx, "canbo@mau.vn")
	must(t, err)
	path := "/thoi-nhan/" + h.Store.SignUnsubscribe(string(u.ID), lantoa.LetterDigest, storetest.Now)
	out := func() bool {
		t.Helper()
		o, err := h.Store.OptedOut(ctx, string(u.ID), lantoa.LetterDigest)
		must(t, err)
		return o
	}
	stranger := h.visit()
	a := stranger.get(path)
	if a.status != http.StatusOK || out() {
		t.Fatalf("looking: %d, out %v: programs that check links look at each", a.status, out())
	}
	a.has(t, "main", "ca…@mau.vn đang nhận: Bản tin tuần.")
	if strings.Contains(a.html, "canbo@mau.vn") || a.header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the page tells whose it is, or where it is")
	}
	// As RFC 8058 wants it: no cookie, no origin, nothing but this.
	req, err := http.NewRequest(http.MethodPost, h.url+path, strings.NewReader("List-Unsubscribe=One-Click"))
	must(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusOK || !out() {
		t.Fatalf("one click: %d, out %v", res.StatusCode, out())
	}
	stranger.get(path).has(t, "button", "Nhận lại")
	stranger.post(path, "nhan_lai", "1").has(t, ".notice", "Sẽ gửi lại: Bản tin tuần.")
	if out() {
		t.Error("the way back leads nowhere")
	}
	for _, bad := range []string{"/thoi-nhan/x", path + "A", "/thoi-nhan/" + h.Store.SignUnsubscribe(string(u.ID), lantoa.LetterPlain, storetest.Now),
		"/thoi-nhan/" + h.Store.SignLink("form", lantoa.LetterDigest+" "+string(u.ID), storetest.Now.AddDate(0, 0, 1)),
		"/thoi-nhan/" + h.Store.SignUnsubscribe(string(u.ID), lantoa.LetterDigest, storetest.Now.AddDate(-2, 0, 0))} {
		if a := stranger.post(bad, "List-Unsubscribe", "One-Click"); a.status != http.StatusNotFound || out() {
			t.Errorf("%s: %d, out %v", bad, a.status, out())
		}
	}
	t.Run("the account's page has both ways too", func(t *testing.T) {
		r := h.as("canbo@mau.vn")
		r.get("/").has(t, ".menu", "Thư tôi nhận")
		r.post("/thu-cua-toi", "loai", lantoa.LetterDigest, "nhan_lai", "0").has(t, ".notice", "Đã thôi nhận: Bản tin tuần.")
		if !out() {
			t.Error("it was not noted")
		}
		r.post("/thu-cua-toi", "loai", lantoa.LetterDigest, "nhan_lai", "1")
		if out() {
			t.Error("the way back was not noted")
		}
		if a := r.post("/thu-cua-toi", "loai", "plain"); a.status != http.StatusBadRequest {
			t.Errorf("a kind that nobody may stop: %d", a.status)
		}
		if a := h.visit().get("/thu-cua-toi"); !strings.HasPrefix(a.at, "/dang-nhap") {
			t.Errorf("a stranger is led to %s", a.at)
		}
	})
}
