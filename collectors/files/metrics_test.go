package files

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// union is three communes with a page and a group each, one of them with two groups, and one with a page only.
func union() MonthsAsk {
	dm := lantoa.Unit{ID: "dm", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune}
	sm := lantoa.Unit{ID: "sm", Code: "05725", Name: "phường Sông Mẫu", Level: lantoa.Commune}
	nm := lantoa.Unit{ID: "nm", Code: "05728", Name: "xã Núi Mẫu", Level: lantoa.Commune}
	ch := lantoa.Unit{ID: "ch", Code: "05731", Name: "phường Cộng Hòa", Level: lantoa.Commune}
	x1 := lantoa.Unit{ID: "x1", Code: "05734", Name: "xã Tân Mẫu", Level: lantoa.Commune}
	x2 := lantoa.Unit{ID: "x2", Code: "05737", Name: "phường Tân Mẫu", Level: lantoa.Commune}
	page := func(id lantoa.ChannelID, u lantoa.Unit) lantoa.Channel {
		return lantoa.Channel{ID: id, Kind: lantoa.FacebookPage, Unit: u, External: "page." + string(id), Name: "Phụ nữ " + u.Name}
	}
	group := func(id lantoa.ChannelID, u lantoa.Unit, name string) lantoa.Channel {
		return lantoa.Channel{ID: id, Kind: lantoa.ZaloGroup, Unit: u, External: "39000000000000" + string(id), Name: name}
	}
	return MonthsAsk{
		Units: Tree{dm, sm, nm, ch, x1, x2},
		Channels: []lantoa.Channel{
			page("dmp", dm), group("dmg", dm, "PN Đồng Mẫu"), page("smp", sm), group("smg", sm, "PN Sông Mẫu"),
			group("smk", sm, "BCH Sông Mẫu"), page("nmp", nm), page("chp", ch), group("chg", ch, "PN Cộng Hòa"),
			group("x1g", x1, "PN xã Tân Mẫu"), group("x2g", x2, "PN phường Tân Mẫu"),
			{ID: "file", Kind: lantoa.Imported, Unit: dm, Name: "Bài nhập từ tệp"},
		},
		At: time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC),
	}
}

func tellMonths(got MonthSheet, wrong []BadRow, err error) string {
	var out []string
	for _, m := range got.Months {
		out = append(out, fmt.Sprintf("%d %s %s %s %d", m.Line, m.Channel, m.Month, m.Metric, m.Value.N))
	}
	for _, b := range wrong {
		out = append(out, b.Error())
	}
	if err != nil {
		out = append(out, "error: "+err.Error())
	}
	return strings.Join(out, "\n")
}

