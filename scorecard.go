package lantoa

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Term is the stretch of time that a scorecard judges: a month, 2026-11, or a quarter, 2026-Q4.
type Term struct {
	Year    int
	Quarter bool
	Number  int // of the month or quarter in the year
}

// TermOf is the month or quarter of a moment.
func TermOf(t time.Time, quarter bool, zone *time.Location) Term {
	y, m, _ := t.In(zone).Date()
	if quarter {
		return Term{y, true, (int(m)-1)/3 + 1}
	}
	return Term{y, false, int(m)}
}

// ParseTerm reads "2026-11" or "2026-Q4".
func ParseTerm(s string) (Term, error) {
	var t Term
	form := "%4d-%2d"
	if strings.Contains(s, "Q") {
		form, t.Quarter = "%4d-Q%1d", true
	}
	most := 12
	if t.Quarter {
		most = 4
	}
	if _, err := fmt.Sscanf(s, form, &t.Year, &t.Number); err != nil || s != t.String() || t.Number < 1 || t.Number > most || t.Year < 2000 || t.Year > 2199 {
		return Term{}, Problem(NotFound, "term", s)
	}
	return t, nil
}

func (t Term) String() string {
	if t.Quarter {
		return fmt.Sprintf("%04d-Q%d", t.Year, t.Number)
	}
	return fmt.Sprintf("%04d-%02d", t.Year, t.Number)
}

// MarshalText writes the term as addresses name it.
func (t Term) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Term) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTerm(string(b))
	return err
}

// length is the number of months.
func (t Term) length() int {
	if t.Quarter {
		return 3
	}
	return 1
}

// Start is the first moment of the term.
func (t Term) Start(zone *time.Location) time.Time {
	return time.Date(t.Year, time.Month((t.Number-1)*t.length()+1), 1, 0, 0, 0, 0, zone)
}

// End is the first moment after the term.
func (t Term) End(zone *time.Location) time.Time { return t.Start(zone).AddDate(0, t.length(), 0) }

// Next is the term n terms later; earlier where n is negative.
func (t Term) Next(n int) Term {
	return TermOf(t.Start(time.UTC).AddDate(0, n*t.length(), 0), t.Quarter, time.UTC)
}

// Months are the months of the term: itself, or the three of the quarter.
func (t Term) Months() []Term {
	if !t.Quarter {
		return []Term{t}
	}
	first := Term{t.Year, false, t.Number*3 - 2}
	return []Term{first, first.Next(1), first.Next(2)}
}

// Weeks are the weeks of the term: those whose Thursday lies in it, so that each week belongs to one month.
func (t Term) Weeks(zone *time.Location) []Week {
	var out []Week
	start, end := t.Start(zone), t.End(zone)
	for w := WeekOf(start, zone); w.Start(zone).AddDate(0, 0, 3).Before(end); w = w.After() {
		if !w.Start(zone).AddDate(0, 0, 3).Before(start) {
			out = append(out, w)
		}
	}
	return out
}

// CriterionKind is what a criterion asks of a unit.
type CriterionKind string

const (
	HasPage         CriterionKind = "has_page"          // it has a page that is not put away
	PostsPerWeek    CriterionKind = "posts_per_week"    // at least N own posts a week in at least Share % of the weeks
	PostsPerMonth   CriterionKind = "posts_per_month"   // at least N own posts a month
	StoriesPerMonth CriterionKind = "stories_per_month" // at least N stories a month, found on its channels or sent to us
	NeverSilent     CriterionKind = "active"            // not silent at the end of any week
	FiguresReported CriterionKind = "figures_reported"  // the form of each month sent before the month closed
	AnswersInTime   CriterionKind = "answers"           // questions answered within a day: no platform tells, so it is filled by hand
	ByHand          CriterionKind = "manual"            // ticked by hand, with a sentence and a name
)

// CriterionKinds in the order in which people are offered them.
var CriterionKinds = []CriterionKind{HasPage, PostsPerWeek, PostsPerMonth, StoriesPerMonth, NeverSilent, FiguresReported, AnswersInTime, ByHand}

// Hand says whether nobody but a person can tell whether such a criterion is met.
func (k CriterionKind) Hand() bool { return k == AnswersInTime || k == ByHand }

