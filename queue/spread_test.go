package queue

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// desk is a small piece of the Union with one chosen story, whose officer is to be thanked.
type desk struct {
	t       *testing.T
	s       *store.Store
	w       *Worker
	now     time.Time
	small   storetest.Small
	admin   lantoa.User
	officer lantoa.User
	story   lantoa.Story
}

func openDesk(t *testing.T, address string) *desk {
	t.Helper()
	ctx := context.Background()
	d := &desk{t: t, now: storetest.Now}
	opt := storetest.Options()
	opt.Now = func() time.Time { return d.now }
	d.s = storetest.OpenAt(t, address, opt)
	d.small = storetest.Seed(t, d.s)
	d.w = &Worker{Store: d.s, Now: opt.Now, Zone: time.FixedZone("", 7*3600), Log: slog.New(slog.DiscardHandler), BaseURL: "https://lantoa.example"}
	for role, to := range map[lantoa.Role]*lantoa.User{lantoa.Admin: &d.admin, lantoa.Officer: &d.officer} {
		u := lantoa.User{Email: string(role) + "@mau.vn", Name: "Chị " + string(role), Role: role, Unit: d.small.Province}
		if role == lantoa.Officer {
			u.Unit = d.small.DongMau
		}
		var err error
		if *to, err = d.s.AddUser(ctx, u, ""); err != nil {
			t.Fatal(err)
		}
	}
	d.publish(d.small.DongMauPage, "p1", "Mô hình nuôi lợn đất của chi hội Làng Mẫu. Chị em góp vốn, cho nhau vay quay vòng, một năm được 148 triệu đồng.", d.now.Add(-24*time.Hour))
	posts, err := d.s.ChannelPosts(ctx, d.small.DongMauPage.ID, time.Time{}, 1)
	if err != nil || len(posts) != 1 {
		t.Fatal(len(posts), err)
	}
	if err := d.s.SaveStories(ctx, []lantoa.Story{{ID: lantoa.StoryID(lantoa.NewID(d.now)), Title: posts[0].Title(), State: lantoa.Suggested, Lead: posts[0],
		First: d.small.DongMau, ToldAt: posts[0].PublishedAt, Rank: 1, Likeness: 1, Units: 1, Channels: 1}}); err != nil {
		t.Fatal(err)
	}
	d.readStory()
	if _, err := d.s.SaveDecision(ctx, lantoa.Decision{ID: lantoa.NewID(d.now), Story: d.story.ID, Verdict: lantoa.Approve, By: d.admin.ID, ByName: d.admin.Name, At: d.now}); err != nil {
		t.Fatal(err)
	}
	d.readStory()
	return d
}

func (d *desk) readStory() {
	d.t.Helper()
	found, _, _, err := d.s.Stories(context.Background(), lantoa.Everything, store.StoryFilter{Now: d.now, Limit: 1})
	if err != nil || len(found) != 1 {
		d.t.Fatal(len(found), err)
	}
	d.story = found[0]
}

// publish has a channel say something.
func (d *desk) publish(ch lantoa.Channel, external, text string, at time.Time) {
	d.t.Helper()
	post := lantoa.Post{Channel: ch.ID, External: external, Type: lantoa.Photo, Text: text, Permalink: "https://www.facebook.com/" + external, PublishedAt: at}
	if _, err := d.s.SavePosts(context.Background(), ch.ID, []lantoa.Incoming{{Post: post}}, d.now); err != nil {
		d.t.Fatal(err)
	}
}

// counted has the story's post be read with so many interactions.
func (d *desk) counted(n int64) {
	d.t.Helper()
	post := lantoa.Post{Channel: d.small.DongMauPage.ID, External: "p1", Type: lantoa.Photo, Text: d.story.Lead.Text, Permalink: d.story.Lead.Permalink, PublishedAt: d.story.Lead.PublishedAt}
	in := lantoa.Incoming{Post: post, HasCount: true, Numbers: lantoa.Snapshot{At: d.now, Reactions: lantoa.Of(n), Comments: lantoa.Of(0), Shares: lantoa.Of(0), Source: lantoa.FromPlatform}}
	if _, err := d.s.SavePosts(context.Background(), d.small.DongMauPage.ID, []lantoa.Incoming{in}, d.now); err != nil {
		d.t.Fatal(err)
	}
}

