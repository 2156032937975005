package search

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"github.com/hoiphunu/lantoa"
)

// MeiliOptions are what a Meilisearch server may be told beside its address and key.
type MeiliOptions struct {
	Name    string        // of the index on the server; "posts" when empty
	Timeout time.Duration // of one call; 10 s when 0
	Wait    time.Duration // for a write to be carried out; 2 min when 0
}

// meili is the index on a Meilisearch server. What this server does to Vietnamese, and what its client does
// behind our back, decided much here: every write is waited for and its outcome asked, since the answer 202
// promises nothing; the client's own retries are off, since they send an empty body.
type meili struct {
	svc     meilisearch.ServiceManager
	name    string
	wait    time.Duration
	writing sync.Mutex // there is no compare-and-set: writes go in order, from here
	next    *remoteBuilding
	ready   bool // the index is there with our settings; guarded by writing
}

// remoteBuilding is the new index of a Rebuild.
type remoteBuilding struct {
	uid     string
	want    map[lantoa.PostID]bool
	touched map[lantoa.PostID]bool
}

// OpenMeili speaks to the Meilisearch server at address. It need not answer yet: index and settings are made
// at the first use.
func OpenMeili(address, key string, opt MeiliOptions) (Index, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, lantoa.Problem(lantoa.Invalid, "meili_url", "http://host:7700")
	}
	m := &meili{name: opt.Name, wait: opt.Wait}
	if m.name == "" {
		m.name = "posts"
	}
	if !isCode(m.name) || strings.Contains(m.name, ".") {
		return nil, lantoa.Problem(lantoa.Invalid, "index name", m.name)
	}
	if m.wait == 0 {
		m.wait = 2 * time.Minute
	}
	timeout := opt.Timeout
	if timeout == 0 {
		timeout = 10 * time.Second
	}
	m.svc = meilisearch.New(strings.TrimRight(address, "/"), meilisearch.WithAPIKey(key),
		meilisearch.WithCustomClient(&http.Client{Timeout: timeout}), meilisearch.DisableRetries())
	return m, nil
}

// ensure makes the index with its settings, once.
func (m *meili) ensure(ctx context.Context) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	return m.ensureLocked(ctx)
}

func (m *meili) ensureLocked(ctx context.Context) error {
	if m.ready {
		return nil
	}
	_, err := m.svc.GetIndexWithContext(ctx, m.name)
	switch {
	case codeOf(err) == "index_not_found":
		err = m.create(ctx, m.name)
	case err == nil && !m.asWanted(ctx, m.name):
		err = m.settings(ctx, m.name)
	}
	if err != nil {
		return trouble("open index", err)
	}
	m.ready = true
	return nil
}

// create makes an index; settings must be there before the documents.
func (m *meili) create(ctx context.Context, uid string) error {
	info, err := m.svc.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: uid, PrimaryKey: "id"})
	if err = m.done(ctx, info, err); err != nil && codeOf(err) != "index_already_exists" {
		return err
	}
	return m.settings(ctx, uid)
}

func (m *meili) settings(ctx context.Context, uid string) error {
	info, err := m.svc.Index(uid).UpdateSettingsWithContext(ctx, wantedSettings())
	return m.done(ctx, info, err)
}

// taskError is how a write ended that the server had accepted.
type taskError struct{ code, message string }

func (e *taskError) Error() string { return e.code + ": " + e.message }

// done waits until a write has been carried out, and says how it ended. The client's own WaitForTask knows no
// limit and calls a failed task a success.
func (m *meili) done(ctx context.Context, info *meilisearch.TaskInfo, err error) error {
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, m.wait)
	defer cancel()
	for pause := 5 * time.Millisecond; ; pause = min(pause*2, 500*time.Millisecond) {
		task, err := m.svc.GetTaskWithContext(ctx, info.TaskUID)
		if err != nil {
			return err
		}
		switch task.Status {
		case meilisearch.TaskStatusSucceeded:
			return nil
		case meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return &taskError{task.Error.Code, task.Error.Message}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// codeOf is the server's own word for what went wrong, "" if it has none.
func codeOf(err error) string {
	var task *taskError
	if errors.As(err, &task) {
		return task.code
	}
	var e *meilisearch.Error
	if errors.As(err, &e) {
		return e.MeilisearchApiError.Code
	}
	return ""
}

// trouble turns what the client reports into our kinds. Its own text holds the whole request and is kept out.
func trouble(doing string, err error) error {
	t := &lantoa.Trouble{Kind: lantoa.Away, What: "meilisearch", Note: doing}
	var e *meilisearch.Error
	var task *taskError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &task):
		t.Kind, t.Note = lantoa.Refused, fmt.Sprintf("%s: %.200s", doing, task)
		if task.code == "internal" || task.code == "no_space_left_on_device" {
			t.Kind = lantoa.Away
		}
	case errors.As(err, &e) && e.StatusCode != 0:
		t.Note = fmt.Sprintf("%s: HTTP %d %s", doing, e.StatusCode, e.MeilisearchApiError.Code)
		switch {
		case e.StatusCode == http.StatusUnauthorized || e.StatusCode == http.StatusForbidden:
			t.Kind = lantoa.NoRight
		case e.StatusCode == http.StatusTooManyRequests:
			t.Kind = lantoa.Limited
		case e.StatusCode == http.StatusRequestEntityTooLarge:
			t.Kind = lantoa.TooLarge
		case e.StatusCode < 500 && e.StatusCode != http.StatusRequestTimeout:
			t.Kind = lantoa.Refused
		}
	}
	return t
}

func (m *meili) Count(ctx context.Context) (int, error) {
	if err := m.ensure(ctx); err != nil {
		return 0, err
	}
	return m.count(ctx, m.name)
}

func (m *meili) count(ctx context.Context, uid string) (int, error) {
	s, err := m.svc.Index(uid).GetStatsWithContext(ctx, nil)
	if err != nil {
		return 0, trouble("count documents", err)
	}
	return int(s.NumberOfDocuments), nil
}

func (m *meili) Close() error {
	m.svc.Close()
	return nil
}
