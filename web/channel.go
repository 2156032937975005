package web

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	State                         StateMark
	Explained                     string
	Trouble                       *channelTrouble
	Figures                       []Figure
	MayCollect                    bool
	PostsURL, Original            string
	Spark                         template.HTML
	SparkWord                     string
	FollowersName, FollowersTitle string
	Followers                     template.HTML
	NoFollowers                   string
	FollowersTable                Behind
	Reach                         template.HTML
	ReachLines                    []lineName
	ReachNote, NoReach            string
	ReachTable                    Behind
	Visits                        []visitRow
}

type channelTrouble struct{ What, Do string }

type visitRow struct {
	At                      When
	Result, Seen, New, Took string
}

const (
	sparkWeeks = 26
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
	for _, post := range posts {
		if i := int(post.ToldAt.Sub(from).Hours() / (7 * 24)); !post.Removed() && i >= 0 && i < len(counts) {
			counts[i]++
		}
	}
	p.SparkWord = p.T("chart.weekly", "n", sparkWeeks)
	p.Spark = chart.Spark{Title: p.SparkWord + ": " + numbers(p.Page, counts), Values: counts, Height: 56}.SVG()
	return nil
}

func (s *Server) channelSizes(ctx context.Context, p *channelPage, ch lantoa.Channel) error {
	p.FollowersName, p.NoFollowers = p.T("figure.followers"), p.T("channel.no_followers")
	if ch.Kind == lantoa.ZaloGroup {
		p.FollowersName = p.T("figure.members")
	}
	p.FollowersTitle = upperFirst(p.FollowersName)
	sizes, err := s.Store.ChannelSnapshots(ctx, ch.ID, time.Time{}, time.Time{})
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
	if n := len(sizes); n > 0 {
		series.Ticks = p.ticks(sizes[0].At, sizes[n-1].At)
		series.Desc = p.T("chart.last", "n", sizes[n-1].Followers, "time", p.Date(sizes[n-1].At))
	}
	p.Followers, p.FollowersTable = series.SVG(), p.behind(p.FollowersName, table)
	return nil
}

func (p Page) tickNumber(y float64) string { return p.Number(int64(y)) }

// reaching says whether a platform's figure of this name tells how many people a page reached. Facebook retired
// one in June 2026 for another that counts otherwise: they are two lines with a break between.
func reaching(metric string) bool {
	return metric == "page_impressions_unique" || metric == "page_total_media_view_unique" || strings.Contains(metric, "reach")
}

func (s *Server) channelReach(ctx context.Context, p *channelPage, ch lantoa.Channel) error {
	p.NoReach = p.T("channel.no_reach")
	if ch.Kind == lantoa.ZaloGroup {
		p.NoReach = p.T("why.group_reach")
	}
	days, err := s.Store.ChannelDays(ctx, ch.ID, "", time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	byMetric := map[string][]lantoa.ChannelDay{}
	for _, d := range days {
		if reaching(d.Metric) {
			byMetric[d.Metric] = append(byMetric[d.Metric], d)
		}
	}
	metrics := make([]string, 0, len(byMetric))
	for m, list := range byMetric {
		slices.SortFunc(list, func(a, b lantoa.ChannelDay) int { return cmp.Compare(a.Day, b.Day) })
		metrics = append(metrics, m)
	}
	slices.SortFunc(metrics, func(a, b string) int {
		return cmp.Or(byMetric[a][0].Start.Compare(byMetric[b][0].Start), cmp.Compare(a, b))
	})
	if len(metrics) == 0 {
		return nil
	}
	series := chart.Series{Title: p.T("channel.reach"), Number: p.tickNumber, Height: 190}
	table := chart.Table{Head: []string{p.T("chart.day")}}
	cells := map[string][]string{}
	var from, to time.Time
	for i, m := range first(metrics, 4) {
		class := fmt.Sprintf("c-%d", i+1)
		name := p.metric(m)
		line := chart.Line{Name: name, Class: class}
		list := byMetric[m]
		for _, d := range list {
			line.Points = append(line.Points, chart.XY{X: unixOf(d.Start), Y: height(d.Value)})
			if cells[d.Day] == nil {
				cells[d.Day] = make([]string, min(len(metrics), 4))
			}
			cells[d.Day][i] = p.Count(d.Value)
			if from.IsZero() || d.Start.Before(from) {
				from = d.Start
			}
			if d.Start.After(to) {
				to = d.Start
			}
		}
		// A series that ends before another begins was retired: a line through both would be a lie.
		if i > 0 && byMetric[metrics[i-1]][len(byMetric[metrics[i-1]])-1].Start.Before(list[0].Start) {
			series.Breaks = append(series.Breaks, chart.Tick{X: unixOf(list[0].Start), Label: p.T("chart.break", "day", list[0].Start)})
			p.ReachNote = p.T("channel.reach_break", "day", list[0].Start)
		}
		series.Lines = append(series.Lines, line)
		p.ReachLines = append(p.ReachLines, lineName{class, name})
		table.Head = append(table.Head, name)
	}
	if p.ReachNote == "" {
		p.ReachNote = p.T("channel.reach_note")
	}
	series.Ticks = p.ticks(from, to)
	keys := make([]string, 0, len(cells))
	for day := range cells {
		keys = append(keys, day)
	}
	slices.Sort(keys)
	slices.Reverse(keys)
	for _, day := range first(keys, 120) {
		row := []string{day}
		if t, err := time.Parse(time.DateOnly, day); err == nil {
			row[0] = t.Format("02/01/2006")
		}
		for _, c := range cells[day] {
			if c == "" {
				c = p.Count(lantoa.Count{})
			}
			row = append(row, c)
		}
		table.Rows = append(table.Rows, row)
	}
	p.Reach, p.ReachTable = series.SVG(), p.behind(p.T("channel.reach"), table)
	return nil
}

// metric is a platform's figure in words, or its own name where the catalogue has none.
func (p Page) metric(name string) string {
	if p.Has("metric." + name) {
		return p.T("metric." + name)
	}
	return name
}

// took is how long a visit was: "36 ms", "2,4 giây".
func (p Page) took(d time.Duration) string {
	if d < time.Second {
		return p.T("time.milliseconds", "n", d.Milliseconds())
	}
	return p.T("time.seconds", "n", d.Seconds())
}

func (s *Server) channelVisits(ctx context.Context, p *channelPage, ch lantoa.Channel) error {
	visits, err := s.Store.Visits(ctx, ch.ID, visitsSeen)
	if err != nil {
		return err
	}
	for _, v := range visits {
		row := visitRow{
			At: p.moment(v.At), Seen: p.Number(int64(v.Seen)), New: p.Number(int64(v.New)),
			Took: p.took(v.Took), Result: p.T("channel.visit_good"),
		}
		if v.Trouble != nil {
			row.Result = p.Happened(v.Trouble, ch.Kind)
		}
		p.Visits = append(p.Visits, row)
	}
	return nil
}
