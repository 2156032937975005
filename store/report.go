package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

const reportColumns = `
	SELECT r.channel, r.month, r.version, r.unit, r.figures, r.sender, r.by_user, r.key, r.at
	FROM month_reports r`

func scanReport(rows *sql.Rows) (r lantoa.MonthReport, err error) {
	return r, rows.Scan(&r.Channel, &r.Month, &r.Version, &r.Unit, packed{&r.Figures}, &r.Sender, &r.By, &r.Key, moment{&r.At})
}

// SaveReport keeps what a unit reported of a channel for a month as a new version, and says whether it was one: the
// same form again, or the same figures, change nothing. The figures become those of the month, and the size of the
// channel at its end, all as reported ("tự báo"); one that is taken back goes there too. What is saved, or was, comes
// back in r. Trouble Conflict "month" when the month is closed: by the day of the following month, or by hand.
func (s *Store) SaveReport(ctx context.Context, r *lantoa.MonthReport, day int) (fresh bool, err error) {
	if _, err := lantoa.MonthStart(r.Month, s.zone); err != nil {
		return false, err
	}
	if r.At.IsZero() {
		r.At = s.now()
	}
	for metric, n := range r.Figures {
		if metric == "" || n < 0 {
			return false, lantoa.Problem(lantoa.Invalid, "metric", metric)
		}
	}
	err = s.lasting(ctx, func(t *tx) error {
		fresh = false
		if _, err := change(ctx, t); err != nil { // the first number keeps others out
			return err
		}
		had, err := list(ctx, t, scanReport, reportColumns+` WHERE r.channel = $1 AND r.month = $2 ORDER BY r.version`, string(r.Channel), r.Month)
		if err != nil {
			return err
		}
		if n := len(had); n > 0 && (maps.Equal(had[n-1].Figures, r.Figures) || stale(r.Key, had)) {
			*r = had[n-1]
			return errUnchanged
		}
		if len(had) == 0 && len(r.Figures) == 0 {
			return errUnchanged // nothing was said
		}
		closes, err := s.reportsClose(ctx, t, r.Month, day)
		if err != nil {
			return err
		}
		if !r.At.Before(closes) {
			return &lantoa.Trouble{Kind: lantoa.Conflict, What: "month", Since: closes}
		}
		fresh = true
		return s.addReport(ctx, t, r, had)
	})
	return fresh && err == nil, err
}

// stale says whether a form was received before another that came after it: a slow line has brought it once more.
// Other figures under the key of the newest are her correction of a form of which she does not know that it arrived.
func stale(key string, had []lantoa.MonthReport) bool {
	return key != "" && had[len(had)-1].Key != key && slices.ContainsFunc(had, func(h lantoa.MonthReport) bool { return h.Key == key })
}

