package collectors

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// book plays the store: it keeps notices as Incidents says.
type book struct{ open, ended []lantoa.Notice }

func (b *book) look(s State, now time.Time) {
	s.Open = b.open
	raise, end := Incidents(s, now)
	for _, n := range raise {
		if i := slices.IndexFunc(b.open, func(o lantoa.Notice) bool { return o.Key == n.Key }); i >= 0 {
			b.open[i].Count, b.open[i].Trouble = n.Count, n.Trouble
		} else {
			b.open = append(b.open, n)
		}
	}
	b.open = slices.DeleteFunc(b.open, func(n lantoa.Notice) bool {
		if slices.Contains(end, n.Key) {
			n.EndedAt = now
			b.ended = append(b.ended, n)
			return true
		}
		return false
	})
}

func (b *book) told() string {
	var lines []string
	for _, n := range b.open {
		lines = append(lines, fmt.Sprintf("%s %s×%d", n.Kind, n.Channel, n.Count))
	}
	for _, n := range b.ended {
		lines = append(lines, fmt.Sprintf("ended %s %s×%d", n.Kind, n.Channel, n.Count))
	}
	return strings.Join(lines, "; ")
}

func page(id string, trouble *lantoa.Trouble) lantoa.Channel {
	return lantoa.Channel{ID: lantoa.ChannelID(id), Kind: lantoa.FacebookPage, Trouble: trouble}
}

func TestIncidents(t *testing.T) {
	lostAt := func(minutes int) *lantoa.Trouble {
		return &lantoa.Trouble{Kind: lantoa.NoRight, What: "pages_read_engagement", Since: noon.Add(time.Duration(minutes) * time.Minute)}
	}
	t.Run("one lost permission is one notice however often the page is tried, and a restored line afterwards", func(t *testing.T) {
		b := &book{}
		for i := range 5 {
			b.look(State{Channels: []lantoa.Channel{page("a", lostAt(0)), page("b", nil)}}, noon.Add(time.Duration(i)*time.Hour))
		}
		if got := b.told(); got != "lost_channel a×0" {
			t.Error(got)
		}
		b.look(State{Channels: []lantoa.Channel{page("a", nil), page("b", nil)}}, noon.Add(6*time.Hour))
		if got := b.told(); got != "ended lost_channel a×0" || !b.ended[0].EndedAt.Equal(noon.Add(6*time.Hour)) || !b.ended[0].BeganAt.Equal(noon) {
			t.Errorf("%s, %+v", got, b.ended)
		}
		b.look(State{Channels: []lantoa.Channel{page("a", lostAt(600)), page("b", nil)}}, noon.Add(11*time.Hour))
		if got := b.told(); got != "lost_channel a×0; ended lost_channel a×0" {
			t.Errorf("lost again: %s", got)
		}
	})
	t.Run("187 pages that fail within the hour are one summary that counts, and ends when the last is back", func(t *testing.T) {
		b := &book{}
		var all []lantoa.Channel
		for i := range 187 {
			all = append(all, page(fmt.Sprintf("c%03d", i), lostAt(i/4)))
		}
		for n := 20; n <= 187; n += 20 { // they are met one after the other
			b.look(State{Channels: all[:n]}, noon.Add(time.Duration(n/4)*time.Minute))
		}
		b.look(State{Channels: all}, noon.Add(time.Hour))
		if got := b.told(); got != "lost_many ×187" {
			t.Error(got)
		}
		for i := range all[:186] {
			all[i].Trouble = nil
		}
		b.look(State{Channels: all}, noon.Add(2*time.Hour))
		if got := b.told(); got != "lost_many ×1" {
			t.Error(got)
		}
		all[186].Trouble = nil
		b.look(State{Channels: all}, noon.Add(3*time.Hour))
		if got := b.told(); got != "ended lost_many ×1" {
			t.Error(got)
		}
	})
	t.Run("what passes by itself, and what was put away, is no incident", func(t *testing.T) {
		b := &book{}
		away := page("b", lostAt(0))
		away.Archived = true
		b.look(State{Channels: []lantoa.Channel{page("a", &lantoa.Trouble{Kind: lantoa.Away}), page("l", &lantoa.Trouble{Kind: lantoa.Limited}), away}}, noon)
		if got := b.told(); got != "" {
			t.Error(got)
		}
	})
	t.Run("a token is warned of 14 days before its end, many of one day in one notice", func(t *testing.T) {
		b := &book{}
		ends := noon.AddDate(0, 0, 14)
		one := []lantoa.Access{{Name: "facebook/user/1", ExpiresAt: ends}, {Name: "facebook/page/2"}, {Name: "zalo/oa", DataEnds: noon.AddDate(0, 0, 40)}}
		b.look(State{Accesses: one}, noon.Add(-time.Minute))
		if got := b.told(); got != "" {
			t.Error(got)
		}
		b.look(State{Accesses: one}, noon.Add(time.Minute))
		if got := b.told(); got != "token_ending ×0" || !b.open[0].Trouble.Until.Equal(ends) {
			t.Error(got)
		}
		var many []lantoa.Access
		for i := range 12 {
			many = append(many, lantoa.Access{Name: fmt.Sprint("facebook/page/", i), DataEnds: ends, Lacks: []string{"read_insights"}})
		}
		b = &book{}
		b.look(State{Accesses: many}, noon.Add(time.Minute))
		if got := b.told(); got != "token_ending ×12; token_lacks ×12" {
			t.Error(got)
		}
	})
	t.Run("a dead metric, an old version, a full year, a group that ends, unheard pages", func(t *testing.T) {
		ch := page("a", nil)
		ch.Warnings = []lantoa.Trouble{{Kind: lantoa.TooLarge, What: "posts_per_year", Note: "2026: 560"}, {Kind: lantoa.GroupDead, What: "auto_delete", Until: noon.AddDate(0, 0, 30)}, {Kind: lantoa.NotFound, What: "insights"}}
		s := State{Channels: []lantoa.Channel{ch}, Unheard: []lantoa.ChannelID{"a", "b"},
			Platform: []lantoa.Trouble{{Kind: lantoa.Refused, What: "page_fans", Since: noon}, {Kind: lantoa.Conflict, What: "version"}}}
		b := &book{}
		b.look(s, noon)
		b.look(s, noon.Add(time.Hour))
		if diff := cmp.Diff("dead_metric ×0; old_version ×0; year_full a×0; group_ending a×0; no_webhook ×2", b.told()); diff != "" {
			t.Error(diff)
		}
		b.look(State{}, noon.Add(2*time.Hour))
		if len(b.open) != 0 || len(b.ended) != 5 {
			t.Error(b.told())
		}
	})
	t.Run("a mail server that is away for a quarter of an hour, and one that comes back", func(t *testing.T) {
		b := &book{}
		s := State{Mail: &lantoa.Trouble{Kind: lantoa.Away, What: "smtp", Since: noon}}
		b.look(s, noon.Add(14*time.Minute))
		if got := b.told(); got != "" {
			t.Error("told too early:", got)
		}
		b.look(s, noon.Add(15*time.Minute))
		if got := b.told(); got != "mail_away ×0" || !b.open[0].BeganAt.Equal(noon) {
			t.Error(got)
		}
		b.look(State{}, noon.Add(time.Hour))
		if len(b.open) != 0 || len(b.ended) != 1 {
			t.Error(b.told())
		}
	})
}
