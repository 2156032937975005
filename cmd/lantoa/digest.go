package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/spf13/pflag"
)

var digestVerb = verb{
	name: "digest", short: "bản tin tuần: làm bản nháp, xem trước, duyệt và gửi",
	usage:   "digest [--week 2026-W47] [--to ADDRESS] [--out FILE.html|.txt|.eml] [--send]",
	example: "lantoa digest --week 2026-W47 --to lanhdao@vidu.vn --out bantin.html",
	flags: func(fs *pflag.FlagSet) {
		fs.String("week", "", "tuần (mặc định: tuần trọn gần nhất)")
		fs.String("to", "", "xem như người nhận có địa chỉ này; cùng --send: chỉ gửi thử cho người ấy")
		fs.String("out", "", "ghi thư ra tệp .html, .txt hoặc .eml thay vì in bản chữ")
		fs.Bool("send", false, "duyệt và đưa thư vào hộp thư đi")
		fs.Bool("late", false, "gửi muộn: tuần đã quá thứ Tư, thư sẽ nói rõ")
	},
	run: func(ctx context.Context, c *call) error {
		if len(c.args) > 0 {
			return wrongUsage("digest không nhận thêm từ nào: %q", c.args[0])
		}
		app, err := openApp(ctx, c.settings, need{logTo: c.err})
		if err != nil {
			return err
		}
		defer app.Close()
		text, _ := c.flags.GetString("week")
		week, err := parseWeek(text, app.Now(), app.Zone)
		if err != nil {
			return err
		}
		to, _ := c.flags.GetString("to")
		if send, _ := c.flags.GetBool("send"); send {
			late, _ := c.flags.GetBool("late")
			return app.sendDigest(ctx, c, week, to, late)
		}
		out, _ := c.flags.GetString("out")
		return app.previewDigest(ctx, c, week, to, out)
	},
}

// reader is whom a digest is made for: the person of an address, or a leader of the whole Union's.
func (a *App) reader(ctx context.Context, to string) (lantoa.User, error) {
	if to != "" {
		u, err := a.Store.UserByEmail(ctx, to)
		if lantoa.KindOf(err) == lantoa.NotFound {
			return u, wrongUsage("không có tài khoản nào dùng địa chỉ %s", to)
		}
		if err == nil && u.Disabled {
			return u, wrongUsage("tài khoản %s đã khóa: người ấy không nhận bản tin", to)
		}
		return u, err
	}
	units, err := a.Store.AllUnits(ctx)
	if err != nil {
		return lantoa.User{}, err
	}
	for _, u := range units {
		if u.Parent == "" && u.InForce(lantoa.Day(a.Now(), a.Zone)) {
			return lantoa.User{ID: "cli", Name: u.UnionName(), Role: lantoa.Leader, Unit: u}, nil
		}
	}
	return lantoa.User{}, wrongUsage("chưa có đơn vị nào; nhập cây đơn vị trước")
}

// previewDigest prints or writes the digest of a week as one reader gets it.
func (a *App) previewDigest(ctx context.Context, c *call, week lantoa.Week, to, out string) error {
	who, err := a.reader(ctx, to)
	if err != nil {
		return err
	}
	e, err := digest.Open(ctx, a.Desk, a.Store, week, a.Now())
	if err != nil {
		return err
	}
	m, err := a.Worker.DigestMessage(ctx, e, who)
	if err != nil {
		return err
	}
	m.To, m.ToName = who.Email, who.Name
	switch filepath.Ext(out) {
	case "":
		if out != "" {
			return wrongUsage("tệp %s cần đuôi .html, .txt hoặc .eml", out)
		}
		fmt.Fprintf(c.out, "%s\n\n%s", m.Subject, m.Text)
		return nil
	case ".html":
		page := m.HTML
		for _, x := range m.Inline {
			page = strings.ReplaceAll(page, "cid:"+x.CID, "data:"+x.Type+";base64,"+base64.StdEncoding.EncodeToString(x.Data))
		}
		err = os.WriteFile(out, []byte(page), 0o640)
	case ".txt":
		err = os.WriteFile(out, []byte(m.Subject+"\n\n"+m.Text), 0o640)
	case ".eml":
		err = writeMail(out, a.Settings.Get("mail_from"), m)
	default:
		return wrongUsage("tệp %s cần đuôi .html, .txt hoặc .eml", out)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Đã ghi bản tin tuần %s (%s) vào %s\n", week, m.Subject, out)
	return nil
}

// sendDigest puts the digest of a week into the outbox: for everybody, once; or as a trial for one person.
func (a *App) sendDigest(ctx context.Context, c *call, week lantoa.Week, to string, late bool) error {
	if to != "" {
		who, err := a.reader(ctx, to)
		if err != nil {
			return err
		}
		l := lantoa.Letter{Kind: lantoa.LetterDigest, Ref: week.String() + " " + lantoa.NewID(a.Now()), User: who.ID, Email: who.Email, Name: who.Name, Pass: true}
		if _, err := a.Store.AddLetters(ctx, []lantoa.Letter{l}); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "Thư thử cho %s đã nằm trong hộp thư đi.\n", who.Email)
		return nil
	}
	if a.Now().Before(week.End(a.Zone)) {
		return wrongUsage("tuần %s chưa kết thúc", week)
	}
	if err := a.Worker.RollUp(ctx); err != nil {
		return err
	}
	if _, err := digest.Draft(ctx, a.Desk, a.Store, week, a.Now()); err != nil {
		return err
	}
	e, err := a.Store.Edition(ctx, week)
	if err != nil {
		return err
	}
	n, err := digest.Approve(ctx, a.Desk, a.Store, digest.Approval{Week: week, Version: e.Version, Late: late, Program: "dòng lệnh"}, a.Now(), a.Zone)
	var t *lantoa.Trouble
	if errors.As(err, &t) {
		switch t.What {
		case "edition_approved":
			fmt.Fprintf(c.out, "Bản tin tuần %s đã được duyệt lúc %s; không gửi lần nữa.\n", week, e.ApprovedAt.In(a.Zone).Format("15:04 02/01/2006"))
			return nil
		case "edition":
			return fmt.Errorf("%s vừa sửa bản nháp; xem lại rồi chạy lại lệnh", t.Note)
		case "digest_late":
			return wrongUsage("tuần %s đã quá thứ Tư; thêm --late để gửi muộn", week)
		case "digest_figures":
			return wrongUsage("tuần %s chưa có số liệu nào được tổng hợp", week)
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Đã duyệt bản tin tuần %s: %d thư trong hộp thư đi.\n", week, n)
	if gate, err := a.Store.Gate(ctx); err == nil && !gate.Open {
		fmt.Fprintln(c.out, "Thư đang được giữ: quản trị viên mở gửi thư tại Quản trị › Hộp thư đi.")
	}
	return nil
}

// writeMail writes a message as a file that mail programs open.
func writeMail(path, from string, m mail.Message) error {
	m.From, m.FromName = "lantoa@localhost", "Lan tỏa"
	if a, err := netmail.ParseAddress(from); err == nil {
		m.From, m.FromName = a.Address, a.Name
	}
	if m.To == "" {
		m.To = "nguoi-nhan@localhost"
	}
	raw, err := m.Bytes()
	if err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o640)
}
