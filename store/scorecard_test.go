package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var november = lantoa.Term{Year: 2026, Number: 11}

func cardOf(small storetest.Small, c lantoa.Campaign, states ...lantoa.ScoreState) lantoa.Scorecard {
	card := lantoa.Scorecard{Campaign: c.ID, Term: november, UpTo: now, Criteria: c.Criteria[:1], FrozenAt: now, FrozenBy: "Nguyễn Thị Quản"}
	for i, u := range []lantoa.Unit{small.DongMau, small.KheMau} {
		row := lantoa.ScoreRow{Unit: u.ID, Code: u.Code, Name: u.Name, Path: u.Path, Level: u.Level, Cells: []lantoa.ScoreCell{{State: states[i], Have: 3, Need: 4}}}
		row.Settle(card.Criteria)
		card.Rows = append(card.Rows, row)
	}
	return card
}

func sample(t *testing.T, s *store.Store) lantoa.Campaign {
	t.Helper()
	c, err := s.Campaign(ctx, "1")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASampleCampaignIsThereFromTheFirstDay(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		c := sample(t, s)
		if !c.Sample || c.Name != "" || len(c.Criteria) != 4 || c.Criteria[1].Kind != lantoa.PostsPerWeek || c.Criteria[1].Share != 100 {
			t.Errorf("the sample is %+v", c)
		}
		for _, x := range c.Criteria {
			if tidy, err := x.Tidy(); err != nil || tidy.N != x.N || tidy.Share != x.Share {
				t.Errorf("a criterion of the sample is not tidy: %+v, %v", x, err)
			}
		}
	})
}

func TestCampaignsAreWrittenOnTheScreen(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		admin := lantoa.User{Email: "admin@mau.vn", Name: "Nguyễn Thị Quản"}
		c := sample(t, s)
		other := c
		c.Criteria = append(c.Criteria[:3:3], lantoa.Criterion{Kind: lantoa.ByHand, Name: "Cán bộ đã tập huấn"})
		if err := s.SaveCampaign(ctx, &c, admin, now); err != nil {
			t.Fatal(err)
		}
		if got := c.Criteria[3].ID; got != "1-5" {
			t.Errorf("a new criterion got the number %s, that of one that was taken away is never given again: want 1-5", got)
		}
		if again := sample(t, s); again.Sample || len(again.Criteria) != 4 || again.Revision != 2 {
			t.Errorf("after a change: %+v", again)
		}
		if err := s.SaveCampaign(ctx, &other, admin, now); lantoa.KindOf(err) != lantoa.Conflict {
			t.Errorf("a second who read it before the change: %v, want a conflict", err)
		}
		x := lantoa.Campaign{Name: "Tháng hành động", Criteria: c.Criteria, By: admin.Name, At: now}
		if err := s.AddCampaign(ctx, &x); err != nil {
			t.Fatal(err)
		}
		if x.ID != "2" || x.Criteria[0].ID != "2-1" {
			t.Errorf("the second campaign is %s with %s", x.ID, x.Criteria[0].ID)
		}
		if err := s.AddCampaign(ctx, &lantoa.Campaign{Name: "  ", At: now}); lantoa.KindOf(err) != lantoa.Invalid {
			t.Errorf("a campaign without a name: %v", err)
		}
	})
}

func TestFiguresAreFixedOnceAlsoByManyAtOneMoment(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		c := sample(t, s)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				card := cardOf(small, c, lantoa.ScoreMet, lantoa.ScoreMissed)
				card.FrozenBy = fmt.Sprint("người ", i)
				errs[i] = s.FreezeScorecard(ctx, card, c.Revision, lantoa.User{Email: card.FrozenBy})
			})
		}
		wg.Wait()
		won := -1
		for i, err := range errs {
			switch {
			case err == nil && won < 0:
				won = i
			case lantoa.KindOf(err) != lantoa.Conflict:
				t.Errorf("person %d: %v; one fixes the figures, the others are told", i, err)
			}
		}
		kept, err := s.Scorecard(ctx, "1", november)
		if err != nil || won < 0 || kept.FrozenBy != fmt.Sprint("người ", won) || len(kept.Rows) != 2 {
			t.Fatalf("kept is that of %q, %d won: %v", kept.FrozenBy, won, err)
		}
		lines, err := s.AuditLog(ctx, 50, now.AddDate(0, 0, 1))
		n := 0
		for _, l := range lines {
			if l.Action == "scorecard_freeze" {
				n++
			}
		}
		if err != nil || n != 1 {
			t.Errorf("%d lines in the log, want 1: %v", n, err)
		}
		if terms, err := s.FrozenTerms(ctx, "1"); err != nil || len(terms) != 1 || terms[0].Met != 1 || terms[0].Asked != 2 {
			t.Errorf("fixed terms %+v: %v", terms, err)
		}
		err = s.MarkScore(ctx, lantoa.ScoreMark{Campaign: "1", Term: november, Unit: small.DongMau.ID, Criterion: "1-1", Met: true, Note: "x", At: now}, lantoa.User{})
		if lantoa.KindOf(err) != lantoa.Conflict {
			t.Errorf("a tick after the figures were fixed: %v", err)
		}
	})
}

