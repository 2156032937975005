package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// Facebook is what the screen of connections asks of the platform of pages. Tokens go in and never come out.
type Facebook interface {
	// Find lists every page that a token reaches, holds it against the expected ones, and seals the tokens of those
	// that are surely ours. It tells seen of how many pages it knows as it goes. At and By are left to the caller.
	Find(ctx context.Context, token string, seen func(pages int)) (Found, error)
	// Look finds the page that an address in any spelling leads to: its id and name.
	Look(ctx context.Context, address string) (FoundPage, error)
	// Take makes a page a unit's, as the channel given or, where none is given, the one it has or a new one, and reads
	// it once as the page itself. Without that successful read nothing is kept.
	Take(ctx context.Context, unit lantoa.UnitID, ch lantoa.ChannelID, page string) (lantoa.Channel, error)
	// Events tells which pages tell us at once what happens on them, as Facebook said when it was last asked; NotFound
	// when it never was.
	Events(ctx context.Context) (PageEvents, error)
	// AskEvents asks Facebook now, and asks the pages that do not tell us to do so.
	AskEvents(ctx context.Context) (PageEvents, error)
}

// Found is what a token opened.
type Found struct {
	At       time.Time
	By       string
	Pages    []FoundPage      // one for each expected channel, several where it is doubtful
	Foreign  []FoundPage      // pages that are none of ours
	Warnings []lantoa.Trouble // lists that could not be read: pages may be missing for that
}

// FoundPage is a page that was found, and what stands between it and being read.
type FoundPage struct {
	Channel lantoa.ChannelID
	Page    string // the platform's id; empty: no page was found for the channel
	Name    string
	Maybe   bool // a person has to say whether it is the channel
	Ready   bool // its token is sealed: it will be read soon
	Why     lantoa.Trouble
}

// connectPage answers: what can be read, and what stands in the way of the rest?
type connectPage struct {
	Page
	Tabs                   []adminTab
	Board                  []boardTile
	Facebook               facebookBox
	Zalo                   zaloBox
	Tokens                 []tokenRow
	TokensMore, TokensWell string
	Ingest                 ingestBox
	Addresses              []link // of ours, to be entered at the platforms
}

type boardTile struct {
	Alive         lantoa.Alive
	N, Word, Note string
	URL           string
}

type facebookBox struct {
	Off                  bool // no app is set up at Facebook
	Headline, When       string
	Reasons              []reasonGroup
	Doubtful             []doubt
	DoubtfulMore         string
	Sure                 string // what is asked before all of them are taken at once
	Ended                *endedWork
	Events               *eventsBox
	Foreign              []FoundPage
	ForeignMore          string
	ForeignTitle         string
	Warnings             []string
	Looked               *lookedPage
	Units                []Option
	Address              string
	ReadCount, ReadTitle string
	Read                 []readRow
	ReadMore             string
}

// reasonGroup is one reason for which pages are not read, what their owners must do, and whose they are.
type reasonGroup struct {
	N, What, Do, Units string
}

// doubt is a page of which a person has to say whether it is the channel.
type doubt struct {
	Channel    lantoa.ChannelID
	Unit       lantoa.UnitID
	Ours, Page string
	Found, Say string
	Why        string // what kept it from being taken when it was tried
	Several    bool   // other pages come into question for the channel
}

// lookedPage is the page that a pasted address led to.
type lookedPage struct {
	Page, Name, UnitName string
	Unit                 lantoa.UnitID
}

type readRow struct {
	Name, URL string
	At        When
}

// metaFound keeps what the last search of pages brought: names and reasons, no token.
const metaFound = "connect.facebook"

const lookedKey = "looked"

// shownUnits, shownForeign and shownRead keep the page below 60 KB.
const (
	shownUnits   = 60
	shownForeign = 25
	shownDoubts  = 15
)

func (s *Server) showConnect(w http.ResponseWriter, r *http.Request) error {
	page, tabs := s.adminPage(r, "connect")
	if wants(r) == "progress" {
		p := connectPage{Page: page}
		p.Progress, _ = s.underWay(r.Context(), page)
		return s.drawFragment(w, r, http.StatusOK, "connect", "progress", p)
	}
	p, err := s.connect(r.Context(), page, s.looked(r))
	if err != nil {
		return err
	}
	p.Tabs = tabs
	return s.draw(w, r, http.StatusOK, "connect", p)
}

