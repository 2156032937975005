package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/hoiphunu/lantoa/store"
)

// readOnce is a province of three weeks that was read once, at its end: a few seconds instead of a lived past.
func readOnce(t *testing.T) *demo {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: the whole province is read without -short")
	}
	dir := t.TempDir()
	now, err := parseTime("2026-11-23T06:00+07:00")
	if err != nil {
		t.Fatal(err)
	}
	if err := writeJSON(filepath.Join(dir, "demo-clock.json"), demoState{Anchor: now, Weeks: 3, Target: now, Lived: now}); err != nil {
		t.Fatal(err)
	}
	d, stop, err := openIn(dir, "--now", "2026-11-23T06:00+07:00")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); d.Close() })
	d.clock.Hold(now)
	if err := d.addChannels(context.Background()); err != nil {
		t.Fatal(err)
	}
	sweepAll(t, d)
	return d
}

func sweepAll(t *testing.T, d *demo) {
	t.Helper()
	channels, err := d.app.pick(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.app.sweep(context.Background(), channels, newProgress(discard{})); err != nil {
		t.Fatal(err)
	}
}

func TestAPlatformsTroubleIsSaidAndStaysItsOwn(t *testing.T) {
	d := readOnce(t)
	ctx := context.Background()
	channels, err := d.app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		t.Fatal(err)
	}
	healthy := map[lantoa.ChannelKind][]lantoa.Channel{}
	before := map[lantoa.ChannelID]lantoa.Channel{}
	for _, ch := range channels {
		before[ch.ID] = ch
		if ch.Trouble == nil && !ch.Archived && ch.Posts > 0 {
			healthy[ch.Kind] = append(healthy[ch.Kind], ch)
		}
	}
	want := map[lantoa.ChannelID]string{}
	var faults []sandbox.Fault
	add := func(kind lantoa.ChannelKind, fault string) {
		ch := healthy[kind][0]
		healthy[kind] = healthy[kind][1:]
		want[ch.ID] = fault
		faults = append(faults, sandbox.Fault{Kind: fault, Channel: ch.External})
	}
	for _, fault := range []string{"html", "truncated", "empty", "garbage", "500", "429", "80001", "190"} {
		add(lantoa.FacebookPage, fault)
	}
	for _, fault := range []string{"html", "truncated", "empty", "500", "-237"} {
		add(lantoa.ZaloGroup, fault)
	}
	if err := d.box.SetFaults(sandbox.Faults{Faults: faults}); err != nil {
		t.Fatal(err)
	}
	d.clock.Hold(d.clock.Now().Add(time.Hour))
	sweepAll(t, d)

	after, err := d.app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		t.Fatal(err)
	}
	say := words.For("vi")
	for _, ch := range after {
		fault, struck := want[ch.ID]
		switch {
		case !struck && before[ch.ID].Trouble == nil && ch.Trouble != nil:
			t.Errorf("%s was not struck and has trouble %v", ch.Name, ch.Trouble)
		case struck && ch.Trouble == nil:
			t.Errorf("%s answered %s, and its state says nothing", ch.Name, fault)
		case struck:
			sentence := say.Trouble(ch.Trouble, ch.Kind)
			if len(sentence) < 40 || strings.Contains(sentence, "⟦") {
				t.Errorf("%s: %q", fault, sentence)
			}
			if ch.Posts != before[ch.ID].Posts || ch.Chatter != before[ch.ID].Chatter || !ch.LastRead.Equal(before[ch.ID].LastRead) {
				t.Errorf("%s changed what was stored of %s", fault, ch.Name)
			}
			if !ch.NextRead.After(d.clock.Now()) {
				t.Errorf("%s: no next visit for %s", fault, ch.Name)
			}
		}
	}

	// All is well again, and nothing was lost meanwhile.
	if err := d.box.SetFaults(sandbox.Faults{}); err != nil {
		t.Fatal(err)
	}
	d.clock.Hold(d.clock.Now().Add(2 * time.Hour))
	sweepAll(t, d)
	for id, fault := range want {
		ch, err := d.app.Store.Channel(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if ch.Trouble != nil && fault != "80001" && fault != "429" { // these two wait for the time they named
			t.Errorf("%s after %s: %v", ch.Name, fault, ch.Trouble)
		}
	}
	d.clock.Hold(d.clock.Now().Add(2 * time.Hour))
	sweepAll(t, d)
	checkCounts(t, d)
}

func TestWithoutItsIndexTheServiceMakesAnother(t *testing.T) {
	d := readOnce(t)
	ctx := context.Background()
	checkCounts(t, d)
	n, err := d.app.Index.Count(ctx)
	if err != nil || n == 0 {
		t.Fatal(n, err)
	}
	if err := d.app.Worker.Reindex(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if again, err := d.app.Index.Count(ctx); err != nil || again != n {
		t.Errorf("the new index holds %d posts (%v), the old one %d", again, err, n)
	}
}

// The command line works beside a running service, with the rights of an administrator.
func TestVerbsBesideARunningDemo(t *testing.T) {
	d := readOnce(t)
	dir := d.app.Settings.Get("data")
	if err := d.app.Worker.Find(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := d.app.Worker.IndexChanged(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"search", "nuoi lon dat"}, "xã Đồng Mẫu"},
		{[]string{"search", "phụ nữ", "--level", "district", "--json", "--limit", "1"}, `"total":`},
		{[]string{"stories", "--week", "2026-W47", "--unit", "05722"}, "Mô hình nuôi lợn đất"},
		{[]string{"user", "list"}, "officer@lantoa.example"},
		{[]string{"doctor"}, "185 trang có mã"},
		{[]string{"doctor"}, "Phụ nữ xã Núi Mẫu: thiếu quyền pages_read_engagement"},
	} {
		out, errs, _ := lantoaIn(dir, tt.args...)
		if !strings.Contains(out, tt.says) {
			t.Errorf("%v does not say %q: …%s%s", tt.args, tt.says, out[max(0, len(out)-1500):], errs)
		}
	}
	// Five pages are disconnected by plan, so the sweep is partly a failure and says which.
	out, errs, code := lantoaIn(dir, "collect")
	if code != 1 || !strings.Contains(out, "0 mới") || !strings.Contains(out, "xã Núi Mẫu") {
		t.Errorf("collect: exit %d: %s%s", code, out, errs)
	}
}
