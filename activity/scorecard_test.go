package activity

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// scored is a small province: one commune whose cell is looked at, with what a test puts around it.
type scored struct {
	ScoreInput
	ids int
}

var november = lantoa.Term{Year: 2026, Number: 11}

func scoring(at time.Time, c lantoa.Criterion) *scored {
	since := day(1, 1, 0)
	units := lantoa.TreeOf([]lantoa.Unit{
		{ID: "u19", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province, Path: "u19", From: since},
		{ID: "dong", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "u19", Path: "u19.dong", From: since},
	})
	c.ID = "1-1"
	return &scored{ScoreInput: ScoreInput{
		Network:  &Network{At: at, Zone: zone, Units: units},
		Campaign: lantoa.Campaign{ID: "1", Criteria: []lantoa.Criterion{c}}, Term: november,
		Reported: Reported{}, Closes: map[string]time.Time{},
	}}
}

func (s *scored) channel(id string, change ...func(*Standing)) *scored {
	ch := Standing{Channel: lantoa.Channel{ID: lantoa.ChannelID(id), Kind: lantoa.FacebookPage, Unit: s.Network.Units["dong"],
		CreatedAt: day(5, 25, 6), FirstRead: day(5, 25, 6), LastRead: s.Network.At}, Alive: lantoa.Active}
	for _, f := range change {
		f(&ch)
	}
	s.Network.Channels = append(s.Network.Channels, ch)
	return s
}

func group(ch *Standing) { ch.Kind = lantoa.ZaloGroup }

// untold is a group that no platform tells us of.
func untold(ch *Standing) { ch.Kind, ch.LastRead = lantoa.ZaloGroup, time.Time{} }

func (s *scored) posts(channel string, change func(*lantoa.ScorePost), days ...int) *scored {
	for _, d := range days {
		s.ids++
		p := lantoa.ScorePost{ID: lantoa.PostID(fmt.Sprint("p", s.ids)), Channel: lantoa.ChannelID(channel), Told: day(11, d, 9)}
		if change != nil {
			change(&p)
		}
		s.Posts = append(s.Posts, p)
	}
	return s
}

func (s *scored) week(channel string, number, lost int, state lantoa.Alive) *scored {
	w := lantoa.Week{Year: 2026, Number: number}
	s.Weeks = append(s.Weeks, lantoa.ChannelWeek{Channel: lantoa.ChannelID(channel), Week: w, UpTo: w.Settled(zone), Lost: lost, State: state})
	return s
}

func (s *scored) story(d int) *scored {
	s.Stories = append(s.Stories, lantoa.ScoreStory{Story: "s1", Channel: "page", Told: day(11, d, 9)})
	return s
}

func (s *scored) cell() lantoa.ScoreCell {
	row, _ := Score(s.ScoreInput).Row("dong")
	return row.Cells[0]
}

// said is a cell in as few words as a table of a test likes.
func said(c lantoa.ScoreCell) string {
	out := string(c.State)
	if c.Why != "" {
		out += " " + c.Why
	}
	if c.Need > 0 {
		out += fmt.Sprintf(" %d/%d", c.Have, c.Need)
	}
	if c.Left > 0 {
		out += fmt.Sprintf(", còn %d trước %s", c.Left, c.Before.Format("2/1"))
	}
	if c.Lost > 0 {
		out += fmt.Sprintf(", %d ngày không đọc được", c.Lost)
	}
	return out
}

