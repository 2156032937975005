package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// told is a story as the finder would make it of a lead and a cluster.
func told(lead lantoa.Measured, cluster lantoa.ClusterID, rank float64) lantoa.Story {
	return lantoa.Story{Cluster: cluster, Title: lead.Title(), Lead: lead, First: lead.Unit, ToldAt: lead.ToldAt,
		Units: 1, Channels: 1, Likeness: 0.9, Rank: rank, Topics: []string{"tiet-kiem"},
		Reasons: []lantoa.Reason{{Kind: lantoa.AboveUsual, Times: 4.2, Posts: 34}}}
}

func cluster(t *testing.T, s *store.Store, of map[lantoa.PostID]lantoa.ClusterID) {
	t.Helper()
	judged := map[lantoa.PostID]lantoa.Judgement{}
	for id, c := range of {
		judged[id] = lantoa.Judgement{Cluster: c}
	}
	if err := s.SaveJudgements(ctx, judged); err != nil {
		t.Fatal(err)
	}
}

func keep(t *testing.T, s *store.Store, stories ...lantoa.Story) []lantoa.Story {
	t.Helper()
	if err := s.SaveStories(ctx, stories); err != nil {
		t.Fatal(err)
	}
	return stories
}

func decide(t *testing.T, s *store.Store, id lantoa.StoryID, v lantoa.Verdict) lantoa.Story {
	t.Helper()
	story, err := s.SaveDecision(ctx, lantoa.Decision{Story: id, Verdict: v, By: "x", ByName: "Chị Lan"})
	if err != nil {
		t.Fatal(err)
	}
	return story
}

func titles(t *testing.T, s *store.Store, scope lantoa.Scope, f store.StoryFilter) []string {
	t.Helper()
	if f.Now.IsZero() {
		f.Now = now
	}
	page, total, _, err := s.Stories(ctx, scope, f)
	if err != nil {
		t.Fatal(err)
	}
	if total != len(page) {
		t.Errorf("%d of %d stories", len(page), total)
	}
	got := []string{}
	for _, story := range page {
		got = append(got, story.Title)
	}
	return got
}

