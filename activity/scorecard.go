package activity

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Scorecard is the result of [Score] and [Scored]: a row a unit, a cell a criterion, each with its evidence.
type Scorecard = lantoa.Scorecard

// Reported says of which months a unit's form came before the month closed.
type Reported map[lantoa.UnitID]map[string]bool

// ScoreInput is what a scorecard is reckoned from.
type ScoreInput struct {
	Network  *Network // also of the moment of looking
	Campaign lantoa.Campaign
	Term     lantoa.Term
	Posts    []lantoa.ScorePost  // told in the months and weeks of the term
	Stories  []lantoa.ScoreStory // told in the months of the term
	Weeks    []lantoa.ChannelWeek
	Marks    []lantoa.ScoreMark
	Reported Reported
	Closes   map[string]time.Time // when the forms of a month close
}

const (
	lostWeek = 4 // a week with so many days that could not be read is not asked for
)

// Score reckons how each unit that is in force at the end of the term (or now, while it runs) does by the criteria of
// a campaign. Contests, copies and what fell from above are nobody's own work; days that could not be read leave what
// is asked for. It knows no rank: the rows stand in the order of the tree.
func Score(in ScoreInput) Scorecard {
	k := newScorer(in)
	card := Scorecard{Campaign: in.Campaign.ID, Name: in.Campaign.Name, Term: in.Term, UpTo: in.Network.At,
		Over: !in.Network.At.Before(in.Term.End(in.Network.Zone)), Criteria: in.Campaign.In(in.Term)}
	for _, u := range k.units {
		row := lantoa.ScoreRow{Unit: u.ID, Code: u.Code, Name: u.Name, Level: u.Level, Path: u.Path, Parent: u.Parent,
			Above: in.Network.Units[u.Parent].Name, Away: k.away(u.ID)}
		for _, c := range card.Criteria {
			row.Cells = append(row.Cells, k.cell(u, c))
		}
		row.Settle(card.Criteria)
		card.Rows = append(card.Rows, row)
	}
	return card
}

// scorer holds the input sorted by unit.
type scorer struct {
	ScoreInput
	now      time.Time
	zone     *time.Location
	units    []lantoa.Unit
	channels map[lantoa.UnitID][]Standing
	posts    map[lantoa.ChannelID][]lantoa.ScorePost
	stories  map[lantoa.UnitID][]lantoa.ScoreStory
	weeks    map[lantoa.ChannelID]map[lantoa.Week]lantoa.ChannelWeek
	marks    map[markKey]lantoa.ScoreMark
	termWeek []lantoa.Week
}

type markKey struct {
	unit      lantoa.UnitID
	criterion string
}

func newScorer(in ScoreInput) *scorer {
	n := in.Network
	k := &scorer{ScoreInput: in, now: n.At, zone: n.Zone, termWeek: in.Term.Weeks(n.Zone),
		channels: map[lantoa.UnitID][]Standing{}, posts: map[lantoa.ChannelID][]lantoa.ScorePost{}, stories: map[lantoa.UnitID][]lantoa.ScoreStory{},
		weeks: map[lantoa.ChannelID]map[lantoa.Week]lantoa.ChannelWeek{}, marks: map[markKey]lantoa.ScoreMark{}}
	day := in.Term.End(n.Zone).AddDate(0, 0, -1)
	if today := lantoa.Day(n.At, n.Zone); today.Before(day) {
		day = today
	}
	for _, u := range n.Units {
		if u.InForce(day) {
			k.units = append(k.units, u)
		}
	}
	slices.SortFunc(k.units, func(a, b lantoa.Unit) int { return byTree(n.Units, a, b) })
	owner := map[lantoa.ChannelID]lantoa.UnitID{}
	for _, ch := range n.Channels {
		u := n.OwnerOn(ch, day, AsThen)
		if heirs := n.Units.Heirs(u.ID, day); len(heirs) > 0 { // what a unit did that was taken in is its heir's
			u = heirs[0]
		}
		owner[ch.ID] = u.ID
		k.channels[u.ID] = append(k.channels[u.ID], ch)
	}
	for _, p := range in.Posts {
		k.posts[p.Channel] = append(k.posts[p.Channel], p)
	}
	for _, s := range in.Stories {
		u := s.Unit
		if s.Channel != "" {
			u = owner[s.Channel]
		} else if heirs := n.Units.Heirs(u, day); len(heirs) > 0 {
			u = heirs[0].ID
		}
		k.stories[u] = append(k.stories[u], s)
	}
	for _, w := range in.Weeks {
		if k.weeks[w.Channel] == nil {
			k.weeks[w.Channel] = map[lantoa.Week]lantoa.ChannelWeek{}
		}
		k.weeks[w.Channel][w.Week] = w
	}
	for _, m := range in.Marks {
		k.marks[markKey{m.Unit, m.Criterion}] = m
	}
	return k
}

