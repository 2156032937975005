package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// withoutID begins the external ids that posts of an archive are given, which tells those of its platform of no post.
const withoutID = "fbx-"

// sameWithin is how far apart the times of one post may be in two tellings of it: some have no seconds.
const sameWithin = 2 * time.Minute

// adopt finds, among what only an archive has told, the posts that their platform tells now, so that they are not there
// twice: published within two minutes and with the same words, or in the same second, whatever became of the words
// since. They are put into had under the platform's id, which they get when they are saved.
func adopt(ctx context.Context, q asker, ch lantoa.ChannelID, in []lantoa.Incoming, had map[string]stored) error {
	var fresh []lantoa.Incoming
	var from, to time.Time
	for _, p := range in {
		if _, known := had[p.External]; known || p.FromFile {
			continue
		}
		fresh = append(fresh, p)
		if from.IsZero() || p.PublishedAt.Before(from) {
			from = p.PublishedAt
		}
		if p.PublishedAt.After(to) {
			to = p.PublishedAt
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	orphans, err := list(ctx, q, func(rows *sql.Rows) (p stored, err error) {
		return p, rows.Scan(append(p.into(), &p.Text)...)
	}, `
		SELECT `+storedColumns+`, text FROM posts
		WHERE channel = $1 AND from_file AND published_at >= $2 AND published_at <= $3
		  AND external LIKE '`+withoutID+`%' AND external NOT LIKE '%~%'
		ORDER BY published_at, id`, string(ch), stamp(from.Add(-sameWithin)), stamp(to.Add(sameWithin)))
	if err != nil || len(orphans) == 0 {
		return err
	}
	taken := make([]bool, len(orphans))
	for _, same := range []func(a, b lantoa.Post) bool{sameWords, sameSecond} { // the surer sign first
		for _, p := range fresh {
			if _, found := had[p.External]; found {
				continue
			}
			best := -1
			first, _ := slices.BinarySearchFunc(orphans, p.PublishedAt.Add(-sameWithin), func(o stored, t time.Time) int { return o.PublishedAt.Compare(t) })
			for i := first; i < len(orphans) && !orphans[i].PublishedAt.After(p.PublishedAt.Add(sameWithin)); i++ {
				if !taken[i] && same(orphans[i].Post, p.Post) && (best < 0 || apart(orphans[i].Post, p.Post) < apart(orphans[best].Post, p.Post)) {
					best = i
				}
			}
			if best >= 0 {
				taken[best] = true
				had[p.External] = orphans[best]
			}
		}
	}
	return nil
}

func apart(a, b lantoa.Post) time.Duration { return a.PublishedAt.Sub(b.PublishedAt).Abs() }

func sameSecond(a, b lantoa.Post) bool { return a.PublishedAt.Unix() == b.PublishedAt.Unix() }

// sameWords says whether the words of two posts are the same, or one is the beginning of the other: posts are cut short
// in some tellings.
func sameWords(a, b lantoa.Post) bool {
	x, y := viet.Fold(a.Text), viet.Fold(b.Text)
	if x == y {
		return x != "" || len(a.Media) > 0 && len(b.Media) > 0
	}
	if len(x) > len(y) {
		x, y = y, x
	}
	return utf8.RuneCountInString(x) >= 40 && strings.HasPrefix(y, x)
}
