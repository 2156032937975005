package docx

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // the kinds of picture that a document may hold
	_ "image/png"
	"strings"
)

// Document is a paper that is being written, from the top down.
type Document struct {
	title, lang string
	body        strings.Builder
	pictures    []picture
	links       []string
	footer      string
}

type picture struct {
	data []byte
	kind string // png, jpeg
}

// New begins a document with the title of its properties, in a language such as "vi-VN".
func New(title, lang string) *Document { return &Document{title: title, lang: lang} }

// Align is where a line stands.
type Align string

// Where a line may stand; the empty one is at the left.
const (
	Left   Align = ""
	Center Align = "center"
	Right  Align = "right"
)

// Run is a piece of a paragraph in one look. With To it is a link to that address.
type Run struct {
	Text         string
	Bold, Italic bool
	Small, Faint bool
	To           string
}

// Title writes the document's own heading.
func (d *Document) Title(text string) { d.styled("Title", text) }

// Subtitle writes what stands below the title.
func (d *Document) Subtitle(text string) { d.styled("Subtitle", text) }

// Heading writes a heading of level 1 to 3.
func (d *Document) Heading(level int, text string) {
	d.styled(fmt.Sprintf("Heading%d", min(max(level, 1), 3)), text)
}

func (d *Document) styled(style, text string) {
	d.paragraph(`<w:pStyle w:val="`+style+`"/>`, []Run{{Text: text}})
}

// Text writes a paragraph.
func (d *Document) Text(text string) { d.Paragraph(Left, Run{Text: text}) }

// Paragraph writes a paragraph of pieces.
func (d *Document) Paragraph(at Align, runs ...Run) {
	d.paragraph(alignment(at), runs)
}

// Together writes a paragraph that stays on the page of the one after it.
func (d *Document) Together(runs ...Run) { d.paragraph(`<w:keepNext/>`, runs) }

// Item writes a paragraph with a point before it.
func (d *Document) Item(runs ...Run) {
	d.paragraph(`<w:pStyle w:val="ListBullet"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, runs)
}

// PageBreak begins a new page.
func (d *Document) PageBreak() { d.body.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`) }

// Footer is what stands at the foot of each page beside its number.
func (d *Document) Footer(text string) { d.footer = text }

func (d *Document) paragraph(properties string, runs []Run) {
	d.body.WriteString(`<w:p>`)
	if properties != "" {
		d.body.WriteString(`<w:pPr>` + properties + `</w:pPr>`)
	}
	for _, r := range runs {
		d.run(r)
	}
	d.body.WriteString(`</w:p>`)
}

func alignment(at Align) string {
	if at == Left {
		return ""
	}
	return `<w:jc w:val="` + string(at) + `"/>`
}

func (d *Document) run(r Run) {
	if r.To != "" && linkable(r.To) {
		d.links = append(d.links, r.To)
		fmt.Fprintf(&d.body, `<w:hyperlink r:id="rIdLink%d" w:history="1">`, len(d.links))
		defer d.body.WriteString(`</w:hyperlink>`)
	} else {
		r.To = ""
	}
	d.body.WriteString(`<w:r>`)
	var look strings.Builder
	if r.To != "" {
		look.WriteString(`<w:rStyle w:val="Hyperlink"/>`)
	}
	if r.Bold {
		look.WriteString(`<w:b/>`)
	}
	if r.Italic {
		look.WriteString(`<w:i/>`)
	}
	if r.Faint {
		look.WriteString(`<w:color w:val="5A4F54"/>`)
	}
	if r.Small {
		look.WriteString(`<w:sz w:val="22"/>`)
	}
	if look.Len() > 0 {
		d.body.WriteString(`<w:rPr>` + look.String() + `</w:rPr>`)
	}
	for i, line := range strings.Split(clean(r.Text), "\n") {
		if i > 0 {
			d.body.WriteString(`<w:br/>`)
		}
		d.body.WriteString(`<w:t xml:space="preserve">` + escape(line) + `</w:t>`)
	}
	d.body.WriteString(`</w:r>`)
}

// linkable says whether Word may lead to an address: to a page, never to a program or a file of the reader's.
func linkable(to string) bool {
	return strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://")
}

// Table is rows of cells under a heading.
type Table struct {
	Head   []string
	Rows   [][]string
	Widths []float64 // of the columns, relative; none: all alike
	Align  []Align   // of the columns
	Bold   []bool    // rows that are written in bold, a sum for example
}

