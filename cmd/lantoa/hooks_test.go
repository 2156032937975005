package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/hoiphunu/lantoa/store"
)

func TestWhatFacebookTellsIsAReasonToLook(t *testing.T) {
	d := readOnce(t)
	ctx := context.Background()
	from := d.clock.Now()
	d.clock.Hold(from.Add(4 * time.Hour))
	tell := sandbox.HookOptions{Platform: "facebook", URL: d.service.URL + "/webhooks/facebook", Secret: d.box.AppSecret(), From: from, To: d.clock.Now()}

	forged := tell
	forged.Forge = true
	if r, err := d.box.SendHooks(ctx, forged); err != nil || r.Sent == 0 || r.Statuses[403] != r.Sent {
		t.Fatalf("forged calls: %+v, %v", r, err)
	}
	if waiting, err := d.app.Store.HooksWaiting(ctx, 10); err != nil || len(waiting) != 0 {
		t.Fatalf("forged calls were kept: %d, %v", len(waiting), err)
	}
	tell.Repeat, tell.Shuffle = 2, true
	r, err := d.box.SendHooks(ctx, tell)
	if err != nil || r.Statuses[200] != r.Sent || r.Slowest > time.Second {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := d.app.Worker.Hooks(ctx); err != nil {
		t.Fatal(err)
	}
	if waiting, err := d.app.Store.HooksWaiting(ctx, 10); err != nil || len(waiting) != 0 {
		t.Fatalf("%d calls wait, %v", len(waiting), err)
	}
	d.clock.Hold(d.clock.Now().Add(time.Minute))
	due, err := d.app.Store.ChannelsDue(ctx, d.clock.Now(), 500)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, ch := range due {
		told[ch.External] = true
	}
	for _, ch := range d.box.Channels() {
		for _, p := range d.box.Truth(ch.External) {
			if p.Appeared.After(from) && !ch.Archived && !told[ch.External] {
				t.Errorf("%s told something new and is not due", ch.Name)
			}
		}
	}
	if err := d.app.Worker.Sweep(ctx, due, nil); err != nil {
		t.Fatal(err)
	}
	for _, ch := range due {
		left, err := d.app.Store.Hints(ctx, ch.ID)
		after, err2 := d.app.Store.Channel(ctx, ch.ID)
		if err != nil || err2 != nil || after.Trouble == nil && len(left) != 0 {
			t.Errorf("%s: %d hints are left, %v", ch.Name, len(left), err)
		}
	}
	for _, file := range []string{"lantoa.db", "lantoa.db-wal"} {
		b, err := os.ReadFile(filepath.Join(d.app.Settings.Get("data"), file))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("122000000000187")) || bytes.Contains(b, []byte("Nguyễn Thị Mẫu")) {
			t.Errorf("%s has the name or the id of somebody who reacted", file)
		}
	}
}

