package sandbox

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAFaultKeepsAPostFromBeingPublishedOrTheAnswerFromComing(t *testing.T) {
	tests := []struct {
		kind     string
		done     bool
		answered bool // with the id
	}{
		{"timeout", false, false}, {"reset", false, false}, {"500", false, false}, {"html", false, false}, {"garbage", false, false},
		{"empty", false, false}, {"truncated", false, false}, {"190", false, false}, {"4", false, false}, {"80001", false, false},
		{"duplicate-506", false, false}, {"unknown-1", false, false}, {"inside-200", false, false},
		{"timeout-after", true, false}, {"reset-after", true, false}, {"500-after", true, false}, {"2-after", true, false}, {"garbage-after", true, false},
		{"usage", true, true}, {"version", true, true}, {"slow", true, true},
	}
	at(t, monday, Options{}) // the province that they share is whole before they run side by side
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			t.Parallel() // timeouts wait
			file := filepath.Join(t.TempDir(), "sandbox.json")
			s, _ := at(t, monday, Options{State: file})
			base := serve(t, s)
			p, other := s.pages[0], s.pages[1]
			if err := s.SetFaults(Faults{[]Fault{{Kind: tt.kind, Path: "/feed", Method: "POST", Channel: p.id, Times: 1, Other: "v24.0"}}}); err != nil {
				t.Fatal(err)
			}
			post := func(p *page, words string) string {
				_, out, _ := send(t, "POST", base+"/graph/v25.0/"+p.id+"/feed", url.Values{"message": {words}, "access_token": {p.pageToken}})
				id, _ := dig(out, "id").(string)
				return id
			}
			if id := post(other, "trang khác"); id == "" {
				t.Error("the other page was struck too")
			}
			if status, _, _ := fetch(t, base+"/graph/v25.0/"+p.id+"/feed?access_token="+p.pageToken); status != 200 {
				t.Error("a reader was struck too")
			}
			id := post(p, "lời")
			if answered := id != "" && id != "0"; answered != tt.answered {
				t.Errorf("answered with %q", id)
			}
			again, _ := at(t, monday, Options{State: file}) // what was done is done, also when the platform starts anew
			for _, s := range []*Sandbox{s, again} {
				n := 0
				for _, one := range s.Published() {
					if one.Channel == p.id {
						n++
					}
				}
				if (n == 1) != tt.done || n > 1 {
					t.Errorf("%d posts stand on the page", n)
				}
			}
			if err := s.SetFaults(Faults{}); err != nil { // also whom it asked to stay away
				t.Fatal(err)
			}
			second := post(p, "lời")
			if published := second != ""; published == tt.done {
				t.Errorf("the same words afterwards: %q", second)
			}
		})
	}
}

func TestABlockedPagePublishesNothing(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	p := s.pages[0]
	s.SetFaults(Faults{[]Fault{{Kind: "80001", Channel: p.id, Times: 1}}})
	for range 2 {
		if id, code := feed(t, base, p, url.Values{"message": {"a"}}); id != "" || code != 80001 {
			t.Errorf("got %q, %v", id, code)
		}
	}
	if len(s.Published()) != 0 || s.Blocked()[p.id] != 1 {
		t.Errorf("%d published, blocked %v", len(s.Published()), s.Blocked())
	}
}

func TestEditsAndDeletesMeetFaultsToo(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	p := s.pages[0]
	id, _ := feed(t, base, p, url.Values{"message": {"một"}})
	address := base + "/graph/v25.0/" + id + "?access_token=" + p.pageToken
	s.SetFaults(Faults{[]Fault{{Kind: "500", Path: id, Times: 1}, {Kind: "2-after", Path: id, Times: 1}}})
	for i, want := range []int{0, 1} {
		if status, _, _ := send(t, "POST", address, url.Values{"message": {"hai"}}); status != 500 {
			t.Errorf("call %d: %d", i, status)
		}
		if got := s.Published()[0].Edits; got != want {
			t.Errorf("call %d: %d edits, want %d", i, got, want)
		}
	}
	s.SetFaults(Faults{[]Fault{{Kind: "reset", Method: "DELETE", Times: 1}, {Kind: "reset-after", Method: "DELETE", Times: 1}}})
	for i, want := range []bool{false, true} {
		if _, _, err := send(t, "DELETE", address, nil); err == nil {
			t.Errorf("call %d was answered", i)
		}
		if got := s.Published()[0].Removed; got != want {
			t.Errorf("call %d: removed is %v", i, got)
		}
	}
}

