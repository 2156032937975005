package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// RaiseNotice opens a notice, if none is open that bears its key; an open one gets the newest count and trouble. ID
// is filled in. Two that raise the same at once make one.
func (s *Store) RaiseNotice(ctx context.Context, n *lantoa.Notice) (raised bool, err error) {
	if n.BeganAt.IsZero() {
		n.BeganAt = s.now()
	}
	t := n.Trouble
	fresh := lantoa.NoticeID(lantoa.NewID(s.now()))
	err = s.lasting(ctx, func(x *tx) error {
		if err := get(ctx, x, `
			INSERT INTO notices (id, kind, key, channel, trouble_kind, trouble_what, trouble_note, trouble_since, trouble_until,
				count, began_at, ended_at, seen_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '')
			ON CONFLICT (key) WHERE ended_at = '' DO UPDATE SET
				trouble_kind = excluded.trouble_kind, trouble_what = excluded.trouble_what, trouble_note = excluded.trouble_note,
				trouble_until = excluded.trouble_until, count = excluded.count
			RETURNING id`, []any{string(fresh), string(n.Kind), clean(n.Key), string(n.Channel), string(t.Kind), clean(t.What), clean(t.Note),
			stamp(t.Since), stamp(t.Until), int64(n.Count), stamp(n.BeganAt)}, &n.ID); err != nil {
			return err
		}
		raised = n.ID == fresh
		return nil
	})
	return raised, err
}

// EndNotice ends the open notice that bears a key, and says whether there was one.
func (s *Store) EndNotice(ctx context.Context, key string, at time.Time) (ended bool, err error) {
	n, err := s.exec(ctx, `UPDATE notices SET ended_at = $2 WHERE key = $1 AND ended_at = ''`, clean(key), stamp(at))
	return n > 0, err
}

// Notices are the newest notices that a scope may see, newest first, all or the open ones: those of its channels, and
// with every right those that are about none.
func (s *Store) Notices(ctx context.Context, scope lantoa.Scope, open bool, limit int) ([]lantoa.Notice, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (n lantoa.Notice, err error) {
		return n, rows.Scan(&n.ID, &n.Kind, &n.Key, &n.Channel, &n.Trouble.Kind, &n.Trouble.What, &n.Trouble.Note,
			moment{&n.Trouble.Since}, moment{&n.Trouble.Until}, &n.Count, moment{&n.BeganAt}, moment{&n.EndedAt}, moment{&n.SeenAt})
	}, `
		SELECT n.id, n.kind, n.key, n.channel, n.trouble_kind, n.trouble_what, n.trouble_note, n.trouble_since, n.trouble_until,
		       n.count, n.began_at, n.ended_at, n.seen_at
		FROM notices n
		LEFT JOIN channels c ON c.id = n.channel
		LEFT JOIN units u ON u.id = c.unit
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%') AND ($2 = '' OR n.ended_at = '')
		ORDER BY n.began_at DESC, n.id DESC
		LIMIT $3`, string(scope), map[bool]string{true: "open"}[open], limit)
}

// SeeNotice notes that somebody has read a notice.
func (s *Store) SeeNotice(ctx context.Context, id lantoa.NoticeID, at time.Time) error {
	n, err := s.exec(ctx, `UPDATE notices SET seen_at = $2 WHERE id = $1`, string(id), stamp(at))
	if err == nil && n == 0 {
		err = lantoa.Missing("notice", id)
	}
	return err
}
