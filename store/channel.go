package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SaveChannel saves what a person or a list says of a channel: name, unit, address, archived. It is known by
// its ID, else by (kind, external id); ID and CreatedAt are filled in. How its visits went is not touched.
func (s *Store) SaveChannel(ctx context.Context, ch *lantoa.Channel) error {
	if ch.Kind == "" || ch.External == "" || ch.ID != "" && !lantoa.ValidID(string(ch.ID)) {
		return lantoa.Problem(lantoa.Invalid, "channel", ch.Name)
	}
	return s.within(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		book, err := ledgerOf(ctx, t, n)
		if err != nil {
			return err
		}
		return s.saveChannel(ctx, t, ch, n, book)
	})
}

func (s *Store) saveChannel(ctx context.Context, t *tx, ch *lantoa.Channel, n int64, book *ledger) error {
	ch.Name, ch.External, ch.URL, ch.Config = clean(ch.Name), clean(ch.External), clean(ch.URL), clean(ch.Config)
	was, err := list(ctx, t, scanChannel, channelColumns+`
		WHERE c.id = $1 OR (c.kind = $2 AND c.external = $3)
		ORDER BY CASE WHEN c.id = $1 THEN 0 ELSE 1 END`, string(ch.ID), string(ch.Kind), ch.External)
	if err != nil {
		return err
	}
	if len(was) == 0 {
		if err := s.addChannel(ctx, t, ch); err != nil {
			return err
		}
		return book.note(ctx, theChannel, string(ch.ID), nil, nil)
	}
	ch.ID, ch.CreatedAt = was[0].ID, was[0].CreatedAt
	before, err := book.state(ctx, theChannel, string(ch.ID))
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `
		UPDATE channels SET kind = $2, external = $3, name = $4, unit = $5, url = $6, archived = $7,
			config = CASE WHEN $8 = '' THEN config ELSE $8 END
		WHERE id = $1`,
		string(ch.ID), string(ch.Kind), ch.External, ch.Name, string(ch.Unit.ID), ch.URL, ch.Archived, ch.Config); err != nil {
		return err
	}
	if err := book.note(ctx, theChannel, string(ch.ID), before, nil); err != nil {
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
			trouble_kind, trouble_what, trouble_note, trouble_since, trouble_until, followed_at, posts, chatter, config)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', $9, '', '', '', '', '', '', 0, 0, $10)`,
		string(ch.ID), string(ch.Kind), ch.Name, string(ch.Unit.ID), ch.External, ch.URL, ch.Archived,
		stamp(ch.CreatedAt), stamp(ch.NextRead), ch.Config)
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
	       c.config, c.warnings, c.fresh_at, c.recent_at, c.season_at, c.full_at,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM channels c JOIN units u ON u.id = c.unit`

func scanChannel(rows *sql.Rows) (lantoa.Channel, error) {
	var c lantoa.Channel
	var trouble lantoa.Trouble
	var warnings []warning
	var depth [len(depths)]time.Time
	err := rows.Scan(append([]any{&c.ID, &c.Kind, &c.Name, &c.External, &c.URL, &c.Archived, moment{&c.CreatedAt},
		moment{&c.FirstRead}, moment{&c.LastRead}, moment{&c.LastTry}, moment{&c.NextRead},
		&trouble.Kind, &trouble.What, &trouble.Note, moment{&trouble.Since}, moment{&trouble.Until},
		count{&c.Followers}, moment{&c.FollowedAt}, &c.Chatter, &c.Posts, &c.Config, packed{&warnings},
		moment{&depth[0]}, moment{&depth[1]}, moment{&depth[2]}, moment{&depth[3]}}, unitInto(&c.Unit)...)...)
	if trouble.Kind != "" {
		c.Trouble = &trouble
	}
	for _, w := range warnings {
		c.Warnings = append(c.Warnings, w.trouble())
	}
	for i, at := range depth {
		if !at.IsZero() {
			if c.DepthAt == nil {
				c.DepthAt = map[lantoa.Depth]time.Time{}
			}
			c.DepthAt[depths[i]] = at
		}
	}
	return c, err
}

// depths are the depths of visits in the order of their columns, each taking in what the ones before it read.
var depths = [...]lantoa.Depth{lantoa.Fresh, lantoa.Recent, lantoa.Season, lantoa.Full}

// warning is a trouble as it stands in a list of them.
type warning struct {
	Kind  lantoa.Kind `json:"kind"`
	What  string      `json:"what,omitempty"`
	Note  string      `json:"note,omitempty"`
	Since time.Time   `json:"since,omitzero"`
	Until time.Time   `json:"until,omitzero"`
}

func (w warning) trouble() lantoa.Trouble {
	return lantoa.Trouble{Kind: w.Kind, What: w.What, Note: w.Note, Since: w.Since, Until: w.Until}
}

// SetChannelConfig sets what reading a channel needs beside its address.
func (s *Store) SetChannelConfig(ctx context.Context, id lantoa.ChannelID, config string) error {
	n, err := s.exec(ctx, `UPDATE channels SET config = $2 WHERE id = $1`, string(id), clean(config))
	if err == nil && n == 0 {
		err = lantoa.Missing("channel", id)
	}
	return err
}

// IdentifyChannel gives a channel the platform's id of it, when a person has confirmed which of the platform's places
// it is. Conflict when another channel of the kind has the id.
func (s *Store) IdentifyChannel(ctx context.Context, id lantoa.ChannelID, external string) error {
	return s.lasting(ctx, func(t *tx) error {
		var other string
		err := get(ctx, t, `
			SELECT o.id FROM channels o JOIN channels c ON c.kind = o.kind
			WHERE c.id = $1 AND o.external = $2 AND o.id <> c.id`, []any{string(id), clean(external)}, &other)
		if err == nil {
			return lantoa.Problem(lantoa.Conflict, "channel", other)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		n, err := t.exec(ctx, `UPDATE channels SET external = $2 WHERE id = $1`, string(id), clean(external))
		if err == nil && n == 0 {
			err = lantoa.Missing("channel", id)
		}
		return err
	})
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

// ChannelsDue are the channels whose next visit has come, the longest due first. One that was tried at a time that
// has not come yet has its next visit from a wrong clock too: it is due.
func (s *Store) ChannelsDue(ctx context.Context, now time.Time, limit int) ([]lantoa.Channel, error) {
	return list(ctx, s.reads, scanChannel, channelColumns+`
		WHERE NOT c.archived AND c.kind <> 'imported' AND (c.next_at <= $1 OR c.last_try_at > $3)
		ORDER BY c.next_at, c.id
		LIMIT $2`, stamp(now), limit, stamp(now.Add(aheadOfTime)))
}

// Rhythms are the rhythms of the channels in the scope, of posts that are not removed, by the time they were
// told. FirstKnown is the day the channel was entered here or its oldest post, whichever is earlier. A span of
// days is counted in hours back from its end, which is now, or the last look for a channel that has not been
// read for two days: days on which we could not see are nobody's silence.
func (s *Store) Rhythms(ctx context.Context, scope lantoa.Scope, now time.Time) (map[lantoa.ChannelID]lantoa.Rhythm, error) {
	all := map[lantoa.ChannelID]lantoa.Rhythm{}
	if err := s.rhythms(ctx, `
		SELECT c.id, c.created_at, CAST($2 AS BIGINT) AS at
		FROM channels c JOIN units u ON u.id = c.unit
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')`, []any{string(scope), now.UnixMilli()}, all); err != nil {
		return nil, err
	}
	var stale []any // channel, milliseconds of its last look, channel, …
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var id string
		var at time.Time
		err := rows.Scan(&id, moment{&at})
		stale = append(stale, id, at.UnixMilli())
		return err
	}, `
		SELECT c.id, c.last_read_at
		FROM channels c JOIN units u ON u.id = c.unit
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND NOT c.archived AND c.kind <> 'imported' AND c.last_read_at <> '' AND c.last_read_at < $2`,
		string(scope), stamp(now.Add(-48*time.Hour)))
	if err != nil {
		return nil, err
	}
	for batch := range slices.Chunk(stale, 2*looks) {
		for len(batch) < 2*looks {
			batch = append(slices.Clip(batch), "", int64(0))
		}
		if err := s.rhythms(ctx, looked, batch, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// looks is how many channels with last looks of their own one statement reckons.
const looks = 50

// looked is the list of them, of places for channels and moments; what is left over names no channel.
var looked = func() string {
	var b strings.Builder
	b.WriteString(`
		SELECT c.id, c.created_at, look.at
		FROM (SELECT $1 AS id, CAST($2 AS BIGINT) AS at`)
	for i := 1; i < looks; i++ {
		fmt.Fprintf(&b, ` UNION ALL SELECT $%d, CAST($%d AS BIGINT)`, 2*i+1, 2*i+2)
	}
	b.WriteString(`) look JOIN channels c ON c.id = look.id`)
	return b.String()
}()

// rhythms puts the rhythms of channels into all; which is a query of their ids, when each was entered, and the
// moment as of which each is asked. The spans are 56, 28 and 112 days in milliseconds.
func (s *Store) rhythms(ctx context.Context, which string, args []any, all map[lantoa.ChannelID]lantoa.Rhythm) error {
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
		WITH which AS (`+which+`),
		span AS (
			SELECT w.id, w.created_at, w.at,
			       (SELECT MAX(p.told_ms) FROM posts p
			        WHERE p.channel = w.id AND p.removed_at = '' AND p.told_ms <= w.at) AS newest,
			       (SELECT MIN(p.told_ms) FROM posts p
			        WHERE p.channel = w.id AND p.removed_at = '' AND p.told_ms <= w.at) AS oldest
			FROM which w
		)
		SELECT s.id, s.created_at, s.newest, s.oldest,
		       (SELECT COUNT(*) FROM posts p WHERE p.channel = s.id AND p.removed_at = ''
		        AND p.told_ms > s.newest - 4838400000 AND p.told_ms <= s.newest),
		       (SELECT COUNT(*) FROM posts p WHERE p.channel = s.id AND p.removed_at = ''
		        AND p.told_ms > s.at - 2419200000 AND p.told_ms <= s.at),
		       (SELECT COUNT(*) FROM posts p WHERE p.channel = s.id AND p.removed_at = ''
		        AND p.told_ms > s.at - 9676800000 AND p.told_ms <= s.at - 2419200000)
		FROM span s`, args...)
}
