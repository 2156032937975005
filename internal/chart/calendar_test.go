package chart

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
)

func TestCalendarShowsEveryDayByItsLook(t *testing.T) {
	c := Calendar{Title: evil, Desc: evil, Rows: [7]string{"T2", "", "T4"}, Ticks: []Tick{{0, "th. 6"}, {1.9, evil}}, Weeks: [][7]Cell{
		{{Look: Blank}, {N: 0}, {N: 1}, {N: 2}, {N: 3}, {N: 99}, {N: -1}},
		{{Look: Hatched}, {Look: Hatched}, {N: 1}, {N: 1}, {N: 0}, {Look: Blank}, {Look: Blank}},
	}}
	svg := string(c.SVG())
	wellFormed(t, svg)
	check(t, svg, []string{"T2", "T4", "th. 6", "&lt;script&gt;"}, []string{"<script>"})
	for class, want := range map[string]int{"d0": 3, "d1": 3, "d2": 1, "d3": 2} {
		_, rest, _ := strings.Cut(svg, `class="`+class+`" d="`)
		d, _, _ := strings.Cut(rest, `"`)
		if got := strings.Count(d, "M"); got != want {
			t.Errorf("%d days look like %s, want %d: %s", got, class, want, d)
		}
	}
	if got := strings.Count(svg, `class="dx"`); got != 1 {
		t.Errorf("%d paths of hatched days", got)
	}
	check(t, string(Calendar{}.SVG()), nil, []string{"<svg"})
	half := Calendar{Title: "x", Weeks: make([][7]Cell, 26)}
	if n := len(half.SVG()); n > 3_600 {
		t.Errorf("half a year weighs %d bytes", n)
	}
	painted(t, c.PNG)
}

func TestDotsLieOverTheirBand(t *testing.T) {
	number := func(float64) string { return "n" }
	band := []XY{{0, 2}, {5, 2}, {10, 0}}
	d := Dots{Title: evil, Number: number, Points: []XY{{1, 3}, {4, 63}}, Low: band, High: []XY{{0, 9}, {5, 9}, {10, 0}}, Ticks: []Tick{{0, "a"}, {10, "b"}}}
	svg := string(d.SVG())
	wellFormed(t, svg)
	check(t, svg, []string{`class="c-band"`, "&lt;script&gt;", ">a<", ">b<"}, []string{"<script>"})
	_, d2, _ := strings.Cut(svg, `class="c-spot" d="`)
	if n := strings.Count(d2, "h0"); n != 2 {
		t.Errorf("%d dots, want 2", n)
	}
	check(t, string(Dots{Number: number, Points: []XY{{1, 0}}}.SVG()), []string{"c-spot"}, []string{"c-band"})
	check(t, string(Dots{Number: number, Low: band, High: band}.SVG()), nil, []string{"<svg"})
	painted(t, d.PNG)
}

func TestSwatchesAreTheBoxesOfTheCalendar(t *testing.T) {
	check(t, string(Swatch(Cell{N: 7})), []string{`class="d3"`}, nil)
	check(t, string(Swatch(Cell{Look: Hatched})), []string{`class="dx"`}, nil)
	wellFormed(t, string(Swatch(Cell{})))
}

// painted says that the picture can be drawn for a mail.
func painted(t *testing.T, draw func(int) ([]byte, error)) {
	t.Helper()
	b, err := draw(400)
	if err != nil {
		t.Fatal(err)
	}
	if im, err := png.Decode(bytes.NewReader(b)); err != nil || im.Bounds().Dx() != 800 {
		t.Errorf("the picture: %v", err)
	}
}
