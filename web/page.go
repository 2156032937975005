package web

import (
	"bytes"
	"embed"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/internal/words"
)

//go:embed templates
var templateFiles embed.FS

// Page is what each screen shares: who looks, in which language, from where, and what has just happened.
type Page struct {
	*words.Catalog
	Title    string
	Place    string // which entry of the navigation is lit: home, search, stories, channels, admin, tell
	Path     string // this very address, to come back to
	User     lantoa.User
	Now      time.Time
	Notice   *Notice
	Places   []Place
	Progress *ProgressBox
}

// Place is an entry of the navigation.
type Place struct {
	URL, Icon, Name string
	Here            bool
	N, Say          string // how many wait there, alone and in a sentence; empty for none
	Count           string // what a decision's answer calls that number
}

// Notice tells what a press of a button has done.
type Notice struct {
	Text    string
	Bad     bool
	Undo    *Undo
	Counts  map[lantoa.State]string // the tabs' new counts
	Waiting string                  // the navigation's new count
}

// Undo is the way back from a decision.
type Undo struct {
	Story lantoa.StoryID
	Back  string
}

// When is a moment as the screen shows it, with the exact time behind it.
type When struct{ Text, Exact, Machine string }

// Picture is our own copy of a picture, or the scene that stands in its place.
type Picture struct {
	Motif      string
	Tint, Sun  int
	Photo, Alt string // address of the copy and what it shows; empty where there is none
	Film       bool
}

// Empty is what a list shows that has nothing in it: why, and what to do next.
type Empty struct{ Title, Do, URL, Link string }

// Option is one choice of a picker or filter.
type Option struct {
	Value, Name, Count string
	On                 bool
}

// StateMark is the state of a channel as colour, sign and word together.
type StateMark struct {
	Alive lantoa.Alive
	Word  string
}

// Behind is the table behind a chart.
type Behind struct {
	Word, Name string
	Table      chart.Table
}

// Figure is one number with its name, and why it is absent.
type Figure struct {
	N, Name, Why string
	Words        bool // N is words: written smaller
}

// OtherLang is the language that the switch leads to.
func (p Page) OtherLang() string {
	if p.Lang() == "vi" {
		return "en"
	}
	return "vi"
}

