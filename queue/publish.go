package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
)

// publishing is what a process remembers of passing stories on.
type publishing struct {
	run sync.Mutex
}

const (
	// PublishLease is how long a claimed reshare is nobody else's. It is longer than all calls of one deed may take
	// together: pictures, the deed itself, and the looks at an article that Zalo is making.
	PublishLease   = 5 * time.Minute
	publishAtOnce  = 4                // deeds at once: each waits for a platform
	originalServes = 15 * time.Minute // an original read so lately is passed on without another look
)

// Publish passes on what is due, and looks on the channels for what may stand there already. What it was doing when it
// is stopped is found by a later run. Any number of processes may do it at once: a reshare is claimed by one of them.
func (w *Worker) Publish(ctx context.Context) error {
	if len(w.Publishers) == 0 || !w.publishing.run.TryLock() {
		return nil // the run under way takes them along
	}
	defer w.publishing.run.Unlock()
	back, unsure, err := w.Store.RecoverReshares(ctx, w.Now(), w.publishLease())
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if back+unsure > 0 {
		w.Log.Warn("reshares were left by a worker that stopped", "wait_again", back, "unsure", unsure)
	}
	for ctx.Err() == nil {
		looked, err := w.publishSome(ctx, w.Store.ClaimChecks, w.checkOne)
		if err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		done, err := w.publishSome(ctx, w.Store.ClaimReshares, w.publishOne)
		if err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		if looked+done == 0 {
			return nil
		}
	}
	return ctx.Err()
}

func (w *Worker) publishLease() time.Duration {
	if w.PublishLease > 0 {
		return w.PublishLease
	}
	return PublishLease
}

func (w *Worker) publishDue(ctx context.Context) (bool, error) {
	return w.Store.ResharesDue(ctx, w.Now(), w.publishLease())
}

// publishSome claims a few and works on them side by side. It says how many there were.
func (w *Worker) publishSome(ctx context.Context,
	claim func(context.Context, time.Time, int) (string, []lantoa.Reshare, error),
	do func(ctx context.Context, claim string, r lantoa.Reshare) error,
) (int, error) {
	name, some, err := claim(ctx, w.Now(), publishAtOnce)
	if err != nil {
		return 0, err
	}
	errs := make([]error, len(some))
	var wg sync.WaitGroup
	for i, r := range some {
		wg.Go(func() { errs[i] = do(ctx, name, r) })
	}
	wg.Wait()
	return len(some), errors.Join(errs...)
}

// publishOne does one deed. What is wrong with a deed is written down with it; an error is our own.
func (w *Worker) publishOne(ctx context.Context, claim string, r lantoa.Reshare) error {
	d, refused, err := w.deed(ctx, r)
	if err != nil {
		return err
	}
	if refused != nil { // what it rests on is gone: nothing leaves us
		r.State, r.Trouble, r.EndedAt = lantoa.ReshareFailed, refused, w.Now()
		return w.Store.SettleReshare(context.WithoutCancel(ctx), claim, r)
	}
	if r.Means == lantoa.ViaBroadcast {
		next, err := w.broadcastTurn(ctx, r)
		if err != nil {
			return err
		}
		if !next.IsZero() {
			r.State, r.Next = lantoa.ReshareWaiting, next
			r.Trouble = &lantoa.Trouble{Kind: lantoa.Limited, What: "quota", Until: next, Since: w.Now()}
			return w.Store.SettleReshare(context.WithoutCancel(ctx), claim, r)
		}
	}
	r, err = reshare.Publish(ctx, w.Store, w.Publishers, claim, d, w.Now, w.Halt)
	return w.published(ctx, r, err)
}

// broadcastTurn is the next morning when the account's followers have got a broadcast today, or may have: they get one a
// day. Zero when it is this one's turn.
func (w *Worker) broadcastTurn(ctx context.Context, r lantoa.Reshare) (next time.Time, err error) {
	vietnam := time.FixedZone("+07", 7*60*60) // Zalo's days, whatever zone the Union counts in
	y, m, d := w.Now().In(vietnam).Date()
	today, tomorrow := time.Date(y, m, d, 0, 0, 0, 0, vietnam), time.Date(y, m, d+1, 0, 0, 0, 0, vietnam)
	for cursor := ""; ; {
		page, _, after, err := w.Store.Reshares(ctx, lantoa.Everything, store.ReshareFilter{Channel: r.Channel, Limit: 500, Cursor: cursor,
			States: []lantoa.ReshareState{lantoa.ReshareSent, lantoa.ReshareUnsure, lantoa.ReshareSending}})
		if err != nil {
			return next, err
		}
		for _, o := range page {
			at := slices.MaxFunc([]time.Time{o.CallAt, o.SentAt}, time.Time.Compare)
			if o.ID != r.ID && o.Means == lantoa.ViaBroadcast && !at.Before(today) && at.Before(tomorrow) {
				return tomorrow.Add(6*time.Hour + 5*time.Minute), nil
			}
		}
		if cursor = after; cursor == "" {
			return next, nil
		}
	}
}

