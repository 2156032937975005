package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/wneessen/go-mail/smtp"
	"golang.org/x/time/rate"
)

// Options of an SMTP sender; zero values are filled in.
type Options struct {
	From        string        // "Hội LHPN tỉnh <bantin@example.vn>"
	Hello       string        // the name we give ourselves; empty: the sender's domain
	Connections int           // at once; 2
	PerMinute   int           // messages; 0: any number
	Timeout     time.Duration // to connect, and for each answer but the last; 30 s
	DataTimeout time.Duration // for the last answer; 5 min, as the server may look at the mail first
	PerSession  int           // messages over one connection before a new one is made; 100
	TLS         *tls.Config   // nil: the machine's
}

// SMTP hands messages to a server. Connections are kept and used again.
type SMTP struct {
	opt            Options
	scheme         string
	host, port     string
	user, password string
	mustTLS        bool
	fromName, from string
	limit          *rate.Limiter
	room           chan struct{}
	mu             sync.Mutex
	idle           []*session
}

// session is one connection that has been signed in to.
type session struct {
	client *smtp.Client
	sent   int
	used   time.Time
}

// NewSMTP reads an address like smtp://user:password@host:587 (with STARTTLS) or smtps://host:465. Behind it may stand
// ?connections=2&per_minute=300, and ?starttls=no for a server in the same house that does not have it. The errors never
// hold the password.
func NewSMTP(address string, opt Options) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("mail: the server's address must look like smtp://user:password@host:587 or smtps://host:465; in a password write % as %25, @ as %40, : as %3A and / as %2F")
	}
	s := &SMTP{opt: opt, scheme: u.Scheme, host: u.Hostname(), port: u.Port(), user: u.User.Username()}
	s.password, _ = u.User.Password()
	if s.port == "" {
		s.port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	for key, values := range u.Query() {
		switch key {
		case "connections":
			s.opt.Connections, err = strconv.Atoi(values[0])
		case "per_minute":
			s.opt.PerMinute, err = strconv.Atoi(values[0])
		case "starttls":
			if values[0] != "no" && values[0] != "yes" {
				err = errors.New("neither yes nor no")
			}
		default:
			err = errors.New("not known")
		}
		if err != nil {
			return nil, fmt.Errorf("mail: the server's address has a wrong %q", key)
		}
	}
	// A password, and the names of people, are not for the wires in between.
	starttls := u.Query().Get("starttls")
	s.mustTLS = u.Scheme == "smtp" && (starttls == "yes" || starttls == "" && !loopback(s.host))
	if s.fromName, s.from, err = bare(opt.From); err != nil {
		return nil, errors.New("mail: the sender must look like Hội LHPN tỉnh <bantin@example.vn>")
	}
	o := &s.opt
	set(&o.Connections, 2)
	set(&o.PerSession, 100)
	set(&o.Timeout, 30*time.Second)
	set(&o.DataTimeout, 5*time.Minute)
	if o.Hello == "" {
		o.Hello = Domain(s.from)
	}
	if o.PerMinute > 0 {
		s.limit = rate.NewLimiter(rate.Limit(float64(o.PerMinute)/60), max(1, o.PerMinute/60))
	}
	s.room = make(chan struct{}, o.Connections)
	return s, nil
}

