package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa/internal/viet"
)

// Formats that can be read.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

const (
	maxRecord   = 1 << 20   // bytes of one row: a text of 60,000 characters takes 180 KB
	maxColumns  = 500       // a workbook's row may have 16,384
	maxFile     = 32 << 20  // bytes of a workbook as it is sent
	maxUnpacked = 256 << 20 // bytes of a workbook unpacked; what is over 16 MB of a sheet waits on disk
)

// ErrTooLarge says that a file is larger than any table of people's making.
var ErrTooLarge = errors.New("sheet: too large")

// RowError is a row that cannot be read; the rows after it can.
type RowError struct {
	Line   int
	Reason string // "quote": a quotation mark is opened and never closed; "too_long": over 1 MB
}

func (e *RowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Row is one row of a table.
type Row struct {
	Line  int      // on which it begins, the heading's being counted
	Cells []string // as they stand in the file, as valid UTF-8
}

// At is the cell of a column, NFC and without spaces around it; "" for a column that is not there (below
// 0) or that the row is too short for.
func (r Row) At(column int) string { return norm.NFC.String(strings.TrimFunc(r.Raw(column), blank)) }

// Raw is the cell of a column as it was written.
func (r Row) Raw(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return r.Cells[column]
}

// Table is a table with a heading, read row by row.
type Table struct {
	heading []string // as Key
	rows    interface {
		next() (line int, cells []string, err error)
		close() error
	}
}

// Open reads the heading of a table: the first row that is not empty. An empty file has none and is io.EOF.
func Open(r io.Reader, format string) (*Table, error) {
	t, err := open(r, format)
	if err != nil {
		return nil, err
	}
	head, err := t.Next()
	if err != nil {
		t.Close()
		return nil, err
	}
	for _, cell := range head.Cells {
		t.heading = append(t.heading, Key(cell))
	}
	return t, nil
}

// OpenRows opens a table whose heading the caller has to find, since a title may stand above it: every row is handed
// out.
func OpenRows(r io.Reader, format string) (*Table, error) {
	t, err := open(r, format)
	if err == nil {
		if l, ok := t.rows.(*lines); ok {
			l.underTitle()
		}
	}
	return t, err
}

func open(r io.Reader, format string) (*Table, error) {
	switch format {
	case CSV:
		return &Table{rows: newLines(Decode(r))}, nil
	case XLSX:
		book, err := openBook(r)
		if err != nil {
			return nil, err
		}
		return &Table{rows: book}, nil
	}
	return nil, fmt.Errorf("sheet: unknown format %q", format)
}

// Column is the place of the first column with one of these names, in the order of the names; −1 if none.
func (t *Table) Column(names ...string) int {
	for _, name := range names {
		key := Key(name)
		for i, have := range t.heading {
			if have == key {
				return i
			}
		}
	}
	return -1
}

// Next is the next row that is not empty; io.EOF after the last, a *RowError for one that cannot be read.
func (t *Table) Next() (Row, error) {
	for {
		line, cells, err := t.rows.next()
		if err != nil {
			return Row{Line: line}, err
		}
		if len(cells) > maxColumns {
			cells = cells[:maxColumns]
		}
		empty := true
		for i, cell := range cells {
			cells[i] = strings.ToValidUTF8(cell, "\uFFFD")
			empty = empty && strings.TrimFunc(cells[i], blank) == ""
		}
		if !empty {
			return Row{line, cells}, nil
		}
	}
}

// Close lets go of what a workbook holds on disk.
func (t *Table) Close() error { return t.rows.close() }

// blank is what surrounds a cell without meaning anything: spaces, and the marks of width zero that come
// along when a cell is copied from a web page.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B' || r == '\u200E' || r == '\u200F'
}

// Key is the form under which headings are compared: small letters without marks, words parted by one
// space. "Mã  đơn vị", "ma_don_vi" and its decomposed spelling are one.
func Key(s string) string {
	return strings.Join(strings.FieldsFunc(viet.Bare(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}
