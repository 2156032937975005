package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// relay is a province with two chosen stories of its communes and two people who may pass them on.
type relay struct {
	*testing.T
	*store.Store
	storetest.Small
	group    lantoa.Channel // a second channel of the province
	stories  []lantoa.Story // of Đồng Mẫu and of Khe Mẫu
	lan, mai lantoa.User
}

func openRelay(t *testing.T, s *store.Store) *relay {
	t.Helper()
	w := &relay{T: t, Store: s, Small: storetest.Seed(t, s)}
	w.group = lantoa.Channel{Kind: lantoa.ZaloGroup, Name: "Nhóm tỉnh", External: "nhom19", Unit: w.Province}
	must(t, s.SaveChannel(ctx, &w.group))
	for _, p := range []struct {
		who  *lantoa.User
		name string
	}{{&w.lan, "Lan"}, {&w.mai, "Mai"}} {
		u, err := s.AddUser(ctx, lantoa.User{Email: strings.ToLower(p.name) + "@example.org", Name: "Chị " + p.name, Role: lantoa.Communications, Unit: w.Province}, "hash")
		must(t, err)
		*p.who = u
	}
	save(t, s, w.DongMauPage.ID, now, with(post("a", 20, "Mô hình lợn đất của chị em"), now, 10))
	save(t, s, w.KheMauPage.ID, now, with(post("b", 22, "Mô hình làn đi chợ"), now, 10))
	w.stories = keep(t, s, told(find(t, s, w.DongMauPage.ID, "a"), "", 2), told(find(t, s, w.KheMauPage.ID, "b"), "", 3))
	for _, st := range w.stories {
		decide(t, s, st.ID, lantoa.Approve)
	}
	return w
}

// plan is a reshare of a story, approved by its planner, due now.
func (w *relay) plan(key string, story int, ch lantoa.Channel) lantoa.Reshare {
	return lantoa.Reshare{Key: key, Story: w.stories[story].ID, Channel: ch.ID, Means: lantoa.MeansOf(ch.Kind),
		Words: "Chị em làm lợn đất.\n\nTheo Hội LHPN xã Đồng Mẫu", Link: "https://www.facebook.com/1", At: now,
		PlannedBy: w.lan.ID, PlannedByName: w.lan.Name, ApprovedBy: w.lan.ID, ApprovedByName: w.lan.Name, ApprovedAt: now}
}

func (w *relay) keep(r lantoa.Reshare) lantoa.Reshare {
	w.Helper()
	saved, fresh, err := w.SaveReshare(ctx, r)
	if err != nil || !fresh {
		w.Fatalf("saved %v: fresh %v, %v", saved.ID, fresh, err)
	}
	return saved
}

func (w *relay) is(id lantoa.ReshareID) lantoa.Reshare {
	w.Helper()
	r, err := w.Reshare(ctx, id)
	must(w.T, err)
	return r
}

func (w *relay) state(story int) lantoa.State {
	w.Helper()
	s, err := w.Story(ctx, w.stories[story].ID)
	must(w.T, err)
	return s.State
}

func (w *relay) claim(at time.Time, limit int) (string, []lantoa.Reshare) {
	w.Helper()
	claim, rs, err := w.ClaimReshares(ctx, at, limit)
	must(w.T, err)
	return claim, rs
}

// send takes a reshare all the way.
func (w *relay) send(r lantoa.Reshare) lantoa.Reshare {
	w.Helper()
	claim, rs := w.claim(now, 10)
	i := slices.IndexFunc(rs, func(x lantoa.Reshare) bool { return x.ID == r.ID })
	if i < 0 {
		w.Fatalf("%s was not claimed", r.ID)
	}
	if ok, err := w.CallReshare(ctx, claim, r.ID); err != nil || !ok {
		w.Fatal(ok, err)
	}
	d := rs[i]
	d.State, d.Posted, d.Permalink, d.SentAt = lantoa.ReshareSent, "19_1", "https://www.facebook.com/19_1", now
	must(w.T, w.SettleReshare(ctx, claim, d))
	return w.is(r.ID)
}

// log is how often each deed stands in the log.
func (w *relay) log() map[string]int {
	w.Helper()
	lines, err := w.AuditLog(ctx, 500, time.Time{})
	must(w.T, err)
	n := map[string]int{}
	for _, l := range lines {
		n[l.Action]++
	}
	return n
}

// is says of what kind a trouble is, and about what.
func trouble(err error) string {
	if err == nil {
		return ""
	}
	t := lantoa.AsTrouble(err, "")
	return string(t.Kind) + " " + t.What
}

func relays(t *testing.T, test func(w *relay)) {
	t.Helper()
	storetest.Both(t, func(t *testing.T, s *store.Store) { test(openRelay(t, s)) })
}

func TestAReshareComesBackAsItWasPlanned(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.plan("k1", 0, w.ProvincePage)
		r.Pictures = []lantoa.MediaRef{{Post: "p1", N: 2}}
		r.At = now.Add(time.Hour)
		saved := w.keep(r)
		r.ID, r.State, r.PlannedAt, r.Next = saved.ID, lantoa.ReshareWaiting, now, r.At
		r.ChannelName, r.External, r.Kind, r.Unit = w.ProvincePage.Name, w.ProvincePage.External, w.ProvincePage.Kind, w.Province
		r.Unit.Path = "u19"
		equal(w.T, "saved", saved, r)
		equal(w.T, "read", w.is(saved.ID), r)
		if n := w.log(); n["reshare_plan"] != 1 || n["reshare_approve"] != 1 {
			w.Errorf("the log: %v", n)
		}
		_, err := w.Reshare(ctx, "none")
		equal(w.T, "one that is not there", trouble(err), "not_found reshare")
	})
}

func TestTheSameKeyMakesOneReshare(t *testing.T) {
	relays(t, func(w *relay) {
		first := w.keep(w.plan("k1", 0, w.ProvincePage))
		again := w.plan("k1", 0, w.ProvincePage)
		again.Words = "khác"
		got, fresh, err := w.SaveReshare(ctx, again)
		if err != nil || fresh || got.ID != first.ID || got.Words != first.Words {
			w.Errorf("again: %s, fresh %v, %v", got.ID, fresh, err)
		}
		_, _, err = w.SaveReshare(ctx, w.plan("k1", 1, w.ProvincePage))
		equal(w.T, "the key of another story", trouble(err), "conflict key")
		_, _, err = w.SaveReshare(ctx, w.plan("k2", 0, w.ProvincePage))
		equal(w.T, "another key", trouble(err), "conflict reshare")
		if lantoa.AsTrouble(err, "").Note != string(first.ID) {
			w.Errorf("which one is in the way: %v", err)
		}
		w.keep(w.plan("k3", 0, w.group)) // another way is free
		n := w.log()
		equal(w.T, "lines", n["reshare_plan"], 2)

		var work sync.WaitGroup
		var mu sync.Mutex
		ids, made := map[lantoa.ReshareID]bool{}, 0
		for range 8 {
			work.Go(func() {
				r, fresh, err := w.SaveReshare(ctx, w.plan("k4", 1, w.ProvincePage))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					w.Error(err)
				}
				if ids[r.ID] = true; fresh {
					made++
				}
			})
		}
		work.Wait()
		if len(ids) != 1 || made != 1 {
			w.Errorf("eight at once made %d: %v", made, ids)
		}
		all, err := w.ResharesOf(ctx, w.stories[1].ID)
		check(w.T, "reshares of the story", len(all), 1, err)
	})
}

