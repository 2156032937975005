package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Album fetches pictures and makes our own small copies of them, and asks pages what they say of themselves.
type Album interface {
	// Copy fetches a picture. Trouble Gone: the address has expired or the picture is no picture; it is not asked again.
	Copy(ctx context.Context, url string) (lantoa.Picture, error)
	Preview(ctx context.Context, url string) (lantoa.Preview, error)
}

const (
	pictureAge   = 28 * 24 * time.Hour // addresses of older ones have expired
	picturePause = 150 * time.Millisecond
	picturesRun  = 4 * time.Minute // a run ends then and the planner begins another
)

// Pictures copies the pictures of posts that have no copy yet, those of stories first, and keeps within the room it
// is given. It takes its time: posts and numbers come first.
func (w *Worker) Pictures(ctx context.Context) error {
	if w.Album == nil || !w.picturing.TryLock() {
		return nil
	}
	defer w.picturing.Unlock()
	ends := time.Now().Add(picturesRun)
	for time.Now().Before(ends) {
		n, err := w.somePictures(ctx)
		if err != nil {
			return fmt.Errorf("pictures: %w", err)
		}
		m, err := w.somePreviews(ctx)
		if err != nil {
			return fmt.Errorf("previews: %w", err)
		}
		if n+m == 0 {
			break
		}
	}
	if w.PictureRoom > 0 {
		if _, err := w.Store.TrimPictures(ctx, w.PictureRoom); err != nil {
			return fmt.Errorf("pictures: %w", err)
		}
	}
	return nil
}

type picturing struct{ sync.Mutex }

func (w *Worker) somePictures(ctx context.Context) (int, error) {
	now := w.Now()
	wanted, err := w.Store.PicturesWanted(ctx, now.Add(-pictureAge), now, 50)
	if err != nil {
		return 0, err
	}
	for _, want := range wanted {
		if err := pause(ctx, picturePause); err != nil {
			return 0, err
		}
		p, err := w.Album.Copy(ctx, want.URL)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			gone := lantoa.KindOf(err) == lantoa.Gone || lantoa.KindOf(err) == lantoa.Refused || lantoa.KindOf(err) == lantoa.TooLarge
			if err := w.Store.PictureFailed(ctx, want.Post, want.N, gone, w.Now()); err != nil {
				return 0, err
			}
			continue
		}
		p.Post, p.N, p.At = want.Post, want.N, w.Now()
		if err := w.Store.SavePicture(ctx, p); err != nil {
			return 0, err
		}
	}
	return len(wanted), nil
}

func (w *Worker) somePreviews(ctx context.Context) (int, error) {
	now := w.Now()
	wanted, err := w.Store.PreviewsWanted(ctx, now.Add(-pictureAge), now, 20)
	if err != nil {
		return 0, err
	}
	for _, url := range wanted {
		if err := pause(ctx, picturePause); err != nil {
			return 0, err
		}
		p, err := w.Album.Preview(ctx, url)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			p = lantoa.Preview{Trouble: lantoa.AsTrouble(err, lantoa.Away)}
		}
		p.URL, p.FetchedAt = url, w.Now()
		if err := w.Store.SavePreview(ctx, p); err != nil {
			return 0, err
		}
	}
	return len(wanted), nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
