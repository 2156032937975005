package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func haul(posts int, seed string) []lantoa.Incoming {
	text := strings.Repeat("Hội Liên hiệp Phụ nữ xã ra mắt mô hình nuôi lợn đất tiết kiệm. ", 12)
	all := make([]lantoa.Incoming, posts)
	for i := range all {
		all[i] = with(post(fmt.Sprint(seed, "-", i), float64(i*40+1), text+fmt.Sprint(i)), now, int64(i))
		all[i].Media = []lantoa.Media{{Kind: "photo", URL: "https://example.org/1.jpg", ID: "1"}}
	}
	return all
}

// BenchmarkSavePosts: go test ./store -run '^$' -bench SavePosts
func BenchmarkSavePosts(b *testing.B) {
	for _, n := range []int{25, 100} {
		s := storetest.Open(b)
		page := storetest.Seed(b, s).DongMauPage.ID
		posts := haul(n, "same")
		if _, err := s.SavePosts(ctx, page, posts, now); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("nothing new in %d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.SavePosts(ctx, page, posts, now); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("first visit of %d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, err := s.SavePosts(ctx, page, haul(n, fmt.Sprint(i)), now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirstCollection saves 30,000 posts with numbers on 187 pages and 40,000 messages of 187 groups
// with eight writers, then reads what the doors read:
// go test ./store -run '^$' -bench FirstCollection -benchtime 1x
func BenchmarkFirstCollection(b *testing.B) {
	for b.Loop() {
		s, err := store.Open(ctx, filepath.Join(b.TempDir(), "lantoa.db"), storetest.Options())
		if err != nil {
			b.Fatal(err)
		}
		firstCollection(b, s)
		s.Close()
	}
}

func firstCollection(b *testing.B, s *store.Store) {
	unit := storetest.Seed(b, s).DongMau
	began := time.Now()
	took := func(what string) {
		b.ReportMetric(float64(time.Since(began).Milliseconds()), what+"_ms")
		began = time.Now()
	}
	jobs := make(chan int)
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for i := range jobs {
				ch := lantoa.Channel{Kind: lantoa.FacebookPage, External: fmt.Sprint("c", i), Unit: unit}
				if err := s.SaveChannel(ctx, &ch); err != nil {
					b.Error(err)
				}
				if i%2 == 0 {
					for part := range 2 {
						if _, err := s.SavePosts(ctx, ch.ID, haul(80, fmt.Sprint(i, "-", part)), now); err != nil {
							b.Error(err)
						}
					}
				} else {
					var messages []lantoa.Chatter
					for m := range 214 {
						messages = append(messages, lantoa.Chatter{External: fmt.Sprint(m), At: now, Kind: "text"})
					}
					if _, err := s.SaveChatter(ctx, ch.ID, messages); err != nil {
						b.Error(err)
					}
				}
				if err := s.NoteVisit(ctx, lantoa.Visit{Channel: ch.ID, At: now}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range 374 {
		jobs <- i
	}
	close(jobs)
	work.Wait()
	took("collect")

	scope := lantoa.Scope("u19")
	all := map[lantoa.PostID]lantoa.Judgement{}
	texts := 0
	must(b, s.AllTexts(ctx, func(m lantoa.Measured) error {
		texts++
		all[m.ID] = lantoa.Judgement{Likeness: 0.5, Topics: []string{"ocop"}, Cluster: lantoa.ClusterID(fmt.Sprint("c", texts/3))}
		return nil
	}))
	took("alltexts")
	must(b, s.SaveJudgements(ctx, all))
	took("judge")
	must(b, s.SaveJudgements(ctx, all))
	took("judgeagain")
	for {
		posts, upTo, err := s.ChangedPosts(ctx, store.StepIndex, 500)
		must(b, err)
		if len(posts) == 0 {
			break
		}
		must(b, s.Advance(ctx, store.StepIndex, upTo))
	}
	took("index")
	_, err := s.PostsForBenchmark(ctx, now)
	must(b, err)
	took("benchmark")
	_, err = s.Rhythms(ctx, scope, now)
	must(b, err)
	took("rhythms")
	_, err = s.Channels(ctx, scope, store.ChannelFilter{})
	must(b, err)
	took("channels")
	_, err = s.Counts(ctx, scope)
	must(b, err)
	took("counts")
	_, err = s.WeekNumbers(ctx, scope, now.AddDate(0, 0, -7), now)
	must(b, err)
	took("week")
	var stories []lantoa.Story
	n := 0
	must(b, s.AllTexts(ctx, func(m lantoa.Measured) error {
		if n++; n%12 == 0 {
			stories = append(stories, told(m, m.Cluster, float64(n%17)))
		}
		return nil
	}))
	took("alltexts2")
	must(b, s.SaveStories(ctx, stories))
	took("savestories")
	_, total, _, err := s.Stories(ctx, scope, store.StoryFilter{Now: now, States: []lantoa.State{lantoa.Suggested}, Limit: 20})
	must(b, err)
	took("stories")
	_, _, _, err = s.Stories(ctx, "u19.u05728", store.StoryFilter{Now: now, Limit: 20})
	must(b, err)
	took("stories_elsewhere")
	_, err = s.StoryCounts(ctx, scope, nil)
	must(b, err)
	took("storycounts")
	b.ReportMetric(float64(total), "stories")
}

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOpen makes and migrates a fresh file: what each test of a door pays.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		s, err := store.Open(ctx, filepath.Join(b.TempDir(), "lantoa.db"), store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
