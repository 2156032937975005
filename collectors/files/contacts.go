package files

import (
	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// contactColumns are the columns of a list of units that say who is in charge and where the unit publishes.
type contactColumns struct {
	name, duty, phone, zalo, mail, page, group int
	seen                                       map[string]bool // channels of rows before
}

func newContactColumns() *contactColumns { return &contactColumns{seen: map[string]bool{}} }

func (c *contactColumns) find(t *sheet.Table) {
	c.name = t.Column("contact", "phụ trách", "người phụ trách", "cán bộ phụ trách", "họ tên")
	c.duty = t.Column("duty", "chức vụ", "chức danh")
	c.phone = t.Column("phone", "đt", "điện thoại", "số điện thoại", "sđt")
	c.zalo = t.Column("zalo", "số zalo", "zalo cá nhân")
	c.mail = t.Column("email", "thư", "thư điện tử", "e-mail", "mail", "địa chỉ thư")
	c.page = t.Column("page", "trang fb", "trang facebook", "facebook", "fanpage")
	c.group = t.Column("group", "nhóm zalo", "nhóm")
}

// read fills in who is in charge of a unit, and its channels.
func (c *contactColumns) read(row sheet.Row, u *Unit) *BadRow {
	contact, fault := lantoa.Contact{Name: row.At(c.name), Duty: row.At(c.duty), Phone: row.At(c.phone), Zalo: row.At(c.zalo), Email: row.At(c.mail)}.Tidied()
	switch fault {
	case "phone":
		return &BadRow{Kind: NotAPhone, Field: fault, Value: contact.Phone}
	case "zalo":
		return &BadRow{Kind: NotAPhone, Field: fault, Value: contact.Zalo}
	case "email":
		return &BadRow{Kind: NotAMail, Field: fault, Value: contact.Email}
	}
	if contact.Name == "" && (contact.Phone != "" || contact.Email != "" || contact.Zalo != "") {
		contact.Name = u.UnionName()
	}
	u.Contact = contact
	for _, x := range []struct {
		kind  lantoa.ChannelKind
		field string
		given string
	}{{lantoa.FacebookPage, "page", row.At(c.page)}, {lantoa.ZaloGroup, "group", row.At(c.group)}} {
		if x.given == "" {
			continue
		}
		at, fault := addressOf(x.kind, x.given)
		if fault != "" {
			return &BadRow{Kind: fault, Field: x.field, Value: x.given}
		}
		key := string(x.kind) + " " + at.external
		if c.seen[key] {
			return &BadRow{Kind: Duplicate, Field: x.field, Value: x.given}
		}
		c.seen[key] = true
		u.Channels = append(u.Channels, lantoa.Channel{Kind: x.kind, External: at.external, URL: at.url, Name: u.UnionName()})
	}
	return nil
}
