package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/export"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
	"github.com/spf13/pflag"
)

var exportVerb = verb{
	name: "export", short: "xuất báo cáo ra tệp Excel, Word hoặc CSV",
	usage:   "export activity|stories|posts [--week 2026-W47 | --month 2026-11] --out TỆP.xlsx|.docx|.csv [--unit CODE,…] [--level commune,…]",
	example: "lantoa export activity --week 2026-W47 --out hoat-dong.xlsx",
	flags: func(fs *pflag.FlagSet) {
		fs.String("week", "", "tuần (mặc định: tuần trọn gần nhất)")
		fs.String("month", "", "tháng, dạng 2026-11, thay cho tuần")
		fs.String("out", "", "tệp sẽ ghi; đuôi .xlsx, .docx hoặc .csv là dạng tệp")
		fs.StringSlice("unit", nil, "mã các đơn vị, tính cả các đơn vị bên dưới")
		fs.StringSlice("level", nil, "cấp: province, district, commune, branch")
		fs.String("kind", "", "loại kênh của activity: facebook_page, zalo_group, zalo_oa, website hoặc all (mặc định: trang Facebook, nếu có)")
	},
	run: runExport,
}

// exporting is one run of the verb.
type exporting struct {
	app      *App
	say      *words.Catalog
	now      time.Time
	from, to time.Time       // the days of stories and posts
	weeks    activity.Period // of activity
	period   string          // in words
	filters  []export.Filter
	units    []string // paths
	levels   []lantoa.Level
	kind     string
	union    string
}

func runExport(ctx context.Context, c *call) error {
	makers := map[string]func(*exporting, context.Context, string) ([]byte, int, error){
		"activity": (*exporting).activity, "stories": (*exporting).stories, "posts": (*exporting).posts,
	}
	if len(c.args) != 1 || makers[c.args[0]] == nil {
		return wrongUsage("cần một trong ba: activity, stories, posts")
	}
	out, _ := c.flags.GetString("out")
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
	if !slices.Contains(export.Formats, format) {
		return wrongUsage("--out %q: cần một tên tệp có đuôi .xlsx, .docx hoặc .csv", out)
	}
	if at, err := os.Stat(filepath.Dir(out)); err != nil || !at.IsDir() {
		return wrongUsage("--out %q: không có thư mục %s", out, filepath.Dir(out))
	}
	app, err := openApp(ctx, c.settings, need{logTo: c.err})
	if err != nil {
		return err
	}
	defer app.Close()
	bar := newProgress(c.err)
	defer bar.end()
	e := &exporting{app: app, say: words.For("vi").In(app.Zone), now: app.Now()}
	if err := e.read(ctx, c.flags); err != nil {
		return err
	}
	bar.step(1, 3, "đang đọc số liệu")
	file, rows, err := makers[c.args[0]](e, ctx, format)
	if err != nil {
		return err
	}
	bar.step(2, 3, "đang ghi tệp")
	if err := writeWhole(out, file); err != nil {
		return err
	}
	if err := app.Store.Note(ctx, lantoa.Audit{Who: "dòng lệnh", Action: "export", Subject: c.args[0], Detail: fmt.Sprintf("%s, %s, %d", format, e.period, rows)}); err != nil {
		return err
	}
	bar.end()
	fmt.Fprintf(c.out, "Đã ghi %s: %s, %s mục\n", out, e.period, e.say.Number(int64(rows)))
	return nil
}

