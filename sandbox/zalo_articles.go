package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// An article is still being made for the first two looks at it, or for a minute when nobody looks: a look is a
	// question after its token, or a list of articles.
	firstLooks  = 2
	articleTime = int64(60)
	oaFollowers = 18742 // at the anchor
)

// article is one of the account's articles. All moments are Unix seconds, 0 for never.
type article struct {
	ID    string        `json:"id"`
	At    int64         `json:"at"`              // when the call that created it came
	Live  int64         `json:"live,omitempty"`  // when it was made
	Gone  int64         `json:"gone,omitempty"`  // removed, or never made
	Forms []articleForm `json:"forms,omitempty"` // oldest first; there is always one
}

func (a *article) form() articleForm { return a.Forms[len(a.Forms)-1] }

// articleForm is what an article looks like.
type articleForm struct {
	ID          string          `json:"id,omitempty"` // of the article to be updated
	Type        string          `json:"type"`
	Title       string          `json:"title"`
	Author      string          `json:"author"`
	Description string          `json:"description"`
	Cover       articleCover    `json:"cover"`
	Body        []articlePart   `json:"body"`
	Status      string          `json:"status"`
	Comment     string          `json:"comment"`
	Related     json.RawMessage `json:"related_medias,omitempty"`
}

type articleCover struct {
	Type   string `json:"cover_type"`
	Photo  string `json:"photo_url"`
	Status string `json:"status"`
}

