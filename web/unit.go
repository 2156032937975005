package web

import (
	"cmp"
	"context"
	"html/template"
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

// unitPage answers: how is this unit doing?
type unitPage struct {
	Page
	Name, LevelName, Term string
	Above                 []link
	Ended                 string // it is no longer in force: when it ended
	Heirs                 []link // and what took it in
	Leave                 string // it said beforehand that it would be quiet
	Channels              []unitChannel
	People                []personRow
	Periods               []link2
	Span, AsOf            string
	Figures               []Figure
	Notes                 []string
	Band                  *unitBand
	Calendars             []unitCalendar
	CalendarKeys          []calendarKey
	MoreCalendars         string
	Normal                *normalBand
	Best                  []postRow2
	NoBest                string
	Stories               []storyRow
	StoriesURL            string
	Own                   *ownShare
	Compare               *comparison
	Sizes                 *channelPage // followers and reach of its main channel, as the channel's own page draws them
	SizesOf               string
	History               []historyRow
	Below                 []link
	BelowTitle            string
}

// link2 is one of several views of a page.
type link2 struct {
	link
	Here bool
}

type unitChannel struct {
	Name, Kind, URL, Sentence, Note string
	State                           StateMark
}

type personRow struct {
	Name, Duty, Phone string
	Call, Zalo        template.URL
}

type unitBand struct {
	Band, Word, Among string
	Parts             []string
}

type unitCalendar struct {
	Name, Kind, Sum string
	Picture         template.HTML
	Table           Behind
}

type calendarKey struct {
	Box  template.HTML
	Word string
}

type normalBand struct {
	Picture template.HTML
	Words   []string
	Table   Behind
	None    string
}

// postRow2 is a post with what its score was judged against, or the mark that it is a contest.
type postRow2 struct {
	postRow
	Basis, Vote string
}

type storyRow struct {
	Title, URL, State, Carried string
	At                         When
}

type ownShare struct {
	Sentence string
	Bar      template.HTML
	Copies   []copiedRow
	More     string
}

type copiedRow struct {
	Title, URL, From, FromURL string
	At                        When
}

type comparison struct {
	Heads []string
	Rows  []comparisonRow
	Notes []string
}

type comparisonRow struct {
	Name  string
	Cells []monthCell
}

type historyRow struct {
	Name, URL, Words string
}

const (
	unitCopies    = 8 // what the page names of each kind
	unitBest      = 5
	unitVotes     = 2
	unitStories   = 5
	unitCalendars = 3
	unitBelow     = 60
	unitPast      = 30
	ownPast       = 10 // posts below which a page is judged by its level
	bandWeeks     = 8  // that are drawn over the normal band
	unitPeers     = 5  // a median of fewer would tell of single units
)

func (s *Server) showUnit(w http.ResponseWriter, r *http.Request) error {
	day := s.Now()
	if text := r.URL.Query().Get("ngay"); text != "" {
		t, err := time.ParseInLocation(time.DateOnly, text, s.Zone)
		if err != nil {
			return lantoa.Problem(lantoa.Invalid, "ngay", text)
		}
		day = t
	}
	u, err := s.Store.UnitByCode(r.Context(), r.PathValue("code"), day)
	if err != nil {
		return err
	}
	p, err := s.unit(r.Context(), s.page(r, "network", "unit.kicker"), u, r.URL.Query())
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "unit", p)
}

