package sandbox

import (
	"slices"
	"strconv"
	"strings"
)

// accounts is GET me/accounts: the pages in pieces of 25.
func (s *Sandbox) accounts(c graphCall) answer {
	limit, bad := c.limit()
	if bad != nil {
		return *bad
	}
	fields, err := s.fieldsOf(c.q.Get("fields"))
	if err != nil {
		return graphError{status: 400, code: 2500, message: err.Error()}.answer()
	}
	if fields == nil {
		fields, _ = s.fieldsOf("access_token,category,category_list,name,id,tasks")
	}
	from := 0
	if after := c.q.Get("after"); after != "" {
		parts, ok := uncursor(after)
		if !ok {
			return badCursor()
		}
		// Pages stand in the order of the list of units, which is not that of their ids.
		from = 1 + slices.IndexFunc(s.pages, func(p *page) bool { return p.id == parts[0] })
	}
	b := []byte(`{"data":[`)
	var first, last string
	n := 0
	for ; from < len(s.pages) && n < limit; from++ {
		p := s.pages[from]
		if _, unlisted := s.faults.stands("unlisted", p.id, c.now); unlisted || !p.exists(c.now) {
			continue
		}
		if b, err = s.writePage(next(b), p, fields, c); err != nil {
			return badField(err.Error(), "Page")
		}
		if first == "" {
			first = p.id
		}
		last = p.id
		n++
	}
	b = append(b, ']')
	if n > 0 {
		more := false
		for _, p := range s.pages[from:] {
			more = more || p.exists(c.now)
		}
		b = paging(b, c, systemUser+"/accounts", cursor(first), cursor(last), more, c.q.Get("after") != "")
	}
	return ok(append(b, '}'), "")
}

// paging writes the paging object; next is missing exactly on the last piece.
func paging(b []byte, c graphCall, path, before, after string, more, earlier bool) []byte {
	b = append(key(b, "paging"), `{"cursors":{`...)
	b = textField(b, "before", before)
	b = append(textField(b, "after", after), '}')
	if more {
		b = textField(b, "next", c.again(path, "after", after))
	}
	if earlier {
		b = textField(b, "previous", c.again(path, "before", before))
	}
	return append(b, '}')
}

func badCursor() answer {
	return graphError{status: 400, code: 100, message: "(#100) Invalid cursors values"}.answer()
}

// pageNode is GET {page}.
func (s *Sandbox) pageNode(c graphCall, p *page) answer {
	fields, err := s.fieldsOf(c.q.Get("fields"))
	if err != nil {
		return graphError{status: 400, code: 2500, message: err.Error()}.answer()
	}
	if fields == nil {
		fields, _ = s.fieldsOf("name,id")
	}
	b, err := s.writePage(nil, p, fields, c)
	if a, ok := err.(nested); ok {
		return answer(a)
	}
	if err != nil {
		return badField(err.Error(), "Page")
	}
	return ok(b, p.id)
}

// nested is an error answer of an edge inside a node.
type nested answer

func (n nested) Error() string { return string(n.body) }

// unknownField is the error for a field that a node does not have.
type unknownField string

func (f unknownField) Error() string { return string(f) }

func (s *Sandbox) writePage(b []byte, p *page, fields []field, c graphCall) ([]byte, error) {
	b = append(b, '{')
	id := false
	for i := range fields {
		f := &fields[i]
		switch f.name {
		case "id":
			b, id = textField(b, f.as, p.id), true
		case "name":
			b = textField(b, f.as, p.name)
		case "username":
			b = textField(b, f.as, "phunu"+five(p.place.code))
		case "link":
			b = textField(b, f.as, "https://www.facebook.com/"+p.id)
		case "category":
			b = textField(b, f.as, "Nonprofit organization")
		case "category_list":
			b = append(key(b, f.as), `[{"id":"2603","name":"Nonprofit organization"}]`...)
		case "fan_count":
			b = numberField(b, f.as, p.likes(c.now, s.anchor))
		case "followers_count":
			b = numberField(b, f.as, p.size(c.now, s.anchor))
		case "is_published":
			b = boolField(b, f.as, true)
		case "verification_status":
			b = textField(b, f.as, "not_verified")
		case "has_transitioned_to_new_page_experience":
			b = boolField(b, f.as, true)
		case "about":
			b = textField(b, f.as, "Trang của Hội LHPN "+p.place.name+" (dữ liệu mẫu, không có thật)")
		case "talking_about_count":
			b = numberField(b, f.as, p.size(c.now, s.anchor)/40)
		case "picture":
			b = append(key(b, f.as), `{"data":{`...)
			b = textField(b, "url", c.base+"/media/page"+p.id+".jpg")
			b = append(b, "}}"...)
		case "access_token":
			b = textField(b, f.as, p.pageToken)
		case "tasks":
			b = append(key(b, f.as), `["ADVERTISE","ANALYZE","CREATE_CONTENT","MESSAGING","MODERATE","MANAGE"]`...)
		case "published_posts", "posts", "feed", "insights":
			one := c
			one.q = map[string][]string{}
			for k, v := range f.mods {
				one.q.Set(k, v)
			}
			one.q.Set("fields", subText(f.sub))
			a := s.pageCall(one, p, f.name, nil)
			if a.status != 200 {
				return b, nested(a)
			}
			b = append(key(b, f.as), a.body...)
		default:
			return b, unknownField(f.name)
		}
	}
	if !id {
		b = textField(b, "id", p.id)
	}
	return append(b, '}'), nil
}

