package stories

import (
	"slices"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// shelf plays the store for a Finder: it keeps the posts with what was judged of them.
type shelf struct {
	t      *testing.T
	finder *Finder
	posts  map[lantoa.PostID]lantoa.Measured
	asked  int
}

func newShelf(t *testing.T) *shelf {
	return &shelf{t: t, finder: NewFinder(), posts: map[lantoa.PostID]lantoa.Measured{}}
}

// change hands changed posts to the finder and keeps what it says.
func (s *shelf) change(posts ...lantoa.Measured) []lantoa.Story {
	s.t.Helper()
	for i, p := range posts {
		posts[i].Judgement = s.posts[p.ID].Judgement
		s.posts[p.ID] = posts[i]
	}
	judged, found, err := s.finder.Changed(posts, nil, func(ids []lantoa.PostID) ([]lantoa.Measured, error) {
		var out []lantoa.Measured
		for _, id := range ids {
			out = append(out, s.posts[id])
			s.asked++
		}
		return out, nil
	}, now)
	if err != nil {
		s.t.Fatal(err)
	}
	for id, j := range judged {
		p := s.posts[id]
		p.Judgement = j
		s.posts[id] = p
	}
	return found
}

// restart forgets the finder and loads a new one from the shelf.
func (s *shelf) restart() {
	s.finder = NewFinder()
	for _, p := range s.posts {
		s.finder.Load(p)
	}
}

func told(stories []lantoa.Story) (out []lantoa.StoryID) {
	for _, s := range stories {
		if !s.Withdrawn {
			out = append(out, s.ID)
		}
	}
	return out
}

func takenBack(stories []lantoa.Story) (out []lantoa.StoryID) {
	for _, s := range stories {
		if s.Withdrawn {
			out = append(out, s.ID)
		}
	}
	return out
}

func TestAStoryKeepsItsNameAsItsClusterGrows(t *testing.T) {
	s := newShelf(t)
	first := post("dongmau", lantoa.Commune, 130, lonDat)
	id := told(s.change(first))
	if len(id) != 1 {
		t.Fatalf("%d stories, want 1", len(id))
	}
	second := post("b", lantoa.Commune, 60, "Chuyện hay\n"+lonDat)
	found := s.change(second)
	if got := told(found); !slices.Equal(got, id) || found[0].Channels != 2 || found[0].First.Name != "xã dongmau" {
		t.Errorf("after a copy %v on %d channels, first %s; want %v on 2, first xã dongmau", got, found[0].Channels, found[0].First.Name, id)
	}
	if a, b := s.posts[first.ID], s.posts[second.ID]; a.Cluster == "" || a.Cluster != b.Cluster || a.Copies != 1 || b.Copies != 1 {
		t.Errorf("clusters %q and %q, copies %d and %d", a.Cluster, b.Cluster, a.Copies, b.Copies)
	}
	s.restart()
	third := post("c", lantoa.Commune, 50, lonDat)
	if got := told(s.change(third)); !slices.Equal(got, id) {
		t.Errorf("after a restart %v, want %v", got, id)
	}
}

func TestAPostReadLateButToldEarlierTakesTheCreditNotTheName(t *testing.T) {
	s := newShelf(t)
	id := told(s.change(post("b", lantoa.Commune, 60, lonDat)))
	found := s.change(post("dongmau", lantoa.Commune, 130, lonDat))
	if got := told(found); !slices.Equal(got, id) || found[0].First.Name != "xã dongmau" {
		t.Errorf("%v told by %s, want %v by xã dongmau", got, found[0].First.Name, id)
	}
}

func TestARemovedPostWithdrawsItsStory(t *testing.T) {
	s := newShelf(t)
	p := post("a", lantoa.Commune, 60, lonDat)
	id := told(s.change(p))
	p.RemovedAt = now
	if got := takenBack(s.change(p)); !slices.Equal(got, id) {
		t.Errorf("withdrawn %v, want %v", got, id)
	}
	p.RemovedAt = lantoa.Measured{}.RemovedAt
	if got := told(s.change(p)); !slices.Equal(got, id) {
		t.Errorf("seen again %v, want %v back", got, id)
	}
}

func TestAnEditedAwayStoryIsWithdrawn(t *testing.T) {
	s := newShelf(t)
	p := post("a", lantoa.Commune, 60, lonDat)
	id := told(s.change(p))
	p.Text, p.Version = "Thông báo: mời các chị họp chi hội lúc 19 giờ ngày mai.", 2
	found := s.change(p)
	if got := takenBack(found); !slices.Equal(got, id) || len(told(found)) != 0 {
		t.Errorf("withdrawn %v, told %v; want %v withdrawn", got, told(found), id)
	}
}

func TestAStoryOutlivesItsFirstTeller(t *testing.T) {
	s := newShelf(t)
	first, second := post("dongmau", lantoa.Commune, 130, lonDat), post("b", lantoa.Commune, 60, lonDat)
	s.change(first)
	id := told(s.change(second))
	first.RemovedAt = now
	found := s.change(first)
	if got := told(found); !slices.Equal(got, id) || found[0].First.Name != "xã b" || len(takenBack(found)) != 0 {
		t.Errorf("told %v by %s, withdrawn %v; want %v by xã b", got, found[0].First.Name, takenBack(found), id)
	}
	if p := s.posts[second.ID]; p.Cluster != "" || p.Copies != 0 {
		t.Errorf("the last that carries the text has cluster %q and %d copies", p.Cluster, p.Copies)
	}
	s.restart()
	if got := told(s.change(s.posts[second.ID])); !slices.Equal(got, id) {
		t.Errorf("after a restart %v, want %v", got, id)
	}
}

func TestWhatLeavesAClusterTellsUnderANewName(t *testing.T) {
	s := newShelf(t)
	first, second, third := post("a", lantoa.Commune, 130, lonDat), post("b", lantoa.Commune, 60, lonDat), post("c", lantoa.Commune, 50, lonDat)
	id := told(s.change(first, second, third))
	first.Text, first.Version = strings.NewReplacer("lợn đất", "hũ gạo", "bò giống", "máy khâu", "mổ lợn", "đong gạo").Replace(
		"Mô hình hũ gạo tình thương\nMỗi bữa nấu cơm 25 hội viên chi hội Gốc Sữa bớt một nắm gạo, cuối tháng gom được gần 40 kg, chia cho 4 chị em già yếu trong xóm. Đến nay đã sáu năm, chị Ma Thị Dung ghi sổ, chưa tháng nào đứt."), 2
	found := s.change(first)
	if len(told(found)) != 2 || !slices.Contains(told(found), id[0]) || len(takenBack(found)) != 0 {
		t.Errorf("told %v, withdrawn %v; want %v and another", told(found), takenBack(found), id)
	}
}

func TestAFallFromAboveTakesTheStoryBack(t *testing.T) {
	s := newShelf(t)
	p := post("tinh", lantoa.Province, 130, lonDat)
	id := told(s.change(p))
	s.change(post("a", lantoa.Commune, 60, lonDat))
	if got := takenBack(s.change(post("b", lantoa.Commune, 50, lonDat))); !slices.Equal(got, id) {
		t.Errorf("withdrawn %v, want %v", got, id)
	}
	if !s.posts[p.ID].FromAbove {
		t.Error("the province's post is not marked as falling from above")
	}
}

func TestOnlyThoseThatCarryTheTextAreAskedFor(t *testing.T) {
	s := newShelf(t)
	s.change(post("a", lantoa.Commune, 130, lonDat), post("b", lantoa.Commune, 120, directive))
	s.asked = 0
	s.change(post("c", lantoa.Commune, 60, lonDat))
	if s.asked != 1 {
		t.Errorf("%d posts were asked for, want the one other that carries the text", s.asked)
	}
}

func TestJudgingTwiceChangesNothing(t *testing.T) {
	s := newShelf(t)
	posts := []lantoa.Measured{post("a", lantoa.Commune, 130, lonDat), post("b", lantoa.Commune, 60, lonDat)}
	once := s.change(slices.Clone(posts)...)
	twice := s.change(slices.Clone(posts)...)
	if len(once) != 1 || len(twice) != 1 || once[0].ID != twice[0].ID || once[0].Rank != twice[0].Rank {
		t.Errorf("first %v, then %v", told(once), told(twice))
	}
}
