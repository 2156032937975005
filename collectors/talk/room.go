package talk

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// Room is what an ordinary group says of itself to one of its members' programs (getGroupInfo of zca-js). Who its
// members are is not even read.
type Room struct {
	ID      string
	Name    string // NFC
	Members lantoa.Count
	Sealed  bool // end-to-end encrypted: what is said in it can be had by nobody but its members
}

// Trouble is why nothing of the room can be read; nil if it can. A sealed room is not a silent one.
func (r Room) Trouble() *lantoa.Trouble {
	if !r.Sealed {
		return nil
	}
	return lantoa.Problem(lantoa.NoRight, "e2ee", "")
}

// ReadRooms reads the answer of getGroupInfo, in the order of the ids.
func ReadRooms(body []byte) ([]Room, error) {
	var got struct {
		Map map[string]struct {
			Name    string       `json:"name"`
			Members *json.Number `json:"totalMember"`
			Sealed  json.Number  `json:"e2ee"`
		} `json:"gridInfoMap"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		odd := (*json.UnmarshalTypeError)(nil)
		if !errors.As(err, &odd) || odd.Field == "" {
			return nil, lantoa.Problem(lantoa.Garbled, "json", "")
		}
	}
	if got.Map == nil {
		return nil, lantoa.Problem(lantoa.Garbled, "json", "")
	}
	var rooms []Room
	for _, id := range slices.Sorted(maps.Keys(got.Map)) {
		g := got.Map[id]
		room := Room{ID: id, Name: strings.TrimSpace(norm.NFC.String(g.Name)), Sealed: g.Sealed == "1"}
		if g.Members != nil {
			if n, err := g.Members.Int64(); err == nil && n >= 0 {
				room.Members = lantoa.Of(n)
			}
		}
		rooms = append(rooms, room)
	}
	return rooms, nil
}
