package chart

import "html/template"

// picture is what a chart draws, before it is known onto what: marks at a share of the width, 0 to 1, and at a
// height in pixels from the top. [picture.svg] and [picture.png] are the two bodies.
type picture struct {
	class       string
	title, desc string
	height      float64
	inline      bool  // stands in a line of text or a cell: without a title of its own
	keys        []Key // what the colours mean, for a picture that stands alone
	marks       []mark
}

// Key is a colour with its meaning.
type Key struct{ Name, Class string }

// mark is one thing that is drawn.
type mark interface {
	svg(*builder)
	paint(*raster)
}

// stroke is a line through points, or with closed the area they surround.
type stroke struct {
	class  string
	points []XY // X is a share
	closed bool
}

// box is a rectangle; round are its corners' radius.
type box struct {
	class      string
	x, y, w, h float64 // x and w are shares
	round      float64
}

// dot is a round point.
type dot struct {
	class    string
	at, y, r float64
}

// label is a text whose anchor is start, middle or end.
type label struct {
	class  string
	at, y  float64
	anchor string
	text   string
}

// rounded takes the corners off all that was drawn between two heights. In a page the style sheet does it.
type rounded struct{ y, h, r float64 }

func (p *picture) add(m ...mark) { p.marks = append(p.marks, m...) }

// alt is the picture in words, for those who do not see it.
func (p *picture) alt() string {
	if p.desc == "" {
		return p.title
	}
	return p.title + ". " + p.desc
}

// svgOf draws a picture for a page; one that was not made is empty.
func svgOf(p *picture) template.HTML {
	if p == nil {
		return ""
	}
	return p.svg()
}

// pngOf draws a picture for a mail or a document; one that was not made has no bytes.
func pngOf(p *picture, width int) ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	return p.png(width)
}
