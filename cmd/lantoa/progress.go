package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// progress shows long work: a bar that redraws itself on a terminal, a plain line every few seconds elsewhere.
type progress struct {
	out    io.Writer
	tty    bool
	mu     sync.Mutex
	shown  time.Time
	begun  time.Time
	active bool
}

func newProgress(out io.Writer) *progress {
	return &progress{out: out, tty: isTerminal(out), begun: time.Now()}
}

// step says that done of all is done, and what is being done.
func (p *progress) step(done, all float64, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	every := 5 * time.Second
	if p.tty {
		every = 100 * time.Millisecond
	}
	if all <= 0 || time.Since(p.shown) < every {
		return
	}
	p.shown, p.active = time.Now(), true
	share := min(done/all, 1)
	left := ""
	if share > 0.02 {
		rest := time.Duration(float64(time.Since(p.begun)) * (1 - share) / share)
		left = fmt.Sprintf(", còn khoảng %s", roughly(rest))
	}
	if !p.tty {
		fmt.Fprintf(p.out, "%s: %.0f %%%s\n", what, share*100, left)
		return
	}
	const width = 30
	full := int(share * width)
	fmt.Fprintf(p.out, "\r\x1b[K%s%s %3.0f %%  %s%s", strings.Repeat("█", full), strings.Repeat("░", width-full), share*100, what, left)
}

// end leaves the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tty && p.active {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

func roughly(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d giây", int(d.Seconds())+1)
	}
	return fmt.Sprintf("%d phút", int(d.Minutes())+1)
}
