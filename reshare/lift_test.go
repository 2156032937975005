package reshare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// world is a level of pages whose posts grow each at its own pace, with chance in it.
type world struct {
	rnd   *rand.Rand
	start time.Time
}

// rise is the share of its interactions that a post of pace tau hours has at an age.
func rise(age, tau float64) float64 {
	if age <= 0 {
		return 0
	}
	up := func(x float64) float64 { return 1 - math.Exp(-math.Pow(x, 0.8)) }
	return math.Min(up(age/tau)/up(28*24/tau), 1)
}

// poisson draws how often something happens that happens mean times in the long run.
func (w *world) poisson(mean float64) float64 {
	if mean > 60 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*w.rnd.NormFloat64()))
	}
	n, p := 0.0, w.rnd.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= w.rnd.Float64()
	}
	return n
}

// post grows to about final interactions; what extra says comes on top at an age. It is read at the checkpoints, some
// minutes late, and at more ages; a reading that finds nothing new is not kept.
func (w *world) post(id string, final, tau float64, extra func(age float64) float64, more ...float64) lantoa.Measured {
	p := lantoa.Measured{Post: lantoa.Post{ID: lantoa.PostID(id), Type: lantoa.Photo, PublishedAt: w.start}}
	ages := slices.Clone(more)
	for _, c := range lantoa.Checkpoints {
		ages = append(ages, c.Hours()+w.rnd.Float64())
	}
	slices.Sort(ages)
	var n, last float64
	for _, age := range ages {
		n += w.poisson(final * (rise(age, tau) - rise(last, tau)))
		last = age
		s := lantoa.Snapshot{At: w.start.Add(time.Duration(age * float64(time.Hour))), Reactions: lantoa.Of(int64(n + extra(age)))}
		if len(p.Curve) > 0 && p.Curve[len(p.Curve)-1].Same(s) {
			continue
		}
		p.Curve = append(p.Curve, s)
	}
	return p
}

func none(float64) float64 { return 0 }

// size is lognormal, as sizes of posts are: most have some dozens of interactions, a few have many hundreds.
func (w *world) size() float64 { return 3 + 40*math.Exp(0.8*w.rnd.NormFloat64()) }

func (w *world) tau() float64 { return 14 + 12*w.rnd.Float64() }

func (w *world) unshared(n int) []lantoa.Measured {
	posts := make([]lantoa.Measured, n)
	for i := range posts {
		posts[i] = w.post(fmt.Sprintf("u%d", i), w.size(), w.tau(), none)
	}
	return posts
}

// usual measures F as a median over posts read all along.
func usual(posts []lantoa.Measured) lantoa.Benchmark {
	f := make([]float64, len(lantoa.Checkpoints))
	for i, c := range lantoa.Checkpoints {
		var shares []float64
		for _, p := range posts {
			curve := lantoa.CurveOf(p)
			end, _ := curve.At(28*24, nil)
			if n, ok := curve.At(c.Hours(), nil); ok && end >= 10 {
				shares = append(shares, n/end)
			}
		}
		slices.Sort(shares)
		f[i] = 0.01
		if len(shares) > 0 {
			f[i] = max(shares[len(shares)/2], 0.01)
		}
	}
	return lantoa.Benchmark{Growth: map[lantoa.PostType][]float64{"": f}, Measured: true, Posts: len(posts)}
}

// simulated are reshares with a known effect: what came on top of the original's own growth within 48 hours.
func simulated(t *testing.T, runs, posts int, effect func(w *world, size float64) float64) (within, clear int) {
	t.Helper()
	absent := 0
	var others []lantoa.Measured
	var b lantoa.Benchmark
	for run := range runs {
		w := &world{rnd: rand.New(rand.NewPCG(uint64(run), 7)), start: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)}
		if run%5 == 0 { // five stories of one province are judged by the same posts
			others = w.unshared(posts)
			b = usual(others)
			if posts < FewPosts { // F of few posts is no median: the shipped curve stands in, which is about right
				b = usual(w.unshared(100))
			}
		}
		final, tau := 2*w.size(), w.tau() // what is passed on did better than most
		a1 := 3 + 60*w.rnd.Float64()
		brings := math.Round(effect(w, final))
		more := []float64{a1 + 48 + w.rnd.Float64()} // a lift waits for a reading; half are also read just before the sharing
		if run%2 == 0 {
			more = append(more, a1-0.05)
		}
		shared := w.post("o", final, tau, func(age float64) float64 {
			return math.Round(brings * rise(age-a1, 10) / rise(48, 10))
		}, more...)
		at := w.start.Add(time.Duration(a1 * float64(time.Hour)))
		l := MeasureLift(LiftInput{Original: shared, SharedAt: at, Usual: b, Unshared: others}, w.start.AddDate(0, 0, 40))
		if l.Absent != "" && absent < runs/100 {
			absent++ // by a rare chance nothing came for two days, as if nothing had been read
			continue
		}
		if l.Absent != "" || l.Posts == 0 {
			t.Fatalf("run %d: %+v", run, l)
		}
		if least, most := l.Between(); least <= brings && brings <= most {
			within++
		}
		if l.Clear() {
			clear++
		}
	}
	return within, clear
}

