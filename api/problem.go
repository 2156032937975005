package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// Problem is what every call answers when it cannot do what was asked (RFC 9457).
type Problem struct {
	Type     string `json:"type" doc:"The kind of problem, for programs" example:"urn:lantoa:problem:not_found"`
	Title    string `json:"title" doc:"The kind of problem, for people"`
	Status   int    `json:"status"`
	Detail   string `json:"detail" doc:"What happened this time"`
	WhatToDo string `json:"what_to_do" doc:"The next step"`
}

// Error makes a problem an error that huma writes as it is.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus is the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is RFC 9457's.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// refusal is an error of this door: a kind, and a sentence that says more than the kind does.
type refusal struct {
	kind  lantoa.Kind
	about sentence
	param string // the parameter it is about, if it is about one
	why   string // a value to fill in
	want  want   // what would have been right, in place of why
	err   error  // what is behind it, for the log
}

func (r *refusal) Error() string {
	if r.err != nil {
		return string(r.kind) + ": " + r.err.Error()
	}
	return string(r.kind) + " " + r.param + ": " + string(r.about)
}

func (r *refusal) Unwrap() error { return r.err }

func refuse(kind lantoa.Kind, about sentence) error { return &refusal{kind: kind, about: about} }

// refuseParam says what is wrong with a parameter of the call.
func refuseParam(param string, about sentence) error {
	return &refusal{kind: lantoa.Invalid, about: about, param: param}
}

var problemType = reflect.TypeFor[Problem]()

// statusOf turns kinds of trouble into status codes. What a platform did to us is not the caller's fault.
var statusOf = map[lantoa.Kind]int{
	lantoa.NotFound:  http.StatusNotFound,
	lantoa.Forbidden: http.StatusForbidden,
	lantoa.Invalid:   http.StatusUnprocessableEntity,
	lantoa.Conflict:  http.StatusConflict,
	lantoa.Limited:   http.StatusTooManyRequests,
	lantoa.TooLarge:  http.StatusRequestEntityTooLarge,
	lantoa.Away:      http.StatusServiceUnavailable,
	lantoa.Busy:      http.StatusServiceUnavailable,

	// Of what was to be done at a platform: it cannot be, as things stand there; or nobody knows whether it was.
	lantoa.Expired:   http.StatusConflict,
	lantoa.NoRight:   http.StatusConflict,
	lantoa.Gone:      http.StatusConflict,
	lantoa.GroupDead: http.StatusConflict,
	lantoa.Refused:   http.StatusConflict,
	lantoa.Duplicate: http.StatusConflict,
	lantoa.Unclear:   http.StatusServiceUnavailable,
	lantoa.Garbled:   http.StatusServiceUnavailable,
}

// ofTrouble are kinds of which a program wants to hear more than the screens' sentence: which field, which id.
var ofTrouble = map[lantoa.Kind]sentence{lantoa.NotFound: notThere, lantoa.Invalid: badValue}

