package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SavePosts saves what one visit to a channel at a moment brought, in one transaction: a post is inserted, or
// gets a new version if its words changed, or its numbers are appended, or nothing happens. It looks first
// and writes only what is new: a visit that brings nothing new writes nothing.
//
// A post that was removed and is seen again is no longer removed; one hidden at the platform is kept as
// removed. A row of a file fills only what is empty at a post that its platform told, and brings back nothing that
// is gone. A post seen for the first time though the channel was read twice or more since its stated time was
// dated back: it counts as told when it was first seen.
func (s *Store) SavePosts(ctx context.Context, ch lantoa.ChannelID, posts []lantoa.Incoming, at time.Time) (lantoa.Saved, error) {
	at = exact(at)
	in := make([]lantoa.Incoming, 0, len(posts))
	seen := make(map[string]bool, len(posts))
	for _, p := range posts {
		if p = tidy(p, at); p.External != "" && !seen[p.External] {
			seen[p.External] = true
			in = append(in, p)
		}
	}
	wrong := s.wrongFrom(at)
	plan, err := planPosts(ctx, s.reads, ch, in, at, wrong)
	if err != nil || len(plan.deeds)+len(plan.withdrawn) == 0 && (importOf(ctx) == "" || len(plan.same) == 0) {
		return plan.saved, err
	}
	err = s.within(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		// Planned anew: another writer may have been here since. From now on nobody else is.
		if plan, err = planPosts(ctx, t, ch, in, at, wrong); err != nil {
			return err
		}
		book, err := ledgerOf(ctx, t, n)
		if err != nil {
			return err
		}
		for _, d := range plan.deeds {
			before, err := book.state(ctx, thePost, string(d.old.ID))
			if err != nil {
				return err
			}
			id, err := d.do(ctx, t, ch, at, wrong, n)
			if err != nil {
				return err
			}
			if err := book.note(ctx, thePost, string(id), before, d.figures()); err != nil {
				return err
			}
		}
		if err := book.noteSame(ctx, plan.same); err != nil {
			return err
		}
		if len(plan.withdrawn) > 0 {
			var erased lantoa.Erased
			if err := eraseAll(ctx, t, plan.withdrawn, at, n, &erased); err != nil {
				return err
			}
			if err := noteErased(ctx, t, at, "lantoa", "user_withdraw", erased); err != nil {
				return err
			}
		}
		if len(plan.deeds)+len(plan.withdrawn) == 0 && !book.wrote() {
			return errUnchanged
		}
		if plan.recount {
			return recount(ctx, t, ch)
		}
		return nil
	})
	return plan.saved, err
}

// tidy is a post as it can be stored: cleaned, times as they come back.
func tidy(p lantoa.Incoming, at time.Time) lantoa.Incoming {
	p.External, p.Text, p.Author = clean(p.External), clean(p.Text), clean(p.Author)
	p.Permalink, p.Parent = clean(p.Permalink), clean(p.Parent)
	p.Media = slices.Clone(p.Media)
	for i, m := range p.Media {
		p.Media[i] = lantoa.Media{Kind: clean(m.Kind), URL: clean(m.URL), Thumb: clean(m.Thumb), Title: clean(m.Title), ID: clean(m.ID)}
	}
	p.PublishedAt, p.Numbers.At = exact(p.PublishedAt), exact(p.Numbers.At)
	if p.PublishedAt.IsZero() {
		p.PublishedAt = at
	}
	if p.Numbers.At.IsZero() {
		p.Numbers.At = at
	}
	if p.Numbers.Source == "" {
		p.Numbers.Source = lantoa.FromPlatform
		if p.FromFile {
			p.Numbers.Source = lantoa.FromReport
		}
	}
	if p.Type == "" {
		p.Type = lantoa.Other
	}
	return p
}

