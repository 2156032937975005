package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
)

const campaignColumns = `
	SELECT id, name, sample, criteria, revision, by_name, at, changed_at, closed
	FROM campaigns`

func scanCampaign(rows *sql.Rows) (c lantoa.Campaign, err error) {
	return c, rows.Scan(&c.ID, &c.Name, &c.Sample, packed{&c.Criteria}, &c.Revision, &c.By, moment{&c.At}, moment{&c.ChangedAt}, &c.Closed)
}

// Campaigns are all campaigns, those that were closed last and the oldest of the others first.
func (s *Store) Campaigns(ctx context.Context) ([]lantoa.Campaign, error) {
	all, err := list(ctx, s.reads, scanCampaign, campaignColumns+` ORDER BY at, id`)
	slices.SortStableFunc(all, func(a, b lantoa.Campaign) int {
		switch {
		case a.Closed == b.Closed:
			return 0
		case a.Closed:
			return 1
		}
		return -1
	})
	return all, err
}

// Campaign is one of them.
func (s *Store) Campaign(ctx context.Context, id string) (lantoa.Campaign, error) {
	return campaignOf(ctx, s.reads, id)
}

func campaignOf(ctx context.Context, q asker, id string) (lantoa.Campaign, error) {
	found, err := list(ctx, q, scanCampaign, campaignColumns+` WHERE id = $1`, id)
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("campaign", id)
	}
	if err != nil {
		return lantoa.Campaign{}, err
	}
	return found[0], nil
}

// AddCampaign begins a campaign, with criteria if it has any: they get their numbers here.
func (s *Store) AddCampaign(ctx context.Context, c *lantoa.Campaign) error {
	if c.Name = strings.TrimSpace(clean(c.Name)); c.Name == "" || utf8.RuneCountInString(c.Name) > 120 {
		return lantoa.Problem(lantoa.Invalid, "name", "")
	}
	return s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil { // numbers have no gaps and no doubles
			return err
		}
		ids, err := list(ctx, t, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) }, `SELECT id FROM campaigns`)
		if err != nil {
			return err
		}
		last := 0
		for _, id := range ids {
			n, _ := strconv.Atoi(id) // ids are ours
			last = max(last, n)
		}
		c.ID, c.Revision, c.At, c.ChangedAt = strconv.Itoa(last+1), 1, exact(c.At), exact(c.At)
		for i := range c.Criteria {
			if c.Criteria[i], err = c.Criteria[i].Tidy(); err != nil {
				return err
			}
			c.Criteria[i].ID = fmt.Sprintf("%s-%d", c.ID, i+1)
		}
		if _, err := t.exec(ctx, `
			INSERT INTO campaigns (id, name, sample, criteria, numbered, revision, by_name, at, changed_at, closed)
			VALUES ($1, $2, FALSE, $3, $4, 1, $5, $6, $6, FALSE)`,
			c.ID, c.Name, pack(c.Criteria), len(c.Criteria), clean(c.By), stamp(c.At)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: c.At, Who: clean(c.By), Action: "campaign_add", Subject: c.ID, Detail: c.Name})
	})
}

// SaveCampaign changes a campaign's name, criteria and whether it is closed. Criteria without an ID are new and get
// one that none had before. Conflict where somebody changed it since it was read. What was fixed keeps the criteria it
// was fixed with.
func (s *Store) SaveCampaign(ctx context.Context, c *lantoa.Campaign, by lantoa.User, at time.Time) error {
	c.Name = strings.TrimSpace(clean(c.Name))
	if utf8.RuneCountInString(c.Name) > 120 {
		return lantoa.Problem(lantoa.Invalid, "name", "")
	}
	return s.lasting(ctx, func(t *tx) error {
		var numbered, revision int64
		err := get(ctx, t, `UPDATE campaigns SET revision = revision + 1 WHERE id = $1 RETURNING numbered, revision`, []any{c.ID}, &numbered, &revision)
		if err != nil {
			return missing(err, "campaign", c.ID)
		}
		if revision != c.Revision+1 {
			return lantoa.Problem(lantoa.Conflict, "campaign", "")
		}
		had, err := campaignOf(ctx, t, c.ID)
		if err != nil {
			return err
		}
		criteria := slices.Clone(c.Criteria)
		for i := range criteria {
			x, err := criteria[i].Tidy()
			if err != nil {
				return err
			}
			if x.ID == "" {
				numbered++
				x.ID = fmt.Sprintf("%s-%d", c.ID, numbered)
			} else if !slices.ContainsFunc(had.Criteria, func(h lantoa.Criterion) bool { return h.ID == x.ID }) {
				return lantoa.Missing("criterion", x.ID)
			}
			criteria[i] = x
		}
		c.Criteria, c.Revision, c.Sample, c.ChangedAt = criteria, revision, false, exact(at)
		if _, err := t.exec(ctx, `
			UPDATE campaigns SET name = $2, sample = FALSE, criteria = $3, numbered = $4, closed = $5, changed_at = $6 WHERE id = $1`,
			c.ID, c.Name, pack(criteria), numbered, c.Closed, stamp(at)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: by.Email, Action: "campaign_change", Subject: c.ID, Detail: pack(criteria)})
	})
}

