package browse

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Size is a window.
type Size struct {
	Name          string // in the names of pictures
	Width, Height int64
}

var (
	Desk  = Size{"1440", 1440, 900}
	Phone = Size{"390", 390, 844}
)

// Browser is one window of a real browser.
type Browser struct {
	t      testing.TB
	ctx    context.Context
	origin string
	size   Size

	mu       sync.Mutex
	said     []string // what the console complained of
	heard    string   // the newest marker that came back
	expected []string
}

// Open starts chromium before the pages of an origin, such as http://127.0.0.1:8080. Without chromium the test is
// skipped, loudly.
func Open(t testing.TB, origin string, size Size) *Browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("NOT TESTED IN A BROWSER: chromium is not installed")
	}
	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Headless}
	for _, f := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	b := &Browser{t: t, ctx: ctx, origin: origin, size: size}
	var touch []chromedp.EmulateViewportOption
	if size.Width < 800 {
		touch = append(touch, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	// The first call's context is the browser's life: a time limit on it would end both.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(size.Width, size.Height, touch...)); err != nil {
		t.Fatal(err)
	}
	go b.listen(chromedp.Console(ctx))
	t.Cleanup(b.complain)
	return b
}

// Do takes steps, together in at most 20 seconds.
func (b *Browser) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("at %s: %v", b.size.Name, err)
	}
}

// Open goes to a path of the origin and waits until the page is loaded.
func (b *Browser) Open(path string) { b.t.Helper(); b.Do(chromedp.Navigate(b.origin + path)) }

// Type puts letters into what the selector finds, one key at a time.
func (b *Browser) Type(selector, letters string) {
	b.t.Helper()
	b.Do(chromedp.SendKeys(chromedp.CSS(selector), letters))
}

// Click presses what the selector finds first, when it can be seen.
func (b *Browser) Click(selector string) { b.t.Helper(); b.Do(chromedp.Click(chromedp.CSS(selector))) }

// Eval is the value of an expression of JavaScript on the page.
func Eval[T any](b *Browser, js string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](js))
	if err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// Text is what can be read in all that the selector finds, spaces made single.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	return strings.Join(strings.Fields(Eval[string](b, `[...document.querySelectorAll(`+quoted(selector)+`)].map(e => e.innerText ?? e.textContent).join(" | ")`)), " ")
}

// Reads fails the test where the selector's text does not hold each of the words.
func (b *Browser) Reads(selector string, words ...string) {
	b.t.Helper()
	text := b.Text(selector)
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("at %s, %s: %s reads %q, want %q in it", b.size.Name, Eval[string](b, "location.pathname"), selector, text, w)
		}
	}
}

// Until waits for a condition on the page, at most 15 seconds.
func (b *Browser) Until(js string) {
	b.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if Eval[bool](b, "!!("+js+")") {
			return
		}
	}
	b.t.Fatalf("at %s never became true: %s", b.size.Name, js)
}

// Dark sets the colours of the system, dark or light.
func (b *Browser) Dark(on bool) {
	b.t.Helper()
	feature := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "light"}
	if on {
		feature.Value = "dark"
	}
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}})
		return err
	}))
}