// away are the days of the term on which the unit had said beforehand that it would be quiet.
func (k *scorer) away(unit lantoa.UnitID) []lantoa.Leave {
	var out []lantoa.Leave
	for _, l := range k.Network.Leaves {
		if l.Unit == unit && l.From.Before(k.Term.End(k.zone)) && !l.To.Before(k.Term.Start(k.zone)) {
			out = append(out, lantoa.Leave{From: l.From, To: l.To, Reason: l.Reason})
		}
	}
	return out
}

func (k *scorer) cell(u lantoa.Unit, c lantoa.Criterion) lantoa.ScoreCell {
	if !c.Asks(u.Level) {
		return lantoa.ScoreCell{State: lantoa.ScoreSpared, Why: lantoa.SparedLevel}
	}
	asked := k.asked(u.ID, c.Groups)
	switch c.Kind {
	case lantoa.HasPage:
		return k.hasPage(u.ID)
	case lantoa.PostsPerWeek:
		return k.postsPerWeek(u, c, asked)
	case lantoa.PostsPerMonth:
		return k.postsPerMonth(u, c, asked)
	case lantoa.StoriesPerMonth:
		return k.storiesPerMonth(u, c)
	case lantoa.NeverSilent:
		return k.neverSilent(asked)
	case lantoa.FiguresReported:
		return k.figuresReported(u)
	}
	return k.byHand(u.ID, c)
}

// asked are the channels of a unit whose posts a criterion counts: its pages, and its groups where the criterion says
// so. One that was put away counts only for what it told.
func (k *scorer) asked(unit lantoa.UnitID, groups bool) []Standing {
	var out []Standing
	for _, ch := range k.channels[unit] {
		if groups || ch.Kind != lantoa.ZaloGroup {
			out = append(out, ch)
		}
	}
	return out
}

func (k *scorer) hasPage(unit lantoa.UnitID) lantoa.ScoreCell {
	cell := lantoa.ScoreCell{State: lantoa.ScoreMissed, Need: 1}
	if !k.over() {
		cell.State, cell.Left, cell.Before = lantoa.ScoreOpen, 1, k.Term.End(k.zone).AddDate(0, 0, -1)
	}
	for _, ch := range k.asked(unit, false) {
		if ch.Archived || ch.Alive == lantoa.Archived || !ch.CreatedAt.IsZero() && !ch.CreatedAt.Before(k.Term.End(k.zone)) {
			continue
		}
		cell.Evidence = append(cell.Evidence, lantoa.Evidence{Channel: ch.ID})
		cell.State, cell.Have, cell.Left, cell.Before = lantoa.ScoreMet, 1, 0, time.Time{}
	}
	return cell
}

func (k *scorer) over() bool { return !k.now.Before(k.Term.End(k.zone)) }

// own counts the own posts of the channels told in a stretch, and lists all that were told in it.
func (k *scorer) own(channels []Standing, from, to time.Time) (n int, evidence []lantoa.Evidence) {
	for _, ch := range channels {
		for _, p := range k.posts[ch.ID] {
			if p.Told.Before(from) || !p.Told.Before(to) {
				continue
			}
			if p.Why() == "" {
				n++
			}
			evidence = append(evidence, lantoa.Evidence{Post: p.ID, Channel: p.Channel, At: p.Told, Why: p.Why()})
		}
	}
	slices.SortFunc(evidence, func(a, b lantoa.Evidence) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Post, b.Post)) })
	return n, evidence
}

