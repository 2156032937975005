package queue

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
)

// StoryHook is a program of the Union that hears of each story when it is chosen. An event may reach it twice, when we
// were stopped before its answer came: it bears the same X-Lantoa-Event.
type StoryHook struct {
	URL string
	// Key signs what is sent: X-Lantoa-Signature is "sha256=" and the HMAC-SHA256 in hexadecimal over X-Lantoa-Time
	// (Unix seconds), a dot and the body.
	Key string
	// HTTP asks; it decides which addresses may be asked at all.
	HTTP *safehttp.Client
	// Body is what is sent for an event. A Conflict says that it must not be told, or, about "consent", not yet.
	Body func(ctx context.Context, e lantoa.StoryEvent) ([]byte, error)

	run sync.Mutex
}

const (
	eventsAtOnce  = 50
	eventLease    = 2 * time.Minute // longer than an answer may take
	eventPatience = 24 * time.Hour  // from the first call that failed
	longestWait   = 2 * time.Hour
	consentWait   = 15 * time.Minute // how often it is looked whether consent has come
	consentMost   = 14 * 24 * time.Hour
)

// Tell tells what is due, each event once: a call is written down before it is made, and its answer after. An event whose
// call fails is told again with growing gaps for a day, then given up. Where nobody is to hear of stories, what is due is
// put away, so that a program that is entered later does not hear of last year's.
func (h *StoryHook) Tell(ctx context.Context, w *Worker) error {
	if h != nil {
		if !h.run.TryLock() {
			return nil // the run under way takes them along
		}
		defer h.run.Unlock()
	}
	for ctx.Err() == nil {
		due, err := w.Store.StoryEventsDue(ctx, w.Now(), eventsAtOnce)
		if err != nil {
			return fmt.Errorf("story events: %w", err)
		}
		for _, e := range due {
			if err := h.tell(ctx, w, e); err != nil {
				return fmt.Errorf("story event %s: %w", e.ID, err)
			}
		}
		if len(due) < eventsAtOnce {
			return nil
		}
	}
	return ctx.Err()
}

func (h *StoryHook) tell(ctx context.Context, w *Worker, e lantoa.StoryEvent) error {
	if h == nil || h.URL == "" {
		e.Next = time.Time{}
		return w.Store.SettleStoryEvent(ctx, e)
	}
	body, err := h.Body(ctx, e)
	if k := lantoa.KindOf(err); k == lantoa.Conflict || k == lantoa.NotFound {
		e.Trouble, e.Next = lantoa.AsTrouble(err, k), time.Time{}
		if now := w.Now(); e.Trouble.What == "consent" && now.Sub(e.At) < consentMost {
			e.Next = now.Add(consentWait)
		}
		return w.Store.SettleStoryEvent(ctx, e)
	}
	if err != nil {
		return err
	}
	// Should we be stopped now, it is told again after the lease; another process leaves it alone until then.
	e.Tries++
	e.Next = w.Now().Add(eventLease)
	if err := w.Store.SettleStoryEvent(ctx, e); err != nil {
		return err
	}
	status, err := h.post(ctx, e, body)
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // we are stopped: that is not the receiver's fault
	}
	return w.Store.SettleStoryEvent(context.WithoutCancel(ctx), heard(e, status, err, w.Now()))
}

// post makes one call; the status is that of the answer, 0 where there was none.
func (h *StoryHook) post(ctx context.Context, e lantoa.StoryEvent, body []byte) (status int, err error) {
	at := strconv.FormatInt(time.Now().Unix(), 10) // the machine's clock, as the receiver's
	mac := hmac.New(sha256.New, []byte(h.Key))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("X-Lantoa-Event", e.ID)
	header.Set("X-Lantoa-Time", at)
	header.Set("X-Lantoa-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	answer, err := h.HTTP.Post(ctx, h.URL, header, body)
	if err != nil {
		return 0, err
	}
	return answer.Status, nil
}

// heard is an event after a call that was answered so.
func heard(e lantoa.StoryEvent, status int, err error, now time.Time) lantoa.StoryEvent {
	e.Status = status
	if err == nil && status/100 == 2 {
		e.DoneAt, e.Next, e.Trouble = now, time.Time{}, nil
		return e
	}
	trouble := &lantoa.Trouble{Kind: lantoa.Away, What: "story_hook", Since: now}
	switch {
	case err != nil:
		trouble.Note = lantoa.Cut(err.Error(), 200) // it names the host at most
	case status/100 == 3 || status/100 == 4 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout:
		trouble.Kind, trouble.Note = lantoa.Refused, http.StatusText(status)
	default:
		trouble.Note = http.StatusText(status)
	}
	if e.Trouble != nil && e.Trouble.What == trouble.What {
		trouble.Since = e.Trouble.Since
	}
	e.Trouble = trouble
	e.Next = now.Add(min(time.Minute<<min(e.Tries-1, 10), longestWait))
	if e.Next.After(trouble.Since.Add(eventPatience)) {
		e.Next = time.Time{} // given up
	}
	return e
}
