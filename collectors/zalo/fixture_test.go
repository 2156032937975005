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

// 09_gmf_recent_over_groups.json decides which groups are read: those that it names, and not the one that is silent.
func TestRecordedRecentChat(t *testing.T) {
	body := fixture(t, "09_gmf_recent_over_groups.json")
	h := open(t)
	s := &town{}
	newest := time.UnixMilli(1795478531000)
	for i, group := range []string{"a1f0c3d200000000c001", "a1f0c3d200000000c002", "a1f0c3d200000000a000", "a1f0c3d200000000c004"} {
		s.remarks = append(s.remarks, remark{group: group, id: fmt.Sprint("old", i), at: newest.Add(-13*time.Hour - time.Duration(i)*time.Hour)})
	}
	recorded := false
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if recorded && strings.HasSuffix(r.URL.Path, "/listrecentchat") {
			var page struct{ Data []json.RawMessage }
			if err := json.Unmarshal(body, &page); err != nil {
				t.Error(err)
			}
			for _, m := range s.list("") {
				page.Data = append(page.Data, json.RawMessage(m))
			}
			fmt.Fprint(w, `{"error":0,"data":[`)
			for i, m := range page.Data {
				fmt.Fprint(w, map[bool]string{true: ","}[i > 0], string(m))
			}
			fmt.Fprint(w, `]}`)
			return true
		}
		return s.serve(r, w)
	}
	read := map[string]bool{}
	for _, sweep := range []time.Time{newest.Add(-12 * time.Hour), newest.Add(time.Minute)} {
		s.now, h.now, recorded = sweep, sweep, sweep.After(newest)
		if err := h.Grant(t.Context(), "access-1", "refresh-1", h.now.Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		clear(read)
		for _, group := range []string{"a1f0c3d200000000c001", "a1f0c3d200000000c002", "a1f0c3d200000000a000", "a1f0c3d200000000c004"} {
			before := h.server.asked("/v3.0/oa/group/conversation")
			ch := lantoa.Channel{ID: "c", Kind: lantoa.ZaloGroup, External: group, FirstRead: newest.Add(-48 * time.Hour), LastRead: newest.Add(-12 * time.Hour)}
			if _, err := h.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Fresh, Since: newest.Add(-14 * time.Hour)}, h.now); err != nil {
				t.Fatal(err)
			}
			read[group] = h.server.asked("/v3.0/oa/group/conversation") > before
		}
	}
	if !read["a1f0c3d200000000c001"] || !read["a1f0c3d200000000c002"] || !read["a1f0c3d200000000a000"] || read["a1f0c3d200000000c004"] {
		t.Errorf("read %v", read)
	}
}

// 06_gmf_group_members.json: how many they are is known from elsewhere, and who they are is not asked.
func TestRecordedMembersAreNotAskedFor(t *testing.T) {
	var members struct {
		Data struct{ Total int64 }
	}
	if err := json.Unmarshal(fixture(t, "06_gmf_group_members.json"), &members); err != nil {
		t.Fatal(err)
	}
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
	haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Depth: lantoa.Full}, h.now)
	if err != nil || haul.Size == nil || haul.Size.Followers != lantoa.Of(members.Data.Total) {
		t.Errorf("size %+v, %v", haul.Size, err)
	}
	for _, call := range h.server.calls {
		if strings.Contains(call, "member") {
			t.Errorf("asked %s", call)
		}
	}
}

// 23_article_create_flow.json, as far as reading goes: what an article says.
func TestRecordedArticleDetail(t *testing.T) {
	var flow struct {
		Detail json.RawMessage `json:"detail_response"`
	}
	if err := json.Unmarshal(fixture(t, "23_article_create_flow.json"), &flow); err != nil {
		t.Fatal(err)
	}
	h := open(t)
	h.server.before = func(_ *http.Request, w http.ResponseWriter) bool {
		w.Write(flow.Detail)
		return true
	}
	text, media, err := h.articleText(t.Context(), new(int), wireArticle{ID: "39c000000000000a0002"})
	if err != nil || text != "86/92 hội viên phân loại rác tại nhà…\n\n…" || len(media) != 0 {
		t.Errorf("%q, %v, %v", text, media, err)
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
