package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// more gives the relay so many chosen stories in all.
func (w *relay) more(n int) {
	w.Helper()
	for i := len(w.stories); i < n; i++ {
		name := string(rune('a' + i))
		save(w.T, w.Store, w.KheMauPage.ID, now, with(post(name, float64(30+i), "mô hình "+name), now, 10))
		st := keep(w.T, w.Store, told(find(w.T, w.Store, w.KheMauPage.ID, name), "", 3))[0]
		decide(w.T, w.Store, st.ID, lantoa.Approve)
		w.stories = append(w.stories, st)
	}
}

func (w *relay) hint(story int, unit lantoa.Unit) lantoa.ShareHint {
	return lantoa.ShareHint{Story: w.stories[story].ID, Unit: unit, Words: "Chị em xem thử", Link: "https://www.facebook.com/1",
		By: w.lan.ID, ByName: w.lan.Name}
}

func TestAHintIsPutToAUnitOnce(t *testing.T) {
	relays(t, func(w *relay) {
		both := []lantoa.ShareHint{w.hint(0, w.KheMau), w.hint(0, w.DongMau)}
		for _, want := range []int{2, 0} {
			added, err := w.SaveHints(ctx, both)
			check(w.T, "added", added, want, err)
		}
		got, err := w.HintsOf(ctx, w.KheMau.ID, now)
		if err != nil || len(got) != 1 {
			w.Fatalf("%d hints, %v", len(got), err)
		}
		want := w.hint(0, w.KheMau)
		want.ID, want.Title, want.At = got[0].ID, w.stories[0].Title, now
		want.First, want.Unit = w.stories[0].First, got[0].Unit
		equal(w.T, "hint", got[0], want)
		equal(w.T, "to whom", got[0].Unit.ID, w.KheMau.ID)
		one, err := w.ShareHint(ctx, got[0].ID)
		must(w.T, err)
		equal(w.T, "by its ID", one, want)
		_, err = w.ShareHint(ctx, "none")
		equal(w.T, "none", trouble(err), "not_found hint")
		for what, h := range map[string]lantoa.ShareHint{
			"not_found story": {Story: "none", Unit: w.KheMau},
			"not_found unit":  {Story: w.stories[0].ID, Unit: lantoa.Unit{ID: "none"}},
		} {
			_, err := w.SaveHints(ctx, []lantoa.ShareHint{h})
			equal(w.T, "trouble", trouble(err), what)
		}
		lines, err := w.AuditLog(ctx, 100, time.Time{})
		must(w.T, err)
		n := 0
		for _, l := range lines {
			if l.Action == "share_hint" {
				n++
				equal(w.T, "who", l.Who, "lan@example.org")
				equal(w.T, "to whom", l.Detail, "2: xã Khe Mẫu, xã Đồng Mẫu")
			}
		}
		equal(w.T, "lines", n, 1)
	})
}

