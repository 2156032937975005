package facebook

import (
	"encoding/json"
	"time"

	"github.com/hoiphunu/lantoa"
)

// What is asked of each post, from everything down to what is always answered.
const (
	lightFields = "id,message,created_time,permalink_url,status_type,is_published,is_hidden,is_expired,from,parent_id," +
		"shares,reactions.summary(total_count).limit(0),comments.summary(total_count).filter(stream).limit(0)"
	postFields = lightFields + ",full_picture,attachments{media_type,type,title,url,unshimmed_url,target,media,subattachments}"
)

// piece is one piece of a page's posts.
type piece struct {
	Data   []graphPost `json:"data"`
	Paging struct {
		Cursors struct {
			After string `json:"after"`
		} `json:"cursors"`
		Next present `json:"next"`
	} `json:"paging"`
}

// present says that something is there without keeping it: the address of the next piece holds the token.
type present bool

func (p *present) UnmarshalJSON(b []byte) error {
	*p = len(b) > 2 && b[0] == '"'
	return nil
}

type graphPost struct {
	ID          string `json:"id"`
	Message     string `json:"message"`
	CreatedTime string `json:"created_time"`
	Permalink   string `json:"permalink_url"`
	StatusType  string `json:"status_type"`
	Published   *bool  `json:"is_published"`
	Hidden      bool   `json:"is_hidden"`
	Expired     bool   `json:"is_expired"`
	FullPicture string `json:"full_picture"`
	ParentID    string `json:"parent_id"`
	From        *ref   `json:"from"`
	Attachments struct {
		Data []attachment `json:"data"`
	} `json:"attachments"`
	Shares *struct {
		Count number `json:"count"`
	} `json:"shares"`
	Reactions *summary  `json:"reactions"`
	Comments  *summary  `json:"comments"`
	Like      *summary  `json:"like"`
	Love      *summary  `json:"love"`
	Care      *summary  `json:"care"`
	Haha      *summary  `json:"haha"`
	Wow       *summary  `json:"wow"`
	Sad       *summary  `json:"sad"`
	Angry     *summary  `json:"angry"`
	Insights  *insights `json:"insights"`
}

type ref struct {
	ID string `json:"id"`
}

type summary struct {
	Summary struct {
		Total number `json:"total_count"`
	} `json:"summary"`
}

func (s *summary) count() lantoa.Count {
	if s == nil {
		return lantoa.Count{}
	}
	return s.Summary.Total.Count
}

// decode reads a piece of posts. A post of a shape that we do not know is left out and does not take the
// others with it; odd is how many were.
func decode(body []byte) (p piece, odd int, err error) {
	if json.Unmarshal(body, &p) == nil {
		return p, 0, nil
	}
	p = piece{}
	var loose struct {
		Data   []json.RawMessage `json:"data"`
		Paging json.RawMessage   `json:"paging"`
	}
	if err := json.Unmarshal(body, &loose); err != nil {
		return piece{}, 0, err
	}
	for _, raw := range loose.Data {
		var one graphPost
		if json.Unmarshal(raw, &one) != nil {
			odd++
			continue
		}
		p.Data = append(p.Data, one)
	}
	if loose.Paging != nil {
		err = json.Unmarshal(loose.Paging, &p.Paging)
	}
	return p, odd, err
}

// own says whether the post was published by the page itself and is to be seen. The edge for published
// posts gives no others, as far as is known; an answer that mixes them is sorted here.
func (p *graphPost) own(page string) bool {
	return p.ID != "" && !p.withdrawn() && (p.From == nil || p.From.ID == "" || p.From.ID == page)
}

// withdrawn says that a post is there and no longer published.
func (p *graphPost) withdrawn() bool { return p.Expired || p.Published != nil && !*p.Published }

// lifeEvent says that the post is dated by what it tells of, which may be decades ago.
func (p *graphPost) lifeEvent() bool {
	return len(p.Attachments.Data) > 0 && p.Attachments.Data[0].Type == "life_event"
}

// incoming is the post in our words, with its numbers as of now. message_tags, which name people, and the
// machine's own sentence (story) are not taken.
func (p *graphPost) incoming(created, now time.Time) lantoa.Incoming {
	in := lantoa.Incoming{Post: lantoa.Post{
		External: p.ID, Text: p.Message, Permalink: whole(p.Permalink), Parent: p.ParentID,
		PublishedAt: created, Hidden: p.Hidden,
	}}
	p.form(&in.Post)

	s := lantoa.Snapshot{At: now, Source: lantoa.FromPlatform, Reactions: p.Reactions.count(), Comments: p.Comments.count()}
	if p.Shares != nil {
		s.Shares = p.Shares.Count.Count
	} else if s.Reactions.Known || s.Comments.Known {
		s.Shares = lantoa.Of(0) // absent means zero, where counters were given at all
	}
	p.Insights.lifetime(&s)
	if kinds := p.kinds(); kinds != nil {
		s.ByKind = kinds
	}
	in.HasCount = s.Reactions.Known || s.Comments.Known || s.Shares.Known || s.Views.Known || s.Reach.Known || s.ByKind != nil
	if in.HasCount {
		in.Numbers = s
	}
	return in
}

// kinds are the reactions by kind when they were asked for by name; nil when not. They know "care", which
// the insights count as a like.
func (p *graphPost) kinds() map[string]int64 {
	if p.Like == nil && p.Love == nil && p.Care == nil && p.Haha == nil && p.Wow == nil && p.Sad == nil && p.Angry == nil {
		return nil
	}
	var out map[string]int64
	for k, s := range map[string]*summary{"like": p.Like, "love": p.Love, "care": p.Care, "haha": p.Haha, "wow": p.Wow, "sad": p.Sad, "angry": p.Angry} {
		if c := s.count(); c.Known {
			if out == nil {
				out = map[string]int64{}
			}
			out[k] = c.N
		}
	}
	return out
}
