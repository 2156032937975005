package export

import (
	"strconv"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/docx"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/internal/words"
)

// Scores is a scorecard as its screen shows it: the same units in the same order, with the same cells.
type Scores struct {
	Card    lantoa.Scorecard  // cut to the asker's scope
	Rows    []lantoa.ScoreRow // of it, those that are shown
	Title   string            // "Thi đua truyền thông tháng 11/2026"
	State   string            // as of when it is, and whether it was fixed
	Filters []Filter
	Asked   []Asked // aligned to the scorecard's criteria
	Own     string  // what own work is
	// Says is how a unit does by a criterion, in a sentence.
	Says func(c lantoa.Criterion, cell lantoa.ScoreCell) string
	Made time.Time
}

// Asked is a criterion as people call it, and its rule.
type Asked struct{ Name, Rule string }

// points says whether any criterion is worth some.
func (s Scores) points() bool {
	for _, c := range s.Card.Criteria {
		if c.Points > 0 {
			return true
		}
	}
	return false
}

// Table has a row for each unit: of every criterion its state, what was had and what was asked.
func (s Scores) Table(say *words.Catalog) Table {
	t := Table{Tab: say.T("export.tab.scores"), Title: s.Title, Keep: 2, Columns: []sheet.Column{
		column(say, "code", sheet.Text, 10), column(say, "unit", sheet.Text, 26), column(say, "level", sheet.Text, 10), column(say, "parent", sheet.Text, 24)}}
	for _, a := range s.Asked {
		t.Columns = append(t.Columns,
			sheet.Column{Name: a.Name, Kind: sheet.Text, Width: 20},
			sheet.Column{Name: say.T("export.scores.have", "name", a.Name), Kind: sheet.Whole, Width: 10},
			sheet.Column{Name: say.T("export.scores.need", "name", a.Name), Kind: sheet.Whole, Width: 10},
			sheet.Column{Name: say.T("export.scores.why", "name", a.Name), Kind: sheet.Text, Width: 40})
	}
	t.Columns = append(t.Columns, sheet.Column{Name: say.T("score.result"), Kind: sheet.Text, Width: 14})
	if s.points() {
		t.Columns = append(t.Columns, sheet.Column{Name: say.T("score.points"), Kind: sheet.Whole, Width: 9},
			sheet.Column{Name: say.T("export.scores.most"), Kind: sheet.Whole, Width: 9})
	}
	for _, r := range s.Rows[:min(len(s.Rows), MostRows)] {
		t.Rows = append(t.Rows, s.row(say, r))
	}
	t.Notes = notes(say, s.Title, s.Made, s.Filters, len(t.Rows), len(s.Rows))
	met, asked := s.Card.Met()
	t.Notes = append(t.Notes, [2]string{say.T("score.result"), say.T("score.headline", "met", met, "asked", asked)}, [2]string{say.T("export.column.as_of"), s.State})
	for i, a := range s.Asked {
		m, of := s.Card.MetOf(i)
		t.Notes = append(t.Notes, [2]string{a.Name, a.Rule + " (" + say.T("score.met_of", "met", m, "asked", of) + ")"})
	}
	t.Notes = append(t.Notes, [2]string{say.T("score.rule"), s.Own})
	return t
}

func (s Scores) row(say *words.Catalog, r lantoa.ScoreRow) []any {
	row := []any{r.Code, upper(r.Name), say.Level(r.Level), upper(r.Above)}
	for i, cell := range r.Cells {
		c := s.Card.Criteria[i]
		counted := cell.State != lantoa.ScoreSpared && !c.Kind.Hand()
		row = append(row, say.T("score.state."+string(cell.State)), known(counted, cell.Have), known(counted, cell.Need), s.says(say, c, cell))
	}
	row = append(row, say.T("score.state."+string(r.State)))
	if s.points() {
		row = append(row, known(r.Most > 0, r.Points), known(r.Most > 0, r.Most))
	}
	return row
}

// says is the sentence of a cell, with the correction that it bears.
func (s Scores) says(say *words.Catalog, c lantoa.Criterion, cell lantoa.ScoreCell) string {
	said := s.Says(c, cell)
	if cell.Changed != nil {
		said += " (" + say.T("score.changed") + ")"
	}
	return said
}

// Paper is the table for a meeting, with its rules and room for signatures.
func (s Scores) Paper(say *words.Catalog, union string) (Paper, error) {
	d := begin(say, union, s.Title, s.State, s.Made)
	met, asked := s.Card.Met()
	d.Heading(1, say.T("score.headline", "met", met, "asked", asked))
	for i, a := range s.Asked {
		m, of := s.Card.MetOf(i)
		d.Item(docx.Run{Text: strconv.Itoa(i+1) + ". " + a.Name + " – " + say.T("score.met_of", "met", m, "asked", of) + ". ", Bold: true}, docx.Run{Text: a.Rule})
	}
	d.Item(docx.Run{Text: s.Own, Small: true})
	d.Heading(1, say.T("score.table"))
	t := docx.Table{Head: []string{say.T("export.column.unit")}, Widths: []float64{2.2}, Align: []docx.Align{docx.Left}}
	for i := range s.Asked {
		t.Head, t.Widths, t.Align = append(t.Head, strconv.Itoa(i+1)), append(t.Widths, 1), append(t.Align, docx.Left)
	}
	t.Head, t.Widths, t.Align = append(t.Head, say.T("score.result")), append(t.Widths, 1), append(t.Align, docx.Left)
	above := lantoa.UnitID("-")
	for _, r := range s.Rows {
		if r.Parent != above {
			above = r.Parent
			head := make([]string, len(t.Head))
			head[0] = upper(r.Above)
			if r.Above == "" {
				head[0] = say.Level(r.Level)
			}
			t.Rows, t.Bold = append(t.Rows, head), append(t.Bold, true)
		}
		line := []string{upper(r.Name)}
		for i, cell := range r.Cells {
			line = append(line, s.short(say, s.Card.Criteria[i], cell))
		}
		t.Rows, t.Bold = append(t.Rows, append(line, say.T("score.state."+string(r.State)))), append(t.Bold, false)
	}
	d.Table(t)
	for _, f := range s.Filters {
		if f.Value != "" {
			d.Item(docx.Run{Text: f.Name + ": ", Bold: true, Small: true}, docx.Run{Text: f.Value, Small: true})
		}
	}
	sign(d, say)
	d.Footer(say.T("export.footer", "time", say.DateTime(s.Card.UpTo)))
	return Paper{s.Title, d}, nil
}

// short is a cell in as few words as a paper has room for.
func (s Scores) short(say *words.Catalog, c lantoa.Criterion, cell lantoa.ScoreCell) string {
	said := say.T("score.state." + string(cell.State))
	if cell.State != lantoa.ScoreSpared && c.Kind != lantoa.HasPage && !c.Kind.Hand() {
		said += " " + strconv.Itoa(cell.Have) + "/" + strconv.Itoa(cell.Need)
	}
	if cell.Changed != nil {
		said += "*"
	}
	return said
}
