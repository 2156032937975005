package viet

import "testing"

func TestTelex(t *testing.T) {
	for word, keys := range map[string]string{
		"phụ": "phuj", "nữ": "nuwx", "đồng": "ddoongf", "bò": "bof", "bơ": "bow", "nước": "nuwowcs", "quý": "quys", "lan": "lan",
	} {
		if got := ToTelex(word); got != keys {
			t.Errorf("ToTelex(%q) = %q, want %q", word, got, keys)
		}
		want := word
		if word == keys {
			want = "" // cannot be told from a plain word
		}
		if got := FromTelex(keys); got != want {
			t.Errorf("FromTelex(%q) = %q, want %q", keys, got, want)
		}
	}
	for keys, want := range map[string]string{
		"nuwowsc": "nước", "dduwowngf": "đường", "vuj": "vụ", "nghieemj": "nghiệm", "thuyr": "thủy", "facebook": "", "xyz": "", "hoaf": "hòa",
	} {
		if got := FromTelex(keys); got != want {
			t.Errorf("FromTelex(%q) = %q, want %q", keys, got, want)
		}
	}
}
