package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// templatesPage answers: which words does a campaign put around a story?
type templatesPage struct {
	Page
	Rows []templateRow
	New  templateForm
	None string
}

type templateRow struct {
	templateForm
	Who, Note, Until string
	May              bool
}

// templateForm is a template as its fields hold it.
type templateForm struct {
	Page
	ID, Name, Opening, Closing, Hashtags, Until, Error string
	Open                                               bool
}

const templatesURL = "/cau-chuyen/mau-loi"

func (s *Server) showTemplates(w http.ResponseWriter, r *http.Request) error {
	p, err := s.wordTemplates(r, templateForm{})
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "wordtemplates", p)
}

// wordTemplates fills the page; bad is a form that will not do and is shown again.
func (s *Server) wordTemplates(r *http.Request, bad templateForm) (templatesPage, error) {
	p := templatesPage{Page: s.page(r, "stories", "reshare.templates")}
	p.Sheet = "pass.css"
	if !mayPass(p.User) {
		return p, lantoa.Problem(lantoa.Forbidden, "template", "")
	}
	list, err := s.Store.Templates(r.Context(), p.User.Unit.Path, time.Time{})
	if err != nil {
		return p, err
	}
	p.New, p.None = templateForm{Page: p.Page}, p.T("reshare.templates_none")
	if bad.Error != "" && bad.ID == "" {
		p.New = bad
		p.New.Page = p.Page
	}
	for _, t := range list {
		row := templateRow{Who: t.Unit.UnionName(), May: p.User.May(lantoa.Publish, t.Unit.Path), templateForm: templateForm{Page: p.Page, ID: t.ID, Name: t.Name, Opening: t.Opening, Closing: t.Closing, Hashtags: t.Hashtags}}
		if !t.Until.IsZero() {
			row.templateForm.Until = t.Until.In(s.Zone).Format(time.DateOnly)
			row.Note = p.T("reshare.template_until", "day", t.Until)
			if t.Until.Before(lantoa.Day(p.Now, s.Zone)) {
				row.Note = p.T("reshare.template_over", "day", t.Until)
			}
		}
		if bad.Error != "" && bad.ID == t.ID {
			row.templateForm = bad
			row.templateForm.Page, row.Open = p.Page, true
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

// saveTemplate adds, changes or removes one. viec: luu, bo.
func (s *Server) saveTemplate(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), visitorOf(r).user
	if !mayPass(who) {
		return lantoa.Problem(lantoa.Forbidden, "template", "")
	}
	text := func(name string, most int) string {
		return lantoa.Cut(strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n")), most)
	}
	f := templateForm{ID: r.PostFormValue("mau"), Name: text("ten", 80), Opening: text("mo_dau", 600), Closing: text("ket", 600), Hashtags: text("the", 200), Until: text("den", 10)}
	t := lantoa.WordsTemplate{ID: f.ID, Unit: who.Unit, Name: f.Name, Opening: f.Opening, Closing: f.Closing, Hashtags: f.Hashtags, By: who.Name, At: s.Now()}
	c := visitorOf(r).words
	if f.ID != "" {
		if !lantoa.ValidID(f.ID) {
			return errBadForm
		}
		was, err := s.Store.Template(ctx, f.ID)
		removed := lantoa.KindOf(err) == lantoa.NotFound && r.PostFormValue("viec") == "lai"
		if err != nil && !removed {
			return err
		}
		if err == nil {
			if !who.May(lantoa.Publish, was.Unit.Path) {
				return lantoa.Problem(lantoa.Forbidden, "template", "")
			}
			t.Unit = was.Unit
		}
		if r.PostFormValue("viec") == "bo" {
			if err := s.Store.DropTemplate(ctx, f.ID, who); err != nil {
				return err
			}
			until := ""
			if !was.Until.IsZero() {
				until = was.Until.In(s.Zone).Format(time.DateOnly)
			}
			s.gate.putNotice(r, Notice{Text: c.T("reshare.template_gone", "name", was.Name), Again: &Again{URL: templatesURL, Fields: map[string]string{
				"mau": was.ID, "ten": was.Name, "mo_dau": was.Opening, "ket": was.Closing, "the": was.Hashtags, "den": until, "viec": "lai"}}})
			http.Redirect(w, r, templatesURL, http.StatusSeeOther)
			return nil
		}
	} else {
		t.ID = lantoa.NewID(s.Now())
	}
	bad := ""
	if f.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, f.Until, s.Zone)
		if t.Until = day; err != nil {
			bad = "reshare.error.day"
		}
	}
	switch {
	case f.Name == "":
		bad = "reshare.error.name"
	case f.Opening+f.Closing+f.Hashtags == "":
		bad = "reshare.error.template"
	}
	if bad != "" {
		f.Error, f.Open = c.T(bad), true
		p, err := s.wordTemplates(r, f)
		if err != nil {
			return err
		}
		return s.draw(w, r, http.StatusUnprocessableEntity, "wordtemplates", p)
	}
	if err := s.Store.SaveTemplate(ctx, t, who); err != nil {
		return err
	}
	return s.done(w, r, c.T("reshare.template_saved", "name", t.Name), templatesURL)
}
