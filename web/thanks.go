package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/card"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/reshare"
)

// thanksCard is a word of thanks with its picture.
type thanksCard struct {
	Page
	ID, Title, Who, Text, Figure, Note string
	Image, Alt, Words, StoryURL, File  string
}

const (
	thanksShown = 2
	thanksLasts = 30 * 24 * time.Hour
)

func thanksURL(id string) string { return "/cam-on/" + id + ".png" }

// ownThanks are the thanks to the person's own unit.
func (s *Server) ownThanks(ctx context.Context, p *ownPage) error {
	list, err := s.Store.ThanksOf(ctx, p.User.Unit.ID, p.Now)
	if err != nil {
		return err
	}
	unseen := false
	for _, t := range list {
		if len(p.Thanks) == thanksShown || p.Now.Sub(t.At) > thanksLasts {
			continue
		}
		p.Thanks, unseen = append(p.Thanks, p.thanksCard(t)), unseen || t.SeenAt.IsZero()
	}
	if unseen && p.User.Role == lantoa.Officer {
		return s.Store.SeeThanks(ctx, p.User.Unit.ID, p.Now)
	}
	return nil
}

func (p Page) thanksCard(t lantoa.Thanks) thanksCard {
	c := thanksCard{Page: p, ID: t.ID, Title: t.Title, Who: t.Unit.UnionName(), Image: thanksURL(t.ID), Words: reshare.ThanksWords(t), StoryURL: "/cau-chuyen/" + string(t.Story), File: "cam-on-" + t.Unit.Code + ".png"}
	c.Text = p.T("reshare.thanks.told", "title", lantoa.Cut(t.Title, 120), "name", t.Channel)
	c.Note = p.Date(t.At)
	c.Alt = p.T("reshare.thanks.alt", "unit", c.Who, "title", lantoa.Cut(t.Title, 120))
	if n, ok := reshare.Gained(t.Lift); ok {
		c.Figure = p.T("reshare.thanks.figure", "n", p.signed(n))
	}
	return c
}

// storyThanks is the thanks that went out for a story, for those who passed it on.
func (s *Server) storyThanks(ctx context.Context, p *storyPage, st lantoa.Story) error {
	if !p.User.May(lantoa.See, st.First.Path) {
		return nil
	}
	list, err := s.Store.ThanksOf(ctx, st.First.ID, p.Now)
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.Story == st.ID {
			c := p.thanksCard(t)
			p.Thanks = &c
			return nil
		}
	}
	return nil
}

// serveThanks draws the picture of a word of thanks, in Vietnamese: it is for the unit's own group.
func (s *Server) serveThanks(w http.ResponseWriter, r *http.Request) error {
	x, isPNG := strings.CutSuffix(r.PathValue("file"), ".png")
	if !isPNG || !lantoa.ValidID(x) {
		return lantoa.Missing("thanks", "")
	}
	t, err := s.Store.Thanks(r.Context(), x)
	if err != nil {
		return err
	}
	if !visitorOf(r).user.May(lantoa.See, t.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "thanks", "")
	}
	if t.At.After(s.Now()) && !visitorOf(r).user.May(lantoa.Publish, t.Unit.Path) {
		return lantoa.Missing("thanks", "") // the unit has had its two messages this week
	}
	data, err := card.Draw(reshare.ThanksCard(t, words.For("vi").In(s.Zone)))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("Vary", "Cookie")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "image/png")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if _, err := w.Write(data); err != nil {
		s.Log.Debug("the reader went away", "path", r.URL.Path, "err", err)
	}
	return nil
}
