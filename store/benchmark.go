package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/hoiphunu/lantoa"
)

// SaveBenchmarks saves what is usual for channels, in place of what was.
func (s *Store) SaveBenchmarks(ctx context.Context, benchmarks []lantoa.Benchmark) error {
	if len(benchmarks) == 0 {
		return nil
	}
	return s.within(ctx, func(t *tx) error {
		for _, b := range benchmarks {
			data, err := json.Marshal(b)
			if err != nil {
				return fmt.Errorf("benchmark of %s: %w", b.Channel, err) // a figure that is no number
			}
			if _, err := t.exec(ctx, `
				INSERT INTO benchmarks (channel, computed_at, data) VALUES ($1, $2, $3)
				ON CONFLICT (channel) DO UPDATE SET computed_at = excluded.computed_at, data = excluded.data`,
				string(b.Channel), stamp(b.ComputedAt), string(data)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Benchmarks are those of all channels that have one.
func (s *Store) Benchmarks(ctx context.Context) (map[lantoa.ChannelID]lantoa.Benchmark, error) {
	all := map[lantoa.ChannelID]lantoa.Benchmark{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		b, err := scanBenchmark(rows)
		all[b.Channel] = b
		return err
	}, `SELECT channel, computed_at, data FROM benchmarks`)
	return all, err
}

// Benchmark is that of one channel; NotFound when none was computed yet.
func (s *Store) Benchmark(ctx context.Context, ch lantoa.ChannelID) (lantoa.Benchmark, error) {
	found, err := list(ctx, s.reads, scanBenchmark, `SELECT channel, computed_at, data FROM benchmarks WHERE channel = $1`, string(ch))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("benchmark", ch)
	}
	if err != nil {
		return lantoa.Benchmark{}, err
	}
	return found[0], nil
}

func scanBenchmark(rows *sql.Rows) (b lantoa.Benchmark, err error) {
	var id lantoa.ChannelID
	if err = rows.Scan(&id, moment{&b.ComputedAt}, packed{&b}); err != nil {
		return b, err
	}
	b.Channel, b.ComputedAt = id, exact(b.ComputedAt)
	return b, nil
}
