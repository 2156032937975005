package files

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// Export is what an archive of Facebook's holds of a page.
type Export struct {
	Page  string // as the archive calls it; empty where it does not say
	Posts []lantoa.Incoming
	Parts int // files with posts
	Empty int // entries that show nothing: "… đã chia sẻ một bài viết"
	Twice int // entries that were there before, in another file or form
}

// ReadExport reads the posts of an archive: all its files of posts, in JSON or in HTML, whatever the folders around
// them are called, and the films that are in no post. In the JSON the letters beyond ASCII are bytes taken for letters,
// and are put right. Hours of the HTML are meant where zone is.
//
// The archive has no ids. A post's External is made of its time and words; [Recognise] says which are there already
// under the platform's own. What a broken file held before it broke is kept.
func ReadExport(a *Archive, at time.Time, zone *time.Location) (Export, []BadRow, error) {
	in := &exportReader{at: at, zone: zone, bySecond: map[int64][]int{}, shared: map[int64]bool{}}
	if zone == nil {
		in.zone = vietnam()
	}
	parts := a.choose(isPostFile)
	both := map[string]bool{}
	for _, p := range parts {
		both[p.name] = true
	}
	for _, p := range parts {
		if stem, ok := strings.CutSuffix(p.name, path.Ext(p.name)); ok && path.Ext(p.name) != ".json" && both[stem+".json"] {
			continue // the same posts twice: the JSON knows the zone
		}
		in.part = p.name
		if err := in.read(a, p); err != nil {
			return in.out, in.wrong, err
		}
		in.out.Parts++
	}
	for _, p := range a.choose(func(base string) bool { return base == "videos.json" || base == "your_videos.json" }) {
		in.part, in.films = p.name, true
		if err := in.read(a, p); err != nil {
			return in.out, in.wrong, err
		}
	}
	in.out.Page = cmp.Or(in.pageName(a), in.commonName())
	if in.out.Parts == 0 && len(in.out.Posts) == 0 {
		return in.out, in.wrong, lantoa.Problem(lantoa.Invalid, "posts", "")
	}
	for i, p := range in.out.Posts {
		if in.shared[p.PublishedAt.Unix()] {
			in.out.Posts[i].Type = lantoa.Share
		}
	}
	slices.SortStableFunc(in.out.Posts, func(x, y lantoa.Incoming) int { return x.PublishedAt.Compare(y.PublishedAt) })
	return in.out, in.wrong, nil
}

// postFile is how files of a page's own posts are called. What others wrote there, comments, messages and groups have
// other names.
var postFile = regexp.MustCompile(`^(?:(?:your|profile|page|my)_)?(?:page_)?posts(?:_\d+|__[a-z_]*\d*)?\.(?:json|html?)$`)

func isPostFile(base string) bool { return postFile.MatchString(base) }

// exportReader gathers the posts of an archive.
type exportReader struct {
	at       time.Time
	zone     *time.Location
	part     string
	films    bool
	out      Export
	wrong    []BadRow
	bySecond map[int64][]int // places in out.Posts
	titles   []string
	shared   map[int64]bool // seconds of entries that say nothing but that a post was shared
}

func (in *exportReader) bad(n int, kind, field, value string) {
	b := bad(n, kind, field, value)
	b.Part = in.part
	in.wrong = append(in.wrong, b)
}

func (in *exportReader) read(a *Archive, p archivePart) error {
	r, err := a.openPart(p)
	if err != nil {
		return err
	}
	defer r.Close()
	text := bufio.NewReaderSize(sheet.Decode(r), 64<<10)
	if path.Ext(strings.ToLower(p.name)) == ".json" {
		err = in.json(text)
	} else {
		err = in.html(text)
	}
	if errors.Is(err, errTooLarge) {
		return lantoa.Problem(lantoa.TooLarge, "archive", p.name)
	}
	return err
}

