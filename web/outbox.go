package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/store"
)

// Outbox is what the screens know of sending mails besides what is written down.
type Outbox struct {
	Server, From string // the server's name and the sender; without a server mails are kept as files
	// Compose is the message of a letter as it would be sent to a person now.
	Compose func(ctx context.Context, l lantoa.Letter, to lantoa.User) (mail.Message, error)
	Soon    func(ctx context.Context) error // has what is due sent now; nil: at the next tick
	Trouble string                          // name of the store's note that the server cannot be used
}

// outboxPage answers: what is to be sent, what was, what came back, and why?
type outboxPage struct {
	Page
	Tabs     []adminTab
	Headline string
	Gate     gateBox
	Server   string // where mails go
	Trouble  string // that the server cannot be used, since when, and what it said
	States   []Option
	Rows     []letterRow
	Older    string // address of the rows before these
	Failing  []failingRow
	None     Empty
}

// gateBox is whether mails may go, and the way to change it.
type gateBox struct {
	Open       bool
	Word, Sure string
}

type letterRow struct {
	URL, Name, Email, Subject, About string
	State                            StateMark
	When, Why                        string
	Tries                            string
}

type failingRow struct{ Email, Said, Since string }

// outboxShown keeps the page below 60 KB.
const (
	outboxShown  = 50
	failingShown = 30
	outboxURL    = "/quan-tri/thu"
)

func (s *Server) showOutbox(w http.ResponseWriter, r *http.Request) error {
	page, tabs := s.adminPage(r, "outbox")
	p, err := s.outbox(r.Context(), page, r.URL.Query())
	if err != nil {
		return err
	}
	p.Tabs = tabs
	return s.draw(w, r, http.StatusOK, "outbox", p)
}

func (s *Server) outbox(ctx context.Context, page Page, q url.Values) (outboxPage, error) {
	p := outboxPage{Page: page}
	counts, err := s.Store.LetterCounts(ctx, store.LetterFilter{})
	if err != nil {
		return p, err
	}
	f := store.LetterFilter{State: lantoa.LetterState(q.Get("trang_thai")), Kind: q.Get("loai"), Ref: q.Get("cua")}
	if before := q.Get("truoc"); lantoa.ValidID(before) {
		f.Before = lantoa.LetterID(before)
	}
	if err := s.outboxGate(ctx, &p); err != nil {
		return p, err
	}
	all := 0
	for _, state := range lantoa.LetterStates {
		if n := counts[state]; n > 0 || state == f.State {
			all += n
			p.States = append(p.States, Option{Value: withParam(nil, "trang_thai", string(state)), Name: p.T("letter.state." + string(state)),
				Count: p.Number(int64(n)), On: state == f.State})
		}
	}
	p.States = append([]Option{{Value: outboxURL, Name: p.T("outbox.all"), Count: p.Number(int64(all)), On: f.State == ""}}, p.States...)
	p.Headline = p.T("outbox.headline", "n", counts[lantoa.LetterSent])
	switch {
	case counts[lantoa.LetterHeld] > 0:
		p.Headline = p.T("outbox.headline_held", "n", counts[lantoa.LetterHeld])
	case counts[lantoa.LetterUnknown] > 0:
		p.Headline = p.T("outbox.headline_unknown", "n", counts[lantoa.LetterUnknown])
	case all == 0:
		p.Headline = p.T("outbox.headline_empty")
	}
	letters, err := s.Store.Letters(ctx, f, outboxShown+1)
	if err != nil {
		return p, err
	}
	if len(letters) > outboxShown {
		letters = letters[:outboxShown]
		older := url.Values{"truoc": {string(letters[outboxShown-1].ID)}}
		for _, key := range []string{"trang_thai", "loai", "cua"} {
			if v := q.Get(key); v != "" {
				older.Set(key, v)
			}
		}
		p.Older = "?" + older.Encode()
	}
	for _, l := range letters {
		p.Rows = append(p.Rows, p.letterRow(l))
	}
	p.None = Empty{Title: p.T("outbox.none"), Do: p.T("outbox.none_do")}
	if f.State != "" || f.Ref != "" {
		p.None = Empty{Title: p.T("outbox.none_here"), Do: p.T("outbox.none_here_do"), URL: outboxURL, Link: p.T("outbox.all")}
	}
	fails, err := s.Store.FailingAddresses(ctx)
	if err != nil {
		return p, err
	}
	for _, x := range byLast(fails) {
		if len(p.Failing) < failingShown {
			p.Failing = append(p.Failing, failingRow{x.Email, lantoa.Cut(x.Said, 160), p.T("outbox.failing_since", "n", x.Bounces, "time", p.DateTime(x.LastAt))})
		}
	}
	return p, nil
}

