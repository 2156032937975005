package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// atOnce is how many messages one statement saves.
const atOnce = 50

var insertChatter = func() string {
	var b strings.Builder
	b.WriteString(`INSERT INTO chatter (channel, external, at, kind) VALUES `)
	for i := range atOnce {
		if i > 0 {
			b.WriteString(", ")
		}
		for j, mark := range []string{"($1, $", ", $", ", $"} {
			b.WriteString(mark + strconv.Itoa(2+3*i+j))
		}
		b.WriteString(")")
	}
	b.WriteString(` ON CONFLICT (channel, external) DO NOTHING RETURNING external`)
	return b.String()
}()

// SaveChatter counts group messages that are not kept, each once, and says how many were new.
func (s *Store) SaveChatter(ctx context.Context, ch lantoa.ChannelID, messages []lantoa.Chatter) (newly int, err error) {
	externals := make([]string, len(messages))
	for i, m := range messages {
		externals[i] = clean(m.External)
	}
	known, err := knownIn(ctx, s.reads, ch, externals, `SELECT external FROM chatter WHERE channel = $1 AND external IN (`+hundred+`)`)
	if err != nil {
		return 0, err
	}
	fresh := make([]lantoa.Chatter, 0, len(messages))
	for i, m := range messages {
		if !known[externals[i]] && externals[i] != "" {
			fresh = append(fresh, lantoa.Chatter{External: externals[i], At: m.At, Kind: clean(m.Kind)})
		}
	}
	if len(fresh) == 0 && importOf(ctx) == "" {
		return 0, nil
	}
	err = s.within(ctx, func(t *tx) error {
		book, err := ledgerOf(ctx, t, 0)
		if err != nil {
			return err
		}
		newly = 0
		came := map[string]bool{}
		for len(fresh) > 0 {
			args := []any{string(ch)}
			for i := range atOnce { // the last is repeated to fill the statement, and counts once
				m := fresh[min(i, len(fresh)-1)]
				args = append(args, m.External, stamp(m.At), m.Kind)
			}
			if err := each(ctx, t, func(rows *sql.Rows) error {
				var external string
				err := rows.Scan(&external)
				came[external] = true
				newly++
				return err
			}, insertChatter, args...); err != nil {
				return err
			}
			fresh = fresh[min(atOnce, len(fresh)):]
		}
		if err := book.noteChatter(ctx, ch, externals, came); err != nil {
			return err
		}
		if newly == 0 && !book.wrote() {
			return errUnchanged
		}
		_, err = t.exec(ctx, `UPDATE channels SET chatter = chatter + $2 WHERE id = $1`, string(ch), newly)
		return err
	})
	if err != nil {
		return 0, err
	}
	return newly, nil
}

// KnownExternals says which of these ids of a channel are known, as posts or as counted messages.
func (s *Store) KnownExternals(ctx context.Context, ch lantoa.ChannelID, externals []string) (map[string]bool, error) {
	return knownIn(ctx, s.reads, ch, externals, `
		SELECT external FROM posts WHERE channel = $1 AND external IN (`+hundred+`)
		UNION ALL
		SELECT external FROM chatter WHERE channel = $1 AND external IN (`+hundred+`)`)
}

func knownIn(ctx context.Context, q asker, ch lantoa.ChannelID, externals []string, query string) (map[string]bool, error) {
	known := make(map[string]bool, len(externals))
	err := byHundreds(string(ch), externals, func(args []any) error {
		return each(ctx, q, func(rows *sql.Rows) error {
			var external string
			err := rows.Scan(&external)
			known[external] = true
			return err
		}, query, args...)
	})
	return known, err
}
