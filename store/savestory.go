package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SaveStories saves stories as the finder sees them now and fills in their IDs. A story is recognised by its
// posts: it keeps its ID when its cluster grows, merges with another or gets another lead, and with it what
// people decided. State and decisions are never touched, nor what a person said of the care it needs. Its posts are those of its cluster, or its lead
// alone. Of two stories that become one, that which somebody decided of lives on, else the older; the other
// is withdrawn and keeps its decisions.
func (s *Store) SaveStories(ctx context.Context, stories []lantoa.Story) error {
	if len(stories) == 0 {
		return nil
	}
	return s.within(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		b := storyBatch{tx: t, n: n, taken: map[lantoa.StoryID]bool{}, met: map[lantoa.StoryID]bool{}, now: s.now()}
		if b.byHand, err = restrictedByHand(ctx, t); err != nil {
			return err
		}
		told := make([]teller, len(stories))
		for i := range stories {
			if told[i], err = b.teller(ctx, stories[i]); err != nil {
				return err
			}
		}
		// When a story fell apart, the part that kept its lead keeps its ID: such parts choose first.
		for _, leads := range []bool{true, false} {
			for i := range stories {
				if told[i].leads(stories[i]) == leads {
					if err := b.save(ctx, &stories[i], told[i], s); err != nil {
						return err
					}
				}
			}
		}
		if err := b.withdraw(ctx); err != nil {
			return err
		}
		if !b.wrote {
			return errUnchanged
		}
		return nil
	})
}

type storyBatch struct {
	*tx
	n     int64
	now   time.Time
	wrote bool
	// Stories of which a person said whether they need care, and what.
	byHand map[lantoa.StoryID]bool
	taken  map[lantoa.StoryID]bool // has been given to a story of this call
	met    map[lantoa.StoryID]bool // was a candidate
}

// teller is what the database knows of a story to be saved.
type teller struct {
	erased     bool                             // its lead was, while the finder was at work
	members    map[lantoa.PostID]lantoa.StoryID // its posts, and the story they tell so far
	candidates []candidate                      // the best first
}

type candidate struct {
	lantoa.Story
	decided bool
}

func (t teller) leads(s lantoa.Story) bool {
	return slices.ContainsFunc(t.candidates, func(c candidate) bool { return c.Lead.ID == s.Lead.ID })
}

func (b *storyBatch) teller(ctx context.Context, story lantoa.Story) (teller, error) {
	t := teller{members: map[lantoa.PostID]lantoa.StoryID{}}
	err := each(ctx, b, func(rows *sql.Rows) error {
		var id lantoa.PostID
		var tells lantoa.StoryID
		var erased bool
		err := rows.Scan(&id, &tells, &erased)
		t.members[id] = tells
		t.erased = t.erased || erased && id == story.Lead.ID
		return err
	}, `
		SELECT id, story, erased FROM posts WHERE id = $1
		UNION
		SELECT id, story, erased FROM posts WHERE cluster = $2 AND cluster <> ''`, string(story.Lead.ID), string(story.Cluster))
	if err != nil {
		return t, err
	}
	if _, is := t.members[story.Lead.ID]; !is {
		return t, lantoa.Missing("post", story.Lead.ID)
	}
	ids := []lantoa.StoryID{story.ID}
	for _, id := range t.members {
		ids = append(ids, id)
	}
	others, err := list(ctx, b, func(rows *sql.Rows) (id lantoa.StoryID, err error) { return id, rows.Scan(&id) }, `
		SELECT id FROM stories WHERE lead = $1
		UNION
		SELECT id FROM stories WHERE cluster = $2 AND cluster <> ''`, string(story.Lead.ID), string(story.Cluster))
	if err != nil {
		return t, err
	}
	ids = append(ids, others...)
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id lantoa.StoryID) bool { return id == "" })
	if t.candidates, err = candidates(ctx, b, ids); err != nil {
		return t, err
	}
	worth := func(c candidate) (n int) {
		for i, is := range []bool{c.Cluster == story.Cluster && story.Cluster != "", c.Lead.ID == story.Lead.ID,
			!c.Withdrawn, c.decided, c.State == lantoa.Reshared, c.ID == story.ID} {
			if is {
				n += 1 << i
			}
		}
		return n
	}
	slices.SortStableFunc(t.candidates, func(x, y candidate) int { return worth(y) - worth(x) })
	for _, c := range t.candidates {
		b.met[c.ID] = true
	}
	return t, nil
}

