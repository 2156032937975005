package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
)

// passPage answers: in which words, where and when do we pass this story on?
type passPage struct {
	Page
	ID                            lantoa.StoryID
	Who, Headline, StoryURL, Back string
	Original                      string
	Locked, LockedURL, LockedLink string // why nothing can be prepared yet, and the way out
	AskConsent                    bool
	Consent                       string // who said that consent was given, and when
	Draft                         string // since when the words lie here
	KeepName                      string
	F                             passForm
	Credit                        string
	Templates                     []Option
	Channels                      []passChannel
	Article                       bool // one of the channels takes articles, which have a title
	Others                        string
	Photos                        []passPhoto
	Best                          bestBox
	Preview                       passPreview
	Errors                        map[string]string // by the field's name
	Second                        string
	Go                            string
}

// passForm is what the screen holds. Its fields are those of the draft.
type passForm struct {
	Key                                 string // a second press is the same reshare
	Template, Title, Long, Short, Query string
	Later                               bool
	At                                  string // as a browser writes a local time
	Channels                            []lantoa.ChannelID
	Pictures                            []int
}

// passChannel is a channel that the story may be passed on through.
type passChannel struct {
	lantoa.Channel
	KindWord, Can, Why string
	Means              lantoa.Means
	On                 bool
	Has                string // it stands or waits there already
}

type passPhoto struct {
	N       int
	Picture Picture
	On      bool
}

// passPreview is how the words will look.
type passPreview struct {
	Page
	Facebook, Zalo mock
	Saved          string
}

// mock is a post as a platform shows it.
type mock struct {
	Name, Letter, Title string
	Shown, Hidden       string
	Count               string
	Pictures            []Picture
	Card                *linkCard
}

type linkCard struct {
	Picture           Picture
	Site, Title, Text string
}

// bestBox is when the followers of a page react.
type bestBox struct {
	Title string
	Strip template.HTML
	Word  string // the suggestion, or why there is none
	Value string // as the field takes it
}

const (
	passMax       = 1 << 20 // the longest words of a platform, three bytes a letter, each escaped
	longestWords  = 64_000
	channelsFound = 12
	bestWeeks     = 26
)

// mayPass says whether somebody passes stories on at all.
func mayPass(u lantoa.User) bool { return u.May(lantoa.Publish, u.Unit.Path) }

// MayPass says whether the reader passes stories on.
func (p Page) MayPass() bool { return mayPass(p.User) }

func passURL(id lantoa.StoryID) string { return "/cau-chuyen/" + string(id) + "/lan-toa" }

// readPass reads the screen's form; what is no channel, picture or key is left out.
func readPass(f url.Values) passForm {
	text := func(name string, most int) string {
		return lantoa.Cut(strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n")), most)
	}
	out := passForm{
		Key: f.Get("ma"), Template: text("mau", 40), Title: text("tieu_de", 400), Long: text("loi_dai", longestWords), Short: text("loi_ngan", longestWords),
		Query: text("tim", 80), Later: f.Get("khi") == "hen", At: text("luc", 20),
	}
	for _, id := range first(f["kenh"], 60) {
		if lantoa.ValidID(id) && !slices.Contains(out.Channels, lantoa.ChannelID(id)) {
			out.Channels = append(out.Channels, lantoa.ChannelID(id))
		}
	}
	for _, x := range first(f["anh"], 20) {
		if n, err := strconv.Atoi(x); err == nil && n >= 0 && n < 100 {
			out.Pictures = append(out.Pictures, n)
		}
	}
	return out
}

// values are the form as a draft keeps it: without the key, which belongs to one sending off.
func (f passForm) values() map[string][]string {
	out := map[string][]string{"mau": {f.Template}, "tieu_de": {f.Title}, "loi_dai": {f.Long}, "loi_ngan": {f.Short}, "tim": {f.Query}, "luc": {f.At}, "khi": {"ngay"}, "kenh": {}, "anh": {}}
	if f.Later {
		out["khi"] = []string{"hen"}
	}
	for _, id := range f.Channels {
		out["kenh"] = append(out["kenh"], string(id))
	}
	for _, n := range f.Pictures {
		out["anh"] = append(out["anh"], strconv.Itoa(n))
	}
	return out
}

// passStory is the story of the address, for somebody who passes stories on and may see it.
func (s *Server) passStory(r *http.Request) (lantoa.Story, error) {
	who := visitorOf(r).user
	story, err := id(r, "story")
	if err != nil {
		return lantoa.Story{}, err
	}
	st, err := s.Store.Story(r.Context(), lantoa.StoryID(story))
	if err != nil {
		return st, err
	}
	if !mayPass(who) {
		return st, lantoa.Problem(lantoa.Forbidden, "reshare", "")
	}
	return st, seen(who, st.First, public(st.State))
}

func (s *Server) showPass(w http.ResponseWriter, r *http.Request) error {
	st, err := s.passStory(r)
	if err != nil {
		return err
	}
	p, err := s.pass(r.Context(), s.passFrame(r, st), st, nil)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "pass", p)
}

