package web

import (
	"context"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/chart"
)

// comparePage answers: how do two units stand beside each other?
type comparePage struct {
	Page
	Tabs                []adminTab
	Period, AsOf        string
	A, B                string // as typed
	Names               [2]string
	URLs                [2]string
	Units               []Option
	Lengths, Ends       []Option
	Kinds, Whats        []Option
	Unknown             string
	Rows                []compareRow
	Chart               template.HTML
	ChartTitle, NoChart string
	Lines               []lineName
	Notes               []string
	Table               Behind
	Glossary            []term
}

type compareRow struct{ Name, A, B string }

// whats are the figures that two units can be drawn by.
var whats = []string{"bai", "trung_vi", "theo_doi", "tiep_can"}

func (s *Server) showCompare(w http.ResponseWriter, r *http.Request) error {
	p, err := s.compare(r.Context(), s.page(r, "network", "network.tab.compare"), r.URL.Query())
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "compare", p)
}

// compare fills the page. In the address: a and b, a unit each; tuan, den, loai as on the tree; so, the figure drawn.
func (s *Server) compare(ctx context.Context, page Page, q url.Values) (comparePage, error) {
	p := comparePage{Page: page, A: lantoa.Cut(q.Get("a"), 200), B: lantoa.Cut(q.Get("b"), 200)}
	whole, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	n := whole.In(p.User.Scope())
	c := chosen(q, n)
	v := s.views.get(whole, viewKey{scope: p.User.Scope(), kind: c.kind, filing: activity.AsToday})
	p.Tabs, p.Glossary, p.Units = p.networkTabs("compare"), p.glossary(), pickUnits(v)
	p.Period = p.T("network.period", "n", c.period.Len(), "from", c.period.From.Start(n.Zone), "to", lastDay(c.period, n))
	p.AsOf = p.T("network.as_of", "time", p.DateTime(asOf(n, c.period)))
	p.Lengths, p.Ends = p.lengths(c), p.ends(c, n)
	p.Kinds = p.kindsOf(n.Channels, c.kind, c.all)
	what := q.Get("so")
	if !slices.Contains(whats, what) {
		what = whats[0]
	}
	for _, x := range whats {
		p.Whats = append(p.Whats, Option{Value: x, Name: p.T("network.what." + x), On: x == what})
	}
	if p.A == "" || p.B == "" {
		return p, nil
	}
	var rows [2]int
	for i, text := range []string{p.A, p.B} {
		var is bool
		if rows[i], is = v.picked(text); !is {
			p.Unknown = p.T("network.unknown_unit", "name", text)
			return p, nil
		}
		p.Names[i], p.URLs[i] = v.rows[rows[i]].Unit.Name, pageOfUnit(v.rows[rows[i]].Unit, v.At)
	}
	p.A, p.B = pickName(v.rows[rows[0]].Unit), pickName(v.rows[rows[1]].Unit)
	p.compareRows(v, rows, c.period)
	p.ChartTitle = p.T("network.what." + what)
	if what == "tiep_can" {
		return p, s.compareReach(ctx, &p, v, rows)
	}
	p.compareWeeks(v, rows, what)
	return p, nil
}

func (p *comparePage) compareRows(v *view, rows [2]int, period activity.Period) {
	var lines [2]unitLine
	var states [2]string
	var own [2]string
	for i, row := range rows {
		f := v.of(row, true, period)
		p.figures(&lines[i], f, v.rows[row].All)
		for _, a := range aliveStates {
			if n := f.Tally.Of(a); n > 0 {
				if states[i] != "" {
					states[i] += " · "
				}
				states[i] += p.Number(int64(n)) + " " + strings.ToLower(p.State(a))
			}
		}
		own[i] = p.Count(lantoa.Count{})
		if share := f.Now.OwnShare(); share.Known {
			own[i] = p.Percent(share.V)
		}
		if states[i] == "" {
			states[i] = p.T("network.no_channel")
		}
	}
	beside := func(x, note string) string {
		if note == "" {
			return x
		}
		return x + " (" + note + ")"
	}
	for _, r := range []struct {
		key  string
		cell func(int) string
	}{
		{"network.state", func(i int) string { return states[i] }},
		{"network.posts", func(i int) string { return beside(lines[i].Posts, lines[i].PostsWas) }},
		{"network.own", func(i int) string { return own[i] }},
		{"network.median", func(i int) string { return lines[i].Median }},
		{"network.rate", func(i int) string { return lines[i].Rate }},
		{"network.followers", func(i int) string { return beside(lines[i].Followers, lines[i].Grown) }},
		{"network.stories", func(i int) string { return lines[i].Stories }},
	} {
		p.Rows = append(p.Rows, compareRow{p.T(r.key), r.cell(0), r.cell(1)})
	}
	for i, l := range lines {
		if l.Lost != "" {
			p.Notes = append(p.Notes, p.Names[i]+": "+l.Lost)
		}
		if l.Reported {
			p.Notes = append(p.Notes, p.Names[i]+": "+p.T("reported.self"))
		}
	}
}

