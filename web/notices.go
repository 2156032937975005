package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// noticesPage answers: what went wrong, since when, and who can put it right?
type noticesPage struct {
	Page
	Tabs        []adminTab
	Headline    string
	Open, Ended []noticeRow
	More        string // how many more go on than a page shows
	Unseen      int
	None        Empty
}

// noticeRow is one incident from its beginning to its end.
type noticeRow struct {
	ID              lantoa.NoticeID
	What, Who, Do   string
	Since, Restored string
	Name, URL       string // the channel it is about
	State           lantoa.Alive
	Seen            bool
	See             string // the button that says so; empty where there is nothing to press
}

const (
	noticesRead  = 200
	noticesShown = 45 // and so few that are over: the page stays below 60 KB
	noticesOver  = 20
	noticesHome  = 3
)

func (s *Server) showNotices(w http.ResponseWriter, r *http.Request) error {
	page, tabs := s.adminPage(r, "notices")
	p, err := s.notices(r.Context(), page)
	if err != nil {
		return err
	}
	p.Tabs = tabs
	return s.draw(w, r, http.StatusOK, "notices", p)
}

// notices fills the list: what goes on first, then what is over.
func (s *Server) notices(ctx context.Context, page Page) (noticesPage, error) {
	p := noticesPage{Page: page}
	all, err := s.Store.Notices(ctx, eyes(p.User), false, noticesRead)
	if err != nil {
		return p, err
	}
	open := 0
	for _, n := range all {
		if n.Open() {
			open++
			if n.SeenAt.IsZero() {
				p.Unseen++
			}
		}
	}
	// What nobody has read comes first.
	later := func(n lantoa.Notice) int {
		if n.Open() && !n.SeenAt.IsZero() {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b lantoa.Notice) int { return later(a) - later(b) })
	for _, n := range all {
		list, most := &p.Open, noticesShown
		if !n.Open() {
			list, most = &p.Ended, noticesOver
		}
		if len(*list) == most {
			continue
		}
		row, err := s.noticeRow(ctx, p.Page, n)
		if err != nil {
			return p, err
		}
		*list = append(*list, row)
	}
	if more := open - len(p.Open); more > 0 {
		p.More = p.T("notices.more", "n", more)
	}
	p.Headline = p.T("notices.headline", "n", open)
	if open == 0 {
		p.Headline = p.T("notices.all_well")
	}
	p.None = Empty{Title: p.T("notices.none"), Do: p.T("notices.none_do"), URL: "/quan-tri/ket-noi", Link: p.T("admin.connect")}
	return p, nil
}

// noticeRow says an incident in words. A channel that is gone since is told without its name.
func (s *Server) noticeRow(ctx context.Context, p Page, n lantoa.Notice) (noticeRow, error) {
	row := noticeRow{ID: n.ID, Seen: !n.SeenAt.IsZero(), State: lantoa.Disconnected, Since: p.T("notices.since", "time", p.DateTime(n.BeganAt))}
	var ch lantoa.Channel
	if n.Channel != "" {
		var err error
		if ch, err = s.Store.Channel(ctx, n.Channel); err != nil && lantoa.KindOf(err) != lantoa.NotFound {
			return row, err
		}
		row.Name, row.URL = ch.Name, "/kenh/"+string(n.Channel)
		if ch.ID == "" {
			row.URL = ""
		}
	}
	row.What, row.Do = p.noticeWords(n, ch)
	unit := p.T("notices.the_unit")
	if ch.Unit.Name != "" {
		unit = ch.Unit.UnionName()
	}
	row.Who = p.T("notices.who."+whoMends(n, ch), "unit", unit)
	if !row.Seen && n.Open() {
		row.See = p.T("notices.seen_one")
	}
	switch {
	case !n.Open():
		row.State = lantoa.Active
		row.Restored = p.T("notices.over", "time", p.DateTime(n.EndedAt))
		if n.Kind == lantoa.LostChannel || n.Kind == lantoa.LostMany {
			row.Restored = p.T("notices.restored", "time", p.DateTime(n.EndedAt))
		}
	case n.Kind != lantoa.LostChannel && n.Kind != lantoa.LostMany && n.Kind != lantoa.AppTrouble:
		row.State = lantoa.Thinning
	}
	return row, nil
}

