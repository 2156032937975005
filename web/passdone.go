package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
)

// passRow is one reshare: how far it is, what it brought, and what can be done about it.
type passRow struct {
	Page
	ID                         lantoa.ReshareID
	Story, StoryURL            string // where it stands among those of other stories
	Name, Via                  string
	Said                       string // its words, of very long ones the beginning
	State                      StateMark
	When, By, Words            string
	Permalink, Channel, Origin string
	ChannelName                string
	Trouble, Ended             string
	Own, Lift                  string
	Together                   string // that others were passed on at about the same time
	Clear                      bool   // the lift stands out from chance
	Wait                       string
	Approve, Cancel, Hand      bool
	Unsure, TakeBack, Reword   bool
	SendURL, ShareURL, Again   string
	ByHand                     bool
	Back                       string
	Running                    bool // something happens to it by itself, now
}

// passedBox is the part of a story's page that tells of its reshares.
type passedBox struct {
	Page
	Prepare, Hints, Why string
	HintsWord           string
	Rows                []passRow
	More, MoreURL       string
	Running             bool
}

const (
	passedShown = 8
	longSaid    = 4_000 // bytes: a page stays below 60 KB
)

// stateOf is the state that a person is told: one that nobody has approved yet waits for that.
func stateOf(r lantoa.Reshare) lantoa.ReshareState {
	switch {
	case r.State == lantoa.ReshareWaiting && !r.Approved():
		return "approval"
	case r.State == lantoa.ReshareWaiting && r.Means == lantoa.ViaHand:
		return "hand"
	}
	return r.State
}

// signs are the state marks of a channel whose colour and sign suit a reshare.
var signs = map[lantoa.ReshareState]lantoa.Alive{
	"approval": lantoa.Thinning, "hand": lantoa.Thinning, lantoa.ReshareWaiting: lantoa.Waiting, lantoa.ReshareSending: lantoa.Waiting,
	lantoa.ReshareSent: lantoa.Active, lantoa.ReshareUnsure: lantoa.Thinning, lantoa.ReshareFailed: lantoa.Silent, lantoa.ReshareCancelled: lantoa.Archived,
}

// storyPassed fills the part "Lan tỏa" of a story's page, as far as the person may know.
func (s *Server) storyPassed(ctx context.Context, p *storyPage, st lantoa.Story) error {
	all, err := s.Store.ResharesOf(ctx, st.ID)
	if err != nil {
		return err
	}
	box := &passedBox{Page: p.Page}
	may := mayPass(p.User)
	if may && public(st.State) && !st.Withdrawn {
		box.Prepare, box.Hints = passURL(st.ID), hintsURL(st.ID)
		hints, err := s.Store.HintsOfStory(ctx, st.ID)
		if err != nil {
			return err
		}
		box.HintsWord = p.hintsSum(hints)
	} else if may && !st.Withdrawn {
		box.Why = p.T("reshare.not_chosen")
	}
	slices.Reverse(all) // newest first
	var hidden int
	for _, r := range all {
		own := p.User.May(lantoa.See, r.Unit.Path)
		if !own && r.State != lantoa.ReshareSent {
			continue
		}
		if len(box.Rows) == passedShown {
			hidden++
			continue
		}
		row, err := s.passRow(ctx, p.Page, r, "/cau-chuyen/"+string(st.ID)+"#lan-toa")
		if err != nil {
			return err
		}
		if !p.Own {
			row.Lift, row.Clear = "", false // the figures of the original are its own unit's
		}
		row.Origin = p.Original
		box.Rows, box.Running = append(box.Rows, row), box.Running || row.Running
	}
	if hidden > 0 {
		box.More, box.MoreURL = p.T("reshare.more_rows", "n", hidden), "/cau-chuyen/lan-toa"
	}
	if box.Prepare != "" || box.Why != "" || len(box.Rows) > 0 {
		p.Passed = box
	}
	return nil
}

