package export

import (
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/docx"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/internal/words"
)

// Stories is a list of stories.
type Stories struct {
	Title   string
	Union   string
	Filters []Filter
	Stories []lantoa.Story
	All     int
	At      time.Time
	Zone    *time.Location
	Picture func(m lantoa.Measured) (jpeg []byte, alt string)
}

// Table has a row for each story.
func (s Stories) Table(say *words.Catalog) Table {
	t := Table{Tab: say.T("export.tab.stories"), Title: s.Title, Keep: 1, Columns: []sheet.Column{
		column(say, "title", sheet.Long, 52), column(say, "code", sheet.Text, 10), column(say, "unit", sheet.Text, 26), column(say, "level", sheet.Text, 10),
		column(say, "told", sheet.Moment, 17), column(say, "board", sheet.Text, 14), column(say, "likeness", sheet.Percent, 12), column(say, "score", sheet.Decimal, 12),
		column(say, "reasons", sheet.Long, 60), column(say, "units", sheet.Whole, 10), column(say, "carried", sheet.Whole, 10), column(say, "topics", sheet.Text, 24),
		column(say, "interactions", sheet.Whole, 11), column(say, "as_of", sheet.Moment, 17), column(say, "restricted", sheet.Text, 14),
		column(say, "link", sheet.Text, 44), column(say, "opening", sheet.Long, 70),
	}}
	for _, st := range s.Stories[:min(len(s.Stories), MostRows)] {
		var score any
		if st.Lead.Score != nil {
			score = *st.Lead.Score
		}
		t.Rows = append(t.Rows, []any{
			storyTitle(say, st), st.First.Code, upper(st.First.Name), say.Level(st.First.Level), local(st.ToldAt, s.Zone), say.Board(st.State), st.Likeness, score,
			reasons(say, st), st.Units, st.Channels, topicsOf(say, st.Topics), count(st.Lead.Numbers.Interactions()), local(st.Lead.Numbers.At, s.Zone),
			yes(say, st.Restricted), page(st.Lead.Permalink), hide(say, lantoa.Cut(st.Lead.Text, opening)),
		})
	}
	t.Notes = notes(say, s.Title, s.At, s.Filters, len(t.Rows), max(s.All, len(s.Stories)))
	t.Notes = explain(say, t.Notes, "told", "board", "likeness", "score", "carried", "interactions", "restricted", "as_of")
	t.Notes = append(t.Notes, [2]string{say.T("export.note.hidden"), say.T("export.note.hidden_means")})
	return t
}

func storyTitle(say *words.Catalog, st lantoa.Story) string {
	if t := strings.TrimSpace(st.Title); t != "" {
		return hide(say, t)
	}
	return titleOf(say, st.Lead)
}

func reasons(say *words.Catalog, st lantoa.Story) string {
	out := make([]string, len(st.Reasons))
	for i, r := range st.Reasons {
		out[i] = hide(say, say.Reason(r))
	}
	return upper(strings.Join(out, "; "))
}

// Paper tells of each story with its picture.
func (s Stories) Paper(say *words.Catalog) (Paper, error) {
	d := begin(say, s.Union, s.Title, chosenBy(s.Filters), s.At)
	shown := s.Stories[:min(len(s.Stories), MostItems)]
	d.Text(size(say, len(shown), max(s.All, len(s.Stories))))
	if err := s.tell(say, d, shown); err != nil {
		return Paper{}, err
	}
	d.Paragraph(docx.Left, docx.Run{Text: say.T("export.note.hidden_means"), Italic: true, Small: true, Faint: true})
	d.Footer(say.T("export.footer", "time", say.DateTime(s.At)))
	return Paper{s.Title, d}, nil
}

// tell writes stories one after another.
func (s Stories) tell(say *words.Catalog, d *docx.Document, shown []lantoa.Story) error {
	for i, st := range shown {
		d.Heading(2, say.Number(int64(i+1))+". "+storyTitle(say, st))
		d.Together(docx.Run{Text: st.First.UnionName(), Bold: true},
			docx.Run{Text: " · " + say.Date(st.ToldAt.In(s.Zone)) + " · " + say.Board(st.State), Faint: true})
		if text := body(say, st.Lead); text != "" {
			d.Text(text)
		}
		if withheld(st) {
			d.Paragraph(docx.Left, docx.Run{Text: say.T("export.means.restricted"), Italic: true})
		} else if err := (Posts{Picture: s.Picture}).picture(d, st.Lead); err != nil {
			return err
		}
		if r := reasons(say, st); r != "" {
			d.Paragraph(docx.Left, docx.Run{Text: say.T("export.column.reasons") + ": ", Bold: true, Small: true}, docx.Run{Text: r, Small: true})
		}
		if f := figures(say, st.Lead.Numbers, s.Zone); f != "" {
			d.Paragraph(docx.Left, docx.Run{Text: f, Small: true})
		}
		link(say, d, st.Lead.Permalink)
	}
	return nil
}
