package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/words"
)

// remindEvery is how often it is looked whether units are to be reminded: the day and the store keep it to once.
const remindEvery = time.Hour

// remindOn are the days of a month on which units are asked for the figures of the one before.
var remindOn = []int{1, 4}

// Remind puts reminders into the outbox for the units that have not reported the month that ended, on the first and
// the fourth by day, if the setting says so. Whoever was reminded that day already, by whomever, is left in peace.
func (w *Worker) Remind(ctx context.Context) error {
	now := w.Now().In(w.Zone)
	if !w.FormReminders || !slices.Contains(remindOn, now.Day()) || now.Hour() < 7 || now.Hour() >= 20 {
		return nil
	}
	month := lantoa.MonthAfter(lantoa.MonthOf(now, w.Zone), -1)
	closes, err := w.Store.ReportsClose(ctx, month, w.FormDay)
	if err != nil || !now.Before(closes) {
		return err
	}
	asked, err := w.Store.ReportsAsked(ctx, lantoa.Everything, now)
	if err != nil {
		return fmt.Errorf("reminders: %w", err)
	}
	reported, err := w.Store.Reported(ctx, month)
	if err != nil {
		return fmt.Errorf("reminders: %w", err)
	}
	people, err := w.Store.ReminderPeople(ctx, lantoa.Everything)
	if err != nil {
		return fmt.Errorf("reminders: %w", err)
	}
	units := 0
	for _, unit := range slices.Sorted(maps.Keys(asked)) {
		if reported[unit] || len(people[unit]) == 0 {
			continue
		}
		r := lantoa.ReportReminder{Unit: unit, Month: month, At: now, By: "lantoa", Letters: people[unit]}
		did, err := w.Store.Remind(ctx, r)
		if err != nil {
			return fmt.Errorf("reminders: %w", err)
		}
		if did {
			units++
		}
	}
	if units > 0 {
		w.Log.Info("units were reminded of their figures", "month", month, "units", units)
	}
	return nil
}

// ComposeReminder makes the letter of a reminder when it leaves, with a fresh personal link. Gone when the unit has
// reported meanwhile, or the month has closed.
func (w *Worker) ComposeReminder(ctx context.Context, l lantoa.Letter, to lantoa.User) (m mail.Message, err error) {
	parts := strings.Fields(l.Ref)
	if len(parts) < 2 {
		return m, lantoa.Problem(lantoa.Invalid, "letter", l.Ref)
	}
	month, id := parts[0], lantoa.UnitID(parts[1])
	start, err := lantoa.MonthStart(month, w.Zone)
	if err != nil {
		return m, err
	}
	unit, err := w.Store.Unit(ctx, id)
	if err != nil {
		return m, err
	}
	closes, err := w.Store.ReportsClose(ctx, month, w.FormDay)
	if err != nil {
		return m, err
	}
	reported, err := w.Store.Reported(ctx, month)
	if err != nil {
		return m, err
	}
	now := w.Now()
	if reported[id] || !now.Before(closes) || !unit.InForce(now) {
		return m, lantoa.Problem(lantoa.Gone, "form", "")
	}
	say := words.For("vi").In(w.Zone)
	link := strings.TrimSuffix(w.BaseURL, "/") + lantoa.FormPath + w.Store.SignLink(lantoa.FormLink, string(id), now.Add(lantoa.FormLinkLife))
	m.Subject, m.Text = say.FormLetter(to.Name, unit.UnionName(), say.MonthYear(start), link, closes)
	return m, nil
}
