package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// channelsPage answers: is everything connected and read?
type channelsPage struct {
	Page
	Scope, Headline string
	States          []stateFilter
	State           lantoa.Alive
	Name            string
	Kinds, Levels   []Option
	Rows            []channelRow
	MayCollect      bool
	Pages           Pages
	None            Empty
	Add             *siteAdd // nil for those who may not enter channels
}

type stateFilter struct {
	Alive        lantoa.Alive
	Word, N, URL string
	Here         bool
}

type channelRow struct {
	ID                         lantoa.ChannelID
	Name, Kind, Level, URL     string
	State                      StateMark
	Sentence, Posts, Followers string
	NoFollowers                string // why there is no such figure
	Last, Next                 When
	Collect                    bool
	CollectWord                string
}

// channelsPerPage keeps the page below 60 KB.
const channelsPerPage = 40

var aliveStates = []lantoa.Alive{
	lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected, lantoa.Archived, lantoa.Waiting,
}

func (s *Server) showChannels(w http.ResponseWriter, r *http.Request) error {
	p, err := s.channels(r.Context(), s.page(r, "channels", "nav.channels"), r.URL.Query())
	if err != nil {
		return err
	}
	if p.Add, err = s.siteAdd(r.Context(), p.Page); err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "channels", p)
}

// channels fills the list. In the address: trang_thai, loai, cap, ten, trang.
func (s *Server) channels(ctx context.Context, page Page, q url.Values) (channelsPage, error) {
	p := channelsPage{Page: page, State: lantoa.Alive(q.Get("trang_thai")), Name: strings.TrimSpace(q.Get("ten"))}
	p.Scope = upperFirst(p.User.Unit.Name)
	p.MayCollect = s.Queue != nil && p.User.May(lantoa.Collect, p.User.Unit.Path)
	all, err := s.standings(ctx, p.User.Scope())
	if err != nil {
		return p, err
	}
	kind, level, name := lantoa.ChannelKind(q.Get("loai")), lantoa.Level(q.Get("cap")), viet.Bare(p.Name)
	p.Kinds, p.Levels = kindOptions(p.Page, all, kind), levelOptions(p.Page, all, level)
	all = only(all, func(x standing) bool {
		return (kind == "" || x.Kind == kind) && (level == "" || x.Unit.Level == level) &&
			(name == "" || strings.Contains(viet.Bare(x.Name+" "+x.Unit.Name+" "+x.Unit.Code), name))
	})
	t := tally(all)
	p.Headline = p.T("channels.headline", "n", len(all))
	p.States = append(p.States, stateFilter{Word: p.T("channels.all"), N: p.Number(int64(len(all))), URL: withParam(q, "trang_thai", ""), Here: p.State == ""})
	for _, a := range aliveStates {
		if n := t.Of(a); n > 0 || a != lantoa.Waiting {
			p.States = append(p.States, stateFilter{Alive: a, Word: p.Catalog.State(a), N: p.Number(int64(n)), URL: withParam(q, "trang_thai", string(a)), Here: p.State == a})
		}
	}
	if p.State != "" {
		all = only(all, func(x standing) bool { return x.Alive == p.State })
	}
	byUrgency(all)
	at := pageNumber(q)
	p.Pages = p.pages(len(all), channelsPerPage, at, func(n int) string { return withParam(q, "trang", strconv.Itoa(n)) })
	for _, x := range slice(all, (p.Pages.At-1)*channelsPerPage, channelsPerPage) {
		row := p.channelRow(x)
		row.Collect = p.MayCollect && x.Alive != lantoa.Archived
		p.Rows = append(p.Rows, row)
	}
	p.None = Empty{Title: p.T("channels.none"), Do: p.T("channels.none_do"), URL: "/kenh", Link: p.T("channels.see_all")}
	return p, nil
}

func (p Page) channelRow(x standing) channelRow {
	row := channelRow{
		ID: x.ID, Name: x.Name, Kind: p.Channel(x.Kind), Level: p.Level(x.Unit.Level), URL: "/kenh/" + string(x.ID),
		State: p.state(x.Alive), Sentence: p.sentence(x),
		Posts: p.Number(x.Posts), Followers: p.Count(x.Followers), Last: p.When(x.LastRead), Next: p.nextRead(x.Channel),
		CollectWord: p.T("channels.collect_name", "name", x.Name),
	}
	if !x.Followers.Known {
		row.NoFollowers = p.T("why.not_yet")
	}
	return row
}

// nextRead is when a channel will be read again; what is past its time is read any moment.
func (p Page) nextRead(ch lantoa.Channel) When {
	switch {
	case ch.Archived:
		return When{Text: p.T("channels.never"), Exact: p.T("channels.never")}
	case !ch.NextRead.After(p.Now):
		return When{Text: p.T("channels.soon"), Exact: p.DateTime(ch.NextRead), Machine: p.machine(ch.NextRead)}
	}
	return p.When(ch.NextRead)
}

func kindOptions(p Page, all []standing, chosen lantoa.ChannelKind) []Option {
	out := []Option{{Name: p.T("channels.any_kind"), On: chosen == ""}}
	for _, k := range []lantoa.ChannelKind{lantoa.FacebookPage, lantoa.ZaloGroup, lantoa.ZaloOA, lantoa.Website} {
		if n := len(only(all, func(x standing) bool { return x.Kind == k })); n > 0 {
			out = append(out, Option{Value: string(k), Name: p.Channel(k), On: chosen == k})
		}
	}
	return out
}

func levelOptions(p Page, all []standing, chosen lantoa.Level) []Option {
	out := []Option{{Name: p.T("channels.any_level"), On: chosen == ""}}
	for _, l := range lantoa.Levels {
		if n := len(only(all, func(x standing) bool { return x.Unit.Level == l })); n > 0 {
			out = append(out, Option{Value: string(l), Name: p.Level(l), On: chosen == l})
		}
	}
	return out
}

// collectNow has a channel read at once.
func (s *Server) collectNow(w http.ResponseWriter, r *http.Request) error {
	ch, err := id(r, "channel")
	if err != nil {
		return err
	}
	channel, err := s.Store.Channel(r.Context(), lantoa.ChannelID(ch))
	if err != nil {
		return err
	}
	who := visitorOf(r).user
	if !who.May(lantoa.Collect, channel.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "channel", "")
	}
	if channel.Archived {
		return lantoa.Problem(lantoa.Conflict, "channel", "")
	}
	if s.Queue == nil {
		return lantoa.Problem(lantoa.Away, "queue", "")
	}
	if err := s.Queue.CollectNow(r.Context(), channel.ID); err != nil {
		return err
	}
	s.note(r.Context(), who.Email, "collect", string(channel.ID))
	s.gate.putNotice(r, Notice{Text: visitorOf(r).words.T("channels.collecting", "name", channel.Name)})
	http.Redirect(w, r, inside(r.PostFormValue("ve"), "/kenh/"+ch), http.StatusSeeOther)
	return nil
}
