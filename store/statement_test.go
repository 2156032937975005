package store

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

func TestQuestionMarks(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"each place keeps its number", `SELECT $2, $1`, `SELECT ?2, ?1`},
		{"a place used twice stays one argument", `a = $1 OR b = $1 AND c = $12`, `a = ?1 OR b = ?1 AND c = ?12`},
		{"a text without places stays as it is", `SELECT 1`, `SELECT 1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := questionMarks(tt.text); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func openFresh(t testing.TB) *Store {
	t.Helper()
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "lantoa.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStatements(t *testing.T) {
	ctx := context.Background()
	s := openFresh(t)

	t.Run("the second argument is the second wherever its place stands first", func(t *testing.T) {
		var two, one string
		if err := get(ctx, s.reads, `SELECT $2, $1`, []any{"one", "two"}, &two, &one); err != nil {
			t.Fatal(err)
		}
		if one != "one" || two != "two" {
			t.Errorf("$1 is %q and $2 is %q", one, two)
		}
		err := s.within(ctx, func(tx *tx) error {
			return get(ctx, tx, `SELECT $2, $1`, []any{"one", "two"}, &two, &one)
		})
		if err != nil || one != "one" || two != "two" {
			t.Errorf("in a transaction $1 is %q and $2 is %q (%v)", one, two, err)
		}
	})

	t.Run("a missing argument is an error and not NULL", func(t *testing.T) {
		var a, b any
		if err := get(ctx, s.reads, `SELECT $1, $2`, []any{"one"}, &a, &b); err == nil {
			t.Errorf("one argument for two places gave %v, %v", a, b)
		}
	})

	t.Run("readers cannot write", func(t *testing.T) {
		rows, err := s.reads.query(ctx, `DELETE FROM units`)
		if err == nil {
			defer rows.Close()
			rows.Next()
			err = rows.Err()
		}
		if err == nil || !strings.Contains(err.Error(), "readonly") {
			t.Errorf("a delete by a reader: %v", err)
		}
	})

	t.Run("a transaction that fails halfway leaves nothing", func(t *testing.T) {
		before, err := s.GetMeta(ctx, "half")
		if err != nil {
			t.Fatal(err)
		}
		err = s.within(ctx, func(tx *tx) error {
			if _, err := tx.exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2)`, "half", "done"); err != nil {
				return err
			}
			_, err := tx.exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2)`, "half", "done again")
			return err
		})
		after, _ := s.GetMeta(ctx, "half")
		if err == nil || after != before {
			t.Errorf("error %v, value %q", err, after)
		}
	})

	t.Run("a panic inside gives the writer back", func(t *testing.T) {
		func() {
			defer func() { recover() }()
			s.within(ctx, func(*tx) error { panic("here") })
		}()
		if err := s.SetMeta(ctx, "after", "panic"); err != nil {
			t.Error(err)
		}
	})
}

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"U+0000 becomes U+FFFD", "a\x00b", "a\uFFFDb"},
		{"a lone surrogate becomes U+FFFD", "a\xed\xa0\x80b", "a\uFFFDb"},
		{"decomposed Vietnamese stays as it was written", "lo\u031b\u0323n", "lo\u031b\u0323n"},
		{"right-to-left marks and script tags stay", "\u202e<script>", "\u202e<script>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := clean(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSpread(t *testing.T) {
	order := strings.Split("aaaaaabbbbbbcccccccddddddddeeeeffffffgggghhhh", "")
	got := strings.Join(spread(order, func(s string) string { return s }), "")
	if want := "aaabbbcccdddeeefffgg" + "aaabbbccccdddddefffgghhhh"; got != want {
		t.Errorf("three of a unit among the first 20, the rest behind:\n got %s\nwant %s", got, want)
	}
	few := strings.Split("aaaab", "")
	if got := strings.Join(spread(few, func(s string) string { return s }), ""); got != "aaaba" {
		t.Errorf("a short list: %s", got)
	}
}
