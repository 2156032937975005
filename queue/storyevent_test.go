package queue

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// listener is a program of the Union that hears of stories.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []string // events whose call was answered well
	calls  int
	strays []string // what was wrong with calls
	status int
	before func() // what happens before the answer
}

func listen(t *testing.T, key string) *listener {
	l := &listener{status: http.StatusOK}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		l.calls++
		status, before := l.status, l.before
		mac := hmac.New(sha256.New, []byte(key))
		io.WriteString(mac, r.Header.Get("X-Lantoa-Time")+"."+string(body))
		if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); r.Header.Get("X-Lantoa-Signature") != want {
			l.strays = append(l.strays, "signature "+r.Header.Get("X-Lantoa-Signature"))
		}
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || !strings.HasPrefix(string(body), `{"event":`) {
			l.strays = append(l.strays, r.Method+" "+string(body))
		}
		if status == http.StatusOK {
			l.heard = append(l.heard, r.Header.Get("X-Lantoa-Event"))
		}
		l.mu.Unlock()
		if before != nil {
			before()
		}
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) told() (heard []string, calls int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.heard...), l.calls
}

// eventShop is a worker with a clock, a chosen story, and a hook to a listener.
type eventShop struct {
	*Worker
	hook  *StoryHook
	clock time.Time
	story lantoa.StoryID
}

func newEventShop(t *testing.T, url string, allow ...string) *eventShop {
	t.Helper()
	st := storetest.Open(t)
	seed := storetest.Seed(t, st)
	s := &eventShop{clock: storetest.Now}
	s.Worker = &Worker{Store: st, Now: func() time.Time { return s.clock }, Log: slog.New(slog.DiscardHandler)}
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	in := lantoa.Incoming{Post: lantoa.Post{External: "p1", Type: lantoa.Text, Text: "Mô hình nuôi lợn đất", PublishedAt: storetest.Now.Add(-time.Hour)}}
	_, err := st.SavePosts(ctx, seed.DongMauPage.ID, []lantoa.Incoming{in}, storetest.Now)
	must(err)
	posts, err := st.PostsBetween(ctx, seed.DongMauPage.ID, storetest.Now.Add(-2*time.Hour), storetest.Now)
	must(err)
	lead, err := st.Post(ctx, posts[0].ID)
	must(err)
	must(st.SaveStories(ctx, []lantoa.Story{{Title: "Lợn đất", Lead: lead, First: seed.DongMau, ToldAt: lead.PublishedAt, Units: 1, Channels: 1, Rank: 1}}))
	lead, err = st.Post(ctx, posts[0].ID)
	must(err)
	s.story = lead.Story
	_, err = st.SaveDecision(ctx, lantoa.Decision{Story: s.story, Verdict: lantoa.Approve, ByName: "Chị Hà", At: storetest.Now})
	must(err)
	s.hook = s.newHook(url, allow...)
	return s
}

func (s *eventShop) newHook(url string, allow ...string) *StoryHook {
	return &StoryHook{URL: url, Key: "khoá", HTTP: safehttp.New(safehttp.Options{Allow: allow}),
		Body: func(_ context.Context, e lantoa.StoryEvent) ([]byte, error) {
			return []byte(`{"event":"` + e.Event + `","story":"` + string(e.Story) + `"}`), nil
		}}
}

func (s *eventShop) tellAt(t *testing.T, at time.Time) {
	t.Helper()
	s.clock = at
	if err := s.hook.Tell(t.Context(), s.Worker); err != nil {
		t.Fatal(err)
	}
}

// event is the one there is.
func (s *eventShop) event(t *testing.T) lantoa.StoryEvent {
	t.Helper()
	all, err := s.Store.StoryEvents(t.Context(), 10)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d events, %v", len(all), err)
	}
	return all[0]
}

func TestAChosenStoryIsToldOnceAndSigned(t *testing.T) {
	l := listen(t, "khoá")
	s := newEventShop(t, l.URL+"/hook", strings.TrimPrefix(l.URL, "http://"))
	s.tellAt(t, storetest.Now)
	s.tellAt(t, storetest.Now.Add(time.Hour))
	s.hook = s.newHook(l.URL+"/hook", strings.TrimPrefix(l.URL, "http://")) // started anew
	s.tellAt(t, storetest.Now.Add(48*time.Hour))
	heard, calls := l.told()
	e := s.event(t)
	if len(heard) != 1 || calls != 1 || heard[0] != e.ID || len(l.strays) > 0 {
		t.Errorf("heard %v in %d calls, strays %v", heard, calls, l.strays)
	}
	if e.DoneAt.IsZero() || e.Status != 200 || e.Tries != 1 || e.Trouble != nil || e.Event != "story.approved" {
		t.Errorf("%+v", e)
	}
}

