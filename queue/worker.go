package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store"
)

// Worker does what the queue asks for. Its fields are set once, before Run or Sweep.
type Worker struct {
	Store   *store.Store
	Sources map[lantoa.ChannelKind]collectors.Source
	Index   search.Index
	Now     func() time.Time
	Zone    *time.Location
	Log     *slog.Logger
	Since   time.Time // when set, visits read again everything published since then

	Budget     *collectors.Budget                                                // what the platforms' limits leave us; shared with the other processes by the store
	ReadHook   map[string]HookReader                                             // by platform: what it told us
	Platform   func() []lantoa.Trouble                                           // what no single channel can be blamed for; nil: nothing
	Tokens     func(ctx context.Context) (unheard []lantoa.ChannelID, err error) // asks the platforms about our tokens and takes it down
	Album      Album                                                             // nil: no pictures are copied
	Desk       *activity.Desk                                                    // how the network does, as the screens see it
	Mailer     mail.Sender                                                       // nil: no letter is sent
	Compose    map[string]Composer                                               // by kind of letter: who makes its message
	MailDomain string                                                            // the sender's, in the IDs of messages
	BaseURL    string                                                            // as people reach the pages
	DigestAuto bool                                                              // a draft that nobody keeps back goes by itself
	// FormReminders: units that have not reported are reminded by letter. FormDay is the day at whose end months close.
	FormReminders bool
	FormDay       int

	StoryHook  *StoryHook                       // the program that hears of chosen stories; nil: none
	Publishers reshare.Publishers               // what passes stories on; none: nothing is
	CoverURL   func(ref lantoa.MediaRef) string // the public address of a picture, from which Zalo fetches it
	Halt       func(point string)               // told of each step of publishing; nil but in drills

	LetterLease  time.Duration // zero: [LetterLease]
	PublishLease time.Duration // zero: [PublishLease]
	PictureRoom  int64         // bytes that copies of pictures may take; 0: any

	asked      sync.Map // ReshareID → when its original was to be read for what sharing brought
	visiting   sync.Map // ChannelID → struct{}: one visit at a time to a channel
	finding    finding
	hooking    hooking
	picturing  picturing
	indexing   sync.Mutex
	rolling    sync.Mutex
	mailing    mailing
	digesting  digesting
	publishing publishing
}

// Concurrency is how many tasks run at once: the work is waiting for platforms, not computing.
const Concurrency = 8

// Run works off the queue until ctx ends, then lets running tasks finish for up to 25 seconds.
func (w *Worker) Run(ctx context.Context, r *Redis) error {
	server := asynq.NewServerFromRedisClient(r.client, asynq.Config{
		Concurrency:     Concurrency,
		Queues:          map[string]int{"index": 4, "pull": 3},
		ShutdownTimeout: 25 * time.Second,
		RetryDelayFunc:  retryDelay,
		IsFailure: func(err error) bool {
			return !errors.Is(err, asynq.ErrLeaseExpired) && !errors.Is(err, context.Canceled)
		},
		ErrorHandler: asynq.ErrorHandlerFunc(func(ctx context.Context, t *asynq.Task, err error) {
			tries, _ := asynq.GetRetryCount(ctx)
			w.Log.Warn("task failed", "task", t.Type(), "tries", tries+1, "err", err)
		}),
		BaseContext: func() context.Context { return ctx },
		Logger:      quiet{w.Log},
		LogLevel:    asynq.WarnLevel,
	})
	if err := server.Start(w.mux()); err != nil {
		return fmt.Errorf("start workers: %w", err)
	}
	<-ctx.Done()
	server.Shutdown()
	return nil
}

