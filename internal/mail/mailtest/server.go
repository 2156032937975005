// Package mailtest is a real SMTP server inside a test. It is emersion/go-smtp, because that lets a test decide on every
// answer: any code at any step, silence, a line that breaks before or after the answer. Ready-made servers for tests
// (Mailpit, MailHog) take everything, which shows that a mail is well made and not what becomes of one that is refused.
package mailtest

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is one message as the server got it.
type Mail struct {
	From, To string
	Data     []byte
	TLS      bool
}

// Step is at which a mail is answered.
type Step string

const (
	Sender    Step = "mail" // MAIL FROM
	Recipient Step = "rcpt" // RCPT TO
	Data      Step = "data" // after the message was read whole
)

// Server takes mails and keeps them. Its fields are set before it gets any.
type Server struct {
	Addr string
	// Answer decides on a step; nil takes it. It gets the message at the step Data, and whom it is for from Recipient on.
	Answer func(step Step, m Mail) error
	// Users who may sign in, with their passwords; empty: nobody has to.
	Users map[string]string
	// Client trusts the server's certificate.
	Client *tls.Config

	mu    sync.Mutex
	got   []Mail
	total int
	lean  bool // forgets what it got
	conns int
	smtp  *smtp.Server
}

// No is an answer with a code: 450, 552, …
func No(code int, status [3]int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: status, Message: words}
}

// ErrHangUp breaks the line without an answer.
var ErrHangUp = errors.New("hang up")

// Silent leaves the other side without an answer until it gives up.
type Silent time.Duration

func (Silent) Error() string { return "silence" }

// Option changes a server before it starts.
type Option func(*smtp.Server, *Server)

// WithoutTLS offers no STARTTLS.
func WithoutTLS(s *smtp.Server, _ *Server) { s.TLSConfig = nil }

// WithUser wants a sign-in.
func WithUser(name, password string) Option {
	return func(_ *smtp.Server, s *Server) { s.Users = map[string]string{name: password} }
}

// Start runs a server until the test ends.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	certified := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate of 127.0.0.1
	certified.Close()
	s := &Server{Addr: l.Addr().String(), Client: certified.Client().Transport.(*http.Transport).TLSClientConfig}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		s.conns++
		s.mu.Unlock()
		return &session{server: s, conn: c}, nil
	}))
	s.smtp.TLSConfig = &tls.Config{Certificates: certified.TLS.Certificates}
	s.smtp.Domain, s.smtp.AllowInsecureAuth, s.smtp.EnableSMTPUTF8 = "mail.example", true, true
	s.smtp.ErrorLog = quiet{}
	for _, o := range options {
		o(s.smtp, s)
	}
	go s.smtp.Serve(l)
	t.Cleanup(func() { s.smtp.Close() })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// URL is the server's address for mail.NewSMTP.
func (s *Server) URL() string { return "smtp://" + s.Addr }

// StartCounting runs a server that counts what it gets and keeps nothing of it, for measuring.
func StartCounting(t testing.TB) *Server {
	t.Helper()
	return Start(t, func(_ *smtp.Server, s *Server) { s.lean = true })
}

// Total is how many mails were read whole.
func (s *Server) Total() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

// Got are the mails that the server has read whole, in order, whatever it answered then.
func (s *Server) Got() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// Count is how many mails each address got.
func (s *Server) Count() map[string]int {
	n := map[string]int{}
	for _, m := range s.Got() {
		n[m.To]++
	}
	return n
}

// Connections is how many were opened so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

type session struct {
	server *Server
	conn   *smtp.Conn
	m      Mail
	signed bool
}

func (x *session) answer(step Step) error {
	if x.server.Answer == nil {
		return nil
	}
	err := x.server.Answer(step, x.m)
	var silent Silent
	var no *smtp.SMTPError
	switch {
	case errors.Is(err, ErrHangUp):
		x.conn.Conn().Close()
	case errors.As(err, &silent):
		time.Sleep(time.Duration(silent))
		x.conn.Conn().Close()
	case errors.As(err, &no) && no.Code == 421:
		time.AfterFunc(20*time.Millisecond, func() { x.conn.Conn().Close() })
	}
	return err
}

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if len(x.server.Users) > 0 && !x.signed {
		return No(530, [3]int{5, 7, 0}, "Authentication required")
	}
	_, safe := x.conn.TLSConnectionState()
	x.m = Mail{From: from, TLS: safe}
	return x.answer(Sender)
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.m.To = to
	return x.answer(Recipient)
}

func (x *session) Data(r io.Reader) error {
	var b []byte
	var err error
	if x.server.lean {
		_, err = io.Copy(io.Discard, r)
	} else {
		b, err = io.ReadAll(r)
	}
	if err != nil {
		return err
	}
	x.m.Data = b
	err = x.answer(Data)
	var no *smtp.SMTPError
	if errors.As(err, &no) {
		return err
	}
	x.server.mu.Lock()
	if x.server.total++; !x.server.lean {
		x.server.got = append(x.server.got, x.m)
	}
	x.server.mu.Unlock()
	return err
}

func (x *session) Reset()                   { x.m = Mail{} }
func (x *session) Logout() error            { return nil }
func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if p, ok := x.server.Users[user]; !ok || p != password {
			return smtp.ErrAuthFailed
		}
		x.signed = true
		return nil
	}), nil
}
