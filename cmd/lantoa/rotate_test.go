package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// sealedIn is the secret as it opens with the key file of a folder.
func sealedIn(t *testing.T, dir string) (string, error) {
	t.Helper()
	key, err := readKey(filepath.Join(dir, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), filepath.Join(dir, "lantoa.db"), store.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	return st.Secret(context.Background(), "facebook/page/1")
}

func seal(t *testing.T, dir string) {
	t.Helper()
	lantoaIn(dir, "user", "list") // makes the folder, the key and the database
	key, err := readKey(filepath.Join(dir, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), filepath.Join(dir, "lantoa.db"), store.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.SaveSecret(context.Background(), "facebook/page/1", "EAAtoken"); err != nil {
		t.Fatal(err)
	}
}

func TestTheKeyIsChanged(t *testing.T) {
	dir := t.TempDir()
	seal(t, dir)
	before, _ := os.ReadFile(filepath.Join(dir, "secret.key"))
	out, errs, code := lantoaIn(dir, "doctor", "--rotate-key")
	after, _ := os.ReadFile(filepath.Join(dir, "secret.key"))
	if code != 0 || bytes.Equal(before, after) || bytes.Contains([]byte(out+errs), bytes.TrimSpace(after)) {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if info, err := os.Stat(filepath.Join(dir, "secret.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if got, err := sealedIn(t, dir); err != nil || got != "EAAtoken" {
		t.Errorf("with the new key: %q, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret.key"), before, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sealedIn(t, dir); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("the old key still opens: %v", err)
	}
}

func TestAChangeOfTheKeyThatWasCutOffIsFinishedOrForgotten(t *testing.T) {
	t.Run("sealed anew, and killed before the key was put in its place", func(t *testing.T) {
		dir := t.TempDir()
		seal(t, dir)
		old, _ := os.ReadFile(filepath.Join(dir, "secret.key"))
		if _, errs, code := lantoaIn(dir, "doctor", "--rotate-key"); code != 0 {
			t.Fatal(errs)
		}
		if err := os.Rename(filepath.Join(dir, "secret.key"), filepath.Join(dir, "secret.key.new")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "secret.key"), old, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, errs, code := lantoaIn(dir, "user", "list"); code != 0 {
			t.Fatalf("the next start: %s", errs)
		}
		if got, err := sealedIn(t, dir); err != nil || got != "EAAtoken" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("killed before anything was sealed anew", func(t *testing.T) {
		dir := t.TempDir()
		seal(t, dir)
		if err := writeKey(filepath.Join(dir, "secret.key.new"), bytes.Repeat([]byte{7}, 32)); err != nil {
			t.Fatal(err)
		}
		if _, errs, code := lantoaIn(dir, "user", "list"); code != 0 {
			t.Fatalf("the next start: %s", errs)
		}
		if got, err := sealedIn(t, dir); err != nil || got != "EAAtoken" {
			t.Errorf("%q, %v", got, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "secret.key.new")); !os.IsNotExist(err) {
			t.Errorf("a key that never served is left: %v", err)
		}
	})
	t.Run("a key in the settings is left to the operator", func(t *testing.T) {
		dir := t.TempDir()
		out, errs, code := lantoaIn(dir, "doctor", "--rotate-key", "--secret-key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
		waiting, err := os.ReadFile(filepath.Join(dir, "secret.key.new"))
		if code != 0 || err != nil || bytes.Contains([]byte(out), bytes.TrimSpace(waiting)) || !bytes.Contains([]byte(out), []byte("LANTOA_SECRET_KEY")) {
			t.Errorf("exit %d: %s%s, %v", code, out, errs, err)
		}
	})
}