// passRow tells of a reshare what the person may know of it: who planned it and what can be done belong to those of its
// channel's unit.
func (s *Server) passRow(ctx context.Context, p Page, r lantoa.Reshare, back string) (passRow, error) {
	state := stateOf(r)
	x := passRow{
		Page: p, ID: r.ID, Name: r.ChannelName, Via: p.T("reshare.via." + string(r.Means)), Back: back, ChannelName: r.ChannelName,
		State: StateMark{Alive: signs[state], Word: p.T("reshare.state." + string(state))}, Permalink: original(r.Permalink),
	}
	x.When = p.passedWhen(r)
	if !p.User.May(lantoa.See, r.Unit.Path) {
		x.Lift, x.Clear, _ = p.lift(r)
		return x, nil
	}
	x.By = p.T("reshare.by", "name", r.PlannedByName, "time", p.DateTime(r.PlannedAt))
	if r.Approved() && r.ApprovedBy != r.PlannedBy {
		x.By += " · " + p.T("reshare.by_second", "name", r.ApprovedByName, "time", p.DateTime(r.ApprovedAt))
	}
	if !r.Edited.IsZero() {
		x.By += " · " + p.T("reshare.edited", "time", p.DateTime(r.Edited))
	}
	x.Words = r.Words
	if r.Title != "" {
		x.Words = r.Title + "\n\n" + r.Words
	}
	x.Said, _ = cutText(x.Words, longSaid)
	if r.EndedBy != "" {
		x.Ended = p.T("reshare.ended", "name", r.EndedBy, "time", p.DateTime(r.EndedAt))
		if r.EndedWhy != "" {
			x.Ended += " " + r.EndedWhy
		}
	}
	if r.Trouble != nil && r.State != lantoa.ReshareSent {
		x.Trouble = p.passTrouble(r)
	}
	x.Lift, x.Clear, x.Wait = p.lift(r)
	if x.Lift != "" {
		all, err := s.Store.ResharesOf(ctx, r.Story)
		if err != nil {
			return x, err
		}
		if n := r.Together(all); n > 0 {
			x.Together = p.T("reshare.lift.together", "n", n)
		}
	}
	if err := s.passOwn(ctx, &x, r); err != nil {
		return x, err
	}
	x.Running = r.State == lantoa.ReshareSending || state == lantoa.ReshareWaiting && !r.At.After(p.Now.Add(time.Minute))
	if !p.User.May(lantoa.Publish, r.Unit.Path) {
		return x, nil
	}
	return x, s.passDeeds(ctx, &x, r)
}

// passDeeds says what can be done about a reshare now.
func (s *Server) passDeeds(ctx context.Context, x *passRow, r lantoa.Reshare) error {
	ch, err := s.Store.Channel(ctx, r.Channel)
	if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
		return err
	}
	x.Channel = original(ch.URL)
	switch stateOf(r) {
	case "approval":
		x.Approve = r.PlannedBy != x.User.ID || !s.Rule.Second && r.Means != lantoa.ViaBroadcast
		x.Cancel = true
		if !x.Approve {
			x.Wait = x.T("reshare.wait_second")
		}
	case "hand":
		x.Hand, x.Cancel = true, true
		if link := original(r.Link); link != "" && r.Kind == lantoa.FacebookPage {
			x.ShareURL = "https://www.facebook.com/sharer/sharer.php?u=" + url.QueryEscape(link)
		}
	case lantoa.ReshareWaiting:
		x.Cancel = r.CallAt.IsZero()
	case lantoa.ReshareUnsure:
		x.Unsure = true
	case lantoa.ReshareSent:
		x.ByHand = r.Means == lantoa.ViaHand
		x.TakeBack = r.Means == lantoa.ViaFeed || r.Means == lantoa.ViaHand || r.Means == lantoa.ViaArticle
		x.Reword = !s.Rule.Second && (r.Means == lantoa.ViaFeed || r.Means == lantoa.ViaArticle) && s.Publishers[r.Means] != nil
		if r.Means == lantoa.ViaArticle {
			x.SendURL = "/lan-toa/" + string(r.ID) + "/gui"
		}
	case lantoa.ReshareFailed, lantoa.ReshareCancelled:
		x.Again = passURL(r.Story)
	}
	return nil
}

