package zalo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// play serves recordings as the pages of a conversation, then an empty one.
func play(t *testing.T, h *house, names ...string) {
	t.Helper()
	pages := map[string][]byte{}
	offset := 0
	for _, name := range names {
		body := fixture(t, name)
		pages[fmt.Sprint(offset)] = body
		var page struct{ Data []json.RawMessage }
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatal(err)
		}
		offset += len(page.Data)
	}
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if !strings.HasSuffix(r.URL.Path, "conversation") {
			return false
		}
		if body, ok := pages[r.FormValue("offset")]; ok {
			w.Write(body)
		} else {
			fmt.Fprint(w, `{"data":[],"error":0,"message":"Success"}`)
		}
		return true
	}
}

func TestRecordedConversation(t *testing.T) {
	var want struct {
		All struct {
			Distinct int      `json:"distinct_messages"`
			Own      int      `json:"own_oa_messages"`
			Stories  []string `json:"candidate_stories"`
		} `json:"from_07_and_08_together"`
		Story struct {
			ID     string   `json:"source_id"`
			Time   string   `json:"time"`
			Sum    string   `json:"text_sha256_nfc"`
			Chars  int      `json:"text_chars_nfc"`
			Photos []string `json:"photos_attached_by_proximity"`
		} `json:"story"`
	}
	if err := json.Unmarshal(fixture(t, "32_expected_normalised.json"), &want); err != nil {
		t.Fatal(err)
	}
	h := open(t)
	play(t, h, "07_gmf_conversation_page0.json", "08_gmf_conversation_page1_shifted.json")
	haul := h.visit(t)
	if got := len(haul.Posts) + len(haul.Chatter); got != want.All.Distinct || !haul.Complete {
		t.Errorf("%d messages, want %d; complete %v", got, want.All.Distinct, haul.Complete)
	}
	kinds := map[string]int{}
	for _, c := range haul.Chatter {
		kinds[c.Kind]++
	}
	for kind, n := range map[string]int{
		"text": 3, "photo": 2, "sticker": 1, "link": 1, "voice": 1, "location": 1, "gif": 1, "card": 1, "unsupported": 1, "own": want.All.Own,
	} {
		// Of five texts one is the story and one the account's own; the appeal for a child with account and
		// identity numbers is 148 characters long and stays out by its length.
		if kinds[kind] != n {
			t.Errorf("%d chatter of kind %s, want %d", kinds[kind], kind, n)
		}
	}
	if len(haul.Posts) != len(want.All.Stories) {
		t.Fatalf("posts %v", haul.Posts)
	}
	p := haul.Posts[0]
	sum := sha256.Sum256([]byte(norm.NFC.String(p.Text)))
	if p.External != want.Story.ID || p.Type != lantoa.Album || hex.EncodeToString(sum[:]) != want.Story.Sum ||
		utf8.RuneCountInString(norm.NFC.String(p.Text)) != want.Story.Chars {
		t.Errorf("got %s %s of %d characters", p.External, p.Type, utf8.RuneCountInString(p.Text))
	}
	if got := p.PublishedAt.In(monday.Location()).Format(time.RFC3339); got != want.Story.Time {
		t.Errorf("told at %s, want %s", got, want.Story.Time)
	}
	var photos []string
	for _, m := range p.Media {
		photos = append(photos, m.ID)
	}
	if fmt.Sprint(photos) != fmt.Sprint(want.Story.Photos) {
		t.Errorf("photos %v, want %v", photos, want.Story.Photos)
	}
	if again := h.visit(t); len(again.Posts)+len(again.Chatter) != 0 || again.Complete {
		t.Errorf("the second visit brought %v %v", again.Posts, again.Chatter)
	}
}

func TestRecordedRecentChat(t *testing.T) {
	page, err := decode[[]wireMessage](fixture(t, "09_gmf_recent_over_groups.json"))
	if err != nil || len(page) != 3 || kindOf(page[2]) != "own" {
		t.Errorf("got %v, %v", page, err)
	}
}

func TestRecordedGroups(t *testing.T) {
	var list struct {
		Data struct{ Groups []json.RawMessage }
	}
	if err := json.Unmarshal(fixture(t, "04_gmf_group_list.json"), &list); err != nil {
		t.Fatal(err)
	}
	h := open(t)
	for _, g := range list.Data.Groups {
		h.server.groups = append(h.server.groups, string(g))
	}
	for i := len(h.server.groups); i < 187; i++ {
		h.server.groups = append(h.server.groups, fmt.Sprintf(`{"name":"Nhóm %d","group_id":"b%019d","total_member":%d,"status":"enabled"}`, i, i, i))
	}
	h.server.maxCount = 30
	groups, err := h.Groups(t.Context())
	if err != nil || len(groups) != 187 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	for i, g := range groups {
		if g.Disabled != (i == 3) {
			t.Errorf("%s: disabled %v", g.Name, g.Disabled)
		}
		if !norm.NFC.IsNormalString(g.Name) {
			t.Errorf("%q is not NFC", g.Name)
		}
	}
	if g := groups[1]; g.Name != "PN xã Phú Bình" || g.Members != lantoa.Of(412) || g.Link != "https://zalo.me/g/mau001" {
		t.Errorf("got %+v", g)
	}
	if norm.NFC.String(groups[4].Raw) != groups[4].Name && groups[4].Raw == "" {
		t.Errorf("raw name %q", groups[4].Raw)
	}
}

func TestRecordedGroupAndAccount(t *testing.T) {
	group, account := fixture(t, "05_gmf_group_info.json"), fixture(t, "02_oa_info_state_agency.json")
	h := open(t)
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/getgroup"):
			w.Write(group)
		case strings.HasSuffix(r.URL.Path, "/getoa"):
			w.Write(account)
		default:
			return false
		}
		return true
	}
	g, err := h.Group(t.Context(), "a1f0c3d200000000c003")
	if err != nil || !g.Disabled || g.Members != lantoa.Of(87) || !g.DeleteOn.Equal(time.Date(2027, 1, 4, 0, 0, 0, 0, monday.Location())) {
		t.Errorf("got %+v, %v", g, err)
	}
	oa, err := h.OA(t.Context())
	if err != nil || oa.ID != "2188400000000000187" || !oa.Agency || oa.Package != "" || oa.Followers != lantoa.Of(18742) {
		t.Errorf("got %+v, %v", oa, err)
	}
}

func TestRecordedTokens(t *testing.T) {
	var bodies map[string]json.RawMessage
	if err := json.Unmarshal(fixture(t, "01_oauth_token.json"), &bodies); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"ok": "mau-access-token-AAAAAAAAAAAAAAAA", "fail_named_without_number": "access-1", "fail_named_with_number": "access-1",
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.server.renew = func(w http.ResponseWriter, _ *http.Request) { w.Write(bodies[name]) }
			h.now = h.now.Add(26 * time.Hour)
			_, err := h.Groups(t.Context())
			if (err == nil) != (name == "ok") {
				t.Errorf("got %v", err)
			}
			if p := h.vault.pair(t); p.Access != want {
				t.Errorf("kept %+v", p)
			}
		})
	}
}

func BenchmarkDecodePage(b *testing.B) {
	body := fixture(b, "07_gmf_conversation_page0.json")
	c := New(Options{})
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		page, err := decode[[]wireMessage](body)
		if err != nil {
			b.Fatal(err)
		}
		for _, m := range page {
			c.read(m, monday)
		}
	}
}
