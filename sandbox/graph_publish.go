package sandbox

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/gif"
	_ "image/png"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	longestMessage = 63206 // characters
	soonest        = 10 * 60
	latest         = 75 * day
)

// publishCall answers what publishes, changes or removes: POST {page}/feed, POST {page}/photos, POST {post} and
// DELETE {post}.
func (s *Sandbox) publishCall(c graphCall, id, edge string, own *page) answer {
	if id == "me" && own != nil {
		id = own.id
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	p, q := s.byPage[id], s.post(id)
	if q != nil {
		p = q.page
	}
	if p == nil {
		return gone(id)
	}
	if a, bad := s.barred(c, p, own); bad {
		return a
	}
	if a, bad := s.mute(c, p, own); bad {
		a.page = p.id
		return a
	}
	switch {
	case q != nil && !q.readable(c.now) && c.now >= q.appears:
		return gone(id)
	case q != nil && edge == "" && c.method == "POST":
		return s.editPost(c, p, id)
	case q != nil && edge == "" && c.method == "DELETE":
		return s.deletePost(c, p, id)
	case q == nil && edge == "feed" && c.method == "POST":
		return s.newPost(c, p)
	case q == nil && edge == "photos" && c.method == "POST":
		return s.newPhoto(c, p)
	}
	return graphError{status: 400, code: 100, kind: "GraphMethodException", message: "Unsupported " + strings.ToLower(c.method) + " request."}.answer()
}

// mute says why the page cannot be published to with this token, if it cannot.
func (s *Sandbox) mute(c graphCall, p, own *page) (answer, bool) {
	if own == nil { // the system user is not the page
		return named["permission-210"].answer(), true
	}
	scope, noScope := s.faults.stands("no-scope", p.id, c.now)
	task, noTask := s.faults.stands("no-task", p.id, c.now)
	if noScope && scope.Other == "pages_manage_posts" || noTask && task.Other == "CREATE_CONTENT" {
		return graphError{status: 403, code: 200, message: "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with sufficient administrative permission"}.answer(), true
	}
	return answer{}, false
}

func invalid(text string) answer {
	return graphError{status: 400, code: 100, message: "(#100) " + text}.answer()
}

// newPost is POST {page}/feed.
func (s *Sandbox) newPost(c graphCall, p *page) answer {
	m := &publication{Means: "feed", Channel: p.id, Link: c.q.Get("link"), At: c.now, Due: c.now}
	words := strings.ReplaceAll(c.q.Get("message"), "\r\n", "\n")
	m.Wordings = []wording{{c.now, words}}
	photos, bad := s.attached(c, p)
	if bad != nil {
		return *bad
	}
	m.Photos = photos
	switch n := utf8.RuneCountInString(words); {
	case strings.TrimSpace(words) == "" && m.Link == "" && len(photos) == 0:
		return invalid("The post is empty. Please enter a message to share.")
	case n > longestMessage:
		return invalid("Param message must be at most " + strconv.Itoa(longestMessage) + " characters long")
	}
	if c.q.Get("published") == "false" || c.q.Get("published") == "0" {
		text := c.q.Get("scheduled_publish_time")
		at, ok := moment(text)
		switch {
		case text == "":
			m.Dark = true
		case !ok || at < c.now+soonest || at > c.now+latest:
			return invalid("The specified scheduled publish time is invalid.")
		default:
			m.Due = at
		}
	} else if c.q.Get("scheduled_publish_time") != "" {
		return invalid("The published parameter must be false when a scheduled publish time is given.")
	}
	if a, bad := s.badLink(m.Link, c.now); bad {
		return a
	}
	if a, bad := s.repeated(c, p, m); bad {
		return a
	}
	if q := s.original(p, words, m.Link); q != nil {
		m.Original, m.Bring = q.id, int(s.opt.ShareLift*p.usual+0.5)
	}
	if f, late := s.faults.stands("late", p.id, c.now); late {
		m.Shown = m.Due + int64(f.Seconds)
	}
	m.ID = s.freeID(func(n int64) string {
		return p.id + "_123" + five(p.place.code) + strconv.FormatInt(c.now+n, 10)
	})
	if err := s.publish(m); err != nil {
		return graphError{status: 500, code: 1, message: err.Error()}.answer()
	}
	return ok(append(textField([]byte{'{'}, "id", m.ID), '}'), p.id)
}

// badLink refuses an address that is none, or that leads to something on Facebook which cannot be seen.
func (s *Sandbox) badLink(link string, now int64) (answer, bool) {
	if link == "" {
		return answer{}, false
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return invalid("The url you supplied is invalid"), true
	}
	q, facebook := s.linked(link)
	if !facebook || s.byPage[strings.Trim(u.Path, "/")] != nil ||
		q != nil && q.shown(now) && q.page.exists(now) && !(q.page.breakage == pageGone && now >= q.page.broken) {
		return answer{}, false
	}
	return named["link-1609005"].answer(), true
}

// repeated refuses what the page published already within a day, and with the fault "pace" what comes too soon.
func (s *Sandbox) repeated(c graphCall, p *page, m *publication) (answer, bool) {
	_, pace := s.faults.stands("pace", p.id, c.now)
	for _, old := range s.state.kept.Published {
		if old.Means != "feed" || old.Channel != p.id || old.Gone != 0 || old.At > c.now {
			continue
		}
		if c.now-old.At < day && old.words() == m.words() && old.Link == m.Link {
			a := named["duplicate-506"].answer()
			a.page = p.id
			return a, true
		}
		if pace && c.now-old.At < 60 {
			return named["posting-too-fast-368-1390008"].answer(), true
		}
	}
	return answer{}, false
}

// attached are the ids of attached_media, as form fields attached_media[0]… or as one JSON list.
func (s *Sandbox) attached(c graphCall, p *page) (ids []string, bad *answer) {
	type media struct {
		ID json.RawMessage `json:"media_fbid"`
	}
	refuse := func(text string) ([]string, *answer) {
		a := invalid(text)
		return nil, &a
	}
	var all []media
	if list := c.q.Get("attached_media"); list != "" {
		if json.Unmarshal([]byte(list), &all) != nil {
			return refuse("Param attached_media must be an array.")
		}
	}
	for i := 0; c.q.Has("attached_media[" + strconv.Itoa(i) + "]"); i++ {
		var one media
		if json.Unmarshal([]byte(c.q.Get("attached_media["+strconv.Itoa(i)+"]")), &one) != nil {
			return refuse("Param attached_media[" + strconv.Itoa(i) + "] must be an object.")
		}
		all = append(all, one)
	}
	for _, one := range all {
		id := strings.Trim(string(one.ID), `"`)
		u, ok := s.uploaded(id)
		switch {
		case !ok || u.Page != p.id:
			return refuse("Param attached_media is invalid: no photo " + id + " of this page")
		case u.Used:
			return refuse("Photos were already posted.")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// newPhoto is POST {page}/photos with published=false: a picture that a later post may attach.
func (s *Sandbox) newPhoto(c graphCall, p *page) answer {
	switch {
	case c.q.Get("published") != "false" && c.q.Get("published") != "0":
		return invalid("Only published=false is simulated here.")
	case len(c.source) == 0:
		return graphError{status: 400, code: 324, message: "(#324) Requires upload file"}.answer()
	case len(c.source) > 10<<20:
		return invalid("The image is too large. Try to upload an image of at most 10 MB.")
	}
	if _, _, err := image.DecodeConfig(bytes.NewReader(c.source)); err != nil {
		return invalid("Invalid image: it is not JPEG, PNG or GIF.")
	}
	id := s.freeID(func(n int64) string { return "124" + five(p.place.code) + strconv.FormatInt(c.now+n, 10) })
	if err := s.keepUpload(upload{ID: id, Page: p.id, At: c.now}, c.source); err != nil {
		return graphError{status: 500, code: 1, message: err.Error()}.answer()
	}
	return ok(append(textField([]byte{'{'}, "id", id), '}'), p.id)
}

// notOurs refuses to touch a post that no app of ours made.
func notOurs() answer {
	return graphError{status: 403, code: 200, message: "(#200) This post wasn't created by the application"}.answer()
}

var success = []byte(`{"success":true}`)

// editPost is POST {post} with a new message.
func (s *Sandbox) editPost(c graphCall, p *page, id string) answer {
	m := s.published(id)
	words := strings.ReplaceAll(c.q.Get("message"), "\r\n", "\n")
	switch {
	case m == nil:
		return notOurs()
	case strings.TrimSpace(words) == "" || utf8.RuneCountInString(words) > longestMessage:
		return invalid("Param message is empty or too long")
	case words == m.words():
		return ok(success, p.id)
	}
	if err := s.amend(m, func(m *publication) { m.Wordings = append(m.Wordings, wording{c.now, words}) }); err != nil {
		return graphError{status: 500, code: 1, message: err.Error()}.answer()
	}
	return ok(success, p.id)
}

// deletePost is DELETE {post}.
func (s *Sandbox) deletePost(c graphCall, p *page, id string) answer {
	m := s.published(id)
	if m == nil {
		return notOurs()
	}
	if err := s.amend(m, func(m *publication) { m.Gone = max(1, c.now) }); err != nil {
		return graphError{status: 500, code: 1, message: err.Error()}.answer()
	}
	return ok(success, p.id)
}

// scheduled is GET {page}/scheduled_posts: what is to appear later.
func (s *Sandbox) scheduled(c graphCall, p *page) answer {
	fields, err := s.fieldsOf(c.q.Get("fields"))
	if err != nil {
		return graphError{status: 400, code: 2500, message: err.Error()}.answer()
	}
	if fields == nil {
		fields, _ = s.fieldsOf("created_time,message,id")
	}
	b := []byte(`{"data":[`)
	v := s.view.Load()
	for _, q := range v.postsOf(p) {
		if v.byID[q.id] == nil || q.dark || q.appears <= c.now || q.gone != 0 {
			continue
		}
		if b, err = s.writePost(next(b), q, fields, c); err != nil {
			return postError(err)
		}
	}
	return ok(append(b, "]}"...), p.id)
}

// postOf is a publication as a post of its page, with the numbers that posts of this page get.
func (s *Sandbox) postOf(p *page, m *publication) *post {
	q := &post{
		id: m.ID, page: p, created: m.Due, appears: max(m.Due, m.Shown), gone: m.Gone, text: m.Wordings[0].Text, genre: news,
		link: m.Link, photos: m.Photos, dark: m.Dark, pics: uint8(min(255, len(m.Photos))),
	}
	if n := len(m.Wordings); n > 1 {
		q.edited, q.editedAt, q.earlier = m.Wordings[n-1].Text, m.Wordings[n-1].At, m.Wordings[1:n-1]
	}
	q.form = formText
	original, _ := s.linked(m.Link)
	switch {
	case len(m.Photos) > 1:
		q.form = formAlbum
	case len(m.Photos) == 1:
		q.form = formPhoto
	case original != nil:
		q.form, q.parent = formShare, original
	case m.Link != "":
		q.form = formLink
	}
	h := history{seed: s.opt.Seed, anchor: m.Due + 100*day} // no bound of the weeks around the anchor is meant here
	h.number(q, throw(s.opt.Seed, 95, int64(p.index), m.Due))
	q.drop = 0
	return q
}
