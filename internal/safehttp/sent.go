package safehttp

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// Sent tells, of a request that brought no answer, whether it may have reached the server all the same.
type Sent struct{ connected atomic.Bool }

// Watch returns a context for one request that must not be done twice, and what tells afterwards whether it was sent.
// A request begun with it is not called off with ctx, since its answer would be lost; a deadline holds. cancel frees
// what the context holds.
func Watch(ctx context.Context) (watched context.Context, sent *Sent, cancel context.CancelFunc) {
	watched, cancel = context.WithoutCancel(ctx), func() {}
	if at, ok := ctx.Deadline(); ok {
		watched, cancel = context.WithDeadline(watched, at)
	}
	sent = &Sent{}
	// From the moment that there is a connection the writing goes on beside us, so that nothing said later is certain.
	watched = httptrace.WithClientTrace(watched, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.connected.Store(true) },
	})
	return watched, sent, cancel
}

// Possibly says whether anything of the request may have left, given the error that it ended with. A request without
// a connection never left. Neither did one whose last connection could not be made: net/http repeats a POST only
// where it had not written a byte.
func (s *Sent) Possibly(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return false
	}
	return s.connected.Load()
}
