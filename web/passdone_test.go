package web

import (
	"context"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// pretendedPlatform takes back and rewords, and remembers.
type pretendedPlatform struct {
	removed, words []string
	err            error
}

func (p *pretendedPlatform) Publish(context.Context, lantoa.Deed, func(string) error) (lantoa.Done, error) {
	return lantoa.Done{}, lantoa.Problem(lantoa.Refused, "means", "")
}

func (p *pretendedPlatform) Find(context.Context, lantoa.Deed) (lantoa.Done, bool, bool, error) {
	return lantoa.Done{}, false, false, nil
}

func (p *pretendedPlatform) Remove(_ context.Context, d lantoa.Deed) error {
	if p.err == nil {
		p.removed = append(p.removed, d.Posted)
	}
	return p.err
}

func (p *pretendedPlatform) Edit(_ context.Context, _ lantoa.Deed, words string) error {
	if p.err == nil {
		p.words = append(p.words, words)
	}
	return p.err
}

func passDeedURL(r lantoa.Reshare, deed string) string {
	return "/lan-toa/" + string(r.ID) + "/" + deed
}

func TestASecondPersonApproves(t *testing.T) {
	h := openPass(t)
	h.Rule = reshare.Rule{Second: true}
	h.person("hai@mau.vn", "tỉnh Chè Mẫu", lantoa.Communications)
	r := h.planned("lợn đất")
	if r.Approved() || len(h.soon) != 0 {
		t.Fatalf("approved by who planned it: %+v", r)
	}
	first := h.as("truyenthong@mau.vn")
	a := first.get(h.storyURL("lợn đất"))
	a.has(t, ".pass-row", "chờ duyệt")
	a.has(t, ".pass-row", "Chờ người thứ hai duyệt.")
	if a.Find(`form[action$="/duyet"]`).Length() > 0 {
		t.Error("she is offered to approve her own")
	}
	first.post(passDeedURL(r, "duyet")).has(t, ".notice.bad", "cần người khác duyệt")
	first.get("/cau-chuyen/lan-toa?muc=approval").has(t, ".pass-row h3", "nuôi lợn đất")
	second := h.as("hai@mau.vn")
	second.get("/").has(t, "#h-lan-toa + .row", "Trần Thị Hoa soạn lúc")
	a = second.get(h.storyURL("lợn đất"))
	if a.Find(`form[action$="/duyet"]`).Length() != 1 {
		t.Error("the other person is not offered to approve")
	}
	for range 2 { // and the second time changes nothing
		second.post(passDeedURL(r, "duyet"), "ve", h.storyURL("lợn đất")).has(t, ".notice", "Đã duyệt: Phụ nữ tỉnh Chè Mẫu.")
	}
	r, err := h.Store.Reshare(t.Context(), r.ID)
	if must(t, err); !r.Approved() || r.ApprovedByName != "Người hai@mau.vn" || r.PlannedByName != "Trần Thị Hoa" {
		t.Errorf("%+v", r)
	}
	if len(h.soon) == 0 || h.soon[0] != r.ID {
		t.Errorf("nobody was told: %v", h.soon)
	}
	first.post(passDeedURL(r, "huy"), "ve", h.storyURL("lợn đất")).has(t, ".notice", "Đã hủy: Phụ nữ tỉnh Chè Mẫu.")
	first.post(passDeedURL(r, "huy"), "ve", h.storyURL("lợn đất")).has(t, ".notice.bad", "tình trạng vừa thay đổi")
	first.get(h.storyURL("lợn đất")).has(t, ".pass-row", "đã hủy")
}

func TestAPersonSaysWhatBecameOfAnUnsureOne(t *testing.T) {
	for name, x := range map[string]struct {
		form  []string
		state lantoa.ReshareState
		said  string
	}{
		"it is there":    {[]string{"viec", "co", "dia_chi", "facebook.com/1/posts/7"}, lantoa.ReshareSent, "bài có trên"},
		"it is not":      {[]string{"viec", "lai"}, lantoa.ReshareWaiting, "Sẽ gửi lại"},
		"it is given up": {[]string{"viec", "bo"}, lantoa.ReshareFailed, "Đã bỏ"},
		"not an address": {[]string{"viec", "co", "dia_chi", "javascript:alert(1)"}, lantoa.ReshareUnsure, "Địa chỉ này không phải"},
	} {
		t.Run(name, func(t *testing.T) {
			h := openPass(t)
			h.planned("lợn đất")
			claim, rs, err := h.Store.ClaimReshares(t.Context(), storetest.Now.Add(time.Second), 1)
			if must(t, err); len(rs) != 1 {
				t.Fatal("not claimed")
			}
			_, err = h.Store.CallReshare(t.Context(), claim, rs[0].ID)
			must(t, err)
			r, err := h.Store.Reshare(t.Context(), rs[0].ID)
			must(t, err)
			r.State, r.Next, r.Trouble = lantoa.ReshareUnsure, storetest.Now.Add(time.Hour), lantoa.Problem(lantoa.Unclear, "", "")
			must(t, h.Store.SettleReshare(t.Context(), claim, r))
			p := h.as("truyenthong@mau.vn")
			a := p.get("/cau-chuyen/lan-toa?muc=unsure")
			a.has(t, ".pass-row", "chưa có gì được gửi lại")
			if got := a.attrs(".pass-row .links a", "href"); len(got) != 2 || got[0] != "https://www.facebook.com/19" || got[1] != "https://www.facebook.com/tale0" {
				t.Errorf("the links are %v", got)
			}
			p.post(passDeedURL(r, "tra-loi"), x.form...).has(t, ".notice", x.said)
			r, err = h.Store.Reshare(t.Context(), r.ID)
			if must(t, err); r.State != x.state {
				t.Errorf("state %s, want %s", r.State, x.state)
			}
			if name == "it is there" && r.Permalink != "https://facebook.com/1/posts/7" {
				t.Errorf("address %q", r.Permalink)
			}
		})
	}
}

func TestWhereNoAPIMayPublishAPersonDoes(t *testing.T) {
	h := openPass(t)
	h.Means = nil
	p := h.as("truyenthong@mau.vn")
	p.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	p.get(passURL(h.stories["lợn đất"])).has(t, "#kenh .tick", "sao chép lời rồi đăng bằng tay")
	a := p.pass("lợn đất")
	a.has(t, ".notice", "Sao chép lời dưới đây rồi đăng lên Phụ nữ tỉnh Chè Mẫu.")
	if got := a.attrs(`.pass-row a[target]`, "href"); len(got) != 1 || got[0] != "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fwww.facebook.com%2Ftale0" {
		t.Errorf("the share window is %v", got)
	}
	if said := a.Find(".pass-row textarea").Text(); !strings.Contains(said, "Theo Hội LHPN xã Đồng Mẫu") {
		t.Errorf("the words to copy are %q", said)
	}
	list, err := h.Store.ResharesOf(t.Context(), h.stories["lợn đất"])
	if must(t, err); len(list) != 1 || list[0].Means != lantoa.ViaHand || len(h.soon) != 0 {
		t.Fatalf("%+v", list)
	}
	p.post(passDeedURL(list[0], "dia-chi"), "dia_chi", "https://example.com/1").has(t, ".notice.bad", "Địa chỉ này không phải của kênh")
	p.post(passDeedURL(list[0], "dia-chi"), "dia_chi", "https://www.facebook.com/19/posts/5", "ve", h.storyURL("lợn đất")).has(t, ".pass-row", "đã đăng")
	if st, err := h.Store.Story(t.Context(), h.stories["lợn đất"]); err != nil || st.State != lantoa.Reshared {
		t.Errorf("%s %v", st.State, err)
	}
}

func TestTakingBackAndRewording(t *testing.T) {
	h := openPass(t)
	platform := &pretendedPlatform{}
	h.Publishers = reshare.Publishers{lantoa.ViaFeed: platform}
	r := h.sent("lợn đất")
	p := h.as("truyenthong@mau.vn")
	at := []string{"ve", h.storyURL("lợn đất")}
	p.post(passDeedURL(r, "sua"), append(at, "loi", "Khác, không nguồn", "ly_do", "sai tên")...).has(t, ".notice.bad", "Giữ dòng ghi nguồn")
	p.post(passDeedURL(r, "sua"), append(at, "loi", "Khác\nTheo Hội LHPN xã Đồng Mẫu", "ly_do", "")...).has(t, ".notice.bad", "Cần ghi lý do")
	p.post(passDeedURL(r, "sua"), append(at, "loi", "Khác\nTheo Hội LHPN xã Đồng Mẫu", "ly_do", "sai tên")...).has(t, ".pass-row .text", "Khác Theo Hội LHPN")
	if len(platform.words) != 1 {
		t.Errorf("reworded %d times", len(platform.words))
	}
	// A story that stands somewhere cannot be put back among the suggestions.
	p.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "undo").has(t, ".notice.bad", "gỡ bài ở phần Lan tỏa trước")
	platform.err = lantoa.Problem(lantoa.Unclear, "", "")
	p.post(passDeedURL(r, "go"), append(at, "ly_do", "đơn vị đề nghị")...).has(t, ".notice.bad", "Kênh không trả lời rõ ràng")
	platform.err = nil
	p.post(passDeedURL(r, "go"), append(at, "ly_do", "đơn vị đề nghị")...).has(t, ".pass-row", "đơn vị đề nghị")
	if len(platform.removed) != 1 {
		t.Errorf("removed %d times", len(platform.removed))
	}
	if st, err := h.Store.Story(t.Context(), h.stories["lợn đất"]); err != nil || st.State != lantoa.Approved {
		t.Errorf("%s %v", st.State, err)
	}
}

