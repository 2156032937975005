package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// statesPage answers: whom should I call? It is one state's channels, with who is in charge of them.
type statesPage struct {
	Page
	Tabs                []adminTab
	States              []stateFilter
	Alive               lantoa.Alive
	Headline, Lead, Now string
	Filter              string // what the list is cut to, in words
	All                 string // the address of the whole list
	Kinds               []Option
	Keep                []Option // what the picker of kinds keeps of the address
	Groups              []careGroup
	Pages               Pages
	None                Empty
}

// careGroup is cards under a title: those of units that said beforehand that they would be quiet stand apart.
type careGroup struct {
	Title string
	Cards []careCard
}

// careCard is a channel somebody may have a friendly word about.
type careCard struct {
	ID                                  lantoa.ChannelID
	Name, URL, Unit, UnitURL, Kind      string
	State                               StateMark
	Sentence, Fault, Do, Leave, LeaveBy string
	Help                                bool // a word would do good
	Person, Duty, NoPerson              string
	Phone                               string
	Tel, Zalo                           template.URL
	ZaloWords                           string
	CallWord, DoneWord                  string
	Nudged                              string
	MayUndo                             bool
}

const cardsPerPage = 20

func (s *Server) showStates(w http.ResponseWriter, r *http.Request) error {
	state := lantoa.Alive(r.PathValue("state"))
	if !slices.Contains(aliveStates, state) {
		return lantoa.Missing("page", "")
	}
	p, err := s.stateList(r.Context(), s.page(r, "network", "nav.network"), state, r.URL.Query())
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "states", p)
}

// stateList fills the list. In the address: loai, cap, don_vi, ten, to_chuc as on the tree, and trang.
func (s *Server) stateList(ctx context.Context, page Page, state lantoa.Alive, q url.Values) (statesPage, error) {
	p := statesPage{Page: page, Alive: state}
	p.Tabs = p.networkTabs("help")
	whole, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	n := whole.In(p.User.Scope())
	c := chosen(q, n)
	v := s.views.get(whole, viewKey{p.User.Scope(), c.kind, c.filing, lastDay(c.period, n)})
	all := p.cut(c, v)
	p.Now = p.T("network.now", "time", p.DateTime(n.At))
	p.Kinds = p.kindsOf(n.Channels, c.kind, c.all)
	keep := url.Values{}
	for _, k := range []string{"cap", "don_vi", "ten", "to_chuc"} {
		if x := q.Get(k); x != "" {
			keep.Set(k, x)
			p.Keep = append(p.Keep, Option{Value: x, Name: k})
		}
	}
	if len(keep) > 0 {
		p.All = stateURL(state, url.Values{})
	}
	if k := q.Get("loai"); k != "" {
		keep.Set("loai", k)
	}
	t := tallyOf(all)
	for _, a := range aliveStates {
		if n := t.Of(a); n > 0 || a != lantoa.Waiting {
			p.States = append(p.States, stateFilter{Alive: a, Word: p.State(a), N: p.Number(int64(n)), URL: stateURL(a, keep), Here: a == state})
		}
	}
	p.Headline = p.T("network.state_headline", "state", p.State(state), "n", t.Of(state))
	p.Lead = p.T("alive.why." + string(state))
	all = onlyStandings(all, func(x activity.Standing) bool { return x.Alive == state })
	slices.SortStableFunc(all, moreUrgent)
	var away []activity.Standing
	if state == lantoa.Silent {
		on := func(x activity.Standing) bool { _, is := v.Away(x.Unit.ID); return is }
		away = onlyStandings(all, on)
		all = onlyStandings(all, func(x activity.Standing) bool { return !on(x) })
	}
	p.Pages = p.pages(len(all), cardsPerPage, pageNumber(q), func(n int) string { return withParam(q, "trang", strconv.Itoa(n)) })
	for _, g := range []struct {
		title string
		list  []activity.Standing
	}{
		{"", slice(all, (p.Pages.At-1)*cardsPerPage, cardsPerPage)},
		{p.T("network.away_title", "n", len(away)), first(away, cardsPerPage)},
	} {
		cards, err := s.careCards(ctx, p.Page, v.Network, g.list)
		if err != nil {
			return p, err
		}
		if len(cards) > 0 {
			p.Groups = append(p.Groups, careGroup{g.title, cards})
		}
	}
	p.None = Empty{Title: p.T("network.state_none." + string(state)), Do: p.T("network.state_none_do"), URL: "/hoat-dong", Link: p.T("network.tab.units")}
	return p, nil
}

