package zalo

import (
	"context"
	"strconv"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	// recentLife is how long one reading of the list serves the visits that come: less than the minute after which a
	// visit follows an event, which would else be looked for in a list that is older.
	recentLife  = 50 * time.Second
	recentPages = 10               // to meet the last reading again; a list that grew more says nothing of the time between
	late        = 10 * time.Minute // how much later than it was said a message may come into a list
)

// recent is what the list of the newest messages over all groups has told: that nothing was said in a group between
// two moments, so that the group need not be read.
//
// All its times are the platform's: a group was read after the list had shown some message, so whatever of the group
// is older than that message was seen, whatever our own clock says. It lives as long as the process and no longer,
// and what it knows of a visit counts only once the channel says that the visit was kept.
type recent struct {
	turn   chan struct{}
	tried  time.Time            // when it was last asked for, by our clock
	from   time.Time            // everything said since then is in newest
	until  time.Time            // the newest message of all
	newest map[string]time.Time // of each group that said something
	read   map[string]reading
	wrong  bool // a group was found to have said what the list had not: it is not to be trusted
}

// reading is a visit to a group that saw everything up to a message.
type reading struct {
	upTo time.Time
	at   time.Time // of the visit
}

// quiet says whether nothing was said in a group since it was last read, and if so reads nothing. Else upTo is what
// [Client.noteReading] wants to know after the group was read. Only what is certain is called quiet: any failure, gap
// or doubt is a reason to read.
func (c *Client) quiet(ctx context.Context, calls *int, ch lantoa.Channel, now time.Time) (quiet bool, upTo time.Time) {
	c.mu.Lock()
	begun := c.unfinished[ch.External] != nil
	c.mu.Unlock()
	if begun {
		return false, time.Time{} // there is more to read, and few requests for it
	}
	r := &c.recent
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return false, time.Time{}
	}
	if r.wrong {
		return false, time.Time{}
	}
	if age := now.Sub(r.tried); r.tried.IsZero() || age > recentLife || age < 0 {
		r.tried = now
		if err := c.readRecent(ctx, calls); err != nil {
			r.until, r.newest = time.Time{}, nil // what comes next cannot be joined to what was
		}
	}
	last, known := r.read[ch.External]
	// The channel's last good visit is that one or a later: what it brought was kept.
	known = known && !ch.FirstRead.IsZero() && !ch.LastRead.Add(time.Second).Before(last.at)
	since := last.upTo.Add(-late)
	if !known || r.until.IsZero() || since.Before(r.from) || r.newest[ch.External].After(since) {
		return false, r.until
	}
	r.read[ch.External] = reading{r.until, now}
	return true, time.Time{}
}

// noteReading remembers that all of a group was seen that is older than upTo, and whether the list had it.
func (c *Client) noteReading(ch lantoa.Channel, w *walk, upTo, now time.Time) {
	if upTo.IsZero() {
		return
	}
	r := &c.recent
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	for _, m := range w.messages {
		if m.At.After(r.from.Add(late)) && m.At.Before(upTo.Add(-late)) && m.At.After(r.newest[ch.External]) {
			r.wrong, r.newest, r.read = true, nil, nil
			return
		}
	}
	if r.read == nil {
		r.read = map[string]reading{}
	}
	r.read[ch.External] = reading{upTo, now}
}

// readRecent reads the list of the newest messages until it meets what it showed before. The caller has the turn.
func (c *Client) readRecent(ctx context.Context, calls *int) error {
	r := &c.recent
	pages := recentPages
	if r.until.IsZero() {
		pages = 1 // there is nothing to meet
	}
	newest := map[string]time.Time{}
	var top, bottom time.Time
	met := false
	for offset, n := 0, 0; n < pages && !met; n++ {
		page, err := get[[]wireMessage](ctx, c, calls, "/v3.0/oa/group/listrecentchat", map[string]string{
			"offset": strconv.Itoa(offset), "count": strconv.Itoa(c.count()),
		})
		if err != nil {
			return err
		}
		for _, m := range page {
			at := m.Time.millis()
			if at.IsZero() || m.Group == "" {
				return lantoa.Problem(lantoa.Garbled, "json", "")
			}
			if bottom.IsZero() || at.Before(bottom) {
				bottom = at
			}
			if at.After(top) {
				top = at
			}
			if at.After(newest[string(m.Group)]) {
				newest[string(m.Group)] = at
			}
		}
		offset += len(page)
		met = !bottom.IsZero() && bottom.Before(r.until.Add(-late))
		if len(page) == 0 {
			break
		}
	}
	if top.IsZero() || top.Before(r.until) { // no message at all, or fewer than there were
		return lantoa.Problem(lantoa.Garbled, "json", "")
	}
	if !met || r.newest == nil {
		r.from, r.newest = bottom, map[string]time.Time{}
	}
	for group, at := range newest {
		if at.After(r.newest[group]) {
			r.newest[group] = at
		}
	}
	r.until = top
	return nil
}

// count is how many messages are asked for at once.
func (c *Client) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pageSize
}
