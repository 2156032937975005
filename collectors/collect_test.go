package collectors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// source is a platform that says what it is told to.
type source struct {
	haul  lantoa.Haul
	err   error
	asked []lantoa.Ask
}

func (s *source) Visit(_ context.Context, _ lantoa.Channel, ask lantoa.Ask, _ time.Time) (lantoa.Haul, error) {
	s.asked = append(s.asked, ask)
	return s.haul, s.err
}

// confirming is one that can also be asked about missing posts.
type confirming struct {
	source
	gone     []string
	err      error
	suspects []string
}

func (s *confirming) Confirm(_ context.Context, _ lantoa.Channel, externals []string) ([]string, error) {
	s.suspects = append(s.suspects, externals...)
	return s.gone, s.err
}

// shelf keeps what is put on it, and breaks where it is told to.
type shelf struct {
	posts   []lantoa.Post
	chatter []lantoa.Chatter
	sizes   []lantoa.ChannelSnapshot
	days    []lantoa.ChannelDay
	removed []string
	visits  []lantoa.Visit
	saved   []lantoa.Channel
	curves  []lantoa.Measured
	hints   []lantoa.Hint
	dropped time.Time
	broken  string
}

var errDisk = errors.New("disk full")

func (s *shelf) fail(at string) error {
	if s.broken == at {
		return errDisk
	}
	return nil
}

func (s *shelf) SavePosts(_ context.Context, _ lantoa.ChannelID, posts []lantoa.Incoming, _ time.Time) (lantoa.Saved, error) {
	n := 0
	for _, p := range posts {
		if !slices.ContainsFunc(s.posts, func(q lantoa.Post) bool { return q.External == p.External }) {
			s.posts = append(s.posts, p.Post)
			n++
		}
	}
	return lantoa.Saved{New: n}, s.fail("posts")
}

func (s *shelf) SaveChatter(_ context.Context, _ lantoa.ChannelID, ids []lantoa.Chatter) (int, error) {
	s.chatter = append(s.chatter, ids...)
	return len(ids), s.fail("chatter")
}

func (s *shelf) SaveChannelSnapshot(_ context.Context, _ lantoa.ChannelID, size lantoa.ChannelSnapshot) error {
	s.sizes = append(s.sizes, size)
	return s.fail("size")
}

func (s *shelf) SaveChannelDays(_ context.Context, _ lantoa.ChannelID, days []lantoa.ChannelDay) error {
	s.days = append(s.days, days...)
	return s.fail("days")
}

func (s *shelf) PostsBetween(_ context.Context, _ lantoa.ChannelID, from, to time.Time) ([]lantoa.Post, error) {
	var found []lantoa.Post
	for _, p := range s.posts {
		if !p.PublishedAt.Before(from) && p.PublishedAt.Before(to) {
			found = append(found, p)
		}
	}
	return found, s.fail("past")
}

func (s *shelf) MarkRemoved(_ context.Context, _ lantoa.ChannelID, externals []string, _ time.Time) error {
	s.removed = append(s.removed, externals...)
	return s.fail("remove")
}

func (s *shelf) NameChannel(_ context.Context, ch lantoa.ChannelID, name, url string) error {
	s.saved = append(s.saved, lantoa.Channel{ID: ch, Name: name, URL: url})
	return s.fail("channel")
}

func (s *shelf) NoteVisit(_ context.Context, v lantoa.Visit) error {
	s.visits = append(s.visits, v)
	return s.fail("visit")
}

func (s *shelf) Curves(_ context.Context, _ lantoa.ChannelID, from time.Time) ([]lantoa.Measured, error) {
	var found []lantoa.Measured
	for _, p := range s.curves {
		if !p.PublishedAt.Before(from) {
			found = append(found, p)
		}
	}
	return found, s.fail("curves")
}

func (s *shelf) Hints(context.Context, lantoa.ChannelID) ([]lantoa.Hint, error) {
	return s.hints, s.fail("hints")
}

func (s *shelf) DropHints(_ context.Context, _ lantoa.ChannelID, upTo time.Time) error {
	s.dropped = upTo
	return s.fail("drop hints")
}

func published(id string, daysAgo int) lantoa.Post {
	return lantoa.Post{External: id, PublishedAt: noon.AddDate(0, 0, -daysAgo)}
}

