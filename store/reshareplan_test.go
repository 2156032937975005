package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// It is looked every few seconds, and most reshares there ever were are settled.
func TestWhatIsDueIsFoundWithoutReadingAllReshares(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "lantoa.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := stamp(time.Now())
	for name, ask := range map[string][]any{
		`SELECT 1 AS x` + ready: {now, now, now},
		`SELECT COUNT(*) FROM reshares WHERE ` + unsettled + ` AND state = 'unsure' AND next_at <> '' AND next_at <= $1`: {now},
		`SELECT COUNT(*) FROM reshares WHERE ` + abandoned:                                                               {now, now},
	} {
		steps, err := list(ctx, s.reads, func(rows *sql.Rows) (step string, err error) {
			var n int
			return step, rows.Scan(&n, &n, &n, &step)
		}, `EXPLAIN QUERY PLAN `+name, ask...)
		if err != nil {
			t.Fatal(name, err)
		}
		for _, step := range steps {
			if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "reshares_due") {
				t.Errorf("%s: %s", step, name)
			}
		}
	}
}