func TestReadMonths(t *testing.T) {
	tests := []struct{ name, month, file, want string }{
		{name: "by code, in plain words", file: "code,month,members,messages\n05722,2026-10,236,1.234\n",
			want: "2 dmg 2026-10 members 236\n2 dmg 2026-10 messages 1234"},
		{name: "in any order, with or without marks", month: "2026-10",
			file: "So thanh vien nhom;Ten don vi;So tin nhan\n236;xã Đồng Mẫu;1 234\n12 nghìn;Đồng Mẫu Lớn;0\n",
			want: "2 dmg 2026-10 members 236\n2 dmg 2026-10 messages 1234\nline 3: unit unit Đồng Mẫu Lớn"},
		{name: "a title with the month above, sums and a signature below",
			file: "HỘI LHPN TỈNH MẪU;;;\nBÁO CÁO HOẠT ĐỘNG NHÓM ZALO THÁNG 10 NĂM 2026;;;\n\nSTT;Đơn vị;Số thành viên;Số bài đăng\n(1);(2);(3);(4)\n1;Xã Đồng Mẫu;1,2K;12\n2;Phường Cộng Hòa;—;0\n;Tổng cộng;1.200;12\n;;Người lập biểu;\n;;Nguyễn Thị Mẫu;\n",
			want: "6 dmg 2026-10 members 1200\n6 dmg 2026-10 posts 12\n7 chg 2026-10 posts 0"},
		{name: "a heading of two rows with merged cells", month: "2026-10",
			file: "STT,Đơn vị,Facebook,,,Nhóm Zalo,,Ghi chú\n,,Số bài,Lượt tương tác,Người theo dõi,Thành viên,Bài viết,\n1,xã Đồng Mẫu,15,\"1,5K\",3.700,236,9,tốt\n",
			want: "3 dmp 2026-10 posts 15\n3 dmp 2026-10 interactions 1500\n3 dmp 2026-10 followers 3700\n3 dmg 2026-10 members 236\n3 dmg 2026-10 posts 9"},
		{name: "a heading of three rows whose upper one is the month",
			file: "Đơn vị;Tháng 9/2026;;Tháng 10/2026;\n;Nhóm Zalo;;Nhóm Zalo;\n;Thành viên;Tin nhắn;Thành viên;Tin nhắn\nĐồng Mẫu;200;50;236;60\n",
			want: "4 dmg 2026-09 members 200\n4 dmg 2026-09 messages 50\n4 dmg 2026-10 members 236\n4 dmg 2026-10 messages 60"},
		{name: "columns that are months, and a title that says of what",
			file: "SỐ THÀNH VIÊN NHÓM ZALO\nTên xã;Tháng 9/2026;T10/2026\nxã Đồng Mẫu;200;236\n",
			want: "3 dmg 2026-09 members 200\n3 dmg 2026-10 members 236"},
		{name: "a month as people and workbooks write it",
			file: "Đơn vị;Tháng;Thành viên\nxã Đồng Mẫu;10/2026;1\nxã Đồng Mẫu;Tháng 9/2026;2\nxã Đồng Mẫu;08-31-26;3\nxã Đồng Mẫu;Jul-26;4\nxã Đồng Mẫu;30/06/2026;5\nxã Đồng Mẫu;tháng năm;6\nxã Đồng Mẫu;12/2026;7\n",
			want: "2 dmg 2026-10 members 1\n3 dmg 2026-09 members 2\n4 dmg 2026-08 members 3\n5 dmg 2026-07 members 4\n6 dmg 2026-06 members 5\nline 7: month month tháng năm\nline 8: month month 2026-12"},
		{name: "a month and a year in columns of their own",
			file: "Đơn vị;Năm;Tháng;Thành viên\nxã Đồng Mẫu;2025;12;1\n", want: "2 dmg 2025-12 members 1"},
		{name: "no month anywhere", file: "Đơn vị;Thành viên\nxã Đồng Mẫu;1\n", want: "line 2: no_month month"},
		{name: "another month in the title than was said", month: "2026-09", file: "THÁNG 10/2026\nĐơn vị;Thành viên\nxã Đồng Mẫu;1\n",
			want: "error: conflict (month): 2026-10"},
		{name: "a guess is no figure and costs its row only", month: "2026-10",
			file: "Đơn vị;Thành viên;Tin nhắn\nxã Đồng Mẫu;khoảng 500;12\nPhường Cộng Hòa;480;1.23\nPhường Cộng Hòa;480;300-400\nPhường Cộng Hòa;480;12\n",
			want: "5 chg 2026-10 members 480\n5 chg 2026-10 messages 12\nline 2: estimate Thành viên khoảng 500\nline 3: number Tin nhắn 1.23\nline 4: estimate Tin nhắn 300-400"},
		{name: "empty is no figure", month: "2026-10", file: "Đơn vị;Thành viên;Tin nhắn\nxã Đồng Mẫu;;0\nphường Cộng Hòa;;\n", want: "2 dmg 2026-10 messages 0"},
		{name: "which of two groups: by name, id, or not at all", month: "2026-10",
			file: "Đơn vị;Kênh;Thành viên\nphường Sông Mẫu;PN Sông Mẫu;100\nphường Sông Mẫu;39000000000000smk;9\nphường Sông Mẫu;;100\nphường Sông Mẫu;Nhóm khác;1\n",
			want: "2 smg 2026-10 members 100\n3 smk 2026-10 members 9\nline 4: channel_ambiguous zalo_group phường Sông Mẫu\nline 5: channel channel Nhóm khác"},
		{name: "a name that two units bear, and its code", month: "2026-10",
			file: "Đơn vị;Thành viên\nTân Mẫu;5\nxã Tân Mẫu;6\n5737;7\n", want: "3 x1g 2026-10 members 6\n4 x2g 2026-10 members 7\nline 2: unit_ambiguous unit Tân Mẫu"},
		{name: "a unit without such a channel", month: "2026-10", file: "Đơn vị;Thành viên\nxã Núi Mẫu;5\n", want: "line 2: no_channel zalo_group xã Núi Mẫu"},
		{name: "a figure that both channels of a unit may have", month: "2026-10",
			file: "Đơn vị;Số bài\nxã Đồng Mẫu;5\nxã Núi Mẫu;6\n", want: "3 nmp 2026-10 posts 6\nline 2: channel_ambiguous posts xã Đồng Mẫu"},
		{name: "the row says which kind", month: "2026-10",
			file: "Đơn vị;Loại kênh;Số bài\nxã Đồng Mẫu;Nhóm Zalo;5\nxã Đồng Mẫu;Trang FB;6\n", want: "2 dmg 2026-10 posts 5\n3 dmp 2026-10 posts 6"},
		{name: "growth and shares of a whole are none of ours", month: "2026-10",
			file: "Đơn vị;Thành viên;Thành viên mới;% tương tác;Tăng so với tháng trước\nxã Đồng Mẫu;5;1;30;4\n", want: "2 dmg 2026-10 members 5"},
		{name: "twice the same unit", month: "2026-10", file: "Đơn vị;Thành viên\nxã Đồng Mẫu;5\n05722;6\n", want: "2 dmg 2026-10 members 5\nline 3: duplicate unit 05722"},
		{name: "no heading", file: "xã Đồng Mẫu;5\n", want: "error: invalid (unit)"},
		{name: "nothing", file: "\n", want: ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ask := union()
			ask.Month = tt.month
			got := tellMonths(ReadMonths(strings.NewReader(tt.file), CSV, ask))
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if again := tellMonths(ReadMonths(strings.NewReader(norm.NFD.String(tt.file)), CSV, ask)); again != got {
				t.Errorf("in decomposed letters: %s", again)
			}
		})
	}
}