func TestAFaultKeepsAMessageFromBeingSentOrTheAnswerFromComing(t *testing.T) {
	tests := []struct {
		kind string
		done bool
	}{
		{"timeout", false}, {"reset", false}, {"500", false}, {"garbage", false}, {"-32", false}, {"-216", false}, {"-200", false},
		{"timeout-after", true}, {"reset-after", true}, {"500-after", true}, {"2-after", true}, {"garbage-after", true},
	}
	at(t, monday, Options{}) // the province that they share is whole before they run side by side
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			t.Parallel()
			s, _ := at(t, monday, Options{})
			base := serve(t, s)
			s.SetFaults(Faults{[]Fault{{Kind: tt.kind, Path: "message", Channel: s.groups[2].id, Times: 1}}})
			out, _ := sendZalo(t, s, base, "/v3.0/oa/group/message", `{"recipient":{"group_id":"`+s.groups[2].id+`"},"message":{"text":"a"}}`)
			if id, _ := dig(out, "data", "message_id").(string); id != "" {
				t.Errorf("answered with %q", id)
			}
			if got := len(s.Published()) == 1; got != tt.done {
				t.Errorf("sent is %v", got)
			}
		})
	}
}

func TestABatchPublishesUnlessAFaultStrikesThePart(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	p := s.pages[0]
	part := func(words string) string {
		return `{"method":"POST","relative_url":"v25.0/` + p.id + `/feed?message=` + words + `&access_token=` + p.pageToken + `"}`
	}
	s.SetFaults(Faults{[]Fault{{Kind: "timeout", Path: "feed", Times: 1}, {Kind: "timeout-after", Path: "feed", Times: 1}}})
	form := url.Values{"access_token": {s.Token()}, "batch": {"[" + part("mot") + "," + part("hai") + "," + part("ba") + "]"}}
	r, err := http.PostForm(base+"/graph/v25.0/", form)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	var got []string
	for _, one := range s.Published() {
		got = append(got, one.Words)
	}
	if len(got) != 2 || got[0] != "hai" || got[1] != "ba" {
		t.Errorf("published %v", got)
	}
}

func TestAReshareBringsItsOriginalWhatItIsKnownToBring(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, c := at(t, monday, Options{State: file})
	base := serve(t, s)
	untouched, _ := at(t, monday, Options{})
	p, original := s.pages[0], s.byPost[s.Plants()["P1"].Posts[0]]
	total := func(s *Sandbox, at time.Time) int {
		a, b, c, ok := s.Numbers(original.id, at)
		if !ok {
			t.Fatal("the original is not there")
		}
		return a + b + c
	}
	var id string
	for i := range 2 { // the second time without a lift, which is the first's alone
		form := url.Values{"message": {"Theo Hội LHPN xã Đồng Mẫu"}, "link": {original.permalink()}}
		if i == 1 {
			form = url.Values{"message": {"không nhắc tới ai"}}
		}
		one, code := feed(t, base, p, form)
		if code != 0 {
			t.Fatal(code)
		}
		if i == 0 {
			id = one
		}
	}
	want := int(0.5*p.usual + 0.5)
	if want < 20 {
		t.Fatalf("%d interactions cannot be measured", want)
	}
	again, _ := at(t, monday, Options{State: file})
	for name, s := range map[string]*Sandbox{"as it is": s, "after a restart": again} {
		before := total(s, monday)
		if got := total(untouched, monday); got != before {
			t.Errorf("%s: at the moment of sharing %d, without it %d", name, before, got)
		}
		last := before
		for h := 1; h <= 60; h++ {
			now := total(s, monday.Add(time.Duration(h)*time.Hour))
			if now < last {
				t.Errorf("%s: after %d hours %d, an hour before %d", name, h, now, last)
			}
			last = now
		}
		day := monday.Add(48 * time.Hour)
		if got := total(s, day) - total(untouched, day); got != want {
			t.Errorf("%s: 48 hours later it has %d more, want %d", name, got, want)
		}
		if got := total(s, day.Add(24*time.Hour)) - total(untouched, day.Add(24*time.Hour)); got != want {
			t.Errorf("%s: three days later it has %d more, want %d", name, got, want)
		}
		for _, q := range s.Truth(original.page.id) {
			if q.ID == original.id && (len(q.Lifts) != 1 || q.Lifts[0].By != id || q.Lifts[0].Interactions != want || !q.Lifts[0].At.Equal(monday)) {
				t.Errorf("%s: the truth is %+v", name, q.Lifts)
			}
		}
		if got := s.Published()[0]; got.Original != original.id || got.Brings != want {
			t.Errorf("%s: judged %+v", name, got)
		}
	}
	c.Hold(monday.Add(48 * time.Hour))
	_, one, _ := fetch(t, base+"/graph/v25.0/"+original.id+"?fields="+url.QueryEscape(askedFields)+"&access_token="+original.page.pageToken)
	sum := dig(one, "reactions", "summary", "total_count").(float64) + dig(one, "comments", "summary", "total_count").(float64) + dig(one, "shares", "count").(float64)
	if int(sum) != total(s, monday.Add(48*time.Hour)) {
		t.Errorf("Graph says %v", sum)
	}
	if got := s.byPost[original.id].at(monday.Unix() + 2*day); got.reactions+got.comments+got.shares != total(untouched, monday.Add(48*time.Hour)) {
		t.Error("the province itself was changed")
	}
}

