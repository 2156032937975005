package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/httprate"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/internal/words"
)

const (
	ingestLimit = 1 << 20
	ingestItems = 500
)

// IngestAnswer says what became of each item, in their order.
type IngestAnswer struct {
	Items    []IngestItem `json:"items"`
	Accepted int          `json:"accepted"`
	Refused  int          `json:"refused"`
}

// IngestItem is what became of one item.
type IngestItem struct {
	ID      string           `json:"id"`
	Status  IngestStatus     `json:"status" enum:"new,changed,same,refused"`
	Channel lantoa.ChannelID `json:"channel,omitempty"`
	Why     string           `json:"why,omitempty" doc:"Why it was refused, for people"`
}

// IngestStatus is what became of an item in one word.
type IngestStatus string

const (
	itemNew     IngestStatus = "new"
	itemChanged IngestStatus = "changed"
	itemSame    IngestStatus = "same"
	itemRefused IngestStatus = "refused"
)

// ingestRoute describes the call and registers it: huma would read the body before its signature is looked at.
func (s *Server) ingestRoute(mux *http.ServeMux, a huma.API, limit *httprate.RateLimiter) {
	doc := a.OpenAPI()
	mux.HandleFunc("POST "+root+"/ingest", func(w http.ResponseWriter, r *http.Request) {
		cat := s.catalog(r)
		out, err := s.ingest(w, r, cat, limit)
		if err != nil {
			s.explain(r.Context(), cat, err).write(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	})
	header := func(name, about string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	answer := func(about string, schema *huma.Schema, kind string) *huma.Response {
		return &huma.Response{Description: about, Content: map[string]*huma.MediaType{kind: {Schema: schema}}}
	}
	problem := &huma.Schema{Ref: "#/components/schemas/Problem"}
	most := ingestItems
	doc.AddOperation(&huma.Operation{
		OperationID: "ingest", Method: http.MethodPost, Path: root + "/ingest",
		Summary:  "Bài viết và số liệu từ một chương trình khác, có chữ ký",
		Security: []map[string][]string{},
		Parameters: []*huma.Param{
			header("X-Lantoa-Key", "Mã khóa: lantoa user token EMAIL --ingest"),
			header("X-Lantoa-Time", "Giây Unix lúc gửi"),
			header("X-Lantoa-Signature", "sha256= và HMAC-SHA256 (hex) của giờ, dấu chấm và nguyên văn thân yêu cầu"),
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"items"}, Properties: map[string]*huma.Schema{
				"items": {Type: huma.TypeArray, MaxItems: &most, Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true,
					Description: "id, text, published_at, channel, type, permalink, reactions, comments, shares, views, reach, author; " +
						"hoặc nguyên văn một tin nhóm Zalo của zca-js, openzca, n8n, Bot Platform"}},
			}}}}},
		Responses: map[string]*huma.Response{
			"200": answer("Từng mục ra sao", doc.Components.Schemas.Schema(reflect.TypeFor[IngestAnswer](), true, "IngestAnswer"), "application/json"),
			"400": answer("Thân yêu cầu không đúng dạng", problem, "application/problem+json"),
			"401": answer("Khóa, giờ hoặc chữ ký không đúng", problem, "application/problem+json"),
			"403": answer("Chủ khóa không được gửi bài", problem, "application/problem+json"),
			"409": answer("Chữ ký này đã dùng", problem, "application/problem+json"),
			"413": answer("Thân yêu cầu quá lớn", problem, "application/problem+json"),
			"429": answer("Gọi quá nhiều", problem, "application/problem+json"),
		},
	})
}

// signedCall reads the body of a signed call and says whose it is. Calls are bounded for each person, and for each
// address where nobody's signature is right.
func (s *Server) signedCall(w http.ResponseWriter, r *http.Request, cat *words.Catalog, limit *httprate.RateLimiter) (body []byte, who lantoa.User, err error) {
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, ingestLimit))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return nil, who, newProblem(cat, lantoa.TooLarge, http.StatusRequestEntityTooLarge, badBody.happened(cat, "", wantSmaller.in(cat, "most", ingestLimit>>10)), badBody.todo(cat))
	}
	if err != nil {
		return nil, who, newProblem(cat, lantoa.Invalid, http.StatusBadRequest, badBody.happened(cat, "", ""), badBody.todo(cat))
	}
	who, err = s.signedBy(r, body, cat)
	whose := "user:" + string(who.ID)
	if err != nil {
		whose = "address:" + remoteAddress(r)
	}
	if limit.OnLimit(w, r, whose) {
		return nil, who, refuse(lantoa.Limited, tooOften)
	}
	if err != nil {
		return nil, who, err
	}
	return body, who, nil
}

