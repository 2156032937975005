package export

import (
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/docx"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/internal/words"
)

// Posts is a list of posts, as they were found or of a stretch of time.
type Posts struct {
	Title   string
	Union   string // whose paper it is: "Hội LHPN tỉnh …"
	Filters []Filter
	Posts   []lantoa.Measured
	All     int // how many there are in all
	At      time.Time
	Zone    *time.Location
	// Picture is our copy of a post's first picture with what it shows; nothing where there is none.
	Picture func(m lantoa.Measured) (jpeg []byte, alt string)
}

const (
	opening = 300 // letters of a text in a cell
	summary = 600 // and in a paper
)

// Table has a row for each post.
func (p Posts) Table(say *words.Catalog) Table {
	t := Table{Tab: say.T("export.tab.posts"), Title: p.Title, Keep: 1, Columns: []sheet.Column{
		column(say, "title", sheet.Long, 52), column(say, "code", sheet.Text, 10), column(say, "unit", sheet.Text, 26), column(say, "level", sheet.Text, 10),
		column(say, "channel", sheet.Text, 30), column(say, "platform", sheet.Text, 12), column(say, "published", sheet.Moment, 17), column(say, "form", sheet.Text, 12),
		column(say, "topics", sheet.Text, 24), column(say, "reactions", sheet.Whole, 10), column(say, "comments", sheet.Whole, 10), column(say, "shares", sheet.Whole, 10),
		column(say, "interactions", sheet.Whole, 11), column(say, "views", sheet.Whole, 11), column(say, "reach", sheet.Whole, 11), column(say, "reported", sheet.Text, 9),
		column(say, "as_of", sheet.Moment, 17), column(say, "score", sheet.Decimal, 12), column(say, "kind_of_post", sheet.Text, 24),
		column(say, "board", sheet.Text, 14), column(say, "link", sheet.Text, 44), column(say, "opening", sheet.Long, 70),
	}}
	for _, m := range p.Posts[:min(len(p.Posts), MostRows)] {
		t.Rows = append(t.Rows, p.row(say, m))
	}
	t.Notes = notes(say, p.Title, p.At, p.Filters, len(t.Rows), max(p.All, len(p.Posts)))
	t.Notes = explain(say, t.Notes, "interactions", "views", "reach", "reported", "as_of", "score")
	t.Notes = append(t.Notes, [2]string{say.T("export.note.hidden"), say.T("export.note.hidden_means")})
	return t
}

func (p Posts) row(say *words.Catalog, m lantoa.Measured) []any {
	n := m.Numbers
	var score any
	if m.Score != nil {
		score = *m.Score
	}
	var board string
	if m.Story != "" && m.StoryState != "" && m.StoryState != lantoa.Dismissed {
		board = say.Board(m.StoryState)
	}
	return []any{
		titleOf(say, m), m.Unit.Code, upper(m.Unit.Name), say.Level(m.Unit.Level), m.ChannelName, say.Platform(m.Kind.Platform()),
		local(m.PublishedAt, p.Zone), say.PostType(m.Type), topicsOf(say, m.Topics), count(n.Reactions), count(n.Comments), count(n.Shares),
		count(n.Interactions()), count(n.Views), count(n.Reach), yes(say, n.Source == lantoa.FromReport), local(n.At, p.Zone), score,
		strings.Join(marks(say, m), "; "), board, page(m.Permalink), hide(say, lantoa.Cut(m.Text, opening)),
	}
}

// titleOf is a post's opening, or what it is where it has no words.
func titleOf(say *words.Catalog, m lantoa.Measured) string {
	if t := strings.TrimSpace(m.Title()); t != "" {
		return hide(say, t)
	}
	return say.PostType(m.Type)
}

// marks say what a post is beside its text: a contest, what fell from above, dated back.
func marks(say *words.Catalog, m lantoa.Measured) []string {
	var out []string
	if m.Vote {
		out = append(out, say.T("export.vote"))
	}
	if m.FromAbove {
		out = append(out, say.ReasonShort(lantoa.Reason{Kind: lantoa.FromHigher, Channels: m.Copies + 1}))
	} else if m.Copies > 0 {
		out = append(out, say.T("export.copies", "n", m.Copies+1))
	}
	if m.BackDated {
		out = append(out, say.ReasonShort(lantoa.Reason{Kind: lantoa.DatedBack}))
	}
	return out
}

