package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// inboxPage answers: what were we told directly, and what becomes of it?
type inboxPage struct {
	Page
	Tabs   []tab
	Boxes  []inboxTab
	Cards  []submissionCard
	None   Empty
	More   string
	Here   lantoa.Progress
	Linked string
}

type inboxTab struct {
	Name, N, URL string
	Here         bool
}

// submissionCard is a story that somebody sent us, and what can be done with it.
type submissionCard struct {
	Page
	ID                       lantoa.SubmissionID
	Code, Who, NoUnit, Via   string
	Told                     When
	State                    lantoa.Progress
	StateWord, Note          string
	Text                     string
	Cut, Sensitive           bool
	Pictures                 []link
	Photos                   []link // our own copies: what came with a form
	Teller                   string // who handed in the form, and whether those in the pictures agreed
	Ask, Return              string // words to copy and send
	MayTake, MayUndo, Closed bool
	Back                     string
}

// progresses are the states of a submission in the order of its way.
var progresses = []lantoa.Progress{
	lantoa.SubmissionNew, lantoa.SubmissionTaken, lantoa.SubmissionAsked, lantoa.SubmissionReturned, lantoa.SubmissionDeclined, lantoa.SubmissionWithdrawn,
}

const (
	submissionsPerPage = 8
	submissionText     = 2500
	submissionNote     = 600
)

// mayInbox says whether somebody handles the stories that are told to us directly.
func mayInbox(u lantoa.User) bool {
	return u.May(lantoa.Decide, u.Unit.Path)
}

func (s *Server) showInbox(w http.ResponseWriter, r *http.Request) error {
	if !mayInbox(visitorOf(r).user) {
		return lantoa.Problem(lantoa.Forbidden, "inbox", "")
	}
	p, err := s.inbox(r.Context(), s.page(r, "stories", "inbox.title"), r.URL.Query())
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "inbox", p)
}

// inbox fills the list. In the address: muc the state (all: tat_ca), truoc the moment before which to go on.
func (s *Server) inbox(ctx context.Context, page Page, q url.Values) (inboxPage, error) {
	p := inboxPage{Page: page, Here: lantoa.SubmissionNew}
	switch asked := q.Get("muc"); {
	case asked == "tat_ca":
		p.Here = ""
	case asked != "":
		p.Here = lantoa.Progress(asked)
		if !p.Has("progressed." + asked) {
			return p, lantoa.Problem(lantoa.Invalid, "muc", "")
		}
	}
	var before time.Time
	if text := q.Get("truoc"); text != "" {
		var err error
		if before, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return p, lantoa.Problem(lantoa.Invalid, "truoc", "")
		}
	}
	var err error
	if p.Tabs, err = s.boardTabs(ctx, p.Page, "", nil); err != nil {
		return p, err
	}
	scope := eyes(p.User)
	for _, state := range append([]lantoa.Progress{""}, progresses...) {
		_, n, err := s.Store.Submissions(ctx, scope, state, 0, time.Time{})
		if err != nil {
			return p, err
		}
		if n == 0 && (state == lantoa.SubmissionWithdrawn || state == lantoa.SubmissionAsked) && state != p.Here {
			continue
		}
		name := p.T("inbox.all")
		if state != "" {
			name = p.T("progressed." + string(state))
		}
		p.Boxes = append(p.Boxes, inboxTab{Name: name, N: p.Number(int64(n)), URL: inboxURL(state, time.Time{}), Here: state == p.Here})
	}
	list, _, err := s.Store.Submissions(ctx, scope, p.Here, submissionsPerPage+1, before)
	if err != nil {
		return p, err
	}
	if len(list) > submissionsPerPage {
		list = list[:submissionsPerPage]
		p.More = inboxURL(p.Here, list[len(list)-1].ToldAt)
	}
	for _, sub := range list {
		card, err := s.submissionCard(ctx, p.Page, sub)
		if err != nil {
			return p, err
		}
		card.Back = inboxURL(p.Here, before)
		p.Cards = append(p.Cards, card)
	}
	p.None = Empty{Title: p.T("inbox.none"), Do: p.T("inbox.none_do"), URL: "/ke-chuyen", Link: p.T("tell.title")}
	if p.Here != lantoa.SubmissionNew {
		p.None = Empty{Title: p.T("inbox.none_here"), Do: p.T("inbox.none_here_do"), URL: "/hop-cau-chuyen?muc=tat_ca", Link: p.T("inbox.see_all")}
	}
	return p, nil
}

func inboxURL(state lantoa.Progress, before time.Time) string {
	q := url.Values{}
	switch state {
	case "":
		q.Set("muc", "tat_ca")
	case lantoa.SubmissionNew:
	default:
		q.Set("muc", string(state))
	}
	if !before.IsZero() {
		q.Set("truoc", before.UTC().Format(time.RFC3339Nano))
	}
	if len(q) == 0 {
		return "/hop-cau-chuyen"
	}
	return "/hop-cau-chuyen?" + q.Encode()
}