func incoming(posts ...lantoa.Post) []lantoa.Incoming {
	var in []lantoa.Incoming
	for _, p := range posts {
		in = append(in, lantoa.Incoming{Post: p})
	}
	return in
}

func TestCollect(t *testing.T) {
	knownPage := lantoa.Channel{ID: "page", Kind: lantoa.FacebookPage, Name: "Trang", URL: "https://x.invalid", FirstRead: noon.AddDate(0, -6, 0), LastRead: noon.Add(-time.Hour)}

	t.Run("everything of a good visit is put on the shelf, and the next one is set", func(t *testing.T) {
		size := lantoa.ChannelSnapshot{At: noon, Followers: lantoa.Of(801)}
		src := &source{haul: lantoa.Haul{
			Posts: incoming(published("1", 1), published("1", 1), published("2", 3)), Chatter: []lantoa.Chatter{{External: "c"}},
			Size: &size, Days: []lantoa.ChannelDay{{Metric: "page_follows"}}, Complete: true, Calls: 3, Name: "Trang",
		}}
		s := &shelf{}
		v, err := Collect(t.Context(), src, s, lantoa.Channel{ID: "page", Kind: lantoa.FacebookPage, Name: "Trang", URL: "x"}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if v.Seen != 2 || v.New != 2 || v.Chatter != 1 || v.Calls != 3 || !v.Complete || v.Trouble != nil || !v.At.Equal(noon) || !v.Next.After(noon) {
			t.Errorf("visit %+v", v)
		}
		if len(s.posts) != 2 || len(s.chatter) != 1 || len(s.sizes) != 1 || len(s.days) != 1 || len(s.saved) != 0 || !src.asked[0].Since.IsZero() || src.asked[0].Depth != lantoa.Full {
			t.Errorf("shelf %+v", s)
		}
		if diff := cmp.Diff([]lantoa.Visit{v}, s.visits); diff != "" {
			t.Errorf("noted visit:\n%s", diff)
		}
	})
	t.Run("a platform's trouble is the visit's, what came before it is kept, and nothing is removed", func(t *testing.T) {
		src := &confirming{source: source{haul: lantoa.Haul{Posts: incoming(published("3", 1)), From: noon, Complete: true, Calls: 2}, err: lantoa.Problem(lantoa.NoRight, "x", "")}}
		s := &shelf{posts: []lantoa.Post{published("old", 2)}}
		v, err := Collect(t.Context(), src, s, knownPage, noon)
		if err != nil || v.Trouble == nil || v.Trouble.Kind != lantoa.NoRight || !v.Trouble.Since.Equal(noon) || v.Complete || v.New != 1 || len(s.visits) != 1 {
			t.Errorf("%+v, %v", v, err)
		}
		if len(src.suspects)+len(s.removed) != 0 {
			t.Errorf("asked for %v, removed %v", src.suspects, s.removed)
		}
	})
	t.Run("a trouble of the same kind began when it began", func(t *testing.T) {
		ch := knownPage
		ch.Trouble = &lantoa.Trouble{Kind: lantoa.Away, Since: noon.Add(-20 * time.Minute)}
		v, _ := Collect(t.Context(), &source{err: lantoa.Problem(lantoa.Away, "", "")}, &shelf{}, ch, noon)
		if !v.Trouble.Since.Equal(ch.Trouble.Since) || v.Next.Sub(noon) < 18*time.Minute || v.Next.Sub(noon) > 20*time.Minute {
			t.Errorf("since %v, next %v", v.Trouble.Since, v.Next)
		}
		v, _ = Collect(t.Context(), &source{err: lantoa.Problem(lantoa.Expired, "", "")}, &shelf{}, ch, noon)
		if !v.Trouble.Since.Equal(noon) {
			t.Errorf("another kind began at %v", v.Trouble.Since)
		}
	})
	t.Run("an error that is no trouble does not stop the program", func(t *testing.T) {
		s := &shelf{}
		if v, err := Collect(t.Context(), &source{err: errors.New("odd")}, s, knownPage, noon); err != nil || v.Trouble.Kind != lantoa.Away || len(s.visits) != 1 {
			t.Errorf("%+v, %v", v, err)
		}
	})
	t.Run("what is missing is asked for, and removed only where it is gone", func(t *testing.T) {
		removedBefore := published("removed", 2)
		removedBefore.RemovedAt = noon
		s := &shelf{posts: []lantoa.Post{published("kept", 1), published("gone", 2), published("hard to find", 3), published("older than asked", 40), removedBefore}}
		src := &confirming{source: source{haul: lantoa.Haul{Posts: incoming(published("kept", 1)), From: noon.AddDate(0, 0, -29)}}, gone: []string{"gone"}}
		if _, err := Collect(t.Context(), src, s, knownPage, noon); err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(src.suspects, []string{"gone", "hard to find"}) || !cmp.Equal(s.removed, []string{"gone"}) {
			t.Errorf("asked for %v, removed %v", src.suspects, s.removed)
		}
	})
	t.Run("an empty answer, and a platform that cannot be asked now, remove nothing", func(t *testing.T) {
		s := &shelf{posts: []lantoa.Post{published("a", 1), published("b", 2)}}
		src := &confirming{source: source{haul: lantoa.Haul{From: noon.AddDate(0, 0, -29)}}, gone: []string{"a", "b"}}
		v, err := Collect(t.Context(), src, s, knownPage, noon)
		if err != nil || len(s.removed) != 0 {
			t.Errorf("removed %v, %v", s.removed, err)
		}
		if v.Trouble == nil || v.Trouble.Kind != lantoa.NoRight {
			t.Errorf("a list that is empty though there were posts of late is no good visit: %v", v.Trouble)
		}
		src = &confirming{source: source{haul: lantoa.Haul{Posts: incoming(published("a", 1)), From: noon.AddDate(0, 0, -29)}}, err: errors.New("away")}
		if v, err := Collect(t.Context(), src, s, knownPage, noon); err != nil || len(s.removed) != 0 || v.Trouble != nil {
			t.Errorf("removed %v, %v", s.removed, err)
		}
	})
	t.Run("what the source itself confirmed is removed without asking", func(t *testing.T) {
		s := &shelf{posts: []lantoa.Post{published("recalled", 1)}}
		src := &source{haul: lantoa.Haul{Posts: incoming(published("a", 1)), Gone: []string{"recalled"}, From: noon}}
		if _, err := Collect(t.Context(), src, s, knownPage, noon); err != nil || !cmp.Equal(s.removed, []string{"recalled"}) {
			t.Errorf("removed %v, %v", s.removed, err)
		}
	})
	t.Run("a warning that we come too often doubles the interval, or sets its time", func(t *testing.T) {
		usual, _ := Collect(t.Context(), &source{}, &shelf{}, knownPage, noon)
		slow, _ := Collect(t.Context(), &source{haul: lantoa.Haul{Warnings: []lantoa.Trouble{{Kind: lantoa.Limited}}}}, &shelf{}, knownPage, noon)
		if slow.Next.Sub(noon) != 2*usual.Next.Sub(noon) || slow.Trouble != nil {
			t.Errorf("next after %v, usually %v", slow.Next.Sub(noon), usual.Next.Sub(noon))
		}
		until := noon.Add(5 * time.Hour)
		shut, _ := Collect(t.Context(), &source{haul: lantoa.Haul{Warnings: []lantoa.Trouble{{Kind: lantoa.Limited, Until: until}}}}, &shelf{}, knownPage, noon)
		if !shut.Next.Equal(until) {
			t.Errorf("next %v", shut.Next)
		}
	})
	t.Run("a channel without a name gets the platform's", func(t *testing.T) {
		ch, s := knownPage, &shelf{}
		ch.Name = ""
		if _, err := Collect(t.Context(), &source{haul: lantoa.Haul{Name: "Phụ nữ xã\x00", URL: "https://y.invalid"}}, s, ch, noon); err != nil {
			t.Fatal(err)
		}
		if len(s.saved) != 1 || s.saved[0].Name != "Phụ nữ xã\uFFFD" || s.saved[0].URL != "https://y.invalid" {
			t.Errorf("saved %+v", s.saved)
		}
	})
	t.Run("a shelf that cannot take it is an error, and no visit is noted as good", func(t *testing.T) {
		full := lantoa.Haul{Posts: incoming(published("1", 1)), Chatter: []lantoa.Chatter{{}}, Size: &lantoa.ChannelSnapshot{}, Days: []lantoa.ChannelDay{{}}, Gone: []string{"x"}}
		for _, at := range []string{"posts", "chatter", "size", "days", "past", "remove", "visit", "hints", "curves", "drop hints"} {
			s := &shelf{broken: at, hints: []lantoa.Hint{{At: noon}}}
			if _, err := Collect(t.Context(), &source{haul: full}, s, knownPage, noon); !errors.Is(err, errDisk) || at != "visit" && at != "drop hints" && len(s.visits) != 0 {
				t.Errorf("%s: %v, %d visits", at, err, len(s.visits))
			}
		}
	})
	t.Run("an hourly visit asks for the newest and for older posts that are due or hinted at, each once", func(t *testing.T) {
		ch := knownPage
		ch.DepthAt = map[lantoa.Depth]time.Time{lantoa.Recent: noon.Add(-9 * time.Hour), lantoa.Season: noon.Add(-time.Minute), lantoa.Full: noon.Add(-time.Minute)}
		s := &shelf{hints: []lantoa.Hint{{At: noon.Add(-3 * time.Minute), Post: "old"}, {At: noon.Add(-2 * time.Minute)}, {At: noon.Add(-time.Minute), Post: "n0"}, {Post: "old"}}}
		for i := range 40 { // one a day's half; the newest are listed anyhow
			at := noon.Add(-time.Duration(i) * 12 * time.Hour)
			p := lantoa.Measured{Post: lantoa.Post{External: fmt.Sprint("n", i), PublishedAt: at}}
			if i != 27 { // measured at this very moment, but for one
				p.Curve = []lantoa.Snapshot{{At: noon, Reactions: lantoa.Of(1)}}
			}
			s.curves = append(s.curves, p)
		}
		src := &source{haul: lantoa.Haul{Posts: incoming(published("a", 1)), From: noon.AddDate(0, 0, -1)}}
		v, err := Collect(t.Context(), src, s, ch, noon)
		if err != nil {
			t.Fatal(err)
		}
		want := lantoa.Ask{Depth: lantoa.Fresh, Newest: 25, Since: knownPage.LastRead.Add(-24 * time.Hour), Posts: []string{"n27", "old"}}
		if diff := cmp.Diff([]lantoa.Ask{want}, src.asked); diff != "" {
			t.Errorf("asked:\n%s", diff)
		}
		if v.Depth != lantoa.Fresh || !s.dropped.Equal(noon.Add(-time.Minute)) {
			t.Errorf("depth %s, hints dropped up to %v", v.Depth, s.dropped)
		}
	})
	t.Run("a visit that went wrong keeps the hints, and one that read less than asked says so", func(t *testing.T) {
		s := &shelf{hints: []lantoa.Hint{{At: noon, Post: "old"}}}
		v, err := Collect(t.Context(), &source{err: lantoa.Problem(lantoa.Away, "", ""), haul: lantoa.Haul{Depth: lantoa.Fresh}}, s, lantoa.Channel{ID: "new", Kind: lantoa.FacebookPage}, noon)
		if err != nil || !s.dropped.IsZero() || v.Depth != lantoa.Fresh {
			t.Errorf("dropped %v, depth %s, %v", s.dropped, v.Depth, err)
		}
	})
	t.Run("a young post brings the next visit forward to its checkpoint", func(t *testing.T) {
		s := &shelf{curves: []lantoa.Measured{{Post: lantoa.Post{External: "p", PublishedAt: noon.Add(-160 * time.Minute)}, Curve: []lantoa.Snapshot{{At: noon, Reactions: lantoa.Of(3)}}}}}
		v, _ := Collect(t.Context(), &source{}, s, knownPage, noon)
		if want := noon.Add(20 * time.Minute); v.Next.Before(want) || v.Next.After(want.Add(time.Minute)) {
			t.Errorf("next %v, the post is three hours old at %v", v.Next, want)
		}
		group := knownPage
		group.Kind = lantoa.ZaloGroup // has no numbers
		if v, _ := Collect(t.Context(), &source{}, s, group, noon); v.Next.Before(noon.Add(50 * time.Minute)) {
			t.Errorf("a group comes at %v", v.Next)
		}
	})
	t.Run("a visit that was called off is neither good nor bad", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := &shelf{}
		if _, err := Collect(ctx, &source{err: context.Canceled}, s, knownPage, noon); !errors.Is(err, context.Canceled) || len(s.visits) != 0 {
			t.Errorf("%v, %d visits", err, len(s.visits))
		}
	})
}
