package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/store"
)

// country is both platforms for as many pages and groups as one likes: every page tells four posts a week, every group
// twenty messages a day, out of nothing but their ids and the time.
type country struct {
	latency time.Duration
	groups  int
	calls   atomic.Int64
}

func (c *country) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.calls.Add(1)
	time.Sleep(c.latency)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Facebook-Api-Version", "v25.0")
	w.Header().Set("X-RateLimit-Limit", "100000")
	w.Header().Set("X-RateLimit-Remain", "90000")
	switch {
	case strings.HasPrefix(r.URL.Path, "/zalo"):
		io.WriteString(w, c.zalo(r))
	case r.FormValue("batch") != "":
		var parts []struct {
			URL string `json:"relative_url"`
		}
		_ = json.Unmarshal([]byte(r.FormValue("batch")), &parts)
		var all []string
		for _, p := range parts {
			body, _ := json.Marshal(c.graph(strings.TrimPrefix(p.URL, "v25.0/")))
			all = append(all, `{"code":200,"body":`+string(body)+`}`)
		}
		io.WriteString(w, "["+strings.Join(all, ",")+"]")
	default:
		io.WriteString(w, c.graph(strings.TrimPrefix(r.URL.Path, "/graph/v25.0/")+"?"+r.URL.RawQuery))
	}
}

func (c *country) graph(path string) string {
	path, query, _ := strings.Cut(path, "?")
	page, edge, _ := strings.Cut(path, "/")
	switch edge {
	case "":
		return fmt.Sprintf(`{"id":%q,"name":"Trang %s","fan_count":900,"followers_count":1000}`, page, page)
	case "published_posts":
		n := 25
		if strings.Contains(query, "limit=100") {
			n = 100
		}
		return c.posts(page, n)
	}
	return `{"data":[]}`
}

// posts are the newest of a page, one each 42 hours.
func (c *country) posts(page string, n int) string {
	h := fnv.New32a()
	h.Write([]byte(page))
	const every = 42 * time.Hour
	offset := time.Duration(h.Sum32()%uint32(every/time.Second)) * time.Second
	newest := time.Now().Add(-offset).Truncate(every).Add(offset)
	var all []string
	for i := range n {
		at := newest.Add(-time.Duration(i) * every)
		age := int64(time.Since(at) / time.Hour)
		all = append(all, fmt.Sprintf(`{"id":"%s_%d","message":"Chi hội số %d trồng hoa dọc đường xóm, %d hộ cùng làm, mỗi hộ góp ba ngày công.","created_time":%q,"updated_time":%q,"is_published":true,"from":{"id":%q},"shares":{"count":%d},"reactions":{"summary":{"total_count":%d}},"comments":{"summary":{"total_count":%d}}}`,
			page, at.Unix(), at.Unix()%97, at.Unix()%53, at.UTC().Format("2006-01-02T15:04:05-0700"), at.UTC().Format("2006-01-02T15:04:05-0700"), page, age%7, min(age, 60), age%5))
	}
	return `{"data":[` + strings.Join(all, ",") + `],"paging":{"cursors":{"before":"a","after":"b"}}}`
}

func (c *country) zalo(r *http.Request) string {
	offset, _ := strconv.Atoi(r.FormValue("offset"))
	count, _ := strconv.Atoi(r.FormValue("count"))
	var all []string
	switch {
	case strings.HasSuffix(r.URL.Path, "/getgroupsofoa"):
		for i := offset; i < min(offset+count, c.groups); i++ {
			all = append(all, fmt.Sprintf(`{"group_id":"%020x","name":"Nhóm %d","total_member":40,"status":"enabled"}`, i, i))
		}
		return fmt.Sprintf(`{"error":0,"data":{"total":%d,"groups":[%s]}}`, c.groups, strings.Join(all, ","))
	case strings.HasSuffix(r.URL.Path, "/conversation"):
		const every = 72 * time.Minute
		newest := time.Now().Truncate(every)
		for i := offset; i < min(offset+count, 60); i++ {
			at := newest.Add(-time.Duration(i) * every)
			all = append(all, fmt.Sprintf(`{"src":1,"time":%d,"type":"text","message":"Vâng ạ","message_id":"%s%d","from_id":"73"}`, at.UnixMilli(), r.FormValue("group_id"), at.Unix()))
		}
		return `{"error":0,"data":[` + strings.Join(all, ",") + `]}`
	}
	return `{"error":0,"data":{}}`
}

