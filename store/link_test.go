package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestAPersonalLinkOpensWhatItWasMadeFor(t *testing.T) {
	st := storetest.Open(t)
	now := storetest.Now
	token := st.SignLink("form", "05722 2026-11", now.Add(time.Hour))
	if got, err := st.OpenLink("form", token, now); err != nil || got != "05722 2026-11" {
		t.Fatalf("opened %q (%v)", got, err)
	}
	bad := []byte(token)
	bad[len(bad)-3] ^= 1
	for name, x := range map[string]struct {
		purpose, token string
		at             time.Time
		kind           lantoa.Kind
	}{
		"another purpose":     {"digest", token, now, lantoa.Invalid},
		"a changed letter":    {"form", string(bad), now, lantoa.Invalid},
		"nothing":             {"form", "", now, lantoa.Invalid},
		"something else":      {"form", "đây không phải mã", now, lantoa.Invalid},
		"when it is too late": {"form", token, now.Add(time.Hour), lantoa.Expired},
	} {
		if got, err := st.OpenLink(x.purpose, x.token, x.at); lantoa.KindOf(err) != x.kind || got != "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
