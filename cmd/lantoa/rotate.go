package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// The key that seals the tokens lives in a file of the data folder, or in the settings. While it is being changed
// the new one waits in a file beside it, so that a crash at any moment leaves a key that opens what is sealed.
func keyFile(set Settings) string    { return filepath.Join(set.Get("data"), "secret.key") }
func newKeyFile(set Settings) string { return keyFile(set) + ".new" }

// rotateKey seals everything with a new key. No service may run meanwhile: it would go on with the old one.
func rotateKey(ctx context.Context, c *call) error {
	app, err := openApp(ctx, c.settings, need{service: "doctor", logTo: io.Discard})
	if err != nil {
		return err
	}
	defer app.Close()
	set := app.Settings
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	if err := writeKey(newKeyFile(set), key); err != nil {
		return err
	}
	n, err := app.Store.SealAnew(ctx, key)
	if err != nil {
		os.Remove(newKeyFile(set)) // nothing was sealed with it
		return fmt.Errorf("seal anew: %w", err)
	}
	app.Log.Info("key changed", "secrets", n)
	if err := app.Store.Note(ctx, lantoa.Audit{At: app.Now(), Who: "doctor", Action: "rotate_key", Detail: fmt.Sprint(n)}); err != nil {
		return err
	}
	if set.Get("secret_key") != "" { // the operator keeps the key elsewhere and must put the new one there
		fmt.Fprintf(c.out, "Đã mã hóa lại %d mục bằng khóa mới. Khóa mới nằm trong %s: chép nội dung tệp này vào nơi đặt LANTOA_SECRET_KEY (%s), khởi động lại, rồi xóa tệp.\n",
			n, newKeyFile(set), set.values["secret_key"].from)
		return nil
	}
	if err := os.Rename(newKeyFile(set), keyFile(set)); err != nil {
		return fmt.Errorf("put the new key in its place (it is in %s): %w", newKeyFile(set), err)
	}
	fmt.Fprintf(c.out, "Đã mã hóa lại %d mục bằng khóa mới. Khóa cũ không còn mở được gì; bản sao lưu cũ cần khóa cũ của nó. Nếu có tiến trình khác dùng chung Postgres, khởi động lại chúng.\n", n)
	return nil
}

// writeKey writes a key so that it has reached the disk when it returns.
func writeKey(path string, key []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &lantoa.Trouble{Kind: lantoa.Conflict, What: "secret_key",
			Note: fmt.Sprintf("tệp %s còn lại từ lần đổi khóa trước; nếu LANTOA_SECRET_KEY đã là khóa trong tệp thì xóa tệp rồi chạy lại", path)}
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// finishRotation ends a change of the key that was cut off: if what is sealed opens with the new key, that one takes
// the old one's place; if it opens with the old one, the new one never served.
func finishRotation(ctx context.Context, set Settings, open func(key []byte) (*store.Store, error)) error {
	if set.Get("secret_key") != "" {
		return nil
	}
	waiting, err := readKey(newKeyFile(set))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return os.Remove(newKeyFile(set)) // cut off while it was written: nothing was sealed with it yet
	}
	st, err := open(waiting)
	if err != nil {
		return err
	}
	defer st.Close()
	switch serves, err := opens(ctx, st); {
	case err != nil:
		return err
	case serves:
		return os.Rename(newKeyFile(set), keyFile(set))
	default:
		return os.Remove(newKeyFile(set))
	}
}

// opens says whether a store's key opens what is sealed in it. An empty safe says nothing, and is taken as no.
func opens(ctx context.Context, st *store.Store) (bool, error) {
	names, err := st.SecretNames(ctx, "")
	if err != nil || len(names) == 0 {
		return false, err
	}
	_, err = st.Secret(ctx, names[0])
	if lantoa.KindOf(err) == lantoa.Invalid {
		return false, nil
	}
	return err == nil, err
}

func readKey(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return decodeKey(string(b))
}
