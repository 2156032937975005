package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestInvitationsArePrintedAndSentByNobody(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s, err := store.Open(ctx, filepath.Join(dir, "lantoa.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	small := storetest.Seed(t, s)
	if err := s.SaveContacts(ctx, small.DongMau.ID, []lantoa.Contact{{Name: "Hoàng Thị Đào"}}, "x"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	invite := func(want int, args ...string) (string, string) {
		t.Helper()
		var out, errs strings.Builder
		env := []string{"LANTOA_BASE_URL=https://lantoa.example"}
		if code := run(ctx, append([]string{"invite", "--data", dir}, args...), env, &out, &errs); code != want {
			t.Fatalf("invite %v: exit %d, %s", args, code, errs.String())
		}
		return out.String(), errs.String()
	}
	text, _ := invite(0, "--unit", "05722")
	for _, want := range []string{"Hội LHPN xã Đồng Mẫu (05722)", "Chào Hoàng Thị Đào", "https://lantoa.example/phieu/", "#ke", "https://lantoa.example/noi-trang/", "Lan tỏa không gửi gì"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Khe Mẫu") {
		t.Error("another unit is invited as well")
	}

	text, _ = invite(0, "--all", "--json", "--days", "7")
	var made []invitation
	if err := json.Unmarshal([]byte(text), &made); err != nil || len(made) != 3 {
		t.Fatalf("%d invitations: %v", len(made), err)
	}
	set, err := readSettings(newFlags(inviteVerb, &strings.Builder{}), []string{"LANTOA_DATA=" + dir})
	if err != nil {
		t.Fatal(err)
	}
	app, err := openApp(ctx, set, need{logTo: &strings.Builder{}})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	for _, x := range made {
		token := strings.TrimPrefix(x.Report, "https://lantoa.example/phieu/")
		if unit, err := app.Store.OpenLink(lantoa.FormLink, token, time.Now()); err != nil || !strings.HasSuffix(unit, x.Code) {
			t.Errorf("the link of %s opens %s: %v", x.Unit, unit, err)
		}
		if _, err := app.Store.OpenLink(lantoa.FormLink, token, time.Now().AddDate(0, 0, 8)); lantoa.KindOf(err) != lantoa.Expired {
			t.Errorf("it holds longer than a week: %v", err)
		}
	}

	if text, _ = invite(0, "05728", "--csv"); !strings.HasPrefix(text, "\uFEFF") || strings.Count(text, "\r\n") < 2 || !strings.Contains(text, "05728,Hội LHPN xã Khe Mẫu") {
		t.Errorf("CSV: %q", text)
	}
	for want, args := range map[string][]string{
		"cần --unit":              nil,
		"không có đơn vị mã":      {"--unit", "99999"},
		"từ 1 đến 365":            {"--all", "--days", "0"},
		"chọn một trong hai":      {"--all", "--json", "--csv"},
		"cần --unit CODE… hoặc -": {"--all", "05722"},
	} {
		if _, errs := invite(2, args...); !strings.Contains(errs, want) {
			t.Errorf("%v: %s", args, errs)
		}
	}
}