// candidates are the stories with these IDs, the oldest first.
func candidates(ctx context.Context, q asker, ids []lantoa.StoryID) ([]candidate, error) {
	var all []candidate
	err := byHundreds("", ids, func(args []any) error {
		found, err := list(ctx, q, func(rows *sql.Rows) (candidate, error) {
			story, err := scanStory(rows)
			return candidate{Story: story}, err
		}, storyColumns+` WHERE s.id IN (`+hundred+`) AND s.id <> $1 ORDER BY s.id`, args...)
		all = append(all, found...)
		return err
	})
	if err != nil || len(all) == 0 {
		return all, err
	}
	decided, err := decisionsOf(ctx, q, ids)
	for i := range all {
		all[i].decided = len(decided[all[i].ID]) > 0
	}
	return all, err
}

func (b *storyBatch) save(ctx context.Context, story *lantoa.Story, t teller, s *Store) error {
	free := slices.IndexFunc(t.candidates, func(c candidate) bool { return !b.taken[c.ID] })
	var was lantoa.Story
	if free >= 0 {
		was = t.candidates[free].Story
		story.ID, story.State = was.ID, was.State
	} else {
		story.State = lantoa.Suggested
		if story.ID == "" || b.taken[story.ID] {
			story.ID = lantoa.StoryID(lantoa.NewID(s.now()))
		}
	}
	b.taken[story.ID] = true
	story.Title, story.ToldAt = clean(story.Title), exact(story.ToldAt)
	if t.erased { // nothing of its words comes back
		story.Title, story.Reasons, story.Topics, story.Withdrawn = "", nil, nil, true
	}
	if ours, err := b.putDown(ctx, was, *story); err != nil {
		return err
	} else if ours {
		*story = was
	}
	if story.State == lantoa.Suggested && !story.Withdrawn {
		var ours int
		if err := get(ctx, b, `SELECT COUNT(*) FROM reshares WHERE post = $1 AND post <> ''`, []any{string(story.Lead.ID)}, &ours); err != nil {
			return err
		}
		story.Withdrawn = ours > 0 // in whatever words we passed a story on, it is no new one of ours
	}
	b.care(story, t)
	if !sameStory(was, *story) {
		b.wrote = true
		if err := b.put(ctx, *story); err != nil {
			return err
		}
	}
	if err := b.bind(ctx, story.ID, t.members); err != nil {
		return err
	}
	if was.ID == "" || was.Withdrawn == story.Withdrawn {
		return nil
	}
	_, err := b.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE story = $1 AND story <> ''`, string(story.ID), b.n)
	return err
}

// putDown says whether a chosen story looks like one that fell from above because we ourselves have put it to units below:
// that they took it up takes nothing from it.
func (b *storyBatch) putDown(ctx context.Context, was, story lantoa.Story) (bool, error) {
	if !chosen(was.State) || was.Withdrawn || !story.FromAbove || story.Lead.Removed() || was.Lead.Removed() {
		return false, nil
	}
	var hints int
	err := get(ctx, b, `SELECT COUNT(*) FROM share_hints WHERE story = $1`, []any{string(was.ID)}, &hints)
	return hints > 0, err
}

// care lets what a person said of the care that a story needs stand before what the finder sees. Of several stories that
// become one, or of one that falls apart, the word that it needs care holds for all.
func (b *storyBatch) care(story *lantoa.Story, t teller) {
	restricted, said := b.byHand[story.ID]
	for _, c := range t.candidates {
		if b.byHand[c.ID] {
			restricted, said = true, true
		}
	}
	if said {
		withCare(story, restricted)
	}
}

// withCare makes a story one that needs care, or one that does not, in what is said of it too.
func withCare(story *lantoa.Story, restricted bool) {
	story.Restricted = restricted
	needs := func(r lantoa.Reason) bool { return r.Kind == lantoa.NeedsConsent }
	if is := slices.ContainsFunc(story.Reasons, needs); restricted && !is {
		story.Reasons = append(slices.Clone(story.Reasons), lantoa.Reason{Kind: lantoa.NeedsConsent})
	} else if !restricted && is {
		story.Reasons = slices.DeleteFunc(slices.Clone(story.Reasons), needs)
	}
}

func restrictedByHand(ctx context.Context, q asker) (map[lantoa.StoryID]bool, error) {
	all := map[lantoa.StoryID]bool{}
	err := each(ctx, q, func(rows *sql.Rows) error {
		var id lantoa.StoryID
		var restricted bool
		err := rows.Scan(&id, &restricted)
		all[id] = restricted
		return err
	}, `SELECT id, restricted FROM stories WHERE restricted_by_hand`)
	return all, err
}

// SetRestricted says by hand that a story shows somebody who needs care, or that it does not, and gives it back. Whatever
// the finder sees later, it stays so; what waits to be passed on of it waits for a consent given from now on, also where
// there was one before.
func (s *Store) SetRestricted(ctx context.Context, id lantoa.StoryID, on bool, who lantoa.User) (lantoa.Story, error) {
	var story lantoa.Story
	err := s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		if story, err = storyByID(ctx, t, id); err != nil {
			return err
		}
		_, consented := story.Consented()
		withCare(&story, on)
		reasons, err := json.Marshal(story.Reasons)
		if err != nil {
			return fmt.Errorf("reasons of %s: %w", id, err)
		}
		rows, err := t.exec(ctx, `
			UPDATE stories SET restricted = $2, restricted_by_hand = TRUE, reasons = $3
			WHERE id = $1 AND NOT (restricted = $2 AND restricted_by_hand)`, string(id), on, string(reasons))
		if err != nil {
			return err
		}
		if rows == 0 && !(on && consented) { // said once more it takes the consent back
			return errUnchanged
		}
		if _, err := t.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE story = $1 AND story <> ''`, string(id), n); err != nil {
			return err
		}
		deed := "unrestrict"
		if on {
			deed = "restrict"
			if err := decided(ctx, t, n, lantoa.Decision{ID: lantoa.NewID(s.now()), Story: id, Verdict: lantoa.Restrict, By: who.ID, ByName: who.Name, At: s.now()}); err != nil {
				return err
			}
			if story, err = storyByID(ctx, t, id); err != nil {
				return err
			}
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: who.Email, Action: deed, Subject: string(id)})
	})
	if err != nil {
		return lantoa.Story{}, err
	}
	return story, nil
}