// FreezeScorecard fixes the figures of a campaign in a term: once only, Conflict "scorecard" for whoever comes second,
// and "campaign" where the criteria are no longer those of the figures.
func (s *Store) FreezeScorecard(ctx context.Context, card lantoa.Scorecard, revision int64, by lantoa.User) error {
	met, asked := card.Met()
	return s.lasting(ctx, func(t *tx) error {
		// Whoever writes the campaign is alone with it: criteria do not change while their figures are fixed.
		var now int64
		err := get(ctx, t, `UPDATE campaigns SET revision = revision WHERE id = $1 RETURNING revision`, []any{card.Campaign}, &now)
		if err != nil {
			return missing(err, "campaign", card.Campaign)
		}
		if now != revision {
			return lantoa.Problem(lantoa.Conflict, "campaign", "")
		}
		n, err := t.exec(ctx, `
			INSERT INTO scorecards (campaign, term, frozen_at, by_name, met, asked, sheet) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (campaign, term) DO NOTHING`,
			card.Campaign, card.Term.String(), stamp(card.FrozenAt), clean(card.FrozenBy), met, asked, pack(card))
		if err != nil {
			return err
		}
		if n == 0 {
			return lantoa.Problem(lantoa.Conflict, "scorecard", card.Term.String())
		}
		return note(ctx, t, lantoa.Audit{At: card.FrozenAt, Who: by.Email, Action: "scorecard_freeze", Subject: card.Campaign + " " + card.Term.String(), Detail: fmt.Sprintf("%d/%d", met, asked)})
	})
}

// Scorecard is what was fixed, without its corrections; NotFound where nothing is.
func (s *Store) Scorecard(ctx context.Context, campaign string, term lantoa.Term) (card lantoa.Scorecard, err error) {
	err = get(ctx, s.reads, `SELECT sheet FROM scorecards WHERE campaign = $1 AND term = $2`, []any{campaign, term.String()}, packed{&card})
	return card, missing(err, "scorecard", term)
}

// FrozenTerm is one line of what was fixed.
type FrozenTerm struct {
	Term       lantoa.Term
	At         time.Time
	By         string
	Met, Asked int
}

// FrozenTerms are the terms of a campaign whose figures were fixed, newest fixed first.
func (s *Store) FrozenTerms(ctx context.Context, campaign string) ([]FrozenTerm, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (f FrozenTerm, err error) {
		var term string
		if err = rows.Scan(&term, moment{&f.At}, &f.By, &f.Met, &f.Asked); err == nil {
			f.Term, err = lantoa.ParseTerm(term)
		}
		return f, err
	}, `SELECT term, frozen_at, by_name, met, asked FROM scorecards WHERE campaign = $1 ORDER BY frozen_at DESC, term`, campaign)
}

