package zalo

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// counting makes the server count as Zalo does, by the minute of the test's clock; it returns how often it had to say no.
func counting(h *house, perMinute int, headers bool) (refusals *int) {
	refusals = new(int)
	minute, n := time.Time{}, 0
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if now := h.now.Truncate(time.Minute); !now.Equal(minute) {
			minute, n = now, 0
		}
		n++
		if headers {
			w.Header().Set("X-RateLimit-Limit", strconv.Itoa(perMinute))
			w.Header().Set("X-RateLimit-Remain", strconv.Itoa(max(0, perMinute-n)))
		}
		if n > perMinute {
			*refusals++
			fmt.Fprint(w, `{"error":-32,"message":"Your application reached limit call api"}`)
			return true
		}
		return false
	}
	return refusals
}

func TestPace(t *testing.T) {
	tests := []struct {
		name      string
		untold    int // requests a minute that the setting says
		perMinute int // what Zalo allows
		headers   bool
		want      int // requests of one minute
		wantNos   int
	}{
		{"the default is sixty until told otherwise", 0, 4000, false, 60, 0},
		{"the setting is obeyed until told otherwise", 25, 4000, false, 25, 0},
		{"a package that allows more is used to its end", 60, 100, true, 100, 0},
		{"a package that allows less is not overdrawn", 60, 10, true, 10, 0},
		{"one that allows thousands slows nobody down", 60, 4000, true, 374, 0},
		{"where Zalo tells nothing a no ends the minute", 60, 7, false, 8, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			opt := h.opt
			opt.PerMinute = tt.untold
			c := New(opt)
			h.now = h.now.Truncate(time.Minute)
			refusals := counting(h, tt.perMinute, tt.headers)
			var last error
			for range 374 {
				_, last = c.Group(t.Context(), "a1f0c3d200000000c001")
			}
			if n := len(h.server.calls); n != tt.want || *refusals != tt.wantNos {
				t.Errorf("%d requests in a minute, %d refused; want %d and %d", n, *refusals, tt.want, tt.wantNos)
			}
			if tt.want < 374 {
				if trouble := lantoa.AsTrouble(last, ""); trouble.Kind != lantoa.Limited || !trouble.Until.Equal(h.now.Add(time.Minute)) {
					t.Errorf("whoever has to wait is told %v", last)
				}
			}
			h.now = h.now.Add(time.Minute)
			if _, err := c.Group(t.Context(), "a1f0c3d200000000c001"); lantoa.KindOf(err) == lantoa.Limited {
				t.Errorf("in the next minute: %v", err)
			}
		})
	}
}

func TestManyAtOnceKeepThePace(t *testing.T) {
	h := open(t)
	opt := h.opt
	opt.PerMinute = 60
	c := New(opt)
	refusals := counting(h, 100, true)
	for range 5 {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 40 {
					c.Group(t.Context(), "a1f0c3d200000000c001")
				}
			})
		}
		all.Wait()
		h.server.mu.Lock()
		h.now = h.now.Add(time.Minute)
		h.server.mu.Unlock()
	}
	if n := len(h.server.calls); n < 450 || *refusals > 0 {
		t.Errorf("%d of 500 requests were made, %d refused; what is under way at the end of a minute may stay unused", n, *refusals)
	}
}

func TestArticlesHaveACountOfTheirOwn(t *testing.T) {
	h := open(t)
	opt := h.opt
	opt.PerMinute = 3
	c := New(opt)
	for range 5 {
		c.Group(t.Context(), "a1f0c3d200000000c001")
	}
	var calls int
	if _, _, err := c.articleText(t.Context(), &calls, wireArticle{ID: "1"}); lantoa.KindOf(err) == lantoa.Limited || calls != 1 {
		t.Errorf("%d requests, %v", calls, err)
	}
}
