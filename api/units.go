package api

import (
	"context"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Unit is a body of the Union.
type Unit struct {
	Code       string       `json:"code" example:"05722" doc:"Official code. A new unit may bear the code of one that it took in: only code and day together name a unit"`
	Name       string       `json:"name" example:"xã Đồng Mẫu"`
	Level      lantoa.Level `json:"level" enum:"province,district,commune,branch"`
	Parent     *string      `json:"parent" doc:"Code of the unit above, null for the highest"`
	From       *string      `json:"from" format:"date" doc:"First day in force"`
	To         *string      `json:"to" format:"date" doc:"First day no longer in force, null while it is"`
	Successors []string     `json:"successors" nullable:"false" doc:"Codes of the units that took it in"`
}

func (v view) unit(u lantoa.Unit) Unit {
	if known, ok := v.units[u.ID]; ok {
		u = known // with its successors, which posts and channels do not carry
	}
	out := Unit{Code: u.Code, Name: u.Name, Level: u.Level, From: v.day(u.From), To: v.day(u.To), Successors: []string{}}
	if above, ok := v.units[u.Parent]; ok {
		out.Parent = &above.Code
	}
	for _, id := range u.Successors {
		if next, ok := v.units[id]; ok {
			out.Successors = append(out.Successors, next.Code)
		}
	}
	return out
}

type unitsInput struct {
	Paging
	At    string         `query:"at" format:"date" doc:"The tree as it was on this day; today if left out"`
	Level []lantoa.Level `query:"level" enum:"province,district,commune,branch"`
	Unit  []string       `query:"unit" maxItems:"50" doc:"Codes: the units and all below them"`
}

type unitsOutput struct{ Body List[Unit] }

// units is the tree in force on a day, cut to the caller's scope: from the top down, by name within a level.
func (s *Server) units(ctx context.Context, in *unitsInput) (*unitsOutput, error) {
	day, err := s.dayOf("at", in.At)
	if err != nil {
		return nil, err
	}
	within, err := s.unitPaths(ctx, in.Unit, day)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Units(ctx, v.scope, day)
	if err != nil {
		return nil, err
	}
	var chosen []lantoa.Unit
	for _, u := range all {
		if oneOf(in.Level, u.Level) && anyWithin(u.Path, within) {
			chosen = append(chosen, u)
		}
	}
	page, next, err := pageOf(ctx, in.Paging, chosen, func(u lantoa.Unit) string { return string(u.ID) })
	if err != nil {
		return nil, err
	}
	out := &unitsOutput{Body: List[Unit]{Items: []Unit{}, Total: len(chosen), NextCursor: next}}
	for _, u := range page {
		out.Body.Items = append(out.Body.Items, v.unit(u))
	}
	return out, nil
}

type unitInput struct {
	Code string `path:"code" maxLength:"40"`
	At   string `query:"at" format:"date" doc:"The unit that bore the code on this day; today if left out"`
}

type unitOutput struct{ Body Unit }

// oneUnit is the unit that bears a code on a day. Without a day it is today's, or the last that bore the code:
// whoever asks for a unit that was merged away learns what took it in.
func (s *Server) oneUnit(ctx context.Context, in *unitInput) (*unitOutput, error) {
	day, err := s.dayOf("at", in.At)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.Store.UnitByCode(ctx, in.Code, day)
	if err != nil {
		return nil, err
	}
	if !v.sees(u) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	if in.At != "" && !u.InForce(day) {
		return nil, lantoa.Missing("unit", in.Code)
	}
	return &unitOutput{Body: v.unit(u)}, nil
}

// dayOf reads a date parameter as midnight in the Union's zone; today where it was left out.
func (s *Server) dayOf(param, text string) (time.Time, error) {
	if text == "" {
		return lantoa.Day(s.Now(), s.Zone), nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, s.Zone)
	if err != nil || day.Year() < 1900 || day.Year() > 9000 {
		return time.Time{}, &refusal{kind: lantoa.Invalid, about: badParam, param: param, want: wantDate}
	}
	return day, nil
}

// unitPaths turns the codes of a filter into paths. A code means the unit that bears it on the day.
func (s *Server) unitPaths(ctx context.Context, codes []string, day time.Time) ([]string, error) {
	var paths []string
	for _, code := range codes {
		u, err := s.Store.UnitByCode(ctx, strings.TrimSpace(code), day)
		if lantoa.KindOf(err) == lantoa.NotFound {
			return nil, &refusal{kind: lantoa.Invalid, about: noUnit, param: "unit", why: code}
		}
		if err != nil {
			return nil, err
		}
		paths = append(paths, u.Path)
	}
	return paths, nil
}

// oneOf says whether a filter lets a value through; one that was left out lets all.
func oneOf[T comparable](filter []T, value T) bool {
	for _, f := range filter {
		if f == value {
			return true
		}
	}
	return len(filter) == 0
}

// anyWithin is oneOf for units: at or below any of the paths.
func anyWithin(path string, filter []string) bool {
	for _, f := range filter {
		if lantoa.Within(path, f) {
			return true
		}
	}
	return len(filter) == 0
}