func TestFiguresOfOtherCriteriaAreNotFixed(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		c := sample(t, s)
		changed := c
		if err := s.SaveCampaign(ctx, &changed, lantoa.User{}, now); err != nil {
			t.Fatal(err)
		}
		err := s.FreezeScorecard(ctx, cardOf(small, c, lantoa.ScoreMet, lantoa.ScoreMet), c.Revision, lantoa.User{})
		if lantoa.KindOf(err) != lantoa.Conflict || lantoa.AsTrouble(err, "").What != "campaign" {
			t.Errorf("figures of criteria that were changed since: %v", err)
		}
	})
}

func TestACorrectionKeepsTheOldFigure(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		c := sample(t, s)
		admin := lantoa.User{Email: "admin@mau.vn"}
		x := lantoa.Correction{Campaign: "1", Term: november, Unit: small.KheMau.ID, Criterion: "1-1", Was: lantoa.ScoreMissed, WasHave: 3, WasNeed: 4,
			State: lantoa.ScoreMet, Have: 4, Reason: "Bài ngày 29 chưa được đọc", By: "Nguyễn Thị Quản", At: now}
		if err := s.CorrectScore(ctx, &x, admin); lantoa.KindOf(err) != lantoa.NotFound {
			t.Errorf("a correction of what was not fixed: %v", err)
		}
		if err := s.FreezeScorecard(ctx, cardOf(small, c, lantoa.ScoreMet, lantoa.ScoreMissed), c.Revision, admin); err != nil {
			t.Fatal(err)
		}
		if err := s.CorrectScore(ctx, &x, admin); err != nil {
			t.Fatal(err)
		}
		if err := s.CorrectScore(ctx, &x, admin); lantoa.KindOf(err) != lantoa.Conflict {
			t.Errorf("the same once more, though the figure is another by now: %v", err)
		}
		back := x
		back.Was, back.WasHave, back.State, back.Have, back.Reason = lantoa.ScoreMet, 4, lantoa.ScoreMissed, 3, "Nhầm xã"
		if err := s.CorrectScore(ctx, &back, admin); err != nil {
			t.Fatal(err)
		}
		back.Reason = " "
		if err := s.CorrectScore(ctx, &back, admin); lantoa.KindOf(err) != lantoa.Invalid {
			t.Errorf("a correction without a reason: %v", err)
		}
		all, err := s.Corrections(ctx, "1", november)
		if err != nil || len(all) != 2 || all[0].Was != lantoa.ScoreMissed || all[0].WasHave != 3 || all[1].Have != 3 || all[0].By != "Nguyễn Thị Quản" {
			t.Errorf("corrections %+v: %v", all, err)
		}
		kept, err := s.Scorecard(ctx, "1", november)
		if row, _ := kept.Row(small.KheMau.ID); err != nil || row.Cells[0].State != lantoa.ScoreMissed {
			t.Errorf("what was fixed became %s: %v", row.Cells[0].State, err)
		}
	})
}

func TestAWishToLookAgainIsAnsweredOnceWithAName(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		wish := func(text, link string) (lantoa.Objection, error) {
			o := lantoa.Objection{Campaign: "1", Term: november, Unit: small.DongMau.ID, Criterion: "1-2", Text: text, Link: link, By: "u1", ByName: "Hoàng Thị Đào", At: now}
			return o, s.Object(ctx, &o)
		}
		o, err := wish("Bài ngày 12/11 là xã tự viết", "https://www.facebook.com/1")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := wish("Bài ngày 12/11 là xã tự viết", ""); err != nil || again.ID != o.ID {
			t.Errorf("the same form pressed twice is %s and %s: %v", o.ID, again.ID, err)
		}
		for _, bad := range [][2]string{{"", ""}, {"Xem lại", "javascript:alert(1)"}, {"Xem lại", "ftp://x"}} {
			if _, err := wish(bad[0], bad[1]); lantoa.KindOf(err) != lantoa.Invalid {
				t.Errorf("%q %q: %v", bad[0], bad[1], err)
			}
		}
		for scope, want := range map[lantoa.Scope]int{lantoa.Everything: 1, lantoa.Scope(small.DongMau.Path): 1, lantoa.Scope(small.KheMau.Path): 0} {
			if found, err := s.Objections(ctx, scope, "1", november); err != nil || len(found) != want {
				t.Errorf("%s sees %d wishes, want %d: %v", scope, len(found), want, err)
			}
		}
		if got := o.Due(time.FixedZone("", 7*3600)).Format(time.DateOnly); got != "2026-11-26" {
			t.Errorf("asked on Monday 23/11, to be answered by %s", got)
		}
		by := lantoa.User{Email: "truyenthong@mau.vn", Name: "Trần Thị Hoa"}
		if err := s.AnswerObjection(ctx, o.ID, "Đã xem: bài chép lại của tỉnh ngày 10/11.", by, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.AnswerObjection(ctx, o.ID, "Câu khác", by, now); lantoa.KindOf(err) != lantoa.Conflict {
			t.Errorf("a second answer: %v", err)
		}
		o, err = s.Objection(ctx, o.ID)
		if err != nil || o.Open() || o.AnsweredBy != "Trần Thị Hoa" {
			t.Errorf("answered %+v: %v", o, err)
		}
	})
}