func TestAReshareThatIsTakenBackBringsNothingMore(t *testing.T) {
	s, c := at(t, monday, Options{ShareLift: 2})
	base := serve(t, s)
	p, original := s.pages[0], s.byPost[s.Plants()["P1"].Posts[0]]
	id, _ := feed(t, base, p, url.Values{"message": {"Chuyện hay ở " + original.permalink() + "."}}) // in the words
	brings := s.Published()[0].Brings
	if brings != int(2*p.usual+0.5) {
		t.Fatalf("it brings %d", brings)
	}
	c.Hold(monday.Add(5 * time.Hour))
	had, _, _, _ := s.Numbers(original.id, c.Now())
	send(t, "DELETE", base+"/graph/v25.0/"+id+"?access_token="+p.pageToken, nil)
	if now, _, _, _ := s.Numbers(original.id, c.Now()); now != had {
		t.Errorf("%d reactions, %d before the reshare was taken back", now, had)
	}
	if now, _, _, _ := s.Numbers(original.id, monday.Add(200*time.Hour)); now != had { // P1 itself has all of its own
		t.Errorf("%d reactions later, %d when the reshare was taken back", now, had)
	}
	none, _ := at(t, monday, Options{ShareLift: -1})
	feed(t, serve(t, none), p, url.Values{"message": {"a"}, "link": {original.permalink()}})
	if got := none.Published()[0]; got.Brings != 0 {
		t.Errorf("with no lift it brings %d", got.Brings)
	}
}

func TestALargeLiftHasComeInFullAfter48Hours(t *testing.T) {
	s, _ := at(t, monday, Options{ShareLift: 40})
	p, original := s.pages[0], s.byPost[s.Plants()["P1"].Posts[0]]
	feed(t, serve(t, s), p, url.Values{"message": {"a"}, "link": {original.permalink()}})
	more := func(after time.Duration) int {
		at := monday.Add(after)
		a, b, c, _ := s.Numbers(original.id, at)
		n := original.at(at.Unix())
		return a + b + c - n.reactions - n.comments - n.shares
	}
	want := s.Published()[0].Brings
	if early, full, late := more(46*time.Hour), more(48*time.Hour), more(50*time.Hour); early >= want || full != want || late != want {
		t.Errorf("%d more after 46 hours, %d after 48, %d after 50, want all %d at 48", early, full, late, want)
	}
}

func TestWhatCannotBeKeptIsNotPublished(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, _ := at(t, monday, Options{State: file})
	base := serve(t, s)
	p := s.pages[0]
	if err := errors.Join(os.Remove(file), os.MkdirAll(filepath.Join(file, "in the way"), 0o755)); err != nil {
		t.Fatal(err)
	}
	id, code := feed(t, base, p, url.Values{"message": {"lời"}})
	if id != "" || code != 1 || len(s.Published()) != 0 {
		t.Errorf("got %q, %v; published %+v", id, code, s.Published())
	}
	_, list, _ := fetch(t, base+"/graph/v25.0/"+p.id+"/published_posts?limit=1&fields=message&access_token="+p.pageToken)
	if dig(list, "data", 0, "message") == "lời" {
		t.Error("it stands on the page all the same")
	}
	if err := os.RemoveAll(file); err != nil {
		t.Fatal(err)
	}
	if id, code := feed(t, base, p, url.Values{"message": {"lời"}}); id == "" {
		t.Errorf("once there is room again: %v", code)
	}
}
