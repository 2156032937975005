package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// thank plans, sends and measures a reshare of a story on the province's page, and thanks for it.
func (h *house) thank(key string) lantoa.Reshare {
	h.t.Helper()
	ctx := h.t.Context()
	r := h.sent(key)
	l := lantoa.Lift{At: storetest.Now, Age: 6 * 24 * time.Hour, Before: 60, After: 140, Interactions: 74.2, Low: -8.1, High: 12.4, Posts: 40}
	must(h.t, h.Store.SaveLift(ctx, r.ID, l))
	st, err := h.Store.Story(ctx, h.stories[key])
	must(h.t, err)
	_, _, err = h.Store.SaveThanks(ctx, lantoa.Thanks{ID: lantoa.NewID(storetest.Now), Reshare: r.ID, Story: st.ID, Title: st.Title, Unit: st.First, Channel: "Phụ nữ tỉnh Chè Mẫu", Lift: &l, At: storetest.Now})
	must(h.t, err)
	return r
}

// sent passes a story on through the province's page by the screens, and settles it as sent.
func (h *house) sent(key string) lantoa.Reshare {
	h.t.Helper()
	h.planned(key)
	claim, rs, err := h.Store.ClaimReshares(h.t.Context(), storetest.Now.Add(time.Second), 5)
	if must(h.t, err); len(rs) != 1 {
		h.t.Fatalf("%d reshares were claimed", len(rs))
	}
	r := rs[0]
	r.State, r.Posted, r.Permalink, r.SentAt = lantoa.ReshareSent, "1_2", "https://www.facebook.com/1/posts/2", storetest.Now
	must(h.t, h.Store.SettleReshare(h.t.Context(), claim, r))
	r, err = h.Store.Reshare(h.t.Context(), r.ID)
	must(h.t, err)
	return r
}

func (h *house) planned(key string) lantoa.Reshare {
	h.t.Helper()
	r := h.as("truyenthong@mau.vn")
	r.post(h.storyURL(key)+"/quyet-dinh", "quyet_dinh", "approve")
	a := r.pass(key)
	if a.status != http.StatusOK {
		h.t.Fatalf("passing on: %d %s", a.status, a.text("main"))
	}
	list, err := h.Store.ResharesOf(h.t.Context(), h.stories[key])
	if must(h.t, err); len(list) == 0 {
		h.t.Fatalf("nothing was planned: %s", a.text("main"))
	}
	return list[len(list)-1]
}

// pass sends the screen off as it is proposed, with some of its fields changed.
func (r *reader) pass(key string, changed ...string) answer {
	r.t.Helper()
	return r.post(h2url(r, key), r.form(r.get(h2url(r, key)), changed...)...)
}

func h2url(r *reader, key string) string { return passURL(r.stories[key]) }

// form are the fields of the screen as a browser would send them.
func (r *reader) form(a answer, changed ...string) []string {
	var out []string
	is := map[string]bool{}
	for i := 0; i+1 < len(changed); i += 2 {
		is[changed[i]] = true
	}
	add := func(name, value string) {
		if !is[name] {
			out = append(out, name, value)
		}
	}
	add("ma", a.Find(".pass input[name=ma]").AttrOr("value", ""))
	add("tieu_de", a.Find(".pass input[name=tieu_de]").AttrOr("value", ""))
	add("loi_dai", a.Find(".pass textarea[name=loi_dai]").Text())
	add("loi_ngan", a.Find(".pass textarea[name=loi_ngan]").Text())
	add("khi", a.Find(".pass input[name=khi][checked]").AttrOr("value", ""))
	for _, id := range a.attrs(".pass input[name=kenh][checked]", "value") {
		add("kenh", id)
	}
	return append(append(out, changed...), "viec", "gui")
}