func topicsOf(say *words.Catalog, topics []string) string {
	out := make([]string, len(topics))
	for i, t := range topics {
		out[i] = say.Topic(t)
	}
	return strings.Join(out, ", ")
}

// page is an address of the web, or nothing.
func page(link string) string {
	if strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://") {
		return link
	}
	return ""
}

// Paper tells of each post with its picture, for a meeting.
func (p Posts) Paper(say *words.Catalog) (Paper, error) {
	d := begin(say, p.Union, p.Title, chosenBy(p.Filters), p.At)
	shown := p.Posts[:min(len(p.Posts), MostItems)]
	d.Text(size(say, len(shown), max(p.All, len(p.Posts))))
	for i, m := range shown {
		if err := p.item(say, d, i+1, m); err != nil {
			return Paper{}, err
		}
	}
	d.Paragraph(docx.Left, docx.Run{Text: say.T("export.note.hidden_means"), Italic: true, Small: true, Faint: true})
	d.Footer(say.T("export.footer", "time", say.DateTime(p.At)))
	return Paper{p.Title, d}, nil
}

func (p Posts) item(say *words.Catalog, d *docx.Document, n int, m lantoa.Measured) error {
	d.Heading(2, say.Number(int64(n))+". "+titleOf(say, m))
	d.Together(docx.Run{Text: m.Unit.UnionName(), Bold: true},
		docx.Run{Text: " · " + say.Date(m.PublishedAt.In(p.Zone)) + " · " + say.Platform(m.Kind.Platform()), Faint: true})
	if text := body(say, m); text != "" {
		d.Text(text)
	}
	if err := p.picture(d, m); err != nil {
		return err
	}
	if f := figures(say, m.Numbers, p.Zone); f != "" {
		d.Paragraph(docx.Left, docx.Run{Text: f, Small: true})
	}
	link(say, d, m.Permalink)
	return nil
}

// picture writes our copy of the first picture; one that cannot be read any more is left out.
func (p Posts) picture(d *docx.Document, m lantoa.Measured) error {
	if p.Picture == nil {
		return nil
	}
	if jpeg, alt := p.Picture(m); len(jpeg) > 0 {
		return d.Picture(jpeg, 9, alt)
	}
	return nil
}

// body is the text of a post without its title, as far as a summary goes.
func body(say *words.Catalog, m lantoa.Measured) string {
	text := strings.TrimSpace(m.Text)
	if t := strings.TrimSuffix(m.Title(), "…"); t != "" {
		if rest, is := strings.CutPrefix(text, t); is && !strings.HasSuffix(m.Title(), "…") {
			text = strings.TrimSpace(rest)
		}
	}
	return hide(say, lantoa.Cut(text, summary))
}

// figures are a post's numbers in one line with the moment they are as of.
func figures(say *words.Catalog, n lantoa.Snapshot, zone *time.Location) string {
	var out []string
	for _, f := range []struct {
		key string
		n   lantoa.Count
	}{{"reactions", n.Reactions}, {"comments", n.Comments}, {"shares", n.Shares}, {"views", n.Views}, {"reach", n.Reach}} {
		if f.n.Known {
			out = append(out, say.T("export.figure."+f.key, "n", f.n))
		}
	}
	if len(out) == 0 {
		return ""
	}
	line := strings.Join(out, " · ")
	if !n.At.IsZero() {
		line = say.T("export.as_of", "what", line, "time", say.DateTime(n.At.In(zone)))
	}
	if n.Source == lantoa.FromReport {
		line += " · " + say.T("export.column.reported")
	}
	return line
}

func link(say *words.Catalog, d *docx.Document, to string) {
	if to = page(to); to != "" {
		d.Paragraph(docx.Left, docx.Run{Text: say.T("export.link") + " ", Small: true}, docx.Run{Text: to, To: to, Small: true})
	}
}

func chosenBy(filters []Filter) string {
	var out []string
	for _, f := range filters {
		if f.Value != "" {
			out = append(out, f.Name+": "+f.Value)
		}
	}
	return strings.Join(out, " · ")
}

// size says how many there are, and how many of them are in the paper.
func size(say *words.Catalog, shown, all int) string {
	if all > shown {
		return say.T("export.note.cut", "n", shown, "all", all)
	}
	return say.T("export.count", "n", shown)
}
