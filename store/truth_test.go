package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestAClockThatWasAheadFreezesNothing(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ch := storetest.Seed(t, s).DongMauPage.ID
		ahead := now.Add(72 * time.Hour)
		visit(t, s, ch, now.Add(-time.Hour))
		if err := s.NoteVisit(ctx, lantoa.Visit{Channel: ch, At: ahead, Next: ahead.Add(time.Hour), Trouble: &lantoa.Trouble{Kind: lantoa.Away}}); err != nil {
			t.Fatal(err)
		}
		gone := with(post("gone", 1, "đã ẩn"), ahead, 5)
		gone.Hidden = true
		save(t, s, ch, ahead, with(post("a", 1, "chữ"), ahead, 5), gone)
		for _, size := range []lantoa.ChannelSnapshot{{At: now.Add(-time.Hour), Followers: lantoa.Of(90)}, {At: ahead, Followers: lantoa.Of(70)}} {
			if err := s.SaveChannelSnapshot(ctx, ch, size); err != nil {
				t.Fatal(err)
			}
		}
		due, err := s.ChannelsDue(ctx, now, 10)
		if err != nil || !slices.ContainsFunc(due, func(c lantoa.Channel) bool { return c.ID == ch }) {
			t.Errorf("its next visit waits for the wrong clock's time: %d due, %v", len(due), err)
		}

		gone.Hidden, gone.HasCount = false, false
		save(t, s, ch, now, gone)
		if find(t, s, ch, "gone").Removed() {
			t.Error("a post seen now stays removed until the wrong clock's time")
		}
		// The same number as before the jump, on the same day.
		if err := s.SaveChannelSnapshot(ctx, ch, lantoa.ChannelSnapshot{At: now, Followers: lantoa.Of(90)}); err != nil {
			t.Fatal(err)
		}
		save(t, s, ch, now, with(post("a", 1, "chữ"), now, 50))
		if err := s.NoteVisit(ctx, lantoa.Visit{Channel: ch, At: now, Next: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		c, err := s.Channel(ctx, ch)
		if err != nil {
			t.Fatal(err)
		}
		if c.Trouble != nil || !c.LastRead.Equal(now) || !c.NextRead.Equal(now.Add(time.Hour)) {
			t.Errorf("trouble %v, last read %s, next %s", c.Trouble, c.LastRead, c.NextRead)
		}
		if c.Followers != lantoa.Of(90) {
			t.Errorf("%v followers are shown, want those of now", c.Followers)
		}
		a := find(t, s, ch, "a")
		if a.Numbers.Reactions != lantoa.Of(50) {
			t.Errorf("%v reactions are shown, want those of now", a.Numbers.Reactions)
		}
		curve, err := s.Snapshots(ctx, a.ID)
		if err != nil || len(curve) != 1 || !curve[0].At.Equal(now) {
			t.Errorf("the curve holds numbers of a day that has not come: %+v, %v", curve, err)
		}
		visits, err := s.Visits(ctx, ch, 10)
		if err != nil || len(visits) != 2 || !visits[0].At.Equal(now) {
			t.Errorf("a visit of a day that has not come is listed: %+v, %v", visits, err)
		}
	})
}

func TestAClockThatWasAheadHidesNoTrouble(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ch := storetest.Seed(t, s).DongMauPage.ID
		visit(t, s, ch, now.AddDate(1, 0, 0)) // the very first, by a clock a year ahead
		if err := s.NoteVisit(ctx, lantoa.Visit{Channel: ch, At: now, Trouble: lantoa.Problem(lantoa.Away, "", "")}); err != nil {
			t.Fatal(err)
		}
		c, err := s.Channel(ctx, ch)
		if err != nil {
			t.Fatal(err)
		}
		if c.LastRead.After(now) || c.FirstRead.After(now) || c.FirstRead.IsZero() || c.NextRead.After(now) ||
			c.Trouble == nil || !c.Trouble.Since.Equal(now) {
			t.Errorf("read first %s, last %s, next %s, trouble %+v", c.FirstRead, c.LastRead, c.NextRead, c.Trouble)
		}
	})
}

func TestVisitsThatEndOutOfOrderLeaveTheNewerWord(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ch := storetest.Seed(t, s).DongMauPage.ID
		visit(t, s, ch, now)
		if err := s.NoteVisit(ctx, lantoa.Visit{Channel: ch, At: now.Add(-10 * time.Minute), Trouble: lantoa.Problem(lantoa.Away, "", "")}); err != nil {
			t.Fatal(err)
		}
		c, err := s.Channel(ctx, ch)
		visits, verr := s.Visits(ctx, ch, 10)
		if err != nil || verr != nil || c.Trouble != nil || !c.LastTry.Equal(now) || len(visits) != 2 {
			t.Errorf("tried last %s, trouble %v, %d visits, %v %v", c.LastTry, c.Trouble, len(visits), err, verr)
		}
	})
}

