package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// mostHookTries is how often a hook is tried before it is left alone.
const mostHookTries = 10

// KeepHook keeps what a platform told us, under seal, until it is worked off: it may hold people's names and words.
// It is on the disk when KeepHook returns. False when the same was kept before.
func (s *Store) KeepHook(ctx context.Context, h lantoa.Hook) (fresh bool, err error) {
	if h.ID == "" {
		h.ID = lantoa.HookID(lantoa.NewID(s.now()))
	}
	if h.Key == "" { // nothing makes a repetition known: better twice than never
		h.Key = string(h.ID)
	}
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	sealed, err := s.sealed("hook/"+string(h.ID), h.Body)
	if err != nil {
		return false, err
	}
	n, err := s.exec(ctx, `
		INSERT INTO hooks (id, platform, key, at, sealed, tries, done_at)
		VALUES ($1, $2, $3, $4, $5, 0, '')
		ON CONFLICT (platform, key) DO NOTHING`, string(h.ID), clean(h.Platform), clean(h.Key), stamp(h.At), sealed)
	return n > 0, err
}

// HooksWaiting are the oldest hooks that wait to be worked off. Those that failed too often wait for a person; one that
// the key does not open counts as failed, unless it opens none at all: then the key is wrong and not the hook.
func (s *Store) HooksWaiting(ctx context.Context, limit int) ([]lantoa.Hook, error) {
	waiting, shut, err := s.openHooks(ctx, limit)
	if err == nil && len(waiting) == 0 && len(shut) > 0 {
		err = shut[0].err
	}
	if err != nil {
		return nil, err
	}
	for _, h := range shut {
		if err := s.HookFailed(ctx, h.id); err != nil {
			return nil, err
		}
	}
	return waiting, nil
}

type shutHook struct {
	id  lantoa.HookID
	err error
}

func (s *Store) openHooks(ctx context.Context, limit int) (open []lantoa.Hook, shut []shutHook, err error) {
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	err = each(ctx, s.reads, func(rows *sql.Rows) error {
		var h lantoa.Hook
		var sealed string
		if err := rows.Scan(&h.ID, &h.Platform, &h.Key, moment{&h.At}, &sealed, &h.Tries); err != nil {
			return err
		}
		var err error
		if h.Body, err = s.opened("hook/"+string(h.ID), sealed); err != nil {
			shut = append(shut, shutHook{h.ID, err})
		} else {
			open = append(open, h)
		}
		return nil
	}, `
		SELECT id, platform, key, at, sealed, tries FROM hooks
		WHERE done_at = '' AND tries < $1
		ORDER BY id
		LIMIT $2`, mostHookTries, limit)
	return open, shut, err
}

// HookBacklog counts the hooks that wait their turn, and those that failed too often and wait for a person.
func (s *Store) HookBacklog(ctx context.Context) (waiting, stuck int, err error) {
	err = get(ctx, s.reads, `
		SELECT COUNT(CASE WHEN tries < $1 THEN 1 END), COUNT(CASE WHEN tries >= $1 THEN 1 END)
		FROM hooks WHERE done_at = ''`, []any{mostHookTries}, &waiting, &stuck)
	return waiting, stuck, err
}

// HookDone notes that a hook was worked off: nothing of it stays but the mark that it was seen.
func (s *Store) HookDone(ctx context.Context, id lantoa.HookID, at time.Time) error {
	_, err := s.exec(ctx, `UPDATE hooks SET done_at = $2, sealed = '' WHERE id = $1`, string(id), stamp(at))
	return err
}

// HookFailed notes that working a hook off failed.
func (s *Store) HookFailed(ctx context.Context, id lantoa.HookID) error {
	_, err := s.execLightly(ctx, `UPDATE hooks SET tries = tries + 1 WHERE id = $1`, string(id))
	return err
}

// SweepHooks forgets hooks that came before a moment, and the marks of signed calls whose time is over. A platform
// repeats what it told for a day and a half at most.
func (s *Store) SweepHooks(ctx context.Context, before time.Time) error {
	if _, err := s.execLightly(ctx, `DELETE FROM hooks WHERE at < $1`, stamp(before)); err != nil {
		return err
	}
	_, err := s.execLightly(ctx, `DELETE FROM seen WHERE until_at < $1`, stamp(s.now()))
	return err
}

// SeenOnce says whether a key is seen for the first time, and remembers it until a moment.
func (s *Store) SeenOnce(ctx context.Context, key string, until time.Time) (fresh bool, err error) {
	n, err := s.exec(ctx, `
		INSERT INTO seen (key, until_at) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET until_at = excluded.until_at WHERE seen.until_at < $3`,
		clean(key), stamp(until), stamp(s.now()))
	return n > 0, err
}
