package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/web"
)

// MailHold says whether mails wait until an administrator lets them go, as long as none has said so or otherwise.
func (s Settings) MailHold() bool { return !strings.EqualFold(s.Get("mail_hold"), "false") }

// checkMail says what is wrong with the settings of mails, without the password in it.
func (s Settings) checkMail() error {
	if v := s.Get("mail_hold"); !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false") {
		return wrongUsage("mail_hold %q: dùng true hoặc false", v)
	}
	if from := s.Get("mail_from"); from != "" && mail.Domain(from) == "" {
		return wrongUsage("mail_from %q phải có dạng: Hội LHPN tỉnh <bantin@vidu.vn>", from)
	}
	if s.Get("smtp_url") == "" {
		return nil
	}
	if s.Get("mail_from") == "" {
		return wrongUsage("có máy chủ thư thì cần người gửi: đặt LANTOA_MAIL_FROM, ví dụ Hội LHPN tỉnh <bantin@vidu.vn>")
	}
	if _, err := mail.NewSMTP(s.Get("smtp_url"), mail.Options{From: s.Get("mail_from")}); err != nil {
		return wrongUsage("smtp_url phải có dạng smtp://tên:mật-khẩu@máy-chủ:587 hoặc smtps://máy-chủ:465 (trong mật khẩu viết %% thành %%25, @ thành %%40, : thành %%3A, / thành %%2F)")
	}
	return nil
}

// mailFolder is where mails are kept while there is no server to send them.
func (s Settings) mailFolder() string { return filepath.Join(s.Get("data"), "mail") }

// joinMail gives the worker what sends letters: the server of the settings, or the folder.
func (a *App) joinMail() error {
	set, w := a.Settings, a.Worker
	w.MailDomain, w.BaseURL = mail.Domain(set.Get("mail_from")), set.BaseURL()
	if w.Compose == nil {
		w.Compose = map[string]queue.Composer{}
	}
	w.Compose[lantoa.LetterDigest], w.DigestAuto = w.DigestLetter, strings.EqualFold(set.Get("digest_auto"), "true")
	w.Compose[lantoa.LetterForm] = w.ComposeReminder
	w.Compose[lantoa.LetterThanks] = w.ComposeThanks
	w.FormReminders, w.FormDay = set.Get("form_reminders") == "true", set.FormDay()
	if set.Get("smtp_url") == "" {
		w.Mailer = mail.Folder{Dir: set.mailFolder(), From: set.Get("mail_from")}
		return nil
	}
	sender, err := mail.NewSMTP(set.Get("smtp_url"), mail.Options{From: set.Get("mail_from")})
	if err != nil {
		return err
	}
	w.Mailer = sender
	a.close = append(a.close, sender.Close)
	return nil
}

// outbox is what the screens know of sending.
func (a *App) outbox(soon func(context.Context) error) web.Outbox {
	o := web.Outbox{Compose: a.Worker.ComposeLetter, Soon: soon, Trouble: queue.MailTrouble}
	if s, ok := a.Worker.Mailer.(*mail.SMTP); ok {
		o.Server, o.From = s.Server(), a.Settings.Get("mail_from")
	}
	return o
}

// bounced takes down what a message tells of letters that did not arrive. strange are those that are none of ours.
func (a *App) bounced(ctx context.Context, raw []byte) (known, strange int, err error) {
	for _, b := range mail.Bounces(raw) {
		id, _ := lantoa.LetterOf(b.MessageID)
		if b.MessageID != "" && id == "" {
			strange++ // the mail that came back is not one of Lan tỏa's, whoever it was for
			continue
		}
		_, changed, err := a.Store.BounceLetter(ctx, store.LetterBounce{Letter: id, Email: b.To, Hard: b.Hard, Code: b.Code, Said: b.Said, At: a.Now()})
		switch {
		case lantoa.KindOf(err) == lantoa.NotFound:
			strange++
		case err != nil:
			return known, strange, err
		case changed:
			known++
		}
	}
	return known, strange, nil
}

var mailVerb = verb{
	name: "mail", short: "thư trả lại: đọc từ tệp hộp thư và ghi vào hộp thư đi",
	usage: "mail bounces FILE…", example: "lantoa mail bounces /var/mail/bantin",
	run: func(ctx context.Context, c *call) error {
		if len(c.args) < 2 || c.args[0] != "bounces" {
			return wrongUsage("cách dùng: lantoa mail bounces FILE… (tệp mbox, tệp .eml, hoặc thư mục có các tệp ấy; - là đầu vào chuẩn)")
		}
		app, err := openApp(ctx, c.settings, need{logTo: c.err})
		if err != nil {
			return err
		}
		defer app.Close()
		return app.readBounces(ctx, c.args[1:], c.out)
	},
}

// readBounces reads mailbox files and folders. Reading one again changes nothing.
func (a *App) readBounces(ctx context.Context, paths []string, out io.Writer) error {
	var messages, known, strange int
	read := func(r io.Reader) error {
		return mail.Mailbox(r, func(raw []byte) error {
			k, s, err := a.bounced(ctx, raw)
			messages, known, strange = messages+1, known+k, strange+s
			return err
		})
	}
	file := func(path string) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return read(f)
	}
	for _, path := range paths {
		err := error(nil)
		if path == "-" {
			err = read(os.Stdin)
		} else {
			err = filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				return file(path)
			})
		}
		if errors.Is(err, fs.ErrNotExist) {
			return wrongUsage("không có tệp hay thư mục %s", path)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	fmt.Fprintf(out, "Đã đọc %d thư: %d thư trả lại được ghi, %d thư trả lại không phải của Lan tỏa.\n", messages, known, strange)
	return nil
}
