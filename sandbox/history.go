package sandbox

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// ahead is how far beyond the anchor the province goes on: a demo may be left running.
const ahead = 8 * 7 * day

// history builds the province's life.
type history struct {
	seed    int64
	anchor  int64 // Monday 00:00
	from    int64 // nothing is older
	until   int64 // nothing is younger
	book    *book
	places  []place
	pages   []*page
	byCode  map[string]*page
	groups  []*group187
	recent  []groupMessage
	plants  map[string]Plant
	told    []*post // what pages of the province and the districts published, oldest first: to be passed on
	passing map[*page]map[*post]bool
}

// live builds the whole life of the province around a Monday: everything that is ever published.
func live(seed int64, monday time.Time, weeks int) (*history, error) {
	h := &history{
		seed: seed, anchor: monday.Unix(), byCode: map[string]*page{}, plants: map[string]Plant{},
		passing: map[*page]map[*post]bool{},
	}
	h.from, h.until = h.anchor-int64(weeks)*7*day, h.anchor+ahead
	var err error
	if h.places, err = readPlaces(unitsText); err != nil {
		return nil, err
	}
	if h.book, err = readBook(textsText); err != nil {
		return nil, err
	}
	h.makePages()
	h.castRoles()
	for _, level := range []lantoa.Level{lantoa.Province, lantoa.District, lantoa.Commune} {
		for _, p := range h.pages {
			if p.place.level == level {
				h.write(p)
			}
		}
		h.collectTold()
	}
	h.plant()
	for _, p := range h.pages {
		slices.SortFunc(p.posts, func(a, b *post) int { return cmp.Compare(a.created, b.created) })
	}
	h.settle()
	h.makeGroups()
	return h, nil
}

// makePages gives each unit its page with size and pace.
func (h *history) makePages() {
	for i, pl := range h.places {
		d := throw(h.seed, 1, int64(i))
		p := &page{index: i, id: pageID(pl.code), place: pl, since: h.from - 400*day}
		p.name = "Phụ nữ " + pl.name
		if pl.level == lantoa.Province {
			p.name = "Phụ nữ " + pl.bare()
		}
		if pl.name == "phường Trung Thành" { // the province has two
			p.name += " - " + h.places[pl.district].bare()
		}
		switch pl.level {
		case lantoa.Province:
			p.followers, p.rate = 6000, 3
		case lantoa.District:
			p.followers, p.rate = int(d.lognormal(1900, 0.35)), 1.0+0.4*d.f()
		default:
			p.followers = min(4200, max(38, int(d.lognormal(400, 1.03))))
			p.rate = min(2.2, max(0.09, d.lognormal(0.27, 1.05)))
		}
		if d.chance(0.15) && pl.level == lantoa.Commune {
			p.signature = pick(d, []string{
				"👉 Theo dõi trang " + p.name + " để cập nhật hoạt động Hội!",
				"—\nHội LHPN " + pl.name,
				"Đoàn kết – Sáng tạo – Dân chủ – Hội nhập – Phát triển",
			})
		}
		p.oldTones = d.chance(0.06)
		h.pages = append(h.pages, p)
		h.byCode[pl.code] = p
	}
}

// castRoles gives out the parts: which communes are thinning, silent or disconnected, and the planted ones.
func (h *history) castRoles() {
	for code, r := range map[string]role{
		codeStory: roleStory, codeDaily: roleDaily, codeRevoked: roleRevoked, codeSeldom: roleSeldom, codeVote: roleVoteHost,
	} {
		h.byCode[code].role = r
	}
	for _, p := range h.pages {
		if unused(p.place.code) {
			p.role = roleArchived
		}
	}
	free := h.extras()
	take := func(n int) []*page {
		out := free[:n]
		free = free[n:]
		return out
	}
	for _, p := range take(19) {
		p.role = roleThinning
		p.rate = min(0.9, max(0.4, p.rate))
	}
	for i, p := range take(8) {
		p.role = roleSilent
		p.rate = silentRates[i] / 7
	}
	for i, p := range take(4) {
		p.role, p.breakage = roleDisconnected, []breakage{tokenExpired, lostRole, permissionGone, pageGone}[i]
		p.broken = h.anchor - []int64{16, 9, 24, 6}[i]*day + 13*hour
		p.rate = max(0.3, p.rate)
	}
	take(1)[0].role = roleNew
	tired := 0
	for _, p := range free {
		if p.rate >= 3.5/7 && tired < lulls {
			p.lull = true
			tired++
		}
	}
	var districts []*page
	for _, p := range h.pages {
		if p.place.level == lantoa.District {
			districts = append(districts, p)
		}
	}
	districts[throw(h.seed, 3).n(len(districts))].role = roleThinning
	h.byCode[codeStory].followers, h.byCode[codeStory].oldTones, h.byCode[codeStory].signature = 1180, false, ""
	h.byCode[codeVote].followers = 3100
	h.byCode[codeDaily].rate = 1
	h.byCode[codeRevoked].rate, h.byCode[codeRevoked].breakage = 0.5, revoked
	h.byCode[codeRevoked].broken = h.anchor - 5*day + 10*hour
	for _, p := range h.pages {
		if p.role == roleNew {
			p.since, p.followers = h.anchor-4*day+8*hour, 132
		}
		p.usual = float64(p.followers) * 0.2 * 0.06 * 1.19
	}
}

