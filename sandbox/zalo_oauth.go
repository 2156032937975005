package sandbox

import (
	"crypto/hmac"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// serveZaloOAuth is Zalo's sign-in: the page on which an administrator allows the app, and the exchange of
// a code or a refresh token for a new pair. Its failures come with status 200 and no number.
func (s *Sandbox) serveZaloOAuth(w http.ResponseWriter, r *http.Request) {
	s.calls.oauth.Add(1)
	now := s.now()
	switch path := strings.TrimPrefix(r.URL.Path, "/zalo-oauth"); {
	case path == "/v4/oa/permission" && r.Method == http.MethodGet:
		back, err := url.Parse(r.URL.Query().Get("redirect_uri"))
		if err != nil || back.Host == "" || r.URL.Query().Get("app_id") != zaloAppID {
			oauthFailure(w, "Invalid redirect uri", "", -14003)
			return
		}
		q := back.Query()
		q.Set("code", s.state.newCode(now))
		q.Set("oa_id", zaloOAID)
		if state := r.URL.Query().Get("state"); state != "" {
			q.Set("state", state)
		}
		back.RawQuery = q.Encode()
		http.Redirect(w, r, back.String(), http.StatusFound)
	case path == "/v4/oa/access_token" && r.Method == http.MethodPost:
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := r.ParseForm(); err != nil {
			oauthFailure(w, "Invalid request", "The body is not a form", 0)
			return
		}
		if f, hit := s.faults.strike(r.Method, "", "", r.URL.Path, now); hit {
			if f.Kind == "timeout" {
				hang(r)
				return
			}
			a := f.spoil(answer{status: 200, body: []byte(`{"access_token":"cut off`)}, "")
			w.Header().Set("Content-Type", "application/json;charset=utf-8")
			for k, v := range a.header {
				w.Header().Set(k, v)
			}
			w.WriteHeader(a.status)
			w.Write(a.body)
			return
		}
		s.exchange(w, r, now)
	default:
		http.NotFound(w, r)
	}
}

// exchange gives a new pair. The pair is kept before it is sent: a refresh token is used up for good even
// when the answer is lost on the way.
func (s *Sandbox) exchange(w http.ResponseWriter, r *http.Request, now int64) {
	if !hmac.Equal([]byte(r.Header.Get("secret_key")), []byte(s.zaloSecret())) {
		oauthFailure(w, "Invalid secret key", "The secret key does not belong to the app", -14004)
		return
	}
	if r.PostForm.Get("app_id") != zaloAppID {
		oauthFailure(w, "Invalid app id", "The app does not exist", -14001)
		return
	}
	var pair tokenPair
	var why string
	var err error
	switch r.PostForm.Get("grant_type") {
	case "refresh_token":
		pair, why, err = s.state.refresh(r.PostForm.Get("refresh_token"), now)
	case "authorization_code":
		pair, why, err = s.state.redeem(r.PostForm.Get("code"), now)
	default:
		why = "grant_type is not supported"
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if why != "" {
		name := "Invalid refresh token"
		if r.PostForm.Get("grant_type") != "refresh_token" {
			name = "Invalid code"
		}
		oauthFailure(w, name, why, 0)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	json.NewEncoder(w).Encode(map[string]string{
		"access_token": pair.Access, "refresh_token": pair.Refresh, "expires_in": "90000",
	})
}

func oauthFailure(w http.ResponseWriter, name, reason string, code int) {
	b := textField([]byte{'{'}, "error_name", name)
	b = textField(b, "error_reason", reason)
	b = textField(b, "error_description", name)
	b = textField(b, "ref_doc", "https://developers.zalo.me/docs/official-account/")
	if code != 0 {
		b = numberField(b, "error", code)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Write(append(b, '}'))
}
