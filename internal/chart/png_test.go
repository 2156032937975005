package chart

import (
	"bytes"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write the golden pictures anew; look at them before they are committed")

const hard = "Phụ nữ xã Đồng Mẫu, ấ ầ ẩ ẫ ậ ắ ằ ẵ ặ ề ễ ộ ỡ ữ ỹ"

func weeks() []Tick {
	return []Tick{{1, "36"}, {3, "38"}, {5, "40"}, {7, "42"}, {9, "44"}, {12, "47"}}
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// pictures are one of each kind, with the letters that are hardest.
var pictures = map[string]interface {
	PNG(width int) ([]byte, error)
}{
	"series": Series{
		Title: hard, Number: plain, Ticks: weeks(), Breaks: []Tick{{7, "Cách tính mới từ 15/6"}},
		Lines: []Line{
			{"Bài đăng trong tuần", "c-1", []XY{{1, 610}, {2, 640}, {3, 655}, {4, 590}, {5, 700}, {6, 720}, {7, 690}, {8, 705}, {9, 730}, {10, 760}, {11, 735}, {12, 748}}},
			{"Bài tự viết", "c-2", []XY{{1, 310}, {2, 340}, {3, math.NaN()}, {4, 390}, {5, 400}, {6, 420}, {7, 390}, {8, 405}, {9, 430}, {10, 460}, {11, 435}, {12, 448}}},
			{"Ở cấp trên đưa về", "c-3", []XY{{1, 110}, {4, 90}, {6, 120}, {7, 130}, {9, 90}, {12, 148}}},
		},
	},
	"curve": Curve{
		Title: "Bài “Nuôi lợn đất” so với mức thường của trang", Height: 150, Last: "63 lượt",
		Ticks: []Tick{{0, "lúc đăng"}, {24, "1 ngày"}, {72, "3 ngày"}, {168, "7 ngày"}},
		Line:  []XY{{1, 3}, {3, 8}, {6, 15}, {12, 24}, {24, 40}, {48, 55}, {72, 60}, {168, 63}},
		Low:   []XY{{1, 1}, {24, 6}, {168, 10}}, High: []XY{{1, 3}, {24, 14}, {168, 20}},
	},
	"calendar": Calendar{
		Title: "26 tuần của xã Đồng Mẫu", Rows: [7]string{"Thứ hai", "", "Thứ tư", "", "Thứ sáu", "", "Chủ nhật"}, Ticks: []Tick{{0, "1/6"}, {13, "31/8"}},
		Weeks: [][7]Cell{{{N: 1}, {N: 2}, {N: 3}, {N: 9}, {}, {}, {Look: Hatched}}, {{Look: Hatched}, {Look: Hatched}, {N: 1}, {}, {}, {N: 1}, {N: 1}}, {{N: 2}, {Look: Blank}}},
	},
	"dots":  Dots{Title: "Lượt tương tác từng bài", Number: plain, Points: []XY{{1, 4}, {2, 30}, {3, 12}, {6, 18}}, Low: []XY{{1, 5}, {6, 6}}, High: []XY{{1, 15}, {6, 17}}, Ticks: []Tick{{1, "1/11"}, {6, "6/11"}}},
	"bar":   Bar{Title: "x", Parts: []Part{{151, "s-active"}, {20, "s-thinning"}, {9, "s-silent"}, {5, "s-disconnected"}, {2, "s-archived"}}},
	"spark": Spark{Title: "x", Values: []int{3, 4, 2, 0, 1, 5, 4, 4, 3, 0, 2, 6}},
	"stack": Stack{
		Title: "Tình trạng 187 trang và nhóm, tuần 47 (16–22/11/2026)",
		Keys:  []Key{{"Hoạt động", "s-active"}, {"Thưa dần", "s-thinning"}, {"Im lặng", "s-silent"}, {"Mất kết nối", "s-disconnected"}, {"Lưu trữ", "s-archived"}},
		Rows: []StackRow{
			{"Cấp tỉnh", "1 kênh", []int{1, 0, 0, 0, 0}},
			{"Cấp huyện (đến 30/6/2025)", "9 kênh", []int{5, 1, 1, 0, 2}},
			{"Cấp xã", "177 kênh", []int{145, 19, 8, 5, 0}},
			{"Chưa có kênh nào", "0 kênh", []int{0, 0, 0, 0, 0}},
		},
	},
}

func TestAPictureIsDrawnAsItWasLookedAt(t *testing.T) {
	for name, p := range pictures {
		t.Run(name, func(t *testing.T) {
			got, err := p.PNG(560)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+".png")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%s is not there; -update writes it", file)
			}
			// What floating point rounds otherwise on another machine is a hair at the edge of letters.
			if far := difference(t, decode(t, got), decode(t, want)); far > 0.002 {
				t.Errorf("%.2f %% of the picture are not as in %s", far*100, file)
			}
			if len(got) > 60<<10 {
				t.Errorf("%d bytes are much for a mail", len(got))
			}
		})
	}
}

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// difference is the share of points that look otherwise.
func difference(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	if a.Bounds() != b.Bounds() {
		t.Fatalf("sizes %v and %v", a.Bounds(), b.Bounds())
	}
	far, all := 0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			all++
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, bl2, _ := b.At(x, y).RGBA()
			if math.Abs(float64(r)-float64(r2))+math.Abs(float64(g)-float64(g2))+math.Abs(float64(bl)-float64(bl2)) > 3*0x1800 {
				far++
			}
		}
	}
	return float64(far) / float64(all)
}

