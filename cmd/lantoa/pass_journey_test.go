package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/hoiphunu/lantoa/store"
)

// presses counts what a person presses on a page.
type presses struct {
	*browse.Browser
	n int
}

func (p *presses) Click(selector string) {
	p.n++
	p.Browser.Click(selector)
}

// enter signs a person of a role in.
func (p *province) enter(t *testing.T, b *browse.Browser, role lantoa.Role) {
	t.Helper()
	who := p.user(t, role)
	b.Open("/dang-nhap")
	b.Type("#email", who.Email)
	b.Type("#mat_khau", who.Password)
	b.Click("button.first")
	b.Until(`location.pathname === "/" && document.querySelector("h1")`)
}

// storyOf is the story that a planted post became.
func (p *province) storyOf(t *testing.T, plant string) lantoa.StoryID {
	t.Helper()
	x := p.plant(t, plant)
	post := p.postOf(t, x.Channels[0], x.Posts[0])
	if post.Story == "" {
		t.Fatalf("%s is no story", plant)
	}
	return post.Story
}

// onThePage is what our app published on the provincial page.
func (p *province) onThePage(t *testing.T) (items []sandbox.PublishedItem) {
	t.Helper()
	for _, ch := range p.box.Channels() {
		if ch.Kind != lantoa.FacebookPage || ch.Unit.Level != lantoa.Province {
			continue
		}
		for _, item := range p.box.Published() {
			if item.Channel == ch.External {
				items = append(items, item)
			}
		}
	}
	return items
}

// eventually waits until the work that was nudged is done.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after a minute: %s", what)
		}
	}
}

