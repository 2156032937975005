package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	"github.com/hoiphunu/lantoa"
)

// How long after a failed try a picture is tried again; after the last it is given up.
var pictureRetries = []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour}

// givenUp is the number of tries of a picture that is not tried again.
const givenUp = 99

// PicturesWanted are pictures, and stills of films, of which there is no copy yet: of posts that were told since a
// moment and are not removed, those of stories first, then the newest. What failed comes again after an hour, six
// hours and a day.
func (s *Store) PicturesWanted(ctx context.Context, since, now time.Time, limit int) ([]lantoa.WantedPicture, error) {
	var wanted []lantoa.WantedPicture
	for {
		// A post has few pictures, so what is asked for too much is little.
		posts, err := list(ctx, s.reads, func(rows *sql.Rows) (r pictured, err error) {
			return r, rows.Scan(&r.id, &r.ch, &r.media)
		}, `
			SELECT p.id, p.channel, p.media
			FROM posts p
			WHERE p.told_at >= $1 AND p.removed_at = '' AND NOT p.erased AND p.media <> '' AND p.pictures_at < '9' AND p.pictures_at <= $2
			ORDER BY CASE WHEN p.story <> '' THEN 0 ELSE 1 END, p.told_at DESC, p.id
			LIMIT $3`, stamp(since), stamp(now), limit)
		if err != nil {
			return nil, err
		}
		for _, r := range posts {
			of, next, err := s.wantedOf(ctx, r, now)
			if err != nil {
				return nil, err
			}
			wanted = append(wanted, of...)
			if len(of) > 0 {
				continue
			}
			// It makes room for others until then.
			if _, err := s.execLightly(ctx, `UPDATE posts SET pictures_at = $2 WHERE id = $1 AND media = $3`, string(r.id), next, r.media); err != nil {
				return nil, err
			}
		}
		if len(wanted) > 0 || len(posts) == 0 {
			return wanted[:min(len(wanted), limit)], nil
		}
	}
}

// pictured is a post with pictures.
type pictured struct {
	id    lantoa.PostID
	ch    lantoa.ChannelID
	media string // as it is stored
}

// settled stands for the time at which something is to be done for the pictures of a post for which all is done.
const settled = "never"

// wantedOf are the pictures of a post that are wanted now, and when there will be some if there are none.
func (s *Store) wantedOf(ctx context.Context, r pictured, now time.Time) (wanted []lantoa.WantedPicture, next string, err error) {
	had, err := s.triesOf(ctx, r.id)
	if err != nil {
		return nil, "", err
	}
	var media []lantoa.Media
	if err := (packed{&media}).Scan(r.media); err != nil {
		return nil, "", err
	}
	next = settled
	for n, m := range media {
		url := pictureURL(m)
		if url == "" || n >= mostPictures {
			continue
		}
		t := had[n]
		if t.there || t.tries > len(pictureRetries) {
			continue
		}
		if t.tries > 0 && !t.at.After(now.Add(aheadOfTime)) {
			if again := stamp(t.at.Add(pictureRetries[t.tries-1])); again > stamp(now) {
				next = min(next, again)
				continue
			}
		}
		wanted = append(wanted, lantoa.WantedPicture{Post: r.id, Channel: r.ch, N: n, URL: url, Tries: t.tries})
	}
	return wanted, next, nil
}

// mostPictures of one post are copied: what a card and a page show.
const mostPictures = 6

// pictureURL is where the picture of a medium is, or the still of a film; empty for what has none.
func pictureURL(m lantoa.Media) string {
	switch m.Kind {
	case "photo":
		if m.URL != "" {
			return m.URL
		}
		return m.Thumb
	case "video", "link":
		return m.Thumb
	}
	return ""
}

type pictureTries struct {
	tries int
	at    time.Time
	there bool
}

func (s *Store) triesOf(ctx context.Context, post lantoa.PostID) (map[int]pictureTries, error) {
	had := map[int]pictureTries{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var n, bytes int
		var t pictureTries
		err := rows.Scan(&n, &t.tries, moment{&t.at}, &bytes)
		t.there = bytes > 0
		had[n] = t
		return err
	}, `SELECT n, tries, at, bytes FROM pictures WHERE post = $1`, string(post))
	return had, err
}

// SavePicture keeps our copy of a picture. That of a post that was erased meanwhile is not kept.
func (s *Store) SavePicture(ctx context.Context, p lantoa.Picture) error {
	_, err := s.execLightly(ctx, `
		INSERT INTO pictures (post, n, width, height, bytes, at, tries, data)
		SELECT p.id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), $6, 0, $7 FROM posts p WHERE p.id = $1 AND NOT p.erased
		ON CONFLICT (post, n) DO UPDATE SET
			width = excluded.width, height = excluded.height, bytes = excluded.bytes, at = excluded.at, tries = 0, data = excluded.data`,
		string(p.Post), p.N, p.Width, p.Height, len(p.Data), stamp(p.At), base64.StdEncoding.EncodeToString(p.Data))
	return err
}

// PictureFailed notes that a picture could not be had; gone says that it never will.
func (s *Store) PictureFailed(ctx context.Context, post lantoa.PostID, n int, gone bool, at time.Time) error {
	tries := 1
	if gone {
		tries = givenUp
	}
	_, err := s.execLightly(ctx, `
		INSERT INTO pictures (post, n, width, height, bytes, at, tries, data) VALUES ($1, $2, 0, 0, 0, $3, $4, '')
		ON CONFLICT (post, n) DO UPDATE SET at = excluded.at, tries = pictures.tries + excluded.tries WHERE pictures.bytes = 0`,
		string(post), n, stamp(at), tries)
	return err
}

