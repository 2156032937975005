package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
	"github.com/spf13/pflag"
)

var collectVerb = verb{
	name: "collect", short: "đọc các kênh ngay bây giờ và chờ đến khi xong",
	usage: "collect [--channel ID…] [--since DATE] [--connect facebook|zalo]", example: "lantoa collect --since 2026-11-01",
	flags: func(fs *pflag.FlagSet) {
		fs.StringSlice("channel", nil, "chỉ các kênh này (mã kênh); để trống: mọi kênh chưa lưu trữ")
		fs.String("since", "", "đọc lại từ ngày này, dạng 2026-11-23")
		fs.String("connect", "", "trước đó nhận mã truy cập của facebook hoặc zalo từ đầu vào chuẩn")
		fs.Bool("json", false, "in kết quả dạng JSON")
	},
	run: collect,
}

func collect(ctx context.Context, c *call) error {
	ids, _ := c.flags.GetStringSlice("channel")
	ids = append(ids, c.args...)
	app, err := openApp(ctx, c.settings, need{service: "collect", tryOwn: true, index: true, logTo: c.err})
	if err != nil {
		return err
	}
	defer app.Close()
	if platform, _ := c.flags.GetString("connect"); platform != "" {
		if err := app.connect(ctx, platform, os.Stdin, c.out); err != nil {
			return err
		}
	}
	channels, err := app.pick(ctx, ids)
	if err != nil {
		return err
	}
	if text, _ := c.flags.GetString("since"); text != "" {
		since, err := parseDate(text, app.Zone)
		if err != nil {
			return err
		}
		app.Worker.Since = since
	}
	began := time.Now()
	sum, troubled, err := app.sweep(ctx, channels, newProgress(c.err))
	if err != nil {
		return err
	}
	if err := app.follow(ctx); err != nil {
		return err
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		err = json.NewEncoder(c.out).Encode(map[string]any{"channels": len(channels), "posts": sum.Seen, "new": sum.New,
			"chatter": sum.Chatter, "calls": sum.Calls, "troubled": len(troubled), "seconds": time.Since(began).Seconds()})
		if err != nil {
			return err
		}
	} else {
		say := words.For("vi")
		fmt.Fprintf(c.out, "Đã đọc %s kênh: %s bài (%s mới), %s tin nhắn chỉ đếm, %s lần hỏi, %.1f giây.\n",
			say.Number(int64(len(channels))), say.Number(int64(sum.Seen)), say.Number(int64(sum.New)), say.Number(int64(sum.Chatter)),
			say.Number(int64(sum.Calls)), time.Since(began).Seconds())
		for _, v := range troubled {
			fmt.Fprintf(c.out, "  %s: %s\n", v.name, say.Trouble(v.trouble, v.kind))
		}
	}
	if len(troubled) > 0 {
		return errPartly
	}
	return nil
}

// pick finds the channels named, or all that are not archived.
func (a *App) pick(ctx context.Context, ids []string) ([]lantoa.Channel, error) {
	var channels []lantoa.Channel
	for _, id := range ids {
		ch, err := a.Store.Channel(ctx, lantoa.ChannelID(id))
		if lantoa.KindOf(err) == lantoa.NotFound || !lantoa.ValidID(id) {
			return nil, wrongUsage("không có kênh mã %q", id)
		}
		if err != nil {
			return nil, err
		}
		channels = append(channels, ch)
	}
	if len(ids) > 0 {
		return channels, nil
	}
	all, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return nil, err
	}
	for _, ch := range all {
		if a.Worker.Sources[ch.Kind] != nil && (!ch.Archived || ch.FirstRead.IsZero()) {
			channels = append(channels, ch)
		}
	}
	return channels, nil
}

type troubled struct {
	name    string
	kind    lantoa.ChannelKind
	trouble *lantoa.Trouble
}

// sweep visits the channels and adds up what came.
func (a *App) sweep(ctx context.Context, channels []lantoa.Channel, show *progress) (sum lantoa.Visit, bad []troubled, err error) {
	names := map[lantoa.ChannelID]lantoa.Channel{}
	for _, ch := range channels {
		names[ch.ID] = ch
	}
	var mu sync.Mutex
	err = a.Worker.Sweep(ctx, channels, func(done int, v lantoa.Visit) {
		mu.Lock()
		defer mu.Unlock()
		sum.Seen += v.Seen
		sum.New += v.New
		sum.Chatter += v.Chatter
		sum.Calls += v.Calls
		if v.Trouble != nil {
			ch := names[v.Channel]
			bad = append(bad, troubled{ch.Name, ch.Kind, v.Trouble})
		}
		show.step(float64(done), float64(len(channels)), "Đang đọc các kênh")
	})
	show.end()
	return sum, bad, err
}
