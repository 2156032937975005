package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hoiphunu/lantoa"
)

var reindexVerb = verb{
	name: "reindex", short: "dựng lại chỉ mục tìm kiếm từ cơ sở dữ liệu trong khi chỉ mục cũ vẫn phục vụ",
	usage: "reindex", example: "lantoa reindex",
	run: func(ctx context.Context, c *call) error {
		if len(c.args) > 0 {
			return wrongUsage("reindex không nhận thêm từ nào: %q", c.args[0])
		}
		app, err := openApp(ctx, c.settings, need{service: "reindex", tryOwn: true, index: true, logTo: c.err})
		if err != nil {
			return err
		}
		defer app.Close()
		began := time.Now()
		if !app.Serves {
			return app.askForReindex(ctx, c)
		}
		overview, err := app.Store.Counts(ctx, lantoa.Everything)
		if err != nil {
			return err
		}
		show := newProgress(c.err)
		n := 0
		err = app.Worker.Reindex(ctx, func(done int) {
			n = done
			show.step(float64(done), float64(overview.Posts), "Dựng lại chỉ mục")
		})
		show.end()
		if lantoa.KindOf(err) == lantoa.Busy { // on Postgres a service claims nothing, but it holds its own index
			return app.askForReindex(ctx, c)
		}
		if err != nil {
			return err
		}
		if err := app.Worker.IndexChanged(ctx); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "Đã dựng lại chỉ mục: %d bài trong %.1f giây.\n", n, time.Since(began).Seconds())
		return nil
	},
}

// askForReindex leaves the wish in the store for the running service, whose index it is, and waits for it.
func (a *App) askForReindex(ctx context.Context, c *call) error {
	if err := a.Store.SetMeta(ctx, "reindex", "asked"); err != nil {
		return err
	}
	fmt.Fprintln(c.out, "Dịch vụ đang chạy sẽ dựng lại chỉ mục; đang chờ…")
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
		state, err := a.Store.GetMeta(ctx, "reindex")
		if err != nil {
			return err
		}
		if state != "asked" {
			fmt.Fprintln(c.out, "Xong:", state)
			return nil
		}
	}
}