func TestEightWithKeysOfTheirOwnStillMakeOneReshare(t *testing.T) {
	relays(t, func(w *relay) {
		var work sync.WaitGroup
		var mu sync.Mutex
		said := map[string]int{}
		for i := range 8 {
			work.Go(func() {
				_, _, err := w.SaveReshare(ctx, w.plan(fmt.Sprint("k", i), 0, w.ProvincePage))
				mu.Lock()
				said[trouble(err)]++
				mu.Unlock()
			})
		}
		work.Wait()
		equal(w.T, "answers", said, map[string]int{"": 1, "conflict reshare": 7})
	})
}

func TestWhatFailedOrWasCancelledLeavesTheWayFree(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.keep(w.plan("k1", 0, w.ProvincePage))
		_, err := w.CancelReshare(ctx, r.ID, w.mai, "trùng")
		must(w.T, err)
		second := w.keep(w.plan("k2", 0, w.ProvincePage))
		_, err = w.EndReshare(ctx, r.ID, []lantoa.ReshareState{lantoa.ReshareCancelled}, lantoa.ReshareWaiting, nil, w.mai, "reshare_answer", "")
		equal(w.T, "the cancelled one may not come back beside another", trouble(err), "conflict reshare")
		got, fresh, err := w.SaveReshare(ctx, w.plan("k1", 0, w.ProvincePage))
		if err != nil || fresh || got.State != lantoa.ReshareCancelled {
			w.Errorf("the first key again: %s, %v, %v", got.State, fresh, err)
		}
		_ = second
	})
}

func TestAChannelIsToldAStoryByHandOrByAProgramAndNotByBoth(t *testing.T) {
	relays(t, func(w *relay) {
		first := w.keep(w.plan("k1", 0, w.ProvincePage))
		byHand := w.plan("k2", 0, w.ProvincePage)
		byHand.Means = lantoa.ViaHand
		_, _, err := w.SaveReshare(ctx, byHand)
		equal(w.T, "by hand beside the program", trouble(err), "conflict reshare")
		_, err = w.CancelReshare(ctx, first.ID, w.mai, "")
		must(w.T, err)
		w.keep(byHand)
		_, _, err = w.SaveReshare(ctx, w.plan("k3", 0, w.ProvincePage))
		equal(w.T, "by the program beside the hand", trouble(err), "conflict reshare")
		w.keep(w.plan("k4", 1, w.ProvincePage)) // another story
		w.keep(w.plan("k5", 0, w.group))        // another channel
	})
}

func TestAnArticleThatIsRewordedIsBroadcastOnlyAfterAnotherApproval(t *testing.T) {
	relays(t, func(w *relay) {
		a := w.plan("a", 0, w.ProvincePage)
		a.Means = lantoa.ViaArticle
		article := w.send(w.keep(a))
		b := w.plan("b", 0, w.ProvincePage)
		b.Means, b.Of, b.ApprovedBy, b.ApprovedByName = lantoa.ViaBroadcast, article.ID, w.mai.ID, w.mai.Name
		b = w.keep(b)
		must(w.T, w.RewordReshare(ctx, article.ID, "lời khác", w.mai, "sửa"))
		if got := w.is(b.ID); got.Approved() || got.Words != "lời khác" || got.State != lantoa.ReshareWaiting {
			w.Errorf("the broadcast: %+v", got)
		}
		if got := w.is(article.ID); !got.Approved() || got.State != lantoa.ReshareSent {
			w.Errorf("the article: %+v", got)
		}
		if _, rs := w.claim(now.Add(time.Hour), 10); len(rs) != 0 {
			w.Error("it goes without another approval")
		}
		_, _, err := w.ApproveReshare(ctx, b.ID, w.mai, true)
		must(w.T, err)
		if _, rs := w.claim(now.Add(time.Hour), 10); len(rs) != 1 {
			w.Error("it does not go with it")
		}
	})
}

func TestOnlyAChosenStoryWithConsentIsPassedOn(t *testing.T) {
	relays(t, func(w *relay) {
		_, err := w.SetRestricted(ctx, w.stories[0].ID, true, w.lan)
		must(w.T, err)
		_, _, err = w.SaveReshare(ctx, w.plan("k", 0, w.ProvincePage))
		equal(w.T, "without consent", trouble(err), "conflict story")
		decide(w.T, w.Store, w.stories[0].ID, lantoa.Consent)
		w.keep(w.plan("k", 0, w.ProvincePage))
		decide(w.T, w.Store, w.stories[1].ID, lantoa.Undo)
		_, _, err = w.SaveReshare(ctx, w.plan("k2", 1, w.ProvincePage))
		equal(w.T, "not chosen", trouble(err), "conflict story")
		for what, r := range map[string]lantoa.Reshare{
			"not_found story":   {Key: "x", Story: "none", Channel: w.ProvincePage.ID},
			"not_found channel": {Key: "y", Story: w.stories[0].ID, Channel: "none"},
		} {
			_, _, err := w.SaveReshare(ctx, r)
			equal(w.T, "trouble", trouble(err), what)
		}
	})
}

func TestAReshareIsApprovedOnceAndByASecondPersonWhereAsked(t *testing.T) {
	relays(t, func(w *relay) {
		waits := w.plan("k", 0, w.ProvincePage)
		waits.ApprovedBy, waits.ApprovedByName, waits.ApprovedAt = "", "", time.Time{}
		r := w.keep(waits)
		if _, rs := w.claim(now.Add(time.Hour), 10); len(rs) != 0 {
			w.Error("an unapproved one was claimed")
		}
		_, _, err := w.ApproveReshare(ctx, r.ID, w.lan, true)
		equal(w.T, "the planner", trouble(err), "forbidden second")

		var work sync.WaitGroup
		var mu sync.Mutex
		changes, by := 0, map[lantoa.UserID]bool{}
		for i := range 8 {
			who := w.mai
			if i%2 == 0 {
				who = lantoa.User{ID: "other", Name: "Chị Hà", Email: "ha@example.org"}
			}
			work.Go(func() {
				got, changed, err := w.ApproveReshare(ctx, r.ID, who, true)
				mu.Lock()
				defer mu.Unlock()
				if err != nil || got.ID != r.ID {
					w.Error(err)
				}
				if by[got.ApprovedBy] = true; changed {
					changes++
				}
			})
		}
		work.Wait()
		if n := w.log(); changes != 1 || len(by) != 1 || n["reshare_approve"] != 1 {
			w.Errorf("%d approvals, by %v, %d lines", changes, by, n["reshare_approve"])
		}
		got, changed, err := w.ApproveReshare(ctx, r.ID, w.lan, true)
		if err != nil || changed || !got.Approved() {
			w.Errorf("the planner, after it was approved: %v %v", changed, err)
		}
		_, err = w.CancelReshare(ctx, r.ID, w.lan, "thôi")
		must(w.T, err)
		_, _, err = w.ApproveReshare(ctx, r.ID, w.mai, false)
		equal(w.T, "a cancelled one", trouble(err), "conflict state")
		_, _, err = w.ApproveReshare(ctx, "none", w.mai, false)
		equal(w.T, "one that is not there", trouble(err), "not_found reshare")

		one := w.plan("k2", 1, w.ProvincePage)
		one.ApprovedBy, one.ApprovedByName, one.ApprovedAt = "", "", time.Time{}
		if got, changed, err := w.ApproveReshare(ctx, w.keep(one).ID, w.lan, false); err != nil || !changed || got.ApprovedByName != "Chị Lan" {
			w.Errorf("without the rule: %v %v", changed, err)
		}
	})
}