// json reads a list of entries, or the list that is the value of one of an object's names, one after another.
func (in *exportReader) json(r io.Reader) error {
	d := json.NewDecoder(r)
	n := 0
	broken := func(err error) error {
		if errors.Is(err, errTooLarge) {
			return err
		}
		in.bad(n+1, HalfFile, "", "")
		return nil
	}
	open, err := d.Token()
	if err != nil {
		return broken(err)
	}
	for open == json.Delim('{') { // {"status_updates": [ … ]}
		name, err := d.Token()
		if err != nil {
			return broken(err)
		}
		if name == json.Delim('}') { // no list in it
			in.bad(1, UnknownForm, "", "")
			return nil
		}
		if open, err = d.Token(); err != nil {
			return broken(err)
		}
		if open == json.Delim('{') { // {"status_updates": {"data": [ … ]}}
			continue
		}
		if open != json.Delim('[') {
			open = json.Delim('{')
		}
	}
	if open != json.Delim('[') {
		in.bad(1, UnknownForm, "", "")
		return nil
	}
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return broken(err)
		}
		n++
		in.entry(raw, n)
	}
	if _, err := d.Token(); err != nil {
		return broken(err)
	}
	return nil
}

// entry reads one entry of a list.
func (in *exportReader) entry(raw []byte, n int) {
	f := object(raw)
	if f == nil {
		in.bad(n, UnknownForm, "", "")
		return
	}
	at := seconds(f.text("timestamp", "creation_timestamp"))
	if at.IsZero() {
		in.bad(n, BadDate, "timestamp", f.text("timestamp"))
		return
	}
	title := repaired(f.text("title"))
	e := exported{at: at, title: title}
	if in.films {
		e.text = repaired(cmp.Or(f.text("description"), f.text("title")))
		e.title = ""
		e.add(lantoa.Media{Kind: "video", ID: path.Base(repaired(f.text("uri")))})
		in.keep(e)
		return
	}
	var words []string
	for _, raw := range f.list("data") {
		if s := repaired(object(raw).text("post")); strings.TrimSpace(s) != "" && !slices.Contains(words, s) {
			words = append(words, s)
		}
	}
	e.text = strings.Join(words, "\n\n")
	for _, a := range f.list("attachments") {
		for _, raw := range object(a).list("data") {
			e.attach(object(raw))
		}
	}
	e.numbers = lantoa.Snapshot{
		Reactions: figureIn(f["reactions"]), Comments: figureIn(f["comments"]), Shares: figureIn(f["shares"]), Views: figureIn(f["views"]),
	}
	in.keep(e)
}

// exported is a post on its way.
type exported struct {
	at      time.Time
	title   string // what Facebook says of it: "Hội LHPN xã A đã thêm 3 ảnh mới."
	text    string
	caption string // of its first picture that has one
	media   []lantoa.Media
	event   bool
	numbers lantoa.Snapshot
}

// attach takes one thing that is attached to a post.
func (e *exported) attach(f fields) {
	if m := f.object("media"); m != nil {
		uri := repaired(m.text("uri"))
		kind := "photo"
		if isFilm(uri) {
			kind = "video"
		}
		if d := strings.TrimSpace(repaired(m.text("description"))); d != "" {
			e.caption = cmp.Or(e.caption, d)
		}
		if uri != "" && !strings.Contains(uri, "stickers_used/") {
			e.add(lantoa.Media{Kind: kind, ID: path.Base(uri)})
		}
	}
	if c := f.object("external_context"); c != nil {
		if u := address(repaired(c.text("url"))); u != "" {
			e.add(lantoa.Media{Kind: "link", URL: u, Title: repaired(c.text("name"))})
		}
	}
	e.event = e.event || f.has("event")
}

func (e *exported) add(m lantoa.Media) {
	if !slices.ContainsFunc(e.media, func(o lantoa.Media) bool { return o.Kind == m.Kind && o.ID == m.ID && o.URL == m.URL }) {
		e.media = append(e.media, m)
	}
}

func isFilm(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".mp4", ".mov", ".m4v", ".avi", ".webm", ".3gp", ".mkv":
		return true
	}
	return false
}

