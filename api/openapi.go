package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"golang.org/x/text/unicode/norm"
)

// newAPI is huma over the standard mux, with its defaults changed where our contract differs: our problem in
// place of its error, no $schema in bodies, no docs page that loads from another host, one document only.
func (s *Server) newAPI(mux *http.ServeMux) huma.API {
	config := huma.DefaultConfig("Lan tỏa", s.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	config.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat} // and problem+json
	config.DefaultFormat = "application/json"
	config.AllowAdditionalPropertiesByDefault = true // more fields may stand beside those of the contract
	config.RejectUnknownQueryParameters = true       // a misspelt filter would answer with everything
	config.Transformers = []huma.Transformer{ourProblem(config.Components.Schemas)}
	config.Info.Description = norm.NFC.String("Những gì Lan tỏa biết, dưới dạng JSON. Mã API cá nhân mang quyền của chủ nó. " +
		"Danh sách nhận limit và cursor; thời điểm theo RFC 3339; from và to là ngày theo múi giờ của Hội, tính cả hai. " +
		"Số liệu mà nền tảng không cho là null, không bao giờ là 0.")
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "lantoa user token EMAIL"},
	}
	config.Security = []map[string][]string{{"token": {}}}
	return humago.New(mux, config)
}

// jsonFormat writes < and > as escapes: what foreign pages wrote then does no harm even where somebody takes
// an answer for HTML.
var jsonFormat = huma.Format{
	Marshal:   func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
	Unmarshal: json.Unmarshal,
}

// ourProblem replaces what huma says of a request that does not fit its description.
func ourProblem(schemas huma.Registry) huma.Transformer {
	return func(ctx huma.Context, _ string, v any) (any, error) {
		if m, ok := v.(*huma.ErrorModel); ok {
			return translate(callOf(ctx.Context()).say, ctx.Operation(), schemas, m), nil
		}
		return v, nil
	}
}

// serveDocument serves the OpenAPI document, which is made once, from the code of the routes. Anybody may read
// it: it tells of the program and nothing of the data.
func serveDocument(mux *http.ServeMux, doc *huma.OpenAPI) {
	var text []byte
	plain(mux, doc, "openapi", "/api/openapi.json", "Tài liệu này", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(text)
	})
	text = document(doc)
}

// plain registers an address that huma does not answer, and describes it.
func plain(mux *http.ServeMux, doc *huma.OpenAPI, id, path, summary string, answer http.HandlerFunc) {
	mux.HandleFunc("GET "+path, answer)
	doc.AddOperation(&huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Security: []map[string][]string{},
		Responses: map[string]*huma.Response{"200": {Description: "OK"}},
	})
}

// document is the OpenAPI document as it is served. huma describes errors by its own model, which never
// leaves this door; our problem takes its place.
func document(doc *huma.OpenAPI) []byte {
	schemas := doc.Components.Schemas.Map()
	schemas["Problem"] = doc.Components.Schemas.Schema(problemType, false, "Problem")
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // it is made of our own types
	}
	text = []byte(strings.ReplaceAll(string(text), "#/components/schemas/ErrorModel", "#/components/schemas/Problem"))
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		panic(err)
	}
	return append(out.Bytes(), '\n')
}

// orNull is the schema of an object that may be absent.
func orNull(s *huma.Schema) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{{Ref: s.Ref}, {Type: "null"}}, Description: s.Description}
}
