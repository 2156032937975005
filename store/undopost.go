package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// atOneGo is how many posts share a change number, so that no number stands for more of them than a step can hold.
const atOneGo = 200

// number is a change number for one more post.
func (u *undoing) number(ctx context.Context) (int64, error) {
	if u.used++; u.used <= atOneGo {
		return u.n, nil
	}
	n, err := change(ctx, u.tx)
	u.n, u.used = n, 1
	return n, err
}

// post takes back what the import did to a post. h is what another did to it afterwards, if one did.
func (u *undoing) post(ctx context.Context, e entry, now state, h entry, inherited bool) error {
	var p postKey
	var byHand, erased bool
	err := get(ctx, u, `SELECT id, channel, story, vote_by_hand, erased FROM posts WHERE id = $1`, []any{e.id},
		&p.id, &p.channel, &p.story, &byHand, &erased)
	if errors.Is(err, sql.ErrNoRows) || erased {
		u.Kept++
		return nil
	}
	if err != nil {
		return err
	}
	touched := inherited || byHand || e.platformSpoke(now)
	if e.before == nil && !touched {
		if touched, err = u.postTouched(ctx, e, now); err != nil {
			return err
		}
		if !touched {
			u.posts = append(u.posts, p)
			u.Removed++
			return nil
		}
	}
	figures, err := u.dropSnapshots(ctx, e, &h)
	if err != nil {
		return err
	}
	words := slices.DeleteFunc(e.fields(), func(f string) bool { return f == "numbers_at" })
	if inherited {
		if err := u.handOver(ctx, e, h); err != nil {
			return err
		}
	}
	switch {
	case inherited && len(words) > 0, e.before == nil:
		u.Kept++
	case len(words) > 0:
		whole := false
		if !e.platformSpoke(now) {
			if whole, err = u.restorePost(ctx, e, now); err != nil {
				return err
			}
		}
		if whole {
			u.Restored++
		} else {
			u.Kept++
		}
	case figures:
		u.Removed++
	}
	if figures {
		return u.renumber(ctx, e.id)
	}
	return nil
}

// platformSpoke says whether a platform has told since what only a file had told then.
func (e entry) platformSpoke(now state) bool {
	return e.after.flag("from_file") && !now.flag("from_file")
}

// postTouched says whether a post that the import made is another by now, or leads a story of which somebody decided.
func (u *undoing) postTouched(ctx context.Context, e entry, now state) (bool, error) {
	for _, f := range changedFields(e.after, now) {
		if f != "removed_at" && f != "vote" && f != "told_at" && f != "back_dated" {
			return true, nil
		}
	}
	var decided int
	err := get(ctx, u, `SELECT COUNT(*) FROM decisions d JOIN stories s ON s.id = d.story WHERE s.lead = $1`, []any{e.id}, &decided)
	return decided > 0, err
}

// dropPosts forgets the posts that the import made.
func (u *undoing) dropPosts(ctx context.Context) error {
	if len(u.posts) == 0 {
		return nil
	}
	n, err := change(ctx, u.tx)
	if err != nil {
		return err
	}
	if err := eraseAll(ctx, u.tx, u.posts, u.at, n, &lantoa.Erased{}); err != nil {
		return err
	}
	for _, p := range u.posts {
		if _, err := u.exec(ctx, `DELETE FROM snapshots WHERE post = $1`, string(p.id)); err != nil {
			return err
		}
		if _, err := u.exec(ctx, `
			UPDATE posts SET external = external || '~' || $2, numbers_at = '', reactions = NULL, by_kind = '', comments = NULL,
				shares = NULL, views = NULL, reach = NULL, source = ''
			WHERE id = $1`, string(p.id), string(u.id)); err != nil {
			return err
		}
	}
	u.posts = u.posts[:0]
	return nil
}

