package facebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// byName answers the posts that are asked for by name, from what there is; what is not is left out in silence.
func byName(there map[string]string, rest func(string, url.Values) answer) func(string, url.Values) answer {
	return func(path string, q url.Values) answer {
		if path == "" && q.Has("ids") {
			var some []string
			for _, id := range strings.Split(q.Get("ids"), ",") {
				if there[id] != "" {
					some = append(some, fmt.Sprintf("%q:%s", id, there[id]))
				}
			}
			return ok("{" + strings.Join(some, ",") + "}")
		}
		switch {
		case there[path] != "":
			return ok(there[path])
		case strings.Contains(path, "_") && !strings.Contains(path, "/"):
			return refuse(100, 33, "Unsupported get request. Object with ID '"+path+"' does not exist")
		}
		return rest(path, q)
	}
}

func post(n int) string { return fmt.Sprintf("%s_%d", aPage, n) }

// old is a post far in the past, as Facebook gives it.
func old(n int, more string) string {
	return fmt.Sprintf(`{"id":%q,"message":"m","created_time":"2026-01-02T00:00:00+0000","from":{"id":%q},"reactions":{"summary":{"total_count":%d}}%s}`, post(n), aPage, n, more)
}

func TestDepths(t *testing.T) {
	yesterday := now.AddDate(0, 0, -1)
	tests := []struct {
		name      string
		ask       lantoa.Ask
		posts     int // the page published one a day for 250 days
		calls     int
		days      bool
		complete  bool
		reachesTo int // days back
	}{
		{"fresh: one call, the newest 25", lantoa.Ask{Depth: lantoa.Fresh, Since: yesterday, Newest: 25}, 25, 1, false, false, 24},
		{"fresh, after 40 days in which nobody read", lantoa.Ask{Depth: lantoa.Fresh, Since: now.AddDate(0, 0, -40)}, 50, 2, false, false, 49},
		{"fresh, of a page that never was read", lantoa.Ask{Depth: lantoa.Fresh}, 250, 10, false, true, 0},
		{"recent: the newest 100", lantoa.Ask{Depth: lantoa.Recent, Since: yesterday, Newest: 100}, 100, 1, true, false, 99},
		{"recent, and more of the newest", lantoa.Ask{Depth: lantoa.Recent, Since: yesterday, Newest: 150}, 200, 2, true, false, 199},
		{"season: 90 days, whatever since says", lantoa.Ask{Depth: lantoa.Season, Since: yesterday}, 100, 1, true, false, 99},
		{"season, and further if it must", lantoa.Ask{Depth: lantoa.Season, Since: now.AddDate(0, 0, -120)}, 200, 2, true, false, 199},
		{"full: everything, whatever since says", lantoa.Ask{Depth: lantoa.Full, Since: yesterday}, 250, 3, true, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGraph(t, serving(many(250, nil)))
			haul, err := g.client().Visit(t.Context(), known, tt.ask, now)
			if err != nil || len(haul.Posts) != tt.posts || g.calls != tt.calls || haul.Calls != tt.calls || haul.Complete != tt.complete {
				t.Fatalf("%d posts in %d calls, complete %v, %v; want %d in %d", len(haul.Posts), g.calls, haul.Complete, err, tt.posts, tt.calls)
			}
			if asked := g.count("/insights?") > 0 && g.count("/video_reels?") == 1 && g.count("insights.metric") > 0; asked != tt.days || (haul.Size != nil) != tt.days {
				t.Errorf("figures and reels asked: %v, size %v; want %v:\n%s", asked, haul.Size, tt.days, strings.Join(g.asked, "\n"))
			}
			from := now.AddDate(0, 0, -tt.reachesTo).Add(time.Second)
			if tt.complete {
				from = time.Time{}
			}
			if !haul.From.Equal(from) {
				t.Errorf("read from %v, want %v", haul.From, from)
			}
		})
	}
}

