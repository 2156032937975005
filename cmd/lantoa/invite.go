package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/spf13/pflag"
)

var inviteVerb = verb{
	name: "invite", short: "liên kết riêng cho cán bộ: nối trang, kể chuyện, báo số liệu; chỉ in ra, không gửi",
	usage: "invite --unit CODE… | --all [--days 60] [--json | --csv]", example: "lantoa invite --unit 05722 --unit 05728",
	flags: func(fs *pflag.FlagSet) {
		fs.StringSlice("unit", nil, "mã đơn vị; lặp lại được, hoặc cách nhau bằng dấu phẩy")
		fs.Bool("all", false, "mọi đơn vị đang hoạt động")
		fs.Int("days", int(lantoa.FormLinkLife.Hours()/24), "liên kết dùng được bao nhiêu ngày, từ 1 đến 365")
		fs.Bool("json", false, "in dạng JSON")
		fs.Bool("csv", false, "in dạng CSV, mở được bằng Excel")
	},
	run: runInvite,
}

// invitation is what one unit is given: links that open its pages without a password, and words to send with them.
type invitation struct {
	Code    string    `json:"code"`
	Unit    string    `json:"unit"`
	Name    string    `json:"name,omitempty"` // who is in charge, if known
	Report  string    `json:"report"`
	Tell    string    `json:"tell"`
	Connect string    `json:"connect"`
	Ends    time.Time `json:"ends"`
	Text    string    `json:"text"`
}

func runInvite(ctx context.Context, c *call) error {
	codes, _ := c.flags.GetStringSlice("unit")
	codes = append(codes, c.args...)
	all, _ := c.flags.GetBool("all")
	days, _ := c.flags.GetInt("days")
	asJSON, _ := c.flags.GetBool("json")
	asCSV, _ := c.flags.GetBool("csv")
	switch {
	case len(codes) == 0 && !all, len(codes) > 0 && all:
		return wrongUsage("cần --unit CODE… hoặc --all")
	case days < 1 || days > 365:
		return wrongUsage("--days %d: dùng từ 1 đến 365 ngày", days)
	case asJSON && asCSV:
		return wrongUsage("chọn một trong hai: --json hoặc --csv")
	}
	app, err := openApp(ctx, c.settings, need{logTo: c.err})
	if err != nil {
		return err
	}
	defer app.Close()
	units, err := app.unitsNamed(ctx, codes)
	if err != nil {
		return err
	}
	made, err := app.invitations(ctx, units, days)
	if err != nil {
		return err
	}
	if err := app.note(ctx, "report_links", strconv.Itoa(len(made)), strings.Join(codes, " ")); err != nil {
		return err
	}
	switch {
	case asJSON:
		return json.NewEncoder(c.out).Encode(made)
	case asCSV:
		return printInvitations(c, made)
	}
	for _, x := range made {
		fmt.Fprintf(c.out, "%s (%s)\n%s\n\n", x.Unit, x.Code, x.Text)
	}
	fmt.Fprintf(c.out, "%d đơn vị. Chị chép và tự gửi qua Zalo: Lan tỏa không gửi gì. Ai có liên kết thì mở được phiếu của đơn vị ấy.\n", len(made))
	return nil
}

// unitsNamed are the units of codes, in force today; all of them where no code is given.
func (a *App) unitsNamed(ctx context.Context, codes []string) ([]lantoa.Unit, error) {
	if len(codes) == 0 {
		return a.Store.Units(ctx, lantoa.Everything, a.Now())
	}
	var units []lantoa.Unit
	for _, code := range codes {
		u, err := a.unitByCode(ctx, strings.TrimSpace(code))
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(units, func(x lantoa.Unit) bool { return x.ID == u.ID }) {
			units = append(units, u)
		}
	}
	return units, nil
}

func (a *App) invitations(ctx context.Context, units []lantoa.Unit, days int) ([]invitation, error) {
	contacts, err := a.Store.Contacts(ctx, lantoa.Everything)
	if err != nil {
		return nil, err
	}
	say, ends := words.For("vi").In(a.Zone), a.Now().AddDate(0, 0, days)
	made := make([]invitation, 0, len(units))
	for _, u := range units {
		token := a.Store.SignLink(lantoa.FormLink, string(u.ID), ends)
		link := a.Settings.BaseURL() + lantoa.FormPath + token
		x := invitation{Code: u.Code, Unit: u.UnionName(), Report: link, Tell: link + "#ke", Connect: a.Settings.BaseURL() + "/noi-trang/" + token, Ends: ends}
		if of := contacts[u.ID]; len(of) > 0 {
			x.Name = of[0].Name
		}
		x.Text = say.Invitation(x.Name, x.Unit, x.Report, x.Tell, x.Connect, ends)
		made = append(made, x)
	}
	return made, nil
}

func printInvitations(c *call, made []invitation) error {
	w, err := sheet.NewCSV(c.out, "Mã", "Đơn vị", "Phụ trách", "Báo số liệu", "Kể chuyện", "Nối trang", "Dùng được đến", "Lời nhắn")
	if err != nil {
		return err
	}
	for _, x := range made {
		if err := w.Row(x.Code, x.Unit, x.Name, x.Report, x.Tell, x.Connect, x.Ends.Format("02/01/2006"), x.Text); err != nil {
			return err
		}
	}
	return w.Close()
}