// Picture is our copy of a picture; NotFound when there is none.
func (s *Store) Picture(ctx context.Context, post lantoa.PostID, n int) (lantoa.Picture, error) {
	p := lantoa.Picture{Post: post, N: n}
	var data string
	err := get(ctx, s.reads, `SELECT width, height, at, data FROM pictures WHERE post = $1 AND n = $2 AND bytes > 0`,
		[]any{string(post), n}, &p.Width, &p.Height, moment{&p.At}, &data)
	if err != nil {
		return p, missing(err, "picture", post)
	}
	p.Data, err = base64.StdEncoding.DecodeString(data)
	return p, err
}

// PictureCount says of which pictures of posts there is a copy, by their places.
func (s *Store) PictureCount(ctx context.Context, posts []lantoa.PostID) (map[lantoa.PostID][]int, error) {
	all := map[lantoa.PostID][]int{}
	err := byHundreds("", posts, func(args []any) error {
		return each(ctx, s.reads, func(rows *sql.Rows) error {
			var id lantoa.PostID
			var n int
			err := rows.Scan(&id, &n)
			all[id] = append(all[id], n)
			return err
		}, `SELECT post, n FROM pictures WHERE post IN (`+hundred+`) AND post <> $1 AND bytes > 0 ORDER BY post, n`, args...)
	})
	return all, err
}

// TrimPictures lets the oldest copies go until all take at most so many bytes, and says how many were freed. Those of
// stories that were chosen or passed on stay.
func (s *Store) TrimPictures(ctx context.Context, most int64) (freed int64, err error) {
	var total int64
	if err := get(ctx, s.reads, `SELECT COALESCE(SUM(bytes), 0) FROM pictures WHERE bytes > 0`, nil, &total); err != nil || total <= most {
		return 0, err
	}
	type old struct {
		post  string
		n     int
		bytes int64
	}
	oldest, err := list(ctx, s.reads, func(rows *sql.Rows) (o old, err error) { return o, rows.Scan(&o.post, &o.n, &o.bytes) }, `
		SELECT g.post, g.n, g.bytes
		FROM pictures g
		JOIN posts p ON p.id = g.post
		LEFT JOIN stories s ON s.id = p.story AND s.state IN ('approved', 'reshared')
		WHERE g.bytes > 0 AND s.id IS NULL
		ORDER BY g.at, g.post, g.n
		LIMIT 5000`)
	if err != nil {
		return 0, err
	}
	for _, o := range oldest {
		if total-freed <= most {
			break
		}
		n, err := s.execLightly(ctx, `UPDATE pictures SET bytes = 0, data = '', tries = $3 WHERE post = $1 AND n = $2 AND bytes > 0`, o.post, o.n, givenUp)
		if err != nil {
			return freed, err
		}
		freed += n * o.bytes
	}
	return freed, nil
}

// Preview is what a page says of itself; NotFound when it was not asked yet.
func (s *Store) Preview(ctx context.Context, url string) (lantoa.Preview, error) {
	p := lantoa.Preview{URL: url}
	var t lantoa.Trouble
	err := get(ctx, s.reads, `
		SELECT title, description, site, image, fetched_at, trouble_kind, trouble_what FROM previews WHERE url = $1`,
		[]any{clean(url)}, &p.Title, &p.Description, &p.Site, &p.Image, moment{&p.FetchedAt}, &t.Kind, &t.What)
	if errors.Is(err, sql.ErrNoRows) {
		return p, lantoa.Missing("preview", "")
	}
	if t.Kind != "" {
		p.Trouble = &t
	}
	return p, err
}

// SavePreview keeps what a page says of itself, or why it said nothing.
func (s *Store) SavePreview(ctx context.Context, p lantoa.Preview) error {
	var t lantoa.Trouble
	tries := 0
	if p.Trouble != nil {
		t, tries = *p.Trouble, 1
	}
	_, err := s.execLightly(ctx, `
		INSERT INTO previews (url, title, description, site, image, fetched_at, tries, trouble_kind, trouble_what)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (url) DO UPDATE SET
			title = excluded.title, description = excluded.description, site = excluded.site, image = excluded.image,
			fetched_at = excluded.fetched_at, trouble_kind = excluded.trouble_kind, trouble_what = excluded.trouble_what,
			tries = CASE WHEN excluded.tries = 0 THEN 0 ELSE previews.tries + 1 END`,
		clean(p.URL), clean(p.Title), clean(p.Description), clean(p.Site), clean(p.Image), stamp(p.FetchedAt), tries, string(t.Kind), clean(t.What))
	return err
}

// PreviewsWanted are addresses that posts told since a moment link to and that were not asked yet, newest first. One
// that did not answer is asked once more after a day.
func (s *Store) PreviewsWanted(ctx context.Context, since, now time.Time, limit int) ([]string, error) {
	done := map[string]bool{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var url string
		var tries int
		var at time.Time
		err := rows.Scan(&url, &tries, moment{&at})
		again := tries == 1 && (now.Sub(at) >= 24*time.Hour || at.After(now.Add(aheadOfTime)))
		done[url] = !again
		return err
	}, `SELECT url, tries, fetched_at FROM previews`)
	if err != nil {
		return nil, err
	}
	var wanted []string
	err = each(ctx, s.reads, func(rows *sql.Rows) error {
		var media []lantoa.Media
		if err := rows.Scan(packed{&media}); err != nil {
			return err
		}
		for _, m := range media {
			if url := clean(m.URL); m.Kind == "link" && url != "" && !done[url] {
				done[url] = true
				wanted = append(wanted, m.URL)
			}
		}
		return nil
	}, `
		SELECT media FROM posts
		WHERE type = 'link' AND told_at >= $1 AND removed_at = '' AND media <> ''
		ORDER BY told_at DESC, id`, stamp(since))
	return wanted[:min(len(wanted), limit)], err
}
