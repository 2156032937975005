package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/hoiphunu/lantoa"
)

// embedded is our own index: in memory, with a file of the documents from which it is made anew at the start.
type embedded struct {
	path string
	lock *os.File // nil when another process writes: then this one only reads

	writing sync.Mutex // one writer at a time; held before mu
	next    *building  // while a Rebuild runs; guarded by writing
	size    int64      // of the file; guarded by writing

	mu   sync.RWMutex // what searches read
	core *core
}

// OpenEmbedded opens the index in the file at path, which is made when it is not there. A file that is broken
// or of another version counts as empty. While another process has the file open, this one can search what
// was there at the opening, and every change is refused as busy.
func OpenEmbedded(path string) (Index, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	ix := &embedded{path: path, core: newCore()}
	var err error
	if ix.lock, err = lockFile(path + ".lock"); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	mode := os.O_RDONLY
	if ix.lock != nil {
		mode = os.O_RDWR | os.O_CREATE
	}
	f, err := os.OpenFile(path, mode, 0o644)
	if errors.Is(err, os.ErrNotExist) {
		return ix, nil // only reading, and nothing there yet
	}
	if err == nil {
		ix.core.file = f
		err = ix.load(f)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open index: %w", err), ix.Close())
	}
	return ix, nil
}

// load reads the file and cuts off what is torn.
func (ix *embedded) load(f *os.File) error {
	l := loader{core: ix.core}
	end, err := readRecords(f, l.record)
	l.flush()
	l.core.order()
	if errors.Is(err, errForeign) {
		end, err = 0, nil
	}
	if err != nil || ix.lock == nil {
		return err
	}
	if end == 0 {
		if err := f.Truncate(0); err != nil {
			return err
		}
		if _, err := f.WriteAt([]byte(fileHead), 0); err != nil {
			return err
		}
		end = int64(len(fileHead))
	}
	ix.size = end
	if err := f.Truncate(end); err != nil {
		return err
	}
	if ix.core.garbage() {
		return ix.compact(context.Background())
	}
	return nil
}

// loader enters the records of a file, many at a time.
type loader struct {
	core  *core
	batch []change
}

// change is one step of the index, ready to be entered.
type change struct {
	kind  byte
	doc   Document
	hash  uint64
	at    int64 // of its record
	words analysed
}

const loadBatch = 512

func (l *loader) record(b []byte, at int64) error {
	kind, d, err := decode(b)
	if err != nil {
		return err
	}
	l.batch = append(l.batch, change{kind: kind, doc: d, at: at})
	if len(l.batch) == loadBatch {
		l.flush()
	}
	return nil
}

func (l *loader) flush() {
	prepare(l.batch)
	for i := range l.batch {
		l.core.apply(&l.batch[i])
	}
	l.batch = l.batch[:0]
}

// prepare cuts the documents of changes into words, on all processors.
func prepare(changes []change) {
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 1+len(changes)/16)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(changes); i += workers {
				if c := &changes[i]; c.kind == wholeRecord {
					c.words = analyse(c.doc)
					c.hash = hashOf(c.doc)
				}
			}
		})
	}
	wg.Wait()
}

func (c *core) apply(ch *change) {
	switch ch.kind {
	case wholeRecord:
		c.enter(ch.doc, &ch.words, ch.hash, ch.at)
		ch.words, ch.doc = analysed{}, Document{}
	case changedRecord:
		if _, ok := c.number[ch.doc.ID]; ok {
			c.change(ch.doc, ch.at)
		}
	case goneRecord:
		c.remove(ch.doc.ID)
	}
}

func (ix *embedded) Put(ctx context.Context, docs []Document) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if err := ix.put(ctx, docs); err != nil {
		return err
	}
	if ix.next != nil {
		ix.next.touch(docs)
		return ix.next.put(ctx, docs)
	}
	if ix.core.garbage() {
		return ix.compact(ctx)
	}
	return nil
}

func (ix *embedded) Delete(ctx context.Context, ids []lantoa.PostID) error {
	docs := make([]Document, len(ids))
	for i, id := range ids {
		docs[i] = Document{ID: id, Removed: true}
	}
	return ix.Put(ctx, docs)
}

// putBatch bounds how long searches wait for a writer.
const putBatch = 256

// put writes the documents to the file and then into memory; writing is held.
func (ix *embedded) put(ctx context.Context, docs []Document) error {
	if ix.lock == nil {
		return lantoa.Problem(lantoa.Busy, "search index", ix.path)
	}
	for len(docs) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(docs), putBatch)
		changes := ix.core.changes(docs[:n])
		docs = docs[n:]
		if len(changes) == 0 {
			continue
		}
		size, err := appendChanges(ix.core.file, ix.size, changes)
		if err != nil {
			return fmt.Errorf("write index: %w", err)
		}
		if err := ix.core.file.Sync(); err != nil {
			return fmt.Errorf("write index: %w", err)
		}
		ix.size = size
		ix.mu.Lock()
		for i := range changes {
			ix.core.apply(&changes[i])
		}
		ix.core.order()
		ix.mu.Unlock()
	}
	return nil
}

// changes says what must be done to take in the documents: nothing for one that is there as it is. Of several
// with one ID the last counts.
func (c *core) changes(docs []Document) []change {
	last := make(map[lantoa.PostID]int, len(docs))
	for i, d := range docs {
		last[d.ID] = i
	}
	out := make([]change, 0, len(docs))
	for i, d := range docs {
		n, known := c.number[d.ID]
		switch {
		case last[d.ID] != i || d.Removed && !known:
		case d.Removed:
			out = append(out, change{kind: goneRecord, doc: d})
		case known && c.same(d.ID, hashOf(d)):
			if !c.bears(n, d) {
				out = append(out, change{kind: changedRecord, doc: d})
			}
		default:
			out = append(out, change{kind: wholeRecord, doc: d})
		}
	}
	prepare(out)
	return out
}

// appendChanges writes the records of changes at size and notes their places. A half-written stretch is
// overwritten by the next one.
func appendChanges(f *os.File, size int64, changes []change) (int64, error) {
	var b []byte
	for i := range changes {
		changes[i].at = size + int64(len(b))
		b = appendRecord(b, encode(changes[i].kind, changes[i].doc))
	}
	if _, err := f.WriteAt(b, size); err != nil {
		return size, err
	}
	return size + int64(len(b)), nil
}

func (ix *embedded) Count(context.Context) (int, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.core.live, nil
}

func (ix *embedded) Close() error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	var err error
	if ix.core.file != nil {
		err = ix.core.file.Close()
	}
	if ix.lock != nil {
		err = errors.Join(err, ix.lock.Close())
	}
	ix.core, ix.lock = newCore(), nil
	return err
}