// outboxGate says whether mails may go, who said so, and where they go.
func (s *Server) outboxGate(ctx context.Context, p *outboxPage) error {
	g, err := s.Store.Gate(ctx)
	if err != nil {
		return err
	}
	people, letters, err := s.Store.Held(ctx)
	if err != nil {
		return err
	}
	p.Gate = gateBox{Open: g.Open, Sure: p.T("outbox.open_sure", "people", people, "letters", letters)}
	key := "outbox.gate_held"
	if g.Open {
		key = "outbox.gate_open"
	}
	p.Gate.Word = p.T(key)
	if g.By != "" {
		p.Gate.Word += " " + p.T("outbox.gate_by", "who", g.By, "time", p.DateTime(g.At))
	}
	p.Server = p.T("outbox.no_server")
	if s.Outbox.Server != "" {
		p.Server = p.T("outbox.server", "server", s.Outbox.Server, "from", s.Outbox.From)
	}
	if s.Outbox.Trouble == "" {
		return nil
	}
	said, err := s.Store.GetMeta(ctx, s.Outbox.Trouble)
	if err != nil || said == "" {
		return err
	}
	since, words, _ := strings.Cut(said, " ")
	at, _ := time.Parse(time.RFC3339, since)
	p.Trouble = p.T("outbox.trouble", "time", p.DateTime(at), "said", lantoa.Cut(words, 200))
	return nil
}

// letterMarks give each state of a letter the colour and sign of a state of channels that is as good or bad.
var letterMarks = map[lantoa.LetterState]lantoa.Alive{
	lantoa.LetterHeld: lantoa.Waiting, lantoa.LetterWaiting: lantoa.Waiting, lantoa.LetterSending: lantoa.Waiting,
	lantoa.LetterSent: lantoa.Active, lantoa.LetterUnknown: lantoa.Thinning, lantoa.LetterFailed: lantoa.Silent,
	lantoa.LetterBounced: lantoa.Silent, lantoa.LetterSkipped: lantoa.Archived,
}

func (p Page) letterState(l lantoa.Letter) StateMark {
	return StateMark{Alive: letterMarks[l.State], Word: p.T("letter.state." + string(l.State))}
}

func (p Page) letterRow(l lantoa.Letter) letterRow {
	row := letterRow{URL: outboxURL + "/" + string(l.ID), Name: l.Name, Email: l.Email, Subject: l.Subject, State: p.letterState(l),
		About: p.letterAbout(l), When: p.letterWhen(l), Why: p.letterWhy(l), Tries: p.Number(int64(l.Tries))}
	if row.Name == "" {
		row.Name = l.Email
	}
	if row.Name == "" {
		row.Name = p.T("outbox.nobody")
	}
	return row
}

// letterAbout is what a letter is about: its kind, and the week or month.
func (p Page) letterAbout(l lantoa.Letter) string {
	kind := l.Kind
	if p.Has("letter.kind." + l.Kind) {
		kind = p.T("letter.kind." + l.Kind)
	}
	if week, err := lantoa.ParseWeek(l.Ref); err == nil {
		return kind + " · " + p.T("letter.week", "n", week.Number, "year", strconv.Itoa(week.Year))
	}
	return kind
}

