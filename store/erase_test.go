package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// by gives a post of a group its author.
func by(author string, p lantoa.Incoming) lantoa.Incoming {
	p.Author = author
	return p
}

// hers is a post of which nothing may be left, in all its parts.
func hers(external, author string) lantoa.Incoming {
	p := by(author, with(post(external, 30, "Chị Nụ kể: zaubert nuôi gà"), now, 40))
	p.Permalink, p.Parent = "https://example.org/zaubert/1", "zaubert-parent"
	p.Type = lantoa.Link
	p.Media = []lantoa.Media{{Kind: "photo", URL: "https://example.org/zaubert.jpg", Title: "zaubert cười", ID: "zaubert9"},
		{Kind: "link", URL: "https://zaubert.example.org/"}}
	return p
}

func TestErase(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		address string
		small   storetest.Small
		page    lantoa.ChannelID
	}
	const why = "user_withdraw"
	erase := func(t world, authors ...string) lantoa.Erased {
		t.Helper()
		e, err := t.Erase(ctx, authors, now, "lantoa", why)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	recall := func(t world, externals ...string) lantoa.Erased {
		t.Helper()
		e, err := t.ErasePosts(ctx, t.page, externals, now, "lantoa", "recalled")
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	count := func(t world) int64 {
		t.Helper()
		c, err := t.Channel(ctx, t.page)
		if err != nil {
			t.Fatal(err)
		}
		return c.Posts
	}
	// story makes a story of a post and lets somebody decide of it.
	story := func(t world, external string, verdict lantoa.Verdict) lantoa.StoryID {
		t.Helper()
		lead := find(t.T, t.Store, t.page, external)
		one := told(lead, "", 2)
		one.Title, one.Topics = lead.Title(), []string{"nuoi_ga"}
		one.Reasons = []lantoa.Reason{{Kind: lantoa.NamesPeople, What: "zaubert"}}
		id := keep(t.T, t.Store, one)[0].ID
		if verdict != "" {
			decide(t.T, t.Store, id, verdict)
		}
		return id
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"nothing of her words is left in any text of any table, and what others wrote is", func(t world) {
			old := hers("1", "h-hers")
			old.Text = "Chị Nụ kể trước: zaubert"
			save(t.T, t.Store, t.page, now.Add(-time.Hour), old)
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"), by("h2", post("2", 9, "của người khác")), hers("3", "h-hers"))
			id := find(t.T, t.Store, t.page, "1").ID
			story(t, "1", lantoa.Approve)
			story(t, "3", "")
			made := lantoa.Import{Kind: "zalo-messages", File: "nhom.json"}
			if err := t.BeginImport(ctx, &made); err != nil {
				t.Fatal(err)
			}
			if _, err := t.SavePosts(store.OfImport(ctx, made.ID), t.page, []lantoa.Incoming{hers("4", "h-hers")}, now); err != nil {
				t.Fatal(err)
			}
			if err := t.SavePicture(ctx, lantoa.Picture{Post: id, N: 0, Width: 1, Height: 1, Data: []byte("zaubert"), At: now}); err != nil {
				t.Fatal(err)
			}
			if err := t.SavePreview(ctx, lantoa.Preview{URL: "https://zaubert.example.org/", Title: "Trang của zaubert", FetchedAt: now}); err != nil {
				t.Fatal(err)
			}
			b := lantoa.Submission{Via: "zalo_oa", Sender: "h-hers", Externals: []string{"m1"}, Text: "gửi riêng: zaubert", ToldAt: now,
				Media: []lantoa.Media{{Kind: "photo", URL: "https://example.org/zaubert2.jpg"}}}
			if err := t.SaveSubmission(ctx, &b); err != nil {
				t.Fatal(err)
			}
			if err := t.MoveSubmission(ctx, b.ID, lantoa.SubmissionAsked, "hỏi chị zaubert", lantoa.User{Email: "a@example.org"}, now); err != nil {
				t.Fatal(err)
			}
			code, err := t.MakeTellerCode(ctx, t.small.DongMau.ID, lantoa.User{}, now, now.Add(time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := t.LinkTeller(ctx, code.Code, "h-hers", now); err != nil {
				t.Fatal(err)
			}
			e := erase(t, "h-hers", "h-of-another-namespace", "")
			if e.Posts != 3 || e.Submissions != 1 || len(e.Passed) != 1 {
				t.Errorf("%+v", e)
			}
			silent(t.T, t.address, "zaubert", "h-hers", "chị Nụ", "Chị Nụ", "emF1YmVydA") // the last is zaubert in base64
			if got := find(t.T, t.Store, t.page, "2"); got.Text != "của người khác" {
				t.Errorf("%+v", got)
			}
			got, err := t.Submission(ctx, b.ID)
			if err != nil || got.State != lantoa.SubmissionWithdrawn || got.Code != "C-0001" {
				t.Errorf("%+v, %v", got, err)
			}
			if err := t.MoveSubmission(ctx, b.ID, lantoa.SubmissionTaken, "", lantoa.User{}, now); lantoa.KindOf(err) != lantoa.Conflict {
				t.Errorf("what was taken back is moved: %v", err)
			}
			if _, err := t.Teller(ctx, "h-hers"); lantoa.KindOf(err) != lantoa.NotFound {
				t.Errorf("still known for her unit: %v", err)
			}
			undone, err := t.UndoImport(ctx, made.ID, "", now)
			if err != nil || undone != (lantoa.Undone{Kept: 1}) {
				t.Errorf("the import that brought one of hers: %+v, %v", undone, err)
			}
			silent(t.T, t.address, "zaubert")
		}},
		{"who withdraws again has nothing left to erase, and the log tells of one deed without names", func(t world) {
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"))
			erase(t, "h-hers")
			equal(t.T, "again", erase(t, "h-hers"), lantoa.Erased{})
			equal(t.T, "nobody", erase(t, ""), lantoa.Erased{})
			log, err := t.AuditLog(ctx, 10, time.Time{})
			if err != nil || len(log) != 1 || log[0].Action != "erase" || log[0].Who != "lantoa" || log[0].Subject != why {
				t.Errorf("%+v, %v", log, err)
			}
		}},
		{"no later visit and no file brings an erased post back", func(t world) {
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"), post("2", 8, "hai"))
			erase(t, "h-hers")
			again := hers("1", "")
			again.Text = "zaubert sửa lại"
			equal(t.T, "visit", save(t.T, t.Store, t.page, now.Add(time.Hour), again, post("2", 8, "hai")), lantoa.Saved{Same: 1})
			again.FromFile = true
			equal(t.T, "file", save(t.T, t.Store, t.page, now.Add(time.Hour), again), lantoa.Saved{})
			silent(t.T, t.address, "zaubert")
		}},
		{"a message recalled before we read it is never stored, on its own channel", func(t world) {
			equal(t.T, "erased", recall(t, "9", "9", ""), lantoa.Erased{})
			equal(t.T, "visit", save(t.T, t.Store, t.page, now, hers("9", "h-hers"), post("2", 8, "hai")), lantoa.Saved{New: 1})
			equal(t.T, "elsewhere", save(t.T, t.Store, t.small.KheMauPage.ID, now, post("9", 8, "trang khác")), lantoa.Saved{New: 1})
			silent(t.T, t.address, "zaubert")
		}},
		{"a recalled message is erased as if its writer had withdrawn, others of hers stay", func(t world) {
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"), by("h-hers", post("2", 8, "giữ lại")))
			equal(t.T, "erased", recall(t, "1"), lantoa.Erased{Posts: 1})
			equal(t.T, "again", recall(t, "1"), lantoa.Erased{})
			silent(t.T, t.address, "zaubert")
			equal(t.T, "other", find(t.T, t.Store, t.page, "2").Text, "giữ lại")
			equal(t.T, "posts", count(t), int64(1))
		}},
		{"counted messages stay counted when they are recalled", func(t world) {
			if _, err := t.SaveChatter(ctx, t.page, []lantoa.Chatter{{External: "c1", At: now, Kind: "sticker"}}); err != nil {
				t.Fatal(err)
			}
			recall(t, "c1")
			c, err := t.Channel(ctx, t.page)
			if err != nil || c.Chatter != 1 {
				t.Errorf("%d, %v", c.Chatter, err)
			}
		}},
		{"index and finder hear of it, and the channel counts what is left", func(t world) {
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"), post("2", 8, "hai"))
			catchUp(t.T, t.Store, store.StepFind, store.StepIndex)
			erase(t, "h-hers")
			for _, step := range []string{store.StepFind, store.StepIndex} {
				posts, _, err := t.ChangedPosts(ctx, step, 10)
				if err != nil || len(posts) != 1 || posts[0].External != "1" || !posts[0].Removed() || posts[0].Text != "" {
					t.Errorf("%s: %+v, %v", step, posts, err)
				}
			}
			equal(t.T, "posts", count(t), int64(1))
			if posts, err := t.ChannelPosts(ctx, t.page, time.Time{}, 10); err != nil || len(posts) != 1 {
				t.Errorf("%d listed, %v", len(posts), err)
			}
		}},
		{"stories that were chosen or passed on are told, each once; others are withdrawn", func(t world) {
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"), hers("2", "h-hers"), hers("3", "h-hers"), by("h2", post("4", 9, "khác")), by("h-hers", post("5", 8, "bản sao")))
			chosen, open, dismissed := story(t, "1", lantoa.Approve), story(t, "2", ""), story(t, "3", lantoa.Dismiss)
			others := story(t, "4", lantoa.Approve)
			// A copy of hers stands in a story that another told first.
			lead := find(t.T, t.Store, t.page, "4")
			copied := find(t.T, t.Store, t.page, "5")
			cluster(t.T, t.Store, map[lantoa.PostID]lantoa.ClusterID{lead.ID: "c1", copied.ID: "c1"})
			again := told(find(t.T, t.Store, t.page, "4"), "c1", 2)
			again.ID, again.Title = others, "khác"
			keep(t.T, t.Store, again)
			e := erase(t, "h-hers")
			slices.Sort(e.Passed)
			want := []lantoa.StoryID{chosen, others}
			slices.Sort(want)
			equal(t.T, "passed", e.Passed, want)
			for id, withdrawn := range map[lantoa.StoryID]bool{chosen: false, open: true, dismissed: true, others: false} {
				s, err := t.Story(ctx, id)
				if err != nil || s.Withdrawn != withdrawn {
					t.Errorf("%s: withdrawn %v, want %v: %v", id, s.Withdrawn, withdrawn, err)
				}
			}
			if s, err := t.Story(ctx, others); err != nil || s.Title != "khác" {
				t.Errorf("another's title: %q, %v", s.Title, err)
			}
		}},
		{"a finder that was at work meanwhile brings no word back", func(t world) {
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"))
			lead := find(t.T, t.Store, t.page, "1")
			erase(t, "h-hers")
			late := told(lead, "", 2)
			late.Title, late.Reasons = lead.Title(), []lantoa.Reason{{Kind: lantoa.NamesPeople, What: "zaubert"}}
			id := keep(t.T, t.Store, late)[0].ID
			silent(t.T, t.address, "zaubert")
			if s, err := t.Story(ctx, id); err != nil || !s.Withdrawn {
				t.Errorf("%+v, %v", s, err)
			}
		}},
		{"one that the platform removed before is erased too, and was gone when it was gone", func(t world) {
			save(t.T, t.Store, t.page, now.Add(-time.Hour), hers("1", "h-hers"))
			id := find(t.T, t.Store, t.page, "1").ID
			if err := t.MarkRemoved(ctx, t.page, []string{"1"}, now.Add(-time.Minute)); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "erased", erase(t, "h-hers"), lantoa.Erased{Posts: 1})
			silent(t.T, t.address, "zaubert")
			if p, err := t.Post(ctx, id); err != nil || !p.RemovedAt.Equal(now.Add(-time.Minute)) {
				t.Errorf("%+v, %v", p.RemovedAt, err)
			}
		}},
		{"her pictures are neither wanted nor kept when they come late", func(t world) {
			save(t.T, t.Store, t.page, now, hers("1", "h-hers"))
			id := find(t.T, t.Store, t.page, "1").ID
			erase(t, "h-hers")
			if err := t.SavePicture(ctx, lantoa.Picture{Post: id, Data: []byte("zaubert"), At: now}); err != nil {
				t.Fatal(err)
			}
			if _, err := t.Picture(ctx, id, 0); lantoa.KindOf(err) != lantoa.NotFound {
				t.Errorf("kept: %v", err)
			}
			if wanted, err := t.PicturesWanted(ctx, time.Time{}, now, 10); err != nil || len(wanted) != 0 {
				t.Errorf("%+v, %v", wanted, err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Addresses(t, func(t *testing.T, address string) {
				s := storetest.OpenAt(t, address, storetest.Options())
				small := storetest.Seed(t, s)
				tt.test(world{t, s, address, small, small.DongMauPage.ID})
			})
		})
	}
}

func TestAnAuthorIsKnownByWhatTheFirstToKnowSaid(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := storetest.Seed(t, s).DongMauPage.ID
		save(t, s, page, now, post("1", 9, strings.Repeat("một ", 3)))
		equal(t, "learnt later", save(t, s, page, now, by("h-hers", post("1", 9, strings.Repeat("một ", 3)))), lantoa.Saved{Changed: 1})
		equal(t, "not said", save(t, s, page, now, post("1", 9, strings.Repeat("một ", 3))), lantoa.Saved{Same: 1})
		e, err := s.Erase(ctx, []string{"h-hers"}, now, "", "user_withdraw")
		if err != nil || e.Posts != 1 {
			t.Errorf("%+v, %v", e, err)
		}
	})
}
