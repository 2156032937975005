package sandbox

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"time"
)

// serveControl is the sandbox's own small door for scripts, open to whoever has the sandbox token:
// GET /control tells the clock, the calls counted and the faults in force; POST /control sets the faults
// ({"fault":[…]}); GET /control/served, /control/plants, /control/blocked and /control/published give what the functions
// of these names give; POST /control/webhooks makes the calls of [HookOptions].
func (s *Sandbox) serveControl(w http.ResponseWriter, r *http.Request) {
	token := tokenOf(r, r.URL.Query())
	if token == "" {
		token = r.Header.Get("access_token")
	}
	if token != s.Token() {
		http.Error(w, `{"error":"the sandbox token is needed"}`, http.StatusUnauthorized)
		return
	}
	var out any
	switch strings.TrimSuffix(r.URL.Path, "/") {
	case "/control/served":
		out = s.Served()
	case "/control/plants":
		out = s.Plants()
	case "/control":
		if r.Method == http.MethodPost {
			var f Faults
			d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
			d.DisallowUnknownFields()
			err := d.Decode(&f)
			if err == nil {
				err = f.check()
			}
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
				return
			}
			s.renew(f.Faults)
		}
		out = struct {
			Now    time.Time        `json:"now"`
			Anchor time.Time        `json:"anchor"`
			Calls  map[string]int64 `json:"calls"`
			Fault  []Fault          `json:"fault"`
		}{s.opt.Now(), time.Unix(s.anchor, 0).In(Zone), s.Calls(), s.faults.all()}
	case "/control/published":
		out = s.Published()
	case "/control/blocked":
		out = s.Blocked()
	case "/control/webhooks":
		var opt HookOptions
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&opt)
		if err == nil {
			out, err = s.SendHooks(r.Context(), opt)
		}
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
			return
		}
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	json.NewEncoder(w).Encode(out)
}

// renew puts faults in force; whom earlier ones asked to stay away may come again.
func (s *Sandbox) renew(f []Fault) {
	s.faults.set(f)
	s.blocks.mu.Lock()
	defer s.blocks.mu.Unlock()
	s.blocks.until = nil
}

// SetFaults puts these faults in force in place of those before.
func (s *Sandbox) SetFaults(f Faults) error {
	if err := f.check(); err != nil {
		return err
	}
	s.renew(f.Faults)
	return nil
}

// Calls counts what was asked so far: HTTP requests, and calls at Graph (each of a batch is one), Zalo and
// its sign-in.
func (s *Sandbox) Calls() map[string]int64 {
	return map[string]int64{
		"http": s.calls.http.Load(), "graph": s.calls.graph.Load(), "zalo": s.calls.zalo.Load(), "oauth": s.calls.oauth.Load(),
	}
}

// serveMedia gives the picture of an address: one that was uploaded, or else one that is drawn, hills under a sky in
// colours that are the picture's own.
func (s *Sandbox) serveMedia(w http.ResponseWriter, r *http.Request) {
	if b := s.picture(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/media/"), ".jpg")); b != nil {
		w.Header().Set("Content-Type", http.DetectContentType(b))
		w.Write(b)
		return
	}
	h := fnv.New32a()
	h.Write([]byte(r.URL.Path))
	d := throw(s.opt.Seed, int64(h.Sum32()))
	img := image.NewRGBA(image.Rect(0, 0, 360, 270))
	sky := color.RGBA{uint8(170 + d.n(70)), uint8(190 + d.n(50)), uint8(210 + d.n(40)), 255}
	near := color.RGBA{uint8(40 + d.n(90)), uint8(90 + d.n(90)), uint8(50 + d.n(60)), 255}
	a, b := 90+d.n(50), 150+d.n(50)
	slope, bend := d.between(-30, 30), d.between(40, 120)
	for y := range 270 {
		for x := range 360 {
			c := sky
			far := a + slope*x/360 + (x-180)*(x-180)/(bend*6)
			front := b - slope*x/360 + (x-120)*(x-120)/(bend*14)
			switch {
			case y > front:
				c = near
			case y > far:
				c = color.RGBA{near.R/2 + sky.R/2, near.G/2 + sky.G/2, near.B/2 + sky.B/2, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 70}); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Write(out.Bytes())
}
