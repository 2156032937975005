package safehttp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Post sends a body to an address and reads the answer, whatever its status. It is led nowhere else: an answer that sends
// us on is the answer. An answer that is larger than the limit is an error; the body was received all the same.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte) (*Response, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, ErrAddress // url's own error repeats the address
	}
	if err := c.check(u); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.opt.Patience, ErrLate)
	defer cancel()
	u.Fragment = ""
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, ErrAddress
	}
	for k, v := range header {
		req.Header[http.CanonicalHeaderKey(k)] = v
	}
	req.Header.Set("User-Agent", c.opt.UserAgent)
	once := *c.http
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := once.Do(req)
	if err != nil {
		return nil, c.told(ctx, u, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, c.opt.Limit+1))
	if err != nil {
		return nil, c.told(ctx, u, err)
	}
	if int64(len(answer)) > c.opt.Limit {
		return nil, fmt.Errorf("%s: %w", u.Hostname(), ErrTooLarge)
	}
	return &Response{Status: resp.StatusCode, URL: u.String(), Header: resp.Header, Body: answer}, nil
}