func TestAFileChangesNothingThatAPlatformTold(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ch := storetest.Seed(t, s).DongMauPage.ID
		p := with(post("a", 1000, "chữ mới đã sửa"), now.Add(-2*time.Hour), 50)
		p.Media = []lantoa.Media{{Kind: "photo", URL: "https://x.example/a.jpg"}}
		save(t, s, ch, now.Add(-2*time.Hour), p)
		if err := s.MarkRemoved(ctx, ch, []string{"a"}, now.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		row := lantoa.Incoming{FromFile: true, HasCount: true,
			Post:    lantoa.Post{External: "a", Type: lantoa.Other, Text: "chữ cũ", PublishedAt: p.PublishedAt},
			Numbers: lantoa.Snapshot{At: now, Reactions: lantoa.Of(3), Source: lantoa.FromReport}}
		save(t, s, ch, now, row)
		got := find(t, s, ch, "a")
		if !got.Removed() {
			t.Error("a row of a file brought back a post that is gone")
		}
		if got.Text != "chữ mới đã sửa" || got.Version != 1 || len(got.Media) != 1 || got.Type != p.Type || got.Numbers.Reactions != lantoa.Of(50) {
			t.Errorf("a file overwrote what the platform says: %+v", got.Post)
		}
	})
}

func TestRowsOfAFile(t *testing.T) {
	row := func(external string, at time.Time, reactions int64) lantoa.Incoming {
		p := with(post(external, 100, "lời trong tệp"), at, reactions)
		p.FromFile, p.Numbers.Source = true, ""
		return p
	}
	for _, tt := range []struct {
		name string
		test func(t *testing.T, s *store.Store, ch lantoa.ChannelID)
	}{
		{"an address that the platform did not give is filled, and its next visit keeps it", func(t *testing.T, s *store.Store, ch lantoa.ChannelID) {
			p := with(post("a", 100, "lời của trang"), now, 50)
			p.Permalink = ""
			save(t, s, ch, now, p)
			equal(t, "saved", save(t, s, ch, now, row("a", now, 3)), lantoa.Saved{Changed: 1})
			equal(t, "again", save(t, s, ch, now, row("a", now, 3)), lantoa.Saved{Same: 1})
			equal(t, "the next visit", save(t, s, ch, now, p), lantoa.Saved{Same: 1})
			if got := find(t, s, ch, "a"); got.Permalink != "https://example.org/a" || got.Text != p.Text || got.Version != 1 {
				t.Errorf("%+v", got.Post)
			}
		}},
		{"numbers from before the platform's are history, those from after them are not", func(t *testing.T, s *store.Store, ch lantoa.ChannelID) {
			save(t, s, ch, now, with(post("a", 100, "lời của trang"), now, 50))
			equal(t, "older", save(t, s, ch, now, row("a", now.Add(-24*time.Hour), 30)), lantoa.Saved{Same: 1, Snapshots: 1})
			equal(t, "later", save(t, s, ch, now.Add(time.Hour), row("a", now.Add(time.Hour), 3)), lantoa.Saved{Same: 1})
			got := find(t, s, ch, "a")
			curve, err := s.Snapshots(ctx, got.ID)
			if err != nil || len(curve) != 2 || curve[0].Source != lantoa.FromReport || got.Numbers.Reactions != lantoa.Of(50) ||
				got.Numbers.Source != lantoa.FromPlatform {
				t.Errorf("newest %+v, curve %+v, %v", got.Numbers, curve, err)
			}
		}},
		{"numbers where the platform gives none are shown as reported", func(t *testing.T, s *store.Store, ch lantoa.ChannelID) {
			save(t, s, ch, now, post("a", 100, "lời của trang"))
			save(t, s, ch, now, row("a", now, 3))
			if got := find(t, s, ch, "a").Numbers; got.Reactions != lantoa.Of(3) || got.Source != lantoa.FromReport {
				t.Errorf("%+v", got)
			}
		}},
		{"of what only files tell, the later file's numbers are the newest", func(t *testing.T, s *store.Store, ch lantoa.ChannelID) {
			save(t, s, ch, now, row("a", now, 3))
			save(t, s, ch, now.Add(time.Hour), row("a", now.Add(time.Hour), 8))
			if got := find(t, s, ch, "a").Numbers; got.Reactions != lantoa.Of(8) {
				t.Errorf("%+v", got)
			}
		}},
		{"the platform's same number takes the place of a reported one", func(t *testing.T, s *store.Store, ch lantoa.ChannelID) {
			save(t, s, ch, now, row("a", now, 3))
			at := now.Add(10 * time.Minute)
			save(t, s, ch, at, with(post("a", 100, "lời của trang"), at, 3))
			if got := find(t, s, ch, "a").Numbers; got.Source != lantoa.FromPlatform {
				t.Errorf("%+v", got)
			}
		}},
		{"once the platform told it, a file's words do not come back", func(t *testing.T, s *store.Store, ch lantoa.ChannelID) {
			save(t, s, ch, now, row("a", now, 3))
			save(t, s, ch, now.Add(time.Hour), post("a", 90, "lời của trang"))
			save(t, s, ch, now.Add(2*time.Hour), row("a", now, 3))
			got := find(t, s, ch, "a")
			if got.Text != "lời của trang" || got.Version != 2 || !got.ToldAt.Equal(now.Add(-90*time.Hour)) {
				t.Errorf("%+v", got.Post)
			}
		}},
		{"what only a file told and is gone does not come back by a file", func(t *testing.T, s *store.Store, ch lantoa.ChannelID) {
			save(t, s, ch, now, row("a", now, 3))
			if err := s.MarkRemoved(ctx, ch, []string{"a"}, now); err != nil {
				t.Fatal(err)
			}
			save(t, s, ch, now.Add(time.Hour), row("a", now.Add(time.Hour), 4))
			if !find(t, s, ch, "a").Removed() {
				t.Error("it is back")
			}
			equal(t, "its platform shows it", save(t, s, ch, now.Add(2*time.Hour), post("a", 100, "lời")), lantoa.Saved{Returned: 1})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) { tt.test(t, s, storetest.Seed(t, s).DongMauPage.ID) })
		})
	}
}

