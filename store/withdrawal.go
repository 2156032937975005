package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// withdrawals are the people among some who withdrew, each with when. Only a mark of them was kept.
func withdrawals(ctx context.Context, q asker, authors []string) (map[string]time.Time, error) {
	marks := map[string]string{}
	var asked []string
	for _, a := range authors {
		if mark := digest(a); a != "" && marks[mark] == "" {
			marks[mark] = a
			asked = append(asked, mark)
		}
	}
	gone := map[string]time.Time{}
	err := byHundreds("", asked, func(args []any) error {
		return each(ctx, q, func(rows *sql.Rows) error {
			var mark string
			var at time.Time
			err := rows.Scan(&mark, moment{&at})
			gone[marks[mark]] = at
			return err
		}, `SELECT mark, at FROM withdrawals WHERE mark IN (`+hundred+`) AND mark <> $1`, args...)
	})
	return gone, err
}

// noteWithdrawal marks that a person withdrew: what she told until then does not come in again, by whatever way.
func noteWithdrawal(ctx context.Context, t *tx, author string, at time.Time) error {
	_, err := t.exec(ctx, `
		INSERT INTO withdrawals (mark, at) VALUES ($1, $2)
		ON CONFLICT (mark) DO UPDATE SET at = excluded.at WHERE excluded.at > withdrawals.at`, digest(author), stamp(at))
	return err
}

// withdrew says whether a person withdrew what she told at a moment.
func withdrew(ctx context.Context, q asker, author string, told time.Time) (bool, error) {
	gone, err := withdrawals(ctx, q, []string{author})
	at, is := gone[author]
	return is && !told.After(at), err
}

// withoutWithdrawn leaves out the posts of people who have withdrawn since they wrote them, and names those of them
// that are stored all the same, because nobody knew then who had written them.
func withoutWithdrawn(ctx context.Context, q asker, ch lantoa.ChannelID, in []lantoa.Incoming, had map[string]stored) (kept []lantoa.Incoming, late []postKey, err error) {
	var authors []string
	for _, p := range in {
		if p.Author != "" {
			authors = append(authors, p.Author)
		}
	}
	gone, err := withdrawals(ctx, q, authors)
	if err != nil || len(gone) == 0 {
		return in, nil, err
	}
	for _, p := range in {
		at, is := gone[p.Author]
		if !is || p.PublishedAt.After(at) {
			kept = append(kept, p)
			continue
		}
		if old, known := had[p.External]; known && !old.erased && (old.author == "" || old.author == p.Author) {
			late = append(late, postKey{id: old.ID, channel: ch})
		}
	}
	return kept, late, nil
}
