package searchtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Meili is a pretended Meilisearch server.
type Meili struct {
	URL string
	// Polls is how often a task must be asked about before it is done.
	Polls int
	// Refuse, if set, is asked before each call; a status other than 0 is answered with that code.
	Refuse func(method, path string) (status int, code string)
	// FailTask, if set, says with what code a task of a type ends; "" lets it succeed.
	FailTask func(kind string) string
	// BadDocument is the id of a document that fails every task it is in.
	BadDocument string

	mu      sync.Mutex
	indexes map[string]*meiliIndex
	tasks   []*meiliTask
	calls   []string
}

type meiliIndex struct {
	settings map[string]any
	docs     map[string]map[string]any
	cut      map[string][]string // texts as words
}

type meiliTask struct {
	kind, index string
	work        func() string // does it, and gives the code of what went wrong
	polls       int
	done        bool
	code        string
}

// NewMeili starts a server that ends with the test.
func NewMeili(t testing.TB) *Meili {
	m := &Meili{Polls: 2, indexes: map[string]*meiliIndex{}}
	s := httptest.NewServer(http.HandlerFunc(m.serve))
	t.Cleanup(s.Close)
	m.URL = s.URL
	return m
}

// Calls are the requests so far, "METHOD /path".
func (m *Meili) Calls() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.calls)
}

// Forget loses a setting of an index.
func (m *Meili) Forget(uid, setting string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.indexes[uid].settings, setting)
}

func (m *Meili) serve(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, r.Method+" "+r.URL.Path)
	if m.Refuse != nil {
		if status, code := m.Refuse(r.Method, r.URL.Path); status != 0 {
			refuse(w, status, code)
			return
		}
	}
	var body json.RawMessage
	if r.Body != nil && r.Method != http.MethodGet {
		_ = json.NewDecoder(r.Body).Decode(&body) // a call without a body has none
	}
	part := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case part[0] == "health":
		answer(w, 200, map[string]any{"status": "available"})
	case part[0] == "tasks" && len(part) == 2:
		m.task(w, part[1])
	case part[0] == "swap-indexes":
		m.enqueue(w, "indexSwap", "", func() string { return m.swap(body) })
	case part[0] == "multi-search":
		m.multiSearch(w, body)
	case part[0] == "indexes" && len(part) == 1 && r.Method == http.MethodPost:
		m.create(w, body)
	case part[0] == "indexes" && len(part) == 1:
		m.list(w)
	case part[0] == "indexes":
		m.index(w, r.Method, part[1], strings.Join(part[2:], "/"), body)
	default:
		refuse(w, 404, "not_found")
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]any{
		"message": "pretended: " + code, "code": code, "type": "invalid_request", "link": "https://docs.meilisearch.com/errors#" + code,
	})
}

// enqueue accepts a write, to be done later.
func (m *Meili) enqueue(w http.ResponseWriter, kind, index string, work func() string) {
	m.tasks = append(m.tasks, &meiliTask{kind: kind, index: index, work: work})
	answer(w, 202, map[string]any{
		"taskUid": len(m.tasks) - 1, "indexUid": index, "status": "enqueued", "type": kind, "enqueuedAt": "2026-11-23T06:00:00Z",
	})
}

// task tells how a write is doing; when it has been asked for often enough, it and all before it are done.
func (m *Meili) task(w http.ResponseWriter, id string) {
	var n int
	if _, err := fmt.Sscan(id, &n); err != nil || n < 0 || n >= len(m.tasks) {
		refuse(w, 404, "task_not_found")
		return
	}
	t := m.tasks[n]
	t.polls++
	if t.polls >= m.Polls {
		for _, earlier := range m.tasks[:n+1] {
			m.finish(earlier)
		}
	}
	out := map[string]any{"uid": n, "indexUid": t.index, "type": t.kind, "status": "processing", "enqueuedAt": "2026-11-23T06:00:00Z"}
	if t.done {
		out["status"] = "succeeded"
		if t.code != "" {
			out["status"] = "failed"
			out["error"] = map[string]any{"message": "pretended", "code": t.code, "type": "invalid_request", "link": ""}
		}
	}
	answer(w, 200, out)
}