// connect fills the page of connections.
func (s *Server) connect(ctx context.Context, page Page, looked *lookedPage) (connectPage, error) {
	p := connectPage{Page: page}
	channels, err := s.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return p, err
	}
	channels = slices.DeleteFunc(channels, func(ch lantoa.Channel) bool { return ch.Archived || ch.Kind == lantoa.Imported })
	p.board(channels)
	if err := s.connectFacebook(ctx, &p, channels, looked); err != nil {
		return p, err
	}
	accesses, err := s.Store.Accesses(ctx)
	if err != nil {
		return p, err
	}
	s.connectZalo(ctx, &p, channels)
	p.tokens(accesses, channels)
	p.Addresses = s.addresses(p.Page)
	p.Ingest.Address = strings.TrimSuffix(s.BaseURL, "/") + "/api/v1/ingest"
	return p, nil
}

// board counts what can be read, what waits and what was lost. A channel is connected once it has been read.
func (p *connectPage) board(channels []lantoa.Channel) {
	var read, waits, lost int
	var newest time.Time
	for _, ch := range channels {
		switch {
		case ch.Trouble.Disconnects():
			lost++
		case ch.LastRead.IsZero():
			waits++
		default:
			read++
			if ch.LastRead.After(newest) {
				newest = ch.LastRead
			}
		}
	}
	note := p.T("connect.read_none")
	if read > 0 {
		note = p.T("connect.read_last", "ago", p.Ago(newest, p.Now))
	}
	p.Board = []boardTile{
		{lantoa.Active, p.Number(int64(read)), p.T("connect.read"), note, "/kenh"},
		{lantoa.Waiting, p.Number(int64(waits)), p.T("connect.waits"), p.T("connect.waits_note"), channelsURL(lantoa.Waiting, "", "")},
		{lantoa.Disconnected, p.Number(int64(lost)), p.T("connect.lost"), p.T("connect.lost_note"), channelsURL(lantoa.Disconnected, "", "")},
	}
}

func (s *Server) connectFacebook(ctx context.Context, p *connectPage, channels []lantoa.Channel, looked *lookedPage) error {
	f := &p.Facebook
	f.Off, f.Looked = s.Facebook == nil, looked
	p.Progress, f.Ended = s.underWay(ctx, p.Page)
	if err := s.connectEvents(ctx, p, channels); err != nil {
		return err
	}
	units, err := s.Store.Units(ctx, lantoa.Everything, s.Now())
	if err != nil {
		return err
	}
	for _, u := range units {
		f.Units = append(f.Units, Option{Value: string(u.ID), Name: upperFirst(u.Name), On: looked != nil && looked.Unit == u.ID})
	}
	pages := map[lantoa.ChannelID]lantoa.Channel{}
	var read []lantoa.Channel
	for _, ch := range channels {
		if ch.Kind == lantoa.FacebookPage {
			pages[ch.ID] = ch
			if connected(ch) {
				read = append(read, ch)
			}
		}
	}
	slices.SortStableFunc(read, func(a, b lantoa.Channel) int { return b.LastRead.Compare(a.LastRead) })
	f.ReadTitle = p.T("connect.read_pages", "n", len(read), "of", len(pages))
	for _, ch := range first(read, 12) {
		f.Read = append(f.Read, readRow{ch.Name, "/kenh/" + string(ch.ID), p.moment(ch.LastRead)})
	}
	if more := len(read) - len(f.Read); more > 0 {
		f.ReadMore = p.T("connect.read_more", "n", more)
	}
	found, ok, err := s.lastFound(ctx)
	if err != nil || !ok {
		return err
	}
	p.found(found, pages)
	return nil
}

// connected says whether a channel has been read and still can be.
func connected(ch lantoa.Channel) bool { return !ch.LastRead.IsZero() && !ch.Trouble.Disconnects() }

