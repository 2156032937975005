package collectors

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	// many is how many alike make one summary: nobody reads 187 notices of one cause.
	many = 5
	// atOnce is how far apart the beginnings of one cause may be seen: every channel is looked at within the hour.
	atOnce = 90 * time.Minute
	// mailPatience is how long a mail server may be away before anybody is told: it is asked every five minutes at least.
	mailPatience = 15 * time.Minute
)

// State is what incidents are told from.
type State struct {
	Channels []lantoa.Channel
	Accesses []lantoa.Access  // what the platforms said of our tokens
	Platform []lantoa.Trouble // what no single channel can be blamed for: dead metrics, an expired version
	Unheard  []lantoa.ChannelID
	Mail     *lantoa.Trouble // why no mail can be sent, and since when; nil while they go
	Open     []lantoa.Notice
}

// Incidents says which notices are to be raised and which to be ended, by key. A lost channel is one notice from its
// first failure to its first good visit, whatever happens between; channels that were lost at about the same time in
// the same way are one summary. A notice that is open already is raised again only to tell its newest state.
func Incidents(s State, now time.Time) (raise []lantoa.Notice, end []string) {
	standing := map[string]bool{}
	say := func(n lantoa.Notice) {
		standing[n.Key] = true
		raise = append(raise, n)
	}
	lostChannels(s, now, say)
	for _, n := range tokens(s.Accesses, now) {
		say(n)
	}
	for _, t := range s.Platform {
		kind, key := lantoa.DeadMetric, "metric:"+t.What
		if t.What == "version" {
			kind, key = lantoa.OldVersion, "version"
		}
		say(lantoa.Notice{Kind: kind, Key: key, Trouble: t, BeganAt: began(t.Since, now)})
	}
	for _, ch := range s.Channels {
		for _, w := range ch.Warnings {
			switch {
			case ch.Archived:
			case w.Kind == lantoa.TooLarge && w.What == "posts_per_year":
				say(lantoa.Notice{Kind: lantoa.YearFull, Key: "year:" + string(ch.ID), Channel: ch.ID, Trouble: w, BeganAt: began(w.Since, now)})
			case w.Kind == lantoa.GroupDead && !ch.Trouble.Disconnects():
				say(lantoa.Notice{Kind: lantoa.GroupEnding, Key: "group:" + string(ch.ID), Channel: ch.ID, Trouble: w, BeganAt: began(w.Since, now)})
			}
		}
	}
	if n := len(s.Unheard); n > 0 {
		say(lantoa.Notice{Kind: lantoa.NoWebhook, Key: "webhooks", Count: n, BeganAt: now})
	}
	if s.Mail != nil && now.Sub(s.Mail.Since) >= mailPatience {
		say(lantoa.Notice{Kind: lantoa.MailAway, Key: "mail", Trouble: *s.Mail, BeganAt: s.Mail.Since})
	}
	for _, n := range s.Open {
		if !n.Kind.ByHand() && !standing[n.Key] {
			end = append(end, n.Key)
		}
	}
	return raise, end
}