func TestWhoMayPassStoriesOn(t *testing.T) {
	h := openPass(t)
	h.as("truyenthong@mau.vn").post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	r := h.planned("công nghệ số")
	h.person("songmau@mau.vn", "huyện Sông Mẫu", lantoa.Communications)
	id, url := string(r.ID), passURL(h.stories["lợn đất"])
	nonce := lantoa.NewID(storetest.Now)
	own := string(h.channels["Phụ nữ tỉnh Chè Mẫu"].ID)
	for _, email := range []string{"lanhdao@mau.vn", "canbo@mau.vn", "xem@mau.vn"} {
		p := h.as(email)
		for _, path := range []string{url, hintsURL(h.stories["lợn đất"]), "/cau-chuyen/lan-toa", templatesURL, "/cau-chuyen/nguon"} {
			if a := p.get(path); a.status != http.StatusForbidden {
				t.Errorf("%s: GET %s is %d", email, path, a.status)
			}
		}
		for path, form := range map[string][]string{
			url:                                {"ma", nonce, "kenh", own, "loi_dai", "x\nTheo Hội LHPN xã Đồng Mẫu"},
			url + "/nhap":                      {"loi_dai", "x"},
			hintsURL(h.stories["lợn đất"]):     {"don_vi", "c0", "loi", "x"},
			templatesURL:                       {"ten", "x", "mo_dau", "y"},
			"/lan-toa/" + id + "/duyet":        {},
			"/lan-toa/" + id + "/huy":          {},
			"/lan-toa/" + id + "/go":           {"ly_do", "x"},
			"/lan-toa/" + id + "/sua":          {"loi", "x", "ly_do", "x"},
			"/lan-toa/" + id + "/tra-loi":      {"viec", "bo"},
			"/lan-toa/" + id + "/dia-chi":      {},
			h.storyURL("lợn đất") + "/han-che": {"han_che", "1"},
		} {
			if a := p.post(path, form...); a.status != http.StatusForbidden {
				t.Errorf("%s: POST %s is %d", email, path, a.status)
			}
		}
	}
	// Of another subtree: the story is for all who publish, the channel is not.
	d := h.as("songmau@mau.vn")
	a := d.get(url)
	if a.status != http.StatusOK {
		t.Fatalf("a district's officer: %d", a.status)
	}
	if got := a.text("#kenh .tick b"); !strings.Contains(got, "huyện Sông Mẫu") || strings.Contains(got, "tỉnh") {
		t.Errorf("she may publish to %s", got)
	}
	for _, name := range []string{"Phụ nữ tỉnh Chè Mẫu", "Phụ nữ xã Khe Mẫu"} {
		if a := d.post(url, d.form(a, "kenh", string(h.channels[name].ID))...); a.status != http.StatusForbidden {
			t.Errorf("through %s: %d", name, a.status)
		}
	}
	if a := d.post("/lan-toa/" + id + "/huy"); a.status != http.StatusForbidden {
		t.Errorf("another's reshare: %d", a.status)
	}
	list, err := h.Store.ResharesOf(t.Context(), h.stories["lợn đất"])
	if must(t, err); len(list) != 0 {
		t.Errorf("planned all the same: %+v", list)
	}
}

func TestASecondPressIsTheSameReshare(t *testing.T) {
	h := openPass(t)
	r := h.as("truyenthong@mau.vn")
	r.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	form := r.form(r.get(passURL(h.stories["lợn đất"])))
	for range 3 {
		r.post(passURL(h.stories["lợn đất"]), form...).has(t, ".notice", "Đang đăng lên Phụ nữ tỉnh Chè Mẫu.")
	}
	list, err := h.Store.ResharesOf(t.Context(), h.stories["lợn đất"])
	if must(t, err); len(list) != 1 || !list[0].Approved() || list[0].Means != lantoa.ViaFeed || list[0].Link == "" {
		t.Fatalf("%+v", list)
	}
	// A new screen for the same channel is told that it stands there.
	a := r.get(passURL(h.stories["lợn đất"]))
	a.has(t, ".tick.off", "đã có ở kênh này: chờ đăng")
	a = r.pass("lợn đất", "kenh", string(list[0].Channel))
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.status)
	}
	a.has(t, "#kenh .fault", "Câu chuyện đã có ở một kênh vừa chọn")
}

