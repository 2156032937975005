package facebook

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestMeasuredDay(t *testing.T) {
	var expect struct {
		Rows []struct {
			EndTime string  `json:"end_time"`
			Day     string  `json:"measured_day"`
			Hours   float64 `json:"hours"`
			Start   string  `json:"start_in_vietnam"`
			End     string  `json:"end_in_vietnam"`
		}
	}
	if err := json.Unmarshal([]byte(recording(t, "insights-end-time.expect.json")), &expect); err != nil {
		t.Fatal(err)
	}
	vietnam := time.FixedZone("", 7*3600)
	for _, row := range expect.Rows {
		end, ok := parseTime(row.EndTime)
		day, start := measuredDay(end, 1)
		if !ok || day != row.Day || end.Sub(start).Hours() != row.Hours ||
			start.In(vietnam).Format(time.RFC3339) != row.Start || end.In(vietnam).Format(time.RFC3339) != row.End {
			t.Errorf("%s: day %s from %v; want %s, %v hours from %s", row.EndTime, day, start.In(vietnam), row.Day, row.Hours, row.Start)
		}
	}
}

func TestRecordedPageInsights(t *testing.T) {
	days := func(t *testing.T, name string) []lantoa.ChannelDay {
		t.Helper()
		var in insights
		if err := json.Unmarshal([]byte(recording(t, name)), &in); err != nil {
			t.Fatal(err)
		}
		return in.days()
	}
	t.Run("over the change of the clock", func(t *testing.T) {
		all := days(t, "page-insights-day-dst.json")
		if len(all) != 20 || all[2].Day != "2026-10-31" || all[3].Day != "2026-11-01" || all[3].End.Sub(all[3].Start) != 25*time.Hour || all[3].Value != lantoa.Of(701) {
			t.Errorf("%+v", all)
		}
	})
	t.Run("rolling weeks are series of their own", func(t *testing.T) {
		all := days(t, "page-insights-rolling-week-28.json")
		if len(all) != 6 || all[0].Metric != "page_total_media_view_unique/week" || all[3].Metric != "page_total_media_view_unique/days_28" || all[0].Value != lantoa.Of(3102) {
			t.Errorf("%+v", all)
		}
	})
	t.Run("what has no value is absent", func(t *testing.T) {
		if all := days(t, "page-insights-partial.json"); len(all) != 7 {
			t.Errorf("%d days", len(all))
		}
	})
	t.Run("past the end there is nothing", func(t *testing.T) {
		if all := days(t, "recorded-insights-past-the-end.json"); len(all) != 0 {
			t.Errorf("%+v", all)
		}
	})
	t.Run("the shape of 2023, three periods", func(t *testing.T) {
		var node struct{ Insights insights }
		if err := json.Unmarshal([]byte(recording(t, "recorded-page-insights-v16.json")), &node); err != nil {
			t.Fatal(err)
		}
		if all := node.Insights.days(); len(all) != 6 || all[0].Day != "2023-03-07" || all[0].Value != lantoa.Of(0) {
			t.Errorf("%+v", all)
		}
	})
}

func TestRecordedFiguresOnAVisit(t *testing.T) {
	visit := func(node, figures string) (lantoa.Haul, *graph) {
		g := newGraph(t, func(path string, q url.Values) answer {
			switch {
			case strings.HasSuffix(path, "/insights") && q.Get("period") == "day":
				return ok(figures)
			case !strings.Contains(path, "/"):
				return ok(node)
			}
			return ok(`{"data":[]}`)
		})
		haul, err := g.client().Visit(t.Context(), known, recent, now)
		if err != nil {
			t.Fatal(err)
		}
		return haul, g
	}
	t.Run("under 100 likes there are no figures, and followers are counted from here on", func(t *testing.T) {
		haul, g := visit(recording(t, "page-node-under-100-likes.json"), recording(t, "page-insights-empty-under-100-likes.json"))
		if len(haul.Days) != 0 || haul.Size.Followers != lantoa.Of(88) || haul.Size.Likes != lantoa.Of(63) || !warned(haul, lantoa.NotFound, "insights") {
			t.Errorf("%+v", haul)
		}
		if g.count("/insights?", "period=day&") != 1 || haul.Warnings[0].Note != "under 100 likes" {
			t.Error("the endless next was followed")
		}
	})
	t.Run("what is asked and not answered is named", func(t *testing.T) {
		haul, _ := visit(recording(t, "page-node.json"), recording(t, "page-insights-partial.json"))
		if len(haul.Days) != 7 || !warned(haul, lantoa.NotFound, "page_follows") || haul.Name != "Hội Liên hiệp Phụ nữ tỉnh Mẫu" || haul.Size.Likes != lantoa.Of(18342) {
			t.Errorf("%+v", haul)
		}
		noSecrets(t, haul)
	})
}

