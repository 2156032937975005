package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// shares of genres among a page's own posts, in a hundred.
var (
	communeGenres = []weighted{{story, 19}, {news, 45}, {notice, 15}, {congratulate, 7}, {condolence, 1}, {national, 7}, {meeting, 6}}
	upperGenres   = []weighted{{story, 14}, {news, 36}, {notice, 17}, {congratulate, 7}, {condolence, 1}, {national, 14}, {meeting, 10}, {vote, 1}}
)

type weighted struct {
	genre genre
	n     int
}

func weigh(d *dice, list []weighted) genre {
	sum := 0
	for _, w := range list {
		sum += w.n
	}
	x := d.n(sum)
	for _, w := range list {
		if x -= w.n; x < 0 {
			return w.genre
		}
	}
	return list[0].genre
}

// write fills a page with its ordinary posts.
func (h *history) write(p *page) {
	last := map[*template]int64{}
	for _, at := range h.schedule(p) {
		d := throw(h.seed, 21, int64(p.index), at)
		if p.place.level == lantoa.Commune && p.role != roleStory && d.chance(0.23) {
			if from := h.toPassOn(p, at, d); from != nil {
				p.posts = append(p.posts, h.passOn(p, from, at, d))
				continue
			}
		}
		list := communeGenres
		if p.place.level != lantoa.Commune {
			list = upperGenres
		}
		g := weigh(d, list)
		if feast := feastOf(at); feast && d.chance(0.7) {
			g = congratulate
		}
		p.posts = append(p.posts, h.post(p, g, at, d, last))
	}
}

func feastOf(at int64) bool {
	_, m, dd := time.Unix(at, 0).In(Zone).Date()
	return m == time.March && (dd == 7 || dd == 8) || m == time.October && (dd == 19 || dd == 20)
}

// post writes one post of a genre. last remembers when the page used a template, to spread them.
func (h *history) post(p *page, g genre, at int64, d *dice, last map[*template]int64) *post {
	feast := g == congratulate && feastOf(at)
	t := pick(d, h.book.byGenre[g])
	for try := 0; (t.topic == "feast") != feast || try < 4 && last[t] != 0 && at-last[t] < 60*day; try++ {
		t = pick(d, h.book.byGenre[g])
	}
	last[t] = at
	up := h.places[p.place.district]
	if p.place.level != lantoa.Commune {
		up = h.places[0]
	}
	w := newWriter(d, p.place, up, at)
	if p.place.level != lantoa.Commune {
		h.lendPlace(w, p, d)
	}
	q := &post{id: postID(p.place.code, at), page: p, created: at, appears: at, genre: g, topic: t.topic}
	q.text = h.compose(t, w)
	h.giveForm(q, w)
	q.text = dress(q.text, p, g, d)
	return q
}

// lendPlace makes a page of the province or a district tell of one of its communes.
func (h *history) lendPlace(w *writer, p *page, d *dice) {
	var below []place
	for _, c := range h.places {
		if c.level == lantoa.Commune && (p.place.level == lantoa.Province || h.places[c.district].code == p.place.code) &&
			!strings.HasSuffix(c.name, "Mẫu") && !dissolved(c.code) {
			below = append(below, c)
		}
	}
	c := pick(d, below)
	w.known["p"] = newWriter(d, c, p.place, w.when.Unix()).hamlet() + ", " + c.name
	w.known["p2"] = newWriter(d, c, p.place, w.when.Unix()).hamlet() + " (" + c.name + ")"
}

// compose puts a post together: a title in most cases, then the groups, the middle ones in any order.
func (h *history) compose(t *template, w *writer) string {
	d := w.d
	var parts []string
	if len(t.title) > 0 && (t.genre == story && d.chance(0.85) || d.chance(0.6)) {
		title := w.say(pick(d, t.title))
		if d.chance(0.16) {
			title = strings.ToUpper(title)
		}
		parts = append(parts, title)
	}
	var middle []group
	for i, g := range t.groups {
		if g.label >= 'a' && !d.chance(0.5) {
			continue
		}
		if i == 0 || i == len(t.groups)-1 {
			continue
		}
		middle = append(middle, g)
	}
	shuffle(d, middle)
	say := func(g group) {
		i := d.n(len(g.lines))
		parts = append(parts, w.say(g.lines[i]))
		// A long story says more of how it was done and what came of it.
		if t.genre == story && (g.label == 'B' || g.label == 'C') && len(g.lines) > 1 && d.chance(0.45) {
			parts = append(parts, w.say(g.lines[(i+1)%len(g.lines)]))
		}
	}
	if len(t.groups) > 0 {
		say(t.groups[0])
	}
	for _, g := range middle {
		say(g)
	}
	if n := len(t.groups); n > 1 && (t.groups[n-1].label < 'a' || d.chance(0.5)) {
		say(t.groups[n-1])
	}
	if t.genre == story || t.genre == news && d.chance(0.45) {
		if pool := h.book.pools[t.topic]; len(pool) > 0 && d.chance(0.7) {
			parts = append(parts, w.say(pick(d, pool)))
		}
		if pool := h.book.pools[genrePool(t.genre)]; len(pool) > 0 && d.chance(0.5) {
			parts = append(parts, w.say(pick(d, pool)))
		}
	}
	return paragraphs(parts, len(t.title) > 0, d)
}

func genrePool(g genre) string {
	if g == story {
		return "story"
	}
	return "news"
}

// paragraphs joins sentences: a title stands on its own line, longer posts break now and then.
func paragraphs(parts []string, titled bool, d *dice) string {
	var b strings.Builder
	for i, s := range parts {
		switch {
		case i == 0:
		case i == 1 && titled:
			b.WriteString(pick(d, []string{"\n", "\n\n"}))
		case i > 2 && d.chance(0.3):
			b.WriteString("\n\n")
		default:
			b.WriteByte(' ')
		}
		b.WriteString(s)
	}
	return b.String()
}

