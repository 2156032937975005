package searchtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// meiliQuery is one search as it comes over the wire.
type meiliQuery struct {
	IndexUID              string          `json:"indexUid"`
	Q                     string          `json:"q"`
	Offset                int             `json:"offset"`
	Limit                 *int            `json:"limit"`
	Page                  int             `json:"page"`
	HitsPerPage           *int            `json:"hitsPerPage"`
	Filter                json.RawMessage `json:"filter"`
	Facets                []string        `json:"facets"`
	Sort                  []string        `json:"sort"`
	MatchingStrategy      string          `json:"matchingStrategy"`
	AttributesToSearchOn  []string        `json:"attributesToSearchOn"`
	AttributesToRetrieve  []string        `json:"attributesToRetrieve"`
	AttributesToHighlight []string        `json:"attributesToHighlight"`
	HighlightPreTag       string          `json:"highlightPreTag"`
	HighlightPostTag      string          `json:"highlightPostTag"`
	FederationOptions     *struct{ Weight float64 }
}

type meiliHit struct {
	doc   map[string]any
	id    string
	score float64
	query *meiliQuery
}

func (m *Meili) multiSearch(w http.ResponseWriter, body json.RawMessage) {
	var in struct {
		Federation *struct{ Offset, Limit int }
		Queries    []meiliQuery
	}
	if err := json.Unmarshal(body, &in); err != nil {
		refuse(w, 400, "bad_request")
		return
	}
	results := []map[string]any{}
	var merged []meiliHit
	for i := range in.Queries {
		q := &in.Queries[i]
		ix := m.indexes[q.IndexUID]
		if ix == nil {
			refuse(w, 404, "index_not_found")
			return
		}
		if in.Federation != nil && (q.Page != 0 || q.HitsPerPage != nil || q.Facets != nil || q.Limit != nil) {
			refuse(w, 400, "invalid_multi_search_query_pagination")
			return
		}
		hits, code := ix.search(q)
		if code != "" {
			refuse(w, 400, code)
			return
		}
		if in.Federation != nil {
			merged = append(merged, hits...)
			continue
		}
		results = append(results, ix.page(q, hits))
	}
	if in.Federation == nil {
		answer(w, 200, map[string]any{"results": results})
		return
	}
	slices.SortStableFunc(merged, func(a, b meiliHit) int { return cmp.Compare(b.score, a.score) })
	seen := map[string]bool{}
	out := []map[string]any{}
	for _, h := range merged {
		if !seen[h.id] {
			seen[h.id] = true
			out = append(out, h.show())
		}
	}
	n := len(out)
	out = out[min(in.Federation.Offset, n):]
	out = out[:min(in.Federation.Limit, len(out))]
	answer(w, 200, map[string]any{"hits": out, "estimatedTotalHits": n})
}

// page is the answer to one search.
func (ix *meiliIndex) page(q *meiliQuery, hits []meiliHit) map[string]any {
	most := 1000
	if p, ok := ix.settings["pagination"].(map[string]any); ok {
		most = int(p["maxTotalHits"].(float64))
	}
	all := hits
	hits = hits[:min(len(hits), most)]
	out := map[string]any{"query": q.Q, "processingTimeMs": 1, "indexUid": q.IndexUID}
	from, limit := q.Offset, 20
	if q.Limit != nil {
		limit = *q.Limit
	}
	if q.HitsPerPage != nil || q.Page != 0 {
		if q.HitsPerPage != nil {
			limit = *q.HitsPerPage
		}
		from = max(q.Page-1, 0) * limit
		if q.Page == 0 {
			from = 0
		}
		out["totalHits"], out["hitsPerPage"], out["page"] = len(hits), limit, q.Page
	} else {
		out["estimatedTotalHits"] = len(hits)
	}
	shown := []map[string]any{}
	for _, h := range hits[min(from, len(hits)):min(from+limit, len(hits))] {
		shown = append(shown, h.show())
	}
	out["hits"] = shown
	if q.Facets != nil {
		counts := map[string]map[string]int{}
		for _, f := range q.Facets {
			counts[f] = map[string]int{}
			for _, h := range all {
				for _, v := range values(h.doc[f]) {
					counts[f][v]++
				}
			}
		}
		out["facetDistribution"] = counts
	}
	return out
}

