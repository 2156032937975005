package sandbox

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// postList is GET {page}/published_posts: newest first by the time the platform states, in pieces.
func (s *Sandbox) postList(c graphCall, p *page, edge string) answer {
	limit, bad := c.limit()
	if bad != nil {
		return *bad
	}
	fields, err := s.fieldsOf(c.q.Get("fields"))
	if err != nil {
		return graphError{status: 400, code: 2500, message: err.Error()}.answer()
	}
	if fields == nil {
		fields, _ = s.fieldsOf("created_time,message,id")
	}
	until, since := c.now+1, int64(0)
	if t, ok := moment(c.q.Get("until")); ok {
		until = min(until, t+1)
	}
	if t, ok := moment(c.q.Get("since")); ok {
		since = t
	}
	all := s.view.Load().postsOf(p)
	i := firstFrom(all, until)
	after := c.q.Get("after")
	if after != "" {
		parts, ok := uncursor(after)
		if !ok || len(parts) != 2 {
			return badCursor()
		}
		at, err := strconv.ParseInt(parts[0], 10, 64)
		if err != nil {
			return badCursor()
		}
		// An app may publish two in one second, so the mark is a post and not a moment.
		j := firstFrom(all, at)
		for k := j; k < len(all) && all[k].created == at; k++ {
			if all[k].short() == parts[1] {
				j = k
			}
		}
		i = min(i, j)
	}
	hidden := c.q.Get("include_hidden") == "true" || c.q.Get("include_hidden") == "1"
	visible := func(q *post) bool { return q.shown(c.now) || hidden && q.readable(c.now) }
	b := make([]byte, 0, 1024+limit*3000)
	b = append(b, `{"data":[`...)
	var first, last *post
	n := 0
	for i--; i >= 0 && n < limit; i-- {
		q := all[i]
		if q.created < since {
			i = -1
			break
		}
		if !visible(q) {
			continue
		}
		if b, err = s.writePost(next(b), q, fields, c); err != nil {
			return postError(err)
		}
		if first == nil {
			first = q
		}
		last = q
		n++
	}
	b = append(b, ']')
	more := false
	for ; i >= 0 && !more; i-- {
		if all[i].created < since {
			break
		}
		more = visible(all[i])
	}
	if n > 0 {
		mark := func(q *post) string { return cursor(strconv.FormatInt(q.created, 10), q.short()) }
		b = paging(b, c, p.id+"/"+edge, mark(first), mark(last), more, after != "")
	}
	return ok(append(b, '}'), p.id)
}

func postError(err error) answer {
	if a, ok := err.(nested); ok {
		return answer(a)
	}
	return badField(err.Error(), "PagePost")
}

// firstFrom is the index of the first post stated at second t or later.
func firstFrom(posts []*post, t int64) int {
	i, _ := slices.BinarySearchFunc(posts, t, func(q *post, t int64) int { return cmp.Compare(q.created, t) })
	return i
}

