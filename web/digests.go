package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
	"github.com/hoiphunu/lantoa/store"
)

// digestsPage answers: what goes out this week, and what did?
type digestsPage struct {
	Page
	Tabs      []adminTab
	Week      lantoa.Week
	WeekName  string
	Weeks     []Option
	Made      string // when the draft was made and who changed it last
	State     lantoa.EditionState
	Version   int64
	Subject   string
	Greeting  string
	By        string
	Chosen    []digestRow
	ChosenAs  string // "5 câu chuyện"
	Others    []digestRow
	OthersAll int
	Parts     []digest.Section
	Approve   string // "Duyệt và gửi (214 người)"
	Sent      *sentBox
	None      *Empty
	MakeURL   string
}

// digestRow is a story that is in the digest, or might be.
type digestRow struct {
	ID              lantoa.StoryID
	URL, Title, Who string
	Headline, Why   string
	N               string
	Closed          bool
	First, Last     bool
}

// sentBox is what became of the letters of an approved digest.
type sentBox struct {
	When   string
	Counts []Figure
	Held   string
	People []sentRow // who did not get it
	More   string
}

type sentRow struct{ Name, Email, What, URL string }

const (
	othersShown = 20
	headlineMax = 160
	greetingMax = 1200
	failedShown = 40
	deskWeeks   = 8
)

func digestTabs(p Page, here string) []adminTab {
	return []adminTab{
		{Name: p.T("digest.tab.draft"), URL: "/ban-tin", Here: here == "draft"},
		{Name: p.T("digest.tab.readers"), URL: "/ban-tin/nguoi-nhan", Here: here == "readers"},
		{Name: p.T("digest.tab.history"), URL: "/ban-tin/lich-su", Here: here == "history"},
	}
}

// showDigests is the desk where a week's digest is made up; who does not do that is shown her newest one.
func (s *Server) showDigests(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	if !digest.MayEdit(who) {
		return s.showNewest(w, r)
	}
	week, err := s.weekAsked(r.URL.Query().Get("tuan"))
	if err != nil {
		return err
	}
	e, err := digest.Open(r.Context(), s.Desk, s.Store, week, s.Now())
	if err != nil {
		return err
	}
	p, err := s.digests(r.Context(), s.page(r, "digest", "nav.digest"), e)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "digests", p)
}

// showNewest is the newest digest that went out, for whoever asks.
func (s *Server) showNewest(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Store.Editions(r.Context(), deskWeeks)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.State == lantoa.EditionApproved {
			p, err := s.digest(r.Context(), s.page(r, "digest", "nav.digest"), e.Week)
			if err != nil {
				return err
			}
			return s.draw(w, r, http.StatusOK, "digest", p)
		}
	}
	p := digestsPage{Page: s.page(r, "digest", "nav.digest")}
	p.None = &Empty{Title: p.T("digest.none"), Do: p.T("digest.none_do"), URL: "/", Link: p.T("nav.home")}
	return s.draw(w, r, http.StatusOK, "digests", p)
}

