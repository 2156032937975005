package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// AllUnits are all units that ever were, with their successors, in the order of [Store.Units].
func (s *Store) AllUnits(ctx context.Context) ([]lantoa.Unit, error) {
	return s.Units(ctx, lantoa.Everything, time.Time{})
}

// Publishing are the channels on which units publish: all but what was brought in from files.
func (s *Store) Publishing(ctx context.Context) ([]lantoa.Channel, error) {
	return list(ctx, s.reads, scanChannel, channelColumns+`
		WHERE c.kind <> 'imported'
		ORDER BY u.path, c.id`)
}

// weekNumber is a week as a number that sorts: 202647.
func weekNumber(w lantoa.Week) int64 { return int64(w.Year)*100 + int64(w.Number) }

// SaveChannelWeeks saves rolled weeks in place of what was rolled before. A row that says what it said is not written.
func (s *Store) SaveChannelWeeks(ctx context.Context, weeks []lantoa.ChannelWeek, at time.Time) error {
	const some = 400 // to a transaction, so that people's writes find room between them
	for len(weeks) > 0 {
		chunk := weeks[:min(some, len(weeks))]
		weeks = weeks[len(chunk):]
		if err := s.within(ctx, func(t *tx) error {
			for _, w := range chunk {
				if _, err := t.exec(ctx, `
					INSERT INTO channel_weeks (channel, week, up_to, rolled_at, state, days, usual, posts, own, from_above, votes,
						stories, marks, gained, views, followers, source, lost)
					VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
					ON CONFLICT (channel, week) DO UPDATE SET
						up_to = excluded.up_to, rolled_at = excluded.rolled_at, state = excluded.state, days = excluded.days,
						usual = excluded.usual, posts = excluded.posts, own = excluded.own, from_above = excluded.from_above,
						votes = excluded.votes, stories = excluded.stories, marks = excluded.marks, gained = excluded.gained,
						views = excluded.views, followers = excluded.followers, source = excluded.source, lost = excluded.lost
					WHERE channel_weeks.up_to <> excluded.up_to OR channel_weeks.state <> excluded.state
						OR channel_weeks.days <> excluded.days OR channel_weeks.posts <> excluded.posts
						OR channel_weeks.own <> excluded.own OR channel_weeks.from_above <> excluded.from_above
						OR channel_weeks.votes <> excluded.votes OR channel_weeks.stories <> excluded.stories
						OR channel_weeks.marks <> excluded.marks OR channel_weeks.lost <> excluded.lost
						OR COALESCE(channel_weeks.gained, -1) <> COALESCE(excluded.gained, -1)
						OR COALESCE(channel_weeks.views, -1) <> COALESCE(excluded.views, -1)
						OR COALESCE(channel_weeks.followers, -1) <> COALESCE(excluded.followers, -1)
						OR channel_weeks.source <> excluded.source`,
					string(w.Channel), weekNumber(w.Week), stamp(w.UpTo), stamp(at), string(w.State), w.Days, w.Usual,
					w.Posts, w.Own, w.FromAbove, w.Votes, w.Stories, packMarks(w.Each), w.Gained.Ptr(), w.Views.Ptr(),
					w.Followers.Ptr(), string(w.Source), w.Lost); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// packMarks writes "12/2200 -/2200".
func packMarks(each []lantoa.PostFigure) string {
	var b strings.Builder
	figure := func(c lantoa.Count) {
		if c.Known {
			b.WriteString(strconv.FormatInt(c.N, 10))
		} else {
			b.WriteByte('-')
		}
	}
	for i, m := range each {
		if i > 0 {
			b.WriteByte(' ')
		}
		figure(m.Interactions)
		b.WriteByte('/')
		figure(m.Followers)
	}
	return b.String()
}

func unpackMarks(text string) ([]lantoa.PostFigure, error) {
	if text == "" {
		return nil, nil
	}
	words := strings.Split(text, " ")
	out := make([]lantoa.PostFigure, len(words))
	figure := func(s string) (lantoa.Count, error) {
		if s == "-" {
			return lantoa.Count{}, nil
		}
		n, err := strconv.ParseInt(s, 10, 64)
		return lantoa.Of(n), err
	}
	for i, word := range words {
		had, of, _ := strings.Cut(word, "/")
		var err, err2 error
		out[i].Interactions, err = figure(had)
		out[i].Followers, err2 = figure(of)
		if err != nil || err2 != nil {
			return nil, fmt.Errorf("marks %q", word)
		}
	}
	return out, nil
}

// ChannelWeeks are the rolled weeks from the first to the last, of rows that became others after since (all for the
// zero time), and the newest moment at which one did: what to ask with the next time.
func (s *Store) ChannelWeeks(ctx context.Context, from, to lantoa.Week, since time.Time) ([]lantoa.ChannelWeek, time.Time, error) {
	newest := since
	weeks, err := list(ctx, s.reads, func(rows *sql.Rows) (w lantoa.ChannelWeek, err error) {
		var number int64
		var marks string
		var rolled time.Time
		if err = rows.Scan(&w.Channel, &number, moment{&w.UpTo}, moment{&rolled}, &w.State, &w.Days, &w.Usual, &w.Posts, &w.Own,
			&w.FromAbove, &w.Votes, &w.Stories, &marks, count{&w.Gained}, count{&w.Views}, count{&w.Followers}, &w.Source, &w.Lost); err != nil {
			return w, err
		}
		if rolled.After(newest) {
			newest = rolled
		}
		w.Week = lantoa.Week{Year: int(number / 100), Number: int(number % 100)}
		w.Each, err = unpackMarks(marks)
		return w, err
	}, `
		SELECT channel, week, up_to, rolled_at, state, days, usual, posts, own, from_above, votes, stories, marks, gained, views,
		       followers, source, lost
		FROM channel_weeks
		WHERE week >= $1 AND week <= $2 AND rolled_at > $3`, weekNumber(from), weekNumber(to), stamp(since))
	return weeks, newest, err
}

// WeekPosts are the posts told from a moment until before another, that are not removed and no decoration, as the
// roll-up counts them.
func (s *Store) WeekPosts(ctx context.Context, from, to time.Time) ([]lantoa.WeekPost, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (p lantoa.WeekPost, err error) {
		var told int64
		var reactions, comments, shares lantoa.Count
		err = rows.Scan(&p.Channel, &told, count{&reactions}, count{&comments}, count{&shares}, count{&p.Views}, &p.Vote, &p.FromAbove, &p.Copy)
		p.Told = time.UnixMilli(told).UTC()
		p.Interactions = lantoa.Snapshot{Reactions: reactions, Comments: comments, Shares: shares}.Interactions()
		return p, err
	}, `
		SELECT p.channel, p.told_ms, p.reactions, p.comments, p.shares, p.views, p.vote, p.from_above,
		       (p.type = 'share' OR p.cluster <> '' AND EXISTS (
		           SELECT 1 FROM posts q
		           WHERE q.cluster = p.cluster AND q.cluster <> ''
		             AND (q.told_ms < p.told_ms OR q.told_ms = p.told_ms AND q.id < p.id)))
		FROM channels c JOIN posts p ON p.channel = c.id AND p.told_ms >= $1 AND p.told_ms < $2 AND p.removed_at = ''
		WHERE c.kind <> 'imported' AND NOT p.decor
		ORDER BY p.channel, p.told_ms, p.id`, from.UnixMilli(), to.UnixMilli())
}

// WeekCurves are what the posts told from a moment on had whenever they were measured up to another.
func (s *Store) WeekCurves(ctx context.Context, from, to time.Time) ([]lantoa.PostCurve, error) {
	var out []lantoa.PostCurve
	var last string
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var channel lantoa.ChannelID
		var post string
		var told int64
		var at time.Time
		var n lantoa.Snapshot
		if err := rows.Scan(&channel, &post, &told, moment{&at}, count{&n.Reactions}, count{&n.Comments}, count{&n.Shares}); err != nil {
			return err
		}
		had := n.Interactions()
		if !had.Known {
			return nil
		}
		if post != last {
			out, last = append(out, lantoa.PostCurve{Channel: channel, Told: time.UnixMilli(told).UTC()}), post
		}
		c := &out[len(out)-1]
		c.Points = append(c.Points, lantoa.CurvePoint{At: at, N: had.N})
		return nil
	}, `
		SELECT p.channel, p.id, p.told_ms, s.at, s.reactions, s.comments, s.shares
		FROM channels c
		JOIN posts p ON p.channel = c.id AND p.told_ms >= $1 AND p.told_ms < $2 AND p.removed_at = ''
		JOIN snapshots s ON s.post = p.id AND s.at <= $3
		WHERE c.kind <> 'imported' AND NOT p.vote
		ORDER BY p.id, s.at`, from.UnixMilli(), to.UnixMilli(), stamp(to))
	return out, err
}

// SizesBetween are the sizes of all channels from a moment up to another, oldest first.
func (s *Store) SizesBetween(ctx context.Context, from, to time.Time) (map[lantoa.ChannelID][]lantoa.ChannelSnapshot, error) {
	out := map[lantoa.ChannelID][]lantoa.ChannelSnapshot{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var id lantoa.ChannelID
		var x lantoa.ChannelSnapshot
		err := rows.Scan(&id, moment{&x.At}, count{&x.Followers}, count{&x.Likes}, &x.Source)
		out[id] = append(out[id], x)
		return err
	}, `
		SELECT z.channel, z.at, z.followers, z.likes, z.source
		FROM channels c JOIN channel_snapshots z ON z.channel = c.id AND z.at >= $1 AND z.at <= $2
		ORDER BY z.channel, z.at`, stamp(from), stamp(to))
	return out, err
}

// StoriesTold are when each channel first told its stories, from a moment until before another: those that stand, were
// not dismissed and did not fall from above.
func (s *Store) StoriesTold(ctx context.Context, from, to time.Time) (map[lantoa.ChannelID][]time.Time, error) {
	out := map[lantoa.ChannelID][]time.Time{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var id lantoa.ChannelID
		var at time.Time
		err := rows.Scan(&id, moment{&at})
		out[id] = append(out[id], at)
		return err
	}, `
		SELECT p.channel, s.told_at
		FROM stories s JOIN posts p ON p.id = s.lead
		WHERE s.told_at >= $1 AND s.told_at < $2 AND NOT s.withdrawn AND NOT s.from_above AND s.state <> 'dismissed'
		ORDER BY p.channel, s.told_at`, stamp(from), stamp(to))
	return out, err
}

// SeenAt is how reading each channel stood at a moment, from the visits that are still on record. A channel without
// one before the moment is left out.
func (s *Store) SeenAt(ctx context.Context, at time.Time) (map[lantoa.ChannelID]lantoa.Seen, error) {
	out := map[lantoa.ChannelID]lantoa.Seen{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var id lantoa.ChannelID
		var x lantoa.Seen
		var trouble lantoa.Trouble
		err := rows.Scan(&id, moment{&x.LastRead}, &trouble.Kind, &trouble.What, &trouble.Note, moment{&trouble.Since})
		if trouble.Kind != "" {
			x.Trouble = &trouble
		}
		out[id] = x
		return err
	}, `
		SELECT v.channel,
		       COALESCE((SELECT MAX(g.at) FROM visits g WHERE g.channel = v.channel AND g.at <= $1 AND g.trouble_kind = ''), ''),
		       v.trouble_kind, v.trouble_what, v.trouble_note, v.trouble_since
		FROM channels c
		JOIN visits v ON v.channel = c.id AND v.at = (SELECT MAX(w.at) FROM visits w WHERE w.channel = c.id AND w.at <= $1)`,
		stamp(at))
	return out, err
}
