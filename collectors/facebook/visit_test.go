package facebook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// known is the channel as one that has been read before, an hour ago.
var known = func() lantoa.Channel {
	ch := channel
	ch.FirstRead, ch.LastRead = now.AddDate(0, -6, 0), now.Add(-time.Hour)
	return ch
}()

// page29 is when a later visit's posts begin.
var (
	page29     = now.AddDate(0, 0, -29)
	recent     = lantoa.Ask{Depth: lantoa.Recent, Since: page29}
	everything = lantoa.Ask{Depth: lantoa.Full}
)

func TestVisit(t *testing.T) {
	g := newGraph(t, nil)
	g.answer = func(path string, q url.Values) answer {
		if strings.HasSuffix(path, "/insights") && q.Get("period") == "day" {
			return ok(file(t, "testdata/days.json"))
		}
		return serving(func(url.Values) answer {
			return ok(strings.Replace(file(t, "testdata/posts.json"), `,"next"`, `,"last"`, 1))
		})(path, q)
	}
	haul, err := g.client(func(o *Options) { o.AppSecret = "FAKEsecretNOTREAL" }).Visit(t.Context(), known, recent, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("one call brings page, posts, days and reels", func(t *testing.T) {
		if g.calls != 1 || haul.Calls != 1 || !haul.Complete || len(haul.Posts) != 2 || g.count("published_posts", "limit=100", "include_hidden=true", "insights") != 1 || g.count("period=days_28") != 1 || g.count("video_reels") != 1 {
			t.Errorf("%d calls, from %v, %d posts, asked %q", g.calls, haul.From, len(haul.Posts), g.asked)
		}
	})
	t.Run("0, [], empty data and nothing are kept apart", func(t *testing.T) {
		a, b := find(t, haul.Posts, "901").Numbers, find(t, haul.Posts, "902").Numbers
		wantA := lantoa.Snapshot{At: now, Reactions: lantoa.Of(20), Comments: lantoa.Of(12), Shares: lantoa.Of(31), Views: lantoa.Of(900), Reach: lantoa.Of(0), ByKind: map[string]int64{}, Source: lantoa.FromPlatform}
		wantB := lantoa.Snapshot{At: now, Reactions: lantoa.Of(0), Comments: lantoa.Of(0), Shares: lantoa.Of(0), Source: lantoa.FromPlatform}
		if diff := cmp.Diff([]lantoa.Snapshot{wantA, wantB}, []lantoa.Snapshot{a, b}); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("a day is a Pacific day, a figure without a value is no day, 28 days are a series of their own", func(t *testing.T) {
		utc := func(s string) time.Time { at, _ := time.Parse(time.RFC3339, s); return at }
		want := []lantoa.ChannelDay{
			{Metric: "page_media_view", Day: "2026-10-31", Start: utc("2026-10-31T07:00:00Z"), End: utc("2026-11-01T07:00:00Z"), Value: lantoa.Of(640)},
			{Metric: "page_media_view", Day: "2026-11-01", Start: utc("2026-11-01T07:00:00Z"), End: utc("2026-11-02T08:00:00Z"), Value: lantoa.Of(701)},
			{Metric: "page_total_media_view_unique/days_28", Day: "2026-11-01", Start: utc("2026-10-05T07:00:00Z"), End: utc("2026-11-02T08:00:00Z"), Value: lantoa.Of(0)},
		}
		if diff := cmp.Diff(want, haul.Days); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("no token in an address, a header holds it, and the secret only signs", func(t *testing.T) {
		noSecrets(t, g.urls, haul)
		if got := g.headings[0].Get("Authorization"); got != "Bearer "+aToken {
			t.Errorf("authorization %q", got)
		}
	})
}

// many is a page of n posts, one a day back from now, served in pieces as large as asked for.
func many(n int, refuse func(q url.Values) *answer) func(url.Values) answer {
	return func(q url.Values) answer {
		if refuse != nil {
			if a := refuse(q); a != nil {
				return *a
			}
		}
		limit, _ := strconv.Atoi(q.Get("limit"))
		from, _ := strconv.Atoi(q.Get("after"))
		if u, err := strconv.ParseInt(q.Get("until"), 10, 64); err == nil && from == 0 {
			for from < n && now.AddDate(0, 0, -from).Unix() >= u {
				from++
			}
		}
		var posts []string
		to := min(from+limit, n)
		for i := from; i < to; i++ {
			posts = append(posts, fmt.Sprintf(`{"id":"104000000000921_%d","message":"m","created_time":%q,"reactions":{"summary":{"total_count":1}}}`,
				i, now.AddDate(0, 0, -i).Format(timeForm)))
		}
		next := ""
		if to < n {
			next = `,"next":"https://x.invalid/?access_token=EAAFAKEtokenNOTREAL"`
		}
		return ok(fmt.Sprintf(`{"data":[%s],"paging":{"cursors":{"after":"%d"}%s}}`, strings.Join(posts, ","), to, next))
	}
}

const tooMuch = `{"error":{"code":1,"message":"Please reduce the amount of data you're asking for, then retry your request"}}`

// circle is a list that never ends.
func circle(url.Values) answer {
	return ok(`{"data":[{"id":"104000000000921_1","created_time":"2026-11-01T00:00:00+0000"}],"paging":{"cursors":{"after":"same"},"next":"x://y"}}`)
}

// endless is a list that goes on however far one reads, and never into the past.
func endless() func(url.Values) answer {
	n := 0
	return func(url.Values) answer {
		n++
		return ok(fmt.Sprintf(`{"data":[{"id":"104000000000921_%d","created_time":"2026-11-01T00:00:00+0000"}],"paging":{"cursors":{"after":"%d"},"next":"x://y"}}`, n, n))
	}
}

func TestReadingOn(t *testing.T) {
	limitOf := func(q url.Values) int { n, _ := strconv.Atoi(q.Get("limit")); return n }
	tests := []struct {
		name     string
		first    bool
		posts    func(url.Values) answer
		want     int // posts
		calls    int
		complete bool
		warning  string
		kind     lantoa.Kind
	}{
		{"a first read takes everything, a hundred at a time", true, many(250, nil), 250, 3, true, "", ""},
		{"a later read takes the newest hundred and stops when it is back 29 days", false, many(250, nil), 100, 1, false, "", ""},
		{"a page of few posts is complete at once", false, many(3, nil), 3, 1, true, "", ""},
		{"what is not sorted is read to its end", false, func(q url.Values) answer {
			a := many(160, nil)(q)
			a.body = strings.Replace(a.body, `{"data":[`, `{"data":[{"id":"104000000000921_old","created_time":"2020-01-01T00:00:00+0000"},`, 1)
			return a
		}, 162, 2, true, "", ""},
		{"asked for too much, it asks for half and stays there", true, many(100, func(q url.Values) *answer {
			if limitOf(q) > 25 {
				return &answer{status: 500, body: tooMuch}
			}
			return nil
		}), 100, 6, true, "", ""},
		{"asked for too much even of one, it leaves out figures and pictures", true, many(2, func(q url.Values) *answer {
			if strings.Contains(q.Get("fields"), "attachments") {
				return &answer{status: 500, body: tooMuch}
			}
			return nil
		}), 2, 0, true, "published_posts", ""},
		{"paged too deep, it goes on by time", true, many(250, func(q url.Values) *answer {
			if n, _ := strconv.Atoi(q.Get("after")); n >= 200 && q.Get("until") == "" {
				a := refuse(100, 0, "(#100) The After Cursor specified exceeds the max limit supported by this endpoint")
				return &a
			}
			return nil
		}), 251, 4, true, "", ""}, // the oldest so far comes twice
		{"a cursor that leads back ends a first read without success", true, circle, 2, 2, false, "", lantoa.Garbled},
		{"a cursor that leads back ends a later one, and nothing is taken for missing", false, circle, 2, 2, false, "paging", ""},
		{"a list without an end ends a first read without success", true, endless(), mostPieces, mostPieces, false, "", lantoa.TooLarge},
		{"a list without an end ends a later one, and nothing is taken for missing", false, endless(), mostPieces, mostPieces, false, "paging", ""},
		{"half a body is told and not taken", true, func(url.Values) answer { return ok(`{"data":[{"id":"104000000000921_1","created_time":"2026-11-01T0`) }, 0, 3, false, "", lantoa.Garbled},
		{"HTML is told and not taken", true, func(url.Values) answer { return ok(`<html>sign in</html>`) }, 0, 3, false, "", lantoa.Garbled},
		{"a failure that passes is asked again", true, func() func(url.Values) answer {
			n := 0
			return func(q url.Values) answer {
				if n++; n < 3 {
					return answer{status: 500, body: `{"error":{"code":2,"message":"later","is_transient":true}}`}
				}
				return many(1, nil)(q)
			}
		}(), 1, 3, true, "", ""},
		{"the right for figures is missing, the posts come without", true, func(q url.Values) answer {
			if strings.Contains(q.Get("fields"), "insights") {
				return refuse(10, 0, "(#10) Not enough permission")
			}
			return many(150, nil)(q)
		}, 150, 3, true, "read_insights", ""},
		{"the right for posts is missing", true, func(url.Values) answer {
			return refuse(10, 0, "(#10) This endpoint requires the 'pages_read_engagement' permission")
		}, 0, 2, false, "", lantoa.NoRight},
		{"550 posts of a year are an alarm", true, func(q url.Values) answer {
			var all []string
			for i := range 550 {
				all = append(all, fmt.Sprintf(`{"id":"104000000000921_%d","created_time":"2026-01-02T00:00:00+0000"}`, i))
			}
			return ok(`{"data":[` + strings.Join(all, ",") + `]}`)
		}, 550, 1, true, "posts_per_year", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGraph(t, serving(tt.posts))
			ch, ask := known, recent
			if tt.first {
				ch, ask = channel, everything
			}
			haul, err := g.client().Visit(t.Context(), ch, ask, now)
			if lantoa.KindOf(err) != tt.kind {
				t.Fatalf("error %v, want %q", err, tt.kind)
			}
			if len(haul.Posts) != tt.want || haul.Complete != tt.complete || haul.Calls != g.calls {
				t.Errorf("%d posts, complete %v, %d calls told of %d; want %d, %v", len(haul.Posts), haul.Complete, haul.Calls, g.calls, tt.want, tt.complete)
			}
			if tt.calls > 0 && g.calls != tt.calls {
				t.Errorf("%d calls, want %d:\n%s", g.calls, tt.calls, strings.Join(g.asked, "\n"))
			}
			if haul.Complete != haul.From.IsZero() {
				t.Errorf("complete %v from %v", haul.Complete, haul.From)
			}
			if tt.warning != "" {
				found := false
				for _, w := range haul.Warnings {
					found = found || w.What == tt.warning
				}
				if !found {
					t.Errorf("no warning of %s in %v", tt.warning, haul.Warnings)
				}
			}
			noSecrets(t, haul, err, g.urls)
		})
	}
}

func TestHalvedLimitIsRemembered(t *testing.T) {
	g := newGraph(t, serving(many(30, func(q url.Values) *answer {
		if q.Get("limit") == "100" {
			return &answer{status: 500, body: tooMuch}
		}
		return nil
	})))
	c := g.client()
	for _, at := range []time.Time{now, now.Add(time.Hour), now.Add(25 * time.Hour)} {
		if _, err := c.Visit(t.Context(), channel, everything, at); err != nil {
			t.Fatal(err)
		}
	}
	if n := g.count("limit=100"); n != 2 {
		t.Errorf("asked for a hundred %d times, want at first and after a day", n)
	}
}

func TestNobodyThere(t *testing.T) {
	c := New(Options{GraphURL: "http://127.0.0.1:1", Version: "v25.0", Wait: time.Nanosecond,
		Token: func(context.Context, string) (string, error) { return aToken, nil }})
	haul, err := c.Visit(t.Context(), channel, everything, now)
	if lantoa.KindOf(err) != lantoa.Away || haul.Calls != 1 {
		t.Errorf("%v after %d calls", err, haul.Calls)
	}
	noSecrets(t, err)
	if strings.Contains(err.Error(), "http://") {
		t.Error("the address can be read:", err)
	}
}

func TestConnectionCutInTheMiddle(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, `[{"code":200,"body":"{`)
	}))
	defer server.Close()
	g := newGraph(t, nil)
	haul, err := g.client(func(o *Options) { o.GraphURL = server.URL }).Visit(t.Context(), channel, everything, now)
	if lantoa.KindOf(err) != lantoa.Garbled || haul.Calls != 3 {
		t.Errorf("%v after %d calls", err, haul.Calls)
	}
}

