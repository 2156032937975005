package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/hoiphunu/lantoa"
)

// Bounds of one write: far below the server's 100 MB.
const (
	batchDocuments = 1000
	batchBytes     = 16 << 20
)

func (m *meili) Put(ctx context.Context, docs []Document) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	if err := m.ensureLocked(ctx); err != nil {
		return err
	}
	if err := m.put(ctx, m.name, docs); err != nil {
		return err
	}
	if m.next == nil {
		return nil
	}
	for _, d := range docs {
		m.next.touched[d.ID] = true
	}
	return m.putNext(ctx, docs)
}

func (m *meili) Delete(ctx context.Context, ids []lantoa.PostID) error {
	docs := make([]Document, len(ids))
	for i, id := range ids {
		docs[i] = Document{ID: id, Removed: true}
	}
	return m.Put(ctx, docs)
}

// put writes documents and waits until they are found. Of several with one ID the last counts.
func (m *meili) put(ctx context.Context, uid string, docs []Document) error {
	last := make(map[lantoa.PostID]int, len(docs))
	for i, d := range docs {
		if strings.Trim(string(d.ID), "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") != "" || d.ID == "" || len(d.ID) > 511 {
			return lantoa.Problem(lantoa.Invalid, "post id", string(d.ID))
		}
		last[d.ID] = i
	}
	var add []meiliDoc
	var gone []string
	size := 0
	for i, d := range docs {
		switch {
		case last[d.ID] != i:
		case d.Removed:
			gone = append(gone, string(d.ID))
		default:
			add = append(add, meiliDocOf(d))
			size += 4 * len(d.Text)
		}
		if len(add) >= batchDocuments || size > batchBytes {
			if err := m.add(ctx, uid, add); err != nil {
				return err
			}
			add, size = nil, 0
		}
	}
	if err := m.add(ctx, uid, add); err != nil {
		return err
	}
	for len(gone) > 0 {
		n := min(len(gone), batchDocuments)
		info, err := m.svc.Index(uid).DeleteDocumentsWithContext(ctx, gone[:n], nil)
		if err = m.done(ctx, info, err); err != nil {
			return trouble("delete documents", err)
		}
		gone = gone[n:]
	}
	return nil
}

// add writes a batch. One bad document fails the whole task, so a batch that is refused is halved until the
// bad one stands alone; the others are in.
func (m *meili) add(ctx context.Context, uid string, docs []meiliDoc) error {
	if len(docs) == 0 {
		return nil
	}
	key := "id"
	info, err := m.svc.Index(uid).AddDocumentsWithContext(ctx, docs, &meilisearch.DocumentOptions{PrimaryKey: &key})
	if err = m.done(ctx, info, err); err == nil {
		return nil
	}
	t := trouble("add documents", err)
	switch kind := lantoa.KindOf(t); {
	case kind != lantoa.Refused && kind != lantoa.TooLarge:
		return t
	case len(docs) == 1:
		return fmt.Errorf("post %s: %w", docs[0].ID, t)
	}
	half := len(docs) / 2
	return errors.Join(m.add(ctx, uid, docs[:half]), m.add(ctx, uid, docs[half:]))
}

func (m *meili) putNext(ctx context.Context, docs []Document) error {
	for _, d := range docs {
		if d.Removed {
			delete(m.next.want, d.ID)
		} else {
			m.next.want[d.ID] = true
		}
	}
	return m.put(ctx, m.next.uid, docs)
}

func (m *meili) Rebuild(ctx context.Context, fill func(put func([]Document) error) error) error {
	b, err := m.begin(ctx)
	if err != nil {
		return err
	}
	err = fill(func(docs []Document) error {
		m.writing.Lock()
		defer m.writing.Unlock()
		older := make([]Document, 0, len(docs))
		for _, d := range docs {
			if !b.touched[d.ID] {
				older = append(older, d)
			}
		}
		return m.putNext(ctx, older)
	})
	m.writing.Lock()
	defer m.writing.Unlock()
	m.next = nil
	if err == nil {
		err = m.swap(ctx, b)
	}
	// what is under the new name now is not needed any more: the old index, or the failed new one
	return errors.Join(err, m.drop(context.WithoutCancel(ctx), b.uid))
}

func (m *meili) begin(ctx context.Context) (*remoteBuilding, error) {
	m.writing.Lock()
	defer m.writing.Unlock()
	if m.next != nil {
		return nil, lantoa.Problem(lantoa.Busy, "search index", m.name)
	}
	if err := m.ensureLocked(ctx); err != nil {
		return nil, err
	}
	if err := m.dropLeftovers(ctx); err != nil {
		return nil, err
	}
	b := &remoteBuilding{
		uid:  m.name + "_new_" + lantoa.NewID(time.Now()),
		want: map[lantoa.PostID]bool{}, touched: map[lantoa.PostID]bool{},
	}
	if err := m.create(ctx, b.uid); err != nil {
		return nil, trouble("create index", err)
	}
	m.next = b
	return b, nil
}

// dropLeftovers deletes what rebuilds left that did not come to their end.
func (m *meili) dropLeftovers(ctx context.Context) error {
	list, err := m.svc.ListIndexesWithContext(ctx, &meilisearch.IndexesQuery{Limit: 1000})
	if err != nil {
		return trouble("list indexes", err)
	}
	for _, x := range list.Results {
		if strings.HasPrefix(x.UID, m.name+"_new_") {
			if err := m.drop(ctx, x.UID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *meili) drop(ctx context.Context, uid string) error {
	info, err := m.svc.DeleteIndexWithContext(ctx, uid)
	if err = m.done(ctx, info, err); err != nil && codeOf(err) != "index_not_found" {
		return trouble("delete index", err)
	}
	return nil
}

// swap exchanges the new index with the one that serves, if it holds what was put.
func (m *meili) swap(ctx context.Context, b *remoteBuilding) error {
	n, err := m.count(ctx, b.uid)
	if err != nil {
		return err
	}
	if n != len(b.want) {
		return lantoa.Problem(lantoa.Conflict, "search index", fmt.Sprintf("%d documents put, %d found", len(b.want), n))
	}
	info, err := m.svc.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{m.name, b.uid}}})
	if err = m.done(ctx, info, err); err != nil {
		return trouble("swap indexes", err)
	}
	return nil
}