func (s *Server) passFrame(r *http.Request, st lantoa.Story) passPage {
	p := passPage{Page: s.page(r, "stories", "reshare.prepare"), ID: st.ID, Who: st.First.UnionName(), StoryURL: "/cau-chuyen/" + string(st.ID), Errors: map[string]string{}}
	p.Sheet = "pass.css"
	p.Headline, p.Back = titleOf(p.Page, st), passURL(st.ID)
	p.KeepName = "lan-toa-" + string(st.ID)
	return p
}

// lock says why a story cannot be passed on yet.
func (p *passPage) lock(st lantoa.Story) {
	decides := p.User.May(lantoa.Decide, st.First.Path)
	switch given, is := st.Consented(); {
	case st.Withdrawn || st.Lead.Removed():
		p.Locked, p.LockedURL, p.LockedLink = p.T("story.withdrawn"), p.StoryURL, p.T("reshare.to_story")
	case !public(st.State):
		p.Locked, p.LockedURL, p.LockedLink = p.T("reshare.not_chosen"), p.StoryURL, p.T("reshare.to_story")
	case st.Restricted && !is:
		p.Locked, p.AskConsent = p.T("story.consent_missing"), decides
		if !decides {
			p.Locked = p.T("reshare.consent_other")
		}
	case st.Restricted:
		p.Consent = p.T("story.consent_given", "name", given.ByName, "time", p.DateTime(given.At))
	}
}

// pass fills the screen: from f where it was sent, else from the draft, else as it is proposed.
func (s *Server) pass(ctx context.Context, p passPage, st lantoa.Story, f *passForm) (passPage, error) {
	if p.lock(st); p.Locked != "" {
		return p, nil
	}
	p.Credit, p.Original = lantoa.CreditOf(st.First), original(st.Lead.Permalink)
	templates, err := s.Store.Templates(ctx, p.User.Unit.Path, p.Now)
	if err != nil {
		return p, err
	}
	switch {
	case f != nil:
		p.F = *f
	default:
		d, err := s.Store.Draft(ctx, st.ID, p.User.ID)
		if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
			return p, err
		}
		if err == nil && len(d.Form) > 0 {
			p.F, p.Draft = readPass(d.Form), p.T("reshare.draft_of", "time", p.DateTime(d.SavedAt))
		} else {
			proposed := reshare.Propose(st, nil)
			p.F = passForm{Title: proposed.Title, Long: proposed.Long, Short: proposed.Short}
		}
	}
	if !lantoa.ValidID(p.F.Key) {
		p.F.Key = lantoa.NewID(s.Now())
	}
	p.Templates = []Option{{Value: "", Name: p.T("reshare.no_template")}}
	for _, t := range templates {
		p.Templates = append(p.Templates, Option{Value: t.ID, Name: t.Name, On: t.ID == p.F.Template})
	}
	if err := s.passChannels(ctx, &p, st, f == nil && p.Draft == ""); err != nil {
		return p, err
	}
	had, err := s.photos(ctx, p.Page, []lantoa.Measured{st.Lead})
	if err != nil {
		return p, err
	}
	for _, n := range first(slices.Sorted(slices.Values(had.of[st.Lead.ID])), 10) {
		p.Photos = append(p.Photos, passPhoto{N: n, Picture: Picture{Photo: photoURL(st.Lead.ID, n), Alt: had.alt(st.Lead, n)}, On: slices.Contains(p.F.Pictures, n)})
	}
	if err := s.best(ctx, &p); err != nil {
		return p, err
	}
	p.Preview = p.preview(st, had)
	if p.Go = p.T("reshare.go"); s.Rule.Second {
		p.Second, p.Go = p.T("reshare.second"), p.T("reshare.go_second")
	}
	return p, nil
}

