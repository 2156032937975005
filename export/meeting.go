package export

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/internal/docx"
	"github.com/hoiphunu/lantoa/internal/words"
)

const (
	storiesTold = 5  // in the paper of a meeting
	needy       = 40 // units that are listed by name
)

// Paper is the activity of a period on a few pages for a meeting: three sentences, the states by level, whom to ask
// how they are, and the best stories.
func (a Activity) Paper(say *words.Catalog, union string, stories Stories) (Paper, error) {
	d := begin(say, union, a.Title, a.weeks(say), a.Network.At)
	levels, sum := a.levels()
	d.Heading(1, say.T("export.paper.in_short"))
	for _, s := range a.sentences(say, sum, stories) {
		d.Item(docx.Run{Text: s})
	}
	d.Heading(1, say.T("export.paper.by_level"))
	d.Table(levelTable(say, levels, sum))
	picture, err := stack(say, levels).PNG(640)
	if err != nil {
		return Paper{}, err
	}
	if len(picture) > 0 {
		if err := d.Picture(picture, 16, say.T("export.paper.picture", "what", said(say, sum.states))); err != nil {
			return Paper{}, err
		}
	}
	a.help(say, d)
	if len(stories.Stories) > 0 {
		d.Heading(1, say.T("export.paper.stories"))
		if err := stories.tell(say, d, stories.Stories[:min(len(stories.Stories), storiesTold)]); err != nil {
			return Paper{}, err
		}
	}
	d.Heading(1, say.T("export.notes"))
	for _, n := range a.Filters {
		if n.Value != "" {
			d.Item(docx.Run{Text: n.Name + ": ", Bold: true, Small: true}, docx.Run{Text: n.Value, Small: true})
		}
	}
	for _, t := range []string{"states", "posts", "own", "median", "lost"} {
		d.Item(docx.Run{Text: say.T("export.column."+t) + ": ", Bold: true, Small: true}, docx.Run{Text: say.T("export.means." + t), Small: true})
	}
	sign(d, say)
	d.Footer(say.T("export.footer", "time", say.DateTime(cmp.Or(a.asOf(sum.channels), a.Network.At))))
	return Paper{a.Title, d}, nil
}

func (a Activity) weeks(say *words.Catalog) string {
	if a.Period.From == a.Period.To {
		return say.Week(a.Period.To)
	}
	return say.Week(a.Period.From) + " – " + say.Week(a.Period.To)
}

// levelSum is what the units of one level have together.
type levelSum struct {
	level    lantoa.Level
	channels []activity.Standing
	states   activity.Tally
	now      activity.Figures
	before   activity.Figures
	fair     bool
}

// levels sums what is listed by the level of the unit that a channel belongs to. A line that counts what is below it
// counts the same channels again: each is taken once.
func (a Activity) levels() ([]levelSum, levelSum) {
	by := map[lantoa.Level]*levelSum{}
	all := levelSum{}
	seen := map[lantoa.ChannelID]bool{}
	for _, l := range a.Lines {
		for _, ch := range l.Channels {
			if seen[ch.ID] {
				continue
			}
			seen[ch.ID] = true
			level := ch.Unit.Level
			if !l.Below {
				level = l.Unit.Level
			}
			if by[level] == nil {
				by[level] = &levelSum{level: level}
			}
			by[level].channels = append(by[level].channels, ch)
			all.channels = append(all.channels, ch)
		}
	}
	var out []levelSum
	for _, level := range lantoa.Levels {
		if x := by[level]; x != nil {
			a.reckon(x)
			out = append(out, *x)
		}
	}
	a.reckon(&all)
	return out, all
}

func (a Activity) reckon(x *levelSum) {
	before := a.Period.Before()
	x.now, x.before = a.Network.Figures(x.channels, a.Period), a.Network.Figures(x.channels, before)
	x.states = activity.Tally{}
	for _, ch := range x.channels {
		alive, _, _ := a.state(ch)
		x.states.Add(alive)
	}
	x.fair = a.Network.Within(before) && x.before.Missing*10 <= before.Len()*len(x.channels)
}

// sentences are the period in three sentences.
func (a Activity) sentences(say *words.Catalog, sum levelSum, stories Stories) []string {
	f := sum.now
	first := say.T("export.paper.states", "n", sum.states.Total()+sum.states.Waiting, "what", said(say, sum.states))
	posts := say.T("export.paper.posts", "posts", f.Posts, "own", f.Own)
	if share := f.OwnShare(); share.Known {
		posts = say.T("export.paper.posts_share", "posts", f.Posts, "own", f.Own, "share", say.Percent(share.V))
	}
	if sum.fair {
		posts += " " + say.T("export.paper.before", "n", sum.before.Posts)
	}
	if f.Median.Known {
		posts += " " + say.T("export.paper.median", "n", say.Decimal(f.Median.V))
	}
	told := say.T("export.paper.told", "n", f.Stories)
	if len(stories.Stories) > 0 {
		best := stories.Stories[0]
		told += " " + say.T("export.paper.best", "title", storyTitle(say, best), "unit", best.First.UnionName())
	}
	return []string{first, posts, told}
}