func TestClaimersGetEachReshareOnceAndOneAChannelAMinute(t *testing.T) {
	relays(t, func(w *relay) {
		// Four chosen stories through two channels: eight reshares.
		for _, name := range []string{"c", "d"} {
			save(w.T, w.Store, w.KheMauPage.ID, now, with(post(name, 30, "mô hình "+name), now, 10))
			st := keep(w.T, w.Store, told(find(w.T, w.Store, w.KheMauPage.ID, name), "", 3))[0]
			decide(w.T, w.Store, st.ID, lantoa.Approve)
			w.stories = append(w.stories, st)
		}
		for i := range w.stories {
			for _, ch := range []lantoa.Channel{w.ProvincePage, w.group} {
				w.keep(w.plan(fmt.Sprint(ch.Kind, i), i, ch))
			}
		}
		got := map[lantoa.ReshareID]int{}
		for minute := 0; minute < 20 && len(got) < 8; minute++ {
			at := now.Add(time.Duration(minute) * 61 * time.Second)
			var work sync.WaitGroup
			var mu sync.Mutex
			channels := map[lantoa.ChannelID]int{}
			var settle []func()
			for range 8 {
				work.Go(func() {
					claim, rs, err := w.ClaimReshares(ctx, at, 5)
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						w.Error(err)
					}
					for _, r := range rs {
						got[r.ID]++
						channels[r.Channel]++
						if r.State != lantoa.ReshareSending || r.Tries != 1 || !r.ClaimedAt.Equal(at) {
							w.Errorf("claimed: %s, try %d, at %v", r.State, r.Tries, r.ClaimedAt)
						}
						settle = append(settle, func() {
							r.State, r.Posted, r.SentAt = lantoa.ReshareSent, string(r.ID), at
							must(w.T, w.SettleReshare(ctx, claim, r))
						})
					}
				})
			}
			work.Wait()
			if channels[w.ProvincePage.ID] != 1 || channels[w.group.ID] != 1 {
				w.Errorf("minute %d: %v", minute, channels)
			}
			if _, rs := w.claim(at.Add(time.Hour), 10); len(rs) != 0 {
				w.Error("a channel was claimed that is in use")
			}
			for _, do := range settle {
				do()
			}
		}
		if len(got) != 8 {
			w.Errorf("%d of 8 were claimed", len(got))
		}
		for id, n := range got {
			if n != 1 {
				w.Errorf("%s was claimed %d times", id, n)
			}
		}
	})
}

func TestAChannelRestsForAMinuteAfterACall(t *testing.T) {
	relays(t, func(w *relay) {
		w.send(w.keep(w.plan("a", 0, w.ProvincePage)))
		w.keep(w.plan("b", 1, w.ProvincePage))
		for _, tt := range []struct {
			at   time.Duration
			want bool
		}{{59 * time.Second, false}, {61 * time.Second, true}} {
			due, err := w.ResharesDue(ctx, now.Add(tt.at), time.Hour)
			if err != nil || due != tt.want {
				w.Errorf("due after %v: %v, %v", tt.at, due, err)
			}
			if _, rs := w.claim(now.Add(tt.at), 10); (len(rs) == 1) != tt.want {
				w.Errorf("claimed after %v: %d", tt.at, len(rs))
			}
		}
	})
	t.Run("but for no longer when the clock is set back", func(t *testing.T) {
		relays(t, func(w *relay) {
			back := now.Add(-5 * time.Hour)
			w.send(w.keep(w.plan("a", 0, w.ProvincePage)))
			r := w.plan("b", 1, w.ProvincePage)
			r.At = back
			w.keep(r)
			if _, rs := w.claim(back, 10); len(rs) != 1 {
				w.Error("the call of a clock that ran ahead stops the channel")
			}
		})
	})
}

func TestWhatIsNotDueIsNotClaimed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		plan   func(w *relay, r *lantoa.Reshare)
		after  func(w *relay, r lantoa.Reshare)
		before bool // claimed without after
	}{
		{name: "its time has not come", plan: func(w *relay, r *lantoa.Reshare) { r.At, r.Next = now.Add(time.Second), now }},
		{name: "it is tried again later", plan: func(w *relay, r *lantoa.Reshare) { r.Next = now.Add(time.Second) }},
		{name: "a person posts it by hand", plan: func(w *relay, r *lantoa.Reshare) { r.Means = lantoa.ViaHand }},
		{name: "its article does not stand", plan: func(w *relay, r *lantoa.Reshare) { r.Means, r.Of = lantoa.ViaBroadcast, "none" }},
		{name: "its story was marked as restricted since", after: func(w *relay, r lantoa.Reshare) {
			_, err := w.SetRestricted(ctx, r.Story, true, w.lan)
			must(w.T, err)
		}},
		{name: "its original is gone", after: func(w *relay, r lantoa.Reshare) {
			must(w.T, w.MarkRemoved(ctx, w.DongMauPage.ID, []string{"a"}, now))
		}},
		{name: "its story was withdrawn", after: func(w *relay, r lantoa.Reshare) {
			st := w.stories[0]
			st.Withdrawn = true
			keep(w.T, w.Store, st)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			relays(t, func(w *relay) {
				r := w.plan("k", 0, w.ProvincePage)
				if tt.plan != nil {
					tt.plan(w, &r)
				}
				r = w.keep(r)
				if tt.after != nil {
					if due, err := w.ResharesDue(ctx, now, time.Hour); err != nil || !due {
						w.Errorf("due before: %v, %v", due, err)
					}
					tt.after(w, r)
				}
				if due, err := w.ResharesDue(ctx, now, time.Hour); err != nil || due {
					w.Errorf("due: %v, %v", due, err)
				}
				if _, rs := w.claim(now, 10); len(rs) != 0 {
					w.Error("it was claimed")
				}
				if got := w.is(r.ID); got.State != lantoa.ReshareWaiting {
					w.Errorf("it is %s", got.State)
				}
			})
		})
	}
}

func TestARestrictedStoryGoesOnceConsentIsRecorded(t *testing.T) {
	relays(t, func(w *relay) {
		w.keep(w.plan("k", 0, w.ProvincePage))
		_, err := w.SetRestricted(ctx, w.stories[0].ID, true, w.lan)
		must(w.T, err)
		if _, rs := w.claim(now, 10); len(rs) != 0 {
			w.Fatal("it went without")
		}
		decide(w.T, w.Store, w.stories[0].ID, lantoa.Consent)
		// Marked once more, the consent of before counts no more.
		story, err := w.SetRestricted(ctx, w.stories[0].ID, true, w.lan)
		must(w.T, err)
		if _, is := story.Consented(); is || story.State != lantoa.Approved {
			w.Errorf("after it was taken back: consent %v, %s", is, story.State)
		}
		if _, rs := w.claim(now, 10); len(rs) != 0 {
			w.Fatal("it went with a consent that was taken back")
		}
		decide(w.T, w.Store, w.stories[0].ID, lantoa.Consent)
		if _, rs := w.claim(now, 10); len(rs) != 1 {
			w.Error("it does not go with it")
		}
	})
}

func TestTheCallIsWrittenDownOnceAndByWhoeverHasTheClaim(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.keep(w.plan("k", 0, w.ProvincePage))
		for _, claim := range []string{"", "another"} {
			if ok, err := w.CallReshare(ctx, claim, r.ID); ok || err != nil {
				w.Errorf("a call without a claim: %v, %v", ok, err)
			}
		}
		claim, _ := w.claim(now, 10)
		for _, want := range []bool{true, false} {
			if ok, err := w.CallReshare(ctx, claim, r.ID); ok != want || err != nil {
				w.Errorf("%v, want %v; %v", ok, want, err)
			}
		}
		if got := w.is(r.ID); !got.CallAt.Equal(now) {
			w.Errorf("the intent: %v", got.CallAt)
		}
		if ok, err := w.TokenReshare(ctx, "another", r.ID, "t"); ok || err != nil {
			w.Errorf("a token without a claim: %v, %v", ok, err)
		}
		if ok, err := w.TokenReshare(ctx, claim, r.ID, "t"); !ok || err != nil || w.is(r.ID).Token != "t" {
			w.Errorf("a token: %v, %v", ok, err)
		}
	})
}

