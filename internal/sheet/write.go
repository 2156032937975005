package sheet

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Writer writes a table row by row. A cell is a string, an int, an int64, a float64, or nil, which stays
// empty: a figure that is not known is no 0. Close writes what is still held back.
type Writer interface {
	Row(cells ...any) error
	Close() error
}

// NewCSV writes CSV as Excel opens it: with a byte order mark, lines ending in CR LF, decimals with a point.
func NewCSV(w io.Writer, heading ...string) (Writer, error) {
	buffered := bufio.NewWriter(w)
	if _, err := buffered.WriteString("\uFEFF"); err != nil {
		return nil, err
	}
	out := &csvWriter{to: buffered, csv: csv.NewWriter(buffered)}
	out.csv.UseCRLF = true
	return out, writeHeading(out, heading)
}

func writeHeading(w Writer, heading []string) error {
	cells := make([]any, len(heading))
	for i, name := range heading {
		cells[i] = name
	}
	return w.Row(cells...)
}

type csvWriter struct {
	to  *bufio.Writer
	csv *csv.Writer
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

// NewXLSX writes a workbook with one sheet, its heading bold and kept in view.
func NewXLSX(w io.Writer, sheetName string, heading ...string) (Writer, error) {
	file := excelize.NewFile()
	if err := file.SetSheetName("Sheet1", sheetName); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	bold, err := file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	stream, err := file.NewStreamWriter(sheetName)
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	out := &xlsxWriter{to: w, file: file, stream: stream, style: bold}
	if err := writeHeading(out, heading); err != nil {
		return nil, err
	}
	out.style = 0
	return out, nil
}

type xlsxWriter struct {
	to     io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	style  int
	line   int
}

// Row writes texts as texts: nothing is a formula here, whatever it begins with.
func (w *xlsxWriter) Row(cells ...any) error {
	out := make([]any, len(cells))
	for i, cell := range cells {
		switch v := cell.(type) {
		case nil:
			continue
		case string:
			cell = short(v)
		case int, int64, float64:
		default:
			return fmt.Errorf("sheet: a cell of type %T", cell)
		}
		out[i] = excelize.Cell{StyleID: w.style, Value: cell}
	}
	w.line++
	if err := w.stream.SetRow("A"+strconv.Itoa(w.line), out); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

func (w *xlsxWriter) Close() error {
	defer w.file.Close()
	if err := w.stream.Flush(); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return w.file.Write(w.to)
}

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