// passedWhen says in words how far a reshare is, and since when.
func (p Page) passedWhen(r lantoa.Reshare) string {
	switch state := stateOf(r); {
	case state == lantoa.ReshareSent && !r.SentAt.IsZero():
		return p.T("reshare.sent_at", "time", p.DateTime(r.SentAt))
	case state == lantoa.ReshareWaiting && r.At.After(p.Now.Add(time.Minute)):
		return p.T("reshare.goes_at", "time", p.DateTime(r.At))
	case state == lantoa.ReshareWaiting && r.Tries > 0 && r.Next.After(p.Now):
		return p.T("reshare.again_at", "time", p.DateTime(r.Next))
	case state == "approval" && r.At.After(p.Now.Add(time.Minute)):
		return p.T("reshare.planned_for", "time", p.DateTime(r.At))
	case state == lantoa.ReshareUnsure && !r.CallAt.IsZero():
		return p.T("reshare.unsure_since", "time", p.DateTime(r.CallAt))
	}
	return ""
}

// passTrouble says why a reshare failed, is unsure or is tried again.
func (p Page) passTrouble(r lantoa.Reshare) string {
	switch {
	case r.State == lantoa.ReshareUnsure:
		return p.T("reshare.unsure")
	case r.Trouble.Kind == lantoa.Unclear, r.Trouble.Kind == lantoa.Duplicate:
		return p.T("reshare.trouble." + string(r.Trouble.Kind))
	}
	return p.Trouble(r.Trouble, r.Kind)
}

// lift is what sharing brought the original, in words; wait says instead when it will be known.
func (p Page) lift(r lantoa.Reshare) (said string, clear bool, wait string) {
	l := r.Lift
	switch {
	case r.State != lantoa.ReshareSent || r.SentAt.IsZero() || r.Means == lantoa.ViaBroadcast:
		return "", false, ""
	case l == nil:
		return "", false, p.T("reshare.lift.wait", "time", p.DateTime(r.SentAt.Add(lantoa.LiftSpan)))
	case l.Absent == "too_young":
		return p.T("reshare.lift.too_young"), false, ""
	case l.Absent != "":
		return p.T("reshare.lift.no_numbers"), false, ""
	}
	n, low, high := p.signed(whole64(l.Interactions)), p.signed(whole64(l.Low)), p.signed(whole64(l.High))
	if !l.Clear() {
		return p.T("reshare.lift.unclear", "n", n, "low", low, "high", high), false, ""
	}
	return p.T("reshare.lift.is", "n", n, "low", low, "high", high), true, ""
}

func whole64(f float64) int64 { return int64(math.Round(f)) }

// passOwn tells how the resharing post itself does: against its channel's usual once that is known.
func (s *Server) passOwn(ctx context.Context, x *passRow, r lantoa.Reshare) error {
	if l := r.Lift; l != nil && l.Own.Known {
		x.Own = x.T("reshare.own", "n", l.Own)
		if l.OwnUsual.Known {
			x.Own += " " + x.T("reshare.own_usual", "n", l.OwnUsual)
		}
		return nil
	}
	if r.Post == "" || r.State != lantoa.ReshareSent {
		return nil
	}
	m, err := s.Store.Post(ctx, r.Post)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return nil
	}
	if err == nil && m.Numbers.Interactions().Known {
		x.Own = x.T("reshare.own_now", "n", m.Numbers.Interactions())
	}
	return err
}

// passedPage lists what waits, is unsure, and was sent.
type passedPage struct {
	Page
	Tabs  []tab
	Boxes []inboxTab
	Rows  []passRow
	None  Empty
	More  string
}

// passLists are the lists of the page, each with the states it holds.
var passLists = []passList{
	{"approval", []lantoa.ReshareState{lantoa.ReshareWaiting}, true},
	{"waiting", []lantoa.ReshareState{lantoa.ReshareWaiting, lantoa.ReshareSending}, false},
	{"unsure", []lantoa.ReshareState{lantoa.ReshareUnsure, lantoa.ReshareFailed}, false},
	{"sent", []lantoa.ReshareState{lantoa.ReshareSent}, false},
}

const passedPerPage = 12

