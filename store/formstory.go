package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// SaveFormStory puts the story of a form into the box of stories, once: the form sent again gives it its words anew
// while nobody has taken it up, and the same words and pictures from another form of the unit are the same story. Its
// first external is the form's key; words have gone through the gate. What is saved comes back in f.
func (s *Store) SaveFormStory(ctx context.Context, f *lantoa.FormStory, pictures []lantoa.Picture) (fresh bool, err error) {
	if f.Unit == "" || len(f.Externals) != 1 || f.Externals[0] == "" || strings.TrimSpace(f.Text) == "" && len(pictures) == 0 {
		return false, lantoa.Problem(lantoa.Invalid, "submission", "")
	}
	if f.ToldAt.IsZero() {
		f.ToldAt = s.now()
	}
	f.Via, f.Sender = lantoa.FormVia, lantoa.FormVia+"/"+string(f.Unit)
	f.Media = nil
	for range pictures {
		f.Media = append(f.Media, lantoa.Media{Kind: "photo"})
	}
	mark := storyMark(f.Text, pictures)
	err = s.lasting(ctx, func(t *tx) error {
		fresh = false
		if _, err := change(ctx, t); err != nil { // whoever holds the number is alone: codes have no gaps and no doubles
			return err
		}
		id, rewrite, err := formStoryOf(ctx, t, f, mark)
		if err != nil {
			return err
		}
		switch {
		case id == "":
			fresh = true
			if id, err = s.addFormStory(ctx, t, f, mark); err != nil {
				return err
			}
		case rewrite:
			if err := rewriteFormStory(ctx, t, id, f, mark); err != nil {
				return err
			}
		default:
			if err := addMessages(ctx, t, id, &f.Submission, 1); err != nil { // the other form is known from now on
				return err
			}
			return loadFormStory(ctx, t, id, f)
		}
		if err := savePictures(ctx, t, id, pictures); err != nil {
			return err
		}
		return loadFormStory(ctx, t, id, f)
	})
	return fresh && err == nil, err
}

// formStoryOf is the story that a form tells, if it was told before, and whether its words are to be taken anew.
func formStoryOf(ctx context.Context, t *tx, f *lantoa.FormStory, mark string) (id lantoa.SubmissionID, rewrite bool, err error) {
	var state lantoa.Progress
	err = get(ctx, t, `SELECT submission FROM report_stories WHERE unit = $1 AND mark = $2 ORDER BY submission LIMIT 1`,
		[]any{string(f.Unit), mark}, &id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, false, err
	}
	err = get(ctx, t, `
		SELECT b.id, b.state FROM submission_messages m JOIN submissions b ON b.id = m.submission
		WHERE m.via = $1 AND m.external = $2 AND b.unit = $3`, []any{f.Via, clean(f.Externals[0]), string(f.Unit)}, &id, &state)
	if errors.Is(err, sql.ErrNoRows) || err == nil && state != lantoa.SubmissionNew {
		return "", false, nil // what somebody has taken up stays as it was read: other words are another story
	}
	return id, true, err
}

func (s *Store) addFormStory(ctx context.Context, t *tx, f *lantoa.FormStory, mark string) (lantoa.SubmissionID, error) {
	id, err := s.addSubmission(ctx, t, &f.Submission)
	if err != nil {
		return "", err
	}
	if _, err := t.exec(ctx, `UPDATE submissions SET unit = $2 WHERE id = $1`, string(id), string(f.Unit)); err != nil {
		return "", err
	}
	_, err = t.exec(ctx, `INSERT INTO report_stories (submission, unit, month, mark, teller, agreed) VALUES ($1, $2, $3, $4, $5, $6)`,
		string(id), string(f.Unit), f.Month, mark, clean(f.Teller), f.Agreed)
	return id, err
}