func (s *Server) digests(ctx context.Context, page Page, e lantoa.Edition) (digestsPage, error) {
	p := digestsPage{
		Page: page, Tabs: digestTabs(page, "draft"), Week: e.Week, WeekName: page.Week(e.Week), State: e.State, Version: e.Version,
		Greeting: e.Edits.Greeting, By: e.Edits.By,
	}
	if p.By == "" {
		p.By = p.User.Name
	}
	newest := lantoa.LastFullWeek(p.Now, s.Zone)
	for _, w := range slices.Backward(lantoa.LastWeeks(newest, deskWeeks)) {
		p.Weeks = append(p.Weeks, Option{Value: w.String(), Name: p.Page.Week(w), On: w == e.Week})
	}
	if e.State == "" {
		p.None = &Empty{Title: p.T("digest.no_draft"), Do: p.T("digest.no_draft_do")}
		if !p.Now.Before(e.Week.End(s.Zone)) {
			p.MakeURL = "/ban-tin/" + e.Week.String() + "/nhap"
		}
		return p, nil
	}
	p.Made = p.T("digest.made", "time", p.DateTime(e.MadeAt))
	if e.ChangedBy != "" {
		p.Made += " · " + p.T("digest.changed", "name", e.ChangedBy, "time", p.DateTime(e.ChangedAt))
	}
	d := digest.Build(*e.Material, e, p.User)
	p.Subject = digest.Subject(d, p.Catalog)
	p.rows(e)
	for _, part := range digest.Say(d, p.Catalog, digest.Look{}).Sections {
		if part.Key != "stories" {
			p.Parts = append(p.Parts, part)
		}
	}
	people, err := s.Store.DigestReaders(ctx)
	if err != nil {
		return p, err
	}
	p.Approve = p.T("digest.approve", "n", len(people))
	if e.State == lantoa.EditionApproved {
		p.Sent, err = s.sent(ctx, p.Page, e)
	}
	return p, err
}

// rows are the chosen stories in their order, and the others that might be chosen.
func (p *digestsPage) rows(e lantoa.Edition) {
	by := map[lantoa.StoryID]lantoa.DigestStory{}
	for _, x := range slices.Concat(e.Material.Stories, e.Material.Chosen) {
		by[x.ID] = x
	}
	for _, id := range e.Edits.Stories {
		if x, is := by[id]; is && !x.Closed {
			row := p.row(x)
			row.Headline, row.N, row.First = e.Edits.Headlines[id], strconv.Itoa(len(p.Chosen)+1), len(p.Chosen) == 0
			p.Chosen = append(p.Chosen, row)
		}
	}
	if n := len(p.Chosen); n > 0 {
		p.Chosen[n-1].Last = true
	}
	p.ChosenAs = p.T("digest.chosen", "n", len(p.Chosen))
	for _, x := range slices.Concat(e.Material.Stories, e.Material.Chosen) {
		if _, left := by[x.ID]; !left || x.Title == "" || slices.Contains(e.Edits.Stories, x.ID) && !x.Closed {
			continue
		}
		delete(by, x.ID)
		if p.OthersAll++; len(p.Others) < othersShown {
			p.Others = append(p.Others, p.row(x))
		}
	}
}

func (p *digestsPage) row(x lantoa.DigestStory) digestRow {
	row := digestRow{ID: x.ID, URL: "/cau-chuyen/" + string(x.ID), Title: lantoa.Cut(x.Title, 140), Closed: x.Closed,
		Who: "Hội LHPN " + x.Unit.Name + " · " + p.DayMonth(x.ToldAt) + " · " + p.Board(x.State)}
	if x.Score != nil {
		row.Why = p.Score(*x.Score)
	}
	if x.Interactions.Known {
		row.Why = strings.TrimPrefix(row.Why+" · "+p.T("count.interactions", "n", x.Interactions), " · ")
	}
	if x.Closed {
		row.Why = p.T("digest.closed")
	}
	return row
}

