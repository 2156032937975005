package stories

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

var zone = time.FixedZone("ICT", 7*3600)

// now is Monday 23 November 2026, 06:00 in the Union's zone.
var now = time.Date(2026, 11, 23, 6, 0, 0, 0, zone)

// pageOf is a Facebook page of a commune.
func pageOf(id string, level lantoa.Level) lantoa.Measured {
	return lantoa.Measured{
		Post: lantoa.Post{Channel: lantoa.ChannelID(id), Type: lantoa.Photo}, Kind: lantoa.FacebookPage,
		Unit: lantoa.Unit{ID: lantoa.UnitID("unit" + id), Name: "xã " + id, Level: level},
	}
}

// with gives a post numbers that it had from its first hour on.
func with(p lantoa.Measured, told time.Time, interactions int64) lantoa.Measured {
	p.PublishedAt, p.FirstSeenAt, p.ToldAt = told, told, told
	p.Curve = []lantoa.Snapshot{{At: told.Add(time.Hour), Reactions: lantoa.Of(interactions)}}
	p.Numbers = lantoa.Snapshot{At: now, Reactions: lantoa.Of(interactions)}
	return p
}

func history(p lantoa.Measured, interactions ...int64) []lantoa.Measured {
	var out []lantoa.Measured
	for i, n := range interactions {
		q := with(p, now.AddDate(0, 0, -8-4*i), n)
		q.ID = lantoa.PostID(fmt.Sprintf("%s%d", p.Channel, i))
		out = append(out, q)
	}
	return out
}

func repeat(n int, v int64) []int64 { return slices.Repeat([]int64{v}, n) }

func benchmarkOf(t *testing.T, id lantoa.ChannelID, posts []lantoa.Measured) lantoa.Benchmark {
	t.Helper()
	for _, b := range Benchmarks(posts, now) {
		if b.Channel == id {
			return b
		}
	}
	t.Fatalf("no benchmark for %s", id)
	return lantoa.Benchmark{}
}