func TestWindows(t *testing.T) {
	tests := []struct {
		name        string
		lastRead    time.Time
		first       bool
		want        int
		since, last string
	}{
		{"a first visit asks half a year, in two", time.Time{}, true, 2, "2026-05-30", "2026-11-24"},
		{"a later one the month that still moves", now.Add(-time.Hour), false, 1, "2026-10-24", "2026-11-24"},
		{"after two months away both", now.AddDate(0, 0, -60), false, 1, "2026-09-23", "2026-11-24"},
		{"after years away no more than half a year", now.AddDate(-3, 0, 0), false, 2, "2026-05-30", "2026-11-24"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := windows(tt.lastRead, now, tt.first)
			first, last := all[0].since.In(pacific), all[len(all)-1].until.In(pacific)
			if len(all) != tt.want || first.Format(time.DateOnly) != tt.since || last.Format(time.DateOnly) != tt.last || first.Hour()+last.Hour() != 0 {
				t.Errorf("%d windows from %v to %v", len(all), first, last)
			}
			for _, w := range all {
				if w.until.Sub(w.since) > 90*24*time.Hour {
					t.Errorf("a window of %v", w.until.Sub(w.since))
				}
			}
		})
	}
}

// dying answers for one page on which some metrics are dead.
func dying(dead ...string) func(string, url.Values) answer {
	return func(path string, q url.Values) answer {
		for _, d := range dead {
			if strings.Contains(q.Get("metric")+q.Get("fields"), d) {
				return refuse(100, 0, "(#100) The value must be a valid insights metric")
			}
		}
		if strings.HasSuffix(path, "/insights") && q.Get("period") == "day" {
			var all []string
			for _, name := range strings.Split(q.Get("metric"), ",") {
				all = append(all, `{"name":"`+name+`","period":"day","values":[{"value":1,"end_time":"2026-11-24T08:00:00+0000"}]}`)
			}
			return ok(`{"data":[` + strings.Join(all, ",") + `]}`)
		}
		return serving(many(1, nil))(path, q)
	}
}

func TestADeadMetricBlanksNoOther(t *testing.T) {
	g := newGraph(t, dying("page_views_total", "post_media_view"))
	c := g.client()
	haul, err := c.Visit(t.Context(), known, recent, now)
	if err != nil {
		t.Fatal(err)
	}
	if len(haul.Days) != 6 || len(haul.Posts) != 1 || !warned(haul, lantoa.Refused, "page_views_total") || !warned(haul, lantoa.Refused, "post_media_view") {
		t.Errorf("%d days, %d posts, warnings %v", len(haul.Days), len(haul.Posts), haul.Warnings)
	}
	if n := c.Notices(); len(n) != 2 || n[0].What != "page_views_total" || !n[0].Since.Equal(now) {
		t.Errorf("notices %v", n)
	}

	t.Run("it is not asked again, nor by another page", func(t *testing.T) {
		before := len(g.asked)
		other := known
		other.External = "104000000000922"
		haul, err := c.Visit(t.Context(), other, recent, now.AddDate(0, 0, 29))
		if err != nil || haul.Calls != 1 || len(haul.Days) != 6 {
			t.Errorf("%d calls, %d days, %v", haul.Calls, len(haul.Days), err)
		}
		for _, q := range g.asked[before:] {
			if strings.Contains(q, "page_views_total") || strings.Contains(q, "post_media_view") {
				t.Errorf("asked %s", q)
			}
		}
	})
	t.Run("but after 30 days, and it may live again", func(t *testing.T) {
		g.answer = dying()
		haul, err := c.Visit(t.Context(), known, recent, now.AddDate(0, 0, 30))
		if err != nil || len(haul.Days) != 7 {
			t.Errorf("%d days, %v", len(haul.Days), err)
		}
	})
}

