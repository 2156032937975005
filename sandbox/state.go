package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

const (
	accessLife  = 25 * hour
	refreshLife = 90 * day
	codeLife    = 10 * 60
	keptPairs   = 64 // so many used refresh tokens are recognised as used rather than as unknown
)

// state is what the platforms were told. With a file it outlives the process.
type state struct {
	mu     sync.Mutex
	file   string
	secret func(...string) string
	kept   kept
	minute minuteCount
}

type kept struct {
	Published   []*publication `json:"published,omitempty"` // in the order of the calls
	Uploads     []upload       `json:"uploads,omitempty"`
	Articles    []*article     `json:"articles,omitempty"`
	Submissions []*submission  `json:"submissions,omitempty"`

	Number int         `json:"number"` // of the newest pair
	Pairs  []tokenPair `json:"pairs"`  // oldest first; all but the last have been refreshed
	Codes  []string    `json:"codes,omitempty"`
}

type tokenPair struct {
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
	At      int64  `json:"at"` // by the sandbox clock
	Used    bool   `json:"used"`
}

// openState reads the state file, or begins with a first pair as the platform's console hands it out.
func openState(file string, s *Sandbox) (*state, error) {
	st := &state{file: file, secret: s.secret}
	if file != "" {
		b, err := os.ReadFile(file)
		switch {
		case err == nil:
			if err := json.Unmarshal(b, &st.kept); err != nil {
				return nil, fmt.Errorf("sandbox state %s: %w", file, err)
			}
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("sandbox state: %w", err)
		}
	}
	if len(st.kept.Pairs) == 0 {
		st.push(s.now())
		if err := st.save(); err != nil {
			return nil, err
		}
	}
	return st, nil
}

func (st *state) push(now int64) tokenPair {
	st.kept.Number++
	n := strconv.Itoa(st.kept.Number)
	p := tokenPair{Access: "mau-access-" + st.secret("access", n), Refresh: "mau-refresh-" + st.secret("refresh", n), At: now}
	st.kept.Pairs = append(st.kept.Pairs, p)
	if len(st.kept.Pairs) > keptPairs {
		st.kept.Pairs = slices.Clone(st.kept.Pairs[len(st.kept.Pairs)-keptPairs:])
	}
	return p
}

// save writes the file whole: beside it first, then in its place.
func (st *state) save() error {
	if st.file == "" {
		return nil
	}
	b, err := json.MarshalIndent(st.kept, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(st.file), 0o755); err != nil {
		return fmt.Errorf("sandbox state: %w", err)
	}
	if err := writeSynced(st.file, b); err != nil {
		return fmt.Errorf("sandbox state: %w", err)
	}
	return nil
}

// writeSynced puts a file in its place, whole and on disk: what a platform has answered it must not forget.
func writeSynced(file string, b []byte) error {
	tmp := file + ".new"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, file); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// change changes what is kept and saves it. When it cannot be saved it is as before.
func (st *state) change(do func(*kept)) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	before := st.kept
	st.kept.Published, st.kept.Uploads = slices.Clone(before.Published), slices.Clone(before.Uploads)
	st.kept.Articles, st.kept.Submissions = slices.Clone(before.Articles), slices.Clone(before.Submissions)
	do(&st.kept)
	if err := st.save(); err != nil {
		st.kept = before
		return err
	}
	return nil
}

// folder is where uploaded pictures are kept: beside the state file, nowhere when there is none.
func (st *state) folder() string {
	if st.file == "" {
		return ""
	}
	return st.file + ".uploads"
}

func (st *state) newest() tokenPair {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.kept.Pairs[len(st.kept.Pairs)-1]
}

// check says whether an access token is good: 0, or Zalo's number and words.
func (st *state) check(token string, now int64) (int, string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, p := range st.kept.Pairs {
		if p.Access != token {
			continue
		}
		if now >= p.At+accessLife {
			return -220, "access_token is expired or removed"
		}
		return 0, ""
	}
	return -216, "Access token is invalid"
}

// refresh uses up a refresh token. The second result says why not.
func (st *state) refresh(token string, now int64) (tokenPair, string, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for i := range st.kept.Pairs {
		p := &st.kept.Pairs[i]
		switch {
		case p.Refresh != token:
			continue
		case p.Used:
			return tokenPair{}, "Refresh token has been used", nil
		case now >= p.At+refreshLife:
			return tokenPair{}, "Refresh token is expired", nil
		}
		p.Used = true
		fresh := st.push(now)
		return fresh, "", st.save()
	}
	return tokenPair{}, "Refresh token is invalid", nil
}

// newCode is a code that can be redeemed once within ten minutes.
func (st *state) newCode(now int64) string {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.kept.Number++
	code := strconv.FormatInt(now, 10) + "-" + st.secret("code", strconv.Itoa(st.kept.Number))
	st.kept.Codes = append(st.kept.Codes, code)
	return code
}

func (st *state) redeem(code string, now int64) (tokenPair, string, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	i := slices.Index(st.kept.Codes, code)
	if i < 0 {
		return tokenPair{}, "Code is invalid or has been used", nil
	}
	st.kept.Codes = slices.Delete(st.kept.Codes, i, i+1)
	var at int64
	fmt.Sscanf(code, "%d-", &at)
	if now > at+codeLife {
		return tokenPair{}, "Code is expired", st.save()
	}
	fresh := st.push(now)
	return fresh, "", st.save()
}