// cut are the channels that the address asks for, in every state.
func (p *statesPage) cut(c choice, v *view) []activity.Standing {
	under, is := v.find(c.unit)
	if is {
		p.Filter = v.rows[under].Unit.Name
	}
	if c.level == "" && c.name == "" {
		switch {
		case is:
			return slices.Clone(v.rows[under].All)
		default:
			return slices.Clone(v.Channels)
		}
	}
	var words []string
	if p.Filter != "" {
		words = append(words, p.Filter)
	}
	if c.level != "" {
		words = append(words, p.Level(c.level))
	}
	if c.name != "" {
		words = append(words, "“"+c.name+"”")
	}
	p.Filter = strings.Join(words, " · ")
	name := viet.Bare(c.name)
	var out []activity.Standing
	for _, row := range v.rows {
		if (c.level == "" || row.Unit.Level == c.level) && (!is || lantoa.Within(row.Unit.Path, v.rows[under].Unit.Path)) &&
			(name == "" || strings.Contains(viet.Bare(row.Unit.Name+" "+row.Unit.Code), name)) {
			out = append(out, row.Own...)
		}
	}
	return out
}

// helped are the states about which a word may do good.
func helped(a lantoa.Alive) bool {
	return a == lantoa.Silent || a == lantoa.Thinning || a == lantoa.Disconnected
}

// careCards put channels on cards. Who is in charge, and how to reach them, is told to those only who may care for the
// unit.
func (s *Server) careCards(ctx context.Context, p Page, n *activity.Network, list []activity.Standing) ([]careCard, error) {
	contacts := map[lantoa.UnitID][]lantoa.Contact{}
	officers := map[lantoa.UnitID]string{}
	nobody := false
	for _, x := range list {
		if !helped(x.Alive) || !p.User.May(lantoa.Care, x.Unit.Path) {
			continue
		}
		if _, asked := contacts[x.Unit.ID]; !asked {
			who, err := s.Store.ContactsOf(ctx, x.Unit.ID)
			if err != nil {
				return nil, err
			}
			contacts[x.Unit.ID], nobody = who, nobody || len(who) == 0
		}
	}
	if nobody { // who signs in for the unit is in charge of it too
		users, err := s.Store.Users(ctx, p.User.Scope())
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			if u.Role == lantoa.Officer && !u.Disabled && officers[u.Unit.ID] == "" {
				officers[u.Unit.ID] = u.Name
			}
		}
	}
	var out []careCard
	for _, x := range list {
		out = append(out, p.careCard(n, x, contacts[x.Unit.ID], officers[x.Unit.ID]))
	}
	return out, nil
}

func (p Page) careCard(n *activity.Network, x activity.Standing, contacts []lantoa.Contact, officer string) careCard {
	c := careCard{
		ID: x.ID, Name: x.Name, URL: "/kenh/" + string(x.ID), Unit: x.Unit.UnionName(), UnitURL: pageOfUnit(x.Unit, n.At), Kind: p.Channel(x.Kind),
		State: p.state(x.Alive), Sentence: upperFirst(p.sentence(asStanding(x))),
	}
	if x.Alive == lantoa.Disconnected {
		c.Fault = p.T("network.not_their_fault." + string(x.Unit.Level))
		if x.Trouble != nil {
			c.Do = p.ToDo(x.Trouble, x.Kind)
		}
	}
	if l, away := n.Away(x.Unit.ID); away {
		c.Leave = p.T("network.on_leave", "day", p.DayMonth(l.To))
		if p.User.May(lantoa.Care, x.Unit.Path) || p.User.Unit.ID == x.Unit.ID {
			c.LeaveBy = p.T("network.leave_by", "name", l.By)
			if l.Reason != "" {
				c.LeaveBy = l.Reason + " · " + c.LeaveBy
			}
		}
	}
	if !helped(x.Alive) || !p.User.May(lantoa.Care, x.Unit.Path) {
		return c
	}
	c.Help = true
	name := officer
	if len(contacts) > 0 {
		first := contacts[0]
		name, c.Duty = first.Name, first.Duty
		if phone := dialled(first.Phone); phone != "" {
			c.Phone, c.Tel = first.Phone, template.URL("tel:"+phone)
		}
		c.Zalo = zaloURL(first)
	}
	c.Person = name
	if name == "" {
		c.NoPerson = p.T("network.no_person")
	}
	dear := p.T("network.dear", "name", name)
	if name == "" {
		dear = p.T("network.dear_unit", "unit", x.Unit.UnionName())
	}
	c.ZaloWords = p.T("network.words."+string(x.Alive), "name", dear, "me", p.User.Name, "office", p.User.Unit.UnionName(), "page", x.Name)
	c.CallWord = p.T("network.call_name", "name", name, "unit", x.Unit.Name)
	c.DoneWord = p.T("network.done_name", "name", x.Name)
	if nudge, is := n.Nudges[x.ID]; is && n.At.Sub(nudge.At) < lantoa.NudgeRest {
		c.Nudged = p.nudged(nudge)
		c.MayUndo = nudge.By == p.User.ID || p.User.Role == lantoa.Admin
	}
	return c
}

