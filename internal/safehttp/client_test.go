package safehttp

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestInside(t *testing.T) {
	for _, tt := range []struct {
		addr string
		want bool
	}{
		{"0.0.0.0", true}, {"0.1.2.3", true}, {"10.1.2.3", true}, {"100.64.0.1", true}, {"100.127.255.255", true},
		{"127.0.0.1", true}, {"127.9.9.9", true}, {"169.254.169.254", true}, {"172.16.0.1", true}, {"172.31.255.255", true},
		{"192.0.0.9", true}, {"192.0.2.1", true}, {"192.88.99.1", true}, {"192.168.1.1", true}, {"198.18.0.1", true},
		{"198.51.100.1", true}, {"203.0.113.1", true}, {"224.0.0.1", true}, {"239.255.255.250", true}, {"255.255.255.255", true},
		{"240.0.0.1", true}, {"::", true}, {"::1", true}, {"::ffff:127.0.0.1", true}, {"::ffff:10.0.0.1", true}, {"::7f00:1", true},
		{"fe80::1", true}, {"fe80::1%eth0", true}, {"2606:4700::1%eth0", true}, {"fc00::1", true}, {"fd12:3456::1", true},
		{"fec0::1", true}, {"ff02::1", true}, {"64:ff9b::7f00:1", true}, {"64:ff9b::a9fe:a9fe", true}, {"64:ff9b:1::808:808", true},
		{"2002:7f00:1::1", true}, {"2002:808:808::1", true}, {"2001:0:808:808::1", true}, {"2001:db8::1", true}, {"3fff::1", true},
		{"2606:4700::5efe:10.0.0.1", true}, {"2606:4700::200:5efe:127.0.0.1", true}, {"100::1", true}, {"5f00::1", true},

		{"8.8.8.8", false}, {"1.1.1.1", false}, {"100.63.255.255", false}, {"100.128.0.1", false}, {"172.15.0.1", false},
		{"172.32.0.1", false}, {"192.0.1.1", false}, {"198.17.255.255", false}, {"223.255.255.255", false}, {"::ffff:8.8.8.8", false},
		{"64:ff9b::808:808", false}, {"2606:4700::1111", false}, {"2405:4800::1", false}, {"2606:4700::5efe:8.8.8.8", false},
	} {
		if got := Inside(netip.MustParseAddr(tt.addr)); got != tt.want {
			t.Errorf("Inside(%s) is %v", tt.addr, got)
		}
	}
	if !Inside(netip.Addr{}) {
		t.Error("no address at all passed for a public one")
	}
}

func TestAddressesThatAreNotAsked(t *testing.T) {
	c := New(Options{Resolver: brokenResolver(t)})
	for _, tt := range []struct {
		name, address string
		want          error
	}{
		{"loopback", "http://127.0.0.1/", ErrInside},
		{"localhost", "http://localhost/", ErrInside},
		{"localhost with a dot", "http://localhost./", ErrInside},
		{"a name below localhost", "http://a.localhost/", ErrInside},
		{"capitals", "http://LOCALHOST/", ErrInside},
		{"decimal", "http://2130706433/", ErrAddress},
		{"octal", "http://0177.0.0.1/", ErrAddress},
		{"hex in one piece", "http://0x7f000001/", ErrAddress},
		{"hex in pieces", "http://0x7f.0x0.0x0.0x1/", ErrAddress},
		{"a short form", "http://127.1/", ErrAddress},
		{"a trailing dot", "http://127.0.0.1./", ErrAddress},
		{"five numbers", "http://1.127.0.0.1/", ErrAddress},
		{"zero", "http://0/", ErrAddress},
		{"loopback of IPv6", "http://[::1]/", ErrInside},
		{"mapped", "http://[::ffff:127.0.0.1]/", ErrInside},
		{"mapped in hex", "http://[::ffff:7f00:1]/", ErrInside},
		{"a zone", "http://[fe80::1%25eth0]/", ErrInside},
		{"a zone on a public address", "http://[2606:4700::1%25lo]/", ErrInside},
		{"NAT64 of the metadata", "http://[64:ff9b::a9fe:a9fe]/", ErrInside},
		{"metadata", "http://169.254.169.254/latest/meta-data/", ErrInside},
		{"a name and password", "http://a:b@example.org/", ErrAddress},
		{"a name before an inside address", "http://example.org@127.0.0.1/", ErrAddress},
		{"another port", "http://example.org:8080/", ErrAddress},
		{"the port of a mail server", "https://example.org:25/", ErrAddress},
		{"a file", "file:///etc/passwd", ErrAddress},
		{"gopher", "gopher://example.org/", ErrAddress},
		{"no scheme", "//example.org/", ErrAddress},
		{"no host", "http:///x", ErrAddress},
		{"opaque", "http:example.org", ErrAddress},
		{"a local name", "http://printer/", ErrAddress},
		{"nothing", "", ErrAddress},
		{"no address", "http://[::1", ErrAddress},
		{"a control character", "http://example.org/\x00", ErrAddress},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := c.Get(t.Context(), tt.address, nil); !errors.Is(err, tt.want) {
				t.Errorf("%q: %v, want %v", tt.address, err, tt.want)
			}
		})
	}
}