// passOn has the story stand on the provincial page since now.
func (d *desk) passOn() lantoa.Reshare {
	d.t.Helper()
	ctx := context.Background()
	words := reshare.Propose(d.story, nil)
	r, err := reshare.Plan(ctx, d.s, d.admin, reshare.Order{Key: "k", Story: d.story.ID, Channel: d.small.ProvincePage.ID, Words: words.Long, Link: d.story.Lead.Permalink}, reshare.Rule{}, d.now)
	if err != nil {
		d.t.Fatal(err)
	}
	claim, rs, err := d.s.ClaimReshares(ctx, d.now, 1)
	if err != nil || len(rs) != 1 {
		d.t.Fatal(len(rs), err)
	}
	if mine, err := d.s.CallReshare(ctx, claim, r.ID); err != nil || !mine {
		d.t.Fatal(mine, err)
	}
	r = rs[0]
	r.State, r.Posted, r.Permalink, r.SentAt = lantoa.ReshareSent, "ours_1", "https://www.facebook.com/ours_1", d.now
	if err := d.s.SettleReshare(ctx, claim, r); err != nil {
		d.t.Fatal(err)
	}
	return d.read(r.ID)
}

func (d *desk) read(id lantoa.ReshareID) lantoa.Reshare {
	d.t.Helper()
	r, err := d.s.Reshare(context.Background(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) spread() {
	d.t.Helper()
	if err := d.w.Spread(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) letters() []lantoa.Letter {
	d.t.Helper()
	all, err := d.s.Letters(context.Background(), store.LetterFilter{Kind: lantoa.LetterThanks}, 10)
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func TestAfterTwoDaysItIsKnownWhatSharingBroughtAndTheTellerIsThankedOnce(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		d := openDesk(t, address)
		d.counted(20)
		r := d.passOn()
		d.now = d.now.Add(time.Hour)
		d.publish(d.small.ProvincePage, "ours_1", r.Words, r.SentAt)
		d.spread()
		if got := d.read(r.ID); got.Post == "" || got.Lift != nil {
			t.Errorf("an hour later its post is %q and the lift %v", got.Post, got.Lift)
		}
		d.now = r.SentAt.Add(48*time.Hour + time.Minute)
		d.spread()
		if got := d.read(r.ID); got.Lift != nil {
			t.Error("measured without a reading that young")
		}
		if hints, err := d.s.Hints(ctx, d.small.DongMauPage.ID); err != nil || len(hints) != 1 || hints[0].Post != "p1" {
			t.Errorf("the original is asked for by %v, %v", hints, err)
		}
		d.spread()
		if got := d.read(r.ID); got.Lift != nil {
			t.Error("measured before the reading that was asked for")
		}
		d.counted(150)
		d.spread()
		got := d.read(r.ID)
		if got.Lift == nil || got.Lift.Absent != "" || got.Lift.Before != 20 || got.Lift.After < 149 || got.Lift.After > 150 || !got.Lift.Clear() || got.Lift.Interactions < 60 || got.Lift.Interactions > 130 {
			t.Fatalf("the lift is %+v", got.Lift)
		}
		letters := d.letters()
		if len(letters) != 1 || letters[0].User != d.officer.ID {
			t.Fatalf("letters: %+v", letters)
		}
		thanks, err := d.s.ThanksOf(ctx, d.small.DongMau.ID, d.now)
		if err != nil || len(thanks) != 1 || thanks[0].Reshare != r.ID || thanks[0].Lift == nil {
			t.Fatalf("thanks: %+v, %v", thanks, err)
		}
		for range 3 {
			d.now = d.now.Add(24 * time.Hour)
			d.spread()
		}
		if n := len(d.letters()); n != 1 {
			t.Errorf("%d letters after three days more", n)
		}

		m, err := d.w.ComposeThanks(ctx, letters[0], d.officer)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"Chị officer", "Mô hình nuôi lợn đất", d.small.ProvincePage.Name, "https://lantoa.example/xa-toi"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the letter does not say %q:\n%s", want, m.Text)
			}
		}
		if !strings.Contains(m.Subject, "xã Đồng Mẫu") || len(m.Inline) != 1 || !strings.HasPrefix(string(m.Inline[0].Data), "\x89PNG") || !strings.Contains(m.HTML, `src="cid:`+m.Inline[0].CID+`"`) {
			t.Errorf("subject %q, %d pictures", m.Subject, len(m.Inline))
		}
		if strings.Contains(m.HTML, "http://") || strings.Contains(m.HTML, "⟦") || strings.Contains(m.Text, "⟦") {
			t.Errorf("in the letter: %s", m.HTML)
		}
	})
}

