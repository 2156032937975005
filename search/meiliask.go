package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/meilisearch/meilisearch-go"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// serverWords is the number of words the server reads of a query; it drops the rest silently.
const serverWords = 10

// small are words that a long query can spare, as they are written; typed bare they may be others.
var small = map[string]bool{
	"và": true, "của": true, "cho": true, "các": true, "những": true, "là": true, "có": true, "ở": true, "tại": true,
}

// The server marks what it found with these, which no text holds.
const markOpen, markClose = "\uE000", "\uE001"

// exactWeight lets a post that has the words as they were typed stand before one that has them bare.
const exactWeight = 10

// asked is a query on its way to the server.
type asked struct {
	q        Query
	words    words
	plain    string // the query in words
	tone     string // the same in Telex keys
	open     bool   // the last word may go on
	strategy meilisearch.MatchingStrategy
}

func (m *meili) Search(ctx context.Context, q Query) (Result, error) {
	started := time.Now()
	if err := m.ensure(ctx); err != nil {
		return Result{}, err
	}
	a := &asked{q: q, words: understand(q.Text), strategy: meilisearch.All}
	a.write()
	out, seen, err := m.ask(ctx, a)
	if err == nil && seen == 0 && a.words.unfinished() {
		a.open = true
		out, seen, err = m.ask(ctx, a)
		a.open = seen > 0
	}
	if n := len(a.words.list); err == nil && n >= 3 && seen < tooFew(n) {
		a.strategy = meilisearch.Frequency
		out, _, err = m.ask(ctx, a)
	}
	if err != nil {
		return Result{}, err
	}
	out.Took = time.Since(started)
	return out, nil
}

// write puts the query into the server's words.
func (a *asked) write() {
	if len(a.words.list) > 6 {
		a.words.spare()
	}
	if len(a.words.list) > serverWords {
		a.words.list = a.words.list[:serverWords]
		a.words.phrases = slices.DeleteFunc(a.words.phrases, func(p span) bool { return p.to > serverWords })
	}
	var plain, tone []string
	for i := 0; i < len(a.words.list); i++ {
		if p := a.words.phraseAt(i); p != nil {
			var x, y []string
			for _, w := range a.words.list[p.from:p.to] {
				x, y = append(x, w.bare), append(y, viet.ToTelex(w.exact))
			}
			plain = append(plain, `"`+strings.Join(x, " ")+`"`)
			tone = append(tone, `"`+strings.Join(y, " ")+`"`)
			i = p.to - 1
			continue
		}
		plain = append(plain, a.words.list[i].bare)
		tone = append(tone, viet.ToTelex(a.words.list[i].exact))
	}
	for _, not := range a.words.without {
		var x []string
		for _, w := range not {
			x = append(x, w.bare)
		}
		s := strings.Join(x, " ")
		if len(x) > 1 {
			s = `"` + s + `"`
		}
		if len(plain) == 0 {
			plain = append(plain, "") // a minus counts after a space only
			tone = append(tone, "")
		}
		// the tone form does not know the bare word that is to be left out: its hits are among the plain ones
		plain = append(plain, "-"+s)
	}
	a.plain, a.tone = strings.Join(plain, " "), strings.Join(tone, " ")
}

// ended is a query as the server takes it: to the server the last word is the beginning of a word, and "phụ
// nữ" would find every phụ with a nuôi, unless a space ends it.
func (a *asked) ended(query string) string {
	if a.open {
		return query
	}
	return query + " "
}

// spare leaves small words out of a long query.
func (w *words) spare() {
	if len(w.phrases) > 0 {
		return
	}
	w.list = slices.DeleteFunc(w.list, func(x word) bool { return small[x.exact] })
}

// phraseAt is the phrase that begins with word i, nil if none does.
func (w *words) phraseAt(i int) *span {
	for k := range w.phrases {
		if w.phrases[k].from == i {
			return &w.phrases[k]
		}
	}
	return nil
}

// The attributes of the filters, by their numbers; time and scores are counted by queries of their own.
var facetNames = map[int]string{byLevel: "level", byUnit: "units", byPlatform: "platform", byTopic: "topics", byKind: "kind"}