// Criterion is one row of what a campaign asks, as the Union wrote it on the screen.
type Criterion struct {
	ID     string        `json:"id"` // campaign and number: 1-3; never borne by another one
	Kind   CriterionKind `json:"kind"`
	Name   string        `json:"name,omitempty"` // as the Union calls it; empty: the usual name of its kind
	N      int           `json:"n,omitempty"`
	Share  int           `json:"share,omitempty"`  // of the weeks, in percent
	Groups bool          `json:"groups,omitempty"` // what stands in groups counts too, not only on pages
	Points int           `json:"points,omitempty"` // 0: met or not, without points
	Levels []Level       `json:"levels,omitempty"` // whom it is asked of; empty: all
	Terms  string        `json:"terms,omitempty"`  // TermsMonth, TermsQuarter, or empty for both
}

// The terms for which a criterion holds.
const (
	TermsMonth   = "month"
	TermsQuarter = "quarter"
)

// Holds says whether the criterion is asked in a term.
func (c Criterion) Holds(t Term) bool {
	return c.Terms == "" || c.Terms == TermsQuarter == t.Quarter
}

// Asks says whether the criterion is asked of units of a level.
func (c Criterion) Asks(l Level) bool { return len(c.Levels) == 0 || slices.Contains(c.Levels, l) }

// Tidy is the criterion with only what its kind takes; Invalid where a figure makes no sense.
func (c Criterion) Tidy() (Criterion, error) {
	if !slices.Contains(CriterionKinds, c.Kind) {
		return c, Problem(Invalid, "kind", string(c.Kind))
	}
	c.Name = strings.Join(strings.Fields(c.Name), " ")
	if len([]rune(c.Name)) > 80 {
		return c, Problem(Invalid, "name", "")
	}
	if c.Kind == ByHand && c.Name == "" {
		return c, Problem(Invalid, "name", "")
	}
	switch c.Kind {
	case PostsPerWeek, PostsPerMonth, StoriesPerMonth:
		if c.N < 1 || c.N > 200 {
			return c, Problem(Invalid, "n", "")
		}
	default:
		c.N = 0
	}
	if c.Kind == PostsPerWeek {
		if c.Share == 0 {
			c.Share = 100
		}
		if c.Share < 1 || c.Share > 100 {
			return c, Problem(Invalid, "share", "")
		}
	} else {
		c.Share = 0
	}
	switch c.Kind {
	case PostsPerWeek, PostsPerMonth, NeverSilent:
	default:
		c.Groups = false
	}
	if c.Points < 0 || c.Points > 1000 {
		return c, Problem(Invalid, "points", "")
	}
	c.Levels = slices.DeleteFunc(slices.Clone(c.Levels), func(l Level) bool { return !slices.Contains(Levels, l) })
	if len(c.Levels) == len(Levels) {
		c.Levels = nil
	}
	if c.Terms != TermsMonth && c.Terms != TermsQuarter {
		c.Terms = ""
	}
	return c, nil
}

// Campaign is a list of criteria under a name: "đợt thi đua".
type Campaign struct {
	ID        string
	Name      string // empty for the sample that comes with the program
	Sample    bool   // came with the program and was not changed yet
	Criteria  []Criterion
	By        string
	At        time.Time
	Revision  int64 // grows with each change: two who edit at once do not write over each other
	Closed    bool
	ChangedAt time.Time
}

// In are the criteria that are asked in a term.
func (c Campaign) In(t Term) []Criterion {
	var out []Criterion
	for _, x := range c.Criteria {
		if x.Holds(t) {
			out = append(out, x)
		}
	}
	return out
}

// ScorePost is a post as scorecards count it.
type ScorePost struct {
	ID        PostID
	Channel   ChannelID
	Told      time.Time
	Vote      bool
	FromAbove bool
	Copy      bool
}

// Why is why a post is nobody's own work; empty for one that is.
func (p ScorePost) Why() string {
	switch {
	case p.Vote:
		return "vote"
	case p.FromAbove:
		return "above"
	case p.Copy:
		return "copy"
	}
	return ""
}

// ScoreStory is a story as scorecards count it: first told on a channel, or sent to us.
type ScoreStory struct {
	Story      StoryID
	Submission SubmissionID // one of the two
	Unit       UnitID       // of a submission
	Channel    ChannelID    // of a story: its first teller's
	Told       time.Time
}

