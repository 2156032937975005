package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Lists reads the files that an administrator brings. It stands behind an interface because reading files is the work
// of another package.
type Lists interface {
	// Units reads a list of units, CSV or XLSX, and writes it down where write says so.
	Units(ctx context.Context, file string, r io.Reader, by string, write bool) (UnitList, error)
	// Mergers reads a list of what became of which unit, as a reform of the day; abolish are levels that are done away
	// with besides. It writes nothing.
	Mergers(ctx context.Context, file string, r io.Reader, day time.Time, abolish []lantoa.Level) (lantoa.Reform, []ListFault, error)
}

// UnitList is what a list of units holds.
type UnitList struct {
	Good, New, Contacts, Channels int
	Rows                          []lantoa.Unit // the good ones, Parent being the code of the unit above
	Faults                        []ListFault
	Import                        lantoa.ImportID // once it was written
}

// ListFault is a row that was left out: a kind and field of the catalogue's "row.", and what stood there.
type ListFault struct {
	Line               int
	Kind, Field, Value string
}

type listFault struct{ Line, Why string }

func (p Page) faults(of []ListFault) (out []listFault) {
	for _, x := range of {
		if key := "units.field." + x.Field; p.Has(key) { // as the heading of the column says it
			x.Field = p.T(key)
		}
		out = append(out, listFault{p.T("units.line", "n", x.Line), upperFirst(p.T("row."+x.Kind, "field", x.Field, "value", x.Value))})
	}
	return out
}

// keptFiles are uploads that somebody is looking at before they are brought in: a few, for a short while, each for the
// one who brought it.
type keptFiles struct {
	mu    sync.Mutex
	files map[string]keptFile
}

type keptFile struct {
	user                  lantoa.UserID
	at                    time.Time
	kind, name            string
	body                  []byte
	day, resolution, drop string
}

const (
	uploadMost = 4 << 20
	keptFor    = time.Hour
	keptMost   = 12
)

func (k *keptFiles) put(f keptFile) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.files == nil {
		k.files = map[string]keptFile{}
	}
	oldest := ""
	for name, x := range k.files {
		if f.at.Sub(x.at) > keptFor {
			delete(k.files, name)
		} else if oldest == "" || x.at.Before(k.files[oldest].at) {
			oldest = name
		}
	}
	if len(k.files) >= keptMost {
		delete(k.files, oldest)
	}
	name := lantoa.NewID(f.at)
	k.files[name] = f
	return name
}

func (k *keptFiles) get(name string, user lantoa.UserID, now time.Time) (keptFile, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, is := k.files[name]
	return f, is && f.user == user && now.Sub(f.at) <= keptFor
}

// listPage shows what a list of units holds before it is brought in.
type listPage struct {
	Page
	Tabs                 []adminTab
	File, Headline, Said string
	Kept                 string
	Rows                 []unitsRow
	RowsMore, FaultsMore string
	Faults               []listFault
	Do                   string
}

