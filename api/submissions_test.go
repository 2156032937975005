package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// told saves a story that somebody of a unit sent us; "" for one whose unit is not known.
func (h *house) told(t testing.TB, unit, words string, when time.Time) lantoa.Submission {
	t.Helper()
	sender := "hash-" + unit
	if unit != "" {
		if _, err := h.Store.Teller(t.Context(), sender); err != nil {
			u, err := h.Store.UnitByCode(t.Context(), unit, now)
			must(t, err)
			code, err := h.Store.MakeTellerCode(t.Context(), u.ID, lantoa.User{Email: "admin@example.org"}, now, now.AddDate(0, 0, 7))
			must(t, err)
			_, err = h.Store.LinkTeller(t.Context(), code.Code, sender, now)
			must(t, err)
		}
	}
	sub := lantoa.Submission{Via: "zalo_oa", Sender: sender, Externals: []string{words}, Text: words, ToldAt: when,
		Media: []lantoa.Media{{Kind: "photo", URL: "https://zdn.example/1.jpg"}}}
	must(t, h.Store.SaveSubmission(t.Context(), &sub))
	return sub
}

func TestSubmissions(t *testing.T) {
	h := newHouse(t)
	mau, khe, nobody := h.told(t, "05722", "chuyện Đồng Mẫu", at(11, 20, 8)), h.told(t, "05728", "chuyện Khe Mẫu", at(11, 20, 9)), h.told(t, "", "chuyện chưa rõ của ai", at(11, 20, 10))
	tests := []struct {
		who  string
		want int
		all  []any
	}{
		{"admin", 200, []any{nobody.Code, khe.Code, mau.Code}},
		{"comms", 200, []any{nobody.Code, khe.Code, mau.Code}},
		{"communecomms", 200, []any{mau.Code}},
		{"leader", 403, nil}, {"officer", 403, nil}, {"viewer", 403, nil}, {"khe", 403, nil},
	}
	for _, tt := range tests {
		t.Run(tt.who, func(t *testing.T) {
			a := h.get(t, tt.who, "/api/v1/submissions")
			if a.status != tt.want || fmt.Sprint(a.items("code")) != fmt.Sprint(tt.all) {
				t.Errorf("%d %s", a.status, a.text)
			}
			if tt.want == 200 && a.json["total"] != float64(len(tt.all)) {
				t.Errorf("%v in all", a.json["total"])
			}
			if strings.Contains(a.text, "hash-") {
				t.Error("it tells who sent it")
			}
		})
	}
	for _, tt := range []struct {
		name, who string
		of        lantoa.Submission
		body      string
		want      int
	}{
		{"taken", "communecomms", mau, `{"decision":"take","note":"Chị Hà giữ"}`, 200},
		{"asked", "comms", khe, `{"decision":"ask"}`, 200},
		{"to be posted by the commune itself", "comms", khe, `{"decision":"return"}`, 200},
		{"of nobody's unit, by the province", "comms", nobody, `{"decision":"decline","note":"chưa rõ ai kể"}`, 200},
		{"declined without a word", "comms", mau, `{"decision":"decline","note":" "}`, 422},
		{"a decision that is none", "comms", mau, `{"decision":"approve"}`, 422},
		{"of another commune", "communecomms", khe, `{"decision":"take"}`, 403},
		{"of nobody's unit, by a commune", "communecomms", nobody, `{"decision":"take"}`, 403},
		{"an officer does not, though it be hers", "officer", mau, `{"decision":"take"}`, 403},
		{"a leader does not", "leader", mau, `{"decision":"take"}`, 403},
		{"one that is not there", "comms", lantoa.Submission{ID: "nosuch"}, `{"decision":"take"}`, 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, tt.who, "POST", "/api/v1/submissions/"+string(tt.of.ID)+"/decisions", tt.body)
			if a.status != tt.want {
				t.Errorf("%d, want %d: %s", a.status, tt.want, a.text)
			}
		})
	}
	for of, want := range map[lantoa.SubmissionID]lantoa.Progress{mau.ID: lantoa.SubmissionTaken, khe.ID: lantoa.SubmissionReturned, nobody.ID: lantoa.SubmissionDeclined} {
		if sub, err := h.Store.Submission(t.Context(), of); err != nil || sub.State != want {
			t.Errorf("%s is %s, want %s (%v)", sub.Code, sub.State, want, err)
		}
	}
	if a := h.get(t, "comms", "/api/v1/submissions?state=taken"); fmt.Sprint(a.items("note")) != "[Chị Hà giữ]" {
		t.Errorf("%s", a.text)
	}
	t.Run("what its teller took back cannot be taken", func(t *testing.T) {
		_, err := h.Store.Erase(t.Context(), []string{"hash-05722"}, now, "", "user_withdraw")
		must(t, err)
		if a := h.ask(t, "comms", "POST", "/api/v1/submissions/"+string(mau.ID)+"/decisions", `{"decision":"take"}`); a.status != 409 {
			t.Errorf("%d %s", a.status, a.text)
		}
		if a := h.get(t, "comms", "/api/v1/submissions?state=withdrawn"); strings.Contains(a.text, "chuyện Đồng Mẫu") || a.json["total"] != 1.0 {
			t.Errorf("%s", a.text)
		}
	})
}

func TestPagesOfSubmissionsLeaveNoneOutThoughToldAtOneMoment(t *testing.T) {
	h := newHouse(t)
	want := map[any]bool{}
	for i := range 9 {
		sub := lantoa.Submission{Via: "zalo_oa", Sender: fmt.Sprint("one of many ", i), Externals: []string{fmt.Sprint(i)}, Text: "x", ToldAt: at(11, 20, 8+i/7)}
		must(t, h.Store.SaveSubmission(t.Context(), &sub))
		want[sub.Code] = true
	}
	for _, limit := range []int{1, 2, 4, 9} {
		path := fmt.Sprintf("/api/v1/submissions?limit=%d", limit)
		got, cursor := []any{}, ""
		for range 10 {
			a := h.get(t, "comms", path+cursor)
			got = append(got, a.items("code")...)
			next, more := a.json["next_cursor"].(string)
			if !more {
				break
			}
			cursor = "&cursor=" + next
		}
		seen := map[any]bool{}
		for _, code := range got {
			seen[code] = true
		}
		if len(got) != 9 || len(seen) != 9 {
			t.Errorf("pages of %d give %v", limit, got)
		}
	}
}
