package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// publication is one thing that our apps published, as the state file keeps it. All moments are Unix seconds of the
// sandbox clock, 0 for never.
type publication struct {
	Means    string    `json:"means"`   // feed, message, broadcast
	Channel  string    `json:"channel"` // external id of the page, group or account
	ID       string    `json:"id"`
	Wordings []wording `json:"wordings"` // oldest first; there is always one
	Link     string    `json:"link,omitempty"`
	Photos   []string  `json:"photos,omitempty"` // ids of uploads
	At       int64     `json:"at"`               // when the call came
	Due      int64     `json:"due"`              // when it can be read: later than At when it was scheduled
	Shown    int64     `json:"shown,omitempty"`  // when it comes to be shown, if that is later than Due
	Dark     bool      `json:"dark,omitempty"`   // unpublished without a time: readable by its id alone
	Gone     int64     `json:"gone,omitempty"`
	Original string    `json:"original,omitempty"` // the post of the province that it passes on
	Bring    int       `json:"bring,omitempty"`    // interactions that it brings the original in all
}

// wording is what a post said from a moment on.
type wording struct {
	At   int64  `json:"at"`
	Text string `json:"text"`
}

func (m *publication) words() string { return m.Wordings[len(m.Wordings)-1].Text }

// upload is a picture that was sent to a platform, to be published later or never.
type upload struct {
	ID   string `json:"id"`
	Page string `json:"page,omitempty"` // empty for one of Zalo's
	At   int64  `json:"at"`
	Used bool   `json:"used,omitempty"`
}

// desk is where publishing happens: one deed at a time, each on disk before it is answered. Readers take the view,
// which never changes once it is made, so that a province in which nothing was published costs nothing more.
type desk struct {
	mu       sync.Mutex
	photosMu sync.Mutex
	photos   map[string][]byte // of uploads, when there is no folder to keep them in
}

// view is the province with all that was published into it since: the lists of the pages and groups concerned are
// copies, for the province itself may be shared by several sandboxes.
type view struct {
	posts    map[*page][]*post // of pages with publications: all posts, by stated time
	byID     map[string]*post  // the publications alone
	messages map[*group187][]message
	recent   []sentMessage // the publications alone, oldest first
	lifts    map[string][]lift
}

type sentMessage struct {
	message
	group *group187
}

// postsOf are all posts of a page by the time the platform states, oldest first.
func (v *view) postsOf(p *page) []*post {
	if list, ok := v.posts[p]; ok {
		return list
	}
	return p.posts
}

// messagesOf are all messages of a group, oldest first.
func (v *view) messagesOf(g *group187) []message {
	if list, ok := v.messages[g]; ok {
		return list
	}
	return g.messages
}

// post is the post with that id, nil if there is none.
func (s *Sandbox) post(id string) *post {
	if q := s.view.Load().byID[id]; q != nil {
		return q
	}
	return s.byPost[id]
}

// look builds the view from what is kept. It is called with the desk held, or before anybody else is there.
func (s *Sandbox) look() {
	v := &view{posts: map[*page][]*post{}, byID: map[string]*post{}, messages: map[*group187][]message{}, lifts: map[string][]lift{}}
	if s.view.Load() == nil {
		s.view.Store(v) // a post may pass on one that stands in the view before it
	}
	for _, m := range s.state.kept.Published {
		v.add(s, m)
	}
	s.view.Store(v)
}

// with is the view and one publication more.
func (v *view) with(s *Sandbox, m *publication) *view {
	next := &view{posts: maps.Clone(v.posts), byID: maps.Clone(v.byID), messages: maps.Clone(v.messages), recent: slices.Clone(v.recent), lifts: maps.Clone(v.lifts)}
	next.add(s, m)
	return next
}

