package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// byCommandLine is who did in the log what was asked for on the command line.
const byCommandLine = "dòng lệnh"

// UndoImport takes an import back, what it did last first: all of it, or nothing. What somebody, a platform or a later
// import has touched since stays as it is and is counted as kept; what two imports brought goes when both are undone.
// Conflict when it was undone before.
//
// A reform is taken back altogether or not at all: Conflict "reform_…" says what leans on it by now, and Note on which
// unit.
//
// A post that the import made stays as an erased row under another external id, so that index and finder, which follow
// the changes of rows, drop it, and so that a corrected file may bring it again.
func (s *Store) UndoImport(ctx context.Context, id lantoa.ImportID, by string, at time.Time) (lantoa.Undone, error) {
	var undone lantoa.Undone
	err := s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		var before, kind, file string
		if err := get(ctx, t, `SELECT undone_at, kind, file FROM imports WHERE id = $1`, []any{string(id)}, &before, &kind, &file); err != nil {
			return missing(err, "import", id)
		}
		if before != "" {
			return lantoa.Problem(lantoa.Conflict, "import", "undone")
		}
		u := undoing{tx: t, id: id, at: at, n: n, whole: kind == lantoa.ReformKind, channels: map[lantoa.ChannelID]bool{}, heard: map[string]int{}, shared: map[int64]bool{}}
		if err := u.all(ctx); u.whole && leansOn(err) {
			return &lantoa.Trouble{Kind: lantoa.Conflict, What: "reform_others", Err: err}
		} else if err != nil {
			return err
		}
		undone = u.Undone
		if _, err := t.exec(ctx, `UPDATE imports SET undone_at = $2 WHERE id = $1`, string(id), stamp(at)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: cmp.Or(by, byCommandLine), Action: "import_undone", Subject: kind + " " + file,
			Detail: fmt.Sprintf("removed %d, restored %d, kept %d", undone.Removed, undone.Restored, undone.Kept)})
	})
	if err != nil {
		return lantoa.Undone{}, err
	}
	return undone, nil
}

// undoing is an import on its way out.
type undoing struct {
	*tx
	lantoa.Undone
	id       lantoa.ImportID
	at       time.Time
	n        int64 // the change number in use
	used     int   // how many posts bear it
	posts    []postKey
	channels map[lantoa.ChannelID]bool // whose posts are to be counted anew
	heard    map[string]int            // counted messages that are taken away from channels
	shared   map[int64]bool            // entries about what another import has brought or changed since
	whole    bool                      // nothing but the whole: a tree is not put back by halves
	why      string                    // the last unit stayed
}

// entry is one thing that an import did.
type entry struct {
	of            lantoa.ImportID
	seq           int64
	kind, id      string
	before, after state
}

const entries = `
	SELECT c.import, c.seq, c.kind, c.id, c.before, c.after
	FROM import_changes c JOIN imports i ON i.id = c.import`

func scanEntry(rows *sql.Rows) (e entry, err error) {
	return e, rows.Scan(&e.of, &e.seq, &e.kind, &e.id, packed{&e.before}, packed{&e.after})
}

// fields are the names of what the import changed.
func (e entry) fields() []string { return changedFields(e.before, e.after) }

func (u *undoing) all(ctx context.Context) error {
	did, err := list(ctx, u, scanEntry, entries+` WHERE c.import = $1 ORDER BY c.seq DESC`, string(u.id))
	if err != nil {
		return err
	}
	if err := each(ctx, u, func(rows *sql.Rows) error {
		var seq int64
		err := rows.Scan(&seq)
		u.shared[seq] = true
		return err
	}, `
		SELECT e.seq FROM import_changes e
		WHERE e.import = $1 AND EXISTS (
			SELECT 1 FROM import_changes c JOIN imports i ON i.id = c.import
			WHERE c.id = e.id AND c.kind = e.kind AND c.seq > e.seq AND c.import <> $1 AND i.undone_at = '' AND c.after <> '')`, string(u.id)); err != nil {
		return err
	}
	for _, e := range did {
		if e.kind != thePost || len(u.posts) == atOneGo {
			if err := u.dropPosts(ctx); err != nil { // before the channel on which they hang
				return err
			}
		}
		if err := u.one(ctx, e); err != nil {
			return fmt.Errorf("undo %s %s: %w", e.kind, e.id, err)
		}
	}
	if err := u.dropPosts(ctx); err != nil {
		return err
	}
	for ch := range u.channels {
		if err := recount(ctx, u.tx, ch); err != nil {
			return err
		}
	}
	return u.dropHeard(ctx)
}

