package web

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

const site = "Trang tin phường Suối Mẫu"

// openBusy is the small province on a day on which much has happened: incidents, stories that were sent, tokens that
// end, files that came in, pictures, a website.
func openBusy(t *testing.T) *house {
	h := open(t)
	ctx, now := context.Background(), storetest.Now
	web := lantoa.Channel{Kind: lantoa.Website, Name: site, Unit: h.units["phường Suối Mẫu"], External: "suoimau.example/tin-tuc", URL: "https://suoimau.example/tin-tuc", CreatedAt: now}
	must(t, h.Store.SaveChannel(ctx, &web))
	h.channels[site] = web

	h.incidents()
	h.letters()
	dong, nui, go_ := h.channels["Phụ nữ xã Đồng Mẫu"], h.channels["Phụ nữ xã Núi Mẫu"], h.channels["Phụ nữ xã Gò Mẫu"]
	for _, a := range []lantoa.Access{
		{Name: "facebook/user", Holder: "SYSTEM_USER", CheckedAt: now.Add(-2 * time.Hour)},
		{Name: "facebook/page/1", Channel: dong.ID, Holder: "PAGE", CheckedAt: now.Add(-2 * time.Hour), ExpiresAt: now.AddDate(0, 0, 9)},
		{Name: "facebook/page/2", Channel: nui.ID, Holder: "PAGE", CheckedAt: now.Add(-2 * time.Hour), Lacks: []string{"pages_read_engagement", "read_insights"}},
		{Name: "facebook/page/3", Channel: go_.ID, Holder: "PAGE", CheckedAt: now.Add(-2 * time.Hour), Trouble: &lantoa.Trouble{Kind: lantoa.Expired, What: "password", Since: now.AddDate(0, 0, -3)}},
		{Name: "facebook/page/4", Channel: h.channels["Phụ nữ xã Bãi Mẫu"].ID, Holder: "PAGE", CheckedAt: now.Add(-2 * time.Hour)},
		{Name: "zalo/oa", Holder: "OA", CheckedAt: now.Add(-2 * time.Hour), ExpiresAt: now.AddDate(0, 2, 0)},
	} {
		must(t, h.Store.SaveAccess(ctx, a))
	}
	for _, m := range []struct {
		month, metric string
		n             int64
	}{{"2026-09", "members", 410}, {"2026-10", "members", 432}, {"2026-10", "messages", 1250}} {
		_, _, err := h.Store.SaveChannelMonths(ctx, []lantoa.ChannelMonth{{Channel: h.channels["Nhóm Zalo Hội LHPN xã Đồng Mẫu"].ID, Month: m.month, Metric: m.metric, Value: lantoa.Of(m.n), At: now}})
		must(t, err)
	}
	must(t, h.Store.NoteVisit(ctx, lantoa.Visit{Channel: dong.ID, At: now.Add(-9 * time.Hour), Took: 3 * time.Second, Seen: 300, Depth: lantoa.Full, Next: now, Warnings: []lantoa.Trouble{
		{Kind: lantoa.NotFound, What: "insights", Note: "under 100 likes"},
		{Kind: lantoa.NotFound, What: "page_odd_metric", Note: "asked and not answered"},
	}}))
	photo := picture3x2(t)
	for _, key := range []string{"lợn đất", "ngôi nhà xanh", "công nghệ số"} {
		must(t, h.Store.SavePicture(ctx, lantoa.Picture{Post: h.posts[key], N: 0, Width: 3, Height: 2, Data: photo, At: now}))
	}
	must(t, h.Store.SavePicture(ctx, lantoa.Picture{Post: h.posts["lợn đất"], N: 2, Width: 3, Height: 2, Data: photo, At: now}))
	return h
}

