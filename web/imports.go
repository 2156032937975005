package web

import (
	"context"
	"net/http"

	"github.com/hoiphunu/lantoa"
)

// importsPage answers: which files came in, and which should go out again?
type importsPage struct {
	Page
	Tabs []adminTab
	Rows []importRow
	None Empty
}

type importRow struct {
	ID                    lantoa.ImportID
	Kind, File, By, Sure  string
	At                    When
	Good, Bad, UndoneWord string
}

// importsShown keeps the page below 60 KB.
const importsShown = 60

func (s *Server) showImports(w http.ResponseWriter, r *http.Request) error {
	page, tabs := s.adminPage(r, "imports")
	p, err := s.imports(r.Context(), page)
	if err != nil {
		return err
	}
	p.Tabs = tabs
	return s.draw(w, r, http.StatusOK, "imports", p)
}

// imports fills the list, newest first.
func (s *Server) imports(ctx context.Context, page Page) (importsPage, error) {
	p := importsPage{Page: page}
	list, err := s.Store.Imports(ctx, importsShown)
	if err != nil {
		return p, err
	}
	for _, i := range list {
		row := importRow{ID: i.ID, Kind: i.Kind, File: lantoa.Cut(i.File, 80), By: i.By, At: p.moment(i.At),
			Good: p.Number(int64(i.Good)), Bad: p.Number(int64(i.Bad)), Sure: p.T("imports.sure", "n", i.Good)}
		if p.Has("imports.kind." + i.Kind) {
			row.Kind = p.T("imports.kind." + i.Kind)
		}
		if i.Kind == lantoa.ReformKind {
			row.Kind = p.T("reform.kind")
		}
		if row.By == "" {
			row.By = p.T("imports.by_line")
		}
		if !i.UndoneAt.IsZero() {
			row.UndoneWord = p.T("imports.undone_at", "time", p.DateTime(i.UndoneAt))
		}
		p.Rows = append(p.Rows, row)
	}
	p.None = Empty{Title: p.T("imports.none"), Do: p.T("imports.none_do")}
	return p, nil
}

// undoImport takes a whole file back. What somebody or a platform has touched since stays.
func (s *Server) undoImport(w http.ResponseWriter, r *http.Request) error {
	const back = "/quan-tri/nhap"
	iid, err := id(r, "import")
	if err != nil {
		return err
	}
	say := visitorOf(r).words.In(s.Zone)
	if r.PostFormValue("chac_chan") != "1" {
		return s.undone(w, r, say.T("imports.tick_first"), back)
	}
	who := visitorOf(r).user
	u, err := s.Store.UndoImport(r.Context(), lantoa.ImportID(iid), who.Email, s.Now())
	if why := whyNotUndone(say.T, say.Has, err); why != "" {
		return s.undone(w, r, why, back)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, say.T("imports.undone", "removed", u.Removed, "restored", u.Restored, "kept", u.Kept), back)
}
