package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SaveChannel saves what a person or a list says of a channel: name, unit, address, archived. It is known by
// its ID, else by (kind, external id); ID and CreatedAt are filled in. How its visits went is not touched.
func (s *Store) SaveChannel(ctx context.Context, ch *lantoa.Channel) error {
	return s.within(ctx, func(t *tx) error { return s.saveChannel(ctx, t, ch) })
}

func (s *Store) saveChannel(ctx context.Context, t *tx, ch *lantoa.Channel) error {
	if ch.Kind == "" || ch.External == "" || ch.ID != "" && !lantoa.ValidID(string(ch.ID)) {
		return lantoa.Problem(lantoa.Invalid, "channel", ch.Name)
	}
	n, err := change(ctx, t)
	if err != nil {
		return err
	}
	ch.Name, ch.External, ch.URL = clean(ch.Name), clean(ch.External), clean(ch.URL)
	was, err := list(ctx, t, scanChannel, channelColumns+`
		WHERE c.id = $1 OR (c.kind = $2 AND c.external = $3)
		ORDER BY CASE WHEN c.id = $1 THEN 0 ELSE 1 END`, string(ch.ID), string(ch.Kind), ch.External)
	if err != nil {
		return err
	}
	if len(was) == 0 {
		return s.addChannel(ctx, t, ch)
	}
	ch.ID, ch.CreatedAt = was[0].ID, was[0].CreatedAt
	if _, err := t.exec(ctx, `
		UPDATE channels SET kind = $2, external = $3, name = $4, unit = $5, url = $6, archived = $7 WHERE id = $1`,
		string(ch.ID), string(ch.Kind), ch.External, ch.Name, string(ch.Unit.ID), ch.URL, ch.Archived); err != nil {
		return err
	}
	if was[0].Kind != ch.Kind || was[0].Name != ch.Name || was[0].Unit.ID != ch.Unit.ID || was[0].Archived != ch.Archived {
		_, err = t.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE channel = $1`, string(ch.ID), n)
	}
	return err
}

func (s *Store) addChannel(ctx context.Context, t *tx, ch *lantoa.Channel) error {
	if ch.ID == "" {
		ch.ID = lantoa.ChannelID(lantoa.NewID(s.now()))
	}
	if ch.CreatedAt.IsZero() {
		ch.CreatedAt = s.now()
	}
	ch.CreatedAt = exact(ch.CreatedAt)
	_, err := t.exec(ctx, `
		INSERT INTO channels (id, kind, name, unit, external, url, archived, created_at,
			first_read_at, last_read_at, last_try_at, next_at,
			trouble_kind, trouble_what, trouble_note, trouble_since, trouble_until, followed_at, posts, chatter)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', $9, '', '', '', '', '', '', 0, 0)`,
		string(ch.ID), string(ch.Kind), ch.Name, string(ch.Unit.ID), ch.External, ch.URL, ch.Archived,
		stamp(ch.CreatedAt), stamp(ch.NextRead))
	return err
}

// NameChannel gives a channel the name and address that its platform says, where it has none: what a person gave
// stays, though it be given while a visit was under way.
func (s *Store) NameChannel(ctx context.Context, id lantoa.ChannelID, name, url string) error {
	_, err := s.execLightly(ctx, `
		UPDATE channels SET
			name = CASE WHEN name = '' THEN $2 ELSE name END,
			url  = CASE WHEN url = '' THEN $3 ELSE url END
		WHERE id = $1`, string(id), clean(name), clean(url))
	return err
}

// ImportChannel is the one archived channel of a unit that holds what came by file and belongs to none of
// our channels. It is made when first asked for.
func (s *Store) ImportChannel(ctx context.Context, unit lantoa.UnitID) (lantoa.ChannelID, error) {
	var id lantoa.ChannelID
	err := get(ctx, s.reads, `SELECT id FROM channels WHERE kind = $1 AND external = $2`,
		[]any{string(lantoa.Imported), string(unit)}, &id)
	if err != sql.ErrNoRows {
		return id, err
	}
	ch := lantoa.Channel{Kind: lantoa.Imported, Name: "Bài nhập từ tệp", External: string(unit),
		Unit: lantoa.Unit{ID: unit}, Archived: true}
	err = s.SaveChannel(ctx, &ch)
	return ch.ID, err
}

const channelColumns = `
	SELECT c.id, c.kind, c.name, c.external, c.url, c.archived, c.created_at,
	       c.first_read_at, c.last_read_at, c.last_try_at, c.next_at,
	       c.trouble_kind, c.trouble_what, c.trouble_note, c.trouble_since, c.trouble_until,
	       c.followers, c.followed_at, c.chatter, c.posts,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM channels c JOIN units u ON u.id = c.unit`

func scanChannel(rows *sql.Rows) (lantoa.Channel, error) {
	var c lantoa.Channel
	var trouble lantoa.Trouble
	err := rows.Scan(append([]any{&c.ID, &c.Kind, &c.Name, &c.External, &c.URL, &c.Archived, moment{&c.CreatedAt},
		moment{&c.FirstRead}, moment{&c.LastRead}, moment{&c.LastTry}, moment{&c.NextRead},
		&trouble.Kind, &trouble.What, &trouble.Note, moment{&trouble.Since}, moment{&trouble.Until},
		count{&c.Followers}, moment{&c.FollowedAt}, &c.Chatter, &c.Posts}, unitInto(&c.Unit)...)...)
	if trouble.Kind != "" {
		c.Trouble = &trouble
	}
	return c, err
}

// Channel is the channel with this ID. It asks nobody's scope: the caller asks May, to tell 403 from 404.
func (s *Store) Channel(ctx context.Context, id lantoa.ChannelID) (lantoa.Channel, error) {
	found, err := list(ctx, s.reads, scanChannel, channelColumns+` WHERE c.id = $1`, string(id))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("channel", id)
	}
	if err != nil {
		return lantoa.Channel{}, err
	}
	return found[0], nil
}

