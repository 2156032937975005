package store

import (
	"context"
	"database/sql"
	"math"
	"time"

	"github.com/hoiphunu/lantoa"
)

// PostsBetween are the posts of a channel published from a moment until before another (zero times: no
// bound), removed ones too, oldest first, without text and media: for finding what vanished.
func (s *Store) PostsBetween(ctx context.Context, ch lantoa.ChannelID, from, to time.Time) ([]lantoa.Post, error) {
	floor := int64(math.MinInt64)
	if !from.IsZero() {
		floor = from.UnixMilli() // nothing is told before it is published
	}
	return list(ctx, s.reads, func(rows *sql.Rows) (p lantoa.Post, err error) {
		return p, rows.Scan(&p.ID, &p.Channel, &p.External, &p.Type, moment{&p.PublishedAt}, moment{&p.FirstSeenAt},
			moment{&p.ToldAt}, &p.BackDated, &p.Version, moment{&p.RemovedAt}, &p.Vote, &p.Sensitive, &p.Hidden, &p.Decor)
	}, `
		SELECT id, channel, external, type, published_at, first_seen_at, told_at, back_dated, version, removed_at,
		       vote, sensitive, hidden, decor
		FROM posts
		WHERE channel = $1 AND told_ms >= $2 AND published_at >= $3 AND ($4 = '' OR published_at < $4)
		ORDER BY published_at, id`, string(ch), floor, stamp(from), stamp(to))
}

// MarkRemoved notes that posts of a channel are gone from their platform. What was removed before keeps its
// time; an id we do not know is passed over.
func (s *Store) MarkRemoved(ctx context.Context, ch lantoa.ChannelID, externals []string, at time.Time) error {
	if len(externals) == 0 {
		return nil
	}
	return s.within(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		var gone int64
		for _, external := range externals {
			rows, err := t.exec(ctx, `
				UPDATE posts SET removed_at = $3, changed = $4, changed_any = $4
				WHERE channel = $1 AND external = $2 AND removed_at = ''`, string(ch), clean(external), stamp(at), n)
			if err != nil {
				return err
			}
			gone += rows
		}
		if gone == 0 {
			return errUnchanged
		}
		return recount(ctx, t, ch)
	})
}

// Versions are the wordings of a post, oldest first; the last is the present one.
func (s *Store) Versions(ctx context.Context, id lantoa.PostID) ([]lantoa.Version, error) {
	versions, err := list(ctx, s.reads, func(rows *sql.Rows) (v lantoa.Version, err error) {
		return v, rows.Scan(&v.Number, &v.Text, moment{&v.SeenAt})
	}, `
		SELECT number, text, seen_at FROM post_versions WHERE post = $1
		UNION ALL
		SELECT version, text, worded_at FROM posts WHERE id = $1
		ORDER BY 1`, string(id))
	if err == nil && len(versions) == 0 {
		err = lantoa.Missing("post", id)
	}
	return versions, err
}

// SetVote marks a post as a contest decided by interactions, or takes the mark off. A hand's word stands
// against whatever the program finds later.
func (s *Store) SetVote(ctx context.Context, id lantoa.PostID, on bool, by lantoa.User) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		rows, err := t.exec(ctx, `
			UPDATE posts SET vote = $2, vote_by_hand = TRUE, changed = $3, changed_any = $3 WHERE id = $1`,
			string(id), on, n)
		if err == nil && rows == 0 {
			err = lantoa.Missing("post", id)
		}
		if err != nil {
			return err
		}
		detail := "off"
		if on {
			detail = "on"
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: by.Email, Action: "vote", Subject: string(id), Detail: detail})
	})
}

// SaveVotes saves what the program found of posts: contests or not. Marks set by hand stay.
func (s *Store) SaveVotes(ctx context.Context, votes map[lantoa.PostID]bool) error {
	if len(votes) == 0 {
		return nil
	}
	return s.within(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		var changed int64
		for id, on := range votes {
			// The finder knows what it found: its own mark sends nothing back to it.
			rows, err := t.exec(ctx, `
				UPDATE posts SET vote = $2, changed_any = $3
				WHERE id = $1 AND vote <> $2 AND NOT vote_by_hand`, string(id), on, n)
			if err != nil {
				return err
			}
			changed += rows
		}
		if changed == 0 {
			return errUnchanged
		}
		return nil
	})
}