// found tells what the last search brought: how many of the expected pages, and why not the others. What has been
// read since needs no reason any more.
func (p *connectPage) found(found Found, pages map[lantoa.ChannelID]lantoa.Channel) {
	f := &p.Facebook
	had := map[lantoa.ChannelID]bool{}
	doubtful := map[lantoa.ChannelID]bool{}
	why := map[lantoa.ChannelID]lantoa.Trouble{}
	for _, x := range found.Pages {
		ch, ours := pages[x.Channel]
		switch {
		case !ours:
		case x.Ready || connected(ch):
			had[x.Channel] = true
			if x.Why.Kind != "" {
				why[x.Channel] = x.Why
			}
		case x.Maybe:
			doubtful[x.Channel] = true
			d := doubt{Channel: x.Channel, Unit: ch.Unit.ID, Ours: ch.Name, Page: x.Page, Found: x.Name,
				Say: p.T("connect.confirm_name", "page", x.Name, "channel", ch.Name), Several: !alone(found.Pages, x)}
			if x.Why.Kind != "" {
				d.Why = p.Happened(&x.Why, lantoa.FacebookPage)
			}
			f.Doubtful = append(f.Doubtful, d)
		default:
			why[x.Channel] = x.Why
		}
	}
	for id := range pages { // a channel that came into the list after the search
		if _, told := why[id]; !told && !had[id] && !doubtful[id] {
			if connected(pages[id]) {
				had[id] = true
				continue
			}
			why[id] = *lantoa.Problem(lantoa.NotFound, "page", "")
		}
	}
	f.Headline = p.T("connect.found", "n", len(had), "of", len(pages))
	if rest := len(pages) - len(had); rest > 0 {
		f.Headline += " " + p.T("connect.found_rest", "n", rest)
	}
	f.When = p.T("connect.found_at", "time", p.DateTime(found.At), "who", found.By)
	f.Reasons = p.reasons(why, pages)
	sure := len(slices.DeleteFunc(slices.Clone(f.Doubtful), func(d doubt) bool { return d.Several }))
	if sure > 1 {
		f.Sure = p.T("connect.confirm_all", "n", sure)
	}
	if more := len(f.Doubtful) - shownDoubts; more > 0 {
		f.DoubtfulMore = p.T("connect.doubtful_more", "n", more)
	}
	f.Doubtful = first(f.Doubtful, shownDoubts)
	for _, w := range found.Warnings {
		f.Warnings = append(f.Warnings, p.T("connect.list_unread", "what", p.KnownThings(w.What)))
	}
	f.Foreign = first(found.Foreign, shownForeign)
	f.ForeignTitle = p.T("connect.foreign", "n", len(found.Foreign))
	if more := len(found.Foreign) - len(f.Foreign); more > 0 {
		f.ForeignMore = p.T("connect.more", "n", more)
	}
}

// reasons gathers the pages that are not read, or not in full, by what keeps them, the commonest first.
func (p *connectPage) reasons(why map[lantoa.ChannelID]lantoa.Trouble, pages map[lantoa.ChannelID]lantoa.Channel) []reasonGroup {
	units := map[string][]string{}
	for id, t := range why {
		key := reasonKey(t)
		units[key] = append(units[key], pages[id].Unit.Name)
	}
	keys := make([]string, 0, len(units))
	for key := range units {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(len(units[b])-len(units[a]), strings.Compare(a, b)) })
	var out []reasonGroup
	for _, key := range keys {
		names := units[key]
		slices.Sort(names)
		g := reasonGroup{N: p.T("connect.pages", "n", len(names)), What: p.T("connect.why." + key), Do: p.T("connect.do." + key),
			Units: upperFirst(strings.Join(first(names, shownUnits), ", "))}
		if more := len(names) - shownUnits; more > 0 {
			g.Units += " " + p.T("connect.more", "n", more)
		}
		out = append(out, g)
	}
	return out
}

// reasonKey is which of the catalogue's reasons a trouble is.
func reasonKey(t lantoa.Trouble) string {
	switch {
	case t.What == "ANALYZE":
		return "figures"
	case t.Kind == lantoa.NoRight:
		return "task"
	case t.Kind == lantoa.Expired:
		return "token"
	case t.Kind == lantoa.NotFound:
		return "unseen"
	}
	return "other"
}

func (s *Server) lastFound(ctx context.Context) (f Found, ok bool, err error) {
	text, err := s.Store.GetMeta(ctx, metaFound)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return f, false, nil
	}
	if err != nil || text == "" {
		return f, false, err
	}
	return f, json.Unmarshal([]byte(text), &f) == nil, nil
}

