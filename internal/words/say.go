package words

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
)

// Reason is one piece of evidence as a sentence: "gấp 4,2 lần mức thường, so với 34 bài của chính trang".
func (c *Catalog) Reason(r lantoa.Reason) string { return c.reason(r, ".long") }

// ReasonShort is the same for a chip: "gấp 4,2 lần mức thường".
func (c *Catalog) ReasonShort(r lantoa.Reason) string { return c.reason(r, ".short") }

func (c *Catalog) reason(r lantoa.Reason, form string) string {
	key := "reason." + string(r.Kind)
	switch {
	case r.Kind == lantoa.LevelOnly && r.Times < 1, r.Kind == lantoa.AboveUsual && r.Times < 1:
		key += ".below" // nothing above the usual to speak of
	case r.What == "" && c.Has(key+".bare.long"):
		key += ".bare"
	}
	n := int64(r.Channels)
	if r.N != 0 {
		n = r.N
	}
	return c.T(key+form, "times", r.Times, "posts", r.Posts, "n", n, "what", within(r))
}

// within is what a reason found in the text as it reads in the middle of a sentence: a word that began one there
// loses its capital, a name and an abbreviation keep theirs.
func within(r lantoa.Reason) string {
	first, size := utf8.DecodeRuneInString(r.What)
	second, _ := utf8.DecodeRuneInString(r.What[size:])
	if !unicode.IsUpper(first) || unicode.IsUpper(second) {
		return r.What
	}
	low := string(unicode.ToLower(first)) + r.What[size:]
	if r.Kind == lantoa.NamesPeople {
		word, _, _ := strings.Cut(low, " ")
		if !slices.Contains([]string{"chị", "bà", "cô", "em", "mẹ", "các", "chi", "hội", "tổ", "ông", "anh"}, word) {
			return r.What
		}
	}
	return low
}

// Score is a score in words: "gấp 4,2 lần mức thường", "dưới mức thường". Below 0 a post had less than its page's
// usual; between 0 and 1 both it and the usual are too few to be compared (algorithms, section 1).
func (c *Catalog) Score(score float64) string {
	switch size := math.Abs(score); {
	case size < 1:
		return c.T("score.few")
	case size < 1.05: // would read "gấp 1 lần"
		return c.T("score.level")
	case score < 0:
		return c.T("score.below")
	}
	return c.T("score.times", "times", score)
}

// Above says whether a score reads as "gấp … lần mức thường".
func Above(score float64) bool { return score >= 1.05 }

// Trouble is what happened and what to do about it, in one or two sentences. on is the kind of channel that
// it happened on, "" where it is about no channel.
func (c *Catalog) Trouble(t *lantoa.Trouble, on lantoa.ChannelKind) string {
	return strings.TrimSpace(c.Happened(t, on) + " " + c.ToDo(t, on))
}

// Happened is the first half of [Catalog.Trouble]: "Facebook báo mã truy cập của trang này đã hết hạn từ 20/11/2026."
func (c *Catalog) Happened(t *lantoa.Trouble, on lantoa.ChannelKind) string {
	return c.trouble(t, on, "what")
}

// ToDo is the second half of [Catalog.Trouble]: who can mend it and how.
func (c *Catalog) ToDo(t *lantoa.Trouble, on lantoa.ChannelKind) string {
	return c.trouble(t, on, "do")
}

func (c *Catalog) trouble(t *lantoa.Trouble, on lantoa.ChannelKind, half string) string {
	if t == nil {
		return ""
	}
	kind := string(t.Kind)
	side := "trouble."
	if on == "" {
		side = "error."
	}
	if !c.Has(side + kind + "." + half) {
		kind = "unknown"
	}
	return c.T(side+kind+"."+half,
		"platform", c.Platform(on.Platform()), "place", c.place(on, t.What),
		"since", c.when("trouble.since", t.Since), "until", c.until(t.Until),
		"what", c.about("thing."+t.What), "cause", c.about("cause."+t.What))
}

// when is a text about a moment, nothing where there is no moment.
func (c *Catalog) when(key string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.T(key, "day", t)
}