func TestMidDropsTheTopAndTheBottomQuarter(t *testing.T) {
	tests := []struct {
		name   string
		values []float64
		want   float64
	}{
		{"nothing", nil, 0},
		{"one value is itself", []float64{7}, 7},
		{"of two the mean", []float64{4, 8}, 6},
		{"of three the outer ones count for a quarter each", []float64{0, 6, 30}, (0.25*0 + 6 + 0.25*30) / 1.5},
		{"of four the middle two", []float64{100, 2, 4, 0}, 3},
		{"one post that ran away does not move it", []float64{1, 2, 3, 4, 5, 6, 7, 9000}, 4.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := mid(tt.values); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("mid = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestBenchmarkFollowsTheFormula(t *testing.T) {
	mau, other := pageOf("mau", lantoa.Commune), pageOf("khac", lantoa.Commune)
	posts := append(history(mau, repeat(12, 20)...), history(other, repeat(24, 8)...)...)
	b := benchmarkOf(t, "mau", posts)
	// mid of the level: the middle half of 12 times 20 and 24 times 8
	level := mid(slices.Concat(slices.Repeat([]float64{20}, 12), slices.Repeat([]float64{8}, 24)))
	base := (12*20 + 8*level) / (12 + 8)
	want := (12*20 + 8*base) / (12 + 8)     // all are photos: prior = base
	for c := range lantoa.Checkpoints[:8] { // later ones fewer posts have reached
		if got := b.Expected[lantoa.Photo][c]; math.Abs(got-want) > 1e-9 {
			t.Errorf("E(photo) at %v = %v, want %v", lantoa.Checkpoints[c], got, want)
		}
	}
	if b.Posts != 12 {
		t.Errorf("Posts = %d, want 12", b.Posts)
	}
}

func TestBenchmarkLeavesOut(t *testing.T) {
	mau := pageOf("mau", lantoa.Commune)
	spoil := func(change func(*lantoa.Measured)) []lantoa.Measured {
		p := history(mau, 5000)[0]
		p.ID = "x"
		change(&p)
		return append(history(mau, repeat(12, 20)...), p)
	}
	tests := []struct {
		name  string
		posts []lantoa.Measured
	}{
		{"votes", spoil(func(p *lantoa.Measured) { p.Vote = true })},
		{"removed posts", spoil(func(p *lantoa.Measured) { p.RemovedAt = now })},
		{"changed cover pictures", spoil(func(p *lantoa.Measured) { p.Decor = true })},
		{"posts that are still growing", spoil(func(p *lantoa.Measured) { p.PublishedAt = now.AddDate(0, 0, -6) })},
		{"posts of another year", spoil(func(p *lantoa.Measured) { p.PublishedAt = now.AddDate(0, 0, -366) })},
		{"posts without numbers", spoil(func(p *lantoa.Measured) { p.Curve[0].Reactions, p.Numbers.Reactions = lantoa.Count{}, lantoa.Count{} })},
		{"files that were brought in", spoil(func(p *lantoa.Measured) { p.Kind, p.Channel = lantoa.Imported, "tep" })},
		{"pages of another level", spoil(func(p *lantoa.Measured) { p.Unit.Level, p.Channel = lantoa.Province, "tinh" })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := benchmarkOf(t, "mau", tt.posts)
			if got := b.Expected[lantoa.Photo][5]; math.Abs(got-20) > 1e-9 || b.Posts != 12 {
				t.Errorf("E = %v of %d posts, want 20 of 12", got, b.Posts)
			}
		})
	}
}

func TestOnlyTheLastHundredPostsCount(t *testing.T) {
	mau := pageOf("mau", lantoa.Commune)
	var posts []lantoa.Measured
	for i := range 150 {
		n := int64(20)
		if i >= 100 {
			n = 400
		}
		posts = append(posts, with(mau, now.AddDate(0, 0, -8-i), n))
	}
	if b := benchmarkOf(t, "mau", posts); b.Posts != 100 || b.Expected[lantoa.Photo][5] != 20 {
		t.Errorf("E = %v of %d posts, want 20 of 100", b.Expected[lantoa.Photo][5], b.Posts)
	}
}

func TestAPageOnItsFirstDayIsJudgedByItsLevel(t *testing.T) {
	old, young := pageOf("cu", lantoa.Commune), pageOf("moi", lantoa.Commune)
	posts := append(history(old, repeat(20, 30)...), with(young, now.AddDate(0, 0, -2), 60))
	b := benchmarkOf(t, "moi", posts)
	m, ok := Score(posts[len(posts)-1], b)
	if !ok || m.Basis != lantoa.LevelBasis || m.Posts != 0 || math.Abs(m.Score-2) > 1e-9 {
		t.Errorf("Score = %+v (%v), want 2 times what is usual for its level", m, ok)
	}
	level := benchmarkOf(t, LevelChannel(lantoa.Commune, lantoa.FacebookPage), posts)
	if !slices.Equal(level.Expected[lantoa.Photo], b.Expected[lantoa.Photo]) {
		t.Errorf("the level expects %v, the page without posts %v", level.Expected[lantoa.Photo], b.Expected[lantoa.Photo])
	}
}

func TestAnAgeBeforeTheFirstReadingIsEstimatedByGrowth(t *testing.T) {
	mau := pageOf("mau", lantoa.Commune)
	var posts []lantoa.Measured
	for i := range 12 {
		p := with(mau, now.AddDate(0, 0, -30-i), 100)
		p.Curve[0].At = p.PublishedAt.AddDate(0, 0, 29) // first read when it was 29 days old
		posts = append(posts, p)
	}
	b := benchmarkOf(t, "mau", posts)
	f := shippedGrowth()[""]
	for c := range lantoa.Checkpoints {
		if got, want := b.Expected[lantoa.Photo][c], 100*f[c]; math.Abs(got-want) > 1e-9 {
			t.Errorf("E at %v = %v, want %v", lantoa.Checkpoints[c], got, want)
		}
	}
	if b.Measured {
		t.Error("the shipped growth curve is said to be measured")
	}
}

func TestGrowthIsMeasuredWhenEnoughPostsWereReadAllAlong(t *testing.T) {
	mau := pageOf("mau", lantoa.Commune)
	var posts []lantoa.Measured
	for i := range 40 {
		p := with(mau, now.AddDate(0, 0, -40-i), 100)
		p.Curve = nil
		for c, age := range lantoa.Checkpoints {
			p.Curve = append(p.Curve, lantoa.Snapshot{At: p.PublishedAt.Add(age), Reactions: lantoa.Of(int64(10 * (c + 1)))})
		}
		posts = append(posts, p)
	}
	b := benchmarkOf(t, "mau", posts)
	if !b.Measured || math.Abs(b.Growth[lantoa.Photo][4]-0.5) > 1e-9 || b.Growth[lantoa.Photo][9] != 1 {
		t.Errorf("Growth = %v, measured %v; want a tenth more at each checkpoint", b.Growth[lantoa.Photo], b.Measured)
	}
}

func TestShippedGrowthRisesToOne(t *testing.T) {
	for kind, f := range shippedGrowth() {
		if len(f) != len(lantoa.Checkpoints) || !slices.IsSorted(f) || f[0] <= 0 || f[len(f)-1] != 1 {
			t.Errorf("growth of %q: %v", kind, f)
		}
	}
}

// The story of xã Đồng Mẫu: 63 interactions where 15 are usual, from 34 posts of its own.
func TestSixtyThreeWhereFifteenAreUsualIsFourPointTwoTimes(t *testing.T) {
	mau := pageOf("dongmau", lantoa.Commune)
	posts := history(mau, slices.Concat(repeat(7, 9), repeat(20, 15), repeat(7, 30))...)
	b := benchmarkOf(t, "dongmau", posts)
	story := with(mau, time.Date(2026, 11, 17, 19, 24, 0, 0, zone), 63)
	m, ok := Score(story, b)
	if !ok || math.Abs(m.Score-4.2) > 0.05 || m.Basis != lantoa.OwnBasis || m.Posts != 34 {
		t.Errorf("Score = %+v (%v), want 4.2 times, by 34 posts of its own", m, ok)
	}
}

// A platform that was looked at once a week shows each post at one random age and a week later. What is usual
// after five days must come out all the same.
func TestWeeklyReadingsGiveTheSameScore(t *testing.T) {
	mau := pageOf("dongmau", lantoa.Commune)
	posts := history(mau, slices.Concat([]int64{5, 7, 9, 10, 12, 13, 13}, repeat(20, 15), []int64{18, 19, 22, 24, 27, 30, 36})...)
	for i := range posts {
		p := &posts[i]
		final := float64(p.Curve[0].Reactions.N)
		p.Curve = nil
		for age := float64((i*37)%168) + 0.5; age < 40*24; age += 168 {
			n := final * math.Min(1, (1-math.Exp(-math.Pow(age/15, 0.8)))/(1-math.Exp(-math.Pow(72.0/15, 0.8))))
			p.Curve = append(p.Curve, lantoa.Snapshot{At: p.PublishedAt.Add(time.Duration(age * float64(time.Hour))), Reactions: lantoa.Of(int64(n + 0.5))})
		}
	}
	m, _ := Score(with(mau, time.Date(2026, 11, 17, 19, 24, 0, 0, zone), 63), benchmarkOf(t, "dongmau", posts))
	if math.Round(m.Score*10)/10 != 4.2 {
		t.Errorf("Score = %.3f against %.2f, want 4.2", m.Score, m.Expected)
	}
}

func TestScoreTakesTheFirstRuleThatFits(t *testing.T) {
	tests := []struct {
		name                   string
		interactions, expected float64
		want                   float64
	}{
		{"both small: a tenth of what it has, never a multiple", 6, 2, 0.6},
		{"both small and nothing", 0, 4, 0},
		{"nothing where much is usual", 0, 20, -40},
		{"more than usual", 63, 15, 4.2},
		{"as usual", 15, 15, 1},
		{"less than usual", 5, 20, -4},
		{"usual is next to nothing: at least 1", 30, 0.1, 30},
		{"small but more than usual is small both ways", 9, 1, 0.9},
		{"just large enough to speak of times", 10, 4, 2.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := score(tt.interactions, tt.expected); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("score(%v, %v) = %v, want %v", tt.interactions, tt.expected, got, tt.want)
			}
		})
	}
}

