package sheet

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Writer writes a table row by row. A cell is a string, an int, an int64, a float64, a time.Time, or nil, which stays
// empty: a figure that is not known is no 0, a time that is zero is none. Close writes what is still held back.
type Writer interface {
	Row(cells ...any) error
	Close() error
}

// Kind says what a column holds and so how it is shown.
type Kind int

// Kinds of columns.
const (
	Text    Kind = iota
	Long         // text that is broken over lines
	Whole        // a number, in groups of three
	Decimal      // a number with one digit behind the comma
	Percent      // a share, 0.418 shown as 41,8%
	Day          // a time.Time, its day
	Moment       // a time.Time to the minute
)

// Column is one column: its name, what it holds, and its width in letters; 0 leaves it to the kind.
type Column struct {
	Name  string
	Kind  Kind
	Width float64
}

// Layout is how a table is written.
type Layout struct {
	Name      string // of the sheet
	Title     string // of the file's properties
	Columns   []Column
	Keep      int         // so many columns at the left stay in view, as the heading does
	NotesName string      // of a second sheet of a workbook, which says what the first one means
	Notes     [][2]string // a thing and what is to be said of it
	// Comma parts the cells of CSV; none is ",". With ";" decimals are written with a comma: so it is where a number's
	// own comma is in the way, and Excel with such a setting opens the file as a table.
	Comma rune
}

// Begin starts a table in one of the formats.
func Begin(w io.Writer, format string, l Layout) (Writer, error) {
	switch format {
	case CSV:
		return beginCSV(w, l)
	case XLSX:
		return beginXLSX(w, l)
	}
	return nil, fmt.Errorf("sheet: unknown format %q", format)
}

// NewCSV writes CSV as Excel opens it: with a byte order mark, lines ending in CR LF, decimals with a point.
func NewCSV(w io.Writer, heading ...string) (Writer, error) {
	return beginCSV(w, Layout{Columns: columns(heading)})
}

// NewXLSX writes a workbook with one sheet, its heading bold and kept in view.
func NewXLSX(w io.Writer, sheetName string, heading ...string) (Writer, error) {
	return beginXLSX(w, Layout{Name: sheetName, Columns: columns(heading)})
}

func columns(heading []string) []Column {
	out := make([]Column, len(heading))
	for i, name := range heading {
		out[i].Name = name
	}
	return out
}

func names(columns []Column) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return out
}

func beginCSV(w io.Writer, l Layout) (Writer, error) {
	buffered := bufio.NewWriter(w)
	if _, err := buffered.WriteString("\uFEFF"); err != nil {
		return nil, err
	}
	out := &csvWriter{to: buffered, csv: csv.NewWriter(buffered), columns: l.Columns}
	out.csv.UseCRLF = true
	if l.Comma != 0 {
		out.csv.Comma = l.Comma
	}
	return out, out.Row(names(l.Columns)...)
}

type csvWriter struct {
	to      *bufio.Writer
	csv     *csv.Writer
	columns []Column
}

func (w *csvWriter) kind(i int) Kind {
	if i < len(w.columns) {
		return w.columns[i].Kind
	}
	return Text
}

func (w *csvWriter) Row(cells ...any) error {
	out := make([]string, len(cells))
	for i, cell := range cells {
		switch v := cell.(type) {
		case nil:
		case string:
			out[i] = harmless(v)
		case int:
			out[i] = strconv.Itoa(v)
		case int64:
			out[i] = strconv.FormatInt(v, 10)
		case float64:
			out[i] = strconv.FormatFloat(v, 'f', -1, 64)
			if w.csv.Comma == ';' {
				out[i] = strings.Replace(out[i], ".", ",", 1)
			}
		case time.Time: // every Excel reads this form of a day, whatever the order of its own
			if layout := "2006-01-02"; !v.IsZero() {
				if w.kind(i) == Moment {
					layout = "2006-01-02 15:04"
				}
				out[i] = v.Format(layout)
			}
		default:
			return fmt.Errorf("sheet: a cell of type %T", cell)
		}
	}
	return w.csv.Write(out)
}

func (w *csvWriter) Close() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return err
	}
	return w.to.Flush()
}

// harmless puts an apostrophe before a text that a spreadsheet would take for a formula, after the list of
// OWASP (CSV injection) with the wide forms that Excel reads as well.
func harmless(s string) string {
	begin := strings.TrimLeftFunc(s, blank)
	first, _ := utf8.DecodeRuneInString(begin)
	if begin != "" && strings.ContainsRune("=+-@＝＋－＠", first) || s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// maxCell is what a cell of a workbook may hold, in UTF-16 units.
const maxCell = 32767

// short cuts a text to what a cell may hold and says so with an ellipsis.
func short(s string) string {
	if len(s) <= maxCell { // bytes are never fewer than UTF-16 units
		return s
	}
	units := 0
	for i, r := range s {
		n := 1
		if r > 0xFFFF {
			n = 2
		}
		if units+n > maxCell-1 {
			rest := s[i:]
			if units+utf16Len(rest) <= maxCell {
				return s
			}
			return s[:i] + "…"
		}
		units += n
	}
	return s
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
		if n > 2 {
			break
		}
	}
	return n
}