type articlePart struct {
	Type    string `json:"type"`
	Content string `json:"content,omitempty"`
	URL     string `json:"url,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// words are the texts of the body, and pictures how many it has with its cover.
func (f articleForm) words() string {
	var all []string
	for _, p := range f.Body {
		if p.Type == "text" {
			all = append(all, p.Content)
		}
	}
	return strings.Join(all, "\n")
}

func (f articleForm) pictures() int {
	n := 1
	for _, p := range f.Body {
		if p.Type == "image" {
			n++
		}
	}
	return n
}

// submission is an article, new or changed, that Zalo has taken and is still making.
type submission struct {
	Token   string      `json:"token"`
	Article string      `json:"article"`
	Form    articleForm `json:"form"`
	At      int64       `json:"at"`
	Looks   int         `json:"looks,omitempty"`
	Done    bool        `json:"done,omitempty"`
	Failed  bool        `json:"failed,omitempty"`
}

var (
	articleFailed  = zaloAnswer(-200, "create media fail", noPayload)
	articleInWork  = zaloAnswer(-214, "Article is being processed", noPayload)
	articleUnknown = zaloAnswer(-201, "id is invalid!", noPayload)
)

// articlePost answers create, verify, update and remove.
func (s *Sandbox) articlePost(c zaloCall) []byte {
	switch c.path {
	case "/v2.0/article/create", "/v2.0/article/update":
		return s.submit(c)
	case "/v2.0/article/verify":
		return s.verify(c)
	case "/v2.0/article/remove":
		a := s.article(c.body.ID)
		if a == nil || a.Gone != 0 || a.Live == 0 {
			return articleUnknown
		}
		changed := *a
		changed.Gone = max(1, c.now)
		if err := s.state.change(func(k *kept) { k.Articles[slices.Index(k.Articles, a)] = &changed }); err != nil {
			return zaloAnswer(-200, err.Error(), noPayload)
		}
		return zaloAnswer(0, "Success", noPayload)
	}
	return zaloAnswer(-201, "path is invalid!", noPayload)
}

// article finds an article by its id. The desk is held.
func (s *Sandbox) article(id string) *article {
	i := slices.IndexFunc(s.state.kept.Articles, func(a *article) bool { return a.ID == id })
	if i < 0 {
		return nil
	}
	return s.state.kept.Articles[i]
}

// submit takes an article to be made, new or changed, and answers with a token.
func (s *Sandbox) submit(c zaloCall) []byte {
	var f articleForm
	if err := json.Unmarshal(c.raw, &f); err != nil {
		return zaloAnswer(-201, "Body is invalid: "+err.Error(), noPayload)
	}
	if bad := f.check(); bad != nil {
		return bad
	}
	sub := &submission{Article: f.ID, Form: f, At: c.now}
	fresh := c.path == "/v2.0/article/create"
	var a *article
	if fresh {
		if s.articlesThisMonth(c.now) >= s.opt.Articles {
			return zaloAnswer(-223, "Your OA has reach the limit quota create article", noPayload)
		}
		f.ID = ""
		sub.Form.ID = ""
		sub.Article = s.freeID(func(n int64) string { return "39c0" + hex16(c.now*1000+n) })
		a = &article{ID: sub.Article, At: c.now, Forms: []articleForm{f}}
	} else if old := s.article(f.ID); old == nil || old.Live == 0 || old.Gone != 0 {
		return articleUnknown
	}
	sub.Token = "mau-article-token-" + s.secret("article", sub.Article, strconv.Itoa(len(s.state.kept.Submissions)))
	err := s.state.change(func(k *kept) {
		k.Submissions = append(k.Submissions, sub)
		if fresh {
			k.Articles = append(k.Articles, a)
		}
	})
	if err != nil {
		return zaloAnswer(-200, err.Error(), noPayload)
	}
	return zaloOK(append(textField([]byte{'{'}, "token", sub.Token), '}'))
}

func hex16(n int64) string {
	text := strconv.FormatInt(n, 16)
	return strings.Repeat("0", max(0, 16-len(text))) + text
}

// check is what Zalo refuses at once; nil when there is nothing.
func (f *articleForm) check() []byte {
	wrong := func(field string) []byte { return zaloAnswer(-201, field+" is invalid!", noPayload) }
	length := func(text string) int { return utf8.RuneCountInString(norm.NFC.String(text)) }
	switch {
	case f.Type != "normal":
		return wrong("type")
	case strings.TrimSpace(f.Title) == "" || length(f.Title) > 150:
		return wrong("title")
	case length(f.Author) > 50:
		return wrong("author")
	case length(f.Description) > 300:
		return wrong("description")
	case f.Cover.Type != "photo" || f.Cover.Photo == "" || f.Cover.Status != "show" && f.Cover.Status != "hide":
		return articleFailed
	case len(f.Body) == 0:
		return wrong("body")
	case f.Status != "" && f.Status != "show" && f.Status != "hide":
		return wrong("status")
	}
	for _, p := range f.Body {
		if !slices.Contains([]string{"text", "image", "video", "product"}, p.Type) || p.Type == "text" && p.Content == "" || p.Type == "image" && p.URL == "" {
			return wrong("body")
		}
	}
	if f.Status == "" {
		f.Status = "hide"
	}
	if f.Comment == "" {
		f.Comment = "show"
	}
	return nil
}

// articlesThisMonth counts those that were created in the calendar month of second now and did not fail.
func (s *Sandbox) articlesThisMonth(now int64) int {
	month := func(t int64) string { return time.Unix(t, 0).In(Zone).Format("2006-01") }
	n := 0
	for _, a := range s.state.kept.Articles {
		if month(a.At) == month(now) && (a.Live != 0 || a.Gone == 0) {
			n++
		}
	}
	return n
}

// verify says how far the making of an article has come.
func (s *Sandbox) verify(c zaloCall) []byte {
	find := func() *submission {
		i := slices.IndexFunc(s.state.kept.Submissions, func(sub *submission) bool { return sub.Token == c.body.Token })
		if i < 0 {
			return nil
		}
		return s.state.kept.Submissions[i]
	}
	sub := find()
	if sub == nil {
		return zaloAnswer(-201, "token is invalid!", noPayload)
	}
	if err := s.ripen(sub, c.now); err != nil {
		return zaloAnswer(-200, err.Error(), noPayload)
	}
	switch sub = find(); {
	case sub.Failed:
		return articleFailed
	case !sub.Done:
		return articleInWork
	}
	return zaloOK(append(textField([]byte{'{'}, "id", sub.Article), '}'))
}

// ripen looks at what is being made, and finishes it when it was looked at often enough. Its cover is fetched then.
func (s *Sandbox) ripen(sub *submission, now int64) error {
	if sub.Done || sub.Failed {
		return nil
	}
	next := *sub
	next.Looks++
	ready := next.Looks > firstLooks || now >= sub.At+articleTime
	if ready {
		next.Failed = fetchCover(sub.Form.Cover.Photo) != nil
		next.Done = !next.Failed
	}
	return s.state.change(func(k *kept) {
		k.Submissions[slices.Index(k.Submissions, sub)] = &next
		if !ready {
			return
		}
		i := slices.IndexFunc(k.Articles, func(a *article) bool { return a.ID == sub.Article })
		a := *k.Articles[i]
		switch {
		case a.Live == 0 && next.Failed:
			a.Gone = max(1, now)
		case a.Live == 0:
			a.Live = max(1, now)
		case next.Done:
			a.Forms = append(slices.Clone(a.Forms), sub.Form)
		}
		k.Articles[i] = &a
	})
}

// fetchCover fetches a cover as Zalo does: from a public https address, a picture of at most 1 MB. On this machine
// plain http will do.
func fetchCover(address string) error {
	if strings.HasPrefix(address, articlePhoto("")) {
		return nil // our own copy, which a changed article keeps
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "https" && !(u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())) {
		return errors.New("not https")
	}
	client := http.Client{Timeout: 5 * time.Second}
	r, err := client.Get(address)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(io.LimitReader(r.Body, 1<<20+1))
	if err != nil {
		return err
	}
	if r.StatusCode != http.StatusOK || !smallPicture(b) {
		return errors.New("no picture that Zalo takes")
	}
	return nil
}

// articleCall answers the list of articles and the one article.
func (s *Sandbox) articleCall(c zaloCall) []byte {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for _, sub := range s.state.kept.Submissions {
		if err := s.ripen(sub, c.now); err != nil {
			return zaloAnswer(-200, err.Error(), noPayload)
		}
	}
	if c.path == "/v2.0/article/getdetail" {
		a := s.article(c.q("id"))
		if a == nil || a.Live == 0 || a.Gone != 0 {
			return articleUnknown
		}
		return zaloOK(a.detail())
	}
	offset, limit := atoi(c.q("offset"), 0), atoi(c.q("limit"), 10)
	switch {
	case c.q("type") != "normal" && c.q("type") != "video":
		return zaloAnswer(-201, "type accept only 2 value normal and video", noPayload)
	case offset < 0 || limit < 0:
		return zaloAnswer(-201, "offset or limit is invalid!", noPayload)
	case limit > 10:
		return tooMany
	}
	var all []*article
	for _, a := range slices.Backward(s.state.kept.Articles) {
		if a.Live != 0 && a.Live <= c.now && a.Gone == 0 && c.q("type") == "normal" {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(a, b *article) int { return int(b.At - a.At) })
	b := []byte(`{"medias":[`)
	for i := offset; i < len(all) && i < offset+limit; i++ {
		b = s.articleCard(next(b), all[i], c.now)
	}
	return zaloOK(append(numberField(append(b, ']'), "total", len(all)), '}'))
}

func (s *Sandbox) articleCard(b []byte, a *article, now int64) []byte {
	f := a.form()
	views := s.articleViews(a, now)
	b = textField(append(b, '{'), "id", a.ID)
	b = textField(textField(b, "type", f.Type), "title", f.Title)
	b = numberField(numberField(textField(b, "status", f.Status), "total_view", views), "total_share", views/38)
	b = numberField(numberField(b, "create_date", int(a.At*1000)), "update_date", int(a.Live*1000))
	link := ""
	if f.Status == "show" {
		link = articleLink(a.ID)
	}
	return append(textField(textField(b, "thumb", articlePhoto(a.ID)), "link_view", link), '}')
}

func articleLink(id string) string  { return "https://post.oa.zalo.me/d/mau?id=" + id }
func articlePhoto(id string) string { return "https://zalo-article-photo.zadn.vn/" + id }

// articleViews are how often an article was opened: by a few followers in a hundred, and by one in eight of those to
// whom it was broadcast. One that is hidden is opened by nobody.
func (s *Sandbox) articleViews(a *article, now int64) int {
	if a.form().Status != "show" {
		return 0
	}
	at, _ := strconv.ParseInt(strings.TrimPrefix(a.ID, "39c0"), 16, 64)
	d := throw(s.opt.Seed, 97, at)
	tau := float64(d.between(14, 26)) * float64(hour)
	views := d.lognormal(oaFollowers*0.03, 0.5) * growth(now-a.Live, tau, false)
	for _, m := range s.state.kept.Published {
		if m.Means == "broadcast" && m.Link == a.ID {
			views += oaFollowers / 8 * growth(now-m.At, tau, false)
		}
	}
	return int(views)
}

// detail is an article as getdetail has it.
func (a *article) detail() []byte {
	f := a.form()
	f.Cover.Photo = articlePhoto(a.ID)
	if f.Related == nil {
		f.Related = json.RawMessage("[]")
	}
	b, err := json.Marshal(struct {
		articleForm
		ID   string            `json:"id"`
		Cite map[string]string `json:"cite"`
	}{f, a.ID, map[string]string{"url": "", "lablel": ""}})
	if err != nil {
		panic(err) // it was JSON when it came
	}
	return b
}

// broadcast sends an article to the account's followers: by day only, once a day.
func (s *Sandbox) broadcast(c zaloCall) []byte {
	at := c.body.Message.Attachment
	if c.body.Recipient.Target == nil || at == nil || at.Type != "template" || at.Payload.Template != "media" ||
		len(at.Payload.Elements) != 1 || at.Payload.Elements[0].Media != "article" {
		return zaloAnswer(-201, "recipient or message is invalid!", noPayload)
	}
	a := s.article(at.Payload.Elements[0].ID)
	if a == nil || a.Live == 0 || a.Gone != 0 || a.form().Status != "show" {
		return zaloAnswer(-201, "attachment_id is invalid!", noPayload)
	}
	now := time.Unix(c.now, 0).In(Zone)
	if now.Hour() < 6 || now.Hour() >= 22 {
		return zaloAnswer(-234, "This message cannot be sent at night (10:00PM - 6:00AM)", noPayload)
	}
	for _, m := range s.state.kept.Published {
		if m.Means == "broadcast" && time.Unix(m.At, 0).In(Zone).Format(time.DateOnly) == now.Format(time.DateOnly) {
			return zaloAnswer(-211, "Out of quota", noPayload)
		}
	}
	m := &publication{Means: "broadcast", Channel: zaloOAID, Wordings: []wording{{c.now, a.form().Title}}, Link: a.ID, At: c.now, Due: c.now}
	m.ID = s.freeID(func(n int64) string { return "ec1c" + hex16(c.now*1000+n) })
	if err := s.publish(m); err != nil {
		return zaloAnswer(-200, "Send message failed", noPayload)
	}
	return zaloOK(append(textField([]byte{'{'}, "message_id", m.ID), '}'))
}

var addresses = regexp.MustCompile(`https://[^\s"'<>]+`)

// publishedArticles are the articles for the judge. The desk is held.
func (s *Sandbox) publishedArticles() (all []PublishedItem) {
	for _, a := range s.state.kept.Articles {
		f := a.form()
		first := a.Forms[0]
		one := PublishedItem{
			Platform: "zalo", Means: "article", Channel: zaloOAID, ID: a.ID, Title: f.Title, Words: f.words(), Link: addresses.FindString(f.words()),
			Pictures: f.pictures(), At: time.Unix(a.At, 0).UTC(), Removed: a.Gone != 0, Edits: len(a.Forms) - 1,
		}
		one.Key = keyOf("zalo", "article", zaloOAID, first.Title, first.words(), addresses.FindString(first.words()))
		all = append(all, one)
	}
	return all
}