// ScorePosts are the posts told from a moment until before another, that are not removed and no decoration, as
// scorecards count them: by channel, oldest first. Copy and FromAbove are those of [Store.WeekPosts].
func (s *Store) ScorePosts(ctx context.Context, from, to time.Time) ([]lantoa.ScorePost, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (p lantoa.ScorePost, err error) {
		var told int64
		err = rows.Scan(&p.ID, &p.Channel, &told, &p.Vote, &p.FromAbove, &p.Copy)
		p.Told = time.UnixMilli(told).UTC()
		return p, err
	}, `
		SELECT p.id, p.channel, p.told_ms, p.vote, p.from_above,
		       (p.type = 'share' OR p.cluster <> '' AND EXISTS (
		           SELECT 1 FROM posts q
		           WHERE q.cluster = p.cluster AND q.cluster <> ''
		             AND (q.told_ms < p.told_ms OR q.told_ms = p.told_ms AND q.id < p.id)))
		FROM channels c JOIN posts p ON p.channel = c.id AND p.told_ms >= $1 AND p.told_ms < $2 AND p.removed_at = ''
		WHERE c.kind <> 'imported' AND NOT p.decor
		ORDER BY p.channel, p.told_ms, p.id`, from.UnixMilli(), to.UnixMilli())
}

// ScoreStories are the stories told from a moment until before another: those found on channels that stand, were not
// dismissed and did not fall from above, and those that were sent to us and not taken back.
func (s *Store) ScoreStories(ctx context.Context, from, to time.Time) ([]lantoa.ScoreStory, error) {
	found, err := list(ctx, s.reads, func(rows *sql.Rows) (x lantoa.ScoreStory, err error) {
		return x, rows.Scan(&x.Story, &x.Channel, moment{&x.Told})
	}, `
		SELECT s.id, p.channel, s.told_at
		FROM stories s JOIN posts p ON p.id = s.lead
		WHERE s.told_at >= $1 AND s.told_at < $2 AND NOT s.withdrawn AND NOT s.from_above AND s.state <> 'dismissed' AND p.removed_at = ''
		ORDER BY s.told_at, s.id`, stamp(from), stamp(to))
	if err != nil {
		return nil, err
	}
	sent, err := list(ctx, s.reads, func(rows *sql.Rows) (x lantoa.ScoreStory, err error) {
		return x, rows.Scan(&x.Submission, &x.Unit, moment{&x.Told})
	}, `
		SELECT id, unit, told_at FROM submissions
		WHERE told_at >= $1 AND told_at < $2 AND unit <> '' AND state <> 'withdrawn'
		ORDER BY told_at, id`, stamp(from), stamp(to))
	return append(found, sent...), err
}

// MarkScore keeps what somebody ticked by hand, in place of what was ticked before; Conflict once the figures of the
// term are fixed.
func (s *Store) MarkScore(ctx context.Context, m lantoa.ScoreMark, by lantoa.User) error {
	m.Note = strings.TrimSpace(clean(m.Note))
	if m.Note == "" || utf8.RuneCountInString(m.Note) > 500 {
		return lantoa.Problem(lantoa.Invalid, "note", "")
	}
	return s.lasting(ctx, func(t *tx) error {
		if err := moving(ctx, t, m.Campaign, m.Term); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `
			INSERT INTO score_marks (campaign, term, unit, criterion, met, note, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (campaign, term, unit, criterion) DO UPDATE SET met = excluded.met, note = excluded.note, by_name = excluded.by_name, at = excluded.at`,
			m.Campaign, m.Term.String(), string(m.Unit), m.Criterion, m.Met, m.Note, clean(m.By), stamp(m.At)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: m.At, Who: by.Email, Action: "score_mark", Subject: string(m.Unit), Detail: fmt.Sprintf("%s %s %v %s", m.Criterion, m.Term, m.Met, m.Note)})
	})
}

// moving is Conflict once the figures of a term are fixed. It takes the campaign's row, as fixing does, so that one
// comes after the other.
func moving(ctx context.Context, t *tx, campaign string, term lantoa.Term) error {
	if n, err := t.exec(ctx, `UPDATE campaigns SET revision = revision WHERE id = $1`, campaign); err != nil {
		return err
	} else if n == 0 {
		return lantoa.Missing("campaign", campaign)
	}
	var at string
	err := get(ctx, t, `SELECT frozen_at FROM scorecards WHERE campaign = $1 AND term = $2`, []any{campaign, term.String()}, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return lantoa.Problem(lantoa.Conflict, "scorecard", term.String())
}

// ScoreMarks are what was ticked by hand of a campaign in a term.
func (s *Store) ScoreMarks(ctx context.Context, campaign string, term lantoa.Term) ([]lantoa.ScoreMark, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (m lantoa.ScoreMark, err error) {
		m.Campaign, m.Term = campaign, term
		return m, rows.Scan(&m.Unit, &m.Criterion, &m.Met, &m.Note, &m.By, moment{&m.At})
	}, `SELECT unit, criterion, met, note, by_name, at FROM score_marks WHERE campaign = $1 AND term = $2 ORDER BY unit, criterion`,
		campaign, term.String())
}