func rewriteFormStory(ctx context.Context, t *tx, id lantoa.SubmissionID, f *lantoa.FormStory, mark string) error {
	if _, err := t.exec(ctx, `UPDATE submissions SET text = $2, media = $3, sensitive = $4, updated_at = $5 WHERE id = $1`,
		string(id), clean(f.Text), packMedia(f.Media), f.Sensitive, stamp(f.ToldAt)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `UPDATE report_stories SET mark = $2, teller = $3, agreed = $4 WHERE submission = $1`,
		string(id), mark, clean(f.Teller), f.Agreed)
	return err
}

func savePictures(ctx context.Context, t *tx, id lantoa.SubmissionID, pictures []lantoa.Picture) error {
	if _, err := t.exec(ctx, `DELETE FROM submission_pictures WHERE submission = $1`, string(id)); err != nil {
		return err
	}
	for n, p := range pictures {
		if _, err := t.exec(ctx, `INSERT INTO submission_pictures (submission, n, width, height, data) VALUES ($1, $2, $3, $4, $5)`,
			string(id), n, p.Width, p.Height, base64.StdEncoding.EncodeToString(p.Data)); err != nil {
			return err
		}
	}
	return nil
}

// storyMark is a digest of a story: its words without regard to spaces, and its pictures.
func storyMark(text string, pictures []lantoa.Picture) string {
	h := sha256.New()
	h.Write([]byte(strings.Join(strings.Fields(text), " ")))
	for _, p := range pictures {
		sum := sha256.Sum256(p.Data)
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

const formStories = `
	SELECT b.id, b.number, b.via, b.sender, b.unit, b.text, b.media, b.sensitive, b.told_at, b.updated_at, b.state, b.note,
	       r.month, r.teller, r.agreed
	FROM report_stories r JOIN submissions b ON b.id = r.submission`

func scanFormStory(rows *sql.Rows) (f lantoa.FormStory, err error) {
	var number int64
	b := &f.Submission
	err = rows.Scan(&b.ID, &number, &b.Via, &b.Sender, &b.Unit, &b.Text, packed{&b.Media}, &b.Sensitive,
		moment{&b.ToldAt}, moment{&b.UpdatedAt}, &b.State, &b.Note, &f.Month, &f.Teller, &f.Agreed)
	b.Code = fmt.Sprintf("C-%04d", number)
	return f, err
}

func loadFormStory(ctx context.Context, q asker, id lantoa.SubmissionID, f *lantoa.FormStory) error {
	found, err := list(ctx, q, scanFormStory, formStories+` WHERE b.id = $1`, string(id))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return lantoa.Missing("submission", id)
	}
	*f = found[0]
	f.Externals, err = messagesOf(ctx, q, id)
	return err
}

// FormStories are the stories that came with the forms of a unit for a month, oldest first.
func (s *Store) FormStories(ctx context.Context, unit lantoa.UnitID, month string) ([]lantoa.FormStory, error) {
	return list(ctx, s.reads, scanFormStory, formStories+` WHERE r.unit = $1 AND r.month = $2 ORDER BY b.number`, string(unit), month)
}

// FormStory is the story of a form, as it lies in the box; NotFound where the story came another way.
func (s *Store) FormStory(ctx context.Context, id lantoa.SubmissionID) (f lantoa.FormStory, err error) {
	err = loadFormStory(ctx, s.reads, id, &f)
	return f, err
}

// SubmissionPicture is a picture that came with a form; NotFound when there is none, or its teller took it back.
func (s *Store) SubmissionPicture(ctx context.Context, id lantoa.SubmissionID, n int) (p lantoa.Picture, err error) {
	var data string
	err = get(ctx, s.reads, `
		SELECT g.width, g.height, g.data FROM submission_pictures g JOIN submissions b ON b.id = g.submission
		WHERE g.submission = $1 AND g.n = $2 AND b.state <> 'withdrawn'`, []any{string(id), n}, &p.Width, &p.Height, &data)
	if err != nil {
		return p, missing(err, "picture", id)
	}
	p.N = n
	p.Data, err = base64.StdEncoding.DecodeString(data)
	return p, err
}