func TestAUnitGetsTwoMessagesAWeekAndTheThirdLater(t *testing.T) {
	relays(t, func(w *relay) {
		w.more(5)
		sent := w.send(w.keep(w.plan("k", 0, w.ProvincePage)))
		add := func(story int, at time.Time) {
			w.Helper()
			h := w.hint(story, w.DongMau)
			h.At = at
			added, err := w.SaveHints(ctx, []lantoa.ShareHint{h})
			check(w.T, "added", added, 1, err)
		}
		add(1, now)
		th, fresh, err := w.SaveThanks(ctx, lantoa.Thanks{Reshare: sent.ID, Story: sent.Story, Unit: w.DongMau, Channel: "Trang tỉnh", At: now.Add(time.Hour)})
		if err != nil || !fresh || !th.At.Equal(now.Add(time.Hour)) {
			w.Errorf("%+v %v %v", th, fresh, err)
		}
		add(2, now.Add(2*time.Hour))
		add(3, now.Add(3*time.Hour))
		add(4, now.Add(4*time.Hour))
		week := 7 * 24 * time.Hour
		times, err := w.UnitMessages(ctx, w.DongMau.ID, now.Add(-time.Hour))
		must(w.T, err)
		equal(w.T, "times", times, []time.Time{now, now.Add(time.Hour), now.Add(week), now.Add(week + time.Hour), now.Add(2 * week)})
		for at, want := range map[time.Time]int{now: 1, now.Add(week - time.Second): 1, now.Add(week): 2, now.Add(3 * week): 4} {
			seen, err := w.HintsOf(ctx, w.DongMau.ID, at)
			check(w.T, "seen by "+at.String(), len(seen), want, err)
		}
		if times, err := w.UnitMessages(ctx, w.KheMau.ID, time.Time{}); err != nil || len(times) != 0 {
			w.Errorf("another unit's: %v, %v", times, err)
		}
	})
	t.Run("also when eight write at once", func(t *testing.T) {
		relays(t, func(w *relay) {
			w.more(8)
			var work sync.WaitGroup
			for i := range 8 {
				work.Go(func() {
					if _, err := w.SaveHints(ctx, []lantoa.ShareHint{w.hint(i, w.DongMau)}); err != nil {
						w.Error(err)
					}
				})
			}
			work.Wait()
			times, err := w.UnitMessages(ctx, w.DongMau.ID, now)
			if err != nil || len(times) != 8 {
				w.Fatal(len(times), err)
			}
			for i := range times[2:] {
				if d := times[i+2].Sub(times[i]); d < 7*24*time.Hour {
					w.Errorf("three messages within %v", d)
				}
			}
		})
	})
}

func TestAHintIsUsedDeclinedAndTakenBack(t *testing.T) {
	relays(t, func(w *relay) {
		added, err := w.SaveHints(ctx, []lantoa.ShareHint{w.hint(0, w.KheMau)})
		check(w.T, "added", added, 1, err)
		list, err := w.HintsOf(ctx, w.KheMau.ID, now)
		must(w.T, err)
		id, later := list[0].ID, now.Add(time.Hour)
		must(w.T, w.SeeHints(ctx, w.KheMau.ID, later))
		must(w.T, w.SeeHints(ctx, w.KheMau.ID, later.Add(time.Hour)))
		for _, tt := range []struct {
			name     string
			do       func() error
			used     lantoa.HintUse
			post     lantoa.PostID
			declined bool
			open     int
		}{
			{"at first", func() error { return nil }, "", "", false, 1},
			{"declined", func() error { return w.DeclineHint(ctx, id, later) }, "", "", true, 0},
			{"taken back", func() error { return w.UndoHint(ctx, id) }, "", "", false, 1},
			{"ticked", func() error { return w.UseHint(ctx, id, lantoa.UsedByTick, "", later) }, lantoa.UsedByTick, "", false, 0},
			{"declined after it was used", func() error { return w.DeclineHint(ctx, id, later) }, lantoa.UsedByTick, "", false, 0},
			{"the tick taken back", func() error { return w.UndoHint(ctx, id) }, "", "", false, 1},
			{"ticked again", func() error { return w.UseHint(ctx, id, lantoa.UsedByTick, "", later) }, lantoa.UsedByTick, "", false, 0},
			{"seen in a post", func() error { return w.UseHint(ctx, id, lantoa.UsedByShare, "p1", later) }, lantoa.UsedByShare, "p1", false, 0},
			{"seen in a second post", func() error { return w.UseHint(ctx, id, lantoa.UsedByCopy, "p2", later) }, lantoa.UsedByShare, "p1", false, 0},
			{"ticked when it was seen", func() error { return w.UseHint(ctx, id, lantoa.UsedByTick, "", later) }, lantoa.UsedByShare, "p1", false, 0},
			{"what was seen is not taken back", func() error { return w.UndoHint(ctx, id) }, lantoa.UsedByShare, "p1", false, 0},
		} {
			if err := tt.do(); err != nil {
				w.Errorf("%s: %v", tt.name, err)
			}
			h, err := w.ShareHint(ctx, id)
			must(w.T, err)
			if h.Used != tt.used || h.Post != tt.post || h.DeclinedAt.IsZero() == tt.declined || h.UsedAt.IsZero() != (tt.used == "") || !h.SeenAt.Equal(later) {
				w.Errorf("%s: %+v", tt.name, h)
			}
			open, err := w.OpenHints(ctx, later)
			check(w.T, tt.name+": open", len(open), tt.open, err)
		}
		for _, do := range []func() error{
			func() error { return w.UndoHint(ctx, "none") },
			func() error { return w.DeclineHint(ctx, "none", now) },
			func() error { return w.UseHint(ctx, "none", lantoa.UsedByTick, "", now) },
		} {
			equal(w.T, "one that is not there", trouble(do()), "not_found hint")
		}
	})
}

