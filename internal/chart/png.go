package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"

	"golang.org/x/image/vector"
)

const (
	fine    = 2  // pixels of the picture for one on the screen
	margin  = 12 // around a picture that stands alone
	leading = 1.35
)

// raster paints one picture. Lengths are in pixels of the screen, and fine times as many of the picture.
type raster struct {
	img    *image.RGBA
	fill   vector.Rasterizer
	faces  faces
	left   float64 // where the marks' width begins
	top    float64 // and their height
	width  float64
	shown  []span // labels that were written
	used   []color.NRGBA
	height float64
}

// png paints the picture on white, with its title above and the meaning of its colours below when it stands alone.
func (p *picture) png(width int) ([]byte, error) {
	f, err := newFaces()
	if err != nil {
		return nil, err
	}
	r := &raster{faces: f, width: float64(max(width, 40))}
	inner := r.width
	var title []string
	var keys [][]Key
	under := 0.0
	if !p.inline {
		r.left, r.top, inner = margin, margin, r.width-2*margin
		if title = r.lines(p.title, styleOf("c-title"), inner); len(title) > 0 {
			r.top += float64(len(title))*styleOf("c-title").size*leading + 8
		}
		if keys = r.keyRows(p.keys, inner); len(keys) > 0 {
			under = float64(len(keys))*keyRow + 8
		}
		under += margin
	}
	r.height = r.top + p.height + under
	r.img = image.NewRGBA(image.Rect(0, 0, int(r.width*fine), int(math.Ceil(r.height*fine))))
	draw.Draw(r.img, r.img.Bounds(), image.White, image.Point{}, draw.Src)
	for i, line := range title {
		s := styleOf("c-title")
		r.write(line, s, margin, margin+s.size+float64(i)*s.size*leading)
	}
	r.width = inner
	for _, m := range p.marks {
		m.paint(r)
	}
	r.writeKeys(keys, r.top+p.height+8)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, r.fewColours()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// fewColours is the picture with 256 colours at most, for a third of the bytes: what was painted lies on white, so all
// is a colour in some thinness. Where two lie over each other the nearest is taken.
func (r *raster) fewColours() *image.Paletted {
	palette := color.Palette{white}
	steps := min(255/max(len(r.used), 1), 51)
	for _, c := range r.used {
		for i := 1; i <= steps; i++ {
			thin := func(b uint8) uint8 { return uint8(255 - (255-int(b))*i/steps) }
			palette = append(palette, color.NRGBA{thin(c.R), thin(c.G), thin(c.B), 255})
		}
	}
	out := image.NewPaletted(r.img.Bounds(), palette)
	nearest := map[[3]uint8]uint8{}
	for i := range out.Pix {
		key := [3]uint8(r.img.Pix[4*i : 4*i+3])
		at, known := nearest[key]
		if !known {
			at = uint8(palette.Index(color.NRGBA{key[0], key[1], key[2], 255}))
			nearest[key] = at
		}
		out.Pix[i] = at
	}
	return out
}

// use keeps a colour for the palette.
func (r *raster) use(c color.NRGBA) {
	if c.A = 255; c != white && !slices.Contains(r.used, c) {
		r.used = append(r.used, c)
	}
}

func (r *raster) at(p XY) XY { return XY{r.left + p.X*r.width, r.top + p.Y} }

func (s stroke) paint(r *raster) {
	points := make([]XY, len(s.points))
	for i, p := range s.points {
		points[i] = r.at(p)
	}
	look := styleOf(s.class)
	if s.closed {
		r.area(look.colour, points)
		return
	}
	for _, piece := range dashed(points, look.dash) {
		r.line(look, piece)
	}
}

func (b box) paint(r *raster) {
	look := styleOf(b.class)
	from, to := r.at(XY{b.x, b.y}), r.at(XY{b.x + b.w, b.y + b.h})
	if look.gap {
		from.X, to.X = from.X+0.75*sign(b.x), to.X-0.75*sign(1-b.x-b.w)
	}
	r.area(look.colour, corners(from, to, b.round))
}

// sign is 1 for a length that is more than nothing.
func sign(f float64) float64 {
	if f > 1e-6 {
		return 1
	}
	return 0
}

func (d dot) paint(r *raster) {
	r.area(styleOf(d.class).colour, circle(r.at(XY{d.at, d.y}), d.r))
}

// label writes the text with a white edge around its letters, and leaves it out where it would cover another of its
// line.
func (l label) paint(r *raster) {
	look := styleOf(l.class)
	p, long := r.at(XY{l.at, l.y}), r.faces.wide(l.text, look)
	switch l.anchor {
	case "middle":
		p.X -= long / 2
	case "end":
		p.X -= long
	}
	p.X = max(r.left, min(p.X, r.left+r.width-long))
	mine := span{p.Y, p.X, p.X + long}
	for _, s := range r.shown {
		if math.Abs(s.y-mine.y) < look.size && mine.from < s.to+4 && s.from < mine.to+4 {
			return
		}
	}
	r.shown = append(r.shown, mine)
	edge := look
	edge.colour = white
	for _, by := range []XY{{-1.5, 0}, {1.5, 0}, {0, -1.5}, {0, 1.5}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}} {
		r.write(l.text, edge, p.X+by.X, p.Y+by.Y)
	}
	r.write(l.text, look, p.X, p.Y)
}