// subText writes parsed fields as text again.
func subText(fields []field) string {
	var out strings.Builder
	for i, f := range fields {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(f.name)
		for k, v := range f.mods {
			out.WriteString("." + k + "(" + v + ")")
		}
		if len(f.sub) > 0 {
			out.WriteString("{" + subText(f.sub) + "}")
		}
	}
	return out.String()
}

// debugToken is GET debug_token, asked with an app token or the system user's own.
func (s *Sandbox) debugToken(c graphCall) answer {
	if c.token != s.Token() && c.token != s.AppID()+"|"+s.AppSecret() {
		return graphError{status: 400, code: 190, message: "Invalid OAuth access token - Cannot parse access token"}.answer()
	}
	token := c.q.Get("input_token")
	b := []byte(`{"data":{`)
	p := s.tokens[token]
	if p == nil && token != s.Token() {
		b = append(b, `"error":{"code":190,"message":"Invalid OAuth access token - Cannot parse access token"},"is_valid":false,"scopes":[]}}`...)
		return ok(b, "")
	}
	b = textField(b, "app_id", s.AppID())
	if p == nil {
		b = textField(b, "type", "SYSTEM_USER")
	} else {
		b = textField(b, "type", "PAGE")
	}
	b = textField(b, "application", "Lan tỏa (mẫu)")
	b = numberField(b, "data_access_expires_at", 0)
	valid := true
	if p != nil && c.now >= p.broken && (p.breakage == tokenExpired || p.breakage == lostRole) {
		valid = false
		sub := 463
		if p.breakage == lostRole {
			sub = 492
		}
		b = append(key(b, "error"), `{"code":190,`...)
		b = append(b, `"message":"Error validating access token","subcode":`+strconv.Itoa(sub)+`}`...)
	}
	if p != nil {
		if e, ok := s.faults.tokenEvent(p.id, c.now); ok && valid {
			valid = false
			b = append(key(b, "error"), `{"code":190,`...)
			b = append(b, `"message":"Error validating access token","subcode":`+strconv.Itoa(e.subcode)+`}`...)
		}
	}
	end := 0
	if p != nil && p.breakage == tokenExpired {
		end = int(p.broken)
	}
	b = numberField(b, "expires_at", end)
	b = boolField(b, "is_valid", valid)
	b = numberField(b, "issued_at", int(s.anchor-300*day))
	granted := scopes
	if p != nil && c.now >= p.broken && (p.breakage == permissionGone || p.breakage == revoked) {
		granted = []string{"pages_show_list", "business_management", "public_profile"}
	}
	if p != nil {
		if f, ok := s.faults.stands("no-scope", p.id, c.now); ok {
			granted = slices.DeleteFunc(slices.Clone(granted), func(name string) bool { return name == f.Other })
		}
	}
	b = append(key(b, "scopes"), '[')
	for _, name := range granted {
		b = quote(next(b), name)
	}
	b = append(key(append(b, ']'), "granular_scopes"), '[')
	for _, name := range granted {
		b = append(textField(append(next(b), '{'), "scope", name), '}')
	}
	b = append(b, ']')
	if p != nil {
		b = textField(b, "profile_id", p.id)
	}
	b = textField(b, "user_id", systemUser)
	return ok(append(b, "}}"...), "")
}
