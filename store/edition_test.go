package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var week47 = lantoa.Week{Year: 2026, Number: 47}

// readersOf adds people: n who may sign in, and one who may not any more.
func readersOf(t *testing.T, s *store.Store, u lantoa.Unit, n int) {
	t.Helper()
	for i := range n + 1 {
		_, err := s.AddUser(ctx, lantoa.User{Email: fmt.Sprintf("chi%02d@mau.example", i), Name: fmt.Sprintf("Chị %d", i), Role: lantoa.Leader, Unit: u, Disabled: i == n}, "x")
		if err != nil {
			t.Fatal(err)
		}
	}
}

func draft(t *testing.T, s *store.Store) lantoa.Edition {
	t.Helper()
	if _, err := s.AddEdition(ctx, lantoa.Edition{Week: week47, Edits: lantoa.DigestEdits{Stories: []lantoa.StoryID{"a", "b"}}, MadeAt: now}); err != nil {
		t.Fatal(err)
	}
	e, err := s.Edition(ctx, week47)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEditions(t *testing.T) {
	lan := lantoa.User{ID: "lan", Name: "Chị Lan", Email: "lan@mau.example"}
	hoa := lantoa.User{ID: "hoa", Name: "Chị Hoa", Email: "hoa@mau.example"}
	for _, tt := range []struct {
		name string
		test func(t *testing.T, s *store.Store, u lantoa.Unit)
	}{
		{"of several planners one makes the draft", func(t *testing.T, s *store.Store, _ lantoa.Unit) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			made := 0
			for range 8 {
				wg.Go(func() {
					added, err := s.AddEdition(ctx, lantoa.Edition{Week: week47, MadeAt: now})
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					if added {
						made++
					}
				})
			}
			wg.Wait()
			if made != 1 {
				t.Errorf("%d drafts were made", made)
			}
		}},
		{"edits come back as they were saved", func(t *testing.T, s *store.Store, _ lantoa.Unit) {
			e := draft(t, s)
			e.Edits = lantoa.DigestEdits{Greeting: "Chào các chị\x00", By: "Chị Lan", Stories: []lantoa.StoryID{"b"}, Headlines: map[lantoa.StoryID]string{"b": "nuôi lợn đất", "c": ""}}
			if err := s.SaveEdits(ctx, e, lan, now); err != nil {
				t.Fatal(err)
			}
			got, err := s.Edition(ctx, week47)
			if err != nil || got.Edits.Greeting != "Chào các chị\uFFFD" || !slices.Equal(got.Edits.Stories, []lantoa.StoryID{"b"}) ||
				len(got.Edits.Headlines) != 1 || got.ChangedBy != "Chị Lan" || got.Version != e.Version+1 {
				t.Errorf("%+v, %v", got, err)
			}
		}},
		{"of two editors the later is told whose work she would have lost", func(t *testing.T, s *store.Store, _ lantoa.Unit) {
			first := draft(t, s)
			second := first
			if err := s.SaveEdits(ctx, first, lan, now); err != nil {
				t.Fatal(err)
			}
			err := s.SaveEdits(ctx, second, hoa, now)
			if x := lantoa.AsTrouble(err, ""); x.Kind != lantoa.Conflict || x.What != "edition" || x.Note != "Chị Lan" {
				t.Errorf("%v", err)
			}
		}},
		{"of many who approve at the same second one does, and each reader has one letter", func(t *testing.T, s *store.Store, u lantoa.Unit) {
			readersOf(t, s, u, 5)
			e := draft(t, s)
			e.Material = &lantoa.DigestMaterial{Week: week47, UpTo: now, Stories: []lantoa.DigestStory{{ID: "a", Title: "Nuôi lợn đất"}}}
			var wg sync.WaitGroup
			var mu sync.Mutex
			var counts []int
			for i := range 6 {
				wg.Go(func() {
					n, err := s.ApproveEdition(ctx, e, fmt.Sprintf("Chị %d", i), "x", now)
					mu.Lock()
					defer mu.Unlock()
					switch x := lantoa.AsTrouble(err, ""); {
					case err == nil:
						counts = append(counts, n)
					case x.Kind != lantoa.Conflict || x.What != "edition_approved":
						t.Error(err)
					}
				})
			}
			wg.Wait()
			letters, err := s.Letters(ctx, store.LetterFilter{Kind: lantoa.LetterDigest, Ref: "2026-W47"}, 100)
			if err != nil || !slices.Equal(counts, []int{5}) || len(letters) != 5 {
				t.Errorf("approved %v, %d letters, %v", counts, len(letters), err)
			}
			for _, l := range letters {
				if l.State != lantoa.LetterHeld || l.User == "" || !strings.HasPrefix(l.Name, "Chị ") {
					t.Errorf("%+v", l)
				}
			}
			got, err := s.Edition(ctx, week47)
			if err != nil || got.State != lantoa.EditionApproved || got.Material == nil || len(got.Material.Stories) != 1 || got.ApprovedAt.IsZero() {
				t.Errorf("%+v, %v", got, err)
			}
			if err := s.SaveEdits(ctx, got, lan, now); lantoa.AsTrouble(err, "").What != "edition_approved" {
				t.Errorf("an approved digest was edited: %v", err)
			}
		}},
		{"a draft that another changed is not approved unseen", func(t *testing.T, s *store.Store, u lantoa.Unit) {
			readersOf(t, s, u, 1)
			e := draft(t, s)
			e.Material = &lantoa.DigestMaterial{Week: week47}
			if err := s.SaveEdits(ctx, e, lan, now); err != nil {
				t.Fatal(err)
			}
			if _, err := s.ApproveEdition(ctx, e, "Chị Hoa", "hoa", now); lantoa.AsTrouble(err, "").What != "edition" {
				t.Errorf("%v", err)
			}
			if n, _ := s.LetterCounts(ctx, store.LetterFilter{}); len(n) != 0 {
				t.Errorf("letters %v", n)
			}
		}},
		{"one that is kept back is a draft again when it is let go", func(t *testing.T, s *store.Store, _ lantoa.Unit) {
			e := draft(t, s)
			if err := s.HoldEdition(ctx, e, true, lan, now); err != nil {
				t.Fatal(err)
			}
			if state, err := s.EditionState(ctx, week47); err != nil || state != lantoa.EditionHeld {
				t.Errorf("%s, %v", state, err)
			}
			e.Version++
			if err := s.HoldEdition(ctx, e, false, lan, now); err != nil {
				t.Fatal(err)
			}
			if state, err := s.EditionState(ctx, week47); err != nil || state != lantoa.EditionDraft {
				t.Errorf("%s, %v", state, err)
			}
		}},
		{"a year with 53 weeks has them in their order", func(t *testing.T, s *store.Store, _ lantoa.Unit) {
			for _, w := range []lantoa.Week{{Year: 2027, Number: 1}, {Year: 2026, Number: 53}, {Year: 2026, Number: 52}} {
				if _, err := s.AddEdition(ctx, lantoa.Edition{Week: w, MadeAt: now}); err != nil {
					t.Fatal(err)
				}
			}
			list, err := s.Editions(ctx, 10)
			if err != nil || len(list) != 3 || list[0].Week.Year != 2027 || list[1].Week.Number != 53 {
				t.Errorf("%+v, %v", list, err)
			}
		}},
		{"a week without a digest has none", func(t *testing.T, s *store.Store, _ lantoa.Unit) {
			_, err := s.Edition(ctx, week47)
			if lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
			if err := s.SaveEdits(ctx, lantoa.Edition{Week: week47, Version: 1}, lan, now); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) { tt.test(t, s, storetest.Seed(t, s).Province) })
		})
	}
}