// BenchmarkCountry runs planner and eight workers over the 6,642 channels of 3,321 communes at their cadence, in real
// time, on Postgres and Redis: first all are read once, then for NATIONAL_MINUTES [3] it is watched how late visits come.
func BenchmarkCountry(b *testing.B) {
	database, redis := os.Getenv("LANTOA_TEST_DATABASE_URL"), os.Getenv("LANTOA_TEST_REDIS_URL")
	if database == "" || redis == "" {
		b.Skip("LANTOA_TEST_DATABASE_URL and LANTOA_TEST_REDIS_URL are needed: an empty database and a server of ours")
	}
	const communes = 3321
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	server := httptest.NewServer(&country{latency: 80 * time.Millisecond, groups: communes})
	defer server.Close()
	dir := b.TempDir()
	fs := newFlags(collectVerb, io.Discard)
	if err := fs.Parse([]string{"--data", dir, "--log", "error", "--pictures-mb", "0"}); err != nil {
		b.Fatal(err)
	}
	set, err := readSettings(fs, []string{"LANTOA_DATABASE_URL=" + database, "LANTOA_REDIS_URL=" + redis})
	if err != nil {
		b.Fatal(err)
	}
	set.pointAtSandbox(server.URL, platformApps{"1", "s", "2", "s"})
	app, err := openApp(ctx, set, need{index: true, logTo: io.Discard})
	if err != nil {
		b.Fatal(err)
	}
	defer app.Close()
	if err := foundCountry(ctx, app, communes); err != nil {
		b.Fatal(err)
	}
	r, err := queue.OpenRedis(ctx, redis)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	ended := make(chan error, 1)
	go func() { ended <- app.Worker.Run(ctx, r) }()
	planner := &queue.Planner{Worker: app.Worker, Client: queue.NewClient(r), Log: app.Log}
	go planner.Run(ctx)

	began := time.Now()
	for waiting := 1; waiting > 0; time.Sleep(2 * time.Second) {
		if waiting, err = lateBy(ctx, app, nil); err != nil {
			b.Fatal(err)
		}
		if time.Since(began) > 20*time.Minute {
			b.Fatalf("%d channels are still waiting for their first visit", waiting)
		}
	}
	first := time.Since(began)
	if err := spread(ctx, app); err != nil {
		b.Fatal(err)
	}
	minutes, _ := strconv.Atoi(os.Getenv("NATIONAL_MINUTES"))
	if minutes == 0 {
		minutes = 3
	}
	var worst time.Duration
	cpu, from := used(), time.Now()
	for time.Since(from) < time.Duration(minutes)*time.Minute {
		var lag time.Duration
		if _, err := lateBy(ctx, app, &lag); err != nil {
			b.Fatal(err)
		}
		worst = max(worst, lag)
		time.Sleep(5 * time.Second)
	}
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	stop()
	<-ended
	b.ReportMetric(first.Seconds(), "s/first-reading")
	b.ReportMetric(worst.Seconds(), "s/worst-lag")
	b.ReportMetric(float64(mem.HeapAlloc)/1e6, "MB/heap")
	b.ReportMetric(float64(peak())/1024, "MB/peak")
	b.ReportMetric(100*(used()-cpu).Seconds()/time.Since(from).Seconds(), "%cpu")
}

// foundCountry brings in a province with so many communes, each with a page and a group, and the tokens of all.
func foundCountry(ctx context.Context, app *App, communes int) error {
	units := []lantoa.Unit{{ID: "country", Code: "0", Name: "Việt Nam", Level: lantoa.Province, From: time.Unix(0, 0)}}
	for i := range communes {
		units = append(units, lantoa.Unit{ID: lantoa.UnitID(fmt.Sprintf("u%05d", i)), Code: fmt.Sprintf("%05d", i+1), Name: fmt.Sprintf("xã số %d", i), Level: lantoa.Commune, Parent: "country", From: time.Unix(0, 0)})
	}
	if err := app.Store.SaveUnits(ctx, units); err != nil {
		return err
	}
	for i, u := range units[1:] {
		page := fmt.Sprintf("9%014d", i)
		for _, ch := range []lantoa.Channel{
			{Kind: lantoa.FacebookPage, Name: "Trang " + u.Name, External: page, Unit: u},
			{Kind: lantoa.ZaloGroup, Name: "Nhóm " + u.Name, External: fmt.Sprintf("%020x", i), Unit: u},
		} {
			if err := app.Store.SaveChannel(ctx, &ch); err != nil {
				return err
			}
		}
		if err := app.Store.SaveSecret(ctx, pageSecret(page), "EAAtest"+page); err != nil {
			return err
		}
	}
	return app.Zalo.Grant(ctx, "access", "refresh", time.Now().Add(25*time.Hour))
}

// lateBy counts the channels that wait for their first visit, and says how late the latest of the due ones is.
func lateBy(ctx context.Context, app *App, lag *time.Duration) (waiting int, err error) {
	channels, err := app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	for _, ch := range channels {
		if ch.FirstRead.IsZero() {
			waiting++
		} else if lag != nil {
			*lag = max(*lag, time.Since(ch.NextRead))
		}
	}
	return waiting, err
}

// spread puts the next visits of all channels over the coming hour, as they lie once the program has run for a while.
func spread(ctx context.Context, app *App) error {
	channels, err := app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	for i, ch := range channels {
		if err == nil {
			err = app.Store.SetNextVisit(ctx, ch.ID, time.Now().Add(55*time.Minute*time.Duration(i*7919%len(channels))/time.Duration(len(channels))))
		}
	}
	return err
}

func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the largest resident size of the process so far, in kB.
func peak() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss
}

// BenchmarkMonth collects for a simulated month and tells how much larger the memory is at its end than after its
// first day.
func BenchmarkMonth(b *testing.B) {
	for b.Loop() {
		d := newDrill(b, 20, 10)
		app, err := openApp(context.Background(), d.set, need{now: d.clock.Now, index: true, logTo: io.Discard})
		if err != nil {
			b.Fatal(err)
		}
		ctx := context.Background()
		turn := func(to time.Time) error { d.clock.Hold(to); return nil }
		heap := func() float64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.GC()
			runtime.ReadMemStats(&m)
			return float64(m.HeapAlloc) / 1e6
		}
		if err := collectUntil(ctx, app, d.clock.Now, turn, d.from.AddDate(0, 0, 1)); err != nil {
			b.Fatal(err)
		}
		first := heap()
		if err := collectUntil(ctx, app, d.clock.Now, turn, d.from.AddDate(0, 0, 30)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(first, "MB/day1")
		b.ReportMetric(heap(), "MB/day30")
		if size, err := os.Stat(filepath.Join(d.dir, "lantoa.db")); err == nil {
			b.ReportMetric(float64(size.Size())/1e6, "MB/database")
		}
		app.Close()
	}
}
