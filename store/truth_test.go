package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
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
		save(t, s, ch, ahead, with(post("a", 1, "chữ"), ahead, 5))

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
		if got := find(t, s, ch, "a").Numbers.Reactions; got != lantoa.Of(50) {
			t.Errorf("%v reactions are shown, want those of now", got)
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
	})
}

func TestOldVisitsAreSweptButForTheNewest(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ch := storetest.Seed(t, s).DongMauPage.ID
		for d := range 120 {
			visit(t, s, ch, now.AddDate(0, 0, -200-d))
		}
		if err := s.SweepVisits(ctx, now.AddDate(0, 0, -90)); err != nil {
			t.Fatal(err)
		}
		left, err := s.Visits(ctx, ch, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(left) != 20 || !left[0].At.Equal(now.AddDate(0, 0, -200)) {
			t.Errorf("%d visits are left, want the newest 20", len(left))
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
	})
}
