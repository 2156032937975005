package facebook

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

func TestRecordedHooks(t *testing.T) {
	post := func(id string, at int64) []Event {
		return []Event{{Page: aPage, Post: aPage + "_" + id, At: time.Unix(at, 0).UTC()}}
	}
	counters := func(id string, at int64) []Event {
		e := post(id, at)
		e[0].Counters = true
		return e
	}
	tests := map[string][]Event{
		"status-add":        post("122100000003745849", 1448633038),
		"status-add-photos": post("122100000003745849", 1448633038),
		"photo-add":         post("122100000076685784", 1448555800),
		"video-add":         post("122100000036652708", 1467892960),
		"album-add":         {{Page: aPage, At: time.Unix(1467894326, 0).UTC()}}, // no post named: the newest are read
		"event-add":         post("122100000099140689", 1502233204),
		"share-add":         post("122100000042324352", 1460111844),
		"status-edited":     post("122100000025137650", 1451949440),
		"post-edit":         post("122100000087835232", 1467890409),
		"photo-edited":      post("122100000036652708", 1467890039),
		"post-remove":       post("122100000036652708", 1452098986),
		"photo-remove":      post("122100000076685784", 1448555879),
		"video-remove":      post("122100000076685784", 1448555879),
		"status-hide":       post("122100000087835232", 1463123556),
		"status-unhide":     post("122100000087835232", 1463123556),
		"reaction-add":      counters("122100000042324352", 1449135003),
		"reaction-edit":     counters("122100000042324352", 1449135003),
		"reaction-remove":   counters("122100000042324352", 1449135003),
		"like-add":          counters("122100000042694065", 1450701319),
		"comment-add":       counters("122100000036652708", 1449135003),
		"comment-remove":    counters("122100000056204626", 1452107182),

		"comment-add-2024-with-post": counters("122100000000000101", 1795600879),
		// A repeated event is one with the first, a draft is read again to see that it is one, and whether a page is
		// known is for whoever keeps the list of them to say.
		"many-changes-duplicates": {
			{Page: aPage, Post: aPage + "_122100000000000110", At: time.Unix(1795600900, 0).UTC()},
			{Page: "104000000000922", Post: "104000000000922_122100000000000511", At: time.Unix(1795600905, 0).UTC()},
			{Page: "999999999999999", Post: "999999999999999_1", At: time.Unix(1795600906, 0).UTC()},
		},
		"two-entries-no-value": nil,
		"unknown-field":        nil,
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ReadHook([]byte(recording(t, "webhooks/"+name+".json")))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if text := fmt.Sprintf("%+v", got); strings.Contains(text, "122000000000000777") || strings.Contains(text, "Người") || strings.Contains(text, "122100000022461664") {
				t.Errorf("a person can be read: %s", text)
			}
		})
	}
	t.Run("each recording has its line here", func(t *testing.T) {
		recording(t, "webhooks/status-add.json")
		files, err := filepath.Glob(filepath.Join(recordings, "webhooks", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			name := strings.TrimSuffix(filepath.Base(f), ".json")
			if _, there := tests[name]; !there && name != "signed-vietnamese.expect" {
				t.Errorf("%s has none", name)
			}
		}
	})
}