// unit fills the page of one unit, for those whose scope it lies in.
func (s *Server) unit(ctx context.Context, page Page, u lantoa.Unit, q url.Values) (unitPage, error) {
	p := unitPage{Page: page}
	if err := seen(p.User, u, false); err != nil {
		return p, err
	}
	n, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	if fresh, is := n.Units[u.ID]; is {
		u = fresh
	}
	own := unitChannels(n, u, p.User.Scope())
	alive := onlyStandings(own, func(x activity.Standing) bool { return x.Alive != lantoa.Archived })
	p.Title, p.Name, p.LevelName = upperFirst(u.Name), upperFirst(u.Name), p.Level(u.Level)
	p.place(n, u)
	p.channels(n, own)
	if err := s.unitPeople(ctx, &p, u); err != nil {
		return p, err
	}
	period, weeks := unitPeriod(n, q.Get("tuan"))
	p.periods(u, n, q, weeks)
	p.Span = p.span(period)

	posts, err := s.Store.Sketches(ctx, channelIDs(own), n.Calendar[0].Start(s.Zone))
	if err != nil {
		return p, err
	}
	if len(alive) > 0 {
		main := mainChannel(alive)
		p.figures(n, alive, period)
		p.band(s.bands(n, period.To)[main.ID], main)
		p.calendars(n, alive, posts)
		if err := s.unitNormal(ctx, &p, main, posts); err != nil {
			return p, err
		}
		if err := s.unitOwn(ctx, &p, n, alive, posts, period); err != nil {
			return p, err
		}
		p.compare(s.unitPeersOf(n, u.Level, main.Kind, period), n, u, main, alive, period)
		if err := s.unitSizes(ctx, &p, n, main); err != nil {
			return p, err
		}
	}
	p.best(posts)
	return p, s.unitTold(ctx, &p, n, u)
}

// unitChannels are the channels that count for a unit: as of today while it is in force, as of its last day when it is
// not; of these only what the scope sees.
func unitChannels(n *activity.Network, u lantoa.Unit, scope lantoa.Scope) []activity.Standing {
	today := lantoa.Day(n.At, n.Zone)
	var out []activity.Standing
	for _, ch := range n.Channels {
		if !scope.Sees(ch.Unit.Path) {
			continue
		}
		owner := ch.Unit.ID
		switch {
		case !u.InForce(today):
			owner = n.OwnerOn(ch, u.To.AddDate(0, 0, -1), activity.AsThen).ID
		case !n.Units[owner].InForce(today):
			owner = n.OwnerOn(ch, today, activity.AsToday).ID
		}
		if owner == u.ID {
			out = append(out, ch)
		}
	}
	slices.SortStableFunc(out, func(a, b activity.Standing) int { return cmp.Compare(channelRank(a), channelRank(b)) })
	return out
}

// channelRank puts pages before groups and what is read before what is kept.
func channelRank(x activity.Standing) int {
	rank := slices.Index([]lantoa.ChannelKind{lantoa.FacebookPage, lantoa.Website, lantoa.ZaloOA, lantoa.ZaloGroup}, x.Kind)
	if x.Alive == lantoa.Archived {
		rank += 10
	}
	return rank
}

func mainChannel(alive []activity.Standing) activity.Standing { return alive[0] }

func channelIDs(list []activity.Standing) []lantoa.ChannelID {
	out := make([]lantoa.ChannelID, len(list))
	for i, x := range list {
		out[i] = x.ID
	}
	return out
}

