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
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
	"github.com/spf13/pflag"
)

var importVerb = verb{
	name: "import", short: "đưa vào điều không API nào cho: units, channels, posts",
	usage: "import KIND FILE… [--check] [--unit CODE]", example: "lantoa import posts bai-viet.jsonl --check",
	flags: func(f *pflag.FlagSet) {
		f.Bool("check", false, "chỉ kiểm tra, không ghi gì")
		f.String("unit", "", "posts: đơn vị nhận các bài không thuộc kênh nào của ta (mặc định: tỉnh)")
	},
	run: func(ctx context.Context, c *call) error {
		kinds := map[string]func(context.Context, *App, *intake) error{"units": importUnits, "channels": importChannels, "posts": importPosts}
		if len(c.args) == 0 {
			return wrongUsage("cần loại và tệp, ví dụ: lantoa import posts bai-viet.jsonl")
		}
		do, ok := kinds[c.args[0]]
		if !ok {
			return wrongUsage("không nhập được loại %q%s (units, channels, posts)", c.args[0], perhaps(c.args[0], keysOf(kinds)))
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
			in := &intake{call: c, path: path}
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
	path string
	file io.Reader
	good int
	bad  int
	also string // more to say in the closing line
}

func (in *intake) check() bool {
	check, _ := in.call.flags.GetBool("check")
	return check
}

// format is told from the file's name.
func (in *intake) format() string {
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(in.path)), ".")
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
	in.file = f
	err = do(ctx, app, in)
	say := words.For("vi")
	did := "đã nhập"
	if in.check() {
		did = "kiểm tra xong, chưa ghi gì"
	}
	fmt.Fprintf(in.call.out, "%s: %s, %s dòng tốt, %s dòng lỗi%s\n", in.path, did, say.Number(int64(in.good)), say.Number(int64(in.bad)), in.also)
	return err
}

func (in *intake) skip(b files.BadRow) {
	in.bad++
	fmt.Fprintf(in.call.out, "%s:%d: %s\n", in.path, b.Line, whyBad(b))
}

// unreadable turns a file that cannot be read at all into a sentence.
func unreadable(err error) error {
	t := lantoa.AsTrouble(err, lantoa.Invalid)
	if t.Kind == lantoa.Invalid && t.What == "format" {
		return &lantoa.Trouble{Kind: lantoa.Invalid, Note: fmt.Sprintf("không đọc được loại tệp %q", t.Note)}
	}
	if t.Kind == lantoa.Invalid && t.What != "" && t.Err == nil {
		return &lantoa.Trouble{Kind: lantoa.Invalid, Note: fmt.Sprintf("tệp thiếu cột hoặc phần %q", t.What)}
	}
	return err
}

func importUnits(ctx context.Context, app *App, in *intake) error {
	have, err := app.Store.Units(ctx, lantoa.Everything, time.Time{})
	if err != nil {
		return err
	}
	rows, wrong, err := files.ReadUnits(in.file, in.format(), have)
	for _, b := range wrong {
		in.skip(b)
	}
	if err != nil {
		return unreadable(err)
	}
	in.good = len(rows)
	if in.check() || len(rows) == 0 {
		return nil
	}
	id := map[string]lantoa.UnitID{}
	for _, u := range have {
		if u.To.IsZero() {
			id[u.Code] = u.ID
		}
	}
	units := make([]lantoa.Unit, len(rows))
	for i, row := range rows { // parents come before their children
		u := row.Unit
		if old, ok := id[u.Code]; ok {
			u.ID = old
		} else if u.ID == "" {
			u.ID = lantoa.UnitID(lantoa.NewID(app.Now()))
		}
		if row.ParentCode != "" {
			u.Parent = id[row.ParentCode]
		}
		id[u.Code], units[i] = u.ID, u
	}
	return app.Store.SaveUnits(ctx, units)
}

