package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
	"github.com/hoiphunu/lantoa/store"
)

const unitsHome = "/quan-tri/don-vi"

// unitsPage answers: how does the Union stand on a day, and what was reformed?
type unitsPage struct {
	Page
	Tabs           []adminTab
	Day            string // as the field for it wants it
	Find, Headline string
	Within         string // whose units are shown
	Crumbs         []Option
	Rows           []unitsRow
	Pages          Pages
	None           Empty
	Left           []leftPerson
	Reforms        []reformRow
	ReformURL      string
	Upload         bool
}

// unitsRow is one unit of the tree.
type unitsRow struct {
	URL, Code, Name, Level, Span   string
	Channels, Who, Phone, PhoneURL string
	Below, BelowURL                string
}

// leftPerson is somebody whose unit is no more.
type leftPerson struct {
	ID          lantoa.UserID
	Name, Email string
	Unit, Role  string
}

// reformRow is a reform that was done.
type reformRow struct {
	ID               lantoa.ImportID
	Name, Said, By   string
	Day, At          When
	UndoneWord, Sure string
}

const (
	unitsShown   = 60
	reformsShown = 20
)

// unitTree is what the screens of the tree are drawn from.
type unitTree struct {
	all      []lantoa.Unit
	tree     lantoa.Tree
	channels map[lantoa.UnitID][]lantoa.Channel
	contacts map[lantoa.UnitID][]lantoa.Contact
}

func (s *Server) unitTree(ctx context.Context) (t unitTree, err error) {
	if t.all, err = s.Store.Units(ctx, lantoa.Everything, time.Time{}); err != nil {
		return t, err
	}
	t.tree = lantoa.TreeOf(t.all)
	channels, err := s.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return t, err
	}
	t.channels = map[lantoa.UnitID][]lantoa.Channel{}
	for _, ch := range channels {
		if ch.Kind != lantoa.Imported {
			t.channels[ch.Unit.ID] = append(t.channels[ch.Unit.ID], ch)
		}
	}
	t.contacts, err = s.Store.Contacts(ctx, lantoa.Everything)
	return t, err
}

// find are the units in force on a day whose code or name holds what is looked for.
func (t unitTree) find(text string, day time.Time) (found []lantoa.Unit) {
	want := viet.Bare(strings.TrimSpace(text))
	if want == "" {
		return nil
	}
	for _, u := range t.all {
		if u.InForce(day) && (strings.HasPrefix(u.Code, want) || strings.Contains(viet.Bare(u.Name), want)) {
			found = append(found, u)
		}
	}
	return found
}

// named is the one unit in force on a day that somebody means by a code or a whole name.
func (t unitTree) named(text string, day time.Time) (lantoa.Unit, bool) {
	want := viet.Bare(strings.Join(strings.Fields(text), " "))
	var found []lantoa.Unit
	for _, u := range t.all {
		if !u.InForce(day) || want == "" {
			continue
		}
		if u.Code == want {
			return u, true
		}
		if viet.Bare(u.Name) == want {
			found = append(found, u)
		}
	}
	if len(found) != 1 {
		return lantoa.Unit{}, false
	}
	return found[0], true
}

// day reads a day of a form; today where there is none.
func (s *Server) day(text string) (time.Time, bool) {
	if text == "" {
		return lantoa.Day(s.Now(), s.Zone), true
	}
	day, err := time.ParseInLocation(time.DateOnly, text, s.Zone)
	return day, err == nil && day.Year() > 1900 && day.Year() < 9000
}

func (s *Server) showUnits(w http.ResponseWriter, r *http.Request) error {
	page, tabs := s.adminPage(r, "units")
	p := unitsPage{Page: page, Tabs: tabs, ReformURL: unitsHome + "/sap-xep", Upload: s.Lists != nil}
	p.Sheet = "desk.css"
	if err := s.units(r.Context(), &p, r.URL.Query()); err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "units", p)
}

