package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
)

// Activity is how one unit, or one channel of it, did in a period.
type Activity struct {
	Unit      Unit               `json:"unit"`
	Channel   *lantoa.ChannelID  `json:"channel" doc:"null in a row of a unit"`
	Kind      lantoa.ChannelKind `json:"kind,omitempty" doc:"Of the channel, in a row of one"`
	Name      string             `json:"name" doc:"Of the channel or the unit"`
	State     *lantoa.Alive      `json:"state" enum:"active,thinning,silent,disconnected,archived,waiting" doc:"At the end of the period: of the channel, or of a unit's only one; null where a unit has none or several"`
	Days      *int               `json:"days" doc:"Calendar days since the last post at that time, null if there was none"`
	States    States             `json:"states" doc:"Channels by state, at the end of the period"`
	Figures   ActivityFigures    `json:"figures"`
	Before    ActivityFigures    `json:"before" doc:"The same of the period of the same length before it"`
	WeekPosts []*int             `json:"week_posts" nullable:"false" doc:"Posts a week in the twelve weeks that end with the period, null for a week of which nothing is known"`
	Band      *activity.Band     `json:"band" enum:"outstanding,steady,needs_help" doc:"Among the channels of its level over four weeks; never a rank"`
	OnLeave   bool               `json:"on_leave" doc:"The unit said beforehand that it would be quiet"`
}

// States are numbers of channels; waiting ones are counted beside the five others.
type States struct {
	Active       int `json:"active"`
	Thinning     int `json:"thinning"`
	Silent       int `json:"silent"`
	Disconnected int `json:"disconnected"`
	Archived     int `json:"archived"`
	Waiting      int `json:"waiting"`
}

// ActivityFigures are what channels had in a period. Reach is not among them: unique people are never added.
type ActivityFigures struct {
	Posts              int        `json:"posts"`
	Own                int        `json:"own" doc:"Posts that copy nobody"`
	FromAbove          int        `json:"from_above"`
	Votes              int        `json:"votes" doc:"Contests: in no other figure"`
	Stories            int        `json:"stories" doc:"Good-practice stories first told here"`
	MedianInteractions *float64   `json:"median_interactions" doc:"Of the posts published in the period"`
	EngagementRate     *float64   `json:"engagement_rate" doc:"Median of interactions / followers of that day"`
	Gained             *int64     `json:"gained" doc:"Interactions that came in the period, to posts of any age"`
	Views              *int64     `json:"views"`
	Followers          *int64     `json:"followers" doc:"Added over channels: one person may follow several"`
	Reported           bool       `json:"reported" doc:"Some of the followers were typed by a person"`
	LostDays           int        `json:"lost_days" doc:"Channel-days that could not be read"`
	AsOf               *time.Time `json:"as_of" doc:"The oldest moment that a figure is as of; null where nothing is known"`
}

// TransformSchema tells the document what may be null.
func (Activity) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for _, name := range []string{"state", "band"} {
		s.Properties[name] = orNull(s.Properties[name])
	}
	return s
}

func statesOf(t activity.Tally) States {
	return States{t.Active, t.Thinning, t.Silent, t.Disconnected, t.Archived, t.Waiting}
}

func (v view) figures(f activity.Figures) ActivityFigures {
	value := func(x activity.Value, decimals int) *float64 {
		if !x.Known {
			return nil
		}
		r := rounded(x.V, decimals)
		return &r
	}
	return ActivityFigures{
		Posts: f.Posts, Own: f.Own, FromAbove: f.FromAbove, Votes: f.Votes, Stories: f.Stories,
		MedianInteractions: value(f.Median, 1), EngagementRate: value(f.Rate, 5), Gained: f.Gained.Ptr(), Views: f.Views.Ptr(),
		Followers: f.Followers.Ptr(), Reported: f.Reported, LostDays: f.Lost, AsOf: v.moment(f.UpTo),
	}
}