// silentRates are posts a week of the pages that fall silent, silentDays how many days ago their last was:
// by section 6 of the algorithms exp(−rate·days) is then below 0.02, or the norm of 30 days is over.
var (
	silentRates = []float64{7, 5, 4.5, 4, 3.5, 3, 2.5, 2}
	silentDays  = []int64{10, 12, 15, 17, 19, 22, 27, 34}
)

// extras lists the communes without a planted part of their own, in a chance order.
func (h *history) extras() []*page {
	var out []*page
	for _, p := range h.pages {
		if p.place.level == lantoa.Commune && p.role == roleActive && !dissolved(p.place.code) {
			out = append(out, p)
		}
	}
	shuffle(throw(h.seed, 2), out)
	return out
}

// schedule is when the page posts, from its part.
func (h *history) schedule(p *page) []int64 {
	d := throw(h.seed, 12, int64(p.index))
	var out []int64
	switch p.role {
	case roleDaily:
		for t := h.anchor - 9*day; t >= h.from; t -= day {
			out = append(out, atHour(t, d))
		}
	case roleSeldom:
		for k := int64(-2); h.anchor-12*day-k*21*day >= h.from; k++ {
			out = append(out, atHour(h.anchor-12*day-k*21*day, d))
		}
	case roleStory:
		out = h.storyTimes(d)
	case roleNew:
		for _, t := range h.times(p) {
			if t > h.anchor {
				out = append(out, t)
			}
		}
	case roleSilent:
		last := h.anchor - silentDays[h.silentIndex(p)]*day
		for _, t := range h.times(p) {
			if t < last {
				out = append(out, t)
			}
		}
		out = append(out, atHour(last, d))
	case roleArchived:
		for _, t := range h.times(p) {
			if t < mergedOn.Unix() {
				out = append(out, t)
			}
		}
	default:
		if p.lull {
			return h.lull(h.times(p))
		}
		return h.times(p)
	}
	return tidy(out, max(h.from, p.since), h.until)
}

// lulls is how many pages posted little for four weeks and came back in the last one: a week before the anchor 148 pages
// are active, at the anchor 151. Every week some go and some come, and the sum of a week says little without the one
// before it.
const lulls = 29

// lull keeps four in nine of the posts of the four weeks that end a week before the anchor.
func (h *history) lull(times []int64) []int64 {
	n := 0
	return slices.DeleteFunc(times, func(t int64) bool {
		if t < h.anchor-35*day || t >= h.anchor-7*day {
			return false
		}
		n++
		return n%9 != 1 && n%9 != 3 && n%9 != 5 && n%9 != 8
	})
}

func (h *history) silentIndex(p *page) int {
	for i, rate := range silentRates {
		if math.Abs(p.rate-rate/7) < 1e-9 {
			return i
		}
	}
	return 0
}

// storyTimes are the 34 posts of xã Đồng Mẫu before its story: one or two a week, on Friday or Saturday. Its
// followers are quick, so that a look on Monday morning, when none is three days old yet, finds each with
// all it will ever have: what is usual for the page does not depend on how often one looks.
func (h *history) storyTimes(d *dice) []int64 {
	var out []int64
	extra := 0
	for w := int64(25); w >= 2; w-- {
		monday := h.anchor - w*7*day
		out = append(out, monday+4*day+7*hour+int64(d.n(int(14*hour))))
		if want := int(26-w) * 10 / 24; want > extra {
			extra++
			out = append(out, monday+5*day+7*hour+int64(d.n(int(12*hour))))
		}
	}
	for w := range ahead / (7 * day) {
		out = append(out, h.anchor+w*7*day+3*day+19*hour+int64(d.n(int(2*hour))))
	}
	return out
}
