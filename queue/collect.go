package queue

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"golang.org/x/sync/errgroup"
)

// Visit reads one channel now. A platform's trouble is part of the visit; an error means that we ourselves
// could not go on (the store), and the task should be tried again.
func (w *Worker) Visit(ctx context.Context, ch lantoa.Channel) (lantoa.Visit, error) {
	source := w.Sources[ch.Kind]
	if source == nil {
		return lantoa.Visit{}, lantoa.Problem(lantoa.Invalid, "channel", string(ch.Kind))
	}
	if _, busy := w.visiting.LoadOrStore(ch.ID, struct{}{}); busy {
		return lantoa.Visit{}, nil // the run under way does the work
	}
	defer w.visiting.Delete(ch.ID)
	if !w.Since.IsZero() && w.Since.Before(ch.LastRead) {
		ch.LastRead = w.Since // as though it had not been read since: the visit goes back that far
	}
	visit, err := collectors.Collect(ctx, source, w.Store, ch, w.Now())
	if err != nil {
		return visit, err
	}
	log := w.Log.With("channel", ch.ID, "took", visit.Took.Round(time.Millisecond).String())
	if visit.Trouble != nil {
		log.Info("visit", "trouble", visit.Trouble.Kind)
	} else {
		log.Debug("visit", "seen", visit.Seen, "new", visit.New)
	}
	return visit, nil
}

// Sweep visits all these channels, several at a time, and calls each after every one. It stops at the first
// error of our own; troubles of platforms do not stop it.
func (w *Worker) Sweep(ctx context.Context, channels []lantoa.Channel, each func(done int, v lantoa.Visit)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(Concurrency)
	var done atomic.Int64
	for _, ch := range channels {
		if w.Sources[ch.Kind] == nil {
			continue
		}
		group.Go(func() error {
			visit, err := w.Visit(ctx, ch)
			if err != nil {
				return err
			}
			n := int(done.Add(1))
			if each != nil {
				each(n, visit)
			}
			return nil
		})
	}
	return group.Wait()
}