// letterWhen is the moment that matters of a letter in its state.
func (p Page) letterWhen(l lantoa.Letter) string {
	switch l.State {
	case lantoa.LetterHeld:
		return p.T("letter.when.held", "time", p.DateTime(l.AddedAt))
	case lantoa.LetterWaiting:
		if l.Tries > 0 {
			return p.T("letter.when.again", "time", p.DateTime(l.Next), "n", l.Tries)
		}
		return p.T("letter.when.waiting", "time", p.DateTime(l.AddedAt))
	case lantoa.LetterSending:
		return p.T("letter.when.sending", "time", p.DateTime(l.ClaimedAt))
	}
	return p.T("letter.when.done", "time", p.DateTime(l.DoneAt))
}

// letterWhy is the reason of a letter's state in words, with what the server said.
func (p Page) letterWhy(l lantoa.Letter) string {
	var why []string
	if l.Why != "" && p.Has("letter.why."+l.Why) {
		why = append(why, p.T("letter.why."+l.Why))
	}
	if l.Said != "" && l.State != lantoa.LetterSent {
		said := lantoa.Cut(l.Said, 200)
		if l.Code > 0 {
			said = strconv.Itoa(l.Code) + " " + said
		}
		why = append(why, p.T("letter.said", "said", said))
	}
	return strings.Join(why, " ")
}

func byLast(m map[string]store.FailingAddress) []store.FailingAddress {
	out := make([]store.FailingAddress, 0, len(m))
	for _, f := range m {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b store.FailingAddress) int {
		return cmp.Or(b.LastAt.Compare(a.LastAt), cmp.Compare(a.Email, b.Email))
	})
	return out
}

// openOutbox lets mails go. The number of people is typed, so that nobody mails the whole province by accident.
func (s *Server) openOutbox(w http.ResponseWriter, r *http.Request) error {
	v := visitorOf(r)
	say := v.words.In(s.Zone)
	typed := strings.NewReplacer(".", "", ",", "", " ", "").Replace(strings.TrimSpace(r.PostFormValue("so_nguoi")))
	people, err := strconv.Atoi(typed)
	if err != nil {
		people = -1
	}
	letters, err := s.Store.OpenGate(r.Context(), v.user.Email, people)
	if lantoa.KindOf(err) == lantoa.Conflict {
		now, _ := strconv.Atoi(lantoa.AsTrouble(err, lantoa.Conflict).Note)
		return s.undone(w, r, say.T("outbox.open_wrong", "n", now), outboxURL)
	}
	if err != nil {
		return err
	}
	s.mailSoon(r)
	return s.done(w, r, say.T("outbox.opened", "n", letters), outboxURL)
}

func (s *Server) closeOutbox(w http.ResponseWriter, r *http.Request) error {
	v := visitorOf(r)
	if err := s.Store.CloseGate(r.Context(), v.user.Email); err != nil {
		return err
	}
	return s.done(w, r, v.words.In(s.Zone).T("outbox.closed"), outboxURL)
}

// mailSoon has letters sent without waiting for the next tick. If the queue cannot be told, the tick comes anyway.
func (s *Server) mailSoon(r *http.Request) {
	if s.Outbox.Soon == nil {
		return
	}
	if err := s.Outbox.Soon(r.Context()); err != nil {
		s.Log.Warn("letters wait for the next tick", "err", err)
	}
}