func TestAHintForWhatIsNoLongerChosenIsNotShown(t *testing.T) {
	relays(t, func(w *relay) {
		_, err := w.SaveHints(ctx, []lantoa.ShareHint{w.hint(0, w.KheMau), w.hint(1, w.KheMau)})
		must(w.T, err)
		decide(w.T, w.Store, w.stories[0].ID, lantoa.Undo)
		seen, err := w.HintsOf(ctx, w.KheMau.ID, now)
		check(w.T, "seen", len(seen), 1, err)
		open, err := w.OpenHints(ctx, now)
		check(w.T, "open", len(open), 1, err)
		all, err := w.HintsOfStory(ctx, w.stories[0].ID)
		check(w.T, "of the story", len(all), 1, err)
		old, err := w.OpenHints(ctx, now.AddDate(0, 0, 61))
		check(w.T, "open after two months", len(old), 0, err)
	})
}

func TestAHintIsNotShownWhileItsStoryMayNotBePassedOn(t *testing.T) {
	relays(t, func(w *relay) {
		_, err := w.SaveHints(ctx, []lantoa.ShareHint{w.hint(0, w.KheMau), w.hint(1, w.KheMau)})
		must(w.T, err)
		shown := func(what string, want int) {
			w.Helper()
			seen, err := w.HintsOf(ctx, w.KheMau.ID, now)
			check(w.T, what, len(seen), want, err)
		}
		shown("at first", 2)
		_, err = w.SetRestricted(ctx, w.stories[0].ID, true, w.lan)
		must(w.T, err)
		shown("without consent", 1)
		decide(w.T, w.Store, w.stories[0].ID, lantoa.Consent)
		shown("with consent", 2)
		must(w.T, w.MarkRemoved(ctx, w.DongMauPage.ID, []string{"a"}, now))
		shown("without its original", 1)
	})
}

func TestAChosenStoryThatWePutDownTheTreeOurselvesHasNotFallenFromAbove(t *testing.T) {
	relays(t, func(w *relay) {
		_, err := w.SaveHints(ctx, []lantoa.ShareHint{w.hint(0, w.KheMau)})
		must(w.T, err)
		var waiting [2]lantoa.Reshare
		for i := range waiting {
			waiting[i] = w.keep(w.plan(string(rune('k'+i)), i, w.ProvincePage))
		}
		fell := func(i int) {
			w.Helper()
			st, err := w.Story(ctx, w.stories[i].ID)
			must(w.T, err)
			st.FromAbove, st.Withdrawn, st.Rank, st.Reasons = true, true, 0, nil
			must(w.T, w.SaveStories(ctx, []lantoa.Story{st}))
		}
		for i, gone := range []bool{false, true} { // the second was put to nobody
			fell(i)
			st, err := w.Story(ctx, w.stories[i].ID)
			if must(w.T, err); st.Withdrawn != gone || st.FromAbove != gone || (st.Rank == 0) != gone {
				w.Errorf("story %d: withdrawn %v, from above %v, rank %v", i, st.Withdrawn, st.FromAbove, st.Rank)
			}
		}
		_, rs := w.claim(now.Add(time.Hour), 10)
		if len(rs) != 1 || rs[0].ID != waiting[0].ID {
			w.Errorf("%d go", len(rs))
		}
		must(w.T, w.MarkRemoved(ctx, w.DongMauPage.ID, []string{"a"}, now))
		fell(0)
		if st, err := w.Story(ctx, w.stories[0].ID); err != nil || !st.Withdrawn {
			w.Errorf("without its original it stays: %v", err)
		}
	})
}

