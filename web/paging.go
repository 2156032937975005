package web

import (
	"net/url"
	"strconv"
)

// Pages is the row of page numbers under a list.
type Pages struct {
	Name, Prev, PrevWord, Next, NextWord string
	At, Last                             int
	Links                                []PageLink
}

// PageLink is one page number, or a gap where it has no address.
type PageLink struct {
	Text, URL string
	Here      bool
}

// pages makes the row for a list of so many; a page beyond the last is the last.
func (p Page) pages(total, each, at int, to func(int) string) Pages {
	last := max(1, (total+each-1)/each)
	at = min(max(at, 1), last)
	out := Pages{Name: p.T("pages.name"), PrevWord: p.T("pages.prev"), NextWord: p.T("pages.next"), At: at, Last: last}
	if at > 1 {
		out.Prev = to(at - 1)
	}
	if at < last {
		out.Next = to(at + 1)
	}
	for n := 1; n <= last; n++ {
		switch {
		case n == 1 || n == last || n >= at-1 && n <= at+1:
			out.Links = append(out.Links, PageLink{Text: p.Number(int64(n)), URL: to(n), Here: n == at})
		case n == 2 || n == last-1:
			out.Links = append(out.Links, PageLink{})
		}
	}
	return out
}

func pageNumber(q url.Values) int {
	n, err := strconv.Atoi(q.Get("trang"))
	if err != nil {
		return 1
	}
	return n
}

// slice is up to n of a list from a place on.
func slice[T any](list []T, from, n int) []T {
	if from < 0 || from >= len(list) {
		return nil
	}
	return list[from:min(from+n, len(list))]
}

// withParam is the query with one parameter set, or taken off where the value is empty. Another filter
// begins at the first page again.
func withParam(q url.Values, key, value string) string {
	out := url.Values{}
	for k, v := range q {
		if k != key && k != "trang" {
			out[k] = v
		}
	}
	if value != "" {
		out.Set(key, value)
	}
	if len(out) == 0 {
		return "?"
	}
	return "?" + out.Encode()
}
