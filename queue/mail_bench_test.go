package queue

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/mail/mailtest"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// BenchmarkLetters sends 10,000 personal letters of a digest's size to a server on this machine, each written down
// before and after: mails/s, and the memory at its highest. Where LANTOA_TEST_DATABASE_URL is set, Postgres is measured
// too.
func BenchmarkLetters(b *testing.B) {
	const people = 10_000
	page := "<html><body>" + strings.Repeat("<p>Hội LHPN xã Đồng Mẫu: mô hình nuôi lợn đất giúp 31 chị em có vốn làm ăn.</p>\n", 350) + "</body></html>"
	text := strings.Repeat("Hội LHPN xã Đồng Mẫu: mô hình nuôi lợn đất.\n", 60)
	picture := mail.Inline{CID: "bieu-do", Name: "bieu-do.png", Type: "image/png", Data: make([]byte, 8_000)}
	measure := func(b *testing.B, address string) {
		for b.Loop() {
			p := office(b, address, 1)
			server := mailtest.StartCounting(b)
			p.server = server
			p.w = p.worker(p.s)
			p.w.Compose[lantoa.LetterDigest] = func(context.Context, lantoa.Letter, lantoa.User) (mail.Message, error) {
				return mail.Message{Subject: "Tuần 47: 151/187 trang hoạt động", HTML: page, Text: text, Inline: []mail.Inline{picture}}, nil
			}
			var letters []lantoa.Letter
			for i := range people {
				letters = append(letters, lantoa.Letter{Kind: lantoa.LetterDigest, Ref: "2026-W47", Email: fmt.Sprintf("chi%05d@xa.example", i), Pass: true})
			}
			added := time.Now()
			if _, err := p.s.AddLetters(context.Background(), letters); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(added).Seconds(), "s-to-write-down")
			most, stop := watchMemory()
			begun := time.Now()
			if err := p.w.Letters(context.Background()); err != nil {
				b.Fatal(err)
			}
			took := time.Since(begun)
			stop()
			b.ReportMetric(people/took.Seconds(), "mails/s")
			b.ReportMetric(float64(*most)/(1<<20), "MB-heap-most")
			c, err := p.s.LetterCounts(context.Background(), store.LetterFilter{})
			if err != nil || c[lantoa.LetterSent] != people || server.Total() != people {
				b.Fatalf("%v, %d arrived, %v", c, server.Total(), err)
			}
		}
	}
	b.Run("sqlite", func(b *testing.B) { measure(b, b.TempDir()+"/lantoa.db") })
	b.Run("postgres", func(b *testing.B) { measure(b, storetest.Postgres(b)) })
}

// watchMemory looks at the heap twenty times a second until stop is called.
func watchMemory() (most *uint64, stop func()) {
	most = new(uint64)
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*most = max(*most, m.HeapInuse)
			select {
			case <-end:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return most, func() { close(end); <-ended }
}