func importChannels(ctx context.Context, app *App, in *intake) error {
	units, err := app.Store.Units(ctx, lantoa.Everything, time.Time{})
	if err != nil {
		return err
	}
	rows, wrong, err := files.ReadChannels(in.file, in.format(), units)
	for _, b := range wrong {
		in.skip(b)
	}
	if err != nil {
		return unreadable(err)
	}
	in.good = len(rows)
	if in.check() {
		return nil
	}
	for _, row := range rows {
		ch := row.Channel
		ch.CreatedAt = app.Now()
		if err := app.Store.SaveChannel(ctx, &ch); err != nil {
			return fmt.Errorf("dòng %d: %w", row.Line, err)
		}
	}
	return nil
}

// importPosts puts rows on the channel they name, by id, external id or name, and all others on the archived
// channel "Bài nhập từ tệp" of the unit, where they can be found and count nowhere. They go through the one gate.
func importPosts(ctx context.Context, app *App, in *intake) error {
	named, other, err := app.importTargets(ctx, in)
	if err != nil {
		return err
	}
	now := app.Now()
	batches := map[lantoa.ChannelID][]lantoa.Incoming{}
	var saved lantoa.Saved
	flush := func(id lantoa.ChannelID) error {
		ch := named[string(id)]
		if ch.ID == "" {
			ch = other
		}
		items := collectors.Accept(ch, batches[id])
		batches[id] = batches[id][:0]
		if len(items) == 0 || in.check() {
			return nil
		}
		s, err := app.Store.SavePosts(ctx, ch.ID, items, now)
		saved.New += s.New
		saved.Changed += s.Changed
		saved.Same += s.Same
		return err
	}
	err = files.ReadPosts(in.file, in.format(), now, func(p files.Post) error {
		in.good++
		ch, ok := named[p.Page]
		if !ok {
			ch = other
			if p.Page != "" { // ids are only unique on their own page
				p.External = p.Page + "/" + p.External
			}
		}
		p.FromFile = ch.Kind != lantoa.Imported // there the file is the only one who tells
		batches[ch.ID] = append(batches[ch.ID], p.Incoming)
		if len(batches[ch.ID]) >= 500 {
			return flush(ch.ID)
		}
		return ctx.Err()
	}, in.skip)
	for id := range batches {
		if ferr := flush(id); ferr != nil {
			return ferr
		}
	}
	if err != nil {
		return unreadable(err)
	}
	if !in.check() {
		in.also = fmt.Sprintf(" (%d mới, %d sửa, %d đã có)", saved.New, saved.Changed, saved.Same)
	}
	return nil
}

// importTargets are our channels by every name a file may call them, and the one for all the rest.
func (a *App) importTargets(ctx context.Context, in *intake) (map[string]lantoa.Channel, lantoa.Channel, error) {
	var other lantoa.Channel
	all, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return nil, other, err
	}
	named := map[string]lantoa.Channel{}
	for _, ch := range all {
		if ch.Kind == lantoa.Imported {
			continue
		}
		for _, name := range []string{ch.Name, ch.External, string(ch.ID)} {
			if name != "" {
				named[name] = ch
			}
		}
	}
	code, _ := in.call.flags.GetString("unit")
	var unit lantoa.Unit
	if code != "" {
		unit, err = a.unitByCode(ctx, code)
	} else {
		unit, err = a.root(ctx)
	}
	if err != nil {
		return nil, other, err
	}
	id, err := a.Store.ImportChannel(ctx, unit.ID)
	if err != nil {
		return nil, other, err
	}
	other, err = a.Store.Channel(ctx, id)
	return named, other, err
}

// root is the unit at the top of the tree in force today.
func (a *App) root(ctx context.Context) (lantoa.Unit, error) {
	units, err := a.Store.Units(ctx, lantoa.Everything, a.Now())
	if err != nil {
		return lantoa.Unit{}, err
	}
	for _, u := range units {
		if u.Parent == "" {
			return u, nil
		}
	}
	return lantoa.Unit{}, &lantoa.Trouble{Kind: lantoa.Invalid, What: "unit",
		Note: "chưa có đơn vị nào; nhập trước bằng `lantoa import units don-vi.csv`"}
}

// whyBad is the fault of a row in words.
func whyBad(b files.BadRow) string {
	return words.For("vi").T("row."+b.Kind, "field", b.Field, "value", printable(b.Value))
}