// dropHeard lets channels forget the messages that were counted.
func (u *undoing) dropHeard(ctx context.Context) error {
	for ch, n := range u.heard {
		if _, err := u.exec(ctx, `UPDATE channels SET chatter = CASE WHEN chatter < $2 THEN 0 ELSE chatter - $2 END WHERE id = $1`, ch, n); err != nil {
			return err
		}
	}
	clear(u.heard)
	return nil
}

// heir is the next thing that another import did to the same, if there is one.
func (u *undoing) heir(ctx context.Context, e entry) (h entry, is bool, err error) {
	if !u.shared[e.seq] {
		return h, false, nil
	}
	found, err := list(ctx, u, scanEntry, entries+`
		WHERE c.kind = $1 AND c.id = $2 AND c.seq > $3 AND c.import <> $4 AND i.undone_at = '' AND c.after <> ''
		ORDER BY c.seq
		LIMIT 1`, e.kind, e.id, e.seq, string(u.id))
	if err != nil || len(found) == 0 {
		return h, false, err
	}
	return found[0], true, nil
}

// handOver lets the import that did h take back, when it is undone, what this one did.
func (u *undoing) handOver(ctx context.Context, e, h entry) error {
	if e.before == nil {
		h.before = nil
	}
	for _, f := range e.fields() {
		if h.before != nil && h.before[f] == e.after[f] {
			h.before[f] = e.before[f]
		}
	}
	_, err := u.exec(ctx, `UPDATE import_changes SET before = $3, after = $4 WHERE import = $1 AND seq = $2`,
		string(h.of), h.seq, packState(h.before), packState(h.after))
	return err
}

func (u *undoing) one(ctx context.Context, e entry) error {
	if e.after == nil { // whoever wrote it has withdrawn since
		u.Kept++
		return nil
	}
	h, inherited, err := u.heir(ctx, e)
	if err != nil {
		return err
	}
	now, err := stateOf(ctx, u, e.kind, e.id)
	if err != nil {
		return err
	}
	if e.kind == thePost {
		return u.post(ctx, e, now, h, inherited)
	}
	switch {
	case len(e.fields()) == 0: // it was there before, just so
		if inherited {
			return u.handOver(ctx, e, h)
		}
		return nil
	case inherited && u.whole && (e.kind == theUnit || e.kind == theSuccessors):
		return u.leaned(ctx, "reform_later", e.id)
	case inherited:
		u.Kept++
		return u.handOver(ctx, e, h)
	case now == nil && e.before != nil && belongings[e.kind].read != "":
		return nil // gone since, with nothing to give back
	case e.before == nil:
		if now == nil {
			return nil // gone already
		}
		free := len(changedFields(e.after, now)) == 0
		if free {
			free, err = u.remove(ctx, e)
		}
		if free {
			u.Removed++
		} else {
			u.Kept++
		}
		if err == nil && !free && u.whole && e.kind == theUnit {
			err = u.leaned(ctx, cmp.Or(u.why, "reform_later"), e.id)
		}
		return err
	}
	back, whole, some := e.undo(now)
	if some {
		whole, err = u.restore(ctx, e, back, whole)
	}
	if whole {
		u.Restored++
	} else {
		u.Kept++
	}
	if err == nil && !whole && u.whole && e.kind == theUnit {
		err = u.leaned(ctx, "reform_later", e.id)
	}
	return err
}

// undo puts back in a state those fields that are still as the import left them. whole says that these are all which it
// changed, some that there are any.
func (e entry) undo(now state) (back state, whole, some bool) {
	if now == nil {
		return nil, false, false
	}
	back, whole = maps.Clone(now), true
	for _, f := range e.fields() {
		if now[f] == e.after[f] {
			back[f], some = e.before[f], true
		} else {
			whole = false
		}
	}
	return back, whole, some
}

// remove takes away a thing that is as the import made it, unless something hangs on it.
func (u *undoing) remove(ctx context.Context, e entry) (gone bool, err error) {
	switch e.kind {
	case theUnit:
		return u.removeUnit(ctx, e.id)
	case theChannel:
		return u.removeChannel(ctx, e.id)
	case theSuccessors:
		_, err = u.exec(ctx, `DELETE FROM unit_successors WHERE unit = $1`, e.id)
	case theContact:
		_, err = u.exec(ctx, `DELETE FROM contacts WHERE id = $1`, e.id)
	case theTenure:
		_, err = u.exec(ctx, `DELETE FROM channel_tenures WHERE channel = $1 AND from_day = $2`, keys(e.kind, e.id)...)
	case theMonth:
		_, err = u.exec(ctx, `DELETE FROM channel_months WHERE channel = $1 AND month = $2 AND metric = $3`, keys(e.kind, e.id)...)
	case theChatter:
		ch, _, _ := strings.Cut(e.id, "/")
		u.heard[ch]++
		_, err = u.exec(ctx, `DELETE FROM chatter WHERE channel = $1 AND external = $2`, keys(e.kind, e.id)...)
	case theSize:
		channel := keys(e.kind, e.id)[0]
		if _, err = u.exec(ctx, `DELETE FROM channel_snapshots WHERE channel = $1 AND at = $2`, keys(e.kind, e.id)...); err == nil {
			_, err = u.exec(ctx, newestSize, channel)
		}
	}
	return err == nil, err
}

