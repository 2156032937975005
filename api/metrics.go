package api

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// gauges are the figures of /metrics, in a registry of their own: two servers in one process do not meet.
type gauges struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func (s *Server) newGauges() *gauges {
	g := &gauges{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lantoa_http_requests_total", Help: "Requests answered by the API, by route and status.",
		}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "lantoa_http_request_seconds", Help: "How long answering took, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	g.registry.MustRegister(g.requests, g.took, stock{s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return g
}

// watch counts and times the requests. A route is its pattern, never an address with ids or words in it.
func (g *gauges) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now() // durations go by the machine's clock
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		route := r.Pattern
		if route == "" || route == "/" {
			route = "none"
		}
		g.requests.WithLabelValues(route, strconv.Itoa(seen.status)).Inc()
		g.took.WithLabelValues(route).Observe(time.Since(began).Seconds())
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// stock counts what the store holds at the moment of the scrape.
type stock struct{ s *Server }

var (
	channelsDesc = prometheus.NewDesc("lantoa_channels", "Channels by state.", []string{"state"}, nil)
	postsDesc    = prometheus.NewDesc("lantoa_posts", "Posts kept and not removed.", nil, nil)
	storiesDesc  = prometheus.NewDesc("lantoa_stories", "Stories by state.", []string{"state"}, nil)
	behindDesc   = prometheus.NewDesc("lantoa_step_behind", "Changed posts that a step has not looked at yet.", []string{"step"}, nil)
	hooksDesc    = prometheus.NewDesc("lantoa_hooks", "Calls of platforms that wait to be worked off, and those that failed too often.", []string{"state"}, nil)
	noticesDesc  = prometheus.NewDesc("lantoa_notices_open", "Incidents that go on and that the administrator was told of.", nil, nil)
	toldDesc     = prometheus.NewDesc("lantoa_submissions", "Stories told to us directly, by state.", []string{"state"}, nil)
	visitDesc    = prometheus.NewDesc("lantoa_last_good_visit_seconds", "Time since a channel of the platform was last read well.", []string{"platform"}, nil)
	upDesc       = prometheus.NewDesc("lantoa_store_up", "1 when the store answered this scrape.", nil, nil)
)

func (stock) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{channelsDesc, postsDesc, storiesDesc, behindDesc, hooksDesc, noticesDesc, toldDesc, visitDesc, upDesc} {
		to <- d
	}
}

// Collect gives what the store can tell; what it cannot is absent, and lantoa_store_up says so.
func (c stock) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	up := 1.0
	give := func(err error, d *prometheus.Desc, n float64, labels ...string) {
		if err != nil {
			up = 0
			return
		}
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n, labels...)
	}
	states, read, err := c.s.channelStates(ctx)
	for _, state := range aliveStates {
		give(err, channelsDesc, float64(states[state]), string(state))
	}
	for platform, at := range read {
		give(err, visitDesc, max(0, c.s.Now().Sub(at).Seconds()), platform)
	}
	counts, err := c.s.Store.Counts(ctx, lantoa.Everything)
	give(err, postsDesc, float64(counts.Posts))
	stories, err := c.s.Store.StoryCounts(ctx, lantoa.Everything, nil)
	for _, state := range lantoa.States {
		give(err, storiesDesc, float64(stories[state]), string(state))
	}
	for _, step := range []string{store.StepFind, store.StepIndex} {
		n, err := c.s.Store.Behind(ctx, step)
		give(err, behindDesc, float64(n), step)
	}
	c.inbox(ctx, give)
	to <- prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, up)
}

// inbox gives what waits for somebody: calls of platforms for a worker, incidents and stories for a person.
func (c stock) inbox(ctx context.Context, give func(err error, d *prometheus.Desc, n float64, labels ...string)) {
	if c.s.HookBacklog != nil {
		waiting, stuck, err := c.s.HookBacklog(ctx)
		give(err, hooksDesc, float64(waiting), "waiting")
		give(err, hooksDesc, float64(stuck), "stuck")
	}
	open, err := c.s.Store.Notices(ctx, lantoa.Everything, true, mostNotices)
	give(err, noticesDesc, float64(len(open)))
	for _, state := range progresses {
		_, n, err := c.s.Store.Submissions(ctx, lantoa.Everything, state, 0, time.Time{})
		give(err, toldDesc, float64(n), string(state))
	}
}

// progresses are all states that a story told to us can be in.
var progresses = []lantoa.Progress{
	lantoa.SubmissionNew, lantoa.SubmissionTaken, lantoa.SubmissionAsked, lantoa.SubmissionReturned, lantoa.SubmissionDeclined, lantoa.SubmissionWithdrawn,
}

// fromHere says whether a request was made on this machine: its connection comes from the loopback address,
// and no proxy has passed it on for somebody else.
func fromHere(r *http.Request) bool {
	for _, h := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && addr.Addr().Unmap().IsLoopback()
}
