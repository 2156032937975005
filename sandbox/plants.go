package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// The communes under invented names, each with a part of its own.
const (
	codeStory   = "05722" // xã Đồng Mẫu: P1
	codeVote    = "05479" // phường Suối Mẫu: P4
	codeDaily   = "05728" // xã Khe Mẫu: P5
	codeRevoked = "05719" // xã Núi Mẫu: P6
	codeSeldom  = "05731" // xã Dốc Mẫu: P7
)

// reachRetired is the day on which Facebook took page_impressions_unique away; like the merger it keeps
// its day in whatever year the province lives.
var reachRetired = time.Date(2026, 6, 15, 0, 0, 0, 0, Zone)

// put publishes a planted post.
func (h *history) put(p *page, at int64, g genre, topic, text string, f form, pics uint8) *post {
	q := &post{
		id: postID(p.place.code, at), page: p, created: at, appears: at, genre: g, topic: topic,
		text: text, form: f, pics: pics, settles: true, tau: float32(15 * hour), planted: true,
	}
	p.posts = append(p.posts, q)
	return q
}

// numbers gives a planted post the figures it ends with.
func (q *post) numbers(reactions, comments, shares int32) *post {
	q.reactions, q.comments, q.shares = reactions, comments, shares
	return q
}

// ago is a moment so many days before the anchor, at that hour of the day in Viet Nam.
func (h *history) ago(days int64, clock float64) int64 {
	return h.anchor - days*day + int64(clock*float64(hour))
}

func (h *history) plain(t int64) time.Time { return time.Unix(t, 0).In(Zone) }

func (h *history) plan(name, about string, at ...int64) *Plant {
	p := &Plant{About: about}
	for _, t := range at {
		p.Times = append(p.Times, h.plain(t))
	}
	return p
}

func (p *Plant) on(pages ...*page) *Plant {
	for _, g := range pages {
		p.Channels = append(p.Channels, g.id)
		p.Units = append(p.Units, g.place.code)
	}
	return p
}

func (p *Plant) with(posts ...*post) *Plant {
	for _, q := range posts {
		p.Posts = append(p.Posts, q.id)
	}
	return p
}

// plant adds the planted cases to the pages' ordinary posts; P12 comes with the groups.
func (h *history) plant() {
	free := h.extras()
	free = slices.DeleteFunc(free, func(p *page) bool { return p.rate < 0.2 })
	take := func(n int) []*page {
		out := free[:n]
		free = free[n:]
		return out
	}
	h.plantStory(take(6))
	h.plantDirective(take(41))
	h.plantVote()
	h.plantStates()
	h.plantDeleted(take(1)[0])
	h.plantNewPage()
	h.plantChild(take(1)[0])
	h.plantBackDated(take(1)[0], take(1)[0])
}

// plantStory is P1, the story that is 4.2 times what is usual, P2, its copies, and P13, the one among them
// in decomposed Unicode and with the other place of tone marks.
func (h *history) plantStory(communes []*page) {
	home, province := h.byCode[codeStory], h.pages[0]
	at := h.ago(6, 19.4)
	original := h.put(home, at, story, "tiet-kiem", lonDat, formPhoto, 1).numbers(27, 5, 31)
	h.keep("P1", h.plan("P1", "câu chuyện nuôi lợn đất: 63 tương tác, trong đó 31 lượt chia sẻ, khi mức thường là 15", at).on(home).with(original))

	p2 := h.plan("P2", "bảy trang chép P1 sau hai ngày, không ghi nguồn; trang của tỉnh ở trong số đó", h.ago(4, 8), h.ago(4, 20))
	_, body, _ := strings.Cut(lonDat, "\n")
	for i, p := range append([]*page{province}, communes...) {
		text := lonDatFirst[i] + "\n" + body
		form, pics := formPhoto, uint8(1)
		if i == 3 {
			form, pics = formAlbum, 3
		}
		if i == 6 {
			text = norm.NFD.String(oldTones(text))
		}
		q := h.put(p, h.ago(4, 8.2+1.9*float64(i)), story, "tiet-kiem", text, form, pics)
		p2.on(p).with(q)
		if i == 6 {
			h.keep("P13", h.plan("P13", "một trong bảy bản chép P1, viết bằng Unicode tổ hợp và đặt dấu kiểu hoà, thuỷ", q.created).on(p).with(q))
		}
	}
	h.keep("P2", p2)
}

func (h *history) keep(name string, p *Plant) { h.plants[name] = *p }

// plantDirective is P3: what the province asks for, pasted by 41 communes within three days.
func (h *history) plantDirective(communes []*page) {
	at := h.ago(7, 8.1)
	first := h.put(h.pages[0], at, notice, "", directive, formText, 0)
	p3 := h.plan("P3", "văn bản của Hội LHPN tỉnh, 41 xã, phường, thị trấn đăng lại trong ba ngày", at, at+3*day).on(h.pages[0]).with(first)
	d := throw(h.seed, 51)
	for i, p := range communes {
		t := at + 2*hour + int64(float64(i)/41*float64(2*day+16*hour))
		t = atHour(t, d)
		if t <= at {
			t = at + 3*hour + int64(i)*200
		}
		h.makeRoom(p, t)
		text := directive
		if i%3 != 0 {
			text = pick(d, directiveFirst) + "\n" + text
		}
		q := h.put(p, t, notice, "", text, formText, 0)
		q.settles = false
		p3.on(p).with(q)
	}
	h.keep("P3", p3)
}