func TestSaveStories(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		storetest.Small
		a, b, c lantoa.Measured // posts of Đồng Mẫu, Khe Mẫu and the province, told one after the other
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"a story comes back with its lead, reasons, topics and unit", func(t world) {
			saved := keep(t.T, t.Store, told(t.a, "", 2))[0]
			got, err := t.Story(ctx, saved.ID)
			if err != nil {
				t.Fatal(err)
			}
			want := told(t.a, "", 2)
			want.ID, want.State = saved.ID, lantoa.Suggested
			want.Lead.Story, want.Lead.StoryState = saved.ID, lantoa.Suggested
			equal(t.T, "story", got, want)
		}},
		{"saving the same story again changes nothing", func(t world) {
			first := keep(t.T, t.Store, told(t.a, "", 2))[0]
			catchUp(t.T, t.Store, store.StepIndex)
			again := keep(t.T, t.Store, told(t.a, "", 2))[0]
			if n := number(t.T, t.Store, store.StepIndex); n != 0 || again.ID != first.ID {
				t.Errorf("%d posts changed, IDs %s and %s", n, first.ID, again.ID)
			}
		}},
		{"a story keeps its ID and its decision when it grows and when its lead changes", func(t world) {
			single := keep(t.T, t.Store, told(t.b, "", 2))[0]
			decide(t.T, t.Store, single.ID, lantoa.Approve)
			cluster(t.T, t.Store, map[lantoa.PostID]lantoa.ClusterID{t.a.ID: "c1", t.b.ID: "c1", t.c.ID: "c1"})
			grown := keep(t.T, t.Store, told(t.a, "c1", 3))[0]
			if grown.ID != single.ID || grown.State != lantoa.Approved {
				t.Errorf("ID %s, was %s; state %s", grown.ID, single.ID, grown.State)
			}
			posts, err := t.StoryPosts(ctx, lantoa.Everything, grown.ID)
			if err != nil || len(posts) != 3 || posts[0].ID != t.a.ID || posts[2].StoryState != lantoa.Approved {
				t.Errorf("%d posts, %v", len(posts), err)
			}
		}},
		{"of two stories that become one, the decided one lives on and the other is withdrawn", func(t world) {
			two := keep(t.T, t.Store, told(t.a, "", 2), told(t.b, "", 2))
			decide(t.T, t.Store, two[1].ID, lantoa.Later)
			cluster(t.T, t.Store, map[lantoa.PostID]lantoa.ClusterID{t.a.ID: "c1", t.b.ID: "c1"})
			merged := keep(t.T, t.Store, told(t.a, "c1", 3))[0]
			other, err := t.Story(ctx, two[0].ID)
			if merged.ID != two[1].ID || err != nil || !other.Withdrawn {
				t.Errorf("merged into %s of %s and %s; other withdrawn %v", merged.ID, two[0].ID, two[1].ID, other.Withdrawn)
			}
			equal(t.T, "list", titles(t.T, t.Store, lantoa.Everything, store.StoryFilter{}), []string{"chuyện a"})
		}},
		{"when a story falls apart, the part with its lead keeps its ID", func(t world) {
			cluster(t.T, t.Store, map[lantoa.PostID]lantoa.ClusterID{t.a.ID: "c1", t.b.ID: "c1"})
			one := keep(t.T, t.Store, told(t.a, "c1", 2))[0]
			cluster(t.T, t.Store, map[lantoa.PostID]lantoa.ClusterID{t.a.ID: "", t.b.ID: ""})
			parts := keep(t.T, t.Store, told(t.b, "", 2), told(t.a, "", 2))
			if parts[1].ID != one.ID || parts[0].ID == one.ID || parts[0].ID == "" {
				t.Errorf("was %s, parts %s (of b) and %s (of a)", one.ID, parts[0].ID, parts[1].ID)
			}
			got, err := t.Post(ctx, t.b.ID)
			if err != nil || got.Story != parts[0].ID {
				t.Errorf("b tells %s, %v", got.Story, err)
			}
		}},
		{"a withdrawn story leaves the lists, lends its posts no state, and keeps its decisions", func(t world) {
			story := keep(t.T, t.Store, told(t.a, "", 2))[0]
			decide(t.T, t.Store, story.ID, lantoa.Approve)
			catchUp(t.T, t.Store, store.StepIndex)
			story.Withdrawn = true
			keep(t.T, t.Store, story)
			equal(t.T, "list", titles(t.T, t.Store, lantoa.Everything, store.StoryFilter{}), []string{})
			got, err := t.Story(ctx, story.ID)
			if err != nil || got.State != lantoa.Approved || len(got.Decisions) != 1 || got.Lead.StoryState != "" {
				t.Errorf("%+v %v", got, err)
			}
			if n := number(t.T, t.Store, store.StepIndex); n != 1 {
				t.Errorf("%d posts go to the index", n)
			}
		}},
		{"a story whose first teller's post is gone is not listed", func(t world) {
			keep(t.T, t.Store, told(t.a, "", 2))
			if err := t.MarkRemoved(ctx, t.DongMauPage.ID, []string{"a"}, now); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "list", titles(t.T, t.Store, lantoa.Everything, store.StoryFilter{}), []string{})
		}},
		{"what fell from above is not listed", func(t world) {
			story := told(t.a, "", 2)
			story.FromAbove = true
			keep(t.T, t.Store, story)
			equal(t.T, "list", titles(t.T, t.Store, lantoa.Everything, store.StoryFilter{}), []string{})
		}},
		{"a figure that is no number is an error and not a panic", func(t world) {
			story := told(t.a, "", 2)
			zero := 0.0
			story.Reasons[0].Times = 1 / zero
			if err := t.SaveStories(ctx, []lantoa.Story{story}); err == nil {
				t.Error("no error")
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				small := storetest.Seed(t, s)
				save(t, s, small.DongMauPage.ID, now, post("a", 60, "chuyện a"))
				save(t, s, small.KheMauPage.ID, now, post("b", 50, "chuyện b"))
				save(t, s, small.ProvincePage.ID, now, post("c", 40, "chuyện c"))
				tt.test(world{t, s, small, find(t, s, small.DongMauPage.ID, "a"),
					find(t, s, small.KheMauPage.ID, "b"), find(t, s, small.ProvincePage.ID, "c")})
			})
		})
	}
}