// deed is what is to be written for one post.
type deed struct {
	in       lantoa.Incoming
	old      stored // zero for a new post
	told     time.Time
	removed  time.Time
	words    bool // the words changed
	pictures bool // what is shown beside them changed
	facts    bool // the words, the time, or what stands beside them changed
	fresh    bool // only addresses of pictures, which expire and mean nothing
	snapshot bool // append the numbers to history
	newest   bool // and they are the newest
	ahead    bool // those before were taken at a time that has not come yet
}

// stored is a post as it is in the database.
type stored struct {
	lantoa.Post
	hash     string
	author   string
	fromFile bool // told by a file only, so far
	erased   bool
	lantoa.Snapshot
}

type savePlan struct {
	deeds     []deed
	same      []deed    // nothing is to be done for them
	withdrawn []postKey // they are to be erased: who wrote them withdrew, as we learn now
	saved     lantoa.Saved
	recount   bool
}

// planPosts finds what is to be written. Stored times after wrong are the word of a wrong clock.
func planPosts(ctx context.Context, q asker, ch lantoa.ChannelID, in []lantoa.Incoming, at, wrong time.Time) (savePlan, error) {
	var plan savePlan
	had, err := storedPosts(ctx, q, ch, in)
	if err != nil {
		return plan, err
	}
	if in, plan.withdrawn, err = withoutWithdrawn(ctx, q, ch, in, had); err != nil {
		return plan, err
	}
	var secondLast time.Time
	if slices.ContainsFunc(in, func(p lantoa.Incoming) bool { _, known := had[p.External]; return !known }) {
		if in, err = withoutTombstones(ctx, q, ch, in); err != nil {
			return plan, err
		}
		if err := adopt(ctx, q, ch, in, had); err != nil {
			return plan, err
		}
		if secondLast, err = secondLastVisit(ctx, q, ch, at); err != nil {
			return plan, err
		}
	}
	for _, p := range in {
		old, known := had[p.External]
		if old.erased {
			continue // whoever wrote it took it back, for good
		}
		d := deed{in: p, old: old}
		if known {
			d.compare(at, wrong)
		} else {
			d.told = p.PublishedAt
			if secondLast.After(p.PublishedAt) && at.Sub(p.PublishedAt) >= time.Hour && !p.FromFile {
				d.told = at
			}
			if p.Hidden {
				d.removed = at
			}
		}
		if p.HasCount && !empty(p.Numbers) {
			if err := d.measure(ctx, q, wrong); err != nil {
				return plan, err
			}
		}
		switch {
		case !known:
			plan.saved.New++
		case old.Removed() && d.removed.IsZero():
			plan.saved.Returned++
		case d.facts:
			plan.saved.Changed++
		default:
			plan.saved.Same++
		}
		if d.snapshot {
			plan.saved.Snapshots++
		}
		if !known || d.facts || d.fresh || d.snapshot {
			plan.deeds = append(plan.deeds, d)
		} else {
			plan.same = append(plan.same, d)
		}
		plan.recount = plan.recount || !known || old.Removed() != !d.removed.IsZero()
	}
	return plan, nil
}

// withoutTombstones leaves out the posts that were recalled before we ever read them.
func withoutTombstones(ctx context.Context, q asker, ch lantoa.ChannelID, in []lantoa.Incoming) ([]lantoa.Incoming, error) {
	dead := map[string]bool{}
	if err := each(ctx, q, func(rows *sql.Rows) error {
		var external string
		err := rows.Scan(&external)
		dead[external] = true
		return err
	}, `SELECT external FROM tombstones WHERE channel = $1`, string(ch)); err != nil || len(dead) == 0 {
		return in, err
	}
	return slices.DeleteFunc(slices.Clone(in), func(p lantoa.Incoming) bool { return dead[p.External] }), nil
}

func storedPosts(ctx context.Context, q asker, ch lantoa.ChannelID, in []lantoa.Incoming) (map[string]stored, error) {
	externals := make([]string, len(in))
	for i, p := range in {
		externals[i] = p.External
	}
	had := make(map[string]stored, len(in))
	err := byHundreds(string(ch), externals, func(args []any) error {
		found, err := list(ctx, q, scanStored, `
			SELECT `+storedColumns+` FROM posts
			WHERE channel = $1 AND external IN (`+hundred+`)`, args...)
		for _, p := range found {
			had[p.External] = p
		}
		return err
	})
	return had, err
}

