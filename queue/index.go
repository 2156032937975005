package queue

import (
	"context"
	"fmt"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store"
)

// stretch is how many changed posts a step takes at once.
const stretch = 2000

// IndexChanged brings the index up to date with the store. Repeating a stretch changes nothing, so the
// bookmark moves only after the index has confirmed it.
// A run while another is under way does nothing: that one goes on until nothing is left.
func (w *Worker) IndexChanged(ctx context.Context) error {
	if !w.indexing.TryLock() {
		return nil
	}
	defer w.indexing.Unlock()
	for {
		posts, upTo, err := w.Store.ChangedPosts(ctx, store.StepIndex, stretch)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if len(posts) == 0 {
			return nil
		}
		if err := putOrDelete(ctx, w.Index, posts); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if err := w.Store.Advance(ctx, store.StepIndex, upTo); err != nil {
			return fmt.Errorf("index: %w", err)
		}
	}
}

func putOrDelete(ctx context.Context, index search.Index, posts []lantoa.Measured) error {
	var docs []search.Document
	var gone []lantoa.PostID
	for _, p := range posts {
		if p.Removed() {
			gone = append(gone, p.ID)
			continue
		}
		docs = append(docs, search.DocumentOf(p))
	}
	if len(gone) > 0 {
		if err := index.Delete(ctx, gone); err != nil {
			return err
		}
	}
	if len(docs) > 0 {
		return index.Put(ctx, docs)
	}
	return nil
}

// Reindex builds the index anew from the store while the old one serves. Changes that come meanwhile are
// put in afterwards: the bookmark is set back to where it stood, for another process may have moved it while it
// wrote into the old index only.
func (w *Worker) Reindex(ctx context.Context, each func(done int)) error {
	w.indexing.Lock()
	defer w.indexing.Unlock()
	stood, err := w.Store.Bookmark(ctx, store.StepIndex)
	if err != nil {
		return err
	}
	done := 0
	err = w.Index.Rebuild(ctx, func(put func([]search.Document) error) error {
		var docs []search.Document
		flush := func() error {
			if len(docs) == 0 {
				return nil
			}
			if err := put(docs); err != nil {
				return err
			}
			done += len(docs)
			docs = docs[:0]
			if each != nil {
				each(done)
			}
			return nil
		}
		err := w.Store.AllTexts(ctx, func(p lantoa.Measured) error {
			docs = append(docs, search.DocumentOf(p))
			if len(docs) == stretch {
				return flush()
			}
			return nil
		})
		if err != nil {
			return err
		}
		return flush()
	})
	if err != nil {
		return err
	}
	if stands, err := w.Store.Bookmark(ctx, store.StepIndex); err != nil || stands == stood {
		return err
	}
	return w.Store.Reset(ctx, store.StepIndex, stood)
}

// Mend makes the index whole again if it was lost: it is a copy, and the store is the truth. It is called at
// the start, when the service holds the index.
func (w *Worker) Mend(ctx context.Context) error {
	n, err := w.Index.Count(ctx)
	if err != nil {
		return err
	}
	behind, err := w.Store.Behind(ctx, store.StepIndex)
	if err != nil {
		return err
	}
	have, err := w.Store.Counts(ctx, lantoa.Everything)
	if err != nil {
		return err
	}
	// Changes that wait for the step explain a difference, and the step will make it good by itself.
	if int64(n) != have.Posts && behind == 0 {
		w.Log.Info("rebuilding the index", "documents", n, "posts", have.Posts)
		return w.Reindex(ctx, nil)
	}
	return nil
}

// reindexWish is the name under which the command line leaves the wish for a new index.
const reindexWish = "reindex"

// answerReindex builds the index anew if somebody asked for it, and leaves word of how it went.
func (w *Worker) answerReindex(ctx context.Context) error {
	wish, err := w.Store.GetMeta(ctx, reindexWish)
	if err != nil || wish != "asked" {
		return err
	}
	n := 0
	word := ""
	if err := w.Reindex(ctx, func(done int) { n = done }); err != nil {
		word = "lỗi: " + err.Error()
	} else {
		word = fmt.Sprintf("%d bài", n)
	}
	return w.Store.SetMeta(ctx, reindexWish, word)
}