// checkOne looks on the channel whether a deed without a clear answer was done.
func (w *Worker) checkOne(ctx context.Context, claim string, r lantoa.Reshare) error {
	r, err := reshare.Check(ctx, w.Store, w.Publishers, claim, lantoa.Deed{Reshare: r}, w.Now)
	return w.published(ctx, r, err)
}

// published says in the log how a deed ended, and has the channel read soon after one that was done.
func (w *Worker) published(ctx context.Context, r lantoa.Reshare, err error) error {
	if err != nil {
		return err
	}
	log := w.Log.With("reshare", r.ID, "channel", r.Channel, "state", r.State)
	if r.Trouble != nil {
		log.Warn("reshare", "trouble", r.Trouble.Kind, "what", r.Trouble.What)
	} else {
		log.Info("reshare")
	}
	if r.State != lantoa.ReshareSent {
		return nil
	}
	hints := []lantoa.Hint{{Channel: r.Channel, Post: r.Posted, At: w.Now()}}
	if story, err := w.Store.Story(ctx, r.Story); err == nil {
		hints = append(hints, lantoa.Hint{Channel: story.Lead.Channel, Post: story.Lead.External, At: w.Now()})
	}
	return w.Store.Hint(ctx, hints)
}

// deed is a reshare with what its publisher needs, or why it must not be done any more: its story was taken back since it
// was approved, its words credit another than who told it first, its pictures are gone, or its channel was put away. An article that the platform is making already is gone
// on with whatever happened since: it may stand there, and only what is known to stand there can be taken back.
func (w *Worker) deed(ctx context.Context, r lantoa.Reshare) (d lantoa.Deed, refused *lantoa.Trouble, err error) {
	d = lantoa.Deed{Reshare: r}
	if r.Means == lantoa.ViaArticle && r.Token != "" {
		return d, nil, nil
	}
	ch, err := w.Store.Channel(ctx, r.Channel)
	if err != nil {
		return d, nil, err
	}
	if ch.Archived {
		return d, lantoa.Problem(lantoa.Gone, "channel", ""), nil
	}
	story, err := w.freshStory(ctx, r.Story)
	if err != nil {
		return d, nil, err
	}
	if err := reshare.Passable(story); err != nil {
		return d, lantoa.AsTrouble(err, lantoa.Conflict), nil
	}
	// Where the first teller's post was deleted, or an earlier one came to light, the story is another unit's by now.
	if err := reshare.CheckWords(story, lantoa.ViaFeed, "", r.Words); err != nil {
		return d, lantoa.Problem(lantoa.Conflict, lantoa.AsTrouble(err, lantoa.Invalid).What, ""), nil
	}
	for _, ref := range r.Pictures {
		p, err := w.Store.Picture(ctx, ref.Post, ref.N)
		if lantoa.KindOf(err) == lantoa.NotFound {
			return d, lantoa.Problem(lantoa.Gone, "picture", ""), nil
		}
		if err != nil {
			return d, nil, err
		}
		d.Images = append(d.Images, p.Data)
	}
	if r.Means == lantoa.ViaBroadcast {
		article, err := w.Store.Reshare(ctx, r.Of)
		if err != nil {
			return d, nil, err
		}
		if article.State != lantoa.ReshareSent || article.Posted == "" {
			return d, lantoa.Problem(lantoa.Gone, "article", ""), nil
		}
		d.Article = article.Posted
	}
	if r.Means == lantoa.ViaArticle {
		d.Author = r.Unit.UnionName()
		if len(r.Pictures) > 0 && w.CoverURL != nil {
			d.Cover = w.CoverURL(r.Pictures[0])
		}
	}
	return d, nil, nil
}

// freshStory is the story as it stands now. Its original is looked at once more unless that was done lately: what was
// deleted an hour ago must not be passed on. An original that cannot be read now is passed on as it was.
func (w *Worker) freshStory(ctx context.Context, id lantoa.StoryID) (lantoa.Story, error) {
	story, err := w.Store.Story(ctx, id)
	if err != nil {
		return story, err
	}
	ch, err := w.Store.Channel(ctx, story.Lead.Channel)
	if err != nil {
		return story, err
	}
	if ch.Archived || w.Sources[ch.Kind] == nil || w.Now().Sub(ch.LastRead) < originalServes {
		return story, nil
	}
	if err := w.Store.Hint(ctx, []lantoa.Hint{{Channel: ch.ID, Post: story.Lead.External, At: w.Now()}}); err != nil {
		return story, err
	}
	visit, err := w.Visit(ctx, ch)
	if err != nil || visit.Trouble != nil || visit.At.IsZero() {
		return story, err
	}
	return w.Store.Story(ctx, id)
}