// findPages asks a token that was pasted for all the pages it reaches. That may take longer than a page does.
func (s *Server) findPages(w http.ResponseWriter, r *http.Request) error {
	const back = "/quan-tri/ket-noi"
	say := visitorOf(r).words.In(s.Zone)
	if s.Facebook == nil {
		return lantoa.Problem(lantoa.Away, "facebook", "")
	}
	token := strings.TrimSpace(r.PostFormValue("ma"))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return s.undone(w, r, say.T("connect.token_odd"), back)
	}
	who, ready := visitorOf(r).user, 0
	ended, err := s.work(r.Context(), "find", func(ctx context.Context, seen func(n int)) error {
		found, err := s.Facebook.Find(ctx, token, seen)
		if err != nil {
			return err
		}
		found.At, found.By = s.Now(), who.Name
		if err := s.keepFound(ctx, found); err != nil {
			return err
		}
		s.note(ctx, who.Email, "connect", "facebook")
		for _, x := range found.Pages {
			if x.Ready {
				ready++
			}
		}
		return nil
	})
	switch t, told := told(err); {
	case lantoa.KindOf(err) == lantoa.Busy && t.What == workBusy:
		return s.undone(w, r, say.T("connect.busy"), back)
	case told:
		return s.undone(w, r, say.T("connect.token_refused", "why", say.Happened(t, lantoa.FacebookPage)), back)
	case err != nil:
		return err
	case !ended:
		http.Redirect(w, r, back, http.StatusSeeOther) // the page shows how far it is
		return nil
	}
	return s.done(w, r, say.T("connect.found_said", "n", ready), back+"#facebook")
}

func (s *Server) keepFound(ctx context.Context, found Found) error {
	for i := range found.Pages {
		found.Pages[i].Why = bare(found.Pages[i].Why)
	}
	for i := range found.Warnings {
		found.Warnings[i] = bare(found.Warnings[i])
	}
	text, err := json.Marshal(found)
	if err != nil {
		panic(err) // strings and times only
	}
	return s.Store.SetMeta(ctx, metaFound, string(text))
}

// bare is a trouble without the platform's own words and the error behind it, neither of which is kept.
func bare(t lantoa.Trouble) lantoa.Trouble {
	return lantoa.Trouble{Kind: t.Kind, What: t.What, Since: t.Since, Until: t.Until}
}

// told is the trouble inside err, if it is one that a platform or a person made; what is not is a fault of ours.
func told(err error) (*lantoa.Trouble, bool) {
	k := lantoa.KindOf(err)
	if k == "" {
		return nil, false
	}
	return lantoa.AsTrouble(err, k), true
}

