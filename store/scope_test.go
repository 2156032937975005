package store_test

import (
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// TestScopes asks everything that serves people through the eyes of several.
func TestScopes(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		// A unit whose ID begins like another's: a scope is a chain of IDs and not the opening of a text.
		twin := lantoa.Unit{ID: "u057221", Code: "057221", Name: "xã Sinh Đôi", Level: lantoa.Commune, Parent: "u19"}
		below := lantoa.Unit{ID: "u05722a", Code: "05722-1", Name: "chi hội xóm Chùa", Level: lantoa.Branch, Parent: "u05722"}
		units := []lantoa.Unit{twin, below}
		if err := s.SaveUnits(ctx, units); err != nil {
			t.Fatal(err)
		}
		pages := []lantoa.Channel{small.ProvincePage, small.DongMauPage, small.KheMauPage}
		for _, u := range units {
			ch := lantoa.Channel{Kind: lantoa.ZaloGroup, Name: u.Name, External: u.Code, Unit: u}
			if err := s.SaveChannel(ctx, &ch); err != nil {
				t.Fatal(err)
			}
			pages = append(pages, ch)
		}
		ids := map[string]lantoa.PostID{}
		together := map[lantoa.PostID]lantoa.ClusterID{}
		for _, ch := range pages {
			p := with(post(ch.External, 20, "bài của "+ch.Unit.Name), now, 10)
			p.Numbers.Reach, p.Numbers.Views = lantoa.Of(900), lantoa.Of(1000)
			save(t, s, ch.ID, now, p)
			id := find(t, s, ch.ID, ch.External).ID
			ids[ch.Unit.Code], together[id] = id, "c1"
			if _, err := s.AddUser(ctx, lantoa.User{Email: ch.External + "@example.org", Role: lantoa.Officer, Unit: ch.Unit}, "hash"); err != nil {
				t.Fatal(err)
			}
		}
		together[ids["05728"]] = "" // Khe Mẫu tells another story
		cluster(t, s, together)
		lead := func(code string) lantoa.Measured {
			m, err := s.Post(ctx, ids[code])
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		stories := keep(t, s, told(lead("05722"), "c1", 2), told(lead("05728"), "", 3))

		for _, tt := range []struct {
			name                                           string
			scope                                          lantoa.Scope
			units, channels, users, posts, copies, stories int
		}{
			{"the program sees everything", lantoa.Everything, 5, 5, 5, 5, 3, 2},
			{"the province sees all below it", "u19", 5, 5, 5, 5, 3, 2},
			{"a commune sees itself and its branches, and the story they tell", "u19.u05722", 2, 2, 2, 2, 1, 1},
			{"a commune that copied a story sees its own copy, not that the story is looked at", "u19.u057221", 1, 1, 1, 1, 1, 0},
			{"a commune outside the story sees only its own", "u19.u05728", 1, 1, 1, 1, 0, 1},
			{"a disabled person sees nothing", lantoa.User{ID: "x", Disabled: true, Unit: small.Province}.Scope(), 0, 0, 0, 0, 0, 0},
			{"the empty scope sees nothing", "", 0, 0, 0, 0, 0, 0},
			{"the scope of a unit that is not there sees nothing", "u18", 0, 0, 0, 0, 0, 0},
		} {
			t.Run(tt.name, func(t *testing.T) {
				units, err := s.Units(ctx, tt.scope, now)
				check(t, "units", len(units), tt.units, err)
				channels, err := s.Channels(ctx, tt.scope, store.ChannelFilter{})
				check(t, "channels", len(channels), tt.channels, err)
				rhythms, err := s.Rhythms(ctx, tt.scope, now)
				check(t, "rhythms", len(rhythms), tt.channels, err)
				users, err := s.Users(ctx, tt.scope)
				check(t, "users", len(users), tt.users, err)
				var all []lantoa.PostID
				for _, id := range ids {
					all = append(all, id)
				}
				posts, err := s.Posts(ctx, tt.scope, all)
				check(t, "posts", len(posts), tt.posts, err)
				copies, err := s.Copies(ctx, tt.scope, ids["05722"])
				check(t, "copies", len(copies), tt.copies, err)
				list, total, _, err := s.Stories(ctx, tt.scope, store.StoryFilter{Now: now})
				check(t, "stories", len(list), tt.stories, err)
				check(t, "total", total, tt.stories, err)
				counts, err := s.StoryCounts(ctx, tt.scope, nil)
				check(t, "counted stories", counts[lantoa.Suggested], tt.stories, err)
				o, err := s.Counts(ctx, tt.scope)
				check(t, "overview", int(o.Channels), tt.channels, err)
				check(t, "posts in the overview", int(o.Posts), tt.posts, err)
				w, err := s.WeekNumbers(ctx, tt.scope, now.AddDate(0, 0, -7), now)
				check(t, "posts of the week", int(w.Posts), tt.posts, err)
				if w.Interactions.Known != (tt.posts > 0) {
					t.Errorf("interactions of %d posts: %+v", tt.posts, w.Interactions)
				}
			})
		}

		t.Run("a chosen story is for all, with its public counters and nothing else", func(t *testing.T) {
			score, judged := 2.5, map[lantoa.PostID]lantoa.Judgement{}
			for id, c := range together {
				judged[id] = lantoa.Judgement{Cluster: c, Score: &score, Basis: lantoa.OwnBasis, BasisPosts: 12, Expected: 4, Estimated: true}
			}
			if err := s.SaveJudgements(ctx, judged); err != nil {
				t.Fatal(err)
			}
			seesJudgement := func(p lantoa.Measured) bool {
				all := p.Score != nil && p.Basis != "" && p.BasisPosts > 0 && p.Expected > 0 && p.Estimated
				if any := p.Score != nil || p.Basis != "" || p.BasisPosts > 0 || p.Expected > 0 || p.Estimated; any != all {
					t.Errorf("half of a judgement is seen: %+v", p.Judgement)
				}
				return all
			}
			decide(t, s, stories[0].ID, lantoa.Approve)
			const khe = "u19.u05728"
			list, _, _, err := s.Stories(ctx, khe, store.StoryFilter{Now: now, States: []lantoa.State{lantoa.Approved}})
			if err != nil || len(list) != 1 {
				t.Fatalf("%d stories, %v", len(list), err)
			}
			equal(t, "numbers", list[0].Lead.Numbers, lantoa.Snapshot{At: now, Reactions: lantoa.Of(10), Comments: lantoa.Of(2),
				ByKind: map[string]int64{"like": 10}, Source: lantoa.FromPlatform})
			if seesJudgement(list[0].Lead) {
				t.Error("the list tells how another's page does")
			}
			for scope, want := range map[lantoa.Scope]bool{khe: false, "u19": true, "u19.u05722": true} {
				byID, err := s.Posts(ctx, scope, []lantoa.PostID{ids["05722"]})
				if err != nil || len(byID) != 1 || seesJudgement(byID[ids["05722"]]) != want {
					t.Errorf("%q, asked by ID: %+v, %v", scope, byID, err)
				}
			}
			copies, err := s.Copies(ctx, khe, ids["05722"])
			check(t, "copies", len(copies), 3, err)
			for _, p := range copies {
				if seesJudgement(p) {
					t.Errorf("%s, a copy, tells how the page does", p.ChannelName)
				}
			}
			posts, err := s.StoryPosts(ctx, khe, stories[0].ID)
			check(t, "posts of the story", len(posts), 4, err)
			for _, p := range posts {
				if p.Numbers.Reach.Known || p.Numbers.Views.Known || seesJudgement(p) {
					t.Errorf("%s tells its reach, or how the page does", p.ChannelName)
				}
			}
			own, err := s.StoryPosts(ctx, "u19.u05722", stories[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range own {
				if mine := lantoa.Within(p.Unit.Path, small.DongMau.Path); p.Numbers.Reach.Known != mine || seesJudgement(p) != mine {
					t.Errorf("%s is ours: %v; its reach is seen: %v", p.ChannelName, mine, p.Numbers.Reach.Known)
				}
			}
			for scope, want := range map[lantoa.Scope]bool{khe: true, "u19": true, "": true} {
				if seen, err := s.StorySeen(ctx, scope, stories[0].ID); err != nil || seen != want {
					t.Errorf("%q sees it: %v, %v", scope, seen, err)
				}
			}
			if seen, err := s.StorySeen(ctx, "u19.u05722", stories[1].ID); err != nil || seen {
				t.Errorf("another's suggestion is seen: %v, %v", seen, err)
			}
			decide(t, s, stories[0].ID, lantoa.Undo)
			if seen, err := s.StorySeen(ctx, khe, stories[0].ID); err != nil || seen {
				t.Errorf("seen after the choice was taken back: %v, %v", seen, err)
			}
		})
	})
}

func check(t *testing.T, what string, got, want int, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if got != want {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
}
