package browse

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// touchable are the things one presses, and tooSmall those of them that a finger would miss.
const tooSmall = `[...document.querySelectorAll("a.btn,button,select,summary,input:not([type=checkbox],[type=radio],[type=hidden]),.places a,.tabs a")]
	.filter(e => e.checkVisibility({contentVisibilityAuto:true,visibilityProperty:true}) && !e.classList.contains("away"))
	.filter(e => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < 43.5)
	.map(e => e.outerHTML.slice(0, 90))`

// Fits says that nothing is wider than the window and nothing too small to touch, and takes pictures.
func (b *Browser) Fits(page string) {
	b.t.Helper()
	if wide := Eval[float64](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
		b.t.Errorf("%s at %s scrolls sideways by %v px", page, b.size.Name, wide)
	}
	if small := Eval[[]string](b, tooSmall); len(small) > 0 {
		b.t.Errorf("%s at %s: too small to touch: %s", page, b.size.Name, strings.Join(small, "\n"))
	}
	b.Shoot(page)
}

// Shoot takes two pictures of the page, where LANTOA_TEST_SHOTS names a folder: what is in the window, and all of
// it.
func (b *Browser) Shoot(page string) {
	b.t.Helper()
	dir := os.Getenv("LANTOA_TEST_SHOTS")
	if dir == "" {
		return
	}
	// Whatever is fixed to the window would stand in the middle of a picture of the whole page.
	for suffix, act := range map[string]chromedp.Action[[]byte]{"": chromedp.CaptureScreenshot(), "-whole": chromedp.FullScreenshot(100)} {
		png, err := chromedp.Run(b.ctx, act)
		if err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, page+"-"+b.size.Name+suffix+".png"), png, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}