func TestAnswerTooLarge(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		blanks := strings.Repeat(" ", 1<<20)
		for range 17 {
			fmt.Fprint(w, blanks)
		}
	}))
	defer server.Close()
	g := newGraph(t, nil)
	_, err := g.client(func(o *Options) { o.GraphURL = server.URL }).Visit(t.Context(), channel, recent, now)
	if lantoa.KindOf(err) != lantoa.TooLarge {
		t.Errorf("got %v", err)
	}
	noSecrets(t, err)
}

func TestRedirectIsNotFollowed(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the token went elsewhere") }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	g := newGraph(t, nil)
	if _, err := g.client(func(o *Options) { o.GraphURL = server.URL }).Visit(t.Context(), channel, everything, now); err == nil {
		t.Error("no trouble")
	}
}

func TestNoToken(t *testing.T) {
	g := newGraph(t, nil)
	for _, tt := range []struct {
		name string
		give func(context.Context, string) (string, error)
		want lantoa.Kind
	}{
		{"none", func(context.Context, string) (string, error) { return "", nil }, lantoa.Expired},
		{"not in the vault", func(context.Context, string) (string, error) { return "", lantoa.Missing("secret", "x") }, lantoa.Expired},
		{"the vault fails", func(context.Context, string) (string, error) { return "", errors.New("disk") }, ""},
	} {
		_, err := g.client(func(o *Options) { o.Token = tt.give }).Visit(t.Context(), channel, everything, now)
		if err == nil || lantoa.KindOf(err) != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if g.calls != 0 {
		t.Error("asked without a token")
	}
}

func TestCancelledVisit(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := newGraph(t, serving(func(url.Values) answer { cancel(); return answer{status: 500, body: "{}"} }))
	if _, err := g.client(func(o *Options) { o.Wait = time.Hour }).Visit(ctx, channel, everything, now); err == nil {
		t.Error("no error")
	}
}