// Table writes a table. Its heading is repeated on each page, and no row is broken over two.
func (d *Document) Table(t Table) {
	columns := len(t.Head)
	for _, r := range t.Rows {
		columns = max(columns, len(r))
	}
	if columns == 0 {
		return
	}
	widths := t.twips(columns)
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>` +
		`<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(&d.body, `<w:gridCol w:w="%d"/>`, w)
	}
	d.body.WriteString(`</w:tblGrid>`)
	if len(t.Head) > 0 {
		d.row(t, t.Head, widths, true, true)
	}
	for i, r := range t.Rows {
		d.row(t, r, widths, false, i < len(t.Bold) && t.Bold[i])
	}
	d.body.WriteString(`</w:tbl>`)
	d.paragraph(`<w:spacing w:before="0" w:after="60"/>`, nil) // two tables without anything between them would be one
}

// text is the width of what is written on a page, in twentieths of a point.
const text = pageWidth - marginLeft - marginRight

func (t Table) twips(columns int) []int {
	sum, out := 0.0, make([]int, columns)
	share := func(i int) float64 {
		if i < len(t.Widths) && t.Widths[i] > 0 {
			return t.Widths[i]
		}
		return 1
	}
	for i := range out {
		sum += share(i)
	}
	for i := range out {
		out[i] = int(share(i) / sum * text)
	}
	return out
}

func (d *Document) row(t Table, cells []string, widths []int, head, bold bool) {
	d.body.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
	if head {
		d.body.WriteString(`<w:tblHeader/>`)
	}
	d.body.WriteString(`</w:trPr>`)
	for i, w := range widths {
		fmt.Fprintf(&d.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, w)
		if head {
			d.body.WriteString(`<w:shd w:val="clear" w:color="auto" w:fill="FBE8F0"/><w:vAlign w:val="center"/>`)
		}
		d.body.WriteString(`</w:tcPr>`)
		cell, at := "", Left
		if i < len(cells) {
			cell = cells[i]
		}
		if i < len(t.Align) {
			at = t.Align[i]
		}
		d.paragraph(`<w:pStyle w:val="Cell"/>`+alignment(at), []Run{{Text: cell, Bold: bold}})
		d.body.WriteString(`</w:tc>`)
	}
	d.body.WriteString(`</w:tr>`)
}

// Columns writes blocks of lines beside one another without lines around them, the first of each in bold: the heads of
// a letter, the places for signatures. room leaves so many empty lines below.
func (d *Document) Columns(room int, blocks ...[]string) {
	if len(blocks) == 0 {
		return
	}
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for range blocks {
		fmt.Fprintf(&d.body, `<w:gridCol w:w="%d"/>`, text/len(blocks))
	}
	d.body.WriteString(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	for _, lines := range blocks {
		fmt.Fprintf(&d.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, text/len(blocks))
		for i, line := range lines {
			d.paragraph(`<w:pStyle w:val="Cell"/>`+alignment(Center), []Run{{Text: line, Bold: i == 0, Italic: i > 0}})
		}
		for i := 0; i < room || i == 0 && len(lines) == 0; i++ {
			d.paragraph(`<w:pStyle w:val="Cell"/>`, nil)
		}
		d.body.WriteString(`</w:tc>`)
	}
	d.body.WriteString(`</w:tr></w:tbl>`)
	d.paragraph(`<w:spacing w:before="0" w:after="60"/>`, nil)
}

const (
	emuPerCM    = 360_000
	mostPicture = 24 << 20
)

// Picture writes a PNG or JPEG, at most so many centimetres wide and never higher than half a page, with the words for
// who cannot see it. What is no such picture is an error and leaves no trace.
func (d *Document) Picture(data []byte, widthCM float64, alt string) error {
	if len(data) > mostPicture {
		return fmt.Errorf("docx: a picture of %d bytes", len(data))
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("docx: picture: %w", err)
	}
	if kind != "png" && kind != "jpeg" || c.Width == 0 || c.Height == 0 {
		return fmt.Errorf("docx: a picture of kind %s", kind)
	}
	widthCM = min(widthCM, float64(text)/567)
	high := widthCM * float64(c.Height) / float64(c.Width)
	if high > 12 {
		widthCM, high = widthCM*12/high, 12
	}
	d.pictures = append(d.pictures, picture{data, kind})
	n := len(d.pictures)
	w, h := int(widthCM*emuPerCM), int(high*emuPerCM)
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:keepLines/><w:spacing w:before="60" w:after="120"/></w:pPr><w:r><w:drawing>`+
		`<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%[1]d" cy="%[2]d"/><wp:docPr id="%[3]d" name="%[4]s" descr="%[5]s"/>`+
		`<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>`+
		`<pic:nvPicPr><pic:cNvPr id="%[3]d" name="%[4]s" descr="%[5]s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="rIdPicture%[3]d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`+
		`</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		w, h, n, fmt.Sprintf("picture%d.%s", n, kind), escape(clean(alt)))
	return nil
}