type activityInput struct {
	Paging
	Level  []lantoa.Level     `query:"level" enum:"province,district,commune,branch"`
	Unit   []string           `query:"unit" maxItems:"50" doc:"Codes: the units and all below them"`
	Week   string             `query:"week" doc:"The last week of the period, 2026-W47; the last full one if left out"`
	Weeks  int                `query:"weeks" default:"1" minimum:"1" maximum:"12" doc:"Length of the period"`
	By     string             `query:"by" default:"unit" enum:"unit,channel" doc:"One row a unit, with all channels of the unit itself, or one a channel"`
	Kind   lantoa.ChannelKind `query:"kind" enum:"facebook_page,zalo_group,zalo_oa,website" doc:"Only channels of this kind"`
	State  []lantoa.Alive     `query:"state" enum:"active,thinning,silent,disconnected,archived,waiting"`
	Filing activity.Filing    `query:"filing" default:"today" enum:"today,then" doc:"Under which unit the past of a merged unit's channel stands: today's, or the one of the day"`
	Sort   string             `query:"sort" default:"silent" enum:"silent,posts,change,median,rate,followers,name" doc:"silent: the longest silent first"`
}

type activityOutput struct{ Body List[Activity] }

// activity is one row a unit or channel of the caller's scope.
func (s *Server) activity(ctx context.Context, in *activityInput) (*activityOutput, error) {
	last := lantoa.LastFullWeek(s.Now(), s.Zone)
	if in.Week != "" {
		var err error
		if last, err = lantoa.ParseWeek(in.Week); err != nil {
			return nil, &refusal{kind: lantoa.Invalid, about: badParam, param: "week", want: wantWeek}
		}
	}
	p := activity.PeriodOf(last, in.Weeks)
	within, err := s.unitPaths(ctx, in.Unit, s.Now())
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.Desk.Network(ctx)
	if err != nil {
		return nil, err
	}
	n := all.In(v.scope)
	bands := activity.Bands(all, last)
	var rows []activityRow
	for _, r := range n.Rows(last.End(s.Zone).Add(-time.Second), in.Filing) {
		if !v.sees(r.Unit) || !oneOf(in.Level, r.Unit.Level) || !anyWithin(r.Unit.Path, within) {
			continue
		}
		own := slices.DeleteFunc(slices.Clone(r.Own), func(x activity.Standing) bool { return in.Kind != "" && x.Kind != in.Kind })
		sets := [][]activity.Standing{own}
		if in.By == "channel" {
			sets = nil
			for i := range own {
				sets = append(sets, own[i:i+1])
			}
		}
		for _, set := range sets {
			if row := newActivityRow(n, r.Unit, set, p); row.has(in.State) {
				rows = append(rows, row)
			}
		}
	}
	sortActivity(rows, in.Sort)
	page, next, err := pageOf(ctx, in.Paging, rows, activityRow.key)
	if err != nil {
		return nil, err
	}
	out := &activityOutput{Body: List[Activity]{Items: []Activity{}, Total: len(rows), NextCursor: next}}
	for _, row := range page {
		out.Body.Items = append(out.Body.Items, v.activityOf(n, row, in.By == "channel", last, bands))
	}
	return out, nil
}

// activityRow is a unit or a channel with what it is sorted by.
type activityRow struct {
	unit     lantoa.Unit
	channels []activity.Standing
	now, was activity.Figures
}

func newActivityRow(n *activity.Network, u lantoa.Unit, channels []activity.Standing, p activity.Period) activityRow {
	return activityRow{unit: u, channels: channels, now: n.Figures(channels, p), was: n.Figures(channels, p.Before())}
}

func (r activityRow) key() string {
	if len(r.channels) == 1 {
		return string(r.unit.ID) + "/" + string(r.channels[0].ID)
	}
	return string(r.unit.ID)
}

func (r activityRow) has(states []lantoa.Alive) bool {
	return len(states) == 0 || slices.ContainsFunc(r.channels, func(x activity.Standing) bool { return slices.Contains(states, x.Alive) })
}

// quiet is for how many days the longest silent of the row's channels has been so.
func (r activityRow) quiet() int {
	days := -1
	for _, x := range r.channels {
		if x.Alive == lantoa.Silent {
			days = max(days, x.Days, 0)
		}
	}
	return days
}

func sortActivity(rows []activityRow, by string) {
	value := func(v activity.Value) float64 {
		if !v.Known {
			return -1
		}
		return v.V
	}
	by2 := map[string]func(a, b activityRow) int{
		"silent": func(a, b activityRow) int { return cmp.Compare(b.quiet(), a.quiet()) },
		"posts":  func(a, b activityRow) int { return cmp.Compare(b.now.Posts, a.now.Posts) },
		"change": func(a, b activityRow) int { return cmp.Compare(b.now.Posts-b.was.Posts, a.now.Posts-a.was.Posts) },
		"median": func(a, b activityRow) int { return cmp.Compare(value(b.now.Median), value(a.now.Median)) },
		"rate":   func(a, b activityRow) int { return cmp.Compare(value(b.now.Rate), value(a.now.Rate)) },
		"followers": func(a, b activityRow) int {
			return cmp.Compare(cmp.Or(b.now.Followers.N, -1), cmp.Or(a.now.Followers.N, -1))
		},
	}[by]
	if by2 == nil {
		order := collate.New(language.Vietnamese)
		by2 = func(a, b activityRow) int { return order.CompareString(a.unit.Name, b.unit.Name) }
	}
	slices.SortStableFunc(rows, by2) // equals stay as the tree has them
}

