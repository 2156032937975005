package files

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// Channel is one row of a list of channels. External is what its address tells: the number of a Facebook
// page or else its short name in small letters, the id of a Zalo group or else "g/" and the code of its
// link, the number of an Official Account, a website's address without its scheme.
type Channel struct {
	Line     int
	UnitCode string
	lantoa.Channel
}

// ReadChannels reads a list of channels, CSV or XLSX: unit (code), kind, name, and url or external, or the
// Vietnamese headings "Mã đơn vị", "Loại kênh", "Tên kênh", "Địa chỉ", "Mã kênh". Where the kind is left out
// the address tells it. Unit is the one of have that bears the code; the newest if several do. The error
// says that the file cannot be read at all.
func ReadChannels(r io.Reader, format string, have Tree) ([]Channel, []BadRow, error) {
	var channels []Channel
	seen := map[string]bool{}
	units := newUnitIndex(have)
	wrong, err := eachRow(r, format, "channels", func(t *sheet.Table) (func(sheet.Row) *BadRow, string) {
		unit := t.Column("unit", "unit_code", "mã đơn vị", "đơn vị", "code", "mã")
		kind := t.Column("kind", "loại kênh", "loại", "nền tảng", "platform")
		name := t.Column("name", "tên kênh", "tên", "tên trang")
		external := t.Column("external", "external_id", "id", "mã kênh", "page_id", "group_id", "oa_id")
		address := t.Column("url", "link", "địa chỉ", "đường dẫn", "liên kết", "trang fb", "trang facebook", "nhóm zalo")
		switch {
		case unit < 0:
			return nil, "unit"
		case external < 0 && address < 0:
			return nil, "url"
		}
		return func(row sheet.Row) *BadRow {
			ch, fault := readChannel(channelRow{
				unit: row.At(unit), kind: row.At(kind), name: row.At(name), external: row.At(external), url: row.At(address),
			}, units)
			if fault == nil && seen[string(ch.Kind)+" "+ch.External] {
				fault = &BadRow{Kind: Duplicate, Field: "url", Value: cmp.Or(ch.URL, ch.External)}
			}
			if fault != nil {
				b := bad(row.Line, fault.Kind, fault.Field, fault.Value)
				return &b
			}
			seen[string(ch.Kind)+" "+ch.External] = true
			ch.Line = row.Line
			channels = append(channels, ch)
			return nil
		}, ""
	})
	return channels, wrong, err
}

type channelRow struct{ unit, kind, name, external, url string }

func readChannel(row channelRow, units unitIndex) (Channel, *BadRow) {
	var ch Channel
	found := units.find(row.unit)
	switch {
	case row.unit == "":
		return ch, &BadRow{Kind: Missing, Field: "unit"}
	case len(found) == 0:
		return ch, &BadRow{Kind: UnknownUnit, Field: "unit", Value: row.unit}
	}
	ch.Unit = slices.MaxFunc(found, func(a, b lantoa.Unit) int { return a.From.Compare(b.From) })
	if len(codes(found)) > 1 {
		return ch, &BadRow{Kind: UnknownUnit, Field: "unit", Value: row.unit}
	}
	ch.UnitCode, ch.Name = ch.Unit.Code, row.name

	given := cmp.Or(row.url, row.external)
	if given == "" {
		return ch, &BadRow{Kind: Missing, Field: "url", Value: row.unit}
	}
	var ok bool
	if ch.Kind, ok = channelKind(row.kind, given); !ok {
		return ch, &BadRow{Kind: UnknownKind, Field: "kind", Value: cmp.Or(row.kind, given)}
	}
	at, fault := addressOf(ch.Kind, given)
	if fault == "" && row.url != "" && row.external != "" { // both are there: the id is the surer
		var byID place
		if byID, fault = addressOf(ch.Kind, row.external); fault == "" {
			at.external = byID.external
		}
	}
	if fault != "" {
		return ch, &BadRow{Kind: fault, Field: "url", Value: given}
	}
	ch.External, ch.URL = at.external, at.url
	ch.Name = cmp.Or(ch.Name, ch.Unit.UnionName())
	return ch, nil
}

func codes(units []lantoa.Unit) map[string]bool {
	all := map[string]bool{}
	for _, u := range units {
		all[u.Code] = true
	}
	return all
}

// kindWords are the words for a kind of channel.
var kindWords = map[string]lantoa.ChannelKind{
	"facebook page": lantoa.FacebookPage, "facebook": lantoa.FacebookPage, "fb": lantoa.FacebookPage,
	"trang facebook": lantoa.FacebookPage, "trang fb": lantoa.FacebookPage, "fanpage": lantoa.FacebookPage,
	"page": lantoa.FacebookPage, "trang": lantoa.FacebookPage, "fanpage facebook": lantoa.FacebookPage,
	"zalo group": lantoa.ZaloGroup, "zalo": lantoa.ZaloGroup, "nhom zalo": lantoa.ZaloGroup, "nhom": lantoa.ZaloGroup,
	"zalo oa": lantoa.ZaloOA, "oa": lantoa.ZaloOA, "oa zalo": lantoa.ZaloOA,
	"website": lantoa.Website, "web": lantoa.Website, "trang web": lantoa.Website, "trang thong tin": lantoa.Website,
	"trang thong tin dien tu": lantoa.Website, "cong thong tin": lantoa.Website, "cong thong tin dien tu": lantoa.Website,
}

func channelKind(word, address string) (lantoa.ChannelKind, bool) {
	if word != "" {
		kind, ok := kindWords[sheet.Key(word)]
		return kind, ok
	}
	u, ok := webAddress(address)
	switch {
	case !ok:
		return "", false // a bare id could be anything
	case isFacebook(u.Host):
		return lantoa.FacebookPage, true
	case isZalo(u.Host) && strings.HasPrefix(u.Path, "/g/"):
		return lantoa.ZaloGroup, true
	case isZalo(u.Host):
		return lantoa.ZaloOA, true
	}
	return lantoa.Website, true
}
