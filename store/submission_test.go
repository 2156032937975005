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

func TestSubmissions(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		small storetest.Small
	}
	hoa := func(minutes int, external, text string, media ...string) lantoa.Submission {
		b := lantoa.Submission{Via: "zalo_oa", Sender: "h1", Externals: []string{external}, Text: text, ToldAt: now.Add(time.Duration(minutes) * time.Minute)}
		for _, url := range media {
			b.Media = append(b.Media, lantoa.Media{Kind: "photo", URL: url})
		}
		return b
	}
	tell := func(t world, b lantoa.Submission) lantoa.Submission {
		t.Helper()
		if err := t.SaveSubmission(ctx, &b); err != nil {
			t.Fatal(err)
		}
		return b
	}
	all := func(t world, scope lantoa.Scope, state lantoa.Progress) []string {
		t.Helper()
		found, total, err := t.Submissions(ctx, scope, state, 50, time.Time{})
		if err != nil || total != len(found) {
			t.Fatalf("%d of %d: %v", len(found), total, err)
		}
		var codes []string
		for _, b := range found {
			codes = append(codes, b.Code)
		}
		return codes
	}
	admin := lantoa.User{Email: "admin@example.org"}
	link := func(t world, unit lantoa.UnitID, sender string) {
		t.Helper()
		code, err := t.MakeTellerCode(ctx, unit, admin, now, now.Add(24*time.Hour))
		if err == nil {
			_, err = t.LinkTeller(ctx, code.Code, sender, now)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"words, then pictures within ten minutes of each other, are one story", func(t world) {
			first := tell(t, hoa(0, "m1", "Chị em xóm Chùa nuôi lợn đất"))
			tell(t, hoa(9, "m2", "", "https://example.org/1.jpg"))
			tell(t, hoa(18, "m3", "Được 148 triệu đồng", "https://example.org/2.jpg"))
			got, err := t.Submission(ctx, first.ID)
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "story", got, lantoa.Submission{ID: first.ID, Code: "C-0001", Via: "zalo_oa", Sender: "h1",
				Externals: []string{"m1", "m2", "m3"}, Text: "Chị em xóm Chùa nuôi lợn đất\n\nĐược 148 triệu đồng",
				Media:  []lantoa.Media{{Kind: "photo", URL: "https://example.org/1.jpg"}, {Kind: "photo", URL: "https://example.org/2.jpg"}},
				ToldAt: now, UpdatedAt: now.Add(18 * time.Minute), State: lantoa.SubmissionNew})
			equal(t.T, "codes", all(t, lantoa.Everything, ""), []string{"C-0001"})
		}},
		{"a message that is delivered again changes nothing, whenever it is", func(t world) {
			a := tell(t, hoa(0, "m1", "một"))
			b := tell(t, hoa(3, "m2", "hai"))
			equal(t.T, "one story", b.ID, a.ID)
			equal(t.T, "again", tell(t, hoa(3, "m2", "hai")), b)
			equal(t.T, "the day after", tell(t, hoa(1440, "m1", "một")), b)
			equal(t.T, "codes", all(t, lantoa.Everything, ""), []string{"C-0001"})
		}},
		{"after more than ten minutes it is another story, so is another person's, and one by another way", func(t world) {
			tell(t, hoa(0, "m1", "một"))
			tell(t, hoa(11, "m2", "hai"))
			other := hoa(12, "m3", "ba")
			other.Sender = "h2"
			tell(t, other)
			bot := hoa(12, "m3", "bốn")
			bot.Via = "zalo_bot"
			tell(t, bot)
			found := all(t, lantoa.Everything, "")
			slices.Sort(found)
			equal(t.T, "codes", found, []string{"C-0001", "C-0002", "C-0003", "C-0004"})
		}},
		{"what was sent earlier and comes late belongs to the story that it was sent with", func(t world) {
			later := tell(t, hoa(5, "m2", "hai"))
			earlier := tell(t, hoa(2, "m1", "một"))
			if earlier.ID != later.ID || !earlier.UpdatedAt.Equal(now.Add(5*time.Minute)) {
				t.Errorf("%+v", earlier)
			}
			if long := tell(t, hoa(-60, "m0", "không")); long.ID == later.ID {
				t.Error("an hour before is another story")
			}
		}},
		{"one that the staff has taken up grows no further", func(t world) {
			first := tell(t, hoa(0, "m1", "một"))
			if err := t.MoveSubmission(ctx, first.ID, lantoa.SubmissionTaken, "cảm ơn chị", admin, now); err != nil {
				t.Fatal(err)
			}
			if second := tell(t, hoa(2, "m2", "hai")); second.ID == first.ID || second.Code != "C-0002" {
				t.Errorf("%+v", second)
			}
			got, err := t.Submission(ctx, first.ID)
			if err != nil || got.State != lantoa.SubmissionTaken || got.Note != "cảm ơn chị" || got.Text != "một" {
				t.Errorf("%+v, %v", got, err)
			}
			equal(t.T, "taken", all(t, lantoa.Everything, lantoa.SubmissionTaken), []string{"C-0001"})
			equal(t.T, "new", all(t, lantoa.Everything, lantoa.SubmissionNew), []string{"C-0002"})
			log, err := t.AuditLog(ctx, 1, time.Time{})
			if err != nil || len(log) != 1 || log[0] != (lantoa.Audit{At: now, Who: admin.Email, Action: "submission", Subject: string(first.ID), Detail: "taken"}) {
				t.Errorf("log %+v, %v", log, err)
			}
		}},
		{"what is sensitive in a part of it is so in the whole", func(t world) {
			tell(t, hoa(0, "m1", "một"))
			b := hoa(1, "m2", "hai")
			b.Sensitive = true
			tell(t, b)
			if got := tell(t, hoa(2, "m3", "ba")); !got.Sensitive {
				t.Errorf("%+v", got)
			}
		}},
		{"codes have neither gaps nor doubles though many tell at once", func(t world) {
			var wg sync.WaitGroup
			for i := range 12 {
				wg.Go(func() {
					b := lantoa.Submission{Via: "zalo_oa", Sender: fmt.Sprint("h", i/2), Externals: []string{fmt.Sprint("m", i)}, Text: "x", ToldAt: now}
					if err := t.SaveSubmission(ctx, &b); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			found := all(t, lantoa.Everything, "")
			slices.Sort(found)
			equal(t.T, "codes", found, []string{"C-0001", "C-0002", "C-0003", "C-0004", "C-0005", "C-0006"})
		}},
		{"who is linked tells for her unit, and what she told before gets it too", func(t world) {
			before := tell(t, hoa(0, "m1", "một"))
			stranger := hoa(0, "m9", "ai")
			stranger.Sender = "h9"
			tell(t, stranger)
			link(t, t.small.DongMau.ID, "h1")
			got, err := t.Submission(ctx, before.ID)
			if err != nil || got.Unit != t.small.DongMau.ID {
				t.Errorf("before: %+v, %v", got, err)
			}
			if after := tell(t, hoa(60, "m2", "hai")); after.Unit != t.small.DongMau.ID {
				t.Errorf("after: %+v", after)
			}
			for scope, want := range map[lantoa.Scope][]string{lantoa.Everything: {"C-0003", "C-0002", "C-0001"}, "u19": {"C-0003", "C-0001"},
				"u19.u05722": {"C-0003", "C-0001"}, "u19.u05728": nil, "-": nil} {
				equal(t.T, "seen by "+string(scope), all(t, scope, ""), want)
			}
		}},
		{"what she told for one unit stays with it when she is linked to another", func(t world) {
			link(t, t.small.DongMau.ID, "h1")
			old := tell(t, hoa(0, "m1", "một"))
			link(t, t.small.KheMau.ID, "h1")
			got, err := t.Submission(ctx, old.ID)
			if err != nil || got.Unit != t.small.DongMau.ID {
				t.Errorf("%+v, %v", got, err)
			}
			if now := tell(t, hoa(60, "m2", "hai")); now.Unit != t.small.KheMau.ID {
				t.Errorf("%+v", now)
			}
		}},
		{"lists are paged by when it was told, and say how many there are", func(t world) {
			for i := range 5 {
				tell(t, hoa(20*i, fmt.Sprint("m", i), "x"))
			}
			page, total, err := t.Submissions(ctx, lantoa.Everything, "", 2, now.Add(60*time.Minute))
			if err != nil || total != 5 || len(page) != 2 || page[0].Code != "C-0003" || page[1].Code != "C-0002" {
				t.Errorf("%d of %d: %+v, %v", len(page), total, page, err)
			}
		}},
		{"what nobody sent is refused, and what is not there is not found", func(t world) {
			for _, b := range []lantoa.Submission{{Via: "zalo_oa", Externals: []string{"m"}}, {Via: "zalo_oa", Sender: "h"}} {
				if err := t.SaveSubmission(ctx, &b); lantoa.KindOf(err) != lantoa.Invalid {
					t.Error(err)
				}
			}
			if _, err := t.Submission(ctx, "nobody"); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
			if err := t.MoveSubmission(ctx, "nobody", lantoa.SubmissionTaken, "", admin, now); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				tt.test(world{t, s, storetest.Seed(t, s)})
			})
		})
	}
}