// pageOfUnit is the address of a unit's page. A unit that has ended is named with its last day, for its code may be borne
// by another since. A unit without a code has no page.
func pageOfUnit(u lantoa.Unit, now time.Time) string {
	if u.Code == "" {
		return ""
	}
	at := "/don-vi/" + url.PathEscape(u.Code)
	if !u.InForce(now) && !u.To.IsZero() {
		at += "?ngay=" + u.To.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return at
}

// unitRef names a unit, with the way to its page for those who may see it.
func (p Page) unitRef(n *activity.Network, u lantoa.Unit) link {
	l := link{Text: upperFirst(u.Name)}
	if p.User.May(lantoa.See, u.Path) {
		l.URL = pageOfUnit(inZone(u, n.Zone), n.At)
	}
	return l
}

// inZone is the unit with its days as days of the zone.
func inZone(u lantoa.Unit, zone *time.Location) lantoa.Unit {
	if !u.To.IsZero() {
		u.To = u.To.In(zone)
	}
	return u
}

// place says where the unit stands in the tree and in time.
func (p *unitPage) place(n *activity.Network, u lantoa.Unit) {
	u = inZone(u, n.Zone)
	today := lantoa.Day(n.At, n.Zone)
	for id, steps := u.Parent, 0; id != "" && steps < 20; id, steps = n.Units[id].Parent, steps+1 {
		p.Above = append(p.Above, p.unitRef(n, n.Units[id]))
	}
	slices.Reverse(p.Above)
	words := []string{p.LevelName}
	if u.Code != "" {
		words = append(words, p.T("unit.code", "code", u.Code))
	}
	switch {
	case !u.To.IsZero() && !u.From.IsZero():
		words = append(words, p.T("unit.term", "from", u.From, "to", u.To.AddDate(0, 0, -1)))
	case !u.From.IsZero():
		words = append(words, p.T("unit.since", "day", u.From))
	}
	p.Term = strings.Join(words, " · ")
	if !u.InForce(today) && !u.To.IsZero() {
		p.Ended = p.T("unit.ended", "day", u.To)
		for _, heir := range n.Units.Heirs(u.ID, today) {
			p.Heirs = append(p.Heirs, p.unitRef(n, heir))
		}
		if len(p.Heirs) > 0 {
			p.Ended = p.T("unit.joined", "day", u.To)
		}
	}
	for _, old := range n.Units.Forebears(u.ID) {
		old = inZone(old, n.Zone)
		ref := p.unitRef(n, old)
		row := historyRow{Name: ref.Text, URL: ref.URL, Words: p.T("unit.was", "code", old.Code, "to", old.To.AddDate(0, 0, -1))}
		if next := n.Units[first1(old.Successors)]; next.ID != u.ID && next.ID != "" {
			row.Words = p.T("unit.was_through", "code", old.Code, "to", old.To.AddDate(0, 0, -1), "unit", next.Name)
		}
		p.History = append(p.History, row)
	}
	var below []lantoa.Unit
	for _, x := range n.Units {
		if x.Parent == u.ID && x.InForce(today) {
			below = append(below, x)
		}
	}
	slices.SortFunc(below, func(a, b lantoa.Unit) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(string(a.ID), string(b.ID)))
	})
	for _, x := range first(below, unitBelow) {
		p.Below = append(p.Below, p.unitRef(n, x))
	}
	p.BelowTitle = p.T("unit.below", "n", len(below))
	if leave, is := n.Away(u.ID); is {
		p.Leave = p.T("unit.leave", "from", leave.From, "to", leave.To)
		if leave.Reason != "" && (p.User.May(lantoa.Care, u.Path) || p.User.Unit.ID == u.ID) {
			p.Leave += ": " + leave.Reason
		}
	}
}

// first1 is the first of a list, or nothing.
func first1[T any](list []T) (v T) {
	if len(list) > 0 {
		v = list[0]
	}
	return v
}

// channels are the rows of the unit's channels, each with its state in a sentence.
func (p *unitPage) channels(n *activity.Network, own []activity.Standing) {
	for _, x := range own {
		row := unitChannel{Name: x.Name, Kind: p.Channel(x.Kind), URL: "/kenh/" + string(x.ID), Sentence: p.sentence(asStanding(x)), State: p.state(x.Alive)}
		if x.Alive == lantoa.Disconnected {
			row.Note = p.T("unit.not_their_fault")
		}
		if list := n.Tenures[x.ID]; len(list) > 1 {
			if now, before := list[len(list)-1], list[len(list)-2]; before.Unit != now.Unit {
				row.Note = p.T("unit.tenure", "day", now.From, "unit", n.Units[before.Unit].Name)
			}
		}
		p.Channels = append(p.Channels, row)
	}
}

// unitPeople are who is in charge, for those who may have a word with them.
func (s *Server) unitPeople(ctx context.Context, p *unitPage, u lantoa.Unit) error {
	if !p.User.May(lantoa.Care, u.Path) {
		return nil
	}
	people, err := s.Store.ContactsOf(ctx, u.ID)
	if err != nil {
		return err
	}
	for _, c := range people {
		row := personRow{Name: c.Name, Duty: c.Duty, Zalo: zaloURL(c)}
		if phone := dialled(c.Phone); phone != "" {
			row.Phone, row.Call = c.Phone, template.URL("tel:"+phone)
		}
		p.People = append(p.People, row)
	}
	return nil
}

