package zalo

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

const (
	smallestPage = 5                      // Zalo's default; fewer are only asked for when even that is too many
	stillPages   = 3                      // pages that bring nothing new, after which a list has no end to reach
	keepWalk     = time.Hour              // how long a walk that was cut off can be gone on with
	skew         = 10 * time.Minute       // how far our clock, which says when a visit was, and Zalo's may be apart
	overlap      = skew + 2*talk.Together // what is read again: a picture may belong to words of ten minutes before, and these to others
	knownAtOnce  = 500                    // ids in one question to the store
)

// walk is what one way through a group has met so far. The list is newest first and grows at its head
// while one pages, so that pages overlap: every message is taken once.
type walk struct {
	begun    time.Time
	offset   int
	messages []talk.Message
	seen     map[string]bool
	known    map[string]bool // of those in seen: what the store has; nil before it was asked
	complete bool            // the end of the group was reached
	warnings []lantoa.Trouble
}

// take adds what is new of a page and says how much that was, and which of it.
func (c *Client) take(w *walk, page []wireMessage, now time.Time) (ids []string) {
	for _, m := range page {
		msg, ok := c.read(m, now)
		if !ok || w.seen[msg.ID] {
			continue
		}
		w.seen[msg.ID] = true
		w.messages = append(w.messages, msg)
		ids = append(ids, msg.ID)
	}
	return ids
}

// walkAll reads a group to its end. If that was tried before and cut off, it reads the new head of the list
// and goes on where the other stopped: with few requests a minute a large group would never be read else.
func (c *Client) walkAll(ctx context.Context, calls *int, ch lantoa.Channel, _, now time.Time) (*walk, error) {
	group := ch.External
	old := c.takeUnfinished(group, now)
	w := &walk{begun: now, seen: map[string]bool{}}
	for still := 0; still < stillPages; {
		page, err := c.page(ctx, calls, group, w)
		if err != nil {
			if old != nil && len(old.messages) > len(w.messages) {
				w = old
			}
			c.keepUnfinished(group, w)
			return nil, err
		}
		if page == nil {
			w.complete = len(w.warnings) == 0
			break
		}
		w.offset += len(page)
		if news := c.take(w, page, now); len(news) > 0 {
			still = 0
		} else {
			still++
		}
		if old != nil && meets(page, old.seen) {
			w.join(old)
			old = nil
		}
	}
	ids := make([]string, len(w.messages))
	for i, m := range w.messages {
		ids[i] = m.ID
	}
	var err error
	w.known, err = c.known(ctx, ch.ID, ids)
	return w, err
}

// meets says whether a page has a message that was seen before.
func meets(page []wireMessage, seen map[string]bool) bool {
	for _, m := range page {
		if seen[string(m.ID)] {
			return true
		}
	}
	return false
}

// join takes over what an earlier walk had read: all of it has moved down by what is new at the head.
func (w *walk) join(old *walk) {
	news := 0
	for id := range w.seen {
		if !old.seen[id] {
			news++
		}
	}
	for _, m := range old.messages {
		if !w.seen[m.ID] {
			w.seen[m.ID] = true
			w.messages = append(w.messages, m)
		}
	}
	w.offset = max(w.offset, old.offset+news)
}