func TestWhatIsCalledDatedBack(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		t.Run("two visits in a row and a list that lags are no trick", func(t *testing.T) {
			ch := small.DongMauPage.ID
			visit(t, s, ch, now.Add(-24*time.Hour))
			visit(t, s, ch, now.Add(-21*time.Second))
			visit(t, s, ch, now.Add(-10*time.Second))
			p := post("a", 0, "x")
			p.PublishedAt = now.Add(-22 * time.Second)
			save(t, s, ch, now, p)
			if find(t, s, ch, "a").BackDated {
				t.Error("called dated back")
			}
		})
		t.Run("two visits half a day apart that did not see it are", func(t *testing.T) {
			ch := small.KheMauPage.ID
			visit(t, s, ch, now.Add(-24*time.Hour))
			visit(t, s, ch, now.Add(-12*time.Hour))
			p := post("a", 0, "x")
			p.PublishedAt = now.Add(-10 * 24 * time.Hour)
			save(t, s, ch, now, p)
			if got := find(t, s, ch, "a"); !got.BackDated || !got.ToldAt.Equal(got.FirstSeenAt) {
				t.Errorf("not called dated back: told %s, seen %s", got.ToldAt, got.FirstSeenAt)
			}
		})
		t.Run("what a file told first takes its time from the platform", func(t *testing.T) {
			ch := small.ProvincePage.ID
			row := post("a", 3, "x")
			row.FromFile = true
			save(t, s, ch, now, row)
			p := post("a", 10, "x")
			save(t, s, ch, now.Add(time.Minute), p)
			if got := find(t, s, ch, "a"); got.BackDated || !got.ToldAt.Equal(p.PublishedAt) {
				t.Errorf("told %s, the platform says %s, dated back %v", got.ToldAt, p.PublishedAt, got.BackDated)
			}
		})
	})
}

func TestDaysOnWhichWeCouldNotSeeAreNobodysSilence(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ch := storetest.Seed(t, s).DongMauPage.ID
		off := now.AddDate(0, 0, -16) // the service was off since
		var daily []lantoa.Incoming
		for d := range 100 {
			p := post("d"+string(rune('a'+d/26))+string(rune('a'+d%26)), 0, "bài hằng ngày")
			p.PublishedAt = off.AddDate(0, 0, -d).Add(-time.Hour)
			daily = append(daily, p)
		}
		save(t, s, ch, off, daily...)
		visit(t, s, ch, off)
		rhythms, err := s.Rhythms(ctx, lantoa.Everything, now)
		if err != nil {
			t.Fatal(err)
		}
		if r := rhythms[ch]; r.Recent != 28 || r.Earlier != 72 {
			t.Errorf("%d posts in the 28 days before the last look, %d before them; want 28 and 72", r.Recent, r.Earlier)
		}
		c, err := s.Channel(ctx, ch)
		if err != nil {
			t.Fatal(err)
		}
		if state, days, _ := activity.State(c, rhythms[ch], now, time.UTC); state != lantoa.Active {
			t.Errorf("%s, %d days: nobody looked for 16 days and the page is called so", state, days)
		}
	})
}

