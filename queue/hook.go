package queue

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
)

// Heard is one thing that a platform told us by itself, in our words: no name and no id of a person.
type Heard struct {
	Kind     lantoa.ChannelKind // with External the channel it is about; empty when it is about none
	External string
	Post     string // External of the post that something happened to
	At       time.Time

	Chatter      *lantoa.Chatter    // a message that is counted and not kept
	Joined, Left int                // members of a group
	Submission   *lantoa.Submission // a story told to us directly
	Sender       string             // keyed hash of who sent Code
	Code         string             // links the sender to a unit
	Withdrawn    []string           // keyed hashes of a person who takes everything back
}

// HookReader puts the body of a hook into our words. A body that nobody can read says nothing and never will: it is
// a trouble of kind Garbled or Refused, and is not tried again.
type HookReader func(body []byte, at time.Time) ([]Heard, error)

// hooksAtOnce bounds how many hooks are in memory.
const hooksAtOnce = 200

type hooking struct{ sync.Mutex }

// Hooks works off what the platforms told us since it last looked. A hook that fails is tried again later, ten
// times; the others do not wait for it.
func (w *Worker) Hooks(ctx context.Context) error {
	if !w.hooking.TryLock() {
		return nil // the run under way takes it along
	}
	defer w.hooking.Unlock()
	failed := map[lantoa.HookID]bool{}
	for {
		hooks, err := w.Store.HooksWaiting(ctx, hooksAtOnce)
		if err != nil {
			return fmt.Errorf("hooks: %w", err)
		}
		moved := false
		for _, h := range hooks {
			if failed[h.ID] {
				continue
			}
			moved = true
			if err := w.hook(ctx, h); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				failed[h.ID] = true
				w.Log.Warn("hook", "platform", h.Platform, "tries", h.Tries+1, "err", err)
				if err := w.Store.HookFailed(ctx, h.ID); err != nil {
					return fmt.Errorf("hooks: %w", err)
				}
				continue
			}
			if err := w.Store.HookDone(ctx, h.ID, w.Now()); err != nil {
				return fmt.Errorf("hooks: %w", err)
			}
		}
		if !moved {
			return nil
		}
	}
}

// hook does what one hook asks for. Doing it twice changes nothing, but for the count of joins and leaves, which is
// guarded: it may miss one when the program is killed in the middle, and never counts one twice.
func (w *Worker) hook(ctx context.Context, h lantoa.Hook) error {
	read := w.ReadHook[h.Platform]
	if read == nil {
		return nil
	}
	all, err := read(h.Body, h.At)
	if k := lantoa.KindOf(err); k == lantoa.Garbled || k == lantoa.Refused || k == lantoa.Invalid {
		w.Log.Info("hook says nothing we know", "platform", h.Platform)
		return nil
	}
	if err != nil {
		return err
	}
	var hints []lantoa.Hint
	for i, heard := range all {
		if err := w.person(ctx, heard); err != nil {
			return err
		}
		if heard.External == "" {
			continue
		}
		ch, err := w.Store.ChannelByExternal(ctx, heard.Kind, heard.External)
		if lantoa.KindOf(err) == lantoa.NotFound {
			continue // a page or group that is none of ours
		}
		if err != nil {
			return err
		}
		switch {
		case heard.Chatter != nil:
			if _, err := w.Store.SaveChatter(ctx, ch.ID, []lantoa.Chatter{*heard.Chatter}); err != nil {
				return err
			}
		case heard.Joined != 0 || heard.Left != 0:
			if err := w.members(ctx, ch.ID, fmt.Sprintf("hook:%s:%d", h.ID, i), heard); err != nil {
				return err
			}
			hints = append(hints, lantoa.Hint{Channel: ch.ID, At: w.Now()})
		default:
			hints = append(hints, lantoa.Hint{Channel: ch.ID, Post: heard.Post, At: w.Now()})
		}
	}
	if len(hints) == 0 {
		return nil
	}
	return w.Store.Hint(ctx, hints)
}

// members adds to how many joined and left a group on a day, once.
func (w *Worker) members(ctx context.Context, ch lantoa.ChannelID, key string, heard Heard) error {
	fresh, err := w.Store.SeenOnce(ctx, key, w.Now().AddDate(0, 0, 7))
	if err != nil || !fresh {
		return err
	}
	day := heard.At.In(w.Zone).Format(time.DateOnly)
	for metric, n := range map[string]int{"joins": heard.Joined, "leaves": heard.Left} {
		if n == 0 {
			continue
		}
		if err := w.Store.AddToDay(ctx, ch, metric, day, int64(n)); err != nil {
			return err
		}
	}
	return nil
}

// person does what a person asked for: to be known as her unit's, to tell a story, to be forgotten.
func (w *Worker) person(ctx context.Context, heard Heard) error {
	if len(heard.Withdrawn) > 0 {
		return w.forget(ctx, heard.Withdrawn)
	}
	if heard.Code != "" {
		_, err := w.Store.LinkTeller(ctx, heard.Code, heard.Sender, heard.At)
		if lantoa.KindOf(err) == lantoa.NotFound {
			return nil // a code that was used, or never given out
		}
		return err
	}
	if heard.Submission != nil {
		sub := collectors.AcceptSubmission(*heard.Submission)
		return w.Store.SaveSubmission(ctx, &sub)
	}
	return nil
}

// forget erases everything that a person wrote. The law gives two working days for the answer and the platform 24
// hours for the deed; it is done at once. What was already passed on in our name waits for a person's decision.
func (w *Worker) forget(ctx context.Context, authors []string) error {
	erased, err := w.Store.Erase(ctx, authors, w.Now(), "zalo", "user_withdraw")
	if err != nil {
		return err
	}
	if len(erased.Passed) == 0 {
		return nil
	}
	ids := make([]string, len(erased.Passed))
	for i, id := range erased.Passed {
		ids[i] = string(id)
	}
	_, err = w.Store.RaiseNotice(ctx, &lantoa.Notice{Kind: lantoa.WithdrawnNote, Key: "withdrawn:" + ids[0], Count: len(ids), BeganAt: w.Now(),
		Trouble: lantoa.Trouble{Kind: lantoa.Conflict, What: strings.Join(ids, ",")}})
	return err
}
