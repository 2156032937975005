package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var (
	ctx = context.Background()
	now = storetest.Now
)

// post is an incoming post of a page, published some hours before now.
func post(external string, hours float64, text string) lantoa.Incoming {
	return lantoa.Incoming{Post: lantoa.Post{External: external, Type: lantoa.Photo, Text: text,
		Permalink: "https://example.org/" + external, PublishedAt: now.Add(-time.Duration(hours * float64(time.Hour)))}}
}

// with gives the post numbers taken at a moment.
func with(p lantoa.Incoming, at time.Time, reactions int64) lantoa.Incoming {
	p.HasCount = true
	p.Numbers = lantoa.Snapshot{At: at, Reactions: lantoa.Of(reactions), Comments: lantoa.Of(2),
		ByKind: map[string]int64{"like": reactions}, Source: lantoa.FromPlatform}
	return p
}

func save(t *testing.T, s *store.Store, ch lantoa.ChannelID, at time.Time, posts ...lantoa.Incoming) lantoa.Saved {
	t.Helper()
	saved, err := s.SavePosts(ctx, ch, posts, at)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// find is the stored post with an external id.
func find(t *testing.T, s *store.Store, ch lantoa.ChannelID, external string) lantoa.Measured {
	t.Helper()
	all, err := s.ChannelPosts(ctx, ch, time.Time{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.External == external {
			return m
		}
	}
	t.Fatalf("no post %s among %d", external, len(all))
	return lantoa.Measured{}
}

func visit(t *testing.T, s *store.Store, ch lantoa.ChannelID, at time.Time) {
	t.Helper()
	if err := s.NoteVisit(ctx, lantoa.Visit{Channel: ch, At: at, Next: at.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, s *store.Store, step string) int64 {
	t.Helper()
	n, err := s.Behind(ctx, step)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func catchUp(t *testing.T, s *store.Store, steps ...string) {
	t.Helper()
	for _, step := range steps {
		for number(t, s, step) > 0 {
			_, upTo, err := s.ChangedPosts(ctx, step, 1000)
			if err == nil {
				err = s.Advance(ctx, step, upTo)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestSavePosts(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		page lantoa.ChannelID
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"a new post comes back as it was, with its channel and unit", func(t world) {
			p := with(post("1", 5, "Mô hình nuôi lợn đất"), now.Add(-time.Hour), 63)
			p.Media = []lantoa.Media{{Kind: "photo", URL: "https://example.org/a.jpg?sig=1", Title: "Lợn đất", ID: "9"}}
			p.Parent, p.Sensitive = "77", true
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, p), lantoa.Saved{New: 1, Snapshots: 1})
			got := find(t.T, t.Store, t.page, "1")
			want := p.Post
			want.ID, want.Channel, want.FirstSeenAt, want.ToldAt, want.Version = got.ID, t.page, now, p.PublishedAt, 1
			equal(t.T, "post", got.Post, want)
			equal(t.T, "numbers", got.Numbers, p.Numbers)
			if got.Unit.Path != "u19.u05722" || got.Unit.Code != "05722" || got.Kind != lantoa.FacebookPage ||
				got.ChannelName != "Phụ nữ xã Đồng Mẫu" {
				t.Errorf("unit %+v, channel %s %s", got.Unit, got.Kind, got.ChannelName)
			}
			one, err := t.Post(ctx, got.ID)
			if err != nil || !cmp.Equal(one, got) {
				t.Errorf("asked for by its ID: %v", cmp.Diff(got, one))
			}
		}},
		{"the same visit again writes nothing", func(t world) {
			p := []lantoa.Incoming{with(post("1", 5, "một"), now, 3), post("2", 4, "hai")}
			save(t.T, t.Store, t.page, now, p...)
			catchUp(t.T, t.Store, store.StepFind, store.StepIndex)
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, p...), lantoa.Saved{Same: 2})
			equal(t.T, "saved later", save(t.T, t.Store, t.page, now.Add(20*time.Minute), post("1", 5, "một")), lantoa.Saved{Same: 1})
			if n := number(t.T, t.Store, store.StepIndex); n != 0 {
				t.Errorf("%d posts changed", n)
			}
		}},
		{"a post whose numbers are absent stays absent", func(t world) {
			half := post("2", 5, "hai")
			half.HasCount = true
			half.Numbers = lantoa.Snapshot{Comments: lantoa.Of(0)}
			nothing := post("3", 5, "ba")
			nothing.HasCount = true
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, post("1", 5, "một"), half, nothing), lantoa.Saved{New: 3, Snapshots: 1})
			for _, external := range []string{"1", "3"} {
				got := find(t.T, t.Store, t.page, external)
				equal(t.T, "numbers of "+external, got.Numbers, lantoa.Snapshot{})
				if got.Numbers.Interactions().Known {
					t.Error("interactions are known though no number is")
				}
			}
			got := find(t.T, t.Store, t.page, "2")
			equal(t.T, "numbers", got.Numbers, lantoa.Snapshot{At: now, Comments: lantoa.Of(0), Source: lantoa.FromPlatform})
			curve, err := t.Snapshots(ctx, got.ID)
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "history", curve, []lantoa.Snapshot{got.Numbers})
		}},
		{"changed words make a new version and keep the old", func(t world) {
			save(t.T, t.Store, t.page, now.Add(-time.Hour), post("1", 5, "bản một"))
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, post("1", 5, "bản hai")), lantoa.Saved{Changed: 1})
			got := find(t.T, t.Store, t.page, "1")
			if got.Version != 2 || got.Text != "bản hai" {
				t.Errorf("version %d, text %q", got.Version, got.Text)
			}
			versions, err := t.Versions(ctx, got.ID)
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "versions", versions, []lantoa.Version{
				{Number: 1, Text: "bản một", SeenAt: now.Add(-time.Hour)}, {Number: 2, Text: "bản hai", SeenAt: now}})
		}},
		{"another form of the same letters is another wording", func(t world) {
			save(t.T, t.Store, t.page, now, post("1", 5, "hòa"))
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, post("1", 5, "hoà")), lantoa.Saved{Changed: 1})
		}},
		{"a newly signed address of a picture is no change", func(t world) {
			p := post("1", 5, "một")
			p.Media = []lantoa.Media{{Kind: "photo", URL: "https://a.example.org/x/1.jpg?sig=1", ID: "9"}}
			save(t.T, t.Store, t.page, now, p)
			catchUp(t.T, t.Store, store.StepFind, store.StepIndex)
			p.Media = []lantoa.Media{{Kind: "photo", URL: "https://b.example.org/y/1.jpg?sig=2", ID: "9"}}
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, p), lantoa.Saved{Same: 1})
			equal(t.T, "media", find(t.T, t.Store, t.page, "1").Media, p.Media)
			if n := number(t.T, t.Store, store.StepIndex); n != 0 {
				t.Errorf("%d posts changed", n)
			}
		}},
		{"a snapshot is kept when the numbers differ, and they may go down", func(t world) {
			save(t.T, t.Store, t.page, now, with(post("1", 5, "một"), now, 10))
			at := now.Add(10 * time.Minute)
			equal(t.T, "saved", save(t.T, t.Store, t.page, at, with(post("1", 5, "một"), at, 7)), lantoa.Saved{Same: 1, Snapshots: 1})
			if got := find(t.T, t.Store, t.page, "1"); got.Numbers.Reactions.N != 7 || !got.Numbers.At.Equal(at) {
				t.Errorf("newest: %+v", got.Numbers)
			}
		}},
		{"the same numbers are kept again only when a checkpoint of the age was passed", func(t world) {
			p := post("1", 5, "một") // five hours old: the next checkpoints are 6 and 12 hours
			save(t.T, t.Store, t.page, now, with(p, now, 10))
			for _, step := range []struct {
				minutes, snapshots int
			}{{50, 0}, {60, 1}, {90, 0}, {6 * 60, 0}, {7 * 60, 1}} {
				at := now.Add(time.Duration(step.minutes) * time.Minute)
				saved := save(t.T, t.Store, t.page, at, with(p, at, 10))
				if saved.Snapshots != step.snapshots {
					t.Errorf("after %d minutes: %d snapshots, want %d", step.minutes, saved.Snapshots, step.snapshots)
				}
			}
		}},
		{"numbers of the past fill history and do not become the newest", func(t world) {
			p := post("1", 50, "một")
			save(t.T, t.Store, t.page, now, with(p, now, 10))
			old := with(p, now.Add(-20*time.Hour), 4)
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, old), lantoa.Saved{Same: 1, Snapshots: 1})
			equal(t.T, "saved again", save(t.T, t.Store, t.page, now, old), lantoa.Saved{Same: 1})
			got := find(t.T, t.Store, t.page, "1")
			curve, err := t.Snapshots(ctx, got.ID)
			if err != nil || got.Numbers.Reactions.N != 10 || len(curve) != 2 || curve[0].Reactions.N != 4 {
				t.Errorf("newest %+v, curve %+v, %v", got.Numbers, curve, err)
			}
		}},
		{"a removed post that is seen again is back", func(t world) {
			save(t.T, t.Store, t.page, now.Add(-2*time.Hour), post("1", 5, "một"))
			if err := t.MarkRemoved(ctx, t.page, []string{"1", "unknown"}, now.Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
			if got := find(t.T, t.Store, t.page, "1"); !got.RemovedAt.Equal(now.Add(-time.Hour)) {
				t.Errorf("removed at %v", got.RemovedAt)
			}
			slow := save(t.T, t.Store, t.page, now.Add(-90*time.Minute), post("1", 5, "một"))
			equal(t.T, "a slow visit from before the removal", slow, lantoa.Saved{Same: 1})
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, post("1", 5, "một")), lantoa.Saved{Returned: 1})
			if got := find(t.T, t.Store, t.page, "1"); got.Removed() {
				t.Error("it is still removed")
			}
		}},
		{"a post hidden at its platform is kept as removed", func(t world) {
			hidden := post("1", 5, "một")
			hidden.Hidden = true
			save(t.T, t.Store, t.page, now, hidden, post("2", 5, "hai"))
			if got := find(t.T, t.Store, t.page, "1"); !got.Removed() || !got.Hidden {
				t.Errorf("%+v", got.Post)
			}
			equal(t.T, "again", save(t.T, t.Store, t.page, now, hidden), lantoa.Saved{Same: 1})
			ch, err := t.Channel(ctx, t.page)
			if err != nil || ch.Posts != 1 {
				t.Errorf("the channel says %d posts (%v)", ch.Posts, err)
			}
			equal(t.T, "shown again", save(t.T, t.Store, t.page, now, post("1", 5, "một")), lantoa.Saved{Returned: 1})
		}},
		{"a post first seen after two visits that should have seen it was dated back", func(t world) {
			visit(t.T, t.Store, t.page, now.Add(-48*time.Hour))
			visit(t.T, t.Store, t.page, now.Add(-24*time.Hour))
			save(t.T, t.Store, t.page, now, post("back", 240, "đăng lùi"), post("once", 36, "một lần"), post("fresh", 2, "mới"))
			for external, backDated := range map[string]bool{"back": true, "once": false, "fresh": false} {
				got := find(t.T, t.Store, t.page, external)
				told := got.PublishedAt
				if backDated {
					told = now
				}
				if got.BackDated != backDated || !got.ToldAt.Equal(told) {
					t.Errorf("%s: dated back %v, told %v, published %v", external, got.BackDated, got.ToldAt, got.PublishedAt)
				}
			}
		}},
		{"visits that failed saw nothing, so they prove nothing", func(t world) {
			for h := range 5 {
				err := t.NoteVisit(ctx, lantoa.Visit{Channel: t.page, At: now.Add(-time.Duration(h+1) * time.Hour),
					Trouble: lantoa.Problem(lantoa.Away, "", "")})
				if err != nil {
					t.Fatal(err)
				}
			}
			save(t.T, t.Store, t.page, now, post("1", 240, "một"))
			if find(t.T, t.Store, t.page, "1").BackDated {
				t.Error("called dated back")
			}
		}},
		{"a known post whose date is moved back is not told earlier for it", func(t world) {
			save(t.T, t.Store, t.page, now, post("1", 5, "một"))
			save(t.T, t.Store, t.page, now, post("1", 500, "một"))
			got := find(t.T, t.Store, t.page, "1")
			if !got.ToldAt.Equal(now.Add(-5*time.Hour)) || !got.BackDated {
				t.Errorf("told %v, dated back %v", got.ToldAt, got.BackDated)
			}
		}},
		{"U+0000 and broken UTF-8 never reach the database", func(t world) {
			p := post("1", 5, "một\x00hai\xed\xa0\x80")
			p.Media = []lantoa.Media{{Kind: "photo", Title: "a\x00"}}
			save(t.T, t.Store, t.page, now, p)
			got := find(t.T, t.Store, t.page, "1")
			if got.Text != "một\uFFFDhai\uFFFD" || got.Media[0].Title != "a\uFFFD" {
				t.Errorf("%q %q", got.Text, got.Media[0].Title)
			}
			equal(t.T, "again", save(t.T, t.Store, t.page, now, p), lantoa.Saved{Same: 1})
		}},
		{"60,000 characters, script tags and right-to-left marks come back to the letter", func(t world) {
			text := "\u202e<script>alert('1')</script>; DROP TABLE posts; --" + strings.Repeat("ợ", 60000)
			save(t.T, t.Store, t.page, now, post("1", 5, text))
			if got := find(t.T, t.Store, t.page, "1"); got.Text != text {
				t.Errorf("%d bytes came back of %d", len(got.Text), len(text))
			}
		}},
		{"a text that looks like a time is a text", func(t world) {
			save(t.T, t.Store, t.page, now, post("1", 5, "2026-11-23T06:00:00Z"))
			if got := find(t.T, t.Store, t.page, "1").Text; got != "2026-11-23T06:00:00Z" {
				t.Errorf("got %q", got)
			}
		}},
		{"the same post twice in a visit is one", func(t world) {
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, post("1", 5, "một"), post("1", 5, "hai")), lantoa.Saved{New: 1})
		}},
		{"more than a hundred posts at once are all there", func(t world) {
			var many []lantoa.Incoming
			for i := range 250 {
				many = append(many, with(post(fmt.Sprint(i), float64(i), fmt.Sprint("bài ", i)), now, int64(i)))
			}
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, many...), lantoa.Saved{New: 250, Snapshots: 250})
			equal(t.T, "again", save(t.T, t.Store, t.page, now, many...), lantoa.Saved{Same: 250})
			if ch, err := t.Channel(ctx, t.page); err != nil || ch.Posts != 250 {
				t.Errorf("%d posts (%v)", ch.Posts, err)
			}
		}},
		{"a mark of a vote set by hand stands against what the finder says", func(t world) {
			save(t.T, t.Store, t.page, now, post("1", 5, "bình chọn"), post("2", 5, "bình chọn"))
			one, two := find(t.T, t.Store, t.page, "1").ID, find(t.T, t.Store, t.page, "2").ID
			catchUp(t.T, t.Store, store.StepFind)
			if err := t.SetVote(ctx, one, false, lantoa.User{Email: "a@example.org"}); err != nil {
				t.Fatal(err)
			}
			if n := number(t.T, t.Store, store.StepFind); n != 1 {
				t.Errorf("%d posts changed by a hand's mark", n)
			}
			if err := t.SaveVotes(ctx, map[lantoa.PostID]bool{one: true, two: true}); err != nil {
				t.Fatal(err)
			}
			if find(t.T, t.Store, t.page, "1").Vote || !find(t.T, t.Store, t.page, "2").Vote {
				t.Error("the hand's word did not stand, or the finder's was lost")
			}
			if err := t.SetVote(ctx, "nobody", true, lantoa.User{}); lantoa.KindOf(err) != lantoa.NotFound {
				t.Errorf("a post that is not there: %v", err)
			}
		}},
		{"a cancelled visit leaves nothing", func(t world) {
			gone, cancel := context.WithCancel(ctx)
			cancel()
			if _, err := t.SavePosts(gone, t.page, []lantoa.Incoming{post("1", 5, "một")}, now); err == nil {
				t.Error("no error")
			}
			if posts, err := t.PostsBetween(ctx, t.page, time.Time{}, time.Time{}); err != nil || len(posts) != 0 {
				t.Errorf("%v %v", posts, err)
			}
		}},
		{"posts of an unknown channel are an error", func(t world) {
			if _, err := t.SavePosts(ctx, "nowhere", []lantoa.Incoming{post("1", 5, "một")}, now); err == nil {
				t.Error("no error")
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				tt.test(world{t, s, storetest.Seed(t, s).DongMauPage.ID})
			})
		})
	}
}