func TestAWorkbookOfMonths(t *testing.T) {
	var b bytes.Buffer
	r := csv.NewReader(strings.NewReader("BÁO CÁO THÁNG 10/2026,,,,\nSTT,Đơn vị,Nhóm Zalo,,\n,,Thành viên,Tin nhắn,Bài viết\n1,xã Đồng Mẫu,236,1200,9\n,Tổng,236,1200,9\n"))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	w, err := sheet.NewXLSX(&b, "Tháng 10", rows[0]...)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		cells := make([]any, len(row))
		for i, cell := range row {
			var n int
			if cells[i] = cell; cell != "" {
				if _, err := fmt.Sscanf(cell, "%d", &n); err == nil {
					cells[i] = n
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
	got := tellMonths(ReadMonths(&b, XLSX, union()))
	if want := "4 dmg 2026-10 members 236\n4 dmg 2026-10 messages 1200\n4 dmg 2026-10 posts 9"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTheSheetSaysWhatItDidNotUse(t *testing.T) {
	ask := union()
	ask.Month = "2026-10"
	got, _, err := ReadMonths(strings.NewReader("Đơn vị;Thành viên;Số quà tặng\nxã Đồng Mẫu;5;7\n"), CSV, ask)
	if err != nil || got.Rows != 1 {
		t.Fatalf("%d rows, %v", got.Rows, err)
	}
	if d := cmp.Diff([]string{"Số quà tặng"}, got.Unused); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Thành viên → members zalo_group"}, got.Used); d != "" {
		t.Error(d)
	}
}

func FuzzMonths(f *testing.F) {
	f.Add("BÁO CÁO THÁNG 10/2026\nĐơn vị;Thành viên\nxã Đồng Mẫu;1,2K\n")
	f.Add("STT,Đơn vị,Facebook,,Zalo\n,,Số bài,Tương tác,Thành viên\n1,05722,15,\"1,5K\",236\n,Tổng,15,1500,236\n")
	f.Add("code,month,members\n05722,2026-10,5\n05722,11,5\n")
	ask := union()
	f.Fuzz(func(t *testing.T, file string) {
		got, wrong, err := ReadMonths(strings.NewReader(file), CSV, ask)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, m := range got.Months {
			key := fmt.Sprint(m.Channel, m.Month, m.Metric)
			if !m.Value.Known || len(m.Month) != 7 || m.Month > "2026-11" || m.Channel == "" || m.Channel == "file" || seen[key] {
				t.Fatalf("%+v", m)
			}
			seen[key] = true
		}
		for _, b := range wrong {
			if b.Line < 1 || b.Kind == "" {
				t.Fatalf("%+v", b)
			}
		}
	})
}
