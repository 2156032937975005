package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/alexedwards/argon2id"
	"github.com/hoiphunu/lantoa"
)

// addPeople makes one user a role on the first start; later starts read them from demo.json.
func (d *demo) addPeople(ctx context.Context) error {
	have, err := d.app.Store.Users(ctx, lantoa.Everything)
	if err != nil {
		return err
	}
	if len(have) > 0 {
		var file struct{ Users []demoUser }
		b, err := os.ReadFile(filepath.Join(d.app.Settings.Get("data"), "demo.json"))
		if err == nil {
			err = json.Unmarshal(b, &file)
		}
		if err != nil {
			return fmt.Errorf("demo.json: %w", err)
		}
		d.users = file.Users
		return nil
	}
	names := map[lantoa.Role]string{
		lantoa.Admin: "Lê Quản Trị (mẫu)", lantoa.Communications: "Nguyễn Truyền Thông (mẫu)", lantoa.Leader: "Trần Lãnh Đạo (mẫu)",
		lantoa.Officer: "Hoàng Cán Bộ (mẫu)", lantoa.Viewer: "Phạm Chỉ Xem (mẫu)",
	}
	for _, role := range lantoa.Roles {
		code := "19"
		if role == lantoa.Officer {
			code = "05722"
		}
		unit, err := d.app.unitByCode(ctx, code)
		if err != nil {
			return err
		}
		u := demoUser{Email: string(role) + "@lantoa.example", Password: newPassword(), Role: role, Unit: code}
		if u.Token, err = d.app.addUser(ctx, lantoa.User{Email: u.Email, Name: names[role], Role: role, Unit: unit}, u.Password); err != nil {
			return err
		}
		if role != lantoa.Leader && role != lantoa.Viewer {
			who, err := d.app.Store.UserByEmail(ctx, u.Email)
			if err != nil {
				return err
			}
			key, secret, err := d.app.Store.MakeIngestKey(ctx, who.ID, d.app.Now())
			if err != nil {
				return err
			}
			u.IngestKey, u.IngestSecret = key.ID, secret
		}
		d.users = append(d.users, u)
	}
	if err := d.addContacts(ctx); err != nil {
		return err
	}
	// At once, and whole only when the doors are open: the passwords stand nowhere else.
	return writeJSON(filepath.Join(d.app.Settings.Get("data"), "demo.json"), map[string]any{"users": d.users})
}

// addContacts says who is in charge of the units under invented names: invented people, with numbers that no telephone
// can dial.
func (d *demo) addContacts(ctx context.Context) error {
	for code, name := range map[string]string{
		"05722": "Hoàng Cán Bộ (mẫu)", "05728": "Ma Thị Khe (mẫu)", "05719": "Lò Thị Núi (mẫu)", "05731": "Vi Thị Dốc (mẫu)", "05479": "Nông Thị Suối (mẫu)",
	} {
		unit, err := d.app.unitByCode(ctx, code)
		if err != nil {
			return err
		}
		c := lantoa.Contact{Name: name, Duty: "Chủ tịch Hội LHPN", Phone: "00000" + code}
		if err := d.app.Store.SaveContacts(ctx, unit.ID, []lantoa.Contact{c}, "lantoa"); err != nil {
			return err
		}
	}
	return nil
}

// addUser stores a person with a password and a first API token, which is returned.
func (a *App) addUser(ctx context.Context, u lantoa.User, password string) (token string, err error) {
	hash, err := argon2id.CreateHash(password, argon2id.DefaultParams)
	if err != nil {
		return "", err
	}
	if u, err = a.Store.AddUser(ctx, u, hash); err != nil {
		return "", err
	}
	return a.newToken(ctx, u.ID)
}

// newToken gives a person a new API token; only its SHA-256 is kept.
func (a *App) newToken(ctx context.Context, id lantoa.UserID) (string, error) {
	token := "lt_" + rand.Text()
	sum := sha256.Sum256([]byte(token))
	return token, a.Store.SetToken(ctx, id, hex.EncodeToString(sum[:]))
}

// newPassword is 16 letters and digits in four groups, without those that look alike: some 79 bits.
func newPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	var s []byte
	for i, c := range b {
		if i > 0 && i%4 == 0 {
			s = append(s, '-')
		}
		s = append(s, letters[int(c)%len(letters)])
	}
	return string(s)
}

func roleWord(r lantoa.Role) string {
	return map[lantoa.Role]string{lantoa.Admin: "Quản trị", lantoa.Communications: "Truyền thông", lantoa.Leader: "Lãnh đạo",
		lantoa.Officer: "Cán bộ xã", lantoa.Viewer: "Chỉ xem"}[r]
}
