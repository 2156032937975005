package zalo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// chat is n messages, newest first, a minute apart; number i is id m<i>.
func chat(from, to int) (out []string) {
	for i := to - 1; i >= from; i-- {
		out = append(out, say(fmt.Sprintf("m%d", i), "ha", "text", i, "vâng ạ"))
	}
	return out
}

func TestVisitReadsAll(t *testing.T) {
	tests := []struct {
		name     string
		messages int
		max      int // messages per call that Zalo allows; 0: any
		wantCall int // of conversation, in the first visit
	}{
		{"an empty group", 0, 0, 1},
		{"one page", 7, 0, 2},
		{"just two pages", 20, 0, 3},
		{"many pages", 234, 0, 25},
		{"pages of five when ten are too many", 23, 5, 7}, // one refused, five full, the end
		{"pages of two", 5, 2, 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			h.server.messages, h.server.maxCount = chat(0, tt.messages), tt.max
			haul := h.visit(t)
			if len(haul.Posts)+len(haul.Chatter) != tt.messages || !haul.Complete {
				t.Errorf("%d messages became %d posts and %d chatter, complete %v", tt.messages, len(haul.Posts), len(haul.Chatter), haul.Complete)
			}
			if got := h.server.asked("/v3.0/oa/group/conversation"); got != tt.wantCall {
				t.Errorf("%d calls, want %d: %q", got, tt.wantCall, h.server.calls)
			}
			if haul.Calls != len(h.server.calls) {
				t.Errorf("%d calls told, %d made", haul.Calls, len(h.server.calls))
			}
			if again := h.visit(t); len(again.Posts)+len(again.Chatter) != 0 {
				t.Errorf("the second visit brought %d posts and %d chatter", len(again.Posts), len(again.Chatter))
			}
		})
	}
}

func TestVisitReadsWhatIsNew(t *testing.T) {
	tests := []struct {
		name     string
		more     int // messages said between two visits
		wantCall int
	}{
		{"nothing new takes one page", 0, 1},
		{"three new and seven known, then a known page", 3, 2},
		{"ten new, then one page in which the known begin and one more", 10, 3},
		{"twenty-five new", 25, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			h.server.messages = chat(0, 60)
			h.now = monday.Add(2 * time.Hour) // after the last of them
			h.visit(t)
			h.server.calls = nil
			h.server.messages = chat(0, 60+tt.more)
			haul := h.visit(t)
			if len(haul.Posts)+len(haul.Chatter) != tt.more {
				t.Errorf("%d posts and %d chatter, want %d together", len(haul.Posts), len(haul.Chatter), tt.more)
			}
			if got := h.server.asked("/v3.0/oa/group/conversation"); got != tt.wantCall {
				t.Errorf("%d calls, want %d", got, tt.wantCall)
			}
		})
	}
}

// While a page is on its way the group goes on talking, and the list moves under the reader's feet.
func TestVisitWhileTheListMoves(t *testing.T) {
	h := open(t)
	said := 100
	h.server.messages = chat(0, said)
	h.server.before = func(r *http.Request, _ http.ResponseWriter) bool {
		if strings.HasSuffix(r.URL.Path, "conversation") && said < 160 {
			said += 4
			h.server.messages = chat(0, said)
		}
		return false
	}
	for range 4 {
		h.visit(t)
	}
	if got := len(h.shelf.chatter); got != said {
		t.Errorf("%d messages were said, %d counted", said, got)
	}
}

// A visit that fails keeps nothing of what is new: the next one would stop at it and never see the rest.
func TestVisitThatIsCutOffLosesNothing(t *testing.T) {
	h := open(t)
	h.server.messages = chat(0, 50)
	h.visit(t)
	h.server.messages = chat(0, 100)
	calls := 0
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if calls++; calls == 3 {
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		return false
	}
	haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Since: monday.Add(-time.Hour)}, h.now)
	if lantoa.KindOf(err) != lantoa.Away || len(haul.Posts)+len(haul.Chatter) != 0 {
		t.Fatalf("got %v, %d posts, %d chatter", err, len(haul.Posts), len(haul.Chatter))
	}
	h.visit(t)
	if got := len(h.shelf.chatter); got != 100 {
		t.Errorf("100 messages were said, %d counted", got)
	}
}

