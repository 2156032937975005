package mail

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestMailpitReadsTheMessageAsItWasMeant sends to a mail server that is not of our making nor of our library's, and asks
// it what it read. It is the binary that LANTOA_TEST_MAILPIT names, or the one on the path
// (go install github.com/axllent/mailpit@v1.27.11).
func TestMailpitReadsTheMessageAsItWasMeant(t *testing.T) {
	program := os.Getenv("LANTOA_TEST_MAILPIT")
	if program == "" {
		program = "mailpit"
	}
	program, err := exec.LookPath(program)
	if err != nil {
		t.Skip("NOT TESTED ON MAILPIT: it is neither on the path nor named by LANTOA_TEST_MAILPIT")
	}
	smtp, web := free(t), free(t)
	cmd := exec.Command(program, "--smtp", smtp, "--listen", web, "--database", t.TempDir()+"/mailpit.db", "--disable-version-check", "--quiet")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	waitFor(t, smtp)
	waitFor(t, web)
	m := letter("mau@xa.example")
	if out := sender(t, "smtp://"+smtp, Options{}).Send(context.Background(), m, nil); out.Result != Accepted {
		t.Fatalf("%+v", out)
	}
	var got struct {
		MessageID, Subject, Text, HTML string
		From                           struct{ Name, Address string }
		Inline                         []struct{ ContentID, ContentType string }
		Attachments                    []struct{ FileName string }
		ListUnsubscribe                struct {
			Links              []string
			Errors, HeaderPost string
		}
	}
	ask(t, "http://"+web+"/api/v1/message/latest", &got)
	if got.Subject != m.Subject || got.MessageID != m.MessageID || got.From.Name != "Hội LHPN tỉnh" {
		t.Errorf("%+v", got)
	}
	if len(got.Inline) != 1 || got.Inline[0].ContentID != "bieu-do" || len(got.Attachments) != 0 {
		t.Errorf("pictures %+v, attachments %+v", got.Inline, got.Attachments)
	}
	if u := got.ListUnsubscribe; len(u.Links) != 1 || u.Links[0] != m.Unsubscribe || u.Errors != "" || u.HeaderPost == "" {
		t.Errorf("unsubscribing: %+v", u)
	}
	var headers map[string][]string
	ask(t, "http://"+web+"/api/v1/message/latest/headers", &headers)
	if len(headers["List-Id"]) != 1 {
		t.Errorf("headers %v", headers)
	}
}

func ask(t *testing.T, url string, into any) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}

func waitFor(t *testing.T, address string) {
	t.Helper()
	for range 200 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nobody answers at %s", address)
}
