package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestChannels(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		storetest.Small
		page lantoa.ChannelID
	}
	channel := func(t world) lantoa.Channel {
		t.Helper()
		ch, err := t.Channel(ctx, t.page)
		if err != nil {
			t.Fatal(err)
		}
		return ch
	}
	noted := func(t world, at time.Time, trouble *lantoa.Trouble) {
		t.Helper()
		v := lantoa.Visit{Channel: t.page, At: at, Took: 80 * time.Millisecond, Seen: 25, New: 3, Chatter: 7, Calls: 2,
			Complete: true, Trouble: trouble, Next: at.Add(time.Hour)}
		if err := t.NoteVisit(ctx, v); err != nil {
			t.Fatal(err)
		}
	}
	expired := func() *lantoa.Trouble { return lantoa.Problem(lantoa.Expired, "token", "Session has expired") }

	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"a channel saved again keeps its ID and what its visits said", func(t world) {
			noted(t, now, nil)
			again := lantoa.Channel{Kind: lantoa.FacebookPage, External: "page05722", Name: "Tên mới", Unit: t.DongMau, Archived: true}
			if err := t.SaveChannel(ctx, &again); err != nil {
				t.Fatal(err)
			}
			got := channel(t)
			if again.ID != t.page || got.Name != "Tên mới" || !got.Archived || !got.LastRead.Equal(now) {
				t.Errorf("%+v", got)
			}
		}},
		{"a channel known by its ID may get another external id", func(t world) {
			ch := channel(t)
			ch.External = "corrected"
			if err := t.SaveChannel(ctx, &ch); err != nil {
				t.Fatal(err)
			}
			if got, err := t.ChannelByExternal(ctx, lantoa.FacebookPage, "corrected"); err != nil || got.ID != t.page {
				t.Errorf("%+v %v", got, err)
			}
		}},
		{"a channel without a kind or an external id is invalid", func(t world) {
			if err := t.SaveChannel(ctx, &lantoa.Channel{Name: "x", Unit: t.DongMau}); lantoa.KindOf(err) != lantoa.Invalid {
				t.Error(err)
			}
		}},
		{"a channel that is not there is not found", func(t world) {
			if _, err := t.Channel(ctx, "none"); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
		}},
		{"a visit says when the channel was read, and when again", func(t world) {
			noted(t, now, nil)
			noted(t, now.Add(time.Hour), nil)
			got := channel(t)
			if !got.FirstRead.Equal(now) || !got.LastRead.Equal(now.Add(time.Hour)) || !got.NextRead.Equal(now.Add(2*time.Hour)) || got.Trouble != nil {
				t.Errorf("%+v", got)
			}
			visits, err := t.Visits(ctx, t.page, 1)
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "visits", visits, []lantoa.Visit{{Channel: t.page, At: now.Add(time.Hour), Took: 80 * time.Millisecond,
				Seen: 25, New: 3, Chatter: 7, Calls: 2, Complete: true, Next: now.Add(2 * time.Hour)}})
		}},
		{"a trouble that goes on keeps its beginning, and ends with a good visit", func(t world) {
			noted(t, now, expired())
			noted(t, now.Add(time.Hour), expired())
			got := channel(t)
			if got.Trouble == nil || got.Trouble.Kind != lantoa.Expired || !got.Trouble.Since.Equal(now) || !got.LastRead.IsZero() ||
				!got.LastTry.Equal(now.Add(time.Hour)) {
				t.Errorf("%+v", got.Trouble)
			}
			noted(t, now.Add(2*time.Hour), lantoa.Problem(lantoa.Away, "", ""))
			if got := channel(t); !got.Trouble.Since.Equal(now.Add(2 * time.Hour)) {
				t.Errorf("another trouble began at %v", got.Trouble.Since)
			}
			noted(t, now.Add(3*time.Hour), nil)
			if got := channel(t); got.Trouble != nil || got.FirstRead.IsZero() {
				t.Errorf("%+v", got)
			}
		}},
		{"a trouble that names its own beginning is believed", func(t world) {
			trouble := expired()
			trouble.Since = now.AddDate(0, 0, -3)
			noted(t, now, trouble)
			if got := channel(t); !got.Trouble.Since.Equal(trouble.Since) {
				t.Errorf("since %v", got.Trouble.Since)
			}
		}},
		{"an older visit that is noted late does not undo a newer one", func(t world) {
			noted(t, now, nil)
			noted(t, now.Add(-time.Hour), expired())
			if got := channel(t); got.Trouble != nil || !got.LastTry.Equal(now) {
				t.Errorf("%+v", got)
			}
		}},
		{"due are those whose time has come, never read ones first, no archived, no files", func(t world) {
			if _, err := t.ImportChannel(ctx, t.Province.ID); err != nil {
				t.Fatal(err)
			}
			khe := t.KheMauPage
			khe.Archived = true
			if err := t.SaveChannel(ctx, &khe); err != nil {
				t.Fatal(err)
			}
			noted(t, now, nil)
			for after, want := range map[time.Duration]int{0: 1, 59 * time.Minute: 1, time.Hour: 2} {
				due, err := t.ChannelsDue(ctx, now.Add(after), 10)
				check(t.T, "due after "+after.String(), len(due), want, err)
				if due[0].ID != t.ProvincePage.ID {
					t.Errorf("first is %s", due[0].Name)
				}
			}
			if err := t.SetNextVisit(ctx, t.page, time.Time{}); err != nil {
				t.Fatal(err)
			}
			due, err := t.ChannelsDue(ctx, now, 10)
			check(t.T, "due when asked for at once", len(due), 2, err)
		}},
		{"the channel for files is one for a unit, archived, and stands in no count", func(t world) {
			one, err := t.ImportChannel(ctx, t.Province.ID)
			if err != nil {
				t.Fatal(err)
			}
			two, err := t.ImportChannel(ctx, t.Province.ID)
			if err != nil || one != two || one == "" {
				t.Errorf("%s %s %v", one, two, err)
			}
			ch, err := t.Channel(ctx, one)
			if err != nil || !ch.Archived || ch.Name != "Bài nhập từ tệp" || ch.Kind != lantoa.Imported {
				t.Errorf("%+v %v", ch, err)
			}
			save(t.T, t.Store, one, now, with(post("1", 5, "một"), now, 5))
			o, err := t.Counts(ctx, lantoa.Everything)
			if err != nil || o.Channels != 3 || o.Waiting != 3 || o.Archived != 0 || o.Posts != 1 {
				t.Errorf("%+v %v", o, err)
			}
			w, err := t.WeekNumbers(ctx, lantoa.Everything, now.AddDate(0, 0, -7), now)
			if err != nil || w != (store.WeekNumbers{}) {
				t.Errorf("%+v %v", w, err)
			}
		}},
		{"filters narrow the list", func(t world) {
			no, yes := false, true
			for name, tt := range map[string]struct {
				f    store.ChannelFilter
				want int
			}{
				"all": {store.ChannelFilter{}, 3}, "pages": {store.ChannelFilter{Kind: lantoa.FacebookPage}, 3},
				"groups": {store.ChannelFilter{Kind: lantoa.ZaloGroup}, 0}, "a commune": {store.ChannelFilter{Unit: t.DongMau.Path}, 1},
				"the province": {store.ChannelFilter{Unit: "u19"}, 3}, "not archived": {store.ChannelFilter{Archived: &no}, 3},
				"archived": {store.ChannelFilter{Archived: &yes}, 0},
			} {
				got, err := t.Channels(ctx, lantoa.Everything, tt.f)
				check(t.T, name, len(got), tt.want, err)
			}
		}},
		{"the overview counts what was read, waits, is in trouble", func(t world) {
			noted(t, now, nil)
			if err := t.NoteVisit(ctx, lantoa.Visit{Channel: t.KheMauPage.ID, At: now.Add(time.Minute), Trouble: expired()}); err != nil {
				t.Fatal(err)
			}
			if _, err := t.SaveChatter(ctx, t.page, []lantoa.Chatter{{External: "m", At: now}}); err != nil {
				t.Fatal(err)
			}
			got, err := t.Counts(ctx, lantoa.Everything)
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "overview", got, store.Overview{Channels: 3, Waiting: 2, Read: 1, Trouble: 1, Messages: 1, LastVisit: now.Add(time.Minute)})
		}},
		{"a size is kept once a day as long as it stays the same", func(t world) {
			for _, step := range []struct {
				hours     int
				followers int64
			}{{0, 100}, {1, 100}, {2, 105}, {2, 105}, {24, 105}} {
				at := now.Add(time.Duration(step.hours) * time.Hour)
				if err := t.SaveChannelSnapshot(ctx, t.page, lantoa.ChannelSnapshot{At: at, Followers: lantoa.Of(step.followers)}); err != nil {
					t.Fatal(err)
				}
			}
			got, err := t.ChannelSnapshots(ctx, t.page, time.Time{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			size := func(hours, n int) lantoa.ChannelSnapshot {
				return lantoa.ChannelSnapshot{At: now.Add(time.Duration(hours) * time.Hour), Followers: lantoa.Of(int64(n)), Source: lantoa.FromPlatform}
			}
			equal(t.T, "sizes", got, []lantoa.ChannelSnapshot{size(0, 100), size(2, 105), size(24, 105)})
			if ch := channel(t); ch.Followers != lantoa.Of(105) || !ch.FollowedAt.Equal(now.Add(24*time.Hour)) {
				t.Errorf("%+v at %v", ch.Followers, ch.FollowedAt)
			}
			if got, err := t.ChannelSnapshots(ctx, t.page, now.Add(time.Hour), now.Add(24*time.Hour)); err != nil || len(got) != 1 {
				t.Errorf("%v %v", got, err)
			}
		}},
		{"a size without followers leaves the known ones", func(t world) {
			if err := t.SaveChannelSnapshot(ctx, t.page, lantoa.ChannelSnapshot{At: now, Followers: lantoa.Of(7)}); err != nil {
				t.Fatal(err)
			}
			if err := t.SaveChannelSnapshot(ctx, t.page, lantoa.ChannelSnapshot{At: now.Add(time.Hour), Likes: lantoa.Of(3)}); err != nil {
				t.Fatal(err)
			}
			if ch := channel(t); ch.Followers != lantoa.Of(7) {
				t.Errorf("%+v", ch.Followers)
			}
		}},
		{"a platform's day is one figure of one metric, and may be corrected; absent stays absent", func(t world) {
			day := lantoa.ChannelDay{Metric: "page_media_view", Day: "2026-11-20", Start: now.AddDate(0, 0, -3), End: now.AddDate(0, 0, -2), Value: lantoa.Of(5)}
			none := day
			none.Metric, none.Value = "page_impressions", lantoa.Count{}
			for _, v := range []int64{5, 6} {
				day.Value = lantoa.Of(v)
				if err := t.SaveChannelDays(ctx, t.page, []lantoa.ChannelDay{day, none}); err != nil {
					t.Fatal(err)
				}
			}
			got, err := t.ChannelDays(ctx, t.page, "", time.Time{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "all", got, []lantoa.ChannelDay{none, day})
			got, err = t.ChannelDays(ctx, t.page, "page_media_view", now.AddDate(0, 0, -3), now)
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "one metric", got, []lantoa.ChannelDay{day})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				small := storetest.Seed(t, s)
				tt.test(world{t, s, small, small.DongMauPage.ID})
			})
		})
	}
}

