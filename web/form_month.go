package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// formMonthPage answers: who has reported for the month, who has not, and how do I ask them?
type formMonthPage struct {
	Page
	Month, MonthName   string
	Before, After      string // addresses of the months beside it
	Tabs               []tab
	Here               string
	Rows               []formRow
	None               Empty
	Pages              Pages
	Lead, Closes       string
	Closed, MayReopen  bool
	Until              string // what the field for a new closing day begins with
	Links              bool   // links are shown, made just now
	LinksEnd           string
	MayRemind, Waiting int
	At                 int
}

type formRow struct {
	Unit              string
	ID                lantoa.UnitID
	Reported, Asked   bool
	Figures           []string
	Who               string
	When              When
	Reminded          string
	MayRemind         bool
	Link, Text, NoWay string
}

// formRows on one page: each with its link and the words to send is a kilobyte.
const formRows = 25

// mayForms says whether somebody looks after the reports of others.
func mayForms(u lantoa.User) bool { return u.May(lantoa.Collect, u.Unit.Path) }

// MayForms says whether the reader looks after the reports of others.
func (p Page) MayForms() bool { return mayForms(p.User) }

// formShares are the lists of the page: who has not reported, who has, who need not.
var formShares = []string{"missing", "reported", "others"}

func (s *Server) showFormMonth(w http.ResponseWriter, r *http.Request) error {
	return s.formMonth(w, r, false)
}

// makeFormLinks shows the page with a personal link for each unit on it. Nothing is sent and nothing kept.
func (s *Server) makeFormLinks(w http.ResponseWriter, r *http.Request) error {
	return s.formMonth(w, r, true)
}

func (s *Server) formMonth(w http.ResponseWriter, r *http.Request, links bool) error {
	who := visitorOf(r).user
	if !mayForms(who) {
		return lantoa.Problem(lantoa.Forbidden, "form", "")
	}
	month := r.PathValue("month")
	start, err := lantoa.MonthStart(month, s.Zone)
	if err != nil || start.After(s.Now()) {
		return lantoa.Missing("month", month)
	}
	p := formMonthPage{Page: s.page(r, "form", "report.months"), Month: month, Links: links, Here: cmp.Or(r.FormValue("muc"), formShares[0])}
	p.MonthName = p.MonthYear(start)
	p.At, _ = strconv.Atoi(r.FormValue("trang"))
	if !slices.Contains(formShares, p.Here) {
		return lantoa.Problem(lantoa.Invalid, "muc", "")
	}
	if err := s.fillFormMonth(r.Context(), &p, start); err != nil {
		return err
	}
	if links {
		w.Header().Set("Cache-Control", "no-store")
		s.note(r.Context(), who.Email, "report_links", month+" "+strconv.Itoa(len(p.Rows)))
	}
	return s.draw(w, r, http.StatusOK, "forms", p)
}

