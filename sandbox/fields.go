package sandbox

import (
	"fmt"
	"strings"
)

// syntaxError is what Graph says of a field list it cannot read.
type syntaxError string

func (e syntaxError) Error() string { return "Syntax error " + string(e) }

// field is one field of a Graph question: reactions.type(LOVE).limit(0).summary(total_count).as(love) or
// insights.metric(post_media_view){name,values}.
type field struct {
	name string
	as   string            // the name it has in the answer
	mods map[string]string // what stood in brackets behind each dot
	sub  []field
}

// parseFields reads the value of the parameter fields.
func parseFields(s string) ([]field, error) {
	out, rest, err := readFields(s)
	if err == nil && rest != "" {
		err = syntaxError(fmt.Sprintf("\"Expected end of string instead of %q.\" at character %d: %s", rest[:1], len(s)-len(rest), s))
	}
	return out, err
}

func readFields(s string) ([]field, string, error) {
	var out []field
	for {
		s = strings.TrimLeft(s, " \n")
		i := 0
		for i < len(s) && !strings.ContainsRune(",.{}()", rune(s[i])) {
			i++
		}
		f := field{name: strings.TrimSpace(s[:i])}
		f.as = f.name
		if f.name == "" {
			return nil, "", syntaxError("\"Field name missing.\": " + s)
		}
		s = s[i:]
		for strings.HasPrefix(s, ".") {
			name, rest, ok := strings.Cut(s[1:], "(")
			arg, rest, ok2 := strings.Cut(rest, ")")
			if !ok || !ok2 {
				return nil, "", syntaxError("\"Expected ) after a modifier.\": " + s)
			}
			if f.mods == nil {
				f.mods = map[string]string{}
			}
			f.mods[name] = strings.TrimSpace(arg)
			if name == "as" {
				f.as = f.mods[name]
			}
			s = rest
		}
		if strings.HasPrefix(s, "{") {
			var err error
			if f.sub, s, err = readFields(s[1:]); err != nil {
				return nil, "", err
			}
			if !strings.HasPrefix(s, "}") {
				return nil, "", syntaxError("\"Expected }.\": " + s)
			}
			s = s[1:]
		}
		out = append(out, f)
		if !strings.HasPrefix(s, ",") {
			return out, s, nil
		}
		s = s[1:]
	}
}

// wants says whether a field is among those asked for; all are when none is named.
func wants(fields []field, name string) bool {
	if len(fields) == 0 {
		return true
	}
	for i := range fields {
		if fields[i].name == name {
			return true
		}
	}
	return false
}

// fieldsOf parses a field list once for each text.
func (s *Sandbox) fieldsOf(text string) ([]field, error) {
	if text == "" {
		return nil, nil
	}
	if f, ok := s.fields.Load(text); ok {
		return f.([]field), nil
	}
	f, err := parseFields(text)
	if err == nil {
		s.fields.Store(text, f)
	}
	return f, err
}