// ask sends one bundle: the hits, every count without its own filter, and how many are seen without filters.
func (m *meili) ask(ctx context.Context, a *asked) (Result, int, error) {
	active, figure := a.active(), a.figure()
	exact := a.words.marked && (a.q.Sort == "" || a.q.Sort == ByRelevance) && len(a.words.without) == 0 && a.q.Limit > 0
	main := a.request(m.name, -1)
	for _, f := range []int{byLevel, byUnit, byPlatform, byTopic, byKind} {
		if !active[f] {
			main.Facets = append(main.Facets, facetNames[f])
		}
	}
	page, skip := int64(0), 0
	if a.q.Limit > 0 && !exact && figure == "" {
		var per int64
		page, per, skip = pageOf(a.q.Offset, a.q.Limit)
		main.Page, main.HitsPerPage = page, &per
		a.dress(main)
	}
	queries := []*meilisearch.SearchRequest{main}
	for f := range facetNames {
		if active[f] {
			r := a.request(m.name, f)
			r.Facets = []string{facetNames[f]}
			queries = append(queries, r)
		}
	}
	first := len(queries)
	queries = append(queries,
		a.request(m.name, byScore, a.own("score >= 2")...),
		a.request(m.name, byStory, "story = true"),
		a.request(m.name, byTime, fmt.Sprintf("published >= %d", a.q.Now.AddDate(0, -3, 0).Unix())),
		a.request(m.name, byTime, fmt.Sprintf("published >= %d", a.q.Now.AddDate(-1, 0, 0).Unix())),
		a.request(m.name, filters),
	)
	if figure != "" {
		queries = append(queries, a.request(m.name, -1, a.own(figure+" EXISTS")...))
	}
	got, err := m.svc.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{Queries: queries})
	if err != nil {
		return Result{}, 0, trouble("search", err)
	}
	if len(got.Results) != len(queries) {
		return Result{}, 0, lantoa.Problem(lantoa.Garbled, "meilisearch", "search")
	}
	total := func(i int) int { return int(got.Results[first+i].TotalHits) }
	out := Result{Total: int(got.Results[0].TotalHits), Facets: map[string][]FacetCount{
		"level": {}, "unit": {}, "platform": {}, "topic": {}, "kind": {},
		"score": {{"2", total(0)}}, "story": {{"true", total(1)}}, "months": {{"3", total(2)}, {"12", total(3)}},
	}}
	for i := range got.Results[:first] {
		if err := readFacets(out.Facets, got.Results[i].FacetDistribution); err != nil {
			return Result{}, 0, err
		}
	}
	hits := got.Results[0].Hits
	switch {
	case a.q.Limit <= 0 || out.Total <= a.q.Offset:
	case exact:
		hits, err = m.exactFirst(ctx, a)
	case figure != "":
		hits, err = m.knownFirst(ctx, a, figure, total(5))
	}
	if err != nil {
		return Result{}, 0, err
	}
	if a.q.Limit > 0 {
		out.Hits, err = a.hits(hits, skip)
	}
	return out, total(4), err
}

// exactFirst asks for the hits of a query that was typed with diacritics: those that have them before those
// that have the bare words. The server merges both lists and leaves out doubles.
func (m *meili) exactFirst(ctx context.Context, a *asked) (meilisearch.Hits, error) {
	plain, tone := a.request(m.name, -1), a.request(m.name, -1)
	tone.Query, tone.AttributesToSearchOn = a.ended(a.tone), []string{"tone"}
	plain.AttributesToSearchOn = []string{"title", "text", "names"}
	tone.FederationOptions = &meilisearch.SearchFederationOptions{Weight: exactWeight}
	plain.FederationOptions = &meilisearch.SearchFederationOptions{Weight: 1}
	for _, r := range []*meilisearch.SearchRequest{plain, tone} {
		r.HitsPerPage = nil // pages belong to the whole
		a.dress(r)
	}
	got, err := m.svc.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{
		Federation: &meilisearch.MultiSearchFederation{Offset: int64(a.q.Offset), Limit: int64(a.q.Limit)},
		Queries:    []*meilisearch.SearchRequest{tone, plain},
	})
	if err != nil {
		return nil, trouble("search", err)
	}
	return got.Hits, nil
}