func TestRhythms(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		page := small.DongMauPage.ID
		const day = 24
		// The newest kept post is 10 days old; the 56 days before it reach back to day 66.
		save(t, s, page, now, post("gone", 1*day, "đã xóa"), post("last", 10*day, "cuối"), post("a", 27*day, "a"), post("b", 29*day, "b"),
			post("c", 65*day, "c"), post("d", 67*day, "d"), post("e", 111*day, "e"), post("f", 400*day, "f"),
			post("tomorrow", -1*day, "của ngày mai"))
		if err := s.MarkRemoved(ctx, page, []string{"gone"}, now); err != nil {
			t.Fatal(err)
		}
		got, err := s.Rhythms(ctx, lantoa.Everything, now)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "a channel with posts; removed ones and those to come do not count", got[page], lantoa.Rhythm{
			Last: now.AddDate(0, 0, -10), Before: 4, Recent: 2, Earlier: 4, FirstKnown: now.AddDate(0, 0, -400)})
		equal(t, "a channel without", got[small.KheMauPage.ID], lantoa.Rhythm{FirstKnown: small.KheMauPage.CreatedAt})
	})
}

func TestWeekNumbers(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		vote := with(post("vote", 20, "bình chọn"), now, 2300)
		vote.Vote = true
		save(t, s, small.DongMauPage.ID, now, with(post("1", 20, "một"), now, 10), vote, post("bare", 30, "không số"))
		save(t, s, small.KheMauPage.ID, now, post("bare", 30, "không số"), with(post("old", 300, "cũ"), now, 99))
		keep(t, s, told(find(t, s, small.DongMauPage.ID, "1"), "", 2))
		from := now.AddDate(0, 0, -7)
		for scope, want := range map[lantoa.Scope]store.WeekNumbers{
			"u19":        {Posts: 4, Interactions: lantoa.Of(12), Channels: 2, Stories: 1},
			"u19.u05728": {Posts: 1, Channels: 1},
		} {
			got, err := s.WeekNumbers(ctx, scope, from, now)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "numbers of "+string(scope), got, want)
		}
	})
}
