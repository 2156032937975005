package web

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/store"
)

// standing is a channel with how it is doing.
type standing struct {
	lantoa.Channel
	Alive lantoa.Alive
	Days  int     // calendar days since its last post, -1 if it never posted
	Usual float64 // posts a week
}

// standings are the channels in the scope that publish, each with its state. What was brought in from
// files is no channel that could be alive or silent.
func (s *Server) standings(ctx context.Context, scope lantoa.Scope) ([]standing, error) {
	now := s.Now()
	channels, err := s.Store.Channels(ctx, scope, store.ChannelFilter{})
	if err != nil {
		return nil, err
	}
	rhythms, err := s.rhythms.of(channels, scope, now, func() (map[lantoa.ChannelID]lantoa.Rhythm, error) {
		return s.Store.Rhythms(ctx, scope, now)
	})
	if err != nil {
		return nil, err
	}
	out := make([]standing, 0, len(channels))
	for _, ch := range channels {
		if ch.Kind == lantoa.Imported {
			continue
		}
		x := standing{Channel: ch}
		x.Alive, x.Days, x.Usual = activity.State(ch, rhythms[ch.ID], now, s.Zone)
		out = append(out, x)
	}
	return out, nil
}

// rhythms keeps the rhythms of a scope until a post comes or goes in it, or some minutes have passed: they rest
// on months of posts, and a page that is looked at every few seconds need not count them each time.
type rhythms struct {
	mu   sync.Mutex
	kept map[lantoa.Scope]keptRhythms
}

type keptRhythms struct {
	mark uint64 // of how many posts each channel has
	at   time.Time
	all  map[lantoa.ChannelID]lantoa.Rhythm
}

const (
	rhythmsHold = 5 * time.Minute // by the clock of the posts
	scopesHeld  = 64
)

func (r *rhythms) of(channels []lantoa.Channel, scope lantoa.Scope, now time.Time, count func() (map[lantoa.ChannelID]lantoa.Rhythm, error)) (map[lantoa.ChannelID]lantoa.Rhythm, error) {
	h := fnv.New64a()
	for _, ch := range channels {
		fmt.Fprintf(h, "%s %d\n", ch.ID, ch.Posts)
	}
	mark := h.Sum64()
	r.mu.Lock()
	k, ok := r.kept[scope]
	r.mu.Unlock()
	if ok && k.mark == mark && now.Sub(k.at).Abs() < rhythmsHold {
		return k.all, nil
	}
	all, err := count()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) >= scopesHeld {
		r.kept = map[lantoa.Scope]keptRhythms{}
	}
	r.kept[scope] = keptRhythms{mark: mark, at: now, all: all}
	return all, nil
}

// sentence says how a channel is doing: "im lặng 9 ngày, thường đăng hằng ngày".
func (p Page) sentence(x standing) string {
	if x.Alive == lantoa.Disconnected && x.Trouble != nil {
		return p.Happened(x.Trouble, x.Kind)
	}
	return p.Standing(x.Alive, x.Days, x.Usual)
}

func tally(all []standing) activity.Tally {
	var t activity.Tally
	for _, x := range all {
		t.Add(x.Alive)
	}
	return t
}

func only(all []standing, keep func(standing) bool) []standing {
	var out []standing
	for _, x := range all {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

// byUrgency sorts in the order in which somebody should look: what cannot be read, what is silent longest, what
// grows thin, then the rest as the tree has it.
func byUrgency(all []standing) {
	rank := map[lantoa.Alive]int{
		lantoa.Disconnected: 0, lantoa.Silent: 1, lantoa.Thinning: 2, lantoa.Waiting: 3, lantoa.Active: 4, lantoa.Archived: 5,
	}
	slices.SortStableFunc(all, func(a, b standing) int {
		if c := cmp.Compare(rank[a.Alive], rank[b.Alive]); c != 0 {
			return c
		}
		if a.Alive == lantoa.Silent {
			return cmp.Compare(b.Days, a.Days)
		}
		return 0
	})
}
