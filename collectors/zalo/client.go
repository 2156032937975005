package zalo

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/hoiphunu/lantoa"
)

const (
	patience  = 20 * time.Second // a request, unless the options say otherwise; the renewal of a token has its own
	bodyLimit = 4 << 20          // bytes: a page of ten messages has some 8 KB
)

// Vault keeps secrets; the store is one. A secret that is not there is a trouble of kind NotFound.
type Vault interface {
	Secret(ctx context.Context, name string) (string, error)
	SaveSecret(ctx context.Context, name, plain string) error
}

// Swapper is a vault that several processes may use at once. With one that is not, only one process may renew.
type Swapper interface {
	// SwapSecret puts new in the place of old, in one step, and says whether old was what it kept.
	SwapSecret(ctx context.Context, name, old, new string) (swapped bool, err error)
}

// Options is what a client works with.
type Options struct {
	APIURL, OAuthURL string // https://openapi.zalo.me and https://oauth.zaloapp.com
	AppID, AppSecret string
	OAID             string // of the Official Account, where it is known; events of others are then refused
	Vault            Vault
	// Known says which messages of a channel have been stored or counted before; nil: none.
	Known func(ctx context.Context, ch lantoa.ChannelID, externals []string) (map[string]bool, error)
	// Hash is a keyed hash of somebody's id in one of the namespaces "oa", "app" and "bot", which are never joined;
	// nil: one with a key of this client's own, that nobody can repeat.
	Hash func(namespace, id string) string
	Now  func() time.Time
	HTTP *http.Client // nil: one of its own

	PKCEVerifier string        // the one that is set at Zalo's console; empty: a new one for each connecting
	Proof        bool          // send appsecret_proof with every request
	PerMinute    int           // requests a minute until Zalo has told how many; 0: 60
	Patience     time.Duration // how long one answer is waited for, by the machine's clock; 0: 20 seconds

	OASecret string   // the key of the webhook's page; empty: the app's secret serves
	Hook     HookRule // what is accepted of a webhook's signature
	Bot      Bot
}

// Bot is our robot on the Bot Platform.
type Bot struct {
	URL    string // https://bot-api.zaloplatforms.com
	Token  string
	Secret string // what its webhook's header carries
	Name   string // as it is mentioned in a group, "Bot Hội LHPN Thái Nguyên"
}

// Client reads through one Official Account. It may be used by many visits at once.
type Client struct {
	opt  Options
	http *resty.Client

	pair   tokens
	wait   time.Duration // between two looks at the vault while another process renews
	list   listing
	recent recent

	pace, articlePace pace

	mu         sync.Mutex
	pageSize   int              // messages per call; less than 10 after Zalo found that too many
	unfinished map[string]*walk // walks that were cut off, by group
	articles   map[string]article
	joins      map[string]join // who joined which group lately, by keyed hash
}

// New makes a client. It asks nothing yet.
func New(opt Options) *Client {
	base := opt.HTTP
	if base == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 16
		base = &http.Client{Transport: transport}
	}
	opt.APIURL, opt.OAuthURL = strings.TrimRight(opt.APIURL, "/"), strings.TrimRight(opt.OAuthURL, "/")
	opt.Bot.URL = strings.TrimRight(opt.Bot.URL, "/")
	if opt.Hash == nil {
		opt.Hash = unrepeatable()
	}
	if opt.PerMinute <= 0 {
		opt.PerMinute = untold
	}
	if opt.Patience <= 0 {
		opt.Patience = patience
	}
	c := &Client{opt: opt, wait: waiting, pageSize: 10, unfinished: map[string]*walk{}, articles: map[string]article{}, joins: map[string]join{}}
	c.pair.turn = make(chan struct{}, 1)
	c.list.turn = make(chan struct{}, 1)
	c.recent.turn = make(chan struct{}, 1)
	c.pace.limit, c.articlePace.limit = opt.PerMinute, opt.PerMinute
	// A redirect would carry the token to whoever it points at, since Go drops only the headers it knows.
	c.http = resty.NewWithClient(&http.Client{Transport: base.Transport, Timeout: base.Timeout}).
		SetResponseBodyLimit(bodyLimit).
		SetRedirectPolicy(resty.NoRedirectPolicy()).
		SetLogger(silence{})
	return c
}

// unrepeatable is a keyed hash whose key ends with the process.
func unrepeatable() func(namespace, id string) string {
	key := []byte(rand.Text())
	return func(namespace, id string) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(namespace + "\x00" + id))
		return hex.EncodeToString(mac.Sum(nil)[:16])
	}
}

// hash is the only form in which the id of a person goes further than the function that decoded it.
func (c *Client) hash(namespace string, id flexString) string {
	if id == "" {
		return ""
	}
	return c.opt.Hash(namespace, string(id))
}

// silence keeps resty from writing to the terminal: what goes wrong is in the error.
type silence struct{}

