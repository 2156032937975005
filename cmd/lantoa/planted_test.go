package main

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store"
	"golang.org/x/text/unicode/norm"
)

// The planted cases of the province, each with its right outcome. Monday 23/11/2026, 06:00; the week is 47.

type storyList struct {
	Total int
	Items []struct {
		ID       string
		Title    string
		Channels int
		Score    *float64
		First    struct{ Code, Name string }
		Lead     struct{ ID string }
		Reasons  []struct{ Kind, Words string }
	}
}

func TestTheChannelsAddUp(t *testing.T) {
	p := theProvince(t)
	var list struct {
		Total int
		Items []struct {
			Kind, State string
			LastRead    *time.Time `json:"last_read"`
		}
	}
	p.as(t, lantoa.Leader, "/api/v1/channels?limit=500", &list)
	if list.Total != 374 || len(list.Items) != 374 {
		t.Fatalf("got %d channels, %d on the page, want 374", list.Total, len(list.Items))
	}
	pages := map[string]int{}
	for _, ch := range list.Items {
		if ch.LastRead == nil {
			t.Errorf("a %s channel was never read", ch.State)
		}
		if ch.Kind == string(lantoa.FacebookPage) {
			pages[ch.State]++
		}
	}
	for state, want := range map[string]int{"active": 151, "thinning": 20, "silent": 9, "disconnected": 5, "archived": 2} {
		if pages[state] != want {
			t.Errorf("%d pages are %s, want %d", pages[state], state, want)
		}
	}
}

func TestP1IsTheFirstStoryOfItsWeek(t *testing.T) {
	p := theProvince(t)
	var list storyList
	p.as(t, lantoa.Communications, "/api/v1/stories?week=2026-W47", &list)
	if len(list.Items) == 0 {
		t.Fatal("no stories in week 47")
	}
	first := list.Items[0]
	p1 := p.postOf(t, p.plant(t, "P1").Channels[0], p.plant(t, "P1").Posts[0])
	if first.Lead.ID != string(p1.ID) {
		t.Fatalf("the first story is %q of %s, want P1", first.Title, first.First.Name)
	}
	if got := p1.Numbers.Interactions(); got != lantoa.Of(63) || p1.Numbers.Shares != lantoa.Of(31) {
		t.Errorf("P1 has %v interactions and %v shares, want 63 and 31", got, p1.Numbers.Shares)
	}
	var said []string
	for _, r := range first.Reasons {
		said = append(said, r.Words)
	}
	why := strings.Join(said, " · ")
	for _, want := range []string{"gấp 4,2 lần mức thường", "34 bài của chính trang", "31 lượt chia sẻ", "8 trang đăng"} {
		if !strings.Contains(why, want) {
			t.Errorf("the reasons %q do not say %q", why, want)
		}
	}
	if first.Channels != 8 || first.First.Code != "05722" || first.First.Name != "xã Đồng Mẫu" {
		t.Errorf("P2 is one card with %d channels, first told by %s; want 8 and xã Đồng Mẫu", first.Channels, first.First.Name)
	}
}

func TestDirectivesAndVotesAreNoStories(t *testing.T) {
	p := theProvince(t)
	for _, name := range []string{"P3", "P4"} {
		plant := p.plant(t, name)
		post := p.postOf(t, plant.Channels[0], plant.Posts[0])
		if post.Story != "" && post.StoryState != "" {
			t.Errorf("%s (%q) is the story %s", name, post.Title(), post.Story)
		}
		if name == "P3" && (!post.FromAbove || post.Copies != 41) {
			t.Errorf("the directive: from above %v, %d pages; want true and 41", post.FromAbove, post.Copies)
		}
		if name == "P4" && !post.Vote {
			t.Error("the contest is not marked as a vote")
		}
	}
}

