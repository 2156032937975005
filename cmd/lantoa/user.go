package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"github.com/alexedwards/argon2id"
	"github.com/hoiphunu/lantoa"
	"github.com/spf13/pflag"
)

var userVerb = verb{
	name: "user", short: "người dùng: add, list, disable, passwd, token",
	usage: "user add EMAIL --role ROLE --unit CODE | list | disable EMAIL | passwd EMAIL | token EMAIL [--ingest]", example: "lantoa user add lan@thainguyen.example --role communications --unit 19",
	flags: func(fs *pflag.FlagSet) {
		fs.String("role", "", "admin, communications, leader, officer hoặc viewer")
		fs.String("unit", "", "mã đơn vị của phạm vi")
		fs.String("name", "", "họ tên")
		fs.Bool("json", false, "in dạng JSON (list)")
		fs.Bool("ingest", false, "token: khóa để chương trình khác gửi bài và số liệu vào /api/v1/ingest")
	},
	run: func(ctx context.Context, c *call) error {
		if len(c.args) == 0 {
			return wrongUsage("cần một việc: add, list, disable, passwd hoặc token")
		}
		app, err := openApp(ctx, c.settings, need{logTo: c.err})
		if err != nil {
			return err
		}
		defer app.Close()
		verbs := map[string]func(context.Context, *call) error{
			"add": app.userAdd, "list": app.userList, "disable": app.userDisable, "passwd": app.userPassword, "token": app.userToken,
		}
		do, ok := verbs[c.args[0]]
		if !ok {
			return wrongUsage("không có việc %q%s (add, list, disable, passwd, token)", c.args[0], perhaps(c.args[0], keysOf(verbs)))
		}
		return do(ctx, c)
	},
}

func (a *App) userAdd(ctx context.Context, c *call) error {
	email, err := oneEmail(c)
	if err != nil {
		return err
	}
	text, _ := c.flags.GetString("role")
	role := lantoa.Role(text)
	if !slices.Contains(lantoa.Roles, role) {
		return wrongUsage("--role %q: dùng admin, communications, leader, officer hoặc viewer", text)
	}
	code, _ := c.flags.GetString("unit")
	if code == "" {
		return wrongUsage("cần --unit, mã đơn vị mà người này được xem")
	}
	unit, err := a.unitByCode(ctx, code)
	if err != nil {
		return err
	}
	name, _ := c.flags.GetString("name")
	password := newPassword()
	u := lantoa.User{Email: email, Name: name, Role: role, Unit: unit, MustChange: true}
	token, err := a.addUser(ctx, u, password)
	if lantoa.KindOf(err) == lantoa.Conflict {
		return &lantoa.Trouble{Kind: lantoa.Conflict, What: "email", Note: email + " đã có trong danh sách"}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Đã thêm %s (%s, %s).\nMật khẩu lần đầu: %s\nMã API: %s\nHai dòng này chỉ in một lần.\n", email, roleWord(role), unit.Name, password, token)
	return a.note(ctx, "user_add", email, string(role)+" "+code)
}

func (a *App) userList(ctx context.Context, c *call) error {
	users, err := a.Store.Users(ctx, lantoa.Everything)
	if err != nil {
		return err
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		rows := []map[string]any{}
		for _, u := range users {
			rows = append(rows, map[string]any{"email": u.Email, "name": u.Name, "role": u.Role, "unit": u.Unit.Code, "disabled": u.Disabled})
		}
		return json.NewEncoder(c.out).Encode(rows)
	}
	if len(users) == 0 {
		fmt.Fprintln(c.out, "Chưa có ai. Thêm bằng: lantoa user add EMAIL --role admin --unit CODE")
	}
	for _, u := range users {
		off := ""
		if u.Disabled {
			off = " (đã khóa)"
		}
		fmt.Fprintf(c.out, "%-32s %-14s %s%s\n", u.Email, roleWord(u.Role), u.Unit.Name, off)
	}
	return nil
}

func (a *App) userDisable(ctx context.Context, c *call) error {
	u, err := a.userNamed(ctx, c)
	if err != nil {
		return err
	}
	if err := a.Store.Disable(ctx, u.ID, true); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Đã khóa %s.\n", u.Email)
	return a.note(ctx, "user_disable", u.Email, "")
}

func (a *App) userPassword(ctx context.Context, c *call) error {
	u, err := a.userNamed(ctx, c)
	if err != nil {
		return err
	}
	password := newPassword()
	hash, err := argon2id.CreateHash(password, argon2id.DefaultParams)
	if err != nil {
		return err
	}
	if err := a.Store.SetPassword(ctx, u.ID, hash, true); err != nil {
		return err
	}
	if err := a.Store.SetToken(ctx, u.ID, ""); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Mật khẩu mới của %s: %s\nMọi phiên đăng nhập và mã API cũ hết hiệu lực; cấp mã mới bằng: lantoa user token %s\n", u.Email, password, u.Email)
	return a.note(ctx, "user_passwd", u.Email, "")
}

func (a *App) userToken(ctx context.Context, c *call) error {
	u, err := a.userNamed(ctx, c)
	if err != nil {
		return err
	}
	if ingest, _ := c.flags.GetBool("ingest"); ingest {
		key, secret, err := a.Store.MakeIngestKey(ctx, u.ID, a.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "Khóa gửi dữ liệu của %s (khóa cũ hết hiệu lực), với quyền của người này:\nX-Lantoa-Key: %s\nKhóa bí mật để ký: %s\nHai dòng này chỉ in một lần; cách ký: api/ingest.md\n", u.Email, key.ID, secret)
		return a.note(ctx, "user_ingest_key", u.Email, "")
	}
	token, err := a.newToken(ctx, u.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Mã API mới của %s (mã cũ hết hiệu lực): %s\n", u.Email, token)
	return a.note(ctx, "user_token", u.Email, "")
}

func (a *App) userNamed(ctx context.Context, c *call) (lantoa.User, error) {
	email, err := oneEmail(c)
	if err != nil {
		return lantoa.User{}, err
	}
	u, err := a.Store.UserByEmail(ctx, email)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return u, wrongUsage("không có người dùng %s; xem `lantoa user list`", email)
	}
	return u, err
}

func oneEmail(c *call) (string, error) {
	if len(c.args) != 2 {
		return "", wrongUsage("cần đúng một địa chỉ thư: lantoa user %s EMAIL", c.args[0])
	}
	addr, err := mail.ParseAddress(c.args[1])
	if err != nil {
		return "", wrongUsage("%q không phải địa chỉ thư", c.args[1])
	}
	return strings.ToLower(addr.Address), nil
}

// note writes a line of the audit log for the command line.
func (a *App) note(ctx context.Context, action, subject, detail string) error {
	return a.Store.Note(ctx, lantoa.Audit{At: a.Now(), Who: "dòng lệnh", Action: action, Subject: subject, Detail: detail})
}