// units fills the page. In the address: ngay, tim, trong, trang.
func (s *Server) units(ctx context.Context, p *unitsPage, q url.Values) error {
	day, ok := s.day(q.Get("ngay"))
	if !ok {
		day, _ = s.day("")
	}
	p.Day, p.Find = day.In(s.Zone).Format(time.DateOnly), strings.TrimSpace(q.Get("tim"))
	t, err := s.unitTree(ctx)
	if err != nil {
		return err
	}
	levels := map[lantoa.Level]int{}
	below := map[lantoa.UnitID]int{}
	var standing []lantoa.Unit
	for _, u := range t.all {
		if u.InForce(day) {
			levels[u.Level]++
			below[u.Parent]++
			standing = append(standing, u)
		}
	}
	var parts []string
	for _, l := range lantoa.Levels {
		if levels[l] > 0 {
			parts = append(parts, p.Number(int64(levels[l]))+" "+strings.ToLower(p.Level(l)))
		}
	}
	p.Headline = p.T("units.headline", "n", len(standing), "day", day, "parts", strings.Join(parts, ", "))

	shown := t.find(p.Find, day)
	if p.Find == "" {
		within := t.tree[lantoa.UnitID(q.Get("trong"))]
		if within.ID == "" || !within.InForce(day) {
			roots := slices.DeleteFunc(slices.Clone(standing), func(u lantoa.Unit) bool { return u.Parent != "" })
			shown = roots
			if len(roots) == 1 {
				within = roots[0]
			}
		}
		if within.ID != "" {
			shown = []lantoa.Unit{within}
			for _, u := range standing {
				if u.Parent == within.ID {
					shown = append(shown, u)
				}
			}
			for up := within; up.Parent != "" && len(p.Crumbs) < 10; {
				up = t.tree[up.Parent]
				p.Crumbs = append([]Option{{Name: upperFirst(up.Name), Value: withParam(q, "trong", string(up.ID))}}, p.Crumbs...)
			}
			p.Within = string(within.ID)
		}
	}
	p.Pages = p.pages(len(shown), unitsShown, pageNumber(q), func(n int) string { return withParam(q, "trang", strconv.Itoa(n)) })
	for _, u := range slice(shown, (p.Pages.At-1)*unitsShown, unitsShown) {
		row := p.unitsRow(t, u)
		if n := below[u.ID]; n > 0 && string(u.ID) != p.Within {
			row.Below, row.BelowURL = p.T("units.below", "n", n), withParam(withoutParam(q, "tim"), "trong", string(u.ID))
		}
		p.Rows = append(p.Rows, row)
	}
	p.None = Empty{Title: p.T("units.none"), Do: p.T("units.none_do"), URL: unitsHome, Link: p.T("units.see_all")}
	if err := s.leftPeople(ctx, p, t); err != nil {
		return err
	}
	return s.reformRows(ctx, p, t)
}

func withoutParam(q url.Values, key string) url.Values {
	out := url.Values{}
	for k, v := range q {
		if k != key {
			out[k] = v
		}
	}
	return out
}

func (p Page) unitsRow(t unitTree, u lantoa.Unit) unitsRow {
	row := unitsRow{URL: unitsHome + "/" + string(u.ID), Code: u.Code, Name: upperFirst(u.Name), Level: p.Level(u.Level), Span: p.unitSpan(u)}
	if n := len(t.channels[u.ID]); n > 0 {
		row.Channels = p.T("units.channels", "n", n)
	} else {
		row.Channels = p.T("units.no_channels")
	}
	if who := t.contacts[u.ID]; len(who) > 0 {
		row.Who, row.Phone = who[0].Name, who[0].Phone
		if row.Phone != "" {
			row.PhoneURL = "tel:" + row.Phone
		}
	} else {
		row.Who = p.T("units.nobody")
	}
	return row
}

// unitSpan says when a unit is in force: the last day, as people say it, and not the day after.
func (p Page) unitSpan(u lantoa.Unit) string {
	last := u.To.AddDate(0, 0, -1)
	switch {
	case u.From.IsZero() && u.To.IsZero():
		return p.T("units.always")
	case u.To.IsZero():
		return p.T("units.since", "day", u.From)
	case u.From.IsZero():
		return p.T("units.until", "day", last)
	}
	return p.T("units.from_to", "from", u.From, "to", last)
}

// leftPeople are those who sign in and see nothing any more, because their unit has ended.
func (s *Server) leftPeople(ctx context.Context, p *unitsPage, t unitTree) error {
	users, err := s.Store.Users(ctx, lantoa.Everything)
	if err != nil {
		return err
	}
	today := lantoa.Day(s.Now(), s.Zone)
	for _, u := range users {
		if !u.Disabled && !u.Unit.InForce(today) && len(p.Left) < unitsShown {
			p.Left = append(p.Left, leftPerson{ID: u.ID, Name: u.Name, Email: u.Email, Unit: u.Unit.Name, Role: p.Role(u.Role)})
		}
	}
	return nil
}

