package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// ReshareFilter narrows and pages a list of reshares; the zero value is all that the scope may see.
type ReshareFilter struct {
	Story      lantoa.StoryID
	Channel    lantoa.ChannelID
	Units      []string // paths: through channels of these units or ones below them
	States     []lantoa.ReshareState
	Unapproved bool   // only those that wait for a person's word
	Limit      int    // [50, at most 500]
	Cursor     string // as the call before returned it
}

const reshareColumns = `
	SELECT r.id, r.key, r.story, r.channel, r.means, r.of_reshare, r.title, r.words, r.link, r.pictures, r.at, r.state,
	       r.planned_by, r.planned_name, r.planned_at, r.approved_by, r.approved_name, r.approved_at,
	       r.tries, r.next_at, r.claimed_at, r.call_at, r.token, r.checks, r.posted, r.permalink, r.sent_at, r.post, r.edited_at,
	       r.trouble_kind, r.trouble_what, r.trouble_note, r.trouble_since, r.trouble_until,
	       r.ended_by, r.ended_at, r.ended_why, c.name, c.external, c.kind,
	       l.at, l.age_ms, l.before48, l.after48, l.interactions, l.low, l.high, l.posts, l.absent, l.own, l.own_usual,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM reshares r JOIN channels c ON c.id = r.channel JOIN units u ON u.id = c.unit
	LEFT JOIN reshare_lifts l ON l.reshare = r.id`

func scanReshare(rows *sql.Rows) (r lantoa.Reshare, err error) {
	var trouble lantoa.Trouble
	var l liftRow
	err = rows.Scan(slices.Concat([]any{&r.ID, &r.Key, &r.Story, &r.Channel, &r.Means, &r.Of, &r.Title, &r.Words, &r.Link,
		packed{&r.Pictures}, moment{&r.At}, &r.State,
		&r.PlannedBy, &r.PlannedByName, moment{&r.PlannedAt}, &r.ApprovedBy, &r.ApprovedByName, moment{&r.ApprovedAt},
		&r.Tries, moment{&r.Next}, moment{&r.ClaimedAt}, moment{&r.CallAt}, &r.Token, &r.Checks, &r.Posted, &r.Permalink,
		moment{&r.SentAt}, &r.Post, moment{&r.Edited},
		&trouble.Kind, &trouble.What, &trouble.Note, moment{&trouble.Since}, moment{&trouble.Until},
		&r.EndedBy, moment{&r.EndedAt}, &r.EndedWhy, &r.ChannelName, &r.External, &r.Kind}, l.into(), unitInto(&r.Unit))...)
	if trouble.Kind != "" {
		r.Trouble = &trouble
	}
	r.Lift = l.lift()
	return r, err
}

func troubleArgs(t *lantoa.Trouble) []any {
	if t == nil {
		t = &lantoa.Trouble{}
	}
	return []any{string(t.Kind), clean(t.What), clean(t.Note), stamp(t.Since), stamp(t.Until)}
}

func reshareByID(ctx context.Context, q asker, id lantoa.ReshareID) (lantoa.Reshare, error) {
	found, err := list(ctx, q, scanReshare, reshareColumns+` WHERE r.id = $1`, string(id))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("reshare", id)
	}
	if err != nil {
		return lantoa.Reshare{}, err
	}
	return found[0], nil
}

