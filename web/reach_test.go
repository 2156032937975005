package web

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var reachZone = time.FixedZone("+07", 7*3600)

// daysOf is a series of a metric, day after day; −1 is a figure that was not given.
func daysOf(metric, first string, values ...int64) []lantoa.ChannelDay {
	start, err := time.ParseInLocation(time.DateOnly, first, reachZone)
	if err != nil {
		panic(err)
	}
	var out []lantoa.ChannelDay
	for i, v := range values {
		d := start.AddDate(0, 0, i).Add(14 * time.Hour) // the Pacific day begins in our afternoon
		day := lantoa.ChannelDay{Metric: metric, Day: d.Format(time.DateOnly), Start: d, End: d.AddDate(0, 0, 1), Value: lantoa.Of(v)}
		if v < 0 {
			day.Value = lantoa.Count{}
		}
		out = append(out, day)
	}
	return out
}

func TestTheTypicalDayOfAWeek(t *testing.T) {
	for _, tt := range []struct {
		name   string
		first  string
		values []int64
		want   []string
	}{
		{"the middle of seven", "2026-11-02", []int64{5, 900, 4, 6, 3, 7, 2}, []string{"5"}},
		{"between the middle two", "2026-11-02", []int64{4, 7}, []string{"6"}},
		{"a day that was not given is no zero", "2026-11-02", []int64{-1, 8, -1}, []string{"8"}},
		{"a week of which nothing was given is a gap", "2026-11-02", []int64{-1, -1, -1, -1, -1, -1, -1, 3}, []string{"–", "3"}},
		{"weeks begin on Monday", "2026-11-08", []int64{1, 9}, []string{"1", "9"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := weekly(daysOf("m", tt.first, tt.values...), reachZone)
			if len(got) != len(tt.want) {
				t.Fatalf("%d weeks, want %d", len(got), len(tt.want))
			}
			for i, pt := range got {
				text := "–"
				if pt.n.Known {
					text = string(rune('0' + pt.n.N))
				}
				if text != tt.want[i] || pt.row.Weekday() != time.Monday {
					t.Errorf("week %d from %s: %s, want %s", i, pt.row, text, tt.want[i])
				}
			}
		})
	}
}

func TestWhenASeriesEnded(t *testing.T) {
	june := make([]int64, 10)
	for _, tt := range []struct {
		name   string
		series []lantoa.ChannelDay
		newest string
		want   string
	}{
		{"what Facebook retired ends on its day, though it was last read before", daysOf("page_impressions_unique", "2026-06-01", june...), "2026-11-20", "2026-06-15"},
		{"before that day nothing has ended", daysOf("page_impressions_unique", "2026-06-01", june...), "2026-06-11", ""},
		{"another that stopped long ago ends after its last day", daysOf("page_reach", "2026-06-01", june...), "2026-11-20", "2026-06-11"},
		{"one that is a few days late goes on", daysOf("page_reach", "2026-06-01", june...), "2026-06-20", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			newest, err := time.ParseInLocation(time.DateOnly, tt.newest, reachZone)
			must(t, err)
			at := reachSeries{tt.series[0].Metric, tt.series}.endedOn(newest, reachZone)
			got := ""
			if !at.IsZero() {
				got = at.Format(time.DateOnly)
			}
			if got != tt.want {
				t.Errorf("ended on %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAYearOfDaysIsDrawnAsWeeks(t *testing.T) {
	h := open(t)
	ch := h.channels["Phụ nữ tỉnh Chè Mẫu"]
	values := make([]int64, 280)
	for i := range values {
		values[i] = int64(300 + i%40)
	}
	since := storetest.Now.AddDate(0, 0, -340).Format(time.DateOnly)
	must(t, h.Store.SaveChannelDays(t.Context(), ch.ID, daysOf("page_impressions_unique", since, values...)))

	a := h.as("truyenthong@mau.vn").get(h.channelURL(ch.Name))
	if got := a.text(".lines li"); got != "Số người thấy nội dung của trang | Số người xem nội dung của trang" {
		t.Errorf("lines %s", got)
	}
	if a.Find("path.c-break").Length() != 1 {
		t.Error("no break where the old figure ends")
	}
	a.has(t, ".two", "Mỗi điểm là ngày điển hình (trung vị) của một tuần.")
	a.has(t, ".two", "không nối lại, không so với nhau")
	if got := a.Find(".two .behind").Last().Find("tbody tr").Length(); got < 45 || got > 52 {
		t.Errorf("%d weeks in the table", got)
	}
}
