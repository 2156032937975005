package digest

import (
	"context"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Desk knows the channels' figures. *activity.Desk is one.
type Desk interface {
	DigestMaterial(ctx context.Context, w lantoa.Week) (lantoa.DigestMaterial, error)
}

// Shelf has the stories of a week. *store.Store is one.
type Shelf interface {
	DigestStories(ctx context.Context, w lantoa.Week, now time.Time) (told, chosen []lantoa.DigestStory, err error)
}

// Book is where the editions stand. *store.Store is one.
type Book interface {
	Shelf
	Edition(ctx context.Context, w lantoa.Week) (lantoa.Edition, error)
	AddEdition(ctx context.Context, e lantoa.Edition) (bool, error)
	ApproveEdition(ctx context.Context, e lantoa.Edition, by, who string, at time.Time) (letters int, err error)
}

// Gather brings together what the digests of a week are cut from, as it stands now: of an edition that is not approved
// yet it is gathered anew each time, so that a story that was deleted at its source is in no mail.
func Gather(ctx context.Context, desk Desk, shelf Shelf, w lantoa.Week, now time.Time) (lantoa.DigestMaterial, error) {
	m, err := desk.DigestMaterial(ctx, w)
	if err != nil {
		return m, err
	}
	m.Stories, m.Chosen, err = shelf.DigestStories(ctx, w, now)
	return m, err
}

// Open is the edition of a week with its material: frozen where it was approved, else as it stands now. Of a week
// without an edition it is what the draft would be, and saved nowhere.
func Open(ctx context.Context, desk Desk, book Book, w lantoa.Week, now time.Time) (lantoa.Edition, error) {
	e, err := book.Edition(ctx, w)
	if err == nil && e.Material != nil {
		return e, nil
	}
	none := lantoa.KindOf(err) == lantoa.NotFound
	if err != nil && !none {
		return e, err
	}
	m, err := Gather(ctx, desk, book, w, now)
	if err != nil {
		return e, err
	}
	if none {
		e = lantoa.Edition{Week: w, Edits: FirstEdits(m)}
	}
	e.Material = &m
	return e, nil
}

// Draft makes the draft of a week, unless there is one.
func Draft(ctx context.Context, desk Desk, book Book, w lantoa.Week, now time.Time) (made bool, err error) {
	if _, err := book.Edition(ctx, w); lantoa.KindOf(err) != lantoa.NotFound {
		return false, err
	}
	m, err := Gather(ctx, desk, book, w, now)
	if err != nil {
		return false, err
	}
	return book.AddEdition(ctx, lantoa.Edition{Week: w, Edits: FirstEdits(m), MadeAt: now})
}

// MayEdit says whether somebody makes up and approves the digest, which goes to everybody.
func MayEdit(who lantoa.User) bool {
	return who.Unit.Parent == "" && who.May(lantoa.Edit, who.Unit.Path)
}

// Approval is somebody's word that a digest may go out.
type Approval struct {
	Week    lantoa.Week
	Version int64       // of the draft that was looked at
	Late    bool        // send it though the Wednesday is over
	Who     lantoa.User // who approves …
	Program string      // … or what does, instead: "lantoa" by itself, "dòng lệnh"
}

// Approve freezes the digest of a week and puts a letter for each reader into the outbox; it says how many. It happens
// once: whoever comes later is told that it is done (Conflict "edition_approved"), or that the draft has become another
// one meanwhile (Conflict "edition").
func Approve(ctx context.Context, desk Desk, book Book, a Approval, now time.Time, zone *time.Location) (letters int, err error) {
	if a.Program == "" && !MayEdit(a.Who) {
		return 0, lantoa.Problem(lantoa.Forbidden, "digest", "")
	}
	if now.Before(a.Week.End(zone)) {
		return 0, lantoa.Problem(lantoa.Invalid, "digest_week", a.Week.String())
	}
	late := lantoa.DigestLate(a.Week, now, zone)
	if late && !a.Late {
		return 0, lantoa.Problem(lantoa.Conflict, "digest_late", "")
	}
	e, err := Open(ctx, desk, book, a.Week, now)
	if err != nil {
		return 0, err
	}
	if e.State == "" {
		return 0, lantoa.Missing("edition", a.Week)
	}
	if e.State != lantoa.EditionApproved && !e.Material.Reckoned() {
		return 0, lantoa.Problem(lantoa.Conflict, "digest_figures", "")
	}
	e.Version, e.Late = a.Version, late
	who := a.Who.Email
	if a.Program != "" {
		who = a.Program
	}
	return book.ApproveEdition(ctx, e, a.Who.Name, who, now)
}
