package thumb

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

var (
	red   = color.RGBA{220, 20, 20, 255}
	green = color.RGBA{20, 200, 20, 255}
	blue  = color.RGBA{20, 20, 220, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// quarters is a picture of w × h: red and green above, blue and white below.
func quarters(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, quarter(x, y, w, h))
		}
	}
	return m
}

func quarter(x, y, w, h int) color.RGBA {
	return [2][2]color.RGBA{{red, green}, {blue, white}}[2*y/h][2*x/w]
}

func asJPEG(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tiff is Exif data with an orientation and the place where the picture was taken.
func tiff(order binary.ByteOrder, orientation uint16) []byte {
	var b bytes.Buffer
	if order == binary.LittleEndian {
		b.WriteString("II*\x00")
	} else {
		b.WriteString("MM\x00*")
	}
	put := func(v any) { binary.Write(&b, order, v) }
	put(uint32(8))
	put(uint16(2))
	put([]uint16{0x0112, 3})
	put(uint32(1))
	put([]uint16{orientation, 0})
	put([]uint16{0x8825, 4}) // GPS
	put([]uint32{1, 38, 0})
	put(uint16(1))
	put([]uint16{2, 5}) // GPSLatitude, three fractions
	put([]uint32{3, 56, 0})
	put([]uint32{21, 1, 35, 1, 33, 1})
	b.WriteString("GPS-SECRET")
	return b.Bytes()
}

func withExif(plain, tiff []byte) []byte {
	body := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, plain[:2]...)
	out = append(out, 0xff, 0xe1, byte((len(body)+2)>>8), byte(len(body)+2))
	return append(append(out, body...), plain[2:]...)
}

// check says whether the four quarters of a JPEG have their colours.
func check(t *testing.T, data []byte, w, h int) {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds().Dx() != w || m.Bounds().Dy() != h {
		t.Fatalf("%v, want %d × %d", m.Bounds(), w, h)
	}
	for _, p := range []image.Point{{w / 4, h / 4}, {3 * w / 4, h / 4}, {w / 4, 3 * h / 4}, {3 * w / 4, 3 * h / 4}} {
		want := quarter(p.X, p.Y, w, h)
		r, g, b, _ := m.At(p.X, p.Y).RGBA()
		for i, d := range []int{int(r>>8) - int(want.R), int(g>>8) - int(want.G), int(b>>8) - int(want.B)} {
			if d < -25 || d > 25 {
				t.Errorf("at %v colour %d is off by %d", p, i, d)
			}
		}
	}
}

func TestKindsAndSizes(t *testing.T) {
	var g bytes.Buffer
	pal := image.NewPaletted(image.Rect(0, 0, 300, 200), color.Palette{red, green, blue, white})
	for y := range 200 {
		for x := range 300 {
			pal.Set(x, y, quarter(x, y, 300, 200))
		}
	}
	other := image.NewPaletted(pal.Rect, pal.Palette)
	if err := gif.EncodeAll(&g, &gif.GIF{Image: []*image.Paletted{pal, other}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			deep.Set(x, y, quarter(x, y, 300, 200))
		}
	}
	for _, tt := range []struct {
		name    string
		data    []byte
		longest int
		w, h    int
	}{
		{"a JPEG, wide", asJPEG(t, quarters(1600, 800)), 400, 400, 200},
		{"a JPEG, tall", asJPEG(t, quarters(500, 2000)), 200, 50, 200},
		{"a little too large", asJPEG(t, quarters(640, 480)), 500, 500, 375},
		{"a small one is not enlarged", asJPEG(t, quarters(40, 20)), 400, 40, 20},
		{"a PNG", asPNG(t, quarters(900, 900)), 100, 100, 100},
		{"a deep PNG", asPNG(t, deep), 150, 150, 100},
		{"the first picture of a GIF", g.Bytes(), 150, 150, 100},
		{"a square one", asJPEG(t, quarters(333, 333)), 111, 111, 111},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, w, h, err := Make(tt.data, tt.longest)
			if err != nil || w != tt.w || h != tt.h {
				t.Fatalf("%d × %d, %v", w, h, err)
			}
			check(t, out, tt.w, tt.h)
		})
	}
}