// unitWeeks are the lengths of period that can be chosen. The longest ends with the newest full week and begins with
// the calendar.
var unitWeeks = []int{4, 12, activity.Span - 1}

// unitPeriod is the period that somebody chose, its last week the newest that is over.
func unitPeriod(n *activity.Network, chosen string) (activity.Period, int) {
	weeks := unitWeeks[0]
	if i, err := strconv.Atoi(chosen); err == nil && slices.Contains(unitWeeks, i) {
		weeks = i
	}
	return activity.PeriodOf(lantoa.LastFullWeek(n.At, n.Zone), weeks), weeks
}

func (p *unitPage) periods(u lantoa.Unit, n *activity.Network, q url.Values, weeks int) {
	for _, k := range unitWeeks {
		q := url.Values{"ngay": q["ngay"], "tuan": {strconv.Itoa(k)}}
		if len(q["ngay"]) == 0 {
			delete(q, "ngay")
		}
		name := p.T("unit.weeks", "n", k)
		if k == unitWeeks[len(unitWeeks)-1] {
			name = p.T("unit.half_year")
		}
		p.Periods = append(p.Periods, link2{link{name, "/don-vi/" + url.PathEscape(u.Code) + "?" + q.Encode()}, k == weeks})
	}
}

// span are the days of a period: "26/10–22/11/2026".
func (p Page) span(period activity.Period) string {
	return p.DayMonth(period.From.Start(p.Zone())) + "–" + p.Date(period.To.End(p.Zone()).AddDate(0, 0, -1))
}

// figures are the unit's figures of a period, each with what it means and what it was in the period before.
func (p *unitPage) figures(n *activity.Network, alive []activity.Standing, period activity.Period) {
	f, before := n.Figures(alive, period), n.Figures(alive, period.Before())
	fair := n.Within(period.Before()) && before.Missing == 0
	then := func(text string) string {
		if !fair {
			return ""
		}
		return " " + p.T("unit.before", "n", text)
	}
	share := func(f activity.Figures) string { return p.share(f.OwnShare()) }
	p.Figures = []Figure{
		{N: p.Number(int64(f.Posts)), Name: p.T("unit.posts"), Why: p.T("unit.posts_why") + then(p.Number(int64(before.Posts)))},
		{N: share(f), Name: p.T("unit.own"), Why: p.T("unit.own_why") + then(share(before))},
		{N: p.value(f.Median), Name: p.T("unit.median"), Why: p.T("unit.median_why") + then(p.value(before.Median))},
		{N: p.rate(f.Rate), Name: p.T("unit.rate"), Why: p.T("unit.rate_why") + then(p.rate(before.Rate))},
		{N: p.Count(f.Followers), Name: p.T("unit.followers"), Why: p.T("unit.followers_why")},
		{N: p.Number(int64(f.Stories)), Name: p.T("unit.stories"), Why: p.T("unit.stories_why") + then(p.Number(int64(before.Stories)))},
	}
	if f.Reported {
		p.Figures[4].Why = p.T("reported.self") + ". " + p.Figures[4].Why
	}
	for i, known := range []bool{true, f.OwnShare().Known, f.Median.Known, f.Rate.Known, f.Followers.Known, true} {
		if !known {
			p.Figures[i].Why = p.T("why.not_yet")
			if i == 2 || i == 3 {
				p.Figures[i].Why = p.T("unit.no_numbers")
			}
		}
	}
	if f.Missing == period.Len()*len(alive) { // nothing was rolled up: nothing is known, which is not none
		p.Figures, p.AsOf = nil, upperFirst(p.T("unit.no_weeks"))+"."
		return
	}
	p.AsOf = p.T("unit.as_of", "time", p.DateTime(asOf(n, period)))
	if f.FromAbove > 0 {
		p.Notes = append(p.Notes, p.T("unit.from_above", "n", f.FromAbove))
	}
	if f.Votes > 0 {
		p.Notes = append(p.Notes, p.T("unit.votes", "n", f.Votes))
	}
	if f.Lost > 0 {
		p.Notes = append(p.Notes, p.T("unit.lost", "n", f.Lost))
	}
	if f.Missing > 0 {
		p.Notes = append(p.Notes, p.T("unit.missing", "n", f.Missing))
	}
}