func (s *Server) fillFormMonth(ctx context.Context, p *formMonthPage, start time.Time) error {
	closes, err := s.Store.ReportsClose(ctx, p.Month, s.FormDay)
	if err != nil {
		return err
	}
	p.Closed, p.Closes = !s.Now().Before(closes), p.Date(closes.Add(-time.Second))
	p.MayReopen = p.User.May(lantoa.Manage, p.User.Unit.Path) && whole(p.User)
	p.Until = s.Now().In(s.Zone).AddDate(0, 0, 3).Format(time.DateOnly)
	p.Before = "/phieu/thang/" + lantoa.MonthAfter(p.Month, -1)
	if next := lantoa.MonthAfter(p.Month, 1); next <= lantoa.MonthOf(s.Now(), s.Zone) {
		p.After = "/phieu/thang/" + next
	}
	lists, err := s.formLists(ctx, p)
	if err != nil {
		return err
	}
	for _, share := range formShares {
		p.Tabs = append(p.Tabs, tab{Name: p.T("report.share." + share), N: p.Number(int64(len(lists[share]))), URL: "/phieu/thang/" + p.Month + "?muc=" + share, Here: share == p.Here})
	}
	for _, row := range lists["missing"] {
		if row.MayRemind {
			p.MayRemind++
		}
	}
	missing, reported := len(lists["missing"]), len(lists["reported"])
	p.Lead = p.T("report.month_lead", "reported", reported, "asked", missing+reported)
	p.Waiting = missing
	p.None = Empty{Title: p.T("report.none." + p.Here), Do: p.T("report.none_do")}
	rows := lists[p.Here]
	p.Pages = p.pages(len(rows), formRows, p.At, func(n int) string {
		return "/phieu/thang/" + p.Month + "?muc=" + p.Here + "&trang=" + strconv.Itoa(n)
	})
	p.At = p.Pages.At
	p.Rows = rows[(p.At-1)*formRows : min(p.At*formRows, len(rows))]
	if p.Links {
		ends := s.Now().Add(lantoa.FormLinkLife)
		p.LinksEnd = p.Date(ends)
		for i := range p.Rows {
			row := &p.Rows[i]
			row.Link = strings.TrimSuffix(s.BaseURL, "/") + lantoa.FormPath + s.Store.SignLink(lantoa.FormLink, string(row.ID), ends)
			row.Text = words.For("vi").In(s.Zone).FormText(row.Unit, p.MonthName, row.Link, closes)
		}
	}
	return nil
}

// formLists are the units of the person's scope by whether they have reported.
func (s *Server) formLists(ctx context.Context, p *formMonthPage) (map[string][]formRow, error) {
	scope, now := p.User.Scope(), s.Now()
	units, err := s.Store.Units(ctx, scope, now)
	if err != nil {
		return nil, err
	}
	asked, err := s.Store.ReportsAsked(ctx, scope, now)
	if err != nil {
		return nil, err
	}
	reported, err := s.Store.Reported(ctx, p.Month)
	if err != nil {
		return nil, err
	}
	reports, err := s.Store.Reports(ctx, scope, p.Month)
	if err != nil {
		return nil, err
	}
	people, err := s.Store.ReminderPeople(ctx, scope)
	if err != nil {
		return nil, err
	}
	last, err := s.Store.LastReminders(ctx)
	if err != nil {
		return nil, err
	}
	of := map[lantoa.UnitID][]lantoa.MonthReport{}
	for _, r := range reports {
		of[r.Unit] = append(of[r.Unit], r)
	}
	lists := map[string][]formRow{}
	for _, u := range units {
		row := formRow{ID: u.ID, Unit: u.UnionName(), Reported: reported[u.ID], Asked: len(asked[u.ID]) > 0}
		for i, r := range of[u.ID] {
			if i == 0 { // the newest
				row.Who, row.When = r.Sender, p.When(r.At)
			}
			row.Figures = append(row.Figures, p.reported(r.Figures))
		}
		at, was := last[u.ID]
		if was {
			row.Reminded = p.T("report.reminded", "time", p.Ago(at, now))
		}
		share := "others"
		switch {
		case row.Reported:
			share = "reported"
		case row.Asked:
			share = "missing"
			row.MayRemind = !p.Closed && len(people[u.ID]) > 0 && (!was || now.Sub(at) >= lantoa.ReminderRest)
			if len(people[u.ID]) == 0 {
				row.NoWay = p.T("report.no_mail")
			}
		}
		lists[share] = append(lists[share], row)
	}
	return lists, nil
}

// reported are the figures of a report in a line: "236 thành viên · 12 bài".
func (p Page) reported(f lantoa.Figures) string {
	var out []string
	for _, metric := range []string{lantoa.MetricMembers, lantoa.MetricFollowers, lantoa.MetricPosts, lantoa.MetricMessages, lantoa.MetricInteractions, lantoa.MetricViews} {
		if n := f.Get(metric); n.Known {
			out = append(out, p.T("report.figure."+metric, "n", n.N))
		}
	}
	return strings.Join(out, " · ")
}