// noticeWords are what happened and what to do about it.
func (p Page) noticeWords(n lantoa.Notice, ch lantoa.Channel) (what, do string) {
	on := kindOfNotice(n, ch)
	t := n.Trouble
	count := []any{"n", n.Count, "day", p.Date(t.Until), "what", p.things(strings.Split(t.What, ",")), "note", t.Note}
	switch n.Kind {
	case lantoa.LostChannel, lantoa.AppTrouble:
		return p.Happened(&t, on), p.ToDo(&t, on)
	case lantoa.LostMany:
		return p.T("notices.what.lost_many", append(count, "why", p.T("notices.many."+string(t.Kind)))...), p.T("notices.do.lost_many")
	case lantoa.TokenEnding:
		count = append(count, "token", p.tokenName(t.What, ch))
	}
	key := string(n.Kind)
	if n.Count > 1 && p.Has("notices.what."+key+".many") {
		key += ".many"
	}
	if !p.Has("notices.what." + key) {
		return p.Happened(&t, on), p.ToDo(&t, on)
	}
	return p.T("notices.what."+key, count...), p.T("notices.do." + string(n.Kind))
}

// kindOfNotice is the kind of channel whose words fit a notice that may be about none.
func kindOfNotice(n lantoa.Notice, ch lantoa.Channel) lantoa.ChannelKind {
	switch {
	case ch.Kind != "":
		return ch.Kind
	case strings.HasPrefix(n.Trouble.What, "zalo") || n.Trouble.What == "oa":
		return lantoa.ZaloOA
	case n.Trouble.Kind == lantoa.GroupDead:
		return lantoa.ZaloGroup
	}
	return lantoa.FacebookPage
}

// whoMends is who can put it right: a key of the catalogue under "notices.who.".
func whoMends(n lantoa.Notice, ch lantoa.Channel) string {
	zalo := kindOfNotice(n, ch).Platform() == "zalo"
	site := ch.Kind == lantoa.Website
	switch n.Kind {
	case lantoa.WithdrawnNote:
		return "communications"
	case lantoa.DeadMetric, lantoa.OldVersion, lantoa.NoWebhook, lantoa.YearFull, lantoa.MailAway, lantoa.AppTrouble, lantoa.DeletionAsked, lantoa.AppRemoved:
		return "system"
	case lantoa.GroupEnding:
		return "oa_admin"
	}
	switch {
	case zalo:
		return "oa_admin"
	case site:
		return "site"
	case n.Kind == lantoa.TokenLacks, n.Trouble.Kind == lantoa.NoRight, n.Trouble.Kind == lantoa.Gone:
		return "page_admin"
	}
	return "token_holder"
}

// seeNotices notes that an incident, or all that go on, have been read.
func (s *Server) seeNotices(w http.ResponseWriter, r *http.Request) error {
	which := r.PostFormValue("thong_bao")
	all, err := s.Store.Notices(r.Context(), eyes(visitorOf(r).user), false, noticesRead)
	if err != nil {
		return err
	}
	seen := slices.DeleteFunc(all, func(n lantoa.Notice) bool {
		return !n.SeenAt.IsZero() || which != "tat_ca" && string(n.ID) != which
	})
	if len(seen) == 0 && which != "tat_ca" {
		return lantoa.Missing("notice", "")
	}
	for _, n := range seen {
		if err := s.Store.SeeNotice(r.Context(), n.ID, s.Now()); err != nil {
			return err
		}
	}
	http.Redirect(w, r, inside(r.PostFormValue("ve"), "/quan-tri/thong-bao"), http.StatusSeeOther)
	return nil
}

// homeNotices are the newest incidents that an administrator has not said to have read.
func (s *Server) homeNotices(ctx context.Context, h *homePage) error {
	if !mayConnect(h.User) {
		return nil
	}
	open, err := s.Store.Notices(ctx, eyes(h.User), true, noticesRead)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(n lantoa.Notice) bool { return !n.SeenAt.IsZero() })
	for _, n := range first(open, noticesHome) {
		row, err := s.noticeRow(ctx, h.Page, n)
		if err != nil {
			return err
		}
		h.Notices = append(h.Notices, row)
	}
	h.NoticesMore = h.T("notices.see_all", "n", len(open))
	return nil
}
