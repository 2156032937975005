package viet

import (
	"fmt"
	"testing"
)

func TestFoldAndBare(t *testing.T) {
	for _, tt := range []struct{ name, in, fold, bare string }{
		{"đ stays in one form and goes in the other", "Đồng Mẫu", "đồng mẫu", "dong mau"},
		{"eth is đ", "Ðại ðá", "đại đá", "dai da"},
		{"decomposed, in any order of marks", "tie\u0302\u0301ng Vie\u0323\u0302t e\u0301\u0302", "tiếng việt ế", "tieng viet e"},
		{"horn and tone apart", "o\u031b\u0309 u\u031b\u0303", "ở ữ", "o u"},
		{"old and new places of tones", "hoà Thuỷ khoẻ uỷ loà", "hòa thủy khỏe ủy lòa", "hoa thuy khoe uy loa"},
		{"where only one place is right", "quý quỳ giá già toán khuỷu ngoài", "quý quỳ giá già toán khuỷu ngoài", "quy quy gia gia toan khuyu ngoai"},
		{"mathematical, full-width and circled letters", "𝗣𝗵𝘂̣ ＮỮ Ⓗ ℎ", "phụ nữ h h", "phu nu h h"},
		{"what cannot be seen", "ph\u200bụ\u00ad \u2060nữ\ufeff\u202e\ufe0f", "phụ nữ", "phu nu"},
		{"spaces of any kind are one", " a\u00a0\u3000\r\n\tb ", "a b", "a b"},
		{"other languages keep their marks in the folded form", "Señor Zoë Nguyễn", "señor zoë nguyễn", "senor zoe nguyen"},
		{"ligatures and dots", "ﬁ… ½", "fi... 1⁄2", "fi... 1⁄2"},
		{"broken bytes do not break it", "a\xffb\xc3", "a\ufffdb\ufffd", "a\ufffdb\ufffd"},
		{"nothing", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Fold(tt.in); got != tt.fold {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.fold)
			}
			if got := Bare(tt.in); got != tt.bare {
				t.Errorf("Bare(%q) = %q, want %q", tt.in, got, tt.bare)
			}
		})
	}
}

func ExampleFold() {
	fmt.Println(Fold("𝗣𝗵𝘂̣ 𝗻𝘂̛̃ HOÀ  BÌNH"))
	fmt.Println(Bare("Đổ rác thành tiền"))
	// Output:
	// phụ nữ hòa bình
	// do rac thanh tien
}
