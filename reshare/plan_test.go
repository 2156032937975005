package reshare

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// ledger is the little of the store that planning sees.
type ledger struct {
	stories  map[lantoa.StoryID]lantoa.Story
	channels map[lantoa.ChannelID]lantoa.Channel
	reshares map[lantoa.ReshareID]lantoa.Reshare
	deeds    []string
}

func (l *ledger) Story(_ context.Context, id lantoa.StoryID) (lantoa.Story, error) {
	s, ok := l.stories[id]
	if !ok {
		return s, lantoa.Missing("story", id)
	}
	return s, nil
}

func (l *ledger) Channel(_ context.Context, id lantoa.ChannelID) (lantoa.Channel, error) {
	ch, ok := l.channels[id]
	if !ok {
		return ch, lantoa.Missing("channel", id)
	}
	return ch, nil
}

func (l *ledger) Reshare(_ context.Context, id lantoa.ReshareID) (lantoa.Reshare, error) {
	r, ok := l.reshares[id]
	if !ok {
		return r, lantoa.Missing("reshare", id)
	}
	return r, nil
}

func (l *ledger) SaveReshare(_ context.Context, r lantoa.Reshare) (lantoa.Reshare, bool, error) {
	for _, had := range l.reshares {
		if had.Key == r.Key {
			return had, false, nil
		}
	}
	l.reshares[r.ID] = r
	return r, true, nil
}

func (l *ledger) ApproveReshare(_ context.Context, id lantoa.ReshareID, who lantoa.User, second bool) (lantoa.Reshare, bool, error) {
	r := l.reshares[id]
	if second && r.PlannedBy == who.ID {
		return r, false, lantoa.Problem(lantoa.Forbidden, "second", "")
	}
	r.ApprovedBy, r.ApprovedAt = who.ID, noon
	l.reshares[id] = r
	return r, true, nil
}

func (l *ledger) CancelReshare(_ context.Context, id lantoa.ReshareID, who lantoa.User, why string) (lantoa.Reshare, error) {
	r := l.reshares[id]
	if r.State != lantoa.ReshareWaiting || !r.CallAt.IsZero() {
		return r, lantoa.Problem(lantoa.Conflict, "state", string(r.State))
	}
	r.State, r.EndedWhy = lantoa.ReshareCancelled, why
	l.reshares[id] = r
	return r, nil
}

func (l *ledger) EndReshare(ctx context.Context, id lantoa.ReshareID, from []lantoa.ReshareState, to lantoa.ReshareState, change func(*lantoa.Reshare), who lantoa.User, deed, why string) (lantoa.Reshare, error) {
	r := l.reshares[id]
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if !slices.Contains(from, r.State) {
		return r, lantoa.Problem(lantoa.Conflict, "state", string(r.State))
	}
	change(&r)
	r.State, r.EndedBy, r.EndedWhy = to, who.Name, why
	l.reshares[id] = r
	l.deeds = append(l.deeds, deed)
	return r, nil
}

func (l *ledger) RewordReshare(_ context.Context, id lantoa.ReshareID, words string, who lantoa.User, why string) error {
	r := l.reshares[id]
	r.Words, r.Edited = words, noon
	l.reshares[id] = r
	l.deeds = append(l.deeds, "reword")
	return nil
}

var (
	province = lantoa.Unit{ID: "p", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province, Path: "p"}
	linh     = lantoa.User{ID: "linh", Name: "Linh", Role: lantoa.Communications, Unit: province}
	hoa      = lantoa.User{ID: "hoa", Name: "Hoa", Role: lantoa.Communications, Unit: province}
	officer  = lantoa.User{ID: "yen", Name: "Yến", Role: lantoa.Officer, Unit: dongMau}
	communal = lantoa.User{ID: "nga", Name: "Nga", Role: lantoa.Communications, Unit: dongMau}
)