// about is the thing or cause of a trouble in brackets, nothing where the catalogue has no word for it: the
// platforms' own names say nothing to those who read.
func (c *Catalog) about(key string) string {
	if !c.Has(key) {
		return ""
	}
	return c.T("trouble.about", "what", c.T(key))
}

func (c *Catalog) until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return c.T("trouble.until", "time", c.DateTime(t))
}

// place is what a trouble befell: the channel, or what stands behind all channels of a platform.
func (c *Catalog) place(on lantoa.ChannelKind, what string) string {
	switch {
	case what == "oa":
		return c.T("place.oa")
	case on == lantoa.FacebookPage:
		return c.T("place.page")
	case on == lantoa.ZaloGroup:
		return c.T("place.group")
	}
	return c.T("place.channel")
}

// State is the state of a channel: "im lặng".
func (c *Catalog) State(a lantoa.Alive) string { return c.named("alive", string(a)) }

// Board is the state of a story: "Đang xem".
func (c *Catalog) Board(s lantoa.State) string { return c.named("board", string(s)) }

// Verdict is what a person decided: "Chọn".
func (c *Catalog) Verdict(v lantoa.Verdict) string { return c.named("verdict", string(v)) }

// Level is a rung of the Union: "Xã".
func (c *Catalog) Level(l lantoa.Level) string { return c.named("level", string(l)) }

// Topic is what a post speaks of: "Tiết kiệm".
func (c *Catalog) Topic(t string) string { return c.named("topic", t) }

// PostType is the form of a post: "Ảnh".
func (c *Catalog) PostType(t lantoa.PostType) string { return c.named("form", string(t)) }

// Role is what a person is: "Truyền thông".
func (c *Catalog) Role(r lantoa.Role) string { return c.named("role", string(r)) }

// Channel is a kind of channel: "Trang Facebook".
func (c *Catalog) Channel(k lantoa.ChannelKind) string { return c.named("channel_kind", string(k)) }

// Platform is the family of a channel: "Facebook".
func (c *Catalog) Platform(p string) string { return c.named("platform", p) }

// named is the text of one of a closed set; a value that the catalogue does not know is shown as it is,
// for data may be newer than the words.
func (c *Catalog) named(set, value string) string {
	if value == "" {
		return ""
	}
	if key := set + "." + value; c.Has(key) {
		return c.T(key)
	}
	return value
}

// Standing says how a channel is doing, by the three values of activity.State: "im lặng 9 ngày, thường đăng
// hằng ngày". days is -1 for a channel that never posted; usual is posts a week.
func (c *Catalog) Standing(a lantoa.Alive, days int, usual float64) string {
	ago, rhythm := c.daysAgo(days), c.Rhythm(usual)
	switch {
	case a == lantoa.Disconnected, a == lantoa.Archived, a == lantoa.Waiting:
		return c.T("standing." + string(a))
	case days < 0:
		return c.T("standing.no_posts")
	case a == lantoa.Thinning:
		return c.T("standing.thinning", "ago", ago)
	case a == lantoa.Silent && rhythm == "":
		return c.T("standing.silent_bare", "n", days)
	case a == lantoa.Silent:
		return c.T("standing.silent", "n", days, "usual", rhythm)
	case rhythm == "":
		return c.T("standing.active_bare", "ago", ago)
	case days == 0:
		return c.T("standing.active_today", "usual", rhythm)
	}
	return c.T("standing.active", "ago", ago, "usual", rhythm)
}

func (c *Catalog) daysAgo(days int) string {
	if days == 0 {
		return c.T("standing.today")
	}
	return c.T("standing.days_ago", "n", days)
}

// Rhythm says how often a channel usually posts, from posts a week; "" for none.
func (c *Catalog) Rhythm(usual float64) string {
	switch {
	case usual >= 6:
		return c.T("standing.daily")
	case usual >= 1.5:
		return c.T("standing.weekly", "n", int(math.Round(usual)))
	case usual >= 0.75:
		return c.T("standing.once")
	case usual > 0:
		return c.T("standing.rarely", "n", int(math.Round(1/usual)))
	}
	return ""
}
