package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/web"
)

// listDoor reads the files that an administrator brings on the screen of units.
type listDoor struct{ *App }

func formatOf(file string) string {
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
}

func faultsOf(wrong []files.BadRow) []web.ListFault {
	out := make([]web.ListFault, len(wrong))
	for i, b := range wrong {
		out[i] = web.ListFault{Line: b.Line, Kind: b.Kind, Field: b.Field, Value: printable(b.Value)}
	}
	return out
}

// Units implements [web.Lists].
func (d listDoor) Units(ctx context.Context, file string, r io.Reader, by string, write bool) (web.UnitList, error) {
	have, err := d.Store.Units(ctx, lantoa.Everything, time.Time{})
	if err != nil {
		return web.UnitList{}, err
	}
	rows, wrong, err := files.ReadUnits(r, formatOf(file), have)
	out := web.UnitList{Good: len(rows), Faults: faultsOf(wrong)}
	if err != nil {
		return out, unreadable(err)
	}
	known := map[string]bool{}
	for _, u := range have {
		known[u.Code] = known[u.Code] || u.To.IsZero()
	}
	for _, row := range rows {
		u := row.Unit
		u.Parent = lantoa.UnitID(row.ParentCode)
		out.Rows = append(out.Rows, u)
		if !known[u.Code] {
			out.New++
		}
		if row.Contact.Name != "" {
			out.Contacts++
		}
		out.Channels += len(row.Channels)
	}
	if !write || len(rows) == 0 {
		return out, nil
	}
	made := lantoa.Import{Kind: "units", File: filepath.Base(file), At: d.Now(), By: by, Good: len(rows), Bad: len(wrong)}
	if err := d.Store.BeginImport(ctx, &made); err != nil {
		return out, err
	}
	out.Import = made.ID
	return out, d.bringUnits(store.OfImport(ctx, made.ID), rows, have, by)
}

// Mergers implements [web.Lists].
func (d listDoor) Mergers(ctx context.Context, file string, r io.Reader, day time.Time, abolish []lantoa.Level) (lantoa.Reform, []web.ListFault, error) {
	have, err := d.Store.Units(ctx, lantoa.Everything, time.Time{})
	if err != nil {
		return lantoa.Reform{}, nil, err
	}
	m, wrong, err := files.ReadMergers(r, formatOf(file), have, day)
	if t := lantoa.AsTrouble(err, ""); err != nil && t.What != "day" {
		err = unreadable(err)
	}
	if err != nil {
		return m.Reform, faultsOf(wrong), err
	}
	for _, level := range abolish {
		m.Abolish(level, have)
	}
	channels, err := d.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return m.Reform, nil, err
	}
	m.Fates(channels)
	return m.Reform, faultsOf(wrong), nil
}
