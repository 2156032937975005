package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/thumb"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
)

const (
	coverLink  = "cover"
	coverLasts = 7 * 24 * time.Hour
	coverMost  = 1 << 20 // bytes: what Zalo takes
	coverPath  = "/anh-chung/"
)

// CoverURL is the address from which a platform may fetch our copy of a picture for a week, without signing in, as long
// as the story it belongs to is one that may be passed on.
func CoverURL(s *store.Store, base string, m lantoa.MediaRef, now time.Time) string {
	return strings.TrimSuffix(base, "/") + coverPath + s.SignLink(coverLink, string(m.Post)+"/"+strconv.Itoa(m.N), now.Add(coverLasts))
}

// serveCover sends the picture that the token of the address names.
func (s *Server) serveCover(w http.ResponseWriter, r *http.Request) error {
	subject, err := s.Store.OpenLink(coverLink, r.PathValue("token"), s.Now())
	if err != nil {
		return lantoa.Missing("picture", "")
	}
	post, place, _ := strings.Cut(subject, "/")
	n, err := strconv.Atoi(place)
	if err != nil {
		return lantoa.Missing("picture", "")
	}
	m, err := s.Store.Post(r.Context(), lantoa.PostID(post))
	if err != nil {
		return err
	}
	if m.Story == "" || m.Removed() {
		return lantoa.Missing("picture", "")
	}
	st, err := s.Store.Story(r.Context(), m.Story)
	if err != nil {
		return err
	}
	if reshare.Passable(st) != nil {
		return lantoa.Missing("picture", "")
	}
	pic, err := s.Store.Picture(r.Context(), m.ID, n)
	if err != nil {
		return err
	}
	data := pic.Data
	if len(data) > coverMost {
		if data, _, _, err = thumb.Make(data, 1024); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Cache-Control", "public, max-age=3600")
	if _, err := w.Write(data); err != nil {
		s.Log.Debug("the reader went away", "path", logged(r), "err", err)
	}
	return nil
}