// sent is what became of the letters of an approved digest.
func (s *Server) sent(ctx context.Context, p Page, e lantoa.Edition) (*sentBox, error) {
	of := store.LetterFilter{Kind: lantoa.LetterDigest, Ref: e.Week.String()}
	counts, err := s.Store.LetterCounts(ctx, of)
	if err != nil {
		return nil, err
	}
	by := e.ApprovedBy
	if by == "" {
		by = p.T("digest.by_itself")
	}
	box := &sentBox{When: p.T("digest.approved", "time", p.DateTime(e.ApprovedAt), "name", by)}
	var missing int // letters to nobody: the address is missing
	for _, state := range []lantoa.LetterState{lantoa.LetterSkipped, lantoa.LetterBounced, lantoa.LetterFailed, lantoa.LetterUnknown} {
		if counts[state] == 0 {
			continue
		}
		of.State = state
		letters, err := s.Store.Letters(ctx, of, 2000)
		if err != nil {
			return nil, err
		}
		for _, l := range letters {
			what := p.T("letter.state." + string(l.State))
			if l.Why == "no_email" {
				missing++
				what = p.T("digest.count.no_email")
			}
			if len(box.People) < failedShown {
				box.People = append(box.People, sentRow{Name: l.Name, Email: l.Email, What: what, URL: "/quan-tri/thu/" + string(l.ID)})
			}
		}
	}
	add := func(key string, n int, always bool) {
		if n > 0 || always {
			box.Counts = append(box.Counts, Figure{N: p.Number(int64(n)), Name: p.T("digest.count." + key)})
		}
	}
	add("sent", counts[lantoa.LetterSent], true)
	add("bounced", counts[lantoa.LetterBounced]+counts[lantoa.LetterFailed], true)
	add("no_email", missing, true)
	add("skipped", counts[lantoa.LetterSkipped]-missing, false)
	add("held", counts[lantoa.LetterHeld], false)
	add("waiting", counts[lantoa.LetterWaiting]+counts[lantoa.LetterSending], false)
	add("unknown", counts[lantoa.LetterUnknown], false)
	if counts[lantoa.LetterHeld] > 0 {
		box.Held = p.T("digest.held_now", "n", counts[lantoa.LetterHeld])
	}
	if all := missing + counts[lantoa.LetterSkipped] - missing + counts[lantoa.LetterBounced] + counts[lantoa.LetterFailed] + counts[lantoa.LetterUnknown]; all > len(box.People) {
		box.More = p.T("digest.more_people", "n", all-len(box.People))
	}
	return box, nil
}

// editing finds the week of a deed and asks whether whoever does it may.
func (s *Server) editing(r *http.Request) (who lantoa.User, week lantoa.Week, version int64, err error) {
	who = visitorOf(r).user
	if !digest.MayEdit(who) {
		return who, week, 0, lantoa.Problem(lantoa.Forbidden, "digest", "")
	}
	if err := r.ParseForm(); err != nil {
		return who, week, 0, errBadForm
	}
	if week, err = lantoa.ParseWeek(r.PathValue("week")); err != nil {
		return who, week, 0, lantoa.Missing("digest", "")
	}
	version, err = strconv.ParseInt(r.PostFormValue("ban"), 10, 64)
	if err != nil && r.PostFormValue("ban") != "" {
		err = errBadForm
	} else {
		err = nil
	}
	return who, week, version, err
}

func deskURL(week lantoa.Week) string { return "/ban-tin?tuan=" + week.String() }

// makeDraft makes the draft of a week that has none.
func (s *Server) makeDraft(w http.ResponseWriter, r *http.Request) error {
	_, week, _, err := s.editing(r)
	if err != nil {
		return err
	}
	if s.Now().Before(week.End(s.Zone)) {
		return lantoa.Problem(lantoa.Invalid, "digest_week", "")
	}
	if _, err := digest.Draft(r.Context(), s.Desk, s.Store, week, s.Now()); err != nil {
		return err
	}
	http.Redirect(w, r, deskURL(week), http.StatusSeeOther)
	return nil
}

// saveDigest keeps what was made of a draft. viec is the button: luu, or len, xuong, bo, them with a story after a colon.
func (s *Server) saveDigest(w http.ResponseWriter, r *http.Request) error {
	who, week, version, err := s.editing(r)
	if err != nil {
		return err
	}
	edits, err := editsOf(r.PostForm)
	if err != nil {
		return err
	}
	p := s.page(r, "digest", "nav.digest")
	e := lantoa.Edition{Week: week, Version: version, Edits: edits}
	err = s.Store.SaveEdits(r.Context(), e, who, s.Now())
	var t *lantoa.Trouble
	if errors.As(err, &t) && t.Kind == lantoa.Conflict && t.What == "edition" {
		// Nothing that somebody typed is lost: her own is shown, to be saved over the other's or not.
		now, err := digest.Open(r.Context(), s.Desk, s.Store, week, s.Now())
		if err != nil {
			return err
		}
		now.Edits = edits
		p.Notice = &Notice{Text: p.T("digest.conflict", "name", t.Note), Bad: true}
		d, err := s.digests(r.Context(), p, now)
		if err != nil {
			return err
		}
		return s.draw(w, r, http.StatusConflict, "digests", d)
	}
	if done, err := s.alreadyOut(w, r, week, err); done || err != nil {
		return err
	}
	s.gate.putNotice(r, Notice{Text: p.T("digest.saved")})
	http.Redirect(w, r, deskURL(week), http.StatusSeeOther)
	return nil
}

