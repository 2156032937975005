package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// asProgram makes the test's own binary be the program, so that it can be killed as one.
const asProgram = "LANTOA_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	if os.Getenv(asCollector) != "" {
		beCollector()
	}
	if os.Getenv(asMailer) != "" {
		beMailer()
	}
	if os.Getenv(asPublisher) != "" {
		bePublisher()
	}
	code := m.Run()
	if shared.p != nil {
		shared.p.Close()
		os.RemoveAll(shared.p.dir)
	}
	os.Exit(code)
}

// startDemo runs the demo as a process of its own in dir.
func startDemo(t *testing.T, dir string, errs *bytes.Buffer, flags ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"demo", "--now", "2026-11-23T06:00+07:00",
		"--data", dir, "--listen", "127.0.0.1:0", "--log", "error"}, flags...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stderr = errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd
}

// ready asks the program in dir whether it has lived its past.
func ready(dir string) bool {
	b, err := os.ReadFile(filepath.Join(dir, "demo.json"))
	var file struct {
		Base string `json:"base_url"`
	}
	if err != nil || json.Unmarshal(b, &file) != nil {
		return false
	}
	client := http.Client{Timeout: 2 * time.Second}
	res, err := client.Get(file.Base + "/readyz")
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == 200
}

// takenIn looks into the database beside the running program: posts kept and messages counted.
func takenIn(dir string) int64 {
	path := filepath.Join(dir, "lantoa.db")
	if _, err := os.Stat(path); err != nil {
		return 0
	}
	st, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		return 0
	}
	defer st.Close()
	o, err := st.Counts(context.Background(), lantoa.Everything)
	if err != nil {
		return 0
	}
	return o.Posts + o.Messages
}

func TestKilledInTheMiddleNothingIsLostOrDoubled(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the whole province is lived without -short")
	}
	dir := t.TempDir()
	var errs bytes.Buffer
	// Each process is killed, without a word, once so much has been taken in: in the first sweeps, between
	// two of them, and late.
	kills := 0
	for _, after := range []int64{1, 700, 3000, 6000} {
		cmd := startDemo(t, dir, &errs, "--weeks", "4")
		for deadline := time.Now().Add(3 * time.Minute); takenIn(dir) < after && !ready(dir); {
			if time.Now().After(deadline) {
				t.Fatalf("stuck at %d of %d: %s", takenIn(dir), after, errs.String())
			}
			time.Sleep(20 * time.Millisecond)
		}
		if ready(dir) { // on a busy machine one look may come too late
			if kills < 2 {
				t.Fatalf("ready before %d were taken in, after %d kills: kill earlier", after, kills)
			}
			cmd.Process.Kill()
			cmd.Wait()
			break
		}
		kills++
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
	}
	p, err := liveIn(dir, "--now", "2026-11-23T06:00+07:00", "--weeks", "4")
	if err != nil {
		t.Fatalf("after the kills: %v; %s", err, errs.String())
	}
	checkCounts(t, p.demo)
	before := takenIn(dir)
	p.Close()

	// A start after all that finds its data, and its people, and sweeps nothing.
	d, stop, err := openIn(dir, "--now", "2026-11-23T06:00+07:00")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	defer stop()
	if stops := stopsBetween(d.state.Lived, d.state.Target); len(stops) != 0 || takenIn(dir) != before || len(d.users) != 5 {
		t.Errorf("a later start would sweep %d times; %d posts and messages, were %d; %d people", len(stops), takenIn(dir), before, len(d.users))
	}
}

func TestAReadyDemoStopsWhenAsked(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: the whole province is read without -short")
	}
	dir := t.TempDir()
	var errs bytes.Buffer
	cmd := startDemo(t, dir, &errs, "--weeks", "1")
	for deadline := time.Now().Add(3 * time.Minute); !ready(dir); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never ready: %s", errs.String())
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v: %s", err, errs.String())
		}
	case <-time.After(time.Minute):
		t.Error("it goes on a minute after it was asked to stop")
	}
}
