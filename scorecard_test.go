package lantoa_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestTerms(t *testing.T) {
	zone := time.FixedZone("ICT", 7*3600)
	for _, bad := range []string{"", "2026", "2026-13", "2026-0", "2026-1", "2026-Q5", "2026-Q0", "26-11", "2026-11x", "2026-Q4 ", "1999-11"} {
		if _, err := lantoa.ParseTerm(bad); lantoa.KindOf(err) != lantoa.NotFound {
			t.Errorf("%q was read: %v", bad, err)
		}
	}
	for _, tt := range []struct{ term, start, end, next, weeks string }{
		{"2026-11", "2026-11-01", "2026-12-01", "2026-12", "45 46 47 48"},
		{"2026-12", "2026-12-01", "2027-01-01", "2027-01", "49 50 51 52 53"},
		{"2026-Q4", "2026-10-01", "2027-01-01", "2027-Q1", "40 41 42 43 44 45 46 47 48 49 50 51 52 53"},
		{"2027-01", "2027-01-01", "2027-02-01", "2027-02", "01 02 03 04"},
	} {
		x, err := lantoa.ParseTerm(tt.term)
		if err != nil {
			t.Fatal(err)
		}
		var weeks []string
		for _, w := range x.Weeks(zone) {
			weeks = append(weeks, w.String()[6:])
		}
		got := []string{x.String(), x.Start(zone).Format(time.DateOnly), x.End(zone).Format(time.DateOnly), x.Next(1).String(), strings.Join(weeks, " ")}
		if want := []string{tt.term, tt.start, tt.end, tt.next, tt.weeks}; strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("got %v, want %v", got, want)
		}
		if back := x.Next(5).Next(-5); back != x {
			t.Errorf("%s five on and five back is %s", x, back)
		}
	}
}

func TestACriterionKeepsOnlyWhatItsKindTakes(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   lantoa.Criterion
		bad  string
	}{
		{"so many posts", lantoa.Criterion{Kind: lantoa.PostsPerMonth, N: 4, Share: 70}, ""},
		{"no posts at all", lantoa.Criterion{Kind: lantoa.PostsPerMonth}, "n"},
		{"more than all weeks", lantoa.Criterion{Kind: lantoa.PostsPerWeek, N: 1, Share: 101}, "share"},
		{"by hand without a name", lantoa.Criterion{Kind: lantoa.ByHand}, "name"},
		{"a name without end", lantoa.Criterion{Kind: lantoa.HasPage, Name: strings.Repeat("x", 81)}, "name"},
		{"points below nothing", lantoa.Criterion{Kind: lantoa.HasPage, Points: -1}, "points"},
		{"of no kind", lantoa.Criterion{Kind: "likes"}, "kind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := tt.in.Tidy()
			what := ""
			if err != nil {
				what = lantoa.AsTrouble(err, "").What
			}
			if what != tt.bad {
				t.Errorf("trouble about %q, want %q", what, tt.bad)
			}
			if err == nil && c.Share != 0 {
				t.Errorf("kept a share that it has no use for: %+v", c)
			}
		})
	}
	if c, err := (lantoa.Criterion{Kind: lantoa.PostsPerWeek, N: 1}).Tidy(); err != nil || c.Share != 100 {
		t.Errorf("a share that was not said is %d, want 100: %v", c.Share, err)
	}
}