// share writes a share as per cent: "83 %".
func (p Page) share(v activity.Value) string {
	if !v.Known {
		return p.Count(lantoa.Count{})
	}
	return p.Percent(v.V)
}

// band says how the main channel does among its level, in three words and never as a rank.
func (p *unitPage) band(b activity.Banded, main activity.Standing) {
	if b.Band == "" {
		return
	}
	p.Band = &unitBand{Band: string(b.Band), Word: p.T("unit.band." + string(b.Band)), Among: p.T("unit.band_among", "level", strings.ToLower(p.Level(main.Unit.Level)), "n", b.Peers)}
	for _, x := range []struct {
		name string
		v    activity.Value
	}{{"regularity", b.Regularity}, {"engagement", b.Engagement}, {"own", b.Own}} {
		if !x.v.Known {
			continue
		}
		place := "middle"
		if x.v.V >= 0.68 {
			place = "high"
		} else if x.v.V < 0.32 {
			place = "low"
		}
		p.Band.Parts = append(p.Band.Parts, p.T("unit.by."+x.name, "place", p.T("unit.place."+place)))
	}
}

// calendars draw the days of half a year of each channel that is read.
func (p *unitPage) calendars(n *activity.Network, alive []activity.Standing, posts []lantoa.Measured) {
	hatched := false
	if more := len(alive) - unitCalendars; more > 0 {
		p.MoreCalendars = p.T("unit.calendar_more", "n", more)
	}
	for _, ch := range first(alive, unitCalendars) {
		var told []time.Time
		for _, m := range posts {
			if m.Channel == ch.ID && !m.Vote {
				told = append(told, m.ToldAt)
			}
		}
		days := activity.Days(n.Calendar, told, ch.Channel, knownSince(ch, told), n.At, n.Zone)
		cal := unitCalendar{Name: ch.Name, Kind: p.Channel(ch.Kind)}
		var lost bool
		cal.Picture, cal.Table, cal.Sum, lost = p.calendar(ch.Name, days)
		hatched = hatched || lost
		p.Calendars = append(p.Calendars, cal)
	}
	for i := range 4 {
		p.CalendarKeys = append(p.CalendarKeys, calendarKey{chart.Swatch(chart.Cell{N: i}), p.T("unit.day." + strconv.Itoa(i))})
	}
	if hatched {
		p.CalendarKeys = append(p.CalendarKeys, calendarKey{chart.Swatch(chart.Cell{Look: chart.Hatched}), p.T("unit.day.lost")})
	}
}

// knownSince is since when a channel is known, as far as the calendar goes: a week that was rolled up is one in which it
// was. told are its posts of the calendar, oldest first.
func knownSince(ch activity.Standing, told []time.Time) time.Time {
	since := ch.CreatedAt
	if len(told) > 0 && told[0].Before(since) {
		since = told[0]
	}
	if ch.Weeks[0].Rolled() {
		since = time.Unix(0, 0)
	}
	return since
}

// calendar draws days laid out by week, with the table behind and the sum in words.
func (p Page) calendar(name string, weeks [][7]activity.Day) (picture template.HTML, table Behind, sum string, lost bool) {
	c := chart.Calendar{Title: p.T("unit.calendar_of", "name", name)}
	t := chart.Table{Head: []string{p.T("chart.week")}}
	for i := range 7 {
		c.Rows[i] = p.T("unit.weekday." + strconv.Itoa(i+1))
		t.Head = append(t.Head, c.Rows[i])
	}
	total, withPost, unread, month := 0, 0, 0, time.Month(0)
	for i, week := range weeks {
		row, cells := []string{p.Date(week[0].Date)}, [7]chart.Cell{}
		any := false
		for k, d := range week {
			text := p.Number(int64(d.Posts))
			switch d.Kind {
			case activity.Read:
				cells[k] = chart.Cell{N: d.Posts}
				total += d.Posts
				any = any || d.Posts > 0
			case activity.Unread:
				cells[k], text = chart.Cell{Look: chart.Hatched}, p.T("unit.cell_lost")
				unread++
			default:
				cells[k], text = chart.Cell{Look: chart.Blank}, ""
			}
			row = append(row, text)
		}
		if any {
			withPost++
		}
		if m := week[0].Date.Month(); m != month && (i == 0 && weeks[min(4, len(weeks)-1)][0].Date.Month() == m || i > 0 && i < len(weeks)-1) {
			c.Ticks, month = append(c.Ticks, chart.Tick{X: float64(i), Label: p.T("unit.month", "month", int(m))}), m
		}
		c.Weeks = append(c.Weeks, cells)
		t.Rows = append(t.Rows, row)
	}
	slices.Reverse(t.Rows)
	sum = p.T("unit.calendar_sum", "posts", total, "weeks", withPost, "of", len(weeks))
	if unread > 0 {
		sum += " " + p.T("unit.calendar_lost", "n", unread)
	}
	c.Desc = sum
	return c.SVG(), p.behind(c.Title, t), sum, unread > 0
}

