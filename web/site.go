package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Websites is what the page of a website's channel asks of the reader of sites.
type Websites interface {
	// Discover looks where the articles of a site are: its feed, or a guess at selectors.
	Discover(ctx context.Context, address string) (SiteConfig, error)
	// Try reads a site once with what is not saved yet.
	Try(ctx context.Context, address string, cfg SiteConfig) (SiteTrial, error)
	// Parse and Text read and write what a channel keeps; Text says what is wrong with it by itself.
	Parse(config string) (SiteConfig, error)
	Text(cfg SiteConfig) (string, error)
}

// SiteConfig says where the articles of a site are. What is empty is guessed.
type SiteConfig struct {
	Feed, List, Item, Link, Title, Date, Lead, Body, Picture, Next string
}

// SiteTrial is what a SiteConfig brings from a site.
type SiteTrial struct {
	Items    int
	Articles []SiteArticle
	Faults   []SiteFault
}

// SiteArticle is one article as it would be kept.
type SiteArticle struct {
	URL, Title, Lead, Text, Picture string
	At                              time.Time // zero: no date was found, and it would not be kept
}

// SiteFault is what is wrong with one field: on Found of Of pages it found something.
type SiteFault struct {
	Field, Selector string
	Found, Of       int
	Why             string // syntax, nothing, not_a_date, unreadable
	Trouble         *lantoa.Trouble
}

// siteBox is the part of a website's channel page with which administrators say how it is read.
type siteBox struct {
	Channel       lantoa.ChannelID
	Address       string
	Fields        []siteField
	Tried         bool
	Headline      string
	Good          bool // what was tried may be saved
	Articles      []siteArticle
	Faults        []string
	Wrong, Advice string
	Say           siteWords
}

type siteWords struct{ Title, How, Address, Find, Try, Save string }

type siteField struct{ Key, Name, Hint, Value, Wrong string }

type siteArticle struct {
	Title, URL, Lead, Date, Picture string
	NoDate                          bool
}

// siteFields are the fields of a SiteConfig by the names of the form.
func siteFields(c *SiteConfig) []struct {
	key string
	at  *string
} {
	return []struct {
		key string
		at  *string
	}{
		{"feed", &c.Feed}, {"list", &c.List}, {"item", &c.Item}, {"link", &c.Link}, {"title", &c.Title},
		{"date", &c.Date}, {"lead", &c.Lead}, {"body", &c.Body}, {"picture", &c.Picture}, {"next", &c.Next},
	}
}

const triedKey = "site_tried"

// mayConfigure says whether somebody may say how a channel is read.
func (s *Server) mayConfigure(u lantoa.User, ch lantoa.Channel) bool {
	return ch.Kind == lantoa.Website && s.Websites != nil && u.May(lantoa.Manage, ch.Unit.Path)
}

// siteBox fills the form with a configuration.
func (p Page) siteBox(ch lantoa.Channel, address string, c SiteConfig) *siteBox {
	b := &siteBox{Channel: ch.ID, Address: address, Say: siteWords{p.T("site.title"), p.T("site.how"), p.T("site.address"),
		p.T("site.find"), p.T("site.try"), p.T("site.save")}}
	for _, f := range siteFields(&c) {
		b.Fields = append(b.Fields, siteField{Key: f.key, Name: p.T("site.field." + f.key), Hint: p.T("site.hint." + f.key), Value: *f.at})
	}
	return b
}

// saveSite looks how a site can be read, tries what was filled in, or saves what was tried.
func (s *Server) saveSite(w http.ResponseWriter, r *http.Request) error {
	cid, err := id(r, "channel")
	if err != nil {
		return err
	}
	ch, err := s.Store.Channel(r.Context(), lantoa.ChannelID(cid))
	if err != nil {
		return err
	}
	who := visitorOf(r).user
	if !who.May(lantoa.Manage, ch.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "channel", "")
	}
	if ch.Kind != lantoa.Website {
		return lantoa.Problem(lantoa.Conflict, "channel", "")
	}
	if s.Websites == nil {
		return lantoa.Problem(lantoa.Away, "website", "")
	}
	var cfg SiteConfig
	for _, f := range siteFields(&cfg) {
		*f.at = strings.TrimSpace(lantoa.Cut(r.PostFormValue(f.key), 500))
	}
	address, _, ok := siteAddress(r.PostFormValue("dia_chi"))
	if r.PostFormValue("viec") == "luu" {
		return s.keepSite(w, r, ch, address, cfg)
	}
	p, err := s.channel(r.Context(), s.page(r, "channels", "nav.channels"), ch.ID)
	if err != nil {
		return err
	}
	switch viec := r.PostFormValue("viec"); {
	case !ok:
		p.Site = p.siteBox(ch, r.PostFormValue("dia_chi"), cfg)
		p.Site.Wrong = p.T("site.address_odd")
	case viec == "tim":
		found, err := s.Websites.Discover(r.Context(), address)
		t, known := told(err)
		switch {
		case err == nil:
			p.Site = p.siteBox(ch, address, found)
			p.Site.Advice = p.T("site.found")
		case known:
			p.Site = p.siteBox(ch, address, cfg)
			p.Site.Wrong, p.Site.Advice = p.Happened(t, ch.Kind), p.ToDo(t, ch.Kind)
		default:
			return err
		}
	case viec == "thu":
		if p.Site, err = s.trySite(r, p.Page, ch, address, cfg); err != nil {
			return err
		}
	default:
		return lantoa.Problem(lantoa.Invalid, "viec", "")
	}
	return s.draw(w, r, http.StatusOK, "channel", p)
}

