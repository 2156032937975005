package web

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser is a real browser of one size in front of the house.
type browser struct {
	t     *testing.T
	ctx   context.Context
	house *house
	name  string
	mu    sync.Mutex
	said  []string // what the console complained of
}

// browse opens chromium; without it the test is skipped, loudly.
func browse(t *testing.T, h *house, name string, width, height int64) *browser {
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
	b := &browser{t: t, ctx: ctx, house: h, name: name}
	size := []chromedp.EmulateViewportOption{}
	if width < 800 {
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	b.do(chromedp.EmulateViewport(width, height, size...))
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning {
				b.mu.Lock()
				b.said = append(b.said, m.String())
				b.mu.Unlock()
			}
		}
	}()
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	if len(steps) == 1 && b.said == nil {
		ctx = b.ctx // the first call's context is the browser's life
	}
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func eval[T any](b *browser, js string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](js))
	if err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// until waits for a condition, not for a time.
func (b *browser) until(js string) {
	b.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if eval[bool](b, "!!("+js+")") {
			return
		}
	}
	b.t.Fatalf("never became true: %s", js)
}

func (b *browser) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.house.url + path)) }

// fits says that nothing is wider than the window, that the console is silent, and keeps a picture of the
// page for whoever wants to look (LANTOA_TEST_SHOTS names a folder).
func (b *browser) fits(page string) {
	b.t.Helper()
	if wide := eval[float64](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
		b.t.Errorf("%s at %s scrolls sideways by %v px", page, b.name, wide)
	}
	small := eval[[]string](b, `[...document.querySelectorAll("a.btn,button,select,summary,input:not([type=checkbox],[type=radio],[type=hidden]),.places a,.tabs a")]
		.filter(e => e.checkVisibility({contentVisibilityAuto:true,visibilityProperty:true}) && e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < 43.5 && !e.classList.contains("away"))
		.map(e => e.outerHTML.slice(0, 90))`)
	if len(small) > 0 {
		b.t.Errorf("%s at %s: too small to touch: %s", page, b.name, strings.Join(small, "\n"))
	}
	b.shoot(page)
}

func (b *browser) shoot(page string) {
	dir := os.Getenv("LANTOA_TEST_SHOTS")
	if dir == "" {
		return
	}
	// Whatever is fixed to the window would stand in the middle of a picture of the whole page.
	for _, whole := range []bool{false, true} {
		act, suffix := chromedp.CaptureScreenshot(), ""
		if whole {
			act, suffix = chromedp.FullScreenshot(100), "-whole"
		}
		png, err := chromedp.Run(b.ctx, act)
		if err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, page+"-"+b.name+suffix+".png"), png, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *browser) dark() {
	feature := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"}
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}})
		return err
	}))
}

func (b *browser) signIn(email string) {
	b.t.Helper()
	b.open("/dang-nhap")
	b.do(chromedp.SendKeys(chromedp.CSS("#email"), email), chromedp.SendKeys(chromedp.CSS("#mat_khau"), password), chromedp.Click(chromedp.CSS("button.first")))
	b.until(`location.pathname === "/"`)
}

func TestAWeekOfWorkInABrowser(t *testing.T) {
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"1440", 1440, 900}, {"390", 390, 844}} {
		t.Run(size.name, func(t *testing.T) {
			h := open(t)
			b := browse(t, h, size.name, size.width, size.height)
			b.open("/dang-nhap")
			b.fits("dang-nhap")
			b.signIn("truyenthong@mau.vn")
			b.fits("tuan-nay")

			// Search while typing: the address keeps up.
			b.open("/tim-kiem")
			b.do(chromedp.SendKeys(chromedp.CSS("#q"), "nuoi lon dat"))
			b.until(`document.querySelector(".hit mark") && location.search.includes("q=nuoi")`)
			b.until(`document.querySelector("#q").value === "nuoi lon dat" && !document.querySelector("[aria-busy]")`)
			b.fits("tim-kiem")
			b.open("/tim-kiem?q=phụ nữ&cap=commune")
			b.fits("tim-kiem-loc")
			b.open("/tim-kiem?q=khongcogica")
			b.fits("tim-kiem-khong-co")

			// Decide on the first story, and take it back.
			b.open("/cau-chuyen")
			b.fits("cau-chuyen")
			first := eval[string](b, `document.querySelector("[data-card]").id`)
			b.do(chromedp.Click(chromedp.CSS("[data-card] button[value=approve]")))
			b.until(`!document.getElementById("` + first + `") && document.querySelector("#live [data-notice]")`)
			b.until(`document.querySelector(".tabs [data-count=approved]").textContent === "1"`)
			b.shoot("cau-chuyen-da-chon")
			b.do(chromedp.Click(chromedp.CSS("#live button[value=undo]")))
			b.until(`document.getElementById("` + first + `") && document.querySelector(".tabs [data-count=approved]").textContent === "0"`)

			b.open("/cau-chuyen/" + string(h.stories["lợn đất"]))
			b.fits("mot-cau-chuyen")
			b.open("/cau-chuyen/" + string(h.stories["mẹ đỡ đầu"]))
			b.fits("mot-cau-chuyen-han-che")
			b.open("/bai-viet/" + string(h.posts["lợn đất"]))
			b.fits("bai-viet")
			b.open("/bai-viet/" + string(h.posts["word"]))
			b.fits("bai-viet-chu-dai")
			b.open("/kenh")
			b.fits("kenh")
			b.open("/kenh/" + string(h.channels["Phụ nữ xã Núi Mẫu"].ID))
			b.fits("mot-kenh")
			b.dark()
			b.open("/")
			b.shoot("tuan-nay-toi")
			b.open("/cau-chuyen")
			b.shoot("cau-chuyen-toi")
			b.open("/bai-viet/" + string(h.posts["lợn đất"]))
			b.shoot("bai-viet-toi")

			b.do(chromedp.Navigate(h.url + "/"))
			eval[bool](b, `document.querySelector("form[action='/dang-xuat']").requestSubmit() === undefined`)
			b.until(`location.pathname === "/dang-nhap"`)
			b.signIn("canbo@mau.vn")
			b.fits("tuan-nay-can-bo")
			eval[bool](b, `document.querySelector("form[action='/ngon-ngu'] button").click() === undefined`)
			b.until(`document.documentElement?.lang === "en"`)
			b.open("/cau-chuyen")
			b.fits("stories-english")

			b.mu.Lock()
			for _, s := range b.said {
				t.Errorf("console: %s", s)
			}
			b.mu.Unlock()
			b.open("/khong-co") // of this the console complains, rightly
			b.shoot("khong-co")
		})
	}
}
