package web

import (
	"cmp"
	"context"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	tongue "golang.org/x/text/language"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// activityPage answers: which units are alive, and how do they do?
type activityPage struct {
	Page
	Tabs                         []adminTab
	Headline, Period, AsOf, Now  string
	Warning                      string // why figures are missing
	Tiles                        []tile
	Beside                       []link
	Lengths, Ends, Kinds, Levels []Option
	States, Filings, Sorts       []Option
	Name, Unit                   string
	Crumbs                       []link
	Rows                         []unitLine
	NumbersWhy                   string // why a whole kind has no interactions
	Tree                         bool
	Pages                        Pages
	None                         Empty
	Glossary                     []term
	Filtered                     bool // the pickers that are folded away hold something
	Table                        Behind
	Exports                      exportLinks
}

// term is a word of the figures with its meaning.
type term struct{ Key, Word, Means string }

// unitLine is one unit of the list.
type unitLine struct {
	Name, Level, URL        string
	Open, Inside            string // address that opens what is below, and how many there are
	Own                     bool   // only the unit's own channels, where what is below stands apart
	State                   *StateMark
	States                  []stateCount
	Sentence, Leave, Reform string
	Strip                   template.HTML
	Posts, PostsWas         string
	Change                  string // of posts, against the period before
	Up, Down                bool
	Median, Rate, NoMedian  string
	Followers, Grown        string
	Reported                bool
	Stories, Lost           string
}

type stateCount struct {
	StateMark
	N string
}

// choice is what the address asks for.
type choice struct {
	q      url.Values
	period activity.Period
	kind   lantoa.ChannelKind
	all    bool // every kind
	level  lantoa.Level
	state  lantoa.Alive
	filing activity.Filing
	sort   string
	name   string
	unit   string
}

const (
	unitsPerPage = 24 // keeps the page below 60 KB
	stripWeeks   = 12
	allKinds     = "tat_ca"
)

var (
	lengths = []int{4, 8, 12}
	sorts   = []string{"", "im_lang", "bai", "thay_doi", "trung_vi", "ti_le", "theo_doi", "ten"}
)

func (s *Server) showActivity(w http.ResponseWriter, r *http.Request) error {
	a, err := s.activity(r.Context(), s.page(r, "network", "nav.network"), r.URL.Query())
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "activity", a)
}

// chosen reads the address; what cannot be read is as if it were not there.
func chosen(q url.Values, n *activity.Network) choice {
	c := choice{q: q, level: lantoa.Level(q.Get("cap")), state: lantoa.Alive(q.Get("trang_thai")), filing: activity.AsToday,
		sort: q.Get("xep"), name: strings.TrimSpace(lantoa.Cut(q.Get("ten"), 100)), unit: q.Get("don_vi")}
	if !slices.Contains(lantoa.Levels, c.level) {
		c.level = ""
	}
	if !slices.Contains(aliveStates, c.state) {
		c.state = ""
	}
	if !slices.Contains(sorts, c.sort) {
		c.sort = ""
	}
	if q.Get("to_chuc") == "khi_do" {
		c.filing = activity.AsThen
	}
	c.kind, c.all = kindOf(q, n.Channels)
	length, _ := strconv.Atoi(q.Get("tuan"))
	if !slices.Contains(lengths, length) {
		length = lengths[0]
	}
	end := lantoa.LastFullWeek(n.At, n.Zone)
	if w, err := lantoa.ParseWeek(q.Get("den")); err == nil && n.Within(activity.PeriodOf(w, length)) {
		end = w
	}
	c.period = activity.PeriodOf(end, length)
	return c
}

// kindOf is the kind of channel that an address asks for; unasked it is pages.
func kindOf(q url.Values, all []activity.Standing) (kind lantoa.ChannelKind, every bool) {
	kind = lantoa.ChannelKind(q.Get("loai"))
	switch {
	case kind == allKinds:
		return "", true
	case slices.Contains([]lantoa.ChannelKind{lantoa.FacebookPage, lantoa.ZaloGroup, lantoa.ZaloOA, lantoa.Website}, kind):
		return kind, false
	}
	kind = mainKind(all)
	return kind, kind == ""
}

