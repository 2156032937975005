package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/store"
	"github.com/spf13/pflag"
)

var doctorVerb = verb{
	name: "doctor", short: "kiểm tra cài đặt, dữ liệu, hàng đợi, chỉ mục, mã truy cập, và nói phải làm gì",
	usage: "doctor [--rotate-key]", example: "lantoa doctor --data /var/lib/lantoa",
	flags: func(fs *pflag.FlagSet) {
		fs.Bool("json", false, "in dạng JSON")
		fs.Bool("rotate-key", false, "đổi khóa mã hóa: mọi mã truy cập được mã hóa lại bằng khóa mới (dừng dịch vụ trước)")
	},
	run: func(ctx context.Context, c *call) error {
		if len(c.args) > 0 {
			return wrongUsage("doctor không nhận thêm từ nào: %q", c.args[0])
		}
		if rotate, _ := c.flags.GetBool("rotate-key"); rotate {
			return rotateKey(ctx, c)
		}
		findings := examine(ctx, c)
		bad := 0
		for _, f := range findings {
			if f.Grade == "lỗi" {
				bad++
			}
		}
		if asJSON, _ := c.flags.GetBool("json"); asJSON {
			if err := json.NewEncoder(c.out).Encode(map[string]any{"findings": findings, "settings": c.settings.Origin()}); err != nil {
				return err
			}
		} else {
			printFindings(c.out, findings, c.settings)
		}
		if bad > 0 {
			return errPartly
		}
		return nil
	},
}

// finding is one thing doctor looked at.
type finding struct {
	Grade string `json:"grade"` // "tốt", "lưu ý", "lỗi"
	What  string `json:"what"`
	Found string `json:"found"`
	Do    string `json:"do,omitempty"`
}

func printFindings(out io.Writer, findings []finding, set Settings) {
	fmt.Fprintln(out, "Cài đặt")
	for _, row := range set.Origin() {
		text := row[1]
		if text == "" {
			text = "(trống)"
		}
		fmt.Fprintf(out, "  %-24s %-34s %s\n", row[0], text, row[2])
	}
	fmt.Fprintln(out, "\nKiểm tra")
	for _, f := range findings {
		fmt.Fprintf(out, "  [%s] %s: %s\n", f.Grade, f.What, f.Found)
		if f.Do != "" {
			fmt.Fprintf(out, "         → %s\n", f.Do)
		}
	}
}

// examine looks at each part in turn; a part that fails does not keep the others from being looked at.
func examine(ctx context.Context, c *call) []finding {
	app, err := openApp(ctx, c.settings, need{logTo: io.Discard})
	if err != nil {
		return []finding{{"lỗi", "cơ sở dữ liệu", sentence(err), "sửa rồi chạy lại lantoa doctor"}}
	}
	defer app.Close()
	kind := "SQLite nhúng sẵn"
	if c.settings.Get("database_url") != "" {
		kind = "Postgres"
	}
	fs := []finding{{"tốt", "cơ sở dữ liệu", kind + fmt.Sprintf(", lược đồ %d", schemaNeeded()), ""}}
	fs = append(fs, examineDisk(c.settings), app.examineQueue(ctx), app.examineIndex(ctx))
	fs = append(fs, app.examineMail(ctx)...)
	fs = append(fs, app.examineFacebook(ctx)...)
	fs = append(fs, app.examineZalo(ctx), app.examinePassing(ctx), app.examineChannels(ctx), app.examineForms(ctx), app.examinePeople(ctx))
	return fs
}

func examineDisk(set Settings) finding {
	var st syscall.Statfs_t
	if err := syscall.Statfs(set.Get("data"), &st); err != nil {
		return finding{"lưu ý", "đĩa", err.Error(), ""}
	}
	free := st.Bavail * uint64(st.Bsize) >> 20
	f := finding{"tốt", "đĩa", fmt.Sprintf("còn %s MB trống", words.For("vi").Number(int64(free))), ""}
	if free < 1024 {
		f.Grade, f.Do = "lỗi", "dọn bớt hoặc chuyển thư mục data sang đĩa khác; dưới 1.000 MB việc ghi có thể hỏng"
	}
	return f
}

func (a *App) examineQueue(ctx context.Context) finding {
	address := a.Settings.Get("redis_url")
	if address == "" {
		return finding{"tốt", "hàng đợi", "nhúng sẵn trong tiến trình", ""}
	}
	r, err := queue.OpenRedis(ctx, address)
	if err != nil {
		return finding{"lỗi", "hàng đợi", "Redis không trả lời", "kiểm tra LANTOA_REDIS_URL và máy chủ Redis (từ bản 6.2)"}
	}
	defer r.Close()
	l, err := r.Lengths()
	if err != nil {
		return finding{"lỗi", "hàng đợi", err.Error(), "kiểm tra máy chủ Redis"}
	}
	f := finding{"tốt", "hàng đợi", fmt.Sprintf("%d chờ, %d đang chạy, %d thử lại, %d bỏ", l.Waiting, l.Active, l.Retry, l.GivenUp), ""}
	if l.GivenUp > 0 {
		f.Grade, f.Do = "lưu ý", "xem nhật ký của dịch vụ để biết vì sao có việc bị bỏ"
	}
	return f
}

