package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/stories"
)

// What people do, in a real browser before the whole province: on a desk and on a phone.

// onDeskAndPhone goes a way twice, as the demo's person of a role who has come in by the door.
func onDeskAndPhone(t *testing.T, role lantoa.Role, way func(t *testing.T, p *province, b *browse.Browser)) {
	t.Helper()
	p := theProvince(t)
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run(size.Name, func(t *testing.T) {
			b := browse.Open(t, p.service.URL, size)
			who := p.user(t, role)
			b.Open("/dang-nhap")
			b.Type("#email", who.Email)
			b.Type("#mat_khau", who.Password)
			b.Click("button.first")
			b.Until(`location.pathname === "/" && document.querySelector("h1")`)
			way(t, p, b)
		})
	}
}

func (p *province) user(t *testing.T, role lantoa.Role) demoUser {
	t.Helper()
	i := slices.IndexFunc(p.users, func(u demoUser) bool { return u.Role == role })
	if i < 0 {
		t.Fatalf("the demo has no %s", role)
	}
	return p.users[i]
}

// channelPage is the address of a planted channel's page, postPage that of a planted post.
func (p *province) channelPage(t *testing.T, plant string) string {
	t.Helper()
	ch, err := p.app.Store.ChannelByExternal(context.Background(), lantoa.FacebookPage, p.plant(t, plant).Channels[0])
	if err != nil {
		t.Fatal(err)
	}
	return "/kenh/" + string(ch.ID)
}

func (p *province) postPage(t *testing.T, plant string) string {
	t.Helper()
	x := p.plant(t, plant)
	return "/bai-viet/" + string(p.postOf(t, x.Channels[0], x.Posts[0]).ID)
}

func TestTheFirstScreenSaysHowManyPagesAreAlive(t *testing.T) {
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, p *province, b *browse.Browser) {
		b.Reads("h1", "151 trên 187 trang đang hoạt động")
		b.Reads(".lead", "9 trang im lặng", "5 trang mất kết nối", "xã Đồng Mẫu")
		if got := b.Text(".tile b"); got != "151 | 20 | 9 | 5" {
			t.Errorf("the tiles say %s", got)
		}
		b.Reads("[data-card]", "Hội LHPN xã Đồng Mẫu", "gấp 4,2 lần mức thường")
		b.Fits("tinh-tuan-nay")
		b.Dark(true)
		b.Shoot("tinh-tuan-nay-toi")
	})
}

func TestALeaderSeesTheNetworkBeforeTheStories(t *testing.T) {
	onDeskAndPhone(t, lantoa.Leader, func(t *testing.T, p *province, b *browse.Browser) {
		b.Reads("h1", "151 trên 187 trang đang hoạt động")
		b.Reads(".levels", "142/175", "8/9", "1/1")
		if !browse.Eval[bool](b, `document.querySelector("#h-levels").getBoundingClientRect().top < document.querySelector("#h-stories").getBoundingClientRect().top`) {
			t.Error("stories stand before the network")
		}
		if browse.Eval[int](b, `document.querySelectorAll("form[data-decide]").length`) != 0 {
			t.Error("a leader is offered to decide")
		}
		b.Fits("tinh-lanh-dao")
	})
}

func TestAStoryIsFoundWhileTyping(t *testing.T) {
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open("/tim-kiem")
		b.Type("#q", "nuoi lon dat")
		b.Until(`document.querySelector("#q").value === "nuoi lon dat" && location.search.includes("q=nuoi+lon+dat") && !document.querySelector("[aria-busy]")`)
		b.Reads(".hit", "Hội LHPN xã Đồng Mẫu", "gấp 4,2 lần mức thường", "8 kênh cùng đăng")
		b.Reads(".hit mark", "nuôi lợn đất") // lit up in the letters in which it was written
		b.Fits("tinh-tim-kiem")
		b.Open("/tim-kiem?q=phụ nữ&trang=9999")
		if browse.Eval[int](b, `document.querySelectorAll(".hit").length`) == 0 {
			t.Error("the last page of a frequent word is empty")
		}
		b.Fits("tinh-tim-kiem-trang-cuoi")
	})
}

func TestTheStoryOfTheWeekIsOpenedChosenAndTakenBack(t *testing.T) {
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, p *province, b *browse.Browser) {
		x := p.plant(t, "P1")
		p1 := p.postOf(t, x.Channels[0], x.Posts[0])
		card := `[data-card="` + string(p1.Story) + `"]`
		firstIsP1 := `document.querySelector("[data-card]")?.dataset.card === "` + string(p1.Story) + `"`
		t.Cleanup(func() { p.takeBack(t, p1.Story) })

		b.Open("/cau-chuyen?tuan=2026-W47")
		b.Until(firstIsP1)
		b.Reads(card, "Hội LHPN xã Đồng Mẫu", "17/11/2026", "gấp 4,2 lần mức thường", "so với 34 bài của chính trang", "8 trang đăng", "31 lượt chia sẻ")
		b.Fits("tinh-cau-chuyen")

		b.Click(card + " h3 a")
		b.Until(`location.pathname === "/cau-chuyen/` + string(p1.Story) + `"`)
		b.Reads(".reasons", "Gấp 4,2 lần mức thường, so với 34 bài của chính trang", "8 trang đăng cùng nội dung")
		b.Reads(".line .first", "Phụ nữ xã Đồng Mẫu", "kể đầu tiên")
		b.Fits("tinh-mot-cau-chuyen")

		b.Click(".do button[value=approve]")
		b.Until(`document.querySelector("main .notice")`)
		b.Reads("main .notice", "Đã chọn", "Hoàn tác")
		b.Open("/cau-chuyen?muc=approved")
		b.Reads(".tabs [aria-current]", "Đã chọn", "1")
		b.Reads(card, "Hội LHPN xã Đồng Mẫu")
		b.Fits("tinh-da-chon")

		b.Click(card + " button[value=undo]")
		b.Until(`!document.querySelector('` + card + `') && document.querySelector(".tabs [data-count=approved]").textContent === "0"`)
		b.Open("/cau-chuyen?tuan=2026-W47")
		b.Until(firstIsP1)
	})
}