// remindForms puts a reminder to a unit, or to all that have not reported, into the outbox.
func (s *Server) remindForms(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	if !mayForms(who) {
		return lantoa.Problem(lantoa.Forbidden, "form", "")
	}
	month := r.PathValue("month")
	if _, err := lantoa.MonthStart(month, s.Zone); err != nil {
		return lantoa.Missing("month", month)
	}
	p := formMonthPage{Page: s.page(r, "form", "report.months"), Month: month}
	closes, err := s.Store.ReportsClose(r.Context(), month, s.FormDay)
	if err != nil {
		return err
	}
	p.Closed = !s.Now().Before(closes)
	lists, err := s.formLists(r.Context(), &p)
	if err != nil {
		return err
	}
	people, err := s.Store.ReminderPeople(r.Context(), who.Scope())
	if err != nil {
		return err
	}
	asked, units, back := lantoa.UnitID(r.PostFormValue("don_vi")), 0, "/phieu/thang/"+month
	for _, row := range lists["missing"] {
		if !row.MayRemind || asked != "" && row.ID != asked {
			continue
		}
		reminder := lantoa.ReportReminder{Unit: row.ID, Month: month, At: s.Now(), By: who.Email, Letters: people[row.ID]}
		did, err := s.Store.Remind(r.Context(), reminder)
		if err != nil {
			return err
		}
		if did {
			units++
			s.note(r.Context(), who.Email, "report_reminded", month+" "+string(row.ID))
		}
	}
	if units == 0 {
		return s.undone(w, r, p.T("report.not_reminded"), back)
	}
	return s.done(w, r, p.T("report.did_remind", "n", units), back)
}

// closeForms opens the reports of a month again until the end of a day, or closes them now.
func (s *Server) closeForms(w http.ResponseWriter, r *http.Request) error {
	who, month := visitorOf(r).user, r.PathValue("month")
	if !whole(who) || !who.May(lantoa.Manage, who.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "form", "")
	}
	start, err := lantoa.MonthStart(month, s.Zone)
	if err != nil || start.After(s.Now()) {
		return lantoa.Missing("month", month)
	}
	say, back, closes := visitorOf(r).words.In(s.Zone), "/phieu/thang/"+month, s.Now()
	if text := r.PostFormValue("den"); r.PostFormValue("viec") != "dong" {
		day, err := time.ParseInLocation(time.DateOnly, text, s.Zone)
		closes = day.AddDate(0, 0, 1)
		if err != nil || !closes.After(s.Now()) || closes.After(s.Now().AddDate(0, 3, 0)) {
			return s.undone(w, r, say.T("report.bad_day"), back)
		}
	}
	if err := s.Store.SetReportsClose(r.Context(), month, closes, who, s.Now()); err != nil {
		return err
	}
	if closes.After(s.Now()) {
		return s.done(w, r, say.T("report.reopened", "month", say.MonthYear(start), "day", say.Date(closes.Add(-time.Second))), back)
	}
	return s.done(w, r, say.T("report.now_closed", "month", say.MonthYear(start)), back)
}

// serveSubmissionPicture sends a picture that came with a form to those who handle the stories of its unit.
func (s *Server) serveSubmissionPicture(w http.ResponseWriter, r *http.Request) error {
	sid, err := id(r, "picture")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n > 99 {
		return lantoa.Missing("picture", "")
	}
	who := visitorOf(r).user
	if !mayInbox(who) {
		return lantoa.Problem(lantoa.Forbidden, "inbox", "")
	}
	sub, err := s.Store.Submission(r.Context(), lantoa.SubmissionID(sid))
	if err != nil {
		return err
	}
	if err := s.mayMove(r.Context(), who, sub); err != nil {
		return err
	}
	pic, err := s.Store.SubmissionPicture(r.Context(), sub.ID, n)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Length", strconv.Itoa(len(pic.Data)))
	if _, err := w.Write(pic.Data); err != nil {
		s.Log.Debug("the reader went away", "path", logged(r), "err", err)
	}
	return nil
}
