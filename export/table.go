package export

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa/internal/docx"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/internal/words"
)

// Formats that can be written.
const (
	XLSX = "xlsx"
	CSV  = "csv"
	DOCX = "docx"
)

// Formats in the order in which they are offered.
var Formats = []string{XLSX, DOCX, CSV}

const (
	// MostRows is how many rows a table holds; what is more is said in its notes.
	MostRows = 10_000
	// MostItems is how many posts or stories a paper tells of.
	MostItems = 200
)

// MediaType is what a format is called among browsers.
func MediaType(format string) string {
	switch format {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case DOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	}
	return "text/csv; charset=utf-8"
}

// Table is rows of values under columns that say what they hold.
type Table struct {
	Tab     string // the sheet's name
	Title   string
	Columns []sheet.Column
	Keep    int // columns at the left that stay in view
	Rows    [][]any
	Notes   [][2]string
}

// Filter is one thing by which rows were chosen, as the screen says it.
type Filter struct{ Name, Value string }

// Write writes the table as XLSX or CSV.
func (t Table) Write(w io.Writer, format string, say *words.Catalog) error {
	l := sheet.Layout{Name: t.Tab, Title: t.Title, Columns: t.Columns, Keep: t.Keep, NotesName: say.T("export.notes"), Notes: t.Notes}
	if say.Lang() == "vi" { // the comma is taken by decimals
		l.Comma = ';'
	}
	out, err := sheet.Begin(w, format, l)
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return out.Close()
}

// Paper is a document and what it is called.
type Paper struct {
	Title string
	doc   *docx.Document
}

// Write writes the paper as a Word document.
func (p Paper) Write(w io.Writer) error { return p.doc.Write(w) }

// begin is a paper with its head: whose it is, and the day.
func begin(say *words.Catalog, union, title, under string, at time.Time) *docx.Document {
	lang := "vi-VN"
	if say.Lang() == "en" {
		lang = "en-GB"
	}
	d := docx.New(title, lang)
	d.Columns(0, []string{strings.ToUpper(union)}, []string{say.T("export.made", "day", say.Date(at))})
	d.Title(strings.ToUpper(title))
	if under != "" {
		d.Subtitle(under)
	}
	return d
}

// sign leaves room for the signatures.
func sign(d *docx.Document, say *words.Catalog) {
	below := say.T("export.sign.below")
	d.Text("")
	d.Columns(4, []string{say.T("export.sign.author"), below}, []string{say.T("export.sign.head"), below})
}

// notes are the lines that every table has: its title, when it was made, how its rows were chosen, and whether some
// were left out.
func notes(say *words.Catalog, title string, at time.Time, filters []Filter, rows, all int) [][2]string {
	out := [][2]string{{say.T("export.note.title"), title}, {say.T("export.note.made"), say.DateTime(at)}}
	for _, f := range filters {
		if f.Value != "" {
			out = append(out, [2]string{f.Name, f.Value})
		}
	}
	size := say.Number(int64(rows))
	if all > rows {
		size = say.T("export.note.cut", "n", rows, "all", all)
	}
	return append(out, [2]string{say.T("export.note.rows"), size})
}

// explain adds what columns mean, each once.
func explain(say *words.Catalog, to [][2]string, terms ...string) [][2]string {
	for _, t := range terms {
		to = append(to, [2]string{say.T("export.column." + t), say.T("export.means." + t)})
	}
	return to
}

// column is a column of the catalogue.
func column(say *words.Catalog, key string, kind sheet.Kind, width float64) sheet.Column {
	return sheet.Column{Name: say.T("export.column." + key), Kind: kind, Width: width}
}

// FileName is the name of a file as people read it.
func FileName(title, format string) string {
	clean := strings.NewReplacer("/", "-", "\\", "-", ":", " ", "*", "", "?", "", `"`, "", "<", "", ">", "", "|", "-", "·", "-", "\n", " ", "\r", " ").Replace(title)
	return fmt.Sprintf("%s.%s", strings.Join(strings.Fields(clean), " "), format)
}

// upper is a text with a capital at its beginning.
func upper(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
