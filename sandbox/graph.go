package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
)

// graphCall is one question to the Graph API, alone or inside a batch.
type graphCall struct {
	method  string
	path    string // without version: "me/accounts"
	version string
	q       url.Values
	token   string
	base    string // http://host
	now     int64
	source  []byte // the picture that came with the call
}

// writes says whether the call publishes or changes something, so that a fault must strike before it or after it.
func (c graphCall) writes() bool {
	return c.method != "GET" && c.method != "HEAD" && !strings.HasSuffix(c.path, "subscribed_apps")
}

// answer is what is sent back.
type answer struct {
	status int
	body   []byte
	page   string // the page whose quota the call is counted on
	header map[string]string
}

func ok(b []byte, page string) answer { return answer{status: 200, body: b, page: page} }

// secret makes an invented secret that is the same for each province of this seed.
func (s *Sandbox) secret(of ...string) string {
	m := hmac.New(sha256.New, []byte(strconv.FormatInt(s.opt.Seed, 10)+"/lantoa sandbox"))
	m.Write([]byte(strings.Join(of, "/")))
	return hex.EncodeToString(m.Sum(nil))[:32]
}

// graph answers one call.
func (s *Sandbox) graph(c graphCall) answer {
	id, edge, _ := strings.Cut(strings.Trim(c.path, "/"), "/")
	switch {
	case id == "debug_token":
		return s.debugToken(c)
	case id == "" && c.q.Get("ids") != "":
		return s.many(c)
	case id == "":
		return unknownPath(c.path)
	}
	if c.token == "" {
		if id == "me" {
			return graphError{status: 400, code: 2500, message: "An active access token must be used to query information about the current user."}.answer()
		}
		return graphError{status: 400, code: 104, message: "An access token is required to request this resource."}.answer()
	}
	own, system := s.tokens[c.token], c.token == s.Token()
	if own == nil && !system {
		return graphError{status: 400, code: 190, message: "Invalid OAuth access token - Cannot parse access token"}.answer()
	}
	if c.writes() {
		return s.publishCall(c, id, edge, own)
	}
	if id == "me" {
		switch {
		case own != nil:
			id = own.id
		case edge == "accounts":
			return s.accounts(c)
		case edge == "businesses":
			return ok([]byte(`{"data":[{"id":"`+businessID+`","name":"Hội LHPN tỉnh (mẫu)"}]}`), "")
		case edge == "assigned_pages":
			return ok([]byte(`{"data":[]}`), "")
		case edge == "permissions":
			b := []byte(`{"data":[`)
			for _, name := range scopes {
				b = append(textField(textField(append(next(b), '{'), "permission", name), "status", "granted"), '}')
			}
			return ok(append(b, "]}"...), "")
		case edge == "":
			b := textField([]byte{'{'}, "name", "Hội LHPN tỉnh (mẫu)")
			return ok(append(textField(b, "id", systemUser), '}'), "")
		default:
			return unknownPath("/me/" + edge)
		}
	}
	if id == systemUser && edge == "accounts" && system {
		return s.accounts(c)
	}
	if id == businessID && system {
		return s.businessPages(c, edge)
	}
	if p := s.byPage[id]; p != nil {
		return s.pageCall(c, p, edge, own)
	}
	if q := s.post(id); q != nil {
		return s.postCall(c, q, edge, own)
	}
	return gone(id)
}

// businessID is the portfolio that owns the pages.
const businessID = "188000000000000187"

// businessPages lists the pages that a portfolio owns and that are missing from the person's own list.
func (s *Sandbox) businessPages(c graphCall, edge string) answer {
	if edge == "client_pages" {
		return ok([]byte(`{"data":[]}`), "")
	}
	if edge != "owned_pages" {
		return unknownPath(c.path)
	}
	fields, err := s.fieldsOf(c.q.Get("fields"))
	if err != nil {
		return graphError{status: 400, code: 2500, message: err.Error()}.answer()
	}
	if fields == nil {
		fields, _ = s.fieldsOf("id,name")
	}
	b := []byte(`{"data":[`)
	for _, p := range s.pages {
		if _, unlisted := s.faults.stands("unlisted", p.id, c.now); !unlisted || !p.exists(c.now) {
			continue
		}
		if b, err = s.writePage(next(b), p, fields, c); err != nil {
			return badField(err.Error(), "Page")
		}
	}
	return ok(append(b, "]}"...), "")
}

