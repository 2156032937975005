package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// photos says of which pictures of posts we have a copy of our own.
type photos struct {
	p  Page
	of map[lantoa.PostID][]int
}

func (s *Server) photos(ctx context.Context, p Page, posts []lantoa.Measured) (photos, error) {
	ids := make([]lantoa.PostID, 0, len(posts))
	for _, m := range posts {
		if len(m.Media) > 0 {
			ids = append(ids, m.ID)
		}
	}
	had := photos{p: p}
	if len(ids) == 0 {
		return had, nil
	}
	var err error
	had.of, err = s.Store.PictureCount(ctx, ids)
	return had, err
}

func (h photos) has(post lantoa.PostID, n int) bool { return slices.Contains(h.of[post], n) }

// first puts a post's first picture, if there is a copy of one, in the place of the drawn scene.
func (h photos) first(drawn Picture, m lantoa.Measured) Picture {
	if of := h.of[m.ID]; len(of) > 0 {
		n := slices.Min(of)
		drawn.Photo, drawn.Alt, drawn.Film = photoURL(m.ID, n), h.alt(m, n), n < len(m.Media) && m.Media[n].Kind == "video"
	}
	return drawn
}

// alt says what a picture is, for who cannot see it: the words that came with it, else whose post it belongs to.
func (h photos) alt(m lantoa.Measured, n int) string {
	if n < len(m.Media) && strings.TrimSpace(m.Media[n].Title) != "" {
		return lantoa.Cut(strings.TrimSpace(m.Media[n].Title), 160)
	}
	return h.p.T("media.alt", "i", n+1, "who", m.Unit.UnionName())
}

func photoURL(post lantoa.PostID, n int) string {
	return "/anh/" + string(post) + "/" + strconv.Itoa(n)
}

// servePicture sends our own copy of a picture to those who may see its post.
func (s *Server) servePicture(w http.ResponseWriter, r *http.Request) error {
	post, err := id(r, "picture")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n > 99 {
		return lantoa.Missing("picture", "")
	}
	m, err := s.Store.Post(r.Context(), lantoa.PostID(post))
	if err != nil {
		return err
	}
	if err := seen(visitorOf(r).user, m.Unit, public(m.StoryState)); err != nil {
		return err
	}
	pic, err := s.Store.Picture(r.Context(), m.ID, n)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(pic.Data)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, max-age=604800")
	h.Set("Vary", "Cookie")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.Itoa(len(pic.Data)))
	if _, err := w.Write(pic.Data); err != nil {
		s.Log.Debug("the reader went away", "path", r.URL.Path, "err", err)
	}
	return nil
}

// previewCard is what a page that a post links to says of itself.
type previewCard struct{ URL, Site, Title, Text string }

const previewsShown = 3

// previews are the pages that a post links to, as far as they have told of themselves.
func (s *Server) previews(ctx context.Context, m lantoa.Measured) ([]previewCard, error) {
	var out []previewCard
	for _, x := range m.Media {
		to := original(x.URL)
		if x.Kind != "link" || to == "" || len(out) == previewsShown {
			continue
		}
		v, err := s.Store.Preview(ctx, x.URL)
		if lantoa.KindOf(err) == lantoa.NotFound || err == nil && (v.Trouble != nil || v.Title == "") {
			continue
		}
		if err != nil {
			return nil, err
		}
		c := previewCard{URL: to, Site: v.Site, Title: lantoa.Cut(v.Title, 120), Text: lantoa.Cut(v.Description, 220)}
		if u, err := url.Parse(to); err == nil && c.Site == "" {
			c.Site = u.Hostname()
		}
		out = append(out, c)
	}
	return out, nil
}
