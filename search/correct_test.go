package search

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestACorrectionTellsNoWordOfPostsThatAreNotSeen(t *testing.T) {
	ix, err := OpenEmbedded(filepath.Join(t.TempDir(), "search.index"))
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	ctx := context.Background()
	for i, id := range []lantoa.PostID{"a", "b", "c"} {
		doc := Document{ID: id, Text: "chị em bàn về quỹ sanhduong của xóm", UnitPath: "t.x", Platform: "zalo", Kind: "text", Published: int64(i)}
		if err := ix.Put(ctx, []Document{doc}); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(scope lantoa.Scope) Result {
		t.Helper()
		found, err := ix.Search(ctx, Query{Text: "sanhduomg", Scope: scope, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if got := ask("t.x"); got.Total != 3 || got.Corrected == "" {
		t.Errorf("who may see them is helped: %d posts, corrected %q", got.Total, got.Corrected)
	}
	if got := ask("t.y"); got.Total != 0 || got.Corrected != "" {
		t.Errorf("who may not learns %q", got.Corrected)
	}
}