// activity fills the list. In the address: tuan, den, cap, loai, trang_thai, to_chuc, xep, ten, don_vi, trang.
func (s *Server) activity(ctx context.Context, page Page, q url.Values) (activityPage, error) {
	p := activityPage{Page: page}
	whole, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	scope := p.User.Scope()
	n := whole.In(scope)
	c := chosen(q, n)
	v := s.views.get(whole, viewKey{scope, c.kind, c.filing, lastDay(c.period, n)})
	p.Tabs = p.networkTabs("")
	p.Name, p.Unit = c.name, c.unit
	p.Period = p.T("network.period", "n", c.period.Len(), "from", c.period.From.Start(n.Zone), "to", lastDay(c.period, n))
	p.AsOf = p.T("network.as_of", "time", p.DateTime(asOf(n, c.period)))
	p.Now = p.T("network.now", "time", p.DateTime(n.At))
	p.Warning = p.stale(n)
	p.pickers(c, n, v)

	rows, under := p.rows(c, v)
	p.tiles(c, v, rows, under)
	at := pageNumber(q)
	p.Pages = p.pages(len(rows), unitsPerPage, at, func(n int) string { return withParam(q, "trang", strconv.Itoa(n)) })
	shown := slice(rows, (p.Pages.At-1)*unitsPerPage, unitsPerPage)
	order := lantoa.LastWeeks(c.period.To, stripWeeks)
	for _, r := range shown {
		p.Rows = append(p.Rows, p.line(c, v, r, order))
	}
	p.Table = p.weeksTable(v, shown, order)
	p.None = Empty{Title: p.T("network.none"), Do: p.T("network.none_do"), URL: "/hoat-dong", Link: p.T("network.see_all")}
	if c.kind == lantoa.ZaloGroup {
		p.NumbersWhy = p.T("network.groups_why")
	}
	p.Glossary = p.glossary()
	p.Exports = p.exportsOf("/hoat-dong/xuat", q)
	p.Filtered = c.level != "" || c.sort != "" || c.filing != activity.AsToday || q.Get("loai") != "" || q.Get("den") != ""
	return p, nil
}

// staleAfter is how old the rolled weeks may be: they are made anew once a night.
const staleAfter = 30 * time.Hour

// lastDay is the last day of a period, today while it runs.
func lastDay(p activity.Period, n *activity.Network) time.Time {
	day := p.To.End(n.Zone).AddDate(0, 0, -1)
	if today := lantoa.Day(n.At, n.Zone); today.Before(day) {
		return today
	}
	return day
}

// asOf is the moment that the figures of a period are as of.
func asOf(n *activity.Network, p activity.Period) time.Time {
	settled := p.To.Settled(n.Zone)
	switch {
	case !n.At.Before(settled):
		return settled
	case n.RolledAt.IsZero():
		return n.At
	}
	return n.RolledAt
}

func (p Page) lengths(c choice) (out []Option) {
	for _, l := range lengths {
		out = append(out, Option{Value: strconv.Itoa(l), Name: p.T("network.weeks", "n", l), On: c.period.Len() == l})
	}
	return out
}

// ends are the weeks with which a period may end: the last full one, the running one, and the one that was asked for.
func (p Page) ends(c choice, n *activity.Network) (out []Option) {
	full := lantoa.LastFullWeek(n.At, n.Zone)
	ends := []lantoa.Week{full, full.After()}
	if !slices.Contains(ends, c.period.To) {
		ends = append(ends, c.period.To)
	}
	for _, w := range ends {
		name := p.T("network.to_week", "week", strconv.Itoa(w.Number), "day", p.DayMonth(w.End(n.Zone).AddDate(0, 0, -1)))
		if w == full.After() {
			name = p.T("network.to_today")
		}
		out = append(out, Option{Value: w.String(), Name: name, On: w == c.period.To})
	}
	return out
}

