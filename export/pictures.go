package export

import (
	"context"
	"slices"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// Album is where our copies of pictures are. *store.Store has it.
type Album interface {
	PictureCount(ctx context.Context, posts []lantoa.PostID) (map[lantoa.PostID][]int, error)
	Picture(ctx context.Context, post lantoa.PostID, n int) (lantoa.Picture, error)
	Story(ctx context.Context, id lantoa.StoryID) (lantoa.Story, error)
}

// Pictures makes the function by which papers get the first picture of each of these posts, read when it is written. A
// picture of a child, of somebody in need or with personal data leaves the house with consent only.
func Pictures(ctx context.Context, from Album, say *words.Catalog, posts []lantoa.Measured) (func(lantoa.Measured) ([]byte, string), error) {
	var ids []lantoa.PostID
	for _, m := range posts {
		if m.Story != "" {
			st, err := from.Story(ctx, m.Story)
			if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
				return nil, err
			}
			if withheld(st) {
				continue
			}
		} else if m.Sensitive {
			continue
		}
		ids = append(ids, m.ID)
	}
	had, err := from.PictureCount(ctx, ids)
	if err != nil {
		return nil, err
	}
	return func(m lantoa.Measured) ([]byte, string) {
		of := had[m.ID]
		if len(of) == 0 {
			return nil, ""
		}
		n := slices.Min(of)
		p, err := from.Picture(ctx, m.ID, n)
		if err != nil { // let go of since
			return nil, ""
		}
		alt := say.T("media.alt", "i", n+1, "who", m.Unit.UnionName())
		if n < len(m.Media) && m.Media[n].Title != "" {
			alt = hide(say, lantoa.Cut(m.Media[n].Title, 160))
		}
		return p.Data, alt
	}, nil
}

// withheld says whether a story's picture must stay here: nobody has recorded a consent that it needs.
func withheld(st lantoa.Story) bool {
	_, consented := st.Consented()
	return st.Restricted && !consented
}

// Leads are the posts by which stories are told.
func Leads(stories []lantoa.Story) []lantoa.Measured {
	out := make([]lantoa.Measured, len(stories))
	for i, s := range stories {
		out[i] = s.Lead
	}
	return out
}
