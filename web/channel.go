package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/chart"
)

// channelPage answers: how is this channel, and what can be done?
type channelPage struct {
	Page
	ID                            lantoa.ChannelID
	Name, Kind, LevelName         string
	UnitURL                       string
	State                         StateMark
	Explained                     string
	Trouble                       *channelTrouble
	Figures                       []Figure
	MayCollect                    bool
	PostsURL, Original            string
	Spark                         template.HTML
	SparkWord                     string
	SparkTable                    Behind
	FollowersName, FollowersTitle string
	Followers                     template.HTML
	NoFollowers, Grown            string
	SizeNotes                     []string
	since                         time.Time // sizes and reach are shown from it on; zero: from the beginning
	FollowersTable                Behind
	Reach                         template.HTML
	ReachLines                    []lineName
	ReachNotes                    []string
	NoReach                       string
	ReachTable                    Behind
	Visits                        []visitRow
	Warnings                      []channelTrouble
	Depths                        []depthRow
	MonthRows                     []monthRow
	MonthHead                     []string
	Site                          *siteBox
	Gone, Events                  string
}

// depthRow is when a channel was last read so far back.
type depthRow struct {
	Word string
	At   When
}

// monthRow is what a unit itself reported of one month.
type monthRow struct {
	Month string
	Cells []monthCell
}

type monthCell struct{ Name, N string }

type channelTrouble struct{ What, Do string }

type visitRow struct {
	At                      When
	Result, Seen, New, Took string
	Failed                  bool
	same                    string // what is said of each of times visits in a row
	times                   int
}

const (
	sparkWeeks = 26
	visitsRead = 60 // what goes wrong the same way several times is told once
	visitsSeen = 20
)

func (s *Server) showChannel(w http.ResponseWriter, r *http.Request) error {
	ch, err := id(r, "channel")
	if err != nil {
		return err
	}
	p, err := s.channel(r.Context(), s.page(r, "channels", "nav.channels"), lantoa.ChannelID(ch))
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "channel", p)
}

// channel fills the page of one channel, for those who may see its unit.
func (s *Server) channel(ctx context.Context, page Page, id lantoa.ChannelID) (channelPage, error) {
	p := channelPage{Page: page, ID: id}
	ch, err := s.Store.Channel(ctx, id)
	if err != nil {
		return p, err
	}
	if err := seen(p.User, ch.Unit, false); err != nil {
		return p, err
	}
	rhythms, err := s.Store.Rhythms(ctx, lantoa.Scope(ch.Unit.Path), p.Now)
	if err != nil {
		return p, err
	}
	x := standing{Channel: ch}
	x.Alive, x.Days, x.Usual = activity.State(ch, rhythms[id], p.Now, s.Zone)
	p.Title, p.Name, p.Kind, p.LevelName = lantoa.Cut(ch.Name, 60), ch.Name, p.Channel(ch.Kind), ch.Unit.UnionName()
	p.UnitURL = pageOfUnit(inZone(ch.Unit, s.Zone), p.Now)
	p.State, p.Explained = p.state(x.Alive), p.T("alive.why."+string(x.Alive))
	switch x.Alive {
	case lantoa.Active, lantoa.Thinning, lantoa.Silent:
		p.Explained = upperFirst(p.Standing(x.Alive, x.Days, x.Usual)) + ". " + p.Explained
	}
	if ch.Trouble != nil && x.Alive != lantoa.Archived {
		p.Trouble = &channelTrouble{What: p.Happened(ch.Trouble, ch.Kind), Do: p.ToDo(ch.Trouble, ch.Kind)}
	}
	p.MayCollect = s.Queue != nil && x.Alive != lantoa.Archived && ch.Kind != lantoa.Imported && p.User.May(lantoa.Collect, ch.Unit.Path)
	p.PostsURL = "/tim-kiem?" + url.Values{"don_vi": {string(ch.Unit.ID)}, "nguon": {ch.Kind.Platform()}, "sap_xep": {"newest"}}.Encode()
	p.Original = original(ch.URL)
	p.Figures = p.channelFigures(x)
	p.depths(ch)
	p.warnings(ch)
	if s.mayConfigure(p.User, ch) {
		cfg, err := s.Websites.Parse(ch.Config)
		if err != nil {
			p.Site = p.siteBox(ch, ch.URL, SiteConfig{})
			p.Site.Wrong = p.T("site.unreadable")
		} else {
			p.Site = p.siteBox(ch, ch.URL, cfg)
		}
	}
	if p.Events, err = s.channelEvents(ctx, p.Page, ch); err != nil {
		return p, err
	}
	if err := s.channelMonths(ctx, &p, ch); err != nil {
		return p, err
	}
	if err := s.channelRhythm(ctx, &p); err != nil {
		return p, err
	}
	if err := s.channelSizes(ctx, &p, ch); err != nil {
		return p, err
	}
	if err := s.channelReach(ctx, &p, ch); err != nil {
		return p, err
	}
	return p, s.channelVisits(ctx, &p, ch)
}