// add puts a publication into a view that nobody else has yet.
func (v *view) add(s *Sandbox, m *publication) {
	switch m.Means {
	case "feed":
		p := s.byPage[m.Channel]
		if p == nil { // of another province, kept in the same file
			return
		}
		q := s.postOf(p, m)
		list := slices.Clone(v.postsOf(p))
		i, _ := slices.BinarySearchFunc(list, q.created+1, func(q *post, t int64) int { return cmp.Compare(q.created, t) })
		v.posts[p], v.byID[q.id] = slices.Insert(list, i, q), q
		if m.Original != "" && !m.Dark {
			v.lifts[m.Original] = append(slices.Clone(v.lifts[m.Original]), lift{by: m.ID, from: m.Due, to: m.Gone, bring: m.Bring})
		}
	case "message":
		g := s.group(m.Channel)
		if g == nil {
			return
		}
		one := message{id: m.ID, at: m.Due * 1000, kind: "text", text: m.words(), from: -1}
		if len(m.Photos) > 0 {
			one.kind = "photo"
		}
		list := slices.Clone(v.messagesOf(g))
		i, _ := slices.BinarySearchFunc(list, one.at+1, func(q message, t int64) int { return cmp.Compare(q.at, t) })
		v.messages[g] = slices.Insert(list, i, one)
		i, _ = slices.BinarySearchFunc(v.recent, one.at+1, func(q sentMessage, t int64) int { return cmp.Compare(q.at, t) })
		v.recent = slices.Insert(v.recent, i, sentMessage{one, g})
	}
}

// publish keeps a publication and shows it. With an error it was not published.
func (s *Sandbox) publish(m *publication) error {
	err := s.state.change(func(k *kept) {
		k.Published = append(k.Published, m)
		for i := range k.Uploads {
			if slices.Contains(m.Photos, k.Uploads[i].ID) {
				k.Uploads[i].Used = true
			}
		}
	})
	if err == nil {
		s.view.Store(s.view.Load().with(s, m))
	}
	return err
}

// amend changes a publication and shows it changed.
func (s *Sandbox) amend(m *publication, change func(*publication)) error {
	changed := *m
	changed.Wordings = slices.Clone(m.Wordings)
	change(&changed)
	err := s.state.change(func(k *kept) {
		if i := slices.Index(k.Published, m); i >= 0 {
			k.Published[i] = &changed
		}
	})
	if err == nil {
		s.look()
	}
	return err
}

// published finds a publication by its id. The desk is held.
func (s *Sandbox) published(id string) *publication {
	i := slices.IndexFunc(s.state.kept.Published, func(m *publication) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return s.state.kept.Published[i]
}

// keepUpload keeps a picture under a name of its own.
func (s *Sandbox) keepUpload(u upload, picture []byte) error {
	if folder := s.state.folder(); folder != "" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("sandbox upload: %w", err)
		}
		if err := writeSynced(filepath.Join(folder, u.ID), picture); err != nil {
			return fmt.Errorf("sandbox upload: %w", err)
		}
	} else {
		s.desk.photosMu.Lock()
		if s.desk.photos == nil {
			s.desk.photos = map[string][]byte{}
		}
		s.desk.photos[u.ID] = picture
		s.desk.photosMu.Unlock()
	}
	return s.state.change(func(k *kept) { k.Uploads = append(k.Uploads, u) })
}

// uploaded finds an upload, and its picture with it.
func (s *Sandbox) uploaded(id string) (u upload, ok bool) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	i := slices.IndexFunc(s.state.kept.Uploads, func(u upload) bool { return u.ID == id })
	if i < 0 {
		return u, false
	}
	return s.state.kept.Uploads[i], true
}

// picture is the bytes of an upload, nil if there is none of that id.
func (s *Sandbox) picture(id string) []byte {
	if _, ok := s.uploaded(id); !ok {
		return nil
	}
	if folder := s.state.folder(); folder != "" {
		b, err := os.ReadFile(filepath.Join(folder, id))
		if err != nil {
			return nil
		}
		return b
	}
	s.desk.photosMu.Lock()
	defer s.desk.photosMu.Unlock()
	return s.desk.photos[id]
}

// freeID is the first of made(0), made(1), … that nothing published and no upload bears.
func (s *Sandbox) freeID(made func(n int64) string) string {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	for n := int64(0); ; n++ {
		id := made(n)
		taken := slices.ContainsFunc(s.state.kept.Published, func(m *publication) bool { return m.ID == id }) ||
			slices.ContainsFunc(s.state.kept.Uploads, func(u upload) bool { return u.ID == id }) ||
			slices.ContainsFunc(s.state.kept.Articles, func(a *article) bool { return a.ID == id }) || s.byPost[id] != nil
		if !taken {
			return id
		}
	}
}