// With few requests a minute a large group takes several visits, each going on where the last was stopped.
func TestFirstReadGoesOn(t *testing.T) {
	h := open(t)
	said := 200
	h.server.messages = chat(0, said)
	inMinute := 0
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if inMinute++; inMinute > 6 {
			fmt.Fprint(w, `{"error":-32,"message":"Your application reached limit call api"}`)
			return true
		}
		return false
	}
	for try := 1; ; try++ {
		haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now)
		if err == nil {
			h.shelf.put(t, haul)
			break
		}
		var trouble *lantoa.Trouble = lantoa.AsTrouble(err, "")
		if trouble.Kind != lantoa.Limited || !trouble.Until.Equal(h.now.Truncate(time.Minute).Add(time.Minute)) {
			t.Fatalf("got %v until %v", err, trouble.Until)
		}
		if try > 10 {
			t.Fatal("the read never ends")
		}
		h.now, inMinute = h.now.Add(time.Minute), 0
		said += 2
		h.server.messages = chat(0, said)
	}
	h.group.FirstRead = h.now
	inMinute = -1000
	h.now = h.now.Add(time.Minute)
	h.visit(t)
	if got := len(h.shelf.chatter); got != said {
		t.Errorf("%d messages were said, %d counted", said, got)
	}
}

func TestAListWithoutEnd(t *testing.T) {
	h := open(t)
	h.server.messages = chat(0, 10)
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if strings.HasSuffix(r.URL.Path, "conversation") { // the last page again, however deep one asks
			fmt.Fprintf(w, `{"error":0,"data":[%s]}`, strings.Join(h.server.messages, ","))
			return true
		}
		return false
	}
	haul := h.visit(t)
	if len(haul.Chatter) != 10 || haul.Calls > 6 {
		t.Errorf("%d chatter in %d calls", len(haul.Chatter), haul.Calls)
	}
}

func TestAListThatCannotBeReadToItsEnd(t *testing.T) {
	h := open(t)
	h.server.messages = chat(0, 100)
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if len(r.FormValue("offset")) > 1 && r.FormValue("offset") >= "50" {
			fmt.Fprint(w, `{"error":-210,"message":"Parameter exceeds allowable limit"}`)
			return true
		}
		return false
	}
	haul := h.visit(t)
	if len(haul.Chatter) != 50 || haul.Complete || len(haul.Warnings) != 1 || haul.Warnings[0].What != "depth" {
		t.Errorf("%d chatter, complete %v, warnings %v", len(haul.Chatter), haul.Complete, haul.Warnings)
	}
	if h.pageSize != 10 {
		t.Errorf("the depth of one group made pages of %d for all", h.pageSize)
	}
}

// A text is read at one visit and its photos at the next, or the other way round, or in the middle.
func TestPhotosThatComeBetweenVisits(t *testing.T) {
	all := []string{
		say("p0", "ha", "photo", 0, ""),
		say("t", "ha", "text", 1, shortWords),
		say("p1", "ha", "photo", 2, shortWords),
		say("p2", "ha", "photo", 3, ""),
		say("long", "ha", "text", 4, storyWords),
		say("p3", "ha", "photo", 5, ""),
	}
	newestFirst := func(n int) (out []string) {
		for i := n - 1; i >= 0; i-- {
			out = append(out, all[i])
		}
		return out
	}
	for first := 0; first <= len(all); first++ {
		t.Run(fmt.Sprintf("%d messages at the first visit", first), func(t *testing.T) {
			h := open(t)
			h.server.messages = newestFirst(first)
			h.visit(t)
			h.server.messages = newestFirst(len(all))
			h.visit(t)
			if len(h.shelf.posts)+len(h.shelf.chatter) != len(all) || !h.shelf.posts["long"] || h.shelf.posts["p3"] {
				t.Errorf("posts %v, chatter %v", h.shelf.posts, h.shelf.chatter)
			}
		})
	}
}

func TestVisitTellsNameSizeAndEnd(t *testing.T) {
	h := open(t)
	h.server.groups = []string{
		`{"name":"  PN xa\u0303 Phu\u0301 Bi\u0300nh ","group_id":"a1f0c3d200000000c001","group_link":"https://zalo.me/g/mau001","total_member":"412","status":"enabled"}`,
		`{"name":"La Hiên","group_id":"a1f0c3d200000000c003","total_member":87,"status":"disabled"}`,
	}
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if strings.HasSuffix(r.URL.Path, "/getgroup") {
			fmt.Fprint(w, `{"error":0,"data":{"group_info":{"group_id":"a1f0c3d200000000c003","auto_delete_date":"04/01/2027"}}}`)
			return true
		}
		return false
	}
	haul := h.visit(t)
	if haul.Name != "PN xã Phú Bình" || haul.URL != "https://zalo.me/g/mau001" || haul.Size.Followers != lantoa.Of(412) || !haul.Size.At.Equal(h.now) {
		t.Errorf("got %q %q %v", haul.Name, haul.URL, haul.Size)
	}
	h.group.External = "a1f0c3d200000000c003"
	haul = h.visit(t)
	if len(haul.Warnings) != 1 || haul.Warnings[0].Kind != lantoa.GroupDead || haul.Warnings[0].Until.Format("2006-01-02") != "2027-01-04" {
		t.Errorf("warnings %v", haul.Warnings)
	}
	if n := h.server.asked("/v3.0/oa/group/getgroupsofoa"); n != 1 {
		t.Errorf("%d listings in one sweep", n)
	}
	h.now = h.now.Add(11 * time.Minute)
	h.visit(t)
	if n := h.server.asked("/v3.0/oa/group/getgroupsofoa"); n != 2 {
		t.Errorf("%d listings after eleven minutes", n)
	}
}

