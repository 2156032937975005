package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// siteAdd is the form with which a unit's website becomes a channel.
type siteAdd struct{ Units []Option }

// siteRest is how long a new website waits for a person to say how it is read, before it is read by guesses.
const siteRest = time.Hour

// siteAdd is nil for those who may not enter channels.
func (s *Server) siteAdd(ctx context.Context, p Page) (*siteAdd, error) {
	if s.Websites == nil || !p.User.May(lantoa.Manage, p.User.Unit.Path) {
		return nil, nil
	}
	units, err := s.Store.Units(ctx, p.User.Scope(), s.Now())
	if err != nil {
		return nil, err
	}
	var f siteAdd
	for _, u := range units {
		f.Units = append(f.Units, Option{Value: string(u.ID), Name: upperFirst(u.Name)})
	}
	return &f, nil
}

// addSite makes a website a channel of a unit, and leads to where one says how it is read.
func (s *Server) addSite(w http.ResponseWriter, r *http.Request) error {
	const back = "/kenh#them"
	who, say := visitorOf(r).user, visitorOf(r).words
	if !who.May(lantoa.Manage, who.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "channel", "")
	}
	if s.Websites == nil {
		return lantoa.Problem(lantoa.Away, "website", "")
	}
	unit, err := s.Store.Unit(r.Context(), lantoa.UnitID(r.PostFormValue("don_vi")))
	if err != nil {
		return s.undone(w, r, say.T("connect.choose_unit"), back)
	}
	if !who.May(lantoa.Manage, unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "channel", "")
	}
	address, external, ok := siteAddress(r.PostFormValue("dia_chi"))
	if !ok {
		return s.undone(w, r, say.T("site.address_odd"), back)
	}
	had, err := s.Store.ChannelByExternal(r.Context(), lantoa.Website, external)
	if err == nil {
		if !who.May(lantoa.See, had.Unit.Path) {
			return s.undone(w, r, say.T("connect.taken_already"), back)
		}
		return s.undone(w, r, say.T("site.there", "name", had.Name), "/kenh/"+string(had.ID))
	}
	if lantoa.KindOf(err) != lantoa.NotFound {
		return err
	}
	ch := lantoa.Channel{
		Kind: lantoa.Website, Unit: unit, External: external, URL: address, CreatedAt: s.Now(), NextRead: s.Now().Add(siteRest),
		Name: cmp.Or(strings.TrimSpace(lantoa.Cut(r.PostFormValue("ten"), 200)), unit.UnionName()),
	}
	if err := s.Store.SaveChannel(r.Context(), &ch); err != nil {
		return err
	}
	s.note(r.Context(), who.Email, "channel_add", string(ch.ID))
	return s.done(w, r, say.T("site.added", "name", ch.Name), "/kenh/"+string(ch.ID)+"#trang-tin")
}

// siteAddress reads the address of a website as people write it, and what it is known by: the same without its scheme.
func siteAddress(text string) (address, external string, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 500 || strings.ContainsAny(text, " \t\r\n") {
		return "", "", false
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !strings.Contains(strings.Trim(u.Hostname(), "."), ".") {
		return "", "", false
	}
	external = strings.ToLower(u.Host) + strings.TrimRight(u.EscapedPath(), "/")
	return u.Scheme + "://" + external, external, true
}
