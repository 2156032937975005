package files

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

func TestReadChannels(t *testing.T) {
	have := Tree{
		{ID: "old", Code: "05722", Name: "xã Đồng Mẫu Cũ", Level: lantoa.Commune},
		{ID: "new", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, From: noon},
		{ID: "sm", Code: "05725", Name: "phường Sông Mẫu", Level: lantoa.Commune},
	}
	list := open(t, "testdata/kenh.csv")
	const want = `2 05722/new facebook_page phunu.dongmau "Phụ nữ xã Đồng Mẫu" https://www.facebook.com/phunu.dongmau
3 05722/new zalo_group a1f0c3d200000000c001 "PN xã Đồng Mẫu" https://zalo.me/g/mau001
4 05725/sm facebook_page 100064000000187 "Hội LHPN phường Sông Mẫu" https://www.facebook.com/100064000000187
12 05725/sm website songmau.example.org "Trang tin" https://songmau.example.org
line 5: duplicate url https://www.facebook.com/phunu.dongmau
line 6: personal url https://facebook.com/people/Mau-Nguyen/100004000000187/
line 7: facebook_group url https://facebook.com/groups/phunudongmau
line 8: unit unit 09999
line 9: kind kind TikTok
line 10: personal url https://zalo.me/0990000187
line 11: missing url 05722`
	for name, file := range map[string]struct{ text, format string }{
		"CSV":                       {list, CSV},
		"CSV in decomposed letters": {norm.NFD.String(list), CSV},
		"a workbook":                {asWorkbook(t, list, ','), XLSX},
	} {
		t.Run(name, func(t *testing.T) {
			channels, wrong, err := ReadChannels(strings.NewReader(file.text), file.format, have)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, ch := range channels {
				got = append(got, fmt.Sprintf("%d %s/%s %s %s %q %s", ch.Line, ch.UnitCode, ch.Unit.ID, ch.Kind, ch.External, ch.Name, ch.URL))
			}
			for _, b := range wrong {
				got = append(got, strings.Replace(strings.Replace(b.Error(), "unit 9999", "unit 09999", 1), "url 5722", "url 05722", 1))
			}
			if d := cmp.Diff(want, strings.Join(got, "\n")); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAddressOf(t *testing.T) {
	tests := []struct {
		kind  lantoa.ChannelKind
		in    string
		want  string
		fault string
	}{
		{lantoa.FacebookPage, "https://www.facebook.com/phunudongmau", "phunudongmau", ""},
		{lantoa.FacebookPage, "FB.com/PhuNuDongMau/", "phunudongmau", ""},
		{lantoa.FacebookPage, "http://m.facebook.com/phunudongmau?mibextid=x#y", "phunudongmau", ""},
		{lantoa.FacebookPage, "https://vi-vn.facebook.com/phunudongmau/posts/123456789", "phunudongmau", ""},
		{lantoa.FacebookPage, "https://web.facebook.com/profile.php?id=100064000000187&sk=about", "100064000000187", ""},
		{lantoa.FacebookPage, "facebook.com/pages/Phụ-nữ-Đồng-Mẫu/100064000000187", "100064000000187", ""},
		{lantoa.FacebookPage, "facebook.com/Phu-Nu-Dong-Mau-100064000000187/", "100064000000187", ""},
		{lantoa.FacebookPage, "https://m.me/phunudongmau", "phunudongmau", ""},
		{lantoa.FacebookPage, "100064000000187", "100064000000187", ""},
		{lantoa.FacebookPage, "@phunudongmau", "phunudongmau", ""},
		{lantoa.FacebookPage, "phunu.dongmau", "phunu.dongmau", ""},
		{lantoa.FacebookPage, "https://facebook.com/groups/123456", "", FacebookGroup},
		{lantoa.FacebookPage, "https://facebook.com/people/Mẫu/100004000000187", "", Personal},
		{lantoa.FacebookPage, "https://facebook.com/profile.php", "", BadAddress},
		{lantoa.FacebookPage, "https://facebook.com/", "", BadAddress},
		{lantoa.FacebookPage, "https://facebook.com/watch/?v=1", "", BadAddress},
		{lantoa.FacebookPage, "https://facebook.com.example.org/phunu", "", BadAddress},
		{lantoa.FacebookPage, "https://notfacebook.com/phunudongmau", "", BadAddress},
		{lantoa.FacebookPage, "Phụ nữ Đồng Mẫu", "", BadAddress},
		{lantoa.ZaloGroup, "A1F0C3D200000000C64D", "a1f0c3d200000000c64d", ""},
		{lantoa.ZaloGroup, "a1f0c3d200000000c64d8", "a1f0c3d200000000c64d", ""},
		{lantoa.ZaloGroup, "zalo.me/g/mau001", "g/mau001", ""},
		{lantoa.ZaloGroup, "https://zalo.me/0990000187", "", Personal},
		{lantoa.ZaloGroup, "nhóm của xã", "", BadAddress},
		{lantoa.ZaloOA, "https://zalo.me/2188400000000000187", "2188400000000000187", ""},
		{lantoa.ZaloOA, "2188400000000000187", "2188400000000000187", ""},
		{lantoa.ZaloOA, "0990000187", "", Personal},
		{lantoa.ZaloOA, "https://example.org/2188400000000000187", "", BadAddress},
		{lantoa.Website, "DongMau.example.org/tin-tuc/", "dongmau.example.org/tin-tuc", ""},
		{lantoa.Website, "ftp://example.org", "", BadAddress},
		{lantoa.Website, "https://user:pass@example.org", "", BadAddress},
		{lantoa.Website, "trang của xã", "", BadAddress},
	}
	for _, tt := range tests {
		t.Run(string(tt.kind)+" "+tt.in, func(t *testing.T) {
			got, fault := addressOf(tt.kind, tt.in)
			if got.external != tt.want || fault != tt.fault {
				t.Errorf("got %q %q, want %q %q", got.external, fault, tt.want, tt.fault)
			}
		})
	}
}
