package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/store"
)

// importMetrics saves the monthly figures that units sent, each as reported ("tự báo").
func importMetrics(ctx context.Context, app *App, in *intake) error {
	ask := files.MonthsAsk{At: in.now, Zone: app.Zone, Month: in.flag("month")}
	if ask.Month != "" {
		if _, err := time.Parse("2006-01", ask.Month); err != nil {
			return wrongUsage("--month %q không phải một tháng; viết như 2026-11", ask.Month)
		}
	}
	var err error
	if ask.Units, err = app.Store.Units(ctx, lantoa.Everything, time.Time{}); err != nil {
		return err
	}
	if ask.Channels, err = app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{}); err != nil {
		return err
	}
	got, wrong, err := files.ReadMonths(in.file, in.format(), ask)
	for _, b := range wrong {
		in.skip(b)
	}
	if err != nil {
		return unreadable(err)
	}
	in.good = got.Rows
	if in.check() {
		for _, used := range got.Used {
			in.say("  cột hiểu được: %s", printable(used))
		}
	}
	if len(got.Unused) > 0 {
		in.say("  cột không dùng: %s", printable(strings.Join(got.Unused, "; ")))
	}
	in.also = fmt.Sprintf(", %d số liệu", len(got.Months))
	if in.check() || len(got.Months) == 0 {
		return nil
	}
	if ctx, err = in.writing(ctx, app); err != nil {
		return err
	}
	months := make([]lantoa.ChannelMonth, len(got.Months))
	for i, m := range got.Months {
		months[i] = m.ChannelMonth
	}
	fresh, changed, err := app.Store.SaveChannelMonths(ctx, months)
	if err != nil {
		return err
	}
	in.also += fmt.Sprintf(" (%d mới, %d sửa, %d đã có)", fresh, changed, len(months)-fresh-changed)
	return nil
}
