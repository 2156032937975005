package search

import "encoding/binary"

// Where a term stands is kept in a few bytes a place. For each document: how far it is from the one before,
// the length of what follows, and for each place the distance from the one before, doubled, plus one if
// another spelling than before follows with its number.

// term is a word in its bare form and everywhere it stands.
type term struct {
	text  string
	forms []form
	data  []byte
	docs  int32 // documents, also those that have been replaced since
	last  uint32
}

// form is one spelling of a term: phụ of phu.
type form struct {
	text string
	docs int32
}

// place is where a term stands in a document, and in which spelling.
type place struct {
	pos  uint32
	form uint16
}

// mostForms bounds the spellings that are told apart; further ones count as the last.
const mostForms = 1000

// formOf gives the number of a spelling, making it when it is new.
func (t *term) formOf(exact []byte) uint16 {
	for i := range t.forms {
		if t.forms[i].text == string(exact) {
			return uint16(i)
		}
	}
	if len(t.forms) < mostForms {
		t.forms = append(t.forms, form{text: string(exact)})
	}
	return uint16(len(t.forms) - 1)
}

// findForm gives the number of a spelling, false when it stands nowhere.
func (t *term) findForm(exact string) (uint16, bool) {
	for i := range t.forms {
		if t.forms[i].text == exact && t.forms[i].docs > 0 {
			return uint16(i), true
		}
	}
	return 0, false
}

// add says that the term stands at places of doc, which is higher than all before.
func (t *term) add(doc uint32, places []place, scratch []byte) []byte {
	b := scratch[:0]
	var pos uint32
	var f uint16
	for i, p := range places {
		if p.form != f {
			b = binary.AppendUvarint(b, uint64(p.pos-pos)<<1|1)
			b = binary.AppendUvarint(b, uint64(p.form))
		} else {
			b = binary.AppendUvarint(b, uint64(p.pos-pos)<<1)
		}
		if first := i == 0 || !formBefore(places[:i], p.form); first {
			t.forms[p.form].docs++
		}
		pos, f = p.pos, p.form
	}
	t.data = binary.AppendUvarint(t.data, uint64(doc-t.last))
	t.data = binary.AppendUvarint(t.data, uint64(len(b)))
	t.data = append(t.data, b...)
	t.last = doc
	t.docs++
	return b
}

func formBefore(places []place, f uint16) bool {
	for i := len(places) - 1; i >= 0; i-- {
		if places[i].form == f {
			return true
		}
	}
	return false
}

// readPlaces decodes what cursor.places holds.
func readPlaces(b []byte, out []place) []place {
	var pos uint32
	var f uint16
	for i := 0; i < len(b); {
		v := uint64(b[i])
		i++
		if v >= 0x80 {
			x, n := binary.Uvarint(b[i-1:])
			v, i = x, i-1+n
		}
		if v&1 != 0 {
			x, n := binary.Uvarint(b[i:])
			f, i = uint16(x), i+n
		}
		pos += uint32(v >> 1)
		out = append(out, place{pos, f})
	}
	return out
}

// noDoc is higher than every document.
const noDoc = ^uint32(0)

// cursor goes through the documents of a term, or through a set of documents.
type cursor struct {
	data   []byte
	set    []uint64 // instead of data: a bit a document
	doc    uint32
	places []byte // of the term in doc; empty for a set
}

func (t *term) cursor() cursor {
	c := cursor{data: t.data}
	c.next()
	return c
}

func setCursor(set []uint64) cursor {
	c := cursor{set: set}
	c.seek(1)
	return c
}

func (c *cursor) next() {
	if c.set != nil {
		c.seek(c.doc + 1)
		return
	}
	b := c.data
	if len(b) == 0 {
		c.doc, c.places = noDoc, nil
		return
	}
	d, n := uint64(b[0]), 1
	if d >= 0x80 {
		d, n = binary.Uvarint(b)
	}
	l := uint64(b[n])
	n++
	if l >= 0x80 {
		x, m := binary.Uvarint(b[n-1:])
		l, n = x, n-1+m
	}
	end := n + int(l)
	c.doc += uint32(d)
	c.places = b[n:end]
	c.data = b[end:]
}

// seek goes to doc, or to the first one after it.
func (c *cursor) seek(doc uint32) {
	if c.set == nil {
		for c.doc < doc {
			c.next()
		}
		return
	}
	if c.doc >= doc && c.doc != 0 {
		return
	}
	c.doc = nextBit(c.set, doc)
}
