package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

type importKey struct{}

// OfImport says in ctx that what is saved under it belongs to an import. SavePosts, SaveUnits, SaveSuccessors,
// AddContacts, SaveChannel, SaveChannelMonths, SaveChannelSnapshot and SaveChatter then write down what they made or changed, in
// the same transaction, so that [Store.UndoImport] can take it back.
func OfImport(ctx context.Context, id lantoa.ImportID) context.Context {
	return context.WithValue(ctx, importKey{}, id)
}

func importOf(ctx context.Context) lantoa.ImportID {
	id, _ := ctx.Value(importKey{}).(lantoa.ImportID)
	return id
}

// BeginImport notes that a file is about to be brought in. ID is made, and At if it is empty.
func (s *Store) BeginImport(ctx context.Context, i *lantoa.Import) error {
	if i.At.IsZero() {
		i.At = s.now()
	}
	i.ID, i.At = lantoa.ImportID(lantoa.NewID(s.now())), exact(i.At)
	i.Kind, i.File, i.By = clean(i.Kind), clean(i.File), clean(i.By)
	_, err := s.exec(ctx, `
		INSERT INTO imports (id, kind, file, at, by_whom, good, bad, undone_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '')`,
		string(i.ID), i.Kind, i.File, stamp(i.At), i.By, i.Good, i.Bad)
	return err
}

// EndImport notes how many rows of the file were good and how many were bad.
func (s *Store) EndImport(ctx context.Context, i lantoa.Import) error {
	n, err := s.exec(ctx, `UPDATE imports SET good = $2, bad = $3 WHERE id = $1`, string(i.ID), i.Good, i.Bad)
	if err == nil && n == 0 {
		err = lantoa.Missing("import", i.ID)
	}
	return err
}

// Imports are the newest imports, newest first, undone ones too.
func (s *Store) Imports(ctx context.Context, limit int) ([]lantoa.Import, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (i lantoa.Import, err error) {
		return i, rows.Scan(&i.ID, &i.Kind, &i.File, moment{&i.At}, &i.By, &i.Good, &i.Bad, moment{&i.UndoneAt})
	}, `
		SELECT id, kind, file, at, by_whom, good, bad, undone_at FROM imports
		ORDER BY at DESC, id DESC
		LIMIT $1`, limit)
}

// What an import may make or change. The id of what has none of its own is made of what it belongs to:
// channel/moment, channel/month/metric, channel/external.
const (
	thePost       = "post"
	theUnit       = "unit"
	theSuccessors = "successors"
	theChannel    = "channel"
	theSize       = "size"
	theMonth      = "month"
	theChatter    = "chatter"
	theContact    = "contact"
	theTenure     = "tenure"
)

// state is a thing as it stands in its row, without its words: these stay in the row and among the versions of a
// post, where they are erased when somebody withdraws. Nil is a thing that is not there.
type state map[string]string

// Of a post, state also tells what came with it: snapshots that the import added, and one that it merely repeated.
const (
	added   = "+snapshots" // moments, joined by commas
	repeats = "+repeats"
)

// keys takes the id of a thing apart.
func keys(kind, id string) []any {
	n := map[string]int{theSize: 2, theMonth: 3, theChatter: 2, theTenure: 2}[kind]
	var parts []any
	for _, p := range strings.SplitN(id, "/", max(n, 1)) {
		parts = append(parts, p)
	}
	return parts
}

// stateOf reads a thing as it is.
func stateOf(ctx context.Context, q asker, kind, id string) (state, error) {
	var query string
	switch kind {
	case thePost:
		query = `
			SELECT type, permalink, parent, media, published_at, told_at, told_ms, back_dated, removed_at, hidden, decor,
			       sensitive, vote, from_file, author, version, worded_at, hash, numbers_at
			FROM posts WHERE id = $1`
	case theUnit:
		query = `SELECT code, name, level, parent, valid_from, valid_to FROM units WHERE id = $1`
	case theSuccessors:
		return successorsOf(ctx, q, id)
	case theChannel:
		query = `SELECT kind, external, name, unit, url, archived, config FROM channels WHERE id = $1`
	case theSize:
		query = `SELECT followers, likes, source FROM channel_snapshots WHERE channel = $1 AND at = $2`
	case theMonth:
		query = `SELECT value, reported_at FROM channel_months WHERE channel = $1 AND month = $2 AND metric = $3`
	case theChatter:
		query = `SELECT at, kind FROM chatter WHERE channel = $1 AND external = $2`
	case theContact:
		query = `SELECT unit, place, name, duty, phone, zalo, email FROM contacts WHERE id = $1`
	case theTenure:
		query = `SELECT unit FROM channel_tenures WHERE channel = $1 AND from_day = $2`
	default:
		of, is := belongings[kind]
		if !is {
			return nil, fmt.Errorf("an import of %q", kind)
		}
		query = of.read
	}
	var is state
	err := each(ctx, q, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		values := make([]sql.NullString, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		is = state{}
		for i, name := range names {
			is[name] = values[i].String
		}
		return nil
	}, query, keys(kind, id)...)
	return is, err
}

