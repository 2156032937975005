package digest

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// View is a digest in words: the mail's two forms and the page lay out the same one.
type View struct {
	Lang      string
	Subject   string
	Kicker    string // the week and its days
	Title     string
	Hello     string
	Greeting  []string // paragraphs of whoever made the digest up
	GreetedBy string
	Late      string
	Sentences []string
	Button    Link
	Sections  []Section
	Foot      []string
	Leave     Link // no more of these mails
}

// Link is an address and what it is called.
type Link struct{ Text, URL string }

// Section is one part of a digest. Key is one of states, stories, figures, movers, help, blind, mine, ideas, notes.
type Section struct {
	Key, Title string
	Tiles      []Tile
	Bar        *Image // the same states as a picture
	Stories    []Story
	Figures    []Figure
	Items      []Item
	Lines      []string
	More       Link
}

// Tile is the number of channels in one state.
type Tile struct {
	Alive         lantoa.Alive
	N, Word, Past string
	Count         int
}

// Story is a story in words.
type Story struct {
	ID                    lantoa.StoryID
	N                     string
	Title, Who, Text, Why string
	URL                   string
	Post                  lantoa.PostID
	Picture               *Image
	Place                 *int // of the picture among the post's media
}

// Figure is one number with its name and what it was the week before.
type Figure struct{ N, Name, Past string }

// Item is one line about a unit.
type Item struct {
	Title, Text, URL string
	Alive            lantoa.Alive
	Strip            []int
	Draw             *Image
}

// Image is a picture that a mail carries with it.
type Image struct {
	CID, Alt      string
	Width, Height int
	Type          string
	Data          []byte
}

// Look says where things lie and how much is told.
type Look struct {
	Base  string // address of the pages
	Link  string // where the button leads; empty: the digest's own page, after signing in
	Leave string // where one leaves the list; empty: nothing is said of it
	Most  int    // bytes that the HTML of a mail may have; 0: MailMost
	Cut   int    // 0: everything; each further step leaves more out, so that a mail is not too large
}

const (
	leaderStories = 3 // told in full to leaders; the others with their title
	helpShown     = 5
	linesShown    = 8 // stories told with their title only
	minesShown    = 8
	greetingMost  = 1200
	greetingLines = 12
	titleMost     = 160
	nameMost      = 80
)

// Subject is the subject of the mail: "Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay".
func Subject(d lantoa.Digest, c *words.Catalog) string {
	week := strconv.Itoa(d.Week.Number)
	if d.Reader.Role == lantoa.Officer {
		s := c.T("digest.subject.own", "week", week, "unit", name(d.Reader.Unit), "n", d.Posts)
		if d.Reckoned == 0 {
			s = c.T("digest.title", "week", week, "unit", name(d.Reader.Unit))
		}
		if n := len(d.Ideas); n > 0 {
			s += " · " + c.T("digest.subject.ideas", "n", n)
		}
		return s
	}
	key := "digest.subject.pages"
	if d.Of == "" {
		key = "digest.subject.channels"
	}
	s := c.T(key, "week", week, "active", d.States.Active, "all", d.States.All())
	if n := len(d.Stories); n > 0 {
		s += " · " + c.T("digest.subject.stories", "n", n)
	}
	return s
}

// Sentences are the digest in three sentences.
func Sentences(d lantoa.Digest, c *words.Catalog) []string {
	if d.Reader.Role == lantoa.Officer {
		return ownSentences(d, c)
	}
	what := c.T("digest.what.pages")
	if d.Of == "" {
		what = c.T("digest.what.channels")
	}
	out := []string{c.T("digest.say.active", "n", d.States.Active, "what", what)}
	if d.Before.All() > 0 {
		out[0] = c.T("digest.say.active_before", "n", d.States.Active, "what", what, "before", d.Before.Active)
	}
	silent, lost := d.States.Silent, d.States.Disconnected
	switch {
	case silent > 0 && lost > 0:
		out = append(out, c.T("digest.say.both", "silent", silent, "lost", lost, "what", what))
	case silent > 0:
		out = append(out, c.T("digest.say.silent", "silent", silent, "what", what))
	case lost > 0:
		out = append(out, c.T("digest.say.lost", "lost", lost, "what", what))
	default:
		out = append(out, c.T("digest.say.none", "what", what))
	}
	if len(d.Stories) > 0 {
		best := d.Stories[0]
		out = append(out, c.T("digest.say.story", "unit", name(best.Unit), "title", gist(best)))
	} else {
		out = append(out, c.T("digest.say.no_story"))
	}
	return out
}

