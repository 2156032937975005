package search

import (
	"context"
	"reflect"

	"github.com/meilisearch/meilisearch-go"
)

// reachable is the number of hits that can be paged through and up to which totals are exact. The server's
// own 1,000 would cut both short without a word.
const reachable = 1_000_000

// wantedSettings are those of the index. Nothing is left to defaults that move from version to version, and
// every field of each group is set: the client sends zeros for those that are not.
func wantedSettings() *meilisearch.Settings {
	return &meilisearch.Settings{
		// sort stands first: it counts only when asked for, and then it is the order
		RankingRules: []string{
			"sort", "words", "typo", "proximity", "attributeRank", "wordPosition", "exactness", "published:desc",
		},
		SearchableAttributes: []string{"title", "text", "names", "tone"},
		DisplayedAttributes:  []string{"id", "title", "text", "original", "original_title"},
		FilterableAttributes: []string{
			"units", "level", "platform", "kind", "topics", "published", "score", "reach", "story", "public",
		},
		SortableAttributes: []string{"published", "score", "reach"},
		// Vietnamese syllables are short, and one letter more is another word
		TypoTolerance: &meilisearch.TypoTolerance{
			Enabled:             true,
			MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 7, TwoTypos: 14},
			DisableOnWords:      []string{},
			DisableOnAttributes: []string{"tone"},
			DisableOnNumbers:    true,
		},
		Pagination: &meilisearch.Pagination{MaxTotalHits: reachable},
		Faceting: &meilisearch.Faceting{
			MaxValuesPerFacet: 5000, SortFacetValuesBy: map[string]meilisearch.SortFacetType{"*": meilisearch.SortFacetTypeCount},
		},
		LocalizedAttributes: []*meilisearch.LocalizedAttributes{
			{Locales: []string{"vie"}, AttributePatterns: []string{"*"}},
		},
	}
}

// asWanted says whether the server's settings are ours. Settings that cannot be read are not.
func (m *meili) asWanted(ctx context.Context, uid string) bool {
	got, err := m.svc.Index(uid).GetSettingsWithContext(ctx)
	if err != nil {
		return false
	}
	want := wantedSettings()
	return reflect.DeepEqual(got.RankingRules, want.RankingRules) &&
		reflect.DeepEqual(got.SearchableAttributes, want.SearchableAttributes) &&
		sameSet(got.FilterableAttributes, want.FilterableAttributes) &&
		sameSet(got.SortableAttributes, want.SortableAttributes) &&
		sameSet(got.DisplayedAttributes, want.DisplayedAttributes) &&
		got.Pagination != nil && got.Pagination.MaxTotalHits == reachable &&
		got.Faceting != nil && got.Faceting.MaxValuesPerFacet == want.Faceting.MaxValuesPerFacet &&
		got.TypoTolerance != nil && reflect.DeepEqual(got.TypoTolerance.MinWordSizeForTypos, want.TypoTolerance.MinWordSizeForTypos)
}

func sameSet(a, b []string) bool {
	in := map[string]bool{}
	for _, s := range a {
		in[s] = true
	}
	for _, s := range b {
		if !in[s] {
			return false
		}
	}
	return len(a) == len(b)
}