// lostChannels says one notice a channel that somebody must mend, or one for many.
func lostChannels(s State, now time.Time, say func(lantoa.Notice)) {
	open := map[string]bool{}
	var summaries []lantoa.Notice // open ones, which take in whatever was lost with them
	for _, n := range s.Open {
		open[n.Key] = true
		if n.Kind == lantoa.LostMany {
			summaries = append(summaries, n)
		}
	}
	counts := make([]int, len(summaries))
	fresh := map[lantoa.Kind][]lantoa.Channel{}
	for _, ch := range s.Channels {
		if ch.Archived || !ch.Trouble.Disconnects() {
			continue
		}
		since := began(ch.Trouble.Since, now)
		if open[lostKey(ch)] { // told alone, it stays so until it is read again
			say(lostAlone(ch, since))
			continue
		}
		i := slices.IndexFunc(summaries, func(n lantoa.Notice) bool {
			return n.Trouble.Kind == ch.Trouble.Kind && !since.Before(n.BeganAt) && since.Sub(n.BeganAt) <= atOnce
		})
		if i >= 0 {
			counts[i]++
		} else {
			fresh[ch.Trouble.Kind] = append(fresh[ch.Trouble.Kind], ch)
		}
	}
	for i, n := range summaries {
		if counts[i] > 0 {
			n.Count = counts[i]
			say(n)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(fresh)) {
		sayNewlyLost(kind, fresh[kind], now, say)
	}
}

// sayNewlyLost tells of channels that no open notice knows: those that were lost together as one.
func sayNewlyLost(kind lantoa.Kind, channels []lantoa.Channel, now time.Time, say func(lantoa.Notice)) {
	since := func(ch lantoa.Channel) time.Time { return began(ch.Trouble.Since, now) }
	slices.SortFunc(channels, func(a, b lantoa.Channel) int {
		return cmp.Or(since(a).Compare(since(b)), strings.Compare(string(a.ID), string(b.ID)))
	})
	for len(channels) > 0 {
		first := since(channels[0])
		n := 1
		for n < len(channels) && since(channels[n]).Sub(first) <= atOnce {
			n++
		}
		if n < many {
			say(lostAlone(channels[0], first))
			channels = channels[1:]
			continue
		}
		what := channels[0].Trouble.What
		if slices.ContainsFunc(channels[:n], func(ch lantoa.Channel) bool { return ch.Trouble.What != what }) {
			what = ""
		}
		say(lantoa.Notice{Kind: lantoa.LostMany, Key: fmt.Sprintf("many:%s:%d", kind, first.Unix()), Count: n, BeganAt: first,
			Trouble: lantoa.Trouble{Kind: kind, What: what, Since: first}})
		channels = channels[n:]
	}
}

func lostKey(ch lantoa.Channel) string { return "channel:" + string(ch.ID) }

func lostAlone(ch lantoa.Channel, since time.Time) lantoa.Notice {
	return lantoa.Notice{Kind: lantoa.LostChannel, Key: lostKey(ch), Channel: ch.ID, Trouble: *ch.Trouble, BeganAt: since}
}

// tokens says which tokens end soon or lack a permission. Those that do so alike are one notice.
func tokens(accesses []lantoa.Access, now time.Time) []lantoa.Notice {
	alike := map[string][]lantoa.Notice{}
	add := func(sort string, n lantoa.Notice) { alike[sort] = append(alike[sort], n) }
	for _, a := range accesses {
		if a.Ending(now) {
			ends := a.Ends()
			add("ending:"+ends.UTC().Format(time.DateOnly), lantoa.Notice{Kind: lantoa.TokenEnding, Key: "ending:" + a.Name, Channel: a.Channel,
				BeganAt: now, Trouble: lantoa.Trouble{Kind: lantoa.Expired, What: a.Name, Until: ends}})
		}
		if len(a.Lacks) > 0 && a.Trouble == nil {
			lacking := strings.Join(a.Lacks, ",")
			add("lacks:"+lacking, lantoa.Notice{Kind: lantoa.TokenLacks, Key: "lacks:" + a.Name, Channel: a.Channel,
				BeganAt: now, Trouble: lantoa.Trouble{Kind: lantoa.NoRight, What: lacking}})
		}
	}
	var all []lantoa.Notice
	for _, sort := range slices.Sorted(maps.Keys(alike)) {
		notices := alike[sort]
		if len(notices) < many {
			all = append(all, notices...)
			continue
		}
		one := notices[0]
		one.Key, one.Channel, one.Count = sort, "", len(notices)
		if one.Kind == lantoa.TokenEnding {
			one.Trouble.What = ""
		}
		all = append(all, one)
	}
	return all
}

// began is when a trouble began, now where nobody knows.
func began(since, now time.Time) time.Time {
	if since.IsZero() {
		return now
	}
	return since
}