// ingest takes in what a program sends in somebody's name: first it is asked whose call it is, then what it says.
func (s *Server) ingest(w http.ResponseWriter, r *http.Request, cat *words.Catalog, limit *httprate.RateLimiter) (*IngestAnswer, error) {
	body, who, err := s.signedCall(w, r, cat, limit)
	if err != nil {
		return nil, err
	}
	if !who.May(lantoa.TellHere, who.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	var in struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(body, &in); err != nil || in.Items == nil {
		return nil, newProblem(cat, lantoa.Invalid, http.StatusBadRequest, badField.happened(cat, "items", wantField.in(cat)), badField.todo(cat))
	}
	if len(in.Items) > ingestItems {
		return nil, newProblem(cat, lantoa.TooLarge, http.StatusRequestEntityTooLarge, badField.happened(cat, "items", wantFewer.in(cat, "most", ingestItems)), badField.todo(cat))
	}
	t := &intake{s: s, who: who, say: cat, now: s.Now()}
	return t.take(r.Context(), in.Items)
}

// ingestMeta names when a program last brought something.
const ingestMeta = "ingest_at"

// intake takes in the items of one call.
type intake struct {
	s        *Server
	who      lantoa.User
	say      *words.Catalog
	now      time.Time
	channels *directory
	other    lantoa.Channel // for what names none of ours
	items    []IngestItem
}

// take saves the items through the one gate. An error is ours to mend: what was taken until then is kept, and sent
// again it is the same.
func (t *intake) take(ctx context.Context, raws []json.RawMessage) (*IngestAnswer, error) {
	var err error
	if t.channels, err = t.s.directory(ctx, t.who); err != nil {
		return nil, err
	}
	t.items = make([]IngestItem, len(raws))
	var rows, messages []int
	for i, raw := range raws {
		t.items[i] = IngestItem{ID: idOf(raw), Status: itemRefused}
		if isMessage(raw) {
			messages = append(messages, i)
		} else {
			rows = append(rows, i)
		}
	}
	if err := t.rows(ctx, raws, rows); err != nil {
		return nil, err
	}
	if err := t.messages(ctx, raws, messages); err != nil {
		return nil, err
	}
	out := &IngestAnswer{Items: t.items}
	for _, item := range t.items {
		if item.Status == itemRefused {
			out.Refused++
		} else {
			out.Accepted++
		}
	}
	if out.Accepted > 0 {
		// A platform would be read again after a power failure; whoever sent this has our word. With a lasting write
		// all that came before it is on the disk too.
		if err := t.s.Store.SetMeta(ctx, ingestMeta, t.now.UTC().Format(time.RFC3339)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rows takes the items that are rows of "import posts": each is a line to the reader of such files.
func (t *intake) rows(ctx context.Context, raws []json.RawMessage, rows []int) error {
	var lines bytes.Buffer
	for _, i := range rows {
		if err := json.Compact(&lines, raws[i]); err != nil {
			return err // it was read as JSON before
		}
		lines.WriteByte('\n')
	}
	return files.ReadPosts(&lines, files.JSONL, t.now, func(p files.Post) error {
		i := rows[p.Line-1]
		return t.row(ctx, &t.items[i], p, raws[i])
	}, func(b files.BadRow) {
		t.items[rows[b.Line-1]].Why = t.fault(b)
	})
}

func (t *intake) fault(b files.BadRow) string {
	return t.say.T("row."+b.Kind, "field", b.Field, "value", b.Value)
}

// row saves one post and says what became of it.
func (t *intake) row(ctx context.Context, item *IngestItem, post files.Post, raw json.RawMessage) error {
	ch, err := t.channel(ctx, post.Page)
	var no *refusal
	if errors.As(err, &no) {
		item.Why = no.about.happened(t.say, "", no.why) + " " + no.about.todo(t.say)
		return nil
	}
	if err != nil {
		return err
	}
	item.Channel = ch.ID
	if post.FromFile = ch.Kind != lantoa.Imported; !post.FromFile && post.Page != "" { // ids are only unique on their own page
		post.External = post.Page + "/" + post.External
	}
	if ch.Kind == lantoa.ZaloGroup {
		post.Author = t.author(raw)
	}
	accepted := collectors.Accept(ch, []lantoa.Incoming{post.Incoming})
	saved, err := t.s.Store.SavePosts(ctx, ch.ID, accepted, t.now)
	if err != nil {
		return err
	}
	switch {
	case saved.New > 0:
		item.Status = itemNew
	case saved.Changed+saved.Returned+saved.Snapshots > 0:
		item.Status = itemChanged
	case saved.Same > 0:
		item.Status = itemSame
	default: // it was taken back, and is never kept again
		item.Why = ingestErased.happened(t.say, "", "") + " " + ingestErased.todo(t.say)
	}
	return nil
}

// author is what may be kept of who wrote in a group. Those who can see ordinary groups know people by the ids of
// their own accounts, as the bridges do.
func (t *intake) author(raw json.RawMessage) string {
	var also struct {
		Author json.RawMessage `json:"author"`
	}
	id := ""
	if json.Unmarshal(raw, &also) == nil {
		id = plainText(also.Author)
	}
	if id == "" || t.s.Hash == nil {
		return ""
	}
	return t.s.Hash("zca", id)
}

// channel is the one that an item names, or the one that holds what came from elsewhere.
func (t *intake) channel(ctx context.Context, name string) (lantoa.Channel, error) {
	ch, err := t.channels.find(name)
	if lantoa.KindOf(err) != lantoa.NotFound {
		return ch, err
	}
	if t.other.ID == "" {
		id, err := t.s.Store.ImportChannel(ctx, t.who.Unit.ID)
		if err != nil {
			return lantoa.Channel{}, err
		}
		if t.other, err = t.s.Store.Channel(ctx, id); err != nil {
			return lantoa.Channel{}, err
		}
	}
	return t.other, nil
}

// idOf is what an item calls itself, for the answer.
func idOf(raw json.RawMessage) string {
	var it struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(raw, &it) != nil {
		return ""
	}
	return shorten(plainText(it.ID))
}

// plainText is a text or a number as text: ids come as either.
func plainText(raw json.RawMessage) string {
	var text string
	var number json.Number
	switch {
	case len(raw) == 0:
		return ""
	case raw[0] == '"' && json.Unmarshal(raw, &text) == nil:
		return text
	case raw[0] != '"' && json.Unmarshal(raw, &number) == nil:
		return number.String()
	}
	return ""
}
