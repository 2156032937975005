package web

import (
	"cmp"
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
)

// pretendedGraph stands for what cmd makes of the client of Facebook.
type pretendedGraph struct {
	*house
	mu      sync.Mutex
	tokens  []string // what was pasted
	found   Found
	findErr error
	wait    chan struct{} // nil: a search ends at once
	look    FoundPage
	lookErr error
	taken   []string // pages
	takeErr map[string]error
	events  *PageEvents
	asks    int
}

func (g *pretendedGraph) Find(ctx context.Context, token string, seen func(int)) (Found, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tokens = append(g.tokens, token)
	seen(25)
	if g.wait != nil {
		select {
		case <-g.wait:
		case <-ctx.Done():
			return Found{}, ctx.Err()
		}
	}
	seen(112)
	return g.found, g.findErr
}

func (g *pretendedGraph) Look(_ context.Context, address string) (FoundPage, error) {
	return g.look, g.lookErr
}

func (g *pretendedGraph) Take(ctx context.Context, unit lantoa.UnitID, ch lantoa.ChannelID, page string) (lantoa.Channel, error) {
	if err := g.takeErr[page]; err != nil {
		return lantoa.Channel{}, err
	}
	g.taken = append(g.taken, page)
	if ch != "" {
		return g.Store.Channel(ctx, ch)
	}
	u, err := g.Store.Unit(ctx, unit)
	if err != nil {
		return lantoa.Channel{}, err
	}
	made := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Trang mới", External: page, Unit: u}
	err = g.Store.SaveChannel(ctx, &made)
	return made, err
}

func (g *pretendedGraph) Events(context.Context) (PageEvents, error) {
	if g.events == nil {
		return PageEvents{}, lantoa.Missing("events", "")
	}
	return *g.events, nil
}

func (g *pretendedGraph) AskEvents(ctx context.Context) (PageEvents, error) {
	g.asks++
	if g.events == nil {
		return PageEvents{}, lantoa.Problem(lantoa.Away, "subscribed_apps", "")
	}
	g.events.On, g.events.Off = append(g.events.On, g.events.Off...), nil
	return *g.events, nil
}

// pretendedAccount stands for the Official Account.
type pretendedAccount struct {
	state    OAState
	stateErr error
	redirect string
	redeemed [][2]string
	refuses  error
	page     string // Zalo's own
}

func (z *pretendedAccount) AuthorizeURL(redirect, state string) (string, string) {
	z.redirect = redirect
	return cmp.Or(z.page, "https://oauth.example/permission") + "?state=" + state, "verifier-" + state
}

func (z *pretendedAccount) Redeem(_ context.Context, code, verifier string) error {
	if z.refuses != nil {
		return z.refuses
	}
	z.redeemed = append(z.redeemed, [2]string{code, verifier})
	return nil
}

func (z *pretendedAccount) State(context.Context) (OAState, error) { return z.state, z.stateErr }

// pretendedSites stands for the reader of sites. It finds the articles of whoever says ".list a".
type pretendedSites struct {
	address string
	err     error
}

func (p *pretendedSites) Discover(_ context.Context, address string) (SiteConfig, error) {
	p.address = address
	return SiteConfig{Item: ".list li", Link: "a", Title: "h1"}, p.err
}

func (p *pretendedSites) Try(_ context.Context, address string, cfg SiteConfig) (SiteTrial, error) {
	p.address = address
	if p.err != nil {
		return SiteTrial{}, p.err
	}
	if cfg.Item != ".list li" {
		return SiteTrial{Faults: []SiteFault{{Field: "item", Selector: cfg.Item, Found: 0, Of: 1, Why: "nothing"}}}, nil
	}
	t := SiteTrial{Items: 12}
	for i := range 5 {
		a := SiteArticle{URL: "https://dongmau.example/bai-" + string(rune('1'+i)), Title: "Bài thứ " + string(rune('1'+i)), Lead: "Chị em góp vốn, <b>cùng làm</b>."}
		if cfg.Date == ".ngay" {
			a.At = time.Date(2026, 11, 20, 8, 15, 0, 0, time.UTC)
		}
		if i == 0 {
			a.Picture = "https://dongmau.example/anh.jpg"
		}
		t.Articles = append(t.Articles, a)
	}
	if cfg.Date != ".ngay" {
		t.Faults = []SiteFault{{Field: "date", Selector: cfg.Date, Found: 0, Of: 5, Why: "nothing"}}
	}
	return t, nil
}

func (p *pretendedSites) Parse(config string) (c SiteConfig, err error) {
	if config == "" {
		return c, nil
	}
	if json.Unmarshal([]byte(config), &c) != nil {
		return c, lantoa.Problem(lantoa.Invalid, "site_config", "")
	}
	return c, nil
}

func (p *pretendedSites) Text(cfg SiteConfig) (string, error) {
	text, err := json.Marshal(cfg)
	return string(text), err
}
