package web

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
)

// peer is what a unit's channels of one kind had in a period, to be compared with.
type peer struct {
	unit      lantoa.UnitID
	followers lantoa.Count
	values    [4]activity.Value // posts a week, own share, median interactions, engagement rate
}

type peerKey struct {
	level  lantoa.Level
	kind   lantoa.ChannelKind
	period activity.Period
}

// peers keeps what was reckoned of one picture of the network, for the units of a level are compared with the same.
type peers struct {
	mu    sync.Mutex
	of    *activity.Network
	bands map[lantoa.Week]map[lantoa.ChannelID]activity.Banded
	lists map[peerKey][]peer
}

// fresh forgets what was reckoned of another picture.
func (k *peers) fresh(n *activity.Network) {
	if k.of != n {
		k.of, k.bands, k.lists = n, map[lantoa.Week]map[lantoa.ChannelID]activity.Banded{}, map[peerKey][]peer{}
	}
}

func (s *Server) bands(n *activity.Network, last lantoa.Week) map[lantoa.ChannelID]activity.Banded {
	s.peers.mu.Lock()
	defer s.peers.mu.Unlock()
	s.peers.fresh(n)
	if _, is := s.peers.bands[last]; !is {
		s.peers.bands[last] = activity.Bands(n, last)
	}
	return s.peers.bands[last]
}

// unitPeersOf are the units of a level that publish on a kind of channel, each with its figures of a period.
func (s *Server) unitPeersOf(n *activity.Network, level lantoa.Level, kind lantoa.ChannelKind, period activity.Period) []peer {
	s.peers.mu.Lock()
	defer s.peers.mu.Unlock()
	s.peers.fresh(n)
	k := peerKey{level, kind, period}
	if list, is := s.peers.lists[k]; is {
		return list
	}
	today := lantoa.Day(n.At, n.Zone)
	of := map[lantoa.UnitID][]activity.Standing{}
	var order []lantoa.UnitID
	for _, ch := range n.Channels {
		if ch.Kind != kind || ch.Unit.Level != level || ch.Alive == lantoa.Archived || ch.Alive == lantoa.Waiting || !ch.Unit.InForce(today) {
			continue
		}
		if of[ch.Unit.ID] == nil {
			order = append(order, ch.Unit.ID)
		}
		of[ch.Unit.ID] = append(of[ch.Unit.ID], ch)
	}
	list := make([]peer, 0, len(order))
	for _, id := range order {
		list = append(list, peerOf(n, id, of[id], period))
	}
	s.peers.lists[k] = list
	return list
}

func peerOf(n *activity.Network, id lantoa.UnitID, channels []activity.Standing, period activity.Period) peer {
	f := n.Figures(channels, period)
	x := peer{unit: id, followers: f.Followers, values: [4]activity.Value{1: f.OwnShare(), 2: f.Median, 3: f.Rate}}
	if f.Followers = (lantoa.Count{}); !x.followers.Known {
		for _, ch := range channels { // nothing newer was told in the period
			if ch.Followers.Known {
				x.followers = lantoa.Of(x.followers.N + ch.Followers.N)
			}
		}
	}
	// Weeks that were not rolled up and days that could not be read are in no rate.
	if days := 7*(period.Len()*len(channels)-f.Missing) - f.Lost; days >= 7 {
		x.values[0] = activity.Value{V: 7 * float64(f.Posts) / float64(days), Known: true}
	}
	return x
}

// compare puts the unit beside the medians of units of its size and level. Of fewer than five nothing is told.
func (p *unitPage) compare(all []peer, n *activity.Network, u lantoa.Unit, main activity.Standing, alive []activity.Standing, period activity.Period) {
	same := onlyStandings(alive, func(x activity.Standing) bool { return x.Kind == main.Kind })
	self := peerOf(n, u.ID, same, period)
	others := onlyPeers(all, func(x peer) bool { return x.unit != u.ID })
	like := onlyPeers(others, func(x peer) bool {
		return self.followers.Known && x.followers.Known && 2*x.followers.N >= self.followers.N && x.followers.N <= 2*self.followers.N
	})
	if len(others) < unitPeers {
		return
	}
	level := strings.ToLower(p.Level(u.Level))
	c := &comparison{Heads: []string{p.Channel(main.Kind)}}
	columns := [][]peer{}
	if len(like) >= unitPeers {
		c.Heads, columns = append(c.Heads, p.T("unit.compare_size")), append(columns, like)
		c.Notes = append(c.Notes, p.T("unit.compare_size_why", "n", len(like), "level", level, "from", (self.followers.N+1)/2, "to", 2*self.followers.N))
	}
	c.Heads, columns = append(c.Heads, p.T("unit.compare_level")), append(columns, others)
	c.Notes = append(c.Notes, p.T("unit.compare_level_why", "n", len(others), "level", level, "kind", p.Channel(main.Kind)))
	for i, name := range []string{"unit.compare_week", "unit.own", "unit.median", "unit.rate"} {
		write := []func(activity.Value) string{p.value, p.share, p.value, p.rate}[i]
		row := comparisonRow{Name: p.T(name), Cells: []monthCell{{c.Heads[0], write(self.values[i])}}}
		for k, list := range columns {
			row.Cells = append(row.Cells, monthCell{c.Heads[k+1], write(medianOf(list, i))})
		}
		c.Rows = append(c.Rows, row)
	}
	p.Compare = c
}

func onlyPeers(list []peer, keep func(peer) bool) []peer {
	var out []peer
	for _, x := range list {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

// medianOf is the median of one figure over those that have it.
func medianOf(list []peer, i int) activity.Value {
	var given []float64
	for _, x := range list {
		if x.values[i].Known {
			given = append(given, x.values[i].V)
		}
	}
	if len(given) < unitPeers {
		return activity.Value{}
	}
	slices.SortFunc(given, cmp.Compare)
	return activity.Value{V: (given[(len(given)-1)/2] + given[len(given)/2]) / 2, Known: true}
}