func TestThereIsNoScoreWithoutNumbers(t *testing.T) {
	mau := pageOf("mau", lantoa.Commune)
	b := benchmarkOf(t, "mau", history(mau, repeat(12, 20)...))
	group := with(mau, now.AddDate(0, 0, -1), 5)
	group.Numbers = lantoa.Snapshot{At: now, Views: lantoa.Of(40)}
	if m, ok := Score(group, b); ok {
		t.Errorf("a post without reactions, comments and shares got %+v", m)
	}
	if m, ok := Score(with(mau, now.AddDate(0, 0, -1), 5), lantoa.Benchmark{}); ok {
		t.Errorf("a post got %+v from an empty benchmark", m)
	}
}

func TestAnAbsentCountIsNotZero(t *testing.T) {
	mau := pageOf("mau", lantoa.Commune)
	posts := history(mau, repeat(12, 20)...)
	for i := range posts {
		posts[i].Curve = append(posts[i].Curve, lantoa.Snapshot{At: posts[i].PublishedAt.AddDate(0, 0, 2)}) // the platform gave nothing that day
	}
	if b := benchmarkOf(t, "mau", posts); b.Expected[lantoa.Photo][6] != 20 {
		t.Errorf("E = %v, want 20: a snapshot without figures takes no part", b.Expected[lantoa.Photo][6])
	}
}

func TestAPostDatedBackIsAsOldAsWeKnowIt(t *testing.T) {
	p := lantoa.Post{PublishedAt: now.AddDate(0, 0, -12), ToldAt: now.AddDate(0, 0, -2), BackDated: true}
	if got := p.Born(); !got.Equal(p.ToldAt) {
		t.Errorf("born = %v, want %v", got, p.ToldAt)
	}
}
