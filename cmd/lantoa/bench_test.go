package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// BenchmarkFirstCollection reads 374 channels × 26 weeks in one pass into an empty store, eight at a time, from
// platforms that take 80 ms to answer; then finds and indexes. Memory is the process's, platforms included.
func BenchmarkFirstCollection(b *testing.B) {
	for range b.N {
		b.StopTimer()
		// A clock that stands at the end: the past is there to be read and has not been lived.
		now, err := parseTime("2026-11-23T06:00+07:00")
		if err != nil {
			b.Fatal(err)
		}
		dir := b.TempDir()
		if err := writeJSON(filepath.Join(dir, "demo-clock.json"), demoState{Anchor: now, Weeks: 26, Target: now, Lived: now}); err != nil {
			b.Fatal(err)
		}
		d, stop, err := openIn(dir, "--latency", "80ms")
		if err != nil {
			b.Fatal(err)
		}
		ctx := context.Background()
		d.clock.Hold(now)
		if err := d.addChannels(ctx); err != nil {
			b.Fatal(err)
		}
		channels, err := d.app.pick(ctx, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		began := time.Now()
		sum, bad, err := d.app.sweep(ctx, channels, newProgress(discard{}))
		if err != nil || len(bad) != 5 {
			b.Fatal(err, len(bad), "channels in trouble; five pages are planted disconnected")
		}
		collected := time.Since(began)
		for _, step := range []func(context.Context) error{d.app.Worker.Find, d.app.Worker.Benchmark, d.app.Worker.IndexChanged} {
			if err := step(ctx); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		b.ReportMetric(float64(len(channels)), "channels")
		b.ReportMetric(collected.Seconds(), "s/collect")
		b.ReportMetric((time.Since(began) - collected).Seconds(), "s/find+index")
		b.ReportMetric(float64(sum.Calls), "calls")
		b.ReportMetric(float64(sum.New), "posts")
		b.ReportMetric(float64(sum.Chatter), "messages")
		b.ReportMetric(peakMB(), "MB-peak")
		stop()
		d.Close()
	}
}

// peakMB is the most memory the process ever had resident.
func peakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kb float64
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}

// BenchmarkHomePage asks for the pages over real HTTP, signed in, on the province that has lived 26 weeks.
func BenchmarkHomePage(b *testing.B) {
	p := theProvince(b)
	x := p.plant(b, "P1")
	story := string(p.postOf(b, x.Channels[0], x.Posts[0]).Story)
	decide := func(v lantoa.Verdict) {
		if _, err := p.app.Store.SaveDecision(context.Background(), lantoa.Decision{ID: lantoa.NewID(p.clock.Now()), Story: lantoa.StoryID(story), Verdict: v, At: p.clock.Now()}); err != nil {
			b.Fatal(err)
		}
	}
	decide(lantoa.Approve)
	defer decide(lantoa.Undo)
	for _, page := range []struct{ name, path string }{
		{"prepare", "/cau-chuyen/" + story + "/lan-toa"}, {"passed", "/cau-chuyen/lan-toa"}, {"suggest", "/cau-chuyen/" + story + "/goi-y"},
		{"home", "/"}, {"stories", "/cau-chuyen"}, {"search", "/tim-kiem?q=" + url.QueryEscape("phụ nữ")}, {"channels", "/kenh"}, {"unit", "/don-vi/05722"}, {"scorecard", "/thi-dua/2026-11"}, {"scorecard_quarter", "/thi-dua/2026-Q4"},
	} {
		b.Run(page.name, func(b *testing.B) {
			client := signedIn(b, p, lantoa.Communications)
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				res, err := client.Get(p.service.URL + page.path)
				if err != nil {
					b.Fatal(err)
				}
				n, err := res.Body.Read(make([]byte, 1))
				if n == 0 && err != nil || res.StatusCode != 200 {
					b.Fatal(res.Status, err)
				}
				res.Body.Close()
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
		})
	}
}

// signedIn is a browser-like client with the session of a role.
func signedIn(tb testing.TB, p *province, role lantoa.Role) *http.Client {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	for _, u := range p.users {
		if u.Role == role {
			res, err := client.PostForm(p.service.URL+"/dang-nhap", url.Values{"email": {u.Email}, "mat_khau": {u.Password}})
			if err != nil {
				tb.Fatal(err)
			}
			res.Body.Close()
			if res.Request.URL.Path != "/" {
				tb.Fatalf("signing in led to %s", res.Request.URL)
			}
		}
	}
	return client
}
