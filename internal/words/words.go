package words

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/hoiphunu/lantoa"
)

//go:embed vi/*.toml en/*.toml
var texts embed.FS

// Languages are the ones there is a catalogue for, the first being the one people get unasked.
var Languages = []string{"vi", "en"}

// Catalog speaks one language in one time zone. It is never changed after it was made and may be shared.
type Catalog struct {
	lang  string
	texts map[string]string
	zone  *time.Location
}

var (
	vietnamese = sync.OnceValue(func() *Catalog { return read("vi") })
	english    = sync.OnceValue(func() *Catalog { return read("en") })
)

// For gives the catalogue of a language: "en" and what begins with "en-" is English, all else Vietnamese.
// Its days are those of Viet Nam; see [Catalog.In].
func For(lang string) *Catalog {
	if lang = strings.ToLower(lang); lang == "en" || strings.HasPrefix(lang, "en-") {
		return english()
	}
	return vietnamese()
}

// In is the same catalogue with days and hours counted in a zone.
func (c *Catalog) In(zone *time.Location) *Catalog {
	if zone == nil {
		return c
	}
	d := *c
	d.zone = zone
	return &d
}

// Lang is the language's code: vi or en.
func (c *Catalog) Lang() string { return c.lang }

// Zone is where the catalogue counts days and hours.
func (c *Catalog) Zone() *time.Location { return c.zone }

// Has says whether there is a text under the key.
func (c *Catalog) Has(key string) bool { _, ok := c.texts[key]; return ok }

// Keys are all keys, sorted.
func (c *Catalog) Keys() []string { return slices.Sorted(maps.Keys(c.texts)) }

// T is the text under key, each {name} in it replaced by the argument of that name; arguments come in
// pairs, a name and its value. Numbers, counts and times are written as the language writes them. Where
// the argument "n" is 1 and there is a text under key + ".one", that one is taken. A key without a text
// gives the key itself in ⟦ ⟧, so that a page still shows and a test finds it.
func (c *Catalog) T(key string, args ...any) string {
	text, ok := c.texts[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		name := fmt.Sprint(args[i])
		value := c.show(args[i+1])
		if name == "n" && value == "1" {
			if one, ok := c.texts[key+".one"]; ok {
				text = one
			}
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// show writes one value as the language writes it.
func (c *Catalog) show(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return c.Number(int64(v))
	case int64:
		return c.Number(v)
	case float64:
		return c.Decimal(v)
	case lantoa.Count:
		return c.Count(v)
	case time.Time:
		return c.Date(v)
	}
	return fmt.Sprint(v)
}

// read parses the catalogue of a language: a folder of files, one for each part of the screens. The texts are our
// own and embedded, so a mistake in them is a mistake in the code.
func read(lang string) *Catalog {
	c := &Catalog{lang: lang, texts: map[string]string{}, zone: vietnam()}
	files, err := texts.ReadDir(lang)
	if err != nil {
		panic("words: " + err.Error())
	}
	for _, f := range files {
		var tree map[string]any
		if _, err := toml.DecodeFS(texts, lang+"/"+f.Name(), &tree); err != nil {
			panic("words: " + lang + "/" + f.Name() + ": " + err.Error())
		}
		part := map[string]string{}
		flatten("", tree, part)
		for key, text := range part {
			if _, twice := c.texts[key]; twice {
				panic("words: " + lang + "/" + f.Name() + " says again: " + key)
			}
			c.texts[key] = text
		}
	}
	return c
}

func flatten(prefix string, tree map[string]any, into map[string]string) {
	for k, v := range tree {
		switch v := v.(type) {
		case map[string]any:
			flatten(prefix+k+".", v, into)
		default:
			// A table cannot hold a text of its own beside its children: "_" is that text.
			into[strings.TrimSuffix(prefix+k, "._")] = fmt.Sprint(v)
		}
	}
}

func vietnam() *time.Location {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	}
	return zone
}
