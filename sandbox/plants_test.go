package sandbox

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

func TestAllPlantsAreNamed(t *testing.T) {
	s, _ := at(t, monday, Options{})
	for i := 1; i <= 16; i++ {
		p, ok := s.Plants()[fmt.Sprintf("P%d", i)]
		if i == 14 { // a word, not a place
			continue
		}
		if !ok || p.About == "" || len(p.Channels) == 0 || len(p.Times) == 0 {
			t.Errorf("P%d: %+v", i, p)
		}
		for _, id := range p.Posts {
			if s.byPost[id] == nil && i != 12 {
				t.Errorf("P%d: no post %s", i, id)
			}
		}
	}
	day := func(name string, n int, want string) {
		if got := s.Plants()[name].Times[n].Format("2006-01-02"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	day("P1", 0, "2026-11-17")
	day("P2", 0, "2026-11-19")
	day("P5", 0, "2026-11-14")
	day("P6", 0, "2026-11-18")
	day("P7", 0, "2026-11-11")
	day("P8", 1, "2026-11-20")
	day("P9", 0, "2026-11-19")
	day("P10", 0, "2026-06-15")
	day("P11", 0, "2025-07-01")
	day("P16", 0, "2026-11-10")
	day("P16", 1, "2026-11-20")
	day("P16", 2, "2026-11-15")
	if got := len(s.Plants()["P2"].Posts); got != 7 {
		t.Errorf("P2 has %d copies", got)
	}
	if got := len(s.Plants()["P3"].Posts); got != 42 {
		t.Errorf("P3 has %d posts, want the province's and 41", got)
	}
}

func TestTheCopiesAreCopiesAndNobodyElseHasThem(t *testing.T) {
	s, _ := at(t, monday, Options{})
	fold := func(text string) map[string]bool { return shingles(oldTones(norm.NFKC.String(text))) }
	original := fold(lonDat)
	is := map[string]bool{}
	for _, id := range append(s.Plants()["P2"].Posts, s.Plants()["P1"].Posts...) {
		is[id] = true
		if j := jaccard(original, fold(s.byPost[id].text)); j < 0.8 {
			t.Errorf("copy %s has Jaccard %.2f", id, j)
		}
	}
	for _, p := range s.pages {
		for _, q := range p.posts {
			if !is[q.id] && jaccard(original, fold(q.text)) > 0.1 {
				t.Errorf("%s resembles the story", q.id)
			}
			if q.parent != nil && is[q.parent.id] {
				t.Errorf("%s shares a copy", q.id)
			}
		}
	}
	for _, g := range s.groups {
		for _, m := range g.messages {
			if strings.Contains(m.text, "lợn đất") {
				t.Errorf("group %s tells the story", g.name)
			}
		}
	}
	p13 := s.byPost[s.Plants()["P13"].Posts[0]].text
	if norm.NFC.IsNormalString(p13) || !strings.Contains(norm.NFC.String(p13), "hoà thuận") || !strings.Contains(norm.NFC.String(p13), "Thuỷ") {
		t.Error("P13 is not decomposed, or not in the other tone places")
	}
}

func TestWhatVanishesAndWhatAppearsLate(t *testing.T) {
	s, c := at(t, time.Date(2026, 11, 20, 12, 0, 0, 0, Zone), Options{})
	p8, p16, p9 := s.Plants()["P8"], s.Plants()["P16"], s.Plants()["P9"]
	deleted, late := s.byPost[p8.Posts[0]], s.byPost[p16.Posts[0]]
	if !deleted.shown(s.now()) || late.shown(s.now()) {
		t.Error("at noon of the 20th P8 is there and P16 is not")
	}
	c.Hold(monday)
	if deleted.shown(s.now()) || !late.shown(s.now()) {
		t.Error("on Monday P8 is gone and P16 is there")
	}
	if got := s.Served()[p9.Channels[0]].Posts; got != 3 {
		t.Errorf("P9 has %d posts", got)
	}
	c.Hold(p9.Times[0].Add(-time.Hour))
	base := serve(t, s)
	if status, _, _ := fetch(t, base+"/graph/v25.0/"+p9.Channels[0]+"?access_token="+s.Token()); status != 400 {
		t.Error("P9's page is there before it was made")
	}
	vote := s.byPost[s.Plants()["P4"].Posts[0]].at(monday.Unix())
	if got := vote.reactions + vote.comments + vote.shares; got != 2300 {
		t.Errorf("the vote has %d interactions", got)
	}
}

func TestTheTreeAndTheListOfChannels(t *testing.T) {
	s, _ := at(t, monday, Options{})
	inForce, byID := 0, map[lantoa.UnitID]lantoa.Unit{}
	for _, u := range s.Units() {
		byID[u.ID] = u
		if u.InForce(monday) {
			inForce++
		}
	}
	if inForce != 185 || len(byID) != 188 {
		t.Errorf("%d units, %d in force, want 188 and 185", len(byID), inForce)
	}
	for _, u := range byID {
		if u.Parent != "" && byID[u.Parent].ID == "" || !strings.HasSuffix(u.Path, string(u.ID)) || !lantoa.ValidID(string(u.ID)) {
			t.Errorf("unit %+v", u)
		}
	}
	kinds, archived := map[lantoa.ChannelKind]int{}, 0
	for _, c := range s.Channels() {
		kinds[c.Kind]++
		if c.Archived {
			archived++
		}
		if c.Unit.ID == "" || !c.Archived && !c.Unit.InForce(monday) {
			t.Errorf("channel %s of unit %+v", c.Name, c.Unit)
		}
	}
	if kinds[lantoa.FacebookPage] != 187 || kinds[lantoa.ZaloGroup] != 187 || archived != 2 {
		t.Errorf("got %v, %d archived", kinds, archived)
	}
	for code, name := range map[string]string{codeStory: "xã Đồng Mẫu", codeVote: "phường Suối Mẫu", codeDaily: "xã Khe Mẫu", codeRevoked: "xã Núi Mẫu", codeSeldom: "xã Dốc Mẫu"} {
		if got := byID[unitID(code)].Name; got != name {
			t.Errorf("%s is %s", code, got)
		}
	}
}

func TestTwoProvincesOfOneSeedAreEqual(t *testing.T) {
	var two [2]*Sandbox
	for i := range two {
		c := NewClock(monday)
		s, err := New(Options{Anchor: monday, Now: c.Now})
		if err != nil {
			t.Fatal(err)
		}
		two[i] = s
	}
	a, b := two[0], two[1]
	for i := range a.pages {
		for j := range a.pages[i].posts {
			x, y := *a.pages[i].posts[j], *b.pages[i].posts[j]
			x.page, y.page, x.parent, y.parent = nil, nil, nil, nil
			if !reflect.DeepEqual(x, y) {
				t.Fatalf("got %+v, want %+v", y, x)
			}
		}
	}
	for i := range a.groups {
		if !reflect.DeepEqual(a.groups[i].messages, b.groups[i].messages) {
			t.Fatalf("messages of %s differ", a.groups[i].name)
		}
	}
	if !reflect.DeepEqual(a.Plants(), b.Plants()) {
		t.Error("plants differ")
	}
}

func TestNumbersOnlyGrowButForOneReactionTakenBack(t *testing.T) {
	s, _ := at(t, monday, Options{})
	for _, p := range s.pages[:30] {
		for _, q := range p.posts {
			before := counters{}
			for _, age := range []int64{0, hour, 6 * hour, day, 3 * day, 7 * day, 28 * day, 60 * day} {
				n := q.at(q.appears + age)
				if n.reactions < before.reactions-1 || n.comments < before.comments || n.shares < before.shares || n.reach < before.reach {
					t.Fatalf("%s at %d: %+v after %+v", q.id, age, n, before)
				}
				sum := 0
				for _, k := range n.byKind {
					if k < 0 {
						t.Fatalf("%s: %v", q.id, n.byKind)
					}
					sum += k
				}
				if sum != n.reactions {
					t.Fatalf("%s: kinds %v of %d", q.id, n.byKind, n.reactions)
				}
				before = n
			}
		}
	}
}

func TestTextsAreWholeVariedAndHoldNoPrivateData(t *testing.T) {
	s, _ := at(t, monday, Options{})
	private := regexp.MustCompile(`\b0\d{9}\b|\+84\d|\b\d{9,12}\b|@[a-z]+\.|STK|CCCD`)
	templates, topics := 0, map[string]bool{}
	b, err := readBook(textsText)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range b.byGenre {
		templates += len(list)
		for _, one := range list {
			if one.topic != "" && one.topic != "feast" {
				topics[one.topic] = true
			}
		}
	}
	if templates < 60 || len(topics) != 14 {
		t.Errorf("%d templates over %d topics", templates, len(topics))
	}
	women := 0
	look := func(where, text string) {
		if strings.ContainsAny(text, "{}|") || private.MatchString(text) || strings.Contains(text, "chị chị") {
			t.Errorf("%s: %s", where, text)
		}
	}
	for _, p := range s.pages {
		for _, q := range p.posts {
			look(q.id, q.text)
			if q.shown(s.now()) && strings.Contains(strings.ToLower(norm.NFC.String(q.text)), "phụ nữ") {
				women++
			}
		}
	}
	for _, g := range s.groups {
		for _, m := range g.messages {
			look(m.id, m.text)
		}
	}
	if women < 1500 {
		t.Errorf("%d posts with phụ nữ, want more than 1,500", women)
	}
	t.Logf("%d templates, %d posts with phụ nữ", templates, women)
}

func TestFaultsStrikeWhomTheyName(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	page := s.pages[20].id
	post := func(body string) int {
		req, _ := http.NewRequest("POST", base+"/control", strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+s.Token())
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r.StatusCode
	}
	get := func(id string) (int, string, http.Header) {
		r, err := http.Get(base + "/graph/v25.0/" + id + "/published_posts?access_token=" + s.Token())
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b := make([]byte, 400)
		n, _ := r.Body.Read(b)
		return r.StatusCode, string(b[:n]), r.Header
	}
	if got := post(`{"fault":[{"kind":"nonsense"}]}`); got != 400 {
		t.Errorf("an unknown kind: %d", got)
	}
	for _, tt := range []struct {
		kind   string
		status int
		has    string
	}{{"html", 502, "<html>"}, {"500", 500, `"code":2`}, {"80001", 400, "80001"}, {"empty", 500, ""}, {"garbage", 200, "xml"}, {"190", 400, "460"}, {"429", 429, `"code":32`}, {"reduce", 500, "reduce the amount"}} {
		if got := post(`{"fault":[{"kind":"` + tt.kind + `","channel":"` + page + `"}]}`); got != 200 {
			t.Fatal(got)
		}
		status, body, header := get(page)
		if status != tt.status || !strings.Contains(body, tt.has) {
			t.Errorf("%s: %d %s", tt.kind, status, body)
		}
		if tt.kind == "80001" && !strings.Contains(header.Get("X-Business-Use-Case-Usage"), `"estimated_time_to_regain_access":37`) {
			t.Error("no header with the minutes")
		}
		if status, _, _ := get(s.pages[21].id); status != 200 {
			t.Errorf("%s strikes another page too: %d", tt.kind, status)
		}
	}
	post(`{"fault":[{"kind":"500","channel":"facebook_page","to":"` + monday.Add(time.Hour).Format(time.RFC3339) + `","every":2}]}`)
	one, _, _ := get(page)
	two, _, _ := get(page)
	c.Hold(monday.Add(2 * time.Hour))
	after, _, _ := get(page)
	later, _, _ := get(page)
	if one != 200 || two != 500 || after != 200 || later != 200 {
		t.Errorf("every second call until an hour later: %d %d %d %d", one, two, after, later)
	}
}

func TestFaultsAreReadFromBothKindsOfFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"f.toml": "[[fault]]\nkind = \"html\"\nchannel = \"zalo_group\"\nfrom = 2026-11-20T00:00:00+07:00\n",
		"f.json": `{"fault":[{"kind":"html","channel":"zalo_group","from":"2026-11-20T00:00:00+07:00"}]}`,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := ReadFaults(path)
		if err != nil || len(f.Faults) != 1 || f.Faults[0].Kind != "html" || f.Faults[0].From.Day() != 20 {
			t.Errorf("%s: %+v %v", name, f, err)
		}
	}
}

func TestTheControlDoorNeedsTheToken(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	r, err := http.Get(base + "/control")
	if err != nil || r.StatusCode != 401 {
		t.Errorf("without a token: %v %v", r.StatusCode, err)
	}
	if status, body, _ := fetch(t, base+"/control", "Authorization", "Bearer "+s.Token()); status != 200 || dig(body, "calls") == nil {
		t.Errorf("with it: %d %v", status, body)
	}
}

func TestTheClock(t *testing.T) {
	c := NewClock(monday)
	c.Hold(monday)
	if !c.Now().Equal(monday) {
		t.Error("a held clock moved")
	}
	c.Set(monday)
	if d := c.Now().Sub(monday); d < 0 || d > time.Minute {
		t.Errorf("a set clock is off by %s", d)
	}
}
