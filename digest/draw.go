package digest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/internal/thumb"
	"github.com/hoiphunu/lantoa/internal/words"
)

const (
	drawWidth   = 340 // fits a phone without being made smaller
	barHeight   = 14
	sparkHeight = 40
	thumbWidth  = 84 // as shown; drawn twice as large for sharp screens
	thumbsMost  = 5
	galleryMost = 2000 // pictures that are kept
)

// Gallery draws the pictures of mails and keeps them, since most mails of a week show the same few. It may be shared,
// and nil draws everything anew.
type Gallery struct {
	Copy func(ctx context.Context, post lantoa.PostID, n int) []byte // our own copy of a post's picture as JPEG; nil where there is none

	mu   sync.Mutex
	kept map[string]Image
}

// image is the picture of a key, drawn if it is not kept. Without Data it cannot be drawn: the mail says the same in
// words.
func (g *Gallery) image(key string, draw func() (Image, error)) Image {
	if g != nil {
		g.mu.Lock()
		x, is := g.kept[key]
		g.mu.Unlock()
		if is {
			return x
		}
	}
	x, err := draw()
	if err != nil {
		return Image{}
	}
	if g != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.kept == nil || len(g.kept) >= galleryMost {
			g.kept = map[string]Image{}
		}
		g.kept[key] = x
	}
	return x
}

// chart is a drawn chart. What it shows stands in its alternative text, which is its key.
func (g *Gallery) chart(alt string, height int, png func(width int) ([]byte, error)) Image {
	return g.image(fmt.Sprint(height, " ", alt), func() (Image, error) {
		data, err := png(drawWidth)
		return Image{Alt: alt, Type: "image/png", Width: drawWidth, Height: height, Data: data}, err
	})
}

// photo is a small copy of a post's picture.
func (g *Gallery) photo(ctx context.Context, post lantoa.PostID, n int) Image {
	if g == nil || g.Copy == nil {
		return Image{}
	}
	return g.image(fmt.Sprint("photo ", post, " ", n), func() (Image, error) {
		data, w, h, err := thumb.Make(g.Copy(ctx, post, n), 2*thumbWidth)
		return Image{Type: "image/jpeg", Width: thumbWidth, Height: h * thumbWidth / max(w, 1), Data: data}, err
	})
}

// draw puts into a view the pictures that a mail carries with it and gives them.
func (g *Gallery) draw(ctx context.Context, v *View, d lantoa.Digest, c *words.Catalog) (out []Image) {
	keep := func(into **Image, cid string, x Image) {
		if len(x.Data) > 0 {
			x.CID = cid + "@lantoa"
			out = append(out, x)
			*into = &x
		}
	}
	weeks := func(into **Image, cid string, strip []int) {
		if s := spark(strip, c); len(s.Values) > 0 {
			keep(into, cid, g.chart(s.Title, sparkHeight, s.PNG))
		}
	}
	photos := 0
	for i := range v.Sections {
		part := &v.Sections[i]
		switch part.Key {
		case "states":
			bar := chart.Bar{Title: statesAlt(part.Tiles), Height: barHeight}
			for _, t := range part.Tiles {
				bar.Parts = append(bar.Parts, chart.Part{N: t.Count, Class: "s-" + string(t.Alive)})
			}
			keep(&part.Bar, "states", g.chart(bar.Title, barHeight, bar.PNG))
		case "figures":
			weeks(&part.Bar, "weeks", d.Strip)
		case "mine":
			for j := range part.Items {
				weeks(&part.Items[j].Draw, fmt.Sprintf("weeks-%d", j), part.Items[j].Strip)
			}
		}
		for j := range part.Stories {
			s := &part.Stories[j]
			if s.Place == nil || photos == thumbsMost {
				continue
			}
			photos++
			x := g.photo(ctx, s.Post, *s.Place)
			x.Alt = c.T("digest.picture", "unit", s.Who)
			keep(&s.Picture, "story-"+string(s.ID), x)
		}
	}
	return out
}

// spark are posts a week, as far back as they are known.
func spark(weeks []int, c *words.Catalog) chart.Spark {
	for len(weeks) > 0 && weeks[0] < 0 {
		weeks = weeks[1:]
	}
	if len(weeks) < 2 {
		return chart.Spark{}
	}
	s := chart.Spark{Height: sparkHeight}
	var said []string
	for _, n := range weeks {
		s.Values = append(s.Values, max(n, 0))
		if n < 0 {
			said = append(said, words.Absent)
		} else {
			said = append(said, c.Number(int64(n)))
		}
	}
	s.Title = c.T("digest.weeks", "n", len(weeks), "list", strings.Join(said, ", "))
	return s
}

func statesAlt(tiles []Tile) string {
	var said []string
	for _, t := range tiles {
		said = append(said, t.N+" "+strings.ToLower(t.Word))
	}
	return strings.Join(said, ", ")
}

// Ext is the ending of the picture's file.
func (x Image) Ext() string {
	if x.Type == "image/jpeg" {
		return ".jpg"
	}
	return ".png"
}