// living are the channels that are not put away; a unit none of whose channels was ever read is waiting.
func living(channels []Standing) (out []Standing, waiting bool) {
	for _, ch := range channels {
		if !ch.Archived && ch.Alive != lantoa.Archived {
			out = append(out, ch)
		}
	}
	waiting = len(out) > 0
	for _, ch := range out {
		waiting = waiting && ch.Alive == lantoa.Waiting
	}
	return out, waiting
}

// lost are the days of a week on which the channel that could be read least could not be read.
func (k *scorer) lost(channels []Standing, w lantoa.Week) int {
	most := 0
	for _, ch := range channels {
		most = max(most, k.weeks[ch.ID][w].Lost)
	}
	return most
}

// known says whether the unit and a channel of it were there when a stretch began: a unit is not asked for what was
// before.
func (k *scorer) known(u lantoa.Unit, channels []Standing, from time.Time) bool {
	if u.From.After(from) {
		return false
	}
	for _, ch := range channels {
		if ch.CreatedAt.IsZero() || !ch.CreatedAt.After(from) {
			return true
		}
	}
	return len(channels) == 0
}

func (k *scorer) postsPerWeek(u lantoa.Unit, c lantoa.Criterion, channels []Standing) lantoa.ScoreCell {
	var cell lantoa.ScoreCell
	var met, missed, pending, spared int
	alive, waiting := living(channels)
	for _, w := range k.termWeek {
		from, to := w.Start(k.zone), w.End(k.zone)
		if from.After(k.now) {
			pending++
			continue
		}
		have, evidence := k.own(channels, from, to)
		cell.Evidence = append(cell.Evidence, evidence...)
		part := lantoa.ScorePart{Week: w, Have: have, Need: c.N, Lost: k.lost(alive, w)}
		switch {
		case have >= c.N:
			part.State = lantoa.ScoreMet
			met++
		case to.After(k.now):
			part.State = lantoa.ScoreOpen
			pending++
			cell.Left, cell.Before = c.N-have, to.AddDate(0, 0, -1)
		case part.Lost >= lostWeek:
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedLost
			cell.Lost += part.Lost
			spared++
		case waiting:
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedWaiting
		case !k.known(u, alive, from):
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedNew
		default:
			part.State = lantoa.ScoreMissed
			missed++
		}
		cell.Parts = append(cell.Parts, part)
	}
	so := met + missed
	cell.Have, cell.Need = met, share(so, c.Share)
	switch {
	case so == 0 && pending > 0:
		cell.State, cell.Need = lantoa.ScoreOpen, share(pending, c.Share)
	case so == 0:
		cell.State, cell.Why = lantoa.ScoreSpared, lantoa.SparedNew
		if waiting {
			cell.Why = lantoa.SparedWaiting
		} else if spared > 0 {
			cell.Why = lantoa.SparedLost
		}
	case met >= cell.Need:
		cell.State = lantoa.ScoreMet
	case met+pending >= share(so+pending, c.Share):
		cell.State = lantoa.ScoreOpen
	default:
		cell.State, cell.Left, cell.Before = lantoa.ScoreMissed, 0, time.Time{}
	}
	return cell
}

// share is how many of n things are percent of them, rounded up.
func share(n, percent int) int { return (n*percent + 99) / 100 }

func (k *scorer) postsPerMonth(u lantoa.Unit, c lantoa.Criterion, channels []Standing) lantoa.ScoreCell {
	alive, waiting := living(channels)
	return k.perMonth(u, c.N, alive, waiting, func(from, to time.Time) (int, []lantoa.Evidence) { return k.own(channels, from, to) })
}

func (k *scorer) storiesPerMonth(u lantoa.Unit, c lantoa.Criterion) lantoa.ScoreCell {
	alive, waiting := living(k.channels[u.ID])
	return k.perMonth(u, c.N, alive, waiting, func(from, to time.Time) (n int, evidence []lantoa.Evidence) {
		for _, s := range k.stories[u.ID] {
			if s.Told.Before(from) || !s.Told.Before(to) {
				continue
			}
			n++
			evidence = append(evidence, lantoa.Evidence{Story: s.Story, Submission: s.Submission, Channel: s.Channel, At: s.Told})
		}
		slices.SortFunc(evidence, func(a, b lantoa.Evidence) int { return a.At.Compare(b.At) })
		return n, evidence
	})
}