func set[T int | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// From is the sender's address.
func (s *SMTP) From() string { return s.from }

// Connections is how many messages can be under way at once.
func (s *SMTP) Connections() int { return s.opt.Connections }

// Server is the server's name and port.
func (s *SMTP) Server() string { return net.JoinHostPort(s.host, s.port) }

// Send hands one message to the server; see [Sender].
func (s *SMTP) Send(ctx context.Context, m Message, before func() error) Outcome {
	if m.From == "" {
		m.From = s.from
	}
	if m.FromName == "" {
		m.FromName = s.fromName
	}
	raw, err := m.Bytes()
	if err != nil {
		return Outcome{Result: Refused, Said: err.Error(), Err: err}
	}
	select {
	case s.room <- struct{}{}:
		defer func() { <-s.room }()
	case <-ctx.Done():
		return unsent(ctx.Err())
	}
	if s.limit != nil {
		if err := s.limit.Wait(ctx); err != nil { // there is no time left for its turn: that says nothing of the server
			return unsent(fmt.Errorf("%w: %w", context.Canceled, err))
		}
	}
	for {
		c, fresh, err := s.session(ctx)
		if err != nil {
			return unsent(err)
		}
		out, again := s.send(ctx, c, m, raw, before)
		if again && !fresh { // the server had hung up on a connection that was kept: nothing was said yet
			continue
		}
		return out
	}
}

// send says whether the connection was found closed before anything was said.
func (s *SMTP) send(ctx context.Context, c *session, m Message, raw []byte, before func() error) (out Outcome, gone bool) {
	_, to, err := bare(m.To)
	if err != nil {
		s.keep(c)
		return Outcome{Result: Refused, Said: err.Error(), Err: err}, false
	}
	_, from, err := bare(m.From)
	if err != nil {
		s.keep(c)
		return Outcome{Result: Refused, Said: err.Error(), Err: err}, false
	}
	c.client.SkipSMTPUTF8(ascii(from) && ascii(to))
	if err := c.within(s.opt.Timeout, func() error { return c.client.Mail("<" + from + ">") }); err != nil {
		code, _ := answer(err)
		c.close()
		out := s.early(err)
		if out.Result == Refused && !tooLarge(out) {
			out.Result = Later // the server does not like the sender: that is to be put right, and not the letter's fault
		}
		return out, code == 0 || code == 421
	}
	if err := c.within(s.opt.Timeout, func() error { return c.client.Rcpt("<" + to + ">") }); err != nil {
		s.afterNo(c, err)
		return s.early(err), false
	}
	if err := ctx.Err(); err != nil {
		s.afterNo(c, nil)
		return unsent(err), false
	}
	if before != nil {
		if err := before(); err != nil {
			s.afterNo(c, nil)
			return unsent(err), false
		}
	}
	return s.data(c, raw), false
}

// data sends the message itself. What breaks after its last line may have arrived.
func (s *SMTP) data(c *session, raw []byte) Outcome {
	_ = c.client.UpdateDeadline(s.opt.Timeout)
	w, err := c.client.Data()
	if err != nil {
		s.afterNo(c, err)
		return s.early(err)
	}
	_ = c.client.UpdateDeadline(s.opt.DataTimeout)
	if _, err := w.Write(raw); err != nil {
		c.close() // not w.Close: it would end half a message as if it were whole
		return Outcome{Result: Unknown, Err: err}
	}
	err = w.Close()
	if err == nil {
		said := ""
		if d, ok := w.(*smtp.DataCloser); ok {
			said = d.ServerResponse()
		}
		c.sent++
		s.keep(c)
		status, said := enhanced(said)
		return Outcome{Result: Accepted, Code: 250, Status: status, Said: said}
	}
	code, _ := answer(err)
	switch code / 100 {
	case 2:
		s.keep(c)
	case 4, 5:
		if code == 421 {
			c.close()
		} else {
			s.keep(c)
		}
	default:
		c.close()
		return Outcome{Result: Unknown, Code: code, Err: err}
	}
	return judge(err)
}

// early is the outcome of a failure before the message itself was sent.
func (s *SMTP) early(err error) Outcome {
	out := judge(err)
	if out.Result == Unknown {
		out.Result = Unsent
	}
	switch out.Code {
	case 530, 534, 535, 538: // the sign-in is wrong, or is wanted: no letter is to blame
		out.Result = Unsent
	}
	return out
}

// judge reads an answer: 2xx taken, 4xx put off, 5xx refused, none at all unknown.
func judge(err error) Outcome {
	code, said := answer(err)
	out := Outcome{Code: code, Err: err}
	out.Status, out.Said = enhanced(said)
	switch code / 100 {
	case 2:
		out.Result, out.Err = Accepted, nil
	case 4:
		out.Result = Later
	case 5:
		out.Result = Refused
	default:
		out.Result = Unknown
	}
	return out
}

func answer(err error) (code int, said string) {
	var e *textproto.Error
	if errors.As(err, &e) {
		return e.Code, e.Msg
	}
	return 0, ""
}

func unsent(err error) Outcome {
	out := Outcome{Result: Unsent, Err: err}
	code, said := answer(err)
	out.Code = code
	out.Status, out.Said = enhanced(said)
	return out
}

func tooLarge(o Outcome) bool {
	return o.Code == 552 || o.Code == 523 || strings.HasSuffix(o.Status, ".3.4")
}

// TooLarge says whether the server found the message too large.
func (o Outcome) TooLarge() bool { return tooLarge(o) }

// NoAddress says whether the server knows no such mailbox: sending there again is useless.
func (o Outcome) NoAddress() bool {
	return o.Result == Refused && hard(o.Code, o.Status, o.Said)
}

var enhancedCode = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:[ \t-]+|$)`)

// enhanced parts the enhanced code from the words, which are put on one line and shortened.
func enhanced(said string) (status, words string) {
	said = line(said)
	if m := enhancedCode.FindStringSubmatch(said); m != nil {
		return m[1], short(strings.ReplaceAll(said[len(m[0]):], " "+m[1]+" ", " "))
	}
	return "", short(said)
}

// short is at most 300 letters of a foreign text.
func short(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "\uFFFD")
	if utf8.RuneCountInString(s) <= 300 {
		return s
	}
	return string([]rune(s)[:299]) + "…"
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// idleFor is how long a connection may rest before it is no longer trusted.
const idleFor = 20 * time.Second

// session is a kept connection, or a fresh one.
func (s *SMTP) session(ctx context.Context) (c *session, fresh bool, err error) {
	s.mu.Lock()
	for len(s.idle) > 0 && c == nil {
		c = s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if time.Since(c.used) > idleFor {
			c.close()
			c = nil
		}
	}
	s.mu.Unlock()
	if c != nil {
		return c, false, nil
	}
	c, err = s.dial(ctx)
	return c, true, err
}

// keep puts a connection back, ready for the next message.
func (s *SMTP) keep(c *session) {
	if c.sent >= s.opt.PerSession {
		c.quit()
		return
	}
	c.used = time.Now()
	s.mu.Lock()
	s.idle = append(s.idle, c)
	s.mu.Unlock()
}

// afterNo clears what was begun, so that the connection can be used again; without an answer it is closed.
func (s *SMTP) afterNo(c *session, err error) {
	code, _ := answer(err)
	if err != nil && (code == 0 || code == 421) || c.within(s.opt.Timeout, c.client.Reset) != nil {
		c.close()
		return
	}
	s.keep(c)
}

// Close says goodbye on the connections that rest.
func (s *SMTP) Close() error {
	s.mu.Lock()
	idle := s.idle
	s.idle = nil
	s.mu.Unlock()
	for _, c := range idle {
		c.quit()
	}
	return nil
}

func (c *session) within(d time.Duration, do func() error) error {
	if err := c.client.UpdateDeadline(d); err != nil {
		return err
	}
	return do()
}

func (c *session) close() { _ = c.client.Close() }

func (c *session) quit() {
	if c.within(2*time.Second, c.client.Quit) != nil {
		c.close()
	}
}

// Step is how far Check or a connection came.
type Step string

const (
	Reached  Step = "reach"
	Secured  Step = "tls"
	SignedIn Step = "auth"
)

// StepError is at which step a connection failed.
type StepError struct {
	Step Step
	Err  error
}

func (e *StepError) Error() string { return string(e.Step) + ": " + e.Err.Error() }
func (e *StepError) Unwrap() error { return e.Err }

var errNoTLS = errors.New("the server offers no STARTTLS")

// dial connects, makes the line safe and signs in.
func (s *SMTP) dial(ctx context.Context) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opt.Timeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Server())
	if err != nil {
		return nil, &StepError{Reached, err}
	}
	_ = conn.SetDeadline(time.Now().Add(s.opt.Timeout))
	config := &tls.Config{}
	if s.opt.TLS != nil {
		config = s.opt.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = s.host
	}
	config.MinVersion = tls.VersionTLS12
	if s.scheme == "smtps" {
		safe := tls.Client(conn, config)
		if err := safe.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, &StepError{Secured, err}
		}
		conn = safe
	}
	client, err := smtp.NewClient(conn, s.host)
	if err != nil {
		conn.Close()
		return nil, &StepError{Reached, err}
	}
	c := &session{client: client, used: time.Now()}
	if err := client.Hello(s.opt.Hello); err != nil {
		c.close()
		return nil, &StepError{Reached, err}
	}
	if s.scheme == "smtp" {
		if err := s.secure(c, config); err != nil {
			c.close()
			return nil, &StepError{Secured, err}
		}
	}
	if s.user != "" {
		if err := s.signIn(c); err != nil {
			c.close()
			return nil, &StepError{SignedIn, err}
		}
	}
	return c, nil
}

func (s *SMTP) secure(c *session, config *tls.Config) error {
	offered, _ := c.client.Extension("STARTTLS")
	if !offered && s.mustTLS {
		return errNoTLS
	}
	if !offered || !s.mustTLS && loopback(s.host) && s.opt.TLS == nil {
		return nil
	}
	return c.client.StartTLS(config)
}

// signIn uses the best way that the server knows. Unless the operator said otherwise, the line is safe by now.
func (s *SMTP) signIn(c *session) error {
	ok, ways := c.client.Extension("AUTH")
	if !ok {
		return errors.New("the server takes no sign-in")
	}
	ways = " " + strings.ToUpper(ways) + " "
	switch {
	case strings.Contains(ways, " PLAIN "):
		return c.client.Auth(smtp.PlainAuth("", s.user, s.password, s.host, !s.mustTLS))
	case strings.Contains(ways, " LOGIN "):
		return c.client.Auth(smtp.LoginAuth(s.user, s.password, s.host, !s.mustTLS))
	case strings.Contains(ways, " CRAM-MD5 "):
		return c.client.Auth(smtp.CRAMMD5Auth(s.user, s.password))
	}
	return errors.New("the server knows none of our ways to sign in: PLAIN, LOGIN, CRAM-MD5")
}

// Check connects, makes the line safe and signs in, and sends nothing. safe says whether nobody in between can read
// along. An error says at which step it failed: see [StepError].
func (s *SMTP) Check(ctx context.Context) (safe bool, err error) {
	c, err := s.dial(ctx)
	if err != nil {
		return false, err
	}
	defer c.quit()
	_, started := c.client.TLSConnectionState()
	return started || s.scheme == "smtps", nil
}