func TestAKnownEffectIsFoundWithinItsSpread(t *testing.T) {
	const runs = 500
	within, clear := simulated(t, runs, 400, func(w *world, size float64) float64 { return size * (0.3 + w.rnd.Float64()) })
	t.Logf("within the spread %d of %d, clear %d", within, runs, clear)
	if within < runs*90/100 {
		t.Errorf("the truth lay within the stated spread in %d of %d runs", within, runs)
	}
	if clear < runs*70/100 {
		t.Errorf("a large effect was seen in %d of %d runs only: the spread is of no use", clear, runs)
	}
}

func TestNoEffectIsNotTakenForOne(t *testing.T) {
	const runs = 500
	for _, posts := range []int{400, 60, 25} {
		_, clear := simulated(t, runs, posts, func(*world, float64) float64 { return 0 })
		t.Logf("of %d posts: reported in %d of %d", posts, clear, runs)
		if clear > runs*10/100 {
			t.Errorf("compared with %d posts, an effect was reported in %d of %d runs without one", posts, clear, runs)
		}
	}
}

func TestWithFewPostsTheSpreadIsWideAndSaysSo(t *testing.T) {
	const runs = 200
	for _, posts := range []int{1, 8} {
		within, _ := simulated(t, runs, posts, func(w *world, size float64) float64 { return size / 2 })
		if within < runs*90/100 {
			t.Errorf("with %d posts the truth lay within in %d of %d runs", posts, within, runs)
		}
	}
	w := &world{rnd: rand.New(rand.NewPCG(1, 7)), start: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)}
	many := w.unshared(100)
	in := LiftInput{Original: w.post("o", 200, 18, none), SharedAt: w.start.Add(12 * time.Hour), Usual: usual(many), Unshared: many[:5]}
	if l := MeasureLift(in, w.start.AddDate(0, 0, 40)); l.Posts != 5 || l.Posts >= FewPosts || !(l.Low < 0 && l.High > 0) {
		t.Errorf("%+v", l)
	}
	in.Unshared = nil
	if l := MeasureLift(in, w.start.AddDate(0, 0, 40)); l.Posts != 0 || !(l.Low < 0 && l.High > 0) {
		t.Errorf("with none: %+v", l)
	}
}

// curve makes snapshots of hours and interactions.
func curve(start time.Time, points ...float64) (shots []lantoa.Snapshot) {
	for i := 0; i < len(points); i += 2 {
		shots = append(shots, lantoa.Snapshot{At: start.Add(time.Duration(points[i] * float64(time.Hour))), Reactions: lantoa.Of(int64(points[i+1]))})
	}
	return shots
}

