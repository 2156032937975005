package lantoa

import (
	"time"
)

// MonthReport is what a unit reported of one of its channels for a month: "phiếu báo số liệu". It may be corrected
// until the month closes; every wording of it is kept.
type MonthReport struct {
	Channel ChannelID
	Month   string // 2026-11
	Version int    // 1, 2, …
	Unit    UnitID // whose channel it was when it was reported
	Figures Figures
	Sender  string // the name that was typed
	By      UserID // empty where it came by a personal link
	Key     string // of the form that was sent: the same form sent again changes nothing
	At      time.Time
}

// Figures are figures of a month by metric; one that is absent is not in it and never 0.
type Figures map[string]int64

// Get is one figure, absent where it was not given.
func (f Figures) Get(metric string) Count {
	if n, is := f[metric]; is {
		return Of(n)
	}
	return Count{}
}

// FormStory is the best story of a month, as it came with a form.
type FormStory struct {
	Submission
	Month  string
	Teller string // the name that was typed
	Agreed bool   // those in the pictures agreed, as she said
}

// FormVia is the Via of a submission that came with a form.
const FormVia = "form"

// ReportReminder asks a unit for the figures of a month.
type ReportReminder struct {
	Unit    UnitID
	Month   string
	At      time.Time
	By      string // who asked; "lantoa" for the program
	Letters []Letter
}

// ReminderRest is how long a person's reminder lets a unit rest.
const ReminderRest = 7 * 24 * time.Hour

// FormLinkLife is how long a personal link to the form holds.
const FormLinkLife = 60 * 24 * time.Hour

// FormLink is the purpose under which personal links to the form are signed; their subject is the unit.
const FormLink = "form"

// Metrics of months that units report.
const (
	MetricMembers      = "members"
	MetricFollowers    = "followers"
	MetricPosts        = "posts"
	MetricMessages     = "messages"
	MetricInteractions = "interactions"
	MetricViews        = "views"
)

// unreadFor is how long a channel that was once read may fail before its unit is asked for the figures.
const unreadFor = 28 * 24 * time.Hour

// ByHand says whether no platform tells us of the channel, so that its unit is asked to report its figures: it was
// never read, or not for four weeks.
func (c Channel) ByHand(now time.Time) bool {
	return !c.Archived && c.Kind != Imported && (c.LastRead.IsZero() || now.Sub(c.LastRead) > unreadFor)
}

// Reportable are the figures that a unit may report of the channel: all of one that no platform tells us of, of a
// group that is read what Zalo does not count, and none of what is told in full.
func (c Channel) Reportable(now time.Time) []string {
	switch {
	case c.Archived || c.Kind == Imported:
		return nil
	case c.ByHand(now) && c.Kind == ZaloGroup:
		return []string{MetricMembers, MetricPosts, MetricMessages, MetricInteractions, MetricViews}
	case c.ByHand(now) && c.Kind == Website:
		return []string{MetricPosts, MetricViews}
	case c.ByHand(now):
		return []string{MetricFollowers, MetricPosts, MetricInteractions, MetricViews}
	case c.Kind == ZaloGroup:
		return []string{MetricInteractions, MetricViews}
	}
	return nil
}

// ReportCloseDay is the day of the following month at whose end the reports of a month close, where nobody set another.
const ReportCloseDay = 5

// MonthOf is the month of a moment in a zone, as reports name it: 2026-11.
func MonthOf(t time.Time, zone *time.Location) string { return t.In(zone).Format(monthForm) }

const monthForm = "2006-01"

// MonthStart is the first moment of a month; Invalid "month" where there is no such month.
func MonthStart(month string, zone *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(monthForm, month, zone)
	if err != nil || t.Format(monthForm) != month || t.Year() < 2000 || t.Year() > 2199 {
		return time.Time{}, Problem(Invalid, "month", month)
	}
	return t, nil
}

// MonthAfter is the month n months after another; before it where n is negative.
func MonthAfter(month string, n int) string {
	t, err := time.Parse(monthForm, month)
	if err != nil {
		return month
	}
	return t.AddDate(0, n, 0).Format(monthForm)
}

// ReportsClose is when the reports of a month close by rule: at the end of a day of the following month.
func ReportsClose(month string, day int, zone *time.Location) (time.Time, error) {
	start, err := MonthStart(month, zone)
	if day < 1 || day > 28 {
		day = ReportCloseDay
	}
	return start.AddDate(0, 1, day), err
}

// Doubtful says whether a figure is so far from that of the month before that a slip of the hand is likelier: ten
// times as much or a tenth, where it is not about a handful.
func Doubtful(now, before int64) bool {
	const handful = 20
	return before > 0 && (now >= 10*before && now >= handful || before >= 10*now && before >= handful)
}

// FormPath is the address below which personal links to the form lie.
const FormPath = "/phieu/"

// Outgoing are the letters of the reminder as they go into the outbox: one a person and day, so that what is put in
// twice is in it once. Their words are made when they leave.
func (r ReportReminder) Outgoing() []Letter {
	out := make([]Letter, len(r.Letters))
	for i, l := range r.Letters {
		l.Kind, l.Ref, l.AddedAt = LetterForm, r.Month+" "+string(r.Unit)+" "+r.At.UTC().Format(time.DateOnly), r.At
		out[i] = l
	}
	return out
}