func ownSentences(d lantoa.Digest, c *words.Catalog) []string {
	unit := name(d.Reader.Unit)
	var out []string
	switch {
	case d.States.All() == 0:
		out = append(out, c.T("digest.own.no_page", "unit", unit))
	case d.Reckoned == 0:
		out = append(out, c.T("digest.own.unreckoned", "unit", unit))
	case d.Posts > 0:
		out = append(out, c.T("digest.own.posts", "unit", unit, "n", d.Posts, "own", d.Own))
	case d.States.Disconnected > 0:
		out = append(out, c.T("digest.own.lost", "unit", unit))
	default:
		out = append(out, c.T("digest.own.none", "unit", unit))
	}
	if len(d.Stories) > 0 {
		best := d.Stories[0]
		if best.Score != nil && words.Above(*best.Score) {
			out = append(out, c.T("digest.own.best", "title", titleOf(best), "score", c.Score(*best.Score)))
		} else {
			out = append(out, c.T("digest.own.story", "title", titleOf(best)))
		}
	}
	if d.Posts > 0 && d.States.Disconnected > 0 {
		out = append(out, c.T("digest.own.also_lost"))
	}
	if len(d.Ideas) > 0 {
		out = append(out, c.T("digest.own.ideas", "n", len(d.Ideas)))
	}
	return out
}

func titleOf(s lantoa.DigestStory) string {
	if s.Headline != "" {
		return lantoa.Cut(s.Headline, titleMost)
	}
	return lantoa.Cut(s.Title, titleMost)
}

// gist is what a story is about within a sentence: "nuôi lợn đất" of "Mô hình nuôi lợn đất: 62 hội viên …".
func gist(s lantoa.DigestStory) string {
	full := titleOf(s)
	t, _, _ := strings.Cut(full, ":")
	t, _, _ = strings.Cut(t, " – ")
	t = strings.TrimSpace(strings.Trim(strings.TrimSpace(t), "“”\"."))
	if utf8.RuneCountInString(t) < 6 {
		t = full
	}
	t = lantoa.Cut(t, 70)
	for _, kind := range []string{"Mô hình ", "mô hình ", "MÔ HÌNH "} {
		if rest, is := strings.CutPrefix(t, kind); is {
			return rest
		}
	}
	first, size := utf8.DecodeRuneInString(t)
	second, _ := utf8.DecodeRuneInString(t[size:])
	if s.Headline != "" || unicode.IsUpper(second) || !unicode.IsUpper(first) {
		return t // an editor's own words, or capitals throughout
	}
	return "“" + t + "”"
}

// Say puts a digest into words.
func Say(d lantoa.Digest, c *words.Catalog, look Look) View {
	v := View{
		Lang: c.Lang(), Subject: Subject(d, c), Kicker: c.Week(d.Week), Sentences: Sentences(d, c),
		Title: c.T("digest.title", "week", strconv.Itoa(d.Week.Number), "unit", name(d.Reader.Unit)),
		Hello: c.T("digest.hello", "name", d.Reader.Name), GreetedBy: d.GreetedBy,
		Button: Link{c.T("digest.open"), look.Link},
	}
	for line := range strings.Lines(lantoa.Cut(d.Greeting, greetingMost)) {
		if line = strings.TrimSpace(line); line != "" && len(v.Greeting) < greetingLines {
			v.Greeting = append(v.Greeting, line)
		}
	}
	if len(v.Greeting) == 0 {
		v.GreetedBy = ""
	}
	if d.Late {
		v.Late = c.T("digest.late", "days", days(d.Week, c))
	}
	if v.Button.URL == "" {
		v.Button = Link{c.T("digest.open_page"), look.Base + "/ban-tin/" + d.Week.String()}
	}
	s := say{d, c, look}
	var order []Section
	switch d.Reader.Role {
	case lantoa.Officer:
		order = []Section{s.mine(), s.stories(len(d.Stories), "digest.part.own_stories"), s.ideas(), s.notes()}
	case lantoa.Communications, lantoa.Admin:
		order = []Section{s.stories(len(d.Stories), "digest.part.stories"), s.figures(), s.states(), s.movers(), s.help(), s.blind(), s.notes()}
	default:
		order = []Section{s.states(), s.stories(leaderStories, "digest.part.stories"), s.movers(), s.help(), s.blind(), s.figures(), s.notes()}
	}
	for _, part := range order {
		if len(part.Tiles)+len(part.Stories)+len(part.Figures)+len(part.Items)+len(part.Lines) > 0 {
			v.Sections = append(v.Sections, part)
		}
	}
	v.Foot = []string{c.T("digest.foot.why", "role", c.Role(d.Reader.Role), "unit", name(d.Reader.Unit))}
	if look.Link != "" {
		v.Foot = append(v.Foot, c.T("digest.foot.link", "n", LinkDays))
	}
	if look.Leave != "" {
		v.Leave = Link{c.T("digest.leave"), look.Leave}
	}
	return v
}