func (p Page) channelFigures(x standing) []Figure {
	size := Figure{N: p.Count(x.Followers), Name: p.T("figure.followers")}
	if x.Kind == lantoa.ZaloGroup {
		size.Name = p.T("figure.members")
	}
	if !x.Followers.Known {
		size.Why = p.T("why.not_yet")
	}
	next := p.nextRead(x.Channel)
	out := []Figure{
		{N: p.Number(x.Posts), Name: p.T("figure.posts")}, size,
		{N: p.Ago(x.LastRead, p.Now), Name: p.T("channels.last"), Why: absentWhy(p, x.LastRead.IsZero()), Words: true},
		{N: next.Text, Name: p.T("channels.next"), Words: true},
	}
	if x.Kind == lantoa.ZaloGroup {
		out = slices.Insert(out, 1, Figure{N: p.Number(x.Chatter), Name: p.T("figure.chatter")})
	}
	return out
}

// depths says when the channel was last read in full, and so on down to what is read most often.
func (p *channelPage) depths(ch lantoa.Channel) {
	for _, d := range []lantoa.Depth{lantoa.Full, lantoa.Season, lantoa.Recent} {
		if at := ch.DepthAt[d]; !at.IsZero() {
			p.Depths = append(p.Depths, depthRow{p.T("channel.depth." + string(d)), p.moment(at)})
		}
	}
}

// warnings are what the last visits were not given though they went well.
func (p *channelPage) warnings(ch lantoa.Channel) {
	for _, w := range ch.Warnings {
		what, do := p.Warning(w, ch)
		p.Warnings = append(p.Warnings, channelTrouble{What: what, Do: do})
	}
}

// reportedMetrics are what units report of a month, in the order of the sheet.
var reportedMetrics = []string{"members", "followers", "posts", "messages", "interactions", "views", "reach", "stories"}

const monthsShown = 13

// channelMonths is what the unit itself reported, month by month, the newest first.
func (s *Server) channelMonths(ctx context.Context, p *channelPage, ch lantoa.Channel) error {
	now := p.Now.In(s.Zone)
	from := now.AddDate(0, 1-monthsShown, 1-now.Day()).Format("2006-01")
	months, err := s.Store.ChannelMonths(ctx, ch.ID, from, now.Format("2006-01"))
	if err != nil || len(months) == 0 {
		return err
	}
	told := map[string]map[string]lantoa.Count{}
	var order []string
	given := map[string]bool{}
	for _, m := range months {
		if told[m.Month] == nil {
			told[m.Month] = map[string]lantoa.Count{}
			order = append(order, m.Month)
		}
		told[m.Month][m.Metric] = m.Value
		given[m.Metric] = true
	}
	slices.Sort(order)
	columns := slices.DeleteFunc(slices.Clone(reportedMetrics), func(m string) bool { return !given[m] })
	for _, m := range columns {
		p.MonthHead = append(p.MonthHead, p.T("reported."+m))
	}
	for _, month := range slices.Backward(order) {
		row := monthRow{Month: month}
		if at, err := time.ParseInLocation("2006-01", month, s.Zone); err == nil {
			row.Month = p.MonthYear(at)
		}
		for i, m := range columns {
			row.Cells = append(row.Cells, monthCell{p.MonthHead[i], p.Count(told[month][m])})
		}
		p.MonthRows = append(p.MonthRows, row)
	}
	return nil
}

func absentWhy(p Page, absent bool) string {
	if absent {
		return p.T("why.never_read")
	}
	return ""
}

// channelRhythm counts the posts of the last half year, a week a column.
func (s *Server) channelRhythm(ctx context.Context, p *channelPage) error {
	from := lantoa.WeekOf(p.Now, s.Zone).Start(s.Zone).AddDate(0, 0, -7*(sparkWeeks-1))
	posts, err := s.Store.PostsBetween(ctx, p.ID, from, p.Now.Add(time.Hour))
	if err != nil {
		return err
	}
	counts := make([]int, sparkWeeks)
	removed, hidden := 0, 0
	for _, post := range posts {
		switch {
		case post.Removed():
			removed++
		case post.Hidden:
			hidden++
		}
		if i := int(post.ToldAt.Sub(from).Hours() / (7 * 24)); !post.Removed() && i >= 0 && i < len(counts) {
			counts[i]++
		}
	}
	if removed+hidden > 0 {
		p.Gone = p.T("channel.gone", "n", sparkWeeks, "removed", removed, "hidden", hidden)
	}
	p.SparkWord = p.T("chart.weekly", "n", sparkWeeks)
	p.Spark = chart.Spark{Title: p.SparkWord + ": " + numbers(p.Page, counts), Values: counts, Height: 56}.SVG()
	table := chart.Table{Head: []string{p.T("chart.week"), p.T("channels.posts")}}
	for i, n := range slices.Backward(counts) {
		table.Rows = append(table.Rows, []string{p.Date(from.AddDate(0, 0, 7*i)), p.Number(int64(n))})
	}
	p.SparkTable = p.behind(p.SparkWord, table)
	p.SparkWord += ", " + p.T("channel.most", "n", slices.Max(counts))
	return nil
}

