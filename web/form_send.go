package web

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/figure"
	"github.com/hoiphunu/lantoa/internal/thumb"
)

const (
	formPhotos   = 4
	formPhotoMax = 12 << 20 // bytes of one picture as a telephone takes it
	formMax      = 52 << 20 // bytes of a whole form
	formText     = 6000     // letters of a story
	formName     = 80
	formPatience = 15 * time.Minute
	formSide     = 1280 // longer side of a picture as it is kept: good enough to be posted
)

// formGate is what keeps the forms from being worn out. It goes by the machine's clock.
type formGate struct {
	wrong  *httprate.RateLimiter // links that open nothing, by place
	byUnit *httprate.RateLimiter // forms handed in by a unit
	photos chan struct{}         // a picture costs a second and a hundred megabytes
}

func newFormGate() formGate {
	return formGate{
		wrong:  httprate.NewRateLimiter(60, 10*time.Minute),
		byUnit: httprate.NewRateLimiter(40, 10*time.Minute),
		photos: make(chan struct{}, 2),
	}
}

// sentForm is a form as it came in.
type sentForm struct {
	url.Values
	pictures []lantoa.Picture
	fault    string // of its pictures: one of photoFaults
}

// photoFaults are what can be wrong with the pictures of a form; the rest of it is received all the same.
var photoFaults = []string{"unread", "many", "large"}

// sendForm receives a form: the story at once, the figures when all of them can be read and none is doubtful.
func (s *Server) sendForm(w http.ResponseWriter, r *http.Request, h holder) error {
	// Who holds a link may take her time: four pictures over a weak signal take minutes.
	line := http.NewResponseController(w)
	if err := errors.Join(line.SetReadDeadline(time.Now().Add(formPatience)), line.SetWriteDeadline(time.Now().Add(formPatience))); err != nil {
		s.Log.Debug("a form has no more time than other pages", "err", err)
	}
	sent, err := s.readForm(r)
	if err != nil {
		return err
	}
	p, err := s.form(r, h, sent.Get("thang"))
	if err != nil {
		return err
	}
	if key := sent.Get("khoa"); len(key) >= 16 && len(key) <= 64 {
		p.Key = key
	}
	p.Name = lantoa.Cut(strings.TrimSpace(sent.Get("ten")), formName)
	if err := s.tellByForm(r.Context(), &p, h, sent); err != nil {
		return err
	}
	to := url.Values{"thang": {p.Month}, "nhan": {p.Key}}
	if sent.fault != "" {
		to.Set("anh", sent.fault)
	}
	if p.Closed == "" {
		figures, doubts := p.take(sent)
		if doubts {
			if len(p.Received) > 0 {
				p.Key = rand.Text() // the story has been received under the old one: another on this page is another
			}
			return s.askAgain(w, r, h, p)
		}
		if err := s.saveFigures(r.Context(), h, p, figures); lantoa.KindOf(err) == lantoa.Conflict {
			return s.askAgain(w, r, h, p) // it closed while she was typing
		} else if err != nil {
			return err
		}
	} else if strings.TrimSpace(sent.Get("chuyen")) == "" && len(sent.pictures) == 0 {
		return s.askAgain(w, r, h, p)
	}
	http.Redirect(w, r, h.action+"?"+to.Encode(), http.StatusSeeOther)
	return nil
}

// readForm reads a form part by part, so that a picture that is too large does not take the words with it.
func (s *Server) readForm(r *http.Request) (sentForm, error) {
	sent := sentForm{Values: url.Values{}}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		if err := r.ParseForm(); err != nil {
			return sent, badForm(err)
		}
		sent.Values = r.PostForm
		return sent, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return sent, badForm(err)
	}
	for n := 0; n < 400; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return sent, nil
		}
		if err != nil {
			return sent, badForm(err)
		}
		if part.FormName() == "anh" {
			if err := s.readPhoto(r.Context(), part, &sent); err != nil {
				return sent, badForm(err)
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, maxForm))
		if err != nil {
			return sent, badForm(err)
		}
		sent.Add(part.FormName(), string(text))
	}
	return sent, errBadForm
}

// badForm is the trouble of a form that cannot be read; one that is too large keeps its own.
func badForm(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) || errors.Is(err, context.Canceled) {
		return err
	}
	return errBadForm
}