func aLedger() *ledger {
	restricted := storyOf(pigs)
	restricted.ID, restricted.Restricted = "restricted", true
	consented := restricted
	consented.ID, consented.Decisions = "consented", []lantoa.Decision{{Verdict: lantoa.Approve}, {Verdict: lantoa.Consent}}
	suggested, withdrawn, removed := storyOf(pigs), storyOf(pigs), storyOf(pigs)
	suggested.ID, suggested.State = "suggested", lantoa.Suggested
	withdrawn.ID, withdrawn.Withdrawn = "withdrawn", true
	removed.ID, removed.Lead.RemovedAt = "removed", noon
	again := storyOf(pigs)
	again.ID, again.State = "again", lantoa.Reshared
	l := &ledger{stories: map[lantoa.StoryID]lantoa.Story{}, channels: map[lantoa.ChannelID]lantoa.Channel{}, reshares: map[lantoa.ReshareID]lantoa.Reshare{}}
	for _, s := range []lantoa.Story{storyOf(pigs), restricted, consented, suggested, withdrawn, removed, again} {
		l.stories[s.ID] = s
	}
	for _, ch := range []lantoa.Channel{
		{ID: "page", Kind: lantoa.FacebookPage, Name: "Phụ nữ Thái Nguyên", External: "9", Unit: province},
		{ID: "group", Kind: lantoa.ZaloGroup, Unit: province},
		{ID: "oa", Kind: lantoa.ZaloOA, Unit: province},
		{ID: "site", Kind: lantoa.Website, Unit: province},
		{ID: "file", Kind: lantoa.Imported, Unit: province},
		{ID: "old", Kind: lantoa.FacebookPage, Unit: province, Archived: true},
		{ID: "xa", Kind: lantoa.FacebookPage, Unit: dongMau},
	} {
		l.channels[ch.ID] = ch
	}
	l.reshares["article"] = lantoa.Reshare{ID: "article", Story: "s1", Channel: "oa", Means: lantoa.ViaArticle, State: lantoa.ReshareSent, Unit: province,
		Title: "Nuôi lợn đất", Words: pasted, Posted: "art"}
	return l
}