func TestAnInsideAddressBehindANameIsNotDialled(t *testing.T) {
	for _, tt := range []struct {
		name    string
		answers []string
	}{
		{"loopback", []string{"127.0.0.1"}},
		{"private", []string{"10.0.0.5"}},
		{"metadata", []string{"169.254.169.254"}},
		{"this network", []string{"0.0.0.0"}},
		{"loopback of IPv6", []string{"::1"}},
		{"mapped", []string{"::ffff:127.0.0.1"}},
		{"a translated loopback", []string{"64:ff9b::7f00:1"}},
		{"several", []string{"192.168.0.1", "fd00::1", "127.0.0.1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dns := newDNS(t, func(int32) []string { return tt.answers })
			c := New(Options{Resolver: dns.resolver()})
			for _, host := range []string{"rebind.example", "rebind.example.", "xn--bcher-kva.example"} {
				if _, err := c.Get(t.Context(), "http://"+host+"/", nil); !errors.Is(err, ErrInside) {
					t.Errorf("%s: %v", host, err)
				}
			}
		})
	}
}

// A guard that looks a name up and then lets somebody else look it up again is led astray by a name that changes
// between the two. Here the first look-up is the one that is dialled, and the second is judged anew.
func TestANameThatChangesItsMeaningIsJudgedEachTime(t *testing.T) {
	public := "93.184.215.14"
	dns := newDNS(t, func(n int32) []string {
		if n == 1 {
			return []string{public}
		}
		return []string{"127.0.0.1"}
	})
	c := New(Options{Resolver: dns.resolver(), Patience: 300 * time.Millisecond})
	// Whether the public address answers here or not is all the same: it is let through by the guard.
	if _, err := c.Get(t.Context(), "http://rebind.example/", nil); errors.Is(err, ErrInside) {
		t.Errorf("the public address was refused: %v", err)
	}
	c.Close()
	if _, err := c.Get(t.Context(), "http://rebind.example/", nil); !errors.Is(err, ErrInside) {
		t.Errorf("the second meaning was dialled: %v", err)
	}
}

func TestTheGuardAtTheDoor(t *testing.T) {
	for _, tt := range []struct {
		network, address string
		ok               bool
	}{
		{"tcp4", "8.8.8.8:443", true}, {"tcp6", "[2606:4700::1111]:80", true},
		{"tcp4", "8.8.8.8:8080", false}, {"tcp4", "127.0.0.1:80", false}, {"tcp6", "[::1]:443", false},
		{"tcp6", "[fe80::1%lo]:80", false}, {"udp4", "8.8.8.8:443", false}, {"tcp4", "nonsense", false},
	} {
		if err := guard(tt.network, tt.address, nil); (err == nil) != tt.ok {
			t.Errorf("%s %s: %v", tt.network, tt.address, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	var hit atomic.Bool
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit.Store(true) }))
	t.Cleanup(inner.Close)
	_, innerPort, _ := net.SplitHostPort(inner.Listener.Addr().String())

	var referer, agent atomic.Value
	mux := http.NewServeMux()
	outer := httptest.NewServer(mux)
	t.Cleanup(outer.Close)
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Query().Get("u"))
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/hops/{n}", func(w http.ResponseWriter, r *http.Request) {
		var n int
		fmt.Sscan(r.PathValue("n"), &n)
		if n > 0 {
			http.Redirect(w, r, fmt.Sprintf("/hops/%d", n-1), http.StatusMovedPermanently)
			return
		}
		referer.Store(r.Header.Get("Referer"))
		agent.Store(r.UserAgent())
		io.WriteString(w, "arrived")
	})
	c := New(Options{Allow: []string{outer.Listener.Addr().String()}, Resolver: brokenResolver(t)})

	t.Run("five are followed, without a Referer and under our name", func(t *testing.T) {
		r, err := c.Get(t.Context(), outer.URL+"/hops/5", nil)
		if err != nil || string(r.Body) != "arrived" || !strings.HasSuffix(r.URL, "/hops/0") {
			t.Fatalf("%+v, %v", r, err)
		}
		if referer.Load() != "" || !strings.Contains(agent.Load().(string), "+https://") {
			t.Errorf("Referer %q, User-Agent %q", referer.Load(), agent.Load())
		}
	})
	t.Run("six are too many", func(t *testing.T) {
		if _, err := c.Get(t.Context(), outer.URL+"/hops/6", nil); !errors.Is(err, ErrRedirects) {
			t.Error(err)
		}
	})
	for _, to := range []string{
		inner.URL, "http://127.0.0.1:" + innerPort, "http://localhost:" + innerPort, "http://[::1]:" + innerPort,
		"http://[::ffff:127.0.0.1]:" + innerPort, "http://127.1:" + innerPort, "http://2130706433:" + innerPort,
		"http://0x7f000001:" + innerPort, "http://0:" + innerPort, "http://0.0.0.0:" + innerPort, "//127.0.0.1:" + innerPort,
		"http://127.0.0.1/", "http://localhost./", "http://169.254.169.254/", "file:///etc/passwd", "gopher://127.0.0.1/",
		"http://u:p@" + outer.Listener.Addr().String() + "/hops/0",
	} {
		t.Run("to "+to, func(t *testing.T) {
			_, err := c.Get(t.Context(), outer.URL+"/to?u="+to, nil)
			if !errors.Is(err, ErrInside) && !errors.Is(err, ErrAddress) {
				t.Errorf("%v", err)
			}
		})
	}
	if hit.Load() {
		t.Error("the server inside was asked")
	}
}