// unitNormal draws the posts of the last weeks over what is usual for the page at their age.
func (s *Server) unitNormal(ctx context.Context, p *unitPage, main activity.Standing, posts []lantoa.Measured) error {
	p.Normal = &normalBand{}
	if main.Kind == lantoa.ZaloGroup {
		p.Normal.None = p.T("why.group_long")
		return nil
	}
	usual, err := s.Store.Benchmark(ctx, main.ID)
	if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
		return err
	}
	known := len(usual.Low) == len(lantoa.Checkpoints) && len(usual.High) == len(lantoa.Checkpoints)
	from := p.Now.AddDate(0, 0, -7*bandWeeks)
	d := chart.Dots{Title: p.T("unit.normal_title"), Number: p.tickNumber, Height: 200, Ticks: p.ticks(from, p.Now)}
	t := chart.Table{Head: []string{p.T("chart.day"), p.T("unit.post"), p.T("figure.interactions"), p.T("unit.usual"), p.T("unit.against")}}
	above, votes := 0, 0
	for _, m := range slices.Backward(posts) {
		i := m.Numbers.Interactions()
		if m.Channel != main.ID || m.ToldAt.Before(from) {
			continue
		}
		if m.Vote {
			votes++
			continue
		}
		if !i.Known {
			continue
		}
		d.Points = append(d.Points, chart.XY{X: unixOf(m.ToldAt), Y: float64(i.N)})
		row := []string{p.DayMonth(m.ToldAt), lantoa.Cut(p.titleOfPost(m), 44), p.Count(i), p.Count(lantoa.Count{}), p.Count(lantoa.Count{})}
		if known {
			age := m.Numbers.At.Sub(m.ToldAt)
			low, high := at(usual.Low, age), at(usual.High, age)
			row[3] = p.Decimal(low) + "–" + p.Decimal(high)
			if float64(i.N) > high {
				above++
			}
		}
		if score, _ := p.scoreWords(m); score != "" {
			row[4] = score
		}
		if len(t.Rows) < unitPast {
			t.Rows = append(t.Rows, row)
		}
	}
	if known {
		for day := from; !day.After(p.Now); day = day.AddDate(0, 0, 1) {
			d.Low = append(d.Low, chart.XY{X: unixOf(day), Y: at(usual.Low, p.Now.Sub(day))})
			d.High = append(d.High, chart.XY{X: unixOf(day), Y: at(usual.High, p.Now.Sub(day))})
		}
		p.Normal.Words = append(p.Normal.Words, p.T("unit.normal_count", "n", len(d.Points), "above", above))
		d.Desc = p.Normal.Words[0]
		if usual.Posts < ownPast {
			p.Normal.Words = append(p.Normal.Words, p.T("unit.normal_level"))
		} else {
			p.Normal.Words = append(p.Normal.Words, p.T("unit.normal_key", "n", usual.Posts))
		}
	} else {
		p.Normal.Words = append(p.Normal.Words, p.T("unit.normal_none"))
	}
	if votes > 0 {
		p.Normal.Words = append(p.Normal.Words, p.T("unit.votes", "n", votes))
	}
	if p.Normal.Picture, p.Normal.Table = d.SVG(), p.behind(d.Title, t); p.Normal.Picture == "" {
		p.Normal.None = p.T("unit.normal_empty", "n", bandWeeks)
	}
	return nil
}

