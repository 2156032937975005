package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"testing"
	"time"
)

// fingerprint is a digest of all that a province ever publishes up to eight weeks after its anchor: every post with
// its life and its numbers, every message, every plant.
func fingerprint(s *Sandbox) string {
	h := sha256.New()
	end := s.anchor + 8*7*day
	for _, p := range s.pages {
		fmt.Fprintln(h, p.id, p.name, p.since, p.broken, p.breakage, p.followers, p.rate, p.pageToken, p.signature)
		for _, q := range p.posts {
			if q.appears >= end {
				continue
			}
			parent := ""
			if q.parent != nil {
				parent = q.parent.id
			}
			fmt.Fprintln(h, q.id, q.created, q.appears, q.gone, q.hidden, q.text, q.edited, q.editedAt, q.genre, q.topic, q.form, q.pics, parent,
				q.reactions, q.comments, q.shares, q.reach, q.views, q.tau, q.love, q.drop, q.settles, q.planted)
		}
	}
	for _, g := range s.groups {
		fmt.Fprintln(h, g.id, g.name, g.members)
		for _, m := range g.messages {
			if m.at < end*1000 {
				fmt.Fprintln(h, m.id, m.at, m.kind, m.text, m.from)
			}
		}
	}
	for _, m := range s.recent {
		if m.at < end*1000 {
			fmt.Fprintln(h, m.at, m.group.id, m.n)
		}
	}
	for i := range 17 {
		fmt.Fprintln(h, s.plants[fmt.Sprintf("P%d", i)])
	}
	io.WriteString(h, s.Token())
	return hex.EncodeToString(h.Sum(nil)[:12])
}

func TestTheSameProvinceIsMadeEachTime(t *testing.T) {
	seen := map[string]string{}
	for name, opt := range map[string]Options{
		"as it is": {}, "another seed": {Seed: 3}, "two years": {Weeks: 104}, "an anchor in another year": {Anchor: time.Date(2027, 3, 8, 6, 0, 0, 0, Zone)},
	} {
		made := func() string {
			opt := opt
			if opt.Anchor.IsZero() {
				opt.Anchor = monday
			}
			opt.Now = func() time.Time { return monday }
			s, err := New(opt)
			if err != nil {
				t.Fatal(err)
			}
			return fingerprint(s)
		}
		first := made()
		if again := made(); again != first {
			t.Errorf("%s: %s and then %s", name, first, again)
		}
		if other, is := seen[first]; is {
			t.Errorf("%s is the province of %s", name, other)
		}
		seen[first] = name
	}
}