func TestNobodyIsThankedForAStoryWhoseOriginalIsGone(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.send(w.keep(w.plan("k", 0, w.ProvincePage)))
		_, _, err := w.SaveThanks(ctx, lantoa.Thanks{Reshare: r.ID, Story: r.Story, Unit: w.DongMau, Channel: r.ChannelName})
		must(w.T, err)
		for want := 1; want >= 0; want-- {
			seen, err := w.ThanksOf(ctx, w.DongMau.ID, now)
			check(w.T, "thanks", len(seen), want, err)
			must(w.T, w.MarkRemoved(ctx, w.DongMauPage.ID, []string{"a"}, now))
		}
	})
}

func TestALetterForLaterStaysForLaterWhenMailsMayGo(t *testing.T) {
	relays(t, func(w *relay) {
		for ref, next := range map[string]time.Time{"now": now.Add(-time.Hour), "later": now.Add(3 * 24 * time.Hour)} {
			_, err := w.AddLetters(ctx, []lantoa.Letter{{Kind: lantoa.LetterThanks, Ref: ref, User: w.lan.ID, Email: w.lan.Email, Next: next}})
			must(w.T, err)
		}
		_, err := w.OpenGate(ctx, "admin@example.org", 1)
		must(w.T, err)
		for _, tt := range []struct {
			at   time.Time
			want []string
		}{{now, []string{"now"}}, {now.Add(2 * 24 * time.Hour), nil}, {now.Add(3 * 24 * time.Hour), []string{"later"}}} {
			_, got, err := w.ClaimLetters(ctx, tt.at, 10)
			must(w.T, err)
			var refs []string
			for _, l := range got {
				refs = append(refs, l.Ref)
			}
			equal(w.T, "at "+tt.at.String(), refs, tt.want)
		}
	})
}

func TestAUnitIsThankedOnceForAStory(t *testing.T) {
	relays(t, func(w *relay) {
		r := w.send(w.keep(w.plan("k", 0, w.ProvincePage)))
		again := w.send(w.keep(w.plan("k2", 0, w.group)))
		lift := lantoa.Lift{At: now, Interactions: 74, High: 12, Posts: 40}
		must(w.T, w.SaveLift(ctx, r.ID, lift))
		var work sync.WaitGroup
		var mu sync.Mutex
		made, ids := 0, map[string]bool{}
		for i := range 8 {
			work.Go(func() {
				from := r
				if i%2 == 1 {
					from = again
				}
				th, fresh, err := w.SaveThanks(ctx, lantoa.Thanks{Reshare: from.ID, Story: from.Story, Unit: w.DongMau, Channel: from.ChannelName})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					w.Error(err)
				}
				if ids[th.ID] = true; fresh {
					made++
				}
			})
		}
		work.Wait()
		list, err := w.ThanksOf(ctx, w.DongMau.ID, now)
		if err != nil || len(list) != 1 || made != 1 || len(ids) != 1 {
			w.Fatalf("%d thanks, %d made, %v", len(list), made, err)
		}
		got := list[0]
		if got.Title != w.stories[0].Title || got.Unit.ID != w.DongMau.ID || !got.At.Equal(now) || !got.SeenAt.IsZero() {
			w.Errorf("%+v", got)
		}
		if got.Reshare == r.ID {
			equal(w.T, "lift", got.Lift, &lift)
		} else if got.Lift != nil {
			w.Errorf("another's lift: %+v", got.Lift)
		}
		must(w.T, w.SeeThanks(ctx, w.DongMau.ID, now.Add(time.Hour)))
		one, err := w.Thanks(ctx, got.ID)
		if err != nil || !one.SeenAt.Equal(now.Add(time.Hour)) {
			w.Errorf("%+v, %v", one, err)
		}
		_, err = w.Thanks(ctx, "none")
		equal(w.T, "none", trouble(err), "not_found thanks")
	})
}