// perMonth asks for so many things in every month. Of a month in which some days could not be read as much less is
// asked; of one that could not be read for more than half, nothing.
func (k *scorer) perMonth(u lantoa.Unit, need int, alive []Standing, waiting bool, count func(from, to time.Time) (int, []lantoa.Evidence)) lantoa.ScoreCell {
	var cell lantoa.ScoreCell
	var met, missed, pending int
	why := ""
	for _, m := range k.Term.Months() {
		from, to := m.Start(k.zone), m.End(k.zone)
		if from.After(k.now) {
			pending++
			continue
		}
		have, evidence := count(from, to)
		cell.Evidence = append(cell.Evidence, evidence...)
		days, lost := lantoa.DaysBetween(from, to, k.zone), k.lostIn(alive, from, to)
		part := lantoa.ScorePart{Month: m.String(), Have: have, Need: max(1, (need*(days-lost)+days-1)/days), Lost: lost}
		switch {
		case have >= part.Need:
			part.State = lantoa.ScoreMet
			met++
		case to.After(k.now):
			part.State = lantoa.ScoreOpen
			pending++
			cell.Left, cell.Before = part.Need-have, to.AddDate(0, 0, -1)
		case 2*lost > days:
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedLost
		case waiting:
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedWaiting
		case !k.known(u, alive, from):
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedNew
		default:
			part.State = lantoa.ScoreMissed
			missed++
		}
		cell.Lost += lost
		if part.Why != "" {
			why = part.Why
		} else {
			cell.Have, cell.Need = cell.Have+have, cell.Need+part.Need
		}
		cell.Parts = append(cell.Parts, part)
	}
	return decided(cell, met, missed, pending, why)
}

// decided is the cell of a criterion that has to be met in each of its parts.
func decided(cell lantoa.ScoreCell, met, missed, pending int, why string) lantoa.ScoreCell {
	open := slices.ContainsFunc(cell.Parts, func(p lantoa.ScorePart) bool { return p.State == lantoa.ScoreOpen })
	switch {
	case missed > 0:
		cell.State, cell.Left, cell.Before = lantoa.ScoreMissed, 0, time.Time{}
	case open || met == 0 && pending > 0 && why == "":
		cell.State = lantoa.ScoreOpen
	case met > 0:
		cell.State = lantoa.ScoreMet
	default:
		cell.State, cell.Why = lantoa.ScoreSpared, why
	}
	return cell
}

// lostIn are the days of a stretch on which a channel of the unit could not be read. Of a week that lies across its
// border at most as many are taken as it has days in the stretch.
func (k *scorer) lostIn(channels []Standing, from, to time.Time) int {
	n := 0
	for w := lantoa.WeekOf(from, k.zone); w.Start(k.zone).Before(to); w = w.After() {
		inside := 7
		if start := w.Start(k.zone); start.Before(from) {
			inside -= lantoa.DaysBetween(start, from, k.zone)
		}
		if end := w.End(k.zone); end.After(to) {
			inside -= lantoa.DaysBetween(to, end, k.zone)
		}
		n += min(inside, k.lost(channels, w))
	}
	return n
}

