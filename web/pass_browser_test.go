package web

import (
	"context"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// openPass is a house in which every channel may be published to by API, with an Official Account and our copies of two
// pictures of the first story.
func openPass(t *testing.T) *house {
	t.Helper()
	h := open(t)
	h.Means = func(_ context.Context, ch lantoa.Channel) (lantoa.Means, *lantoa.Trouble) {
		return lantoa.MeansOf(ch.Kind), nil
	}
	h.channel(h.units["tỉnh Chè Mẫu"], lantoa.ZaloOA, "Hội LHPN tỉnh Chè Mẫu")
	var early []lantoa.Incoming
	for i := range 30 { // the evenings of Tuesdays and Fridays are when the province's followers react
		at := time.Date(2026, 8, 4+3*i, 8+(i%2)*11, 30, 0, 0, h.Zone)
		n := int64(4 + i%3)
		if (at.Weekday() == time.Tuesday || at.Weekday() == time.Friday) && at.Hour() == 19 {
			n = 40
		}
		early = append(early, lantoa.Incoming{HasCount: true, Post: lantoa.Post{External: "early" + at.Format("0102"), Type: lantoa.Text, Text: "Tin trong ngày của phụ nữ tỉnh.", PublishedAt: at},
			Numbers: lantoa.Snapshot{At: at.Add(3 * time.Hour), Reactions: lantoa.Of(n), Source: lantoa.FromPlatform}})
	}
	_, err := h.Store.SavePosts(t.Context(), h.channels["Phụ nữ tỉnh Chè Mẫu"].ID, early, storetest.Now)
	must(t, err)
	for n := range 2 {
		must(t, h.Store.SavePicture(t.Context(), lantoa.Picture{Post: h.posts["lợn đất"], N: n, Width: 900, Height: 600, Data: taken(t, 900, 600), At: storetest.Now}))
	}
	return h
}

func TestPassingAStoryOnInABrowser(t *testing.T) {
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			h := openPass(t)
			b := browse.Open(t, h.url, size)
			signIn(b, "truyenthong@mau.vn")
			story := h.stories["lợn đất"]

			// From the suggestion to the post: choose, prepare, pass on. Three presses.
			b.Open("/cau-chuyen")
			b.Click("#c-" + string(story) + " button[value=approve]")
			b.Until(`document.querySelector("#live [data-notice] a.btn")`)
			b.Shoot("lan-toa-da-chon")
			b.Click("#live [data-notice] a.btn")
			b.Until(`location.pathname === "` + passURL(story) + `" && document.querySelector("#xem")`)
			b.Fits("lan-toa-soan")
			b.Reads(".fb header", "Phụ nữ tỉnh Chè Mẫu")
			b.Reads("#loi-dai", "")
			if said := browse.Eval[string](b, `document.querySelector("#loi-dai").value`); !contains(said, "Theo Hội LHPN xã Đồng Mẫu") {
				t.Errorf("the proposal is %q", said)
			}

			b.Until(`document.querySelector(".heat")`)

			// A channel is looked for by its name, without marks; what was typed stays.
			b.Click("#kenh summary")
			b.Type("#tim", "khe mau")
			b.Click("button[value=tim]:not(.away)")
			b.Until(`document.querySelector("#kenh .ticks")?.textContent.includes("Phụ nữ xã Khe Mẫu")`)
			b.Click("input[value=hen]")
			b.Until(`document.querySelector("#luc").checkVisibility()`)
			b.Fits("lan-toa-hen-gio")
			b.Click("input[value=ngay]")
			b.Until(`document.querySelector(".saved")`)
			b.Click("button[value=bo]")
			b.Until(`!document.querySelector(".notice.note") && document.querySelector("main > .notice")`)

			// What is typed shows in the preview, and a draft of it survives a reload.
			browse.Eval[int](b, `(e => { e.value = "Chị em ơi!\n\n" + e.value; e.dispatchEvent(new Event("input", { bubbles: true })); return 1 })(document.querySelector("#loi-dai"))`)
			b.Until(`document.querySelector(".fb .said").textContent.startsWith("Chị em ơi!\n\n") && document.querySelector(".saved")`)
			b.Click(".shots input")
			b.Until(`document.querySelector(".fb .pics img")`)
			b.Fits("lan-toa-co-anh")
			b.Until(`localStorage.length === 0`)
			b.Open(passURL(story))
			b.Reads(".notice.note", "Bản nháp lưu lúc")
			if said := browse.Eval[string](b, `document.querySelector("#loi-dai").value`); !contains(said, "Chị em ơi!") {
				t.Errorf("after the reload: %q", said)
			}

			// The line breaks off while she writes: what she typed is kept on the device.
			b.Expect("ERR_INTERNET_DISCONNECTED")
			b.Expect("Failed to load resource")
			signal(b, false)
			b.Type("#loi-ngan", "OI")
			b.Until(`localStorage.length === 1`)
			b.Click("button.first[value=gui]")
			b.Until(`document.querySelector("[data-said]")`)
			b.Shoot("lan-toa-mat-song")
			if list, err := h.Store.ResharesOf(t.Context(), story); err != nil || len(list) > 0 {
				t.Fatalf("%v %v", list, err)
			}
			signal(b, true)
			b.Open(passURL(story))
			b.Until(`document.querySelector("#loi-ngan").value.includes("OI") && localStorage.length === 0`)
			if list, err := h.Store.ResharesOf(t.Context(), story); err != nil || len(list) > 0 {
				t.Fatalf("a press without a line went off by itself later: %v %v", list, err)
			}

			// Without the credit it is refused, beside the field, with the text kept.
			browse.Eval[int](b, `(e => { e.value = "Không có nguồn"; return 1 })(document.querySelector("#loi-dai"))`)
			b.Expect("422 (Unprocessable")
			b.Click("button.first[value=gui]")
			b.Until(`document.querySelector("#loi .fault")`)
			b.Reads("#loi .fault", "Giữ dòng ghi nguồn “Theo Hội LHPN xã Đồng Mẫu”")
			b.Fits("lan-toa-thieu-nguon")
			browse.Eval[int](b, `(e => { e.value += "\n\nTheo Hội LHPN xã Đồng Mẫu"; return 1 })(document.querySelector("#loi-dai"))`)
			b.Click("button.first[value=gui]")
			b.Until(`location.pathname === "/cau-chuyen/` + string(story) + `" && document.querySelector(".pass-row")`)
			b.Reads(".notice", "Đang đăng lên Phụ nữ tỉnh Chè Mẫu.")
			b.Reads(".pass-row .state", "chờ đăng")
			b.Fits("lan-toa-cho-dang")
			if list, err := h.Store.ResharesOf(t.Context(), story); err != nil || len(list) != 1 || list[0].State != lantoa.ReshareWaiting || len(list[0].Pictures) != 1 || len(h.soon) != 1 {
				t.Fatalf("%+v %v %v", list, err, h.soon)
			}

			// It is published, and the page says so by itself.
			claim, rs, err := h.Store.ClaimReshares(t.Context(), storetest.Now.Add(time.Second), 5)
			if must(t, err); len(rs) != 1 {
				t.Fatalf("%d were claimed", len(rs))
			}
			r := rs[0]
			r.State, r.Posted, r.Permalink, r.SentAt = lantoa.ReshareSent, "1_2", "https://www.facebook.com/1/posts/2", storetest.Now
			must(t, h.Store.SettleReshare(t.Context(), claim, r))
			b.Until(`document.querySelector(".pass-row .s-active")`)
			b.Reads(".pass-row", "đã đăng", "Đang đo, có kết quả lúc 06:00 25/11/2026.")
			must(t, h.Store.SaveLift(t.Context(), r.ID, lantoa.Lift{At: storetest.Now, Age: 6 * 24 * time.Hour, Before: 60, After: 140, Interactions: 74.2, Low: -8.1, High: 12.4, Posts: 40, Own: lantoa.Of(210), OwnUsual: lantoa.Of(140)}))
			b.Open("/cau-chuyen/" + string(story))
			b.Reads(".lift", "+74 tương tác so với đà sẵn có (thường dao động từ −8 đến +12)")
			browse.Eval[int](b, `[...document.querySelectorAll(".pass-row details")].map(d => d.open = true).length`)
			b.Fits("lan-toa-da-do")
			b.Open("/cau-chuyen/lan-toa?muc=sent")
			b.Fits("lan-toa-danh-sach")
			b.Open("/")
			b.Fits("tuan-nay-lan-toa")

			// A story that shows children: nothing is offered before the tick.
			child := h.stories["mẹ đỡ đầu"]
			b.Open("/cau-chuyen/" + string(child))
			b.Click("form.do button[value=approve]")
			b.Until(`document.querySelector("#lan-toa a.btn")`)
			b.Open(passURL(child))
			if browse.Eval[bool](b, `!!document.querySelector("textarea,[data-copy],button[value=gui]")`) {
				t.Error("words are offered before consent")
			}
			b.Fits("lan-toa-han-che")
			b.Click("input[name=da_xin_phep]")
			b.Click("form.consent button")
			b.Until(`document.querySelector("#loi-dai")`)
			b.Fits("lan-toa-han-che-da-xin-phep")

			b.Open(hintsURL(story))
			b.Fits("goi-y-don-vi")
			b.Open(templatesURL)
			b.Fits("mau-loi")
			b.Open("/cau-chuyen/nguon")
			b.Fits("nguon")
			b.Dark(true)
			b.Open(passURL(child))
			b.Shoot("lan-toa-toi")
		})
	}
}

