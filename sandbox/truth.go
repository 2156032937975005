package sandbox

import (
	"sync"
	"time"
)

// TruthPost is the whole life of a post of a page up to now, for an auditor who holds a store against it.
type TruthPost struct {
	ID        string
	Published time.Time      // as the platform states it
	Appeared  time.Time      // when it could first be read; later than Published only for one that was dated back
	Wordings  []TruthWording // oldest first
	Hidden    time.Time      // zero: never
	Deleted   time.Time
	Lifts     []TruthLift // what reshares bring it
}

// TruthWording is one wording of a post and since when it had it.
type TruthWording struct {
	At   time.Time
	Text string
}

// Truth is what happened on a page up to now: every post that existed, also those that are gone.
func (s *Sandbox) Truth(page string) []TruthPost {
	now := s.now()
	p := s.byPage[page]
	if p == nil {
		return nil
	}
	moment := func(at int64) time.Time {
		if at == 0 || at > now {
			return time.Time{}
		}
		return time.Unix(at, 0).UTC()
	}
	var all []TruthPost
	for _, q := range s.view.Load().postsOf(p) {
		if q.appears > now || q.dark {
			continue
		}
		t := TruthPost{ID: q.id, Published: time.Unix(q.created, 0).UTC(), Appeared: moment(q.appears), Hidden: moment(q.hidden), Deleted: moment(q.gone),
			Wordings: []TruthWording{{moment(q.appears), q.text}}, Lifts: s.truthLifts(q.id)}
		for _, w := range q.earlier {
			t.Wordings = append(t.Wordings, TruthWording{moment(w.At), w.Text})
		}
		if q.editedAt != 0 && q.editedAt <= now && (q.gone == 0 || q.editedAt < q.gone) {
			t.Wordings = append(t.Wordings, TruthWording{moment(q.editedAt), q.edited})
		}
		all = append(all, t)
	}
	return all
}

// Numbers are the reactions, comments and shares that a post of a page had at a moment.
func (s *Sandbox) Numbers(post string, at time.Time) (reactions, comments, shares int, ok bool) {
	q := s.post(post)
	if q == nil {
		return 0, 0, 0, false
	}
	n := s.numbers(q, at.Unix())
	return n.reactions, n.comments, n.shares, true
}

// Messages are the ids of all messages that a group has got up to now, oldest first.
func (s *Sandbox) Messages(group string) []string {
	for _, g := range s.groups {
		if g.id == group {
			all := s.view.Load().messagesOf(g)
			ids := make([]string, until(all, s.now()))
			for i := range ids {
				ids[i] = all[i].id
			}
			return ids
		}
	}
	return nil
}

// blocks keeps until when whom a platform asked to stay away, and who came all the same.
type blocks struct {
	mu    sync.Mutex
	until map[string]int64     // page id, or "app"
	said  map[string]time.Time // when the answer that said so was given, by the machine's clock
	came  map[string]int
}

// close notes that a page, or with "app" everybody, is to stay away for so long.
func (b *blocks) close(whom string, now, seconds int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until == nil {
		b.until, b.said = map[string]int64{}, map[string]time.Time{}
	}
	b.said[whom] = time.Now()
	b.until[whom] = max(b.until[whom], now+seconds)
}

// closed says for how many more seconds a page is to stay away, and counts the call if it is.
func (b *blocks) closed(page string, now int64) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, whom := range []string{page, "app"} {
		if left := b.until[whom] - now; left > 0 && whom != "" {
			if b.came == nil {
				b.came = map[string]int{}
			}
			b.came[whom]++
			return left
		}
	}
	return 0
}

// Unheard lifts what was said since a moment of the machine's clock: the caller died, and the answer may never have
// reached it.
func (s *Sandbox) Unheard(since time.Time) {
	s.blocks.mu.Lock()
	defer s.blocks.mu.Unlock()
	for whom, at := range s.blocks.said {
		if at.After(since) {
			delete(s.blocks.until, whom)
		}
	}
}

// Blocked counts the calls that were made to a page while it was blocked, by page; "app" while all of it was.
func (s *Sandbox) Blocked() map[string]int {
	s.blocks.mu.Lock()
	defer s.blocks.mu.Unlock()
	out := map[string]int{}
	for k, n := range s.blocks.came {
		out[k] = n
	}
	return out
}