// read reads the flags.
func (e *exporting) read(ctx context.Context, fs *pflag.FlagSet) error {
	week, _ := fs.GetString("week")
	month, _ := fs.GetString("month")
	if week != "" && month != "" {
		return wrongUsage("chỉ dùng một trong hai: --week hoặc --month")
	}
	if month != "" {
		if err := e.month(month); err != nil {
			return err
		}
	} else {
		w, err := parseWeek(week, e.now, e.app.Zone)
		if err != nil {
			return err
		}
		e.from, e.to, e.weeks = w.Start(e.app.Zone), w.End(e.app.Zone), activity.PeriodOf(w, 1)
		e.period = export.PeriodName(e.say, e.weeks)
	}
	levels, _ := fs.GetStringSlice("level")
	var named []string
	for _, l := range levels {
		if !slices.Contains(lantoa.Levels, lantoa.Level(l)) {
			return wrongUsage("cấp %q: dùng province, district, commune hoặc branch", l)
		}
		e.levels, named = append(e.levels, lantoa.Level(l)), append(named, e.say.Level(lantoa.Level(l)))
	}
	e.filters = append(e.filters, export.Filter{Name: e.say.T("export.filter.level"), Value: strings.Join(named, ", ")})
	codes, _ := fs.GetStringSlice("unit")
	named = nil
	for _, code := range codes {
		u, err := e.app.unitByCode(ctx, strings.TrimSpace(code))
		if err != nil {
			return err
		}
		e.units, named = append(e.units, u.Path), append(named, u.Name+" ("+u.Code+")")
		e.union = u.UnionName()
	}
	e.filters = append(e.filters, export.Filter{Name: e.say.T("export.filter.unit"), Value: strings.Join(named, ", ")})
	e.kind, _ = fs.GetString("kind")
	if kinds := []string{"", "all", "facebook_page", "zalo_group", "zalo_oa", "website"}; !slices.Contains(kinds, e.kind) {
		return wrongUsage("--kind %q: dùng %s", e.kind, strings.Join(kinds[1:], ", "))
	}
	if len(codes) != 1 {
		return e.root(ctx)
	}
	return nil
}

// root finds whose paper it is when no single unit was named: the uppermost one's.
func (e *exporting) root(ctx context.Context) error {
	units, err := e.app.Store.Units(ctx, lantoa.Everything, e.now)
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Parent == "" {
			e.union = u.UnionName()
			return nil
		}
	}
	return nil
}

// month is the days of a month, and the weeks whose Thursday, and so most of their days, lie in it.
func (e *exporting) month(text string) error {
	first, err := time.ParseInLocation("2006-01", text, e.app.Zone)
	if err != nil {
		return wrongUsage("%q không phải tháng dạng 2026-11", text)
	}
	e.from, e.to = first, first.AddDate(0, 1, 0)
	last := e.to.AddDate(0, 0, -1)
	e.weeks = activity.Period{From: lantoa.WeekOf(first, e.app.Zone), To: lantoa.WeekOf(last, e.app.Zone)}
	if e.weeks.From.Start(e.app.Zone).AddDate(0, 0, 3).Before(first) {
		e.weeks.From = e.weeks.From.After()
	}
	if e.weeks.To.Start(e.app.Zone).AddDate(0, 0, 3).After(last) {
		e.weeks.To = e.weeks.To.Before()
	}
	if full := lantoa.LastFullWeek(e.now, e.app.Zone); e.weeks.From.Compare(full) <= 0 && full.Compare(e.weeks.To) < 0 {
		e.weeks.To = full // of a month that goes on, what is over
	}
	e.period = e.say.T("export.period.month", "month", first.Format("01/2006"))
	return nil
}

// activity makes the file of units and says how many are in it.
func (e *exporting) activity(ctx context.Context, format string) ([]byte, int, error) {
	n, err := e.app.Desk.Network(ctx)
	if err != nil {
		return nil, 0, err
	}
	if !n.Within(e.weeks) {
		return nil, 0, wrongUsage("số liệu theo tuần có từ tuần %s đến tuần %s", n.Calendar[0], n.Calendar[len(n.Calendar)-1])
	}
	kind := lantoa.ChannelKind(e.kind)
	if e.kind == "all" || e.kind == "" && !slices.ContainsFunc(n.Channels, func(x activity.Standing) bool { return x.Kind == lantoa.FacebookPage }) {
		kind = ""
	} else if e.kind == "" {
		kind = lantoa.FacebookPage
	}
	named := e.say.Channel(kind)
	if kind == "" {
		named = e.say.T("export.filter.all_kinds")
	}
	e.filters = append(e.filters, export.Filter{Name: e.say.T("export.filter.kind"), Value: named})
	if e.weeks.Len() > 1 {
		e.filters = append(e.filters, export.Filter{Name: e.say.T("export.filter.month"),
			Value: e.say.T("export.filter.month_weeks", "month", e.from.Format("01/2006"))})
	}
	a := export.Activity{Network: n, Period: e.weeks, Title: e.say.T("export.title.activity", "period", e.period), Filters: e.filters,
		Lines: export.Units(n, e.weeks, kind, e.levels, e.units), Weeks: 12}
	if format != export.DOCX {
		return e.table(a.Table(e.say), format)
	}
	stories, err := e.told(ctx)
	if err != nil {
		return nil, 0, err
	}
	p, err := a.Paper(e.say, e.union, stories)
	return e.paper(p, len(a.Lines), err)
}

