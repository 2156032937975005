package stories

import (
	"math"

	"github.com/hoiphunu/lantoa"
)

const (
	timesWorthSaying  = 1.5 // "gấp 1,2 lần" is no reason
	sharesWorthSaying = 10
)

// reasons are the pieces of evidence for a story in the order in which a card shows them: what it is about,
// how it did, who passed it on, what stands in it; then what one should know before passing it on.
func reasons(lead lantoa.Measured, e Evidence, s spread) []lantoa.Reason {
	var out []lantoa.Reason
	add := func(yes bool, r lantoa.Reason) {
		if yes {
			out = append(out, r)
		}
	}
	add(e.Model != "", lantoa.Reason{Kind: lantoa.NamesModel, What: e.Model})
	scored := lead.Score != nil
	own := scored && lead.Basis == lantoa.OwnBasis
	add(own && *lead.Score >= timesWorthSaying,
		lantoa.Reason{Kind: lantoa.AboveUsual, Times: tenth(lead.Score), Posts: lead.BasisPosts})
	add(scored && !own, lantoa.Reason{Kind: lantoa.LevelOnly, Times: tenth(lead.Score), Posts: lead.BasisPosts})
	shares := lead.Numbers.Shares
	add(shares.Known && shares.N >= sharesWorthSaying, lantoa.Reason{Kind: lantoa.ManyShares, N: shares.N})
	add(s.channels >= 2, lantoa.Reason{Kind: lantoa.ManyCarry, Channels: s.channels})
	add(e.Result != "", lantoa.Reason{Kind: lantoa.GivesResult, What: e.Result})
	add(e.Person != "", lantoa.Reason{Kind: lantoa.NamesPeople, What: e.Person})
	add(e.How, lantoa.Reason{Kind: lantoa.TellsHow})
	add(ownPictures(lead), lantoa.Reason{Kind: lantoa.OwnPictures})
	add(!scored && lead.Numbers.Interactions().Known, lantoa.Reason{Kind: lantoa.NotEnough})
	add(lead.BackDated, lantoa.Reason{Kind: lantoa.DatedBack})
	add(lead.Sensitive || e.Restricted, lantoa.Reason{Kind: lantoa.NeedsConsent})
	return out
}

// tenth rounds a score as it is shown, so that a tie is not broken by what nobody sees.
func tenth(score *float64) float64 {
	if score == nil {
		return 0
	}
	return math.Round(*score*10) / 10
}

// ownPictures says whether the post came with pictures of its own and is no share of another's.
func ownPictures(p lantoa.Measured) bool {
	if p.Parent != "" {
		return false
	}
	switch p.Type {
	case lantoa.Photo, lantoa.Album, lantoa.Video:
		return true
	}
	return false
}