// problemOf is the one place where an error becomes an answer. An error that nobody foresaw shows nothing of
// itself; the log has it.
func problemOf(c *words.Catalog, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var r *refusal
	if errors.As(err, &r) {
		why := r.why
		if r.want != "" {
			why = r.want.in(c)
		}
		return newProblem(c, r.kind, statusOf[r.kind], r.about.happened(c, r.param, why), r.about.todo(c))
	}
	var t *lantoa.Trouble
	if errors.As(err, &t) {
		if about, ok := ofTrouble[t.Kind]; ok && t.What != "" {
			return newProblem(c, t.Kind, statusOf[t.Kind], about.happened(c, t.What, t.Note), about.todo(c))
		}
		if status, ok := statusOf[t.Kind]; ok {
			return newProblem(c, t.Kind, status, c.Happened(t, ""), c.ToDo(t, ""))
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return newProblem(c, lantoa.Away, http.StatusServiceUnavailable, tooSlow.happened(c, "", ""), tooSlow.todo(c))
	}
	return newProblem(c, "internal", http.StatusInternalServerError, unforeseen.happened(c, "", ""), unforeseen.todo(c))
}

func newProblem(c *words.Catalog, kind lantoa.Kind, status int, detail, todo string) *Problem {
	return &Problem{
		Type: "urn:lantoa:problem:" + string(kind), Title: titleOf(c, status), Status: status,
		Detail: detail, WhatToDo: todo,
	}
}

// unauthorized is the answer to a call without a good token.
func unauthorized(c *words.Catalog, why sentence) *Problem {
	return newProblem(c, "unauthorized", http.StatusUnauthorized, why.happened(c, "", ""), why.todo(c))
}

// translate turns what huma found wrong with a request, before our handler saw it, into our shape. Its
// messages are English and for programmers; what a value must be is said from its schema instead.
func translate(c *words.Catalog, op *huma.Operation, schemas huma.Registry, m *huma.ErrorModel) *Problem {
	if m.Status >= http.StatusInternalServerError {
		return problemOf(c, errors.New(m.Detail))
	}
	about, param, why := badBody, "", ""
	kind := lantoa.Invalid
	if m.Status == http.StatusRequestEntityTooLarge {
		kind, why = lantoa.TooLarge, wantSmaller.in(c, "most", op.MaxBodyBytes>>10)
	} else if len(m.Errors) > 0 {
		about, param, why = blame(c, op, schemas, m.Errors[0])
	}
	return newProblem(c, kind, m.Status, about.happened(c, param, why), about.todo(c))
}

// blame says what one of huma's findings is about.
func blame(c *words.Catalog, op *huma.Operation, schemas huma.Registry, found *huma.ErrorDetail) (about sentence, param, why string) {
	where, name, _ := strings.Cut(found.Location, ".")
	name, _, _ = strings.Cut(name, "[")
	if where != "body" {
		if found.Message == "unknown query parameter" {
			if near := nearest(op, name); near != "" {
				return unknownParam, name, near
			}
			return noParam, name, ""
		}
		for _, p := range op.Parameters {
			switch {
			case p.Name == name && p.Schema.Pattern != "":
				return badID, name, ""
			case p.Name == name:
				return badParam, name, expected(c, p.Schema)
			}
		}
		return badParam, name, ""
	}
	body := op.RequestBody.Content["application/json"].Schema
	if body.Ref != "" {
		body = schemas.SchemaFromRef(body.Ref)
	}
	for _, field := range body.Required {
		if name == "" && strings.Contains(found.Message, "property "+field+" ") {
			return badField, field, wantField.in(c)
		}
	}
	if name == "" {
		return badBody, "", ""
	}
	if field, ok := body.Properties[name]; ok {
		return badField, name, expected(c, field)
	}
	return badField, name, wantNoField.in(c)
}

// expected says what a value must be, from its schema.
func expected(c *words.Catalog, s *huma.Schema) string {
	if s.MaxItems != nil && s.Items != nil && len(s.Items.Enum) == 0 {
		return wantFewer.in(c, "most", *s.MaxItems)
	}
	if s.Items != nil {
		s = s.Items
	}
	switch {
	case len(s.Enum) > 0:
		return wantEnum.in(c, "values", strings.Trim(fmt.Sprint(s.Enum), "[]"))
	case s.Type == huma.TypeInteger && s.Minimum != nil && s.Maximum != nil:
		return wantRange.in(c, "from", int64(*s.Minimum), "to", int64(*s.Maximum))
	case s.Type == huma.TypeInteger || s.Type == huma.TypeNumber:
		return wantNumber.in(c)
	case s.Type == huma.TypeBoolean:
		return wantEnum.in(c, "values", "true false")
	case s.Format == "date":
		return wantDate.in(c)
	case s.MaxLength != nil:
		return wantShorter.in(c, "most", *s.MaxLength)
	}
	return ""
}

// nearest is the parameter of the call that looks most like name, "" if it takes none.
func nearest(op *huma.Operation, name string) string {
	best, least := "", 1000
	for _, p := range op.Parameters {
		if d := distance(p.Name, name); p.In == "query" && d < least {
			best, least = p.Name, d
		}
	}
	return best
}

// distance counts the letters to change, add or drop (Levenshtein). Only the first 40 letters count: the
// name comes from an address.
func distance(a, b string) int {
	b = b[:min(len(b), 40)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// write sends a problem outside of huma.
func (p *Problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a caller that hung up has nobody left to tell
}