// neverSilent looks at the end of each week that is over: the unit is silent where all its channels are that could be
// read.
func (k *scorer) neverSilent(channels []Standing) lantoa.ScoreCell {
	var cell lantoa.ScoreCell
	var met, missed, pending, lost int
	for _, w := range k.termWeek {
		if w.End(k.zone).After(k.now) {
			pending++
			continue
		}
		part := lantoa.ScorePart{Week: w, Need: 1}
		silent, alive, blind := 0, 0, 0
		for _, ch := range channels {
			x := k.weeks[ch.ID][w]
			switch {
			case !x.Rolled() || x.State == lantoa.Archived || x.State == lantoa.Waiting:
			case x.State == lantoa.Disconnected || x.Lost >= lostWeek:
				blind++
				part.Lost = max(part.Lost, x.Lost)
			case x.State == lantoa.Silent:
				silent++
			default:
				alive++
			}
		}
		switch {
		case alive > 0:
			part.State, part.Have = lantoa.ScoreMet, 1
			met++
		case blind > 0:
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedLost
			cell.Lost += part.Lost
			lost++
		case silent > 0:
			part.State = lantoa.ScoreMissed
			missed++
		default:
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedNoWeeks
		}
		cell.Parts = append(cell.Parts, part)
	}
	cell.Have, cell.Need = met, met+missed
	why := lantoa.SparedNoWeeks
	if lost > 0 {
		why = lantoa.SparedLost
	}
	if met+missed+lost == 0 && pending > 0 && len(channels) > 0 {
		why = ""
	}
	return decided(cell, met, missed, pending, why)
}

// figuresReported asks for the form of every month whose time has come, of the units that are asked for it: those with
// a channel that no platform tells us of.
func (k *scorer) figuresReported(u lantoa.Unit) lantoa.ScoreCell {
	var cell lantoa.ScoreCell
	var met, missed int
	why := lantoa.SparedNotDue
	for _, m := range k.Term.Months() {
		month, end := m.String(), m.End(k.zone)
		closes, known := k.Closes[month]
		if !known {
			closes, _ = lantoa.ReportsClose(month, lantoa.ReportCloseDay, k.zone)
		}
		part := lantoa.ScorePart{Month: month, Need: 1}
		reports := slices.ContainsFunc(k.channels[u.ID], func(ch Standing) bool { return ch.ByHand(k.now) && ch.CreatedAt.Before(end) })
		switch {
		case k.Reported[u.ID][month]:
			part.State, part.Have = lantoa.ScoreMet, 1
			met++
		case !reports:
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedNoForm
			why = lantoa.SparedNoForm
		case u.From.After(m.Start(k.zone)):
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedNew
		case end.After(k.now):
			part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedNotDue
			cell.Before = closes.AddDate(0, 0, -1)
		case closes.After(k.now):
			part.State = lantoa.ScoreOpen
			cell.Left, cell.Before = 1, closes.AddDate(0, 0, -1)
		default:
			part.State = lantoa.ScoreMissed
			missed++
		}
		if part.State != lantoa.ScoreSpared {
			cell.Have, cell.Need = cell.Have+part.Have, cell.Need+1
		}
		cell.Parts = append(cell.Parts, part)
	}
	return decided(cell, met, missed, 0, why)
}

// byHand is what somebody ticked; nobody has yet is no answer while the figures still move.
func (k *scorer) byHand(unit lantoa.UnitID, c lantoa.Criterion) lantoa.ScoreCell {
	m, is := k.marks[markKey{unit, c.ID}]
	if !is {
		return lantoa.ScoreCell{State: lantoa.ScoreOpen, Need: 1}
	}
	cell := lantoa.ScoreCell{State: lantoa.ScoreMissed, Need: 1, Note: m.Note, By: m.By, ByAt: m.At}
	if m.Met {
		cell.State, cell.Have = lantoa.ScoreMet, 1
	}
	return cell
}

// Freeze is the scorecard as it is fixed: what is not met by now is not met.
func Freeze(card Scorecard, by string, at time.Time) Scorecard {
	card.FrozenAt, card.FrozenBy = at, by
	card.Rows = slices.Clone(card.Rows)
	for i := range card.Rows {
		row := &card.Rows[i]
		row.Cells = slices.Clone(row.Cells)
		for j := range row.Cells {
			c := &row.Cells[j]
			if c.State == lantoa.ScoreOpen {
				c.State = lantoa.ScoreMissed
			}
			c.Left, c.Before, c.Parts = 0, time.Time{}, slices.Clone(c.Parts)
			for k := range c.Parts {
				part := &c.Parts[k]
				switch {
				case part.State != lantoa.ScoreOpen:
				case part.Month == "": // a week that runs is not judged
					part.State, part.Why = lantoa.ScoreSpared, lantoa.SparedNotDue
				default:
					part.State = lantoa.ScoreMissed
				}
			}
		}
		row.Settle(card.Criteria)
	}
	return card
}