func (s *Store) addReport(ctx context.Context, t *tx, r *lantoa.MonthReport, had []lantoa.MonthReport) error {
	var before lantoa.Figures
	if n := len(had); n > 0 {
		before = had[n-1].Figures
	}
	r.Version, r.At, r.Sender = len(had)+1, exact(r.At), clean(r.Sender)
	if _, err := t.exec(ctx, `
		INSERT INTO month_reports (channel, month, version, unit, figures, sender, by_user, key, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		string(r.Channel), r.Month, r.Version, string(r.Unit), pack(r.Figures), r.Sender, string(r.By), clean(r.Key), stamp(r.At)); err != nil {
		return err
	}
	for metric, n := range before {
		if _, still := r.Figures[metric]; still {
			continue
		}
		if _, err := t.exec(ctx, `DELETE FROM channel_months WHERE channel = $1 AND month = $2 AND metric = $3 AND value = $4`,
			string(r.Channel), r.Month, metric, n); err != nil {
			return err
		}
	}
	for metric, n := range r.Figures {
		m, err := tidyMonth(lantoa.ChannelMonth{Channel: r.Channel, Month: r.Month, Metric: metric, Value: lantoa.Of(n), At: r.At})
		if err != nil {
			return err
		}
		if _, err := putMonth(ctx, t, m); err != nil {
			return err
		}
	}
	return s.sizeReported(ctx, t, r, before)
}

// sizeReported makes the size that a report says the channel's at the end of the month, or now where the month goes
// on. A corrected one stands a thousandth of a second after the one before, so that both are kept.
func (s *Store) sizeReported(ctx context.Context, t *tx, r *lantoa.MonthReport, before lantoa.Figures) error {
	start, err := lantoa.MonthStart(r.Month, s.zone)
	if err != nil {
		return err
	}
	end := start.AddDate(0, 1, 0)
	size := func(f lantoa.Figures) lantoa.Count {
		if n := f.Get(lantoa.MetricMembers); n.Known {
			return n
		}
		return f.Get(lantoa.MetricFollowers)
	}
	is, was := size(r.Figures), size(before)
	if is == was {
		return nil
	}
	if !is.Known { // taken back: nobody was told otherwise by a platform
		if _, err := t.exec(ctx, `
			DELETE FROM channel_snapshots WHERE channel = $1 AND at >= $2 AND at < $3 AND source = $4 AND followers = $5`,
			string(r.Channel), stamp(start), stamp(end), string(lantoa.FromReport), was.N); err != nil {
			return err
		}
	} else {
		at := end.Add(-time.Second + time.Duration(min(r.Version, 999))*time.Millisecond)
		if r.At.Before(at) {
			at = r.At
		}
		if _, err := t.exec(ctx, `
			INSERT INTO channel_snapshots (channel, at, followers, likes, source) VALUES ($1, $2, $3, NULL, $4)
			ON CONFLICT (channel, at) DO NOTHING`, string(r.Channel), stamp(at), is.N, string(lantoa.FromReport)); err != nil {
			return err
		}
	}
	_, err = t.exec(ctx, `
		UPDATE channels SET
			followers   = (SELECT z.followers FROM channel_snapshots z WHERE z.channel = channels.id AND z.followers IS NOT NULL ORDER BY z.at DESC LIMIT 1),
			followed_at = COALESCE((SELECT z.at FROM channel_snapshots z WHERE z.channel = channels.id AND z.followers IS NOT NULL ORDER BY z.at DESC LIMIT 1), '')
		WHERE id = $1`, string(r.Channel))
	return err
}

// ReportVersions are all wordings of what was reported of a channel for a month, oldest first.
func (s *Store) ReportVersions(ctx context.Context, ch lantoa.ChannelID, month string) ([]lantoa.MonthReport, error) {
	return list(ctx, s.reads, scanReport, reportColumns+` WHERE r.channel = $1 AND r.month = $2 ORDER BY r.version`, string(ch), month)
}

// Reports are the newest wordings of what was reported for a month of the channels of a scope.
func (s *Store) Reports(ctx context.Context, scope lantoa.Scope, month string) ([]lantoa.MonthReport, error) {
	return list(ctx, s.reads, scanReport, reportColumns+`
		JOIN channels c ON c.id = r.channel JOIN units u ON u.id = c.unit
		WHERE r.month = $2 AND ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND r.version = (SELECT MAX(n.version) FROM month_reports n WHERE n.channel = r.channel AND n.month = r.month)
		ORDER BY r.at DESC, r.channel`, string(scope), month)
}

// Reported says of which units figures of a month were reported, by a form or in a sheet.
func (s *Store) Reported(ctx context.Context, month string) (map[lantoa.UnitID]bool, error) {
	out := map[lantoa.UnitID]bool{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var unit lantoa.UnitID
		err := rows.Scan(&unit)
		out[unit] = true
		return err
	}, `
		SELECT c.unit FROM channel_months m JOIN channels c ON c.id = m.channel WHERE m.month = $1
		UNION
		SELECT r.unit FROM month_reports r JOIN channel_months m ON m.channel = r.channel AND m.month = r.month WHERE r.month = $1`, month)
	return out, err
}

// ReportsClose is when the reports of a month close: as somebody said, else at the end of a day of the following
// month.
func (s *Store) ReportsClose(ctx context.Context, month string, day int) (time.Time, error) {
	return s.reportsClose(ctx, s.reads, month, day)
}

func (s *Store) reportsClose(ctx context.Context, q asker, month string, day int) (at time.Time, err error) {
	err = get(ctx, q, `SELECT close_at FROM report_months WHERE month = $1`, []any{month}, moment{&at})
	if errors.Is(err, sql.ErrNoRows) {
		return lantoa.ReportsClose(month, day, s.zone)
	}
	return at, err
}

// SetReportsClose opens the reports of a month again until a moment, or closes them at one.
func (s *Store) SetReportsClose(ctx context.Context, month string, closes time.Time, by lantoa.User, at time.Time) error {
	if _, err := lantoa.MonthStart(month, s.zone); err != nil {
		return err
	}
	deed := lantoa.Audit{At: at, Who: by.Email, Action: "report_closed", Subject: month}
	if closes.After(at) {
		deed.Action, deed.Detail = "report_reopened", closes.In(s.zone).Format("2006-01-02 15:04")
	}
	return s.lasting(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, `
			INSERT INTO report_months (month, close_at, by_whom, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (month) DO UPDATE SET close_at = excluded.close_at, by_whom = excluded.by_whom, at = excluded.at`,
			month, stamp(closes), clean(by.Email), stamp(at)); err != nil {
			return err
		}
		return note(ctx, t, deed)
	})
}

// OpenReportMonths are the months whose reports can be handed in or corrected now, oldest first.
func (s *Store) OpenReportMonths(ctx context.Context, now time.Time, day int) ([]string, error) {
	this := lantoa.MonthOf(now, s.zone)
	months := []string{lantoa.MonthAfter(this, -1), this}
	more, err := list(ctx, s.reads, func(rows *sql.Rows) (m string, err error) { return m, rows.Scan(&m) },
		`SELECT month FROM report_months WHERE close_at > $1 AND month < $2 ORDER BY month`, stamp(now), this)
	if err != nil {
		return nil, err
	}
	months = append(months, more...)
	slices.Sort(months)
	var open []string
	for _, m := range slices.Compact(months) {
		closes, err := s.ReportsClose(ctx, m, day)
		if err != nil {
			return nil, err
		}
		if now.Before(closes) {
			open = append(open, m)
		}
	}
	return open, nil
}

// LastReminders says when each unit was last asked for figures.
func (s *Store) LastReminders(ctx context.Context) (map[lantoa.UnitID]time.Time, error) {
	out := map[lantoa.UnitID]time.Time{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var unit lantoa.UnitID
		var at time.Time
		err := rows.Scan(&unit, moment{&at})
		out[unit] = at
		return err
	}, `SELECT unit, MAX(at) FROM report_reminders GROUP BY unit`)
	return out, err
}

// Remind puts the letters of a reminder into the outbox, once a unit and day, whoever asks, and says whether it did.
func (s *Store) Remind(ctx context.Context, r lantoa.ReportReminder) (did bool, err error) {
	err = s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `
			INSERT INTO report_reminders (unit, day, month, by_whom, at, letters) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (unit, day) DO NOTHING`,
			string(r.Unit), r.At.In(s.zone).Format(time.DateOnly), r.Month, clean(r.By), stamp(r.At), len(r.Letters))
		if did = n > 0; err != nil || !did {
			return err
		}
		_, err = s.insertLetters(ctx, t, r.Outgoing())
		return err
	})
	return did && err == nil, err
}

// ReportsAsked are the channels of a scope of which no platform tells us, by the unit that is asked for their figures.
func (s *Store) ReportsAsked(ctx context.Context, scope lantoa.Scope, now time.Time) (map[lantoa.UnitID][]lantoa.Channel, error) {
	channels, err := s.Channels(ctx, scope, ChannelFilter{})
	asked := map[lantoa.UnitID][]lantoa.Channel{}
	for _, ch := range channels {
		if ch.ByHand(now) && ch.Unit.InForce(now) {
			asked[ch.Unit.ID] = append(asked[ch.Unit.ID], ch)
		}
	}
	return asked, err
}

// ReminderPeople are the letters, still without words, that reach who is in charge of the figures of the units of a
// scope: their officers with an account, and the contacts with an address.
func (s *Store) ReminderPeople(ctx context.Context, scope lantoa.Scope) (map[lantoa.UnitID][]lantoa.Letter, error) {
	users, err := s.Users(ctx, scope)
	if err != nil {
		return nil, err
	}
	contacts, err := s.Contacts(ctx, scope)
	if err != nil {
		return nil, err
	}
	out, known := map[lantoa.UnitID][]lantoa.Letter{}, map[string]bool{}
	add := func(unit lantoa.UnitID, l lantoa.Letter) {
		mail := strings.ToLower(strings.TrimSpace(l.Email))
		if key := string(unit) + " " + mail; mail != "" && !known[key] {
			known[key] = true
			out[unit] = append(out[unit], l)
		}
	}
	for _, u := range users {
		if u.Role == lantoa.Officer && !u.Disabled {
			add(u.Unit.ID, lantoa.Letter{User: u.ID, Email: u.Email, Name: u.Name})
		}
	}
	for unit, of := range contacts {
		for _, c := range of {
			add(unit, lantoa.Letter{Email: c.Email, Name: c.Name})
		}
	}
	return out, nil
}