func (h meiliHit) show() map[string]any {
	out := map[string]any{"_rankingScore": h.score}
	for _, a := range h.query.AttributesToRetrieve {
		out[a] = h.doc[a]
	}
	formatted := map[string]any{}
	words := parseMeili(h.query.Q)
	for _, a := range h.query.AttributesToHighlight {
		text, _ := h.doc[a].(string)
		formatted[a] = regexp.MustCompile(`[\p{L}\p{M}\p{N}]+`).ReplaceAllStringFunc(text, func(w string) string {
			for _, t := range meiliTokens(w) {
				for i, x := range words.words {
					if t == x || words.open && i == len(words.words)-1 && strings.HasPrefix(t, x) {
						return h.query.HighlightPreTag + w + h.query.HighlightPostTag
					}
				}
			}
			return w
		})
	}
	out["_formatted"] = formatted
	return out
}

// search gives all hits in order, or the code of what is wrong with the query.
func (ix *meiliIndex) search(q *meiliQuery) ([]meiliHit, string) {
	filterable := ix.list("filterableAttributes")
	for _, f := range q.Facets {
		if !slices.Contains(filterable, f) {
			return nil, "invalid_search_facets"
		}
	}
	for _, s := range q.Sort {
		if name, _, _ := strings.Cut(s, ":"); !slices.Contains(ix.list("sortableAttributes"), name) {
			return nil, "invalid_search_sort"
		}
	}
	filter, ok := parseFilter(q.Filter, filterable)
	if !ok {
		return nil, "invalid_search_filter"
	}
	fields := q.AttributesToSearchOn
	if fields == nil {
		fields = ix.list("searchableAttributes")
	}
	words := parseMeili(q.Q)
	var hits []meiliHit
	for id, doc := range ix.docs {
		if !filter(doc) {
			continue
		}
		if score, ok := words.match(ix, doc, fields, q.MatchingStrategy); ok {
			if q.FederationOptions != nil {
				score *= q.FederationOptions.Weight
			}
			hits = append(hits, meiliHit{doc, id, score, q})
		}
	}
	slices.SortFunc(hits, func(a, b meiliHit) int {
		for _, s := range q.Sort {
			name, _, _ := strings.Cut(s, ":") // always desc here
			x, hasX := a.doc[name].(float64)
			y, hasY := b.doc[name].(float64)
			if hasX != hasY {
				if hasX {
					return -1
				}
				return 1
			}
			if x != y {
				return cmp.Compare(y, x)
			}
		}
		x, _ := a.doc["published"].(float64)
		y, _ := b.doc["published"].(float64)
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(y, x), cmp.Compare(b.id, a.id))
	})
	return hits, ""
}

// meiliWords is a query as the server understands it.
type meiliWords struct {
	words   []string
	open    bool // the last of words may be the beginning of one
	phrases [][]string
	without [][]string
}

// parseMeili reads at most ten words; "…" is a phrase, -word after a space leaves out.
func parseMeili(q string) meiliWords {
	var out meiliWords
	n := 0
	for _, part := range regexp.MustCompile(`(^|\s)-?"[^"]*"|[^\s"]+`).FindAllString(q, -1) {
		raw := part
		part = strings.TrimSpace(part)
		not := strings.HasPrefix(part, "-") && !strings.HasPrefix(q, raw)
		tokens := meiliTokens(strings.TrimPrefix(part, "-"))
		if n += len(tokens); n > 10 && !not {
			tokens = tokens[:max(0, len(tokens)-(n-10))]
		}
		switch {
		case len(tokens) == 0:
			continue
		case not:
			out.without = append(out.without, tokens)
		case strings.HasPrefix(part, `"`):
			out.phrases = append(out.phrases, tokens)
		default:
			out.words = append(out.words, tokens...)
			out.open = !strings.HasSuffix(q, " ")
			continue
		}
		out.open = false
	}
	return out
}

// meiliTokens cuts and folds as the server does: emoji, arrows, no-break spaces and the like glue, and
// mathematical letters by themselves keep their case and marks. Whether đ becomes d depends on how the server
// was built; here it does not.
func meiliTokens(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool {
		return r < 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("|~<>=$^", r) || r == '–' || r == '“' || r == '”' || r == '…'
	}) {
		latin := strings.IndexFunc(w, func(r rune) bool { return unicode.Is(unicode.Latin, r) && r < 0x10000 }) >= 0
		var b strings.Builder
		for _, r := range norm.NFKD.String(w) {
			switch {
			case !latin:
				b.WriteRune(r)
			case unicode.Is(unicode.Mn, r):
			default:
				b.WriteRune(unicode.ToLower(r))
			}
		}
		out = append(out, b.String())
	}
	return out
}

