package sandbox

import (
	"fmt"
	"time"
)

// graphError is an error in Facebook's shape.
type graphError struct {
	status, code, subcode int
	kind                  string // OAuthException if empty
	message               string
	transient             bool
}

func (e graphError) answer() answer {
	if e.kind == "" {
		e.kind = "OAuthException"
	}
	b := textField([]byte(`{"error":{`), "message", e.message)
	b = textField(b, "type", e.kind)
	b = numberField(b, "code", e.code)
	if e.subcode != 0 {
		b = numberField(b, "error_subcode", e.subcode)
	}
	if e.transient {
		b = boolField(b, "is_transient", true)
	}
	b = textField(b, "fbtrace_id", fmt.Sprintf("ASandbox%07d", e.code*31+e.subcode))
	return answer{status: e.status, body: append(b, "}}"...)}
}

// gone is the answer for a thing that is not there, or not for us.
func gone(id string) answer {
	return graphError{status: 400, code: 100, subcode: 33, kind: "GraphMethodException", message: "Unsupported get request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"}.answer()
}

func unknownPath(path string) answer {
	return graphError{status: 400, code: 2500, message: "Unknown path components: " + path}.answer()
}

func badField(name, node string) answer {
	return graphError{status: 400, code: 100, message: "(#100) Tried accessing nonexisting field (" + name + ") on node type (" + node + ")"}.answer()
}

// broken is the answer of a page that cannot be read any more.
func broken(p *page, now int64) answer {
	e := graphError{status: 400, code: 190}
	switch p.breakage {
	case tokenExpired:
		e.subcode, e.message = 463, fmt.Sprintf("Error validating access token: Session has expired on %s. The current time is %s.", californian(p.broken), californian(now))
	case lostRole:
		e.subcode, e.message = 492, "Error validating access token: The user is not an administrator of the page."
	case permissionGone:
		e.code, e.message = 10, "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature. Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages and https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS for details."
	case revoked:
		e.status, e.code, e.message = 403, 200, "(#200) Requires pages_read_engagement permission to manage the object"
	default:
		return gone(p.id)
	}
	a := e.answer()
	a.page = p.id
	return a
}

// californian is a moment as Facebook's messages have it.
func californian(at int64) string {
	return time.Unix(at, 0).In(pacific).Format("Monday, 02-Jan-06 15:04:05 MST")
}
