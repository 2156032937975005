package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/stories"
)

// finding is the story finder's memory: which texts are copies of which. It is read from the store at the
// first use and then follows the changes.
type finding struct {
	sync.Mutex
	finder *stories.Finder
	usual  map[lantoa.ChannelID]lantoa.Benchmark
	stood  int64 // where our bookmark stood when we last moved it
}

// Find judges the posts that changed since it last looked, and the posts that carry the same text.
// A run while another is under way does nothing: that one goes on until nothing is left.
func (w *Worker) Find(ctx context.Context) error {
	if !w.finding.TryLock() {
		return nil
	}
	defer w.finding.Unlock()
	if err := w.wakeFinder(ctx); err != nil {
		return fmt.Errorf("find: %w", err)
	}
	for {
		posts, upTo, err := w.Store.ChangedPosts(ctx, store.StepFind, stretch)
		if err != nil {
			return fmt.Errorf("find: %w", err)
		}
		if len(posts) == 0 {
			return nil
		}
		if err := w.judge(ctx, posts); err != nil {
			w.finding.finder = nil // what it learned may not be what was stored: read it again
			return fmt.Errorf("find: %w", err)
		}
		if err := w.Store.Advance(ctx, store.StepFind, upTo); err != nil {
			return fmt.Errorf("find: %w", err)
		}
		w.finding.stood = upTo
	}
}

// wakeFinder reads the finder's memory from the store, if it has none, or if another process has moved the
// bookmark since: what that one judged, this one has not seen.
func (w *Worker) wakeFinder(ctx context.Context) error {
	f := &w.finding
	stands, err := w.Store.Bookmark(ctx, store.StepFind)
	if err != nil {
		return err
	}
	if stands != f.stood {
		f.finder, f.usual, f.stood = nil, nil, stands
	}
	if f.usual == nil {
		usual, err := w.Store.Benchmarks(ctx)
		if err != nil {
			return err
		}
		f.usual = usual
	}
	if f.finder != nil {
		return nil
	}
	finder := stories.NewFinder()
	if err := w.Store.AllTexts(ctx, func(p lantoa.Measured) error {
		finder.Load(p)
		return nil
	}); err != nil {
		return err
	}
	f.finder = finder
	return nil
}

// judge saves what the finder makes of these posts and of those that carry the same text.
func (w *Worker) judge(ctx context.Context, posts []lantoa.Measured) error {
	posts, err := w.markVotes(ctx, posts)
	if err != nil {
		return err
	}
	judged, found, err := w.finding.finder.Changed(posts, w.finding.usual, func(ids []lantoa.PostID) ([]lantoa.Measured, error) {
		return w.postsByID(ctx, ids)
	}, w.Now())
	if err != nil {
		return err
	}
	if err := w.Store.SaveJudgements(ctx, judged); err != nil {
		return err
	}
	return w.Store.SaveStories(ctx, found)
}

// markVotes marks contests before anything is judged. Whether a mark was set by hand only the store knows,
// so posts whose mark may have changed are read again.
func (w *Worker) markVotes(ctx context.Context, posts []lantoa.Measured) ([]lantoa.Measured, error) {
	votes := map[lantoa.PostID]bool{}
	var again []lantoa.PostID
	for _, p := range posts {
		if is := stories.IsVote(p.Post); is != p.Vote {
			votes[p.ID] = is
			again = append(again, p.ID)
		}
	}
	if len(votes) == 0 {
		return posts, nil
	}
	if err := w.Store.SaveVotes(ctx, votes); err != nil {
		return nil, err
	}
	fresh, err := w.Store.Posts(ctx, lantoa.Everything, again)
	if err != nil {
		return nil, err
	}
	posts = slices.Clone(posts)
	for i, p := range posts {
		if f, ok := fresh[p.ID]; ok {
			posts[i].Vote = f.Vote
		}
	}
	return posts, nil
}

func (w *Worker) postsByID(ctx context.Context, ids []lantoa.PostID) ([]lantoa.Measured, error) {
	found, err := w.Store.Posts(ctx, lantoa.Everything, ids)
	return slices.Collect(maps.Values(found)), err
}

// Benchmark works out what is usual for each channel, and judges again the posts that this can still change:
// those that are growing, and those that have never had a score.
func (w *Worker) Benchmark(ctx context.Context) error {
	now := w.Now()
	posts, err := w.Store.PostsForBenchmark(ctx, now)
	if err != nil {
		return fmt.Errorf("benchmark: %w", err)
	}
	usual := stories.Benchmarks(posts, now)
	if err := w.Store.SaveBenchmarks(ctx, usual); err != nil {
		return fmt.Errorf("benchmark: %w", err)
	}
	if !w.finding.TryLock() {
		return nil // a find is under way; the planner asks again while today's benchmark is not noted
	}
	defer w.finding.Unlock()
	w.finding.usual = nil
	if err := w.wakeFinder(ctx); err != nil {
		return fmt.Errorf("benchmark: %w", err)
	}
	first, err := w.Store.GetMeta(ctx, benchmarked)
	if err != nil {
		return fmt.Errorf("benchmark: %w", err)
	}
	var again []lantoa.PostID
	for _, p := range posts {
		if first == "" || now.Sub(p.PublishedAt) < 28*24*time.Hour {
			again = append(again, p.ID)
		}
	}
	for ids := range slices.Chunk(again, stretch) {
		young, err := w.postsByID(ctx, ids)
		if err == nil {
			err = w.judge(ctx, young)
		}
		if err != nil {
			w.finding.finder = nil
			return fmt.Errorf("benchmark: %w", err)
		}
	}
	return w.Store.SetMeta(ctx, benchmarked, now.UTC().Format(time.RFC3339))
}

// benchmarked is the name under which the store keeps when the benchmarks were last worked out whole.
const benchmarked = "benchmarked"

// benchmarksStale says whether no benchmark was worked out today. With nothing read yet there is nothing to do.
func (w *Worker) benchmarksStale(ctx context.Context) (bool, error) {
	text, err := w.Store.GetMeta(ctx, benchmarked)
	if err != nil || text == "" {
		return text == "", err
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return true, nil // unreadable is as good as never
	}
	return lantoa.Day(at, w.Zone).Before(lantoa.Day(w.Now(), w.Zone)), nil
}