func TestAFreshVisitSaysWhyThePostsAreNotThere(t *testing.T) {
	ask := lantoa.Ask{Depth: lantoa.Fresh, Since: now.AddDate(0, 0, -1)}
	g := newGraph(t, serving(func(url.Values) answer { return refuse(100, 33, "Unsupported get request") }))
	if haul, err := g.client().Visit(t.Context(), known, ask, now); lantoa.KindOf(err) != lantoa.NoRight || haul.Calls != 2 {
		t.Errorf("the page is there: %v in %d calls", err, haul.Calls)
	}
	g = newGraph(t, func(string, url.Values) answer { return refuse(100, 33, "Unsupported get request") })
	if _, err := g.client().Visit(t.Context(), known, ask, now); lantoa.KindOf(err) != lantoa.Gone {
		t.Errorf("the page is gone: %v", err)
	}
}

// A page whose new posts are not where they should be: the list is ranked, and nowhere promised to be sorted.
func TestAListThatIsNotSortedTellsOnlyWhatItSurelyRead(t *testing.T) {
	g := newGraph(t, serving(func(q url.Values) answer {
		if q.Get("after") == "" {
			return ok(fmt.Sprintf(`{"data":[%s,{"id":"%s","created_time":"2026-11-24T00:00:00+0000"}],"paging":{"cursors":{"after":"x"},"next":"x"}}`, old(1, ""), post(2)))
		}
		return ok(fmt.Sprintf(`{"data":[{"id":"%s","created_time":"2026-11-20T00:00:00+0000"},{"id":"%s","created_time":"2026-09-01T00:00:00+0000"}],"paging":{"cursors":{"after":"y"},"next":"x"}}`, post(3), post(4)))
	}))
	haul, err := g.client().Visit(t.Context(), known, lantoa.Ask{Depth: lantoa.Fresh, Since: now.AddDate(0, 0, -2)}, now)
	// Of 25 only four are there, so that the second piece, sorted as it is, does not end it; it has no end.
	if err != nil || !haul.From.Equal(now) || haul.Complete {
		t.Errorf("from %v, %v", haul.From, err)
	}
}

