package sandbox

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

//go:embed units.txt
var unitsText string

// place is a unit as the province knows it. A page or group is of one place.
type place struct {
	code     string
	name     string // "xã Đồng Mẫu"
	kind     string // xã, phường, thị trấn, huyện, thành phố, tỉnh
	level    lantoa.Level
	district int // index in places of the district it lies in; of itself for the province and districts
}

// bare is the name without its kind: "Đồng Mẫu".
func (p place) bare() string { return strings.TrimPrefix(p.name, p.kind+" ") }

var kinds = []string{"thị trấn", "thành phố", "phường", "huyện", "tỉnh", "xã"}

// readPlaces reads units.txt: the province first, then each district with its communes.
func readPlaces(text string) ([]place, error) {
	var places []place
	district := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		p := place{level: lantoa.Commune}
		for _, l := range []lantoa.Level{lantoa.Province, lantoa.District} {
			if rest, ok := strings.CutPrefix(line, string(l)+" "); ok {
				p.level, line = l, rest
			}
		}
		var ok bool
		if p.code, p.name, ok = strings.Cut(line, " "); !ok {
			return nil, fmt.Errorf("units.txt: %q", line)
		}
		for _, k := range kinds {
			if strings.HasPrefix(p.name, k+" ") {
				p.kind = k
				break
			}
		}
		if p.level != lantoa.Commune {
			district = len(places)
		}
		p.district = district
		places = append(places, p)
	}
	return places, nil
}

// The merger that is played as it was: on 2025-07-01 three communes of Võ Nhai became one, which bears the
// code of the middle one. The pages of the two others fell out of use.
var (
	mergedOn   = time.Date(2025, 7, 1, 0, 0, 0, 0, Zone)
	mergedFrom = []string{"05749", "05755", "05758"}
	mergedInto = "05755"
	unionSince = time.Date(2020, 1, 1, 0, 0, 0, 0, Zone)
)

// Zone is the Union's time zone. Viet Nam has had no summer time since 1979, so it needs no zone files.
var Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

func unitID(code string) lantoa.UnitID { return lantoa.UnitID("unit" + code) }

const mergedID = lantoa.UnitID("unit05755n2025")

// units is the tree as an administrator would bring it: 187 units of which three have ended, and the one
// that took them in.
func units(places []place) []lantoa.Unit {
	var out []lantoa.Unit
	var merged lantoa.Unit
	for _, p := range places {
		u := lantoa.Unit{ID: unitID(p.code), Code: p.code, Name: p.name, Level: p.level, From: unionSince}
		up := places[p.district]
		switch p.level {
		case lantoa.Province:
			u.Path = string(u.ID)
		case lantoa.District:
			u.Parent = unitID(places[0].code)
			u.Path = string(u.Parent) + "." + string(u.ID)
		default:
			u.Parent = unitID(up.code)
			u.Path = string(unitID(places[0].code)) + "." + string(u.Parent) + "." + string(u.ID)
		}
		if dissolved(p.code) {
			u.To, u.Successors = mergedOn, []lantoa.UnitID{mergedID}
			if p.code == mergedInto {
				merged = lantoa.Unit{
					ID: mergedID, Code: p.code, Name: p.name, Level: p.level, Parent: u.Parent, From: mergedOn,
					Path: strings.TrimSuffix(u.Path, string(u.ID)) + string(mergedID),
				}
			}
		}
		out = append(out, u)
	}
	return append(out, merged)
}

func dissolved(code string) bool {
	for _, c := range mergedFrom {
		if c == code {
			return true
		}
	}
	return false
}

// unused says whether the page of that unit fell out of use with the merger.
func unused(code string) bool { return dissolved(code) && code != mergedInto }

// pageID is the platform's id of the unit's page: 15 digits, as real ones have.
func pageID(code string) string { return "1042600000" + five(code) }

// groupID is the platform's id of the unit's group: 20 hex digits.
func groupID(code string) string { return "a1f0c3d2000000c" + five(code) }

// postID is the full id of a post that the page of code published at second at: a page publishes no two in
// one second.
func postID(code string, at int64) string {
	return pageID(code) + "_122" + five(code) + strconv.FormatInt(at, 10)
}

// five is the code with leading zeros to five digits.
func five(code string) string { return strings.Repeat("0", max(0, 5-len(code))) + code }