// trySite reads a site once with what was filled in. Only what brought an article with its date may be saved.
func (s *Server) trySite(r *http.Request, p Page, ch lantoa.Channel, address string, cfg SiteConfig) (*siteBox, error) {
	b := p.siteBox(ch, address, cfg)
	s.gate.sessions.Remove(r.Context(), triedKey)
	trial, err := s.Websites.Try(r.Context(), address, cfg)
	if err != nil {
		t, known := told(err)
		if !known {
			return nil, err
		}
		b.Wrong, b.Advice = p.Happened(t, ch.Kind), p.ToDo(t, ch.Kind)
		return b, nil
	}
	b.Tried = true
	b.Headline = p.T("site.tried", "n", len(trial.Articles), "of", trial.Items)
	for _, f := range trial.Faults {
		text := p.T("site.fault."+f.Why, "field", p.T("site.field."+f.Field), "found", f.Found, "of", f.Of)
		if f.Trouble != nil {
			text += " " + p.Happened(f.Trouble, ch.Kind)
		}
		b.Faults = append(b.Faults, text)
		for i := range b.Fields {
			if b.Fields[i].Key == f.Field {
				b.Fields[i].Wrong = text
			}
		}
	}
	for _, a := range first(trial.Articles, 5) {
		row := siteArticle{Title: lantoa.Cut(a.Title, 160), URL: original(a.URL), Lead: lantoa.Cut(a.Lead, 240), Date: p.DateTime(a.At), NoDate: a.At.IsZero()}
		if row.Lead == "" {
			row.Lead = lantoa.Cut(a.Text, 240)
		}
		if row.NoDate {
			row.Date = p.T("site.no_date")
		}
		row.Picture = p.T("site.no_picture")
		if a.Picture != "" {
			row.Picture = p.T("site.has_picture")
		}
		b.Good = b.Good || a.Title != "" && !row.NoDate
		b.Articles = append(b.Articles, row)
	}
	if b.Good {
		text, err := s.Websites.Text(cfg)
		if err != nil {
			return nil, err
		}
		s.gate.sessions.Put(r.Context(), triedKey, siteMark(ch, address, text))
	} else {
		b.Advice = p.T("site.nothing_good")
	}
	return b, nil
}

// siteMark stands for what was tried on a channel.
func siteMark(ch lantoa.Channel, address, config string) string {
	sum := sha256.Sum256([]byte(string(ch.ID) + "\n" + address + "\n" + config))
	return hex.EncodeToString(sum[:])
}

// keepSite saves exactly what was tried.
func (s *Server) keepSite(w http.ResponseWriter, r *http.Request, ch lantoa.Channel, address string, cfg SiteConfig) error {
	say, back := visitorOf(r).words, "/kenh/"+string(ch.ID)+"#trang-tin"
	text, err := s.Websites.Text(cfg)
	if err != nil || s.gate.sessions.GetString(r.Context(), triedKey) != siteMark(ch, address, text) {
		return s.undone(w, r, say.T("site.try_first"), back)
	}
	if address != ch.URL {
		ch.URL = address
		if err := s.Store.SaveChannel(r.Context(), &ch); err != nil {
			return err
		}
	}
	if err := s.Store.SetChannelConfig(r.Context(), ch.ID, text); err != nil {
		return err
	}
	s.gate.sessions.Remove(r.Context(), triedKey)
	s.note(r.Context(), visitorOf(r).user.Email, "channel_change", string(ch.ID))
	if s.Queue != nil && !ch.Archived {
		if err := s.Queue.CollectNow(r.Context(), ch.ID); err != nil {
			s.Log.Warn("the site is read at its usual time", "channel", ch.ID, "err", err)
		}
	}
	return s.done(w, r, say.T("site.saved"), back)
}