func TestSizeAndTime(t *testing.T) {
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { w.Write(bytes.Repeat([]byte("x"), 5000)) })
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 1000 {
			z.Write(make([]byte, 10_000))
		}
		z.Close()
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			io.WriteString(w, "x")
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	mux.HandleFunc("/half", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "half")
	})
	mux.HandleFunc("/loose", func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		io.WriteString(conn, "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>as far as it")
		conn.Close()
	})
	mux.HandleFunc("/head", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 2*headerLimit))
	})
	c := New(Options{Allow: []string{srv.Listener.Addr().String()}, Limit: 4000, Patience: 2 * time.Second})

	for path, want := range map[string]error{"/large": ErrTooLarge, "/bomb": ErrTooLarge, "/half": io.ErrUnexpectedEOF} {
		if _, err := c.Get(t.Context(), srv.URL+path, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if _, err := c.Get(t.Context(), srv.URL+"/head", nil); err == nil {
		t.Error("a header without end was read")
	}
	if r, err := c.First(t.Context(), srv.URL+"/large", nil, 10); err != nil || len(r.Body) != 10 || !r.Cut {
		t.Errorf("the first ten bytes: %+v, %v", r, err)
	}
	if r, err := c.Get(t.Context(), srv.URL+"/loose", nil); err != nil || !r.Loose {
		t.Errorf("an answer without a marked end: %+v, %v", r, err)
	}
	quick := New(Options{Allow: []string{srv.Listener.Addr().String()}, Limit: 1 << 20, Patience: 50 * time.Millisecond})
	if _, err := quick.Get(t.Context(), srv.URL+"/drip", nil); !errors.Is(err, ErrLate) {
		t.Errorf("an answer in drips: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, srv.URL+"/large", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that was given up: %v", err)
	}
}

func TestAnErrorDoesNotRepeatTheAddress(t *testing.T) {
	c := New(Options{Resolver: brokenResolver(t)})
	for _, address := range []string{
		"http://example.invalid/?access_token=EAAsecret", "http://[EAAsecret", "http://127.0.0.1/EAAsecret", "http://a:EAAsecret@example.org/",
	} {
		if _, err := c.Get(t.Context(), address, nil); err == nil || strings.Contains(err.Error(), "EAAsecret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	if New(Options{}).http.Transport.(*http.Transport).Proxy != nil {
		t.Error("a proxy would look names up behind the guard's back")
	}
}

func FuzzGet(f *testing.F) {
	for _, s := range []string{"http://127.0.0.1/", "http://[::1%25lo]:80/x", "http://0x7f.1", "https://a:b@c.d/", "http://example.org:80/?a#b", "http://１２７.0.0.1/", "http://127。0。0。1/"} {
		f.Add(s)
	}
	// Every name means this machine: whatever is asked, nothing may be reached.
	c := New(Options{Resolver: newDNS(f, func(int32) []string { return []string{"127.0.0.1"} }).resolver(), Patience: time.Second})
	f.Fuzz(func(t *testing.T, address string) {
		if a, err := netip.ParseAddr(hostOf(strings.TrimSpace(address))); err == nil && !Inside(a) {
			return // a public address: not from a test
		}
		if r, err := c.Get(t.Context(), address, nil); err == nil {
			t.Errorf("%q was answered: %d", address, r.Status)
		}
	})
}

// brokenResolver answers nothing: a test that needs it has gone too far.
func brokenResolver(tb testing.TB) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no names here")
	}}
}

// fakeDNS answers every name with what it is told to.
type fakeDNS struct {
	conn  net.PacketConn
	asked atomic.Int32
}

func newDNS(tb testing.TB, answers func(n int32) []string) *fakeDNS {
	tb.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	d := &fakeDNS{conn: conn}
	tb.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			nth := d.asked.Load() + 1
			if q.Type == dnsmessage.TypeAAAA { // asked beside A; the pair is one look-up
				nth = max(1, d.asked.Load())
			} else if q.Type == dnsmessage.TypeA {
				nth = d.asked.Add(1)
			}
			m.Response, m.Authoritative, m.RecursionAvailable = true, true, true
			m.Additionals = nil
			for _, s := range answers(nth) {
				a := netip.MustParseAddr(s)
				head := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, Type: q.Type}
				switch {
				case q.Type == dnsmessage.TypeA && a.Is4():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: a.As4()}})
				case q.Type == dnsmessage.TypeAAAA && a.Is6():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
				}
			}
			if out, err := m.Pack(); err == nil {
				conn.WriteTo(out, from)
			}
		}
	}()
	return d
}

func (d *fakeDNS) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", d.conn.LocalAddr().String())
	}}
}