func TestTellers(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		admin := lantoa.User{Email: "admin@example.org"}
		ends := now.Add(48 * time.Hour)
		make := func(unit lantoa.UnitID) string {
			t.Helper()
			code, err := s.MakeTellerCode(ctx, unit, admin, now, ends)
			if err != nil {
				t.Fatal(err)
			}
			if word, is := strings.CutPrefix(code.Code, "NOI-"); !is || len(word) != 6 || strings.ContainsAny(word, "0O1I") {
				t.Errorf("%+v", code)
			}
			if code.Unit != unit || !code.MadeAt.Equal(now) || !code.Ends.Equal(ends) {
				t.Errorf("%+v", code)
			}
			return code.Code
		}
		refused := func(why, code, sender string, at time.Time) {
			t.Helper()
			if got, err := s.LinkTeller(ctx, code, sender, at); lantoa.KindOf(err) != lantoa.NotFound || got != (lantoa.Teller{}) {
				t.Errorf("%s: %+v, %v", why, got, err)
			}
		}
		old := make(small.DongMau.ID)
		code := make(small.DongMau.ID)
		other := make(small.KheMau.ID)
		refused("a newer one voids an older", old, "h1", now)
		refused("an unknown one", "NOI-ZZZZZZ", "h1", now)
		refused("nobody", code, "", now)
		refused("one that is over", other, "h2", ends.Add(time.Second))
		got, err := s.LinkTeller(ctx, " "+strings.ToLower(code)+"\n", "h1", now)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "linked", got, lantoa.Teller{Sender: "h1", Unit: small.DongMau.ID, LinkedAt: now})
		refused("a code serves once", code, "h2", now)
		make(small.DongMau.ID)
		refused("a used one stays used", code, "h2", now)

		// Of several who send the same word at once, one is linked.
		var wg sync.WaitGroup
		var mu sync.Mutex
		linked := 0
		for i := range 6 {
			wg.Go(func() {
				_, err := s.LinkTeller(ctx, other, fmt.Sprint("k", i), now.Add(time.Minute))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					linked++
				} else if lantoa.KindOf(err) != lantoa.NotFound {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if linked != 1 {
			t.Errorf("%d linked by one word", linked)
		}
		for scope, want := range map[lantoa.Scope]int{lantoa.Everything: 2, "u19": 2, "u19.u05722": 1, "-": 0} {
			if all, err := s.Tellers(ctx, scope); err != nil || len(all) != want {
				t.Errorf("%s sees %d tellers, want %d: %v", scope, len(all), want, err)
			}
		}
		if err := s.UnlinkTeller(ctx, "h1", admin); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Teller(ctx, "h1"); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
		if err := s.UnlinkTeller(ctx, "h1", admin); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
		log, err := s.AuditLog(ctx, 50, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range log {
			if strings.Contains(a.Subject+a.Detail+a.Who, "h1") || strings.Contains(a.Subject+a.Detail, "NOI-") {
				t.Errorf("the log names a person or a word: %+v", a)
			}
		}
	})
}