func TestLiftByHand(t *testing.T) {
	start := time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)
	//                    1h   3h   6h   12h  24h  48h  72h  7d   14d  28d
	f := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 0.8, 0.9, 1, 1}
	b := lantoa.Benchmark{Growth: map[lantoa.PostType][]float64{"": f}, Expected: map[lantoa.PostType][]float64{"": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}}
	late := start.AddDate(0, 1, 0)
	for _, tt := range []struct {
		name                string
		shots               []lantoa.Snapshot
		hours               float64 // of age when shared
		now                 time.Time
		before, after, lift float64
		absent              string
	}{
		{name: "the figure of the formula", shots: curve(start, 24, 100, 72, 200), hours: 24, before: 100, after: 200, lift: 200 - 100*0.8/0.5},
		{name: "counts may fall", shots: curve(start, 24, 100, 72, 95), hours: 24, before: 100, after: 95, lift: 95 - 160},
		{name: "what came after the sharing is not its own pace", shots: curve(start, 12, 80, 24, 400, 63, 500), hours: 15, before: 80 * lantoa.Along(f, 15) / 0.4, after: 500, lift: 500 - 80*lantoa.Along(f, 63)/0.4},
		{name: "not read since it was shared", shots: curve(start, 24, 100), hours: 24, absent: NoNumbers},
		{name: "not read long enough after it was shared", shots: curve(start, 6, 100, 7, 105), hours: 6, absent: NoNumbers},
		{name: "nothing was to come and nothing came", shots: curve(start, 24, 2), hours: 24, before: 2, after: 2, lift: 2 - 2*0.8/0.5},
		{name: "nothing known before the sharing", shots: curve(start, 24, 100, 72, 200), hours: 20, absent: NoNumbers},
		{name: "no numbers", hours: 24, absent: NoNumbers},
		{name: "an absent figure is no figure", shots: []lantoa.Snapshot{{At: start.Add(time.Hour), Views: lantoa.Of(9)}}, hours: 24, absent: NoNumbers},
		{name: "two days have not passed", shots: curve(start, 24, 100), hours: 24, now: start.Add(71 * time.Hour), absent: TooYoung},
		{name: "shared before it was told", shots: curve(start, 24, 100), hours: -2, absent: NoNumbers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := tt.now
			if now.IsZero() {
				now = late
			}
			own := lantoa.Measured{Post: lantoa.Post{PublishedAt: start}, Curve: curve(start, 47, 12, 49, 16)}
			l := MeasureLift(LiftInput{
				Original: lantoa.Measured{Post: lantoa.Post{ID: "o", PublishedAt: start}, Curve: tt.shots},
				SharedAt: start.Add(time.Duration(tt.hours * float64(time.Hour))), Usual: b, Own: &own, OwnUsual: b,
			}, now)
			if l.Absent != tt.absent || math.Abs(l.Before-tt.before) > 1e-9 || math.Abs(l.After-tt.after) > 1e-9 || math.Abs(l.Interactions-tt.lift) > 1e-9 {
				t.Errorf("got %+v", l)
			}
			if tt.absent != "" && l.Clear() {
				t.Error("an absent lift is clear")
			}
			if l.Own != lantoa.Of(14) && l.Own != lantoa.Of(16) && l.Own != lantoa.Of(15) || l.OwnUsual != lantoa.Of(6) {
				t.Errorf("own %v of usual %v, want about 14 of 6", l.Own, l.OwnUsual)
			}
		})
	}
	if l := MeasureLift(LiftInput{Original: lantoa.Measured{Curve: curve(start, 1, 1)}, SharedAt: start, Usual: lantoa.Benchmark{}}, late); l.Absent != NoNumbers || l.Own.Known {
		t.Errorf("without a benchmark: %+v", l)
	}
}

func TestWhatAPostHadWhenItWasShared(t *testing.T) {
	f := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 0.8, 0.9, 1, 1}
	for _, tt := range []struct {
		name  string
		curve lantoa.Curve
		age   float64
		want  float64
	}{
		{"at a reading what was read", lantoa.Curve{{Age: 3, N: 40}, {Age: 6, N: 50}}, 6, 50},
		{"of two readings of one minute the later", lantoa.Curve{{Age: 6, N: 50}, {Age: 6, N: 51}}, 6, 51},
		{"after a reading what it would have grown to", lantoa.Curve{{Age: 6, N: 30}}, 12, 40},
		{"a reading that found nothing new still was one", lantoa.Curve{{Age: 3, N: 40}}, 18, 40 * lantoa.Along(f, 18) / 0.4},
		{"a reading that is not due for long may not have been made", lantoa.Curve{{Age: 3, N: 40}}, 13, 40 * lantoa.Along(f, 13) / 0.3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if g, ok := gainOf(tt.curve, f, tt.age); !ok || math.Abs(g.before-tt.want) > 1e-9 {
				t.Errorf("before %v, want %v", g.before, tt.want)
			}
		})
	}
}

func BenchmarkMeasureLift(b *testing.B) {
	w := &world{rnd: rand.New(rand.NewPCG(1, 7)), start: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)}
	posts := w.unshared(20000) // a year of a level
	in := LiftInput{Original: w.post("o", 200, 18, none), SharedAt: w.start.Add(30 * time.Hour), Usual: usual(posts[:500]), Unshared: posts}
	now := w.start.AddDate(0, 0, 40)
	b.ReportAllocs()
	for b.Loop() {
		if l := MeasureLift(in, now); l.Posts != mostAlike {
			b.Fatal(l)
		}
	}
}