func successorsOf(ctx context.Context, q asker, unit string) (state, error) {
	heirs, err := list(ctx, q, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) },
		`SELECT successor FROM unit_successors WHERE unit = $1 ORDER BY successor`, unit)
	return state{"successors": strings.Join(heirs, ",")}, err
}

// ledger writes down what an import does within one transaction. A nil one writes nothing.
type ledger struct {
	t       *tx
	id      lantoa.ImportID
	first   int64
	entries int64
}

// ledgerOf is the ledger of the import that ctx names, nil if it names none. n is the change number of the transaction,
// or 0 if it has drawn none: entries stand in the order of these numbers, also those of different imports.
func ledgerOf(ctx context.Context, t *tx, n int64) (*ledger, error) {
	id := importOf(ctx)
	if id == "" {
		return nil, nil
	}
	if n == 0 {
		var err error
		if n, err = change(ctx, t); err != nil {
			return nil, err
		}
	}
	var undone string
	if err := get(ctx, t, `SELECT undone_at FROM imports WHERE id = $1`, []any{string(id)}, &undone); err != nil {
		return nil, missing(err, "import", id)
	}
	if undone != "" {
		return nil, lantoa.Problem(lantoa.Conflict, "import", "undone")
	}
	return &ledger{t: t, id: id, first: n << 24}, nil
}

// state is a thing before it is changed.
func (l *ledger) state(ctx context.Context, kind, id string) (state, error) {
	if l == nil {
		return nil, nil
	}
	return stateOf(ctx, l.t, kind, id)
}

// note writes down what became of a thing. What is as it was is written down only if another import brought it: undoing
// that one must then leave it.
func (l *ledger) note(ctx context.Context, kind, id string, before state, also state) error {
	if l == nil {
		return nil
	}
	after, err := stateOf(ctx, l.t, kind, id)
	if err != nil || after == nil {
		return err
	}
	same := before != nil && len(changedFields(before, after)) == 0 && also[added] == ""
	for name, value := range also {
		after[name] = value
	}
	if same {
		var others int
		if err := get(ctx, l.t, `
			SELECT COUNT(*) FROM import_changes c JOIN imports i ON i.id = c.import
			WHERE c.kind = $1 AND c.id = $2 AND c.import <> $3 AND i.undone_at = ''`, []any{kind, id, string(l.id)}, &others); err != nil || others == 0 {
			return err
		}
	}
	l.entries++
	_, err = l.t.exec(ctx, `INSERT INTO import_changes (import, seq, kind, id, before, after) VALUES ($1, $2, $3, $4, $5, $6)`,
		string(l.id), l.first+l.entries, kind, id, packState(before), packState(after))
	return err
}

func packState(s state) string {
	if s == nil {
		return ""
	}
	return pack(s)
}

// changedFields are the names of what differs between two states, sorted; what came along is no field, and told_ms is
// told_at said otherwise.
func changedFields(before, after state) []string {
	var names []string
	for name, value := range after {
		if !strings.HasPrefix(name, "+") && name != "told_ms" && before[name] != value {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// noteSame writes down the posts that the import brought as they were.
func (l *ledger) noteSame(ctx context.Context, same []deed) error {
	if l == nil {
		return nil
	}
	for _, d := range same {
		before, err := l.state(ctx, thePost, string(d.old.ID))
		if err != nil {
			return err
		}
		if err := l.note(ctx, thePost, string(d.old.ID), before, d.figures()); err != nil {
			return err
		}
	}
	return nil
}

// wrote says whether the import did anything in this transaction.
func (l *ledger) wrote() bool { return l != nil && l.entries > 0 }

// figures tells which numbers of a post a deed adds, or which of those that are there it repeats.
func (d *deed) figures() state {
	switch was := d.old.Snapshot; {
	case d.snapshot:
		return state{added: stamp(d.in.Numbers.At)}
	case d.in.HasCount && !was.At.IsZero() && was.Source == d.in.Numbers.Source && filled(d.in.Numbers, was).Same(was):
		return state{repeats: stamp(was.At)}
	}
	return nil
}

// noteChatter writes down the messages that the import counted, those in came anew.
func (l *ledger) noteChatter(ctx context.Context, ch lantoa.ChannelID, externals []string, came map[string]bool) error {
	if l == nil {
		return nil
	}
	done := map[string]bool{"": true}
	for _, external := range externals {
		if done[external] {
			continue
		}
		done[external] = true
		id := string(ch) + "/" + external
		var before state
		if !came[external] {
			var err error
			if before, err = l.state(ctx, theChatter, id); err != nil {
				return err
			}
		}
		if err := l.note(ctx, theChatter, id, before, nil); err != nil {
			return err
		}
	}
	return nil
}