func TestStories(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		var posts []lantoa.Incoming
		for i := range 30 {
			posts = append(posts, post(fmt.Sprintf("%02d", i), float64(1+i*24), fmt.Sprintf("chuyện %02d", i)))
		}
		save(t, s, small.DongMauPage.ID, now, posts...)
		save(t, s, small.KheMauPage.ID, now, post("khe", 30*24, "chuyện khe"))
		var all []lantoa.Story
		for i := range 30 {
			all = append(all, told(find(t, s, small.DongMauPage.ID, fmt.Sprintf("%02d", i)), "", 1+float64(i*7%30)/5.3))
		}
		all = keep(t, s, append(all, told(find(t, s, small.KheMauPage.ID, "khe"), "", 0.5))...)

		t.Run("stories stand in the order of their rank on the day of looking", func(t *testing.T) {
			for _, day := range []time.Time{now, now.AddDate(0, 0, 40)} {
				want := slices.Clone(all)
				slices.SortFunc(want, func(a, b lantoa.Story) int {
					if a.RankAt(day) > b.RankAt(day) {
						return -1
					}
					return 1
				})
				got, total, _, err := s.Stories(ctx, lantoa.Everything, store.StoryFilter{Now: day, Limit: 500})
				if err != nil || total != 31 {
					t.Fatalf("%d stories, %v", total, err)
				}
				for i := range got {
					if got[i].ID != want[i].ID {
						t.Errorf("place %d: %s, want %s", i, got[i].Title, want[i].Title)
					}
				}
			}
		})
		t.Run("three of a unit stand among the first twenty suggestions", func(t *testing.T) {
			got := titles(t, s, lantoa.Everything, store.StoryFilter{States: []lantoa.State{lantoa.Suggested}, Limit: 500})
			if i := slices.Index(got, "chuyện khe"); len(got) != 31 || i != 3 {
				t.Errorf("%d stories, that of the other unit at place %d", len(got), i)
			}
		})
		t.Run("pages follow each other without gap or double, even when a story leaves the list between them", func(t *testing.T) {
			f := store.StoryFilter{Now: now, Limit: 10}
			var got []lantoa.StoryID
			for page := 0; ; page++ {
				list, _, next, err := s.Stories(ctx, lantoa.Everything, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, story := range list {
					got = append(got, story.ID)
				}
				if page == 0 {
					first := list[0]
					first.Withdrawn = true
					keep(t, s, first)
				}
				if f.Cursor = next; next == "" {
					break
				}
			}
			sorted := slices.Clone(got)
			slices.Sort(sorted)
			if len(got) != 31 || len(slices.Compact(sorted)) != 31 {
				t.Errorf("%d stories, %d different", len(got), len(slices.Compact(sorted)))
			}
		})
		t.Run("a cursor from nowhere is invalid", func(t *testing.T) {
			if _, _, _, err := s.Stories(ctx, lantoa.Everything, store.StoryFilter{Cursor: "x"}); lantoa.KindOf(err) != lantoa.Invalid {
				t.Error(err)
			}
		})
		t.Run("a story belongs to the week in which it was first told", func(t *testing.T) {
			week := lantoa.Week{Year: 2026, Number: 46} // 9 to 15 November
			got := titles(t, s, lantoa.Everything, store.StoryFilter{Week: &week})
			slices.Sort(got)
			want := []string{}
			for i := 8; i <= 14; i++ { // told at 05:00, i days before Monday the 23rd
				want = append(want, fmt.Sprintf("chuyện %02d", i))
			}
			equal(t, "titles", got, want)
			counts, err := s.StoryCounts(ctx, lantoa.Everything, &week)
			if err != nil || counts[lantoa.Suggested] != 7 {
				t.Errorf("%v %v", counts, err)
			}
		})
		t.Run("a filter by unit means the first teller", func(t *testing.T) {
			for _, units := range [][]string{{small.KheMau.Path}, {small.KheMau.Path, small.KheMau.Path, "u19.none"}} {
				equal(t, "titles", titles(t, s, lantoa.Everything, store.StoryFilter{Units: units}), []string{"chuyện khe"})
			}
		})
		t.Run("several units are all of them, one above is all below it, none there is nothing", func(t *testing.T) {
			everyone := len(titles(t, s, lantoa.Everything, store.StoryFilter{Limit: 500}))
			for _, tt := range []struct {
				units []string
				want  int
			}{
				{[]string{small.KheMau.Path, small.DongMau.Path}, everyone},
				{[]string{small.Province.Path}, everyone},
				{[]string{small.Province.Path, small.KheMau.Path}, everyone},
				{[]string{"-"}, 0},
				{[]string{"u1"}, 0},
				{[]string{"%"}, 0},
			} {
				if got := titles(t, s, lantoa.Everything, store.StoryFilter{Units: tt.units, Limit: 500}); len(got) != tt.want {
					t.Errorf("%v: %d stories, want %d", tt.units, len(got), tt.want)
				}
			}
		})
	})
}

