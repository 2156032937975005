package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store"
)

// Queue is what the screens ask of the door of the clock.
type Queue interface {
	// CollectNow has a channel read as soon as a worker is free.
	CollectNow(ctx context.Context, ch lantoa.ChannelID) error
	// PublishSoon has a reshare that is due passed on as soon as a worker is free.
	PublishSoon(ctx context.Context, id lantoa.ReshareID) error
}

// Progress is how far the first collection has come, as the home page shows it while it runs.
type Progress struct {
	Done    bool      // nothing to show any more
	Day     time.Time // the day that has been reached, where a past is being lived
	Until   time.Time // the day it goes to; zero where there is no past to live
	Share   float64   // 0 to 1
	Waiting int       // channels not read yet
}

// Server is the door of people. Its fields are set before [Server.Handler] is called and not after.
type Server struct {
	Store    *store.Store
	Index    search.Index
	Queue    Queue            // nil where nothing can be read on demand: the button is left out
	Now      func() time.Time // the clock of posts and states; sign-ins and limits go by the machine's
	Zone     *time.Location
	Log      *slog.Logger
	BaseURL  string          // as people reach it
	Facebook Facebook        // nil where no app is set up there: the screen says what is missing
	Desk     *activity.Desk  // how the network does; made from the store where it is nil
	Zalo     ZaloOA          // nil likewise
	Websites Websites        // nil where no site may be asked
	Lists    Lists           // nil where no file may be brought
	Outbox   Outbox          // what sends mails; nothing where there is nothing to send with
	Progress func() Progress // nil where there is no first collection to speak of
	Secure   bool            // cookies for https only

	// Gate makes the words of a story fit to be stored; nil: no stories are taken by form.
	Gate func(lantoa.Submission) lantoa.Submission
	// FormDay is the day of the following month at whose end the reports of a month close; 0: the fifth.
	FormDay int

	Rule       reshare.Rule       // whether a second person approves what is passed on
	Publishers reshare.Publishers // what takes back and rewords at the platforms
	// Means is what can be done with a channel now, with why where that is by hand; nil: everything by hand.
	Means func(ctx context.Context, ch lantoa.Channel) (lantoa.Means, *lantoa.Trouble)

	*parts
}

// parts are what Handler makes from the fields.
type parts struct {
	assets    *assets
	templates templates
	gate      *gate
	rhythms   rhythms
	scores    scores
	peers     peers
	views     views
	kept      keptFiles
}

// Handler serves every page. It may be called once.
func (s *Server) Handler() http.Handler {
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Zone == nil {
		s.Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.Desk == nil {
		s.Desk = &activity.Desk{Shelf: s.Store, Now: s.Now, Zone: s.Zone}
	}
	a := readAssets()
	s.parts = &parts{assets: a, templates: parseTemplates(a), gate: newGate(s.Store.Sessions(), s.Secure)}
	return s.routes()
}