// sendList takes a file: looks at it, or brings in the one that was looked at.
func (s *Server) sendList(w http.ResponseWriter, r *http.Request) error {
	if s.Lists == nil {
		return lantoa.Problem(lantoa.NotFound, "page", "")
	}
	who, say := visitorOf(r).user, visitorOf(r).words.In(s.Zone)
	now := time.Now()
	if kept := r.PostFormValue("giu"); kept != "" {
		f, is := s.kept.get(kept, who.ID, now)
		if !is {
			return s.undone(w, r, say.T("units.upload_again"), unitsHome+"#tep")
		}
		return s.bringList(w, r, f)
	}
	file, head, err := r.FormFile("tep")
	if err != nil {
		if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
			return s.undone(w, r, say.T("units.upload_big"), unitsHome+"#tep")
		}
		return s.undone(w, r, say.T("units.upload_none"), unitsHome+"#tep")
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		return s.undone(w, r, say.T("units.upload_none"), unitsHome+"#tep")
	}
	f := keptFile{user: who.ID, at: now, kind: r.PostFormValue("loai"), name: lantoa.Cut(path.Base(strings.ReplaceAll(head.Filename, `\`, "/")), 120), body: body,
		day: r.PostFormValue("ngay"), resolution: lantoa.Cut(strings.TrimSpace(r.PostFormValue("nghi_quyet")), 120), drop: r.PostFormValue("bo_cap")}
	return s.lookAtList(w, r, f, s.kept.put(f))
}

func (s *Server) lookAtList(w http.ResponseWriter, r *http.Request, f keptFile, kept string) error {
	say := visitorOf(r).words.In(s.Zone)
	if f.kind == "sap_xep" {
		reform, faults, err := s.readMergers(r.Context(), f)
		if err == nil {
			var plan lantoa.Plan
			if plan, err = s.Store.PlanReform(r.Context(), reform); err == nil {
				t, err := s.unitTree(r.Context())
				if err != nil {
					return err
				}
				return s.drawPlan(w, r, plan, t, nil, kept, faults)
			}
		}
		if len(faults) > 0 {
			return s.drawList(w, r, f, "", UnitList{Faults: faults})
		}
		if why := whyNoReform(visitorOf(r), err); why != "" {
			return s.undone(w, r, why, unitsHome+"#tep")
		}
		return s.unreadable(w, r, err)
	}
	list, err := s.Lists.Units(r.Context(), f.name, strings.NewReader(string(f.body)), "", false)
	if err != nil {
		return s.unreadable(w, r, err)
	}
	if list.Good == 0 && len(list.Faults) == 0 {
		return s.undone(w, r, say.T("units.upload_empty"), unitsHome+"#tep")
	}
	return s.drawList(w, r, f, kept, list)
}

// unreadable says that a file cannot be read at all.
func (s *Server) unreadable(w http.ResponseWriter, r *http.Request, err error) error {
	say := visitorOf(r).words.In(s.Zone)
	switch t := lantoa.AsTrouble(err, ""); {
	case t.Kind == lantoa.TooLarge:
		return s.undone(w, r, say.T("units.upload_big"), unitsHome+"#tep")
	case t.Kind == lantoa.Invalid:
		return s.undone(w, r, say.T("units.upload_unreadable"), unitsHome+"#tep")
	}
	return err
}

func (s *Server) readMergers(ctx context.Context, f keptFile) (lantoa.Reform, []ListFault, error) {
	var day time.Time
	if f.day != "" {
		var ok bool
		if day, ok = s.day(f.day); !ok {
			return lantoa.Reform{}, nil, lantoa.Problem(lantoa.Invalid, "day", "")
		}
	}
	var levels []lantoa.Level
	if l := lantoa.Level(f.drop); slices.Contains(lantoa.Levels, l) {
		levels = append(levels, l)
	}
	reform, faults, err := s.Lists.Mergers(ctx, f.name, strings.NewReader(string(f.body)), day, levels)
	if f.resolution != "" {
		reform.Resolution = f.resolution
	}
	return reform, faults, err
}

// bringList brings in a file that was looked at.
func (s *Server) bringList(w http.ResponseWriter, r *http.Request, f keptFile) error {
	say := visitorOf(r).words.In(s.Zone)
	if f.kind == "sap_xep" {
		reform, faults, err := s.readMergers(r.Context(), f)
		if err == nil && len(faults) > 0 {
			return s.undone(w, r, say.T("units.upload_faults"), unitsHome+"#tep")
		}
		var plan lantoa.Plan
		if err == nil {
			plan, err = s.Store.Reform(r.Context(), reform, visitorOf(r).user.Email)
		}
		if why := whyNoReform(visitorOf(r), err); why != "" {
			return s.undone(w, r, why, unitsHome+"#tep")
		}
		if err != nil {
			return err
		}
		return s.reformed(w, r, plan)
	}
	list, err := s.Lists.Units(r.Context(), f.name, strings.NewReader(string(f.body)), visitorOf(r).user.Email, true)
	if err != nil {
		return s.unreadable(w, r, err)
	}
	s.Desk.Forget()
	return s.done(w, r, say.T("units.brought", "n", list.Good, "bad", len(list.Faults)), unitsHome)
}

func (s *Server) drawList(w http.ResponseWriter, r *http.Request, f keptFile, kept string, list UnitList) error {
	page, tabs := s.adminPage(r, "units")
	p := listPage{Page: page, Tabs: tabs, File: f.name, Kept: kept}
	p.Sheet, p.Title = "desk.css", p.T("units.upload_title")
	p.Headline = p.T("units.list", "good", list.Good, "bad", len(list.Faults))
	if list.Good > 0 {
		p.Said = p.T("units.list_said", "new", list.New, "old", list.Good-list.New, "contacts", list.Contacts, "channels", list.Channels)
		p.Do = p.T("units.bring", "n", list.Good)
	} else {
		p.Kept = ""
	}
	if p.Faults = p.faults(slice(list.Faults, 0, movesShown)); len(list.Faults) > movesShown {
		p.FaultsMore = p.T("units.more", "n", len(list.Faults)-movesShown)
	}
	for _, u := range slice(list.Rows, 0, unitsShown) {
		p.Rows = append(p.Rows, unitsRow{Code: u.Code, Name: upperFirst(u.Name), Level: p.Level(u.Level), Below: string(u.Parent)})
	}
	if len(list.Rows) > unitsShown {
		p.RowsMore = p.T("units.more", "n", len(list.Rows)-unitsShown)
	}
	return s.draw(w, r, http.StatusOK, "unitlist", p)
}
