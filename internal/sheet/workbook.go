package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// looks of the kinds in a workbook. The program that opens it writes a group's point and a decimal's comma after its
// own custom.
var looks = map[Kind]struct {
	format string
	width  float64
}{
	Text:    {"", 22},
	Long:    {"", 60},
	Whole:   {"#,##0", 12},
	Decimal: {"#,##0.0", 12},
	Percent: {"0.0%", 12},
	Day:     {"dd/mm/yyyy", 13},
	Moment:  {"dd/mm/yyyy hh:mm", 17},
}

const (
	ground = "FBE8F0" // of headings
	ink    = "221A1E"
	edge   = "ECDFE2"
)

// xlsxWriter writes the rows as they come: excelize keeps what is large on disk.
type xlsxWriter struct {
	to      io.Writer
	file    *excelize.File
	stream  *excelize.StreamWriter
	layout  Layout
	styles  []int // of the columns
	heading int
	line    int
	titled  bool
}

func beginXLSX(w io.Writer, l Layout) (Writer, error) {
	l.Name, l.NotesName = tabName(l.Name), tabName(l.NotesName)
	out := &xlsxWriter{to: w, file: excelize.NewFile(), layout: l}
	if err := out.begin(); err != nil {
		out.file.Close()
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return out, nil
}

func (w *xlsxWriter) begin() (err error) {
	if err := w.file.SetSheetName("Sheet1", w.layout.Name); err != nil {
		return err
	}
	if w.layout.Title != "" {
		if err := w.file.SetDocProps(&excelize.DocProperties{Title: w.layout.Title}); err != nil {
			return err
		}
	}
	if err := w.makeStyles(); err != nil {
		return err
	}
	letters := 0.0
	for _, c := range w.layout.Columns {
		letters += c.width()
	}
	if w.stream, err = w.page(w.layout.Name, letters); err != nil {
		return err
	}
	for i, c := range w.layout.Columns {
		if err := w.stream.SetColWidth(i+1, i+1, c.width()); err != nil {
			return err
		}
	}
	if err := w.freeze(); err != nil {
		return err
	}
	w.titled = true
	if err := w.Row(names(w.layout.Columns)...); err != nil {
		return err
	}
	w.titled = false
	return nil
}

// printed is how wide a table may be, in letters, to be still read when it is made as wide as the paper.
const printed = 260

// page readies a sheet to be printed: across, as wide as the paper where it can then be read, else on several pages
// beside one another.
func (w *xlsxWriter) page(name string, letters float64) (*excelize.StreamWriter, error) {
	across, paper, wide, long := "landscape", 9, 1, 0
	if letters > printed {
		wide = 0
	}
	if err := w.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &across, Size: &paper, FitToWidth: &wide, FitToHeight: &long}); err != nil {
		return nil, err
	}
	fit := letters <= printed
	if err := w.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	return w.file.NewStreamWriter(name)
}

func (c Column) width() float64 {
	if c.Width > 0 {
		return c.Width
	}
	return looks[c.Kind].width
}

// freeze keeps the heading and the first columns in view, and on each printed page.
func (w *xlsxWriter) freeze() error {
	corner, err := excelize.CoordinatesToCellName(w.layout.Keep+1, 2)
	if err != nil {
		return err
	}
	panes := &excelize.Panes{Freeze: true, YSplit: 1, XSplit: w.layout.Keep, TopLeftCell: corner, ActivePane: "bottomLeft"}
	if w.layout.Keep > 0 {
		panes.ActivePane = "bottomRight"
	}
	if err := w.stream.SetPanes(panes); err != nil {
		return err
	}
	titles := fmt.Sprintf("'%s'!$1:$1", w.layout.Name)
	if w.layout.Keep > 0 {
		last, err := excelize.ColumnNumberToName(w.layout.Keep)
		if err != nil {
			return err
		}
		titles = fmt.Sprintf("'%s'!$A:$%s,", w.layout.Name, last) + titles
	}
	return w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: w.layout.Name, RefersTo: titles})
}

func (w *xlsxWriter) makeStyles() (err error) {
	line := []excelize.Border{{Type: "bottom", Color: edge, Style: 1}}
	if w.heading, err = w.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true, Color: ink}, Border: line,
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{ground}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
	}); err != nil {
		return err
	}
	made := map[Kind]int{}
	for _, c := range w.layout.Columns {
		if _, is := made[c.Kind]; !is {
			style := &excelize.Style{Border: line, Alignment: &excelize.Alignment{Vertical: "top", WrapText: c.Kind == Long}}
			if f := looks[c.Kind].format; f != "" {
				style.CustomNumFmt = &f
			}
			if made[c.Kind], err = w.file.NewStyle(style); err != nil {
				return err
			}
		}
		w.styles = append(w.styles, made[c.Kind])
	}
	return nil
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
		case time.Time:
			if v.IsZero() {
				continue
			}
		default:
			return fmt.Errorf("sheet: a cell of type %T", cell)
		}
		style := w.heading
		if !w.titled {
			style = 0
			if i < len(w.styles) {
				style = w.styles[i]
			}
		}
		out[i] = excelize.Cell{StyleID: style, Value: cell}
	}
	w.line++
	if err := w.stream.SetRow("A"+strconv.Itoa(w.line), out); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

func (w *xlsxWriter) Close() error {
	defer w.file.Close()
	if err := w.end(); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return w.file.Write(w.to)
}

func (w *xlsxWriter) end() error {
	if w.line > 1 && len(w.layout.Columns) > 0 {
		corner, err := excelize.CoordinatesToCellName(len(w.layout.Columns), w.line)
		if err != nil {
			return err
		}
		if err := w.file.AutoFilter(w.layout.Name, "A1:"+corner, nil); err != nil {
			return err
		}
	}
	if err := w.stream.Flush(); err != nil {
		return err
	}
	if w.layout.NotesName == "" {
		return nil
	}
	return w.notes()
}

// notes writes the second sheet.
func (w *xlsxWriter) notes() error {
	name := w.layout.NotesName
	if _, err := w.file.NewSheet(name); err != nil {
		return err
	}
	bold, err := w.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	broken, err := w.file.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	stream, err := w.page(name, 0)
	if err != nil {
		return err
	}
	if err := stream.SetColWidth(1, 1, 28); err != nil {
		return err
	}
	if err := stream.SetColWidth(2, 2, 90); err != nil {
		return err
	}
	for i, n := range w.layout.Notes {
		row := []any{excelize.Cell{StyleID: bold, Value: short(n[0])}, excelize.Cell{StyleID: broken, Value: short(n[1])}}
		if err := stream.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return err
		}
	}
	return stream.Flush()
}

// tabName makes a sheet's name of what Excel allows: 31 letters, without the signs of its own references.
func tabName(s string) string {
	s = strings.Trim(strings.NewReplacer(":", " ", "\\", " ", "/", ".", "?", "", "*", "", "[", "(", "]", ")", "'", "’").Replace(s), " ")
	units := 0
	for i, r := range s {
		if units++; r > 0xFFFF {
			units++
		}
		if units > 31 {
			return strings.TrimRight(s[:i], " ")
		}
	}
	return s
}