// Correct is the fixed scorecard with what was corrected since, oldest first.
func Correct(card Scorecard, corrections []lantoa.Correction) Scorecard {
	card.Rows = slices.Clone(card.Rows)
	for _, c := range corrections {
		i := slices.IndexFunc(card.Rows, func(r lantoa.ScoreRow) bool { return r.Unit == c.Unit })
		j := card.Column(c.Criterion)
		if i < 0 || j < 0 {
			continue
		}
		row := &card.Rows[i]
		row.Cells = slices.Clone(row.Cells)
		row.Cells[j].State, row.Cells[j].Have, row.Cells[j].Changed = c.State, c.Have, &c
		row.Cells[j].Why = ""
		row.Settle(card.Criteria)
	}
	return card
}

// ScoreShelf is what a scorecard is made from. *store.Store has it.
type ScoreShelf interface {
	Scorecard(ctx context.Context, campaign string, term lantoa.Term) (lantoa.Scorecard, error)
	Corrections(ctx context.Context, campaign string, term lantoa.Term) ([]lantoa.Correction, error)
	ScorePosts(ctx context.Context, from, to time.Time) ([]lantoa.ScorePost, error)
	ScoreStories(ctx context.Context, from, to time.Time) ([]lantoa.ScoreStory, error)
	ScoreMarks(ctx context.Context, campaign string, term lantoa.Term) ([]lantoa.ScoreMark, error)
	ChannelWeeks(ctx context.Context, from, to lantoa.Week, since time.Time) ([]lantoa.ChannelWeek, time.Time, error)
	Reported(ctx context.Context, month string) (map[lantoa.UnitID]bool, error)
	ReportsClose(ctx context.Context, month string, day int) (time.Time, error)
}

// Scored is the scorecard of a campaign in a term: the fixed one with its corrections, or as it stands at the moment of
// the network.
func Scored(ctx context.Context, shelf ScoreShelf, n *Network, campaign lantoa.Campaign, term lantoa.Term) (Scorecard, error) {
	card, err := shelf.Scorecard(ctx, campaign.ID, term)
	if err == nil {
		corrections, err := shelf.Corrections(ctx, campaign.ID, term)
		if err != nil {
			return card, err
		}
		return Correct(card, corrections), nil
	}
	if lantoa.KindOf(err) != lantoa.NotFound {
		return card, err
	}
	in, err := ScoreInputOf(ctx, shelf, n, campaign, term)
	if err != nil {
		return Scorecard{}, err
	}
	return Score(in), nil
}

// ScoreInputOf reads what a scorecard that still moves is reckoned from.
func ScoreInputOf(ctx context.Context, shelf ScoreShelf, n *Network, campaign lantoa.Campaign, term lantoa.Term) (in ScoreInput, err error) {
	in = ScoreInput{Network: n, Campaign: campaign, Term: term, Reported: Reported{}, Closes: map[string]time.Time{}}
	from, to := term.Start(n.Zone), term.End(n.Zone)
	if in.Stories, err = shelf.ScoreStories(ctx, from, to); err != nil {
		return in, err
	}
	first, last := lantoa.WeekOf(from, n.Zone), lantoa.WeekOf(to, n.Zone)
	if in.Posts, err = shelf.ScorePosts(ctx, first.Start(n.Zone), last.End(n.Zone)); err != nil {
		return in, err
	}
	if in.Marks, err = shelf.ScoreMarks(ctx, campaign.ID, term); err != nil {
		return in, err
	}
	if in.Weeks, _, err = shelf.ChannelWeeks(ctx, first, last, time.Time{}); err != nil {
		return in, err
	}
	for _, m := range term.Months() {
		month := m.String()
		units, err := shelf.Reported(ctx, month)
		if err != nil {
			return in, err
		}
		for u := range units {
			if in.Reported[u] == nil {
				in.Reported[u] = map[string]bool{}
			}
			in.Reported[u][month] = true
		}
		if in.Closes[month], err = shelf.ReportsClose(ctx, month, lantoa.ReportCloseDay); err != nil {
			return in, err
		}
	}
	return in, nil
}