func TestPlan(t *testing.T) {
	picture := lantoa.MediaRef{Post: "p1"}
	for _, tt := range []struct {
		name  string
		who   lantoa.User
		order func(*Order)
		rule  Rule
		kind  lantoa.Kind // empty: planned
		what  string
		check func(t *testing.T, r lantoa.Reshare)
	}{
		{name: "whoever may publish plans and approves", who: linh, check: func(t *testing.T, r lantoa.Reshare) {
			want := lantoa.Reshare{ID: r.ID, Key: "k", Story: "s1", Channel: "page", Means: lantoa.ViaFeed, ChannelName: "Phụ nữ Thái Nguyên", External: "9",
				Kind: lantoa.FacebookPage, Unit: province, Words: pasted, Link: "https://fb.com/1", At: noon, Next: noon, State: lantoa.ReshareWaiting,
				PlannedBy: "linh", PlannedByName: "Linh", PlannedAt: noon, ApprovedBy: "linh", ApprovedByName: "Linh", ApprovedAt: noon}
			if diff := cmp.Diff(want, r); diff != "" || !lantoa.ValidID(string(r.ID)) {
				t.Errorf("%s", diff)
			}
		}},
		{name: "where a second person is asked for it waits", who: linh, rule: Rule{Second: true}, check: func(t *testing.T, r lantoa.Reshare) {
			if r.Approved() || r.ApprovedBy != "" {
				t.Errorf("approved by %q", r.ApprovedBy)
			}
		}},
		{name: "a story of another unit through one's own page", who: communal, order: func(o *Order) { o.Channel = "xa" }},
		{name: "an officer may not", who: officer, order: func(o *Order) { o.Channel = "xa" }, kind: lantoa.Forbidden, what: "channel"},
		{name: "nor through a page above one's own", who: communal, kind: lantoa.Forbidden, what: "channel"},
		{name: "nor a disabled person", who: lantoa.User{ID: "x", Role: lantoa.Admin, Unit: province, Disabled: true}, kind: lantoa.Forbidden, what: "channel"},
		{name: "a story nobody knows", who: linh, order: func(o *Order) { o.Story = "?" }, kind: lantoa.NotFound, what: "story"},
		{name: "a channel nobody knows", who: linh, order: func(o *Order) { o.Channel = "?" }, kind: lantoa.NotFound, what: "channel"},
		{name: "a story that was not chosen", who: linh, order: func(o *Order) { o.Story = "suggested" }, kind: lantoa.Conflict, what: "state"},
		{name: "a story that was passed on before", who: linh, order: func(o *Order) { o.Story = "again" }},
		{name: "a withdrawn story", who: linh, order: func(o *Order) { o.Story = "withdrawn" }, kind: lantoa.Conflict, what: "withdrawn"},
		{name: "a story whose post is gone", who: linh, order: func(o *Order) { o.Story = "removed" }, kind: lantoa.Conflict, what: "withdrawn"},
		{name: "a restricted story without consent", who: linh, order: func(o *Order) { o.Story = "restricted" }, kind: lantoa.Conflict, what: "consent"},
		{name: "a restricted story with consent", who: linh, order: func(o *Order) { o.Story = "consented" }},
		{name: "an archived channel", who: linh, order: func(o *Order) { o.Channel = "old" }, kind: lantoa.Conflict, what: "archived"},
		{name: "a file is no channel", who: linh, order: func(o *Order) { o.Channel = "file" }, kind: lantoa.Invalid, what: "means"},
		{name: "a website by hand", who: linh, order: func(o *Order) { o.Channel = "site" }, check: func(t *testing.T, r lantoa.Reshare) {
			if r.Means != lantoa.ViaHand {
				t.Errorf("means %s", r.Means)
			}
		}},
		{name: "a page by hand", who: linh, order: func(o *Order) { o.Means = lantoa.ViaHand }},
		{name: "a page as a group", who: linh, order: func(o *Order) { o.Means = lantoa.ViaMessage }, kind: lantoa.Invalid, what: "means"},
		{name: "words without credit", who: linh, order: func(o *Order) { o.Words = "Hay quá" }, kind: lantoa.Invalid, what: "credit"},
		{name: "no words", who: linh, order: func(o *Order) { o.Words = "" }, kind: lantoa.Invalid, what: "words"},
		{name: "a message too long", who: linh, order: func(o *Order) { o.Channel, o.Words = "group", pasted+strings.Repeat(" chữ", 500) }, kind: lantoa.Invalid, what: "long"},
		{name: "an article without title", who: linh, order: func(o *Order) { o.Channel = "oa" }, kind: lantoa.Invalid, what: "title"},
		{name: "no address of the web", who: linh, order: func(o *Order) { o.Link = "javascript:alert(1)" }, kind: lantoa.Invalid, what: "link"},
		{name: "an address that expires", who: linh, order: func(o *Order) { o.Link = "https://scontent.xx.fbcdn.net/v/1.jpg" }, kind: lantoa.Invalid, what: "link"},
		{name: "a picture of the story", who: linh, order: func(o *Order) { o.Pictures = []lantoa.MediaRef{picture} }},
		{name: "a picture of something else", who: linh, order: func(o *Order) { o.Pictures = []lantoa.MediaRef{{Post: "other"}} }, kind: lantoa.Invalid, what: "pictures"},
		{name: "a picture twice", who: linh, order: func(o *Order) { o.Pictures = []lantoa.MediaRef{picture, picture} }, kind: lantoa.Invalid, what: "pictures"},
		{name: "a time that has passed is now", who: linh, order: func(o *Order) { o.At = noon.Add(-time.Hour) }, check: func(t *testing.T, r lantoa.Reshare) {
			if !r.At.Equal(noon) || !r.Next.Equal(noon) {
				t.Errorf("at %v", r.At)
			}
		}},
		{name: "in sixty days", who: linh, order: func(o *Order) { o.At = noon.AddDate(0, 0, 60) }},
		{name: "later than that", who: linh, order: func(o *Order) { o.At = noon.AddDate(0, 0, 61) }, kind: lantoa.Invalid, what: "at"},
		{name: "a key without end", who: linh, order: func(o *Order) { o.Key = strings.Repeat("k", 101) }, kind: lantoa.Invalid, what: "key"},
		{name: "without a key it is its own", who: linh, order: func(o *Order) { o.Key = "" }, check: func(t *testing.T, r lantoa.Reshare) {
			if r.Key != string(r.ID) {
				t.Errorf("key %q", r.Key)
			}
		}},
		{name: "a broadcast waits for a second person, whatever the rule", who: linh, order: broadcast, check: func(t *testing.T, r lantoa.Reshare) {
			if r.Approved() || r.Of != "article" || r.Title != "Nuôi lợn đất" || r.Words != pasted {
				t.Errorf("planned %+v", r)
			}
		}},
		{name: "a broadcast of nothing", who: linh, order: func(o *Order) { broadcast(o); o.Of = "" }, kind: lantoa.Invalid, what: "article"},
		{name: "a broadcast of what is not there", who: linh, order: func(o *Order) { broadcast(o); o.Of = "?" }, kind: lantoa.NotFound, what: "reshare"},
		{name: "a broadcast of another story's article", who: linh, order: func(o *Order) { broadcast(o); o.Story = "again" }, kind: lantoa.Conflict, what: "article"},
		{name: "a broadcast at night", who: linh, order: func(o *Order) { broadcast(o); o.At = noon.Add(10 * time.Hour) }, kind: lantoa.Invalid, what: "at"},
		{name: "a broadcast through a page", who: linh, order: func(o *Order) { broadcast(o); o.Channel = "page" }, kind: lantoa.Invalid, what: "means"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := aLedger()
			o := Order{Key: "k", Story: "s1", Channel: "page", Words: pasted, Link: "https://fb.com/1", At: noon}
			if tt.order != nil {
				tt.order(&o)
			}
			before := len(l.reshares)
			r, err := Plan(t.Context(), l, tt.who, o, tt.rule, noon)
			if lantoa.KindOf(err) != tt.kind || tt.kind == "" && err != nil {
				t.Fatalf("error %v, want kind %q", err, tt.kind)
			}
			if tt.kind != "" {
				if got := lantoa.AsTrouble(err, "").What; got != tt.what || len(l.reshares) != before {
					t.Errorf("refused for %q, want %q; %d rows were written", got, tt.what, len(l.reshares)-before)
				}
				return
			}
			if len(l.reshares) != before+1 {
				t.Error("nothing was written down")
			}
			if tt.check != nil {
				tt.check(t, r)
			}
		})
	}
}