// editsOf reads a form of edits and does what its button says.
func editsOf(f url.Values) (lantoa.DigestEdits, error) {
	e := lantoa.DigestEdits{
		Greeting: lantoa.Cut(strings.TrimSpace(strings.ReplaceAll(f.Get("loi_chao"), "\r\n", "\n")), greetingMax),
		By:       lantoa.Cut(strings.TrimSpace(f.Get("ky_ten")), headlineMax),
		Stories:  []lantoa.StoryID{}, Headlines: map[lantoa.StoryID]string{},
	}
	for _, id := range f["chuyen"] {
		story := lantoa.StoryID(id)
		if !lantoa.ValidID(id) || slices.Contains(e.Stories, story) || len(e.Stories) >= 30 {
			continue
		}
		e.Stories = append(e.Stories, story)
		if h := strings.Join(strings.Fields(f.Get("tieu_de."+id)), " "); h != "" {
			e.Headlines[story] = lantoa.Cut(h, headlineMax)
		}
	}
	deed, id, _ := strings.Cut(f.Get("viec"), ":")
	story := lantoa.StoryID(id)
	i := slices.Index(e.Stories, story)
	switch {
	case deed == "" || deed == "luu":
	case !lantoa.ValidID(id):
		return e, errBadForm
	case deed == "them" && i < 0:
		e.Stories = append(e.Stories, story)
	case i < 0: // a second press
	case deed == "bo":
		e.Stories = slices.Delete(e.Stories, i, i+1)
	case deed == "len" && i > 0:
		e.Stories[i-1], e.Stories[i] = e.Stories[i], e.Stories[i-1]
	case deed == "xuong" && i+1 < len(e.Stories):
		e.Stories[i+1], e.Stories[i] = e.Stories[i], e.Stories[i+1]
	}
	return e, nil
}

// alreadyOut leads to the digest with a word on it, where a deed came after its approval or after another's change.
func (s *Server) alreadyOut(w http.ResponseWriter, r *http.Request, week lantoa.Week, err error) (done bool, _ error) {
	var t *lantoa.Trouble
	if !errors.As(err, &t) || t.Kind != lantoa.Conflict {
		return false, err
	}
	p := s.page(r, "digest", "nav.digest")
	n := Notice{Bad: true}
	switch t.What {
	case "edition_approved":
		n = Notice{Text: p.T("digest.already")}
	case "edition":
		n.Text = p.T("digest.changed_meanwhile", "name", t.Note)
	case "digest_figures":
		n.Text = p.T("digest.no_figures")
	case "digest_late":
		n.Text = p.T("digest.tick_late")
	default:
		return false, err
	}
	s.gate.putNotice(r, n)
	http.Redirect(w, r, deskURL(week), http.StatusSeeOther)
	return true, nil
}

// holdDigest keeps a draft back, or lets it go on.
func (s *Server) holdDigest(w http.ResponseWriter, r *http.Request) error {
	who, week, version, err := s.editing(r)
	if err != nil {
		return err
	}
	hold := r.PostFormValue("giu") != ""
	err = s.Store.HoldEdition(r.Context(), lantoa.Edition{Week: week, Version: version}, hold, who, s.Now())
	if done, err := s.alreadyOut(w, r, week, err); done || err != nil {
		return err
	}
	http.Redirect(w, r, deskURL(week), http.StatusSeeOther)
	return nil
}