func TestAnArticleIsSentToItsFollowersByTwoPersonsOnly(t *testing.T) {
	h := openPass(t)
	h.person("hai@mau.vn", "tỉnh Chè Mẫu", lantoa.Communications)
	p := h.as("truyenthong@mau.vn")
	p.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	p.pass("lợn đất", "kenh", string(h.channels["Hội LHPN tỉnh Chè Mẫu"].ID)).has(t, ".pass-row", "bài Zalo OA")
	claim, rs, err := h.Store.ClaimReshares(t.Context(), storetest.Now.Add(time.Second), 1)
	if must(t, err); len(rs) != 1 || rs[0].Means != lantoa.ViaArticle || rs[0].Title == "" || len(rs[0].Pictures) != 1 {
		t.Fatalf("%+v", rs)
	}
	r := rs[0]
	if a := p.get(passDeedURL(r, "gui")); a.status != http.StatusConflict {
		t.Errorf("before it stands: %d", a.status)
	}
	r.State, r.Posted, r.SentAt = lantoa.ReshareSent, "a1", storetest.Now
	must(t, h.Store.SettleReshare(t.Context(), claim, r))
	a := p.get(passDeedURL(r, "gui"))
	a.whole(t, "vi")
	a.has(t, ".notice.warn", "không thu hồi được")
	form := []string{"ma", a.Find("input[name=ma]").AttrOr("value", ""), "ve", h.storyURL("lợn đất")}
	if a := p.post(passDeedURL(r, "gui"), form...); a.status != http.StatusBadRequest {
		t.Errorf("without the tick: %d", a.status)
	}
	for range 2 {
		p.post(passDeedURL(r, "gui"), append(form, "hieu", "1")...).has(t, ".pass-row", "chờ duyệt")
	}
	list, err := h.Store.ResharesOf(t.Context(), h.stories["lợn đất"])
	must(t, err)
	list = slices.DeleteFunc(list, func(x lantoa.Reshare) bool { return x.ID == r.ID })
	if len(list) != 1 || list[0].Means != lantoa.ViaBroadcast || list[0].Of != r.ID || list[0].Approved() {
		t.Fatalf("%+v", list)
	}
	p.post(passDeedURL(list[0], "duyet")).has(t, ".notice.bad", "cần người khác duyệt")
	h.as("hai@mau.vn").post(passDeedURL(list[0], "duyet")).has(t, ".notice", "Đã duyệt")
}

