package browse

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// listener is a test that may fail without failing ours.
type listener struct {
	testing.TB
	said []string
	end  []func()
}

func (l *listener) Helper()           {}
func (l *listener) Cleanup(f func())  { l.end = append(l.end, f) }
func (l *listener) Error(args ...any) { l.said = append(l.said, fmt.Sprint(args...)) }
func (l *listener) Errorf(text string, args ...any) {
	l.said = append(l.said, fmt.Sprintf(text, args...))
}

func TestWhatAPageIsBlamedFor(t *testing.T) {
	for _, tt := range []struct {
		name, page, want string
		expect           string
	}{
		{"a page that can be used", `<h1>Chào chị</h1><button style="height:44px">Chọn</button>`, "", ""},
		{"wider than the window", `<h1>Chào chị</h1><div style="width:2000px">x</div>`, "scrolls sideways", ""},
		{"a button that a finger misses", `<h1>Chào chị</h1><button style="height:20px">Chọn</button>`, "too small to touch", ""},
		{"other words", `<h1>Chào em</h1>`, `want "Chào chị"`, ""},
		{"a complaint on the console", `<h1>Chào chị</h1><script>console.error("hỏng")</script>`, "hỏng", ""},
		{"a script that fails", `<h1>Chào chị</h1><script>khong.co()</script>`, "khong is not defined", ""},
		{"a complaint that was expected", `<h1>Chào chị</h1><script>console.error("hỏng")</script>`, "", "hỏng"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/" { // a browser asks for a picture of the site, too
					w.WriteHeader(http.StatusNoContent)
					return
				}
				fmt.Fprint(w, `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">`+tt.page)
			}))
			defer front.Close()
			l := &listener{TB: t}
			b := Open(l, front.URL, Desk)
			if tt.expect != "" {
				b.Expect(tt.expect)
			}
			b.Open("/")
			b.Reads("h1", "Chào chị")
			b.Fits("trang")
			for i := range l.end {
				l.end[len(l.end)-1-i]()
			}
			said := strings.Join(l.said, "\n")
			if tt.want == "" && said != "" || !strings.Contains(said, tt.want) {
				t.Errorf("said %q, want %q", said, tt.want)
			}
		})
	}
}