func TestWhatAUnitWasToldGoesToItsHeirAndBack(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		h := openCounty(t, s)
		var stories []lantoa.Story
		for i, of := range []string{"a", "b", "c"} {
			ch := h.channels[of].ID
			save(t, s, ch, now, with(post(of, float64(20+i), "mô hình "+of), now, 10))
			st := keep(t, s, told(find(t, s, ch, of), "", 3))[0]
			decide(t, s, st.ID, lantoa.Approve)
			stories = append(stories, st)
		}
		put := func(story int, unit lantoa.UnitID) {
			t.Helper()
			_, err := s.SaveHints(ctx, []lantoa.ShareHint{{Story: stories[story].ID, Unit: lantoa.Unit{ID: unit}, Words: "x"}})
			must(t, err)
		}
		thank := func(story int, unit lantoa.UnitID) lantoa.Thanks {
			t.Helper()
			r, _, err := s.SaveReshare(ctx, lantoa.Reshare{Key: "k" + string(unit), Story: stories[story].ID, Channel: h.channels["d"].ID, Means: lantoa.ViaHand})
			must(t, err)
			th, _, err := s.SaveThanks(ctx, lantoa.Thanks{Reshare: r.ID, Story: stories[story].ID, Unit: lantoa.Unit{ID: unit}})
			must(t, err)
			return th
		}
		put(2, "a")
		put(2, "b") // the same story to both that become one
		put(0, "b")
		thank(0, "a")
		must(t, s.SaveTemplate(ctx, lantoa.WordsTemplate{Unit: lantoa.Unit{ID: "a"}, Name: "Tháng Ba"}, h.users["a"]))
		heir := lantoa.UnitID("none")
		all := func() (out [3]int) {
			t.Helper()
			for i, unit := range []lantoa.UnitID{"a", "b", heir} {
				hints, err := s.HintsOf(ctx, unit, now.AddDate(1, 0, 0))
				must(t, err)
				thanks, err := s.ThanksOf(ctx, unit, now.AddDate(1, 0, 0))
				must(t, err)
				u, err := s.Unit(ctx, unit)
				templates := []lantoa.WordsTemplate{}
				if err == nil {
					templates, err = s.Templates(ctx, u.Path, now)
					must(t, err)
				}
				for _, x := range templates {
					if x.Unit.ID != unit {
						t.Errorf("a template of %s for %s", x.Unit.ID, unit)
					}
				}
				out[i] = 100*len(hints) + 10*len(thanks) + len(templates)
			}
			return out
		}
		equal(t, "before", all(), [3]int{111, 200, 0})
		plan, err := s.Reform(ctx, joined(h), "admin")
		must(t, err)
		heir = plan.Made[0].ID
		equal(t, "after", all(), [3]int{0, 100, 211}) // one of two about the same story stays where it was
		undone, err := s.UndoImport(ctx, plan.Reform.ID, "admin", now)
		must(t, err)
		equal(t, "undone", all(), [3]int{111, 200, 0})
		if undone.Kept != 0 {
			t.Errorf("%+v", undone)
		}
	})
	t.Run("and what it would be told too", func(t *testing.T) {
		storetest.Both(t, func(t *testing.T, s *store.Store) {
			h := openCounty(t, s)
			save(t, s, h.channels["c"].ID, now, with(post("c", 20, "mô hình"), now, 10))
			st := keep(t, s, told(find(t, s, h.channels["c"].ID, "c"), "", 3))[0]
			decide(t, s, st.ID, lantoa.Approve)
			plan, err := s.Reform(ctx, joined(h), "admin")
			must(t, err)
			added, err := s.SaveHints(ctx, []lantoa.ShareHint{{Story: st.ID, Unit: lantoa.Unit{ID: "a"}, Words: "x"}, {Story: st.ID, Unit: lantoa.Unit{ID: "b"}, Words: "x"}})
			check(t, "added", added, 1, err)
			hints, err := s.HintsOf(ctx, plan.Made[0].ID, now)
			check(t, "of the heir", len(hints), 1, err)
			_, err = s.UndoImport(ctx, plan.Reform.ID, "admin", now)
			equal(t, "undo what leans on the heir", trouble(err), "conflict reform_others")
		})
	})
}

