package card

import (
	"bytes"
	"image/color"
	"image/png"
	"unicode"
	"unicode/utf8"
)

// Card is what a picture says. Each of them may be empty, and is then left out.
type Card struct {
	Head        string // a few words at the top, beside the mark: "Cảm ơn chị em"
	Unit        string // who is thanked: "Hội LHPN xã Đồng Mẫu"
	Title       string // of the story
	Figure      string // "+74"
	FigureLabel string // "tương tác so với đà sẵn có"; without a figure it stands alone, larger
	Foot        string // where and when: "Phụ nữ Thái Nguyên · 24/11/2026"
}

// Side is how wide and high a picture is, in pixels.
const Side = 1080

const (
	edge = 84.0 // around everything
	room = Side - 2*edge
)

// The colours of the product's look; those on the lotus ground have a contrast of 4.5 and more over its rings too.
var (
	paper    = color.RGBA{0xfd, 0xfa, 0xf8, 0xff}
	lotusTop = color.RGBA{0xa9, 0x1d, 0x58, 0xff}
	lotusLow = color.RGBA{0x8a, 0x15, 0x47, 0xff}
	lotus    = color.RGBA{0xa9, 0x1d, 0x58, 0xff}
	blush    = color.RGBA{0xfb, 0xd9, 0xe7, 0xff}
	white    = color.RGBA{0xff, 0xff, 0xff, 0xff}
	ink      = color.RGBA{0x22, 0x1a, 0x1e, 0xff}
	ink2     = color.RGBA{0x5f, 0x54, 0x59, 0xff}
	line     = color.RGBA{0xec, 0xdf, 0xe2, 0xff}
)

// Draw paints a card. The same card gives the same bytes; an error has no cause that words could give.
func Draw(c Card) ([]byte, error) {
	p, err := newPainter()
	if err != nil {
		return nil, err
	}
	for _, s := range []*string{&c.Head, &c.Unit, &c.Title, &c.Figure, &c.FigureLabel, &c.Foot} {
		*s = clean(p.fonts[0], *s)
	}
	if first, size := utf8.DecodeRuneInString(c.FigureLabel); c.Figure == "" && size > 0 { // it stands alone: a sentence
		c.FigureLabel = string(unicode.ToUpper(first)) + c.FigureLabel[size:]
	}
	p.draw(c)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(&out, p.img); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (p *painter) draw(c Card) {
	var low lower
	var unit, title block
	top := 78.0
	const side = 76.0 // of the mark
	if c.Head != "" {
		top += side + 28
	}
	for _, size := range []float64{216, 150} { // a smaller figure where the title wants the room
		low = p.below(c, size)
		if unit, title = p.share(c, Side-low.high-64-top); !title.cut {
			break
		}
	}
	horizon := Side - low.high
	p.horizon = horizon
	p.ground(horizon)

	if c.Head != "" {
		head := p.fit(c.Head, true, room-side-20, 1, 1, 40, 36, 32, 28)
		p.mark(edge, 78, side, blush)
		p.write(head.lines[0], head.size, true, blush, edge+side+20, 78+side*22/32) // on the base line of the mark
	}
	gap := 0.0
	if len(unit.lines) > 0 && len(title.lines) > 0 {
		gap = between
	}
	y := top + max(0, (horizon-64-top-unit.high()-gap-title.high())/2)
	p.block(unit, true, white, edge, y)
	p.block(title, false, blush, edge, y+unit.high()+gap)

	y = horizon
	if len(low.figure.lines) > 0 {
		y += 64 + low.figure.size*capital
		p.write(low.figure.lines[0], low.figure.size, true, lotus, edge-low.figure.size*0.03, y)
	} else if len(low.label.lines) > 0 {
		y += 40
	}
	if len(low.label.lines) > 0 {
		y += 26
		p.block(low.label, len(low.figure.lines) == 0, ink, edge, y)
		y += low.label.high()
	}
	if len(low.foot.lines) > 0 {
		y += 30
		p.fill(line, box(edge, y, Side-edge, y+2))
		p.block(low.foot, false, ink2, edge, y+26)
	}
}

// lower is what stands on the paper, and how high that is.
type lower struct {
	figure, label, foot block
	high                float64
}

// below sets what stands on the paper, the figure at most so large.
func (p *painter) below(c Card, most float64) lower {
	b := lower{
		figure: p.fit(c.Figure, true, room, 1, 1, most, most*0.8, most*0.66, most*0.5, 72),
		label:  p.fit(c.FigureLabel, false, room, 2, 1.36, 42, 38, 34),
		foot:   p.fit(c.Foot, false, room, 2, 1.4, 30, 27),
	}
	if c.Figure == "" {
		b.label = p.fit(c.FigureLabel, true, room, 3, 1.36, 60, 52, 44)
	}
	if len(b.figure.lines) > 0 {
		b.high += 64 + b.figure.size*capital
	} else if len(b.label.lines) > 0 {
		b.high += 40
	}
	if len(b.label.lines) > 0 {
		b.high += 26 + b.label.high()
	}
	if len(b.foot.lines) > 0 {
		b.high += 30 + 26 + b.foot.high()
	}
	if b.high > 0 {
		b.high += 44
	}
	return b
}

// share sets the unit's name and the title as large as both find room together; at the smallest the title is cut.
func (p *painter) share(c Card, left float64) (unit, title block) {
	for _, try := range []struct{ unit, title float64 }{{76, 52}, {70, 48}, {64, 46}, {58, 44}, {52, 42}, {48, 40}, {46, 38}, {44, 36}} {
		unit = p.fit(c.Unit, true, room, 3, 1.3, try.unit)
		free := left - unit.high()
		if len(unit.lines) > 0 {
			free -= between
		}
		lines := 1 + int((free-try.title*(rise+fall))/(try.title*loose))
		title = p.fit(c.Title, false, room, max(1, min(lines, 6)), loose, try.title)
		if lines > 0 && !unit.cut && !title.cut {
			break
		}
	}
	return unit, title
}

const (
	between = 30.0 // the unit's name and the title
	loose   = 1.42 // from base line to base line of running words
)
