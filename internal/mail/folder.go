package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Folder keeps messages as .eml files where there is no server to send them. The same message is one file, however
// often it is sent.
type Folder struct {
	Dir  string
	From string // "Hội LHPN tỉnh <bantin@example.vn>"; empty: a sender that nobody can answer
}

// Send writes the message into the folder.
func (f Folder) Send(ctx context.Context, m Message, before func() error) Outcome {
	if m.From == "" {
		m.FromName, m.From = "Lan tỏa", "lantoa@localhost"
		if name, address, err := bare(f.From); err == nil {
			m.FromName, m.From = name, address
		}
	}
	raw, err := m.Bytes()
	if err != nil {
		return Outcome{Result: Refused, Said: err.Error(), Err: err}
	}
	if err := ctx.Err(); err != nil {
		return unsent(err)
	}
	if before != nil {
		if err := before(); err != nil {
			return unsent(err)
		}
	}
	if err := f.write(f.file(m.MessageID, raw), raw); err != nil {
		return unsent(err) // it is in the folder whole, or it is not
	}
	return Outcome{Result: Accepted}
}

// Open is the message with an ID as it was written.
func (f Folder) Open(messageID string) ([]byte, error) {
	return os.ReadFile(filepath.Join(f.Dir, f.file(messageID, nil)))
}

func (f Folder) file(messageID string, raw []byte) string {
	name, _, _ := strings.Cut(messageID, "@")
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || strings.HasPrefix(name, ".") {
		sum := sha256.Sum256(append([]byte(messageID), raw...))
		name = hex.EncodeToString(sum[:10])
	}
	return name + ".eml"
}

func (f Folder) write(name string, raw []byte) error {
	if err := os.MkdirAll(f.Dir, 0o750); err != nil {
		return err
	}
	half, err := os.CreateTemp(f.Dir, ".half-*")
	if err != nil {
		return err
	}
	defer os.Remove(half.Name()) // does nothing once it bears its name
	if _, err := half.Write(raw); err != nil {
		half.Close()
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := half.Close(); err != nil {
		return err
	}
	return os.Rename(half.Name(), filepath.Join(f.Dir, name))
}
