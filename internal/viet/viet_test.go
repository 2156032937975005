package viet

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestFoldingCases(t *testing.T) {
	f, err := os.Open("../../../shared/data/lang/folding_cases.jsonl")
	if err != nil {
		t.Skip("SKIPPED: the folding cases are not on this machine: ", err)
	}
	defer f.Close()
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); n++ {
		var c struct{ Input, Folded, Why, NFKC string }
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if got := Bare(c.Input); got != c.Folded {
			t.Errorf("%s: Bare(%q) = %q, want %q", c.Why, c.Input, got, c.Folded)
		}
		if got, want := Fold(c.Input), Fold(c.NFKC); got != want {
			t.Errorf("%s: Fold(%q) = %q, of its NFKC form %q", c.Why, c.Input, got, want)
		}
	}
	if n != 42 {
		t.Errorf("%d cases read, want 42", n)
	}
}

func TestRecordedPosts(t *testing.T) {
	b, err := os.ReadFile("../../../shared/fixtures/facebook/posts-vietnamese-unicode.expect.json")
	if err != nil {
		t.Skip("SKIPPED: the recordings are not on this machine: ", err)
	}
	var expect struct {
		Cases []struct {
			ID   string `json:"id"`
			Case string `json:"case"`
			NFC  string `json:"nfc"`
			Form string `json:"accent_free_search_form"`
		}
	}
	if err := json.Unmarshal(b, &expect); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("../../../shared/fixtures/facebook/posts-vietnamese-unicode.json")
	if err != nil {
		t.Fatal(err)
	}
	var posts struct {
		Data []struct{ ID, Message string }
	}
	if err := json.Unmarshal(raw, &posts); err != nil {
		t.Fatal(err)
	}
	message := map[string]string{}
	for _, p := range posts.Data {
		message[p.ID] = p.Message
	}
	for _, c := range expect.Cases {
		// the recording's form keeps the joiner inside emoji; ours leaves out all zero-width characters
		want := strings.TrimSpace(strings.ReplaceAll(c.Form, "\u200d", ""))
		if got := Bare(message[c.ID]); got != want {
			t.Errorf("%s: Bare = %.200q, want %.200q", c.Case, got, want)
		}
		if got := Bare(c.NFC); got != want {
			t.Errorf("%s, from NFC: Bare = %.200q, want %.200q", c.Case, got, want)
		}
	}
	if len(expect.Cases) == 0 {
		t.Error("no cases read")
	}
}