const storedColumns = `
	id, external, hash, type, permalink, parent, media, published_at, told_at, version, removed_at,
	hidden, decor, sensitive, vote, from_file, author, erased,
	numbers_at, reactions, by_kind, comments, shares, views, reach, source`

func scanStored(rows *sql.Rows) (p stored, err error) { return p, rows.Scan(p.into()...) }

func (p *stored) into() []any {
	return append([]any{&p.ID, &p.External, &p.hash, &p.Type, &p.Permalink, &p.Parent, packed{&p.Media},
		moment{&p.PublishedAt}, moment{&p.ToldAt}, &p.Version, moment{&p.RemovedAt},
		&p.Hidden, &p.Decor, &p.Sensitive, &p.Vote, &p.fromFile, &p.author, &p.erased}, snapshotInto(&p.Snapshot)...)
}

// compare finds what is new about a known post apart from its numbers.
func (d *deed) compare(at, wrong time.Time) {
	old := d.old
	// An address once known is not unknown again.
	d.in.Permalink, d.in.Parent = cmp.Or(d.in.Permalink, old.Permalink), cmp.Or(d.in.Parent, old.Parent)
	in := d.in
	d.told, d.removed = old.ToldAt, old.RemovedAt
	if in.FromFile && !old.fromFile { // the platform's own word stands
		d.in.Post = old.Post
		d.in.Permalink, d.in.Parent = cmp.Or(old.Permalink, in.Permalink), cmp.Or(old.Parent, in.Parent)
		d.facts = d.in.Permalink != old.Permalink || d.in.Parent != old.Parent
		return
	}
	// Dated anew to an earlier day, a post is not told earlier for it; to a later day, it is.
	if in.PublishedAt.After(d.told) || old.fromFile || d.told.After(wrong) {
		// Of what only a file had told, the platform knows the time.
		d.told = in.PublishedAt
	}
	switch {
	case in.Hidden && !old.Removed():
		d.removed = at
	case in.Hidden, in.FromFile: // a file brings back nothing that is gone
	case at.Before(old.RemovedAt) && !old.RemovedAt.After(wrong): // an older visit that was slow
	default:
		d.removed = time.Time{}
	}
	d.words = digest(in.Text) != old.hash
	d.pictures = !sameMedia(in.Media, old.Media)
	d.facts = d.words || d.pictures || in.Type != old.Type || in.Permalink != old.Permalink || in.Parent != old.Parent ||
		!in.PublishedAt.Equal(old.PublishedAt) || !d.told.Equal(old.ToldAt) || old.fromFile && !in.FromFile || !d.removed.Equal(old.RemovedAt) ||
		in.Author != "" && old.author == "" || in.Hidden != old.Hidden || in.Decor != old.Decor || in.Sensitive != old.Sensitive || in.Vote && !old.Vote
	d.fresh = !d.facts && !slices.Equal(in.Media, old.Media)
}

// sameMedia says whether two lists show the same things; platforms sign the addresses anew at each visit.
func sameMedia(a, b []lantoa.Media) bool {
	name := func(address string) string {
		address, _, _ = strings.Cut(address, "?")
		return path.Base(address)
	}
	return slices.EqualFunc(a, b, func(x, y lantoa.Media) bool {
		return x.Kind == y.Kind && x.ID == y.ID && x.Title == y.Title && name(x.URL) == name(y.URL)
	})
}