func (p *activityPage) pickers(c choice, n *activity.Network, v *view) {
	p.Lengths, p.Ends = p.lengths(c), p.ends(c, n)
	p.Kinds = p.kindsOf(n.Channels, c.kind, c.all)
	p.Levels = []Option{{Name: p.T("channels.any_level"), On: c.level == ""}}
	for _, l := range lantoa.Levels {
		if slices.ContainsFunc(v.rows, func(r activity.UnitRow) bool { return r.Unit.Level == l }) {
			p.Levels = append(p.Levels, Option{Value: string(l), Name: p.Level(l), On: c.level == l})
		}
	}
	p.States = []Option{{Name: p.T("network.any_state"), On: c.state == ""}}
	for _, a := range aliveStates {
		p.States = append(p.States, Option{Value: string(a), Name: p.State(a), On: c.state == a})
	}
	p.Filings = []Option{
		{Name: p.T("network.as_today"), On: c.filing == activity.AsToday},
		{Value: "khi_do", Name: p.T("network.as_then"), On: c.filing == activity.AsThen},
	}
	for _, o := range sorts {
		p.Sorts = append(p.Sorts, Option{Value: o, Name: p.T("network.sort." + cmp.Or(o, "cay")), On: c.sort == o})
	}
}

// kindsOf are the kinds of channel that there are, and all of them together.
func (p Page) kindsOf(all []activity.Standing, kind lantoa.ChannelKind, every bool) []Option {
	var out []Option
	for _, k := range []lantoa.ChannelKind{lantoa.FacebookPage, lantoa.ZaloGroup, lantoa.ZaloOA, lantoa.Website} {
		if k == kind || slices.ContainsFunc(all, func(x activity.Standing) bool { return x.Kind == k }) {
			out = append(out, Option{Value: string(k), Name: p.Channel(k), On: k == kind})
		}
	}
	return append(out, Option{Value: allKinds, Name: p.T("channels.any_kind"), On: every})
}

// lineRow is a row of the list: of the unit alone, or with what is below it.
type lineRow struct {
	row   int
	below bool
}

// rows are the rows to be listed, and the unit that they stand under in the tree. A filter or an order makes one flat
// list of units, each by itself; without them the tree is opened one level at a time.
func (p *activityPage) rows(c choice, v *view) (rows []lineRow, under int) {
	under = -1
	if i, is := v.find(c.unit); is {
		under = i
	}
	if c.level == "" && c.state == "" && c.name == "" && c.sort == "" {
		p.Tree = true
		if roots := v.roots(); under < 0 && len(roots) == 1 {
			under = roots[0]
		}
		if under < 0 {
			for _, i := range v.roots() {
				rows = append(rows, lineRow{i, v.rows[i].Children > 0})
			}
			return rows, under
		}
		p.crumbs(c, v, under)
		rows = append(rows, lineRow{under, false})
		for _, i := range v.below(under) {
			rows = append(rows, lineRow{i, v.rows[i].Children > 0})
		}
		return rows, under
	}
	if under >= 0 {
		p.crumbs(c, v, under)
	}
	name := viet.Bare(c.name)
	for i, row := range v.rows {
		if (c.level == "" || row.Unit.Level == c.level) &&
			(under < 0 || lantoa.Within(row.Unit.Path, v.rows[under].Unit.Path)) &&
			(name == "" || strings.Contains(viet.Bare(row.Unit.Name+" "+row.Unit.Code), name)) &&
			(c.state == "" || slices.ContainsFunc(row.Own, func(x activity.Standing) bool { return x.Alive == c.state })) {
			rows = append(rows, lineRow{i, false})
		}
	}
	sortRows(rows, c, v)
	return rows, under
}

func (p *activityPage) crumbs(c choice, v *view, under int) {
	for i, steps := under, 0; steps < 20; steps++ {
		u := v.rows[i].Unit
		p.Crumbs = append([]link{{u.Name, withParam(c.q, "don_vi", u.Code)}}, p.Crumbs...)
		above, is := v.at[u.Parent]
		if !is {
			return
		}
		i = above
	}
}

