package chart

import "html/template"

// Part is one piece of a bar.
type Part struct {
	N     int
	Class string
}

// Bar is parts of a whole side by side. An empty whole is an empty ground.
type Bar struct {
	Title  string
	Parts  []Part
	Height float64
}

// SVG draws the bar for a page; a part that is there is at least wide enough to be seen.
func (a Bar) SVG() template.HTML { return svgOf(a.picture()) }

// PNG draws the bar for a mail or a document, so many pixels wide and twice as fine.
func (a Bar) PNG(width int) ([]byte, error) { return pngOf(a.picture(), width) }

func (a Bar) picture() *picture {
	if a.Height == 0 {
		a.Height = 14
	}
	b := &picture{class: "c-bar", title: a.Title, height: a.Height, inline: true}
	b.bar(a.Parts, 0, a.Height)
	return b
}

// bar draws parts of a whole over the whole width.
func (p *picture) bar(parts []Part, y, height float64) {
	p.add(box{class: "c-ground", y: y, w: 1, h: height})
	x := 0.0
	for i, share := range shares(parts) {
		if share > 0 {
			p.add(box{class: "c-part " + parts[i].Class, x: x, y: y, w: share, h: height})
			x += share
		}
	}
	p.add(rounded{y, height, min(7, height/2)})
}

// shares of the whole, each that is there large enough to be seen.
func shares(parts []Part) []float64 {
	const least = 0.015
	total := 0.0
	for _, p := range parts {
		total += float64(max(p.N, 0))
	}
	spare, out, widest := 1.0, make([]float64, len(parts)), 0
	for i, p := range parts {
		if p.N > 0 {
			out[i] = max(float64(p.N)/total, least)
			spare -= out[i]
		}
		if out[i] > out[widest] {
			widest = i
		}
	}
	if total > 0 {
		out[widest] += spare // what the small ones were given is taken from the largest
	}
	return out
}

// Stack is several wholes under one another, each parted in the same way: channels by state, a bar for each level.
type Stack struct {
	Title, Desc string
	Keys        []Key // of the parts, in their order; Class is that of a [Part]
	Rows        []StackRow
}

// StackRow is one whole of a [Stack]: what it is, its figures in words, and how many there are of each key.
type StackRow struct {
	Name, Note string
	N          []int
}

// SVG draws the stack for a page; nothing without rows.
func (s Stack) SVG() template.HTML { return svgOf(s.picture()) }

// PNG draws the stack for a mail or a document, so many pixels wide and twice as fine; nothing without rows.
func (s Stack) PNG(width int) ([]byte, error) { return pngOf(s.picture(), width) }

const (
	stackRow  = 46 // a name, its bar and the air below
	stackHead = 18
	stackBar  = 16
)

func (s Stack) picture() *picture {
	if len(s.Rows) == 0 {
		return nil
	}
	b := &picture{class: "c-stack", title: s.Title, desc: s.Desc, height: float64(len(s.Rows)*stackRow - 8), keys: make([]Key, len(s.Keys))}
	for i, k := range s.Keys {
		b.keys[i] = Key{k.Name, "c-part " + k.Class}
	}
	for i, row := range s.Rows {
		y := float64(i * stackRow)
		b.add(label{"c-label c-name", 0, y + stackHead - 5, "start", row.Name}, label{"c-label", 1, y + stackHead - 5, "end", row.Note})
		parts := make([]Part, min(len(row.N), len(s.Keys)))
		for j := range parts {
			parts[j] = Part{row.N[j], s.Keys[j].Class}
		}
		b.bar(parts, y+stackHead, stackBar)
	}
	return b
}

// Spark is a row of small columns, one a week: how often something happened.
type Spark struct {
	Title  string
	Values []int
	Height float64
}

// SVG draws the spark for a page; a week with nothing is a flat line, so that the weeks can be counted.
func (s Spark) SVG() template.HTML { return svgOf(s.picture()) }

// PNG draws the spark for a mail or a document, so many pixels wide and twice as fine; nothing without weeks.
func (s Spark) PNG(width int) ([]byte, error) { return pngOf(s.picture(), width) }

func (s Spark) picture() *picture {
	if len(s.Values) == 0 {
		return nil
	}
	if s.Height == 0 {
		s.Height = 28
	}
	top := 1
	for _, v := range s.Values {
		top = max(top, v)
	}
	b := &picture{class: "c-spark", title: s.Title, height: s.Height, inline: true}
	each := 1 / float64(len(s.Values))
	for i, v := range s.Values {
		h, class := 2.0, "c-none"
		if v > 0 {
			h, class = max(4, float64(v)/float64(top)*s.Height), "c-some"
		}
		b.add(box{class: class, x: float64(i) * each, y: s.Height - h, w: each * 0.72, h: h, round: 1.5})
	}
	return b
}
