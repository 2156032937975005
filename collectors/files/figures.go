package files

import (
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/figure"
)

// parseFigure reads a cell of figures: a number as people write it, or nothing, which is not zero.
func parseFigure(s string) (n lantoa.Count, fault string) {
	number, is, wrong := figure.Read(s)
	switch {
	case is:
		return lantoa.Of(number), ""
	case wrong == figure.Estimate:
		return lantoa.Count{}, Estimate
	case wrong != "":
		return lantoa.Count{}, BadNumber
	}
	return lantoa.Count{}, ""
}

// parseCount reads a figure of which nothing but the number may be there.
func parseCount(s string) (n int64, ok bool) { return figure.Count(s) }

// dateForms are the spellings of a moment. Those without a zone are meant where the Union is.
var dateForms = []string{
	time.RFC3339,
	"2006-01-02T15:04:05-0700", // Facebook
	"2006-01-02T15:04Z07:00",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04",
	"2006-01-02",
	"2/1/2006 15:04:05",
	"2/1/2006 15:04",
	"2/1/2006",
}

func parseDate(s string, zone *time.Location) (time.Time, bool) {
	for _, form := range dateForms {
		if t, err := time.ParseInLocation(form, s, zone); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// vietnam is where a date without a zone is meant. The zone's data is compiled in by the root package.
func vietnam() *time.Location {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return time.FixedZone("+07", 7*60*60)
	}
	return zone
}