// post delivers one signed call of Zalo's and has it worked off.
func (d *demo) post(t *testing.T, body []byte) {
	t.Helper()
	req, err := http.NewRequest("POST", d.service.URL+"/webhooks/zalo", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-ZEvent-Signature", d.box.SignZalo(body))
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
	if err := d.app.Worker.Hooks(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestAStoryToldToTheAccountReachesTheBox(t *testing.T) {
	d := readOnce(t)
	ctx := context.Background()
	p12 := d.box.Plants()["P12"]
	at := p12.Times[0]
	if d.clock.Now().Before(at) {
		d.clock.Hold(at.Add(time.Hour))
	}
	deliver := func(from, to time.Time) {
		t.Helper()
		r, err := d.box.SendHooks(ctx, sandbox.HookOptions{Platform: "zalo", URL: d.service.URL + "/webhooks/zalo", Secret: d.box.Zalo().AppSecret, From: from, To: to, Repeat: 1})
		if err != nil || r.Statuses[200] != r.Sent || r.Slowest > 2*time.Second {
			t.Fatalf("%+v, %v", r, err)
		}
		if err := d.app.Worker.Hooks(ctx); err != nil {
			t.Fatal(err)
		}
	}
	d.clock.Hold(at.Add(time.Minute)) // calls older than three hours are refused
	deliver(at.Add(-time.Minute), at.Add(time.Minute))

	box, total, err := d.app.Store.Submissions(ctx, lantoa.Everything, lantoa.SubmissionNew, 10, time.Time{})
	if err != nil || total != 1 {
		t.Fatalf("%d submissions, %v", total, err)
	}
	sub := box[0]
	if sub.Code != "C-0001" || sub.Unit != "" || len(sub.Media) != 1 || sub.Text == "" || strings.ContainsAny(sub.Sender, " ") {
		t.Errorf("%+v", sub)
	}

	// She sends the word that her unit was given: what she told belongs to it.
	unit, err := d.app.Store.UnitByCode(ctx, "05722", d.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	users, err := d.app.Store.Users(ctx, lantoa.Everything)
	if err != nil {
		t.Fatal(err)
	}
	admin := users[slices.IndexFunc(users, func(u lantoa.User) bool { return u.Role == lantoa.Admin })]
	code, err := d.app.Store.MakeTellerCode(ctx, unit.ID, admin, d.clock.Now(), d.clock.Now().AddDate(0, 0, 7))
	if err != nil {
		t.Fatal(err)
	}
	d.post(t, d.box.Say("7300000000000000912", "Em gửi mã ạ: "+strings.ToLower(code.Code), d.clock.Now()))
	if sub, err = d.app.Store.Submission(ctx, sub.ID); err != nil || sub.Unit != unit.ID {
		t.Errorf("%+v, %v", sub, err)
	}

	// She takes everything back: nothing of it is left, in no table.
	d.post(t, d.box.Withdraw("7300000000000000912", d.clock.Now()))
	if sub, err = d.app.Store.Submission(ctx, sub.ID); err != nil || sub.Text != "" || sub.State != lantoa.SubmissionWithdrawn || len(sub.Media) != 0 {
		t.Errorf("%+v, %v", sub, err)
	}
}

func TestATokensLifeIsToldOncePerIncident(t *testing.T) {
	d := readOnce(t)
	ctx := context.Background()
	pages, err := d.app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage})
	if err != nil {
		t.Fatal(err)
	}
	var good []lantoa.Channel
	for _, ch := range pages {
		if ch.Trouble == nil && !ch.Archived {
			good = append(good, ch)
		}
	}
	look := func() map[lantoa.NoticeKind]int {
		t.Helper()
		if err := d.app.Worker.CheckTokens(ctx); err != nil {
			t.Fatal(err)
		}
		if err := d.app.Worker.Notices(ctx); err != nil {
			t.Fatal(err)
		}
		open, err := d.app.Store.Notices(ctx, lantoa.Everything, true, 100)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[lantoa.NoticeKind]int{}
		for _, n := range open {
			kinds[n.Kind]++
		}
		return kinds
	}
	before := look()
	if err := d.box.SetFaults(sandbox.Faults{Faults: []sandbox.Fault{
		{Kind: "no-scope", Channel: good[0].External, Other: "read_insights"},
		{Kind: "token-190-460", Channel: good[1].External},
	}}); err != nil {
		t.Fatal(err)
	}
	if err := d.app.Worker.Sweep(ctx, good[1:2], nil); err != nil {
		t.Fatal(err)
	}
	for range 3 { // once per incident
		now := look()
		if now[lantoa.TokenLacks] != before[lantoa.TokenLacks]+1 || now[lantoa.LostChannel]+now[lantoa.LostMany] < before[lantoa.LostChannel]+before[lantoa.LostMany] {
			t.Fatalf("before %v, now %v", before, now)
		}
	}
	accesses, err := d.app.Store.Accesses(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dead := slices.IndexFunc(accesses, func(a lantoa.Access) bool { return a.Channel == good[1].ID })
	if dead < 0 || accesses[dead].Trouble == nil || accesses[dead].Trouble.Kind != lantoa.Expired {
		t.Errorf("%+v", accesses)
	}
	if err := d.box.SetFaults(sandbox.Faults{}); err != nil {
		t.Fatal(err)
	}
	if err := d.app.Worker.Sweep(ctx, good[1:2], nil); err != nil {
		t.Fatal(err)
	}
	if now := look(); now[lantoa.TokenLacks] != before[lantoa.TokenLacks] {
		t.Errorf("after all is well: %v, before %v", now, before)
	}
	all, err := d.app.Store.Notices(ctx, lantoa.Everything, false, 100)
	if err != nil || !slices.ContainsFunc(all, func(n lantoa.Notice) bool { return n.Kind == lantoa.TokenLacks && !n.Open() }) {
		t.Errorf("nobody is told that it is over: %v", err)
	}
}

func TestPagesThatAListLeavesOutAreFoundThroughTheBusiness(t *testing.T) {
	d := newDrill(t, 30, 0)
	app, err := openApp(context.Background(), d.set, need{now: d.clock.Now, logTo: discard{}})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	pages, err := app.Store.Channels(context.Background(), lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage})
	if err != nil {
		t.Fatal(err)
	}
	var faults sandbox.Faults
	for _, ch := range pages[:5] {
		faults.Faults = append(faults.Faults, sandbox.Fault{Kind: "unlisted", Channel: ch.External})
	}
	if err := d.box.SetFaults(faults); err != nil {
		t.Fatal(err)
	}
	c, err := app.connectFacebook(context.Background(), d.box.Token())
	if err != nil || c.pages != 30 || len(c.foreign) < 100 {
		t.Errorf("%d of 30 pages, %d that are not ours, %v", c.pages, len(c.foreign), err)
	}
}
