package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestHints(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		page lantoa.ChannelID
	}
	hint := func(t world, at time.Time, post string) {
		t.Helper()
		if err := t.Hint(ctx, []lantoa.Hint{{Channel: t.page, Post: post, At: at}}); err != nil {
			t.Fatal(err)
		}
	}
	next := func(t world) time.Time {
		t.Helper()
		c, err := t.Channel(ctx, t.page)
		if err != nil {
			t.Fatal(err)
		}
		return c.NextRead
	}
	waiting := func(t world) []string {
		t.Helper()
		hints, err := t.Hints(ctx, t.page)
		if err != nil {
			t.Fatal(err)
		}
		var posts []string
		for _, h := range hints {
			if h.Channel != t.page || h.At.IsZero() {
				t.Errorf("%+v", h)
			}
			posts = append(posts, h.Post)
		}
		return posts
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"a hint brings the next visit forward to a minute after it", func(t world) {
			visit(t.T, t.Store, t.page, now) // next in an hour
			hint(t, now.Add(5*time.Minute), "p1")
			equal(t.T, "next visit", next(t), now.Add(6*time.Minute))
			equal(t.T, "hints", waiting(t), []string{"p1"})
		}},
		{"many hints in a minute are one visit, which comes no later for them", func(t world) {
			visit(t.T, t.Store, t.page, now)
			for i, p := range []string{"p1", "p2", "p1", ""} {
				hint(t, now.Add(time.Duration(i)*15*time.Second), p)
			}
			equal(t.T, "next visit", next(t), now.Add(time.Minute))
			equal(t.T, "hints, the oldest first", waiting(t), []string{"p2", "p1", ""})
		}},
		{"a visit that is sooner anyway is not put off", func(t world) {
			if err := t.SetNextVisit(ctx, t.page, now.Add(10*time.Second)); err != nil {
				t.Fatal(err)
			}
			hint(t, now, "p1")
			equal(t.T, "next visit", next(t), now.Add(10*time.Second))
		}},
		{"a channel whose platform asked us to wait is not read sooner", func(t world) {
			later := now.Add(2 * time.Hour)
			if err := t.NoteVisit(ctx, lantoa.Visit{Channel: t.page, At: now, Next: later,
				Trouble: &lantoa.Trouble{Kind: lantoa.Limited, Until: later}}); err != nil {
				t.Fatal(err)
			}
			hint(t, now, "p1")
			equal(t.T, "next visit", next(t), later)
			equal(t.T, "hints", waiting(t), []string{"p1"})
		}},
		{"one whose wait is over is", func(t world) {
			if err := t.NoteVisit(ctx, lantoa.Visit{Channel: t.page, At: now, Next: now.Add(2 * time.Hour),
				Trouble: &lantoa.Trouble{Kind: lantoa.Limited, Until: now.Add(10 * time.Minute)}}); err != nil {
				t.Fatal(err)
			}
			hint(t, now.Add(20*time.Minute), "p1")
			equal(t.T, "next visit", next(t), now.Add(21*time.Minute))
		}},
		{"hints of an archived and of an unknown channel are passed over", func(t world) {
			c, err := t.Channel(ctx, t.page)
			if err != nil {
				t.Fatal(err)
			}
			c.Archived = true
			if err := t.SaveChannel(ctx, &c); err != nil {
				t.Fatal(err)
			}
			visit(t.T, t.Store, t.page, now)
			if err := t.Hint(ctx, []lantoa.Hint{{Channel: "nobody", Post: "x", At: now}, {Channel: t.page, Post: "p1", At: now}}); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "hints", waiting(t), []string(nil))
			equal(t.T, "next visit", next(t), now.Add(time.Hour))
		}},
		{"a visit takes care of the hints before it, and leaves those that came while it was under way", func(t world) {
			hint(t, now, "before")
			hint(t, now.Add(time.Minute), "begun")
			hint(t, now.Add(2*time.Minute), "during")
			hint(t, now, "again")
			hint(t, now.Add(3*time.Minute), "again")
			if err := t.DropHints(ctx, t.page, now.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "hints", waiting(t), []string{"during", "again"})
		}},
		{"an older hint of the same post takes nothing from a newer one", func(t world) {
			hint(t, now.Add(3*time.Minute), "p1")
			hint(t, now, "p1")
			if err := t.DropHints(ctx, t.page, now.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "hints", waiting(t), []string{"p1"})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				tt.test(world{t, s, storetest.Seed(t, s).DongMauPage.ID})
			})
		})
	}
}

func TestCurvesAreThePostsWhoseNumbersMayBeWanted(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		page := small.DongMauPage.ID
		old, young, bare, gone := post("old", 100, "cũ"), post("young", 10, "mới"), post("bare", 9, "chưa có số"), post("gone", 8, "đã gỡ")
		first := now.Add(-5 * time.Hour)
		save(t, s, page, first, with(old, first, 1), with(young, first, 3), bare, with(gone, first, 5))
		save(t, s, page, now, with(young, now, 9))
		save(t, s, small.KheMauPage.ID, now, with(post("other", 5, "trang khác"), now, 7))
		if err := s.MarkRemoved(ctx, page, []string{"gone"}, now); err != nil {
			t.Fatal(err)
		}
		posts, err := s.Curves(ctx, page, now.Add(-72*time.Hour))
		if err != nil || len(posts) != 2 {
			t.Fatalf("%d posts, want the young and the bare one: %v", len(posts), err)
		}
		for i, want := range []struct {
			external string
			curve    []int64
		}{{"young", []int64{3, 9}}, {"bare", nil}} {
			p := posts[i]
			var curve []int64
			for _, n := range p.Curve {
				curve = append(curve, n.Reactions.N)
			}
			equal(t, "curve of "+want.external, curve, want.curve)
			if p.External != want.external || p.ID == "" || p.Channel != page || p.PublishedAt.IsZero() {
				t.Errorf("%+v", p.Post)
			}
		}
		if c := posts[0].Curve; len(c) == 2 && (!c[0].At.Equal(first) || !c[1].At.Equal(now) || c[1].Comments != lantoa.Of(2) || c[1].Shares.Known) {
			t.Errorf("%+v", c)
		}
	})
}
