package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Erase forgets everything that people wrote, who are known by keyed hashes: words, titles, pictures, earlier
// wordings, what they told us directly, and who told it. Of each post stays that it was, and of each of them a mark, so that no
// later reading, late message or old file brings anything back. Index and finder drop it as they drop what was removed.
func (s *Store) Erase(ctx context.Context, authors []string, at time.Time, by, why string) (lantoa.Erased, error) {
	var erased lantoa.Erased
	authors = slices.DeleteFunc(slices.Clone(authors), func(a string) bool { return a == "" })
	if len(authors) == 0 {
		return erased, nil
	}
	err := s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		for _, author := range authors {
			posts, err := list(ctx, t, scanPostKey, `SELECT id, channel, story FROM posts WHERE author = $1 AND NOT erased`, author)
			if err != nil {
				return err
			}
			if err := eraseAll(ctx, t, posts, at, n, &erased); err != nil {
				return err
			}
			if _, err := t.exec(ctx, `
				DELETE FROM submission_pictures WHERE submission IN (SELECT id FROM submissions WHERE sender = $1)`, author); err != nil {
				return err
			}
			subs, err := t.exec(ctx, `
				UPDATE submissions SET text = '', media = '', sender = '', note = '', state = 'withdrawn', updated_at = $2
				WHERE sender = $1`, author, stamp(at))
			if err != nil {
				return err
			}
			erased.Submissions += int(subs)
			if err := noteWithdrawal(ctx, t, author, at); err != nil {
				return err
			}
			if _, err := t.exec(ctx, `DELETE FROM tellers WHERE sender = $1`, author); err != nil {
				return err
			}
		}
		return noteErased(ctx, t, at, by, why, erased)
	})
	return erased, err
}

// ErasePosts forgets messages of a channel that were recalled, or that a person asked us to take down. One that we
// never had is remembered, so that it is never stored.
func (s *Store) ErasePosts(ctx context.Context, ch lantoa.ChannelID, externals []string, at time.Time, by, why string) (lantoa.Erased, error) {
	var erased lantoa.Erased
	if len(externals) == 0 {
		return erased, nil
	}
	err := s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		var posts []postKey
		for _, external := range externals {
			if external == "" {
				continue
			}
			found, err := list(ctx, t, scanPostKey, `SELECT id, channel, story FROM posts WHERE channel = $1 AND external = $2`, string(ch), clean(external))
			if err != nil {
				return err
			}
			posts = append(posts, found...)
			if len(found) > 0 {
				continue
			}
			if _, err := t.exec(ctx, `
				INSERT INTO tombstones (channel, external, at) VALUES ($1, $2, $3)
				ON CONFLICT (channel, external) DO NOTHING`, string(ch), clean(external), stamp(at)); err != nil {
				return err
			}
		}
		if err := eraseAll(ctx, t, posts, at, n, &erased); err != nil {
			return err
		}
		return noteErased(ctx, t, at, by, why, erased)
	})
	return erased, err
}

func noteErased(ctx context.Context, t *tx, at time.Time, by, why string, e lantoa.Erased) error {
	if e.Posts+e.Submissions == 0 {
		return nil
	}
	return note(ctx, t, lantoa.Audit{At: at, Who: cmp.Or(by, byCommandLine), Action: "erase", Subject: why, Detail: fmt.Sprintf("posts %d, submissions %d", e.Posts, e.Submissions)})
}

type postKey struct {
	id      lantoa.PostID
	channel lantoa.ChannelID
	story   lantoa.StoryID
}

func scanPostKey(rows *sql.Rows) (k postKey, err error) {
	return k, rows.Scan(&k.id, &k.channel, &k.story)
}

