package main

import (
	"encoding/json"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// besideDemo gives a verb that works on a demo's data the demo's clock and platforms: without that `collect`
// would ask the real ones for pages that do not exist, and `stories` would look at the wrong week.
func besideDemo(set Settings) (now func() time.Time) {
	dir := set.Get("data")
	state, err := readDemoState(dir)
	if err != nil || state.Anchor.IsZero() {
		return nil
	}
	var file struct {
		Base    string `json:"base_url"`
		Sandbox string `json:"sandbox_url"`
		Apps    platformApps
	}
	if b, err := os.ReadFile(filepath.Join(dir, "demo.json")); err == nil && json.Unmarshal(b, &file) == nil && file.Sandbox != "" {
		set.pointAtSandbox(file.Sandbox, file.Apps)
	}
	// The clock of a running demo runs on from where it was last noted; that of a stopped one stands.
	now = func() time.Time { return state.Lived }
	if info, err := os.Stat(filepath.Join(dir, "demo-clock.json")); err == nil && answers(file.Base) {
		ahead := state.Lived.Sub(info.ModTime())
		now = func() time.Time { return time.Now().Add(ahead) }
		if set.Get("base_url") == "" { // links that are printed open its pages
			set.values["base_url"] = value{file.Base, simulated}
		}
	}
	return now
}

// answers says whether somebody listens at the address of a page.
func answers(base string) bool {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return false
	}
	conn, err := net.DialTimeout("tcp", u.Host, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// platformApps are our app at the simulated platforms.
type platformApps struct {
	FacebookID     string `json:"facebook_app_id"`
	FacebookSecret string `json:"facebook_app_secret"`
	ZaloID         string `json:"zalo_app_id"`
	ZaloSecret     string `json:"zalo_app_secret"`
}

// pointAtSandbox puts the simulated platforms in the place of the three real hosts.
func (s Settings) pointAtSandbox(base string, apps platformApps) {
	for key, text := range map[string]string{
		"facebook.graph_url": base + "/graph", "zalo.api_url": base + "/zalo", "zalo.oauth_url": base + "/zalo-oauth",
		"zalo.app_id": apps.ZaloID, "zalo.app_secret": apps.ZaloSecret,
		"facebook.app_id": apps.FacebookID, "facebook.app_secret": apps.FacebookSecret,
	} {
		s.values[key] = value{text, simulated}
	}
}

// simulated is where a setting came from that points at the sandbox.
const simulated = "tỉnh mô phỏng"
