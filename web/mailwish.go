package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// wishPage answers: which mails do I get? By the link in a mail it is reached without a sign-in and speaks of one kind.
type wishPage struct {
	Page
	Lead   string
	Wishes []wish
	Action string
	Said   string // what was just done
	// Buttons by whether the mails are wanted now.
	Buttons map[bool]wishButton
}

// wishButton turns a wish round.
type wishButton struct {
	Name, Value string
	First       bool
}

func (p *wishPage) buttons() {
	p.Buttons = map[bool]wishButton{true: {Name: p.T("wish.stop"), Value: "0", First: p.User.ID == ""}, false: {Name: p.T("wish.again"), Value: "1"}}
}

// wish is a kind of mails and whether it is wanted.
type wish struct {
	Kind, Name, Means string
	Wanted            bool
}

func (p Page) wish(kind string, out bool) wish {
	return wish{Kind: kind, Name: p.T("letter.kind." + kind), Means: p.T("letter.means." + kind), Wanted: !out}
}

// showUnsubscribe shows the page behind the link in a mail. Looking at it changes nothing: programs that look mails
// through open every link.
func (s *Server) showUnsubscribe(w http.ResponseWriter, r *http.Request) error {
	return s.unsubscribePage(w, r, "")
}

// unsubscribe has a person get no more of a kind, or get them again. A mail program does the first for its reader with a
// single POST that carries no cookie and comes from nowhere (RFC 8058): the token alone says who it is.
func (s *Server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	person, kind, err := s.Store.OpenUnsubscribe(r.PathValue("token"), s.Now())
	if err != nil {
		return s.unsubscribePage(w, r, "")
	}
	again := r.PostFormValue("nhan_lai") == "1"
	if _, err := s.Store.SetOptOut(r.Context(), person, kind, !again); err != nil {
		return err
	}
	said := "wish.off"
	if again {
		said = "wish.on"
	}
	return s.unsubscribePage(w, r, said)
}

func (s *Server) unsubscribePage(w http.ResponseWriter, r *http.Request, said string) error {
	c := visitorOf(r).words.In(s.Zone)
	p := wishPage{Page: Page{Catalog: c, Title: c.T("wish.title"), Path: r.URL.RequestURI(), Now: s.Now()}, Action: r.URL.Path}
	p.buttons()
	w.Header().Set("Referrer-Policy", "no-referrer") // the address itself is a key
	person, kind, err := s.Store.OpenUnsubscribe(r.PathValue("token"), s.Now())
	if err != nil || !slices.Contains(lantoa.LetterKinds, kind) {
		p.Lead = p.T("wish.bad_link")
		return s.send(w, r, http.StatusNotFound, "mailwish", "bare", p)
	}
	out, err := s.Store.OptedOut(r.Context(), person, kind)
	if err != nil {
		return err
	}
	one := p.wish(kind, out)
	p.Wishes = []wish{one}
	p.Lead = p.T("wish.lead_on", "kind", one.Name, "who", s.veiled(r, person))
	if out {
		p.Lead = p.T("wish.lead_off", "kind", one.Name, "who", s.veiled(r, person))
	}
	if said != "" {
		p.Said = p.T(said, "kind", one.Name)
	}
	return s.send(w, r, http.StatusOK, "mailwish", "bare", p)
}

// veiled is a person's address with its middle hidden: enough for her to know it, too little for whom she sent the mail
// on to.
func (s *Server) veiled(r *http.Request, person string) string {
	address := person
	if u, err := s.Store.User(r.Context(), lantoa.UserID(person)); err == nil {
		address = u.Email
	}
	name, domain, ok := strings.Cut(address, "@")
	if !ok {
		return "…"
	}
	letters := []rune(name)
	return string(letters[:min(2, len(letters))]) + "…@" + domain
}

// showWishes shows which mails the one who has signed in gets.
func (s *Server) showWishes(w http.ResponseWriter, r *http.Request) error {
	p := wishPage{Page: s.page(r, "more", "wish.title"), Action: "/thu-cua-toi"}
	p.buttons()
	p.Lead = p.T("wish.lead", "email", p.User.Email)
	for _, kind := range lantoa.LetterKinds {
		out, err := s.Store.OptedOut(r.Context(), string(p.User.ID), kind)
		if err != nil {
			return err
		}
		p.Wishes = append(p.Wishes, p.wish(kind, out))
	}
	return s.draw(w, r, http.StatusOK, "mailwish", p)
}

func (s *Server) saveWish(w http.ResponseWriter, r *http.Request) error {
	v := visitorOf(r)
	say := v.words.In(s.Zone)
	kind, again := r.PostFormValue("loai"), r.PostFormValue("nhan_lai") == "1"
	if !slices.Contains(lantoa.LetterKinds, kind) {
		return errBadForm
	}
	if _, err := s.Store.SetOptOut(r.Context(), string(v.user.ID), kind, !again); err != nil {
		return err
	}
	said := "wish.off"
	if again {
		said = "wish.on"
	}
	return s.done(w, r, say.T(said, "kind", say.T("letter.kind."+kind)), "/thu-cua-toi")
}