func TestAnAbandonedReshareIsFoundByWhatWasBegun(t *testing.T) {
	const lease = 5 * time.Minute
	for _, tt := range []struct {
		name  string
		means lantoa.Means
		call  bool
		token string
		at    time.Duration
		want  lantoa.ReshareState
	}{
		{"not called: it waits again", lantoa.ViaFeed, false, "", lease, lantoa.ReshareWaiting},
		{"called: nobody knows", lantoa.ViaFeed, true, "", lease, lantoa.ReshareUnsure},
		{"an article called without its token: nobody knows", lantoa.ViaArticle, true, "", lease, lantoa.ReshareUnsure},
		{"an article with its token is gone on with", lantoa.ViaArticle, true, "t0", lease, lantoa.ReshareWaiting},
		{"within the lease it is left alone", lantoa.ViaFeed, true, "", lease - time.Second, lantoa.ReshareSending},
		{"a clock that was set back does not keep it", lantoa.ViaFeed, true, "", -6 * time.Minute, lantoa.ReshareUnsure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			relays(t, func(w *relay) {
				r := w.plan("k", 0, w.ProvincePage)
				r.Means = tt.means
				r = w.keep(r)
				claim, _ := w.claim(now, 10)
				if tt.call {
					if ok, err := w.CallReshare(ctx, claim, r.ID); !ok || err != nil {
						w.Fatal(ok, err)
					}
				}
				if tt.token != "" {
					if ok, err := w.TokenReshare(ctx, claim, r.ID, tt.token); !ok || err != nil {
						w.Fatal(ok, err)
					}
				}
				at := now.Add(tt.at)
				due, err := w.ResharesDue(ctx, at, lease)
				if err != nil || due != (tt.want != lantoa.ReshareSending) {
					w.Errorf("due: %v, %v", due, err)
				}
				back, unsure, err := w.RecoverReshares(ctx, at, lease)
				must(w.T, err)
				got := w.is(r.ID)
				if got.State != tt.want || back != map[bool]int{true: 1}[tt.want == lantoa.ReshareWaiting] || unsure != map[bool]int{true: 1}[tt.want == lantoa.ReshareUnsure] {
					w.Errorf("%s; %d back, %d unsure", got.State, back, unsure)
				}
				switch got.State {
				case lantoa.ReshareWaiting:
					if !got.CallAt.IsZero() || got.Token != tt.token {
						w.Errorf("call %v, token %q", got.CallAt, got.Token)
					}
					if ok, err := w.CallReshare(ctx, claim, r.ID); ok || err != nil {
						w.Errorf("the old claim still calls: %v, %v", ok, err)
					}
					must(w.T, w.SettleReshare(ctx, claim, lantoa.Reshare{ID: r.ID, State: lantoa.ReshareFailed}))
					if w.is(r.ID).State != lantoa.ReshareWaiting {
						w.Error("the old claim still settles")
					}
				case lantoa.ReshareUnsure:
					if got.CallAt.IsZero() || got.Trouble == nil || got.Trouble.Kind != lantoa.Unclear || !got.Next.Equal(at) {
						w.Errorf("%+v", got)
					}
					// The claimer was slow and not dead.
					got.State, got.Posted, got.Trouble = lantoa.ReshareSent, "19_7", nil
					must(w.T, w.SettleReshare(ctx, claim, got))
					if late := w.is(r.ID); late.State != lantoa.ReshareSent || late.Posted != "19_7" || late.Trouble != nil {
						w.Errorf("late word: %+v", late)
					}
				}
			})
		})
	}
}

func TestAnUnsureReshareIsLookedForByOneAtATime(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.keep(w.plan("k", 0, w.ProvincePage))
		claim, _ := w.claim(now, 10)
		_, err := w.CallReshare(ctx, claim, r.ID)
		must(w.T, err)
		u := w.is(r.ID)
		u.State, u.Next, u.Trouble = lantoa.ReshareUnsure, now.Add(time.Minute), lantoa.Problem(lantoa.Unclear, "timeout", "")
		must(w.T, w.SettleReshare(ctx, claim, u))
		if _, rs, err := w.ClaimChecks(ctx, now, 10); err != nil || len(rs) != 0 {
			w.Errorf("before its time: %d, %v", len(rs), err)
		}
		at := now.Add(time.Minute)
		if due, err := w.ResharesDue(ctx, at, time.Hour); err != nil || !due {
			w.Errorf("due: %v, %v", due, err)
		}
		var work sync.WaitGroup
		var mu sync.Mutex
		var claims []string
		for range 8 {
			work.Go(func() {
				c, rs, err := w.ClaimChecks(ctx, at, 10)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					w.Error(err)
				}
				for _, r := range rs {
					if claims = append(claims, c); r.State != lantoa.ReshareUnsure || !r.CallAt.Equal(now) {
						w.Errorf("%+v", r)
					}
				}
			})
		}
		work.Wait()
		if len(claims) != 1 {
			w.Fatalf("%d look", len(claims))
		}
		if _, rs, err := w.ClaimChecks(ctx, at.Add(time.Hour), 10); err != nil || len(rs) != 1 {
			w.Errorf("whoever looked was not heard of: %d, %v", len(rs), err)
		} else {
			claims[0] = ""
		}
		claim, rs, err := w.ClaimChecks(ctx, at.Add(2*time.Hour), 10)
		if err != nil || len(rs) != 1 {
			w.Fatal(len(rs), err)
		}
		seen := rs[0]
		seen.Checks, seen.Next = 3, time.Time{}
		must(w.T, w.SettleReshare(ctx, claim, seen))
		if _, rs, err := w.ClaimChecks(ctx, at.Add(1000*time.Hour), 10); err != nil || len(rs) != 0 {
			w.Errorf("what waits for a person is looked for: %d, %v", len(rs), err)
		}
		if n := w.log()["reshare_unsure"]; n != 1 {
			w.Errorf("%d lines say that it is unsure", n)
		}
		back, err := w.EndReshare(ctx, r.ID, []lantoa.ReshareState{lantoa.ReshareUnsure}, lantoa.ReshareWaiting,
			func(r *lantoa.Reshare) { r.Next, r.Trouble = now, nil }, w.mai, "reshare_answer", "đã xem trang, không có")
		if err != nil || back.State != lantoa.ReshareWaiting || !back.CallAt.IsZero() || back.EndedBy != "Chị Mai" || back.EndedWhy == "" {
			w.Errorf("%+v, %v", back, err)
		}
		_, err = w.EndReshare(ctx, r.ID, []lantoa.ReshareState{lantoa.ReshareUnsure}, lantoa.ReshareSent, nil, w.mai, "reshare_answer", "")
		equal(w.T, "a second answer", trouble(err), "conflict state")
		if _, rs := w.claim(at.Add(2*time.Hour), 10); len(rs) != 1 {
			w.Error("it does not go again")
		}
	})
}

