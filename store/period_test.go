package store_test

import (
	"slices"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestThePostsOfAPeriodAreThoseOfTheScope(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		for _, ch := range []lantoa.Channel{small.ProvincePage, small.DongMauPage, small.KheMauPage} {
			for hours, name := range map[float64]string{48: "trong", 2: "mới", 240: "cũ"} {
				save(t, s, ch.ID, now, post(ch.External+name, hours, "bài "+name))
			}
		}
		from, to := now.AddDate(0, 0, -7), now.AddDate(0, 0, -1)
		for _, tt := range []struct {
			name   string
			scope  lantoa.Scope
			units  []string
			levels []lantoa.Level
			limit  int
			want   []string
			total  int
		}{
			{"all of the week", lantoa.Everything, nil, nil, 9, []string{"05722", "05728", "19"}, 3},
			{"a leader of another commune gets no row", "u19.u05728", []string{small.DongMau.Path}, nil, 9, nil, 0},
			{"a commune gets its own", "u19.u05722", nil, nil, 9, []string{"05722"}, 1},
			{"one unit", lantoa.Everything, []string{small.DongMau.Path}, nil, 9, []string{"05722"}, 1},
			{"one level", lantoa.Everything, nil, []lantoa.Level{lantoa.Province}, 9, []string{"19"}, 1},
			{"no more than asked for, with the number of all", lantoa.Everything, nil, nil, 1, nil, 3},
			{"nobody's scope", "", nil, nil, 9, nil, 0},
		} {
			t.Run(tt.name, func(t *testing.T) {
				posts, total, err := s.PeriodPosts(ctx, tt.scope, from, to, tt.units, tt.levels, tt.limit)
				var got []string
				for _, m := range posts {
					if m.Text != "bài trong" {
						t.Errorf("%q is of another week", m.Text)
					}
					got = append(got, m.Unit.Code)
				}
				slices.Sort(got)
				if err != nil || total != tt.total || tt.limit > 1 && !slices.Equal(got, tt.want) || len(got) > tt.limit {
					t.Errorf("got %v of %d, want %v of %d (%v)", got, total, tt.want, tt.total, err)
				}
			})
		}
		if err := s.MarkRemoved(ctx, small.DongMauPage.ID, []string{small.DongMauPage.External + "trong"}, now); err != nil {
			t.Fatal(err)
		}
		if posts, total, err := s.PeriodPosts(ctx, lantoa.Everything, from, to, nil, nil, 9); len(posts) != 2 || total != 2 || err != nil {
			t.Errorf("a removed post is still among %d of %d (%v)", len(posts), total, err)
		}
	})
}