// sortRows sorts a flat list. An absent figure stands behind all others.
func sortRows(rows []lineRow, c choice, v *view) {
	figures := func(r lineRow) unitFigures { return v.of(r.row, r.below, c.period) }
	key := map[string]func(lineRow) activity.Value{
		"bai": func(r lineRow) activity.Value {
			return activity.Value{V: float64(figures(r).Now.Posts), Known: len(v.rows[r.row].Own) > 0}
		},
		"trung_vi": func(r lineRow) activity.Value { return figures(r).Now.Median },
		"ti_le":    func(r lineRow) activity.Value { return figures(r).Now.Rate },
		"theo_doi": func(r lineRow) activity.Value {
			g := figures(r).Grown
			return activity.Value{V: float64(g.N), Known: g.Known}
		},
		"thay_doi": func(r lineRow) activity.Value {
			f := figures(r)
			return activity.Value{V: float64(f.Now.Posts - f.Before.Posts), Known: f.Fair && len(v.rows[r.row].Own) > 0}
		},
	}[c.sort]
	switch {
	case key != nil:
		slices.SortStableFunc(rows, func(a, b lineRow) int {
			x, y := key(a), key(b)
			if x.Known != y.Known {
				if x.Known {
					return -1
				}
				return 1
			}
			return cmp.Compare(y.V, x.V)
		})
	case c.sort == "ten":
		order := collate.New(tongue.Vietnamese)
		slices.SortStableFunc(rows, func(a, b lineRow) int {
			return order.CompareString(plainName(v.rows[a.row].Unit), plainName(v.rows[b.row].Unit))
		})
	default: // silent longest first
		worstOf := map[int]activity.Standing{}
		for _, r := range rows {
			own := v.rows[r.row].Own
			if c.state != "" {
				own = onlyStandings(own, func(x activity.Standing) bool { return x.Alive == c.state })
			}
			worstOf[r.row] = worst(own)
		}
		slices.SortStableFunc(rows, func(a, b lineRow) int { return moreUrgent(worstOf[a.row], worstOf[b.row]) })
	}
}

// plainName is the name without the word for its kind, by which people look a place up: "Đồng Mẫu".
func plainName(u lantoa.Unit) string {
	for _, kind := range []string{"xã ", "phường ", "thị trấn ", "huyện ", "thành phố ", "thị xã ", "tỉnh ", "quận "} {
		if rest, is := strings.CutPrefix(u.Name, kind); is {
			return rest
		}
	}
	return u.Name
}

// tiles count the channels of what is listed, each number leading to its list.
func (p *activityPage) tiles(c choice, v *view, rows []lineRow, under int) {
	var t activity.Tally
	switch {
	case p.Tree && under >= 0:
		t = tallyOf(v.rows[under].All)
	default:
		for _, r := range rows {
			own := v.rows[r.row].Own
			if r.below {
				own = v.rows[r.row].All
			}
			for _, x := range own {
				if c.state == "" || x.Alive == c.state {
					t.Add(x.Alive)
				}
			}
		}
	}
	q := url.Values{}
	for _, k := range []string{"loai", "cap", "don_vi", "ten", "to_chuc"} {
		if x := c.q.Get(k); x != "" {
			q.Set(k, x)
		}
	}
	for _, a := range []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected} {
		p.Tiles = append(p.Tiles, tile{Alive: a, N: p.Number(int64(t.Of(a))), Word: p.State(a), URL: stateURL(a, q)})
	}
	for _, a := range []lantoa.Alive{lantoa.Archived, lantoa.Waiting} {
		if n := t.Of(a); n > 0 {
			p.Beside = append(p.Beside, link{p.T("network.beside."+string(a), "n", n), stateURL(a, q)})
		}
	}
	p.Headline = p.T("network.headline", "active", t.Active, "n", t.Total()+t.Waiting)
	if c.kind == lantoa.FacebookPage {
		p.Headline = p.T("home.headline", "active", t.Active, "n", t.Total()+t.Waiting)
	}
}

