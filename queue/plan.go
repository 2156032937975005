package queue

import (
	"context"
	"log/slog"
	"time"

	"github.com/hoiphunu/lantoa/store"
)

// tick is how often the planner asks the store what is due.
const tick = 20 * time.Second

// atOnce bounds what one tick enqueues. The rest is still due at the next.
const atOnce = 500

// Planner asks the store what is due and nudges the workers. Any number of planners may run: task ids make
// sure that each piece of work is enqueued once.
type Planner struct {
	Worker *Worker
	Client *Client
	Log    *slog.Logger
	Paused func() bool // while it says so, nothing is planned; nil: never
}

// Run plans until ctx ends.
func (p *Planner) Run(ctx context.Context) {
	every := time.NewTicker(tick)
	defer every.Stop()
	for {
		if p.Paused == nil || !p.Paused() {
			p.tick(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// tick enqueues what is due now. What fails is logged and tried again at the next tick: nothing is lost.
func (p *Planner) tick(ctx context.Context) {
	w, now := p.Worker, p.Worker.Now()
	if w.Budget != nil {
		if err := w.Budget.Load(ctx); err != nil {
			p.complain(ctx, "limits", err)
		}
	}
	due, err := w.Store.ChannelsDue(ctx, now, atOnce)
	if err != nil {
		p.complain(ctx, "channels due", err)
		return
	}
	for _, ch := range due {
		if w.Sources[ch.Kind] == nil {
			continue
		}
		if err := p.Client.visit(ctx, ch); err != nil {
			p.complain(ctx, "plan visit", err)
			return // Redis is away: the others would only wait for it too
		}
	}
	for _, step := range []struct{ bookmark, task string }{{store.StepFind, taskFind}, {store.StepIndex, taskIndex}} {
		behind, err := w.Store.Behind(ctx, step.bookmark)
		if err != nil {
			p.complain(ctx, "behind", err)
			continue
		}
		if behind > 0 {
			if err := p.Client.step(ctx, step.task, tick); err != nil {
				p.complain(ctx, "plan "+step.task, err)
			}
		}
	}
	stale, err := w.benchmarksStale(ctx)
	if err != nil {
		p.complain(ctx, "benchmarks", err)
	} else if stale {
		if err := p.Client.step(ctx, taskBenchmark, slot); err != nil {
			p.complain(ctx, "plan benchmark", err)
		}
	}
	if wish, err := w.Store.GetMeta(ctx, reindexWish); err == nil && wish == "asked" {
		if err := p.Client.step(ctx, taskRebuild, tick); err != nil {
			p.complain(ctx, "plan rebuild", err)
		}
	}
	if w.Mailer != nil {
		if due, err := w.lettersDue(ctx); err != nil {
			p.complain(ctx, "letters due", err)
		} else if due {
			if err := p.Client.step(ctx, taskMail, tick); err != nil {
				p.complain(ctx, "plan letters", err)
			}
		}
	}
	if due, err := w.digestDue(ctx); err != nil {
		p.complain(ctx, "digest due", err)
	} else if due {
		if err := p.Client.step(ctx, taskDigest, tick); err != nil {
			p.complain(ctx, "plan digest", err)
		}
	}
	if len(w.Publishers) > 0 {
		if due, err := w.publishDue(ctx); err != nil {
			p.complain(ctx, "reshares due", err)
		} else if due {
			if err := p.Client.step(ctx, taskPublish, tick); err != nil {
				p.complain(ctx, "plan reshares", err)
			}
		}
	}
	if due, err := w.Store.StoryEventsDue(ctx, now, 1); err != nil {
		p.complain(ctx, "story events due", err)
	} else if len(due) > 0 {
		if err := p.Client.step(ctx, taskTell, tick); err != nil {
			p.complain(ctx, "plan story events", err)
		}
	}
	if err := p.Client.step(ctx, taskSpread, spreadEvery); err != nil {
		p.complain(ctx, "plan "+taskSpread, err)
	}
	for _, task := range []string{taskHook, taskPicture} {
		if err := p.Client.step(ctx, task, tick); err != nil {
			p.complain(ctx, "plan "+task, err)
		}
	}
	if err := p.Client.step(ctx, taskNotice, noticeEvery); err != nil {
		p.complain(ctx, "plan notices", err)
	}
	for _, r := range rare {
		due, err := r.due(ctx, w)
		if err != nil {
			p.complain(ctx, "when "+r.task+" was done", err)
		} else if due {
			if err := p.Client.step(ctx, r.task, slot); err != nil {
				p.complain(ctx, "plan "+r.task, err)
			}
		}
	}
}

// noticeEvery is how soon after a failure the administrator is told.
const noticeEvery = time.Minute

func (p *Planner) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		p.Log.Warn(what, "err", err)
	}
}
