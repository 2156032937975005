package viet

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// show writes words as "form[spelling in the original]@place", added ones with a plus.
func show(s string, each func(string, func(Word))) string {
	var b []string
	each(s, func(w Word) {
		t := string(w.Exact)
		if src := s[w.Start:w.End]; src != t {
			t += "[" + src + "]"
		}
		if w.Added {
			t = "+" + t
		}
		b = append(b, fmt.Sprintf("%s@%d", t, w.Pos))
	})
	return strings.Join(b, " ")
}

func TestEach(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain words", "xã Đồng Mẫu", "xã@0 đồng[Đồng]@1 mẫu[Mẫu]@2"},
		{"decomposed spelling keeps its own bytes", "pho\u031b\u0309!", "phở[pho\u031b\u0309]@0"},
		{"both places of a tone are one word", "hoà hòa thuý thúy khoẻ khỏe", "hòa[hoà]@0 hòa@1 thúy[thuý]@2 thúy@3 khỏe[khoẻ]@4 khỏe@5"},
		{"qu and gi are no vowels", "quý quà qúa giữa gìn", "quý@0 quà@1 quá[qúa]@2 giữa@3 gìn@4"},
		{"two vowels before a consonant", "tòan toàn huỳnh", "toàn[tòan]@0 toàn@1 huỳnh@2"},
		{"slashes, dots and dashes part words", "TP.HCM, xã/phường Bà Rịa-Vũng", "tp[TP]@0 hcm[HCM]@1 xã@2 phường@3 bà[Bà]@4 rịa[Rịa]@5 vũng[Vũng]@6"},
		{"emoji and arrows part words", "🌸Phụ nữ✅Kết→Bước", "phụ[Phụ]@0 nữ@1 kết[Kết]@2 bước[Bước]@3"},
		{"so do | ~ = < and the no-break space", "a|b~c=d<e\u00a0f", "a@0 b@1 c@2 d@3 e@4 f@5"},
		{"zero-width characters do not", "ph\u200bụ nữ\u200f", "phụ[ph\u200bụ]@0 nữ@1"},
		{"numbers", "5.000.000đ 19h30", "5@0 000@1 000đ@2 19h30@3"},
		{"mathematical letters", "𝗣𝗵𝘂̣ 𝗻𝘂̛̃", "phụ[𝗣𝗵𝘂̣]@0 nữ[𝗻𝘂̛̃]@1"},
		{"full-width letters", "ＨỘＩ", "hội[ＨỘＩ]@0"},
		{"a hashtag with capitals", "#PhuNuKhoiNghiep đi", "phu[Phu]@0 nu[Nu]@1 khoi[Khoi]@2 nghiep[Nghiep]@3 +phunukhoinghiep[PhuNuKhoiNghiep]@0 đi@4"},
		{"a hashtag with underscores", "#phụ_nữ", "phụ@0 nữ@1 +phụnữ[phụ_nữ]@0"},
		{"a hashtag with neither", "#phunuthainguyen", "phu@0 nu@1 thai@2 nguyen@3 +phunuthainguyen@0"},
		{"a hashtag with some capitals", "#PhụnữTháiNguyên", "phụ[Phụ]@0 nữ@1 thái[Thái]@2 nguyên[Nguyên]@3 +phụnữtháinguyên[PhụnữTháiNguyên]@0"},
		{"a hashtag with numbers", "#5không3sạch", "5@0 không@1 3@2 sạch@3 +5không3sạch@0"},
		{"a hashtag in capitals", "#LHPNViệtNam #OCOP", "lhpn[LHPN]@0 việt[Việt]@1 nam[Nam]@2 +lhpnviệtnam[LHPNViệtNam]@0 ocop[OCOP]@3"},
		{"two hashtags without a space", "#mộtngày#Ba", "một@0 ngày@1 +mộtngày@0 ba[Ba]@2"},
		{"a lone sign", "# 5 ##x", "5@0 x@1"},
		{"look-alikes of other scripts stay what they are", "ха\u0303 х", "ха\u0303@0 х@1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := show(tt.text, Each); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{
			"a short form brings its long one, and keeps its neighbours", "Chi HTX xã",
			"chi[Chi]@0 htx[HTX]@1 +hợp[HTX]@1 +tác[HTX]@2 +xã[HTX]@3 +htx[HTX]@3 xã@4",
		},
		{
			"a long form brings its short one, marks or not", "hop tac xã A",
			"hop@0 tac@1 xã@2 +htx[hop tac xã]@0 +htx[hop tac xã]@2 a[A]@3",
		},
		{
			"a longer form may hold a short one", "Hội LHPN",
			"hội[Hội]@0 lhpn[LHPN]@1 +liên[LHPN]@1 +hiệp[LHPN]@2 +phụ[LHPN]@3 +hlhpn[Hội LHPN]@0 +hlhpn[Hội LHPN]@4 " +
				"+nữ[LHPN]@4 +lhpn[LHPN]@4",
		},
		{"half a long form is none", "hợp tác", "hợp@0 tác@1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// forms added at one place come in no certain order
			got := strings.Split(show(tt.text, Terms), " ")
			want := strings.Split(tt.want, " ")
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	for in, want := range map[string]string{
		"phunuthainguyen": "phu nu thai nguyen", "hanoi": "ha noi", "hoian": "hoi an", "nghiep": "", "facebook": "", "x": "",
		"bienracthanhtien": "bien rac thanh tien",
	} {
		if got := strings.Join(Split(in), " "); got != want {
			t.Errorf("Split(%q) = %q, want %q", in, got, want)
		}
	}
}

// Nearly every word of a dictionary is made of what we hold to be syllables.
func TestSyllablesOfADictionary(t *testing.T) {
	b, err := os.ReadFile("../../../shared/data/lang/words_vi.txt")
	if err != nil {
		t.Skip("SKIPPED: the dictionary is not on this machine: ", err)
	}
	good, bad := 0, map[string]int{}
	for s := range strings.FieldsSeq(string(b)) {
		if s := Bare(s); IsSyllable(s) {
			good++
		} else {
			bad[s]++
		}
	}
	total := good
	for _, n := range bad {
		total += n
	}
	t.Logf("%d of %d syllables known", good, total)
	if float64(good) < 0.98*float64(total) {
		t.Errorf("only %d of %d syllables known, unknown: %.2000v", good, total, bad)
	}
}

func FuzzEach(f *testing.F) {
	for _, s := range []string{"#PhụnữTháiNguyên", "hoà\u0301", "#a_1B#", "\xff\u0323", "ﬁ…½", "#\u0301a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		pos, end := 0, 0
		Terms(s, func(w Word) {
			if w.Start < 0 || w.End > len(s) || w.Start >= w.End {
				t.Fatalf("word %q stands at %d to %d of %d bytes", w.Exact, w.Start, w.End, len(s))
			}
			if !w.Added && (w.Pos < pos || w.Start < end) {
				t.Fatalf("word %q goes back", w.Exact)
			}
			if !w.Added {
				pos, end = w.Pos, w.Start
			}
			if !utf8.Valid(w.Exact) || !utf8.Valid(w.Bare) {
				t.Fatalf("word %q is no UTF-8", w.Exact)
			}
		})
		once := Fold(s)
		if again := Fold(once); again != once && !strings.Contains(s, "\u200d") {
			if Bare(again) != Bare(once) {
				t.Fatalf("Fold(%q) = %q, folded again %q", s, once, again)
			}
		}
	})
}

func BenchmarkBare(b *testing.B) {
	s := strings.Repeat("Hội Liên hiệp Phụ nữ xã Đồng Mẫu phát động mô hình nuôi lợn đất tiết kiệm. ", 100)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Bare(s)
	}
}

func BenchmarkTerms(b *testing.B) {
	s := strings.Repeat("Hội Liên hiệp Phụ nữ xã Đồng Mẫu phát động mô hình nuôi lợn đất tiết kiệm. ", 100)
	b.SetBytes(int64(len(s)))
	n := 0
	for b.Loop() {
		Terms(s, func(w Word) { n += w.Pos })
	}
}