// webpLossless is 4 × 2 pixels of one colour, made by hand: a lossless frame whose five codes have one symbol each.
func webpLossless(w, h int, r, g, b byte) []byte {
	var bits []bool
	put := func(v uint64, n int) {
		for i := range n {
			bits = append(bits, v>>i&1 == 1)
		}
	}
	put(0x2f, 8)
	put(uint64(w-1), 14)
	put(uint64(h-1), 14)
	put(0, 1+3+1+1+1)                        // no alpha, version, no transform, no colour cache, one group of codes
	for _, v := range []byte{g, r, b, 255} { // simple codes of one symbol of 8 bits
		put(1, 1)
		put(0, 1)
		put(1, 1)
		put(uint64(v), 8)
	}
	put(1, 1) // distances: one symbol of one bit
	put(0, 1)
	put(0, 1)
	put(0, 1)
	body := make([]byte, (len(bits)+7)/8)
	for i, on := range bits {
		if on {
			body[i/8] |= 1 << (i % 8)
		}
	}
	if len(body)%2 == 1 {
		body = append(body, 0)
	}
	return riff(chunk("VP8L", body))
}

func chunk(id string, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(body)))
	out = append(out, body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func TestWebP(t *testing.T) {
	out, w, h, err := Make(webpLossless(40, 20, 220, 20, 20), 10)
	if err != nil || w != 10 || h != 5 {
		t.Fatalf("%d × %d, %v", w, h, err)
	}
	m, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := m.At(5, 2).RGBA(); r>>8 < 200 || g>>8 > 50 || b>>8 > 50 {
		t.Errorf("red became %d %d %d", r>>8, g>>8, b>>8)
	}
	plain := webpLossless(40, 20, 220, 20, 20)
	extended := riff(chunk("VP8X", []byte{1 << 3, 0, 0, 0, 39, 0, 0, 19, 0, 0}), plain[12:], chunk("EXIF", tiff(binary.LittleEndian, 6)))
	if _, w, h, err := Make(extended, 100); err != nil || w != 20 || h != 40 {
		t.Errorf("one that lies on its side: %d × %d, %v", w, h, err)
	}
	lying := riff(chunk("VP8X", []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), webpLossless(16000, 16000, 1, 2, 3)[12:])
	if _, _, _, err := Make(lying, 100); err == nil {
		t.Error("a frame larger than its canvas was unpacked")
	}
	if _, _, _, err := Make(webpLossless(16000, 16000, 1, 2, 3), 100); !errors.Is(err, ErrTooMany) {
		t.Errorf("256 million pixels: %v", err)
	}
}

func TestTheEightOrientations(t *testing.T) {
	// Where the first row and the first column of what is stored belong in the picture, as the standard has it.
	sides := []string{1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left", 5: "left top", 6: "right top", 7: "right bottom", 8: "left bottom"}
	const w, h = 96, 64 // of the picture
	for o := 1; o <= 8; o++ {
		row, col, _ := strings.Cut(sides[o], " ")
		sw, sh := w, h
		if o >= 5 {
			sw, sh = h, w
		}
		stored := image.NewRGBA(image.Rect(0, 0, sw, sh))
		for y := range sh {
			for x := range sw {
				var vx, vy int
				for side, d := range map[string]int{row: y, col: x} {
					switch side {
					case "top":
						vy = d
					case "bottom":
						vy = h - 1 - d
					case "left":
						vx = d
					case "right":
						vx = w - 1 - d
					}
				}
				stored.Set(x, y, quarter(vx, vy, w, h))
			}
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			t.Run(sides[o]+" "+order.String(), func(t *testing.T) {
				out, gw, gh, err := Make(withExif(asJPEG(t, stored), tiff(order, uint16(o))), 48)
				if err != nil || gw != 48 || gh != 32 {
					t.Fatalf("%d × %d, %v", gw, gh, err)
				}
				check(t, out, 48, 32)
			})
		}
	}
	t.Run("of a PNG", func(t *testing.T) {
		plain := asPNG(t, quarters(30, 20))
		exif := append([]byte("eXIf"), tiff(binary.BigEndian, 8)...)
		head := binary.BigEndian.AppendUint32(nil, uint32(len(exif)-4))
		with := append(append([]byte{}, plain[:33]...), head...)
		with = append(append(with, exif...), binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(exif))...)
		if _, w, h, err := Make(append(with, plain[33:]...), 100); err != nil || w != 20 || h != 30 {
			t.Errorf("%d × %d, %v", w, h, err)
		}
	})
}

func TestNothingOfTheCameraRemains(t *testing.T) {
	plain := asJPEG(t, quarters(64, 64))
	for _, longest := range []int{32, 64, 500} {
		in := withExif(plain, tiff(binary.BigEndian, 1))
		if !bytes.Contains(in, []byte("GPS-SECRET")) || jpegExif(in) == nil {
			t.Fatal("the picture to be cleaned has nothing in it")
		}
		out, _, _, err := Make(in, longest)
		if err != nil {
			t.Fatal(err)
		}
		eachSegment(out, func(marker byte, _ []byte) bool {
			if marker >= 0xe0 && marker <= 0xef || marker == 0xfe {
				t.Errorf("segment %x is still there", marker)
			}
			return true
		})
		if bytes.Contains(out, []byte("GPS-SECRET")) || bytes.Contains(out, []byte("Exif")) {
			t.Error("the place is still there")
		}
	}
}

func TestWhatIsTransparentLiesOnWhite(t *testing.T) {
	out, _, _, err := Make(asPNG(t, image.NewNRGBA(image.Rect(0, 0, 20, 20))), 10)
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := m.At(5, 5).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("%d %d %d", r>>8, g>>8, b>>8)
	}
}

