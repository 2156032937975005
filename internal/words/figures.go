package words

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Absent stands where a figure was not given.
const Absent = "–"

// Number writes a whole number in groups of three: 18.000, in English 18,000.
func (c *Catalog) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(c.group())
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Decimal writes a number with one decimal, 3,4, and from 100 on without: 152. "4,0" is "4".
func (c *Catalog) Decimal(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Absent
	}
	if math.Abs(f) >= 99.95 {
		return c.Number(int64(math.Round(f)))
	}
	s := strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
	if s == "-0" {
		s = "0"
	}
	s = strings.Replace(s, "-", "−", 1)
	if c.lang == "vi" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// Count writes a count, an absent one as "–".
func (c *Catalog) Count(n lantoa.Count) string {
	if !n.Known {
		return Absent
	}
	return c.Number(n.N)
}

// Percent writes a share of a whole, 0.418 as "42 %" (in English "42%").
func (c *Catalog) Percent(share float64) string {
	s := c.Number(int64(math.Round(share * 100)))
	if c.lang == "en" {
		return s + "%"
	}
	return s + " %"
}

func (c *Catalog) group() byte {
	if c.lang == "en" {
		return ','
	}
	return '.'
}

// Date writes a day: 25/11/2026, the same in both languages, since the English twin is read in Viet Nam.
func (c *Catalog) Date(t time.Time) string { return c.format(t, "02/01/2006") }

// DayMonth writes a day of the year that is plain: 25/11.
func (c *Catalog) DayMonth(t time.Time) string { return c.format(t, "02/01") }

// MonthYear writes a month: 11/2026.
func (c *Catalog) MonthYear(t time.Time) string { return c.format(t, "01/2006") }

// DateTime writes a moment to the minute: 06:00 25/11/2026.
func (c *Catalog) DateTime(t time.Time) string { return c.format(t, "15:04 02/01/2006") }

// Clock writes the hour: 06:00.
func (c *Catalog) Clock(t time.Time) string { return c.format(t, "15:04") }

// Machine writes a moment for the datetime attribute of <time>.
func (c *Catalog) Machine(t time.Time) string { return c.format(t, time.RFC3339) }

func (c *Catalog) format(t time.Time, layout string) string {
	if t.IsZero() {
		return Absent
	}
	return t.In(c.zone).Format(layout)
}

// Ago says how long before now t was, or how long after it will be: "2 giờ trước", "sau 20 phút". What is
// more than 30 days off is given as its day.
func (c *Catalog) Ago(t, now time.Time) string {
	if t.IsZero() {
		return Absent
	}
	side, d := "ago", now.Sub(t)
	if d < 0 {
		side, d = "ahead", -d
	}
	switch {
	case d < time.Minute:
		return c.T("time." + side + ".now")
	case d < time.Hour:
		return c.T("time."+side+".minutes", "n", int(d.Minutes()))
	case d < 24*time.Hour:
		return c.T("time."+side+".hours", "n", int(d.Hours()))
	case d < 30*24*time.Hour:
		return c.T("time."+side+".days", "n", int(d.Hours()/24))
	}
	return c.Date(t)
}

// Age says how old a post was when something was measured: "3 giờ", "6 ngày".
func (c *Catalog) Age(d time.Duration) string {
	if d < 48*time.Hour {
		return c.T("time.hours", "n", int(math.Round(d.Hours())))
	}
	return c.T("time.days", "n", int(math.Round(d.Hours()/24)))
}

// Week names a week with its days: "Tuần 47 · 16–22/11/2026".
func (c *Catalog) Week(w lantoa.Week) string {
	from := w.Start(c.zone)
	to := from.AddDate(0, 0, 6)
	first := from.Format("02")
	switch {
	case from.Year() != to.Year():
		first = from.Format("02/01/2006")
	case from.Month() != to.Month():
		first = from.Format("02/01")
	}
	return c.T("week.name", "number", strconv.Itoa(w.Number), "days", first+"–"+to.Format("02/01/2006"))
}
