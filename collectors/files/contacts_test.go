package files

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// The list that an office keeps: no codes, people and addresses in it, in whatever order.
const officeList = `Trực thuộc;Cấp;Tên đơn vị;Trang FB;Nhóm Zalo;Phụ trách;ĐT;Thư
;Tỉnh;Tỉnh Chè Mẫu;fb.com/phunuchemau;;Nguyễn Thị Mẫu;0208 385 1234;vp@chemau.vn
Chè Mẫu;Xã;Hội LHPN Xã Đồng Mẫu;m.facebook.com/PhuNu.DongMau?ref=x;zalo.me/g/abcd1234;Trần Thị  Hai;912.345.678;
Chè Mẫu;Xã;Xã Khe Mẫu;https://www.facebook.com/profile.php?id=100064512345678;;Lê Thị Ba;+84 912 345 679 / 0912345680;ba@chemau.vn
Chè Mẫu;Xã;Xã Trùng Mẫu;https://facebook.com/phunu.dongmau/;;;;
Chè Mẫu;Xã;Xã Hồ Sơ Mẫu;https://facebook.com/people/chi-ba/1000;;;;
Rừng Mẫu;Xã;Xã Mồ Côi;;;;;
Chè Mẫu;Xã;Xã Sai Số;;;Chị Tư;gọi sau;
Chè Mẫu;Xã;Xã Sai Thư;;;Chị Năm;;nam@
Chè Mẫu;Xã;xã Khe  Mẫu;;;;;
`

