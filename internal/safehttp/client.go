package safehttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Why there is no answer. The text of an error names the host at most: addresses can bear secrets.
var (
	ErrInside    = errors.New("the address leads into an inside network")
	ErrAddress   = errors.New("no address that may be asked")
	ErrRedirects = errors.New("too many redirects")
	ErrTooLarge  = errors.New("the answer is too large")
	ErrLate      = errors.New("no whole answer in time")
)

// Options is what a client works with. The zero value is good for use.
type Options struct {
	// Allow names "host:port", as an address spells them, that may be asked wherever they lead and whatever the
	// port: a test's server, the sandbox of the demo.
	Allow     []string
	UserAgent string        // with an address where we can be reached
	Limit     int64         // most bytes of an answer, unpacked; 0: 8 MB
	Patience  time.Duration // for a whole answer with its redirects; 0: 20 s
	Resolver  *net.Resolver // nil: the system's
}

const (
	mostRedirects = 5
	headerLimit   = 64 << 10
	usualLimit    = 8 << 20
	usualPatience = 20 * time.Second
	usualAgent    = "lantoa (+https://github.com/hoiphunu/lantoa)"
)

// Client fetches. It may be used by many at once.
type Client struct {
	opt   Options
	allow map[string]bool
	http  *http.Client
}

// Response is an answer, whatever its status.
type Response struct {
	Status int
	URL    string // the address that answered, after redirects
	Header http.Header
	Body   []byte
	Cut    bool // there is more than Body, and only so much was asked for
	// Loose says that nothing marks the end of the body but the end of the connection: half of it looks like all.
	Loose bool
}

// New makes a client. It asks nothing yet.
func New(opt Options) *Client {
	if opt.UserAgent == "" {
		opt.UserAgent = usualAgent
	}
	if opt.Limit <= 0 {
		opt.Limit = usualLimit
	}
	if opt.Patience <= 0 {
		opt.Patience = usualPatience
	}
	c := &Client{opt: opt, allow: map[string]bool{}}
	for _, at := range opt.Allow {
		c.allow[strings.ToLower(at)] = true
	}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            c.dial,
			ForceAttemptHTTP2:      true,
			MaxIdleConns:           64,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        30 * time.Second,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: headerLimit,
		},
		CheckRedirect: c.redirect,
	}
	return c
}

// Close lets go of connections that wait for more to ask.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Get fetches a whole answer; one that is larger than the limit is an error.
func (c *Client) Get(ctx context.Context, address string, header http.Header) (*Response, error) {
	r, err := c.First(ctx, address, header, c.opt.Limit)
	if err != nil {
		return nil, err
	}
	if r.Cut {
		return nil, fmt.Errorf("%s: %w", hostOf(address), ErrTooLarge)
	}
	return r, nil
}

// First fetches the first bytes of an answer, at most so many.
func (c *Client) First(ctx context.Context, address string, header http.Header, most int64) (*Response, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, ErrAddress // url's own error repeats the address
	}
	if err := c.check(u); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.opt.Patience, ErrLate)
	defer cancel()
	u.Fragment = ""
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, ErrAddress
	}
	for k, v := range header {
		req.Header[http.CanonicalHeaderKey(k)] = v
	}
	req.Header.Set("User-Agent", c.opt.UserAgent)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.told(ctx, u, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err != nil {
		return nil, c.told(ctx, resp.Request.URL, err)
	}
	r := &Response{Status: resp.StatusCode, URL: resp.Request.URL.String(), Header: resp.Header, Body: body}
	if int64(len(body)) > most {
		r.Body, r.Cut = body[:most], true
	}
	r.Loose = resp.ProtoMajor == 1 && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && !resp.Uncompressed
	return r, nil
}

// redirect looks at every address that an answer sends us on to.
func (c *Client) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > mostRedirects {
		return ErrRedirects
	}
	req.Header.Del("Referer") // where a link stood is nobody's business
	return c.check(req.URL)
}

// check refuses what can be refused by its spelling; where a name leads is seen when it is dialled.
func (c *Client) check(u *url.URL) error {
	at, err := target(u)
	if err != nil {
		return err
	}
	if c.allow[at] {
		return nil
	}
	host, port, _ := net.SplitHostPort(at)
	if port != "80" && port != "443" {
		return fmt.Errorf("port %s: %w", port, ErrAddress)
	}
	if a, err := netip.ParseAddr(host); err == nil {
		if Inside(a) {
			return ErrInside
		}
		return nil
	}
	host = strings.TrimRight(host, ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return ErrInside
	}
	if !strings.Contains(host, ".") { // a name of the local network, or one number for a whole address
		return fmt.Errorf("a host without a dot: %w", ErrAddress)
	}
	if numeric(host[strings.LastIndexByte(host, '.')+1:]) {
		return fmt.Errorf("an address in an odd spelling: %w", ErrAddress)
	}
	return nil
}

// target is "host:port" of an address, in small letters.
func target(u *url.URL) (string, error) {
	port := u.Port()
	switch u.Scheme {
	case "http":
		if port == "" {
			port = "80"
		}
	case "https":
		if port == "" {
			port = "443"
		}
	default:
		return "", fmt.Errorf("neither http nor https: %w", ErrAddress)
	}
	if u.Opaque != "" || u.Hostname() == "" {
		return "", fmt.Errorf("no host: %w", ErrAddress)
	}
	if u.User != nil {
		return "", fmt.Errorf("a name or password in it: %w", ErrAddress)
	}
	return strings.ToLower(net.JoinHostPort(u.Hostname(), port)), nil
}

// numeric says whether the last part of a host makes it a number: resolvers read 0x7f.1, 0177.1 and 127.1 as
// addresses of IPv4.
func numeric(label string) bool {
	if label == "" {
		return false
	}
	if rest, hex := strings.CutPrefix(label, "0x"); hex {
		return strings.Trim(rest, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// dial connects. What is not allowed by name is judged by the address that is dialled, each time.
func (c *Client) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Resolver: c.opt.Resolver}
	if !c.allow[strings.ToLower(addr)] {
		d.Control = guard
	}
	return d.DialContext(ctx, network, addr)
}

func guard(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return ErrInside
	}
	if at.Port() != 80 && at.Port() != 443 || Inside(at.Addr()) {
		return ErrInside
	}
	return nil
}

// told is an error without the address, which could bear a secret.
func (c *Client) told(ctx context.Context, u *url.URL, err error) error {
	var in *url.Error
	if errors.As(err, &in) {
		err = in.Err
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return fmt.Errorf("%s: %w", u.Hostname(), err)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