func TestScore(t *testing.T) {
	weekly := lantoa.Criterion{Kind: lantoa.PostsPerWeek, N: 1, Share: 100}
	mostly := lantoa.Criterion{Kind: lantoa.PostsPerWeek, N: 1, Share: 75}
	monthly := lantoa.Criterion{Kind: lantoa.PostsPerMonth, N: 4}
	story := lantoa.Criterion{Kind: lantoa.StoriesPerMonth, N: 1}
	active := lantoa.Criterion{Kind: lantoa.NeverSilent}
	form := lantoa.Criterion{Kind: lantoa.FiguresReported}
	hand := lantoa.Criterion{Kind: lantoa.ByHand, Name: "Cán bộ đã tập huấn"}
	vote := func(p *lantoa.ScorePost) { p.Vote = true }
	above := func(p *lantoa.ScorePost) { p.FromAbove = true }
	copied := func(p *lantoa.ScorePost) { p.Copy = true }
	after := day(12, 6, 8) // November and its forms are over
	for _, tt := range []struct {
		name string
		s    *scored
		want string
	}{
		{"a unit with a page has a page", scoring(now, lantoa.Criterion{Kind: lantoa.HasPage}).channel("page"), "met 1/1"},
		{"a Zalo group is no page", scoring(after, lantoa.Criterion{Kind: lantoa.HasPage}).channel("group", group), "missed 0/1"},
		{"a page that was put away is none", scoring(after, lantoa.Criterion{Kind: lantoa.HasPage}).channel("page", func(ch *Standing) { ch.Archived = true }), "missed 0/1"},
		{"a post in each week that is over, and this week's still to come",
			scoring(now, weekly).channel("page").posts("page", nil, 2, 10, 20), "met 3/3, còn 1 trước 29/11"},
		{"the four weeks of November are those whose Thursday lies in it",
			scoring(after, weekly).channel("page").posts("page", nil, 2, 10, 20, 29), "met 4/4"},
		{"a post of 1 November belongs to the last week of October, one of 30 November to December",
			scoring(after, weekly).channel("page").posts("page", nil, 1, 10, 20, 30), "missed 2/4"},
		{"a week without a post is missed", scoring(after, weekly).channel("page").posts("page", nil, 2, 20, 29), "missed 3/4"},
		{"three weeks of four are enough for three quarters", scoring(after, mostly).channel("page").posts("page", nil, 2, 20, 29), "met 3/3"},
		{"what fell from above is nobody's own post", scoring(after, weekly).channel("page").posts("page", nil, 2, 10, 29).posts("page", above, 20), "missed 3/4"},
		{"nor is a copy", scoring(after, weekly).channel("page").posts("page", nil, 2, 10, 29).posts("page", copied, 20), "missed 3/4"},
		{"nor a contest", scoring(after, weekly).channel("page").posts("page", nil, 2, 10, 29).posts("page", vote, 20), "missed 3/4"},
		{"a week with five days that could not be read is not asked for",
			scoring(now, weekly).channel("page").posts("page", nil, 2, 10).week("page", 47, 5, lantoa.Disconnected), "met 2/2, còn 1 trước 29/11, 5 ngày không đọc được"},
		{"one with three is", scoring(now, mostly).channel("page").posts("page", nil, 2, 10).week("page", 47, 3, lantoa.Active), "open 2/3, còn 1 trước 29/11"},
		{"enough posts in a week that was partly lost are enough",
			scoring(after, weekly).channel("page").posts("page", nil, 2, 10, 16, 29).week("page", 47, 5, lantoa.Disconnected), "met 4/4"},
		{"of a month that could not be read nothing is asked",
			scoring(after, weekly).channel("page").week("page", 45, 7, lantoa.Disconnected).week("page", 46, 7, lantoa.Disconnected).week("page", 47, 7, lantoa.Disconnected).week("page", 48, 7, lantoa.Disconnected),
			"not_asked lost, 28 ngày không đọc được"},
		{"posts in a group do not count", scoring(after, weekly).channel("group", group).posts("group", nil, 2, 10, 20, 29), "missed 0/4"},
		{"unless the criterion says so", scoring(after, lantoa.Criterion{Kind: lantoa.PostsPerWeek, N: 1, Share: 100, Groups: true}).channel("group", group).posts("group", nil, 2, 10, 20, 29), "met 4/4"},
		{"a page that is not known for long is not asked for the weeks before",
			scoring(now, weekly).channel("page", func(ch *Standing) { ch.CreatedAt = day(11, 19, 9) }).posts("page", nil, 19, 20, 21), "met 1/1, còn 1 trước 29/11"},
		{"a page that was never read is not asked", scoring(after, weekly).channel("page", func(ch *Standing) { ch.Alive = lantoa.Waiting }), "not_asked waiting"},
		{"a unit without a page misses the posts too", scoring(after, weekly), "missed 0/4"},
		{"a campaign for districts asks nothing of a commune", scoring(now, lantoa.Criterion{Kind: lantoa.HasPage, Levels: []lantoa.Level{lantoa.District}}).channel("page"), "not_asked level"},

		{"one more own post to go before the month ends", scoring(now, monthly).channel("page").posts("page", nil, 2, 10, 20), "open 3/4, còn 1 trước 30/11"},
		{"the month is over with one too few", scoring(after, monthly).channel("page").posts("page", nil, 2, 10, 20), "missed 3/4"},
		{"of a month with thirteen lost days as much less is asked",
			scoring(after, monthly).channel("page").posts("page", nil, 2, 4, 10).week("page", 47, 5, lantoa.Disconnected).week("page", 48, 7, lantoa.Disconnected).week("page", 49, 7, lantoa.Disconnected),
			"met 3/3, 13 ngày không đọc được"},
		{"one that was lost for more than half is not asked",
			scoring(after, monthly).channel("page").week("page", 46, 7, lantoa.Disconnected).week("page", 47, 7, lantoa.Disconnected).week("page", 48, 7, lantoa.Disconnected), "not_asked lost, 21 ngày không đọc được"},

		{"a story of the month", scoring(now, story).channel("page").story(17), "met 1/1"},
		{"no story yet, and a week left", scoring(now, story).channel("page"), "open 0/1, còn 1 trước 30/11"},
		{"a story that was sent to us counts for the unit", func() *scored {
			s := scoring(after, story).channel("page")
			s.Stories = []lantoa.ScoreStory{{Submission: "b1", Unit: "dong", Told: day(11, 12, 9)}}
			return s
		}(), "met 1/1"},

		{"never silent at a week's end", scoring(now, active).channel("page").week("page", 45, 0, lantoa.Active).week("page", 46, 0, lantoa.Thinning).week("page", 47, 0, lantoa.Active), "met 3/3"},
		{"silent at one of them", scoring(now, active).channel("page").week("page", 45, 0, lantoa.Active).week("page", 46, 0, lantoa.Silent).week("page", 47, 0, lantoa.Active), "missed 2/3"},
		{"one that could not be read was not silent", scoring(now, active).channel("page").week("page", 45, 0, lantoa.Active).week("page", 46, 0, lantoa.Active).week("page", 47, 5, lantoa.Disconnected), "met 2/2, 5 ngày không đọc được"},

		{"the form of a month that runs is not due", scoring(now, form).channel("group", untold), "not_asked not_due"},
		{"until the 5th there is time", scoring(day(12, 2, 9), form).channel("group", untold), "open 0/1, còn 1 trước 5/12"},
		{"after the 5th there is none", scoring(after, form).channel("group", untold), "missed 0/1"},
		{"a form that came", func() *scored {
			s := scoring(now, form).channel("group", untold)
			s.Reported["dong"] = map[string]bool{"2026-11": true}
			return s
		}(), "met 1/1"},
		{"a unit whose channels are all read has no form to send", scoring(after, form).channel("page").channel("group", group), "not_asked no_form"},

		{"what nobody has filled in is open", scoring(after, hand), "open 0/1"},
		{"what was ticked is met", func() *scored {
			s := scoring(now, hand)
			s.Marks = []lantoa.ScoreMark{{Unit: "dong", Criterion: "1-1", Met: true, Note: "Có giấy chứng nhận", By: "Trần Thị Hoa"}}
			return s
		}(), "met 1/1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := said(tt.s.cell()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAQuarterAsksForEachOfItsMonths(t *testing.T) {
	s := scoring(day(12, 6, 8), lantoa.Criterion{Kind: lantoa.StoriesPerMonth, N: 1}).channel("page").story(17)
	s.Term = lantoa.Term{Year: 2026, Quarter: true, Number: 4}
	if got := said(s.cell()); got != "missed 1/3" {
		t.Errorf("a story in November only, on 6 December: %q", got)
	}
	s.Stories = append(s.Stories, lantoa.ScoreStory{Story: "s2", Channel: "page", Told: day(10, 3, 9)})
	if got := said(s.cell()); got != "open 2/3, còn 1 trước 31/12" {
		t.Errorf("stories in October and November, on 6 December: %q", got)
	}
}

func TestEvidenceSaysWhyAPostDoesNotCount(t *testing.T) {
	c := scoring(day(12, 6, 8), lantoa.Criterion{Kind: lantoa.PostsPerMonth, N: 1}).channel("page").
		posts("page", nil, 5).posts("page", func(p *lantoa.ScorePost) { p.Vote = true }, 6).posts("page", func(p *lantoa.ScorePost) { p.FromAbove = true }, 7).cell()
	var why []string
	for _, e := range c.Evidence {
		why = append(why, string(e.Post)+":"+e.Why)
	}
	if got := strings.Join(why, " "); got != "p1: p2:vote p3:above" {
		t.Errorf("evidence %q", got)
	}
}

func TestTheWorkOfAUnitThatWasTakenInIsItsHeirs(t *testing.T) {
	s := scoring(day(12, 6, 8), lantoa.Criterion{Kind: lantoa.PostsPerMonth, N: 2}).channel("page").posts("page", nil, 20)
	old := lantoa.Unit{ID: "old", Code: "05755", Name: "xã Cũ Mẫu", Level: lantoa.Commune, Parent: "u19", Path: "u19.old", From: day(1, 1, 0), To: day(11, 15, 0), Successors: []lantoa.UnitID{"dong"}}
	s.Network.Units["old"] = old
	s.channel("before", func(ch *Standing) { ch.Unit, ch.Alive = old, lantoa.Archived }).posts("before", nil, 4)
	card := Score(s.ScoreInput)
	if _, there := card.Row("old"); there || len(card.Rows) != 2 {
		t.Errorf("%d rows, a unit that has ended is among them: %t", len(card.Rows), there)
	}
	if got := said(s.cell()); got != "met 2/2" {
		t.Errorf("a post before and one after the merger: %q", got)
	}
}

func TestARowIsMetWhereAllThatIsAskedIs(t *testing.T) {
	cell := func(states ...lantoa.ScoreState) (r lantoa.ScoreRow) {
		var criteria []lantoa.Criterion
		for _, s := range states {
			r.Cells = append(r.Cells, lantoa.ScoreCell{State: s})
			criteria = append(criteria, lantoa.Criterion{Points: 10})
		}
		r.Settle(criteria)
		return r
	}
	for _, tt := range []struct {
		row  lantoa.ScoreRow
		want string
	}{
		{cell(lantoa.ScoreMet, lantoa.ScoreSpared), "met 10/10"},
		{cell(lantoa.ScoreMet, lantoa.ScoreOpen), "open 10/20"},
		{cell(lantoa.ScoreMissed, lantoa.ScoreOpen, lantoa.ScoreMet), "missed 10/30"},
		{cell(lantoa.ScoreSpared), "not_asked 0/0"},
	} {
		if got := fmt.Sprintf("%s %d/%d", tt.row.State, tt.row.Points, tt.row.Most); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

func TestFixedFiguresStayAndCorrectionsStandBesideThem(t *testing.T) {
	s := scoring(now, lantoa.Criterion{Kind: lantoa.PostsPerMonth, N: 4}).channel("page").posts("page", nil, 2, 10, 20)
	live := Score(s.ScoreInput)
	card := Freeze(live, "Nguyễn Thị Quản", now)
	row, _ := card.Row("dong")
	if row.Cells[0].State != lantoa.ScoreMissed || row.State != lantoa.ScoreMissed || !card.Frozen() {
		t.Errorf("what was still open is fixed as %s", row.Cells[0].State)
	}
	if again, _ := live.Row("dong"); again.Cells[0].State != lantoa.ScoreOpen {
		t.Error("fixing changed the figures that it was made from")
	}
	fixed := Correct(card, []lantoa.Correction{{Unit: "dong", Criterion: "1-1", Was: lantoa.ScoreMissed, WasHave: 3, WasNeed: 4, State: lantoa.ScoreMet, Have: 4, Reason: "Bài ngày 30 đăng lúc trang mất kết nối", By: "Nguyễn Thị Quản"}})
	row, _ = fixed.Row("dong")
	if row.State != lantoa.ScoreMet || row.Cells[0].Have != 4 || row.Cells[0].Changed == nil || row.Cells[0].Changed.WasHave != 3 {
		t.Errorf("corrected: %s %+v", row.State, row.Cells[0])
	}
	if met, asked := card.Met(); met != 0 || asked != 2 {
		t.Errorf("what was fixed says %d/%d after a correction, want 0/2", met, asked)
	}
	b, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	var back Scorecard
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if again, _ := json.Marshal(back); !slices.Equal(again, b) {
		t.Errorf("what is kept is not what comes back:\n%s\n%s", b, again)
	}
}
