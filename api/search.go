package api

import (
	"context"
	"math"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
)

// Hit is a post that was found.
type Hit struct {
	Post
	SnippetHTML string `json:"snippet_html" doc:"The passage that fits best, escaped, with <mark> around what was looked for"`
}

// TransformSchema is Post's, which the embedding does not bring along.
func (Hit) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return Post{}.TransformSchema(r, s)
}

// Found is one page of hits with what was counted beside them.
type Found struct {
	List[Hit]
	Facets    map[string][]FacetValue `json:"facets" doc:"Under each filter its values and how many posts bear them, counted as if that filter were not set; units by code"`
	TookMS    float64                 `json:"took_ms" doc:"Milliseconds, of the whole call"`
	Corrected *string                 `json:"corrected" doc:"What was looked for instead, when a word of q stands nowhere"`
}

// FacetValue is how many of the posts found bear a value.
type FacetValue struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

type searchInput struct {
	Paging
	Q        string            `query:"q" maxLength:"1000" doc:"Words that must all be there, with or without diacritics; \"…\" keeps words together, -word leaves out. Empty finds everything"`
	Level    []lantoa.Level    `query:"level" enum:"province,district,commune,branch"`
	Unit     []string          `query:"unit" maxItems:"50" doc:"Codes of units in force today: they and all below them"`
	Platform []string          `query:"platform" enum:"facebook,zalo,website,file"`
	Topic    []string          `query:"topic"`
	Kind     []lantoa.PostType `query:"kind" enum:"text,photo,album,video,link,share,event,other"`
	From     string            `query:"from" format:"date" doc:"First day of publication"`
	To       string            `query:"to" format:"date" doc:"Last day of publication"`
	MinScore Given[float64]    `query:"min_score" doc:"At least so many times the usual; what has no score is left out"`
	Sort     string            `query:"sort" enum:"relevance,newest,reach,score" default:"relevance"`
}

type searchOutput struct{ Body Found }

// search finds posts that the caller may see.
func (s *Server) search(ctx context.Context, in *searchInput) (*searchOutput, error) {
	began := time.Now() // durations go by the machine's clock
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	q, at, err := s.query(ctx, v, in)
	if err != nil {
		return nil, err
	}
	found, err := s.Index.Search(ctx, q)
	if err != nil {
		return nil, &refusal{kind: lantoa.Away, about: searchAway, err: err}
	}
	out := &searchOutput{Body: Found{List: List[Hit]{Items: []Hit{}, Total: found.Total}, Facets: v.facets(found.Facets)}}
	if out.Body.Items, err = s.hits(ctx, v, found.Hits); err != nil {
		return nil, err
	}
	if end := q.Offset + len(found.Hits); len(found.Hits) > 0 && end < found.Total {
		text := cursor{List: at.List, Skip: end}.text()
		out.Body.NextCursor = &text
	}
	if found.Corrected != "" {
		out.Body.Corrected = &found.Corrected
	}
	out.Body.TookMS = rounded(float64(time.Since(began).Microseconds())/1000, 1)
	return out, nil
}

// query is what the call asks the index.
func (s *Server) query(ctx context.Context, v view, in *searchInput) (search.Query, cursor, error) {
	if least := in.MinScore.Value; math.IsNaN(least) || math.IsInf(least, 0) {
		return search.Query{}, cursor{}, &refusal{kind: lantoa.Invalid, about: badParam, param: "min_score", want: wantNumber}
	}
	q := search.Query{
		Text: cleaned(in.Q), Levels: in.Level, Platforms: in.Platform, Topics: in.Topic, MinScore: in.MinScore.Ptr(),
		Sort: search.Sort(in.Sort), Scope: v.scope, Limit: in.Limit, Now: v.now,
	}
	for _, k := range in.Kind {
		q.Kinds = append(q.Kinds, string(k))
	}
	var err error
	if q.From, q.To, err = s.span(in.From, in.To); err != nil {
		return search.Query{}, cursor{}, err
	}
	if q.Units, err = s.unitPaths(ctx, in.Unit, lantoa.Day(v.now, s.Zone)); err != nil {
		return search.Query{}, cursor{}, err
	}
	at, err := in.start(ctx)
	q.Offset = at.Skip
	return q, at, err
}

// span turns two dates, both included, into the moments from which and before which.
func (s *Server) span(first, last string) (from, to time.Time, err error) {
	if first != "" {
		if from, err = s.dayOf("from", first); err != nil {
			return from, to, err
		}
	}
	if last != "" {
		if to, err = s.dayOf("to", last); err != nil {
			return from, to, err
		}
		to = to.AddDate(0, 0, 1)
	}
	if first != "" && last != "" && !from.Before(to) {
		return from, to, refuseParam("to", badDates)
	}
	return from, to, nil
}

// hits are the posts that were found, as they are in the store now. A post that went since the index last
// heard of it is left out.
func (s *Server) hits(ctx context.Context, v view, found []search.Hit) ([]Hit, error) {
	ids := make([]lantoa.PostID, len(found))
	for i, h := range found {
		ids[i] = h.ID
	}
	posts, err := s.Store.Posts(ctx, v.scope, ids)
	if err != nil {
		return nil, err
	}
	hits := []Hit{}
	for _, h := range found {
		if m, ok := posts[h.ID]; ok && !gone(m) {
			hits = append(hits, Hit{Post: v.post(m), SnippetHTML: h.SnippetHTML})
		}
	}
	return hits, nil
}

// facets are the counts with units by their code. Where two units bore one code, the counts of both are its.
func (v view) facets(counts map[string][]search.FacetCount) map[string][]FacetValue {
	codes := map[string]string{}
	for _, u := range v.units {
		codes[u.Path] = u.Code
	}
	out := map[string][]FacetValue{}
	for filter, values := range counts {
		list, seen := []FacetValue{}, map[string]int{}
		for _, c := range values {
			if filter == "unit" {
				if c.Value = codes[c.Value]; c.Value == "" {
					continue
				}
				if i, ok := seen[c.Value]; ok {
					list[i].Count += c.Count
					continue
				}
				seen[c.Value] = len(list)
			}
			list = append(list, FacetValue{Value: c.Value, Count: c.Count})
		}
		out[filter] = list
	}
	return out
}
