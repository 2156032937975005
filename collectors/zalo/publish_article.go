package zalo

import (
	"cmp"
	"context"
	"encoding/json"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// Articles passes stories on as articles of the account. Zalo makes an article in the background: a first call hands
// it over and is answered with a token, with which one asks until there is an article. The token is kept before
// anything else, so that a deed that was broken off goes on from it and no second article is made.
type Articles struct {
	*Client
	// Bare lets an article be made without a cover picture; else one that has none is refused.
	Bare bool
	// Wait waits between two looks at an article in the making; nil: by the machine's clock.
	Wait func(ctx context.Context, d time.Duration) error
}

const (
	mostTitle       = 150 // characters, as all of these: code points of NFC
	mostAuthor      = 50
	mostDescription = 300
	mostSlices      = 5 // of ten articles that are looked through for one
)

// articleWaits are the pauses between the looks at an article in the making, in which Zalo fetches its cover.
var articleWaits = []time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second, 12 * time.Second}

// newArticle is an article as Zalo takes it.
type newArticle struct {
	ID          string      `json:"id,omitempty"` // of one that is changed
	Type        string      `json:"type"`
	Title       string      `json:"title"`
	Author      string      `json:"author"`
	Cover       any         `json:"cover,omitempty"`
	Description string      `json:"description"`
	Body        []paragraph `json:"body"`
	Status      string      `json:"status"` // hide, unless it is said otherwise
	Comment     string      `json:"comment"`
}

type paragraph struct {
	Type    string `json:"type"`
	Content string `json:"content"`
}

type cover struct {
	Type   string `json:"cover_type"`
	URL    string `json:"photo_url"`
	Status string `json:"status"` // without it the picture is not fetched
}

// token is what Zalo answers to an article that it will make or change.
type token struct {
	Token string `json:"token"`
}

// Publish makes the article, or goes on with one whose token was kept.
func (a Articles) Publish(ctx context.Context, d lantoa.Deed, keep func(token string) error) (lantoa.Done, error) {
	if d.Token != "" {
		return a.finish(ctx, d)
	}
	article := articleOf(d, d.Words)
	switch {
	case strings.TrimSpace(article.Title) == "" || utf8.RuneCountInString(article.Title) > mostTitle:
		return lantoa.Done{}, lantoa.Problem(lantoa.Invalid, "title", "")
	case d.Cover == "" && !a.Bare:
		return lantoa.Done{}, lantoa.Problem(lantoa.Refused, "cover", "")
	}
	got, trouble := change[token](ctx, a.Client, "article", "/v2.0/article/create", body(article))
	switch {
	case trouble != nil:
		return lantoa.Done{}, trouble
	case got.Token == "":
		return lantoa.Done{}, lantoa.Problem(lantoa.Unclear, "article", "a success without a token")
	}
	d.Token = got.Token
	err := keep(got.Token)
	done, trouble := a.finished(ctx, d)
	switch {
	case trouble == nil:
		return done, nil
	case err != nil: // whoever comes next does not know of the token: the article has to be looked for
		return lantoa.Done{}, unclear("article", trouble)
	}
	return lantoa.Done{}, trouble
}

func (a Articles) finish(ctx context.Context, d lantoa.Deed) (lantoa.Done, error) {
	done, trouble := a.finished(ctx, d)
	if trouble != nil {
		return lantoa.Done{}, trouble
	}
	return done, nil
}

// finished is the article behind the deed's token, as soon as there is one. It is Limited while the token is to be
// asked about again, and Refused only when no article has come of it.
func (a Articles) finished(ctx context.Context, d lantoa.Deed) (lantoa.Done, *lantoa.Trouble) {
	id, trouble := a.await(ctx, d.Token)
	if trouble == nil {
		done := lantoa.Done{Posted: id}
		a.describe(ctx, &done)
		return done, nil
	}
	switch trouble.Kind {
	case lantoa.Limited:
		return lantoa.Done{}, trouble
	case lantoa.Away:
		return lantoa.Done{}, &lantoa.Trouble{Kind: lantoa.Limited, What: "article", Note: trouble.Note, Until: a.opt.Now().Add(soon), Err: trouble.Err}
	case lantoa.Refused:
		done, found, sure, err := a.inList(ctx, d)
		if err == nil && found {
			return done, nil
		}
		if err == nil && sure {
			return lantoa.Done{}, trouble
		}
	}
	return lantoa.Done{}, unclear("article", trouble) // it was handed over, and what became of it we may not ask
}