func (s *Server) channelSizes(ctx context.Context, p *channelPage, ch lantoa.Channel) error {
	p.FollowersName, p.NoFollowers = p.T("figure.followers"), p.T("channel.no_followers")
	if ch.Kind == lantoa.ZaloGroup {
		p.FollowersName = p.T("figure.members")
	}
	p.FollowersTitle = upperFirst(p.FollowersName)
	sizes, err := s.Store.ChannelSnapshots(ctx, ch.ID, p.since, time.Time{})
	if err != nil {
		return err
	}
	line := chart.Line{Class: "c-1"}
	table := chart.Table{Head: []string{p.T("chart.time"), p.FollowersName}}
	for _, size := range sizes {
		line.Points = append(line.Points, chart.XY{X: unixOf(size.At), Y: height(size.Followers)})
	}
	for _, size := range slices.Backward(sizes[max(0, len(sizes)-100):]) {
		table.Rows = append(table.Rows, []string{p.Date(size.At), p.Count(size.Followers)})
	}
	series := chart.Series{Title: p.FollowersName, Lines: []chart.Line{line}, Number: p.tickNumber, Height: 170}
	// What a platform counts and what a person reports are two figures: no line joins them.
	for i := 1; i < len(sizes); i++ {
		if before, now := sizes[i-1], sizes[i]; before.Source != now.Source {
			series.Breaks = append(series.Breaks, chart.Tick{X: unixOf(now.At), Label: p.T("chart.break", "day", now.At)})
			if len(p.SizeNotes) == 0 {
				p.SizeNotes = append(p.SizeNotes, p.T("unit.size_break"))
			}
		}
	}
	if n := len(sizes); n > 0 && sizes[n-1].Source == lantoa.FromReport {
		p.SizeNotes = append(p.SizeNotes, p.T("reported.self")+": "+p.T("reported.why"))
	}
	if n := len(sizes); n > 0 {
		series.Ticks = p.ticks(sizes[0].At, sizes[n-1].At)
		series.Desc = p.T("chart.last", "n", sizes[n-1].Followers, "time", p.Date(sizes[n-1].At))
		p.Grown = p.grown(sizes)
	}
	p.Followers, p.FollowersTable = series.SVG(), p.behind(p.FollowersName, table)
	return nil
}

// grown says how a channel's size has changed since it was first known.
func (p Page) grown(sizes []lantoa.ChannelSnapshot) string {
	given := slices.DeleteFunc(slices.Clone(sizes), func(x lantoa.ChannelSnapshot) bool { return !x.Followers.Known })
	if len(given) < 2 {
		return ""
	}
	first, last := given[0], given[len(given)-1]
	switch by := last.Followers.N - first.Followers.N; {
	case by > 0:
		return p.T("channel.grew", "n", by, "day", first.At)
	case by < 0:
		return p.T("channel.shrank", "n", -by, "day", first.At)
	}
	return p.T("channel.steady", "day", first.At)
}

func (p Page) tickNumber(y float64) string { return p.Number(int64(y)) }

// took is how long a visit was: "36 ms", "2,4 giây".
func (p Page) took(d time.Duration) string {
	if d < time.Second {
		return p.T("time.milliseconds", "n", d.Milliseconds())
	}
	return p.T("time.seconds", "n", d.Seconds())
}

func (s *Server) channelVisits(ctx context.Context, p *channelPage, ch lantoa.Channel) error {
	visits, err := s.Store.Visits(ctx, ch.ID, visitsRead)
	if err != nil {
		return err
	}
	for _, v := range visits {
		row := visitRow{
			At: p.moment(v.At), Seen: p.Number(int64(v.Seen)), New: p.Number(int64(v.New)),
			Took: p.took(v.Took), Result: p.T("channel.visit_good"),
		}
		if v.Trouble != nil {
			row.Result, row.Failed = p.Happened(v.Trouble, ch.Kind), true
		}
		// A page that has been away for a week tells it once and not every hour.
		if n := len(p.Visits); n > 0 && row.Failed && p.Visits[n-1].Failed && p.Visits[n-1].same == row.Result {
			last := &p.Visits[n-1]
			last.times++
			last.Result = p.T("channel.again", "what", last.same, "n", last.times, "time", p.DateTime(v.At))
			continue
		}
		if len(p.Visits) == visitsSeen {
			break
		}
		row.same, row.times = row.Result, 1
		p.Visits = append(p.Visits, row)
	}
	return nil
}
