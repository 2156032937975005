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
	Place    string // which entry of the navigation is lit: home, search, stories, network, scorecard, digest, channels, admin, tell, more
	Sheet    string // the style sheet beside app.css
	Path     string // this very address, to come back to
	User     lantoa.User
	Now      time.Time
	Notice   *Notice
	Places   []Place
	Progress *ProgressBox
}

// Place is an entry of the navigation.
type Place struct {
	URL, Icon, Key, Name string
	Here                 bool
	N, Say               string // how many wait there, alone and in a sentence; empty for none
	Count                string // what a decision's answer calls that number
	Desk, Phone          bool   // shown only beside a wide page, only under a narrow one
}

// Notice tells what a press of a button has done.
type Notice struct {
	Text    string
	Bad     bool
	Undo    *Undo
	Go      string                  // address of what one would do next, and its name
	GoWord  string                  //
	Again   *Again                  // the way back from something else than a decision
	Counts  map[lantoa.State]string // the tabs' new counts
	Waiting string                  // the navigation's new count
}

// Undo is the way back from a decision.
type Undo struct {
	Story lantoa.StoryID
	Back  string
}

// Again is a form that puts back what was taken away.
type Again struct {
	URL    string
	Fields map[string]string
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
	p.Sheet = "stories.css"
	if sheet, ok := sheets[place]; ok {
		p.Sheet = sheet
	}
	p.Places = s.places(r, v, c, place)
	return p
}

// sheets are the style sheets of the places that show no stories.
var sheets = map[string]string{"network": "network.css", "scorecard": "desk.css", "digest": "desk.css", "form": "desk.css", "units": "desk.css"}

// bar is how many places the bar of a phone has: the rest stand behind its last, "Thêm".
const bar = 4

// places are the entries of the navigation for somebody. On a phone the first four and "Thêm" are shown, on a desk
// all but "Thêm".
func (s *Server) places(r *http.Request, v visitor, c *words.Catalog, here string) []Place {
	all := []Place{
		{URL: "/", Icon: "home", Key: "home"}, {URL: "/tim-kiem", Icon: "search", Key: "search"},
		{URL: "/cau-chuyen", Icon: "story", Key: "stories"}, {URL: "/hoat-dong", Icon: "network", Key: "network"},
		{URL: "/thi-dua", Icon: "scorecard", Key: "scorecard"}, {URL: "/ban-tin", Icon: "digest", Key: "digest"},
		{URL: "/kenh", Icon: "channel", Key: "channels"},
	}
	if v.user.Role == lantoa.Officer { // her unit is her page; what she does most is telling
		all[3] = Place{URL: "/ke-chuyen", Icon: "tell", Key: "tell"}
	}
	if n := s.waitingStories(r, v, c); n != "" {
		all[2].N, all[2].Say, all[2].Count = n, c.T("nav.waiting", "n", n, "week", s.weekAtHand().Number), "waiting"
	}
	if mayConnect(v.user) {
		x := Place{URL: "/quan-tri/ket-noi", Icon: "admin", Key: "admin"}
		if n := s.unseenNotices(r.Context(), v.user); n > 0 {
			x.N, x.Say, x.URL = c.Number(int64(n)), c.T("nav.notices", "n", n), "/quan-tri/thong-bao"
		}
		all = append(all, x)
	}
	behind := Place{URL: "/them", Icon: "dots", Key: "more", Phone: true, Here: here == "more"}
	for i := range all {
		x := &all[i]
		x.Here, x.Desk = x.Key == here, i >= bar
		if x.Desk {
			behind.Here = behind.Here || x.Here
			if x.N != "" {
				behind.N, behind.Say = x.N, x.Say
			}
		}
	}
	all = append(all, behind)
	for i := range all {
		all[i].Name = c.T("nav." + all[i].Key)
	}
	return all
}

// morePage is what a phone's bar has no room for.
type morePage struct{ Page }

func (s *Server) showMore(w http.ResponseWriter, r *http.Request) error {
	return s.draw(w, r, http.StatusOK, "more", morePage{s.page(r, "more", "nav.more")})
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

var pieces = []string{"layout.html", "icons.html", "picture.html", "card.html", "objection.html", "digestpart.html", "passpart.html"}

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
	if wants(r) == "keep" && status == http.StatusOK { // a form was taken in: the script fetches the page it leads to
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	frame := "layout"
	switch screen {
	case "signin", "password":
		frame = "bare"
	case "wall":
		frame = "wall"
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
		s.Log.Debug("the reader went away", "path", logged(r), "err", err)
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