// newestSize lets a channel show the newest known number of its followers.
const newestSize = `
	UPDATE channels SET
		followers = (SELECT n.followers FROM channel_snapshots n WHERE n.channel = $1 AND n.followers IS NOT NULL ORDER BY n.at DESC LIMIT 1),
		followed_at = COALESCE((SELECT n.at FROM channel_snapshots n WHERE n.channel = $1 AND n.followers IS NOT NULL ORDER BY n.at DESC LIMIT 1), '')
	WHERE id = $1`

// restore gives a thing the state that it had before. whole says whether that is all of what the import changed.
func (u *undoing) restore(ctx context.Context, e entry, back state, whole bool) (bool, error) {
	switch e.kind {
	case theUnit:
		return u.restoreUnit(ctx, e.id, back, whole)
	case theChannel:
		return u.restoreChannel(ctx, e.id, back, whole)
	case theSuccessors:
		var heirs []lantoa.UnitID
		for id := range strings.SplitSeq(back["successors"], ",") {
			if id != "" {
				heirs = append(heirs, lantoa.UnitID(id))
			}
		}
		return whole, saveSuccessors(ctx, u.tx, lantoa.UnitID(e.id), heirs, nil)
	case theMonth:
		_, err := u.exec(ctx, `UPDATE channel_months SET value = $4, reported_at = $5 WHERE channel = $1 AND month = $2 AND metric = $3`,
			append(keys(e.kind, e.id), back.figure("value"), back["reported_at"])...)
		return whole, err
	case theContact:
		return u.restoreContact(ctx, e.id, back, whole)
	}
	if of, is := belongings[e.kind]; is {
		n, err := u.exec(ctx, of.move, e.id, back["unit"])
		return whole && n > 0, err
	}
	return whole, fmt.Errorf("a %s is never changed", e.kind)
}

// figure is a number of a state, nil where it is absent.
func (s state) figure(name string) any {
	var n int64
	if _, err := fmt.Sscan(s[name], &n); err != nil {
		return nil
	}
	return n
}

// flag is a yes or no of a state.
func (s state) flag(name string) bool { return s[name] == "true" || s[name] == "1" }

func (u *undoing) removeUnit(ctx context.Context, id string) (bool, error) {
	if err := creditAnew(ctx, u.tx, id); err != nil {
		return false, err
	}
	counts := [...]struct {
		why, query string
	}{
		{"reform_channels", `SELECT COUNT(*) FROM channels WHERE unit = $1`},
		{"reform_users", `SELECT COUNT(*) FROM users WHERE unit = $1`},
		{"reform_units", `SELECT COUNT(*) FROM units WHERE parent = $1`},
		{"reform_later", `SELECT COUNT(*) FROM unit_successors WHERE unit = $1 OR successor = $1`},
		{"reform_contacts", `SELECT COUNT(*) FROM contacts WHERE unit = $1`},
		{"reform_leaves", `SELECT COUNT(*) FROM leaves WHERE unit = $1`},
		{"reform_others", `
			SELECT (SELECT COUNT(*) FROM stories WHERE first_unit = $1) + (SELECT COUNT(*) FROM submissions WHERE unit = $1)
			     + (SELECT COUNT(*) FROM tellers WHERE unit = $1) + (SELECT COUNT(*) FROM teller_codes WHERE unit = $1)
			     + (SELECT COUNT(*) FROM channel_tenures WHERE unit = $1) + (SELECT COUNT(*) FROM words_templates WHERE unit = $1)
			     + (SELECT COUNT(*) FROM share_hints WHERE unit = $1) + (SELECT COUNT(*) FROM thanks WHERE unit = $1)`},
	}
	for _, c := range counts {
		var hangs int
		if err := get(ctx, u, c.query, []any{id}, &hangs); err != nil {
			return false, err
		}
		if hangs > 0 {
			u.why = c.why
			return false, nil
		}
	}
	_, err := u.exec(ctx, `DELETE FROM units WHERE id = $1`, id)
	return err == nil, err
}

