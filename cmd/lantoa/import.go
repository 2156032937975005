package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
	"github.com/spf13/pflag"
)

var importVerb = verb{
	name: "import", short: "đưa vào điều không API nào cho: danh sách, bài, số liệu tháng, bản tải về của trang, tin nhóm",
	usage: `import KIND FILE… [--check]
           lantoa import list [--json]
           lantoa import undo ID

KIND là một trong:
  units            danh sách đơn vị (CSV, XLSX)
  mergers          sắp xếp đơn vị theo một nghị quyết: đơn vị cũ, đơn vị mới (CSV, XLSX)
  channels         danh sách kênh (CSV, XLSX)
  posts            bài viết (CSV, JSONL)
  metrics          số liệu tháng các đơn vị gửi về (CSV, XLSX)
  facebook-export  bản người quản trị trang tải về từ Facebook (ZIP hoặc thư mục; JSON hoặc HTML)
  zalo-messages    tin của nhóm Zalo: JSON của zca-js, openzca, n8n, hoặc chữ chép từ Zalo trên máy tính`,
	example: `lantoa import posts bai-viet.jsonl --check
           lantoa import mergers sap-xep.xlsx --resolution "1683/NQ-UBTVQH15" --day 2025-07-01 --check
           lantoa import metrics bao-cao-thang-11.xlsx --month 2026-11
           lantoa import facebook-export facebook-phunudongmau.zip --channel phunu.dongmau
           lantoa import zalo-messages nhom.jsonl
           lantoa import zalo-messages chep-tu-zalo.txt --group "PN xã Đồng Mẫu"
           lantoa import list
           lantoa import undo 01kb…`,
	flags: func(f *pflag.FlagSet) {
		f.Bool("check", false, "chỉ kiểm tra và cho xem trước, không ghi gì")
		f.String("unit", "", "posts: đơn vị nhận các bài không thuộc kênh nào của ta (mặc định: tỉnh)")
		f.String("month", "", "metrics: tháng của số liệu khi tệp không nói, dạng 2026-11")
		f.String("channel", "", "facebook-export, zalo-messages: kênh của tệp (mã, mã ở nền tảng, hoặc tên)")
		f.String("group", "", "zalo-messages: tên nhóm của chữ chép tay")
		f.String("resolution", "", "mergers: số nghị quyết, nếu tệp không nói")
		f.String("day", "", "mergers: ngày đầu tiên của tổ chức mới, dạng 2025-07-01, nếu tệp không nói")
		f.String("abolish", "", "mergers: bỏ cả một cấp mà tệp không nói tới (province, district, commune, branch)")
		f.Bool("json", false, "list: in dạng JSON")
	},
	run: func(ctx context.Context, c *call) error {
		if len(c.args) > 0 && (c.args[0] == "list" || c.args[0] == "undo") {
			return importAfterwards(ctx, c)
		}
		kinds := map[string]func(context.Context, *App, *intake) error{
			"units": importUnits, "mergers": importMergers, "channels": importChannels, "posts": importPosts, "metrics": importMetrics,
			"facebook-export": importExport, "zalo-messages": importMessages,
		}
		if len(c.args) == 0 {
			return wrongUsage("cần loại và tệp, ví dụ: lantoa import posts bai-viet.jsonl")
		}
		do, ok := kinds[c.args[0]]
		if !ok {
			return wrongUsage("không nhập được loại %q%s (units, mergers, channels, posts, metrics, facebook-export, zalo-messages)", c.args[0], perhaps(c.args[0], keysOf(kinds)))
		}
		if len(c.args) == 1 {
			return wrongUsage("cần ít nhất một tệp %s", c.args[0])
		}
		app, err := openApp(ctx, c.settings, need{service: "import", tryOwn: true, index: true, logTo: c.err})
		if err != nil {
			return err
		}
		defer app.Close()
		failed := false
		for _, path := range c.args[1:] {
			in := &intake{call: c, kind: c.args[0], path: path, now: app.Now()}
			if err := in.read(ctx, app, do); err != nil {
				if ctx.Err() != nil {
					return err
				}
				fmt.Fprintf(c.err, "lantoa: %s: %s\n", path, sentence(err))
				failed = true
			}
			failed = failed || in.bad > 0
		}
		if err := app.follow(ctx); err != nil {
			return err
		}
		if failed {
			return errPartly
		}
		return nil
	},
}

