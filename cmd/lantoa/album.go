package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/website"
	"github.com/hoiphunu/lantoa/internal/safehttp"
	"github.com/hoiphunu/lantoa/internal/thumb"
)

// pictureSide is the longer side of our copies: sharp on a telephone, some 60 KB each.
const pictureSide = 720

// album fetches pictures and looks at pages that posts link to, never at addresses inside the house.
type album struct {
	http *safehttp.Client
	site *website.Client
}

func (a album) Copy(ctx context.Context, url string) (lantoa.Picture, error) {
	res, err := a.http.Get(ctx, url, nil)
	switch {
	case errors.Is(err, safehttp.ErrAddress), errors.Is(err, safehttp.ErrRedirects):
		return lantoa.Picture{}, lantoa.Problem(lantoa.Refused, "picture", "")
	case errors.Is(err, safehttp.ErrTooLarge):
		return lantoa.Picture{}, lantoa.Problem(lantoa.TooLarge, "picture", "")
	case err != nil:
		return lantoa.Picture{}, &lantoa.Trouble{Kind: lantoa.Away, What: "picture"}
	}
	switch {
	case res.Status == http.StatusForbidden || res.Status == http.StatusNotFound || res.Status == http.StatusGone:
		return lantoa.Picture{}, lantoa.Problem(lantoa.Gone, "picture", "") // a signed address that has expired
	case res.Status != http.StatusOK:
		return lantoa.Picture{}, lantoa.Problem(lantoa.Away, "picture", "")
	}
	data, w, h, err := thumb.Make(res.Body, pictureSide)
	if err != nil {
		return lantoa.Picture{}, lantoa.Problem(lantoa.Refused, "picture", "")
	}
	return lantoa.Picture{Data: data, Width: w, Height: h}, nil
}

func (a album) Preview(ctx context.Context, url string) (lantoa.Preview, error) {
	return a.site.Preview(ctx, url)
}