func TestStatesOfThePlantedPages(t *testing.T) {
	p := theProvince(t)
	ctx := context.Background()
	rhythms, err := p.app.Store.Rhythms(ctx, lantoa.Everything, p.app.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, plant string
		want        lantoa.Alive
		days        int
	}{
		{"daily until 14/11 is silent for nine days", "P5", lantoa.Silent, 9},
		{"a page whose permission was revoked is disconnected, never silent", "P6", lantoa.Disconnected, 0},
		{"a page that posts every three weeks is normal twelve days later", "P7", lantoa.Active, 12},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch, err := p.app.Store.ChannelByExternal(ctx, lantoa.FacebookPage, p.plant(t, tt.plant).Channels[0])
			if err != nil {
				t.Fatal(err)
			}
			state, days, _ := activity.State(ch, rhythms[ch.ID], p.app.Now(), p.app.Zone)
			if state != tt.want || tt.days != 0 && days != tt.days {
				t.Errorf("%s is %s for %d days, want %s for %d", ch.Name, state, days, tt.want, tt.days)
			}
		})
	}
	p6, err := p.app.Store.ChannelByExternal(ctx, lantoa.FacebookPage, p.plant(t, "P6").Channels[0])
	if err != nil {
		t.Fatal(err)
	}
	if p6.Trouble == nil || p6.LastRead.After(p.plant(t, "P6").Times[0]) || p6.LastRead.IsZero() {
		t.Errorf("P6 was last read %s with trouble %v; its permission was revoked %s", p6.LastRead, p6.Trouble, p.plant(t, "P6").Times[0])
	}
}

