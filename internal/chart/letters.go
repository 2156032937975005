package chart

import (
	"image"
	"strings"
	"sync"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// parsed are the two weights of the one typeface: Liberation Sans, which has every Vietnamese letter and whose
// widths are those of Arial.
var parsed = sync.OnceValues(func() (f [2]*opentype.Font, err error) {
	if f[0], err = opentype.Parse(liberationsansregular.TTF); err != nil {
		return f, err
	}
	f[1], err = opentype.Parse(liberationsansbold.TTF)
	return f, err
})

// faces are letters in the sizes of one picture. They may not be shared: each keeps the letter it is at.
type faces struct {
	fonts [2]*opentype.Font
	made  map[faceKey]font.Face
}

type faceKey struct {
	size float64
	bold bool
}

func newFaces() (faces, error) {
	fonts, err := parsed()
	return faces{fonts, map[faceKey]font.Face{}}, err
}

func (f faces) of(s style) font.Face {
	key := faceKey{s.size, s.bold}
	if f.made[key] == nil {
		weight := f.fonts[0]
		if s.bold {
			weight = f.fonts[1]
		}
		face, err := opentype.NewFace(weight, &opentype.FaceOptions{Size: s.size * fine, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			panic(err) // it has no cause that data could give
		}
		f.made[key] = face
	}
	return f.made[key]
}

// wide is how wide a text is.
func (f faces) wide(text string, s style) float64 {
	return float64(font.MeasureString(f.of(s), norm.NFC.String(text))) / 64 / fine
}

// write puts a text down with its base line at y. Marks that stand apart from their letter are joined with it before,
// since the typeface knows the whole letters.
func (r *raster) write(text string, s style, x, y float64) {
	r.use(s.colour)
	d := font.Drawer{Dst: r.img, Src: image.NewUniform(s.colour), Face: r.faces.of(s),
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * fine * 64), Y: fixed.Int26_6(y * fine * 64)}}
	d.DrawString(norm.NFC.String(text))
}

// lines breaks a text where it would be wider than there is room.
func (r *raster) lines(text string, s style, room float64) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && r.faces.wide(longer, s) > room {
			out, longer = append(out, line), word
		}
		line = longer
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

const (
	keyRow = 20 // the height of a row of keys
	keyGap = 18 // between two keys
)

// keyRows puts as many keys into a row as there is room for.
func (r *raster) keyRows(keys []Key, room float64) [][]Key {
	var rows [][]Key
	x := 0.0
	for _, k := range keys {
		if k.Name == "" {
			continue
		}
		w := arm(k) + 6 + r.faces.wide(k.Name, styleOf("c-key")) + keyGap
		if len(rows) == 0 || x+w-keyGap > room {
			rows, x = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], k)
		x += w
	}
	return rows
}

// arm is how long the sample of a key is.
func arm(k Key) float64 {
	if lineKey(k) {
		return 22
	}
	return 12
}

func lineKey(k Key) bool { return strings.HasPrefix(k.Class, "c-line") }

func (r *raster) writeKeys(rows [][]Key, y float64) {
	look := styleOf("c-key")
	for i, row := range rows {
		x, mid := r.left, y+float64(i)*keyRow+keyRow/2
		for _, k := range row {
			to := x + arm(k)
			if s := styleOf(k.Class); lineKey(k) {
				for _, piece := range dashed([]XY{{x, mid}, {to, mid}}, s.dash) {
					r.line(s, piece)
				}
			} else {
				r.area(s.colour, corners(XY{x, mid - 6}, XY{to, mid + 6}, 3))
			}
			r.write(k.Name, look, to+6, mid+4.5)
			x = to + 6 + r.faces.wide(k.Name, look) + keyGap
		}
	}
}