// measure decides what to do with the numbers that came along.
func (d *deed) measure(ctx context.Context, q asker, wrong time.Time) error {
	before, now := d.old.Snapshot, d.in.Numbers
	// What a person typed does not follow on what the platform counted: it may have been counted long ago, and
	// the curve would bend for it.
	typed := d.in.FromFile && !before.At.IsZero() && before.Source != lantoa.FromReport
	if typed && !now.At.Before(before.At) {
		return nil
	}
	if before.At.After(wrong) && !typed {
		d.newest, d.snapshot, d.ahead = true, true, true
		return nil
	}
	d.newest = now.At.After(before.At)
	if now.At.Equal(before.At) {
		return nil
	}
	if d.newest && before.Source == lantoa.FromReport && now.Source != lantoa.FromReport {
		d.snapshot = true // the platform counts the same: from now on it is its word
		return nil
	}
	if !d.newest { // numbers of the past, from a file: they may still fill a gap in history
		var err error
		if before, err = snapshotUntil(ctx, q, d.old.ID, now.At); err != nil {
			return err
		}
	}
	d.snapshot = now.At.After(before.At) && wanted(before, filled(now, before), d.told)
	return nil
}

// filled is numbers with those that were not asked this time taken from the ones before: an hourly visit asks for
// counters only, and the platform's own figures move once a day. History keeps what each visit was given.
func filled(now, before lantoa.Snapshot) lantoa.Snapshot {
	if now.Source != before.Source {
		return now
	}
	if !now.Views.Known {
		now.Views = before.Views
	}
	if !now.Reach.Known {
		now.Reach = before.Reach
	}
	if now.ByKind == nil {
		now.ByKind = before.ByKind
	}
	return now
}

// snapshotUntil is the newest snapshot of a post up to a moment; zero if there is none.
func snapshotUntil(ctx context.Context, q asker, id lantoa.PostID, at time.Time) (lantoa.Snapshot, error) {
	found, err := list(ctx, q, scanSnapshot, `
		SELECT `+snapshotColumns+` FROM snapshots WHERE post = $1 AND at <= $2 ORDER BY at DESC LIMIT 1`,
		string(id), stamp(at))
	if err != nil || len(found) == 0 {
		return lantoa.Snapshot{}, err
	}
	return found[0], nil
}

func (d *deed) do(ctx context.Context, t *tx, ch lantoa.ChannelID, at, wrong time.Time, n int64) (id lantoa.PostID, err error) {
	id = d.old.ID
	switch {
	case id == "":
		id = lantoa.PostID(lantoa.NewID(at))
		err = d.insert(ctx, t, id, ch, at, n)
	case d.facts:
		err = d.update(ctx, t, at, n)
	case d.fresh:
		_, err = t.exec(ctx, `UPDATE posts SET media = $2 WHERE id = $1`, string(id), pack(d.in.Media))
	}
	if err == nil && d.snapshot {
		err = d.count(ctx, t, id, wrong, n)
	}
	return id, err
}

// count appends the numbers to history, and lets the post show them if they are the newest.
func (d *deed) count(ctx context.Context, t *tx, id lantoa.PostID, wrong time.Time, n int64) error {
	if d.ahead {
		if _, err := t.exec(ctx, `DELETE FROM snapshots WHERE post = $1 AND at > $2`, string(id), stamp(wrong)); err != nil {
			return err
		}
	}
	values := append([]any{string(id), stamp(d.in.Numbers.At)}, numbers(d.in.Numbers)...)
	if _, err := t.exec(ctx, `
		INSERT INTO snapshots (post, at, reactions, by_kind, comments, shares, views, reach, source)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (post, at) DO NOTHING`, values...); err != nil {
		return err
	}
	if d.old.ID == "" { // the row was inserted with them
		return nil
	}
	if !d.newest {
		_, err := t.exec(ctx, `UPDATE posts SET changed = $2, changed_any = $2 WHERE id = $1`, string(id), n)
		return err
	}
	newest := d.in.Numbers
	if !d.ahead {
		newest = filled(newest, d.old.Snapshot)
	}
	_, err := t.exec(ctx, `
		UPDATE posts SET
			numbers_at = $2, reactions = $3, by_kind = $4, comments = $5, shares = $6, views = $7, reach = $8,
			source = $9, changed = $10, changed_any = $10
		WHERE id = $1`, append(append([]any{string(id), stamp(newest.At)}, numbers(newest)...), n)...)
	return err
}

