package collectors

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// Accept is the one gate through which posts enter. The words of an open page stay byte for byte as they
// were written, but for what no database of ours can keep: U+0000 and what is not valid Unicode become
// U+FFFD. The words of a Zalo group are made NFC, and personal data in them is masked before anything is
// stored; what was more than a phone number marks the post as sensitive. Of a post that came twice the
// later one is taken, in the place of the first. What has no identity or no date is no post and left out.
// Accepting twice changes nothing.
func Accept(ch lantoa.Channel, in []lantoa.Incoming) []lantoa.Incoming {
	out := make([]lantoa.Incoming, 0, len(in))
	at := make(map[string]int, len(in))
	for _, p := range in {
		p.External = sound(p.External)
		if p.External == "" || p.PublishedAt.IsZero() {
			continue
		}
		if ch.Kind == lantoa.ZaloGroup {
			p = private(p)
		} else {
			p = open(p)
		}
		p.Numbers = plausible(p.Numbers)
		if i, double := at[p.External]; double {
			if !p.HasCount && out[i].HasCount {
				p.Numbers, p.HasCount = out[i].Numbers, true
			}
			p.Sensitive = p.Sensitive || out[i].Sensitive
			out[i] = p
			continue
		}
		at[p.External] = len(out)
		out = append(out, p)
	}
	return out
}

// open is a post of a public place.
func open(p lantoa.Incoming) lantoa.Incoming {
	p.Text, p.Permalink, p.Parent = sound(p.Text), webAddress(sound(p.Permalink)), sound(p.Parent)
	p.Media = eachMedia(p.Media, sound)
	return p
}

// webAddress keeps an address that a browser may be sent to, and nothing like "javascript:…", which every door
// would have to think of else.
func webAddress(s string) string {
	if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return s
}

// private is a post of a closed group.
func private(p lantoa.Incoming) lantoa.Incoming {
	p = open(p)
	p.Text, p.Media = cleaned(p.Text, p.Media, &p.Sensitive)
	return p
}

// cleaned are private words as they may be stored: NFC, personal data masked, mentions of people without their names.
func cleaned(text string, media []lantoa.Media, sensitive *bool) (string, []lantoa.Media) {
	clean := func(s string) string {
		// A name that is taken out may have parted the digits of a number: until nothing is taken out any more. Each
		// round leaves fewer letters and digits; the bound is for what nobody thought of.
		for range 10 {
			masked, found := Mask(norm.NFC.String(s))
			*sensitive = *sensitive || found
			next := talk.Harmless(talk.HideNames(masked))
			if next == s {
				break
			}
			s = next
		}
		return s
	}
	media = slices.Clone(media)
	for i := range media {
		media[i].Title = clean(media[i].Title)
	}
	return clean(text), media
}

// AcceptSubmission is the gate for a story that was told to us directly: it is private until its teller agrees to
// more, so its words are cleaned like those of a group.
func AcceptSubmission(sub lantoa.Submission) lantoa.Submission {
	sub.Text, sub.Media = sound(sub.Text), eachMedia(sub.Media, sound)
	sub.Text, sub.Media = cleaned(sub.Text, sub.Media, &sub.Sensitive)
	for i := range sub.Media {
		sub.Media[i].URL, sub.Media[i].Thumb = webAddress(sub.Media[i].URL), webAddress(sub.Media[i].Thumb)
	}
	return sub
}

// eachMedia is a copy of the media with every text put through change; nil stays nil.
func eachMedia(in []lantoa.Media, change func(string) string) []lantoa.Media {
	out := slices.Clone(in)
	for i, m := range out {
		out[i] = lantoa.Media{Kind: change(m.Kind), URL: change(m.URL), Thumb: change(m.Thumb), Title: change(m.Title), ID: change(m.ID)}
	}
	return out
}

// sound replaces what Postgres and SQLite cannot both keep. A lone surrogate arrives as bytes that are not
// valid UTF-8; the decoder of JSON has made U+FFFD of an escaped one already.
func sound(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// plausible leaves out numbers that cannot be: a count below zero was not counted.
func plausible(s lantoa.Snapshot) lantoa.Snapshot {
	for _, c := range []*lantoa.Count{&s.Reactions, &s.Comments, &s.Shares, &s.Views, &s.Reach} {
		if c.N < 0 {
			*c = lantoa.Count{}
		}
	}
	return s
}