func TestDraftsAreOnePersonsAndTheNewestStays(t *testing.T) {
	relays(t, func(w *relay) {
		d := lantoa.Draft{Story: w.stories[0].ID, User: w.lan.ID, Form: map[string][]string{"words": {"Chị em\r\nlàm “lợn đất”", ""}, "channel": {"a", "b"}}, SavedAt: now}
		must(w.T, w.SaveDraft(ctx, d))
		got, err := w.Draft(ctx, d.Story, d.User)
		must(w.T, err)
		equal(w.T, "draft", got, d)
		_, err = w.Draft(ctx, d.Story, w.mai.ID)
		equal(w.T, "another's", trouble(err), "not_found draft")
		newer := d
		newer.Form, newer.SavedAt = map[string][]string{"words": {"mới"}}, now.Add(time.Minute)
		must(w.T, w.SaveDraft(ctx, newer))
		must(w.T, w.SaveDraft(ctx, d)) // came late
		got, err = w.Draft(ctx, d.Story, d.User)
		must(w.T, err)
		equal(w.T, "the newest", got, newer)
		equal(w.T, "no such story", trouble(w.SaveDraft(ctx, lantoa.Draft{Story: "none", User: w.lan.ID})), "not_found story")
		for range 2 {
			must(w.T, w.DropDraft(ctx, d.Story, d.User))
		}
		_, err = w.Draft(ctx, d.Story, d.User)
		equal(w.T, "dropped", trouble(err), "not_found draft")
	})
}

func TestTemplatesAreThoseAboveAndBelow(t *testing.T) {
	relays(t, func(w *relay) {
		last := time.Date(2026, 11, 23, 0, 0, 0, 0, hanoi)
		for _, x := range []lantoa.WordsTemplate{
			{ID: "t1", Unit: w.Province, Name: "Tháng hành động", Opening: "Mở", Closing: "Kết", Hashtags: "#PhụNữTháiNguyên", Until: last},
			{ID: "t2", Unit: w.DongMau, Name: "Đồng Mẫu"},
			{ID: "t3", Unit: w.KheMau, Name: "Khe Mẫu"},
		} {
			must(w.T, w.SaveTemplate(ctx, x, w.lan))
		}
		names := func(path string, at time.Time) (ids string) {
			w.Helper()
			list, err := w.Templates(ctx, path, at)
			must(w.T, err)
			for _, x := range list {
				ids += x.ID
			}
			return ids
		}
		for _, tt := range []struct {
			path string
			at   time.Time
			want string
		}{
			{"u19.u05722", now, "t1t2"},
			{"u19.u05728", now, "t1t3"},
			{"u19", now, "t1t2t3"},
			{"u19.u0572", now, "t1"},
			{"u1", now, ""},
			{"u19.u05722", last.Add(24*time.Hour - time.Second), "t1t2"},
			{"u19.u05722", last.Add(24 * time.Hour), "t2"},
			{"u19.u05722", time.Time{}, "t1t2"},
		} {
			if got := names(tt.path, tt.at); got != tt.want {
				w.Errorf("%s at %v: %s, want %s", tt.path, tt.at, got, tt.want)
			}
		}
		got, err := w.Template(ctx, "t1")
		must(w.T, err)
		want := lantoa.WordsTemplate{ID: "t1", Unit: got.Unit, Name: "Tháng hành động", Opening: "Mở", Closing: "Kết", Hashtags: "#PhụNữTháiNguyên",
			Until: last.UTC(), By: w.lan.Name, At: now}
		equal(w.T, "template", got, want)
		equal(w.T, "its unit", got.Unit.ID, w.Province.ID)
		must(w.T, w.SaveTemplate(ctx, lantoa.WordsTemplate{ID: "t1", Unit: w.Province, Name: "Khác"}, w.mai))
		if got, err := w.Template(ctx, "t1"); err != nil || got.Name != "Khác" || got.By != w.mai.Name || got.Opening != "" {
			w.Errorf("%+v, %v", got, err)
		}
		must(w.T, w.SaveTemplate(ctx, lantoa.WordsTemplate{Unit: w.KheMau, Name: "Không mã"}, w.mai))
		list, err := w.Templates(ctx, "u19.u05728", now)
		check(w.T, "with one that got its ID", len(list), 3, err)
		equal(w.T, "without a name", trouble(w.SaveTemplate(ctx, lantoa.WordsTemplate{Unit: w.KheMau}, w.mai)), "invalid name")
		equal(w.T, "of no unit", trouble(w.SaveTemplate(ctx, lantoa.WordsTemplate{Name: "x"}, w.mai)), "not_found unit")
		must(w.T, w.DropTemplate(ctx, "t1", w.mai))
		equal(w.T, "dropped twice", trouble(w.DropTemplate(ctx, "t1", w.mai)), "not_found template")
		if n := w.log(); n["template_save"] != 5 || n["template_drop"] != 1 {
			w.Errorf("the log: %v", n)
		}
	})
}

