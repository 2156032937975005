package mail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa/internal/mail/mailtest"
)

const from = "Hội LHPN tỉnh <bantin@phunu.example>"

func sender(t *testing.T, address string, opt Options) *SMTP {
	t.Helper()
	opt.From = from
	s, err := NewSMTP(address, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func letter(to string) Message {
	return Message{To: to, ToName: "Chị Nguyễn Thị Mẫu", Subject: "Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay",
		HTML: `<p>Chào chị, <img src="cid:bieu-do" alt="Biểu đồ"></p>`, Text: "Chào chị,\nTuần này có 5 câu chuyện hay.\n.\nHết.",
		Inline:      []Inline{{CID: "bieu-do", Name: "bieu-do.png", Type: "image/png", Data: []byte("\x89PNG…")}},
		Unsubscribe: "https://lantoa.example/thoi-nhan/abc", MessageID: "thu.0abc@phunu.example",
		Date: time.Date(2026, 11, 23, 7, 35, 0, 0, time.FixedZone("", 7*3600)), Headers: map[string]string{"List-Id": "<bantin.phunu.example>"}}
}

func TestAMessageArrivesAsItWasMade(t *testing.T) {
	server := mailtest.Start(t)
	s := sender(t, server.URL(), Options{TLS: server.Client})
	out := s.Send(context.Background(), letter("mau@xa.example"), nil)
	if out.Result != Accepted || out.Code != 250 {
		t.Fatalf("%+v", out)
	}
	got := server.Got()[0]
	if got.From != "bantin@phunu.example" || got.To != "mau@xa.example" || !got.TLS {
		t.Errorf("envelope %q → %q, TLS %v", got.From, got.To, got.TLS)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(got.Data))
	if err != nil {
		t.Fatal(err)
	}
	header := func(name string) string {
		v, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return v
	}
	for name, want := range map[string]string{
		"Subject": "Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay", "Message-Id": "<thu.0abc@phunu.example>",
		"List-Unsubscribe": "<https://lantoa.example/thoi-nhan/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Date": "Mon, 23 Nov 2026 07:35:00 +0700", "Auto-Submitted": "auto-generated", "List-Id": "<bantin.phunu.example>",
	} {
		if got := header(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if a, err := netmail.ParseAddress(m.Header.Get("From")); err != nil || a.Name != "Hội LHPN tỉnh" {
		t.Errorf("sender %v, %v", a, err)
	}
	kind, args, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/related" {
		t.Fatalf("the whole is %q, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, args["boundary"])
	inner, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	kind, args, _ = mime.ParseMediaType(inner.Header.Get("Content-Type"))
	if kind != "multipart/alternative" {
		t.Errorf("the words are %q", kind)
	}
	words := multipart.NewReader(inner, args["boundary"])
	for _, want := range []string{"text/plain", "text/html"} {
		p, err := words.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); kind != want {
			t.Errorf("%q where %q belongs", kind, want)
		}
	}
	picture, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if id := picture.Header.Get("Content-Id"); id != "<bieu-do>" {
		t.Errorf("the picture is called %q", id)
	}
}

func TestNothingInAHeaderBeginsAnother(t *testing.T) {
	m := letter("mau@xa.example")
	m.From = "bantin@phunu.example"
	m.Subject, m.ToName = "Tin\r\nBcc: x@evil.example", "Mẫu\nX-Evil: 1"
	m.Headers = map[string]string{"List-Id": "a\r\nX-Evil: 2"}
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	read, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if read.Header.Get("Bcc") != "" || read.Header.Get("X-Evil") != "" {
		t.Errorf("a header was smuggled in: %v", read.Header)
	}
}

func TestEachAnswerIsUnderstood(t *testing.T) {
	for _, tt := range []struct {
		name   string
		step   mailtest.Step
		answer error
		want   Result
		code   int
		begun  bool // before was called
	}{
		{"greylisted", mailtest.Recipient, mailtest.No(450, [3]int{4, 7, 1}, "Greylisted, try again in 5 minutes"), Later, 450, false},
		{"no such mailbox", mailtest.Recipient, mailtest.No(550, [3]int{5, 1, 1}, "User unknown"), Refused, 550, false},
		{"the sender is not liked", mailtest.Sender, mailtest.No(553, [3]int{5, 7, 1}, "Sender address rejected"), Later, 553, false},
		{"too large, known at once", mailtest.Sender, mailtest.No(552, [3]int{5, 3, 4}, "Message size exceeds limit"), Refused, 552, false},
		{"too large, seen afterwards", mailtest.Data, mailtest.No(552, [3]int{5, 3, 4}, "Message too big"), Refused, 552, true},
		{"closing", mailtest.Recipient, mailtest.No(421, [3]int{4, 3, 2}, "Shutting down"), Later, 421, false},
		{"closing, after the message", mailtest.Data, mailtest.No(421, [3]int{4, 3, 2}, "Shutting down"), Later, 421, true},
		{"looks like spam", mailtest.Data, mailtest.No(554, [3]int{5, 7, 1}, "Spam"), Refused, 554, true},
		{"put off after the message", mailtest.Data, mailtest.No(451, [3]int{4, 3, 0}, "Local error"), Later, 451, true},
		{"wants a sign-in", mailtest.Sender, mailtest.No(530, [3]int{5, 7, 0}, "Authentication required"), Later, 530, false},
		{"hung up before the message", mailtest.Recipient, mailtest.ErrHangUp, Unsent, 0, false},
		{"hung up after the message", mailtest.Data, mailtest.ErrHangUp, Unknown, 0, true},
		{"silent after the message", mailtest.Data, mailtest.Silent(600 * time.Millisecond), Unknown, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := mailtest.Start(t)
			server.Answer = func(step mailtest.Step, m mailtest.Mail) error {
				if step == tt.step && m.To != "khac@xa.example" {
					return tt.answer
				}
				return nil
			}
			if tt.step == mailtest.Sender {
				answered := false
				server.Answer = func(step mailtest.Step, m mailtest.Mail) error {
					if step != mailtest.Sender || answered {
						return nil
					}
					answered = true
					return tt.answer
				}
			}
			s := sender(t, server.URL(), Options{DataTimeout: 300 * time.Millisecond})
			begun := false
			out := s.Send(context.Background(), letter("mau@xa.example"), func() error { begun = true; return nil })
			want := tt.want
			if tt.code == 530 {
				want = Unsent // no letter is to blame for that
			}
			if out.Result != want || out.Code != tt.code || begun != tt.begun {
				t.Errorf("%+v, begun %v; want %s %d, begun %v", out, begun, want, tt.code, tt.begun)
			}
			if tt.code == 552 != out.TooLarge() {
				t.Errorf("too large: %v", out.TooLarge())
			}
			if (tt.name == "no such mailbox") != out.NoAddress() {
				t.Errorf("no such address: %v", out.NoAddress())
			}
			// Whatever it was, the next one goes.
			if out := s.Send(context.Background(), letter("khac@xa.example"), nil); out.Result != Accepted {
				t.Errorf("the next: %+v", out)
			}
		})
	}
}

func TestAConnectionIsUsedAgainAndReplacedWhenItIsGone(t *testing.T) {
	server := mailtest.Start(t)
	s := sender(t, server.URL(), Options{Connections: 1, PerSession: 4})
	for range 6 {
		if out := s.Send(context.Background(), letter("mau@xa.example"), nil); out.Result != Accepted {
			t.Fatalf("%+v", out)
		}
	}
	if n := server.Connections(); n != 2 {
		t.Errorf("%d connections for 6 messages, 4 a connection", n)
	}
	for _, c := range s.idle {
		c.client.Close() // as a server does that has waited long enough
	}
	calls := 0
	if out := s.Send(context.Background(), letter("mau@xa.example"), func() error { calls++; return nil }); out.Result != Accepted || calls != 1 {
		t.Errorf("after it was closed: %+v, begun %d times", out, calls)
	}
}

func TestWhatFailsBeforeTheMessageSendsNothing(t *testing.T) {
	server := mailtest.Start(t)
	s := sender(t, server.URL(), Options{})
	stop := errors.New("not now")
	if out := s.Send(context.Background(), letter("mau@xa.example"), func() error { return stop }); out.Result != Unsent || !errors.Is(out.Err, stop) {
		t.Errorf("%+v", out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if out := s.Send(ctx, letter("mau@xa.example"), nil); out.Result != Unsent {
		t.Errorf("%+v", out)
	}
	if n := len(server.Got()); n != 0 {
		t.Errorf("%d messages arrived", n)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if out := sender(t, "smtp://"+l.Addr().String(), Options{}).Send(context.Background(), letter("mau@xa.example"), nil); out.Result != Unsent {
		t.Errorf("nobody there: %+v", out)
	}
}

func TestASignInIsNotSentOverAnOpenLine(t *testing.T) {
	open := mailtest.Start(t, mailtest.WithoutTLS, mailtest.WithUser("hoi", "bí mật"))
	address := "smtp://hoi:b%C3%AD%20m%E1%BA%ADt@" + open.Addr
	s := sender(t, address+"?starttls=yes", Options{TLS: open.Client})
	out := s.Send(context.Background(), letter("mau@xa.example"), nil)
	var step *StepError
	if out.Result != Unsent || !errors.As(out.Err, &step) || step.Step != Secured {
		t.Errorf("%+v", out)
	}
	safe := mailtest.Start(t, mailtest.WithUser("hoi", "bí mật"))
	s = sender(t, "smtp://hoi:b%C3%AD%20m%E1%BA%ADt@"+safe.Addr+"?starttls=yes", Options{TLS: safe.Client})
	if tls, err := s.Check(context.Background()); err != nil || !tls {
		t.Errorf("check: %v, %v", tls, err)
	}
	if out := s.Send(context.Background(), letter("mau@xa.example"), nil); out.Result != Accepted {
		t.Errorf("%+v", out)
	}
	s = sender(t, "smtp://hoi:sai@"+safe.Addr+"?starttls=yes", Options{TLS: safe.Client})
	out = s.Send(context.Background(), letter("mau@xa.example"), nil)
	if out.Result != Unsent || out.Code != 535 || !errors.As(out.Err, &step) || step.Step != SignedIn {
		t.Errorf("a wrong password: %+v", out)
	}
	if len(safe.Got()) != 1 {
		t.Errorf("%d messages arrived", len(safe.Got()))
	}
}

func TestTheAddressOfTheServerNeverTellsThePassword(t *testing.T) {
	for _, address := range []string{"smtp://hoi:s3cret%zz@host:587", "http://hoi:s3cret@host", "smtp://hoi:s3cret@", "smtp://hoi:s3cret@host?nothing=1", "smtp://hoi:s3c/ret@host:587"} {
		_, err := NewSMTP(address, Options{From: from})
		if err == nil || strings.Contains(err.Error(), "s3c") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestNoMoreConnectionsThanAllowed(t *testing.T) {
	server := mailtest.Start(t)
	var mu sync.Mutex
	now, most := 0, 0
	server.Answer = func(step mailtest.Step, _ mailtest.Mail) error {
		if step != mailtest.Data {
			return nil
		}
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
		return nil
	}
	s := sender(t, server.URL()+"?connections=3", Options{})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { s.Send(context.Background(), letter("mau@xa.example"), nil) })
	}
	wg.Wait()
	if most > 3 || len(server.Got()) != 20 {
		t.Errorf("%d at once, %d arrived", most, len(server.Got()))
	}
}

func TestNoMoreMessagesAMinuteThanAllowed(t *testing.T) {
	server := mailtest.Start(t)
	s := sender(t, server.URL()+"?per_minute=1", Options{})
	if out := s.Send(context.Background(), letter("mau@xa.example"), nil); out.Result != Accepted {
		t.Fatalf("%+v", out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if out := s.Send(ctx, letter("mau@xa.example"), nil); out.Result != Unsent || !errors.Is(out.Err, context.Canceled) {
		t.Errorf("the second within a minute: %+v", out)
	}
	if n := len(server.Got()); n != 1 {
		t.Errorf("%d arrived", n)
	}
}

func TestAFolderKeepsTheSameMessageOnce(t *testing.T) {
	f := Folder{Dir: t.TempDir() + "/mail", From: from}
	for range 2 {
		if out := f.Send(context.Background(), letter("mau@xa.example"), nil); out.Result != Accepted {
			t.Fatalf("%+v", out)
		}
	}
	raw, err := f.Open("thu.0abc@phunu.example")
	if err != nil {
		t.Fatal(err)
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(m.Body); err != nil || m.Header.Get("To") == "" {
		t.Errorf("%v, %v", m.Header, err)
	}
	if name := f.file("../../etc/passwd@x", nil); strings.Contains(name, "/") {
		t.Errorf("a message ID leads out of the folder: %s", name)
	}
}