func TestSuggestionsAreForTheUnitTheyWereMadeTo(t *testing.T) {
	h := openPass(t)
	h.person("khe@mau.vn", "xã Khe Mẫu", lantoa.Officer)
	h.person("song@mau.vn", "huyện Sông Mẫu", lantoa.Communications)
	p := h.as("truyenthong@mau.vn")
	story := h.stories["lợn đất"]
	p.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	a := p.get(hintsURL(story))
	a.whole(t, "vi")
	if first := a.texts(".units .tick"); len(first) < 5 || !strings.HasPrefix(first[0], "xã ") || strings.Contains(a.text(".units"), "xã Đồng Mẫu") || strings.Contains(a.text(".units"), "xã Bãi Mẫu") {
		t.Errorf("offered: %v", first)
	}
	words := a.Find("textarea[name=loi]").Text()
	khe, nui := string(h.units["xã Khe Mẫu"].ID), string(h.units["xã Núi Mẫu"].ID)
	a = p.post(hintsURL(story), "viec", "tim", "tim", "nui mau", "don_vi", khe, "loi", words)
	if got := a.texts(".units .tick"); len(got) != 2 || !strings.HasPrefix(got[0], "xã Khe Mẫu") || !strings.HasPrefix(got[1], "xã Núi Mẫu") {
		t.Errorf("looking for another keeps the ticked one: %v", got)
	}
	p.post(hintsURL(story), "viec", "gui", "don_vi", khe, "loi", "Không nguồn").has(t, ".fault", "Giữ dòng ghi nguồn “Theo Hội LHPN xã Đồng Mẫu”")
	p.post(hintsURL(story), "viec", "gui", "loi", words).has(t, ".fault", "Chọn ít nhất một đơn vị.")
	p.post(hintsURL(story), "viec", "gui", "don_vi", khe, "don_vi", nui, "loi", words).has(t, ".notice", "Đã gợi ý cho 2 đơn vị.")
	if a := h.as("song@mau.vn").post(hintsURL(story), "viec", "gui", "don_vi", khe, "loi", words); a.status != http.StatusForbidden {
		t.Errorf("a unit of another district: %d", a.status)
	}
	own := h.as("khe@mau.vn")
	a = own.get("/xa-toi")
	a.whole(t, "vi")
	a.has(t, "#goi-y + article", "Hội LHPN xã Đồng Mẫu")
	if got := a.Find("#goi-y + article textarea").Text(); got != words {
		t.Errorf("the words are %q", got)
	}
	hints, err := h.Store.HintsOfStory(t.Context(), story)
	must(t, err)
	var mine, theirs string
	for _, x := range hints {
		if string(x.Unit.ID) == khe {
			mine = x.ID
		} else {
			theirs = x.ID
		}
	}
	for _, x := range []struct{ who, hint string }{{"khe@mau.vn", theirs}, {"canbo@mau.vn", mine}, {"xem@mau.vn", mine}, {"lanhdao@mau.vn", mine}} {
		if a := h.as(x.who).post("/goi-y/"+x.hint, "viec", "da_dang"); a.status != http.StatusForbidden {
			t.Errorf("%s answers for another unit: %d", x.who, a.status)
		}
	}
	p.get(hintsURL(story)).has(t, ".row .state", "đã xem")
	own.post("/goi-y/"+mine, "viec", "khong").has(t, "#goi-y + article", "không sao cả")
	p.get(hintsURL(story)).has(t, ".row .state", "không dùng lần này")
	own.post("/goi-y/"+mine, "viec", "hoan_tac")
	own.post("/goi-y/"+mine, "viec", "da_dang").has(t, "#goi-y + article", "Cảm ơn chị em")
	p.get(hintsURL(story)).has(t, ".row .state", "tự báo đã đăng")
	p.get(h.storyURL("lợn đất")).has(t, "#lan-toa", "1 trong 2 đơn vị được gợi ý đã dùng.")
	if a := own.get(h.storyURL("lợn đất")); a.Find("#lan-toa").Length() > 0 {
		t.Error("an officer sees how a story is being passed on before it was")
	}
}