// await asks until there is an article behind the token, and gives up after half a minute.
func (a Articles) await(ctx context.Context, key string) (id string, trouble *lantoa.Trouble) {
	for try := 0; ; try++ {
		id, trouble = a.verify(ctx, key)
		if trouble == nil {
			return id, nil
		}
		// While Zalo fetches the picture its answer is that it is at work, or that the picture failed.
		code := codeOf(trouble)
		if code != -214 && code != -200 && trouble.Kind != lantoa.Away || try == len(articleWaits) {
			break
		}
		if a.wait(ctx, articleWaits[try]) != nil {
			return "", &lantoa.Trouble{Kind: lantoa.Limited, What: "article", Until: a.opt.Now().Add(soon)}
		}
	}
	if codeOf(trouble) == -200 {
		trouble.Kind = lantoa.Refused
	}
	return "", trouble
}

// verify asks once; that is harmless however often it is done.
func (a Articles) verify(ctx context.Context, key string) (string, *lantoa.Trouble) {
	type made struct {
		ID flexString `json:"id"`
	}
	got, trouble := change[made](ctx, a.Client, "article", "/v2.0/article/verify", body(token{key}))
	switch {
	case trouble != nil && trouble.Kind == lantoa.Unclear:
		trouble.Kind = lantoa.Away
	case trouble == nil && got.ID == "":
		trouble = lantoa.Problem(lantoa.Away, "article", "a success without an id")
	}
	return string(got.ID), trouble
}

