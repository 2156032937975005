package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// shape puts the path of every value in an answer into out, with its type: "data[].reactions.summary.total_count number".
// Keys that are names of things, ids or metrics, count as one.
func shape(at string, v any, out map[string]string) {
	note := func(kind string) {
		if was := out[at]; was != "" && was != kind && kind != "null" {
			if was == "null" {
				out[at] = kind
			} else {
				out[at] = "several"
			}
			return
		}
		out[at] = kind
	}
	switch v := v.(type) {
	case map[string]any:
		note("object")
		for k, one := range v {
			if strings.HasPrefix(k, "_") { // ours
				continue
			}
			shape(at+"."+k, one, out)
		}
	case []any:
		note("list")
		for _, one := range v {
			shape(at+"[]", one, out)
		}
	case string:
		note("text")
	case json.Number:
		note("number")
	case bool:
		note("bool")
	case nil:
		note("null")
	}
}

func shapeOf(t *testing.T, body []byte) map[string]string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v: %.200s", err, body)
	}
	out := map[string]string{}
	shape("", v, out)
	return out
}

// TestAnswersHaveTheShapeOfTheRecordings asks the sandbox what was asked when the recordings were made, and compares
// the shapes: nothing may be there that the platform does not send, or as another type, and what our collectors read
// must be there.
func TestAnswersHaveTheShapeOfTheRecordings(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "fixtures")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("NOT HELD TO THE RECORDINGS: ../shared/fixtures is not there")
	}
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, Zone)
	clock := NewClock(now)
	clock.Hold(now) // events are asked for by their second
	box, err := New(Options{Now: clock.Now, Weeks: 4, Anchor: now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	defer server.Close()
	page := box.pages[0]
	group := box.groups[0].id
	z := box.Zalo()
	graph := func(path string, q ...string) func() []byte {
		return func() []byte {
			v := url.Values{"access_token": {page.pageToken}}
			for i := 0; i+1 < len(q); i += 2 {
				v.Set(q[i], q[i+1])
			}
			return fetched(t, "GET", server.URL+"/graph/v25.0/"+path+"?"+v.Encode(), "", "")
		}
	}
	zalo := func(path string) func() []byte {
		return func() []byte { return fetched(t, "GET", server.URL+"/zalo"+path, z.AccessToken, "") }
	}
	box.heard.Store(page.id, "feed")
	const fields = "id,message,created_time,updated_time,permalink_url,status_type,is_published,is_hidden,full_picture,from,attachments{media_type,type,title,description,url,unshimmed_url,target,media,subattachments},shares,reactions.summary(total_count).limit(0),comments.summary(total_count).filter(stream).limit(0)"
	facebookHook := func() []byte { return box.facebookHooks(now.AddDate(0, 0, -2).Unix(), now.Unix())[0] }
	tests := []struct {
		file  string
		ask   func() []byte
		reads []string // what the collectors go by
		own   []string // what recordings of the kind lack by chance
	}{
		{"facebook/posts-page1.json", graph(page.id+"/published_posts", "fields", fields), []string{".data[].id", ".data[].message", ".data[].created_time", ".data[].reactions.summary.total_count", ".data[].shares.count", ".data[].comments.summary.total_count", ".data[].attachments.data[].type", ".paging.cursors.after"},
			[]string{".data[].attachments", ".data[].from", ".data[].is_", ".paging.next", ".data[].comments.summary", ".data[].reactions"}},
		{"facebook/page-node.json", graph(page.id, "fields", "id,name,link,username,category,fan_count,followers_count,is_published"), []string{".id", ".name", ".fan_count", ".followers_count", ".link"}, nil},
		{"facebook/me-accounts-page1.json", graph("me/accounts", "access_token", box.Token(), "fields", "id,name,category,tasks,access_token"), []string{".data[].id", ".data[].name", ".data[].tasks[]", ".data[].access_token", ".paging.next"}, nil},
		{"facebook/page-insights-day-dst.json", graph(page.id+"/insights", "metric", "page_media_view,page_follows", "period", "day"), []string{".data[].name", ".data[].values[].value", ".data[].values[].end_time"}, nil},
		{"facebook/debug-token-page-never-expires.json", graph("debug_token", "access_token", box.AppID()+"|"+box.AppSecret(), "input_token", page.pageToken), []string{".data.is_valid", ".data.expires_at", ".data.scopes[]", ".data.granular_scopes[].scope"}, nil},
		{"facebook/subscribed-apps.json", graph(page.id + "/subscribed_apps"), []string{".data[].id", ".data[].subscribed_fields[]"}, nil},
		{"facebook/webhooks/status-add.json", facebookHook, []string{".object", ".entry[].id", ".entry[].changes[].field", ".entry[].changes[].value.verb", ".entry[].changes[].value.post_id"}, []string{".entry[].changes[].value", ".entry[].id"}}, // ids are numbers in other recordings
		{"zalo/02_oa_info_state_agency.json", zalo("/v2.0/oa/getoa"), []string{".data.num_follower", ".data.name"}, nil},
		{"zalo/04_gmf_group_list.json", zalo("/v3.0/oa/group/getgroupsofoa?offset=0&count=5"), []string{".data.total", ".data.groups[].group_id", ".data.groups[].total_member", ".data.groups[].status"}, nil},
		{"zalo/05_gmf_group_info.json", zalo("/v3.0/oa/group/getgroup?group_id=" + group), []string{".data.group_info.group_id"}, nil},
		{"zalo/07_gmf_conversation_page0.json", zalo("/v3.0/oa/group/conversation?offset=0&count=10&group_id=" + group), []string{".data[].message_id", ".data[].time", ".data[].type", ".data[].from_id", ".data[].src"}, nil},
		{"zalo/09_gmf_recent_over_groups.json", zalo("/v3.0/oa/group/listrecentchat?offset=0&count=10"), []string{".data[].message_id", ".data[].group_id"}, []string{".data[].description", ".data[].thumb", ".data[].url", ".data[].links"}},
		{"zalo/17_webhook_oa_send_group_echo.json", func() []byte {
			fetched(t, "POST", server.URL+"/zalo/v3.0/oa/group/message", z.AccessToken, `{"recipient":{"group_id":"`+group+`"},"message":{"text":"a"}}`)
			for _, body := range box.zaloHooks(now.Add(-time.Second).Unix(), now.Unix()) {
				if strings.Contains(string(body), "oa_send_group_text") {
					return body
				}
			}
			return []byte("{}")
		}, []string{".event_name", ".message.msg_id", ".message.text", ".recipient.id", ".sender.id", ".timestamp"}, nil},
		{"zalo/22_article_list.json", func() []byte {
			create := articleBody(t, covers(t)+"/good.jpg", "Bài", nil)
			fetched(t, "POST", server.URL+"/zalo/v2.0/article/create", z.AccessToken, create)
			for range firstLooks {
				fetched(t, "GET", server.URL+"/zalo/v2.0/article/getslice?type=normal", z.AccessToken, "")
			}
			return fetched(t, "GET", server.URL+"/zalo/v2.0/article/getslice?type=normal", z.AccessToken, "")
		}, []string{".data.medias[].id", ".data.medias[].title", ".data.medias[].status", ".data.medias[].create_date", ".data.medias[].link_view", ".data.total"}, nil},
		{"facebook/publish-ok.json", func() []byte {
			return fetched(t, "POST", server.URL+"/graph/v25.0/"+page.id+"/feed?message=a&access_token="+page.pageToken, "", "")
		}, []string{".id"}, nil},
		{"zalo/10_webhook_group_text_story.json", func() []byte {
			for _, body := range box.zaloHooks(now.AddDate(0, 0, -7).Unix(), now.Unix()) {
				if strings.Contains(string(body), "user_send_group_text") {
					return body
				}
			}
			return []byte("{}")
		}, []string{".event_name", ".message.msg_id", ".recipient.id", ".timestamp"}, nil},
		{"zalo/19_webhook_user_withdraw.json", func() []byte { return box.Withdraw("7300000000000000001", now) }, []string{".user_id", ".user_id_by_app"}, nil},
		{"zalo/20_webhook_user_to_oa_forward.json", func() []byte { return box.Say("7300000000000000001", "a", now) }, []string{".sender.id", ".message.text"}, []string{".oa_id"}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			recorded, err := os.ReadFile(filepath.Join(dir, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			real, ours := shapeOf(t, recorded), shapeOf(t, tt.ask())
			for _, path := range slices.Sorted(maps.Keys(ours)) {
				byChance := slices.ContainsFunc(tt.own, func(p string) bool { return strings.HasPrefix(path, p) })
				switch was, there := real[path]; {
				case byChance:
				case !there:
					t.Errorf("%s (%s) is in no recording", path, ours[path])
				case was != ours[path] && was != "null" && ours[path] != "null" && was != "several":
					t.Errorf("%s is %s here and %s there", path, ours[path], was)
				}
			}
			for _, path := range tt.reads {
				if ours[path] == "" {
					t.Errorf("%s is not there", path)
				}
			}
		})
	}
}

func fetched(t *testing.T, method, address, access, body string) []byte {
	t.Helper()
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if access != "" {
		req.Header["access_token"] = []string{access}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		t.Fatal(fmt.Errorf("%d %w: %.300s", res.StatusCode, err, b))
	}
	return b
}

// TestADetailedArticleHasTheShapeOfTheRecording holds an article and the answers to sending against parts of recordings.
func TestADetailedArticleHasTheShapeOfTheRecording(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "fixtures", "zalo")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("NOT HELD TO THE RECORDINGS: ../shared/fixtures is not there")
	}
	recorded := func(file, part string) map[string]string {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		var parts map[string]json.RawMessage
		if err := json.Unmarshal(b, &parts); err != nil {
			t.Fatal(err)
		}
		return shapeOf(t, parts[part])
	}
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	call := func(method, path, body string) []byte {
		return fetched(t, method, base+"/zalo"+path, s.Zalo().AccessToken, body)
	}
	created := call("POST", "/v2.0/article/create", articleBody(t, covers(t)+"/good.jpg", "Bài", nil))
	for range firstLooks + 1 {
		call("GET", "/v2.0/article/getslice?type=normal", "")
	}
	id := s.Published()[0].ID
	for _, tt := range []struct {
		file, part string
		ours       []byte
	}{
		{"23_article_create_flow.json", "create_response", created},
		{"23_article_create_flow.json", "detail_response", call("GET", "/v2.0/article/getdetail?id="+id, "")},
		{"24_send_requests_responses.json", "group_response", call("POST", "/v3.0/oa/group/message", `{"recipient":{"group_id":"`+s.groups[0].id+`"},"message":{"text":"a"}}`)},
		{"24_send_requests_responses.json", "broadcast_response", call("POST", "/v2.0/oa/message", `{"recipient":{"target":{}},"message":{"attachment":{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"article","attachment_id":"`+id+`"}]}}}}`)},
	} {
		if want, got := recorded(tt.file, tt.part), shapeOf(t, tt.ours); !maps.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", tt.part, got, want)
		}
	}
}