// showPassed is the list. In the address: muc the list, tiep where to go on.
func (s *Server) showPassed(w http.ResponseWriter, r *http.Request) error {
	p := passedPage{Page: s.page(r, "stories", "reshare.list")}
	if !mayPass(p.User) {
		return lantoa.Problem(lantoa.Forbidden, "reshare", "")
	}
	q, ctx := r.URL.Query(), r.Context()
	here := slices.IndexFunc(passLists, func(l passList) bool { return l.key == q.Get("muc") })
	if q.Get("muc") == "" { // the first that holds something
		here = 1
		for i, l := range passLists {
			_, n, _, err := s.Store.Reshares(ctx, p.User.Scope(), store.ReshareFilter{States: l.states, Unapproved: l.unapproved, Limit: 1})
			if err != nil {
				return err
			}
			if n > 0 {
				here = i
				break
			}
		}
	}
	if here < 0 {
		return lantoa.Problem(lantoa.Invalid, "muc", "")
	}
	var err error
	if p.Tabs, err = s.boardTabs(ctx, p.Page, passedTab, nil); err != nil {
		return err
	}
	for i, l := range passLists {
		f := store.ReshareFilter{States: l.states, Unapproved: l.unapproved, Limit: 1}
		if i == here {
			f.Limit, f.Cursor = passedPerPage, q.Get("tiep")
		}
		list, n, next, err := s.Store.Reshares(ctx, p.User.Scope(), f)
		if err != nil {
			return err
		}
		p.Boxes = append(p.Boxes, inboxTab{Name: p.T("reshare.list." + l.key), N: p.Number(int64(n)), URL: passedURL(l.key, ""), Here: i == here})
		if i != here {
			continue
		}
		if next != "" {
			p.More = passedURL(l.key, next)
		}
		if p.Rows, err = s.passRows(ctx, p.Page, list, passedURL(l.key, q.Get("tiep"))); err != nil {
			return err
		}
	}
	p.None = Empty{Title: p.T("reshare.none." + passLists[here].key), Do: p.T("reshare.none_do"), URL: storiesURL(lantoa.Approved, nil, ""), Link: p.Board(lantoa.Approved)}
	return s.draw(w, r, http.StatusOK, "passed", p)
}

func passedURL(list, cursor string) string {
	q := url.Values{"muc": {list}}
	if cursor != "" {
		q.Set("tiep", cursor)
	}
	return "/cau-chuyen/lan-toa?" + q.Encode()
}

