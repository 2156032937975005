package queue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/store"
)

// unheardMeta names where the daily check keeps the channels whose events do not reach us.
const unheardMeta = "webhooks_unheard"

// Notices looks at what is wrong and tells the administrator of what is new, and of what is over.
func (w *Worker) Notices(ctx context.Context) error {
	s, err := w.state(ctx)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	now := w.Now()
	raise, end := collectors.Incidents(s, now)
	for _, n := range raise {
		raised, err := w.Store.RaiseNotice(ctx, &n)
		if err != nil {
			return fmt.Errorf("notices: %w", err)
		}
		if raised {
			w.Log.Warn("notice", "about", n.Kind, "channel", n.Channel, "trouble", n.Trouble.Kind, "count", n.Count)
		}
	}
	for _, key := range end {
		ended, err := w.Store.EndNotice(ctx, key, now)
		if err != nil {
			return fmt.Errorf("notices: %w", err)
		}
		if ended {
			w.Log.Info("notice is over", "key", key)
		}
	}
	return nil
}

func (w *Worker) state(ctx context.Context) (s collectors.State, err error) {
	if s.Channels, err = w.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{}); err != nil {
		return s, err
	}
	if s.Accesses, err = w.Store.Accesses(ctx); err != nil {
		return s, err
	}
	if w.Platform != nil {
		s.Platform = w.Platform()
	}
	if _, s.Unheard, err = w.Unheard(ctx); err != nil && lantoa.KindOf(err) != lantoa.NotFound {
		return s, err
	}
	said, err := w.Store.GetMeta(ctx, MailTrouble)
	if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
		return s, err
	}
	if since, note, _ := strings.Cut(said, " "); said != "" {
		if at, err := time.Parse(time.RFC3339, since); err == nil {
			s.Mail = &lantoa.Trouble{Kind: lantoa.Away, What: "smtp", Since: at, Note: note}
		}
	}
	s.Open, err = w.Store.Notices(ctx, lantoa.Everything, true, 10_000)
	return s, err
}

// Unheard are the channels whose events do not reach us, as of when that was last asked; NotFound when it never was.
func (w *Worker) Unheard(ctx context.Context) (at time.Time, channels []lantoa.ChannelID, err error) {
	said, err := w.Store.GetMeta(ctx, unheardMeta)
	if err != nil {
		return at, nil, err
	}
	when, ids, _ := strings.Cut(said, " ")
	if at, err = time.Parse(time.RFC3339, when); err != nil {
		return at, nil, lantoa.Missing("webhooks", "")
	}
	for id := range strings.FieldsSeq(ids) {
		channels = append(channels, lantoa.ChannelID(id))
	}
	return at, channels, nil
}

// CheckTokens asks the platforms what they say of our tokens and of what they send us, and takes it down.
func (w *Worker) CheckTokens(ctx context.Context) error {
	if w.Tokens == nil {
		return nil
	}
	unheard, err := w.Tokens(ctx)
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	said := w.Now().UTC().Format(time.RFC3339)
	for _, id := range unheard {
		said += " " + string(id)
	}
	return w.Store.SetMeta(ctx, unheardMeta, said)
}

// rarely is a task that is done once in a while: due says whether the while has passed, did notes that it was done.
// The queue's own memory is too short for that, and is lost with Redis.
type rarely struct {
	task  string
	every time.Duration
}

var rare = []rarely{{taskSweep, 24 * time.Hour}, {taskToken, 24 * time.Hour}, {taskRoll, rollEvery}, {taskRemind, remindEvery}}

func (r rarely) due(ctx context.Context, w *Worker) (bool, error) {
	said, err := w.Store.GetMeta(ctx, "did_"+r.task)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	at, err := time.Parse(time.RFC3339, said)
	now := w.Now()
	return err != nil || now.Sub(at) >= r.every || at.After(now.Add(time.Hour)), nil
}

func (r rarely) did(ctx context.Context, w *Worker) error {
	return w.Store.SetMeta(ctx, "did_"+r.task, w.Now().UTC().Format(time.RFC3339))
}
