package web

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// feedPage answers: how does the Union's portal show the stories that were chosen?
type feedPage struct {
	Page
	Atom, Embed, Ends string
}

const (
	feedLink  = "feed"
	feedLasts = 2 * 365 * 24 * time.Hour
)

// showFeedLink shows the addresses of the feed and of the list to be embedded. They name whoever asks for them, and
// cease to work when she is shut out.
func (s *Server) showFeedLink(w http.ResponseWriter, r *http.Request) error {
	p := feedPage{Page: s.page(r, "stories", "reshare.feed")}
	p.Sheet = "pass.css"
	if !mayPass(p.User) {
		return lantoa.Problem(lantoa.Forbidden, "feed", "")
	}
	ends := p.Now.Add(feedLasts)
	base := strings.TrimSuffix(s.BaseURL, "/")
	q := "?token=" + url.QueryEscape(s.Store.SignLink(feedLink, string(p.User.ID), ends))
	p.Atom, p.Ends = base+"/feeds/stories.atom"+q, p.Date(ends)
	p.Embed = fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="520" loading="lazy"></iframe>`, html.EscapeString(base+"/feeds/stories.html"+q), html.EscapeString(p.T("reshare.feed_title")))
	w.Header().Set("Cache-Control", "no-store")
	return s.draw(w, r, http.StatusOK, "feedlink", p)
}
