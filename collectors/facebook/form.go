package facebook

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/hoiphunu/lantoa"
)

type attachment struct {
	MediaType string `json:"media_type"`
	Type      string `json:"type"`
	Title     string `json:"title"`
	URL       string `json:"url"`
	Unshimmed string `json:"unshimmed_url"`
	Target    struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	} `json:"target"`
	Media struct {
		Image struct {
			Src string `json:"src"`
		} `json:"image"`
		Source string `json:"source"`
	} `json:"media"`
	Subattachments struct {
		Data []attachment `json:"data"`
	} `json:"subattachments"`
}

// form tells the type of a post, its media, and the post it shares, from its attachments. The list of
// attachment types is published nowhere: what is not known is Other, and never an error.
func (p *graphPost) form(post *lantoa.Post) {
	var a attachment
	if len(p.Attachments.Data) > 0 {
		a = p.Attachments.Data[0]
	}
	target := a.address()
	switch {
	case a.Type == "photo":
		post.Type, post.Media = lantoa.Photo, a.media("photo")
	case a.Type == "profile_media", a.Type == "cover_photo":
		post.Type, post.Decor, post.Media = lantoa.Photo, true, a.media("photo")
	case a.Type == "album", a.Type == "new_album":
		post.Type = lantoa.Album
		for _, child := range a.Subattachments.Data {
			post.Media = append(post.Media, child.media(child.kind())...)
		}
		if len(post.Media) == 0 {
			post.Media = a.media("photo")
		}
	case strings.HasPrefix(a.Type, "video"), a.Type == "animated_image_video":
		post.Type, post.Media = lantoa.Video, a.media("video")
	case a.Type == "share" && !isFacebook(target):
		post.Type, post.Media = lantoa.Link, a.media("link")
	case a.Type == "share":
		post.Type, post.Media = lantoa.Share, a.media("link")
		if post.Parent == "" {
			post.Parent = postOf(target)
		}
	case a.Type == "life_event": // dated by the event, which may be decades ago
		post.Type, post.Decor, post.Media = lantoa.Other, true, a.media("photo")
	case a.Type == "event":
		post.Type, post.Media = lantoa.Event, a.media("link")
	case a.Type != "":
		post.Type = lantoa.Other
	case p.StatusType == "added_photos":
		post.Type = lantoa.Photo
	case p.StatusType == "added_video":
		post.Type = lantoa.Video
	case p.StatusType == "created_event":
		post.Type = lantoa.Event
	case p.StatusType == "", p.StatusType == "mobile_status_update", p.StatusType == "wall_post":
		post.Type = lantoa.Text
	default:
		post.Type = lantoa.Other
	}
	if p.ParentID != "" || p.StatusType == "shared_story" {
		post.Type = lantoa.Share
	}
	if len(post.Media) == 0 && p.FullPicture != "" {
		post.Media = attachment{}.withImage(p.FullPicture).media("photo")
	}
}

// address is where the attachment leads, without Facebook's own detour.
func (a attachment) address() string {
	for _, s := range []string{a.Unshimmed, a.URL, a.Target.URL} {
		if s = direct(s); s != "" {
			return s
		}
	}
	return ""
}

func (a attachment) kind() string {
	if a.MediaType == "video" || strings.HasPrefix(a.Type, "video") {
		return "video"
	}
	return "photo"
}

func (a attachment) withImage(src string) attachment {
	a.Media.Image.Src = src
	return a
}

// media is the attachment as one picture, film or link; nothing when there is nothing to show or follow.
func (a attachment) media(kind string) []lantoa.Media {
	m := lantoa.Media{Kind: kind, Thumb: web(a.Media.Image.Src), Title: a.Title, ID: a.Target.ID}
	switch kind {
	case "photo":
		m.URL, m.Title = m.Thumb, ""
	case "video":
		if m.URL = web(a.Media.Source); m.URL == "" {
			m.URL = a.address()
		}
	default:
		m.URL = a.address()
	}
	if m.URL == "" && m.Thumb == "" {
		return nil
	}
	return []lantoa.Media{m}
}

// whole makes an address of facebook.com whole: reels come with a path only.
func whole(s string) string {
	if strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") {
		return "https://www.facebook.com" + s
	}
	return web(s)
}

// web lets addresses of the web through and nothing else: they come from strangers and become links.
func web(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// direct takes an address out of the detour l.facebook.com/l.php?u=….
func direct(s string) string {
	s = whole(s)
	if !strings.Contains(s, "facebook.com/l.php?") {
		return s
	}
	if u, err := url.Parse(s); err == nil && isFacebook(s) {
		return web(u.Query().Get("u"))
	}
	return s
}

func isFacebook(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return host == "facebook.com" || strings.HasSuffix(host, ".facebook.com") || host == "fb.com" || host == "fb.watch"
}

var postPath = regexp.MustCompile(`^/(\d+)/posts/(\d+)/?$`)

// postOf is the id of the post an address leads to, where the address spells out both halves of it. It
// serves only to link a share with its original, never as a key of a post of its own.
func postOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	if m := postPath.FindStringSubmatch(u.Path); m != nil {
		return m[1] + "_" + m[2]
	}
	return ""
}
