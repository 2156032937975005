package activity

import (
	"cmp"
	"slices"

	"github.com/hoiphunu/lantoa"
)

// Within says whether the whole period lies in the weeks that the network remembers.
func (n *Network) Within(p Period) bool {
	return len(n.Calendar) > 0 && n.Calendar[0].Compare(p.From) <= 0 && p.To.Compare(n.Calendar[len(n.Calendar)-1]) <= 0
}

// Only is the network with those of its channels that are to be kept.
func (n *Network) Only(keep func(Standing) bool) *Network {
	cut := *n
	cut.kept = newKept()
	cut.Channels = slices.DeleteFunc(slices.Clone(n.Channels), func(x Standing) bool { return !keep(x) })
	return &cut
}

// StatesAt are the states of channels when a week was settled. known is how many of them had one then.
func (n *Network) StatesAt(channels []Standing, w lantoa.Week) (t Tally, known int) {
	for _, ch := range channels {
		if x := ch.Week(w); x.Rolled() {
			t.Add(x.State)
			known++
		}
	}
	return t, known
}

// Grown is by how many the followers of the channels grew from the period before to this one: of those channels only
// that have a figure in both, so that a page newly added is no growth.
func (n *Network) Grown(channels []Standing, p Period) lantoa.Count {
	before := p.Before()
	var grown lantoa.Count
	for _, ch := range channels {
		now, then := newest(ch, p), newest(ch, before)
		if now.Known && then.Known {
			grown = lantoa.Of(grown.N + now.N - then.N)
		}
	}
	return grown
}

// newest is the newest size of a channel in a period.
func newest(ch Standing, p Period) (followers lantoa.Count) {
	for _, w := range ch.Weeks {
		if p.Has(w.Week) && w.Rolled() && w.Followers.Known {
			followers = w.Followers
		}
	}
	return followers
}

// Fallen are the channels that are silent now and were not when a week was settled: longest first.
func (n *Network) Fallen(channels []Standing, since lantoa.Week) []Standing {
	var out []Standing
	for _, ch := range channels {
		if x := ch.Week(since); ch.Alive == lantoa.Silent && x.Rolled() && x.State != lantoa.Silent {
			out = append(out, ch)
		}
	}
	slices.SortStableFunc(out, func(a, b Standing) int { return cmp.Compare(b.Days, a.Days) })
	return out
}