// said are the states in words: "151 hoạt động, 20 thưa dần, …".
func said(say *words.Catalog, t activity.Tally) string {
	var out []string
	for _, s := range states {
		if n := t.Of(s); n > 0 || s == lantoa.Active {
			out = append(out, say.Number(int64(n))+" "+strings.ToLower(say.State(s)))
		}
	}
	return strings.Join(out, ", ")
}

func levelTable(say *words.Catalog, levels []levelSum, sum levelSum) docx.Table {
	t := docx.Table{Head: []string{say.T("export.column.level"), say.T("export.column.n")}, Widths: []float64{1.1, 0.85}, Align: []docx.Align{docx.Left, docx.Right}}
	shown := slices.DeleteFunc(slices.Clone(states), func(s lantoa.Alive) bool { return s == lantoa.Waiting && sum.states.Waiting == 0 })
	for _, s := range shown {
		t.Head, t.Widths, t.Align = append(t.Head, say.State(s)), append(t.Widths, 1), append(t.Align, docx.Right)
	}
	for _, head := range []string{say.T("export.column.posts"), say.T("export.column.own"), say.T("export.tab.stories")} {
		t.Head, t.Widths, t.Align = append(t.Head, head), append(t.Widths, 1.05), append(t.Align, docx.Right)
	}
	line := func(name string, x levelSum) []string {
		row := []string{name, say.Number(int64(len(x.channels)))}
		for _, s := range shown {
			row = append(row, say.Number(int64(x.states.Of(s))))
		}
		for _, n := range []int{x.now.Posts, x.now.Own, x.now.Stories} {
			row = append(row, say.Number(int64(n)))
		}
		return row
	}
	for _, x := range levels {
		t.Rows, t.Bold = append(t.Rows, line(say.Level(x.level), x)), append(t.Bold, false)
	}
	t.Rows, t.Bold = append(t.Rows, line(say.T("export.paper.sum"), sum)), append(t.Bold, true)
	return t
}

// stack draws the states by level.
func stack(say *words.Catalog, levels []levelSum) chart.Stack {
	s := chart.Stack{Title: say.T("export.column.states")}
	for _, a := range states[:5] {
		s.Keys = append(s.Keys, chart.Key{Name: say.State(a), Class: "s-" + string(a)})
	}
	for _, x := range levels {
		row := chart.StackRow{Name: say.Level(x.level), Note: say.T("export.paper.channels", "n", len(x.channels))}
		for _, a := range states[:5] {
			row.N = append(row.N, x.states.Of(a))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// help lists by name the units that fell silent, longest first, and those that could not be read.
func (a Activity) help(say *words.Catalog, d *docx.Document) {
	type one struct {
		unit lantoa.Unit
		ch   activity.Standing
	}
	var silent, lost []one
	seen := map[lantoa.ChannelID]bool{}
	for _, l := range a.Lines {
		for _, ch := range l.Channels {
			if seen[ch.ID] {
				continue
			}
			seen[ch.ID] = true
			x := one{l.Unit, ch}
			if l.Below {
				x.unit = a.Network.OwnerOn(ch, a.Network.At, activity.AsToday)
			}
			switch alive, _, _ := a.state(ch); alive {
			case lantoa.Silent:
				silent = append(silent, x)
			case lantoa.Disconnected:
				lost = append(lost, x)
			}
		}
	}
	quiet := func(ch activity.Standing) int {
		if _, days, _ := a.state(ch); days >= 0 {
			return days
		}
		return 1 << 30 // it never posted
	}
	slices.SortStableFunc(silent, func(a, b one) int { return cmp.Compare(quiet(b.ch), quiet(a.ch)) })
	list := func(key string, all []one) {
		if len(all) == 0 {
			return
		}
		d.Heading(2, say.T(key, "n", len(all)))
		t := docx.Table{Head: []string{"", say.T("export.column.code"), say.T("export.column.unit"), say.T("export.column.standing")},
			Widths: []float64{0.4, 1, 2.2, 4}, Align: []docx.Align{docx.Right}}
		for i, x := range all[:min(len(all), needy)] {
			how := upper(say.Standing(a.state(x.ch)))
			if leave, away := a.Network.Away(x.unit.ID); away {
				how += ". " + say.T("export.column.leave") + " " + say.T("export.until", "day", say.Date(leave.To))
			}
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), x.unit.Code, upper(x.unit.Name), how})
		}
		d.Table(t)
		if more := len(all) - needy; more > 0 {
			d.Text(say.T("export.paper.more", "n", more))
		}
	}
	list("export.paper.silent", silent)
	list("export.paper.lost", lost)
}
