package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// ingestSkew is how far the clocks of the sender and ours may differ, either way. A signature is remembered for
// twice as long, so that none serves twice.
const ingestSkew = 5 * time.Minute

// signedBy is whose key signed the call, if it was signed of late and for the first time.
func (s *Server) signedBy(r *http.Request, body []byte, cat *words.Catalog) (lantoa.User, error) {
	var nobody lantoa.User
	id, sent, signature := r.Header.Get("X-Lantoa-Key"), r.Header.Get("X-Lantoa-Time"), r.Header.Get("X-Lantoa-Signature")
	if id == "" || sent == "" || signature == "" {
		return nobody, unauthorized(cat, ingestUnsigned)
	}
	seconds, err := strconv.ParseInt(sent, 10, 64)
	now := time.Now() // a signature's time is the machine's: a past that is lived again has other days
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > ingestSkew {
		p := unauthorized(cat, ingestSkewed)
		p.Detail = ingestSkewed.happened(cat, "", strconv.FormatInt(now.Unix(), 10))
		return nobody, p
	}
	key, secret, err := s.Store.IngestKey(r.Context(), id)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return nobody, unauthorized(cat, ingestUnsigned)
	}
	if err != nil {
		return nobody, err
	}
	given, err := hex.DecodeString(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(signature)), "sha256="))
	if err != nil || !hmac.Equal(given, signatureOf(secret, sent, body)) {
		return nobody, unauthorized(cat, ingestSignature)
	}
	who, err := s.Store.User(r.Context(), key.User)
	if lantoa.KindOf(err) == lantoa.NotFound || err == nil && who.Disabled {
		return nobody, unauthorized(cat, ingestUnsigned)
	}
	if err != nil {
		return nobody, err
	}
	fresh, err := s.Store.SeenOnce(r.Context(), "ingest:"+id+":"+hex.EncodeToString(given), s.Now().Add(2*ingestSkew))
	if err != nil {
		return nobody, err
	}
	if !fresh {
		return nobody, refuse(lantoa.Conflict, ingestAgain)
	}
	return who, nil
}

// signatureOf is HMAC-SHA256 over the time as it was sent, a dot, and the body as it came.
func signatureOf(secret, sent string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(sent + ".")) // never fails
	mac.Write(body)
	return mac.Sum(nil)
}