// compareWeeks draws a figure of both units over half a year. A week that was not rolled up is a gap.
func (p *comparePage) compareWeeks(v *view, rows [2]int, what string) {
	weeks := v.Calendar[:len(v.Calendar)-1] // the running one is not whole
	series := chart.Series{Title: p.ChartTitle, Number: p.tickNumber, Height: 220,
		Ticks: p.ticks(weeks[0].Start(v.Zone), weeks[len(weeks)-1].Start(v.Zone))}
	table := chart.Table{Head: []string{p.T("chart.week"), p.Names[0], p.Names[1]}}
	cells := make([][2]string, len(weeks))
	for i, row := range rows {
		line := chart.Line{Name: p.Names[i], Class: "c-" + strconv.Itoa(i+1)}
		channels := v.rows[row].All
		posts := weekly12(channels, weeks)
		for k, w := range weeks {
			y := math.NaN()
			f := v.Figures(channels, activity.Period{From: w, To: w})
			switch what {
			case "bai":
				y = posts[k]
			case "trung_vi":
				if f.Median.Known {
					y = f.Median.V
				}
			case "theo_doi":
				if f.Followers.Known && f.Missing == 0 {
					y = float64(f.Followers.N)
				}
			}
			line.Points = append(line.Points, chart.XY{X: unixOf(w.Start(v.Zone)), Y: y})
			cells[k][i] = p.value(activity.Value{V: y, Known: !math.IsNaN(y)})
		}
		series.Lines = append(series.Lines, line)
		p.Lines = append(p.Lines, lineName{line.Class, line.Name})
		if from := v.rows[row].Unit.From; from.After(weeks[0].Start(v.Zone)) {
			series.Breaks = append(series.Breaks, chart.Tick{X: unixOf(from), Label: p.T("network.new_unit", "day", from)})
		}
	}
	for k := len(weeks) - 1; k >= 0; k-- {
		table.Rows = append(table.Rows, []string{p.Date(weeks[k].Start(v.Zone)), cells[k][0], cells[k][1]})
	}
	p.Chart, p.Table = series.SVG(), p.behind(p.ChartTitle, table)
	if p.Chart == "" {
		p.NoChart = p.T("chart.no_figures")
	}
}

// compareReach draws the typical day of a week of each unit's own page. People are never added, so there is one page to
// a unit; and figures that count otherwise are lines of their own, parted where one took the other's place.
func (s *Server) compareReach(ctx context.Context, p *comparePage, v *view, rows [2]int) error {
	series := chart.Series{Title: p.ChartTitle, Number: p.tickNumber, Height: 220}
	table := newReachTable(p.T("chart.week"), 0)
	var from, to time.Time
	var all [][]reachSeries
	for _, row := range rows {
		var own []reachSeries
		for _, ch := range v.rows[row].Own {
			if ch.Kind != lantoa.FacebookPage {
				continue
			}
			days, err := s.Store.ChannelDays(ctx, ch.ID, "", v.Calendar[0].Start(v.Zone), time.Time{})
			if err != nil {
				return err
			}
			own = reachOf(days)
			break
		}
		all = append(all, own)
		for _, r := range own {
			if from.IsZero() || r.first().Before(from) {
				from = r.first()
			}
			if r.last().After(to) {
				to = r.last()
			}
		}
	}
	for i, own := range all {
		for _, r := range own {
			table.wide++
			line := chart.Line{Name: p.Names[i] + ": " + p.metric(r.metric), Class: "c-" + strconv.Itoa(min(len(series.Lines)+1, 4))}
			for _, pt := range weekly(r.days, s.Zone) {
				line.Points = append(line.Points, chart.XY{X: unixOf(pt.x), Y: height(pt.n)})
			}
			if at := r.endedOn(to, s.Zone); !at.IsZero() && !slices.ContainsFunc(series.Breaks, func(b chart.Tick) bool { return b.X == unixOf(at) }) {
				series.Breaks = append(series.Breaks, chart.Tick{X: unixOf(at), Label: p.T("chart.break", "day", at)})
				p.Notes = append(p.Notes, p.T("channel.reach_break", "day", at))
			}
			series.Lines = append(series.Lines, line)
			p.Lines = append(p.Lines, lineName{line.Class, line.Name})
			table.Head = append(table.Head, line.Name)
		}
	}
	at := 0
	for _, own := range all {
		for _, r := range own {
			for _, pt := range weekly(r.days, s.Zone) {
				table.put(pt.row, at, p.Count(pt.n))
			}
			at++
		}
	}
	if len(series.Lines) == 0 {
		p.NoChart = p.T("channel.no_reach")
		return nil
	}
	series.Ticks = p.ticks(from, to)
	p.Notes = append(p.Notes, p.T("network.reach_note"))
	p.Chart, p.Table = series.SVG(), p.behind(p.ChartTitle, table.whole(p.Page))
	return nil
}