func TestWithoutAReadingTheTellerIsThankedWithoutAFigure(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	r := d.passOn() // of an original that nobody counted
	d.now = r.SentAt.Add(48*time.Hour + time.Minute)
	d.spread()
	if len(d.letters()) != 0 {
		t.Error("thanked before the reading was waited for")
	}
	d.now = r.SentAt.Add(73 * time.Hour)
	d.spread()
	got := d.read(r.ID)
	if got.Lift == nil || got.Lift.Absent == "" || len(d.letters()) != 1 {
		t.Fatalf("lift %+v, %d letters", got.Lift, len(d.letters()))
	}
	m, err := d.w.ComposeThanks(t.Context(), d.letters()[0], d.officer)
	if err != nil || strings.Contains(m.Text, "tương tác") {
		t.Errorf("%v: a figure that was not measured:\n%s", err, m.Text)
	}
}

func TestAStoryThatIsWithdrawnIsNotPassedOnAndNobodyIsThankedForIt(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	d.counted(20)
	r := d.passOn()
	d.now = r.SentAt.Add(49 * time.Hour)
	d.counted(90)
	d.spread()
	letters := d.letters()
	if len(letters) != 1 {
		t.Fatalf("%d letters", len(letters))
	}
	if err := d.s.MarkRemoved(t.Context(), d.small.DongMauPage.ID, []string{"p1"}, d.now); err != nil {
		t.Fatal(err)
	}
	if _, err := d.w.ComposeThanks(t.Context(), letters[0], d.officer); lantoa.KindOf(err) != lantoa.Gone {
		t.Errorf("the letter of a story that is gone: %v", err)
	}
}

func TestWhoeverIsStoppedWhileThankingIsFollowedByOneWhoFinishes(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		d := openDesk(t, address)
		d.counted(20)
		r := d.passOn()
		d.now = r.SentAt.Add(49 * time.Hour)
		d.counted(150)
		// Written down by one that was stopped before the letters, and before the lift.
		if _, fresh, err := d.s.SaveThanks(t.Context(), lantoa.Thanks{Reshare: r.ID, Story: r.Story, Unit: d.small.DongMau, Channel: r.ChannelName, At: d.now}); err != nil || !fresh {
			t.Fatal(fresh, err)
		}
		d.spread()
		d.spread()
		thanks, err := d.s.ThanksOf(t.Context(), d.small.DongMau.ID, d.now)
		if err != nil || len(thanks) != 1 || len(d.letters()) != 1 || thanks[0].Lift == nil || d.read(r.ID).Lift == nil {
			t.Errorf("%d thanks, %d letters, %v", len(thanks), len(d.letters()), err)
		}
	})
}