func TestThreeWorkingDaysStepOverTheWeekend(t *testing.T) {
	zone := time.FixedZone("", 7*3600)
	for asked, want := range map[string]string{"2026-11-23": "2026-11-26", "2026-11-26": "2026-12-01", "2026-11-27": "2026-12-02", "2026-11-28": "2026-12-02", "2026-11-29": "2026-12-02"} {
		at, err := time.ParseInLocation(time.DateOnly, asked, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := (lantoa.Objection{At: at.Add(15 * time.Hour)}).Due(zone).Format(time.DateOnly); got != want {
			t.Errorf("asked on %s, to be answered by %s, want %s", asked, got, want)
		}
	}
}

func TestWhatScorecardsCount(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		at := now.AddDate(0, 0, -3)
		in := func(id string, typ lantoa.PostType, hours int) lantoa.Incoming {
			return lantoa.Incoming{Post: lantoa.Post{External: id, Type: typ, Text: "Bài " + id, PublishedAt: at.Add(time.Duration(hours) * time.Hour)}}
		}
		for _, x := range []struct {
			ch lantoa.ChannelID
			in []lantoa.Incoming
		}{
			{small.DongMauPage.ID, []lantoa.Incoming{in("first", lantoa.Photo, 0), in("share", lantoa.Share, 1)}},
			{small.KheMauPage.ID, []lantoa.Incoming{in("copy", lantoa.Photo, 5), in("above", lantoa.Text, 6), in("own", lantoa.Text, 7)}},
		} {
			if _, err := s.SavePosts(ctx, x.ch, x.in, now); err != nil {
				t.Fatal(err)
			}
		}
		ids := map[string]lantoa.PostID{}
		for _, ch := range []lantoa.ChannelID{small.DongMauPage.ID, small.KheMauPage.ID} {
			posts, err := s.PostsBetween(ctx, ch, time.Time{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range posts {
				ids[p.External] = p.ID
			}
		}
		if err := s.SaveJudgements(ctx, map[lantoa.PostID]lantoa.Judgement{
			ids["first"]: {Cluster: "k1", Copies: 1}, ids["copy"]: {Cluster: "k1", Copies: 1}, ids["above"]: {FromAbove: true},
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveStories(ctx, []lantoa.Story{{ID: "s1", Title: "Chuyện", State: lantoa.Suggested, Lead: lantoa.Measured{Post: lantoa.Post{ID: ids["first"]}}, First: small.DongMau, ToldAt: at}}); err != nil {
			t.Fatal(err)
		}
		posts, err := s.ScorePosts(ctx, at, now)
		if err != nil {
			t.Fatal(err)
		}
		got := map[lantoa.PostID]string{}
		for _, p := range posts {
			got[p.ID] = p.Why()
		}
		for name, why := range map[string]string{"first": "", "share": "copy", "copy": "copy", "above": "above", "own": ""} {
			if w, is := got[ids[name]]; !is || w != why {
				t.Errorf("%s: %q (there: %t), want %q", name, w, is, why)
			}
		}
		weeks, err := s.WeekPosts(ctx, at, now)
		if err != nil || len(weeks) != len(posts) {
			t.Fatalf("the roll-up reads %d posts, scorecards %d: %v", len(weeks), len(posts), err)
		}
		for i := range weeks {
			if weeks[i].Copy != posts[i].Copy || weeks[i].FromAbove != posts[i].FromAbove || weeks[i].Vote != posts[i].Vote || !weeks[i].Told.Equal(posts[i].Told) {
				t.Errorf("post %d is another to the roll-up: %+v and %+v", i, weeks[i], posts[i])
			}
		}
		sub := lantoa.Submission{Via: "zalo_oa", Sender: "h1", Externals: []string{"m1"}, Text: "Chị em góp lợn đất", ToldAt: at}
		if err := s.SaveSubmission(ctx, &sub); err != nil {
			t.Fatal(err)
		}
		if told, err := s.ScoreStories(ctx, at, now); err != nil || len(told) != 1 || told[0].Story == "" || told[0].Channel != small.DongMauPage.ID {
			t.Errorf("stories %+v: %v; one whose teller's unit is not known counts for nobody", told, err)
		}
		code, err := s.MakeTellerCode(ctx, small.KheMau.ID, lantoa.User{}, now, now.Add(time.Hour))
		if err == nil {
			_, err = s.LinkTeller(ctx, code.Code, "h1", now)
		}
		if err != nil {
			t.Fatal(err)
		}
		if told, err := s.ScoreStories(ctx, at, now); err != nil || len(told) != 2 || told[1].Submission != sub.ID || told[1].Unit != small.KheMau.ID {
			t.Errorf("with the story box: %+v: %v", told, err)
		}
	})
}
