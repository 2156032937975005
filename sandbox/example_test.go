package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/hoiphunu/lantoa/sandbox"
)

func ExampleNew() {
	clock := sandbox.NewClock(time.Date(2026, 11, 23, 6, 0, 0, 0, sandbox.Zone))
	province, err := sandbox.New(sandbox.Options{Now: clock.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(province.Handler())
	defer server.Close()

	story := province.Plants()["P1"]
	r, err := http.Get(server.URL + "/graph/v25.0/" + story.Posts[0] + "?fields=shares&access_token=" + province.Token())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Body.Close()
	fmt.Println(len(province.Channels()), "channels,", r.Status)
	// Output: 374 channels, 200 OK
}
