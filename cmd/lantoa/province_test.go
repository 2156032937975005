package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/sandbox"
)

// province is a demo that has lived its whole past, shared by the tests that only look at it: living it takes
// about a minute and a half.
type province struct {
	*demo
	stop context.CancelFunc
	dir  string
}

var shared struct {
	sync.Once
	p   *province
	err error
}

// theProvince is the planted province at Monday 23/11/2026, 06:00, with 26 weeks behind it.
func theProvince(tb testing.TB) *province {
	tb.Helper()
	if testing.Short() {
		tb.Skip("SKIPPED: the whole province is lived without -short (the race detector makes it fifteen times slower)")
	}
	shared.Do(func() {
		dir, err := os.MkdirTemp("", "lantoa-province-")
		if err != nil {
			shared.err = err
			return
		}
		began := time.Now()
		shared.p, shared.err = liveIn(dir, "--now", "2026-11-23T06:00+07:00")
		if shared.p != nil {
			fmt.Fprintf(os.Stderr, "the province lived 26 weeks in %.1f s\n", time.Since(began).Seconds())
		}
	})
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	return shared.p
}

// liveIn runs a demo in dir until it has lived its past. Its planner rests afterwards too, so that nothing moves
// under the tests.
func liveIn(dir string, flags ...string) (*province, error) {
	d, stop, err := openIn(dir, flags...)
	if err != nil {
		return nil, err
	}
	p := &province{demo: d, stop: stop, dir: dir}
	if err := d.live(context.Background(), newProgress(io.Discard)); err != nil {
		p.Close()
		return nil, err
	}
	d.clock.Hold(d.state.Target)
	return p, nil
}

func openIn(dir string, flags ...string) (*demo, context.CancelFunc, error) {
	v := demoVerb
	fs := newFlags(v, io.Discard)
	if err := fs.Parse(append(flags, "--data", dir, "--listen", "127.0.0.1:0", "--log", "error")); err != nil {
		return nil, nil, err
	}
	set, err := readSettings(fs, nil)
	if err != nil {
		return nil, nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	d, err := openDemo(ctx, &call{flags: fs, settings: set, out: io.Discard, err: io.Discard})
	if err != nil {
		stop()
		return nil, nil, err
	}
	return d, stop, nil
}

// Close stops everything.
func (p *province) Close() {
	p.stop()
	p.demo.Close()
}

// as asks the API as the demo's user of a role and reads the answer into v.
func (p *province) as(tb testing.TB, role lantoa.Role, path string, v any) int {
	tb.Helper()
	req, err := http.NewRequest("GET", p.service.URL+path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	for _, u := range p.users {
		if u.Role == role {
			req.Header.Set("Authorization", "Bearer "+u.Token)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if v != nil && res.StatusCode == 200 {
		if err := json.Unmarshal(body, v); err != nil {
			tb.Fatalf("%s: %v: %.300s", path, err, body)
		}
	}
	return res.StatusCode
}

func (p *province) plant(tb testing.TB, name string) sandbox.Plant {
	tb.Helper()
	plant, ok := p.box.Plants()[name]
	if !ok {
		tb.Fatalf("the province has no %s", name)
	}
	return plant
}

// postOf finds a planted post in the store.
func (p *province) postOf(tb testing.TB, channel, external string) lantoa.Measured {
	tb.Helper()
	ctx := context.Background()
	ch, err := p.app.Store.ChannelByExternal(ctx, lantoa.FacebookPage, channel)
	if err != nil {
		tb.Fatal(err)
	}
	posts, err := p.app.Store.ChannelPosts(ctx, ch.ID, time.Time{}, 10000)
	if err != nil {
		tb.Fatal(err)
	}
	for _, post := range posts {
		if post.External == external {
			return post
		}
	}
	tb.Fatalf("post %s of %s is not in the store", external, ch.Name)
	return lantoa.Measured{}
}

// lantoaIn runs one command line beside the demo's data.
func lantoaIn(dir string, args ...string) (out, errs string, code int) {
	var o, e bytes.Buffer
	code = run(context.Background(), append(args, "--data", dir, "--log", "error"), nil, &o, &e)
	return o.String(), e.String(), code
}