// intake is one file on its way in.
type intake struct {
	call *call
	kind string
	path string
	now  time.Time
	file io.Reader // nil of a folder
	good int
	bad  int
	what string        // what good counts, if not rows
	also string        // more to say in the closing line
	made lantoa.Import // without an ID as long as nothing was written
}

func (in *intake) check() bool {
	check, _ := in.call.flags.GetBool("check")
	return check
}

func (in *intake) flag(name string) string {
	value, _ := in.call.flags.GetString(name)
	return strings.TrimSpace(value)
}

// format is told from the file's name.
func (in *intake) format() string {
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(in.path)), ".")
}

// writing is the context under which what the file brings is saved, so that it can be taken back as a whole. The
// import is written down with the first thing that is.
func (in *intake) writing(ctx context.Context, app *App) (context.Context, error) {
	if in.made.ID == "" {
		in.made = lantoa.Import{Kind: in.kind, File: filepath.Base(in.path), At: in.now}
		if err := app.Store.BeginImport(ctx, &in.made); err != nil {
			in.made = lantoa.Import{}
			return nil, fmt.Errorf("import: %w", err)
		}
	}
	return store.OfImport(ctx, in.made.ID), nil
}

func (in *intake) read(ctx context.Context, app *App, do func(context.Context, *App, *intake) error) error {
	f, err := os.Open(in.path)
	if errors.Is(err, fs.ErrNotExist) {
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "file", Note: "không có tệp này; kiểm tra lại đường dẫn", Err: err}
	}
	if err != nil {
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "file", Note: fmt.Sprintf("không mở được tệp (%v); kiểm tra quyền đọc", errors.Unwrap(err)), Err: err}
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		in.file = f
	case in.kind != "facebook-export":
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "file", Note: "đây là một thư mục; hãy chỉ ra tệp"}
	}
	err = do(ctx, app, in)
	if in.made.ID != "" {
		in.made.Good, in.made.Bad = in.good, in.bad
		if eerr := app.Store.EndImport(context.WithoutCancel(ctx), in.made); eerr != nil {
			err = errors.Join(err, fmt.Errorf("import: %w", eerr))
		}
	}
	say := words.For("vi")
	did := "đã nhập"
	if in.check() {
		did = "kiểm tra xong, chưa ghi gì"
	}
	what := in.what
	if what == "" {
		what = "dòng"
	}
	fmt.Fprintf(in.call.out, "%s: %s, %s %s tốt, %s dòng lỗi%s\n", in.path, did, say.Number(int64(in.good)), what, say.Number(int64(in.bad)), in.also)
	if in.made.ID != "" {
		fmt.Fprintf(in.call.out, "Hoàn tác: lantoa import undo %s\n", in.made.ID)
	}
	return err
}

// skip names a bad row.
func (in *intake) skip(b files.BadRow) {
	in.bad++
	where := in.path
	if b.Part != "" {
		where += " › " + b.Part
	}
	fmt.Fprintf(in.call.out, "%s:%d: %s\n", where, b.Line, whyBad(b))
}

// say prints a line of what was understood.
func (in *intake) say(format string, args ...any) { fmt.Fprintf(in.call.out, format+"\n", args...) }

// unreadable turns a file that cannot be read at all into a sentence.
func unreadable(err error) error {
	t := lantoa.AsTrouble(err, lantoa.Invalid)
	note := func(text string, args ...any) error {
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: t.What, Note: fmt.Sprintf(text, args...), Err: err}
	}
	switch {
	case t.Kind == lantoa.TooLarge && t.What == "archive":
		return note("tệp nén lớn bất thường khi mở ra (%s); không đọc tiếp để giữ an toàn. Giải nén rồi nhập cả thư mục, hoặc tải lại từ Facebook", printable(t.Note))
	case t.Kind == lantoa.TooLarge:
		return note("tệp quá lớn; chia nhỏ rồi nhập từng phần")
	case t.Kind == lantoa.Conflict && t.What == "month":
		return note("tiêu đề của tệp nói là tháng %s, khác với --month; bỏ --month hoặc sửa tệp", t.Note)
	case t.Kind == lantoa.Invalid && t.What == "format":
		return note("không đọc được loại tệp %q", t.Note)
	case t.Kind == lantoa.Invalid && t.What == "password":
		return note("tệp nén có mật khẩu; giải nén rồi nhập cả thư mục")
	case t.Kind == lantoa.Invalid && t.What == "archive":
		return note("không mở được tệp nén; tải lại từ Facebook, hoặc giải nén rồi nhập cả thư mục")
	case t.Kind == lantoa.Invalid && t.What == "posts" && t.Err == nil:
		return note("không thấy bài nào trong tệp; khi tải từ Facebook hãy chọn phần Bài viết, định dạng JSON")
	case t.Kind == lantoa.Invalid && t.What != "" && t.Err == nil && t.Note == "":
		return note("tệp thiếu cột hoặc phần %q", t.What)
	}
	return err
}

