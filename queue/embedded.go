package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Redis is where asynq keeps its lists: a server, or one inside this process. What it holds may be lost at
// any time: the store plans anew.
type Redis struct {
	client redis.UniversalClient
	inside *miniredis.Miniredis
	stop   context.CancelFunc
	done   chan struct{}
}

// OpenRedis connects to a server (redis://…, at least version 6.2), or starts one inside this process when
// the address is empty.
func OpenRedis(ctx context.Context, address string) (*Redis, error) {
	if address == "" {
		return embed(ctx)
	}
	opt, err := redis.ParseURL(address)
	if err != nil {
		return nil, fmt.Errorf("redis address: %w", err)
	}
	// go-redis waits its own time even when the context is over; asynq's facts: 3 s without these.
	opt.DialTimeout, opt.ReadTimeout, opt.WriteTimeout = 2*time.Second, 2*time.Second, 2*time.Second
	r := &Redis{client: redis.NewClient(opt)}
	if err := r.client.Ping(ctx).Err(); err != nil {
		r.client.Close()
		return nil, fmt.Errorf("redis: %w", err)
	}
	return r, nil
}

// embed starts a Redis inside the process. Its key TTLs do not move by themselves, so a goroutine moves its
// clock once a second; without that a Retention never ends and a used task id blocks for ever.
func embed(ctx context.Context) (*Redis, error) {
	inside := miniredis.NewMiniRedis()
	if err := inside.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("embedded redis: %w", err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &Redis{inside: inside, stop: stop, done: make(chan struct{}),
		client: redis.NewClient(&redis.Options{Addr: inside.Addr()})}
	go func() {
		defer close(r.done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		last := time.Now()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-tick.C:
				inside.FastForward(now.Sub(last))
				last = now
			}
		}
	}()
	return r, nil
}

// Close ends the connection, and the embedded server with it.
func (r *Redis) Close() error {
	err := r.client.Close()
	if r.inside != nil {
		r.stop()
		<-r.done
		r.inside.Close()
	}
	return err
}

// Ping says whether Redis answers.
func (r *Redis) Ping(ctx context.Context) error { return r.client.Ping(ctx).Err() }

// Lengths are the numbers of tasks waiting, running, to be tried again, and given up.
type Lengths struct{ Waiting, Active, Retry, GivenUp int }

// Lengths of all our queues together.
func (r *Redis) Lengths() (Lengths, error) {
	var l Lengths
	inspector := asynq.NewInspectorFromRedisClient(r.client)
	names, err := inspector.Queues()
	if err != nil {
		return l, fmt.Errorf("queues: %w", err)
	}
	for _, name := range names {
		info, err := inspector.GetQueueInfo(name)
		if err != nil {
			return l, fmt.Errorf("queue %s: %w", name, err)
		}
		l.Waiting += info.Pending + info.Scheduled
		l.Active += info.Active
		l.Retry += info.Retry
		l.GivenUp += info.Archived
	}
	return l, nil
}
