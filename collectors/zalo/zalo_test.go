package zalo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

var monday = time.Date(2026, 11, 23, 6, 0, 0, 0, time.FixedZone("+07", 7*60*60))

// fixture is a recording beside the repository; without it the test is skipped, aloud.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../../shared/fixtures/zalo", name))
	if err != nil {
		t.Skipf("SKIPPED, the recording is not here: %v", err)
	}
	return b
}

// vault is a safe of one test.
type vault struct {
	mu    sync.Mutex
	rows  map[string]string
	saves []string // every state that was written, in order
	fail  error
}

func (v *vault) Secret(_ context.Context, name string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s, ok := v.rows[name]; ok {
		return s, nil
	}
	return "", lantoa.Missing("secret", name)
}

func (v *vault) SaveSecret(_ context.Context, name, plain string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fail != nil {
		return v.fail
	}
	if v.rows == nil {
		v.rows = map[string]string{}
	}
	v.rows[name] = plain
	v.saves = append(v.saves, plain)
	return nil
}

func (v *vault) pair(t *testing.T) (p pair) {
	t.Helper()
	if err := json.Unmarshal([]byte(v.rows[vaultName]), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// zaloServer answers as Zalo does, from lists that a test may change while it runs.
type zaloServer struct {
	*httptest.Server
	mu       sync.Mutex
	messages []string // JSON, newest first
	groups   []string // JSON
	access   string   // the only token that is taken; empty: any
	maxCount int      // −210 above it; 0: none
	before   func(r *http.Request, w http.ResponseWriter) (answered bool)
	renew    http.HandlerFunc
	calls    []string
}

func newServer(t *testing.T) *zaloServer {
	s := &zaloServer{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *zaloServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.URL.Path+"?"+r.URL.RawQuery)
	w.Header().Set("Content-Type", "text/json;charset=utf-8")
	if s.before != nil && s.before(r, w) {
		return
	}
	if r.URL.Path == "/v4/oa/access_token" {
		s.renew(w, r)
		return
	}
	if s.access != "" && r.Header.Get("access_token") != s.access {
		fmt.Fprint(w, `{"error":-216,"message":"Access token is invalid"}`)
		return
	}
	offset, _ := strconv.Atoi(r.FormValue("offset"))
	count, _ := strconv.Atoi(r.FormValue("count"))
	if s.maxCount > 0 && count > s.maxCount {
		fmt.Fprint(w, `{"error":-210,"message":"Parameter exceeds allowable limit"}`)
		return
	}
	switch r.URL.Path {
	case "/v3.0/oa/group/conversation":
		fmt.Fprintf(w, `{"data":[%s],"error":0,"message":"Success"}`, strings.Join(cut(s.messages, offset, count), ","))
	case "/v3.0/oa/group/getgroupsofoa":
		page := cut(s.groups, offset, count)
		fmt.Fprintf(w, `{"message":"Success","data":{"offset":%d,"count":%d,"total":%d,"group_count":%d,"groups":[%s]},"error":0}`,
			offset, count, len(s.groups), len(page), strings.Join(page, ","))
	default:
		fmt.Fprint(w, `{"error":-201,"message":"path is invalid!"}`)
	}
}

func cut(list []string, offset, count int) []string {
	offset = min(offset, len(list))
	return list[offset:min(offset+count, len(list))]
}

func (s *zaloServer) asked(path string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, call := range s.calls {
		if strings.HasPrefix(call, path+"?") {
			n++
		}
	}
	return n
}

// shelf remembers what was brought, as the store does.
type shelf struct {
	posts, chatter map[string]bool
	pictures       map[string]int // of posts
}

func (s *shelf) known(_ context.Context, _ lantoa.ChannelID, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, id := range ids {
		if s.posts[id] || s.chatter[id] {
			out[id] = true
		}
	}
	return out, nil
}

// put stores a haul and says whether a message came twice or as both.
func (s *shelf) put(t *testing.T, haul lantoa.Haul) {
	t.Helper()
	for _, p := range haul.Posts {
		if s.chatter[p.External] || s.posts[p.External] && len(p.Media) <= s.pictures[p.External] {
			t.Errorf("post %s was stored before", p.External) // told again it has a picture more
		}
		s.posts[p.External], s.pictures[p.External] = true, len(p.Media)
	}
	for _, c := range haul.Chatter {
		if s.posts[c.External] || s.chatter[c.External] {
			t.Errorf("chatter %s was counted before", c.External)
		}
		s.chatter[c.External] = true
	}
}

// house is a client, its server, vault and shelf, with a clock to turn.
type house struct {
	*Client
	server *zaloServer
	vault  *vault
	shelf  *shelf
	now    time.Time
	group  lantoa.Channel
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{
		server: newServer(t), vault: &vault{}, now: monday,
		shelf: &shelf{map[string]bool{}, map[string]bool{}, map[string]int{}},
		group: lantoa.Channel{ID: "c1", Kind: lantoa.ZaloGroup, External: "a1f0c3d200000000c001"},
	}
	h.Client = h.again()
	if err := h.Grant(t.Context(), "access-1", "refresh-1", h.now.Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	return h
}

// again is a client of the same house as after a restart.
func (h *house) again() *Client {
	c := New(Options{
		APIURL: h.server.URL, OAuthURL: h.server.URL, AppID: "4188", AppSecret: "app-secret",
		Vault: h.vault, Known: h.shelf.known, Now: func() time.Time { return h.now }, PerMinute: 100_000,
	})
	c.wait = time.Millisecond
	return c
}

// visit reads the group and puts what came on the shelf.
func (h *house) visit(t *testing.T) lantoa.Haul {
	t.Helper()
	var since time.Time
	if !h.group.FirstRead.IsZero() {
		since = h.now.Add(-29 * 24 * time.Hour)
	}
	haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Since: since}, h.now)
	if err != nil {
		t.Fatal(err)
	}
	h.shelf.put(t, haul)
	if h.group.FirstRead.IsZero() {
		h.group.FirstRead = h.now
	}
	h.group.LastRead = h.now
	return haul
}

// say is a message as Zalo serves it, at a minute of the test's day.
func say(id, from, kind string, minute int, words string) string {
	m := map[string]any{
		"src": 1, "time": monday.Add(time.Duration(minute) * time.Minute).UnixMilli(), "type": kind, "message_id": id,
		"from_id": from, "from_display_name": "Mẫu " + from, "from_avatar": "https://example.org/a.jpg",
	}
	switch kind {
	case "photo":
		m["url"], m["thumb"], m["description"] = "https://example.org/"+id+".jpg", "https://example.org/t/"+id+".jpg", words
	default:
		m["message"] = words
	}
	b, _ := json.Marshal(m)
	return string(b)
}

var (
	storyWords = strings.Repeat("Chi hội xóm Đồng Tâm gom vỏ chai gây quỹ, ", 6)
	shortWords = "Hình ảnh ra quân dọn đường hoa xóm Đồng Tâm sáng nay"
)