func TestThanksReachTheUnitWithItsPicture(t *testing.T) {
	h := openPass(t)
	h.thank("lợn đất")
	own := h.as("canbo@mau.vn")
	a := own.get("/xa-toi")
	a.whole(t, "vi")
	a.has(t, ".thanks", "đã được chia sẻ trên Phụ nữ tỉnh Chè Mẫu.")
	a.has(t, ".thanks .lift", "+74 tương tác so với đà sẵn có")
	at := a.Find(".thanks img").AttrOr("src", "")
	pic := own.get(at)
	if pic.status != http.StatusOK || pic.header.Get("Content-Type") != "image/png" {
		t.Fatalf("the picture: %d %v", pic.status, pic.header)
	}
	if im, err := png.Decode(strings.NewReader(pic.html)); err != nil || im.Bounds().Dx() != 1080 || im.Bounds().Dy() != 1080 {
		t.Errorf("the picture: %v", err)
	}
	if again := own.get(at, "If-None-Match", pic.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("asked again: %d", again.status)
	}
	if a := h.as("xem@mau.vn").get(at); a.status != http.StatusForbidden {
		t.Errorf("another commune: %d", a.status)
	}
	p := h.as("truyenthong@mau.vn")
	p.get(h.storyURL("lợn đất")).has(t, "#lan-toa summary", "Lời cảm ơn đã gửi Hội LHPN xã Đồng Mẫu")
	// Who is not of the telling unit sees where it was passed on, and not the original's own figures.
	a = h.as("xem@mau.vn").get(h.storyURL("lợn đất"))
	a.has(t, ".pass-row", "Phụ nữ tỉnh Chè Mẫu")
	if strings.Contains(a.text("#lan-toa"), "+74") || a.Find("#lan-toa form").Length() > 0 {
		t.Errorf("a viewer of another commune reads %s", a.text("#lan-toa"))
	}
}

