package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/stories"
)

// finding is the story finder's memory: which texts are copies of which. It is read from the store at the
// first use and then follows the changes.
type finding struct {
	sync.Mutex
	finder *stories.Finder
	usual  map[lantoa.ChannelID]lantoa.Benchmark
}

// Find judges the posts that changed since it last looked, and the posts that carry the same text.
func (w *Worker) Find(ctx context.Context) error {
	w.finding.Lock()
	defer w.finding.Unlock()
	if err := w.wakeFinder(ctx); err != nil {
		return fmt.Errorf("find: %w", err)
	}
	for {
		posts, upTo, err := w.Store.ChangedPosts(ctx, "find", stretch)
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
		if err := w.Store.Advance(ctx, "find", upTo); err != nil {
			return fmt.Errorf("find: %w", err)
		}
	}
}

func (w *Worker) wakeFinder(ctx context.Context) error {
	f := &w.finding
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
	if err := w.Store.AllPosts(ctx, func(p lantoa.Measured) error {
		finder.Load(p)
		return nil
	}); err != nil {
		return err
	}
	f.finder = finder
	return nil
}

func (w *Worker) judge(ctx context.Context, posts []lantoa.Measured) error {
	judged, found, err := w.finding.finder.Changed(posts, w.finding.usual, func(ids []lantoa.PostID) ([]lantoa.Measured, error) {
		return w.Store.PostsByID(ctx, ids)
	}, w.Now())
	if err != nil {
		return err
	}
	if err := w.Store.SaveJudgements(ctx, judged); err != nil {
		return err
	}
	return w.Store.SaveStories(ctx, found)
}

// Benchmark works out what is usual for each channel and judges again the posts it can still change.
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
	w.finding.Lock()
	w.finding.usual = nil
	err = w.wakeFinder(ctx)
	if err == nil {
		var young []lantoa.Measured
		// A post's expectation moves with the benchmark until it stops growing.
		young, err = w.Store.PostsSince(ctx, now.Add(-28*24*time.Hour))
		if err == nil {
			err = w.judge(ctx, young)
		}
	}
	w.finding.Unlock()
	if err != nil {
		return fmt.Errorf("benchmark: %w", err)
	}
	return nil
}

// benchmarksStale says whether no benchmark was worked out today. With nothing read yet there is nothing to do.
func (w *Worker) benchmarksStale(ctx context.Context) (bool, error) {
	at, err := w.Store.BenchmarkedAt(ctx)
	if err != nil {
		return false, err
	}
	return lantoa.Day(at, w.Zone).Before(lantoa.Day(w.Now(), w.Zone)), nil
}