// walkNew reads what is new in a group: from the head until a page of nothing but known messages that reaches
// back before the last good visit. Known alone is not enough: a process that ended between two writes leaves
// known messages above unknown ones, and a visit is noted as good only when all of it was kept. If the known
// ones began in the middle of a page, one full page more must be known, since the list may have moved over the
// boundary meanwhile. A walk that is cut off hands nothing over, for the same reason, and is gone on with.
// Of several visits that are cut off each comes further, and the hour in which to go on begins anew with each.
func (c *Client) walkNew(ctx context.Context, calls *int, ch lantoa.Channel, since, now time.Time) (*walk, error) {
	old := c.takeUnfinished(ch.External, now)
	w := &walk{begun: now, seen: map[string]bool{}, known: map[string]bool{}}
	cutOff := func(err error) (*walk, error) {
		if old != nil && len(old.messages) > len(w.messages) {
			w = old
		}
		c.keepUnfinished(ch.External, w)
		return nil, err
	}
	met := false
	for still := 0; still < stillPages; {
		page, err := c.page(ctx, calls, ch.External, w)
		if err != nil {
			return cutOff(err)
		}
		if page == nil {
			w.complete = len(w.warnings) == 0
			return w, nil
		}
		first := w.offset == 0
		w.offset += len(page)
		ids := c.take(w, page, now)
		joined := old != nil && meets(page, old.seen)
		if len(ids) == 0 && !joined {
			still++
			continue
		}
		still = 0
		if joined { // all below is as the other walk had it, but what is known of it may have changed
			for _, m := range old.messages {
				ids = append(ids, m.ID)
			}
		}
		known, err := c.known(ctx, ch.ID, ids)
		if err != nil {
			return cutOff(err)
		}
		maps.Copy(w.known, known)
		if joined {
			met = met || len(known) > 0
			w.join(old)
			old = nil
			continue
		}
		reachesBack := w.messages[len(w.messages)-1].At.Before(ch.LastRead.Add(-overlap))
		if len(known) == len(ids) && (met || first) && reachesBack {
			return w, nil
		}
		met = met || len(known) > 0
		if !met && ch.FirstRead.IsZero() && w.messages[len(w.messages)-1].At.Before(since) {
			return w, nil // a first read that was asked to begin on a day
		}
	}
	return w, nil
}

// page asks for the next page of a walk; nil is the end. When Zalo finds the page too long it asks for
// shorter ones, and remembers that as soon as one was given. A list that cannot be read any deeper ends
// there, with a warning.
func (c *Client) page(ctx context.Context, calls *int, group string, w *walk) ([]wireMessage, error) {
	count := c.count()
	for asked := count; ; {
		page, err := get[[]wireMessage](ctx, c, calls, "/v3.0/oa/group/conversation", map[string]string{
			"group_id": group, "offset": strconv.Itoa(w.offset), "count": strconv.Itoa(count),
		})
		switch {
		case tooMany(err) && (count > smallestPage || w.offset == 0 && count > 1):
			count = max(count/2, 1)
			continue
		case tooMany(err) && w.offset > 0:
			w.warnings = append(w.warnings, lantoa.Trouble{Kind: lantoa.Refused, What: "depth", Err: err})
			return nil, nil
		case err != nil:
			return nil, err
		}
		if count != asked {
			c.mu.Lock()
			c.pageSize = min(c.pageSize, count)
			c.mu.Unlock()
		}
		if len(page) == 0 {
			return nil, nil
		}
		return page, nil
	}
}

// tooMany says whether Zalo refused a request because of its count or offset.
func tooMany(err error) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	words := strings.ToLower(r.message)
	return r.code == -210 || r.code == -201 && (strings.Contains(words, "count") || strings.Contains(words, "offset") || strings.Contains(words, "limit"))
}

// known is which of the ids the store has, as post or as chatter.
func (c *Client) known(ctx context.Context, ch lantoa.ChannelID, ids []string) (map[string]bool, error) {
	all := map[string]bool{}
	if c.opt.Known == nil {
		return all, nil
	}
	for len(ids) > 0 {
		n := min(len(ids), knownAtOnce)
		some, err := c.opt.Known(ctx, ch, ids[:n])
		if err != nil {
			return nil, err
		}
		for id, yes := range some {
			if yes {
				all[id] = true
			}
		}
		ids = ids[n:]
	}
	return all, nil
}

func (c *Client) takeUnfinished(group string, now time.Time) *walk {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.unfinished[group]
	delete(c.unfinished, group)
	if w == nil || now.Sub(w.begun) > keepWalk || now.Before(w.begun) {
		return nil
	}
	return w
}

func (c *Client) keepUnfinished(group string, w *walk) {
	if len(w.messages) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for g, other := range c.unfinished {
		if w.begun.Sub(other.begun) > keepWalk {
			delete(c.unfinished, g)
		}
	}
	c.unfinished[group] = w
}