func broadcast(o *Order) {
	o.Channel, o.Means, o.Of, o.Words, o.At = "oa", lantoa.ViaBroadcast, "article", "", noon
}

func TestTheSameKeyIsTheSameReshare(t *testing.T) {
	l := aLedger()
	o := Order{Key: "k", Story: "s1", Channel: "page", Words: pasted, At: noon}
	a, err := Plan(t.Context(), l, linh, o, Rule{}, noon)
	b, err2 := Plan(t.Context(), l, hoa, o, Rule{}, noon.Add(time.Hour))
	if err != nil || err2 != nil || a.ID != b.ID || b.PlannedBy != "linh" {
		t.Errorf("%s and %s (%v, %v)", a.ID, b.ID, err, err2)
	}
}

func TestApprove(t *testing.T) {
	plan := func(t *testing.T, l *ledger, rule Rule) lantoa.Reshare {
		t.Helper()
		r, err := Plan(t.Context(), l, linh, Order{Story: "consented", Channel: "page", Words: pasted, At: noon}, rule, noon)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	second := Rule{Second: true}
	for _, tt := range []struct {
		name string
		who  lantoa.User
		rule Rule
		set  func(*ledger, lantoa.ReshareID)
		kind lantoa.Kind
		what string
	}{
		{name: "another person approves", who: hoa, rule: second},
		{name: "not whoever planned", who: linh, rule: second, kind: lantoa.Forbidden, what: "second"},
		{name: "unless the rule was dropped since", who: linh},
		{name: "nobody without the right", who: officer, rule: second, kind: lantoa.Forbidden, what: "reshare"},
		{name: "nobody of a unit below", who: communal, rule: second, kind: lantoa.Forbidden, what: "reshare"},
		{name: "not what was cancelled", who: hoa, rule: second, set: func(l *ledger, id lantoa.ReshareID) {
			r := l.reshares[id]
			r.State = lantoa.ReshareCancelled
			l.reshares[id] = r
		}, kind: lantoa.Conflict, what: "reshare"},
		{name: "not when the story was taken back meanwhile", who: hoa, rule: second, set: func(l *ledger, _ lantoa.ReshareID) {
			s := l.stories["consented"]
			s.State = lantoa.Dismissed
			l.stories["consented"] = s
		}, kind: lantoa.Conflict, what: "state"},
		{name: "not when it was restricted meanwhile", who: hoa, rule: second, set: func(l *ledger, _ lantoa.ReshareID) {
			s := l.stories["consented"]
			s.Decisions = nil
			l.stories["consented"] = s
		}, kind: lantoa.Conflict, what: "consent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := aLedger()
			r := plan(t, l, second)
			if tt.set != nil {
				tt.set(l, r.ID)
			}
			got, err := Approve(t.Context(), l, tt.who, r.ID, tt.rule, noon)
			if lantoa.KindOf(err) != tt.kind || tt.kind == "" && (err != nil || !got.Approved()) {
				t.Fatalf("%+v (%v)", got, err)
			}
			if tt.kind != "" && (lantoa.AsTrouble(err, "").What != tt.what || l.reshares[r.ID].Approved()) {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("a second word is no second approval", func(t *testing.T) {
		l := aLedger()
		r := plan(t, l, second)
		a, err := Approve(t.Context(), l, hoa, r.ID, second, noon)
		b, err2 := Approve(t.Context(), l, linh, r.ID, second, noon)
		if err != nil || err2 != nil || a.ApprovedBy != "hoa" || b.ApprovedBy != "hoa" {
			t.Errorf("%v %v %v %v", a.ApprovedBy, b.ApprovedBy, err, err2)
		}
	})
}

func TestAnswer(t *testing.T) {
	for _, tt := range []struct {
		name    string
		who     lantoa.User
		set     func(*lantoa.Reshare)
		stands  bool
		address string
		kind    lantoa.Kind
		state   lantoa.ReshareState
		checks  int
	}{
		{name: "it stands there", who: linh, stands: true, address: "facebook.com/9/posts/1", state: lantoa.ReshareSent, checks: 1},
		{name: "it stands there, wherever", who: linh, stands: true, state: lantoa.ReshareSent, checks: 1},
		{name: "it does not: it goes again", who: linh, state: lantoa.ReshareWaiting, checks: 3},
		{name: "it does not, after many looks", who: linh, set: func(r *lantoa.Reshare) { r.Checks = 7 }, state: lantoa.ReshareWaiting, checks: 9},
		{name: "it does not, before the first look", who: linh, set: func(r *lantoa.Reshare) { r.Checks = 0 }, state: lantoa.ReshareWaiting, checks: 3},
		{name: "a broadcast that did not go is planned anew", who: linh, set: func(r *lantoa.Reshare) { r.Means = lantoa.ViaBroadcast }, state: lantoa.ReshareFailed, checks: 1},
		{name: "at an address elsewhere", who: linh, stands: true, address: "https://facebook.com.example.org/1", kind: lantoa.Invalid},
		{name: "at no address", who: linh, stands: true, address: "javascript:alert(1)//facebook.com", kind: lantoa.Invalid},
		{name: "of one that was sent", who: linh, set: func(r *lantoa.Reshare) { r.State = lantoa.ReshareSent }, stands: true, kind: lantoa.Conflict},
		{name: "by somebody without the right", who: officer, stands: true, kind: lantoa.Forbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := aLedger()
			r := claimedReshare(lantoa.ViaFeed)
			r.ID, r.State, r.Unit, r.Kind, r.CallAt, r.Checks, r.Trouble, r.Token = "r", lantoa.ReshareUnsure, province, lantoa.FacebookPage, noon.Add(-time.Hour), 1, lantoa.Problem(lantoa.Unclear, "", ""), "tok"
			if tt.set != nil {
				tt.set(&r)
			}
			l.reshares["r"] = r
			got, err := Answer(t.Context(), l, tt.who, "r", tt.stands, tt.address, "", noon)
			if tt.kind != "" {
				if lantoa.KindOf(err) != tt.kind || l.reshares["r"].State != r.State {
					t.Fatalf("error %v, want %s", err, tt.kind)
				}
				return
			}
			if err != nil || got.State != tt.state || got.Checks != tt.checks || !slices.Equal(l.deeds, []string{DeedAnswer}) {
				t.Fatalf("%s with %d looks after %v (%v)", got.State, got.Checks, l.deeds, err)
			}
			switch got.State {
			case lantoa.ReshareSent:
				if !got.SentAt.Equal(r.CallAt) || tt.address != "" && got.Permalink != "https://"+tt.address || got.Trouble != nil {
					t.Errorf("%+v", got)
				}
			case lantoa.ReshareWaiting:
				if !got.CallAt.IsZero() || got.Token != "" || !got.Next.Equal(noon) || got.Trouble != nil {
					t.Errorf("%+v", got)
				}
			}
		})
	}
}

func TestPostedByHand(t *testing.T) {
	l := aLedger()
	r, err := Plan(t.Context(), l, linh, Order{Story: "s1", Channel: "page", Means: lantoa.ViaHand, Words: pasted, At: noon}, Rule{Second: true}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Posted(t.Context(), l, linh, r.ID, "", noon); lantoa.KindOf(err) != lantoa.Conflict {
		t.Errorf("before it was approved: %v", err)
	}
	if _, err := Approve(t.Context(), l, hoa, r.ID, Rule{Second: true}, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := Posted(t.Context(), l, linh, r.ID, "https://example.org", noon); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("at an address elsewhere: %v", err)
	}
	got, err := Posted(t.Context(), l, linh, r.ID, " https://www.facebook.com/9/posts/5 ", noon)
	if err != nil || got.State != lantoa.ReshareSent || got.Permalink != "https://www.facebook.com/9/posts/5" || !got.SentAt.Equal(noon) {
		t.Errorf("%+v (%v)", got, err)
	}
	if _, err := Posted(t.Context(), l, linh, r.ID, "", noon); lantoa.KindOf(err) != lantoa.Conflict {
		t.Errorf("a second time: %v", err)
	}
	if _, err := Posted(t.Context(), l, linh, "article", "", noon); lantoa.KindOf(err) != lantoa.Conflict {
		t.Errorf("of what a program sends: %v", err)
	}
}

func TestCancel(t *testing.T) {
	l := aLedger()
	r, err := Plan(t.Context(), l, linh, Order{Story: "s1", Channel: "page", Words: pasted, At: noon}, Rule{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Cancel(t.Context(), l, officer, r.ID, "", noon); lantoa.KindOf(err) != lantoa.Forbidden {
		t.Errorf("by somebody without the right: %v", err)
	}
	if _, err := Cancel(t.Context(), l, linh, r.ID, strings.Repeat("dài ", 200), noon); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("with a reason without end: %v", err)
	}
	if got, err := Cancel(t.Context(), l, hoa, r.ID, " đăng nhầm ", noon); err != nil || got.State != lantoa.ReshareCancelled || got.EndedWhy != "đăng nhầm" {
		t.Errorf("%+v (%v)", got, err)
	}
	if _, err := Cancel(t.Context(), l, hoa, "article", "", noon); lantoa.KindOf(err) != lantoa.Conflict {
		t.Errorf("of what was sent: %v", err)
	}
}

func TestTakeBackAndReword(t *testing.T) {
	words := "Lời mới.\nTheo Hội LHPN xã Đồng Mẫu"
	for _, tt := range []struct {
		name          string
		who           lantoa.User
		set           func(*lantoa.Reshare)
		answer        error
		why, words    string
		back, rewords lantoa.Kind // empty: done
	}{
		{name: "done", who: hoa, why: "nhầm số", words: words},
		{name: "without a reason", who: hoa, words: words, back: lantoa.Invalid, rewords: lantoa.Invalid},
		{name: "without the right", who: officer, why: "x", words: words, back: lantoa.Forbidden, rewords: lantoa.Forbidden},
		{name: "what is gone was taken back", who: hoa, why: "x", words: words, answer: trouble(lantoa.Gone), rewords: lantoa.Gone},
		{name: "the platform cannot", who: hoa, why: "x", words: words, answer: trouble(lantoa.Refused), back: lantoa.Refused, rewords: lantoa.Refused},
		{name: "no clear answer", who: hoa, why: "x", words: words, answer: trouble(lantoa.Unclear), back: lantoa.Unclear, rewords: lantoa.Unclear},
		{name: "an error of no kind", who: hoa, why: "x", words: words, answer: errors.New("boom"), back: lantoa.Unclear, rewords: lantoa.Unclear},
		{name: "it waits", who: hoa, why: "x", words: words, set: func(r *lantoa.Reshare) { r.State = lantoa.ReshareWaiting }, back: lantoa.Conflict, rewords: lantoa.Conflict},
		{name: "it is unsure", who: hoa, why: "x", words: words, set: func(r *lantoa.Reshare) { r.State = lantoa.ReshareUnsure }, back: lantoa.Conflict, rewords: lantoa.Conflict},
		{name: "pasted by hand", who: hoa, why: "x", words: words, set: func(r *lantoa.Reshare) { r.Means = lantoa.ViaHand }, rewords: lantoa.Refused},
		{name: "nobody to do it", who: hoa, why: "x", words: words, set: func(r *lantoa.Reshare) { r.Means = lantoa.ViaMessage }, back: lantoa.Refused, rewords: lantoa.Refused},
		{name: "words without credit", who: hoa, why: "x", words: "Lời mới.", rewords: lantoa.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &platform{book: &book{}, removed: tt.answer, editErr: tt.answer}
			pubs := Publishers{lantoa.ViaFeed: p}
			prepare := func() *ledger {
				l := aLedger()
				r := claimedReshare(lantoa.ViaFeed)
				r.ID, r.Story, r.State, r.Unit = "r", "s1", lantoa.ReshareSent, province
				if tt.set != nil {
					tt.set(&r)
				}
				l.reshares["r"] = r
				return l
			}
			l := prepare()
			was := l.reshares["r"].State
			r, err := TakeBack(t.Context(), l, pubs, tt.who, "r", tt.why, noon)
			switch {
			case tt.back == "" && (err != nil || r.State != lantoa.ReshareCancelled || r.EndedWhy != tt.why || !slices.Equal(l.deeds, []string{DeedTakeBack})):
				t.Errorf("take back: %s after %v (%v)", r.State, l.deeds, err)
			case tt.back != "" && (lantoa.KindOf(err) != tt.back || l.reshares["r"].State != was):
				t.Errorf("take back: %v, want %s", err, tt.back)
			}
			l = prepare()
			if _, err := Reword(t.Context(), l, pubs, tt.who, "r", tt.words, tt.why, Rule{Second: true}); err == nil || p.edited != "" {
				t.Errorf("reworded alone where two approve: %v", err)
			}
			r, err = Reword(t.Context(), l, pubs, tt.who, "r", tt.words, tt.why, Rule{})
			switch {
			case tt.rewords == "" && (err != nil || r.Words != words || p.edited != words):
				t.Errorf("reword: %q (%v)", r.Words, err)
			case tt.rewords != "" && (lantoa.KindOf(err) != tt.rewords || l.reshares["r"].Words != pasted):
				t.Errorf("reword: %v, want %s", err, tt.rewords)
			}
		})
	}
}

func TestWhatWasTakenBackIsWrittenDownThoughTheAskerLeft(t *testing.T) {
	l := aLedger()
	r := claimedReshare(lantoa.ViaFeed)
	r.State, r.Unit = lantoa.ReshareSent, province
	l.reshares["r"] = r
	ctx, leave := context.WithCancel(t.Context())
	p := &leaving{platform: platform{book: &book{}}, leave: leave}
	if got, err := TakeBack(ctx, l, Publishers{lantoa.ViaFeed: p}, hoa, "r", "nhầm", noon); err != nil || got.State != lantoa.ReshareCancelled {
		t.Errorf("%s (%v)", got.State, err)
	}
}

// leaving is a platform during whose call the asker closes the window.
type leaving struct {
	platform
	leave func()
}

func (p *leaving) Remove(context.Context, lantoa.Deed) error { p.leave(); return nil }
