package search

import (
	"os"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/hoiphunu/lantoa"
)

// core is the index in memory. Documents are numbered from 1 in the order in which they came; one that
// changes its words gets a new number, and the old one is gone.
type core struct {
	terms  []term
	lookup map[string]uint32
	sorted []uint32 // terms by text
	tables
	docs   []attributes
	ids    []lantoa.PostID
	shapes []shape
	number map[lantoa.PostID]uint32
	live   int
	stale  int   // records without texts, each of which made an earlier one useless
	words  int64 // in all documents that ever came, for the mean length
	file   *os.File
	// scratch of enter
	places []place
	bytes  []byte
}

// shape is what ranking and showing need of a document.
type shape struct {
	hash         uint64 // of all that is searched
	at           int64  // of its record in the file
	changed      int64  // of its newest record without texts, 0 if there is none
	title, names uint32 // see analysed
}

func newCore() *core {
	return &core{
		lookup: map[string]uint32{}, tables: newTables(), docs: make([]attributes, 1),
		ids: make([]lantoa.PostID, 1), shapes: make([]shape, 1), number: map[lantoa.PostID]uint32{},
	}
}

// hashOf tells whether what is searched of a document has changed.
func hashOf(d Document) uint64 {
	h := xxh3.New()
	for _, s := range []string{d.Text, "\x00", d.Title, "\x00", d.UnitName, "\x00", d.ChannelName} {
		_, _ = h.WriteString(s) // a hash takes everything
	}
	return h.Sum64()
}

// same says whether the index holds the document with these words already.
func (c *core) same(id lantoa.PostID, hash uint64) bool {
	n, ok := c.number[id]
	return ok && c.shapes[n].hash == hash
}

// change takes over the attributes of a document whose words are known, from a record at a byte of the file.
func (c *core) change(d Document, at int64) {
	n := c.number[d.ID]
	c.docs[n] = c.attributesOf(d)
	c.shapes[n].changed = at
	c.stale++
}

// document reads a document back, with its newest attributes.
func (c *core) document(n uint32) (Document, error) {
	d, err := readRecord(c.file, c.shapes[n].at)
	if err != nil || c.shapes[n].changed == 0 {
		return d, err
	}
	newer, err := readRecord(c.file, c.shapes[n].changed)
	newer.Text, newer.Title, newer.ChannelName, newer.UnitName = d.Text, d.Title, d.ChannelName, d.UnitName
	return newer, err
}

// enter takes in a document whose record stands at a byte of the file.
func (c *core) enter(d Document, a *analysed, hash uint64, at int64) {
	c.remove(d.ID)
	n := uint32(len(c.docs))
	c.docs = append(c.docs, c.attributesOf(d))
	c.ids = append(c.ids, d.ID)
	c.shapes = append(c.shapes, shape{hash: hash, at: at, title: a.title, names: a.names})
	c.number[d.ID] = n
	c.live++
	c.words += int64(a.names)
	for i := range a.spots {
		s := &a.spots[i]
		s.term = c.termOf(a.bareOf(*s))
		s.form = c.terms[s.term].formOf(a.exactOf(*s))
	}
	slices.SortFunc(a.spots, func(x, y spot) int {
		if x.term != y.term {
			return int(x.term) - int(y.term)
		}
		return int(x.pos) - int(y.pos)
	})
	for i := 0; i < len(a.spots); {
		t := a.spots[i].term
		c.places = c.places[:0]
		for ; i < len(a.spots) && a.spots[i].term == t; i++ {
			p := place{a.spots[i].pos, a.spots[i].form}
			if n := len(c.places); n == 0 || c.places[n-1] != p {
				c.places = append(c.places, p)
			}
		}
		c.bytes = c.terms[t].add(n, c.places, c.bytes)
	}
}

func (c *core) termOf(bare []byte) uint32 {
	if t, ok := c.lookup[string(bare)]; ok {
		return t
	}
	t := uint32(len(c.terms))
	text := string(bare)
	c.terms = append(c.terms, term{text: text})
	c.lookup[text] = t
	return t
}

func (c *core) find(bare string) *term {
	if t, ok := c.lookup[bare]; ok {
		return &c.terms[t]
	}
	return nil
}

// remove takes a document out and says whether it was there.
func (c *core) remove(id lantoa.PostID) bool {
	n, ok := c.number[id]
	if !ok {
		return false
	}
	c.docs[n].gone = true
	delete(c.number, id)
	c.live--
	return true
}

// garbage says whether more is gone than is left, and a compaction pays.
func (c *core) garbage() bool {
	gone := len(c.docs) - 1 - c.live
	return gone > 2000 && gone > c.live || c.stale > 10_000 && c.stale > 4*c.live
}

func (c *core) meanWords() float64 {
	if len(c.docs) < 2 {
		return 1
	}
	return float64(c.words) / float64(len(c.docs)-1)
}
