package facebook

import (
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// pacific is where Facebook's days begin and end. The root package carries the zones along.
var pacific = func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic(err)
	}
	return zone
}()

// timeForm is how the Graph API writes times: without a colon in the offset, so it is no RFC 3339.
const timeForm = "2006-01-02T15:04:05-0700"

func parseTime(s string) (time.Time, bool) {
	t, err := time.Parse(timeForm, s)
	if err != nil {
		t, err = time.Parse(time.RFC3339, s)
	}
	return t.UTC(), err == nil
}

// insights is a list of figures, of a page or of a post. Its paging is never followed: it steps on for ever
// into empty windows, and carries the token.
type insights struct {
	Data []struct {
		Name   string `json:"name"`
		Period string `json:"period"`
		Values []struct {
			Value   value  `json:"value"`
			EndTime string `json:"end_time"`
		} `json:"values"`
	} `json:"data"`
}

// days are the figures as days of the channel. A figure without a value is no day: it stays absent, and
// does not push out one that was known. Those of a rolling week or of 28 days are series of their own, a
// value for each day, never to be added up.
func (in insights) days() []lantoa.ChannelDay {
	var days []lantoa.ChannelDay
	for _, series := range in.Data {
		name, length := series.Name, 1
		switch series.Period {
		case "", "day":
		case "week":
			name, length = name+"/week", 7
		case "days_28":
			name, length = name+"/days_28", 28
		default:
			name += "/" + series.Period
		}
		for _, v := range series.Values {
			end, ok := parseTime(v.EndTime)
			if !ok || !v.Value.Known {
				continue
			}
			day, start := measuredDay(end, length)
			days = append(days, lantoa.ChannelDay{Metric: name, Day: day, Start: start, End: end, Value: v.Value.Count})
		}
	}
	return days
}

// measuredDay is the Pacific day that ends at end, which is the midnight after it, and when the days
// measured up to then began. Around the changes of the clock a day has 23 or 25 hours.
func measuredDay(end time.Time, length int) (day string, start time.Time) {
	y, m, d := end.In(pacific).Date()
	last := time.Date(y, m, d-1, 0, 0, 0, 0, pacific)
	return last.Format(time.DateOnly), time.Date(y, m, d-length, 0, 0, 0, 0, pacific).UTC()
}

// window is a stretch of Pacific days to ask for.
type window struct{ since, until time.Time }

const (
	windowDays  = 89  // Facebook takes no more than 90 between since and until, and one may have 25 hours
	firstDays   = 178 // how far back a first visit asks
	movingDays  = 31  // figures of the last days still move; a month is asked again each night
	movingSlack = 2 * 24 * time.Hour
)

// windows are what a visit asks of a page's days: those that still move, and those since they were last asked.
func windows(lastRead, now time.Time, first bool) []window {
	y, m, d := now.In(pacific).Date()
	until := time.Date(y, m, d, 0, 0, 0, 0, pacific)
	back := func(days int) time.Time { return time.Date(y, m, d-days, 0, 0, 0, 0, pacific) }
	since := back(movingDays)
	if gap := lastRead.Add(-movingSlack); !lastRead.IsZero() && gap.Before(since) {
		since = lantoa.Day(gap, pacific)
	}
	if limit := back(firstDays); first || since.Before(limit) {
		since = limit
	}
	var all []window
	for since.Before(until) {
		end := since.AddDate(0, 0, windowDays)
		if end.After(until) {
			end = until
		}
		all = append(all, window{since, end})
		since = end
	}
	return all
}

// lifetime reads the figures of one post into its numbers. What was not given stays absent; an empty list
// of reactions by kind says that there are none.
func (in *insights) lifetime(s *lantoa.Snapshot) {
	if in == nil {
		return
	}
	for _, series := range in.Data {
		if len(series.Values) == 0 {
			continue
		}
		v := series.Values[len(series.Values)-1].Value
		switch series.Name {
		case postViews:
			s.Views = v.Count
		case postReach:
			s.Reach = v.Count
		case postReactions:
			s.ByKind = byKind(v.byKind)
		}
	}
}

// byKind gives the kinds of reactions our names: the insights still use the old ones.
func byKind(in map[string]int64) map[string]int64 {
	if in == nil {
		return nil
	}
	out := make(map[string]int64, len(in))
	for k, n := range in {
		switch k = strings.ToLower(k); k {
		case "sorry":
			k = "sad"
		case "anger":
			k = "angry"
		}
		out[k] += n
	}
	return out
}
