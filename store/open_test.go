package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// TestMain lets the test binary play a second process on the same database.
func TestMain(m *testing.M) {
	if address := os.Getenv("LANTOA_TEST_STORE_CHILD"); address != "" {
		if err := child(address, os.Args[len(os.Args)-1]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child does one of three things with a database, telling what it did line by line.
func child(address, deed string) error {
	s, err := store.Open(ctx, address, storetest.Options())
	if err != nil {
		return err
	}
	defer s.Close()
	switch deed {
	case "claim":
		if err := s.ClaimService(ctx, "demo"); err != nil {
			return err
		}
		fmt.Println("claimed")
		select {}
	case "open":
		fmt.Println("opened")
	case "write":
		ch, err := s.ChannelByExternal(ctx, lantoa.FacebookPage, "page05722")
		if err != nil {
			return err
		}
		for i := 0; ; i++ {
			posts := []lantoa.Incoming{with(post(fmt.Sprintf("%d-a", i), 5, "một"), now, 1), with(post(fmt.Sprintf("%d-b", i), 5, "hai"), now, 1)}
			if _, err := s.SavePosts(ctx, ch.ID, posts, now); err != nil {
				return err
			}
			fmt.Println("saved", i)
		}
	}
	return nil
}

func start(t *testing.T, address, deed string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0], deed)
	cmd.Env = append(os.Environ(), "LANTOA_TEST_STORE_CHILD="+address)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

func TestOpenTroubles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, address string
		kind          lantoa.Kind
		what          string
		notRoot       bool
	}{
		{"a folder that cannot be made is named", filepath.Join(file, "below", "lantoa.db"), lantoa.Forbidden, "folder", false},
		{"a folder that may not be written is named", filepath.Join(closed, "lantoa.db"), lantoa.Forbidden, "folder", true},
		{"a file that is no database is named", file, lantoa.Garbled, "database", false},
		{"a server that does not answer is away", "postgres://u:secret@127.0.0.1:1/x?connect_timeout=2", lantoa.Away, "database", false},
		{"an address that cannot be read is invalid", "file:%zz", lantoa.Invalid, "database_url", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.notRoot && os.Getuid() == 0 {
				t.Skip("SKIPPED: to root every folder is open")
			}
			s, err := store.Open(ctx, tt.address, store.Options{})
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			trouble := lantoa.AsTrouble(err, "")
			if trouble.Kind != tt.kind || trouble.What != tt.what || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestNewerSchema(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		storetest.OpenAt(t, address, store.Options{})
		driver, name := "pgx", address
		if !strings.HasPrefix(address, "postgres") {
			driver, name = "sqlite3", "file:"+address
		}
		db, err := sql.Open(driver, name)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		next := store.Schema() + 1
		if _, err := db.Exec(fmt.Sprintf(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (%d, TRUE)`, next)); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(ctx, address, store.Options{})
		if err == nil {
			s.Close()
			t.Fatal("a database newer than the program was opened")
		}
		trouble := lantoa.AsTrouble(err, "")
		if trouble.Kind != lantoa.Conflict || trouble.What != "schema" || trouble.Note != fmt.Sprintf("%d > %d", next, next-1) {
			t.Error(err)
		}
	})
}

func TestTwoProcesses(t *testing.T) {
	address := filepath.Join(t.TempDir(), "with space & ünïcode?#%.db")
	s := storetest.OpenAt(t, address, storetest.Options())
	small := storetest.Seed(t, s)
	if _, err := os.Stat(address); err != nil {
		t.Fatalf("the file does not bear its name: %v", err)
	}

	t.Run("a second service is refused and told who holds the file, other verbs work beside it", func(t *testing.T) {
		cmd, out := start(t, address, "claim")
		if !out.Scan() || out.Text() != "claimed" {
			t.Fatal(out.Text())
		}
		err := s.ClaimService(ctx, "serve")
		trouble := lantoa.AsTrouble(err, "")
		if err == nil || trouble.Kind != lantoa.Busy || trouble.What != "service" || trouble.Note != fmt.Sprintf("demo (pid %d)", cmd.Process.Pid) {
			t.Errorf("%v", err)
		}
		save(t, s, small.DongMauPage.ID, now, post("beside", 5, "bên cạnh"))
		cmd.Process.Kill()
		cmd.Wait()
		if err := s.ClaimService(ctx, "serve"); err != nil {
			t.Errorf("after the holder was killed: %v", err)
		}
		if err := s.ClaimService(ctx, "serve"); err != nil {
			t.Errorf("the holder itself asks again: %v", err)
		}
	})

	t.Run("two processes write one file and lose nothing", func(t *testing.T) {
		other, out := start(t, address, "write")
		for i := range 50 {
			save(t, s, small.KheMauPage.ID, now, post(fmt.Sprint(i), 5, "một"))
		}
		saved := -1
		for saved < 20 && out.Scan() {
			if _, err := fmt.Sscanf(out.Text(), "saved %d", &saved); err != nil {
				t.Fatal(out.Text())
			}
		}
		other.Process.Kill() // in the middle of whatever it is doing
		for out.Scan() {
			fmt.Sscanf(out.Text(), "saved %d", &saved)
		}
		other.Wait()

		posts, err := s.PostsBetween(ctx, small.DongMauPage.ID, time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]lantoa.PostID{}
		for _, p := range posts {
			have[p.External] = p.ID
		}
		for i := range saved + 1 {
			for _, half := range []string{"a", "b"} {
				id, is := have[fmt.Sprintf("%d-%s", i, half)]
				if curve, err := s.Snapshots(ctx, id); !is || err != nil || len(curve) != 1 {
					t.Errorf("visit %d was acknowledged; half %s is there: %v, numbers: %d, %v", i, half, is, len(curve), err)
				}
			}
		}
		if n := len(posts) - 1; n%2 != 0 { // without the one from beside
			t.Errorf("%d posts: half a visit was kept", n)
		}
		ch, err := s.Channel(ctx, small.DongMauPage.ID)
		if err != nil || ch.Posts != int64(len(posts)) {
			t.Errorf("the channel says %d posts of %d (%v)", ch.Posts, len(posts), err)
		}
	})

	t.Run("many processes may meet a new file at once", func(t *testing.T) {
		fresh := filepath.Join(t.TempDir(), "fresh.db")
		var outs []*bufio.Scanner
		for range 4 {
			_, out := start(t, fresh, "open")
			outs = append(outs, out)
		}
		for i, out := range outs {
			if !out.Scan() || out.Text() != "opened" {
				t.Errorf("process %d: %s", i, out.Text())
			}
		}
	})
}

func TestClaimOnPostgres(t *testing.T) {
	address := storetest.Postgres(t)
	for range 2 {
		s := storetest.OpenAt(t, address, storetest.Options())
		if err := s.ClaimService(context.Background(), "worker"); err != nil {
			t.Errorf("many may share a server: %v", err)
		}
	}
}
