package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// send makes a call with a form and reads its answer. err is what the line did.
func send(t *testing.T, method, address string, form url.Values) (int, map[string]any, error) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Second) // no answer comes later than that
	defer stop()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return answered(t, req)
}

func answered(t *testing.T, req *http.Request) (int, map[string]any, error) {
	t.Helper()
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return r.StatusCode, nil, err
	}
	var out map[string]any
	return r.StatusCode, out, json.Unmarshal(b, &out)
}

// sendZalo makes a call with JSON.
func sendZalo(t *testing.T, s *Sandbox, base, path, body string) (map[string]any, error) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, "POST", base+"/zalo"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header["access_token"] = []string{s.Zalo().AccessToken}
	_, out, err := answered(t, req)
	return out, err
}

// testPicture is a JPEG of that size.
func testPicture(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		img.Set(x, x%height, color.RGBA{uint8(x), 90, 30, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sendFile makes a multipart call.
func sendFile(t *testing.T, address, field string, file []byte, fields map[string]string, header ...string) map[string]any {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range fields {
		w.WriteField(k, v)
	}
	part, err := w.CreateFormFile(field, "a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	w.Close()
	req, err := http.NewRequest("POST", address, &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	for i := 0; i+1 < len(header); i += 2 {
		req.Header[header[i]] = []string{header[i+1]}
	}
	_, out, err := answered(t, req)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// judged is what GET /control/published says.
func judged(t *testing.T, s *Sandbox, base string) []PublishedItem {
	t.Helper()
	req, _ := http.NewRequest("GET", base+"/control/published", nil)
	req.Header.Set("Authorization", "Bearer "+s.Token())
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var all []PublishedItem
	if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// feed publishes on a page and gives the id, "" with the error's number when that was refused.
func feed(t *testing.T, base string, p *page, form url.Values) (id string, code float64) {
	t.Helper()
	form.Set("access_token", p.pageToken)
	_, out, err := send(t, "POST", base+"/graph/v25.0/"+p.id+"/feed", form)
	if err != nil {
		t.Fatal(err)
	}
	id, _ = dig(out, "id").(string)
	code, _ = dig(out, "error", "code").(float64)
	return id, code
}

func TestAPublishedPostStandsWhereThePagesOwnPostsStand(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	p := s.pages[0]
	original := s.byPost[s.Plants()["P1"].Posts[0]]
	const words = "Theo Hội LHPN xã Đồng Mẫu: nuôi lợn đất\nmỗi ngày một nghìn"
	id, code := feed(t, base, p, url.Values{"message": {words}, "link": {original.permalink()}})
	if code != 0 || !strings.HasPrefix(id, p.id+"_") {
		t.Fatalf("got id %q, code %v", id, code)
	}
	for _, edge := range []string{"published_posts", "posts", "feed"} {
		_, list, _ := fetch(t, base+"/graph/v25.0/"+p.id+"/"+edge+"?limit=5&fields="+url.QueryEscape(askedFields)+"&access_token="+p.pageToken)
		one := dig(list, "data", 0)
		for field, want := range map[string]any{"id": id, "message": words, "created_time": "2026-11-22T23:00:00+0000", "parent_id": nil, "is_published": true} {
			if got := dig(one, field); got != want {
				t.Errorf("%s of %s: got %v, want %v", field, edge, got, want)
			}
		}
		if dig(one, "from", "id") != p.id || !strings.Contains(dig(one, "permalink_url").(string), strings.TrimPrefix(id, p.id+"_")) {
			t.Errorf("%s: from %v at %v", edge, dig(one, "from"), dig(one, "permalink_url"))
		}
		if a := dig(one, "attachments", "data", 0); dig(a, "type") != "share" || dig(a, "target", "url") != original.permalink() {
			t.Errorf("%s: attachment %v", edge, a)
		}
	}
	c.Hold(monday.Add(72 * time.Hour))
	_, one, _ := fetch(t, base+"/graph/v25.0/"+id+"?fields="+url.QueryEscape(askedFields)+"&access_token="+p.pageToken)
	if n := dig(one, "reactions", "summary", "total_count").(float64); n < 3 {
		t.Errorf("after three days %v reactions on a page whose posts end with %.0f", n, p.usual)
	}
	if n := dig(one, "insights", "data", 0, "values", 0, "value").(float64); n < 100 {
		t.Errorf("after three days %v views", n)
	}
	want := PublishedItem{Platform: "facebook", Means: "feed", Channel: p.id, ID: id, Words: words, Link: original.permalink(), At: monday.UTC(), Original: original.id}
	got := judged(t, s, base)
	if len(got) != 1 {
		t.Fatalf("got %d published", len(got))
	}
	want.Key, want.Brings = got[0].Key, got[0].Brings
	if got[0] != want {
		t.Errorf("got %+v, want %+v", got[0], want)
	}
}

func TestTheListGoesOnAfterTwoPostsOfOneSecond(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	p := s.pages[0]
	want := map[string]bool{}
	for _, words := range []string{"một", "hai", "ba"} {
		id, _ := feed(t, base, p, url.Values{"message": {words}})
		want[id] = true
	}
	items, _ := all(t, base+"/graph/v25.0/"+p.id+"/published_posts?limit=1&since=2026-11-22&access_token="+p.pageToken)
	for _, one := range items {
		delete(want, dig(one, "id").(string))
	}
	if len(want) > 0 {
		t.Errorf("%v never came", want)
	}
}

func TestPublishingOnAPageIsRefusedForGoodReason(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	p, other := s.pages[0], s.pages[1]
	deleted := s.byPost[s.Plants()["P8"].Posts[0]]
	refused := func(name string, want float64, p *page, form url.Values) {
		t.Helper()
		if id, code := feed(t, base, p, form); id != "" || code != want {
			t.Errorf("%s: got id %q, code %v, want %v", name, id, code, want)
		}
	}
	refused("nothing to say", 100, p, url.Values{})
	refused("the original was deleted", 1609005, p, url.Values{"message": {"a"}, "link": {deleted.permalink()}})
	refused("no such post", 1609005, p, url.Values{"message": {"a"}, "link": {"https://www.facebook.com/1042600000/posts/12205722999"}})
	refused("too soon", 100, p, url.Values{"message": {"a"}, "published": {"false"}, "scheduled_publish_time": {itoa(monday.Unix() + 300)}})
	refused("too late", 100, p, url.Values{"message": {"a"}, "published": {"false"}, "scheduled_publish_time": {itoa(monday.Unix() + 76*day)}})
	refused("too long", 100, p, url.Values{"message": {strings.Repeat("ộ", longestMessage+1)}})
	if _, out, _ := send(t, "POST", base+"/graph/v25.0/"+p.id+"/feed", url.Values{"message": {"a"}, "access_token": {other.pageToken}}); dig(out, "error", "code") != 10.0 {
		t.Errorf("another page's token: %v", out)
	}
	if _, out, _ := send(t, "POST", base+"/graph/v25.0/"+p.id+"/feed", url.Values{"message": {"a"}, "access_token": {s.Token()}}); dig(out, "error", "code") != 210.0 {
		t.Errorf("the system user's token: %v", out)
	}
	s.SetFaults(Faults{[]Fault{{Kind: "no-scope", Other: "pages_manage_posts"}}})
	refused("the permission is lacking", 200, p, url.Values{"message": {"a"}})
	s.SetFaults(Faults{})
	if len(s.Published()) != 0 {
		t.Fatalf("what was refused stands there: %+v", s.Published())
	}

	same := url.Values{"message": {"cùng lời"}, "link": {"https://example.org/a"}}
	if id, _ := feed(t, base, p, same); id == "" {
		t.Fatal("not published")
	}
	c.Hold(monday.Add(23 * time.Hour))
	refused("the same again within a day", 506, p, same)
	if id, _ := feed(t, base, other, same); id == "" {
		t.Error("the same words on another page are no duplicate")
	}
	c.Hold(monday.Add(25 * time.Hour))
	if id, _ := feed(t, base, p, same); id == "" {
		t.Error("after a day the same words may be published")
	}

	s.SetFaults(Faults{[]Fault{{Kind: "pace"}}})
	refused("a second post within the minute", 368, p, url.Values{"message": {"khác lời"}})
	c.Hold(monday.Add(25*time.Hour + time.Minute))
	if id, code := feed(t, base, p, url.Values{"message": {"khác lời"}}); id == "" {
		t.Errorf("a minute later: %v", code)
	}
}

func TestAScheduledPostAppearsAtItsTime(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	p := s.pages[0]
	due := monday.Add(time.Hour)
	id, _ := feed(t, base, p, url.Values{"message": {"hẹn giờ"}, "published": {"false"}, "scheduled_publish_time": {itoa(due.Unix())}})
	dark, _ := feed(t, base, p, url.Values{"message": {"không lên trang"}, "published": {"false"}})
	newest := func(edge string) any {
		_, list, _ := fetch(t, base+"/graph/v25.0/"+p.id+"/"+edge+"?access_token="+p.pageToken)
		return dig(list, "data", 0, "id")
	}
	if got := newest("published_posts"); got == id || got == dark {
		t.Errorf("%v is there before its time", got)
	}
	if got := newest("scheduled_posts"); got != id {
		t.Errorf("scheduled: %v", got)
	}
	c.Hold(due)
	if got := newest("published_posts"); got != id {
		t.Errorf("at its time the newest is %v, want %s", got, id)
	}
	if got := newest("scheduled_posts"); got != nil {
		t.Errorf("still scheduled: %v", got)
	}
}

func TestAPostOfOursIsEditedAndDeletedAndNobodyElses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, c := at(t, monday, Options{State: file})
	base := serve(t, s)
	p := s.pages[0]
	id, _ := feed(t, base, p, url.Values{"message": {"một"}})
	address := func(id string) string {
		return base + "/graph/v25.0/" + id + "?access_token=" + p.pageToken
	}
	for i, words := range []string{"hai", "ba"} {
		c.Hold(monday.Add(time.Duration(i+1) * time.Hour))
		if _, out, _ := send(t, "POST", address(id), url.Values{"message": {words}}); dig(out, "success") != true {
			t.Fatalf("edit: %v", out)
		}
	}
	truth := s.Truth(p.id)
	last := truth[len(truth)-1]
	if last.ID != id || len(last.Wordings) != 3 || last.Wordings[1].Text != "hai" || last.Wordings[2].Text != "ba" {
		t.Errorf("the truth is %+v", last)
	}
	_, one, _ := fetch(t, address(id)+"&fields=message,updated_time")
	if dig(one, "message") != "ba" || dig(one, "updated_time") != "2026-11-23T01:00:00+0000" {
		t.Errorf("got %v", one)
	}
	var foreign string
	for _, q := range p.posts {
		if q.shown(s.now()) {
			foreign = q.id
		}
	}
	for _, method := range []string{"POST", "DELETE"} {
		if _, out, _ := send(t, method, address(foreign), url.Values{"message": {"x"}}); dig(out, "error", "code") != 200.0 {
			t.Errorf("%s on a post of the page's own: %v", method, out)
		}
	}
	if _, out, _ := send(t, "DELETE", address(id), nil); dig(out, "success") != true {
		t.Fatalf("delete: %v", out)
	}
	again, _ := at(t, monday.Add(3*time.Hour), Options{State: file}) // and after a restart
	for _, base := range []string{base, serve(t, again)} {
		if status, out, _ := fetch(t, base+"/graph/v25.0/"+id+"?access_token="+p.pageToken); status != 400 || dig(out, "error", "error_subcode") != 33.0 {
			t.Errorf("what was deleted: %d %v", status, out)
		}
	}
	if got := again.Published(); len(got) != 1 || !got[0].Removed || got[0].Edits != 2 || got[0].Words != "ba" {
		t.Errorf("after a restart %+v", got)
	}
	if _, out, _ := send(t, "DELETE", address(id), nil); dig(out, "error", "error_subcode") != 33.0 {
		t.Errorf("a second delete: %v", out)
	}
}

func TestPicturesGoAlongAndAreServedAsTheyWere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, _ := at(t, monday, Options{State: file})
	base := serve(t, s)
	p := s.pages[0]
	form := url.Values{"message": {"hai ảnh"}}
	var pictures [][]byte
	for i := range 2 {
		pictures = append(pictures, testPicture(t, 40+i, 30))
		out := sendFile(t, base+"/graph/v25.0/"+p.id+"/photos", "source", pictures[i], map[string]string{"published": "false", "access_token": p.pageToken})
		form.Set("attached_media["+itoa(int64(i))+"]", `{"media_fbid":"`+dig(out, "id").(string)+`"}`)
	}
	if len(s.Published()) != 0 {
		t.Error("a picture that waits for its post is published already")
	}
	id, code := feed(t, base, p, form)
	if code != 0 {
		t.Fatalf("code %v", code)
	}
	again, _ := at(t, monday, Options{State: file})
	base = serve(t, again)
	_, one, _ := fetch(t, base+"/graph/v25.0/"+id+"?fields="+url.QueryEscape(askedFields)+"&access_token="+p.pageToken)
	if dig(one, "attachments", "data", 0, "type") != "album" {
		t.Errorf("got %v", dig(one, "attachments"))
	}
	for i, want := range pictures {
		src, _ := dig(one, "attachments", "data", 0, "subattachments", "data", i, "media", "image", "src").(string)
		r, err := http.Get(src)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if !bytes.Equal(got, want) {
			t.Errorf("picture %d came back with %d bytes, want %d", i, len(got), len(want))
		}
	}
	if got := again.Published(); len(got) != 1 || got[0].Pictures != 2 {
		t.Errorf("got %+v", got)
	}
	form.Set("message", "hai ảnh lần nữa")
	if id, code := feed(t, base, p, form); id != "" || code != 100 {
		t.Errorf("the same uploads once more: %q, %v", id, code)
	}
	if out := sendFile(t, base+"/graph/v25.0/"+p.id+"/photos", "source", []byte("no picture"), map[string]string{"published": "false", "access_token": p.pageToken}); dig(out, "error", "code") != 100.0 {
		t.Errorf("no picture: %v", out)
	}
}

func TestAMessageIntoAGroupStandsInIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, _ := at(t, monday, Options{State: file})
	base := serve(t, s)
	g := s.groups[5]
	words := "Chuyện hay: https://www.facebook.com/1/posts/2"
	out, err := sendZalo(t, s, base, "/v3.0/oa/group/message", `{"recipient":{"group_id":"`+g.id+`"},"message":{"text":"`+words+`"}}`)
	if err != nil || dig(out, "error") != 0.0 || dig(out, "data", "group_id") != g.id {
		t.Fatalf("%v %v", out, err)
	}
	id := dig(out, "data", "message_id")
	before := s.Served()[g.id].Messages
	again, _ := at(t, monday, Options{State: file})
	base = serve(t, again)
	for _, path := range []string{"/zalo/v3.0/oa/group/conversation?count=3&group_id=" + g.id, "/zalo/v3.0/oa/group/listrecentchat?count=3"} {
		_, list, _ := fetch(t, base+path, "access_token", again.Zalo().AccessToken)
		one := dig(list, "data", 0)
		if dig(one, "message_id") != id || dig(one, "src") != 0.0 || dig(one, "message") != words || dig(one, "from_id") != zaloOAID || dig(one, "group_id") != g.id {
			t.Errorf("%s: %v", path, one)
		}
	}
	if got := again.Served()[g.id].Messages; got != before || got != until(g.messages, monday.Unix())+1 {
		t.Errorf("%d messages served after a restart, %d before", got, before)
	}
	if got := judged(t, again, base); len(got) != 1 || got[0].Channel != g.id || got[0].Means != "message" || got[0].Link != "https://www.facebook.com/1/posts/2" {
		t.Errorf("got %+v", got)
	}
	// The list over all groups is whole around it.
	seen := map[any]bool{}
	for offset := 0; offset < 40; offset += 10 {
		_, list, _ := fetch(t, base+"/zalo/v3.0/oa/group/listrecentchat?count=10&offset="+itoa(int64(offset)), "access_token", again.Zalo().AccessToken)
		for _, m := range dig(list, "data").([]any) {
			seen[dig(m, "message_id")] = true
		}
	}
	if len(seen) != 40 {
		t.Errorf("%d different messages in forty", len(seen))
	}
}

func TestAPictureGoesIntoAGroup(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	g := s.groups[5]
	upload := func() string {
		out := sendFile(t, base+"/zalo/v2.0/oa/upload/image", "file", testPicture(t, 64, 36), nil, "access_token", s.Zalo().AccessToken)
		id, _ := dig(out, "data", "attachment_id").(string)
		return id
	}
	body := func(id string) string {
		return `{"recipient":{"group_id":"` + g.id + `"},"message":{"text":"ảnh","attachment":{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"image","attachment_id":"` + id + `"}]}}}}`
	}
	out, _ := sendZalo(t, s, base, "/v3.0/oa/group/message", body(upload()))
	if dig(out, "error") != 0.0 {
		t.Fatalf("got %v", out)
	}
	_, list, _ := fetch(t, base+"/zalo/v3.0/oa/group/conversation?count=1&group_id="+g.id, "access_token", s.Zalo().AccessToken)
	if one := dig(list, "data", 0); dig(one, "type") != "photo" || dig(one, "description") != "ảnh" {
		t.Errorf("got %v", one)
	}
	if got := s.Published(); len(got) != 1 || got[0].Pictures != 1 {
		t.Errorf("got %+v", got)
	}
	old := upload()
	c.Hold(monday.Add(8 * 24 * time.Hour))
	refresh := renew(t, base, s.Zalo(), s.Zalo().RefreshToken)
	if refresh["access_token"] == "" {
		t.Fatal(refresh)
	}
	if out, _ := sendZalo(t, s, base, "/v3.0/oa/group/message", body(old)); dig(out, "error") != -100.0 {
		t.Errorf("an upload of eight days ago: %v", out)
	}
}

func TestAGroupThatIsNotOursOrIsDeadTakesNothing(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	one := func(group string) any {
		out, err := sendZalo(t, s, base, "/v3.0/oa/group/message", `{"recipient":{"group_id":"`+group+`"},"message":{"text":"chào"}}`)
		if err != nil {
			t.Fatal(err)
		}
		return dig(out, "error")
	}
	if got := one("a1f0c3d2000000c99999"); got != -403.0 {
		t.Errorf("a foreign group: %v", got)
	}
	s.SetFaults(Faults{[]Fault{{Kind: "-237", Channel: s.groups[3].id}}})
	if got := one(s.groups[3].id); got != -237.0 {
		t.Errorf("a dead group: %v", got)
	}
	if got := one(s.groups[4].id); got != 0.0 {
		t.Errorf("its neighbour: %v", got)
	}
	if got := s.Published(); len(got) != 1 || got[0].Channel != s.groups[4].id {
		t.Errorf("got %+v", got)
	}
}

func TestAPostMayComeAsJSONAndAppearLate(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	p := s.pages[0]
	s.SetFaults(Faults{[]Fault{{Kind: "late", Seconds: 90}}})
	photo := dig(sendFile(t, base+"/graph/v25.0/"+p.id+"/photos", "source", testPicture(t, 40, 30), map[string]string{"published": "false", "access_token": p.pageToken}), "id").(string)
	req, _ := http.NewRequest("POST", base+"/graph/v25.0/"+p.id+"/feed", strings.NewReader(`{"message":"lời","attached_media":[{"media_fbid":"`+photo+`"}]}`))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+p.pageToken)
	_, out, err := answered(t, req)
	id, _ := dig(out, "id").(string)
	if err != nil || id == "" {
		t.Fatalf("%v %v", out, err)
	}
	newest := func() any {
		_, list, _ := fetch(t, base+"/graph/v25.0/"+p.id+"/published_posts?limit=1&access_token="+p.pageToken)
		return dig(list, "data", 0, "id")
	}
	if newest() == id {
		t.Error("it is there at once")
	}
	if _, code := feed(t, base, p, url.Values{"message": {"lời"}}); code != 506 {
		t.Errorf("the same words while it is not shown: %v, want 506", code)
	}
	c.Hold(monday.Add(90 * time.Second))
	if got := newest(); got != id {
		t.Errorf("90 seconds later the newest is %v, want %s", got, id)
	}
	_, one, _ := fetch(t, base+"/graph/v25.0/"+id+"?fields=created_time,attachments&access_token="+p.pageToken)
	if dig(one, "created_time") != "2026-11-22T23:00:00+0000" || dig(one, "attachments", "data", 0, "type") != "photo" {
		t.Errorf("got %v", one)
	}
}

func TestManyPublishAtOnceAndNothingIsLost(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, _ := at(t, monday, Options{State: file})
	base := serve(t, s)
	p, g := s.pages[0], s.groups[0]
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for k := range 4 {
				words := itoa(int64(i*10 + k))
				send(t, "POST", base+"/graph/v25.0/"+p.id+"/feed", url.Values{"message": {words}, "access_token": {p.pageToken}})
				sendZalo(t, s, base, "/v3.0/oa/group/message", `{"recipient":{"group_id":"`+g.id+`"},"message":{"text":"`+words+`"}}`)
				fetch(t, base+"/graph/v25.0/"+p.id+"/published_posts?access_token="+p.pageToken)
				fetch(t, base+"/zalo/v3.0/oa/group/listrecentchat?count=3", "access_token", s.Zalo().AccessToken)
				s.Published()
			}
		})
	}
	wait.Wait()
	again, _ := at(t, monday, Options{State: file})
	ids, keys := map[string]bool{}, map[string]bool{}
	for _, one := range again.Published() {
		ids[one.ID], keys[one.Key] = true, true
	}
	if len(ids) != 64 || len(keys) != 64 {
		t.Errorf("%d ids and %d keys, want 64 of each", len(ids), len(keys))
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
