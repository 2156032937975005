package api

import (
	"net/url"
	"testing"
)

func TestListOf(t *testing.T) {
	list := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return listOf(u.Path, u.Query())
	}
	tests := []struct {
		name string
		a, b string
		same bool
	}{
		{"the page and its length are not part of the list", "/s?q=a&limit=5&cursor=x", "/s?q=a", true},
		{"the order of filters does not matter", "/s?q=a&level=commune", "/s?level=commune&q=a", true},
		{"another filter is another list", "/s?q=a", "/s?q=b", false},
		{"another address is another list", "/s?q=a", "/t?q=a", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if same := list(tt.a) == list(tt.b); same != tt.same {
				t.Errorf("same = %v, want %v", same, tt.same)
			}
		})
	}
}

func FuzzReadCursor(f *testing.F) {
	f.Add("")
	f.Add(cursor{List: "a1", Skip: 50}.text())
	f.Add(cursor{List: "a1", After: "0k3abc"}.text())
	f.Add("eyJsIjoiYSIsInMiOi0xfQ") // a negative skip
	f.Add("eyJsIjoiYSIsInMiOjFlOTl9")
	f.Add("%00")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := readCursor(s)
		if err != nil {
			return
		}
		if c.Skip < 0 || c.Skip > deepest {
			t.Fatalf("skip %d passed", c.Skip)
		}
		again, err := readCursor(c.text())
		if s != "" && (err != nil || again != c) {
			t.Fatalf("%+v became %+v, %v", c, again, err)
		}
	})
}
