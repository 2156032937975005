package activity

import (
	"cmp"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Material is what weeks are rolled up from.
type Material struct {
	Channels []lantoa.Channel
	Posts    []lantoa.WeekPost                                       // of the weeks
	Curves   []lantoa.PostCurve                                      // of posts told up to Growing before the weeks
	Sizes    map[lantoa.ChannelID][]lantoa.ChannelSnapshot           // oldest first, from some days before the weeks
	Stories  map[lantoa.ChannelID][]time.Time                        // when a channel first told its stories
	Looks    map[lantoa.Week]Look                                    // for weeks whose state is to be found
	Settled  map[lantoa.ChannelID]map[lantoa.Week]lantoa.ChannelWeek // rolled before, when the week was over: their states stand
}

// AllSettled says whether every channel that could have the week has it from after its end.
func (m Material) AllSettled(w lantoa.Week) bool {
	for _, ch := range m.Channels {
		if _, is := m.Settled[ch.ID][w]; !is && !ch.FirstRead.IsZero() {
			return false
		}
	}
	return true
}

// Look is what is known of all channels at the moment as of which a week is told.
type Look struct {
	At      time.Time
	Running bool // the week is not over: the channels are as they stand now
	Rhythms map[lantoa.ChannelID]lantoa.Rhythm
	Seen    map[lantoa.ChannelID]lantoa.Seen
}

// Growing is how long a post's interactions are followed.
const Growing = 28 * 24 * time.Hour

// Roll reckons the weeks of all channels. A week in which a channel was not known yet has no row. The state of a week
// that was over when it was rolled before stands: what a leader was told on Monday is told the same a year later,
// while the figures of posts may still grow.
func Roll(weeks []lantoa.Week, m Material, now time.Time, zone *time.Location) []lantoa.ChannelWeek {
	r := roller{Material: m, now: now, zone: zone, rows: map[rowKey]*lantoa.ChannelWeek{}}
	var order []rowKey
	for _, ch := range m.Channels {
		for _, w := range weeks {
			if row, ok := r.begin(ch, w); ok {
				k := rowKey{ch.ID, w}
				r.rows[k] = row
				order = append(order, k)
			}
		}
	}
	r.posts()
	r.gained(weeks)
	out := make([]lantoa.ChannelWeek, len(order))
	for i, k := range order {
		out[i] = *r.rows[k]
	}
	return out
}

type rowKey struct {
	channel lantoa.ChannelID
	week    lantoa.Week
}

type roller struct {
	Material
	now  time.Time
	zone *time.Location
	rows map[rowKey]*lantoa.ChannelWeek
}

// begin makes the row of a channel's week with all that does not come from posts.
func (r *roller) begin(ch lantoa.Channel, w lantoa.Week) (*lantoa.ChannelWeek, bool) {
	settled := w.Settled(r.zone)
	row := &lantoa.ChannelWeek{Channel: ch.ID, Week: w, UpTo: settled}
	if r.now.Before(settled) {
		row.UpTo = r.now
	}
	old, before := r.Settled[ch.ID][w]
	if before {
		row.State, row.Days, row.Usual = old.State, old.Days, old.Usual
	} else {
		look, is := r.Looks[w]
		rhythm := look.Rhythms[ch.ID]
		if !is || rhythm.FirstKnown.IsZero() || !rhythm.FirstKnown.Before(w.End(r.zone)) {
			return nil, false
		}
		then, known := asOf(ch, look)
		if !known {
			return nil, false
		}
		row.State, row.Days, row.Usual = State(then, rhythm, look.At, r.zone)
	}
	row.Followers, row.Source = followersIn(r.Sizes[ch.ID], w.Before().Settled(r.zone), settled)
	row.Lost = r.lost(ch, w)
	for _, at := range r.Stories[ch.ID] {
		if lantoa.WeekOf(at, r.zone) == w {
			row.Stories++
		}
	}
	return row, true
}

// asOf is the channel as it stood when it was looked at. Where nothing was wrong with it then, and it was read since, all
// its posts of that time are known, also if nobody looked just then: before it was connected, or while our own program
// was off. A channel that was never read has no weeks.
func asOf(ch lantoa.Channel, look Look) (lantoa.Channel, bool) {
	if ch.FirstRead.IsZero() {
		return ch, false
	}
	if look.Running {
		return ch, true
	}
	seen, is := look.Seen[ch.ID]
	if is && (seen.Trouble != nil || !ch.LastRead.After(look.At)) {
		ch.LastRead, ch.Trouble = seen.LastRead, seen.Trouble
	} else {
		ch.LastRead, ch.Trouble = look.At, nil
	}
	if ch.FirstRead.After(look.At) {
		ch.FirstRead = look.At
	}
	return ch, true
}

// lost counts the days of the week that are wholly after the last good visit of a channel that cannot be read.
func (r *roller) lost(ch lantoa.Channel, w lantoa.Week) int {
	cut := ch.Trouble.Disconnects() || ch.Trouble != nil && !ch.LastRead.IsZero() && r.now.Sub(ch.LastRead) >= blindAfter
	if !cut || ch.Archived {
		return 0
	}
	n := 0
	for day := w.Start(r.zone); day.Before(w.End(r.zone)) && day.Before(r.now); day = day.AddDate(0, 0, 1) {
		if day.After(ch.LastRead) {
			n++
		}
	}
	return n
}

// followersIn is the newest size that was measured after a moment and up to another.
func followersIn(sizes []lantoa.ChannelSnapshot, from, to time.Time) (lantoa.Count, lantoa.Source) {
	for _, x := range slices.Backward(sizes) {
		if !x.At.After(to) && x.At.After(from) && x.Followers.Known {
			return x.Followers, x.Source
		}
	}
	return lantoa.Count{}, ""
}

// followersOn is the size of the channel on the day of a moment: the newest up to its end, or the first after it.
func followersOn(sizes []lantoa.ChannelSnapshot, at time.Time, zone *time.Location) lantoa.Count {
	end := lantoa.Day(at, zone).AddDate(0, 0, 1)
	i, _ := slices.BinarySearchFunc(sizes, end, func(x lantoa.ChannelSnapshot, t time.Time) int { return cmp.Or(x.At.Compare(t), 1) })
	for _, x := range slices.Backward(sizes[:i]) {
		if x.Followers.Known {
			return x.Followers
		}
	}
	for _, x := range sizes[i:] {
		if x.Followers.Known {
			return x.Followers
		}
	}
	return lantoa.Count{}
}

func (r *roller) posts() {
	for _, p := range r.Posts {
		row := r.rows[rowKey{p.Channel, lantoa.WeekOf(p.Told, r.zone)}]
		if row == nil {
			continue
		}
		if p.Vote {
			row.Votes++
			continue
		}
		row.Posts++
		switch {
		case p.FromAbove:
			row.FromAbove++
		case !p.Copy:
			row.Own++
		}
		if p.Views.Known {
			row.Views = sum(row.Views, p.Views)
		}
		row.Each = append(row.Each, lantoa.PostFigure{Interactions: p.Interactions, Followers: followersOn(r.Sizes[p.Channel], p.Told, r.zone)})
	}
}

// gained adds to each week what its posts had when it was settled over what they had when the week before was: from
// Monday 06:00 to Monday 06:00, for that is when the night's collecting is over. A post that was told before and not
// measured by then has no beginning: it counts from its first measure, for no figure is made up.
func (r *roller) gained(weeks []lantoa.Week) {
	type span struct {
		week       lantoa.Week
		start, end time.Time
	}
	spans := make([]span, len(weeks))
	for i, w := range weeks {
		spans[i] = span{w, w.Before().Settled(r.zone), w.Settled(r.zone)}
	}
	for _, c := range r.Curves {
		for _, s := range spans {
			row := r.rows[rowKey{c.Channel, s.week}]
			if row == nil || !c.Told.Before(s.end) || !c.Points[len(c.Points)-1].At.After(s.start) {
				continue
			}
			base, known := int64(0), c.Told.After(s.start)
			last, measured := int64(0), false
			for _, p := range c.Points {
				if p.At.After(s.end) {
					break
				}
				if !p.At.After(s.start) || !known {
					base, known = p.N, true
				}
				last, measured = p.N, measured || p.At.After(s.start)
			}
			if measured {
				row.Gained = sum(row.Gained, lantoa.Of(last-base))
			}
		}
	}
}
