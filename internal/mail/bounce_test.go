package mail

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bounced are letters of servers as they are seen in the world, with invented names, and what they tell.
var bounced = map[string][]Bounce{
	"postfix.eml":    {{MessageID: "thu.0abc@phunu.example", To: "chi@xa.example", Code: 550, Status: "5.1.1", Hard: true}},
	"exchange.eml":   {{MessageID: "thu.0abd@phunu.example", To: "chi@xa.example", Code: 550, Status: "5.1.10", Hard: true}},
	"gmail.eml":      {{MessageID: "thu.0abe@phunu.example", To: "chi.day@gmail.example", Code: 552, Status: "5.2.2"}},
	"expired.eml":    {{MessageID: "thu.0abf@phunu.example", To: "chi@xa.example", Status: "4.4.1"}},
	"two.eml":        {{MessageID: "thu.0abg@phunu.example", To: "mot@xa.example", Code: 550, Status: "5.1.1", Hard: true}, {MessageID: "thu.0abg@phunu.example", To: "hai@xa.example", Code: 554, Status: "5.7.1"}},
	"qmail.eml":      {{MessageID: "thu.0abh@phunu.example", To: "chi@xa.example", Code: 550, Status: "5.1.1", Hard: true}},
	"exim.eml":       {{MessageID: "thu.0abi@phunu.example", To: "chi@xa.example", Code: 550, Hard: true}},
	"forwarded.eml":  {{MessageID: "thu.0abk@phunu.example", To: "chi@xa.example", Code: 550, Status: "5.1.1", Hard: true}},
	"delayed.eml":    nil,
	"leave.eml":      nil,
	"letter.eml":     nil,
	"relayed.eml":    nil,
	"vietnamese.eml": {{MessageID: "thu.0abl@phunu.example", To: "chi@xa.example", Code: 550, Status: "5.1.1", Hard: true}},
}

func TestWhatCameBackIsUnderstood(t *testing.T) {
	files, err := filepath.Glob("testdata/bounces/*.eml")
	if err != nil || len(files) != len(bounced) {
		t.Fatalf("%d files for %d cases, %v", len(files), len(bounced), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := bounced[filepath.Base(file)]
		for name, raw := range map[string][]byte{"": raw, " with CRLF": bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))} {
			got := Bounces(raw)
			if len(got) != len(want) {
				t.Errorf("%s%s: %+v", file, name, got)
				continue
			}
			for i, b := range got {
				if b.Said == "" {
					t.Errorf("%s%s: nothing is said", file, name)
				}
				if b.Said = ""; b != want[i] {
					t.Errorf("%s%s: %+v, want %+v", file, name, b, want[i])
				}
			}
		}
	}
}

func TestAMailboxIsReadMessageByMessage(t *testing.T) {
	var box strings.Builder
	for _, name := range []string{"postfix.eml", "letter.eml", "qmail.eml"} {
		raw, err := os.ReadFile("testdata/bounces/" + name)
		if err != nil {
			t.Fatal(err)
		}
		box.WriteString("From MAILER-DAEMON Mon Nov 23 07:40:00 2026\n")
		for l := range strings.Lines(string(raw)) {
			if strings.HasPrefix(l, "From ") {
				l = ">" + l
			}
			box.WriteString(l)
		}
		box.WriteString("\n")
	}
	var sizes []int
	var got []Bounce
	if err := Mailbox(strings.NewReader(box.String()), func(raw []byte) error {
		sizes = append(sizes, len(raw))
		got = append(got, Bounces(raw)...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(sizes) != 3 || len(got) != 2 {
		t.Errorf("%d messages, %d bounces", len(sizes), len(got))
	}
	one := 0
	if err := Mailbox(strings.NewReader("Subject: một\n\nmột thư"), func([]byte) error { one++; return nil }); err != nil || one != 1 {
		t.Errorf("a single message: %d, %v", one, err)
	}
}

func FuzzBounces(f *testing.F) {
	files, _ := filepath.Glob("testdata/bounces/*.eml")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
		f.Add(append([]byte("From x\n"), raw...))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, b := range Bounces(raw) {
			if b.Code != 0 && (b.Code < 400 || b.Code > 599) || strings.ContainsAny(b.Said+b.MessageID+b.To, "\r\n\x00") || len([]rune(b.Said)) > 300 {
				t.Errorf("%+v", b)
			}
		}
		n := 0
		_ = Mailbox(bytes.NewReader(raw), func(one []byte) error { n += len(one); return nil })
		if n > len(raw)+len("From ") {
			t.Errorf("%d bytes out of %d", n, len(raw))
		}
	})
}