func TestASuggestionAndThanksInABrowser(t *testing.T) {
	h := openPass(t)
	st := h.stories["ngôi nhà xanh"]
	h.as("truyenthong@mau.vn").post("/cau-chuyen/"+string(st)+"/quyet-dinh", "quyet_dinh", "approve")
	first := h.units["phường Suối Mẫu"]
	_, err := h.Store.SaveHints(t.Context(), []lantoa.ShareHint{{ID: lantoa.NewID(storetest.Now), Story: st, Title: "Ngôi nhà xanh bằng chai nhựa", First: first, Unit: h.units["xã Đồng Mẫu"],
		Words: "Ba tổ phụ nữ tự quản phân loại rác tại nhà.\nTheo Hội LHPN phường Suối Mẫu", Link: "https://www.facebook.com/1", By: "u", ByName: "Trần Thị Hoa", At: storetest.Now}})
	must(t, err)
	h.thank("lợn đất")
	for _, size := range []browse.Size{browse.Phone, browse.Desk} {
		b := browse.Open(t, h.url, size)
		signIn(b, "canbo@mau.vn")
		b.Open("/xa-toi")
		b.Until(`document.querySelector(".thanks img").complete && document.querySelector(".thanks img").naturalWidth === 1080`)
		b.Reads(".thanks", "+74 tương tác so với đà sẵn có", "Lưu ảnh")
		b.Fits("xa-toi-cam-on")
		b.Click("button[value=khong]")
		b.Until(`document.querySelector("button[value=hoan_tac]")`)
		b.Fits("xa-toi-khong-dung")
		b.Click("button[value=hoan_tac]")
		b.Until(`document.querySelector("button[value=khong]")`)
	}
}
