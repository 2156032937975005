package web

import (
	"cmp"
	"context"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// work is a search for pages, or the taking of several, that may take longer than a person waits for a page. It goes
// on when she goes away; how far it is stands in the store, for her next request may come to another process.
type work struct {
	Task    string // find, take
	N       int
	Beat    time.Time // by the machine's clock: when it last showed that it is alive
	Ended   bool
	Trouble *lantoa.Trouble
}

// endedWork is what became of a work whose end nobody waited for.
type endedWork struct {
	Text string
	Bad  bool
}

const (
	metaWork = "connect.work"
	workBusy = "work"
	workLife = 10 * time.Minute
	workBeat = 500 * time.Millisecond
	workDead = 20 * time.Second // without a beat: its process is gone
	workWait = 1500 * time.Millisecond
)

func (w work) running() bool { return w.Task != "" && !w.Ended && time.Since(w.Beat) < workDead }

// work begins one, unless one is under way, and waits a moment for its end: ended says that it came, err how. What
// ends later is told on the page of connections. do tells seen how far it is.
func (s *Server) work(ctx context.Context, task string, do func(ctx context.Context, seen func(n int)) error) (ended bool, err error) {
	now, err := s.lastWork(ctx)
	if err != nil {
		return false, err
	}
	if now.running() {
		return false, lantoa.Problem(lantoa.Busy, workBusy, "")
	}
	if err := s.keepWork(ctx, work{Task: task, Beat: time.Now()}); err != nil {
		return false, err
	}
	whole := context.WithoutCancel(ctx)
	ctx, cancel := context.WithTimeout(whole, workLife)
	var n atomic.Int64
	result, told := make(chan error, 1), make(chan error, 1)
	go func() { result <- do(ctx, func(seen int) { n.Store(int64(seen)) }) }()
	go func() {
		defer cancel()
		err := s.follow(ctx, task, &n, result)
		s.endWork(whole, work{Task: task, N: int(n.Load()), Beat: time.Now(), Ended: true}, err)
		told <- err
	}()
	select {
	case err := <-told:
		return true, cmp.Or(err, s.keepWork(whole, work{})) // whoever waited is told by the answer
	case <-time.After(workWait):
		return false, nil
	}
}

// follow notes how far a work is until it ends.
func (s *Server) follow(ctx context.Context, task string, n *atomic.Int64, result <-chan error) error {
	beat := time.NewTicker(workBeat)
	defer beat.Stop()
	for {
		select {
		case err := <-result:
			return err
		case <-beat.C:
			if err := s.keepWork(ctx, work{Task: task, N: int(n.Load()), Beat: time.Now()}); err != nil {
				s.Log.Warn("how far it is could not be noted", "task", task, "err", err)
			}
		}
	}
}

func (s *Server) endWork(ctx context.Context, w work, err error) {
	if err != nil {
		t := bare(*lantoa.AsTrouble(err, "unknown"))
		if w.Trouble = &t; t.Kind == "unknown" {
			s.Log.Error("a work ended badly", "task", w.Task, "err", err)
		}
	}
	if err := s.keepWork(ctx, w); err != nil {
		s.Log.Error("the end of a work could not be noted", "task", w.Task, "err", err)
	}
}

func (s *Server) lastWork(ctx context.Context) (w work, err error) {
	text, err := s.Store.GetMeta(ctx, metaWork)
	if err != nil || text == "" || json.Unmarshal([]byte(text), &w) != nil {
		return work{}, err
	}
	return w, nil
}

func (s *Server) keepWork(ctx context.Context, w work) error {
	text, err := json.Marshal(w)
	if err != nil {
		panic(err) // strings, numbers and times
	}
	return s.Store.SetMeta(ctx, metaWork, string(text))
}

// underWay is the work that goes on, or else what became of the last one that nobody waited for.
func (s *Server) underWay(ctx context.Context, p Page) (*ProgressBox, *endedWork) {
	w, err := s.lastWork(ctx)
	if err != nil || w.Task == "" {
		return nil, nil
	}
	if w.running() {
		box := &ProgressBox{Title: p.T("connect.work." + w.Task), Text: p.T("connect.work.text"), Done: w.N, Of: max(w.N, 1)}
		if pages, err := s.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage}); err == nil {
			box.Of = max(len(pages), box.Of)
		}
		box.Numbers = p.T("connect.work.so_far", "n", w.N)
		return box, nil
	}
	switch {
	case !w.Ended:
		return nil, &endedWork{Text: p.T("connect.work.broken"), Bad: true}
	case w.Trouble != nil && w.Task == "find":
		return nil, &endedWork{Text: p.T("connect.token_refused", "why", p.Happened(w.Trouble, lantoa.FacebookPage)), Bad: true}
	case w.Trouble != nil:
		return nil, &endedWork{Text: p.T("connect.not_taken", "why", p.Happened(w.Trouble, lantoa.FacebookPage)), Bad: true}
	}
	return nil, nil
}