func TestWhatWasSentKeepsItsStoryPassedOn(t *testing.T) {
	relays(t, func(w *relay) {
		catchUp(w.T, w.Store, store.StepIndex)
		r := w.send(w.keep(w.plan("k", 0, w.ProvincePage)))
		if r.State != lantoa.ReshareSent || r.Posted != "19_1" || !r.SentAt.Equal(now) || !r.Final() {
			w.Errorf("%+v", r)
		}
		equal(w.T, "state", w.state(0), lantoa.Reshared)
		equal(w.T, "posts for the index", number(w.T, w.Store, store.StepIndex), int64(1))
		st := w.stories[0]
		st.Rank, st.Title = 9, "khác"
		keep(w.T, w.Store, st)
		equal(w.T, "after the finder", w.state(0), lantoa.Reshared)
		for _, v := range []lantoa.Verdict{lantoa.Consent, lantoa.Approve} {
			decide(w.T, w.Store, st.ID, v)
			equal(w.T, "after "+string(v), w.state(0), lantoa.Reshared)
		}
		decide(w.T, w.Store, st.ID, lantoa.Undo) // of the second approval
		equal(w.T, "one approval is left", w.state(0), lantoa.Reshared)
		for _, v := range []lantoa.Verdict{lantoa.Undo, lantoa.Dismiss, lantoa.Later} {
			_, err := w.SaveDecision(ctx, lantoa.Decision{Story: st.ID, Verdict: v, By: w.lan.ID})
			equal(w.T, string(v), trouble(err), "conflict reshared")
		}
		if got, _ := w.Story(ctx, st.ID); len(got.Decisions) != 4 {
			w.Errorf("a refused decision was kept: %d", len(got.Decisions))
		}
		taken, err := w.EndReshare(ctx, r.ID, []lantoa.ReshareState{lantoa.ReshareSent}, lantoa.ReshareCancelled, nil, w.mai, "reshare_take_back", "sai tên")
		if err != nil || taken.EndedWhy != "sai tên" || taken.EndedBy != "Chị Mai" {
			w.Errorf("%+v, %v", taken, err)
		}
		equal(w.T, "after it was taken back", w.state(0), lantoa.Approved)
		decide(w.T, w.Store, st.ID, lantoa.Undo)
		equal(w.T, "after the choice was taken back", w.state(0), lantoa.Suggested)
		if n := w.log(); n["reshare_sent"] != 1 || n["reshare_take_back"] != 1 {
			w.Errorf("the log: %v", n)
		}
	})
}

func TestTakingTheChoiceBackTakesBackWhatWaits(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.keep(w.plan("k", 0, w.ProvincePage))
		hand := w.plan("h", 0, w.group)
		hand.Means = lantoa.ViaHand
		h := w.keep(hand)
		other := w.keep(w.plan("o", 1, w.group))
		_, err := w.SaveDecision(ctx, lantoa.Decision{Story: w.stories[0].ID, Verdict: lantoa.Undo, By: w.lan.ID})
		must(w.T, err)
		for _, id := range []lantoa.ReshareID{r.ID, h.ID} {
			if got := w.is(id); got.State != lantoa.ReshareCancelled || got.EndedWhy != "undone" || got.EndedBy != "Chị Lan" {
				w.Errorf("%s: %s by %q: %s", id, got.State, got.EndedBy, got.EndedWhy)
			}
		}
		if w.is(other.ID).State != lantoa.ReshareWaiting {
			w.Error("another story's was taken back")
		}
		lines, err := w.AuditLog(ctx, 500, time.Time{})
		must(w.T, err)
		n := 0
		for _, l := range lines {
			if l.Action == "reshare_cancel" {
				n++
				equal(w.T, "who", l.Who, w.lan.Email)
			}
		}
		equal(w.T, "lines", n, 2)
	})
	t.Run("but not what may stand there", func(t *testing.T) {
		relays(t, func(w *relay) {
			r := w.keep(w.plan("k", 0, w.ProvincePage))
			claim, _ := w.claim(now, 1)
			undo := lantoa.Decision{Story: r.Story, Verdict: lantoa.Undo, By: w.lan.ID}
			_, err := w.SaveDecision(ctx, undo)
			equal(w.T, "while it is sent", trouble(err), "conflict reshared")
			_, err = w.CallReshare(ctx, claim, r.ID)
			must(w.T, err)
			_, _, err = w.RecoverReshares(ctx, now.Add(time.Hour), time.Minute)
			must(w.T, err)
			_, err = w.SaveDecision(ctx, undo)
			equal(w.T, "while it is unsure", trouble(err), "conflict reshared")
			_, err = w.CancelReshare(ctx, r.ID, w.lan, "")
			equal(w.T, "cancel while it is unsure", trouble(err), "conflict state")
		})
	})
	t.Run("nor an article that is being made", func(t *testing.T) {
		relays(t, func(w *relay) {
			a := w.plan("k", 0, w.ProvincePage)
			a.Means = lantoa.ViaArticle
			r := w.keep(a)
			claim, rs := w.claim(now, 1)
			_, err := w.TokenReshare(ctx, claim, r.ID, "t")
			must(w.T, err)
			rs[0].State, rs[0].Token, rs[0].Next = lantoa.ReshareWaiting, "t", now.Add(time.Minute)
			must(w.T, w.SettleReshare(ctx, claim, rs[0]))
			if got := w.is(r.ID); got.State != lantoa.ReshareWaiting || got.Token != "t" {
				w.Fatalf("%+v", got)
			}
			_, err = w.CancelReshare(ctx, r.ID, w.lan, "")
			equal(w.T, "cancel", trouble(err), "conflict state")
			_, err = w.SaveDecision(ctx, lantoa.Decision{Story: r.Story, Verdict: lantoa.Undo})
			equal(w.T, "undo", trouble(err), "conflict reshared")
			must(w.T, w.MarkRemoved(ctx, w.DongMauPage.ID, []string{"a"}, now))
			if _, rs := w.claim(now.Add(time.Minute), 1); len(rs) != 1 {
				w.Error("it is not gone on with")
			}
		})
	})
}

func TestTakingAnArticleBackTakesBackItsBroadcast(t *testing.T) {
	relays(t, func(w *relay) {
		a := w.plan("a", 0, w.ProvincePage)
		a.Means = lantoa.ViaArticle
		r := w.send(w.keep(a))
		b := w.plan("b", 0, w.ProvincePage)
		b.Means, b.Of = lantoa.ViaBroadcast, r.ID
		sending := w.keep(b)
		if _, rs := w.claim(now.Add(time.Hour), 1); len(rs) != 1 || rs[0].ID != sending.ID {
			w.Fatal("the broadcast of an article that stands does not go")
		}
		_, _, err := w.RecoverReshares(ctx, now.Add(3*time.Hour), time.Hour)
		must(w.T, err)
		_, err = w.EndReshare(ctx, r.ID, []lantoa.ReshareState{lantoa.ReshareSent}, lantoa.ReshareCancelled, nil, w.mai, "reshare_take_back", "sai")
		must(w.T, err)
		if got := w.is(sending.ID); got.State != lantoa.ReshareCancelled || got.EndedWhy != "sai" {
			w.Errorf("the broadcast is %s", got.State)
		}
		equal(w.T, "lines", w.log()["reshare_cancel"], 1)
	})
}