// moment reads Unix seconds or a date.
func moment(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	for _, layout := range []string{"2006-01-02", time.RFC3339, "2006-01-02T15:04:05-0700"} {
		if t, err := time.ParseInLocation(layout, s, pacific); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

// postCall answers a question about a post or its insights.
func (s *Sandbox) postCall(c graphCall, q *post, edge string, own *page) answer {
	if a, bad := s.barred(c, q.page, own); bad {
		return a
	}
	if !q.readable(c.now) {
		a := gone(q.id)
		a.page = q.page.id
		return a
	}
	switch edge {
	case "":
		fields, err := s.fieldsOf(c.q.Get("fields"))
		if err != nil {
			return graphError{status: 400, code: 2500, message: err.Error()}.answer()
		}
		if fields == nil {
			fields, _ = s.fieldsOf("created_time,message,id")
		}
		b, err := s.writePost(nil, q, fields, c)
		if err != nil {
			return postError(err)
		}
		return ok(b, q.page.id)
	case "insights":
		b, err := s.writePostInsights(nil, q, c.q.Get("metric"), nil, c)
		if err != nil {
			return postError(err)
		}
		return ok(b, q.page.id)
	}
	return badField(edge, "PagePost")
}

// short is the part of a post's id behind the page's.
func (p *post) short() string { return p.id[strings.IndexByte(p.id, '_')+1:] }

func (p *post) permalink() string {
	if p.form == formVideo {
		if p.created%3 == 0 {
			return "https://www.facebook.com/reel/" + p.short() + "/"
		}
		return "https://www.facebook.com/" + p.page.id + "/videos/" + p.short() + "/"
	}
	return "https://www.facebook.com/" + p.page.id + "/posts/" + p.short()
}

var statusTypes = map[form]string{
	formPhoto: "added_photos", formAlbum: "added_photos", formLink: "shared_story", formShare: "shared_story",
	formVideo: "added_video", formText: "mobile_status_update",
}

// writePost writes the asked fields of a post.
func (s *Sandbox) writePost(b []byte, q *post, fields []field, c graphCall) ([]byte, error) {
	n := s.numbers(q, c.now)
	b = append(b, '{')
	id := false
	for i := range fields {
		f := &fields[i]
		switch f.name {
		case "id":
			b, id = textField(b, f.as, q.id), true
		case "message":
			if m := q.message(c.now); m != "" {
				b = textField(b, f.as, m)
			}
		case "story":
			if q.form == formShare && q.link == "" {
				b = textField(b, f.as, q.page.name+" đã chia sẻ một bài viết.")
			}
		case "created_time":
			b = timeField(b, f.as, q.created)
		case "updated_time":
			b = timeField(b, f.as, q.updated(c.now))
		case "permalink_url":
			b = textField(b, f.as, q.permalink())
		case "status_type":
			b = textField(b, f.as, statusTypes[q.form])
		case "is_published":
			b = boolField(b, f.as, !q.dark && c.now >= q.created)
		case "is_hidden":
			b = boolField(b, f.as, q.hidden != 0 && c.now >= q.hidden)
		case "is_expired":
			b = boolField(b, f.as, false)
		case "full_picture":
			if u := q.picture(c.base, 0); u != "" {
				b = textField(b, f.as, u)
			}
		case "from":
			b = append(key(b, f.as), '{')
			b = append(textField(textField(b, "name", q.page.name), "id", q.page.id), '}')
		case "parent_id":
			if q.parent != nil && q.link == "" { // whoever gave a link cannot count on it
				b = textField(b, f.as, q.parent.id)
			}
		case "message_tags", "to":
		case "shares":
			if n.shares > 0 {
				b = append(numberField(append(key(b, f.as), '{'), "count", n.shares), '}')
			}
		case "reactions", "likes":
			count := n.reactions
			if kind := f.mods["type"]; kind != "" && kind != "NONE" {
				k := slices.Index(reactionKinds[:], kind)
				if k < 0 {
					return b, nested(graphError{status: 400, code: 100, message: "(#100) Param type must be one of {NONE, LIKE, LOVE, WOW, HAHA, SAD, ANGRY, THANKFUL, PRIDE, CARE, FIRE, HUNDRED}"}.answer())
				}
				count = n.byKind[k]
			} else if f.name == "likes" {
				count = n.byKind[0]
			}
			b = append(key(b, f.as), `{"data":[]`...)
			if _, ok := f.mods["summary"]; ok {
				b = append(numberField(append(b, `,"summary":{`...), "total_count", count), '}')
			}
			b = append(b, '}')
		case "comments":
			b = append(key(b, f.as), `{"data":[]`...)
			if _, ok := f.mods["summary"]; ok {
				b = numberField(append(b, `,"summary":{"order":"ranked"`...), "total_count", n.comments)
				b = append(b, `,"can_comment":true}`...)
			}
			b = append(b, '}')
		case "attachments":
			b = q.writeAttachments(b, f, c)
		case "insights":
			var err error
			if b, err = s.writePostInsights(key(b, f.as), q, f.mods["metric"], f.sub, c); err != nil {
				return b, err
			}
		default:
			return b, unknownField(f.name)
		}
	}
	if !id {
		b = textField(b, "id", q.id)
	}
	return append(b, '}'), nil
}

// picture is the address of the post's k-th picture, "" if it has none. Like the real ones it carries a
// signature and an end.
func (p *post) picture(base string, k int) string {
	switch p.form {
	case formText:
		return ""
	case formShare:
		if p.parent == nil {
			return ""
		}
		return p.parent.picture(base, k)
	}
	if k < len(p.photos) {
		return base + "/media/" + p.photos[k] + ".jpg?oe=" + strconv.FormatInt(p.created+40*day, 16)
	}
	return base + "/media/" + p.short() + "n" + strconv.Itoa(k) + ".jpg?oe=" + strconv.FormatInt(p.created+40*day, 16)
}

// writeAttachments writes the one attachment a post has, if it has one.
func (p *post) writeAttachments(b []byte, f *field, c graphCall) []byte {
	src := p
	if p.form == formShare {
		src = p.parent
	}
	if p.form == formText || src == nil {
		return b
	}
	want := func(name string) bool { return wants(f.sub, name) }
	b = append(key(b, f.as), `{"data":[{`...)
	coarse, fine, title, url := "photo", "photo", "", "https://www.facebook.com/photo.php?fbid="+src.short()
	shim := ""
	switch src.form {
	case formAlbum:
		coarse, fine, title, url = "album", "album", "Ảnh từ bài viết của "+src.page.name, "https://www.facebook.com/media/set/?set=pcb."+src.short()
	case formVideo:
		coarse, fine, url = "video", "video_inline", src.permalink()
	case formLink:
		coarse, fine, title = "link", "share", clip(src.text, 60)
		if src.link != "" {
			shim = src.link
		} else if i := strings.Index(src.text, "https://"); i >= 0 {
			shim, _, _ = strings.Cut(src.text[i:], "\n")
			shim, _, _ = strings.Cut(shim, " ")
		}
		url = "https://l.facebook.com/l.php?u=" + strings.NewReplacer(":", "%3A", "/", "%2F").Replace(shim) + "&h=AT0FAKE"
	case formText:
		coarse, fine = "share", "share"
	}
	if p.form == formShare {
		fine, title, url, shim = "share", src.page.name, src.permalink(), src.permalink()
	}
	if want("media_type") {
		b = textField(b, "media_type", coarse)
	}
	if want("type") {
		b = textField(b, "type", fine)
	}
	if want("title") && title != "" {
		b = textField(b, "title", title)
	}
	if want("description") && p.form == formShare {
		b = textField(b, "description", src.message(c.now))
	}
	if want("url") {
		b = textField(b, "url", url)
	}
	if want("unshimmed_url") && shim != "" {
		b = textField(b, "unshimmed_url", shim)
	}
	if want("target") {
		b = append(key(b, "target"), '{')
		if (src.form != formLink || p.form == formShare) && p.link == "" {
			b = textField(b, "id", src.short())
		}
		b = append(textField(b, "url", url), '}')
	}
	if want("media") && src.form != formText {
		b = src.writeImage(key(b, "media"), c.base, 0)
	}
	if want("subattachments") && src.pics > 1 {
		b = append(key(b, "subattachments"), `{"data":[`...)
		for k := range int(src.pics) {
			b = src.writeImage(key(append(next(b), '{'), "media"), c.base, k)
			id := src.short() + strconv.Itoa(k)
			one := "https://www.facebook.com/photo.php?fbid=" + id + "&set=pcb." + src.short() + "&type=3"
			b = append(key(b, "target"), '{')
			b = append(textField(textField(b, "id", id), "url", one), '}')
			b = append(textField(textField(b, "type", "photo"), "url", one), '}')
		}
		b = append(b, "]}"...)
	}
	return append(b, "}]}"...)
}

func (p *post) writeImage(b []byte, base string, k int) []byte {
	b = append(b, `{"image":{"height":540`...)
	b = append(textField(b, "src", p.picture(base, k)), `,"width":720}`...)
	if p.form == formVideo {
		b = textField(b, "source", "https://video.xx.fbcdn.invalid/"+p.short()+".mp4")
	}
	return append(b, '}')
}
