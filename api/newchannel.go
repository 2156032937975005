package api

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/hoiphunu/lantoa"
)

type channelNewInput struct {
	Body struct {
		_        struct{}           `additionalProperties:"false"`
		Kind     lantoa.ChannelKind `json:"kind" enum:"facebook_page,zalo_group,zalo_oa,website"`
		Name     string             `json:"name,omitempty" maxLength:"200" doc:"May be left out for a page, which says it itself"`
		Unit     string             `json:"unit" minLength:"1" maxLength:"20" doc:"Code of a unit in force today"`
		External string             `json:"external,omitempty" maxLength:"500" doc:"The platform's own id of it. May be left out for a website; for a page its address in any spelling does"`
		URL      string             `json:"url,omitempty" maxLength:"500" doc:"Its address, https or http"`
		Config   *SiteConfig        `json:"config,omitempty" doc:"How a website is read; left out, that is found out by itself"`
	} `nameHint:"NewChannel"`
}

// addChannel enters a channel of a unit that the caller manages; it is read at the next turn. The same one twice is
// a conflict.
func (s *Server) addChannel(ctx context.Context, in *channelNewInput) (*channelOutput, error) {
	b := in.Body
	unit, err := s.Store.UnitByCode(ctx, strings.TrimSpace(b.Unit), lantoa.Day(s.Now(), s.Zone))
	if lantoa.KindOf(err) == lantoa.NotFound {
		return nil, &refusal{kind: lantoa.Invalid, about: noUnit, param: "unit", why: b.Unit}
	}
	if err != nil {
		return nil, err
	}
	if who := callOf(ctx).who; !who.May(lantoa.See, unit.Path) {
		return nil, refuse(lantoa.Forbidden, notYours)
	} else if !who.May(lantoa.Manage, unit.Path) {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	ch := lantoa.Channel{Kind: b.Kind, Name: strings.TrimSpace(cleaned(b.Name)), Unit: unit,
		External: strings.TrimSpace(cleaned(b.External)), URL: strings.TrimSpace(b.URL), CreatedAt: s.Now()}
	if err := s.locate(ctx, &ch); err != nil {
		return nil, err
	}
	if b.Config != nil {
		if ch.Config, err = s.siteConfig(ch, *b.Config); err != nil {
			return nil, err
		}
	}
	for _, field := range []struct {
		name string
		bad  bool
	}{{"external", ch.External == ""}, {"name", ch.Name == ""}, {"url", ch.URL != "" && !webAddress(ch.URL)}} {
		if field.bad {
			return nil, &refusal{kind: lantoa.Invalid, about: badField, param: field.name}
		}
	}
	if _, err := s.Store.ChannelByExternal(ctx, ch.Kind, ch.External); err == nil {
		return nil, refuse(lantoa.Conflict, channelThere)
	} else if lantoa.KindOf(err) != lantoa.NotFound {
		return nil, err
	}
	if err := s.Store.SaveChannel(ctx, &ch); err != nil {
		return nil, err
	}
	if err := s.note(ctx, "channel_add", string(ch.ID), ch.Name); err != nil {
		return nil, err
	}
	return s.drawn(ctx, ch)
}

// pageNumber is what a page is called by at Facebook when nothing is left to be found.
var pageNumber = regexp.MustCompile(`^[0-9]{5,25}$`)

// locate fills in the platform's id of a channel from the address that was given.
func (s *Server) locate(ctx context.Context, ch *lantoa.Channel) error {
	switch {
	case ch.Kind == lantoa.Website && ch.External == "" && webAddress(ch.URL):
		ch.External, ch.URL = siteAddress(ch.URL)
	case ch.Kind == lantoa.FacebookPage && !pageNumber.MatchString(ch.External):
		return s.locatePage(ctx, ch)
	}
	return nil
}

// locatePage asks Facebook which page an address leads to.
func (s *Server) locatePage(ctx context.Context, ch *lantoa.Channel) error {
	field, address := "external", ch.External
	if address == "" {
		field, address = "url", ch.URL
	}
	if address == "" {
		return nil // said below
	}
	if s.FindPage == nil {
		return refuse(lantoa.Busy, noPageFinder)
	}
	id, name, err := s.FindPage(ctx, address)
	if err != nil {
		return unfoundPage(ctx, field, address, err)
	}
	ch.External, ch.URL = id, "https://www.facebook.com/"+id
	if ch.Name == "" {
		ch.Name = strings.TrimSpace(cleaned(name))
	}
	return nil
}

// unfoundPage says why an address leads to no page of ours. What Facebook does to us is not the caller's fault.
func unfoundPage(ctx context.Context, field, address string, err error) error {
	say := callOf(ctx).say
	t := lantoa.AsTrouble(err, lantoa.Away)
	row := map[string]string{"profile": "row.personal", "group": "row.facebook_group"}[t.What]
	switch {
	case t.Kind == lantoa.NotFound, t.Kind == lantoa.Invalid && row == "":
		row = "row.address"
	case t.Kind != lantoa.Invalid:
		return newProblem(say, t.Kind, http.StatusServiceUnavailable, say.Happened(t, lantoa.FacebookPage), say.ToDo(t, lantoa.FacebookPage))
	}
	return newProblem(say, lantoa.Invalid, http.StatusUnprocessableEntity, say.T(row, "value", shorten(address)), badField.todo(say))
}

// webAddress says whether a browser may be sent there.
func webAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http")
}

// siteAddress is what a website is known by, as lists of channels do it, and its address without what tracking left.
func siteAddress(text string) (external, address string) {
	u, err := url.Parse(text)
	if err != nil {
		return "", text
	}
	external = strings.ToLower(u.Host) + strings.TrimRight(u.Path, "/")
	return external, u.Scheme + "://" + external
}