func TestNothingOfAMemberLeaves(t *testing.T) {
	h := open(t)
	h.server.messages = []string{
		say("p1", "7300000000000000001", "photo", 3, shortWords), say("t", "7300000000000000001", "text", 2, storyWords),
		say("s", "7300000000000000002", "text", 1, "chị Mẫu ơi số em 0990000187"), say("v", "7300000000000000003", "voice", 0, ""),
	}
	haul := h.visit(t)
	haul.Posts[0].Text = ""
	b, err := json.Marshal(haul)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"730000000", "Mẫu", "0990000187", "a.jpg", "ra quân"} {
		if strings.Contains(string(b), secret) {
			t.Errorf("%q left the package: %s", secret, b)
		}
	}
	if haul.Posts[0].HasCount || !haul.Posts[0].Numbers.At.IsZero() {
		t.Error("a group's post has no numbers")
	}
}

func TestOnlyGroupsAreRead(t *testing.T) {
	h := open(t)
	h.group.Kind = lantoa.FacebookPage
	if _, err := h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now); lantoa.KindOf(err) != lantoa.Refused || len(h.server.calls) != 0 {
		t.Errorf("got %v", err)
	}
}

// The store took the posts of a visit, and then the process ended before it took the chatter.
func TestACrashBetweenPostsAndChatterLosesNothing(t *testing.T) {
	h := open(t)
	h.server.messages = []string{say("old", "u", "text", 0, "chào chị em")}
	h.visit(t)
	for i := range 12 {
		h.server.messages = append([]string{say(fmt.Sprint("chat", i), "a", "text", 60+i, "vâng ạ")}, h.server.messages...)
	}
	for i := range 10 {
		h.server.messages = append([]string{say(fmt.Sprint("post", i), "b", "text", 200+20*i, storyWords)}, h.server.messages...)
	}
	h.now = h.now.Add(12 * time.Hour)
	haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Since: h.now.Add(-29 * 24 * time.Hour)}, h.now)
	if err != nil {
		t.Fatal(err)
	}
	haul.Chatter = nil // ended here: neither the chatter nor the visit was noted
	h.shelf.put(t, haul)
	h.Client = h.again()
	for range 2 {
		h.now = h.now.Add(time.Hour)
		h.visit(t)
	}
	if got := len(h.shelf.posts) + len(h.shelf.chatter); got != len(h.server.messages) {
		t.Errorf("%d messages served, %d kept or counted", len(h.server.messages), got)
	}
}

// After an outage a group has more to read than one minute's requests allow: a visit goes on where the one before
// was cut off, else it would never come through.
func TestCatchingUpUnderALimitComesThrough(t *testing.T) {
	h := open(t)
	h.server.messages = chat(0, 20)
	h.visit(t)
	h.server.messages = chat(0, 420)
	h.now = h.now.Add(12 * time.Hour)
	left := 0
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if left--; left < 0 {
			fmt.Fprint(w, `{"error":-32,"message":"Your application reached limit call api"}`)
			return true
		}
		return false
	}
	minutes := 0
	for ; minutes < 12; minutes++ {
		h.server.mu.Lock()
		left = 10
		h.server.mu.Unlock()
		h.now = h.now.Add(time.Minute)
		haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Since: h.now.Add(-29 * 24 * time.Hour)}, h.now)
		if err == nil {
			h.shelf.put(t, haul)
			break
		}
	}
	if got := len(h.shelf.posts) + len(h.shelf.chatter); got != 420 || minutes > 7 {
		t.Errorf("%d of 420 messages after %d minutes of 10 requests", got, minutes+1)
	}
}