// SaveReshare writes a planned reshare down, approved or not, and gives it back as it is stored; ID, Key, PlannedAt
// and Next are made where they are empty. The same key again is the same reshare: it comes back as it stands by now and
// fresh is false. That holds for two callers at once.
//
// Troubles: Conflict "key" when the key is that of another story or channel; Conflict "reshare" when the story already
// goes or went through the channel, with the id of that one as Note (a broadcast goes beside its article); Conflict "story" when it may not
// be passed on by now; NotFound "story", "channel".
func (s *Store) SaveReshare(ctx context.Context, r lantoa.Reshare) (saved lantoa.Reshare, fresh bool, err error) {
	if r.ID == "" {
		r.ID = lantoa.ReshareID(lantoa.NewID(s.now()))
	}
	r.Key = cmp.Or(clean(r.Key), string(r.ID))
	if r.PlannedAt.IsZero() {
		r.PlannedAt = s.now()
	}
	if r.Next.IsZero() {
		r.Next = r.At
	}
	err = s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil { // whoever holds the number is alone: nobody decides of the story meanwhile
			return err
		}
		fresh = false
		known, err := list(ctx, t, scanReshare, reshareColumns+` WHERE r.key = $1`, r.Key)
		if err != nil {
			return err
		}
		if len(known) > 0 {
			if saved = known[0]; saved.Story != r.Story || saved.Channel != r.Channel {
				return lantoa.Problem(lantoa.Conflict, "key", r.Key)
			}
			return errUnchanged
		}
		if err := free(ctx, t, r); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `
			INSERT INTO reshares (id, key, story, channel, means, of_reshare, title, words, link, pictures, at, state,
				planned_by, planned_name, planned_at, approved_by, approved_name, approved_at,
				tries, next_at, claim, claimed_at, call_at, token, checks, posted, permalink, sent_at, post, edited_at,
				trouble_kind, trouble_what, trouble_note, trouble_since, trouble_until, ended_by, ended_at, ended_why)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12, $13, $14, $15, $16, $17,
				0, $18, '', '', '', '', 0, '', '', '', '', '', '', '', '', '', '', '', '', '')`,
			string(r.ID), r.Key, string(r.Story), string(r.Channel), string(r.Means), string(r.Of), clean(r.Title), clean(r.Words),
			clean(r.Link), pack(r.Pictures), stamp(r.At), string(r.PlannedBy), clean(r.PlannedByName), stamp(r.PlannedAt),
			string(r.ApprovedBy), clean(r.ApprovedByName), stamp(r.ApprovedAt), stamp(r.Next)); err != nil {
			return err
		}
		fresh = true
		if saved, err = reshareByID(ctx, t, r.ID); err != nil {
			return err
		}
		_, who, err := person(ctx, t, r.PlannedBy, r.PlannedByName)
		if err != nil {
			return err
		}
		if err := noteReshare(ctx, t, saved, lantoa.Audit{At: r.PlannedAt, Who: who, Action: "reshare_plan"}, ""); err != nil || !r.Approved() {
			return err
		}
		if _, who, err = person(ctx, t, r.ApprovedBy, r.ApprovedByName); err != nil {
			return err
		}
		return noteReshare(ctx, t, saved, lantoa.Audit{At: r.ApprovedAt, Who: who, Action: "reshare_approve"}, "")
	})
	if err != nil {
		return lantoa.Reshare{}, false, err
	}
	return saved, fresh, nil
}

// free says whether a reshare may be planned: its channel is there, its story is one that may be passed on, and it
// does not go that way already.
func free(ctx context.Context, t *tx, r lantoa.Reshare) error {
	var channels int
	if err := get(ctx, t, `SELECT COUNT(*) FROM channels WHERE id = $1`, []any{string(r.Channel)}, &channels); err != nil {
		return err
	}
	if channels == 0 {
		return lantoa.Missing("channel", r.Channel)
	}
	var state lantoa.State
	var may bool
	if err := get(ctx, t, `SELECT s.state, `+passable+` FROM stories s WHERE s.id = $1`, []any{string(r.Story)}, &state, &may); err != nil {
		return missing(err, "story", r.Story)
	}
	if !may {
		return lantoa.Problem(lantoa.Conflict, "story", string(state))
	}
	// By hand or by a program, a channel is told a story once; a broadcast sends what stands there already.
	var other string
	err := get(ctx, t, `
		SELECT id FROM reshares
		WHERE story = $1 AND channel = $2 AND (means = $3 OR means <> 'broadcast' AND $3 <> 'broadcast') AND state NOT IN ('failed', 'cancelled')
		ORDER BY id LIMIT 1`,
		[]any{string(r.Story), string(r.Channel), string(r.Means)}, &other)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return lantoa.Problem(lantoa.Conflict, "reshare", other)
}

// passable is whether the story s may be passed on: it was chosen, it is there, and where it shows somebody who needs
// care their consent is on record. It is asked again before each sending: what is no longer so keeps a reshare waiting.
const passable = `(s.state IN ('approved', 'reshared') AND NOT s.withdrawn
	AND NOT EXISTS (SELECT 1 FROM posts p WHERE p.id = s.lead AND p.removed_at <> '')
	AND (NOT s.restricted OR EXISTS (
		SELECT 1 FROM decisions d WHERE d.story = s.id AND d.verdict = 'consent'
		AND NOT EXISTS (SELECT 1 FROM decisions l WHERE l.story = s.id AND l.verdict = 'restrict' AND l.seq > d.seq))))`