// knownFirst asks for the hits in the order of a figure that is known of the first so many only: those of the
// asker's scope that bear it. All others follow, the newest first: were they ordered by the server as well,
// their places would tell figures that are their units' own.
func (m *meili) knownFirst(ctx context.Context, a *asked, figure string, known int) (meilisearch.Hits, error) {
	var queries []*meilisearch.SearchRequest
	add := func(r *meilisearch.SearchRequest, offset, limit int) {
		if limit > 0 {
			a.dress(r)
			r.HitsPerPage, r.Offset, r.Limit = nil, int64(offset), int64(limit)
			queries = append(queries, r)
		}
	}
	first := min(a.q.Limit, known-a.q.Offset) // of the page; none when it lies behind them
	add(a.request(m.name, -1, a.own(figure+" EXISTS")...), a.q.Offset, first)
	rest := a.request(m.name, -1)
	rest.Filter = append(a.conditions(-1), []string{figure + " NOT EXISTS", fmt.Sprintf("units != %q", code(string(a.q.Scope)))})
	rest.Sort = []string{"published:desc"}
	add(rest, max(0, a.q.Offset-known), a.q.Limit-max(0, first))
	got, err := m.svc.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{Queries: queries})
	if err != nil {
		return nil, trouble("search", err)
	}
	var hits meilisearch.Hits
	for i := range got.Results {
		hits = append(hits, got.Results[i].Hits...)
	}
	return hits, nil
}

// figure is what the hits are ordered by if not all that are seen show it to the asker, else "".
func (a *asked) figure() string {
	if a.q.Scope != lantoa.Everything && (a.q.Sort == ByReach || a.q.Sort == ByScore) {
		return string(a.q.Sort)
	}
	return ""
}

// own is a condition on a figure, which only posts of the asker's scope show.
func (a *asked) own(condition string) []string {
	if a.q.Scope == lantoa.Everything {
		return []string{condition}
	}
	return []string{condition, fmt.Sprintf("units = %q", code(string(a.q.Scope)))}
}

// dress asks for what hits are shown from.
func (a *asked) dress(r *meilisearch.SearchRequest) {
	r.ShowRankingScore = true
	if a.q.Bare {
		r.AttributesToRetrieve = []string{"id"}
		return
	}
	r.AttributesToRetrieve = []string{"id", "original", "original_title"}
	r.AttributesToHighlight = []string{"title", "text"}
	r.HighlightPreTag, r.HighlightPostTag = markOpen, markClose
}

// pageOf finds a page that holds the hits from offset on: exact totals come with pages only. skip is the
// number of its hits before offset.
func pageOf(offset, limit int) (page, per int64, skip int) {
	for n := limit; ; n++ {
		if offset/n == (offset+limit-1)/n {
			return int64(offset/n + 1), int64(n), offset % n
		}
	}
}

// active says which filters are set.
func (a *asked) active() map[int]bool {
	return map[int]bool{
		byLevel: len(a.q.Levels) > 0, byUnit: len(a.q.Units) > 0, byPlatform: len(a.q.Platforms) > 0,
		byTopic: len(a.q.Topics) > 0, byKind: len(a.q.Kinds) > 0,
	}
}

// request is the query for a count, with all filters but one (filters itself stands for all), and more.
func (a *asked) request(uid string, without int, more ...string) *meilisearch.SearchRequest {
	nothing := int64(0)
	r := &meilisearch.SearchRequest{
		IndexUID: uid, Query: a.ended(a.plain), HitsPerPage: &nothing, MatchingStrategy: a.strategy, Locales: []string{"vie"},
		AttributesToSearchOn: []string{"title", "text", "names"},
	}
	conditions := a.conditions(without)
	for _, m := range more {
		conditions = append(conditions, []string{m})
	}
	if len(conditions) > 0 {
		r.Filter = conditions
	}
	switch a.q.Sort {
	case ByNewest:
		r.Sort = []string{"published:desc"}
	case ByReach:
		r.Sort = []string{"reach:desc", "published:desc"}
	case ByScore:
		r.Sort = []string{"score:desc", "published:desc"}
	default:
		if len(a.words.list) == 0 {
			r.Sort = []string{"published:desc"}
		}
	}
	return r
}