// restoreUnit gives a unit back what it was, and its paths to it and all below it. Where a circle would come of it, or
// its parent is no more, or another bears its code by now, it stays.
func (u *undoing) restoreUnit(ctx context.Context, id string, back state, whole bool) (bool, error) {
	units, err := list(ctx, u, scanUnit, allUnits)
	if err != nil {
		return false, err
	}
	tree := map[lantoa.UnitID]lantoa.Unit{}
	before := map[lantoa.UnitID]lantoa.Unit{}
	for _, one := range units {
		before[one.ID] = one
		if string(one.ID) == id {
			one.Code, one.Name, one.Level, one.Parent = back["code"], back["name"], lantoa.Level(back["level"]), lantoa.UnitID(back["parent"])
			err = errors.Join(moment{&one.From}.Scan(back["valid_from"]), moment{&one.To}.Scan(back["valid_to"]))
			if err != nil {
				return false, err
			}
		} else if one.Code == back["code"] && stamp(one.From) == back["valid_from"] {
			return false, nil
		}
		tree[one.ID] = one
	}
	for id, one := range tree {
		if one.Path, err = pathOf(tree, id); err != nil {
			return false, nil
		}
		tree[id] = one
	}
	for id, one := range tree {
		if sameUnit(before[id], one) {
			continue
		}
		if err := saveUnit(ctx, u.tx, one, true); err != nil {
			return false, err
		}
	}
	return whole, nil
}

// removeChannel takes away a channel on which nothing hangs. One that holds nothing but posts that were undone is put
// away instead: index and finder still have to hear of these.
func (u *undoing) removeChannel(ctx context.Context, id string) (bool, error) {
	var hangs, undone int
	err := get(ctx, u, `
		SELECT (SELECT COUNT(*) FROM posts WHERE channel = $1 AND NOT (erased AND external LIKE '%~%'))
		     + (SELECT COUNT(*) FROM visits WHERE channel = $1) + (SELECT COUNT(*) FROM channel_snapshots WHERE channel = $1)
		     + (SELECT COUNT(*) FROM channel_days WHERE channel = $1) + (SELECT COUNT(*) FROM chatter WHERE channel = $1)
		     + (SELECT COUNT(*) FROM channel_months WHERE channel = $1) + (SELECT COUNT(*) FROM tombstones WHERE channel = $1)
		     + (SELECT COUNT(*) FROM hints WHERE channel = $1) + (SELECT COUNT(*) FROM accesses WHERE channel = $1)
		     + (SELECT COUNT(*) FROM notices WHERE channel = $1) + (SELECT COUNT(*) FROM channel_tenures WHERE channel = $1)
		     + (SELECT COUNT(*) FROM channel_weeks WHERE channel = $1) + (SELECT COUNT(*) FROM nudges WHERE channel = $1)
		     + (SELECT COUNT(*) FROM reshares WHERE channel = $1),
		       (SELECT COUNT(*) FROM posts WHERE channel = $1)`, []any{id}, &hangs, &undone)
	if err != nil || hangs > 0 {
		return false, err
	}
	if undone > 0 {
		_, err = u.exec(ctx, `UPDATE channels SET archived = TRUE WHERE id = $1`, id)
		return err == nil, err
	}
	if _, err := u.exec(ctx, `DELETE FROM benchmarks WHERE channel = $1`, id); err != nil {
		return false, err
	}
	_, err = u.exec(ctx, `DELETE FROM channels WHERE id = $1`, id)
	return err == nil, err
}

// restoreChannel gives a channel back what it was. Where another bears its external id by now, or its unit is no more,
// it stays.
func (u *undoing) restoreChannel(ctx context.Context, id string, back state, whole bool) (bool, error) {
	var others, units int
	if err := get(ctx, u, `
		SELECT (SELECT COUNT(*) FROM channels WHERE kind = $2 AND external = $3 AND id <> $1), (SELECT COUNT(*) FROM units WHERE id = $4)`,
		[]any{id, back["kind"], back["external"], back["unit"]}, &others, &units); err != nil || others > 0 || units == 0 {
		return false, err
	}
	if _, err := u.exec(ctx, `
		UPDATE channels SET kind = $2, external = $3, name = $4, unit = $5, url = $6, archived = $7, config = $8 WHERE id = $1`,
		id, back["kind"], back["external"], back["name"], back["unit"], back["url"], back.flag("archived"), back["config"]); err != nil {
		return false, err
	}
	n, err := change(ctx, u.tx)
	if err != nil {
		return false, err
	}
	if _, err = u.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE channel = $1`, id, n); err != nil {
		return whole, err
	}
	return whole, creditWith(ctx, u.tx, id)
}