func stateURL(a lantoa.Alive, q url.Values) string {
	to := "/hoat-dong/trang-thai/" + string(a)
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

func (p *activityPage) line(c choice, v *view, r lineRow, order []lantoa.Week) unitLine {
	row := v.rows[r.row]
	channels := row.Own
	if r.below {
		channels = row.All
	}
	f := v.of(r.row, r.below, c.period)
	l := unitLine{Name: row.Unit.Name, Level: p.Level(row.Unit.Level), URL: pageOfUnit(row.Unit, v.At)}
	if p.Tree && row.Children > 0 {
		if r.below {
			l.Open, l.Inside = withParam(c.q, "don_vi", row.Unit.Code), p.T("network.inside", "n", row.Children)
		} else {
			l.Own = true
		}
	}
	if leave, away := v.Away(row.Unit.ID); away {
		l.Leave = p.T("network.on_leave", "day", p.DayMonth(leave.To))
	}
	if row.Unit.InForce(v.At) && !row.Unit.From.IsZero() && row.Unit.From.After(order[0].Start(v.Zone)) {
		l.Reform = p.T("network.new_unit", "day", row.Unit.From)
	}
	switch {
	case len(channels) == 0:
		l.Sentence = p.T("network.no_channel")
	case r.below:
		for _, a := range aliveStates {
			if n := f.Tally.Of(a); n > 0 {
				l.States = append(l.States, stateCount{p.state(a), p.Number(int64(n))})
			}
		}
	default:
		w := worst(channels)
		mark := p.state(w.Alive)
		l.State, l.Sentence = &mark, p.sentence(asStanding(w))
		if len(channels) > 1 {
			l.Sentence = p.Channel(w.Kind) + ": " + l.Sentence
		}
	}
	l.Strip = p.strip(v.Network, channels, row.Unit, order)
	p.figures(&l, f, channels)
	return l
}

func (p Page) figures(l *unitLine, f unitFigures, channels []activity.Standing) {
	if len(channels) == 0 {
		absent := p.Count(lantoa.Count{})
		l.Posts, l.Median, l.Rate, l.Followers, l.Stories = absent, absent, absent, absent, absent
		return
	}
	l.Posts, l.Stories = p.Number(int64(f.Now.Posts)), p.Number(int64(f.Now.Stories))
	if f.Blank {
		l.Posts, l.Stories = p.Count(lantoa.Count{}), p.Count(lantoa.Count{})
	}
	switch d := f.Now.Posts - f.Before.Posts; {
	case !f.Fair:
		l.PostsWas = p.T("network.no_before")
	default:
		l.PostsWas, l.Up, l.Down = p.T("network.before", "n", f.Before.Posts), d > 0, d < 0
		l.Change = p.signed(int64(d))
	}
	l.Median, l.Rate = p.value(f.Now.Median), p.rate(f.Now.Rate)
	if !f.Now.Median.Known && f.Now.Posts > 0 {
		l.NoMedian = p.T("why.not_given")
	}
	l.Followers, l.Reported = p.Count(f.Now.Followers), f.Now.Reported
	if f.Grown.Known {
		l.Grown = p.signed(f.Grown.N)
	}
	if f.Now.Lost > 0 {
		l.Lost = p.T("network.lost", "n", f.Now.Lost)
	}
}

// strip draws the posts of twelve weeks. A week that was not rolled up, or in which nothing could be read, is a gap;
// where the unit came to be, or took a channel over, stands a line.
func (p Page) strip(n *activity.Network, channels []activity.Standing, u lantoa.Unit, weeks []lantoa.Week) template.HTML {
	if len(channels) == 0 {
		return ""
	}
	values := weekly12(channels, weeks)
	said := make([]string, len(values))
	for i, v := range values {
		said[i] = p.weekValue(v)
	}
	s := chart.Strip{Values: values, Title: p.T("network.strip", "n", len(weeks), "values", strings.Join(said, " "))}
	turns := []time.Time{u.From}
	for _, ch := range channels {
		for _, t := range n.Tenures[ch.ID] {
			turns = append(turns, t.From)
		}
	}
	for i, w := range weeks {
		if slices.ContainsFunc(turns, func(t time.Time) bool { return !t.Before(w.Start(n.Zone)) && t.Before(w.End(n.Zone)) }) {
			s.Breaks = append(s.Breaks, i)
		}
	}
	return s.SVG()
}

// weekly12 are the posts of channels week by week, NaN where nothing is known of the week.
func weekly12(channels []activity.Standing, weeks []lantoa.Week) []float64 {
	out := make([]float64, len(weeks))
	for i, w := range weeks {
		out[i] = math.NaN()
		for _, ch := range channels {
			x := ch.Week(w)
			if !x.Rolled() || x.Posts == 0 && x.Lost > 3 {
				continue
			}
			if math.IsNaN(out[i]) {
				out[i] = 0
			}
			out[i] += float64(x.Posts)
		}
	}
	return out
}

func (p Page) weekValue(v float64) string {
	if math.IsNaN(v) {
		return p.Count(lantoa.Count{})
	}
	return p.Number(int64(v))
}

// weeksTable is the strips as figures.
func (p *activityPage) weeksTable(v *view, rows []lineRow, weeks []lantoa.Week) Behind {
	t := chart.Table{Head: []string{p.T("network.unit")}}
	for _, w := range weeks {
		t.Head = append(t.Head, strconv.Itoa(w.Number))
	}
	for _, r := range rows {
		channels := v.rows[r.row].Own
		if r.below {
			channels = v.rows[r.row].All
		}
		if len(channels) == 0 {
			continue
		}
		line := []string{v.rows[r.row].Unit.Name}
		for _, x := range weekly12(channels, weeks) {
			line = append(line, p.weekValue(x))
		}
		t.Rows = append(t.Rows, line)
	}
	return p.behind(p.T("network.weeks_table"), t)
}

// value writes a median: "12,5".
func (p Page) value(v activity.Value) string {
	if !v.Known {
		return p.Count(lantoa.Count{})
	}
	return p.Decimal(v.V)
}

// rate writes a share as per cent with a decimal: "1,8 %".
func (p Page) rate(v activity.Value) string {
	if !v.Known {
		return p.Count(lantoa.Count{})
	}
	if p.Lang() == "en" {
		return p.Decimal(v.V*100) + "%"
	}
	return p.Decimal(v.V*100) + " %"
}

// signed writes a change: "+3", "−2", "0".
func (p Page) signed(n int64) string {
	if n > 0 {
		return "+" + p.Number(n)
	}
	return p.Number(n)
}

// glossary says what each figure means.
func (p Page) glossary() []term {
	var out []term
	for _, k := range []string{"states", "posts", "median", "rate", "followers", "stories", "reach", "lost", "reported"} {
		out = append(out, term{k, p.T("network.term." + k + ".word"), p.T("network.term." + k + ".means")})
	}
	return out
}

// networkTabs lead from one screen of the place to the other.
func (p Page) networkTabs(here string) []adminTab {
	tabs := []adminTab{{URL: "/hoat-dong", Name: p.T("network.tab.units"), Here: here == ""},
		{URL: "/don-vi", Name: p.T("unit.find_title"), Here: here == "find"}}
	if p.User.May(lantoa.Care, p.User.Unit.Path) {
		tabs = append(tabs, adminTab{URL: "/hoat-dong/trang-thai/silent", Name: p.T("network.tab.help"), Here: here == "help"})
	}
	tabs = append(tabs, adminTab{URL: "/hoat-dong/so-sanh", Name: p.T("network.tab.compare"), Here: here == "compare"},
		adminTab{URL: "/bao-nghi", Name: p.T("network.tab.leave"), Here: here == "leave"},
		adminTab{URL: "/hoat-dong/man-hinh", Name: p.T("network.tab.wall")})
	return tabs
}