func TestACallThatFailsIsRepeatedWithGrowingGapsForADayAndThenGivenUp(t *testing.T) {
	for name, status := range map[string]int{"refuses": http.StatusForbidden, "is broken": http.StatusInternalServerError, "sends us on": http.StatusFound} {
		t.Run("the receiver "+name, func(t *testing.T) {
			l := listen(t, "khoá")
			l.status = status
			s := newEventShop(t, l.URL, strings.TrimPrefix(l.URL, "http://"))
			var gaps []time.Duration
			for range 100 {
				s.tellAt(t, s.clock)
				e := s.event(t)
				if e.Next.IsZero() {
					break
				}
				gaps = append(gaps, e.Next.Sub(s.clock))
				s.tellAt(t, e.Next.Add(-time.Second)) // too early: nothing happens
				s.clock = e.Next
			}
			e := s.event(t)
			if _, calls := l.told(); calls != e.Tries || calls != len(gaps)+1 {
				t.Errorf("%d calls, %d tries, %d gaps", calls, e.Tries, len(gaps))
			}
			for i := 1; i < len(gaps); i++ {
				if gaps[i] < gaps[i-1] {
					t.Errorf("the gaps do not grow: %v", gaps)
				}
			}
			if span := s.clock.Sub(storetest.Now); span < 20*time.Hour || span > 24*time.Hour {
				t.Errorf("given up after %v", span)
			}
			if !e.DoneAt.IsZero() || e.Trouble == nil || e.Status != status || !e.Trouble.Since.Equal(storetest.Now) {
				t.Errorf("%+v %v", e, e.Trouble)
			}
			l.mu.Lock()
			l.status = http.StatusOK
			l.mu.Unlock()
			s.tellAt(t, s.clock.Add(100*time.Hour))
			if heard, _ := l.told(); len(heard) > 0 {
				t.Error("what was given up was told again")
			}
		})
	}
}

func TestACallThatSucceedsAtTheThirdTryIsDone(t *testing.T) {
	l := listen(t, "khoá")
	l.status = http.StatusBadGateway
	s := newEventShop(t, l.URL, strings.TrimPrefix(l.URL, "http://"))
	s.tellAt(t, s.clock)
	s.tellAt(t, s.event(t).Next)
	l.mu.Lock()
	l.status = http.StatusOK
	l.mu.Unlock()
	s.tellAt(t, s.event(t).Next)
	s.tellAt(t, s.clock.Add(time.Hour))
	e := s.event(t)
	if heard, calls := l.told(); len(heard) != 1 || calls != 3 || e.Tries != 3 || e.DoneAt.IsZero() || e.Trouble != nil {
		t.Errorf("%v in %d calls: %+v", heard, calls, e)
	}
}

func TestAWorkerThatDiesDuringTheCallLeavesTheEventToTheNext(t *testing.T) {
	l := listen(t, "khoá")
	s := newEventShop(t, l.URL, strings.TrimPrefix(l.URL, "http://"))
	ctx, die := context.WithCancel(t.Context())
	l.status = http.StatusServiceUnavailable
	l.before = die
	if err := s.hook.Tell(ctx, s.Worker); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	l.mu.Lock()
	l.status, l.before = http.StatusOK, nil
	l.mu.Unlock()
	other := s.newHook(l.URL, strings.TrimPrefix(l.URL, "http://"))
	if err := other.Tell(t.Context(), s.Worker); err != nil { // another process, at the same moment
		t.Fatal(err)
	}
	if _, calls := l.told(); calls != 1 {
		t.Fatalf("%d calls within the lease", calls)
	}
	s.tellAt(t, s.clock.Add(eventLease))
	s.tellAt(t, s.clock.Add(24*time.Hour))
	if heard, calls := l.told(); len(heard) != 1 || calls != 2 {
		t.Errorf("heard %v in %d calls", heard, calls)
	}
}

func TestWithoutAReceiverEventsAreForgotten(t *testing.T) {
	l := listen(t, "khoá")
	s := newEventShop(t, "")
	for _, hook := range []*StoryHook{nil, s.hook} {
		if err := hook.Tell(t.Context(), s.Worker); err != nil {
			t.Fatal(err)
		}
	}
	s.hook = s.newHook(l.URL, strings.TrimPrefix(l.URL, "http://")) // entered later
	s.tellAt(t, s.clock.Add(time.Hour))
	if _, calls := l.told(); calls != 0 || !s.event(t).Next.IsZero() {
		t.Errorf("%d calls: %+v", calls, s.event(t))
	}
}

func TestAnInsideAddressThatNobodyAllowedIsNotAsked(t *testing.T) {
	l := listen(t, "khoá")
	s := newEventShop(t, l.URL)
	s.tellAt(t, s.clock)
	e := s.event(t)
	if _, calls := l.told(); calls != 0 || e.Trouble == nil || e.Status != 0 {
		t.Errorf("%d calls: %+v", calls, e)
	}
	if e.Trouble != nil && strings.Contains(e.Trouble.Note, "http://") {
		t.Errorf("the address is kept: %s", e.Trouble.Note)
	}
}

func TestAStoryThatMayNotBeToldIsNot(t *testing.T) {
	l := listen(t, "khoá")
	s := newEventShop(t, l.URL, strings.TrimPrefix(l.URL, "http://"))
	body, consent := s.hook.Body, error(lantoa.Problem(lantoa.Conflict, "consent", ""))
	s.hook.Body = func(ctx context.Context, e lantoa.StoryEvent) ([]byte, error) {
		if consent != nil {
			return nil, consent
		}
		return body(ctx, e)
	}
	s.tellAt(t, s.clock)
	if e := s.event(t); e.Next.IsZero() || e.Tries != 0 {
		t.Errorf("what waits for consent is given up: %+v", e)
	}
	consent = nil
	s.tellAt(t, s.clock.Add(consentWait))
	if heard, calls := l.told(); len(heard) != 1 || calls != 1 {
		t.Errorf("heard %v in %d calls", heard, calls)
	}

	gone := newEventShop(t, l.URL, strings.TrimPrefix(l.URL, "http://"))
	gone.hook.Body = func(context.Context, lantoa.StoryEvent) ([]byte, error) {
		return nil, lantoa.Problem(lantoa.Conflict, "withdrawn", "")
	}
	gone.tellAt(t, gone.clock)
	if e := gone.event(t); !e.Next.IsZero() || e.Trouble == nil {
		t.Errorf("%+v", e)
	}
}
