package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
)

type digestAnswer struct {
	Week, State, Subject string
	Sentences, Notes     []string
	States               map[string]int
	Posts, Found         int
	Stories, Ideas       []struct {
		ID, Title, State string
		Unit             struct{ Code, Name string }
	}
	Silent, Disconnected []struct {
		Name string
		Unit struct{ Code string }
	}
	Mine []struct{ State string }
}

func TestTheDigestOfThePlantedWeek(t *testing.T) {
	p := theProvince(t)
	if err := p.app.Worker.Digest(context.Background()); err != nil { // the planner may not have come to it yet
		t.Fatal(err)
	}
	var d digestAnswer
	if code := p.as(t, lantoa.Communications, "/api/v1/digests/2026-W47", &d); code != 200 {
		t.Fatalf("%d", code)
	}
	if want := "Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay"; d.Subject != want {
		t.Errorf("subject %q, want %q", d.Subject, want)
	}
	if len(d.Sentences) != 3 || !strings.HasPrefix(d.Sentences[0], "151 trang hoạt động (tuần trước ") ||
		d.Sentences[1] != "9 trang im lặng, 5 trang mất kết nối — đã báo văn phòng." || !strings.HasPrefix(d.Sentences[2], "Câu chuyện của tuần: xã Đồng Mẫu, nuôi lợn đất") {
		t.Errorf("%q", d.Sentences)
	}
	for state, want := range map[string]int{"active": 151, "thinning": 20, "silent": 9, "disconnected": 5, "archived": 2} {
		if d.States[state] != want {
			t.Errorf("%d %s, want %d", d.States[state], state, want)
		}
	}
	if !slices.Contains(d.Notes, "Số liệu tính đến 06:00 23/11/2026.") {
		t.Errorf("%q", d.Notes)
	}
	in := func(list []struct {
		Name string
		Unit struct{ Code string }
	}, code string) bool {
		for _, x := range list {
			if x.Unit.Code == code {
				return true
			}
		}
		return false
	}
	if !in(d.Silent, "05728") || in(d.Silent, "05719") || !in(d.Disconnected, "05719") || in(d.Silent, "05731") {
		t.Error("P5 is silent, P6 cannot be read, P7 is as usual")
	}
	e, err := digest.Open(context.Background(), p.app.Desk, p.app.Store, lantoa.Week{Year: 2026, Number: 47}, p.app.Now())
	if err != nil {
		t.Fatal(err)
	}
	for plant, why := range map[string]string{"P3": "a directive", "P4": "a vote", "P8": "was deleted"} {
		x := p.plant(t, plant)
		post := p.postOf(t, x.Channels[0], x.Posts[0])
		for _, s := range slices.Concat(e.Material.Stories, e.Material.Chosen) {
			if s.Post == post.ID {
				t.Errorf("%s, which %s, may go into the digest", plant, why)
			}
		}
	}
	child := p.plant(t, "P15")
	for _, s := range e.Material.Stories {
		if s.Post == p.postOf(t, child.Channels[0], child.Posts[0]).ID && !s.Closed {
			t.Error("P15 may go into the digest though nobody recorded a consent")
		}
	}
}

func TestTheDigestOnTheCommandLine(t *testing.T) {
	p := theProvince(t)
	if err := p.app.Worker.Digest(context.Background()); err != nil {
		t.Fatal(err)
	}
	dir := p.app.Settings.Get("data")
	out, errs, code := lantoaIn(dir, "digest", "--week", "2026-W47")
	if code != 0 || !strings.Contains(out, "151 trang hoạt động") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	for _, ext := range []string{".html", ".txt", ".eml"} {
		file := filepath.Join(t.TempDir(), "bantin"+ext)
		if _, errs, code := lantoaIn(dir, "digest", "--week", "2026-W47", "--to", "officer@lantoa.example", "--out", file); code != 0 {
			t.Fatalf("%d %s", code, errs)
		}
		if raw, err := os.ReadFile(file); err != nil || len(raw) < 800 {
			t.Errorf("%s: %d bytes, %v", ext, len(raw), err)
		}
	}
	for _, args := range [][]string{{"--to", "khongco@vidu.vn"}, {"--out", "bantin.pdf"}, {"--week", "2025-W53"}, {"x"}} {
		if _, _, code := lantoaIn(dir, append([]string{"digest"}, args...)...); code != 2 {
			t.Errorf("%v: %d", args, code)
		}
	}
	if _, errs, code := lantoaIn(dir, "digest", "--week", "2026-W48", "--send"); code != 2 || !strings.Contains(errs, "chưa kết thúc") {
		t.Errorf("a week that runs: %d %s", code, errs)
	}
}