// conditions are the scope, always, and the filters but one: all must hold, of each one of its parts.
func (a *asked) conditions(without int) [][]string {
	var all [][]string
	if a.q.Scope != lantoa.Everything {
		all = append(all, []string{"public = true", fmt.Sprintf("units = %q", code(string(a.q.Scope)))})
	}
	if without == filters {
		return all
	}
	add := func(f int, conditions ...string) {
		for _, c := range conditions {
			if f != without {
				all = append(all, []string{c})
			}
		}
	}
	if len(a.q.Levels) > 0 {
		add(byLevel, oneOfCodes("level", a.q.Levels))
	}
	if len(a.q.Units) > 0 {
		add(byUnit, oneOfCodes("units", a.q.Units))
	}
	if len(a.q.Platforms) > 0 {
		add(byPlatform, oneOfCodes("platform", a.q.Platforms))
	}
	if len(a.q.Topics) > 0 {
		add(byTopic, oneOfCodes("topics", a.q.Topics))
	}
	if len(a.q.Kinds) > 0 {
		add(byKind, oneOfCodes("kind", a.q.Kinds))
	}
	if !a.q.From.IsZero() {
		add(byTime, fmt.Sprintf("published >= %d", a.q.From.Unix()))
	}
	if !a.q.To.IsZero() {
		add(byTime, fmt.Sprintf("published < %d", a.q.To.Unix()))
	}
	if a.q.MinScore != nil {
		// not with %g: the server takes no + in 1e+06
		add(byScore, a.own("score >= "+strconv.FormatFloat(*a.q.MinScore, 'f', -1, 64))...)
	}
	if a.q.StoriesOnly {
		add(byStory, "story = true")
	}
	return all
}

func oneOfCodes[S ~string](attribute string, values []S) string {
	var codes []string
	for _, v := range values {
		codes = append(codes, fmt.Sprintf("%q", code(string(v))))
	}
	return attribute + " IN [" + strings.Join(codes, ", ") + "]"
}

// readFacets adds the counts of one answer.
func readFacets(out map[string][]FacetCount, raw json.RawMessage) error {
	if len(raw) == 0 {
		return nil
	}
	var counts map[string]map[string]int
	if err := json.Unmarshal(raw, &counts); err != nil {
		return lantoa.Problem(lantoa.Garbled, "meilisearch", "facets")
	}
	for attribute, values := range counts {
		delete(values, "")
		name := map[string]string{"units": "unit", "topics": "topic"}[attribute]
		if name == "" {
			name = attribute
		}
		out[name] = sortFacet(values)
	}
	return nil
}

// shown is what comes back of a document.
type shown struct {
	ID        string  `json:"id"`
	Original  string  `json:"original"`
	Title     string  `json:"original_title"`
	Rank      float64 `json:"_rankingScore"`
	Formatted struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	} `json:"_formatted"`
}

// hits marks the originals: with the words of the query, and with what the server marked in the cleaned text
// (other spellings, abbreviations).
func (a *asked) hits(list meilisearch.Hits, skip int) ([]Hit, error) {
	var docs []shown
	if err := list.DecodeInto(&docs); err != nil {
		return nil, lantoa.Problem(lantoa.Garbled, "meilisearch", "hits")
	}
	docs = docs[min(skip, len(docs)):]
	docs = docs[:min(a.q.Limit, len(docs))]
	out := make([]Hit, 0, len(docs))
	for _, s := range docs {
		if a.q.Bare {
			out = append(out, Hit{ID: lantoa.PostID(s.ID), Rank: s.Rank})
			continue
		}
		w := &wanted{exact: map[string]int{}, bare: map[string]int{}, marked: a.words.marked}
		for _, x := range a.words.list {
			w.want(x, 1, x.open)
		}
		for _, x := range markedWords(s.Formatted.Title + "\n" + s.Formatted.Text) {
			if _, ok := w.bare[x.bare]; !ok && !a.begins(x) {
				w.want(x, 1, false)
			}
		}
		d := Document{Text: s.Original, Title: s.Title}
		out = append(out, Hit{
			ID: lantoa.PostID(s.ID), Rank: s.Rank, TitleHTML: w.title(d.Title),
			SnippetHTML: w.snippet(d.Text, titleEnd(d), strings.HasSuffix(d.Title, "…")),
		})
	}
	return out, nil
}

// begins says whether x is found by the beginning that was typed anyway.
func (a *asked) begins(x word) bool {
	n := len(a.words.list)
	return n > 0 && a.words.list[n-1].open && strings.HasPrefix(x.bare, a.words.list[n-1].bare)
}

// markedWords are the words of a text that the server put marks into.
func markedWords(text string) []word {
	var out []word
	seen := map[string]bool{}
	for f := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '\uE000' && r != '\uE001'
	}) {
		if !strings.Contains(f, markOpen) {
			continue
		}
		f = strings.NewReplacer(markOpen, "", markClose, "").Replace(f)
		if !seen[f] {
			seen[f] = true
			out = append(out, wordsOf(f, 0, len(f))...)
		}
	}
	return out
}