// passChannels lists the channels of the person's own unit, those that were chosen, and those that were looked for.
func (s *Server) passChannels(ctx context.Context, p *passPage, st lantoa.Story, fresh bool) error {
	no := false
	all, err := s.Store.Channels(ctx, p.User.Scope(), store.ChannelFilter{Archived: &no})
	if err != nil {
		return err
	}
	had, err := s.Store.ResharesOf(ctx, st.ID)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(ch lantoa.Channel) bool {
		return kindRank(ch.Kind) < 0 || !p.User.May(lantoa.Publish, ch.Unit.Path)
	})
	slices.SortStableFunc(all, func(a, b lantoa.Channel) int {
		return cmp.Or(cmp.Compare(strings.Count(a.Unit.Path, "."), strings.Count(b.Unit.Path, ".")), cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)))
	})
	asked, found, shown := viet.Bare(p.F.Query), 0, 0
	for _, ch := range all {
		on := slices.Contains(p.F.Channels, ch.ID)
		own := ch.Unit.ID == p.User.Unit.ID || len(all) <= 8
		if hit := asked != "" && strings.Contains(viet.Bare(ch.Name+" "+ch.Unit.Name), asked); hit && !own && !on {
			if found++; found > channelsFound {
				continue
			}
		} else if !own && !on {
			continue
		}
		x, err := s.passChannel(ctx, p.Page, ch, had)
		if err != nil {
			return err
		}
		x.On = on
		if fresh && ch.Unit.ID == p.User.Unit.ID && ch.Kind == lantoa.FacebookPage && len(p.F.Channels) == 0 && x.Has == "" {
			x.On, p.F.Channels = true, []lantoa.ChannelID{ch.ID}
		}
		p.Article = p.Article || x.Means == lantoa.ViaArticle
		p.Channels = append(p.Channels, x)
		shown++
	}
	switch {
	case asked != "" && found == 0:
		p.Others = p.T("reshare.none_found", "q", p.F.Query)
	case found > channelsFound:
		p.Others = p.T("reshare.more_found", "n", found-channelsFound)
	case len(all) > shown:
		p.Others = p.T("reshare.others", "n", len(all)-shown)
	}
	return nil
}

// kindRank orders the kinds of channels that something can be passed on through; below 0 the others.
func kindRank(k lantoa.ChannelKind) int {
	return slices.Index([]lantoa.ChannelKind{lantoa.FacebookPage, lantoa.ZaloOA, lantoa.ZaloGroup, lantoa.Website}, k)
}

func (s *Server) passChannel(ctx context.Context, p Page, ch lantoa.Channel, had []lantoa.Reshare) (passChannel, error) {
	means, why := s.means(ctx, ch)
	x := passChannel{Channel: ch, KindWord: p.Channel(ch.Kind), Means: means, Can: p.T("reshare.can." + string(means))}
	if why != nil {
		x.Why = p.Happened(why, ch.Kind)
	}
	for _, r := range had {
		if r.Channel == ch.ID && r.Means != lantoa.ViaBroadcast && r.State != lantoa.ReshareFailed && r.State != lantoa.ReshareCancelled {
			x.Has = p.T("reshare.has", "state", p.T("reshare.state."+string(stateOf(r))))
		}
	}
	return x, nil
}