// tryOutbox sends a letter to the one who asks, also while mails are held.
func (s *Server) tryOutbox(w http.ResponseWriter, r *http.Request) error {
	v := visitorOf(r)
	say := v.words.In(s.Zone)
	id := lantoa.LetterID(lantoa.NewID(s.Now()))
	_, err := s.Store.AddLetters(r.Context(), []lantoa.Letter{{ID: id, Kind: lantoa.LetterPlain, Ref: string(id), User: v.user.ID,
		Email: v.user.Email, Name: v.user.Name, Pass: true,
		Subject: say.T("outbox.try_subject"), Body: say.T("outbox.try_body", "name", v.user.Name, "time", say.DateTime(s.Now()), "url", s.BaseURL)}})
	if err != nil {
		return err
	}
	s.mailSoon(r)
	return s.done(w, r, say.T("outbox.tried", "email", v.user.Email), outboxURL+"/"+string(id))
}

// forgiveAddress gives an address that sent mails back another chance.
func (s *Server) forgiveAddress(w http.ResponseWriter, r *http.Request) error {
	v := visitorOf(r)
	email := r.PostFormValue("dia_chi")
	if err := s.Store.ForgetBounces(r.Context(), email, v.user.Email); err != nil {
		return err
	}
	return s.done(w, r, v.words.In(s.Zone).T("outbox.forgiven", "email", lantoa.Cut(email, 100)), outboxURL)
}

// letterPage is one letter: what became of it, and what it says.
type letterPage struct {
	Page
	Tabs   []adminTab
	Letter letterRow
	Facts  [][2]string
	Text   []string // its lines
	Frame  string   // address of the HTML
	Gone   string   // why there is nothing to show
	Do     []letterDeed
}

// letterDeed is a button under a letter; Sure is what must be ticked first.
type letterDeed struct{ Value, Name, Sure string }

func (s *Server) showLetter(w http.ResponseWriter, r *http.Request) error {
	l, err := s.letter(r)
	if err != nil {
		return err
	}
	page, tabs := s.adminPage(r, "outbox")
	p := letterPage{Page: page, Tabs: tabs, Letter: page.letterRow(l)}
	p.Facts = p.letterFacts(l)
	m, err := s.composed(r.Context(), l)
	switch {
	case err != nil:
		p.Gone = p.T("letter.not_shown")
		if t := lantoa.AsTrouble(err, lantoa.Away); t.Note != "" && (t.Kind == lantoa.Gone || t.Kind == lantoa.NotFound) {
			p.Gone += " " + t.Note
		}
	default:
		p.Text, p.Letter.Subject = textLines(m.Text), m.Subject
		if m.HTML != "" {
			p.Frame = p.Letter.URL + "/noi-dung"
		}
	}
	p.Title = p.T("letter.title")
	p.Do = p.letterDeeds(l)
	framed(w)
	return s.draw(w, r, http.StatusOK, "letter", p)
}

// textLines are the lines of a mail's text; what no mail of ours is as long as is left out.
func textLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSpace(lantoa.Cut(text, 20_000)), "\n")
}

// framed lets a page show another page of ours in a frame.
func framed(w http.ResponseWriter) {
	const policy = "Content-Security-Policy"
	w.Header().Set(policy, w.Header().Get(policy)+"; frame-src 'self'")
}

func (p Page) letterFacts(l lantoa.Letter) (facts [][2]string) {
	add := func(key string, at time.Time) {
		if !at.IsZero() {
			facts = append(facts, [2]string{p.T(key), p.DateTime(at)})
		}
	}
	add("letter.added", l.AddedAt)
	add("letter.first", l.FirstAt)
	add("letter.left", l.DataAt)
	if l.State == lantoa.LetterWaiting {
		add("letter.next", l.Next)
	}
	add("letter.done", l.DoneAt)
	if l.Tries > 0 {
		facts = append(facts, [2]string{p.T("letter.tries"), p.Number(int64(l.Tries))})
	}
	if l.Said != "" || l.Code > 0 {
		facts = append(facts, [2]string{p.T("letter.server_said"), strings.TrimSpace(fmt.Sprintf("%d %s", l.Code, l.Said))})
	}
	return facts
}