func (s *Server) reformRows(ctx context.Context, p *unitsPage, t unitTree) error {
	reforms, err := s.Store.Reforms(ctx)
	if err != nil {
		return err
	}
	for _, x := range slice(reforms, 0, reformsShown) {
		row := reformRow{ID: x.ID, Name: p.T("units.reform", "resolution", x.Resolution), Day: p.OnDay(x.Day), At: p.When(x.At), By: x.By}
		heirs := map[lantoa.UnitID]bool{}
		var from, to []string
		for _, end := range x.Ends {
			from = append(from, t.tree[end.Unit].Name)
			for _, h := range end.Heirs {
				if !heirs[h] && t.tree[h].Name != "" {
					to = append(to, t.tree[h].Name)
				}
				heirs[h] = true
			}
		}
		switch {
		case len(from) > 6:
			row.Said = p.T("units.reform_many", "old", len(from), "new", len(heirs))
		case len(to) == 0 && len(heirs) == 0:
			row.Said = p.T("units.reform_gone", "old", strings.Join(from, ", "))
		case len(to) == 0: // undone: the new ones are no more
			row.Said = strings.Join(from, ", ")
		default:
			row.Said = strings.Join(from, ", ") + " → " + strings.Join(to, ", ")
		}
		if row.By == "" {
			row.By = p.T("imports.by_line")
		}
		row.Sure = p.T("units.undo_sure")
		if !x.UndoneAt.IsZero() {
			row.UndoneWord = p.T("imports.undone_at", "time", p.DateTime(x.UndoneAt))
		}
		p.Reforms = append(p.Reforms, row)
	}
	return nil
}

// giveUnit puts somebody whose unit has ended under another.
func (s *Server) giveUnit(w http.ResponseWriter, r *http.Request) error {
	say := visitorOf(r).words.In(s.Zone)
	uid := r.PostFormValue("nguoi")
	if !lantoa.ValidID(uid) {
		return lantoa.Missing("user", "")
	}
	t, err := s.unitTree(r.Context())
	if err != nil {
		return err
	}
	u, ok := t.named(r.PostFormValue("don_vi"), lantoa.Day(s.Now(), s.Zone))
	if !ok {
		return s.undone(w, r, say.T("units.no_such", "name", lantoa.Cut(r.PostFormValue("don_vi"), 60)), unitsHome+"#nguoi")
	}
	if err := s.Store.GiveUnit(r.Context(), lantoa.UserID(uid), u.ID, visitorOf(r).user.Email); err != nil {
		return err
	}
	return s.done(w, r, say.T("units.given", "name", u.Name), unitsHome)
}

// unitPage is one unit as the administrator keeps it.
type unitAdminPage struct {
	Page
	Tabs                               []adminTab
	ID                                 lantoa.UnitID
	Name, Code, Level, Span            string
	Parent, ParentURL, Open, ReformURL string
	Channels                           []Option
	Heirs, Forebears                   []unitLink
	Contacts                           []contactRow
	Missing                            string
}

type unitLink struct{ Name, Code, Span, URL string }

// contactRow is one row of the form for who is in charge. N tells its fields from those of the others.
type contactRow struct {
	N     int
	Title string
	lantoa.Contact
}

const contactsMost = 8

func (s *Server) showUnitAdmin(w http.ResponseWriter, r *http.Request) error {
	uid, err := id(r, "unit")
	if err != nil {
		return err
	}
	return s.drawUnitAdmin(w, r, http.StatusOK, lantoa.UnitID(uid), nil)
}