// dropSnapshots takes the numbers away that the import added to a post, and says whether there were any. Those that
// another import repeated become its own.
func (u *undoing) dropSnapshots(ctx context.Context, e entry, h *entry) (dropped bool, err error) {
	for at := range strings.SplitSeq(e.after[added], ",") {
		if at == "" {
			continue
		}
		if h.after != nil && h.after[repeats] == at {
			h.after[added] = strings.TrimPrefix(h.after[added]+","+at, ",")
			continue
		}
		n, err := u.exec(ctx, `DELETE FROM snapshots WHERE post = $1 AND at = $2`, e.id, at)
		if err != nil {
			return false, err
		}
		dropped = dropped || n > 0
	}
	return dropped, nil
}

// renumber lets a post show the newest of the numbers that it has left, as saving them one after the other did.
func (u *undoing) renumber(ctx context.Context, id string) error {
	curve, err := list(ctx, u, scanSnapshot, `SELECT `+snapshotColumns+` FROM snapshots WHERE post = $1 ORDER BY at`, id)
	if err != nil {
		return err
	}
	var newest lantoa.Snapshot
	for _, s := range curve {
		newest = filled(s, newest)
	}
	n, err := u.number(ctx)
	if err != nil {
		return err
	}
	_, err = u.exec(ctx, `
		UPDATE posts SET
			numbers_at = $2, reactions = $3, by_kind = $4, comments = $5, shares = $6, views = $7, reach = $8,
			source = $9, changed = $10, changed_any = $10
		WHERE id = $1`, append(append([]any{id, stamp(newest.At)}, numbers(newest)...), n)...)
	return err
}

// restorePost gives a post back what it was before the import, as far as it is still as the import left it, and says
// whether that was all.
func (u *undoing) restorePost(ctx context.Context, e entry, now state) (whole bool, err error) {
	back, whole, _ := e.undo(now)
	if back["hash"] != now["hash"] || back["version"] != now["version"] {
		// The wording goes back as one.
		done := now["hash"] == e.after["hash"] && now["version"] == e.after["version"]
		if done {
			if done, err = u.rewordPost(ctx, e); err != nil {
				return false, err
			}
		}
		whole = whole && done
	}
	n, err := u.number(ctx)
	if err != nil {
		return false, err
	}
	var told time.Time
	if err := (moment{&told}).Scan(back["told_at"]); err != nil {
		return false, err
	}
	var ch lantoa.ChannelID
	err = get(ctx, u, `
		UPDATE posts SET
			type = $2, permalink = $3, parent = $4, media = $5, pictures_at = CASE WHEN media = $5 THEN pictures_at ELSE '' END,
			published_at = $6, told_at = $7, told_ms = $8, back_dated = $9, removed_at = $10, hidden = $11, decor = $12,
			sensitive = $13, vote = CASE WHEN vote_by_hand THEN vote ELSE $14 END, from_file = $15, author = $16, changed = $17, changed_any = $17
		WHERE id = $1
		RETURNING channel`, []any{e.id, back["type"], back["permalink"], back["parent"], back["media"],
		back["published_at"], back["told_at"], told.UnixMilli(), back.flag("back_dated"), back["removed_at"], back.flag("hidden"), back.flag("decor"),
		back.flag("sensitive"), back.flag("vote"), back.flag("from_file"), back["author"], n}, &ch)
	if err != nil {
		return false, err
	}
	u.channels[ch] = true
	if back["media"] != now["media"] {
		_, err = u.exec(ctx, `DELETE FROM pictures WHERE post = $1`, e.id)
	}
	return whole, err
}

// rewordPost gives a post back the wording that it had before the import, out of its earlier versions.
func (u *undoing) rewordPost(ctx context.Context, e entry) (bool, error) {
	n, err := u.exec(ctx, `
		UPDATE posts SET version = $2, worded_at = $3, hash = $4,
			text = (SELECT v.text FROM post_versions v WHERE v.post = $1 AND v.number = $2)
		WHERE id = $1 AND EXISTS (SELECT 1 FROM post_versions v WHERE v.post = $1 AND v.number = $2)`,
		e.id, e.before.figure("version"), e.before["worded_at"], e.before["hash"])
	if err != nil || n == 0 {
		return false, err
	}
	_, err = u.exec(ctx, `DELETE FROM post_versions WHERE post = $1 AND number >= $2`, e.id, e.before.figure("version"))
	return err == nil, err
}
