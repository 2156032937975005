package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
	"github.com/spf13/pflag"
)

var storiesVerb = verb{
	name: "stories", short: "các câu chuyện được gợi ý, kèm lý do",
	usage: "stories [--week 2026-W47] [--unit CODE,…]", example: "lantoa stories --week 2026-W47",
	flags: func(fs *pflag.FlagSet) {
		fs.String("week", "", "tuần kể lần đầu (mặc định: tuần trọn gần nhất)")
		fs.StringSlice("unit", nil, "mã các đơn vị, tính cả các đơn vị bên dưới")
		fs.Int("limit", 20, "số câu chuyện in ra")
		fs.Bool("json", false, "in dạng JSON")
	},
	run: func(ctx context.Context, c *call) error {
		if len(c.args) > 0 {
			return wrongUsage("stories không nhận thêm từ nào: %q", c.args[0])
		}
		app, err := openApp(ctx, c.settings, need{logTo: c.err})
		if err != nil {
			return err
		}
		defer app.Close()
		text, _ := c.flags.GetString("week")
		now := app.Now()
		week, err := parseWeek(text, now, app.Zone)
		if err != nil {
			return err
		}
		filter := store.StoryFilter{States: []lantoa.State{lantoa.Suggested, lantoa.Shortlisted, lantoa.Approved, lantoa.Reshared}, Week: &week, Now: now}
		filter.Limit, _ = c.flags.GetInt("limit")
		codes, _ := c.flags.GetStringSlice("unit")
		if filter.Units, err = app.unitPaths(ctx, codes); err != nil {
			return err
		}
		list, total, _, err := app.Store.Stories(ctx, lantoa.Everything, filter)
		if err != nil {
			return err
		}
		if asJSON, _ := c.flags.GetBool("json"); asJSON {
			items := []map[string]any{}
			for _, s := range list {
				items = append(items, map[string]any{"id": s.ID, "title": s.Title, "state": s.State, "rank": s.RankAt(now), "likeness": s.Likeness,
					"score": s.Lead.Score, "unit": s.First.Code, "channels": s.Channels, "reasons": s.Reasons})
			}
			return json.NewEncoder(c.out).Encode(map[string]any{"items": items, "total": total})
		}
		say := words.For("vi")
		fmt.Fprintf(c.out, "Tuần %s: %s câu chuyện\n", week, say.Number(int64(total)))
		for i, s := range list {
			fmt.Fprintf(c.out, "\n%d. %s\n   %s · %s\n", i+1, printable(s.Title), s.First.UnionName(), say.Date(s.ToldAt.In(app.Zone)))
			var why []string
			for _, r := range s.Reasons {
				why = append(why, say.Reason(r))
			}
			fmt.Fprintf(c.out, "   %s\n", strings.Join(why, " · "))
		}
		return nil
	},
}
