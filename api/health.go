package api

import (
	"encoding/json"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hoiphunu/lantoa"
)

// health is the answer of /healthz and /readyz.
type health struct {
	Status  string            `json:"status"` // ok, or unready
	Version string            `json:"version,omitempty"`
	Parts   map[string]string `json:"parts,omitempty"` // part → "ok", or what is wrong in words
}

// healthz says that the process answers, nothing more: it stays 200 while a part is being mended, for
// restarting us would not mend it.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	writeHealth(w, http.StatusOK, health{Status: "ok", Version: s.Version})
}

// readyz says of each part whether it can do its work; 503 until all can.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.Ready == nil {
		writeHealth(w, http.StatusOK, health{Status: "ok"})
		return
	}
	parts, ok := s.Ready(r.Context())
	if !ok {
		w.Header().Set("Retry-After", "5")
		writeHealth(w, http.StatusServiceUnavailable, health{Status: "unready", Parts: parts})
		return
	}
	writeHealth(w, http.StatusOK, health{Status: "ok", Parts: parts})
}

func writeHealth(w http.ResponseWriter, status int, h health) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(h) // a caller that hung up has nobody left to tell
}

// metrics are Prometheus figures: sums over everything, nothing of a single unit or person. They are open to
// this machine, where the usual scraper runs, and to an administrator's token from elsewhere. A request that
// a proxy on this machine passed on comes from elsewhere.
func (s *Server) metrics(g *gauges) http.HandlerFunc {
	scrape := promhttp.HandlerFor(g.registry, promhttp.HandlerOpts{})
	return func(w http.ResponseWriter, r *http.Request) {
		if !fromHere(r) {
			cat := s.catalog(r)
			who, err := s.who(r)
			if err == nil && (who.Role != lantoa.Admin || who.Unit.Parent != "") { // the figures are of all units
				err = refuse(lantoa.Forbidden, metricsShut)
			}
			if err != nil {
				s.explain(r.Context(), cat, err).write(w)
				return
			}
		}
		scrape.ServeHTTP(w, r)
	}
}
