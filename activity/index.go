package activity

import (
	"math"

	"github.com/hoiphunu/lantoa"
)

// Band says how a channel does among its level over four weeks (algorithms, section 7), never as a rank.
type Band string

const (
	Outstanding Band = "outstanding" // Nổi bật
	Steady      Band = "steady"      // Ổn định
	NeedsHelp   Band = "needs_help"  // Cần hỗ trợ
)

const (
	bandWeeks = 4
	bandPeers = 8 // among fewer channels of a level a percentile says nothing
	bandHigh  = 0.68
	bandLow   = 0.32
)

// Banded is a channel's band with the three percentiles it rests on, each the share of its level that does no better,
// counting equals half. An absent figure takes no part.
type Banded struct {
	Band       Band
	Index      float64 // geometric mean of the percentiles that are known
	Regularity Value   // of weeks with a post among the weeks in which it could be read
	Engagement Value   // of its median engagement rate
	Own        Value   // of its own share
	Peers      int     // channels of the level that were compared
}

// Bands are the bands of channels over the four weeks that end with last, each among the channels of its kind and its
// unit's level. Archived, waiting and disconnected channels, and those not known for the four weeks, have none.
func Bands(n *Network, last lantoa.Week) map[lantoa.ChannelID]Banded {
	return keeping(n.kept, func(k *kept) map[lantoa.Week]map[lantoa.ChannelID]Banded { return k.bands }, last, func() map[lantoa.ChannelID]Banded { return bands(n, last) })
}

func bands(n *Network, last lantoa.Week) map[lantoa.ChannelID]Banded {
	type group struct {
		level lantoa.Level
		kind  lantoa.ChannelKind
	}
	p := PeriodOf(last, bandWeeks)
	groups := map[group][]banding{}
	for _, ch := range n.Channels {
		if b, ok := n.banding(ch, p); ok {
			g := group{ch.Unit.Level, ch.Kind}
			groups[g] = append(groups[g], b)
		}
	}
	out := map[lantoa.ChannelID]Banded{}
	for _, peers := range groups {
		if len(peers) < bandPeers {
			continue
		}
		var columns [3][]float64
		for _, b := range peers {
			for i, v := range b.values {
				if v.Known {
					columns[i] = append(columns[i], v.V)
				}
			}
		}
		for _, b := range peers {
			var place [3]Value
			product, known := 1.0, 0
			for i, v := range b.values {
				if v.Known {
					place[i] = Value{percentile(columns[i], v.V), true}
					product *= place[i].V
					known++
				}
			}
			if known == 0 {
				continue
			}
			x := Banded{Index: math.Pow(product, 1/float64(known)), Regularity: place[0], Engagement: place[1], Own: place[2], Peers: len(peers)}
			switch {
			case x.Index >= bandHigh:
				x.Band = Outstanding
			case x.Index < bandLow:
				x.Band = NeedsHelp
			default:
				x.Band = Steady
			}
			out[b.id] = x
		}
	}
	return out
}

type banding struct {
	id     lantoa.ChannelID
	values [3]Value // weeks with a post, engagement rate, own share
}

func (n *Network) banding(ch Standing, p Period) (banding, bool) {
	switch ch.Alive {
	case lantoa.Archived, lantoa.Waiting, lantoa.Disconnected:
		return banding{}, false
	}
	with, readable := 0, 0
	for _, w := range ch.Weeks {
		if !p.Has(w.Week) {
			continue
		}
		if !w.Rolled() {
			return banding{}, false
		}
		if w.Posts > 0 {
			with++
		}
		if w.Posts > 0 || w.Lost < 4 { // a week that was mostly unreadable asks for nothing
			readable++
		}
	}
	if readable == 0 {
		return banding{}, false
	}
	f := n.Figures([]Standing{ch}, p)
	return banding{ch.ID, [3]Value{{float64(with) / float64(readable), true}, f.Rate, f.OwnShare()}}, true
}

// percentile is the share of values below v, equals counting half: the middle of its place, never 0 and never 1.
func percentile(values []float64, v float64) float64 {
	below, equal := 0, 0
	for _, x := range values {
		switch {
		case x < v:
			below++
		case x == v:
			equal++
		}
	}
	return (float64(below) + float64(equal)/2) / float64(len(values))
}
