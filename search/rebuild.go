package search

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hoiphunu/lantoa"
)

// building is the new index of a Rebuild, beside the one that serves.
type building struct {
	core *core
	path string
	size int64
	want map[lantoa.PostID]bool // what it should hold
	// touched were put or deleted by others meanwhile: what the rebuild brings of them is older.
	touched map[lantoa.PostID]bool
}

func newBuilding(path string) (*building, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	b := &building{core: newCore(), path: path, want: map[lantoa.PostID]bool{}, touched: map[lantoa.PostID]bool{}}
	b.core.file = f
	b.size = int64(len(fileHead))
	_, err = f.WriteString(fileHead)
	return b, err
}

func (b *building) touch(docs []Document) {
	for _, d := range docs {
		b.touched[d.ID] = true
	}
}

func (b *building) put(ctx context.Context, docs []Document) error {
	for len(docs) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(docs), putBatch)
		for _, d := range docs[:n] {
			if d.Removed {
				delete(b.want, d.ID)
			} else {
				b.want[d.ID] = true
			}
		}
		changes := b.core.changes(docs[:n])
		docs = docs[n:]
		size, err := appendChanges(b.core.file, b.size, changes)
		if err != nil {
			return fmt.Errorf("write new index: %w", err)
		}
		b.size = size
		for i := range changes {
			b.core.apply(&changes[i])
		}
	}
	return nil
}

func (b *building) drop() error {
	return errors.Join(b.core.file.Close(), os.Remove(b.path))
}

func (ix *embedded) Rebuild(ctx context.Context, fill func(put func([]Document) error) error) error {
	b, err := ix.begin()
	if err != nil {
		return err
	}
	err = fill(func(docs []Document) error {
		ix.writing.Lock()
		defer ix.writing.Unlock()
		older := make([]Document, 0, len(docs))
		for _, d := range docs {
			if !b.touched[d.ID] {
				older = append(older, d)
			}
		}
		return b.put(ctx, older)
	})
	ix.writing.Lock()
	defer ix.writing.Unlock()
	ix.next = nil
	if err != nil {
		return errors.Join(fmt.Errorf("rebuild index: %w", err), b.drop())
	}
	return ix.swap(b)
}

func (ix *embedded) begin() (*building, error) {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.lock == nil || ix.next != nil {
		return nil, lantoa.Problem(lantoa.Busy, "search index", ix.path)
	}
	b, err := newBuilding(ix.path + ".new")
	if err != nil {
		return nil, fmt.Errorf("rebuild index: %w", err)
	}
	ix.next = b
	return b, nil
}

// swap puts the new index in the old one's place; writing is held.
func (ix *embedded) swap(b *building) error {
	if b.core.live != len(b.want) {
		return errors.Join(lantoa.Problem(lantoa.Conflict, "search index",
			fmt.Sprintf("%d documents put, %d found", len(b.want), b.core.live)), b.drop())
	}
	err := b.core.file.Sync()
	if err == nil {
		err = os.Rename(b.path, ix.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("rebuild index: %w", err), b.drop())
	}
	b.core.clip()
	b.core.order()
	ix.mu.Lock()
	old := ix.core.file
	ix.core, ix.size = b.core, b.size
	ix.mu.Unlock()
	return old.Close()
}

// compact leaves out what is gone; writing is held, or nobody else has the index yet.
func (ix *embedded) compact(ctx context.Context) error {
	b, err := newBuilding(ix.path + ".new")
	if err != nil {
		return fmt.Errorf("compact index: %w", err)
	}
	var batch []Document
	for n := range ix.core.docs {
		if n == 0 || ix.core.docs[n].gone {
			continue
		}
		d, err := ix.core.document(uint32(n))
		if err != nil {
			return errors.Join(err, b.drop())
		}
		if batch = append(batch, d); len(batch) == putBatch {
			if err := b.put(ctx, batch); err != nil {
				return errors.Join(err, b.drop())
			}
			batch = batch[:0]
		}
	}
	if err := b.put(ctx, batch); err != nil {
		return errors.Join(err, b.drop())
	}
	return ix.swap(b)
}

// clip gives back the room that growing left behind.
func (c *core) clip() {
	for i := range c.terms {
		t := &c.terms[i]
		if cap(t.data) > len(t.data)+len(t.data)/16 {
			t.data = append(make([]byte, 0, len(t.data)), t.data...)
		}
	}
}