// LinkDays is for how many days the personal link of a mail opens its page.
const LinkDays = 7

// days are the first and last day of a week.
func days(w lantoa.Week, c *words.Catalog) string {
	_, d, _ := strings.Cut(c.Week(w), " · ")
	return d
}

type say struct {
	d    lantoa.Digest
	c    *words.Catalog
	look Look
}

func (s say) most(n int) int { return max(n>>s.look.Cut, 1) }

func (s say) states() Section {
	part := Section{Key: "states", Title: s.c.T("digest.part.states")}
	for _, a := range []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected} {
		t := Tile{Alive: a, N: s.c.Number(int64(s.d.States.Of(a))), Word: s.c.State(a), Count: s.d.States.Of(a)}
		if s.d.Before.All() > 0 {
			t.Past = s.c.T("digest.before", "n", s.d.Before.Of(a))
		}
		part.Tiles = append(part.Tiles, t)
	}
	return part
}

func (s say) stories(full int, title string) Section {
	part := Section{Key: "stories", Title: s.c.T(title)}
	full = min(full, s.most(8))
	for i, x := range s.d.Stories {
		if i >= full+s.most(linesShown) {
			break
		}
		if i >= full {
			part.Items = append(part.Items, Item{Title: titleOf(x), Text: name(x.Unit), URL: s.storyURL(x)})
			continue
		}
		part.Stories = append(part.Stories, s.story(x, i+1))
	}
	if more := s.d.Found - len(part.Stories) - len(part.Items); more > 0 && s.d.Reader.Role != lantoa.Officer {
		part.More = Link{s.c.T("digest.more_stories", "n", more), s.look.Base + "/cau-chuyen?tuan=" + s.d.Week.String()}
	}
	return part
}

func (s say) storyURL(x lantoa.DigestStory) string {
	return s.look.Base + "/cau-chuyen/" + string(x.ID)
}

func (s say) story(x lantoa.DigestStory, n int) Story {
	out := Story{ID: x.ID, N: strconv.Itoa(n), Title: titleOf(x), Text: lantoa.Cut(x.Opening, s.most(240)), URL: s.storyURL(x), Post: x.Post, Place: x.Picture}
	out.Who = "Hội LHPN " + name(x.Unit) + " · " + s.c.DayMonth(x.ToldAt)
	var why []string
	if x.Score != nil && words.Above(*x.Score) {
		why = append(why, s.c.Score(*x.Score))
	}
	if x.Interactions.Known && x.Interactions.N > 0 {
		why = append(why, s.c.T("count.interactions", "n", x.Interactions))
	}
	if x.Shares.Known && x.Shares.N > 0 {
		why = append(why, s.c.T("count.shares", "n", x.Shares))
	}
	for _, r := range x.Reasons {
		if r.Kind == lantoa.ManyCarry || r.Kind == lantoa.GivesResult || r.Kind == lantoa.TellsHow {
			why = append(why, lantoa.Cut(s.c.ReasonShort(r), nameMost))
		}
	}
	out.Why = strings.Join(why[:min(len(why), 5)], " · ")
	return out
}

func (s say) figures() Section {
	d, c := s.d, s.c
	part := Section{Key: "figures", Title: c.T("digest.part.figures")}
	if d.Reckoned == 0 {
		return part
	}
	before := d.Before.All() > 0
	add := func(n, name, past string) {
		f := Figure{N: n, Name: c.T("digest.figure." + name)}
		if before {
			f.Past = c.T("digest.before_words", "what", past)
		}
		part.Figures = append(part.Figures, f)
	}
	add(c.Number(int64(d.Posts)), "posts", c.Number(int64(d.PostsBefore)))
	add(share(c, d.Own, d.Posts), "own", share(c, d.OwnBefore, d.PostsBefore))
	add(value(c, d.Median), "median", value(c, d.MedBefore))
	return part
}

func share(c *words.Catalog, part, of int) string {
	if of == 0 {
		return words.Absent
	}
	return c.Percent(float64(part) / float64(of))
}

func value(c *words.Catalog, v *float64) string {
	if v == nil {
		return words.Absent
	}
	return c.Decimal(*v)
}

