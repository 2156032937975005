package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
)

const (
	rollEvery = time.Hour
	rollWeeks = 5 // posts grow for four weeks: what is older stands
)

// RollUp reckons the last weeks of all channels, and the whole half year where a channel has none yet.
func (w *Worker) RollUp(ctx context.Context) error {
	w.rolling.Lock()
	defer w.rolling.Unlock()
	now := w.Now()
	channels, err := w.Store.Publishing(ctx)
	if err != nil {
		return fmt.Errorf("roll up: %w", err)
	}
	span := lantoa.LastWeeks(lantoa.WeekOf(now, w.Zone), activity.Span)
	had, _, err := w.Store.ChannelWeeks(ctx, span[0], span[len(span)-1], time.Time{})
	if err != nil {
		return fmt.Errorf("roll up: %w", err)
	}
	m := activity.Material{Channels: channels, Settled: map[lantoa.ChannelID]map[lantoa.Week]lantoa.ChannelWeek{}}
	rolled := map[lantoa.ChannelID]bool{}
	for _, row := range had {
		rolled[row.Channel] = true
		if m.Settled[row.Channel] == nil {
			m.Settled[row.Channel] = map[lantoa.Week]lantoa.ChannelWeek{}
		}
		if row.UpTo.Equal(row.Week.Settled(w.Zone)) {
			m.Settled[row.Channel][row.Week] = row
		}
	}
	weeks := span[len(span)-rollWeeks:]
	for _, ch := range channels {
		if !rolled[ch.ID] && !ch.FirstRead.IsZero() {
			weeks = span
			break
		}
	}
	if err := w.rollMaterial(ctx, &m, weeks, now); err != nil {
		return fmt.Errorf("roll up: %w", err)
	}
	if err := w.Store.SaveChannelWeeks(ctx, activity.Roll(weeks, m, now, w.Zone), now); err != nil {
		return fmt.Errorf("roll up: %w", err)
	}
	return nil
}

func (w *Worker) rollMaterial(ctx context.Context, m *activity.Material, weeks []lantoa.Week, now time.Time) (err error) {
	from, to := weeks[0].Start(w.Zone), weeks[len(weeks)-1].Settled(w.Zone)
	if m.Posts, err = w.Store.WeekPosts(ctx, from, to); err != nil {
		return err
	}
	if m.Curves, err = w.Store.WeekCurves(ctx, from.Add(-activity.Growing), to); err != nil {
		return err
	}
	if m.Sizes, err = w.Store.SizesBetween(ctx, from.AddDate(0, 0, -14), to); err != nil {
		return err
	}
	if m.Stories, err = w.Store.StoriesTold(ctx, from, to); err != nil {
		return err
	}
	m.Looks = map[lantoa.Week]activity.Look{}
	for _, week := range weeks {
		if m.AllSettled(week) {
			continue
		}
		look := activity.Look{At: week.Settled(w.Zone)}
		if now.Before(look.At) {
			look.At, look.Running = now, true
		} else if look.Seen, err = w.Store.SeenAt(ctx, look.At); err != nil {
			return err
		}
		if look.Rhythms, err = w.Store.Rhythms(ctx, lantoa.Everything, look.At); err != nil {
			return err
		}
		m.Looks[week] = look
	}
	return nil
}