func (b *storyBatch) put(ctx context.Context, s lantoa.Story) error {
	reasons, err := json.Marshal(s.Reasons)
	if err != nil {
		return fmt.Errorf("reasons of %s: %w", s.ID, err) // a figure that is no number
	}
	_, err = b.exec(ctx, `
		INSERT INTO stories (id, cluster, lead, title, state, first_unit, told_at, units, channels, likeness,
			rank, heat, reasons, topics, from_above, restricted, withdrawn)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (id) DO UPDATE SET
			cluster = excluded.cluster, lead = excluded.lead, title = excluded.title,
			first_unit = excluded.first_unit, told_at = excluded.told_at, units = excluded.units,
			channels = excluded.channels, likeness = excluded.likeness, rank = excluded.rank, heat = excluded.heat,
			reasons = excluded.reasons, topics = excluded.topics, from_above = excluded.from_above,
			restricted = excluded.restricted, withdrawn = excluded.withdrawn`,
		string(s.ID), string(s.Cluster), string(s.Lead.ID), s.Title, string(s.State), string(s.First.ID),
		stamp(s.ToldAt), s.Units, s.Channels, s.Likeness, s.Rank, heat(s.Rank, s.ToldAt), string(reasons),
		packList(s.Topics), s.FromAbove, s.Restricted, s.Withdrawn)
	return err
}

// bind lets the members tell the story, and nobody else.
func (b *storyBatch) bind(ctx context.Context, id lantoa.StoryID, members map[lantoa.PostID]lantoa.StoryID) error {
	bound, err := list(ctx, b, func(rows *sql.Rows) (id lantoa.PostID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM posts WHERE story = $1 AND story <> ''`, string(id))
	if err != nil {
		return err
	}
	tells := func(post lantoa.PostID, story lantoa.StoryID) error {
		b.wrote = true
		_, err := b.exec(ctx, `UPDATE posts SET story = $2, changed_any = $3 WHERE id = $1`, string(post), string(story), b.n)
		return err
	}
	for _, post := range bound {
		if _, is := members[post]; !is {
			err = errors.Join(err, tells(post, ""))
		}
	}
	for post := range members {
		if !slices.Contains(bound, post) {
			err = errors.Join(err, tells(post, id))
		}
	}
	return err
}

// withdraw takes back the stories that lost all their posts to another.
func (b *storyBatch) withdraw(ctx context.Context) error {
	for id := range b.met {
		if b.taken[id] {
			continue
		}
		rows, err := b.exec(ctx, `
			UPDATE stories SET withdrawn = TRUE
			WHERE id = $1 AND NOT withdrawn AND NOT EXISTS (SELECT 1 FROM posts WHERE story = $1 AND story <> '')`, string(id))
		if err != nil {
			return err
		}
		if rows == 0 {
			continue
		}
		b.wrote = true
		if err := cancelWaiting(ctx, b.tx, ofStory, string(id), "", byProgram, "withdrawn", b.now); err != nil {
			return err
		}
	}
	return nil
}

func sameStory(a, b lantoa.Story) bool {
	return a.ID == b.ID && a.Cluster == b.Cluster && a.Lead.ID == b.Lead.ID && a.Title == b.Title &&
		a.First.ID == b.First.ID && a.ToldAt.Equal(b.ToldAt) && a.Units == b.Units && a.Channels == b.Channels &&
		a.Likeness == b.Likeness && a.Rank == b.Rank && slices.Equal(a.Reasons, b.Reasons) &&
		slices.Equal(a.Topics, b.Topics) && a.FromAbove == b.FromAbove && a.Restricted == b.Restricted &&
		a.Withdrawn == b.Withdrawn
}