func (a *App) examineIndex(ctx context.Context) finding {
	overview, err := a.Store.Counts(ctx, lantoa.Everything)
	if err != nil {
		return finding{"lỗi", "chỉ mục", err.Error(), ""}
	}
	index, err := openIndex(a.Settings)
	if err != nil {
		return finding{"lỗi", "chỉ mục", sentence(err), "kiểm tra LANTOA_MEILI_URL và khóa; với chỉ mục nhúng sẵn chạy lantoa reindex"}
	}
	defer index.Close()
	n, err := index.Count(ctx)
	if err != nil {
		return finding{"lỗi", "chỉ mục", sentence(err), "kiểm tra máy chủ Meilisearch"}
	}
	behind, _ := a.Store.Behind(ctx, "index")
	f := finding{"tốt", "chỉ mục", fmt.Sprintf("%d bài, cơ sở dữ liệu có %d", n, overview.Posts), ""}
	if int64(n) != overview.Posts {
		f.Grade, f.Do = "lưu ý", fmt.Sprintf("%d thay đổi đang chờ; nếu không tự khớp lại, chạy lantoa reindex", behind)
	}
	return f
}

// examineFacebook asks Facebook about the token of each page: whether it is good, until when, and what it lacks.
func (a *App) examineFacebook(ctx context.Context) []finding {
	pages, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage})
	if err != nil {
		return []finding{{"lỗi", "Facebook", err.Error(), ""}}
	}
	var with, without int
	var fs []finding
	say := words.For("vi")
	for _, ch := range pages {
		if ch.Archived {
			continue
		}
		token, err := a.Store.Secret(ctx, pageSecret(ch.External))
		if err != nil {
			without++
			continue
		}
		with++
		if len(fs) >= 20 {
			continue // a long list helps nobody; the channels' own page has all
		}
		info, err := a.Facebook.DebugToken(ctx, token)
		switch {
		case err != nil:
			fs = append(fs, finding{"lỗi", ch.Name, say.Trouble(lantoa.AsTrouble(err, lantoa.Away), ch.Kind), ""})
			if lantoa.KindOf(err) == lantoa.Away || lantoa.KindOf(err) == lantoa.Limited {
				return append(fs, finding{"lưu ý", "Facebook", "không hỏi tiếp được các trang còn lại", "thử lại sau"})
			}
		case !info.Valid:
			fs = append(fs, finding{"lỗi", ch.Name, say.Trouble(info.Trouble, ch.Kind), "nối lại trang: lantoa collect --connect facebook"})
		case len(info.Lacks(ch.External, facebook.Reading...)) > 0:
			fs = append(fs, finding{"lưu ý", ch.Name, "thiếu quyền " + strings.Join(info.Lacks(ch.External, facebook.Reading...), ", "), "người quản trị trang cấp thêm quyền cho ứng dụng rồi nối lại"})
		case len(info.Lacks(ch.External, facebook.Publishing...)) > 0:
			fs = append(fs, finding{"lưu ý", ch.Name, "đọc được, chưa đăng được: thiếu quyền " + strings.Join(facebook.Publishing, ", "), "muốn lan tỏa qua trang này, người quản trị trang cấp thêm quyền rồi nối lại; chưa cấp thì đăng bằng tay"})
		case !info.Expires.IsZero() && info.Expires.Before(a.Now().Add(14*24*time.Hour)):
			fs = append(fs, finding{"lưu ý", ch.Name, "mã truy cập hết hạn ngày " + say.Date(info.Expires.In(a.Zone)), "nối lại trước ngày đó"})
		}
	}
	sum := finding{"tốt", "Facebook", fmt.Sprintf("%d trang có mã, %d trang chưa", with, without), ""}
	if without > 0 {
		sum.Grade, sum.Do = "lưu ý", "nối thêm: lantoa collect --connect facebook < token.txt"
	}
	return append([]finding{sum}, fs...)
}

func (a *App) examineZalo(ctx context.Context) finding {
	c, err := a.Zalo.Connection(ctx)
	if lantoa.KindOf(err) == lantoa.NotFound || lantoa.KindOf(err) == lantoa.Expired {
		return finding{"lưu ý", "Zalo OA", "chưa nối hoặc đã mất kết nối", `nối: lantoa collect --connect zalo < zalo.json`}
	}
	if err != nil {
		return finding{"lỗi", "Zalo OA", sentence(err), ""}
	}
	f := finding{"tốt", "Zalo OA", "mã làm mới dùng được đến " + words.For("vi").Date(c.RefreshBy.In(a.Zone)), ""}
	if c.Soon(a.Now()) {
		f.Grade, f.Do = "lưu ý", "quản trị viên OA cấp quyền lại trước ngày đó"
	}
	return f
}

func (a *App) examineChannels(ctx context.Context) finding {
	o, err := a.Store.Counts(ctx, lantoa.Everything)
	if err != nil {
		return finding{"lỗi", "kênh", err.Error(), ""}
	}
	f := finding{"tốt", "kênh", fmt.Sprintf("%d kênh, %d chưa đọc lần nào, %d đang gặp trở ngại", o.Channels, o.Waiting, o.Trouble), ""}
	if o.Channels == 0 {
		f.Grade, f.Do = "lưu ý", "nhập đơn vị và kênh: lantoa import units …, lantoa import channels …"
	}
	return f
}

func (a *App) examinePeople(ctx context.Context) finding {
	users, err := a.Store.Users(ctx, lantoa.Everything)
	if err != nil {
		return finding{"lỗi", "người dùng", err.Error(), ""}
	}
	for _, u := range users {
		if u.Role == lantoa.Admin && !u.Disabled {
			return finding{"tốt", "người dùng", fmt.Sprintf("%d người", len(users)), ""}
		}
	}
	return finding{"lỗi", "người dùng", "chưa có quản trị viên", "lantoa user add EMAIL --role admin --unit CODE"}
}
