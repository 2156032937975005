package search

import (
	"fmt"
	"strings"
	"testing"
)

func TestUnderstand(t *testing.T) {
	for in, want := range map[string]string{
		`phụ nữ`:                "phụ nữ?",
		`phụ nữ `:               "phụ nữ",
		`"phụ nữ" xã`:           "[phụ nữ] xã?",
		`“phụ nữ” «mô hình» x.`: "[phụ nữ] [mô hình] x",
		`a -b -"c d" -5 - e`:    "a 5 e? -b -c+d",
		`-a`:                    "a?",
		`Bà Rịa-Vũng Tàu`:       "bà rịa vũng tàu?",
		`#PhuNuKhoiNghiep`:      "phu nu khoi nghiep?",
		`"một"`:                 "một",
		`"a b`:                  "a b?",
		``:                      "",
	} {
		w := understand(in)
		var out []string
		for i := 0; i < len(w.list); i++ {
			if p := w.phraseAt(i); p != nil {
				var x []string
				for _, y := range w.list[p.from:p.to] {
					x = append(x, y.exact)
				}
				out = append(out, "["+strings.Join(x, " ")+"]")
				i = p.to - 1
				continue
			}
			s := w.list[i].exact
			if w.list[i].open {
				s += "?"
			}
			out = append(out, s)
		}
		for _, not := range w.without {
			var x []string
			for _, y := range not {
				x = append(x, y.exact)
			}
			out = append(out, "-"+strings.Join(x, "+"))
		}
		if got := strings.Join(out, " "); got != want {
			t.Errorf("understand(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestRecordsComeBackAsTheyWent(t *testing.T) {
	score, reach := 4.2, int64(0)
	d := Document{
		ID: "a", Text: "Nuôi\x00lợn", Title: "t", ChannelName: "c", UnitName: "u", Channel: "ch", UnitPath: "p.q", UnitCode: "05722",
		Level: "commune", Platform: "zalo", Kind: "photo", Topics: []string{"x", "y"}, Published: -5, Score: &score, Reach: &reach,
		Story: "s", State: "approved", Public: true,
	}
	_, got, err := decode(encode(wholeRecord, d))
	show := func(d Document) string {
		return fmt.Sprintf("%q %v %v %v %+v", d.Text, *d.Score, *d.Reach, d.Interactions, [...]any{
			d.ID, d.Title, d.ChannelName, d.UnitName, d.Channel, d.UnitPath, d.UnitCode, d.Level, d.Platform, d.Kind, d.Topics, d.Published, d.Story, d.State, d.Public,
		})
	}
	if err != nil || show(got) != show(d) {
		t.Errorf("got %s (%v), want %s", show(got), err, show(d))
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(wholeRecord, Document{ID: "a", Text: "x"}))
	f.Add(encode(goneRecord, Document{ID: "a"}))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _, _ = decode(b) })
}

func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{`"a b" -c`, ` -"`, "«x", "#A_b -#c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w := understand(s)
		for _, x := range w.list {
			if x.start < 0 || x.end > len(s) || x.start >= x.end {
				t.Fatalf("%q stands at %d to %d", x.exact, x.start, x.end)
			}
		}
		for _, p := range w.phrases {
			if p.from < 0 || p.to > len(w.list) || p.to-p.from < 2 {
				t.Fatalf("phrase %v of %d words", p, len(w.list))
			}
		}
	})
}
