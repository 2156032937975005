package facebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// reelPage is a page that published a post a day, of which some show reels, and lists these among its reels too.
type reelPage struct {
	days  int
	reels map[int]bool             // by the day before now on which they came
	alone map[string]time.Duration // reels that are in no post, by id: how long before now
	late  time.Duration            // how long after its reel a post was published
	tight bool                     // refuses posts with what they show
	loop  bool                     // the cursor leads back
	plain bool                     // shows a reel in the address of its post only
	every time.Duration            // between two posts, if not a day
	at    time.Time
}

// ago is when the reel of that number came; by day unless the page published more often.
func (p *reelPage) ago(n int) time.Time {
	if p.every > 0 {
		return p.at.Add(-time.Duration(n) * p.every)
	}
	return p.at.AddDate(0, 0, -n)
}

func reelID(day int) string { return fmt.Sprint(770000 + day) }

func (p *reelPage) answer(path string, q url.Values) answer {
	if strings.HasSuffix(path, "/video_reels") {
		var list []string
		for day := range p.reels {
			list = append(list, fmt.Sprintf(`{"id":%q,"created_time":%q,"permalink_url":"/reel/%s/"}`, reelID(day), p.ago(day).Format(timeForm), reelID(day)))
		}
		for id, ago := range p.alone {
			list = append(list, fmt.Sprintf(`{"id":%q,"created_time":%q,"permalink_url":"/reel/%s/"}`, id, p.at.Add(-ago).Format(timeForm), id))
		}
		return ok(`{"data":[` + strings.Join(list, ",") + `]}`)
	}
	return serving(p.posts)(path, q)
}