func TestReadHook(t *testing.T) {
	value := func(v string) string {
		return `{"object":"page","entry":[{"id":104000000000921,"time":1795600879,"changes":[{"field":"feed","value":` + v + `}]}]}`
	}
	tests := []struct {
		name, body string
		want       int
	}{
		{"an id of 18 digits as a number", value(`{"item":"status","verb":"add","post_id":122100000000000101}`), 1},
		{"an unknown item", value(`{"item":"hologram","verb":"add","post_id":"1_2"}`), 0},
		{"an unknown verb", value(`{"item":"status","verb":"levitate","post_id":"1_2"}`), 0},
		{"a block of a person", value(`{"item":"status","verb":"block","post_id":"1_2"}`), 0},
		{"a reaction to nothing", value(`{"item":"reaction","verb":"add"}`), 0},
		{"a value that is none", value(`7`), 0},
		{"another object", `{"object":"user","entry":[{"id":"1","changes":[{"field":"feed","value":{"item":"status","verb":"add"}}]}]}`, 0},
		{"an entry that is none beside a good one", `{"object":"page","entry":[7,{"id":"1","changes":[{"field":"feed","value":{"item":"status","verb":"add","post_id":"1_2"}}]}]}`, 1},
		{"an id that is none leaves the page", value(`{"item":"status","verb":"add","post_id":"../../me"}`), 1},
		{"no list at all", `[]`, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadHook([]byte(tt.body))
			if err != nil || len(got) != tt.want {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	if got, _ := ReadHook([]byte(tests[0].body)); got[0].Post != "122100000000000101" || got[0].Page != aPage {
		t.Errorf("%+v", got)
	}
	if got, _ := ReadHook([]byte(tests[8].body)); got[0].Post != "" {
		t.Errorf("%+v", got)
	}
	if _, err := ReadHook([]byte(`{"object":"page","entry":[`)); lantoa.KindOf(err) != lantoa.Garbled {
		t.Errorf("half a body: %v", err)
	}
}

func TestRecordedSignature(t *testing.T) {
	var expect struct {
		Secret string `json:"app_secret"`
		Right  string `json:"raw_body_sha256_hmac"`
		Wrong  string `json:"hmac_if_body_is_decoded_and_reencoded_as_utf8"`
		Reject []string
	}
	if err := json.Unmarshal([]byte(recording(t, "webhooks/signed-vietnamese.expect.json")), &expect); err != nil {
		t.Fatal(err)
	}
	body := []byte(recording(t, "webhooks/signed-vietnamese.body"))
	_, headers := headersOf(t, "webhooks/signed-vietnamese.headers")
	header := headers["x-hub-signature-256"]
	tests := []struct {
		name, secret, header string
		body                 []byte
		want                 bool
	}{
		{"as it came", expect.Secret, header, body, true},
		{"with blanks around it", expect.Secret, "  " + header + " ", body, true},
		{"the signature of what was read and written again", expect.Secret, "sha256=" + expect.Wrong, body, false},
		{"missing header", expect.Secret, "", body, false},
		{"sha1 only", expect.Secret, headers["x-hub-signature"], body, false},
		{"uppercase prefix SHA256=", expect.Secret, "SHA256=" + expect.Right, body, false},
		{"hex of wrong length", expect.Secret, header[:len(header)-2], body, false},
		{"half a digit", expect.Secret, header[:len(header)-1], body, false},
		{"body with one byte changed", expect.Secret, header, append(slices.Clone(body[:len(body)-1]), '!'), false},
		{"another secret", "x", header, body, false},
		{"no secret set", "", "sha256=" + fmt.Sprintf("%x", sign("", body)), body, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := VerifyHook(tt.secret, tt.header, tt.body); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
	if events, err := ReadHook(body); err != nil || len(events) != 1 || events[0].Post != aPage+"_122100000000000111" {
		t.Errorf("%+v, %v", events, err)
	}
}

func TestRecordedHandshake(t *testing.T) {
	line, _, _ := strings.Cut(recording(t, "webhooks/verify-request.txt"), "\r\n")
	_, query, _ := strings.Cut(strings.Fields(line)[1], "?")
	asked, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	change := func(name, value string) url.Values {
		q, _ := url.ParseQuery(query)
		q.Set(name, value)
		return q
	}
	if got, ok := Handshake(asked, "fake-verify-token"); !ok || got != "1158201444" {
		t.Errorf("%q, %v", got, ok)
	}
	for name, q := range map[string]url.Values{
		"wrong token": change("hub.verify_token", "x"), "missing token": change("hub.verify_token", ""), "another mode": change("hub.mode", "unsubscribe"),
	} {
		if got, ok := Handshake(q, "fake-verify-token"); ok || got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if _, ok := Handshake(change("hub.verify_token", ""), ""); ok {
		t.Error("without a token of ours anybody can shake hands")
	}
}

func TestRecordedDataDeletion(t *testing.T) {
	var request struct {
		Value   string
		Secret  string `json:"app_secret"`
		Payload struct {
			User string `json:"user_id"`
		}
	}
	if err := json.Unmarshal([]byte(recording(t, "data-deletion-request.json")), &request); err != nil {
		t.Fatal(err)
	}
	mac, payload, _ := strings.Cut(request.Value, ".")
	if user, err := ReadSignedRequest(request.Secret, request.Value); err != nil || user != request.Payload.User {
		t.Errorf("%q, %v", user, err)
	}
	for _, tt := range []struct {
		name, secret, text string
		want               lantoa.Kind
	}{
		{"another secret", "x", request.Value, lantoa.Forbidden},
		{"no secret set", "", request.Value, lantoa.Forbidden},
		{"another payload", request.Secret, mac + "." + payload[:len(payload)-2] + "fQ", lantoa.Forbidden},
		{"no signature", request.Secret, "." + payload, lantoa.Forbidden},
		{"no dot", request.Secret, mac, lantoa.Forbidden},
		{"no base64", request.Secret, "%." + payload, lantoa.Invalid},
		{"nothing", request.Secret, "", lantoa.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user, err := ReadSignedRequest(tt.secret, tt.text)
			if user != "" || err == nil || tt.name != "no dot" && lantoa.KindOf(err) != tt.want {
				t.Errorf("%q, %v", user, err)
			}
		})
	}
	t.Run("signed, and not by this way of signing", func(t *testing.T) {
		for _, payload := range []string{`{"algorithm":"none","user_id":"7"}`, `{"algorithm":"HMAC-SHA256"}`, `[]`, ``} {
			if user, err := ReadSignedRequest("s", signedRequest("s", payload)); lantoa.KindOf(err) != lantoa.Invalid {
				t.Errorf("%s: %q, %v", payload, user, err)
			}
		}
		if user, err := ReadSignedRequest("s", signedRequest("s", `{"algorithm":"hmac-sha256","user_id":122000000000000777}`)); err != nil || user != "122000000000000777" {
			t.Errorf("a number: %q, %v", user, err)
		}
	})
}

func FuzzHook(f *testing.F) {
	f.Add([]byte(`{"object":"page","entry":[{"id":104000000000921,"time":1,"changes":[{"field":"feed","value":{"item":"status","verb":"add","post_id":"1_2"}}]}]}`))
	f.Add([]byte(`{"object":"page","entry":[{"id":"1","changes":[{"field":"feed","value":{"item":"comment","verb":"remove","post":{"id":"1_2"}}},{"field":"x"},7]}]}`))
	files, _ := filepath.Glob(filepath.Join(recordings, "webhooks", "*.json"))
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := ReadHook(body)
		if err == nil != json.Valid(body) {
			t.Errorf("%v of %q", err, body)
		}
		seen := map[[2]string]bool{}
		for _, e := range events {
			key := [2]string{e.Page, e.Post}
			if e.Page == "" || seen[key] || strings.Trim(e.Page+e.Post, "0123456789_") != "" || e.Counters && e.Post == "" {
				t.Errorf("%+v of %q", e, body)
			}
			seen[key] = true
		}
		if VerifyHook("secret", "sha256="+string(body), body) {
			t.Error("a body is its own signature")
		}
	})
}

func FuzzSignedRequest(f *testing.F) {
	f.Add(signedRequest("s", `{"algorithm":"HMAC-SHA256","user_id":"7"}`))
	f.Add(signedRequest("x", `{"algorithm":"HMAC-SHA256","user_id":"7"}`))
	f.Add("a.b")
	f.Add("..")
	f.Fuzz(func(t *testing.T, text string) {
		user, err := ReadSignedRequest("s", text)
		if (err == nil) != (user != "") {
			t.Errorf("%q, %v", user, err)
		}
		_, payload, _ := strings.Cut(strings.TrimSpace(text), ".")
		if data, bad := unbase64(payload); err == nil && (bad != nil || !strings.Contains(string(data), user)) {
			t.Errorf("%q is not in %q", user, data)
		}
		ReadSignedRequest("s", signedRequest("s", text)) // a rightly signed word of any shape
	})
}

// signedRequest signs a payload as Facebook does.
func signedRequest(secret, payload string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(payload))
	return base64.RawURLEncoding.EncodeToString(sign(secret, []byte(text))) + "." + text
}
