package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

var typed = Layout{
	Name: "Hoạt động 16/11–22/11/2026", Title: "Hoạt động tuần 47", Keep: 2, NotesName: "Ghi chú",
	Columns: []Column{{"Mã", Text, 9}, {"Đơn vị", Text, 0}, {"Bài", Whole, 0}, {"Trung vị", Decimal, 0}, {"Tỷ lệ", Percent, 0}, {"Ngày", Day, 0}, {"Tính đến", Moment, 0}, {"Nội dung", Long, 0}},
	Notes:   [][2]string{{"Bài", "Số bài đăng trong kỳ, không kể bài bình chọn."}, {"=1+1", "+84 990 000 187"}},
}

var hanoi = time.FixedZone("", 7*3600)

var typedRow = []any{"05722", "xã Đồng Mẫu", 1234, 62.5, 0.418, time.Date(2026, 11, 22, 0, 0, 0, 0, hanoi), time.Date(2026, 11, 23, 6, 0, 0, 0, hanoi), "=HYPERLINK(\"x\")\nhai dòng"}

func written(t *testing.T, format string, l Layout, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := Begin(&b, format, l)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCellsKeepTheirKindInAWorkbook(t *testing.T) {
	file := written(t, XLSX, typed, typedRow, []any{"05725", "xã Khe Mẫu", nil, nil, nil, time.Time{}, nil, ""})
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tab := f.GetSheetList()[0]
	if tab != "Hoạt động 16.11–22.11.2026" {
		t.Errorf("the sheet is called %q", tab)
	}
	for cell, want := range map[string]string{
		"A1": "Mã", "A2": "05722", "C2": "1,234", "D2": "62.5", "E2": "41.8%", "F2": "22/11/2026", "G2": "23/11/2026 06:00", "C3": "", "F3": "",
		"H2": "=HYPERLINK(\"x\")\nhai dòng",
	} {
		if got, err := f.GetCellValue(tab, cell); err != nil || got != want {
			t.Errorf("%s is shown as %q, want %q (%v)", cell, got, want, err)
		}
	}
	for cell, want := range map[string]string{"C2": "1234", "E2": "0.418"} {
		if got, _ := f.GetCellValue(tab, cell, excelize.Options{RawCellValue: true}); got != want {
			t.Errorf("%s holds %q, want %q", cell, got, want)
		}
	}
	if kind, _ := f.GetCellType(tab, "A2"); kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
		t.Errorf("a code is of kind %v: its zeros would go", kind)
	}
	for _, cell := range []string{"H2", "A2"} {
		if formula, _ := f.GetCellFormula(tab, cell); formula != "" {
			t.Errorf("%s runs %q", cell, formula)
		}
	}
	panes, err := f.GetPanes(tab)
	if err != nil || !panes.Freeze || panes.XSplit != 2 || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if width, _ := f.GetColWidth(tab, "A"); width != 9 {
		t.Errorf("column A is %v wide", width)
	}
	notes, err := f.GetRows("Ghi chú")
	if err != nil || len(notes) != 2 || notes[1][0] != "=1+1" || notes[1][1] != "+84 990 000 187" {
		t.Errorf("notes %q, %v", notes, err)
	}
}

func TestEveryPartOfAWorkbookIsWellFormed(t *testing.T) {
	file := written(t, XLSX, typed, typedRow, []any{"\x00\x01<&>", "\u0301 \U0001F338", 1, 2.5, 0.1, nil, nil, strings.Repeat("ộ", 40_000)})
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	whole := ""
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := d.Token(); err != nil {
				if !errors.Is(err, io.EOF) {
					t.Errorf("%s: %v", part.Name, err)
				}
				break
			}
		}
		whole += string(text)
	}
	for _, want := range []string{"<autoFilter", "Print_Titles", `orientation="landscape"`, `fitToHeight="0"`} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestCSVWithSemicolonsHasDecimalsWithCommas(t *testing.T) {
	l := typed
	l.Comma = ';'
	got := string(written(t, CSV, l, typedRow))
	want := "\uFEFFMã;Đơn vị;Bài;Trung vị;Tỷ lệ;Ngày;Tính đến;Nội dung\r\n" +
		"05722;xã Đồng Mẫu;1234;62,5;0,418;2026-11-22;2026-11-23 06:00;\"'=HYPERLINK(\"\"x\"\")\r\nhai dòng\"\r\n"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAnUnknownFormatIsRefused(t *testing.T) {
	if _, err := Begin(io.Discard, "pdf", typed); err == nil {
		t.Error("a table was begun as pdf")
	}
}

func BenchmarkWrite(b *testing.B) {
	l := Layout{Name: "x", NotesName: "Ghi chú", Notes: typed.Notes}
	var row []any
	for i := range 20 {
		c := typed.Columns[i%7]
		c.Name = fmt.Sprint(c.Name, i)
		l.Columns, row = append(l.Columns, c), append(row, typedRow[i%7])
	}
	for _, format := range []string{XLSX, CSV} {
		b.Run(format+" 10,000 rows of 20", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w, err := Begin(io.Discard, format, l)
				if err != nil {
					b.Fatal(err)
				}
				for range 10_000 {
					if err := w.Row(row...); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