// makeRoom takes away an ordinary post near t, so that a planted one does not change the page's rhythm.
func (h *history) makeRoom(p *page, t int64) {
	for i, q := range p.posts {
		if !q.planted && q.created > t-day && q.created < t+day {
			p.posts = slices.Delete(p.posts, i, i+1)
			return
		}
	}
}

// plantVote is P4.
func (h *history) plantVote() {
	p := h.byCode[codeVote]
	at := h.ago(11, 9.25)
	q := h.put(p, at, vote, "", voteText, formAlbum, 6).numbers(1610, 214, 476)
	h.keep("P4", h.plan("P4", "bài bình chọn có 2.300 tương tác", at).on(p).with(q))
}

// plantStates names P5, P6, P7, P10 and P11, which are ways a page behaves.
func (h *history) plantStates() {
	daily, gone, seldom := h.byCode[codeDaily], h.byCode[codeRevoked], h.byCode[codeSeldom]
	h.keep("P5", h.plan("P5", "đăng hằng ngày rồi im lặng 9 ngày", newest(daily, h.anchor)).on(daily))
	h.keep("P6", h.plan("P6", "quyền đọc bị thu hồi: mất kết nối, không phải im lặng", gone.broken).on(gone))
	h.keep("P7", h.plan("P7", "ba tuần đăng một bài, bài cuối cách đây 12 ngày: bình thường", newest(seldom, h.anchor)).on(seldom))
	p10 := h.plan("P10", "số người tiếp cận cũ không còn được cung cấp", reachRetired.Unix()).on(h.pages[0])
	p10.Metrics = []string{"page_impressions_unique", "page_total_media_view_unique"}
	h.keep("P10", p10)
	h.keep("P14", &Plant{About: "hai tiếng có trong hơn 1.500 bài", Query: "phụ nữ"})
	p11 := h.plan("P11", "ba xã nhập làm một; hai trang không dùng nữa, trang thứ ba theo xã mới", mergedOn.Unix())
	p11.on(h.byCode["05749"], h.byCode["05758"], h.byCode["05755"])
	h.keep("P11", p11)
}

// newest is when the page last posted before t, 0 if never.
func newest(p *page, t int64) int64 {
	var last int64
	for _, q := range p.posts {
		if q.created < t && q.created > last {
			last = q.created
		}
	}
	return last
}

// plantDeleted is P8: a good story that its page deletes two days later.
func (h *history) plantDeleted(p *page) {
	at := h.ago(5, 8.6)
	q := h.put(p, at, story, "moi-truong", fmt.Sprintf(deletedStory, p.place.name), formAlbum, 4)
	q.gone = h.ago(3, 14.5)
	h.keep("P8", h.plan("P8", "câu chuyện hay bị chính trang đăng xóa đi", at, q.gone).on(p).with(q))
}

// plantNewPage is P9: a page that is four days old.
func (h *history) plantNewPage() {
	i := slices.IndexFunc(h.pages, func(p *page) bool { return p.role == roleNew })
	p := h.pages[i]
	p9 := h.plan("P9", "trang mới, ba bài: chưa đủ lịch sử", p.since).on(p)
	p9.with(h.put(p, h.ago(4, 9.2), news, "", fmt.Sprintf(newPageHello, p.place.name), formPhoto, 1))
	p9.with(h.put(p, h.ago(3, 19.6), story, "an-toan", fmt.Sprintf(newPageStory, p.place.name), formAlbum, 3))
	p9.with(h.put(p, h.ago(1, 8.4), notice, "", newPageNotice, formText, 0))
	h.keep("P9", p9)
}

// plantChild is P15: a story that shows a child of a poor household.
func (h *history) plantChild(p *page) {
	at := h.ago(4, 10.1)
	q := h.put(p, at, story, "me-do-dau", fmt.Sprintf(childStory, p.place.name), formPhoto, 1)
	h.keep("P15", h.plan("P15", "câu chuyện có trẻ em con hộ nghèo: hạn chế", at).on(p).with(q))
}

// plantBackDated is P16: a page tells a story and another page, five days later, publishes it with a date
// that lies before.
func (h *history) plantBackDated(first, late *page) {
	told, appears := h.ago(8, 9.7), h.ago(3, 15.2)
	original := h.put(first, told, story, "ocop", fmt.Sprintf(backDatedStory, first.place.name), formAlbum, 4)
	stated := appears - 10*day
	_, body, _ := strings.Cut(fmt.Sprintf(backDatedStory, first.place.name), "\n")
	q := h.put(late, stated, story, "ocop", "Chuyện hay về những người phụ nữ giữ nghề\n"+body, formPhoto, 1)
	q.appears = appears
	h.keep("P16", h.plan("P16", "bài ghi lùi ngày mười ngày để trông như đăng trước", stated, appears, told).on(late, first).with(q, original))
}