// person is how somebody stands by a name, and in the log by address: by name there too where there is no such account.
func person(ctx context.Context, q asker, id lantoa.UserID, name string) (by, who string, err error) {
	err = get(ctx, q, `SELECT name, email FROM users WHERE id = $1`, []any{string(id)}, &by, &who)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	by = cmp.Or(name, by, who)
	return by, cmp.Or(who, by, byProgram), err
}

// byProgram is who did in the log what nobody asked for.
const byProgram = "lantoa"

// noteReshare writes a line about a reshare, without its words: what is erased must not live on in the log.
func noteReshare(ctx context.Context, t *tx, r lantoa.Reshare, a lantoa.Audit, why string) error {
	a.Subject = string(r.ID)
	parts := []string{r.ChannelName, string(r.Means), "story " + string(r.Story)}
	if why != "" {
		parts = append(parts, why)
	}
	a.Detail = strings.Join(parts, " · ")
	return note(ctx, t, a)
}

// Reshare is one reshare; NotFound "reshare". It asks nobody's scope: the caller asks May of the channel's unit.
func (s *Store) Reshare(ctx context.Context, id lantoa.ReshareID) (lantoa.Reshare, error) {
	return reshareByID(ctx, s.reads, id)
}

// Reshares are the reshares through channels of the scope that fit, newest first, with the number of all and the cursor
// of the next page, "" after the last.
func (s *Store) Reshares(ctx context.Context, scope lantoa.Scope, f ReshareFilter) (page []lantoa.Reshare, total int, next string, err error) {
	if f.Cursor != "" && !lantoa.ValidID(f.Cursor) {
		return nil, 0, "", lantoa.Problem(lantoa.Invalid, "cursor", f.Cursor)
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 500)
	const which = `
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND ($2 = '' OR r.story = $2) AND ($3 = '' OR r.channel = $3)
		  AND ($4 = '' OR EXISTS (SELECT 1 FROM units top
		       WHERE $4 LIKE '%,' || top.path || ',%' AND (u.path = top.path OR u.path LIKE top.path || '.%')))
		  AND ($5 = '' OR $5 LIKE '%,' || r.state || ',%')
		  AND ($6 = '' OR r.approved_at = '' AND r.state = 'waiting')`
	args := []any{string(scope), string(f.Story), string(f.Channel), commas(f.Units), commas(f.States), map[bool]string{true: "so"}[f.Unapproved]}
	if err := get(ctx, s.reads, `
		SELECT COUNT(*) FROM reshares r JOIN channels c ON c.id = r.channel JOIN units u ON u.id = c.unit`+which, args, &total); err != nil {
		return nil, 0, "", err
	}
	page, err = list(ctx, s.reads, scanReshare, reshareColumns+which+`
		  AND ($7 = '' OR r.id < $7)
		ORDER BY r.id DESC
		LIMIT $8`, append(args, f.Cursor, f.Limit+1)...)
	if len(page) > f.Limit {
		page = page[:f.Limit]
		next = string(page[f.Limit-1].ID)
	}
	return page, total, next, err
}

// ResharesOf are all reshares of a story, oldest first. It asks nobody's scope.
func (s *Store) ResharesOf(ctx context.Context, story lantoa.StoryID) ([]lantoa.Reshare, error) {
	return list(ctx, s.reads, scanReshare, reshareColumns+` WHERE r.story = $1 ORDER BY r.id`, string(story))
}

// ApproveReshare says that a reshare may go in these words. One that is approved already comes back as it is, whoever
// asks, with changed false: of two at once one approves. second says that the planner may not: Forbidden "second".
// Conflict "state" when it no longer waits, with its state as Note.
func (s *Store) ApproveReshare(ctx context.Context, id lantoa.ReshareID, who lantoa.User, second bool) (r lantoa.Reshare, changed bool, err error) {
	err = s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil {
			return err
		}
		changed = false
		if r, err = reshareByID(ctx, t, id); err != nil {
			return err
		}
		switch {
		case r.Approved() && r.State != lantoa.ReshareCancelled:
			return errUnchanged
		case r.State != lantoa.ReshareWaiting:
			return lantoa.Problem(lantoa.Conflict, "state", string(r.State))
		case second && r.PlannedBy == who.ID:
			return lantoa.Problem(lantoa.Forbidden, "second", r.PlannedByName)
		}
		if _, err := t.exec(ctx, `UPDATE reshares SET approved_by = $2, approved_name = $3, approved_at = $4 WHERE id = $1`,
			string(id), string(who.ID), clean(who.Name), stamp(s.now())); err != nil {
			return err
		}
		changed = true
		if r, err = reshareByID(ctx, t, id); err != nil {
			return err
		}
		return noteReshare(ctx, t, r, lantoa.Audit{At: s.now(), Who: who.Email, Action: "reshare_approve"}, "")
	})
	if err != nil {
		return lantoa.Reshare{}, false, err
	}
	return r, changed, nil
}