// Object keeps a unit's wish to have a figure looked at again. The same words by the same person for the same figure,
// while nobody has answered, are one.
func (s *Store) Object(ctx context.Context, o *lantoa.Objection) error {
	o.Text, o.Link = strings.TrimSpace(clean(o.Text)), strings.TrimSpace(clean(o.Link))
	if o.Text == "" || utf8.RuneCountInString(o.Text) > 1000 {
		return lantoa.Problem(lantoa.Invalid, "text", "")
	}
	if o.Link != "" && (!strings.HasPrefix(o.Link, "https://") && !strings.HasPrefix(o.Link, "http://") || len(o.Link) > 500 || strings.ContainsAny(o.Link, " \r\n\t")) {
		return lantoa.Problem(lantoa.Invalid, "link", "")
	}
	o.At = exact(o.At)
	return s.lasting(ctx, func(t *tx) error {
		if n, err := t.exec(ctx, `UPDATE campaigns SET revision = revision WHERE id = $1`, o.Campaign); err != nil { // the same form pressed twice follows itself
			return err
		} else if n == 0 {
			return lantoa.Missing("campaign", o.Campaign)
		}
		err := get(ctx, t, `
			SELECT id, at FROM objections
			WHERE campaign = $1 AND term = $2 AND unit = $3 AND criterion = $4 AND by_user = $5 AND text = $6 AND answered_at = ''`,
			[]any{o.Campaign, o.Term.String(), string(o.Unit), o.Criterion, string(o.By), o.Text}, &o.ID, moment{&o.At})
		if err == nil {
			return errUnchanged
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		o.ID = lantoa.NewID(s.now())
		if _, err := t.exec(ctx, `
			INSERT INTO objections (id, campaign, term, unit, criterion, text, link, by_user, by_name, at, answer, answered_by, answered_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '')`,
			o.ID, o.Campaign, o.Term.String(), string(o.Unit), o.Criterion, o.Text, o.Link, string(o.By), clean(o.ByName), stamp(o.At)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: o.At, Who: clean(o.ByName), Action: "objection", Subject: string(o.Unit), Detail: o.Criterion + " " + o.Term.String()})
	})
}

const objectionColumns = `
	SELECT o.id, o.campaign, o.term, o.unit, o.criterion, o.text, o.link, o.by_user, o.by_name, o.at, o.answer, o.answered_by, o.answered_at
	FROM objections o JOIN units u ON u.id = o.unit`

func scanObjection(rows *sql.Rows) (o lantoa.Objection, err error) {
	var term string
	if err = rows.Scan(&o.ID, &o.Campaign, &term, &o.Unit, &o.Criterion, &o.Text, &o.Link, &o.By, &o.ByName, moment{&o.At},
		&o.Answer, &o.AnsweredBy, moment{&o.AnsweredAt}); err == nil {
		o.Term, err = lantoa.ParseTerm(term)
	}
	return o, err
}

// Objections are the wishes of a scope for a campaign in a term, those without an answer first, each half oldest first.
func (s *Store) Objections(ctx context.Context, scope lantoa.Scope, campaign string, term lantoa.Term) ([]lantoa.Objection, error) {
	return list(ctx, s.reads, scanObjection, objectionColumns+`
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%') AND o.campaign = $2 AND o.term = $3
		ORDER BY CASE WHEN o.answered_at = '' THEN 0 ELSE 1 END, o.at, o.id`, string(scope), campaign, term.String())
}

// Objection is one of them. It asks nobody's scope.
func (s *Store) Objection(ctx context.Context, id string) (lantoa.Objection, error) {
	found, err := list(ctx, s.reads, scanObjection, objectionColumns+` WHERE o.id = $1`, id)
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("objection", id)
	}
	if err != nil {
		return lantoa.Objection{}, err
	}
	return found[0], nil
}

