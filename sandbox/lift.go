package sandbox

import (
	"net/url"
	"strings"
	"time"
)

// defaultLift is how much of the resharing page's usual interactions a reshare brings the original.
const defaultLift = 0.5

// liftSpan is how long a reshare goes on bringing something.
const liftSpan = 48 * hour

// lift is what one reshare brings its original.
type lift struct {
	by       string // the post that passes it on
	from, to int64  // from when, and until when if that was taken back
	bring    int
}

// at is what the lift has brought by second t: half of it within some ten hours, all of it after 48. A reshare that was
// taken back brings nothing more; what it brought stays.
func (l lift) at(t int64) counters {
	if l.to != 0 {
		t = min(t, l.to)
	}
	age := min(t-l.from, liftSpan)
	if age <= 0 {
		return counters{}
	}
	const tau = 16 * float64(hour)
	g := rise(float64(age)/tau) / rise(float64(liftSpan)/tau)
	part := func(n int) int { return int(float64(n)*g + 0.5) }
	comments, shares := l.bring/10, l.bring/5
	c := counters{reactions: part(l.bring - comments - shares), comments: part(comments), shares: part(shares)}
	c.reach = part(l.bring * 12)
	c.views = part(l.bring * 17)
	return c
}

// numbers are the counters of a post at second t, with what reshares brought it.
func (s *Sandbox) numbers(q *post, t int64) counters {
	c := q.counted(t)
	for _, l := range s.view.Load().lifts[q.id] {
		more := l.at(t)
		c.reactions += more.reactions
		c.comments += more.comments
		c.shares += more.shares
		c.reach += more.reach
		c.views += more.views
	}
	return q.split(c)
}

// TruthLift is what a reshare brings its original, so that what is measured can be held against it.
type TruthLift struct {
	By           string    // the post that passed it on
	At           time.Time // when that appeared
	Ended        time.Time // when it was taken back, before which it brought what it brought; zero: never
	Interactions int       // that it brings in all, 48 hours after At unless it ended before
}

func (s *Sandbox) truthLifts(post string) (all []TruthLift) {
	for _, l := range s.view.Load().lifts[post] {
		t := TruthLift{By: l.by, At: time.Unix(l.from, 0).UTC(), Interactions: l.bring}
		if l.to != 0 {
			t.Ended = time.Unix(l.to, 0).UTC()
		}
		all = append(all, t)
	}
	return all
}

// linked is the post that an address leads to. facebook says whether it is an address of Facebook's at all, which
// must lead to something that everybody can see.
func (s *Sandbox) linked(address string) (q *post, facebook bool) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, false
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Host), "www."), "m.")
	if host != "facebook.com" {
		return nil, false
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	short := parts[len(parts)-1]
	if len(short) < 8 { // 122, the code, the moment
		return nil, true
	}
	return s.post(pageID(short[3:8]) + "_" + short), true
}

// original is the post of another page that words and link pass on, nil if they pass on none.
func (s *Sandbox) original(p *page, words, link string) *post {
	if q, _ := s.linked(link); q != nil && q.page != p {
		return q
	}
	for _, word := range strings.Fields(words) {
		i := strings.Index(word, "https://")
		if i < 0 {
			continue
		}
		if q, _ := s.linked(strings.TrimRight(word[i:], ".,;:!?)”\"")); q != nil && q.page != p {
			return q
		}
	}
	return nil
}