func TestPostsBetween(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := storetest.Seed(t, s).DongMauPage.ID
		visit(t, s, page, now.Add(-2*time.Hour))
		visit(t, s, page, now.Add(-time.Hour))
		save(t, s, page, now, post("old", 300, "cũ"), post("edge", 48, "đúng giờ"), post("in", 20, "trong"), post("new", 0.1, "mới"))
		if err := s.MarkRemoved(ctx, page, []string{"in"}, now); err != nil {
			t.Fatal(err)
		}
		posts, err := s.PostsBetween(ctx, page, now.Add(-48*time.Hour), now.Add(-6*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range posts {
			got = append(got, fmt.Sprint(p.External, p.Removed()))
		}
		equal(t, "from the first moment until before the second, dated back or not, removed or not", got,
			[]string{"edgefalse", "intrue"})
	})
}

func TestChatter(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := storetest.Seed(t, s).DongMauPage.ID
		var messages []lantoa.Chatter
		var externals []string
		for i := range 130 {
			externals = append(externals, fmt.Sprint("m", i))
			messages = append(messages, lantoa.Chatter{External: externals[i], At: now, Kind: "text"})
		}
		for i, want := range []int{60, 70, 0} {
			newly, err := s.SaveChatter(ctx, page, messages[:[]int{60, 130, 130}[i]])
			if err != nil || newly != want {
				t.Errorf("call %d counted %d, want %d (%v)", i, newly, want, err)
			}
		}
		save(t, s, page, now, post("p", 1, "bài"))
		known, err := s.KnownExternals(ctx, page, append(externals, "p", "unknown"))
		if err != nil || len(known) != 131 || !known["p"] || !known["m129"] || known["unknown"] {
			t.Errorf("%d known (%v)", len(known), err)
		}
		if ch, err := s.Channel(ctx, page); err != nil || ch.Chatter != 130 || ch.Posts != 1 {
			t.Errorf("the channel says %d messages and %d posts (%v)", ch.Chatter, ch.Posts, err)
		}
	})
}
