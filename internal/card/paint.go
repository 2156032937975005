package card

import (
	"image"
	"image/color"
	"math"
	"sync"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// parsed are the two weights of the one typeface: Liberation Sans, which has every Vietnamese letter as one piece.
var parsed = sync.OnceValues(func() (f [2]*opentype.Font, err error) {
	if f[0], err = opentype.Parse(liberationsansregular.TTF); err != nil {
		return f, err
	}
	f[1], err = opentype.Parse(liberationsansbold.TTF)
	return f, err
})

// painter paints one picture.
type painter struct {
	img   *image.RGBA
	fonts [2]*opentype.Font
	faces map[faceKey]font.Face
	// horizon is where the lotus ends and the paper begins.
	horizon float64
}

type faceKey struct {
	size float64
	bold bool
}

func newPainter() (*painter, error) {
	fonts, err := parsed()
	return &painter{img: image.NewRGBA(image.Rect(0, 0, Side, Side)), fonts: fonts, faces: map[faceKey]font.Face{}}, err
}

// face is the typeface in a size. Faces keep the letter they are at and are not shared between pictures.
func (p *painter) face(size float64, bold bool) font.Face {
	key := faceKey{size, bold}
	if p.faces[key] == nil {
		weight := p.fonts[0]
		if bold {
			weight = p.fonts[1]
		}
		face, err := opentype.NewFace(weight, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			panic(err) // it has no cause that words could give
		}
		p.faces[key] = face
	}
	return p.faces[key]
}

// capital is how high a capital is, of the size of the letters.
const capital = 0.73

// block writes a text whose first line's marks begin at y.
func (p *painter) block(b block, bold bool, tint color.RGBA, x, y float64) {
	for i, text := range b.lines {
		p.write(text, b.size, bold, tint, x, y+b.size*rise+b.step*float64(i))
	}
}

// write puts one line down with its base line at y.
func (p *painter) write(text string, size float64, bold bool, tint color.RGBA, x, y float64) {
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(tint), Face: p.face(size, bold),
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(math.Round(y) * 64)}}
	d.DrawString(text)
}

// ground is lotus down to the horizon and paper under it, with the mark of the product rising large behind the words:
// a story, and the rings in which it spreads. Under the horizon they are seen once more, as on water.
func (p *painter) ground(horizon float64) {
	for y := range Side {
		tint := paper
		if at := float64(y); at < horizon {
			tint = mix(lotusTop, lotusLow, at/horizon)
		}
		row := p.img.Pix[y*p.img.Stride : y*p.img.Stride+4*Side]
		for x := 0; x < len(row); x += 4 {
			row[x], row[x+1], row[x+2], row[x+3] = tint.R, tint.G, tint.B, 255
		}
	}
	const unit = 34.0 // pixels for one of the mark's own grid of 32
	cx := Side - edge - 2.4*unit
	for _, ring := range []struct {
		r, thick float64
		strength uint8
	}{{6.5, 2.8, 30}, {11, 2.4, 22}, {15.5, 2.2, 16}, {20, 2, 11}} {
		p.fill(thin(white, ring.strength), arc(cx, horizon, ring.r*unit, ring.thick*unit, -1))
		p.fill(mix(paper, lotus, float64(ring.strength)/440), arc(cx, horizon, ring.r*unit, ring.thick*unit, 1))
	}
	p.fill(thin(white, 40), arc(cx, horizon, 1.6*unit, 3.2*unit, -1))
	p.fill(mix(paper, lotus, 0.1), arc(cx, horizon, 1.6*unit, 3.2*unit, 1))
}

// mark is the product's own, as wide and high as said.
func (p *painter) mark(x, y, side float64, tint color.RGBA) {
	u := side / 32
	cx, cy := x+16*u, y+22*u
	p.fill(tint, disc(cx, cy, 3.2*u))
	for _, ring := range []struct {
		r, thick float64
		strength uint8
	}{{6.5, 2.8, 255}, {11, 2.4, 166}, {14.5, 2, 100}} {
		p.fill(thin(tint, ring.strength), arc(cx, cy, ring.r*u, ring.thick*u, -1))
	}
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	m := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*t)) }
	return color.RGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), 255}
}

// thin is a colour that lets what is under it through.
func thin(c color.RGBA, strength uint8) color.RGBA {
	m := func(v uint8) uint8 { return uint8(int(v) * int(strength) / 255) }
	return color.RGBA{m(c.R), m(c.G), m(c.B), strength}
}

// shape is an outline in straight pieces, closed.
type shape [][2]float64

func (p *painter) fill(tint color.RGBA, s shape) {
	x0, y0, x1, y1 := s[0][0], s[0][1], s[0][0], s[0][1]
	for _, at := range s {
		x0, y0, x1, y1 = min(x0, at[0]), min(y0, at[1]), max(x1, at[0]), max(y1, at[1])
	}
	part := image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1))).Intersect(p.img.Rect)
	var r vector.Rasterizer
	r.Reset(part.Dx(), part.Dy())
	for i, at := range s {
		x, y := float32(at[0]-float64(part.Min.X)), float32(at[1]-float64(part.Min.Y))
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(p.img, part, image.NewUniform(tint), image.Point{})
}

func box(x0, y0, x1, y1 float64) shape { return shape{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}} }

func disc(cx, cy, r float64) shape { return bend(nil, cx, cy, r, 0, 2*math.Pi) }

// arc is half a ring with its ends on the line of its middle: the upper half where up is -1, the lower where it is 1.
func arc(cx, cy, r, thick, up float64) shape {
	return bend(bend(nil, cx, cy, r+thick/2, 0, up*math.Pi), cx, cy, r-thick/2, up*math.Pi, 0)
}

// bend goes on along a circle.
func bend(s shape, cx, cy, r, from, to float64) shape {
	steps := max(12, int(r))
	for i := range steps + 1 {
		a := from + (to-from)*float64(i)/float64(steps)
		s = append(s, [2]float64{cx + r*math.Cos(a), cy + r*math.Sin(a)})
	}
	return s
}
