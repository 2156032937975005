package web

import (
	"context"
	"html/template"
	"net/http"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/words"
)

// digestPage is one reader's digest of a week as a page: the same value as her mail.
type digestPage struct {
	Page
	V       digest.View
	Bar     template.HTML
	Draft   string // that it is one
	Weeks   []Option
	SignIn  link // of a personal link: where there is more
	Sealed  string
	MayEdit bool
	Tabs    []adminTab
}

// digestLink names personal links of digests; their subject is the reader and the week.
const digestLink = "digest"

// showDigest is the digest of a week for whoever asks. Before it is approved it is shown to those only who make it up.
func (s *Server) showDigest(w http.ResponseWriter, r *http.Request) error {
	week, err := lantoa.ParseWeek(r.PathValue("week"))
	if err != nil {
		return lantoa.Missing("digest", "")
	}
	p, err := s.digest(r.Context(), s.page(r, "digest", "nav.digest"), week)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "digest", p)
}

func (s *Server) digest(ctx context.Context, page Page, week lantoa.Week) (digestPage, error) {
	p := digestPage{Page: page, MayEdit: digest.MayEdit(page.User)}
	e, err := s.Store.Edition(ctx, week)
	if p.MayEdit && (lantoa.KindOf(err) == lantoa.NotFound || err == nil && e.Material == nil) {
		e, err = digest.Open(ctx, s.Desk, s.Store, week, page.Now)
		p.Draft = p.T("digest.is_draft")
	}
	if err != nil {
		return p, err
	}
	if e.Material == nil {
		return p, lantoa.Missing("digest", "")
	}
	p.fill(e)
	if p.MayEdit {
		p.Tabs = digestTabs(p.Page, "")
	}
	list, err := s.Store.Editions(ctx, weeksBack)
	if err != nil {
		return p, err
	}
	for _, x := range list {
		if x.State == lantoa.EditionApproved {
			p.Weeks = append(p.Weeks, Option{Value: "/ban-tin/" + x.Week.String(), Name: p.Week(x.Week), On: x.Week == week})
		}
	}
	return p, nil
}

// fill puts the digest of p's person into words. The mail's button leads to this very page.
func (p *digestPage) fill(e lantoa.Edition) {
	d := digest.Build(*e.Material, e, p.User)
	p.V = digest.Say(d, p.Catalog, digest.Look{})
	p.Title = p.V.Subject
	if len(d.Strip) > 0 {
		s := chart.Spark{Title: p.T("chart.weekly", "n", len(d.Strip))}
		for _, n := range d.Strip {
			s.Values = append(s.Values, max(n, 0))
		}
		p.Bar = s.SVG()
	}
	if e.State == lantoa.EditionApproved {
		p.Sealed = p.T("digest.sealed", "time", p.DateTime(e.ApprovedAt))
	}
}

// openDigest is the page behind a mail's button: for seven days, for reading only, without signing in.
func (s *Server) openDigest(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address is the key
	h.Set("X-Robots-Tag", "noindex")
	dead := func(status int, why string) error {
		v := visitorOf(r)
		c := v.words.In(s.Zone)
		p := errorPage{Page: Page{Catalog: c, Title: c.T("digest.link." + why), Path: "/", Now: s.Now()}, Status: status,
			Headline: c.T("digest.link." + why), Do: c.T("digest.link.do"), URL: "/ban-tin", Link: c.T("signin.go")}
		return s.send(w, r, status, "error", "bare", p)
	}
	subject, err := s.Store.OpenLink(digestLink, r.PathValue("token"), s.Now())
	if lantoa.KindOf(err) == lantoa.Expired {
		return dead(http.StatusGone, "expired")
	}
	user, code, _ := strings.Cut(subject, " ")
	week, weekErr := lantoa.ParseWeek(code)
	if err != nil || weekErr != nil {
		return dead(http.StatusNotFound, "wrong")
	}
	who, err := s.Store.User(r.Context(), lantoa.UserID(user))
	if lantoa.KindOf(err) == lantoa.NotFound || err == nil && who.Disabled {
		return dead(http.StatusGone, "closed")
	}
	if err != nil {
		return err
	}
	e, err := s.Store.Edition(r.Context(), week)
	if lantoa.KindOf(err) == lantoa.NotFound || err == nil && e.Material == nil { // a trial's: its week is not out yet
		return dead(http.StatusNotFound, "not_yet")
	}
	if err != nil {
		return err
	}
	c := visitorOf(r).words.In(s.Zone)
	p := digestPage{Page: Page{Catalog: c, Place: "digest", Path: "/", User: who, Now: s.Now()}}
	p.fill(e)
	p.SignIn = link{c.T("digest.link.more"), "/ban-tin/" + week.String()}
	return s.send(w, r, http.StatusOK, "digest", "bare", p)
}

