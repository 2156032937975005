package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/url"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Paging is what every list takes.
type Paging struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"500" doc:"How many items at most"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before; with the same filters"`
}

// Given is a parameter whose zero is a value too: left out, it is another thing than 0.
type Given[T any] struct {
	Value T
	Is    bool
}

// Schema is that of the value.
func (Given[T]) Schema(r huma.Registry) *huma.Schema {
	return huma.SchemaFromType(r, reflect.TypeFor[T]())
}

// Receiver is where huma puts the value.
func (g *Given[T]) Receiver() reflect.Value { return reflect.ValueOf(&g.Value).Elem() }

// OnParamSet is how huma tells whether there was one.
func (g *Given[T]) OnParamSet(is bool, _ any) { g.Is = is }

// Ptr is the value, nil where none was given.
func (g Given[T]) Ptr() *T {
	if !g.Is {
		return nil
	}
	return &g.Value
}

// Address names one thing by its id.
type Address struct {
	ID string `path:"id" minLength:"1" maxLength:"40" pattern:"^[0-9a-z]+$"`
}

// List is one page of a list.
type List[T any] struct {
	Items      []T     `json:"items" nullable:"false"`
	Total      int     `json:"total" doc:"How many there are on all pages, exactly"`
	NextCursor *string `json:"next_cursor" doc:"Where the next page begins, null on the last one"`
}

// cursor is where the next page of a list begins. To callers it is opaque.
type cursor struct {
	List  string `json:"l"`           // which list, with which filters: see listOf
	Skip  int    `json:"s,omitempty"` // items on the pages before
	After string `json:"a,omitempty"` // the last of them, or the store's own cursor
}

// deepest bounds Skip: no list of ours is longer, and a forged cursor shall not overflow anything.
const deepest = 100_000_000

func (c cursor) text() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // two strings and a number
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor reads what text wrote; the empty string is the first page.
func readCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return cursor{}, fmt.Errorf("cursor: %w", err)
	}
	var c cursor
	if err := json.Unmarshal(b, &c); err != nil {
		return cursor{}, fmt.Errorf("cursor: %w", err)
	}
	if c.Skip < 0 || c.Skip > deepest || c.List == "" {
		return cursor{}, fmt.Errorf("cursor: out of bounds")
	}
	return c, nil
}

// listOf names a list by its address and filters, so that a cursor is not taken to another one, where it
// would skip the wrong items without a word.
func listOf(path string, query url.Values) string {
	h := fnv.New64a()
	q := url.Values{}
	for k, v := range query {
		if k != "cursor" && k != "limit" {
			q[k] = v
		}
	}
	_, _ = fmt.Fprintf(h, "%s?%s", path, q.Encode())
	return fmt.Sprintf("%x", h.Sum64())
}

// start is where the page that was asked for begins.
func (p Paging) start(ctx context.Context) (cursor, error) {
	c, err := readCursor(p.Cursor)
	if err != nil || (c.List != "" && c.List != callOf(ctx).list) {
		return cursor{}, refuseParam("cursor", badCursor)
	}
	c.List = callOf(ctx).list
	return c, nil
}

// pageOf cuts one page out of a list that is whole in memory. key names an item: should the list have changed
// between two pages, the next one goes on after the last item that was given out.
func pageOf[T any](ctx context.Context, p Paging, all []T, key func(T) string) (page []T, next *string, err error) {
	c, err := p.start(ctx)
	if err != nil {
		return nil, nil, err
	}
	from := min(c.Skip, len(all))
	for i := range all {
		if c.After != "" && key(all[i]) == c.After {
			from = i + 1
			break
		}
	}
	to := min(from+p.Limit, len(all))
	if to < len(all) {
		text := cursor{List: c.List, Skip: to, After: key(all[to-1])}.text()
		next = &text
	}
	return all[from:to], next, nil
}