func TestADeletedStoryIsGone(t *testing.T) {
	p := theProvince(t)
	plant := p.plant(t, "P8")
	post := p.postOf(t, plant.Channels[0], plant.Posts[0])
	if !post.Removed() {
		t.Fatal("P8 was deleted at its source and is still there")
	}
	if snaps, err := p.app.Store.Snapshots(context.Background(), post.ID); err != nil || len(snaps) == 0 {
		t.Errorf("its numbers from before are kept: %d, %v", len(snaps), err)
	}
	found, err := p.app.Index.Search(context.Background(), search.Query{Text: post.Title(), Scope: lantoa.Everything, Limit: 50, Now: p.app.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range found.Hits {
		if h.ID == post.ID {
			t.Error("search still finds it")
		}
	}
	var list storyList
	p.as(t, lantoa.Communications, "/api/v1/stories?week=2026-W47&limit=500", &list)
	for _, s := range list.Items {
		if s.Lead.ID == string(post.ID) {
			t.Error("it is still a story")
		}
	}
}

func TestAYoungPageLacksHistory(t *testing.T) {
	p := theProvince(t)
	plant := p.plant(t, "P9")
	lacking := 0
	for _, external := range plant.Posts {
		post := p.postOf(t, plant.Channels[0], external)
		if post.Score != nil && post.Basis == lantoa.OwnBasis {
			t.Errorf("%q is judged by its own page, which has three posts", post.Title())
		}
		if post.Story == "" {
			continue
		}
		story, err := p.app.Store.Story(context.Background(), post.Story)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range story.Reasons {
			if r.Kind == lantoa.LevelOnly || r.Kind == lantoa.NotEnough {
				lacking++
			}
		}
	}
	if lacking == 0 {
		t.Error(`no story of P9 says "chưa đủ lịch sử"`)
	}
}

func TestTheRetiredMetricIsASeriesOfItsOwn(t *testing.T) {
	p := theProvince(t)
	ctx := context.Background()
	plant := p.plant(t, "P10")
	ch, err := p.app.Store.ChannelByExternal(ctx, lantoa.FacebookPage, plant.Channels[0])
	if err != nil {
		t.Fatal(err)
	}
	retired := plant.Times[0]
	last := map[string]time.Time{}
	for _, metric := range plant.Metrics {
		days, err := p.app.Store.ChannelDays(ctx, ch.ID, metric, time.Time{}, p.app.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range days {
			if d.Value.Known && d.End.After(last[metric]) {
				last[metric] = d.End
			}
		}
	}
	if len(last) != 2 {
		t.Fatalf("want two series, got %v", last)
	}
	before, after := 0, 0
	for _, at := range last {
		if at.After(retired.Add(48 * time.Hour)) {
			after++
		} else {
			before++
		}
	}
	if before != 1 || after != 1 {
		t.Errorf("one series ends at %s and one goes on; got %v", retired, last)
	}
}

func TestTheMergerOfThreeCommunes(t *testing.T) {
	p := theProvince(t)
	ctx := context.Background()
	in, err := p.app.Store.Units(ctx, lantoa.Everything, p.app.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(in) != 185 {
		t.Errorf("%d units are in force, want 185", len(in))
	}
	old, err := p.app.Store.UnitByCode(ctx, "05749", time.Date(2025, 6, 30, 12, 0, 0, 0, p.app.Zone))
	if err != nil {
		t.Fatal(err)
	}
	heir, err := p.app.Store.UnitByCode(ctx, "05755", p.app.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(old.Successors) != 1 || old.Successors[0] != heir.ID {
		t.Errorf("the successor of %s is %v, want %s", old.Name, old.Successors, heir.ID)
	}
	was, err := p.app.Store.UnitByCode(ctx, "05755", time.Date(2025, 6, 30, 12, 0, 0, 0, p.app.Zone))
	if err != nil || was.ID == heir.ID {
		t.Errorf("code 05755 names another unit before the merger: %v, %v", was.Name, err)
	}
}

func TestEverySpellingFindsTheDecomposedCopy(t *testing.T) {
	p := theProvince(t)
	plant := p.plant(t, "P13")
	post := p.postOf(t, plant.Channels[0], plant.Posts[0])
	p1 := p.postOf(t, p.plant(t, "P1").Channels[0], p.plant(t, "P1").Posts[0])
	if post.Cluster == "" || post.Cluster != p1.Cluster {
		t.Errorf("P13 is in cluster %q, P1 in %q", post.Cluster, p1.Cluster)
	}
	for _, q := range []string{"nuôi lợn đất", "nuoi lon dat", norm.NFD.String("nuôi lợn đất")} {
		var hits struct {
			Total int
			Items []struct{ ID string }
		}
		p.as(t, lantoa.Viewer, "/api/v1/search?limit=500&q="+url.QueryEscape(q), &hits)
		found := false
		for _, h := range hits.Items {
			found = found || h.ID == string(post.ID)
		}
		if !found {
			t.Errorf("%q finds %d posts, P13 not among them", q, hits.Total)
		}
	}
}

func TestTheLastPageOfAFrequentWordHasRows(t *testing.T) {
	p := theProvince(t)
	seen, next, pages := map[string]bool{}, "", 0
	total := 0
	for {
		var hits struct {
			Total int
			Items []struct{ ID string }
			Next  *string `json:"next_cursor"`
		}
		p.as(t, lantoa.Viewer, "/api/v1/search?limit=500&q="+url.QueryEscape("phụ nữ")+"&cursor="+url.QueryEscape(next), &hits)
		total = hits.Total
		if len(hits.Items) == 0 {
			t.Fatalf("page %d is empty", pages+1)
		}
		pages++
		for _, h := range hits.Items {
			if seen[h.ID] {
				t.Fatalf("%s comes twice", h.ID)
			}
			seen[h.ID] = true
		}
		if hits.Next == nil {
			break
		}
		next = *hits.Next
	}
	if total <= 1500 || len(seen) != total {
		t.Errorf("%d posts over %d pages, %d said, want more than 1500", len(seen), pages, total)
	}
}

func TestAStoryOfAPoorChildIsRestricted(t *testing.T) {
	p := theProvince(t)
	plant := p.plant(t, "P15")
	post := p.postOf(t, plant.Channels[0], plant.Posts[0])
	if post.Story == "" {
		t.Fatalf("P15 (%q) is no story", post.Title())
	}
	story, err := p.app.Store.Story(context.Background(), post.Story)
	if err != nil {
		t.Fatal(err)
	}
	if !story.Restricted {
		t.Error("P15 is not restricted")
	}
}

func TestABackDatedPostIsNotTheFirstTeller(t *testing.T) {
	p := theProvince(t)
	plant := p.plant(t, "P16")
	late, first := p.postOf(t, plant.Channels[0], plant.Posts[0]), p.postOf(t, plant.Channels[1], plant.Posts[1])
	if !late.BackDated || !late.ToldAt.Equal(late.FirstSeenAt) {
		t.Errorf("stated %s, first seen %s, counted as %s, back-dated %v", late.PublishedAt, late.FirstSeenAt, late.ToldAt, late.BackDated)
	}
	if first.BackDated {
		t.Error("the honest first teller is called back-dated")
	}
	if late.Cluster == "" || late.Cluster != first.Cluster {
		t.Fatal("the two do not carry the same text")
	}
	story, err := p.app.Store.Story(context.Background(), first.Story)
	if err != nil {
		t.Fatal(err)
	}
	if story.Lead.ID != first.ID {
		t.Errorf("the first teller is %s, want %s", story.First.Name, first.Unit.Name)
	}
}

func TestAnOfficerIsRefusedAnothersFigures(t *testing.T) {
	p := theProvince(t)
	ctx := context.Background()
	p5, err := p.app.Store.ChannelByExternal(ctx, lantoa.FacebookPage, p.plant(t, "P5").Channels[0])
	if err != nil {
		t.Fatal(err)
	}
	posts, err := p.app.Store.ChannelPosts(ctx, p5.ID, time.Time{}, 1)
	if err != nil || len(posts) == 0 {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/channels/" + string(p5.ID), "/api/v1/posts/" + string(posts[0].ID), "/api/v1/posts/" + string(posts[0].ID) + "/snapshots"} {
		if got := p.as(t, lantoa.Officer, path, nil); got != 403 {
			t.Errorf("%s answers an officer of another commune with %d, want 403", path, got)
		}
		if got := p.as(t, lantoa.Leader, path, nil); got != 200 {
			t.Errorf("%s answers the province's leader with %d, want 200", path, got)
		}
	}
	var own struct {
		Items []struct{ Unit struct{ Code string } }
	}
	p.as(t, lantoa.Officer, "/api/v1/channels?limit=500", &own)
	if len(own.Items) == 0 {
		t.Error("the officer does not see her own channels")
	}
	for _, ch := range own.Items {
		if ch.Unit.Code != "05722" {
			t.Errorf("the officer sees a channel of %s", ch.Unit.Code)
		}
	}
}

func TestCountInCountOut(t *testing.T) {
	p := theProvince(t)
	checkCounts(t, p.demo)
}

// checkCounts compares what the platforms serve with what the store keeps and the index holds, channel by channel.
func checkCounts(t *testing.T, d *demo) {
	t.Helper()
	ctx := context.Background()
	channels, err := d.app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.app.Worker.Find(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.app.Worker.IndexChanged(ctx); err != nil {
		t.Fatal(err)
	}
	served := d.box.Served()
	kept := int64(0)
	for _, ch := range channels {
		kept += ch.Posts
		if ch.Trouble != nil || ch.Archived {
			continue // what cannot be read now is kept as it was
		}
		want := served[ch.External]
		switch ch.Kind {
		case lantoa.FacebookPage:
			if ch.Posts != int64(want.Posts) {
				t.Errorf("%s: %d posts served, %d kept", ch.Name, want.Posts, ch.Posts)
			}
		case lantoa.ZaloGroup:
			if ch.Posts+ch.Chatter != int64(want.Messages) {
				t.Errorf("%s: %d messages served, %d posts + %d counted", ch.Name, want.Messages, ch.Posts, ch.Chatter)
			}
		}
	}
	if n, err := d.app.Index.Count(ctx); err != nil || int64(n) != kept {
		t.Errorf("the index holds %d posts, the store keeps %d (%v)", n, kept, err)
	}
}

func TestASecondStartCollectsNothingTwice(t *testing.T) {
	p := theProvince(t)
	before, err := p.app.Store.Counts(context.Background(), lantoa.Everything)
	if err != nil {
		t.Fatal(err)
	}
	channels, err := p.app.pick(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sum, _, err := p.app.sweep(context.Background(), channels, newProgress(discard{}))
	if err != nil {
		t.Fatal(err)
	}
	after, err := p.app.Store.Counts(context.Background(), lantoa.Everything)
	if err != nil {
		t.Fatal(err)
	}
	if sum.New != 0 || sum.Chatter != 0 || before.Posts != after.Posts || before.Messages != after.Messages {
		t.Errorf("a second sweep at the same moment brought %d posts and %d messages", sum.New, sum.Chatter)
	}
	if stops := stopsBetween(p.state.Target, p.state.Target); len(stops) != 0 {
		t.Errorf("a second start would sweep at %v", stops)
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