func TestRefusals(t *testing.T) {
	bomb := asPNG(t, quarters(2, 2))
	binary.BigEndian.PutUint32(bomb[16:], 30000)
	binary.BigEndian.PutUint32(bomb[20:], 30000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	wide := asJPEG(t, quarters(8, 8))
	sof := bytes.Index(wide, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(wide[sof+5:], 65535)
	binary.BigEndian.PutUint16(wide[sof+7:], 65535)
	progressive := asJPEG(t, quarters(8, 8))
	progressive[sof+1] = 0xc2
	binary.BigEndian.PutUint16(progressive[sof+5:], 6000)
	binary.BigEndian.PutUint16(progressive[sof+7:], 6000)
	for _, tt := range []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, ErrUnknown},
		{"a page", []byte("<!DOCTYPE html>"), ErrUnknown},
		{"a drawing", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), ErrUnknown},
		{"a PNG of 900 million pixels", bomb, ErrTooMany},
		{"a JPEG of 4 billion", wide, ErrTooMany},
		{"a progressive JPEG that takes half a gigabyte", progressive, ErrTooMany},
		{"half a JPEG", asJPEG(t, quarters(640, 640))[:2000], ErrBroken},
		{"the head of a PNG", asPNG(t, quarters(64, 64))[:40], ErrBroken},
		{"the head of a GIF", []byte("GIF89a"), ErrBroken},
		{"the head of a WebP", []byte("RIFF\x04\x00\x00\x00WEBP"), ErrBroken},
	} {
		if _, _, _, err := Make(tt.data, 100); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func FuzzMake(f *testing.F) {
	small := quarters(16, 8)
	f.Add(withExif(asJPEG(f, small), tiff(binary.BigEndian, 6)))
	f.Add(asPNG(f, small))
	f.Add(webpLossless(9, 5, 1, 2, 3))
	gif1, err := base64.StdEncoding.DecodeString("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(gif1)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			return
		}
		if kind := sniff(data); kind != nil {
			if c, err := kind.config(data); err == nil && int64(c.Width)*int64(c.Height) > 4_000_000 {
				return // within the bounds, only slow
			}
		}
		out, w, h, err := Make(data, 50)
		if err != nil {
			return
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(out))
		if err != nil || c.Width != w || c.Height != h || max(w, h) > 50 || min(w, h) < 1 || jpegExif(out) != nil {
			t.Errorf("%d × %d: %v", w, h, err)
		}
	})
}

// A telephone's picture of 12 million pixels.
func BenchmarkMake(b *testing.B) {
	data := asJPEG(b, quarters(4000, 3000))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := Make(data, 640); err != nil {
			b.Fatal(err)
		}
	}
}