func TestOtherWordsNeedApprovalAgain(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.keep(w.plan("k", 0, w.ProvincePage))
		must(w.T, w.RewordReshare(ctx, r.ID, "lời mới", w.lan, "sửa lỗi"))
		if got := w.is(r.ID); got.Words != "lời mới" || !got.Approved() || !got.Edited.IsZero() {
			w.Errorf("by who approved it: %+v", got)
		}
		must(w.T, w.RewordReshare(ctx, r.ID, "lời khác", w.mai, ""))
		if got := w.is(r.ID); got.Words != "lời khác" || got.Approved() || got.ApprovedBy != "" || got.ApprovedByName != "" {
			w.Errorf("by another: %+v", got)
		}
		_, _, err := w.ApproveReshare(ctx, r.ID, w.mai, true)
		must(w.T, err)
		w.send(r)
		must(w.T, w.RewordReshare(ctx, r.ID, "lời cuối", w.lan, "sai tên xã"))
		if got := w.is(r.ID); got.Words != "lời cuối" || !got.Approved() || !got.Edited.Equal(now) || got.State != lantoa.ReshareSent {
			w.Errorf("sent: %+v", got)
		}
		_, err = w.EndReshare(ctx, r.ID, []lantoa.ReshareState{lantoa.ReshareSent}, lantoa.ReshareCancelled, nil, w.mai, "reshare_take_back", "")
		must(w.T, err)
		equal(w.T, "cancelled", trouble(w.RewordReshare(ctx, r.ID, "x", w.lan, "")), "conflict state")
		if n := w.log()["reshare_reword"]; n != 3 {
			w.Errorf("%d lines", n)
		}
		lines, err := w.AuditLog(ctx, 500, time.Time{})
		must(w.T, err)
		for _, l := range lines {
			if strings.Contains(l.Detail+l.Subject, "lời") {
				w.Errorf("the log holds words: %+v", l)
			}
		}
	})
}

func TestResharesAreThoseOfTheScopesChannels(t *testing.T) {
	relays(t, func(w *relay) {
		w.keep(w.plan("a", 0, w.ProvincePage))
		own := w.plan("b", 1, w.DongMauPage)
		own.ApprovedBy, own.ApprovedByName, own.ApprovedAt = "", "", time.Time{}
		w.keep(own)
		w.send(w.keep(w.plan("c", 0, w.group)))
		for _, tt := range []struct {
			scope lantoa.Scope
			f     store.ReshareFilter
			want  string
		}{
			{lantoa.Everything, store.ReshareFilter{}, "abc"},
			{"u19", store.ReshareFilter{}, "abc"},
			{"u19.u05722", store.ReshareFilter{}, "b"},
			{"u19.u0572", store.ReshareFilter{}, ""},
			{"u19.u05728", store.ReshareFilter{}, ""},
			{"-", store.ReshareFilter{}, ""},
			{"u19", store.ReshareFilter{Story: w.stories[0].ID}, "ac"},
			{"u19", store.ReshareFilter{Channel: w.group.ID}, "c"},
			{"u19", store.ReshareFilter{Units: []string{"u19.u05722"}}, "b"},
			{"u19", store.ReshareFilter{States: []lantoa.ReshareState{lantoa.ReshareSent, lantoa.ReshareFailed}}, "c"},
			{"u19", store.ReshareFilter{Unapproved: true}, "b"},
		} {
			page, total, _, err := w.Reshares(ctx, tt.scope, tt.f)
			must(w.T, err)
			got := ""
			for _, r := range page {
				got += r.Key
			}
			b := []byte(got)
			slices.Sort(b)
			if string(b) != tt.want || total != len(tt.want) {
				w.Errorf("%s %+v: %q of %d, want %q", tt.scope, tt.f, got, total, tt.want)
			}
		}
		seen, f := map[string]bool{}, store.ReshareFilter{Limit: 1}
		for i := 0; ; i++ {
			page, total, next, err := w.Reshares(ctx, "u19", f)
			if err != nil || total != 3 || len(page) != 1 || seen[page[0].Key] || i > 3 {
				w.Fatalf("page %d: %d of %d, %v", i, len(page), total, err)
			}
			seen[page[0].Key] = true
			if f.Cursor = next; next == "" {
				break
			}
		}
		if len(seen) != 3 {
			w.Errorf("paged through %v", seen)
		}
		_, _, _, err := w.Reshares(ctx, "u19", store.ReshareFilter{Cursor: "x'y"})
		equal(w.T, "a cursor that is none", trouble(err), "invalid cursor")
	})
}

func TestAPostIsBoundToItsReshare(t *testing.T) {
	relays(t, func(w *relay) {
		save(w.T, w.Store, w.ProvincePage.ID, now, with(post("19_9", 1, "Theo Hội LHPN xã"), now, 1))
		p := find(w.T, w.Store, w.ProvincePage.ID, "19_9")
		hand := w.plan("h", 0, w.ProvincePage)
		hand.Means = lantoa.ViaHand
		h := w.keep(hand)
		waits := w.keep(w.plan("w", 1, w.group))
		open := func() (keys string) {
			w.Helper()
			rs, err := w.ResharesUnbound(ctx)
			must(w.T, err)
			for _, r := range rs {
				keys += r.Key
			}
			return keys
		}
		equal(w.T, "open", open(), "h")
		must(w.T, w.BindReshare(ctx, waits.ID, p.ID))
		if got := w.is(waits.ID); got.Post != "" || got.State != lantoa.ReshareWaiting {
			w.Errorf("what was not sent has a post: %+v", got)
		}
		must(w.T, w.BindReshare(ctx, h.ID, p.ID))
		got := w.is(h.ID)
		if got.Post != p.ID || got.State != lantoa.ReshareSent || got.Posted != "19_9" || !got.SentAt.Equal(p.PublishedAt) {
			w.Errorf("posted by hand: %+v", got)
		}
		equal(w.T, "its story", w.state(0), lantoa.Reshared)
		must(w.T, w.BindReshare(ctx, h.ID, find(w.T, w.Store, w.DongMauPage.ID, "a").ID))
		if w.is(h.ID).Post != p.ID {
			w.Error("a second post took the place of the first")
		}
		s := w.send(waits)
		equal(w.T, "open", open(), "w")
		must(w.T, w.BindReshare(ctx, s.ID, p.ID))
		if got := w.is(s.ID); got.Posted != "19_1" || got.Post != p.ID {
			w.Errorf("%+v", got)
		}
		equal(w.T, "open", open(), "")
		equal(w.T, "no such post", trouble(w.BindReshare(ctx, s.ID, "none")), "not_found post")
	})
}

func TestThePostOfAReshareIsNoNewStory(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.send(w.keep(w.plan("k", 0, w.ProvincePage)))
		// In words so much our own that they are no copy: the finder sees a story in it before we know that it is ours.
		save(w.T, w.Store, w.ProvincePage.ID, now, with(post("ours", 5, "Chị em làm theo cách của mình"), now, 3))
		mine := find(w.T, w.Store, w.ProvincePage.ID, "ours")
		other := keep(w.T, w.Store, told(mine, "", 2))[0]
		gone := func(what string, want bool) {
			w.Helper()
			st, err := w.Story(ctx, other.ID)
			must(w.T, err)
			equal(w.T, what, st.Withdrawn, want)
		}
		gone("before", false)
		must(w.T, w.BindReshare(ctx, r.ID, mine.ID))
		gone("once it is known", true)
		must(w.T, w.SaveStories(ctx, []lantoa.Story{told(mine, "", 4)}))
		gone("seen again", true)
		if st, err := w.Story(ctx, r.Story); err != nil || st.Withdrawn || st.State != lantoa.Reshared {
			w.Errorf("the story itself: %v %s, %v", st.Withdrawn, st.State, err)
		}
	})
}

