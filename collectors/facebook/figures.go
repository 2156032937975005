package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
)

func (v *visit) insightsPart(names []string, w window) part {
	return part{v.page + "/insights", url.Values{
		"metric": {strings.Join(names, ",")}, "period": {"day"},
		"since": {strconv.FormatInt(w.since.Unix(), 10)}, "until": {strconv.FormatInt(w.until.Unix(), 10)},
	}}
}

// figures takes Facebook's figures of the page's days in one window. The posts do not depend on them: what
// is refused here is a warning.
func (v *visit) figures(ctx context.Context, r reply, names []string, w window) {
	if r.status == 0 {
		v.warn(lantoa.Problem(lantoa.Away, "insights", "not finished in time"))
		return
	}
	verdict, ok := v.weigh(r)
	if verdict.Action == ProbeMetrics {
		v.probeDays(ctx, names, w)
		return
	}
	if !ok {
		v.warn(v.trouble(verdict, "read_insights", r.header))
		return
	}
	v.takeDays(r, names)
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
	var missing []string
	for _, name := range asked {
		if !given[name] {
			missing = append(missing, name)
		}
	}
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
		if w.What == "read_insights" || w.What == "insights" {
			return // told already
		}
	}
	note := "no figures"
	if v.likes.Known && v.likes.N < fewLikes {
		note = "under 100 likes"
	}
	v.warn(lantoa.Problem(lantoa.NotFound, "insights", note))
}

// probeDays asks for each metric of a list alone, because one of them is dead and no other was answered.
// The living answer at once; the dead are remembered.
func (v *visit) probeDays(ctx context.Context, names []string, w window) {
	parts := make([]part, len(names))
	for i, name := range names {
		parts[i] = v.insightsPart([]string{name}, w)
	}
	replies, verdict, ok := v.batch(ctx, parts)
	if !ok {
		v.warn(v.trouble(verdict, "insights", nil))
		return
	}
	for i, r := range replies {
		switch verdict, ok := v.weigh(r); {
		case r.status == 0:
		case ok:
			v.takeDays(r, names[i:i+1])
		case verdict.Action == ProbeMetrics:
			v.buryMetric(names[i], verdict)
		default:
			v.warn(v.trouble(verdict, "read_insights", r.header))
		}
	}
}

// probePosts finds the dead among the metrics asked of posts, and says whether it buried one.
func (v *visit) probePosts(ctx context.Context) bool {
	names := v.c.alive(postMetrics, v.now)
	if len(names) == 0 {
		return false
	}
	parts := make([]part, len(names))
	for i, name := range names {
		parts[i] = part{v.page + "/published_posts", url.Values{"fields": {"id,insights.metric(" + name + "){name}"}, "limit": {"1"}}}
	}
	replies, _, ok := v.batch(ctx, parts)
	if !ok {
		return false
	}
	found := false
	for i, r := range replies {
		if verdict, ok := v.weigh(r); !ok && verdict.Action == ProbeMetrics {
			v.buryMetric(names[i], verdict)
			found = true
		}
	}
	return found
}

func (v *visit) buryMetric(name string, verdict Verdict) {
	v.c.bury(name, v.now)
	v.warn(verdict.Trouble(name, v.now))
}