// takeBack leaves a story as a suggestion, for the tests that come after.
func (p *province) takeBack(t *testing.T, id lantoa.StoryID) {
	ctx := context.Background()
	story, err := p.app.Store.Story(ctx, id)
	if err != nil || story.State == lantoa.Suggested {
		return
	}
	who, err := p.app.Store.UserByEmail(ctx, p.user(t, lantoa.Communications).Email)
	if err == nil {
		_, err = stories.Decide(ctx, p.app.Store, who, id, lantoa.Undo, "", p.app.Now())
	}
	if err != nil {
		t.Errorf("the story stays chosen: %v", err)
	}
}

func TestAVoteAndADeletedPostSayWhatTheyAre(t *testing.T) {
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open(p.postPage(t, "P4"))
		b.Reads(".why", "bình chọn")
		b.Reads(".notice", "Bình chọn: tương tác của bài này do vận động mà có")
		b.Reads(".figures", "1.610", "476")
		b.Fits("tinh-binh-chon")

		b.Open(p.postPage(t, "P8"))
		b.Reads(".notice", "Bài không còn ở nguồn từ 2", "được giữ để tra cứu")
		b.Fits("tinh-bai-da-xoa")
	})
}

func TestTheStatesOfThePagesAddUpOnTheScreen(t *testing.T) {
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open("/kenh?loai=facebook_page")
		b.Reads(".states", "Hoạt động 151", "Thưa dần 20", "Im lặng 9", "Mất kết nối 5", "Lưu trữ 2")
		counts, sum := strings.Split(b.Text(".states b"), " | "), 0
		for _, c := range counts[1:] {
			n, err := strconv.Atoi(c)
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
		if counts[0] != "187" || sum != 187 {
			t.Errorf("%s pages in all, %d by state", counts[0], sum)
		}
		b.Fits("tinh-kenh")
		b.Open("/kenh?ten=khe mau&loai=facebook_page")
		b.Reads(".cards tbody tr", "Phụ nữ xã Khe Mẫu", "im lặng 9 ngày")
	})
}

func TestALostPermissionIsToldInWords(t *testing.T) {
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open(p.channelPage(t, "P6"))
		b.Reads(".title .state", "Mất kết nối")
		b.Reads(".lead", "không phải lỗi của đơn vị")
		b.Reads(".notice", "Facebook không còn cho Lan tỏa quyền đọc trang này từ 18/11/2026 (thiếu quyền đọc bài và tương tác).", "cấp lại quyền")
		if raw := browse.Eval[string](b, `document.querySelector("main").innerText.match(/\b[a-z]+_[a-z_]+\b/)?.[0] ?? ""`); raw != "" {
			t.Errorf("the page speaks of %q", raw)
		}
		b.Fits("tinh-mat-ket-noi")
	})
}

func TestTheRetiredFigureIsNotJoinedToTheNewOne(t *testing.T) {
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open(p.channelPage(t, "P10"))
		b.Reads(".lines", "Số người thấy nội dung của trang", "Số người xem nội dung của trang")
		b.Reads(".c-breaks", "đổi cách đo 15/06/2026")
		if n := browse.Eval[int](b, `document.querySelectorAll("path.c-break").length`); n != 1 {
			t.Errorf("%d breaks are drawn, want 1", n)
		}
		sides := browse.Eval[map[string]bool](b, `(() => {
			const at = document.querySelector("path.c-break").getBoundingClientRect().left, out = {};
			for (const c of ["c-1", "c-2"]) for (const l of document.querySelectorAll(".c-series:has(.c-break) path.c-line." + c)) {
				const {left, right} = l.getBoundingClientRect();
				out[c + (right <= at + 1 ? " before" : left >= at - 1 ? " after" : " across")] = true;
			}
			return out;
		})()`)
		if !sides["c-1 before"] || sides["c-1 after"] || !sides["c-2 after"] || sides["c-1 across"] || sides["c-2 across"] {
			t.Errorf("the lines lie %v of the break", sides)
		}
		b.Fits("tinh-doi-cach-do")
	})
}

func TestAnOfficerIsRefusedAnotherCommuneInWords(t *testing.T) {
	onDeskAndPhone(t, lantoa.Officer, func(t *testing.T, p *province, b *browse.Browser) {
		b.Reads("h1", "Xã Đồng Mẫu: 4")
		b.Reads(".own", "Phụ nữ xã Đồng Mẫu", "Hoạt động")
		b.Fits("tinh-can-bo")

		b.Expect("403 (Forbidden)")
		b.Open(p.channelPage(t, "P5"))
		b.Reads("main", "403", "Phần này ngoài phạm vi của chị.", "Chị xem được số liệu của đơn vị mình")
		if strings.Contains(b.Text("main"), "Khe Mẫu") {
			t.Error("the refusal tells of whom it is")
		}
		b.Fits("tinh-ngoai-pham-vi")
	})
}
