package website

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
)

// transport is a request that brought no whole answer, as people read it. The end of a visit stays what it is.
func transport(err error) error {
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	var name *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var late net.Error
	switch {
	case errors.Is(err, safehttp.ErrInside):
		return lantoa.Problem(lantoa.Forbidden, "inside_address", "")
	case errors.Is(err, safehttp.ErrAddress):
		return lantoa.Problem(lantoa.Invalid, "address", "")
	case errors.Is(err, safehttp.ErrRedirects):
		return lantoa.Problem(lantoa.Garbled, "redirect", "")
	case errors.Is(err, safehttp.ErrTooLarge):
		return lantoa.Problem(lantoa.TooLarge, "", "")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return lantoa.Problem(lantoa.Garbled, "half_body", "")
	case errors.As(err, &name):
		return lantoa.Problem(lantoa.Away, "dns", "")
	case errors.As(err, &untrusted):
		return lantoa.Problem(lantoa.Away, "certificate", "")
	case errors.Is(err, safehttp.ErrLate), errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return lantoa.Problem(lantoa.Away, "timeout", "")
	}
	return &lantoa.Trouble{Kind: lantoa.Away, Err: err}
}

// refusal is the trouble of an answer that is no success, about one of our pages; nil for a success.
func refusal(r *safehttp.Response, about string, now time.Time) error {
	note := strconv.Itoa(r.Status)
	switch s := r.Status; {
	case s >= 200 && s < 300, s == http.StatusNotModified:
		return nil
	case s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable && r.Header.Get("Retry-After") != "":
		return &lantoa.Trouble{Kind: lantoa.Limited, What: about, Until: after(r.Header.Get("Retry-After"), now), Note: note}
	case s >= 500:
		return lantoa.Problem(lantoa.Away, about, note)
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		return lantoa.Problem(lantoa.NoRight, about, note)
	case s == http.StatusNotFound, s == http.StatusGone:
		return lantoa.Problem(lantoa.Gone, about, note)
	case s >= 300 && s < 400:
		return lantoa.Problem(lantoa.Garbled, "redirect", note)
	}
	return lantoa.Problem(lantoa.Refused, about, note)
}

// after reads how long a site wants to be left alone: at least a minute, at most a day, ten minutes if it does not say.
func after(said string, now time.Time) time.Time {
	wait := 10 * time.Minute
	if n, err := strconv.Atoi(strings.TrimSpace(said)); err == nil {
		wait = time.Duration(min(max(n, 60), 24*3600)) * time.Second
	} else if t, err := http.ParseTime(said); err == nil {
		wait = min(max(t.Sub(now), time.Minute), 24*time.Hour)
	}
	return now.Add(wait)
}