func TestWordsThatWillNotDoAreShownAgain(t *testing.T) {
	h := openPass(t)
	r := h.as("truyenthong@mau.vn")
	r.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	group := string(h.channels["Nhóm Zalo Hội LHPN xã Khe Mẫu"].ID)
	oa := string(h.channels["Hội LHPN tỉnh Chè Mẫu"].ID)
	for name, x := range map[string]struct {
		changed        []string
		selector, want string
	}{
		"no credit":         {[]string{"loi_dai", "Chuyện hay\n<b>của ai</b>"}, "#loi .fault", "Giữ dòng ghi nguồn “Theo Hội LHPN xã Đồng Mẫu”"},
		"credit of another": {[]string{"loi_dai", "Chuyện hay\nTheo Hội LHPN xã Khe Mẫu"}, "#loi .fault", "Giữ dòng ghi nguồn"},
		"no words":          {[]string{"loi_dai", ""}, "#loi .fault", "Chưa có lời chia sẻ."},
		"too long":          {[]string{"kenh", group, "loi_ngan", strings.Repeat("a ", 1200) + "\nTheo Hội LHPN xã Đồng Mẫu"}, "#loi .fault", "Lời dài quá"},
		"no title":          {[]string{"kenh", oa, "tieu_de", ""}, "#loi .fault", "cần tiêu đề"},
		"no channel":        {[]string{"kenh", ""}, "#kenh .fault", "Chọn ít nhất một kênh."},
		"no time":           {[]string{"khi", "hen", "luc", "mai"}, ".fault", "Chọn ngày và giờ."},
		"yesterday":         {[]string{"khi", "hen", "luc", "2026-11-22T09:00"}, ".fault", "Giờ hẹn đã qua."},
		"next year":         {[]string{"khi", "hen", "luc", "2027-11-22T09:00"}, ".fault", "60 ngày"},
	} {
		a := r.pass("lợn đất", x.changed...)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.status)
		}
		if got := a.text(x.selector); !strings.Contains(got, x.want) {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
		if x.changed[0] == "loi_dai" && a.Find("#loi-dai").Text() != x.changed[1] {
			t.Errorf("%s: the text was not kept: %q", name, a.Find("#loi-dai").Text())
		}
	}
	if list, err := h.Store.ResharesOf(t.Context(), h.stories["lợn đất"]); err != nil || len(list) > 0 {
		t.Errorf("%v %v", list, err)
	}
	a := r.pass("lợn đất", "khi", "hen", "luc", "2026-11-23T19:30")
	a.has(t, ".notice", "Hẹn đăng lên Phụ nữ tỉnh Chè Mẫu lúc 19:30 23/11/2026.")
	a.has(t, ".pass-row", "hẹn 19:30 23/11/2026")
	if len(h.soon) != 0 {
		t.Error("what has its time was sent at once")
	}
}

