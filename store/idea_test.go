package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestIdeasArePutByOnceAndTakenOff(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		officer, err := s.AddUser(ctx, lantoa.User{Email: "canbo@example.org", Role: lantoa.Officer, Unit: small.DongMau}, "hash")
		if err != nil {
			t.Fatal(err)
		}
		chief, err := s.AddUser(ctx, lantoa.User{Email: "tinh@example.org", Role: lantoa.Communications, Unit: small.Province}, "hash")
		if err != nil {
			t.Fatal(err)
		}
		var leads []lantoa.Measured
		for _, name := range []string{"a", "b"} {
			p := with(post(name, 20, "mô hình "+name), now, 10)
			p.Numbers.Views = lantoa.Of(900)
			save(t, s, small.KheMauPage.ID, now, p)
			leads = append(leads, find(t, s, small.KheMauPage.ID, name))
		}
		stories := keep(t, s, told(leads[0], "", 2), told(leads[1], "", 3))
		for _, st := range stories {
			if _, err := s.SaveDecision(ctx, lantoa.Decision{Story: st.ID, Verdict: lantoa.Approve, By: chief.ID, At: now}); err != nil {
				t.Fatal(err)
			}
		}
		ids := func() (out []lantoa.StoryID) {
			t.Helper()
			list, err := s.Ideas(ctx, officer)
			if err != nil {
				t.Fatal(err)
			}
			for _, st := range list {
				if st.Lead.Numbers.Views.Known || st.Decisions != nil {
					t.Error("an idea of another unit tells what is that unit's own")
				}
				out = append(out, st.ID)
			}
			return out
		}
		for i, st := range []lantoa.StoryID{stories[0].ID, stories[1].ID, stories[0].ID} { // the last comes twice
			if err := s.KeepIdea(ctx, officer, st, now.Add(time.Duration(i)*time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		if got := ids(); len(got) != 2 || got[0] != stories[1].ID {
			t.Errorf("kept are %v, want two, the newest on the list first", got)
		}
		if list, _ := s.Ideas(ctx, chief); len(list) != 0 {
			t.Error("one person's list is another's too")
		}
		for range 2 {
			if err := s.DropIdea(ctx, officer, stories[1].ID, now); err != nil {
				t.Fatal(err)
			}
		}
		if got := ids(); len(got) != 1 || got[0] != stories[0].ID {
			t.Errorf("kept are %v after one was taken off", got)
		}
		// A story that nobody may see any more is on nobody's list.
		if _, err := s.SaveDecision(ctx, lantoa.Decision{Story: stories[0].ID, Verdict: lantoa.Dismiss, By: chief.ID, At: now}); err != nil {
			t.Fatal(err)
		}
		if got := ids(); len(got) != 0 {
			t.Errorf("a dismissed story is still on the list: %v", got)
		}
		log, err := s.AuditLog(ctx, 50, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		deeds := map[string]int{}
		for _, a := range log {
			deeds[a.Action]++
		}
		if deeds["idea_kept"] != 2 || deeds["idea_dropped"] != 1 {
			t.Errorf("the log says %v", deeds)
		}
	})
}

func TestSketchesAndFirstTellers(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		early, late := post("early", 5, "mô hình"), post("late", 20, "mô hình")
		early.PublishedAt, late.PublishedAt = now.AddDate(0, 0, -5), now.AddDate(0, 0, -2)
		gone, cover, old := post("gone", 1, "x"), post("cover", 1, "y"), post("old", 1, "z")
		cover.Decor, old.PublishedAt = true, now.AddDate(0, -8, 0)
		save(t, s, small.KheMauPage.ID, now, with(early, now, 9))
		save(t, s, small.DongMauPage.ID, now, with(late, now, 12), gone, cover, old)
		if err := s.MarkRemoved(ctx, small.DongMauPage.ID, []string{"gone"}, now); err != nil {
			t.Fatal(err)
		}
		first, copied := find(t, s, small.KheMauPage.ID, "early").ID, find(t, s, small.DongMauPage.ID, "late").ID
		cluster(t, s, map[lantoa.PostID]lantoa.ClusterID{first: "k", copied: "k"})

		list, err := s.Sketches(ctx, []lantoa.ChannelID{small.DongMauPage.ID}, now.AddDate(0, -6, 0))
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 1 || list[0].ID != copied || list[0].Cluster != "k" || list[0].Unit.ID != small.DongMau.ID || list[0].Numbers.Interactions() != lantoa.Of(14) {
			t.Errorf("sketches are %+v, want the one post that is there, new and no decoration", list)
		}
		tellers, err := s.FirstTellers(ctx, []lantoa.ClusterID{"k", "none", ""})
		if err != nil {
			t.Fatal(err)
		}
		if got := tellers["k"]; len(tellers) != 1 || got.ID != first || got.Unit.ID != small.KheMau.ID {
			t.Errorf("first teller is %+v", tellers)
		}
	})
}

func TestTheStoriesOfAUnitAreItsOwnInTheScope(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		save(t, s, small.KheMauPage.ID, now, with(post("a", 20, "mô hình a"), now, 10), with(post("b", 21, "mô hình b"), now, 10))
		save(t, s, small.DongMauPage.ID, now, with(post("c", 22, "mô hình c"), now, 10))
		var leads []lantoa.Measured
		leads = append(leads, find(t, s, small.KheMauPage.ID, "a"), find(t, s, small.KheMauPage.ID, "b"), find(t, s, small.DongMauPage.ID, "c"))
		keep(t, s, told(leads[0], "", 2), told(leads[1], "", 3), told(leads[2], "", 4))
		for _, tt := range []struct {
			name  string
			scope lantoa.Scope
			units []lantoa.UnitID
			want  int
		}{
			{"its own", "u19", []lantoa.UnitID{small.KheMau.ID}, 2},
			{"of two units", lantoa.Everything, []lantoa.UnitID{small.KheMau.ID, small.DongMau.ID}, 3},
			{"the province's page tells no commune's stories", "u19", []lantoa.UnitID{small.Province.ID}, 0},
			{"another unit's that was not chosen", "u19.u05722", []lantoa.UnitID{small.KheMau.ID}, 0},
		} {
			list, total, err := s.UnitStories(ctx, tt.scope, tt.units, 1)
			if err != nil {
				t.Fatal(err)
			}
			if total != tt.want || len(list) != min(tt.want, 1) {
				t.Errorf("%s: %d of %d stories, want %d", tt.name, len(list), total, tt.want)
			}
		}
	})
}