// subscribedApps says whether the page's events come to our app, and notes when they are asked for.
func (s *Sandbox) subscribedApps(c graphCall, p *page) answer {
	switch c.method {
	case "POST":
		s.heard.Store(p.id, c.q.Get("subscribed_fields"))
		return ok([]byte(`{"success":true}`), p.id)
	case "DELETE":
		s.heard.Delete(p.id)
		return ok([]byte(`{"success":true}`), p.id)
	}
	fields, subscribed := s.heard.Load(p.id)
	if !subscribed {
		return ok([]byte(`{"data":[]}`), p.id)
	}
	b := []byte(`{"data":[{"category":"Business","name":"Lan tỏa (mẫu)","id":"` + s.AppID() + `","subscribed_fields":[`)
	for _, f := range strings.Split(fields.(string), ",") {
		b = quote(next(b), f)
	}
	return ok(append(b, "]}]}"...), p.id)
}

const systemUser = "122000000000000001"

// scopes are the permissions the app was granted; of those a page whose permission was removed has three.
var scopes = []string{"pages_show_list", "business_management", "pages_read_engagement", "pages_read_user_content", "read_insights", "pages_manage_posts", "public_profile"}

// pageCall answers a question about a page or one of its edges.
func (s *Sandbox) pageCall(c graphCall, p *page, edge string, own *page) answer {
	if a, bad := s.barred(c, p, own); bad {
		return a
	}
	switch edge {
	case "":
		return s.pageNode(c, p)
	case "scheduled_posts":
		return s.scheduled(c, p)
	case "published_posts", "posts", "feed":
		return s.postList(c, p, edge)
	case "insights":
		return s.pageInsights(c, p)
	case "subscribed_apps":
		return s.subscribedApps(c, p)
	case "video_reels", "tagged", "visitor_posts":
		return ok([]byte(`{"data":[]}`), p.id)
	}
	return graphError{status: 400, code: 100, message: "(#100) Tried accessing nonexisting field (" + edge + ") on node type (Page)"}.answer()
}

// barred says why the page cannot be read with this token now, if it cannot.
func (s *Sandbox) barred(c graphCall, p, own *page) (answer, bool) {
	if !p.exists(c.now) {
		return gone(p.id), true
	}
	if p.breakage != whole && c.now >= p.broken {
		return broken(p, c.now), true
	}
	if own != nil && own != p {
		return graphError{status: 400, code: 10, message: "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature. Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages and https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS for details."}.answer(), true
	}
	return answer{}, false
}

// many answers ids=A,B,C with an object keyed by id.
func (s *Sandbox) many(c graphCall) answer {
	ids := strings.Split(c.q.Get("ids"), ",")
	if len(ids) > 50 {
		return graphError{status: 400, code: 100, message: "(#100) Too many IDs. Maximum: 50. Provided: " + strconv.Itoa(len(ids)) + "."}.answer()
	}
	b := []byte{'{'}
	page := ""
	for _, id := range ids {
		one := c
		one.path, one.q = strings.TrimSpace(id), url.Values{"fields": c.q["fields"]}
		a := s.graph(one)
		if a.status != 200 {
			if strings.Contains(string(a.body), `"error_subcode":33`) {
				continue // what is gone is left out in silence
			}
			return a
		}
		page = a.page
		b = append(key(b, one.path), a.body...)
	}
	return ok(append(b, '}'), page)
}

// cursors of paging are opaque to the caller; ours hold where the piece ended.
func cursor(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "|"))) + "ZD"
}

func uncursor(s string) ([]string, bool) {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(s, "ZD"))
	if err != nil || !strings.HasSuffix(s, "ZD") {
		return nil, false
	}
	return strings.Split(string(b), "|"), true
}

// again is the address of the same question at another cursor, with the token in it, as in reality: a
// careful collector builds its own address instead.
func (c graphCall) again(path, name, value string) string {
	q := url.Values{}
	for k, v := range c.q {
		if k != "after" && k != "before" && k != "access_token" && k != "batch" {
			q[k] = v
		}
	}
	q.Set(name, value)
	return c.base + "/graph/" + c.version + "/" + path + "?access_token=" + url.QueryEscape(c.token) + "&pretty=0&" + q.Encode()
}

// limit reads the wanted size of a piece: 25 if none is named, at most 100.
func (c graphCall) limit() (int, *answer) {
	text := c.q.Get("limit")
	if text == "" {
		return 25, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		a := graphError{status: 400, code: 100, message: "(#100) Param limit must be a non-negative integer"}.answer()
		return 0, &a
	}
	if n > 100 {
		a := graphError{status: 400, code: 100, message: "(#100) Please reduce the limit: the limit must not exceed 100"}.answer()
		return 0, &a
	}
	return n, nil
}