// nudged says who had a word and when: "đã nhắc hôm nay: Lê Thị Lan".
func (p Page) nudged(n lantoa.Nudge) string {
	switch days := lantoa.DaysBetween(n.At, p.Now, p.Zone()); days {
	case 0:
		return p.T("network.nudged_today", "name", n.ByName)
	case 1:
		return p.T("network.nudged_yesterday", "name", n.ByName)
	}
	return p.T("network.nudged_on", "day", p.DayMonth(n.At), "name", n.ByName)
}

// dialled is a phone number as a telephone takes it: digits, with a plus before them. Anything else is none.
func dialled(phone string) string {
	var b strings.Builder
	for i, r := range phone {
		switch {
		case r >= '0' && r <= '9', r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" .-()", r):
		default:
			return ""
		}
	}
	if n := b.Len(); n < 8 || n > 16 {
		return ""
	}
	return b.String()
}

// zaloURL opens a talk with a person in Zalo.
func zaloURL(c lantoa.Contact) template.URL {
	for _, x := range []string{c.Zalo, c.Phone} {
		if rest, is := strings.CutPrefix(x, "https://zalo.me/"); is && rest != "" && !strings.ContainsAny(rest, " \"'<>\\") {
			return template.URL("https://zalo.me/" + url.PathEscape(rest))
		}
		if phone := dialled(x); phone != "" {
			return template.URL("https://zalo.me/" + strings.TrimPrefix(phone, "+"))
		}
	}
	return ""
}

// nudge notes that somebody had a friendly word about a channel.
func (s *Server) nudge(w http.ResponseWriter, r *http.Request) error {
	ch, who, err := s.caredFor(r)
	if err != nil {
		return err
	}
	n := lantoa.Nudge{Channel: ch.ID, By: who.ID, ByName: who.Name, How: "call", At: s.Now()}
	if r.PostFormValue("cach") == "zalo" {
		n.How = "zalo"
	}
	p := s.page(r, "network", "nav.network")
	had, err := s.Store.SaveNudge(r.Context(), n)
	notice := Notice{Text: p.T("network.noted", "name", ch.Name)}
	switch {
	case lantoa.KindOf(err) == lantoa.Conflict:
		notice = Notice{Text: p.T("network.already", "name", ch.Name, "how", p.nudged(had)), Bad: true}
	case err != nil:
		return err
	default:
		s.note(r.Context(), who.Email, "nudge", string(ch.ID))
	}
	s.Desk.Forget()
	s.gate.putNotice(r, notice)
	http.Redirect(w, r, inside(r.PostFormValue("ve"), "/hoat-dong/trang-thai/silent"), http.StatusSeeOther)
	return nil
}

// undoNudge takes it back: by who noted it, or by an administrator.
func (s *Server) undoNudge(w http.ResponseWriter, r *http.Request) error {
	ch, who, err := s.caredFor(r)
	if err != nil {
		return err
	}
	since := s.Now().Add(-lantoa.NudgeRest)
	all, err := s.Store.Nudges(r.Context(), since)
	if err != nil {
		return err
	}
	for _, n := range all {
		if n.Channel == ch.ID && n.By != who.ID && who.Role != lantoa.Admin {
			return lantoa.Problem(lantoa.Forbidden, "nudge", "")
		}
	}
	was, err := s.Store.UndoNudge(r.Context(), ch.ID, since)
	if err != nil {
		return err
	}
	if was {
		s.note(r.Context(), who.Email, "nudge_undone", string(ch.ID))
	}
	s.Desk.Forget()
	s.gate.putNotice(r, Notice{Text: visitorOf(r).words.T("network.undone", "name", ch.Name)})
	http.Redirect(w, r, inside(r.PostFormValue("ve"), "/hoat-dong/trang-thai/silent"), http.StatusSeeOther)
	return nil
}

