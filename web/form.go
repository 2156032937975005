package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// formPage answers: which figures of the month, and which story, does my unit hand in?
type formPage struct {
	Page
	Action    string // where the form goes
	Keep      string // under which name the browser keeps what was typed until it was received
	Key       string
	Unit      string
	Month     string
	MonthName string
	Months    []tab
	Closes    string
	Partly    bool // the month is not over
	Closed    string
	Groups    []formGroup // of which no platform tells us
	More      []formGroup // of which it tells most
	Name      string
	Story     string
	Agreed    bool
	Told      []formTold
	Received  []string // what was received, in words
	Wrong     string
	Warn      string
	NoFigures string
	MayTell   bool
	Done      bool // only what was received is shown, with a way to correct it
	Again     string
}

// formGroup is a channel on the form.
type formGroup struct {
	ID, Name, Kind, Said string
	Fields               []formField
}

// formField is one figure of a channel: how it is asked, what was said, what it was last month.
type formField struct {
	Name, Label, Value, Last, Wrong string
	Ask, Meant, Sure                string // the question about a doubtful figure, its answer in words and as it is sent
	before                          lantoa.Count
}

func (f formField) metric() string { return f.Name[strings.LastIndexByte(f.Name, '.')+1:] }

// sure is what says that a figure is meant, however far it is from the one before.
func (f formField) sure(n int64) string { return f.Name + "=" + strconv.FormatInt(n, 10) }

// formTold is a story of the month, and what became of it.
type formTold struct{ Code, Title, State, Note string }

// formDead is the page of somebody whose link opens nothing.
type formDead struct {
	Page
	Headline, Do string
}

// holder is who fills in a form: the bearer of a unit's link, or an officer who has signed in.
type holder struct {
	unit   lantoa.Unit
	user   lantoa.User // without ID for the bearer of a link
	action string
}

// byLink opens the form of a personal link, or tells its bearer what to do.
func (s *Server) byLink(next func(http.ResponseWriter, *http.Request, holder) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer") // the address is the key
		h.Set("X-Robots-Tag", "noindex")
		token := r.PathValue("token")
		subject, err := s.Store.OpenLink(lantoa.FormLink, token, s.Now())
		if err != nil {
			if s.gate.forms.wrong.OnLimit(w, r, address(r)) {
				return s.deadForm(w, r, http.StatusTooManyRequests, "many")
			}
			if lantoa.KindOf(err) == lantoa.Expired {
				return s.deadForm(w, r, http.StatusGone, "expired")
			}
			return s.deadForm(w, r, http.StatusNotFound, "forged")
		}
		unit, err := s.Store.Unit(r.Context(), lantoa.UnitID(subject))
		if lantoa.KindOf(err) == lantoa.NotFound || err == nil && !unit.InForce(s.Now()) {
			return s.deadForm(w, r, http.StatusGone, "merged")
		}
		if err != nil {
			return err
		}
		if r.Method == http.MethodPost && s.gate.forms.byUnit.OnLimit(w, r, string(unit.ID)) {
			return s.deadForm(w, r, http.StatusTooManyRequests, "many")
		}
		return next(w, r, holder{unit: unit, action: "/phieu/" + token})
	}
}

// bySignIn opens the form of the unit of an officer who has signed in; who looks after more is led to the months.
func (s *Server) bySignIn(next func(http.ResponseWriter, *http.Request, holder) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who := visitorOf(r).user
		if mayForms(who) && r.Method == http.MethodGet && r.URL.RawQuery == "" {
			http.Redirect(w, r, "/phieu/thang/"+s.formMonthDue(), http.StatusSeeOther)
			return nil
		}
		if !who.May(lantoa.TellHere, who.Unit.Path) {
			return lantoa.Problem(lantoa.Forbidden, "form", "")
		}
		w.Header().Set("Cache-Control", "no-store")
		return next(w, r, holder{unit: who.Unit, user: who, action: "/phieu"})
	}
}

// formMonthDue is the month that is asked for: the one that has ended, until the next one has.
func (s *Server) formMonthDue() string { return lantoa.MonthAfter(lantoa.MonthOf(s.Now(), s.Zone), -1) }

// formDue is the way to the form of the month that has ended, while the person's unit has a channel to report, has not
// reported it, and still can; nil when nothing is due.
func (s *Server) formDue(ctx context.Context, who lantoa.User) (*link, error) {
	month, now := s.formMonthDue(), s.Now()
	closes, err := s.Store.ReportsClose(ctx, month, s.FormDay)
	if err != nil || !now.Before(closes) || !who.May(lantoa.TellHere, who.Unit.Path) {
		return nil, err
	}
	channels, err := s.unitChannels(ctx, who.Unit)
	if err != nil || !slices.ContainsFunc(channels, func(ch lantoa.Channel) bool { return ch.ByHand(now) }) {
		return nil, err
	}
	reported, err := s.Store.Reported(ctx, month)
	if err != nil || reported[who.Unit.ID] {
		return nil, err
	}
	return &link{Text: month, URL: "/phieu?thang=" + month}, nil
}

