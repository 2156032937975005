package zalo

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

const (
	groupsPerCall = 50               // Zalo's default is 5 and it names no maximum
	listingLife   = 10 * time.Minute // one listing serves a whole sweep over the groups
)

// Group is a group that the Official Account owns.
type Group struct {
	ID       string
	Name     string // NFC, without spaces around it: to match it to a unit
	Raw      string // as its owner typed it
	Link     string
	Members  lantoa.Count
	Disabled bool      // its package has run out
	DeleteOn time.Time // when Zalo dissolves it if nobody pays again; only Client.Group knows
}

// dissolvedAfter is how long a group lives on after its package has run out.
const dissolvedAfter = 45 // days

// wireGroup is a group as both calls write it.
type wireGroup struct {
	ID         flexString `json:"group_id"`
	Name       string     `json:"name"`
	Link       string     `json:"group_link"`
	Members    *flexInt   `json:"total_member"`
	Status     string     `json:"status"`
	AutoDelete string     `json:"auto_delete_date"` // DD/MM/YYYY
}

func (w wireGroup) group() Group {
	g := Group{
		ID: string(w.ID), Raw: w.Name, Name: strings.TrimSpace(norm.NFC.String(w.Name)), Link: w.Link,
		Disabled: w.Status != "" && w.Status != "enabled",
	}
	if w.Members != nil && *w.Members >= 0 {
		g.Members = lantoa.Of(int64(*w.Members))
	}
	g.DeleteOn = dayOf(w.AutoDelete)
	return g
}

// dayOf is the beginning in Viet Nam of a day as Zalo writes it; a date that cannot be read is no date.
func dayOf(date string) time.Time {
	day, _ := time.ParseInLocation("02/01/2006", strings.TrimSpace(date), time.FixedZone("+07", 7*60*60))
	return day
}

// Groups lists every group of the account.
func (c *Client) Groups(ctx context.Context) ([]Group, error) {
	var calls int
	return c.groups(ctx, &calls)
}

func (c *Client) groups(ctx context.Context, calls *int) ([]Group, error) {
	type page struct {
		Total  flexInt     `json:"total"`
		Groups []wireGroup `json:"groups"`
	}
	var all []Group
	seen := map[string]bool{}
	count := groupsPerCall
	for offset := 0; ; {
		got, err := get[page](ctx, c, calls, "/v3.0/oa/group/getgroupsofoa", map[string]string{
			"offset": strconv.Itoa(offset), "count": strconv.Itoa(count),
		})
		if tooMany(err) && count > 1 {
			count = max(count/2, 1)
			continue
		}
		if err != nil {
			return nil, err
		}
		news := 0
		for _, w := range got.Groups {
			if g := w.group(); g.ID != "" && !seen[g.ID] {
				seen[g.ID] = true
				all = append(all, g)
				news++
			}
		}
		offset += len(got.Groups)
		if news == 0 || len(all) >= int(got.Total) && got.Total > 0 {
			return all, nil
		}
	}
}

// Group asks about one group, whether we own it and when Zalo will dissolve it.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	var calls int
	return c.group(ctx, &calls, id)
}

func (c *Client) group(ctx context.Context, calls *int, id string) (Group, error) {
	type info struct {
		Group wireGroup `json:"group_info"`
		Asset struct {
			PaidUntil string     `json:"valid_through"`
			Renews    flexString `json:"auto_renew"` // a word, "true", and who knows for how long
		} `json:"asset_info"`
	}
	got, err := get[info](ctx, c, calls, "/v3.0/oa/group/getgroup", map[string]string{"group_id": id})
	if err != nil {
		return Group{}, err
	}
	g := got.Group.group()
	if paid := dayOf(got.Asset.PaidUntil); g.DeleteOn.IsZero() && !paid.IsZero() && got.Asset.Renews == "false" {
		g.DeleteOn = paid.AddDate(0, 0, dissolvedAfter)
	}
	return g, nil
}

// groupID is the form of a group's id; the address of the manager's chat window has a character more at its end.
var groupID = regexp.MustCompile(`[0-9a-f]{20}[0-9a-f]?`)

// FindGroup finds the group that a person means with an id or an address, typed or copied, and makes sure that the
// account owns it.
func (c *Client) FindGroup(ctx context.Context, typed string) (Group, error) {
	id := groupID.FindString(strings.ToLower(typed))
	if id == "" {
		return Group{}, lantoa.Problem(lantoa.Invalid, "group_id", "")
	}
	g, err := c.Group(ctx, id)
	if k := lantoa.KindOf(err); len(id) > 20 && (k == lantoa.Gone || k == lantoa.Refused) {
		g, err = c.Group(ctx, id[:20])
	}
	return g, err
}

// listing is the newest list of groups, asked for by one visit and used by the others of a sweep.
type listing struct {
	turn chan struct{}
	at   time.Time
	byID map[string]Group
}

// listed is the group as the account's list has it; ok is false for one that is not in the list.
func (c *Client) listed(ctx context.Context, calls *int, id string) (g Group, ok bool, err error) {
	select {
	case c.list.turn <- struct{}{}:
		defer func() { <-c.list.turn }()
	case <-ctx.Done():
		return Group{}, false, ctx.Err()
	}
	now := c.opt.Now()
	if age := now.Sub(c.list.at); c.list.byID == nil || age > listingLife || age < 0 {
		all, err := c.groups(ctx, calls)
		if err != nil {
			return Group{}, false, err
		}
		c.list.at, c.list.byID = now, make(map[string]Group, len(all))
		for _, g := range all {
			c.list.byID[g.ID] = g
		}
	}
	g, ok = c.list.byID[id]
	return g, ok, nil
}

// Account is what Zalo says about the Official Account.
type Account struct {
	ID        string
	Name      string // NFC
	Verified  bool
	Agency    bool // a state agency's account, for which Zalo names no package
	Followers lantoa.Count
	Package   string // empty for a state agency
	PaidUntil string // DD/MM/YYYY as given
}

// OA asks about the Official Account; a cheap check of whether the connection works.
func (c *Client) OA(ctx context.Context) (Account, error) {
	var calls int
	w, err := get[wireAccount](ctx, c, &calls, "/v2.0/oa/getoa", nil)
	return w.account(), err
}

// wireAccount is the account as Zalo writes it.
type wireAccount struct {
	ID        flexString `json:"oaid"`
	OtherID   flexString `json:"oa_id"` // table and example of the documentation disagree
	Name      string     `json:"name"`
	Verified  bool       `json:"is_verified"`
	Type      flexInt    `json:"oa_type"`
	Followers *flexInt   `json:"num_follower"`
	Package   string     `json:"package_name"`
	PaidUntil string     `json:"package_valid_through_date"`
}

func (w wireAccount) account() Account {
	a := Account{
		ID: string(w.ID), Name: norm.NFC.String(w.Name), Verified: w.Verified, Agency: w.Type == 4,
		Package: w.Package, PaidUntil: w.PaidUntil,
	}
	if a.ID == "" {
		a.ID = string(w.OtherID)
	}
	if w.Followers != nil && *w.Followers >= 0 {
		a.Followers = lantoa.Of(int64(*w.Followers))
	}
	return a
}