// AnswerObjection answers a wish, with a name, once: Conflict where somebody has.
func (s *Store) AnswerObjection(ctx context.Context, id, answer string, by lantoa.User, at time.Time) error {
	answer = strings.TrimSpace(clean(answer))
	if answer == "" || utf8.RuneCountInString(answer) > 1000 {
		return lantoa.Problem(lantoa.Invalid, "answer", "")
	}
	return s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `UPDATE objections SET answer = $2, answered_by = $3, answered_at = $4 WHERE id = $1 AND answered_at = ''`,
			id, answer, clean(by.Name), stamp(at))
		if err != nil {
			return err
		}
		if n == 0 {
			var is string
			if err := get(ctx, t, `SELECT id FROM objections WHERE id = $1`, []any{id}, &is); err != nil {
				return missing(err, "objection", id)
			}
			return lantoa.Problem(lantoa.Conflict, "objection", "")
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: by.Email, Action: "objection_answer", Subject: id})
	})
}

// CorrectScore keeps a correction of a fixed figure; the old one stays in it, and in what was fixed. NotFound where
// nothing was fixed; Conflict where the figure is no longer the one that was corrected.
func (s *Store) CorrectScore(ctx context.Context, c *lantoa.Correction, by lantoa.User) error {
	c.Reason = strings.TrimSpace(clean(c.Reason))
	if c.Reason == "" || utf8.RuneCountInString(c.Reason) > 500 {
		return lantoa.Problem(lantoa.Invalid, "reason", "")
	}
	if c.State != lantoa.ScoreMet && c.State != lantoa.ScoreMissed && c.State != lantoa.ScoreSpared || c.Have < 0 {
		return lantoa.Problem(lantoa.Invalid, "state", string(c.State))
	}
	c.At = exact(c.At)
	return s.lasting(ctx, func(t *tx) error {
		if n, err := t.exec(ctx, `UPDATE scorecards SET met = met WHERE campaign = $1 AND term = $2`, c.Campaign, c.Term.String()); err != nil {
			return err
		} else if n == 0 {
			return lantoa.Missing("scorecard", c.Term)
		}
		last := struct {
			state lantoa.ScoreState
			have  int
		}{c.Was, c.WasHave}
		err := get(ctx, t, `
			SELECT state, have FROM score_corrections
			WHERE campaign = $1 AND term = $2 AND unit = $3 AND criterion = $4
			ORDER BY n DESC LIMIT 1`, []any{c.Campaign, c.Term.String(), string(c.Unit), c.Criterion}, &last.state, &last.have)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if last.state != c.Was || last.have != c.WasHave {
			return lantoa.Problem(lantoa.Conflict, "correction", "")
		}
		if _, err := t.exec(ctx, `
			INSERT INTO score_corrections (campaign, term, n, unit, criterion, was, was_have, was_need, state, have, reason, by_name, at)
			SELECT $1, $2, COUNT(*) + 1, $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT), $8, CAST($9 AS BIGINT), $10, $11, $12
			FROM score_corrections WHERE campaign = $1 AND term = $2`,
			c.Campaign, c.Term.String(), string(c.Unit), c.Criterion, string(c.Was), c.WasHave, c.WasNeed, string(c.State), c.Have,
			c.Reason, clean(c.By), stamp(c.At)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: c.At, Who: by.Email, Action: "score_correct", Subject: string(c.Unit),
			Detail: fmt.Sprintf("%s %s: %s %d → %s %d: %s", c.Criterion, c.Term, c.Was, c.WasHave, c.State, c.Have, c.Reason)})
	})
}

// Corrections are what was corrected of a fixed scorecard, oldest first.
func (s *Store) Corrections(ctx context.Context, campaign string, term lantoa.Term) ([]lantoa.Correction, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (c lantoa.Correction, err error) {
		c.Campaign, c.Term = campaign, term
		return c, rows.Scan(&c.Unit, &c.Criterion, &c.Was, &c.WasHave, &c.WasNeed, &c.State, &c.Have, &c.Reason, &c.By, moment{&c.At})
	}, `
		SELECT unit, criterion, was, was_have, was_need, state, have, reason, by_name, at
		FROM score_corrections WHERE campaign = $1 AND term = $2
		ORDER BY n`, campaign, term.String())
}
