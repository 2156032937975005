package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestChangedPosts(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		page := small.DongMauPage.ID
		var many []lantoa.Incoming
		for i := range 30 {
			many = append(many, post(fmt.Sprint(i), float64(i+1), fmt.Sprint("bài ", i)))
		}
		save(t, s, page, now, many...)
		save(t, s, page, now, post("last", 1, "bài cuối"))

		t.Run("what one visit saved is never split between two calls", func(t *testing.T) {
			posts, upTo, err := s.ChangedPosts(ctx, store.StepFind, 10)
			if err != nil || len(posts) != 30 {
				t.Fatalf("%d posts, %v", len(posts), err)
			}
			if posts[0].Unit.Path != "u19.u05722" || posts[0].ChannelName == "" {
				t.Errorf("not filled: %+v", posts[0])
			}
			if err := s.Advance(ctx, store.StepFind, upTo); err != nil {
				t.Fatal(err)
			}
			posts, upTo, err = s.ChangedPosts(ctx, store.StepFind, 10)
			if err != nil || len(posts) != 1 || posts[0].External != "last" {
				t.Fatalf("%d posts, %v", len(posts), err)
			}
			if err := s.Advance(ctx, store.StepFind, upTo); err != nil {
				t.Fatal(err)
			}
			posts, again, err := s.ChangedPosts(ctx, store.StepFind, 10)
			if err != nil || len(posts) != 0 || again != upTo {
				t.Fatalf("%d posts, up to %d after %d, %v", len(posts), again, upTo, err)
			}
		})
		t.Run("a bookmark never moves back, and is taken away by Rewind alone", func(t *testing.T) {
			if err := s.Advance(ctx, store.StepFind, 1); err != nil {
				t.Fatal(err)
			}
			if n := number(t, s, store.StepFind); n != 0 {
				t.Errorf("behind by %d", n)
			}
			if err := s.Reset(ctx, store.StepFind, 0); err != nil {
				t.Fatal(err)
			}
			if n := number(t, s, store.StepFind); n != 31 {
				t.Errorf("behind by %d", n)
			}
		})
		t.Run("each step has its own bookmark, and a new one starts at zero", func(t *testing.T) {
			catchUp(t, s, store.StepFind)
			if n := number(t, s, "digest"); n != 31 {
				t.Errorf("behind by %d", n)
			}
		})

		one := find(t, s, page, "1").ID
		score := 4.2
		judged := map[lantoa.PostID]lantoa.Judgement{one: {Score: &score, Basis: lantoa.OwnBasis, BasisPosts: 34,
			Expected: 15, Likeness: 0.9, Topics: []string{"tiet-kiem"}, Cluster: "c1", Copies: 7}, "unknown": {}}
		for _, tt := range []struct {
			name        string
			do          func() error
			find, index int64
		}{
			{"a removal is a fact", func() error { return s.MarkRemoved(ctx, page, []string{"2"}, now) }, 1, 1},
			{"the same removal again is none", func() error { return s.MarkRemoved(ctx, page, []string{"2"}, now) }, 0, 0},
			{"a judgement is for the index only", func() error { return s.SaveJudgements(ctx, judged) }, 0, 1},
			{"the same judgement again is for nobody", func() error { return s.SaveJudgements(ctx, judged) }, 0, 0},
			{"a channel's new name is for the index", func() error {
				ch := small.DongMauPage
				ch.Name = "Hội LHPN xã Đồng Mẫu"
				return s.SaveChannel(ctx, &ch)
			}, 0, 31},
			{"a channel saved as it was is for nobody", func() error {
				ch, err := s.Channel(ctx, page)
				if err != nil {
					return err
				}
				return s.SaveChannel(ctx, &ch)
			}, 0, 0},
			{"a unit's new name is for the index", func() error {
				u := small.DongMau
				u.Name = "phường Đồng Mẫu"
				return s.SaveUnits(ctx, []lantoa.Unit{u})
			}, 0, 31},
		} {
			t.Run(tt.name, func(t *testing.T) {
				catchUp(t, s, store.StepFind, store.StepIndex)
				if err := tt.do(); err != nil {
					t.Fatal(err)
				}
				if f, i := number(t, s, store.StepFind), number(t, s, store.StepIndex); f != tt.find || i != tt.index {
					t.Errorf("find is behind by %d, want %d; index by %d, want %d", f, tt.find, i, tt.index)
				}
			})
		}
		got, err := s.Post(ctx, one)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "the judgement comes back", got.Judgement, judged[one])
	})
}

// TestWritersAndBookmark has eight writers and a step that follows them: it must meet every post.
func TestWritersAndBookmark(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		pages := []lantoa.ChannelID{small.ProvincePage.ID, small.DongMauPage.ID, small.KheMauPage.ID}
		const writers, visits, each = 8, 15, 4
		var work sync.WaitGroup
		for w := range writers {
			work.Go(func() {
				for v := range visits {
					var posts []lantoa.Incoming
					for i := range each {
						posts = append(posts, with(post(fmt.Sprintf("%d-%d-%d", w, v, i), 3, "bài"), now, 1))
					}
					if _, err := s.SavePosts(ctx, pages[w%3], posts, now); err != nil {
						t.Error(err)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { work.Wait(); close(done) }()

		met := map[lantoa.PostID]bool{}
		for running := true; running; {
			select {
			case <-done:
				running = false // and one more round for what came last
			default:
			}
			for {
				posts, upTo, err := s.ChangedPosts(ctx, store.StepIndex, 7)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range posts {
					met[p.ID] = true
				}
				if err := s.Advance(ctx, store.StepIndex, upTo); err != nil {
					t.Fatal(err)
				}
				if len(posts) == 0 {
					break
				}
			}
		}
		if want := writers * visits * each; len(met) != want {
			t.Errorf("the step met %d posts of %d", len(met), want)
		}
	})
}

// TestOneChannelManyWriters has the same visit saved by many at once: each post is there once.
func TestOneChannelManyWriters(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := storetest.Seed(t, s).DongMauPage.ID
		var posts []lantoa.Incoming
		for i := range 20 {
			posts = append(posts, with(post(fmt.Sprint(i), 3, "bài"), now, 1))
		}
		var work sync.WaitGroup
		var mu sync.Mutex
		var sum lantoa.Saved
		for range 8 {
			work.Go(func() {
				saved, err := s.SavePosts(ctx, page, posts, now)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				sum.New += saved.New
				sum.Same += saved.Same
				sum.Snapshots += saved.Snapshots
			})
		}
		work.Wait()
		equal(t, "all of it together", sum, lantoa.Saved{New: 20, Same: 140, Snapshots: 20})
		if all, err := s.PostsBetween(ctx, page, time.Time{}, time.Time{}); err != nil || len(all) != 20 {
			t.Errorf("%d posts, %v", len(all), err)
		}
	})
}