func TestTheHeirOfADissolvedUnitIsThankedAndWithoutOneNobodyIs(t *testing.T) {
	for _, heir := range []bool{true, false} {
		d := openDesk(t, t.TempDir()+"/lantoa.db")
		d.counted(20)
		r := d.passOn()
		d.now = r.SentAt.Add(24 * time.Hour)
		gone := d.small.DongMau
		gone.To = d.now
		if heir {
			gone.Successors = []lantoa.UnitID{d.small.KheMau.ID}
		}
		if err := d.s.SaveUnits(t.Context(), []lantoa.Unit{gone}); err != nil {
			t.Fatal(err)
		}
		khe, err := d.s.AddUser(t.Context(), lantoa.User{Email: "khe@mau.vn", Name: "Chị Khe", Role: lantoa.Officer, Unit: d.small.KheMau}, "")
		if err != nil {
			t.Fatal(err)
		}
		d.now = r.SentAt.Add(49 * time.Hour)
		d.counted(150)
		d.spread()
		old, err := d.s.ThanksOf(t.Context(), d.small.DongMau.ID, d.now)
		if err != nil || len(old) != 0 {
			t.Errorf("heir %v: the dissolved unit is thanked: %d, %v", heir, len(old), err)
		}
		thanks, err := d.s.ThanksOf(t.Context(), d.small.KheMau.ID, d.now)
		letters := d.letters()
		if want := map[bool]int{true: 1}[heir]; err != nil || len(thanks) != want || len(letters) != want || want > 0 && letters[0].User != khe.ID {
			t.Errorf("heir %v: %d thanks, letters %+v, %v", heir, len(thanks), letters, err)
		}
		if d.read(r.ID).Lift == nil {
			t.Errorf("heir %v: not measured", heir)
		}
	}
}

func TestAUnitIsNotThankedForAPostThatItTookAwayMeanwhile(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	d.counted(20)
	r := d.passOn()
	d.now = r.SentAt.Add(49 * time.Hour)
	d.counted(150)
	if err := d.s.MarkRemoved(t.Context(), d.small.DongMauPage.ID, []string{"p1"}, d.now); err != nil {
		t.Fatal(err)
	}
	d.spread()
	if d.read(r.ID).Lift == nil || len(d.letters()) != 0 {
		t.Errorf("lift %v, %d letters", d.read(r.ID).Lift, len(d.letters()))
	}
}

func TestAReshareTakenBackWithinTwoDaysIsNotThankedFor(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	d.counted(20)
	r := d.passOn()
	d.w.Publishers = reshare.Publishers{lantoa.ViaFeed: &press{}}
	if _, err := reshare.TakeBack(t.Context(), d.s, d.w.Publishers, d.admin, r.ID, "gia đình đề nghị", d.now); err != nil {
		t.Fatal(err)
	}
	d.now = r.SentAt.Add(72 * time.Hour)
	d.counted(150)
	d.spread()
	if d.read(r.ID).Lift != nil || len(d.letters()) != 0 {
		t.Errorf("lift %v, %d letters", d.read(r.ID).Lift, len(d.letters()))
	}
}

func TestAUnitThatUsesASuggestionIsSeen(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	hint := lantoa.ShareHint{Story: d.story.ID, Unit: d.small.KheMau, Words: "Mời chị em xem", Link: d.story.Lead.Permalink, By: d.admin.ID, ByName: d.admin.Name, At: d.now}
	if n, err := d.s.SaveHints(t.Context(), []lantoa.ShareHint{hint}); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	d.now = d.now.Add(3 * time.Hour)
	d.publish(d.small.KheMauPage, "k1", "Chuyện khác", d.now)
	d.spread()
	open, err := d.s.HintsOfStory(t.Context(), d.story.ID)
	if err != nil || len(open) != 1 || open[0].Used != "" {
		t.Fatalf("%+v, %v", open, err)
	}
	share := lantoa.Post{Channel: d.small.KheMauPage.ID, External: "k2", Type: lantoa.Share, Text: "Hay quá chị em ơi", Parent: "p1", Permalink: "https://www.facebook.com/k2", PublishedAt: d.now}
	if _, err := d.s.SavePosts(t.Context(), d.small.KheMauPage.ID, []lantoa.Incoming{{Post: share}}, d.now); err != nil {
		t.Fatal(err)
	}
	d.bind("k2")
	d.spread()
	if open, err = d.s.HintsOfStory(t.Context(), d.story.ID); err != nil || open[0].Used != lantoa.UsedByShare {
		t.Errorf("used by %q, %v", open[0].Used, err)
	}
}

// bind has the finder see that a post carries the story.
func (d *desk) bind(external string) {
	d.t.Helper()
	ctx := context.Background()
	if d.w.Index == nil {
		if err := d.w.Benchmark(ctx); err != nil {
			d.t.Fatal(fmt.Errorf("benchmark: %w", err))
		}
	}
	if err := d.w.Find(ctx); err != nil {
		d.t.Fatal(err)
	}
}