func TestPostsAskedForByName(t *testing.T) {
	fresh := func(ids ...string) lantoa.Ask {
		return lantoa.Ask{Depth: lantoa.Fresh, Since: now.AddDate(0, 0, -1), Posts: ids}
	}
	visit := func(t *testing.T, ask lantoa.Ask, answers func(string, url.Values) answer) (lantoa.Haul, *graph, error) {
		g := newGraph(t, answers)
		haul, err := g.client().Visit(t.Context(), known, ask, now)
		noSecrets(t, haul, err, g.urls)
		return haul, g, err
	}
	list := serving(many(30, nil))

	t.Run("they come in the same call as the newest, with their counters", func(t *testing.T) {
		haul, g, err := visit(t, fresh(post(900), post(901)), byName(map[string]string{post(900): old(900, ""), post(901): old(901, `,"is_hidden":true`)}, list))
		if err != nil || g.calls != 1 || len(haul.Posts) != 27 || len(haul.Gone) != 0 || g.count(aPage+"?fields=id") != 1 || g.count("insights") != 0 {
			t.Fatalf("%d posts in %d calls, gone %v, %v", len(haul.Posts), g.calls, haul.Gone, err)
		}
		if p := find(t, haul.Posts, post(901)); p.Numbers.Reactions != lantoa.Of(901) || !p.Hidden {
			t.Errorf("%+v", p)
		}
		if !haul.From.Equal(now.AddDate(0, 0, -24).Add(time.Second)) {
			t.Errorf("older posts by name change what was read: from %v", haul.From)
		}
	})
	t.Run("the recording: two came, the third is asked alone, and gone after the page was read", func(t *testing.T) {
		var there map[string]json.RawMessage
		if err := json.Unmarshal([]byte(recording(t, "ids-multiget-one-missing.json")), &there); err != nil {
			t.Fatal(err)
		}
		texts := map[string]string{}
		for id, raw := range there {
			texts[id] = strings.Replace(string(raw), "{", `{"created_time":"2026-01-01T00:00:00+0000",`, 1)
		}
		ids := append(slices.Sorted(maps.Keys(there)), "104000000000921_122100000000000107")
		haul, g, err := visit(t, fresh(ids...), byName(texts, list))
		if err != nil || !slices.Equal(haul.Gone, ids[2:]) || len(haul.Posts) != 27 || find(t, haul.Posts, "101").Numbers.Reactions != lantoa.Of(209) {
			t.Errorf("%d posts, gone %v, %v", len(haul.Posts), haul.Gone, err)
		}
		if g.calls != 2 || g.count(aPage+"?") != 2 || g.count("_122100000000000107?") != 1 || g.count("_122100000000000101?") != 0 {
			t.Errorf("%d calls: %q", g.calls, g.asked)
		}
	})
	t.Run("one that came neither by name nor is gone is taken", func(t *testing.T) {
		silent := func(path string, q url.Values) answer {
			if path == "" {
				return ok(`{}`)
			}
			return byName(map[string]string{post(900): old(900, "")}, list)(path, q)
		}
		if haul, _, err := visit(t, fresh(post(900)), silent); err != nil || len(haul.Gone) != 0 || len(haul.Posts) != 26 {
			t.Errorf("%d posts, gone %v, %v", len(haul.Posts), haul.Gone, err)
		}
	})
	t.Run("a draft is gone, a visitor's post is nothing of ours", func(t *testing.T) {
		visitors := strings.Replace(old(901, ""), `"from":{"id":"`+aPage, `"from":{"id":"122000000000000777`, 1)
		haul, _, err := visit(t, fresh(post(900), post(901)), byName(map[string]string{post(900): old(900, `,"is_published":false`), post(901): visitors}, list))
		if err != nil || !slices.Equal(haul.Gone, []string{post(900)}) || len(haul.Posts) != 25 {
			t.Errorf("%d posts, gone %v, %v", len(haul.Posts), haul.Gone, err)
		}
	})
	t.Run("one that stands in the way of all others is found by halving", func(t *testing.T) {
		there := map[string]string{}
		var ids []string
		for n := 900; n < 1020; n++ {
			there[post(n)] = old(n, "")
			ids = append(ids, post(n))
		}
		delete(there, post(955))
		strict := func(path string, q url.Values) answer {
			if n := strings.Count(q.Get("ids"), ",") + 1; n > 50 {
				return refuse(100, 0, fmt.Sprintf("(#100) Too many IDs. Maximum: 50. Provided: %d.", n))
			}
			if path == "" && strings.Contains(q.Get("ids"), post(955)) {
				return refuse(100, 33, "Unsupported get request. Object with ID '"+post(955)+"' does not exist")
			}
			return byName(there, list)(path, q)
		}
		haul, g, err := visit(t, fresh(ids...), strict)
		if err != nil || !slices.Equal(haul.Gone, []string{post(955)}) || len(haul.Posts) != 25+119 || g.calls > 9 {
			t.Errorf("%d posts, gone %v, %v in %d calls", len(haul.Posts), haul.Gone, err, g.calls)
		}
	})
	t.Run("one of the newest is not asked for again, whatever its name answers", func(t *testing.T) {
		haul, g, err := visit(t, fresh(post(3)), byName(nil, list))
		if err != nil || len(haul.Gone) != 0 || len(haul.Posts) != 25 || g.calls != 1 {
			t.Errorf("%d posts, gone %v, %v in %d calls", len(haul.Posts), haul.Gone, err, g.calls)
		}
	})
	t.Run("where the page cannot be read any more nothing is gone", func(t *testing.T) {
		times := 0
		haul, _, err := visit(t, fresh(post(900)), byName(nil, func(path string, q url.Values) answer {
			if path == aPage {
				if times++; times > 1 {
					return refuse(100, 33, "does not exist")
				}
			}
			return list(path, q)
		}))
		if err != nil || len(haul.Gone) != 0 || !warned(haul, lantoa.Gone, "page") {
			t.Errorf("gone %v, %v, warnings %v", haul.Gone, err, haul.Warnings)
		}
	})
	t.Run("where the list is empty of a sudden nothing is gone", func(t *testing.T) {
		haul, _, err := visit(t, fresh(post(900)), byName(nil, serving(func(url.Values) answer { return ok(`{"data":[]}`) })))
		if err != nil || len(haul.Gone) != 0 || len(haul.Posts) != 0 || !haul.From.Equal(now) {
			t.Errorf("gone %v, from %v, %v", haul.Gone, haul.From, err)
		}
	})
	t.Run("ids that are none, and films, are not asked for", func(t *testing.T) {
		haul, g, err := visit(t, fresh("770001", "a,b", "me/accounts", ""), byName(nil, list))
		if err != nil || g.calls != 1 || len(g.asked) != 1 || len(haul.Posts) != 25 {
			t.Errorf("asked %q, %v", g.asked, err)
		}
	})
	t.Run("the figures of a recent visit come along, and a dead metric takes none of them with it", func(t *testing.T) {
		ask := fresh(post(900))
		ask.Depth = lantoa.Recent
		dead := false
		answers := byName(map[string]string{post(900): old(900, `,"insights":{"data":[{"name":"post_media_view","values":[{"value":7}]}]}`)}, list)
		haul, _, err := visit(t, ask, func(path string, q url.Values) answer {
			if dead = dead || path == "" && strings.Contains(q.Get("fields"), postReach); path == "" && strings.Contains(q.Get("fields"), postReach) {
				return refuse(100, 0, "(#100) The value must be a valid insights metric")
			}
			return answers(path, q)
		})
		if p := find(t, haul.Posts, post(900)); err != nil || !dead || p.Numbers.Reactions != lantoa.Of(900) {
			t.Errorf("%+v, %v", p, err)
		}
		haul, _, err = visit(t, ask, answers)
		if p := find(t, haul.Posts, post(900)); err != nil || p.Numbers.Views != lantoa.Of(7) {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

// No call is made to a page that anybody closed, wherever in a visit that happens.
func TestNothingIsAskedOfAPageThatWasClosedMeanwhile(t *testing.T) {
	until := now.Add(20 * time.Minute)
	tests := []struct {
		name    string
		ask     lantoa.Ask
		answers func(close func()) func(string, url.Values) answer
		calls   int
		posts   int
	}{
		{"between two pieces", everything, func(shut func()) func(string, url.Values) answer {
			return serving(many(250, func(q url.Values) *answer {
				if q.Get("after") == "100" {
					shut()
				}
				return nil
			}))
		}, 2, 200},
		{"before another try", lantoa.Ask{Depth: lantoa.Fresh, Since: page29}, func(shut func()) func(string, url.Values) answer {
			return serving(func(url.Values) answer {
				shut()
				return answer{status: 500, body: `{"error":{"code":2,"message":"x"}}`}
			})
		}, 1, 0},
		{"before what was not finished is asked again", recent, func(shut func()) func(string, url.Values) answer {
			return func(path string, q url.Values) answer {
				if strings.HasSuffix(path, "/published_posts") {
					shut()
					return answer{null: true}
				}
				return serving(nil)(path, q)
			}
		}, 1, 0},
		{"before less is asked for", recent, func(shut func()) func(string, url.Values) answer {
			return serving(func(url.Values) answer { shut(); return answer{status: 500, body: tooMuch} })
		}, 1, 0},
		{"before metrics are tried one by one", recent, func(shut func()) func(string, url.Values) answer {
			return func(path string, q url.Values) answer {
				if strings.HasSuffix(path, "/insights") {
					shut()
				}
				return dying("page_views_total")(path, q)
			}
		}, 1, 1},
		{"before missing posts are asked alone", lantoa.Ask{Depth: lantoa.Fresh, Since: page29, Posts: []string{post(900)}}, func(shut func()) func(string, url.Values) answer {
			return byName(nil, func(path string, q url.Values) answer {
				shut()
				return serving(many(3, nil))(path, q)
			})
		}, 1, 3},
	}
	for _, scope := range []string{pageScope(aPage), appScope, tokenScope(aPage)} {
		for _, tt := range tests {
			t.Run(tt.name+" ("+scope+")", func(t *testing.T) {
				l := newLedger()
				g := newGraph(t, tt.answers(func() {
					l.mu.Lock()
					defer l.mu.Unlock()
					l.closed[scope] = until
				}))
				haul, err := g.client(func(o *Options) { o.Budget = l }).Visit(t.Context(), channel, tt.ask, now)
				if g.calls != tt.calls || haul.Calls != tt.calls || len(haul.Posts) != tt.posts {
					t.Errorf("%d calls, %d posts; want %d, %d", g.calls, len(haul.Posts), tt.calls, tt.posts)
				}
				trouble := lantoa.AsTrouble(err, "")
				if err == nil && !warned(haul, lantoa.Limited, "usage") || err != nil && (trouble.Kind != lantoa.Limited || !trouble.Until.Equal(until)) {
					t.Errorf("%v, warnings %v", err, haul.Warnings)
				}
			})
		}
	}
}

// A part of a batch that met the limit closes the page before the rest of the batch is asked again.
func TestALimitInsideABatchIsHeededAtOnce(t *testing.T) {
	l := newLedger()
	g := newGraph(t, func(path string, q url.Values) answer {
		switch {
		case strings.HasSuffix(path, "/insights"):
			return refuse(80001, 0, "too many calls to this Page account")
		case strings.HasSuffix(path, "/video_reels"):
			return answer{null: true}
		}
		return serving(many(250, nil))(path, q)
	})
	haul, err := g.client(func(o *Options) { o.Budget = l }).Visit(t.Context(), channel, everything, now)
	if lantoa.KindOf(err) != lantoa.Limited || g.calls != 1 || len(haul.Posts) != 100 || !haul.From.Equal(now.AddDate(0, 0, -99).Add(time.Second)) {
		t.Errorf("%v in %d calls with %d posts from %v", err, g.calls, len(haul.Posts), haul.From)
	}
}

func TestABlockedPublisherStillReads(t *testing.T) {
	l := newLedger()
	g := newGraph(t, serving(func(url.Values) answer { return refuse(368, 1390008, "We limit how often you can post") }))
	c := g.client(func(o *Options) { o.Budget = l })
	if _, err := c.Visit(t.Context(), channel, everything, now); lantoa.KindOf(err) != lantoa.Limited {
		t.Error(err)
	}
	if !l.closed[publishScope(aPage)].Equal(now.Add(time.Hour)) || len(l.closed) != 1 {
		t.Errorf("closed %v", l.closed)
	}
}

// book is a book of metrics that writes down what it was told.
type book struct {
	memory
	told []string
	fail error
}

func (b *book) DeadMetrics(ctx context.Context) (map[string]time.Time, error) {
	if b.fail != nil {
		return nil, b.fail
	}
	return b.memory.DeadMetrics(ctx)
}

func (b *book) BuryMetric(ctx context.Context, name string, at time.Time) error {
	b.told = append(b.told, "bury "+name)
	return b.memory.BuryMetric(ctx, name, at)
}

func (b *book) ReviveMetric(ctx context.Context, name string) error {
	b.told = append(b.told, "revive "+name)
	return b.memory.ReviveMetric(ctx, name)
}

func TestTheBookOfMetrics(t *testing.T) {
	b := &book{memory: memory{dead: map[string]time.Time{
		"page_views_total": now.AddDate(0, 0, -31), "post_media_view": now.AddDate(0, 0, -31), "page_follows": now.AddDate(0, 0, -5),
	}}}
	g := newGraph(t, dying("page_views_total"))
	c := g.client(func(o *Options) { o.Metrics = b })
	haul, err := c.Visit(t.Context(), known, recent, now)
	if err != nil || g.calls != 1 {
		t.Fatalf("%v in %d calls", err, g.calls)
	}
	t.Run("what was refused a month ago is tried again, alone", func(t *testing.T) {
		if diff := cmp.Diff([]string{"bury page_views_total", "revive post_media_view"}, b.told); diff != "" {
			t.Error(diff)
		}
		if len(haul.Days) != 5 || g.count("page_follows") != 0 || g.count("/insights?", "page_views_total") != 1 || g.count("metric=page_views_total&") != 1 {
			t.Errorf("%d days: %q", len(haul.Days), g.asked)
		}
	})
	t.Run("the notices tell what is dead", func(t *testing.T) {
		n := c.Notices()
		if len(n) != 2 || n[0].What != "page_follows" || n[1].What != "page_views_total" || !n[1].Since.Equal(now) {
			t.Errorf("%v", n)
		}
	})
	t.Run("the next visit asks what was revived, and the dead no more", func(t *testing.T) {
		g.asked = nil
		if _, err := c.Visit(t.Context(), known, recent, now.Add(time.Hour)); err != nil || g.count("insights.metric", "post_media_view") != 1 || g.count("page_views_total") != 0 {
			t.Errorf("%v: %q", err, g.asked)
		}
	})
	t.Run("a page without posts proves nothing of a metric of posts", func(t *testing.T) {
		b.dead["post_media_view"] = now.AddDate(0, 0, -40)
		b.told = nil
		g.answer = func(path string, q url.Values) answer {
			if strings.HasSuffix(path, "/published_posts") {
				return ok(`{"data":[]}`)
			}
			return dying()(path, q)
		}
		if _, err := c.Visit(t.Context(), known, recent, now); err != nil || len(b.told) != 0 {
			t.Errorf("%v, %v", b.told, err)
		}
	})
	t.Run("a book that cannot be read is an error, and nothing is asked", func(t *testing.T) {
		b.fail = errors.New("disk")
		calls := g.calls
		if _, err := c.Visit(t.Context(), known, recent, now); !errors.Is(err, b.fail) || g.calls != calls {
			t.Errorf("%v", err)
		}
	})
}

// Two windows in which the same metric is refused are one death, found with one round of questions.
func TestADeathIsFoundOnce(t *testing.T) {
	b := &book{memory: memory{dead: map[string]time.Time{}}}
	g := newGraph(t, dying("page_total_media_view_unique"))
	haul, err := g.client(func(o *Options) { o.Metrics = b }).Visit(t.Context(), channel, everything, now)
	if err != nil || !slices.Equal(b.told, []string{"bury page_total_media_view_unique"}) {
		t.Errorf("%v, %v", b.told, err)
	}
	if len(haul.Days) != 12 { // six living, in two windows
		t.Errorf("%d days", len(haul.Days))
	}
}

func TestMissingFiguresAreGoneBackTo(t *testing.T) {
	ch := known
	ch.DepthAt = map[lantoa.Depth]time.Time{lantoa.Recent: now.AddDate(0, 0, -50)} // read each hour, and not deeper for long
	g := newGraph(t, serving(many(1, nil)))
	if _, err := g.client().Visit(t.Context(), ch, recent, now); err != nil {
		t.Fatal(err)
	}
	from := fmt.Sprint(lantoa.Day(now.AddDate(0, 0, -52), pacific).Unix())
	if g.count("/insights?", "since="+from) != 2 {
		t.Errorf("want since %s: %q", from, g.asked)
	}
}

func TestAListThatFellEmptySaysNothingOfWhatIsGoneAtAnyDepth(t *testing.T) {
	reel := `{"data":[{"id":"77","created_time":"` + now.Add(-30*time.Hour).Format("2006-01-02T15:04:05-0700") + `"}]}`
	for _, depth := range []lantoa.Depth{lantoa.Fresh, lantoa.Recent, lantoa.Season, lantoa.Full} {
		g := newGraph(t, func(path string, _ url.Values) answer {
			switch {
			case strings.HasSuffix(path, "/video_reels"):
				return ok(reel)
			case strings.Contains(path, "/"):
				return ok(`{"data":[]}`)
			}
			return ok(`{"id":"` + aPage + `","name":"Trang"}`)
		})
		known := channel
		known.FirstRead, known.LastRead = now.AddDate(0, -2, 0), now.Add(-time.Hour)
		ask := lantoa.Ask{Depth: depth, Newest: 100, Since: now.AddDate(0, 0, -90)}
		if depth == lantoa.Full {
			ask = lantoa.Ask{Depth: depth}
		}
		haul, err := g.client().Visit(t.Context(), known, ask, now)
		if err != nil || !haul.From.Equal(now) || haul.Complete {
			t.Errorf("%s: from %v, complete %v, %v", depth, haul.From, haul.Complete, err)
		}
	}
}