// caredFor is the channel of the address, for somebody who may care for its unit.
func (s *Server) caredFor(r *http.Request) (lantoa.Channel, lantoa.User, error) {
	who := visitorOf(r).user
	ch, err := id(r, "channel")
	if err != nil {
		return lantoa.Channel{}, who, err
	}
	channel, err := s.Store.Channel(r.Context(), lantoa.ChannelID(ch))
	if err == nil && !who.May(lantoa.Care, channel.Unit.Path) {
		err = lantoa.Problem(lantoa.Forbidden, "channel", "")
	}
	return channel, who, err
}

// leavesPage is who said beforehand that they would be quiet, and where one says so.
type leavesPage struct {
	Page
	Tabs                   []adminTab
	Own                    string // the one unit that the person speaks for
	Units                  []Option
	Unit, From, To, Reason string
	Key                    string // a form that comes twice is one leave
	May                    bool
	Rows                   []leaveRow
	None                   Empty
}

type leaveRow struct {
	ID, Unit, UnitURL, Days, Reason, By string
	Now                                 bool
	May                                 bool
}

const (
	longestLeave = 92  // days: longer than that a page is not away but given up
	lateLeave    = 31  // days back that a leave may begin
	unitsInPick  = 400 // above that a list to pick from would burst the page
)

func mayLeave(who lantoa.User, path string) bool {
	return who.May(lantoa.Care, path) || who.May(lantoa.TellHere, path)
}

func (s *Server) showLeaves(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := s.leaves(r.Context(), s.leavePage(r), q.Get("don_vi"))
	if err != nil {
		return err
	}
	today := lantoa.Day(p.Now, s.Zone)
	p.From, p.To = today.Format(time.DateOnly), today.AddDate(0, 0, 7).Format(time.DateOnly)
	return s.draw(w, r, http.StatusOK, "leaves", p)
}

// leavePage begins the page; for a commune's officer it belongs to her own place.
func (s *Server) leavePage(r *http.Request) Page {
	if visitorOf(r).user.Role == lantoa.Officer {
		p := s.page(r, "home", "network.tab.leave")
		p.Sheet = sheets["network"]
		return p
	}
	return s.page(r, "network", "network.tab.leave")
}

func (s *Server) leaves(ctx context.Context, page Page, unit string) (leavesPage, error) {
	p := leavesPage{Page: page, May: mayLeave(page.User, page.User.Unit.Path), Unit: unit, Key: lantoa.NewID(s.Now())}
	whole, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	n := whole.In(p.User.Scope())
	today := lantoa.Day(n.At, n.Zone)
	if p.User.Role == lantoa.Officer {
		p.Own = p.User.Unit.UnionName()
	} else {
		p.Tabs = p.networkTabs("leave")
		v := s.views.get(whole, viewKey{scope: p.User.Scope(), kind: mainKind(n.Channels), filing: activity.AsToday})
		p.Units = pickUnits(v)
		if i, is := v.find(unit); is {
			p.Unit = pickName(v.rows[i].Unit)
		}
	}
	leaves := slices.Clone(n.Leaves)
	slices.SortStableFunc(leaves, func(a, b lantoa.Leave) int { return a.From.Compare(b.From) })
	for _, l := range leaves {
		u := n.Units[l.Unit]
		if l.To.Before(today) || u.ID == "" {
			continue
		}
		p.Rows = append(p.Rows, leaveRow{ID: l.ID, Unit: u.Name, UnitURL: pageOfUnit(u, n.At), Days: p.Date(l.From) + " – " + p.Date(l.To),
			Reason: l.Reason, By: p.T("network.leave_by", "name", l.By), Now: l.On(today), May: mayLeave(p.User, u.Path)})
	}
	p.None = Empty{Title: p.T("network.no_leaves"), Do: p.T("network.no_leaves_do")}
	return p, nil
}

// pickUnits are the units to pick from by typing; none where there are too many for a page.
func pickUnits(v *view) []Option {
	if len(v.rows) > unitsInPick {
		return nil
	}
	out := make([]Option, len(v.rows))
	for i, row := range v.rows {
		out[i] = Option{Value: pickName(row.Unit)}
	}
	return out
}