// importAfterwards lists the imports, or takes one back.
func importAfterwards(ctx context.Context, c *call) error {
	undo := c.args[0] == "undo"
	if undo && len(c.args) != 2 {
		return wrongUsage("cần mã của lần nhập, ví dụ: lantoa import undo 01kb… (lantoa import list liệt kê)")
	}
	app, err := openApp(ctx, c.settings, need{service: "import", tryOwn: undo, index: undo, logTo: c.err})
	if err != nil {
		return err
	}
	defer app.Close()
	if !undo {
		return app.listImports(ctx, c)
	}
	id := lantoa.ImportID(c.args[1])
	undone, err := app.Store.UndoImport(ctx, id, "", app.Now())
	switch lantoa.KindOf(err) {
	case lantoa.NotFound:
		return wrongUsage("không có lần nhập nào mang mã %q; lantoa import list liệt kê", printable(c.args[1]))
	case lantoa.Conflict:
		if why := leaned(err); why != nil {
			return why
		}
		return &lantoa.Trouble{Kind: lantoa.Conflict, Note: "lần nhập này đã được hoàn tác trước đó", Err: err}
	}
	if err != nil {
		return err
	}
	say := words.For("vi")
	fmt.Fprintf(c.out, "Đã hoàn tác: gỡ %s, trả lại như trước %s", say.Number(int64(undone.Removed)), say.Number(int64(undone.Restored)))
	if undone.Kept > 0 {
		fmt.Fprintf(c.out, "; giữ %s thứ đã được nền tảng hoặc ai đó dùng đến từ khi nhập", say.Number(int64(undone.Kept)))
	}
	fmt.Fprintln(c.out, ".")
	return app.follow(ctx)
}

func (a *App) listImports(ctx context.Context, c *call) error {
	imports, err := a.Store.Imports(ctx, 100)
	if err != nil {
		return err
	}
	if asJSON, _ := c.flags.GetBool("json"); asJSON {
		type row struct {
			ID       lantoa.ImportID `json:"id"`
			Kind     string          `json:"kind"`
			File     string          `json:"file"`
			At       time.Time       `json:"at"`
			By       string          `json:"by"`
			Good     int             `json:"good"`
			Bad      int             `json:"bad"`
			UndoneAt *time.Time      `json:"undone_at"`
		}
		rows := make([]row, len(imports))
		for i, m := range imports {
			rows[i] = row{m.ID, m.Kind, m.File, m.At, m.By, m.Good, m.Bad, nil}
			if !m.UndoneAt.IsZero() {
				rows[i].UndoneAt = &m.UndoneAt
			}
		}
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		return e.Encode(rows)
	}
	if len(imports) == 0 {
		fmt.Fprintln(c.out, "Chưa nhập tệp nào.")
	}
	for _, m := range imports {
		state := ""
		if !m.UndoneAt.IsZero() {
			state = ", đã hoàn tác " + m.UndoneAt.In(a.Zone).Format("15:04 02/01/2006")
		}
		fmt.Fprintf(c.out, "%s  %s  %-15s %s: %d tốt, %d lỗi%s\n", m.ID, m.At.In(a.Zone).Format("15:04 02/01/2006"), m.Kind, printable(m.File), m.Good, m.Bad, state)
	}
	return nil
}

// whyBad is the fault of a row in words.
func whyBad(b files.BadRow) string {
	return words.For("vi").T("row."+b.Kind, "field", b.Field, "value", printable(b.Value))
}