// ScoreState is whether a unit meets a criterion, or all of them.
type ScoreState string

const (
	ScoreMet    ScoreState = "met"
	ScoreOpen   ScoreState = "open"      // not met, and there is still time
	ScoreMissed ScoreState = "missed"    // not met, and it is too late or nobody showed that it is
	ScoreSpared ScoreState = "not_asked" // not asked of this unit: Why says why
)

// Why a criterion is not asked of a unit in a term.
const (
	SparedLevel   = "level"    // it holds for other levels
	SparedLost    = "lost"     // its channels could not be read
	SparedNew     = "new"      // its channels are not known for long enough
	SparedWaiting = "waiting"  // its channel was never read
	SparedNotDue  = "not_due"  // not yet due
	SparedNoWeeks = "no_weeks" // no week of it was rolled up
	SparedNoForm  = "no_form"  // no channel of it has figures to report
)

// ScorePart is a week or month of a cell: what was had in it of what was asked.
type ScorePart struct {
	Week  Week       `json:"week,omitzero"`
	Month string     `json:"month,omitempty"`
	Have  int        `json:"have"`
	Need  int        `json:"need"`
	Lost  int        `json:"lost,omitempty"` // days that could not be read
	State ScoreState `json:"state"`
	Why   string     `json:"why,omitempty"` // where it is not asked
}

// Evidence is one thing that was looked at, counted or not.
type Evidence struct {
	Post       PostID       `json:"post,omitempty"`
	Story      StoryID      `json:"story,omitempty"`
	Submission SubmissionID `json:"submission,omitempty"`
	Channel    ChannelID    `json:"channel,omitempty"`
	At         time.Time    `json:"at,omitzero"`
	Why        string       `json:"why,omitempty"` // why it does not count: vote, above, copy; empty: it counts
}

// ScoreCell is how one unit does by one criterion.
type ScoreCell struct {
	State    ScoreState  `json:"state"`
	Why      string      `json:"why,omitempty"` // where it is not asked
	Have     int         `json:"have,omitempty"`
	Need     int         `json:"need,omitempty"`
	Left     int         `json:"left,omitempty"`  // how many more are needed …
	Before   time.Time   `json:"before,omitzero"` // … until the end of this day
	Lost     int         `json:"lost,omitempty"`  // days that could not be read and were left out
	Parts    []ScorePart `json:"parts,omitempty"` // by week or month, oldest first
	Evidence []Evidence  `json:"proof,omitempty"` // oldest first
	Note     string      `json:"note,omitempty"`  // of one filled by hand
	By       string      `json:"by,omitempty"`    // who filled it
	ByAt     time.Time   `json:"by_at,omitzero"`  // and when
	Changed  *Correction `json:"-"`               // the newest correction after freezing; the cell is as corrected
}

// ScoreRow is how one unit does.
type ScoreRow struct {
	Unit   UnitID      `json:"unit"`
	Code   string      `json:"code"`
	Name   string      `json:"name"`
	Level  Level       `json:"level"`
	Path   string      `json:"path"`
	Parent UnitID      `json:"parent,omitempty"`
	Above  string      `json:"above,omitempty"` // the parent's name
	Away   []Leave     `json:"away,omitempty"`  // days on which it had said beforehand that it would be quiet
	Cells  []ScoreCell `json:"cells"`           // aligned to the scorecard's criteria
	State  ScoreState  `json:"state"`
	Points int         `json:"points,omitempty"`
	Most   int         `json:"most,omitempty"` // points of what is asked of it
}

// Settle works out the row's state and points from its cells.
func (r *ScoreRow) Settle(criteria []Criterion) {
	r.State, r.Points, r.Most = ScoreSpared, 0, 0
	rank := map[ScoreState]int{ScoreSpared: 0, ScoreMet: 1, ScoreOpen: 2, ScoreMissed: 3}
	for i, c := range r.Cells {
		if rank[c.State] > rank[r.State] {
			r.State = c.State
		}
		if c.State == ScoreSpared {
			continue
		}
		r.Most += criteria[i].Points
		if c.State == ScoreMet {
			r.Points += criteria[i].Points
		}
	}
}

