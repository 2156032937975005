package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"
	"github.com/hoiphunu/lantoa"
)

// The kinds of tasks. asynq's mux matches by prefix, so none begins with another.
const (
	taskVisit     = "visit"     // one visit to one channel
	taskFind      = "find"      // judge what changed
	taskIndex     = "index"     // bring the index up to date
	taskBenchmark = "benchmark" // what is usual, once a day
	taskSweep     = "sweep"     // old sessions and the like, once a day
	taskRebuild   = "rebuild"   // a new index, when somebody asked for it
	taskHook      = "hook"      // what the platforms told us
	taskNotice    = "notice"    // what the administrator should know
	taskToken     = "token"     // what the platforms say of our tokens, once a day
	taskPicture   = "picture"   // our own copies of pictures
	taskRoll      = "roll"      // how the weeks went, once an hour
	taskMail      = "mail"      // letters that are due
	taskRemind    = "remind"    // whom to ask for the figures of the month that ended
	taskDigest    = "digest"    // the draft of the last week's digest
	taskPublish   = "publish"   // reshares that are due
	taskTell      = "tell"      // programs that want to hear of chosen stories
	taskSpread    = "spread"    // what became of what was passed on
)

// slot is how long a task id stands for one piece of work: a nudge repeated within it is refused by asynq,
// and after it the planner may nudge again should the work have got lost.
const slot = 5 * time.Minute

// Client puts tasks into the queue.
type Client struct {
	asynq *asynq.Client
	now   func() time.Time // the machine's clock
}

// NewClient puts tasks into r.
func NewClient(r *Redis) *Client {
	return &Client{asynq: asynq.NewClientFromRedisClient(r.client), now: time.Now}
}

// A task that fails is tried three times more. One whose worker was killed counts as tried too, and asynq archives
// what was tried as often as it may be: so it may be very often.
const (
	mostTries = 3
	lostTries = 1000
)

type payload struct {
	V       int              `json:"v"`
	Channel lantoa.ChannelID `json:"channel,omitempty"`
	Now     bool             `json:"now,omitempty"` // a person asked: do not look whether it is due
}

// CollectNow has a channel read as soon as a worker is free, whether it is due or not. Asked twice within
// ten seconds it is read once.
func (c *Client) CollectNow(ctx context.Context, id lantoa.ChannelID) error {
	return c.put(ctx, taskVisit, payload{V: 1, Channel: id, Now: true},
		fmt.Sprintf("visit:%s:now:%d", id, c.now().Unix()/10), "pull")
}

// HookSoon has what the platforms told us worked off now, not at the next tick.
func (c *Client) HookSoon(ctx context.Context) error { return c.step(ctx, taskHook, time.Second) }

// MailSoon has letters sent that are due, without waiting for the next tick.
func (c *Client) MailSoon(ctx context.Context) error { return c.step(ctx, taskMail, time.Second) }

// PublishSoon has reshares worked off that are due, without waiting for the next tick. Which one was planned does not
// matter: the store says what is due.
func (c *Client) PublishSoon(ctx context.Context, _ lantoa.ReshareID) error {
	return c.step(ctx, taskPublish, time.Second)
}

// visit stands for one due time of a channel: once read it has another, and may be due again within the slot.
func (c *Client) visit(ctx context.Context, ch lantoa.Channel) error {
	id := fmt.Sprintf("visit:%s:%d:%d", ch.ID, ch.NextRead.Unix(), c.slot())
	return c.put(ctx, taskVisit, payload{V: 1, Channel: ch.ID}, id, "pull")
}

// step nudges a step that has something to look at. Steps are short and often wanted, so their slot is one tick.
func (c *Client) step(ctx context.Context, task string, every time.Duration) error {
	id := fmt.Sprintf("%s:%d", task, c.now().Unix()/int64(every.Seconds()))
	return c.put(ctx, task, payload{V: 1}, id, "index")
}

func (c *Client) slot() int64 { return c.now().Unix() / int64(slot.Seconds()) }

func (c *Client) put(ctx context.Context, task string, p payload, id, queue string) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = c.asynq.EnqueueContext(ctx, asynq.NewTask(task, body),
		asynq.TaskID(id), asynq.Queue(queue), asynq.Retention(2*slot),
		asynq.MaxRetry(lostTries), asynq.Timeout(10*time.Minute))
	if errors.Is(err, asynq.ErrTaskIDConflict) || errors.Is(err, asynq.ErrDuplicateTask) {
		return nil // already asked for: that is what the id is for
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", task, err)
	}
	return nil
}