func tellContacts(units []Unit) string {
	var out []string
	for _, u := range units {
		line := fmt.Sprintf("%s %s < %s: %s %s %s", u.Code, u.Name, u.ParentCode, u.Contact.Name, u.Contact.Phone, u.Contact.Email)
		for _, ch := range u.Channels {
			line += fmt.Sprintf(" [%s %s]", ch.Kind, ch.External)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func TestAnOfficesOwnListIsUnderstood(t *testing.T) {
	const want = `tinh-che-mau tỉnh Chè Mẫu < : Nguyễn Thị Mẫu 02083851234 vp@chemau.vn [facebook_page phunuchemau]
tinh-che-mau.xa-dong-mau xã Đồng Mẫu < tinh-che-mau: Trần Thị Hai 0912345678  [facebook_page phunu.dongmau] [zalo_group g/abcd1234]
tinh-che-mau.xa-khe-mau xã Khe Mẫu < tinh-che-mau: Lê Thị Ba +84912345679 ba@chemau.vn [facebook_page 100064512345678]`
	const faults = `line 5: duplicate page https://facebook.com/phunu.dongmau/
line 6: personal page https://facebook.com/people/chi-ba/1000
line 7: parent parent_code Rừng Mẫu
line 8: phone phone gọi sau
line 9: mail email nam@
line 10: duplicate name xã Khe Mẫu`
	for name, list := range map[string]string{"as it is": officeList, "decomposed": norm.NFD.String(officeList), "marked": "\uFEFF" + officeList} {
		t.Run(name, func(t *testing.T) {
			units, wrong, err := ReadUnits(strings.NewReader(list), CSV, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := tellContacts(units); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if got := tellUnits(nil, wrong); got != faults {
				t.Errorf("faults\n%s\nwant\n%s", got, faults)
			}
		})
	}
}

func TestAUnitWithoutACodeIsTheOneOfItsName(t *testing.T) {
	have := Tree{
		{ID: "p", Code: "19", Name: "tỉnh Chè Mẫu", Level: lantoa.Province},
		{ID: "d", Code: "168", Name: "huyện Rừng Mẫu", Level: lantoa.District, Parent: "p"},
		{ID: "a", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "p"},
		{ID: "b", Code: "05723", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "d"},
		{ID: "c", Code: "05724", Name: "xã Khe Mẫu", Level: lantoa.Commune, Parent: "p", To: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)},
	}
	units, wrong, err := ReadUnits(strings.NewReader("Tên đơn vị,Trực thuộc\nXã Đồng Mẫu,Chè Mẫu\nXã Đồng Mẫu,huyện Rừng Mẫu\nXã Khe Mẫu,19\n"), CSV, have)
	if err != nil || len(wrong) != 0 || len(units) != 3 {
		t.Fatal(units, wrong, err)
	}
	if got := units[0].Code + " " + units[1].Code + " " + units[2].Code; got != "05722 05723 19.xa-khe-mau" {
		t.Errorf("codes %s", got)
	}
}

func TestReadMergers(t *testing.T) {
	ended := time.Date(2020, 1, 1, 0, 0, 0, 0, vietnam())
	have := Tree{
		{ID: "p", Code: "19", Name: "tỉnh Chè Mẫu", Level: lantoa.Province},
		{ID: "d", Code: "168", Name: "huyện Rừng Mẫu", Level: lantoa.District, Parent: "p"},
		{ID: "a", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "d"},
		{ID: "b", Code: "05723", Name: "xã Khe Mẫu", Level: lantoa.Commune, Parent: "d"},
		{ID: "c", Code: "05724", Name: "xã Núi Mẫu", Level: lantoa.Commune, Parent: "d"},
		{ID: "old", Code: "05723", Name: "xã Xưa Mẫu", Level: lantoa.Commune, Parent: "d", To: ended},
	}
	const head = "Mã cũ;Đơn vị cũ;Mã mới;Đơn vị mới;Trực thuộc;Kênh\n"
	tests := []struct{ name, rows, ends, news, faults string }{
		{"two become one with the code of one of them", "05722;;05723;Xã Khe Mẫu;;\n5723;Xã Khe Mẫu;05723;Xã Khe Mẫu;;lưu trữ", "a→new 05723, b→new 05723 put away", "05723 xã Khe Mẫu commune", ""},
		{"one is taken in by one that goes on", "05722;xã Đồng Mẫu;05724;xã Núi Mẫu;;", "a→c", "", ""},
		{"one is parted", ";xã Đồng Mẫu;05724;;;\n;xã Đồng Mẫu;05799;phường Mới Mẫu;Chè Mẫu;", "a→c+new 05799", "05799 phường Mới Mẫu commune < p", ""},
		{"one is done away with", "168;huyện Rừng Mẫu;;;;", "d→", "", ""},
		{"no such unit", "99999;;05723;x;;", "", "", "line 2: unit old_code 99999"},
		{"a name that is another's", "05722;xã Khe Mẫu;05799;xã Mới;;", "", "", "line 2: other_name old_full_name xã Khe Mẫu ≠ xã Đồng Mẫu"},
		{"a code that one bears who goes on", "05722;;05724;xã Mới;;", "", "", "line 2: code_taken new_code 05724 xã Núi Mẫu"},
		{"two names for one code", "05722;;05799;xã Mới;;\n05723;;05799;xã Khác;;", "a→new 05799", "05799 xã Mới commune", "line 3: other_name new_full_name xã Khác ≠ xã Mới"},
		{"the same twice", "05722;;05799;xã Mới;;\n05722;;05799;xã Mới;;", "a→new 05799", "05799 xã Mới commune", "line 3: duplicate old_code 05722"},
		{"nothing old", ";;05799;xã Mới;;", "", "", "line 2: missing old_code"},
		{"a name without a code", "05722;;;xã Mới;;", "", "", "line 2: missing new_code"},
		{"a parent that is none", "05722;;05799;xã Mới;Trăng;", "", "", "line 2: parent new_parent_code Trăng"},
		{"a fate that is none", "05722;;05799;xã Mới;;vứt", "", "05799 xã Mới commune", "line 2: fate channels vứt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, wrong, err := ReadMergers(strings.NewReader(head+tt.rows), CSV, have, time.Date(2025, 7, 1, 0, 0, 0, 0, vietnam()))
			if err != nil {
				t.Fatal(err)
			}
			var ends, news []string
			for _, x := range m.Ends {
				var heirs []string
				for _, h := range x.Heirs {
					heirs = append(heirs, string(h))
				}
				end := string(x.Unit) + "→" + strings.Join(heirs, "+")
				if m.PutAway[x.Unit] {
					end += " put away"
				}
				ends = append(ends, end)
			}
			for _, u := range m.New {
				line := u.Code + " " + u.Name + " " + string(u.Level)
				if u.Parent != "" {
					line += " < " + string(u.Parent)
				}
				news = append(news, line)
			}
			if got := strings.Join(ends, ", "); got != tt.ends {
				t.Errorf("ends %s, want %s", got, tt.ends)
			}
			if got := strings.Join(news, ", "); got != tt.news {
				t.Errorf("new %s, want %s", got, tt.news)
			}
			if got := tellUnits(nil, wrong); got != tt.faults {
				t.Errorf("faults %s, want %s", got, tt.faults)
			}
		})
	}
	m, _, err := ReadMergers(strings.NewReader("old_code,new_code,effective_date,resolution\n05722,05724,2025-07-01,1683/NQ-UBTVQH15 (16/06/2025)\n"), CSV, have, time.Time{})
	if err != nil || m.Resolution != "1683/NQ-UBTVQH15" || m.Day.In(vietnam()).Format(time.DateOnly) != "2025-07-01" {
		t.Errorf("%+v %v", m, err)
	}
	if _, _, err := ReadMergers(strings.NewReader("old_code,new_code\n05722,05724\n"), CSV, have, time.Time{}); lantoa.AsTrouble(err, "").What != "day" {
		t.Errorf("without a day: %v", err)
	}
}