// untouched is what nothing can stand at the platform of: no call was begun, and no article is being made.
const untouched = `state = 'waiting' AND call_at = '' AND token = ''`

// CancelReshare takes a reshare out that waits and was never called: Conflict "state" otherwise, with its state as Note.
func (s *Store) CancelReshare(ctx context.Context, id lantoa.ReshareID, who lantoa.User, why string) (lantoa.Reshare, error) {
	var r lantoa.Reshare
	err := s.lasting(ctx, func(t *tx) (err error) {
		if _, err := change(ctx, t); err != nil {
			return err
		}
		n, err := t.exec(ctx, `
			UPDATE reshares SET state = 'cancelled', ended_by = $2, ended_at = $3, ended_why = $4
			WHERE id = $1 AND `+untouched, string(id), clean(cmp.Or(who.Name, who.Email)), stamp(s.now()), clean(why))
		if err != nil {
			return err
		}
		if r, err = reshareByID(ctx, t, id); err != nil {
			return err
		}
		if n == 0 {
			return lantoa.Problem(lantoa.Conflict, "state", string(r.State))
		}
		return noteReshare(ctx, t, r, lantoa.Audit{At: s.now(), Who: who.Email, Action: "reshare_cancel"}, why)
	})
	if err != nil {
		return lantoa.Reshare{}, err
	}
	return r, nil
}

// Which reshares cancelWaiting takes out: those of a story, or those that send an article.
const (
	ofStory   = `story = $1`
	ofArticle = `of_reshare = $1 AND of_reshare <> ''`
)

// cancelWaiting takes out reshares that wait because of what happened to something else. by is the name under which it
// stands, who the one in the log.
func cancelWaiting(ctx context.Context, t *tx, which, id, by, who, why string, at time.Time) error {
	gone, err := list(ctx, t, func(rows *sql.Rows) (id lantoa.ReshareID, err error) { return id, rows.Scan(&id) }, `
		UPDATE reshares SET state = 'cancelled', ended_by = $2, ended_at = $3, ended_why = $4
		WHERE `+which+` AND `+untouched+`
		RETURNING id`, id, clean(by), stamp(at), clean(why))
	if err != nil {
		return err
	}
	for _, id := range gone {
		r, err := reshareByID(ctx, t, id)
		if err != nil {
			return err
		}
		if err := noteReshare(ctx, t, r, lantoa.Audit{At: at, Who: who, Action: "reshare_cancel"}, why); err != nil {
			return err
		}
	}
	return nil
}

// EndReshare writes down what a person says became of a reshare, or did to it: it goes from one of some states to
// another, with what edit makes of it. It comes back as it is stored. One that waits again was not called.
// Conflict "state" when it is in none of the states, with its state as Note; Conflict "reshare" when the story has gone
// that way by another reshare since. The log names the deed.
func (s *Store) EndReshare(ctx context.Context, id lantoa.ReshareID, from []lantoa.ReshareState, to lantoa.ReshareState,
	edit func(*lantoa.Reshare), who lantoa.User, deed, why string) (lantoa.Reshare, error) {
	var r lantoa.Reshare
	err := s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		if r, err = reshareByID(ctx, t, id); err != nil {
			return err
		}
		if !slices.Contains(from, r.State) {
			return lantoa.Problem(lantoa.Conflict, "state", string(r.State))
		}
		over := func(s lantoa.ReshareState) bool { return s == lantoa.ReshareFailed || s == lantoa.ReshareCancelled }
		if over(r.State) && !over(to) {
			if err := free(ctx, t, r); err != nil {
				return err
			}
		}
		if edit != nil {
			edit(&r)
		}
		r.State, r.EndedBy, r.EndedAt, r.EndedWhy = to, cmp.Or(who.Name, who.Email), s.now(), why
		if to == lantoa.ReshareSent && r.SentAt.IsZero() {
			r.SentAt = s.now()
		}
		if err := putReshare(ctx, t, r); err != nil {
			return err
		}
		if _, err := restate(ctx, t, r.Story, n); err != nil {
			return err
		}
		if to == lantoa.ReshareCancelled { // what was to send it has nothing to send
			if err := cancelWaiting(ctx, t, ofArticle, string(id), r.EndedBy, who.Email, why, s.now()); err != nil {
				return err
			}
		}
		if r, err = reshareByID(ctx, t, id); err != nil {
			return err
		}
		return noteReshare(ctx, t, r, lantoa.Audit{At: s.now(), Who: who.Email, Action: deed}, why)
	})
	if err != nil {
		return lantoa.Reshare{}, err
	}
	return r, nil
}