func (d *deed) insert(ctx context.Context, t *tx, id lantoa.PostID, ch lantoa.ChannelID, at time.Time, n int64) error {
	in := d.in
	snap, measuredAt := lantoa.Snapshot{}, ""
	if d.snapshot {
		snap, measuredAt = in.Numbers, stamp(in.Numbers.At)
	}
	values := append([]any{string(id), string(ch), in.External, string(in.Type),
		stamp(in.PublishedAt), stamp(at), stamp(d.told), d.told.UnixMilli(), !d.told.Equal(in.PublishedAt),
		stamp(d.removed), in.Hidden, in.Decor, in.Sensitive, in.Vote, n,
		digest(in.Text), in.Permalink, in.Parent, packMedia(in.Media), in.Text, measuredAt}, numbers(snap)...)
	values = append(values, in.FromFile, in.Author)
	_, err := t.exec(ctx, `
		INSERT INTO posts (id, channel, external, type,
			published_at, first_seen_at, told_at, told_ms, back_dated, version, worded_at,
			removed_at, hidden, decor, sensitive, vote, vote_by_hand, from_file, changed, changed_any,
			hash, permalink, parent, media, text,
			numbers_at, reactions, by_kind, comments, shares, views, reach, source,
			basis, basis_posts, expected, estimated, likeness, topics, cluster, copies, from_above, story, author)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $6, $10, $11, $12, $13, $14, FALSE, $29, $15, $15,
			$16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,
			'', 0, 0, FALSE, 0, '', '', 0, FALSE, '', $30)`, values...)
	return err
}

func (d *deed) update(ctx context.Context, t *tx, at time.Time, n int64) error {
	in, id := d.in, string(d.old.ID)
	if d.pictures { // our copies show others
		if _, err := t.exec(ctx, `DELETE FROM pictures WHERE post = $1`, id); err != nil {
			return err
		}
	}
	if d.words {
		if _, err := t.exec(ctx, `
			INSERT INTO post_versions (post, number, seen_at, text)
			SELECT id, version, worded_at, text FROM posts WHERE id = $1`, id); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `
			UPDATE posts SET version = version + 1, worded_at = $2, hash = $3, text = $4 WHERE id = $1`,
			id, stamp(at), digest(in.Text), in.Text); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, `
		UPDATE posts SET
			type = $2, permalink = $3, parent = $4, media = $5, pictures_at = CASE WHEN media = $5 THEN pictures_at ELSE '' END,
			published_at = $6, told_at = $7, told_ms = $8, back_dated = $9, removed_at = $10,
			hidden = $11, decor = $12, sensitive = $13, from_file = $16,
			vote = CASE WHEN vote_by_hand THEN vote ELSE vote OR $14 END,
			author = CASE WHEN author = '' THEN $17 ELSE author END, external = $18,
			changed = $15, changed_any = $15
		WHERE id = $1`,
		id, string(in.Type), in.Permalink, in.Parent, packMedia(in.Media),
		stamp(in.PublishedAt), stamp(d.told), d.told.UnixMilli(), !d.told.Equal(in.PublishedAt), stamp(d.removed),
		in.Hidden, in.Decor, in.Sensitive, in.Vote, n, in.FromFile && d.old.fromFile, in.Author, in.External)
	return err
}

func packMedia(m []lantoa.Media) string {
	if len(m) == 0 {
		return ""
	}
	return pack(m)
}

// digest stands for a text where only its sameness matters.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawStdEncoding.EncodeToString(sum[:16])
}

// recount counts the kept posts of a channel, after some came or went.
func recount(ctx context.Context, t *tx, ch lantoa.ChannelID) error {
	_, err := t.exec(ctx, `
		UPDATE channels
		SET posts = (SELECT COUNT(*) FROM posts p WHERE p.channel = $1 AND p.removed_at = '')
		WHERE id = $1`, string(ch))
	return err
}