// match says whether a document has the words, and how well.
func (w meiliWords) match(ix *meiliIndex, doc map[string]any, fields []string, strategy string) (float64, bool) {
	var tokens [][]string
	for _, f := range fields {
		text, _ := doc[f].(string)
		tokens = append(tokens, ix.tokens(text))
	}
	has := func(phrase []string, prefix bool) (field int, ok bool) {
		for f, list := range tokens {
			for i := range list {
				if i+len(phrase) <= len(list) && (slices.Equal(list[i:i+len(phrase)], phrase) ||
					prefix && len(phrase) == 1 && strings.HasPrefix(list[i], phrase[0])) {
					return f, true
				}
			}
		}
		return 0, false
	}
	for _, p := range w.without {
		if _, ok := has(p, false); ok {
			return 0, false
		}
	}
	cost := 0.0
	for _, p := range w.phrases {
		f, ok := has(p, false)
		if !ok {
			return 0, false
		}
		cost += float64(f)
	}
	found := 0
	for i, x := range w.words {
		f, ok := has([]string{x}, w.open && i == len(w.words)-1)
		if ok {
			found++
			cost += float64(f)
		}
		if i > 0 && ok {
			if _, near := has([]string{w.words[i-1], x}, false); !near {
				cost += 4
			}
		}
	}
	missing := len(w.words) - found
	if missing > 0 && (strategy == "all" || found == 0) {
		return 0, false
	}
	return 1 / (1 + float64(missing) + cost/50), true
}

// tokens remembers how texts were cut.
func (ix *meiliIndex) tokens(text string) []string {
	t, ok := ix.cut[text]
	if !ok {
		t = meiliTokens(text)
		ix.cut[text] = t
	}
	return t
}

func values(v any) []string {
	switch v := v.(type) {
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, values(x)...)
		}
		return out
	case nil:
		return nil
	case string:
		return []string{v}
	}
	return []string{fmt.Sprint(v)}
}

var condition = regexp.MustCompile(`^(\w+) (?:(=|!=|>=|<|IN) (.+)|(EXISTS|NOT EXISTS))$`)

// parseFilter reads an array of arrays of conditions: all of the outer, one of each inner.
func parseFilter(raw json.RawMessage, filterable []string) (func(map[string]any) bool, bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return func(map[string]any) bool { return true }, true
	}
	var lists [][]string
	if err := json.Unmarshal(raw, &lists); err != nil {
		return nil, false
	}
	var all [][]func(map[string]any) bool
	for _, list := range lists {
		var some []func(map[string]any) bool
		for _, c := range list {
			m := condition.FindStringSubmatch(c)
			if m == nil || !slices.Contains(filterable, m[1]) {
				return nil, false
			}
			some = append(some, conditionOf(m[1], m[2]+m[4], m[3]))
		}
		all = append(all, some)
	}
	return func(doc map[string]any) bool {
		for _, some := range all {
			if !slices.ContainsFunc(some, func(f func(map[string]any) bool) bool { return f(doc) }) {
				return false
			}
		}
		return true
	}, true
}

func conditionOf(name, op, value string) func(map[string]any) bool {
	switch op {
	case "EXISTS", "NOT EXISTS":
		return func(doc map[string]any) bool { _, ok := doc[name]; return ok == (op == "EXISTS") }
	case "!=":
		is := conditionOf(name, "=", value)
		return func(doc map[string]any) bool { return !is(doc) }
	case ">=", "<":
		limit, _ := strconv.ParseFloat(value, 64)
		return func(doc map[string]any) bool {
			n, ok := doc[name].(float64)
			return ok && (op == ">=") == (n >= limit)
		}
	}
	var wanted []string
	for _, v := range strings.Split(strings.Trim(value, "[]"), ",") {
		wanted = append(wanted, strings.Trim(strings.TrimSpace(v), `"`))
	}
	return func(doc map[string]any) bool {
		return slices.ContainsFunc(values(doc[name]), func(v string) bool { return slices.Contains(wanted, v) })
	}
}