func (p Page) letterDeeds(l lantoa.Letter) []letterDeed {
	release := letterDeed{"cho_di", p.T("letter.do.release"), ""}
	hold := letterDeed{"giu", p.T("letter.do.hold"), ""}
	cancel := letterDeed{"bo", p.T("letter.do.cancel"), p.T("letter.do.cancel_sure")}
	again := letterDeed{"gui_lai", p.T("letter.do.again"), p.T("letter.do.again_sure")}
	switch l.State {
	case lantoa.LetterHeld:
		return []letterDeed{release, cancel}
	case lantoa.LetterWaiting:
		return []letterDeed{hold, cancel}
	case lantoa.LetterUnknown:
		return []letterDeed{again}
	case lantoa.LetterFailed, lantoa.LetterBounced, lantoa.LetterSkipped:
		again.Sure = p.T("letter.do.retry_sure")
		return []letterDeed{again}
	}
	return nil
}

func (s *Server) letter(r *http.Request) (lantoa.Letter, error) {
	lid, err := id(r, "letter")
	if err != nil {
		return lantoa.Letter{}, err
	}
	return s.Store.Letter(r.Context(), lantoa.LetterID(lid))
}

// composed is a letter's message as it would be made now.
func (s *Server) composed(ctx context.Context, l lantoa.Letter) (mail.Message, error) {
	if s.Outbox.Compose == nil {
		return mail.Message{}, lantoa.Missing("letter", l.ID)
	}
	to := lantoa.User{Email: l.Email, Name: l.Name}
	if l.User != "" {
		u, err := s.Store.User(ctx, l.User)
		if err != nil {
			return mail.Message{}, err
		}
		to = u
	}
	return s.Outbox.Compose(ctx, l, to)
}

// showLetterHTML is the HTML of a letter for the frame: no script runs in it, nothing is fetched for it, and a link in
// it opens elsewhere.
func (s *Server) showLetterHTML(w http.ResponseWriter, r *http.Request) error {
	l, err := s.letter(r)
	if err != nil {
		return err
	}
	m, err := s.composed(r.Context(), l)
	if err != nil {
		return err
	}
	sendMailHTML(w, m)
	return nil
}

// sendMailHTML answers with the HTML of a message, its pictures within.
func sendMailHTML(w http.ResponseWriter, m mail.Message) {
	page := m.HTML
	for _, x := range m.Inline {
		page = strings.ReplaceAll(page, "cid:"+x.CID, "data:"+x.Type+";base64,"+base64.StdEncoding.EncodeToString(x.Data))
	}
	page = strings.Replace(page, "<head>", `<head><base target="_blank">`, 1)
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write([]byte(page)) // the reader went away
}

// changeLetter lets a letter go, holds it, takes it out, or has it sent again.
func (s *Server) changeLetter(w http.ResponseWriter, r *http.Request) error {
	l, err := s.letter(r)
	if err != nil {
		return err
	}
	v := visitorOf(r)
	say, back := v.words.In(s.Zone), outboxURL+"/"+string(l.ID)
	deed := r.PostFormValue("viec")
	if (deed == "bo" || deed == "gui_lai") && r.PostFormValue("chac_chan") != "1" {
		return s.undone(w, r, say.T("letter.tick_first"), back)
	}
	do := map[string]func(context.Context, lantoa.LetterID, string) error{
		"cho_di": s.Store.ReleaseLetter, "giu": s.Store.HoldLetter, "bo": s.Store.CancelLetter, "gui_lai": s.Store.ResendLetter,
	}[deed]
	if do == nil {
		return errBadForm
	}
	err = do(r.Context(), l.ID, v.user.Email)
	if lantoa.KindOf(err) == lantoa.Conflict {
		return s.undone(w, r, say.T("letter.changed"), back)
	}
	if err != nil {
		return err
	}
	s.mailSoon(r)
	return s.done(w, r, say.T("letter.noted."+deed), back)
}