func (s *Server) submissionCard(ctx context.Context, p Page, sub lantoa.Submission) (submissionCard, error) {
	c := submissionCard{Page: p, ID: sub.ID, Code: sub.Code, Told: p.When(sub.ToldAt), State: sub.State, Note: sub.Note, Sensitive: sub.Sensitive,
		StateWord: p.T("progressed." + string(sub.State)), Via: p.T("inbox.via." + viaKey(sub.Via))}
	name := p.T("inbox.sister")
	if sub.Unit != "" {
		u, err := s.Store.Unit(ctx, sub.Unit)
		if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
			return c, err
		}
		c.Who, name = u.UnionName(), u.Name
	}
	if c.Who == "" {
		c.Who, c.NoUnit = p.T("inbox.no_unit"), p.T("inbox.no_unit_do")
	}
	c.Text, c.Cut = cutText(sub.Text, submissionText)
	if sub.Via == lantoa.FormVia {
		if err := s.formCard(ctx, &c, sub); err != nil {
			return c, err
		}
	}
	for i, m := range first(sub.Media, 10) {
		if to := original(m.URL); to != "" {
			c.Pictures = append(c.Pictures, link{p.T("inbox.picture", "i", i+1), to})
		}
	}
	title := lantoa.Cut(lantoa.Title(sub.Text), 70)
	if title == "" {
		title = sub.Code
	}
	c.Ask = p.T("inbox.ask_text", "code", sub.Code, "title", title)
	c.Return = p.T("inbox.return_text", "code", sub.Code, "title", title, "unit", name)
	c.Closed = sub.State == lantoa.SubmissionWithdrawn
	c.MayUndo = !c.Closed && sub.State != lantoa.SubmissionNew
	c.MayTake = !c.Closed && sub.State != lantoa.SubmissionTaken
	return c, nil
}

// formCard adds what came with a form: its pictures, who handed it in, and whether those in the pictures agreed.
func (s *Server) formCard(ctx context.Context, c *submissionCard, sub lantoa.Submission) error {
	f, err := s.Store.FormStory(ctx, sub.ID)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	c.Teller = f.Teller
	if len(sub.Media) == 0 || c.State == lantoa.SubmissionWithdrawn {
		return nil
	}
	agreed := c.T("report.not_agreed")
	if f.Agreed {
		agreed = c.T("report.did_agree")
	}
	if c.Teller != "" {
		agreed = " · " + agreed
	}
	c.Teller += agreed
	for i := range sub.Media {
		c.Photos = append(c.Photos, link{c.T("inbox.picture", "i", i+1), fmt.Sprintf("/hop-cau-chuyen/%s/anh/%d", sub.ID, i)})
	}
	return nil
}

func viaKey(via string) string {
	if via == "zalo_bot" || via == lantoa.FormVia {
		return via
	}
	return "zalo_oa"
}

// moveSubmission notes what becomes of a story that was told to us.
func (s *Server) moveSubmission(w http.ResponseWriter, r *http.Request) error {
	sid, err := id(r, "submission")
	if err != nil {
		return err
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
	to := lantoa.Progress(r.PostFormValue("viec"))
	say := visitorOf(r).words.In(s.Zone)
	back := inside(r.PostFormValue("ve"), "/hop-cau-chuyen")
	note := lantoa.Cut(strings.TrimSpace(r.PostFormValue("ghi_chu")), submissionNote)
	switch to {
	case lantoa.SubmissionTaken, lantoa.SubmissionAsked, lantoa.SubmissionReturned, lantoa.SubmissionNew:
	case lantoa.SubmissionDeclined:
		if note == "" {
			return s.undone(w, r, say.T("inbox.why_first"), back)
		}
	default:
		return lantoa.Problem(lantoa.Invalid, "viec", "")
	}
	if err := s.Store.MoveSubmission(r.Context(), sub.ID, to, note, who, s.Now()); err != nil {
		return err
	}
	return s.done(w, r, say.T("inbox.moved."+string(to), "code", sub.Code), back)
}

// mayMove says whether a story lies in somebody's hands: those of her units, and for the whole tree's people also those
// of nobody yet.
func (s *Server) mayMove(ctx context.Context, who lantoa.User, sub lantoa.Submission) error {
	if sub.Unit == "" {
		if whole(who) {
			return nil
		}
		return lantoa.Problem(lantoa.Forbidden, "submission", "")
	}
	u, err := s.Store.Unit(ctx, sub.Unit)
	if err != nil {
		return err
	}
	if !who.May(lantoa.Decide, u.Path) {
		return lantoa.Problem(lantoa.Forbidden, "submission", "")
	}
	return nil
}
