package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// group is a Zalo group of xã Đồng Mẫu that no platform tells us of.
func group(t *testing.T, s *store.Store, small storetest.Small) lantoa.Channel {
	t.Helper()
	ch := lantoa.Channel{Kind: lantoa.ZaloGroup, Name: "Nhóm Zalo Bãi Đá", Unit: small.DongMau, External: "g1", CreatedAt: now.AddDate(0, -3, 0)}
	if err := s.SaveChannel(ctx, &ch); err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestReportsOfMonths(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		ch := group(t, s, small)
		zone, _ := time.LoadLocation("Asia/Ho_Chi_Minh")
		save := func(key string, at time.Time, f lantoa.Figures) (lantoa.MonthReport, bool, error) {
			r := lantoa.MonthReport{Channel: ch.ID, Month: "2026-10", Unit: small.DongMau.ID, Figures: f, Sender: "Hoàng Thị Mẫu", Key: key, At: at}
			fresh, err := s.SaveReport(ctx, &r, 5)
			return r, fresh, err
		}
		good := func(key string, at time.Time, f lantoa.Figures, version int, isFresh bool) {
			t.Helper()
			r, fresh, err := save(key, at, f)
			if err != nil || r.Version != version || fresh != isFresh {
				t.Fatalf("version %d fresh %v: %v, want %d %v", r.Version, fresh, err, version, isFresh)
			}
		}
		sizes := func() (out []int64) {
			t.Helper()
			all, err := s.ChannelSnapshots(ctx, ch.ID, time.Time{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range all {
				if x.Source != lantoa.FromReport {
					t.Errorf("a size from %s", x.Source)
				}
				out = append(out, x.Followers.N)
			}
			return out
		}
		second := time.Date(2026, 11, 2, 9, 0, 0, 0, zone)
		good("a", second, lantoa.Figures{"members": 236, "posts": 12, "views": 0}, 1, true)
		good("a", second, lantoa.Figures{"members": 236, "posts": 12, "views": 0}, 1, false)
		good("b", second.Add(time.Hour), lantoa.Figures{"members": 240, "posts": 12}, 2, true)
		good("a", second.Add(2*time.Hour), lantoa.Figures{"members": 236, "posts": 12, "views": 0}, 2, false) // the first form, late
		good("c", second.Add(2*time.Hour), lantoa.Figures{"members": 240, "posts": 12}, 2, false)

		months, err := s.ChannelMonths(ctx, ch.ID, "2026-10", "2026-10")
		if err != nil || len(months) != 2 || months[0].Value.N != 240 {
			t.Errorf("the figures of the month are %v: %v; what was taken back is absent, not 0", months, err)
		}
		if diff := cmp.Diff([]int64{236, 240}, sizes()); diff != "" {
			t.Error("sizes:", diff)
		}
		now, err := s.Channel(ctx, ch.ID)
		if err != nil || now.Followers != lantoa.Of(240) || lantoa.MonthOf(now.FollowedAt, zone) != "2026-10" {
			t.Errorf("the channel shows %v of %v: %v", now.Followers, now.FollowedAt, err)
		}
		versions, err := s.ReportVersions(ctx, ch.ID, "2026-10")
		if err != nil || len(versions) != 2 || versions[0].Figures["members"] != 236 || versions[0].Sender != "Hoàng Thị Mẫu" {
			t.Errorf("the wordings are %+v: %v", versions, err)
		}

		t.Run("the size taken back is nobody's any more", func(t *testing.T) {
			good("d", second.Add(150*time.Minute), lantoa.Figures{"members": 240, "posts": 11}, 3, true)
			good("d", second.Add(3*time.Hour), lantoa.Figures{"posts": 12}, 4, true) // she did not know that it had arrived
			now, err := s.Channel(ctx, ch.ID)
			if err != nil || now.Followers != lantoa.Of(236) {
				t.Errorf("it shows %v: %v", now.Followers, err)
			}
		})
		t.Run("after the fifth the month is closed, and opens again when an administrator says so", func(t *testing.T) {
			late := time.Date(2026, 11, 6, 0, 0, 0, 0, zone)
			good("e", late.Add(-time.Second), lantoa.Figures{"posts": 13}, 5, true)
			if r, _, err := save("f", late, lantoa.Figures{"posts": 14}); lantoa.KindOf(err) != lantoa.Conflict {
				t.Errorf("kept as %d: %v", r.Version, err)
			}
			good("e", late, lantoa.Figures{"posts": 13}, 5, false) // the same form again is only told that it is there
			open, err := s.OpenReportMonths(ctx, late, 5)
			if diff := cmp.Diff([]string{"2026-11"}, open); err != nil || diff != "" {
				t.Error(err, diff)
			}
			admin := lantoa.User{Email: "admin@example.org"}
			if err := s.SetReportsClose(ctx, "2026-10", late.AddDate(0, 0, 3), admin, late); err != nil {
				t.Fatal(err)
			}
			open, err = s.OpenReportMonths(ctx, late, 5)
			if diff := cmp.Diff([]string{"2026-10", "2026-11"}, open); err != nil || diff != "" {
				t.Error(err, diff)
			}
			good("f", late, lantoa.Figures{"posts": 14}, 6, true)
			log, err := s.AuditLog(ctx, 1, time.Time{})
			if err != nil || log[0].Action != "report_reopened" || log[0].Subject != "2026-10" || log[0].Who != admin.Email {
				t.Errorf("the log says %+v: %v", log, err)
			}
		})
		t.Run("who reported is known by unit", func(t *testing.T) {
			reported, err := s.Reported(ctx, "2026-10")
			if diff := cmp.Diff(map[lantoa.UnitID]bool{small.DongMau.ID: true}, reported); err != nil || diff != "" {
				t.Error(err, diff)
			}
			if reported, err := s.Reported(ctx, "2026-09"); err != nil || len(reported) != 0 {
				t.Errorf("for September: %v %v", reported, err)
			}
			for scope, want := range map[lantoa.Scope]int{lantoa.Everything: 1, lantoa.Scope(small.DongMau.Path): 1, lantoa.Scope(small.KheMau.Path): 0} {
				if found, err := s.Reports(ctx, scope, "2026-10"); err != nil || len(found) != want || want == 1 && found[0].Version != 6 {
					t.Errorf("through %s: %+v %v", scope, found, err)
				}
			}
		})
		t.Run("nothing said, no such month, less than nothing", func(t *testing.T) {
			r := lantoa.MonthReport{Channel: small.DongMauPage.ID, Month: "2026-11", Unit: small.DongMau.ID}
			if fresh, err := s.SaveReport(ctx, &r, 5); err != nil || fresh {
				t.Errorf("an empty form: %v %v", fresh, err)
			}
			for month, f := range map[string]lantoa.Figures{"2026-13": {"posts": 1}, "2026-1": {"posts": 1}, "2026-11": {"posts": -1}} {
				r := lantoa.MonthReport{Channel: ch.ID, Month: month, Unit: small.DongMau.ID, Figures: f}
				if _, err := s.SaveReport(ctx, &r, 5); lantoa.KindOf(err) != lantoa.Invalid {
					t.Errorf("%s %v: %v", month, f, err)
				}
			}
		})
	})
}

func TestTheSameFormTellsOneStory(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		tell := func(key, text string, pictures ...string) (lantoa.FormStory, bool) {
			t.Helper()
			f := lantoa.FormStory{Submission: lantoa.Submission{Unit: small.DongMau.ID, Externals: []string{key}, Text: text, ToldAt: now}, Month: "2026-11", Teller: "Chị Đào", Agreed: true}
			var pics []lantoa.Picture
			for _, p := range pictures {
				pics = append(pics, lantoa.Picture{Data: []byte(p), Width: 3, Height: 2})
			}
			fresh, err := s.SaveFormStory(ctx, &f, pics)
			if err != nil {
				t.Fatal(err)
			}
			return f, fresh
		}
		first, fresh := tell("k1", "Lớp đan lưới", "one", "two")
		if !fresh || first.Code != "C-0001" || first.Unit != small.DongMau.ID || len(first.Media) != 2 || first.State != lantoa.SubmissionNew {
			t.Fatalf("%+v", first)
		}
		var together sync.WaitGroup
		for range 4 { // a finger on a slow line
			together.Go(func() {
				if again, fresh := tell("k1", "Lớp đan lưới", "one", "two"); fresh || again.ID != first.ID {
					t.Errorf("told twice: %+v", again)
				}
			})
		}
		together.Wait()
		if again, fresh := tell("k2", "Lớp  đan lưới\n", "one", "two"); fresh || again.ID != first.ID {
			t.Errorf("the same words from another form: %+v", again)
		}
		if again, fresh := tell("k1", "Lớp đan lưới của 12 chị", "one"); fresh || again.ID != first.ID || again.Text != "Lớp đan lưới của 12 chị" || len(again.Media) != 1 {
			t.Errorf("her own correction of the form that got lost: %+v", again)
		}
		if p, err := s.SubmissionPicture(ctx, first.ID, 0); err != nil || string(p.Data) != "one" || p.Width != 3 {
			t.Errorf("the picture is %+v: %v", p, err)
		}
		if _, err := s.SubmissionPicture(ctx, first.ID, 1); lantoa.KindOf(err) != lantoa.NotFound {
			t.Errorf("a picture that she left out: %v", err)
		}
		if err := s.MoveSubmission(ctx, first.ID, lantoa.SubmissionTaken, "", lantoa.User{Email: "t@example.org"}, now); err != nil {
			t.Fatal(err)
		}
		other, fresh := tell("k1", "Chuyện khác hẳn")
		if !fresh || other.ID == first.ID || other.Code != "C-0002" {
			t.Errorf("what was taken up stays as it was read: %+v", other)
		}
		all, total, err := s.Submissions(ctx, lantoa.Scope(small.DongMau.Path), "", 10, time.Time{})
		if err != nil || total != 2 || all[0].Via != lantoa.FormVia {
			t.Errorf("in the box: %d %+v %v", total, all, err)
		}
		mine, err := s.FormStories(ctx, small.DongMau.ID, "2026-11")
		if err != nil || len(mine) != 2 || mine[0].Teller != "Chị Đào" || !mine[0].Agreed {
			t.Errorf("of the month: %+v %v", mine, err)
		}
		f := lantoa.FormStory{Submission: lantoa.Submission{Unit: small.KheMau.ID, Externals: []string{"k1"}, Text: "Lớp đan lưới của 12 chị"}}
		if fresh, err := s.SaveFormStory(ctx, &f, nil); err != nil || !fresh {
			t.Errorf("another unit with the same key and words tells its own: %v %v", fresh, err)
		}
	})
}

func TestAUnitIsRemindedOnceADay(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		remind := func(at time.Time) bool {
			t.Helper()
			did, err := s.Remind(ctx, lantoa.ReportReminder{Unit: small.DongMau.ID, Month: "2026-11", At: at, By: "lantoa"})
			if err != nil {
				t.Fatal(err)
			}
			return did
		}
		if !remind(now) || remind(now.Add(time.Hour)) || !remind(now.AddDate(0, 0, 1)) {
			t.Error("not once a day")
		}
		last, err := s.LastReminders(ctx)
		if err != nil || !last[small.DongMau.ID].Equal(now.AddDate(0, 0, 1)) {
			t.Errorf("last: %v %v", last, err)
		}
	})
}