// tryDigest sends the digest of a week as it stands to whoever asks, and to nobody else.
func (s *Server) tryDigest(w http.ResponseWriter, r *http.Request) error {
	who, week, _, err := s.editing(r)
	if err != nil {
		return err
	}
	l := lantoa.Letter{Kind: lantoa.LetterDigest, Ref: week.String() + " " + lantoa.NewID(s.Now()), User: who.ID, Email: who.Email, Name: who.Name, Pass: true}
	if _, err := s.Store.AddLetters(r.Context(), []lantoa.Letter{l}); err != nil {
		return err
	}
	s.mailSoon(r)
	p := s.page(r, "digest", "nav.digest")
	s.gate.putNotice(r, Notice{Text: p.T("digest.tried", "email", who.Email)})
	http.Redirect(w, r, deskURL(week), http.StatusSeeOther)
	return nil
}

// confirmPage is what somebody reads before she sends a mail to everybody.
type confirmPage struct {
	Page
	Tabs     []adminTab
	Week     lantoa.Week
	WeekName string
	Version  int64
	N        string
	Roles    []Figure
	Subject  string
	Lines    []string
	Stories  []string
	Held     string
	Late     string
	Approve  string
	Back     string
}

func (s *Server) confirmDigest(w http.ResponseWriter, r *http.Request) error {
	who, week, _, err := s.editing(r)
	if err != nil {
		return err
	}
	e, err := digest.Open(r.Context(), s.Desk, s.Store, week, s.Now())
	if err != nil {
		return err
	}
	if e.State == "" {
		return lantoa.Missing("digest", "")
	}
	if e.State == lantoa.EditionApproved {
		_, err := s.alreadyOut(w, r, week, lantoa.Problem(lantoa.Conflict, "edition_approved", ""))
		return err
	}
	p := confirmPage{Page: s.page(r, "digest", "digest.confirm"), Week: week, Version: e.Version, Back: deskURL(week)}
	p.Tabs, p.WeekName = digestTabs(p.Page, "draft"), p.Page.Week(week)
	people, err := s.Store.DigestReaders(r.Context())
	if err != nil {
		return err
	}
	p.N, p.Approve = p.Number(int64(len(people))), p.T("digest.approve", "n", len(people))
	for _, role := range lantoa.Roles {
		n := 0
		for _, u := range people {
			if u.Role == role {
				n++
			}
		}
		if n > 0 {
			p.Roles = append(p.Roles, Figure{N: p.Number(int64(n)), Name: p.Role(role)})
		}
	}
	leader := who
	leader.Role = lantoa.Leader // the first lines as the province's leaders read them
	e.Late = lantoa.DigestLate(week, p.Now, s.Zone)
	d := digest.Build(*e.Material, e, leader)
	p.Subject, p.Lines = digest.Subject(d, p.Catalog), digest.Sentences(d, p.Catalog)
	for _, x := range d.Stories {
		title := x.Title
		if x.Headline != "" {
			title = x.Headline
		}
		p.Stories = append(p.Stories, lantoa.Cut(title, 120)+" ("+x.Unit.Name+")")
	}
	if e.Late {
		p.Late = p.T("digest.send_late")
	}
	gate, err := s.Store.Gate(r.Context())
	if err != nil {
		return err
	}
	if !gate.Open {
		p.Held = p.T("digest.will_be_held")
	}
	return s.draw(w, r, http.StatusOK, "digest_confirm", p)
}

// approveDigest freezes the digest and puts its letters into the outbox. A second press changes nothing.
func (s *Server) approveDigest(w http.ResponseWriter, r *http.Request) error {
	who, week, version, err := s.editing(r)
	if err != nil {
		return err
	}
	n, err := digest.Approve(r.Context(), s.Desk, s.Store, digest.Approval{Week: week, Version: version, Late: r.PostFormValue("gui_muon") != "", Who: who}, s.Now(), s.Zone)
	if done, err := s.alreadyOut(w, r, week, err); done || err != nil {
		return err
	}
	s.mailSoon(r)
	p := s.page(r, "digest", "nav.digest")
	s.gate.putNotice(r, Notice{Text: p.T("digest.approved_now", "n", n)})
	http.Redirect(w, r, deskURL(week), http.StatusSeeOther)
	return nil
}

