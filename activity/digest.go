package activity

import (
	"context"
	"math"
	"slices"

	"github.com/hoiphunu/lantoa"
)

// usualWeeks is from how many weeks before it what is usual for a week is taken; with fewer than half of them there is none.
const usualWeeks = 8

// DigestMaterial are the channels' parts of the material of a week's digest.
func (d *Desk) DigestMaterial(ctx context.Context, w lantoa.Week) (lantoa.DigestMaterial, error) {
	n, err := d.Network(ctx)
	if err != nil {
		return lantoa.DigestMaterial{}, err
	}
	return n.DigestMaterial(w), nil
}

// DigestMaterial are the channels' parts of the material of a week's digest. A channel is told of under the unit that
// it belongs to now, as on the screens.
func (n *Network) DigestMaterial(w lantoa.Week) lantoa.DigestMaterial {
	m := lantoa.DigestMaterial{Week: w, UpTo: w.Settled(n.Zone), Channels: make([]lantoa.DigestChannel, 0, len(n.Channels))}
	if n.At.Before(m.UpTo) {
		m.UpTo = n.At
	}
	for _, ch := range n.Channels {
		m.Channels = append(m.Channels, n.digestChannel(ch, w))
	}
	return m
}

func (n *Network) digestChannel(ch Standing, w lantoa.Week) lantoa.DigestChannel {
	above := n.Units[ch.Unit.Parent].Name
	now, before := ch.Week(w), ch.Week(w.Before())
	c := lantoa.DigestChannel{
		ID: ch.ID, Kind: ch.Kind, Name: ch.Name, Unit: lantoa.DigestUnitOf(ch.Unit, above),
		State: ch.Alive, Before: before.State, Days: ch.Days, Usual: ch.Usual,
	}
	for _, l := range n.Leaves {
		c.Away = c.Away || l.Unit == ch.Unit.ID && l.On(w.End(n.Zone).AddDate(0, 0, -1))
	}
	if !now.Rolled() {
		return c
	}
	if !n.At.Before(w.End(n.Zone)) { // of a week that is over the state at its end stands
		c.State, c.Days, c.Usual = now.State, now.Days, now.Usual
	}
	c.Rolled, c.Posts, c.Own, c.Each = true, now.Posts, now.Own, now.Each
	c.PostsBefore, c.OwnBefore, c.EachBefore = before.Posts, before.Own, before.Each
	c.Got, c.Lost = got(now), now.Lost
	c.Followers, c.Reported = now.Followers, now.Followers.Known && now.Source == lantoa.FromReport
	var usual []float64
	for i, x := range lantoa.LastWeeks(w, lantoa.DigestStrip) {
		week, posts := ch.Week(x), -1
		if week.Rolled() {
			posts = week.Posts
			if i >= lantoa.DigestStrip-1-usualWeeks && x != w && got(week).Known {
				usual = append(usual, float64(got(week).N))
			}
		}
		c.Strip = append(c.Strip, posts)
	}
	if !slices.ContainsFunc(c.Strip, func(p int) bool { return p >= 0 }) {
		c.Strip = nil
	}
	if len(usual) >= usualWeeks/2 {
		c.UsualGot = lantoa.Of(int64(math.Round(median(usual).V)))
	}
	return c
}

// got are the interactions of a week's posts: none where there was no post, not known where no post has a figure.
func got(w lantoa.ChannelWeek) lantoa.Count {
	if w.Posts == 0 {
		return lantoa.Of(0)
	}
	return w.Interactions()
}