// giveForm chooses the outer form, and pictures or an address with it.
func (h *history) giveForm(q *post, w *writer) {
	d := w.d
	x := d.f()
	if q.genre == story && x > 0.65 && x < 0.8 {
		x = 0.2 // a story of one's own comes with pictures
	}
	switch {
	case q.genre == condolence && x > 0.3:
		q.form = formText
	case x < 0.40:
		q.form, q.pics = formPhoto, 1
	case x < 0.65:
		q.form, q.pics = formAlbum, uint8(d.between(2, 6))
	case x < 0.80 || q.genre == national && x < 0.9:
		q.form = formLink
		if !strings.Contains(q.text, "https://") {
			q.text += pick(d, []string{"\n", " ", "\n👉 "}) + w.fill("link")
		}
	case x < 0.91:
		q.form = formVideo
	default:
		q.form = formText
	}
}

// toPassOn finds a post of the province or the own district to pass on, or nil: one of the last four days
// that the page has not passed on yet.
func (h *history) toPassOn(p *page, at int64, d *dice) *post {
	i, _ := slices.BinarySearchFunc(h.told, at-hour, func(q *post, t int64) int { return cmp.Compare(q.created, t) })
	var can []*post
	for i--; i >= 0 && h.told[i].created > at-4*day; i-- {
		q := h.told[i]
		if q.genre != vote && (q.page.place.level == lantoa.Province || q.page.index == p.place.district) && !h.passing[p][q] {
			can = append(can, q)
		}
	}
	if len(can) == 0 {
		return nil
	}
	q := pick(d, can)
	if h.passing[p] == nil {
		h.passing[p] = map[*post]bool{}
	}
	h.passing[p][q] = true
	return q
}

// passOn is a post of the province or a district told again on a commune's page: as a native share now and
// then, mostly as a pasted text with another first line.
func (h *history) passOn(p *page, from *post, at int64, d *dice) *post {
	q := &post{
		id: postID(p.place.code, at), page: p, created: at, appears: at, genre: from.genre, topic: from.topic,
		form: from.form, pics: from.pics,
	}
	w := newWriter(d, p.place, h.places[p.place.district], at)
	if d.chance(0.13) {
		q.form, q.pics, q.parent = formShare, 0, from
		q.text = w.say(pick(d, h.book.pools["share"]))
		return q
	}
	text := from.text
	if i := strings.IndexByte(text, '\n'); i > 0 && i < 200 && d.chance(0.6) {
		text = strings.TrimLeft(text[i:], "\n")
	}
	q.text = w.say(pick(d, h.book.pools["first"])) + "\n" + text
	return q
}

// collectTold gathers what upper pages have published so far.
func (h *history) collectTold() {
	h.told = h.told[:0]
	for _, p := range h.pages {
		if p.place.level != lantoa.Commune {
			h.told = append(h.told, p.posts...)
		}
	}
	slices.SortFunc(h.told, func(a, b *post) int { return cmp.Compare(a.created, b.created) })
}

// dress gives a text the habits of its page: emoji, hashtags, a signature, letters that look like others.
func dress(text string, p *page, g genre, d *dice) string {
	if d.chance(0.10) && g != condolence {
		text = pick(d, []string{"🌸 ", "💐 ", "🌿 ", "❤️ ", "✨ ", "🌻 ", "📣 ", "🍃 "}) + text
	}
	if d.chance(0.11) {
		text += "\n" + pick(d, []string{"\n", ""}) + hashtags(p, d)
	}
	if p.signature != "" && d.chance(0.8) {
		text += "\n" + p.signature
	}
	if d.chance(0.008) {
		text = boldLetters(text)
	}
	if p.oldTones {
		text = oldTones(text)
	}
	if d.chance(0.015) {
		text = norm.NFD.String(text)
	}
	return text
}

func hashtags(p *page, d *dice) string {
	tags := []string{"#PhụNữTháiNguyên", "#phunuthainguyen", "#HộiLHPN" + strings.ReplaceAll(p.place.bare(), " ", ""), "#5khong3sach", "#PhunuVietNam", "#NguoiPhuNuThoiDaiMoi"}
	shuffle(d, tags)
	return strings.Join(tags[:d.between(1, 3)], " ")
}

// boldLetters writes the first line in mathematical bold, as people do who want a headline. The alphabet
// has no Vietnamese letters, so these are taken apart and their marks follow the bold letter.
func boldLetters(text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	if rest != "" {
		rest = "\n" + rest
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return 0x1D400 + r - 'A'
		case r >= 'a' && r <= 'z':
			return 0x1D41A + r - 'a'
		}
		return r
	}, norm.NFD.String(first)) + rest
}

var toneMover = func() *strings.Replacer {
	var pairs []string
	for _, syllable := range [][2]string{{"òa", "oà"}, {"óa", "oá"}, {"ỏa", "oả"}, {"õa", "oã"}, {"ọa", "oạ"}, {"ùy", "uỳ"}, {"úy", "uý"}, {"ủy", "uỷ"}, {"ụy", "uỵ"}, {"òe", "oè"}, {"óe", "oé"}, {"ỏe", "oẻ"}, {"ọe", "oẹ"}} {
		pairs = append(pairs, syllable[0], syllable[1])
	}
	return strings.NewReplacer(pairs...)
}()

// oldTones moves the tone mark to the second vowel of an open syllable: hòa becomes hoà, thủy thuỷ.
// No closed syllable is spelt with the mark on the first of these vowels, so plain replacing is enough.
func oldTones(text string) string { return toneMover.Replace(text) }