func TestLiftsAreReckonedOnceAfterTwoDays(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.send(w.keep(w.plan("k", 0, w.ProvincePage)))
		back := w.send(w.keep(w.plan("b", 1, w.group)))
		_, err := w.EndReshare(ctx, back.ID, []lantoa.ReshareState{lantoa.ReshareSent}, lantoa.ReshareCancelled, nil, w.mai, "reshare_take_back", "")
		must(w.T, err)
		for after, want := range map[time.Duration]int{lantoa.LiftSpan - time.Second: 0, lantoa.LiftSpan: 1} {
			due, err := w.LiftsDue(ctx, now.Add(after))
			check(w.T, "due", len(due), want, err)
		}
		want := lantoa.Lift{At: now, Age: 90 * time.Minute, Before: 12.5, After: 40, Interactions: 22.25, Low: -3, High: 4.5, Posts: 31,
			Own: lantoa.Of(7)}
		for range 2 {
			must(w.T, w.SaveLift(ctx, r.ID, want))
		}
		equal(w.T, "lift", w.is(r.ID).Lift, &want)
		due, err := w.LiftsDue(ctx, now.Add(1000*time.Hour))
		check(w.T, "due again", len(due), 0, err)
		equal(w.T, "no such reshare", trouble(w.SaveLift(ctx, "none", want)), "not_found reshare")
		none := lantoa.Lift{At: now, Absent: "no_numbers"}
		must(w.T, w.SaveLift(ctx, r.ID, none))
		equal(w.T, "absent", w.is(r.ID).Lift, &none)
	})
}

func TestWhatAPersonSaidOfCareSurvivesTheFinder(t *testing.T) {
	relays(t, func(w *relay) {
		needs := func(s lantoa.Story) bool {
			return slices.ContainsFunc(s.Reasons, func(r lantoa.Reason) bool { return r.Kind == lantoa.NeedsConsent })
		}
		sees := func(what string, restricted bool) {
			w.Helper()
			s, err := w.Story(ctx, w.stories[0].ID)
			must(w.T, err)
			if s.Restricted != restricted || needs(s) != restricted {
				w.Errorf("%s: restricted %v, reason %v, want %v", what, s.Restricted, needs(s), restricted)
			}
		}
		catchUp(w.T, w.Store, store.StepIndex)
		got, err := w.SetRestricted(ctx, w.stories[0].ID, true, w.lan)
		if err != nil || !got.Restricted || !needs(got) {
			w.Errorf("%+v, %v", got, err)
		}
		equal(w.T, "posts for the index", number(w.T, w.Store, store.StepIndex), int64(1))
		found := w.stories[0]
		keep(w.T, w.Store, found)
		sees("by hand", true)
		catchUp(w.T, w.Store, store.StepIndex)
		keep(w.T, w.Store, found)
		equal(w.T, "posts for the index, nothing being new", number(w.T, w.Store, store.StepIndex), int64(0))
		for range 2 {
			_, err = w.SetRestricted(ctx, found.ID, false, w.mai)
			must(w.T, err)
		}
		found.Restricted = true
		found.Reasons = append(slices.Clone(found.Reasons), lantoa.Reason{Kind: lantoa.NeedsConsent})
		keep(w.T, w.Store, found)
		sees("taken off by hand", false)
		if n := w.log(); n["restrict"] != 1 || n["unrestrict"] != 1 {
			w.Errorf("the log: %v", n)
		}
		_, err = w.SetRestricted(ctx, "none", true, w.lan)
		equal(w.T, "no such story", trouble(err), "not_found story")
	})
	t.Run("and the joining of stories", func(t *testing.T) {
		relays(t, func(w *relay) {
			_, err := w.SetRestricted(ctx, w.stories[0].ID, true, w.lan)
			must(w.T, err)
			must(w.T, w.SaveJudgements(ctx, map[lantoa.PostID]lantoa.Judgement{
				w.stories[0].Lead.ID: {Cluster: "c1"}, w.stories[1].Lead.ID: {Cluster: "c1"}}))
			w.send(w.keep(w.plan("k", 1, w.ProvincePage)))
			waits := w.keep(func() lantoa.Reshare {
				decide(w.T, w.Store, w.stories[0].ID, lantoa.Consent)
				return w.plan("w", 0, w.group)
			}())
			both := keep(w.T, w.Store, told(w.stories[0].Lead, "c1", 4))[0]
			if both.ID != w.stories[1].ID || !both.Restricted || w.state(1) != lantoa.Reshared {
				w.Errorf("what was passed on lives on: %v; restricted %v; %s", both.ID == w.stories[1].ID, both.Restricted, w.state(1))
			}
			if got := w.is(waits.ID); got.State != lantoa.ReshareCancelled || got.EndedWhy != "withdrawn" {
				w.Errorf("what waited of the other is %s", got.State)
			}
		})
	})
}

func TestErasingTakesTheWordsOutOfWhatWasMadeOfThem(t *testing.T) {
	relays(t, func(w *relay) {
		const words = "lợn đất"
		sent := w.send(w.keep(w.plan("sent", 0, w.ProvincePage)))
		waits := w.keep(w.plan("waits", 0, w.group))
		oa := lantoa.Channel{Kind: lantoa.ZaloOA, Name: "OA tỉnh", External: "oa19", Unit: w.Province}
		must(w.T, w.SaveChannel(ctx, &oa))
		unsure := w.keep(w.plan("unsure", 0, oa))
		later := now.Add(time.Hour)
		_, err := w.SetRestricted(ctx, w.stories[0].ID, false, w.lan)
		must(w.T, err)
		claim, rs := w.claim(later, 10)
		for _, r := range rs {
			if r.ID == unsure.ID {
				_, err := w.CallReshare(ctx, claim, r.ID)
				must(w.T, err)
				r.State, r.Next = lantoa.ReshareUnsure, later
			} else {
				r.State, r.Next = lantoa.ReshareWaiting, later
			}
			must(w.T, w.SettleReshare(ctx, claim, r))
		}
		must(w.T, w.SaveDraft(ctx, lantoa.Draft{Story: w.stories[0].ID, User: w.lan.ID, Form: map[string][]string{"words": {words}}}))
		_, err = w.SaveHints(ctx, []lantoa.ShareHint{{Story: w.stories[0].ID, Unit: w.KheMau, Words: words, By: w.lan.ID}})
		must(w.T, err)
		thanks, _, err := w.SaveThanks(ctx, lantoa.Thanks{Reshare: sent.ID, Story: sent.Story, Unit: w.DongMau, Channel: "Trang tỉnh"})
		must(w.T, err)
		must(w.T, w.BindReshare(ctx, sent.ID, find(w.T, w.Store, w.KheMauPage.ID, "b").ID))

		_, err = w.ErasePosts(ctx, w.DongMauPage.ID, []string{"a"}, now, "", "recalled")
		must(w.T, err)
		if got := w.is(sent.ID); got.State != lantoa.ReshareSent || got.Words != "" || got.Link != "" || got.Posted == "" {
			w.Errorf("sent: %+v", got)
		}
		if got := w.is(waits.ID); got.State != lantoa.ReshareCancelled || got.EndedWhy != "erased" || got.Words != "" {
			w.Errorf("waiting: %+v", got)
		}
		if got := w.is(unsure.ID); got.State != lantoa.ReshareUnsure || got.Words == "" {
			w.Errorf("unsure: it cannot be found any more: %+v", got)
		}
		gone, err := w.EndReshare(ctx, unsure.ID, []lantoa.ReshareState{lantoa.ReshareUnsure}, lantoa.ReshareFailed, nil, w.mai, "reshare_answer", "")
		if err != nil || gone.Words != "" {
			w.Errorf("no longer unsure: %+v, %v", gone, err)
		}
		_, err = w.Draft(ctx, w.stories[0].ID, w.lan.ID)
		equal(w.T, "draft", trouble(err), "not_found draft")
		hints, err := w.HintsOfStory(ctx, w.stories[0].ID)
		if err != nil || len(hints) != 1 || hints[0].Words != "" || hints[0].Title != "" {
			w.Errorf("%+v, %v", hints, err)
		}
		if seen, err := w.HintsOf(ctx, w.KheMau.ID, now); err != nil || len(seen) != 0 {
			w.Errorf("%+v, %v", seen, err)
		}
		if th, err := w.ThanksOf(ctx, w.DongMau.ID, now); err != nil || len(th) != 0 {
			w.Errorf("it is thanked for what was taken away: %+v, %v", th, err)
		}
		if th, err := w.Thanks(ctx, thanks.ID); err != nil || th.Title != "" {
			w.Errorf("%+v, %v", th, err)
		}
		_, err = w.ErasePosts(ctx, w.KheMauPage.ID, []string{"b"}, now, "", "recalled")
		must(w.T, err)
		if got := w.is(sent.ID); got.Post != "" {
			w.Errorf("still bound to what is no more: %s", got.Post)
		}
	})
}