// passRows tells of reshares of several stories.
func (s *Server) passRows(ctx context.Context, p Page, list []lantoa.Reshare, back string) ([]passRow, error) {
	var out []passRow
	titles := map[lantoa.StoryID]lantoa.Story{}
	for _, r := range list {
		st, had := titles[r.Story]
		if !had {
			var err error
			if st, err = s.Store.Story(ctx, r.Story); err != nil && lantoa.KindOf(err) != lantoa.NotFound {
				return nil, err
			}
			titles[r.Story] = st
		}
		row, err := s.passRow(ctx, p, r, back)
		if err != nil {
			return nil, err
		}
		if st.ID != "" {
			row.Story, row.StoryURL, row.Origin = lantoa.Cut(titleOf(p, st), 120), "/cau-chuyen/"+string(st.ID)+"#lan-toa", original(st.Lead.Permalink)
			if !p.User.May(lantoa.See, st.First.Path) {
				row.Lift, row.Clear = "", false
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// homePassed are the reshares that the first page of a communications officer tells of.
func (s *Server) homePassed(ctx context.Context, h *homePage) error {
	if !mayPass(h.User) {
		return nil
	}
	for _, l := range passLists {
		most := map[string]int{"approval": 5, "unsure": 5, "waiting": 12, "sent": 3}[l.key]
		list, n, _, err := s.Store.Reshares(ctx, h.User.Scope(), store.ReshareFilter{States: l.states, Unapproved: l.unapproved, Limit: most})
		if err != nil {
			return err
		}
		for _, r := range list {
			if l.key == "sent" && h.Now.Sub(r.SentAt) > 7*24*time.Hour || l.key == "waiting" && !r.Approved() || l.key == "unsure" && r.State == lantoa.ReshareFailed && h.Now.Sub(r.PlannedAt) > 7*24*time.Hour {
				continue
			}
			st, err := s.Store.Story(ctx, r.Story)
			if err != nil {
				return err
			}
			row := homePass{Title: lantoa.Cut(titleOf(h.Page, st), 90), URL: "/cau-chuyen/" + string(r.Story) + "#lan-toa", State: StateMark{Alive: signs[stateOf(r)], Word: h.T("reshare.state." + string(stateOf(r)))}}
			said := []string{r.ChannelName, h.passedWhen(r)}
			if h.User.May(lantoa.See, st.First.Path) {
				lift, clear, wait := h.lift(r)
				if clear || wait != "" {
					said = append(said, lift+wait)
				}
			}
			if l.key == "approval" {
				said = append(said, h.T("reshare.by", "name", r.PlannedByName, "time", h.DateTime(r.PlannedAt)))
			}
			row.Note = strings.Join(slices.DeleteFunc(said, func(x string) bool { return x == "" }), " · ")
			h.Passed = append(h.Passed, row)
		}
		h.PassedCount += n
	}
	return nil
}

// homePass is a reshare in a row of the first page.
type homePass struct {
	Title, URL, Note string
	State            StateMark
}

type passList struct {
	key        string
	states     []lantoa.ReshareState
	unapproved bool
}

// passDeed does one thing about the reshare of the address and tells what became of it.
func (s *Server) passDeed(deed func(r *http.Request, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, string, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		x, err := id(r, "reshare")
		if err != nil {
			return err
		}
		if err := r.ParseForm(); err != nil {
			return errBadForm
		}
		back := inside(r.PostFormValue("ve"), "/cau-chuyen/lan-toa")
		p := s.page(r, "stories", "reshare.list")
		after, said, err := deed(r, p.User, lantoa.ReshareID(x))
		var t *lantoa.Trouble
		if errors.As(err, &t) {
			if word := p.deedTrouble(t, after); word != "" {
				return s.undone(w, r, word, back)
			}
		}
		if err != nil {
			return err
		}
		s.publishSoon(r.Context(), after)
		s.Desk.Forget()
		return s.done(w, r, p.T(said, "name", after.ChannelName), back)
	}
}

// deedTrouble says why a deed could not be done; empty for what is a page of its own.
func (p Page) deedTrouble(t *lantoa.Trouble, r lantoa.Reshare) string {
	switch {
	case t.Kind == lantoa.Forbidden && t.What == "second":
		return p.T("reshare.error.second")
	case t.What == "reword":
		return p.T("reshare.error.reword")
	case t.Kind == lantoa.Forbidden, t.Kind == lantoa.NotFound, t == errBadForm:
		return ""
	case t.What == "why":
		return p.T("reshare.error.why")
	case t.What == "address":
		return p.T("reshare.error.address")
	case t.What == "credit":
		return p.T("reshare.error.credit_kept")
	case t.What == "words":
		return p.T("reshare.error.words")
	case t.What == "long":
		return p.T("reshare.error.long")
	case t.What == "consent":
		return p.T("story.consent_missing")
	case t.What == "at":
		return p.T("reshare.error.hours")
	case t.Kind == lantoa.Conflict:
		return p.T("reshare.error.late")
	case t.Kind == lantoa.Refused:
		return p.T("reshare.error.refused")
	case t.Kind == lantoa.Unclear:
		return p.T("reshare.error.unclear")
	case t.Kind == lantoa.Invalid:
		return p.T("reshare.error.other")
	}
	return p.Trouble(t, r.Kind)
}

func (s *Server) approvePass(r *http.Request, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, string, error) {
	after, err := reshare.Approve(r.Context(), s.Store, who, id, s.Rule, s.Now())
	return after, "reshare.did.approve", err
}

func (s *Server) cancelPass(r *http.Request, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, string, error) {
	after, err := reshare.Cancel(r.Context(), s.Store, who, id, r.PostFormValue("ly_do"), s.Now())
	return after, "reshare.did.cancel", err
}

func (s *Server) takeBackPass(r *http.Request, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, string, error) {
	after, err := reshare.TakeBack(r.Context(), s.Store, s.Publishers, who, id, r.PostFormValue("ly_do"), s.Now())
	return after, "reshare.did.take_back", err
}

func (s *Server) rewordPass(r *http.Request, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, string, error) {
	words := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("loi"), "\r\n", "\n"))
	after, err := reshare.Reword(r.Context(), s.Store, s.Publishers, who, id, words, r.PostFormValue("ly_do"), s.Rule)
	return after, "reshare.did.reword", err
}

// answerPass is a person's word on an unsure one. viec: co it stands there, lai it does not and goes again, bo it is given up.
func (s *Server) answerPass(r *http.Request, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, string, error) {
	ctx := r.Context()
	switch r.PostFormValue("viec") {
	case "co":
		after, err := reshare.Answer(ctx, s.Store, who, id, true, r.PostFormValue("dia_chi"), "", s.Now())
		return after, "reshare.did.stands", err
	case "lai":
		after, err := reshare.Answer(ctx, s.Store, who, id, false, "", "", s.Now())
		return after, "reshare.did.again", err
	case "bo":
		was, err := s.Store.Reshare(ctx, id)
		if err != nil {
			return was, "", err
		}
		if !who.May(lantoa.Publish, was.Unit.Path) {
			return was, "", lantoa.Problem(lantoa.Forbidden, "reshare", "")
		}
		after, err := s.Store.EndReshare(ctx, id, []lantoa.ReshareState{lantoa.ReshareUnsure}, lantoa.ReshareFailed, func(*lantoa.Reshare) {}, who, reshare.DeedAnswer, "")
		return after, "reshare.did.drop", err
	}
	return lantoa.Reshare{}, "", errBadForm
}

// postedPass says that what is for hands was posted, and where.
func (s *Server) postedPass(r *http.Request, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, string, error) {
	after, err := reshare.Posted(r.Context(), s.Store, who, id, r.PostFormValue("dia_chi"), s.Now())
	return after, "reshare.did.posted", err
}

// broadcastPage is what somebody reads before an article goes to everybody who follows the account.
type broadcastPage struct {
	Page
	ID                   lantoa.ReshareID
	Key, Name, Followers string
	Story, Words, Back   string
}

func (s *Server) showBroadcast(w http.ResponseWriter, r *http.Request) error {
	x, ch, err := s.article(r)
	if err != nil {
		return err
	}
	p := broadcastPage{Page: s.page(r, "stories", "reshare.broadcast"), ID: x.ID, Key: lantoa.NewID(s.Now()), Name: ch.Name, Words: x.Words, Back: "/cau-chuyen/" + string(x.Story) + "#lan-toa"}
	p.Sheet, p.Story = "pass.css", x.Title
	p.Followers = p.T("reshare.followers_unknown")
	if ch.Followers.Known {
		p.Followers = p.T("reshare.followers", "n", ch.Followers)
	}
	return s.draw(w, r, http.StatusOK, "broadcast", p)
}

// article is the sent article of the address, for somebody who may send it on.
func (s *Server) article(r *http.Request) (lantoa.Reshare, lantoa.Channel, error) {
	who := visitorOf(r).user
	rid, err := id(r, "reshare")
	if err != nil {
		return lantoa.Reshare{}, lantoa.Channel{}, err
	}
	x, err := s.Store.Reshare(r.Context(), lantoa.ReshareID(rid))
	if err != nil {
		return x, lantoa.Channel{}, err
	}
	if !who.May(lantoa.Publish, x.Unit.Path) {
		return x, lantoa.Channel{}, lantoa.Problem(lantoa.Forbidden, "reshare", "")
	}
	if x.Means != lantoa.ViaArticle || x.State != lantoa.ReshareSent {
		return x, lantoa.Channel{}, lantoa.Problem(lantoa.Conflict, "article", string(x.State))
	}
	ch, err := s.Store.Channel(r.Context(), x.Channel)
	return x, ch, err
}

// planBroadcast asks for an article to be sent to all followers; another person has to approve it.
func (s *Server) planBroadcast(r *http.Request, who lantoa.User, _ lantoa.ReshareID) (lantoa.Reshare, string, error) {
	x, _, err := s.article(r)
	if err != nil {
		return x, "", err
	}
	key := r.PostFormValue("ma")
	if !lantoa.ValidID(key) || r.PostFormValue("hieu") == "" {
		return x, "", errBadForm
	}
	after, err := reshare.Plan(r.Context(), s.Store, who, reshare.Order{
		Key: key, Story: x.Story, Channel: x.Channel, Means: lantoa.ViaBroadcast, Of: x.ID, Words: x.Words, Link: x.Link, At: s.Now(),
	}, s.Rule, s.Now())
	return after, "reshare.did.broadcast", err
}