// keep makes a post of an entry. A post that shares another one is told by two entries of one second, the first of
// which is only a shell; and what stands in two files is one.
func (in *exportReader) keep(e exported) {
	if e.title != "" {
		in.titles = append(in.titles, e.title)
	}
	e.text = strings.TrimSpace(mentioned.ReplaceAllString(e.text, "$1"))
	if e.text == "" {
		e.text = strings.TrimSpace(mentioned.ReplaceAllString(e.caption, "$1"))
	}
	if e.text == "" && len(e.media) == 0 {
		in.out.Empty++
		if shareTitle.MatchString(norm.NFC.String(e.title)) {
			in.shared[e.at.Unix()] = true
		}
		return
	}
	p := e.post(in.at)
	if in.films && slices.ContainsFunc(in.out.Posts, func(o lantoa.Incoming) bool {
		apart := o.PublishedAt.Sub(p.PublishedAt).Abs()
		return apart < 24*time.Hour && slices.ContainsFunc(o.Media, func(m lantoa.Media) bool { return m.ID == p.Media[0].ID }) ||
			apart < 10*time.Minute && p.Text != "" && squeezed(o.Text) == squeezed(p.Text)
	}) {
		in.out.Twice++
		return
	}
	for _, i := range in.bySecond[e.at.Unix()] {
		old := &in.out.Posts[i]
		if old.Text != "" && p.Text != "" && squeezed(old.Text) != squeezed(p.Text) {
			continue
		}
		in.out.Twice++
		if old.Text == "" {
			old.Text, old.External, old.Type = p.Text, p.External, p.Type
		}
		for _, m := range p.Media {
			if !slices.ContainsFunc(old.Media, func(o lantoa.Media) bool { return o.Kind == m.Kind && o.ID == m.ID && o.URL == m.URL }) {
				old.Media = append(old.Media, m)
			}
		}
		old.Type = typeOf(old.Type, old.Media)
		old.Decor = old.Decor || p.Decor
		if !old.HasCount && p.HasCount {
			old.Numbers, old.HasCount = p.Numbers, true
		}
		return
	}
	in.bySecond[e.at.Unix()] = append(in.bySecond[e.at.Unix()], len(in.out.Posts))
	in.out.Posts = append(in.out.Posts, p)
}

// mentioned is how a name is written into a text, "@[100064000000187:274:Hội LHPN xã A]". The id is nobody's business.
var mentioned = regexp.MustCompile(`@\[\d+:\d+:([^\]\n]*)\]`)

var (
	decorTitle = regexp.MustCompile(`(?i)ảnh bìa|ảnh đại diện|cover photo|profile picture|profile photo`)
	shareTitle = regexp.MustCompile(`(?i)đã chia sẻ (?:một |lại )?(?:bài viết|kỷ niệm|ảnh|video|album|sự kiện|thước phim)|shared an? (?:post|memory|photo|video|album|event|reel)`)
	eventTitle = regexp.MustCompile(`(?i)(?:tạo|thêm) (?:một |1 )?sự kiện|(?:created|added) an event`)
	filmTitle  = regexp.MustCompile(`(?i)phát trực tiếp|thước phim|was live|went live|reel`)
)

func (e *exported) post(at time.Time) lantoa.Incoming {
	p := lantoa.Incoming{FromFile: true}
	p.PublishedAt, p.Text, p.Media = e.at, e.text, e.media
	p.External = "fbx-" + strconv.FormatInt(e.at.Unix(), 10) + "-" + fingerprint(e.text, e.media)
	title := norm.NFC.String(e.title)
	p.Decor = decorTitle.MatchString(title)
	switch {
	case shareTitle.MatchString(title):
		p.Type = lantoa.Share
	case e.event || eventTitle.MatchString(title):
		p.Type = lantoa.Event
	case filmTitle.MatchString(title):
		p.Type = lantoa.Video
	}
	p.Type = typeOf(p.Type, p.Media)
	if n := e.numbers; n.Reactions.Known || n.Comments.Known || n.Shares.Known || n.Views.Known {
		n.At, n.Source = at, lantoa.FromReport
		p.Numbers, p.HasCount = n, true
	}
	return p
}