// mux is the table of tasks.
func (w *Worker) mux() *asynq.ServeMux {
	mux := asynq.NewServeMux()
	mux.HandleFunc(taskVisit, w.visitTask)
	mux.HandleFunc(taskFind, func(ctx context.Context, _ *asynq.Task) error { return w.Find(ctx) })
	mux.HandleFunc(taskIndex, func(ctx context.Context, _ *asynq.Task) error { return w.IndexChanged(ctx) })
	mux.HandleFunc(taskBenchmark, func(ctx context.Context, _ *asynq.Task) error { return w.Benchmark(ctx) })
	mux.HandleFunc(taskHook, func(ctx context.Context, _ *asynq.Task) error { return w.Hooks(ctx) })
	mux.HandleFunc(taskNotice, func(ctx context.Context, _ *asynq.Task) error { return w.Notices(ctx) })
	mux.HandleFunc(taskPicture, func(ctx context.Context, _ *asynq.Task) error { return w.Pictures(ctx) })
	mux.HandleFunc(taskMail, func(ctx context.Context, _ *asynq.Task) error { return w.Letters(ctx) })
	mux.HandleFunc(taskDigest, func(ctx context.Context, _ *asynq.Task) error { return w.Digest(ctx) })
	mux.HandleFunc(taskTell, func(ctx context.Context, _ *asynq.Task) error { return w.StoryHook.Tell(ctx, w) })
	mux.HandleFunc(taskPublish, func(ctx context.Context, _ *asynq.Task) error { return w.Publish(ctx) })
	mux.HandleFunc(taskSpread, func(ctx context.Context, _ *asynq.Task) error { return w.Spread(ctx) })
	mux.HandleFunc(taskRebuild, func(ctx context.Context, _ *asynq.Task) error { return w.answerReindex(ctx) })
	for _, r := range rare {
		do := map[string]func(context.Context) error{taskSweep: w.sweepOld, taskToken: w.CheckTokens, taskRoll: w.RollUp, taskRemind: w.Remind}[r.task]
		mux.HandleFunc(r.task, func(ctx context.Context, _ *asynq.Task) error {
			if due, err := r.due(ctx, w); err != nil || !due {
				return err
			}
			if err := do(ctx); err != nil {
				return err
			}
			return r.did(ctx, w)
		})
	}
	mux.Use(neverArchive)
	return mux
}

// neverArchive drops a task that failed three times running: what it was for is still due in the store, and the
// planner asks for it again. An archive that nobody empties would only hide that.
func neverArchive(next asynq.Handler) asynq.Handler {
	return asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		err := next.ProcessTask(ctx, t)
		tries, _ := asynq.GetRetryCount(ctx)
		if err != nil && (tries >= mostTries || errors.Is(err, asynq.SkipRetry)) {
			return fmt.Errorf("%w: %w", err, asynq.RevokeTask)
		}
		return err
	})
}

// sweepOld forgets what nobody will ask for again.
func (w *Worker) sweepOld(ctx context.Context) error {
	if _, err := w.Store.Sessions().Sweep(ctx); err != nil {
		return err
	}
	if err := w.Store.SweepHooks(ctx, w.Now().AddDate(0, 0, -7)); err != nil {
		return err
	}
	return w.Store.SweepVisits(ctx, w.Now().AddDate(0, 0, -90))
}

func (w *Worker) visitTask(ctx context.Context, t *asynq.Task) error {
	var p payload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return fmt.Errorf("payload of %s: %w: %w", t.Type(), err, asynq.SkipRetry)
	}
	ch, err := w.Store.Channel(ctx, p.Channel)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if !p.Now && ch.NextRead.After(w.Now()) {
		return nil // another run did it
	}
	_, err = w.Visit(ctx, ch)
	return err
}

// retryDelay doubles from 5 seconds to 10 minutes, a fifth up or down.
func retryDelay(n int, _ error, _ *asynq.Task) time.Duration {
	d := min(5*time.Second<<min(n, 10), 10*time.Minute)
	return d + time.Duration((rand.Float64()-0.5)*0.4*float64(d))
}

// quiet passes asynq's own warnings to our log.
type quiet struct{ log *slog.Logger }

func (q quiet) Debug(args ...any) {}
func (q quiet) Info(args ...any)  {}
func (q quiet) Warn(args ...any)  { q.log.Warn(fmt.Sprint(args...)) }
func (q quiet) Error(args ...any) { q.log.Error(fmt.Sprint(args...)) }
func (q quiet) Fatal(args ...any) { q.log.Error(fmt.Sprint(args...)) }
