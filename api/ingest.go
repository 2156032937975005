package api

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
)

const (
	ingestLimit = 1 << 20
	ingestItems = 500
	// ingestSkew is how far the clocks of the sender and ours may differ, either way. A signature is remembered for
	// twice as long, so that none serves twice.
	ingestSkew = 5 * time.Minute
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
	Status  string           `json:"status" enum:"new,changed,same,refused"`
	Channel lantoa.ChannelID `json:"channel,omitempty"`
	Why     string           `json:"why,omitempty" doc:"Why it was refused, for people"`
}

// ingestRoute describes the call and registers it: huma would read the body before its signature is looked at.
func (s *Server) ingestRoute(mux *http.ServeMux, a huma.API) {
	doc := a.OpenAPI()
	mux.HandleFunc("POST "+root+"/ingest", s.ingest)
	header := func(name, about string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	answer := func(about string, schema *huma.Schema, kind string) *huma.Response {
		return &huma.Response{Description: about, Content: map[string]*huma.MediaType{kind: {Schema: schema}}}
	}
	problem := &huma.Schema{Ref: "#/components/schemas/Problem"}
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
				"items": {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true,
					Description: "id, text, published_at, channel, type, permalink, reactions, comments, shares, views, reach, author"}},
			}}}}},
		Responses: map[string]*huma.Response{
			"200": answer("Từng mục ra sao", doc.Components.Schemas.Schema(reflect.TypeFor[IngestAnswer](), true, "IngestAnswer"), "application/json"),
			"400": answer("Thân yêu cầu không đúng dạng", problem, "application/problem+json"),
			"401": answer("Khóa, giờ hoặc chữ ký không đúng", problem, "application/problem+json"),
			"409": answer("Chữ ký này đã dùng", problem, "application/problem+json"),
			"413": answer("Thân yêu cầu quá lớn", problem, "application/problem+json"),
		},
	})
}

func (s *Server) ingest(w http.ResponseWriter, r *http.Request) {
	cat := s.catalog(r)
	out, err := s.takeIn(w, r, cat)
	if err != nil {
		s.explain(r.Context(), cat, err).write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out)
}

func (s *Server) takeIn(w http.ResponseWriter, r *http.Request, cat *words.Catalog) (*IngestAnswer, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, ingestLimit))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return nil, newProblem(cat, lantoa.TooLarge, http.StatusRequestEntityTooLarge, badBody.happened(cat, "", wantSmaller.in(cat, "most", ingestLimit>>10)), badBody.todo(cat))
	}
	if err != nil {
		return nil, newProblem(cat, lantoa.Invalid, http.StatusBadRequest, badBody.happened(cat, "", ""), badBody.todo(cat))
	}
	who, err := s.signedBy(r, body, cat)
	if err != nil {
		return nil, err
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
	t := &intake{s: s, who: who, say: cat}
	out := &IngestAnswer{Items: []IngestItem{}}
	for _, raw := range in.Items {
		item, err := t.item(r.Context(), raw)
		if err != nil {
			return nil, err // ours to mend; what was taken is kept, and sent again it is the same
		}
		if item.Status == "refused" {
			out.Refused++
		} else {
			out.Accepted++
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// signedBy is whose key signed the call, if it was signed of late and for the first time.
func (s *Server) signedBy(r *http.Request, body []byte, cat *words.Catalog) (lantoa.User, error) {
	var nobody lantoa.User
	id, sent, signature := r.Header.Get("X-Lantoa-Key"), r.Header.Get("X-Lantoa-Time"), r.Header.Get("X-Lantoa-Signature")
	if id == "" || sent == "" || signature == "" {
		return nobody, unauthorized(cat, ingestUnsigned)
	}
	seconds, err := strconv.ParseInt(sent, 10, 64)
	now := time.Now() // a signature's time is the machine's: a past that is lived again has other days
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > ingestSkew {
		p := unauthorized(cat, ingestSkewed)
		p.Detail = ingestSkewed.happened(cat, "", strconv.FormatInt(now.Unix(), 10))
		return nobody, p
	}
	key, secret, err := s.Store.IngestKey(r.Context(), id)
	if k := lantoa.KindOf(err); k == lantoa.NotFound {
		return nobody, unauthorized(cat, ingestUnsigned)
	}
	if err != nil {
		return nobody, err
	}
	given, err := hex.DecodeString(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(signature)), "sha256="))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(sent)) // never fails
	mac.Write([]byte("."))
	mac.Write(body)
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return nobody, unauthorized(cat, ingestSignature)
	}
	who, err := s.Store.User(r.Context(), key.User)
	if lantoa.KindOf(err) == lantoa.NotFound || err == nil && who.Disabled {
		return nobody, unauthorized(cat, ingestUnsigned)
	}
	if err != nil {
		return nobody, err
	}
	fresh, err := s.Store.SeenOnce(r.Context(), "ingest:"+id+":"+hex.EncodeToString(given), s.Now().Add(2*ingestSkew))
	if err != nil {
		return nobody, err
	}
	if !fresh {
		return nobody, refuse(lantoa.Conflict, ingestAgain)
	}
	return who, nil
}