func TestARestrictedStoryIsNotPassedOnBeforeTheTick(t *testing.T) {
	h := openPass(t)
	r := h.as("truyenthong@mau.vn")
	url := passURL(h.stories["mẹ đỡ đầu"])
	r.post(h.storyURL("mẹ đỡ đầu")+"/quyet-dinh", "quyet_dinh", "approve")
	a := r.get(url)
	if a.Find("textarea,[data-copy],button[value=gui],#xem").Length() > 0 {
		t.Error("words are offered before the tick")
	}
	form := []string{"ma", lantoa.NewID(storetest.Now), "kenh", string(h.channels["Phụ nữ tỉnh Chè Mẫu"].ID), "loi_dai", "Chuyện\nTheo Hội LHPN xã Hạ Mẫu", "khi", "ngay"}
	if a := r.post(url, form...); a.status != http.StatusConflict {
		t.Errorf("a direct call: %d", a.status)
	}
	if a := r.post(url+"/nhap", form...); a.status != http.StatusConflict {
		t.Errorf("a preview by a direct call: %d", a.status)
	}
	if a := r.post(hintsURL(h.stories["mẹ đỡ đầu"]), "don_vi", "c1", "loi", "Chuyện\nTheo Hội LHPN xã Hạ Mẫu", "viec", "gui"); a.status != http.StatusConflict {
		t.Errorf("a suggestion: %d", a.status)
	}
	if list, err := h.Store.ResharesOf(t.Context(), h.stories["mẹ đỡ đầu"]); err != nil || len(list) > 0 {
		t.Fatalf("%v %v", list, err)
	}
	if a := r.post(h.storyURL("mẹ đỡ đầu")+"/quyet-dinh", "quyet_dinh", "consent", "ve", url); a.status != http.StatusBadRequest {
		t.Errorf("consent without the tick: %d", a.status)
	}
	a = r.post(h.storyURL("mẹ đỡ đầu")+"/quyet-dinh", "quyet_dinh", "consent", "da_xin_phep", "1", "ve", url)
	a.has(t, ".notice", "Trần Thị Hoa đã ghi nhận việc xin phép lúc 06:00 23/11/2026.")
	r.post(url, form...).has(t, ".notice", "Đang đăng lên Phụ nữ tỉnh Chè Mẫu.")

	// By hand any story can be marked, and the mark taken off.
	r.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	r.post(h.storyURL("lợn đất")+"/han-che", "han_che", "1").has(t, ".notice", "Đã đánh dấu hạn chế")
	if a := r.get(passURL(h.stories["lợn đất"])); a.Find("textarea").Length() > 0 {
		t.Error("marked by hand, and offered")
	}
	r.post(h.storyURL("lợn đất")+"/han-che", "han_che", "0")
	if a := r.get(passURL(h.stories["lợn đất"])); a.Find("textarea").Length() == 0 {
		t.Error("the mark was taken off, and nothing is offered")
	}
}

func TestTheDraftOfAScreenComesBack(t *testing.T) {
	h := openPass(t)
	r := h.as("truyenthong@mau.vn")
	r.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	url := passURL(h.stories["lợn đất"])
	evil := "<script>alert(1)</script> “Chị em”\n\n<img src=x onerror=alert(1)>"
	a := r.postWith(url+"/nhap", map[string]string{"X-Fragment": "preview"}, r.form(r.get(url), "loi_dai", evil, "loi_ngan", evil)...)
	if a.header.Get("X-Fragment") != "preview" || a.Find("script,img:not([src^='/anh/'])").Length() > 0 || a.Find(".fb .said").Text() != evil || a.Find(".bubble .said").First().Text() != evil {
		t.Errorf("the preview: %s", a.html)
	}
	a.has(t, ".saved", "Đã lưu bản nháp 06:00")
	a = r.get(url)
	a.whole(t, "vi")
	a.has(t, ".notice.note", "Bản nháp lưu lúc 06:00 23/11/2026.")
	if a.Find("#loi-dai").Text() != evil {
		t.Errorf("%q", a.Find("#loi-dai").Text())
	}
	if b := h.as("admin@mau.vn").get(url); strings.Contains(b.html, "alert(1)") {
		t.Error("another person gets the draft")
	}
	// Looking for a channel keeps everything, and finds without marks.
	a = r.post(url+"/nhap", append(r.form(a), "tim", "khe mau", "viec", "tim")...)
	a = r.post(url+"/nhap", append(r.form(a), "tim", "khe mau")...)
	a.has(t, "#kenh .tick b", "Phụ nữ xã Khe Mẫu")
	a = r.post(url+"/nhap", "viec", "bo")
	a.has(t, ".notice", "Đã bỏ bản nháp.")
	if a.Find(".notice.note").Length() > 0 || strings.Contains(a.html, "alert(1)") {
		t.Error("the draft is still there")
	}
}
