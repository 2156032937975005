package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/store"
)

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
	if ctx, err = in.writing(ctx, app); err != nil {
		return err
	}
	return app.bringUnits(ctx, rows, have, "")
}

// bringUnits saves the units of a list, with who is in charge and the channels that it names. A channel that is there
// already keeps its name.
func (a *App) bringUnits(ctx context.Context, rows []files.Unit, have []lantoa.Unit, by string) error {
	id := map[string]lantoa.UnitID{}
	began := map[lantoa.UnitID]time.Time{}
	for _, u := range have {
		if u.To.IsZero() {
			id[u.Code], began[u.ID] = u.ID, u.From
		}
	}
	units := make([]lantoa.Unit, len(rows))
	for i, row := range rows { // parents come before their children
		u := row.Unit
		if old, ok := id[u.Code]; ok {
			if u.ID = old; u.From.IsZero() {
				u.From = began[old] // a list that says no days does not take any away
			}
		} else if u.ID == "" {
			u.ID = lantoa.UnitID(lantoa.NewID(a.Now()))
		}
		if row.ParentCode != "" {
			u.Parent = id[row.ParentCode]
		}
		id[u.Code], units[i] = u.ID, u
	}
	if err := a.Store.SaveUnits(ctx, units); err != nil {
		return err
	}
	var channels []lantoa.Channel // loaded when the list names one
	for i, row := range rows {
		if row.Contact.Name != "" {
			if err := a.Store.AddContacts(ctx, units[i].ID, []lantoa.Contact{row.Contact}, by); err != nil {
				return err
			}
		}
		for _, ch := range row.Channels {
			if channels == nil {
				var err error
				if channels, err = a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{}); err != nil {
					return err
				}
			}
			ch.Unit, ch.CreatedAt = units[i], a.Now()
			for _, was := range channels {
				// One that was connected since has the platform's number for its id; its address is still this one.
				if was.Kind == ch.Kind && (was.External == ch.External || ch.URL != "" && was.URL == ch.URL) {
					ch.ID, ch.Name, ch.External, ch.URL, ch.Archived = was.ID, was.Name, was.External, was.URL, was.Archived
				}
			}
			if err := a.Store.SaveChannel(ctx, &ch); err != nil {
				return err
			}
		}
	}
	return nil
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
	if in.check() || len(rows) == 0 {
		return nil
	}
	if ctx, err = in.writing(ctx, app); err != nil {
		return err
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
	named, err := app.namedChannels(ctx)
	if err != nil {
		return err
	}
	unit, err := app.importUnit(ctx, in)
	if err != nil {
		return err
	}
	var other lantoa.Channel // made when first needed
	batches := map[string][]lantoa.Incoming{}
	var saved lantoa.Saved
	flush := func(key string) error {
		ch, ours := named[key]
		items := batches[key]
		batches[key] = items[:0]
		if in.check() || len(items) == 0 {
			return nil
		}
		ctx, err := in.writing(ctx, app)
		if err != nil {
			return err
		}
		if !ours {
			if other.ID == "" {
				if other, err = app.importChannel(ctx, unit); err != nil {
					return err
				}
			}
			ch = other
		}
		return in.save(ctx, app, ch, items, &saved)
	}
	err = files.ReadPosts(in.file, in.format(), in.now, func(p files.Post) error {
		in.good++
		key := p.Page
		if _, p.FromFile = named[key]; !p.FromFile { // on the channel for the rest the file is the only one who tells
			key = ""
			if p.Page != "" { // ids are only unique on their own page
				p.External = p.Page + "/" + p.External
			}
		}
		batches[key] = append(batches[key], p.Incoming)
		if len(batches[key]) >= saveAtOnce {
			return flush(key)
		}
		return ctx.Err()
	}, in.skip)
	for key := range batches {
		if ferr := flush(key); ferr != nil {
			return ferr
		}
	}
	if err != nil {
		return unreadable(err)
	}
	in.tell(saved)
	return nil
}

// saveAtOnce is how many posts of a file are saved in one transaction.
const saveAtOnce = 500

// save lets posts through the gate and saves them.
func (in *intake) save(ctx context.Context, app *App, ch lantoa.Channel, posts []lantoa.Incoming, sum *lantoa.Saved) error {
	items := collectors.Accept(ch, posts)
	for len(items) > 0 {
		n := min(saveAtOnce, len(items))
		s, err := app.Store.SavePosts(ctx, ch.ID, items[:n], in.now)
		if err != nil {
			return err
		}
		sum.New, sum.Changed, sum.Same = sum.New+s.New, sum.Changed+s.Changed, sum.Same+s.Same
		items = items[n:]
	}
	return nil
}

func (in *intake) tell(s lantoa.Saved) {
	if !in.check() {
		in.also += fmt.Sprintf(" (%d mới, %d sửa, %d đã có)", s.New, s.Changed, s.Same)
	}
}

// namedChannels are our channels by every name a file may call them.
func (a *App) namedChannels(ctx context.Context) (map[string]lantoa.Channel, error) {
	all, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return nil, err
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
	return named, nil
}

// importUnit is the unit that takes in what belongs to no channel of ours.
func (a *App) importUnit(ctx context.Context, in *intake) (lantoa.Unit, error) {
	if code := in.flag("unit"); code != "" {
		return a.unitByCode(ctx, code)
	}
	return a.root(ctx)
}

// importChannel is the channel "Bài nhập từ tệp" of a unit.
func (a *App) importChannel(ctx context.Context, unit lantoa.Unit) (lantoa.Channel, error) {
	id, err := a.Store.ImportChannel(ctx, unit.ID)
	if err != nil {
		return lantoa.Channel{}, err
	}
	return a.Store.Channel(ctx, id)
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