func TestAnImportWhoseChannelPassedSomethingOnKeepsIt(t *testing.T) {
	relays(t, func(w *relay) {
		f := &files{T: w.T, Store: w.Store}
		id, in := f.begin()
		var units []lantoa.Unit
		for _, code := range []string{"05798", "05797", "05796", "05795"} {
			u := []lantoa.Unit{{Code: code, Name: "xã Mới Mẫu " + code, Level: lantoa.Commune, Parent: w.Province.ID}}
			must(w.T, w.SaveUnits(in, u))
			units = append(units, u[0])
		}
		ch := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Trang nhập", External: "nhap", Unit: w.Province}
		must(w.T, w.SaveChannel(in, &ch))
		spare := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Trang thừa", External: "thua", Unit: w.Province}
		must(w.T, w.SaveChannel(in, &spare))
		r := w.keep(w.plan("k", 0, ch))
		_, err := w.SaveHints(ctx, []lantoa.ShareHint{{Story: w.stories[0].ID, Unit: units[0], Words: "x"}})
		must(w.T, err)
		must(w.T, w.SaveTemplate(ctx, lantoa.WordsTemplate{Unit: units[1], Name: "Mẫu"}, w.lan))
		for _, u := range []lantoa.Unit{w.DongMau, units[2]} {
			_, _, err := w.SaveThanks(ctx, lantoa.Thanks{Reshare: r.ID, Story: r.Story, Unit: u})
			must(w.T, err)
		}
		undone := f.undo(id)
		if undone.Removed != 2 || undone.Kept != 4 {
			w.Errorf("undone: %+v, want the spare channel and the spare unit gone, the others kept", undone)
		}
		for i, u := range units {
			if _, err := w.Unit(ctx, u.ID); (err == nil) != (i < 3) {
				w.Errorf("unit %d: %v", i, err)
			}
		}
		if got := w.is(r.ID); got.Channel != ch.ID {
			w.Errorf("%+v", got)
		}
	})
}

func TestThatItStandsThereCountsFromWhoeverSaysIt(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.keep(w.plan("k", 0, w.ProvincePage))
		slow, rs := w.claim(now, 1)
		_, err := w.CallReshare(ctx, slow, r.ID)
		must(w.T, err)
		_, _, err = w.RecoverReshares(ctx, now.Add(time.Hour), time.Minute)
		must(w.T, err)
		looks, _, err := w.ClaimChecks(ctx, now.Add(time.Hour), 1)
		must(w.T, err)
		late := rs[0]
		late.State = lantoa.ReshareFailed
		must(w.T, w.SettleReshare(ctx, slow, late))
		if got := w.is(r.ID); got.State != lantoa.ReshareUnsure {
			w.Errorf("somebody looks for it, and the slow one made it %s", got.State)
		}
		absent := w.is(r.ID)
		absent.State, absent.Next, absent.Checks, absent.Trouble = lantoa.ReshareWaiting, now.Add(2*time.Hour), 3, nil
		must(w.T, w.SettleReshare(ctx, looks, absent))
		if got := w.is(r.ID); got.State != lantoa.ReshareWaiting || !got.CallAt.IsZero() || got.Checks != 3 {
			w.Errorf("%+v", got)
		}
		late.State, late.Posted = lantoa.ReshareSent, "19_4"
		must(w.T, w.SettleReshare(ctx, slow, late))
		if got := w.is(r.ID); got.State != lantoa.ReshareSent || got.Posted != "19_4" || !got.SentAt.Equal(now) {
			w.Errorf("it stands there and is %+v", got)
		}
		late.State = lantoa.ReshareFailed
		must(w.T, w.SettleReshare(ctx, slow, late))
		equal(w.T, "at last", w.is(r.ID).State, lantoa.ReshareSent)
		equal(w.T, "lines", w.log()["reshare_sent"], 1)
		equal(w.T, "no such reshare", trouble(w.SettleReshare(ctx, slow, lantoa.Reshare{ID: "none"})), "not_found reshare")
	})
}

func TestThankfulHeirsDoNotKeepAReformFromBeingUndone(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		h := openCounty(t, s)
		plan, err := s.Reform(ctx, joined(h), "admin")
		must(t, err)
		ch := h.channels["b"].ID
		save(t, s, ch, now, with(post("b", 20, "mô hình b"), now, 10))
		st := keep(t, s, told(find(t, s, ch, "b"), "", 3))[0]
		decide(t, s, st.ID, lantoa.Approve)
		r, _, err := s.SaveReshare(ctx, lantoa.Reshare{Key: "k", Story: st.ID, Channel: h.channels["d"].ID, Means: lantoa.ViaHand})
		must(t, err)
		heir := plan.Made[0].ID
		th, _, err := s.SaveThanks(ctx, lantoa.Thanks{Reshare: r.ID, Story: st.ID, Unit: lantoa.Unit{ID: "b"}})
		must(t, err)
		equal(t, "thanked", th.Unit.ID, heir)
		_, err = s.UndoImport(ctx, plan.Reform.ID, "admin", now)
		must(t, err)
		if list, err := s.ThanksOf(ctx, "b", now); err != nil || len(list) != 1 || list[0].ID != th.ID {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestByHandOrByProgramAStoryGoesToAChannelOnce(t *testing.T) {
	relays(t, func(w *relay) {
		first := w.keep(w.plan("k", 0, w.ProvincePage))
		hand := w.plan("h", 0, w.ProvincePage)
		hand.Means = lantoa.ViaHand
		_, _, err := w.SaveReshare(ctx, hand)
		equal(w.T, "by hand beside the program", trouble(err), "conflict reshare")
		_, err = w.CancelReshare(ctx, first.ID, w.lan, "")
		must(w.T, err)
		w.keep(hand)
		_, _, err = w.SaveReshare(ctx, w.plan("k2", 0, w.ProvincePage))
		equal(w.T, "by the program beside a hand", trouble(err), "conflict reshare")
	})
}

func TestABroadcastOfOtherWordsIsApprovedAgain(t *testing.T) {
	relays(t, func(w *relay) {
		a := w.plan("a", 0, w.ProvincePage)
		a.Means = lantoa.ViaArticle
		r := w.send(w.keep(a))
		b := w.plan("b", 0, w.ProvincePage)
		b.Means, b.Of = lantoa.ViaBroadcast, r.ID
		waits := w.keep(b)
		must(w.T, w.RewordReshare(ctx, r.ID, "lời khác", w.lan, "sai tên"))
		if got := w.is(waits.ID); got.Words != "lời khác" || got.Approved() || got.ApprovedBy != "" || got.State != lantoa.ReshareWaiting {
			w.Errorf("%+v", got)
		}
		if _, rs := w.claim(now.Add(time.Hour), 1); len(rs) != 0 {
			w.Error("it goes unapproved")
		}
	})
}
