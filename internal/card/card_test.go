package card

import (
	"bytes"
	"flag"
	"image"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

const (
	longUnit  = "Hội Liên hiệp Phụ nữ phường Nguyễn Thị Minh Khai thành phố Thái Nguyên"
	longTitle = "Chi hội phụ nữ xóm Đồng Mẫu ra mắt mô hình “Phân loại rác thải tại nguồn, đổi rác lấy quà” gắn với xây dựng nông thôn mới nâng cao, thu hút hơn 120 hội viên tham gia, góp phần thay đổi nếp nghĩ, cách làm của người dân về bảo vệ môi trường, giữ gìn đường làng ngõ xóm xanh, sạch, đẹp và tạo nguồn quỹ hỗ trợ chị em khó khăn"
	foot      = "Trang Phụ nữ Thái Nguyên đã lan tỏa · 19/11/2026"
	over      = "tương tác so với đà sẵn có"
)

var usual = Card{"Cảm ơn chị em", "Hội LHPN xã Đồng Mẫu", "Mô hình nuôi lợn đất giúp chị em vay vốn xoay vòng", "+74", over, foot}

var cards = map[string]Card{
	"usual":  usual,
	"long":   {usual.Head, longUnit, longTitle, "+1.204", over, foot},
	"figure": {usual.Head, "Hội LHPN phường Suối Mẫu", "Bữa sáng 0 đồng cho bệnh nhân nghèo", "", "Câu chuyện của chị em đã được tỉnh chia sẻ", foot},
	"caps":   {"CẢM ƠN CHỊ EM", "HỘI LHPN XÃ YÊN TRẠCH", "ẤM ÁP NHỮNG CHUYẾN XE NGHĨA TÌNH VÌ TRẺ EM VÙNG CAO", "+7", over, ""},
}

func drawn(t *testing.T, c Card) *image.RGBA {
	t.Helper()
	data, err := Draw(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 300<<10 {
		t.Errorf("%d bytes are too many for a telephone on a weak line", len(data))
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return toRGBA(img)
}

func toRGBA(img image.Image) *image.RGBA {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, image.Point{}, draw.Src)
	return out
}

// apart is how far two pictures differ: the mean over all bytes, and the share of bytes that differ by more than 24.
func apart(a, b *image.RGBA) (mean, far float64) {
	if a.Bounds() != b.Bounds() {
		return 255, 1
	}
	for i := range a.Pix {
		d := math.Abs(float64(a.Pix[i]) - float64(b.Pix[i]))
		mean += d
		if d > 24 {
			far++
		}
	}
	return mean / float64(len(a.Pix)), far / float64(len(a.Pix))
}

func TestTheCardsLookAsTheyDid(t *testing.T) {
	for name, c := range cards {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".golden.png")
			if *update {
				data, err := Draw(c)
				if err == nil {
					err = os.WriteFile(file, data, 0o644)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			want, err := png.Decode(f)
			if err != nil {
				t.Fatal(err)
			}
			if mean, far := apart(drawn(t, c), toRGBA(want)); mean > 0.1 || far > 0.001 {
				t.Errorf("differs from %s by %.3f, %.3f%% of it visibly", file, mean, 100*far)
			}
		})
	}
}

func TestTheComparisonSeesAChangedWord(t *testing.T) {
	other := usual
	other.Figure = "+75"
	if mean, far := apart(drawn(t, usual), drawn(t, other)); mean <= 0.1 && far <= 0.001 {
		t.Error("+74 and +75 pass for the same picture")
	}
}

func TestDecomposedLettersAndLettersTakenForATypefaceAreTheSameCard(t *testing.T) {
	want := drawn(t, usual)
	nfd := usual
	nfd.Unit, nfd.Title, nfd.FigureLabel = norm.NFD.String(nfd.Unit), norm.NFD.String(nfd.Title), norm.NFD.String(nfd.FigureLabel)
	if mean, _ := apart(want, drawn(t, nfd)); mean != 0 {
		t.Error("decomposed Unicode gives another picture")
	}
	odd := usual
	odd.Unit = "🌸 Hội\u200b LHPN   xã 𝐃𝐨̂̀ng\tMẫu 👩‍👩‍👧❤️"
	odd.Unit = strings.ReplaceAll(odd.Unit, "𝐃𝐨̂̀ng", "Đ𝐨̂̀ng")
	if mean, _ := apart(want, drawn(t, odd)); mean != 0 {
		t.Error("emoji, hidden marks and mathematical letters leave traces")
	}
}

func TestWhatTheTypefaceLacksIsLeftOut(t *testing.T) {
	fonts, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{"Chúc mừng 🎉🎉 20/10", "Chúc mừng 20/10"},
		{"👍🏽 Tốt", "Tốt"},
		{"🇻🇳", ""},
		{"1️⃣ Nuôi lợn đất", "1 Nuôi lợn đất"},
		{"𝐏𝐇𝐔̣ 𝐍𝐔̛̃", "PHỤ NỮ"},
		{"ｘã", "xã"},
		{"妇女 phụ nữ", "phụ nữ"},
		{"a\u0327\u0489b", "ab"},
		{"5\u00a0triệu \u00a0", "5\u00a0triệu \u00a0"},
		{"\x00\u202eẾ\ufffd", "Ế"},
	} {
		if got := clean(fonts[0], tt.text); strings.TrimSpace(got) != strings.TrimSpace(tt.want) {
			t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestBothWeightsHaveEveryVietnameseLetter(t *testing.T) {
	fonts, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, base := range "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" {
		for _, tone := range []string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"} {
			all.WriteString(norm.NFC.String(string(base) + tone))
		}
	}
	all.WriteString("đĐ0123456789+−–—…·“”‘’%₫²°")
	for i, f := range fonts {
		if got := clean(f, all.String()); got != all.String() {
			t.Errorf("weight %d has only %s of %s", i, got, all.String())
		}
	}
}

func TestLinesBreakWell(t *testing.T) {
	p, err := newPainter()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{
		longUnit, longTitle, usual.Title, "Hội LHPN xã Đồng Mẫu", "Hội LHPN phường Nguyễn Thị Minh Khai",
		"Bữa sáng 0 đồng cho bệnh nhân nghèo", "Mô hình chi hội phụ nữ không có người vi phạm pháp luật và tệ nạn xã hội ở xã Yên Trạch",
		strings.Repeat("nghiêng ", 17), strings.Repeat("Ế", 200), "một " + strings.Repeat("w", 90),
	}
	for _, text := range texts {
		for _, width := range []float64{400, 620, room} {
			b := p.fit(text, true, width, 6, loose, 60, 44, 36)
			if len(b.lines) == 0 || b.wide > width {
				t.Errorf("%.0f wide: %q is %.0f wide in %d lines", width, text, b.wide, len(b.lines))
				continue
			}
			last := b.lines[len(b.lines)-1]
			if words := len(strings.Fields(text)); len(b.lines) > 1 && words > 2 && !b.cut && len(strings.Fields(last)) < 2 {
				t.Errorf("%.0f wide: %q ends in the lonely word %q", width, text, last)
			}
			if shown := strings.Join(b.lines, " "); b.cut != strings.HasSuffix(shown, "…") {
				t.Errorf("%.0f wide: cut is %v in %q", width, b.cut, shown)
			} else if !b.cut && strings.ReplaceAll(shown, " ", "") != strings.ReplaceAll(strings.TrimSpace(text), " ", "") {
				t.Errorf("%.0f wide: words were lost: %q", width, shown)
			}
		}
	}
}

func TestANameIsNotTornApart(t *testing.T) {
	p, err := newPainter()
	if err != nil {
		t.Fatal(err)
	}
	b := p.fit("Hội LHPN phường Nguyễn Thị Minh Khai", true, 860, 3, 1.3, 56)
	if got, want := strings.Join(b.lines, "|"), "Hội LHPN|phường Nguyễn Thị Minh Khai"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for i, l := range p.fit("Chi hội phụ nữ của xã Đồng Mẫu nuôi lợn đất giúp nhau thoát nghèo", true, 500, 4, 1.3, 50).lines {
		if strings.HasSuffix(l, "Đồng") || strings.HasSuffix(l, "xã") {
			t.Errorf("line %d tears the name: %q", i+1, l)
		}
	}
}

// The marks of a line stay clear of the tails of the line above, and nothing leaves the picture.
func TestMarksAndTailsHaveAir(t *testing.T) {
	p, err := newPainter()
	if err != nil {
		t.Fatal(err)
	}
	for _, leading := range []float64{1.3, loose} {
		face := p.face(100, true)
		_, tails := bounds(face, "ợgỵẬpqyỆj,")
		marks, _ := bounds(face, "ẾỄỖẨẴỨỮÃ")
		if marks > 100*rise || tails > 100*fall {
			t.Errorf("letters rise %.1f and fall %.1f of 100, more than what is laid out for", marks, tails)
		}
		if air := 100*leading - marks - tails; air < 1 {
			t.Errorf("lines %.2f apart leave %.1f of 100 between tails and marks", leading, air)
		}
	}
}

func bounds(face font.Face, text string) (over, under float64) {
	b, _ := font.BoundString(face, text)
	return -float64(b.Min.Y) / 64, float64(b.Max.Y) / 64
}

// The letters keep to their own part: the title never reaches the paper, the figure never the lotus, and the edges stay
// free, however long the words are.
func TestNothingIsClippedOrCovered(t *testing.T) {
	words := []string{"", longUnit, longTitle, strings.Repeat("Ữ", 400)}
	for _, unit := range words {
		for _, title := range words {
			for _, c := range []Card{{Unit: unit, Title: title}, {Head: longTitle, Unit: unit, Title: title, Figure: "+74", FigureLabel: longTitle, Foot: longTitle}} {
				p, err := newPainter()
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range []*string{&c.Unit, &c.Title} {
					*s = clean(p.fonts[0], *s)
				}
				p.draw(c)
				blank, err := newPainter()
				if err != nil {
					t.Fatal(err)
				}
				blank.ground(p.horizon)
				for y := range Side {
					from, to := 0, Side
					if y >= 40 && y < Side-36 && math.Abs(float64(y)-p.horizon) > 24 {
						from, to = edge-12, Side-edge+4 // words may stand here
					} else {
						to = 0
					}
					row := func(p *painter, x0, x1 int) []byte { return p.img.Pix[y*p.img.Stride+4*x0 : y*p.img.Stride+4*x1] }
					if !bytes.Equal(row(p, 0, from), row(blank, 0, from)) || !bytes.Equal(row(p, to, Side), row(blank, to, Side)) {
						t.Fatalf("unit of %d, title of %d letters: something was written outside in row %d (horizon %.0f)", len(unit), len(title), y, p.horizon)
					}
				}
			}
		}
	}
}

func TestAnEmptyCardIsStillAPicture(t *testing.T) {
	if img := drawn(t, Card{}); img.Bounds().Dx() != Side || img.Bounds().Dy() != Side {
		t.Errorf("got %v", img.Bounds())
	}
}