func TestStoriesOfADigest(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		post := func(ch lantoa.Channel, external, text string, at time.Time) lantoa.Measured {
			in := lantoa.Incoming{Post: lantoa.Post{External: external, Type: lantoa.Text, Text: text, PublishedAt: at}, HasCount: true,
				Numbers: lantoa.Snapshot{At: at.Add(time.Hour), Reactions: lantoa.Of(20), Shares: lantoa.Of(4), Source: lantoa.FromPlatform}}
			if _, err := s.SavePosts(ctx, ch.ID, []lantoa.Incoming{in}, at.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			list, err := s.PostsBetween(ctx, ch.ID, at, at.Add(time.Minute))
			if err != nil || len(list) != 1 {
				t.Fatalf("%d posts, %v", len(list), err)
			}
			m, err := s.Post(ctx, list[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		inWeek := now.AddDate(0, 0, -4)
		pig := post(small.DongMauPage, "1", "Mô hình nuôi lợn đất\nMỗi chị một con lợn đất.", inWeek)
		gone := post(small.KheMauPage, "2", "Một chuyện hay đã bị xóa ở nguồn", inWeek.Add(time.Hour))
		before := post(small.KheMauPage, "3", "Tủ sách ở thôn", now.AddDate(0, 0, -20))
		older := post(small.KheMauPage, "4", "Chuyện của năm ngoái", now.AddDate(0, 0, -200))
		all := keep(t, s, told(pig, "", 3), told(gone, "", 9), told(before, "", 1), told(older, "", 1))
		decide(t, s, all[2].ID, lantoa.Approve)
		decide(t, s, all[3].ID, lantoa.Approve)
		if err := s.MarkRemoved(ctx, small.KheMauPage.ID, []string{"2"}, now); err != nil {
			t.Fatal(err)
		}
		told, chosen, err := s.DigestStories(ctx, week47, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || told[0].Title != "Mô hình nuôi lợn đất" || told[0].Opening != "Mỗi chị một con lợn đất." || told[0].Interactions != lantoa.Of(24) {
			t.Errorf("of the week: %+v; what was deleted at its source is in no digest", told)
		}
		if len(chosen) != 1 || chosen[0].Title != "Tủ sách ở thôn" {
			t.Errorf("chosen before: %+v; a year old is no idea any more", chosen)
		}
		e := lantoa.Edition{Week: week47, MadeAt: now, Edits: lantoa.DigestEdits{Stories: []lantoa.StoryID{told[0].ID}, Headlines: map[lantoa.StoryID]string{told[0].ID: "con lợn đất của chị em"}}}
		if _, err := s.AddEdition(ctx, e); err != nil {
			t.Fatal(err)
		}
		e.Version, e.Material = 1, &lantoa.DigestMaterial{Week: week47, Stories: told, Chosen: chosen}
		if _, err := s.ApproveEdition(ctx, e, "Chị Lan", "lan", now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ErasePosts(ctx, small.DongMauPage.ID, []string{"1"}, now, "x", "theo yêu cầu"); err != nil {
			t.Fatal(err)
		}
		e, err = s.Edition(ctx, week47)
		if err != nil || len(e.Edits.Headlines) != 0 || e.Material.Stories[0].Title != "" || e.Material.Stories[0].Opening != "" || !e.Material.Stories[0].Closed ||
			e.Material.Chosen[0].Title != "Tủ sách ở thôn" {
			t.Errorf("a person's words stayed in a digest after she asked for their removal: %+v %+v, %v", e.Edits, e.Material, err)
		}
	})
}