// putReshare writes what becomes of a reshare; nobody has a claim to it afterwards.
func putReshare(ctx context.Context, t *tx, r lantoa.Reshare) error {
	if r.State == lantoa.ReshareWaiting {
		r.CallAt = time.Time{}
	}
	_, err := t.exec(ctx, `
		UPDATE reshares SET state = $2, next_at = $3, call_at = $4, token = $5, checks = $6, posted = $7, permalink = $8, sent_at = $9,
			post = $10, ended_by = $11, ended_at = $12, ended_why = $13, trouble_kind = $14, trouble_what = $15, trouble_note = $16,
			trouble_since = $17, trouble_until = $18, claim = ''
		WHERE id = $1`,
		append([]any{string(r.ID), string(r.State), stamp(r.Next), stamp(r.CallAt), clean(r.Token), r.Checks, clean(r.Posted),
			clean(r.Permalink), stamp(r.SentAt), string(r.Post), clean(r.EndedBy), stamp(r.EndedAt), clean(r.EndedWhy)},
			troubleArgs(r.Trouble)...)...)
	if err != nil {
		return err
	}
	return forgetErasedWords(ctx, t, r.Story)
}

// RewordReshare gives a reshare other words. Of one that was sent they were changed at the platform, and when is noted;
// one that waits keeps its approval only if it was this person who gave it, for they approved other words. Conflict
// "state" for any other, with its state as Note.
func (s *Store) RewordReshare(ctx context.Context, id lantoa.ReshareID, words string, who lantoa.User, why string) error {
	return s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil {
			return err
		}
		n, err := t.exec(ctx, `
			UPDATE reshares SET words = $2,
				edited_at     = CASE WHEN state = 'sent' THEN $3 ELSE edited_at END,
				approved_name = CASE WHEN state = 'sent' OR approved_by = $4 THEN approved_name ELSE '' END,
				approved_at   = CASE WHEN state = 'sent' OR approved_by = $4 THEN approved_at ELSE '' END,
				approved_by   = CASE WHEN state = 'sent' OR approved_by = $4 THEN approved_by ELSE '' END
			WHERE id = $1 AND (state = 'sent' OR `+untouched+`)`, string(id), clean(words), stamp(s.now()), string(who.ID))
		if err != nil {
			return err
		}
		r, err := reshareByID(ctx, t, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return lantoa.Problem(lantoa.Conflict, "state", string(r.State))
		}
		// What is to send it would send other words than were approved: it waits for a second person's word again.
		if _, err := t.exec(ctx, `
			UPDATE reshares SET words = $2, approved_by = '', approved_name = '', approved_at = ''
			WHERE `+ofArticle+` AND `+untouched, string(id), clean(words)); err != nil {
			return err
		}
		if err := forgetErasedWords(ctx, t, r.Story); err != nil {
			return err
		}
		return noteReshare(ctx, t, r, lantoa.Audit{At: s.now(), Who: who.Email, Action: "reshare_reword"}, why)
	})
}

// openReshares are those whose post may still be found: they stand there, or may.
const openReshares = `r.post = '' AND (r.state IN ('sent', 'unsure') OR r.state = 'waiting' AND r.means = 'hand')`

// ResharesUnbound are the reshares planned within the last 60 days whose post is not known yet: sent ones, unsure ones,
// and those that a person was to post by hand. Oldest first.
func (s *Store) ResharesUnbound(ctx context.Context) ([]lantoa.Reshare, error) {
	return list(ctx, s.reads, scanReshare, reshareColumns+`
		WHERE `+openReshares+` AND r.at >= $1
		ORDER BY r.id`, stamp(s.now().AddDate(0, 0, -60)))
}

