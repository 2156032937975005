package web

import (
	"net/http"
	"net/url"
)

// routes is every address of the screens.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/{name}", s.assets)
	mux.Handle("GET /favicon.ico", http.RedirectHandler(s.assets.url("mark.svg"), http.StatusSeeOther))

	open := func(pattern string, h handler) { mux.Handle(pattern, s.handle(h)) }
	signed := func(pattern string, h handler) { mux.Handle(pattern, s.handle(s.signedIn(h))) }

	open("GET /dang-nhap", s.showSignIn)
	open("POST /dang-nhap", s.signIn)
	open("POST /dang-xuat", s.signOut)
	open("POST /ngon-ngu", s.changeLanguage)
	open("GET /mat-khau", s.showPassword)
	open("POST /mat-khau", s.changePassword)

	signed("GET /{$}", s.showHome)
	signed("GET /them", s.showMore)
	signed("GET /tim-kiem", s.showSearch)
	signed("GET /cau-chuyen", s.showStories)
	signed("GET /cau-chuyen/{id}", s.showStory)
	signed("POST /cau-chuyen/{id}/quyet-dinh", s.decide)
	signed("GET /bai-viet/{id}", s.showPost)
	signed("POST /bai-viet/{id}/binh-chon", s.markVote)
	signed("GET /kenh", s.showChannels)
	signed("GET /kenh/{id}", s.showChannel)
	signed("POST /kenh/{id}/doc-ngay", s.collectNow)
	signed("POST /kenh/them", s.addSite)
	admin := func(pattern string, h handler) { signed(pattern, s.admin(h)) }
	admin("GET /quan-tri/ket-noi", s.showConnect)
	admin("POST /quan-tri/ket-noi/facebook", s.findPages)
	admin("POST /quan-tri/ket-noi/facebook/trang", s.lookPage)
	admin("POST /quan-tri/ket-noi/facebook/nhan", s.takePage)
	admin("POST /quan-tri/ket-noi/facebook/tin-bao", s.askEvents)
	admin("GET /quan-tri/ket-noi/zalo/cho-phep", s.allowZalo)
	admin("GET "+zaloReturn, s.allowedZalo)
	admin("POST /quan-tri/ket-noi/khoa", s.makeKey)
	admin("GET /quan-tri/thong-bao", s.showNotices)
	admin("POST /quan-tri/thong-bao", s.seeNotices)
	admin("GET /quan-tri/nhap", s.showImports)
	admin("POST /quan-tri/nhap/{id}/hoan-tac", s.undoImport)
	signed("GET /hop-cau-chuyen", s.showInbox)
	signed("POST /hop-cau-chuyen/{id}", s.moveSubmission)
	signed("GET /ke-chuyen", s.showTell)
	signed("POST /ke-chuyen/ma", s.makeTellerCode)
	signed("POST /ke-chuyen/go", s.unlinkTeller)
	signed("GET /anh/{id}/{n}", s.servePicture)
	signed("POST /kenh/{id}/trang-tin", s.saveSite)
	signed("/", s.notHere)

	guard := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.BaseURL); err == nil && u.Host != "" {
		// Behind a proxy the host of the request may be another than the one that people typed.
		if err := guard.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			s.Log.Warn("the address that people reach us by is no origin", "base_url", s.BaseURL, "err", err)
		}
	}
	guard.SetDenyHandler(s.handle(func(http.ResponseWriter, *http.Request) error { return errCrossSite }))
	return headers(s.Secure, s.gate.sessions.LoadAndSave(guard.Handler(mux)))
}

// headers says on every answer what a browser may do with it. There is no inline script or style anywhere.
func headers(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
