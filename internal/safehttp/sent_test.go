package safehttp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestWhetherARequestMayHaveBeenSent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/lost" {
			panic(http.ErrAbortHandler)
		}
	}))
	defer server.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	client := &http.Client{Transport: &http.Transport{}}
	for _, tt := range []struct {
		name, address string
		err, sent     bool
	}{
		{"answered", server.URL, false, true},
		{"the answer is lost", server.URL + "/lost", true, true},
		{"nobody listens", gone.URL, true, false},
		{"no such host", "http://nowhere.invalid", true, false},
		{"no TLS there", strings.Replace(server.URL, "http:", "https:", 1), true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, sent, cancel := Watch(t.Context())
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, "POST", tt.address, strings.NewReader("a=b"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if err == nil {
				resp.Body.Close()
			}
			if (err != nil) != tt.err || sent.Possibly(err) != tt.sent {
				t.Errorf("%v; sent %v", err, sent.Possibly(err))
			}
		})
	}
	_, sent, cancel := Watch(t.Context())
	defer cancel()
	sent.connected.Store(true) // of a connection that had ended before a byte was written to it
	if sent.Possibly(&net.OpError{Op: "dial", Err: errors.New("refused")}) {
		t.Error("what could not connect again was sent")
	}
}

func TestAWatchedRequestIsNotCalledOffButEndsInTime(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	watched, _, free := Watch(ctx)
	defer free()
	cancel()
	if watched.Err() != nil {
		t.Error("it was called off")
	}
	want, _ := ctx.Deadline()
	if got, ok := watched.Deadline(); !ok || !got.Equal(want) {
		t.Errorf("it ends at %v; want %v", got, want)
	}
}
