package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// assets are the style sheet, the script and the mark, each under a name that holds the hash of its content,
// so that browsers may keep them for ever.
type assets struct {
	files map[string]asset // by served name
	urls  map[string]string
}

type asset struct {
	kind         string
	plain, small []byte
}

func readAssets() *assets {
	a := &assets{files: map[string]asset{}, urls: map[string]string{}}
	entries, err := staticFiles.ReadDir("static") // app.css, where the tokens are said, stands before the other sheets
	if err != nil {
		panic(err) // the folder is embedded
	}
	squeeze := squeezer{lengths: []string{"\n  ", "", "\n", "", "} ", "}"}, names: map[string]string{}}
	for _, e := range entries {
		body, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		ext := path.Ext(e.Name())
		if ext == ".css" {
			body = squeeze.sheet(body)
		}
		sum := sha256.Sum256(body)
		served := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:5]) + ext
		a.files[served] = asset{kind: mime.TypeByExtension(ext), plain: body, small: zipped(body)}
		a.urls[e.Name()] = "/static/" + served
	}
	return a
}

var (
	cssComment = regexp.MustCompile(`/\*[^*]*\*/`)
	cssName    = regexp.MustCompile(`--[a-z][a-z0-9-]*`)
	cssLength  = regexp.MustCompile(`(--s[1-6]|--r):(\d+px);`)
)

// squeezer leaves out of style sheets of ours what only their readers need: remarks, line breaks, the names of the
// lengths, which are the same by day and by night, and all but a letter or two of the names of the colours. What it
// learnt in one sheet holds in the next.
type squeezer struct {
	lengths []string // as strings.NewReplacer takes them
	names   map[string]string
}

func (q *squeezer) sheet(css []byte) []byte {
	text := cssComment.ReplaceAllString(string(css), "")
	for _, m := range cssLength.FindAllStringSubmatch(text, -1) {
		q.lengths = append(q.lengths, m[0], "", "var("+m[1]+")", m[2])
	}
	return cssName.ReplaceAllFunc([]byte(strings.NewReplacer(q.lengths...).Replace(text)), func(name []byte) []byte {
		if q.names[string(name)] == "" {
			q.names[string(name)] = "--" + string(rune('A'+len(q.names)%26)) + strings.Repeat("_", len(q.names)/26)
		}
		return []byte(q.names[string(name)])
	})
}

// url is where a file is served. A name that does not exist is a mistake in a template.
func (a *assets) url(name string) string {
	u, ok := a.urls[name]
	if !ok {
		panic("web: no static file " + name)
	}
	return u
}

func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		w.Write(f.small)
		return
	}
	w.Write(f.plain)
}

func takesGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b) // a buffer takes everything
	z.Close()
	return out.Bytes()
}