// means is what can be done with a channel: by hand where nothing else is known.
func (s *Server) means(ctx context.Context, ch lantoa.Channel) (lantoa.Means, *lantoa.Trouble) {
	if s.Means == nil {
		return lantoa.ViaHand, nil
	}
	return s.Means(ctx, ch)
}

// wordsFor are the words that a channel takes, and the field they stand in.
func (f passForm) wordsFor(k lantoa.ChannelKind) (text, field string) {
	if k == lantoa.ZaloGroup {
		return f.Short, "loi_ngan"
	}
	return f.Long, "loi_dai"
}

func (p passPage) preview(st lantoa.Story, had photos) passPreview {
	v := passPreview{Page: p.Page}
	card := &linkCard{Picture: had.first(picture(st.Topics, string(st.ID)), st.Lead), Title: lantoa.Cut(p.Headline, 90), Text: lantoa.Cut(opening(st.Lead.Text), 110)}
	if u, err := url.Parse(p.Original); err == nil {
		card.Site = strings.TrimPrefix(u.Hostname(), "www.")
	}
	v.Facebook = p.mockOf(lantoa.ViaFeed, p.F.Long)
	v.Zalo = p.mockOf(lantoa.ViaMessage, p.F.Short)
	for _, x := range p.Photos {
		if slices.Contains(p.F.Pictures, x.N) && len(v.Facebook.Pictures) < 4 {
			v.Facebook.Pictures = append(v.Facebook.Pictures, x.Picture)
		}
	}
	if len(v.Facebook.Pictures) == 0 && p.Original != "" {
		v.Facebook.Card = card
	}
	if p.Original != "" {
		v.Zalo.Card = card
	}
	return v
}

func (p passPage) mockOf(means lantoa.Means, text string) mock {
	x := mock{Name: p.User.Unit.UnionName(), Count: p.T("reshare.letters", "n", utf8.RuneCountInString(text))}
	for _, ch := range p.Channels {
		if _, field := p.F.wordsFor(ch.Kind); slices.Contains(p.F.Channels, ch.ID) && (field == "loi_ngan") == (means == lantoa.ViaMessage) {
			x.Name = ch.Name
			break
		}
	}
	if r, n := utf8.DecodeRuneInString(x.Name); n > 0 {
		x.Letter = string(r)
	}
	x.Shown, x.Hidden = reshare.Fold(text, means)
	return x
}

// savePass keeps the screen as a draft. viec is the button: bo drops it, mau proposes the words anew with the campaign's
// template, tim looks for channels.
func (s *Server) savePass(w http.ResponseWriter, r *http.Request) error {
	st, err := s.passStory(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	who, ctx := visitorOf(r).user, r.Context()
	p := s.passFrame(r, st)
	if p.lock(st); p.Locked != "" {
		return lantoa.Problem(lantoa.Conflict, "consent", "")
	}
	f, anchor := readPass(r.PostForm), ""
	switch r.PostFormValue("viec") {
	case "bo":
		if err := s.Store.DropDraft(ctx, st.ID, who.ID); err != nil {
			return err
		}
		return s.done(w, r, p.T("reshare.draft_dropped"), passURL(st.ID))
	case "mau":
		t, err := s.template(ctx, who, f.Template, s.Now())
		if err != nil {
			return err
		}
		proposed := reshare.Propose(st, t)
		f.Title, f.Long, f.Short = proposed.Title, proposed.Long, proposed.Short
		anchor = "#loi"
	case "tim":
		anchor = "#kenh"
	}
	if err := s.Store.SaveDraft(ctx, lantoa.Draft{Story: st.ID, User: who.ID, Form: f.values(), SavedAt: s.Now()}); err != nil {
		return err
	}
	if wants(r) == "preview" {
		p, err := s.pass(ctx, p, st, &f)
		if err != nil {
			return err
		}
		p.Preview.Saved = p.T("reshare.draft_saved", "time", p.Clock(p.Now))
		return s.drawFragment(w, r, http.StatusOK, "pass", "preview", p.Preview)
	}
	http.Redirect(w, r, passURL(st.ID)+anchor, http.StatusSeeOther)
	return nil
}

// template is one of the campaigns' templates that the person may use; nil for none.
func (s *Server) template(ctx context.Context, who lantoa.User, id string, now time.Time) (*lantoa.WordsTemplate, error) {
	if id == "" {
		return nil, nil
	}
	all, err := s.Store.Templates(ctx, who.Unit.Path, now)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(t lantoa.WordsTemplate) bool { return t.ID == id }); i >= 0 {
		return &all[i], nil
	}
	return nil, lantoa.Missing("template", id)
}