// typeOf is the form of a post by what it shows, unless its title said more.
func typeOf(said lantoa.PostType, media []lantoa.Media) lantoa.PostType {
	if said == lantoa.Share || said == lantoa.Event || said == lantoa.Video {
		return said
	}
	photos, films, links := 0, 0, 0
	for _, m := range media {
		switch m.Kind {
		case "photo":
			photos++
		case "video":
			films++
		case "link":
			links++
		}
	}
	switch {
	case films > 0:
		return lantoa.Video
	case photos > 1:
		return lantoa.Album
	case photos == 1:
		return lantoa.Photo
	case links > 0:
		return lantoa.Link
	}
	return lantoa.Text
}

// fingerprint stands for the words of a post, or for what it shows if it has none. JSON and HTML have the same.
func fingerprint(text string, media []lantoa.Media) string {
	of := squeezed(text)
	if of == "" {
		for _, m := range media {
			of += cmp.Or(m.ID, m.URL) + "\n"
		}
	}
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:5])
}

// squeezed is a text without what the ways it went may have changed: composed, every gap one space.
func squeezed(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

// repaired puts right a text whose UTF-8 bytes were each taken for a letter, as all JSON of Facebook's archives has it.
// A text that is not of that kind stays as it is: one with a letter beyond Latin-1, or whose letters are no UTF-8.
func repaired(s string) string {
	bytes := make([]byte, 0, len(s))
	beyond := false
	for _, r := range s {
		if r > 0xFF {
			return s
		}
		beyond = beyond || r >= 0x80
		bytes = append(bytes, byte(r))
	}
	if !beyond || !utf8.Valid(bytes) {
		return s
	}
	return string(bytes)
}

// figureIn is a figure that came with a post: a number, a list of which each is one, or an object that says how many.
func figureIn(raw json.RawMessage) lantoa.Count {
	if s := looseText(raw); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		return lantoa.Count{N: max(n, 0), Known: err == nil && n >= 0}
	}
	if len(raw) > 0 && raw[0] == '[' {
		var all []json.RawMessage
		if json.Unmarshal(raw, &all) == nil {
			return lantoa.Of(int64(len(all)))
		}
	}
	f := object(raw)
	if s := f.text("count", "total_count"); s != "" {
		return figureIn(json.RawMessage(s))
	}
	if f.has("summary") {
		return figureIn(json.RawMessage(cmp.Or(f.object("summary").text("total_count"), "null")))
	}
	return lantoa.Count{}
}

// seconds is a moment in seconds since 1970, or in milliseconds.
func seconds(s string) time.Time {
	t := millis(s)
	if t.Year() < 2000 || t.Year() > 2199 {
		return time.Time{}
	}
	return t
}

// pageName is what the archive says the page is called.
func (in *exportReader) pageName(a *Archive) string {
	for _, p := range a.choose(func(base string) bool {
		return base == "profile_information.json" || base == "page_information.json" || base == "your_professional_dashboard_activity.json"
	}) {
		r, err := a.openPart(p)
		if err != nil {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(r, 4<<20))
		r.Close()
		if err != nil {
			continue
		}
		if name := nameIn(text, 0); name != "" {
			return norm.NFC.String(strings.TrimSpace(repaired(name)))
		}
	}
	return ""
}

// nameIn finds the name of a page in an object of objects.
func nameIn(raw []byte, deep int) string {
	if deep > 5 {
		return ""
	}
	if len(raw) > 0 && raw[0] == '[' {
		var all []json.RawMessage
		if json.Unmarshal(raw, &all) == nil && len(all) > 0 {
			return nameIn(all[0], deep+1)
		}
		return ""
	}
	f := object(raw)
	if s := f.text("full_name", "page_name", "name"); s != "" {
		return s
	}
	for _, inside := range []string{"name", "profile_v2", "profile", "page_v2", "page", "page_information", "prodash_activity", "data"} {
		if s := nameIn(f[inside], deep+1); s != "" {
			return s
		}
	}
	return ""
}