func TestFiguresThatAreTooMuchAtOnceAreAskedOneByOne(t *testing.T) {
	g := newGraph(t, func(path string, q url.Values) answer {
		if strings.HasSuffix(path, "/insights") && strings.Contains(q.Get("metric"), ",") {
			return answer{status: 500, body: tooMuch}
		}
		return dying()(path, q)
	})
	haul, err := g.client().Visit(t.Context(), known, recent, now)
	if err != nil || len(haul.Days) != 7 || haul.Calls != 2 || len(haul.Warnings) != 0 {
		t.Errorf("%d days in %d calls, %v, %v", len(haul.Days), haul.Calls, haul.Warnings, err)
	}
}

func TestMetricsOfTheDay(t *testing.T) {
	has := func(at time.Time, name string) bool {
		living, _ := alive(pageMetrics, nil, at)
		return slices.Contains(names(living), name)
	}
	before, after := time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 20, 0, 0, 0, 0, time.UTC)
	if !has(before, "page_impressions_unique") || !has(before, "page_total_media_view_unique") {
		t.Error("before its end the old reach is asked beside the new")
	}
	if has(after, "page_impressions_unique") || !has(after, "page_total_media_view_unique") {
		t.Error("after its end only the new one")
	}
}

func TestValue(t *testing.T) {
	tests := []struct {
		json  string
		n     lantoa.Count
		kinds int // -1 for nil
	}{
		{`5`, lantoa.Of(5), -1}, {`0`, lantoa.Of(0), -1}, {`"7"`, lantoa.Of(7), -1}, {`3.0`, lantoa.Of(3), -1}, {`-2`, lantoa.Of(-2), -1},
		{`null`, lantoa.Count{}, -1}, {`true`, lantoa.Count{}, -1}, {`1.5`, lantoa.Count{}, -1}, {`"x"`, lantoa.Count{}, -1},
		{`[]`, lantoa.Count{}, 0}, {`[1]`, lantoa.Count{}, -1}, {`{}`, lantoa.Count{}, 0}, {`{"like":2,"sorry":"1","x":null}`, lantoa.Count{}, 2},
	}
	for _, tt := range tests {
		var v struct{ V value }
		if err := json.Unmarshal([]byte(`{"V":`+tt.json+`}`), &v); err != nil {
			t.Errorf("%s: %v", tt.json, err)
		}
		kinds := len(v.V.byKind)
		if v.V.byKind == nil {
			kinds = -1
		}
		if v.V.Count != tt.n || kinds != tt.kinds {
			t.Errorf("%s: %v and %d kinds, want %v and %d", tt.json, v.V.Count, kinds, tt.n, tt.kinds)
		}
	}
	if got := byKind(map[string]int64{"sorry": 1, "anger": 2, "like": 3}); got["sad"] != 1 || got["angry"] != 2 || got["like"] != 3 {
		t.Errorf("kinds %v", got)
	}
}

func FuzzInsights(f *testing.F) {
	for _, name := range []string{"testdata/days.json", recordings + "/page-insights-rolling-week-28.json", recordings + "/page-insights-partial.json", recordings + "/post-insights.json"} {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	f.Add([]byte(`{"data":[{"name":"a","period":"month","values":[{"value":[],"end_time":"2026-11-02T08:00:00+0000"},{"value":"7","end_time":"0001-01-01T00:00:00+0000"}]}]}`))
	f.Add([]byte(`{"data":[{"name":"post_reactions_by_type_total","values":[{"value":{"like":"1","sorry":null,"x":{}}}]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var in insights
		if json.Unmarshal(body, &in) != nil {
			return
		}
		for _, d := range in.days() {
			if !d.Value.Known || d.Day == "" || !d.Start.Before(d.End) && d.End.Year() > 1900 {
				t.Errorf("%+v", d)
			}
		}
		var s lantoa.Snapshot
		in.lifetime(&s)
		if s.Reactions.Known || s.Comments.Known || s.Shares.Known {
			t.Errorf("%+v", s)
		}
	})
}