func (s say) movers() Section {
	part := Section{Key: "movers", Title: s.c.T("digest.part.movers")}
	for _, m := range s.d.Movers {
		part.Items = append(part.Items, Item{Title: s.unit(m.Unit), URL: s.unitURL(m.Unit),
			Text: s.c.T("digest.mover", "n", m.Interactions, "usual", m.Usual, "posts", m.Posts, "own", m.Own)})
	}
	return part
}

func (s say) unit(u lantoa.DigestUnit) string {
	if u.Level == lantoa.Commune && u.Parent != "" && u.Parent != s.d.Reader.Unit.Name {
		return name(u) + ", " + lantoa.Cut(u.Parent, nameMost)
	}
	return name(u)
}

// name is a unit's name, which no file that was imported can make longer than a line.
func name(u lantoa.DigestUnit) string { return lantoa.Cut(u.Name, nameMost) }

func (s say) unitURL(u lantoa.DigestUnit) string { return s.look.Base + "/don-vi/" + u.Code }

func (s say) help() Section {
	part := Section{Key: "help", Title: s.c.T("digest.part.help")}
	most := s.most(helpShown)
	for i, ch := range s.d.Help {
		if i == most {
			part.More = Link{s.c.T("digest.more_channels", "n", len(s.d.Help)-most), s.look.Base + "/kenh?trang_thai=silent"}
			break
		}
		text := s.c.Standing(lantoa.Silent, ch.Days, ch.Usual)
		if ch.Away {
			text += " · " + s.c.T("digest.away")
		}
		part.Items = append(part.Items, Item{Title: s.unit(ch.Unit), Text: text, URL: s.unitURL(ch.Unit), Alive: lantoa.Silent})
	}
	return part
}

func (s say) blind() Section {
	part := Section{Key: "blind", Title: s.c.T("digest.part.blind")}
	most := s.most(helpShown)
	for i, ch := range s.d.Blind {
		if i == most {
			part.More = Link{s.c.T("digest.more_channels", "n", len(s.d.Blind)-most), s.look.Base + "/kenh?trang_thai=disconnected"}
			break
		}
		part.Items = append(part.Items, Item{Title: s.unit(ch.Unit), Text: s.c.T("digest.not_their_fault"), URL: s.unitURL(ch.Unit), Alive: lantoa.Disconnected})
	}
	return part
}

func (s say) mine() Section {
	part := Section{Key: "mine", Title: s.c.T("digest.part.mine")}
	for _, ch := range s.d.Mine[:min(len(s.d.Mine), minesShown)] {
		part.Items = append(part.Items, Item{Title: lantoa.Cut(ch.Name, nameMost), Alive: ch.State, URL: s.look.Base + "/kenh/" + string(ch.ID), Strip: ch.Strip,
			Text: s.c.State(ch.State) + " · " + s.c.Standing(ch.State, ch.Days, ch.Usual)})
	}
	return part
}

func (s say) ideas() Section {
	part := Section{Key: "ideas", Title: s.c.T("digest.part.ideas")}
	for i, x := range s.d.Ideas {
		part.Stories = append(part.Stories, s.story(x, i+1))
	}
	if len(s.d.Ideas) == 0 {
		part.Lines = []string{s.c.T("digest.no_ideas")}
	}
	return part
}

func (s say) notes() Section {
	d, c := s.d, s.c
	part := Section{Key: "notes", Title: c.T("digest.part.notes"), Lines: []string{c.T("digest.as_of", "time", c.DateTime(d.UpTo))}}
	if all := d.States.All(); d.Reader.Role != lantoa.Officer && all > 0 {
		what := c.T("digest.what.pages")
		if d.Of == "" {
			what = c.T("digest.what.channels")
		}
		var parts []string
		for _, a := range []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected, lantoa.Archived, lantoa.Waiting} {
			if n := d.States.Of(a); n > 0 {
				parts = append(parts, c.Number(int64(n))+" "+strings.ToLower(c.State(a)))
			}
		}
		part.Lines = append(part.Lines, c.T("digest.sum", "n", all, "what", what, "parts", strings.Join(parts, " + ")))
		if g := d.Groups.All(); g > 0 {
			part.Lines = append(part.Lines, c.T("digest.groups", "active", d.Groups.Active, "n", g))
		}
	}
	for _, n := range d.Notes {
		part.Lines = append(part.Lines, c.T("digest.note."+n.Kind, "n", n.N, "days", n.Days, "time", c.DateTime(n.At), "day", n.At))
	}
	return part
}