// BindReshare says which of our posts a reshare became. One of which it was not known yet whether it stands there does:
// it is sent, as the post tells. A reshare that has its post, or was taken back, stays as it is.
func (s *Store) BindReshare(ctx context.Context, id lantoa.ReshareID, post lantoa.PostID) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		r, err := reshareByID(ctx, t, id)
		if err != nil {
			return err
		}
		var external, permalink string
		var at time.Time
		if err := get(ctx, t, `SELECT external, permalink, published_at FROM posts WHERE id = $1`, []any{string(post)},
			&external, &permalink, moment{&at}); err != nil {
			return missing(err, "post", post)
		}
		if r.Post != "" {
			return errUnchanged
		}
		r.Post = post
		if err := notNew(ctx, t, r, n); err != nil {
			return err
		}
		switch {
		case r.State == lantoa.ReshareSent:
			r.Posted, r.Permalink = cmp.Or(r.Posted, external), cmp.Or(r.Permalink, permalink)
			return putReshare(ctx, t, r)
		case r.State == lantoa.ReshareUnsure, r.State == lantoa.ReshareWaiting && r.Means == lantoa.ViaHand:
			r.State, r.Posted, r.Permalink, r.SentAt, r.Trouble = lantoa.ReshareSent, external, permalink, at, nil
			if err := putReshare(ctx, t, r); err != nil {
				return err
			}
			if _, err := restate(ctx, t, r.Story, n); err != nil {
				return err
			}
			return noteReshare(ctx, t, r, lantoa.Audit{At: s.now(), Who: byProgram, Action: "reshare_sent"}, "")
		}
		return errUnchanged
	})
}

// notNew takes back a story that the finder saw in the post of a reshare before it was known to be one: it would credit us
// with what another unit told.
func notNew(ctx context.Context, t *tx, r lantoa.Reshare, n int64) error {
	gone, err := list(ctx, t, func(rows *sql.Rows) (id lantoa.StoryID, err error) { return id, rows.Scan(&id) }, `
		UPDATE stories SET withdrawn = TRUE WHERE lead = $1 AND id <> $2 AND state = 'suggested' AND NOT withdrawn
		RETURNING id`, string(r.Post), string(r.Story))
	for _, id := range gone {
		if err == nil {
			_, err = t.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE story = $1 AND story <> ''`, string(id), n)
		}
	}
	return err
}

// restate gives a story the state that follows from what was decided of it and from what stands of it elsewhere, and
// says which: it is passed on as long as it is chosen and a reshare of it stands.
func restate(ctx context.Context, t *tx, story lantoa.StoryID, n int64) (lantoa.State, error) {
	all, err := decisionsOf(ctx, t, []lantoa.StoryID{story})
	if err != nil {
		return "", err
	}
	after := lantoa.StateAfter(all[story])
	if after == lantoa.Approved {
		var sent int
		if err := get(ctx, t, `SELECT COUNT(*) FROM reshares WHERE story = $1 AND state = 'sent'`, []any{string(story)}, &sent); err != nil {
			return "", err
		}
		if sent > 0 {
			after = lantoa.Reshared
		}
	}
	changed, err := t.exec(ctx, `UPDATE stories SET state = $2 WHERE id = $1 AND state <> $2`, string(story), string(after))
	if err != nil || changed == 0 {
		return after, err
	}
	_, err = t.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE story = $1 AND story <> ''`, string(story), n)
	return after, err
}

// mayLose says whether a story may stop being chosen: not while it stands elsewhere because of that, or may.
func mayLose(ctx context.Context, t *tx, story lantoa.StoryID) error {
	var out int
	err := get(ctx, t, `
		SELECT COUNT(*) FROM reshares
		WHERE story = $1 AND (state IN ('sending', 'sent', 'unsure') OR state = 'waiting' AND NOT (`+untouched+`))`, []any{string(story)}, &out)
	if err == nil && out > 0 {
		err = lantoa.Problem(lantoa.Conflict, "reshared", fmt.Sprint(out))
	}
	return err
}

// forgetErasedWords takes the words of a story out of what was made of them, once its lead is erased. What may stand
// at a platform keeps them until that is known: it is found by them.
func forgetErasedWords(ctx context.Context, t *tx, story lantoa.StoryID) error {
	_, err := t.exec(ctx, `
		UPDATE reshares SET title = '', words = '', link = '', pictures = ''
		WHERE story = $1 AND state NOT IN ('sending', 'unsure') AND (words <> '' OR title <> '' OR link <> '')
		  AND EXISTS (SELECT 1 FROM stories s JOIN posts p ON p.id = s.lead WHERE s.id = reshares.story AND p.erased)`, string(story))
	return err
}
