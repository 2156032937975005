package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestWhoWithdrewStaysForgotten(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		address string
		small   storetest.Small
		group   lantoa.ChannelID
	}
	erase := func(t world, author string, at time.Time) {
		t.Helper()
		if _, err := t.Erase(ctx, []string{author}, at, "zalo", "user_withdraw"); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"what she wrote before and we read only now is not stored, under whatever id it comes", func(t world) {
			erase(t, "hers", now)
			first := by("hers", post("from the other bridge", 5, "zaubert kể chuyện"))
			file := by("hers", post("from a file", 900, "zaubert kể chuyện cũ"))
			file.FromFile = true
			equal(t.T, "saved", save(t.T, t.Store, t.group, now, first, file, by("another", post("a", 5, "của người khác"))), lantoa.Saved{New: 1})
			equal(t.T, "saved again", save(t.T, t.Store, t.group, now.Add(time.Hour), first), lantoa.Saved{})
			silent(t.T, t.address, "zaubert")
		}},
		{"what she writes when she has come back is", func(t world) {
			erase(t, "hers", now)
			again := by("hers", post("new", -1, "tôi quay lại"))
			equal(t.T, "saved", save(t.T, t.Store, t.group, now.Add(2*time.Hour), again), lantoa.Saved{New: 1})
		}},
		{"a post whose writer we learn only now is erased when she had withdrawn", func(t world) {
			save(t.T, t.Store, t.group, now.Add(-time.Hour), post("1", 5, "zaubert kể chuyện"), post("2", 5, "hai"))
			catchUp(t.T, t.Store, store.StepFind, store.StepIndex)
			erase(t, "hers", now)
			equal(t.T, "saved", save(t.T, t.Store, t.group, now, by("hers", post("1", 5, "zaubert kể chuyện")), post("2", 5, "hai")), lantoa.Saved{Same: 1})
			silent(t.T, t.address, "zaubert")
			posts, _, err := t.ChangedPosts(ctx, store.StepIndex, 10)
			if err != nil || len(posts) != 1 || posts[0].External != "1" || !posts[0].Removed() {
				t.Errorf("index hears %+v, %v", posts, err)
			}
			if c, err := t.Channel(ctx, t.group); err != nil || c.Posts != 1 {
				t.Errorf("%d posts, %v", c.Posts, err)
			}
		}},
		{"what comes beside hers is looked at as ever: a message that was recalled stays out", func(t world) {
			save(t.T, t.Store, t.group, now.Add(-time.Hour), post("1", 5, "zaubert kể chuyện"))
			erase(t, "hers", now)
			if _, err := t.ErasePosts(ctx, t.group, []string{"2"}, now, "", "recalled"); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "saved", save(t.T, t.Store, t.group, now, by("hers", post("1", 5, "zaubert kể chuyện")), post("2", 5, "zaubert kể nữa")), lantoa.Saved{})
			silent(t.T, t.address, "zaubert")
		}},
		{"a message that was held up is no story any more, nor links it her", func(t world) {
			code, err := t.MakeTellerCode(ctx, t.small.DongMau.ID, lantoa.User{}, now.Add(-2*time.Hour), now.Add(24*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			erase(t, "hers", now)
			b := lantoa.Submission{Via: "zalo_oa", Sender: "hers", Externals: []string{"m1"}, Text: "zaubert kể", ToldAt: now.Add(-time.Hour)}
			if err := t.SaveSubmission(ctx, &b); err != nil {
				t.Fatal(err)
			}
			if b.ID != "" || b.Text != "" || b.State != lantoa.SubmissionWithdrawn {
				t.Errorf("it came back as %+v", b)
			}
			if all, total, err := t.Submissions(ctx, lantoa.Everything, "", 10, time.Time{}); err != nil || total != 0 {
				t.Errorf("%+v, %v", all, err)
			}
			if _, err := t.LinkTeller(ctx, code.Code, "hers", now.Add(-time.Hour)); lantoa.KindOf(err) != lantoa.NotFound {
				t.Errorf("linked: %v", err)
			}
			silent(t.T, t.address, "zaubert")
			if _, err := t.LinkTeller(ctx, code.Code, "hers", now.Add(time.Hour)); err != nil {
				t.Errorf("when she came back: %v", err)
			}
		}},
		{"a withdrawal that is told twice, the older one last, stands as the later one", func(t world) {
			erase(t, "hers", now)
			erase(t, "hers", now.Add(-48*time.Hour))
			equal(t.T, "saved", save(t.T, t.Store, t.group, now, by("hers", post("1", 5, "x"))), lantoa.Saved{})
		}},
		{"she can be known again and is not named: no hash that stood for her is kept", func(t world) {
			save(t.T, t.Store, t.group, now, by("hash-of-hers", post("1", 5, "x")))
			erase(t, "hash-of-hers", now)
			silent(t.T, t.address, "hash-of-hers")
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

func TestAUnitHasOneCodeAtATimeThoughSeveralAskAtOnce(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		codes := make([]string, 8)
		var wg sync.WaitGroup
		for i := range codes {
			wg.Go(func() {
				code, err := s.MakeTellerCode(ctx, small.DongMau.ID, lantoa.User{}, now, now.Add(time.Hour))
				if err != nil {
					t.Error(err)
				}
				codes[i] = code.Code
			})
		}
		wg.Wait()
		good := 0
		for _, code := range codes {
			if _, err := s.LinkTeller(ctx, code, "h"+code, now); err == nil {
				good++
			} else if lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
		}
		if good != 1 {
			t.Errorf("%d codes are good", good)
		}
		if code, err := s.MakeTellerCode(ctx, "nobody", lantoa.User{}, now, now.Add(time.Hour)); lantoa.KindOf(err) != lantoa.NotFound || code.Code != "" {
			t.Errorf("for no unit: %+v, %v", code, err)
		}
	})
}