func (m *Meili) finish(t *meiliTask) {
	if t.done {
		return
	}
	t.done = true
	if m.FailTask != nil {
		t.code = m.FailTask(t.kind)
	}
	if t.code == "" {
		t.code = t.work()
	}
}

func (m *Meili) create(w http.ResponseWriter, body json.RawMessage) {
	var in struct{ UID string }
	_ = json.Unmarshal(body, &in)
	if !regexp.MustCompile(`^[a-zA-Z0-9_-]{1,400}$`).MatchString(in.UID) {
		refuse(w, 400, "invalid_index_uid")
		return
	}
	m.enqueue(w, "indexCreation", in.UID, func() string {
		if m.indexes[in.UID] != nil {
			return "index_already_exists"
		}
		m.indexes[in.UID] = &meiliIndex{settings: map[string]any{}, docs: map[string]map[string]any{}, cut: map[string][]string{}}
		return ""
	})
}

func (m *Meili) list(w http.ResponseWriter) {
	results := []map[string]any{}
	for uid := range m.indexes {
		results = append(results, map[string]any{"uid": uid, "primaryKey": "id"})
	}
	answer(w, 200, map[string]any{"results": results, "offset": 0, "limit": 1000, "total": len(results)})
}

func (m *Meili) swap(body json.RawMessage) string {
	var in []struct{ Indexes []string }
	_ = json.Unmarshal(body, &in)
	for _, s := range in {
		a, b := s.Indexes[0], s.Indexes[1]
		if m.indexes[a] == nil || m.indexes[b] == nil {
			return "index_not_found"
		}
		m.indexes[a], m.indexes[b] = m.indexes[b], m.indexes[a]
	}
	return ""
}

// index serves what lies below /indexes/{uid}.
func (m *Meili) index(w http.ResponseWriter, method, uid, rest string, body json.RawMessage) {
	ix := m.indexes[uid]
	if ix == nil && rest != "documents" && method != http.MethodDelete {
		refuse(w, 404, "index_not_found")
		return
	}
	switch method + " " + rest {
	case "GET ":
		answer(w, 200, map[string]any{"uid": uid, "primaryKey": "id"})
	case "DELETE ":
		m.enqueue(w, "indexDeletion", uid, func() string {
			if m.indexes[uid] == nil {
				return "index_not_found"
			}
			delete(m.indexes, uid)
			return ""
		})
	case "GET settings":
		answer(w, 200, ix.settings)
	case "PATCH settings":
		m.enqueue(w, "settingsUpdate", uid, func() string { return m.set(uid, body) })
	case "GET stats":
		answer(w, 200, map[string]any{"numberOfDocuments": len(ix.docs), "isIndexing": false, "fieldDistribution": map[string]int{}})
	case "POST documents":
		m.enqueue(w, "documentAdditionOrUpdate", uid, func() string { return m.add(uid, body) })
	case "POST documents/delete-batch":
		m.enqueue(w, "documentDeletion", uid, func() string {
			var ids []string
			_ = json.Unmarshal(body, &ids)
			for _, id := range ids {
				delete(m.indexes[uid].docs, id)
			}
			return ""
		})
	default:
		refuse(w, 404, "not_found")
	}
}

func (m *Meili) set(uid string, body json.RawMessage) string {
	var in map[string]any
	if err := json.Unmarshal(body, &in); err != nil {
		return "malformed_payload"
	}
	for k, v := range in {
		m.indexes[uid].settings[k] = v
	}
	return ""
}

var goodID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,511}$`)

// add takes documents in, all or none.
func (m *Meili) add(uid string, body json.RawMessage) string {
	var in []map[string]any
	if err := json.Unmarshal(body, &in); err != nil {
		return "malformed_payload"
	}
	for _, d := range in {
		if id, _ := d["id"].(string); !goodID.MatchString(id) {
			return "invalid_document_id"
		}
		if d["id"] == m.BadDocument {
			return "invalid_document_geo_field"
		}
	}
	if m.indexes[uid] == nil {
		return "index_not_found"
	}
	for _, d := range in {
		m.indexes[uid].docs[d["id"].(string)] = d
	}
	return ""
}

func (ix *meiliIndex) list(setting string) []string {
	var out []string
	l, _ := ix.settings[setting].([]any)
	for _, x := range l {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
