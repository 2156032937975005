package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// makeGroups gives each unit its group and the group its messages: about one a day, of each three in a row
// one worth keeping (a long text, or a picture with words), the others talk.
func (h *history) makeGroups() {
	for i, pl := range h.places {
		d := throw(h.seed, 71, int64(i))
		g := &group187{index: i, id: groupID(pl.code), name: "PN " + pl.name, place: pl}
		switch pl.level {
		case lantoa.Province:
			g.name, g.members = "Hội LHPN "+pl.name, 64
		case lantoa.District:
			g.members = d.between(60, 210)
		default:
			g.members = min(980, max(24, int(d.lognormal(130, 0.6))))
		}
		if pl.name == "phường Trung Thành" { // the province has two
			g.name += " - " + h.places[pl.district].bare()
		}
		if d.chance(0.08) {
			g.name += pick(d, []string{" 🌸", " 🌾", " 💐"})
		}
		h.groups = append(h.groups, g)
		h.talk(g)
	}
	for _, g := range h.groups {
		for n := range g.messages {
			h.recent = append(h.recent, groupMessage{g.messages[n].at, g, n})
		}
	}
	slices.SortStableFunc(h.recent, func(a, b groupMessage) int { return cmp.Compare(a.at, b.at) })
	at := h.ago(4, 20.3)
	h.keep("P12", &Plant{
		About: "câu chuyện một chi hội trưởng gửi tới tài khoản Zalo của Hội: lời và một ảnh", Channels: []string{zaloOAID},
		Posts: []string{fmt.Sprintf("c0deb0%014x", at), fmt.Sprintf("c0deb0%014x", at+41)}, Times: []time.Time{h.plain(at)},
	})
}

// talk fills a group, three days at a time so that no stretch is without a message worth keeping.
func (h *history) talk(g *group187) {
	seen := map[*template]int64{}
	for cell := (h.from - h.anchor) / (3 * day); h.anchor+cell*3*day < h.until; cell++ {
		d := throw(h.seed, 72, int64(g.index), cell+10000)
		keep := d.n(3)
		for k := range int64(3) {
			at := atHour(h.anchor+(cell*3+k)*day+12*hour, d)
			if at < h.from || at >= h.until {
				continue
			}
			m := message{at: at*1000 + int64(d.n(1000)), from: int32(d.n(40))}
			m.id = fmt.Sprintf("c0de%04x%012x", g.index, m.at)
			if int(k) == keep {
				h.tell(&m, g, at, d, seen)
			} else {
				chat(&m, d)
			}
			g.messages = append(g.messages, m)
		}
	}
	slices.SortFunc(g.messages, func(a, b message) int { return cmp.Compare(a.at, b.at) })
}

// tell writes a message worth keeping.
func (h *history) tell(m *message, g *group187, at int64, d *dice, seen map[*template]int64) {
	p := h.pages[g.index]
	genre := weigh(d, []weighted{{story, 14}, {news, 46}, {notice, 30}, {meeting, 10}})
	q := h.post(p, genre, at, d, seen)
	m.text = strings.TrimSpace(q.text)
	m.kind = "text"
	if genre != notice && d.chance(0.4) || len([]rune(m.text)) < 170 {
		m.kind = "photo"
	}
	if g.place.level != lantoa.Commune && genre == notice && d.chance(0.3) {
		m.from = -1 // the official account itself
	}
}

var chatter = strings.Split("Dạ vâng ạ|Vâng ạ|Dạ em nhận được rồi ạ|Chúc các chị buổi sáng vui vẻ ☀️|👏👏👏|Em cảm ơn chị ạ|Chi hội em đã báo cáo rồi ạ|Dạ chi hội em 12 chị tham gia ạ|Vâng chị, mai em gửi ạ|Tuyệt vời quá các chị ơi ❤️|Ok chị|Chị cho em xin danh sách với ạ|Em đi đủ ạ|Mai mấy giờ họp hả chị?|7 giờ 30 em nhé|Nhất trí ạ|Đã nộp đủ hội phí ạ|Chúc mừng chi hội mình 🎉|Dạ em ghi nhận ạ|Em xin phép vắng vì cháu ốm ạ|Chị em mình cố gắng nhé|Hay quá ạ /-heart|Vâng em chuyển xuống các tổ rồi ạ|Cả nhà ngủ ngon nhé", "|")

// chat writes a message that is only counted.
func chat(m *message, d *dice) {
	switch x := d.f(); {
	case x < 0.62:
		m.kind, m.text = "text", pick(d, chatter)
	case x < 0.84:
		m.kind = "sticker"
	case x < 0.92:
		m.kind, m.text = "photo", ""
	case x < 0.97:
		m.kind = "voice"
	default:
		m.kind, m.text = "link", pick(d, []string{"Các chị xem nhé", "Bài hay đây ạ", ""})
	}
}