func (s *Server) deadForm(w http.ResponseWriter, r *http.Request, code int, why string) error {
	p := formDead{Page: s.formFrame(r, "report.title")}
	p.Headline, p.Do = p.T("report.dead."+why), p.T("report.dead."+why+"_do")
	return s.send(w, r, code, "formdead", "bare", p)
}

// formFrame is a page without navigation for who has not signed in.
func (s *Server) formFrame(r *http.Request, title string) Page {
	p := s.bare(r, title)
	p.Place, p.Sheet = "form", sheets["form"]
	p.User = lantoa.User{}
	return p
}

func (s *Server) showForm(w http.ResponseWriter, r *http.Request, h holder) error {
	p, err := s.form(r, h, r.URL.Query().Get("thang"))
	if err != nil {
		return err
	}
	if key := r.URL.Query().Get("nhan"); key != "" {
		if err := s.formReceipt(r.Context(), &p, h, key, r.URL.Query().Get("anh")); err != nil {
			return err
		}
	}
	return s.drawForm(w, r, http.StatusOK, h, p)
}

func (s *Server) drawForm(w http.ResponseWriter, r *http.Request, code int, h holder, p formPage) error {
	if h.user.ID == "" {
		return s.send(w, r, code, "form", "bare", p)
	}
	return s.draw(w, r, code, "form", p)
}

// form fills the page for a unit and a month; "" is the one that is due.
func (s *Server) form(r *http.Request, h holder, month string) (formPage, error) {
	ctx := r.Context()
	p := formPage{Action: h.action, Unit: h.unit.UnionName(), Key: rand.Text(), MayTell: s.Gate != nil}
	if h.user.ID == "" {
		p.Page = s.formFrame(r, "report.title")
	} else {
		p.Page = s.page(r, "form", "report.title")
	}
	open, err := s.Store.OpenReportMonths(ctx, s.Now(), s.FormDay)
	if err != nil {
		return p, err
	}
	this := lantoa.MonthOf(s.Now(), s.Zone)
	if month == "" {
		if month = s.formMonthDue(); !slices.Contains(open, month) { // the one that has ended, while it is open
			month = this
		}
	}
	start, err := lantoa.MonthStart(month, s.Zone)
	if err != nil || month > this || month < lantoa.MonthAfter(this, -13) {
		return p, lantoa.Problem(lantoa.Invalid, "thang", "")
	}
	p.Month, p.MonthName, p.Partly = month, p.MonthYear(start), month == this
	p.Keep = "phieu-" + string(h.unit.ID) + "-" + month
	closes, err := s.Store.ReportsClose(ctx, month, s.FormDay)
	if err != nil {
		return p, err
	}
	p.Closes = p.Date(closes.Add(-time.Second))
	if !slices.Contains(open, month) {
		p.Closed = p.T("report.closed", "month", p.MonthName, "day", p.Closes)
	}
	for _, m := range slices.Compact(slices.Sorted(slices.Values(append(open, month, lantoa.MonthAfter(this, -1))))) {
		at, _ := lantoa.MonthStart(m, s.Zone)
		p.Months = append(p.Months, tab{Name: p.T("report.month", "month", p.MonthYear(at)), URL: h.action + "?thang=" + m, Here: m == month})
	}
	if err := s.formGroups(ctx, &p, h.unit, start); err != nil {
		return p, err
	}
	if p.Name == "" {
		p.Name = h.user.Name
	}
	if p.Name == "" {
		contacts, err := s.Store.ContactsOf(ctx, h.unit.ID)
		if err != nil {
			return p, err
		}
		if len(contacts) > 0 {
			p.Name = contacts[0].Name
		}
	}
	return p, s.formStories(ctx, &p, h.unit)
}

// formGroups are the channels of the unit with what was said of the month and of the one before.
func (s *Server) formGroups(ctx context.Context, p *formPage, unit lantoa.Unit, start time.Time) error {
	channels, err := s.unitChannels(ctx, unit)
	if err != nil {
		return err
	}
	before := lantoa.MonthAfter(p.Month, -1)
	beforeName := p.MonthYear(start.AddDate(0, -1, 0))
	for _, ch := range channels {
		metrics := ch.Reportable(s.Now())
		if len(metrics) == 0 {
			continue
		}
		versions, err := s.Store.ReportVersions(ctx, ch.ID, p.Month)
		if err != nil {
			return err
		}
		months, err := s.Store.ChannelMonths(ctx, ch.ID, before, p.Month)
		if err != nil {
			return err
		}
		last, now := lantoa.Figures{}, lantoa.Figures{}
		for _, m := range months {
			switch {
			case !m.Value.Known:
			case m.Month == before:
				last[m.Metric] = m.Value.N
			case m.Month == p.Month:
				now[m.Metric] = m.Value.N
			}
		}
		g := formGroup{ID: string(ch.ID), Name: ch.Name, Kind: p.Channel(ch.Kind)}
		if n := len(versions); n > 0 {
			v := versions[n-1]
			p.Name = cmp.Or(p.Name, v.Sender)
			g.Said = p.T("report.said", "code", reportCode(unit, p.Month), "who", cmp.Or(v.Sender, p.T("report.nameless")), "time", p.DateTime(v.At), "version", v.Version)
		}
		for _, metric := range metrics {
			f := formField{Name: string(ch.ID) + "." + metric, Label: p.T("report.metric." + metric)}
			if n := now.Get(metric); n.Known {
				f.Value = p.Number(n.N)
			}
			if n := last.Get(metric); n.Known {
				f.before = n
				f.Last = p.T("report.last", "month", beforeName, "n", p.Number(n.N))
			}
			g.Fields = append(g.Fields, f)
		}
		if ch.ByHand(s.Now()) {
			p.Groups = append(p.Groups, g)
		} else {
			p.More = append(p.More, g)
		}
	}
	if len(p.Groups) == 0 {
		p.NoFigures = p.T("report.no_figures")
	}
	return nil
}