// span is where a label stands.
type span struct{ y, from, to float64 }

func (c rounded) paint(r *raster) {
	from, to := r.at(XY{0, c.y}), r.at(XY{1, c.y + c.h})
	inside := corners(from, to, c.r)
	from, to = XY{from.X - 0.5, from.Y - 0.5}, XY{to.X + 0.5, to.Y + 0.5} // what only touched the edge goes too
	for i, j := 0, len(inside)-1; i < j; i, j = i+1, j-1 {
		inside[i], inside[j] = inside[j], inside[i] // the other way round: a hole
	}
	r.area(white, corners(from, to, 0), inside)
}

// line paints a line with round joints and ends.
func (r *raster) line(look style, points []XY) {
	half := look.width / 2
	if look.width <= 1 { // a hair line lies on whole pixels
		for i, p := range points {
			points[i] = XY{p.X, math.Round(p.Y*fine) / fine}
		}
	}
	var shapes [][]XY
	for i, p := range points {
		if look.width > 1.5 {
			shapes = append(shapes, circle(p, half))
		}
		if i == 0 {
			continue
		}
		q := points[i-1]
		long := math.Hypot(p.X-q.X, p.Y-q.Y)
		if long == 0 {
			continue
		}
		nx, ny := -(p.Y-q.Y)/long*half, (p.X-q.X)/long*half
		shapes = append(shapes, []XY{{q.X - nx, q.Y - ny}, {p.X - nx, p.Y - ny}, {p.X + nx, p.Y + ny}, {q.X + nx, q.Y + ny}})
	}
	r.area(look.colour, shapes...)
}

// area fills what the shapes surround, as one. Shapes of one turn add up, one of the other turn is a hole.
func (r *raster) area(c color.NRGBA, shapes ...[]XY) {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, s := range shapes {
		for _, p := range s {
			left, right, top, bottom = min(left, p.X), max(right, p.X), min(top, p.Y), max(bottom, p.Y)
		}
	}
	frame := image.Rect(int(math.Floor(left*fine)), int(math.Floor(top*fine)), int(math.Ceil(right*fine)), int(math.Ceil(bottom*fine))).
		Intersect(r.img.Bounds())
	if left > right || frame.Empty() {
		return
	}
	r.use(c)
	r.fill.Reset(frame.Dx(), frame.Dy())
	for _, s := range shapes {
		for i, p := range s {
			x, y := float32(p.X*fine-float64(frame.Min.X)), float32(p.Y*fine-float64(frame.Min.Y))
			if i == 0 {
				r.fill.MoveTo(x, y)
			} else {
				r.fill.LineTo(x, y)
			}
		}
		r.fill.ClosePath()
	}
	r.fill.Draw(r.img, frame, image.NewUniform(c), image.Point{})
}

// dashed cuts a line into the pieces that are drawn.
func dashed(points []XY, dash []float64) [][]XY {
	if len(dash) == 0 || len(points) == 0 {
		return [][]XY{points}
	}
	var out [][]XY
	piece := []XY{points[0]}
	left, turn := dash[0], 0
	for i := 1; i < len(points); i++ {
		from, to := points[i-1], points[i]
		long := math.Hypot(to.X-from.X, to.Y-from.Y)
		for at := 0.0; long-at > 1e-9; {
			step := min(left, long-at)
			at, left = at+step, left-step
			p := XY{from.X + (to.X-from.X)*at/long, from.Y + (to.Y-from.Y)*at/long}
			if turn%2 == 0 {
				piece = append(piece, p)
			}
			if left <= 1e-9 {
				if turn%2 == 0 {
					out = append(out, piece)
				}
				turn++
				left, piece = dash[turn%len(dash)], []XY{p}
			}
		}
	}
	if turn%2 == 0 && len(piece) > 1 {
		out = append(out, piece)
	}
	return out
}

// circle goes round as [corners] do.
func circle(at XY, radius float64) []XY {
	const n = 24
	out := make([]XY, n)
	for i := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		out[i] = XY{at.X + radius*cos, at.Y + radius*sin}
	}
	return out
}

// corners is a rectangle, clockwise as it is seen, with round corners if they have a radius.
func corners(from, to XY, radius float64) []XY {
	if radius = min(radius, (to.X-from.X)/2, (to.Y-from.Y)/2); radius <= 0 {
		return []XY{from, {to.X, from.Y}, to, {from.X, to.Y}}
	}
	var out []XY
	for i, c := range []XY{{to.X - radius, to.Y - radius}, {from.X + radius, to.Y - radius}, {from.X + radius, from.Y + radius}, {to.X - radius, from.Y + radius}} {
		for step := 0; step <= 6; step++ {
			sin, cos := math.Sincos(math.Pi / 2 * (float64(i) + float64(step)/6))
			out = append(out, XY{c.X + radius*cos, c.Y + radius*sin})
		}
	}
	return out
}