func TestAStorysFirstChoiceIsToldOnce(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		save(t, s, small.DongMauPage.ID, now, with(post("a", 20, "mô hình a"), now, 10))
		st := keep(t, s, told(find(t, s, small.DongMauPage.ID, "a"), "", 2))[0]
		decide(t, s, st.ID, lantoa.Later)
		count := func(want int) {
			t.Helper()
			all, err := s.StoryEvents(ctx, 10)
			check(t, "events", len(all), want, err)
		}
		count(0)
		for _, v := range []lantoa.Verdict{lantoa.Approve, lantoa.Consent, lantoa.Undo, lantoa.Approve, lantoa.Dismiss, lantoa.Approve} {
			decide(t, s, st.ID, v)
			count(1)
		}
		due, err := s.StoryEventsDue(ctx, now, 10)
		if err != nil || len(due) != 1 || due[0].Story != st.ID || due[0].Event != "story.approved" || !due[0].At.Equal(now) {
			t.Fatalf("%+v, %v", due, err)
		}
		e := due[0]
		e.Tries, e.Status, e.Next, e.Trouble = 1, 503, now.Add(time.Minute), lantoa.Problem(lantoa.Away, "hook", "503")
		must(t, s.SettleStoryEvent(ctx, e))
		for after, want := range map[time.Duration]int{0: 0, time.Minute: 1} {
			due, err := s.StoryEventsDue(ctx, now.Add(after), 10)
			check(t, "due", len(due), want, err)
		}
		all, err := s.StoryEvents(ctx, 1)
		must(t, err)
		equal(t, "settled", all[0], e)
		told := e
		told.Tries, told.Status, told.DoneAt, told.Next, told.Trouble = 2, 204, now.Add(time.Minute), time.Time{}, nil
		must(t, s.SettleStoryEvent(ctx, told))
		must(t, s.SettleStoryEvent(ctx, e)) // a slower one
		all, err = s.StoryEvents(ctx, 1)
		must(t, err)
		equal(t, "told", all[0], told)
		due, err = s.StoryEventsDue(ctx, now.AddDate(1, 0, 0), 10)
		check(t, "due when it was told", len(due), 0, err)
	})
	t.Run("and not when nobody may be told any more", func(t *testing.T) {
		relays(t, func(w *relay) {
			due, err := w.StoryEventsDue(ctx, now, 10)
			if err != nil || len(due) != 2 {
				w.Fatal(len(due), err)
			}
			due[0].Next = time.Time{}
			must(w.T, w.SettleStoryEvent(ctx, due[0]))
			left, err := w.StoryEventsDue(ctx, now.AddDate(1, 0, 0), 10)
			check(w.T, "left", len(left), 1, err)
		})
	})
	t.Run("nor when it was chosen before anybody was told", func(t *testing.T) {
		storetest.Addresses(t, func(t *testing.T, address string) {
			w := openRelay(t, storetest.OpenAt(t, address, storetest.Options()))
			if _, err := beside(t, address).Exec(`DELETE FROM story_events`); err != nil {
				t.Fatal(err)
			}
			for _, v := range []lantoa.Verdict{lantoa.Undo, lantoa.Approve} {
				decide(t, w.Store, w.stories[0].ID, v)
			}
			all, err := w.StoryEvents(ctx, 10)
			check(t, "events", len(all), 0, err)
		})
	})
}
