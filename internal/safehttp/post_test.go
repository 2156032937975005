package safehttp

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPost(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.Path+" "+r.Header.Get("X-Name")+" "+string(body))
		switch r.URL.Path {
		case "/on":
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		case "/much":
			io.WriteString(w, strings.Repeat("x", 200))
		default:
			w.WriteHeader(http.StatusAccepted)
			io.WriteString(w, "ok")
		}
	}))
	defer server.Close()
	open := New(Options{Allow: []string{strings.TrimPrefix(server.URL, "http://")}, Limit: 100})
	r, err := open.Post(t.Context(), server.URL+"/hook", http.Header{"X-Name": {"a"}}, []byte("body"))
	if err != nil || r.Status != http.StatusAccepted || string(r.Body) != "ok" {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := open.Post(t.Context(), server.URL+"/on", nil, []byte("body")); err != nil || r.Status != http.StatusTemporaryRedirect {
		t.Errorf("an answer that sends us on: %+v, %v", r, err)
	}
	if _, err := open.Post(t.Context(), server.URL+"/much", nil, nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large answer: %v", err)
	}
	want := []string{"POST /hook a body", "POST /on  body", "POST /much  "}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("the server was asked %q, want %q", got, want)
	}
	shut := New(Options{})
	for _, address := range []string{server.URL + "/hook", "http://10.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd", "https://u:p@example.org/", "http://localhost/"} {
		if _, err := shut.Post(t.Context(), address, nil, nil); err == nil {
			t.Errorf("%s was asked", address)
		} else if strings.Contains(err.Error(), "latest") {
			t.Errorf("the error repeats the address: %v", err)
		}
	}
	if len(got) != len(want) {
		t.Error("the server was asked by a client that may not")
	}
}
