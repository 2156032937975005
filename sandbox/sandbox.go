package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Options say which province is wanted. The zero value is one of 26 weeks by the machine's clock.
type Options struct {
	Now     func() time.Time // the sandbox clock; time.Now if nil
	Weeks   int              // of past before the anchor; 26 if 0
	Latency time.Duration    // waited once for each HTTP request
	Faults  Faults
	// Anchor is the moment the plants hang on: the Monday of its week, in Viet Nam. Now's week if zero.
	Anchor time.Time
	// State is a file for what the platforms were told and must not forget over a restart, such as the
	// Zalo token that was used up. Memory only if empty.
	State string
	Seed  int64 // 47 if 0
	// ShareLift is how much a reshare brings its original, as a share of the interactions that posts of the resharing
	// page usually end with: within 48 hours the original gets so many more, seven of ten as reactions, two as shares,
	// one as a comment. 0.5 if 0; nothing when negative. Only Facebook posts that carry the link of another page's post
	// do it; messages and articles bring nothing that could be measured.
	ShareLift float64
	// Articles is how many articles a calendar month the official account may publish; 30 if 0.
	Articles int
	// ZaloPerMinute is how many calls a minute of the sandbox clock Zalo answers; 4,000 if 0.
	ZaloPerMinute int
}

// filled is the options with what was left out.
func (opt Options) filled() Options {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Weeks <= 0 {
		opt.Weeks = 26
	}
	if opt.Seed == 0 {
		opt.Seed = 47
	}
	if opt.ZaloPerMinute <= 0 {
		opt.ZaloPerMinute = 4000
	}
	switch {
	case opt.ShareLift == 0:
		opt.ShareLift = defaultLift
	case opt.ShareLift < 0:
		opt.ShareLift = 0
	}
	if opt.Articles <= 0 {
		opt.Articles = 30
	}
	if opt.Anchor.IsZero() {
		opt.Anchor = opt.Now()
	}
	return opt
}

// Sandbox is the province. It answers any number of requests at once.
type Sandbox struct {
	opt     Options
	anchor  int64 // Monday 00:00 in Viet Nam, Unix seconds
	places  []place
	pages   []*page
	groups  []*group187
	byPage  map[string]*page
	byGroup []*group187 // by id
	byPost  map[string]*post
	plants  map[string]Plant
	recent  []groupMessage // of all groups, oldest first
	tokens  map[string]*page
	faults  *faultBoard
	blocks  blocks
	heard   sync.Map // page id → the fields of its events that are subscribed
	calls   *callBook
	state   *state
	desk    desk
	view    atomic.Pointer[view]
	fields  sync.Map // parsed field lists by their text
	mux     *http.ServeMux
}

// New builds a province. It fails when the state file cannot be read or written.
func New(opt Options) (*Sandbox, error) {
	opt = opt.filled()
	h, err := live(opt.Seed, lantoa.WeekOf(opt.Anchor, Zone).Start(Zone), opt.Weeks)
	if err != nil {
		return nil, err
	}
	return raise(h, opt)
}

// raise puts a province that has been lived through behind its platforms.
func raise(h *history, opt Options) (*Sandbox, error) {
	s := &Sandbox{
		opt: opt, anchor: h.anchor, places: h.places, pages: h.pages, groups: h.groups, plants: h.plants,
		recent: h.recent, byPage: map[string]*page{}, byPost: map[string]*post{}, tokens: map[string]*page{},
		faults: newFaultBoard(opt.Faults), calls: &callBook{},
	}
	for _, p := range s.pages {
		if token := "EAASBX" + s.secret("page", p.id); p.pageToken != token { // another sandbox may be reading it
			p.pageToken = token
		}
		s.byPage[p.id], s.tokens[p.pageToken] = p, p
		for _, post := range p.posts {
			if s.byPost[post.id] != nil {
				return nil, fmt.Errorf("two posts have the id %s", post.id)
			}
			s.byPost[post.id] = post
		}
	}
	s.byGroup = slices.SortedFunc(slices.Values(s.groups), func(a, b *group187) int { return cmp.Compare(a.id, b.id) })
	var err error
	if s.state, err = openState(opt.State, s); err != nil {
		return nil, err
	}
	s.look()
	s.routes()
	return s, nil
}