// The whole way of a story, in a browser, over the pretended platforms: from the suggestion to the post on the provincial
// page, what that brought, and the thanks to the commune.
func TestFromASuggestionToTheCommuneThatIsThanked(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a province is lived without -short")
	}
	p, err := liveIn(t.TempDir(), "--now", "2026-11-23T06:00+07:00", "--weeks", "6")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p1 := p.storyOf(t, "P1")
	for _, size := range []browse.Size{browse.Desk, browse.Phone} {
		t.Run("passing on/"+size.Name, func(t *testing.T) {
			b := &presses{Browser: browse.Open(t, p.service.URL, size)}
			p.enter(t, b.Browser, lantoa.Communications)
			b.n = 0
			before := len(p.onThePage(t))
			b.Open("/cau-chuyen")
			story := lantoa.StoryID(browse.Eval[string](b.Browser, `document.querySelector("[data-card]").dataset.card`))
			if before == 0 && story != p1 {
				t.Fatalf("the first suggestion is not P1")
			}
			b.Click("#c-" + string(story) + " button[value=approve]")
			b.Until(`document.querySelector("#live [data-notice] a.btn")`)
			b.Click("#live [data-notice] a.btn")
			b.Until(`document.querySelector("button.first[value=gui]")`)
			b.Fits("tinh-lan-toa-soan")
			b.Click("button.first[value=gui]")
			b.Until(`location.pathname === "/cau-chuyen/` + string(story) + `" && document.querySelector(".pass-row")`)
			eventually(t, "it does not stand on the page", func() bool { return len(p.onThePage(t)) > before })
			if b.n > 5 {
				t.Errorf("it took %d presses", b.n)
			}
			t.Logf("%d presses", b.n)
			item := p.onThePage(t)[before]
			s, err := p.app.Store.Story(t.Context(), story)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(item.Words, lantoa.CreditOf(s.First)) || s.Lead.Kind == lantoa.FacebookPage && item.Original != s.Lead.External {
				t.Errorf("on the page: %+v", item)
			}
			eventually(t, "it is not noted as sent", func() bool {
				all, err := p.app.Store.ResharesOf(t.Context(), story)
				return err == nil && len(all) == 1 && all[0].State == lantoa.ReshareSent
			})
			b.Open("/cau-chuyen/" + string(story))
			b.Reads(".pass-row", "Phụ nữ Thái Nguyên")
			b.Fits("tinh-lan-toa-da-dang")
			p.clock.Hold(p.clock.Now().Add(2 * time.Minute)) // a page gets one post a minute
		})
	}

	t.Run("a restricted story waits for the tick", func(t *testing.T) {
		b := browse.Open(t, p.service.URL, browse.Phone)
		p.enter(t, b, lantoa.Communications)
		story := p.storyOf(t, "P15")
		before := len(p.box.Published())
		ctx := t.Context()
		_, err := p.app.Store.SaveDecision(ctx, lantoa.Decision{ID: lantoa.NewID(p.clock.Now()), Story: story, Verdict: lantoa.Approve, By: p.admin(t).ID, ByName: "Quản trị", At: p.clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		b.Open("/cau-chuyen/" + string(story) + "/lan-toa")
		if browse.Eval[int](b, `document.querySelectorAll("button[value=gui], [data-copy]").length`) != 0 {
			t.Error("it may be passed on or copied before the tick")
		}
		b.Fits("tinh-lan-toa-han-che")
		b.Click("[name=da_xin_phep]")
		b.Click("button[value=consent]")
		b.Until(`document.querySelector("button.first[value=gui]")`)
		b.Click("button.first[value=gui]")
		eventually(t, "it is not published after the tick", func() bool { return len(p.box.Published()) == before+1 })
		s, err := p.app.Store.Story(ctx, story)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(s.Decisions, func(d lantoa.Decision) bool { return d.Verdict == lantoa.Consent })
		if i < 0 || s.Decisions[i].ByName == "" || s.Decisions[i].At.IsZero() {
			t.Errorf("who consented, and when: %+v", s.Decisions)
		}
	})

	t.Run("two days later", func(t *testing.T) {
		sent := p.liveOn(t, p1, 52*time.Hour)
		brought := 0
		for _, item := range p.onThePage(t) {
			if item.ID == sent.Posted {
				brought = item.Brings
			}
		}
		l := sent.Lift
		if l == nil || l.Absent != "" || brought == 0 {
			t.Fatalf("lift %+v, truth %d", l, brought)
		}
		low, high := l.Between()
		t.Logf("sharing brought %d; measured %.1f, between %.1f and %.1f, of posts nobody shared %.1f to %.1f (%d posts)", brought, l.Interactions, low, high, l.Low, l.High, l.Posts)
		if sent.Post == "" {
			t.Error("our post was not recognised among those collected")
		}
		b := browse.Open(t, p.service.URL, browse.Phone)
		p.enter(t, b, lantoa.Officer)
		b.Open("/xa-toi")
		b.Until(`document.querySelector("[aria-labelledby=h-cam-on] img")?.naturalWidth === 1080`)
		b.Fits("tinh-xa-toi-cam-on")
		letters, err := p.app.Store.Letters(t.Context(), store.LetterFilter{Kind: lantoa.LetterThanks}, 10)
		if err != nil || len(letters) == 0 || letters[0].Email == "" {
			t.Errorf("%d letters of thanks, %v", len(letters), err)
		}
		desk := browse.Open(t, p.service.URL, browse.Desk)
		p.enter(t, desk, lantoa.Communications)
		desk.Open("/cau-chuyen/" + string(p1))
		desk.Reads(".pass-row", "so với đà sẵn có")
		desk.Fits("tinh-lan-toa-mang-lai")
	})
}

// admin is somebody who may decide.
func (p *province) admin(t *testing.T) lantoa.User {
	t.Helper()
	u, err := p.app.Store.UserByEmail(t.Context(), p.user(t, lantoa.Admin).Email)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// liveOn moves the clock on in steps, has the pages concerned read at each, and returns the first reshare of a story.
func (p *province) liveOn(t *testing.T, story lantoa.StoryID, span time.Duration) lantoa.Reshare {
	t.Helper()
	ctx := context.Background()
	w := p.app.Worker
	s, err := p.app.Store.Story(ctx, story)
	if err != nil {
		t.Fatal(err)
	}
	all, err := p.app.Store.ResharesOf(ctx, story)
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for end := p.clock.Now().Add(span); p.clock.Now().Before(end); {
		p.clock.Hold(p.clock.Now().Add(4 * time.Hour))
		for _, id := range []lantoa.ChannelID{s.Lead.Channel, all[0].Channel} {
			ch, err := p.app.Store.Channel(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Visit(ctx, ch); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Find(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.Spread(ctx); err != nil {
			t.Fatal(err)
		}
	}
	r, err := p.app.Store.Reshare(ctx, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
