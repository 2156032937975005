package viet

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// The small letters with a mark, each with its code in TCVN3 and how VNI writes it, as tables of the two give them.
const marked = `
à B5 aø  ả B6 aû  ã B7 aõ  á B8 aù  ạ B9 aï  ă A8 aê  ằ BB aè  ẳ BC aú  ẵ BD aü  ắ BE aé  ặ C6 aë
â A9 aâ  ầ C7 aà  ẩ C8 aå  ẫ C9 aã  ấ CA aá  ậ CB aä  è CC eø  ẻ CE eû  ẽ CF eõ  é D0 eù  ẹ D1 eï
ê AA eâ  ề D2 eà  ể D3 eå  ễ D4 eã  ế D5 eá  ệ D6 eä  ì D7 ì   ỉ D8 æ   ĩ DC ó   í DD í   ị DE ò
ò DF oø  ỏ E1 oû  õ E2 oõ  ó E3 où  ọ E4 oï  ô AB oâ  ồ E5 oà  ổ E6 oå  ỗ E7 oã  ố E8 oá  ộ E9 oä
ơ AC ô   ờ EA ôø  ở EB ôû  ỡ EC ôõ  ớ ED ôù  ợ EE ôï  ù EF uø  ủ F1 uû  ũ F2 uõ  ú F3 uù  ụ F4 uï
ư AD ö   ừ F5 öø  ử F6 öû  ữ F7 öõ  ứ F8 öù  ự F9 öï  ỳ FA yø  ỷ FB yû  ỹ FC yõ  ý FD yù  ỵ FE î  đ AE ñ`

// The shapes have capitals in TCVN3; letters with a tone have none, and a font of capitals shows the small code.
const capitals = `Ă A1 Â A2 Ê A3 Ô A4 Ơ A5 Ư A6 Đ A7`

// inTCVN3 and inVNI write a text as it comes to us: every byte a letter of windows-1252.
func inTCVN3(t testing.TB, s string) string { return spell(t, s, tcvnCodes) }
func inVNI(t testing.TB, s string) string   { return spell(t, s, vniCodes) }

var tcvnCodes, vniCodes = func() (tcvn, vni map[rune]string) {
	tcvn, vni = map[rune]string{}, map[rune]string{}
	code := func(s string) string {
		b := "0123456789ABCDEF"
		return string(charmap.Windows1252.DecodeByte(byte(strings.IndexByte(b, s[0])<<4 | strings.IndexByte(b, s[1]))))
	}
	f := strings.Fields(marked)
	for i := 0; i < len(f); i += 3 {
		r := []rune(f[i])[0]
		tcvn[r], vni[r] = code(f[i+1]), f[i+2]
		up := unicode.ToUpper(r)
		tcvn[up], vni[up] = code(f[i+1]), strings.ToUpper(f[i+2])
	}
	f = strings.Fields(capitals)
	for i := 0; i < len(f); i += 2 {
		tcvn[[]rune(f[i])[0]] = code(f[i+1])
	}
	return tcvn, vni
}()

func spell(t testing.TB, s string, codes map[rune]string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		switch code, ok := codes[r]; {
		case ok:
			b.WriteString(code)
		case r < 0x80 || r >= 0x2000:
			b.WriteRune(r)
		default:
			b.WriteRune('?') // what the encoding does not have
		}
	}
	return b.String()
}

func TestAllLettersThereAndBack(t *testing.T) {
	n := 0
	for r := range tcvnCodes {
		n++
		if unicode.IsLower(r) {
			for _, s := range []string{string(r), "th" + string(r) + "ng", "Th" + string(r)} {
				if got := ConvertTCVN3(inTCVN3(t, s)); got != s {
					t.Errorf("TCVN3: %q became %q", s, got)
				}
			}
		} else if s := "TH" + string(r) + "NG"; ConvertTCVN3(inTCVN3(t, s)) != s {
			t.Errorf("TCVN3: %q became %q", s, ConvertTCVN3(inTCVN3(t, s)))
		}
		for _, s := range []string{string(r), "th" + string(r) + "ng", "TH" + string(r)} {
			if got := ConvertVNI(inVNI(t, s)); got != s {
				t.Errorf("VNI: %q became %q", s, got)
			}
		}
	}
	if n != 134 {
		t.Errorf("%d letters, and Vietnamese has 134 with a mark", n)
	}
}

func TestTitlesOfOldSites(t *testing.T) {
	for _, tt := range []struct {
		in   string
		as   Legacy
		want string
	}{
		{"Héi Liªn hiÖp Phô n÷ x· §ång MÉu", TCVN3, "Hội Liên hiệp Phụ nữ xã Đồng Mẫu"},
		{"HéI LI£N HIÖP PHô N÷ X· §åNG MÉU", TCVN3, "HỘI LIÊN HIỆP PHỤ NỮ XÃ ĐỒNG MẪU"},
		{"KÕ ho¹ch cña ®ång chÝ Lª ThÞ Hµ, x· §ång MÉu", TCVN3, "Kế hoạch của đồng chí Lê Thị Hà, xã Đồng Mẫu"},
		{"Chñ nhËt xanh – 120 hé “s¹ch ngâ”\ntham gia tõ th¸ng 3/2009 (®ît 2).", TCVN3, "Chủ nhật xanh – 120 hộ “sạch ngõ”\ntham gia từ tháng 3/2009 (đợt 2)."},
		{"Hoäi Lieân hieäp Phuï nöõ xaõ Ñoàng Maãu", VNI, "Hội Liên hiệp Phụ nữ xã Đồng Mẫu"},
		{"HOÄI LIEÂN HIEÄP PHUÏ NÖÕ XAÕ ÑOÀNG MAÃU", VNI, "HỘI LIÊN HIỆP PHỤ NỮ XÃ ĐỒNG MẪU"},
		{"Chò Hoa vay 50 trieäu ñoàng nuoâi gaø, nay ñöôïc 200 con", VNI, "Chị Hoa vay 50 triệu đồng nuôi gà, nay được 200 con"},
	} {
		got := Recognise(tt.in)
		if got != tt.as {
			t.Errorf("%q was taken for %d", tt.in, got)
		}
		if s := tt.as.Convert(tt.in); s != tt.want {
			t.Errorf("%q became %q, want %q", tt.in, s, tt.want)
		}
	}
}

