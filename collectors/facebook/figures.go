package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// series is one question about the page's days: metrics of one period in one window.
type series struct {
	names  []string
	period string
	w      window
}

func (v *visit) seriesPart(s series) part {
	return part{path: v.page + "/insights", query: url.Values{
		"metric": {strings.Join(s.names, ",")}, "period": {s.period},
		"since": {strconv.FormatInt(s.w.since.Unix(), 10)}, "until": {strconv.FormatInt(s.w.until.Unix(), 10)},
	}}
}

// wantedSeries are the questions of a visit about the page's days: the living metrics by period and window, and each
// dead one that is due alone, in the last window.
func (v *visit) wantedSeries(days []window) (all []series) {
	living, due := alive(pageMetrics, v.dead, v.now)
	byPeriod := map[string][]string{}
	var periods []string
	for _, m := range living {
		if byPeriod[m.period] == nil {
			periods = append(periods, m.period)
		}
		byPeriod[m.period] = append(byPeriod[m.period], m.name)
	}
	for _, w := range days {
		for _, period := range periods {
			all = append(all, series{byPeriod[period], period, w})
		}
	}
	for _, m := range due {
		all = append(all, series{[]string{m.name}, m.period, days[len(days)-1]})
	}
	return all
}

// figures takes Facebook's figures of the page's days. The posts do not depend on them: what is refused here is a
// warning.
func (v *visit) figures(ctx context.Context, r reply, s series) {
	if r.status == 0 {
		v.warn(lantoa.Problem(lantoa.Away, "insights", "not finished in time"))
		return
	}
	verdict, ok := v.weigh(r)
	switch {
	case ok:
		v.takeDays(r, s.names)
		if _, was := v.dead[s.names[0]]; was {
			v.revive(ctx, s.names[0])
		}
	case verdict.Action == ProbeMetrics && len(s.names) == 1:
		v.buryMetric(ctx, s.names[0], verdict)
	case verdict.Action == ProbeMetrics, verdict.Action == HalveLimit && len(s.names) > 1:
		v.probeDays(ctx, s)
	default:
		v.warn(v.trouble(verdict, "read_insights"))
	}
}

func (v *visit) takeDays(r reply, asked []string) {
	var in insights
	if json.Unmarshal(r.body, &in) != nil {
		v.warn(lantoa.Problem(lantoa.Garbled, "insights", ""))
		return
	}
	v.haul.Days = append(v.haul.Days, in.days()...)
	if len(in.Data) == 0 {
		return
	}
	given := map[string]bool{}
	for _, series := range in.Data {
		given[series.Name] = true
	}
	missing := slices.DeleteFunc(slices.Clone(asked), func(name string) bool { return given[name] })
	if len(missing) > 0 {
		v.warn(lantoa.Problem(lantoa.NotFound, strings.Join(missing, ","), "asked and not answered"))
	}
}

// noFigures says so when none came at all.
func (v *visit) noFigures(asked bool) {
	if !asked || len(v.haul.Days) > 0 {
		return
	}
	for _, w := range v.warnings {
		if w.What == "read_insights" || w.What == "insights" || w.Kind == lantoa.Limited {
			return // told already
		}
	}
	note := "no figures"
	if v.likes.Known && v.likes.N < fewLikes {
		note = "under 100 likes"
	}
	v.warn(lantoa.Problem(lantoa.NotFound, "insights", note))
}

// probeDays asks for each metric of a list alone, because one of them is dead and no other was answered, or because
// all of them were too much at once. The living answer at once; the dead are remembered.
func (v *visit) probeDays(ctx context.Context, s series) {
	var singles []series
	for _, name := range s.names {
		if _, dead := v.dead[name]; !dead { // of another window or period, just now
			singles = append(singles, series{[]string{name}, s.period, s.w})
		}
	}
	if len(singles) == 0 {
		return
	}
	parts := make([]part, len(singles))
	for i := range singles {
		parts[i] = v.seriesPart(singles[i])
	}
	replies, verdict, ok := v.batch(ctx, parts)
	if !ok {
		v.warn(v.trouble(verdict, "insights"))
		return
	}
	for i, r := range replies {
		v.figures(ctx, r, singles[i])
	}
}

// postProbe asks for one metric of one post.
func (v *visit) postProbe(name string) part {
	return part{path: v.page + "/published_posts", query: url.Values{"fields": {"id,insights.metric(" + name + "){name}"}, "limit": {"1"}}}
}

// probePosts finds the dead among the metrics asked of posts, and says whether it buried one.
func (v *visit) probePosts(ctx context.Context) bool {
	living, _ := alive(postMetrics, v.dead, v.now)
	if len(living) == 0 {
		return false
	}
	parts := make([]part, len(living))
	for i, m := range living {
		parts[i] = v.postProbe(m.name)
	}
	replies, _, ok := v.batch(ctx, parts)
	if !ok {
		return false
	}
	found := false
	for i, r := range replies {
		if verdict, ok := v.weigh(r); !ok && verdict.Action == ProbeMetrics {
			v.buryMetric(ctx, living[i].name, verdict)
			found = true
		}
	}
	return found
}

// retried takes the answer about one metric of posts that was dead. A page without a post proves nothing.
func (v *visit) retried(ctx context.Context, name string, r reply) {
	verdict, ok := v.weigh(r)
	p, _, err := decode(r.body)
	switch {
	case r.status == 0:
	case ok && err == nil && len(p.Data) > 0:
		v.revive(ctx, name)
	case !ok && verdict.Action == ProbeMetrics:
		v.buryMetric(ctx, name, verdict)
	}
}

func (v *visit) buryMetric(ctx context.Context, name string, verdict Verdict) {
	if v.dead[name].Equal(v.now) {
		return // found out in another window or period of this visit
	}
	v.bury(ctx, name)
	v.warn(verdict.Trouble(name, v.now))
}