func (p *reelPage) posts(q url.Values) answer {
	if p.tight && strings.Contains(q.Get("fields"), "attachments") {
		return answer{status: 500, body: tooMuch}
	}
	from, _ := strconv.Atoi(q.Get("after"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	to := min(from+limit, p.days)
	var list []string
	for day := from; day < to; day++ {
		post := map[string]any{"id": fmt.Sprintf("%s_%d", aPage, 900-day), "message": "m", "created_time": p.ago(day).Add(p.late).Format(timeForm)}
		switch {
		case p.reels[day] && p.plain:
			post["permalink_url"] = "https://www.facebook.com/reel/" + reelID(day) + "/"
		case p.reels[day] && !p.tight:
			target := map[string]string{"id": reelID(day), "url": "https://www.facebook.com/reel/" + reelID(day) + "/"}
			post["attachments"] = map[string]any{"data": []any{map[string]any{"media_type": "video", "type": "video_inline", "target": target}}}
		}
		b, _ := json.Marshal(post)
		list = append(list, string(b))
	}
	paging := ""
	if to < p.days {
		paging = fmt.Sprintf(`,"paging":{"cursors":{"after":"%d"},"next":"x://y"}`, to)
	}
	if p.loop {
		paging = `,"paging":{"cursors":{"after":"0"},"next":"x://y"}`
	}
	return ok(`{"data":[` + strings.Join(list, ",") + `]` + paging + `}`)
}

// bare are the posts of a haul that have the id of a reel.
func bare(haul lantoa.Haul) (ids []string) {
	for _, p := range haul.Posts {
		if !strings.Contains(p.External, "_") {
			ids = append(ids, p.External)
		}
	}
	return ids
}

// On whatever day a reel was published, and however far a visit reads, it is stored once.
func TestAReelAmongThePostsComesOnce(t *testing.T) {
	for _, tt := range []struct {
		name string
		page reelPage
	}{
		{"a visit that reads back 29 days", reelPage{days: 90}},
		{"a page that is read to its end", reelPage{days: 20}},
		{"posts that came minutes after their reels", reelPage{days: 90, late: 10 * time.Minute}},
		{"posts that came minutes before their reels", reelPage{days: 90, late: -10 * time.Minute}},
		{"posts that have it in their address only", reelPage{days: 90, plain: true}},
		{"posts that come without what they show", reelPage{days: 90, tight: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, day := range []int{0, 1, 12, 19, 24, 25, 28, 29, 30, 31, 44, 45, 46, 49, 50, 74, 75, 89} { // around since, and the ends of pieces
				if day >= tt.page.days {
					break
				}
				page := tt.page
				page.at, page.reels = now, map[int]bool{day: true}
				c := newGraph(t, page.answer).client()
				for _, ask := range []lantoa.Ask{everything, recent, {Depth: lantoa.Recent, Since: now.AddDate(0, 0, -45)}, {Depth: lantoa.Season, Since: page29}} {
					haul, err := c.Visit(t.Context(), channel, ask, now)
					if got := bare(haul); err != nil || len(got) != 0 {
						t.Errorf("day %d, asked %v: %v came beside their posts, %v", day, ask, got, err)
					}
				}
			}
		})
	}
	t.Run("many posts within minutes, of which the visit reads as far as asked", func(t *testing.T) {
		page := reelPage{days: 90, every: time.Minute, late: -10 * time.Minute, at: now.AddDate(0, 0, -2), reels: map[int]bool{20: true, 27: true}}
		haul, err := newGraph(t, page.answer).client().Visit(t.Context(), channel, lantoa.Ask{Depth: lantoa.Recent, Since: page.at.Add(-30 * time.Minute)}, now)
		if got := bare(haul); err != nil || len(got) != 0 || len(haul.Posts) != 90 {
			t.Errorf("%v came beside their posts, %d posts, %v", got, len(haul.Posts), err)
		}
	})
	t.Run("a list of posts that broke off before it was back as far as asked", func(t *testing.T) {
		page := reelPage{days: 90, loop: true, at: now, reels: map[int]bool{3: true, 24: true, 25: true, 28: true, 60: true}}
		haul, err := newGraph(t, page.answer).client().Visit(t.Context(), channel, recent, now)
		if got := bare(haul); err != nil || len(got) != 0 {
			t.Errorf("%v came beside their posts, %v", got, err)
		}
	})
}

func TestAReelThatIsInNoPost(t *testing.T) {
	page := reelPage{days: 90, at: now, alone: map[string]time.Duration{"1": 10 * time.Minute, "2": 30 * time.Hour, "3": 20 * 24 * time.Hour, "4": 60 * 24 * time.Hour}}
	c := newGraph(t, page.answer).client()
	for _, tt := range []struct {
		name string
		ask  lantoa.Ask
		want int
	}{
		{"a first read takes all but the newest, whose post may not be listed yet", everything, 3},
		{"a later one takes those of the days it read", recent, 2},
		{"a fresh one asks for none", lantoa.Ask{Depth: lantoa.Fresh, Since: page29}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			haul, err := c.Visit(t.Context(), channel, tt.ask, now)
			if got := bare(haul); err != nil || len(got) != tt.want {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	t.Run("the newest comes a day later, when its post would have been listed", func(t *testing.T) {
		haul, err := c.Visit(t.Context(), channel, recent, now.Add(24*time.Hour))
		if got := bare(haul); err != nil || len(got) != 3 {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("where the posts are an empty list it does not make missing what it does not show", func(t *testing.T) {
		page := reelPage{at: now, alone: map[string]time.Duration{"2": 30 * time.Hour}}
		haul, err := newGraph(t, page.answer).client().Visit(t.Context(), channel, recent, now)
		if err != nil || len(bare(haul)) != 1 || !haul.From.Equal(now) {
			t.Errorf("from %v, %v, %v", haul.From, bare(haul), err)
		}
	})
}

func TestFilmIDIsFoundInAnAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.facebook.com/reel/77777/": "77777", "https://www.facebook.com/reel/77777?s=1": "77777",
		"https://www.facebook.com/104000000000921/videos/77777/":          "77777",
		"https://www.facebook.com/hoi/videos/ra-quan-don-duong/77777/":    "77777",
		"https://www.facebook.com/104000000000921/posts/122100000000101/": "",
	} {
		got := ""
		if m := filmID.FindStringSubmatch(address); m != nil {
			got = m[1]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// A page whose reels stood in no post for long, and then do.
func TestAReelStoredAloneIsNotStoredAgainAsAPost(t *testing.T) {
	page := reelPage{days: 40, at: now, reels: map[int]bool{3: true, 5: true, 7: true}, plain: true}
	post := func(day int) string { return fmt.Sprintf("%s_%d", aPage, 900-day) }
	stored := map[string]bool{reelID(3): true, post(5): true, post(7): true, reelID(7): true}
	var asked lantoa.ChannelID
	c := newGraph(t, page.answer).client(func(o *Options) {
		o.Known = func(_ context.Context, ch lantoa.ChannelID, ids []string) (map[string]bool, error) {
			asked = ch
			return stored, nil
		}
	})
	for _, ask := range []lantoa.Ask{{Depth: lantoa.Fresh, Since: now.AddDate(0, 0, -1)}, recent, everything} {
		t.Run(string(ask.Depth), func(t *testing.T) {
			haul, err := c.Visit(t.Context(), channel, ask, now)
			if err != nil || asked != channel.ID {
				t.Fatal(err)
			}
			has := map[string]bool{}
			for _, p := range haul.Posts {
				has[p.External] = true
			}
			if !has[reelID(3)] || has[post(3)] {
				t.Error("the post of a reel that is stored alone does not go by the reel's id")
			}
			if p := find(t, haul.Posts, reelID(3)); !p.HasCount && p.Text != "m" {
				t.Errorf("it lost what the post tells: %+v", p)
			}
			if !has[post(5)] || has[reelID(5)] {
				t.Error("a reel that is stored as a post is no longer one")
			}
			if !has[post(7)] || has[reelID(7)] || !slices.Equal(haul.Gone, []string{reelID(7)}) {
				t.Errorf("of one that is stored twice the lonely one goes: gone %v", haul.Gone)
			}
		})
	}
	t.Run("where it cannot be told, nothing with a film is stored", func(t *testing.T) {
		c := newGraph(t, page.answer).client(func(o *Options) {
			o.Known = func(context.Context, lantoa.ChannelID, []string) (map[string]bool, error) {
				return nil, errors.New("disk")
			}
		})
		haul, err := c.Visit(t.Context(), channel, everything, now)
		if err == nil || len(haul.Posts) != 37 || haul.Complete {
			t.Errorf("%d posts, %v", len(haul.Posts), err)
		}
	})
}

func TestReelsThatAreRefusedAreNoTroubleAndNotAskedForAMonth(t *testing.T) {
	page := reelPage{days: 3, at: now}
	g := newGraph(t, func(path string, q url.Values) answer {
		if strings.HasSuffix(path, "/video_reels") {
			return refuse(10, 0, "(#10) This endpoint requires a permission")
		}
		return page.answer(path, q)
	})
	c := g.client()
	for _, days := range []int{0, 1, 29, 30} {
		if haul, err := c.Visit(t.Context(), channel, recent, now.AddDate(0, 0, days)); err != nil || len(haul.Posts) != 3 {
			t.Errorf("%d posts, %v", len(haul.Posts), err)
		}
	}
	if n := g.count("/video_reels"); n != 2 {
		t.Errorf("asked %d times, want at first and after a month", n)
	}
}
