package reshare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

var hanoi = time.FixedZone("+07", 7*60*60)

// monday00 is a Monday, 00:00 in the Union's zone.
var monday00 = time.Date(2026, 8, 3, 0, 0, 0, 0, hanoi)

func postedAt(id int, at time.Time, shots ...float64) lantoa.Measured {
	return lantoa.Measured{Post: lantoa.Post{ID: lantoa.PostID(fmt.Sprint(id)), PublishedAt: at}, Curve: curve(at, shots...)}
}

// aPage posts n times over weeks at hours of the day; in the evening three times as many react.
func aPage(n int, rnd *rand.Rand) []lantoa.Measured {
	var posts []lantoa.Measured
	for i := range n {
		at := monday00.Add(time.Duration(i)*31*time.Hour + time.Duration(rnd.IntN(60))*time.Minute)
		if h := at.Hour(); h < 6 {
			at = at.Add(7 * time.Hour)
		}
		many := 20.0
		if h := at.Hour(); h >= 19 && h <= 20 {
			many = 60
		}
		many = math.Round(many * (0.5 + rnd.Float64()))
		posts = append(posts, postedAt(i, at, 1, many/2, 3.1, many, 24, 3*many))
	}
	return posts
}

func TestTheBestHourIsThatOfTheFollowers(t *testing.T) {
	h := BestTime(aPage(120, rand.New(rand.NewPCG(1, 2))), hanoi)
	if !h.Enough || h.Posts != 120 {
		t.Fatalf("%d posts, enough %v", h.Posts, h.Enough)
	}
	for day := range 7 {
		if evening, morning := h.Cells[day][19], h.Cells[day][9]; evening < 1.3*morning {
			t.Errorf("day %d: 19:00 %.2f, 09:00 %.2f", day, evening, morning)
		}
		if h.Cells[day][3] != 0 {
			t.Errorf("day %d: something is said of 03:00, when the page never posts: %.2f", day, h.Cells[day][3])
		}
	}
	for hours := range 24 * 7 {
		now := monday00.AddDate(0, 6, 0).Add(time.Duration(hours) * time.Hour)
		at, why := h.Next(now)
		if l := at.In(hanoi); at.Before(now) || at.After(now.Add(72*time.Hour)) || l.Hour() < 19 || l.Hour() > 20 || why.Times < 1.3 || why.Posts != 120 || why.Weekday != l.Weekday() || why.Hour != l.Hour() {
			t.Errorf("at %v: %v, %+v", now, l, why)
		}
	}
}

func TestWithTooFewPostsTheNextEveningIsProposed(t *testing.T) {
	for _, posts := range [][]lantoa.Measured{nil, aPage(19, rand.New(rand.NewPCG(1, 2)))} {
		h := BestTime(posts, hanoi)
		if h.Enough || h.Posts != len(posts) {
			t.Errorf("%d posts, enough %v", h.Posts, h.Enough)
		}
		for _, tt := range []struct{ now, want string }{
			{"2026-11-24T09:00:00+07:00", "2026-11-24T19:30:00+07:00"},
			{"2026-11-24T19:14:00+07:00", "2026-11-24T19:30:00+07:00"},
			{"2026-11-24T19:20:00+07:00", "2026-11-25T19:30:00+07:00"},
			{"2026-11-24T23:59:00+07:00", "2026-11-25T19:30:00+07:00"},
		} {
			now, _ := time.Parse(time.RFC3339, tt.now)
			want, _ := time.Parse(time.RFC3339, tt.want)
			if at, why := h.Next(now); !at.Equal(want) || why.Times != 0 {
				t.Errorf("at %s: %v, %+v", tt.now, at, why)
			}
		}
	}
}

func TestOnlyHoursAtWhichOnePublishesAreProposed(t *testing.T) {
	var posts []lantoa.Measured
	for i := range 40 { // a page that posts at 02:00 only
		posts = append(posts, postedAt(i, monday00.AddDate(0, 0, i).Add(2*time.Hour), 3, 100))
	}
	h := BestTime(posts, hanoi)
	at, why := h.Next(monday00)
	if at.IsZero() || at.In(hanoi).Hour() != 19 || why.Times != 0 {
		t.Errorf("%v, %+v", at, why)
	}
	if (Heat{}).Posts != 0 {
		t.Fatal()
	}
	if at, _ := (Heat{}).Next(monday00); at.IsZero() {
		t.Error("the zero value proposes nothing")
	}
}

func TestWhatAPostHadAfterThreeHours(t *testing.T) {
	at := monday00.Add(8 * time.Hour)
	for _, tt := range []struct {
		name   string
		shots  []float64
		change func(*lantoa.Measured)
		want   float64 // below 0: no figure
	}{
		{name: "as it was read", shots: []float64{1, 5, 3, 12, 6, 20}, want: 12},
		{name: "read a little late", shots: []float64{1, 5, 4, 12}, want: 12 / math.Sqrt(4.0/3)},
		{name: "between two readings", shots: []float64{1, 0, 6.5, math.Round(10 * math.Log(6.5) / math.Log(3))}, want: math.Round(10*math.Log(6.5)/math.Log(3)) * math.Log(3) / math.Log(6.5)},
		{name: "nothing new was found when it was due", shots: []float64{1, 5, 12, 30}, want: 5},
		{name: "nothing ever came", shots: []float64{1, 0}, want: 0},
		{name: "first read a day later", shots: []float64{24, 30}, want: -1},
		{name: "never read", want: -1},
		{name: "removed", shots: []float64{3, 12}, change: func(m *lantoa.Measured) { m.RemovedAt = at }, want: -1},
		{name: "a vote", shots: []float64{3, 12}, change: func(m *lantoa.Measured) { m.Vote = true }, want: -1},
		{name: "dated back", shots: []float64{3, 12}, change: func(m *lantoa.Measured) { m.BackDated = true }, want: -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := postedAt(1, at, tt.shots...)
			if tt.change != nil {
				tt.change(&m)
			}
			n, ok := firstThree(m)
			if !ok {
				n = -1
			}
			if math.Abs(n-tt.want) > 1e-9 {
				t.Errorf("had %v, want %v", n, tt.want)
			}
		})
	}
}

func TestOneLoudPostDoesNotMakeAnHour(t *testing.T) {
	posts := aPage(60, rand.New(rand.NewPCG(3, 4)))
	posts = append(posts, postedAt(99, monday00.AddDate(0, 0, 30).Add(10*time.Hour), 3, 100000)) // a Wednesday
	h := BestTime(posts, hanoi)
	if h.Cells[2][10] > 3*h.Cells[3][10] {
		t.Errorf("Wednesday 10:00 %.2f, Thursday 10:00 %.2f", h.Cells[2][10], h.Cells[3][10])
	}
}

func BenchmarkBestTime(b *testing.B) {
	posts := aPage(300, rand.New(rand.NewPCG(1, 2))) // a page's half year
	b.ReportAllocs()
	for b.Loop() {
		if h := BestTime(posts, hanoi); !h.Enough {
			b.Fatal()
		}
	}
}
