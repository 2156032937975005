package zalo

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
)

// How Zalo counts: so many requests a minute, depending on the package, told with every answer. The articles have a
// count of their own.
const (
	untold = 60 // requests a minute until an answer has told how many
	jump   = 16 // more left than that many requests under way could explain: at Zalo a new minute has begun
)

// pace keeps one of Zalo's counts. Nothing is asked that would be refused; who would have to wait is told until when.
//
// A minute ends by whichever clock gets there first: the program's own may stand still while a past is being
// replayed, and the platform counts real minutes.
type pace struct {
	mu       sync.Mutex
	limit    int // requests a minute
	minute   time.Time
	wall     time.Time
	left     int
	underWay int
	refused  bool // Zalo said so itself: not before the next minute
}

// begin asks for leave to make one request; done is to be called with its answer's header, nil if there is none.
func (p *pace) begin(now time.Time) (done func(http.Header), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	minute, wall := now.Truncate(time.Minute), time.Now().Truncate(time.Minute)
	if !minute.Equal(p.minute) || !wall.Equal(p.wall) {
		p.minute, p.wall, p.left, p.refused = minute, wall, p.limit, false
	}
	if p.left <= 0 || p.refused {
		return nil, &lantoa.Trouble{Kind: lantoa.Limited, Until: nextMinute(now)}
	}
	p.left--
	p.underWay++
	return p.done, nil
}

func (p *pace) done(h http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay--
	if limit, err := strconv.Atoi(h.Get("X-RateLimit-Limit")); err == nil && limit > 0 && limit != p.limit {
		p.left += limit - p.limit
		p.limit = limit
	}
	if remain, err := strconv.Atoi(h.Get("X-RateLimit-Remain")); err == nil {
		// Answers overtake each other: the one that says less was given later, unless it says much more.
		if left := remain - p.underWay; left < p.left || remain > p.left+p.underWay+jump {
			p.left = left
		}
	}
}

// refuse notes that Zalo said "too often".
func (p *pace) refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = true
}

// paceOf is the count that a request falls under.
func (c *Client) paceOf(path string) *pace {
	if strings.HasPrefix(path, "/v2.0/article/") {
		return &c.articlePace
	}
	return &c.pace
}