func (v view) activityOf(n *activity.Network, r activityRow, byChannel bool, last lantoa.Week, bands map[lantoa.ChannelID]activity.Banded) Activity {
	out := Activity{Unit: v.unit(r.unit), Name: r.unit.Name, States: statesOf(r.now.States), Figures: v.figures(r.now), Before: v.figures(r.was), WeekPosts: []*int{}}
	if len(r.channels) == 1 {
		x := r.channels[0]
		state, days := x.Alive, x.Days
		if end := x.Week(last); end.Rolled() && last.Compare(n.Calendar[len(n.Calendar)-1]) < 0 {
			state, days = end.State, end.Days
		}
		out.State = &state
		if days >= 0 {
			out.Days = &days
		}
		if b, is := bands[x.ID]; is {
			out.Band = &b.Band
		}
		if byChannel {
			out.Channel, out.Kind, out.Name = &x.ID, x.Kind, x.Name
		}
	}
	_, out.OnLeave = n.Away(r.unit.ID)
	for _, w := range lantoa.LastWeeks(last, 12) {
		var posts *int
		for _, x := range r.channels {
			if row := x.Week(w); row.Rolled() {
				sum := row.Posts
				if posts != nil {
					sum += *posts
				}
				posts = &sum
			}
		}
		out.WeekPosts = append(out.WeekPosts, posts)
	}
	return out
}

type unitActivityInput struct {
	Code string `path:"code" maxLength:"40"`
	From string `query:"from" format:"date" doc:"First day; its whole week is told. Twelve weeks back if left out"`
	To   string `query:"to" format:"date" doc:"Last day; the running week if left out"`
}

// UnitWeek is one week of a unit and all below it.
type UnitWeek struct {
	Week    string          `json:"week" example:"2026-W47"`
	From    string          `json:"from" format:"date"`
	To      string          `json:"to" format:"date" doc:"Included"`
	States  States          `json:"states"`
	Figures ActivityFigures `json:"figures"`
}

type unitActivityOutput struct {
	Body struct {
		Unit  Unit       `json:"unit"`
		Weeks []UnitWeek `json:"weeks" nullable:"false" doc:"Oldest first; of at most the last 26"`
	}
}

// unitActivity is how a unit and all below it did, week by week.
func (s *Server) unitActivity(ctx context.Context, in *unitActivityInput) (*unitActivityOutput, error) {
	to, err := s.dayOf("to", in.To)
	if err != nil {
		return nil, err
	}
	from := to.AddDate(0, 0, -7*11)
	if in.From != "" {
		if from, err = s.dayOf("from", in.From); err != nil {
			return nil, err
		}
	}
	if from.After(to) {
		return nil, &refusal{kind: lantoa.Invalid, about: badParam, param: "from", want: wantDate}
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.Store.UnitByCode(ctx, in.Code, to)
	if err != nil {
		return nil, err
	}
	if !v.sees(u) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	n, err := s.Desk.Network(ctx)
	if err != nil {
		return nil, err
	}
	out := &unitActivityOutput{}
	out.Body.Unit, out.Body.Weeks = v.unit(u), []UnitWeek{}
	var below []activity.Standing
	for _, x := range n.In(v.scope).Channels {
		if lantoa.Within(x.Unit.Path, u.Path) {
			below = append(below, x)
		}
	}
	for _, w := range n.Calendar {
		start, end := w.Start(s.Zone), w.End(s.Zone)
		if !end.After(from) || start.After(to) {
			continue
		}
		f := n.Figures(below, activity.PeriodOf(w, 1))
		out.Body.Weeks = append(out.Body.Weeks, UnitWeek{Week: w.String(), From: start.Format(time.DateOnly),
			To: end.AddDate(0, 0, -1).Format(time.DateOnly), States: statesOf(f.States), Figures: v.figures(f)})
	}
	return out, nil
}
