package search

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/hoiphunu/lantoa"
)

// What a record of the file holds.
const (
	wholeRecord   = 1 // a document
	changedRecord = 2 // a document without the texts, which are those of the record before
	goneRecord    = 3 // an ID
)

var errRecord = errors.New("broken record")

func encode(kind byte, d Document) []byte {
	b := make([]byte, 0, len(d.Text)+256)
	b = append(b, kind)
	b = putString(b, string(d.ID))
	if kind == goneRecord {
		return b
	}
	for _, s := range []string{
		string(d.Channel), d.UnitPath, d.UnitCode, string(d.Level), d.Platform, d.Kind, d.Story, d.State,
	} {
		b = putString(b, s)
	}
	b = binary.AppendUvarint(b, uint64(len(d.Topics)))
	for _, t := range d.Topics {
		b = putString(b, t)
	}
	b = binary.AppendVarint(b, d.Published)
	var flags byte
	if d.Public {
		flags |= 1
	}
	if d.Score != nil {
		flags |= 2
	}
	if d.Reach != nil {
		flags |= 4
	}
	if d.Interactions != nil {
		flags |= 8
	}
	b = append(b, flags)
	if d.Score != nil {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(*d.Score))
	}
	if d.Reach != nil {
		b = binary.AppendVarint(b, *d.Reach)
	}
	if d.Interactions != nil {
		b = binary.AppendVarint(b, *d.Interactions)
	}
	if kind == wholeRecord {
		for _, s := range []string{d.Title, d.ChannelName, d.UnitName, d.Text} {
			b = putString(b, s)
		}
	}
	return b
}

func putString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// reader takes a record apart; after the first thing that does not fit, bad stays set.
type reader struct {
	b   []byte
	bad bool
}

func decode(b []byte) (kind byte, d Document, err error) {
	r := reader{b: b}
	kind = r.byte()
	d.ID = lantoa.PostID(r.string())
	if kind == goneRecord {
		return kind, d, r.err()
	}
	d.Channel = lantoa.ChannelID(r.string())
	d.UnitPath, d.UnitCode, d.Level = r.string(), r.string(), lantoa.Level(r.string())
	d.Platform, d.Kind, d.Story, d.State = r.string(), r.string(), r.string(), r.string()
	for n := r.uint(); n > 0 && !r.bad; n-- {
		d.Topics = append(d.Topics, r.string())
	}
	d.Published = r.int()
	flags := r.byte()
	d.Public = flags&1 != 0
	if flags&2 != 0 {
		d.Score = new(math.Float64frombits(r.fixed()))
	}
	if flags&4 != 0 {
		d.Reach = new(r.int())
	}
	if flags&8 != 0 {
		d.Interactions = new(r.int())
	}
	if kind == wholeRecord {
		d.Title, d.ChannelName, d.UnitName, d.Text = r.string(), r.string(), r.string(), r.string()
	} else if kind != changedRecord {
		r.bad = true
	}
	return kind, d, r.err()
}

func (r *reader) err() error {
	if r.bad {
		return errRecord
	}
	return nil
}

func (r *reader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.take(uint64(max(n, 0)))
	r.bad = r.bad || n <= 0
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	r.take(uint64(max(n, 0)))
	r.bad = r.bad || n <= 0
	return v
}

func (r *reader) fixed() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) string() string { return string(r.take(r.uint())) }