// digestReadersPage lists who gets the digest, and of what each is told.
type digestReadersPage struct {
	Page
	Tabs []adminTab
	Head string
	Rows []digestReaderRow
	More string
}

type digestReaderRow struct{ Name, Email, Role, Scope, Not, URL string }

const readersShown = 100

func (s *Server) showReaders(w http.ResponseWriter, r *http.Request) error {
	if !digest.MayEdit(visitorOf(r).user) {
		return lantoa.Problem(lantoa.Forbidden, "digest", "")
	}
	p := digestReadersPage{Page: s.page(r, "digest", "digest.tab.readers")}
	p.Tabs = digestTabs(p.Page, "readers")
	people, err := s.Store.DigestReaders(r.Context())
	if err != nil {
		return err
	}
	out, err := s.Store.OptOuts(r.Context(), lantoa.LetterDigest)
	if err != nil {
		return err
	}
	p.Head = p.T("digest.readers", "n", len(people))
	from, _ := strconv.Atoi(r.URL.Query().Get("tu"))
	from = min(max(from, 0), len(people))
	for _, u := range first(people[from:], readersShown) {
		row := digestReaderRow{Name: u.Name, Email: u.Email, Role: p.Role(u.Role), Scope: u.Unit.Name, URL: "/ban-tin/xem-truoc?nguoi=" + string(u.ID)}
		if u.Role == lantoa.Officer {
			row.Scope = p.T("digest.scope.own", "unit", u.Unit.Name)
		} else {
			row.Scope = p.T("digest.scope.below", "unit", u.Unit.Name)
		}
		if at, is := out[string(u.ID)]; is {
			row.Not = p.T("digest.opted_out", "day", at)
		}
		p.Rows = append(p.Rows, row)
	}
	if from+readersShown < len(people) {
		p.More = "/ban-tin/nguoi-nhan?tu=" + strconv.Itoa(from+readersShown)
	}
	return s.draw(w, r, http.StatusOK, "digest_readers", p)
}

// editionsPage lists what went out.
type editionsPage struct {
	Page
	Tabs []adminTab
	Rows []editionRow
	None Empty
}

type editionRow struct {
	URL, Week, State, When, Counts string
}

func (s *Server) showHistory(w http.ResponseWriter, r *http.Request) error {
	if !digest.MayEdit(visitorOf(r).user) {
		return lantoa.Problem(lantoa.Forbidden, "digest", "")
	}
	p := editionsPage{Page: s.page(r, "digest", "digest.tab.history")}
	p.Tabs = digestTabs(p.Page, "history")
	p.None = Empty{Title: p.T("digest.none"), Do: p.T("digest.none_do"), URL: "/ban-tin", Link: p.T("digest.tab.draft")}
	list, err := s.Store.Editions(r.Context(), 60)
	if err != nil {
		return err
	}
	for _, e := range list {
		row := editionRow{URL: deskURL(e.Week), Week: p.Page.Week(e.Week), State: p.T("digest.state." + string(e.State))}
		row.When = p.T("digest.made", "time", p.DateTime(e.MadeAt))
		if e.State == lantoa.EditionApproved {
			box, err := s.sent(r.Context(), p.Page, e)
			if err != nil {
				return err
			}
			row.When = box.When
			var said []string
			for _, c := range box.Counts {
				said = append(said, c.N+" "+c.Name)
			}
			row.Counts = strings.Join(said, " · ")
		}
		p.Rows = append(p.Rows, row)
	}
	return s.draw(w, r, http.StatusOK, "digest_history", p)
}
