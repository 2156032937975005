package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

// tell reads a table to its end and writes each row as "line:cell|cell", a bad one as "line!reason".
func tell(t *testing.T, table *Table) string {
	t.Helper()
	defer table.Close()
	var out []string
	for {
		row, err := table.Next()
		var bad *RowError
		switch {
		case err == io.EOF:
			return strings.Join(out, "\n")
		case errors.As(err, &bad):
			out = append(out, fmt.Sprintf("%d!%s", bad.Line, bad.Reason))
		case err != nil:
			t.Fatal(err)
		default:
			var cells []string
			for i := range row.Cells {
				cells = append(cells, row.At(i))
			}
			out = append(out, fmt.Sprintf("%d:%s", row.Line, strings.Join(cells, "|")))
		}
	}
}

func TestReadCSV(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"plain", "a,b\n1,2\n3,4\n", "2:1|2\n3:3|4"},
		{"without a line feed at the end", "a,b\n1,2", "2:1|2"},
		{"byte order mark, Windows line ends, semicolons", "\uFEFFa;b\r\n1,5;2\r\n", "2:1,5|2"},
		{"tabs", "a\tb\n1,5\t2;3\n", "2:1,5|2;3"},
		{"empty lines count but are no rows", "\n\na,b\n\n1,2\n,\n3,4\n", "5:1|2\n7:3|4"},
		{"a cell of several lines", "a,b\n\"x\ny\nz\",2\n3,4\n", "2:x\ny\nz|2\n5:3|4"},
		{"doubled quotation marks", "a,b\n\"nói \"\"vâng\"\"\",2\n", "2:nói \"vâng\"|2"},
		{"a mark inside an unquoted cell stands for itself", "a,b\nống 5\" dài,2\n3,4\n", "2:ống 5\" dài|2\n3:3|4"},
		{"a mark inside a quoted cell stands for itself", "a,b\n\"mô hình \"hay\" lắm\",2\n", "2:mô hình \"hay\" lắm|2"},
		{"a mark that is never closed costs its row only", "a,b\n1,2\n\"3,4\n5,6\n7,8", "2:1|2\n3!quote\n4:5|6\n5:7|8"},
		{"two such marks", "a,b\n\"1,2\n\"3,4\n5,6\n", "2!quote\n3!quote\n4:5|6"},
		{"spaces around cells and before a mark", "a,b\n  1 , \"x,y\"\n", "2:1|x,y"},
		{"rows of other lengths", "a,b\n1\n1,2,3\n", "2:1\n3:1|2|3"},
		{"letters that are no UTF-8", "a,b\n\xff1,2\n", "2:\uFFFD1|2"},
		{"only a heading", "a,b\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := Open(strings.NewReader(tt.file), CSV)
			if err != nil {
				t.Fatal(err)
			}
			if got := tell(t, table); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if table.Column("b") != 1 {
				t.Error("the heading was not found")
			}
		})
	}
}

func TestReadCSVKeepsToItsLimits(t *testing.T) {
	file := "a,b\n" + strings.Repeat("x", maxRecord+1) + ",2\n3,4\n\"" + strings.Repeat(strings.Repeat("y", 1000)+"\n", 1100) + "5,6\n"
	table, err := Open(strings.NewReader(file), CSV)
	if err != nil {
		t.Fatal(err)
	}
	got := tell(t, table)
	if !strings.HasPrefix(got, "2!too_long\n3:3|4\n4!quote\n5:yyy") || !strings.HasSuffix(got, "1104:5|6") {
		t.Errorf("got %.60q … %q", got, got[len(got)-20:])
	}

	many := "a,b\n" + strings.Repeat("\"x,1\n", 5_000)
	table, err = Open(strings.NewReader(many), CSV)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(tell(t, table), "quote"); got != 5_000 {
		t.Errorf("%d rows were bad", got)
	}
}

func TestNothingToRead(t *testing.T) {
	for _, file := range []string{"", "\n\n", "\uFEFF"} {
		if _, err := Open(strings.NewReader(file), CSV); err != io.EOF {
			t.Errorf("%q: %v", file, err)
		}
	}
	if _, err := Open(strings.NewReader("a"), "ods"); err == nil {
		t.Error("an unknown format was read")
	}
	if _, err := Open(strings.NewReader("not a workbook"), XLSX); err == nil {
		t.Error("a text was read as a workbook")
	}
}

