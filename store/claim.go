package store

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// ClaimService says that this process is the service (demo, serve, web, worker) on this database until Close
// or its end. On an embedded database there can be one: a second gets the trouble Busy "service" with the
// holder's name and process number. Where many processes may share the database it does nothing.
func (s *Store) ClaimService(ctx context.Context, name string) error {
	if s.lock == "" || s.claim != nil {
		return nil
	}
	f, err := os.OpenFile(s.lock, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return &lantoa.Trouble{Kind: lantoa.Forbidden, What: "folder", Note: s.lock, Err: err}
	}
	if err := lockFile(f); err != nil {
		defer f.Close()
		holder, _ := io.ReadAll(io.LimitReader(f, 200))
		return lantoa.Problem(lantoa.Busy, "service", strings.TrimSpace(string(holder)))
	}
	// The lock dies with the process, however it ends; the words in the file only tell who it was.
	err = f.Truncate(0)
	if err == nil {
		_, err = fmt.Fprintf(f, "%s (pid %d)\n", name, os.Getpid())
	}
	if err != nil {
		f.Close()
		return &lantoa.Trouble{Kind: lantoa.Forbidden, What: "folder", Note: s.lock, Err: err}
	}
	s.claim = f
	return nil
}