// lookPage finds the page of an address that was pasted, for a person to look at before it is taken.
func (s *Server) lookPage(w http.ResponseWriter, r *http.Request) error {
	const back = "/quan-tri/ket-noi#mot-trang"
	say := visitorOf(r).words.In(s.Zone)
	if s.Facebook == nil {
		return lantoa.Problem(lantoa.Away, "facebook", "")
	}
	unit, err := s.Store.Unit(r.Context(), lantoa.UnitID(r.PostFormValue("don_vi")))
	if err != nil {
		return s.undone(w, r, say.T("connect.choose_unit"), back)
	}
	page, err := s.Facebook.Look(r.Context(), r.PostFormValue("dia_chi"))
	if err != nil {
		t, told := told(err)
		if !told {
			return err
		}
		return s.undone(w, r, lookedWrong(say.T, say.Has, t, say.Happened(t, lantoa.FacebookPage)), back)
	}
	text, err := json.Marshal(lookedPage{Page: page.Page, Name: page.Name, Unit: unit.ID, UnitName: unit.UnionName()})
	if err != nil {
		panic(err) // strings only
	}
	s.gate.sessions.Put(r.Context(), lookedKey, string(text))
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// lookedWrong says what is wrong with an address, with what to do.
func lookedWrong(say func(string, ...any) string, has func(string) bool, t *lantoa.Trouble, otherwise string) string {
	if key := "connect.address." + t.What; has(key) {
		return say(key)
	}
	return say("connect.not_taken", "why", otherwise)
}

func (s *Server) looked(r *http.Request) *lookedPage {
	var l lookedPage
	text := s.gate.sessions.GetString(r.Context(), lookedKey)
	if text == "" || json.Unmarshal([]byte(text), &l) != nil {
		return nil
	}
	return &l
}

// takePage makes a page the channel's that a person confirmed, or says no to it.
func (s *Server) takePage(w http.ResponseWriter, r *http.Request) error {
	const back = "/quan-tri/ket-noi#facebook"
	say := visitorOf(r).words.In(s.Zone)
	ctx, ch, page := r.Context(), lantoa.ChannelID(r.PostFormValue("kenh")), r.PostFormValue("trang")
	if s.Facebook == nil {
		return lantoa.Problem(lantoa.Away, "facebook", "")
	}
	switch r.PostFormValue("nhan") {
	case "co":
	case "khong":
		s.gate.sessions.Remove(ctx, lookedKey)
		if err := s.changeFound(ctx, func(pages []FoundPage) []FoundPage {
			return slices.DeleteFunc(pages, func(x FoundPage) bool { return x.Maybe && x.Channel == ch && x.Page == page })
		}); err != nil {
			return err
		}
		return s.done(w, r, say.T("connect.declined"), back)
	case "tat_ca":
		return s.takeAll(w, r)
	default:
		return lantoa.Problem(lantoa.Invalid, "nhan", "")
	}
	unit, err := s.Store.Unit(ctx, lantoa.UnitID(r.PostFormValue("don_vi")))
	if err != nil {
		return err
	}
	taken, err := s.take(ctx, visitorOf(r).user, unit.ID, ch, page)
	if err != nil {
		t, told := told(err)
		if !told {
			return err
		}
		if t.Kind == lantoa.Conflict {
			return s.undone(w, r, say.T("connect.taken_already"), back)
		}
		return s.undone(w, r, say.T("connect.not_taken", "why", say.Happened(t, lantoa.FacebookPage)), back)
	}
	s.gate.sessions.Remove(ctx, lookedKey)
	return s.done(w, r, say.T("connect.taken", "name", taken.Name), back)
}

// take makes one page the channel's. What was found is no doubt any more, or says what was in the way.
func (s *Server) take(ctx context.Context, who lantoa.User, unit lantoa.UnitID, ch lantoa.ChannelID, page string) (lantoa.Channel, error) {
	taken, err := s.Facebook.Take(ctx, unit, ch, page)
	if t, told := told(err); told {
		if err := s.changeFound(ctx, func(pages []FoundPage) []FoundPage {
			for i := range pages {
				if pages[i].Maybe && pages[i].Channel == ch && pages[i].Page == page {
					pages[i].Why = *t
				}
			}
			return pages
		}); err != nil {
			return taken, err
		}
	}
	if err != nil {
		return taken, err
	}
	s.note(ctx, who.Email, "connect", string(taken.ID))
	return taken, s.changeFound(ctx, func(pages []FoundPage) []FoundPage {
		pages = slices.DeleteFunc(pages, func(x FoundPage) bool { return x.Channel == taken.ID })
		return append(pages, FoundPage{Channel: taken.ID, Page: page, Name: taken.Name, Ready: true})
	})
}

// alone says whether a doubtful page is the only one that comes into question for its channel, and its channel the
// only one for which it does: both can be confirmed without looking at the others.
func alone(pages []FoundPage, x FoundPage) bool {
	n := 0
	for _, o := range pages {
		if o.Maybe && (o.Channel == x.Channel || o.Page == x.Page) {
			n++
		}
	}
	return n == 1
}

// takeAll takes every doubtful page that is the only one of its channel.
func (s *Server) takeAll(w http.ResponseWriter, r *http.Request) error {
	const back = "/quan-tri/ket-noi#facebook"
	say, who := visitorOf(r).words.In(s.Zone), visitorOf(r).user
	found, _, err := s.lastFound(r.Context())
	if err != nil {
		return err
	}
	taken, left := 0, 0
	ended, err := s.work(r.Context(), "take", func(ctx context.Context, seen func(n int)) error {
		for _, x := range found.Pages {
			if !x.Maybe || !alone(found.Pages, x) {
				continue
			}
			ch, err := s.Store.Channel(ctx, x.Channel)
			if err == nil {
				_, err = s.take(ctx, who, ch.Unit.ID, ch.ID, x.Page)
			}
			if _, told := told(err); err != nil && !told {
				return err
			}
			if err != nil {
				left++
				continue
			}
			taken++
			seen(taken)
		}
		return nil
	})
	switch {
	case lantoa.KindOf(err) == lantoa.Busy:
		return s.undone(w, r, say.T("connect.busy"), back)
	case err != nil:
		return err
	case !ended:
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	}
	return s.done(w, r, say.T("connect.taken_all", "n", taken, "left", left), back)
}

// changeFound changes the pages that the last search found.
func (s *Server) changeFound(ctx context.Context, change func([]FoundPage) []FoundPage) error {
	found, ok, err := s.lastFound(ctx)
	if err != nil || !ok {
		return err
	}
	found.Pages = change(found.Pages)
	return s.keepFound(ctx, found)
}