func TestAPictureIsTwiceAsFineOnWhiteWithoutHoles(t *testing.T) {
	for name, p := range pictures {
		b, err := p.PNG(560)
		if err != nil {
			t.Fatal(err)
		}
		img := decode(t, b)
		if img.Bounds().Dx() != 1120 {
			t.Errorf("%s: %d points wide, want 1120", name, img.Bounds().Dx())
		}
		if img, is := img.(interface{ Opaque() bool }); !is || !img.Opaque() {
			t.Errorf("%s lets a dark ground shine through", name)
		}
	}
}

func TestEveryVietnameseLetterHasItsShape(t *testing.T) {
	fonts, err := newFaces()
	if err != nil {
		t.Fatal(err)
	}
	letters := "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
	for _, c := range letters + strings.ToUpper(letters) + "0123456789.,:;%()“”–−…·•/≥×&+-" {
		for i, f := range fonts.fonts {
			if at, err := f.GlyphIndex(nil, c); err != nil || at == 0 {
				t.Errorf("weight %d has no %c", i, c)
			}
		}
	}
}

func TestDecomposedLettersAreDrawnWhole(t *testing.T) {
	whole, err := Stack{Title: hard, Rows: []StackRow{{Name: hard}}}.PNG(600)
	if err != nil {
		t.Fatal(err)
	}
	apart, err := Stack{Title: norm.NFD.String(hard), Rows: []StackRow{{Name: norm.NFD.String(hard)}}}.PNG(600)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole, apart) {
		t.Error("the same words look otherwise when their marks stand apart")
	}
}

func TestWithoutFiguresThereIsNoPicture(t *testing.T) {
	for name, p := range map[string]interface{ PNG(int) ([]byte, error) }{
		"series": Series{Number: plain}, "curve": Curve{}, "spark": Spark{}, "stack": Stack{},
	} {
		if b, err := p.PNG(300); err != nil || b != nil {
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

func TestAwkwardPicturesAreDrawnToo(t *testing.T) {
	for name, p := range map[string]interface{ PNG(int) ([]byte, error) }{
		"a long title":       Stack{Title: strings.Repeat("rất dài ", 60), Rows: []StackRow{{Name: strings.Repeat("x", 400), Note: "9", N: []int{1, 2}}}, Keys: []Key{{"a", "s-active"}}},
		"huge and tiny":      Series{Number: plain, Lines: []Line{{Points: []XY{{1, 5e15}, {2, 1}}}}},
		"one point":          Series{Number: plain, Lines: []Line{{Points: []XY{{1, 5}}}}},
		"an impossible size": Bar{Parts: []Part{{1, "a"}}},
	} {
		for _, width := range []int{-5, 0, 1, 300} {
			b, err := p.PNG(width)
			if err != nil || len(b) == 0 {
				t.Errorf("%s at %d: %v", name, width, err)
			}
		}
	}
}

// brightness after WCAG 2.
func brightness(c color.NRGBA) float64 {
	part := func(b uint8) float64 {
		f := float64(b) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func TestColoursCanBeReadOnWhite(t *testing.T) {
	for _, class := range []string{"c-label", "c-label c-breaks", "c-label c-last", "c-label c-name", "c-title", "c-key"} {
		if ratio := 1.05 / (brightness(styleOf(class).colour) + 0.05); ratio < 4.5 {
			t.Errorf("letters of %s: contrast %.1f", class, ratio)
		}
	}
	for _, class := range []string{"c-line c-1", "c-line c-2", "c-line c-3", "c-line c-4", "c-part s-active", "c-part s-thinning", "c-part s-silent", "c-part s-disconnected", "c-part s-archived"} {
		if ratio := 1.05 / (brightness(styleOf(class).colour) + 0.05); ratio < 3 {
			t.Errorf("%s: contrast %.1f", class, ratio)
		}
	}
}

func TestThePaletteIsTheOneOfTheScreens(t *testing.T) {
	css, err := os.ReadFile("../../web/static/app.css")
	if err != nil {
		t.Fatal("the style sheet of the screens is not where it was: ", err)
	}
	light, _, _ := strings.Cut(string(css), "prefers-color-scheme")
	for name, c := range colours {
		if want := "--" + name + ":#" + hex(c); !strings.Contains(light, want) {
			t.Errorf("app.css has not %s", want)
		}
	}
}

func hex(c color.NRGBA) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, x := range []uint8{c.R, c.G, c.B} {
		b.WriteByte(digits[x>>4])
		b.WriteByte(digits[x&15])
	}
	return b.String()
}

func BenchmarkPNG(b *testing.B) {
	for name, p := range pictures {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := p.PNG(560)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(out)), "bytes")
			}
		})
	}
}

func BenchmarkSVG(b *testing.B) {
	for b.Loop() {
		if pictures["series"].(Series).SVG() == "" {
			b.Fatal("nothing")
		}
	}
}
