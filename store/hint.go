package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// hintPause is how long after a hint the channel is read: what happens to a page often happens several times over.
const hintPause = time.Minute

// Hint notes that something happened to channels or to posts of them, and brings their next visits forward to a
// minute after the newest hint. A channel whose platform asked us to wait is not read sooner for it; one that is
// archived or unknown is passed over.
func (s *Store) Hint(ctx context.Context, hints []lantoa.Hint) error {
	if len(hints) == 0 {
		return nil
	}
	return s.within(ctx, func(t *tx) error {
		kept := int64(0)
		for _, h := range hints {
			n, err := t.exec(ctx, `
				INSERT INTO hints (channel, post, at)
				SELECT c.id, $2, $3 FROM channels c WHERE c.id = $1 AND NOT c.archived
				ON CONFLICT (channel, post) DO UPDATE SET at = excluded.at WHERE excluded.at > hints.at`,
				string(h.Channel), clean(h.Post), stamp(h.At))
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			kept++
			if _, err := t.exec(ctx, `
				UPDATE channels SET next_at = $2
				WHERE id = $1 AND next_at > $2 AND (trouble_kind <> 'limited' OR trouble_until < $2)`,
				string(h.Channel), stamp(h.At.Add(hintPause))); err != nil {
				return err
			}
		}
		if kept == 0 {
			return errUnchanged
		}
		return nil
	})
}

// Hints are what waits for the next visit to a channel, oldest first.
func (s *Store) Hints(ctx context.Context, ch lantoa.ChannelID) ([]lantoa.Hint, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (h lantoa.Hint, err error) {
		return h, rows.Scan(&h.Channel, &h.Post, moment{&h.At})
	}, `SELECT channel, post, at FROM hints WHERE channel = $1 ORDER BY at, post`, string(ch))
}

// DropHints forgets the hints of a channel up to a moment: a visit took care of them. Those that came while it was
// under way stay.
func (s *Store) DropHints(ctx context.Context, ch lantoa.ChannelID, upTo time.Time) error {
	_, err := s.execLightly(ctx, `DELETE FROM hints WHERE channel = $1 AND at <= $2`, string(ch), stamp(upTo))
	return err
}

// Curves are the posts of a channel that were published since a moment and are not removed, each with all its
// numbers: what is needed to say when they are wanted again. Texts and what stands beside them are left out.
func (s *Store) Curves(ctx context.Context, ch lantoa.ChannelID, from time.Time) ([]lantoa.Measured, error) {
	var posts []lantoa.Measured
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var p lantoa.Measured
		var at sql.NullString
		var snap struct{ reactions, comments, shares lantoa.Count }
		if err := rows.Scan(&p.ID, &p.External, moment{&p.PublishedAt}, &at,
			count{&snap.reactions}, count{&snap.comments}, count{&snap.shares}); err != nil {
			return err
		}
		if n := len(posts); n == 0 || posts[n-1].ID != p.ID {
			p.Channel = ch
			posts = append(posts, p)
		}
		if !at.Valid {
			return nil
		}
		var taken time.Time
		if err := (moment{&taken}).Scan(at.String); err != nil {
			return err
		}
		last := &posts[len(posts)-1]
		last.Curve = append(last.Curve, lantoa.Snapshot{At: taken, Reactions: snap.reactions, Comments: snap.comments, Shares: snap.shares})
		return nil
	}, `
		SELECT p.id, p.external, p.published_at, CAST(s.at AS TEXT), s.reactions, s.comments, s.shares
		FROM posts p LEFT JOIN snapshots s ON s.post = p.id
		WHERE p.channel = $1 AND p.told_ms >= $2 AND p.published_at >= $3 AND p.removed_at = ''
		ORDER BY p.published_at, p.id, s.at`, string(ch), from.UnixMilli(), stamp(from))
	return posts, err
}
