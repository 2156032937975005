package zalo

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// remark is a message of a town of several groups.
type remark struct {
	group, id string
	at        time.Time // by the platform's clock
	shown     time.Time // when lists have it
}

// town serves several groups, each by itself and all together, as of a moment of its own clock.
type town struct {
	now      time.Time
	remarks  []remark
	hides    string // a group that the list of all leaves out
	broken   bool   // the list of all does not answer
	oneEach  bool   // it shows the newest message of each group only
	restrict int    // and no more than so many altogether; 0: all
}

func (s *town) list(group string) (out []string) {
	var shown []remark
	for _, r := range s.remarks {
		if (group == "" || r.group == group) && !r.shown.After(s.now) {
			shown = append(shown, r)
		}
	}
	slices.SortStableFunc(shown, func(a, b remark) int { return b.at.Compare(a.at) })
	seen := map[string]bool{}
	for _, r := range shown {
		if group == "" && (r.group == s.hides || s.oneEach && seen[r.group] || s.restrict > 0 && len(out) == s.restrict) {
			continue
		}
		seen[r.group] = true
		out = append(out, fmt.Sprintf(`{"src":1,"type":"text","message":"ạ","message_id":%q,"group_id":%q,"from_id":"1","time":%d}`, r.id, r.group, r.at.UnixMilli()))
	}
	return out
}

func (s *town) serve(r *http.Request, w http.ResponseWriter) bool {
	group := r.FormValue("group_id")
	switch {
	case strings.HasSuffix(r.URL.Path, "/listrecentchat") && s.broken:
		w.WriteHeader(http.StatusBadGateway)
		return true
	case strings.HasSuffix(r.URL.Path, "/listrecentchat"):
		group = ""
	case !strings.HasSuffix(r.URL.Path, "/conversation"):
		return false
	}
	offset, _ := strconv.Atoi(r.FormValue("offset"))
	count, _ := strconv.Atoi(r.FormValue("count"))
	fmt.Fprintf(w, `{"error":0,"data":[%s]}`, strings.Join(cut(s.list(group), offset, count), ","))
	return true
}

// Whatever happens to clocks, lists, messages on their way and visits that could not be kept: a message that was said is
// read at the visit after the lists had it, and most visits to groups where nothing is said ask for nothing.
func TestAQuietGroupIsNotRead(t *testing.T) {
	tests := []struct {
		name  string
		skew  time.Duration // how far our clock is ahead
		shape func(*town)
		fails float64 // share of visits that cannot be kept
		stops float64 // share of visits after which the process begins anew
		saves bool    // a good part of the reading is spared
	}{
		{name: "all goes well", saves: true},
		{name: "our clock is an hour ahead", skew: time.Hour, saves: true},
		{name: "our clock is an hour behind", skew: -time.Hour, saves: true},
		{name: "the list shows only the newest message of each group", shape: func(s *town) { s.oneEach = true }, saves: true},
		{name: "the list is short", shape: func(s *town) { s.restrict = 5 }},
		{name: "the list leaves out a group that talks", shape: func(s *town) { s.hides = "g0" }},
		{name: "the list does not answer", shape: func(s *town) { s.broken = true }},
		{name: "visits are often not kept", fails: 0.3, saves: true},
		{name: "the process often begins anew", stops: 0.05},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dice := rand.New(rand.NewPCG(7, 8))
			h := open(t)
			s := &town{now: monday}
			if tt.shape != nil {
				tt.shape(s)
			}
			h.server.before = s.serve
			said := func(group string, at time.Time) {
				// Some messages take minutes until the lists have them.
				late := time.Duration(dice.IntN(4)) * time.Minute * time.Duration(dice.IntN(2))
				s.remarks = append(s.remarks, remark{group, fmt.Sprintf("%s-%d", group, len(s.remarks)), at, at.Add(late)})
			}
			groups := map[string]*lantoa.Channel{}
			for i := range 8 {
				id := fmt.Sprint("g", i)
				groups[id] = &lantoa.Channel{ID: lantoa.ChannelID(id), Kind: lantoa.ZaloGroup, External: id}
				for k := range 5 {
					said(id, monday.Add(-time.Duration(60*k+i)*time.Minute))
				}
			}
			quietVisits, visits := 0, 0
			visit := func(ch *lantoa.Channel) {
				h.now = s.now.Add(tt.skew)
				if !ch.FirstRead.IsZero() {
					visits++
				}
				before := h.server.asked("/v3.0/oa/group/conversation")
				ask := lantoa.Ask{Depth: lantoa.Fresh, Since: h.now.Add(-24 * time.Hour)}
				if ch.FirstRead.IsZero() {
					ask = lantoa.Ask{Depth: lantoa.Full}
				}
				haul, err := h.Visit(t.Context(), *ch, ask, h.now)
				if err != nil {
					t.Fatal(err)
				}
				if h.server.asked("/v3.0/oa/group/conversation") == before {
					quietVisits++
				}
				if dice.Float64() < tt.fails {
					return // the store was full: neither the messages nor the visit were kept
				}
				h.shelf.put(t, haul)
				if ch.FirstRead.IsZero() {
					ch.FirstRead = h.now
				}
				ch.LastRead = h.now
				if dice.Float64() < tt.stops {
					h.Client = h.again()
				}
			}
			// Two groups talk now and then, one a little, five not at all.
			for minute := range 12 * 60 {
				s.now = monday.Add(time.Duration(minute) * time.Minute)
				if dice.IntN(9) == 0 {
					said([]string{"g0", "g0", "g1", "g1", "g2"}[dice.IntN(5)], s.now)
				}
				for id, ch := range groups {
					if n, _ := strconv.Atoi(id[1:]); minute%60 == n*7 {
						visit(ch)
					}
				}
			}
			fails := tt.fails
			tt.fails, s.now = 0, s.now.Add(30*time.Minute)
			for id := range groups {
				visit(groups[id])
			}
			for _, r := range s.remarks {
				if !h.shelf.chatter[r.id] {
					t.Errorf("%s, said at %s, was lost", r.id, r.at.Format("15:04"))
				}
			}
			if tt.saves && quietVisits*3 < visits {
				t.Errorf("only %d of %d visits were spared (%v of them not kept)", quietVisits, visits, fails)
			}
			t.Logf("%d of %d visits spared, %d calls of the list", quietVisits, visits, h.server.asked("/v3.0/oa/group/listrecentchat"))
		})
	}
}