func (a Articles) wait(ctx context.Context, d time.Duration) error {
	if a.Wait != nil {
		return a.Wait(ctx, d)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// describe asks where the article is to be read. Without an answer it stands there all the same.
func (a Articles) describe(ctx context.Context, done *lantoa.Done) {
	var calls int
	list, err := a.newest(ctx, &calls, 0)
	if err != nil {
		return
	}
	for _, w := range list.Articles {
		if string(w.ID) == done.Posted {
			done.Permalink, done.At = w.Link, w.Created.millis()
		}
	}
}

// newest are ten articles of the account, from the newest on.
func (a Articles) newest(ctx context.Context, calls *int, offset int) (slice, error) {
	return get[slice](ctx, a.Client, calls, "/v2.0/article/getslice", map[string]string{
		"offset": strconv.Itoa(offset), "limit": strconv.Itoa(articlesPerCall), "type": "normal",
	})
}

// Find looks for the article: by its token, then among the account's own of the same title since the call.
func (a Articles) Find(ctx context.Context, d lantoa.Deed) (done lantoa.Done, found, sure bool, err error) {
	if d.Token != "" {
		id, trouble := a.verify(ctx, d.Token)
		switch {
		case trouble == nil:
			done.Posted = id
			a.describe(ctx, &done)
			return done, true, true, nil
		case codeOf(trouble) == -214:
			return done, false, false, nil // Zalo is at it still
		case trouble.Kind != lantoa.Refused && trouble.Kind != lantoa.Away:
			return done, false, false, trouble
		}
		done, found, sure, err = a.inList(ctx, d)
		// What was handed over may still come, unless Zalo knows nothing of it.
		return done, found, sure && (found || trouble.Kind == lantoa.Refused), err
	}
	return a.inList(ctx, d)
}

// inList looks for the article among those of the account.
func (a Articles) inList(ctx context.Context, d lantoa.Deed) (done lantoa.Done, found, sure bool, err error) {
	when, calls, doubt := windowOf(d), 0, false
	for offset, slices := 0, 0; slices < mostSlices; slices++ {
		list, err := a.newest(ctx, &calls, offset)
		if err != nil {
			return lantoa.Done{}, false, false, unmade(err)
		}
		var last time.Time
		for _, w := range list.Articles {
			last = w.Created.millis()
			switch {
			case last.IsZero():
				last, doubt = a.opt.Now(), true
			case w.ID == "" || !sameWords(w.Title, d.Title):
			case last.Before(when.from): // an equal one of before: which is meant, a person sees
				doubt = true
			default:
				done, found = lantoa.Done{Posted: string(w.ID), Permalink: w.Link, At: last}, true
			}
		}
		offset += len(list.Articles)
		switch {
		case found:
			return done, true, true, nil
		case len(list.Articles) == 0, offset >= int(list.Total) && list.Total > 0, last.Before(when.reach):
			return lantoa.Done{}, false, !doubt, nil
		}
	}
	return lantoa.Done{}, false, false, nil
}

// Remove deletes the article. One that is gone already is no trouble.
func (a Articles) Remove(ctx context.Context, d lantoa.Deed) error {
	if d.Posted == "" {
		return lantoa.Problem(lantoa.Refused, "article", "no id")
	}
	_, trouble := change[json.RawMessage](ctx, a.Client, "article", "/v2.0/article/remove", body(map[string]string{"id": d.Posted}))
	if trouble == nil {
		return nil
	}
	if trouble.Kind == lantoa.Refused { // no code says that it is gone
		var calls int
		_, err := a.detail(ctx, &calls, d.Posted)
		if k := lantoa.KindOf(err); k == lantoa.Refused || k == lantoa.Gone {
			return nil
		}
	}
	return trouble
}

// detail is what is taken over of an article that is changed.
func (a Articles) detail(ctx context.Context, calls *int, id string) (newArticle, error) {
	type old struct {
		Title  string          `json:"title"`
		Author string          `json:"author"`
		Cover  json.RawMessage `json:"cover"`
	}
	got, err := get[old](ctx, a.Client, calls, "/v2.0/article/getdetail", map[string]string{"id": id})
	n := newArticle{Title: got.Title, Author: got.Author}
	if len(got.Cover) > 0 && got.Cover[0] == '{' {
		n.Cover = got.Cover
	}
	return n, err
}

// Edit gives the article other words; its title and cover stay. It is Unclear while Zalo has not finished.
func (a Articles) Edit(ctx context.Context, d lantoa.Deed, words string) error {
	if d.Posted == "" {
		return lantoa.Problem(lantoa.Refused, "article", "no id")
	}
	var calls int
	old, err := a.detail(ctx, &calls, d.Posted)
	if err != nil {
		return unmade(err)
	}
	article := articleOf(d, words)
	article.ID = d.Posted
	article.Title, article.Author = cmp.Or(article.Title, old.Title), cmp.Or(old.Author, article.Author)
	if article.Cover == nil {
		article.Cover = old.Cover
	}
	got, trouble := change[token](ctx, a.Client, "article", "/v2.0/article/update", body(article))
	switch {
	case trouble != nil:
		return trouble
	case got.Token == "":
		return lantoa.Problem(lantoa.Unclear, "article", "a success without a token")
	}
	if _, trouble := a.await(ctx, got.Token); trouble != nil {
		if trouble.Kind == lantoa.Refused {
			return trouble
		}
		return unclear("article", trouble)
	}
	return nil
}

// articleOf is the article of a deed: its words in paragraphs, and their beginning as what is read in the list.
func articleOf(d lantoa.Deed, words string) newArticle {
	n := newArticle{
		Type: "normal", Title: strings.TrimSpace(norm.NFC.String(d.Title)), Author: shorten(cmp.Or(d.Author, d.ChannelName), mostAuthor),
		Status: "show", Comment: "show",
	}
	if d.Cover != "" {
		n.Cover = cover{"photo", d.Cover, "show"}
	}
	words = strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(words, "\r\n", "\n")))
	lead := words
	if d.Link != "" && !strings.Contains(words, d.Link) {
		words += "\n\n" + d.Link
	}
	if rest, ok := strings.CutPrefix(lead, n.Title); ok { // the list shows the title above it
		lead = cmp.Or(strings.TrimLeft(rest, " .:\n"), lead)
	}
	n.Description = shorten(lead, mostDescription)
	for _, p := range strings.Split(words, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			n.Body = append(n.Body, paragraph{"text", "<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>"})
		}
	}
	return n
}

// shorten is the beginning of a text on one line, of at most so many characters (code points, NFC): cut between two
// words, or where there is no blank near, between two letters.
func shorten(text string, most int) string {
	text = strings.Join(strings.Fields(norm.NFC.String(text)), " ")
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	end := most - 1 // the last is the ellipsis
	for i := end; i > end/2; i-- {
		if r[i] == ' ' {
			return strings.TrimRight(string(r[:i]), " ,.;:–-") + "…"
		}
	}
	for end > 0 && (joins(r[end]) || joins(r[end-1])) {
		end--
	}
	return string(r[:end]) + "…"
}

// joins says whether a character hangs together with its neighbour: a mark, a joiner, a tone of skin, half a flag.
func joins(r rune) bool {
	return unicode.Is(unicode.M, r) || r == '\u200d' || r >= 0x1F3FB && r <= 0x1F3FF || r >= 0x1F1E6 && r <= 0x1F1FF
}