func TestACoverIsServedWhileItsStoryMayBePassedOn(t *testing.T) {
	h := openPass(t)
	anybody := h.visit()
	at := strings.TrimPrefix(CoverURL(h.Store, h.BaseURL, lantoa.MediaRef{Post: h.posts["lợn đất"], N: 1}, storetest.Now), "https://lantoa.example")
	if a := anybody.get(at); a.status != http.StatusNotFound {
		t.Errorf("before the story was chosen: %d", a.status)
	}
	p := h.as("truyenthong@mau.vn")
	p.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	a := anybody.get(at)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "image/jpeg" || len(a.html) > 1<<20 {
		t.Errorf("%d %v", a.status, a.header)
	}
	for name, bad := range map[string]string{
		"another purpose": coverPath + h.Store.SignLink("feed", string(h.posts["lợn đất"])+"/1", storetest.Now.Add(time.Hour)),
		"no picture":      strings.TrimPrefix(CoverURL(h.Store, "", lantoa.MediaRef{Post: h.posts["lợn đất"], N: 7}, storetest.Now), ""),
		"over":            coverPath + h.Store.SignLink(coverLink, string(h.posts["lợn đất"])+"/1", storetest.Now.Add(-time.Minute)),
		"no story":        CoverURL(h.Store, "", lantoa.MediaRef{Post: h.posts["long"], N: 0}, storetest.Now),
		"made up":         coverPath + "abc",
	} {
		if a := anybody.get(bad); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	p.post(h.storyURL("lợn đất")+"/han-che", "han_che", "1")
	if a := anybody.get(at); a.status != http.StatusNotFound {
		t.Errorf("restricted meanwhile: %d", a.status)
	}
}

func TestTemplatesOfACampaign(t *testing.T) {
	h := openPass(t)
	p := h.as("truyenthong@mau.vn")
	p.post(templatesURL, "ten", "", "mo_dau", "x").has(t, ".fault", "Mẫu cần một cái tên.")
	p.post(templatesURL, "ten", "x").has(t, ".fault", "Mẫu cần lời mở đầu")
	p.post(templatesURL, "ten", "Tháng hành động <b>", "mo_dau", "Hưởng ứng Tháng hành động", "the", "#BìnhĐẳngGiới", "den", "2026-12-15").has(t, ".notice", "Đã lưu mẫu Tháng hành động <b>.")
	a := p.get(templatesURL)
	a.whole(t, "vi")
	a.has(t, ".title", "đến hết 15/12/2026")
	id := a.Find("form button[value=bo]").Parent().Find("input[name=mau]").AttrOr("value", "")
	p.post(templatesURL, "mau", id, "ten", "Tháng hành động", "mo_dau", "Hưởng ứng", "the", "#BìnhĐẳngGiới", "viec", "luu")

	p.post(h.storyURL("lợn đất")+"/quyet-dinh", "quyet_dinh", "approve")
	url := passURL(h.stories["lợn đất"])
	a = p.post(url+"/nhap", "viec", "mau", "mau", id)
	if said := a.Find("#loi-dai").Text(); !strings.HasPrefix(said, "Hưởng ứng") || !strings.Contains(said, "#BìnhĐẳngGiới") || !strings.Contains(said, "Theo Hội LHPN xã Đồng Mẫu") {
		t.Errorf("with the template: %q", said)
	}
	h.person("song@mau.vn", "huyện Sông Mẫu", lantoa.Communications)
	d := h.as("song@mau.vn")
	d.get(templatesURL).has(t, ".card h2", "Tháng hành động")
	if a := d.post(templatesURL, "mau", id, "viec", "bo"); a.status != http.StatusForbidden {
		t.Errorf("a district removes the province's: %d", a.status)
	}
	a = p.post(templatesURL, "mau", id, "viec", "bo")
	a.has(t, ".notice", "Đã bỏ mẫu Tháng hành động.")
	var form []string
	for i, name := range a.attrs(".notice input", "name") {
		form = append(form, name, a.attrs(".notice input", "value")[i])
	}
	p.post(templatesURL, form...).has(t, ".card h2", "Tháng hành động")
}

func TestTheAddressOfTheFeedIsOnesOwn(t *testing.T) {
	h := openPass(t)
	a := h.as("truyenthong@mau.vn").get("/cau-chuyen/nguon")
	a.whole(t, "vi")
	address := a.Find("textarea").First().Text()
	_, token, ok := strings.Cut(address, "https://lantoa.example/feeds/stories.atom?token=")
	who, err := h.Store.OpenLink(feedLink, token, storetest.Now)
	if !ok || err != nil || who == "" {
		t.Errorf("%s: %v", address, err)
	}
	if a.header.Get("Cache-Control") != "no-store" {
		t.Error("the address may be kept by a browser")
	}
}

func TestTheScreensOfPassingOnAreDrawnWhole(t *testing.T) {
	h := openPass(t)
	h.Rule = reshare.Rule{Second: true}
	h.planned("công nghệ số")
	h.Rule = reshare.Rule{}
	h.thank("lợn đất")
	p := h.as("truyenthong@mau.vn")
	p.post(h.storyURL("script")+"/quyet-dinh", "quyet_dinh", "approve")
	p.post(h.storyURL("mẹ đỡ đầu")+"/quyet-dinh", "quyet_dinh", "approve")
	p.pass("script", "khi", "hen", "luc", "2026-11-24T09:00")
	for _, lang := range []string{"vi", "en"} {
		p.post("/ngon-ngu", "tieng", lang, "ve", "/")
		for _, path := range []string{
			passURL(h.stories["lợn đất"]), passURL(h.stories["script"]), passURL(h.stories["mẹ đỡ đầu"]), passURL(h.stories["không số"]), h.storyURL("lợn đất"), h.storyURL("script"),
			hintsURL(h.stories["script"]), hintsURL(h.stories["mẹ đỡ đầu"]), "/cau-chuyen/lan-toa", "/cau-chuyen/lan-toa?muc=approval", "/cau-chuyen/lan-toa?muc=sent", "/cau-chuyen/lan-toa?muc=unsure",
			templatesURL, "/cau-chuyen/nguon", "/", "/cau-chuyen?muc=reshared",
		} {
			a := p.get(path)
			a.whole(t, lang)
			if len(a.html) > 60_000 {
				t.Errorf("%s: %d bytes", path, len(a.html))
			}
		}
	}
	for _, path := range []string{"/cau-chuyen/lan-toa?muc=x", "/cau-chuyen/lan-toa?tiep=%00"} {
		if a := p.get(path); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