// said is what follows the name of a page in the titles of its entries.
var said = regexp.MustCompile(` (?:đã|đang|vừa|cùng với|updated|added|shared|posted|was|is|created|wrote|went|changed|published|and|uploaded|live) .*$|(?:’s|'s) .*$`)

// commonName is the name that most titles begin with.
func (in *exportReader) commonName() string {
	times := map[string]int{}
	best := ""
	for _, t := range in.titles {
		name := said.ReplaceAllString(norm.NFC.String(strings.TrimSpace(t)), "")
		if name == "" || name == norm.NFC.String(strings.TrimSpace(t)) {
			continue
		}
		if times[name]++; times[name] > times[best] || times[name] == times[best] && name < best {
			best = name
		}
	}
	return best
}

// Recognise gives the posts of a file the ids under which a channel has them already, so that nothing is there twice.
// have are the channel's posts of that time, with their words. Two are the same if they were published within two
// minutes and their words are, or begin, the same; or in the same second, whatever became of the words since.
// It says how many were recognised.
func Recognise(posts []lantoa.Incoming, have []lantoa.Measured) int {
	taken := map[string]bool{}
	known := map[string]bool{}
	for _, h := range have {
		known[h.External] = true
	}
	for _, p := range posts {
		taken[p.External] = known[p.External]
	}
	sorted := slices.Clone(have)
	slices.SortFunc(sorted, func(a, b lantoa.Measured) int { return a.PublishedAt.Compare(b.PublishedAt) })
	for _, same := range []func(a, b lantoa.Post) bool{sameWords, sameSecond} { // the surer sign first
		for i := range posts {
			p := &posts[i]
			if known[p.External] {
				continue
			}
			from, _ := slices.BinarySearchFunc(sorted, p.PublishedAt.Add(-sameWithin), func(m lantoa.Measured, t time.Time) int { return m.PublishedAt.Compare(t) })
			best := -1
			for k := from; k < len(sorted) && !sorted[k].PublishedAt.After(p.PublishedAt.Add(sameWithin)); k++ {
				if !taken[sorted[k].External] && same(p.Post, sorted[k].Post) &&
					(best < 0 || sorted[k].PublishedAt.Sub(p.PublishedAt).Abs() < sorted[best].PublishedAt.Sub(p.PublishedAt).Abs()) {
					best = k
				}
			}
			if best >= 0 {
				p.External = sorted[best].External
				taken[p.External] = true
			}
		}
	}
	n := 0
	for _, p := range posts {
		if known[p.External] {
			n++
		}
	}
	return n
}

// sameWithin is how far apart the times of one post may be in two tellings of it: some have no seconds.
const sameWithin = 2 * time.Minute

func sameSecond(a, b lantoa.Post) bool { return a.PublishedAt.Unix() == b.PublishedAt.Unix() }

// sameWords says whether the words of two posts are the same, or one is the beginning of the other: posts are cut short
// in some tellings.
func sameWords(a, b lantoa.Post) bool {
	x, y := squeezed(a.Text), squeezed(b.Text)
	if x == y {
		return x != "" || len(a.Media) > 0 && len(b.Media) > 0
	}
	if len(x) > len(y) {
		x, y = y, x
	}
	return utf8.RuneCountInString(x) >= 40 && strings.HasPrefix(y, x)
}

// Span is the time in which posts were published, with what [Recognise] needs around it.
func Span(posts []lantoa.Incoming) (from, to time.Time) {
	for _, p := range posts {
		if from.IsZero() || p.PublishedAt.Before(from) {
			from = p.PublishedAt
		}
		if p.PublishedAt.After(to) {
			to = p.PublishedAt
		}
	}
	return from.Add(-sameWithin), to.Add(sameWithin + time.Second)
}