// readPhoto takes a picture without what the camera wrote into it: place, time and telephone stay with its taker.
func (s *Server) readPhoto(ctx context.Context, part *multipart.Part, sent *sentForm) error {
	data, err := io.ReadAll(io.LimitReader(part, formPhotoMax+1))
	if err != nil || len(data) == 0 { // a field that was left empty
		return err
	}
	if len(sent.pictures) == formPhotos {
		sent.fault = "many"
		return nil
	}
	if len(data) > formPhotoMax {
		sent.fault = "large"
		_, err := io.Copy(io.Discard, part)
		return err
	}
	select {
	case s.gate.forms.photos <- struct{}{}:
		defer func() { <-s.gate.forms.photos }()
	case <-ctx.Done():
		return ctx.Err()
	}
	small, wide, high, err := thumb.Make(data, formSide)
	if errors.Is(err, thumb.ErrTooMany) {
		sent.fault = "large"
		return nil
	}
	if err != nil {
		sent.fault = "unread"
		return nil
	}
	sent.pictures = append(sent.pictures, lantoa.Picture{Data: small, Width: wide, Height: high})
	return nil
}

// tellByForm puts the story of a form into the box of stories, through the gate.
func (s *Server) tellByForm(ctx context.Context, p *formPage, h holder, sent sentForm) error {
	text := lantoa.Cut(strings.TrimSpace(strings.ReplaceAll(sent.Get("chuyen"), "\r\n", "\n")), formText)
	if s.Gate == nil || text == "" && len(sent.pictures) == 0 {
		return nil
	}
	f := lantoa.FormStory{Month: p.Month, Teller: p.Name, Agreed: sent.Get("dong_y") != ""}
	f.Submission = s.Gate(lantoa.Submission{Text: text})
	f.Unit, f.Externals, f.ToldAt = h.unit.ID, []string{p.Key}, s.Now()
	f.Sensitive = f.Sensitive || len(sent.pictures) > 0 && !f.Agreed // not to be shown before somebody has asked
	if _, err := s.Store.SaveFormStory(ctx, &f, sent.pictures); err != nil {
		return err
	}
	p.Received = append(p.Received, p.storyReceived(f))
	p.Told = nil
	return s.formStories(ctx, p, h.unit)
}

// take reads the figures of a form into the page, and says whether something is to be asked about them.
func (p *formPage) take(sent sentForm) (figures map[string]lantoa.Figures, doubts bool) {
	figures = map[string]lantoa.Figures{}
	sure := map[string]bool{}
	for _, x := range sent.Values["dung"] {
		sure[x] = true
	}
	for _, groups := range [][]formGroup{p.Groups, p.More} {
		for _, g := range groups {
			if _, there := sent.Values[g.Fields[0].Name]; !there {
				continue // a form of an older page, or a story alone
			}
			of := lantoa.Figures{}
			for i := range g.Fields {
				f := &g.Fields[i]
				f.Value = lantoa.Cut(strings.TrimSpace(sent.Get(f.Name)), 30)
				n, is, fault := figure.Read(f.Value)
				switch {
				case fault == figure.Estimate:
					f.Wrong, doubts = p.T("report.estimate"), true
				case fault != "":
					f.Wrong, doubts = p.T("report.no_number"), true
				case is:
					f.Value = p.Number(n)
					of[f.metric()] = n
					if last := f.before; last.Known && lantoa.Doubtful(n, last.N) && !sure[f.sure(n)] {
						f.Ask, f.Meant, f.Sure, doubts = p.T("report.doubtful", "n", last.N), p.T("report.meant", "n", n), f.sure(n), true
					}
				}
			}
			figures[g.ID] = of
		}
	}
	return figures, doubts
}

func (s *Server) saveFigures(ctx context.Context, h holder, p formPage, figures map[string]lantoa.Figures) error {
	for id, f := range figures {
		r := lantoa.MonthReport{Channel: lantoa.ChannelID(id), Month: p.Month, Unit: h.unit.ID, Figures: f, Sender: p.Name, By: h.user.ID, Key: p.Key, At: s.Now()}
		fresh, err := s.Store.SaveReport(ctx, &r, s.FormDay)
		if err != nil {
			return err
		}
		if fresh && h.user.ID != "" {
			s.note(ctx, h.user.Email, "report_sent", p.Month+" "+h.unit.Code)
		}
	}
	return nil
}

// askAgain shows the form with what was typed and what is to be looked at.
func (s *Server) askAgain(w http.ResponseWriter, r *http.Request, h holder, p formPage) error {
	code := http.StatusUnprocessableEntity
	if p.Wrong = p.T("report.look_again"); p.Closed != "" {
		p.Wrong, code = p.Closed, http.StatusConflict
	}
	return s.drawForm(w, r, code, h, p)
}
