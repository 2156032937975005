package digest

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa/internal/browse"
)

// shown is a mail as a mail program shows it: with the pictures that it carries.
func shown(m Mail) string {
	html := m.HTML
	for _, x := range m.Images {
		html = strings.ReplaceAll(html, `"cid:`+x.CID+`"`, `"data:`+x.Type+`;base64,`+base64.StdEncoding.EncodeToString(x.Data)+`"`)
	}
	return html
}

func TestTheMailFitsAPhoneAndADesk(t *testing.T) {
	mails := map[string]string{}
	for _, who := range readers() {
		_, m := mailTo(t, week(), who.user, vi)
		mails["/"+who.name] = shown(m)
		mails["/"+who.name+"-bare"] = m.HTML // without its pictures
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if mails[r.URL.Path] == "" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Write([]byte(mails[r.URL.Path]))
	}))
	t.Cleanup(front.Close)
	for _, size := range []browse.Size{{Name: "390", Width: 390, Height: 844}, {Name: "700", Width: 700, Height: 900}} {
		b := browse.Open(t, front.URL, size)
		for path := range mails {
			if strings.HasSuffix(path, "-bare") {
				continue
			}
			for _, dark := range []bool{false, true} {
				b.Dark(dark)
				b.Open(path)
				if wide := browse.Eval[int](b, "document.documentElement.scrollWidth"); wide > int(size.Width) {
					t.Errorf("%s at %s is %d wide", path, size.Name, wide)
				}
				name := "mail-" + path[1:]
				if dark {
					name += "-dark"
				}
				b.Shoot(name)
			}
		}
	}
}