func (silence) Errorf(string, ...any) {}
func (silence) Warnf(string, ...any)  {}
func (silence) Debugf(string, ...any) {}

// get asks the Open API and decodes the answer's data. A token that Zalo no longer accepts is renewed and
// the question repeated, once.
func get[T any](ctx context.Context, c *Client, calls *int, path string, query map[string]string) (T, error) {
	var none T
	access, err := c.access(ctx, calls)
	if err != nil {
		return none, err
	}
	data, err := ask[T](ctx, c, calls, access, path, query)
	if r := (*refusal)(nil); errors.As(err, &r) && Classify(r.code, r.message).Remedy == Renew {
		if access, err = c.renewed(ctx, calls, access); err != nil {
			return none, err
		}
		data, err = ask[T](ctx, c, calls, access, path, query)
	}
	if r := (*refusal)(nil); errors.As(err, &r) {
		r.message = strings.ReplaceAll(r.message, access, "•••") // before it is shortened
		return none, r.trouble(c.opt.Now())
	}
	return data, err
}

// ask is one request. An error code of Zalo comes back as a *refusal, anything else as a trouble.
func ask[T any](ctx context.Context, c *Client, calls *int, access, path string, query map[string]string) (T, error) {
	var none T
	pace := c.paceOf(path)
	answered, err := pace.begin(c.opt.Now())
	if err != nil {
		return none, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.opt.Patience)
	defer cancel()
	*calls++
	resp, err := c.request(ctx, access).SetQueryParams(query).Get(c.opt.APIURL + path)
	if err != nil {
		answered(nil)
		return none, transportTrouble(err)
	}
	answered(resp.Header())
	if err := checkAnswer(resp, c.opt.Now()); err != nil {
		return none, err
	}
	data, err := decode[T](resp.Body())
	if r := (*refusal)(nil); errors.As(err, &r) && Classify(r.code, r.message).Remedy == NextMinute {
		pace.refuse()
	}
	return data, err
}

func (c *Client) request(ctx context.Context, access string) *resty.Request {
	req := c.http.R().SetContext(ctx).SetHeaderVerbatim("access_token", access) // the bare name, no "Bearer"
	if c.opt.Proof {
		req.SetHeaderVerbatim("appsecret_proof", proof(access, c.opt.AppSecret))
	}
	return req
}

// proof shows that whoever has the token has the app's secret too.
func proof(access, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(access))
	return hex.EncodeToString(mac.Sum(nil))
}

// envelope is the form of every answer of the Open API. The order of its keys varies.
type envelope[T any] struct {
	Error   *flexInt `json:"error"`
	Message string   `json:"message"`
	Data    T        `json:"data"`
}

// decode reads an answer. A field of an unexpected type is left empty, so that one odd message does not
// cost a page; data of an unexpected type, or no JSON at all, is a trouble.
func decode[T any](body []byte) (T, error) {
	var none T
	var e envelope[T]
	if err := json.Unmarshal(body, &e); err != nil {
		odd := (*json.UnmarshalTypeError)(nil)
		if !errors.As(err, &odd) || odd.Field == "" || odd.Field == "data" || odd.Field == "error" {
			return none, lantoa.Problem(lantoa.Garbled, "json", "")
		}
	}
	if e.Error == nil {
		return none, lantoa.Problem(lantoa.Garbled, "json", "")
	}
	if *e.Error != 0 {
		return none, &refusal{int(*e.Error), e.Message}
	}
	return e.Data, nil
}

// checkAnswer looks at what can be seen before the body is read: a server in trouble, a page of HTML.
func checkAnswer(resp *resty.Response, now time.Time) error {
	status := resp.StatusCode()
	switch {
	case status == http.StatusTooManyRequests:
		return &lantoa.Trouble{Kind: lantoa.Limited, Until: nextMinute(now), Note: resp.Status()}
	case status >= 500:
		return lantoa.Problem(lantoa.Away, "", resp.Status())
	case status >= 300 && status < 400:
		return lantoa.Problem(lantoa.Garbled, "redirect", resp.Status())
	}
	kind, _, _ := mime.ParseMediaType(resp.Header().Get("Content-Type"))
	if kind != "application/json" && kind != "text/json" {
		return lantoa.Problem(lantoa.Garbled, "content_type", tidy(kind))
	}
	return nil
}

// transportTrouble is a request that brought no whole answer. The address stays out of its words, and with
// it whatever a proxy may have put there.
func transportTrouble(err error) error {
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	var late net.Error
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		return lantoa.Problem(lantoa.TooLarge, "", "")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return lantoa.Problem(lantoa.Garbled, "half_body", "")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return lantoa.Problem(lantoa.Away, "timeout", "")
	case errors.Is(err, resty.ErrAutoRedirectDisabled):
		return lantoa.Problem(lantoa.Garbled, "redirect", "")
	}
	return &lantoa.Trouble{Kind: lantoa.Away, Err: err}
}
