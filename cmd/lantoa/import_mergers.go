package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
)

// importMergers does what a resolution says, row by row of a file. A tree is not changed by halves: as long as one row
// is bad, nothing is written.
func importMergers(ctx context.Context, app *App, in *intake) error {
	have, err := app.Store.Units(ctx, lantoa.Everything, time.Time{})
	if err != nil {
		return err
	}
	var day time.Time
	if text := in.flag("day"); text != "" {
		if day, err = time.ParseInLocation(time.DateOnly, text, app.Zone); err != nil {
			return wrongUsage("--day %q không phải một ngày, ví dụ: 2025-07-01", printable(text))
		}
	}
	m, wrong, err := files.ReadMergers(in.file, in.format(), have, day)
	for _, b := range wrong {
		in.skip(b)
	}
	if t := lantoa.AsTrouble(err, ""); err != nil && t.What == "day" {
		return wrongUsage("tệp không nói ngày sắp xếp có hiệu lực; thêm --day, ví dụ: --day 2025-07-01")
	}
	if err != nil {
		return unreadable(err)
	}
	if level := lantoa.Level(in.flag("abolish")); level != "" {
		m.Abolish(level, have)
	}
	if text := in.flag("resolution"); text != "" {
		m.Resolution = text
	}
	channels, err := app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return err
	}
	m.Fates(channels)
	in.good = len(m.Ends)
	in.what = "đơn vị cũ"
	if len(m.Ends) == 0 {
		return nil
	}
	plan, err := app.Store.PlanReform(ctx, m.Reform)
	if err != nil {
		return cannotReform(err)
	}
	in.tellPlan(plan, have)
	if in.check() {
		return nil
	}
	if len(wrong) > 0 {
		in.good = 0
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "file", Note: "chưa ghi gì: cây tổ chức không đổi nửa chừng; sửa các dòng lỗi rồi nhập lại cả tệp"}
	}
	if plan, err = app.Store.Reform(ctx, m.Reform, ""); err != nil {
		return cannotReform(err)
	}
	in.made = lantoa.Import{ID: plan.Reform.ID}
	return nil
}

// cannotReform is why a reform cannot be, as a sentence.
func cannotReform(err error) error {
	t := lantoa.AsTrouble(err, "")
	if say := words.For("vi"); say.Has("reform.why." + t.What) {
		return &lantoa.Trouble{Kind: t.Kind, What: t.What, Note: say.T("reform.why."+t.What, "name", printable(t.Note)), Err: err}
	}
	return err
}

// tellPlan prints what the reform changes.
func (in *intake) tellPlan(p lantoa.Plan, have []lantoa.Unit) {
	say := words.For("vi")
	tree := lantoa.TreeOf(have)
	for _, u := range p.Made {
		tree[u.ID] = u
	}
	in.say("Nghị quyết %s, từ ngày %s:", printable(p.Reform.Resolution), say.Date(p.Reform.Day))
	from := map[lantoa.UnitID][]string{}
	var order []lantoa.UnitID
	var gone []string
	carried := 0
	for _, u := range p.Ended {
		switch {
		case p.Carried[u.ID]:
			carried++
		case len(u.Successors) == 0:
			gone = append(gone, printable(u.Name))
		}
		for _, heir := range u.Successors {
			if p.Carried[u.ID] {
				continue
			}
			if from[heir] == nil {
				order = append(order, heir)
			}
			name := printable(u.Name)
			if len(u.Successors) > 1 {
				name += " (một phần)"
			}
			from[heir] = append(from[heir], name)
		}
	}
	for _, id := range order {
		in.say("  %s → %s (%s)", strings.Join(from[id], ", "), printable(tree[id].Name), tree[id].Code)
	}
	if len(gone) > 0 {
		in.say("  không còn: %s", strings.Join(gone, ", "))
	}
	did := map[string]int{}
	for _, ch := range p.Channels {
		did[ch.Do]++
	}
	in.say("%d đơn vị kết thúc, %d đơn vị mới, %d đơn vị giữ tên và mã nhưng chuyển chỗ trong cây; kênh: %d giữ, %d lưu trữ; %d người dùng chuyển theo.",
		len(p.Ended)-carried, len(p.Made)-carried, carried, did[lantoa.Keep], did[lantoa.PutAway], len(p.People)-len(p.Left()))
	for _, w := range p.Left() {
		in.say("Chưa có đơn vị mới cho %s (%s, %s): giao đơn vị khác ở màn hình Đơn vị, nếu không người này sẽ không thấy gì.", printable(w.Name), printable(w.Email), printable(w.Unit.Name))
	}
}

// leaned is why an import, a reform, is not taken back, as a sentence; nothing if that is not the trouble.
func leaned(err error) error {
	t := lantoa.AsTrouble(err, "")
	key := fmt.Sprint("reform.leans.", strings.TrimPrefix(t.What, "reform_"))
	if say := words.For("vi"); t.Kind == lantoa.Conflict && strings.HasPrefix(t.What, "reform_") && say.Has(key) {
		return &lantoa.Trouble{Kind: lantoa.Conflict, What: t.What, Note: say.T(key, "name", printable(t.Note)), Err: err}
	}
	return nil
}