// picture3x2 is a small photograph.
func picture3x2(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 30, 20))
	for x := range 30 {
		for y := range 20 {
			img.Set(x, y, color.RGBA{R: uint8(120 + 4*x), G: uint8(90 + 5*y), B: 130, A: 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

func (h *house) incidents() {
	ctx, now := context.Background(), storetest.Now
	raise := func(n lantoa.Notice) {
		_, err := h.Store.RaiseNotice(ctx, &n)
		must(h.t, err)
	}
	nui, ha := h.channels["Phụ nữ xã Núi Mẫu"], h.channels["Nhóm Zalo Hội LHPN xã Hạ Mẫu"]
	raise(lantoa.Notice{Kind: lantoa.LostChannel, Key: "channel:" + string(ha.ID), Channel: ha.ID, BeganAt: now.AddDate(0, 0, -9), Trouble: lantoa.Trouble{Kind: lantoa.GroupDead}})
	_, err := h.Store.EndNotice(ctx, "channel:"+string(ha.ID), now.Add(-20*time.Hour))
	must(h.t, err)
	raise(lantoa.Notice{Kind: lantoa.LostChannel, Key: "channel:" + string(nui.ID), Channel: nui.ID, BeganAt: now.AddDate(0, 0, -5),
		Trouble: lantoa.Trouble{Kind: lantoa.NoRight, What: "pages_read_engagement", Since: now.AddDate(0, 0, -5)}})
	raise(lantoa.Notice{Kind: lantoa.LostMany, Key: "many:expired:1", Count: 12, BeganAt: now.AddDate(0, 0, -1), Trouble: lantoa.Trouble{Kind: lantoa.Expired, Since: now.AddDate(0, 0, -1)}})
	raise(lantoa.Notice{Kind: lantoa.TokenEnding, Key: "ending:facebook/user", BeganAt: now.Add(-3 * time.Hour),
		Trouble: lantoa.Trouble{Kind: lantoa.Expired, What: "facebook/user", Until: now.AddDate(0, 0, 9)}})
	raise(lantoa.Notice{Kind: lantoa.DeadMetric, Key: "metric:page_impressions_unique", BeganAt: now.Add(-time.Hour), Trouble: lantoa.Trouble{Kind: lantoa.NotFound, What: "page_impressions_unique"}})
}

// letters are what was told to us directly: of a unit and of nobody yet, plain and sensitive, in every state.
func (h *house) letters() {
	ctx, now := context.Background(), storetest.Now
	admin, err := h.Store.UserByEmail(ctx, "admin@mau.vn")
	must(h.t, err)
	code, err := h.Store.MakeTellerCode(ctx, h.units["xã Đồng Mẫu"].ID, admin, now.AddDate(0, 0, -20), now.AddDate(0, 0, 5))
	must(h.t, err)
	_, err = h.Store.LinkTeller(ctx, code.Code, "sister-dong", now.AddDate(0, 0, -20))
	must(h.t, err)
	for i, x := range []struct {
		sender, text string
		sensitive    bool
		media        []lantoa.Media
	}{
		{"sister-dong", "Chi hội Bãi Đá mở lớp đan lưới buổi tối cho 14 chị.\nBa tháng nay mỗi chị thêm 900 nghìn đồng.", false,
			[]lantoa.Media{{Kind: "photo", URL: "https://photo.example/1.jpg"}, {Kind: "photo", URL: "javascript:alert(1)"}}},
		{"somebody", `Kính gửi Hội <script>alert("x")</script> chuyện của một cháu mồ côi`, true, nil},
		{"sister-dong", "", false, []lantoa.Media{{Kind: "photo", URL: "https://photo.example/2.jpg"}}},
	} {
		sub := lantoa.Submission{Via: "zalo_oa", Sender: x.sender, Externals: []string{"m" + string(rune('0'+i))}, Text: x.text, Media: x.media,
			Sensitive: x.sensitive, ToldAt: now.Add(-time.Duration(3+5*i) * time.Hour)}
		must(h.t, h.Store.SaveSubmission(ctx, &sub))
	}
}

// many fills the lists beyond what a page shows: foreign pages, doubts, tokens, notices, imports, people who tell.
func (h *house) many() {
	ctx, now := context.Background(), storetest.Now
	var units []lantoa.Unit
	for i := range 170 {
		units = append(units, lantoa.Unit{ID: lantoa.UnitID(fmt.Sprint("m", i)), Code: fmt.Sprint(9000 + i), Name: fmt.Sprintf("xã Đông Mẫu Thượng %d", i), Level: lantoa.Commune, Parent: "d1", From: now.AddDate(-1, 0, 0)})
	}
	must(h.t, h.Store.SaveUnits(ctx, units))
	for _, u := range units {
		must(h.t, h.Store.SaveChannel(ctx, &lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Phụ nữ " + u.Name, Unit: u, External: "p" + u.Code, CreatedAt: now}))
		_, err := h.Store.AddUser(ctx, lantoa.User{Email: u.Code + "@mau.vn", Name: "Hoàng Thị Cán Bộ", Role: lantoa.Officer, Unit: u}, "x")
		must(h.t, err)
	}
	for i := range 150 {
		h.graph.found.Foreign = append(h.graph.found.Foreign, FoundPage{Page: fmt.Sprint(70000 + i), Name: fmt.Sprintf("Trang không phải của Hội, số %d", i)})
		must(h.t, h.Store.SaveAccess(ctx, lantoa.Access{Name: fmt.Sprint("facebook/page/x", i), Channel: h.channels["Phụ nữ xã Bãi Mẫu"].ID, Holder: "PAGE",
			CheckedAt: now, ExpiresAt: now.AddDate(0, 0, 3)}))
		n := lantoa.Notice{Kind: lantoa.LostChannel, Key: fmt.Sprint("x", i), Channel: h.channels["Phụ nữ xã Bãi Mẫu"].ID, BeganAt: now.Add(-time.Duration(i) * time.Hour),
			Trouble: lantoa.Trouble{Kind: lantoa.Expired, What: "password", Since: now}}
		_, err := h.Store.RaiseNotice(ctx, &n)
		must(h.t, err)
		if i%2 == 0 {
			_, err := h.Store.EndNotice(ctx, n.Key, now)
			must(h.t, err)
		}
		must(h.t, h.Store.BeginImport(ctx, &lantoa.Import{Kind: "posts", File: strings.Repeat("bài viết của các xã ", 9) + ".csv", At: now, By: "admin@mau.vn"}))
		must(h.t, h.Store.SaveSubmission(ctx, &lantoa.Submission{Via: "zalo_oa", Sender: fmt.Sprint("n", i), Externals: []string{fmt.Sprint("n", i)},
			Text: strings.Repeat("Chuyện dài của chị em trong chi hội. ", 100), ToldAt: now.Add(-time.Duration(i) * time.Minute)}))
	}
	for _, ch := range h.channels {
		if ch.Kind == lantoa.FacebookPage && !ch.Archived {
			for i := range 5 {
				h.graph.found.Pages = append(h.graph.found.Pages, FoundPage{Channel: ch.ID, Page: fmt.Sprint(80000 + i), Name: "Trang có tên gần giống với " + ch.Name, Maybe: true})
			}
		}
	}
}