// However far the writing of a visit came, and whatever was said in which order, nothing is lost; a clock of ours
// that is ahead of Zalo's changes nothing in that.
func TestAProcessThatEndsBetweenTwoWritesLosesNothing(t *testing.T) {
	for _, ahead := range []time.Duration{0, 9 * time.Minute, -9 * time.Minute} {
		for _, stories := range []int{0, 1, 9, 10, 11, 20, 30} {
			for _, order := range []string{"stories last", "stories first", "mixed"} {
				t.Run(fmt.Sprintf("%d stories of 30, %s, clock %v ahead", stories, order, ahead), func(t *testing.T) {
					h := open(t)
					h.server.messages = chat(0, 20)
					h.now = monday.Add(21*time.Minute + ahead)
					h.visit(t)
					for i := range 30 {
						story := i >= 30-stories
						switch order {
						case "stories first":
							story = i < stories
						case "mixed":
							story = i*stories/30 != (i+1)*stories/30
						}
						words := "vâng ạ"
						if story {
							words = storyWords
						}
						h.server.messages = append([]string{say(fmt.Sprint("n", i), "b", "text", 21+i/3, words)}, h.server.messages...)
					}
					h.now = monday.Add(32*time.Minute + ahead)
					for range 2 { // ended twice in the same place
						haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Since: h.now.Add(-29 * 24 * time.Hour)}, h.now)
						if err != nil {
							t.Fatal(err)
						}
						haul.Chatter = nil
						h.shelf.put(t, haul)
						h.Client, h.now = h.again(), h.now.Add(time.Minute)
					}
					h.visit(t)
					if got := len(h.shelf.posts) + len(h.shelf.chatter); got != len(h.server.messages) {
						t.Errorf("%d messages served, %d kept or counted", len(h.server.messages), got)
					}
				})
			}
		}
	}
}

// A visit that finds new messages may be cut off after any number of requests, and the group talks on meanwhile.
func TestAVisitCutOffAnywhereIsGoneOnWith(t *testing.T) {
	for allowed := 2; allowed <= 12; allowed++ {
		t.Run(fmt.Sprintf("%d requests at once", allowed), func(t *testing.T) {
			h := open(t)
			said, left := 30, 1000
			h.server.messages = chat(0, said)
			h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
				if left--; left < 0 {
					w.WriteHeader(http.StatusBadGateway)
					return true
				}
				return false
			}
			h.now = monday.Add(31 * time.Minute)
			h.visit(t)
			said = 150
			h.now = monday.Add(5 * time.Hour)
			tries := 0
			for ; tries < 100; tries++ { // hours in all: each that comes further has an hour to go on
				h.server.messages, left = chat(0, said), allowed
				h.now = h.now.Add(10 * time.Minute)
				haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Since: h.now.Add(-29 * 24 * time.Hour)}, h.now)
				if err == nil {
					h.shelf.put(t, haul)
					h.group.LastRead = h.now
					break
				}
				said++
			}
			if got := len(h.shelf.posts) + len(h.shelf.chatter); got != said {
				t.Errorf("%d of %d messages after %d tries", got, said, tries+1)
			}
		})
	}
}

// After an outage eight groups are read at once, under a limit for all of them.
func TestManyGroupsCatchUpUnderOneLimit(t *testing.T) {
	h := open(t)
	type group struct {
		lantoa.Channel
		messages []string
		got      int
	}
	groups := map[string]*group{}
	for g := range 8 {
		id := fmt.Sprint("g", g)
		x := &group{Channel: lantoa.Channel{ID: lantoa.ChannelID(id), Kind: lantoa.ZaloGroup, External: id, FirstRead: monday.Add(-time.Hour), LastRead: monday.Add(time.Hour)}}
		for i := 400; i > 0; i-- {
			x.messages = append(x.messages, say(fmt.Sprintf("%s-%d", id, i), "ha", "text", 60+i, "vâng ạ"))
		}
		x.messages = append(x.messages, say(id+"-0", "ha", "text", 0, "vâng ạ"))
		h.shelf.chatter[id+"-0"] = true
		groups[id] = x
	}
	left := 0
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if left--; left < 0 {
			fmt.Fprint(w, `{"error":-32,"message":"Your application reached limit call api"}`)
			return true
		}
		if !strings.HasSuffix(r.URL.Path, "conversation") {
			return false
		}
		var offset, count int
		fmt.Sscan(r.FormValue("offset"), &offset)
		fmt.Sscan(r.FormValue("count"), &count)
		fmt.Fprintf(w, `{"data":[%s],"error":0}`, strings.Join(cut(groups[r.FormValue("group_id")].messages, offset, count), ","))
		return true
	}
	h.now = monday.Add(12 * time.Hour)
	minutes, done := 0, 0
	for ; minutes < 12 && done < len(groups); minutes++ {
		h.server.mu.Lock()
		left = 100
		h.server.mu.Unlock()
		h.now = h.now.Add(time.Minute)
		var all sync.WaitGroup
		for _, g := range groups {
			if g.got > 0 {
				continue
			}
			all.Go(func() {
				if haul, err := h.Visit(t.Context(), g.Channel, lantoa.Ask{Since: h.now.Add(-29 * 24 * time.Hour)}, h.now); err == nil {
					g.got = len(haul.Posts) + len(haul.Chatter)
				}
			})
		}
		all.Wait()
		done = 0
		for _, g := range groups {
			if g.got > 0 {
				done++
			}
		}
	}
	for id, g := range groups {
		if g.got != 400 {
			t.Errorf("%s: %d of 400 messages after %d minutes of 100 requests", id, g.got, minutes)
		}
	}
}