// unitChannels are the channels of one unit, not of those below it.
func (s *Server) unitChannels(ctx context.Context, unit lantoa.Unit) ([]lantoa.Channel, error) {
	channels, err := s.Store.Channels(ctx, lantoa.Scope(unit.Path), store.ChannelFilter{})
	return slices.DeleteFunc(channels, func(ch lantoa.Channel) bool { return ch.Unit.ID != unit.ID }), err
}

// formStories are the stories of the month with what became of them.
func (s *Server) formStories(ctx context.Context, p *formPage, unit lantoa.Unit) error {
	told, err := s.Store.FormStories(ctx, unit.ID, p.Month)
	if err != nil {
		return err
	}
	for _, f := range told {
		x := formTold{Code: f.Code, Title: lantoa.Cut(lantoa.Title(f.Text), 80), State: p.T("report.became." + string(f.State))}
		if f.State == lantoa.SubmissionDeclined && f.Note != "" {
			x.Note = p.T("report.because", "why", f.Note)
		}
		p.Told = append(p.Told, x)
	}
	return nil
}

// formReceipt says what a form that was just sent has brought: its figures and its story are known by its key.
func (s *Server) formReceipt(ctx context.Context, p *formPage, h holder, key, photos string) error {
	for _, g := range slices.Concat(p.Groups, p.More) {
		versions, err := s.Store.ReportVersions(ctx, lantoa.ChannelID(g.ID), p.Month)
		if err != nil {
			return err
		}
		if len(versions) > 0 {
			p.Received = []string{p.T("report.received", "code", reportCode(h.unit, p.Month))}
			break
		}
	}
	told, err := s.Store.FormStories(ctx, h.unit.ID, p.Month)
	if err != nil {
		return err
	}
	for _, f := range told {
		full, err := s.Store.FormStory(ctx, f.ID)
		if err != nil {
			return err
		}
		if slices.Contains(full.Externals, key) {
			p.Received = append(p.Received, p.storyReceived(f))
		}
	}
	if slices.Contains(photoFaults, photos) {
		p.Warn = p.T("report.photos." + photos)
	}
	if len(p.Received) == 0 {
		p.Received = []string{p.T("report.nothing_new")}
	}
	p.Done = true
	p.Again = h.action + "?" + url.Values{"thang": {p.Month}}.Encode()
	return nil
}

func (p Page) storyReceived(f lantoa.FormStory) string {
	if len(f.Media) == 0 {
		return p.T("report.words_received", "code", f.Code)
	}
	return p.T("report.story_received", "code", f.Code, "n", len(f.Media))
}

// reportCode is what people call a unit's report of a month by: PB-1126-05722.
func reportCode(unit lantoa.Unit, month string) string {
	return "PB-" + month[5:] + month[2:4] + "-" + unit.Code
}

// formConnectPage answers: is the page of my unit read, and what can I do about it?
type formConnectPage struct {
	Page
	Unit, Form string
	Channels   []formChannel
	Lost       bool // one of them waits for her
}

type formChannel struct {
	Name, Kind, Said string
	Well             bool
}

func (s *Server) showFormConnect(w http.ResponseWriter, r *http.Request, h holder) error {
	p := formConnectPage{Page: s.formFrame(r, "report.connect"), Unit: h.unit.UnionName(), Form: h.action}
	channels, err := s.unitChannels(r.Context(), h.unit)
	if err != nil {
		return err
	}
	for _, ch := range channels {
		if ch.Archived || ch.Kind == lantoa.Imported {
			continue
		}
		c := formChannel{Name: ch.Name, Kind: p.Channel(ch.Kind), Well: !ch.LastRead.IsZero() && (ch.Trouble == nil || !ch.Trouble.Disconnects())}
		switch {
		case c.Well:
			c.Said = p.T("report.connect_well", "ago", p.Ago(ch.LastRead, p.Now))
		case ch.Kind == lantoa.FacebookPage:
			c.Said, p.Lost = p.T("report.connect_lost"), true
		default:
			c.Said = p.T("report.connect_hand")
		}
		p.Channels = append(p.Channels, c)
	}
	return s.send(w, r, http.StatusOK, "formconnect", "bare", p)
}