// Scorecard is how units do by the criteria of a campaign in a term: a row a unit, in the order of the tree and
// never from first to last.
type Scorecard struct {
	Campaign string      `json:"campaign"`
	Name     string      `json:"name"` // empty: the sample's
	Term     Term        `json:"term"`
	UpTo     time.Time   `json:"up_to"`
	Over     bool        `json:"over"` // the term had ended by then
	Criteria []Criterion `json:"criteria"`
	Rows     []ScoreRow  `json:"rows"`
	FrozenAt time.Time   `json:"frozen_at,omitzero"` // "Chốt số": zero while it still moves
	FrozenBy string      `json:"frozen_by,omitempty"`
}

// Frozen says whether the figures are fixed for good.
func (s Scorecard) Frozen() bool { return !s.FrozenAt.IsZero() }

// Met are how many units meet all that is asked of them, and of how many something is asked: "Đạt 163/185".
func (s Scorecard) Met() (met, asked int) {
	for _, r := range s.Rows {
		if r.State == ScoreSpared {
			continue
		}
		asked++
		if r.State == ScoreMet {
			met++
		}
	}
	return met, asked
}

// MetOf are how many units meet one criterion, and of how many it is asked.
func (s Scorecard) MetOf(criterion int) (met, asked int) {
	for _, r := range s.Rows {
		switch r.Cells[criterion].State {
		case ScoreMet:
			met++
			asked++
		case ScoreOpen, ScoreMissed:
			asked++
		}
	}
	return met, asked
}

// Row is the row of a unit.
func (s Scorecard) Row(unit UnitID) (ScoreRow, bool) {
	i := slices.IndexFunc(s.Rows, func(r ScoreRow) bool { return r.Unit == unit })
	if i < 0 {
		return ScoreRow{}, false
	}
	return s.Rows[i], true
}

// Column is the place of a criterion among the scorecard's, -1 where it is none of them.
func (s Scorecard) Column(criterion string) int {
	return slices.IndexFunc(s.Criteria, func(c Criterion) bool { return c.ID == criterion })
}

// In is the scorecard as a scope sees it.
func (s Scorecard) In(scope Scope) Scorecard {
	if scope == Everything {
		return s
	}
	rows := s.Rows
	s.Rows = nil
	for _, r := range rows {
		if scope.Sees(r.Path) {
			s.Rows = append(s.Rows, r)
		}
	}
	return s
}

// ScoreMark is what somebody filled in by hand.
type ScoreMark struct {
	Campaign  string
	Term      Term
	Unit      UnitID
	Criterion string
	Met       bool
	Note      string // what shows it
	By        string
	At        time.Time
}

// Objection is "Đề nghị xem lại": a unit asks to have a figure looked at again.
type Objection struct {
	ID         string
	Campaign   string
	Term       Term
	Unit       UnitID
	Criterion  string
	Text, Link string
	By         UserID
	ByName     string
	At         time.Time
	Answer     string
	AnsweredBy string
	AnsweredAt time.Time
}

// Open says whether nobody has answered yet.
func (o Objection) Open() bool { return o.AnsweredAt.IsZero() }

// Due is the end of the third working day after it was made: by then somebody has answered with her name.
func (o Objection) Due(zone *time.Location) time.Time {
	day := Day(o.At, zone)
	for left := 3; left > 0; {
		day = day.AddDate(0, 0, 1)
		if wd := day.Weekday(); wd != time.Saturday && wd != time.Sunday {
			left--
		}
	}
	return day
}

// ObjectUntil is the last day on which a unit may ask to have a figure of the term looked at again: the 5th after it,
// or five days after the figures were fixed where that was later.
func ObjectUntil(t Term, frozen time.Time, zone *time.Location) time.Time {
	last := t.End(zone).AddDate(0, 0, 4)
	if !frozen.IsZero() {
		if late := Day(frozen, zone).AddDate(0, 0, 5); late.After(last) {
			last = late
		}
	}
	return last
}

// Correction is a figure that was changed after the figures were fixed. The old one is kept.
type Correction struct {
	Campaign  string
	Term      Term
	Unit      UnitID
	Criterion string
	Was       ScoreState
	WasHave   int
	WasNeed   int
	State     ScoreState
	Have      int // of WasNeed
	Reason    string
	By        string
	At        time.Time
}
