package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail/mailtest"
	"github.com/hoiphunu/lantoa/store"
)

// inStore opens the database of a folder beside the command line.
func inStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), filepath.Join(dir, "lantoa.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

const returned = "Return-Path: <>\nFrom: MAILER-DAEMON@mail.example\nSubject: Undelivered Mail Returned to Sender\n" +
	"Content-Type: multipart/report; report-type=delivery-status; boundary=A\n\n--A\nContent-Type: message/delivery-status\n\n" +
	"Reporting-MTA: dns; mail.example\n\nFinal-Recipient: rfc822; chi@xa.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n" +
	"--A\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ID>\n\n--A--\n"

func TestMailsThatCameBackAreReadFromAMailbox(t *testing.T) {
	dir := smallTree(t)
	s := inStore(t, dir)
	ctx := context.Background()
	l := lantoa.Letter{ID: "0abc", Kind: lantoa.LetterDigest, Ref: "2026-W47", Email: "chi@xa.example", State: lantoa.LetterSent}
	if _, err := s.AddLetters(ctx, []lantoa.Letter{l}); err != nil {
		t.Fatal(err)
	}
	box := filepath.Join(dir, "box")
	ours := strings.Replace(returned, "ID>", l.MessageID("phunu.example")+">", 1)
	other := strings.Replace(returned, "ID>", "another@program.example>", 1)
	if err := os.WriteFile(box, []byte("From x\n"+ours+"\nFrom x\n"+other), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := lantoaIn(dir, "mail", "bounces", box)
	if code != 0 || !strings.Contains(out, "Đã đọc 2 thư: 1 thư trả lại được ghi, 1 thư trả lại không phải của Lan tỏa.") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	got, err := s.Letter(ctx, l.ID)
	if err != nil || got.State != lantoa.LetterBounced || got.Code != 550 || got.Why != "no_address" {
		t.Errorf("%+v, %v", got, err)
	}
	if out, _, _ := lantoaIn(dir, "mail", "bounces", box); !strings.Contains(out, "0 thư trả lại được ghi") {
		t.Errorf("read again: %s", out)
	}
	for _, args := range [][]string{{"mail"}, {"mail", "bounces"}, {"mail", "bounces", filepath.Join(dir, "none")}} {
		if _, _, code := lantoaIn(dir, args...); code != 2 {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

func TestWrongMailSettingsAreSaidWithoutThePassword(t *testing.T) {
	for _, tt := range []struct {
		env  []string
		says string
	}{
		{[]string{"LANTOA_SMTP_URL=smtp://hoi:s3cret@mail.example:587"}, "LANTOA_MAIL_FROM"},
		{[]string{"LANTOA_SMTP_URL=smtp://hoi:s3cret%zz@mail.example", "LANTOA_MAIL_FROM=a@b.example"}, "smtp://"},
		{[]string{"LANTOA_SMTP_URL=imap://hoi:s3cret@mail.example", "LANTOA_MAIL_FROM=a@b.example"}, "smtp://"},
		{[]string{"LANTOA_MAIL_FROM=không phải"}, "mail_from"},
		{[]string{"LANTOA_MAIL_HOLD=có lẽ"}, "mail_hold"},
	} {
		var out, errs strings.Builder
		code := run(context.Background(), []string{"doctor", "--data", t.TempDir()}, tt.env, &out, &errs)
		if code != 2 || !strings.Contains(errs.String(), tt.says) || strings.Contains(errs.String(), "s3cret") {
			t.Errorf("%v: exit %d, %s", tt.env, code, errs.String())
		}
	}
}

func TestDoctorTriesTheMailServerWithoutSending(t *testing.T) {
	server := mailtest.Start(t, mailtest.WithUser("hoi", "s3cret"))
	for _, tt := range []struct{ address, says string }{
		{"smtp://hoi:s3cret@" + server.Addr, "đường truyền không kín"}, // within the machine: works, and is said
		{"smtp://hoi:s3cretsai@" + server.Addr, "không nhận tên hoặc mật khẩu"},
		{"smtp://hoi:s3cret@" + server.Addr + "?starttls=yes", "không lập được đường truyền kín"}, // a certificate nobody knows
		{"smtp://hoi:s3cret@127.0.0.1:1", "không trả lời"},
	} {
		var out, errs strings.Builder
		run(context.Background(), []string{"doctor", "--data", t.TempDir()}, []string{"LANTOA_SMTP_URL=" + tt.address, "LANTOA_MAIL_FROM=Hội <bantin@phunu.invalid>"}, &out, &errs)
		if !strings.Contains(out.String(), tt.says) || strings.Contains(out.String()+errs.String(), "s3cret") {
			t.Errorf("%s: %s%s", tt.says, out.String(), errs.String())
		}
	}
	if n := len(server.Got()); n != 0 {
		t.Errorf("doctor sent %d mails", n)
	}
}

// zone is what DNS says, by name; "" for a name that does not answer.
type zone map[string]string

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	text, known := z[name]
	if !known {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	if text == "" {
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true}
	}
	return strings.Split(text, "\n"), nil
}

func TestDoctorJudgesWhatDNSSaysOfTheSender(t *testing.T) {
	for _, tt := range []struct {
		name  string
		dns   zone
		wants []string
	}{
		{"all is well", zone{"tin.phunu.example": "v=spf1 include:relay.example ~all\nother=1", "selector1._domainkey.tin.phunu.example": "v=DKIM1; k=rsa; p=MII", "_dmarc.phunu.example": "v=DMARC1; p=quarantine"},
			[]string{"[tốt] SPF v=spf1 include:relay.example ~all", "[tốt] DKIM có khóa chữ ký: selector1", "[tốt] DMARC v=dmarc1; p=quarantine"}},
		{"nothing is there", zone{}, []string{"[lỗi] SPF chưa có", "[lưu ý] DKIM không thấy", "[lưu ý] DMARC chưa có"}},
		{"two SPF records", zone{"tin.phunu.example": "v=spf1 -all\nv=spf1 ~all"}, []string{"[lỗi] SPF có 2 bản ghi"}},
		{"anybody may send", zone{"tin.phunu.example": "v=spf1 +all"}, []string{"[lỗi] SPF SPF cho phép bất cứ ai"}},
		{"a key that was taken back", zone{"tin.phunu.example": "v=spf1 -all", "default._domainkey.tin.phunu.example": "v=DKIM1; p="}, []string{"[lưu ý] DKIM không thấy"}},
		{"names must be the same", zone{"_dmarc.tin.phunu.example": "v=DMARC1; p=reject; adkim=s"}, []string{"[lưu ý] DMARC v=dmarc1; p=reject; adkim=s"}},
		{"DNS does not answer", zone{"tin.phunu.example": ""}, []string{"[lưu ý]  không kiểm tra được vì không hỏi được DNS"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			var said []string
			for _, f := range examineDomain(ctx, tt.dns, "tin.phunu.example") {
				_, part, _ := strings.Cut(f.What, ", ")
				said = append(said, "["+f.Grade+"] "+part+" "+f.Found)
				if f.Grade != "tốt" && f.Do == "" {
					t.Errorf("nothing to do about %s", f.Found)
				}
			}
			for _, want := range tt.wants {
				if !strings.Contains(strings.Join(said, "\n"), want) {
					t.Errorf("no line says %q:\n%s", want, strings.Join(said, "\n"))
				}
			}
		})
	}
}