// Initial is the letter in the person's round mark: that of the given name, which Vietnamese say last.
func (p Page) Initial() string {
	for _, name := range slices.Backward(strings.Fields(p.User.Name)) {
		if r, _ := utf8.DecodeRuneInString(name); unicode.IsLetter(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "?"
}

// When is a moment as "2 giờ trước".
func (p Page) When(t time.Time) When {
	return When{Text: p.Ago(t, p.Now), Exact: p.DateTime(t), Machine: p.machine(t)}
}

// OnDay is a moment as its day.
func (p Page) OnDay(t time.Time) When {
	return When{Text: p.Date(t), Exact: p.DateTime(t), Machine: p.machine(t)}
}

func (p Page) machine(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.Machine(t)
}

func (p Page) state(a lantoa.Alive) StateMark { return StateMark{Alive: a, Word: p.State(a)} }

func (p Page) behind(name string, t chart.Table) Behind {
	return Behind{Word: p.T("chart.table"), Name: name, Table: t}
}

// page begins the page of a request.
func (s *Server) page(r *http.Request, place, title string) Page {
	v := visitorOf(r)
	c := v.words.In(s.Zone)
	p := Page{
		Catalog: c, Title: c.T(title), Place: place, Path: r.URL.RequestURI(),
		User: v.user, Now: s.Now(), Notice: s.gate.popNotice(r),
	}
	for _, x := range []Place{
		{URL: "/", Icon: "home", Name: "home"}, {URL: "/tim-kiem", Icon: "search", Name: "search"},
		{URL: "/cau-chuyen", Icon: "story", Name: "stories"}, {URL: "/kenh", Icon: "channel", Name: "channels"},
	} {
		x.Here, x.Name = x.Name == place, c.T("nav."+x.Name)
		p.Places = append(p.Places, x)
	}
	if n := s.waitingStories(r, v, c); n != "" {
		p.Places[2].N, p.Places[2].Say, p.Places[2].Count = n, c.T("nav.waiting", "n", n, "week", s.weekAtHand().Number), "waiting"
	}
	switch {
	case mayConnect(v.user):
		x := Place{URL: "/quan-tri/ket-noi", Icon: "admin", Name: c.T("nav.admin"), Here: place == "admin"}
		if n := s.unseenNotices(r.Context(), v.user); n > 0 {
			x.N = c.Number(int64(n))
			x.Say = c.T("nav.notices", "n", n)
			x.URL = "/quan-tri/thong-bao"
		}
		p.Places = append(p.Places, x)
	case v.user.Role == lantoa.Officer:
		p.Places = append(p.Places, Place{URL: "/ke-chuyen", Icon: "tell", Name: c.T("nav.tell"), Here: place == "tell"})
	}
	return p
}

// waitingStories is the number beside "Câu chuyện": suggestions of the week that nobody has decided on. A count
// that cannot be had leaves the navigation without it; the page itself will say what is wrong.
func (s *Server) waitingStories(r *http.Request, v visitor, c *words.Catalog) string {
	if !v.user.May(lantoa.Decide, v.user.Unit.Path) {
		return ""
	}
	week := s.weekAtHand()
	counts, err := s.Store.StoryCounts(r.Context(), v.user.Scope(), &week)
	if err != nil || counts[lantoa.Suggested] == 0 {
		return ""
	}
	return c.Number(int64(counts[lantoa.Suggested]))
}

// weekAtHand is the week that people talk of: on a Monday the one that has just ended.
func (s *Server) weekAtHand() lantoa.Week { return lantoa.WeekOf(s.Now().AddDate(0, 0, -1), s.Zone) }

// templates holds one set for each screen: the frame, the pieces, and the screen's own file.
type templates map[string]*template.Template

var pieces = []string{"layout.html", "icons.html", "picture.html", "card.html"}

func parseTemplates(a *assets) templates {
	common := template.New("").Funcs(template.FuncMap{"asset": a.url})
	for _, name := range pieces {
		template.Must(common.ParseFS(templateFiles, "templates/"+name))
	}
	out := templates{}
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // the folder is embedded
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".html")
		set := template.Must(common.Clone())
		out[name] = template.Must(set.ParseFS(templateFiles, "templates/"+e.Name()))
	}
	return out
}

// draw sends a whole page. It is drawn in memory first, so that a fault in it does not send half a page.
func (s *Server) draw(w http.ResponseWriter, r *http.Request, status int, screen string, data any) error {
	frame := "layout"
	switch screen {
	case "signin", "password":
		frame = "bare"
	case "error":
		if visitorOf(r).user.ID == "" {
			frame = "bare"
		}
	}
	return s.send(w, r, status, screen, frame, data)
}

// wants is the fragment of a page that a script asks for; empty when the whole page is wanted.
func wants(r *http.Request) string { return r.Header.Get("X-Fragment") }

// drawFragment sends one piece of a page, for the script to put in its place.
func (s *Server) drawFragment(w http.ResponseWriter, r *http.Request, status int, screen, piece string, data any) error {
	w.Header().Set("X-Fragment", piece)
	return s.send(w, r, status, screen, piece, data)
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, screen, piece string, data any) error {
	var b bytes.Buffer
	if err := s.templates[screen].ExecuteTemplate(&b, piece, data); err != nil {
		return fmt.Errorf("draw %s: %w", screen, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" { // a page with a secret says more
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Vary", "Cookie, X-Fragment, Accept-Encoding")
	body := b.Bytes()
	if takesGzip(r) && len(body) > 1400 {
		h.Set("Content-Encoding", "gzip")
		body = zipped(body)
	}
	w.WriteHeader(status)
	_, err := w.Write(body)
	if err != nil {
		s.Log.Debug("the reader went away", "path", r.URL.Path, "err", err)
	}
	return nil
}

// marked lets <mark> through and nothing else, whatever the index was given to highlight.
func marked(snippet string) template.HTML {
	const open, shut = "\uE000", "\uE001" // of the private use area: no text of ours holds them afterwards
	s := strings.NewReplacer(open, "", shut, "").Replace(snippet)
	s = strings.NewReplacer("<mark>", open, "</mark>", shut).Replace(s)
	s = template.HTMLEscapeString(html.UnescapeString(s))
	return template.HTML(strings.NewReplacer(open, "<mark>", shut, "</mark>").Replace(s))
}