func TestKey(t *testing.T) {
	for _, s := range []string{"Mã đơn vị", "  MÃ  ĐƠN VỊ ", "ma_don_vi", "Mã-đơn-vị:", norm.NFD.String("Mã đơn vị"), "\uFEFFMã đơn vị"} {
		if got := Key(s); got != "ma don vi" {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// workbook makes one from rows of cells.
func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadXLSX(t *testing.T) {
	f := excelize.NewFile()
	f.SetSheetRow("Sheet1", "A3", &[]any{"Mã", norm.NFD.String("Tên đơn vị")})
	f.SetSheetRow("Sheet1", "A5", &[]any{5722, norm.NFD.String(" xã Đồng Mẫu ")})
	f.SetSheetRow("Sheet1", "A6", &[]any{"05431", nil, 1.5})
	zeros := "00000"
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
	if err != nil {
		t.Fatal(err)
	}
	f.SetCellStyle("Sheet1", "A5", "A5", style)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	table, err := Open(&b, XLSX)
	if err != nil {
		t.Fatal(err)
	}
	if table.Column("tên", "ten_don_vi") != 1 {
		t.Error("the heading was not found")
	}
	if got, want := tell(t, table), "5:05722|xã Đồng Mẫu\n6:05431||1.5"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A workbook of some kilobytes may unpack to gigabytes.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	src, err := zip.NewReader(bytes.NewReader(workbook(t, []any{"a"})), int64(len(workbook(t, []any{"a"}))))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range src.File {
		w, _ := z.Create(part.Name)
		if part.Name == "xl/worksheets/sheet1.xml" {
			for range (maxUnpacked >> 20) + 1 {
				w.Write(make([]byte, 1<<20))
			}
			continue
		}
		r, _ := part.Open()
		io.Copy(w, r)
	}
	z.Close()
	if _, err := Open(&b, XLSX); err == nil {
		t.Error("it was unpacked")
	}
	huge := io.MultiReader(bytes.NewReader(workbook(t, []any{"a"})), io.LimitReader(zeroes{}, maxFile))
	if _, err := Open(huge, XLSX); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

type zeroes struct{}

func (zeroes) Read(b []byte) (int, error) { clear(b); return len(b), nil }

var awkward = []string{
	"=1+1", "+84990000187", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "'=1", "-5", "xã Đồng Mẫu", "a\nb", `"quoted"`, "", "https://example.org", "🌸 –",
}

func TestWriteCSV(t *testing.T) {
	var b bytes.Buffer
	w, err := NewCSV(&b, "text", "n", "f")
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range awkward {
		if err := w.Row(s, int64(-i), nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Row("x", 1, 2.5); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "\uFEFFtext,n,f\r\n") {
		t.Errorf("it begins %.20q", b.String())
	}
	table, err := Open(&b, CSV)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range awkward {
		row, err := table.Next()
		if err != nil {
			t.Fatal(err)
		}
		formula := i < 7 || s == "-5"
		if got := row.Raw(0); got != s && !(formula && got == "'"+s) || formula && !strings.HasPrefix(got, "'") {
			t.Errorf("%q was written as %q", s, got)
		}
		if got := row.Raw(1); got != fmt.Sprint(-i) || row.Raw(2) != "" {
			t.Errorf("%d was written as %q", -i, got)
		}
	}
	if err := w.Row(struct{}{}); err == nil {
		t.Error("a cell of an unknown type was written")
	}
}

func TestWriteXLSX(t *testing.T) {
	var b bytes.Buffer
	w, err := NewXLSX(&b, "Tuần 47", "Bài viết", "Số")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ộ", 60_000)
	just := strings.Repeat("x", maxCell)
	for _, s := range append(awkward, long, just) {
		if err := w.Row(s, -1, nil, 2.5); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, s := range awkward {
		cell := fmt.Sprintf("A%d", i+2)
		if got, _ := f.GetCellValue("Tuần 47", cell); got != s {
			t.Errorf("%q was written as %q", s, got)
		}
		if formula, _ := f.GetCellFormula("Tuần 47", cell); formula != "" {
			t.Errorf("%q is run as %q", s, formula)
		}
		if kind, _ := f.GetCellType("Tuần 47", cell); s != "" && kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%q is of type %v", s, kind)
		}
	}
	if got, _ := f.GetCellValue("Tuần 47", fmt.Sprintf("A%d", len(awkward)+2)); len([]rune(got)) != maxCell || !strings.HasSuffix(got, "…") {
		t.Errorf("a long text has %d characters", len([]rune(got)))
	}
	if got, _ := f.GetCellValue("Tuần 47", fmt.Sprintf("A%d", len(awkward)+3)); got != just {
		t.Errorf("a text that just fits has %d characters", len(got))
	}
}
