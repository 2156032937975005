package files

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

func open(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		if strings.HasPrefix(name, "testdata") {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED, the list is not here: %v", err)
	}
	return string(b)
}

// asWorkbook is the same table as a workbook, its code cells being numbers where they look like it.
func asWorkbook(t *testing.T, table string, comma rune) string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(table))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := sheet.NewXLSX(&b, "Danh sách", rows[0]...)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		cells := make([]any, len(row))
		for k, cell := range row {
			if cells[k] = cell; len(cell) < 9 {
				if n, err := strconv.Atoi(cell); err == nil {
					cells[k] = n
				}
			}
		}
		if err := w.Row(cells...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tellUnits(units []Unit, wrong []BadRow) string {
	var out []string
	for _, u := range units {
		out = append(out, fmt.Sprintf("%d %s %s %s < %s", u.Line, u.Level, u.Code, u.Name, u.ParentCode))
	}
	for _, b := range wrong {
		out = append(out, b.Error())
	}
	return strings.Join(out, "\n")
}

func TestReadUnits(t *testing.T) {
	list := open(t, "testdata/don_vi.csv")
	const want = `2 province 19 tỉnh Mẫu < 
3 district 168 huyện Phú Mẫu < 19
4 commune 05722 xã Đồng Mẫu < 168
5 commune 05725 phường Sông Mẫu < 168
6 branch 05722-01 chi hội xóm Đồng Tâm < 05722
line 7: missing parent_code
line 8: parent parent_code 99999
line 9: parent_level parent_code 05725
line 10: level level Liên minh
line 11: missing name
line 12: missing code xã Thiếu Mã
line 13: duplicate code 05722`
	for name, file := range map[string]struct{ text, format string }{
		"CSV":                            {list, CSV},
		"CSV in decomposed letters":      {norm.NFD.String(list), CSV},
		"CSV with mark and Windows ends": {"\uFEFF" + strings.ReplaceAll(list, "\n", "\r\n"), CSV},
		"a workbook that lost the zeros": {asWorkbook(t, list, ';'), XLSX},
	} {
		t.Run(name, func(t *testing.T) {
			units, wrong, err := ReadUnits(strings.NewReader(file.text), file.format, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := tellUnits(units, wrong)
			if file.format == XLSX { // as it was typed there
				got = strings.Replace(got, "parent_level parent_code 5725", "parent_level parent_code 05725", 1)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReadUnitsUnderUnitsThatAreThere(t *testing.T) {
	have := Tree{
		{Code: "19", Name: "tỉnh Thái Mẫu", Level: lantoa.Province},
		{Code: "164", Name: "thành phố Thái Mẫu", Level: lantoa.District},
		{Code: "06", Name: "tỉnh Bắc Mẫu", Level: lantoa.Province},
		{Code: "05800", Name: "xã Đồng Mẫu", Level: lantoa.Commune, To: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)},
	}
	tests := []struct{ name, row, want string }{
		{"by code", "05800,xã A,xã,19,,", "2 commune 05800 xã A < 19"},
		{"by code without its zero", "05800,xã A,xã,6,,", "2 commune 05800 xã A < 06"},
		{"by name", "05800,xã A,xã,Tỉnh Thái Mẫu,,", "2 commune 05800 xã A < 19"},
		{"by the Union's name of it", "05800,xã A,xã,Hội LHPN thành phố Thái Mẫu,,", "2 commune 05800 xã A < 164"},
		{"by a name that two bear", "05800,xã A,xã,Thái Mẫu,,", "line 2: parent_ambiguous parent_code Thái Mẫu"},
		{"a name that only one of them bears above it", "168,huyện A,huyện,Thái Mẫu,,", "2 district 168 huyện A < 19"},
		{"a commune under nobody", "05800,xã A,xã,,,", "line 2: missing parent_code"},
		{"another province", "01,Tỉnh Hà Mẫu,tỉnh,,,", "2 province 01 tỉnh Hà Mẫu < "},
		{"a date that is none", "05800,xã A,xã,19,hôm nay,", "line 2: date from hôm nay"},
		{"a level from the name", "05800,Thị trấn A,,19,01/07/2025,", "2 commune 05800 thị trấn A < 19"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			units, wrong, err := ReadUnits(strings.NewReader("code,full_name,level,parent_code,from,to\n"+tt.row), CSV, have)
			if err != nil {
				t.Fatal(err)
			}
			if got := tellUnits(units, wrong); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestRealLists(t *testing.T) {
	for name, want := range map[string]int{"units_2021.csv": 187, "units_2025_01.csv": 182, "units_backan_2025_01.csv": 117, "units_2025.csv": 93} {
		t.Run(name, func(t *testing.T) {
			units, wrong, err := ReadUnits(strings.NewReader(open(t, "../../../shared/data/units/"+name)), CSV, nil)
			if err != nil || len(units) != want || len(wrong) != 0 {
				t.Fatalf("%d units, bad rows %v, %v", len(units), wrong, err)
			}
			if u := units[0]; u.Level != lantoa.Province || u.ParentCode != "" || !strings.HasPrefix(u.Name, "tỉnh ") {
				t.Errorf("the first is %+v", u)
			}
			placed := map[string]bool{"": true}
			for _, u := range units {
				if !placed[u.ParentCode] {
					t.Errorf("%s comes before its parent %s", u.Code, u.ParentCode)
				}
				placed[u.Code] = true
			}
		})
	}
}

func TestListsThatCannotBeRead(t *testing.T) {
	for list, want := range map[string]string{"code,level\n1,xã\n": "name", "Mã;Cấp\n1;xã\n": "name"} {
		_, _, err := ReadUnits(strings.NewReader(list), CSV, nil)
		if lantoa.KindOf(err) != lantoa.Invalid || lantoa.AsTrouble(err, "").What != want {
			t.Errorf("%q: %v", list, err)
		}
	}
	for list, want := range map[string]string{"Tên kênh,Địa chỉ\nx,y\n": "unit", "Mã đơn vị;Tên kênh\n1;x\n": "url"} {
		_, _, err := ReadChannels(strings.NewReader(list), CSV, nil)
		if lantoa.KindOf(err) != lantoa.Invalid || lantoa.AsTrouble(err, "").What != want {
			t.Errorf("%q: %v", list, err)
		}
	}
	if _, _, err := ReadUnits(strings.NewReader("PK nonsense"), XLSX, nil); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("got %v", err)
	}
	if units, wrong, err := ReadUnits(strings.NewReader(""), CSV, nil); units == nil && (err != nil || len(wrong) != 0) {
		t.Errorf("an empty file: %v %v", wrong, err)
	}
}