func TestSaveDecision(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		save(t, s, small.DongMauPage.ID, now, post("a", 60, "chuyện a"))
		story := keep(t, s, told(find(t, s, small.DongMauPage.ID, "a"), "", 2))[0]

		for _, step := range []struct {
			verdict lantoa.Verdict
			want    lantoa.State
		}{
			{lantoa.Later, lantoa.Shortlisted}, {lantoa.Approve, lantoa.Approved}, {lantoa.Consent, lantoa.Approved},
			{lantoa.Undo, lantoa.Shortlisted}, {lantoa.Undo, lantoa.Suggested}, {lantoa.Dismiss, lantoa.Dismissed},
		} {
			catchUp(t, s, store.StepFind, store.StepIndex)
			got := decide(t, s, story.ID, step.verdict)
			if got.State != step.want {
				t.Errorf("after %s: %s, want %s", step.verdict, got.State, step.want)
			}
			if f, i := number(t, s, store.StepFind), number(t, s, store.StepIndex); f != 0 || i != 1 {
				t.Errorf("after %s: find behind by %d, index by %d", step.verdict, f, i)
			}
		}
		got, err := s.Story(ctx, story.ID)
		if err != nil || len(got.Decisions) != 6 || got.Decisions[0].ByName != "Chị Lan" || got.Lead.StoryState != lantoa.Dismissed {
			t.Errorf("%+v %v", got.Decisions, err)
		}

		t.Run("saving the story anew does not touch what was decided", func(t *testing.T) {
			again := keep(t, s, told(find(t, s, small.DongMauPage.ID, "a"), "", 9))[0]
			if again.State != lantoa.Dismissed || again.ID != story.ID {
				t.Errorf("%s %s", again.ID, again.State)
			}
		})
		t.Run("a decision is not heard twice", func(t *testing.T) {
			d := lantoa.Decision{ID: "d1", Story: story.ID, Verdict: lantoa.Undo, At: now}
			for range 2 {
				if _, err := s.SaveDecision(ctx, d); err != nil {
					t.Fatal(err)
				}
			}
			if got, _ := s.Story(ctx, story.ID); len(got.Decisions) != 7 || got.State != lantoa.Suggested {
				t.Errorf("%d decisions, %s", len(got.Decisions), got.State)
			}
		})
		t.Run("two people at once are both heard", func(t *testing.T) {
			var work sync.WaitGroup
			for range 10 {
				work.Go(func() { decide(t, s, story.ID, lantoa.Approve) })
				work.Go(func() { decide(t, s, story.ID, lantoa.Undo) })
			}
			work.Wait()
			got, err := s.Story(ctx, story.ID)
			if err != nil || len(got.Decisions) != 27 || got.State != lantoa.StateAfter(got.Decisions) {
				t.Errorf("%d decisions, state %s, %v", len(got.Decisions), got.State, err)
			}
		})
		t.Run("a story that is not there is not found", func(t *testing.T) {
			_, err := s.SaveDecision(ctx, lantoa.Decision{Story: "none", Verdict: lantoa.Approve})
			if lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
		})
	})
}

func TestBenchmarks(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		page := small.DongMauPage.ID
		vote := with(post("vote", 20, "bình chọn"), now, 900)
		vote.Vote = true
		decor := with(post("decor", 20, "ảnh bìa"), now, 3)
		decor.Decor = true
		first := now.Add(-10 * time.Hour)
		save(t, s, page, first, with(post("1", 20, "một"), first, 3))
		save(t, s, page, now, with(post("1", 20, "một"), now, 8), vote, decor, post("bare", 20, "không số"),
			with(post("gone", 20, "đã xóa"), now, 1), with(post("old", 366*24, "cũ"), now, 1))
		if err := s.MarkRemoved(ctx, page, []string{"gone"}, now); err != nil {
			t.Fatal(err)
		}
		got, err := s.PostsForBenchmark(ctx, now)
		if err != nil || len(got) != 1 || len(got[0].Curve) != 2 || got[0].Curve[0].Reactions.N != 3 || got[0].Unit.Level != lantoa.Commune {
			t.Fatalf("%+v %v", got, err)
		}
		one := []lantoa.Measured{find(t, s, page, "bare"), find(t, s, page, "1")}
		if err := s.FillCurves(ctx, one); err != nil || len(one[0].Curve) != 0 || len(one[1].Curve) != 2 || one[1].Curve[1].ByKind["like"] != 8 {
			t.Errorf("%+v %v", one, err)
		}

		want := lantoa.Benchmark{Channel: page, ComputedAt: now, Posts: 34, Low: []float64{1, 2}, High: []float64{3, 4},
			Expected: map[lantoa.PostType][]float64{lantoa.Photo: {1.5, 15}}, Measured: true}
		for range 2 {
			if err := s.SaveBenchmarks(ctx, []lantoa.Benchmark{want}); err != nil {
				t.Fatal(err)
			}
		}
		bench, err := s.Benchmark(ctx, page)
		all, err2 := s.Benchmarks(ctx)
		if err != nil || err2 != nil || len(all) != 1 {
			t.Fatal(err, err2, len(all))
		}
		equal(t, "benchmark", bench, want)
		if _, err := s.Benchmark(ctx, "none"); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
	})
}
