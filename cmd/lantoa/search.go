package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/search"
	"github.com/spf13/pflag"
)

var searchVerb = verb{
	name: "search", short: "tìm bài viết từ dòng lệnh",
	usage: "search QUERY [--level commune] [--unit 05722] [--platform facebook] [--topic …] [--from DATE] [--to DATE]", example: `lantoa search "nuôi lợn đất" --level commune`,
	flags: func(fs *pflag.FlagSet) {
		fs.StringSlice("level", nil, "cấp: province, district, commune, branch")
		fs.StringSlice("unit", nil, "mã các đơn vị, tính cả các đơn vị bên dưới")
		fs.StringSlice("platform", nil, "nguồn: facebook, zalo, website")
		fs.StringSlice("topic", nil, "chủ đề")
		fs.StringSlice("kind", nil, "loại bài: text, photo, album, video, link, share, event, other")
		fs.String("from", "", "từ ngày")
		fs.String("to", "", "đến hết ngày")
		fs.Float64("min-score", 0, "từ mấy lần mức thường")
		fs.String("sort", "relevance", "relevance, newest, reach hoặc score")
		fs.Int("limit", 20, "số bài in ra")
		fs.Bool("json", false, "in dạng JSON")
	},
	run: searchPosts,
}

func searchPosts(ctx context.Context, c *call) error {
	if len(c.args) == 0 {
		return wrongUsage("cần lời tìm, ví dụ: %s", `lantoa search "nuôi lợn đất"`)
	}
	app, err := openApp(ctx, c.settings, need{index: true, logTo: c.err})
	if err != nil {
		return err
	}
	defer app.Close()
	q, err := app.query(ctx, c)
	if err != nil {
		return err
	}
	found, err := app.Index.Search(ctx, q)
	if err != nil {
		return err
	}
	ids := make([]lantoa.PostID, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	byID, err := app.Store.Posts(ctx, lantoa.Everything, ids)
	if err != nil {
		return err
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		items := []map[string]any{}
		for _, id := range ids {
			p := byID[id]
			items = append(items, map[string]any{"id": p.ID, "unit": p.Unit.Code, "channel": p.ChannelName,
				"published_at": p.PublishedAt.In(app.Zone), "title": p.Title(), "permalink": p.Permalink, "score": p.Score})
		}
		return json.NewEncoder(c.out).Encode(map[string]any{"items": items, "total": found.Total, "took_ms": found.Took.Milliseconds()})
	}
	say := words.For("vi")
	fmt.Fprintf(c.out, "Tìm thấy %s bài trong %d ms\n", say.Number(int64(found.Total)), found.Took.Milliseconds())
	for _, id := range ids {
		p := byID[id]
		fmt.Fprintf(c.out, "\n%s · %s · %s\n  %s\n", p.ID, p.Unit.UnionName(), say.Date(p.PublishedAt.In(app.Zone)), printable(p.Title()))
	}
	return nil
}

func (a *App) query(ctx context.Context, c *call) (search.Query, error) {
	fs := c.flags
	q := search.Query{Text: strings.Join(c.args, " "), Scope: lantoa.Everything, Now: a.Now()}
	levels, _ := fs.GetStringSlice("level")
	for _, l := range levels {
		level := lantoa.Level(l)
		if level != lantoa.Province && level != lantoa.District && level != lantoa.Commune && level != lantoa.Branch {
			return q, wrongUsage("cấp %q: dùng province, district, commune hoặc branch", l)
		}
		q.Levels = append(q.Levels, level)
	}
	var err error
	codes, _ := fs.GetStringSlice("unit")
	if q.Units, err = a.unitPaths(ctx, codes); err != nil {
		return q, err
	}
	q.Platforms, _ = fs.GetStringSlice("platform")
	q.Topics, _ = fs.GetStringSlice("topic")
	q.Kinds, _ = fs.GetStringSlice("kind")
	if fs.Changed("min-score") {
		least, _ := fs.GetFloat64("min-score")
		q.MinScore = &least
	}
	if text, _ := fs.GetString("from"); text != "" {
		from, err := parseDate(text, a.Zone)
		if err != nil {
			return q, err
		}
		q.From = from
	}
	if text, _ := fs.GetString("to"); text != "" {
		to, err := parseDate(text, a.Zone)
		if err != nil {
			return q, err
		}
		q.To = to.AddDate(0, 0, 1)
	}
	sort, _ := fs.GetString("sort")
	switch s := search.Sort(sort); s {
	case search.ByRelevance, search.ByNewest, search.ByReach, search.ByScore:
		q.Sort = s
	default:
		return q, wrongUsage("--sort %q: dùng relevance, newest, reach hoặc score", sort)
	}
	q.Limit, _ = fs.GetInt("limit")
	if q.Limit < 1 || q.Limit > 500 {
		return q, wrongUsage("--limit %d: chọn từ 1 đến 500", q.Limit)
	}
	return q, nil
}

// unitPaths are the paths of the units that a person named.
func (a *App) unitPaths(ctx context.Context, codes []string) ([]string, error) {
	var paths []string
	for _, code := range codes {
		u, err := a.unitByCode(ctx, strings.TrimSpace(code))
		if err != nil {
			return nil, err
		}
		paths = append(paths, u.Path)
	}
	return paths, nil
}

// printable keeps foreign text from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return ' '
		}
		return r
	}, s)
}