// Handler serves everything: /graph, /zalo, /zalo-oauth, /media and /control.
func (s *Sandbox) Handler() http.Handler { return s.mux }

// Token is the token that may read all of it: at Graph the never-ending token of a system user, and the
// key of /control.
func (s *Sandbox) Token() string { return "EAASBXsystem" + s.secret("system") }

// AppID and AppSecret are those of the Facebook app that the tokens belong to.
func (s *Sandbox) AppID() string     { return "700000000000001" }
func (s *Sandbox) AppSecret() string { return s.secret("facebook app") }

// Units is the tree as an administrator would bring it: 188, of which 185 are in force since 2025-07-01.
func (s *Sandbox) Units() []lantoa.Unit { return units(s.places) }

// Channels is the list of 187 pages and 187 groups as an administrator would bring it. The unit is the one
// in force, so two groups of dissolved communes belong to the one that took them in; the pages of these two
// are archived with their old units. CreatedAt is when the channel came to be.
func (s *Sandbox) Channels() []lantoa.Channel {
	byID := map[lantoa.UnitID]lantoa.Unit{}
	for _, u := range s.Units() {
		byID[u.ID] = u
	}
	var out []lantoa.Channel
	for _, p := range s.pages {
		unit := byID[unitID(p.place.code)]
		if p.place.code == mergedInto {
			unit = byID[mergedID]
		}
		out = append(out, lantoa.Channel{
			Kind: lantoa.FacebookPage, Name: p.name, Unit: unit, External: p.id,
			URL: "https://www.facebook.com/" + p.id, Archived: unused(p.place.code), CreatedAt: time.Unix(p.since, 0).In(Zone),
		})
	}
	for _, g := range s.groups {
		unit := byID[unitID(g.place.code)]
		if dissolved(g.place.code) {
			unit = byID[mergedID]
		}
		out = append(out, lantoa.Channel{
			Kind: lantoa.ZaloGroup, Name: g.name, Unit: unit, External: g.id,
			URL: g.link(), CreatedAt: unionSince,
		})
	}
	return out
}

// Formerly is the unit to which a channel belonged before the merger, of those that have belonged to another since.
func (s *Sandbox) Formerly(ch lantoa.Channel) (unit lantoa.Unit, moved bool) {
	if ch.Unit.ID != mergedID {
		return unit, false
	}
	code := ""
	for _, p := range s.pages {
		if p.id == ch.External {
			code = p.place.code
		}
	}
	for _, g := range s.groups {
		if g.id == ch.External {
			code = g.place.code
		}
	}
	for _, u := range s.Units() {
		if u.Code == code && !u.To.IsZero() {
			return u, true
		}
	}
	return unit, false
}

// Count is what a channel serves at the clock's time.
type Count struct {
	Posts    int `json:"posts"`    // of a page: neither deleted nor hidden
	Messages int `json:"messages"` // of a group: all kinds
}

// Served says for each channel's external id what it serves now, whether or not its token lets one read it.
func (s *Sandbox) Served() map[string]Count {
	now, v := s.now(), s.view.Load()
	out := map[string]Count{}
	for _, p := range s.pages {
		c := Count{}
		if !(p.breakage == pageGone && p.broken <= now) && p.exists(now) {
			for _, post := range v.postsOf(p) {
				if post.shown(now) {
					c.Posts++
				}
			}
		}
		out[p.id] = c
	}
	for _, g := range s.groups {
		out[g.id] = Count{Messages: until(v.messagesOf(g), now)}
	}
	return out
}

// Plant is one of the planted cases P1 to P16. The first of each list is the one the case is named after.
type Plant struct {
	About    string      `json:"about"`
	Channels []string    `json:"channels"` // externals
	Posts    []string    `json:"posts"`    // externals of posts, or of messages
	Units    []string    `json:"units"`    // codes
	Times    []time.Time `json:"times"`    // when it begins, and ends or turns, if it does
	Metrics  []string    `json:"metrics,omitempty"`
	Query    string      `json:"query,omitempty"` // words to search for
}

// Plants are the planted cases by name, "P1" to "P16".
func (s *Sandbox) Plants() map[string]Plant { return s.plants }

func (s *Sandbox) now() int64 { return s.opt.Now().Unix() }
