package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestRolledWeeksComeBackAsTheyWere(t *testing.T) {
	storetest.Both(t, func(t *testing.T, st *store.Store) {
		ctx, seed := t.Context(), storetest.Seed(t, st)
		week := lantoa.Week{Year: 2026, Number: 53}
		rows := []lantoa.ChannelWeek{
			{Channel: seed.DongMauPage.ID, Week: week, UpTo: week.Settled(time.UTC), State: lantoa.Active, Days: 1, Usual: 7.5, Posts: 3, Own: 2, FromAbove: 1,
				Votes: 1, Stories: 1, Each: []lantoa.PostFigure{{Interactions: lantoa.Of(12), Followers: lantoa.Of(2200)}, {Followers: lantoa.Of(0)}, {}},
				Gained: lantoa.Of(0), Views: lantoa.Of(900), Followers: lantoa.Of(2200), Source: lantoa.FromReport},
			{Channel: seed.KheMauPage.ID, Week: week, UpTo: week.Settled(time.UTC), State: lantoa.Silent, Days: -1, Lost: 7},
		}
		if err := st.SaveChannelWeeks(ctx, rows, storetest.Now); err != nil {
			t.Fatal(err)
		}
		got, newest, err := st.ChannelWeeks(ctx, lantoa.Week{Year: 2026, Number: 1}, lantoa.Week{Year: 2027, Number: 1}, time.Time{})
		if err != nil || !newest.Equal(storetest.Now) {
			t.Fatal(newest, err)
		}
		byChannel := func(rows []lantoa.ChannelWeek) map[lantoa.ChannelID]lantoa.ChannelWeek {
			m := map[lantoa.ChannelID]lantoa.ChannelWeek{}
			for _, r := range rows {
				m[r.Channel] = r
			}
			return m
		}
		if diff := cmp.Diff(byChannel(rows), byChannel(got)); diff != "" {
			t.Errorf("rolled weeks (-saved +read):\n%s", diff)
		}
		later := storetest.Now.Add(time.Hour)
		rows[1].Posts = 1
		if err := st.SaveChannelWeeks(ctx, rows, later); err != nil {
			t.Fatal(err)
		}
		got, newest, err = st.ChannelWeeks(ctx, week, week, storetest.Now)
		if err != nil || !newest.Equal(later) || len(got) != 1 || got[0].Posts != 1 {
			t.Errorf("only the row that became another is told: %+v at %s (%v)", got, newest, err)
		}
		if got, _, err := st.ChannelWeeks(ctx, week.After(), week.After(), time.Time{}); err != nil || len(got) != 0 {
			t.Errorf("another week: %+v (%v)", got, err)
		}
	})
}

func TestTheMaterialOfWeeks(t *testing.T) {
	storetest.Both(t, func(t *testing.T, st *store.Store) {
		ctx, seed := t.Context(), storetest.Seed(t, st)
		monday := storetest.Now.Add(-6 * time.Hour) // of week 48
		save := func(ch lantoa.ChannelID, external string, typ lantoa.PostType, told time.Time, figures ...int64) lantoa.PostID {
			t.Helper()
			for i, n := range figures {
				_, err := st.SavePosts(ctx, ch, []lantoa.Incoming{{HasCount: true, Post: lantoa.Post{External: external, Type: typ, Text: "Tổ tiết kiệm " + external, PublishedAt: told},
					Numbers: lantoa.Snapshot{At: told.Add(time.Duration(i+1) * 24 * time.Hour), Reactions: lantoa.Of(n), Source: lantoa.FromPlatform}}}, storetest.Now)
				if err != nil {
					t.Fatal(err)
				}
			}
			posts, err := st.PostsBetween(ctx, ch, told, told.Add(time.Second))
			if err != nil || len(posts) != 1 {
				t.Fatal(len(posts), err)
			}
			return posts[0].ID
		}
		first := save(seed.DongMauPage.ID, "first", lantoa.Photo, monday.AddDate(0, 0, -6), 3, 5)
		second := save(seed.KheMauPage.ID, "second", lantoa.Photo, monday.AddDate(0, 0, -5), 2)
		save(seed.KheMauPage.ID, "shared", lantoa.Share, monday.AddDate(0, 0, -4), 1)
		save(seed.KheMauPage.ID, "later", lantoa.Photo, monday.Add(time.Hour), 9)
		if err := st.SaveJudgements(ctx, map[lantoa.PostID]lantoa.Judgement{first: {Cluster: "k", Copies: 1}, second: {Cluster: "k", Copies: 1}}); err != nil {
			t.Fatal(err)
		}
		posts, err := st.WeekPosts(ctx, monday.AddDate(0, 0, -7), monday)
		if err != nil || len(posts) != 3 {
			t.Fatalf("%d posts (%v)", len(posts), err)
		}
		copies := map[bool]int{}
		for _, p := range posts {
			copies[p.Copy]++
			if p.Channel == seed.DongMauPage.ID && (p.Copy || p.Interactions != lantoa.Of(5)) {
				t.Errorf("the first teller: %+v", p)
			}
		}
		if copies[true] != 2 {
			t.Errorf("the second telling and the share are copies, got %v", copies)
		}
		curves, err := st.WeekCurves(ctx, monday.AddDate(0, 0, -7), monday)
		if err != nil || len(curves) != 3 {
			t.Fatalf("%d curves (%v)", len(curves), err)
		}
		grew := slices.IndexFunc(curves, func(c lantoa.PostCurve) bool { return c.Channel == seed.DongMauPage.ID })
		if got := curves[max(grew, 0)].Points; len(got) != 2 || got[0].N != 3 || got[1].N != 5 {
			t.Errorf("how a post grew: %+v", got)
		}
	})
}

func TestHowReadingStoodAtAMoment(t *testing.T) {
	storetest.Both(t, func(t *testing.T, st *store.Store) {
		ctx, seed := t.Context(), storetest.Seed(t, st)
		at := func(hours int) time.Time { return storetest.Now.Add(time.Duration(hours) * time.Hour) }
		for _, v := range []lantoa.Visit{
			{Channel: seed.DongMauPage.ID, At: at(-50)},
			{Channel: seed.DongMauPage.ID, At: at(-40), Trouble: lantoa.Problem(lantoa.NoRight, "pages_read_engagement", "")},
			{Channel: seed.DongMauPage.ID, At: at(-2)},
		} {
			if err := st.NoteVisit(ctx, v); err != nil {
				t.Fatal(err)
			}
		}
		then, err := st.SeenAt(ctx, at(-30))
		if err != nil || !then[seed.DongMauPage.ID].LastRead.Equal(at(-50)) || !then[seed.DongMauPage.ID].Trouble.Disconnects() {
			t.Errorf("between: %+v (%v)", then, err)
		}
		now, err := st.SeenAt(ctx, at(0))
		if err != nil || !now[seed.DongMauPage.ID].LastRead.Equal(at(-2)) || now[seed.DongMauPage.ID].Trouble != nil {
			t.Errorf("now: %+v (%v)", now, err)
		}
		if _, is := now[seed.KheMauPage.ID]; is {
			t.Error("a page that nobody visited is on record")
		}
	})
}