// digestMail is the mail of an edition as somebody would get it.
func (s *Server) digestMail(ctx context.Context, e lantoa.Edition, to lantoa.User) (mail.Message, error) {
	base := s.BaseURL
	m, err := digest.Render(ctx, digest.Build(*e.Material, e, to), words.For("vi").In(s.Zone), digest.Look{Base: base, Link: base + "/ban-tin/" + e.Week.String(), Leave: base + "/thu-cua-toi"},
		&digest.Gallery{Copy: func(ctx context.Context, post lantoa.PostID, n int) []byte {
			p, err := s.Store.Picture(ctx, post, n)
			if err != nil { // the mail says the same without it
				return nil
			}
			return p.Data
		}})
	out := mail.Message{Subject: m.Subject, HTML: m.HTML, Text: m.Text}
	for _, x := range m.Images {
		out.Inline = append(out.Inline, mail.Inline{CID: x.CID, Type: x.Type, Data: x.Data})
	}
	return out, err
}

// showDigestMail is the mail of a week for the frame of the preview: no script runs in it and nothing is fetched for it.
func (s *Server) showDigestMail(w http.ResponseWriter, r *http.Request) error {
	e, to, err := s.previewed(r)
	if err != nil {
		return err
	}
	m, err := s.digestMail(r.Context(), e, to)
	if err != nil {
		return err
	}
	sendMailHTML(w, m)
	return nil
}

// previewed are the edition and the reader of a preview's address: tuan the week, nguoi the reader.
func (s *Server) previewed(r *http.Request) (e lantoa.Edition, to lantoa.User, err error) {
	who := visitorOf(r).user
	if !digest.MayEdit(who) {
		return e, to, lantoa.Problem(lantoa.Forbidden, "digest", "")
	}
	q := r.URL.Query()
	week, err := s.weekAsked(q.Get("tuan"))
	if err != nil {
		return e, to, err
	}
	to = who
	if id := q.Get("nguoi"); id != "" {
		if !lantoa.ValidID(id) {
			return e, to, lantoa.Missing("user", "")
		}
		if to, err = s.Store.User(r.Context(), lantoa.UserID(id)); err != nil {
			return e, to, err
		}
	}
	e, err = digest.Open(r.Context(), s.Desk, s.Store, week, s.Now())
	return e, to, err
}

// weekAsked is the week of an address, the last full one where it names none.
func (s *Server) weekAsked(text string) (lantoa.Week, error) {
	if text == "" {
		return lantoa.LastFullWeek(s.Now(), s.Zone), nil
	}
	return lantoa.ParseWeek(text)
}

// previewPage is the preview of a digest as any reader gets it.
type previewPage struct {
	Page
	Tabs     []adminTab
	Week     lantoa.Week
	WeekName string
	Subject  string
	Readers  []Option
	To       lantoa.User
	Widths   []Option
	Frame    string
	Wide     string
	Text     []string
}

// readersOffered keeps the page below 60 KB: beyond that a reader is named by her address.
const readersOffered = 250

func (s *Server) previewDigest(w http.ResponseWriter, r *http.Request) error {
	e, to, err := s.previewed(r)
	if err != nil {
		return err
	}
	p := previewPage{Page: s.page(r, "digest", "digest.preview"), Week: e.Week, To: to}
	p.WeekName, p.Tabs = p.Page.Week(e.Week), digestTabs(p.Page, "draft")
	m, err := s.digestMail(r.Context(), e, to)
	if err != nil {
		return err
	}
	p.Subject, p.Text = m.Subject, textLines(m.Text)
	people, err := s.Store.DigestReaders(r.Context())
	if err != nil {
		return err
	}
	for _, u := range first(people, readersOffered) {
		p.Readers = append(p.Readers, Option{Value: string(u.ID), Name: u.Name + " · " + p.Role(u.Role) + " · " + u.Unit.Name, On: u.ID == to.ID})
	}
	at := "tuan=" + e.Week.String() + "&nguoi=" + string(to.ID)
	p.Wide = "390"
	if r.URL.Query().Get("rong") == "700" {
		p.Wide = "700"
	}
	for _, x := range []string{"390", "700"} {
		p.Widths = append(p.Widths, Option{Value: "/ban-tin/xem-truoc?" + at + "&rong=" + x, Name: p.T("digest.width." + x), On: x == p.Wide})
	}
	p.Frame = "/ban-tin/xem?" + at
	framed(w)
	return s.draw(w, r, http.StatusOK, "digest_preview", p)
}