// at is a figure that is known at the checkpoints of age, between them on a straight line.
func at(figures []float64, age time.Duration) float64 {
	before, was := time.Duration(0), 0.0
	for i, c := range lantoa.Checkpoints {
		if age <= c {
			return was + (figures[i]-was)*float64(max(age, 0)-before)/float64(c-before)
		}
		before, was = c, figures[i]
	}
	return was
}

// titleOfPost is a post's opening; what has no words is called by its form.
func (p Page) titleOfPost(m lantoa.Measured) string { return cmp.Or(m.Title(), p.PostType(m.Type)) }

// best are the posts of half a year that stood out most, and beside them the contests, which count nowhere.
func (p *unitPage) best(posts []lantoa.Measured) {
	var good, votes []lantoa.Measured
	judged := 0
	for _, m := range posts {
		switch {
		case m.Vote:
			votes = append(votes, m)
		case m.Score != nil:
			judged++
			if above(m) && !m.FromAbove {
				good = append(good, m)
			}
		}
	}
	// What was judged by the page's own past stands before what had to be judged by its level.
	slices.SortStableFunc(good, func(a, b lantoa.Measured) int {
		return cmp.Or(-strings.Compare(string(a.Basis), string(b.Basis)), cmp.Compare(*b.Score, *a.Score))
	})
	slices.SortStableFunc(votes, func(a, b lantoa.Measured) int { return b.ToldAt.Compare(a.ToldAt) })
	for _, m := range first(good, unitBest) {
		row := p.postRow2(m)
		row.Score, row.Basis = p.scoreWords(m)
		p.Best = append(p.Best, row)
	}
	for _, m := range first(votes, unitVotes) {
		row := p.postRow2(m)
		row.Vote = p.T("unit.vote")
		p.Best = append(p.Best, row)
	}
	p.NoBest = p.T("unit.no_best")
	if judged == 0 {
		p.NoBest = p.T("unit.no_score")
	}
}

func (p Page) postRow2(m lantoa.Measured) postRow2 {
	return postRow2{postRow: postRow{Title: lantoa.Cut(p.titleOfPost(m), 100), URL: "/bai-viet/" + string(m.ID), At: p.OnDay(m.ToldAt), Numbers: p.numbersOf(m)}}
}

// unitTold are the stories that the unit told, and those of the units that it took in.
func (s *Server) unitTold(ctx context.Context, p *unitPage, n *activity.Network, u lantoa.Unit) error {
	units := []lantoa.UnitID{u.ID}
	for _, old := range n.Units.Forebears(u.ID) {
		units = append(units, old.ID)
	}
	list, total, err := s.Store.UnitStories(ctx, p.User.Scope(), units, unitStories)
	if err != nil {
		return err
	}
	for _, st := range list {
		row := storyRow{Title: lantoa.Cut(titleOf(p.Page, st), 100), URL: "/cau-chuyen/" + string(st.ID), At: p.OnDay(st.ToldAt)}
		if p.User.May(lantoa.Decide, u.Path) || public(st.State) {
			row.State = p.Board(st.State)
		}
		if st.Channels > 1 {
			row.Carried = p.T("unit.carried", "n", st.Channels)
		}
		p.Stories = append(p.Stories, row)
	}
	if total > len(list) {
		p.StoriesURL = "/tim-kiem?" + url.Values{"don_vi": {string(u.ID)}, "cau_chuyen": {"1"}, "sap_xep": {"newest"}}.Encode()
	}
	return nil
}