// eraseAll empties posts and whatever repeats their words.
func eraseAll(ctx context.Context, t *tx, posts []postKey, at time.Time, n int64, erased *lantoa.Erased) error {
	channels := map[lantoa.ChannelID]bool{}
	for _, p := range posts {
		if err := forgetPreviews(ctx, t, p.id); err != nil {
			return err
		}
		rows, err := t.exec(ctx, `
			UPDATE posts SET
				text = '', media = '', hash = '', permalink = '', parent = '', author = '', topics = '',
				removed_at = CASE WHEN removed_at = '' THEN $2 ELSE removed_at END, erased = TRUE, changed = $3, changed_any = $3
			WHERE id = $1 AND NOT erased`, string(p.id), stamp(at), n)
		if err != nil {
			return err
		}
		if rows == 0 {
			continue
		}
		erased.Posts++
		channels[p.channel] = true
		for _, also := range []string{
			`DELETE FROM post_versions WHERE post = $1`,
			`DELETE FROM pictures WHERE post = $1`,
			`UPDATE import_changes SET before = '', after = '' WHERE id = $1 AND kind = 'post'`,
			`UPDATE stories SET title = '', reasons = '', topics = '', withdrawn = CASE WHEN state IN ('approved', 'reshared') THEN withdrawn ELSE TRUE END WHERE lead = $1`,
		} {
			if _, err := t.exec(ctx, also, string(p.id)); err != nil {
				return err
			}
		}
		if err := forgetInEditions(ctx, t, p.id); err != nil {
			return err
		}
		if err := forgetInReshares(ctx, t, p.id, at); err != nil {
			return err
		}
		if err := passedOn(ctx, t, p, erased); err != nil {
			return err
		}
	}
	for ch := range channels {
		if err := recount(ctx, t, ch); err != nil {
			return err
		}
	}
	return nil
}

// forgetPreviews forgets what the pages say of themselves that a post links to. Of one that others link to as well they
// are asked again.
func forgetPreviews(ctx context.Context, t *tx, id lantoa.PostID) error {
	var media []lantoa.Media
	if err := get(ctx, t, `SELECT media FROM posts WHERE id = $1`, []any{string(id)}, packed{&media}); err != nil {
		return err
	}
	for _, m := range media {
		if m.Kind != "link" {
			continue
		}
		if _, err := t.exec(ctx, `DELETE FROM previews WHERE url = $1`, m.URL); err != nil {
			return err
		}
	}
	return nil
}

// forgetInReshares takes the words of a post out of what was made of it to pass it on. What waits does not go any more;
// what stands elsewhere is for people to take back.
func forgetInReshares(ctx context.Context, t *tx, id lantoa.PostID, at time.Time) error {
	stories, err := list(ctx, t, func(rows *sql.Rows) (s lantoa.StoryID, err error) { return s, rows.Scan(&s) },
		`SELECT id FROM stories WHERE lead = $1`, string(id))
	if err != nil {
		return err
	}
	for _, story := range stories {
		if err := cancelWaiting(ctx, t, ofStory, string(story), "", byProgram, "erased", at); err != nil {
			return err
		}
		if err := forgetErasedWords(ctx, t, story); err != nil {
			return err
		}
		for _, also := range []string{
			`UPDATE share_hints SET words = '', link = '' WHERE story = $1`,
			`DELETE FROM reshare_drafts WHERE story = $1`,
		} {
			if _, err := t.exec(ctx, also, string(story)); err != nil {
				return err
			}
		}
	}
	for _, forget := range []string{
		`UPDATE reshares SET post = '' WHERE post = $1`,
		`UPDATE share_hints SET post = '' WHERE post = $1`,
	} {
		if _, err := t.exec(ctx, forget, string(id)); err != nil {
			return err
		}
	}
	return nil
}

// passedOn notes the story of an erased post that was chosen or passed on already.
func passedOn(ctx context.Context, t *tx, p postKey, erased *lantoa.Erased) error {
	stories, err := list(ctx, t, func(rows *sql.Rows) (id lantoa.StoryID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM stories WHERE (id = $1 OR lead = $2) AND state IN ('approved', 'reshared')`, string(p.story), string(p.id))
	for _, id := range stories {
		if !slices.Contains(erased.Passed, id) {
			erased.Passed = append(erased.Passed, id)
		}
	}
	return err
}
