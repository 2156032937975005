package queue

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// press is a platform that publishes whatever it is given.
type press struct{ deeds []lantoa.Deed }

func (p *press) Publish(_ context.Context, d lantoa.Deed, _ func(string) error) (lantoa.Done, error) {
	p.deeds = append(p.deeds, d)
	return lantoa.Done{Posted: "made" + string(d.ID)}, nil
}

func (p *press) Find(context.Context, lantoa.Deed) (lantoa.Done, bool, bool, error) {
	return lantoa.Done{}, false, true, nil
}
func (p *press) Remove(context.Context, lantoa.Deed) error       { return nil }
func (p *press) Edit(context.Context, lantoa.Deed, string) error { return nil }

// print has the desk publish through a press, whatever the means.
func (d *desk) print() *press {
	p := &press{}
	d.w.Publishers = reshare.Publishers{lantoa.ViaFeed: p, lantoa.ViaArticle: p, lantoa.ViaBroadcast: p}
	return p
}

func (d *desk) publishDue() {
	d.t.Helper()
	if err := d.w.Publish(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// account is a Zalo account of the province.
func (d *desk) account() lantoa.Channel {
	d.t.Helper()
	ch := lantoa.Channel{Kind: lantoa.ZaloOA, Name: "Zalo OA tỉnh", External: "oa19", Unit: d.small.Province}
	if err := d.s.SaveChannel(d.t.Context(), &ch); err != nil {
		d.t.Fatal(err)
	}
	return ch
}

// order plans a reshare of a story that is approved at once, or by a second person.
func (d *desk) order(story lantoa.Story, ch lantoa.Channel, means lantoa.Means, of lantoa.ReshareID) lantoa.Reshare {
	d.t.Helper()
	o := reshare.Order{Story: story.ID, Channel: ch.ID, Means: means, Of: of, Words: reshare.Propose(story, nil).Long, Title: story.Title}
	r, err := reshare.Plan(d.t.Context(), d.s, d.admin, o, reshare.Rule{}, d.now)
	if err != nil {
		d.t.Fatal(err)
	}
	if !r.Approved() {
		second := d.admin
		second.ID, second.Email = "second", "second@mau.vn"
		if r, err = reshare.Approve(d.t.Context(), d.s, second, r.ID, reshare.Rule{}, d.now); err != nil {
			d.t.Fatal(err)
		}
	}
	return r
}

func TestNothingIsPublishedOnAChannelThatWasPutAwaySince(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	p := d.print()
	r := d.order(d.story, d.small.ProvincePage, lantoa.ViaFeed, "")
	ch, err := d.s.Channel(t.Context(), d.small.ProvincePage.ID)
	if err != nil {
		t.Fatal(err)
	}
	ch.Archived = true
	if err := d.s.SaveChannel(t.Context(), &ch); err != nil {
		t.Fatal(err)
	}
	d.publishDue()
	if got := d.read(r.ID); len(p.deeds) != 0 || got.State != lantoa.ReshareFailed || got.Trouble == nil || got.Trouble.Kind != lantoa.Gone {
		t.Errorf("%d deeds, %s, %v", len(p.deeds), got.State, got.Trouble)
	}
}

// An approval is a decision that was acknowledged: it stands when its person has left, and whoever has the right may
// cancel what waits.
func TestWhatAPersonApprovedGoesWhenHerAccountIsClosedSince(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	p := d.print()
	r := d.order(d.story, d.small.ProvincePage, lantoa.ViaFeed, "")
	if err := d.s.Disable(t.Context(), d.admin.ID, true); err != nil {
		t.Fatal(err)
	}
	d.publishDue()
	if got := d.read(r.ID); got.State != lantoa.ReshareSent || len(p.deeds) != 1 || got.ApprovedByName != d.admin.Name {
		t.Errorf("%s, %d deeds, approved by %q", got.State, len(p.deeds), got.ApprovedByName)
	}
}

func TestWordsThatCreditAnotherThanWhoToldItFirstDoNotGo(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	p := d.print()
	r := d.order(d.story, d.small.ProvincePage, lantoa.ViaFeed, "")
	// The first teller deletes its post, and the story goes on as that of the next who told it.
	d.publish(d.small.KheMauPage, "copy", d.story.Lead.Text, d.now)
	posts, err := d.s.ChannelPosts(t.Context(), d.small.KheMauPage.ID, time.Time{}, 1)
	if err != nil || len(posts) != 1 {
		t.Fatal(len(posts), err)
	}
	moved := d.story
	moved.Lead, moved.First = posts[0], d.small.KheMau
	if err := d.s.SaveStories(t.Context(), []lantoa.Story{moved}); err != nil {
		t.Fatal(err)
	}
	if got, err := d.s.Story(t.Context(), r.Story); err != nil || got.First.ID != d.small.KheMau.ID || got.State != lantoa.Approved {
		t.Fatalf("the story is %s's and %s, %v", got.First.Name, got.State, err)
	}
	d.publishDue()
	got := d.read(r.ID)
	if len(p.deeds) != 0 || got.State != lantoa.ReshareFailed || got.Trouble == nil || got.Trouble.What != "credit" {
		t.Fatalf("%d deeds, %s, %v", len(p.deeds), got.State, got.Trouble)
	}
	for _, lang := range []string{"vi", "en"} {
		say := words.For(lang)
		if said := say.Happened(got.Trouble, got.Kind) + say.ToDo(got.Trouble, got.Kind); strings.Contains(said, say.T("trouble.unknown.do")) || !strings.Contains(said, say.T("thing.credit")) {
			t.Errorf("it is told as: %s", said)
		}
	}
}

func TestAnArticleInTheMakingIsGoneOnWithWhateverBecameOfItsStory(t *testing.T) {
	d := openDesk(t, t.TempDir()+"/lantoa.db")
	p := d.print()
	r := d.order(d.story, d.account(), lantoa.ViaArticle, "")
	claim, rs, err := d.s.ClaimReshares(t.Context(), d.now, 1)
	if err != nil || len(rs) != 1 {
		t.Fatal(len(rs), err)
	}
	if ok, err := d.s.CallReshare(t.Context(), claim, r.ID); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := d.s.TokenReshare(t.Context(), claim, r.ID, "token"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	// The worker is killed here; the platform makes the article, and the original is deleted.
	if err := d.s.MarkRemoved(t.Context(), d.small.DongMauPage.ID, []string{"p1"}, d.now); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(2 * PublishLease)
	d.publishDue()
	got := d.read(r.ID)
	if got.State != lantoa.ReshareSent || got.Posted == "" || len(p.deeds) != 1 || p.deeds[0].Token != "token" {
		t.Errorf("%s %q, %d deeds: what stands there cannot be taken back", got.State, got.Posted, len(p.deeds))
	}
}

func TestFollowersGetOneBroadcastADay(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		d := openDesk(t, address)
		d.now = time.Date(2026, 11, 25, 2, 0, 0, 0, time.UTC) // nine in the morning
		p := d.print()
		oa := d.account()
		first := d.story
		d.publish(d.small.KheMauPage, "p2", "Mô hình làn nhựa đi chợ của chị em xã Khe Mẫu, bớt hàng nghìn túi ni lông mỗi tháng.", d.now.Add(-20*time.Hour))
		posts, err := d.s.ChannelPosts(t.Context(), d.small.KheMauPage.ID, time.Time{}, 1)
		if err != nil || len(posts) != 1 {
			t.Fatal(len(posts), err)
		}
		second := []lantoa.Story{{ID: lantoa.StoryID(lantoa.NewID(d.now)), Title: posts[0].Title(), State: lantoa.Suggested, Lead: posts[0],
			First: d.small.KheMau, ToldAt: posts[0].PublishedAt, Rank: 1, Likeness: 1, Units: 1, Channels: 1}}
		if err := d.s.SaveStories(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		other, err := d.s.SaveDecision(t.Context(), lantoa.Decision{Story: second[0].ID, Verdict: lantoa.Approve, By: d.admin.ID, ByName: d.admin.Name, At: d.now})
		if err != nil {
			t.Fatal(err)
		}
		var casts []lantoa.Reshare
		for _, story := range []lantoa.Story{first, other} {
			article := d.order(story, oa, lantoa.ViaArticle, "")
			d.publishDue()
			d.now = d.now.Add(5 * time.Minute)
			casts = append(casts, d.order(story, oa, lantoa.ViaBroadcast, article.ID))
			d.publishDue()
			d.now = d.now.Add(5 * time.Minute)
		}
		d.publishDue()
		if got := d.read(casts[0].ID); got.State != lantoa.ReshareSent {
			t.Fatalf("the first is %s %v", got.State, got.Trouble)
		}
		morning := time.Date(2026, 11, 25, 23, 5, 0, 0, time.UTC) // five past six
		if got := d.read(casts[1].ID); got.State != lantoa.ReshareWaiting || !got.Next.Equal(morning) || got.Trouble == nil || len(p.deeds) != 3 {
			t.Errorf("the second on the same day: %s until %v, %d deeds", got.State, got.Next, len(p.deeds))
		}
		d.now = morning.Add(time.Minute)
		d.publishDue()
		if got := d.read(casts[1].ID); got.State != lantoa.ReshareSent {
			t.Errorf("the next morning: %s %v", got.State, got.Trouble)
		}
	})
}