func TestDeepVisitsAlwaysRead(t *testing.T) {
	h := open(t)
	s := &town{now: monday, remarks: []remark{{"g", "1", monday.Add(-time.Hour), monday.Add(-time.Hour)}}}
	h.server.before = s.serve
	ch := lantoa.Channel{ID: "g", Kind: lantoa.ZaloGroup, External: "g", FirstRead: monday, LastRead: monday}
	for _, depth := range []lantoa.Depth{lantoa.Fresh, lantoa.Fresh, lantoa.Recent, lantoa.Season} {
		if _, err := h.Visit(t.Context(), ch, lantoa.Ask{Depth: depth, Since: monday.Add(-time.Hour)}, h.now); err != nil {
			t.Fatal(err)
		}
		ch.LastRead = h.now
	}
	if n := h.server.asked("/v3.0/oa/group/conversation"); n < 3 {
		t.Errorf("a group was read %d times", n)
	}
}

// A visit follows an event within a minute: the list that was read before the event must not send it away.
func TestAVisitAfterAnEventSeesWhatWasSaid(t *testing.T) {
	h := open(t)
	s := &town{now: monday}
	h.server.before = s.serve
	for i := range 3 {
		at := monday.Add(-time.Duration(2+i) * time.Hour)
		s.remarks = append(s.remarks, remark{fmt.Sprint("g", i), fmt.Sprint("m", i), at, at})
	}
	visit := func(group string, last time.Time) int {
		ch := lantoa.Channel{ID: "c", Kind: lantoa.ZaloGroup, External: group, FirstRead: monday.Add(-time.Hour), LastRead: last}
		haul, err := h.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Fresh, Since: monday.Add(-24 * time.Hour)}, h.now)
		if err != nil {
			t.Fatal(err)
		}
		h.shelf.put(t, haul)
		return len(haul.Chatter)
	}
	visit("g1", monday.Add(-time.Hour))
	h.now, s.now = monday.Add(time.Hour), monday.Add(time.Hour)
	visit("g2", monday.Add(-time.Hour)) // and the list with it
	s.remarks = append(s.remarks, remark{"g1", "new", s.now.Add(time.Second), s.now.Add(time.Second)})
	h.now, s.now = h.now.Add(61*time.Second), s.now.Add(61*time.Second)
	if n := visit("g1", monday); n != 1 {
		t.Errorf("%d messages a minute after the event", n)
	}
}
