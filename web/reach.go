package web

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/chart"
)

// reaching says whether a platform's figure of this name tells how many people a page reached.
func reaching(metric string) bool {
	return metric == "page_impressions_unique" || metric == "page_total_media_view_unique" || strings.Contains(metric, "reach")
}

// retired are the figures that Facebook no longer gives, with the first day without them. What it gives in their
// place counts otherwise: another series, never joined to the first.
var retired = map[string]string{"page_impressions_unique": "2026-06-15"}

const (
	stopped   = 21 * 24 * time.Hour // a series that ended so long before the others was retired unannounced
	byWeek    = 70                  // so many days and more are drawn as weeks
	unread    = 14 * 24 * time.Hour // over so long a gap no line is drawn
	reachLine = 4                   // series on one picture
)

// reachSeries is one figure of a page day by day, oldest first.
type reachSeries struct {
	metric string
	days   []lantoa.ChannelDay
}

func (r reachSeries) first() time.Time { return r.days[0].Start }
func (r reachSeries) last() time.Time  { return r.days[len(r.days)-1].Start }

// reachPoint is what stands at one place of the picture and in one row of its table.
type reachPoint struct {
	row time.Time // the day, or the Monday of the week
	x   time.Time
	n   lantoa.Count
}

// channelReach draws how many people the page reached a day, as far as its platform tells.
func (s *Server) channelReach(ctx context.Context, p *channelPage, ch lantoa.Channel) error {
	p.NoReach = p.T("channel.no_reach")
	if ch.Kind == lantoa.ZaloGroup {
		p.NoReach = p.T("why.group_reach")
	}
	days, err := s.Store.ChannelDays(ctx, ch.ID, "", p.since, time.Time{})
	if err != nil {
		return err
	}
	all := reachOf(days)
	if len(all) == 0 {
		return nil
	}
	from, to, most := all[0].first(), all[0].last(), 0
	for _, r := range all {
		most = max(most, len(r.days))
		if r.last().After(to) {
			to = r.last()
		}
	}
	p.ReachNotes = []string{p.T("channel.reach_note")}
	points, rows := daily, p.T("chart.day")
	if most >= byWeek {
		points, rows = weekly, p.T("chart.week")
		p.ReachNotes = append(p.ReachNotes, p.T("channel.reach_weekly"))
	}
	series := chart.Series{Title: p.T("channel.reach"), Number: p.tickNumber, Height: 210, Ticks: p.ticks(from, to)}
	table := newReachTable(rows, len(all))
	for i, r := range all {
		line := chart.Line{Name: p.metric(r.metric), Class: fmt.Sprintf("c-%d", i+1)}
		for _, pt := range points(r.days, s.Zone) {
			if n := len(line.Points); n > 0 && pt.x.Sub(time.Unix(int64(line.Points[n-1].X), 0)) > unread {
				line.Points = append(line.Points, chart.XY{X: line.Points[n-1].X, Y: math.NaN()})
			}
			line.Points = append(line.Points, chart.XY{X: unixOf(pt.x), Y: height(pt.n)})
			table.put(pt.row, i, p.Count(pt.n))
		}
		if at := r.endedOn(to, s.Zone); !at.IsZero() {
			series.Breaks = append(series.Breaks, chart.Tick{X: unixOf(at), Label: p.T("chart.break", "day", at)})
			p.ReachNotes = append(p.ReachNotes, p.T("channel.reach_break", "day", at))
		}
		series.Lines = append(series.Lines, line)
		p.ReachLines = append(p.ReachLines, lineName{line.Class, line.Name})
		table.Head = append(table.Head, line.Name)
	}
	p.Reach, p.ReachTable = series.SVG(), p.behind(p.T("channel.reach"), table.whole(p.Page))
	return nil
}

// reachOf sorts the days of a page into its series, the one that began first before the others.
func reachOf(days []lantoa.ChannelDay) []reachSeries {
	byMetric := map[string][]lantoa.ChannelDay{}
	for _, d := range days {
		if reaching(d.Metric) {
			byMetric[d.Metric] = append(byMetric[d.Metric], d)
		}
	}
	var out []reachSeries
	for m, list := range byMetric {
		slices.SortFunc(list, func(a, b lantoa.ChannelDay) int { return cmp.Compare(a.Day, b.Day) })
		out = append(out, reachSeries{m, list})
	}
	slices.SortFunc(out, func(a, b reachSeries) int {
		return cmp.Or(a.first().Compare(b.first()), cmp.Compare(a.metric, b.metric))
	})
	return first(out, reachLine)
}

// endedOn is the day from which a series is given no more; zero for one that goes on to the newest day.
func (r reachSeries) endedOn(newest time.Time, zone *time.Location) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, retired[r.metric], zone)
	switch {
	case err == nil && r.last().Before(day) && newest.After(day):
		return day
	case newest.Sub(r.last()) > stopped:
		return r.days[len(r.days)-1].End
	}
	return time.Time{}
}

func daily(days []lantoa.ChannelDay, _ *time.Location) []reachPoint {
	out := make([]reachPoint, len(days))
	for i, d := range days {
		out[i] = reachPoint{row: d.Start, x: d.Start, n: d.Value}
	}
	return out
}

// weekly is the typical day of each week: the median of the days that were given. People are never added over days.
func weekly(days []lantoa.ChannelDay, zone *time.Location) []reachPoint {
	var out []reachPoint
	for len(days) > 0 {
		week := lantoa.WeekOf(days[0].Start, zone)
		n := 0
		var given []int64
		for n < len(days) && lantoa.WeekOf(days[n].Start, zone) == week {
			if days[n].Value.Known {
				given = append(given, days[n].Value.N)
			}
			n++
		}
		pt := reachPoint{row: week.Start(zone), x: days[0].Start.Add(days[n-1].Start.Sub(days[0].Start) / 2)}
		if slices.Sort(given); len(given) > 0 {
			pt.n = lantoa.Of((given[(len(given)-1)/2] + given[len(given)/2] + 1) / 2)
		}
		out, days = append(out, pt), days[n:]
	}
	return out
}

// reachTable gathers the figures of several series by day or week.
type reachTable struct {
	chart.Table
	wide  int
	cells map[time.Time][]string
}

func newReachTable(rows string, wide int) *reachTable {
	return &reachTable{Table: chart.Table{Head: []string{rows}}, wide: wide, cells: map[time.Time][]string{}}
}

func (t *reachTable) put(row time.Time, column int, text string) {
	if t.cells[row] == nil {
		t.cells[row] = make([]string, t.wide)
	}
	t.cells[row][column] = text
}

// whole is the table, newest first, with a mark where a series has nothing.
func (t *reachTable) whole(p Page) chart.Table {
	rows := make([]time.Time, 0, len(t.cells))
	for row := range t.cells {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b time.Time) int { return b.Compare(a) })
	for _, row := range first(rows, 120) {
		line := []string{p.Date(row)}
		for _, text := range t.cells[row] {
			line = append(line, cmp.Or(text, p.Count(lantoa.Count{})))
		}
		t.Rows = append(t.Rows, line)
	}
	return t.Table
}

// metric is a platform's figure in words; one that the catalogue does not know is some kind of reach.
func (p Page) metric(name string) string {
	if p.Has("metric." + name) {
		return p.T("metric." + name)
	}
	return upperFirst(p.T("figure.reach"))
}