func TestWhatIsNoOldEncodingIsLeftAlone(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":         "",
		"ASCII":           "Hoi Lien hiep Phu nu xa Dong Mau - 25/11/2026",
		"Vietnamese":      "Hội Liên hiệp Phụ nữ xã Đồng Mẫu trao tặng con giống cho 12 hội viên có hoàn cảnh khó khăn.",
		"Latin-1 letters": "Bà già và cô út ở xã nhà, chú bé có ba bò sữa, ông lão câu cá",
		"decomposed":      norm.NFD.String("Chị Hoa vay năm mươi triệu đồng nuôi gà, nay được hai trăm con"),
		"capitals":        "HỘI LIÊN HIỆP PHỤ NỮ XÃ ĐỒNG MẪU",
		"French":          "Où est né l’été ? Le théâtre de la cité, créé à côté du marché, a fêté ses dix années à Noël ; même les élèves très âgés y étaient déjà.",
		"French, short":   "Déjà là : thé, café, dé, né",
		"English":         "A naïve café in the fiancée's résumé — 5 µm, 20 °C, £5, ½ price · new · hot · « sale » ®",
		"German":          "Für größere Häuser müßte man schöne Türen öffnen, über König Jürgens Bücher",
		"Spanish":         "El niño comió piñas mañana; señor, ¿qué año? ¡Más canción!",
		"Portuguese":      "Não são as mães que põem pães na mão, irmão; coração e maçã",
		"Italian":         "Perché è più bello così? Già, però la città è là, più giù",
		"a mixture":       "Trường Mầm non Rạng Đông (école maternelle) tổ chức café sáng",
		"one odd word":    "Héi",
		"bullets":         "· one\n· two\n· three",
	} {
		if got := Recognise(s); got != Unicode {
			t.Errorf("%s was taken for %d: %q", name, got, got.Convert(s))
		}
	}
}

// Twelve thousand news items are Unicode and remain it; put into the old encodings they are recognised and come back.
func TestNewsThereAndBack(t *testing.T) {
	file, err := os.Open("../../../shared/data/corpus/news_full_vi.jsonl.gz")
	if err != nil {
		t.Skip("the shared corpus is not beside the repository: ", err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 4<<20)
	n, missed, changed := 0, map[Legacy]int{}, map[Legacy]int{}
	for lines.Scan() {
		var item struct{ Title, Lead, Text string }
		if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
			t.Fatal(err)
		}
		n++
		if n%4 != 0 && testing.Short() {
			continue
		}
		for _, s := range []string{item.Title, item.Lead} {
			if got := Recognise(s); got != Unicode {
				t.Errorf("taken for %d: %q", got, s)
			}
		}
		s := strings.ToLower(strings.ReplaceAll(norm.NFC.String(item.Lead), "?", "."))
		if len(strings.Fields(s)) < 10 {
			continue
		}
		for l, in := range map[Legacy]string{TCVN3: inTCVN3(t, s), VNI: inVNI(t, s)} {
			if Recognise(in) != l {
				missed[l]++
			}
			if got := l.Convert(in); got != s && !strings.Contains(in, "?") {
				changed[l]++
			}
		}
	}
	if n < 1000 {
		t.Fatalf("%d items", n)
	}
	for _, l := range []Legacy{TCVN3, VNI} {
		if missed[l]*1000 > n || changed[l] > 0 {
			t.Errorf("encoding %d: %d of %d leads not recognised, %d came back changed", l, missed[l], n, changed[l])
		}
	}
	t.Logf("%d items, not recognised: TCVN3 %d, VNI %d", n, missed[TCVN3], missed[VNI])
}

func FuzzLegacy(f *testing.F) {
	f.Add("Héi Liªn hiÖp Phô n÷ x· §ång MÉu")
	f.Add("HOÄI LIEÂN HIEÄP PHUÏ NÖÕ")
	f.Add("Où est né l’été ?")
	f.Add("oâ\xff\xc3\x00ôùù·\u00ad")
	f.Fuzz(func(t *testing.T, s string) {
		l := Recognise(s)
		for _, as := range []Legacy{Unicode, TCVN3, VNI} {
			out := as.Convert(s)
			if bytes.Count([]byte(out), []byte("\n")) != strings.Count(s, "\n") {
				t.Errorf("a line was lost from %q: %q", s, out)
			}
			if len(out) > 3*len(s) {
				t.Errorf("%q grew to %q", s, out)
			}
		}
		if l != Unicode && l.Convert(s) == s {
			t.Errorf("%q is said to be of %d and stays as it is", s, l)
		}
	})
}