func pickName(u lantoa.Unit) string { return u.Name + " · " + u.Code }

// picked is the row of the unit that somebody typed: picked from the list, its code, or a name that only one bears.
func (v *view) picked(text string) (int, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, false
	}
	if at := strings.LastIndex(text, "·"); at >= 0 {
		if i, is := v.find(strings.TrimSpace(text[at+len("·"):])); is {
			return i, true
		}
	}
	if i, is := v.find(text); is {
		return i, true
	}
	name := viet.Bare(text)
	for _, fits := range []func(lantoa.Unit) bool{
		func(u lantoa.Unit) bool { return viet.Bare(u.Name) == name || viet.Bare(plainName(u)) == name },
		func(u lantoa.Unit) bool { return strings.Contains(viet.Bare(u.Name), name) },
	} {
		at, n := 0, 0
		for i, row := range v.rows {
			if fits(row.Unit) {
				at, n = i, n+1
			}
		}
		if n == 1 {
			return at, true
		}
	}
	return 0, false
}

// saveLeave enters a stretch of quiet.
func (s *Server) saveLeave(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	p, err := s.leaves(r.Context(), s.leavePage(r), "")
	if err != nil {
		return err
	}
	if !p.May {
		return lantoa.Problem(lantoa.Forbidden, "leave", "")
	}
	p.Unit, p.From, p.To = lantoa.Cut(r.PostFormValue("don_vi"), 200), lantoa.Cut(r.PostFormValue("tu"), 10), lantoa.Cut(r.PostFormValue("den"), 10)
	p.Reason = lantoa.Cut(strings.TrimSpace(r.PostFormValue("ly_do")), 200)
	again := func(key string) error {
		p.Notice = &Notice{Text: p.T(key), Bad: true}
		return s.draw(w, r, http.StatusBadRequest, "leaves", p)
	}
	unit := who.Unit
	if p.Own == "" {
		whole, err := s.Desk.Network(r.Context())
		if err != nil {
			return err
		}
		v := s.views.get(whole, viewKey{scope: who.Scope(), kind: mainKind(whole.In(who.Scope()).Channels), filing: activity.AsToday})
		i, is := v.picked(p.Unit)
		if !is {
			return again("network.leave_no_unit")
		}
		unit = v.rows[i].Unit
	}
	if !mayLeave(who, unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "leave", "")
	}
	from, err1 := time.ParseInLocation(time.DateOnly, p.From, s.Zone)
	to, err2 := time.ParseInLocation(time.DateOnly, p.To, s.Zone)
	today := lantoa.Day(p.Now, s.Zone)
	switch {
	case err1 != nil || err2 != nil || to.Before(from):
		return again("network.leave_no_days")
	case to.Before(today) || lantoa.DaysBetween(from, today, s.Zone) > lateLeave:
		return again("network.leave_past")
	case lantoa.DaysBetween(from, to, s.Zone) > longestLeave:
		return again("network.leave_long")
	}
	l := lantoa.Leave{Unit: unit.ID, From: from, To: to, Reason: p.Reason, By: who.Name, At: s.Now()}
	if key := r.PostFormValue("ma"); lantoa.ValidID(key) {
		l.ID = key
	}
	if err := s.Store.SaveLeave(r.Context(), &l); err != nil {
		return err
	}
	s.note(r.Context(), who.Email, "leave", unit.Code)
	s.Desk.Forget()
	s.gate.putNotice(r, Notice{Text: p.T("network.leave_saved", "unit", unit.Name, "from", from, "to", to)})
	http.Redirect(w, r, "/bao-nghi", http.StatusSeeOther)
	return nil
}

// endLeave takes one back.
func (s *Server) endLeave(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	l, err := s.Store.Leave(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	unit, err := s.Store.Unit(r.Context(), l.Unit)
	if err != nil {
		return err
	}
	if !mayLeave(who, unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "leave", "")
	}
	if err := s.Store.EndLeave(r.Context(), l.ID, s.Now()); err != nil {
		return err
	}
	s.note(r.Context(), who.Email, "leave_ended", unit.Code)
	s.Desk.Forget()
	s.gate.putNotice(r, Notice{Text: visitorOf(r).words.T("network.leave_ended", "unit", unit.Name)})
	http.Redirect(w, r, "/bao-nghi", http.StatusSeeOther)
	return nil
}
