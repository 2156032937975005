package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// PageEvents says which pages tell us at once what happens on them, so that we need not wait for the next visit.
type PageEvents struct {
	At     time.Time          // when Facebook was asked; zero: never
	Wanted bool               // we have told Facebook where to send them
	On     []lantoa.ChannelID // it tells us of these
	Off    []lantoa.ChannelID // and not of these, though they are connected
}

// eventsBox is what the page of connections tells of them.
type eventsBox struct {
	Said, Ask string
	Off       []link
	OffTitle  string
}

const eventsShown = 40

// connectEvents tells of how many pages the news comes at once, and of which it does not.
func (s *Server) connectEvents(ctx context.Context, p *connectPage, channels []lantoa.Channel) error {
	if s.Facebook == nil {
		return nil
	}
	b := &eventsBox{Said: p.T("events.never"), Ask: p.T("events.ask")}
	p.Facebook.Events = b
	e, err := s.Facebook.Events(ctx)
	switch {
	case lantoa.KindOf(err) == lantoa.NotFound:
		return nil
	case err != nil:
		return err
	case !e.Wanted:
		b.Said, b.Ask = p.T("events.unwanted"), ""
		return nil
	case e.At.IsZero():
		return nil
	}
	b.Said = p.T("events.on", "n", len(e.On), "of", len(e.On)+len(e.Off), "time", p.DateTime(e.At))
	for _, ch := range channels {
		if slices.Contains(e.Off, ch.ID) && len(b.Off) < eventsShown {
			b.Off = append(b.Off, link{Text: ch.Name, URL: "/kenh/" + string(ch.ID)})
		}
	}
	b.OffTitle = p.T("events.off", "n", len(e.Off))
	return nil
}

// askEvents asks Facebook now which pages tell us of what happens.
func (s *Server) askEvents(w http.ResponseWriter, r *http.Request) error {
	const back = "/quan-tri/ket-noi#tin-bao"
	if s.Facebook == nil {
		return lantoa.Problem(lantoa.Away, "facebook", "")
	}
	say := visitorOf(r).words.In(s.Zone)
	e, err := s.Facebook.AskEvents(r.Context())
	if err != nil {
		t, told := told(err)
		if !told {
			return err
		}
		return s.undone(w, r, say.T("events.not_asked", "why", say.Happened(t, lantoa.FacebookPage)), back)
	}
	s.note(r.Context(), visitorOf(r).user.Email, "connect", "facebook")
	return s.done(w, r, say.T("events.asked", "n", len(e.On), "of", len(e.On)+len(e.Off)), back)
}

// channelEvents says on the page of a channel, to those who can change it, whether the news comes at once.
func (s *Server) channelEvents(ctx context.Context, p Page, ch lantoa.Channel) (string, error) {
	if s.Facebook == nil || ch.Kind != lantoa.FacebookPage || !mayConnect(p.User) {
		return "", nil
	}
	e, err := s.Facebook.Events(ctx)
	switch {
	case lantoa.KindOf(err) == lantoa.NotFound, err == nil && (!e.Wanted || e.At.IsZero()):
		return "", nil
	case err != nil:
		return "", err
	case slices.Contains(e.On, ch.ID):
		return p.T("events.page_on", "time", p.DateTime(e.At)), nil
	case slices.Contains(e.Off, ch.ID):
		return p.T("events.page_off", "time", p.DateTime(e.At)), nil
	}
	return "", nil
}

// addresses are those of ours that have to be entered at the platforms, to be copied from here.
func (s *Server) addresses(p Page) []link {
	base := strings.TrimSuffix(s.BaseURL, "/")
	return []link{
		{p.T("connect.address_of.facebook"), base + "/webhooks/facebook"},
		{p.T("connect.address_of.deletion"), base + "/webhooks/facebook/deletion"},
		{p.T("connect.address_of.zalo"), base + "/webhooks/zalo"},
		{p.T("connect.address_of.zalo_back"), base + zaloReturn},
		{p.T("connect.address_of.bot"), base + "/webhooks/zalo-bot"},
	}
}