func TestEachUnreadChannelIsReckonedFromItsOwnLastLook(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		want := map[lantoa.ChannelID]time.Time{}
		for i := range 120 { // more than one statement takes
			ch := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Trang", Unit: small.DongMau, External: fmt.Sprint("p", i)}
			if err := s.SaveChannel(ctx, &ch); err != nil {
				t.Fatal(err)
			}
			look := now.Add(-49*time.Hour - time.Duration(i)*time.Hour)
			first, last := post("first", 0, "một"), post("last", 0, "hai")
			first.PublishedAt, last.PublishedAt = look.AddDate(0, 0, -28).Add(time.Minute), look.Add(-time.Minute)
			save(t, s, ch.ID, look, first, last)
			visit(t, s, ch.ID, look)
			want[ch.ID] = last.PublishedAt
		}
		rhythms, err := s.Rhythms(ctx, "u19", now)
		if err != nil || len(rhythms) != len(want)+3 {
			t.Fatalf("%d rhythms, %v", len(rhythms), err)
		}
		for id, last := range want {
			if r := rhythms[id]; r.Recent != 2 || r.Before != 2 || r.Earlier != 0 || !r.Last.Equal(last) {
				t.Errorf("%+v, want both posts in the 28 days before %s", r, last)
			}
		}
	})
}

func TestOldVisitsAreSweptButForTheNewest(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		kept := func(ch lantoa.ChannelID) (all, good int) {
			t.Helper()
			visits, err := s.Visits(ctx, ch, 500)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range visits {
				if v.Trouble == nil {
					good++
				}
			}
			return len(visits), good
		}
		steady, failing, fresh := small.DongMauPage.ID, small.KheMauPage.ID, small.ProvincePage.ID
		for d := range 120 {
			visit(t, s, steady, now.AddDate(0, 0, -200-d))
			visit(t, s, failing, now.AddDate(0, 0, -300-d))
			if err := s.NoteVisit(ctx, lantoa.Visit{Channel: failing, At: now.AddDate(0, 0, -100-d), Trouble: lantoa.Problem(lantoa.Away, "", "")}); err != nil {
				t.Fatal(err)
			}
			visit(t, s, fresh, now.Add(-time.Duration(d)*time.Hour))
		}
		if err := s.SweepVisits(ctx, now.AddDate(0, 0, -90)); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name      string
			ch        lantoa.ChannelID
			all, good int
		}{
			{"long unread: its newest 50", steady, 50, 50},
			{"long failing: its newest 50, and 20 that went well", failing, 70, 20},
			{"none of them old: all", fresh, 120, 120},
		} {
			if all, good := kept(tt.ch); all != tt.all || good != tt.good {
				t.Errorf("%s: %d are left, %d of them good", tt.name, all, good)
			}
		}
		if left, err := s.Visits(ctx, steady, 1); err != nil || !left[0].At.Equal(now.AddDate(0, 0, -200)) {
			t.Errorf("the newest is gone: %v %v", left, err)
		}
	})
}

func TestThePlatformNamesOnlyWhatHasNoName(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ch := storetest.Seed(t, s).DongMauPage
		if err := s.NameChannel(ctx, ch.ID, "Tên ở Facebook", "https://facebook.example/1"); err != nil {
			t.Fatal(err)
		}
		got, err := s.Channel(ctx, ch.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != ch.Name || got.URL != "https://facebook.example/1" {
			t.Errorf("named %q at %q", got.Name, got.URL)
		}
		nameless := lantoa.Channel{Kind: lantoa.FacebookPage, Unit: ch.Unit, External: "nameless", URL: "https://example.org/own"}
		if err := s.SaveChannel(ctx, &nameless); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Tên\x00 ở Facebook", "Tên khác"} {
			if err := s.NameChannel(ctx, nameless.ID, name, "https://facebook.example/2"); err != nil {
				t.Fatal(err)
			}
		}
		if got, err = s.Channel(ctx, nameless.ID); err != nil || got.Name != "Tên\uFFFD ở Facebook" || got.URL != "https://example.org/own" {
			t.Errorf("named %q at %q, %v", got.Name, got.URL, err)
		}
	})
}