// sendPass passes a story on through each channel that was chosen. Words that will not do are shown again, with why.
func (s *Server) sendPass(w http.ResponseWriter, r *http.Request) error {
	st, err := s.passStory(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	ctx, who := r.Context(), visitorOf(r).user
	p := s.passFrame(r, st)
	if p.lock(st); p.Locked != "" {
		p.Notice = &Notice{Text: p.Locked, Bad: true}
		return s.draw(w, r, http.StatusConflict, "pass", p)
	}
	f := readPass(r.PostForm)
	if !lantoa.ValidID(f.Key) {
		return errBadForm
	}
	again := func(code int) error {
		p, err := s.pass(ctx, p, st, &f)
		if err != nil {
			return err
		}
		p.Notice = &Notice{Text: p.T("reshare.look_again"), Bad: true}
		return s.draw(w, r, code, "pass", p)
	}
	at, bad := s.passTime(f)
	if bad != "" {
		p.Errors["luc"] = p.T(bad)
	}
	orders, err := s.passOrders(ctx, &p, st, f, at)
	if err != nil {
		return err
	}
	if len(p.Errors) > 0 {
		return again(http.StatusUnprocessableEntity)
	}
	var done []lantoa.Reshare
	for _, o := range orders {
		planned, err := reshare.Plan(ctx, s.Store, who, o, s.Rule, s.Now())
		var t *lantoa.Trouble
		switch {
		case errors.As(err, &t) && (t.Kind == lantoa.Invalid || t.Kind == lantoa.Conflict):
			field, word := p.passError(t, o)
			p.Errors[field] = word
			continue
		case err != nil:
			return fmt.Errorf("pass on %s: %w", st.ID, err)
		}
		done = append(done, planned)
	}
	for _, x := range done {
		s.publishSoon(ctx, x)
	}
	if len(p.Errors) > 0 {
		return again(http.StatusUnprocessableEntity)
	}
	if err := s.Store.DropDraft(ctx, st.ID, who.ID); err != nil {
		return err
	}
	s.Desk.Forget()
	return s.done(w, r, p.passed(done), p.StoryURL+"#lan-toa")
}

// passTime is when it is to go, or the text that says what is wrong with it.
func (s *Server) passTime(f passForm) (at time.Time, bad string) {
	if !f.Later {
		return s.Now(), ""
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", f.At, s.Zone)
	switch {
	case err != nil:
		return at, "reshare.error.time"
	case at.Before(s.Now().Add(-2 * time.Minute)):
		return at, "reshare.error.past"
	case at.After(s.Now().AddDate(0, 0, 60)):
		return at, "reshare.error.far"
	}
	return at, ""
}

// passOrders are what is to be planned; what the form lacks goes to the errors of its fields.
func (s *Server) passOrders(ctx context.Context, p *passPage, st lantoa.Story, f passForm, at time.Time) ([]reshare.Order, error) {
	if len(f.Channels) == 0 {
		p.Errors["kenh"] = p.T("reshare.error.channel")
	}
	of, err := s.Store.PictureCount(ctx, []lantoa.PostID{st.Lead.ID})
	if err != nil {
		return nil, err
	}
	had := slices.Sorted(slices.Values(of[st.Lead.ID]))
	var pictures, cover []lantoa.MediaRef
	for _, n := range first(had, 1) { // an article has one, also where none was chosen
		cover = append(cover, lantoa.MediaRef{Post: st.Lead.ID, N: n})
	}
	for _, n := range slices.DeleteFunc(slices.Clone(f.Pictures), func(n int) bool { return !slices.Contains(had, n) }) {
		pictures = append(pictures, lantoa.MediaRef{Post: st.Lead.ID, N: n})
	}
	var orders []reshare.Order
	for _, id := range f.Channels {
		ch, err := s.Store.Channel(ctx, id)
		if err != nil {
			return nil, err
		}
		if !p.User.May(lantoa.Publish, ch.Unit.Path) {
			return nil, lantoa.Problem(lantoa.Forbidden, "channel", "")
		}
		means, _ := s.means(ctx, ch)
		text, _ := f.wordsFor(ch.Kind)
		o := reshare.Order{Key: f.Key + "." + string(id), Story: st.ID, Channel: id, Means: means, Words: text, Link: original(st.Lead.Permalink), At: at}
		switch means {
		case lantoa.ViaFeed:
			o.Pictures = pictures
		case lantoa.ViaArticle:
			if o.Title, o.Pictures = f.Title, cover; len(pictures) > 0 {
				o.Pictures = pictures[:1]
			}
		}
		if err := reshare.CheckWords(st, means, o.Title, o.Words); err != nil {
			var t *lantoa.Trouble
			if !errors.As(err, &t) {
				return nil, err
			}
			field, word := p.passError(t, o)
			p.Errors[field] = word
		}
		orders = append(orders, o)
	}
	return orders, nil
}

// passError is what a refusal says beside which field.
func (p *passPage) passError(t *lantoa.Trouble, o reshare.Order) (field, word string) {
	field = "loi_dai"
	if o.Means == lantoa.ViaMessage || o.Means == lantoa.ViaHand && p.shortChannel(o.Channel) {
		field = "loi_ngan"
	}
	switch t.What {
	case "credit":
		return field, p.T("reshare.error.credit", "credit", p.creditLine())
	case "words":
		return field, p.T("reshare.error.words")
	case "long":
		return field, p.T("reshare.error.long")
	case "title":
		return "tieu_de", p.T("reshare.error.title")
	case "reshare":
		return "kenh", p.T("reshare.error.there")
	case "consent":
		return "kenh", p.T("story.consent_missing")
	case "at", "time":
		return "luc", p.T("reshare.error.time")
	}
	return "kenh", p.T("reshare.error.other")
}

func (p *passPage) creditLine() string { return "Theo " + p.Who }

func (p *passPage) shortChannel(id lantoa.ChannelID) bool {
	i := slices.IndexFunc(p.Channels, func(ch passChannel) bool { return ch.ID == id })
	return i >= 0 && p.Channels[i].Kind == lantoa.ZaloGroup
}

// passed says in a sentence what becomes of what was sent off.
func (p passPage) passed(done []lantoa.Reshare) string {
	by := map[string][]string{}
	for _, r := range done {
		key := "now"
		switch {
		case !r.Approved():
			key = "second"
		case r.Means == lantoa.ViaHand:
			key = "hand"
		case r.At.After(p.Now.Add(time.Minute)):
			key = "later"
		}
		by[key] = append(by[key], r.ChannelName)
	}
	var out []string
	for _, key := range []string{"now", "later", "second", "hand"} {
		if names := by[key]; len(names) > 0 {
			out = append(out, p.T("reshare.passed."+key, "names", strings.Join(names, ", "), "time", p.DateTime(done[0].At)))
		}
	}
	return strings.Join(out, " ")
}

// publishSoon has a worker look at once; without one it goes at the next tick.
func (s *Server) publishSoon(ctx context.Context, r lantoa.Reshare) {
	if s.Queue == nil || !r.Approved() || r.Means == lantoa.ViaHand || r.At.After(s.Now().Add(time.Minute)) {
		return
	}
	if err := s.Queue.PublishSoon(ctx, r.ID); err != nil {
		s.Log.Warn("publishing waits for the next tick", "reshare", r.ID, "err", err)
	}
}

// best is when the followers of the first chosen page react, from its own posts.
func (s *Server) best(ctx context.Context, p *passPage) error {
	i := slices.IndexFunc(p.Channels, func(ch passChannel) bool { return ch.On && ch.Kind == lantoa.FacebookPage })
	if i < 0 {
		i = slices.IndexFunc(p.Channels, func(ch passChannel) bool { return ch.Kind == lantoa.FacebookPage })
	}
	if i < 0 {
		return nil
	}
	ch := p.Channels[i]
	posts, err := s.Store.Sketches(ctx, []lantoa.ChannelID{ch.ID}, p.Now.AddDate(0, 0, -7*bestWeeks))
	if err != nil {
		return err
	}
	if err := s.Store.FillCurves(ctx, posts); err != nil {
		return err
	}
	heat := reshare.BestTime(posts, s.Zone)
	p.Best = bestBox{Title: p.T("reshare.best", "name", ch.Name)}
	if !heat.Enough {
		p.Best.Word = p.T("reshare.best_none", "n", heat.Posts)
		return nil
	}
	at, _ := heat.Next(p.Now)
	p.Best.Strip = p.heat(heat, at)
	p.Best.Word = p.T("reshare.best_is", "time", p.Clock(at), "day", p.T("reshare.weekday."+strconv.Itoa(int(at.In(s.Zone).Weekday()))), "date", p.DayMonth(at), "n", heat.Posts)
	p.Best.Value = at.In(s.Zone).Format("2006-01-02T15:04")
	return nil
}

// heat is the week as seven rows of 24 hours, the darker the more is reacted to what is posted then.
func (p Page) heat(h reshare.Heat, at time.Time) template.HTML {
	const w, step, left = 11, 12, 24
	most := 0.0
	for _, row := range h.Cells {
		most = max(most, slices.Max(row[:]))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart heat" role="img" aria-label="%s" viewBox="0 0 %d %d">`, template.HTMLEscapeString(p.T("reshare.heat", "time", p.Clock(at))), left+24*step, 7*step+14)
	var shade [4]strings.Builder
	for d, row := range h.Cells {
		for hour, v := range row {
			n := 0
			if most > 0 && v > 0 {
				n = min(3, 1+int(v/most*2.999))
			}
			fmt.Fprintf(&shade[n], "M%d %dh%dv%dh-%dz", left+hour*step, d*step, w, w, w)
		}
		fmt.Fprintf(&b, `<text class="c-label" x="0" y="%d">%s</text>`, d*step+10, template.HTMLEscapeString(p.T("reshare.day."+strconv.Itoa((d+1)%7))))
	}
	for n := range shade {
		fmt.Fprintf(&b, `<path class="h%d" d="%s"/>`, n, shade[n].String())
	}
	for _, hour := range []int{0, 6, 12, 18} {
		fmt.Fprintf(&b, `<text class="c-label" x="%d" y="%d">%d</text>`, left+hour*step, 7*step+11, hour)
	}
	local := at.In(p.Zone())
	fmt.Fprintf(&b, `<rect class="hx" x="%d" y="%d" width="%d" height="%d"/></svg>`, left+local.Hour()*step-1, (int(local.Weekday())+6)%7*step-1, w+2, w+2)
	return template.HTML(b.String())
}