// ChannelByExternal is the channel of a kind with the platform's own id.
func (s *Store) ChannelByExternal(ctx context.Context, kind lantoa.ChannelKind, external string) (lantoa.Channel, error) {
	found, err := list(ctx, s.reads, scanChannel, channelColumns+` WHERE c.kind = $1 AND c.external = $2`,
		string(kind), clean(external))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("channel", external)
	}
	if err != nil {
		return lantoa.Channel{}, err
	}
	return found[0], nil
}

// ChannelFilter narrows a list of channels; the zero value is all.
type ChannelFilter struct {
	Kind     lantoa.ChannelKind
	Unit     string // path of a unit: channels of it and of all below
	Archived *bool
}

// Channels of the scope, those of one unit together, in the order they were made.
func (s *Store) Channels(ctx context.Context, scope lantoa.Scope, f ChannelFilter) ([]lantoa.Channel, error) {
	archived := ""
	if f.Archived != nil {
		archived = map[bool]string{true: "yes", false: "no"}[*f.Archived]
	}
	return list(ctx, s.reads, scanChannel, channelColumns+`
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND ($2 = '' OR c.kind = $2)
		  AND ($3 = '' OR u.path = $3 OR u.path LIKE $3 || '.%')
		  AND ($4 = '' OR ($4 = 'yes' AND c.archived) OR ($4 = 'no' AND NOT c.archived))
		ORDER BY u.path, c.id`,
		string(scope), string(f.Kind), f.Unit, archived)
}

// ChannelsDue are the channels whose next visit has come, the longest due first.
func (s *Store) ChannelsDue(ctx context.Context, now time.Time, limit int) ([]lantoa.Channel, error) {
	return list(ctx, s.reads, scanChannel, channelColumns+`
		WHERE NOT c.archived AND c.kind <> 'imported' AND c.next_at <= $1
		ORDER BY c.next_at, c.id
		LIMIT $2`, stamp(now), limit)
}

// Rhythms are the rhythms of the channels in the scope, of posts that are not removed, by the time they were
// told. FirstKnown is the day the channel was entered here or its oldest post, whichever is earlier. A span of
// days is counted in hours back from its end, which is now, or the last look for a channel that has not been
// read for two days: days on which we could not see are nobody's silence.
func (s *Store) Rhythms(ctx context.Context, scope lantoa.Scope, now time.Time) (map[lantoa.ChannelID]lantoa.Rhythm, error) {
	all := map[lantoa.ChannelID]lantoa.Rhythm{}
	if err := s.rhythms(ctx, scope, "", now, all); err != nil {
		return nil, err
	}
	type unread struct {
		id lantoa.ChannelID
		at time.Time
	}
	stale, err := list(ctx, s.reads, func(rows *sql.Rows) (u unread, err error) {
		return u, rows.Scan(&u.id, moment{&u.at})
	}, `
		SELECT c.id, c.last_read_at
		FROM channels c JOIN units u ON u.id = c.unit
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND NOT c.archived AND c.kind <> 'imported' AND c.last_read_at <> '' AND c.last_read_at < $2`,
		string(scope), stamp(now.Add(-48*time.Hour)))
	if err != nil {
		return nil, err
	}
	for _, u := range stale {
		if err := s.rhythms(ctx, scope, u.id, u.at, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rhythms puts the rhythms as of a moment into all, of one channel or of those of the scope.
func (s *Store) rhythms(ctx context.Context, scope lantoa.Scope, ch lantoa.ChannelID, now time.Time, all map[lantoa.ChannelID]lantoa.Rhythm) error {
	const day = int64(24 * time.Hour / time.Millisecond)
	at := now.UnixMilli()
	return each(ctx, s.reads, func(rows *sql.Rows) error {
		var id lantoa.ChannelID
		var r lantoa.Rhythm
		var created time.Time
		var newest, oldest sql.Null[int64]
		if err := rows.Scan(&id, moment{&created}, &newest, &oldest, &r.Before, &r.Recent, &r.Earlier); err != nil {
			return err
		}
		r.FirstKnown = created
		if newest.Valid {
			r.Last = time.UnixMilli(newest.V).UTC()
			if first := time.UnixMilli(oldest.V).UTC(); first.Before(created) {
				r.FirstKnown = first
			}
		}
		all[id] = r
		return nil
	}, `
		WITH span AS (
			SELECT c.id, c.created_at,
			       (SELECT MAX(p.told_ms) FROM posts p
			        WHERE p.channel = c.id AND p.removed_at = '' AND p.told_ms <= $2) AS newest,
			       (SELECT MIN(p.told_ms) FROM posts p
			        WHERE p.channel = c.id AND p.removed_at = '' AND p.told_ms <= $2) AS oldest
			FROM channels c JOIN units u ON u.id = c.unit
			WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%') AND ($6 = '' OR c.id = $6)
		)
		SELECT s.id, s.created_at, s.newest, s.oldest,
		       (SELECT COUNT(*) FROM posts p WHERE p.channel = s.id AND p.removed_at = ''
		        AND p.told_ms > s.newest - $3 AND p.told_ms <= s.newest),
		       (SELECT COUNT(*) FROM posts p WHERE p.channel = s.id AND p.removed_at = ''
		        AND p.told_ms > $4 AND p.told_ms <= $2),
		       (SELECT COUNT(*) FROM posts p WHERE p.channel = s.id AND p.removed_at = ''
		        AND p.told_ms > $5 AND p.told_ms <= $4)
		FROM span s`,
		string(scope), at, 56*day, at-28*day, at-112*day, string(ch))
}