// drawUnitAdmin draws the page; given are the contacts of a form that was not taken.
func (s *Server) drawUnitAdmin(w http.ResponseWriter, r *http.Request, status int, uid lantoa.UnitID, given []lantoa.Contact) error {
	page, tabs := s.adminPage(r, "units")
	p := unitAdminPage{Page: page, Tabs: tabs}
	p.Sheet = "desk.css"
	t, err := s.unitTree(r.Context())
	if err != nil {
		return err
	}
	u, is := t.tree[uid]
	if !is {
		return lantoa.Missing("unit", uid)
	}
	p.ID, p.Name, p.Code, p.Level, p.Span = u.ID, upperFirst(u.Name), u.Code, p.Catalog.Level(u.Level), upperFirst(p.unitSpan(u))
	p.Title = p.Name
	p.Open, p.ReformURL = "/don-vi/"+url.PathEscape(u.Code), ""
	if u.To.IsZero() {
		p.ReformURL = unitsHome + "/sap-xep?cu=" + string(u.ID)
	}
	if above, is := t.tree[u.Parent]; is {
		p.Parent, p.ParentURL = upperFirst(above.Name), unitsHome+"/"+string(above.ID)
	}
	for _, ch := range t.channels[u.ID] {
		x := Option{Name: ch.Name, Value: "/kenh/" + string(ch.ID), Count: p.Channel(ch.Kind)}
		if ch.Archived {
			x.Count += ", " + strings.ToLower(p.State(lantoa.Archived))
		}
		p.Channels = append(p.Channels, x)
	}
	link := func(x lantoa.Unit) unitLink {
		return unitLink{upperFirst(x.Name), x.Code, p.unitSpan(x), unitsHome + "/" + string(x.ID)}
	}
	for _, heir := range u.Successors {
		p.Heirs = append(p.Heirs, link(t.tree[heir]))
	}
	for _, x := range t.tree.Forebears(u.ID) {
		p.Forebears = append(p.Forebears, link(x))
	}
	contacts := t.contacts[u.ID]
	if given != nil {
		contacts = given
	}
	for i := range min(len(contacts)+2, contactsMost) {
		row := contactRow{N: i, Title: p.T("units.contact_n", "n", i+1)}
		if i < len(contacts) {
			row.Contact = contacts[i]
		} else {
			row.Title = p.T("units.contact_more")
		}
		p.Contacts = append(p.Contacts, row)
	}
	return s.draw(w, r, status, "unitadmin", p)
}

// saveContacts takes down who is in charge of a unit. One without a name is taken off the list.
func (s *Server) saveContacts(w http.ResponseWriter, r *http.Request) error {
	uid, err := id(r, "unit")
	if err != nil {
		return err
	}
	say := visitorOf(r).words.In(s.Zone)
	var given, tidy []lantoa.Contact
	for i := range contactsMost {
		field := func(name string) string { return lantoa.Cut(r.PostFormValue(name+"_"+strconv.Itoa(i)), 200) }
		c := lantoa.Contact{ID: field("ma"), Name: field("ten"), Duty: field("chuc"), Phone: field("dt"), Zalo: field("zalo"), Email: field("thu")}
		if c.Name == "" && c.Phone == "" && c.Email == "" && c.Zalo == "" {
			continue
		}
		given = append(given, c)
	}
	fault := ""
	for _, c := range given {
		x, wrong := c.Tidied()
		switch {
		case wrong != "" && fault == "":
			fault = say.T("units.contact_bad."+wrong, "name", c.Name)
		case x.Name == "" && fault == "":
			fault = say.T("units.contact_bad.name", "name", "")
		}
		tidy = append(tidy, x)
	}
	if fault != "" {
		s.gate.putNotice(r, Notice{Text: fault, Bad: true})
		return s.drawUnitAdmin(w, r, http.StatusUnprocessableEntity, lantoa.UnitID(uid), given)
	}
	if err := s.Store.SaveContacts(r.Context(), lantoa.UnitID(uid), tidy, visitorOf(r).user.Email); err != nil {
		return err
	}
	return s.done(w, r, say.T("units.contacts_saved"), unitsHome+"/"+uid)
}

// undoReform takes a reform back as a whole.
func (s *Server) undoReform(w http.ResponseWriter, r *http.Request) error {
	iid, err := id(r, "import")
	if err != nil {
		return err
	}
	say := visitorOf(r).words.In(s.Zone)
	if r.PostFormValue("chac_chan") != "1" {
		return s.undone(w, r, say.T("imports.tick_first"), unitsHome+"#sap-xep")
	}
	_, err = s.Store.UndoImport(r.Context(), lantoa.ImportID(iid), visitorOf(r).user.Email, s.Now())
	if why := whyNotUndone(say.T, say.Has, err); why != "" {
		return s.undone(w, r, why, unitsHome+"#sap-xep")
	}
	if err != nil {
		return err
	}
	s.Desk.Forget()
	return s.done(w, r, say.T("units.undone"), unitsHome)
}

// whyNotUndone says what leans on an import; nothing where that is not the trouble.
func whyNotUndone(t func(string, ...any) string, has func(string) bool, err error) string {
	x := lantoa.AsTrouble(err, "")
	if err == nil || x.Kind != lantoa.Conflict {
		return ""
	}
	if key := "reform.leans." + strings.TrimPrefix(x.What, "reform_"); strings.HasPrefix(x.What, "reform_") && has(key) {
		return t(key, "name", x.Note)
	}
	return t("imports.undone_already")
}
