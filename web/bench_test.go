package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// BenchmarkPages measures the pages of a whole province: 374 channels with half a year of posts, 300 stories.
// It reports the 95th percentile, of which 50 ms are allowed.
func BenchmarkPages(b *testing.B) {
	ctx, now := context.Background(), storetest.Now
	s := storetest.Open(b)
	index, err := search.OpenEmbedded(filepath.Join(b.TempDir(), "index"))
	must(b, err)
	defer index.Close()
	units := []lantoa.Unit{{ID: "u19", Code: "19", Name: "tỉnh Chè Mẫu", Level: lantoa.Province}}
	for i := range 9 {
		units = append(units, lantoa.Unit{ID: lantoa.UnitID(fmt.Sprintf("d%d", i)), Code: fmt.Sprint(100 + i), Name: fmt.Sprintf("huyện Mẫu %d", i), Level: lantoa.District, Parent: "u19"})
	}
	for i := range 177 {
		units = append(units, lantoa.Unit{ID: lantoa.UnitID(fmt.Sprintf("c%d", i)), Code: fmt.Sprint(5000 + i), Name: fmt.Sprintf("xã Mẫu %d", i), Level: lantoa.Commune, Parent: lantoa.UnitID(fmt.Sprintf("d%d", i%9))})
	}
	must(b, s.SaveUnits(ctx, units))
	var told []lantoa.Story
	for n, u := range units {
		for _, kind := range []lantoa.ChannelKind{lantoa.FacebookPage, lantoa.ZaloGroup} {
			ch := lantoa.Channel{Kind: kind, Name: "Phụ nữ " + u.Name, Unit: u, External: string(kind) + u.Code, CreatedAt: now.AddDate(-1, 0, 0)}
			must(b, s.SaveChannel(ctx, &ch))
			must(b, s.NoteVisit(ctx, lantoa.Visit{Channel: ch.ID, At: now.Add(-time.Hour), Next: now.Add(time.Hour)}))
			var in []lantoa.Incoming
			for i := range 80 {
				at := now.AddDate(0, 0, -2*i-1)
				in = append(in, lantoa.Incoming{Post: lantoa.Post{External: fmt.Sprint(ch.External, i), Type: lantoa.Photo, PublishedAt: at, Text: everyday[(i+n)%5] + fmt.Sprintf(" Lần thứ %d.", i)},
					HasCount: true, Numbers: lantoa.Snapshot{At: at.Add(24 * time.Hour), Reactions: lantoa.Of(int64(i))}})
			}
			_, err := s.SavePosts(ctx, ch.ID, in, now)
			must(b, err)
			if kind == lantoa.FacebookPage {
				posts, err := s.ChannelPosts(ctx, ch.ID, time.Time{}, 2)
				must(b, err)
				for _, p := range posts {
					told = append(told, lantoa.Story{Title: p.Title(), Lead: p, First: u, ToldAt: p.ToldAt, Units: 1, Channels: 1, Rank: float64(n%17) + 1, Reasons: tales[0].reasons, Topics: []string{"ocop"}})
				}
			}
		}
	}
	must(b, s.SaveStories(ctx, told))
	posts, _, err := s.ChangedPosts(ctx, "index", 100_000)
	must(b, err)
	docs := make([]search.Document, len(posts))
	for i, m := range posts {
		docs[i] = search.DocumentOf(m)
	}
	must(b, index.Put(ctx, docs))
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	must(b, err)
	who, err := s.AddUser(ctx, lantoa.User{Email: "a@mau.vn", Name: "A", Role: lantoa.Communications, Unit: units[0]}, "")
	must(b, err)
	server := &Server{Store: s, Index: index, Now: func() time.Time { return now }, Zone: zone}
	handler := server.Handler()
	// A session as signing in makes it.
	session, err := server.gate.sessions.Load(ctx, "")
	must(b, err)
	server.gate.sessions.Put(session, userKey, string(who.ID))
	token, _, err := server.gate.sessions.Commit(session)
	must(b, err)
	for _, path := range []string{"/", "/cau-chuyen", "/tim-kiem?q=ph%E1%BB%A5+n%E1%BB%AF", "/kenh", "/cau-chuyen/" + string(told[0].ID)} {
		b.Run(path, func(b *testing.B) {
			var took []time.Duration
			size := 0
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.AddCookie(&http.Cookie{Name: "lantoa", Value: token})
				w := httptest.NewRecorder()
				start := time.Now()
				handler.ServeHTTP(w, r)
				took = append(took, time.Since(start))
				if w.Code != http.StatusOK {
					b.Fatalf("status %d %s", w.Code, w.Header())
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(percentile(took, 95).Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

func percentile(list []time.Duration, p int) time.Duration {
	slices.Sort(list)
	return list[min(len(list)-1, len(list)*p/100)]
}