// unitOwn says how much the unit wrote itself in a period, and names what it copied.
func (s *Server) unitOwn(ctx context.Context, p *unitPage, n *activity.Network, alive []activity.Standing, posts []lantoa.Measured, period activity.Period) error {
	f := n.Figures(alive, period)
	if f.Posts == 0 {
		return nil
	}
	copied := f.Posts - f.Own - f.FromAbove
	p.Own = &ownShare{Sentence: p.T("unit.own_sentence", "own", f.Own, "n", f.Posts, "share", p.Percent(float64(f.Own)/float64(f.Posts)))}
	p.Own.Bar = chart.Bar{Title: p.Own.Sentence, Parts: []chart.Part{{N: f.Own, Class: "s-active"}, {N: copied, Class: "s-thinning"}, {N: f.FromAbove, Class: "s-disconnected"}}}.SVG()
	from, to := period.From.Start(n.Zone), period.To.End(n.Zone)
	var inPeriod []lantoa.Measured
	var clusters []lantoa.ClusterID
	for _, m := range posts {
		if m.Vote || m.ToldAt.Before(from) || !m.ToldAt.Before(to) || !slices.ContainsFunc(alive, func(x activity.Standing) bool { return x.ID == m.Channel }) {
			continue
		}
		if inPeriod = append(inPeriod, m); m.Cluster != "" {
			clusters = append(clusters, m.Cluster)
		}
	}
	tellers, err := s.Store.FirstTellers(ctx, clusters)
	if err != nil {
		return err
	}
	more := 0
	for _, m := range slices.Backward(inPeriod) {
		teller := tellers[m.Cluster]
		row := copiedRow{Title: lantoa.Cut(p.titleOfPost(m), 70), URL: "/bai-viet/" + string(m.ID), At: p.OnDay(m.ToldAt)}
		switch {
		case m.FromAbove:
			row.From = p.T("unit.copied_above")
		case m.Cluster != "" && teller.ID != "" && teller.ID != m.ID:
			row.From, row.FromURL = p.teller(m, teller)
		case m.Type == lantoa.Share:
			row.From = p.T("unit.copied_share")
		default:
			continue
		}
		if len(p.Own.Copies) == unitCopies {
			more++
			continue
		}
		p.Own.Copies = append(p.Own.Copies, row)
	}
	if more > 0 {
		p.Own.More = p.T("unit.copied_more", "n", more)
	}
	return nil
}

// teller says of whom a text was taken, to those who may know: whom they see, a unit above their own, and the teller of
// a chosen story.
func (p Page) teller(m, teller lantoa.Measured) (words, at string) {
	may := p.User.May(lantoa.See, teller.Unit.Path) || public(teller.StoryState)
	switch {
	case teller.Unit.ID == m.Unit.ID:
		return p.T("unit.copied_self"), ""
	case !may && !lantoa.Within(m.Unit.Path, teller.Unit.Path):
		return p.T("unit.copied_other"), ""
	case may && !teller.Removed():
		at = "/bai-viet/" + string(teller.ID)
	}
	return p.T("unit.copied_from", "unit", teller.Unit.Name), at
}

// unitSizes draw followers and reach of the main channel over half a year, as its own page does from the beginning.
func (s *Server) unitSizes(ctx context.Context, p *unitPage, n *activity.Network, main activity.Standing) error {
	c := channelPage{Page: p.Page, ID: main.ID, since: n.Calendar[0].Start(n.Zone)}
	if err := s.channelSizes(ctx, &c, main.Channel); err != nil {
		return err
	}
	if err := s.channelReach(ctx, &c, main.Channel); err != nil {
		return err
	}
	c.FollowersTable.Table.Rows = s.aWeekEach(c.FollowersTable.Table.Rows)
	c.ReachTable.Table.Rows = first(c.ReachTable.Table.Rows, activity.Span)
	p.Sizes, p.SizesOf = &c, main.Name
	return nil
}

// aWeekEach leaves of a table whose rows begin with a day, newest first, the newest of each week of half a year: the whole
// stands on the channel's own page.
func (s *Server) aWeekEach(rows [][]string) [][]string {
	var out [][]string
	var last lantoa.Week
	for _, row := range rows {
		day, err := time.ParseInLocation("02/01/2006", row[0], s.Zone)
		if week := lantoa.WeekOf(day, s.Zone); err == nil && week != last && len(out) < activity.Span {
			out, last = append(out, row), week
		}
	}
	return out
}
