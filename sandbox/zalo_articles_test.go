package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// covers serves pictures as our own service would: a good one, one that is none, and one that is too big.
func covers(t *testing.T) string {
	small, big := testPicture(t, 320, 180), append(testPicture(t, 320, 180), make([]byte, 1<<20)...)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/good.jpg":
			w.Write(small)
		case "/big.jpg":
			w.Write(big)
		case "/text.jpg":
			w.Write([]byte("<html>"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// articleBody is a create request; change may change it.
func articleBody(t *testing.T, cover, title string, change func(map[string]any)) string {
	t.Helper()
	a := map[string]any{
		"type": "normal", "title": title, "author": "Hội LHPN tỉnh", "description": "Cách làm hay.", "status": "show",
		"cover": map[string]any{"cover_type": "photo", "photo_url": cover, "status": "show"},
		"body":  []any{map[string]any{"type": "text", "content": "<p>Theo Hội LHPN xã Đồng Mẫu</p><p>https://www.facebook.com/1/posts/2</p>"}},
	}
	if change != nil {
		change(a)
	}
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func slice(t *testing.T, s *Sandbox, base string) []any {
	t.Helper()
	_, out, _ := fetch(t, base+"/zalo/v2.0/article/getslice?offset=0&limit=10&type=normal", "access_token", s.Zalo().AccessToken)
	list, _ := dig(out, "data", "medias").([]any)
	return list
}

func TestAnArticleIsMadeWhileWeLook(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, _ := at(t, monday, Options{State: file})
	base := serve(t, s)
	out, err := sendZalo(t, s, base, "/v2.0/article/create", articleBody(t, covers(t)+"/good.jpg", "Nuôi lợn đất", nil))
	token, _ := dig(out, "data", "token").(string)
	if err != nil || token == "" || dig(out, "data", "id") != nil {
		t.Fatalf("%v %v", out, err)
	}
	look := func() (any, any) {
		out, _ := sendZalo(t, s, base, "/v2.0/article/verify", `{"token":"`+token+`"}`)
		return dig(out, "error"), dig(out, "data", "id")
	}
	if code, _ := look(); code != -214.0 {
		t.Errorf("the first look: %v", code)
	}
	s, c := at(t, monday, Options{State: file}) // Zalo restarts, the token is still good
	base = serve(t, s)
	if code, _ := look(); code != -214.0 {
		t.Errorf("the second look: %v", code)
	}
	code, id := look()
	if code != 0.0 || id == nil {
		t.Fatalf("the third look: %v %v", code, id)
	}
	if _, twice := look(); twice != id {
		t.Errorf("the fourth look: %v, want %v", twice, id)
	}
	list := slice(t, s, base)
	if len(list) != 1 || dig(list[0], "id") != id || dig(list[0], "status") != "show" || !strings.Contains(dig(list[0], "link_view").(string), id.(string)) {
		t.Errorf("the list: %v", list)
	}
	_, detail, _ := fetch(t, base+"/zalo/v2.0/article/getdetail?id="+id.(string), "access_token", s.Zalo().AccessToken)
	if dig(detail, "data", "title") != "Nuôi lợn đất" || !strings.Contains(dig(detail, "data", "body", 0, "content").(string), "Đồng Mẫu") || dig(detail, "data", "id") != id {
		t.Errorf("the article: %v", detail)
	}
	last := 0.0
	for h := range 20 {
		c.Hold(monday.Add(time.Duration(h) * time.Hour))
		views := dig(slice(t, s, base)[0], "total_view").(float64)
		if views < last {
			t.Errorf("%v views, an hour before %v", views, last)
		}
		last = views
	}
	if last < 50 {
		t.Errorf("after 19 hours %v views", last)
	}

	got := judged(t, s, base)
	if len(got) != 1 || got[0].Means != "article" || got[0].ID != id || got[0].Title != "Nuôi lợn đất" || got[0].Link != "https://www.facebook.com/1/posts/2" || got[0].Pictures != 1 || got[0].Removed {
		t.Errorf("judged %+v", got)
	}
	out, _ = sendZalo(t, s, base, "/v2.0/article/update", articleBody(t, covers(t)+"/good.jpg", "Nuôi lợn đất, tiết kiệm", func(a map[string]any) { a["id"] = id }))
	token, _ = dig(out, "data", "token").(string)
	for range 3 {
		_, id = look()
	}
	if list := slice(t, s, base); id != got[0].ID || len(list) != 1 || dig(list[0], "title") != "Nuôi lợn đất, tiết kiệm" {
		t.Errorf("updated: %v, %v", id, list)
	}
	if out, _ := sendZalo(t, s, base, "/v2.0/article/remove", `{"id":"`+got[0].ID+`"}`); dig(out, "error") != 0.0 {
		t.Errorf("remove: %v", out)
	}
	if list := slice(t, s, base); len(list) != 0 {
		t.Errorf("after it was removed: %v", list)
	}
	if got := s.Published(); len(got) != 1 || !got[0].Removed || got[0].Edits != 1 {
		t.Errorf("judged %+v", got)
	}
	if out, _ := sendZalo(t, s, base, "/v2.0/article/remove", `{"id":"`+got[0].ID+`"}`); dig(out, "error") != -201.0 {
		t.Errorf("a second remove: %v", out)
	}
}

func TestAnArticleWithoutAGoodCoverIsNotMade(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	for _, cover := range []string{covers(t) + "/none.jpg", covers(t) + "/text.jpg", covers(t) + "/big.jpg", "http://example.org/a.jpg"} {
		out, _ := sendZalo(t, s, base, "/v2.0/article/create", articleBody(t, cover, "Bìa hỏng", nil))
		token, _ := dig(out, "data", "token").(string)
		for range firstLooks + 1 {
			out, _ = sendZalo(t, s, base, "/v2.0/article/verify", `{"token":"`+token+`"}`)
		}
		if dig(out, "message") != "create media fail" {
			t.Errorf("%s: %v", cover, out)
		}
	}
	if len(slice(t, s, base)) != 0 {
		t.Error("one of them stands in the list")
	}
	for _, one := range s.Published() {
		if !one.Removed {
			t.Errorf("%+v is said to stand there", one)
		}
	}
}

func TestZaloRefusesArticles(t *testing.T) {
	s, c := at(t, monday, Options{Articles: 2})
	base := serve(t, s)
	cover := covers(t) + "/good.jpg"
	create := func(change func(map[string]any)) string {
		out, err := sendZalo(t, s, base, "/v2.0/article/create", articleBody(t, cover, "Bài", change))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(dig(out, "error"), " ", dig(out, "message"))
	}
	tests := map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"a long title":         {func(a map[string]any) { a["title"] = strings.Repeat("ộ", 151) }, "-201 title is invalid!"},
		"no title":             {func(a map[string]any) { a["title"] = " " }, "-201 title is invalid!"},
		"a long author":        {func(a map[string]any) { a["author"] = strings.Repeat("ộ", 51) }, "-201 author is invalid!"},
		"a long description":   {func(a map[string]any) { a["description"] = strings.Repeat("ộ", 301) }, "-201 description is invalid!"},
		"no cover":             {func(a map[string]any) { delete(a, "cover") }, "-200 create media fail"},
		"no status of a cover": {func(a map[string]any) { delete(a["cover"].(map[string]any), "status") }, "-200 create media fail"},
		"no body":              {func(a map[string]any) { a["body"] = []any{} }, "-201 body is invalid!"},
		"another type":         {func(a map[string]any) { a["type"] = "video" }, "-201 type is invalid!"},
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		if got := create(tests[name].change); got != tests[name].want {
			t.Errorf("%s: %s", name, got)
		}
	}
	// In decomposed letters a title of 150 characters is longer, and taken.
	for range 2 {
		if got := create(func(a map[string]any) { a["title"] = strings.Repeat("o\u0323\u0302", 150) }); got != "0 Success" {
			t.Errorf("got %s", got)
		}
	}
	if got := create(nil); got != "-223 Your OA has reach the limit quota create article" {
		t.Errorf("a third in the month: %s", got)
	}
	c.Hold(monday.AddDate(0, 0, 8))
	renew(t, base, s.Zalo(), s.Zalo().RefreshToken)
	if got := create(nil); got != "0 Success" {
		t.Errorf("next month: %s", got)
	}
}

func TestAnArticleWhoseTokenWasLostAppearsInTheListByAndBy(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	s.SetFaults(Faults{[]Fault{{Kind: "reset-after", Path: "article/create", Times: 1}}})
	if out, err := sendZalo(t, s, base, "/v2.0/article/create", articleBody(t, covers(t)+"/good.jpg", "Mất lời đáp", nil)); err == nil {
		t.Fatalf("answered: %v", out)
	}
	if list := slice(t, s, base); len(list) != 0 {
		t.Errorf("at once: %v", list)
	}
	c.Hold(monday.Add(time.Minute))
	if list := slice(t, s, base); len(list) != 1 || dig(list[0], "title") != "Mất lời đáp" {
		t.Errorf("a minute later: %v", list)
	}
}

func TestABroadcastGoesOutOnceADayAndNotAtNight(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	made := func(status string) string {
		out, _ := sendZalo(t, s, base, "/v2.0/article/create", articleBody(t, covers(t)+"/good.jpg", "Bài "+status, func(a map[string]any) { a["status"] = status }))
		token, _ := dig(out, "data", "token").(string)
		for range firstLooks + 1 {
			out, _ = sendZalo(t, s, base, "/v2.0/article/verify", `{"token":"`+token+`"}`)
		}
		return dig(out, "data", "id").(string)
	}
	id, hidden := made("show"), made("hide")
	cast := func(id string) any {
		out, err := sendZalo(t, s, base, "/v2.0/oa/message", `{"recipient":{"target":{"cities":"42,22"}},"message":{"attachment":{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"article","attachment_id":"`+id+`"}]}}}}`)
		if err != nil {
			t.Fatal(err)
		}
		return dig(out, "error")
	}
	clock := func(day, h, m int) { c.Hold(time.Date(2026, 11, 23+day, h, m, 0, 0, Zone)) }
	clock(0, 6, 0)
	if got := cast(hidden); got != -201.0 {
		t.Errorf("a hidden article: %v", got)
	}
	clock(0, 22, 0)
	if got := cast(id); got != -234.0 {
		t.Errorf("at ten in the evening: %v", got)
	}
	clock(0, 21, 59)
	if got := cast(id); got != 0.0 {
		t.Errorf("a minute before: %v", got)
	}
	clock(1, 5, 59)
	if got := cast(id); got != -234.0 {
		t.Errorf("before six: %v", got)
	}
	clock(1, 6, 0)
	if got := cast(id); got != 0.0 {
		t.Errorf("the next day at six: %v", got)
	}
	clock(1, 6, 50)
	if got := cast(id); got != -211.0 {
		t.Errorf("a second one: %v", got)
	}
	var sent []PublishedItem
	for _, one := range s.Published() {
		if one.Means == "broadcast" {
			sent = append(sent, one)
		}
	}
	if len(sent) != 2 || sent[0].Link != id || sent[0].Channel != zaloOAID {
		t.Errorf("judged %+v", sent)
	}
}

func TestAChannelFaultOfTheAccountStrikesItsArticles(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	s.SetFaults(Faults{[]Fault{{Kind: "-235", Channel: "zalo_oa"}}})
	if out, _ := sendZalo(t, s, base, "/v2.0/article/create", articleBody(t, covers(t)+"/good.jpg", "Bài", nil)); dig(out, "error") != -235.0 {
		t.Errorf("got %v", out)
	}
	if out, _ := sendZalo(t, s, base, "/v3.0/oa/group/message", `{"recipient":{"group_id":"`+s.groups[0].id+`"},"message":{"text":"a"}}`); dig(out, "error") != 0.0 {
		t.Errorf("a group's message: %v", out)
	}
	if got := s.Published(); len(got) != 1 {
		t.Errorf("published %+v", got)
	}
}