// intake takes in the items of one call.
type intake struct {
	s     *Server
	who   lantoa.User
	say   *words.Catalog
	named map[string]lantoa.Channel // by id, external id and name
	other lantoa.Channel            // for what names none of ours
}

// item saves one item through the one gate and says what became of it.
func (t *intake) item(ctx context.Context, raw json.RawMessage) (IngestItem, error) {
	var also struct {
		ID     json.RawMessage `json:"id"`
		Author string          `json:"author"`
	}
	_ = json.Unmarshal(raw, &also) // whatever is wrong with it is said below
	item := IngestItem{ID: strings.Trim(string(also.ID), `"`), Status: "refused"}
	var line bytes.Buffer
	if err := json.Compact(&line, raw); err != nil {
		item.Why = t.say.T("row." + files.BadJSON)
		return item, nil
	}
	var post *files.Post
	err := files.ReadPosts(&line, files.JSONL, t.s.Now(), func(p files.Post) error {
		post = &p
		return nil
	}, func(b files.BadRow) {
		item.Why = t.say.T("row."+b.Kind, "field", b.Field, "value", shorten(b.Value))
	})
	if err != nil || post == nil {
		if item.Why == "" {
			item.Why = t.say.T("row." + files.BadJSON)
		}
		return item, nil
	}
	item.ID = post.External
	ch, err := t.channel(ctx, post.Page)
	if err != nil {
		return item, err
	}
	if !t.who.May(lantoa.TellHere, ch.Unit.Path) {
		item.Why = notYours.happened(t.say, "", "")
		return item, nil
	}
	item.Channel = ch.ID
	if ch.Kind == lantoa.Imported && post.Page != "" { // ids are only unique on their own page
		post.External = post.Page + "/" + post.External
	}
	post.FromFile = ch.Kind != lantoa.Imported
	if also.Author != "" && ch.Kind == lantoa.ZaloGroup && t.s.Hash != nil {
		post.Author = t.s.Hash("ingest", also.Author)
	}
	saved, err := t.s.Store.SavePosts(ctx, ch.ID, collectors.Accept(ch, []lantoa.Incoming{post.Incoming}), t.s.Now())
	if err != nil {
		return item, err
	}
	switch {
	case saved.New > 0:
		item.Status = "new"
	case saved.Changed+saved.Returned+saved.Snapshots > 0:
		item.Status = "changed"
	default:
		item.Status = "same"
	}
	return item, nil
}

// channel is the one that an item names, or the one that holds what came from elsewhere.
func (t *intake) channel(ctx context.Context, name string) (lantoa.Channel, error) {
	if t.named == nil {
		all, err := t.s.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{}) // whom it belongs to is asked for each item
		if err != nil {
			return lantoa.Channel{}, err
		}
		t.named = map[string]lantoa.Channel{}
		for _, ch := range all {
			if ch.Kind == lantoa.Imported {
				continue
			}
			for _, n := range []string{ch.Name, ch.External, string(ch.ID)} {
				if n != "" {
					t.named[n] = ch
				}
			}
		}
	}
	if ch, ok := t.named[name]; ok && name != "" {
		return ch, nil
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
