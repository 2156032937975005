package api

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// directory finds our channels by what programs call them. Only those in which its person may tell something are
// handed out; the others are known to be there.
type directory struct {
	who   lantoa.User
	names [3]map[string][]lantoa.Channel // by our id, the platform's, the name: what comes first counts more
}

func (s *Server) directory(ctx context.Context, who lantoa.User) (*directory, error) {
	all, err := s.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return nil, err
	}
	d := &directory{who: who}
	for i := range d.names {
		d.names[i] = map[string][]lantoa.Channel{}
	}
	for _, ch := range all {
		if ch.Kind == lantoa.Imported {
			continue
		}
		for i, name := range []string{string(ch.ID), ch.External, ch.Name} {
			if name = calling(name); name != "" {
				d.names[i][name] = append(d.names[i][name], ch)
			}
		}
	}
	return d, nil
}

// calling is a name as it is compared: some keyboards write its letters apart from their marks.
func calling(name string) string { return norm.NFC.String(strings.TrimSpace(name)) }

// find is the channel that is called so: NotFound when none of ours is, Conflict when several are, Forbidden when it
// is not the person's to tell for.
func (d *directory) find(name string) (lantoa.Channel, error) {
	name = calling(name)
	foreign := false
	for _, named := range d.names {
		var own []lantoa.Channel
		for _, ch := range named[name] {
			if d.who.May(lantoa.TellHere, ch.Unit.Path) {
				own = append(own, ch)
			} else {
				foreign = true
			}
		}
		if len(own) > 1 {
			return lantoa.Channel{}, &refusal{kind: lantoa.Conflict, about: ingestAmbiguous, why: name}
		}
		if len(own) == 1 {
			return own[0], nil
		}
	}
	if foreign {
		return lantoa.Channel{}, refuse(lantoa.Forbidden, notYours)
	}
	return lantoa.Channel{}, lantoa.Missing("channel", name)
}

// group is the group with the platform's id, as find is.
func (d *directory) group(external string) (lantoa.Channel, error) {
	foreign := false
	for _, ch := range d.names[1][calling(external)] {
		if ch.Kind != lantoa.ZaloGroup {
			continue
		}
		if d.who.May(lantoa.TellHere, ch.Unit.Path) {
			return ch, nil
		}
		foreign = true
	}
	if foreign {
		return lantoa.Channel{}, refuse(lantoa.Forbidden, notYours)
	}
	return lantoa.Channel{}, lantoa.Missing("channel", external)
}