func (e *exporting) stories(ctx context.Context, format string) ([]byte, int, error) {
	s, err := e.told(ctx)
	if err != nil {
		return nil, 0, err
	}
	if format != export.DOCX {
		return e.table(s.Table(e.say), format)
	}
	p, err := s.Paper(e.say)
	return e.paper(p, len(s.Stories), err)
}

// told are the stories first told in the period, best first, without the dismissed ones.
func (e *exporting) told(ctx context.Context) (export.Stories, error) {
	s := export.Stories{Title: e.say.T("export.title.stories", "period", e.period), Union: e.union, Filters: e.filters, At: e.now, Zone: e.app.Zone}
	for w := lantoa.WeekOf(e.from, e.app.Zone); w.Start(e.app.Zone).Before(e.to); w = w.After() {
		f := store.StoryFilter{States: []lantoa.State{lantoa.Suggested, lantoa.Shortlisted, lantoa.Approved, lantoa.Reshared}, Week: &w, Units: e.units, Now: e.now, Limit: 500}
		for more := true; more; more = f.Cursor != "" {
			list, _, next, err := e.app.Store.Stories(ctx, lantoa.Everything, f)
			if err != nil {
				return s, err
			}
			for _, st := range list {
				if !st.ToldAt.Before(e.from) && st.ToldAt.Before(e.to) && (len(e.levels) == 0 || slices.Contains(e.levels, st.First.Level)) {
					s.Stories = append(s.Stories, st)
				}
			}
			f.Cursor = next
		}
	}
	slices.SortStableFunc(s.Stories, func(a, b lantoa.Story) int { return cmp.Compare(b.RankAt(e.now), a.RankAt(e.now)) })
	s.All = len(s.Stories)
	var err error
	s.Picture, err = export.Pictures(ctx, e.app.Store, e.say, export.Leads(s.Stories[:min(len(s.Stories), export.MostItems)]))
	return s, err
}

func (e *exporting) posts(ctx context.Context, format string) ([]byte, int, error) {
	most := export.MostRows
	if format == export.DOCX {
		most = export.MostItems
	}
	list, all, err := e.app.Store.PeriodPosts(ctx, lantoa.Everything, e.from, e.to, e.units, e.levels, most)
	if err != nil {
		return nil, 0, err
	}
	p := export.Posts{Title: e.say.T("export.title.posts", "period", e.period), Union: e.union, Filters: e.filters, Posts: list, All: all, At: e.now, Zone: e.app.Zone}
	if format != export.DOCX {
		return e.table(p.Table(e.say), format)
	}
	if p.Picture, err = export.Pictures(ctx, e.app.Store, e.say, list); err != nil {
		return nil, 0, err
	}
	paper, err := p.Paper(e.say)
	return e.paper(paper, len(list), err)
}

func (e *exporting) table(t export.Table, format string) ([]byte, int, error) {
	var b bytes.Buffer
	err := t.Write(&b, format, e.say)
	return b.Bytes(), len(t.Rows), err
}

func (e *exporting) paper(p export.Paper, rows int, err error) ([]byte, int, error) {
	if err != nil {
		return nil, 0, err
	}
	var b bytes.Buffer
	err = p.Write(&b)
	return b.Bytes(), rows, err
}

// writeWhole puts a file in its place only when all of it is on the disk: who opens it meanwhile sees the old one.
func writeWhole(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".lantoa-"+strconv.Itoa(os.Getpid())+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		f.Close()
		return err
	}
	if err = f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
