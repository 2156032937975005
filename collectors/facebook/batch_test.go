package facebook

import (
	"net/url"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestRecordedBatches(t *testing.T) {
	t.Run("each part by its own code, null for what was not finished", func(t *testing.T) {
		replies, ok := unwrap([]byte(recording(t, "batch-mixed-null.json")), 5)
		if !ok || replies[1].status != 0 || len(indexes(replies)) != 1 {
			t.Fatalf("%v %+v", ok, replies)
		}
		want := map[int]Action{2: GoneAfterCheck, 4: Backoff}
		for i, r := range replies {
			v, good := Classify(r.status, r.header, r.body)
			if i != 1 && (v.Action != want[i] || good != (want[i] == "")) {
				t.Errorf("part %d: %s, success %v", i, v.Action, good)
			}
		}
		if u, _ := pageUsage(replies[0].header, aPage); u.share() != 41 {
			t.Errorf("usage in the header of a part: %+v", u)
		}
	})
	t.Run("a real one", func(t *testing.T) {
		replies, ok := unwrap([]byte(recording(t, "recorded-batch-first-error.json")), 2)
		if !ok || replies[0].status != 400 || !strings.Contains(string(replies[1].body), "Tester") {
			t.Errorf("%v %+v", ok, replies)
		}
	})
	t.Run("refused as a whole it is halved, down to single calls", func(t *testing.T) {
		refusal := answer{status: 400, body: recording(t, "batch-outer-error.json")}
		for _, most := range []int{2, 1, 0} {
			g := newGraph(t, serving(many(3, nil)))
			g.batch = func(parts int) *answer {
				if parts > most {
					return &refusal
				}
				return nil
			}
			haul, err := g.client().Visit(t.Context(), known, recent, now)
			if err != nil || len(haul.Posts) != 3 || haul.Size == nil {
				t.Errorf("batches of at most %d: %d posts, %v", most, len(haul.Posts), err)
			}
		}
	})
}

func TestOnlyWhatWasNotFinishedIsAskedAgain(t *testing.T) {
	times := map[string]int{}
	g := newGraph(t, nil)
	g.answer = func(path string, q url.Values) answer {
		_, edge, _ := strings.Cut(path, "/")
		if times[edge]++; edge == "published_posts" && times[edge] < 3 || edge == "insights" {
			return answer{null: true, status: 500}
		}
		return serving(many(2, nil))(path, q)
	}
	haul, err := g.client().Visit(t.Context(), known, recent, now)
	if err != nil || len(haul.Posts) != 2 || times[""] != 1 || times["published_posts"] != 3 {
		t.Errorf("%d posts, asked %v, %v", len(haul.Posts), times, err)
	}
}

func TestABatchThatIsNone(t *testing.T) {
	for name, body := range map[string]string{
		"an object": `{"weird":1}`, "too few parts": `[null]`, "HTML": `<html>`, "nothing": ``, "half": `[{"code":200,"bo`,
	} {
		g := newGraph(t, serving(many(2, nil)))
		g.batch = func(int) *answer { return &answer{status: 200, body: body} }
		haul, err := g.client().Visit(t.Context(), known, recent, now)
		if lantoa.KindOf(err) != lantoa.Garbled || len(haul.Posts) != 0 || !haul.From.Equal(now) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConfirm(t *testing.T) {
	gone := "104000000000921_122100000000000102"
	there := "104000000000921_122100000000000101"
	draft := "104000000000921_122100000000000107"
	node := smallPage
	answers := func(path string, q url.Values) answer {
		switch path {
		case aPage:
			return ok(node)
		case there:
			return ok(`{"id":"` + there + `","is_published":true}`)
		case draft:
			return ok(`{"id":"` + draft + `","is_published":false}`)
		}
		return refuse(100, 33, "Unsupported get request. Object with ID '"+path+"' does not exist")
	}
	t.Run("gone is what is not there, or no longer published", func(t *testing.T) {
		g := newGraph(t, answers)
		got, err := g.client().Confirm(t.Context(), channel, []string{there, gone, draft})
		if err != nil || len(got) != 2 || got[0] != gone || got[1] != draft || g.calls != 1 {
			t.Errorf("%v, %v in %d calls", got, err, g.calls)
		}
	})
	t.Run("where the page itself cannot be read nothing is gone", func(t *testing.T) {
		g := newGraph(t, func(path string, q url.Values) answer { return refuse(100, 33, "does not exist") })
		got, err := g.client().Confirm(t.Context(), channel, []string{gone})
		if len(got) != 0 || lantoa.KindOf(err) != lantoa.Gone {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("a hundred of them are asked in pieces a batch takes", func(t *testing.T) {
		g := newGraph(t, answers)
		got, err := g.client().Confirm(t.Context(), channel, strings.Split(strings.TrimSuffix(strings.Repeat("x,", 100), ","), ","))
		if err != nil || len(got) != 100 || g.calls != 3 {
			t.Errorf("%d, %v in %d calls", len(got), err, g.calls)
		}
	})
	t.Run("one that a multiple answer left out in silence is asked alone", func(t *testing.T) {
		both := recording(t, "ids-multiget-one-missing.json")
		g := newGraph(t, func(path string, q url.Values) answer {
			if path == aPage || strings.Contains(both, `"`+path+`"`) {
				return ok(`{"id":"` + path + `"}`)
			}
			return refuse(100, 33, "does not exist")
		})
		got, err := g.client().Confirm(t.Context(), channel, []string{there, gone, draft})
		if err != nil || len(got) != 1 || got[0] != draft {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestPostsRefusedWhereThePageIsThere(t *testing.T) {
	g := newGraph(t, serving(func(url.Values) answer { return refuse(100, 33, "Unsupported get request") }))
	if _, err := g.client().Visit(t.Context(), channel, everything, now); lantoa.KindOf(err) != lantoa.NoRight {
		t.Errorf("%v", err)
	}
	g = newGraph(t, func(string, url.Values) answer { return refuse(100, 33, "Unsupported get request") })
	if _, err := g.client().Visit(t.Context(), channel, everything, now); lantoa.KindOf(err) != lantoa.Gone {
		t.Errorf("%v", err)
	}
}
